//! German.

use super::{Code, CodeMail, Language, NotYou, Told};

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
    not_you: NotYou {
        mail: "Wenn Sie es waren, ist nichts zu tun. Wenn nicht, wenden Sie sich sofort an {app}.",
        sms: "Wenn nicht von Ihnen, wenden Sie sich sofort an {app}.",
    },
    password_reset: Told {
        subject: "Ihr Passwort bei {app} wurde geändert",
        text: "\
Das Passwort Ihres Kontos bei {app} wurde mit einem Code geändert, der an Ihr Telefon ging, und alle Geräte \
wurden abgemeldet.",
        sms: "Ihr Passwort bei {app} wurde geändert.",
    },
    password_changed: Told {
        subject: "Ihr Passwort bei {app} wurde geändert",
        text: "\
Das Passwort Ihres Kontos bei {app} wurde von jemandem geändert, der angemeldet war und es kannte, und alle \
anderen Geräte wurden abgemeldet.",
        sms: "Ihr Passwort bei {app} wurde geändert.",
    },
    email_changed: Told {
        subject: "Die E-Mail-Adresse Ihres Kontos bei {app} wurde geändert",
        text: "\
Ihr Konto bei {app} hat eine andere E-Mail-Adresse als diese, an die keine weiteren Nachrichten gehen, und andere \
Geräte wurden abgemeldet.",
        sms: "Die E-Mail-Adresse Ihres Kontos bei {app} wurde geändert.",
    },
    phone_changed: Told {
        subject: "Die Telefonnummer Ihres Kontos bei {app} wurde geändert",
        text: "\
Die Telefonnummer Ihres Kontos bei {app} wurde geändert. Codes gehen von nun an an die neue Nummer, und andere \
Geräte wurden abgemeldet.",
        sms: "Die Telefonnummer Ihres Kontos bei {app} wurde geändert.",
    },
    recovery_codes_made: Told {
        subject: "Neue Wiederherstellungscodes für Ihr Konto bei {app}",
        text: "\
Für Ihr Konto bei {app} wurden neue Wiederherstellungscodes erstellt, und die früheren gelten nicht mehr. Wer \
einen davon und Ihr Passwort hat, kann sich ohne Ihr Telefon anmelden.",
        sms: "Für Ihr Konto bei {app} wurden neue Wiederherstellungscodes erstellt.",
    },
    recovery_used: Told {
        subject: "Anmeldung bei {app} mit einem Wiederherstellungscode",
        text: "\
Ihr Konto bei {app} wurde mit Ihrem Passwort und einem Ihrer Wiederherstellungscodes geöffnet, ohne Ihr Telefon.",
        sms: "Ihr Konto bei {app} wurde mit einem Wiederherstellungscode geöffnet.",
    },
    new_client: Told {
        subject: "Anmeldung bei {app} mit einer anderen App",
        text: "\
Ihr Konto bei {app} wurde mit einer App oder einer Website geöffnet, mit der es noch nie benutzt wurde.",
        sms: "Ihr Konto bei {app} wurde mit einer neuen App oder Website geöffnet.",
    },
    erased: Told {
        subject: "Ihr Konto bei {app} wurde gelöscht",
        text: "\
Ihr Konto bei {app} wurde gelöscht, mit Ihrem Namen, Ihrer E-Mail-Adresse, Ihrer Telefonnummer und Ihrem Passwort. \
Das lässt sich nicht rückgängig machen.",
        sms: "Ihr Konto bei {app} wurde gelöscht.",
    },
};
