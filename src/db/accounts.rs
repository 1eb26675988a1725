//! Accounts, and the key index each gets when it first becomes active.

use serde::Deserialize;

use super::Statement;

#[derive(Deserialize)]
pub struct Account {
    pub id: String,
    pub user_id: String,
    pub email: String,
    pub created_at: i64,
    /// The owner's status: an account is active while its owner is VERIFIED.
    pub status: String,
    /// From here on set at the first activation.
    pub key_seq: Option<i64>,
    pub sub_account_id: Option<String>,
    pub custody_key: Option<String>,
}

const FIND: &str = "
SELECT a.id, a.user_id, a.email, a.created_at, u.status, k.seq AS key_seq, k.sub_account_id, k.custody_key
FROM accounts a JOIN users u ON u.id = a.user_id
LEFT JOIN account_keys k ON k.partner_id = a.partner_id AND k.account_id = a.id
WHERE a.partner_id = ?1 AND a.id = ?2 LIMIT 1";

pub fn find(partner_id: &str, id: &str) -> Statement {
    Statement::new(FIND, [partner_id.into(), id.into()])
}

const OF_USER: &str = "
SELECT a.id, a.user_id, a.email, a.created_at, u.status, k.seq AS key_seq, k.sub_account_id, k.custody_key
FROM accounts a JOIN users u ON u.id = a.user_id
LEFT JOIN account_keys k ON k.partner_id = a.partner_id AND k.account_id = a.id
WHERE a.user_id = ?1 AND a.partner_id = ?2 ORDER BY a.created_at, a.id";

pub fn of_user(user_id: &str, partner_id: &str) -> Statement {
    Statement::new(OF_USER, [user_id.into(), partner_id.into()])
}

const OPEN: &str = "
INSERT INTO accounts (partner_id, id, user_id, email, created_at)
SELECT u.partner_id, ?3, u.id, COALESCE(?4, u.email), ?5
FROM users u WHERE u.id = ?1 AND u.partner_id = ?2
ON CONFLICT (partner_id, id) DO NOTHING";

/// Nothing happens when the user is unknown or the id is taken.
pub fn open(user_id: &str, partner_id: &str, id: &str, email: Option<&str>, now: i64) -> Statement {
    Statement::new(
        OPEN,
        [
            user_id.into(),
            partner_id.into(),
            id.into(),
            email.into(),
            now.into(),
        ],
    )
}

const ACTIVATE: &str = "
INSERT INTO account_keys (partner_id, account_id, sub_account_id, custody_key, created_at)
SELECT a.partner_id, a.id, 'sub_' || lower(hex(randomblob(16))), ?2, ?3
FROM accounts a JOIN users u ON u.id = a.user_id
WHERE a.user_id = ?1 AND u.status = 'VERIFIED' AND (?4 IS NULL OR a.partner_id = ?4)
  AND NOT EXISTS (SELECT 1 FROM account_keys k WHERE k.partner_id = a.partner_id AND k.account_id = a.id)";

/// Gives every account of a verified user that has none its index and sub-account.
/// `partner_id`: `None` for the KYC provider, whose users are those of every partner.
pub fn activate(user_id: &str, partner_id: Option<&str>, custody_key: &str, now: i64) -> Statement {
    Statement::new(
        ACTIVATE,
        [
            user_id.into(),
            custody_key.into(),
            now.into(),
            partner_id.into(),
        ],
    )
}
