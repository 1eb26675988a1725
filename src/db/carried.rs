//! A partner's rows on their way to another home (docs/decisions/moving.md): how those of a table are gone through, read,
//! written elsewhere and deleted, and what goes along with them.

use serde::Deserialize;

use super::batch::{Batch, Slot};
use super::given::every_key;
use super::moved::{MakesWay, Table};
use super::moved_sql::Kind;
use super::statement::{statements, Param, Statement};
use crate::rules::custody::Branch;
use crate::rules::id::PartnerId;

macro_rules! raise_floors {
    ($table:literal, $index:literal, $branch:literal) => {
        concat!(
            every_key!($table),
            "
INSERT INTO custody_floors (custody_key, branch, next)
SELECT id, ",
            $branch,
            ", 1 + (SELECT MAX(COALESCE(",
            $index,
            ", seq - 1)) FROM ",
            $table,
            " WHERE custody_key = keys.id)
FROM keys LEFT JOIN partner_keys k ON k.key_id = keys.id
WHERE keys.id IS NOT NULL AND COALESCE(k.partner_id, :partner_id) = :partner_id
ON CONFLICT (custody_key, branch) DO UPDATE SET next = MAX(next, excluded.next)"
        )
    };
}

statements! {
    /// Under the partner's own keys and those of nobody nothing is given again, though the rows go.
    RAISE_ADDRESSES = raise_floors!("portfolios", "address_index", "0");
    RAISE_KEYS = raise_floors!("account_keys", "key_index", "1");

    /// Those of its own extended keys move along.
    FLOORS = "
SELECT json_group_array(json_array(f.custody_key, f.branch, f.next)) AS rows
FROM partner_keys k JOIN custody_floors f ON f.custody_key = k.key_id WHERE k.partner_id = :partner_id";

    PUT_FLOORS = "
INSERT INTO custody_floors (custody_key, branch, next)
SELECT v.value ->> '$[0]', v.value ->> '$[1]', v.value ->> '$[2]' FROM json_each(:rows) v WHERE TRUE
ON CONFLICT (custody_key, branch) DO UPDATE SET next = MAX(next, excluded.next)";

    /// What a home had a copy of; the directory never asks this.
    DROP_SETTINGS = "DELETE FROM partner_settings WHERE partner_id = :partner_id";
    DROP_KEYS = "DELETE FROM partner_keys WHERE partner_id = :partner_id";
    DROP_CLIENTS = "DELETE FROM clients WHERE partner_id = :partner_id";
}

/// Of a table: its rows, and where the next page begins. Texts are JSON arrays.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Carried {
    /// Of each row its columns; see [`Table::put`].
    pub(crate) rows: Option<String>,
    /// Of each row its key.
    pub(crate) keys: Option<String>,
    /// Keys of which there is no row.
    pub(crate) gone: Option<String>,
    /// The place that the page came to; none where it was the last.
    pub(crate) next: Option<String>,
}

impl Carried {
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.as_deref().is_none_or(|rows| rows == "[]")
    }
}

/// How far one page looks, at rows of anybody: some milliseconds of a database that does one thing at a time.
const LOOKED_AT: u32 = 5_000;

/// Which rows of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    All,
    /// What may be compared.
    Settled,
}

impl Table {
    /// The partner's rows after a place. `at`: the database that is asked.
    pub(crate) fn page(
        &'static self,
        partner_id: &PartnerId,
        at: &str,
        after: Option<&str>,
        which: Which,
    ) -> Statement<Carried> {
        let settled = which == Which::Settled;
        let is_first = after.is_none();
        let sql = self.sql(Kind::Page { is_first, settled });
        let given = [
            ("partner_id", partner_id.into()),
            ("at", at.into()),
            ("after", after.into()),
            ("most", self.at_once.into()),
            ("looked_at", LOOKED_AT.into()),
        ];
        Statement::new(sql, given)
    }

    /// The rows of some keys, whosever, and which of them there are not.
    pub(crate) fn take(&'static self, at: &str, keys: &str) -> Statement<Carried> {
        let given = [("at", at.into()), ("keys", keys.into())];
        Statement::new(self.sql(Kind::Take), given)
    }

    /// Writes rows as a page gave them, in this database. Those without a parent are left out: it is younger than the
    /// notes, and they are noted too.
    pub(crate) fn put(&'static self, batch: &mut Batch, at: &str, rows: &str) {
        let contacts: &[Kind] = &[Kind::FreeEmails, Kind::FreeNumbers];
        let before = match self.makes_way {
            MakesWay::Nobody => &[],
            MakesWay::Contacts => contacts,
            MakesWay::Index(..) => &[Kind::FreeIndices],
        };
        let finds_trading = matches!(self.makes_way, MakesWay::Index(_, Branch::Addresses));
        let after = finds_trading.then_some(Kind::FindTrading);
        for kind in before.iter().copied().chain([Kind::Put]).chain(after) {
            let given = [("rows", rows.into()), ("at", at.into())];
            batch
                .run::<()>(Statement::new(self.sql(kind), given))
                .done();
        }
    }

    /// Deletes the rows of some keys.
    pub(crate) fn drop(&'static self, keys: &str) -> Statement {
        Statement::new(self.sql(Kind::Drop), [("keys", keys.into())])
    }

    /// Deletes the partner's rows, as far as one page looks after a place, and says where the next begins.
    pub(crate) fn wipe(
        &'static self,
        batch: &mut Batch,
        partner_id: &PartnerId,
        after: Option<&str>,
    ) -> Slot<Carried> {
        let is_first = after.is_none();
        let [next, wipe] = [Kind::Next { is_first }, Kind::Wipe { is_first }].map(|kind| {
            let given: [(&'static str, Param); 3] = [
                ("partner_id", partner_id.into()),
                ("after", after.into()),
                ("looked_at", LOOKED_AT.into()),
            ];
            (self.sql(kind), given)
        });
        let next = batch.read(Statement::new(next.0, next.1));
        batch.run::<()>(Statement::new(wipe.0, wipe.1)).done();
        next
    }
}

/// Before the first row of custody is deleted.
pub(crate) fn raise_floors(batch: &mut Batch, partner_id: &PartnerId) {
    for sql in [RAISE_ADDRESSES, RAISE_KEYS] {
        let given = [("partner_id", partner_id.into()), ("key", "".into())];
        batch.run::<()>(Statement::new(sql, given)).done();
    }
}

/// The lowest indices under the partner's own keys, which no row tells.
pub(crate) fn floors(partner_id: &PartnerId) -> Statement<Carried> {
    Statement::new(FLOORS, [("partner_id", partner_id.into())])
}

pub(crate) fn put_floors(rows: &str) -> Statement {
    Statement::new(PUT_FLOORS, [("rows", rows.into())])
}

/// The copy of what is the directory's.
pub(crate) fn drop_copy(batch: &mut Batch, partner_id: &PartnerId) {
    for sql in [DROP_SETTINGS, DROP_KEYS, DROP_CLIENTS] {
        let statement: Statement = Statement::new(sql, [("partner_id", partner_id.into())]);
        batch.run(statement).done();
    }
}
