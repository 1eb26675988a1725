//! What leaves is what is of a day, of one partner, and of these ids.

use rusqlite::{params_from_iter, Connection};

use super::archive::{self, Day, Note};
use super::limits_test::value;
use super::statement::Statement;
use super::statements_test::migrated;
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
    let partner = PartnerId::given("p");
    run(&db, &archive::delete(&partner, &[&ids[0], &ids[2]]));
    let left = "SELECT partner_id || ' ' || id FROM audit ORDER BY 1";
    let mut left = db.prepare(left).unwrap();
    let left = left.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let left: Vec<String> = left.map(Result::unwrap).collect();
    assert_eq!(
        left,
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
    };
    for note in [noted(0, 0), noted(0, 0), noted(2, 2), noted(9, 9)] {
        run(&db, &archive::note(&partner, &note));
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
    let note = Note {
        first_id: old.clone(),
        last_id: old.clone(),
        entries: 1,
        object: "o".into(),
    };
    run(&db, &archive::note(&PartnerId::given("q"), &note));
    assert_eq!(found(NOW - days(2), NOW, 2), [None, None]);
    assert_eq!(found(NOW - days(1), NOW, 2), [None, Some(old.to_string())]);
}
