//! A lost password: `/v1/user/forget-password` and `PUT /v1/user/change-password`

use serde::Serialize;

use super::common::Nothing;
use super::fields::{challenge_type, email, email_of, password, username};
use super::{Answer, Reading, Request};
use crate::error::Error;
use crate::http::members::Fields;
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::challenge::ChallengeType;
use crate::rules::email::Email;
use crate::rules::id::ChallengeId;
use crate::rules::username::Username;

/// By the query.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct ForgetByQuery {
    /// The user's e-mail. Better in a body: a URL ends up in logs.
    pub(crate) email: Email,
}

impl Request for ForgetByQuery {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ForgetByQuery, Refusal> {
        Ok(ForgetByQuery {
            email: email_of(input.query_value("email")?, "email")?,
        })
    }
}

/// For those who keep e-mails out of URLs.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct ForgetByBody {
    /// The user's e-mail.
    pub(crate) email: Email,
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
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ResetBegun {
    /// What to go on with.
    pub(crate) sdk_response_metadata: ResponseMetadata,
    /// Kept for callers of an older interface.
    pub(crate) sdk_http_metadata: HttpMetadata,
    /// Where the code went.
    pub(crate) code_delivery_details: CodeDelivery,
    /// The digits of the code.
    #[cfg_attr(test, schema(minimum = 4, maximum = 10, example = 6))]
    pub(crate) code_length: u32,
}

impl Answer for ResetBegun {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ResponseMetadata {
    /// The `sessionId` to go on with.
    pub(crate) request_id: ChallengeId,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct HttpMetadata {
    pub(crate) http_headers: Nothing,
    /// Always 200.
    #[cfg_attr(test, schema(minimum = 200, maximum = 200, example = 200))]
    pub(crate) http_status_code: u16,
    pub(crate) all_http_headers: Nothing,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct CodeDelivery {
    /// The phone number, masked; simulated where there is no such user.
    #[cfg_attr(test, schema(pattern = "^[+][*]{8}[0-9]{2}$", example = "+********34"))]
    pub(crate) destination: String,
    /// Always `SMS`.
    #[cfg_attr(test, schema(value_type = String, pattern = "^SMS$", example = "SMS"))]
    pub(crate) delivery_medium: &'static str,
    /// Always `phone_number`.
    #[cfg_attr(test, schema(value_type = String, pattern = "^phone_number$", example = "phone_number"))]
    pub(crate) attribute_name: &'static str,
}

pub(crate) struct ChangePassword {
    /// The `requestId` of the reset.
    pub(crate) session_id: ChallengeId,
    /// The e-mail that the reset was asked for.
    pub(crate) username: Username,
    /// The new one, of the same kind as at sign-up.
    pub(crate) password: String,
}

impl Request for ChangePassword {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ChangePassword, Refusal> {
        let fields = input.fields()?;
        let session_id = fields.id("sessionId")?;
        challenge_type(&fields, ChallengeType::ResetPassword)?;
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

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct ChangeKnown {
    /// The one that it is.
    #[cfg_attr(test, schema(min_length = 1, max_length = 128, example = "correct horse battery staple", format = Password))]
    pub(crate) password: String,
    /// The one that it shall be, of the same kind as at sign-up.
    #[cfg_attr(test, schema(min_length = 8, max_length = 128, example = "a better one, at last", format = Password))]
    pub(crate) new_password: String,
}

impl Request for ChangeKnown {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ChangeKnown, Refusal> {
        let fields = input.fields()?;
        Ok(ChangeKnown {
            password: password(&fields, "password")?.into(),
            new_password: password(&fields, "newPassword")?.into(),
        })
    }
}

/// `{"data": {}}`: there is nothing more to say of it.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct PasswordTaken {
    pub(crate) data: Nothing,
}

impl Answer for PasswordTaken {}
