//! French.

use super::{Code, Language, Told};

pub(super) const FRENCH: Language = Language {
    code: Code {
        text: "Votre code {app} est {code}. Il expire dans {left}.",
        less: "moins d'une minute",
        one: "1 minute",
        more: "{minutes} minutes",
    },
    password_reset: Told {
        subject: "Votre mot de passe {app} a été modifié",
        text: "\
Le mot de passe de votre compte {app} a été modifié à l'aide d'un code envoyé à votre téléphone, et tous les appareils \
ont été déconnectés.

Si c'était vous, vous n'avez rien à faire. Sinon, contactez {app} sans attendre.
",
        sms: "Votre mot de passe {app} a été modifié. Si ce n'était pas vous, contactez {app} sans attendre.",
    },
};
