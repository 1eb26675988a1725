//! Phone numbers in the international form of ITU-T E.164 §6, and no other.
//!
//! Uniqueness hangs on this form, so a number is taken as written or refused, never repaired:
//! two spellings can then never be one number.

mod calling_code;
mod trunk;

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// `+`, a first digit of 1 to 9, and 7 to 15 digits in all: 8 to 16 ASCII bytes.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Phone(String);

const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;

impl Phone {
    /// Takes `text` as it is. Spaces, dots, `(0)`, and digits other than ASCII's are refused.
    pub(crate) fn parse(text: &str) -> Result<Phone, PhoneError> {
        let digits = text.strip_prefix('+').ok_or(PhoneError::NoPlus)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PhoneError::NotOnlyDigits);
        }
        if !DIGITS.contains(&digits.len()) {
            return Err(PhoneError::WrongLength);
        }
        if digits.starts_with('0') {
            return Err(PhoneError::LeadingZero);
        }
        Ok(Phone(text.to_owned()))
    }

    /// A number that is new here, in its one spelling: without the trunk prefix that is dialled inside
    /// its country. One that is stored may have it, from before this was asked, and is read as it is.
    pub(crate) fn parse_new(text: &str) -> Result<Phone, PhoneError> {
        let phone = Phone::parse(text)?;
        match trunk::has_trunk_prefix(&phone.0[1..]) {
            true => Err(PhoneError::TrunkPrefix),
            false => Ok(phone),
        }
    }

    /// The number with its `+`.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// `+********34`: always eight stars and the last two digits, so that the length is not told.
    pub(crate) fn masked(&self) -> String {
        format!("{MASK}{}", &self.0[self.0.len() - 2..])
    }

    /// All but the last three digits, with the `+`: the block that numbers are handed out in,
    /// which is what the send caps count.
    pub(crate) fn prefix(&self) -> &str {
        &self.0[..self.0.len() - 3]
    }

    /// `44`: all of a number that may be told of it where nobody may be recognised.
    pub(crate) fn calling_code(&self) -> &str {
        calling_code::of(&self.0[1..])
    }

    /// Whether the number begins with one of `allowed`, each like `+44` or `44`. An empty list
    /// allows all; an entry without digits allows nothing.
    pub(crate) fn has_calling_code(&self, allowed: &[String]) -> bool {
        let starts = |entry: &String| {
            let code = entry.strip_prefix('+').unwrap_or(entry);
            !code.is_empty() && self.0[1..].starts_with(code)
        };
        allowed.is_empty() || allowed.iter().any(starts)
    }
}

impl Serialize for Phone {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

/// As it was stored. One that does not parse was not stored by this service.
impl<'de> Deserialize<'de> for Phone {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Phone, D::Error> {
        let text = String::deserialize(from)?;
        let stored = |error| D::Error::custom(format!("a stored phone: {error}"));
        Phone::parse(&text).map_err(stored)
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Phone({})", self.masked())
    }
}

/// What a user that does not exist is told: the shape of [`Phone::masked`], its two digits made
/// from `digest` ([`Subject::digest`](crate::rules::id::Subject::digest)). The same digest gives the same two, and all hundred are equally likely as long
/// as the digest is uniform over eight bytes or more.
pub(crate) fn simulated_destination(digest: &[u8]) -> String {
    let number = digest
        .iter()
        .take(8)
        .fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    format!("{MASK}{:02}", number % 100)
}

const MASK: &str = "+********";

/// Why a text is not a phone number. The sentences can be shown to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PhoneError {
    NoPlus,
    NotOnlyDigits,
    WrongLength,
    LeadingZero,
    TrunkPrefix,
}

impl fmt::Display for PhoneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PhoneError::NoPlus => {
                "a phone number starts with '+' and its calling code, as in +447700900123"
            }
            PhoneError::NotOnlyDigits => {
                "a phone number has only the digits 0 to 9 after its '+', as in +447700900123"
            }
            PhoneError::WrongLength => "a phone number has 7 to 15 digits after its '+'",
            PhoneError::LeadingZero => "no calling code starts with 0",
            PhoneError::TrunkPrefix => {
                "leave out the digit that is dialled before the number inside its country alone, \
                 as the 0 in +4407700900123"
            }
        })
    }
}

