//! English.

use super::{Code, CodeMail, Language, NotYou, Told};

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
    not_you: NotYou {
        mail: "If it was you, there is nothing to do. If it was not, contact {app} at once.",
        sms: "If it was not you, contact {app} at once.",
    },
    password_reset: Told {
        subject: "Your {app} password was changed",
        text: "\
The password of your {app} account was changed with a code that was sent to your phone, and every device was \
logged out.",
        sms: "Your {app} password was changed.",
    },
    password_changed: Told {
        subject: "Your {app} password was changed",
        text: "\
The password of your {app} account was changed by somebody who was logged in and knew it, and every other device \
was logged out.",
        sms: "Your {app} password was changed.",
    },
    email_changed: Told {
        subject: "The e-mail address of your {app} account was changed",
        text: "\
The e-mail address of your {app} account was changed to another than this one, which gets no further messages, \
and other devices were logged out.",
        sms: "The e-mail address of your {app} account was changed.",
    },
    phone_changed: Told {
        subject: "The phone number of your {app} account was changed",
        text: "\
The phone number of your {app} account was changed. Codes go to the new number from now on, and other devices \
were logged out.",
        sms: "The phone number of your {app} account was changed.",
    },
    recovery_codes_made: Told {
        subject: "New recovery codes for your {app} account",
        text: "\
New recovery codes were made for your {app} account, and those that you had before are void. Whoever has one of \
them and your password can log in without your phone.",
        sms: "New recovery codes were made for your {app} account.",
    },
    recovery_used: Told {
        subject: "A recovery code was used for your {app} account",
        text: "\
Somebody logged in to your {app} account with your password and one of your recovery codes, without your phone.",
        sms: "Somebody logged in to your {app} account with a recovery code.",
    },
    new_client: Told {
        subject: "A login to your {app} account by another app",
        text: "\
Somebody logged in to your {app} account by an app or a website that your account was never used with before.",
        sms: "Somebody logged in to your {app} account by an app or a website that is new to it.",
    },
    erased: Told {
        subject: "Your {app} account was erased",
        text: "\
Your {app} account was erased, with your name, e-mail address, phone number and password. Nothing undoes it.",
        sms: "Your {app} account was erased.",
    },
};
