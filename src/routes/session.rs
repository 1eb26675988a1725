//! A user's sessions: logging out, listing them, ending one.

use crate::app::App;
use crate::db::sessions::{self, SessionEnded, Which};
use crate::db::{Batch, Results, Slot};
use crate::error::Error;
use crate::flows::caller::UserCaller;
use crate::flows::sessions::forget_ended;
use crate::rules::session::Ending;
use crate::wire::common::{Nothing, Timestamp};
use crate::wire::session::{Logout, OfSession, Session, Sessions};

/// `POST /v1/user/logout`
pub(crate) async fn logout(
    app: &App,
    user: &UserCaller,
    request: Logout,
) -> Result<Nothing, Error> {
    let which = match request.everywhere {
        true => Which::AllOf(&user.user_id, &user.partner_id),
        false => Which::One(&user.session_id, &user.user_id),
    };
    let (results, ended) = commit(app, user, which).await?;
    // This one's record goes even when a first attempt, whose answer was lost, ended it in D1.
    app.sessions
        .forget(std::slice::from_ref(&user.session_id))
        .await;
    forget_ended(app, &results, ended).await?;
    Ok(Nothing {})
}

/// `GET /v1/user/sessions`
pub(crate) async fn list(app: &App, user: &UserCaller, (): ()) -> Result<Sessions, Error> {
    let (batch, listed) = Batch::of(sessions::list(&user.user_id, app.now));
    let listed = app.db.commit(batch).await?.rows(listed)?;
    let sessions = listed.into_iter().map(|session| Session {
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
    user: &UserCaller,
    request: OfSession,
) -> Result<Nothing, Error> {
    let which = Which::One(&request.session_id, &user.user_id);
    let (results, ended) = commit(app, user, which).await?;
    forget_ended(app, &results, ended).await?;
    Ok(Nothing {})
}

async fn commit(
    app: &App,
    user: &UserCaller,
    which: Which<'_>,
) -> Result<(Results, Slot<SessionEnded>), Error> {
    let origin = app.origin(&user.partner_id, Some(&user.client_id));
    let mut batch = Batch::new();
    let ended = sessions::end(&mut batch, which, Ending::Logout, &origin);
    Ok((app.db.commit(batch).await?, ended))
}
