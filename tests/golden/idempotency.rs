//! Calls with an Idempotency-Key.

use serde_json::json;

use crate::call::{get, post, Call, Caller};
use crate::people::{account, change_password, forget, login, login_as, portfolio, sign_up};
use crate::scene::{Scene, DAY, SECOND};

fn keyed(call: Call, key: &str) -> Call {
    call.header("Idempotency-Key", key)
}

#[tokio::test]
async fn replays_stay() {
    let mut scene = Scene::begin("idempotency", 100).await;
    let ada = scene.person(1);
    scene.shows("the first", keyed(sign_up(&ada), "k1")).await;
    scene.shows("again", keyed(sign_up(&ada), "k1")).await;
    let bob = scene.person(2);
    scene.shows("1008", keyed(sign_up(&bob), "k1")).await;

    scene.heading("a failure that may be overtaken is not kept");
    scene.lists(keyed(sign_up(&ada), "k2")).await;
    scene.shows("again", keyed(sign_up(&ada), "k2")).await;
    scene.heading("nor one that asks to wait");
    for _ in 0..6 {
        scene.send(&login_as("nobody@example.com", "wrong")).await;
    }
    let waits = keyed(login_as("nobody@example.com", "wrong"), "k3");
    scene.lists(waits.clone()).await;
    scene.wait(5 * SECOND);
    scene.lists(waits.clone()).await;
    scene.lists(waits).await;

    scene.heading("nor one that a setting or another header would end");
    let slow = account(json!({"userId": 1}));
    scene.lists(keyed(slow.clone(), "k4")).await;
    scene.lists(keyed(slow, "k4")).await;
    let media = post("/v1/account").client().typed("text/plain", "{}");
    scene.lists(keyed(media.clone(), "k5")).await;
    scene.lists(keyed(media, "k5")).await;
    scene
        .lists(keyed(portfolio(json!({"accountId": "none"})), "k5"))
        .await;

    scene.heading("methods that take none");
    scene
        .lists(keyed(get("/v1/user/usr_none").client(), "k6"))
        .await;
    let reply = scene.quietly(keyed(forget(&ada.email), "k7")).await;
    let again = scene.quietly(keyed(forget(&ada.email), "k7")).await;
    assert_ne!(reply.raw, again.raw);
    let by_post = post("/v1/user/forget-password").client();
    let by_post = keyed(by_post.json(json!({"email": "a"})), "k8");
    scene.lists(by_post.clone()).await;
    scene.lists(by_post).await;
    scene.heading("PUT takes one");
    let change = keyed(change_password(&ada, "none", "a better one, at last"), "k9");
    scene.lists(change.clone()).await;
    scene.lists(change).await;

    scene.heading("after a day");
    scene.wait(DAY);
    let token = scene.token_of(&scene.client.clone()).await;
    scene.token = token;
    scene.lists(keyed(sign_up(&bob), "k1")).await;
    scene.ends();
}

#[tokio::test]
async fn the_refusals_of_keys_stay() {
    let mut scene = Scene::begin("idempotency_refusals", 101).await;
    let (ada, _) = scene.signed_in(1).await;
    scene.heading("1002");
    let long = "k".repeat(256);
    for key in ["", "é", long.as_str()] {
        scene.lists(keyed(login(&ada), key)).await;
    }
    scene
        .lists(keyed(
            post("/v1/user/login").client().typed("text/plain", "x"),
            "",
        ))
        .await;
    scene.lists(keyed(login(&ada).by(Caller::Nobody), "")).await;
    let most = "k".repeat(255);
    scene
        .lists(keyed(account(json!({"userId": "usr_none"})), &most))
        .await;
    scene
        .lists(keyed(
            account(json!({"userId": "usr_none"})),
            "two words ~!",
        ))
        .await;

    scene.heading("1007");
    let cut = json!({"op": "d1", "nth": 1, "times": 1, "when": "after", "do": "cut"});
    let call = keyed(account(json!({"userId": ada.id})), "cut");
    let dead = scene.send(&call.clone().meeting(cut)).await;
    assert_eq!(dead.status, 599);
    scene
        .shows("while another attempt may be at work", call.clone())
        .await;
    scene
        .shows(
            "1008 goes first",
            keyed(account(json!({"userId": "x"})), "cut"),
        )
        .await;
    scene.wait(30 * SECOND);
    scene.shows("taken over", call).await;
    scene.ends();
}
