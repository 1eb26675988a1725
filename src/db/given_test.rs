//! What an export shows, to whom, in which order, and how it is found.

use rusqlite::types::{Value, ValueRef};
use rusqlite::{params_from_iter, Row, StatementStatus};
use serde_json::json;

use super::given::{self, After, Given, Page, Under};
use super::limits_test::{value, World};
use super::statement::Statement;
use crate::rules::custody::Branch;
use crate::rules::id::{Id, PartnerId};
use crate::rules::time::Time;

/// `p` has the key `own`, `q` the key `theirs`; `service` is the service's.
fn world() -> World {
    let world = World::new();
    let rows = "
INSERT INTO partners (id, name, created_at) VALUES ('p', 'p', 0), ('q', 'q', 0);
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, status, hold_until, created_at)
VALUES ('u', 'p', 'e', '+15555550100', 'h', '[]', 'VERIFIED', 0, 0), ('v', 'q', 'e', '+15555550100', 'h', '[]', 'VERIFIED', 0, 0);
INSERT INTO accounts (partner_id, id, user_id, email, created_at) VALUES ('p', 'a', 'u', 'e', 0), ('q', 'a', 'v', 'e', 0);
INSERT INTO partner_keys (public_key, key_id, partner_id) VALUES ('1', 'own', 'p'), ('2', 'theirs', 'q');
INSERT INTO account_keys (partner_id, account_id, sub_account_id, custody_key, key_index, created_at, claimed_at)
VALUES ('p', 'a', 's', 'own', 0, 1, 1), ('q', 'a', 't', 'theirs', 4, 1, NULL)";
    world.db.execute_batch(rows).unwrap();
    world
}

/// A portfolio of `p` unless the key is `q`'s; without an index it is one of before.
fn portfolio(world: &World, id: &str, key: &str, index: Option<u32>, claimed_at: Option<i64>) {
    let partner = if key == "theirs" { "q" } else { "p" };
    let sql = "
INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, address_index, claimed_at, created_at)
VALUES (?1, ?2, 'a', 'n', 'EARN', ?3, ?4, ?5, 5)";
    let row = (partner, id, key, index, claimed_at);
    world.db.execute(sql, row).unwrap();
}

fn filled() -> World {
    let world = world();
    portfolio(&world, "before", "service", None, None);
    portfolio(&world, "late", "own", Some(0), Some(30));
    portfolio(&world, "early", "own", Some(1), Some(20));
    portfolio(&world, "same", "own", Some(2), Some(20));
    portfolio(&world, "theirs", "theirs", Some(0), Some(10));
    portfolio(&world, "hidden", "own", Some(3), None);
    portfolio(&world, "hidden too", "service", Some(7), None);
    world
}

fn numbered<T>(statement: &Statement<T>) -> (String, Vec<Value>) {
    let (sql, values) = statement.numbered();
    (sql, values.into_iter().map(value).collect())
}

fn rows(world: &World, statement: &Statement<Given>) -> Vec<Given> {
    let (sql, values) = numbered(statement);
    let mut prepared = world.db.prepare(&sql).unwrap();
    let rows = prepared.query_map(params_from_iter(values), |row| Ok(given(row)));
    rows.unwrap().map(Result::unwrap).collect()
}

/// As D1 gives it.
fn given(row: &Row) -> Given {
    let cell = |name: &str| match row.get_ref(name).unwrap() {
        ValueRef::Integer(number) => json!(number),
        ValueRef::Text(text) => json!(str::from_utf8(text).unwrap()),
        _ => json!(null),
    };
    let names = row.as_ref().column_names();
    let cells = names.iter().map(|name| ((*name).to_owned(), cell(name)));
    serde_json::from_value(cells.collect()).unwrap()
}

fn id(row: &Given) -> String {
    let id = row.portfolio_id.as_ref();
    id.map_or(String::new(), ToString::to_string)
}

fn place(row: &Given) -> After {
    After {
        key_id: row.custody_key.clone(),
        shown_at: row.shown_at,
        index: Some(row.index.into()),
    }
}

