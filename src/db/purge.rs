//! Deleting what has expired, by the time indexes and at most `STEP` rows a statement.

use super::Statement;
use crate::rules::limits::{CODE_WINDOW_LONG, IDEMPOTENCY_KEPT};
use crate::rules::time::DAY;

pub const STEP: u32 = 500;

/// (statement, what it keeps: days after the time in its index)
const STATEMENTS: [(&str, i64); 9] = [
    ("DELETE FROM challenges WHERE id IN (SELECT id FROM challenges WHERE expires_at < ?1 LIMIT ?2)", DAY),
    ("DELETE FROM answers WHERE id IN (SELECT id FROM answers WHERE at < ?1 LIMIT ?2)", CODE_WINDOW_LONG + DAY),
    ("DELETE FROM sends WHERE id IN (SELECT id FROM sends WHERE at < ?1 LIMIT ?2)", 2 * DAY),
    ("DELETE FROM throttles WHERE subject IN (SELECT subject FROM throttles WHERE updated_at < ?1 LIMIT ?2)", 2 * DAY),
    ("DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_at < ?1 LIMIT ?2)", DAY),
    ("DELETE FROM webhook_events WHERE id IN (SELECT id FROM webhook_events WHERE at < ?1 LIMIT ?2)", 30 * DAY),
    ("DELETE FROM idempotent_requests WHERE id IN (SELECT id FROM idempotent_requests WHERE made_at < ?1 LIMIT ?2)", IDEMPOTENCY_KEPT),
    ("DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ?1 LIMIT ?2)", 730 * DAY),
    ("DELETE FROM client_sends WHERE (client_id, day) IN (SELECT client_id, day FROM client_sends WHERE day < ?1 / 86400000 LIMIT ?2)", 2 * DAY),
];

pub fn statements(now: i64) -> Vec<Statement> {
    STATEMENTS
        .iter()
        .map(|(sql, kept)| Statement::new(sql, [(now - kept).into(), STEP.into()]))
        .collect()
}
