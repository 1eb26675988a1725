//! `POST /v1/user/login`

use serde::Serialize;

use super::fields::{locale, password, username};
use super::{Answer, Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::challenge::ChallengeType;
use crate::rules::id::ChallengeId;
use crate::rules::language::Locale;
use crate::rules::username::Username;

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct Login {
    /// The e-mail or the phone number of the sign-up.
    pub(crate) username: Username,
    /// The password, as it was typed; nothing is trimmed.
    #[cfg_attr(test, schema(min_length = 1, max_length = 128, example = "correct horse battery staple", format = Password))]
    pub(crate) password: String,
    /// What the user is told things in from now on; without it, as before, and at first in English. With a text of its
    /// own the partner decides what the SMS with the code says.
    pub(crate) locale: Option<Locale>,
}

impl Request for Login {
    fn read(input: &Input, _: &Reading<'_>) -> Result<Login, Refusal> {
        let fields = input.fields()?;
        Ok(Login {
            username: username(&fields)?,
            password: password(&fields, "password")?.into(),
            locale: locale(&fields)?,
        })
    }
}

/// A challenge: a code is on its way by SMS. There is no token before its answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct LoginChallenge {
    /// To answer the challenge with; nobody can guess it.
    pub(crate) session_id: ChallengeId,
    /// As it was given, in its one spelling.
    pub(crate) username: Username,
    pub(crate) challenge_type: ChallengeType,
    /// The phone number, masked: always eight stars and its last two digits.
    #[cfg_attr(test, schema(pattern = "^[+][*]{8}[0-9]{2}$", example = "+********34"))]
    pub(crate) destination: String,
    /// The digits of the code.
    #[cfg_attr(test, schema(minimum = 4, maximum = 10, example = 4))]
    pub(crate) code_length: u32,
    /// Seconds until the challenge ends.
    #[cfg_attr(test, schema(minimum = 0, maximum = 600, example = 300))]
    pub(crate) expires_in: u64,
}

impl Answer for LoginChallenge {}
