//! `GET /dev/outbox`, on a laptop alone.

use serde::Serialize;

use super::common::Timestamp;
use super::Answer;

/// The messages that would have been sent, the newest first.
#[derive(Serialize)]
pub struct Outbox {
    pub messages: Vec<Message>,
}

impl Answer for Outbox {
    const IN_ENVELOPE: bool = false;
}

#[derive(Serialize)]
pub struct Message {
    pub to: String,
    pub text: String,
    pub at: Timestamp,
}
