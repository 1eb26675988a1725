//! What a partner has set of its own, while what it is found in fails.

use serde_json::{json, Value};

use crate::database::Database;
use crate::fault::{gatehouse, now, Fault, When, CONFIG, KV_DOWN, OVERLOADED, SECOND, TRANSIENT};
use crate::support::http::Reply;
use crate::support::kyc::{moment, Event};
use crate::support::people::User;
use crate::support::{custody, Api, Gatehouse};

/// Nobody's.
pub const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWc=";

const PATH: &str = "/v1/partner/settings";

/// A new partner, at this time.
async fn partner(api: &Api, at: i64) -> Api {
    let client = api
        .new_client_with("client_auth users.read settings.write")
        .await;
    let api = api.believing(at);
    api.with_token(&api.token_of(&client).await)
}

/// A call that asks what is in force and little else.
async fn ask(api: &Api) -> Reply {
    api.login("nobody@example.com", "whatever").await
}

async fn set(api: &Api, settings: Value) -> Reply {
    api.put(PATH, &api.token, settings).await
}

async fn app_name(api: &Api) -> Value {
    let reply = api.get(PATH, &api.token).await;
    reply.ok()["settings"]["smsAppName"]["value"].clone()
}

fn told(partner_id: &str) -> i64 {
    let sql = "SELECT is_told FROM partner_settings WHERE partner_id = ?1";
    Database::of(&gatehouse().service).number(sql, [partner_id])
}

#[tokio::test]
async fn what_a_partner_has_set_is_looked_up_once_a_minute() {
    let api = Api::faulty().await;
    let start = now();
    let partner = partner(&api, start).await;
    let at = |after: i64| partner.believing(start + after);
    let looked = async |after| ask(&at(after)).await.looked_up().join(",");
    // It has set nothing: KV does not know it, D1 says so.
    assert_eq!(looked(0).await, "kv.terms,d1.terms");
    for after in [1, 30 * SECOND, 60 * SECOND - 1] {
        assert_eq!(looked(after).await, "", "{after}");
    }
    assert_eq!(looked(60 * SECOND).await, "kv.terms,d1.terms");
    // Who changes it here knows it at once; then KV does.
    set(&at(61 * SECOND), json!({"smsAppName": "Acme"}))
        .await
        .ok();
    assert_eq!(looked(62 * SECOND).await, "");
    assert_eq!(looked(91 * SECOND - 1).await, "");
    assert_eq!(looked(91 * SECOND).await, "kv.terms");
    assert_eq!(looked(92 * SECOND).await, "");
}

/// What is believed here and what an edge of KV keeps are a minute together.
#[tokio::test]
async fn a_change_is_in_force_within_a_minute_at_an_edge_that_has_read_it_before() {
    let api = Api::faulty().await;
    let start = now();
    let partner = partner(&api, start).await;
    set(&partner, json!({"smsAllowedPrefixes": ["+1"]}))
        .await
        .ok();
    let edge = partner.at_edge("settings", 30 * SECOND);
    let signs_up = async |after: i64| {
        let edge = edge.believing(start + after);
        let application = crate::support::people::application();
        edge.post("/v1/user/sign-up", &edge.token, application)
            .await
            .code()
    };
    // The edge reads it from KV, and keeps it.
    assert_eq!(signs_up(31 * SECOND).await, 0);
    let change = partner.believing(start + 32 * SECOND);
    set(&change, json!({"smsAllowedPrefixes": ["+44"]}))
        .await
        .ok();
    // In the isolate that took it at once, whatever the edge has.
    for after in [33, 63, 92] {
        assert_eq!(signs_up(after * SECOND).await, 4006, "{after}");
    }
}

