//! The client that calls an OAuth endpoint, by its id and secret.

use serde_json::json;

use crate::app::App;
use crate::db::clients::{self, Client, SecretHash};
use crate::db::throttles::{self, Throttle};
use crate::error::RetryAfter;
use crate::http::oauth::{credentials, Form, OAuthError, Refusal};
use crate::http::Input;
use crate::log;
use crate::rules::secret::{equal, hex, sha256_hex};

/// The client by HTTP Basic or by the body (RFC 6749 §2.3.1), not both.
///
/// Guessing is slowed down by counting failures, but a right secret always passes: it has 256
/// random bits, and a client's id is no secret, so a lock would only shut a partner out.
pub async fn authenticate(app: &App, input: &Input, form: &Form) -> Result<Client, Refusal> {
    let (id, secret, basic) = credentials(input, form)?;
    let subject = format!(
        "client_{}",
        hex(&app
            .config
            .peppers
            .current()
            .mac("client v1", &[id.as_bytes()])[..16])
    );
    let results = app
        .db
        .batch(vec![
            clients::find(&id),
            clients::secrets(&id, app.now),
            throttles::read(&subject),
        ])
        .await?;
    let given = sha256_hex(secret.as_bytes());
    let hashes: Vec<SecretHash> = results.rows(1)?;
    let right = hashes.iter().fold(false, |right, hash| {
        right | equal(hash.secret_hash.as_bytes(), given.as_bytes())
    });
    if let (true, Some(client)) = (right, results.row::<Client>(0)?) {
        return Ok(client);
    }
    if let Some(throttle) = results
        .row::<Throttle>(2)?
        .filter(|throttle| throttle.blocked_until > app.now)
    {
        let wait = RetryAfter::until(throttle.blocked_until, app.now);
        let why = format!("too many failures; try again in {} s", wait.0);
        return Err(OAuthError::new(429, "invalid_client", &why)
            .after(wait)
            .into());
    }
    app.db
        .batch(vec![throttles::count(&subject, &app.work_id, app.now)])
        .await?;
    log::event("client.refused", json!({ "request_id": app.request_id }));
    let status = if basic { 401 } else { 400 };
    let why = "the client is unknown or its secret is wrong";
    Err(OAuthError::new(status, "invalid_client", why).into())
}
