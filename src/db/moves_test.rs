//! Moves one after the other, as the directory has them, run against SQLite.

use serde_json::json;

use super::audit::Origin;
use super::limits_test::World;
use super::moves::{self, Decision, Ends, Move};
use super::Batch;
use crate::rules::id::{Id, PartnerId, RequestId};
use crate::rules::time::{days, Time};

const NOW: Time = Time::from_millis(1_000);

fn partner() -> PartnerId {
    Id::given("p")
}

/// A directory with a partner that lives in it.
struct Directory {
    world: World,
    drawn: u32,
}

impl Directory {
    fn new() -> Directory {
        let world = World::new();
        let sql = "INSERT INTO partners (id, name, created_at) VALUES ('p', 'n', 0)";
        world.db.execute_batch(sql).unwrap();
        Directory { world, drawn: 0 }
    }

    fn with_origin(&mut self, what: impl FnOnce(&mut Batch, &Origin<'_>)) {
        self.drawn += 1;
        let (request_id, root): (RequestId, PartnerId) = (Id::given("r"), Id::given("root"));
        let origin = Origin {
            id: Id::given(format!("aud_{}", self.drawn)),
            at: NOW,
            request_id: &request_id,
            partner_id: &root,
            client_id: None,
            reason: None,
        };
        let mut batch = Batch::new();
        what(&mut batch, &origin);
        self.world.run_all(batch);
    }

    fn begin(&mut self, target: &str) {
        let copy = Id::given(format!("aud_copy_{}", self.drawn));
        self.with_origin(|batch, origin| {
            moves::begin(batch, (&partner(), &copy), target, NOW, origin);
        });
    }

    /// The source is frozen, and it is decided.
    fn decide(&mut self, how: Decision) {
        let sql = "UPDATE partners SET state = 'leaving' WHERE home = 'DB'";
        self.world.db.execute_batch(sql).unwrap();
        let moving = self.moving();
        let copy = Id::given(format!("aud_decided_{}", self.drawn));
        self.with_origin(|batch, origin| {
            let ends = Ends {
                how,
                now: NOW,
                origin,
                copy: &copy,
            };
            moves::decide(batch, &moving, &ends);
        });
    }

    fn leave(&self, moving: &Move, how: Decision) {
        self.world
            .run_all(Batch::of(moves::left(moving, how, NOW)).0);
    }

    fn forget(&self, moving: &Move) {
        self.world.run_all(Batch::of(moves::forget(moving)).0);
    }

    /// The last that was asked for.
    fn moving(&self) -> Move {
        let sql = "SELECT epoch, source, target FROM moves ORDER BY epoch DESC LIMIT 1";
        let row = self.world.db.query_row(sql, [], |row| {
            let (epoch, source, target): (i64, String, String) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(json!({
                "partner_id": "p", "name": "n", "created_at": 0, "home": source, "epoch": epoch, "source": source,
                "target": target, "state": "moving", "begun_at": 0, "behind": null, "is_operators": 0,
            }))
        });
        serde_json::from_value(row.unwrap()).unwrap()
    }

    /// Of each move its state, where rows are left and from when on they are deleted, the oldest first.
    fn moves(&self) -> Vec<(String, Option<String>, Option<i64>)> {
        let sql = "SELECT state, behind, delete_at FROM moves ORDER BY epoch";
        let mut moves = self.world.db.prepare(sql).unwrap();
        let rows = moves.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    }

    /// There, and all told.
    fn moves_to(&mut self, target: &str) -> Move {
        self.begin(target);
        self.decide(Decision::Commit);
        let moving = self.moving();
        self.leave(&moving, Decision::Commit);
        moving
    }
}

fn left(behind: &str, delete_at: Time) -> (String, Option<String>, Option<i64>) {
    let delete_at = Some(delete_at.millis());
    ("left".into(), Some(behind.into()), delete_at)
}

#[test]
fn what_is_left_behind_is_kept_for_a_day_and_a_copy_that_nobody_took_is_not() {
    for (how, behind, kept) in [
        (Decision::Commit, "DB", NOW + days(1)),
        (Decision::GiveUp, "HOME_A", NOW),
    ] {
        let mut directory = Directory::new();
        directory.begin("HOME_A");
        let moving = directory.moving();
        // Not before it is decided.
        directory.leave(&moving, how);
        assert_eq!(directory.moves(), [("moving".into(), None, None)]);
        directory.decide(how);
        directory.leave(&moving, how);
        assert_eq!(directory.moves(), [left(behind, kept)]);
        // Told twice: it is not kept for longer.
        let later = moves::left(&moving, how, NOW + days(3));
        directory.world.run_all(Batch::of(later).0);
        assert_eq!(directory.moves(), [left(behind, kept)]);
    }
}

#[test]
fn only_a_move_of_which_all_is_told_is_forgotten() {
    let mut directory = Directory::new();
    directory.begin("HOME_A");
    let moving = directory.moving();
    directory.forget(&moving);
    assert_eq!(directory.moves().len(), 1);
    directory.decide(Decision::Commit);
    directory.forget(&moving);
    assert_eq!(directory.moves().len(), 1);
    directory.leave(&moving, Decision::Commit);
    let next = directory.moves_to("HOME_B");
    directory.forget(&moving);
    assert_eq!(directory.moves(), [left("HOME_A", NOW + days(1))]);
    directory.forget(&next);
    assert!(directory.moves().is_empty());
}

/// Else a mover would delete what another copies there.
#[test]
fn a_move_takes_over_what_an_earlier_one_left_where_it_goes_and_that_alone() {
    let mut directory = Directory::new();
    directory.moves_to("HOME_A");
    directory.moves_to("HOME_B");
    let kept = NOW + days(1);
    assert_eq!(directory.moves(), [left("DB", kept), left("HOME_A", kept)]);
    // It is there already: nothing begins, and nothing is taken over.
    directory.begin("HOME_B");
    assert_eq!(directory.moves().len(), 2);
    directory.begin("HOME_A");
    assert_eq!(
        directory.moves(),
        [left("DB", kept), ("moving".into(), None, None)]
    );
    // Another while one is under way: neither.
    directory.begin("DB");
    assert_eq!(directory.moves().len(), 2);
}

#[test]
fn what_is_left_is_named_until_it_is_deleted_with_whom_is_erased_there() {
    let mut directory = Directory::new();
    let left = |directory: &Directory| directory.world.counted(&moves::left_behind(20));
    directory.begin("HOME_A");
    assert_eq!(left(&directory), 0);
    directory.decide(Decision::Commit);
    assert_eq!(left(&directory), 0);
    let moving = directory.moving();
    directory.leave(&moving, Decision::Commit);
    assert_eq!(left(&directory), 1);
    let erased_to = || {
        directory
            .world
            .numbers(&moves::left_behind(20), &["erased_to"])[0]
    };
    let begun = "UPDATE moves SET begun_at = 5";
    directory.world.db.execute_batch(begun).unwrap();
    assert_eq!(erased_to(), Some(5));
    let later = moves::erased_to(&moving, NOW + days(1));
    directory.world.run_all(Batch::of(later).0);
    assert_eq!(erased_to(), Some((NOW + days(1)).millis()));
    directory.forget(&moving);
    assert_eq!(left(&directory), 0);
}

#[test]
fn moves_that_are_under_way_are_gone_on_with_before_what_is_left_and_that_when_its_day_is_over() {
    let mut directory = Directory::new();
    directory.moves_to("HOME_A");
    directory.begin("HOME_B");
    let waiting = |now| {
        let (count, first) = (moves::waiting(now, 20), moves::waiting(now, 1));
        let first = directory.world.numbers(&first, &["epoch"])[0];
        (directory.world.counted(&count), first)
    };
    assert_eq!(waiting(NOW), (1, Some(2)));
    assert_eq!(waiting(NOW + days(1)), (2, Some(2)));
}
