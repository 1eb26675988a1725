//! The KYC provider's word: signed, recent, once, and never an older one over a newer.

use serde_json::{json, Value};

use crate::support::http::{Method, Reply};
use crate::support::kyc::{moment, Event};
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
    first.send(&api).await.ok();
    api.set_kyc(&user, "VERIFICATION_FAILED", 2).await;
    first.send(&api).await.ok();
    assert_eq!(
        status_of(&api, &session.access).await,
        "VERIFICATION_FAILED"
    );
    // The id decides, even over a body that would be news.
    let again = Event {
        id: first.id.clone(),
        ..Event::status(&user.id, "VERIFIED", &moment(3))
    };
    again.send(&api).await.ok();
    assert_eq!(
        status_of(&api, &session.access).await,
        "VERIFICATION_FAILED"
    );
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
        ("/data/userId", json!(1)),
        ("/data/kycId", json!({})),
        ("/data/documentIds", json!("doc")),
        ("/data/documentIds", json!([1])),
        ("/data/name", json!(1)),
        ("/data/name", json!("n".repeat(101))),
        ("/data/address", json!("street")),
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

#[tokio::test]
async fn an_event_about_nobody_is_no_fault_of_the_services() {
    let api = Api::new().await;
    let nobody = format!("usr_{}", random::letters(20));
    let event = Event::status(&nobody, "VERIFIED", &moment(1));
    event.send(&api).await.fails_with_one_of(&[0, 6001]);
}

#[tokio::test]
async fn an_event_of_another_type_changes_nothing() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let event = Event::of(json!({
        "type": "kyc.something",
        "timestamp": moment(1),
        "data": {"userId": user.id, "kycId": "kyc-1", "status": "VERIFIED"},
    }));
    event.send(&api).await.fails_with_one_of(&[0, 1002]);
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
