//! The refresh token (RFC 6749 §1.5): opaque to everybody but this service.
//!
//! A token is base64url of `session id ‖ secret ‖ tag`. The first secret of a session is random,
//! each successor is derived from its parent, so a lost answer can be asked again and gives the
//! same successor without any token being stored. The tag lets a made-up token be told from a
//! genuine old one without a look-up: only a genuine one, presented again, ends its session.

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use uuid::Uuid;

use crate::rules::id::SessionId;
use crate::rules::secret::{equal, sha256_hex, Peppers, Secret};

const PREFIX: &str = "rt_";
const SESSION_PREFIX: &str = "ses_";
const SID: usize = 16;
const SECRET: usize = 32;
const TAG: usize = 16;

/// A token that this service issued, though it may no longer be the live one.
#[derive(Clone)]
pub(crate) struct RefreshToken {
    session: Uuid,
    secret: [u8; SECRET],
    /// The pepper that its tag was made with: its successor is derived with the same.
    pepper: Secret,
}

impl RefreshToken {
    /// The first token of a session. `None` if the id is not `ses_` + UUID.
    pub(crate) fn first(
        session_id: &SessionId,
        secret: [u8; SECRET],
        peppers: &Peppers,
    ) -> Option<RefreshToken> {
        let session = Uuid::try_parse(session_id.as_str().strip_prefix(SESSION_PREFIX)?).ok()?;
        Some(RefreshToken {
            session,
            secret,
            pepper: peppers.current().clone(),
        })
    }

    /// `None` for anything this service did not issue.
    pub(crate) fn parse(text: &str, peppers: &Peppers) -> Option<RefreshToken> {
        let mut bytes = [0; SID + SECRET + TAG];
        let encoded = text.strip_prefix(PREFIX)?;
        if Base64UrlUnpadded::decode(encoded, &mut bytes).ok()?.len() != SID + SECRET + TAG {
            return None;
        }
        let session = Uuid::from_slice(&bytes[..SID]).ok()?;
        let mut secret = [0; SECRET];
        secret.copy_from_slice(&bytes[SID..SID + SECRET]);
        let pepper = peppers
            .all()
            .find(|pepper| equal(&tag(pepper, &session, &secret), &bytes[SID + SECRET..]))?;
        Some(RefreshToken {
            session,
            secret,
            pepper: pepper.clone(),
        })
    }

    /// The one token that this one can be exchanged for.
    pub(crate) fn successor(&self, peppers: &Peppers) -> RefreshToken {
        let secret = self.pepper.mac(
            "refresh successor v1",
            &[self.session.as_bytes(), &self.secret],
        );
        RefreshToken {
            session: self.session,
            secret,
            pepper: peppers.current().clone(),
        }
    }

    pub(crate) fn session_id(&self) -> SessionId {
        SessionId::given(format!("{SESSION_PREFIX}{}", self.session))
    }

    /// What the database knows it by. It covers the secret, not the tag, so that a change of
    /// pepper leaves it as it is.
    pub(crate) fn hash(&self) -> String {
        sha256_hex(&[self.session.as_bytes().as_slice(), &self.secret].concat())
    }

    /// The token as the caller holds it.
    pub(crate) fn expose(&self) -> String {
        let tag = tag(&self.pepper, &self.session, &self.secret);
        let bytes = [self.session.as_bytes().as_slice(), &self.secret, &tag].concat();
        format!("{PREFIX}{}", Base64UrlUnpadded::encode_string(&bytes))
    }
}

fn tag(pepper: &Secret, session: &Uuid, secret: &[u8]) -> [u8; TAG] {
    let mac = pepper.mac("refresh tag v1", &[session.as_bytes(), secret]);
    let mut tag = [0; TAG];
    tag.copy_from_slice(&mac[..TAG]);
    tag
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RefreshToken({})", self.session_id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn peppers(bytes: &[u8]) -> Peppers {
        Peppers::new(bytes.iter().map(|b| Secret::new([*b; 32])).collect()).unwrap()
    }

    fn first() -> RefreshToken {
        RefreshToken::first(
            &SessionId::given("ses_0197f4a1-0000-7000-8000-000000000001"),
            [5; 32],
            &peppers(&[1]),
        )
        .unwrap()
    }

    #[test]
    fn asking_again_gives_the_same_successor_and_the_next_gives_another() {
        let p = peppers(&[1]);
        let token = RefreshToken::parse(&first().expose(), &p).unwrap();
        assert_eq!(token.successor(&p).expose(), token.successor(&p).expose());
        assert_ne!(
            token.successor(&p).expose(),
            token.successor(&p).successor(&p).expose()
        );
        assert_eq!(token.successor(&p).session_id(), token.session_id());
    }

    #[test]
    fn a_new_pepper_in_front_leaves_tokens_and_successors_as_they_were() {
        let token = RefreshToken::parse(&first().expose(), &peppers(&[2, 1])).unwrap();
        assert_eq!(token.hash(), first().hash());
        assert_eq!(
            token.successor(&peppers(&[2, 1])).hash(),
            first().successor(&peppers(&[1])).hash()
        );
        assert!(RefreshToken::parse(&first().expose(), &peppers(&[2])).is_none());
    }

    proptest! {
        #[test]
        fn any_changed_character_makes_it_no_token(at in 3usize..80, to in "[A-Za-z0-9_-]") {
            let text = first().expose();
            let at = at % text.len();
            prop_assume!(text.get(at..=at) != Some(to.as_str()));
            let forged = format!("{}{}{}", &text[..at], to, &text[at + 1..]);
            prop_assert!(RefreshToken::parse(&forged, &peppers(&[1])).is_none());
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,200}") {
            prop_assert!(RefreshToken::parse(&text, &peppers(&[1])).is_none());
        }
    }
}
