//! Members that several requests have.

use crate::error::Error;
use crate::http::members::Fields;
use crate::rules::challenge::Purpose;
use crate::rules::email::Email;
use crate::rules::username::normalise;

/// `username`: the normalised form, or `InvalidField` for what can be neither e-mail nor phone.
pub fn username(fields: &Fields) -> Result<String, Error> {
    let text = fields.text("username", 1, 254)?;
    normalise(text).ok_or_else(|| {
        Error::invalid(
            "username",
            "must be an e-mail or a phone number such as +15555550100",
        )
    })
}

pub fn email(fields: &Fields, name: &str) -> Result<Email, Error> {
    let text = fields.text(name, 1, 254)?;
    Email::parse(text).map_err(|error| Error::invalid(name, format_args!("is not valid: {error}")))
}

/// `challengeType`
pub fn purpose(fields: &Fields) -> Result<Purpose, Error> {
    let text = fields.text("challengeType", 1, 32)?;
    Purpose::parse(text)
        .ok_or_else(|| Error::invalid("challengeType", "must be SMS_MFA or RESET_PASSWORD"))
}

/// What cannot be a code is a slip of the finger, and costs no try.
pub fn code(fields: &Fields) -> Result<&str, Error> {
    let code = fields.text("code", 4, 10)?;
    if !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::invalid("code", "must be digits"));
    }
    Ok(code)
}
