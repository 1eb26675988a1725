//! A partner that comes: how far its copy is, and whose turn it is to write it (docs/decisions/moving.md). Where one has
//! left, how far what is behind is deleted.

use std::time::Duration;

use serde::Deserialize;
use strum::{IntoStaticStr, VariantArray};

use super::batch::{Batch, Results, Slot};
use super::statement::{statements, Param, Sql, Statement};
use crate::error::Error;
use crate::rules::id::PartnerId;
use crate::rules::time::{seconds, Time};
use crate::rules::word::Word;

/// This mover's word counts still.
macro_rules! has_turn {
    () => {
        "EXISTS (SELECT 1 FROM arrivals WHERE partner_id = :partner_id AND epoch = :epoch AND turn = :turn)"
    };
}

/// Nobody is served here, by which epoch ever.
macro_rules! is_not_here {
    () => {
        "NOT EXISTS (SELECT 1 FROM partners WHERE id = :partner_id AND state IN ('here', 'leaving'))"
    };
}

/// The last mover has given it back, or has not been heard of since.
macro_rules! is_free {
    () => {
        "taken_at <= :dead_before"
    };
}

statements! {
    /// Where the partner never was, or is no more, there is nothing to wipe. In the directory, which is this database
    /// too, the epoch is that of before until it is committed; in another it is of an earlier stay.
    COME = concat!("
INSERT INTO arrivals (partner_id, epoch, turn, taken_at, step, tab, after)
SELECT :partner_id, :epoch, 1, :now,
       CASE WHEN EXISTS (SELECT 1 FROM partners WHERE id = :partner_id) THEN 'wiping' ELSE 'copying' END, 0, NULL
WHERE ", is_not_here!(), "
  AND NOT EXISTS (SELECT 1 FROM partners WHERE id = :partner_id AND epoch > :epoch - (state <> 'coming'))
ON CONFLICT (partner_id) DO UPDATE SET
  step = CASE WHEN epoch = :epoch THEN step WHEN step = 'empty' THEN 'copying' ELSE 'wiping' END,
  tab = CASE WHEN epoch = :epoch THEN tab ELSE 0 END,
  after = CASE WHEN epoch = :epoch THEN after END,
  turn = turn + 1, taken_at = :now, epoch = :epoch
WHERE epoch < :epoch OR epoch = :epoch AND step NOT IN ('emptying', 'empty') AND ", is_free!());

    /// Not in the directory, which has a row of every partner.
    PUT_PARTNER = "
INSERT INTO partners (id, name, created_at, home, epoch, state)
SELECT :partner_id, :name, :created_at, :home, :epoch, 'coming'
WHERE EXISTS (SELECT 1 FROM arrivals WHERE partner_id = :partner_id AND epoch = :epoch)
ON CONFLICT (id) DO UPDATE SET home = excluded.home, epoch = excluded.epoch, state = 'coming'
WHERE state IN ('gone', 'coming') AND epoch < excluded.epoch";

    FIND = "SELECT turn, step, tab, after FROM arrivals WHERE partner_id = :partner_id AND epoch = :epoch LIMIT 1";

    /// Begins every batch that a mover writes where the partner comes to.
    GUARD = concat!("
SELECT CASE WHEN ", has_turn!(), " AND ", is_not_here!(), " THEN 1 ELSE json('it is the turn of another') END AS turn");

    PLACE = concat!("
UPDATE arrivals SET step = :step, tab = :tab, after = :after, taken_at = :now
WHERE partner_id = :partner_id AND ", has_turn!());

    GIVE_BACK = concat!("UPDATE arrivals SET taken_at = 0 WHERE partner_id = :partner_id AND ", has_turn!());

    /// Once the source is gone.
    HERE = "
UPDATE partners SET state = 'here'
WHERE id = :partner_id AND epoch = :epoch AND state = 'coming'
  AND EXISTS (SELECT 1 FROM arrivals WHERE partner_id = :partner_id AND epoch = :epoch AND step = 'whole')";

    ARRIVED = "
DELETE FROM arrivals WHERE partner_id = :partner_id AND epoch = :epoch
  AND EXISTS (SELECT 1 FROM partners WHERE id = :partner_id AND epoch = :epoch AND state = 'here')";

    IS_HERE = "SELECT epoch FROM partners WHERE id = :partner_id AND epoch = :epoch AND state = 'here' LIMIT 1";

    /// Whether or not it has begun to come. Not in the directory, where it is gone anyhow.
    TURN_AWAY = "
INSERT INTO partners (id, name, created_at, home, epoch, state)
VALUES (:partner_id, :name, :created_at, :home, :epoch, 'gone')
ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, state = 'gone'
WHERE state IN ('gone', 'coming') AND epoch <= excluded.epoch";

    /// What is left behind is deleted, and is whole no more: whoever copies it, or did, is refused.
    EMPTY = concat!("
INSERT INTO arrivals (partner_id, epoch, turn, taken_at, step, tab, after)
SELECT :partner_id, :epoch, 1, :now, 'emptying', 0, NULL
WHERE EXISTS (SELECT 1 FROM partners WHERE id = :partner_id AND state = 'gone')
ON CONFLICT (partner_id) DO UPDATE SET
  step = CASE WHEN epoch = :epoch AND step IN ('emptying', 'empty') THEN step ELSE 'emptying' END,
  tab = CASE WHEN epoch = :epoch AND step IN ('emptying', 'empty') THEN tab ELSE 0 END,
  after = CASE WHEN epoch = :epoch AND step IN ('emptying', 'empty') THEN after END,
  turn = turn + 1, taken_at = :now, epoch = :epoch
WHERE epoch < :epoch OR epoch = :epoch AND (step <> 'emptying' OR ", is_free!(), ")");
}

/// How far an arrival is. Its place is a table, and the key in it after which it goes on.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Arrival {
    turn: i64,
    pub(crate) step: Step,
    pub(crate) tab: u32,
    pub(crate) after: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub(crate) enum Step {
    /// What an earlier stay has left is deleted.
    Wiping,
    Copying,
    /// Both homes are gone through, for what was not copied.
    Comparing,
    /// What is noted is carried, and the source is frozen.
    Noting,
    /// The copy has all that there was when the source was frozen.
    Whole,
    Emptying,
    Empty,
}

impl Arrival {
    /// The next step, at its beginning.
    pub(crate) fn begin(&mut self, step: Step) {
        self.step = step;
        self.begin_table(0);
    }

    pub(crate) fn begin_table(&mut self, tab: u32) {
        self.tab = tab;
        self.after = None;
    }
}

impl Word for Step {}

/// Who comes, and in which epoch: a greater one than it has had.
pub(crate) struct Comer<'a> {
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) name: &'a str,
    pub(crate) created_at: Time,
    /// The binding of the database.
    pub(crate) home: &'a str,
    pub(crate) epoch: i64,
    pub(crate) now: Time,
}

/// A mover that has not been heard of for so long is dead: no statement takes as long, and the next run comes a minute
/// after the last one began.
const HEARD_OF: Duration = seconds(30);

/// Whether the turn is taken a batch says.
pub(crate) struct Taking {
    taken: Slot<()>,
    found: Slot<Arrival>,
}

/// Of one mover.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    partner_id: PartnerId,
    epoch: i64,
    turn: i64,
}

impl Comer<'_> {
    fn about<T>(&self, sql: Sql) -> Statement<T> {
        Statement::new(
            sql,
            [
                ("partner_id", self.partner_id.into()),
                ("name", self.name.into()),
                ("created_at", self.created_at.into()),
                ("home", self.home.into()),
                ("epoch", self.epoch.into()),
                ("now", self.now.into()),
                ("dead_before", (self.now - HEARD_OF).into()),
            ],
        )
    }

    /// Takes the turn, where no other mover is at work.
    pub(crate) fn come(&self, batch: &mut Batch, is_directory: bool) -> Taking {
        let taken = batch.read(self.about(COME));
        if !is_directory {
            batch.run::<()>(self.about(PUT_PARTNER)).done();
        }
        let found = batch.read(self.about(FIND));
        Taking { taken, found }
    }

    /// The same, to delete what is left.
    pub(crate) fn empty(&self, batch: &mut Batch) -> Taking {
        let taken = batch.read(self.about(EMPTY));
        let found = batch.read(self.about(FIND));
        Taking { taken, found }
    }

    /// None where another mover is at work, or the partner may not come.
    pub(crate) fn taken(
        &self,
        results: &Results,
        taking: &Taking,
    ) -> Result<Option<(Turn, Arrival)>, Error> {
        if results.changes(taking.taken) == 0 {
            return Ok(None);
        }
        let found = results.row(taking.found)?;
        Ok(found.map(|found| {
            let turn = Turn {
                partner_id: self.partner_id.clone(),
                epoch: self.epoch,
                turn: found.turn,
            };
            (turn, found)
        }))
    }

    /// For whoever prepares the statements of a turn.
    #[cfg(test)]
    pub(super) fn sample(&self) -> (Turn, Arrival) {
        let turn = Turn {
            partner_id: self.partner_id.clone(),
            epoch: self.epoch,
            turn: 1,
        };
        let arrival = Arrival {
            turn: 1,
            step: Step::Whole,
            tab: 0,
            after: None,
        };
        (turn, arrival)
    }

    /// It is served here, if the copy is whole. Gives a row then, and wherever it was here before.
    pub(crate) fn arrive(&self, batch: &mut Batch) -> Slot<Here> {
        batch.run::<()>(self.about(HERE)).done();
        batch.run::<()>(self.about(ARRIVED)).done();
        batch.read(self.about(IS_HERE))
    }

    /// It does not come.
    pub(crate) fn turn_away(&self) -> Statement {
        self.about(TURN_AWAY)
    }
}

