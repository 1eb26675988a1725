//! Names nobody else in this run has.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::OnceLock;

pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::getrandom(&mut bytes).expect("the system has randomness");
    bytes
}

/// `length` characters of `[a-z]`.
pub fn letters(length: usize) -> String {
    (0..length)
        .map(|_| char::from(b'a' + bytes::<1>()[0] % 26))
        .collect()
}

pub fn email() -> String {
    format!("{}@example.com", letters(14))
}

/// A number never given before in this process. The send cap of a prefix is on all but the
/// last three digits, so the steps are wide: 10,000 prefixes come in turn before one repeats.
pub fn phone() -> String {
    static FIRST: OnceLock<u32> = OnceLock::new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let first = *FIRST.get_or_init(|| u32::from_be_bytes(bytes()) % 10_000_000);
    let step = COUNT.fetch_add(1, Ordering::Relaxed);
    // 1,237,001 has no factor in common with 10^7, so no number comes twice.
    let line = (u64::from(first) + u64::from(step) * 1_237_001) % 10_000_000;
    format!("+1555{line:07}")
}

/// Long, and with nothing of the e-mail, the phone or a dictionary in it.
pub fn password() -> String {
    format!("{}-{}-{}", letters(5), letters(6), letters(5))
}

/// An address of its own for each test, so that none meets another's per-address limits.
pub fn address() -> String {
    let [a, b, c] = bytes();
    format!("10.{a}.{b}.{c}")
}
