//! French.

use super::{Code, CodeMail, Language, Told};

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
