//! Paths, methods, bearer tokens, bodies and CORS: what is refused before any handler is asked.

use crate::call::{call, get, post, Call};
use crate::people::{login, text};
use crate::scene::Scene;

/// All of them, each with one that is not there.
const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const PATHS: [&str; 30] = [
    "/healthz",
    "/.well-known/jwks.json",
    "/.well-known/oauth-authorization-server",
    "/oauth2/token",
    "/oauth2/introspect",
    "/oauth2/revoke",
    "/v1/user/sign-up",
    "/v1/user/login",
    "/v1/user/otp",
    "/v1/user/otp/resend",
    "/v1/user/refresh",
    "/v1/user/forget-password",
    "/v1/user/change-password",
    "/v1/user/me",
    "/v1/user/logout",
    "/v1/user/sessions",
    "/v1/user/sessions/ses_x",
    "/v1/user/usr_x",
    "/v1/user/usr_x/unlock",
    "/v1/user/usr_x/disable",
    "/v1/user/usr_x/enable",
    "/v1/account",
    "/v1/account/portfolio",
    "/v1/account/x",
    "/v1/account/x/portfolios",
    "/v1/audit",
    "/v1/kyc/webhook",
    "/v1/partner",
    "/v1/client",
    "/v1/client/cli_x/secret",
];

#[tokio::test]
async fn what_each_path_says_to_each_method_without_a_token_stays() {
    let mut scene = Scene::begin("methods", 90).await;
    for path in PATHS.into_iter().chain(["/v1/client/cli_x", "/dev/outbox"]) {
        scene.heading(path);
        for method in METHODS {
            let reply = scene.send(&call(method, path)).await;
            let header = |name: &str| match reply.headers.get(name) {
                Some(value) => format!(" {name}: {}", value.to_str().expect("a text")),
                None => String::new(),
            };
            let said = format!("{}{}", header("allow"), header("www-authenticate"));
            let line = format!("{method} {}{said} {}", reply.status, reply.raw);
            scene.text(if path.starts_with("/.") && reply.status == 200 {
                format!("{method} {}", reply.status)
            } else {
                line
            });
        }
        scene.text("");
    }
    scene
        .shows("1006", call("PATCH", "/v1/user/forget-password"))
        .await;
    scene.ends();
}

#[tokio::test]
async fn paths_that_are_not_there_stay_so() {
    let mut scene = Scene::begin("no_such_path", 91).await;
    scene.shows("1005", get("/v1/nothing")).await;
    for path in [
        "/",
        "/nothing",
        "/v1",
        "/v1/",
        "/v1/user/",
        "/v1/user/me/",
        "/v1//user/me",
        "/V1/user/me",
        "/v1/user/usr_x/unlock/",
        "/v1/user/usr_x/other",
        "/v1/account/x/portfolios/y",
        "/v1/account/",
        "/v1/client/",
        "/oauth2",
        "/oauth2/",
        "/oauth2/authorize",
        "/openapi.json",
        "/docs",
        "/favicon.ico",
        "/v1/user/%6De",
        "/v1/user/a%2Fb",
    ] {
        scene.lists(get(path)).await;
    }
    scene.heading("a token does not matter, nor a method");
    scene.lists(get("/v1/nothing").client()).await;
    scene
        .lists(post("/v1/nothing").typed("text/plain", "x"))
        .await;
    scene.lists(call("OPTIONS", "/v1/nothing")).await;
    scene.lists(call("BREW", "/v1/nothing")).await;
    scene.lists(call("BREW", "/v1/user/me")).await;
    scene.heading("the outbox, which is empty");
    scene.shows("GET /dev/outbox", get("/dev/outbox")).await;
    scene.ends();
}

/// One call for each kind of token that a route takes.
fn kinds() -> [Call; 4] {
    [
        post("/v1/user/login"),
        get("/v1/user/me"),
        get("/v1/user/usr_none"),
        post("/v1/client"),
    ]
}

#[tokio::test]
async fn what_is_said_of_bearer_tokens_stays() {
    let mut scene = Scene::begin("bearer", 92).await;
    let (_, session) = scene.signed_in(1).await;
    let user = text(&session, "accessToken");
    let root = scene.root().await;
    let client = scene.token.clone();
    scene.shows("2001", get("/v1/user/me")).await;
    scene
        .shows("2002", get("/v1/user/me").authorization("Bearer x"))
        .await;
    scene.shows("2003", get("/v1/user/me").client()).await;

    scene.heading("each kind of token at each kind of route");
    for call in kinds() {
        for (name, token) in [("client", &client), ("user", &user), ("root", &root)] {
            scene.lists(call.clone().token(name, token)).await;
        }
    }
    scene.heading("the header");
    for header in [
        "",
        "Bearer",
        "Bearer ",
        "Bearer  x",
        "bearer x",
        "Basic x",
        "Bearer a b",
        "Token x",
        "Bearer x,",
        "x",
    ] {
        scene.lists(get("/v1/user/me").authorization(header)).await;
    }
    scene
        .lists(get(&format!("/v1/user/me?access_token={user}")))
        .await;

    scene.heading("the token");
    let parts: Vec<&str> = user.split('.').collect();
    let cut = format!("{}.{}", parts[0], parts[1]);
    let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
    let swapped = format!(
        "{}.{}.{}",
        parts[0],
        client.split('.').nth(1).unwrap(),
        parts[2]
    );
    for (name, token) in [("cut", cut), ("unsigned", unsigned), ("swapped", swapped)] {
        scene.lists(get("/v1/user/me").token(name, &token)).await;
    }
    let long = "x".repeat(5000);
    scene
        .lists(get("/v1/user/me").token("of 5000 characters", &long))
        .await;
    scene.wait(900_000);
    scene
        .lists(get("/v1/user/me").token("user, 900 s old", &user))
        .await;
    scene.wait(2_700_000);
    scene.lists(login(&scene.person(1))).await;
    scene.ends();
}

