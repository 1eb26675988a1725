//! What a portfolio is for, which networks its address serves, and where a list of portfolios goes on.

use std::fmt;

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::rules::id::{is_id, PortfolioId};
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

/// What a page of an account's portfolios comes after. As text it is a cursor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// The portfolio of this id, wherever its row stands.
    Id(PortfolioId),
    /// The number of its row, as cursors of before have it, in the database where it then was; 0 is the first page.
    Number(u32),
}

impl After {
    /// An id may be all digits, so a cursor says which it is.
    const ID: &'static str = "id.";

    pub(crate) fn parse(text: &str) -> Option<After> {
        if let Some(id) = text.strip_prefix(After::ID) {
            let is_one = id.len() <= 64 && is_id(id);
            return is_one.then(|| After::Id(PortfolioId::given(id)));
        }
        let is_number = text.bytes().all(|b| b.is_ascii_digit());
        text.parse().ok().filter(|_| is_number).map(After::Number)
    }
}

impl fmt::Display for After {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            After::Id(id) => write!(f, "{}{id}", After::ID),
            After::Number(number) => write!(f, "{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Partners choose ids, and may choose the digits of another portfolio's number.
    #[test]
    fn a_number_and_an_id_are_never_confused() {
        let id = |id: &str| Some(After::Id(PortfolioId::given(id)));
        let longest = "a".repeat(64);
        for (text, is) in [
            ("17", Some(After::Number(17))),
            ("0", Some(After::Number(0))),
            ("id.17", id("17")),
            ("id.p-1", id("p-1")),
            ("id.pfl_0197f4a1", id("pfl_0197f4a1")),
            ("id.id", id("id")),
            (&format!("id.{longest}"), id(&longest)),
        ] {
            let after = After::parse(text);
            assert_eq!(after, is, "{text}");
            let again = after.map(|after| after.to_string());
            assert_eq!(again.as_deref(), Some(text));
        }
        for text in [
            "",
            "id.",
            "id",
            "p-1",
            "+1",
            "-1",
            "1.5",
            "4294967296",
            "id.a.b",
            "id.id.a",
            "id.a/b",
            "id.é",
            "ID.a",
            &format!("id.{longest}a"),
        ] {
            assert_eq!(After::parse(text), None, "{text}");
        }
    }

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
