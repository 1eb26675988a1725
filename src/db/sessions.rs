//! Sessions: one row is one refresh family. Rotation and the end of a reused family are
//! conditional statements on the hash of the live token.

use serde::Deserialize;

use super::{strings, Statement};
use crate::rules::limits::{REFRESH_GRACE, REFRESH_IDLE};

pub struct NewSession<'a> {
    pub id: &'a str,
    pub user_id: &'a str,
    pub partner_id: &'a str,
    pub client_id: &'a str,
    pub token_hash: &'a str,
    pub now: i64,
    pub expires_at: i64,
    pub idle_expires_at: i64,
}

/// Only for the request that completed the challenge.
const OPEN: &str = "
INSERT INTO sessions (id, user_id, partner_id, client_id, created_at, current_hash, rotated_at, expires_at, idle_expires_at)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?5, ?7, ?8
WHERE EXISTS (SELECT 1 FROM challenges WHERE id = ?9 AND user_id = ?2 AND consumed_by = ?10)
ON CONFLICT (id) DO NOTHING";

pub fn open(new: &NewSession<'_>, challenge_id: &str, work_id: &str) -> Statement {
    Statement::new(
        OPEN,
        [
            new.id.into(),
            new.user_id.into(),
            new.partner_id.into(),
            new.client_id.into(),
            new.now.into(),
            new.token_hash.into(),
            new.expires_at.into(),
            new.idle_expires_at.into(),
            challenge_id.into(),
            work_id.into(),
        ],
    )
}

/// A session and its user.
#[derive(Deserialize)]
pub struct Session {
    pub id: String,
    pub created_at: i64,
    pub current_hash: String,
    pub rotated_at: i64,
    pub expires_at: i64,
    pub user_id: String,
    pub email: String,
    pub phone: String,
    #[serde(deserialize_with = "strings")]
    pub roles: Vec<String>,
}

pub struct Rotation<'a> {
    pub session_id: &'a str,
    pub partner_id: &'a str,
    pub client_id: &'a str,
    /// Normalised; `None` where the caller need not name the user.
    pub username: Option<&'a str>,
    pub presented: &'a str,
    pub successor: &'a str,
    pub now: i64,
}

const ROTATE: &str = "
UPDATE sessions SET current_hash = ?2, rotated_at = ?3, idle_expires_at = min(?3 + ?8, expires_at)
WHERE id = ?4 AND current_hash = ?1 AND revoked_at IS NULL AND expires_at > ?3 AND idle_expires_at > ?3
  AND partner_id = ?5 AND client_id = ?6
  AND EXISTS (SELECT 1 FROM users u
              WHERE u.id = sessions.user_id AND u.disabled_at IS NULL
                AND (?7 IS NULL OR u.email = ?7 OR u.phone = ?7))";

/// A genuine token that is neither the live one nor, for ten seconds, its parent: somebody holds
/// a copy. Whose it is cannot be told, so the session ends for both.
const END_REUSED: &str = "
UPDATE sessions SET revoked_at = ?3, revoked_why = 'reuse'
WHERE id = ?4 AND revoked_at IS NULL AND partner_id = ?5 AND client_id = ?6
  AND current_hash <> ?1 AND NOT (current_hash = ?2 AND rotated_at > ?3 - ?7)";

/// The session, if it is live and its live token is the successor, given now or within the grace.
const ROTATED: &str = "
SELECT s.id, s.created_at, s.current_hash, s.rotated_at, s.expires_at, u.id AS user_id, u.email, u.phone, u.roles
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = ?4 AND s.current_hash = ?2 AND s.rotated_at > ?3 - ?8 AND s.revoked_at IS NULL AND s.expires_at > ?3
  AND s.idle_expires_at > ?3 AND s.partner_id = ?5 AND s.client_id = ?6
  AND u.disabled_at IS NULL AND (?7 IS NULL OR u.email = ?7 OR u.phone = ?7)
LIMIT 1";

pub fn rotate(rotation: &Rotation<'_>) -> Statement {
    Statement::new(
        ROTATE,
        [
            rotation.presented.into(),
            rotation.successor.into(),
            rotation.now.into(),
            rotation.session_id.into(),
            rotation.partner_id.into(),
            rotation.client_id.into(),
            rotation.username.into(),
            REFRESH_IDLE.into(),
        ],
    )
}

