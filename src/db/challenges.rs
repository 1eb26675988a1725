//! What must be exact about challenges: who may answer, how often, and that a right answer is
//! used once. Each is one conditional statement; the rows it leaves decide.

use serde::Deserialize;

use super::audit::Origin;
use super::{flag, Statement};
use crate::rules::challenge::Purpose;
use crate::rules::limits::CodeRules;
use crate::rules::limits::{CODE_WINDOW_LONG, CODE_WINDOW_SHORT, MINUTE_BETWEEN_RESETS};

pub struct NewChallenge<'a> {
    pub id: &'a str,
    pub purpose: Purpose,
    pub partner_id: &'a str,
    pub subject: &'a str,
    pub user_id: Option<&'a str>,
    pub credential_epoch: Option<i64>,
    pub nonce: &'a str,
    pub max_tries: u32,
    pub now: i64,
    pub expires_at: i64,
}

/// A reset asked for again within a minute, while the first can be answered, becomes its alias: the same code, which
/// is sent once, but gates of its own, so that whoever asked second cannot finish what the
/// first began. `?10` is 0 for a login, which has no aliases.
const ISSUE: &str = "
INSERT INTO challenges (id, root_id, purpose, partner_id, subject, user_id, credential_epoch,
                        nonce, created_at, expires_at)
SELECT ?1, COALESCE(root.id, ?1), ?2, ?3, ?4, ?5, ?6, COALESCE(root.nonce, ?7), ?8, COALESCE(root.expires_at, ?9)
FROM (SELECT 1)
LEFT JOIN (SELECT c.id, c.nonce, c.expires_at FROM challenges c
           WHERE c.subject = ?4 AND c.purpose = ?2 AND c.root_id = c.id AND c.created_at > ?8 - ?10
             AND c.created_at <= ?8 AND c.credential_epoch IS ?6 AND ?10 > 0
             AND EXISTS (SELECT 1 FROM sends s WHERE s.challenge_id = c.id)
             AND (SELECT COUNT(*) FROM answers a WHERE a.root_id = c.id) < ?11
             AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.root_id = c.id AND a.is_right = 1)
           ORDER BY c.created_at DESC LIMIT 1) root ON TRUE
ON CONFLICT (id) DO NOTHING";

/// As it was issued.
#[derive(Deserialize)]
pub struct Issued {
    pub nonce: String,
    pub expires_at: i64,
}

const ISSUED: &str = "SELECT nonce, expires_at FROM challenges WHERE id = ?1 LIMIT 1";

/// Issues, then reads it back (`Issued`).
pub fn issue(new: &NewChallenge<'_>) -> [Statement; 2] {
    let alias_window = match new.purpose {
        Purpose::Login => 0,
        Purpose::Reset => MINUTE_BETWEEN_RESETS,
    };
    [
        Statement::new(
            ISSUE,
            [
                new.id.into(),
                new.purpose.as_str().into(),
                new.partner_id.into(),
                new.subject.into(),
                new.user_id.into(),
                new.credential_epoch.into(),
                new.nonce.into(),
                new.now.into(),
                new.expires_at.into(),
                alias_window.into(),
                new.max_tries.into(),
            ],
        ),
        Statement::new(ISSUED, [new.id.into()]),
    ]
}

pub struct NewAnswer<'a> {
    /// Made by the request: a retry counts once.
    pub id: &'a str,
    pub challenge_id: &'a str,
    pub is_right: bool,
    pub max_tries: u32,
    pub rules: CodeRules,
    pub now: i64,
}

/// Counts an answer, and by that accepts it if it is right: only while the challenge lives, has
/// tries left and no right answer yet, its user is as it was issued for, and no cap is reached.
const ANSWER: &str = "
INSERT INTO answers (id, root_id, subject, purpose, is_right, at)
SELECT ?1, c.root_id, c.subject, c.purpose, ?3, ?4
FROM challenges c
WHERE c.id = ?2 AND c.expires_at > ?4 AND c.consumed_at IS NULL
  AND (SELECT COUNT(*) FROM answers a WHERE a.root_id = c.root_id) < ?5
  AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.root_id = c.root_id AND a.is_right = 1)
  AND (c.user_id IS NULL OR EXISTS (SELECT 1 FROM users u
        WHERE u.id = c.user_id AND u.disabled_at IS NULL AND u.credential_epoch = c.credential_epoch))
  AND NOT EXISTS (SELECT COUNT(*) FROM wrong_answers w
                  WHERE w.subject = c.subject AND w.purpose = c.purpose AND w.at > ?4 - ?6
                  HAVING SUM(w.in_streak) >= ?7 OR SUM(w.at > ?4 - ?8) >= ?9 OR COUNT(*) >= ?10)
