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

pub struct CodeAnswer {
    /// The challenge's: `sessionId` of the login, `requestId` of the reset.
    pub session_id: ChallengeId,
    pub challenge_type: Purpose,
    /// As it was given to the login; for a reset, the e-mail.
    pub username: Username,
    /// The digits of the SMS.
    pub code: String,
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
pub enum CodeAnswered {
    LoggedIn(Tokens),
    Reset(ResetProgress),
}

impl Answer for CodeAnswered {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResetProgress {
    pub username: String,
    pub challenge_type: Purpose,
    pub status: ResetStatus,
}

/// What the right code of a reset has come to.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ResetStatus {
    /// The new password was there already: it is the password now, and every session is over.
    PasswordChanged,
    /// The new password is still to come, by `PUT /v1/user/change-password`.
    PasswordRequired,
}

pub struct Resend {
    /// The challenge's.
    pub session_id: ChallengeId,
}

impl Request for Resend {
    fn read(input: &Input, _: &Reading<'_>) -> Result<Resend, Refusal> {
        Ok(Resend {
            session_id: input.fields()?.id("sessionId")?,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Resent {
    pub session_id: ChallengeId,
    pub challenge_type: Purpose,
    /// The phone number, masked.
    pub destination: String,
    /// Seconds until the challenge ends; the resend gave it no more.
    pub expires_in: u64,
}

impl Answer for Resent {}
