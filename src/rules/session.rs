//! How a session begins and ends.

use strum::{IntoStaticStr, VariantArray};

use crate::rules::word::Word;

/// By what, beside the password, the person proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Means {
    /// The code of an SMS.
    Sms,
    RecoveryCode,
}

impl Means {
    /// `amr` of the session and of its tokens (RFC 8176), a JSON array.
    pub(crate) fn amr(self) -> &'static str {
        match self {
            Means::Sms => r#"["pwd","otp","sms"]"#,
            Means::RecoveryCode => r#"["pwd","recovery"]"#,
        }
    }
}

/// `revoked_why` of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Ending {
    Logout,
    /// A refresh token that had been replaced was presented again.
    Reuse,
    PasswordChanged,
    /// The e-mail or the number became another.
    ContactChanged,
    Disabled,
    /// By RFC 7009.
    Revoked,
    Erased,
}

impl Word for Ending {}
