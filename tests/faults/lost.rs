//! What the ledger knows and the database has forgotten is listed, that and nothing else.

use std::collections::BTreeMap;

use serde_json::{json, Value};

use crate::database::Database;
use crate::fault::{now, Fault, When, CONFIG, KV_DOWN, MINUTE, OVERLOADED, R2_DOWN};
use crate::support::custody::{self, address, encryption_key};
use crate::support::people::User;
use crate::support::{Api, Gatehouse};

async fn open(api: &Api, user: &User, id: &str) {
    let body = json!({"accountId": user.account, "portfolioId": id});
    let path = "/v1/account/portfolio";
    api.post(path, &api.token, body).await.ok();
}

/// Every page, of so many owners each: the lines, and what the last one says.
async fn lost(api: &Api, limit: u32) -> (Vec<Value>, Value) {
    let root = api.client_token("root").await;
    let mut lines = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/custody/lost?limit={limit}{cursor}");
        let mut page = api.get(&path, &root).await.lines();
        let last = page.pop().expect("a last line");
        lines.extend(page);
        match last["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return (lines, last),
        }
    }
}

/// Of each portfolio of the export, or account, its line.
async fn exported(api: &Api) -> BTreeMap<String, Value> {
    let root = api.client_token("root").await;
    let lines = api.get("/v1/custody/export", &root).await.lines();
    let of_index = lines.into_iter().filter(|line| line["key"].is_string());
    of_index.map(|line| (name(&line), line)).collect()
}

fn name(line: &Value) -> String {
    let id = line["portfolioId"].as_str().or(line["accountId"].as_str());
    id.expect("an id").to_owned()
}

#[tokio::test]
async fn exactly_what_lost_its_row_is_listed_as_it_was_exported_until_it_comes_back() {
    let gatehouse = Gatehouse::start_under(CONFIG, "lost", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let (user, other) = (api.verified_user().await, api.verified_user().await);
    for id in ["kept", "gone", "also-gone", "hidden"] {
        open(&api, &user, id).await;
    }
    open(&api, &other, "elsewhere").await;
    let own = custody::new_xpub();
    let partner = with_own_key(&api, &own).await;
    let theirs = partner.verified_user().await;
    open(&partner, &theirs, "theirs").await;
    assert_eq!(lost(&api, 1000).await, (vec![], json!({"lost": 0})));

    let before = exported(&api).await;
    let database = Database::of(&gatehouse.service);
    database.change_all(&format!(
        "BEGIN IMMEDIATE;
         DELETE FROM portfolios WHERE id IN ('gone', 'also-gone', 'theirs');
         DELETE FROM account_keys WHERE account_id = '{}';
         UPDATE portfolios SET claimed_at = NULL WHERE id = 'hidden';
         COMMIT",
        other.account
    ));
    let gone = ["gone", "also-gone", "theirs", "hidden", &other.account];
    for limit in [1, 2, 3, 1000] {
        let (lines, last) = lost(&api, limit).await;
        assert_eq!(last, json!({"lost": gone.len()}), "{limit}");
        let listed: BTreeMap<String, Value> =
            lines.into_iter().map(|line| (name(&line), line)).collect();
        let expected = gone.map(|id| (id.to_owned(), before[id].clone()));
        assert_eq!(listed, BTreeMap::from(expected), "{limit}");
    }
    // Who asks for it again has what it had.
    open(&api, &user, "gone").await;
    assert_eq!(exported(&api).await["gone"], before["gone"]);
    assert_eq!(lost(&api, 1000).await.1, json!({"lost": gone.len() - 1}));
}

/// Its new addresses are of this extended key.
async fn with_own_key(api: &Api, own: &str) -> Api {
    let client = api
        .new_client_with("client_auth users.read users.write settings.write")
        .await;
    let partner = api.with_token(&api.token_of(&client).await);
    let settings = partner.get("/v1/partner/settings", &partner.token).await;
    let path = format!("/v1/partner/{}/settings", settings.text("/data/partnerId"));
    let root = api.client_token("root").await;
    let keys = json!({"custodyXpub": [own]});
    api.put(&path, &root, keys).await.ok();
    partner
}

/// What the partner set is gone with the rest: the place is told, and no address that might be a wrong one.
#[tokio::test]
async fn what_no_setting_can_derive_is_listed_without_an_address() {
    let gatehouse = Gatehouse::start_under(CONFIG, "lost-key", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let own = custody::new_xpub();
    let partner = with_own_key(&api, &own).await;
    let user = partner.verified_user().await;
    open(&partner, &user, "theirs").await;
    let before = exported(&api).await;
    assert_eq!(before["theirs"]["address"], address(&own, 0));
    let key = encryption_key(custody::ENCRYPTION_XPUB, 0);
    assert_eq!(before[&user.account]["encryptionKey"], key);
    let forget = "BEGIN IMMEDIATE; DELETE FROM portfolios; DELETE FROM partner_keys; DELETE FROM partner_settings; COMMIT";
    Database::of(&gatehouse.service).change_all(forget);
    // What an isolate remembers of a partner is over after a minute, and KV does not know it either.
    let later = api.believing(now() + 2 * MINUTE);
    let forgetful = later.meeting(&[Fault::error("kv.terms", When::Before, KV_DOWN).always()]);
    let (lines, _) = lost(&forgetful, 1000).await;
    let mut expected = before["theirs"].clone();
    expected
        .as_object_mut()
        .expect("a line")
        .shift_remove("address");
    assert_eq!(lines, [expected]);
}

/// A list that is not whole would be taken for one that is.
#[tokio::test]
async fn a_ledger_or_a_database_that_fails_is_503_and_no_list() {
    let api = Api::faulty().await;
    let root = api.client_token("root").await;
    for fault in [
        Fault::error("r2.list", When::Before, R2_DOWN),
        Fault::error("d1", When::Before, OVERLOADED).always(),
    ] {
        let dark = api.meeting(&[fault]);
        let reply = dark.get("/v1/custody/lost", &root).await;
        reply.met().expect_status(503).fails(9002);
    }
    let dark = api.meeting(&[Fault::error("d1", When::Before, OVERLOADED).always()]);
    let reply = dark.get("/v1/custody/export", &root).await;
    reply.met().expect_status(503).fails(9002);
}
