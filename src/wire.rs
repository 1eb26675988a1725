//! Every request and answer of the API as a struct, one file a feature. The OpenAPI document is
//! made of these: what stands at a member here is what a partner reads.

pub(crate) mod account;
pub(crate) mod audit;
pub(crate) mod client;
pub(crate) mod common;
pub(crate) mod contact;
pub(crate) mod custody;
pub(crate) mod dev;
pub(crate) mod dev_kyc;
pub(crate) mod erase;
pub(crate) mod export;
pub(crate) mod fields;
pub(crate) mod health;
pub(crate) mod kyc;
pub(crate) mod login;
pub(crate) mod moves;
pub(crate) mod oauth;
pub(crate) mod otp;
pub(crate) mod partner;
pub(crate) mod partners;
pub(crate) mod password;
pub(crate) mod portfolio;
pub(crate) mod recovery;
pub(crate) mod refresh;
#[cfg(test)]
pub(crate) mod schemas;
pub(crate) mod session;
pub(crate) mod sign_up;
pub(crate) mod user;

use serde::Serialize;

use crate::error::Error;
use crate::http::oauth::Refusal;
use crate::http::{Input, Reply};

/// What a call is asked with.
pub(crate) trait Request: Sized {
    /// The request in the order of its members: the first that will not do is the one named.
    fn read(input: &Input, reading: &Reading<'_>) -> Result<Self, Refusal>;
}

/// What of the settings decides how a request is read.
pub(crate) struct Reading<'a> {
    /// Calling codes that SMS may go to; none means all.
    pub(crate) calling_codes: &'a [String],
}

/// A call that takes nothing.
impl Request for () {
    fn read(_: &Input, _: &Reading<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}

/// What a call is answered with.
pub(crate) trait Answer: Serialize {
    /// Whether it goes out in the envelope; the RFCs' own answers do not.
    const IN_ENVELOPE: bool = true;
    /// For the document; another than this `reply` sends itself.
    #[cfg_attr(not(test), allow(dead_code, reason = "the document is made in a test"))]
    const MEDIA_TYPE: &'static str = "application/json";
    /// Beside those of every answer.
    const HEADERS: &'static [(&'static str, &'static str)] = &[];

    fn reply(&self) -> Result<Reply, Error> {
        let reply = match Self::IN_ENVELOPE {
            true => Reply::data(self)?,
            false => Reply::json(200, self)?,
        };
        let with =
            |reply: Reply, (name, value): &(&'static str, &str)| reply.with_header(name, *value);
        Ok(Self::HEADERS.iter().fold(reply, with))
    }
}
