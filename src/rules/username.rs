//! A username: the e-mail or the phone number a user signed up with, in its one spelling.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::rules::email::Email;
use crate::rules::phone::Phone;

/// The normalised form.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Username(String);

impl Username {
    /// `None` for what can be neither.
    pub(crate) fn parse(text: &str) -> Option<Username> {
        if text.starts_with('+') && !text.contains('@') {
            let phone = Phone::parse(text).ok()?;
            return Some(Username(phone.as_str().into()));
        }
        let email = Email::parse(text).ok()?;
        Some(Username(email.as_str().into()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for Username {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl fmt::Debug for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Username(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_come_in_their_one_spelling() {
        let parsed = |text| Username::parse(text).map(|username| username.0);
        assert_eq!(parsed("+15555550100").as_deref(), Some("+15555550100"));
        assert_eq!(
            parsed("Ada@Example.COM").as_deref(),
            Some("ada@example.com")
        );
        assert_eq!(
            parsed("+tag@example.com").as_deref(),
            Some("+tag@example.com")
        );
        assert_eq!(parsed("15555550100"), None);
        assert_eq!(parsed("ada"), None);
    }
}
