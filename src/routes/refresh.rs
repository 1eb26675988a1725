//! `POST /v1/user/refresh`: a new access token and the next refresh token.

use serde_json::json;

use crate::app::App;
use crate::caller::ClientCaller;
use crate::db::audit::{self, Entry, Whom};
use crate::db::sessions::{self, Rotation, Session};
use crate::error::Error;
use crate::http::{Input, Reply};
use crate::refresh_token::RefreshToken;
use crate::secret::hex;
use crate::time::timestamp;
use crate::token::{AccessClaims, Login, Scope, Signed};
use crate::username::username;

/// `{username, refreshToken}` → the token object.
pub async fn post(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let fields = input.fields()?;
    let username = username(&fields)?;
    let presented = fields.text("refreshToken", 1, 512)?;
    let (session, successor) = rotate(app, client, presented, Some(&username)).await?;
    token_object(app, client, &TokenOf::session(&session, &successor))
}

/// Exchanges a refresh token for its successor; one that is neither live nor just replaced ends
/// its session. `RefreshInvalid` for everything that does not give a successor.
pub async fn rotate(
    app: &App,
    client: &ClientCaller,
    presented: &str,
    username: Option<&str>,
) -> Result<(Session, RefreshToken), Error> {
    let token = RefreshToken::parse(presented, &app.config.peppers).ok_or(Error::RefreshInvalid)?;
    let successor = token.successor(&app.config.peppers);
    let rotation = Rotation {
        session_id: &token.session_id(),
        partner_id: &client.partner_id,
        client_id: &client.client_id,
        username,
        presented: &token.hash(),
        successor: &successor.hash(),
        now: app.now,
    };
    let entry = |outcome| Entry {
        whom: Whom::OfSession(rotation.session_id),
        event: "session.refresh",
        outcome,
    };
    let origin = || app.origin(&client.partner_id, Some(&client.client_id));
    let results = app
        .db
        .batch(vec![
            sessions::rotate(&rotation),
            audit::record_if_changed(&origin(), &entry("rotated")),
            sessions::end_reused(&rotation),
            audit::record_if_changed(&origin(), &entry("reuse")),
            sessions::rotated(&rotation),
        ])
        .await?;
    match results.row::<Session>(4)? {
        Some(session) => {
            app.sessions
                .remember(&session.id, &session.user_id, app.now)
                .await;
            Ok((session, successor))
        }
        None => {
            app.sessions.forget(&[token.session_id()]).await;
            Err(Error::RefreshInvalid)
        }
    }
}

/// A session and the refresh token that is now live in it.
pub struct TokenOf<'a> {
    pub session_id: &'a str,
    pub user_id: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    pub roles: &'a [String],
    /// Milliseconds.
    pub auth_time: i64,
    pub refresh: &'a RefreshToken,
}

impl<'a> TokenOf<'a> {
    pub fn session(session: &'a Session, refresh: &'a RefreshToken) -> TokenOf<'a> {
        TokenOf {
            session_id: &session.id,
            user_id: &session.user_id,
            email: &session.email,
            phone: &session.phone,
            roles: &session.roles,
            auth_time: session.created_at,
            refresh,
        }
    }
}

/// The token object, with a newly signed access token.
pub fn token_object(app: &App, client: &ClientCaller, of: &TokenOf<'_>) -> Result<Reply, Error> {
    let signed = sign(app, client, of)?;
    Ok(Reply::data(json!({
        "username": of.email,
        "userId": of.user_id,
        "phoneNumber": of.phone,
        "tokenType": "Bearer",
        "scope": Scope::UserAuth.as_str(),
        "accessToken": signed.token,
        "refreshToken": of.refresh.expose(),
        "issuedAt": timestamp(signed.issued_at * 1000),
        "expiresIn": signed.expires_at - signed.issued_at,
        "expiresAt": timestamp(signed.expires_at * 1000),
    })))
}

/// Signs the access token of a session.
pub fn sign(app: &App, client: &ClientCaller, of: &TokenOf<'_>) -> Result<Signed, Error> {
    let claims = AccessClaims {
        iss: String::new(),
        aud: String::new(),
        sub: of.user_id.into(),
        client_id: client.client_id.clone(),
        partner_id: client.partner_id.clone(),
        scope: Scope::UserAuth,
        jti: hex(&app.ids.bytes()[..16]),
        login: Some(Login {
            sid: of.session_id.into(),
            auth_time: of.auth_time / 1000,
            amr: ["pwd", "otp", "sms"].map(String::from).into(),
            roles: of.roles.to_vec(),
        }),
    };
    let life = app.config.access_token_life;
    app.config
        .keys
        .sign(claims, app.now, life)
        .map_err(Error::Internal)
}
