//! French.

use super::{Code, CodeMail, Language, NotYou, Told};

pub(super) const FRENCH: Language = Language {
    code: Code {
        text: "Votre code {app} est {code}. Il expire dans {left}.",
        giving_up: "{code} est le code {app} pour abandonner ce numéro. Ne le donnez à personne. Il expire dans {left}.",
        mail: CodeMail {
            subject: "Votre code {app}",
            text: "\
Votre code {app} est {code}. Il expire dans {left}.

Il prouve que cette adresse est la vôtre. Si vous ne l'avez pas demandé, il n'y a rien à faire ; ne le donnez à personne.
",
        },
        less: "moins d'une minute",
        one: "1 minute",
        more: "{minutes} minutes",
    },
    not_you: NotYou {
        mail: "Si c'était vous, vous n'avez rien à faire. Sinon, contactez {app} sans attendre.",
        sms: "Si ce n'était pas vous, contactez {app} sans attendre.",
    },
    password_reset: Told {
        subject: "Votre mot de passe {app} a été modifié",
        text: "\
Le mot de passe de votre compte {app} a été modifié à l'aide d'un code envoyé à votre téléphone, et tous les \
appareils ont été déconnectés.",
        sms: "Votre mot de passe {app} a été modifié.",
    },
    password_changed: Told {
        subject: "Votre mot de passe {app} a été modifié",
        text: "\
Le mot de passe de votre compte {app} a été modifié par une personne connectée qui le connaissait, et tous les \
autres appareils ont été déconnectés.",
        sms: "Votre mot de passe {app} a été modifié.",
    },
    email_changed: Told {
        subject: "L'adresse e-mail de votre compte {app} a été modifiée",
        text: "\
Votre compte {app} a maintenant une autre adresse e-mail que celle-ci, qui ne recevra plus de messages, et \
d'autres appareils ont été déconnectés.",
        sms: "L'adresse e-mail de votre compte {app} a été modifiée.",
    },
    phone_changed: Told {
        subject: "Le numéro de téléphone de votre compte {app} a été modifié",
        text: "\
Le numéro de téléphone de votre compte {app} a été modifié. Les codes sont désormais envoyés au nouveau, et \
d'autres appareils ont été déconnectés.",
        sms: "Le numéro de téléphone de votre compte {app} a été modifié.",
    },
    recovery_codes_made: Told {
        subject: "Nouveaux codes de secours pour votre compte {app}",
        text: "\
De nouveaux codes de secours ont été créés pour votre compte {app}, et les précédents ne sont plus valables. Avec \
l'un d'eux et votre mot de passe, on peut se connecter sans votre téléphone.",
        sms: "De nouveaux codes de secours ont été créés pour votre compte {app}.",
    },
    recovery_used: Told {
        subject: "Un code de secours a été utilisé pour votre compte {app}",
        text: "\
Quelqu'un s'est connecté à votre compte {app} avec votre mot de passe et l'un de vos codes de secours, sans votre \
téléphone.",
        sms: "Quelqu'un s'est connecté à votre compte {app} avec un code de secours.",
    },
    new_client: Told {
        subject: "Connexion à votre compte {app} depuis une autre application",
        text: "\
Quelqu'un s'est connecté à votre compte {app} depuis une application ou un site qui n'avait jamais servi pour ce \
compte.",
        sms: "Nouvelle application ou nouveau site connecté à votre compte {app}.",
    },
    erased: Told {
        subject: "Votre compte {app} a été effacé",
        text: "\
Votre compte {app} a été effacé, avec votre nom, votre adresse e-mail, votre numéro de téléphone et votre mot de passe. \
Rien ne peut l'annuler.",
        sms: "Votre compte {app} a été effacé.",
    },
};
