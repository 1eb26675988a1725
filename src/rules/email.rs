//! E-mail addresses in one normalised spelling, which is what uniqueness is decided on.
//!
//! The grammar is the part of RFC 5321 §4.1.2 that mail providers hand out: a dot-atom local part
//! and a domain name. Quoted local parts (`"bob"@x.org` is `bob@x.org` in a second spelling),
//! comments, display names and address literals are refused. `+tags` and dots in the local part
//! mean what the provider says they mean, so they are kept.

use crate::rules::nfkc::nfkc;
use std::fmt;

/// An address after NFKC and lowercasing: ASCII, at most 254 bytes, one `@`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Email(String);

/// RFC 5321 §4.5.3.1.3: a path of 256 octets less its two angle brackets.
const MAX_BYTES: usize = 254;
/// RFC 5321 §4.5.3.1.1.
const MAX_LOCAL_PART: usize = 64;
/// RFC 1035 §2.3.4.
const MAX_LABEL: usize = 63;

impl Email {
    /// Normalises `text` and checks it. Nothing is trimmed. An international domain is written in
    /// its `xn--` form.
    pub(crate) fn parse(text: &str) -> Result<Email, EmailError> {
        let address = normalised(text)?;
        let (local_part, domain) = address.split_once('@').ok_or(EmailError::NotOneAt)?;
        if domain.contains('@') {
            return Err(EmailError::NotOneAt);
        }
        if local_part.len() > MAX_LOCAL_PART {
            return Err(EmailError::LocalPartTooLong);
        }
        if !is_dot_atom(local_part) {
            return Err(EmailError::BadLocalPart);
        }
        if !is_domain_name(domain) {
            return Err(EmailError::BadDomain);
        }
        Ok(Email(address))
    }

    /// The normalised address.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// NFKC first, so that the Kelvin sign and full-width letters become the ASCII they look like;
/// what is left outside ASCII after that is refused, so ASCII lowercasing is all there is to do.
fn normalised(text: &str) -> Result<String, EmailError> {
    let mut address = nfkc(text);
    if !address.is_ascii() {
        return Err(EmailError::NotAscii);
    }
    if address.len() > MAX_BYTES {
        return Err(EmailError::TooLong);
    }
    address.make_ascii_lowercase();
    Ok(address)
}

/// RFC 5322 §3.2.3.
fn is_dot_atom(text: &str) -> bool {
    let is_atext = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b);
    text.split('.')
        .all(|atom| !atom.is_empty() && atom.bytes().all(is_atext))
}

/// RFC 1123 §2.1: two labels or more of letters, digits and inner hyphens, the last one not all
/// digits (that would be an IPv4 address), and no trailing dot.
fn is_domain_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=MAX_LABEL).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, top)) = text.rsplit_once('.') else {
        return false;
    };
    text.split('.').all(is_label) && !top.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(..)")
    }
}

/// Why a text is not an e-mail address. The sentences can be shown to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EmailError {
    NotAscii,
    TooLong,
    NotOneAt,
    LocalPartTooLong,
    BadLocalPart,
    BadDomain,
}

impl fmt::Display for EmailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EmailError::NotAscii => {
                "an e-mail address is written in ASCII, an international domain in its xn-- form"
            }
            EmailError::TooLong => "an e-mail address has at most 254 characters",
            EmailError::NotOneAt => "an e-mail address has exactly one '@'",
            EmailError::LocalPartTooLong => {
                "an e-mail address has at most 64 characters before '@'"
            }
            EmailError::BadLocalPart => {
                "before its '@' an e-mail address has letters, digits, !#$%&'*+-/=?^_`{|}~ \
                 and single dots between them"
            }
            EmailError::BadDomain => {
                "after its '@' an e-mail address has a domain name, as in user@example.com"
            }
        })
    }
}

