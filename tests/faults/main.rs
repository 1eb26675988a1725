//! The service while what it stands on fails: D1, KV, the SMS provider, the machine and the
//! clock. `tests/harness/entry.mjs` wraps the built wasm and injects the faults; what a request
//! meets is said in its own headers. After every run the invariants are read from the D1 file.

#![allow(
    clippy::disallowed_methods,
    reason = "the clock and randomness are the tests' own"
)]

#[allow(dead_code, reason = "each test binary uses its own part of it")]
#[path = "../support/lib.rs"]
mod support;

mod alike;
mod archive;
mod bookmarks;
mod changes;
mod changing;
mod clock;
mod database;
mod erasure;
mod fault;
mod figures;
mod given;
mod homes;
mod idempotency;
mod kv;
mod ledger;
mod lost;
mod mail;
mod moving;
mod notices;
mod number;
mod outage;
mod partner;
mod purge;
mod race;
mod resend;
mod restart;
mod rows;
mod scenario;
mod sms;
mod sweep;
mod trips;
mod witness;
