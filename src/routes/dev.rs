//! What exists on a laptop alone.

use crate::app::App;
use crate::error::Error;
use crate::sms::console;
use crate::wire::common::Timestamp;
use crate::wire::dev::{Message, Outbox};

/// The messages of the console provider, the newest first. In production, and with another
/// provider, there is nothing at this path.
pub(crate) async fn outbox(app: &App, (): ()) -> Result<Outbox, Error> {
    if !app.config.is_local() || !app.config.sms.uses_console() {
        return Err(Error::UnknownPath);
    }
    let messages = console::outbox().into_iter().map(|message| Message {
        to: message.to,
        text: message.text,
        at: Timestamp(message.at),
    });
    Ok(Outbox {
        messages: messages.collect(),
    })
}
