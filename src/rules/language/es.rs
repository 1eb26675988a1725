//! Spanish. Its SMS keep to the letters of the GSM alphabet, which has no accent on a, i, o and u that it needs.

use super::{Code, CodeMail, Language, NotYou, Told};

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
    not_you: NotYou {
        mail: "Si ha sido usted, no tiene que hacer nada. Si no, póngase en contacto con {app} de inmediato.",
        sms: "Si no ha sido usted, avise a {app} de inmediato.",
    },
    password_reset: Told {
        subject: "Se ha cambiado su contraseña de {app}",
        text: "\
La contraseña de su cuenta de {app} se ha cambiado con un código enviado a su teléfono, y se ha cerrado la sesión \
en todos los dispositivos.",
        sms: "Se ha cambiado su contraseña de {app}.",
    },
    password_changed: Told {
        subject: "Se ha cambiado su contraseña de {app}",
        text: "\
La contraseña de su cuenta de {app} la ha cambiado alguien que había iniciado sesión y la conocía, y se ha \
cerrado la sesión en todos los demás dispositivos.",
        sms: "Se ha cambiado su contraseña de {app}.",
    },
    email_changed: Told {
        subject: "Se ha cambiado el correo de su cuenta de {app}",
        text: "\
Su cuenta de {app} tiene ahora una dirección de correo distinta de esta, que no recibirá más mensajes, y se ha \
cerrado la sesión en otros dispositivos.",
        sms: "Se ha cambiado el correo de su cuenta de {app}.",
    },
    phone_changed: Told {
        subject: "Se ha cambiado el teléfono de su cuenta de {app}",
        text: "\
El número de teléfono de su cuenta de {app} se ha cambiado. A partir de ahora los códigos se envían al nuevo, y \
se ha cerrado la sesión en otros dispositivos.",
        sms: "Se ha cambiado el teléfono de su cuenta de {app}.",
    },
    recovery_codes_made: Told {
        subject: "Nuevas claves de reserva de su cuenta de {app}",
        text: "\
Se han creado nuevas claves de reserva para su cuenta de {app}, y las anteriores ya no valen. Quien tenga una de \
ellas y su contraseña puede iniciar sesión sin su teléfono.",
        sms: "Se han creado nuevas claves de reserva para su cuenta de {app}.",
    },
    recovery_used: Told {
        subject: "Se ha usado una clave de reserva de su cuenta de {app}",
        text: "\
Alguien ha iniciado sesión en su cuenta de {app} con su contraseña y una de sus claves de reserva, sin su \
teléfono.",
        sms: "Alguien ha entrado en su cuenta de {app} con una clave de reserva.",
    },
    new_client: Told {
        subject: "Se ha entrado en su cuenta de {app} desde otra aplicación",
        text: "\
Alguien ha iniciado sesión en su cuenta de {app} desde una aplicación o una web con la que nunca se había usado.",
        sms: "Alguien ha entrado en su cuenta de {app} desde una app o web nueva.",
    },
    erased: Told {
        subject: "Su cuenta de {app} se ha borrado",
        text: "\
Su cuenta de {app} se ha borrado, con su nombre, su correo, su número de teléfono y su contraseña. No se puede deshacer.",
        sms: "Su cuenta de {app} se ha borrado.",
    },
};
