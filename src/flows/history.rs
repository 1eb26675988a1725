//! What happened, from the database and from the archive behind it, by one cursor.
//!
//! The rows and the notes of the archive's objects are read in one transaction, and a row is noted before it is
//! deleted: it is in one of the two, or for a moment in both, and shown once.

use futures_util::future::try_join_all;
use serde_json::value::RawValue;

use crate::app::App;
use crate::archive::Archive;
use crate::db::archive::{self as stored, Note};
use crate::db::audit::{self, Page, Recorded};
use crate::db::{Batch, Db, Results, Slot};
use crate::error::Error;
use crate::flows::archiving::{kept_from, known};
use crate::flows::objects::audit_entry;
use crate::flows::paging;
use crate::rules::id::{AuditId, UserId};
use crate::rules::limits::{LOOKED_THROUGH, OBJECTS_A_PAGE};
use crate::rules::time::Time;
use crate::wire::audit::Shown;

/// Objects that are in memory at once.
const AT_ONCE: usize = 4;

/// Where in a batch the rows and the notes will be, and what of them is asked for.
pub(crate) struct Asked {
    rows: Slot<Recorded>,
    notes: Slot<Note>,
    wanted: Wanted,
}

struct Wanted {
    user_id: Option<UserId>,
    after: String,
    since: Time,
    most: u32,
}

/// A page of what happened, the oldest first.
pub(crate) struct History {
    entries: Vec<Found>,
    /// Where the next one begins, if there may be more. Of a user there may be none on a page, and more on the next.
    pub(crate) next: Option<AuditId>,
}

impl History {
    pub(crate) fn shown(self) -> Vec<Shown> {
        self.entries.into_iter().map(|(_, entry)| entry).collect()
    }

    /// With what another database tells of the same. Where one of the two ends, the other is not known to be whole
    /// any more.
    fn and(mut self, other: History, most: u32) -> History {
        self.entries.extend(other.entries);
        settle(&mut self.entries);
        let ends = self.next.iter().chain(&other.next);
        let end = ends
            .min_by(|one, other| one.as_str().cmp(other.as_str()))
            .cloned();
        if let Some(end) = &end {
            self.entries.retain(|(id, _)| id.as_str() <= end.as_str());
        }
        let last = paging::cut(&mut self.entries, most).map(|(id, _)| AuditId::given(id));
        History {
            next: last.or(end),
            ..self
        }
    }
}

/// A partner's page: of its home, and of what was done to its clients and settings, which is where these are. That
/// tells of no user. What a partner brought along when it moved may be in both.
pub(crate) async fn read(app: &App, page: Page<'_>) -> Result<History, Error> {
    let at_home = read_of(app, &app.db.near(), &page).await?;
    if app.db.is_directory() || page.user_id.is_some() {
        return Ok(at_home);
    }
    let of_directory = read_of(app, &app.directory, &page).await?;
    Ok(at_home.and(of_directory, page.most))
}

async fn read_of(app: &App, db: &Db, page: &Page<'_>) -> Result<History, Error> {
    let mut batch = Batch::new();
    let asked = ask(&mut batch, page);
    let results = db.commit(batch).await?;
    asked.read(app, db, &results).await
}

pub(crate) fn ask(batch: &mut Batch, page: &Page<'_>) -> Asked {
    let after = page.begins_after();
    let most = paging::asked(page.most);
    let objects = paging::asked(OBJECTS_A_PAGE);
    Asked {
        rows: batch.read(audit::list(&Page { most, ..*page })),
        notes: batch.read(stored::notes_after(page.partner_id, &after, objects)),
        wanted: Wanted {
            user_id: page.user_id.cloned(),
            after,
            since: page.since,
            most: page.most,
        },
    }
}

impl Asked {
    /// `db`: the one that has answered.
    pub(crate) async fn read(
        self,
        app: &App,
        db: &Db,
        results: &Results,
    ) -> Result<History, Error> {
        let rows = results.rows(self.rows)?;
        let notes = results.rows(self.notes)?;
        let (notes, end) = self.wanted.chosen(notes);
        let mut found = Pile {
            wanted: &self.wanted,
            end,
            entries: Vec::new(),
            reached: None,
        };
        found.add(rows);
        for some in notes.chunks(AT_ONCE) {
            let read = some.iter().map(async |note| {
                let archive = app.archive_with(db, note)?;
                lines(&archive, note, app.now).await
            });
            for text in try_join_all(read).await? {
                found.add_lines(&text)?;
            }
        }
        found.cut()
    }
}

