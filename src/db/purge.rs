//! Deleting what has expired, by ranges over ids or times and at most [`STEP`] rows a statement.
//!
//! Of partners that are here alone: where one leaves or comes, counts are compared, and what it has left behind its mover
//! deletes. Its rows are passed over each time until then, as many as come to their end within a day.

use std::time::Duration;

use serde::Deserialize;

use super::audit::{id_of_end, is_of_directory, record_ends};
use super::batch::{Batch, Slot};
use super::partners::is_here;
use super::statement::{statements, Param, Sql, Statement};
use super::users::gives_way;
use crate::rules::event::Event;
use crate::rules::id::{AuditId, PartnerId, RequestId, SendId, SessionId, WorkId};
use crate::rules::identity::UserStatus;
use crate::rules::limits::{
    AUDIT_KEPT, CODE_WINDOW_LONG, HOLDS_KEPT, IDEMPOTENCY_KEPT, REFRESH_ABSOLUTE,
};
use crate::rules::time::{days, hours, minutes, Time};

pub(crate) const STEP: u32 = 1_000;

/// Partners whose audit rows one step looks for.
const PARTNERS: u32 = 100;

/// A right answer is three days old before it makes the ones before it needless. Each run looks at those that
/// came to that age in a while longer than a minute; what a missed run leaves, the user's next one takes along.
const RIGHT_KEPT: Duration = days(3);
const RIGHT_LOOKED_AT: Duration = minutes(10);

/// An id tells when a request was begun, and its row is of then or, where the request was taken up again, of a
/// day later at most: so no row as old as this has a later id.
macro_rules! old_sessions {
    () => {
        concat!(
            "SELECT o.id FROM sessions o WHERE o.id < :oldest_session AND o.expires_at < :before AND ",
            is_here!("o.partner_id"),
            " ORDER BY o.id LIMIT :step"
        )
    };
}

/// As many rows as a step may take of a table, by its key, `$over` of it.
macro_rules! delete {
    ($table:literal, $key:literal, $over:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE (",
            $key,
            ") IN (SELECT ",
            $key,
            " FROM ",
            $table,
            " o WHERE ",
            $over,
            " AND ",
            is_here!("o.partner_id"),
            " LIMIT :step)"
        )
    };
}

