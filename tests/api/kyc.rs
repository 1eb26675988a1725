//! The KYC provider's word: signed, recent, once, and never an older one over a newer.

use std::time::Duration;

use serde_json::{json, Value};

use crate::support::http::{Method, Reply};
use crate::support::kyc::{self, moment, Event};
use crate::support::people::User;
use crate::support::{at_once, random, Api};

/// A forged, stale or malformed event: it is the sender's fault, and a bearer token would not
/// mend it.
#[track_caller]
fn refused(reply: &Reply) {
    reply.fails_with_one_of(&[1001, 1002, 2001, 2002, 2003]);
}

/// The user as they see themselves.
async fn seen(api: &Api, user: &User) -> Value {
    let session = api.session(user).await;
    api.me(&session.access).await.ok().clone()
}

async fn status_of(api: &Api, access: &str) -> String {
    api.me(access).await.text("/data/userAccountStatus")
}

#[tokio::test]
async fn a_status_is_what_the_newest_event_says() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    for (at, status) in [
        (1, "VERIFICATION_IN_PROGRESS"),
        (2, "VERIFICATION_FAILED"),
        (3, "VERIFICATION_IN_PROGRESS"),
        (4, "VERIFIED"),
        (5, "VERIFICATION_FATAL_FAILED"),
    ] {
        api.set_kyc(&user, status, at).await;
        assert_eq!(status_of(&api, &session.access).await, status);
    }
}

#[tokio::test]
async fn an_older_event_that_comes_late_changes_nothing() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    api.set_kyc(&user, "VERIFIED", 100).await;
    for at in [99, 1] {
        api.set_kyc(&user, "VERIFICATION_FAILED", at).await;
        assert_eq!(status_of(&api, &session.access).await, "VERIFIED");
    }
    api.set_kyc(&user, "VERIFICATION_FAILED", 101).await;
    assert_eq!(
        status_of(&api, &session.access).await,
        "VERIFICATION_FAILED"
    );
}

#[tokio::test]
async fn events_in_parallel_end_with_the_newest() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let calls = (0..20).map(|n| {
        let (api, user) = (api.clone(), user.clone());
        // The newest is sent first.
        let status = if n == 0 {
            "VERIFIED"
        } else {
            "VERIFICATION_FAILED"
        };
        async move { api.set_kyc(&user, status, 120 - n).await }
    });
    at_once(calls).await;
    assert_eq!(status_of(&api, &session.access).await, "VERIFIED");
}

#[tokio::test]
async fn a_replay_is_taken_and_ignored() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let first = Event::status(&user.id, "VERIFIED", &moment(1));
    assert_eq!(first.send(&api).await.ok()["applied"], true);
    let again = first.send(&api).await;
    let unchanged = json!({"applied": false, "status": "VERIFIED"});
    assert_eq!(*again.ok(), unchanged, "{again}");
    api.set_kyc(&user, "VERIFICATION_FAILED", 2).await;
    // The id decides, even over a body that would be news.
    let mut news = Event::of(json!({
        "type": "kyc.status",
        "timestamp": moment(3),
        "data": {"userId": user.id, "kycId": "kyc-news", "status": "VERIFIED",
                 "documentIds": ["doc-news"], "name": "News"},
    }));
    news.id = first.id.clone();
    for replay in [&first, &news] {
        let reply = replay.send(&api).await;
        let unchanged = json!({"applied": false, "status": "VERIFICATION_FAILED"});
        assert_eq!(*reply.ok(), unchanged, "{reply}");
    }
    let person = api.me(&session.access).await;
    assert!(
        !person.raw.contains("news") && !person.raw.contains("News"),
        "{person}"
    );
}

#[tokio::test]
async fn of_twenty_parallel_deliveries_of_one_event_one_applies() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let event = Event::status(&user.id, "VERIFIED", &moment(1));
    let calls = (0..20).map(|_| {
        let (api, event) = (api.clone(), event.clone());
        async move { event.send(&api).await }
    });
    let replies = at_once(calls).await;
    let applied = replies.iter().filter(|reply| reply.ok()["applied"] == true);
    assert_eq!(applied.count(), 1);
    assert_eq!(status_of(&api, &session.access).await, "VERIFIED");
}