impl Wanted {
    /// The objects that this page reads, and the id at which it ends for those that it does not.
    fn chosen(&self, mut notes: Vec<Note>) -> (Vec<Note>, Option<AuditId>) {
        let wanted = match self.user_id {
            None => paging::asked(self.most),
            Some(_) => LOOKED_THROUGH,
        };
        let (mut count, mut entries) = (0, 0);
        for note in notes.iter().take(OBJECTS_A_PAGE as usize) {
            if entries >= wanted {
                break;
            }
            count += 1;
            // Of the one in which the page begins, nobody knows how many come after.
            if note.first_id.as_str() > self.after.as_str() {
                entries = entries.saturating_add(note.entries);
            }
        }
        let end = notes.get(count).map(|note| note.first_id.clone());
        notes.truncate(count);
        (notes, end)
    }
}

/// What an object holds. Nothing where it was over and is deleted.
pub(super) async fn lines(archive: &Archive, note: &Note, now: Time) -> Result<String, Error> {
    if let Some(text) = archive.lines(&note.object).await? {
        return Ok(text);
    }
    match note
        .first_id
        .made_at()
        .is_some_and(|at| at < kept_from(now))
    {
        true => Ok(String::new()),
        false => {
            let why = format!("{} is gone from {}", note.object, archive.binding());
            Err(Error::Unavailable(why))
        }
    }
}

/// What was found of a page so far.
struct Pile<'a> {
    wanted: &'a Wanted,
    /// Nothing from there on: what comes before it was not read whole.
    end: Option<AuditId>,
    entries: Vec<Found>,
    /// The highest id that was looked at.
    reached: Option<AuditId>,
}

/// An entry, by its id.
pub(super) type Found = (String, Shown);

/// In order, and each once.
pub(super) fn settle(found: &mut Vec<Found>) {
    found.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    found.dedup_by(|(one, _), (other, _)| one == other);
}

pub(super) fn kept(line: &str) -> Result<Shown, Error> {
    let line = RawValue::from_string(line.into()).map_err(Error::internal)?;
    Ok(Shown::Kept(line))
}

