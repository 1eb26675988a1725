//! The access tokens of a session and of a client, and the object that a session's go out in.

use crate::app::App;
use crate::db::sessions::Session;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::rules::id::{SessionId, UserId};
use crate::rules::phone::Phone;
use crate::rules::refresh_token::RefreshToken;
use crate::rules::scope::{Scope, Scopes};
use crate::rules::secret::hex;
use crate::rules::time::Time;
use crate::rules::token::{AccessClaims, Login, Signed};
use crate::rules::username::Username;
use crate::wire::common::Timestamp;
use crate::wire::refresh::Tokens;

/// A session and the refresh token that is now live in it.
pub(crate) struct TokenOf<'a> {
    pub(crate) session_id: &'a SessionId,
    pub(crate) user_id: &'a UserId,
    pub(crate) phone: &'a Phone,
    pub(crate) roles: &'a [String],
    pub(crate) auth_time: Time,
    pub(crate) refresh: &'a RefreshToken,
}

impl<'a> TokenOf<'a> {
    pub(crate) fn session(session: &'a Session, refresh: &'a RefreshToken) -> TokenOf<'a> {
        TokenOf {
            session_id: &session.id,
            user_id: &session.user_id,
            phone: &session.phone,
            roles: &session.roles,
            auth_time: session.created_at,
            refresh,
        }
    }
}

/// The token object, with a newly signed access token, for whom the caller named.
pub(crate) fn token_object(
    app: &App,
    client: &ClientCaller,
    of: &TokenOf<'_>,
    username: Username,
) -> Result<Tokens, Error> {
    let signed = sign(app, client, of)?;
    Ok(Tokens {
        username,
        user_id: of.user_id.clone(),
        phone_number: of.phone.clone(),
        token_type: "Bearer",
        scope: Scope::UserAuth,
        expires_in: signed.life().as_secs(),
        issued_at: Timestamp(signed.issued_at),
        expires_at: Timestamp(signed.expires_at),
        access_token: signed.token,
        refresh_token: of.refresh.expose(),
    })
}

/// Signs the access token of a session.
pub(crate) fn sign(app: &App, client: &ClientCaller, of: &TokenOf<'_>) -> Result<Signed, Error> {
    let login = Login {
        sid: of.session_id.clone(),
        auth_time: of.auth_time,
        amr: ["pwd", "otp", "sms"].map(String::from).into(),
        roles: of.roles.to_vec(),
    };
    let claims = AccessClaims {
        sub: of.user_id.to_string(),
        login: Some(login),
        ..claims_of(app, client, Scopes::of([Scope::UserAuth]))
    };
    let life = app.config.access_token_life;
    let keys = &app.config.keys;
    keys.sign(claims, app.now, life).map_err(Error::Internal)
}

/// Signs a client's own access token.
pub(crate) fn sign_for_client(
    app: &App,
    client: &ClientCaller,
    scopes: Scopes,
    epoch: i64,
) -> Result<Signed, Error> {
    let claims = AccessClaims {
        epoch,
        ..claims_of(app, client, scopes)
    };
    let life = app.config.client_token_life;
    let keys = &app.config.keys;
    keys.sign(claims, app.now, life).map_err(Error::Internal)
}

fn claims_of(app: &App, client: &ClientCaller, scope: Scopes) -> AccessClaims {
    AccessClaims {
        iss: String::new(),
        aud: String::new(),
        sub: client.client_id.to_string(),
        client_id: client.client_id.clone(),
        partner_id: client.partner_id.clone(),
        scope,
        jti: hex(&app.ids.bytes()[..16]),
        epoch: 0,
        login: None,
    }
}
