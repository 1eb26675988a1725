//! Requests with an Idempotency-Key: who works on one, and what the answer was.

use serde::Deserialize;

use super::batch::{Batch, Slot};
use super::statement::{statements, IfChanged, Sql, Statement};
use crate::rules::id::{PartnerId, WorkId};
use crate::rules::limits::{IDEMPOTENCY_KEPT, KEPT_BYTES_A_DAY, KEYED_REQUESTS_A_DAY};
use crate::rules::time::Time;

statements! {
    /// Takes the request on if it is new or a day old and the partner's day has room for it, or, with
    /// the same body, if whoever worked on it has left without an answer. Then the work stays what it
    /// was begun as: its body's MAC tells the secret that its ids are drawn from.
    CLAIM = "
INSERT INTO idempotent_requests (id, body_mac, nonce, made_at, attempt_id, leased_until, partner_id)
SELECT :id, :body_mac, :nonce, :now, :work_id, :leased_until, :partner_id
WHERE EXISTS (SELECT 1 FROM idempotent_requests WHERE id = :id AND made_at > :now - :kept)
   OR NOT EXISTS (SELECT 1 FROM idempotency_days
                  WHERE partner_id = :partner_id AND day = :today AND (requests >= :most_requests OR bytes >= :most_bytes))
ON CONFLICT (id) DO UPDATE SET
  attempt_id = excluded.attempt_id, leased_until = excluded.leased_until,
  body_mac = CASE WHEN made_at <= :now - :kept THEN excluded.body_mac ELSE body_mac END,
  nonce = CASE WHEN made_at <= :now - :kept THEN excluded.nonce ELSE nonce END,
  made_at = CASE WHEN made_at <= :now - :kept THEN excluded.made_at ELSE made_at END,
  status = NULL, answer = NULL
WHERE made_at <= :now - :kept
   OR (status IS NULL AND leased_until <= :now AND body_mac IN (SELECT value FROM json_each(:body_macs)))";

    /// A new request, not one taken up again, has the nonce of its attempt.
    COUNT_REQUEST = "
INSERT INTO idempotency_days (partner_id, day, requests, bytes)
SELECT :partner_id, :today, 1, 0
WHERE changes() > 0 AND EXISTS (SELECT 1 FROM idempotent_requests WHERE id = :id AND nonce = :nonce)
ON CONFLICT (partner_id, day) DO UPDATE SET requests = requests + 1";

    CLAIMED = "
SELECT body_mac, nonce, made_at, attempt_id, status, answer FROM idempotent_requests
WHERE id = :id AND made_at > :now - :kept LIMIT 1";

    /// Keeps an answer, while the partner's day has room for it.
    FINISH = "
UPDATE idempotent_requests SET status = :status, answer = :answer
WHERE id = :id AND attempt_id = :work_id AND status IS NULL
  AND NOT EXISTS (SELECT 1 FROM idempotency_days
                  WHERE partner_id = :partner_id AND day = :today AND bytes > :most_bytes - length(:answer))";

    COUNT_BYTES = "
INSERT INTO idempotency_days (partner_id, day, requests, bytes)
SELECT :partner_id, :today, 0, length(:answer) WHERE changes() > 0
ON CONFLICT (partner_id, day) DO UPDATE SET bytes = bytes + excluded.bytes";

    RELEASE = "
UPDATE idempotent_requests SET leased_until = 0 WHERE id = :id AND attempt_id = :work_id AND status IS NULL";
}

pub(crate) struct Attempt<'a> {
    /// Hex SHA-256 of client, path and key.
    pub(crate) id: &'a str,
    pub(crate) partner_id: &'a PartnerId,
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

/// Claims, then reads: the work is this attempt's if the row says so. No row: the partner's day is
/// full.
pub(crate) fn claim(batch: &mut Batch, attempt: &Attempt<'_>) -> Slot<Claimed> {
    batch
        .run::<()>(about_attempt(CLAIM, attempt))
        .then(IfChanged(about_attempt(COUNT_REQUEST, attempt)))
        .done();
    batch.read(about_attempt(CLAIMED, attempt))
}

fn about_attempt<T>(sql: Sql, attempt: &Attempt<'_>) -> Statement<T> {
    Statement::new(
        sql,
        [
            ("id", attempt.id.into()),
            ("partner_id", attempt.partner_id.into()),
            ("body_mac", attempt.body_mac.into()),
            ("body_macs", attempt.body_macs.into()),
            ("nonce", attempt.nonce.into()),
            ("work_id", attempt.work_id.into()),
            ("now", attempt.now.into()),
            ("today", attempt.now.day().into()),
            ("leased_until", attempt.leased_until.into()),
            ("kept", IDEMPOTENCY_KEPT.into()),
            ("most_requests", KEYED_REQUESTS_A_DAY.into()),
            ("most_bytes", KEPT_BYTES_A_DAY.into()),
        ],
    )
}

/// An answer to be kept.
pub(crate) struct Finished<'a> {
    pub(crate) id: &'a str,
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) work_id: &'a WorkId,
    pub(crate) status: u16,
    pub(crate) answer: &'a str,
    pub(crate) now: Time,
}

/// Keeps the answer, unless the work is another's by now. Where there is no room for it, the next
/// attempt may begin at once.
pub(crate) fn finish(batch: &mut Batch, finished: &Finished<'_>) {
    let about = |sql| -> Statement {
        let given = [
            ("id", finished.id.into()),
            ("partner_id", finished.partner_id.into()),
            ("work_id", finished.work_id.into()),
            ("status", u32::from(finished.status).into()),
            ("answer", finished.answer.into()),
            ("today", finished.now.day().into()),
            ("most_bytes", KEPT_BYTES_A_DAY.into()),
        ];
        Statement::new(sql, given)
    };
    batch
        .run(about(FINISH))
        .then(IfChanged(about(COUNT_BYTES)))
        .done();
    release(batch, finished.id, finished.work_id);
}

/// Without an answer worth keeping: the next one may try at once.
pub(crate) fn release(batch: &mut Batch, id: &str, work_id: &WorkId) {
    let release = Statement::new(RELEASE, [("id", id.into()), ("work_id", work_id.into())]);
    batch.run::<()>(release).done();
}
