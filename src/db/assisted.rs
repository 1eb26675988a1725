//! The partner's word of a person's e-mail or number: what must be exact about it. Whoever was logged in, or was about
//! to change something, is so no more.

use serde::Deserialize;

use super::audit::{id_of_end, of_origin, record_ends, Origin, Whom};
use super::batch::{Batch, Slot};
use super::sessions::{end_those, SessionEnded};
use super::statement::{flag, statements, Param, Sql, Statement};
use super::users::{gives_way, record_outdone, replaced};
use crate::rules::contact::Contact;
use crate::rules::event::Event;
use crate::rules::id::{PartnerId, UserId};
use crate::rules::identity::UserStatus;
use crate::rules::language::Locale;
use crate::rules::limits::HOLD_AFTER_RECOVERY;
use crate::rules::phone::Phone;
use crate::rules::session::Ending;
use crate::rules::time::Time;

/// Somebody else of the partner has the e-mail for good.
macro_rules! email_is_taken {
    () => {
        concat!(
            "EXISTS (SELECT 1 FROM users u WHERE u.partner_id = :partner_id AND u.email = :contact AND u.id <> :user_id
                    AND NOT (",
            gives_way!(),
            "))"
        )
    };
}

/// And the number, proven or by the partner's word.
macro_rules! phone_is_taken {
    () => {
        "EXISTS (SELECT 1 FROM users u WHERE u.partner_id = :partner_id AND u.phone = :contact AND u.id <> :user_id
                    AND (u.phone_verified_at IS NOT NULL OR u.phone_given_at IS NOT NULL OR u.disabled_at IS NOT NULL))"
    };
}

/// The user is as they were read, and may have the contact.
macro_rules! may_have {
    ($taken:expr) => {
        concat!(
            "EXISTS (SELECT 1 FROM users p WHERE p.id = :user_id AND p.partner_id = :partner_id AND p.erased_at IS NULL
                    AND p.credential_epoch = :epoch) AND NOT ",
            $taken
        )
    };
}

macro_rules! by_email {
    () => {
        may_have!(email_is_taken!())
    };
}

macro_rules! by_phone {
    () => {
        may_have!(phone_is_taken!())
    };
}

