//! Portfolios: the identity check is part of the inserting statement, and so is the address index. A portfolio is
//! shown once the ledger has its index ([`crate::ledger`]).

use serde::Deserialize;

use super::indices::{is_in_force, is_shown, next_address};
use super::statement::{statements, Statement};
use crate::rules::custody::Giving;
use crate::rules::id::{AccountId, PartnerId, PortfolioId};
use crate::rules::identity::UserStatus;
use crate::rules::limits::PORTFOLIOS_LISTED;
use crate::rules::portfolio::{After, PortfolioType};
use crate::rules::time::Time;

/// The row `p`, for [`Portfolio`].
macro_rules! portfolio {
    () => {
        "
SELECT p.seq, p.id, p.account_id, p.name, p.type, p.custody_key, COALESCE(p.address_index, p.seq - 1) AS address_index,
       p.public_address, p.created_at
FROM portfolios p "
    };
}

statements! {
    RESERVE = concat!("
INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, address_index, created_at)
SELECT a.partner_id, :id, a.id, :name, :type, :custody_key, ", next_address!(), ", :now
FROM accounts a JOIN users u ON u.id = a.user_id
WHERE a.partner_id = :partner_id AND a.id = :account_id AND u.status = :verified AND u.disabled_at IS NULL
  AND ", is_in_force!(), "
ON CONFLICT (partner_id, id) DO NOTHING");

    FIND = concat!(portfolio!(), "WHERE p.partner_id = :partner_id AND p.id = :id LIMIT 1");

    /// The oldest, the trading one, and one that was just made.
    OF_ACCOUNT = concat!(portfolio!(), "
WHERE p.seq IN (SELECT o.seq FROM portfolios o
                WHERE o.partner_id = :partner_id AND o.account_id = :account_id AND ", is_shown!("o"), "
                ORDER BY o.seq LIMIT :listed)
   OR p.seq = (SELECT trading_seq FROM accounts WHERE partner_id = :partner_id AND id = :account_id)
   OR p.seq = (SELECT m.seq FROM portfolios m
               WHERE m.partner_id = :partner_id AND m.id = :made AND m.account_id = :account_id AND ", is_shown!("m"), ")
ORDER BY p.seq");

    REMEMBER_ADDRESS = "
UPDATE portfolios SET public_address = :address
WHERE custody_key = :custody_key AND COALESCE(address_index, seq - 1) = :address_index AND public_address IS NULL
  AND (claimed_at IS NOT NULL OR address_index IS NULL)";

    /// A number is that of a row here unless the partner has moved since: then the page is the first, which leaves
    /// nothing out.
    PAGE = concat!(portfolio!(), "
WHERE p.partner_id = :partner_id AND p.account_id = :account_id AND ", is_shown!("p"), "
  AND p.seq > CASE
    WHEN :after IS NOT NULL
      THEN (SELECT seq FROM portfolios WHERE partner_id = :partner_id AND id = :after AND account_id = :account_id)
    WHEN :number > 0 AND (SELECT epoch FROM partners WHERE id = :partner_id) = 1 THEN :number
    ELSE 0 END
ORDER BY p.seq LIMIT :most");
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
    pub(crate) address_index: u32,
    pub(crate) public_address: Option<String>,
    pub(crate) created_at: Time,
}

#[derive(Clone, Copy)]
pub(crate) struct NewPortfolio<'a> {
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) id: &'a PortfolioId,
    pub(crate) account_id: &'a AccountId,
    pub(crate) name: &'a str,
    pub(crate) kind: PortfolioType,
    pub(crate) under: Giving<'a>,
    pub(crate) now: Time,
}

/// Nothing happens when the id is taken, the owner may have none, or the extended key is the partner's no more.
pub(crate) fn reserve(new: &NewPortfolio<'_>) -> Statement {
    Statement::new(
        RESERVE,
        [
            ("partner_id", new.partner_id.into()),
            ("account_id", new.account_id.into()),
            ("id", new.id.into()),
            ("name", new.name.into()),
            ("type", new.kind.into()),
            ("custody_key", new.under.key_id.into()),
            ("is_partners", new.under.is_partners.into()),
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
pub(crate) fn remember_address(custody_key: &str, index: u32, address: &str) -> Statement {
    Statement::new(
        REMEMBER_ADDRESS,
        [
            ("custody_key", custody_key.into()),
            ("address_index", index.into()),
            ("address", address.into()),
        ],
    )
}

/// None after an id that is that of no portfolio of the account.
pub(crate) fn page(
    partner_id: &PartnerId,
    account_id: &AccountId,
    after: &After,
    most: u32,
) -> Statement<Portfolio> {
    let (id, number) = match after {
        After::Id(id) => (Some(id), 0),
        After::Number(number) => (None, *number),
    };
    Statement::new(
        PAGE,
        [
            ("partner_id", partner_id.into()),
            ("account_id", account_id.into()),
            ("after", id.into()),
            ("number", number.into()),
            ("most", most.into()),
        ],
    )
}
