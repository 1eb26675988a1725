//! Requests with an Idempotency-Key: who works on one, and what the answer was.

use serde::Deserialize;

use super::Statement;
use crate::rules::limits::IDEMPOTENCY_KEPT;

pub struct Attempt<'a> {
    pub id: &'a str,
    pub body_mac: &'a str,
    pub nonce: &'a str,
    pub attempt_id: &'a str,
    pub now: i64,
    pub leased_until: i64,
}

/// Takes the request on if it is new or a day old, or, with the same body, if whoever worked on
/// it has left without an answer.
const CLAIM: &str = "
INSERT INTO idempotent_requests (id, body_mac, nonce, made_at, attempt_id, leased_until)
VALUES (?1, ?2, ?3, ?5, ?4, ?6)
ON CONFLICT (id) DO UPDATE SET
  attempt_id = excluded.attempt_id, leased_until = excluded.leased_until,
  body_mac = excluded.body_mac,
  nonce = CASE WHEN made_at <= ?5 - ?7 THEN excluded.nonce ELSE nonce END,
  made_at = CASE WHEN made_at <= ?5 - ?7 THEN excluded.made_at ELSE made_at END,
  status = NULL, answer = NULL
WHERE made_at <= ?5 - ?7
   OR (status IS NULL AND leased_until <= ?5 AND body_mac = excluded.body_mac)";

#[derive(Deserialize)]
pub struct Claimed {
    pub body_mac: String,
    pub nonce: String,
    pub made_at: i64,
    pub attempt_id: String,
    pub status: Option<u16>,
    pub answer: Option<String>,
}

const CLAIMED: &str = "
SELECT body_mac, nonce, made_at, attempt_id, status, answer FROM idempotent_requests WHERE id = ?1 LIMIT 1";

/// Claims, then reads (`Claimed`): the work is this attempt's if the row says so.
pub fn claim(attempt: &Attempt<'_>) -> [Statement; 2] {
    [
        Statement::new(
            CLAIM,
            [
                attempt.id.into(),
                attempt.body_mac.into(),
                attempt.nonce.into(),
                attempt.attempt_id.into(),
                attempt.now.into(),
                attempt.leased_until.into(),
                IDEMPOTENCY_KEPT.into(),
            ],
        ),
        Statement::new(CLAIMED, [attempt.id.into()]),
    ]
}

const FINISH: &str = "
UPDATE idempotent_requests SET status = ?3, answer = ?4 WHERE id = ?1 AND attempt_id = ?2";

pub fn finish(id: &str, attempt_id: &str, status: u16, answer: &str) -> Statement {
    Statement::new(
        FINISH,
        [
            id.into(),
            attempt_id.into(),
            u32::from(status).into(),
            answer.into(),
        ],
    )
}

const RELEASE: &str = "
UPDATE idempotent_requests SET leased_until = 0 WHERE id = ?1 AND attempt_id = ?2 AND status IS NULL";

/// Without an answer worth keeping: the next one may try at once.
pub fn release(id: &str, attempt_id: &str) -> Statement {
    Statement::new(RELEASE, [id.into(), attempt_id.into()])
}
