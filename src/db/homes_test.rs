//! The guard of a partner's batches, and the copy that its home has, run against two databases.

use rusqlite::types::Value;
use serde_json::{json, Map};

use super::audit::Origin;
use super::clients::{self, NewClient, Told};
use super::homes::{self, Of};
use super::limits_test::{value, World};
use super::partners::Partner;
use super::statement::Statement;
use super::Batch;
use crate::rules::home::Home;
use crate::rules::id::{ClientId, Id, PartnerId};
use crate::rules::time::Time;

/// What a directory gives, for whoever prepares the statements that take it.
pub(super) fn partner_elsewhere() -> Partner {
    serde_json::from_value(json!({
        "partner_id": "p", "home": "HOME_EU", "epoch": 1, "version": 0, "changed_to": 1, "copied_to": 0,
        "copy": r#"{"name":"n","created_at":0,"clients":[],"settings":[],"keys":[]}"#,
    }))
    .unwrap()
}

fn partner() -> PartnerId {
    Id::given("p")
}

fn client(nth: &str) -> ClientId {
    Id::given(format!("cli_{nth}"))
}

/// A directory that has a partner elsewhere, with its first client; and the home, which knows nothing yet.
fn worlds() -> (World, World) {
    let (directory, home) = (World::new(), World::new());
    let mut batch = Batch::new();
    let added = clients::add_partner(&partner(), "Example", "HOME_EU", Time::from_millis(1));
    batch.run(added).done();
    directory.run_all(batch);
    add(&directory, "one");
    (directory, home)
}

fn add(directory: &World, nth: &str) {
    let (request_id, root) = (Id::given("r"), Id::given("root"));
    let told = Told {
        origin: origin(nth, &request_id, &root),
        copy: Id::given(format!("aud_copy_{nth}")),
    };
    let new = NewClient {
        id: &client(nth),
        partner_id: &partner(),
        name: nth,
        scopes: r#"["client_auth"]"#,
        allowed_roles: r#"["a"]"#,
        default_roles: "[]",
        secret_hash: "h",
        now: Time::from_millis(2),
    };
    let mut batch = Batch::new();
    clients::add(&mut batch, &new, &told);
    directory.run_all(batch);
}

fn origin<'a>(
    nth: &str,
    request_id: &'a crate::rules::id::RequestId,
    root: &'a PartnerId,
) -> Origin<'a> {
    Origin {
        id: Id::given(format!("aud_{nth}")),
        at: Time::from_millis(2),
        request_id,
        partner_id: root,
        client_id: None,
        reason: None,
    }
}

fn delete(directory: &World, nth: &str) {
    let (request_id, root) = (Id::given("r"), Id::given("root"));
    let told = Told {
        origin: origin(&format!("d_{nth}"), &request_id, &root),
        copy: Id::given(format!("aud_copy_d_{nth}")),
    };
    let mut batch = Batch::new();
    clients::disable(&mut batch, &client(nth), Time::from_millis(9), &told);
    directory.run_all(batch);
}

/// What stands in the directory for the home.
fn read(directory: &World, of: Of<'_>) -> Option<Partner> {
    let statement = homes::read(of);
    let (sql, values) = statement.numbered();
    let values: Vec<Value> = values.into_iter().map(value).collect();
    let mut prepared = directory.db.prepare(&sql).unwrap();
    let names: Vec<String> = prepared
        .column_names()
        .iter()
        .map(ToString::to_string)
        .collect();
    let mut rows = prepared.query(rusqlite::params_from_iter(values)).unwrap();
    let row = rows.next().unwrap()?;
    let columns = names.iter().map(|name| {
        let column = match row.get::<_, Value>(name.as_str()).unwrap() {
            Value::Text(text) => json!(text),
            Value::Integer(number) => json!(number),
            _ => json!(null),
        };
        (name.clone(), column)
    });
    let columns: Map<String, serde_json::Value> = columns.collect();
    Some(serde_json::from_value(columns.into()).unwrap())
}

fn put(home: &World, read: &Partner) {
    let mut batch = Batch::new();
    homes::put(&mut batch, read);
    home.run_all(batch);
}

fn told(directory: &World, read: &Partner) {
    let (batch, _) = Batch::of(homes::copied(read));
    directory.run_all(batch);
}

