//! A batch, and what came of it. A result is asked for by the slot that its statement gave, never
//! by a number.

use std::marker::PhantomData;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::audit::{self, Origin, Whom};
use super::d1::Outcome;
use super::statement::{IfChanged, Statement};
use crate::error::Error;
use crate::rules::event::Event;

/// Statements in order, run as one transaction.
#[derive(Default)]
pub(crate) struct Batch(Vec<Statement>);

/// Where the rows of a statement will be.
pub(crate) struct Slot<T> {
    nth: usize,
    row: PhantomData<fn() -> T>,
}

/// A statement just added, for what hangs on it.
#[must_use = "its slot, or nothing: `done`"]
pub(crate) struct Ran<'a, T> {
    batch: &'a mut Batch,
    slot: Slot<T>,
}

/// The rows of every statement of a batch.
pub(crate) struct Results(Vec<Outcome>);

impl Batch {
    pub(crate) fn new() -> Batch {
        Batch::default()
    }

    /// A batch of one, and where its rows will be.
    pub(crate) fn of<T>(statement: Statement<T>) -> (Batch, Slot<T>) {
        let mut batch = Batch::new();
        let slot = batch.read(statement);
        (batch, slot)
    }

    /// Adds a statement that reads.
    pub(crate) fn read<T>(&mut self, statement: Statement<T>) -> Slot<T> {
        self.0.push(statement.untyped());
        Slot {
            nth: self.0.len() - 1,
            row: PhantomData,
        }
    }

    /// Adds a statement that acts.
    pub(crate) fn run<T>(&mut self, statement: Statement<T>) -> Ran<'_, T> {
        let slot = self.read(statement);
        Ran { batch: self, slot }
    }

    /// Writes an audit row whatever else the batch does.
    pub(crate) fn record(&mut self, origin: &Origin<'_>, whom: Whom<'_>, event: Event) {
        self.read(audit::record(origin, whom, event));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn into_statements(self) -> Vec<Statement> {
        self.0
    }
}

impl<'a, T> Ran<'a, T> {
    /// Adds what acts only if this statement changed something.
    pub(crate) fn then(self, next: IfChanged) -> Ran<'a, ()> {
        self.batch.run(next.0)
    }

    /// Writes an audit row if this statement changed something.
    pub(crate) fn audited(self, origin: &Origin<'_>, whom: Whom<'_>, event: Event) -> Slot<T> {
        self.batch
            .read(audit::record_if_changed(origin, whom, event).0);
        match whom {
            Whom::Client { copy, .. } => {
                self.batch.read(audit::copy_to_partner(origin, copy));
            }
            Whom::Partner { id, copy } => {
                self.batch.read(audit::copy_to(origin, id, copy));
            }
            _ => {}
        }
        self.slot
    }

    /// Nothing hangs on it, and its rows are not asked for.
    pub(crate) fn done(self) {}
}

impl<T> Clone for Slot<T> {
    fn clone(&self) -> Slot<T> {
        *self
    }
}

impl<T> Copy for Slot<T> {}

impl Results {
    pub(super) fn new(results: Vec<Outcome>) -> Results {
        Results(results)
    }

    /// All rows.
    pub(crate) fn rows<T: DeserializeOwned>(&self, slot: Slot<T>) -> Result<Vec<T>, Error> {
        let nth = slot.nth;
        let outcome = self.0.get(nth);
        let outcome = outcome.ok_or_else(|| Error::Internal(format!("no result {nth}")))?;
        let Some(rows) = &outcome.results else {
            return Ok(Vec::new());
        };
        serde_json::from_str(rows.get())
            .map_err(|error| Error::Internal(format!("reading result {nth}: {error}")))
    }

    /// The first row.
    pub(crate) fn row<T: DeserializeOwned>(&self, slot: Slot<T>) -> Result<Option<T>, Error> {
        Ok(self.rows(slot)?.into_iter().next())
    }

    /// The first row of a statement that always gives one.
    pub(crate) fn one<T: DeserializeOwned>(&self, slot: Slot<T>) -> Result<T, Error> {
        self.row(slot)?
            .ok_or_else(|| Error::Internal(format!("result {} is empty", slot.nth)))
    }

    /// How many rows the statement changed; 0 where D1 does not say.
    pub(crate) fn changes<T>(&self, slot: Slot<T>) -> usize {
        let outcome = self.0.get(slot.nth);
        outcome.and_then(|one| one.meta.changes).unwrap_or(0)
    }

    /// How long the database worked; nothing where D1 does not say.
    pub(crate) fn duration(&self) -> Duration {
        let millis: f64 = self.0.iter().filter_map(|one| one.meta.duration).sum();
        Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default()
    }

    /// The size of the database, where D1 says it.
    pub(crate) fn bytes(&self) -> Option<u64> {
        let mut sizes = self.0.iter().filter_map(|one| one.meta.size_after);
        sizes.next_back()
    }
}