ON CONFLICT (id) DO NOTHING";

/// What came of it.
#[derive(Deserialize)]
pub struct Answered {
    /// 1: this request's answer was accepted; 0: counted as wrong; NULL: not even counted.
    pub accepted: Option<i64>,
    pub tries: u32,
    #[serde(deserialize_with = "flag")]
    pub locked: bool,
    /// Whether this request completed the challenge.
    #[serde(deserialize_with = "flag")]
    pub completed: bool,
}

const ANSWERED: &str = "
SELECT (SELECT is_right FROM answers WHERE id = ?1) AS accepted,
       (SELECT COUNT(*) FROM answers a WHERE a.root_id = c.root_id) AS tries,
       EXISTS (SELECT COUNT(*) FROM wrong_answers w
               WHERE w.subject = c.subject AND w.purpose = c.purpose AND w.at > ?3 - ?4
               HAVING SUM(w.in_streak) >= ?5 OR SUM(w.at > ?3 - ?6) >= ?7 OR COUNT(*) >= ?8) AS locked,
       c.consumed_by IS ?1 AS completed
FROM challenges c WHERE c.id = ?2 LIMIT 1";

pub fn answer(new: &NewAnswer<'_>) -> Statement {
    let caps = new.rules.caps;
    Statement::new(
        ANSWER,
        [
            new.id.into(),
            new.challenge_id.into(),
            new.is_right.into(),
            new.now.into(),
            new.max_tries.into(),
            CODE_WINDOW_LONG.into(),
            caps.consecutive.into(),
            CODE_WINDOW_SHORT.into(),
            caps.in_30_days.into(),
            caps.in_365_days.into(),
        ],
    )
}

/// `Answered`; no row when the challenge is unknown.
pub fn answered(new: &NewAnswer<'_>) -> Statement {
    let caps = new.rules.caps;
    Statement::new(
        ANSWERED,
        [
            new.id.into(),
            new.challenge_id.into(),
            new.now.into(),
            CODE_WINDOW_LONG.into(),
            caps.consecutive.into(),
            CODE_WINDOW_SHORT.into(),
            caps.in_30_days.into(),
            caps.in_365_days.into(),
        ],
    )
}

/// Completes a login challenge and verifies the phone, if this request's answer was accepted.
const COMPLETE_LOGIN: &str = "
UPDATE challenges SET consumed_at = ?3, consumed_by = ?1
WHERE id = ?2 AND purpose = 'SMS_MFA' AND consumed_at IS NULL
  AND EXISTS (SELECT 1 FROM answers WHERE id = ?1 AND is_right = 1)";

const VERIFY_PHONE: &str = "
UPDATE users SET phone_verified_at = ?3
WHERE id = (SELECT user_id FROM challenges WHERE id = ?2 AND consumed_by = ?1)
  AND phone_verified_at IS NULL";

pub fn complete_login(work_id: &str, challenge_id: &str, now: i64) -> [Statement; 2] {
    let params = || [work_id.into(), challenge_id.into(), now.into()];
    [
        Statement::new(COMPLETE_LOGIN, params()),
        Statement::new(VERIFY_PHONE, params()),
    ]
}

/// The first gate of a reset: the code was right, in this request.
const PASS_CODE: &str = "
UPDATE challenges SET code_ok_at = ?3
WHERE id = ?2 AND purpose = 'RESET_PASSWORD' AND code_ok_at IS NULL
  AND EXISTS (SELECT 1 FROM answers WHERE id = ?1 AND is_right = 1)";

pub fn pass_code(work_id: &str, challenge_id: &str, now: i64) -> Statement {
    Statement::new(PASS_CODE, [work_id.into(), challenge_id.into(), now.into()])
}

/// The other gate: the new password's hash is put beside the challenge, where nothing reads it
/// until the code is right. Without the code, only while the code can still be answered.
const STAGE: &str = "
UPDATE challenges SET staged_hash = ?2
WHERE id = ?1 AND purpose = 'RESET_PASSWORD' AND consumed_at IS NULL AND expires_at > ?3
  AND (user_id IS NULL OR EXISTS (SELECT 1 FROM users u
        WHERE u.id = challenges.user_id AND u.disabled_at IS NULL AND u.credential_epoch = challenges.credential_epoch))
  AND (code_ok_at IS NOT NULL
       OR ((SELECT COUNT(*) FROM answers a WHERE a.root_id = challenges.root_id) < ?4
           AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.root_id = challenges.root_id AND a.is_right = 1)))";

