//! The service from outside: HTTP against the built wasm on workerd, with doubles of the SMS
//! and mail providers. One module a subject; one service for all of them.

#[allow(dead_code, reason = "each test binary uses its own part of it")]
#[allow(
    clippy::disallowed_methods,
    reason = "the clock and randomness are the tests' own"
)]
#[path = "../support/lib.rs"]
mod support;

mod account;
mod assisted;
mod audit;
mod client;
mod contact;
mod custody;
mod dev_kyc;
mod document;
mod envelope;
mod erase;
mod hold;
mod homes;
mod idempotency;
mod introspect;
mod isolation;
mod journey;
mod kyc;
mod log;
mod login;
mod moderation;
mod moving;
mod notices;
mod oauth;
mod otp;
mod outbox;
mod own_password;
mod partner;
mod password;
mod person;
mod portfolio;
mod purge;
mod reading;
mod recovery;
mod refresh;
mod resend;
mod revoke;
mod sessions;
mod sign_up;
mod thief;
mod tokens;
