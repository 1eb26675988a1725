//! The KYC provider of a laptop: who cannot wait for a person to be verified has an event signed here.

use std::rc::Rc;

use crate::app::App;
use crate::config::terms::Terms;
use crate::db::kyc;
use crate::error::Error;
use crate::flows::homes::find_anywhere;
use crate::flows::terms;
use crate::rules::id::UserId;
use crate::rules::webhook_signature::sign;
use crate::wire::dev_kyc::{KycEventToSign, SignedKycEvent, WebhookHeaders};

/// Signs and changes nothing: whoever asks posts it to the webhook, which checks it as it does any.
pub(crate) async fn sign_event(
    app: &App,
    request: KycEventToSign,
) -> Result<SignedKycEvent, Error> {
    if !app.config.is_local() {
        return Err(Error::UnknownPath);
    }
    let event = request.event(&app.now.timestamp())?;
    let signer = signer(app, &event.user_id).await?;
    let secret = signer.terms.kyc_webhook_secrets.first();
    let secret = secret.ok_or(Error::UnknownPath)?;
    let id = app.request_id.as_str().replace("req_", "evt_");
    let timestamp = (app.now.millis() / 1000).to_string();
    Ok(SignedKycEvent {
        path: signer.path,
        headers: WebhookHeaders {
            webhook_signature: sign(secret, &id, &timestamp, event.body.as_bytes()),
            webhook_id: id,
            webhook_timestamp: timestamp,
            content_type: "application/json",
        },
        body: event.body,
    })
}

/// Who speaks for a user, and where.
struct Signer {
    terms: Rc<Terms>,
    path: String,
}

/// The user's partner, where it has secrets of its own; of nobody the service.
async fn signer(app: &App, user_id: &UserId) -> Result<Signer, Error> {
    const PATH: &str = "/v1/kyc/webhook";
    Ok(match find_anywhere(app, || kyc::of_user(user_id)).await? {
        Some(user) if user.version > 0 => Signer {
            terms: terms::as_of_now(app, &user.partner_id).await?,
            path: format!("{PATH}/{}", user.partner_id),
        },
        _ => Signer {
            terms: app.config.terms.clone(),
            path: PATH.into(),
        },
    })
}
