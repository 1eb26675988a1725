//! `POST /dev/kyc-event`, on a laptop alone: an event of the KYC provider's, signed.

use serde::Serialize;

use super::kyc::status;
use super::{Answer, Reading, Request};
use crate::error::Error;
use crate::http::members::Fields;
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::id::UserId;

/// The `data` of an event. Read by the handler, which first sees whether there is anything at this path.
pub(crate) struct KycEventToSign {
    body: Vec<u8>,
    media_type: Option<String>,
}

impl Request for KycEventToSign {
    fn read(input: &Input, _: &Reading<'_>) -> Result<KycEventToSign, Refusal> {
        Ok(KycEventToSign {
            body: input.body.clone(),
            media_type: input.media_type(),
        })
    }
}

impl KycEventToSign {
    /// The text of an event that says this of a user, at that time. Of the members beside the user and the
    /// status the webhook makes what it makes of any.
    pub(crate) fn event(&self, timestamp: &str) -> Result<EventToSign, Error> {
        let fields = Fields::of_body(self.media_type.as_deref(), &self.body)?;
        let user_id: UserId = fields.id("userId")?;
        status(&fields)?;
        // It was just read as JSON.
        let data = String::from_utf8_lossy(&self.body);
        let body = format!(r#"{{"type":"kyc.status","timestamp":"{timestamp}","data":{data}}}"#);
        Ok(EventToSign { user_id, body })
    }
}

/// The text of an event, and whom it is about.
pub(crate) struct EventToSign {
    pub(crate) user_id: UserId,
    pub(crate) body: String,
}

/// What is to be posted, and where.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct SignedKycEvent {
    /// `/v1/kyc/webhook`, or that of the user's partner where it has secrets of its own.
    #[cfg_attr(test, schema(example = "/v1/kyc/webhook"))]
    pub(crate) path: String,
    pub(crate) headers: WebhookHeaders,
    /// The signed text: it is sent as it is, to the byte.
    pub(crate) body: String,
}

impl Answer for SignedKycEvent {
    const IN_ENVELOPE: bool = false;
}

/// As Standard Webhooks has them, and what the body is.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct WebhookHeaders {
    pub(crate) webhook_id: String,
    pub(crate) webhook_timestamp: String,
    pub(crate) webhook_signature: String,
    /// In the spelling that most callers add it in, so that it replaces theirs instead of standing beside it.
    #[serde(rename = "Content-Type")]
    #[cfg_attr(test, schema(value_type = String, example = "application/json"))]
    pub(crate) content_type: &'static str,
}
