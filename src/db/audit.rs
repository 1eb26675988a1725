//! The audit log: what happened, to whom, by whom, with what outcome.

use serde::Deserialize;

use super::statement::{statements, IfChanged, Param, Sql, Statement};
use crate::rules::event::Event;
use crate::rules::id::{AccountId, AuditId, ClientId, PartnerId, RequestId, SessionId, UserId};
use crate::rules::limits::IDEMPOTENCY_KEPT;
use crate::rules::time::Time;
use crate::rules::username::Username;

/// The row; `:user_id` where the request knows it, else by whatever it knows.
macro_rules! insert {
    ($condition:literal) => {
        concat!(
            "
INSERT INTO audit (id, at, partner_id, client_id, user_id, event, outcome, request_id, target_client_id,
                   target_partner_id, reason)
SELECT :audit_id, :at, :partner_id, :client_id,
       COALESCE(:user_id,
                (SELECT user_id FROM accounts WHERE partner_id = :partner_id AND id = :account_id),
                (SELECT id FROM users WHERE partner_id = :partner_id AND (email = :username OR phone = :username))),
       :event, :outcome, :request_id, :target_client_id,
       COALESCE(:target_partner_id, (SELECT partner_id FROM clients WHERE id = :target_client_id)), :reason
WHERE ",
            $condition,
            "
ON CONFLICT (partner_id, id) DO NOTHING"
        )
    };
}

/// The id of the row that tells of a session's end: the request's, with the last part of the session's, so that it is
/// written once; what counts the ids of the request in it is the highest, so that it comes last.
macro_rules! id_of_end {
    ($session:literal) => {
        concat!(
            "substr(:audit_id, 1, 19) || 'fff' || substr(",
            $session,
            ", 23)"
        )
    };
}

/// A row for each session `s` that the statement after it ends, with what it was.
macro_rules! record_ends {
    ($which:expr) => {
        concat!(
            "
INSERT INTO audit (id, at, partner_id, client_id, user_id, event, outcome, request_id, session_id, refreshes, refreshed_at)
SELECT ",
            id_of_end!("s.id"),
            ", :at, s.partner_id, :client_id, s.user_id,
       :event, :outcome, :request_id, s.id, s.refreshes, CASE WHEN s.rotated_at > s.created_at THEN s.rotated_at END
FROM sessions s WHERE s.revoked_at IS NULL AND ",
            $which,
            "
ON CONFLICT (partner_id, id) DO NOTHING"
        )
    };
}

/// The row `$row` tells what was done to its partner, or to a client of it. It is the directory's, wherever the
/// partner is.
macro_rules! is_of_directory {
    ($row:literal) => {
        concat!(
            "(",
            $row,
            ".target_client_id IS NOT NULL OR ",
            $row,
            ".target_partner_id IS NOT NULL)"
        )
    };
}

macro_rules! columns {
    () => {
        "id, at, client_id, user_id, event, outcome, request_id, target_client_id, target_partner_id, session_id, refreshes,
       refreshed_at, reason"
    };
}

pub(super) use {columns, id_of_end, is_of_directory, record_ends};

/// The id is of an earlier moment: a request was taken up again, and has the ids of its first attempt. In the words of
/// the index of such rows.
macro_rules! is_late {
    () => {
        "id < printf('aud_%08x-%04x', at >> 16, at & 65535)"
    };
}

