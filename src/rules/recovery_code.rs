//! Recovery codes: what a person keeps on paper for the day on which the phone is gone. Ten letters of Crockford's
//! base32, 50 random bits, in two groups; stored as a keyed hash.

use std::fmt;

use zeroize::Zeroizing;

use crate::rules::id::UserId;
use crate::rules::secret::{equal, hex, Peppers, Secret};

/// Ten letters of [`LETTERS`].
pub(crate) struct RecoveryCode(Zeroizing<String>);

/// Without I, L, O and U: what is read as another letter, or spells what nobody wants to read.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 10;
const GROUP: usize = 5;
const BITS_OF_LETTER: u32 = 5;

impl RecoveryCode {
    /// Of the first 50 bits.
    pub(crate) fn draw(random: &[u8; 32]) -> RecoveryCode {
        let mut head = [0; 8];
        head.copy_from_slice(&random[..8]);
        let mut bits = u64::from_be_bytes(head);
        let letter = |_| {
            bits = bits.rotate_left(BITS_OF_LETTER);
            char::from(LETTERS[(bits & 31) as usize])
        };
        RecoveryCode(Zeroizing::new((0..LENGTH).map(letter).collect()))
    }

    /// As people type it: in any case, with a hyphen or a space between the groups or without, I and L for 1, O for 0.
    /// `None` for what cannot be one.
    pub(crate) fn parse(text: &str) -> Option<RecoveryCode> {
        let typed = Zeroizing::new(text.to_ascii_uppercase());
        let letters: &str = &match typed.split_once(['-', ' ']) {
            Some((one, other)) if one.len() == GROUP => Zeroizing::new([one, other].concat()),
            Some(_) => return None,
            None => typed,
        };
        let letter = |typed: char| match typed {
            'I' | 'L' => Some('1'),
            'O' => Some('0'),
            known => u8::try_from(known)
                .ok()
                .filter(|byte| LETTERS.contains(byte))
                .map(char::from),
        };
        let letters: Option<String> = letters.chars().map(letter).collect();
        letters
            .map(Zeroizing::new)
            .filter(|letters| letters.len() == LENGTH)
            .map(RecoveryCode)
    }

    /// `7K2QX-9M4TB`
    pub(crate) fn expose(&self) -> String {
        let (one, other) = self.0.split_at(GROUP);
        format!("{one}-{other}")
    }

    /// As it is stored.
    pub(crate) fn hash(&self, user_id: &UserId, peppers: &Peppers) -> String {
        self.under(peppers.current(), user_id)
    }

    /// Which of the stored ones it is, if any, under any live pepper: compared in constant time, with all of them.
    pub(crate) fn find<'a>(
        &self,
        stored: &'a [String],
        user_id: &UserId,
        peppers: &Peppers,
    ) -> Option<&'a str> {
        peppers.all().fold(None, |found, pepper| {
            let given = self.under(pepper, user_id);
            stored.iter().fold(found, |found, one| {
                match equal(one.as_bytes(), given.as_bytes()) {
                    true => Some(one.as_str()),
                    false => found,
                }
            })
        })
    }

    fn under(&self, pepper: &Secret, user_id: &UserId) -> String {
        let parts = [user_id.as_str().as_bytes(), self.0.as_bytes()];
        hex(&pepper.mac("recovery code v1", &parts))
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn peppers(bytes: &[u8]) -> Peppers {
        Peppers::new(bytes.iter().map(|b| Secret::new([*b; 32])).collect()).unwrap()
    }

    fn user(text: &str) -> UserId {
        UserId::given(text)
    }

    #[test]
    fn each_letter_is_five_bits_of_the_first_fifty() {
        let letters = |random: [u8; 32]| RecoveryCode::draw(&random).expose();
        assert_eq!(letters([0; 32]), "00000-00000");
        assert_eq!(letters([0xff; 32]), "ZZZZZ-ZZZZZ");
        let mut random = [0; 32];
        for bit in 0..50 {
            random[bit / 8] ^= 128 >> (bit % 8);
            assert_ne!(letters(random), "00000-00000", "{bit}");
            random[bit / 8] ^= 128 >> (bit % 8);
        }
        random[6] = 0b0011_1111;
        assert_eq!(letters(random), "00000-00000");
        let all: BTreeSet<&u8> = LETTERS.iter().collect();
        assert_eq!(all.len(), 32);
    }

    #[test]
    fn it_is_read_as_people_type_it() {
        let read = |text: &str| RecoveryCode::parse(text).map(|code| code.expose());
        for typed in ["7K2QX-9M4TB", "7k2qx9m4tb", "7K2QX 9m4tb"] {
            assert_eq!(read(typed).as_deref(), Some("7K2QX-9M4TB"), "{typed}");
        }
        assert_eq!(read("oil00-iIlLo").as_deref(), Some("01100-11110"));
        for typed in [
            "",
            "7K2QX-9M4T",
            "7K2QX-9M4TBB",
            "7K2Q-X9M4TB",
            "7K2QX--9M4TB",
            "7K2QX-9M4TU",
            "7K2QX-9M4T\u{e9}",
            "7K2QX_9M4TB",
            "-7K2QX9M4TB",
        ] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }

    #[test]
    fn it_is_found_under_a_pepper_that_lives_and_for_its_user_alone() {
        let code = RecoveryCode::draw(&[3; 32]);
        let stored = [
            RecoveryCode::draw(&[4; 32]).hash(&user("u"), &peppers(&[1])),
            code.hash(&user("u"), &peppers(&[1])),
        ];
        let find = |whose, bytes: &[u8]| code.find(&stored, &user(whose), &peppers(bytes));
        assert_eq!(find("u", &[1]), Some(stored[1].as_str()));
        assert_eq!(find("u", &[2, 1]), Some(stored[1].as_str()));
        assert_eq!(find("u", &[2]), None);
        assert_eq!(find("v", &[1]), None);
    }

    #[test]
    fn nothing_shows_it_but_whoever_asks_for_it() {
        assert_eq!(
            format!("{:?}", RecoveryCode::draw(&[3; 32])),
            "RecoveryCode(..)"
        );
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_as_what_was_drawn(random in any::<[u8; 32]>()) {
            let code = RecoveryCode::draw(&random);
            let read = RecoveryCode::parse(&code.expose()).unwrap();
            prop_assert_eq!(&*read.0, &*code.0);
        }

        #[test]
        fn no_text_is_too_odd_to_be_refused(text in ".{0,12}") {
            if let Some(code) = RecoveryCode::parse(&text) {
                prop_assert_eq!(code.0.len(), LENGTH);
            }
        }
    }
}