impl std::error::Error for PhoneError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn phone(text: &str) -> Phone {
        Phone::parse(text).unwrap()
    }

    #[test]
    fn only_the_international_form_is_a_number() {
        for text in ["+1234567", "+447700900123", "+123456789012345"] {
            assert_eq!(phone(text).as_str(), text);
        }
        for (text, error) in [
            ("", PhoneError::NoPlus),
            ("447700900123", PhoneError::NoPlus),
            ("00447700900123", PhoneError::NoPlus),
            (" +447700900123", PhoneError::NoPlus),
            ("＋４４７７００９００１２３", PhoneError::NoPlus),
            ("+447700900123 ", PhoneError::NotOnlyDigits),
            ("+447700900123\n", PhoneError::NotOnlyDigits),
            ("++447700900123", PhoneError::NotOnlyDigits),
            ("+44 7700 900123", PhoneError::NotOnlyDigits),
            ("+44.7700.900123", PhoneError::NotOnlyDigits),
            ("+44-7700-900123", PhoneError::NotOnlyDigits),
            ("+44(0)7700900123", PhoneError::NotOnlyDigits),
            ("+４４７７００９００１２３", PhoneError::NotOnlyDigits),
            ("+٤٤٧٧٠٠٩٠٠١٢٣", PhoneError::NotOnlyDigits),
            ("+44770090012\u{200b}3", PhoneError::NotOnlyDigits),
            ("+44770090O123", PhoneError::NotOnlyDigits),
            ("+", PhoneError::WrongLength),
            ("+123456", PhoneError::WrongLength),
            ("+1234567890123456", PhoneError::WrongLength),
            ("+0447700900123", PhoneError::LeadingZero),
        ] {
            assert_eq!(Phone::parse(text).err(), Some(error), "{text:?}");
        }
    }

    #[test]
    fn a_new_number_is_written_without_its_trunk_prefix_and_a_stored_one_is_read_as_it_is() {
        for (text, error) in [
            ("+4407911123456", Some(PhoneError::TrunkPrefix)),
            ("+447911123456", None),
            ("+390612345678", None),
            ("+2250123456789", None),
            ("+44 7911123456", Some(PhoneError::NotOnlyDigits)),
        ] {
            assert_eq!(Phone::parse_new(text).err(), error, "{text}");
        }
        let stored: Phone = serde_json::from_str("\"+4407911123456\"").unwrap();
        assert_eq!(stored.as_str(), "+4407911123456");
    }

    #[test]
    fn debug_tells_the_last_two_digits_and_no_more() {
        let text = format!("{:?}", phone("+447700900134"));
        assert_eq!(text, "Phone(+********34)");
    }

    #[test]
    fn calling_codes_are_matched_from_the_first_digit() {
        let uk = phone("+447700900123");
        let list = |codes: &[&str]| codes.iter().copied().map(String::from).collect::<Vec<_>>();
        assert!(uk.has_calling_code(&[]));
        for allowed in [&["+44"][..], &["44"], &["+1", "44"], &["4477"]] {
            assert!(uk.has_calling_code(&list(allowed)), "{allowed:?}");
        }
        for allowed in [&["+1"][..], &["7"], &["+45"], &[""], &["+"], &["++44"]] {
            assert!(!uk.has_calling_code(&list(allowed)), "{allowed:?}");
        }
    }

    #[test]
    fn a_simulated_destination_looks_like_a_real_one_and_is_stable() {
        assert_eq!(simulated_destination(&[0; 32]), "+********00");
        assert_eq!(
            simulated_destination(&[0, 0, 0, 0, 0, 0, 1, 4]),
            "+********60"
        );
        assert_eq!(simulated_destination(&[7]), "+********07");
        assert_eq!(simulated_destination(&[]), "+********00");
        let real = phone("+447700900134").masked();
        assert_eq!(simulated_destination(&[1; 32]).len(), real.len());
    }

    #[test]
    fn all_hundred_simulated_endings_occur() {
        use sha2::{Digest, Sha256};
        let endings: std::collections::HashSet<String> = (0u32..2_000)
            .map(|i| simulated_destination(&Sha256::digest(i.to_be_bytes())))
            .collect();
        assert_eq!(endings.len(), 100);
    }

    proptest! {
        #[test]
        fn no_text_makes_parsing_panic(text in any::<String>()) {
            let _ = Phone::parse(&text);
        }

        #[test]
        fn what_is_accepted_is_unchanged_and_within_e164(text in "[+0-9 .٣]{0,18}") {
            if let Ok(phone) = Phone::parse(&text) {
                prop_assert_eq!(phone.as_str(), &text);
                prop_assert!((8..=16).contains(&text.len()));
            }
        }

        #[test]
        fn the_mask_and_the_prefix_give_away_what_they_say(text in "\\+[1-9][0-9]{6,14}") {
            let phone = phone(&text);
            let masked = phone.masked();
            prop_assert_eq!(masked.len(), 11);
            prop_assert!(masked.starts_with("+********") && text.ends_with(&masked[9..]));
            prop_assert_eq!(phone.prefix().len() + 3, text.len());
            prop_assert!(text.starts_with(phone.prefix()));
        }
    }
}