statements! {
    RECORD = insert!("TRUE");

    RECORD_IF_CHANGED = insert!("changes() > 0");

    /// What the operator did to a partner's client stands in the partner's log too.
    COPY_TO_PARTNER = "
INSERT INTO audit (id, at, partner_id, client_id, user_id, event, outcome, request_id, target_client_id,
                   target_partner_id)
SELECT :copy_id, a.at, c.partner_id, a.client_id, a.user_id, a.event, a.outcome, a.request_id, a.target_client_id,
       c.partner_id
FROM audit a JOIN clients c ON c.id = a.target_client_id
WHERE a.partner_id = :partner_id AND a.id = :audit_id AND c.partner_id <> a.partner_id
ON CONFLICT (partner_id, id) DO NOTHING";

    /// And what it did to a partner.
    COPY_TO = "
INSERT INTO audit (id, at, partner_id, client_id, event, outcome, request_id, target_partner_id)
SELECT :copy_id, at, :of_partner, client_id, event, outcome, request_id, :of_partner FROM audit
WHERE partner_id = :partner_id AND id = :audit_id AND partner_id <> :of_partner
ON CONFLICT (partner_id, id) DO NOTHING";

    /// Those whose ids are of then and later, and the late ones.
    LIST = concat!("
SELECT * FROM (
  SELECT * FROM (SELECT ", columns!(), " FROM audit
                 WHERE partner_id = :partner_id AND id > :after AND at >= :since ORDER BY id LIMIT :most)
  UNION ALL
  SELECT * FROM (SELECT ", columns!(), " FROM audit INDEXED BY audit_late
                 WHERE partner_id = :partner_id AND id > :late_after AND id <= :after AND at >= :since
                   AND ", is_late!(), " ORDER BY id LIMIT :most))
ORDER BY id LIMIT :most");

    /// Of a user's day there are few.
    LIST_OF_USER = concat!("
SELECT ", columns!(), " FROM audit
WHERE user_id = :user_id AND +partner_id = :partner_id AND id > :late_after AND at >= :since ORDER BY id LIMIT :most");
}

/// Where a row comes from. `id` is made by the request, so a retried batch writes it once.
pub(crate) struct Origin<'a> {
    pub(crate) id: AuditId,
    pub(crate) at: Time,
    pub(crate) request_id: &'a RequestId,
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) client_id: Option<&'a ClientId>,
    /// In the words of whoever did it.
    pub(crate) reason: Option<&'a str>,
}