statements! {
    FIND = "
SELECT credential_epoch, COALESCE(claimed_phone, phone) AS phone, claimed_phone IS NOT NULL AS is_set_aside, email, locale
FROM users
WHERE id = :user_id AND partner_id = :partner_id AND erased_at IS NULL LIMIT 1";

    RECORD_ENDS_BY_EMAIL = record_ends!(concat!("s.user_id = :user_id AND ", by_email!()));
    END_ALL_BY_EMAIL = end_those!(concat!("s.user_id = :user_id AND ", by_email!()));
    RECORD_ENDS_BY_PHONE = record_ends!(concat!("s.user_id = :user_id AND ", by_phone!()));
    END_ALL_BY_PHONE = end_those!(concat!("s.user_id = :user_id AND ", by_phone!()));

    /// Whoever had them may not be the person.
    VOID_CODES_BY_EMAIL = concat!("DELETE FROM recovery_codes WHERE user_id = :user_id AND ", by_email!());
    VOID_CODES_BY_PHONE = concat!("DELETE FROM recovery_codes WHERE user_id = :user_id AND ", by_phone!());

    /// Who loses the e-mail or the number, which they had not proven, under their id.
    RECORD_OUTDONE_EMAIL = record_outdone!(concat!("u.email = :contact AND u.id <> :user_id AND ", by_email!()));

    RECORD_OUTDONE_PHONE = record_outdone!(concat!("u.phone = :contact AND u.id <> :user_id AND ", by_phone!()));

    DROP_OUTDONE = concat!("
DELETE FROM users WHERE partner_id = :partner_id AND email = :contact AND id <> :user_id AND ", by_email!());

    /// They may still prove it, which says more.
    SET_OUTDONE_ASIDE = concat!("
UPDATE users SET claimed_phone = phone, phone = id
WHERE partner_id = :partner_id AND phone = :contact AND id <> :user_id AND ", by_phone!());

    GIVE_EMAIL = concat!("
UPDATE users SET email = :contact, email_verified_at = NULL, credential_epoch = credential_epoch + 1,
  withdrawals_held_until = max(withdrawals_held_until, :now + :hold)
WHERE id = :user_id AND ", by_email!());

    GIVE_PHONE = concat!("
UPDATE users SET phone = :contact, claimed_phone = NULL, phone_verified_at = NULL, phone_given_at = :now,
  credential_epoch = credential_epoch + 1, withdrawals_held_until = max(withdrawals_held_until, :now + :hold)
WHERE id = :user_id AND ", by_phone!());

    COME_OF_EMAIL = concat!("
SELECT u.email = :contact AND u.credential_epoch = :epoch + 1 AS is_given, ", email_is_taken!(), " AS is_taken
FROM users u WHERE u.id = :user_id LIMIT 1");

    COME_OF_PHONE = concat!("
SELECT u.phone = :contact AND u.credential_epoch = :epoch + 1 AS is_given, ", phone_is_taken!(), " AS is_taken
FROM users u WHERE u.id = :user_id LIMIT 1");
}

/// The user as they are.
#[derive(Deserialize)]
pub(crate) struct Found {
    pub(crate) credential_epoch: i64,
    pub(crate) phone: Phone,
    /// Somebody else has the number.
    #[serde(deserialize_with = "flag")]
    pub(crate) is_set_aside: bool,
    pub(crate) email: String,
    #[serde(deserialize_with = "Locale::stored")]
    pub(crate) locale: Option<Locale>,
}

pub(crate) fn find(user_id: &UserId, partner_id: &PartnerId) -> Statement<Found> {
    let given = [
        ("user_id", user_id.into()),
        ("partner_id", partner_id.into()),
    ];
    Statement::new(FIND, given)
}

/// What the partner says of a user.
pub(crate) struct Given<'a> {
    pub(crate) user_id: &'a UserId,
    pub(crate) partner_id: &'a PartnerId,
    /// The user's when they were read.
    pub(crate) epoch: i64,
    pub(crate) contact: &'a Contact,
    pub(crate) now: Time,
}

/// What came of it.
#[derive(Deserialize)]
pub(crate) struct Come {
    #[serde(deserialize_with = "flag")]
    pub(crate) is_given: bool,
    #[serde(deserialize_with = "flag")]
    pub(crate) is_taken: bool,
}

/// The statements of one kind of contact, in their order.
struct Kind {
    record_ends: Sql,
    end_all: Sql,
    record_outdone: Sql,
    before: [Sql; 2],
    give: Sql,
    event: Event,
    come: Sql,
}

const EMAIL: Kind = Kind {
    record_ends: RECORD_ENDS_BY_EMAIL,
    end_all: END_ALL_BY_EMAIL,
    record_outdone: RECORD_OUTDONE_EMAIL,
    before: [VOID_CODES_BY_EMAIL, DROP_OUTDONE],
    give: GIVE_EMAIL,
    event: Event::EmailGiven,
    come: COME_OF_EMAIL,
};

const PHONE: Kind = Kind {
    record_ends: RECORD_ENDS_BY_PHONE,
    end_all: END_ALL_BY_PHONE,
    record_outdone: RECORD_OUTDONE_PHONE,
    before: [VOID_CODES_BY_PHONE, SET_OUTDONE_ASIDE],
    give: GIVE_PHONE,
    event: Event::PhoneGiven,
    come: COME_OF_PHONE,
};

/// `origins`: of the word, and of whoever loses the contact. Gives the sessions that it ended, and what came of it.
pub(crate) fn give(
    batch: &mut Batch,
    new: &Given<'_>,
    [origin, outdone]: [&Origin<'_>; 2],
) -> (Slot<SessionEnded>, Slot<Come>) {
    let kind = match new.contact {
        Contact::Email(_) => EMAIL,
        Contact::Phone(_) => PHONE,
    };
    let run = |batch: &mut Batch, sql, more: Vec<(&'static str, Param)>| {
        let given = values(new).into_iter().chain(more);
        batch.run(Statement::<()>::new(sql, given)).done();
    };
    let ends = of_origin(origin, Event::SessionEnded);
    run(batch, kind.record_ends, ends.into());
    let ended = batch.read(Statement::new(kind.end_all, values(new)));
    let lost = [("client_id", outdone.client_id.into())];
    let lost = lost.into_iter().chain(replaced(&outdone.id, outdone));
    run(batch, kind.record_outdone, lost.collect());
    for sql in kind.before {
        run(batch, sql, Vec::new());
    }
    batch
        .run(Statement::<()>::new(kind.give, values(new)))
        .audited(origin, Whom::User(new.user_id), kind.event);
    (ended, batch.read(Statement::new(kind.come, values(new))))
}

fn values(new: &Given<'_>) -> [(&'static str, Param); 8] {
    [
        ("user_id", new.user_id.into()),
        ("partner_id", new.partner_id.into()),
        ("epoch", new.epoch.into()),
        ("contact", new.contact.as_str().into()),
        ("now", new.now.into()),
        ("hold", HOLD_AFTER_RECOVERY.into()),
        ("why", Ending::ContactChanged.into()),
        ("verified", UserStatus::Verified.into()),
    ]
}
