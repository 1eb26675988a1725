//! Users and what their identity check said.

use serde::Deserialize;

use super::accounts::Account;
use super::audit::{Origin, Whom};
use super::batch::{Batch, Slot};
use super::indices::is_shown;
use super::portfolios::Portfolio;
use super::statement::{flag, json, statements, strings, Param, Sql, Statement};
use super::throttles::Named;
use crate::rules::challenge::Purpose;
use crate::rules::event::Event;
use crate::rules::hold::Hold;
use crate::rules::id::{
    AccountId, AuditId, ClientId, PartnerId, StoredChallengeId, Subject, UserId, WorkId,
};
use crate::rules::identity::{KycKind, UserStatus};
use crate::rules::language::Locale;
use crate::rules::limits::{CLAIM_LIFE, PORTFOLIOS_LISTED, PORTFOLIOS_LISTED_OF_USER};
use crate::rules::phone::Phone;
use crate::rules::time::Time;

/// Every role that is asked for, or else the default, is one that the client `c` may give.
macro_rules! roles_allowed {
    () => {
        "NOT EXISTS (SELECT 1 FROM json_each(COALESCE(:roles, c.default_roles)) r
                     WHERE r.value NOT IN (SELECT value FROM json_each(c.allowed_roles)))"
    };
}

/// The user `u` gives way to others: no proven phone, none by the partner's word, not disabled, and nothing built on it.
macro_rules! gives_way {
    () => {
        "u.phone_verified_at IS NULL AND u.phone_given_at IS NULL AND u.disabled_at IS NULL AND u.status <> :verified
         AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.user_id = u.id
                         AND (EXISTS (SELECT 1 FROM account_keys k WHERE k.partner_id = a.partner_id AND k.account_id = a.id)
                              OR EXISTS (SELECT 1 FROM portfolios p WHERE p.partner_id = a.partner_id AND p.account_id = a.id)))"
    };
}

/// A row for each user `u` who loses what they had not proven to somebody else, under their id.
macro_rules! record_outdone {
    ($which:expr) => {
        concat!(
            "
INSERT INTO audit (id, at, partner_id, client_id, user_id, event, outcome, request_id)
SELECT :audit_id, :now, u.partner_id, :client_id, u.id, :event, :outcome, :request_id FROM users u
WHERE u.partner_id = :partner_id AND ",
            $which,
            "
ON CONFLICT (partner_id, id) DO NOTHING"
        )
    };
}

pub(super) use {gives_way, record_outdone};

/// A contact of the user `u` is not held by the first sign-up with it.
macro_rules! is_open {
    ($contact:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM contact_holds h
                             WHERE h.partner_id = u.partner_id AND h.contact = ",
            $contact,
            " AND h.held_until > :now)"
        )
    };
}

/// The user `u` lost the number to another sign-up, and the time to prove it first is over.
macro_rules! is_late {
    () => {
        "(u.claimed_phone IS NOT NULL AND u.created_at <= :now - :claim_life)"
    };
}

/// Somebody else has the number of the user `u` now, for good or because the time to prove it is over.
macro_rules! is_outdone {
    () => {
        concat!("(", is_late!(), " AND ", gives_way!(), "
        OR EXISTS (SELECT 1 FROM users o
                   WHERE o.partner_id = :partner_id AND o.phone = u.claimed_phone AND o.phone_verified_at IS NOT NULL))")
    };
}

/// Nobody stands in the way of a sign-up: whoever has its e-mail or its number gives way, and
/// what they have of the two is open.
macro_rules! is_free {
    () => {
        concat!("NOT EXISTS (SELECT 1 FROM users u
                 WHERE u.partner_id = :partner_id AND (u.email = :email OR u.phone = :phone) AND u.id <> :id
                   AND NOT (", gives_way!(), "
                            AND (u.email <> :email OR ", is_open!("u.email"), " OR ", is_late!(), ")
                            AND (u.phone <> :phone OR ", is_open!("u.phone"), ")))")
    };
}

