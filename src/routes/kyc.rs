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
use crate::flows::homes::find_anywhere;
use crate::flows::reserving::Keys;
use crate::flows::terms;
use crate::log;
use crate::rules::id::UserId;
use crate::rules::webhook_signature::SignedHeaders;
use crate::wire::kyc::{About, KycEvent, KycTaken, KycWebhook};

/// A replay, and a word that another outweighs, are taken and change no status. An event about
/// nobody is not taken, so that the same one can be taken once there is such a user.
pub(crate) async fn webhook(app: &App, request: KycWebhook) -> Result<KycTaken, Error> {
    let signer = signer(app, &request).await?;
    verify(app, &request, &signer)?;
    let Some(event) = request.event(app.now)? else {
        return Ok(KycTaken {
            applied: false,
            status: None,
        });
    };
    for _ in 0..OVERTAKEN {
        let of_user = of_user(app, &request, &event.user_id).await?;
        let terms = spoken_for(app, &request, signer.clone(), &of_user).await?;
        let at_home = terms::at_home(app, &of_user.partner_id).await?;
        let taken = apply(&at_home.under(terms), &request, &event, &of_user).await?;
        if let Some(taken) = taken {
            return Ok(taken);
        }
    }
    // The provider asks again.
    Err(Error::Unavailable(
        "changes of the partner's settings were always faster".into(),
    ))
}

/// How often a change of settings may come between that a user is found and that the event is taken.
const OVERTAKEN: u32 = 3;

/// Whose secrets may have signed it. Nobody is looked up for what nobody can have signed now.
async fn signer(app: &App, request: &KycWebhook) -> Result<Rc<Terms>, Error> {
    match &request.about {
        About::Nobody => Err(refused(app, request)),
        _ if !signed(request).is_timely(app.now) => Err(refused(app, request)),
        About::Partner(partner_id) => terms::of(app, partner_id).await,
        About::Services => Ok(app.config.terms.clone()),
    }
}

fn signed(request: &KycWebhook) -> SignedHeaders<'_> {
    SignedHeaders {
        id: &request.id,
        timestamp: &request.timestamp,
        signature: &request.signature,
    }
}

fn verify(app: &App, request: &KycWebhook, signer: &Terms) -> Result<(), Error> {
    match signed(request).verify(&signer.kyc_webhook_secrets, &request.body, app.now) {
        true => Ok(()),
        false => Err(refused(app, request)),
    }
}

fn refused(app: &App, request: &KycWebhook) -> Error {
    log::event(
        "kyc.refused",
        json!({ "request_id": app.request_id, "partner_id": request.about.partner_id() }),
    );
    // 401 is kept for bearer tokens.
    Error::invalid(
        "webhook-signature",
        "does not verify, or webhook-timestamp is more than five minutes off",
    )
}

/// Where the partner that is named lives; with the service's secret, anywhere.
async fn of_user(app: &App, request: &KycWebhook, user_id: &UserId) -> Result<Partner, Error> {
    let found = match request.about.partner_id() {
        Some(partner_id) => {
            let known = terms::known(app, partner_id).await;
            known.terms()?;
            let home = known.home().ok_or(Error::UserNotFound)?;
            let (batch, found) = Batch::of(kyc::of_user(user_id));
            let at_home = app.at_home(partner_id, home.clone());
            at_home.db.commit(batch).await?.row(found)?
        }
        None => find_anywhere(app, || kyc::of_user(user_id)).await?,
    };
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
    let Some(named) = request.about.partner_id() else {
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

/// None where the partner's settings have changed since the user was found.
async fn apply(
    app: &App,
    request: &KycWebhook,
    event: &KycEvent,
    of_user: &Partner,
) -> Result<Option<KycTaken>, Error> {
    let document_ids = serde_json::to_string(&event.document_ids).map_err(Error::internal)?;
    // A provider's ids are its own: those of one partner's tell nothing of another's.
    let id = match request.about.partner_id() {
        Some(partner_id) => format!("{partner_id}/{}", request.id),
        // It would be that of a partner's.
        None if request.id.contains('/') => format!("/{}", request.id),
        None => request.id.clone(),
    };
    let mut left_out = event.left_out.clone();
    let brings_documents = !event.document_ids.is_empty();
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
    let Some(current) = results.row(current)? else {
        return Ok(None);
    };
    if current.is_full && brings_documents {
        left_out.push("documentIds");
    }
    if !left_out.is_empty() {
        log::event(
            "kyc.left_out",
            json!({ "request_id": app.request_id, "members": left_out }),
        );
    }
    // The status counts. Where the rest fails, the provider sends the event again.
    let (app, reserved) = keys.reserved(app, &results, reserving?).await?;
    Claims::of(&app).show_all(reserved).await?;
    Ok(Some(KycTaken {
        applied: current.applied,
        status: Some(current.status),
    }))
}
