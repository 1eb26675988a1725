//! Session records in KV: what D1 last said of a session, believed for a minute. The time of
//! that word is in the record itself, so no cache or lag of KV can stretch the minute.

use serde::{Deserialize, Serialize};

use super::Kv;
use crate::rules::id::{SessionId, UserId};
use crate::rules::limits::SESSION_STALENESS;
use crate::rules::time::Time;

#[derive(Clone)]
pub(crate) struct SessionStore(Kv);

#[derive(Serialize, Deserialize)]
struct Record {
    user_id: UserId,
    /// D1 said so then.
    checked_at: Time,
}

/// Seconds; KV takes no less, and the record is worth nothing after it.
const KEPT: u64 = 60;

impl SessionStore {
    pub(crate) fn new(kv: Kv) -> SessionStore {
        SessionStore(kv)
    }

    /// Whether D1 said within the last minute that this session of this user is live. A failing
    /// KV is the same as no word: the caller asks D1.
    pub(crate) async fn is_fresh(
        &self,
        session_id: &SessionId,
        user_id: &UserId,
        now: Time,
    ) -> bool {
        let Ok(store) = self.0.store() else {
            return false;
        };
        let text = store.get(&key(session_id)).text().await.ok().flatten();
        let record: Option<Record> = text.and_then(|text| serde_json::from_str(&text).ok());
        record.is_some_and(|record| {
            record.user_id == *user_id
                && record.checked_at <= now
                && now.since(record.checked_at) < SESSION_STALENESS
        })
    }

    /// Remembers D1's word. A record that cannot be written costs the next request a look at D1.
    pub(crate) async fn remember(
        &self,
        session_id: &SessionId,
        user_id: &UserId,
        checked_at: Time,
    ) {
        let record = Record {
            user_id: user_id.clone(),
            checked_at,
        };
        let Ok(text) = serde_json::to_string(&record) else {
            return;
        };
        let Ok(store) = self.0.store() else {
            return;
        };
        if let Ok(put) = store.put(&key(session_id), text) {
            let _ = put.expiration_ttl(KEPT).execute().await;
        }
    }

    /// Forgets a session that D1 has ended. Where this fails, the minute ends it.
    pub(crate) async fn forget(&self, session_ids: &[SessionId]) {
        let Ok(store) = self.0.store() else {
            return;
        };
        for id in session_ids {
            let _ = store.delete(&key(id)).await;
        }
    }
}

fn key(session_id: &SessionId) -> String {
    format!("session:{session_id}")
}