#[tokio::test]
async fn where_nobody_says_what_is_in_force_nothing_is_done() {
    let api = Api::faulty().await;
    let partner = partner(&api, now()).await;
    let kv = || Fault::error("kv.terms", When::Before, KV_DOWN);
    let d1 = || Fault::error("d1.terms", When::Before, OVERLOADED);
    let dark = partner.meeting(&[kv(), d1()]);
    for _ in 0..2 {
        let reply = ask(&dark).await;
        reply.met().expect_status(503).fails(9002);
        assert_eq!(reply.trace(), ["kv.vouch"; 0], "{reply}");
    }
    let user = partner.sign_up().await;
    let reply = dark.login(&user.email, &user.password).await;
    // It was remembered by the sign-up.
    reply.ok();
}

#[tokio::test]
async fn d1_decides_where_kv_is_down_and_a_lost_answer_is_asked_for_again() {
    let api = Api::faulty().await;
    let start = now();
    let partner = partner(&api, start).await;
    set(&partner, json!({"smsAppName": "Acme"})).await.ok();
    let later = partner.believing(start + 31 * SECOND);
    let dark = later.meeting(&[
        Fault::error("kv.terms", When::After, KV_DOWN),
        Fault::error("d1.terms", When::After, TRANSIENT),
    ]);
    let reply = ask(&dark).await;
    assert_eq!(
        reply.met().fails(3004).looked_up(),
        ["kv.terms", "d1.terms", "d1.terms"]
    );
    assert_eq!(app_name(&later).await, "Acme");
}

#[tokio::test]
async fn a_change_that_kv_has_not_heard_of_is_told_by_the_cron() {
    let api = Api::faulty().await;
    let partner = partner(&api, now()).await;
    let id = set(&partner, json!({"smsAppName": "One"}))
        .await
        .text("/data/partnerId");
    assert_eq!(told(&id), 1);
    for (nth, fault) in [
        Fault::error("kv.put", When::Before, KV_DOWN),
        Fault::cut("kv.put", When::Before),
        Fault::cut("kv.put", When::After),
        Fault::cut("d1", When::After).nth(2),
    ]
    .into_iter()
    .enumerate()
    {
        let name = format!("Name {nth}");
        let dark = partner.meeting(&[fault]);
        let reply = set(&dark, json!({"smsAppName": name})).await;
        assert!(reply.met().was_cut() || reply.status == 200, "{reply}");
        assert_eq!(told(&id), 0, "{nth}");
        api.cron().await;
        assert_eq!(told(&id), 1, "{nth}");
        assert_eq!(app_name(&partner).await, name);
    }
}

#[tokio::test]
async fn a_change_whose_answer_was_lost_is_made_once() {
    let api = Api::faulty().await;
    let partner = partner(&api, now()).await;
    let lost = partner.meeting(&[Fault::error("d1", When::After, TRANSIENT).nth(2)]);
    let reply = set(&lost, json!({"smsAppName": "Acme"})).await;
    reply.met().ok();
    let log = partner.get("/v1/audit", &partner.token).await;
    assert_eq!(log.raw.matches("partner.settings").count(), 1, "{log}");
    let failing = partner.meeting(&[Fault::error("d1", When::Before, OVERLOADED).nth(2)]);
    let reply = set(&failing, json!({"smsAppName": "Other"})).await;
    reply.met().fails(9002);
    assert_eq!(app_name(&partner).await, "Acme");
}

/// A partner with extended keys of its own, which D1 loses while this isolate believes in them.
struct Keyed {
    api: Api,
    id: String,
    database: Database,
}

impl Keyed {
    async fn new(state: &str) -> Keyed {
        let gatehouse = Gatehouse::start_under(CONFIG, state, &[]);
        let api = Api::on(gatehouse.clone()).await;
        let scope = "client_auth users.read users.write settings.write";
        let client = api.new_client_with(scope).await;
        let api = api.believing(now());
        let api = api.with_token(&api.token_of(&client).await);
        let id = set(&api, json!({})).await.text("/data/partnerId");
        let database = Database::of(&gatehouse.service);
        Keyed { api, id, database }
    }

    async fn give_keys(&self) {
        let path = format!("/v1/partner/{}/settings", self.id);
        let root = self.api.client_token("root").await;
        let [addresses, encryption] = [custody::new_xpub(), custody::new_xpub()];
        let keys = json!({"custodyXpub": [addresses], "custodyEncryptionXpub": [encryption]});
        self.api.put(&path, &root, keys).await.ok();
    }

