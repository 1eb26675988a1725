//! The audit log: what happened, to whom, by whom, with what outcome.

use super::{Param, Statement};

/// Where a row comes from. `id` is made by the request, so a retried batch writes it once.
pub struct Origin<'a> {
    pub id: String,
    pub at: i64,
    pub request_id: &'a str,
    pub partner_id: &'a str,
    pub client_id: Option<&'a str>,
}

/// What happened. `event` and `outcome` are fixed words, never a caller's text.
pub struct Entry<'a> {
    pub user_id: Option<&'a str>,
    pub event: &'static str,
    pub outcome: &'static str,
}

const RECORD: &str = "
INSERT INTO audit (id, at, partner_id, client_id, user_id, event, outcome, request_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (id) DO NOTHING";

const RECORD_IF_CHANGED: &str = "
INSERT INTO audit (id, at, partner_id, client_id, user_id, event, outcome, request_id)
SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE changes() > 0
ON CONFLICT (id) DO NOTHING";

/// Whatever else the batch does.
pub fn record(origin: &Origin<'_>, entry: &Entry<'_>) -> Statement {
    Statement::new(RECORD, params(origin, entry))
}

/// Only if the statement just before it in the batch changed something.
pub fn record_if_changed(origin: &Origin<'_>, entry: &Entry<'_>) -> Statement {
    Statement::new(RECORD_IF_CHANGED, params(origin, entry))
}

pub(super) fn params(origin: &Origin<'_>, entry: &Entry<'_>) -> [Param; 8] {
    [
        origin.id.as_str().into(),
        origin.at.into(),
        origin.partner_id.into(),
        origin.client_id.into(),
        entry.user_id.into(),
        entry.event.into(),
        entry.outcome.into(),
        origin.request_id.into(),
    ]
}
