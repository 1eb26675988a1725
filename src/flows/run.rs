//! One run of the cron on its way through what is too much for one.

use std::cell::Cell;
use std::time::Duration;

use crate::app::clock;
use crate::db::{Batch, Db, Results};
use crate::error::Error;
use crate::rules::time::{seconds, Time};

/// So long a run goes on: the next one begins a minute after it.
const LASTS: Duration = seconds(40);
/// And with so many statements, of the thousand that the platform gives an invocation (D1, "Limits"): less where the
/// chores of many homes leave less.
const STATEMENTS: usize = 600;
const OF_AN_INVOCATION: usize = 1_000;
const OF_A_HOME: usize = 20;
/// A partner is frozen only where so much of both is left: who is frozen waits.
const FREEZES_WITHIN: Duration = seconds(20);
const FREEZES_WITH: usize = 250;

/// What came of a run's work on a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Went {
    /// As far as there was anything to do.
    Through,
    /// The next run goes on: there was no time left, another mover is at it, or something has to come first.
    Waits(&'static str),
    /// The same, and there is more to carry than there was: changes come faster than they are carried.
    Behind,
    /// The copy is not what was copied: the move cannot go on.
    Differs,
}

/// What one run has spent.
pub(crate) struct Run {
    begun: Time,
    most: usize,
    statements: Cell<usize>,
}

impl Run {
    /// After the chores of so many homes.
    pub(crate) fn begin(homes: usize) -> Run {
        Run {
            begun: clock(),
            most: STATEMENTS.min(OF_AN_INVOCATION.saturating_sub(OF_A_HOME * homes)),
            statements: Cell::default(),
        }
    }

    pub(crate) fn begun(&self) -> Time {
        self.begun
    }

    pub(crate) async fn commit(&self, db: &Db, batch: Batch) -> Result<Results, Error> {
        self.statements.set(self.statements.get() + batch.len());
        db.commit(batch).await
    }

    pub(crate) fn goes_on(&self) -> bool {
        clock().since(self.begun) < LASTS && self.statements.get() < self.most
    }

    pub(crate) fn may_freeze(&self) -> bool {
        clock().since(self.begun) < FREEZES_WITHIN
            && self.statements.get() + FREEZES_WITH < self.most
    }
}
