//! What a message may come from, as Twilio and Vonage have it: a number, a short code, or a name.

use crate::rules::phone::Phone;

pub(crate) const RULE: &str =
    "must be a phone number such as +15005550006, a short code of 3 to 8 digits, or a name of at most 11 characters with a letter among them";

pub(crate) fn is_sender(text: &str) -> bool {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let plain = |b: u8| b.is_ascii_alphanumeric() || b" &+-._".contains(&b);
    let name = text.len() <= 11
        && text.bytes().all(plain)
        && text.bytes().any(|b| b.is_ascii_alphabetic());
    Phone::parse(text).is_ok() || (digits && (3..=8).contains(&text.len())) || name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_is_a_number_a_short_code_or_a_name() {
        for text in ["+15005550006", "12345", "Gatehouse", "A&B Bank", "1st Bank"] {
            assert!(is_sender(text), "{text}");
        }
        for text in [
            "",
            "15005550006",
            "+1500",
            "+0500555000",
            "12",
            "123456789",
            "twelve chars",
            "Bänk",
            "whatsapp:+1",
            "a\tb",
        ] {
            assert!(!is_sender(text), "{text}");
        }
    }
}
