//! Sealing: what is stored can be read by whoever has the key, and cannot be changed unseen (RFC 8439).

use base64ct::{Base64, Encoding};
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};

/// As base64. A key seals once, so that a constant nonce is never used twice with one: it is made of a
/// secret, of what the text belongs to, and of bytes that are drawn for it.
pub(crate) fn seal(key: [u8; 32], text: &[u8]) -> Option<String> {
    let cipher = ChaCha20Poly1305::new(&Key::from(key));
    let sealed = cipher.encrypt(&Nonce::default(), text).ok()?;
    Some(Base64::encode_string(&sealed))
}

/// With the first of the keys that opens it.
pub(crate) fn open(keys: impl Iterator<Item = [u8; 32]>, sealed: &str) -> Option<Vec<u8>> {
    let sealed = Base64::decode_vec(sealed).ok()?;
    let mut opened = keys.map(|key| {
        let cipher = ChaCha20Poly1305::new(&Key::from(key));
        cipher.decrypt(&Nonce::default(), sealed.as_slice())
    });
    opened.find_map(Result::ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_opens_with_its_key_and_with_no_other_and_not_when_it_was_changed() {
        let sealed = seal([1; 32], b"secret").unwrap();
        assert!(!sealed.contains("secret"));
        let keys = [[2; 32], [1; 32]];
        assert_eq!(open(keys.into_iter(), &sealed).unwrap(), b"secret");
        assert_eq!(open([[2; 32]].into_iter(), &sealed), None);
        let changed = format!("A{}", &sealed[1..]);
        assert!(changed != sealed && open(keys.into_iter(), &changed).is_none());
        assert_eq!(open(keys.into_iter(), "no base64"), None);
    }
}
