//! Who may work on a keyed request, and whose answer is kept, by the SQL itself.

use rusqlite::types::Value;
use rusqlite::Connection;

use super::idempotency::{self, Attempt, Finished};
use super::statement::Param;
use super::statements_test::migrated;
use super::Batch;
use crate::rules::id::{Id, PartnerId, WorkId};
use crate::rules::limits::{IDEMPOTENCY_KEPT, KEPT_BYTES_A_DAY, KEYED_REQUESTS_A_DAY};
use crate::rules::time::{seconds, Time};

const NOW: Time = Time::from_millis(1_752_157_186_359);

struct World(Connection);

impl World {
    fn new() -> World {
        World(migrated())
    }

    /// Runs what acts, in order.
    fn run(&self, batch: Batch) {
        for statement in batch.into_statements() {
            let (sql, values) = statement.numbered();
            let mut prepared = self.0.prepare(&sql).unwrap();
            if !prepared.readonly() {
                let values = values.into_iter().map(value);
                prepared
                    .execute(rusqlite::params_from_iter(values))
                    .unwrap();
            }
        }
    }

    /// An attempt at request `id` whose body has the last of these MACs under the current secret;
    /// whether it is to work.
    fn claims(&self, id: &str, work: &str, macs: &[&str], now: Time) -> bool {
        let (work, partner_id): (WorkId, PartnerId) = (Id::given(work), Id::given("prt"));
        let attempt = Attempt {
            id,
            partner_id: &partner_id,
            body_mac: macs[macs.len() - 1],
            body_macs: &serde_json::to_string(macs).unwrap(),
            nonce: work.as_str(),
            work_id: &work,
            now,
            leased_until: now + seconds(30),
        };
        let mut batch = Batch::new();
        idempotency::claim(&mut batch, &attempt);
        self.run(batch);
        self.cell("attempt_id", id) == Value::Text(work.as_str().into())
    }

    /// Whether the answer is kept.
    fn finishes(&self, id: &str, work: &str, answer: &str, now: Time) -> bool {
        let (work_id, partner_id): (WorkId, PartnerId) = (Id::given(work), Id::given("prt"));
        let mut batch = Batch::new();
        let finished = Finished {
            id,
            partner_id: &partner_id,
            work_id: &work_id,
            status: 200,
            answer,
            now,
        };
        idempotency::finish(&mut batch, &finished);
        self.run(batch);
        self.cell("answer", id) == Value::Text(answer.into())
    }

    fn gives_up(&self, id: &str, work: &str) {
        let mut batch = Batch::new();
        idempotency::release(&mut batch, id, &Id::given(work));
        self.run(batch);
    }

    /// What is counted for the day of `now`: requests and bytes.
    fn day(&self, now: Time) -> (i64, i64) {
        let sql =
            "SELECT requests, bytes FROM idempotency_days WHERE partner_id = 'prt' AND day = ?1";
        let pair = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        self.0.query_row(sql, [now.day()], pair).unwrap_or_default()
    }

    fn set_day(&self, now: Time, requests: u32, bytes: u32) {
        let sql = "REPLACE INTO idempotency_days VALUES ('prt', ?1, ?2, ?3)";
        self.0.execute(sql, (now.day(), requests, bytes)).unwrap();
    }

    fn cell(&self, column: &str, id: &str) -> Value {
        let sql = format!("SELECT {column} FROM idempotent_requests WHERE id = ?1");
        let cell = self.0.query_row(&sql, [id], |row| row.get(0));
        cell.unwrap_or(Value::Null)
    }
}

fn value(param: &Param) -> Value {
    match param {
        Param::Text(text) => Value::Text(text.clone()),
        Param::Number(number) => Value::Real(*number),
        Param::Null => Value::Null,
    }
}

#[test]
fn work_is_taken_over_when_its_lease_is_over_or_given_up_and_not_before() {
    let world = World::new();
    assert!(world.claims("r", "first", &["b"], NOW));
    let last = NOW + seconds(30);
    assert!(!world.claims("r", "second", &["b"], Time::from_millis(last.millis() - 1)));
    assert!(world.claims("r", "second", &["b"], last));
    world.gives_up("r", "second");
    assert!(world.claims("r", "third", &["b"], last));
    assert!(!world.claims("r", "fourth", &["another"], last + seconds(60)));
}

