//! Sessions: one row is one refresh family. Rotation and the end of a reused family are
//! conditional statements on the hash of the live token.

use serde::Deserialize;

use super::audit::Origin;
use super::statement::{statements, strings, Param, Sql, Statement};
use crate::rules::id::{ClientId, PartnerId, SessionId, StoredChallengeId, UserId, WorkId};
use crate::rules::limits::{self, REFRESH_ABSOLUTE, REFRESH_GRACE, REFRESH_IDLE};
use crate::rules::phone::Phone;
use crate::rules::session::Ending;
use crate::rules::time::Time;
use crate::rules::username::Username;

/// The session that an act comes by is live.
macro_rules! by_live {
    () => {
        "EXISTS (SELECT 1 FROM user_sessions b
              WHERE b.id = :by AND b.user_id = :user_id AND b.revoked_at IS NULL AND b.expires_at > :now)"
    };
}

statements! {
    /// Only for the request that completed the challenge.
    OPEN = "
INSERT INTO sessions (id, user_id, partner_id, client_id, created_at, current_hash, rotated_at, expires_at, idle_expires_at)
SELECT :id, :user_id, :partner_id, :client_id, :now, :token_hash, :now, :now + :absolute, :now + :idle
WHERE EXISTS (SELECT 1 FROM challenges WHERE id = :challenge_id AND user_id = :user_id AND consumed_by = :work_id)
ON CONFLICT (id) DO NOTHING";

    ROTATE = "
UPDATE sessions SET current_hash = :successor, rotated_at = :now, idle_expires_at = min(:now + :idle, expires_at)
WHERE id = :session_id AND current_hash = :presented AND revoked_at IS NULL
  AND expires_at > :now AND idle_expires_at > :now
  AND partner_id = :partner_id AND client_id = :client_id
  AND EXISTS (SELECT 1 FROM user_sessions s
              WHERE s.id = sessions.id AND (:username IS NULL OR s.email = :username OR s.phone = :username))";

    /// A genuine token that is neither the live one nor, for ten seconds, its parent: somebody holds
    /// a copy. Whose it is cannot be told, so the session ends for both.
    END_REUSED = "
UPDATE sessions SET revoked_at = :now, revoked_why = :why
WHERE id = :session_id AND revoked_at IS NULL AND partner_id = :partner_id AND client_id = :client_id
  AND current_hash <> :presented AND NOT (current_hash = :successor AND rotated_at > :now - :grace)";

    /// The session, if it is live and its live token is the successor, given now or within the grace.
    ROTATED = "
SELECT id, created_at, expires_at, user_id, phone, roles FROM user_sessions
WHERE id = :session_id AND current_hash = :successor AND rotated_at > :now - :grace AND revoked_at IS NULL
  AND expires_at > :now AND idle_expires_at > :now AND partner_id = :partner_id AND client_id = :client_id
  AND (:username IS NULL OR email = :username OR phone = :username)
LIMIT 1";

    LIVE = "
SELECT created_at FROM user_sessions
WHERE id = :id AND user_id = :user_id AND revoked_at IS NULL AND expires_at > :now LIMIT 1";

    /// Live, or ended by this very act, whose first answer was lost.
    LIVE_OR_DONE = concat!("
SELECT :now AS created_at WHERE ", by_live!(), "
OR EXISTS (SELECT 1 FROM audit WHERE partner_id = :partner_id AND id = :audit_id)");

    LIST = "
SELECT id, client_id, created_at, rotated_at, min(expires_at, idle_expires_at) AS expires_at FROM user_sessions
WHERE user_id = :user_id AND revoked_at IS NULL AND expires_at > :now AND idle_expires_at > :now
ORDER BY created_at DESC LIMIT :most";

    END = concat!("
UPDATE sessions SET revoked_at = :now, revoked_why = :why
WHERE id = :id AND user_id = :user_id AND revoked_at IS NULL AND ", by_live!(), " RETURNING id");

    END_EVERY = concat!("
UPDATE sessions SET revoked_at = :now, revoked_why = :why
WHERE user_id = :user_id AND revoked_at IS NULL AND ", by_live!(), " RETURNING id");

    END_ALL = "
UPDATE sessions SET revoked_at = :now, revoked_why = :why
WHERE user_id = (SELECT id FROM users WHERE id = :user_id AND partner_id = :partner_id) AND revoked_at IS NULL
RETURNING id";

    ENDED_LATELY = "
SELECT id FROM sessions WHERE revoked_at > :since ORDER BY revoked_at DESC LIMIT :most";

    OF_TOKEN = "
SELECT id, created_at, expires_at, user_id, phone, roles FROM user_sessions
WHERE id = :id AND current_hash = :hash AND partner_id = :partner_id AND revoked_at IS NULL
  AND expires_at > :now AND idle_expires_at > :now LIMIT 1";

    END_OF_CLIENT = "
UPDATE sessions SET revoked_at = :now, revoked_why = :why
WHERE id = :id AND client_id = :client_id AND revoked_at IS NULL RETURNING id";
}

pub(crate) struct NewSession<'a> {
    pub(crate) id: &'a SessionId,
    pub(crate) user_id: &'a UserId,
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) client_id: &'a ClientId,
    pub(crate) token_hash: &'a str,
    pub(crate) now: Time,
}

pub(crate) fn open(
    new: &NewSession<'_>,
    challenge_id: &StoredChallengeId,
    work_id: &WorkId,
) -> Statement {
    Statement::new(
        OPEN,
        [
            ("id", new.id.into()),
            ("user_id", new.user_id.into()),
            ("partner_id", new.partner_id.into()),
            ("client_id", new.client_id.into()),
            ("now", new.now.into()),
            ("token_hash", new.token_hash.into()),
            ("absolute", REFRESH_ABSOLUTE.into()),
            ("idle", REFRESH_IDLE.into()),
            ("challenge_id", challenge_id.into()),
            ("work_id", work_id.into()),
        ],
    )
}

/// A session and its user.
#[derive(Deserialize)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) created_at: Time,
    pub(crate) expires_at: Time,
    pub(crate) user_id: UserId,
    pub(crate) phone: Phone,
    #[serde(deserialize_with = "strings")]
    pub(crate) roles: Vec<String>,
}

