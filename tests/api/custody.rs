//! `GET /v1/custody/export` and `/v1/custody/lost`: what custody checks, and who may see it.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{json, Value};

use crate::support::custody::{self, address, encryption_key, new_xpub};
use crate::support::database::Database;
use crate::support::http::Reply;
use crate::support::people::User;
use crate::support::service::{Service, ROOT};
use crate::support::{random, Api, Gatehouse};

const SCOPES: &str = "client_auth users.read users.write settings.write";

/// A new partner whose client may all that a partner's can.
async fn partner(api: &Api) -> Api {
    let client = api.new_client_with(SCOPES).await;
    api.with_token(&api.token_of(&client).await)
}

async fn id_of(partner: &Api) -> String {
    let settings = partner.get("/v1/partner/settings", &partner.token).await;
    settings.text("/data/partnerId")
}

/// Its own extended keys: of addresses, and of encryption keys.
async fn with_own_keys(api: &Api) -> (Api, [String; 2]) {
    let partner = partner(api).await;
    let own = [new_xpub(), new_xpub()];
    let path = format!("/v1/partner/{}/settings", id_of(&partner).await);
    let keys = json!({"custodyXpub": [own[0]], "custodyEncryptionXpub": [own[1]]});
    let root = api.client_token("root").await;
    api.put(&path, &root, keys).await.ok();
    (partner, own)
}

async fn opened(partner: &Api, user: &User, id: &str) {
    let body = json!({"accountId": user.account, "portfolioId": id});
    let path = "/v1/account/portfolio";
    partner.post(path, &partner.token, body).await.ok();
}

/// Every page: all lines but those that end a page, and the last one.
async fn exported(api: &Api, query: &str) -> (Vec<Value>, Value) {
    let mut lines = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/custody/export?{query}{cursor}");
        let mut page = api.get(&path, &api.token).await.lines();
        let last = page.pop().expect("a last line");
        lines.extend(page);
        match last["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (lines, last),
        }
    }
}

fn ids(lines: &[Value]) -> Vec<&str> {
    let ids = lines.iter().filter_map(|line| line["portfolioId"].as_str());
    ids.collect()
}

#[tokio::test]
async fn a_partner_sees_what_is_under_its_own_extended_keys_as_its_customers_see_it() {
    let api = Api::new().await;
    let (partner, own) = with_own_keys(&api).await;
    let (user, partner_id) = (partner.verified_user().await, id_of(&partner).await);
    for id in ["a", "b", "c"] {
        opened(&partner, &user, id).await;
    }
    let (lines, last) = exported(&partner, "").await;
    let keys: Vec<&str> = [&lines[0], &lines[3]]
        .map(|line| line["key"].as_str().expect("a key's id"))
        .to_vec();
    let whose = json!({"partnerId": partner_id, "accountId": user.account});
    for (index, (line, id)) in lines.iter().zip(["a", "b", "c"]).enumerate() {
        let expected = json!({
            "key": keys[0], "branch": 0, "index": index, "path": format!("0/{index}"),
            "address": address(&own[0], u32::try_from(index).expect("an index")),
            "partnerId": whose["partnerId"], "accountId": whose["accountId"], "portfolioId": id,
        });
        assert_eq!(*line, expected);
    }
    let expected = json!({
        "key": keys[1], "branch": 1, "index": 0, "path": "1/0", "encryptionKey": encryption_key(&own[1], 0),
        "partnerId": whose["partnerId"], "accountId": whose["accountId"],
    });
    assert_eq!(lines[3..], [expected]);
    let highest = json!({keys[0]: {"0": 2}, keys[1]: {"1": 0}});
    assert_eq!(last, json!({ "highest": highest }));
    // The same however small the pages are.
    for limit in 1..=4 {
        let paged = exported(&partner, &format!("limit={limit}")).await;
        assert_eq!(paged, (lines.clone(), last.clone()), "{limit}");
    }
    let log = &api.gatehouse.service;
    log.wait_until_logged_with(&["custody.exported".into(), partner_id, "\"lines\":4".into()])
        .await;
}

