//! Challenges in KV: written once under the hash of an id that nobody can guess, never changed, and
//! gone by themselves. KV caches misses, so an id is never looked up before it was written.

use worker::KvStore;

use super::unavailable;
use crate::error::Error;
use crate::rules::challenge::Challenge;
use crate::rules::id::{is_id, ChallengeId};
use crate::rules::time::Time;

#[derive(Clone)]
pub(crate) struct ChallengeStore(KvStore);

/// Seconds; KV takes no shorter life.
const SHORTEST: u64 = 60;
/// Bytes of every record; the longest, with a partner's id that was made here, has 430.
const LENGTH: usize = 512;

impl ChallengeStore {
    pub(crate) fn new(kv: KvStore) -> ChallengeStore {
        ChallengeStore(kv)
    }

    /// Kept until after its end, which the record itself says to the millisecond.
    pub(crate) async fn put(
        &self,
        id: &ChallengeId,
        challenge: &Challenge,
        now: Time,
    ) -> Result<(), Error> {
        let mut text = serde_json::to_string(challenge).map_err(Error::internal)?;
        // A decoy is as long as any other: spaces after it are JSON too.
        text.extend(std::iter::repeat_n(' ', LENGTH.saturating_sub(text.len())));
        let life = (challenge.expires_at.since(now).as_secs() + 1).max(SHORTEST);
        let put = self
            .0
            .put(&key(id), text)
            .map_err(|error| unavailable(&error))?;
        put.expiration_ttl(life)
            .execute()
            .await
            .map_err(|error| unavailable(&error))
    }

    /// `ChallengeGone` for an id that is not one of ours or no longer there.
    pub(crate) async fn get(&self, id: &ChallengeId) -> Result<Challenge, Error> {
        if !looks_like_ours(id) {
            return Err(Error::ChallengeGone);
        }
        let text = self
            .0
            .get(&key(id))
            .text()
            .await
            .map_err(|error| unavailable(&error))?
            .ok_or(Error::ChallengeGone)?;
        serde_json::from_str(&text)
            .map_err(|error| Error::Internal(format!("a challenge in KV: {error}")))
    }
}

fn key(id: &ChallengeId) -> String {
    format!("challenge:{}", id.stored())
}

fn looks_like_ours(id: &ChallengeId) -> bool {
    id.as_str()
        .strip_prefix("chl_")
        .is_some_and(|rest| rest.len() == 43 && is_id(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_of_our_shape_are_looked_up() {
        let ours = ChallengeId::given(format!("chl_{}", "A".repeat(43)));
        assert!(looks_like_ours(&ours));
        for id in [
            "",
            "chl_",
            "ses_0197f4a1-0000-7000-8000-000000000001",
            "chl_../x",
            &"A".repeat(47),
        ] {
            assert!(!looks_like_ours(&ChallengeId::given(id)), "{id}");
        }
    }
}