/// How far it is; no row before it has begun.
pub(crate) fn find(partner_id: &PartnerId, epoch: i64) -> Statement<Arrival> {
    let given = [("partner_id", partner_id.into()), ("epoch", epoch.into())];
    Statement::new(FIND, given)
}

#[derive(Deserialize)]
pub(crate) struct Here {}

impl Turn {
    /// Begins a batch, which is none where another has the turn.
    pub(crate) fn guard(&self, batch: &mut Batch) {
        batch.run::<()>(self.about(GUARD, [])).done();
    }

    pub(crate) fn place(&self, arrival: &Arrival, now: Time) -> Statement {
        let place = [
            ("step", arrival.step.as_str().into()),
            ("tab", arrival.tab.into()),
            ("after", arrival.after.as_deref().into()),
            ("now", now.into()),
        ];
        self.about(PLACE, place)
    }

    /// The next mover need not wait.
    pub(crate) fn give_back(&self) -> Statement {
        self.about(GIVE_BACK, [])
    }

    fn about<const N: usize>(&self, sql: Sql, more: [(&'static str, Param); N]) -> Statement {
        let turn = [
            ("partner_id", (&self.partner_id).into()),
            ("epoch", self.epoch.into()),
            ("turn", self.turn.into()),
        ];
        Statement::new(sql, turn.into_iter().chain(more))
    }
}
