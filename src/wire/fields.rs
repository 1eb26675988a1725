//! Members that several requests have.

use std::fmt;

use super::Reading;
use crate::error::Error;
use crate::http::members::Fields;
use crate::rules::challenge::ChallengeType;
use crate::rules::email::Email;
use crate::rules::language::Locale;
use crate::rules::phone::Phone;
use crate::rules::shown::is_shown;
use crate::rules::username::Username;
use crate::rules::word::Word;

/// `username`, or `InvalidField` for what can be neither e-mail nor phone.
pub(crate) fn username(fields: &Fields) -> Result<Username, Error> {
    let text = fields.text("username", 1, 254)?;
    Username::parse(text).ok_or_else(|| {
        Error::invalid(
            "username",
            "must be an e-mail or a phone number such as +15555550100",
        )
    })
}

pub(crate) fn email(fields: &Fields, name: &str) -> Result<Email, Error> {
    email_of(fields.text(name, 1, 254)?, name)
}

pub(crate) fn email_of(text: &str, name: &str) -> Result<Email, Error> {
    Email::parse(text).map_err(|error| not_valid(name, &error))
}

/// A number to be, in a country that SMS may go to.
pub(crate) fn new_phone(
    fields: &Fields,
    name: &str,
    reading: &Reading<'_>,
) -> Result<Phone, Error> {
    let text = fields.text(name, 1, 16)?;
    let phone = Phone::parse_new(text).map_err(|error| not_valid(name, &error))?;
    if !phone.has_calling_code(reading.calling_codes) {
        return Err(Error::SmsRefused("its country is not allowed"));
    }
    Ok(phone)
}

/// A `cursor` that no answer gave, or of what is not there.
pub(crate) fn no_cursor() -> Error {
    Error::invalid("cursor", "must be a nextCursor of an earlier answer")
}

/// What people call a thing: 1 to 100 characters that can be shown on one line beside others.
pub(crate) fn optional_name<'a>(fields: &'a Fields, name: &str) -> Result<Option<&'a str>, Error> {
    match fields.optional_text(name, 1, LONGEST_NAME)? {
        Some(text) if !is_shown(text) => Err(fields.invalid(name, NAME_RULE)),
        text => Ok(text),
    }
}

const LONGEST_NAME: usize = 100;
const NAME_RULE: &str =
    "may not be blank, and may hold no line breaks, control characters or marks that turn the direction of writing";

/// Where the reason is a sentence of its own.
pub(crate) fn not_valid(name: &str, reason: &dyn fmt::Display) -> Error {
    Error::invalid(name, format_args!("is not valid: {reason}"))
}

/// `reason`: one line, in the words of whoever does something to somebody.
pub(crate) fn reason(fields: &Fields) -> Result<&str, Error> {
    let text = fields.text("reason", 1, 200)?;
    match is_shown(text) {
        true => Ok(text),
        false => Err(fields.invalid("reason", NAME_RULE)),
    }
}

/// `challengeType`, of which this call takes one alone.
pub(crate) fn challenge_type(fields: &Fields, only: ChallengeType) -> Result<(), Error> {
    match ChallengeType::parse(fields.text("challengeType", 1, 32)?) == Some(only) {
        true => Ok(()),
        false => Err(Error::invalid(
            "challengeType",
            format_args!("must be {}", only.as_str()),
        )),
    }
}

/// `locale`
pub(crate) fn locale(fields: &Fields) -> Result<Option<Locale>, Error> {
    let text = fields.optional_text("locale", 1, 35)?;
    let unknown = || Error::invalid("locale", format_args!("must be {}", Locale::any_of()));
    text.map(|text| Locale::parse(text).ok_or_else(unknown))
        .transpose()
}

/// What no challenge can have as its code is refused unread; how long this one's is, its record says.
pub(crate) fn code(fields: &Fields) -> Result<&str, Error> {
    let code = fields.text("code", 4, 10)?;
    if !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::invalid("code", "must be digits"));
    }
    Ok(code)
}

/// Of any length: what is too short and too long a password is said by the rule of passwords.
pub(crate) fn password<'a>(fields: &'a Fields, name: &str) -> Result<&'a str, Error> {
    fields.any_text(name)
}
