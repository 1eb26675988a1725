//! Accounts, and the key index each gets when it first becomes active. The key is shown once the ledger has its
//! index ([`crate::ledger`]).

use serde::Deserialize;

use super::batch::{Batch, Slot};
use super::indices::{self, is_in_force, next_key, Reserved};
use super::statement::{statements, Statement};
use crate::rules::custody::Giving;
use crate::rules::id::{AccountId, PartnerId, UserId};
use crate::rules::identity::UserStatus;
use crate::rules::limits::ACCOUNTS_PER_USER;
use crate::rules::time::Time;

/// For [`Account`].
macro_rules! account {
    () => {
        "
SELECT id, user_id, email, created_at, portfolios, trading_seq, status, disabled_at, key_index, sub_account_id,
       custody_key, encryption_key
FROM owned_accounts "
    };
}

statements! {
    FIND = concat!(account!(), "WHERE partner_id = :partner_id AND id = :id LIMIT 1");

    OPEN = "
INSERT INTO accounts (partner_id, id, user_id, email, created_at)
SELECT u.partner_id, :id, u.id, COALESCE(:email, u.email), :now
FROM users u
WHERE u.id = :user_id AND u.partner_id = :partner_id AND u.erased_at IS NULL
  AND (SELECT COUNT(*) FROM accounts o WHERE o.user_id = u.id) < :most
ON CONFLICT (partner_id, id) DO NOTHING";

    RESERVE_KEYS = concat!("
INSERT INTO account_keys (partner_id, account_id, sub_account_id, custody_key, key_index, created_at)
SELECT a.partner_id, a.id, 'sub_' || lower(hex(randomblob(16))), :custody_key,
       ", next_key!(), " + row_number() OVER (ORDER BY a.created_at, a.id) - 1, :now
FROM accounts a JOIN users u ON u.id = a.user_id
WHERE a.user_id = :user_id AND u.status = :verified AND u.disabled_at IS NULL AND a.partner_id = :partner_id
  AND ", is_in_force!(), "
  AND NOT EXISTS (SELECT 1 FROM account_keys k WHERE k.partner_id = a.partner_id AND k.account_id = a.id)");

    LEFT = concat!(account!(), "
WHERE user_id = :user_id AND partner_id = :partner_id AND status = :verified AND disabled_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM account_keys k WHERE k.partner_id = owned_accounts.partner_id
                  AND k.account_id = owned_accounts.id)
LIMIT 1");

    REMEMBER_KEY = "
UPDATE account_keys SET encryption_key = :key
WHERE custody_key = :custody_key AND COALESCE(key_index, seq - 1) = :key_index AND encryption_key IS NULL
  AND (claimed_at IS NOT NULL OR key_index IS NULL)";
}

#[derive(Deserialize)]
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) user_id: UserId,
    pub(crate) email: String,
    pub(crate) created_at: Time,
    /// How many it has, and which of them is the trading one.
    pub(crate) portfolios: i64,
    pub(crate) trading_seq: Option<i64>,
    /// The owner's, and whether the owner is disabled.
    pub(crate) status: UserStatus,
    pub(crate) disabled_at: Option<Time>,
    /// From here on set once the ledger has the index of the first activation, and the key itself when it is first
    /// shown.
    pub(crate) key_index: Option<u32>,
    pub(crate) sub_account_id: Option<String>,
    pub(crate) custody_key: Option<String>,
    pub(crate) encryption_key: Option<String>,
}

impl Account {
    /// While its owner is verified and not disabled.
    pub(crate) fn is_active(&self) -> bool {
        self.status == UserStatus::Verified && self.disabled_at.is_none()
    }
}

pub(crate) fn find(partner_id: &PartnerId, id: &AccountId) -> Statement<Account> {
    Statement::new(FIND, [("partner_id", partner_id.into()), ("id", id.into())])
}

/// Nothing happens when the user is unknown, the id is taken, or the user has all they may have.
pub(crate) fn open(
    user_id: &UserId,
    partner_id: &PartnerId,
    id: &AccountId,
    email: Option<&str>,
    now: Time,
) -> Statement {
    Statement::new(
        OPEN,
        [
            ("user_id", user_id.into()),
            ("partner_id", partner_id.into()),
            ("id", id.into()),
            ("email", email.into()),
            ("most", ACCOUNTS_PER_USER.into()),
            ("now", now.into()),
        ],
    )
}

/// What a batch reserves.
#[derive(Clone, Copy)]
pub(crate) struct Reserving {
    pub(crate) reserved: Slot<Reserved>,
    /// Under a partner's own extended key: an account that should have got an index and has none.
    pub(crate) left: Option<Slot<Account>>,
}

/// Gives every account of a verified user that has none its index and sub-account, unless the user
/// is disabled: then nothing is active, and it is done when the user is enabled. None gets one under a key that is the partner's no more.
/// What it reserved, and what was reserved before and is not claimed yet, the ledger is to be told.
pub(crate) fn reserve_keys(
    batch: &mut Batch,
    user_id: &UserId,
    partner_id: &PartnerId,
    under: Giving<'_>,
    now: Time,
) -> Reserving {
    let given = || {
        [
            ("user_id", user_id.into()),
            ("partner_id", partner_id.into()),
            ("custody_key", under.key_id.into()),
            ("is_partners", under.is_partners.into()),
            ("now", now.into()),
            ("verified", UserStatus::Verified.into()),
        ]
    };
    batch
        .run::<()>(Statement::new(RESERVE_KEYS, given()))
        .done();
    let left = under
        .is_partners
        .then(|| batch.read(Statement::new(LEFT, given())));
    Reserving {
        reserved: batch.read(indices::of_user(user_id)),
        left,
    }
}

/// Saves the next reader the derivation; the key itself follows from the row.
pub(crate) fn remember_key(custody_key: &str, index: u32, key: &str) -> Statement {
    Statement::new(
        REMEMBER_KEY,
        [
            ("custody_key", custody_key.into()),
            ("key_index", index.into()),
            ("key", key.into()),
        ],
    )
}
