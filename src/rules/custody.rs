//! Addresses and encryption keys from extended public keys (BIP-32), never a private one.
//!
//! Under an account-level key (BIP-44, `m/44'/60'/n'`), all non-hardened: `0/i` is portfolio i,
//! `1/j` is account j. Whoever holds the extended key can link every address below it, so it is
//! in no answer and no log; [`Custody::key_id`] stands for it. And whoever holds one private key
//! below it besides has all of them, so addresses and encryption keys are of two extended keys.

// By its path, so that `custody/` can take this file in.
#[path = "custody/published.rs"]
mod published;

use bip32::{ChildNumber, ExtendedKey, Prefix, XPub};
use sha2::{Digest, Sha256};
use sha3::Keccak256;
use std::fmt;
use std::sync::OnceLock;

/// Where a key or an address stands: `branch/index` below the extended key of this id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) key_id: String,
    pub(crate) branch: Branch,
    pub(crate) index: u32,
}

/// The extended key that gives what is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Giving<'a> {
    pub(crate) key_id: &'a str,
    /// One of a partner's own may be taken out of its settings until it has given something; the service's may not.
    pub(crate) is_partners: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Branch {
    /// Of portfolios.
    Addresses,
    /// Of accounts.
    EncryptionKeys,
}

impl Branch {
    pub(crate) fn number(self) -> u32 {
        match self {
            Branch::Addresses => 0,
            Branch::EncryptionKeys => 1,
        }
    }
}

/// The account-level key, and the two branches below it once they are needed, so that one address is one child
/// derivation and a start is none.
pub(crate) struct Custody {
    key_id: String,
    account: XPub,
    portfolios: OnceLock<XPub>,
    accounts: OnceLock<XPub>,
    published: bool,
}

impl Custody {
    /// Takes a Base58Check `xpub…` of depth 3 (BIP-32, "Serialization format"). Nothing is trimmed.
    pub(crate) fn parse(xpub: &str) -> Result<Custody, CustodyError> {
        // Said of anything that begins like one, whole or not: somebody has to move that key.
        if xpub.get(1..4) == Some("prv") {
            return Err(CustodyError::PrivateKey);
        }
        let key: ExtendedKey = xpub.parse().map_err(|_| CustodyError::NotAnExtendedKey)?;
        if key.prefix != Prefix::XPUB {
            return Err(CustodyError::NotAnXpub);
        }
        if key.attrs.depth != ACCOUNT_DEPTH || !key.attrs.child_number.is_hardened() {
            return Err(CustodyError::NotAccountLevel);
        }
        let account = XPub::try_from(key).map_err(|_| CustodyError::NotOnTheCurve)?;
        Ok(Custody {
            key_id: key_id(xpub),
            published: published::is_published(&account),
            account,
            portfolios: OnceLock::new(),
            accounts: OnceLock::new(),
        })
    }

    /// Sixteen hex digits that tell one extended key from another and give nothing else away. It
    /// is stored beside each index, so that a changed key is never mixed up with its predecessor.
    pub(crate) fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The address of portfolio `index` (`0/index`) with its EIP-55 checksum, 42 characters.
    pub(crate) fn portfolio_address(&self, index: u32) -> Result<String, CustodyError> {
        let key = child(self.branch(&self.portfolios, Branch::Addresses)?, index)?;
        let point = key.public_key().to_encoded_point(false);
        let hash = Keccak256::digest(&point.as_bytes()[1..]);
        let mut address = [0; 20];
        address.copy_from_slice(&hash[12..]);
        Ok(eip55(&address))
    }

    /// The compressed public key of account `index` (`1/index`), 66 hex digits (SEC 1 §2.3.3).
    pub(crate) fn account_encryption_key(&self, index: u32) -> Result<String, CustodyError> {
        let branch = self.branch(&self.accounts, Branch::EncryptionKeys)?;
        Ok(hex(&child(branch, index)?.to_bytes()))
    }

