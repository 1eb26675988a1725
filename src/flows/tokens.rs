//! The access tokens of a session, and the object they go out in.

use serde_json::json;

use crate::app::App;
use crate::db::sessions::Session;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::http::Reply;
use crate::rules::refresh_token::RefreshToken;
use crate::rules::secret::hex;
use crate::rules::time::timestamp;
use crate::rules::token::{AccessClaims, Login, Scope, Signed};

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
