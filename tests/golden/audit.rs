//! `GET /v1/audit`

use crate::call::get;
use crate::people::timestamp;
use crate::scene::Scene;

#[tokio::test]
async fn the_audit_list_stays() {
    let mut scene = Scene::begin("audit", 70).await;
    let page = |query: &str| get(&format!("/v1/audit{query}")).client();
    scene.shows("nothing yet", page("")).await;
    let (ada, _) = scene.signed_in(1).await;
    let since = scene.now;
    let bob = scene.signed_up(2).await;
    scene.shows("all", page("")).await;
    let reply = scene.shows("the first two", page("?limit=2")).await;
    let cursor = reply.text("/data/nextCursor");
    scene
        .shows("the next", page(&format!("?limit=2&cursor={cursor}")))
        .await;
    scene
        .shows("of one user", page(&format!("?userId={}", bob.id)))
        .await;
    scene
        .lists(page(&format!("?userId={}&limit=1", ada.id)))
        .await;
    scene
        .lists(page(&format!("?since={}", timestamp(since))))
        .await;
    scene
        .lists(page("?since=2025-07-10T16:19:46.359%2B02:00&limit=1"))
        .await;
    scene.lists(page("?since=2099-01-01T00:00:00Z")).await;
    scene.lists(page("?userId=nobody")).await;
    scene.lists(page("?userId=&since=&cursor=&limit=1")).await;
    scene.lists(page("?cursor=zzz")).await;

    scene.heading("refused");
    let long = format!("?cursor={}", "a".repeat(65));
    for query in [
        "?limit=0",
        "?limit=101",
        "?limit=x",
        "?since=yesterday",
        "?since=2025-07-10",
        "?since=1752157186359",
        "?cursor=a%20b",
        &long,
        "?userId=a&userId=b",
        "?since=a&since=b",
        "?cursor=a&cursor=b",
        "?limit=1&limit=1",
    ] {
        scene.lists(page(query)).await;
    }
    scene.heading("which is refused first");
    for query in [
        "?limit=0&cursor=a%20b&since=x&userId=a&userId=b",
        "?limit=0&cursor=a%20b&since=x",
        "?limit=0&cursor=a%20b",
    ] {
        scene.lists(page(query)).await;
    }
    scene.ends();
}