fn texts(world: &World, sql: &str) -> Vec<String> {
    let mut prepared = world.db.prepare(sql).unwrap();
    let rows = prepared.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

const LIVE: &str = "SELECT name FROM clients WHERE disabled_at IS NULL ORDER BY name";
const UNCOPIED: &str = "SELECT id FROM partners WHERE copied < changed";

#[test]
fn a_home_has_what_the_directory_knows_of_its_partner_once_it_was_told() {
    let (directory, home) = worlds();
    let copied = read(&directory, Of::Partner(&partner())).unwrap();
    assert!(copied.is_behind() && copied.is_new());
    put(&home, &copied);
    told(&directory, &copied);
    let is = "SELECT home || ' ' || epoch || ' ' || state FROM partners";
    assert_eq!(texts(&home, is), ["HOME_EU 1 here"]);
    assert_eq!(texts(&directory, is), ["HOME_EU 1 gone"]);
    assert_eq!(texts(&home, LIVE), ["one"]);
    assert!(texts(&directory, UNCOPIED).is_empty());
    assert!(!read(&directory, Of::Client(&client("one")))
        .unwrap()
        .is_behind());
}

#[test]
fn each_change_of_what_a_home_asks_is_one_it_has_not_heard_of() {
    let (directory, home) = worlds();
    let first = read(&directory, Of::Partner(&partner())).unwrap();
    put(&home, &first);
    told(&directory, &first);
    let changes = [
        "INSERT INTO partner_settings VALUES ('p', '{\"a\":\"1\"}', '{}', NULL, 2, 3, 4, 'w', 0, 0, 0)",
        "UPDATE partner_settings SET version = 4, kyc_secrets = 1 WHERE partner_id = 'p'",
        "INSERT INTO partner_keys VALUES ('mark', 'key', 'p', 1), ('kyc_m', 'kyc_m', 'p', 0)",
        "DELETE FROM partner_keys WHERE key_id = 'kyc_m'",
        "UPDATE clients SET sessions_not_before = 7 WHERE id = 'cli_one'",
    ];
    for change in changes {
        directory.db.execute_batch(change).unwrap();
        let copied = read(&directory, Of::Partner(&partner())).unwrap();
        assert!(copied.is_behind() && !copied.is_new(), "{change}");
        put(&home, &copied);
        told(&directory, &copied);
    }
    let all = "SELECT version || kyc_secrets || plain FROM partner_settings
        UNION ALL SELECT public_key || key_id || is_used FROM partner_keys
        UNION ALL SELECT name || sessions_not_before FROM clients";
    assert_eq!(texts(&home, all), texts(&directory, all));
    assert_eq!(texts(&home, all), ["41{\"a\":\"1\"}", "markkey1", "one7"]);
}

/// Two changes are told in either order: the later one stands.
#[test]
fn an_older_copy_takes_nothing_back() {
    let (directory, home) = worlds();
    add(&directory, "two");
    let older = read(&directory, Of::Partner(&partner())).unwrap();
    delete(&directory, "one");
    let newer = read(&directory, Of::Client(&client("one"))).unwrap();
    put(&home, &newer);
    put(&home, &older);
    assert_eq!(texts(&home, LIVE), ["two"]);
    told(&directory, &older);
    assert_eq!(
        texts(&directory, UNCOPIED),
        ["p"],
        "the newer one is not told yet"
    );
    told(&directory, &newer);
    told(&directory, &older);
    assert!(texts(&directory, UNCOPIED).is_empty());
}

/// A home that was set back in time ends its sessions by itself.
#[test]
fn no_copy_brings_a_session_back_that_was_ended_at_home() {
    let (directory, home) = worlds();
    put(&home, &read(&directory, Of::Partner(&partner())).unwrap());
    let ended = "UPDATE clients SET sessions_not_before = 5";
    home.db.execute_batch(ended).unwrap();
    add(&directory, "two");
    put(&home, &read(&directory, Of::Partner(&partner())).unwrap());
    let sql = "SELECT name || sessions_not_before FROM clients ORDER BY name";
    assert_eq!(texts(&home, sql), ["one5", "two0"]);
}

#[test]
fn a_partner_that_lives_in_the_directory_has_no_copy() {
    let (directory, _) = worlds();
    let home = "UPDATE partners SET home = 'DB', state = 'here', changed = 0";
    directory.db.execute_batch(home).unwrap();
    add(&directory, "two");
    assert!(read(&directory, Of::Partner(&partner())).is_none());
    assert!(texts(&directory, UNCOPIED).is_empty());
}

#[test]
fn the_guard_lets_a_batch_run_where_the_partner_is_here_and_nowhere_else() {
    let (directory, home) = worlds();
    put(&home, &read(&directory, Of::Partner(&partner())).unwrap());
    let at = |epoch| Home {
        name: "HOME_EU".into(),
        epoch,
    };
    assert_eq!(guarded(&home, &homes::guard(&partner(), &at(1))), Ok(1));
    for epoch in [0, 2] {
        guarded(&home, &homes::guard(&partner(), &at(epoch))).unwrap_err();
    }
    guarded(&home, &homes::guard(&Id::given("other"), &at(1))).unwrap_err();
    guarded(&directory, &homes::guard(&partner(), &at(1))).unwrap_err();
    for state in ["coming", "leaving", "gone"] {
        let sql = format!("UPDATE partners SET state = '{state}'");
        home.db.execute_batch(&sql).unwrap();
        let refused = guarded(&home, &homes::guard(&partner(), &at(1))).unwrap_err();
        assert!(refused.contains("malformed JSON"), "{refused}");
    }
}

fn guarded(world: &World, guard: &Statement) -> Result<i64, String> {
    let (sql, values) = guard.numbered();
    let values = values.into_iter().map(value);
    let mut prepared = world.db.prepare(&sql).unwrap();
    let here = prepared.query_row(rusqlite::params_from_iter(values), |row| row.get("here"));
    here.map_err(|error| error.to_string())
}
