//! `POST /v1/kyc/webhook`: the KYC provider's word, signed (Standard Webhooks).

use serde_json::json;

use crate::app::App;
use crate::db::accounts;
use crate::db::kyc::{self, Current, KycEvent};
use crate::error::Error;
use crate::http::{Input, Reply};
use crate::rules::limits::WEBHOOK_TOLERANCE;
use crate::rules::time::parse_timestamp;
use crate::rules::webhook_signature::SignedHeaders;

const STATUSES: [&str; 5] = [
    "UNINITIATED",
    "VERIFICATION_IN_PROGRESS",
    "VERIFIED",
    "VERIFICATION_FAILED",
    "VERIFICATION_FATAL_FAILED",
];

/// `{type: "kyc.status", timestamp, data: {userId, kycId, status, documentIds?, name?, surname?,
/// address?}}` → `{applied}`. A replay, and an event older than the last, are taken and change
/// nothing.
pub async fn webhook(app: &App, input: &Input) -> Result<Reply, Error> {
    let header = |name| input.header(name).unwrap_or_default();
    let (id, timestamp, signature) = (
        header("webhook-id"),
        header("webhook-timestamp"),
        header("webhook-signature"),
    );
    let signed = SignedHeaders {
        id: &id,
        timestamp: &timestamp,
        signature: &signature,
    };
    if !signed.verify(&app.config.kyc_webhook_secrets, &input.body, app.now) {
        // 401 is kept for bearer tokens.
        return Err(Error::invalid(
            "webhook-signature",
            "does not verify, or webhook-timestamp is more than five minutes off",
        ));
    }
    let fields = input.fields()?;
    if fields.text("type", 1, 64)? != "kyc.status" {
        // Another event of the same provider is no error of theirs.
        return Ok(Reply::data(json!({ "applied": false })));
    }
    let at = parse_timestamp(fields.text("timestamp", 1, 40)?)
        .filter(|at| (1..=app.now + WEBHOOK_TOLERANCE).contains(at))
        .ok_or_else(|| {
            Error::invalid(
                "timestamp",
                "must be an RFC 3339 time that is not in the future",
            )
        })?;
    let data = fields.object("data")?;
    let address = data.optional_object_text("address", 4096)?;
    let documents = data.optional_ids("documentIds", 100)?.unwrap_or_default();
    let event = KycEvent {
        id: &id,
        user_id: data.id("userId")?,
        kyc_id: data.optional_id("kycId")?,
        document_ids: &json!(documents).to_string(),
        status: STATUSES
            .into_iter()
            .find(|status| data.text("status", 1, 32).is_ok_and(|text| text == *status))
            .ok_or_else(|| {
                Error::invalid(
                    "status",
                    format_args!("must be one of {}", STATUSES.join(", ")),
                )
            })?,
        at,
        name: data.optional_text("name", 1, 100)?,
        surname: data.optional_text("surname", 1, 100)?,
        address: address.as_deref(),
        now: app.now,
    };
    apply(app, &event).await
}

async fn apply(app: &App, event: &KycEvent<'_>) -> Result<Reply, Error> {
    let mut batch = Vec::from(kyc::apply(event));
    batch.push(kyc::record(&app.ids.id("aud"), event, &app.request_id));
    batch.extend(kyc::add_ids(event));
    batch.push(accounts::activate(
        event.user_id,
        None,
        app.config.custody.current().key_id(),
        app.now,
    ));
    batch.push(kyc::current(event));
    let results = app.db.batch(batch).await?;
    let current: Current = results.row(6)?.ok_or(Error::UserNotFound)?;
    Ok(Reply::data(
        json!({ "applied": current.applied, "status": current.status }),
    ))
}
