//! The rows of user, account and portfolios, as one statement gives them.

use rusqlite::types::Value;
use rusqlite::Connection;

use super::limits_test::World;
use super::portfolios::{self, NewPortfolio};
use super::users::{self, WholeAccount};
use super::Batch;
use crate::rules::custody::Giving;
use crate::rules::id::Id;
use crate::rules::limits::{portfolios_listed, PORTFOLIOS_LISTED};
use crate::rules::portfolio::{After, PortfolioType};
use crate::rules::time::Time;

/// A verified user `u` of the partner `p` with so many accounts.
fn world(accounts: usize) -> World {
    let world = World::new();
    let people = "
INSERT INTO partners (id, name, created_at) VALUES ('p', 'p', 0);
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, status, hold_until, created_at)
VALUES ('u', 'p', 'e', '+15555550100', 'h', '[]', 'VERIFIED', 0, 0);
INSERT INTO user_kyc (user_id, kind, id) VALUES ('u', 'kyc', 'k\"1'), ('u', 'document', 'd')";
    world.db.execute_batch(people).unwrap();
    for nth in 0..accounts {
        // The later an account was made, the less its id.
        let sql = "INSERT INTO accounts (partner_id, id, user_id, email, created_at) VALUES ('p', ?1, 'u', 'e', ?2)";
        let id = format!("a{:03}", 999 - nth);
        world.db.execute(sql, (id, nth)).unwrap();
    }
    world
}

fn open(world: &World, account: &str, id: &str, kind: PortfolioType) {
    let new = NewPortfolio {
        partner_id: &Id::given("p"),
        id: &Id::given(id),
        account_id: &Id::given(account),
        name: "a \"name\"",
        kind,
        under: Giving {
            key_id: "c",
            is_partners: false,
        },
        now: Time::from_millis(1),
    };
    let mut batch = Batch::new();
    batch.run(portfolios::reserve(&new)).done();
    world.run_all(batch);
    let show = "UPDATE portfolios SET claimed_at = 2 WHERE id = ?1";
    world.db.execute(show, [id]).unwrap();
}

fn accounts(db: &Connection) -> Vec<WholeAccount> {
    let (sql, values) = {
        let whole = users::whole(&Id::given("u"), &Id::given("p"));
        let (sql, values) = whole.numbered();
        let values: Vec<Value> = values.into_iter().map(super::limits_test::value).collect();
        (sql, values)
    };
    let mut prepared = db.prepare(&sql).unwrap();
    let text: String = prepared
        .query_row(rusqlite::params_from_iter(values), |row| {
            row.get("accounts")
        })
        .unwrap();
    serde_json::from_str(&text).unwrap()
}

fn seqs(account: &WholeAccount) -> Vec<i64> {
    let all = account.portfolios.iter();
    all.map(|portfolio| portfolio.seq).collect()
}

#[test]
fn a_user_is_one_row_with_its_accounts_and_their_portfolios_in_order() {
    let world = world(2);
    for (account, id, kind) in [
        ("a998", "x", PortfolioType::Earn),
        ("a999", "y", PortfolioType::Trading),
        ("a998", "z", PortfolioType::Trading),
    ] {
        open(&world, account, id, kind);
    }
    // Once more changes nothing, and counts nothing.
    open(&world, "a998", "z", PortfolioType::Trading);
    let shown = accounts(&world.db);
    let ids: Vec<&str> = shown.iter().map(|one| one.account.id.as_str()).collect();
    assert_eq!(ids, ["a999", "a998"]);
    assert_eq!((seqs(&shown[0]), seqs(&shown[1])), (vec![2], vec![1, 3]));
    assert_eq!(shown[0].account.trading_seq, Some(2));
    assert_eq!(shown[1].account.trading_seq, Some(3));
    assert_eq!(shown[1].account.portfolios, 2);
    assert_eq!(shown[0].portfolios[0].name, "a \"name\"");
}