/// The words of one time, the weightiest first.
const BY_WEIGHT: [&str; 5] = [
    "VERIFICATION_FATAL_FAILED",
    "VERIFICATION_FAILED",
    "VERIFIED",
    "VERIFICATION_IN_PROGRESS",
    "UNINITIATED",
];

#[tokio::test]
async fn of_two_words_of_one_time_the_final_one_stands_and_of_two_final_ones_the_one_that_gives_less(
) {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let mut at = 0;
    for (nth, weightier) in BY_WEIGHT.iter().enumerate() {
        for lighter in &BY_WEIGHT[nth + 1..] {
            for (first, second) in [(weightier, lighter), (lighter, weightier)] {
                at += 1;
                let event = Event::status(&user.id, first, &moment(at));
                assert_eq!(event.send(&api).await.ok()["applied"], true);
                let reply = Event::status(&user.id, second, &moment(at))
                    .send(&api)
                    .await;
                let expected = json!({"applied": second == weightier, "status": weightier});
                assert_eq!(*reply.ok(), expected, "{first}, then {second}: {reply}");
                assert_eq!(status_of(&api, &session.access).await, *weightier);
            }
        }
    }
    // The same word of the same time says nothing new.
    let reply = Event::status(&user.id, BY_WEIGHT[3], &moment(at))
        .send(&api)
        .await;
    assert_eq!(reply.ok()["applied"], false, "{reply}");
}

#[tokio::test]
async fn parallel_events_of_one_time_end_with_the_weightiest() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    for at in [1, 2, 3] {
        let calls = (0..20).map(|n| {
            let (api, user) = (api.clone(), user.clone());
            // The weightiest among the first, the last, and in the middle.
            let status = if n == 7 * (at - 1) {
                BY_WEIGHT[1]
            } else {
                BY_WEIGHT[2 + n as usize % 3]
            };
            async move { api.set_kyc(&user, status, at).await }
        });
        at_once(calls).await;
        assert_eq!(status_of(&api, &session.access).await, BY_WEIGHT[1]);
    }
}

#[tokio::test]
async fn an_event_dated_ahead_counts_as_of_now_and_pins_nothing() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    for ahead in ["2999-12-31T23:59:59.999Z", "9999-12-31T23:59:59Z"] {
        let event = Event::status(&user.id, "VERIFIED", ahead);
        assert_eq!(event.send(&api).await.ok()["applied"], true);
        assert_eq!(status_of(&api, &session.access).await, "VERIFIED");
        // It is not of a time before it came.
        api.set_kyc(&user, "VERIFICATION_IN_PROGRESS", 1).await;
        assert_eq!(status_of(&api, &session.access).await, "VERIFIED");
        // And not of one after.
        tokio::time::sleep(Duration::from_millis(5)).await;
        let event = Event::status(&user.id, "VERIFICATION_FAILED", &kyc::this_moment());
        assert_eq!(event.send(&api).await.ok()["applied"], true);
        assert_eq!(
            status_of(&api, &session.access).await,
            "VERIFICATION_FAILED"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn an_event_of_before_1970_is_the_oldest_there_is() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    for (time, applied) in [
        ("0001-01-01T00:00:00Z", true),
        ("1969-12-31T23:59:59Z", false),
    ] {
        let event = Event::status(&user.id, "VERIFICATION_IN_PROGRESS", time);
        assert_eq!(event.send(&api).await.ok()["applied"], applied, "{time}");
    }
    api.set_kyc(&user, "UNINITIATED", 0).await;
    assert_eq!(status_of(&api, &session.access).await, "UNINITIATED");
}

#[tokio::test]
async fn a_signature_that_is_not_the_providers_is_refused() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let event = Event::status(&user.id, "VERIFIED", &moment(1));
    let good = event.signature();
    let tampered = Event {
        body: event.body.replace("VERIFIED", "VERIFICATION_FAILED"),
        ..event.clone()
    };
    refused(&tampered.send_signed(&api, &good).await);
    let renamed = Event {
        id: "msg_other".to_owned(),
        ..event.clone()
    };
    refused(&renamed.send_signed(&api, &good).await);
    let later = Event {
        sent_at: event.sent_at + 1,
        ..event.clone()
    };
    refused(&later.send_signed(&api, &good).await);
    let own_secret = Event {
        secret: "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz".to_owned(),
        ..event.clone()
    };
    refused(&own_secret.send(&api).await);
    for signature in [
        "",
        "v1,",
        "v1",
        ",",
        "v1,AAAA",
        good.trim_start_matches("v1,"),
        &good.replace("v1,", "v1a,"),
        &good.replace("v1,", "v2,"),
        &good[..good.len() - 2],
        &good.to_uppercase(),
    ] {
        refused(&event.send_signed(&api, signature).await);
    }
    assert_eq!(status_of(&api, &session.access).await, "UNINITIATED");
    event.send(&api).await.ok();
    assert_eq!(status_of(&api, &session.access).await, "VERIFIED");
}

