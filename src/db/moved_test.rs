//! The rows of a partner, from one database to another: all columns of all tables, whatever stands in their way.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::Value;
use rusqlite::Connection;

use super::carried::{Carried, Which};
use super::limits_test::value;
use super::moved::{Table, TABLES};
use super::statement::Statement;
use super::statements_test::{migrated, scanned};
use super::Batch;
use crate::rules::id::{Id, PartnerId};

/// Why a table stays where it is.
const STAYS: [(&str, &str); 14] = [
    ("archiving", "where a home's cron goes on"),
    ("arrivals", "a home's own"),
    ("client_secrets", "the directory's"),
    ("clients", "the directory's, copied once it is committed"),
    ("custody_floors", "those of its own keys are copied at last"),
    ("departures", "a home's own"),
    ("moved_rows", "a home's own"),
    ("moves", "the directory's"),
    (
        "partner_keys",
        "the directory's, copied once it is committed",
    ),
    ("partner_origins", "the directory's"),
    (
        "partner_settings",
        "the directory's, copied once it is committed",
    ),
    ("partners", "the directory's, and each home's own"),
    ("sqlite_sequence", "SQLite's own"),
    ("d1_migrations", "wrangler's own"),
];

/// Columns that are the home's own.
const STAY: [(&str, &str); 3] = [
    ("account_keys", "seq"),
    ("accounts", "trading_seq"),
    ("portfolios", "seq"),
];

fn partner() -> PartnerId {
    Id::given("p")
}

