//! Passwords: which may be set, how they are stored, and how one is checked.
//!
//! A password is compared in NFKC, as the OpaqueString profile of RFC 8265 §4.2 does in NFC, so
//! that an "é" is one character from every keyboard. Nothing is trimmed or cut, and there are no
//! composition rules (NIST SP 800-63B).

use crate::rules::nfkc::nfkc;
use crate::rules::secret::{Peppers, Secret};
use argon2::password_hash::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64ct::{Base64Unpadded, Encoding};
use std::cell::Cell;
use std::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

mod common;

/// The NFKC form. Wiped when dropped.
pub(crate) struct Password(String);

/// Characters are code points, counted in the text as it was given.
const MAX_CHARS: usize = 128;
const MIN_CHARS: usize = 8;

impl Password {
    /// A password to be set: 8 to 128 characters. The lower limit holds for its NFKC form too,
    /// which can be shorter (an "e" and its accent become one) or longer (one ligature, eighteen).
    pub(crate) fn new_candidate(text: &str) -> Result<Password, PasswordError> {
        let password = Password::given(text)?;
        let shortest = text.chars().count().min(password.0.chars().count());
        if shortest < MIN_CHARS {
            return Err(PasswordError::TooShort);
        }
        Ok(password)
    }

    /// A password to be checked: 1 to 128 characters. One too short to be set is merely wrong.
    pub(crate) fn given(text: &str) -> Result<Password, PasswordError> {
        if text.is_empty() {
            return Err(PasswordError::TooShort);
        }
        if text.chars().nth(MAX_CHARS).is_some() {
            return Err(PasswordError::TooLong);
        }
        Ok(Password(nfkc(text)))
    }

    /// Refuses a password that others try first: a common one, or little more than one of
    /// `context` (the e-mail's local part, the phone number, the service's name).
    ///
    /// The exact rule for context. A password that equals a word in any case is refused. Beyond
    /// that, case, ASCII punctuation and spaces are ignored on both sides, words of fewer than
    /// four characters are ignored, and a phone number counts without its first one to three
    /// digits too, because people leave out the calling code. Every occurrence of every word is
    /// taken out of the password. If there was one, and what is left has fewer than four
    /// characters, or fewer than eight and no letter, or is itself common, the password is
    /// refused: `Alice_2024!` and `alicepassword` for alice, but not `alice-and-the-rabbit`.
    pub(crate) fn check(&self, context: &[&str]) -> Result<(), WeakPassword> {
        let whole = folded(&self.0);
        if common::is_common(&whole) {
            return Err(WeakPassword::Common);
        }
        let equals = context.iter().any(|word| folded(word) == whole);
        if equals || self.is_little_more_than(context) {
            return Err(WeakPassword::ContainsContext);
        }
        Ok(())
    }

    /// Whether there is a phone number that [`check`](Self::check) would refuse this password for: four
    /// to fifteen digits in a row that leave too little when they are taken out of it.
    pub(crate) fn is_little_more_than_some_phone_number(&self) -> bool {
        let bare = Zeroizing::new(bare(&self.0));
        let digits = |from: usize| bare[from..].bytes().take_while(u8::is_ascii_digit).count();
        let leaves_little = |taken: &str| is_trivial(&Zeroizing::new(bare.replace(taken, "")));
        bare.char_indices().any(|(from, _)| {
            let most = digits(from).min(MOST_DIGITS);
            (FEWEST_DIGITS..=most).any(|count| leaves_little(&bare[from..from + count]))
        })
    }

    fn is_little_more_than(&self, context: &[&str]) -> bool {
        let mut rest = Zeroizing::new(bare(&self.0));
        let whole = rest.len();
        for word in context_words(context) {
            if rest.contains(&word) {
                rest = Zeroizing::new(rest.replace(&word, ""));
            }
        }
        rest.len() < whole && is_trivial(&rest)
    }

