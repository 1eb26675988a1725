//! Changes of what a partner has of its own, run against SQLite.

use super::audit::Origin;
use super::limits_test::World;
use super::partners::{self, Change};
use super::Batch;
use crate::rules::id::{Id, PartnerId, WorkId};
use crate::rules::time::Time;

const NOW: i64 = 1_000;

fn world() -> World {
    let world = World::new();
    let sql = "INSERT INTO partners (id, name, created_at) VALUES ('one', 'n', 0), ('two', 'n', 0), ('root', 'n', 0)";
    world.db.execute_batch(sql).unwrap();
    world
}

/// What a request sets, made of the version before.
struct Set<'a> {
    partner: &'a str,
    request: &'a str,
    version: i64,
    plain: &'a str,
    origins: &'a str,
    keys: &'a str,
    is_partners: bool,
    now: i64,
}

const SET: Set<'_> = Set {
    partner: "one",
    request: "1",
    version: 1,
    plain: "{}",
    origins: "[]",
    keys: "{}",
    is_partners: false,
    now: NOW,
};

/// Whether a change stands, else the first that hinders it.
#[derive(Debug, PartialEq)]
enum Came {
    Stands,
    OfOthers,
    Rewritten,
    LeftOut,
    Nothing,
}

impl Set<'_> {
    /// What came of it.
    fn run(&self, world: &World) -> Came {
        let (partner_id, now) = (PartnerId::given(self.partner), Time::from_millis(self.now));
        let work_id = WorkId::given(self.request);
        let request_id = Id::given(self.request);
        let copy = Id::given(format!("aud_copy_{}", self.request));
        let root = Id::given("root");
        let origin = Origin {
            id: Id::given(format!("aud_{}", self.request)),
            at: now,
            request_id: &request_id,
            partner_id: &root,
            client_id: None,
            reason: None,
        };
        let change = Change {
            partner_id: &partner_id,
            plain: self.plain,
            given: "{}",
            sealed: None,
            kyc_secrets: 0,
            origins: self.origins,
            keys: self.keys,
            version: self.version,
            now,
            work_id: &work_id,
            is_counted: self.is_partners,
            copy: &copy,
        };
        let mut batch = Batch::new();
        partners::change(&mut batch, &change, &origin);
        world.run_all(batch);
        let mut again = Batch::new();
        partners::change(&mut again, &change, &origin);
        let statements = again.into_statements();
        let looked = statements.last().unwrap();
        let found = match world.counted(looked) {
            0 => vec![None, None, None],
            _ => world.numbers(looked, &["of_others", "rewritten", "left_out"]),
        };
        let sql = "SELECT COUNT(*) FROM partner_settings WHERE partner_id = ?1 AND version = ?2 AND changed_by = ?3";
        let stands: i64 = world
            .db
            .query_row(sql, (self.partner, self.version, self.request), |row| {
                row.get(0)
            })
            .unwrap();
        match (stands, &found[..]) {
            (1, _) => Came::Stands,
            (_, [Some(1), ..]) => Came::OfOthers,
            (_, [_, Some(1), _]) => Came::Rewritten,
            (_, [.., Some(1)]) => Came::LeftOut,
            _ => Came::Nothing,
        }
    }
}

