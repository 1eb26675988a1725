//! `POST /v1/kyc/webhook` and `POST /v1/kyc/webhook/{partnerId}`: the KYC provider's word, signed (Standard
//! Webhooks). With the service's secret it reaches users of partners that have none of their own, with a partner's
//! own secret that partner's.

use std::rc::Rc;

use serde_json::json;

use crate::app::App;
use crate::config::terms::Terms;
use crate::db::partners::Partner;
use crate::db::{kyc, Batch};
use crate::error::Error;
use crate::flows::custody::Claims;
use crate::flows::reserving::Keys;
use crate::flows::terms;
use crate::log;
use crate::rules::id::UserId;
use crate::rules::webhook_signature::SignedHeaders;
use crate::wire::kyc::{KycEvent, KycTaken, KycWebhook};

/// A replay, and a word that another outweighs, are taken and change no status. An event about
/// nobody is not taken, so that the same one can be taken once there is such a user.
pub(crate) async fn webhook(app: &App, request: KycWebhook) -> Result<KycTaken, Error> {
    let signer = match &request.partner_id {
        Some(partner_id) => terms::of(app, partner_id).await?,
        None => app.config.terms.clone(),
    };
    verify(app, &request, &signer)?;
    let Some(event) = request.event(app.now)? else {
        return Ok(KycTaken {
            applied: false,
            status: None,
        });
    };
    let of_user = of_user(app, &event.user_id).await?;
    let terms = spoken_for(app, &request, signer, &of_user).await?;
    apply(&app.under(terms), &request, &event, &of_user).await
}

fn verify(app: &App, request: &KycWebhook, signer: &Terms) -> Result<(), Error> {
    let signed = SignedHeaders {
        id: &request.id,
        timestamp: &request.timestamp,
        signature: &request.signature,
    };
    if signed.verify(&signer.kyc_webhook_secrets, &request.body, app.now) {
        return Ok(());
    }
    log::event(
        "kyc.refused",
        json!({ "request_id": app.request_id, "partner_id": request.partner_id }),
    );
    // 401 is kept for bearer tokens.
    Err(Error::invalid(
        "webhook-signature",
        "does not verify, or webhook-timestamp is more than five minutes off",
    ))
}

async fn of_user(app: &App, user_id: &UserId) -> Result<Partner, Error> {
    let (batch, found) = Batch::of(kyc::of_user(user_id));
    let found = app.db.commit(batch).await?.row(found)?;
    found.ok_or(Error::UserNotFound)
}

/// What is in force for the user's partner, if the signature speaks for it: to anybody else the user is nobody.
async fn spoken_for(
    app: &App,
    request: &KycWebhook,
    signer: Rc<Terms>,
    of_user: &Partner,
) -> Result<Rc<Terms>, Error> {
    let partner_id = &of_user.partner_id;
    let Some(named) = &request.partner_id else {
        return match of_user.version {
            0 => terms::of(app, partner_id).await,
            _ => Err(Error::UserNotFound),
        };
    };
    if named != partner_id {
        return Err(Error::UserNotFound);
    }
    let own = if signer.has_own_kyc_secrets {
        signer.version
    } else {
        0
    };
    if own == of_user.version {
        return Ok(signer);
    }
    // Its settings have changed since this isolate read them.
    let now = terms::as_of_now(app, partner_id).await?;
    verify(app, request, &now)?;
    Ok(now)
}

async fn apply(
    app: &App,
    request: &KycWebhook,
    event: &KycEvent,
    of_user: &Partner,
) -> Result<KycTaken, Error> {
    if !event.left_out.is_empty() {
        let members = &event.left_out;
        log::event(
            "kyc.left_out",
            json!({ "request_id": app.request_id, "members": members }),
        );
    }
    let document_ids = serde_json::to_string(&event.document_ids).map_err(Error::internal)?;
    // A provider's ids are its own: those of one partner's tell nothing of another's.
    let id = match &request.partner_id {
        Some(partner_id) => format!("{partner_id}/{}", request.id),
        None => request.id.clone(),
    };
    let event = kyc::KycEvent {
        id: &id,
        user_id: &event.user_id,
        partner_id: &of_user.partner_id,
        signed_by: of_user.version,
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
    let keys = Keys {
        user_id: event.user_id,
        partner_id: event.partner_id,
    };
    let mut batch = Batch::new();
    let current = kyc::apply(&mut batch, &event);
    let reserving = keys.reserve(app, &mut batch).await;
    let results = app.db.commit(batch).await?;
    let current = results.row(current)?.ok_or(Error::UserNotFound)?;
    // The status counts. Where the rest fails, the provider sends the event again.
    let (app, reserved) = keys.reserved(app, &results, reserving?).await?;
    Claims::of(&app).show_all(reserved).await?;
    Ok(KycTaken {
        applied: current.applied,
        status: Some(current.status),
    })
}
