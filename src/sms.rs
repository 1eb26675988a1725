//! Sending one SMS: which providers there are, in which order they are tried, and what may be
//! tried again.

pub(crate) mod console;
mod post;
mod sender;
pub(crate) mod text;
mod twilio;
mod vonage;
mod webhook;

use std::time::Duration;

use serde_json::json;

use crate::error::Error;
use crate::log;
use crate::rules::ids::Ids;
use crate::rules::phone::Phone;
use crate::rules::time::Time;
use crate::settings::Reader;
use crate::sms::post::Deadline;

/// An SMS provider and its settings.
#[derive(Debug)]
pub(crate) enum Provider {
    Twilio(twilio::Twilio),
    Vonage(vonage::Vonage),
    Webhook(webhook::Webhook),
    /// Local only: the message goes to the log and to `GET /dev/outbox`.
    Console,
}

/// The provider in use and the one that steps in.
#[derive(Debug)]
pub(crate) struct Providers {
    primary: Provider,
    fallback: Option<Provider>,
}

/// One message to one number.
pub(crate) struct Message<'a> {
    pub(crate) to: &'a Phone,
    pub(crate) text: &'a str,
    pub(crate) now: Time,
    pub(crate) ids: &'a Ids,
}

/// What became of one attempt.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Accepted,
    /// This number will not get it, whoever sends: why, in words for the caller.
    Refused(&'static str),
    /// Certainly not accepted, and worth one more try.
    Busy(String),
    /// Certainly not accepted, and another try would end the same.
    Failed(String),
    /// It may or may not have been accepted: never tried again with the same provider.
    Unknown(String),
}

/// A message that was not sent, or perhaps not.
pub(crate) struct NotSent {
    pub(crate) error: Error,
    /// No provider can have taken it: the send costs nothing.
    pub(crate) certain: bool,
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
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Providers> {
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
        })
    }

    pub(crate) fn uses_console(&self) -> bool {
        matches!(self.primary, Provider::Console)
            || matches!(self.fallback, Some(Provider::Console))
    }

    /// Sends once; once more where the provider certainly did not accept; then by the fallback.
    /// `SmsRefused`, `SmsUnavailable`.
    pub(crate) async fn send(&self, message: &Message<'_>) -> Result<(), NotSent> {
        let first = if self.fallback.is_some() {
            PATIENCE_BEFORE_FALLBACK
        } else {
            PATIENCE
        };
        let mut certain = match self
            .primary
            .send_with_one_retry(message, Deadline::after(first))
            .await
        {
            Ok(()) => return Ok(()),
            Err(not_sent)
                if self.fallback.is_none() || matches!(not_sent.error, Error::SmsRefused(_)) =>
            {
                return Err(not_sent)
            }
            Err(not_sent) => not_sent.certain,
        };
        if let Some(fallback) = &self.fallback {
            match fallback
                .send_with_one_retry(
                    message,
                    Deadline::after(PATIENCE - PATIENCE_BEFORE_FALLBACK),
                )
                .await
            {
                Ok(()) => return Ok(()),
                Err(NotSent {
                    error: Error::SmsRefused(why),
                    ..
                }) => {
                    return Err(NotSent {
                        error: Error::SmsRefused(why),
                        certain,
                    })
                }
                Err(not_sent) => certain &= not_sent.certain,
            }
        }
        Err(NotSent {
            error: Error::SmsUnavailable,
            certain,
        })
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
        deadline: Deadline,
    ) -> Result<(), NotSent> {
        let mut outcome = self.attempt(message, &deadline).await;
        if matches!(outcome, Outcome::Busy(_)) {
            outcome = self.attempt(message, &deadline).await;
        }
        match outcome {
            Outcome::Accepted => Ok(()),
            Outcome::Refused(why) => Err(NotSent {
                error: Error::SmsRefused(why),
                certain: true,
            }),
            Outcome::Busy(_) | Outcome::Failed(_) => Err(NotSent {
                error: Error::SmsUnavailable,
                certain: true,
            }),
            Outcome::Unknown(_) => Err(NotSent {
                error: Error::SmsUnavailable,
                certain: false,
            }),
        }
    }

    async fn attempt(&self, message: &Message<'_>, deadline: &Deadline) -> Outcome {
        let outcome = match self {
            Provider::Twilio(twilio) => twilio.send(message, deadline).await,
            Provider::Vonage(vonage) => vonage.send(message, deadline).await,
            Provider::Webhook(webhook) => webhook.send(message, deadline).await,
            Provider::Console => console::send(message),
        };
        match &outcome {
            Outcome::Accepted => {}
            Outcome::Refused(why) => log::event(
                "sms.refused",
                json!({ "provider": self.name(), "why": why }),
            ),
            Outcome::Busy(why) | Outcome::Failed(why) | Outcome::Unknown(why) => {
                log::problem("sms.failed", json!({ "provider": self.name(), "why": why }));
            }
        }
        outcome
    }
}
