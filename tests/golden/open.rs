//! What anybody may read.

use crate::call::{call, get};
use crate::scene::Scene;

#[tokio::test]
async fn what_anybody_may_read_stays() {
    let mut scene = Scene::begin("open", 1).await;
    for path in [
        "/healthz",
        "/.well-known/jwks.json",
        "/.well-known/oauth-authorization-server",
    ] {
        scene.shows(path, get(path)).await;
        scene.lists(call("HEAD", path)).await;
        scene.lists(get(&format!("{path}?more=1"))).await;
    }
    scene.ends();
}
