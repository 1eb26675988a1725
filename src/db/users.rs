//! Users and what their identity check said.

use serde::Deserialize;

use super::audit::{Origin, Whom};
use super::batch::{Batch, Slot};
use super::statement::{flag, statements, strings, Sql, Statement};
use super::throttles::Named;
use crate::rules::event::Event;
use crate::rules::id::{AccountId, ClientId, PartnerId, Subject, UserId, WorkId};
use crate::rules::identity::{KycKind, UserStatus};
use crate::rules::phone::Phone;
use crate::rules::time::Time;

/// Every role that is asked for, or else the default, is one that the client `c` may give.
macro_rules! roles_allowed {
    () => {
        "NOT EXISTS (SELECT 1 FROM json_each(COALESCE(:roles, c.default_roles)) r
                     WHERE r.value NOT IN (SELECT value FROM json_each(c.allowed_roles)))"
    };
}

statements! {
    FIND = "
SELECT id, email, phone, roles, status, name, surname, address, credential_epoch,
       phone_verified_at, disabled_at, created_at
FROM users WHERE id = :id AND partner_id = :partner_id LIMIT 1";

    FIND_BY_EMAIL = "
SELECT id, email, phone, roles, status, name, surname, address, credential_epoch,
       phone_verified_at, disabled_at, created_at
FROM users WHERE partner_id = :partner_id AND email = :email LIMIT 1";

    LOGIN_STATE = "
SELECT u.id, u.email, u.phone, u.password_hash, u.credential_epoch, u.disabled_at,
       t.blocked_until, t.attempt_id
FROM (SELECT (SELECT id FROM users WHERE partner_id = :partner_id AND (email = :username OR phone = :username)) AS found)
JOIN throttles t ON t.subject = COALESCE(found, :unknown)
LEFT JOIN users u ON u.id = found
LIMIT 1";

    /// A hash of older parameters is replaced when the password is at hand, unless it changed since.
    UPGRADE_HASH = "UPDATE users SET password_hash = :new WHERE id = :id AND password_hash = :old";

    /// A sign-up whose phone was never verified gives way once its hold is over, but only to a
    /// sign-up that will succeed: nobody else holds the e-mail or the phone, and the roles are allowed.
    GIVE_WAY = concat!("
DELETE FROM users
WHERE partner_id = :partner_id AND (email = :email OR phone = :phone) AND id <> :id
  AND phone_verified_at IS NULL AND status_at = 0 AND hold_until <= :now
  AND NOT EXISTS (SELECT 1 FROM users other
                  WHERE other.partner_id = :partner_id AND (other.email = :email OR other.phone = :phone) AND other.id <> :id
                    AND NOT (other.phone_verified_at IS NULL AND other.status_at = 0 AND other.hold_until <= :now))
  AND EXISTS (SELECT 1 FROM clients c
              WHERE c.id = :client_id AND c.disabled_at IS NULL
                AND ", roles_allowed!(), ")");

    ADD = concat!("
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at)
SELECT :id, :partner_id, :email, :phone, :password_hash, COALESCE(:roles, c.default_roles), :hold_until, :now
FROM clients c
WHERE c.id = :client_id AND c.partner_id = :partner_id AND c.disabled_at IS NULL
  AND ", roles_allowed!(), "
ON CONFLICT DO NOTHING");

    ADD_ACCOUNT = "
INSERT INTO accounts (partner_id, id, user_id, email, created_at)
SELECT partner_id, :account_id, id, email, :now FROM users WHERE id = :id
ON CONFLICT DO NOTHING";

    SIGN_UP_CHECK = concat!("
SELECT EXISTS (SELECT 1 FROM clients WHERE id = :client_id AND disabled_at IS NULL) AS client_live,
       EXISTS (SELECT 1 FROM clients c
               WHERE c.id = :client_id
                 AND ", roles_allowed!(), ") AS roles_allowed");

    KYC_IDS = "SELECT kind, id FROM user_kyc WHERE user_id = :user_id ORDER BY kind, id";

    DISABLE = "
UPDATE users SET disabled_at = :now, credential_epoch = credential_epoch + 1
WHERE id = :id AND partner_id = :partner_id AND disabled_at IS NULL";

    ENABLE = "
UPDATE users SET disabled_at = NULL
WHERE id = :id AND partner_id = :partner_id AND disabled_at IS NOT NULL";
}

#[derive(Clone, Deserialize)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) email: String,
    pub(crate) phone: Phone,
    #[serde(deserialize_with = "strings")]
    pub(crate) roles: Vec<String>,
    pub(crate) status: UserStatus,
    pub(crate) name: Option<String>,
    pub(crate) surname: Option<String>,
    /// A JSON object.
    pub(crate) address: String,
    pub(crate) credential_epoch: i64,
    pub(crate) phone_verified_at: Option<Time>,
    pub(crate) disabled_at: Option<Time>,
    pub(crate) created_at: Time,
}

pub(crate) fn find(id: &UserId, partner_id: &PartnerId) -> Statement<User> {
    Statement::new(FIND, [("id", id.into()), ("partner_id", partner_id.into())])
}

pub(crate) fn find_by_email(partner_id: &PartnerId, email: &str) -> Statement<User> {
    Statement::new(
        FIND_BY_EMAIL,
        [("partner_id", partner_id.into()), ("email", email.into())],
    )
}

/// What a login needs of a user, and what the throttle says of this attempt. Always one row.
#[derive(Deserialize)]
pub(crate) struct LoginState {
    pub(crate) id: Option<UserId>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<Phone>,
    pub(crate) password_hash: Option<String>,
    pub(crate) credential_epoch: Option<i64>,
    pub(crate) disabled_at: Option<Time>,
    pub(crate) blocked_until: Time,
    pub(crate) attempt_id: WorkId,
}

/// `unknown`: what the attempt was counted under where nobody has the username.
pub(crate) fn login_state(named: &Named<'_>, unknown: &Subject) -> Statement<LoginState> {
    Statement::new(
        LOGIN_STATE,
        [
            ("unknown", unknown.into()),
            ("partner_id", named.partner_id.into()),
            ("username", named.username.as_str().into()),
        ],
    )
}

pub(crate) fn upgrade_hash(id: &UserId, new: &str, old: &str) -> Statement {
    Statement::new(
        UPGRADE_HASH,
        [("id", id.into()), ("new", new.into()), ("old", old.into())],
    )
}

pub(crate) struct NewUser<'a> {
    pub(crate) id: &'a UserId,
    pub(crate) account_id: &'a AccountId,
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) client_id: &'a ClientId,
    pub(crate) email: &'a str,
    pub(crate) phone: &'a Phone,
    pub(crate) password_hash: &'a str,
    /// JSON array, or `None` for the client's default.
    pub(crate) roles: Option<String>,
    pub(crate) now: Time,
    pub(crate) hold_until: Time,
}

