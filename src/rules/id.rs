//! Ids, each of its own kind: swapped arguments do not compile.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::rules::secret::{hex, sha256_hex};

/// An id of a kind. As text, in JSON and in the database it is `prefix_` + UUIDv7 where it is made
/// here ([`Ids`](crate::rules::ids::Ids)), or what a partner chose.
pub(crate) struct Id<K>(String, PhantomData<fn() -> K>);

/// What an id is of.
pub(crate) trait Kind {
    const PREFIX: &'static str;
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $id:ident = $kind:ident $prefix:literal)*) => {
        $(
            #[derive(Debug)]
            pub(crate) enum $kind {}

            impl Kind for $kind {
                const PREFIX: &'static str = $prefix;
            }

            $(#[$doc])*
            pub(crate) type $id = Id<$kind>;
        )*
    };
}

kinds! {
    UserId = OfUser "usr"
    /// The tenant.
    PartnerId = OfPartner "prt"
    /// OAuth's `client_id`.
    ClientId = OfClient "cli"
    AccountId = OfAccount "acc"
    PortfolioId = OfPortfolio "pfl"
    /// A logged-in user on one device; the `sid` claim.
    SessionId = OfSession "ses"
    /// Unguessable; the `sessionId` on the wire until the code is answered.
    ChallengeId = OfChallenge "chl"
    /// What the stores know a challenge by: who reads a copy of them cannot answer it.
    StoredChallengeId = OfStoredChallenge "chh"
    SendId = OfSend "snd"
    AuditId = OfAuditRow "aud"
    RequestId = OfRequest "req"
    /// The work of one request, by which a retry finds it.
    WorkId = OfWork "wrk"
    /// A webhook that we send.
    MessageId = OfMessage "msg"
}

impl<K> Id<K> {
    /// As somebody gave it: a caller, or a row.
    pub(crate) fn given(text: impl Into<String>) -> Id<K> {
        Id(text.into(), PhantomData)
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl ChallengeId {
    /// Hex SHA-256: the id has 256 random bits, so no slow hash.
    pub(crate) fn stored(&self) -> StoredChallengeId {
        Id::given(sha256_hex(self.as_str().as_bytes()))
    }
}

impl<K: Kind> Id<K> {
    /// Whether a text can be one that was made here, by its prefix.
    pub(crate) fn is_of_ours(text: &str) -> bool {
        let rest = text.strip_prefix(K::PREFIX);
        rest.and_then(|rest| rest.strip_prefix('_'))
            .is_some_and(is_id)
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Id<K> {
        Id(self.0.clone(), PhantomData)
    }
}

impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Id<K>) -> bool {
        self.0 == other.0
    }
}

impl<K> Eq for Id<K> {}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<K> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<K> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de, K> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Id<K>, D::Error> {
        String::deserialize(from).map(Id::given)
    }
}

/// Whether a text is letters, digits, `_` and `-` alone, and at least one.
pub(crate) fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

/// What failures, answers and sends are counted under: a user, or a keyed hash of what was given
/// where there is none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Subject(String);

impl Subject {
    pub(crate) fn user(id: &UserId) -> Subject {
        Subject(id.as_str().into())
    }

    /// Somebody whom nobody here is; `keyed` is an HMAC of what was given.
    pub(crate) fn unknown(keyed: &[u8; 32]) -> Subject {
        Subject(format!("anon_{}", hex(&keyed[..16])))
    }

    /// The user, if it is one.
    pub(crate) fn user_id(&self) -> Option<UserId> {
        UserId::is_of_ours(&self.0).then(|| Id::given(&self.0))
    }

    /// What was hashed of somebody unknown; nothing for a user.
    pub(crate) fn digest(&self) -> Vec<u8> {
        let digest = self
            .0
            .strip_prefix("anon_")
            .map(base16ct::lower::decode_vec);
        digest.and_then(Result::ok).unwrap_or_default()
    }

    /// Whoever says to be a client that is none: one for them all, since anybody can make ids up.
    pub(crate) fn no_client() -> Subject {
        Subject("client_none".into())
    }

    /// Whoever says to be this client; `keyed` is an HMAC of its id.
    pub(crate) fn client(keyed: &[u8; 32]) -> Subject {
        Subject(format!("client_{}", hex(&keyed[..16])))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
