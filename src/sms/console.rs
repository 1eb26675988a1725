//! The provider of a laptop: messages are kept in memory and shown by `GET /dev/outbox`.
//! Production refuses it when the settings are read.

use std::cell::RefCell;
use std::collections::VecDeque;

use serde_json::json;

use super::{Message, Outcome};
use crate::log;
use crate::rules::time::Time;

/// One message that would have been sent.
#[derive(Clone)]
pub(crate) struct Outgoing {
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) at: Time,
}

/// Older messages are dropped.
const KEPT: usize = 200;

thread_local! {
    static OUTBOX: RefCell<VecDeque<Outgoing>> = const { RefCell::new(VecDeque::new()) };
}

pub(super) fn send(message: &Message<'_>) -> Outcome {
    let outgoing = Outgoing {
        to: message.to.as_str().into(),
        text: message.text.into(),
        at: message.now,
    };
    log::event(
        "sms.console",
        json!({ "to": outgoing.to, "text": outgoing.text }),
    );
    OUTBOX.with_borrow_mut(|outbox| {
        outbox.truncate(KEPT - 1);
        outbox.push_front(outgoing);
    });
    Outcome::Accepted
}

/// What was sent, the newest first.
pub(crate) fn outbox() -> Vec<Outgoing> {
    OUTBOX.with_borrow(|outbox| outbox.iter().cloned().collect())
}