#[test]
fn a_late_attempt_neither_keeps_its_answer_nor_gives_up_the_work_of_the_next() {
    let world = World::new();
    assert!(world.claims("r", "first", &["b"], NOW));
    let later = NOW + seconds(30);
    assert!(world.claims("r", "second", &["b"], later));
    world.gives_up("r", "first");
    assert!(!world.claims("r", "third", &["b"], later));
    assert!(world.finishes("r", "second", "its", later));
    assert!(!world.finishes("r", "first", "late", later));
    assert_eq!(world.cell("answer", "r"), Value::Text("its".into()));
}

#[test]
fn work_begun_under_an_old_secret_is_taken_over_as_it_was_begun() {
    let world = World::new();
    assert!(world.claims("r", "first", &["old"], NOW));
    world.gives_up("r", "first");
    assert!(world.claims("r", "second", &["old", "new"], NOW));
    assert_eq!(world.cell("body_mac", "r"), Value::Text("old".into()));
    assert_eq!(world.cell("nonce", "r"), Value::Text("first".into()));
    // After a day it is another request.
    let next = NOW + IDEMPOTENCY_KEPT;
    assert!(world.claims("r", "third", &["old", "new"], next));
    assert_eq!(world.cell("body_mac", "r"), Value::Text("new".into()));
    assert_eq!(world.cell("nonce", "r"), Value::Text("third".into()));
}

#[test]
fn a_new_request_counts_once_and_one_taken_up_again_not_at_all() {
    let world = World::new();
    for _ in 0..2 {
        // Run twice, as after a lost answer.
        assert!(world.claims("r", "first", &["b"], NOW));
        assert_eq!(world.day(NOW), (1, 0));
    }
    world.gives_up("r", "first");
    assert!(world.claims("r", "second", &["b"], NOW));
    for _ in 0..2 {
        assert!(world.finishes("r", "second", "12345678", NOW));
        assert_eq!(world.day(NOW), (1, 8));
    }
    assert!(!world.claims("r", "third", &["b"], NOW));
    let next = NOW + IDEMPOTENCY_KEPT;
    assert!(world.claims("r", "fourth", &["b"], next));
    assert_eq!((world.day(NOW), world.day(next)), ((1, 8), (1, 0)));
}

#[test]
fn a_full_day_takes_no_new_request_and_lets_those_begun_go_on() {
    let world = World::new();
    assert!(world.claims("old", "o", &["b"], NOW));
    world.set_day(NOW, KEYED_REQUESTS_A_DAY - 1, 0);
    assert!(world.claims("last", "l", &["b"], NOW));
    assert!(!world.claims("next", "n", &["b"], NOW));
    assert_eq!(world.day(NOW), (i64::from(KEYED_REQUESTS_A_DAY), 0));
    // Begun before, it goes on; a day later it would be a new one.
    world.gives_up("old", "o");
    assert!(world.claims("old", "again", &["b"], NOW));
    let next = NOW + IDEMPOTENCY_KEPT;
    world.set_day(next, KEYED_REQUESTS_A_DAY, 0);
    assert!(!world.claims("old", "late", &["b"], next));
    world.set_day(next, 0, KEPT_BYTES_A_DAY - 1);
    assert!(world.claims("old", "late", &["b"], next));
    world.set_day(next, 0, KEPT_BYTES_A_DAY);
    assert!(!world.claims("other", "x", &["b"], next));
}

#[test]
fn no_answer_is_kept_beyond_the_days_bytes_and_its_work_is_given_up() {
    let world = World::new();
    assert!(world.claims("r", "first", &["b"], NOW));
    world.set_day(NOW, 1, KEPT_BYTES_A_DAY - 7);
    assert!(!world.finishes("r", "first", "12345678", NOW));
    assert!(world.claims("r", "second", &["b"], NOW));
    assert!(world.finishes("r", "second", "1234567", NOW));
    assert_eq!(world.day(NOW), (1, i64::from(KEPT_BYTES_A_DAY)));
}
