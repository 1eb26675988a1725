//! What a partner has set of its own, while what it is found in fails.

use serde_json::{json, Value};

use crate::database::Database;
use crate::fault::{gatehouse, now, Fault, When, KV_DOWN, OVERLOADED, SECOND, TRANSIENT};
use crate::support::http::Reply;
use crate::support::Api;

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
