//! The OAuth endpoints, which speak their RFCs.

use base64ct::{Base64, Encoding};
use serde_json::json;

use crate::call::{call, post, Call};
use crate::people::{refresh, text};
use crate::scene::Scene;
use crate::support::service::Credentials;

fn token(form: &str) -> Call {
    post("/oauth2/token").form(form)
}

fn stranger() -> Credentials {
    Credentials {
        id: "cli_none".into(),
        secret: "wrong".into(),
    }
}

#[tokio::test]
async fn the_token_endpoint_stays() {
    let mut scene = Scene::begin("oauth_token", 2).await;
    let client = scene.client.clone();
    let root = scene.gatehouse.service.client("root");
    let (_, session) = scene.signed_in(1).await;
    let refresh = text(&session, "refreshToken");

    let asks = token("grant_type=client_credentials");
    scene
        .shows("by Basic", asks.clone().basic("client", &client))
        .await;
    let body = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope=client_auth",
        client.id, client.secret
    );
    scene
        .shows("by the body, its scope asked for", token(&body))
        .await;
    scene
        .shows("an operator's", asks.basic("root", &root))
        .await;
    let body = format!("grant_type=refresh_token&refresh_token={refresh}&scope=user_auth");
    let renew = token(&body).basic("client", &client);
    scene.shows("a refresh token", renew).await;
    scene.ends();
}

const FORM: &str = "grant_type=client_credentials";

#[tokio::test]
async fn clients_are_refused_as_today() {
    let mut scene = Scene::begin("oauth_client_refused", 3).await;
    let client = scene.client.clone();
    let other = scene.new_client(json!({"partnerName": "Other"})).await;
    let call = token(FORM).basic("nobody", &stranger());
    scene.shows("invalid_client by Basic", call).await;
    let body = format!("{FORM}&client_id=cli_none&client_secret=wrong");
    scene
        .shows("invalid_client by the body", token(&body))
        .await;

    scene.heading("not quite");
    let wrong = Credentials {
        secret: "wrong".into(),
        ..client.clone()
    };
    let call = token(FORM).basic("client, wrong secret", &wrong);
    scene.lists(call).await;
    for more in [
        "",
        "&client_id=x",
        "&client_secret=x",
        "&client_id=&client_secret=",
    ] {
        scene.lists(token(&format!("{FORM}{more}"))).await;
    }
    for header in [
        "Basic",
        "Basic !",
        "Bearer x",
        "",
        "Basic Y2xp",
        "basic OnM=",
    ] {
        scene.lists(token(FORM).authorization(header)).await;
    }
    let long = Base64::encode_string(&[0; 1600]);
    let call = token(FORM).authorization(&format!("Basic {long}"));
    scene.lists(call).await;

    scene.heading("in two ways");
    let (id, secret) = (&client.id, &client.secret);
    for more in [
        format!("&client_id={id}&client_secret={secret}"),
        format!("&client_id={}", other.id),
        format!("&client_id={id}"),
        "&client_id=a&client_id=b".into(),
        "&client_secret=a&client_secret=b".into(),
    ] {
        let call = token(&format!("{FORM}{more}"));
        scene.lists(call.basic("client", &client)).await;
    }
    scene.ends();
}

#[tokio::test]
async fn grants_are_refused_as_today() {
    let mut scene = Scene::begin("oauth_grant_refused", 7).await;
    let client = scene.client.clone();
    let other = scene.new_client(json!({"partnerName": "Other"})).await;
    let (_, session) = scene.signed_in(1).await;
    let asks = post("/oauth2/token").basic("client", &client);
    for (title, form) in [
        ("invalid_request", ""),
        ("unsupported_grant_type", "grant_type=password"),
        ("invalid_scope", "grant_type=client_credentials&scope=admin"),
        (
            "invalid_grant",
            "grant_type=refresh_token&refresh_token=none",
        ),
    ] {
        scene.shows(title, asks.clone().form(form)).await;
    }
    scene.heading("more of them");
    for form in [
        "grant_type=",
        "grant_type=authorization_code",
        "grant_type=client_credentials&grant_type=client_credentials",
        "grant_type=client_credentials&scope=client_auth+user_auth",
        "grant_type=client_credentials&scope=a&scope=b",
        "grant_type=client_credentials&scope=",
        "grant_type=refresh_token",
        "grant_type=refresh_token&refresh_token=",
        "grant_type=refresh_token&refresh_token=a&refresh_token=b",
        "grant_type=refresh_token&refresh_token=none&scope=client_auth",
    ] {
        scene.lists(asks.clone().form(form)).await;
    }
    let refresh = text(&session, "refreshToken");
    let body = format!("grant_type=refresh_token&refresh_token={refresh}");
    let call = token(&body).basic("another partner's client", &other);
    scene.lists(call).await;
    scene.heading("which is refused first");
    let bare = post("/oauth2/token").basic("nobody", &stranger());
    for form in [
        "scope=a&scope=b&client_id=x",
        "grant_type=password&client_id=x&client_id=y",
        "grant_type=password&client_id=x",
        "grant_type=password",
    ] {
        scene.lists(bare.clone().form(form)).await;
    }
    scene.ends();
}

