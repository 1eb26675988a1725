//! What mail comes from: an address, or a name and an address.

use crate::rules::email::Email;
use crate::settings::{is_public_host, Reader};

const RULE: &str =
    "must be an address such as no-reply@example.com, or a name of at most 64 letters, digits, spaces and & ' . - and one: Example Bank <no-reply@example.com>";

const LONGEST_NAME: usize = 64;

/// The setting of this name; `Some(None)` where it is not set.
#[allow(
    clippy::option_option,
    reason = "the outer one is a fault, the inner one a choice"
)]
pub(crate) fn read(reader: &mut Reader<'_>, name: &str) -> Option<Option<String>> {
    let Some(text) = reader.optional(name) else {
        return Some(None);
    };
    match parse(reader, &text) {
        Some(sender) => Some(Some(sender)),
        None => reader.refuse(name, RULE),
    }
}

/// What is behind the `@`.
pub(crate) fn domain(sender: &str) -> &str {
    let (_, domain) = sender.rsplit_once('@').unwrap_or_default();
    domain.trim_end_matches('>')
}

/// In its one spelling. None where no provider could send from it.
fn parse(reader: &Reader<'_>, text: &str) -> Option<String> {
    let (name, address) = match text.strip_suffix('>') {
        Some(text) => {
            let (name, address) = text.split_once('<')?;
            (Some(name.trim()), address)
        }
        None => (None, text),
    };
    let address = Email::parse(address).ok()?;
    let (_, domain) = address.as_str().split_once('@')?;
    if reader.in_production() && !is_public_host(domain) {
        return None;
    }
    match name {
        None => Some(address.as_str().into()),
        Some(name) if is_name(name) => Some(format!("{name} <{}>", address.as_str())),
        Some(_) => None,
    }
}

/// Nothing in it has a meaning in a header.
fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || " &'.-".contains(c);
    (1..=LONGEST_NAME).contains(&name.chars().count()) && name.chars().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    struct Nothing;

    impl Settings for Nothing {
        fn get(&self, _: &str) -> Option<String> {
            None
        }

        fn names(&self) -> Vec<String> {
            Vec::new()
        }
    }

    #[test]
    fn the_domain_of_a_sender_is_that_of_its_address() {
        assert_eq!(domain("a@example.com"), "example.com");
        assert_eq!(domain("Bank <a@example.com>"), "example.com");
    }

    #[test]
    fn a_sender_is_an_address_or_a_name_and_one() {
        let reader = Reader::new(&Nothing);
        for (text, sender) in [
            ("no-reply@example.com", "no-reply@example.com"),
            ("No-Reply@Example.com", "no-reply@example.com"),
            ("Bank <a@example.com>", "Bank <a@example.com>"),
            (
                "Société  Générale & Co.  <a@example.com>",
                "Société  Générale & Co. <a@example.com>",
            ),
        ] {
            assert_eq!(parse(&reader, text).as_deref(), Some(sender));
        }
        let long = format!("{} <a@example.com>", "x".repeat(65));
        for text in [
            "",
            "Bank",
            "<a@example.com>",
            " <a@example.com>",
            "Bank <a@example.com",
            "Bank a@example.com",
            "Bank <a@example.com> b",
            "Bank <a@example.com><b@example.com>",
            "a@example.com, b@example.com",
            "Bank, Bank <a@example.com>",
            "\"Bank\" <a@example.com>",
            "Bank\r\nBcc: b@example.com <a@example.com>",
            "Bank\u{2028}One <a@example.com>",
            "Bank <a@localhost>",
            "Bank <a@bank.test>",
            "Bank <a b@example.com>",
            &long,
        ] {
            assert_eq!(parse(&reader, text), None, "{text}");
        }
    }
}
