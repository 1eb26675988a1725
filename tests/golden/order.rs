//! Which of several refusals comes first.

use serde_json::json;

use crate::call::call;
use crate::refusal::{members, routes, Callers, Route};
use crate::reply::Reply;
use crate::scene::Scene;

/// Every member is as bad as can be, and whichever is refused becomes a little better.
#[tokio::test]
async fn the_order_of_refusals_stays() {
    let mut scene = Scene::begin("refusals_order", 131).await;
    let callers = Callers::of(&mut scene).await;
    for mut route in routes() {
        scene.heading(&format!("{} {}", route.method, route.path));
        let good = route.body.clone();
        for (name, values) in &mut route.members {
            values.truncate(2);
            values.insert(0, json!(""));
            values.insert(0, json!(0));
            values.reverse();
            route.body[*name] = json!(0);
            values.pop();
        }
        loop {
            let call = callers.call(&route).json(route.body.clone());
            let reply = scene.lists(call).await;
            let Some(name) = refused(&route, &reply) else {
                break;
            };
            let place = route.members.iter().position(|(member, _)| *member == name);
            let (_, left) = &mut route.members[place.expect("a member")];
            match left.pop() {
                Some(better) => route.body[name] = better,
                None if good.get(name) == route.body.get(name) => break,
                None => drop(match good.get(name) {
                    Some(value) => members(&mut route.body).insert(name.into(), value.clone()),
                    None => members(&mut route.body).remove(name),
                }),
            }
        }
    }
    scene.ends();
}

/// The member that a refusal names.
fn refused(route: &Route, reply: &Reply) -> Option<&'static str> {
    let sentence = reply.body["errorMessage"].as_str().unwrap_or_default();
    let named = sentence.split(' ').next().unwrap_or_default();
    let mut names = route.members.iter().map(|(name, _)| *name);
    match reply.body["errorCode"].as_u64() {
        Some(4006) => Some("phoneNumber"),
        // A password of any length passes the members: how long one must be is said after the
        // challenge was looked for.
        Some(4002) if route.body["password"] == "" => Some("password"),
        _ => names.find(|name| *name == named),
    }
}

#[tokio::test]
async fn what_is_refused_before_what_stays() {
    let mut scene = Scene::begin("refusals_first", 134).await;
    let callers = Callers::of(&mut scene).await;
    let large = "x".repeat(17_000);
    let path = "/v1/user/login?username=ada";
    let worst = call("POST", path).typed("text/plain", large.clone());
    let worst = worst.header("Idempotency-Key", "");
    scene.heading("the token, the length, the key, the query, the type, the body, its members");
    scene.lists(worst.clone()).await;
    scene.lists(worst.clone().authorization("Bearer x")).await;
    scene
        .lists(worst.clone().token("user", &callers.user))
        .await;
    scene.lists(worst.client()).await;
    let mut worst = call("POST", path).client().typed("text/plain", "{");
    scene
        .lists(worst.clone().header("Idempotency-Key", ""))
        .await;
    scene.lists(worst.clone()).await;
    worst.path = "/v1/user/login".into();
    scene.lists(worst).await;
    let body = r#"{"username":1,"username":1"#;
    let call_of = |body: &str| {
        call("POST", "/v1/user/login")
            .client()
            .typed("application/json", body)
    };
    scene.lists(call_of(body)).await;
    scene.lists(call_of(r#"{"username":1,"username":1}"#)).await;
    scene.lists(call_of(r#"{"username":1}"#)).await;

    scene.heading("a webhook: the length, the signature, the type");
    let hook = call("POST", "/v1/kyc/webhook");
    scene
        .lists(hook.clone().typed("text/plain", large.clone()))
        .await;
    scene.lists(hook.typed("text/plain", "{")).await;
    let mut signed = scene.event("1", json!([]));
    signed.headers.retain(|(name, _)| name != "Content-Type");
    scene.lists(signed).await;
    let signed = scene.event("2", json!([]));
    scene.lists(signed).await;

    scene.heading("an OAuth endpoint: the length, the type, the query, the form, the client");
    let token = call("POST", "/oauth2/token?a=b");
    scene.lists(token.clone().typed("text/plain", large)).await;
    scene.lists(token.clone().typed("text/plain", "")).await;
    scene.lists(token.form("grant_type=a&grant_type=b")).await;
    let token = call("POST", "/oauth2/token");
    scene
        .lists(token.clone().form("grant_type=a&grant_type=b"))
        .await;
    scene.lists(token.clone().form("")).await;
    scene.lists(token.form("grant_type=a")).await;
    scene.heading("a body where none is read");
    let read = call("GET", "/v1/user/usr_none").client();
    scene.lists(read.typed("text/plain", "{")).await;
    let end = call("DELETE", "/v1/user/sessions/none").token("user", &callers.user);
    scene.lists(end.typed("text/plain", "{")).await;
    scene.ends();
}
