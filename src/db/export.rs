//! What is held of a person beside their user object, their accounts and the audit log.

use serde::Deserialize;

use super::audit::{of_origin, Origin};
use super::sessions::{by_live, By};
use super::statement::{statements, Sql, Statement};
use crate::rules::challenge::Purpose;
use crate::rules::event::Event;
use crate::rules::id::{ClientId, PartnerId, SessionId, UserId};
use crate::rules::limits::EXPORTED;
use crate::rules::time::Time;
use crate::rules::word::Word;

statements! {
    /// Of a user's own export only while the session lives.
    RECORD = concat!("
INSERT INTO audit (id, at, partner_id, client_id, user_id, event, outcome, request_id)
SELECT :audit_id, :at, u.partner_id, :client_id, u.id, :event, :outcome, :request_id FROM users u
WHERE u.id = :user_id AND u.partner_id = :partner_id AND (:by IS NULL OR ", by_live!(), ")
ON CONFLICT (partner_id, id) DO NOTHING");

    /// Those that are over too, until they are purged.
    SESSIONS = "
SELECT id, client_id, created_at, rotated_at, refreshes, min(expires_at, idle_expires_at) AS expires_at, revoked_at,
       revoked_why
FROM sessions WHERE user_id = :user_id AND partner_id = :partner_id ORDER BY created_at DESC LIMIT :most";

    /// Of the newest challenges of each purpose.
    SENDS = "
SELECT s.at, s.purpose, s.outcome FROM json_each(:purposes) p
CROSS JOIN challenges c ON c.id IN (SELECT o.id FROM challenges o WHERE o.subject = :user_id AND o.purpose = p.value
                                    ORDER BY o.created_at DESC LIMIT :most)
CROSS JOIN sends s ON s.challenge_id = c.id AND s.partner_id = :partner_id
ORDER BY s.at DESC LIMIT :most";
}

/// Writes that all that is held of a user was given away, to themselves or to a client.
pub(crate) fn record(
    user_id: &UserId,
    partner_id: &PartnerId,
    by: Option<By<'_>>,
    origin: &Origin<'_>,
) -> Statement {
    let given = [
        ("user_id", user_id.into()),
        ("partner_id", partner_id.into()),
        ("by", by.map(|by| by.session_id).into()),
        ("now", origin.at.into()),
    ];
    let told = of_origin(origin, Event::UserExported);
    Statement::new(RECORD, given.into_iter().chain(told))
}

#[derive(Deserialize)]
pub(crate) struct Held {
    pub(crate) id: SessionId,
    pub(crate) client_id: ClientId,
    pub(crate) created_at: Time,
    pub(crate) rotated_at: Time,
    pub(crate) refreshes: u32,
    pub(crate) expires_at: Time,
    pub(crate) revoked_at: Option<Time>,
    /// Its word may be newer than this code.
    pub(crate) revoked_why: Option<String>,
}

/// The newest sessions, the newest first.
pub(crate) fn sessions(user_id: &UserId, partner_id: &PartnerId) -> Statement<Held> {
    of_user(SESSIONS, user_id, partner_id)
}

#[derive(Deserialize)]
pub(crate) struct Sent {
    pub(crate) at: Time,
    /// Its word may be newer than this code, as the outcome's may.
    pub(crate) purpose: String,
    /// Nothing where it was sent, as far as is known.
    pub(crate) outcome: Option<String>,
}

/// The newest codes that were sent, or were to be; the newest first.
pub(crate) fn sends(user_id: &UserId, partner_id: &PartnerId) -> Statement<Sent> {
    of_user(SENDS, user_id, partner_id)
}

fn of_user<T>(sql: Sql, user_id: &UserId, partner_id: &PartnerId) -> Statement<T> {
    let purposes: Vec<&str> = Purpose::all().collect();
    Statement::new(
        sql,
        [
            ("user_id", user_id.into()),
            ("partner_id", partner_id.into()),
            ("most", EXPORTED.into()),
            ("purposes", serde_json::json!(purposes).to_string().into()),
        ],
    )
}