#[tokio::test]
async fn one_right_signature_among_several_is_enough() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let event = Event::status(&user.id, "VERIFIED", &moment(1));
    let wrong = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let list = format!("v1a,AAAA {wrong} {}", event.signature());
    event.send_signed(&api, &list).await.ok();
    assert_eq!(status_of(&api, &session.access).await, "VERIFIED");
}

#[tokio::test]
async fn an_event_is_taken_within_five_minutes_of_its_time() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    for (offset, accepted) in [
        (-360, false),
        (360, false),
        (-3600, false),
        (-240, true),
        (240, true),
    ] {
        let mut event = Event::status(&user.id, "VERIFIED", &moment(1));
        event.sent_at = event.sent_at.checked_add_signed(offset).unwrap();
        let reply = event.send(&api).await;
        match accepted {
            true => drop(reply.ok()),
            false => {
                refused(&reply);
                assert_eq!(status_of(&api, &session.access).await, "UNINITIATED");
            }
        }
    }
    for time in ["", "now", "1e9", "-1", "99999999999999999999", "1.5"] {
        let event = Event::status(&user.id, "VERIFIED", &moment(2));
        let call = api.call(Method::POST, "/v1/kyc/webhook");
        let call = call
            .header("webhook-id", &event.id)
            .header("webhook-timestamp", time)
            .header("webhook-signature", &event.signature());
        let call = call.body("application/json", event.body.clone().into_bytes());
        refused(&call.send().await);
    }
}

#[tokio::test]
async fn without_its_headers_an_event_is_refused() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let event = Event::status(&user.id, "VERIFIED", &moment(1));
    let headers = [
        ("webhook-id", event.id.clone()),
        ("webhook-timestamp", event.sent_at.to_string()),
        ("webhook-signature", event.signature()),
    ];
    for left_out in 0..3 {
        let mut call = api.call(Method::POST, "/v1/kyc/webhook");
        for (n, (name, value)) in headers.iter().enumerate() {
            if n != left_out {
                call = call.header(name, value);
            }
        }
        let call = call.body("application/json", event.body.clone().into_bytes());
        refused(&call.send().await);
    }
    // No bearer token stands in for a signature.
    let call = api.call(Method::POST, "/v1/kyc/webhook").bearer(&api.token);
    let call = call.body("application/json", event.body.clone().into_bytes());
    refused(&call.send().await);
}

