//! `POST /v1/kyc/webhook`: the KYC provider's word, signed (Standard Webhooks).

use serde_json::json;

use crate::app::App;
use crate::db::kyc;
use crate::db::{accounts, indices, Batch};
use crate::error::Error;
use crate::flows::custody::Claims;
use crate::log;
use crate::rules::webhook_signature::SignedHeaders;
use crate::wire::kyc::{KycEvent, KycTaken, KycWebhook};

/// A replay, and a word that another outweighs, are taken and change no status. An event about
/// nobody is not taken, so that the same one can be taken once there is such a user.
pub(crate) async fn webhook(app: &App, request: KycWebhook) -> Result<KycTaken, Error> {
    let signed = SignedHeaders {
        id: &request.id,
        timestamp: &request.timestamp,
        signature: &request.signature,
    };
    if !signed.verify(&app.terms().kyc_webhook_secrets, &request.body, app.now) {
        log::event("kyc.refused", json!({ "request_id": app.request_id }));
        // 401 is kept for bearer tokens.
        return Err(Error::invalid(
            "webhook-signature",
            "does not verify, or webhook-timestamp is more than five minutes off",
        ));
    }
    match request.event(app.now)? {
        Some(event) => apply(app, &request.id, &event).await,
        None => Ok(KycTaken {
            applied: false,
            status: None,
        }),
    }
}

async fn apply(app: &App, id: &str, event: &KycEvent) -> Result<KycTaken, Error> {
    if !event.left_out.is_empty() {
        let members = &event.left_out;
        log::event(
            "kyc.left_out",
            json!({ "request_id": app.request_id, "members": members }),
        );
    }
    let document_ids = serde_json::to_string(&event.document_ids).map_err(Error::internal)?;
    let event = kyc::KycEvent {
        id,
        user_id: &event.user_id,
        kyc_id: event.kyc_id.as_deref(),
        document_ids: &document_ids,
        status: event.status,
        at: event.at,
        name: event.name.as_deref(),
        surname: event.surname.as_deref(),
        address: event.address.as_deref(),
        now: app.now,
        work_id: &app.work_id,
        audit_id: &app.ids.id(),
        request_id: &app.request_id,
    };
    let custody_key = app.terms().custody.of_encryption().key_id();
    let mut batch = Batch::new();
    let current = kyc::apply(&mut batch, &event);
    let reserve = accounts::reserve_keys(event.user_id, None, custody_key, app.now);
    batch.run(reserve).done();
    let reserved = batch.read(indices::of_user(event.user_id));
    let results = app.db.commit(batch).await?;
    let current = results.row(current)?.ok_or(Error::UserNotFound)?;
    // Where it fails, the provider sends the event again.
    Claims::of(app).show_all(results.rows(reserved)?).await?;
    Ok(KycTaken {
        applied: current.applied,
        status: Some(current.status),
    })
}
