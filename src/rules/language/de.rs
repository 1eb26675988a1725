//! German.

use super::{Code, CodeMail, Language, Told};

pub(super) const GERMAN: Language = Language {
    code: Code {
        text: "Ihr Code von {app} ist {code}. Er gilt noch {left}.",
        giving_up: "{code} ist der Code von {app}, um diese Nummer aufzugeben. Geben Sie ihn niemandem. Er gilt noch {left}.",
        mail: CodeMail {
            subject: "Ihr Code von {app}",
            text: "\
Ihr Code von {app} ist {code}. Er gilt noch {left}.

Er zeigt, dass diese Adresse Ihnen gehört. Wenn Sie ihn nicht angefordert haben, ist nichts zu tun; geben Sie ihn \
niemandem.
",
        },
        less: "weniger als 1 Minute",
        one: "1 Minute",
        more: "{minutes} Minuten",
    },
    password_reset: Told {
        subject: "Ihr Passwort bei {app} wurde geändert",
        text: "\
Das Passwort Ihres Kontos bei {app} wurde mit einem Code geändert, der an Ihr Telefon ging, und alle Geräte wurden \
abgemeldet.

Wenn Sie es waren, ist nichts zu tun. Wenn nicht, wenden Sie sich sofort an {app}.
",
        sms: "Ihr Passwort bei {app} wurde geändert. Wenn nicht von Ihnen, wenden Sie sich sofort an {app}.",
    },
};
