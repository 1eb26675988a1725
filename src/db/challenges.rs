//! What must be exact about challenges: who may answer, how often, and that a right answer is
//! used once. Each is one conditional statement; the rows it leaves decide.

use serde::{Deserialize, Deserializer};

use super::audit::{id_of_end, of_origin, record_ends, Origin};
use super::batch::{Batch, Slot};
use super::locked::{answerable, caps, kept, locked};
use super::sends::{cooldown, cooldowns};
use super::sessions::{end_those, SessionEnded};
use super::statement::{flag, statements, Param, Sql, Statement};
use crate::rules::challenge::{Purpose, RECOVERY};
use crate::rules::event::Event;
use crate::rules::id::{PartnerId, SessionId, StoredChallengeId, Subject, UserId, WorkId};
use crate::rules::language::Locale;
use crate::rules::limits::{
    CodeRules, BETWEEN_UNLOCKS, CHANGES_A_DAY, CHANGES_WINDOW, CODE_WINDOW_LONG, HOLD_AFTER_CHANGE,
    LONGEST_CHALLENGE, STAGINGS_PER_CHALLENGE,
};
use crate::rules::phone::Phone;
use crate::rules::session::{Ending, Means};
use crate::rules::time::Time;

/// A new password may be put beside the reset `challenges`: it lives, and without the code only while
/// that can still be answered.
macro_rules! may_be_staged {
    () => {
        concat!("EXISTS (SELECT 1 FROM challenge_states c
              WHERE c.id = challenges.id AND c.consumed_at IS NULL AND c.expires_at > :now AND c.is_as_issued
                AND (c.code_ok_at IS NOT NULL OR (c.tries < ", kept!("max_tries"), " AND NOT c.is_answered)))")
    };
}

/// The session `s` is of the user whose reset this request has completed, and whose password it is about to change: a
/// request that is taken up again leaves alone what was opened with the new password, whatever their clocks say.
macro_rules! of_completed {
    () => {
        "s.user_id = (SELECT u.id FROM challenges c JOIN users u ON u.id = c.user_id
               WHERE c.id = :challenge_id AND c.consumed_by = :work_id AND u.credential_epoch = c.credential_epoch)"
    };
}

