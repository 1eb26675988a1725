//! `POST /dev/kyc-event`, on a laptop alone: an event of the KYC provider's, signed.

use serde::Serialize;

use super::common::Timestamp;
use super::kyc::status;
use super::{Answer, Reading, Request};
use crate::error::Error;
use crate::http::members::Fields;
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::id::UserId;
use crate::rules::identity::UserStatus;

/// Read by the handler, which first sees whether there is anything at this path.
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
    pub(crate) fn data(&self) -> Result<KycDevData, Error> {
        let fields = Fields::of_body(self.media_type.as_deref(), &self.body)?;
        let text = |name| Ok(fields.optional_text(name, 1, 100)?.map(String::from));
        Ok(KycDevData {
            user_id: fields.id("userId")?,
            status: status(&fields)?,
            kyc_id: "kyc-local",
            reason: text("reason")?,
            name: text("name")?,
            surname: text("surname")?,
        })
    }
}

/// The event's `data`, as the request asks for it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct KycDevData {
    user_id: UserId,
    status: UserStatus,
    kyc_id: &'static str,
    /// Why; the service ignores it, as it does all that it does not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    surname: Option<String>,
}

/// The text that is signed.
#[derive(Serialize)]
pub(crate) struct KycDevEvent {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) timestamp: Timestamp,
    pub(crate) data: KycDevData,
}

/// What is to be posted to `/v1/kyc/webhook`.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct SignedKycEvent {
    pub(crate) headers: WebhookHeaders,
    /// The signed text: it is sent as it is, to the byte.
    pub(crate) body: String,
}

impl Answer for SignedKycEvent {
    const IN_ENVELOPE: bool = false;
}

/// As Standard Webhooks has them.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct WebhookHeaders {
    pub(crate) webhook_id: String,
    pub(crate) webhook_timestamp: String,
    pub(crate) webhook_signature: String,
}
