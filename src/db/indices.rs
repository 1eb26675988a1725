//! Custody indices that are reserved: of portfolios (`0/i`) and of accounts' keys (`1/j`). Nothing shows one before
//! the ledger has it ([`crate::ledger`]). Rows of before have none of their own: theirs is `seq - 1`, and was shown.

use serde::Deserialize;

use super::batch::{Batch, Slot};
use super::partners::is_here;
use super::statement::{flag, statements, Param, Statement};
use crate::rules::custody::{Branch, Place};
use crate::rules::id::{AccountId, PartnerId, PortfolioId, UserId};
use crate::rules::time::Time;

/// The first index of this key that was never given, as far as this database knows, by its rows and by what is left
/// of rows that it had before it was set back.
macro_rules! next_address {
    () => {
        "MAX(COALESCE((SELECT MAX(COALESCE(address_index, seq - 1)) + 1 FROM portfolios WHERE custody_key = :custody_key), 0),
             COALESCE((SELECT next FROM custody_floors WHERE custody_key = :custody_key AND branch = 0), 0))"
    };
}

/// The same of keys.
macro_rules! next_key {
    () => {
        "MAX(COALESCE((SELECT MAX(COALESCE(key_index, seq - 1)) + 1 FROM account_keys WHERE custody_key = :custody_key), 0),
             COALESCE((SELECT next FROM custody_floors WHERE custody_key = :custody_key AND branch = 1), 0))"
    };
}

/// A partner's own extended key is its own still: what is under one that was taken out is derived again by nobody.
macro_rules! is_in_force {
    () => {
        "(:is_partners = 0 OR EXISTS (SELECT 1 FROM partner_keys WHERE key_id = :custody_key AND partner_id = :partner_id))"
    };
}

/// Everybody may see this row of `portfolios`.
macro_rules! is_shown {
    ($row:literal) => {
        concat!(
            "(",
            $row,
            ".claimed_at IS NOT NULL OR ",
            $row,
            ".address_index IS NULL)"
        )
    };
}

pub(super) use {is_in_force, is_shown, next_address, next_key};

/// For [`Reserved`].
macro_rules! portfolio {
    () => {
        "
SELECT seq, partner_id, account_id, id AS portfolio_id, custody_key, COALESCE(address_index, seq - 1) AS \"index\",
       address_index IS NULL AS is_of_before, claimed_at IS NOT NULL AS is_claimed
FROM portfolios "
    };
}

macro_rules! key {
    () => {
        "
SELECT seq, partner_id, account_id, NULL AS portfolio_id, custody_key, COALESCE(key_index, seq - 1) AS \"index\",
       key_index IS NULL AS is_of_before, claimed_at IS NOT NULL AS is_claimed
FROM account_keys "
    };
}

