//! What the KYC provider says of a user.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::rules::word::Word;

/// `userAccountStatus`: how far the identity check of a user has come.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum UserStatus {
    Uninitiated,
    VerificationInProgress,
    /// The only one whose accounts are active.
    Verified,
    /// It may be tried again.
    VerificationFailed,
    VerificationFatalFailed,
}

impl Word for UserStatus {}

/// What an id of the provider's is of.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum KycKind {
    /// A check.
    Kyc,
    Document,
}

impl Word for KycKind {}
