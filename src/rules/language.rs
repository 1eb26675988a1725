//! What people are told, a file a language. The texts are plain: no link, and no code in a notice.

mod de;
mod en;
mod es;
mod fr;

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::rules::notice::Notice;
use crate::rules::word::Word;

/// A language that there are texts in, as BCP 47 has it: its primary subtag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub(crate) enum Locale {
    #[default]
    En,
    De,
    Es,
    Fr,
}

impl Word for Locale {}

/// The texts of a language. `{app}` is the name that the partner goes by.
pub(crate) struct Language {
    code: Code,
    not_you: NotYou,
    password_reset: Told,
    password_changed: Told,
    email_changed: Told,
    phone_changed: Told,
    recovery_codes_made: Told,
    recovery_used: Told,
    new_client: Told,
    erased: Told,
}

/// The message with a code, `{code}`, and until when it can be answered, `{left}`.
struct Code {
    /// By SMS.
    text: &'static str,
    /// By SMS to a number that is given up by it: whoever is asked for it shall see what for.
    giving_up: &'static str,
    mail: CodeMail,
    /// `{left}` in less than a minute, in one, and in more, `{minutes}`.
    less: &'static str,
    one: &'static str,
    more: &'static str,
}

struct CodeMail {
    subject: &'static str,
    text: &'static str,
}

/// How every notice ends: what to do where it was somebody else.
struct NotYou {
    mail: &'static str,
    sms: &'static str,
}

/// What a notice tells, by mail and by SMS.
struct Told {
    subject: &'static str,
    text: &'static str,
    sms: &'static str,
}

/// One message, with the name in it.
pub(crate) struct Mail {
    pub(crate) subject: String,
    pub(crate) text: String,
}

impl Locale {
    pub(crate) fn language(self) -> &'static Language {
        match self {
            Locale::En => &en::ENGLISH,
            Locale::De => &de::GERMAN,
            Locale::Es => &es::SPANISH,
            Locale::Fr => &fr::FRENCH,
        }
    }

    /// Of a column: a language that a later release knew is as none.
    pub(crate) fn stored<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Locale>, D::Error> {
        let word = Option::<String>::deserialize(reader)?;
        Ok(word.and_then(|word| Locale::parse(&word)))
    }
}

impl Language {
    /// Whole minutes, never more than are left.
    pub(crate) fn code(&self, app: &str, code: &str, left: Duration) -> String {
        self.with_code(self.code.text, app, code, left)
    }

    /// The same at a number that is given up by it.
    pub(crate) fn giving_up(&self, app: &str, code: &str, left: Duration) -> String {
        self.with_code(self.code.giving_up, app, code, left)
    }

    /// The same by mail.
    pub(crate) fn code_mail(&self, app: &str, code: &str, left: Duration) -> Mail {
        Mail {
            subject: named(self.code.mail.subject, app),
            text: self.with_code(self.code.mail.text, app, code, left),
        }
    }

    fn with_code(&self, text: &str, app: &str, code: &str, left: Duration) -> String {
        let minutes = left.as_secs() / 60;
        let left = match minutes {
            0 => self.code.less.to_owned(),
            1 => self.code.one.to_owned(),
            minutes => self.code.more.replace("{minutes}", &minutes.to_string()),
        };
        let text = text.replace("{left}", &left);
        named(&text, app).replace("{code}", code)
    }

    pub(crate) fn mail(&self, notice: Notice, app: &str) -> Mail {
        let told = self.told(notice);
        Mail {
            subject: named(told.subject, app),
            text: named(&format!("{}\n\n{}\n", told.text, self.not_you.mail), app),
        }
    }

    pub(crate) fn sms(&self, notice: Notice, app: &str) -> String {
        let told = self.told(notice);
        named(&format!("{} {}", told.sms, self.not_you.sms), app)
    }

    fn told(&self, notice: Notice) -> &Told {
        match notice {
            Notice::PasswordReset => &self.password_reset,
            Notice::PasswordChanged => &self.password_changed,
            Notice::EmailChanged => &self.email_changed,
            Notice::PhoneChanged => &self.phone_changed,
            Notice::RecoveryCodesMade => &self.recovery_codes_made,
            Notice::RecoveryUsed => &self.recovery_used,
            Notice::NewClient => &self.new_client,
            Notice::Erased => &self.erased,
        }
    }
}

fn named(text: &str, app: &str) -> String {
    text.replace("{app}", app)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::time::seconds;

    #[test]
    fn every_language_says_the_code_and_no_more_minutes_than_are_left() {
        let said = |locale: Locale, left| locale.language().code("Bank", "0042", seconds(left));
        for (locale, left, text) in [
            (
                Locale::En,
                300,
                "Your Bank code is 0042. It expires in 5 minutes.",
            ),
            (
                Locale::En,
                119,
                "Your Bank code is 0042. It expires in 1 minute.",
            ),
            (
                Locale::De,
                300,
                "Ihr Code von Bank ist 0042. Er gilt noch 5 Minuten.",
            ),
            (
                Locale::De,
                119,
                "Ihr Code von Bank ist 0042. Er gilt noch 1 Minute.",
            ),
            (
                Locale::Es,
                300,
                "Su clave de Bank es 0042. Caduca en 5 minutos.",
            ),
            (
                Locale::Es,
                59,
                "Su clave de Bank es 0042. Caduca en menos de 1 minuto.",
            ),
            (
                Locale::Fr,
                179,
                "Votre code Bank est 0042. Il expire dans 2 minutes.",
            ),
            (
                Locale::Fr,
                0,
                "Votre code Bank est 0042. Il expire dans moins d'une minute.",
            ),
        ] {
            assert_eq!(said(locale, left), text);
        }
    }

    /// Nobody learns to follow a link, or to look for a code, in a notice; and it fits where it is put.
    #[test]
    fn a_notice_is_plain_in_every_language() {
        for locale in Locale::VARIANTS {
            for notice in Notice::VARIANTS {
                let language = locale.language();
                let Mail { subject, text } = language.mail(*notice, "Example Bank");
                let sms = language.sms(*notice, "Example Bank");
                for part in [&subject, &text, &sms] {
                    let has = |signs: &[&str]| signs.iter().any(|sign| part.contains(sign));
                    assert!(!has(&["http", "://", "www.", "@", "<", "{", "}"]), "{part}");
                    assert!(!part.contains(|c: char| c.is_ascii_digit()), "{part}");
                    assert!(part.contains("Example Bank"), "{part}");
                }
                assert!(!subject.contains('\n') && !subject.contains("\n\n"));
                assert!(text.ends_with(".\n") && !text.contains("  "), "{text}");
                // The metadata of a key of KV, in JSON.
                assert!(subject.len() + text.len() < 900, "{}", text.len());
                let is_english = language.told(*notice).sms == en::ENGLISH.told(*notice).sms;
                assert_eq!(is_english, *locale == Locale::En, "{sms}");
            }
        }
    }
}
