//! The passwords that are tried first: two published lists (data/common-passwords) as a filter of
//! 20 bits an entry, and the three patterns that those lists leave to their programs.

use sha2::{Digest, Sha256};
use xorf::{BinaryFuse16Ref, Filter, FilterRef};

/// Whether `password`, in NFKC and lowercase, is listed, a date, a repetition or a keyboard run.
/// The filter never misses an entry, and takes one other password in 65,536 for one: whoever
/// meets that has to think of another.
pub(crate) fn is_common(password: &str) -> bool {
    is_listed(password) || is_date(password) || is_repetition(password) || is_keyboard_run(password)
}

fn is_listed(password: &str) -> bool {
    BinaryFuse16Ref::from_dma(&DESCRIPTOR.0, &FINGERPRINTS.0).contains(&key(password))
}

/// The same as in build.rs.
fn key(password: &str) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&Sha256::digest(password)[..8]);
    u64::from_le_bytes(first)
}

/// The filter reads its bytes in place as 16-bit numbers.
#[repr(C, align(2))]
struct Aligned<Bytes: ?Sized>(Bytes);

static DESCRIPTOR: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(
    env!("OUT_DIR"),
    "/common_passwords.descriptor"
)));
static FINGERPRINTS: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(
    env!("OUT_DIR"),
    "/common_passwords.fingerprints"
)));

/// Eight digits that are a day of 1900 to 2039, in any of the three orders.
fn is_date(password: &str) -> bool {
    if password.len() != 8 || !password.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let number = |from: usize, to: usize| password[from..to].parse().unwrap_or(0);
    let day = |day: u32, month: u32, year: u32| {
        (1..=31).contains(&day) && (1..=12).contains(&month) && (1900..=2039).contains(&year)
    };
    day(number(0, 2), number(2, 4), number(4, 8))
        || day(number(2, 4), number(0, 2), number(4, 8))
        || day(number(6, 8), number(4, 6), number(0, 4))
}

/// Up to sixteen characters, spaces and invisible ones too, that are one block of at most four, again and again.
fn is_repetition(password: &str) -> bool {
    let length = password.chars().count();
    let repeats = |block: usize| {
        let again = password.chars().skip(block);
        again.eq(password.chars().take(length - block))
    };
    (8..=16).contains(&length) && (1..=4).any(repeats)
}

const KEYBOARD_RUNS: [&str; 12] = [
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "zaqxswcdevfrbgtnhymjukilop",
    "zaq1xsw2cde3vfr4bgt5nhy6mju7",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1b2c3d4e5f6g7h8i9",
];

/// Eight characters or more of a row, a column or a zigzag of the keyboard, in either direction.
fn is_keyboard_run(password: &str) -> bool {
    let backwards: String = password.chars().rev().collect();
    password.len() >= 8
        && KEYBOARD_RUNS
            .iter()
            .any(|run| run.contains(password) || run.contains(&backwards))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;
    use unicode_normalization::UnicodeNormalization;

    const LISTS: [&str; 2] = [
        include_str!("../../../data/common-passwords/zxcvbn-ts.txt"),
        include_str!("../../../data/common-passwords/django.txt"),
    ];

    fn entries() -> HashSet<&'static str> {
        LISTS.iter().flat_map(|list| list.lines()).collect()
    }

    #[test]
    fn the_lists_are_whole() {
        assert_eq!(LISTS.map(|list| list.lines().count()), [17_950, 8_354]);
        assert_eq!(entries().len(), 21_648);
    }

    #[test]
    fn every_entry_of_the_lists_is_refused() {
        for entry in entries() {
            assert!(is_listed(entry) && is_common(entry), "{entry}");
        }
    }

    #[test]
    fn every_entry_is_in_the_form_that_is_looked_up() {
        for entry in entries() {
            assert_eq!(entry.nfkc().collect::<String>().to_lowercase(), entry);
            assert!((8..=128).contains(&entry.chars().count()), "{entry}");
        }
    }

    #[test]
    fn no_more_than_one_random_text_in_ten_thousand_is_refused() {
        let entries = entries();
        let random = |i: u32| format!("{:x}", Sha256::digest(i.to_be_bytes()))[..20].to_owned();
        let refused = (0..100_000)
            .map(random)
            .filter(|text| !entries.contains(text.as_str()) && is_common(text))
            .count();
        // 1.5 expected at one in 65,536.
        assert!(refused <= 10, "{refused}");
    }

    #[test]
    fn the_filter_stays_small() {
        assert!(FINGERPRINTS.0.len() <= 64 * 1024);
    }

    #[test]
    fn days_are_dates_in_every_order() {
        for text in ["31121999", "12311999", "19991231", "01011900", "20391231"] {
            assert!(is_date(text), "{text}");
        }
        for text in [
            "31131999",
            "00011999",
            "32011999",
            "01011899",
            "01012040",
            "3112199",
            "311219990",
            "3112199a",
            "٣١١٢١٩٩٩",
        ] {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn short_repetitions_of_whatever_are_common_and_long_ones_are_not() {
        for text in [
            "tttttttt",
            "609609609",
            "memememe",
            "12341234",
            "abcabcabca",
            "éééééééé",
            "!!!!!!!!",
            "        ",
            "-.-.-.-.",
            "\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}",
        ] {
            assert!(is_repetition(text), "{text}");
        }
        let long = "a".repeat(17);
        for text in ["ttttttt", "tttttttu", "abcdeabcde", "éèêëüéèêëü", &long, ""] {
            assert!(!is_repetition(text), "{text}");
        }
    }

    #[test]
    fn keyboard_runs_are_common_from_either_end() {
        for text in [
            "qwertyuiop",
            "lkjhgfds",
            "12345678",
            "987654321",
            "2wsx3edc",
            "zyxwvuts",
        ] {
            assert!(is_keyboard_run(text), "{text}");
        }
        for text in ["", "qwert", "qwertyui1", "tyrewquiop"] {
            assert!(!is_keyboard_run(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_the_rules_panic(text in any::<String>()) {
            let _ = is_common(&text);
        }
    }
}
