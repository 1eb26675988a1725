//! What callers are told while storage fails.

use serde_json::{json, Value};

use crate::call::{call, get, post, Call};
use crate::people::{account, forget, login, otp, text};
use crate::scene::{Scene, MINUTE};

const OVERLOADED: &str = "D1_ERROR: D1 DB is overloaded. Requests queued for too long.";
const REFUSED: &str = "D1_ERROR: UNIQUE constraint failed: users.email: SQLITE_CONSTRAINT";

fn failing(op: &str, message: &str) -> Value {
    json!({"op": op, "nth": 1, "times": 99, "when": "before", "do": "error", "message": message})
}

fn shown(call: Call, op: &str, message: &str) -> Call {
    call.meeting(failing(op, message))
}

#[tokio::test]
async fn what_is_said_while_storage_fails_stays() {
    let mut scene = Scene::begin("storage_fails", 110).await;
    let (ada, session) = scene.signed_in(1).await;
    let (id, code) = scene.logged_in(&ada).await;
    let client = scene.client.clone();
    let asks = post("/oauth2/token").basic("client", &client);
    let asks = asks.form("grant_type=client_credentials");
    let open = account(json!({"userId": ada.id}));

    scene
        .shows("9002", shown(open.clone(), "d1", OVERLOADED))
        .await;
    scene
        .shows(
            "9002 at an OAuth endpoint",
            shown(asks.clone(), "d1", OVERLOADED),
        )
        .await;
    scene
        .shows(
            "9002 at the health check",
            shown(get("/healthz"), "d1", OVERLOADED),
        )
        .await;
    scene
        .lists(shown(call("HEAD", "/healthz"), "d1", OVERLOADED))
        .await;
    scene
        .shows("9001", shown(open.clone(), "d1", REFUSED))
        .await;
    scene
        .shows("9001 at an OAuth endpoint", shown(asks, "d1", REFUSED))
        .await;
    let lost = "D1_ERROR: Network connection lost.";
    let keyed = open.clone().header("Idempotency-Key", "k");
    scene.heading("with a key");
    scene.lists(shown(keyed, "d1", lost)).await;

    scene.heading("KV");
    let down = "KV GET failed: 503 Service Unavailable";
    scene.lists(shown(login(&ada), "kv.put", down)).await;
    scene.lists(shown(forget(&ada.email), "kv.put", down)).await;
    scene
        .lists(shown(otp(&ada, &id, "SMS_MFA", &code), "kv.get", down))
        .await;
    let token = text(&session, "accessToken");
    let me = get("/v1/user/me").token("user", &token);
    scene.lists(shown(me.clone(), "kv.get", down)).await;
    scene.wait(MINUTE);
    scene.lists(shown(me, "d1", OVERLOADED)).await;
    let token = scene.token_of(&client).await;
    let read = get("/v1/audit").token("client, not vouched for", &token);
    scene.lists(shown(read, "kv.vouch", down)).await;
    let revoke = post("/oauth2/revoke").basic("client", &client);
    let revoke = revoke.form(&format!("token={token}"));
    scene.lists(shown(revoke, "kv.put", down)).await;
    scene.ends();
}