fn addresses<'a>(under: Under<'a>, since: i64, after: Option<&'a After>, most: u32) -> Page<'a> {
    Page {
        under,
        branch: Branch::Addresses,
        since: Time::from_millis(since),
        after,
        most,
    }
}

/// Every page of so many rows, one after the other.
fn exported(world: &World, under: Under<'_>, since: i64, most: u32) -> Vec<String> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let page = addresses(under, since, after.as_ref(), most);
        let rows = rows(world, &given::page(&page));
        ids.extend(rows.iter().map(id));
        match rows.last().filter(|_| rows.len() == most as usize) {
            Some(last) => after = Some(place(last)),
            None => return ids,
        }
    }
}

/// Every page of so many rows of all these together, and what happens before each page but the first.
fn exported_of_all(homes: &[World], most: u32, mut before: impl FnMut(usize)) -> Vec<String> {
    let mut ids = Vec::new();
    let mut after = None;
    for nth in 1.. {
        let page = addresses(Under::EveryKey, 0, after.as_ref(), most);
        let of_each = homes.iter().map(|home| rows(home, &given::page(&page)));
        let merged = of_each.fold(Vec::new(), given::merged);
        let told = &merged[..merged.len().min(most as usize)];
        ids.extend(told.iter().map(id));
        let Some(last) = told.last() else {
            break;
        };
        after = Some(place(last));
        before(nth);
    }
    ids
}