fn texts(world: &World, sql: &str) -> Vec<String> {
    let mut statement = world.db.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_change_made_of_an_older_version_is_not_taken_and_leaves_nothing() {
    let world = world();
    let first = Set {
        origins: r#"["https://a.example.com"]"#,
        ..SET
    };
    assert_eq!(first.run(&world), Came::Stands);
    // Run again it finds its own work, and records it once.
    assert_eq!(first.run(&world), Came::Stands);
    let late = Set {
        request: "2",
        plain: r#"{"otpLength":"6"}"#,
        origins: r#"["https://b.example.com"]"#,
        keys: r#"{"mark":"key"}"#,
        ..SET
    };
    assert_eq!(late.run(&world), Came::Nothing);
    assert_eq!(texts(&world, "SELECT plain FROM partner_settings"), ["{}"]);
    assert_eq!(
        texts(&world, "SELECT origin FROM partner_origins"),
        ["https://a.example.com"]
    );
    assert!(texts(&world, "SELECT key_id FROM partner_keys").is_empty());
    let next = Set { version: 2, ..late };
    assert_eq!(next.run(&world), Came::Stands);
    assert_eq!(
        texts(&world, "SELECT origin FROM partner_origins"),
        ["https://b.example.com"]
    );
    // In both logs, each change once.
    assert_eq!(
        texts(
            &world,
            "SELECT partner_id || ' ' || id FROM audit ORDER BY 1"
        ),
        [
            "one aud_copy_1",
            "one aud_copy_2",
            "root aud_1",
            "root aud_2"
        ]
    );
}

#[test]
fn a_partner_changes_its_settings_ten_times_a_minute_and_the_operator_as_often_as_it_likes() {
    let world = world();
    let mut version = 0;
    let mut set = |is_partners, now| {
        let request = format!("{now} {version}");
        let next = Set {
            version: version + 1,
            request: &request,
            is_partners,
            now,
            ..SET
        };
        let came = next.run(&world);
        version += i64::from(came == Came::Stands);
        came == Came::Stands
    };
    // The operator's neither count nor begin the count anew.
    for nth in 0..30 {
        assert!(set(false, NOW + nth) && set(true, NOW + nth), "{nth}");
    }
    let ends = NOW + 60_000;
    for now in [NOW + 30, ends - 1] {
        assert!(!set(true, now) && set(false, now), "{now}");
    }
    for nth in 0..30 {
        assert!(set(true, ends + nth), "{nth}");
    }
    assert!(!set(true, ends + 30));
    // Another's is not this one's.
    let two = Set {
        partner: "two",
        request: "two",
        is_partners: true,
        ..SET
    };
    assert_eq!(two.run(&world), Came::Stands);
}

#[test]
fn nobody_sets_what_is_no_partners() {
    let world = world();
    let nobody = Set {
        partner: "three",
        ..SET
    };
    assert_eq!(nobody.run(&world), Came::Nothing);
}

/// An index under this key, to the partner `one`.
fn give_under(world: &World, key: &str) {
    let rows = "
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at)
VALUES ('usr', 'one', 'e', 'p', 'h', '[]', 0, 0);
INSERT INTO accounts (partner_id, id, user_id, email, created_at) VALUES ('one', 'a', 'usr', 'e', 0);
INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, created_at)
VALUES ('one', 'p', 'a', 'n', 'TRADING', '$key', 0)";
    world.db.execute_batch(&rows.replace("$key", key)).unwrap();
}

#[test]
fn an_extended_key_is_one_partners_and_stays_once_an_index_was_given_under_it() {
    let world = world();
    let ones = Set {
        keys: r#"{"mark":"key","mark2":"key2"}"#,
        ..SET
    };
    assert_eq!(ones.run(&world), Came::Stands);
    // However the same key is written.
    let twos = Set {
        partner: "two",
        request: "2",
        keys: r#"{"mark":"other"}"#,
        ..SET
    };
    assert_eq!(twos.run(&world), Came::OfOthers);
    give_under(&world, "key");
    let less = |version, request, keys| Set {
        version,
        request,
        keys,
        ..SET
    };
    assert_eq!(
        less(2, "3", r#"{"mark2":"key2"}"#).run(&world),
        Came::LeftOut
    );
    assert_eq!(less(2, "4", "{}").run(&world), Came::LeftOut);
    // The one that gave nothing may go, and be another's.
    assert_eq!(less(2, "5", r#"{"mark":"key"}"#).run(&world), Came::Stands);
    let twos = Set {
        keys: r#"{"mark2":"key2"}"#,
        ..twos
    };
    assert_eq!(twos.run(&world), Came::Stands);
}

/// Of before the database was set back, or of one that gave an index while the key was taken out.
#[test]
fn a_key_that_has_rows_is_used_from_the_first_and_nobody_elses() {
    for table in ["portfolios", "account_keys"] {
        let world = world();
        give_under(&world, "key");
        if table == "account_keys" {
            let rows = "INSERT INTO account_keys (partner_id, account_id, sub_account_id, custody_key, created_at)
                        SELECT partner_id, account_id, 's', custody_key, 0 FROM portfolios; DELETE FROM portfolios";
            world.db.execute_batch(rows).unwrap();
        }
        let keys = r#"{"mark":"key"}"#;
        let twos = Set {
            partner: "two",
            keys,
            ..SET
        };
        assert_eq!(twos.run(&world), Came::OfOthers, "{table}");
        let ones = Set {
            request: "2",
            keys,
            ..SET
        };
        assert_eq!(ones.run(&world), Came::Stands, "{table}");
        let without = Set {
            version: 2,
            request: "3",
            ..SET
        };
        assert_eq!(without.run(&world), Came::LeftOut, "{table}");
    }
}

#[test]
fn a_used_key_is_not_taken_under_another_id_and_an_unused_one_is() {
    let world = world();
    let set = |version, request, keys| Set {
        version,
        request,
        keys,
        ..SET
    };
    let key = r#"{"mark":"key"}"#;
    assert_eq!(set(1, "1", key).run(&world), Came::Stands);
    let again = r#"{"mark":"written anew"}"#;
    assert_eq!(set(2, "2", again).run(&world), Came::Stands);
    give_under(&world, "written anew");
    assert_eq!(set(3, "3", key).run(&world), Came::Rewritten);
    assert_eq!(
        texts(&world, "SELECT key_id FROM partner_keys"),
        ["written anew"]
    );
}
