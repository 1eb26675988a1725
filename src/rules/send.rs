//! One SMS on its way: what may have become of it, and why a number cannot receive.

use strum::{IntoStaticStr, VariantArray};

use crate::rules::word::Word;

/// What is known of a send when it was not simply taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum SendOutcome {
    /// A provider may have taken it: it counts as if one had.
    Unclear,
    /// The number cannot receive.
    Refused,
    /// Certainly no provider took it.
    NotSent,
    /// Nobody was asked: a cap had no room, or there is nobody to send to.
    Withheld,
}

impl Word for SendOutcome {}

/// Why a number cannot receive, whoever sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Refusal {
    Invalid,
    Unreachable,
    Country,
    OptedOut,
}

impl Word for Refusal {}

impl Refusal {
    /// In words for the caller.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Refusal::Invalid => "it is not a valid mobile number",
            Refusal::Unreachable => "it cannot be reached",
            Refusal::Country => "its country is not allowed",
            Refusal::OptedOut => "its owner has opted out",
        }
    }
}
