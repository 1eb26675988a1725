//! A username: the e-mail or the phone number a user signed up with, in its one spelling.

use crate::rules::email::Email;
use crate::rules::phone::Phone;

/// The normalised form, or `None` for what can be neither.
pub fn normalise(text: &str) -> Option<String> {
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
