//! A password that is to be set, and the peppers that it is hashed under.

use std::fmt;

use crate::app::App;
use crate::error::Error;
use crate::rules::password::{key_name, Password, PasswordError};
use crate::rules::phone::Phone;

/// The password of this member, fit to be one: 8 to 128 characters, not common, not about the user. Where the
/// phone may not be told, nothing that is refused for any.
pub(crate) fn new_password(
    app: &App,
    (field, text): (&'static str, &str),
    email: &str,
    phone: Option<&Phone>,
) -> Result<Password, Error> {
    let password = Password::new_candidate(text).map_err(|error| match error {
        PasswordError::TooShort => weak(field, &error),
        PasswordError::TooLong => Error::invalid(field, format_args!("is not valid: {error}")),
    })?;
    if phone.is_none() && password.is_little_more_than_some_phone_number() {
        let rule = "may be little more than the phone number, which is compared once the code was right: answer \
                    the code first, or choose another";
        return Err(Error::WeakPassword {
            field,
            rule: rule.into(),
        });
    }
    let local_part = email.split('@').next().unwrap_or_default();
    let digits = phone.map_or("", |phone| phone.as_str().trim_start_matches('+'));
    let context = [
        local_part,
        email,
        digits,
        "gatehouse",
        app.terms().sms_text.app.as_str(),
    ];
    let context: Vec<&str> = context
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect();
    password
        .check(&context)
        .map_err(|error| weak(field, &error))?;
    Ok(password)
}

/// Of the peppers that there are, a JSON array: what was hashed under any other is void.
pub(crate) fn pepper_names(app: &App) -> Result<String, Error> {
    let names: Vec<String> = app.config.password_peppers.all().map(key_name).collect();
    serde_json::to_string(&names).map_err(Error::internal)
}

fn weak(field: &'static str, why: &dyn fmt::Display) -> Error {
    Error::WeakPassword {
        field,
        rule: format!("is weak: {why}"),
    }
}