/// The rule of `limits` and the bound in the SQL are one, and no account reads more than it.
#[test]
fn an_account_of_a_user_object_gives_its_oldest_portfolios_and_the_trading_one() {
    for many in [1, 11, 100] {
        let world = world(many);
        let most = portfolios_listed(many);
        for nth in 0..PORTFOLIOS_LISTED + 9 {
            open(&world, "a999", &format!("f{nth}"), PortfolioType::Earn);
        }
        open(&world, "a999", "trading", PortfolioType::Trading);
        open(&world, "a999", "second", PortfolioType::Trading);
        let shown = accounts(&world.db);
        assert_eq!(shown.len(), many);
        let expected: Vec<i64> = (1..=i64::from(most)).chain([60]).collect();
        assert_eq!(seqs(&shown[0]), expected, "{many}");
        assert_eq!(shown[0].account.portfolios, 61);
    }
}

/// What a page of an account has after this.
fn after(world: &World, account: &str, after: &After) -> Vec<String> {
    let page = portfolios::page(&Id::given("p"), &Id::given(account), after, 9);
    let (sql, values) = page.numbered();
    let values: Vec<Value> = values.into_iter().map(super::limits_test::value).collect();
    let mut prepared = world.db.prepare(&sql).unwrap();
    let ids = prepared.query_map(rusqlite::params_from_iter(values), |row| row.get("id"));
    ids.unwrap().map(Result::unwrap).collect()
}

/// Partners choose ids: here each is the number of another's row.
#[test]
fn a_page_goes_on_after_an_id_of_its_own_account() {
    let world = world(2);
    for (account, id) in [("a999", "3"), ("a998", "1"), ("a999", "2"), ("a999", "9")] {
        open(&world, account, id, PortfolioType::Earn);
    }
    let after_id = |account: &str, id: &str| after(&world, account, &After::Id(Id::given(id)));
    assert_eq!(after_id("a999", "3"), ["2", "9"]);
    assert_eq!(after_id("a999", "2"), ["9"]);
    assert!(after_id("a999", "9").is_empty());
    assert!(after_id("a998", "1").is_empty());
    // Another account's, and nobody's.
    assert!(after_id("a999", "1").is_empty());
    assert!(after_id("a998", "3").is_empty());
    assert!(after_id("a999", "none").is_empty());
}

#[test]
fn a_page_goes_on_after_a_number_until_the_partner_has_moved() {
    let world = world(1);
    for id in ["x", "y", "z"] {
        open(&world, "a999", id, PortfolioType::Earn);
    }
    let after_number = |number: u32| after(&world, "a999", &After::Number(number));
    let all = ["x", "y", "z"];
    assert_eq!(after_number(0), all);
    assert_eq!(after_number(2), ["z"]);
    assert!(after_number(u32::MAX).is_empty());
    let moved = "UPDATE partners SET epoch = 2";
    world.db.execute(moved, []).unwrap();
    // Numbers are others here, and what begins anew leaves nothing out.
    assert_eq!(after_number(0), all);
    assert_eq!(after_number(2), all);
    let ids = after(&world, "a999", &After::Id(Id::given("y")));
    assert_eq!(ids, ["z"]);
}

/// A migration counts what was there before it.
#[test]
fn portfolios_of_before_are_counted() {
    let (before, since) = super::statements_test::migrations_up_to("0019");
    let db = Connection::open_in_memory().unwrap();
    for sql in before {
        db.execute_batch(&sql).unwrap();
    }
    let rows = "
INSERT INTO partners (id, name, created_at) VALUES ('p', 'p', 0);
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at)
VALUES ('u', 'p', 'e', '+1', 'h', '[]', 0, 0);
INSERT INTO accounts (partner_id, id, user_id, email, created_at) VALUES ('p', 'a', 'u', 'e', 0), ('p', 'b', 'u', 'e', 0);
INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, created_at)
VALUES ('p', '1', 'a', 'n', 'EARN', 'k', 0), ('p', '2', 'a', 'n', 'TRADING', 'k', 0), ('p', '3', 'a', 'n', 'TRADING', 'k', 0)";
    db.execute_batch(rows).unwrap();
    for sql in since {
        db.execute_batch(&sql).unwrap();
    }
    let counted: Vec<(i64, Option<i64>)> = db
        .prepare("SELECT portfolios, trading_seq FROM accounts ORDER BY id")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(counted, [(3, Some(2)), (0, None)]);
}