/// A sign-up will succeed: nobody stands in its way, and the client may give the roles. One that is taken up again when
/// its user was erased takes nothing from whoever has come since.
macro_rules! will_succeed {
    () => {
        concat!(
            is_free!(),
            "
  AND NOT EXISTS (SELECT 1 FROM users e WHERE e.id = :id AND e.erased_at IS NOT NULL)
  AND EXISTS (SELECT 1 FROM clients c
              WHERE c.id = :client_id AND c.partner_id = :partner_id AND c.disabled_at IS NULL
                AND ",
            roles_allowed!(),
            ")"
        )
    };
}

/// The code of the login challenge was right, in this request.
macro_rules! proven_now {
    () => {
        "EXISTS (SELECT 1 FROM answers WHERE id = :work_id AND is_right = 1)"
    };
}

/// The user of the login challenge.
macro_rules! prover {
    ($column:literal) => {
        concat!(
            "(SELECT w.",
            $column,
            " FROM challenges c JOIN users w ON w.id = c.user_id
                  WHERE c.id = :challenge_id AND c.purpose = :login)"
        )
    };
}

statements! {
    FIND = "
SELECT id, COALESCE(claimed_phone, phone) AS phone, credential_epoch, phone_verified_at, phone_given_at, disabled_at, locale
FROM users WHERE id = :id AND partner_id = :partner_id AND erased_at IS NULL LIMIT 1";

    FIND_BY_EMAIL = "
SELECT id, COALESCE(claimed_phone, phone) AS phone, credential_epoch, phone_verified_at, phone_given_at, disabled_at, locale
FROM users WHERE partner_id = :partner_id AND email = :email LIMIT 1";

    /// Of each account's portfolios the oldest, and the trading one; how many, depends on how many accounts
    /// there are (`limits::portfolios_listed`).
    WHOLE = concat!("
SELECT u.id, NULLIF(u.email, u.id) AS email, NULLIF(COALESCE(u.claimed_phone, u.phone), u.id) AS phone, u.roles, u.status,
       u.status_at, u.name, u.surname, u.address, u.phone_verified_at, u.disabled_at, u.erased_at, u.created_at,
       u.withdrawals_held_until, u.email_verified_at, u.locale,
       (SELECT json_group_array(json_object('kind', k.kind, 'id', k.id) ORDER BY k.kind, k.id)
        FROM user_kyc k WHERE k.user_id = u.id) AS kyc_ids,
       (SELECT json_group_array(json_object(
                 'account', json_object(
                   'id', a.id, 'user_id', a.user_id, 'email', a.email, 'created_at', a.created_at,
                   'portfolios', a.portfolios, 'trading_seq', a.trading_seq, 'status', a.status,
                   'disabled_at', a.disabled_at, 'key_index', a.key_index, 'sub_account_id', a.sub_account_id,
                   'custody_key', a.custody_key, 'encryption_key', a.encryption_key),
                 'portfolios', json((
                   SELECT json_group_array(json_object(
                            'seq', p.seq, 'id', p.id, 'account_id', p.account_id, 'name', p.name, 'type', p.type,
                            'custody_key', p.custody_key,
                            'address_index', COALESCE(p.address_index, p.seq - 1),
                            'public_address', p.public_address, 'created_at', p.created_at) ORDER BY p.seq)
                   FROM portfolios p
                   WHERE p.seq = a.trading_seq
                      OR p.seq IN (SELECT o.seq FROM portfolios o
                                   WHERE o.partner_id = a.partner_id AND o.account_id = a.id
                                     AND ", is_shown!("o"), " ORDER BY o.seq
                                   LIMIT (SELECT CAST(min(:listed, :listed_of_user / max(COUNT(*), 1)) AS INTEGER)
                                          FROM accounts WHERE user_id = :id)))))
               ORDER BY a.created_at, a.id)
        FROM owned_accounts a WHERE a.user_id = u.id AND a.partner_id = u.partner_id) AS accounts
FROM users u WHERE u.id = :id AND u.partner_id = :partner_id LIMIT 1");

    /// Whom a login with this e-mail or number is for, disabled or not.
    FIND_NAMED = concat!("
SELECT u.id FROM users u
WHERE u.partner_id = :partner_id AND (u.email = :username OR u.phone = :username) AND NOT ", is_outdone!(), " LIMIT 1");

    LOGIN_STATE = concat!("
SELECT u.id, u.email, COALESCE(u.claimed_phone, u.phone) AS phone, u.password_hash, u.credential_epoch, u.disabled_at, u.locale,
       ", is_outdone!(), " AS outdone,
       t.blocked_until, t.attempt_id
FROM (SELECT (SELECT id FROM users WHERE partner_id = :partner_id AND (email = :username OR phone = :username)) AS found)
JOIN throttles t ON t.subject = COALESCE(found, :unknown)
LEFT JOIN users u ON u.id = found
LIMIT 1");

    HELD = "SELECT withdrawals_held_until FROM users WHERE id = :id LIMIT 1";

    /// A hash of older parameters is replaced when the password is at hand, unless it changed since.
    UPGRADE_HASH = "UPDATE users SET password_hash = :new WHERE id = :id AND password_hash = :old";

    SPEAK = "UPDATE users SET locale = :locale WHERE id = :id AND locale IS NOT :locale";

    /// What a sign-up replaces, under its old id: first whoever has the e-mail, then whoever else has
    /// the number.
    RECORD_REPLACED = record_outdone!(concat!("(u.email = :email OR u.phone = :phone) AND u.id <> :id
  AND (u.email = :email) = :by_email AND ", will_succeed!()));

    /// A sign-up that was only just made loses its number to the next, but not the chance to prove it.
    SET_ASIDE = concat!("
UPDATE users SET claimed_phone = phone, phone = id
WHERE partner_id = :partner_id AND phone = :phone AND email <> :email AND id <> :id
  AND created_at > :now - :claim_life AND ", will_succeed!());

    REPLACE = concat!("
DELETE FROM users
WHERE partner_id = :partner_id AND (email = :email OR phone = :phone) AND id <> :id AND ", will_succeed!());

    ADD = concat!("
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at, locale)
SELECT :id, :partner_id, :email, :phone, :password_hash, COALESCE(:roles, c.default_roles), :hold_until, :now, :locale
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
                 AND ", roles_allowed!(), ") AS roles_allowed,
       ", is_free!(), " AS free");

    /// The first sign-up of an e-mail or a number holds it; no later one renews that.
    HOLD = "
INSERT INTO contact_holds (partner_id, contact, held_until)
SELECT u.partner_id, c.value, :hold_until FROM users u JOIN json_each(json_array(:email, :phone)) c
WHERE u.id = :id AND u.erased_at IS NULL
ON CONFLICT DO NOTHING";

    /// Who else has the number that is proven now, under their id.
    RECORD_OUTDONE = record_outdone!(concat!("u.phone = ", prover!("claimed_phone"), "
  AND u.phone_verified_at IS NULL AND u.disabled_at IS NULL AND ", proven_now!()));

    SET_OUTDONE_ASIDE = concat!("
UPDATE users SET claimed_phone = phone, phone = id
WHERE partner_id = :partner_id AND phone = ", prover!("claimed_phone"), "
  AND phone_verified_at IS NULL AND disabled_at IS NULL AND ", proven_now!());

    TAKE_NUMBER = concat!("
UPDATE users SET phone = claimed_phone, claimed_phone = NULL
WHERE id = ", prover!("id"), " AND claimed_phone IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM users o WHERE o.partner_id = users.partner_id AND o.phone = users.claimed_phone)
  AND ", proven_now!());

    /// The number is somebody's: who else signed up with it cannot prove it any more.
    DROP_CLAIMS = concat!("
DELETE FROM users AS u
WHERE u.partner_id = :partner_id AND u.claimed_phone = ", prover!("phone"), " AND ", gives_way!(), " AND ", proven_now!());

    END_HOLDS = concat!("
DELETE FROM contact_holds
WHERE partner_id = :partner_id AND contact IN (", prover!("email"), ", ", prover!("phone"), ") AND ", proven_now!());

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
    pub(crate) phone: Phone,
    pub(crate) credential_epoch: i64,
    pub(crate) phone_verified_at: Option<Time>,
    /// By the partner's word.
    pub(crate) phone_given_at: Option<Time>,
    pub(crate) disabled_at: Option<Time>,
    #[serde(deserialize_with = "Locale::stored")]
    pub(crate) locale: Option<Locale>,
}

/// All that is shown of a user, as one row.
#[derive(Deserialize)]
pub(crate) struct Whole {
    pub(crate) id: UserId,
    /// The two are nothing of who was erased.
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<Phone>,
    #[serde(deserialize_with = "strings")]
    pub(crate) roles: Vec<String>,
    pub(crate) status: UserStatus,
    /// The time of the event that said it; 0 where none did.
    pub(crate) status_at: Time,
    pub(crate) name: Option<String>,
    pub(crate) surname: Option<String>,
    /// A JSON object.
    pub(crate) address: String,
    pub(crate) phone_verified_at: Option<Time>,
    pub(crate) disabled_at: Option<Time>,
    pub(crate) erased_at: Option<Time>,
    pub(crate) created_at: Time,
    pub(crate) withdrawals_held_until: Hold,
    pub(crate) email_verified_at: Option<Time>,
    #[serde(deserialize_with = "Locale::stored")]
    pub(crate) locale: Option<Locale>,
    #[serde(deserialize_with = "json")]
    pub(crate) kyc_ids: Vec<KycId>,
    /// The oldest first.
    #[serde(deserialize_with = "json")]
    pub(crate) accounts: Vec<WholeAccount>,
}

#[derive(Deserialize)]
pub(crate) struct WholeAccount {
    pub(crate) account: Account,
    /// By their index.
    pub(crate) portfolios: Vec<Portfolio>,
}

pub(crate) fn whole(id: &UserId, partner_id: &PartnerId) -> Statement<Whole> {
    Statement::new(
        WHOLE,
        [
            ("id", id.into()),
            ("partner_id", partner_id.into()),
            ("listed", PORTFOLIOS_LISTED.into()),
            ("listed_of_user", PORTFOLIOS_LISTED_OF_USER.into()),
        ],
    )
}

pub(crate) fn find(id: &UserId, partner_id: &PartnerId) -> Statement<User> {
    Statement::new(FIND, [("id", id.into()), ("partner_id", partner_id.into())])
}

/// The user whom something is counted under; no row where that is somebody unknown.
pub(crate) fn find_counted(subject: &Subject, partner_id: &PartnerId) -> Statement<User> {
    let given = [("id", subject.into()), ("partner_id", partner_id.into())];
    Statement::new(FIND, given)
}

pub(crate) fn find_by_email(partner_id: &PartnerId, email: &str) -> Statement<User> {
    Statement::new(
        FIND_BY_EMAIL,
        [("partner_id", partner_id.into()), ("email", email.into())],
    )
}

#[derive(Deserialize)]
pub(crate) struct FoundId {
    pub(crate) id: UserId,
}

/// Nobody where a login would know nobody: whoever lost their number to somebody else.
pub(crate) fn find_named(named: &Named<'_>, now: Time) -> Statement<FoundId> {
    Statement::new(
        FIND_NAMED,
        [
            ("now", now.into()),
            ("claim_life", CLAIM_LIFE.into()),
            ("verified", UserStatus::Verified.into()),
            ("partner_id", named.partner_id.into()),
            ("username", named.username.as_str().into()),
        ],
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
    #[serde(deserialize_with = "Locale::stored")]
    pub(crate) locale: Option<Locale>,
    #[serde(deserialize_with = "flag")]
    pub(crate) outdone: bool,
    pub(crate) blocked_until: Time,
    pub(crate) attempt_id: WorkId,
}

/// `unknown`: what the attempt was counted under where nobody has the username.
pub(crate) fn login_state(
    named: &Named<'_>,
    unknown: &Subject,
    now: Time,
) -> Statement<LoginState> {
    Statement::new(
        LOGIN_STATE,
        [
            ("unknown", unknown.into()),
            ("now", now.into()),
            ("claim_life", CLAIM_LIFE.into()),
            ("verified", UserStatus::Verified.into()),
            ("partner_id", named.partner_id.into()),
            ("username", named.username.as_str().into()),
        ],
    )
}

#[derive(Deserialize)]
pub(crate) struct Held {
    pub(crate) withdrawals_held_until: Hold,
}

/// Until when what takes the user's money away is held back.
pub(crate) fn held(id: &UserId) -> Statement<Held> {
    Statement::new(HELD, [("id", id.into())])
}

pub(crate) fn upgrade_hash(id: &UserId, new: &str, old: &str) -> Statement {
    Statement::new(
        UPGRADE_HASH,
        [("id", id.into()), ("new", new.into()), ("old", old.into())],
    )
}

/// The language that the user is told things in from now on.
pub(crate) fn speak(id: &UserId, locale: Locale) -> Statement {
    Statement::new(SPEAK, [("id", id.into()), ("locale", locale.into())])
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
    pub(crate) locale: Option<Locale>,
    pub(crate) now: Time,
    pub(crate) hold_until: Time,
    /// Of the rows about those that it replaces: who had the e-mail, and who had the number.
    pub(crate) audit_ids: [AuditId; 2],
}

/// What stood in the way of a sign-up.
#[derive(Deserialize)]
pub(crate) struct SignUpCheck {
    #[serde(deserialize_with = "flag")]
    pub(crate) client_live: bool,
    #[serde(deserialize_with = "flag")]
    pub(crate) roles_allowed: bool,
    /// Nobody else holds the e-mail or the number.
    #[serde(deserialize_with = "flag")]
    pub(crate) free: bool,
}

/// What stands in the way of a sign-up now.
pub(crate) fn sign_up_check(new: &NewUser<'_>) -> Statement<SignUpCheck> {
    about_sign_up(SIGN_UP_CHECK, new)
}

/// Replaces whoever gives way, adds the user and the account, and says what stood in the way. The user exists
/// afterwards exactly if the sign-up succeeded, in this run or an earlier one of the same request.
pub(crate) fn sign_up(
    batch: &mut Batch,
    new: &NewUser<'_>,
    origin: &Origin<'_>,
) -> Slot<SignUpCheck> {
    for (id, by_email) in new.audit_ids.iter().zip([true, false]) {
        batch.run(record_replaced(new, origin, id, by_email)).done();
    }
    for sql in [SET_ASIDE, REPLACE, ADD, HOLD] {
        batch.run::<()>(about_sign_up(sql, new)).done();
    }
    batch.run::<()>(about_sign_up(ADD_ACCOUNT, new)).audited(
        origin,
        Whom::User(new.id),
        Event::SignUp,
    );
    batch.read(sign_up_check(new))
}

fn record_replaced(
    new: &NewUser<'_>,
    origin: &Origin<'_>,
    id: &AuditId,
    by_email: bool,
) -> Statement {
    let replaced = replaced(id, origin);
    let which = [("by_email", by_email.into())];
    let given = sign_up_values(new).into_iter().chain(which);
    Statement::new(RECORD_REPLACED, given.chain(replaced))
}

/// What an audit row says of somebody whose sign-up gave way.
pub(super) fn replaced(id: &AuditId, origin: &Origin<'_>) -> [(&'static str, Param); 4] {
    let (event, outcome) = Event::SignUpReplaced.words();
    [
        ("audit_id", id.into()),
        ("event", event.into()),
        ("outcome", outcome.into()),
        ("request_id", origin.request_id.into()),
    ]
}

fn about_sign_up<T>(sql: Sql, new: &NewUser<'_>) -> Statement<T> {
    Statement::new(sql, sign_up_values(new))
}

fn sign_up_values(new: &NewUser<'_>) -> [(&'static str, Param); 13] {
    [
        ("locale", new.locale.into()),
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
        ("claim_life", CLAIM_LIFE.into()),
        ("verified", UserStatus::Verified.into()),
    ]
}

/// If this work's answer to a login was right, the number is that user's: who else signed up with it
/// and has not proven it loses it, and nobody holds it, or the e-mail, any longer.
pub(crate) fn give_number_to_prover(
    batch: &mut Batch,
    challenge_id: &StoredChallengeId,
    work_id: &WorkId,
    origin: &Origin<'_>,
) {
    let given = || {
        [
            ("challenge_id", challenge_id.into()),
            ("work_id", work_id.into()),
            ("login", Purpose::Login.into()),
            ("partner_id", origin.partner_id.into()),
            ("client_id", origin.client_id.into()),
            ("now", origin.at.into()),
            ("verified", UserStatus::Verified.into()),
        ]
    };
    let outdone = given().into_iter().chain(replaced(&origin.id, origin));
    batch
        .run::<()>(Statement::new(RECORD_OUTDONE, outdone))
        .done();
    for sql in [SET_OUTDONE_ASIDE, TAKE_NUMBER, DROP_CLAIMS, END_HOLDS] {
        batch.run::<()>(Statement::new(sql, given())).done();
    }
}

#[derive(Deserialize)]
pub(crate) struct KycId {
    pub(crate) kind: KycKind,
    pub(crate) id: String,
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