/// Neither another partner's, nor its own that are under the service's keys.
#[tokio::test]
async fn a_partner_sees_nothing_else_and_the_operator_sees_all() {
    let api = Api::new().await;
    let (theirs, _) = with_own_keys(&api).await;
    let user = theirs.verified_user().await;
    opened(&theirs, &user, "theirs").await;
    let (own, _) = with_own_keys(&api).await;
    let user = own.verified_user().await;
    opened(&own, &user, "own").await;
    let (lines, last) = exported(&own, "").await;
    assert_eq!(ids(&lines), ["own"]);
    assert_eq!(last["highest"].as_object().expect("keys").len(), 2);

    let plain = partner(&api).await;
    let user = plain.verified_user().await;
    let id = random::letters(12);
    opened(&plain, &user, &id).await;
    assert_eq!(exported(&plain, "").await, (vec![], json!({"highest": {}})));

    // A cursor of another's export, or of the service's key, opens nothing.
    let (lines, _) = exported(&theirs, "").await;
    let (theirs_key, service_key) = (&lines[0]["key"], custody::key_id(&custody::vectors().xpub));
    for key in [theirs_key.as_str().expect("a key's id"), &service_key] {
        let (lines, _) = exported(&own, &format!("cursor=0.{key}.0.0")).await;
        for line in lines {
            assert_eq!(line["partnerId"], id_of(&own).await, "{line}");
        }
    }

    let root = api.acting_as("root").await;
    let (lines, last) = exported(&root, "").await;
    for id in ["theirs", "own", &id] {
        assert!(ids(&lines).contains(&id), "{id}");
    }
    // Each line is what the key gives, and no index is another's.
    let xpub = custody::vectors().xpub;
    let mut places = BTreeMap::new();
    for line in &lines {
        let place = format!("{}/{}", line["key"], line["path"]);
        assert!(places.insert(place, line).is_none(), "{line}");
        let index = line["index"].as_u64().and_then(|i| u32::try_from(i).ok());
        if line["key"] == service_key && line["branch"] == 0 {
            assert_eq!(line["address"], address(&xpub, index.expect("an index")));
        }
        let highest = &last["highest"][line["key"].as_str().expect("a key")];
        let highest = &highest[line["branch"].to_string()];
        assert!(highest.as_u64() >= line["index"].as_u64(), "{line}");
    }
}

#[tokio::test]
async fn since_leaves_out_what_was_given_before() {
    let api = Api::new().await;
    let (partner, _) = with_own_keys(&api).await;
    let user = partner.verified_user().await;
    opened(&partner, &user, "before").await;
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    let between = crate::support::kyc::this_moment();
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    opened(&partner, &user, "after").await;
    let (lines, last) = exported(&partner, &format!("since={between}&limit=1")).await;
    assert!(!ids(&lines).contains(&"before"), "{lines:?}");
    assert!(ids(&lines).contains(&"after"), "{lines:?}");
    let (_, whole) = exported(&partner, "").await;
    assert_eq!(last, whole);
}

const OF_PORTFOLIOS: &str =
    "partner_id,id,account_id,name,type,custody_key,address_index,public_address,claimed_at,created_at";
const OF_KEYS: &str =
    "partner_id,account_id,sub_account_id,custody_key,key_index,encryption_key,claimed_at,created_at";

/// The rows of a table, the newest first, as a move writes them: numbered anew.
fn inserts(of: &Database, table: &str, columns: &str) -> Vec<String> {
    let values = columns.split(',').map(|column| format!("quote({column})"));
    let values = values.collect::<Vec<_>>().join(" || ',' || ");
    let head = format!("INSERT INTO {table} ({columns}) VALUES (");
    of.texts(&format!(
        "SELECT '{head}' || {values} || ')' FROM {table} ORDER BY seq DESC"
    ))
}

/// Without the users and accounts that they are of, which the export does not ask for.
fn write(to: &Database, inserts: &[String]) {
    let all = inserts.join(";");
    to.change_all(&format!(
        "PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE; {all}; COMMIT"
    ));
}

