//! `POST /v1/user/refresh`, and the token object.

use serde::Serialize;

use super::common::Timestamp;
use super::fields::username;
use super::{Answer, Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::id::UserId;
use crate::rules::phone::Phone;
use crate::rules::scope::Scope;
use crate::rules::username::Username;

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct Refresh {
    /// The e-mail or the phone number of the session's user.
    pub(crate) username: Username,
    /// The session's newest.
    #[cfg_attr(
        test,
        schema(
            min_length = 1,
            max_length = 512,
            example = "rt_AZf0oQAAcACAAAAAAAAAAQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFkuDq3F5i5Yq3m0b9vJ1s2g"
        )
    )]
    pub(crate) refresh_token: String,
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
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Tokens {
    /// As the call gave it, in its one spelling.
    pub(crate) username: Username,
    pub(crate) user_id: UserId,
    pub(crate) phone_number: Phone,
    /// Always `Bearer`.
    #[cfg_attr(test, schema(value_type = String, pattern = "^Bearer$", example = "Bearer"))]
    pub(crate) token_type: &'static str,
    pub(crate) scope: Scope,
    /// A JWT (RFC 9068) for the user's own calls and for the services behind, which verify it
    /// offline with the key set.
    #[cfg_attr(
        test,
        schema(example = "eyJhbGciOiJFZERTQSIsImtpZCI6ImsxIiwidHlwIjoiYXQrand0In0.e30.c2ln")
    )]
    pub(crate) access_token: String,
    /// Opaque. Good for one exchange: keep the newest.
    #[cfg_attr(
        test,
        schema(
            example = "rt_AZf0oQAAcACAAAAAAAAAAQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFkuDq3F5i5Yq3m0b9vJ1s2g"
        )
    )]
    pub(crate) refresh_token: String,
    pub(crate) issued_at: Timestamp,
    /// Seconds that the access token lives.
    #[cfg_attr(test, schema(minimum = 0, example = 900))]
    pub(crate) expires_in: u64,
    /// When the access token ends.
    pub(crate) expires_at: Timestamp,
}

impl Answer for Tokens {}
