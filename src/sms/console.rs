//! The provider of a laptop: messages are logged, and shown by `GET /dev/outbox`. Production refuses it when
//! the settings are read.

use serde_json::json;

use super::Message;
use crate::delivery::{Context, Outcome};
use crate::log;

pub(super) async fn send(message: &Message<'_>, context: &Context<'_>) -> Outcome {
    log::event(
        "sms.console",
        json!({ "to": message.to, "text": message.text }),
    );
    message.put_into_outbox(context).await
}
