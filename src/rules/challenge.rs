//! A challenge: a code sent by SMS or mail, waiting for its answer. Rules only; the record is kept by
//! `kv::challenges`, what must be exact about it by `db::challenges`.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::rules::id::{PartnerId, Subject, UserId};
use crate::rules::phone::Phone;
use crate::rules::secret::{equal, hex, Peppers, Secret};
use crate::rules::time::Time;
use crate::rules::username::Username;
use crate::rules::word::Word;

/// What a right answer is for. A challenge of one purpose is nothing to another.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
pub(crate) enum Purpose {
    #[serde(rename = "SMS_MFA")]
    #[strum(serialize = "SMS_MFA")]
    Login,
    #[serde(rename = "RESET_PASSWORD")]
    #[strum(serialize = "RESET_PASSWORD")]
    Reset,
    /// That the user reads what is sent to their e-mail.
    #[serde(rename = "VERIFY_EMAIL")]
    #[strum(serialize = "VERIFY_EMAIL")]
    VerifyEmail,
    /// The same of a new one, which takes the place of the old.
    #[serde(rename = "CHANGE_EMAIL")]
    #[strum(serialize = "CHANGE_EMAIL")]
    ChangeEmail,
    /// That the user has the new number.
    #[serde(rename = "CHANGE_PHONE")]
    #[strum(serialize = "CHANGE_PHONE")]
    ChangePhone,
    /// That they have the old one still. Counted apart: whoever has the new number can give right answers to that at
    /// will, and none of them makes up for a wrong one to this.
    #[serde(rename = "CHANGE_PHONE_OLD")]
    #[strum(serialize = "CHANGE_PHONE_OLD")]
    ChangePhoneOld,
}

impl Word for Purpose {}

/// What the wire calls a challenge by, `challengeType`: the two of a change of number alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ChallengeType {
    SmsMfa,
    ResetPassword,
    VerifyEmail,
    ChangeEmail,
    ChangePhone,
}

impl Word for ChallengeType {}

impl Purpose {
    pub(crate) fn challenge_type(self) -> ChallengeType {
        match self {
            Purpose::Login => ChallengeType::SmsMfa,
            Purpose::Reset => ChallengeType::ResetPassword,
            Purpose::VerifyEmail => ChallengeType::VerifyEmail,
            Purpose::ChangeEmail => ChallengeType::ChangeEmail,
            Purpose::ChangePhone | Purpose::ChangePhoneOld => ChallengeType::ChangePhone,
        }
    }
}

/// What an answer by a recovery code is counted as, and `challengeType` of one: no challenge's purpose.
pub(crate) const RECOVERY: &str = "RECOVERY_CODE";

/// The record of a challenge, written once under the hash of its id and never changed. The code is not in
/// it: it is a function of the nonce and of a pepper that is in neither store. Nor is anything personal.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Challenge {
    pub(crate) purpose: Purpose,
    pub(crate) partner_id: PartnerId,
    /// What its answers and sends are counted under: the user, or for a decoy somebody unknown.
    pub(crate) subject: Subject,
    /// Keyed hashes of what it may be answered by ([`Challenge::names`]).
    #[serde(default)]
    pub(crate) names: Vec<String>,
    pub(crate) nonce: String,
    pub(crate) digits: u32,
    pub(crate) expires_at: Time,
    /// Of a record of version 0.2.0, which has no `names`. None is left ten minutes after the next version is
    /// deployed; the one after that need not know them.
    #[serde(default, skip_serializing)]
    pub(crate) email: Option<String>,
    #[serde(default, skip_serializing)]
    pub(crate) phone: Option<Phone>,
}

impl Challenge {
    /// What the user may call themselves in the answer: the e-mail or the phone number. A reset knows its user by the
    /// e-mail it was asked for alone: whoever asked could otherwise try out the number.
    pub(crate) fn names(
        peppers: &Peppers,
        purpose: Purpose,
        partner_id: &PartnerId,
        email: &str,
        phone: Option<&Phone>,
    ) -> Vec<String> {
        let phone = phone.filter(|_| purpose != Purpose::Reset);
        let names = [Some(email), phone.map(Phone::as_str)]
            .into_iter()
            .flatten();
        let name = |name| name_of(peppers.current(), purpose, partner_id, name);
        names.map(name).collect()
    }

    /// `None`: a decoy for an unknown e-mail; no answer to it is right.
    pub(crate) fn user_id(&self) -> Option<UserId> {
        self.subject.user_id()
    }

    /// The digits the message carries.
    pub(crate) fn code(&self, peppers: &Peppers) -> Code {
        Code::derive(peppers.current(), self.purpose, &self.nonce, self.digits)
    }