impl Pile<'_> {
    fn is_within(&self, id: &str) -> bool {
        let is_before_end = self.end.as_ref().is_none_or(|end| id < end.as_str());
        id > self.wanted.after.as_str() && is_before_end
    }

    fn reaches(&mut self, id: &str) {
        if self
            .reached
            .as_ref()
            .is_none_or(|reached| reached.as_str() < id)
        {
            self.reached = Some(AuditId::given(id));
        }
    }

    fn add(&mut self, rows: Vec<Recorded>) {
        for row in rows {
            if self.is_within(row.id.as_str()) {
                self.reaches(row.id.as_str());
                let id = row.id.to_string();
                let entry = Shown::Made(Box::new(audit_entry(row)));
                self.entries.push((id, entry));
            }
        }
    }

    /// Those of an object, in the order of their ids: one more than the page has is enough.
    fn add_lines(&mut self, text: &str) -> Result<(), Error> {
        let mut added = 0;
        for line in text.lines() {
            let known = known(line)?;
            if !self.is_within(known.id) {
                continue;
            }
            self.reaches(known.id);
            let wanted = self.wanted.user_id.as_ref().map(UserId::as_str);
            let is_theirs = wanted.is_none_or(|wanted| known.user_id == Some(wanted));
            if is_theirs && known.ts.0 >= self.wanted.since {
                self.entries.push((known.id.into(), kept(line)?));
                added += 1;
            }
            if added > self.wanted.most {
                break;
            }
        }
        settle(&mut self.entries);
        self.entries
            .truncate(paging::asked(self.wanted.most) as usize);
        Ok(())
    }

    fn cut(mut self) -> Result<History, Error> {
        let last = paging::cut(&mut self.entries, self.wanted.most);
        let next = match (last, &self.end) {
            (Some((last, _)), _) => Some(AuditId::given(last)),
            (None, None) => None,
            (None, Some(_)) => Some(self.reached.ok_or_else(|| {
                Error::Unavailable("too many objects of the archive hold one moment".into())
            })?),
        };
        let entries = self.entries;
        Ok(History { entries, next })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::flows) fn id(nth: u32) -> String {
        format!("aud_{nth:03}")
    }

    fn note(first: u32, last: u32, entries: u32) -> Note {
        Note {
            first_id: AuditId::given(id(first)),
            last_id: AuditId::given(id(last)),
            entries,
            object: format!("{first}"),
            home: None,
        }
    }

    fn wanted(user_id: Option<&str>, after: u32, most: u32) -> Wanted {
        Wanted {
            user_id: user_id.map(UserId::given),
            after: id(after),
            since: Time::from_millis(0),
            most,
        }
    }

    fn line(nth: u32, user: &str) -> String {
        let id = id(nth);
        format!(r#"{{"id":"{id}","ts":"2026-01-05T00:00:00.000Z","userId":"{user}","more":[1]}}"#)
    }

    pub(in crate::flows) fn text(of: &[(u32, &str)]) -> String {
        let lines = of.iter().map(|(nth, user)| line(*nth, user) + "\n");
        lines.collect()
    }

    #[test]
    fn as_many_objects_are_read_as_fill_the_page_and_twenty_at_most() {
        let days = || {
            (1..30)
                .map(|n| note(n * 10, n * 10 + 9, 4))
                .collect::<Vec<_>>()
        };
        let read = |wanted: Wanted| {
            let (notes, end) = wanted.chosen(days());
            (notes.len(), end.map(|end| end.to_string()))
        };
        // Of the first, in which the page begins, it is not known how many come after.
        assert_eq!(read(wanted(None, 12, 7)), (3, Some(id(40))));
        assert_eq!(read(wanted(None, 0, 7)), (2, Some(id(30))));
        assert_eq!(read(wanted(None, 0, 100)), (20, Some(id(210))));
        assert_eq!(read(wanted(Some("u"), 0, 1)), (20, Some(id(210))));
        let (notes, end) = wanted(None, 0, 7).chosen(vec![note(1, 9, 9)]);
        assert_eq!((notes.len(), end), (1, None));
        let large = (1..9).map(|n| note(n * 10, n * 10 + 9, 10_000)).collect();
        assert_eq!(wanted(Some("u"), 0, 1).chosen(large).0.len(), 2);
    }

    fn page(
        wanted: &Wanted,
        objects: &[String],
        end: Option<u32>,
    ) -> (Vec<String>, Option<String>) {
        let mut pile = Pile {
            wanted,
            end: end.map(|end| AuditId::given(id(end))),
            entries: Vec::new(),
            reached: None,
        };
        for text in objects {
            pile.add_lines(text).unwrap();
        }
        let page = pile.cut().unwrap();
        let ids = page.entries.iter().map(|(_, entry)| match entry {
            Shown::Kept(line) => known(line.get()).unwrap().id.to_owned(),
            Shown::Made(entry) => entry.id.to_string(),
        });
        (ids.collect(), page.next.map(|next| next.to_string()))
    }

    #[test]
    fn a_page_is_in_order_with_each_entry_once_and_ends_where_nothing_is_known() {
        let objects = [
            text(&[(1, "a"), (3, "b"), (7, "a")]),
            text(&[(2, "a"), (3, "b"), (5, "b"), (9, "a")]),
        ];
        let ids = |of: &[u32]| of.iter().map(|nth| id(*nth)).collect::<Vec<_>>();
        let all = page(&wanted(None, 0, 9), &objects, None);
        assert_eq!(all, (ids(&[1, 2, 3, 5, 7, 9]), None));
        let cut = page(&wanted(None, 1, 3), &objects, None);
        assert_eq!(cut, (ids(&[2, 3, 5]), Some(id(5))));
        // What begins at 6 was not read: nothing is shown from there on, and the next page begins after 5.
        let short = page(&wanted(None, 0, 9), &objects, Some(6));
        assert_eq!(short, (ids(&[1, 2, 3, 5]), Some(id(5))));
        let of_b = page(&wanted(Some("b"), 3, 9), &objects, Some(6));
        assert_eq!(of_b, (ids(&[5]), Some(id(5))));
        // None of theirs, and more to come.
        let none = page(&wanted(Some("c"), 0, 9), &objects, Some(6));
        assert_eq!(none, (ids(&[]), Some(id(5))));
    }

    #[test]
    fn two_databases_are_one_log_as_far_as_both_are_known() {
        let of = |ids: &[u32], next: Option<u32>| History {
            entries: ids
                .iter()
                .map(|nth| (id(*nth), kept(&line(*nth, "a")).unwrap()))
                .collect(),
            next: next.map(|next| AuditId::given(id(next))),
        };
        let ids = |of: &[u32]| of.iter().map(|nth| id(*nth)).collect::<Vec<_>>();
        let both = |one: History, other: History, most| {
            let both = one.and(other, most);
            let shown = both
                .entries
                .into_iter()
                .map(|(id, _)| id)
                .collect::<Vec<_>>();
            (shown, both.next.map(|next| next.to_string()))
        };
        let all = both(of(&[1, 4], None), of(&[2, 4, 9], None), 9);
        assert_eq!(all, (ids(&[1, 2, 4, 9]), None));
        let cut = both(of(&[1, 4], None), of(&[2, 9], None), 3);
        assert_eq!(cut, (ids(&[1, 2, 4]), Some(id(4))));
        // The first ends at 4, and what it has between 4 and 9 nobody knows.
        let ends = both(of(&[1, 4], Some(4)), of(&[2, 9], None), 9);
        assert_eq!(ends, (ids(&[1, 2, 4]), Some(id(4))));
        let none = both(of(&[], Some(3)), of(&[9], Some(9)), 9);
        assert_eq!(none, (ids(&[]), Some(id(3))));
    }

    #[test]
    fn a_damaged_line_is_a_failure() {
        let wanted = wanted(None, 0, 9);
        let mut pile = Pile {
            wanted: &wanted,
            end: None,
            entries: Vec::new(),
            reached: None,
        };
        let whole = text(&[(1, "a"), (2, "a")]);
        assert!(pile.add_lines(&whole[..whole.len() - 9]).is_err());
    }
}
