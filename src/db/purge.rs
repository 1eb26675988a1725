//! Deleting what has expired, by ranges over ids or times and at most [`STEP`] rows a statement.

use std::time::Duration;

use serde::Deserialize;

use super::audit::{id_of_end, record_ends};
use super::batch::{Batch, Slot};
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
        "SELECT id FROM sessions WHERE id < :oldest_session AND expires_at < :before ORDER BY id LIMIT :step"
    };
}

statements! {
    CHALLENGES = "DELETE FROM challenges WHERE id IN (SELECT id FROM challenges WHERE expires_at < :before LIMIT :step)";
    ANSWERS = "DELETE FROM answers WHERE id IN (SELECT id FROM answers WHERE id < :oldest_answer AND at < :before LIMIT :step)";
    /// Of right answers, all that count is whether one came after a wrong one: the newest says it.
    RIGHT_ANSWERS = "
DELETE FROM answers WHERE id IN
 (SELECT DISTINCT o.id FROM answers n CROSS JOIN answers o
  WHERE n.id >= :right_from AND n.id < :right_to AND n.is_right = 1
    AND o.subject = n.subject AND o.purpose = n.purpose AND o.is_right = 1 AND o.at < n.at LIMIT :step)";
    SENDS = "DELETE FROM sends WHERE id IN (SELECT id FROM sends WHERE id < :oldest_send AND at < :before LIMIT :step)";
    THROTTLES = "DELETE FROM throttles WHERE subject IN (SELECT subject FROM throttles WHERE updated_at < :before LIMIT :step)";
    /// The end of a session that nobody ended is told when it goes.
    RECORD_EXPIRED = record_ends!(concat!("s.id IN (", old_sessions!(), ")"));
    SESSIONS = concat!("DELETE FROM sessions WHERE id IN (", old_sessions!(), ")");
    WEBHOOK_EVENTS = "DELETE FROM webhook_events WHERE id IN (SELECT id FROM webhook_events WHERE at < :before LIMIT :step)";
    IDEMPOTENT_REQUESTS = "DELETE FROM idempotent_requests WHERE id IN (SELECT id FROM idempotent_requests WHERE made_at < :before LIMIT :step)";
    IDEMPOTENCY_DAYS = "DELETE FROM idempotency_days WHERE (partner_id, day) IN (SELECT partner_id, day FROM idempotency_days WHERE day <= :before_day LIMIT :step)";
    /// Of some partners, those after one.
    AUDIT = "
DELETE FROM audit WHERE (partner_id, id) IN
 (SELECT a.partner_id, a.id FROM (SELECT id FROM partners WHERE id > :after ORDER BY id LIMIT :partners) p
  CROSS JOIN audit a WHERE a.partner_id = p.id AND a.id < :oldest_audit AND a.at < :before LIMIT :step)";
    /// The last of them, if there were so many.
    LAST_PARTNER = "SELECT id FROM partners WHERE id > :after ORDER BY id LIMIT 1 OFFSET :partners - 1";
    PARTNER_SENDS = "DELETE FROM partner_sends WHERE (partner_id, share, starts_at) IN (SELECT partner_id, share, starts_at FROM partner_sends WHERE starts_at < :before LIMIT :step)";
    CONTACT_HOLDS = "DELETE FROM contact_holds WHERE (partner_id, contact) IN
 (SELECT partner_id, contact FROM contact_holds WHERE held_until < :before LIMIT :step)";
    /// Sign-ups that lost their number and did not prove it in time.
    CLAIMS = concat!("DELETE FROM users WHERE id IN
 (SELECT u.id FROM users u WHERE u.claimed_phone IS NOT NULL AND u.created_at < :before AND ", gives_way!(), " LIMIT :step)");
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
