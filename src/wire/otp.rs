//! `POST /v1/user/otp` and `POST /v1/user/otp/resend`

use serde::Serialize;

use super::fields::{code, username};
use super::refresh::Tokens;
use super::{Answer, Reading, Request};
use crate::error::Error;
use crate::http::members::Fields;
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::challenge::{ChallengeType, RECOVERY};
use crate::rules::id::ChallengeId;
use crate::rules::recovery_code::RecoveryCode;
use crate::rules::username::Username;
use crate::rules::word::{any_of, Word};

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct CodeAnswer {
    /// The challenge's: `sessionId` of the login or of the change, `requestId` of the reset.
    pub(crate) session_id: ChallengeId,
    pub(crate) challenge_type: AnswerType,
    /// As it was given to the login; for a reset, the e-mail; for a change, the e-mail or the number of before.
    pub(crate) username: Username,
    /// The digits of the message, all of them: another number of digits is a slip, and costs no try. Or a recovery code, in
    /// any case, with the hyphen or without.
    #[cfg_attr(
        test,
        schema(
            value_type = String,
            min_length = 4,
            max_length = 11,
            example = "0042"
        )
    )]
    pub(crate) code: AnswerCode,
}

/// What a challenge is answered with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnswerType {
    /// Its own code.
    Code(ChallengeType),
    /// One of the user's recovery codes, to a login's.
    Recovery,
}

impl AnswerType {
    /// Of the challenge.
    pub(crate) fn challenge_type(self) -> ChallengeType {
        match self {
            AnswerType::Code(challenge_type) => challenge_type,
            AnswerType::Recovery => ChallengeType::SmsMfa,
        }
    }
}

pub(crate) enum AnswerCode {
    Digits(String),
    Recovery(RecoveryCode),
}

impl Request for CodeAnswer {
    fn read(input: &Input, _: &Reading<'_>) -> Result<CodeAnswer, Refusal> {
        let fields = input.fields()?;
        let session_id = fields.id("sessionId")?;
        let challenge_type = answer_type(&fields)?;
        Ok(CodeAnswer {
            session_id,
            challenge_type,
            username: username(&fields)?,
            code: match challenge_type {
                AnswerType::Code(_) => AnswerCode::Digits(code(&fields)?.into()),
                AnswerType::Recovery => AnswerCode::Recovery(recovery_code(&fields)?),
            },
        })
    }
}

/// `challengeType`
fn answer_type(fields: &Fields) -> Result<AnswerType, Error> {
    let text = fields.text("challengeType", 1, 32)?;
    if text == RECOVERY {
        return Ok(AnswerType::Recovery);
    }
    let challenge_type = ChallengeType::parse(text).map(AnswerType::Code);
    challenge_type.ok_or_else(|| {
        let all: Vec<&str> = ChallengeType::all().chain([RECOVERY]).collect();
        Error::invalid("challengeType", format_args!("must be {}", any_of(&all)))
    })
}

/// `code`. What can be none is a slip, and costs no try.
fn recovery_code(fields: &Fields) -> Result<RecoveryCode, Error> {
    let code = fields.text("code", 10, 11)?;
    RecoveryCode::parse(code).ok_or_else(|| {
        let rule =
            "must be a recovery code: two groups of five letters and digits, such as 7K2QX-9M4TB";
        Error::invalid("code", rule)
    })
}

/// For `SMS_MFA` and `RECOVERY_CODE` the tokens; for the others, how far the reset or the change is.
#[derive(Serialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) enum CodeAnswered {
    LoggedIn(Tokens),
    Progress(Progress),
}

impl Answer for CodeAnswered {}

/// How far a reset or a change is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Progress {
    /// As it was given.
    pub(crate) username: Username,
    pub(crate) challenge_type: ChallengeType,
    pub(crate) status: Status,
}

/// What the right code has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(example = "PASSWORD_REQUIRED"))]
pub(crate) enum Status {
    /// The new password was there already: it is the password now, and every session is over.
    PasswordChanged,
    /// The new password is still to come, by `PUT /v1/user/change-password`.
    PasswordRequired,
    /// The e-mail is proven.
    EmailVerified,
    /// The new e-mail is the user's.
    EmailChanged,
    /// The code that was sent to the other of the two numbers is still to come.
    OtherCodeRequired,
    /// The new number is the user's.
    PhoneChanged,
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
    pub(crate) challenge_type: ChallengeType,
    /// The phone number or the e-mail, masked.
    #[cfg_attr(
        test,
        schema(
            pattern = "^([+][*]{8}[0-9]{2}|.[*]{8}@[a-z0-9.-]+)$",
            example = "+********34"
        )
    )]
    pub(crate) destination: String,
    /// The digits of the code.
    #[cfg_attr(test, schema(minimum = 4, maximum = 10, example = 4))]
    pub(crate) code_length: u32,
    /// Seconds until the challenge ends; the resend gave it no more.
    #[cfg_attr(test, schema(minimum = 0, maximum = 600, example = 240))]
    pub(crate) expires_in: u64,
}

impl Answer for Resent {}