#[tokio::test]
async fn a_signed_event_that_makes_no_sense_is_refused_and_changes_nothing() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let good = json!({
        "type": "kyc.status",
        "timestamp": moment(1),
        "data": {"userId": user.id, "kycId": "kyc-1", "status": "VERIFIED"},
    });
    for (place, value) in [
        ("/type", json!(1)),
        ("/timestamp", json!("yesterday")),
        ("/timestamp", json!(1)),
        ("/data", json!([])),
        ("/data", Value::Null),
        ("/data/status", json!("verified")),
        ("/data/status", json!("GREAT")),
        ("/data/status", Value::Null),
        ("/data/status", json!("")),
        ("/data/userId", json!(1)),
        ("/data/userId", json!("")),
        ("/data/userId", json!("a b")),
    ] {
        let mut body = good.clone();
        let (parent, name) = place.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[name] = value;
        let reply = Event::of(body).send(&api).await;
        reply.fails(1002);
        let field = place.trim_start_matches('/').replace('/', ".");
        assert_eq!(reply.body["data"], json!({ "field": field }), "{reply}");
    }
    let mut truncated = Event::of(good.clone());
    truncated.body.pop();
    truncated.send(&api).await.fails(1001);
    assert_eq!(status_of(&api, &session.access).await, "UNINITIATED");
    Event::of(good).send(&api).await.ok();
    assert_eq!(status_of(&api, &session.access).await, "VERIFIED");
}

/// An event whose details all will do.
fn detailed(user: &User, at: u32) -> Value {
    json!({
        "type": "kyc.status",
        "timestamp": moment(at),
        "data": {
            "userId": user.id,
            "kycId": "kyc-1",
            "status": "VERIFIED",
            "documentIds": ["doc-1"],
            "name": "Grace",
            "surname": "Hopper",
            "address": {"country": "US", "city": "Arlington"},
        },
    })
}

#[tokio::test]
async fn a_webhook_id_may_have_256_characters() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    for (length, code) in [(255, 0), (256, 0), (257, 1002)] {
        let mut event = Event::status(&user.id, "VERIFIED", &moment(60));
        event.id = random::letters(length);
        event.send(&api).await.fails_with_one_of(&[code]);
    }
}

#[tokio::test]
async fn a_status_counts_whatever_its_details_are_and_what_will_not_do_is_left_out_and_logged() {
    let api = Api::new().await;
    let many: Vec<String> = (1..=101).map(|n| format!("doc-{n}")).collect();
    for (member, odd, kept) in [
        ("name", json!(1), Value::Null),
        ("name", json!("odd".repeat(40)), Value::Null),
        ("surname", json!({"odd": 1}), Value::Null),
        ("surname", json!("odd".repeat(40)), Value::Null),
        ("kycId", json!("odd id"), json!([])),
        ("kycId", json!("odd".repeat(40)), json!([])),
        ("kycId", json!(["odd"]), json!([])),
        ("documentIds", json!("odd"), json!([])),
        ("documentIds", json!({"odd": 1}), json!([])),
        ("documentIds", json!(["odd id", "doc-1"]), json!(["doc-1"])),
        (
            "documentIds",
            json!(["doc-1", "odd".repeat(40), 7, "doc-2"]),
            json!(["doc-1", "doc-2"]),
        ),
        ("documentIds", json!(many), json!(many[..100])),
        ("address", json!("odd street"), json!({})),
        ("address", json!(["odd street"]), json!({})),
        ("address", json!({"street": "odd".repeat(1400)}), json!({})),
    ] {
        let (user, session) = api.signed_in_user().await;
        let mut body = detailed(&user, 1);
        body["data"][member] = odd.clone();
        let reply = Event::of(body).send(&api).await;
        let taken = json!({"applied": true, "status": "VERIFIED"});
        assert_eq!(*reply.ok(), taken, "{member}: {odd}: {reply}");

        // The others are kept.
        let mut expected = json!({
            "name": "Grace",
            "surname": "Hopper",
            "kycIds": ["kyc-1"],
            "documentIds": ["doc-1"],
            "address": {"country": "US", "city": "Arlington"},
        });
        let shown = if member == "kycId" { "kycIds" } else { member };
        expected[shown] = sorted(kept);
        let me = api.me(&session.access).await;
        for (name, expected) in expected.as_object().unwrap() {
            assert_eq!(
                sorted(me.ok()[name].clone()),
                *expected,
                "{member}: {odd}: {me}"
            );
        }
        let request = reply.header("x-request-id").to_owned();
        let texts = ["kyc.left_out".to_owned(), request];
        let line = api.gatehouse.service.wait_until_logged_with(&texts).await;
        assert!(line.contains(&format!("[\"{member}\"]")), "{line}");
        assert!(!line.contains("odd"), "{line}");
    }
}