statements! {
    CHALLENGES = delete!("challenges", "id", "expires_at < :before");
    ANSWERS = delete!("answers", "id", "id < :oldest_answer AND at < :before");
    /// Of right answers, all that count is whether one came after a wrong one: the newest says it.
    RIGHT_ANSWERS = concat!("
DELETE FROM answers WHERE id IN
 (SELECT DISTINCT o.id FROM answers n CROSS JOIN answers o
  WHERE n.id >= :right_from AND n.id < :right_to AND n.is_right = 1
    AND o.subject = n.subject AND o.purpose = n.purpose AND o.is_right = 1 AND o.at < n.at
    AND ", is_here!("o.partner_id"), " LIMIT :step)");
    SENDS = delete!("sends", "id", "id < :oldest_send AND at < :before");
    THROTTLES = delete!("throttles", "subject", "updated_at < :before");
    /// The end of a session that nobody ended is told when it goes.
    RECORD_EXPIRED = record_ends!(concat!("s.id IN (", old_sessions!(), ")"));
    SESSIONS = concat!("DELETE FROM sessions WHERE id IN (", old_sessions!(), ")");
    WEBHOOK_EVENTS = delete!("webhook_events", "id", "at < :before");
    IDEMPOTENT_REQUESTS = delete!("idempotent_requests", "id", "made_at < :before");
    IDEMPOTENCY_DAYS = delete!("idempotency_days", "partner_id, day", "day <= :before_day");
    /// Of some partners, those after one.
    AUDIT = concat!("
DELETE FROM audit WHERE (partner_id, id) IN
 (SELECT a.partner_id, a.id FROM (SELECT id FROM partners WHERE id > :after ORDER BY id LIMIT :partners) p
  CROSS JOIN audit a WHERE a.partner_id = p.id AND a.id < :oldest_audit AND a.at < :before
    AND (", is_of_directory!("a"), " OR ", is_here!("p.id"), ") LIMIT :step)");
    /// The last of them, if there were so many.
    LAST_PARTNER = "SELECT id FROM partners WHERE id > :after ORDER BY id LIMIT 1 OFFSET :partners - 1";
    PARTNER_SENDS = delete!("partner_sends", "partner_id, share, starts_at", "starts_at < :before");
    CONTACT_HOLDS = delete!("contact_holds", "partner_id, contact", "held_until < :before");
    /// Sign-ups that lost their number and did not prove it in time.
    CLAIMS = concat!("DELETE FROM users WHERE id IN
 (SELECT u.id FROM users u WHERE u.claimed_phone IS NOT NULL AND u.created_at < :before AND ", gives_way!(), "
    AND ", is_here!("u.partner_id"), " LIMIT :step)");
}

/// What is deleted of a table, and how long its rows are kept after the time that they have.
#[derive(Clone, Copy)]
pub(crate) struct Chore {
    delete: Sql,
    kept: Duration,
    /// What is written of the rows that go.
    record: Option<Sql>,
    /// It is done for some partners at a time.
    by_partner: bool,
}

const fn chore(delete: Sql, kept: Duration) -> Chore {
    Chore {
        delete,
        kept,
        record: None,
        by_partner: false,
    }
}

pub(crate) const CHORES: [Chore; 13] = [
    chore(CHALLENGES, days(1)),
    chore(ANSWERS, CODE_WINDOW_LONG.saturating_add(days(1))),
    chore(RIGHT_ANSWERS, RIGHT_KEPT),
    chore(SENDS, days(2)),
    chore(THROTTLES, days(2)),
    Chore {
        record: Some(RECORD_EXPIRED),
        ..chore(SESSIONS, days(1))
    },
    chore(WEBHOOK_EVENTS, days(30)),
    chore(IDEMPOTENT_REQUESTS, IDEMPOTENCY_KEPT),
    chore(IDEMPOTENCY_DAYS, days(2)),
    Chore {
        by_partner: true,
        ..chore(AUDIT, AUDIT_KEPT)
    },
    chore(PARTNER_SENDS, days(2)),
    chore(CONTACT_HOLDS, HOLDS_KEPT),
    // A code that was asked for at the last moment may still be on its way.
    chore(CLAIMS, hours(1)),
];

/// A run of the purge, by which what it records is told.
pub(crate) struct Run {
    pub(crate) now: Time,
    pub(crate) request_id: RequestId,
}

/// Under which id, and when, a step tells of what it deletes: not of the run's beginning, behind which others
/// have read on by then.
pub(crate) type Told = (AuditId, Time);

/// One step of a chore.
pub(crate) struct Step {
    pub(crate) deleted: Slot<()>,
    /// With which partner the next step goes on, once nothing is left of these.
    pub(crate) last_partner: Option<Slot<LastPartner>>,
}

#[derive(Deserialize)]
pub(crate) struct LastPartner {
    pub(crate) id: PartnerId,
}

impl Chore {
    /// `after`: the partner with which an earlier step ended.
    pub(crate) fn step(
        self,
        batch: &mut Batch,
        run: &Run,
        told: &Told,
        after: Option<&PartnerId>,
    ) -> Step {
        if let Some(record) = self.record {
            batch.read::<()>(Statement::new(record, self.given(run, told, after)));
        }
        let deleted = batch.read(Statement::new(self.delete, self.given(run, told, after)));
        let last = || batch.read(Statement::new(LAST_PARTNER, self.given(run, told, after)));
        Step {
            deleted,
            last_partner: self.by_partner.then(last),
        }
    }

    fn given(
        self,
        run: &Run,
        (audit_id, at): &Told,
        after: Option<&PartnerId>,
    ) -> [(&'static str, Param); 19] {
        let before = run.now - self.kept;
        let (event, outcome) = Event::SessionExpired.words();
        [
            ("before", before.into()),
            ("before_day", before.day().into()),
            ("step", STEP.into()),
            ("oldest_answer", (&WorkId::floor(before)).into()),
            ("oldest_send", (&SendId::floor(before)).into()),
            (
                "oldest_session",
                (&SessionId::floor(before - REFRESH_ABSOLUTE)).into(),
            ),
            ("oldest_audit", (&AuditId::floor(before)).into()),
            (
                "right_from",
                (&WorkId::floor(before - RIGHT_LOOKED_AT)).into(),
            ),
            ("right_to", (&WorkId::floor(before)).into()),
            ("after", after.map_or("", PartnerId::as_str).into()),
            ("partners", PARTNERS.into()),
            ("audit_id", audit_id.into()),
            ("at", (*at).into()),
            ("client_id", Param::Null),
            ("event", event.into()),
            ("outcome", outcome.into()),
            ("request_id", (&run.request_id).into()),
            ("now", run.now.into()),
            ("verified", UserStatus::Verified.into()),
        ]
    }
}
