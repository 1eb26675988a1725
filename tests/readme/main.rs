//! What the README and the quickstart have a reader paste, run as a reader would, against a service such as
//! `make dev` starts.

#[allow(dead_code, reason = "each test binary uses its own part of it")]
#[allow(
    clippy::disallowed_methods,
    reason = "the clock and randomness are the tests' own"
)]
#[path = "../support/service.rs"]
mod service;

#[allow(dead_code, reason = "a port is drawn from it")]
#[allow(
    clippy::disallowed_methods,
    reason = "the clock and randomness are the tests' own"
)]
#[path = "../support/random.rs"]
mod random;

mod commands;
mod ending;
mod journey;
mod quickstart;
