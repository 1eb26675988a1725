//! An index is given once, ever: whatever is cut, and however far the database is set back in time.

use std::collections::{HashMap, HashSet};

use serde_json::{json, Value};

use crate::database::{check_invariants, Database};
use crate::fault::{gatehouse, now, Fault, When, CONFIG, MINUTE, OVERLOADED, R2_DOWN};
use crate::figures;
use crate::support::http::Reply;
use crate::support::kyc::{moment, Event};
use crate::support::people::User;
use crate::support::{at_once, custody, random, Api, Gatehouse};

async fn open(api: &Api, user: &User, id: &str) -> Reply {
    let body = json!({"accountId": user.account, "portfolioId": id});
    api.post("/v1/account/portfolio", &api.token, body).await
}

async fn opened_at_once(api: &Api, user: &User, ids: &[String]) -> Vec<Reply> {
    at_once(ids.iter().map(|id| {
        let (api, user, id) = (api.clone(), user.clone(), id.clone());
        async move { open(&api, &user, &id).await }
    }))
    .await
}

/// All that the account shows, page by page.
async fn shown(api: &Api, user: &User) -> Vec<Value> {
    let mut shown = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/account/{}/portfolios?limit=100{cursor}", user.account);
        let page = api.get(&path, &api.token).await;
        let page = page.ok();
        shown.extend(page["portfolios"].as_array().expect("a list").clone());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return shown,
        }
    }
}

/// Every way in which a creation can be cut or fail.
fn mishap(n: usize) -> Option<Fault> {
    use When::{After, Before};
    Some(match n % 10 {
        0 => Fault::cut("d1", After),
        1 => Fault::cut("r2.put", Before),
        2 => Fault::cut("r2.put", After),
        3 => Fault::error("r2.put", Before, R2_DOWN),
        4 => Fault::error("r2.put", After, R2_DOWN),
        5 => Fault::cut("d1", Before).nth(2),
        6 => Fault::error("d1", After, OVERLOADED).nth(2),
        7 => Fault::cut("r2.put", Before).nth(2),
        8 => Fault::cut("r2.put", After).nth(2),
        _ => return None,
    })
}

/// What was ever shown: whose each address is, and which each portfolio has.
#[derive(Default)]
struct Seen {
    owners: HashMap<String, String>,
    addresses: HashMap<String, String>,
    indices: HashSet<u64>,
}

impl Seen {
    fn add(&mut self, portfolios: &[Value], xpub: &str) {
        for portfolio in portfolios {
            let text = |name: &str| portfolio[name].as_str().expect("a text").to_owned();
            let (id, address) = (text("portfolioId"), text("publicAddress"));
            let index = portfolio["addressIndex"].as_u64().expect("an index");
            let derived = custody::address(xpub, index.try_into().expect("a BIP-32 index"));
            assert_eq!(address, derived, "{portfolio}");
            let owner = self.owners.entry(address.clone()).or_insert(id.clone());
            assert_eq!(*owner, id, "an address given twice: {portfolio}");
            let known = self.addresses.entry(id).or_insert(address.clone());
            assert_eq!(
                *known, address,
                "a portfolio with two addresses: {portfolio}"
            );
            self.indices.insert(index);
        }
    }
}

/// As D1's Time Travel leaves it: the rows of before, the counters of before.
fn set_back(gatehouse: &Gatehouse, portfolios: usize) {
    Database::of(&gatehouse.service).change_all(&format!(
        "BEGIN IMMEDIATE;
         DELETE FROM portfolios WHERE seq NOT IN (SELECT seq FROM portfolios ORDER BY seq LIMIT {portfolios});
         UPDATE sqlite_sequence SET seq = (SELECT COALESCE(MAX(seq), 0) FROM portfolios) WHERE name = 'portfolios';
         UPDATE accounts SET portfolios = (SELECT COUNT(*) FROM portfolios p WHERE p.partner_id = accounts.partner_id
                                             AND p.account_id = accounts.id AND p.claimed_at IS NOT NULL),
                             trading_seq = (SELECT MIN(seq) FROM portfolios p WHERE p.partner_id = accounts.partner_id
                                            AND p.account_id = accounts.id AND p.claimed_at IS NOT NULL);
         COMMIT"
    ));
}

