//! `POST /dev/kyc-event`: signed locally for whoever asks, and nowhere else.

use serde_json::{json, Value};

use crate::support::http::{Method, Reply};
use crate::support::Api;

const PATH: &str = "/dev/kyc-event";

async fn sign(api: &Api, body: &Value) -> Reply {
    api.call(Method::POST, PATH).json(body).send().await
}

/// Posts what was signed, with another body or signature where one is given.
async fn post(api: &Api, signed: &Value, body: Option<&str>, signature: Option<&str>) -> Reply {
    let text = |place: &str| {
        signed
            .pointer(place)
            .and_then(Value::as_str)
            .expect("a text")
    };
    let body = body.unwrap_or_else(|| text("/body")).as_bytes().to_vec();
    let signature = signature.unwrap_or_else(|| text("/headers/webhook-signature"));
    api.call(Method::POST, "/v1/kyc/webhook")
        .header("webhook-id", text("/headers/webhook-id"))
        .header("webhook-timestamp", text("/headers/webhook-timestamp"))
        .header("webhook-signature", signature)
        .body(text("/headers/Content-Type"), body)
        .send()
        .await
}

#[tokio::test]
async fn a_signed_event_is_taken_by_the_webhook_and_by_itself_changes_nothing() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let wanted = json!({"userId": user.id, "status": "VERIFIED", "name": "Ada", "surname": "Lovelace", "kycId": "kyc-7", "reason": "a test"});
    let reply = sign(&api, &wanted).await;
    let signed = reply.expect_status(200).body.clone();
    let before = api.me(&session.access).await;
    assert_eq!(before.text("/data/userAccountStatus"), "UNINITIATED");

    let event: Value =
        serde_json::from_str(signed["body"].as_str().expect("a text")).expect("JSON");
    assert_eq!(event["type"], "kyc.status");
    assert_eq!(event["data"]["reason"], "a test");
    let forged = post(&api, &signed, None, Some("v1,AAAA")).await;
    forged.fails(1002).naming("webhook-signature");
    let other = signed["body"]
        .as_str()
        .expect("a text")
        .replace("Ada", "Eve");
    post(&api, &signed, Some(&other), None).await.fails(1002);

    let taken = post(&api, &signed, None, None).await;
    assert_eq!(*taken.ok(), json!({"applied": true, "status": "VERIFIED"}));
    let after = api.me(&session.access).await;
    assert_eq!(after.text("/data/userAccountStatus"), "VERIFIED");
    assert_eq!(after.text("/data/surname"), "Lovelace");
    assert_eq!(after.body["data"]["kycIds"], json!(["kyc-7"]));
}

#[tokio::test]
async fn what_no_event_can_say_is_not_signed() {
    let api = Api::new().await;
    for (body, field) in [
        (json!({"status": "VERIFIED"}), "userId"),
        (json!({"userId": "usr_x"}), "status"),
        (json!({"userId": "usr_x", "status": "MAYBE"}), "status"),
    ] {
        sign(&api, &body).await.fails(1002).naming(field);
    }
    let twice = br#"{"userId":"usr_x","status":"VERIFIED","status":"VERIFIED"}"#.to_vec();
    let twice = api.call(Method::POST, PATH).body("application/json", twice);
    twice.send().await.fails(1001);
    let untyped = api.call(Method::POST, PATH).untyped(b"{}".to_vec());
    untyped.send().await.fails(1003);
}
