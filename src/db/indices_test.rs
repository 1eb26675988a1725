//! Which index a row is given, shown under, and moved to.

use rusqlite::params_from_iter;
use rusqlite::types::Value;
use serde_json::json;

use super::indices::{self, Reserved};
use super::limits_test::{value, World};
use super::portfolios::{self, NewPortfolio};
use super::statement::Statement;
use super::{accounts, Batch};
use crate::rules::custody::{Branch, Giving, Place};
use crate::rules::id::Id;
use crate::rules::portfolio::{After, PortfolioType};
use crate::rules::time::Time;

const NOW: Time = Time::from_millis(1_000_000);

/// A verified user `u` of the partner `p` with the accounts `a` and `b`.
fn world() -> World {
    let world = World::new();
    let people = "
INSERT INTO partners (id, name, created_at) VALUES ('p', 'p', 0);
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, status, hold_until, created_at)
VALUES ('u', 'p', 'e', '+15555550100', 'h', '[]', 'VERIFIED', 0, 0);
INSERT INTO accounts (partner_id, id, user_id, email, created_at) VALUES ('p', 'b', 'u', 'e', 1), ('p', 'a', 'u', 'e', 0)";
    world.db.execute_batch(people).unwrap();
    world
}

const fn services(key_id: &str) -> Giving<'_> {
    Giving {
        key_id,
        is_partners: false,
    }
}

fn reserve(world: &World, id: &str, key: &str) {
    reserve_under(world, id, services(key));
}

fn reserve_under(world: &World, id: &str, under: Giving<'_>) {
    let new = NewPortfolio {
        partner_id: &Id::given("p"),
        id: &Id::given(id),
        account_id: &Id::given("a"),
        name: "n",
        kind: PortfolioType::Trading,
        under,
        now: NOW,
    };
    let mut batch = Batch::new();
    batch.run(portfolios::reserve(&new)).done();
    world.run_all(batch);
}

/// As the release before inserts it.
fn insert_as_before(world: &World, id: &str, key: &str) {
    let sql = "
INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, created_at)
VALUES ('p', ?1, 'a', 'n', 'EARN', ?2, 1)";
    world.db.execute(sql, [id, key]).unwrap();
}

