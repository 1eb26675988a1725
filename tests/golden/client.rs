//! Partners and clients, for the operator.

use serde_json::json;

use crate::call::{delete, get, post};
use crate::scene::Scene;
use crate::support::service::Credentials;

#[tokio::test]
async fn the_operators_calls_stay() {
    let mut scene = Scene::begin("client", 80).await;
    let root = scene.root().await;
    let create = |body| post("/v1/client").token("root", &root).json(body);
    let body = json!({
        "partnerName": "A partner",
        "name": "An app",
        "roles": ["customer", "trader"],
        "defaultRoles": ["trader"],
    });
    let reply = scene.shows("POST /v1/client", create(body)).await;
    let id = reply.text("/data/clientId");
    let partner = reply.text("/data/partnerId");
    let body = json!({"partnerId": partner, "name": "Another"});
    scene.shows("of the same partner", create(body)).await;

    let list = |query: String| get(&query).token("root", &root);
    let of_partner = format!("/v1/client?partnerId={partner}");
    scene
        .shows("GET /v1/client", list(of_partner.clone()))
        .await;
    scene
        .shows("a page", list(format!("{of_partner}&limit=1")))
        .await;
    scene.lists(list("/v1/client?cursor=x".into())).await;
    scene.lists(list("/v1/partner?limit=0".into())).await;

    let rotate = |id: &str| post(&format!("/v1/client/{id}/secret")).token("root", &root);
    let reply = scene.shows("POST /v1/client/:/secret", rotate(&id)).await;
    scene.lists(rotate("none")).await;
    let app = Credentials {
        id: id.clone(),
        secret: reply.text("/data/clientSecret"),
    };
    let token = scene.token_of(&app).await;

    let end = |id: &str| delete(&format!("/v1/client/{id}")).token("root", &root);
    scene.shows("DELETE /v1/client/:", end(&id)).await;
    scene.lists(end(&id)).await;
    scene.lists(end("none")).await;
    scene.lists(rotate(&id)).await;
    let own = scene.gatehouse.service.client("root").id;
    scene.shows("itself", end(&own)).await;
    let audit = get("/v1/audit").token("client, deleted", &token);
    scene.lists(audit).await;
    let asks = post("/oauth2/token").basic("client, deleted", &app);
    scene
        .lists(asks.form("grant_type=client_credentials"))
        .await;

    scene.heading("1002");
    for body in [
        json!({"name": "x", "partnerId": "prt_none"}),
        json!({"name": "x"}),
        json!({"name": "x", "partnerName": "b", "scope": "introspect"}),
        json!({"name": "x", "partnerId": "a", "partnerName": "b"}),
        json!({"name": "x", "partnerName": "b", "defaultRoles": ["customer"]}),
    ] {
        scene.lists(create(body)).await;
    }
    scene.ends();
}
