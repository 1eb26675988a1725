//! Who may work on a keyed request, and whose answer is kept, by the SQL itself.

use rusqlite::types::Value;
use rusqlite::Connection;

use super::idempotency::{self, Attempt};
use super::statement::{Param, Statement};
use super::statements_test::migrated;
use super::Batch;
use crate::rules::id::{Id, WorkId};
use crate::rules::limits::IDEMPOTENCY_KEPT;
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
        let work: WorkId = Id::given(work);
        let attempt = Attempt {
            id,
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

    fn does(&self, statement: Statement) {
        self.run(Batch::of(statement).0);
    }

    fn cell(&self, column: &str, id: &str) -> Value {
        let sql = format!("SELECT {column} FROM idempotent_requests WHERE id = ?1");
        self.0.query_row(&sql, [id], |row| row.get(0)).unwrap()
    }
}

fn value(param: &Param) -> Value {
    match param {
        Param::Text(text) => Value::Text(text.clone()),
        Param::Number(number) => Value::Real(*number),
        Param::Null => Value::Null,
    }
}

fn work(id: &str) -> WorkId {
    Id::given(id)
}

#[test]
fn work_is_taken_over_when_its_lease_is_over_or_given_up_and_not_before() {
    let world = World::new();
    assert!(world.claims("r", "first", &["b"], NOW));
    let last = NOW + seconds(30);
    assert!(!world.claims("r", "second", &["b"], Time::from_millis(last.millis() - 1)));
    assert!(world.claims("r", "second", &["b"], last));
    world.does(idempotency::release("r", &work("second")));
    assert!(world.claims("r", "third", &["b"], last));
    assert!(!world.claims("r", "fourth", &["another"], last + seconds(60)));
}

#[test]
fn a_late_attempt_neither_keeps_its_answer_nor_gives_up_the_work_of_the_next() {
    let world = World::new();
    assert!(world.claims("r", "first", &["b"], NOW));
    let later = NOW + seconds(30);
    assert!(world.claims("r", "second", &["b"], later));
    world.does(idempotency::release("r", &work("first")));
    assert!(!world.claims("r", "third", &["b"], later));
    world.does(idempotency::finish("r", &work("second"), 200, "its"));
    world.does(idempotency::finish("r", &work("first"), 200, "late"));
    assert_eq!(world.cell("answer", "r"), Value::Text("its".into()));
}

#[test]
fn work_begun_under_an_old_secret_is_taken_over_as_it_was_begun() {
    let world = World::new();
    assert!(world.claims("r", "first", &["old"], NOW));
    world.does(idempotency::release("r", &work("first")));
    assert!(world.claims("r", "second", &["old", "new"], NOW));
    assert_eq!(world.cell("body_mac", "r"), Value::Text("old".into()));
    assert_eq!(world.cell("nonce", "r"), Value::Text("first".into()));
    // After a day it is another request.
    let next = NOW + IDEMPOTENCY_KEPT;
    assert!(world.claims("r", "third", &["old", "new"], next));
    assert_eq!(world.cell("body_mac", "r"), Value::Text("new".into()));
    assert_eq!(world.cell("nonce", "r"), Value::Text("third".into()));
}
