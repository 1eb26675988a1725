//! The derivation that the service's addresses are compared with.

use std::str::FromStr;

use bip32::{ChildNumber, ExtendedKey, Prefix, XPrv, XPub};
use sha2::Sha256;
use sha3::{Digest, Keccak256};

/// What the service is started with for encryption keys: m/44'/60'/1' of the words of the vectors.
pub const ENCRYPTION_XPUB: &str = "xpub6DCoCpSuQZB2k9PnGSMK9tinTK8kx3hcv7F4BWwhs5N2wnwGiLg17r9J7j2JcYP9gkip3sC87J1F99YxeBHGuFMg6ejA8qQEKSuzzaKvqBR";

pub struct Vectors {
    /// What the service is started with.
    pub xpub: String,
    /// Index and address.
    pub portfolios: Vec<(u32, String)>,
    /// Index and compressed public key.
    pub accounts: Vec<(u32, String)>,
}

/// Two independent libraries made them.
pub fn vectors() -> Vectors {
    let file = super::vector("custody.json");
    let list = |name: &str, member: &str| {
        let entries = file[name].as_array().expect("a list of vectors");
        let entry = |entry: &serde_json::Value| {
            let index = entry["index"].as_u64().expect("an index");
            let value = entry[member].as_str().expect("a value");
            (index.try_into().expect("a BIP-32 index"), value.to_owned())
        };
        entries.iter().map(entry).collect()
    };
    Vectors {
        xpub: file["xpub"].as_str().expect("an xpub").to_owned(),
        portfolios: list("portfolios", "publicAddress"),
        accounts: list("accounts", "encryptionKey"),
    }
}

/// An account-level key of nobody's words.
pub fn new_xpub() -> String {
    let path = "m/44'/60'/0'".parse().expect("a path");
    let account = XPrv::derive_from_path(super::random::bytes::<64>(), &path).expect("a key");
    account.public_key().to_string(Prefix::XPUB)
}

/// The same key below another parent: other text, and the same addresses.
pub fn respelled(xpub: &str) -> String {
    let mut key = ExtendedKey::from_str(xpub).expect("an extended public key");
    key.attrs.parent_fingerprint = [1, 2, 3, 4];
    key.to_string()
}

/// The EIP-55 address of portfolio `index`.
pub fn address(xpub: &str, index: u32) -> String {
    let key = child(xpub, 0, index);
    let point = k256::elliptic_curve::sec1::ToEncodedPoint::to_encoded_point(
        key.public_key().as_affine(),
        false,
    );
    let hash = Keccak256::digest(&point.as_bytes()[1..]);
    let digits = hex(&hash[12..]);
    let checksum = hex(&Keccak256::digest(digits.as_bytes()));
    let cased =
        digits
            .chars()
            .zip(checksum.chars())
            .map(|(digit, check)| match check.to_digit(16) {
                Some(8..) => digit.to_ascii_uppercase(),
                _ => digit,
            });
    format!("0x{}", cased.collect::<String>())
}

/// What stands for an extended key in an export.
pub fn key_id(xpub: &str) -> String {
    let hash = Sha256::digest(format!("gatehouse custody key id\0{xpub}"));
    hex(&hash[..8])
}

/// The `encryptionKey` of account `index`.
pub fn encryption_key(xpub: &str, index: u32) -> String {
    hex(&child(xpub, 1, index).to_bytes())
}

fn child(xpub: &str, branch: u32, index: u32) -> XPub {
    let step = |key: XPub, number: u32| {
        let number = ChildNumber::new(number, false).expect("a BIP-32 index");
        key.derive_child(number).expect("the child exists")
    };
    let key = XPub::from_str(xpub).expect("an extended public key");
    step(step(key, branch), index)
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
