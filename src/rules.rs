//! The rules: functions of bytes, settings and `now`. They know neither Workers nor HTTP nor
//! storage, and carry their own unit and property tests.

pub(crate) mod address;
pub(crate) mod challenge;
pub(crate) mod contact;
pub(crate) mod custody;
pub(crate) mod email;
pub(crate) mod event;
pub(crate) mod hold;
pub(crate) mod home;
pub(crate) mod id;
pub(crate) mod identity;
pub(crate) mod ids;
pub(crate) mod language;
pub(crate) mod limits;
pub(crate) mod nfkc;
pub(crate) mod notice;
pub(crate) mod own;
pub(crate) mod owner;
pub(crate) mod password;
pub(crate) mod phone;
pub(crate) mod portfolio;
pub(crate) mod recovery_code;
pub(crate) mod refresh_token;
pub(crate) mod sampling;
pub(crate) mod scope;
pub(crate) mod seal;
pub(crate) mod secret;
pub(crate) mod send;
pub(crate) mod session;
pub(crate) mod shown;
pub(crate) mod time;
pub(crate) mod token;
pub(crate) mod username;
pub(crate) mod webhook_signature;
pub(crate) mod word;
