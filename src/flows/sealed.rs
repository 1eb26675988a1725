//! What a partner has set and nobody may read, as it is stored: sealed for that partner alone, so that in another's
//! row it opens to nobody.

use crate::config::own::Texts;
use crate::rules::id::PartnerId;
use crate::rules::seal;
use crate::rules::secret::{hex, Peppers, Secret};

/// `nonce`: drawn for this.
pub(crate) fn seal(
    keys: &Peppers,
    partner_id: &PartnerId,
    nonce: [u8; 32],
    values: &Texts,
) -> Option<String> {
    let nonce = hex(&nonce);
    let text = serde_json::to_string(values).ok()?;
    let sealed = seal::seal(key(keys.current(), partner_id, &nonce), text.as_bytes())?;
    Some(format!("{nonce}.{sealed}"))
}

/// Whether it is sealed with the key that seals now.
pub(crate) fn is_current(keys: &Peppers, partner_id: &PartnerId, sealed: &str) -> bool {
    let opened = sealed.split_once('.').and_then(|(nonce, sealed)| {
        let key = key(keys.current(), partner_id, nonce);
        seal::open([key].into_iter(), sealed)
    });
    opened.is_some()
}

pub(crate) fn open(keys: &Peppers, partner_id: &PartnerId, sealed: &str) -> Option<Texts> {
    let (nonce, sealed) = sealed.split_once('.')?;
    let keys = keys.all().map(|secret| key(secret, partner_id, nonce));
    let text = seal::open(keys, sealed)?;
    serde_json::from_slice(&text).ok()
}

fn key(secret: &Secret, partner_id: &PartnerId, nonce: &str) -> [u8; 32] {
    let parts = [partner_id.as_str().as_bytes(), nonce.as_bytes()];
    secret.mac("partner settings v1", &parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(bytes: &[u8]) -> Peppers {
        Peppers::new(bytes.iter().map(|b| Secret::new([*b; 32])).collect()).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_for_its_partner_with_any_of_the_keys_and_for_nobody_else() {
        let (one, other) = (PartnerId::given("prt_1"), PartnerId::given("prt_2"));
        let values = Texts::from_iter([("kycWebhookSecrets".into(), "whsec_a".into())]);
        let sealed = seal(&keys(&[1]), &one, [7; 32], &values).unwrap();
        assert!(!sealed.contains("whsec"));
        assert_eq!(open(&keys(&[2, 1]), &one, &sealed), Some(values.clone()));
        assert!(
            is_current(&keys(&[1]), &one, &sealed) && !is_current(&keys(&[2, 1]), &one, &sealed)
        );
        assert_eq!(open(&keys(&[1]), &other, &sealed), None);
        assert_eq!(open(&keys(&[2]), &one, &sealed), None);
        let again = seal(&keys(&[1]), &one, [8; 32], &values).unwrap();
        let (_, text) = sealed.split_once('.').unwrap();
        assert!(!again.ends_with(text));
        assert_eq!(
            open(&keys(&[1]), &one, &format!("{}.{text}", hex(&[8; 32]))),
            None
        );
    }
}