    /// An argon2id PHC string: 19,456 KiB, two passes, one lane (the OWASP cheat sheet's choice),
    /// 112 bytes of ASCII. `salt` must be fresh randomness. What is hashed is the password's HMAC under
    /// the pepper that comes first, whose id is in the string: whoever has the strings alone cannot try
    /// a single password.
    pub(crate) fn hash(&self, salt: [u8; 16], peppers: &Peppers) -> Result<String, HashError> {
        let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT_BYTES))
            .map_err(|_| HashError::Argon2)?;
        let pepper = peppers.current();
        let mut output = [0; OUTPUT_BYTES];
        argon2id(params, &self.peppered(pepper)[..], &salt, &mut output)
            .map_err(|_| HashError::Argon2)?;
        let key_id = key_name(pepper);
        let salt = Base64Unpadded::encode_string(&salt);
        let output = Base64Unpadded::encode_string(&output);
        Ok(format!(
            "$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES},keyid={key_id}${salt}${output}"
        ))
    }

    fn peppered(&self, pepper: &Secret) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(pepper.mac("password v1", &[self.0.as_bytes()]))
    }

    /// Checks the password against a stored PHC string, in time that depends on the string's
    /// parameters alone: under the pepper that it names, or under none if it is older than peppers are.
    /// A string under a pepper that is gone is `Wrong` after the same work. A string that is malformed, of another algorithm, or that asks for more
    /// than [`MAX_MEMORY_KIB`], [`MAX_PASSES`] or [`MAX_LANES`] is `Wrong` without being run.
    pub(crate) fn verify(&self, phc: &str, peppers: &Peppers) -> Verdict {
        self.matches(phc, peppers).unwrap_or(Verdict::Wrong)
    }

    fn matches(&self, phc: &str, peppers: &Peppers) -> Option<Verdict> {
        let stored = PasswordHash::new(phc).ok()?;
        let params = Params::try_from(&stored).ok()?;
        let affordable = params.m_cost() <= MAX_MEMORY_KIB
            && params.t_cost() <= MAX_PASSES
            && params.p_cost() <= MAX_LANES;
        let ours = stored.algorithm == argon2::ARGON2ID_IDENT && stored.version == Some(19);
        if !affordable || !ours {
            return None;
        }
        let mut salt = [0; 64];
        let salt = stored.salt?.decode_b64(&mut salt).ok()?;
        let expected = stored.hash?;
        let mut output = vec![0; expected.len()];
        let is_named = |pepper: &&Secret| params.keyid() == key_id(pepper);
        let current = is_current(&params, salt, &output) && is_named(&peppers.current());
        let (pepper, is_bare) = (peppers.all().find(is_named), params.keyid().is_empty());
        let peppered = self.peppered(pepper.unwrap_or(peppers.current()));
        let input = match is_bare {
            true => self.0.as_bytes(),
            false => &peppered[..],
        };
        argon2id(params, input, salt, &mut output).ok()?;
        let known = is_bare || pepper.is_some();
        let equal = known & bool::from(output.ct_eq(expected.as_bytes()));
        Some(match (equal, current) {
            (false, _) => Verdict::Wrong,
            (true, true) => Verdict::Right,
            (true, false) => Verdict::RightButOld,
        })
    }
}

impl Drop for Password {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// What [`Password::verify`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Right,
    /// Right, and stored with other parameters, or under another pepper, than [`Password::hash`] uses
    /// now: hash it again.
    RightButOld,
    Wrong,
}

/// A PHC string of the current parameters that no password is known to match: its salt and its
/// output are SHA-256 of a sentence each. Checking against it makes an unknown user take as long
/// as a known one.
pub(crate) const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$kAnlapMp9oAavYR5tyF0AQ$6c/1P/Rc31F3Ym+r0Wa/9bIh/pAsJwscaMQLRBHTHfM";

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const OUTPUT_BYTES: usize = 32;
const SALT_BYTES: usize = 16;