#[tokio::test]
async fn what_is_said_of_bodies_stays() {
    let mut scene = Scene::begin("body", 93).await;
    let login = post("/v1/user/login").client();
    let json = "application/json";
    scene.shows("1001", login.clone().typed(json, "")).await;
    scene
        .shows("1003", login.clone().typed("text/plain", "{}"))
        .await;
    let large = "x".repeat(16 * 1024 + 1);
    scene
        .shows("1004", login.clone().typed(json, large.clone()))
        .await;

    scene.heading("1001");
    let deep = "[".repeat(1000);
    for body in [
        " ",
        "{",
        "{}{}",
        "{} x",
        "[]",
        "null",
        "true",
        "1",
        "\"text\"",
        "{'a':1}",
        "{\"a\":1,}",
        "{\"a\":NaN}",
        "{\"a\":01}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":1,\"a\":1}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"username\":\"x\",\"password\":\"y\",\"more\":[{\"b\":1,\"b\":1}]}",
        "{\"a\":1,\"a\":2",
        "[{\"a\":1,\"a\":2}]",
        "\u{feff}{}",
        &format!("{{\"a\":{deep}"),
    ] {
        scene.lists(login.clone().typed(json, body)).await;
    }
    for body in [
        &b"{\"a\":\"\xff\"}"[..],
        b"\xff",
        b"{\"a\":\"\x01\"}",
        b"{\0}",
    ] {
        scene.lists(login.clone().typed(json, body)).await;
    }
    scene.ends();
}

#[tokio::test]
async fn what_is_said_of_media_types_and_lengths_stays() {
    let mut scene = Scene::begin("media_type", 95).await;
    let login = post("/v1/user/login").client();
    scene.heading("1003");
    scene.lists(login.clone().untyped("{}")).await;
    for media_type in [
        "",
        "application/jsonp",
        "json",
        "application/json+x",
        "text/json",
    ] {
        scene.lists(login.clone().typed(media_type, "{}")).await;
    }
    scene.heading("JSON in other spellings");
    for media_type in [
        "Application/JSON",
        "application/json; charset=utf-8",
        " application/json ;x",
    ] {
        scene.lists(login.clone().typed(media_type, "{}")).await;
    }
    scene.heading("as large as may be");
    let pad = "x".repeat(16 * 1024 - 8);
    scene
        .lists(login.typed("application/json", format!("{{\"a\":\"{pad}\"}}")))
        .await;
    scene.ends();
}

#[tokio::test]
async fn cors_stays() {
    let mut scene = Scene::begin("cors", 94).await;
    let origin = "https://app.example.com";
    let asks = |path: &str, origin: &str| {
        let call = call("OPTIONS", path).header("Origin", origin);
        call.header("Access-Control-Request-Method", "POST")
    };
    scene
        .shows("a preflight", asks("/v1/user/login", origin))
        .await;
    scene
        .shows(
            "of a path with several methods",
            asks("/v1/user/forget-password", origin),
        )
        .await;
    scene
        .lists(asks("/v1/user/usr_x", "https://b.example.com"))
        .await;
    scene.lists(asks("/oauth2/token", origin)).await;
    scene.lists(asks("/healthz", origin)).await;
    scene
        .shows("of a path that is not there", asks("/v1/nothing", origin))
        .await;
    scene.heading("from elsewhere");
    for other in [
        "https://evil.example.com",
        "https://app.example.com/",
        "https://app.example.com:443",
        "http://app.example.com",
        "HTTPS://app.example.com",
        "null",
        "*",
        "",
    ] {
        scene.lists(asks("/v1/user/login", other)).await;
    }
    scene.lists(call("OPTIONS", "/v1/user/login")).await;
    let only = call("OPTIONS", "/v1/user/login").header("Origin", origin);
    scene
        .shows("without the method that is asked for", only)
        .await;

    scene.ends();
}

#[tokio::test]
async fn what_pages_of_an_origin_may_read_stays() {
    let mut scene = Scene::begin("cors_answers", 96).await;
    let origin = "https://app.example.com";
    scene
        .shows("a success", get("/healthz").header("Origin", origin))
        .await;
    scene
        .shows("a failure", get("/v1/user/me").header("Origin", origin))
        .await;
    scene
        .lists(call("HEAD", "/healthz").header("Origin", origin))
        .await;
    scene
        .lists(get("/.well-known/jwks.json").header("Origin", origin))
        .await;
    let token = post("/oauth2/token").header("Origin", origin);
    scene.lists(token.form("")).await;
    scene
        .lists(call("PATCH", "/v1/user/me").header("Origin", origin))
        .await;
    scene
        .lists(get("/healthz").header("Origin", "https://evil.example.com"))
        .await;
    scene.ends();
}