fn highest(world: &World, branch: Branch, under: Under<'_>) -> Vec<(String, i64)> {
    let (sql, values) = numbered(&given::highest(branch, under));
    let mut prepared = world.db.prepare(&sql).unwrap();
    let rows = prepared.query_map(params_from_iter(values), |row| {
        Ok((row.get("custody_key")?, row.get("index")?))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

#[test]
fn every_row_that_was_shown_is_met_once_whatever_a_page_holds() {
    let world = filled();
    for most in 1..=6 {
        let all = exported(&world, Under::EveryKey, 0, most);
        assert_eq!(all, ["early", "same", "late", "before", "theirs"], "{most}");
        let since = exported(&world, Under::EveryKey, 10, most);
        assert_eq!(since, ["early", "same", "late", "theirs"], "{most}");
        let since = exported(&world, Under::EveryKey, 21, most);
        assert_eq!(since, ["late"], "{most}");
    }
}

#[test]
fn a_partner_meets_what_is_under_its_own_keys_whatever_its_cursor_says() {
    let world = filled();
    let (p, q): (PartnerId, PartnerId) = (Id::given("p"), Id::given("q"));
    for most in 1..=4 {
        let own = exported(&world, Under::OwnKeysOf(&p), 0, most);
        assert_eq!(own, ["early", "same", "late"], "{most}");
        assert_eq!(exported(&world, Under::OwnKeysOf(&q), 0, most), ["theirs"]);
    }
    for key_id in ["service", "theirs", ""] {
        let after = After {
            key_id: key_id.into(),
            shown_at: Time::from_millis(0),
            index: Some(0),
        };
        let page = addresses(Under::OwnKeysOf(&p), 0, Some(&after), 10);
        let rows = rows(&world, &given::page(&page));
        assert!(rows.iter().all(|row| row.custody_key == "own"), "{key_id}");
        assert_eq!(rows.len(), if key_id.is_empty() { 3 } else { 0 });
    }
}

#[test]
fn the_highest_is_of_what_was_shown_and_of_the_callers_keys() {
    let world = filled();
    let (p, q): (PartnerId, PartnerId) = (Id::given("p"), Id::given("q"));
    let of = |key: &str, index| (key.to_owned(), index);
    let addresses = |under| highest(&world, Branch::Addresses, under);
    let every = [of("own", 2), of("service", 0), of("theirs", 0)];
    assert_eq!(addresses(Under::EveryKey), every);
    assert_eq!(addresses(Under::OwnKeysOf(&p)), [of("own", 2)]);
    assert_eq!(addresses(Under::OwnKeysOf(&q)), [of("theirs", 0)]);
    let keys = |under| highest(&world, Branch::EncryptionKeys, under);
    assert_eq!(keys(Under::EveryKey), [of("own", 0)]);
    // It is reserved, and nobody saw it.
    assert_eq!(keys(Under::OwnKeysOf(&q)), []);
}

/// A row that the ledger is told of moves on in the order: it is met again, and never passed by.
#[test]
fn a_row_of_before_stands_where_it_was_made_until_it_is_claimed() {
    let world = filled();
    assert_eq!(exported(&world, Under::EveryKey, 5, 9).len(), 5);
    let claim = "UPDATE portfolios SET address_index = 0, claimed_at = 40 WHERE id = 'before'";
    world.db.execute(claim, []).unwrap();
    assert_eq!(exported(&world, Under::EveryKey, 40, 9), ["before"]);
}

/// The number of a row is another after a move: nothing hangs on it.
#[test]
fn of_one_moment_the_index_decides_and_a_cursor_of_before_begins_it_again() {
    let world = world();
    for (id, index) in [("c", 2), ("a", 0), ("d", 3), ("b", 1)] {
        portfolio(&world, id, "own", Some(index), Some(20));
    }
    for most in 1..=5 {
        let all = exported(&world, Under::EveryKey, 0, most);
        assert_eq!(all, ["a", "b", "c", "d"], "{most}");
    }
    for (since, index, left) in [(0, Some(1), 2), (0, None, 4), (20, None, 4), (21, None, 0)] {
        let after = After {
            key_id: "own".into(),
            shown_at: Time::from_millis(20),
            index,
        };
        let page = addresses(Under::EveryKey, since, Some(&after), 9);
        assert_eq!(
            rows(&world, &given::page(&page)).len(),
            left,
            "{since} {index:?}"
        );
    }
}

/// The rows of `p` are written into a home, or go.
fn copied(from: &World, to: &World) {
    let sql = "SELECT id, custody_key, COALESCE(address_index, seq - 1), claimed_at FROM portfolios
               WHERE partner_id = 'p' AND claimed_at IS NOT NULL ORDER BY seq DESC";
    let mut prepared = from.db.prepare(sql).unwrap();
    let rows = prepared.query_map([], |row| {
        let id: String = row.get(0)?;
        let key: String = row.get(1)?;
        portfolio(to, &id, &key, Some(row.get(2)?), Some(row.get(3)?));
        Ok(())
    });
    rows.unwrap().for_each(Result::unwrap);
}

fn wiped(home: &World) {
    let sql = "DELETE FROM portfolios WHERE partner_id = 'p'";
    home.db.execute(sql, []).unwrap();
}

/// Whichever home it leaves, and wherever the export is by then.
#[test]
fn a_partner_that_moves_while_it_is_exported_is_told_once() {
    let homes = [world(), world()];
    let expected = ["early", "same", "late", "service", "theirs"];
    for (source, target) in [(0, 1), (1, 0)] {
        for most in 1..=3 {
            for (copied_at, wiped_at) in (1..=7).flat_map(|at| (at..=8).map(move |end| (at, end))) {
                for home in &homes {
                    home.db.execute("DELETE FROM portfolios", []).unwrap();
                }
                portfolio(&homes[source], "late", "own", Some(0), Some(30));
                portfolio(&homes[source], "early", "own", Some(1), Some(20));
                portfolio(&homes[source], "same", "own", Some(2), Some(20));
                portfolio(&homes[source], "service", "service", Some(4), Some(10));
                portfolio(&homes[target], "theirs", "theirs", Some(0), Some(10));
                let told = exported_of_all(&homes, most, |nth| {
                    if nth == copied_at {
                        wiped(&homes[target]);
                        copied(&homes[source], &homes[target]);
                    }
                    if nth == wiped_at {
                        wiped(&homes[source]);
                    }
                });
                assert_eq!(told, expected, "{source} {most} {copied_at} {wiped_at}");
            }
        }
    }
}

/// What custody looks for is not taken for a copy.
#[test]
fn two_owners_of_one_index_and_two_addresses_of_one_owner_are_told() {
    let homes = [world(), world()];
    portfolio(&homes[0], "one", "service", Some(0), Some(10));
    portfolio(&homes[1], "two", "service", Some(0), Some(10));
    assert_eq!(exported_of_all(&homes, 9, |_| ()), ["one", "two"]);
    portfolio(&homes[0], "three", "service", Some(1), Some(10));
    portfolio(&homes[1], "three", "service", Some(1), Some(10));
    let told = |address: &str| {
        let sql = "UPDATE portfolios SET public_address = ?1 WHERE id = 'three'";
        homes[1].db.execute(sql, [address]).unwrap();
        exported_of_all(&homes, 9, |_| ()).len()
    };
    assert_eq!(told("0x1"), 3);
    let sql = "UPDATE portfolios SET public_address = '0x1' WHERE id = 'three'";
    homes[0].db.execute(sql, []).unwrap();
    assert_eq!((told("0x1"), told("0x2")), (3, 4));
}

/// Wherever it begins, what it costs hangs on its length, and not on what is behind it or was before.
#[test]
fn a_page_costs_the_same_of_a_hundred_times_as_many() {
    let steps = |many: u32, of_ten: u32| {
        let world = world();
        for nth in 0..many {
            // The later it was shown, the less its index.
            let index = Some(many - nth);
            portfolio(&world, &format!("f{nth}"), "own", index, Some(nth.into()));
        }
        let after = After {
            key_id: "own".into(),
            shown_at: Time::from_millis((many * of_ten / 10).into()),
            index: Some(0),
        };
        let page = given::page(&addresses(Under::EveryKey, 0, Some(&after), 5));
        let (sql, values) = numbered(&page);
        let mut prepared = world.db.prepare(&sql).unwrap();
        let rows = prepared.query_map(params_from_iter(values), |_| Ok(()));
        assert_eq!(rows.unwrap().count(), 5);
        prepared.get_status(StatementStatus::VmStep)
    };
    for of_ten in [0, 5] {
        assert_eq!(steps(40, of_ten), steps(4_000, of_ten), "{of_ten}");
    }
}

/// Rows are read in the order of an index, and no further than a page and the moment that it ends in.
#[test]
fn a_page_is_read_by_its_index_and_sorts_no_more_than_it_shows() {
    let world = filled();
    let p: PartnerId = Id::given("p");
    for under in [Under::EveryKey, Under::OwnKeysOf(&p)] {
        for (branch, index) in [
            (Branch::Addresses, "portfolios_shown_by_key"),
            (Branch::EncryptionKeys, "account_keys_shown_by_key"),
        ] {
            let page = given::page(&Page {
                under,
                branch,
                since: Time::from_millis(0),
                after: None,
                most: 1,
            });
            let plan = plan(&world, &page);
            for bound in ["<expr>=?", "<expr>>?"] {
                let words = format!("USING INDEX {index} (custody_key=? AND {bound})");
                assert!(plan.iter().any(|step| step.contains(&words)), "{plan:#?}");
            }
            // Each part comes in its order, and only a moment is sorted; then what the three of them gave.
            for (nth, step) in plan.iter().enumerate() {
                let is_of_moment = step.contains("LAST TERM OF ORDER BY");
                if step.contains("TEMP B-TREE") && !is_of_moment {
                    assert!(plan[nth - 1].starts_with("SCAN (subquery"), "{plan:#?}");
                }
            }
        }
    }
}

fn plan<T>(world: &World, statement: &Statement<T>) -> Vec<String> {
    let (sql, values) = numbered(statement);
    let mut explain = world
        .db
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .unwrap();
    let steps = explain.query_map(params_from_iter(values), |row| row.get("detail"));
    steps.unwrap().map(Result::unwrap).collect()
}

#[test]
fn an_owner_is_without_a_row_where_nobody_is_shown_one_of_that_account() {
    let world = filled();
    let owners = r#"[["p","a","early"], ["p","a","hidden"], ["p","b","early"], ["q","a","early"], ["q","a","theirs"],
        ["p","a","before"], ["p","a",null], ["q","a",null], ["p","gone",null]]"#;
    let (sql, values) = numbered(&given::without_row(owners));
    let mut prepared = world.db.prepare(&sql).unwrap();
    let found = prepared.query_map(params_from_iter(values), |row| row.get("index"));
    let found: Vec<i64> = found.unwrap().map(Result::unwrap).collect();
    assert_eq!(found, [1, 2, 3, 7, 8]);
}
