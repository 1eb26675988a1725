//! `/v1/user/recovery-codes`

use serde::Serialize;

use super::fields::password;
use super::{Answer, Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct MakeCodes {
    /// The user's.
    #[cfg_attr(test, schema(min_length = 1, max_length = 128, example = "correct horse battery staple", format = Password))]
    pub(crate) password: String,
}

impl Request for MakeCodes {
    fn read(input: &Input, _: &Reading<'_>) -> Result<MakeCodes, Refusal> {
        Ok(MakeCodes {
            password: password(&input.fields()?, "password")?.into(),
        })
    }
}

/// The codes, which are shown this once: nothing here has them any more.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct RecoveryCodes {
    /// Each is good for one login.
    #[cfg_attr(test, schema(value_type = Vec<super::schemas::RecoveryCodeText>))]
    pub(crate) codes: Vec<String>,
    /// How many are not used.
    #[cfg_attr(test, schema(minimum = 0, maximum = 10, example = 10))]
    pub(crate) left: u32,
}

impl Answer for RecoveryCodes {}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct RecoveryCodesLeft {
    /// How many are not used; 0 where none were ever made.
    #[cfg_attr(test, schema(minimum = 0, maximum = 10, example = 9))]
    pub(crate) left: u32,
}

impl Answer for RecoveryCodesLeft {}