    /// Of all that have one private half, however they are written, and of no other.
    pub(crate) fn mark(&self) -> String {
        let hash = Sha256::new()
            .chain_update("gatehouse custody public key\0")
            .chain_update(self.account.to_bytes())
            .finalize();
        hex(&hash)
    }

    /// Whether both have one private half, whatever else their serialisations say.
    pub(crate) fn is_same_key(&self, other: &Custody) -> bool {
        self.account.to_bytes() == other.account.to_bytes()
    }

    /// Whether everybody can derive the private half, because the seed words are in somebody's
    /// documentation. Such a key must never receive a customer's money.
    pub(crate) fn is_published_test_key(&self) -> bool {
        self.published
    }

    fn branch<'a>(
        &self,
        known: &'a OnceLock<XPub>,
        branch: Branch,
    ) -> Result<&'a XPub, CustodyError> {
        if let Some(known) = known.get() {
            return Ok(known);
        }
        let derived = child(&self.account, branch.number())?;
        Ok(known.get_or_init(|| derived))
    }
}

impl fmt::Debug for Custody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Custody({})", self.key_id)
    }
}

/// The address in hex, its letters in the case that EIP-55 makes a checksum of.
pub(crate) fn eip55(address: &[u8; 20]) -> String {
    let digits = hex(address);
    let hash = hex(&Keccak256::digest(digits.as_bytes()));
    let cased = digits.chars().zip(hash.chars()).map(|(digit, nibble)| {
        if nibble >= '8' {
            digit.to_ascii_uppercase()
        } else {
            digit
        }
    });
    "0x".chars().chain(cased).collect()
}

/// `m / purpose' / coin' / account'` (BIP-44).
const ACCOUNT_DEPTH: u8 = 3;

fn key_id(xpub: &str) -> String {
    let hash = Sha256::new()
        .chain_update("gatehouse custody key id\0")
        .chain_update(xpub)
        .finalize();
    hex(&hash[..8])
}

fn child(parent: &XPub, index: u32) -> Result<XPub, CustodyError> {
    let number = ChildNumber::new(index, false).map_err(|_| CustodyError::IndexTooLarge)?;
    parent
        .derive_child(number)
        .map_err(|_| CustodyError::NoSuchChild)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Why there is no key. The sentences are for whoever runs the service and hold no key material.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CustodyError {
    PrivateKey,
    NotAnExtendedKey,
    NotAnXpub,
    NotAccountLevel,
    NotOnTheCurve,
    IndexTooLarge,
    NoSuchChild,
}

impl fmt::Display for CustodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CustodyError::PrivateKey => {
                "is an extended private key: treat it as leaked, and give the xpub instead"
            }
            CustodyError::NotAnExtendedKey => {
                "is no extended key, or is damaged: its Base58 checksum is wrong"
            }
            CustodyError::NotAnXpub => "is no extended public key that starts with xpub",
            CustodyError::NotAccountLevel => {
                "is not at account level: export that of m/44'/60'/0', or another account's"
            }
            CustodyError::NotOnTheCurve => "holds no point of secp256k1",
            CustodyError::IndexTooLarge => "indices end at 2147483647",
            // BIP-32 puts it below 1 in 2^127.
            CustodyError::NoSuchChild => "this index has no key: use the next one",
        })
    }
}

impl std::error::Error for CustodyError {}

#[cfg(test)]
mod tests {
    use super::*;
    use bip32::XPrv;
    use hmac::{Hmac, Mac};
    use k256::elliptic_curve::{sec1::ToEncodedPoint, PrimeField};
    use k256::{ProjectivePoint, PublicKey, Scalar};
    use proptest::prelude::*;
    use sha2::Sha512;
    use std::sync::LazyLock;

