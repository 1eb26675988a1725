//! A lost password: asking, and the two gates in either order.

use serde_json::json;

use crate::call::{call, post};
use crate::people::{change_password, forget, login, login_as, otp, refresh, text, wrong_otp};
use crate::reply::Reply;
use crate::scene::{Scene, DAY, MINUTE};

fn id_of(reply: &Reply) -> String {
    reply.text("/data/sdkResponseMetadata/requestId")
}

/// The two digits that are made up for somebody who does not exist.
fn hide_destination(scene: &mut Scene, reply: &Reply) {
    let destination = reply.text("/data/codeDeliveryDetails/destination");
    scene.hides(&destination, "+********<simulated>");
}

#[tokio::test]
async fn asking_for_a_reset_stays() {
    let mut scene = Scene::begin("forget_password", 30).await;
    let (ada, _) = scene.signed_in(1).await;
    let reply = scene.shows("by GET", forget(&ada.email)).await;
    assert_ne!(id_of(&reply), "");
    scene.shows_sms(&ada.phone);
    let body = json!({"email": ada.email});
    let by_post = post("/v1/user/forget-password").client().json(body);
    scene.shows("by POST", by_post).await;
    scene.wait(MINUTE);
    scene.lists(forget("ADA@Example.com")).await;

    let reply = scene
        .shows("an unknown e-mail", forget("nobody@example.com"))
        .await;
    hide_destination(&mut scene, &reply);
    let again = scene.lists(forget("nobody@example.com")).await;
    let of = |reply: &Reply| reply.text("/data/codeDeliveryDetails/destination");
    assert_eq!(of(&again), of(&reply));
    hide_destination(&mut scene, &again);
    scene.heading("a phone that is not proven");
    let bob = scene.signed_up(2).await;
    let reply = scene.lists(forget(&bob.email)).await;
    hide_destination(&mut scene, &reply);

    scene.heading("refused");
    for query in [
        "",
        "?email=",
        "?email=ada",
        "?email=a@example.com&email=b@example.com",
    ] {
        let path = format!("/v1/user/forget-password{query}");
        scene.lists(call("GET", &path).client()).await;
    }
    scene
        .lists(call("HEAD", "/v1/user/forget-password?email=ada@example.com").client())
        .await;
    scene.ends();
}

#[tokio::test]
async fn a_reset_with_the_code_first_stays() {
    let mut scene = Scene::begin("reset_code_first", 31).await;
    let (ada, session) = scene.signed_in(1).await;
    let (begun, code) = scene.forgotten(&ada).await;
    let id = id_of(&begun);
    let kind = "RESET_PASSWORD";
    scene.lists(wrong_otp(&ada, &id, kind, &code)).await;
    let some_number = change_password(&ada, &id, "5550100001");
    scene.lists(some_number).await;
    scene.shows("the code", otp(&ada, &id, kind, &code)).await;
    scene.lists(otp(&ada, &id, kind, &code)).await;
    let weak = change_password(&ada, &id, "password");
    scene.shows("3002", weak).await;
    for password in ["short", &"x".repeat(129), "ada@example.com", &ada.phone] {
        scene.lists(change_password(&ada, &id, password)).await;
    }
    let change = change_password(&ada, &id, "a better one, at last");
    scene.shows("the password", change.clone()).await;
    scene.shows("4002, done", change).await;

    scene.heading("afterwards");
    scene.lists(login(&ada)).await;
    scene
        .lists(login_as(&ada.email, "a better one, at last"))
        .await;
    let token = text(&session, "refreshToken");
    scene.lists(refresh(&ada, &token)).await;
    scene.ends();
}

#[tokio::test]
async fn a_reset_with_the_password_first_stays() {
    let mut scene = Scene::begin("reset_password_first", 32).await;
    let (ada, _) = scene.signed_in(1).await;
    let (begun, code) = scene.forgotten(&ada).await;
    let id = id_of(&begun);
    let change = change_password(&ada, &id, "a better one, at last");
    scene.shows("the password", change).await;
    scene
        .shows("the code", otp(&ada, &id, "RESET_PASSWORD", &code))
        .await;

    scene.heading("of nobody");
    let reply = scene.quietly(forget("nobody@example.com")).await;
    let mut nobody = scene.person(2);
    nobody.email = "nobody@example.com".into();
    let decoy = id_of(&reply);
    scene
        .lists(change_password(&nobody, &decoy, "a better one, at last"))
        .await;
    for _ in 0..3 {
        scene
            .lists(otp(&nobody, &decoy, "RESET_PASSWORD", "000000"))
            .await;
    }

    scene.heading("4002");
    scene.wait(DAY);
    let token = scene.token_of(&scene.client.clone()).await;
    scene.token = token;
    let id = id_of(&scene.quietly(forget(&ada.email)).await);
    scene
        .lists(change_password(&nobody, &id, "a better one, at last"))
        .await;
    let mut by_phone = ada.clone();
    by_phone.email = ada.phone.clone();
    scene
        .lists(change_password(&by_phone, &id, "a better one, at last"))
        .await;
    scene
        .lists(change_password(&ada, "none", "a better one, at last"))
        .await;
    scene.wait(5 * MINUTE);
    scene
        .lists(change_password(&ada, &id, "a better one, at last"))
        .await;
    scene.ends();
}
