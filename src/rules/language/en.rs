//! English.

use super::{Code, CodeMail, Language, Told};

pub(super) const ENGLISH: Language = Language {
    code: Code {
        text: "Your {app} code is {code}. It expires in {left}.",
        giving_up: "{code} is the {app} code to give up this phone number. Tell it to nobody. It expires in {left}.",
        mail: CodeMail {
            subject: "Your {app} code",
            text: "\
Your {app} code is {code}. It expires in {left}.

It proves that this address is yours. If you did not ask for it, there is nothing to do; tell it to nobody.
",
        },
        less: "less than 1 minute",
        one: "1 minute",
        more: "{minutes} minutes",
    },
    password_reset: Told {
        subject: "Your {app} password was changed",
        text: "\
The password of your {app} account was changed with a code that was sent to your phone, and every device was logged \
out.

If it was you, there is nothing to do. If it was not, contact {app} at once.
",
        sms: "Your {app} password was changed. If it was not you, contact {app} at once.",
    },
};