/// The most that a stored string may ask for. The memory is that of the largest of OWASP's equal
/// choices and a third of what the platform gives to all requests of one instance together.
pub(crate) const MAX_MEMORY_KIB: u32 = 47_104;
pub(crate) const MAX_PASSES: u32 = 5;
pub(crate) const MAX_LANES: u32 = 4;

/// Under which pepper something is stored, as the strings say it.
pub(crate) fn key_name(pepper: &Secret) -> String {
    Base64Unpadded::encode_string(&key_id(pepper))
}

/// What a string says of its pepper: enough to find it by, and nothing to learn from.
fn key_id(pepper: &Secret) -> [u8; 6] {
    let mac = pepper.mac("password pepper id v1", &[]);
    std::array::from_fn(|n| mac[n])
}

fn is_current(params: &Params, salt: &[u8], output: &[u8]) -> bool {
    (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
        && params.data().is_empty()
        && salt.len() == SALT_BYTES
        && output.len() == OUTPUT_BYTES
}

fn argon2id(
    params: Params,
    password: &[u8],
    salt: &[u8],
    output: &mut [u8],
) -> Result<(), argon2::Error> {
    thread_local! {
        // Kept between calls: 19 MiB that come and go fragment a heap that cannot shrink, until
        // there are two of them. What stays in it tells no more than the stored hash does.
        static MEMORY: Cell<Vec<Block>> = const { Cell::new(Vec::new()) };
    }
    let blocks = params.block_count();
    let mut memory = MEMORY.take();
    if memory.len() < blocks {
        drop(memory);
        memory = vec![Block::default(); blocks];
    }
    let result = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password, salt, output, &mut memory[..]);
    // A rare old row that needed more does not keep it.
    if memory.len() <= MEMORY_KIB as usize {
        MEMORY.set(memory);
    }
    result
}

/// NFKC and lowercase: the form of the common passwords' list.
fn folded(text: &str) -> Zeroizing<String> {
    Zeroizing::new(Zeroizing::new(nfkc(text)).to_lowercase())
}

/// [`folded`], without what people put between words.
fn bare(text: &str) -> String {
    let separates = |c: char| c.is_ascii_punctuation() || c.is_whitespace();
    folded(text).chars().filter(|c| !separates(*c)).collect()
}

/// Longest first, so that a word goes before its own tail.
fn context_words(context: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in context {
        let word = bare(word);
        if is_phone_number(&word) {
            words.extend((1..=3).map(|code| word[code..].to_owned()));
        }
        words.push(word);
    }
    words.retain(|word| word.chars().count() >= FEWEST_DIGITS);
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    words
}

/// Of a phone number, and of what is left of one without its calling code.
const MOST_DIGITS: usize = 15;
const FEWEST_DIGITS: usize = 4;

/// The digits of E.164, its `+` already gone.
fn is_phone_number(word: &str) -> bool {
    (7..=MOST_DIGITS).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit())
}

fn is_trivial(rest: &str) -> bool {
    let length = rest.chars().count();
    let wordless = !rest.chars().any(char::is_alphabetic);
    length < 4 || (length < MIN_CHARS && wordless) || common::is_common(rest)
}

/// Why a text cannot be a password at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PasswordError {
    TooShort,
    TooLong,
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PasswordError::TooShort => "a password has at least 8 characters",
            PasswordError::TooLong => "a password has at most 128 characters",
        })
    }
}

impl std::error::Error for PasswordError {}

/// Which rule a password of the right length breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WeakPassword {
    Common,
    ContainsContext,
}

impl fmt::Display for WeakPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WeakPassword::Common => "the password is one of those that are tried first",
            WeakPassword::ContainsContext => {
                "the password is little more than the e-mail address, the phone number \
                 or the name of the service"
            }
        })
    }
}

impl std::error::Error for WeakPassword {}

/// Why there is no hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HashError {
    Argon2,
}

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("argon2 refused its parameters")
    }
}