pub fn stage(challenge_id: &str, hash: &str, max_tries: u32, now: i64) -> Statement {
    Statement::new(
        STAGE,
        [
            challenge_id.into(),
            hash.into(),
            now.into(),
            max_tries.into(),
        ],
    )
}

#[derive(Deserialize)]
pub struct Staged {
    #[serde(deserialize_with = "flag")]
    pub staged: bool,
}

const STAGED: &str = "
SELECT staged_hash IS ?2 AS staged FROM challenges
WHERE id = ?1 AND expires_at > ?3 AND (consumed_at IS NULL OR consumed_by = ?4) LIMIT 1";

/// Whether this request's hash is the one staged or committed.
pub fn staged(challenge_id: &str, hash: &str, work_id: &str, now: i64) -> Statement {
    Statement::new(
        STAGED,
        [challenge_id.into(), hash.into(), now.into(), work_id.into()],
    )
}

/// Both gates are passed: completes the reset.
const COMPLETE_RESET: &str = "
UPDATE challenges SET consumed_at = ?3, consumed_by = ?1
WHERE id = ?2 AND purpose = 'RESET_PASSWORD' AND consumed_at IS NULL AND expires_at > ?3
  AND code_ok_at IS NOT NULL AND staged_hash IS NOT NULL
  AND EXISTS (SELECT 1 FROM users u
              WHERE u.id = challenges.user_id AND u.disabled_at IS NULL
                AND u.credential_epoch = challenges.credential_epoch)";

const CHANGE_PASSWORD: &str = "
UPDATE users SET
  password_hash = (SELECT staged_hash FROM challenges WHERE id = ?2),
  credential_epoch = credential_epoch + 1
WHERE id = (SELECT user_id FROM challenges WHERE id = ?2 AND consumed_by = ?1)
  AND credential_epoch = (SELECT credential_epoch FROM challenges WHERE id = ?2)";

/// The proof by SMS and the new password take away what an attacker who knew the old one had.
const FORGIVE_LOGIN_CODES: &str = "
UPDATE answers SET forgiven_at = ?3
WHERE subject = (SELECT user_id FROM challenges WHERE id = ?2 AND consumed_by = ?1)
  AND purpose = 'SMS_MFA' AND is_right = 0 AND forgiven_at IS NULL";

const FORGIVE_PASSWORDS: &str = "
DELETE FROM throttles
WHERE subject = (SELECT user_id FROM challenges WHERE id = ?2 AND consumed_by = ?1)";

const END_SESSIONS: &str = "
UPDATE sessions SET revoked_at = ?3, revoked_why = 'password_changed'
WHERE user_id = (SELECT user_id FROM challenges WHERE id = ?2 AND consumed_by = ?1)
  AND revoked_at IS NULL
RETURNING id";

/// The last statement returns the ids of the sessions that it ended.
pub fn complete_reset(work_id: &str, challenge_id: &str, now: i64) -> [Statement; 5] {
    let timed = |sql| Statement::new(sql, [work_id.into(), challenge_id.into(), now.into()]);
    let untimed = |sql| Statement::new(sql, [work_id.into(), challenge_id.into()]);
    [
        timed(COMPLETE_RESET),
        untimed(CHANGE_PASSWORD),
        timed(FORGIVE_LOGIN_CODES),
        untimed(FORGIVE_PASSWORDS),
        timed(END_SESSIONS),
    ]
}

const RECORD_IF_COMPLETED: &str = "
INSERT INTO audit (id, at, partner_id, client_id, user_id, event, outcome, request_id)
SELECT ?1, ?2, partner_id, ?3, user_id, 'reset.completed', 'changed', ?4
FROM challenges WHERE id = ?5 AND consumed_by = ?6
ON CONFLICT (id) DO NOTHING";

/// The audit row of a reset that this request completed.
pub fn record_if_completed(origin: &Origin<'_>, challenge_id: &str, work_id: &str) -> Statement {
    Statement::new(
        RECORD_IF_COMPLETED,
        [
            origin.id.as_str().into(),
            origin.at.into(),
            origin.client_id.into(),
            origin.request_id.into(),
            challenge_id.into(),
            work_id.into(),
        ],
    )
}

const UNLOCK: &str = "
UPDATE answers SET forgiven_at = ?3
WHERE subject = (SELECT id FROM users WHERE id = ?1 AND partner_id = ?2)
  AND is_right = 0 AND forgiven_at IS NULL";

/// Wrong codes of either purpose count no more.
pub fn unlock(user_id: &str, partner_id: &str, now: i64) -> Statement {
    Statement::new(UNLOCK, [user_id.into(), partner_id.into(), now.into()])
}