    /// As another isolate does.
    async fn take_out(&self) {
        self.give_keys().await;
        self.lose_keys(2);
        let sql = "UPDATE partner_settings SET sealed = NULL, version = version + 1 WHERE partner_id = ?1";
        self.database.change(sql, [&self.id]);
    }

    fn lose_keys(&self, keys: usize) {
        let lost = format!("DELETE FROM partner_keys WHERE partner_id = '{}'", self.id);
        self.database.add(&lost, keys);
    }

    /// Each call that may give an index.
    async fn call(&self, call: &str, user: &User) -> Reply {
        let api = &self.api;
        match call {
            "portfolio" => {
                let body = json!({"accountId": user.account});
                api.post("/v1/account/portfolio", &api.token, body).await
            }
            "account" => {
                let body = json!({"userId": user.id});
                api.post("/v1/account", &api.token, body).await
            }
            "event" => {
                let event = Event::status(&user.id, "VERIFIED", &moment(1));
                event.send(api).await
            }
            _ => self.moderate(user, "enable").await,
        }
    }

    async fn moderate(&self, user: &User, what: &str) -> Reply {
        let path = format!("/v1/user/{}/{what}", user.id);
        self.api.post(&path, &self.api.token, json!({})).await
    }

    /// Whom the call gives an index.
    async fn user(&self, call: &str) -> User {
        match call {
            "portfolio" | "account" => self.api.verified_user().await,
            _ => {
                let user = self.api.sign_up().await;
                if call == "enable" {
                    self.moderate(&user, "disable").await.ok();
                    self.api.set_kyc(&user, "VERIFIED", 0).await;
                }
                user
            }
        }
    }

    /// Rows of both tables, and extended keys that they are under.
    fn given(&self) -> (i64, i64) {
        let of = |what| {
            let sql = format!(
                "SELECT COUNT({what}) FROM (SELECT custody_key FROM portfolios UNION ALL SELECT custody_key FROM account_keys)"
            );
            self.database.number(&sql, [])
        };
        (of("*"), of("DISTINCT custody_key"))
    }
}

const GIVING: [&str; 4] = ["portfolio", "account", "event", "enable"];

#[tokio::test]
async fn an_extended_key_that_was_taken_out_elsewhere_gives_no_index_and_the_one_in_force_does() {
    let partner = Keyed::new("keys-taken-out").await;
    let services = custody::vectors().xpub;
    for call in GIVING {
        let user = partner.user(call).await;
        let (rows, _) = partner.given();
        partner.take_out().await;
        let reply = partner.call(call, &user).await;
        reply.ok();
        assert!(reply.looked_up().contains(&"d1.terms"), "{reply}");
        let (rows_now, _) = partner.given();
        assert_eq!(rows_now, rows + 1, "{call}");
        if call == "portfolio" {
            let portfolio = &reply.ok()["portfolios"][0];
            let index = portfolio["addressIndex"].as_u64().expect("an index");
            let address = custody::address(&services, index.try_into().expect("a small one"));
            assert_eq!(portfolio["publicAddress"], address, "{reply}");
        }
    }
    // The service's two.
    assert_eq!(partner.given().1, 2);
}

#[tokio::test]
async fn an_extended_key_of_settings_that_is_not_the_partners_gives_no_index() {
    let partner = Keyed::new("keys-of-nobody").await;
    let mut users = Vec::new();
    for call in GIVING {
        users.push(partner.user(call).await);
    }
    let before = partner.given();
    partner.give_keys().await;
    partner.lose_keys(2);
    for (call, user) in GIVING.iter().zip(&users) {
        let reply = partner.call(call, user).await;
        reply.expect_status(503).fails(9002);
    }
    assert_eq!(partner.given(), before);
    let service = &partner.api.gatehouse.service;
    let told = "custody.not_its_own";
    service.wait_until_logged(told, GIVING.len()).await;
}