/// What stood in the way of a sign-up.
#[derive(Deserialize)]
pub(crate) struct SignUpCheck {
    #[serde(deserialize_with = "flag")]
    pub(crate) client_live: bool,
    #[serde(deserialize_with = "flag")]
    pub(crate) roles_allowed: bool,
}

/// Gives way, adds the user and the account, and says what stood in the way. The user exists
/// afterwards exactly if the sign-up succeeded, in this run or an earlier one of the same request.
pub(crate) fn sign_up(
    batch: &mut Batch,
    new: &NewUser<'_>,
    origin: &Origin<'_>,
) -> Slot<SignUpCheck> {
    for sql in [GIVE_WAY, ADD] {
        batch.run::<()>(about_sign_up(sql, new)).done();
    }
    batch.run::<()>(about_sign_up(ADD_ACCOUNT, new)).audited(
        origin,
        Whom::User(new.id),
        Event::SignUp,
    );
    batch.read(about_sign_up(SIGN_UP_CHECK, new))
}

fn about_sign_up<T>(sql: Sql, new: &NewUser<'_>) -> Statement<T> {
    Statement::new(
        sql,
        [
            ("id", new.id.into()),
            ("account_id", new.account_id.into()),
            ("partner_id", new.partner_id.into()),
            ("client_id", new.client_id.into()),
            ("email", new.email.into()),
            ("phone", new.phone.as_str().into()),
            ("password_hash", new.password_hash.into()),
            ("roles", new.roles.clone().into()),
            ("now", new.now.into()),
            ("hold_until", new.hold_until.into()),
        ],
    )
}

#[derive(Deserialize)]
pub(crate) struct KycId {
    pub(crate) kind: KycKind,
    pub(crate) id: String,
}

pub(crate) fn kyc_ids(user_id: &UserId) -> Statement<KycId> {
    Statement::new(KYC_IDS, [("user_id", user_id.into())])
}

/// A disabled user's challenges are void too: the epoch moves on.
pub(crate) fn disable(id: &UserId, partner_id: &PartnerId, now: Time) -> Statement {
    Statement::new(
        DISABLE,
        [
            ("id", id.into()),
            ("partner_id", partner_id.into()),
            ("now", now.into()),
        ],
    )
}

pub(crate) fn enable(id: &UserId, partner_id: &PartnerId) -> Statement {
    Statement::new(
        ENABLE,
        [("id", id.into()), ("partner_id", partner_id.into())],
    )
}
