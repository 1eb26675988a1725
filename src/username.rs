//! A username: the e-mail or the phone number a user signed up with, in its one spelling.

use crate::email::Email;
use crate::error::Error;
use crate::fields::Fields;
use crate::phone::Phone;

/// The normalised form, or `InvalidField` for what can be neither.
pub fn username(fields: &Fields) -> Result<String, Error> {
    let text = fields.text("username", 1, 254)?;
    normalise(text).ok_or_else(|| {
        Error::invalid(
            "username",
            "must be an e-mail or a phone number such as +15555550100",
        )
    })
}

fn normalise(text: &str) -> Option<String> {
    if text.starts_with('+') && !text.contains('@') {
        return Phone::parse(text).ok().map(|phone| phone.as_str().into());
    }
    Email::parse(text).ok().map(|email| email.as_str().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_come_in_their_one_spelling() {
        assert_eq!(normalise("+15555550100").as_deref(), Some("+15555550100"));
        assert_eq!(
            normalise("Ada@Example.COM").as_deref(),
            Some("ada@example.com")
        );
        assert_eq!(
            normalise("+tag@example.com").as_deref(),
            Some("+tag@example.com")
        );
        assert_eq!(normalise("15555550100"), None);
        assert_eq!(normalise("ada"), None);
    }
}
