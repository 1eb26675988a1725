//! Deleting what has expired, by the time indexes and at most [`STEP`] rows a statement.

use std::time::Duration;

use super::batch::{Batch, Slot};
use super::statement::{statements, Sql, Statement};
use crate::rules::limits::{CODE_WINDOW_LONG, IDEMPOTENCY_KEPT};
use crate::rules::time::{days, Time};

pub(crate) const STEP: u32 = 500;

statements! {
    CHALLENGES = "DELETE FROM challenges WHERE id IN (SELECT id FROM challenges WHERE expires_at < :before LIMIT :step)";
    ANSWERS = "DELETE FROM answers WHERE id IN (SELECT id FROM answers WHERE at < :before LIMIT :step)";
    SENDS = "DELETE FROM sends WHERE id IN (SELECT id FROM sends WHERE at < :before LIMIT :step)";
    THROTTLES = "DELETE FROM throttles WHERE subject IN (SELECT subject FROM throttles WHERE updated_at < :before LIMIT :step)";
    SESSIONS = "DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < :before LIMIT :step)";
    WEBHOOK_EVENTS = "DELETE FROM webhook_events WHERE id IN (SELECT id FROM webhook_events WHERE at < :before LIMIT :step)";
    IDEMPOTENT_REQUESTS = "DELETE FROM idempotent_requests WHERE id IN (SELECT id FROM idempotent_requests WHERE made_at < :before LIMIT :step)";
    IDEMPOTENCY_DAYS = "DELETE FROM idempotency_days WHERE (partner_id, day) IN (SELECT partner_id, day FROM idempotency_days WHERE day <= :before_day LIMIT :step)";
    AUDIT = "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < :before LIMIT :step)";
    CLIENT_SENDS = "DELETE FROM client_sends WHERE (client_id, day) IN (SELECT client_id, day FROM client_sends WHERE day <= :before_day LIMIT :step)";
}

/// (statement, how long it keeps a row after the time in its index)
const KEPT: [(Sql, Duration); 10] = [
    (CHALLENGES, days(1)),
    (ANSWERS, CODE_WINDOW_LONG.saturating_add(days(1))),
    (SENDS, days(2)),
    (THROTTLES, days(2)),
    (SESSIONS, days(1)),
    (WEBHOOK_EVENTS, days(30)),
    (IDEMPOTENT_REQUESTS, IDEMPOTENCY_KEPT),
    (IDEMPOTENCY_DAYS, days(2)),
    (AUDIT, days(730)),
    (CLIENT_SENDS, days(2)),
];

/// One step of every table.
pub(crate) fn step(batch: &mut Batch, now: Time) -> Vec<Slot<()>> {
    let delete = |(sql, kept): (Sql, Duration)| batch.read(delete(sql, now - kept));
    KEPT.into_iter().map(delete).collect()
}

fn delete(sql: Sql, before: Time) -> Statement {
    let given = [
        ("before", before.into()),
        ("before_day", before.day().into()),
        ("step", STEP.into()),
    ];
    Statement::new(sql, given)
}
