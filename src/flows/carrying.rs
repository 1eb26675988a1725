//! A partner's rows on their way to another home: copied while they change, what changes noted and carried after, and
//! both homes compared, before nothing changes any more and the last are carried.

use std::collections::HashSet;

use serde_json::json;
use serde_json::value::RawValue;

use crate::app::clock;
use crate::db::arrivals::{Arrival, Step, Turn};
use crate::db::carried::{self, Carried, Which};
use crate::db::departures::{Leaver, Noted, State};
use crate::db::moved::{Table, TABLES};
use crate::db::{Batch, Db, Results, Slot, Statement};
use crate::error::Error;
use crate::flows::emptying::Wiping;
use crate::flows::run::{Run, Went};
use crate::log;

/// Notes that are carried together, and that are read beside a page that is compared.
const NOTES: u32 = 400;
/// So few that a partner may be frozen for them.
const FEW: usize = 50;

/// From one home to another, in a turn.
pub(crate) struct Carrier<'a> {
    pub(crate) run: &'a Run,
    pub(crate) leaver: Leaver<'a>,
    pub(crate) source: &'a Db,
    pub(crate) target: &'a Db,
    pub(crate) turn: &'a Turn,
    pub(crate) arrival: Arrival,
    /// Nothing changes at the source any more: an earlier run was cut.
    pub(crate) is_frozen: bool,
}

/// What was carried.
#[derive(Clone, Copy, Default)]
struct Notes {
    count: usize,
    /// How far it is to the newest note: no less than there are left.
    left: i64,
}

/// A page of one home, as it is beside the other.
struct Compared {
    page: Carried,
    /// What the other home has under its keys.
    other: Carried,
    noted: Changed,
}

/// Keys of a table's rows that have changed since they were carried.
#[derive(Default)]
struct Changed {
    keys: HashSet<String>,
    /// There are more notes than were read.
    is_cut: bool,
}