#[tokio::test]
async fn what_is_no_token_request_is_refused_as_today() {
    let mut scene = Scene::begin("oauth_no_request", 8).await;
    let client = scene.client.clone();
    let asks = post("/oauth2/token").basic("client", &client);
    scene
        .shows("of another type", asks.clone().json(json!({})))
        .await;
    scene.lists(asks.clone().typed("text/plain", FORM)).await;
    scene.lists(asks.clone().untyped(FORM)).await;
    let in_url = post("/oauth2/token?grant_type=client_credentials");
    scene
        .lists(in_url.basic("client", &client).form(FORM))
        .await;
    scene.shows("405", call("GET", "/oauth2/token")).await;
    scene.lists(call("PUT", "/oauth2/token").form(FORM)).await;
    scene.lists(call("HEAD", "/oauth2/token")).await;
    scene.lists(call("OPTIONS", "/oauth2/token")).await;
    scene.shows("404", post("/oauth2/tokens").form(FORM)).await;
    let large = format!("{FORM}&pad={}", "x".repeat(17_000));
    scene.shows("413", asks.form(&large)).await;
    scene.ends();
}

#[tokio::test]
async fn a_guesser_of_secrets_is_told_to_wait_as_today() {
    let mut scene = Scene::begin("oauth_throttled", 4).await;
    let wrong = Credentials {
        secret: "wrong".into(),
        ..scene.client.clone()
    };
    let guess = token("grant_type=client_credentials").basic("client, wrong secret", &wrong);
    for _ in 0..6 {
        scene.lists(guess.clone()).await;
    }
    scene.shows("the seventh", guess).await;
    let right = token("grant_type=client_credentials").basic("client", &scene.client.clone());
    scene.shows("the right one", right).await;
    scene.ends();
}

#[tokio::test]
async fn introspection_stays() {
    let mut scene = Scene::begin("oauth_introspect", 5).await;
    let client = scene.client.clone();
    let (person, session) = scene.signed_in(1).await;
    let (access, refresh) = (
        text(&session, "accessToken"),
        text(&session, "refreshToken"),
    );
    let ask = |token: &str| {
        let call = post("/oauth2/introspect").basic("client", &client);
        call.form(&format!("token={token}"))
    };
    let own = scene.token.clone();
    scene.shows("a client's token", ask(&own)).await;
    scene.shows("a user's token", ask(&access)).await;
    scene.shows("a refresh token", ask(&refresh)).await;
    scene.shows("no token of ours", ask("none")).await;
    scene.lists(ask("rt_none")).await;

    scene.heading("to another partner's client");
    let other = scene.new_client(json!({"partnerName": "Other"})).await;
    for token in [own.clone(), access.clone(), refresh.clone()] {
        let call = post("/oauth2/introspect").basic("another partner's client", &other);
        scene.lists(call.form(&format!("token={token}"))).await;
    }

    scene.heading("after the logout");
    let logout = post("/v1/user/logout").token("user", &access);
    scene.quietly(logout).await;
    scene.lists(ask(&access)).await;
    scene.lists(ask(&refresh)).await;

    scene.heading("refused");
    let bare = post("/oauth2/introspect");
    scene.lists(bare.clone().form("token=x")).await;
    scene
        .lists(bare.clone().basic("nobody", &stranger()).form("token=x"))
        .await;
    let bare = bare.basic("client", &client);
    for form in [
        "",
        "token=",
        "token=a&token=b",
        "token=x&token_type_hint=access_token",
    ] {
        scene.lists(bare.clone().form(form)).await;
    }
    scene.lists(bare.clone().json(json!({"token": "x"}))).await;
    let in_url = post("/oauth2/introspect?token=x").basic("client", &client);
    scene.lists(in_url.form("token=x")).await;
    scene.lists(call("GET", "/oauth2/introspect")).await;
    drop(person);
    scene.ends();
}

#[tokio::test]
async fn revocation_stays() {
    let mut scene = Scene::begin("oauth_revoke", 6).await;
    let client = scene.client.clone();
    let (person, first) = scene.signed_in(1).await;
    let second = scene.session(&person).await;
    let revoke = |token: &str| {
        let call = post("/oauth2/revoke").basic("client", &client);
        call.form(&format!("token={token}"))
    };
    scene.shows("no token of ours", revoke("none")).await;
    scene
        .shows("a refresh token", revoke(&text(&first, "refreshToken")))
        .await;
    let refresh = refresh(&person, &text(&first, "refreshToken"));
    scene.lists(refresh).await;
    scene
        .shows("a user's token", revoke(&text(&second, "accessToken")))
        .await;
    let me = call("GET", "/v1/user/me").token("user", &text(&second, "accessToken"));
    scene.lists(me).await;
    let own = scene.token_of(&client).await;
    scene.shows("a client's token", revoke(&own)).await;
    scene.wait(60_000);
    let audit = call("GET", "/v1/audit").token("client, revoked", &own);
    scene.lists(audit).await;

    scene.heading("refused");
    scene.lists(post("/oauth2/revoke").form("token=x")).await;
    scene
        .lists(
            post("/oauth2/revoke")
                .basic("nobody", &stranger())
                .form("token=x"),
        )
        .await;
    let bare = post("/oauth2/revoke").basic("client", &client);
    for form in ["", "token=", "token=a&token=b"] {
        scene.lists(bare.clone().form(form)).await;
    }
    scene.ends();
}
