//! Users and what their identity check said.

use serde::Deserialize;

use super::throttles::{self, Named};
use super::{strings, Statement};

#[derive(Clone, Deserialize)]
pub struct User {
    pub id: String,
    pub partner_id: String,
    pub email: String,
    pub phone: String,
    #[serde(deserialize_with = "strings")]
    pub roles: Vec<String>,
    pub status: String,
    pub name: Option<String>,
    pub surname: Option<String>,
    pub address: String,
    pub credential_epoch: i64,
    pub phone_verified_at: Option<i64>,
    pub disabled_at: Option<i64>,
    pub created_at: i64,
}

const FIND: &str = "
SELECT id, partner_id, email, phone, roles, status, name, surname, address, credential_epoch,
       phone_verified_at, disabled_at, created_at
FROM users WHERE id = ?1 AND partner_id = ?2 LIMIT 1";

pub fn find(id: &str, partner_id: &str) -> Statement {
    Statement::new(FIND, [id.into(), partner_id.into()])
}

const FIND_BY_EMAIL: &str = "
SELECT id, partner_id, email, phone, roles, status, name, surname, address, credential_epoch,
       phone_verified_at, disabled_at, created_at
FROM users WHERE partner_id = ?1 AND email = ?2 LIMIT 1";

pub fn find_by_email(partner_id: &str, email: &str) -> Statement {
    Statement::new(FIND_BY_EMAIL, [partner_id.into(), email.into()])
}

/// What a login needs of a user, and what the throttle says of this attempt. Always one row.
#[derive(Deserialize)]
pub struct LoginState {
    pub id: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub password_hash: Option<String>,
    pub credential_epoch: Option<i64>,
    pub disabled_at: Option<i64>,
    pub blocked_until: i64,
    pub attempt_id: String,
}

const LOGIN_STATE: &str = "
SELECT u.id, u.email, u.phone, u.password_hash, u.credential_epoch, u.disabled_at,
       t.blocked_until, t.attempt_id
FROM (SELECT (SELECT id FROM users WHERE partner_id = ?2 AND (email = ?3 OR phone = ?3)) AS found)
JOIN throttles t ON t.subject = COALESCE(found, ?1)
LEFT JOIN users u ON u.id = found
LIMIT 1";

/// Counts the attempt against the user, or against the username where nobody has it; then
/// `LoginState`.
pub fn count_login(
    named: &Named<'_>,
    unknown_subject: &str,
    attempt_id: &str,
    now: i64,
) -> [Statement; 2] {
    [
        throttles::count_named(unknown_subject, Some(named), attempt_id, now),
        Statement::new(
            LOGIN_STATE,
            [
                unknown_subject.into(),
                named.partner_id.into(),
                named.username.into(),
            ],
        ),
    ]
}

/// A hash of older parameters is replaced when the password is at hand, unless it changed since.
const UPGRADE_HASH: &str = "
UPDATE users SET password_hash = ?2 WHERE id = ?1 AND password_hash = ?3";

pub fn upgrade_hash(id: &str, new: &str, old: &str) -> Statement {
    Statement::new(UPGRADE_HASH, [id.into(), new.into(), old.into()])
}

pub struct NewUser<'a> {
    pub id: &'a str,
    pub account_id: &'a str,
    pub partner_id: &'a str,
    pub client_id: &'a str,
    pub email: &'a str,
    pub phone: &'a str,
    pub password_hash: &'a str,
    /// JSON array, or `None` for the client's default.
    pub roles: Option<String>,
    pub now: i64,
    pub hold_until: i64,
}

/// A sign-up whose phone was never verified gives way once its hold is over, but only to a
/// sign-up that will succeed: nobody else holds the e-mail or the phone, and the roles are allowed.
const GIVE_WAY: &str = "
DELETE FROM users
WHERE partner_id = ?1 AND (email = ?2 OR phone = ?3) AND id <> ?4
  AND phone_verified_at IS NULL AND status_at = 0 AND hold_until <= ?5
  AND NOT EXISTS (SELECT 1 FROM users other
                  WHERE other.partner_id = ?1 AND (other.email = ?2 OR other.phone = ?3) AND other.id <> ?4
                    AND NOT (other.phone_verified_at IS NULL AND other.status_at = 0 AND other.hold_until <= ?5))
  AND EXISTS (SELECT 1 FROM clients c
              WHERE c.id = ?6 AND c.disabled_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM json_each(COALESCE(?7, c.default_roles)) r
                                WHERE r.value NOT IN (SELECT value FROM json_each(c.allowed_roles))))";

