//! Keys whose private halves everybody can derive, because their seed words are in somebody's
//! documentation. They must never receive a customer's money.
//!
//! A fingerprint is BIP-32's: the first four bytes of a public key's HASH160. An account-level key
//! names its parent's, and all accounts of the same words have one parent, so a few fingerprints
//! are enough for every account of a coin. But that field is text that anybody can write, and some
//! wallets leave it empty: the usual accounts are known by their own keys too.

use bip32::{KeyFingerprint, XPub};

/// Sorted, four bytes each, of the words in tests/vectors/published-mnemonics.txt, without a
/// passphrase and with the one of BIP-39's vectors: the parents of the usual purposes and coins, and
/// of Ethereum accounts 0 to 99, with the passphrase 0 to 9. A test makes it of the words and compares;
/// with GATEHOUSE_REWRITE=1 it writes it. One key in about half a million is in it by chance.
const TABLE: &[u8] = include_bytes!("../../../data/published-keys.bin");

/// Whether everybody can derive the private half of this account-level key.
pub(super) fn is_published(account: &XPub) -> bool {
    is_known(account.fingerprint()) || is_known(account.attrs().parent_fingerprint)
}

fn is_known(fingerprint: KeyFingerprint) -> bool {
    TABLE.as_chunks().0.binary_search(&fingerprint).is_ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::LazyLock;
    use std::{env, fs};

    use bip32::{ChildNumber, ExtendedKey, Prefix, XPrv};

    use super::super::tests::{mnemonics, seed};
    use super::*;

    /// Legacy, both kinds of SegWit, and Taproot; Bitcoin, every test chain, Ethereum.
    const PURPOSES: [u32; 4] = [44, 49, 84, 86];
    const COINS: [u32; 3] = [0, 1, 60];
    const ACCOUNTS: u32 = 100;
    const ACCOUNTS_WITH_PASSPHRASE: u32 = 10;
    const PASSPHRASES: [(&str, u32); 2] = [("", ACCOUNTS), ("TREZOR", ACCOUNTS_WITH_PASSPHRASE)];

    /// The words, what they give, and how many accounts are known by themselves.
    static ROOTS: LazyLock<Vec<(&str, XPrv, u32)>> = LazyLock::new(|| {
        let of_words = |words: &'static str| {
            PASSPHRASES.map(|(passphrase, own)| (words, root(words, passphrase), own))
        };
        mnemonics().flat_map(of_words).collect()
    });

    fn root(words: &str, passphrase: &str) -> XPrv {
        XPrv::new(seed(words, passphrase)).unwrap()
    }

    fn hardened(parent: &XPrv, number: u32) -> XPrv {
        let number = ChildNumber::new(number, true).unwrap();
        parent.derive_child(number).unwrap()
    }

    fn parents(root: &XPrv) -> Vec<XPrv> {
        let of_purpose = |purpose| {
            let purpose = hardened(root, purpose);
            COINS.map(|coin| hardened(&purpose, coin))
        };
        PURPOSES.into_iter().flat_map(of_purpose).collect()
    }

    fn ethereum(root: &XPrv) -> XPrv {
        hardened(&hardened(root, 44), 60)
    }

    fn table() -> Vec<u8> {
        let mut fingerprints = BTreeSet::new();
        for (_, root, own) in ROOTS.iter() {
            let ethereum = ethereum(root);
            let accounts = (0..*own).map(|number| hardened(&ethereum, number));
            let known = parents(root).into_iter().chain(accounts);
            fingerprints.extend(known.map(|key| key.public_key().fingerprint()));
        }
        fingerprints.into_iter().flatten().collect()
    }

    #[test]
    fn the_table_is_what_the_published_words_give() {
        let table = table();
        if env::var_os("GATEHOUSE_REWRITE").is_some() {
            let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/published-keys.bin");
            fs::write(path, table).unwrap();
            return;
        }
        assert!(
            TABLE == table,
            "data/published-keys.bin is out of date: scripts/rewrite-documents.sh"
        );
    }

    #[test]
    fn every_account_of_published_words_is_known_by_its_parent_and_the_usual_ones_by_themselves() {
        for (words, root, own) in ROOTS.iter() {
            let ethereum = ethereum(root);
            for number in [0, 1, 9, 10, 99, 100, 4711, (1 << 31) - 1] {
                let account = hardened(&ethereum, number).public_key();
                assert!(is_published(&account), "{words}, {number}");
                let edited = without_parent(&account);
                assert_eq!(is_published(&edited), number < *own, "{words}, {number}");
            }
            for parent in parents(root) {
                assert!(is_published(&hardened(&parent, 3).public_key()), "{words}");
            }
        }
    }

    #[test]
    fn other_keys_are_not_known() {
        let ethereum = ethereum(&root("no such words", ""));
        for number in 0..200 {
            let account = hardened(&ethereum, number).public_key();
            assert!(!is_published(&account), "{number}");
        }
    }

    /// As a wallet gives it that leaves the field empty, or somebody who wrote over it.
    fn without_parent(account: &XPub) -> XPub {
        let text = account.to_string(Prefix::XPUB);
        let mut key: ExtendedKey = text.parse().unwrap();
        key.attrs.parent_fingerprint = [0; 4];
        XPub::try_from(key).unwrap()
    }
}
