//! Sessions: one row is one refresh family. Rotation and the end of a reused family are
//! conditional statements on the hash of the live token.

use serde::Deserialize;

use super::audit::{id_of_end, of_origin, record_ends, Origin};
use super::batch::{Batch, Slot};
use super::partners::AtHome;
use super::statement::{flag, statements, strings, Param, Sql, Statement};
use crate::rules::event::Event;
use crate::rules::hold::Hold;
use crate::rules::id::{ClientId, PartnerId, SessionId, StoredChallengeId, UserId, WorkId};
use crate::rules::limits::{self, REFRESH_ABSOLUTE, REFRESH_GRACE, REFRESH_IDLE};
use crate::rules::phone::Phone;
use crate::rules::session::{Ending, Means};
use crate::rules::time::Time;
use crate::rules::username::Username;

/// The session that an act comes by is live.
macro_rules! by_live {
    () => {
        "EXISTS (SELECT 1 FROM user_sessions b
              WHERE b.id = :by AND b.user_id = :user_id AND b.revoked_at IS NULL AND b.expires_at > :now)"
    };
}

pub(super) use by_live;

/// Ends the sessions `s` that live and are these. Gives them.
macro_rules! end_those {
    ($which:expr) => {
        concat!(
            "
UPDATE sessions AS s SET revoked_at = :now, revoked_why = :why
WHERE s.revoked_at IS NULL AND ",
            $which,
            " RETURNING id"
        )
    };
}

pub(super) use end_those;

macro_rules! one {
    () => {
        concat!(
            "s.id = :session_id AND s.user_id = :user_id AND ",
            by_live!()
        )
    };
}

macro_rules! every {
    () => {
        concat!("s.user_id = :user_id AND ", by_live!())
    };
}

macro_rules! all_of_user {
    () => {
        "s.user_id = (SELECT id FROM users WHERE id = :user_id AND partner_id = :partner_id)"
    };
}

macro_rules! all_of_erased {
    () => {
        "s.user_id = (SELECT id FROM users WHERE id = :user_id AND partner_id = :partner_id AND erased_at IS NOT NULL)"
    };
}

macro_rules! one_of_client {
    () => {
        "s.id = :session_id AND s.client_id = :client_id"
    };
}

/// A genuine token that is neither the live one nor, for ten seconds, its parent: somebody holds
/// a copy. Whose it is cannot be told, so the session ends for both.
macro_rules! reused {
    () => {
        "s.id = :session_id AND s.partner_id = :partner_id AND s.client_id = :client_id
  AND s.current_hash <> :presented AND NOT (s.current_hash = :successor AND s.rotated_at > :now - :grace)"
    };
}

