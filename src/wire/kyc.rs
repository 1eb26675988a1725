//! `POST /v1/kyc/webhook`: the KYC provider's word (Standard Webhooks).

use serde::Serialize;

use super::{Answer, Reading, Request};
use crate::error::Error;
use crate::http::members::Fields;
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::id::UserId;
use crate::rules::identity::UserStatus;
use crate::rules::limits::WEBHOOK_TOLERANCE;
use crate::rules::time::Time;
use crate::rules::word::Word;

/// The headers, and a body of which nothing is believed before its signature is checked.
pub(crate) struct KycWebhook {
    pub(crate) id: String,
    /// Seconds since 1970, in decimal.
    pub(crate) timestamp: String,
    pub(crate) signature: String,
    pub(crate) body: Vec<u8>,
    media_type: Option<String>,
}

impl Request for KycWebhook {
    fn read(input: &Input, _: &Reading<'_>) -> Result<KycWebhook, Refusal> {
        let header = |name| input.header(name).unwrap_or_default();
        Ok(KycWebhook {
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"),
            body: input.body.clone(),
            media_type: input.media_type(),
        })
    }
}

impl KycWebhook {
    /// The event, or `None` for one of another type: that is no error of the provider's.
    pub(crate) fn event(&self, now: Time) -> Result<Option<KycEvent>, Error> {
        let fields = Fields::of_body(self.media_type.as_deref(), &self.body)?;
        if fields.text("type", 1, 64)? != "kyc.status" {
            return Ok(None);
        }
        KycEvent::read(&fields, now).map(Some)
    }
}

/// `{type: "kyc.status", timestamp, data: {...}}`
pub(crate) struct KycEvent {
    /// When it happened there.
    pub(crate) at: Time,
    pub(crate) user_id: UserId,
    /// The provider's id of the check.
    pub(crate) kyc_id: Option<String>,
    pub(crate) status: UserStatus,
    /// The provider's ids of the documents it saw.
    pub(crate) document_ids: Vec<String>,
    pub(crate) name: Option<String>,
    pub(crate) surname: Option<String>,
    /// A JSON object, kept as it is.
    pub(crate) address: Option<String>,
}

impl KycEvent {
    fn read(fields: &Fields, now: Time) -> Result<KycEvent, Error> {
        let at = Time::parse(fields.text("timestamp", 1, 40)?)
            .filter(|at| at.millis() >= 1 && *at <= now + WEBHOOK_TOLERANCE)
            .ok_or_else(|| {
                let rule = "must be an RFC 3339 time that is not in the future";
                Error::invalid("timestamp", rule)
            })?;
        let data = fields.object("data")?;
        let address = data.optional_object_text("address", 4096)?;
        let document_ids = data.optional_ids("documentIds", 100)?.unwrap_or_default();
        let text = |name| -> Result<Option<String>, Error> {
            Ok(data.optional_text(name, 1, 100)?.map(String::from))
        };
        Ok(KycEvent {
            at,
            user_id: data.id("userId")?,
            kyc_id: data.optional_id_text("kycId")?.map(String::from),
            status: status(&data)?,
            document_ids,
            name: text("name")?,
            surname: text("surname")?,
            address,
        })
    }
}

fn status(data: &Fields) -> Result<UserStatus, Error> {
    let text = data.text("status", 1, 32).ok();
    text.and_then(UserStatus::parse).ok_or_else(|| {
        let all: Vec<&str> = UserStatus::all().collect();
        let rule = format!("must be one of {}", all.join(", "));
        data.invalid("status", rule)
    })
}

/// What became of the event.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct KycTaken {
    /// False for a replay, for an event older than the last, and for one of another type.
    #[cfg_attr(test, schema(example = true))]
    pub(crate) applied: bool,
    /// The user's, after the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<UserStatus>,
}

impl Answer for KycTaken {}