fn tables(db: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut tables = db.prepare(sql).unwrap();
    let rows = tables.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Name, type and whether it may be NULL.
fn columns(db: &Connection, table: &str) -> Vec<(String, String, bool)> {
    let sql = "SELECT name, type, \"notnull\" OR pk > 0 FROM pragma_table_info(?1)";
    let mut columns = db.prepare(sql).unwrap();
    let rows = columns.query_map([table], |row| {
        Ok((row.get(0)?, row.get(1)?, !row.get::<_, bool>(2)?))
    });
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

fn run<T>(db: &Connection, statement: &Statement<T>) -> usize {
    let (sql, values) = statement.numbered();
    let values: Vec<Value> = values.into_iter().map(value).collect();
    let mut prepared = db.prepare(&sql).unwrap();
    let rows = prepared.query_map(rusqlite::params_from_iter(values), |_| Ok(()));
    for row in rows.unwrap() {
        row.unwrap_or_else(|error| panic!("{error}: {sql}"));
    }
    usize::try_from(db.changes()).unwrap()
}

fn read(db: &Connection, statement: &Statement<Carried>) -> Carried {
    let (sql, values) = statement.numbered();
    let values = values.into_iter().map(value);
    let mut prepared = db
        .prepare(&sql)
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
    let names: Vec<String> = prepared
        .column_names()
        .iter()
        .map(|name| (*name).into())
        .collect();
    prepared
        .query_row(rusqlite::params_from_iter(values), |row| {
            let get = |name: &str| -> Option<String> {
                let nth = names.iter().position(|known| known == name)?;
                row.get(nth).unwrap()
            };
            Ok(Carried {
                rows: get("rows"),
                keys: get("keys"),
                gone: get("gone"),
                next: get("next"),
            })
        })
        .unwrap()
}

fn commit(db: &Connection, batch: Batch) {
    for statement in batch.into_statements() {
        run(db, &statement);
    }
}

/// All rows of a table, but for what is the home's own: sorted.
fn rows(db: &Connection, table: &str) -> Vec<String> {
    let columns: Vec<String> = columns(db, table)
        .into_iter()
        .map(|(name, ..)| name)
        .filter(|name| !STAY.contains(&(table, name)))
        .map(|name| format!("quote({name})"))
        .collect();
    let sql = format!(
        "SELECT {} FROM {table} ORDER BY 1",
        columns.join(" || ' ' || ")
    );
    let mut rows = db.prepare(&sql).unwrap();
    let rows = rows.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn world() -> Connection {
    let db = migrated();
    let sql = "
INSERT INTO partners (id, name, created_at) VALUES ('p', 'p', 0), ('q', 'q', 0);
INSERT INTO clients (id, partner_id, name, allowed_roles, default_roles, created_at)
VALUES ('c_p', 'p', 'n', '[]', '[]', 0), ('c_q', 'q', 'n', '[]', '[]', 0)";
    db.execute_batch(sql).unwrap();
    db
}

fn target() -> Connection {
    let db = world();
    let sql = "UPDATE partners SET state = 'coming', epoch = 2 WHERE id = 'p'";
    db.execute_batch(sql).unwrap();
    db
}

/// What a column may have, where it is not free: of a row of a partner.
fn known(table: &str, column: &str, of: &str, nth: usize) -> Option<String> {
    let text = match (table, column) {
        (_, "partner_id") => of.into(),
        ("users", "id") | (_, "user_id") => format!("u{nth}_{of}"),
        ("accounts", "id") | (_, "account_id") => format!("a{nth}_{of}"),
        (_, "client_id") => format!("c_{of}"),
        ("users", "status") => "VERIFIED".into(),
        ("users", "locale") => "fr".into(),
        ("user_kyc", "kind") => "kyc".into(),
        ("portfolios", "type") => "TRADING".into(),
        ("portfolios" | "account_keys", "custody_key") => "k".into(),
        ("challenges", "purpose") => "SMS_MFA".into(),
        ("sends", "outcome") => "UNCLEAR".into(),
        ("sends", "refusal") => "COUNTRY".into(),
        ("partner_sends", "share") => "LOGIN".into(),
        ("answers", "is_right") => return Some("1".into()),
        ("users", "erased_at") | ("audit", "target_client_id" | "target_partner_id") => {
            return Some("NULL".into())
        }
        // Counted by its triggers.
        ("accounts", "portfolios") => return Some("0".into()),
        _ => return None,
    };
    Some(format!("'{text}'"))
}

/// Rows of two partners in every table, each cell with something else where it may be.
fn fill(db: &Connection, each: usize) {
    let mut drawn = 0;
    for table in &TABLES {
        for (nth, of) in (0..each).flat_map(|nth| [(nth, "p"), (nth, "q")]) {
            let once = table.name == "client_failures" && nth > 0;
            let cells: Vec<(String, String)> = columns(db, table.name)
                .into_iter()
                .filter(|(name, ..)| !STAY.contains(&(table.name, name)))
                .map(|(name, kind, may_be_null)| {
                    drawn += 1;
                    let free = match (kind.as_str(), may_be_null && drawn % 5 == 0) {
                        (_, true) => "NULL".into(),
                        ("INTEGER", _) => format!("{}", 1_700_000_000_000 + i64::from(drawn)),
                        _ => format!("'it''s \"{name}\" {drawn} é\u{1F511}'"),
                    };
                    let cell = known(table.name, &name, of, nth).unwrap_or(free);
                    let small = matches!(name.as_str(), "address_index" | "key_index");
                    (
                        name,
                        if small {
                            (2 * nth + usize::from(of == "q")).to_string()
                        } else {
                            cell
                        },
                    )
                })
                .collect();
            if once {
                continue;
            }
            let (names, values): (Vec<_>, Vec<_>) = cells.into_iter().unzip();
            let sql = format!(
                "INSERT INTO {} ({}) VALUES ({})",
                table.name,
                names.join(", "),
                values.join(", ")
            );
            db.execute(&sql, [])
                .unwrap_or_else(|error| panic!("{error}: {sql}"));
        }
    }
    // A portfolio that is shown is counted, and the first of them is where the account trades.
    db.execute_batch("UPDATE portfolios SET claimed_at = 1 WHERE claimed_at IS NULL")
        .unwrap();
    db.execute_batch("UPDATE account_keys SET claimed_at = 1 WHERE claimed_at IS NULL")
        .unwrap();
}

fn copy(source: &Connection, target: &Connection) {
    for table in &TABLES {
        let mut after = None;
        loop {
            let page = table.page(&partner(), "DB", after.as_deref(), Which::All);
            let page = read(source, &page);
            let mut batch = Batch::new();
            table.put(&mut batch, "HOME_EU", &page.rows.unwrap());
            commit(target, batch);
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
    }
}

/// What is noted, as the mover carries it.
fn carry(source: &Connection, target: &Connection) {
    let sql = "SELECT tab, json_group_array(json(key)) FROM moved_rows WHERE partner_id = 'p' GROUP BY tab";
    let mut noted = source.prepare(sql).unwrap();
    let noted: BTreeMap<String, String> = noted
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let taken: Vec<(&Table, Carried)> = TABLES
        .iter()
        .filter_map(|table| {
            let keys = noted.get(table.name)?;
            Some((table, read(source, &table.take("DB", keys))))
        })
        .collect();
    for (table, taken) in &taken {
        let mut batch = Batch::new();
        table.put(&mut batch, "HOME_EU", taken.rows.as_deref().unwrap());
        commit(target, batch);
    }
    for (table, taken) in taken.iter().rev() {
        run(target, &table.drop(taken.gone.as_deref().unwrap()));
    }
    source.execute_batch("DELETE FROM moved_rows").unwrap();
}

fn of_partner(rows: Vec<String>) -> Vec<String> {
    let theirs = |row: &String| row.contains("'p'") || row.contains("_p'");
    rows.into_iter().filter(theirs).collect()
}

/// Compared but for where archived objects are, which a copy says and the source need not.
fn assert_same(source: &Connection, target: &Connection) {
    for table in &TABLES {
        let (theirs, copied) = (
            of_partner(rows(source, table.name)),
            rows(target, table.name),
        );
        if table.name == "archived" {
            assert_eq!(theirs.len(), copied.len());
            continue;
        }
        assert_eq!(theirs, copied, "{}", table.name);
    }
}

#[test]
fn every_table_moves_with_all_its_columns_or_says_why_not() {
    let db = migrated();
    let moved: BTreeSet<&str> = TABLES.iter().map(|table| table.name).collect();
    let stays = |name: &str| STAYS.iter().any(|(known, _)| *known == name);
    for table in tables(&db) {
        assert!(moved.contains(table.as_str()) != stays(&table), "{table}");
    }
    for table in &TABLES {
        let moves: BTreeSet<String> = table.moves().into_iter().map(String::from).collect();
        let has: BTreeSet<String> = columns(&db, table.name)
            .into_iter()
            .map(|(name, ..)| name)
            .filter(|name| !STAY.contains(&(table.name, name)))
            .collect();
        assert_eq!(moves, has, "{}", table.name);
    }
}

#[test]
fn every_statement_of_a_table_prepares_and_walks_no_table_from_end_to_end() {
    let db = migrated();
    for statement in samples() {
        let (sql, values) = statement.numbered();
        let prepared = db.prepare(&sql);
        let prepared = prepared.unwrap_or_else(|error| panic!("{error}: {sql}"));
        assert_eq!(prepared.parameter_count(), values.len(), "{sql}");
        let scanned = scanned(&db, &statement);
        let noted = scanned
            .iter()
            .all(|table| ["departures", "sqlite_sequence"].contains(&table.as_str()));
        assert!(noted, "{scanned:?} by {sql}");
    }
}

/// D1 gives a function 32 arguments.
#[test]
fn a_row_is_read_by_a_function_of_few_arguments() {
    for table in &TABLES {
        assert!(table.moves().len() < 32, "{}", table.name);
    }
}

fn samples() -> Vec<Statement> {
    let mut batch = Batch::new();
    for table in &TABLES {
        for after in [None, Some(r#"["a","b","c"]"#)] {
            for which in [Which::All, Which::Settled] {
                batch.read(table.page(&partner(), "DB", after, which));
            }
            table.wipe(&mut batch, &partner(), after);
        }
        batch.read(table.take("DB", "[]"));
        table.put(&mut batch, "DB", "[]");
        batch.run(table.drop("[]")).done();
    }
    batch.into_statements()
}

/// Whatever the statement says of conflicts. A number that was read is none of a later change.
#[test]
fn a_row_is_noted_once_by_its_last_change() {
    let source = world();
    fill(&source, 1);
    source
        .execute_batch("INSERT INTO departures VALUES ('p', 1)")
        .unwrap();
    let notes = || -> Vec<(String, i64)> {
        let mut notes = source
            .prepare("SELECT tab, seq FROM moved_rows ORDER BY seq")
            .unwrap();
        let rows = notes.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    };
    for (nth, sql) in [
        "UPDATE users SET name = 'one' WHERE partner_id = 'p'",
        "UPDATE OR IGNORE portfolios SET name = 'two' WHERE partner_id = 'p'",
        "UPDATE OR IGNORE portfolios SET name = 'three' WHERE partner_id = 'p'",
        "UPDATE users SET name = 'four' WHERE partner_id = 'p'",
    ]
    .into_iter()
    .enumerate()
    {
        let before = notes().last().map_or(0, |(_, seq)| *seq);
        source.execute_batch(sql).unwrap();
        assert_eq!(notes().len(), 1 + usize::from(nth > 0), "{sql}");
        assert!(notes().last().unwrap().1 > before, "{sql}");
    }
    let tables: Vec<String> = notes().into_iter().map(|(table, _)| table).collect();
    assert_eq!(tables, ["portfolios", "users"]);
}

#[test]
fn what_is_copied_is_what_was_there() {
    let (source, target) = (world(), target());
    fill(&source, 3);
    copy(&source, &target);
    assert_same(&source, &target);
    let trading = "SELECT COUNT(*) FROM accounts a JOIN portfolios p ON p.seq = a.trading_seq AND p.account_id = a.id";
    let count: i64 = target.query_row(trading, [], |row| row.get(0)).unwrap();
    assert_eq!(count, 3);
    // And once more, over what is there.
    copy(&source, &target);
    assert_same(&source, &target);
}

#[test]
fn what_changes_while_it_is_copied_is_noted_and_carried() {
    let (source, target) = (world(), target());
    fill(&source, 2);
    source
        .execute_batch("INSERT INTO departures VALUES ('p', 1)")
        .unwrap();
    copy(&source, &target);
    for table in &TABLES {
        // Of each row another cell, of each table one row less.
        let (name, key) = (table.name, table.key());
        let column = table
            .moves()
            .into_iter()
            .find(|column| !key.contains(column) && known(name, column, "p", 0).is_none());
        if let Some(column) = column.filter(|_| !["audit", "archived"].contains(&name)) {
            let sql = format!("UPDATE {name} SET {column} = {column} || '1'");
            source
                .execute_batch(&sql)
                .unwrap_or_else(|error| panic!("{error}: {sql}"));
        }
    }
    let noted: BTreeSet<String> = {
        let mut noted = source
            .prepare("SELECT DISTINCT tab FROM moved_rows")
            .unwrap();
        let noted = noted.query_map([], |row| row.get(0)).unwrap();
        noted.collect::<Result<_, _>>().unwrap()
    };
    let unchanged = ["audit", "archived", "user_kyc"];
    for table in &TABLES {
        assert!(
            noted.contains(table.name) != unchanged.contains(&table.name),
            "{}",
            table.name
        );
    }
    carry(&source, &target);
    assert_same(&source, &target);
    for table in TABLES.iter().rev() {
        source
            .execute_batch(&format!("DELETE FROM {}", table.name))
            .unwrap();
    }
    carry(&source, &target);
    fill(&source, 4);
    carry(&source, &target);
    assert_same(&source, &target);
    let others: i64 = source
        .query_row("SELECT COUNT(*) FROM moved_rows", [], |row| row.get(0))
        .unwrap();
    assert_eq!(others, 0);
}

#[test]
fn a_number_or_an_e_mail_that_went_from_one_to_another_does() {
    let (source, target) = (world(), target());
    fill(&source, 3);
    copy(&source, &target);
    source
        .execute_batch("INSERT INTO departures VALUES ('p', 1)")
        .unwrap();
    source
        .execute_batch(
            "UPDATE users SET email = 'free' WHERE id = 'u0_p';
             UPDATE users SET email = (SELECT phone FROM users WHERE id = 'u1_p') WHERE id = 'u2_p';
             UPDATE users SET email = 'e1' WHERE id = 'u1_p';
             UPDATE users SET email = 'e0' WHERE id = 'u0_p';
             UPDATE users SET email = 'x' WHERE id = 'u1_p';
             UPDATE users SET email = 'e1' WHERE id = 'u0_p';
             UPDATE users SET email = 'e0' WHERE id = 'u1_p'",
        )
        .unwrap();
    carry(&source, &target);
    assert_same(&source, &target);
    source
        .execute_batch(
            "UPDATE users SET email = 'x' WHERE id = 'u1_p';
             UPDATE users SET email = 'e0' WHERE id = 'u0_p';
             UPDATE users SET email = 'e1' WHERE id = 'u1_p'",
        )
        .unwrap();
    carry(&source, &target);
    assert_same(&source, &target);
}

#[test]
fn an_index_that_was_claimed_is_kept_and_who_stands_there_makes_way() {
    let (source, target) = (world(), target());
    fill(&source, 3);
    // Another partner of the target stands at two of them, and has shown neither.
    let sql = "
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at)
VALUES ('u_q', 'q', 'e', '+1', 'h', '[]', 0, 0);
INSERT INTO accounts (partner_id, id, user_id, email, created_at) VALUES ('q', 'a_q', 'u_q', 'e', 0);
INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, created_at, address_index)
VALUES ('q', 'f1', 'a_q', 'n', 'EARN', 'k', 0, 0), ('q', 'f2', 'a_q', 'n', 'EARN', 'k', 0, 2), ('q', 'f3', 'a_q', 'n', 'EARN', 'k', 0, 7)";
    target.execute_batch(sql).unwrap();
    // And one comes that nobody has claimed, where somebody is.
    source
        .execute_batch(
            "UPDATE portfolios SET claimed_at = NULL, address_index = 7 WHERE account_id = 'a2_p'",
        )
        .unwrap();
    copy(&source, &target);
    let index = |db: &Connection, sql: &str| -> Vec<i64> {
        let mut rows = db.prepare(sql).unwrap();
        let rows = rows.query_map([], |row| row.get(0)).unwrap();
        rows.collect::<Result<_, _>>().unwrap()
    };
    let claimed = "SELECT address_index FROM portfolios WHERE partner_id = 'p' AND claimed_at IS NOT NULL ORDER BY 1";
    assert_eq!(index(&target, claimed), index(&source, claimed));
    let waiting = index(
        &target,
        "SELECT address_index FROM portfolios WHERE claimed_at IS NULL ORDER BY 1",
    );
    assert_eq!(waiting.len(), 4);
    assert!(waiting.iter().all(|waiting| *waiting >= 5), "{waiting:?}");
    // Claimed elsewhere meanwhile, it comes with the index that the ledger has given it.
    source
        .execute_batch("INSERT INTO departures VALUES ('p', 1)")
        .unwrap();
    source
        .execute_batch("UPDATE portfolios SET claimed_at = 5 WHERE account_id = 'a2_p'")
        .unwrap();
    carry(&source, &target);
    assert_eq!(index(&target, claimed), index(&source, claimed));
}

#[test]
fn what_is_deleted_is_the_partners_alone_and_nothing_of_it_is_given_again() {
    let db = world();
    fill(&db, 3);
    let others: Vec<Vec<String>> = TABLES.iter().map(|table| rows(&db, table.name)).collect();
    db.execute_batch("UPDATE partners SET state = 'gone' WHERE id = 'p'")
        .unwrap();
    let mut batch = Batch::new();
    super::carried::raise_floors(&mut batch, &partner());
    for table in TABLES.iter().rev() {
        table.wipe(&mut batch, &partner(), None);
    }
    commit(&db, batch);
    for (table, before) in TABLES.iter().zip(others) {
        let theirs = of_partner(before.clone());
        let kept: Vec<String> = before
            .into_iter()
            .filter(|row| !theirs.contains(row))
            .collect();
        assert!(!theirs.is_empty(), "{}", table.name);
        assert_eq!(rows(&db, table.name), kept, "{}", table.name);
    }
    let floors = "SELECT MIN(next) FROM custody_floors WHERE custody_key = 'k'";
    let floor: i64 = db.query_row(floors, [], |row| row.get(0)).unwrap();
    assert!(floor > 4, "{floor}");
}