statements! {
    /// Only for the request that completed the challenge.
    OPEN = "
INSERT INTO sessions (id, user_id, partner_id, client_id, created_at, amr, current_hash, rotated_at, expires_at, idle_expires_at)
SELECT :id, :user_id, :partner_id, :client_id, :now, :amr, :token_hash, :now, :now + :absolute, :now + :idle
WHERE EXISTS (SELECT 1 FROM challenges WHERE id = :challenge_id AND user_id = :user_id AND consumed_by = :work_id)
ON CONFLICT (id) DO NOTHING";

    /// The user has a session at the client now; its first one there stays, whatever becomes of it.
    SEE_CLIENT = "
INSERT INTO seen_clients (user_id, client_id, session_id)
SELECT user_id, client_id, id FROM sessions WHERE id = :id AND user_id = :user_id
ON CONFLICT (user_id, client_id) DO NOTHING";

    /// It is the first at its client, of a user who had one at another.
    IS_AT_NEW_CLIENT = "
SELECT EXISTS (SELECT 1 FROM seen_clients n
               WHERE n.user_id = :user_id AND n.client_id = :client_id AND n.session_id = :id)
       AND EXISTS (SELECT 1 FROM seen_clients o
                   WHERE o.user_id = :user_id AND o.client_id <> :client_id AND o.session_id < :id) AS is_new";

    ROTATE = "
UPDATE sessions SET current_hash = :successor, rotated_at = :now, idle_expires_at = min(:now + :idle, expires_at),
                    refreshes = refreshes + 1
WHERE id = :session_id AND current_hash = :presented AND revoked_at IS NULL
  AND expires_at > :now AND idle_expires_at > :now
  AND partner_id = :partner_id AND client_id = :client_id
  AND EXISTS (SELECT 1 FROM user_sessions s
              WHERE s.id = sessions.id AND (:username IS NULL OR s.email = :username OR s.phone = :username))";

    RECORD_REUSED = record_ends!(reused!());
    END_REUSED = end_those!(reused!());

    /// The session, if it is live and its live token is the successor, given now or within the grace.
    ROTATED = "
SELECT id, created_at, amr, user_id, phone, roles, withdrawals_held_until FROM user_sessions
WHERE id = :session_id AND current_hash = :successor AND rotated_at > :now - :grace AND revoked_at IS NULL
  AND expires_at > :now AND idle_expires_at > :now AND partner_id = :partner_id AND client_id = :client_id
  AND (:username IS NULL OR email = :username OR phone = :username)
LIMIT 1";

    OPENED = "
SELECT id, created_at, amr, user_id, phone, roles, withdrawals_held_until FROM user_sessions
WHERE id = :id AND user_id = :user_id AND revoked_at IS NULL AND expires_at > :now LIMIT 1";

    LIVE = "
SELECT 1 AS is_live FROM user_sessions
WHERE id = :id AND user_id = :user_id AND revoked_at IS NULL AND expires_at > :now LIMIT 1";

    /// Live, or ended by this very act, whose first answer was lost.
    LIVE_OR_DONE = concat!("
SELECT 1 AS is_live WHERE ", by_live!(), "
OR EXISTS (SELECT 1 FROM audit WHERE partner_id = :partner_id AND id = ", id_of_end!(":by"), ")");

    LIST = "
SELECT id, client_id, created_at, rotated_at, min(expires_at, idle_expires_at) AS expires_at FROM user_sessions
WHERE user_id = :user_id AND revoked_at IS NULL AND expires_at > :now AND idle_expires_at > :now
ORDER BY created_at DESC LIMIT :most";

    RECORD_END = record_ends!(one!());
    END = end_those!(one!());

    RECORD_END_OF_EVERY = record_ends!(every!());
    END_EVERY = end_those!(every!());

    RECORD_END_OF_ALL = record_ends!(all_of_user!());
    END_ALL = end_those!(all_of_user!());

    RECORD_END_OF_ERASED = record_ends!(all_of_erased!());
    END_ERASED = end_those!(all_of_erased!());

    RECORD_END_OF_CLIENT = record_ends!(one_of_client!());
    END_OF_CLIENT = end_those!(one_of_client!());

    ENDED_LATELY = "
SELECT id FROM sessions WHERE revoked_at > :since ORDER BY revoked_at DESC LIMIT :most";

    /// Without a partner's id, of any.
    OF_TOKEN = "
SELECT s.id, s.partner_id, s.user_id, s.expires_at, p.state = 'here' AS is_here
FROM user_sessions s JOIN partners p ON p.id = s.partner_id AND p.state <> 'gone'
WHERE s.id = :id AND s.current_hash = :hash AND s.partner_id = COALESCE(:partner_id, s.partner_id) AND s.revoked_at IS NULL
  AND s.expires_at > :now AND s.idle_expires_at > :now LIMIT 1";
}

pub(crate) struct NewSession<'a> {
    pub(crate) id: &'a SessionId,
    pub(crate) user_id: &'a UserId,
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) client_id: &'a ClientId,
    pub(crate) token_hash: &'a str,
    pub(crate) by: Means,
    pub(crate) now: Time,
}

pub(crate) fn open(
    batch: &mut Batch,
    new: &NewSession<'_>,
    challenge_id: &StoredChallengeId,
    work_id: &WorkId,
) {
    let given = || {
        [
            ("id", new.id.into()),
            ("user_id", new.user_id.into()),
            ("partner_id", new.partner_id.into()),
            ("client_id", new.client_id.into()),
            ("now", new.now.into()),
            ("amr", new.by.amr().into()),
            ("token_hash", new.token_hash.into()),
            ("absolute", REFRESH_ABSOLUTE.into()),
            ("idle", REFRESH_IDLE.into()),
            ("challenge_id", challenge_id.into()),
            ("work_id", work_id.into()),
        ]
    };
    for sql in [OPEN, SEE_CLIENT] {
        batch.run::<()>(Statement::new(sql, given())).done();
    }
}

#[derive(Deserialize)]
pub(crate) struct AtClient {
    #[serde(deserialize_with = "flag")]
    pub(crate) is_new: bool,
}

/// Whether the session just opened is the user's first at this client, and not the first of all.
pub(crate) fn at_client(new: &NewSession<'_>) -> Statement<AtClient> {
    let given = [
        ("id", new.id.into()),
        ("user_id", new.user_id.into()),
        ("client_id", new.client_id.into()),
    ];
    Statement::new(IS_AT_NEW_CLIENT, given)
}

/// A row of the session just opened, while it lives.
pub(crate) fn opened(new: &NewSession<'_>) -> Statement<Session> {
    let given = [
        ("id", new.id.into()),
        ("user_id", new.user_id.into()),
        ("now", new.now.into()),
    ];
    Statement::new(OPENED, given)
}

/// What a refresh token is worth.
#[derive(Deserialize)]
pub(crate) struct OfToken {
    pub(crate) id: SessionId,
    pub(crate) partner_id: PartnerId,
    pub(crate) user_id: UserId,
    pub(crate) expires_at: Time,
    #[serde(deserialize_with = "flag")]
    is_here: bool,
}

impl AtHome for OfToken {
    fn is_here(&self) -> bool {
        self.is_here
    }
}

