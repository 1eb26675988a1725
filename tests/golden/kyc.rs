//! `POST /v1/kyc/webhook`

use serde_json::{json, Value};

use crate::call::post;
use crate::people::{event, timestamp};
use crate::refusal::{always, long, many, members, Tries};
use crate::scene::{Scene, HOUR, MINUTE, SECOND};

#[tokio::test]
async fn the_kyc_webhook_stays() {
    let mut scene = Scene::begin("kyc_webhook", 52).await;
    let ada = scene.signed_up(1).await;
    let bob = scene.signed_up(2).await;
    let first = scene.kyc("1", &ada, json!({"status": "VERIFICATION_IN_PROGRESS"}));
    scene.shows("an event", first.clone()).await;
    scene.shows("a replay", first).await;
    let before = timestamp(scene.now - HOUR);
    let data = json!({"userId": ada.id, "kycId": "kyc-1", "status": "VERIFIED"});
    let older = json!({"type": "kyc.status", "timestamp": before, "data": data});
    scene.shows("an older one", scene.event("2", older)).await;
    scene.heading("every status");
    for (n, status) in [
        "VERIFICATION_FAILED",
        "UNINITIATED",
        "VERIFIED",
        "VERIFICATION_FATAL_FAILED",
    ]
    .into_iter()
    .enumerate()
    {
        let event = scene.kyc(&format!("3-{n}"), &ada, json!({"status": status}));
        scene.lists(event).await;
    }
    scene.heading("of one time, each after a weightier and a lighter one");
    let at = timestamp(scene.now);
    for (n, status) in [
        "VERIFICATION_IN_PROGRESS",
        "VERIFIED",
        "VERIFICATION_IN_PROGRESS",
        "VERIFICATION_FAILED",
        "VERIFIED",
        "VERIFICATION_FAILED",
    ]
    .into_iter()
    .enumerate()
    {
        let data = json!({"userId": ada.id, "status": status});
        let event = json!({"type": "kyc.status", "timestamp": at, "data": data});
        scene.lists(scene.event(&format!("7-{n}"), event)).await;
    }
    scene.heading("dated ahead, then of now");
    let ahead = timestamp(scene.now + 100 * HOUR);
    let data = json!({"userId": ada.id, "status": "VERIFIED"});
    let event = json!({"type": "kyc.status", "timestamp": ahead, "data": data});
    scene.lists(scene.event("8", event)).await;
    let event = scene.kyc("9", &ada, json!({"status": "VERIFICATION_FAILED"}));
    scene.lists(event).await;
    scene.heading("with details that will not do, and their line in the log");
    let odd = json!({
        "status": "VERIFIED", "kycId": "a b", "documentIds": ["doc-1", "a b", ""], "name": "", "surname": long(101),
        "address": {"street": "", "city": "Bern"},
    });
    let event = scene.kyc("10", &ada, odd);
    let reply = scene.lists(event).await;
    let request = reply.headers["x-request-id"].to_str().expect("an id");
    scene.shows_log(request, &["kyc.left_out"]).await;
    scene.heading("of no concern");
    scene
        .lists(scene.event("4", json!({"type": "kyc.other"})))
        .await;
    let mut nobody = bob.clone();
    nobody.id = "usr_none".into();
    let event = scene.kyc("5", &nobody, json!({"status": "VERIFIED"}));
    scene.shows("6001", event).await;

    scene.heading("1002, its signature");
    let good = scene.kyc("6", &bob, json!({"status": "VERIFIED"}));
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut without = good.clone();
        without.headers.retain(|(header, _)| header != name);
        scene.lists(without.clone()).await;
        scene.lists(without.header(name, "1")).await;
    }
    scene.wait(5 * 60_000);
    scene.shows("late", good).await;
    scene
        .lists(post("/v1/kyc/webhook").typed("text/plain", "x"))
        .await;
    scene.ends();
}

#[tokio::test]
async fn every_refusal_of_a_kyc_event_stays() {
    let mut scene = Scene::begin("refusals_kyc", 132).await;
    let good = json!({
        "type": "kyc.status",
        "timestamp": timestamp(scene.now),
        "data": {
            "userId": "usr_none",
            "kycId": "kyc-1",
            "status": "VERIFIED",
            "documentIds": ["a"],
            "name": "Ada",
            "surname": "Lovelace",
            "address": {"city": "Bern"},
        },
    });
    let call = scene.event("good", good.clone());
    let reply = scene.lists(call).await;
    let ids = json!([["a b"], [1], "a", many(101)]);
    let address = json!([[{}], {"a": long(4090)}, {"a": {"b": 1}}]);
    for (pointer, extra) in [
        ("/type", json!(["kyc.other"])),
        ("/timestamp", times(scene.now)),
        ("/data", json!([])),
        ("/data/userId", json!([])),
        ("/data/kycId", json!([])),
        ("/data/status", json!(["verified"])),
        ("/data/documentIds", ids),
        ("/data/name", json!([long(101)])),
        ("/data/surname", json!([long(101)])),
        ("/data/address", address),
    ] {
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let mut without = good.clone();
        members(without.pointer_mut(parent).expect("an object")).remove(name);
        let mut bodies = vec![("(absent)".to_owned(), without)];
        for value in always().iter().chain(extra.as_array().expect("a list")) {
            let mut body = good.clone();
            *body.pointer_mut(pointer).expect("a member") = value.clone();
            bodies.push((value.to_string(), body));
        }
        let at = scene.now;
        let mut tries = Tries::of(&mut scene, pointer, &reply);
        for (what, body) in bodies {
            tries.with(what, event("refused", at, body)).await;
        }
        tries.shows();
    }
    scene.ends();
}

/// Times of events that are none, and those of the future around what is let through.
fn times(now: i64) -> Value {
    json!([
        "yesterday",
        "2025-07-10",
        "2025-07-10T14:19:46",
        "2025-07-10T16:19:46.359+02:00",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
        timestamp(now + 5 * MINUTE - SECOND),
        timestamp(now + HOUR),
    ])
}

#[tokio::test]
async fn the_order_of_refusals_of_a_kyc_event_stays() {
    let mut scene = Scene::begin("refusals_kyc_order", 133).await;
    let mut body = json!({"type": 1, "timestamp": 1, "data": 1});
    let data = json!({
        "address": 1, "documentIds": 1, "userId": 1, "kycId": 1, "status": 1, "name": 1, "surname": 1,
    });
    let better = json!({
        "type": "kyc.status", "timestamp": timestamp(scene.now), "data": data,
        "address": {}, "documentIds": [], "userId": "usr_none", "kycId": "k", "status": "VERIFIED",
        "name": "Ada", "surname": "Lovelace",
    });
    loop {
        let call = scene.event("e", body.clone());
        let reply = scene.lists(call).await;
        let sentence = reply.text("/errorMessage");
        let place = sentence.split(' ').next().unwrap_or_default();
        let name = place.trim_start_matches("data.");
        let Some(value) = better.get(name) else {
            break;
        };
        let object = match name {
            "type" | "timestamp" | "data" => &mut body,
            _ => &mut body["data"],
        };
        object[name] = value.clone();
    }
    scene.ends();
}
