//! One run of the cron on its way through what is too much for one.

use std::cell::Cell;
use std::time::Duration;

use crate::app::clock;
use crate::db::{Batch, Db, Results};
use crate::error::Error;
use crate::rules::time::{seconds, Time};

/// So long a run goes on: the next one begins a minute after it.
const LASTS: Duration = seconds(40);
/// And with so many statements: less where the chores of many homes, or the archive, leave less.
const STATEMENTS: usize = 600;
/// What the platform gives an invocation (D1, "Limits").
const OF_AN_INVOCATION: usize = 1_000;
/// What a run asks of each home, and besides, where nothing is to be archived.
const OF_A_HOME: usize = 21;
const BESIDES: usize = 3;
/// A partner is frozen only where so much of both is left: who is frozen waits.
const FREEZES_WITHIN: Duration = seconds(20);
const FREEZES_WITH: usize = 250;
/// And a run has spent some by then: its turn, what was changed, the last pages.
const BEFORE_IT: usize = 100;

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

/// What the chores of all homes spend before a partner is moved.
pub(crate) struct Chores {
    homes: usize,
    /// Statements of the archive, of all homes.
    pub(crate) archive: Cell<usize>,
}

impl Chores {
    pub(crate) fn of(homes: usize) -> Chores {
        Chores {
            homes,
            archive: Cell::default(),
        }
    }

    fn left(&self) -> usize {
        OF_AN_INVOCATION.saturating_sub(OF_A_HOME * self.homes + BESIDES)
    }

    /// And those that move may take what is left.
    fn of_moves(&self) -> usize {
        STATEMENTS.min(self.left().saturating_sub(self.archive.get()))
    }

    /// So many statements the archive of a home may take: a partner can be moved with what is left.
    pub(crate) fn of_an_archive(&self) -> usize {
        self.left().saturating_sub(FREEZES_WITH + BEFORE_IT) / self.homes.max(1)
    }
}

/// What one run has spent.
pub(crate) struct Run {
    begun: Time,
    most: usize,
    statements: Cell<usize>,
}

impl Run {
    /// After the chores.
    pub(crate) fn begin(chores: &Chores) -> Run {
        Run {
            begun: clock(),
            most: chores.of_moves(),
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Up to 35 homes (docs/scale.md).
    #[test]
    fn whatever_the_archive_takes_a_partner_can_be_frozen() {
        for homes in 1..=35 {
            let chores = Chores::of(homes);
            chores.archive.set(homes * chores.of_an_archive());
            assert!(chores.of_moves() >= FREEZES_WITH, "{homes}");
            let spends_first = chores.of_moves() >= FREEZES_WITH + BEFORE_IT;
            assert!(spends_first || chores.of_an_archive() == 0, "{homes}");
            let all = chores.of_moves() + chores.archive.get() + OF_A_HOME * homes + BESIDES;
            assert!(all <= OF_AN_INVOCATION, "{homes}");
        }
        assert_eq!(Chores::of(36).of_an_archive(), 0);
        assert_eq!(Chores::of(2).of_moves(), STATEMENTS);
    }
}
