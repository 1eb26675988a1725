//! What a token is worth, and ending it: introspection (RFC 7662) and revocation (RFC 7009).

use futures_util::future::join;

use crate::app::App;
use crate::db::clients::Client;
use crate::db::homes;
use crate::db::sessions::{self, Live, Which};
use crate::db::users::{self, Held};
use crate::db::{Batch, Results, Slot};
use crate::error::Error;
use crate::flows::client_auth::{authenticate, authenticate_asking};
use crate::flows::homes::find_anywhere;
use crate::flows::sessions::forget_ended;
use crate::flows::terms;
use crate::http::oauth::{invalid_request, Refusal};
use crate::rules::hold::Hold;
use crate::rules::id::{ClientId, PartnerId, SessionId, UserId};
use crate::rules::refresh_token::RefreshToken;
use crate::rules::scope::Scope;
use crate::rules::session::Ending;
use crate::rules::time::Time;
use crate::rules::token::Verified;
use crate::wire::oauth::{
    ActiveAccessToken, ActiveRefreshToken, Introspection, OAuthRequest, Revoked,
};

/// `POST /oauth2/introspect` (RFC 7662): for an authenticated client, of its partner's tokens; for a service behind,
/// of every partner's. Of any other, and of one that is not active, exactly `{"active": false}`.
///
/// Of a session it believes KV's record; where there is none, D1 is asked together with who the client is. The hold
/// is D1's in any case: it may have been set since the token was signed, in a session that went on.
pub(crate) async fn introspect(app: &App, request: OAuthRequest) -> Result<Introspection, Refusal> {
    let token = token_of(&request);
    let given = token.as_deref().unwrap_or_default();
    let verified = app.config.keys.verify(given, app.now).ok();
    let session = match verified.as_ref().and_then(Session::of) {
        Some(session) => Some(session.recorded(app).await),
        None => None,
    };
    let (client, found) = match &session {
        Some(session) => authenticate_finding(app, &request, session).await?,
        None => (authenticate(app, &request).await?, Found::default()),
    };
    let token = token?;
    let active = match verified {
        _ if found.is_over => None,
        Some(verified) => active_access_token(app, &client, verified, found.hold).await?,
        None => active_refresh_token(app, &client, &token).await?,
    };
    Ok(active.unwrap_or(Introspection::INACTIVE))
}

/// Who asks, and what there is of the session where it lives: in one batch, if that is the directory, and else at
/// once.
async fn authenticate_finding(
    app: &App,
    request: &OAuthRequest,
    session: &Session<'_>,
) -> Result<(Client, Found), Refusal> {
    let home = terms::home(app, session.partner_id).await?;
    let at_home = app.at_home(session.partner_id, home.clone());
    if !home.is_directory() {
        let (client, found) = join(authenticate(app, request), session.find(&at_home)).await;
        return Ok((client?, found?));
    }
    let ask = |batch: &mut Batch| {
        let here = batch.read(homes::is_here(session.partner_id, &home.home()));
        (here, session.ask(batch, app.now))
    };
    let (client, results, (here, asked)) = authenticate_asking(app, request, ask).await?;
    let found = match results.row(here)? {
        Some(_) => asked.found(&results)?,
        // It has moved.
        None => session.find(&at_home).await?,
    };
    Ok((client, found))
}

fn token_of(request: &OAuthRequest) -> Result<String, Refusal> {
    let token = request.form.value("token")?;
    token.ok_or_else(|| invalid_request("token is missing"))
}

/// The session that a user's token is of.
struct Session<'a> {
    id: &'a SessionId,
    user_id: UserId,
    client_id: &'a ClientId,
    partner_id: &'a PartnerId,
    /// KV has a record of it.
    is_recorded: bool,
}

/// What D1 is asked of it.
struct Asked {
    live: Option<Slot<Live>>,
    held: Slot<Held>,
}

/// What D1 says.
#[derive(Default)]
struct Found {
    /// The session is, or the user is gone.
    is_over: bool,
    hold: Option<Hold>,
}

impl Session<'_> {
    fn of(verified: &Verified) -> Option<Session<'_>> {
        let claims = &verified.claims;
        claims.login.as_ref().map(|login| Session {
            id: &login.sid,
            user_id: UserId::given(&claims.sub),
            client_id: &claims.client_id,
            partner_id: &claims.partner_id,
            is_recorded: false,
        })
    }

    async fn recorded(self, app: &App) -> Self {
        let (id, user_id) = (self.id, &self.user_id);
        let is_recorded = app.sessions.has(id, user_id, self.client_id, app.now).await;
        Session {
            is_recorded,
            ..self
        }
    }

    fn ask(&self, batch: &mut Batch, now: Time) -> Asked {
        let live = (!self.is_recorded).then(|| sessions::live(self.id, &self.user_id, now));
        Asked {
            live: live.map(|live| batch.read(live)),
            held: batch.read(users::held(&self.user_id)),
        }
    }

    async fn find(&self, at_home: &App) -> Result<Found, Error> {
        let mut batch = Batch::new();
        let asked = self.ask(&mut batch, at_home.now);
        let results = at_home.db.commit(batch).await?;
        asked.found(&results)
    }
}

