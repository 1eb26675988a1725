//! What a user is told of: something happened to the account that somebody else may have done.

use strum::{IntoStaticStr, VariantArray};

use crate::rules::word::Word;

#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Notice {
    /// By a reset.
    PasswordReset,
    /// By whoever knew it.
    PasswordChanged,
    EmailChanged,
    PhoneChanged,
    RecoveryCodesMade,
    /// A recovery code opened a session.
    RecoveryUsed,
    /// The first session at a client, of a user who had sessions at others.
    NewClient,
    /// The last that they are told.
    Erased,
}

impl Word for Notice {}

impl Notice {
    /// By SMS, whether there is mail or not: whoever did it may read the mail, or has the phone no longer.
    pub(crate) fn wants_sms(self) -> bool {
        matches!(
            self,
            Notice::PasswordChanged
                | Notice::EmailChanged
                | Notice::PhoneChanged
                | Notice::RecoveryUsed
                | Notice::Erased
        )
    }
}
