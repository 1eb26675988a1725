//! Sessions between D1, which decides, and KV, which remembers for a minute.

use crate::app::App;
use crate::db::sessions::{self, SessionId};
use crate::db::Results;
use crate::error::Error;

/// Whether a session is live: KV's word of the last minute, or D1, which KV then remembers.
pub async fn is_live(app: &App, session_id: &str, user_id: &str) -> Result<bool, Error> {
    if app.sessions.is_fresh(session_id, user_id, app.now).await {
        return Ok(true);
    }
    let results = app
        .db
        .batch(vec![sessions::live(session_id, user_id, app.now)])
        .await?;
    let live = results.row::<SessionId>(0)?.is_some();
    if live {
        let (later, session, user) = (app.clone(), session_id.to_string(), user_id.to_string());
        let remember = async move { later.sessions.remember(&session, &user, later.now).await };
        app.after_answer(remember);
    }
    Ok(live)
}

/// KV forgets the sessions that the nth statement ended.
pub async fn forget_ended(app: &App, results: &Results, nth: usize) -> Result<(), Error> {
    let ended: Vec<String> = results
        .rows::<SessionId>(nth)?
        .into_iter()
        .map(|row| row.id)
        .collect();
    app.sessions.forget(&ended).await;
    Ok(())
}
