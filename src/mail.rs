//! Sending one mail: which providers there are, and what it comes from.

mod postmark;
mod resend;
pub(crate) mod sender;

use serde::Serialize;
use serde_json::json;

use crate::delivery::gateway::Gateway;
use crate::delivery::post::Deadline;
use crate::delivery::{self, Context, Lines, Outcome, Pair, Sent};
use crate::log;
use crate::settings::Reader;

/// A mail provider and its settings.
#[derive(Debug)]
pub(crate) enum Provider {
    Resend(resend::Resend),
    Postmark(postmark::Postmark),
    Webhook(Gateway),
    /// Local only: the message goes to the log and to the outbox.
    Console,
}

/// Who sends, and what it comes from.
#[derive(Debug)]
pub(crate) struct Providers {
    pair: Pair<Provider>,
    from: Option<String>,
}

/// One message to one address.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Message<'a> {
    pub(crate) to: &'a str,
    /// Where it is not what all come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<&'a str>,
    pub(crate) subject: &'a str,
    pub(crate) text: &'a str,
    /// The same of one that is sent again: by it, who knows repeats sends it once.
    #[serde(skip)]
    pub(crate) key: &'a str,
}

const LINES: Lines = Lines {
    refused: "mail.refused",
    failed: "mail.failed",
};

const IN_USE: &str = "EMAIL_PROVIDER";
const FALLBACK: &str = "EMAIL_FALLBACK_PROVIDER";
const FROM: &str = "EMAIL_FROM";

/// What stands for a provider where none is asked.
const NOBODY: &str = "test";

/// Of all providers, whichever is in use: those of another are no slip.
pub(crate) const SETTINGS: [&str; 6] = [
    "RESEND_API_BASE",
    "RESEND_API_KEY",
    "POSTMARK_API_BASE",
    "POSTMARK_SERVER_TOKEN",
    "EMAIL_WEBHOOK_URL",
    "EMAIL_WEBHOOK_SECRET",
];

impl Providers {
    /// `Some(None)`: there is no mail.
    #[allow(
        clippy::option_option,
        reason = "the outer one is a fault, the inner one a choice"
    )]
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Option<Providers>> {
        let from = sender::read(reader, FROM);
        let is_on = reader.optional(IN_USE).is_some();
        if !is_on && reader.optional(FALLBACK).is_some() {
            return reader.refuse(FALLBACK, "is set, and EMAIL_PROVIDER is not");
        }
        if !is_on {
            return from.map(|_| None);
        }
        let (pair, from) = (
            Pair::read(reader, [IN_USE, FALLBACK], Provider::read),
            from?,
        );
        if from.is_none() && pair.as_ref()?.all().any(Provider::needs_sender) {
            return reader.refuse(FROM, "is not set");
        }
        Some(Some(Providers { pair: pair?, from }))
    }

    /// What mail comes from where a partner says nothing else.
    pub(crate) fn sender(&self) -> Option<&str> {
        self.from.as_deref()
    }

    /// `is_to_nobody`: no provider is asked, and it goes to the outbox. That a fallback's is perhaps a second
    /// message does no harm.
    pub(crate) async fn send(
        &self,
        message: &Message<'_>,
        context: &Context<'_>,
        is_to_nobody: bool,
    ) -> Sent {
        if is_to_nobody {
            let outcome = message.put_into_outbox(context).await;
            let outcome = outcome.told(&LINES, NOBODY, context.request_id);
            return Sent::by(NOBODY, outcome.result());
        }
        let message = Message {
            from: message.from.or(self.from.as_deref()),
            ..*message
        };
        self.pair.send(&message, context, async || true).await
    }
}

impl Message<'_> {
    async fn put_into_outbox(&self, context: &Context<'_>) -> Outcome {
        let text = format!("{}\n\n{}", self.subject, self.text);
        context.put_into_outbox(self.to, &text).await
    }
}

impl Provider {
    fn read(reader: &mut Reader<'_>, setting: &str, name: &str) -> Option<Provider> {
        match name {
            "resend" => resend::Resend::read(reader).map(Provider::Resend),
            "postmark" => postmark::Postmark::read(reader).map(Provider::Postmark),
            "webhook" => {
                let settings = ["EMAIL_WEBHOOK_URL", "EMAIL_WEBHOOK_SECRET"];
                Gateway::read(reader, settings).map(Provider::Webhook)
            }
            "console" if reader.in_production() => {
                reader.refuse(setting, "is console, which only ENVIRONMENT=local may use")
            }
            "console" => Some(Provider::Console),
            _ => reader.refuse(setting, "must be resend, postmark, webhook or console"),
        }
    }

    /// A gateway knows its own.
    fn needs_sender(&self) -> bool {
        matches!(self, Provider::Resend(_) | Provider::Postmark(_))
    }
}

impl delivery::Provider for Provider {
    type Message<'a> = Message<'a>;

    const LINES: Lines = LINES;

    fn name(&self) -> &'static str {
        match self {
            Provider::Resend(_) => "resend",
            Provider::Postmark(_) => "postmark",
            Provider::Webhook(_) => "webhook",
            Provider::Console => "console",
        }
    }

    fn knows_repeats(&self) -> bool {
        matches!(self, Provider::Resend(_))
    }

    async fn attempt(
        &self,
        message: &Self::Message<'_>,
        context: &Context<'_>,
        deadline: &Deadline,
    ) -> Outcome {
        match self {
            Provider::Resend(resend) => resend.send(message, deadline).await,
            Provider::Postmark(postmark) => postmark.send(message, deadline).await,
            Provider::Webhook(gateway) => {
                gateway.send(message.key, message, context, deadline).await
            }
            Provider::Console => {
                log::event(
                    "mail.console",
                    json!({ "to": message.to, "subject": message.subject, "text": message.text }),
                );
                message.put_into_outbox(context).await
            }
        }
    }
}
