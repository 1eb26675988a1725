//! What other settings change: the console provider's outbox, small limits, and settings with
//! which nothing is served. The real clock runs here.

use std::sync::Arc;

use crate::call::{call, get, post, Call};
use crate::people::{login, sign_up};
use crate::reply::Reply;
use crate::scene::Scene;
use crate::support::mail::Post;
use crate::support::{custody, Gatehouse, Service, Twilio};

#[tokio::test]
async fn the_outbox_and_the_coarse_limits_stay() {
    let vars = [("SMS_PROVIDER", "console"), ("OTP_LENGTH", "6")];
    let small = "tests/harness/limits.toml";
    let gatehouse = Gatehouse::start_under(small, "golden-console", &vars);
    let mut scene = Scene::on(gatehouse, "console", 120).on_the_real_clock();
    let token = scene.token_of(&scene.client.clone()).await;
    scene.token = token;
    scene.shows("an empty outbox", get("/dev/outbox")).await;
    for nth in 1..=2 {
        let person = scene.person(nth);
        scene.quietly(sign_up(&person)).await;
        scene.quietly(login(&person)).await;
    }
    scene.lists(call("HEAD", "/dev/outbox")).await;
    let reply = scene.shows("two messages", get("/dev/outbox")).await;
    for nth in 0..2 {
        let text = reply.text(&format!("/messages/{nth}/text"));
        let digits = text.split(|c: char| !c.is_ascii_digit());
        let code = digits.max_by_key(|run| run.len()).unwrap_or_default();
        scene.hides(&text, &text.replace(code, "<code>"));
    }
    scene.heading("their lines in the log");
    scene.shows_log("", &["sms.console"]).await;
    scene.hides_digits_after("code is ");
    for (title, call, reply) in refused(&mut scene).await {
        scene.heading(title);
        scene.keep(call, reply, false);
    }
    scene.heading("what needs no limit");
    scene.lists(get("/v1/nothing")).await;
    scene.lists(call("PATCH", "/healthz")).await;
    scene.ends();
}

/// Calls beyond the limit of an address, all in one minute of it.
async fn refused(scene: &mut Scene) -> Vec<(&'static str, Call, Reply)> {
    let calls = [
        ("1009", get("/v1/user/me")),
        ("1009 at an OAuth endpoint", post("/oauth2/token").form("")),
        ("1009 at the health check", get("/healthz")),
    ];
    loop {
        while scene.send(&get("/healthz")).await.status == 200 {}
        let mut refused = Vec::new();
        for (title, call) in calls.clone() {
            let reply = scene.send(&call).await;
            refused.push((title, call, reply));
        }
        if refused.iter().all(|(_, _, reply)| reply.status == 429) {
            return refused;
        }
    }
}

const DEVELOPMENT_KEYS: &str = r#"[{"kty":"OKP","crv":"Ed25519","kid":"dev-1","d":"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"}]"#;

#[tokio::test]
async fn a_service_with_development_settings_in_production_stays_shut() {
    let vars = [
        ("ENVIRONMENT", "production"),
        ("TOKEN_SIGNING_KEYS", DEVELOPMENT_KEYS),
        ("OTP_PEPPER", "dev-0123456789abcdef0123456789abcdef"),
        ("PASSWORD_PEPPER", "dev-fedcba9876543210fedcba9876543210"),
        ("CUSTODY_XPUB", &custody::vectors().xpub),
        ("CUSTODY_ENCRYPTION_XPUB", custody::ENCRYPTION_XPUB),
        ("SUBACCOUNT_EMAIL_DOMAIN", "sub.localhost.test"),
        ("SMS_PROVIDER", "console"),
    ];
    let service = Service::start_until("golden-production", &vars, 503);
    let gatehouse = Arc::new(Gatehouse {
        service,
        twilio: Twilio::start(),
        post: Post::start(),
    });
    let mut scene = Scene::on(gatehouse, "production", 121).on_the_real_clock();
    scene.shows("9002", post("/v1/user/login")).await;
    for path in [
        "/healthz",
        "/oauth2/token",
        "/.well-known/jwks.json",
        "/nothing",
    ] {
        scene.lists(get(path)).await;
    }
    scene.lists(call("HEAD", "/healthz")).await;
    scene
        .lists(call("OPTIONS", "/v1/user/login").header("Origin", "https://app.example.com"))
        .await;
    scene.heading("what it says of them in the log, once");
    scene.shows_object("settings.refused").await;
    scene.ends();
}
