//! What a user does with a token: reads, lists sessions, ends them.

use serde_json::json;

use crate::call::{delete, get, post};
use crate::people::text;
use crate::scene::Scene;

#[tokio::test]
async fn a_users_own_calls_stay() {
    let mut scene = Scene::begin("session", 40).await;
    let (ada, first) = scene.signed_in(1).await;
    let second = scene.session(&ada).await;
    let third = scene.session(&ada).await;
    let [first, second, third] = [first, second, third].map(|of| text(&of, "accessToken"));

    scene
        .shows("GET /v1/user/me", get("/v1/user/me").token("user", &first))
        .await;
    let list = get("/v1/user/sessions").token("user", &first);
    let reply = scene.shows("GET /v1/user/sessions", list.clone()).await;
    let newest = reply.text("/data/sessions/0/sessionId");
    let end = |id: &str| delete(&format!("/v1/user/sessions/{id}")).token("user", &first);
    scene
        .shows("DELETE /v1/user/sessions/:", end(&newest))
        .await;
    scene.lists(end(&newest)).await;
    scene.lists(end("none")).await;
    scene
        .lists(get("/v1/user/me").token("user, ended", &third))
        .await;
    scene.lists(list).await;

    let logout = post("/v1/user/logout");
    scene
        .shows(
            "POST /v1/user/logout",
            logout.clone().token("user", &second),
        )
        .await;
    scene
        .shows("2002, ended", logout.clone().token("user, ended", &second))
        .await;
    scene.heading("logged out with a body");
    let body = json!({"everywhere": false});
    let fourth = text(&scene.session(&ada).await, "accessToken");
    let call = logout.clone().token("user", &fourth).json(body);
    scene.lists(call).await;
    let fifth = text(&scene.session(&ada).await, "accessToken");
    let call = logout
        .token("user", &fifth)
        .json(json!({"everywhere": true}));
    scene.lists(call).await;
    scene
        .lists(get("/v1/user/me").token("user, ended", &first))
        .await;
    scene.ends();
}
