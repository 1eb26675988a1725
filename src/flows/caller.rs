//! Who is calling: the bearer token, verified, as the one kind of caller that a route takes.

use crate::app::App;
use crate::db::audit::Origin;
use crate::error::Error;
use crate::flows::sessions::is_live;
use crate::rules::id::{ClientId, PartnerId, SessionId, UserId};
use crate::rules::scope::Scope;
use crate::rules::token::{AccessClaims, Verified};
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
pub(crate) fn verify(app: &App, token: &str) -> Result<Verified, Error> {
    app.config
        .keys
        .verify(token, app.now)
        .map_err(|_| Error::TokenInvalid)
}

/// A client whose token has one of these scopes; a caller without is told the first.
pub(crate) async fn client(
    app: &App,
    token: Verified,
    scopes: &[Scope],
) -> Result<ClientCaller, Error> {
    let claims = token.claims;
    if !scopes.iter().any(|scope| claims.scope.has(*scope)) {
        return Err(lacks(scopes[0]));
    }
    if app
        .revocations
        .is_revoked(&claims.jti, &claims.client_id, claims.epoch, app.now)
        .await?
    {
        return Err(Error::TokenInvalid);
    }
    Ok(ClientCaller {
        client_id: claims.client_id,
        partner_id: claims.partner_id,
    })
}

pub(crate) async fn reader(app: &App, token: Verified) -> Result<ReaderCaller, Error> {
    if token.claims.login.is_some() {
        let user = user(app, token.claims).await?;
        return Ok(ReaderCaller {
            partner_id: user.partner_id,
            user_id: Some(user.user_id),
        });
    }
    let client = client(app, token, &[Scope::UsersRead]).await?;
    Ok(ReaderCaller {
        partner_id: client.partner_id,
        user_id: None,
    })
}

/// Also asks whether the session is still live: KV's word of the last minute, or D1.
pub(crate) async fn user(app: &App, claims: AccessClaims) -> Result<UserCaller, Error> {
    let login = claims.login.ok_or_else(|| lacks(Scope::UserAuth))?;
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

fn lacks(scope: Scope) -> Error {
    Error::InsufficientScope(scope.as_str())
}
