//! The audit log: what happened, to whom, by whom, with what outcome.

use serde::Deserialize;

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
    pub whom: Whom<'a>,
    pub event: &'static str,
    pub outcome: &'static str,
}

/// The user it happened to, by whatever the request knows of them.
pub enum Whom<'a> {
    Nobody,
    User(&'a str),
    /// Whose session this is.
    OfSession(&'a str),
    /// The owner of this account of the partner's.
    OfAccount(&'a str),
    /// Who has this username at the partner, if anybody.
    Named(&'a str),
}

const RECORD: &str = "
INSERT INTO audit (id, at, partner_id, client_id, user_id, event, outcome, request_id)
SELECT ?1, ?2, ?3, ?4,
       COALESCE(?5, (SELECT user_id FROM sessions WHERE id = ?9),
                (SELECT user_id FROM accounts WHERE partner_id = ?3 AND id = ?10),
                (SELECT id FROM users WHERE partner_id = ?3 AND (email = ?11 OR phone = ?11))),
       ?6, ?7, ?8
WHERE TRUE
ON CONFLICT (id) DO NOTHING";

const RECORD_IF_CHANGED: &str = "
INSERT INTO audit (id, at, partner_id, client_id, user_id, event, outcome, request_id)
SELECT ?1, ?2, ?3, ?4,
       COALESCE(?5, (SELECT user_id FROM sessions WHERE id = ?9),
                (SELECT user_id FROM accounts WHERE partner_id = ?3 AND id = ?10),
                (SELECT id FROM users WHERE partner_id = ?3 AND (email = ?11 OR phone = ?11))),
       ?6, ?7, ?8
WHERE changes() > 0
ON CONFLICT (id) DO NOTHING";

/// Whatever else the batch does.
pub fn record(origin: &Origin<'_>, entry: &Entry<'_>) -> Statement {
    Statement::new(RECORD, params(origin, entry))
}

/// Only if the statement just before it in the batch changed something.
pub fn record_if_changed(origin: &Origin<'_>, entry: &Entry<'_>) -> Statement {
    Statement::new(RECORD_IF_CHANGED, params(origin, entry))
}

/// `?5` is the user where the request knows the id, `?9` to `?11` what else it may know.
fn params(origin: &Origin<'_>, entry: &Entry<'_>) -> [Param; 11] {
    let (mut user, mut session, mut account, mut username) = (None, None, None, None);
    match entry.whom {
        Whom::Nobody => {}
        Whom::User(id) => user = Some(id),
        Whom::OfSession(id) => session = Some(id),
        Whom::OfAccount(id) => account = Some(id),
        Whom::Named(name) => username = Some(name),
    }
    [
        origin.id.as_str().into(),
        origin.at.into(),
        origin.partner_id.into(),
        origin.client_id.into(),
        user.into(),
        entry.event.into(),
        entry.outcome.into(),
        origin.request_id.into(),
        session.into(),
        account.into(),
        username.into(),
    ]
}

/// A row, as the partner reads it.
#[derive(Deserialize)]
pub struct Recorded {
    pub id: String,
    pub at: i64,
    pub client_id: Option<String>,
    pub user_id: Option<String>,
    pub event: String,
    pub outcome: String,
    pub request_id: String,
}

const LIST: &str = "
SELECT id, at, client_id, user_id, event, outcome, request_id FROM audit
WHERE partner_id = ?1 AND id > ?2 AND at >= ?3 ORDER BY id LIMIT ?4";

const LIST_OF_USER: &str = "
SELECT id, at, client_id, user_id, event, outcome, request_id FROM audit
WHERE partner_id = ?1 AND user_id = ?5 AND id > ?2 AND at >= ?3 ORDER BY id LIMIT ?4";

/// The rows after an id, the oldest first.
pub fn list(
    partner_id: &str,
    user_id: Option<&str>,
    after: &str,
    since: i64,
    limit: u32,
) -> Statement {
    let params = [partner_id.into(), after.into(), since.into(), limit.into()];
    match user_id {
        None => Statement::new(LIST, params),
        Some(user_id) => Statement::new(LIST_OF_USER, params.into_iter().chain([user_id.into()])),
    }
}
