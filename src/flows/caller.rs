//! Who is calling: the bearer token, verified, as the one kind of caller that a route takes.

use crate::app::App;
use crate::db::audit::Origin;
use crate::error::Error;
use crate::flows::sessions::is_live;
use crate::rules::id::{ClientId, PartnerId, SessionId, UserId};
use crate::rules::token::{AccessClaims, Scope};
use crate::rules::word::Word;

/// A client of a partner, or the operator's own.
#[derive(Clone)]
pub(crate) struct ClientCaller {
    pub(crate) client_id: ClientId,
    pub(crate) partner_id: PartnerId,
}

impl ClientCaller {
    /// Where an audit row of its call comes from.
    pub(crate) fn origin<'a>(&'a self, app: &'a App) -> Origin<'a> {
        app.origin(&self.partner_id, Some(&self.client_id))
    }
}

/// A logged-in user, on one device.
pub(crate) struct UserCaller {
    pub(crate) user_id: UserId,
    pub(crate) session_id: SessionId,
    pub(crate) client_id: ClientId,
    pub(crate) partner_id: PartnerId,
}

/// Whoever may read: a client, its partner's users; a user, themselves.
pub(crate) struct ReaderCaller {
    pub(crate) partner_id: PartnerId,
    user_id: Option<UserId>,
}

impl ReaderCaller {
    /// Whether this user, if of the reader's partner, may be shown.
    pub(crate) fn may_read(&self, user_id: &UserId) -> bool {
        self.user_id.as_ref().is_none_or(|own| own == user_id)
    }
}

/// `TokenInvalid` for anything that is not a token of ours.
pub(crate) fn verify(app: &App, token: &str) -> Result<AccessClaims, Error> {
    app.config
        .keys
        .verify(token, app.now)
        .map_err(|_| Error::TokenInvalid)
}

pub(crate) async fn client(app: &App, claims: AccessClaims) -> Result<ClientCaller, Error> {
    of_scope(app, claims, Scope::ClientAuth).await
}

pub(crate) async fn admin(app: &App, claims: AccessClaims) -> Result<ClientCaller, Error> {
    of_scope(app, claims, Scope::Admin).await
}

pub(crate) async fn reader(app: &App, claims: AccessClaims) -> Result<ReaderCaller, Error> {
    if claims.scope == Scope::UserAuth {
        let user = user(app, claims).await?;
        return Ok(ReaderCaller {
            partner_id: user.partner_id,
            user_id: Some(user.user_id),
        });
    }
    let client = client(app, claims).await?;
    Ok(ReaderCaller {
        partner_id: client.partner_id,
        user_id: None,
    })
}

/// Also asks whether the session is still live: KV's word of the last minute, or D1.
pub(crate) async fn user(app: &App, claims: AccessClaims) -> Result<UserCaller, Error> {
    let Some(login) = claims.login.filter(|_| claims.scope == Scope::UserAuth) else {
        return Err(Error::InsufficientScope(Scope::UserAuth.as_str()));
    };
    let caller = UserCaller {
        user_id: UserId::given(claims.sub),
        session_id: login.sid,
        client_id: claims.client_id,
        partner_id: claims.partner_id,
    };
    if is_live(app, &caller.session_id, &caller.user_id).await? {
        return Ok(caller);
    }
    Err(Error::TokenInvalid)
}

async fn of_scope(app: &App, claims: AccessClaims, scope: Scope) -> Result<ClientCaller, Error> {
    if claims.scope != scope {
        return Err(Error::InsufficientScope(scope.as_str()));
    }
    if app
        .revocations
        .is_revoked(&claims.jti, &claims.client_id, app.now)
        .await?
    {
        return Err(Error::TokenInvalid);
    }
    app.limiters.client(&claims.client_id).await?;
    Ok(ClientCaller {
        client_id: claims.client_id,
        partner_id: claims.partner_id,
    })
}