/// A session and its user.
#[derive(Deserialize)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) created_at: Time,
    #[serde(deserialize_with = "strings")]
    pub(crate) amr: Vec<String>,
    pub(crate) user_id: UserId,
    pub(crate) phone: Phone,
    #[serde(deserialize_with = "strings")]
    pub(crate) roles: Vec<String>,
    pub(crate) withdrawals_held_until: Hold,
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

/// Ends the session of a token that was used before, and records it.
pub(crate) fn end_reused(batch: &mut Batch, rotation: &Rotation<'_>, origin: &Origin<'_>) {
    for sql in [RECORD_REUSED, END_REUSED] {
        let given = rotation_values(rotation).into_iter();
        let given = given.chain(of_origin(origin, Event::RefreshReused));
        batch.run::<()>(Statement::new(sql, given)).done();
    }
}

pub(crate) fn rotated(rotation: &Rotation<'_>) -> Statement<Session> {
    about_rotation(ROTATED, rotation)
}

fn about_rotation<T>(sql: Sql, rotation: &Rotation<'_>) -> Statement<T> {
    Statement::new(sql, rotation_values(rotation))
}

fn rotation_values(rotation: &Rotation<'_>) -> [(&'static str, Param); 10] {
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
    ]
}

/// That it lives.
#[derive(Deserialize)]
pub(crate) struct Live {}

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

/// Which sessions are to end.
#[derive(Clone, Copy)]
pub(crate) enum Which<'a> {
    /// If it is the same user's as the one that the act comes by.
    One(&'a SessionId, By<'a>),
    /// Of the same user.
    Every(By<'a>),
    /// Of a partner's user.
    AllOf(&'a UserId, &'a PartnerId),
    /// Of a partner's user, if they are erased.
    Erased(&'a UserId, &'a PartnerId),
    /// The session behind a token, if this client's (RFC 7009 §2.1).
    OfClient(&'a SessionId, &'a ClientId),
}

/// Who acts by a session of theirs. A session that is over changes nothing.
#[derive(Clone, Copy)]
pub(crate) struct By<'a> {
    pub(crate) session_id: &'a SessionId,
    pub(crate) user_id: &'a UserId,
    pub(crate) now: Time,
}

/// A row while the session lives, and where the act that `origin` is of has ended it.
pub(crate) fn live_or_done(by: By<'_>, origin: &Origin<'_>) -> Statement<Live> {
    let given = [
        ("by", by.session_id.into()),
        ("user_id", by.user_id.into()),
        ("now", by.now.into()),
        ("partner_id", origin.partner_id.into()),
        ("audit_id", (&origin.id).into()),
    ];
    Statement::new(LIVE_OR_DONE, given)
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

/// Ends those that live, and records each. Gives those that it ended.
pub(crate) fn end(
    batch: &mut Batch,
    which: Which<'_>,
    why: Ending,
    origin: &Origin<'_>,
) -> Slot<SessionEnded> {
    let (record, end) = match which {
        Which::One(..) => (RECORD_END, END),
        Which::Every(..) => (RECORD_END_OF_EVERY, END_EVERY),
        Which::AllOf(..) => (RECORD_END_OF_ALL, END_ALL),
        Which::Erased(..) => (RECORD_END_OF_ERASED, END_ERASED),
        Which::OfClient(..) => (RECORD_END_OF_CLIENT, END_OF_CLIENT),
    };
    batch
        .run(about_end::<()>(record, which, why, origin))
        .done();
    batch.read(about_end(end, which, why, origin))
}

fn about_end<T>(sql: Sql, which: Which<'_>, why: Ending, origin: &Origin<'_>) -> Statement<T> {
    let (mut session, mut user, mut partner, mut client) = (None, None, None, origin.client_id);
    let mut by = None;
    match which {
        Which::One(id, of) => (session, user, by) = (Some(id), Some(of.user_id), Some(of)),
        Which::Every(of) => (user, by) = (Some(of.user_id), Some(of)),
        Which::AllOf(of, at) | Which::Erased(of, at) => (user, partner) = (Some(of), Some(at)),
        Which::OfClient(id, of) => (session, client) = (Some(id), Some(of)),
    }
    let event = match why {
        Ending::Revoked => Event::SessionRevoked,
        _ => Event::SessionEnded,
    };
    let given = [
        ("session_id", session.into()),
        ("by", by.map(|by| by.session_id).into()),
        ("user_id", user.into()),
        ("partner_id", partner.into()),
        ("client_id", client.into()),
        ("now", origin.at.into()),
        ("why", why.into()),
    ];
    Statement::new(sql, given.into_iter().chain(of_origin(origin, event)))
}

/// The session whose live token has this hash: of this partner, or of any.
pub(crate) fn of_token(
    id: &SessionId,
    hash: &str,
    partner_id: Option<&PartnerId>,
    now: Time,
) -> Statement<OfToken> {
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
