//! What the KYC provider says of a user.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::rules::word::Word;

/// `userAccountStatus`: how far the identity check of a user has come. In the order of their
/// weight: of two words of one time the later in this list stands. A final word stands over one
/// that is not, and of two final ones the one that gives less.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    IntoStaticStr,
    VariantArray,
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

impl UserStatus {
    /// The words that give way to this one when both are of one time.
    pub(crate) fn outweighed(self) -> impl Iterator<Item = UserStatus> {
        let all = UserStatus::VARIANTS.iter().copied();
        all.filter(move |other| *other < self)
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_final_word_outweighs_one_that_is_not_and_of_two_the_one_that_gives_less() {
        let by_weight = [
            UserStatus::Uninitiated,
            UserStatus::VerificationInProgress,
            UserStatus::Verified,
            UserStatus::VerificationFailed,
            UserStatus::VerificationFatalFailed,
        ];
        for (nth, status) in by_weight.iter().enumerate() {
            let outweighed: Vec<UserStatus> = status.outweighed().collect();
            assert_eq!(outweighed, by_weight[..nth], "{status:?}");
        }
    }
}
