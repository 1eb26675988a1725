//! What is older than 90 days in the audit log leaves the database for the archive, a partner's day at a time.
//!
//! Nothing is deleted that no object is known to hold, and no row is put into two that are noted. Whatever is cut: rows
//! that were put and not deleted are found in their object by the next run, which deletes them; so are rows that come
//! back with a database that was set back in time. Two runs at once want the same number of the day, and one of them
//! gets it. Where a partner has begun to leave meanwhile, nothing is deleted and nothing noted: its rows are archived
//! where it is then.

use std::time::Duration;

use futures_util::future::{FutureExt, LocalBoxFuture};
use serde::Deserialize;
use serde_json::json;

use crate::app::clock;
use crate::archive::{Archive, Name};
use crate::db::archive::{self as stored, Day, Held, Note, Waiting};
use crate::db::audit::Recorded;
use crate::db::{Batch, Db, Results};
use crate::error::Error;
use crate::flows::objects::audit_entry;
use crate::flows::run::Chores;
use crate::log;
use crate::rules::home::Homes;
use crate::rules::id::{AuditId, PartnerId};
use crate::rules::limits::{ARCHIVED_TOGETHER, AUDIT_IN_DATABASE, AUDIT_KEPT};
use crate::rules::time::{seconds, Time};
use crate::wire::common::Timestamp;

/// A run ends after so long, or when the database, which does one thing at a time, has worked for so long, or where
/// the platform would give no more statements to whoever comes after.
const LASTS: Duration = seconds(10);
const WORKS: Duration = seconds(3);
/// Partners that one statement looks for work at.
const PARTNERS: u32 = 100;
/// Rows that are read, and deleted, by one statement.
const READ: u32 = 2_000;
const DELETED: usize = 1_000;

/// The first moment of the window: what is of before it leaves.
pub(crate) fn window(now: Time) -> Time {
    (now - AUDIT_IN_DATABASE).this_day()
}

/// Objects of days before this one are over.
pub(crate) fn kept_from(now: Time) -> Time {
    (now - AUDIT_KEPT).this_day()
}

/// One run. It goes on after the partner with which the last one ended, and takes one object's rows of each partner
/// in turn: none waits behind another that has many.
pub(crate) async fn archive(
    db: &Db,
    archive: &Archive,
    homes: &Homes,
    chores: &Chores,
) -> Result<(), Error> {
    let begun = clock();
    let mut run = Run {
        db,
        archive,
        homes,
        chores,
        statements: 0,
        now: begun,
        begun,
        worked: Duration::ZERO,
        archived: 0,
        done: 0,
    };
    let is_done = run.go().await?;
    if run.archived > 0 {
        let told = json!({ "home": db.name(), "archived": run.archived });
        log::event("archive", told);
    }
    if !is_done {
        let told = json!({ "home": db.name(), "archived": run.archived });
        log::problem("archive.behind", told);
    }
    Ok(())
}

struct Run<'a> {
    db: &'a Db,
    archive: &'a Archive,
    homes: &'a Homes,
    chores: &'a Chores,
    /// Of this home.
    statements: usize,
    now: Time,
    begun: Time,
    worked: Duration,
    /// Rows.
    archived: usize,
    /// Batches that changed something.
    done: usize,
}

/// A row, and its line.
struct Line {
    id: AuditId,
    text: String,
    is_of_directory: bool,
}

/// What a line of the archive is of.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Known<'a> {
    pub(crate) id: &'a str,
    pub(crate) user_id: Option<&'a str>,
    pub(crate) ts: Timestamp,
}

pub(crate) fn known(line: &str) -> Result<Known<'_>, Error> {
    serde_json::from_str(line).map_err(|error| Error::internal(format_args!("a line: {error}")))
}