/// The user it happened to, by whatever the request knows of them, or the client.
#[derive(Clone, Copy)]
pub(crate) enum Whom<'a> {
    Nobody,
    User(&'a UserId),
    /// The owner of this account of the partner's.
    OfAccount(&'a AccountId),
    /// Who has this username at the partner, if anybody.
    Named(&'a Username),
    /// A client of any partner: the row stands in that partner's log too, under an id of its own.
    Client {
        id: &'a ClientId,
        copy: &'a AuditId,
    },
    /// A partner: where another did it, the row stands in the partner's log too.
    Partner {
        id: &'a PartnerId,
        copy: &'a AuditId,
    },
}

impl<'a> Whom<'a> {
    /// A user, or nobody.
    pub(crate) fn of(user_id: Option<&'a UserId>) -> Whom<'a> {
        user_id.map_or(Whom::Nobody, Whom::User)
    }
}

/// Whatever else the batch does.
pub(crate) fn record(origin: &Origin<'_>, whom: Whom<'_>, event: Event) -> Statement {
    row(RECORD, origin, whom, event)
}

pub(crate) fn record_if_changed(origin: &Origin<'_>, whom: Whom<'_>, event: Event) -> IfChanged {
    IfChanged(row(RECORD_IF_CHANGED, origin, whom, event))
}

fn row(sql: Sql, origin: &Origin<'_>, whom: Whom<'_>, event: Event) -> Statement {
    let (mut user, mut account, mut username) = (None, None, None);
    let (mut client, mut partner) = (None, None);
    match whom {
        Whom::Nobody => {}
        Whom::User(id) => user = Some(id),
        Whom::OfAccount(id) => account = Some(id),
        Whom::Named(name) => username = Some(name.as_str()),
        Whom::Client { id, .. } => client = Some(id),
        Whom::Partner { id, .. } => partner = Some(id),
    }
    let whom = [
        ("partner_id", origin.partner_id.into()),
        ("user_id", user.into()),
        ("account_id", account.into()),
        ("username", username.into()),
        ("target_client_id", client.into()),
        ("target_partner_id", partner.into()),
        ("reason", origin.reason.into()),
    ];
    Statement::new(sql, of_origin(origin, event).into_iter().chain(whom))
}

/// What a row says of its request and of what happened, to whomever.
pub(super) fn of_origin(origin: &Origin<'_>, event: Event) -> [(&'static str, Param); 6] {
    let (event, outcome) = event.words();
    [
        ("audit_id", (&origin.id).into()),
        ("at", origin.at.into()),
        ("client_id", origin.client_id.into()),
        ("event", event.into()),
        ("outcome", outcome.into()),
        ("request_id", origin.request_id.into()),
    ]
}

/// Where the row of this origin was written, the same in the log of the client's partner.
pub(super) fn copy_to_partner(origin: &Origin<'_>, copy: &AuditId) -> Statement {
    let given = [
        ("audit_id", (&origin.id).into()),
        ("partner_id", origin.partner_id.into()),
        ("copy_id", copy.into()),
    ];
    Statement::new(COPY_TO_PARTNER, given)
}

/// The same in the log of this partner, where that is another.
pub(super) fn copy_to(origin: &Origin<'_>, partner_id: &PartnerId, copy: &AuditId) -> Statement {
    let given = [
        ("audit_id", (&origin.id).into()),
        ("partner_id", origin.partner_id.into()),
        ("of_partner", partner_id.into()),
        ("copy_id", copy.into()),
    ];
    Statement::new(COPY_TO, given)
}

/// A row, as the partner reads it. Its words may be older than this code's.
#[derive(Deserialize)]
pub(crate) struct Recorded {
    pub(crate) id: AuditId,
    pub(crate) at: Time,
    pub(crate) client_id: Option<ClientId>,
    pub(crate) user_id: Option<UserId>,
    pub(crate) event: String,
    pub(crate) outcome: String,
    pub(crate) request_id: RequestId,
    pub(crate) target_client_id: Option<ClientId>,
    pub(crate) target_partner_id: Option<PartnerId>,
    pub(crate) session_id: Option<SessionId>,
    pub(crate) refreshes: Option<u32>,
    pub(crate) refreshed_at: Option<Time>,
    pub(crate) reason: Option<String>,
}

impl Recorded {
    /// As the statements say it.
    pub(crate) fn is_of_directory(&self) -> bool {
        self.target_client_id.is_some() || self.target_partner_id.is_some()
    }
}

/// Which rows: those after an id and since a moment, the oldest first.
#[derive(Clone, Copy)]
pub(crate) struct Page<'a> {
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) user_id: Option<&'a UserId>,
    /// An id, or nothing.
    pub(crate) after: &'a str,
    pub(crate) since: Time,
    pub(crate) most: u32,
}

impl Page<'_> {
    /// No row that is asked for has an id as low as this. A request is taken up again for a while, and has the ids of
    /// its first attempt; to a user nothing happened before they were made.
    pub(crate) fn begins_after(&self) -> String {
        let made_at = self.user_id.and_then(UserId::made_at);
        let from = made_at.map_or(self.since, |made_at| made_at.max(self.since));
        let late = AuditId::floor(from - IDEMPOTENCY_KEPT);
        self.after.max(late.as_str()).into()
    }
}

pub(crate) fn list(page: &Page<'_>) -> Statement<Recorded> {
    let sql = match page.user_id {
        None => LIST,
        Some(_) => LIST_OF_USER,
    };
    let since = AuditId::floor(page.since);
    Statement::new(
        sql,
        [
            ("partner_id", page.partner_id.into()),
            ("user_id", page.user_id.into()),
            ("after", page.after.max(since.as_str()).into()),
            ("late_after", page.begins_after().as_str().into()),
            ("since", page.since.into()),
            ("most", page.most.into()),
        ],
    )
}
