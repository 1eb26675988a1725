//! What leaves is what is of a day, of one partner, and of these ids.

use rusqlite::{params_from_iter, Connection};

use super::archive::{self, Day, Held, Note};
use super::limits_test::value;
use super::statement::Statement;
use super::statements_test::migrated;
use super::Batch;
use crate::rules::id::{AuditId, PartnerId};
use crate::rules::time::{days, Time};

const NOW: Time = Time::from_millis(1_752_157_186_359);

fn run<T>(db: &Connection, statement: &Statement<T>) -> Vec<String> {
    let (sql, values) = statement.numbered();
    let mut statement = db.prepare(&sql).unwrap();
    let values = params_from_iter(values.into_iter().map(value));
    let rows = statement.query_map(values, |row| row.get::<_, Option<String>>(0));
    let rows = rows.unwrap().map(|row| row.unwrap().unwrap_or_default());
    rows.collect()
}

fn with(ids: &[(&str, &AuditId)]) -> Connection {
    let db = migrated();
    for (partner, id) in ids {
        let sql = "INSERT OR IGNORE INTO partners (id, name, created_at) VALUES (?1, 'n', 0)";
        db.execute(sql, [partner]).unwrap();
        let sql = "INSERT INTO audit (id, at, partner_id, event, outcome, request_id) VALUES (?1, 0, ?2, 'e', 'o', 'r')";
        db.execute(sql, [id.as_str(), partner]).unwrap();
    }
    db
}

/// An object that holds rows from one to another.
fn object(first: &AuditId, last: &AuditId) -> Note {
    Note {
        first_id: first.clone(),
        last_id: last.clone(),
        entries: 2,
        object: "o".into(),
        home: None,
    }
}

fn let_go(db: &Connection, partner: &str, note: &Note, ids: &[&AuditId], are_of_directory: bool) {
    let mut batch = Batch::new();
    let held = Held {
        partner_id: &PartnerId::given(partner),
        note,
        ids,
        are_of_directory,
    };
    archive::let_go(&mut batch, &held);
    for statement in batch.into_statements() {
        run(db, &statement);
    }
}