const ADD: &str = "
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at)
SELECT ?1, ?2, ?3, ?4, ?5, COALESCE(?6, c.default_roles), ?7, ?8
FROM clients c
WHERE c.id = ?9 AND c.partner_id = ?2 AND c.disabled_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM json_each(COALESCE(?6, c.default_roles)) r
                  WHERE r.value NOT IN (SELECT value FROM json_each(c.allowed_roles)))
ON CONFLICT DO NOTHING";

const ADD_ACCOUNT: &str = "
INSERT INTO accounts (partner_id, id, user_id, email, created_at)
SELECT partner_id, ?2, id, email, ?3 FROM users WHERE id = ?1
ON CONFLICT DO NOTHING";

/// What stood in the way of a sign-up.
#[derive(Deserialize)]
pub struct SignUpCheck {
    #[serde(deserialize_with = "super::flag")]
    pub client_live: bool,
    #[serde(deserialize_with = "super::flag")]
    pub roles_allowed: bool,
}

const SIGN_UP_CHECK: &str = "
SELECT EXISTS (SELECT 1 FROM clients WHERE id = ?1 AND disabled_at IS NULL) AS client_live,
       EXISTS (SELECT 1 FROM clients c
               WHERE c.id = ?1
                 AND NOT EXISTS (SELECT 1 FROM json_each(COALESCE(?2, c.default_roles)) r
                                 WHERE r.value NOT IN (SELECT value FROM json_each(c.allowed_roles)))) AS roles_allowed";

/// Gives way, adds the user, adds the account; then `SignUpCheck`. The user exists afterwards
/// exactly if the sign-up succeeded, in this run or an earlier one of the same request.
pub fn sign_up(new: &NewUser<'_>) -> [Statement; 4] {
    let roles = || new.roles.clone().into();
    [
        Statement::new(
            GIVE_WAY,
            [
                new.partner_id.into(),
                new.email.into(),
                new.phone.into(),
                new.id.into(),
                new.now.into(),
                new.client_id.into(),
                roles(),
            ],
        ),
        Statement::new(
            ADD,
            [
                new.id.into(),
                new.partner_id.into(),
                new.email.into(),
                new.phone.into(),
                new.password_hash.into(),
                roles(),
                new.hold_until.into(),
                new.now.into(),
                new.client_id.into(),
            ],
        ),
        Statement::new(
            ADD_ACCOUNT,
            [new.id.into(), new.account_id.into(), new.now.into()],
        ),
        Statement::new(SIGN_UP_CHECK, [new.client_id.into(), roles()]),
    ]
}

#[derive(Deserialize)]
pub struct KycId {
    pub kind: String,
    pub id: String,
}

const KYC_IDS: &str = "SELECT kind, id FROM user_kyc WHERE user_id = ?1 ORDER BY kind, id";

pub fn kyc_ids(user_id: &str) -> Statement {
    Statement::new(KYC_IDS, [user_id.into()])
}

const DISABLE: &str = "
UPDATE users SET disabled_at = ?3, credential_epoch = credential_epoch + 1
WHERE id = ?1 AND partner_id = ?2 AND disabled_at IS NULL";

/// A disabled user's challenges are void too: the epoch moves on.
pub fn disable(id: &str, partner_id: &str, now: i64) -> Statement {
    Statement::new(DISABLE, [id.into(), partner_id.into(), now.into()])
}

const ENABLE: &str = "
UPDATE users SET disabled_at = NULL
WHERE id = ?1 AND partner_id = ?2 AND disabled_at IS NOT NULL";

pub fn enable(id: &str, partner_id: &str) -> Statement {
    Statement::new(ENABLE, [id.into(), partner_id.into()])
}