statements! {
    PORTFOLIO = concat!(portfolio!(), "WHERE partner_id = :partner_id AND id = :portfolio_id AND ", is_here!(":partner_id"), " LIMIT 1");

    KEY = concat!(key!(), "WHERE partner_id = :partner_id AND account_id = :account_id AND ", is_here!(":partner_id"), " LIMIT 1");

    KEYS_OF_USER = concat!(key!(), "
WHERE (partner_id, account_id) IN (SELECT partner_id, id FROM accounts WHERE user_id = :user_id)
  AND claimed_at IS NULL AND key_index IS NOT NULL");

    /// What somebody began a minute ago and did not end, and then rows of before. By their number: where there are
    /// many, one that cannot be had does not stand before the others. The cron has no guard, and a partner may begin to
    /// leave at any moment of its run: what it asks and does from here on, it does for who is here.
    WAITING_PORTFOLIOS = concat!(portfolio!(), "
WHERE claimed_at IS NULL AND seq < :before AND created_at < :begun_before
  AND ", is_here!("portfolios.partner_id"), " ORDER BY seq DESC LIMIT :most");

    WAITING_KEYS = concat!(key!(), "
WHERE claimed_at IS NULL AND seq < :before AND created_at < :begun_before
  AND ", is_here!("account_keys.partner_id"), " ORDER BY seq DESC LIMIT :most");

    SHOW_PORTFOLIO = concat!("
UPDATE portfolios
SET public_address = CASE WHEN address_index IS NULL THEN COALESCE(public_address, :derived) ELSE :derived END,
    address_index = :index, claimed_at = :now
WHERE partner_id = :partner_id AND id = :portfolio_id AND account_id = :account_id AND custody_key = :custody_key
  AND COALESCE(address_index, seq - 1) = :index AND claimed_at IS NULL AND ", is_here!(":partner_id"));

    SHOW_KEY = concat!("
UPDATE account_keys
SET encryption_key = CASE WHEN key_index IS NULL THEN COALESCE(encryption_key, :derived) ELSE :derived END,
    key_index = :index, claimed_at = :now
WHERE partner_id = :partner_id AND account_id = :account_id AND custody_key = :custody_key
  AND COALESCE(key_index, seq - 1) = :index AND claimed_at IS NULL AND ", is_here!(":partner_id"));

    /// Another row stands where the ledger says that this one belongs: nobody was ever shown it there. Two that
    /// stand in each other's place would wait for ever. It makes way wherever its partner is: where that has left, it
    /// is nobody's any more, and where it comes or goes, any index is as good.
    MAKE_WAY_FOR_PORTFOLIO = concat!("
UPDATE portfolios SET address_index = MAX(:after, ", next_address!(), ")
WHERE custody_key = :custody_key AND COALESCE(address_index, seq - 1) = :own AND address_index IS NOT NULL AND claimed_at IS NULL
  AND EXISTS (SELECT 1 FROM portfolios m WHERE m.partner_id = :partner_id AND m.id = :portfolio_id
              AND m.custody_key = :met_key AND m.address_index = :index AND m.claimed_at IS NULL)");

    MAKE_WAY_FOR_KEY = concat!("
UPDATE account_keys SET key_index = MAX(:after, ", next_key!(), ")
WHERE custody_key = :custody_key AND COALESCE(key_index, seq - 1) = :own AND key_index IS NOT NULL AND claimed_at IS NULL
  AND EXISTS (SELECT 1 FROM account_keys m WHERE m.partner_id = :partner_id AND m.account_id = :account_id
              AND m.custody_key = :met_key AND m.key_index = :index AND m.claimed_at IS NULL)");

    /// Where a row stands at that index that cannot make way, this one stays.
    MOVE_PORTFOLIO_ON = concat!("
UPDATE OR IGNORE portfolios
SET custody_key = :custody_key, address_index = COALESCE(:own, MAX(:after, ", next_address!(), "))
WHERE partner_id = :partner_id AND id = :portfolio_id AND account_id = :account_id AND custody_key = :met_key
  AND address_index = :index AND claimed_at IS NULL AND ", is_here!(":partner_id"));

    MOVE_KEY_ON = concat!("
UPDATE OR IGNORE account_keys
SET custody_key = :custody_key, key_index = COALESCE(:own, MAX(:after, ", next_key!(), "))
WHERE partner_id = :partner_id AND account_id = :account_id AND custody_key = :met_key
  AND key_index = :index AND claimed_at IS NULL AND ", is_here!(":partner_id"));

    /// An update does not say so of itself, as an insert does.
    KEEP_KEY = "UPDATE partner_keys SET is_used = 1 WHERE key_id = :custody_key AND is_used = 0";
}

/// A row with an index.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Reserved {
    pub(crate) seq: i64,
    pub(crate) partner_id: PartnerId,
    pub(crate) account_id: AccountId,
    /// `None` of an account's key.
    pub(crate) portfolio_id: Option<PortfolioId>,
    custody_key: String,
    index: u32,
    /// It was shown when there was no ledger.
    #[serde(deserialize_with = "flag")]
    pub(crate) is_of_before: bool,
    #[serde(deserialize_with = "flag")]
    is_claimed: bool,
}

impl Reserved {
    pub(crate) fn place(&self) -> Place {
        Place {
            key_id: self.custody_key.clone(),
            branch: self.branch(),
            index: self.index,
        }
    }

    fn branch(&self) -> Branch {
        match self.portfolio_id {
            Some(_) => Branch::Addresses,
            None => Branch::EncryptionKeys,
        }
    }

    /// Everybody may see it.
    pub(crate) fn is_shown(&self) -> bool {
        self.is_claimed || self.is_of_before
    }

    fn about(&self) -> Vec<(&'static str, Param)> {
        vec![
            ("partner_id", (&self.partner_id).into()),
            ("account_id", (&self.account_id).into()),
            ("portfolio_id", self.portfolio_id.as_ref().into()),
            ("custody_key", self.custody_key.as_str().into()),
            ("index", self.index.into()),
        ]
    }
}

pub(crate) fn of_portfolio(partner_id: &PartnerId, id: &PortfolioId) -> Statement<Reserved> {
    Statement::new(
        PORTFOLIO,
        [
            ("partner_id", partner_id.into()),
            ("portfolio_id", id.into()),
        ],
    )
}

/// Those of a user's accounts that are not claimed yet.
pub(crate) fn of_user(user_id: &UserId) -> Statement<Reserved> {
    Statement::new(KEYS_OF_USER, [("user_id", user_id.into())])
}

/// What nobody completed, of those begun before a time; older than the row of a number.
pub(crate) fn waiting(
    branch: Branch,
    before: i64,
    begun_before: Time,
    most: u32,
) -> Statement<Reserved> {
    let sql = match branch {
        Branch::Addresses => WAITING_PORTFOLIOS,
        Branch::EncryptionKeys => WAITING_KEYS,
    };
    Statement::new(
        sql,
        [
            ("before", before.into()),
            ("begun_before", begun_before.into()),
            ("most", most.into()),
        ],
    )
}

/// The ledger has the index: from now on everybody sees it. The address, or the encryption key, saves the next reader
/// its derivation.
pub(crate) fn show(reserved: &Reserved, derived: Option<&str>, now: Time) -> Statement {
    let sql = match reserved.branch() {
        Branch::Addresses => SHOW_PORTFOLIO,
        Branch::EncryptionKeys => SHOW_KEY,
    };
    let mut given = reserved.about();
    given.extend([("derived", derived.into()), ("now", now.into())]);
    Statement::new(sql, given)
}

/// The ledger has the index for another: on to the place that it has for this row (`own`), or to the next under the
/// same key, which is not before `after`. Gives the row as it is then.
pub(crate) fn move_on(
    batch: &mut Batch,
    reserved: &Reserved,
    own: Option<&Place>,
    after: u32,
) -> Slot<Reserved> {
    let (make_way, move_on, find) = match reserved.branch() {
        Branch::Addresses => (MAKE_WAY_FOR_PORTFOLIO, MOVE_PORTFOLIO_ON, PORTFOLIO),
        Branch::EncryptionKeys => (MAKE_WAY_FOR_KEY, MOVE_KEY_ON, KEY),
    };
    let to_key = own.map_or(reserved.custody_key.as_str(), |own| &own.key_id);
    for sql in [make_way, move_on, KEEP_KEY] {
        let given: Vec<(&'static str, Param)> = vec![
            ("partner_id", (&reserved.partner_id).into()),
            ("account_id", (&reserved.account_id).into()),
            ("portfolio_id", reserved.portfolio_id.as_ref().into()),
            ("met_key", reserved.custody_key.as_str().into()),
            ("index", reserved.index.into()),
            ("custody_key", to_key.into()),
            ("own", own.map(|own| own.index).into()),
            ("after", after.into()),
        ];
        batch.run::<()>(Statement::new(sql, given)).done();
    }
    batch.read(Statement::new(find, reserved.about()))
}
