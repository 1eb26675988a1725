//! Portfolios: the identity check is part of the inserting statement, and the row's own number
//! is its address index.

use serde::Deserialize;

use super::statement::{statements, Statement};
use crate::rules::id::{AccountId, PartnerId, PortfolioId};
use crate::rules::identity::UserStatus;
use crate::rules::limits::PORTFOLIOS_LISTED;
use crate::rules::portfolio::PortfolioType;
use crate::rules::time::Time;

statements! {
    OPEN = "
INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, created_at)
SELECT a.partner_id, :id, a.id, :name, :type, :custody_key, :now
FROM accounts a JOIN users u ON u.id = a.user_id
WHERE a.partner_id = :partner_id AND a.id = :account_id AND u.status = :verified AND u.disabled_at IS NULL
ON CONFLICT (partner_id, id) DO NOTHING";

    FIND = "
SELECT seq, id, account_id, name, type, custody_key, public_address, created_at
FROM portfolios WHERE partner_id = :partner_id AND id = :id LIMIT 1";

    /// The oldest, the trading one, and one that was just made.
    OF_ACCOUNT = "
SELECT seq, id, account_id, name, type, custody_key, public_address, created_at
FROM portfolios
WHERE seq IN (SELECT seq FROM portfolios WHERE partner_id = :partner_id AND account_id = :account_id
              ORDER BY seq LIMIT :listed)
   OR seq = (SELECT trading_seq FROM accounts WHERE partner_id = :partner_id AND id = :account_id)
   OR seq = (SELECT seq FROM portfolios
             WHERE partner_id = :partner_id AND id = :made AND account_id = :account_id)
ORDER BY seq";

    REMEMBER_ADDRESS = "
UPDATE portfolios SET public_address = :address WHERE seq = :seq AND public_address IS NULL";

    PAGE = "
SELECT seq, id, account_id, name, type, custody_key, public_address, created_at
FROM portfolios WHERE partner_id = :partner_id AND account_id = :account_id AND seq > :after
ORDER BY seq LIMIT :most";
}

#[derive(Clone, Deserialize)]
pub(crate) struct Portfolio {
    pub(crate) seq: i64,
    pub(crate) id: PortfolioId,
    pub(crate) account_id: AccountId,
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: PortfolioType,
    pub(crate) custody_key: String,
    pub(crate) public_address: Option<String>,
    pub(crate) created_at: Time,
}

pub(crate) struct NewPortfolio<'a> {
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) id: &'a PortfolioId,
    pub(crate) account_id: &'a AccountId,
    pub(crate) name: &'a str,
    pub(crate) kind: PortfolioType,
    pub(crate) custody_key: &'a str,
    pub(crate) now: Time,
}

pub(crate) fn open(new: &NewPortfolio<'_>) -> Statement {
    Statement::new(
        OPEN,
        [
            ("partner_id", new.partner_id.into()),
            ("account_id", new.account_id.into()),
            ("id", new.id.into()),
            ("name", new.name.into()),
            ("type", new.kind.into()),
            ("custody_key", new.custody_key.into()),
            ("now", new.now.into()),
            ("verified", UserStatus::Verified.into()),
        ],
    )
}

pub(crate) fn find(partner_id: &PartnerId, id: &PortfolioId) -> Statement<Portfolio> {
    Statement::new(FIND, [("partner_id", partner_id.into()), ("id", id.into())])
}

/// Those that an account object lists, and up to two more.
pub(crate) fn of_account(
    partner_id: &PartnerId,
    account_id: &AccountId,
    made: Option<&PortfolioId>,
) -> Statement<Portfolio> {
    Statement::new(
        OF_ACCOUNT,
        [
            ("partner_id", partner_id.into()),
            ("account_id", account_id.into()),
            ("made", made.into()),
            ("listed", PORTFOLIOS_LISTED.into()),
        ],
    )
}

/// Saves the next reader the derivation; the address itself follows from the row.
pub(crate) fn remember_address(seq: i64, address: &str) -> Statement {
    Statement::new(
        REMEMBER_ADDRESS,
        [("seq", seq.into()), ("address", address.into())],
    )
}

/// The portfolios after a sequence number.
pub(crate) fn page(
    partner_id: &PartnerId,
    account_id: &AccountId,
    after: i64,
    most: u32,
) -> Statement<Portfolio> {
    Statement::new(
        PAGE,
        [
            ("partner_id", partner_id.into()),
            ("account_id", account_id.into()),
            ("after", after.into()),
            ("most", most.into()),
        ],
    )
}
