//! `POST /v1/user/erase`

use super::fields::password;
use super::{Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct Erase {
    /// The password of who asks, as it was typed.
    #[cfg_attr(test, schema(min_length = 1, max_length = 128, example = "correct horse battery staple", format = Password))]
    pub(crate) password: String,
}

impl Request for Erase {
    fn read(input: &Input, _: &Reading<'_>) -> Result<Erase, Refusal> {
        Ok(Erase {
            password: password(&input.fields()?, "password")?.into(),
        })
    }
}
