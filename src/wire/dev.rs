//! `GET /dev/outbox`, on a laptop alone.

use serde::Serialize;

use super::common::Timestamp;
use super::Answer;

/// The messages that would have been sent, the newest first.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Outbox {
    pub(crate) messages: Vec<Message>,
}

impl Answer for Outbox {
    const IN_ENVELOPE: bool = false;
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Message {
    /// The phone number.
    #[cfg_attr(test, schema(example = "+15555550100"))]
    pub(crate) to: String,
    /// The whole message.
    #[cfg_attr(
        test,
        schema(example = "Your Gatehouse code is 0042. It expires in 5 minutes.")
    )]
    pub(crate) text: String,
    pub(crate) at: Timestamp,
}
