//! A person goes, and their row stays: ids, addresses, the outcome of KYC and the audit log hang on it. Who was
//! erased is disabled too, so that whatever asks that lets nobody in and gives no index.

use serde::Deserialize;

use super::audit::{Origin, Whom};
use super::batch::{Batch, Slot};
use super::credentials::{by_fresh, may_act};
use super::sessions::{self, By, SessionEnded, Which};
use super::statement::{statements, Statement};
use crate::rules::event::Event;
use crate::rules::id::{PartnerId, UserId};
use crate::rules::limits::FRESH_LOGIN;
use crate::rules::session::Ending;
use crate::rules::time::Time;

/// The user `u` may be erased: by the partner; by themselves from a session that was opened a moment ago, with the
/// password that they have now.
macro_rules! may_be_erased {
    () => {
        concat!(
            "u.id = :user_id AND u.partner_id = :partner_id AND u.erased_at IS NULL
  AND (:by IS NULL OR (",
            may_act!(),
            "))"
        )
    };
}

macro_rules! is_erased {
    () => {
        "EXISTS (SELECT 1 FROM users u
              WHERE u.id = :user_id AND u.partner_id = :partner_id AND u.erased_at IS NOT NULL)"
    };
}

/// Of a contact that is held. One question a column: of several at once SQLite would ask every user of the partner.
macro_rules! is_nobody_elses {
    ($column:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM users o WHERE o.partner_id = :partner_id AND o.",
            $column,
            " = contact AND o.id <> :user_id)"
        )
    };
}

