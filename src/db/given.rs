//! Custody indices that were shown to somebody: under every extended key, or under a partner's own; and which owners
//! of the ledger have no such row.

use serde::Deserialize;

use super::statement::{statements, Param, Sql, Statement};
use crate::rules::custody::Branch;
use crate::rules::id::{AccountId, PartnerId, PortfolioId};
use crate::rules::time::Time;

/// Everybody may see this row `r`; in the words of the indexes that the pages are read by.
macro_rules! is_shown {
    ($index:literal) => {
        concat!("(r.claimed_at IS NOT NULL OR r.", $index, " IS NULL)")
    };
}

macro_rules! shown_at {
    () => {
        "COALESCE(r.claimed_at, r.created_at)"
    };
}

/// The index of a row. The plus keeps it from being searched for in the order of all indices of a key, whatever their
/// moment: within one moment they are few, and are sorted.
macro_rules! index {
    ($index:literal) => {
        concat!("+COALESCE(r.", $index, ", r.seq - 1)")
    };
}

/// The extended keys that a table has rows of, from `:key` on: one step of an index each.
macro_rules! every_key {
    ($table:literal) => {
        concat!(
            "
WITH RECURSIVE keys(id) AS (
  SELECT MIN(custody_key) FROM ",
            $table,
            " WHERE custody_key >= :key
  UNION ALL
  SELECT (SELECT MIN(n.custody_key) FROM ",
            $table,
            " n WHERE n.custody_key > keys.id) FROM keys WHERE keys.id IS NOT NULL)"
        )
    };
}

pub(super) use every_key;

/// Those that are the partner's own.
macro_rules! own_keys {
    () => {
        "
WITH keys(id) AS (SELECT key_id FROM partner_keys WHERE partner_id = :partner_id AND key_id >= :key)"
    };
}

/// Rows of some keys, of some moments, in their order.
macro_rules! part {
    ($table:literal, $index:literal, $columns:literal, $keys:literal, $moments:expr, $order:expr) => {
        concat!(
            "
  SELECT * FROM (
    SELECT r.custody_key, ",
            shown_at!(),
            " AS shown_at, ",
            index!($index),
            " AS \"index\", r.partner_id, r.account_id, ",
            $columns,
            " FROM ",
            $table,
            " r
    WHERE r.custody_key IN (SELECT id FROM keys WHERE ",
            $keys,
            ") AND ",
            $moments,
            " AND ",
            is_shown!($index),
            "
    ORDER BY r.custody_key, ",
            $order,
            index!($index),
            " LIMIT :most)"
        )
    };
}

/// What the moment that the page before ended in has left, then its key, then the keys after that. An index is read
/// from each of the three on, which it would not be from all at once.
macro_rules! page {
    ($keys:expr, $table:literal, $index:literal, $columns:literal) => {
        concat!(
            $keys,
            "
SELECT * FROM (",
            part!(
                $table,
                $index,
                $columns,
                "id = :key",
                concat!(shown_at!(), " = :at AND ", index!($index), " > :index"),
                ""
            ),
            "
  UNION ALL",
            part!(
                $table,
                $index,
                $columns,
                "id = :key",
                concat!(shown_at!(), " > :at"),
                concat!(shown_at!(), ", ")
            ),
            "
  UNION ALL",
            part!(
                $table,
                $index,
                $columns,
                "id > :key",
                concat!(shown_at!(), " >= :since"),
                concat!(shown_at!(), ", ")
            ),
            ")
ORDER BY custody_key, shown_at, \"index\" LIMIT :most"
        )
    };
}

/// Of each key the highest index that was shown; what is reserved above it is passed by.
macro_rules! highest {
    ($keys:expr, $table:literal, $index:literal) => {
        concat!(
            $keys,
            "
SELECT * FROM (
  SELECT k.id AS custody_key, (SELECT COALESCE(r.",
            $index,
            ", r.seq - 1) FROM ",
            $table,
            " r
    WHERE r.custody_key = k.id AND ",
            is_shown!($index),
            "
    ORDER BY COALESCE(r.",
            $index,
            ", r.seq - 1) DESC LIMIT 1) AS \"index\"
  FROM keys k)
WHERE \"index\" IS NOT NULL"
        )
    };
}

statements! {
    EVERY_ADDRESS = page!(every_key!("portfolios"), "portfolios", "address_index",
        "r.id AS portfolio_id, r.public_address AS value");

    OWN_ADDRESSES = page!(own_keys!(), "portfolios", "address_index",
        "r.id AS portfolio_id, r.public_address AS value");

    EVERY_KEY = page!(every_key!("account_keys"), "account_keys", "key_index",
        "NULL AS portfolio_id, r.encryption_key AS value");

    OWN_KEYS = page!(own_keys!(), "account_keys", "key_index",
        "NULL AS portfolio_id, r.encryption_key AS value");

    HIGHEST_ADDRESSES = highest!(every_key!("portfolios"), "portfolios", "address_index");

    HIGHEST_OWN_ADDRESSES = highest!(own_keys!(), "portfolios", "address_index");

    HIGHEST_KEYS = highest!(every_key!("account_keys"), "account_keys", "key_index");

    HIGHEST_OWN_KEYS = highest!(own_keys!(), "account_keys", "key_index");

    /// `:owners` is a JSON array: of each its partner, its account and, where it is a portfolio, its id.
    WITHOUT_ROW = "
SELECT '' AS custody_key, g.key AS \"index\" FROM json_each(:owners) g
WHERE NOT EXISTS (SELECT 1 FROM portfolios r
                  WHERE r.partner_id = g.value ->> '$[0]' AND r.id = g.value ->> '$[2]' AND r.account_id = g.value ->> '$[1]'
                    AND (r.claimed_at IS NOT NULL OR r.address_index IS NULL))
  AND NOT EXISTS (SELECT 1 FROM account_keys r
                  WHERE r.partner_id = g.value ->> '$[0]' AND r.account_id = g.value ->> '$[1]' AND g.value ->> '$[2]' IS NULL
                    AND (r.claimed_at IS NOT NULL OR r.key_index IS NULL))
ORDER BY g.key";
}

/// Whose extended keys.
#[derive(Clone, Copy)]
pub(crate) enum Under<'a> {
    EveryKey,
    /// Its own, and not the service's, whoever of its customers has an index there.
    OwnKeysOf(&'a PartnerId),
}

/// Which rows: those that were shown since a moment, after the one that the page before ended with.
pub(crate) struct Page<'a> {
    pub(crate) under: Under<'a>,
    pub(crate) branch: Branch,
    pub(crate) since: Time,
    pub(crate) after: Option<&'a After>,
    pub(crate) most: u32,
}

/// What a page ended with: the same place in every home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct After {
    pub(crate) key_id: String,
    pub(crate) shown_at: Time,
    /// `None`: before the first of that moment.
    pub(crate) index: Option<i64>,
}

/// An index that was given.
#[derive(Deserialize)]
pub(crate) struct Given {
    pub(crate) custody_key: String,
    pub(crate) shown_at: Time,
    pub(crate) index: u32,
    pub(crate) partner_id: PartnerId,
    pub(crate) account_id: AccountId,
    /// `None` of an account's key.
    pub(crate) portfolio_id: Option<PortfolioId>,
    /// The address or the encryption key; `None` until it was first derived.
    pub(crate) value: Option<String>,
}

impl Given {
    fn place(&self) -> (&str, Time, u32) {
        (&self.custody_key, self.shown_at, self.index)
    }

    /// One row in two homes, as while a partner moves. Two owners of one index, or two addresses, are a fault, and
    /// custody is to find it.
    fn is_copy_of(&self, other: &Given) -> bool {
        let value = self.value.as_ref().zip(other.value.as_ref());
        self.place() == other.place()
            && (&self.partner_id, &self.account_id, &self.portfolio_id)
                == (&other.partner_id, &other.account_id, &other.portfolio_id)
            && value.is_none_or(|(one, other)| one == other)
    }
}

/// Two homes' rows as one list, in the order that each has; of a row that both have, one.
pub(crate) fn merged(rows: Vec<Given>, others: Vec<Given>) -> Vec<Given> {
    let mut merged = Vec::with_capacity(rows.len() + others.len());
    let mut others = others.into_iter().peekable();
    for row in rows {
        while let Some(before) = others.next_if(|other| other.place() < row.place()) {
            merged.push(before);
        }
        others.next_if(|other| other.is_copy_of(&row));
        merged.push(row);
    }
    merged.extend(others);
    merged
}

/// By key, in the order in which they were shown, and by index.
pub(crate) fn page(page: &Page<'_>) -> Statement<Given> {
    let sql = match (page.branch, page.under) {
        (Branch::Addresses, Under::EveryKey) => EVERY_ADDRESS,
        (Branch::Addresses, Under::OwnKeysOf(_)) => OWN_ADDRESSES,
        (Branch::EncryptionKeys, Under::EveryKey) => EVERY_KEY,
        (Branch::EncryptionKeys, Under::OwnKeysOf(_)) => OWN_KEYS,
    };
    // A cursor of an export that began earlier: what is before `since` is asked for no more.
    let first = (page.since, None);
    let after = page.after.map(|after| (after.shown_at, after.index));
    let (at, index) = after.map_or(first, |after| after.max(first));
    let given = [
        ("at", at.into()),
        ("index", index.unwrap_or(-1).into()),
        ("since", page.since.into()),
        ("most", page.most.into()),
    ];
    let key = page.after.map_or("", |after| after.key_id.as_str());
    under(sql, page.under, key, given)
}

/// One struct of both statements: each costs the wasm as much as a call does.
#[derive(Deserialize)]
pub(crate) struct Indexed {
    /// Empty of an owner.
    pub(crate) custody_key: String,
    /// The highest of the key, or the place of an owner in the list that was asked about.
    pub(crate) index: u32,
}

pub(crate) fn highest(branch: Branch, whose: Under<'_>) -> Statement<Indexed> {
    let sql = match (branch, whose) {
        (Branch::Addresses, Under::EveryKey) => HIGHEST_ADDRESSES,
        (Branch::Addresses, Under::OwnKeysOf(_)) => HIGHEST_OWN_ADDRESSES,
        (Branch::EncryptionKeys, Under::EveryKey) => HIGHEST_KEYS,
        (Branch::EncryptionKeys, Under::OwnKeysOf(_)) => HIGHEST_OWN_KEYS,
    };
    under(sql, whose, "", [])
}

fn under<T>(
    sql: Sql,
    whose: Under<'_>,
    from: &str,
    given: impl IntoIterator<Item = (&'static str, Param)>,
) -> Statement<T> {
    let own = match whose {
        Under::EveryKey => None,
        Under::OwnKeysOf(partner_id) => Some(("partner_id", partner_id.into())),
    };
    let key = ("key", from.into());
    Statement::new(sql, given.into_iter().chain(own).chain([key]))
}

/// Those that nobody sees a row of. `owners`: JSON, see [`WITHOUT_ROW`].
pub(crate) fn without_row(owners: &str) -> Statement<Indexed> {
    Statement::new(WITHOUT_ROW, [("owners", owners.into())])
}
