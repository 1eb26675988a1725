//! Portfolios: the identity check is part of the inserting statement, and the row's own number
//! is its address index.

use serde::Deserialize;

use super::Statement;

#[derive(Clone, Deserialize)]
pub struct Portfolio {
    pub seq: i64,
    pub id: String,
    pub account_id: String,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    pub custody_key: String,
    pub public_address: Option<String>,
    pub created_at: i64,
}

pub struct NewPortfolio<'a> {
    pub partner_id: &'a str,
    pub id: &'a str,
    pub account_id: &'a str,
    pub name: &'a str,
    pub kind: &'a str,
    pub custody_key: &'a str,
    pub now: i64,
}

const OPEN: &str = "
INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, created_at)
SELECT a.partner_id, ?3, a.id, ?4, ?5, ?6, ?7
FROM accounts a JOIN users u ON u.id = a.user_id
WHERE a.partner_id = ?1 AND a.id = ?2 AND u.status = 'VERIFIED' AND u.disabled_at IS NULL
ON CONFLICT (partner_id, id) DO NOTHING";

pub fn open(new: &NewPortfolio<'_>) -> Statement {
    Statement::new(
        OPEN,
        [
            new.partner_id.into(),
            new.account_id.into(),
            new.id.into(),
            new.name.into(),
            new.kind.into(),
            new.custody_key.into(),
            new.now.into(),
        ],
    )
}

const FIND: &str = "
SELECT seq, id, account_id, name, type, custody_key, public_address, created_at
FROM portfolios WHERE partner_id = ?1 AND id = ?2 LIMIT 1";

pub fn find(partner_id: &str, id: &str) -> Statement {
    Statement::new(FIND, [partner_id.into(), id.into()])
}

const OF_ACCOUNT: &str = "
SELECT seq, id, account_id, name, type, custody_key, public_address, created_at
FROM portfolios WHERE partner_id = ?1 AND account_id = ?2 ORDER BY seq";

pub fn of_account(partner_id: &str, account_id: &str) -> Statement {
    Statement::new(OF_ACCOUNT, [partner_id.into(), account_id.into()])
}

const OF_USER: &str = "
SELECT p.seq, p.id, p.account_id, p.name, p.type, p.custody_key, p.public_address, p.created_at
FROM accounts a JOIN portfolios p ON p.partner_id = a.partner_id AND p.account_id = a.id
WHERE a.user_id = ?1 AND a.partner_id = ?2 ORDER BY p.seq";

pub fn of_user(user_id: &str, partner_id: &str) -> Statement {
    Statement::new(OF_USER, [user_id.into(), partner_id.into()])
}

const REMEMBER_ADDRESS: &str = "
UPDATE portfolios SET public_address = ?2 WHERE seq = ?1 AND public_address IS NULL";

/// Saves the next reader the derivation; the address itself follows from the row.
pub fn remember_address(seq: i64, address: &str) -> Statement {
    Statement::new(REMEMBER_ADDRESS, [seq.into(), address.into()])
}

const PAGE: &str = "
SELECT seq, id, account_id, name, type, custody_key, public_address, created_at
FROM portfolios WHERE partner_id = ?1 AND account_id = ?2 AND seq > ?3 ORDER BY seq LIMIT ?4";

/// The portfolios after a sequence number.
pub fn page(partner_id: &str, account_id: &str, after: i64, limit: u32) -> Statement {
    Statement::new(
        PAGE,
        [
            partner_id.into(),
            account_id.into(),
            after.into(),
            limit.into(),
        ],
    )
}
