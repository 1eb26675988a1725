//! A gateway of the operator's own is told `{to, text}`, and from whom.

use serde::Serialize;

use super::Message;
use crate::delivery::gateway::Gateway;
use crate::delivery::post::Deadline;
use crate::delivery::{Context, Outcome};
use crate::rules::id::MessageId;
use crate::rules::phone::Phone;

/// The body of the POST.
#[derive(Serialize)]
struct Sms<'a> {
    to: &'a Phone,
    text: &'a str,
    /// The partner's sender, where it has one of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
}

pub(super) async fn send(
    gateway: &Gateway,
    message: &Message<'_>,
    context: &Context<'_>,
    deadline: &Deadline,
) -> Outcome {
    let sms = Sms {
        to: message.to,
        text: message.text,
        from: message.from,
    };
    let id: MessageId = context.ids.id();
    gateway.send(id.as_str(), &sms, context, deadline).await
}
