//! The proof of an e-mail, and a new e-mail or number in the place of the old: what the last right code of a change
//! does. Whoever answers twice, or halfway, finds each of it done once or not at all.

use serde::Deserialize;

use super::audit::{id_of_end, of_origin, record_ends, Origin};
use super::batch::{Batch, Slot};
use super::sessions::{end_those, SessionEnded};
use super::statement::{flag, statements, Param, Sql, Statement};
use super::users::{gives_way, record_outdone, replaced};
use crate::rules::challenge::Purpose;
use crate::rules::event::Event;
use crate::rules::id::{PartnerId, StoredChallengeId, WorkId};
use crate::rules::identity::UserStatus;
use crate::rules::language::Locale;
use crate::rules::limits::HOLD_AFTER_CHANGE;
use crate::rules::phone::Phone;
use crate::rules::session::{Ending, Means};
use crate::rules::time::Time;

/// The challenge `n` that carries the new contact: the one that is answered, or of a change of number the other.
macro_rules! carries {
    () => {
        "(n.id = :challenge_id OR n.old_id = :challenge_id) AND n.purpose IN (:verify_email, :change_email, :change_phone)"
    };
}

/// Of the challenge that this work completed, while its user is as they were then. A batch that is run again finds the
/// change in place: it changes nothing twice, and leaves alone what others opened or signed up with since.
macro_rules! completed {
    ($column:literal) => {
        concat!(
            "(SELECT n.",
            $column,
            " FROM challenges n JOIN users v ON v.id = n.user_id
               WHERE ",
            carries!(),
            " AND n.consumed_by = :work_id AND v.credential_epoch = n.credential_epoch)"
        )
    };
}

/// That is the user whose e-mail or number is another by it. An e-mail that is proven stays what it is.
macro_rules! of_changer {
    ($user:literal) => {
        concat!(
            $user,
            " = ",
            completed!("user_id"),
            " AND ",
            completed!("purpose"),
            " <> :verify_email"
        )
    };
}

/// Somebody else of the partner has the contact of `c` for good.
macro_rules! email_is_taken {
    () => {
        concat!("EXISTS (SELECT 1 FROM users u WHERE u.partner_id = c.partner_id AND u.email = c.contact AND u.id <> c.user_id
                    AND NOT (", gives_way!(), "))")
    };
}

macro_rules! phone_is_taken {
    () => {
        "EXISTS (SELECT 1 FROM users u WHERE u.partner_id = c.partner_id AND u.phone = c.contact AND u.id <> c.user_id
                    AND (u.phone_verified_at IS NOT NULL OR u.disabled_at IS NOT NULL))"
    };
}

/// Every code of the change `n` was right: the new number takes the word of the old one, but where the person came in
/// without it.
macro_rules! all_right {
    () => {
        "n.code_ok_at IS NOT NULL
  AND (n.purpose <> :change_phone
       OR EXISTS (SELECT 1 FROM challenges o WHERE o.id = n.old_id AND o.code_ok_at IS NOT NULL)
       OR (n.old_id IS NULL AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = n.session_id AND s.amr = :recovery)))"
    };
}

