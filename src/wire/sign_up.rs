//! `POST /v1/user/sign-up`

use super::fields::{email, locale, new_phone, password};
use super::{Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::email::Email;
use crate::rules::language::Locale;
use crate::rules::phone::Phone;

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct SignUp {
    /// Where the codes of logins go. Without the zero, or other trunk prefix, that is dialled before it
    /// inside its country.
    pub(crate) phone_number: Phone,
    pub(crate) email: Email,
    /// 8 to 128 characters of any script, not a common one, not about the user. Nothing is trimmed,
    /// and there are no rules of composition.
    #[cfg_attr(test, schema(min_length = 8, max_length = 128, example = "correct horse battery staple", format = Password))]
    pub(crate) password: String,
    /// Of those that the client may give; without any, the client's default.
    #[cfg_attr(test, schema(value_type = Option<Vec<super::schemas::Role>>, max_items = 16, example = json!(["customer"])))]
    pub(crate) roles: Option<Vec<String>>,
    /// What the user is told things in; a login can change it.
    pub(crate) locale: Option<Locale>,
}

impl Request for SignUp {
    fn read(input: &Input, reading: &Reading<'_>) -> Result<SignUp, Refusal> {
        let fields = input.fields()?;
        Ok(SignUp {
            phone_number: new_phone(&fields, "phoneNumber", reading)?,
            email: email(&fields, "email")?,
            roles: fields.optional_ids("roles", 16)?,
            password: password(&fields, "password")?.into(),
            locale: locale(&fields)?,
        })
    }
}
