//! Spanish. Its SMS keep to the letters of the GSM alphabet, which has no accent on a, i, o and u that it needs.

use super::{Code, CodeMail, Language, Told};

pub(super) const SPANISH: Language = Language {
    code: Code {
        text: "Su clave de {app} es {code}. Caduca en {left}.",
        giving_up: "{code} es la clave de {app} para dejar este teléfono. No la dé a nadie. Caduca en {left}.",
        mail: CodeMail {
            subject: "Su clave de {app}",
            text: "\
Su clave de {app} es {code}. Caduca en {left}.

Demuestra que esta dirección es suya. Si no la ha pedido, no tiene que hacer nada; no la dé a nadie.
",
        },
        less: "menos de 1 minuto",
        one: "1 minuto",
        more: "{minutes} minutos",
    },
    password_reset: Told {
        subject: "Se ha cambiado su contraseña de {app}",
        text: "\
La contraseña de su cuenta de {app} se ha cambiado con un código enviado a su teléfono, y se ha cerrado la sesión en \
todos los dispositivos.

Si ha sido usted, no tiene que hacer nada. Si no, póngase en contacto con {app} de inmediato.
",
        sms: "Se ha cambiado su contraseña de {app}. Si no ha sido usted, avise a {app} de inmediato.",
    },
};
