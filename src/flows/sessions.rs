//! The end of sessions, of which D1 decides and KV has to hear.

use serde_json::json;

use crate::app::App;
use crate::db::sessions::{self, SessionEnded};
use crate::db::{Batch, Db, Results, Slot};
use crate::error::Error;
use crate::kv::sessions::SessionStore;
use crate::log;
use crate::rules::id::SessionId;
use crate::rules::limits;
use crate::rules::time::Time;

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

/// KV forgets again what has ended in the last quarter of an hour: a delete that was lost, or overtaken by the
/// record's own put, would otherwise let introspection believe a token for as long as it lives. Also where a partner is
/// not here: what has ended has ended in all homes.
pub(crate) async fn forget_again(db: &Db, store: &SessionStore, now: Time) -> Result<(), Error> {
    let (batch, ended) = Batch::of(sessions::ended_lately(now));
    let ended = db.commit(batch).await?.rows(ended)?;
    let ended: Vec<SessionId> = ended.into_iter().map(|row| row.id).collect();
    if ended.len() >= limits::ENDED_AT_ONCE as usize {
        let cause = "more sessions have ended than a run looks at";
        log::problem("sessions.not_forgotten", json!({ "cause": cause }));
    }
    let forgotten = store.forget_left(&ended).await?;
    if forgotten > 0 {
        log::event("sessions.forgotten_again", json!({ "sessions": forgotten }));
    }
    Ok(())
}
