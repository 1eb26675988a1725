//! The KYC provider of a laptop: who cannot wait for a person to be verified has an event signed here.

use crate::app::App;
use crate::error::Error;
use crate::rules::webhook_signature::sign;
use crate::wire::dev_kyc::{KycEventToSign, SignedKycEvent, WebhookHeaders};

/// Signs and changes nothing: whoever asks posts it to the webhook, which checks it as it does any.
pub(crate) async fn sign_event(
    app: &App,
    request: KycEventToSign,
) -> Result<SignedKycEvent, Error> {
    let secret = app.terms().kyc_webhook_secrets.first();
    let secret = secret.filter(|_| app.config.is_local());
    let secret = secret.ok_or(Error::UnknownPath)?;
    let body = request.event(&app.now.timestamp())?;
    let id = app.request_id.as_str().replace("req_", "evt_");
    let timestamp = (app.now.millis() / 1000).to_string();
    Ok(SignedKycEvent {
        headers: WebhookHeaders {
            webhook_signature: sign(secret, &id, &timestamp, body.as_bytes()),
            webhook_id: id,
            webhook_timestamp: timestamp,
            content_type: "application/json",
        },
        body,
    })
}
