//! What people are told, a file a language. The texts are plain: no link, and no code in a notice.

mod en;

use crate::rules::notice::Notice;

/// The texts of a language. `{app}` is the name that the partner goes by.
pub(crate) struct Language {
    password_reset: Told,
}

/// A notice by mail, and by SMS.
pub(crate) struct Told {
    subject: &'static str,
    text: &'static str,
    sms: &'static str,
}

/// One message, with the name in it.
pub(crate) struct Mail {
    pub(crate) subject: String,
    pub(crate) text: String,
}

impl Language {
    pub(crate) fn mail(&self, notice: Notice, app: &str) -> Mail {
        let told = self.told(notice);
        Mail {
            subject: named(told.subject, app),
            text: named(told.text, app),
        }
    }

    pub(crate) fn sms(&self, notice: Notice, app: &str) -> String {
        named(self.told(notice).sms, app)
    }

    fn told(&self, notice: Notice) -> &Told {
        match notice {
            Notice::PasswordReset => &self.password_reset,
        }
    }
}

fn named(text: &str, app: &str) -> String {
    text.replace("{app}", app)
}

pub(crate) const ENGLISH: &Language = &en::ENGLISH;
