//! A user's sessions: logging out, listing them, ending one.

use crate::app::App;
use crate::db::sessions::{self, Which};
use crate::error::Error;
use crate::flows::caller::{Unproven, UserCaller};
use crate::flows::sessions::forget_ended;
use crate::rules::id::SessionId;
use crate::rules::session::Ending;
use crate::wire::common::{Nothing, Timestamp};
use crate::wire::session::{Logout, OfSession, Session, Sessions};

/// `POST /v1/user/logout`
pub(crate) async fn logout(
    app: &App,
    user: Unproven<UserCaller>,
    request: Logout,
) -> Result<Nothing, Error> {
    let act = user.act(app, |batch, user, origin| {
        let by = user.by(app);
        let which = match request.everywhere {
            true => Which::Every(by),
            false => Which::One(by.session_id, by),
        };
        sessions::end(batch, which, Ending::Logout, origin)
    });
    let (user, results, ended) = act.await?;
    let ended = results.rows(ended)?.into_iter().map(|row| row.id);
    let mut ended: Vec<SessionId> = ended.collect();
    // This one's record goes even when a first attempt, whose answer was lost, ended it in D1.
    if !ended.contains(&user.session_id) {
        ended.push(user.session_id);
    }
    app.sessions.forget(&ended).await;
    Ok(Nothing {})
}

/// `GET /v1/user/sessions`
pub(crate) async fn list(app: &App, user: Unproven<UserCaller>, (): ()) -> Result<Sessions, Error> {
    let list = user.ask(app, |batch, user| {
        batch.read(sessions::list(&user.user_id, app.now))
    });
    let (user, results, listed) = list.await?;
    let sessions = results.rows(listed)?.into_iter().map(|session| Session {
        current: session.id == user.session_id,
        session_id: session.id,
        client_id: session.client_id,
        creation_ts: Timestamp(session.created_at),
        refresh_ts: Timestamp(session.rotated_at),
        expires_at: Timestamp(session.expires_at),
    });
    Ok(Sessions {
        sessions: sessions.collect(),
    })
}

/// `DELETE /v1/user/sessions/{sessionId}`: also when it was over, or never was this user's.
pub(crate) async fn end(
    app: &App,
    user: Unproven<UserCaller>,
    request: OfSession,
) -> Result<Nothing, Error> {
    let act = user.act(app, |batch, user, origin| {
        let which = Which::One(&request.session_id, user.by(app));
        sessions::end(batch, which, Ending::Logout, origin)
    });
    let (_, results, ended) = act.await?;
    forget_ended(app, &results, ended).await?;
    Ok(Nothing {})
}
