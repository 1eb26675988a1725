//! Revoked client tokens, deleted clients, and from when a client's tokens count, in KV until the last
//! token has run out. What KV said is believed for half a minute an isolate, and KV's own cache for
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

    /// Whether the token or its client was revoked, or the client's tokens of that time. `Unavailable`
    /// when nobody can say.
    pub(crate) async fn is_revoked(
        &self,
        jti: &str,
        client_id: &ClientId,
        issued_at: Time,
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
        let revoked = found.values().flatten().any(|word| ends(word, issued_at));
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

    /// The client's tokens issued before.
    pub(crate) async fn end_tokens(&self, id: &ClientId, not_before: Time) -> Result<(), Error> {
        let word = not_before.millis().to_string();
        self.write(id.as_str(), &word, LONGEST_CLIENT_TOKEN).await
    }

    async fn write(&self, id: &str, word: &str, life: Duration) -> Result<(), Error> {
        LIVE.with_borrow_mut(HashMap::clear);
        let put = self
            .0
            .put(&key(id), word)
            .map_err(|error| unavailable(&error))?;
        put.expiration_ttl(life.as_secs().max(SHORTEST))
            .execute()
            .await
            .map_err(|error| unavailable(&error))
    }
}

/// Whether a token of that time is refused by this word: a time before which none counts, or any
/// other, which ends them all.
fn ends(word: &str, issued_at: Time) -> bool {
    word.parse()
        .map_or(true, |not_before| issued_at < Time::from_millis(not_before))
}

fn key(id: &str) -> String {
    format!("revoked:{id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operators_page_writes_what_is_read_here() {
        let page = include_str!("../../docs/operating.md");
        let (client, life) = (key("cli_..."), LONGEST_CLIENT_TOKEN.as_secs());
        assert!(page.contains(&format!("--ttl {life} \"{client}\" revoked")));
        assert!(ends("revoked", Time::from_millis(i64::MAX)));
    }

    #[test]
    fn a_time_ends_what_was_issued_before_it_and_any_other_word_ends_all() {
        let at = Time::from_millis;
        assert!(ends("6000", at(5_999)) && ends("6000", at(5_000)));
        assert!(!ends("6000", at(6_000)) && !ends("6000", at(7_000)));
        for word in ["revoked", "", "6000.5", "all"] {
            assert!(ends(word, at(i64::MAX)), "{word:?}");
        }
    }
}
