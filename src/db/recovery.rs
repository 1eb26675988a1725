//! Recovery codes: what must be exact about them. Each opens one session, and so few wrong ones of a user are
//! compared that none is ever guessed; each is one conditional statement.

use serde::Deserialize;

use super::audit::{of_origin, Origin, Whom};
use super::batch::{Batch, Slot};
use super::challenges::{counted, Counted};
use super::credentials::{by_fresh, by_session, may_act};
use super::locked::{answerable, kept};
use super::sessions::By;
use super::statement::{statements, Param, Sql, Statement};
use crate::rules::challenge::{Purpose, RECOVERY};
use crate::rules::event::Event;
use crate::rules::id::{StoredChallengeId, UserId, WorkId};
use crate::rules::limits::{HOLD_AFTER_RECOVERY, RECOVERY_WINDOW, WRONG_RECOVERY_CODES};
use crate::rules::time::Time;

/// When the user of the challenge `c` may try again: a row if as many wrong ones as may be were compared of late.
macro_rules! exhausted {
    () => {
        "(SELECT w.at + :window FROM answers w
          WHERE w.subject = c.subject AND w.purpose = :recovery AND w.is_right = 0 AND w.forgiven_at IS NULL
            AND w.at > :now - :window
          ORDER BY w.at DESC LIMIT 1 OFFSET :most - 1)"
    };
}

