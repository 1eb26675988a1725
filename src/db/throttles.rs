//! Back-off after failed guesses. An attempt is counted before it is compared and taken back
//! when it was right: parallel guesses cannot run ahead of the count.

use serde::Deserialize;

use super::statement::{flag, statements, IfChanged, Sql, Statement};
use crate::rules::id::{ClientId, PartnerId, Subject, WorkId};
use crate::rules::limits::{FAILURES_KEPT, FREE_FAILURES, LONGEST_WAIT, MOST_DOUBLINGS, WAIT_UNIT};
use crate::rules::time::Time;
use crate::rules::username::Username;

statements! {
    /// Counts one attempt, unless the subject has to wait: some failures are free, the nth after
    /// them waits 2^n s, up to the longest wait; a count that rested for a day starts again. The
    /// subject is the user who has the username, if one is given and found.
    COUNT = "
INSERT INTO throttles (subject, failures, blocked_until, attempt_id, updated_at, partner_id)
VALUES (COALESCE((SELECT id FROM users WHERE partner_id = :partner_id AND (email = :username OR phone = :username)), :unknown),
        1, 0, :work_id, :now, COALESCE(:partner_id, (SELECT partner_id FROM users WHERE id = :unknown)))
ON CONFLICT (subject) DO UPDATE SET
  partner_id = COALESCE(partner_id, excluded.partner_id),
  failures = CASE WHEN updated_at < :now - :kept THEN 1 ELSE failures + 1 END,
  blocked_until = CASE WHEN updated_at < :now - :kept OR failures < :free THEN 0
                       ELSE :now + min(:longest_wait, :unit << min(failures - :free + 1, :most_doublings)) END,
  attempt_id = excluded.attempt_id,
  updated_at = excluded.updated_at
WHERE blocked_until <= :now AND attempt_id <> :work_id";

    /// Over all users of a client, in the hour that is running.
    COUNT_OF_CLIENT = "
INSERT INTO client_failures (client_id, hour, failures) SELECT :client_id, :hour, 1 WHERE changes() > 0
ON CONFLICT (client_id) DO UPDATE SET
  failures = CASE WHEN hour = excluded.hour THEN failures + 1 ELSE 1 END,
  alarmed_by = CASE WHEN hour <> excluded.hour THEN NULL
                    WHEN failures + 1 >= :alarm_at THEN COALESCE(alarmed_by, :work_id)
                    ELSE alarmed_by END,
  hour = excluded.hour";

    /// One attempt an hour is the one with which there were too many.
    ALARM = "SELECT alarmed_by IS :work_id AS is_ours FROM client_failures WHERE client_id = :client_id LIMIT 1";

    TAKE_BACK_OF_CLIENT = "
UPDATE client_failures SET failures = max(failures - 1, 0)
WHERE client_id = :client_id AND hour = :hour AND changes() > 0";

    READ = "SELECT blocked_until, attempt_id FROM throttles WHERE subject = :subject LIMIT 1";

    CLEAR = "DELETE FROM throttles WHERE subject = :subject";
}

#[derive(Deserialize)]
pub(crate) struct Throttle {
    pub(crate) blocked_until: Time,
    /// Of the attempt last let through.
    pub(crate) attempt_id: WorkId,
}

/// Someone who gives a username at a partner.
pub(crate) struct Named<'a> {
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) username: &'a Username,
}

pub(crate) fn count(subject: &Subject, work_id: &WorkId, now: Time) -> Statement {
    count_named(subject, None, work_id, now)
}

/// `unknown`: what the attempt is counted under when nobody has the username.
pub(crate) fn count_named(
    unknown: &Subject,
    named: Option<&Named<'_>>,
    work_id: &WorkId,
    now: Time,
) -> Statement {
    Statement::new(
        COUNT,
        [
            ("unknown", unknown.into()),
            ("work_id", work_id.into()),
            ("now", now.into()),
            ("kept", FAILURES_KEPT.into()),
            ("partner_id", named.map(|named| named.partner_id).into()),
            (
                "username",
                named.map(|named| named.username.as_str()).into(),
            ),
            ("free", FREE_FAILURES.into()),
            ("longest_wait", LONGEST_WAIT.into()),
            ("unit", WAIT_UNIT.into()),
            ("most_doublings", MOST_DOUBLINGS.into()),
        ],
    )
}

/// An attempt, among all of its client.
pub(crate) struct OfClient<'a> {
    pub(crate) client_id: &'a ClientId,
    pub(crate) work_id: &'a WorkId,
    pub(crate) alarm_at: u32,
    pub(crate) now: Time,
}

/// If the attempt was counted.
pub(crate) fn count_of_client(attempt: &OfClient<'_>) -> IfChanged {
    IfChanged(about_client(COUNT_OF_CLIENT, attempt))
}

#[derive(Deserialize)]
pub(crate) struct Alarm {
    #[serde(deserialize_with = "flag")]
    pub(crate) is_ours: bool,
}

pub(crate) fn alarm(attempt: &OfClient<'_>) -> Statement<Alarm> {
    about_client(ALARM, attempt)
}

fn about_client<T>(sql: Sql, attempt: &OfClient<'_>) -> Statement<T> {
    Statement::new(
        sql,
        [
            ("client_id", attempt.client_id.into()),
            ("work_id", attempt.work_id.into()),
            ("alarm_at", attempt.alarm_at.into()),
            ("hour", attempt.now.hour().into()),
        ],
    )
}

/// If the attempt was taken back.
pub(crate) fn take_back_of_client(client_id: &ClientId, now: Time) -> IfChanged {
    IfChanged(Statement::new(
        TAKE_BACK_OF_CLIENT,
        [("client_id", client_id.into()), ("hour", now.hour().into())],
    ))
}

pub(crate) fn read(subject: &Subject) -> Statement<Throttle> {
    Statement::new(READ, [("subject", subject.into())])
}

pub(crate) fn clear(subject: &Subject) -> Statement {
    Statement::new(CLEAR, [("subject", subject.into())])
}
