//! Who is calling: the bearer token, verified, as the one kind of caller that a route takes.

use crate::app::App;
use crate::db::sessions::{self, SessionId};
use crate::error::Error;
use crate::token::{AccessClaims, Scope};

/// A client of a partner, or the operator's own.
#[derive(Clone)]
pub struct ClientCaller {
    pub client_id: String,
    pub partner_id: String,
}

/// A logged-in user, on one device.
pub struct UserCaller {
    pub user_id: String,
    pub session_id: String,
    pub client_id: String,
    pub partner_id: String,
}

/// `TokenInvalid` for anything that is not a live token of ours.
pub fn verify(app: &App, token: &str) -> Result<AccessClaims, Error> {
    app.config
        .keys
        .verify(token, app.now)
        .map_err(|_| Error::TokenInvalid)
}

pub fn client(claims: Option<AccessClaims>) -> Result<ClientCaller, Error> {
    of_scope(claims, Scope::ClientAuth)
}

pub fn admin(claims: Option<AccessClaims>) -> Result<ClientCaller, Error> {
    of_scope(claims, Scope::Admin)
}

/// Also asks whether the session is still live: KV's word of the last minute, or D1.
pub async fn user(app: &App, claims: Option<AccessClaims>) -> Result<UserCaller, Error> {
    let claims = claims.ok_or(Error::TokenMissing)?;
    let Some(login) = claims.login.filter(|_| claims.scope == Scope::UserAuth) else {
        return Err(Error::InsufficientScope(Scope::UserAuth.as_str()));
    };
    let caller = UserCaller {
        user_id: claims.sub,
        session_id: login.sid,
        client_id: claims.client_id,
        partner_id: claims.partner_id,
    };
    if app
        .sessions
        .is_fresh(&caller.session_id, &caller.user_id, app.now)
        .await
    {
        return Ok(caller);
    }
    let results = app
        .db
        .batch(vec![sessions::live(
            &caller.session_id,
            &caller.user_id,
            app.now,
        )])
        .await?;
    results.row::<SessionId>(0)?.ok_or(Error::TokenInvalid)?;
    let (app, session, user) = (
        app.clone(),
        caller.session_id.clone(),
        caller.user_id.clone(),
    );
    let later = app.clone();
    later.after_answer(async move { app.sessions.remember(&session, &user, app.now).await });
    Ok(caller)
}

fn of_scope(claims: Option<AccessClaims>, scope: Scope) -> Result<ClientCaller, Error> {
    let claims = claims.ok_or(Error::TokenMissing)?;
    if claims.scope != scope {
        return Err(Error::InsufficientScope(scope.as_str()));
    }
    Ok(ClientCaller {
        client_id: claims.client_id,
        partner_id: claims.partner_id,
    })
}
