//! Which rows of the audit log are to leave for the archive, and which objects there hold what has left.
//!
//! The partner's own leave where it is here. What was done to it is the directory's, and leaves there wherever it is.

use serde::Deserialize;

use super::audit::{columns, is_of_directory, Recorded};
use super::batch::{Batch, Slot};
use super::partners::is_here;
use super::statement::{statements, Param, Sql, Statement};
use crate::rules::id::{AuditId, PartnerId};
use crate::rules::time::{days, Time};

/// A row of `audit` leaves here.
macro_rules! leaves {
    ($row:literal, $partner_id:literal) => {
        concat!(
            "(",
            is_of_directory!($row),
            " OR ",
            is_here!($partner_id),
            ")"
        )
    };
}

/// Rows may go, and their object be noted.
macro_rules! may_go {
    () => {
        concat!("(:are_of_directory = 1 OR ", is_here!(":partner_id"), ")")
    };
}

/// What is over is so in all homes, and its note may go; but counts are compared where the partner leaves or comes.
macro_rules! may_be_forgotten {
    ($partner_id:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM partners m INDEXED BY partners_away
                         WHERE m.id = ",
            $partner_id,
            " AND m.state <> 'here' AND m.state <> 'gone')"
        )
    };
}

statements! {
    PLACE = "SELECT after FROM archiving WHERE one = 1";

    SET_PLACE = "INSERT INTO archiving (one, after) VALUES (1, :after) ON CONFLICT (one) DO UPDATE SET after = :after";

    /// Some partners, those after one; of each the oldest row that is to leave, and the oldest object that is over.
    WAITING = concat!("
SELECT p.id AS partner_id,
       (SELECT a.id FROM audit a WHERE a.partner_id = p.id AND a.id > :from AND a.id < :until
          AND ", leaves!("a", "p.id"), " ORDER BY a.id LIMIT 1) AS oldest,
       (SELECT o.first_id FROM archived o WHERE o.partner_id = p.id AND o.first_id < :from
          AND ", may_be_forgotten!("p.id"), " ORDER BY o.first_id LIMIT 1) AS over
FROM (SELECT id FROM partners WHERE id > :after ORDER BY id LIMIT :partners) p ORDER BY p.id");

    ROWS = concat!("
SELECT ", columns!(), " FROM audit
WHERE partner_id = :partner_id AND id > :after AND id < :until AND ", leaves!("audit", ":partner_id"), " ORDER BY id LIMIT :most");

    NOTE = concat!("
INSERT INTO archived (partner_id, first_id, last_id, entries, object)
SELECT :partner_id, :first_id, :last_id, :entries, :object WHERE ", may_go!(), "
ON CONFLICT (partner_id, first_id) DO NOTHING");

    /// None goes whose object is not noted, whatever else begins with the same entry, in another home's bucket too.
    DELETE = concat!("
DELETE FROM audit WHERE partner_id = :partner_id AND id IN (SELECT value FROM json_each(:ids)) AND ", may_go!(), "
  AND EXISTS (SELECT 1 FROM archived WHERE partner_id = :partner_id AND first_id = :first_id AND object = :object
              AND home IS NULL)");

    /// Those that hold what is after an id. `:day`: the beginning of its day, since no object holds more than one.
    NOTES = "
SELECT first_id, last_id, entries, object, home FROM archived
WHERE partner_id = :partner_id AND first_id > :day AND last_id > :after AND first_id < :until
ORDER BY first_id LIMIT :most";

    NOTED = "
SELECT first_id, last_id, entries, object, home FROM archived WHERE partner_id = :partner_id AND first_id = :first_id";

    FORGET = concat!("
DELETE FROM archived WHERE partner_id = :partner_id AND first_id = :first_id AND ", may_be_forgotten!(":partner_id"));
}

/// A partner, and what of its log is to be done.
#[derive(Deserialize)]
pub(crate) struct Waiting {
    pub(crate) partner_id: PartnerId,
    pub(crate) oldest: Option<AuditId>,
    pub(crate) over: Option<AuditId>,
}

/// An object, by what it holds.
#[derive(Clone, Deserialize)]
pub(crate) struct Note {
    pub(crate) first_id: AuditId,
    pub(crate) last_id: AuditId,
    pub(crate) entries: u32,
    /// Its name. In two buckets two may have the same.
    pub(crate) object: String,
    /// Whose bucket it is in; none where that is of this database's own home. It has moved along with its partner.
    pub(crate) home: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Place {
    pub(crate) after: PartnerId,
}

/// A day of UTC, by the ids of its rows: those after `from` and before `until`.
pub(crate) struct Day {
    pub(crate) begins: Time,
    from: String,
    until: AuditId,
}

impl Day {
    pub(crate) fn of(moment: Time) -> Day {
        let begins = moment.this_day();
        Day {
            begins,
            from: before(begins),
            until: AuditId::floor(begins + days(1)),
        }
    }
}

/// Less than every id of then and later, the lowest too.
fn before(moment: Time) -> String {
    let mut floor = AuditId::floor(moment).to_string();
    floor.pop();
    floor
}

/// The partner that was looked at last.
pub(crate) fn place() -> Statement<Place> {
    Statement::new(PLACE, [])
}

pub(crate) fn set_place(after: &str) -> Statement {
    Statement::new(SET_PLACE, [("after", after.into())])
}

/// `from`, `until`: between which days rows leave; before the first of them they are over, as objects are.
pub(crate) fn waiting(from: Time, until: Time, after: &str, partners: u32) -> Statement<Waiting> {
    Statement::new(
        WAITING,
        [
            ("from", before(from).as_str().into()),
            ("until", (&AuditId::floor(until)).into()),
            ("after", after.into()),
            ("partners", partners.into()),
        ],
    )
}

/// Rows of a day after one of them, or from its beginning.
pub(crate) fn rows(
    partner_id: &PartnerId,
    day: &Day,
    after: Option<&AuditId>,
    most: u32,
) -> Statement<Recorded> {
    Statement::new(
        ROWS,
        [
            ("partner_id", partner_id.into()),
            (
                "after",
                after.map_or(day.from.as_str(), AuditId::as_str).into(),
            ),
            ("until", (&day.until).into()),
            ("most", most.into()),
        ],
    )
}

/// Rows that an object holds.
pub(crate) struct Held<'a> {
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) note: &'a Note,
    pub(crate) ids: &'a [&'a AuditId],
    /// All of them: they go wherever the partner is.
    pub(crate) are_of_directory: bool,
}

/// Notes the object, and deletes those rows and no others. Neither where the partner is not here any more: its rows are
/// archived where it is then, and nobody says of this object.
pub(crate) fn let_go(batch: &mut Batch, held: &Held<'_>) -> Slot<()> {
    batch.run(about::<()>(NOTE, held)).done();
    batch.read(about(DELETE, held))
}

fn about<T>(sql: Sql, held: &Held<'_>) -> Statement<T> {
    let ids = serde_json::json!(held.ids).to_string();
    let note = held.note;
    let given: [(&'static str, Param); 7] = [
        ("partner_id", held.partner_id.into()),
        ("first_id", (&note.first_id).into()),
        ("last_id", (&note.last_id).into()),
        ("entries", note.entries.into()),
        ("object", note.object.as_str().into()),
        ("ids", ids.into()),
        ("are_of_directory", held.are_of_directory.into()),
    ];
    Statement::new(sql, given)
}

/// Objects that hold what is after an id, the oldest first.
pub(crate) fn notes_after(partner_id: &PartnerId, after: &str, most: u32) -> Statement<Note> {
    let at = AuditId::given(after).made_at();
    let day = Day::of(at.unwrap_or(Time::from_millis(0)));
    notes(partner_id, &day.from, after, END, most)
}

/// Those of a day.
pub(crate) fn notes_of(partner_id: &PartnerId, day: &Day, most: u32) -> Statement<Note> {
    notes(partner_id, &day.from, "", day.until.as_str(), most)
}

/// After every id.
const END: &str = "aud_g";

fn notes(
    partner_id: &PartnerId,
    day: &str,
    after: &str,
    until: &str,
    most: u32,
) -> Statement<Note> {
    Statement::new(
        NOTES,
        [
            ("partner_id", partner_id.into()),
            ("day", day.into()),
            ("after", after.into()),
            ("until", until.into()),
            ("most", most.into()),
        ],
    )
}

pub(crate) fn noted(partner_id: &PartnerId, first_id: &AuditId) -> Statement<Note> {
    Statement::new(NOTED, of_note(partner_id, first_id))
}

pub(crate) fn forget(partner_id: &PartnerId, first_id: &AuditId) -> Statement {
    Statement::new(FORGET, of_note(partner_id, first_id))
}

fn of_note(partner_id: &PartnerId, first_id: &AuditId) -> [(&'static str, Param); 2] {
    [
        ("partner_id", partner_id.into()),
        ("first_id", first_id.into()),
    ]
}