statements! {
    /// Asked for again while the last SMS cools down, and can be answered, it becomes an alias: the
    /// same code, which is sent once, under the same rules, but gates of its own, so that whoever asked
    /// second cannot finish what the first began. Of a login only where the code may be on its way; of a reset always, since
    /// what became of its SMS would tell whether there is a number.
    ISSUE = concat!("
INSERT INTO challenges (id, root_id, purpose, partner_id, subject, user_id, credential_epoch,
                        nonce, created_at, expires_at, digits, max_tries, consecutive, in_30_days, in_365_days,
                        session_id, contact, former, old_id)
SELECT :id, COALESCE(root.id, :id), :purpose, :partner_id, :subject, :user_id, :credential_epoch,
       COALESCE(root.nonce, :nonce), :now, COALESCE(root.expires_at, :expires_at),
       COALESCE(root.digits, :digits), COALESCE(root.max_tries, :max_tries), COALESCE(root.consecutive, :consecutive),
       COALESCE(root.in_30_days, :in_30_days), COALESCE(root.in_365_days, :in_365_days),
       :session_id, :contact, :former, :old_id
FROM (SELECT 1)
LEFT JOIN (SELECT c.id, c.nonce, c.expires_at, c.digits, c.max_tries, c.consecutive, c.in_30_days, c.in_365_days
           FROM challenge_states c
           WHERE c.subject = :subject AND c.purpose = :purpose AND c.root_id = c.id
             AND c.created_at > :now - :longest AND c.created_at <= :now AND c.expires_at > :now
             AND c.credential_epoch IS :credential_epoch AND c.session_id IS :session_id AND c.contact IS :contact
             AND EXISTS (SELECT COUNT(*) FROM sends s WHERE s.challenge_id = c.id
                         HAVING MAX(s.at) + ", cooldown!("COUNT(*)"), " > :now
                            AND (c.purpose = :reset OR SUM(s.outcome IS NULL OR s.outcome = 'UNCLEAR') > 0))
             AND c.tries < ", kept!("max_tries"), " AND NOT c.is_answered
           ORDER BY c.created_at DESC LIMIT 1) root ON TRUE
WHERE (:user_id IS NULL OR EXISTS (SELECT 1 FROM users WHERE id = :user_id))
  AND (:session_id IS NULL
       OR (SELECT COUNT(*) FROM challenges m
           WHERE m.subject = :subject AND m.purpose = :purpose AND m.created_at > :now - :window) < :most)
ON CONFLICT (id) DO NOTHING");

    /// When so few of its purpose will have been asked for that one more may be.
    FREE_AT = "
SELECT created_at + :window AS free_at FROM challenges
WHERE subject = :subject AND purpose = :purpose AND created_at > :now - :window
ORDER BY created_at DESC LIMIT 1 OFFSET :most - 1";

    /// Of one that nothing was sent for, and that nobody was told of: it counts nowhere.
    FORGET = "
DELETE FROM challenges
WHERE id = :challenge_id AND session_id IS NOT NULL AND code_ok_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM sends WHERE challenge_id = :challenge_id)";

    /// Where its code goes to.
    DESTINATION = "
SELECT COALESCE(u.claimed_phone, u.phone) AS phone, u.locale, c.contact
FROM challenges c LEFT JOIN users u ON u.id = c.user_id AND u.erased_at IS NULL WHERE c.id = :challenge_id LIMIT 1";

    ISSUED = "SELECT nonce, expires_at, COALESCE(digits, :digits) AS digits FROM challenges WHERE id = :id LIMIT 1";

    /// Counts an answer, and by that accepts it if it is right: only while the challenge lives, has
    /// tries left and no right answer yet, its user is as it was issued for, and no cap is reached.
    ANSWER = concat!("
INSERT INTO answers (id, root_id, subject, purpose, is_right, at, partner_id)
SELECT :work_id, c.root_id, c.subject, c.purpose, :is_right, :now, c.partner_id
FROM challenge_states c
WHERE c.id = :challenge_id AND c.consumed_at IS NULL AND ", answerable!(), "
  AND NOT EXISTS ", locked!(), "
ON CONFLICT (id) DO NOTHING");

    ANSWERED = concat!("
SELECT (SELECT is_right FROM answers WHERE id = :work_id) AS counted, c.tries,
       ", kept!("max_tries"), " AS max_tries,
       EXISTS ", locked!(), " AS locked,
       (c.consumed_at IS NULL AND ", answerable!(), ") AS open
FROM challenge_states c WHERE c.id = :challenge_id LIMIT 1");

    /// Completes a login challenge and verifies the phone, if this request's answer was accepted.
    COMPLETE_LOGIN = "
UPDATE challenges SET consumed_at = :now, consumed_by = :work_id
WHERE id = :challenge_id AND purpose = :login AND consumed_at IS NULL
  AND EXISTS (SELECT 1 FROM answers WHERE id = :work_id AND is_right = 1)
  AND NOT EXISTS (SELECT 1 FROM users u WHERE u.id = challenges.user_id AND u.claimed_phone IS NOT NULL)";

    VERIFY_PHONE = "
UPDATE users SET phone_verified_at = :now, phone_given_at = NULL
WHERE id = (SELECT user_id FROM challenges WHERE id = :challenge_id AND consumed_by = :work_id)
  AND phone_verified_at IS NULL";

    /// The first gate of a reset: the code was right, in this request.
    PASS_CODE = "
UPDATE challenges SET code_ok_at = :now
WHERE id = :challenge_id AND purpose = :reset AND code_ok_at IS NULL
  AND EXISTS (SELECT 1 FROM answers WHERE id = :work_id AND is_right = 1)";

    /// Lets a request hash a new password, a few of them a challenge: only where it may be staged.
    LET_STAGE = concat!("
UPDATE challenges SET stagings = stagings + 1, staging_id = :work_id
WHERE id = :challenge_id AND purpose = :reset AND stagings < :most AND staging_id IS NOT :work_id
  AND ", may_be_staged!());

    STAGING = "
SELECT staging_id IS :work_id AS let_in, code_ok_at IS NOT NULL AS code_ok FROM challenges
WHERE id = :challenge_id LIMIT 1";

    /// The other gate: the new password's hash is put beside the challenge, where nothing reads it
    /// until the code is right. Without the code, only while the code can still be answered.
    STAGE = concat!("
UPDATE challenges SET staged_hash = :hash
WHERE id = :challenge_id AND purpose = :reset
  AND ", may_be_staged!());

    STAGED = "
SELECT staged_hash IS :hash AS staged FROM challenges
WHERE id = :challenge_id AND expires_at > :now AND (consumed_at IS NULL OR consumed_by = :work_id) LIMIT 1";

    /// Both gates are passed: completes the reset.
    COMPLETE_RESET = "
UPDATE challenges SET consumed_at = :now, consumed_by = :work_id
WHERE id = :challenge_id AND purpose = :reset AND code_ok_at IS NOT NULL AND staged_hash IS NOT NULL
  AND EXISTS (SELECT 1 FROM challenge_states c
              WHERE c.id = challenges.id AND c.consumed_at IS NULL AND c.expires_at > :now
                AND c.user_id IS NOT NULL AND c.is_as_issued)";

    CHANGE_PASSWORD = "
UPDATE users SET
  password_hash = (SELECT staged_hash FROM challenges WHERE id = :challenge_id),
  credential_epoch = credential_epoch + 1, reset_at = :now,
  withdrawals_held_until = max(withdrawals_held_until, :now + :hold)
WHERE id = (SELECT user_id FROM challenges WHERE id = :challenge_id AND consumed_by = :work_id)
  AND credential_epoch = (SELECT credential_epoch FROM challenges WHERE id = :challenge_id)";

    /// The proof by SMS and the new password take away what an attacker who knew the old one had.
    FORGIVE_LOGIN_CODES = "
UPDATE answers SET forgiven_at = :now
WHERE subject = (SELECT user_id FROM challenges WHERE id = :challenge_id AND consumed_by = :work_id)
  AND purpose IN (:login, :recovery) AND is_right = 0 AND forgiven_at IS NULL";

    FORGIVE_PASSWORDS = "
DELETE FROM throttles
WHERE subject = (SELECT user_id FROM challenges WHERE id = :challenge_id AND consumed_by = :work_id)";

    RECORD_ENDS = record_ends!(of_completed!());
    END_SESSIONS = end_those!(of_completed!());

    RECORD_IF_COMPLETED = "
INSERT INTO audit (id, at, partner_id, client_id, user_id, event, outcome, request_id)
SELECT :audit_id, :at, partner_id, :client_id, user_id, :event, :outcome, :request_id
FROM challenges WHERE id = :challenge_id AND consumed_by = :work_id
ON CONFLICT (partner_id, id) DO NOTHING";

    COMPLETED = "
SELECT consumed_by IS :work_id AS completed, COALESCE(u.claimed_phone, u.phone) AS phone, u.email, u.locale
FROM challenges c LEFT JOIN users u ON u.id = c.user_id WHERE c.id = :challenge_id LIMIT 1";

    /// Wrong codes so far count in the year alone, if an unlock is due and there is a purpose that it
    /// helps: one with wrong codes to excuse, and room in the year. `:year_caps` has each purpose's.
    UNLOCK = "
UPDATE users SET unlocked_at = :now, unlocked_by = :work_id
WHERE id = :user_id AND partner_id = :partner_id AND erased_at IS NULL AND (unlocked_at IS NULL OR unlocked_at <= :now - :between)
  AND EXISTS (SELECT 1 FROM json_each(:year_caps) cap
              WHERE EXISTS (SELECT 1 FROM wrong_answers w
                            WHERE w.subject = users.id AND w.purpose = cap.key AND w.at > :now - :year AND NOT w.is_excused)
                AND (SELECT COUNT(*) FROM wrong_answers w
                     WHERE w.subject = users.id AND w.purpose = cap.key AND w.at > :now - :year) < cap.value)";

    /// The year has room for a purpose when the oldest of the newest so many has left it.
    UNLOCKED = "
SELECT u.unlocked_by IS :work_id AS unlocked, COALESCE(u.unlocked_at + :between, 0) AS due_at,
       (SELECT MIN(free_at) FROM
         (SELECT MAX(CASE WHEN nth = cap THEN at + :year ELSE 0 END) AS free_at FROM
           (SELECT w.purpose, w.at, w.is_excused, cap.value AS cap,
                   ROW_NUMBER() OVER (PARTITION BY w.purpose ORDER BY w.at DESC) AS nth
            FROM wrong_answers w JOIN json_each(:year_caps) cap ON cap.key = w.purpose
            WHERE w.subject = :user_id AND w.at > :now - :year)
          GROUP BY purpose HAVING MIN(is_excused) = 0)) AS year_free_at
FROM users u WHERE u.id = :user_id AND u.partner_id = :partner_id AND u.erased_at IS NULL LIMIT 1";
}

pub(crate) struct NewChallenge<'a> {
    pub(crate) id: &'a StoredChallengeId,
    pub(crate) purpose: Purpose,
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) subject: &'a Subject,
    pub(crate) user_id: Option<&'a UserId>,
    pub(crate) credential_epoch: Option<i64>,
    pub(crate) nonce: &'a str,
    pub(crate) max_tries: u32,
    pub(crate) rules: CodeRules,
    pub(crate) now: Time,
    pub(crate) expires_at: Time,
    /// Of all but logins and resets.
    pub(crate) change: Option<NewChange<'a>>,
}

/// What the right code of a challenge proves, or puts in the place of something.
pub(crate) struct NewChange<'a> {
    /// The session that asks: the challenge ends with it.
    pub(crate) session_id: &'a SessionId,
    pub(crate) contact: &'a str,
    /// What a new one takes the place of.
    pub(crate) former: Option<&'a str>,
    /// The challenge at the old number, which has to be answered too.
    pub(crate) old_id: Option<&'a StoredChallengeId>,
}

/// As it was issued: an alias has these of its root.
#[derive(Deserialize)]
pub(crate) struct Issued {
    pub(crate) nonce: String,
    pub(crate) digits: u32,
    pub(crate) expires_at: Time,
}

/// Issues, then reads it back.
pub(crate) fn issue(batch: &mut Batch, new: &NewChallenge<'_>) -> Slot<Issued> {
    batch.run(issue_statement(new)).done();
    let own = [("id", new.id.into()), ("digits", new.rules.digits.into())];
    batch.read(Statement::new(ISSUED, own))
}

fn issue_statement(new: &NewChallenge<'_>) -> Statement {
    let given = [
        ("id", new.id.into()),
        ("purpose", new.purpose.into()),
        ("partner_id", new.partner_id.into()),
        ("subject", new.subject.into()),
        ("user_id", new.user_id.into()),
        ("credential_epoch", new.credential_epoch.into()),
        ("nonce", new.nonce.into()),
        ("now", new.now.into()),
        ("expires_at", new.expires_at.into()),
        ("longest", LONGEST_CHALLENGE.into()),
        ("digits", new.rules.digits.into()),
        ("max_tries", new.max_tries.into()),
        ("reset", Purpose::Reset.into()),
        ("window", CHANGES_WINDOW.into()),
        ("most", CHANGES_A_DAY.into()),
    ];
    let change = new.change.as_ref();
    let change = [
        ("session_id", change.map(|change| change.session_id).into()),
        ("contact", change.map(|change| change.contact).into()),
        ("former", change.and_then(|change| change.former).into()),
        ("old_id", change.and_then(|change| change.old_id).into()),
    ];
    let given = given.into_iter().chain(change).chain(cooldowns());
    Statement::new(ISSUE, given.chain(caps(new.rules.caps)))
}

#[derive(Deserialize)]
pub(crate) struct FreeAt {
    pub(crate) free_at: Time,
}

/// No row where one may be asked for now.
pub(crate) fn free_at(subject: &Subject, purpose: Purpose, now: Time) -> Statement<FreeAt> {
    Statement::new(
        FREE_AT,
        [
            ("subject", subject.into()),
            ("purpose", purpose.into()),
            ("now", now.into()),
            ("window", CHANGES_WINDOW.into()),
            ("most", CHANGES_A_DAY.into()),
        ],
    )
}

pub(crate) fn forget(challenge_id: &StoredChallengeId) -> Statement {
    Statement::new(FORGET, [("challenge_id", challenge_id.into())])
}

#[derive(Deserialize)]
pub(crate) struct Destination {
    /// The user's; none of a decoy.
    pub(crate) phone: Option<Phone>,
    #[serde(deserialize_with = "Locale::stored")]
    pub(crate) locale: Option<Locale>,
    /// What is to be proven, where it is not the number.
    pub(crate) contact: Option<String>,
}

pub(crate) fn destination(challenge_id: &StoredChallengeId) -> Statement<Destination> {
    Statement::new(DESTINATION, [("challenge_id", challenge_id.into())])
}

pub(crate) struct NewAnswer<'a> {
    /// A retry of the same work counts once.
    pub(crate) work_id: &'a WorkId,
    pub(crate) challenge_id: &'a StoredChallengeId,
    pub(crate) is_right: bool,
    /// What is in force; the challenge's own hold beside it.
    pub(crate) max_tries: u32,
    pub(crate) rules: CodeRules,
    pub(crate) now: Time,
}