impl Run<'_> {
    /// Whether nothing is left.
    async fn go(&mut self) -> Result<bool, Error> {
        let (batch, place) = Batch::of(stored::place());
        let place = self.commit(batch).await?.row(place)?;
        let mut after = place.map_or_else(String::new, |place| place.after.to_string());
        // Whether all partners were looked at in this round, and whether it did anything.
        let (mut is_whole, mut did) = (after.is_empty(), false);
        loop {
            let (from, until) = (kept_from(self.now), window(self.now));
            let (batch, page) = Batch::of(stored::waiting(from, until, &after, PARTNERS));
            let page = self.commit(batch).await?.rows(page)?;
            let is_last = page.len() < PARTNERS as usize;
            for partner in page {
                after = partner.partner_id.to_string();
                if partner.oldest.is_none() && partner.over.is_none() {
                    continue;
                }
                if !self.has_time() {
                    return Ok(false);
                }
                did |= self.see_to(&partner).await;
            }
            if is_last && is_whole && !did {
                return Ok(true);
            }
            if is_last {
                (after, is_whole, did) = (String::new(), true, false);
            }
        }
    }

    fn has_time(&self) -> bool {
        let has_time = clock().since(self.begun) < LASTS && self.worked < WORKS;
        has_time && self.statements < self.chores.of_an_archive()
    }

    /// In one place: what waits for a batch is a large part of the wasm.
    fn commit(&mut self, batch: Batch) -> LocalBoxFuture<'_, Result<Results, Error>> {
        self.statements += batch.len();
        let archive = &self.chores.archive;
        archive.set(archive.get() + batch.len());
        let committed = async {
            let results = self.db.commit(batch).await?;
            self.worked += results.duration();
            Ok(results)
        };
        committed.boxed_local()
    }

    /// Whether it did anything. Where one of the two fails the other is done, and the other partners' turn comes.
    async fn see_to(&mut self, partner: &Waiting) -> bool {
        let before = self.done;
        let ended = self.end(partner).await;
        let taken = self.take(partner).await;
        for error in [ended, taken].into_iter().filter_map(Result::err) {
            log::problem(
                "archive.failed",
                json!({
                    "home": self.db.name(), "partner_id": partner.partner_id, "cause": error.cause(),
                }),
            );
        }
        self.done > before
    }

    /// The partner's oldest object, where that is over: it goes before its note.
    async fn end(&mut self, partner: &Waiting) -> Result<(), Error> {
        let Some(first_id) = &partner.over else {
            return Ok(());
        };
        let (batch, note) = Batch::of(stored::noted(&partner.partner_id, first_id));
        if let Some(note) = self.commit(batch).await?.row(note)? {
            let archive = self.archive.that_of(note.home.as_deref(), self.homes)?;
            archive.delete(&note.object).await?;
            let mut batch = Batch::new();
            batch
                .run(stored::forget(&partner.partner_id, first_id))
                .done();
            self.commit(batch).await?;
            self.done += 1;
        }
        Ok(())
    }

    /// The rows of the partner's oldest day, as many as an object holds.
    async fn take(&mut self, partner: &Waiting) -> Result<(), Error> {
        let Some(oldest) = &partner.oldest else {
            return Ok(());
        };
        let made_at = oldest.made_at();
        let made_at = made_at.ok_or_else(|| Error::internal(format_args!("no id: {oldest}")))?;
        let (partner_id, day) = (&partner.partner_id, Day::of(made_at));
        let (mut lines, is_begun) = self.read(partner_id, &day).await?;
        let mut nth = match is_begun {
            false => 1,
            true => self.settle(partner_id, &day, &mut lines).await? + 1,
        };
        part(&mut lines);
        while let (Some(first), Some(last)) = (lines.first(), lines.last()) {
            let day = day.begins;
            let name = Name {
                partner_id,
                day,
                nth,
            }
            .text();
            let note = note(&lines, &name, (&first.id, &last.id));
            let ids = (&note.first_id, &note.last_id);
            if self.archive.put(&name, &text(&lines), ids).await? {
                return self.delete(partner_id, &note, &lines).await;
            }
            // Somebody was here before.
            let day = Day::of(day);
            let highest = self.settle(partner_id, &day, &mut lines).await?;
            if highest < nth {
                let cause = format!("{name} is there, and is not listed");
                return Err(Error::Unavailable(cause));
            }
            nth = highest + 1;
        }
        Ok(())
    }

    /// As many rows of the day as an object holds, and whether there is one of that day already, as far as is noted.
    /// The next run goes on with another partner, whatever becomes of this one.
    async fn read(
        &mut self,
        partner_id: &PartnerId,
        day: &Day,
    ) -> Result<(Vec<Line>, bool), Error> {
        let mut batch = Batch::new();
        batch.run(stored::set_place(partner_id.as_str())).done();
        let noted = batch.read(stored::notes_of(partner_id, day, 1));
        let mut rows = batch.read(stored::rows(partner_id, day, None, READ));
        let mut results = self.commit(batch).await?;
        let is_begun = results.row(noted)?.is_some();
        let mut lines: Vec<Line> = Vec::new();
        loop {
            let read = results.rows(rows)?;
            let is_last = read.len() < READ as usize;
            for row in read {
                lines.push(line(row)?);
            }
            if is_last || lines.len() >= ARCHIVED_TOGETHER as usize {
                return Ok((lines, is_begun));
            }
            let after = lines.last().map(|line| &line.id);
            let (batch, next) = Batch::of(stored::rows(partner_id, day, after, READ));
            (results, rows) = (self.commit(batch).await?, next);
        }
    }

    /// Deletes what objects of the day hold of these rows, and leaves the rest. Gives the highest number of an object.
    async fn settle(
        &mut self,
        partner_id: &PartnerId,
        day: &Day,
        lines: &mut Vec<Line>,
    ) -> Result<u32, Error> {
        let mut highest = 0;
        for object in self.archive.of_day(partner_id, day.begins).await? {
            highest = highest.max(object.nth);
            let (Some(first), Some(last)) = (lines.first(), lines.last()) else {
                continue;
            };
            if !object.may_hold(&first.id, &last.id) {
                continue;
            }
            let Some(text) = self.archive.lines(&object.name).await? else {
                continue;
            };
            let held: Vec<&str> = ids(&text)?;
            let (Some(first), Some(last)) = (held.first(), held.last()) else {
                continue;
            };
            let note = Note {
                first_id: AuditId::given(*first),
                last_id: AuditId::given(*last),
                entries: u32::try_from(held.len()).unwrap_or(u32::MAX),
                object: object.name,
                home: None,
            };
            let (gone, rest) = std::mem::take(lines)
                .into_iter()
                .partition(|line: &Line| held.binary_search(&line.id.as_str()).is_ok());
            *lines = rest;
            if !gone.is_empty() {
                self.delete(partner_id, &note, &gone).await?;
            }
        }
        Ok(highest)
    }

    /// Deletes rows that this object holds, and notes it before the first of them is gone. What a run has no time for
    /// the next one finds in the object. Neither where the partner has begun to leave since they were read.
    async fn delete(
        &mut self,
        partner_id: &PartnerId,
        note: &Note,
        lines: &[Line],
    ) -> Result<(), Error> {
        let are_of_directory = lines.iter().all(|line| line.is_of_directory);
        for (nth, some) in lines.chunks(DELETED).enumerate() {
            if nth > 0 && !self.has_time() {
                break;
            }
            let ids: Vec<&AuditId> = some.iter().map(|line| &line.id).collect();
            let held = Held {
                partner_id,
                note,
                ids: &ids,
                are_of_directory,
            };
            let mut batch = Batch::new();
            let gone = stored::let_go(&mut batch, &held);
            let gone = self.commit(batch).await?.changes(gone);
            self.archived += gone;
            self.done += usize::from(gone > 0);
        }
        Ok(())
    }
}