/// A list in the order of its texts; anything else as it is.
fn sorted(mut value: Value) -> Value {
    if let Some(list) = value.as_array_mut() {
        list.sort_by_key(Value::to_string);
    }
    value
}

#[tokio::test]
async fn an_empty_text_is_as_if_it_were_not_there() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    Event::of(detailed(&user, 1)).send(&api).await.ok();
    let before = api.me(&session.access).await;
    let mut body = detailed(&user, 2);
    body["data"]["status"] = json!("VERIFICATION_FAILED");
    for (member, empty) in [
        ("kycId", json!("")),
        ("documentIds", json!(["", null])),
        ("name", json!("")),
        ("surname", json!("")),
        (
            "address",
            json!({"country": "", "lines": [""], "more": {"city": null}}),
        ),
    ] {
        body["data"][member] = empty;
    }
    let reply = Event::of(body).send(&api).await;
    assert_eq!(reply.ok()["applied"], true, "{reply}");
    let after = api.me(&session.access).await;
    for member in ["name", "surname", "kycIds", "documentIds", "address"] {
        assert_eq!(after.ok()[member], before.ok()[member], "{after}");
    }
    assert_eq!(
        after.ok()["userAccountStatus"],
        "VERIFICATION_FAILED",
        "{after}"
    );

    // Nor do they stand in an address that says something.
    let mut body = detailed(&user, 3);
    body["data"]["address"] =
        json!({"street": "", "city": "Bern", "lines": ["", "c/o", ""], "more": {"floor": ""}});
    body["data"]["documentIds"] = json!("");
    let reply = Event::of(body).send(&api).await;
    let me = api.me(&session.access).await;
    let filled = json!({"city": "Bern", "lines": ["c/o"], "more": {}});
    assert_eq!(me.ok()["address"], filled, "{me}");
    let request = reply.header("x-request-id").to_owned();
    let texts = ["\"request\"".to_owned(), request.clone()];
    api.gatehouse.service.wait_until_logged_with(&texts).await;
    let log = api.gatehouse.service.log();
    let mut lines = log.lines().filter(|line| line.contains(&request));
    assert!(
        !lines.any(|line| line.contains("kyc.left_out")),
        "nothing was left out"
    );
}

#[tokio::test]
async fn a_detail_is_what_the_latest_event_that_says_it_says() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let event = |at: u32, name: &str, surname: &str| {
        let mut body = detailed(&user, at);
        body["data"]["name"] = json!(name);
        body["data"]["surname"] = json!(surname);
        Event::of(body)
    };
    event(3, "Ada", "").send(&api).await.ok();
    // It comes late and changes no status, but nobody else has said a surname.
    let reply = event(2, "Grace", "Hopper").send(&api).await;
    assert_eq!(reply.ok()["applied"], false, "{reply}");
    event(1, "Mary", "Somerville").send(&api).await.ok();
    let me = api.me(&session.access).await;
    assert_eq!(me.ok()["name"], "Ada", "{me}");
    assert_eq!(me.ok()["surname"], "Hopper", "{me}");
}

#[tokio::test]
async fn an_event_about_nobody_is_6001_and_not_taken() {
    let api = Api::new().await;
    let nobody = format!("usr_{}", random::letters(20));
    let event = Event::status(&nobody, "VERIFIED", &moment(1));
    event.send(&api).await.fails(6001);
    // The same id is still free for somebody who is there.
    let (user, session) = api.signed_in_user().await;
    let known = Event {
        id: event.id.clone(),
        ..Event::status(&user.id, "VERIFIED", &moment(1))
    };
    assert_eq!(known.send(&api).await.ok()["applied"], true);
    assert_eq!(status_of(&api, &session.access).await, "VERIFIED");
}

