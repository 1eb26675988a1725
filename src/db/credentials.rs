//! A password that its owner changes, knowing it: in a session that was opened a moment ago, once for each time that
//! the password was another.

use serde::Deserialize;

use super::audit::{id_of_end, of_origin, record_ends, Origin, Whom};
use super::batch::{Batch, Slot};
use super::sessions::{end_those, By, SessionEnded};
use super::statement::{flag, statements, Param, Sql, Statement};
use crate::rules::event::Event;
use crate::rules::hold::Hold;
use crate::rules::language::Locale;
use crate::rules::limits::{FRESH_LOGIN, RESET_SETTLES};
use crate::rules::phone::Phone;
use crate::rules::session::{Ending, Means};
use crate::rules::time::Time;

/// The session that an act comes by lives, and was opened a moment ago. Takes [`by_session`].
macro_rules! by_fresh {
    () => {
        "EXISTS (SELECT 1 FROM user_sessions b
              WHERE b.id = :by AND b.user_id = :user_id AND b.revoked_at IS NULL AND b.expires_at > :now
                AND b.created_at > :now - :fresh)"
    };
}

/// And its user has the password that was compared. Takes `:epoch` too.
macro_rules! may_act {
    () => {
        concat!(
            "EXISTS (SELECT 1 FROM users e WHERE e.id = :user_id AND e.credential_epoch = :epoch) AND ",
            by_fresh!()
        )
    };
}

pub(super) use {by_fresh, may_act};

/// Every other session of the user.
macro_rules! others {
    () => {
        concat!("s.user_id = :user_id AND s.id <> :by AND ", may_act!())
    };
}

statements! {
    OF_SESSION = concat!("
SELECT u.email, COALESCE(u.claimed_phone, u.phone) AS phone, u.password_hash, u.credential_epoch, u.locale,
       ", by_fresh!(), " AS is_fresh, u.reset_at + :settles AS settled_at, u.withdrawals_held_until,
       EXISTS (SELECT 1 FROM sessions s WHERE s.id = :by AND s.amr = :recovery) AS is_recovered
FROM users u WHERE u.id = :user_id LIMIT 1");

    // Before the change: a batch that is run again finds the epoch moved on, and leaves alone what was opened since.
    RECORD_ENDS = record_ends!(others!());
    END_OTHERS = end_those!(others!());

    CHANGE = concat!("
UPDATE users SET password_hash = :hash, credential_epoch = credential_epoch + 1
WHERE id = :user_id AND ", may_act!());

    CHANGED = concat!("
SELECT u.password_hash IS :hash AS is_changed, ", by_fresh!(), " AS is_fresh FROM users u WHERE u.id = :user_id LIMIT 1");
}

/// What the password of whoever calls is compared with.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    pub(crate) email: String,
    pub(crate) phone: Phone,
    pub(crate) password_hash: String,
    pub(crate) credential_epoch: i64,
    /// The session was opened a moment ago.
    #[serde(deserialize_with = "flag")]
    pub(crate) is_fresh: bool,
    #[serde(deserialize_with = "Locale::stored")]
    pub(crate) locale: Option<Locale>,
    /// When a reset has settled, if there ever was one.
    pub(crate) settled_at: Option<Time>,
    pub(crate) withdrawals_held_until: Hold,
    /// The session was opened by a recovery code.
    #[serde(deserialize_with = "flag")]
    pub(crate) is_recovered: bool,
}

pub(crate) fn of_session(by: By<'_>) -> Statement<Credentials> {
    let given = [
        ("settles", RESET_SETTLES.into()),
        ("recovery", Means::RecoveryCode.amr().into()),
    ];
    Statement::new(OF_SESSION, by_session(by).into_iter().chain(given))
}

pub(super) fn by_session(by: By<'_>) -> [(&'static str, Param); 4] {
    [
        ("by", by.session_id.into()),
        ("user_id", by.user_id.into()),
        ("now", by.now.into()),
        ("fresh", FRESH_LOGIN.into()),
    ]
}

/// A new password in the place of the one that was compared.
pub(crate) struct NewPassword<'a> {
    pub(crate) by: By<'a>,
    /// The user's when the password was compared.
    pub(crate) epoch: i64,
    pub(crate) hash: &'a str,
}

/// What came of a change.
#[derive(Deserialize)]
pub(crate) struct Changed {
    /// The password is the one that this work brought.
    #[serde(deserialize_with = "flag")]
    pub(crate) is_changed: bool,
    #[serde(deserialize_with = "flag")]
    pub(crate) is_fresh: bool,
}

/// Changes it, and ends every other session. Gives what came of it, and the sessions that it ended.
pub(crate) fn change(
    batch: &mut Batch,
    new: &NewPassword<'_>,
    origin: &Origin<'_>,
) -> (Slot<Changed>, Slot<SessionEnded>) {
    let record = values(new)
        .into_iter()
        .chain(of_origin(origin, Event::SessionEnded));
    batch.run::<()>(Statement::new(RECORD_ENDS, record)).done();
    let ended = batch.read(about(END_OTHERS, new));
    batch.run::<()>(about(CHANGE, new)).audited(
        origin,
        Whom::User(new.by.user_id),
        Event::PasswordChanged,
    );
    (batch.read(about(CHANGED, new)), ended)
}

fn about<T>(sql: Sql, new: &NewPassword<'_>) -> Statement<T> {
    Statement::new(sql, values(new))
}

fn values(new: &NewPassword<'_>) -> Vec<(&'static str, Param)> {
    let change = [
        ("epoch", new.epoch.into()),
        ("hash", new.hash.into()),
        ("why", Ending::PasswordChanged.into()),
    ];
    by_session(new.by).into_iter().chain(change).collect()
}
