//! `bare-hash MEMORY_KIB PASSES SECONDS`: hashes one after the other for so long, and prints how many a second.

use std::time::{Duration, Instant};

fn main() {
    let given: Vec<u32> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let [memory_kib, passes, seconds] = given[..] else {
        eprintln!("usage: bare-hash MEMORY_KIB PASSES SECONDS");
        std::process::exit(2);
    };
    let (begun, mut count) = (Instant::now(), 0u32);
    while begun.elapsed() < Duration::from_secs(seconds.into()) {
        assert_ne!(bare_hash::hash(memory_kib, passes, count), 0, "argon2 refuses these parameters");
        count += 1;
    }
    println!("{}", f64::from(count) / begun.elapsed().as_secs_f64());
}
