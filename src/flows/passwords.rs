//! A password that is to be set.

use crate::app::App;
use crate::error::Error;
use crate::rules::password::{Password, PasswordError};
use crate::rules::phone::Phone;

/// `password`, fit to be one: 8 to 128 characters, not common, not about the user. Where the
/// phone may not be told, nothing that reads like one.
pub(crate) fn new_password(
    app: &App,
    text: &str,
    email: &str,
    phone: Option<&Phone>,
) -> Result<Password, Error> {
    let password = Password::new_candidate(text).map_err(|error| match error {
        PasswordError::TooShort => Error::WeakPassword(format!("password is weak: {error}")),
        PasswordError::TooLong => Error::invalid("password", format_args!("is not valid: {error}")),
    })?;
    if phone.is_none() && reads_like_a_phone_number(text) {
        return Err(Error::WeakPassword(
            "password is weak: it reads like a phone number".into(),
        ));
    }
    let local_part = email.split('@').next().unwrap_or_default();
    let digits = phone.map_or("", |phone| phone.as_str().trim_start_matches('+'));
    let context = [
        local_part,
        email,
        digits,
        "gatehouse",
        app.config.sms_text.app.as_str(),
    ];
    let context: Vec<&str> = context
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect();
    password
        .check(&context)
        .map_err(|error| Error::WeakPassword(format!("password is weak: {error}")))?;
    Ok(password)
}

fn reads_like_a_phone_number(text: &str) -> bool {
    let rest: Vec<char> = text
        .chars()
        .filter(|c| !c.is_ascii_punctuation() && *c != ' ')
        .collect();
    (7..=15).contains(&rest.len()) && rest.iter().all(char::is_ascii_digit)
}