#[tokio::test]
async fn an_index_is_told_once_while_its_partner_moves_from_one_home_to_another() {
    let gatehouse = Gatehouse::start("custody-moving", &[]);
    let service = &gatehouse.service;
    let api = Api::on(gatehouse.clone()).await;
    let other = api.acting_as("other").await;
    for (of, id) in [(&api, "a"), (&other, "o"), (&api, "b"), (&api, "c")] {
        let user = of.verified_user().await;
        opened(of, &user, id).await;
    }
    let root = api.acting_as("root").await;
    let whole = exported(&root, "").await;
    assert_eq!(ids(&whole.0), ["a", "o", "b", "c"]);
    assert_eq!(whole.0.len(), 8);
    let path = "/v1/custody/export?limit=2";
    let first = root.get(path, &root.token).await.lines();
    let cursor = first[2]["nextCursor"].as_str().expect("a cursor");

    let [directory, home] = Database::all(service);
    let portfolios = inserts(&directory, "portfolios", OF_PORTFOLIOS);
    write(&home, &portfolios);
    write(&home, &inserts(&directory, "account_keys", OF_KEYS));
    for limit in [1, 2, 3, 1000] {
        let moving = exported(&root, &format!("limit={limit}")).await;
        assert_eq!(moving, whole, "{limit}");
    }
    let gone = "PRAGMA foreign_keys = OFF; DELETE FROM portfolios; DELETE FROM account_keys";
    directory.change_all(gone);
    assert_eq!(exported(&root, "limit=3").await, whole);
    let (rest, _) = exported(&root, &format!("cursor={cursor}")).await;
    assert_eq!(rest, whole.0[2..]);
    let key = whole.0[3]["key"].as_str().expect("a key's id");
    // Of before, when one home was read after the other: what it says to be left is not all.
    for of_before in [
        format!("cursor=1.{key}.9999999999999.7"),
        format!("cursor=1.{key}.9999999999999.7.HOME_EU"),
    ] {
        assert_eq!(exported(&root, &of_before).await, whole, "{of_before}");
    }
    let lost = root.get("/v1/custody/lost", &root.token).await.lines();
    assert_eq!(lost, [json!({"lost": 0})]);
    // Two that were given one index are a fault, and no page hides the second.
    let mut twice = portfolios;
    twice.retain(|one| one.contains("'b'"));
    write(&directory, &[twice[0].replace("'b'", "'twice'")]);
    for limit in [1, 3, 4, 1000] {
        let (lines, _) = exported(&root, &format!("limit={limit}")).await;
        assert_eq!(ids(&lines), ["a", "o", "twice", "b", "c"], "{limit}");
    }
}

#[tokio::test]
async fn a_partners_cursor_of_before_begins_its_moment_again() {
    let api = Api::new().await;
    let (partner, _) = with_own_keys(&api).await;
    let user = partner.verified_user().await;
    for id in ["a", "b"] {
        opened(&partner, &user, id).await;
    }
    let (lines, last) = exported(&partner, "").await;
    let page = partner.get("/v1/custody/export?limit=2", &partner.token);
    let page = page.await.lines();
    let cursor = page[2]["nextCursor"].as_str().expect("a cursor");
    let (moment, index) = cursor.rsplit_once('.').expect("four parts");
    assert_eq!(index, "i1");
    let of_before = exported(&partner, &format!("cursor={moment}.4711")).await;
    assert_eq!(of_before, (lines[1..].to_vec(), last));
}

