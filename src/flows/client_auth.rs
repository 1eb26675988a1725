//! The client that calls an OAuth endpoint, by its id and secret.

use serde_json::json;

use crate::app::App;
use crate::db::clients::{self, Client, SecretHash};
use crate::db::{throttles, Batch};
use crate::error::RetryAfter;
use crate::http::oauth::{Credentials, OAuthError, Refusal};
use crate::log;
use crate::rules::id::{ClientId, Subject};
use crate::rules::secret::{equal, sha256_hex};
use crate::wire::oauth::OAuthRequest;

/// The client by HTTP Basic or by the body (RFC 6749 §2.3.1), not both.
///
/// Guessing is slowed down by counting failures, but a right secret always passes: it has 256
/// random bits, and a client's id is no secret, so a lock would only shut a partner out.
pub(crate) async fn authenticate(app: &App, request: &OAuthRequest) -> Result<Client, Refusal> {
    let given = Credentials::read(request.authorization.as_deref(), &request.form)?;
    let pepper = app.config.peppers.current();
    let subject = Subject::client(&pepper.mac("client v1", &[given.id.as_str().as_bytes()]));
    let mut batch = Batch::new();
    let client = batch.read(clients::find(&given.id));
    let secrets = batch.read(clients::secrets(&given.id, app.now));
    let throttle = batch.read(throttles::read(&subject));
    let results = app.db.commit(batch).await?;
    let right = is_one_of(&given.secret, &results.rows(secrets)?);
    if let (true, Some(client)) = (right, results.row(client)?) {
        app.is_of(&given.id);
        return Ok(client);
    }
    refused(app, &given.id);
    let throttle = results.row(throttle)?;
    if let Some(throttle) = throttle.filter(|throttle| throttle.blocked_until > app.now) {
        let wait = RetryAfter::until(throttle.blocked_until, app.now);
        let why = format!("too many failures; try again in {} s", wait.0);
        return Err(OAuthError::new(429, "invalid_client", &why)
            .after(wait)
            .into());
    }
    let (batch, _) = Batch::of(throttles::count(&subject, &app.work_id, app.now));
    app.db.commit(batch).await?;
    let status = if given.basic { 401 } else { 400 };
    let why = "the client is unknown or its secret is wrong";
    Err(OAuthError::new(status, "invalid_client", why).into())
}

/// Whose secret is tried out, or forgotten. What is no client's id may be anything, a secret in the
/// wrong place too, and stays out of the log.
fn refused(app: &App, said: &ClientId) {
    let client_id = ClientId::is_of_ours(said.as_str()).then_some(said);
    log::event(
        "client.refused",
        json!({ "request_id": app.request_id, "client_id": client_id }),
    );
}

/// In a time that tells nothing of which.
fn is_one_of(secret: &str, hashes: &[SecretHash]) -> bool {
    let given = sha256_hex(secret.as_bytes());
    hashes.iter().fold(false, |right, hash| {
        right | equal(hash.secret_hash.as_bytes(), given.as_bytes())
    })
}