/// What is the directory's stays there when the partner moves: it goes into objects of its own, once the partner's are
/// done.
fn part(lines: &mut Vec<Line>) {
    if lines.iter().any(|line| !line.is_of_directory) {
        lines.retain(|line| !line.is_of_directory);
    }
}

/// Of an object's lines, which are in their order.
fn ids(text: &str) -> Result<Vec<&str>, Error> {
    let known = text.lines().map(|line| known(line).map(|known| known.id));
    known.collect()
}

fn line(row: Recorded) -> Result<Line, Error> {
    let (id, is_of_directory) = (row.id.clone(), row.is_of_directory());
    let text = serde_json::to_string(&audit_entry(row)).map_err(Error::internal)?;
    Ok(Line {
        id,
        text,
        is_of_directory,
    })
}

fn note(lines: &[Line], name: &str, (first, last): (&AuditId, &AuditId)) -> Note {
    Note {
        first_id: first.clone(),
        last_id: last.clone(),
        entries: u32::try_from(lines.len()).unwrap_or(u32::MAX),
        object: name.into(),
        home: None,
    }
}

fn text(lines: &[Line]) -> String {
    let mut text = String::with_capacity(lines.iter().map(|line| line.text.len() + 1).sum());
    for line in lines {
        text.push_str(&line.text);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_directory_s_waits_until_the_partners_own_is_done() {
        let parted = |of: &[bool]| {
            let line = |is_of_directory: &bool| Line {
                id: AuditId::given("a"),
                text: String::new(),
                is_of_directory: *is_of_directory,
            };
            let mut lines: Vec<Line> = of.iter().map(line).collect();
            part(&mut lines);
            let left = lines.iter().map(|line| line.is_of_directory);
            left.collect::<Vec<bool>>()
        };
        assert_eq!(parted(&[true, false, true, false]), [false, false]);
        assert_eq!(parted(&[true, true]), [true, true]);
        assert_eq!(parted(&[false]), [false]);
        assert!(parted(&[]).is_empty());
    }
}
