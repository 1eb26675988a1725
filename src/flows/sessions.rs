//! Sessions between D1, which decides, and KV, which remembers for a minute.

use crate::app::App;
use crate::db::sessions::{self, SessionEnded};
use crate::db::{Batch, Results, Slot};
use crate::error::Error;
use crate::rules::id::{SessionId, UserId};

/// Whether a session is live: KV's word of the last minute, or D1, which KV then remembers.
pub(crate) async fn is_live(
    app: &App,
    session_id: &SessionId,
    user_id: &UserId,
) -> Result<bool, Error> {
    if app.sessions.is_fresh(session_id, user_id, app.now).await {
        return Ok(true);
    }
    let (batch, live) = Batch::of(sessions::live(session_id, user_id, app.now));
    let live = app.db.commit(batch).await?.row(live)?.is_some();
    if live {
        let (later, session, user) = (app.clone(), session_id.clone(), user_id.clone());
        let remember = async move { later.sessions.remember(&session, &user, later.now).await };
        app.after_answer(remember);
    }
    Ok(live)
}

/// KV forgets the sessions that a statement ended.
pub(crate) async fn forget_ended(
    app: &App,
    results: &Results,
    ended: Slot<SessionEnded>,
) -> Result<(), Error> {
    let ended = results.rows(ended)?.into_iter().map(|row| row.id);
    let ended: Vec<SessionId> = ended.collect();
    app.sessions.forget(&ended).await;
    Ok(())
}
