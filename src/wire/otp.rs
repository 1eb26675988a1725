//! `POST /v1/user/otp` and `POST /v1/user/otp/resend`

use serde::Serialize;

use super::fields::{code, purpose, username};
use super::refresh::Tokens;
use super::{Answer, Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::challenge::Purpose;
use crate::rules::id::ChallengeId;
use crate::rules::username::Username;

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct CodeAnswer {
    /// The challenge's: `sessionId` of the login, `requestId` of the reset.
    pub(crate) session_id: ChallengeId,
    pub(crate) challenge_type: Purpose,
    /// As it was given to the login; for a reset, the e-mail.
    pub(crate) username: Username,
    /// The digits of the SMS, all of them: another number of digits is a slip, and costs no try.
    #[cfg_attr(
        test,
        schema(
            min_length = 4,
            max_length = 10,
            pattern = "^[0-9]+$",
            example = "0042"
        )
    )]
    pub(crate) code: String,
}

impl Request for CodeAnswer {
    fn read(input: &Input, _: &Reading<'_>) -> Result<CodeAnswer, Refusal> {
        let fields = input.fields()?;
        Ok(CodeAnswer {
            session_id: fields.id("sessionId")?,
            challenge_type: purpose(&fields)?,
            username: username(&fields)?,
            code: code(&fields)?.into(),
        })
    }
}

/// For `SMS_MFA` the tokens; for `RESET_PASSWORD`, how far the reset is.
#[derive(Serialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) enum CodeAnswered {
    LoggedIn(Tokens),
    Reset(ResetProgress),
}

impl Answer for CodeAnswered {}

/// How far a reset is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ResetProgress {
    /// The e-mail that the reset was asked for.
    pub(crate) username: Username,
    pub(crate) challenge_type: Purpose,
    pub(crate) status: ResetStatus,
}

/// What the right code of a reset has come to.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(example = "PASSWORD_REQUIRED"))]
pub(crate) enum ResetStatus {
    /// The new password was there already: it is the password now, and every session is over.
    PasswordChanged,
    /// The new password is still to come, by `PUT /v1/user/change-password`.
    PasswordRequired,
}

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct Resend {
    /// The challenge's.
    pub(crate) session_id: ChallengeId,
}

impl Request for Resend {
    fn read(input: &Input, _: &Reading<'_>) -> Result<Resend, Refusal> {
        Ok(Resend {
            session_id: input.fields()?.id("sessionId")?,
        })
    }
}

/// The code was sent once more.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Resent {
    pub(crate) session_id: ChallengeId,
    pub(crate) challenge_type: Purpose,
    /// The phone number, masked.
    #[cfg_attr(test, schema(pattern = "^[+][*]{8}[0-9]{2}$", example = "+********34"))]
    pub(crate) destination: String,
    /// The digits of the code.
    #[cfg_attr(test, schema(minimum = 4, maximum = 10, example = 4))]
    pub(crate) code_length: u32,
    /// Seconds until the challenge ends; the resend gave it no more.
    #[cfg_attr(test, schema(minimum = 0, maximum = 600, example = 240))]
    pub(crate) expires_in: u64,
}

impl Answer for Resent {}
