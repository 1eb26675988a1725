//! Login, its code, the code once more, and the refresh of what it opened.

use serde_json::json;

use crate::call::{get, post};
use crate::people::{forget, login, login_as, otp, refresh, resend, sign_up, text, wrong_otp};
use crate::scene::{Scene, MINUTE, SECOND};

#[tokio::test]
async fn login_stays() {
    let mut scene = Scene::begin("login", 20).await;
    let ada = scene.signed_up(1).await;
    scene.shows("by e-mail", login(&ada)).await;
    scene.shows_sms(&ada.phone);
    scene
        .shows("by phone", login_as(&ada.phone, ada.password))
        .await;
    scene.lists(login_as("ADA@Example.com", ada.password)).await;

    scene
        .shows("3004, the password", login_as(&ada.email, "wrong"))
        .await;
    scene.lists(login_as("nobody@example.com", "wrong")).await;
    scene.lists(login_as("+15550100001", "wrong")).await;

    scene.heading("3005");
    for _ in 0..5 {
        scene.lists(login_as("nobody@example.com", "wrong")).await;
    }
    scene
        .shows("the seventh", login_as("nobody@example.com", "wrong"))
        .await;
    scene.wait(SECOND);
    scene.lists(login_as("nobody@example.com", "wrong")).await;
    scene.lists(login_as("nobody@example.com", "wrong")).await;

    for _ in 0..5 {
        scene.session(&ada).await;
    }
    scene.shows("4004, five in an hour", login(&ada)).await;
    scene.ends();
}

#[tokio::test]
async fn what_the_sms_provider_says_is_told_as_today() {
    let mut scene = Scene::begin("login_sms_refused", 21).await;
    for (nth, (phone, _)) in crate::support::twilio::REFUSED.iter().enumerate() {
        let mut person = scene.person(nth as i64 + 1);
        person.phone = (*phone).to_owned();
        scene.quietly(sign_up(&person)).await;
        scene.lists(login(&person)).await;
    }
    let answer = |status| json!({"op": "fetch", "nth": 1, "times": 9, "when": "before", "do": "answer", "status": status});
    for (nth, status) in [401, 402, 500].into_iter().enumerate() {
        let person = scene.signed_up(6 + nth as i64).await;
        let title = format!("4005, after a {status}");
        scene
            .shows(&title, login(&person).meeting(answer(status)))
            .await;
        scene.lists(login(&person)).await;
    }
    scene.ends();
}

#[tokio::test]
async fn the_answer_to_a_login_stays() {
    let mut scene = Scene::begin("otp_login", 22).await;
    let ada = scene.signed_up(1).await;
    let (id, code) = scene.logged_in(&ada).await;
    scene
        .shows(
            "4001, two tries are left",
            wrong_otp(&ada, &id, "SMS_MFA", &code),
        )
        .await;
    scene.lists(wrong_otp(&ada, &id, "SMS_MFA", &code)).await;
    scene.shows("right", otp(&ada, &id, "SMS_MFA", &code)).await;
    scene
        .shows("4002, used", otp(&ada, &id, "SMS_MFA", &code))
        .await;

    scene.heading("4002, of another");
    let bob = scene.signed_up(2).await;
    let (id, code) = scene.logged_in(&ada).await;
    scene.lists(otp(&bob, &id, "SMS_MFA", &code)).await;
    scene.lists(otp(&ada, &id, "RESET_PASSWORD", &code)).await;
    scene.lists(otp(&ada, "none", "SMS_MFA", &code)).await;
    let made_up = format!("chl_{}", "A".repeat(43));
    scene.lists(otp(&ada, &made_up, "SMS_MFA", &code)).await;

    scene.heading("by phone, though begun by e-mail");
    let by_phone =
        json!({"sessionId": id, "username": ada.phone, "challengeType": "SMS_MFA", "code": code});
    let call = post("/v1/user/otp").client().json(by_phone);
    scene.lists(call.hiding_code(&code, "<code>")).await;

    scene.heading("4002, out of tries");
    let (id, code) = scene.logged_in(&ada).await;
    for _ in 0..3 {
        scene.lists(wrong_otp(&ada, &id, "SMS_MFA", &code)).await;
    }
    scene.lists(otp(&ada, &id, "SMS_MFA", &code)).await;
    scene.heading("4002, too late");
    let (id, code) = scene.logged_in(&ada).await;
    scene.wait(5 * MINUTE);
    scene.lists(otp(&ada, &id, "SMS_MFA", &code)).await;
    scene.lists(resend(&id)).await;
    scene.ends();
}

