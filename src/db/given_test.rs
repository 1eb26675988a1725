//! What an export shows, to whom, in which order, and how it is found.

use rusqlite::params_from_iter;
use rusqlite::types::Value;

use super::given::{self, After, Page, Under};
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

/// Id, key, when and number of each row.
type Row = (String, String, i64, i64);

fn numbered<T>(statement: &Statement<T>) -> (String, Vec<Value>) {
    let (sql, values) = statement.numbered();
    (sql, values.into_iter().map(value).collect())
}

fn rows<T>(world: &World, statement: &Statement<T>) -> Vec<Row> {
    let (sql, values) = numbered(statement);
    let mut prepared = world.db.prepare(&sql).unwrap();
    let rows = prepared.query_map(params_from_iter(values), |row| {
        let id: Option<String> = row.get("portfolio_id")?;
        let id = id.unwrap_or_default();
        Ok((
            id,
            row.get("custody_key")?,
            row.get("shown_at")?,
            row.get("seq")?,
        ))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// Every page of so many rows, one after the other.
fn exported(world: &World, under: Under<'_>, since: i64, most: u32) -> Vec<String> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let page = given::page(&Page {
            under,
            branch: Branch::Addresses,
            since: Time::from_millis(since),
            after: after.as_ref(),
            most,
        });
        let rows = rows(world, &page);
        ids.extend(rows.iter().map(|(id, ..)| id.clone()));
        let Some((_, key, at, seq)) = rows.last().filter(|_| rows.len() == most as usize) else {
            return ids;
        };
        after = Some(After {
            key_id: key.clone(),
            shown_at: Time::from_millis(*at),
            seq: *seq,
        });
    }
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
            seq: 0,
        };
        let page = given::page(&Page {
            under: Under::OwnKeysOf(&p),
            branch: Branch::Addresses,
            since: Time::from_millis(0),
            after: Some(&after),
            most: 10,
        });
        let keys = rows(&world, &page).into_iter().map(|(_, key, ..)| key);
        assert!(keys.clone().all(|key| key == "own"), "{key_id}");
        assert_eq!(keys.count(), if key_id.is_empty() { 3 } else { 0 });
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

/// Rows are read in the order of an index, and no further than a page.
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
            for bound in ["<expr>=? AND rowid>?", "<expr>>?"] {
                let words = format!("USING INDEX {index} (custody_key=? AND {bound})");
                assert!(plan.iter().any(|step| step.contains(&words)), "{plan:#?}");
            }
            // Each part comes in its order: what is sorted is what the three of them gave.
            for (nth, _) in plan
                .iter()
                .enumerate()
                .filter(|(_, step)| step.contains("TEMP B-TREE"))
            {
                assert!(plan[nth - 1].starts_with("SCAN (subquery"), "{plan:#?}");
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
