//! Sending one SMS: which providers there are, and the numbers nobody is sent to.

mod console;
pub(crate) mod sender;
pub(crate) mod test_numbers;
pub(crate) mod text;
mod twilio;
mod vonage;
mod webhook;

use crate::delivery::gateway::Gateway;
use crate::delivery::post::Deadline;
use crate::delivery::{self, Context, Lines, Outcome, Pair, Sent};
use crate::rules::phone::Phone;
use crate::settings::Reader;
use crate::sms::test_numbers::TestNumbers;

/// An SMS provider and its settings.
#[derive(Debug)]
pub(crate) enum Provider {
    Twilio(twilio::Twilio),
    Vonage(vonage::Vonage),
    Webhook(Gateway),
    /// Local only: the message goes to the log and to the outbox.
    Console,
}

/// Who sends, and the numbers that nobody is ever asked about.
#[derive(Debug)]
pub(crate) struct Providers {
    pair: Pair<Provider>,
    test_numbers: TestNumbers,
}

/// One message to one number.
pub(crate) struct Message<'a> {
    pub(crate) to: &'a Phone,
    pub(crate) text: &'a str,
    /// What it comes from, where the partner has said so.
    pub(crate) from: Option<&'a str>,
}

const LINES: Lines = Lines {
    refused: "sms.refused",
    failed: "sms.failed",
};

const IN_USE: &str = "SMS_PROVIDER";

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
        reader.required(IN_USE);
        let pair = Pair::read(reader, [IN_USE, "SMS_FALLBACK_PROVIDER"], Provider::read);
        Some(Providers {
            pair: pair?,
            test_numbers: test_numbers?,
        })
    }

    pub(crate) fn test_numbers(&self) -> &TestNumbers {
        &self.test_numbers
    }

    /// What messages come from where a partner says nothing else; none where the provider decides.
    pub(crate) fn sender(&self) -> Option<&str> {
        match self.pair.primary() {
            Provider::Twilio(twilio) => twilio.from(),
            Provider::Vonage(vonage) => Some(vonage.from()),
            Provider::Webhook(_) | Provider::Console => None,
        }
    }

    /// Whether nobody is ever asked to send to this number.
    pub(crate) fn is_test(&self, phone: &Phone) -> bool {
        self.test_numbers.has(phone)
    }

    /// `may_send_twice`: whether the fallback may be asked too where the first may have taken it.
    pub(crate) async fn send(
        &self,
        message: &Message<'_>,
        context: &Context<'_>,
        may_send_twice: impl AsyncFnOnce() -> bool,
    ) -> Sent {
        if self.is_test(message.to) {
            let result = test_numbers::send(message, context).await;
            return Sent::by(test_numbers::NAME, result);
        }
        self.pair.send(message, context, may_send_twice).await
    }
}

impl Message<'_> {
    async fn put_into_outbox(&self, context: &Context<'_>) -> Outcome {
        context.put_into_outbox(self.to.as_str(), self.text).await
    }
}

impl Provider {
    fn read(reader: &mut Reader<'_>, setting: &str, name: &str) -> Option<Provider> {
        match name {
            "twilio" => twilio::Twilio::read(reader).map(Provider::Twilio),
            "vonage" => vonage::Vonage::read(reader).map(Provider::Vonage),
            "webhook" => {
                let settings = ["SMS_WEBHOOK_URL", "SMS_WEBHOOK_SECRET"];
                Gateway::read(reader, settings).map(Provider::Webhook)
            }
            "console" if reader.in_production() => {
                reader.refuse(setting, "is console, which only ENVIRONMENT=local may use")
            }
            "console" => Some(Provider::Console),
            _ => reader.refuse(setting, "must be twilio, vonage, webhook or console"),
        }
    }
}

impl delivery::Provider for Provider {
    type Message<'a> = Message<'a>;

    const LINES: Lines = LINES;

    fn name(&self) -> &'static str {
        match self {
            Provider::Twilio(_) => "twilio",
            Provider::Vonage(_) => "vonage",
            Provider::Webhook(_) => "webhook",
            Provider::Console => "console",
        }
    }

    async fn attempt(
        &self,
        message: &Self::Message<'_>,
        context: &Context<'_>,
        deadline: &Deadline,
    ) -> Outcome {
        match self {
            Provider::Twilio(twilio) => twilio.send(message, deadline).await,
            Provider::Vonage(vonage) => vonage.send(message, deadline).await,
            Provider::Webhook(gateway) => webhook::send(gateway, message, context, deadline).await,
            Provider::Console => console::send(message, context).await,
        }
    }
}