#[tokio::test]
async fn a_lock_of_codes_and_its_end_stay() {
    let mut scene = Scene::begin("otp_locked", 23).await;
    let ada = scene.signed_up(1).await;
    for _ in 0..3 {
        let (id, code) = scene.logged_in(&ada).await;
        for _ in 0..3 {
            scene.send(&wrong_otp(&ada, &id, "SMS_MFA", &code)).await;
        }
    }
    let (id, code) = scene.logged_in(&ada).await;
    scene
        .shows(
            "4003, the tenth wrong code",
            wrong_otp(&ada, &id, "SMS_MFA", &code),
        )
        .await;
    scene
        .shows("4003, a right one", otp(&ada, &id, "SMS_MFA", &code))
        .await;
    scene.shows("4003, a login", login(&ada)).await;
    scene.lists(resend(&id)).await;
    let unlock = post(&format!("/v1/user/{}/unlock", ada.id)).client();
    scene.shows("unlocked", unlock).await;
    scene.lists(otp(&ada, &id, "SMS_MFA", &code)).await;
    scene.ends();
}

#[tokio::test]
async fn resend_stays() {
    let mut scene = Scene::begin("resend", 24).await;
    let ada = scene.signed_up(1).await;
    let (id, code) = scene.logged_in(&ada).await;
    scene.shows("4004, at once", resend(&id)).await;
    scene.wait(MINUTE);
    scene.shows("after a minute", resend(&id)).await;
    scene.lists(resend(&id)).await;
    scene.wait(2 * MINUTE);
    scene.lists(resend(&id)).await;
    scene.heading("never a fourth");
    scene.lists(resend(&id)).await;
    scene.lists(resend("none")).await;
    scene.quietly(otp(&ada, &id, "SMS_MFA", &code)).await;
    scene.heading("4002, used");
    scene.lists(resend(&id)).await;

    scene.heading("a reset's");
    let reply = scene.quietly(forget(&ada.email)).await;
    let id = reply.text("/data/sdkResponseMetadata/requestId");
    scene.wait(MINUTE);
    scene.lists(resend(&id)).await;
    scene.ends();
}

#[tokio::test]
async fn refresh_stays() {
    let mut scene = Scene::begin("refresh", 25).await;
    let (ada, session) = scene.signed_in(1).await;
    let first = text(&session, "refreshToken");
    scene.shows("the first", refresh(&ada, &first)).await;
    let reply = scene
        .shows("again within ten seconds", refresh(&ada, &first))
        .await;
    let second = reply.text("/data/refreshToken");
    scene.heading("by phone");
    let by_phone = json!({"username": ada.phone, "refreshToken": second});
    scene
        .lists(post("/v1/user/refresh").client().json(by_phone))
        .await;

    scene.heading("5001");
    let bob = scene.person(2);
    scene.lists(refresh(&bob, &second)).await;
    scene.lists(refresh(&ada, "rt_none")).await;
    scene
        .shows("reused, which ends the session", refresh(&ada, &first))
        .await;
    scene.lists(refresh(&ada, &second)).await;
    let token = text(&session, "accessToken");
    let me = get("/v1/user/me").token("user", &token);
    scene.lists(me).await;
    scene.ends();
}