/// Two hundred at once, cut in every way, and then three times set back, each time further.
#[tokio::test]
async fn no_index_is_given_twice_though_the_database_is_set_back_three_times() {
    figures::at_the_end();
    let gatehouse = Gatehouse::start_under(CONFIG, "ledger", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let user = api.verified_user().await;
    let xpub = custody::vectors().xpub;
    let mut seen = Seen::default();
    let mut ids: Vec<String> = Vec::new();
    for (many, back_to) in [(200, Some(50)), (80, Some(20)), (60, Some(5)), (60, None)] {
        let new: Vec<String> = (0..many).map(|_| random::letters(12)).collect();
        let cut = at_once(new.iter().enumerate().map(|(n, id)| {
            let (user, id) = (user.clone(), id.clone());
            let api = mishap(n).map_or_else(|| api.clone(), |fault| api.meeting(&[fault]));
            async move { open(&api, &user, &id).await }
        }))
        .await;
        let failed = cut.iter().filter(|reply| reply.status != 200).count();
        assert!(failed > many / 2, "{failed} of {many}");
        figures::add(&figures::FAULTS, failed);
        seen.add(&shown(&api, &user).await, &xpub);
        // Whoever lost an answer asks again.
        for reply in opened_at_once(&api, &user, &new).await {
            reply.ok();
        }
        ids.extend(new);
        seen.add(&shown(&api, &user).await, &xpub);
        if let Some(back_to) = back_to {
            set_back(&gatehouse, back_to);
            // Some that the database has forgotten, asked for again at once and in whatever order: each has the address
            // that it had, though others stand there.
            let forgotten: Vec<String> = ids.iter().rev().take(12).cloned().collect();
            for reply in opened_at_once(&api, &user, &forgotten).await {
                // What another call held up is there when it is asked for once more.
                reply.fails_with_one_of(&[0, 9002]);
            }
            for id in &forgotten {
                open(&api, &user, id).await.ok();
            }
            seen.add(&shown(&api, &user).await, &xpub);
        }
    }
    assert_eq!(seen.addresses.len(), ids.len());
    assert_eq!(seen.owners.len(), ids.len());
    assert_eq!(seen.indices.len(), ids.len());
    check_invariants(&gatehouse);
}

/// Nobody sees what the ledger does not have; asked again, it is there.
#[tokio::test]
async fn a_ledger_that_fails_is_503_and_nothing_is_shown() {
    let api = Api::faulty().await;
    let user = api.sign_up().await;
    let dark = api.meeting(&[Fault::error("r2.put", When::Before, R2_DOWN).always()]);
    let event = Event::status(&user.id, "VERIFIED", &moment(0));
    let refused = event.send(&dark).await;
    refused.met().expect_status(503).fails(9002);
    assert_eq!(refused.header("retry-after"), "1");
    let account = format!("/v1/account/{}", user.account);
    let read = api.get(&account, &api.token).await;
    assert_eq!(read.ok()["encryptionKey"], Value::Null);
    assert_eq!(read.ok()["subAccountId"], Value::Null);
    event.send(&api).await.ok();
    let read = api.get(&account, &api.token).await;
    assert!(read.ok()["encryptionKey"].is_string(), "{read}");

    let id = random::letters(12);
    open(&dark, &user, &id).await.met().fails(9002);
    assert_eq!(shown(&api, &user).await.len(), 0);
    let read = api.get(&account, &api.token).await;
    assert_eq!(read.ok()["portfoliosTotal"], 0);
    assert_eq!(read.ok()["portfolios"], json!([]));
    let user_object = api.get(&format!("/v1/user/{}", user.id), &api.token).await;
    assert_eq!(user_object.ok()["accounts"][0]["portfolios"], json!([]));
    open(&api, &user, &id).await.ok();
    assert_eq!(shown(&api, &user).await.len(), 1);
    check_invariants(&gatehouse());
}

/// Whoever does not ask again has it all the same, a minute later; and rows that are older than the ledger are
/// told to it.
#[tokio::test]
async fn what_was_cut_is_completed_by_the_next_run_and_rows_of_before_are_claimed() {
    let gatehouse = Gatehouse::start_under(CONFIG, "ledger-cron", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let user = api.verified_user().await;
    open(&api, &user, "first").await.ok();
    let cut = api.meeting(&[Fault::cut("r2.put", When::Before)]);
    open(&cut, &user, "cut").await.met();
    let database = Database::of(&gatehouse.service);
    database.change(
        "INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, created_at)
         SELECT partner_id, 'before', account_id, 'n', 'EARN', custody_key, 1 FROM portfolios WHERE id = 'first'",
        [],
    );
    let names = async || -> Vec<(String, u64)> {
        let shown = shown(&api, &user).await.into_iter();
        let name = |one: Value| {
            let index = one["addressIndex"].as_u64().expect("an index");
            (one["portfolioId"].as_str().expect("an id").into(), index)
        };
        shown.map(name).collect()
    };
    let was = [("first".to_owned(), 0), ("before".to_owned(), 2)];
    assert_eq!(names().await, was);

    // Whoever began may still be at it.
    api.cron().await.ok();
    assert_eq!(names().await, was);
    let later = api.believing(now() + 2 * MINUTE);
    later.cron().await.ok();
    let all = ["first", "cut", "before"].map(|id| id.to_owned());
    let all: Vec<(String, u64)> = all.into_iter().zip([0, 1, 2]).collect();
    assert_eq!(names().await, all);
    let unclaimed = "SELECT COUNT(*) FROM portfolios WHERE claimed_at IS NULL";
    assert_eq!(database.number(unclaimed, []), 0);
    // The ledger knows it: who is set back before it does not get its index.
    set_back(&gatehouse, 1);
    open(&api, &user, "after").await.ok();
    assert_eq!(
        names().await,
        [("first".to_owned(), 0), ("after".to_owned(), 3)]
    );
}

/// Of a partner's client.
const SCOPES: &str = "client_auth users.read users.write settings.write";

/// Everything of this user is gone, and of what partners have set: as if the database were set back to before.
fn forget(gatehouse: &Gatehouse, user: &User) {
    Database::of(&gatehouse.service).change_all(&format!(
        "BEGIN IMMEDIATE;
         DELETE FROM portfolios WHERE account_id = '{0}';
         DELETE FROM account_keys WHERE account_id = '{0}';
         UPDATE accounts SET portfolios = 0, trading_seq = NULL WHERE id = '{0}';
         DELETE FROM partner_keys;
         COMMIT",
        user.account
    ));
}

/// What the account shows of the ledger: its encryption key, and index and address of each portfolio.
async fn given(api: &Api, user: &User) -> Value {
    let path = format!("/v1/account/{}", user.account);
    let account = api.get(&path, &api.token).await;
    json!([account.ok()["encryptionKey"], shown(api, user).await])
}

#[tokio::test]
async fn who_comes_back_after_the_extended_keys_were_replaced_has_what_it_had() {
    let gatehouse = Gatehouse::start_under(CONFIG, "ledger-keys", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let client = api.new_client_with(SCOPES).await;
    let partner = api.with_token(&api.token_of(&client).await);
    let user = partner.verified_user().await;
    for id in ["a", "b"] {
        open(&partner, &user, id).await.ok();
    }
    let ordered = |mut given: Value| {
        let portfolios = given[1].as_array_mut().expect("portfolios");
        portfolios.sort_by_key(|one| one["portfolioId"].to_string());
        portfolios
            .iter_mut()
            .for_each(|one| one["creationTs"] = Value::Null);
        given
    };
    let before = ordered(given(&partner, &user).await);
    forget(&gatehouse, &user);
    let own = [custody::new_xpub(), custody::new_xpub()];
    let keys = json!({"custodyXpub": [own[0]], "custodyEncryptionXpub": [own[1]]});
    set_keys(&api, &partner, keys).await.ok();
    // Another stands first under the new keys, and one of the old ones moves past it.
    let other = partner.verified_user().await;
    for (user, id) in [(&other, "c"), (&user, "b"), (&user, "a")] {
        open(&partner, user, id).await.ok();
    }
    partner.set_kyc(&user, "VERIFIED", 1).await;
    assert_eq!(ordered(given(&partner, &user).await), before);
    let new = shown(&partner, &other).await;
    assert_eq!(new[0]["publicAddress"], custody::address(&own[0], 0));
    check_invariants(&gatehouse);
}

async fn set_keys(api: &Api, partner: &Api, keys: Value) -> Reply {
    let id = partner.get("/v1/partner/settings", &partner.token).await;
    let root = api.client_token("root").await;
    let path = format!("/v1/partner/{}/settings", id.text("/data/partnerId"));
    api.put(&path, &root, keys).await
}

/// It would begin at its first address again.
#[tokio::test]
async fn a_key_that_is_written_in_another_way_gives_no_address() {
    let gatehouse = Gatehouse::start_under(CONFIG, "ledger-respelled", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let client = api.new_client_with(SCOPES).await;
    let partner = api.with_token(&api.token_of(&client).await);
    let own = custody::new_xpub();
    set_keys(&api, &partner, json!({"custodyXpub": [own]}))
        .await
        .ok();
    let user = partner.verified_user().await;
    open(&partner, &user, "first").await.ok();
    let before = shown(&partner, &user).await;

    forget(&gatehouse, &user);
    let respelled = custody::respelled(&own);
    set_keys(&api, &partner, json!({"custodyXpub": [respelled]}))
        .await
        .ok();
    for id in ["new", "first"] {
        open(&partner, &user, id).await.fails(9002);
    }
    assert_eq!(shown(&partner, &user).await, Vec::<Value>::new());
    let service = &gatehouse.service;
    service.wait_until_logged("custody.key_respelled", 2).await;
    let log = service.log();
    assert!(!log.contains(&respelled) && !log.contains(&own));

    set_keys(&api, &partner, json!({"custodyXpub": [own]}))
        .await
        .ok();
    open(&partner, &user, "first").await.ok();
    let after = shown(&partner, &user).await;
    assert_eq!(after[0]["publicAddress"], before[0]["publicAddress"]);
}

/// Where a row is shown at an index that the ledger has for another, two may have seen it: somebody is told, nobody
/// is shown it again, and the run goes on.
#[tokio::test]
async fn an_index_of_two_is_logged_and_shown_to_no_third() {
    let gatehouse = Gatehouse::start_under(CONFIG, "ledger-twice", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let user = api.verified_user().await;
    open(&api, &user, "first").await.ok();
    let database = Database::of(&gatehouse.service);
    database.change_all(
        "BEGIN IMMEDIATE;
         CREATE TEMP TABLE kept AS SELECT * FROM portfolios;
         DELETE FROM portfolios;
         DELETE FROM sqlite_sequence WHERE name = 'portfolios';
         INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, created_at)
         SELECT partner_id, 'before', account_id, 'n', 'EARN', custody_key, 1 FROM kept;
         COMMIT",
    );
    let service = &gatehouse.service;
    let logged = |id: &str| {
        format!(
            "\"index\":0,\"account_id\":\"{}\",\"portfolio_id\":\"{id}\"",
            user.account
        )
    };
    open(&api, &user, "first").await.fails(9002);
    service.wait_until_logged(&logged("first"), 1).await;
    assert_eq!(shown(&api, &user).await.len(), 1);
    open(&api, &user, "next").await.ok();
    let later = api.believing(now() + 2 * MINUTE);
    later.cron().await.ok();
    service.wait_until_logged(&logged("before"), 1).await;
    let indices = shown(&api, &user).await.into_iter();
    let indices: Vec<Value> = indices.map(|one| one["addressIndex"].clone()).collect();
    assert_eq!(indices, [0, 2]);
}

#[tokio::test]
async fn the_keys_that_the_ledger_took_are_shown_though_it_did_not_take_another() {
    let api = Api::faulty().await;
    let user = api.sign_up().await;
    for _ in 0..4 {
        let body = json!({"userId": user.id});
        api.post("/v1/account", &api.token, body).await.ok();
    }
    let keys = async || {
        let reply = api.get(&format!("/v1/user/{}", user.id), &api.token).await;
        let accounts = reply.ok()["accounts"].as_array().expect("accounts").clone();
        accounts
            .iter()
            .filter(|one| one["encryptionKey"].is_string())
            .count()
    };
    let event = Event::status(&user.id, "VERIFIED", &moment(0));
    let failing = api.meeting(&[Fault::error("r2.put", When::Before, R2_DOWN)]);
    event.send(&failing).await.met().fails(9002);
    assert_eq!(keys().await, 4);
    event.send(&api).await.ok();
    assert_eq!(keys().await, 5);
    check_invariants(&gatehouse());
}
