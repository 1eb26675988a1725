//! The user object in its states, and what a partner and the KYC provider do with a user.

use serde_json::json;

use crate::call::{get, post};
use crate::people::{account, login, portfolio, refresh, text};
use crate::scene::Scene;

#[tokio::test]
async fn the_user_object_stays_in_every_state() {
    let mut scene = Scene::begin("user", 50).await;
    let ada = scene.signed_up(1).await;
    let path = format!("/v1/user/{}", ada.id);
    let read = get(&path).client();
    scene.shows("fresh", read.clone()).await;
    let session = scene.session(&ada).await;
    let own = text(&session, "accessToken");
    scene
        .shows(
            "its phone proven, to itself",
            get(&path).token("user", &own),
        )
        .await;
    let event = scene.kyc("1", &ada, json!({"status": "VERIFICATION_IN_PROGRESS"}));
    scene.quietly(event).await;
    scene.shows("its check under way", read.clone()).await;

    let details = json!({
        "kycId": "kyc-2",
        "status": "VERIFIED",
        "name": "Ada",
        "surname": "Löve\"lace",
        "documentIds": ["passport-9", "bill-1"],
        "address": {
            "street": "Zum Öl 1", "city": "Bern", "zip": "3000", "number": 1.50, "big": 12345678901234567890_u64,
            "lines": ["b", {"z": null, "a": [true, {}, []]}], "country": {"name": "CH", "code": 756},
        },
    });
    let event = scene.kyc("2", &ada, details);
    scene.quietly(event).await;
    scene.shows("verified", read.clone()).await;
    for kind in ["EARN", "TRADING", "STRATEGY", "PAYMENT", "FEES", "TRADING"] {
        let body = json!({"accountId": ada.account, "portfolioAccountType": kind});
        scene.quietly(portfolio(body)).await;
    }
    let second = json!({"userId": ada.id, "accountId": "second", "email": "Second@Example.com"});
    scene.quietly(account(second)).await;
    let body = json!({"accountId": "second", "name": "Ünïcode \u{1f600} \\ / \"quoted\" \u{2014}"});
    scene.quietly(portfolio(body)).await;
    scene
        .shows(
            "with two accounts and all types of portfolios",
            read.clone(),
        )
        .await;
    scene
        .shows("the same to itself", get("/v1/user/me").token("user", &own))
        .await;

    let event = scene.kyc("3", &ada, json!({"status": "VERIFICATION_FATAL_FAILED"}));
    scene.quietly(event).await;
    scene.shows("no longer verified", read.clone()).await;
    scene
        .quietly(post(&format!("{path}/disable")).client())
        .await;
    scene.shows("disabled", read).await;
    scene.ends();
}

#[tokio::test]
async fn who_may_read_a_user_stays() {
    let mut scene = Scene::begin("user_readers", 53).await;
    let (ada, session) = scene.signed_in(1).await;
    let own = text(&session, "accessToken");
    let (_, session) = scene.signed_in(2).await;
    let bobs = text(&session, "accessToken");
    let other = scene.new_client(json!({"partnerName": "Other"})).await;
    let other = scene.token_of(&other).await;
    let root = scene.root().await;
    let read = get(&format!("/v1/user/{}", ada.id));
    scene.shows("6001", get("/v1/user/usr_none").client()).await;
    for (name, token) in [
        ("the user", &own),
        ("another user", &bobs),
        ("another partner's client", &other),
        ("root", &root),
    ] {
        scene.lists(read.clone().token(name, token)).await;
    }
    let disable = post(&format!("/v1/user/{}/disable", ada.id)).client();
    scene.quietly(disable).await;
    scene.lists(read.token("the user, disabled", &own)).await;
    scene.ends();
}

#[tokio::test]
async fn what_a_partner_does_with_a_user_stays() {
    let mut scene = Scene::begin("user_moderation", 51).await;
    let (ada, session) = scene.signed_in(1).await;
    let act = |what: &str| post(&format!("/v1/user/{}/{what}", ada.id)).client();
    scene.shows("POST /v1/user/:/unlock", act("unlock")).await;
    scene.shows("POST /v1/user/:/disable", act("disable")).await;
    scene.lists(act("disable")).await;
    scene.heading("while disabled");
    scene.lists(login(&ada)).await;
    let token = text(&session, "refreshToken");
    scene.lists(refresh(&ada, &token)).await;
    scene.shows("POST /v1/user/:/enable", act("enable")).await;
    scene.lists(act("enable")).await;
    scene
        .lists(act("enable").json(json!({"any": "body"})))
        .await;
    scene
        .lists(act("enable").typed("text/plain", "no JSON"))
        .await;
    scene.lists(login(&ada)).await;

    scene.heading("6001");
    for what in ["unlock", "disable", "enable"] {
        scene
            .lists(post(&format!("/v1/user/usr_none/{what}")).client())
            .await;
    }
    scene.ends();
}
