//! Requests with an Idempotency-Key: who works on one, and what the answer was.

use serde::Deserialize;

use super::batch::{Batch, Slot};
use super::statement::{statements, Statement};
use crate::rules::id::WorkId;
use crate::rules::limits::IDEMPOTENCY_KEPT;
use crate::rules::time::Time;

statements! {
    /// Takes the request on if it is new or a day old, or, with the same body, if whoever worked on
    /// it has left without an answer. Then the work stays what it was begun as: its body's MAC tells
    /// the secret that its ids are drawn from.
    CLAIM = "
INSERT INTO idempotent_requests (id, body_mac, nonce, made_at, attempt_id, leased_until)
VALUES (:id, :body_mac, :nonce, :now, :work_id, :leased_until)
ON CONFLICT (id) DO UPDATE SET
  attempt_id = excluded.attempt_id, leased_until = excluded.leased_until,
  body_mac = CASE WHEN made_at <= :now - :kept THEN excluded.body_mac ELSE body_mac END,
  nonce = CASE WHEN made_at <= :now - :kept THEN excluded.nonce ELSE nonce END,
  made_at = CASE WHEN made_at <= :now - :kept THEN excluded.made_at ELSE made_at END,
  status = NULL, answer = NULL
WHERE made_at <= :now - :kept
   OR (status IS NULL AND leased_until <= :now AND body_mac IN (SELECT value FROM json_each(:body_macs)))";

    CLAIMED = "
SELECT body_mac, nonce, made_at, attempt_id, status, answer FROM idempotent_requests WHERE id = :id LIMIT 1";

    FINISH = "
UPDATE idempotent_requests SET status = :status, answer = :answer WHERE id = :id AND attempt_id = :work_id";

    RELEASE = "
UPDATE idempotent_requests SET leased_until = 0 WHERE id = :id AND attempt_id = :work_id AND status IS NULL";
}

pub(crate) struct Attempt<'a> {
    /// Hex SHA-256 of client, path and key.
    pub(crate) id: &'a str,
    pub(crate) body_mac: &'a str,
    /// JSON array: the body's MAC under every live secret.
    pub(crate) body_macs: &'a str,
    pub(crate) nonce: &'a str,
    pub(crate) work_id: &'a WorkId,
    pub(crate) now: Time,
    pub(crate) leased_until: Time,
}

#[derive(Deserialize)]
pub(crate) struct Claimed {
    pub(crate) body_mac: String,
    pub(crate) nonce: String,
    pub(crate) made_at: Time,
    pub(crate) attempt_id: WorkId,
    pub(crate) status: Option<u16>,
    pub(crate) answer: Option<String>,
}

/// Claims, then reads: the work is this attempt's if the row says so.
pub(crate) fn claim(batch: &mut Batch, attempt: &Attempt<'_>) -> Slot<Claimed> {
    batch
        .run::<()>(Statement::new(
            CLAIM,
            [
                ("id", attempt.id.into()),
                ("body_mac", attempt.body_mac.into()),
                ("body_macs", attempt.body_macs.into()),
                ("nonce", attempt.nonce.into()),
                ("work_id", attempt.work_id.into()),
                ("now", attempt.now.into()),
                ("leased_until", attempt.leased_until.into()),
                ("kept", IDEMPOTENCY_KEPT.into()),
            ],
        ))
        .done();
    batch.read(Statement::new(CLAIMED, [("id", attempt.id.into())]))
}

pub(crate) fn finish(id: &str, work_id: &WorkId, status: u16, answer: &str) -> Statement {
    Statement::new(
        FINISH,
        [
            ("id", id.into()),
            ("work_id", work_id.into()),
            ("status", u32::from(status).into()),
            ("answer", answer.into()),
        ],
    )
}

/// Without an answer worth keeping: the next one may try at once.
pub(crate) fn release(id: &str, work_id: &WorkId) -> Statement {
    Statement::new(RELEASE, [("id", id.into()), ("work_id", work_id.into())])
}