pub(crate) struct Rotation<'a> {
    pub(crate) session_id: &'a SessionId,
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) client_id: &'a ClientId,
    /// `None` where the caller need not name the user.
    pub(crate) username: Option<&'a Username>,
    pub(crate) presented: &'a str,
    pub(crate) successor: &'a str,
    pub(crate) now: Time,
}

pub(crate) fn rotate(rotation: &Rotation<'_>) -> Statement {
    about_rotation(ROTATE, rotation)
}

pub(crate) fn end_reused(rotation: &Rotation<'_>) -> Statement {
    about_rotation(END_REUSED, rotation)
}

pub(crate) fn rotated(rotation: &Rotation<'_>) -> Statement<Session> {
    about_rotation(ROTATED, rotation)
}

fn about_rotation<T>(sql: Sql, rotation: &Rotation<'_>) -> Statement<T> {
    Statement::new(
        sql,
        [
            ("presented", rotation.presented.into()),
            ("successor", rotation.successor.into()),
            ("now", rotation.now.into()),
            ("session_id", rotation.session_id.into()),
            ("partner_id", rotation.partner_id.into()),
            ("client_id", rotation.client_id.into()),
            ("username", rotation.username.map(Username::as_str).into()),
            ("idle", REFRESH_IDLE.into()),
            ("grace", REFRESH_GRACE.into()),
            ("why", Ending::Reuse.into()),
        ],
    )
}

/// That it lives.
#[derive(Deserialize)]
pub(crate) struct Live {
    pub(crate) created_at: Time,
}

/// A row while the session lives.
pub(crate) fn live(id: &SessionId, user_id: &UserId, now: Time) -> Statement<Live> {
    Statement::new(
        LIVE,
        [
            ("id", id.into()),
            ("user_id", user_id.into()),
            ("now", now.into()),
        ],
    )
}

