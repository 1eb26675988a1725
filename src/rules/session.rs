//! How a session ends.

use strum::{IntoStaticStr, VariantArray};

use crate::rules::word::Word;

/// `revoked_why` of the row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Ending {
    Logout,
    /// A refresh token that had been replaced was presented again.
    Reuse,
    PasswordChanged,
    Disabled,
    /// By RFC 7009.
    Revoked,
}

impl Word for Ending {}