    /// Whether an answer could be the code: as many digits as this challenge's has, whatever the
    /// settings say by now.
    pub(crate) fn has_shape_of(&self, answer: &str) -> bool {
        answer.len() == self.digits as usize && answer.bytes().all(|b| b.is_ascii_digit())
    }

    /// Whether an answer is the code, in constant time, under any live pepper. A decoy's never is.
    pub(crate) fn is_answered_by(&self, answer: &str, peppers: &Peppers) -> bool {
        let right = peppers.all().fold(false, |right, pepper| {
            let code = Code::derive(pepper, self.purpose, &self.nonce, self.digits);
            right | equal(code.0.as_bytes(), answer.as_bytes())
        });
        right & self.user_id().is_some()
    }

    /// Whether a username is this challenge's user, in constant time, under any live pepper.
    pub(crate) fn is_for(&self, username: &Username, peppers: &Peppers) -> bool {
        let given = username.as_str();
        let is_named = peppers.all().fold(false, |is_named, pepper| {
            let given = name_of(pepper, self.purpose, &self.partner_id, given);
            self.names.iter().fold(is_named, |is_named, name| {
                is_named | equal(name.as_bytes(), given.as_bytes())
            })
        });
        is_named | self.is_for_as_of_before(given)
    }

    fn is_for_as_of_before(&self, given: &str) -> bool {
        let phone = self
            .phone
            .as_ref()
            .filter(|_| self.purpose == Purpose::Login);
        self.email.as_deref() == Some(given) || phone.is_some_and(|phone| phone.as_str() == given)
    }
}

/// A username under a pepper, for this use alone.
fn name_of(pepper: &Secret, purpose: Purpose, partner_id: &PartnerId, username: &str) -> String {
    let parts = [purpose.as_str(), partner_id.as_str(), username];
    hex(&pepper.mac("username of a challenge v1", &parts.map(str::as_bytes)))
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Challenge({})", self.purpose.as_str())
    }
}

/// A one-time code of decimal digits, leading zeros kept.
pub(crate) struct Code(String);

