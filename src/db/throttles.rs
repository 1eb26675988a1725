//! Back-off after failed guesses. An attempt is counted before it is compared and taken back
//! when it was right: parallel guesses cannot run ahead of the count.

use serde::Deserialize;

use super::Statement;
use crate::rules::limits::FAILURES_KEPT;

#[derive(Deserialize)]
pub struct Throttle {
    pub blocked_until: i64,
    pub attempt_id: String,
}

/// Counts one attempt, unless the subject has to wait. What `limits::backoff` says, in SQL:
/// five failures are free, the nth waits 2^(n-5) s, 900 s at most; a count that rested for a
/// day starts again. The subject is the user who has the username, if one is given and found.
const COUNT: &str = "
INSERT INTO throttles (subject, failures, blocked_until, attempt_id, updated_at)
VALUES (COALESCE((SELECT id FROM users WHERE partner_id = ?5 AND (email = ?6 OR phone = ?6)), ?1),
        1, 0, ?2, ?3)
ON CONFLICT (subject) DO UPDATE SET
  failures = CASE WHEN updated_at < ?3 - ?4 THEN 1 ELSE failures + 1 END,
  blocked_until = CASE WHEN updated_at < ?3 - ?4 OR failures < 5 THEN 0
                       ELSE ?3 + min(900, 1 << min(failures - 4, 20)) * 1000 END,
  attempt_id = excluded.attempt_id,
  updated_at = excluded.updated_at
WHERE blocked_until <= ?3 AND attempt_id <> ?2";

const READ: &str = "SELECT blocked_until, attempt_id FROM throttles WHERE subject = ?1 LIMIT 1";

const CLEAR: &str = "DELETE FROM throttles WHERE subject = ?1";

/// Someone who gives a username at a partner. Without one, see `count`.
pub struct Named<'a> {
    pub partner_id: &'a str,
    pub username: &'a str,
}

pub fn count(subject: &str, attempt_id: &str, now: i64) -> Statement {
    count_named(subject, None, attempt_id, now)
}

/// `unknown`: what the attempt is counted under when nobody has the username.
pub fn count_named(
    unknown: &str,
    named: Option<&Named<'_>>,
    attempt_id: &str,
    now: i64,
) -> Statement {
    Statement::new(
        COUNT,
        [
            unknown.into(),
            attempt_id.into(),
            now.into(),
            FAILURES_KEPT.into(),
            named.map(|named| named.partner_id).into(),
            named.map(|named| named.username).into(),
        ],
    )
}

/// The attempt may go on exactly if its id is the one in the row.
pub fn read(subject: &str) -> Statement {
    Statement::new(READ, [subject.into()])
}

pub fn clear(subject: &str) -> Statement {
    Statement::new(CLEAR, [subject.into()])
}
