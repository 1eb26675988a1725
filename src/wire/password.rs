//! A lost password: `/v1/user/forget-password` and `PUT /v1/user/change-password`

use serde::Serialize;

use super::common::Nothing;
use super::fields::{email, email_of, password, purpose, username};
use super::{Answer, Reading, Request};
use crate::error::Error;
use crate::http::members::Fields;
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::challenge::Purpose;
use crate::rules::email::Email;
use crate::rules::id::ChallengeId;
use crate::rules::username::Username;

/// By the query, as the seed has it.
pub struct ForgetByQuery {
    /// The user's e-mail. Better in a body: a URL ends up in logs.
    pub email: Email,
}

impl Request for ForgetByQuery {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ForgetByQuery, Refusal> {
        Ok(ForgetByQuery {
            email: email_of(input.query_value("email")?, "email")?,
        })
    }
}

/// For those who keep e-mails out of URLs.
pub struct ForgetByBody {
    /// The user's e-mail.
    pub email: Email,
}

impl Request for ForgetByBody {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ForgetByBody, Refusal> {
        Ok(ForgetByBody {
            email: email(&input.fields()?, "email")?,
        })
    }
}

/// A reset has begun, or looks as if: whether there is such a user shows in nothing.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResetBegun {
    pub sdk_response_metadata: ResponseMetadata,
    pub sdk_http_metadata: HttpMetadata,
    pub code_delivery_details: CodeDelivery,
}

impl Answer for ResetBegun {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResponseMetadata {
    /// The `sessionId` to go on with.
    pub request_id: ChallengeId,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpMetadata {
    pub http_headers: Nothing,
    pub http_status_code: u16,
    pub all_http_headers: Nothing,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CodeDelivery {
    /// The phone number, masked; simulated where there is no such user.
    pub destination: String,
    pub delivery_medium: &'static str,
    pub attribute_name: &'static str,
}

pub struct ChangePassword {
    /// The `requestId` of the reset.
    pub session_id: ChallengeId,
    /// The e-mail that the reset was asked for.
    pub username: Username,
    /// The new one, of the same kind as at sign-up.
    pub password: String,
}

impl Request for ChangePassword {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ChangePassword, Refusal> {
        let fields = input.fields()?;
        let session_id = fields.id("sessionId")?;
        if purpose(&fields)? != Purpose::Reset {
            return Err(Error::invalid("challengeType", "must be RESET_PASSWORD").into());
        }
        Ok(ChangePassword {
            session_id,
            username: username(&fields)?,
            password: confirmed(&fields)?.into(),
        })
    }
}

/// `password`, which `passwordConfirm` repeats.
fn confirmed(fields: &Fields) -> Result<&str, Error> {
    let text = password(fields, "password")?;
    if text != password(fields, "passwordConfirm")? {
        return Err(Error::invalid("passwordConfirm", "differs from password"));
    }
    Ok(text)
}

/// `{"data": {}}`, as the seed shows it.
#[derive(Serialize)]
pub struct PasswordTaken {
    pub data: Nothing,
}

impl Answer for PasswordTaken {}
