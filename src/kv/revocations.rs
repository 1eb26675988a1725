//! Revoked client tokens and deleted clients, in KV until the last token has run out. What KV
//! said is believed for half a minute an isolate, and KV's own cache for another: within a
//! minute everywhere.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use worker::KvStore;

use super::unavailable;
use crate::error::Error;
use crate::rules::id::ClientId;
use crate::rules::time::{seconds, Time};

#[derive(Clone)]
pub(crate) struct RevocationStore(KvStore);

/// Seconds, KV's shortest.
const CACHED: u64 = 30;
const BELIEVED: Duration = seconds(30);
/// Entries an isolate remembers before it starts afresh.
const REMEMBERED: usize = 1_000;

thread_local! {
    /// When KV last said that a token was not revoked, by its jti.
    static LIVE: RefCell<HashMap<String, Time>> = RefCell::new(HashMap::new());
}

impl RevocationStore {
    pub(crate) fn new(kv: KvStore) -> RevocationStore {
        RevocationStore(kv)
    }

    /// Whether the token or its client was revoked. `Unavailable` when nobody can say.
    pub(crate) async fn is_revoked(
        &self,
        jti: &str,
        client_id: &ClientId,
        now: Time,
    ) -> Result<bool, Error> {
        let fresh = LIVE.with_borrow(|live| {
            live.get(jti)
                .is_some_and(|at| *at <= now && now.since(*at) < BELIEVED)
        });
        if fresh {
            return Ok(false);
        }
        let keys = [key(jti), key(client_id.as_str())];
        let found = self.0.get_bulk(&keys).cache_ttl(CACHED).text().await;
        let found = found.map_err(|error| unavailable(&error))?;
        let revoked = found.values().any(Option::is_some);
        if !revoked {
            LIVE.with_borrow_mut(|live| {
                if live.len() >= REMEMBERED {
                    live.clear();
                }
                live.insert(jti.into(), now);
            });
        }
        Ok(revoked)
    }

    /// `id`: a jti or a client's id. `life`: what a token of it can still have.
    pub(crate) async fn revoke(&self, id: &str, life: Duration) -> Result<(), Error> {
        LIVE.with_borrow_mut(HashMap::clear);
        let put = self
            .0
            .put(&key(id), "revoked")
            .map_err(|error| unavailable(&error))?;
        put.expiration_ttl(life.as_secs().max(60))
            .execute()
            .await
            .map_err(|error| unavailable(&error))
    }
}

fn key(id: &str) -> String {
    format!("revoked:{id}")
}
