//! A partner that leaves: what changes is noted while it is copied, then nothing changes any more (docs/decisions/moving.md).

use serde::Deserialize;

use super::batch::{Batch, Slot};
use super::statement::{statements, Sql, Statement};
use crate::rules::id::PartnerId;

/// A row of before the ledger: its index is its number in this database, and was shown.
macro_rules! has_rows_of_before {
    () => {
        "(EXISTS (SELECT 1 FROM portfolios INDEXED BY portfolios_unclaimed
          WHERE claimed_at IS NULL AND seq > 0 AND partner_id = :partner_id AND address_index IS NULL)
  OR EXISTS (SELECT 1 FROM account_keys INDEXED BY account_keys_unclaimed
             WHERE claimed_at IS NULL AND seq > 0 AND partner_id = :partner_id AND key_index IS NULL))"
    };
}

statements! {
    /// Those of a move that was given up tell nothing of this one.
    FORGET_NOTES = "
DELETE FROM moved_rows WHERE seq > 0 AND partner_id = :partner_id
  AND EXISTS (SELECT 1 FROM departures WHERE partner_id = :partner_id AND epoch < :epoch)";

    DEPART = concat!("
INSERT INTO departures (partner_id, epoch)
SELECT id, epoch FROM partners
WHERE id = :partner_id AND epoch = :epoch AND state IN ('here', 'leaving') AND NOT ", has_rows_of_before!(), "
ON CONFLICT (partner_id) DO UPDATE SET epoch = excluded.epoch WHERE epoch < excluded.epoch");

    DEPARTS = "
SELECT p.state, d.epoch FROM departures d JOIN partners p ON p.id = d.partner_id
WHERE d.partner_id = :partner_id AND d.epoch = :epoch LIMIT 1";

    /// Begins every batch that reads what is copied.
    GUARD = "
SELECT CASE WHEN EXISTS (SELECT 1 FROM partners WHERE id = :partner_id AND epoch = :epoch AND state IN ('here', 'leaving'))
             AND EXISTS (SELECT 1 FROM departures WHERE partner_id = :partner_id AND epoch = :epoch)
            THEN 1 ELSE json('the partner does not leave') END AS leaves";

    /// The oldest, by table; a row is noted once.
    NOTES = "
SELECT n.tab, json_group_array(json(n.key)) AS keys, COUNT(*) AS count, MAX(n.seq) AS upto,
       (SELECT seq FROM sqlite_sequence WHERE name = 'moved_rows') AS newest
FROM (SELECT seq, tab, key FROM moved_rows WHERE seq > 0 AND +partner_id = :partner_id ORDER BY seq LIMIT :most) n
GROUP BY n.tab";

    CARRIED = "DELETE FROM moved_rows WHERE seq > 0 AND seq <= :upto AND +partner_id = :partner_id";

    FREEZE = concat!("
UPDATE partners SET state = 'leaving'
WHERE id = :partner_id AND epoch = :epoch AND state = 'here' AND NOT ", has_rows_of_before!());

    GONE = "UPDATE partners SET state = 'gone' WHERE id = :partner_id AND epoch = :epoch AND state = 'leaving'";

    /// In the epoch after: nobody of before freezes it again.
    STAY = "
UPDATE partners SET state = 'here', epoch = :epoch + 1 WHERE id = :partner_id AND epoch = :epoch AND state IN ('here', 'leaving')";

    STATE = "SELECT state, epoch FROM partners WHERE id = :partner_id LIMIT 1";

    /// Whoever copies is refused from now on.
    END = "DELETE FROM departures WHERE partner_id = :partner_id AND epoch = :epoch";

    END_NOTES = "
DELETE FROM moved_rows WHERE seq > 0 AND partner_id = :partner_id
  AND NOT EXISTS (SELECT 1 FROM departures WHERE partner_id = :partner_id)";
}

/// How a partner stands in a database.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Standing {
    pub(crate) state: State,
    pub(crate) epoch: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    Here,
    Coming,
    Leaving,
    Gone,
}

/// Rows of a table that are no longer as they were.
#[derive(Deserialize)]
pub(crate) struct Noted {
    pub(crate) tab: String,
    /// JSON array
    pub(crate) keys: String,
    /// How many there are.
    pub(crate) count: usize,
    /// The number of the last note of them, and of the last of all.
    pub(crate) upto: i64,
    pub(crate) newest: i64,
}

/// Who leaves, and the epoch of the stay that ends.
#[derive(Clone, Copy)]
pub(crate) struct Leaver<'a> {
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) epoch: i64,
}

impl Leaver<'_> {
    /// From now on changes are noted; not where rows of before have to be told to the ledger first.
    pub(crate) fn depart(&self, batch: &mut Batch) {
        for sql in [FORGET_NOTES, DEPART] {
            batch.run::<()>(self.about(sql)).done();
        }
    }

    /// A row where they are.
    pub(crate) fn departs(&self) -> Statement<Standing> {
        self.about(DEPARTS)
    }

    /// Begins a batch, which is none where the partner does not leave.
    pub(crate) fn guard(&self, batch: &mut Batch) {
        batch.run::<()>(self.about(GUARD)).done();
    }

    pub(crate) fn notes(&self, most: u32) -> Statement<Noted> {
        let given = [
            ("partner_id", self.partner_id.into()),
            ("most", most.into()),
        ];
        Statement::new(NOTES, given)
    }

    /// Of the notes those that were read: a row may have changed again since.
    pub(crate) fn carried(&self, upto: i64) -> Statement {
        let given = [
            ("partner_id", self.partner_id.into()),
            ("upto", upto.into()),
        ];
        Statement::new(CARRIED, given)
    }

    pub(crate) fn stands(&self) -> Statement<Standing> {
        self.about(STATE)
    }

    /// Nothing changes any more. Gives how it stands then.
    pub(crate) fn freeze(&self, batch: &mut Batch) -> Slot<Standing> {
        self.then(batch, &[FREEZE])
    }

    /// After the move was committed. Gives how it stands then.
    pub(crate) fn go(&self, batch: &mut Batch) -> Slot<Standing> {
        self.then(batch, &[GONE, END, END_NOTES])
    }

    /// After it was given up. Gives how it stands then.
    pub(crate) fn stay(&self, batch: &mut Batch) -> Slot<Standing> {
        self.then(batch, &[STAY, END, END_NOTES])
    }

    fn then(&self, batch: &mut Batch, steps: &[Sql]) -> Slot<Standing> {
        for sql in steps {
            batch.run::<()>(self.about(*sql)).done();
        }
        batch.read(self.about(STATE))
    }

    fn about<T>(&self, sql: Sql) -> Statement<T> {
        let given = [
            ("partner_id", self.partner_id.into()),
            ("epoch", self.epoch.into()),
        ];
        Statement::new(sql, given)
    }
}
