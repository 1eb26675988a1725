//! What a user is told of: something happened to the account that somebody else may have done.

use strum::{IntoStaticStr, VariantArray};

use crate::rules::word::Word;

#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Notice {
    /// By a reset.
    PasswordReset,
}

impl Word for Notice {}