/// If every code of the change was right, and nobody else has the contact.
macro_rules! complete {
    ($taken:expr) => {
        concat!("
UPDATE challenges AS n SET consumed_at = :now, consumed_by = :work_id
WHERE ", carries!(), " AND ", all_right!(), "
  AND EXISTS (SELECT 1 FROM answers WHERE id = :work_id AND is_right = 1)
  AND EXISTS (SELECT 1 FROM challenge_states c
              WHERE c.id = n.id AND c.consumed_at IS NULL AND c.expires_at > :now AND c.is_as_issued AND NOT ", $taken, ")")
    };
}

/// The right code of a challenge may be given yet.
macro_rules! may_still_come {
    ($challenge:literal) => {
        concat!(
            "(NOT ",
            $challenge,
            ".is_answered AND COALESCE(",
            $challenge,
            ".tries < ",
            $challenge,
            ".max_tries, 1))"
        )
    };
}

/// Every session of the changer but the one that asked.
macro_rules! others {
    () => {
        concat!(
            of_changer!("s.user_id"),
            " AND s.id <> ",
            completed!("session_id")
        )
    };
}

statements! {
    PASS = "
UPDATE challenges SET code_ok_at = :now
WHERE id = :challenge_id AND purpose IN (:verify_email, :change_email, :change_phone, :change_phone_old)
  AND code_ok_at IS NULL AND EXISTS (SELECT 1 FROM answers WHERE id = :work_id AND is_right = 1)";

    COMPLETE_EMAIL = complete!(email_is_taken!());
    COMPLETE_PHONE = complete!(phone_is_taken!());

    VERIFY_EMAIL = concat!("
UPDATE users SET email_verified_at = :now
WHERE id = ", completed!("user_id"), " AND email = ", completed!("contact"), " AND email_verified_at IS NULL");

    RECORD_ENDS = record_ends!(others!());
    END_OTHERS = end_those!(others!());

    /// Who loses the e-mail or the number, which they had not proven, under their id.
    RECORD_OUTDONE_EMAIL = record_outdone!(concat!(
        "u.email = ", completed!("contact"), " AND u.id <> ", completed!("user_id")));

    RECORD_OUTDONE_PHONE = record_outdone!(concat!(
        "u.phone = ", completed!("contact"), " AND u.id <> ", completed!("user_id")));

    DROP_OUTDONE_EMAIL = concat!("
DELETE FROM users AS u
WHERE u.partner_id = :partner_id AND u.email = ", completed!("contact"), " AND u.id <> ", completed!("user_id"), "
  AND ", gives_way!());

    SET_OUTDONE_ASIDE = concat!("
UPDATE users SET claimed_phone = phone, phone = id
WHERE partner_id = :partner_id AND phone = ", completed!("contact"), " AND id <> ", completed!("user_id"), "
  AND phone_verified_at IS NULL AND disabled_at IS NULL");

    DROP_CLAIMS = concat!("
DELETE FROM users AS u
WHERE u.partner_id = :partner_id AND u.claimed_phone = ", completed!("contact"), " AND u.id <> ", completed!("user_id"), "
  AND ", gives_way!());

    END_HOLDS = concat!("
DELETE FROM contact_holds WHERE partner_id = :partner_id AND contact = ", completed!("contact"));

    CHANGE_EMAIL = concat!("
UPDATE users SET email = ", completed!("contact"), ", email_verified_at = :now, credential_epoch = credential_epoch + 1,
  withdrawals_held_until = max(withdrawals_held_until, :now + :hold)
WHERE ", of_changer!("id"));

    CHANGE_PHONE = concat!("
UPDATE users SET phone = ", completed!("contact"), ", claimed_phone = NULL, phone_verified_at = :now, phone_given_at = NULL,
  credential_epoch = credential_epoch + 1, withdrawals_held_until = max(withdrawals_held_until, :now + :hold)
WHERE ", of_changer!("id"));

    RECORD_COMPLETED = concat!("
INSERT INTO audit (id, at, partner_id, client_id, user_id, event, outcome, request_id)
SELECT :audit_id, :at, n.partner_id, :client_id, n.user_id, :event, :outcome, :request_id
FROM challenges n WHERE ", carries!(), " AND n.consumed_by = :work_id
ON CONFLICT (partner_id, id) DO NOTHING");

    /// What the answer has come to. It waits while the other code is to come; where all were right and it is not
    /// completed, somebody else has the contact.
    COME = concat!("
SELECT n.consumed_by IS :work_id AS is_completed,
       (n.code_ok_at IS NULL AND ", may_still_come!("c"), ")
         OR EXISTS (SELECT 1 FROM challenge_states o
                    WHERE o.id = n.old_id AND o.code_ok_at IS NULL AND ", may_still_come!("o"), ") AS is_waiting,
       ", all_right!(), " AND c.is_as_issued AND c.expires_at > :now AND c.consumed_at IS NULL AND CASE n.purpose WHEN :change_phone
         THEN ", phone_is_taken!(), " ELSE ", email_is_taken!(), " END AS is_taken,
       n.former, COALESCE(u.claimed_phone, u.phone) AS phone, u.email, u.locale
FROM challenges n JOIN challenge_states c ON c.id = n.id JOIN users u ON u.id = n.user_id
WHERE ", carries!(), " LIMIT 1");
}

/// The right answer to one code of a change, or of a proof.
pub(crate) struct Answered<'a> {
    pub(crate) purpose: Purpose,
    pub(crate) challenge_id: &'a StoredChallengeId,
    pub(crate) work_id: &'a WorkId,
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) now: Time,
}

/// What it has come to.
#[derive(Deserialize)]
pub(crate) struct Come {
    #[serde(deserialize_with = "flag")]
    pub(crate) is_completed: bool,
    /// For the other code.
    #[serde(deserialize_with = "flag")]
    pub(crate) is_waiting: bool,
    #[serde(deserialize_with = "flag")]
    pub(crate) is_taken: bool,
    /// What the new one took the place of.
    pub(crate) former: Option<String>,
    /// The user's now.
    pub(crate) phone: Phone,
    pub(crate) email: String,
    #[serde(deserialize_with = "Locale::stored")]
    pub(crate) locale: Option<Locale>,
}

/// If this work's answer was right: passes its code, and with the last of them changes what is to be changed, and ends
/// every other session. `origins`: of the change, and of whoever loses the contact. Gives the sessions that it ended,
/// and what came of it.
pub(crate) fn complete(
    batch: &mut Batch,
    new: &Answered<'_>,
    [origin, outdone]: [&Origin<'_>; 2],
) -> (Slot<SessionEnded>, Slot<Come>) {
    let about = |sql| Statement::<()>::new(sql, values(new));
    let is_phone = matches!(new.purpose, Purpose::ChangePhone | Purpose::ChangePhoneOld);
    batch.run(about(PASS)).done();
    batch
        .run(about(match is_phone {
            true => COMPLETE_PHONE,
            false => COMPLETE_EMAIL,
        }))
        .done();
    let ends = of_origin(origin, Event::SessionEnded);
    let record = values(new).into_iter().chain(ends);
    batch.run(Statement::<()>::new(RECORD_ENDS, record)).done();
    let ended = batch.read(Statement::new(END_OTHERS, values(new)));
    let (record, then): (Sql, &[Sql]) = match is_phone {
        true => (
            RECORD_OUTDONE_PHONE,
            &[SET_OUTDONE_ASIDE, DROP_CLAIMS, END_HOLDS, CHANGE_PHONE],
        ),
        false => (
            RECORD_OUTDONE_EMAIL,
            &[DROP_OUTDONE_EMAIL, VERIFY_EMAIL, END_HOLDS, CHANGE_EMAIL],
        ),
    };
    let lost = [("client_id", outdone.client_id.into())];
    let lost = lost.into_iter().chain(replaced(&outdone.id, outdone));
    let record = Statement::<()>::new(record, values(new).into_iter().chain(lost));
    batch.run(record).done();
    for sql in then {
        batch.run(about(*sql)).done();
    }
    let told = of_origin(origin, event_of(new.purpose));
    let record = values(new).into_iter().chain(told);
    batch
        .run(Statement::<()>::new(RECORD_COMPLETED, record))
        .done();
    (ended, batch.read(Statement::new(COME, values(new))))
}

fn event_of(purpose: Purpose) -> Event {
    match purpose {
        Purpose::ChangePhone | Purpose::ChangePhoneOld => Event::PhoneChanged,
        Purpose::VerifyEmail => Event::EmailVerified,
        _ => Event::EmailChanged,
    }
}

fn values(new: &Answered<'_>) -> [(&'static str, Param); 12] {
    [
        ("challenge_id", new.challenge_id.into()),
        ("work_id", new.work_id.into()),
        ("partner_id", new.partner_id.into()),
        ("now", new.now.into()),
        ("hold", HOLD_AFTER_CHANGE.into()),
        ("why", Ending::ContactChanged.into()),
        ("verified", UserStatus::Verified.into()),
        ("recovery", Means::RecoveryCode.amr().into()),
        ("verify_email", Purpose::VerifyEmail.into()),
        ("change_email", Purpose::ChangeEmail.into()),
        ("change_phone", Purpose::ChangePhone.into()),
        ("change_phone_old", Purpose::ChangePhoneOld.into()),
    ]
}
