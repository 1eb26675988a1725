//! What exists where people test, and not in production.

use std::time::Duration;

use worker::Delay;

use crate::app::App;
use crate::error::Error;
use crate::flows::caller;
use crate::kv::outbox::Outgoing;
use crate::wire::common::Timestamp;
use crate::wire::dev::{ListOutbox, Message, Outbox, Sought};

/// The messages that nobody was sent, the newest first: on a laptop to whoever asks, in staging to the operator.
/// In production there is nothing at this path.
pub(crate) async fn outbox(app: &App, request: ListOutbox) -> Result<Outbox, Error> {
    if app.config.is_production() {
        return Err(Error::UnknownPath);
    }
    if !app.config.is_local() {
        caller::operator(app, request.authorization.as_deref()).await?;
    }
    let sought = request.sought?;
    let mut waited = Duration::ZERO;
    let mut pause = FIRST_PAUSE;
    loop {
        // Of the newest alone, as long as none has come: many may be waiting.
        if !found(app, &sought, 1).await?.is_empty() {
            let messages = found(app, &sought, MOST).await?;
            return Ok(Outbox { messages });
        }
        if waited >= sought.wait {
            return Ok(Outbox {
                messages: Vec::new(),
            });
        }
        pause = pause.min(sought.wait - waited);
        Delay::from(pause).await;
        waited += pause;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

/// Between two looks, each twice as long as the one before: most messages are there at once.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// As many as KV lists at once.
const MOST: u32 = 1000;

/// Those of the newest so many that are sought.
async fn found(app: &App, sought: &Sought, newest: u32) -> Result<Vec<Message>, Error> {
    let messages = app.outbox.list(sought.to.as_deref(), newest).await?;
    let found = messages.into_iter();
    let found = found.filter(|message| sought.is_after(message.at));
    Ok(found.map(shown).collect())
}

/// What went to an address has its subject on the first line.
fn shown(message: Outgoing) -> Message {
    let is_mail = message.to.contains('@');
    let (subject, text) = match message.text.split_once("\n\n") {
        Some((subject, text)) if is_mail => (Some(subject.into()), text.into()),
        _ => (None, message.text),
    };
    Message {
        kind: if is_mail { "EMAIL" } else { "SMS" },
        to: message.to,
        subject,
        text,
        at: Timestamp(message.at),
    }
}