statements! {
    /// The older ones are void.
    VOID = concat!("
DELETE FROM recovery_codes
WHERE user_id = :user_id AND hash NOT IN (SELECT value FROM json_each(:hashes)) AND ", may_act!());

    MAKE = concat!("
INSERT INTO recovery_codes (user_id, hash, key_id, made_at)
SELECT :user_id, value, :key_id, :now FROM json_each(:hashes) WHERE ", may_act!(), "
ON CONFLICT (user_id, hash) DO NOTHING");

    MADE = "
SELECT COUNT(*) AS codes FROM recovery_codes
WHERE user_id = :user_id AND hash IN (SELECT value FROM json_each(:hashes))";

    /// Of those whose pepper is still there.
    LEFT = "
SELECT COUNT(*) AS codes FROM recovery_codes
WHERE user_id = :user_id AND key_id IN (SELECT value FROM json_each(:key_ids))";

    UNUSED = "SELECT hash FROM recovery_codes WHERE user_id = :user_id";

    /// Counts an answer to a login's challenge, as right if its code is there: only while the challenge can be answered,
    /// and few wrong ones of its user were compared of late.
    ANSWER = concat!("
INSERT INTO answers (id, root_id, subject, purpose, is_right, at, partner_id)
SELECT :work_id, c.root_id, c.subject, :recovery,
       EXISTS (SELECT 1 FROM recovery_codes r WHERE r.user_id = c.user_id AND r.hash = :hash), :now, c.partner_id
FROM challenge_states c
WHERE c.id = :challenge_id AND c.purpose = :login AND c.consumed_at IS NULL AND ", answerable!(), "
  AND NOT EXISTS ", exhausted!(), "
ON CONFLICT (id) DO NOTHING");

    ANSWERED = concat!("
SELECT (SELECT is_right FROM answers WHERE id = :work_id) AS counted, c.tries, ", exhausted!(), " AS free_at
FROM challenge_states c WHERE c.id = :challenge_id LIMIT 1");

    RECORD = "
INSERT INTO audit (id, at, partner_id, client_id, user_id, event, outcome, request_id)
SELECT :audit_id, :at, :partner_id, :client_id, w.subject, :event, CASE w.is_right WHEN 1 THEN :outcome ELSE :wrong END,
       :request_id
FROM answers w WHERE w.id = :work_id
ON CONFLICT (partner_id, id) DO NOTHING";

    /// It was good for this one answer.
    USE = "
DELETE FROM recovery_codes
WHERE user_id = (SELECT user_id FROM challenges WHERE id = :challenge_id) AND hash = :hash
  AND EXISTS (SELECT 1 FROM answers WHERE id = :work_id AND is_right = 1)";

    HOLD = "
UPDATE users SET withdrawals_held_until =
  max(withdrawals_held_until, (SELECT consumed_at FROM challenges WHERE id = :challenge_id) + :hold)
WHERE id = (SELECT user_id FROM challenges WHERE id = :challenge_id AND consumed_by = :work_id)";
}

/// Codes in the place of those that there are.
pub(crate) struct NewCodes<'a> {
    pub(crate) by: By<'a>,
    /// The user's when the password was compared.
    pub(crate) epoch: i64,
    /// A JSON array.
    pub(crate) hashes: &'a str,
    /// Of the pepper that they are made under.
    pub(crate) key_id: &'a str,
}

#[derive(Deserialize)]
pub(crate) struct Codes {
    pub(crate) codes: u32,
}

/// Gives how many of them there are now: all, or none.
pub(crate) fn make(batch: &mut Batch, new: &NewCodes<'_>, origin: &Origin<'_>) -> Slot<Codes> {
    let about = |sql| Statement::<()>::new(sql, values(new));
    batch.run(about(VOID)).done();
    batch
        .run(about(MAKE))
        .audited(origin, Whom::User(new.by.user_id), Event::RecoveryCodesMade);
    batch.read(Statement::new(MADE, values(new)))
}

fn values(new: &NewCodes<'_>) -> Vec<(&'static str, Param)> {
    let codes = [
        ("epoch", new.epoch.into()),
        ("hashes", new.hashes.into()),
        ("key_id", new.key_id.into()),
    ];
    by_session(new.by).into_iter().chain(codes).collect()
}

/// How many are not used. `key_ids`: a JSON array, of the peppers that there are.
pub(crate) fn left(user_id: &UserId, key_ids: &str) -> Statement<Codes> {
    let given = [("user_id", user_id.into()), ("key_ids", key_ids.into())];
    Statement::new(LEFT, given)
}

#[derive(Deserialize)]
pub(crate) struct Unused {
    pub(crate) hash: String,
}

pub(crate) fn unused(user_id: &UserId) -> Statement<Unused> {
    Statement::new(UNUSED, [("user_id", user_id.into())])
}

/// An answer by a recovery code.
pub(crate) struct ByCode<'a> {
    /// A retry of the same work counts once.
    pub(crate) work_id: &'a WorkId,
    pub(crate) challenge_id: &'a StoredChallengeId,
    /// That of the code, if there was such a one.
    pub(crate) hash: Option<&'a str>,
    pub(crate) max_tries: u32,
    pub(crate) now: Time,
}

/// What came of it.
#[derive(Deserialize)]
pub(crate) struct Answered {
    #[serde(deserialize_with = "counted")]
    pub(crate) counted: Counted,
    /// Of the challenge so far.
    pub(crate) tries: u32,
    /// When the user may try again, who has tried as often as may be.
    pub(crate) free_at: Option<Time>,
}

/// Counts it, and records how.
pub(crate) fn answer(batch: &mut Batch, new: &ByCode<'_>, origin: &Origin<'_>) -> Slot<Answered> {
    batch.run::<()>(about(ANSWER, new)).done();
    let right = of_origin(origin, Event::RecoveryAnswered { is_right: true });
    let (_, wrong) = Event::RecoveryAnswered { is_right: false }.words();
    let given = [
        ("work_id", new.work_id.into()),
        ("partner_id", origin.partner_id.into()),
        ("wrong", wrong.into()),
    ];
    let record = Statement::<()>::new(RECORD, right.into_iter().chain(given));
    batch.run(record).done();
    batch.read(about(ANSWERED, new))
}

/// If the answer was right: its code is gone, and if that completed the login, what takes money away is held back.
pub(crate) fn settle(batch: &mut Batch, new: &ByCode<'_>) {
    for sql in [USE, HOLD] {
        batch.run::<()>(about(sql, new)).done();
    }
}

fn about<T>(sql: Sql, new: &ByCode<'_>) -> Statement<T> {
    let given = [
        ("work_id", new.work_id.into()),
        ("challenge_id", new.challenge_id.into()),
        ("hash", new.hash.into()),
        ("max_tries", new.max_tries.into()),
        ("now", new.now.into()),
        ("login", Purpose::Login.into()),
        ("recovery", RECOVERY.into()),
        ("window", RECOVERY_WINDOW.into()),
        ("most", WRONG_RECOVERY_CODES.into()),
        ("hold", HOLD_AFTER_RECOVERY.into()),
    ];
    Statement::new(sql, given)
}