pub fn end_reused(rotation: &Rotation<'_>) -> Statement {
    Statement::new(
        END_REUSED,
        [
            rotation.presented.into(),
            rotation.successor.into(),
            rotation.now.into(),
            rotation.session_id.into(),
            rotation.partner_id.into(),
            rotation.client_id.into(),
            REFRESH_GRACE.into(),
        ],
    )
}

pub fn rotated(rotation: &Rotation<'_>) -> Statement {
    Statement::new(
        ROTATED,
        [
            rotation.presented.into(),
            rotation.successor.into(),
            rotation.now.into(),
            rotation.session_id.into(),
            rotation.partner_id.into(),
            rotation.client_id.into(),
            rotation.username.into(),
            REFRESH_GRACE.into(),
        ],
    )
}

#[derive(Deserialize)]
pub struct SessionId {
    pub id: String,
}

const LIVE: &str = "
SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = ?1 AND s.user_id = ?2 AND s.revoked_at IS NULL AND s.expires_at > ?3 AND u.disabled_at IS NULL
LIMIT 1";

/// A row while the session lives.
pub fn live(id: &str, user_id: &str, now: i64) -> Statement {
    Statement::new(LIVE, [id.into(), user_id.into(), now.into()])
}

#[derive(Deserialize)]
pub struct Listed {
    pub id: String,
    pub client_id: String,
    pub created_at: i64,
    pub rotated_at: i64,
    pub expires_at: i64,
}

const LIST: &str = "
SELECT id, client_id, created_at, rotated_at, min(expires_at, idle_expires_at) AS expires_at FROM sessions
WHERE user_id = ?1 AND revoked_at IS NULL AND expires_at > ?2 AND idle_expires_at > ?2
ORDER BY created_at DESC LIMIT 100";

/// The live sessions of a user, the newest first.
pub fn list(user_id: &str, now: i64) -> Statement {
    Statement::new(LIST, [user_id.into(), now.into()])
}

const END: &str = "
UPDATE sessions SET revoked_at = ?3, revoked_why = ?4
WHERE id = ?1 AND user_id = ?2 AND revoked_at IS NULL RETURNING id";

/// One session, if it is this user's. Returns its id if it was live.
pub fn end(id: &str, user_id: &str, now: i64, why: &'static str) -> Statement {
    Statement::new(END, [id.into(), user_id.into(), now.into(), why.into()])
}

const END_ALL: &str = "
UPDATE sessions SET revoked_at = ?3, revoked_why = ?4
WHERE user_id = (SELECT id FROM users WHERE id = ?1 AND partner_id = ?2) AND revoked_at IS NULL
RETURNING id";

/// All sessions of a partner's user. Returns the ids of those that were live.
pub fn end_all(user_id: &str, partner_id: &str, now: i64, why: &'static str) -> Statement {
    Statement::new(
        END_ALL,
        [user_id.into(), partner_id.into(), now.into(), why.into()],
    )
}

const OF_TOKEN: &str = "
SELECT s.id, s.created_at, s.current_hash, s.rotated_at, s.expires_at, u.id AS user_id, u.email, u.phone, u.roles
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = ?1 AND s.current_hash = ?2 AND s.partner_id = ?3 AND s.revoked_at IS NULL
  AND s.expires_at > ?4 AND s.idle_expires_at > ?4 AND u.disabled_at IS NULL LIMIT 1";

/// The session whose live token has this hash.
pub fn of_token(id: &str, hash: &str, partner_id: &str, now: i64) -> Statement {
    Statement::new(
        OF_TOKEN,
        [id.into(), hash.into(), partner_id.into(), now.into()],
    )
}

const END_OF_CLIENT: &str = "
UPDATE sessions SET revoked_at = ?3, revoked_why = 'revoked'
WHERE id = ?1 AND client_id = ?2 AND revoked_at IS NULL RETURNING id";

/// The session behind a token, if this client's (RFC 7009 §2.1).
pub fn end_of_client(id: &str, client_id: &str, now: i64) -> Statement {
    Statement::new(END_OF_CLIENT, [id.into(), client_id.into(), now.into()])
}