    const VECTORS: &str = include_str!("../../tests/vectors/custody.json");
    const TWO_PARTNERS: &str = include_str!("../../tests/vectors/two-partners.txt");
    const EIP55: &str = include_str!("../../tests/vectors/eip55.json");
    const MNEMONICS: &str = include_str!("../../tests/vectors/published-mnemonics.txt");

    static JSON: LazyLock<serde_json::Value> =
        LazyLock::new(|| serde_json::from_str(VECTORS).unwrap());
    static CUSTODY: LazyLock<Custody> = LazyLock::new(|| Custody::parse(xpub()).unwrap());

    fn xpub() -> &'static str {
        JSON["xpub"].as_str().unwrap()
    }

    /// BIP-39: PBKDF2-HMAC-SHA512, 2048 rounds, one block.
    pub(super) fn seed(mnemonic: &str, passphrase: &str) -> [u8; 64] {
        let mac = Hmac::<Sha512>::new_from_slice(mnemonic.as_bytes()).unwrap();
        let round = |bytes: &[u8]| mac.clone().chain_update(bytes).finalize().into_bytes();
        let salt = format!("mnemonic{passphrase}\0\0\0\x01");
        let mut last = round(salt.as_bytes());
        let mut sum = last;
        for _ in 1..2048 {
            last = round(&last);
            sum.iter_mut().zip(last).for_each(|(s, b)| *s ^= b);
        }
        sum.into()
    }

    fn private(mnemonic: &str, path: &str) -> XPrv {
        XPrv::derive_from_path(seed(mnemonic, ""), &path.parse().unwrap()).unwrap()
    }

    pub(super) fn mnemonics() -> impl Iterator<Item = &'static str> {
        MNEMONICS
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
    }

    /// CKDpub as the BIP words it: point(parse256(IL)) + Kpar, and IR.
    fn ckd_pub(parent: (ProjectivePoint, [u8; 32]), index: u32) -> (ProjectivePoint, [u8; 32]) {
        let digest = Hmac::<Sha512>::new_from_slice(&parent.1)
            .unwrap()
            .chain_update(parent.0.to_affine().to_encoded_point(true))
            .chain_update(index.to_be_bytes())
            .finalize()
            .into_bytes();
        let left: [u8; 32] = digest[..32].try_into().unwrap();
        let scalar = Scalar::from_repr(left.into()).unwrap();
        let point = ProjectivePoint::GENERATOR * scalar + parent.0;
        (point, digest[32..].try_into().unwrap())
    }

    fn account_point() -> (ProjectivePoint, [u8; 32]) {
        let key: ExtendedKey = xpub().parse().unwrap();
        let point = PublicKey::from_sec1_bytes(&key.key_bytes).unwrap();
        (point.to_projective(), key.attrs.chain_code)
    }

    #[test]
    fn every_published_vector_is_met() {
        for portfolio in JSON["portfolios"].as_array().unwrap() {
            let index = u32::try_from(portfolio["index"].as_u64().unwrap()).unwrap();
            let address = CUSTODY.portfolio_address(index).unwrap();
            assert_eq!(address, portfolio["publicAddress"].as_str().unwrap());
        }
        for account in JSON["accounts"].as_array().unwrap() {
            let index = u32::try_from(account["index"].as_u64().unwrap()).unwrap();
            let key = CUSTODY.account_encryption_key(index).unwrap();
            assert_eq!(key, account["encryptionKey"].as_str().unwrap());
        }
    }

    /// Made by two libraries that share no code with this one: tests/vectors/two-partners.mjs.
    #[test]
    fn two_partners_keys_give_what_other_libraries_give_at_a_thousand_indices_each() {
        let mut counted = Vec::new();
        for partner in TWO_PARTNERS.split("partner ").skip(1) {
            let mut lines = partner
                .lines()
                .map(|line| line.split(' ').collect::<Vec<_>>());
            let keys = lines.next().unwrap();
            let [addresses, encryption] =
                [keys[0], keys[1]].map(|xpub| Custody::parse(xpub).unwrap());
            let mut count = 0;
            for line in lines {
                let index = line[0].parse().unwrap();
                let address = addresses.portfolio_address(index).unwrap();
                assert_eq!(address, format!("0x{}", line[1]), "{index}");
                let key = encryption.account_encryption_key(index).unwrap();
                assert_eq!(key, line[2], "{index}");
                count += 1;
            }
            counted.push(count);
        }
        assert_eq!(counted, [1_000, 1_000]);
    }

    #[test]
    fn eip55_meets_its_eight_examples() {
        let json: serde_json::Value = serde_json::from_str(EIP55).unwrap();
        let examples = json["addresses"].as_array().unwrap();
        assert_eq!(examples.len(), 8);
        for example in examples {
            let text = example.as_str().unwrap();
            let byte = |i: usize| u8::from_str_radix(&text[2 + 2 * i..4 + 2 * i], 16).unwrap();
            assert_eq!(eip55(&std::array::from_fn(byte)), text);
        }
    }

    #[test]
    fn hardened_indices_are_refused() {
        for index in [1 << 31, u32::MAX] {
            let too_large = Some(CustodyError::IndexTooLarge);
            assert_eq!(CUSTODY.portfolio_address(index).err(), too_large);
            assert_eq!(CUSTODY.account_encryption_key(index).err(), too_large);
        }
    }

    #[test]
    fn a_private_key_is_refused_by_its_own_name() {
        let key = private(mnemonics().next().unwrap(), "m/44'/60'/0'");
        for prefix in [Prefix::XPRV, Prefix::TPRV, Prefix::YPRV, Prefix::ZPRV] {
            let text = key.to_string(prefix);
            let error = Some(CustodyError::PrivateKey);
            assert_eq!(Custody::parse(&text).err(), error);
            assert_eq!(Custody::parse(&text[..60]).err(), error);
        }
    }

    #[test]
    fn only_an_undamaged_account_level_xpub_is_taken() {
        let words = mnemonics().next().unwrap();
        let public = |path| private(words, path).public_key();
        assert_eq!(public("m/44'/60'/0'").to_string(Prefix::XPUB), xpub());
        for path in ["m", "m/44'", "m/44'/60'", "m/44'/60'/0'/0", "m/44'/60'/0"] {
            let text = public(path).to_string(Prefix::XPUB);
            let error = Custody::parse(&text).err();
            assert_eq!(error, Some(CustodyError::NotAccountLevel), "{path}");
        }
        for prefix in [Prefix::TPUB, Prefix::YPUB, Prefix::ZPUB] {
            let text = public("m/44'/60'/0'").to_string(prefix);
            let error = Custody::parse(&text).err();
            assert_eq!(error, Some(CustodyError::NotAnXpub), "{prefix}");
        }
        let padded = format!("{} ", xpub());
        let cut = &xpub()[..110];
        for text in ["", "xpub", "🔑🔑🔑", "0x00", padded.as_str(), cut] {
            let error = Custody::parse(text).err();
            assert_eq!(error, Some(CustodyError::NotAnExtendedKey), "{text:?}");
        }
    }

    #[test]
    fn a_key_that_is_no_point_is_refused() {
        let mut key: ExtendedKey = xpub().parse().unwrap();
        key.key_bytes[1..].fill(0xff);
        let error = Custody::parse(&key.to_string()).err();
        assert_eq!(error, Some(CustodyError::NotOnTheCurve));
    }

    #[test]
    fn a_published_key_is_known_whatever_its_serialisation_says() {
        let text = private(mnemonics().next().unwrap(), "m/44'/60'/7'").public_key();
        let mut key: ExtendedKey = text.to_string(Prefix::XPUB).parse().unwrap();
        let parsed = |key: &ExtendedKey| Custody::parse(&key.to_string()).unwrap();
        let plain = parsed(&key);
        key.attrs.parent_fingerprint = [0; 4];
        key.attrs.child_number = ChildNumber::new(3, true).unwrap();
        key.attrs.chain_code = [7; 32];
        let edited = parsed(&key);
        for custody in [&plain, &edited] {
            assert!(custody.is_published_test_key());
            assert!(custody.is_same_key(&plain));
        }
        assert_ne!(plain.key_id(), edited.key_id());

        let other = private("no such words", "m/44'/60'/0'").public_key();
        let other = Custody::parse(&other.to_string(Prefix::XPUB)).unwrap();
        assert!(!other.is_published_test_key());
        assert!(!other.is_same_key(&plain));
        assert_ne!(other.key_id(), CUSTODY.key_id());
    }

    /// The first addresses that those tools print, so that the file's words are the real ones.
    #[test]
    fn the_development_tools_own_addresses_come_out() {
        for (first, address) in [
            ("test test", "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"),
            ("myth like", "0x90F8bf6A479f320ead074411a4B0e7944Ea8c9C1"),
            ("candy maple", "0x627306090abaB3A6e1400e9345bC60c78a8BEf57"),
            ("all all", "0x73d0385F4d8E00C5e6504C6030F47BF6212736A8"),
            (
                "announce room",
                "0x71CB05EE1b1F506fF321Da3dac38f25c0c9ce6E1",
            ),
            ("tag volcano", "0xC49926C4124cEe1cbA0Ea94Ea31a6c12318df947"),
            ("bottom drive", "0xf24FF3a9CF04c71Dbc94D0b566f7A27B94566cac"),
        ] {
            let words = mnemonics().find(|words| words.starts_with(first)).unwrap();
            let key = private(words, "m/44'/60'/0'").public_key();
            let custody = Custody::parse(&key.to_string(Prefix::XPUB)).unwrap();
            assert_eq!(custody.portfolio_address(0).unwrap(), address, "{words}");
        }
    }

    #[test]
    fn the_key_id_is_stable_and_all_that_debug_prints() {
        assert_eq!(CUSTODY.key_id(), "ad56406dfbde9ab7");
        assert_eq!(
            format!("{:?}", *CUSTODY),
            format!("Custody({})", CUSTODY.key_id())
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn one_wrong_character_is_noticed(at in 0usize..111, to in "[1-9A-HJ-NP-Za-km-z]") {
            let mut text = xpub().to_owned();
            text.replace_range(at..at + 1, &to);
            prop_assert_eq!(Custody::parse(&text).is_ok(), text == xpub());
        }

        #[test]
        fn any_index_equals_a_derivation_written_from_the_bip(index in 0u32..1 << 31) {
            let (account, _) = ckd_pub(ckd_pub(account_point(), 1), index);
            let compressed = account.to_affine().to_encoded_point(true);
            let key = CUSTODY.account_encryption_key(index).unwrap();
            prop_assert_eq!(key, hex(compressed.as_bytes()));

            let (portfolio, _) = ckd_pub(ckd_pub(account_point(), 0), index);
            let point = portfolio.to_affine().to_encoded_point(false);
            let hash = Keccak256::digest(&point.as_bytes()[1..]);
            let address = CUSTODY.portfolio_address(index).unwrap();
            prop_assert_eq!(address.to_lowercase(), format!("0x{}", hex(&hash[12..])));
        }

        #[test]
        fn the_private_half_reaches_the_same_keys(index in 0u32..1 << 31) {
            static ACCOUNTS: LazyLock<XPrv> =
                LazyLock::new(|| private(mnemonics().next().unwrap(), "m/44'/60'/0'/1"));
            let number = ChildNumber::new(index, false).unwrap();
            let public = ACCOUNTS.derive_child(number).unwrap().public_key();
            let key = CUSTODY.account_encryption_key(index).unwrap();
            prop_assert_eq!(key, hex(&public.to_bytes()));
        }

        #[test]
        fn no_text_makes_parsing_panic(text in any::<String>()) {
            let _ = Custody::parse(&text);
        }
    }
}
