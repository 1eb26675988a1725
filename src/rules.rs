//! The rules: functions of bytes, settings and `now`. They know neither Workers nor HTTP nor
//! storage, and carry their own unit and property tests.

pub mod challenge;
pub mod custody;
pub mod email;
pub mod event;
pub mod id;
pub mod identity;
pub mod ids;
pub mod limits;
pub mod nfkc;
pub mod password;
pub mod phone;
pub mod portfolio;
pub mod refresh_token;
pub mod secret;
pub mod session;
pub mod time;
pub mod token;
pub mod username;
pub mod webhook_signature;
pub mod word;