fn rows(world: &World, statement: &Statement<Reserved>) -> Vec<Reserved> {
    let (sql, values) = statement.numbered();
    let values: Vec<Value> = values.into_iter().map(value).collect();
    let mut prepared = world.db.prepare(&sql).unwrap();
    let rows = prepared.query_map(params_from_iter(values), |row| {
        let text = |name| row.get::<_, Option<String>>(name);
        let number = |name| row.get::<_, i64>(name);
        let row = json!({
            "seq": number("seq")?, "partner_id": text("partner_id")?, "account_id": text("account_id")?,
            "portfolio_id": text("portfolio_id")?, "custody_key": text("custody_key")?, "index": number("index")?,
            "is_of_before": number("is_of_before")?, "is_claimed": number("is_claimed")?,
        });
        Ok(serde_json::from_value(row).unwrap())
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn of(world: &World, id: &str) -> Reserved {
    let found = rows(
        world,
        &indices::of_portfolio(&Id::given("p"), &Id::given(id)),
    );
    found.into_iter().next().unwrap()
}

fn index(world: &World, id: &str) -> u32 {
    of(world, id).place().index
}

fn show(world: &World, reserved: &Reserved) -> usize {
    let mut batch = Batch::new();
    batch.run(indices::show(reserved, Some("0x"), NOW)).done();
    world.run_all(batch)[0]
}

fn move_on(world: &World, reserved: &Reserved, own: Option<u32>, after: u32) {
    let own = own.map(|index| Place {
        index,
        ..reserved.place()
    });
    move_to(world, reserved, own.as_ref(), after);
}

fn move_to(world: &World, reserved: &Reserved, own: Option<&Place>, after: u32) {
    let mut batch = Batch::new();
    indices::move_on(&mut batch, reserved, own, after);
    world.run_all(batch);
}

/// How many portfolios the account counts.
fn counted(world: &World) -> i64 {
    let sql = "SELECT portfolios FROM accounts WHERE id = 'a'";
    world.db.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[test]
fn every_key_counts_from_nought_and_one_of_before_goes_on_where_it_was() {
    let world = world();
    for id in ["0", "1", "2"] {
        insert_as_before(&world, id, "old");
    }
    for (id, key, expected) in [
        ("a", "own", 0),
        ("b", "old", 3),
        ("c", "own", 1),
        ("d", "other", 0),
        ("e", "old", 4),
    ] {
        reserve(&world, id, key);
        assert_eq!(index(&world, id), expected, "{id}");
    }
    // Asked again it is what it was.
    reserve(&world, "a", "own");
    assert_eq!(index(&world, "a"), 0);
    // One of the release before, while both run: nobody's is given twice.
    insert_as_before(&world, "f", "old");
    reserve(&world, "g", "old");
    assert_eq!(index(&world, "g"), index(&world, "f") + 1);
}

#[test]
fn a_portfolio_counts_and_is_listed_once_it_is_shown() {
    let world = world();
    insert_as_before(&world, "0", "k");
    assert_eq!(counted(&world), 1);
    reserve(&world, "a", "k");
    let page = portfolios::page(&Id::given("p"), &Id::given("a"), &After::Number(0), 10);
    assert_eq!((counted(&world), world.counted(&page)), (1, 1));

    let reserved = of(&world, "a");
    assert_eq!((show(&world, &reserved), show(&world, &reserved)), (1, 0));
    assert_eq!((counted(&world), world.counted(&page)), (2, 2));
    // The ledger is told of one of before: it counted already.
    assert_eq!(show(&world, &of(&world, "0")), 1);
    assert_eq!((counted(&world), index(&world, "0")), (2, 0));
}

#[test]
fn one_that_has_to_goes_past_what_was_given_or_to_its_own_and_none_that_is_shown_moves() {
    let world = world();
    for id in ["a", "b", "c"] {
        reserve(&world, id, "k");
    }
    let (a, b) = (of(&world, "a"), of(&world, "b"));
    move_on(&world, &a, None, 20);
    assert_eq!(index(&world, "a"), 20);
    // Whoever looked before it had moved does not move it again.
    move_on(&world, &a, None, 30);
    assert_eq!(index(&world, "a"), 20);
    move_on(&world, &b, None, 5);
    assert_eq!(index(&world, "b"), 21);
    move_on(&world, &of(&world, "b"), Some(7), 30);
    assert_eq!(index(&world, "b"), 7);
    // Whoever stands where another belongs makes way, though that one stands where it belongs itself.
    move_on(&world, &of(&world, "c"), Some(7), 30);
    assert_eq!((index(&world, "c"), index(&world, "b")), (7, 30));
    move_on(&world, &of(&world, "b"), Some(7), 40);
    assert_eq!((index(&world, "b"), index(&world, "c")), (7, 40));

    let shown = of(&world, "b");
    show(&world, &shown);
    // But not once it is shown.
    move_on(&world, &of(&world, "c"), Some(7), 50);
    assert_eq!((index(&world, "b"), index(&world, "c")), (7, 40));
    move_on(&world, &shown, None, 40);
    assert_eq!(index(&world, "b"), 7);
    // And nothing is shown under an index that it no longer has.
    assert_eq!(show(&world, &a), 0);
}

#[test]
fn one_that_comes_back_under_another_key_has_the_place_that_it_had() {
    let world = world();
    let of_partner = "INSERT INTO partner_keys (public_key, key_id, partner_id) VALUES ('m', 'old', 'p'), ('n', 'new', 'p')";
    world.db.execute_batch(of_partner).unwrap();
    for (id, key) in [("0", "old"), ("1", "new"), ("2", "new")] {
        reserve(&world, id, key);
    }
    world
        .db
        .execute_batch("UPDATE partner_keys SET is_used = 0")
        .unwrap();
    let own = of(&world, "0").place();
    let first = of(&world, "1");
    move_to(&world, &first, Some(&own), 5);
    assert_eq!(of(&world, "1").place(), own);
    // Whoever stood there goes past all that were given under that key, and no other row moves.
    assert_eq!(
        (index(&world, "0"), of(&world, "0").place().key_id),
        (5, "old".into())
    );
    assert_eq!(
        (index(&world, "2"), of(&world, "2").place().key_id),
        (1, "new".into())
    );
    // The key has given an index: it stays.
    let used = "SELECT group_concat(key_id) FROM partner_keys WHERE is_used = 1";
    let used: String = world.db.query_row(used, [], |row| row.get(0)).unwrap();
    assert_eq!(used, "old");
    // Whoever looked before it had moved does not move it again.
    move_to(&world, &first, None, 9);
    assert_eq!(of(&world, "1").place(), own);
}

#[test]
fn keys_are_given_in_the_order_of_the_accounts_and_shown_once_the_ledger_has_them() {
    let world = world();
    let user = Id::given("u");
    let mut batch = Batch::new();
    accounts::reserve_keys(&mut batch, &user, &Id::given("p"), services("k"), NOW);
    world.run_all(batch);
    let reserved = rows(&world, &indices::of_user(&user));
    let mut given: Vec<(&str, u32)> = reserved
        .iter()
        .map(|one| (one.account_id.as_str(), one.place().index))
        .collect();
    given.sort_unstable();
    assert_eq!(given, [("a", 0), ("b", 1)]);

    let key_of = |id: &str| {
        let found = accounts::find(&Id::given("p"), &Id::given(id));
        world.numbers(&found, &["key_index"])[0]
    };
    assert_eq!((key_of("a"), key_of("b")), (None, None));
    move_on(&world, &reserved[0], None, 9);
    let moved = rows(&world, &indices::of_user(&user));
    for one in &moved {
        show(&world, one);
    }
    assert_eq!(rows(&world, &indices::of_user(&user)).len(), 0);
    let mut keys = [key_of("a"), key_of("b")];
    keys.sort_unstable();
    assert!(
        keys == [Some(0), Some(9)] || keys == [Some(1), Some(9)],
        "{keys:?}"
    );
}

#[test]
fn what_nobody_completed_waits_and_what_was_just_begun_does_not_yet() {
    let world = world();
    insert_as_before(&world, "0", "k");
    reserve(&world, "a", "k");
    let waiting = |older_than, before| -> Vec<String> {
        let waiting = indices::waiting(Branch::Addresses, older_than, before, 10);
        let ids = rows(&world, &waiting).into_iter();
        ids.map(|row| row.portfolio_id.unwrap().as_str().into())
            .collect()
    };
    let later = NOW + std::time::Duration::from_millis(1);
    assert_eq!(waiting(9, NOW), ["0"]);
    // The youngest first: rows of before are many.
    assert_eq!(waiting(9, later), ["a", "0"]);
    assert_eq!(waiting(2, later), ["0"]);
    show(&world, &of(&world, "a"));
    assert_eq!(waiting(9, later), ["0"]);
}

#[test]
fn a_database_that_was_set_back_goes_on_past_what_it_had_given() {
    let world = world();
    let floors = "INSERT INTO custody_floors VALUES ('k', 0, 7), ('k', 1, 20), ('other', 0, 90)";
    world.db.execute_batch(floors).unwrap();
    reserve(&world, "0", "k");
    reserve(&world, "1", "k");
    assert_eq!((index(&world, "0"), index(&world, "1")), (7, 8));
    move_on(&world, &of(&world, "0"), None, 3);
    assert_eq!(index(&world, "0"), 9);
    // One that is put back stands below it, and the next goes past both.
    insert_as_before(&world, "back", "k");
    assert!(index(&world, "back") < 7);
    reserve(&world, "2", "k");
    assert_eq!(index(&world, "2"), 10);

    let user = Id::given("u");
    let mut batch = Batch::new();
    accounts::reserve_keys(&mut batch, &user, &Id::given("p"), services("k"), NOW);
    world.run_all(batch);
    let keys = rows(&world, &indices::of_user(&user));
    let mut keys: Vec<u32> = keys.iter().map(|key| key.place().index).collect();
    keys.sort_unstable();
    assert_eq!(keys, [20, 21]);
}

/// As an isolate does that has not heard yet that the key was taken out, or is another partner's now.
#[test]
fn nothing_is_given_under_a_key_that_is_the_partners_no_more() {
    let world = world();
    let (user, partner) = (Id::given("u"), Id::given("p"));
    let own = Giving {
        key_id: "own",
        is_partners: true,
    };
    let reserve_all = || {
        reserve_under(&world, "f", own);
        let reserve_keys = || {
            let mut batch = Batch::new();
            accounts::reserve_keys(&mut batch, &user, &partner, own, NOW);
            batch
        };
        world.run_all(reserve_keys());
        // The second says whether one is left without.
        let left = &reserve_keys().into_statements()[1];
        let portfolio = indices::of_portfolio(&partner, &Id::given("f"));
        let reserved =
            rows(&world, &portfolio).len() + rows(&world, &indices::of_user(&user)).len();
        (reserved, world.counted(left))
    };
    let set = |sql| world.db.execute_batch(sql).unwrap();
    assert_eq!(reserve_all(), (0, 1));
    set(
        "INSERT INTO partners (id, name, created_at) VALUES ('q', 'q', 0);
         INSERT INTO partner_keys (public_key, key_id, partner_id) VALUES ('mark', 'own', 'q')",
    );
    assert_eq!(reserve_all(), (0, 1));
    set("UPDATE partner_keys SET partner_id = 'p'");
    assert_eq!(reserve_all(), (3, 0));
    let used = "SELECT is_used FROM partner_keys";
    let used: i64 = world.db.query_row(used, [], |row| row.get(0)).unwrap();
    assert_eq!(used, 1);
}

/// As the cron does, a page at a time, until nothing waits.
fn waiting_of(world: &World, branch: Branch) -> Vec<Reserved> {
    let (mut all, mut before) = (Vec::new(), 99);
    loop {
        let later = NOW + std::time::Duration::from_millis(1);
        let page = rows(world, &indices::waiting(branch, before, later, 1));
        let Some(last) = page.last() else { return all };
        before = last.seq;
        all.extend(page);
    }
}

#[test]
fn what_is_of_a_partner_that_is_not_here_is_passed_over_and_ends_no_run() {
    let world = world();
    let people = "
INSERT INTO partners (id, name, created_at) VALUES ('q', 'q', 0);
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, status, hold_until, created_at)
VALUES ('v', 'q', 'e', '+15555550100', 'h', '[]', 'VERIFIED', 0, 0);
INSERT INTO accounts (partner_id, id, user_id, email, created_at) VALUES ('q', 'a', 'v', 'e', 0), ('q', 'b', 'v', 'e', 0)";
    world.db.execute_batch(people).unwrap();
    for (nth, partner) in ["p", "q", "q", "p"].into_iter().enumerate() {
        let sql = "
INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, address_index, created_at)
VALUES (?1, ?2, 'a', 'n', 'EARN', 'k', ?2, 1)";
        world.db.execute(sql, (partner, nth)).unwrap();
        let account = if nth < 2 { "a" } else { "b" };
        let sql = "
INSERT INTO account_keys (partner_id, account_id, sub_account_id, custody_key, key_index, created_at)
VALUES (?1, ?2, ?3, 'k', ?3, 1)";
        world.db.execute(sql, (partner, account, nth)).unwrap();
    }
    let branches = [Branch::Addresses, Branch::EncryptionKeys];
    let all = branches.map(|branch| waiting_of(&world, branch));
    let partners = |rows: &[Reserved]| -> Vec<String> {
        rows.iter().map(|row| row.partner_id.to_string()).collect()
    };
    let changed = |sql: &str| -> Vec<String> {
        let mut rows = world.db.prepare(sql).unwrap();
        let rows = rows.query_map([], |row| row.get(0)).unwrap();
        rows.map(Result::unwrap).collect()
    };
    for state in ["leaving", "gone", "coming"] {
        let sql = "UPDATE partners SET state = ?1 WHERE id = 'q'";
        world.db.execute(sql, [state]).unwrap();
        for (branch, all) in branches.into_iter().zip(&all) {
            assert_eq!(partners(all), ["p", "q", "q", "p"]);
            assert_eq!(partners(&waiting_of(&world, branch)), ["p", "p"], "{state}");
            // It began to leave after the run had read what waits.
            for row in all.iter().filter(|row| row.partner_id.as_str() == "q") {
                assert_eq!(show(&world, row), 0, "{state}");
                let mut batch = Batch::new();
                indices::move_on(&mut batch, row, None, 50);
                let find = batch.into_statements().pop().unwrap();
                assert_eq!(world.counted(&find), 0, "{state}");
                move_on(&world, row, None, 50);
            }
        }
    }
    let indices = "SELECT partner_id || address_index FROM portfolios WHERE claimed_at IS NULL UNION ALL
                   SELECT partner_id || key_index FROM account_keys WHERE claimed_at IS NULL ORDER BY 1";
    assert_eq!(
        changed(indices),
        ["p0", "p0", "p3", "p3", "q1", "q1", "q2", "q2"]
    );
    let sql = "UPDATE partners SET state = 'here' WHERE id = 'q'";
    world.db.execute(sql, []).unwrap();
    for row in all.iter().flatten() {
        assert_eq!(show(&world, row), 1);
    }
}