#[derive(Deserialize)]
pub(crate) struct Listed {
    pub(crate) id: SessionId,
    pub(crate) client_id: ClientId,
    pub(crate) created_at: Time,
    pub(crate) rotated_at: Time,
    pub(crate) expires_at: Time,
}

/// Sessions that are listed, the newest of them.
const MOST_LISTED: u32 = 100;

/// The live sessions of a user, the newest first.
pub(crate) fn list(user_id: &UserId, now: Time) -> Statement<Listed> {
    Statement::new(
        LIST,
        [
            ("user_id", user_id.into()),
            ("now", now.into()),
            ("most", MOST_LISTED.into()),
        ],
    )
}

/// A session that a statement ended.
#[derive(Deserialize)]
pub(crate) struct SessionEnded {
    pub(crate) id: SessionId,
}

/// Who acts by a session of theirs. A session that is over changes nothing.
#[derive(Clone, Copy)]
pub(crate) struct By<'a> {
    pub(crate) session_id: &'a SessionId,
    pub(crate) user_id: &'a UserId,
    pub(crate) now: Time,
}

impl By<'_> {
    fn given(self) -> [(&'static str, Param); 4] {
        [
            ("by", self.session_id.into()),
            ("user_id", self.user_id.into()),
            ("now", self.now.into()),
            ("why", Ending::Logout.into()),
        ]
    }
}

/// A row while the session lives, and where the act that `origin` is of has ended it.
pub(crate) fn live_or_done(by: By<'_>, origin: &Origin<'_>) -> Statement<Live> {
    let act = [
        ("partner_id", origin.partner_id.into()),
        ("audit_id", (&origin.id).into()),
    ];
    Statement::new(LIVE_OR_DONE, by.given().into_iter().chain(act))
}

/// Those that ended a moment ago, the latest of them.
pub(crate) fn ended_lately(now: Time) -> Statement<SessionEnded> {
    let since = now - limits::ENDED_LATELY;
    let given = [
        ("since", since.into()),
        ("most", limits::ENDED_AT_ONCE.into()),
    ];
    Statement::new(ENDED_LATELY, given)
}

/// One session, if it is the same user's. Gives it if it was live.
pub(crate) fn end(id: &SessionId, by: By<'_>) -> Statement<SessionEnded> {
    let which = [("id", id.into())];
    Statement::new(END, by.given().into_iter().chain(which))
}

/// Every session of the same user. Gives those that were live.
pub(crate) fn end_every(by: By<'_>) -> Statement<SessionEnded> {
    Statement::new(END_EVERY, by.given())
}

/// All sessions of a partner's user. Gives those that were live.
pub(crate) fn end_all(
    user_id: &UserId,
    partner_id: &PartnerId,
    now: Time,
    why: Ending,
) -> Statement<SessionEnded> {
    Statement::new(
        END_ALL,
        [
            ("user_id", user_id.into()),
            ("partner_id", partner_id.into()),
            ("now", now.into()),
            ("why", why.into()),
        ],
    )
}

/// The session whose live token has this hash.
pub(crate) fn of_token(
    id: &SessionId,
    hash: &str,
    partner_id: &PartnerId,
    now: Time,
) -> Statement<Session> {
    Statement::new(
        OF_TOKEN,
        [
            ("id", id.into()),
            ("hash", hash.into()),
            ("partner_id", partner_id.into()),
            ("now", now.into()),
        ],
    )
}

/// The session behind a token, if this client's (RFC 7009 §2.1).
pub(crate) fn end_of_client(
    id: &SessionId,
    client_id: &ClientId,
    now: Time,
) -> Statement<SessionEnded> {
    Statement::new(
        END_OF_CLIENT,
        [
            ("id", id.into()),
            ("client_id", client_id.into()),
            ("now", now.into()),
            ("why", Ending::Revoked.into()),
        ],
    )
}
