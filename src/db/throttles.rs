//! Back-off after failed guesses. An attempt is counted before it is compared and taken back
//! when it was right: parallel guesses cannot run ahead of the count.

use serde::Deserialize;

use super::statement::{statements, Statement};
use crate::rules::id::{PartnerId, Subject, WorkId};
use crate::rules::limits::{FAILURES_KEPT, FREE_FAILURES, LONGEST_WAIT, MOST_DOUBLINGS, WAIT_UNIT};
use crate::rules::time::Time;
use crate::rules::username::Username;

statements! {
    /// Counts one attempt, unless the subject has to wait: some failures are free, the nth after
    /// them waits 2^n s, up to the longest wait; a count that rested for a day starts again. The
    /// subject is the user who has the username, if one is given and found.
    COUNT = "
INSERT INTO throttles (subject, failures, blocked_until, attempt_id, updated_at)
VALUES (COALESCE((SELECT id FROM users WHERE partner_id = :partner_id AND (email = :username OR phone = :username)), :unknown),
        1, 0, :work_id, :now)
ON CONFLICT (subject) DO UPDATE SET
  failures = CASE WHEN updated_at < :now - :kept THEN 1 ELSE failures + 1 END,
  blocked_until = CASE WHEN updated_at < :now - :kept OR failures < :free THEN 0
                       ELSE :now + min(:longest_wait, :unit << min(failures - :free + 1, :most_doublings)) END,
  attempt_id = excluded.attempt_id,
  updated_at = excluded.updated_at
WHERE blocked_until <= :now AND attempt_id <> :work_id";

    READ = "SELECT blocked_until FROM throttles WHERE subject = :subject LIMIT 1";

    CLEAR = "DELETE FROM throttles WHERE subject = :subject";
}

#[derive(Deserialize)]
pub(crate) struct Throttle {
    pub(crate) blocked_until: Time,
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

pub(crate) fn read(subject: &Subject) -> Statement<Throttle> {
    Statement::new(READ, [("subject", subject.into())])
}

pub(crate) fn clear(subject: &Subject) -> Statement {
    Statement::new(CLEAR, [("subject", subject.into())])
}
