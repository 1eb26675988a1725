//! Revoked client tokens, deleted clients, which epoch of a client's tokens counts, and up to when the
//! sessions of its users are over, in KV until the last token has run out. What KV said is believed for half a minute an isolate, and KV's own cache for
//! another: within a minute everywhere.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use worker::KvStore;

use super::unavailable;
use crate::error::Error;
use crate::rules::id::ClientId;
use crate::rules::limits::LONGEST_CLIENT_TOKEN;
use crate::rules::time::{seconds, Time};

#[derive(Clone)]
pub(crate) struct RevocationStore(KvStore);

/// Seconds, KV's shortest.
const CACHED: u64 = 30;
/// The shortest life that KV takes, in seconds.
const SHORTEST: u64 = 60;
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

    /// Whether the token or its client was revoked, or the client's tokens of that epoch. `Unavailable`
    /// when nobody can say.
    pub(crate) async fn is_revoked(
        &self,
        jti: &str,
        client_id: &ClientId,
        token_epoch: i64,
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
        let revoked = found.values().flatten().any(|word| ends(word, token_epoch));
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

    /// A token that ends by itself then.
    pub(crate) async fn revoke(&self, jti: &str, expires_at: Time, now: Time) -> Result<(), Error> {
        self.write(jti, "revoked", expires_at.since(now)).await
    }

    /// Every token of a client.
    pub(crate) async fn end_client(&self, id: &ClientId) -> Result<(), Error> {
        let life = LONGEST_CLIENT_TOKEN;
        self.write(id.as_str(), "revoked", life).await
    }

    /// The client's tokens of an earlier epoch.
    pub(crate) async fn end_tokens(&self, id: &ClientId, epoch: i64) -> Result<(), Error> {
        let word = epoch.to_string();
        self.write(id.as_str(), &word, LONGEST_CLIENT_TOKEN).await
    }

    /// The sessions of the client's users that were opened up to then.
    pub(crate) async fn end_sessions(&self, id: &ClientId, until: Time) -> Result<(), Error> {
        let word = until.millis().to_string();
        self.put(&key_of_sessions(id), &word, LONGEST_CLIENT_TOKEN)
            .await
    }

    async fn write(&self, id: &str, word: &str, life: Duration) -> Result<(), Error> {
        LIVE.with_borrow_mut(HashMap::clear);
        self.put(&key(id), word, life).await
    }

    async fn put(&self, key: &str, word: &str, life: Duration) -> Result<(), Error> {
        let put = self.0.put(key, word).map_err(|error| unavailable(&error))?;
        put.expiration_ttl(life.as_secs().max(SHORTEST))
            .execute()
            .await
            .map_err(|error| unavailable(&error))
    }
}

/// Whether a token of that epoch is refused by this word: an epoch before which none counts, or any
/// other, which ends them all.
fn ends(word: &str, token_epoch: i64) -> bool {
    word.parse::<i64>()
        .map_or(true, |epoch| token_epoch < epoch)
}

/// Whether a client's word ends all that is of it, its users' sessions too.
pub(super) fn ends_all(word: &str) -> bool {
    ends(word, i64::MAX)
}

/// Of a token, or of a client.
pub(super) fn key(id: &str) -> String {
    format!("revoked:{id}")
}

pub(super) fn key_of_sessions(id: &ClientId) -> String {
    format!("sessions_ended:{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operators_page_writes_what_is_read_here() {
        let page = include_str!("../../docs/operating.md");
        let (client, life) = (key("cli_..."), LONGEST_CLIENT_TOKEN.as_secs());
        assert!(page.contains(&format!("--ttl {life} \"{client}\" revoked")));
        assert!(ends("revoked", i64::MAX));
    }

    #[test]
    fn an_epoch_ends_those_before_it_and_any_other_word_ends_all() {
        assert!(ends("2", 0) && ends("2", 1));
        assert!(!ends("2", 2) && !ends("2", 3));
        for word in ["revoked", "", "2.5", "all"] {
            assert!(ends(word, i64::MAX), "{word:?}");
        }
    }
}