fn texts(db: &Connection, sql: &str) -> Vec<String> {
    let mut rows = db.prepare(sql).unwrap();
    let rows = rows.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_day_is_from_its_lowest_id_to_the_one_before_the_next_days_lowest() {
    let day = Day::of(NOW);
    let begins = AuditId::floor(day.begins);
    let before = AuditId::floor(day.begins - std::time::Duration::from_millis(1));
    let last = AuditId::floor(day.begins + days(1) - std::time::Duration::from_millis(1));
    let next = AuditId::floor(day.begins + days(1));
    let ids = [&before, &begins, &last, &next];
    let db = with(&ids.map(|id| ("p", id)));
    let partner = PartnerId::given("p");
    let rows = |after| run(&db, &archive::rows(&partner, &day, after, 9));
    assert_eq!(rows(None), [begins.as_str(), last.as_str()]);
    assert_eq!(rows(Some(&begins)), [last.as_str()]);
    assert!(run(&db, &archive::rows(&PartnerId::given("q"), &day, None, 9)).is_empty());
}

#[test]
fn nothing_goes_but_the_ids_that_are_named_of_the_partner_that_is_named() {
    let ids = [0, 1, 2].map(|n| AuditId::floor(NOW + std::time::Duration::from_millis(n)));
    let db = with(&[
        ("p", &ids[0]),
        ("p", &ids[1]),
        ("q", &ids[0]),
        ("q", &ids[2]),
    ]);
    let note = object(&ids[0], &ids[2]);
    let_go(&db, "p", &note, &[&ids[0], &ids[2]], false);
    assert_eq!(
        texts(&db, "SELECT partner_id || ' ' || id FROM audit ORDER BY 1"),
        [
            format!("p {}", ids[1]),
            format!("q {}", ids[0]),
            format!("q {}", ids[2])
        ]
    );
}

#[test]
fn an_object_is_noted_once_and_found_from_any_id_of_its_day_to_its_last() {
    let db = with(&[]);
    let partner = PartnerId::given("p");
    let noted = |first: u64, last: u64| Note {
        first_id: AuditId::floor(NOW + days(first)),
        last_id: AuditId::floor(NOW + days(last) + std::time::Duration::from_millis(5)),
        entries: 2,
        object: format!("o{first}"),
        home: None,
    };
    for note in [noted(0, 0), noted(0, 0), noted(2, 2), noted(9, 9)] {
        let_go(&db, "p", &note, &[], false);
    }
    let after = |after: &str| run(&db, &archive::notes_after(&partner, after, 9)).len();
    assert_eq!(after(""), 3);
    assert_eq!(after(AuditId::floor(NOW.this_day()).as_str()), 3);
    assert_eq!(after(noted(0, 0).first_id.as_str()), 3);
    assert_eq!(after(noted(0, 0).last_id.as_str()), 2);
    assert_eq!(after(noted(9, 9).last_id.as_str()), 0);
    assert_eq!(
        run(&db, &archive::notes_of(&partner, &Day::of(NOW), 9)).len(),
        1
    );
    run(&db, &archive::forget(&partner, &noted(2, 2).first_id));
    assert_eq!(after(""), 2);
}

#[test]
fn a_partner_waits_with_rows_that_are_old_and_with_an_object_that_is_over() {
    let (old, young) = (AuditId::floor(NOW - days(2)), AuditId::floor(NOW));
    let db = with(&[("p", &old), ("p", &young), ("q", &young)]);
    let found = |from: Time, until: Time, column: usize| -> Vec<Option<String>> {
        let statement = archive::waiting(from, until, "", 9);
        let (sql, values) = statement.numbered();
        let mut statement = db.prepare(&sql).unwrap();
        let values = params_from_iter(values.into_iter().map(value));
        let rows = statement.query_map(values, |row| row.get(column)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    let long_ago = Time::from_millis(0);
    assert_eq!(found(long_ago, NOW, 1), [Some(old.to_string()), None]);
    assert_eq!(found(NOW - days(1), NOW, 1), [None, None]);
    let_go(&db, "q", &object(&old, &old), &[], false);
    assert_eq!(found(NOW - days(2), NOW, 2), [None, None]);
    assert_eq!(found(NOW - days(1), NOW, 2), [None, Some(old.to_string())]);
}

/// A row of `p` that is its own, and one that is the directory's; beside it `q`, which is here.
struct Moving {
    db: Connection,
    own: AuditId,
    of_directory: AuditId,
}

fn moving() -> Moving {
    let [own, of_directory] = [0, 1].map(|n| AuditId::floor(NOW - days(2 - n)));
    let db = with(&[("p", &own), ("p", &of_directory), ("q", &own)]);
    let sql = "UPDATE audit SET target_partner_id = 'p' WHERE id = ?1";
    db.execute(sql, [of_directory.as_str()]).unwrap();
    Moving {
        db,
        own,
        of_directory,
    }
}

impl Moving {
    fn is(&self, state: &str) {
        let sql = "UPDATE partners SET state = ?1 WHERE id = 'p'";
        self.db.execute(sql, [state]).unwrap();
    }

    /// Of each partner, what waits: the column of [`archive::waiting`].
    fn waits(&self, from: Time, column: &str) -> Vec<Option<String>> {
        let statement = archive::waiting(from, NOW, "", 9);
        let (sql, values) = statement.numbered();
        let mut statement = self.db.prepare(&sql).unwrap();
        let values = params_from_iter(values.into_iter().map(value));
        let rows = statement.query_map(values, |row| row.get(column)).unwrap();
        rows.map(Result::unwrap).collect()
    }

    fn counts(&self) -> (usize, usize) {
        let count = |sql| texts(&self.db, sql).len();
        let audit = "SELECT id FROM audit WHERE partner_id = 'p'";
        let archived = "SELECT object FROM archived WHERE partner_id = 'p'";
        (count(audit), count(archived))
    }
}

#[test]
fn what_is_a_partners_own_leaves_where_it_is_here_and_what_is_the_directory_s_wherever_it_is() {
    let moving = moving();
    let (own, of_directory) = (&moving.own, &moving.of_directory);
    let waits = || moving.waits(Time::from_millis(0), "oldest");
    let (old, young) = (Some(own.to_string()), Some(of_directory.to_string()));
    assert_eq!(waits(), [old.clone(), old.clone()]);
    let partner = PartnerId::given("p");
    let rows = |of: &AuditId| {
        let day = Day::of(of.made_at().unwrap());
        run(&moving.db, &archive::rows(&partner, &day, None, 9)).len()
    };
    for state in ["leaving", "gone", "coming"] {
        moving.is(state);
        assert_eq!(waits(), [young.clone(), old.clone()], "{state}");
        assert_eq!((rows(own), rows(of_directory)), (0, 1), "{state}");
        // It began to leave after the run had read its rows and put their object: neither alone.
        let note = object(own, of_directory);
        let_go(&moving.db, "p", &note, &[own, of_directory], false);
        assert_eq!(moving.counts(), (2, 0), "{state}");
    }
    let note = object(of_directory, of_directory);
    let_go(&moving.db, "p", &note, &[of_directory], true);
    assert_eq!(moving.counts(), (1, 1));
    moving.is("here");
    let_go(&moving.db, "p", &object(own, own), &[own], false);
    assert_eq!(moving.counts(), (0, 2));
}

/// The second part of an object's rows: it was noted with the first.
#[test]
fn no_more_rows_go_once_a_partner_has_begun_to_leave() {
    let moving = moving();
    let (own, other) = (&moving.own, &moving.of_directory);
    let note = object(own, other);
    let_go(&moving.db, "p", &note, &[own], false);
    assert_eq!(moving.counts(), (1, 1));
    moving.is("leaving");
    let_go(&moving.db, "p", &note, &[other], false);
    assert_eq!(moving.counts(), (1, 1));
}

/// What came from another home may begin with the same entry, and its object have the same name: that note says
/// nothing of this one.
#[test]
fn no_row_goes_whose_object_is_not_noted_as_one_of_this_homes_bucket() {
    let moving = moving();
    let (own, other) = (&moving.own, &moving.of_directory);
    let come = "INSERT INTO archived (partner_id, first_id, last_id, entries, object, home) VALUES ('p', ?1, ?1, 1, 'o', 'HOME_EU')";
    moving.db.execute(come, [own.as_str()]).unwrap();
    let_go(&moving.db, "p", &object(own, other), &[own, other], false);
    assert_eq!(moving.counts(), (2, 1));
    let here = "UPDATE archived SET home = NULL, object = 'o.0002'";
    moving.db.execute(here, []).unwrap();
    let_go(&moving.db, "p", &object(own, other), &[own, other], false);
    assert_eq!(moving.counts(), (2, 1));
    let same = "UPDATE archived SET object = 'o'";
    moving.db.execute(same, []).unwrap();
    let_go(&moving.db, "p", &object(own, other), &[own, other], false);
    assert_eq!(moving.counts(), (0, 1));
}

#[test]
fn a_note_says_whose_bucket_its_object_is_in() {
    let db = with(&[]);
    let sql = "INSERT INTO archived (partner_id, first_id, last_id, entries, object, home) VALUES ('p', ?1, ?1, 1, ?2, ?3)";
    let ids = [0, 1].map(|n| AuditId::floor(NOW + std::time::Duration::from_millis(n)));
    db.execute(sql, (ids[0].as_str(), "o", "HOME_EU")).unwrap();
    db.execute(sql, (ids[1].as_str(), "o", None::<String>))
        .unwrap();
    let partner = PartnerId::given("p");
    let homes = |statement: &Statement<Note>| {
        let (sql, values) = statement.numbered();
        let mut statement = db.prepare(&sql).unwrap();
        let values = params_from_iter(values.into_iter().map(value));
        let rows = statement.query_map(values, |row| row.get("home")).unwrap();
        rows.map(Result::unwrap).collect::<Vec<Option<String>>>()
    };
    let both = [Some("HOME_EU".into()), None];
    assert_eq!(homes(&archive::notes_after(&partner, "", 9)), both);
    assert_eq!(homes(&archive::notes_of(&partner, &Day::of(NOW), 9)), both);
    assert_eq!(homes(&archive::noted(&partner, &ids[0])), both[..1]);
}

#[test]
fn an_object_that_is_over_goes_where_its_partner_is_or_was_and_not_on_its_way() {
    let moving = moving();
    let note = object(&moving.own, &moving.own);
    let waits = || moving.waits(NOW, "over")[0].is_some();
    for (state, may_go) in [
        ("leaving", false),
        ("coming", false),
        ("gone", true),
        ("here", true),
    ] {
        moving.is("here");
        let_go(&moving.db, "p", &note, &[], false);
        moving.is(state);
        assert_eq!(waits(), may_go, "{state}");
        run(
            &moving.db,
            &archive::forget(&PartnerId::given("p"), &note.first_id),
        );
        assert_eq!(moving.counts().1, usize::from(!may_go), "{state}");
    }
}