#[tokio::test]
async fn an_event_of_another_type_changes_nothing() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    for kind in ["kyc.something".to_owned(), "kyc.long".repeat(20)] {
        let event = Event::of(json!({
            "type": kind,
            "timestamp": moment(1),
            "data": {"userId": user.id, "kycId": "kyc-1", "status": "VERIFIED"},
        }));
        let reply = event.send(&api).await;
        assert_eq!(*reply.ok(), json!({"applied": false}), "{reply}");
    }
    assert_eq!(status_of(&api, &session.access).await, "UNINITIATED");
}

#[tokio::test]
async fn what_the_events_say_of_a_person_is_kept() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let event = |at: u32, kyc_id: &str, documents: &[&str]| {
        Event::of(json!({
            "type": "kyc.status",
            "timestamp": moment(at),
            "data": {
                "userId": user.id,
                "kycId": kyc_id,
                "status": "VERIFIED",
                "documentIds": documents,
                "name": "Grace",
                "surname": "Hopper",
                "address": {"country": "US", "city": "Arlington"},
            },
        }))
    };
    event(1, "kyc-a", &["doc-a"]).send(&api).await.ok();
    event(2, "kyc-b", &["doc-a", "doc-b"]).send(&api).await.ok();
    // An event without them takes nothing away.
    api.set_kyc(&user, "VERIFIED", 3).await;

    let person = seen(&api, &user).await;
    assert_eq!(person["name"], "Grace", "{person}");
    assert_eq!(person["surname"], "Hopper", "{person}");
    let address = json!({"country": "US", "city": "Arlington"});
    assert_eq!(person["address"], address, "{person}");
    let own = format!("kyc-{}", user.id);
    let ids = |name: &str| {
        let list = person[name].as_array().expect("a list");
        let mut ids: Vec<&str> = list.iter().map(|id| id.as_str().unwrap()).collect();
        ids.sort_unstable();
        ids
    };
    let mut expected = ["kyc-a", "kyc-b", own.as_str()];
    expected.sort_unstable();
    assert_eq!(ids("kycIds"), expected);
    assert_eq!(ids("documentIds"), ["doc-a", "doc-b"]);
}

/// A user object has them all.
#[tokio::test]
async fn a_user_has_two_hundred_documents_and_not_one_more() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let event = |from: u32, second: u32| {
        let ids: Vec<String> = (from..from + 90).map(|n| format!("doc-{n:03}")).collect();
        Event::of(json!({
            "type": "kyc.status",
            "timestamp": moment(second),
            "data": {"userId": user.id, "kycId": format!("kyc-{second}"), "status": "VERIFIED", "documentIds": ids},
        }))
    };
    for (second, from) in [0, 0, 90, 170, 300].into_iter().enumerate() {
        let second = u32::try_from(second).expect("a few");
        event(from, second).send(&api).await.ok();
    }
    let reply = api.get(&format!("/v1/user/{}", user.id), &api.token).await;
    let documents = reply.ok()["documentIds"].as_array().expect("ids");
    let expected: Vec<String> = (0..200).map(|n| format!("doc-{n:03}")).collect();
    assert_eq!(*documents, expected);
    let service = &api.gatehouse.service;
    service
        .wait_until_logged_with(&["kyc.left_out".into(), "documentIds".into()])
        .await;
}

/// What cannot be shown on a line is no name.
#[tokio::test]
async fn a_name_that_turns_or_breaks_a_line_is_left_out() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let event = Event::of(json!({
        "type": "kyc.status",
        "timestamp": moment(1),
        "data": {
            "userId": user.id, "status": "VERIFIED", "name": "A\u{202e}B", "surname": "Love\nlace",
            "address": {"street": "1 Way\nHouse", "city": "\u{1b}[31mX"},
        },
    }));
    event.send(&api).await.ok();
    let reply = api.get(&format!("/v1/user/{}", user.id), &api.token).await;
    let info = reply.ok();
    assert_eq!(
        [&info["name"], &info["surname"], &info["address"]],
        [&Value::Null, &Value::Null, &json!({})],
        "{reply}"
    );
}
