//! Deleting what has expired, by the time indexes and at most [`STEP`] rows a statement.

use std::time::Duration;

use super::batch::{Batch, Slot};
use super::statement::{statements, Sql, Statement};
use super::users::gives_way;
use crate::rules::identity::UserStatus;
use crate::rules::limits::{CODE_WINDOW_LONG, HOLDS_KEPT, IDEMPOTENCY_KEPT};
use crate::rules::time::{days, hours, Time};

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
    PARTNER_SENDS = "DELETE FROM partner_sends WHERE (partner_id, share, starts_at) IN (SELECT partner_id, share, starts_at FROM partner_sends WHERE starts_at < :before LIMIT :step)";
    CONTACT_HOLDS = "DELETE FROM contact_holds WHERE (partner_id, contact) IN
 (SELECT partner_id, contact FROM contact_holds WHERE held_until < :before LIMIT :step)";
    /// Sign-ups that lost their number and did not prove it in time.
    CLAIMS = concat!("DELETE FROM users WHERE id IN
 (SELECT u.id FROM users u WHERE u.claimed_phone IS NOT NULL AND u.created_at < :before AND ", gives_way!(), " LIMIT :step)");
}

/// (statement, how long it keeps a row after the time in its index)
const KEPT: [(Sql, Duration); 12] = [
    (CHALLENGES, days(1)),
    (ANSWERS, CODE_WINDOW_LONG.saturating_add(days(1))),
    (SENDS, days(2)),
    (THROTTLES, days(2)),
    (SESSIONS, days(1)),
    (WEBHOOK_EVENTS, days(30)),
    (IDEMPOTENT_REQUESTS, IDEMPOTENCY_KEPT),
    (IDEMPOTENCY_DAYS, days(2)),
    (AUDIT, days(730)),
    (PARTNER_SENDS, days(2)),
    (CONTACT_HOLDS, HOLDS_KEPT),
    // A code that was asked for at the last moment may still be on its way.
    (CLAIMS, hours(1)),
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
        ("verified", UserStatus::Verified.into()),
    ];
    Statement::new(sql, given)
}
