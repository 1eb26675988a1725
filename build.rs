//! Compiles the common passwords in data/ into a filter for src/rules/password/common.rs.

use sha2::{Digest, Sha256};
use std::path::Path;
use std::{env, fs};
use xorf::{BinaryFuse16, DmaSerializable};

const LISTS: [&str; 2] = [
    "data/common-passwords/zxcvbn-ts.txt",
    "data/common-passwords/django.txt",
];

fn main() {
    let mut keys = Vec::new();
    for list in LISTS {
        println!("cargo::rerun-if-changed={list}");
        let text = fs::read_to_string(list).expect("the lists are part of the repository");
        keys.extend(text.lines().map(key));
    }
    keys.sort_unstable();
    keys.dedup();
    let filter = BinaryFuse16::try_from(&keys).expect("the keys are distinct");
    let mut descriptor = [0; BinaryFuse16::DESCRIPTOR_LEN];
    filter.dma_copy_descriptor_to(&mut descriptor);

    let out = env::var("OUT_DIR").expect("cargo sets it");
    let write = |name: &str, bytes: &[u8]| {
        fs::write(Path::new(&out).join(name), bytes).expect("cargo made the folder");
    };
    write("common_passwords.descriptor", &descriptor);
    write("common_passwords.fingerprints", filter.dma_fingerprints());
}

/// The same as in src/rules/password/common.rs, whose tests look every entry up.
fn key(password: &str) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&Sha256::digest(password)[..8]);
    u64::from_le_bytes(first)
}