impl Asked {
    fn found(&self, results: &Results) -> Result<Found, Error> {
        let live = self.live.map(|live| results.row(live)).transpose()?;
        let held = results.row(self.held)?;
        Ok(Found {
            is_over: matches!(live, Some(None)) || held.is_none(),
            hold: held.map(|held| held.withdrawals_held_until),
        })
    }
}

/// Whose tokens the client may ask about; `None` is everybody's.
fn whose(client: &Client) -> Option<&PartnerId> {
    let is_behind = client.scopes.has(Scope::Introspect);
    Some(&client.partner_id).filter(|_| !is_behind)
}

/// Of a user's, its session is live.
async fn active_access_token(
    app: &App,
    client: &Client,
    verified: Verified,
    hold: Option<Hold>,
) -> Result<Option<Introspection>, Error> {
    let mut claims = verified.claims;
    if whose(client).is_some_and(|own| claims.partner_id != *own) {
        return Ok(None);
    }
    let revocations = &app.revocations;
    let (jti, of, epoch) = (&claims.jti, &claims.client_id, claims.epoch);
    if claims.login.is_none() && revocations.is_revoked(jti, of, epoch, app.now).await? {
        return Ok(None);
    }
    if let Some(login) = &mut claims.login {
        login.hold_until = hold.and_then(|hold| hold.ahead_of(app.now));
    }
    Ok(Some(Introspection::Access(ActiveAccessToken {
        active: true,
        token_type: "Bearer",
        scope: claims.scope,
        client_id: claims.client_id,
        partner_id: claims.partner_id,
        sub: claims.sub,
        iss: claims.iss,
        aud: claims.aud,
        jti: claims.jti,
        iat: verified.issued_at,
        exp: verified.expires_at,
        login: claims.login,
    })))
}

async fn active_refresh_token(
    app: &App,
    client: &Client,
    token: &str,
) -> Result<Option<Introspection>, Error> {
    let Some(token) = RefreshToken::parse(token, &app.config.peppers) else {
        return Ok(None);
    };
    let (id, hash, whose) = (token.session_id(), token.hash(), whose(client));
    let ask = || sessions::of_token(&id, &hash, whose, app.now);
    let session = match whose {
        Some(own) => {
            let (batch, session) = Batch::of(ask());
            let at_home = terms::at_home(app, own).await?;
            at_home.db.commit(batch).await?.row(session)?
        }
        None => find_anywhere(app, ask).await?,
    };
    Ok(session.map(|session| {
        Introspection::Refresh(ActiveRefreshToken {
            active: true,
            scope: Scope::UserAuth,
            partner_id: session.partner_id,
            sub: session.user_id,
            sid: session.id,
            iss: app.config.keys.issuer().into(),
            exp: session.expires_at,
        })
    }))
}

/// `POST /oauth2/revoke` (RFC 7009). A user's token, of either kind, takes its whole session; a
/// token that is unknown, or another client's, is answered the same and left alone.
pub(crate) async fn revoke(app: &App, request: OAuthRequest) -> Result<Revoked, Refusal> {
    let client = authenticate(app, &request).await?;
    let token = token_of(&request)?;
    let session = match RefreshToken::parse(&token, &app.config.peppers) {
        Some(token) => Some(token.session_id()),
        None => revoke_access_token(app, &client, &token).await?,
    };
    if let Some(session) = session {
        end_session(app, &client, &session).await?;
    }
    Ok(Revoked {})
}

/// A client's own token is revoked by itself; a user's gives the session to end.
async fn revoke_access_token(
    app: &App,
    client: &Client,
    token: &str,
) -> Result<Option<SessionId>, Error> {
    let verified = app.config.keys.verify(token, app.now).ok();
    let Some(token) = verified.filter(|token| token.claims.client_id == client.id) else {
        return Ok(None);
    };
    let claims = token.claims;
    if claims.login.is_none() {
        let revoke = app
            .revocations
            .revoke(&claims.jti, token.expires_at, app.now);
        revoke.await?;
    }
    Ok(claims.login.map(|login| login.sid))
}

async fn end_session(app: &App, client: &Client, session: &SessionId) -> Result<(), Error> {
    let origin = app.origin(&client.partner_id, Some(&client.id));
    let mut batch = Batch::new();
    let which = Which::OfClient(session, &client.id);
    let ended = sessions::end(&mut batch, which, Ending::Revoked, &origin);
    let at_home = terms::at_home(app, &client.partner_id).await?;
    let results = at_home.db.commit(batch).await?;
    forget_ended(app, &results, ended).await
}
