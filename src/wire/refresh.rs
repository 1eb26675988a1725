//! `POST /v1/user/refresh`, and the token object.

use serde::Serialize;

use super::common::Timestamp;
use super::fields::username;
use super::{Answer, Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::id::UserId;
use crate::rules::phone::Phone;
use crate::rules::token::Scope;
use crate::rules::username::Username;

pub struct Refresh {
    /// The e-mail or the phone number of the session's user.
    pub username: Username,
    /// The session's newest.
    pub refresh_token: String,
}

impl Request for Refresh {
    fn read(input: &Input, _: &Reading<'_>) -> Result<Refresh, Refusal> {
        let fields = input.fields()?;
        Ok(Refresh {
            username: username(&fields)?,
            refresh_token: fields.text("refreshToken", 1, 512)?.into(),
        })
    }
}

/// The tokens of a session.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    /// The e-mail.
    pub username: String,
    pub user_id: UserId,
    pub phone_number: Phone,
    pub token_type: &'static str,
    pub scope: Scope,
    /// A JWT (RFC 9068) for the user's own calls and for the services behind, which verify it
    /// offline with the key set.
    pub access_token: String,
    /// Opaque. Good for one exchange: keep the newest.
    pub refresh_token: String,
    pub issued_at: Timestamp,
    /// Seconds that the access token lives.
    pub expires_in: u64,
    /// When the access token ends.
    pub expires_at: Timestamp,
}

impl Answer for Tokens {}
