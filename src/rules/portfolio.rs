//! What a portfolio is for, and which networks its address serves.

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

/// An EVM network: an address is the same twenty bytes on every one of them. Only those where the private key
/// that controls it on Ethereum controls it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Network {
    Ethereum,
    Arbitrum,
    Avalanche,
    Base,
    Bnb,
    Gnosis,
    Linea,
    Optimism,
    Polygon,
    Scroll,
}

impl Word for Network {}

/// The networks that the addresses serve: one at least, none twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Networks(Vec<Network>);

impl Default for Networks {
    /// Where no others are named.
    fn default() -> Networks {
        Networks(vec![Network::Ethereum])
    }
}

impl Networks {
    /// Of their names, in capitals too, as networks are often written. `None` where one is not known or there twice,
    /// and of no names.
    pub(crate) fn parse(names: &[String]) -> Option<Networks> {
        let mut networks = Vec::with_capacity(names.len());
        for name in names {
            let network = Network::parse(&name.to_ascii_lowercase())?;
            if networks.contains(&network) {
                return None;
            }
            networks.push(network);
        }
        Some(Networks(networks)).filter(|networks| !networks.0.is_empty())
    }

    pub(crate) fn first(&self) -> Network {
        self.0[0]
    }

    pub(crate) fn all(&self) -> &[Network] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(names: &[&str]) -> Option<Vec<&'static str>> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let networks = Networks::parse(&names)?;
        assert_eq!(networks.first(), networks.all()[0]);
        Some(networks.all().iter().map(|one| one.as_str()).collect())
    }

    #[test]
    fn networks_keep_their_order_and_are_known_in_either_case() {
        assert_eq!(parsed(&["polygon"]), Some(vec!["polygon"]));
        let both = Some(vec!["base", "ethereum"]);
        assert_eq!(parsed(&["BASE", "Ethereum"]), both);
        let all: Vec<&str> = Network::all().collect();
        assert_eq!(parsed(&all), Some(all));
    }

    #[test]
    fn no_network_is_unknown_or_there_twice() {
        for names in [
            &[][..],
            &[""],
            &["bitcoin"],
            &["ethereum", "solana"],
            &["ethereum", "base", "ETHEREUM"],
        ] {
            assert_eq!(parsed(names), None, "{names:?}");
        }
    }
}
