//! What a token is worth, and ending it: introspection (RFC 7662) and revocation (RFC 7009).

use serde_json::{json, Value};

use crate::app::App;
use crate::db::audit::{self, Entry, Whom};
use crate::db::clients::Client;
use crate::db::sessions::{self, Session};
use crate::error::Error;
use crate::flows::client_auth::authenticate;
use crate::flows::sessions::{forget_ended, is_live};
use crate::http::oauth::{invalid_request, Form, Refusal};
use crate::http::{Input, Reply};
use crate::rules::refresh_token::RefreshToken;
use crate::rules::token::Scope;

/// `POST /oauth2/introspect` (RFC 7662): for an authenticated client, of its partner's tokens.
/// Of any other, and of one that is not active, exactly `{"active": false}`.
pub async fn introspect(app: &App, input: &Input) -> Result<Reply, Error> {
    Refusal::answered(introspection(app, input).await)
}

async fn introspection(app: &App, input: &Input) -> Result<Reply, Refusal> {
    let form = Form::read(input)?;
    let client = authenticate(app, input, &form).await?;
    let token = form
        .value("token")?
        .ok_or_else(|| invalid_request("token is missing"))?;
    let active = match token.starts_with("rt_") {
        true => active_refresh_token(app, &client, &token).await?,
        false => active_access_token(app, &client, &token).await?,
    };
    Ok(Reply::json(
        200,
        &active.unwrap_or_else(|| json!({ "active": false })),
    ))
}

async fn active_access_token(
    app: &App,
    client: &Client,
    token: &str,
) -> Result<Option<Value>, Error> {
    let Ok(verified) = app.config.keys.verify_with_times(token, app.now) else {
        return Ok(None);
    };
    let claims = verified.claims;
    let live = match &claims.login {
        Some(login) => is_live(app, &login.sid, &claims.sub).await?,
        None => {
            !app.revocations
                .is_revoked(&claims.jti, &claims.client_id, app.now)
                .await?
        }
    };
    if !live || claims.partner_id != client.partner_id {
        return Ok(None);
    }
    let mut shown = json!({
        "active": true,
        "token_type": "Bearer",
        "scope": claims.scope.as_str(),
        "client_id": claims.client_id,
        "sub": claims.sub,
        "iss": claims.iss,
        "aud": claims.aud,
        "jti": claims.jti,
        "iat": verified.issued_at,
        "exp": verified.expires_at,
    });
    if let Some(login) = claims.login {
        shown["sid"] = json!(login.sid);
        shown["auth_time"] = json!(login.auth_time);
        shown["amr"] = json!(login.amr);
        shown["roles"] = json!(login.roles);
    }
    Ok(Some(shown))
}

async fn active_refresh_token(
    app: &App,
    client: &Client,
    token: &str,
) -> Result<Option<Value>, Error> {
    let Some(token) = RefreshToken::parse(token, &app.config.peppers) else {
        return Ok(None);
    };
    let find = sessions::of_token(
        &token.session_id(),
        &token.hash(),
        &client.partner_id,
        app.now,
    );
    let session: Option<Session> = app.db.batch(vec![find]).await?.row(0)?;
    Ok(session.map(|session| {
        json!({
            "active": true,
            "scope": Scope::UserAuth.as_str(),
            "sub": session.user_id,
            "sid": session.id,
            "iss": app.config.keys.issuer(),
            "exp": session.expires_at / 1000,
        })
    }))
}

/// `POST /oauth2/revoke` (RFC 7009). A user's token, of either kind, takes its whole session; a
/// token that is unknown, or another client's, is answered the same and left alone.
pub async fn revoke(app: &App, input: &Input) -> Result<Reply, Error> {
    Refusal::answered(revocation(app, input).await)
}

async fn revocation(app: &App, input: &Input) -> Result<Reply, Refusal> {
    let form = Form::read(input)?;
    let client = authenticate(app, input, &form).await?;
    let token = form
        .value("token")?
        .ok_or_else(|| invalid_request("token is missing"))?;
    let session = match RefreshToken::parse(&token, &app.config.peppers) {
        Some(token) => Some(token.session_id()),
        None => {
            let claims = app.config.keys.verify(&token, app.now).ok();
            let claims = claims.filter(|claims| claims.client_id == client.id);
            if let Some(claims) = claims.as_ref().filter(|claims| claims.login.is_none()) {
                app.revocations
                    .revoke(&claims.jti, app.config.client_token_life)
                    .await?;
            }
            claims
                .and_then(|claims| claims.login)
                .map(|login| login.sid)
        }
    };
    if let Some(session) = session {
        end_session(app, &client, &session).await?;
    }
    Ok(Reply::json(200, &json!({})))
}

async fn end_session(app: &App, client: &Client, session: &str) -> Result<(), Error> {
    let entry = Entry {
        whom: Whom::OfSession(session),
        event: "session.end",
        outcome: "revoked",
    };
    let origin = app.origin(&client.partner_id, Some(&client.id));
    let end = sessions::end_of_client(session, &client.id, app.now);
    let results = app
        .db
        .batch(vec![end, audit::record_if_changed(&origin, &entry)])
        .await?;
    forget_ended(app, &results, 0).await
}
