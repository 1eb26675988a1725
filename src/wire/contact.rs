//! The proof of an e-mail, and a new e-mail or number: `/v1/user/email`, `/v1/user/phone` and what is below them.

use serde::Serialize;

use super::fields::{email, new_phone, password, reason};
use super::{Answer, Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::challenge::ChallengeType;
use crate::rules::email::Email;
use crate::rules::id::{ChallengeId, UserId};
use crate::rules::phone::Phone;

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct ChangeEmail {
    /// What the user's e-mail shall be.
    pub(crate) new_email: Email,
    /// The user's.
    #[cfg_attr(test, schema(min_length = 1, max_length = 128, example = "correct horse battery staple", format = Password))]
    pub(crate) password: String,
}

impl Request for ChangeEmail {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ChangeEmail, Refusal> {
        let fields = input.fields()?;
        Ok(ChangeEmail {
            new_email: email(&fields, "newEmail")?,
            password: password(&fields, "password")?.into(),
        })
    }
}

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct ChangePhone {
    /// What the user's number shall be.
    pub(crate) new_phone_number: Phone,
    /// The user's.
    #[cfg_attr(test, schema(min_length = 1, max_length = 128, example = "correct horse battery staple", format = Password))]
    pub(crate) password: String,
}

impl Request for ChangePhone {
    fn read(input: &Input, reading: &Reading<'_>) -> Result<ChangePhone, Refusal> {
        let fields = input.fields()?;
        Ok(ChangePhone {
            new_phone_number: new_phone(&fields, "newPhoneNumber", reading)?,
            password: password(&fields, "password")?.into(),
        })
    }
}

/// A code is on its way by mail, to be answered at `/v1/user/otp`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct EmailChallenge {
    /// To answer the challenge with; nobody can guess it.
    pub(crate) session_id: ChallengeId,
    pub(crate) challenge_type: ChallengeType,
    /// The e-mail, masked: its first character, always eight stars, and its domain.
    #[cfg_attr(
        test,
        schema(pattern = "^.[*]{8}@[a-z0-9.-]+$", example = "a********@example.com")
    )]
    pub(crate) destination: String,
    /// The digits of the code.
    #[cfg_attr(test, schema(minimum = 4, maximum = 10, example = 6))]
    pub(crate) code_length: u32,
    /// Seconds until the challenge ends.
    #[cfg_attr(test, schema(minimum = 0, maximum = 600, example = 300))]
    pub(crate) expires_in: u64,
}

impl Answer for EmailChallenge {}

/// A code is on its way to each of these numbers. Each is answered at `/v1/user/otp`, in any order; the last right one
/// changes the number.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct PhoneChallenges {
    /// The old number's and the new one's; in a session that was opened by a recovery code the new one's alone.
    pub(crate) challenges: Vec<PhoneChallenge>,
}

impl Answer for PhoneChallenges {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct PhoneChallenge {
    /// To answer the challenge with; nobody can guess it.
    pub(crate) session_id: ChallengeId,
    pub(crate) challenge_type: ChallengeType,
    pub(crate) which: WhichNumber,
    /// The phone number, masked: always eight stars and its last two digits.
    #[cfg_attr(test, schema(pattern = "^[+][*]{8}[0-9]{2}$", example = "+********34"))]
    pub(crate) destination: String,
    /// The digits of the code.
    #[cfg_attr(test, schema(minimum = 4, maximum = 10, example = 6))]
    pub(crate) code_length: u32,
    /// Seconds until the challenge ends.
    #[cfg_attr(test, schema(minimum = 0, maximum = 600, example = 300))]
    pub(crate) expires_in: u64,
}

/// Which of two numbers a code goes to.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(example = "NEW"))]
pub(crate) enum WhichNumber {
    Old,
    New,
}

/// By the word of the partner, who has made sure of the person.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct GivePhone {
    pub(crate) user_id: UserId,
    /// What the user's number is from now on.
    pub(crate) new_phone_number: Phone,
    /// How the partner has made sure of the person: one line, which stands in the audit log.
    #[cfg_attr(
        test,
        schema(
            min_length = 1,
            max_length = 200,
            example = "identity checked again, case 4711"
        )
    )]
    pub(crate) reason: String,
}

impl Request for GivePhone {
    fn read(input: &Input, reading: &Reading<'_>) -> Result<GivePhone, Refusal> {
        let fields = input.fields()?;
        Ok(GivePhone {
            user_id: UserId::given(input.param(0)),
            new_phone_number: new_phone(&fields, "newPhoneNumber", reading)?,
            reason: reason(&fields)?.into(),
        })
    }
}

/// By the word of the partner, who has made sure of the person.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct GiveEmail {
    pub(crate) user_id: UserId,
    /// What the user's e-mail is from now on.
    pub(crate) new_email: Email,
    /// How the partner has made sure of the person: one line, which stands in the audit log.
    #[cfg_attr(
        test,
        schema(
            min_length = 1,
            max_length = 200,
            example = "identity checked again, case 4711"
        )
    )]
    pub(crate) reason: String,
}

impl Request for GiveEmail {
    fn read(input: &Input, _: &Reading<'_>) -> Result<GiveEmail, Refusal> {
        let fields = input.fields()?;
        Ok(GiveEmail {
            user_id: UserId::given(input.param(0)),
            new_email: email(&fields, "newEmail")?,
            reason: reason(&fields)?.into(),
        })
    }
}