/// What came of it.
#[derive(Deserialize)]
pub(crate) struct Answered {
    #[serde(deserialize_with = "counted")]
    pub(crate) counted: Counted,
    /// Of the challenge so far.
    pub(crate) tries: u32,
    pub(crate) max_tries: u32,
    #[serde(deserialize_with = "flag")]
    pub(crate) locked: bool,
    /// A further answer would be counted, but for the caps.
    #[serde(deserialize_with = "flag")]
    pub(crate) open: bool,
}

/// How this request's answer was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    /// And by that accepted.
    AsRight,
    AsWrong,
    /// The challenge was over, or codes are locked.
    NotAtAll,
}

pub(super) fn counted<'de, D: Deserializer<'de>>(reader: D) -> Result<Counted, D::Error> {
    Ok(match Option::<i64>::deserialize(reader)? {
        None => Counted::NotAtAll,
        Some(0) => Counted::AsWrong,
        Some(_) => Counted::AsRight,
    })
}

pub(crate) fn answer(new: &NewAnswer<'_>) -> Statement {
    about_answer(ANSWER, new)
}

/// No row when the challenge is unknown.
pub(crate) fn answered(new: &NewAnswer<'_>) -> Statement<Answered> {
    about_answer(ANSWERED, new)
}

fn about_answer<T>(sql: Sql, new: &NewAnswer<'_>) -> Statement<T> {
    let given = [
        ("work_id", new.work_id.into()),
        ("challenge_id", new.challenge_id.into()),
        ("is_right", new.is_right.into()),
        ("now", new.now.into()),
        ("max_tries", new.max_tries.into()),
    ];
    Statement::new(sql, given.into_iter().chain(caps(new.rules.caps)))
}

