//! What a portfolio is for, and where its address lives.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::rules::word::Word;

/// `portfolioAccountType`
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr, VariantArray,
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum PortfolioType {
    /// Unless said otherwise; an account's first one is its `tradingPortfolioId`.
    Trading,
    Strategy,
    Earn,
    Payment,
    Fees,
}

impl Word for PortfolioType {}

/// The chain that an address is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Network {
    Ethereum,
}

impl Word for Network {}
