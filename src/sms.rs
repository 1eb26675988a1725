//! Sending one SMS: which providers there are, in which order they are tried, and what may be
//! tried again.

mod console;
mod post;
pub(crate) mod sender;
pub(crate) mod test_numbers;
pub(crate) mod text;
mod twilio;
mod vonage;
mod webhook;

use std::time::Duration;

use serde_json::json;

use crate::kv::outbox::{OutboxStore, Outgoing};
use crate::log;
use crate::rules::id::{MessageId, RequestId};
use crate::rules::ids::Ids;
use crate::rules::phone::Phone;
use crate::rules::send::Refusal;
use crate::rules::time::Time;
use crate::settings::Reader;
use crate::sms::post::Deadline;
use crate::sms::test_numbers::TestNumbers;

/// An SMS provider and its settings.
#[derive(Debug)]
pub(crate) enum Provider {
    Twilio(twilio::Twilio),
    Vonage(vonage::Vonage),
    Webhook(webhook::Webhook),
    /// Local only: the message goes to the log and to the outbox.
    Console,
}

/// The provider in use and the one that steps in, and the numbers that neither is ever asked about.
#[derive(Debug)]
pub(crate) struct Providers {
    primary: Provider,
    fallback: Option<Provider>,
    test_numbers: TestNumbers,
}

/// One message to one number.
pub(crate) struct Message<'a> {
    pub(crate) to: &'a Phone,
    pub(crate) text: &'a str,
    /// What it comes from, where the partner has said so.
    pub(crate) from: Option<&'a str>,
    pub(crate) now: Time,
    pub(crate) ids: &'a Ids,
    /// For the log.
    pub(crate) request_id: &'a RequestId,
    /// Where it goes if nobody sends it.
    pub(crate) outbox: &'a OutboxStore,
}

/// What became of one attempt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Accepted,
    /// This number will not get it, whoever sends. Only for what is known to speak of the recipient:
    /// everything else is the provider's failure.
    Refused(Refusal),
    /// Certainly not accepted, and worth one more try.
    Busy(String),
    /// Certainly not accepted, and another try would end the same.
    Failed(String),
    /// It may or may not have been accepted: never tried again with the same provider.
    Unknown(String),
}

/// A message that was not sent, or perhaps not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotSent {
    Refused(Refusal),
    /// No provider can have taken it.
    Certainly,
    /// One may have.
    Perhaps,
    /// The first may have, and the fallback certainly did not.
    PerhapsTheFirst,
}

/// What became of a message.
pub(crate) struct Sent {
    pub(crate) result: Result<(), NotSent>,
    /// Each provider that was asked, in order, and what it said in the end.
    pub(crate) asked: Vec<(&'static str, Result<(), NotSent>)>,
}

/// All attempts together; the caller is answered within six seconds.
const PATIENCE: Duration = Duration::from_secs(5);
/// What the first provider may use of it when a second one waits.
const PATIENCE_BEFORE_FALLBACK: Duration = Duration::from_secs(3);

/// Of all providers, whichever is in use: those of another are no slip.
pub(crate) const SETTINGS: [&str; 11] = [
    "TWILIO_API_BASE",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_FROM",
    "TWILIO_MESSAGING_SERVICE_SID",
    "VONAGE_API_BASE",
    "VONAGE_API_KEY",
    "VONAGE_API_SECRET",
    "VONAGE_FROM",
    "SMS_WEBHOOK_URL",
    "SMS_WEBHOOK_SECRET",
];

impl Providers {
    pub(crate) fn read(
        reader: &mut Reader<'_>,
        test_numbers: Option<TestNumbers>,
    ) -> Option<Providers> {
        let (first, second) = (
            reader.required("SMS_PROVIDER"),
            reader.optional("SMS_FALLBACK_PROVIDER"),
        );
        let primary = first
            .as_ref()
            .and_then(|name| Provider::read(reader, "SMS_PROVIDER", name));
        let fallback = match &second {
            Some(_) if first == second => {
                return reader.refuse("SMS_FALLBACK_PROVIDER", "is the provider in use already")
            }
            Some(name) => Some(Provider::read(reader, "SMS_FALLBACK_PROVIDER", name)?),
            None => None,
        };
        Some(Providers {
            primary: primary?,
            fallback,
            test_numbers: test_numbers?,
        })
    }

    pub(crate) fn test_numbers(&self) -> &TestNumbers {
        &self.test_numbers
    }

    /// What messages come from where a partner says nothing else; none where the provider decides.
    pub(crate) fn sender(&self) -> Option<&str> {
        match &self.primary {
            Provider::Twilio(twilio) => twilio.from(),
            Provider::Vonage(vonage) => Some(vonage.from()),
            Provider::Webhook(_) | Provider::Console => None,
        }
    }

    /// Whether nobody is ever asked to send to this number.
    pub(crate) fn is_test(&self, phone: &Phone) -> bool {
        self.test_numbers.has(phone)
    }

