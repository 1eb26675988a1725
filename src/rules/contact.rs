//! Where a person is reached: by SMS at a number, or by mail at an address.

use std::fmt;

use crate::rules::challenge::Purpose;
use crate::rules::phone::Phone;

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Contact {
    Phone(Phone),
    /// In its one spelling.
    Email(String),
}

impl Contact {
    /// What a challenge of this purpose has as its contact, as it is stored.
    pub(crate) fn stored(purpose: Purpose, text: &str) -> Option<Contact> {
        match purpose {
            Purpose::VerifyEmail | Purpose::ChangeEmail => Some(Contact::Email(text.into())),
            _ => Phone::parse(text).ok().map(Contact::Phone),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Contact::Phone(phone) => phone.as_str(),
            Contact::Email(email) => email,
        }
    }

    /// Of a number its last two digits; of an address its first character and its domain.
    pub(crate) fn masked(&self) -> String {
        match self {
            Contact::Phone(phone) => phone.masked(),
            Contact::Email(email) => {
                let (local, domain) = email.split_once('@').unwrap_or_default();
                let first: String = local.chars().take(1).collect();
                format!("{first}********@{domain}")
            }
        }
    }
}

impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_masked_to_eight_stars_however_long_it_is() {
        for (email, masked) in [
            ("a@example.com", "a********@example.com"),
            ("ada.lovelace@x.org", "a********@x.org"),
            ("+tag@x.org", "+********@x.org"),
        ] {
            let contact = Contact::stored(Purpose::ChangeEmail, email).unwrap();
            assert_eq!(contact.masked(), masked);
            assert_eq!(contact.as_str(), email);
        }
        let phone = Contact::stored(Purpose::ChangePhone, "+15555550134").unwrap();
        assert_eq!(phone.masked(), "+********34");
        assert_eq!(Contact::stored(Purpose::ChangePhone, "a@example.com"), None);
    }
}