/// Completes the challenge, and if it was answered by the phone verifies that, if this work's answer was accepted.
pub(crate) fn complete_login(
    batch: &mut Batch,
    work_id: &WorkId,
    challenge_id: &StoredChallengeId,
    by: Means,
    now: Time,
) {
    let about = |sql| about_work::<()>(sql, work_id, challenge_id, now);
    batch.run(about(COMPLETE_LOGIN)).done();
    if by == Means::Sms {
        batch.run(about(VERIFY_PHONE)).done();
    }
}

pub(crate) fn pass_code(
    work_id: &WorkId,
    challenge_id: &StoredChallengeId,
    now: Time,
) -> Statement {
    about_work(PASS_CODE, work_id, challenge_id, now)
}

fn about_work<T>(
    sql: Sql,
    work_id: &WorkId,
    challenge_id: &StoredChallengeId,
    now: Time,
) -> Statement<T> {
    Statement::new(sql, work_values(work_id, challenge_id, now))
}

fn work_values(
    work_id: &WorkId,
    challenge_id: &StoredChallengeId,
    now: Time,
) -> [(&'static str, Param); 8] {
    [
        ("work_id", work_id.into()),
        ("challenge_id", challenge_id.into()),
        ("now", now.into()),
        ("hold", HOLD_AFTER_CHANGE.into()),
        ("login", Purpose::Login.into()),
        ("recovery", RECOVERY.into()),
        ("reset", Purpose::Reset.into()),
        ("why", Ending::PasswordChanged.into()),
    ]
}

/// How far a request for a new password has come.
#[derive(Deserialize)]
pub(crate) struct Staging {
    /// It may hash it.
    #[serde(deserialize_with = "flag")]
    pub(crate) let_in: bool,
    /// The code was right.
    #[serde(deserialize_with = "flag")]
    pub(crate) code_ok: bool,
}

pub(crate) fn let_stage(
    challenge_id: &StoredChallengeId,
    work_id: &WorkId,
    max_tries: u32,
    now: Time,
) -> Statement {
    Statement::new(
        LET_STAGE,
        [
            ("challenge_id", challenge_id.into()),
            ("work_id", work_id.into()),
            ("most", STAGINGS_PER_CHALLENGE.into()),
            ("max_tries", max_tries.into()),
            ("now", now.into()),
            ("reset", Purpose::Reset.into()),
        ],
    )
}

pub(crate) fn staging(challenge_id: &StoredChallengeId, work_id: &WorkId) -> Statement<Staging> {
    Statement::new(
        STAGING,
        [
            ("challenge_id", challenge_id.into()),
            ("work_id", work_id.into()),
        ],
    )
}

pub(crate) fn stage(
    challenge_id: &StoredChallengeId,
    hash: &str,
    max_tries: u32,
    now: Time,
) -> Statement {
    Statement::new(
        STAGE,
        [
            ("challenge_id", challenge_id.into()),
            ("hash", hash.into()),
            ("now", now.into()),
            ("max_tries", max_tries.into()),
            ("reset", Purpose::Reset.into()),
        ],
    )
}

#[derive(Deserialize)]
pub(crate) struct Staged {
    #[serde(deserialize_with = "flag")]
    pub(crate) staged: bool,
}

/// Whether this request's hash is the one staged or committed.
pub(crate) fn staged(
    challenge_id: &StoredChallengeId,
    hash: &str,
    work_id: &WorkId,
    now: Time,
) -> Statement<Staged> {
    Statement::new(
        STAGED,
        [
            ("challenge_id", challenge_id.into()),
            ("hash", hash.into()),
            ("now", now.into()),
            ("work_id", work_id.into()),
        ],
    )
}

/// If both gates are passed: the password changes and every session ends. Gives the sessions
/// that it ended.
pub(crate) fn complete_reset(
    batch: &mut Batch,
    work_id: &WorkId,
    challenge_id: &StoredChallengeId,
    now: Time,
    origin: &Origin<'_>,
) -> Slot<SessionEnded> {
    let about = |sql| about_work::<()>(sql, work_id, challenge_id, now);
    batch.run(about(COMPLETE_RESET)).done();
    batch
        .run(record_ends(work_id, challenge_id, now, origin))
        .done();
    let ended = batch.read(about_work(END_SESSIONS, work_id, challenge_id, now));
    for sql in [CHANGE_PASSWORD, FORGIVE_LOGIN_CODES, FORGIVE_PASSWORDS] {
        batch.run(about(sql)).done();
    }
    batch
        .run(record_if_completed(origin, work_id, challenge_id))
        .done();
    ended
}

fn record_ends(
    work_id: &WorkId,
    challenge_id: &StoredChallengeId,
    now: Time,
    origin: &Origin<'_>,
) -> Statement {
    let given = work_values(work_id, challenge_id, now).into_iter();
    Statement::new(
        RECORD_ENDS,
        given.chain(of_origin(origin, Event::SessionEnded)),
    )
}

fn record_if_completed(
    origin: &Origin<'_>,
    work_id: &WorkId,
    challenge_id: &StoredChallengeId,
) -> Statement {
    let work = [
        ("challenge_id", challenge_id.into()),
        ("work_id", work_id.into()),
    ];
    let given = of_origin(origin, Event::ResetCompleted).into_iter();
    Statement::new(RECORD_IF_COMPLETED, given.chain(work))
}

#[derive(Deserialize)]
pub(crate) struct Completed {
    #[serde(deserialize_with = "flag")]
    pub(crate) completed: bool,
    /// The user's; none of a decoy.
    pub(crate) phone: Option<Phone>,
    pub(crate) email: Option<String>,
    #[serde(deserialize_with = "Locale::stored")]
    pub(crate) locale: Option<Locale>,
}

/// Whether this work completed the challenge.
pub(crate) fn completed(
    work_id: &WorkId,
    challenge_id: &StoredChallengeId,
) -> Statement<Completed> {
    Statement::new(
        COMPLETED,
        [
            ("work_id", work_id.into()),
            ("challenge_id", challenge_id.into()),
        ],
    )
}

pub(crate) struct NewUnlock<'a> {
    /// A retry of the same work finds its own.
    pub(crate) work_id: &'a WorkId,
    pub(crate) user_id: &'a UserId,
    pub(crate) partner_id: &'a PartnerId,
    /// A JSON object: how many wrong codes of each purpose there may be in the year.
    pub(crate) year_caps: &'a str,
    pub(crate) now: Time,
}

/// What came of it.
#[derive(Deserialize)]
pub(crate) struct Unlocked {
    /// By this work.
    #[serde(deserialize_with = "flag")]
    pub(crate) unlocked: bool,
    /// When the next unlock is due.
    pub(crate) due_at: Time,
    /// When the year has room for a purpose that an unlock would help; nothing where there is none.
    pub(crate) year_free_at: Option<Time>,
}

pub(crate) fn unlock(new: &NewUnlock<'_>) -> Statement {
    about_unlock(UNLOCK, new)
}

/// No row when it is not this partner's user.
pub(crate) fn unlocked(new: &NewUnlock<'_>) -> Statement<Unlocked> {
    about_unlock(UNLOCKED, new)
}

fn about_unlock<T>(sql: Sql, new: &NewUnlock<'_>) -> Statement<T> {
    Statement::new(
        sql,
        [
            ("work_id", new.work_id.into()),
            ("user_id", new.user_id.into()),
            ("partner_id", new.partner_id.into()),
            ("year_caps", new.year_caps.into()),
            ("now", new.now.into()),
            ("between", BETWEEN_UNLOCKS.into()),
            ("year", CODE_WINDOW_LONG.into()),
        ],
    )
}
