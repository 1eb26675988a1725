//! The access tokens of a session and of a client, and the object that a session's go out in.

use crate::app::App;
use crate::db::sessions::Session;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::rules::refresh_token::RefreshToken;
use crate::rules::scope::{Scope, Scopes};
use crate::rules::secret::hex;
use crate::rules::token::{AccessClaims, Login, Signed};
use crate::rules::username::Username;
use crate::wire::common::Timestamp;
use crate::wire::refresh::Tokens;

/// The token object of a session, with a newly signed access token and the refresh token that is now live
/// in it, for whom the caller named.
pub(crate) fn token_object(
    app: &App,
    client: &ClientCaller,
    session: &Session,
    refresh: &RefreshToken,
    username: Username,
) -> Result<Tokens, Error> {
    let signed = sign(app, client, session)?;
    Ok(Tokens {
        username,
        user_id: session.user_id.clone(),
        phone_number: session.phone.clone(),
        token_type: "Bearer",
        scope: Scope::UserAuth,
        expires_in: signed.life().as_secs(),
        issued_at: Timestamp(signed.issued_at),
        expires_at: Timestamp(signed.expires_at),
        access_token: signed.token,
        refresh_token: refresh.expose(),
    })
}

/// Signs the access token of a session.
pub(crate) fn sign(app: &App, client: &ClientCaller, session: &Session) -> Result<Signed, Error> {
    let login = Login {
        sid: session.id.clone(),
        auth_time: session.created_at,
        amr: session.amr.clone(),
        roles: session.roles.clone(),
        hold_until: session.withdrawals_held_until.ahead_of(app.now),
    };
    let claims = AccessClaims {
        sub: session.user_id.to_string(),
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
