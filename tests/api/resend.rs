//! The same code once more, not too soon, and only while it is good for something. What a wait
//! allows is in `tests/faults/resend.rs`, where the clock can be told.

use serde_json::json;

use crate::support::http::Reply;
use crate::support::people::wrong;
use crate::support::{at_once, Api};

async fn resend(api: &Api, session: &str) -> Reply {
    let body = json!({ "sessionId": session });
    api.post("/v1/user/otp/resend", &api.token, body).await
}

#[tokio::test]
async fn a_resend_within_a_minute_is_refused_and_costs_the_challenge_nothing() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    for _ in 0..3 {
        let reply = resend(&api, &challenge.session).await;
        let wait: u32 = reply
            .fails(4004)
            .header("retry-after")
            .parse()
            .expect("seconds");
        assert!((1..=60).contains(&wait), "{reply}");
    }
    assert_eq!(api.gatehouse.twilio.sent_to(&user.phone).len(), 1);
    api.answer_rightly(&challenge).await.ok();
}

#[tokio::test]
async fn of_20_resends_at_once_none_outruns_the_minute() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    let calls = (0..20).map(|_| {
        let (api, session) = (api.clone(), challenge.session.clone());
        async move { resend(&api, &session).await }
    });
    for reply in at_once(calls).await {
        reply.fails(4004);
    }
    assert_eq!(api.gatehouse.twilio.sent_to(&user.phone).len(), 1);
}

#[tokio::test]
async fn a_resend_within_a_minute_of_a_reset_is_refused_for_users_and_strangers_alike() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    let stranger = api.forget_password("nobody-at-all@example.com").await;
    let decoy = stranger.text("/data/sdkResponseMetadata/requestId");
    let known = resend(&api, &reset.session).await;
    let unknown = resend(&api, &decoy).await;
    for reply in [&known, &unknown] {
        let wait: u32 = reply
            .fails(4004)
            .header("retry-after")
            .parse()
            .expect("seconds");
        assert!((1..=60).contains(&wait), "{reply}");
    }
    api.answer_rightly(&reset).await.ok();
}

#[tokio::test]
async fn there_is_no_resend_of_what_is_unknown_used_up_or_anothers() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let user = api.sign_up().await;
    let used = api.log_in(&user).await;
    let session = api.answer_rightly(&used).await;
    let exhausted = api.log_in(&user).await;
    let code = api.code(&exhausted).await;
    for _ in 0..3 {
        api.answer(&exhausted, &wrong(&code)).await;
    }
    let open = api.log_in(&user).await;
    let sid = crate::support::jwt::Jwt::read(&session.text("/data/accessToken")).claims["sid"]
        .as_str()
        .expect("a sid")
        .to_owned();
    let sent = api.gatehouse.twilio.sent_to(&user.phone).len();
    let refused = [
        resend(&other, &open.session).await,
        resend(&api, &used.session).await,
        resend(&api, &exhausted.session).await,
        resend(&api, &sid).await,
        resend(&api, "chl_none").await,
        resend(&api, &format!("chl_{}", "A".repeat(43))).await,
    ];
    for reply in &refused {
        reply.fails(4002);
        assert_eq!(reply.raw, refused[0].raw);
    }
    assert_eq!(api.gatehouse.twilio.sent_to(&user.phone).len(), sent);
    api.answer_rightly(&open).await.ok();
}

#[tokio::test]
async fn a_resend_names_its_challenge() {
    let api = Api::new().await;
    for body in [json!({}), json!({"sessionId": 1}), json!({"sessionId": ""})] {
        let reply = api.post("/v1/user/otp/resend", &api.token, body).await;
        reply.fails(1002).naming("sessionId");
    }
}
