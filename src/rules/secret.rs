//! Secrets and what is made from them: keyed hashes, constant-time comparison.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Bytes that no log, answer or `Debug` may show.
#[derive(Clone)]
pub(crate) struct Secret(Vec<u8>);

impl Secret {
    pub(crate) fn new(bytes: impl Into<Vec<u8>>) -> Secret {
        Secret(bytes.into())
    }

    pub(crate) fn expose(&self) -> &[u8] {
        &self.0
    }

    /// HMAC-SHA-256 over a label and parts, each part preceded by its length, so that no two
    /// lists of parts give the same input.
    pub(crate) fn mac(&self, label: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        for part in std::iter::once(label.as_bytes()).chain(parts.iter().copied()) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A secret of the service's own (OTP_PEPPER, PASSWORD_PEPPER): the first makes, all verify, so that it
/// can be replaced without ending a session or a challenge, or a password.
#[derive(Clone, Debug)]
pub(crate) struct Peppers(Vec<Secret>);

impl Peppers {
    /// `None` for an empty list.
    pub(crate) fn new(secrets: Vec<Secret>) -> Option<Peppers> {
        (!secrets.is_empty()).then_some(Peppers(secrets))
    }

    pub(crate) fn current(&self) -> &Secret {
        &self.0[0]
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Secret> {
        self.0.iter()
    }
}

/// Lower-case hex of SHA-256: how tokens and client secrets, which have 256 random bits, are
/// stored.
pub(crate) fn sha256_hex(text: &[u8]) -> String {
    hex(&Sha256::digest(text))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

/// Equality in a time that depends on the lengths alone.
pub(crate) fn equal(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_prints_nothing_of_a_secret() {
        assert_eq!(format!("{:?}", Secret::new(*b"hunter22")), "Secret(..)");
    }

    #[test]
    fn parts_cannot_be_moved_across_their_borders() {
        let secret = Secret::new([7; 32]);
        assert_ne!(
            secret.mac("l", &[b"ab", b"c"]),
            secret.mac("l", &[b"a", b"bc"])
        );
        assert_ne!(secret.mac("l", &[b"a"]), secret.mac("la", &[]));
    }
}
