//! Who is calling: the bearer token, verified, as the one kind of caller that a route takes.

use crate::app::App;
use crate::db::audit::Origin;
use crate::db::sessions::{self, By};
use crate::db::{Batch, Results};
use crate::error::Error;
use crate::http::bearer;
use crate::rules::id::{ClientId, PartnerId, SessionId, UserId};
use crate::rules::scope::Scope;
use crate::rules::token::{AccessClaims, Verified};
use crate::rules::word::Word;

/// A client of a partner, or the operator's own.
#[derive(Clone)]
pub(crate) struct ClientCaller {
    pub(crate) client_id: ClientId,
    pub(crate) partner_id: PartnerId,
    /// Its token has the scope `admin`.
    pub(crate) is_operator: bool,
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

impl UserCaller {
    /// The client by which they call.
    pub(crate) fn client(&self) -> ClientCaller {
        ClientCaller {
            client_id: self.client_id.clone(),
            partner_id: self.partner_id.clone(),
            is_operator: false,
        }
    }

    pub(crate) fn by(&self, app: &App) -> By<'_> {
        By {
            session_id: &self.session_id,
            user_id: &self.user_id,
            now: app.now,
        }
    }
}

/// Whoever may read: a client, its partner's users; a user, themselves.
pub(crate) enum ReaderCaller {
    Client(ClientCaller),
    User(UserCaller),
}

impl ReaderCaller {
    pub(crate) fn partner_id(&self) -> &PartnerId {
        match self {
            ReaderCaller::Client(client) => &client.partner_id,
            ReaderCaller::User(user) => &user.partner_id,
        }
    }

    /// Whether this user, if of the reader's partner, may be shown.
    pub(crate) fn may_read(&self, user_id: &UserId) -> bool {
        match self {
            ReaderCaller::Client(_) => true,
            ReaderCaller::User(user) => user.user_id == *user_id,
        }
    }
}

/// A caller whose session may be over. Whether it is, D1 says in the batch that the call makes anyway: who
/// calls is told to what builds that batch, and to nothing else before the session was found live.
pub(crate) struct Unproven<C>(C);

/// What may have come by a session.
pub(crate) trait MayHaveSession {
    fn user(&self) -> Option<&UserCaller>;
}

impl MayHaveSession for UserCaller {
    fn user(&self) -> Option<&UserCaller> {
        Some(self)
    }
}

impl MayHaveSession for ReaderCaller {
    fn user(&self) -> Option<&UserCaller> {
        match self {
            ReaderCaller::Client(_) => None,
            ReaderCaller::User(user) => Some(user),
        }
    }
}

impl<C: MayHaveSession> Unproven<C> {
    /// Reads what `add` asks, in one batch with whether the session lives. `TokenInvalid` where it does not,
    /// whatever else was found.
    pub(crate) async fn ask<T>(
        self,
        app: &App,
        add: impl FnOnce(&mut Batch, &C) -> T,
    ) -> Result<(C, Results, T), Error> {
        let mut batch = Batch::new();
        let live = |user: &UserCaller| sessions::live(&user.session_id, &user.user_id, app.now);
        let live = self.0.user().map(|user| batch.read(live(user)));
        let asked = add(&mut batch, &self.0);
        let results = app.db.commit(batch).await?;
        if let Some(live) = live {
            results.row(live)?.ok_or(Error::TokenInvalid)?;
        }
        Ok((self.0, results, asked))
    }

    /// What is wrong with the call, once it is known that the session lives: whoever may not call learns
    /// nothing of what the call takes.
    pub(crate) async fn refuse<E: From<Error>>(self, app: &App, why: E) -> E {
        if self.0.user().is_none() {
            return why;
        }
        match self.ask(app, |_, _| ()).await {
            Ok(_) => why,
            Err(error) => error.into(),
        }
    }
}

impl Unproven<UserCaller> {
    /// Does what `add` adds, which is conditional on the session ([`UserCaller::by`]), and says whether it was
    /// live. A batch that is run again finds that it was, though it has ended it.
    pub(crate) async fn act<T>(
        self,
        app: &App,
        add: impl FnOnce(&mut Batch, &UserCaller, &Origin<'_>) -> T,
    ) -> Result<(UserCaller, Results, T), Error> {
        let user = self.0;
        let origin = app.origin(&user.partner_id, Some(&user.client_id));
        let mut batch = Batch::new();
        let live = batch.read(sessions::live_or_done(user.by(app), &origin));
        let asked = add(&mut batch, &user, &origin);
        let results = app.db.commit(batch).await?;
        results.row(live)?.ok_or(Error::TokenInvalid)?;
        Ok((user, results, asked))
    }
}

/// The operator, at a path that others may ask too. `authorization` is the header, if there is one.
pub(crate) async fn operator(
    app: &App,
    authorization: Option<&str>,
) -> Result<ClientCaller, Error> {
    let token = verify(app, bearer(authorization)?)?;
    app.is_of(&token.claims.client_id, &token.claims.partner_id);
    client(app, token, &[Scope::Admin]).await
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
        is_operator: claims.scope.has(Scope::Admin),
        client_id: claims.client_id,
        partner_id: claims.partner_id,
    })
}

pub(crate) async fn reader(app: &App, token: Verified) -> Result<Unproven<ReaderCaller>, Error> {
    Ok(Unproven(match token.claims.login.is_some() {
        true => ReaderCaller::User(user(token.claims)?.0),
        false => ReaderCaller::Client(client(app, token, &[Scope::UsersRead]).await?),
    }))
}

pub(crate) fn user(claims: AccessClaims) -> Result<Unproven<UserCaller>, Error> {
    let login = claims.login.ok_or_else(|| lacks(Scope::UserAuth))?;
    Ok(Unproven(UserCaller {
        user_id: UserId::given(claims.sub),
        session_id: login.sid,
        client_id: claims.client_id,
        partner_id: claims.partner_id,
    }))
}

fn lacks(scope: Scope) -> Error {
    Error::InsufficientScope(scope.as_str())
}