statements! {
    /// Unless it is another sign-up's too, which keeps what is left of its own.
    END_HOLDS = concat!("
DELETE FROM contact_holds
WHERE partner_id = :partner_id
  AND contact IN (SELECT c.value FROM users u JOIN json_each(json_array(u.email, COALESCE(u.claimed_phone, u.phone))) c
                  WHERE ", may_be_erased!(), ")
  AND ", is_nobody_elses!("email"), " AND ", is_nobody_elses!("phone"), " AND ", is_nobody_elses!("claimed_phone"));

    /// From then on a trigger keeps the row as it is, whatever its columns. Money may still have to be held back: that
    /// time stays.
    ERASE = concat!("
UPDATE users AS u SET
  email = id, phone = id, claimed_phone = NULL, password_hash = '', roles = '[]', name = NULL, surname = NULL,
  address = '{}', locale = NULL, disabled_at = COALESCE(disabled_at, :now), erased_at = :now
WHERE ", may_be_erased!());

    /// An account has the user's e-mail, or one that was chosen for it.
    ERASE_FROM_ACCOUNTS = concat!("
UPDATE accounts SET email = user_id || '@erased.invalid'
WHERE user_id = :user_id AND email <> user_id || '@erased.invalid' AND ", is_erased!());

    /// A new password, and a contact of before or to be.
    ERASE_STAGED = concat!("
UPDATE challenges SET staged_hash = NULL, contact = NULL, former = NULL
WHERE subject = :user_id AND COALESCE(staged_hash, contact) IS NOT NULL AND ", is_erased!());

    /// The rows of ended sessions stay until they are purged: by them KV is told again of each end.
    ERASE_TOKENS = concat!("
UPDATE sessions SET current_hash = ''
WHERE user_id = :user_id AND current_hash <> '' AND ", is_erased!());

    ERASE_RECOVERY_CODES = concat!("DELETE FROM recovery_codes WHERE user_id = :user_id AND ", is_erased!());

    ERASE_CLIENTS = concat!("DELETE FROM seen_clients WHERE user_id = :user_id AND ", is_erased!());

    ERASE_FAILURES = concat!("DELETE FROM throttles WHERE subject = :user_id AND ", is_erased!());

    ERASED = "SELECT erased_at FROM users WHERE id = :user_id AND partner_id = :partner_id LIMIT 1";

    SINCE = "
SELECT id AS user_id, erased_at FROM users
WHERE partner_id = :partner_id AND erased_at > :since ORDER BY erased_at LIMIT :most";

    NOT_YET = "
SELECT u.id AS user_id, u.erased_at FROM json_each(:users) e CROSS JOIN users u ON u.id = e.value
WHERE u.partner_id = :partner_id AND u.erased_at IS NULL LIMIT 1000";

    /// What is left behind, and is served to nobody.
    GUARD_BEHIND = "
SELECT CASE WHEN EXISTS (SELECT 1 FROM partners WHERE id = :partner_id AND state = 'gone')
            THEN 1 ELSE json('the partner is not gone') END AS gone";
}

/// Whom, and who says so.
#[derive(Clone, Copy)]
pub(crate) struct Erasure<'a> {
    pub(crate) user_id: &'a UserId,
    pub(crate) partner_id: &'a PartnerId,
    /// The user themselves; none of the partner.
    pub(crate) by: Option<Themselves<'a>>,
}

#[derive(Clone, Copy)]
pub(crate) struct Themselves<'a> {
    pub(crate) by: By<'a>,
    /// The user's when the password was compared.
    pub(crate) epoch: i64,
}

/// When the user was erased, if they are.
#[derive(Deserialize)]
pub(crate) struct Erased {
    /// Where several are asked for.
    #[serde(default)]
    pub(crate) user_id: Option<UserId>,
    pub(crate) erased_at: Option<Time>,
}

/// Erases, if that may be; of who was erased before, what has come since. Gives whether they are now, no row where
/// there is no such user, and the sessions that it ended.
pub(crate) fn erase(
    batch: &mut Batch,
    erasure: Erasure<'_>,
    origin: &Origin<'_>,
) -> (Slot<Erased>, Slot<SessionEnded>) {
    let given = || {
        [
            ("user_id", erasure.user_id.into()),
            ("partner_id", erasure.partner_id.into()),
            ("by", erasure.by.map(|own| own.by.session_id).into()),
            ("epoch", erasure.by.map(|own| own.epoch).into()),
            ("now", origin.at.into()),
            ("fresh", FRESH_LOGIN.into()),
        ]
    };
    batch.run::<()>(Statement::new(END_HOLDS, given())).done();
    batch.run::<()>(Statement::new(ERASE, given())).audited(
        origin,
        Whom::User(erasure.user_id),
        Event::UserErased,
    );
    let which = Which::Erased(erasure.user_id, erasure.partner_id);
    let ended = sessions::end(batch, which, Ending::Erased, origin);
    for sql in [
        ERASE_FROM_ACCOUNTS,
        ERASE_STAGED,
        ERASE_TOKENS,
        ERASE_RECOVERY_CODES,
        ERASE_CLIENTS,
        ERASE_FAILURES,
    ] {
        batch.run::<()>(Statement::new(sql, given())).done();
    }
    (batch.read(Statement::new(ERASED, given())), ended)
}

/// Who was erased since, in the order of their moments.
pub(crate) fn since(partner_id: &PartnerId, since: Time, most: u32) -> Statement<Erased> {
    let given = [
        ("partner_id", partner_id.into()),
        ("since", since.into()),
        ("most", most.into()),
    ];
    Statement::new(SINCE, given)
}

/// Of these users, a JSON array, those that are not erased in this database.
pub(crate) fn not_yet(partner_id: &PartnerId, users: &str) -> Statement<Erased> {
    let given = [("partner_id", partner_id.into()), ("users", users.into())];
    Statement::new(NOT_YET, given)
}

/// Begins a batch that erases somebody in what their partner has left behind.
pub(crate) fn guard_behind(batch: &mut Batch, partner_id: &PartnerId) {
    let given = [("partner_id", partner_id.into())];
    batch.run::<()>(Statement::new(GUARD_BEHIND, given)).done();
}