impl Carrier<'_> {
    /// Until few notes are left, and both homes have been compared.
    pub(crate) async fn carry(&mut self) -> Result<Went, Error> {
        let waits = Ok(Went::Waits("there is more to copy"));
        if self.arrival.step == Step::Wiping {
            let wiping = Wiping {
                run: self.run,
                partner_id: self.leaver.partner_id,
                home: self.target,
                turn: self.turn,
            };
            if !wiping.wipe(&mut self.arrival).await? {
                return waits;
            }
            self.arrival.begin(Step::Copying);
        }
        if !self.departs().await? {
            return Ok(Went::Waits("indices of before are not in the ledger yet"));
        }
        if self.arrival.step == Step::Copying {
            if !self.copy().await? {
                return waits;
            }
            self.arrival.begin(Step::Comparing);
        }
        if self.arrival.step == Step::Comparing {
            match self.compare().await? {
                Went::Through => self.arrival.begin(Step::Noting),
                stopped => return Ok(stopped),
            }
        }
        self.carry_until(FEW).await
    }

    /// Of a source that is frozen: then the copy is whole.
    pub(crate) async fn carry_last(&mut self) -> Result<(), Error> {
        while self.carry_notes().await?.count > 0 {}
        let mut batch = Batch::new();
        self.leaver.guard(&mut batch);
        let floors = batch.read(carried::floors(self.leaver.partner_id));
        let floors = self.run.commit(self.source, batch).await?.one(floors)?;
        self.arrival.begin(Step::Whole);
        let mut batch = Batch::new();
        self.turn.guard(&mut batch);
        batch.run(carried::put_floors(&rows(floors.rows))).done();
        batch.run(self.turn.place(&self.arrival, clock())).done();
        self.run.commit(self.target, batch).await.map(drop)
    }

    /// Before the first row is read, changes are noted.
    async fn departs(&mut self) -> Result<bool, Error> {
        let mut batch = Batch::new();
        self.leaver.depart(&mut batch);
        let departs = batch.read(self.leaver.departs());
        let departs = self.run.commit(self.source, batch).await?.row(departs)?;
        self.is_frozen = departs
            .as_ref()
            .is_some_and(|one| one.state == State::Leaving);
        Ok(departs.is_some())
    }

    /// Whether all of it is.
    async fn copy(&mut self) -> Result<bool, Error> {
        while let Some(table) = TABLES.get(self.arrival.tab as usize) {
            if !self.run.goes_on() {
                return Ok(false);
            }
            let after = self.arrival.after.as_deref();
            let (mut batch, source) = (Batch::new(), self.source.home());
            self.leaver.guard(&mut batch);
            let page = batch.read(table.page(self.leaver.partner_id, &source, after, Which::All));
            let page: Carried = self.run.commit(self.source, batch).await?.one(page)?;
            self.comes_to(page.next.clone());
            if page.is_empty() {
                continue;
            }
            let rows = rows(page.rows);
            let mut batch = Batch::new();
            self.turn.guard(&mut batch);
            table.put(&mut batch, &self.target.home(), &rows);
            batch.run(self.turn.place(&self.arrival, clock())).done();
            self.run.commit(self.target, batch).await?;
        }
        Ok(true)
    }

    fn comes_to(&mut self, next: Option<String>) {
        match next {
            Some(place) => self.arrival.after = Some(place),
            None => self.arrival.begin_table(self.arrival.tab + 1),
        }
    }

    /// Until fewer are left.
    async fn carry_until(&self, few: usize) -> Result<Went, Error> {
        let first = self.carry_notes().await?;
        let mut last = first;
        while last.count >= few {
            if !self.run.goes_on() {
                return Ok(match last.left < first.left {
                    true => Went::Waits("there is more to carry"),
                    false => Went::Behind,
                });
            }
            last = self.carry_notes().await?;
        }
        Ok(Went::Through)
    }

    /// The oldest, as their rows are now.
    async fn carry_notes(&self) -> Result<Notes, Error> {
        let mut batch = Batch::new();
        self.leaver.guard(&mut batch);
        let notes = batch.read(self.leaver.notes(NOTES));
        let notes: Vec<Noted> = self.run.commit(self.source, batch).await?.rows(notes)?;
        let Some(upto) = notes.iter().map(|noted| noted.upto).max() else {
            return Ok(Notes::default());
        };
        let carried = self.taken(&notes).await?;
        let mut batch = Batch::new();
        self.turn.guard(&mut batch);
        for (table, taken) in &carried {
            if let Some(rows) = taken.rows.as_deref().filter(|rows| *rows != EMPTY) {
                table.put(&mut batch, &self.target.home(), rows);
            }
        }
        for (table, taken) in carried.iter().rev() {
            if let Some(gone) = taken.gone.as_deref().filter(|gone| *gone != EMPTY) {
                batch.run(table.drop(gone)).done();
            }
        }
        batch.run(self.turn.place(&self.arrival, clock())).done();
        self.run.commit(self.target, batch).await?;
        let mut batch = Batch::new();
        self.leaver.guard(&mut batch);
        batch.run(self.leaver.carried(upto)).done();
        self.run.commit(self.source, batch).await?;
        Ok(Notes {
            count: notes.iter().map(|noted| noted.count).sum(),
            left: notes
                .iter()
                .map(|noted| noted.newest - upto)
                .max()
                .unwrap_or_default(),
        })
    }

    /// What is noted, of each table: parents first.
    async fn taken(&self, notes: &[Noted]) -> Result<Vec<(&'static Table, Carried)>, Error> {
        let mut batch = Batch::new();
        self.leaver.guard(&mut batch);
        let source = self.source.home();
        let mut slots = Vec::new();
        for table in &TABLES {
            let noted = notes.iter().find(|noted| noted.tab == table.name);
            for keys in chunks(noted.map(|noted| &noted.keys), table.at_once as usize)? {
                slots.push((table, batch.read(table.take(&source, &keys))));
            }
        }
        let results = self.run.commit(self.source, batch).await?;
        let taken = slots
            .into_iter()
            .map(|(table, slot)| Ok((table, results.one(slot)?)));
        taken.collect()
    }

    /// All that the source has is at the target, and then the other way round.
    async fn compare(&mut self) -> Result<Went, Error> {
        let waits = Ok(Went::Waits("there is more to compare"));
        let tables = u32::try_from(TABLES.len()).unwrap_or(u32::MAX);
        while self.arrival.tab < 2 * tables {
            if !self.run.goes_on() {
                return waits;
            }
            let table = &TABLES[(self.arrival.tab % tables) as usize];
            let is_back = self.arrival.tab >= tables;
            if is_back && table.stays_in_directory && self.target.is_directory() {
                self.comes_to(None);
                continue;
            }
            let compared = match is_back {
                false => self.beside_target(table).await?,
                true => self.beside_source(table).await?,
            };
            let missing = compared.missing()?;
            if missing > 0 && compared.noted.is_cut {
                // What is missing may be noted: once more, when fewer are.
                match self.carry_until(NOTES as usize).await? {
                    Went::Through => continue,
                    stopped => return Ok(stopped),
                }
            }
            if missing > 0 {
                let about = json!({
                    "partner_id": self.leaver.partner_id, "table": table.name, "rows": missing,
                    "of": if is_back { "target" } else { "source" },
                });
                log::problem("move.differs", about);
                return Ok(Went::Differs);
            }
            self.comes_to(compared.page.next);
        }
        Ok(Went::Through)
    }

    /// A page of the source, with what is noted at the same moment.
    async fn beside_target(&self, table: &'static Table) -> Result<Compared, Error> {
        let (source, target) = (self.source.home(), self.target.home());
        let mut batch = Batch::new();
        self.leaver.guard(&mut batch);
        let page = batch.read(self.settled(table, &source));
        let notes = batch.read(self.leaver.notes(NOTES));
        let results = self.run.commit(self.source, batch).await?;
        let page: Carried = results.one(page)?;
        if page.is_empty() {
            return Ok(Compared::with(page));
        }
        let mut batch = Batch::new();
        self.turn.guard(&mut batch);
        let other = batch.read(table.take(&target, page.keys.as_deref().unwrap_or(EMPTY)));
        let other = self.run.commit(self.target, batch).await?.one(other)?;
        let noted = noted(&results, notes, table)?;
        Ok(Compared { page, other, noted })
    }

    /// A page of the target, where nothing changes but by this turn.
    async fn beside_source(&self, table: &'static Table) -> Result<Compared, Error> {
        let (source, target) = (self.source.home(), self.target.home());
        let mut batch = Batch::new();
        self.turn.guard(&mut batch);
        let page = batch.read(self.settled(table, &target));
        let page: Carried = self.run.commit(self.target, batch).await?.one(page)?;
        if page.is_empty() {
            return Ok(Compared::with(page));
        }
        let mut batch = Batch::new();
        self.leaver.guard(&mut batch);
        let other = batch.read(table.take(&source, page.keys.as_deref().unwrap_or(EMPTY)));
        let notes = batch.read(self.leaver.notes(NOTES));
        let results = self.run.commit(self.source, batch).await?;
        let (other, noted) = (results.one(other)?, noted(&results, notes, table)?);
        Ok(Compared { page, other, noted })
    }

    fn settled(&self, table: &'static Table, at: &str) -> Statement<Carried> {
        let after = self.arrival.after.as_deref();
        table.page(self.leaver.partner_id, at, after, Which::Settled)
    }
}

