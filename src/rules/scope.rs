//! What a token may do. A client has scopes, given when it is made; a token of it has those that it
//! asked for among them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use strum::{IntoStaticStr, VariantArray};

use crate::rules::word::Word;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Scope {
    /// A partner's client: what its customers' journey takes.
    ClientAuth,
    /// A user, logged in on one device. No client has it, and its token has no other.
    UserAuth,
    /// Who manages partners and clients; of customers the ids and addresses of custody's export alone.
    Admin,
    /// Reads the partner's users, accounts and portfolios, its audit log, and what is under its own extended keys.
    #[strum(serialize = "users.read")]
    UsersRead,
    /// Unlocks, disables and enables the partner's users.
    #[strum(serialize = "users.write")]
    UsersWrite,
    /// Acts on a person's word that the partner has made sure of: erases the partner's users.
    #[strum(serialize = "recovery.write")]
    RecoveryWrite,
    /// Reads and changes what the partner has of its own.
    #[strum(serialize = "settings.write")]
    SettingsWrite,
    /// A service behind, which asks what the tokens of every partner are worth.
    Introspect,
}

impl Word for Scope {}

impl Scope {
    fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

/// Those that a client of a partner can be given. `Admin` comes by SQL alone: who manages clients
/// cannot make another such.
pub(crate) const OF_PARTNERS: [Scope; 5] = [
    Scope::ClientAuth,
    Scope::UsersRead,
    Scope::UsersWrite,
    Scope::RecoveryWrite,
    Scope::SettingsWrite,
];

/// Those that it has where none are named. Who changes the settings, or does to a person what nothing undoes, has to
/// be told apart.
pub(crate) const BY_DEFAULT: [Scope; 3] = [Scope::ClientAuth, Scope::UsersRead, Scope::UsersWrite];

/// Those that the operator's own clients alone can be given besides: they reach beyond their partner.
pub(crate) const OF_OPERATOR: [Scope; 1] = [Scope::Introspect];

/// Scopes in the order of their list; as text separated by spaces (RFC 6749 §3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scopes(u8);

impl Scopes {
    pub(crate) fn of(scopes: impl IntoIterator<Item = Scope>) -> Scopes {
        Scopes(scopes.into_iter().fold(0, |all, scope| all | scope.bit()))
    }

    /// At least one word, each of them known. `None` for anything else.
    pub(crate) fn parse(text: &str) -> Option<Scopes> {
        let mut words = text.split(' ').map(Scope::parse);
        words
            .try_fold(0, |all, scope| Some(all | scope?.bit()))
            .map(Scopes)
    }

    /// Words that were written down here. One that is not known, because a newer version wrote it,
    /// gives nothing.
    pub(crate) fn known<'a>(words: impl IntoIterator<Item = &'a str>) -> Scopes {
        Scopes::of(words.into_iter().filter_map(Scope::parse))
    }

    pub(crate) fn has(&self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    pub(crate) fn are_among(&self, others: &Scopes) -> bool {
        self.0 & !others.0 == 0
    }

    pub(crate) fn words(&self) -> Vec<&'static str> {
        let own = Scope::VARIANTS.iter().filter(|scope| self.has(**scope));
        own.map(|scope| scope.as_str()).collect()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().join(" "))
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Scopes, D::Error> {
        String::deserialize(from).map(|text| Scopes::known(text.split(' ')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_word_that_is_not_known_is_refused_where_it_is_asked_for_and_gives_nothing_where_it_is_read(
    ) {
        for text in [
            "",
            " ",
            "client_auth ",
            "client_auth  admin",
            "users.erase",
            "CLIENT_AUTH",
        ] {
            assert_eq!(Scopes::parse(text), None, "{text:?}");
        }
        let read: Scopes = serde_json::from_str("\"users.erase users.read\"").unwrap();
        assert_eq!(read, Scopes::of([Scope::UsersRead]));
    }

    proptest! {
        #[test]
        fn scopes_are_one_text_whatever_order_they_came_in(mut words in prop::sample::subsequence(Scope::VARIANTS.to_vec(), 1..=Scope::VARIANTS.len())) {
            let forth = Scopes::of(words.clone());
            words.reverse();
            prop_assert_eq!(&forth, &Scopes::of(words));
            prop_assert_eq!(Scopes::parse(&forth.to_string()), Some(forth));
        }
    }
}