    /// Sends once; once more where the provider certainly did not accept; then by the fallback.
    /// Where the first may have taken it, the fallback's is a second message: `may_send_twice` asks
    /// for it first.
    pub(crate) async fn send(
        &self,
        message: &Message<'_>,
        may_send_twice: impl AsyncFnOnce() -> bool,
    ) -> Sent {
        if self.is_test(message.to) {
            return Sent::by(test_numbers::NAME, test_numbers::send(message).await);
        }
        let (primary, patience) = (&self.primary, self.patience());
        let first = primary.send_with_one_retry(message, patience).await;
        let mut sent = Sent::by(primary.name(), first);
        let Some(fallback) = &self.fallback else {
            return sent;
        };
        match first {
            Ok(()) | Err(NotSent::Refused(_)) => return sent,
            Err(NotSent::Perhaps) if !may_send_twice().await => return sent,
            Err(_) => {}
        }
        let patience = PATIENCE - PATIENCE_BEFORE_FALLBACK;
        let second = fallback.send_with_one_retry(message, patience).await;
        sent.asked.push((fallback.name(), second));
        sent.result = match (first, second) {
            // The first may have reached a number that the second calls unreachable.
            (Err(NotSent::Perhaps), Err(NotSent::Perhaps)) => Err(NotSent::Perhaps),
            (Err(NotSent::Perhaps), Err(_)) => Err(NotSent::PerhapsTheFirst),
            _ => second,
        };
        sent
    }

    /// With the first provider.
    fn patience(&self) -> Duration {
        match self.fallback {
            Some(_) => PATIENCE_BEFORE_FALLBACK,
            None => PATIENCE,
        }
    }
}

impl Sent {
    fn by(provider: &'static str, result: Result<(), NotSent>) -> Sent {
        Sent {
            result,
            asked: vec![(provider, result)],
        }
    }
}

impl Message<'_> {
    /// Where it cannot be put, certainly nobody has it.
    async fn put_into_outbox(&self) -> Outcome {
        let id: MessageId = self.ids.id();
        let outgoing = Outgoing {
            to: self.to.as_str().into(),
            text: self.text.into(),
            at: self.now,
        };
        match self.outbox.put(&id, &outgoing).await {
            Ok(()) => Outcome::Accepted,
            Err(error) => Outcome::Failed(error.cause().unwrap_or_default().into()),
        }
    }
}

impl Provider {
    fn read(reader: &mut Reader<'_>, setting: &str, name: &str) -> Option<Provider> {
        match name {
            "twilio" => twilio::Twilio::read(reader).map(Provider::Twilio),
            "vonage" => vonage::Vonage::read(reader).map(Provider::Vonage),
            "webhook" => webhook::Webhook::read(reader).map(Provider::Webhook),
            "console" if reader.in_production() => {
                reader.refuse(setting, "is console, which only ENVIRONMENT=local may use")
            }
            "console" => Some(Provider::Console),
            _ => reader.refuse(setting, "must be twilio, vonage, webhook or console"),
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Provider::Twilio(_) => "twilio",
            Provider::Vonage(_) => "vonage",
            Provider::Webhook(_) => "webhook",
            Provider::Console => "console",
        }
    }

    async fn send_with_one_retry(
        &self,
        message: &Message<'_>,
        patience: Duration,
    ) -> Result<(), NotSent> {
        let deadline = Deadline::after(patience);
        let mut outcome = self.attempt(message, &deadline).await;
        if matches!(outcome, Outcome::Busy(_)) {
            outcome = self.attempt(message, &deadline).await;
        }
        outcome.result()
    }

    async fn attempt(&self, message: &Message<'_>, deadline: &Deadline) -> Outcome {
        let outcome = match self {
            Provider::Twilio(twilio) => twilio.send(message, deadline).await,
            Provider::Vonage(vonage) => vonage.send(message, deadline).await,
            Provider::Webhook(webhook) => webhook.send(message, deadline).await,
            Provider::Console => console::send(message).await,
        };
        outcome.told(self.name(), message)
    }
}

impl Outcome {
    /// In the log, unless all went well.
    fn told(self, provider: &str, message: &Message<'_>) -> Outcome {
        let request_id = message.request_id;
        match &self {
            Outcome::Accepted => {}
            Outcome::Refused(refusal) => log::event(
                "sms.refused",
                json!({ "request_id": request_id, "provider": provider, "why": refusal.reason() }),
            ),
            Outcome::Busy(why) | Outcome::Failed(why) | Outcome::Unknown(why) => log::problem(
                "sms.failed",
                json!({ "request_id": request_id, "provider": provider, "why": why }),
            ),
        }
        self
    }

    fn result(&self) -> Result<(), NotSent> {
        match self {
            Outcome::Accepted => Ok(()),
            Outcome::Refused(refusal) => Err(NotSent::Refused(*refusal)),
            Outcome::Busy(_) | Outcome::Failed(_) => Err(NotSent::Certainly),
            Outcome::Unknown(_) => Err(NotSent::Perhaps),
        }
    }
}