impl Compared {
    /// Nothing, which is everywhere.
    fn with(page: Carried) -> Compared {
        Compared {
            page,
            other: Carried::default(),
            noted: Changed::default(),
        }
    }

    /// How many rows of the page are not there as they are here.
    fn missing(&self) -> Result<usize, Error> {
        let (keys, rows) = (
            each(self.page.keys.as_ref())?,
            each(self.page.rows.as_ref())?,
        );
        let other: HashSet<&str> = each(self.other.rows.as_ref())?
            .into_iter()
            .map(RawValue::get)
            .collect();
        let is_missing = |(key, row): &(&RawValue, &RawValue)| {
            !other.contains(row.get()) && !self.noted.keys.contains(key.get())
        };
        Ok(keys.into_iter().zip(rows).filter(is_missing).count())
    }
}

fn noted(results: &Results, notes: Slot<Noted>, table: &Table) -> Result<Changed, Error> {
    let notes = results.rows(notes)?;
    let read: usize = notes.iter().map(|noted| noted.count).sum();
    let of_table = notes.into_iter().find(|noted| noted.tab == table.name);
    let keys = of_table.map(|noted| noted.keys);
    let keys = each(keys.as_ref())?
        .into_iter()
        .map(|key| key.get().to_owned());
    Ok(Changed {
        keys: keys.collect(),
        is_cut: read >= NOTES as usize,
    })
}

const EMPTY: &str = "[]";

fn rows(rows: Option<String>) -> String {
    rows.unwrap_or_else(|| EMPTY.into())
}

/// The elements of a JSON array, as they are written.
fn each<A: AsRef<str>>(array: Option<&A>) -> Result<Vec<&RawValue>, Error> {
    serde_json::from_str(array.map_or(EMPTY, A::as_ref)).map_err(Error::internal)
}

/// The same as arrays of so many each.
fn chunks(array: Option<&String>, most: usize) -> Result<Vec<String>, Error> {
    let elements = each(array)?;
    let text = |some: &[&RawValue]| {
        let texts: Vec<&str> = some.iter().map(|one| one.get()).collect();
        format!("[{}]", texts.join(","))
    };
    Ok(elements.chunks(most).map(text).collect())
}