impl Code {
    /// Uniform over all codes of this length: HMAC-SHA-256 as the random source (the nonce has
    /// 256 random bits), and what would make some codes likelier is drawn again.
    fn derive(pepper: &Secret, purpose: Purpose, nonce: &str, digits: u32) -> Code {
        let codes = 10u64.pow(digits.min(18));
        let fair = u64::MAX - u64::MAX % codes;
        for draw in 0u32.. {
            let mac = pepper.mac(
                "code v1",
                &[
                    purpose.as_str().as_bytes(),
                    nonce.as_bytes(),
                    &draw.to_be_bytes(),
                ],
            );
            let mut head = [0; 8];
            head.copy_from_slice(&mac[..8]);
            let value = u64::from_be_bytes(head);
            if value < fair {
                return Code(format!(
                    "{:0width$}",
                    value % codes,
                    width = digits as usize
                ));
            }
        }
        unreachable!("a draw is fair with a probability above one half")
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn peppers(bytes: &[u8]) -> Peppers {
        Peppers::new(bytes.iter().map(|b| Secret::new([*b; 32])).collect()).unwrap()
    }

    fn challenge(nonce: &str, digits: u32) -> Challenge {
        of_purpose(Purpose::Login, nonce, digits)
    }

    fn of_purpose(purpose: Purpose, nonce: &str, digits: u32) -> Challenge {
        let partner_id = PartnerId::given("prt_1");
        let phone = Phone::parse("+15550100").unwrap();
        let email = "a@example.com";
        Challenge {
            purpose,
            names: Challenge::names(&peppers(&[1]), purpose, &partner_id, email, Some(&phone)),
            partner_id,
            subject: Subject::user(&UserId::given("usr_1")),
            nonce: nonce.into(),
            digits,
            expires_at: Time::from_millis(0),
            email: None,
            phone: None,
        }
    }

    #[test]
    fn codes_are_uniform_and_keep_leading_zeros() {
        let mut first_two = [0u32; 100];
        let mut last_two = [0u32; 100];
        for n in 0..10_000 {
            let code = challenge(&format!("nonce {n}"), 4).code(&peppers(&[1]));
            assert_eq!(code.0.len(), 4);
            first_two[code.0[..2].parse::<usize>().unwrap()] += 1;
            last_two[code.0[2..].parse::<usize>().unwrap()] += 1;
        }
        for counts in [first_two, last_two] {
            let chi_square: f64 = counts
                .iter()
                .map(|c| (f64::from(*c) - 100.0).powi(2) / 100.0)
                .sum();
            // 99 degrees of freedom: 1 in 10,000 above 161.3 and below 54.
            assert!((54.0..161.3).contains(&chi_square), "{chi_square}");
        }
    }

    #[test]
    fn an_old_pepper_still_verifies_and_a_dropped_one_does_not() {
        let challenge = challenge("n", 6);
        let old = challenge.code(&peppers(&[1]));
        assert!(challenge.is_answered_by(old.expose(), &peppers(&[2, 1])));
        assert!(!challenge.is_answered_by(old.expose(), &peppers(&[2])));
    }

    #[test]
    fn no_answer_to_a_decoy_is_right() {
        let mut decoy = challenge("n", 4);
        let code = decoy.code(&peppers(&[1]));
        decoy.subject = Subject::unknown(&[7; 32]);
        assert!(!decoy.is_answered_by(code.expose(), &peppers(&[1])));
    }

    #[test]
    fn an_answer_of_another_length_or_alphabet_cannot_be_the_code() {
        let challenge = challenge("n", 6);
        for (answer, can_be) in [
            ("012345", true),
            ("01234", false),
            ("0123456", false),
            ("01234x", false),
            ("", false),
        ] {
            assert_eq!(challenge.has_shape_of(answer), can_be, "{answer}");
        }
    }

    #[test]
    fn a_reset_does_not_tell_whose_phone_number_it_is() {
        let login = challenge("n", 6);
        let reset = of_purpose(Purpose::Reset, "n", 6);
        let given = |text| Username::parse(text).unwrap();
        let (phone, email) = (given("+15550100"), given("a@example.com"));
        let is_for = |one: &Challenge, name| one.is_for(name, &peppers(&[1]));
        assert!(is_for(&login, &phone) && is_for(&login, &email));
        assert!(!is_for(&reset, &phone) && is_for(&reset, &email));
        let other = given("+15550101");
        assert!(!is_for(&login, &other));
        // One purpose's name, or one partner's, is nothing to another.
        assert_ne!(login.names[0], reset.names[0]);
        let elsewhere = Challenge {
            partner_id: PartnerId::given("prt_2"),
            ..login
        };
        assert!(!is_for(&elsewhere, &email));
    }

    #[test]
    fn a_challenge_is_for_its_user_after_the_pepper_is_exchanged_until_the_old_one_is_dropped() {
        let challenge = challenge("n", 6);
        let email = Username::parse("a@example.com").unwrap();
        assert!(challenge.is_for(&email, &peppers(&[2, 1])));
        assert!(!challenge.is_for(&email, &peppers(&[2])));
    }

    #[test]
    fn a_record_of_version_0_2_0_is_answered_and_none_is_written_again() {
        let old = |purpose: &str| -> Challenge {
            let text = format!(
                r#"{{"purpose":"{purpose}","partner_id":"prt_1","user_id":"usr_1","subject":"usr_1",
                "email":"a@example.com","phone":"+15550100","destination":"+********00","nonce":"n","digits":6,"expires_at":5}}"#
            );
            serde_json::from_str(&text).unwrap()
        };
        let given = |text| Username::parse(text).unwrap();
        let (phone, email) = (given("+15550100"), given("a@example.com"));
        let (login, reset) = (old("SMS_MFA"), old("RESET_PASSWORD"));
        let peppers = peppers(&[1]);
        assert!(login.is_for(&phone, &peppers) && login.is_for(&email, &peppers));
        assert!(!reset.is_for(&phone, &peppers) && reset.is_for(&email, &peppers));
        assert!(!login.is_for(&given("b@example.com"), &peppers));
        let code = login.code(&peppers);
        assert!(login.is_answered_by(code.expose(), &peppers));
        let again = serde_json::to_string(&login).unwrap();
        assert!(!again.contains("example.com") && !again.contains("5550100"));
    }

    #[test]
    fn the_code_of_one_purpose_is_not_the_other_ones() {
        let login = challenge("n", 10);
        let reset = of_purpose(Purpose::Reset, "n", 10);
        assert_ne!(login.code(&peppers(&[1])).0, reset.code(&peppers(&[1])).0);
    }

    proptest! {
        #[test]
        fn only_the_code_itself_is_right(nonce in "[a-f0-9]{64}", digits in 4u32..=10, other in "[0-9]{1,11}") {
            let challenge = challenge(&nonce, digits);
            let code = challenge.code(&peppers(&[9]));
            prop_assert!(challenge.is_answered_by(code.expose(), &peppers(&[9])));
            prop_assert_eq!(challenge.is_answered_by(&other, &peppers(&[9])), other == code.0);
        }
    }
}
