//! What the run did, in one line when the process ends: a test among others cannot be the last.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Once;

pub static FAULTS: AtomicUsize = AtomicUsize::new(0);
pub static CASES: AtomicUsize = AtomicUsize::new(0);
pub static INVARIANTS: AtomicUsize = AtomicUsize::new(0);
pub static ROWS: AtomicUsize = AtomicUsize::new(0);

pub fn add(counter: &AtomicUsize, number: usize) {
    counter.fetch_add(number, Ordering::Relaxed);
}

extern "C" {
    fn atexit(call: extern "C" fn()) -> std::ffi::c_int;
}

/// Has the line printed at the end.
pub fn at_the_end() {
    static ONCE: Once = Once::new();
    // SAFETY: `print` is an `extern "C"` function that only reads statics.
    #[allow(
        unsafe_code,
        reason = "the C library has no safe way to be called at the end"
    )]
    ONCE.call_once(|| unsafe {
        atexit(print);
    });
}

extern "C" fn print() {
    let number = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    let line = format!(
        "\nfaults: {} injected in {} swept cases and the tests beside them; {} invariants checked over {} rows\n",
        number(&FAULTS),
        number(&CASES),
        number(&INVARIANTS),
        number(&ROWS),
    );
    // Not `println!`, which a test harness may hold back.
    let _ = std::io::stdout().write_all(line.as_bytes());
}
