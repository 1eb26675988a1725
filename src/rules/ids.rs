//! Ids and random values of one request, all drawn from one seed: a request that is run again
//! with the same seed makes the same ids and so finds its own work.

use std::cell::Cell;
use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

/// What identifies the work of one request. Two requests with the same seed and `made_at` are
/// the same work.
pub struct Ids {
    seed: [u8; 32],
    made_at: i64,
    drawn: Cell<u32>,
}

impl Ids {
    /// `made_at`: milliseconds since 1970, UTC.
    pub fn new(seed: [u8; 32], made_at: i64) -> Ids {
        Ids {
            seed,
            made_at,
            drawn: Cell::new(0),
        }
    }

    /// The next `prefix_` + UUIDv7 (RFC 9562 §5.7).
    pub fn id(&self, prefix: &str) -> String {
        let [_, _, high, low] = self.drawn.get().to_be_bytes();
        let random = self.bytes();
        let mut tail = [0; 10];
        tail.copy_from_slice(&random[..10]);
        // A counter in rand_a (RFC 9562 §6.2, method 1): the ids of one request are in order.
        tail[..2].copy_from_slice(&[high & 0x0f, low]);
        let uuid = uuid::Builder::from_unix_timestamp_millis(self.made_at.max(0) as u64, &tail);
        format!("{prefix}_{}", uuid.into_uuid())
    }

    /// The next `prefix_` + 256 random bits in base64url: an id that nobody can guess.
    pub fn unguessable(&self, prefix: &str) -> String {
        format!(
            "{prefix}_{}",
            Base64UrlUnpadded::encode_string(&self.bytes())
        )
    }

    /// The next 256 random bits.
    pub fn bytes(&self) -> [u8; 32] {
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
    pub fn salt(&self) -> [u8; 16] {
        let mut salt = [0; 16];
        salt.copy_from_slice(&self.bytes()[..16]);
        salt
    }
}

/// Whether a text is letters, digits, `_` and `-` alone, and at least one.
pub fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

impl fmt::Debug for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ids(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_work_makes_the_same_ids_and_other_work_makes_others() {
        let make = |seed: u8| {
            let ids = Ids::new([seed; 32], 1_752_157_186_359);
            (ids.id("usr"), ids.id("acc"), ids.unguessable("chl"))
        };
        assert_eq!(make(1), make(1));
        assert_ne!(make(1), make(2));
        assert_ne!(make(1).0[4..], make(1).1[4..]);
    }

    #[test]
    fn the_ids_of_one_request_are_in_order() {
        let ids = Ids::new([3; 32], 1_752_157_186_359);
        let made: Vec<String> = (0..300).map(|_| ids.id("aud")).collect();
        assert!(made.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn an_id_is_a_uuid_v7_of_its_time() {
        let id = Ids::new([1; 32], 0x0197_F4A1_0000).id("usr");
        assert!(id.starts_with("usr_0197f4a1-0000-7"), "{id}");
    }
}