impl std::error::Error for HashError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    const SALT: [u8; 16] = *b"sixteen salty by";

    fn peppers(bytes: &[u8]) -> Peppers {
        Peppers::new(bytes.iter().map(|b| Secret::new([*b; 32])).collect()).unwrap()
    }

    fn pepper() -> Peppers {
        peppers(&[1])
    }

    fn given(text: &str) -> Password {
        Password::given(text).unwrap()
    }

    fn phc(m: u32, t: u32, p: u32, text: impl AsRef<[u8]>) -> String {
        let params = Params::new(m, t, p, Some(32)).unwrap();
        let mut output = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(text.as_ref(), &SALT, &mut output)
            .unwrap();
        let b64 = Base64Unpadded::encode_string;
        format!(
            "$argon2id$v=19$m={m},t={t},p={p}${}${}",
            b64(&SALT),
            b64(&output)
        )
    }

    #[test]
    fn length_is_8_to_128_characters_in_any_script() {
        for (text, characters) in [("a", 1), ("é", 2), ("漢", 3), ("😀", 4)] {
            assert_eq!(text.len(), characters);
            let candidate = |count: usize| Password::new_candidate(&text.repeat(count)).err();
            assert_eq!(candidate(0), Some(PasswordError::TooShort));
            assert_eq!(candidate(7), Some(PasswordError::TooShort));
            assert_eq!(candidate(8), None);
            assert_eq!(candidate(128), None);
            assert_eq!(candidate(129), Some(PasswordError::TooLong));
        }
    }

    #[test]
    fn at_login_a_short_password_is_merely_wrong_and_a_long_one_still_too_long() {
        assert!(Password::given("a").is_ok());
        assert!(Password::given(&"a".repeat(128)).is_ok());
        let error = |text: &str| Password::given(text).err();
        assert_eq!(error(""), Some(PasswordError::TooShort));
        assert_eq!(error(&"a".repeat(129)), Some(PasswordError::TooLong));
        assert_eq!(error(&"a".repeat(1_000_000)), Some(PasswordError::TooLong));
    }

    #[test]
    fn neither_splitting_nor_joining_characters_reaches_the_minimum() {
        let accents = "e\u{301}".repeat(4);
        assert_eq!(accents.chars().count(), 8);
        for text in [accents.as_str(), "\u{fdfa}"] {
            let error = Password::new_candidate(text).err();
            assert_eq!(error, Some(PasswordError::TooShort));
        }
    }

    #[test]
    fn a_password_is_the_same_from_every_keyboard() {
        let hash = given("Stra\u{df}e caf\u{e9} \u{fb01}n")
            .hash(SALT, &pepper())
            .unwrap();
        assert_eq!(
            given("Stra\u{df}e cafe\u{301} fin").verify(&hash, &pepper()),
            Verdict::Right
        );
        assert_eq!(
            given("Strasse caf\u{e9} fin").verify(&hash, &pepper()),
            Verdict::Wrong
        );
    }

    #[test]
    fn two_passwords_that_differ_at_character_100_differ() {
        let mut text = "pass phrase ".repeat(12);
        text.truncate(128);
        let hash = given(&text).hash(SALT, &pepper()).unwrap();
        assert_eq!(given(&text).verify(&hash, &pepper()), Verdict::Right);
        for at in [99, 127] {
            let mut other = text.clone();
            other.replace_range(at..=at, "#");
            assert_eq!(given(&other).verify(&hash, &pepper()), Verdict::Wrong);
        }
    }

    #[test]
    fn nothing_is_trimmed_and_case_counts() {
        let hash = given(" Tr\u{fc}b und nass\0")
            .hash(SALT, &pepper())
            .unwrap();
        assert_eq!(
            given(" Tr\u{fc}b und nass\0").verify(&hash, &pepper()),
            Verdict::Right
        );
        for other in [
            "Tr\u{fc}b und nass\0",
            " Tr\u{fc}b und nass",
            " tr\u{fc}b und nass\0",
        ] {
            assert_eq!(given(other).verify(&hash, &pepper()), Verdict::Wrong);
        }
    }

    /// By `scripts/secrets.sh keyids`, which reads the same rows.
    #[test]
    fn a_pepper_has_the_id_that_its_operator_is_told() {
        let table = include_str!("../../tests/vectors/pepper-ids.json");
        let rows: Vec<serde_json::Value> = serde_json::from_str(table).unwrap();
        assert!(rows.len() > 1);
        for row in rows {
            let pepper = Secret::new(row["pepper"].as_str().unwrap());
            let named = Base64Unpadded::encode_string(&key_id(&pepper));
            assert_eq!(named, row["keyid"].as_str().unwrap());
        }
    }

    #[test]
    fn the_hash_is_the_reference_one_and_fits_its_documented_length() {
        let hash = given("correct horse").hash(SALT, &pepper()).unwrap();
        let peppered = given("correct horse").peppered(pepper().current());
        let named = Base64Unpadded::encode_string(&key_id(pepper().current()));
        let reference = phc(19_456, 2, 1, &peppered[..]);
        assert_eq!(
            hash,
            reference.replace("p=1", &format!("p=1,keyid={named}"))
        );
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1,keyid="));
        assert_eq!(hash.len(), 112);
        assert_ne!(
            hash,
            given("correct horse").hash([7; 16], &pepper()).unwrap()
        );
    }

    #[test]
    fn memory_that_is_used_again_changes_no_hash() {
        let password = given("correct horse");
        let first = password.hash(SALT, &pepper()).unwrap();
        let _ = given("another one").hash([1; 16], &pepper());
        let old = phc(32, 1, 1, "correct horse");
        assert_eq!(password.verify(&old, &pepper()), Verdict::RightButOld);
        let larger = phc(20_000, 1, 2, "correct horse");
        assert_eq!(password.verify(&larger, &pepper()), Verdict::RightButOld);
        assert_eq!(password.hash(SALT, &pepper()).unwrap(), first);
    }

    #[test]
    fn other_parameters_are_right_but_old() {
        let current = (MEMORY_KIB, PASSES, LANES);
        for (m, t, p) in [
            (19_456, 1, 1),
            (19_456, 3, 1),
            (12_288, 3, 1),
            (19_456, 2, 2),
        ] {
            assert_ne!((m, t, p), current);
            let hash = phc(m, t, p, "correct horse");
            assert_eq!(
                given("correct horse").verify(&hash, &pepper()),
                Verdict::RightButOld
            );
            assert_eq!(
                given("correct hearse").verify(&hash, &pepper()),
                Verdict::Wrong
            );
        }
    }

    #[test]
    fn a_row_that_asks_for_too_much_is_wrong_and_not_run() {
        let tail = "$c2l4dGVlbiBzYWx0eSBieQ$6c/1P/Rc31F3Ym+r0Wa/9bIh/pAsJwscaMQLRBHTHfM";
        for params in [
            "m=4194304,t=2,p=1",
            "m=4294967295,t=4294967295,p=1",
            "m=47105,t=2,p=1",
            "m=19456,t=1000000,p=1",
            "m=19456,t=6,p=1",
            "m=19456,t=2,p=5",
        ] {
            let row = format!("$argon2id$v=19${params}{tail}");
            assert_eq!(
                given("correct horse").matches(&row, &pepper()),
                None,
                "{params}"
            );
            assert_eq!(
                given("correct horse").verify(&row, &pepper()),
                Verdict::Wrong
            );
        }
        // Within the limits it is run.
        let run = phc(MAX_MEMORY_KIB, 1, MAX_LANES, "correct horse");
        assert_eq!(
            given("correct horse").verify(&run, &pepper()),
            Verdict::RightButOld
        );
    }

    #[test]
    fn a_malformed_row_is_wrong() {
        let good = given("correct horse").hash(SALT, &pepper()).unwrap();
        let broken = [
            good.replace("argon2id", "argon2i"),
            good.replace("argon2id", "scrypt"),
            good.replace("v=19", "v=16"),
            good.replace("$v=19", ""),
            good.replace("m=19456", "m=-1"),
            good.replace("m=19456", "m=1"),
            good.replace("t=2", "t=0"),
            good.replace("p=1", "p=0"),
            good.replace("p=1", "p=1,x=1"),
            good.replacen('$', "", 1),
            good[..good.len() - 44].to_owned(),
            good[..good.len() - 1].to_owned(),
            format!("{good} "),
            format!("{good}$"),
            String::new(),
            "correct horse".to_owned(),
        ];
        for row in &broken {
            assert_ne!(row, &good);
            assert_eq!(
                given("correct horse").verify(row, &pepper()),
                Verdict::Wrong,
                "{row}"
            );
        }
    }

    #[test]
    fn the_dummy_hash_costs_what_a_real_one_costs_and_matches_nobody() {
        let stored = PasswordHash::new(DUMMY_HASH).unwrap();
        let params = Params::try_from(&stored).unwrap();
        let mut salt = [0; 64];
        let salt = stored.salt.unwrap().decode_b64(&mut salt).unwrap();
        let output = stored.hash.unwrap();
        assert!(is_current(&params, salt, output.as_bytes()));
        let sentence =
            |what: &str| Sha256::digest(format!("gatehouse: the {what} of nobody's password"));
        assert_eq!(salt, &sentence("salt")[..16]);
        assert_eq!(output.as_bytes(), &sentence("hash")[..]);
        let real = given("correct horse").hash(SALT, &pepper()).unwrap();
        assert_eq!(real.len(), DUMMY_HASH.len() + ",keyid=12345678".len());
        assert_eq!(
            given("correct horse").matches(DUMMY_HASH, &pepper()),
            Some(Verdict::Wrong)
        );
    }

    #[test]
    fn a_string_is_of_its_pepper_and_made_anew_under_the_first() {
        let password = given("correct horse");
        let old = password.hash(SALT, &peppers(&[1])).unwrap();
        assert_eq!(password.verify(&old, &peppers(&[1])), Verdict::Right);
        assert_eq!(
            password.verify(&old, &peppers(&[2, 1])),
            Verdict::RightButOld
        );
        assert_eq!(password.verify(&old, &peppers(&[2])), Verdict::Wrong);
        assert_eq!(
            given("wrong horse").verify(&old, &peppers(&[2, 1])),
            Verdict::Wrong
        );
        let new = password.hash(SALT, &peppers(&[2, 1])).unwrap();
        assert_eq!(password.verify(&new, &peppers(&[2])), Verdict::Right);
        // Without peppers, as they were once: right, and made anew.
        let bare = phc(MEMORY_KIB, PASSES, LANES, "correct horse");
        assert_eq!(password.verify(&bare, &peppers(&[2])), Verdict::RightButOld);
        assert_eq!(
            given("wrong horse").verify(&bare, &peppers(&[2])),
            Verdict::Wrong
        );
    }

    /// Whoever has the string and not the pepper finds no password in it.
    #[test]
    fn without_its_pepper_a_string_matches_nothing() {
        let hash = given("correct horse").hash(SALT, &pepper()).unwrap();
        let (head, tail) = hash.split_once(",keyid=").unwrap();
        let unnamed = format!("{head}{}", &tail[8..]);
        assert_eq!(
            given("correct horse").verify(&unnamed, &pepper()),
            Verdict::Wrong
        );
    }

    #[test]
    fn common_passwords_are_refused_in_any_case_and_width() {
        for text in [
            "password",
            "PassWord1",
            "Qwertyuiop",
            "12345678",
            "\u{ff30}assword",
            "24121987",
            "\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}\u{3000}",
        ] {
            let error = Password::new_candidate(text).unwrap().check(&[]);
            assert_eq!(error, Err(WeakPassword::Common), "{text}");
        }
        for text in [
            "Tr0ub4dor&3 staple",
            "\u{e9}\u{e8}\u{ea}\u{eb}\u{fc}\u{e9}\u{e8}\u{ea}\u{eb}\u{fc}",
            "a slow green boat",
            &"a".repeat(128),
        ] {
            assert_eq!(
                Password::new_candidate(text).unwrap().check(&[]),
                Ok(()),
                "{text}"
            );
        }
    }

    #[test]
    fn a_password_that_is_little_more_than_its_context_is_refused() {
        let context = ["ada.quimby", "+447700900123", "Gatehouse"];
        for text in [
            "Ada.Quimby",
            "adaquimby",
            "ADA_QUIMBY!!",
            "ada quimby 2024",
            "xy-ada.quimby",
            "adaquimbyadaquimby",
            "\u{ff21}daquimby1",
            "ada.quimbypassword",
            "+447700900123",
            "07700900123",
            "0044 7700 900123",
            "abc7700900123",
            "gatehouse",
            "GateHouse123",
            "gatehouse-adaquimby",
        ] {
            let error = given(text).check(&context);
            assert_eq!(error, Err(WeakPassword::ContainsContext), "{text}");
        }
        for text in [
            "ada-and-the-quimby",
            "adaquimby likes tea",
            "a gatehouse in the rain",
            "tea at 900123 sharp",
            "gatehouse-4917-2086-55",
        ] {
            assert_eq!(given(text).check(&context), Ok(()), "{text}");
        }
    }

    #[test]
    fn whatever_some_phone_number_would_be_refused_for_is_known_without_the_number() {
        for (text, is) in [
            ("+447700900123", true),
            ("07700 900123", true),
            ("83920174", true),
            ("ab-7700900123!", true),
            ("te 4071 x!", true),
            ("tea 4071 x", false),
            ("5550100password", true),
            ("8392017483920174839201748392", true),
            ("alice and 7700900123", false),
            ("correct horse", false),
            ("9 lives, 4 cats", false),
        ] {
            assert_eq!(
                given(text).is_little_more_than_some_phone_number(),
                is,
                "{text}"
            );
        }
    }

    #[test]
    fn words_of_under_four_characters_are_no_context() {
        assert_eq!(given("bobobobob-x").check(&["bob", "", ".", "o"]), Ok(()));
        assert!(given("bobsbobs!").check(&["bobs"]).is_err());
    }

    #[test]
    fn debug_prints_no_password() {
        assert_eq!(format!("{:?}", given("correct horse")), "Password(..)");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_rules_panic(text in any::<String>(), word in any::<String>()) {
            if let Ok(password) = Password::new_candidate(&text) {
                let _ = password.check(&[&word, &text]);
            }
            prop_assert_eq!(given("x").verify(&text, &pepper()), Verdict::Wrong);
        }

        #[test]
        fn no_phone_number_is_the_reason_for_a_refusal_that_was_not_foreseen(
            phone in "\\+[1-9][0-9]{6,14}",
            cut in 0usize..4,
            around in ("[a-z0-9 .-]{0,6}", "[a-z0-9 .-]{0,6}"),
        ) {
            let text = format!("{}{}{}", around.0, &phone[1 + cut..], around.1);
            let password = given(&text);
            let refused = password.check(&[&phone[1..]]) == Err(WeakPassword::ContainsContext);
            prop_assert!(!refused || password.is_little_more_than_some_phone_number(), "{}", text);
        }

        #[test]
        fn the_users_own_words_are_refused_whole(word in "[a-z0-9._-]{8,30}") {
            prop_assert!(given(&word).check(&[&word]).is_err());
            prop_assert!(given(&word.to_uppercase()).check(&[&word]).is_err());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]

        #[test]
        fn a_password_verifies_itself_and_no_other(
            one in "\\PC{1,40}", other in "\\PC{1,40}", salt in any::<[u8; 16]>()
        ) {
            let hash = given(&one).hash(salt, &pepper()).unwrap();
            prop_assert_eq!(given(&one).verify(&hash, &pepper()), Verdict::Right);
            let same = given(&one).0 == given(&other).0;
            prop_assert_eq!(given(&other).verify(&hash, &pepper()) == Verdict::Right, same);
        }
    }
}