#[tokio::test]
async fn who_may_not_see_addresses_does_not_and_a_query_that_will_not_do_is_named() {
    let api = Api::new().await;
    let client = api.new_client_with(SCOPES).await;
    let root = api.client_token("root").await;
    for path in ["/v1/custody/export", "/v1/custody/lost"] {
        for scope in ["client_auth", "users.write", "settings.write"] {
            let token = api.token_with(&client, scope).await;
            let reply = api.get(path, &token).await;
            reply.expect_status(403).fails(2003);
        }
        let behind = api.token_of(&api.service_behind().await).await;
        api.get(path, &behind).await.expect_status(403).fails(2003);
        for (query, named) in [
            ("limit=0", "limit"),
            ("limit=1001", "limit"),
            ("cursor=x", "cursor"),
            ("cursor=0.37C5b0f887086227.1.i1", "cursor"),
            ("cursor=1.2/p/a", "cursor"),
        ] {
            let reply = api.get(&format!("{path}?{query}"), &root).await;
            reply.expect_status(400).fails(1002).naming(named);
        }
    }
    let reply = api.get("/v1/custody/export?since=yesterday", &root).await;
    reply.fails(1002).naming("since");
    // All that was lost, of every partner, is the operator's alone.
    let reader = api.token_with(&client, "users.read").await;
    let reply: Reply = api.get("/v1/custody/lost", &reader).await;
    reply.expect_status(403).fails(2003);
}

/// What was written there, and what the command said.
fn run(command: &mut Command) -> Output {
    let ran = command.current_dir(ROOT).output();
    ran.expect("it can be run")
}

/// As an operator does it, to a file.
fn export_to(file: &Path, service: &Service) {
    let root = service.client("root");
    let ran = run(Command::new("node")
        .args(["--no-warnings", "scripts/custody-export.mjs", "--output"])
        .arg(file)
        .env("GATEHOUSE_URL", &service.base)
        .env("GATEHOUSE_CLIENT_ID", root.id)
        .env("GATEHOUSE_CLIENT_SECRET", root.secret));
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{said}");
}

/// As custody does it; whether nothing was wrong, and what was said.
fn verified(file: &Path) -> (bool, String) {
    let made = run(Command::new("make")
        .args(["-s", "verify-custody"])
        .env_remove("MAKEFLAGS")
        .env("FILE", file)
        .env("CUSTODY_XPUB", custody::vectors().xpub)
        .env("CUSTODY_ENCRYPTION_XPUB", custody::ENCRYPTION_XPUB));
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    (made.status.success(), said)
}

/// None of whose addresses is stored: the service derives each of them, and so does custody.
#[tokio::test]
async fn ten_thousand_portfolios_are_exported_and_verified_and_one_altered_address_is_named() {
    const MANY: usize = 10_000;
    let gatehouse = Gatehouse::start("custody", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let user = api.verified_user().await;
    let database = Database::of(&gatehouse.service);
    let key = custody::key_id(&custody::vectors().xpub);
    let portfolios = format!(
        "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY} - 1)
         INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, address_index, claimed_at, created_at)
         SELECT a.partner_id, 'p' || i, a.id, 'n', 'EARN', '{key}', i, i / 7, 0 FROM n JOIN accounts a ON a.id = '{}'",
        user.account
    );
    database.add(&portfolios, MANY);
    let file = gatehouse.service.state.join("export.ndjson");
    export_to(&file, &gatehouse.service);
    // No page derives more than a Worker may compute.
    let pages = gatehouse.service.times_logged("custody.exported");
    assert!((MANY / 250..=MANY / 250 + 1).contains(&pages), "{pages}");
    let (is_well, said) = verified(&file);
    assert!(is_well, "{said}");
    let expected =
        format!("verified {MANY} addresses and 1 encryption keys of 2 extended keys; faults: 0");
    assert!(said.contains(&expected), "{said}");

    let altered = "UPDATE portfolios SET public_address = '0x9858EfFD232B4033E47d90003D41EC34EcaEda94' WHERE id = 'p4711'";
    database.change(altered, []);
    export_to(&file, &gatehouse.service);
    let (is_well, said) = verified(&file);
    assert!(!is_well, "{said}");
    let is = custody::address(&custody::vectors().xpub, 4711);
    let named =
        format!("0/4711 of {key} is {is}, and not 0x9858EfFD232B4033E47d90003D41EC34EcaEda94");
    assert!(said.contains(&named), "{said}");
    assert!(said.contains("; faults: 1"), "{said}");
}
