//! Ids and random values of one request, all drawn from one seed: a request that is run again
//! with the same seed makes the same ids and so finds its own work.

use std::cell::Cell;
use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

use crate::rules::id::{Id, Kind};
use crate::rules::time::Time;

/// What identifies the work of one request. Two requests with the same seed and `made_at` are
/// the same work.
pub(crate) struct Ids {
    seed: [u8; 32],
    made_at: Time,
    drawn: Cell<u32>,
}

impl Ids {
    pub(crate) fn new(seed: [u8; 32], made_at: Time) -> Ids {
        Ids {
            seed,
            made_at,
            drawn: Cell::new(0),
        }
    }

    /// The next `prefix_` + UUIDv7 (RFC 9562 §5.7).
    pub(crate) fn id<K: Kind>(&self) -> Id<K> {
        let [_, _, high, low] = self.drawn.get().to_be_bytes();
        let random = self.bytes();
        let mut tail = [0; 10];
        tail.copy_from_slice(&random[..10]);
        // A counter in rand_a (RFC 9562 §6.2, method 1): the ids of one request are in order.
        tail[..2].copy_from_slice(&[high & 0x0f, low]);
        let made_at = u64::try_from(self.made_at.millis()).unwrap_or(0);
        let uuid = uuid::Builder::from_unix_timestamp_millis(made_at, &tail);
        Id::given(format!("{}_{}", K::PREFIX, uuid.into_uuid()))
    }

    /// The next `prefix_` + 256 random bits in base64url: an id that nobody can guess.
    pub(crate) fn unguessable<K: Kind>(&self) -> Id<K> {
        let random = Base64UrlUnpadded::encode_string(&self.bytes());
        Id::given(format!("{}_{random}", K::PREFIX))
    }

    /// The next 256 random bits.
    pub(crate) fn bytes(&self) -> [u8; 32] {
        let n = self.drawn.get();
        self.drawn.set(n + 1);
        Sha256::new()
            .chain_update(b"gatehouse ids v1")
            .chain_update(self.seed)
            .chain_update(n.to_be_bytes())
            .finalize()
            .into()
    }

    /// The next 128 random bits, for a password's salt.
    pub(crate) fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        salt.copy_from_slice(&self.bytes()[..16]);
        salt
    }
}

impl<K: Kind> Id<K> {
    /// No id of this kind that was made at this moment or later is less: where a walk over ids begins or ends.
    pub(crate) fn floor(at: Time) -> Id<K> {
        let at = u64::try_from(at.millis()).unwrap_or(0);
        let uuid = uuid::Builder::from_unix_timestamp_millis(at, &[0; 10]);
        Id::given(format!("{}_{}", K::PREFIX, uuid.into_uuid()))
    }
}

impl<K: Kind> Id<K> {
    /// When it was made, as it says itself; none of an id that was not made here.
    pub(crate) fn made_at(&self) -> Option<Time> {
        let uuid = self.as_str().strip_prefix(K::PREFIX)?.strip_prefix('_')?;
        let digits: String = uuid.chars().filter(|c| *c != '-').take(12).collect();
        let is_uuid = uuid.len() == 36 && uuid.as_bytes()[14] == b'7';
        let made_at = i64::from_str_radix(&digits, 16).ok()?;
        is_uuid.then_some(Time::from_millis(made_at))
    }
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::id::{AccountId, AuditId, ChallengeId, UserId};

    const NOW: Time = Time::from_millis(1_752_157_186_359);

    #[test]
    fn the_same_work_makes_the_same_ids_and_other_work_makes_others() {
        let make = |seed: u8| -> (UserId, AccountId, ChallengeId) {
            let ids = Ids::new([seed; 32], NOW);
            (ids.id(), ids.id(), ids.unguessable())
        };
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
        assert_ne!(make(1).0.as_str()[4..], make(1).1.as_str()[4..]);
    }

    #[test]
    fn the_ids_of_one_request_are_in_order() {
        let ids = Ids::new([3; 32], NOW);
        let made: Vec<AuditId> = (0..300).map(|_| ids.id()).collect();
        assert!(made
            .windows(2)
            .all(|pair| pair[0].as_str() < pair[1].as_str()));
    }

    #[test]
    fn the_floor_of_a_moment_parts_what_was_made_before_it_from_what_was_made_since() {
        for at in [0, 1, 0x0197_F4A1_0F77, 253_402_300_799_999] {
            let floor = AuditId::floor(Time::from_millis(at));
            for seed in 0..50 {
                let made = |at| -> AuditId { Ids::new([seed; 32], Time::from_millis(at)).id() };
                assert!(made(at).as_str() > floor.as_str());
                assert!(at == 0 || made(at - 1).as_str() < floor.as_str());
            }
        }
        let before_1970 = AuditId::floor(Time::from_millis(-1));
        assert_eq!(before_1970, AuditId::floor(Time::from_millis(0)));
    }

    #[test]
    fn an_id_says_when_it_was_made() {
        for at in [0, 1, 0x0197_F4A1_0F77, 253_402_300_799_999] {
            let at = Time::from_millis(at);
            let id: UserId = Ids::new([1; 32], at).id();
            assert_eq!(id.made_at(), Some(at));
            assert_eq!(AuditId::floor(at).made_at(), Some(at));
        }
        for text in [
            "",
            "usr_",
            "u",
            "acc_0197f4a1-0f77-7000-8000-000000000001",
            "usr_0197f4a1-0f77-4000-8000-000000000001",
            "usr_0197f4a1-0f77-7000-8000-00000000000",
            "usr_+197f4a1-0f7é7000-8000-00000000000",
        ] {
            assert_eq!(UserId::given(text).made_at(), None, "{text}");
        }
    }

    #[test]
    fn an_id_is_a_uuid_v7_of_its_time() {
        let id: UserId = Ids::new([1; 32], Time::from_millis(0x0197_F4A1_0000)).id();
        assert!(id.as_str().starts_with("usr_0197f4a1-0000-7"), "{id}");
    }
}
