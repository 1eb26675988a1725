//! Numbers to test with: no provider is ever asked to send to them. What they would get goes to the outbox,
//! and the last four digits of some say that it fails, and how.

use std::time::Duration;

use worker::Delay;

use super::{Message, LINES};
use crate::delivery::{Context, NotSent, Outcome};
use crate::rules::phone::Phone;
use crate::rules::send::Refusal;
use crate::rules::time::seconds;

/// Each with its `+`.
#[derive(Debug, Default)]
pub(crate) struct TestNumbers(Vec<String>);

/// What stands for a provider where none is asked.
pub(crate) const NAME: &str = "test";

/// Nobody's: area code 555 was given to no place.
pub(crate) const LOCALLY: &str = "+1555010";

/// As many digits as tell a block of somebody's own from a country: the longest name of one has six, as
/// Guernsey's mobile numbers, +44 7781.
const SHORTEST: usize = 7;
const LONGEST: usize = 15;
/// Within what a provider is waited for.
const SLOW: Duration = seconds(4);

#[derive(Debug, PartialEq, Eq)]
enum Ending {
    Invalid,
    Down,
    Slow,
    Usual,
}

impl TestNumbers {
    /// The error is a sentence for the operator.
    pub(crate) fn parse(prefixes: Vec<String>) -> Result<TestNumbers, &'static str> {
        let is_one = |text: &String| {
            let digits = text.strip_prefix('+').unwrap_or_default();
            (SHORTEST..=LONGEST).contains(&digits.len())
                && digits.bytes().all(|b| b.is_ascii_digit())
                && !digits.starts_with('0')
        };
        match prefixes.iter().all(is_one) {
            true => Ok(TestNumbers(prefixes)),
            false => Err("must be how numbers begin that nobody has, such as +1555010: + and 7 to 15 digits, since fewer could be all of a country; separated by commas"),
        }
    }

    pub(crate) fn prefixes(&self) -> &[String] {
        &self.0
    }

    pub(crate) fn has(&self, phone: &Phone) -> bool {
        let begins = |prefix: &String| phone.as_str().starts_with(prefix.as_str());
        self.0.iter().any(begins)
    }
}

pub(super) async fn send(message: &Message<'_>, context: &Context<'_>) -> Result<(), NotSent> {
    let outcome = match Ending::of(message.to) {
        Ending::Invalid => Outcome::Refused(Refusal::Invalid),
        Ending::Down => Outcome::Failed("a test number that ends in 0002".into()),
        Ending::Slow => {
            Delay::from(SLOW).await;
            message.put_into_outbox(context).await
        }
        Ending::Usual => message.put_into_outbox(context).await,
    };
    outcome.told(&LINES, NAME, context.request_id).result()
}

impl Ending {
    fn of(phone: &Phone) -> Ending {
        let number = phone.as_str();
        match &number[number.len() - 4..] {
            "0001" => Ending::Invalid,
            "0002" => Ending::Down,
            "0003" => Ending::Slow,
            _ => Ending::Usual,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(prefixes: &[&str]) -> Result<TestNumbers, &'static str> {
        TestNumbers::parse(prefixes.iter().copied().map(String::from).collect())
    }

    fn phone(text: &str) -> Phone {
        Phone::parse(text).unwrap()
    }

    #[test]
    fn a_test_number_begins_as_the_setting_says_and_no_other_is_one() {
        let numbers = parse(&["+1555010", "+44770090012"]).unwrap();
        for text in [
            "+15550100001",
            "+155501012340001",
            "+1555010",
            "+447700900123",
        ] {
            assert!(numbers.has(&phone(text)), "{text}");
        }
        for text in [
            "+15550110001",
            "+1555011",
            "+447700900113",
            "+4415550100001",
            "+61555010",
        ] {
            assert!(!numbers.has(&phone(text)), "{text}");
        }
        assert!(!TestNumbers::default().has(&phone("+15550100001")));
    }

    #[test]
    fn no_country_is_a_test_number() {
        for prefix in [
            "",
            "+",
            "+1",
            "+44",
            "+442",
            "+1555",
            "+441481",
            "+447781",
            "+155501",
            "1555010",
            "+0155501",
            "+1 555010",
            "+1555O10",
            "+1555010000123456",
        ] {
            assert!(parse(&[prefix]).is_err(), "{prefix}");
            assert!(parse(&["+1555010", prefix]).is_err(), "{prefix}");
        }
        assert!(parse(&[LOCALLY]).is_ok());
        assert!(parse(&["+155501012345678"]).is_ok());
    }

    #[test]
    fn the_last_four_digits_say_what_fails() {
        for (text, ending) in [
            ("+15550100001", Ending::Invalid),
            ("+15550100002", Ending::Down),
            ("+15550100003", Ending::Slow),
            ("+155501012340003", Ending::Slow),
            ("+15550100004", Ending::Usual),
            ("+15550110001", Ending::Invalid),
            ("+15550101001", Ending::Usual),
        ] {
            assert_eq!(Ending::of(&phone(text)), ending, "{text}");
        }
    }
}