impl std::error::Error for EmailError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
    }

    #[test]
    fn spellings_that_look_alike_are_one_address() {
        for text in [
            "mark@kelvin.example",
            "Mark@Kelvin.Example",
            "MAR\u{212a}@KELVIN.EXAMPLE",
            "Ｍａｒｋ＠Ｋｅｌｖｉｎ．Ｅｘａｍｐｌｅ",
            "mar\u{212a}@\u{212a}elvin.example",
        ] {
            assert_eq!(email(text).as_str(), "mark@kelvin.example", "{text:?}");
        }
    }

    #[test]
    fn addresses_that_differ_to_their_provider_stay_apart() {
        let different = [
            "ab@x.org",
            "a.b@x.org",
            "a+b@x.org",
            "ab@x.com",
            "ab@y.x.org",
        ];
        for (i, one) in different.iter().enumerate() {
            for other in &different[i + 1..] {
                assert_ne!(email(one), email(other));
            }
        }
    }

    #[test]
    fn ordinary_addresses_are_accepted() {
        for text in [
            "a@b.co",
            "first.last+tag@sub.example.com",
            "o'brien@example.ie",
            "1@2.de",
            "!#$%&'*+-/=?^_`{|}~@example.com",
            "user@xn--bcher-kva.example",
            "user@3com.com",
        ] {
            assert_eq!(email(text).as_str(), text);
        }
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        use EmailError::*;
        for (text, error) in [
            ("", NotOneAt),
            ("a", NotOneAt),
            ("a@b@c.org", NotOneAt),
            ("a＠b@c.org", NotOneAt),
            ("@x.org", BadLocalPart),
            (" a@x.org", BadLocalPart),
            ("a b@x.org", BadLocalPart),
            ("a\u{a0}b@x.org", BadLocalPart),
            ("a\n@x.org", BadLocalPart),
            ("a\0@x.org", BadLocalPart),
            (".a@x.org", BadLocalPart),
            ("a.@x.org", BadLocalPart),
            ("a..b@x.org", BadLocalPart),
            ("a\u{2025}b@x.org", BadLocalPart),
            ("\"a\"@x.org", BadLocalPart),
            ("Bob <a@x.org>", BadLocalPart),
            ("a(c)@x.org", BadLocalPart),
            ("a@", BadDomain),
            ("a@localhost", BadDomain),
            ("a@x.org.", BadDomain),
            ("a@x.org\u{ff0e}", BadDomain),
            ("a@.org", BadDomain),
            ("a@x..org", BadDomain),
            ("a@x.org ", BadDomain),
            ("a@x.org\r\n", BadDomain),
            ("a@-x.org", BadDomain),
            ("a@x-.org", BadDomain),
            ("a@x_y.org", BadDomain),
            ("a@x$y.org", BadDomain),
            ("a@127.0.0.1", BadDomain),
            ("a@[127.0.0.1]", BadDomain),
            ("ü@x.org", NotAscii),
            ("a@bücher.example", NotAscii),
            ("\u{430}@x.org", NotAscii),
            ("a\u{200b}@x.org", NotAscii),
            ("a@x\u{3002}org", NotAscii),
        ] {
            assert_eq!(Email::parse(text).err(), Some(error), "{text:?}");
        }
    }

    #[test]
    fn the_limits_hold_to_the_byte() {
        let label = "d".repeat(63);
        let domain = format!("{label}.{label}.{}", "e".repeat(61));
        let longest = format!("{}@{domain}", "l".repeat(64));
        assert_eq!(longest.len(), 254);
        email(&longest);
        let error = |text: String| Email::parse(&text).err();
        assert_eq!(error(format!("{longest}e")), Some(EmailError::TooLong));
        let local_part = format!("{}@x.org", "l".repeat(65));
        assert_eq!(error(local_part), Some(EmailError::LocalPartTooLong));
        assert_eq!(
            error(format!("a@{label}d.org")),
            Some(EmailError::BadDomain)
        );
    }

    #[test]
    fn length_is_counted_after_normalisation() {
        // U+33C2 is one character that becomes the four of "a.m.".
        let label = "d".repeat(63);
        let fits = format!("lll{0}@{label}.{label}.{label}", "l".repeat(59));
        assert_eq!(fits.len(), 254);
        email(&fits);
        let grown = fits.replacen("lll", "\u{33c2}", 1);
        assert!(grown.chars().count() < 254);
        assert_eq!(Email::parse(&grown).err(), Some(EmailError::TooLong));
        let a_million = "\u{fdfa}".repeat(1_000_000);
        assert_eq!(Email::parse(&a_million).err(), Some(EmailError::NotAscii));
    }

    #[test]
    fn debug_prints_no_address() {
        assert_eq!(format!("{:?}", email("bob@x.org")), "Email(..)");
    }

    proptest! {
        #[test]
        fn no_text_makes_parsing_panic(text in any::<String>()) {
            let _ = Email::parse(&text);
        }

        #[test]
        fn a_normalised_address_is_its_own_normal_form(
            text in "[a-cA-C\u{212a}ｋ-ｍ\\.+@ü ]{1,12}@[a-cK\u{212a}Ａ\\.-]{1,9}\\.[a-z]{2}"
        ) {
            if let Ok(email) = Email::parse(&text) {
                prop_assert_eq!(Email::parse(email.as_str()).ok(), Some(email.clone()));
                prop_assert!(!email.as_str().bytes().any(|b| b.is_ascii_uppercase()));
            }
        }

        #[test]
        fn case_never_makes_a_second_user(text in "[a-z0-9.+]{1,20}@[a-z0-9]{1,10}\\.[a-z]{2,5}") {
            prop_assert_eq!(Email::parse(&text), Email::parse(&text.to_uppercase()));
        }
    }
}
