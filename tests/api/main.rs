//! The service from outside: HTTP against the built wasm on workerd, with a double of the SMS
//! provider. One module a subject; one service for all of them.

#[allow(dead_code)]
#[path = "../support/lib.rs"]
mod support;

mod journey;
mod otp;
