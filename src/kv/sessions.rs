//! Session records in KV, for introspection: written when a session opens, deleted when it ends, never
//! because they were read. What ends sessions without listing them leaves its word in
//! [`revocations`](super::revocations).

use serde::{Deserialize, Serialize};

use super::revocations::{ends_all, key as revoked, key_of_sessions as ended};
use super::{unavailable, Kv};
use crate::error::Error;
use crate::rules::id::{ClientId, SessionId, UserId};
use crate::rules::limits::REFRESH_ABSOLUTE;
use crate::rules::time::Time;

#[derive(Clone)]
pub(crate) struct SessionStore(Kv);

/// Of a session that D1 has said is live.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) user_id: UserId,
    pub(crate) client_id: ClientId,
    pub(crate) opened_at: Time,
}

/// Seconds, KV's shortest: so long an edge may not hear that a session has ended.
const CACHED: u64 = 30;
/// Keys that KV looks up at once.
const AT_ONCE: usize = 100;

impl SessionStore {
    pub(crate) fn new(kv: Kv) -> SessionStore {
        SessionStore(kv)
    }

    /// Whether KV has a record of this session as one of this user and client, and no word that ended it.
    /// A failing KV is the same as no record: the caller asks D1.
    pub(crate) async fn has(
        &self,
        session_id: &SessionId,
        user_id: &UserId,
        client_id: &ClientId,
        now: Time,
    ) -> bool {
        let Ok(store) = self.0.store() else {
            return false;
        };
        let keys = [
            key(session_id),
            revoked(client_id.as_str()),
            ended(client_id),
        ];
        let found = store.get_bulk(&keys).cache_ttl(CACHED).text().await;
        let Ok(found) = found else { return false };
        let word = |key: &String| found.get(key).and_then(Option::as_deref);
        let record: Option<Record> =
            word(&keys[0]).and_then(|text| serde_json::from_str(text).ok());
        record.is_some_and(|record| {
            record.user_id == *user_id
                && record.client_id == *client_id
                && record.counts(word(&keys[1]), word(&keys[2]), now)
        })
    }

    /// Until the session's absolute end. A record that cannot be written costs introspection a look at D1.
    pub(crate) async fn put(&self, session_id: &SessionId, record: &Record) {
        let Ok(text) = serde_json::to_string(record) else {
            return;
        };
        let Ok(store) = self.0.store() else {
            return;
        };
        if let Ok(put) = store.put(&key(session_id), text) {
            let life = REFRESH_ABSOLUTE.as_secs();
            let _ = put.expiration_ttl(life).execute().await;
        }
    }

    /// Forgets sessions that D1 has ended. A delete that is lost is made again by the purge.
    pub(crate) async fn forget(&self, session_ids: &[SessionId]) {
        for id in session_ids {
            if let Ok(store) = self.0.store() {
                let _ = store.delete(&key(id)).await;
            }
        }
    }

    /// Forgets those of them that are still there.
    pub(crate) async fn forget_left(&self, session_ids: &[SessionId]) -> Result<usize, Error> {
        let mut forgotten = 0;
        for some in session_ids.chunks(AT_ONCE) {
            let keys: Vec<String> = some.iter().map(key).collect();
            let found = self.0.store()?.get_bulk(&keys).cache_ttl(CACHED);
            let found = found.text().await.map_err(|error| unavailable(&error))?;
            let is_left = |key: &&String| found.get(*key).is_some_and(Option::is_some);
            for key in keys.iter().filter(is_left) {
                let deleted = self.0.store()?.delete(key).await;
                deleted.map_err(|error| unavailable(&error))?;
                forgotten += 1;
            }
        }
        Ok(forgotten)
    }
}

impl Record {
    /// `revoked`: what KV says of the client's tokens; `ended`: of its users' sessions, a time up to which they
    /// are over.
    fn counts(&self, revoked: Option<&str>, ended: Option<&str>, now: Time) -> bool {
        let is_over = |word: &str| {
            let until = word.parse().map(Time::from_millis);
            until.map_or(true, |until| self.opened_at <= until)
        };
        now < self.opened_at + REFRESH_ABSOLUTE
            && !revoked.is_some_and(ends_all)
            && !ended.is_some_and(is_over)
    }
}

fn key(session_id: &SessionId) -> String {
    format!("session:{session_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPENED: Time = Time::from_millis(1_752_157_186_359);

    fn record() -> Record {
        Record {
            user_id: UserId::given("usr_1"),
            client_id: ClientId::given("cli_1"),
            opened_at: OPENED,
        }
    }

    #[test]
    fn a_record_counts_until_its_end_and_until_its_client_ends_it() {
        let opened = OPENED.millis().to_string();
        let before = (OPENED.millis() - 1).to_string();
        let counts = |revoked, ended| record().counts(revoked, ended, OPENED);
        assert!(counts(None, None));
        assert!(counts(Some("7"), Some(&before)));
        assert!(!counts(Some("revoked"), None));
        assert!(!counts(None, Some(&opened)));
        assert!(!counts(None, Some("revoked")));
        let end = OPENED + REFRESH_ABSOLUTE;
        assert!(!record().counts(None, None, end));
    }
}
