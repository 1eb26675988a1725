//! `POST /oauth2/introspect` (RFC 7662): a client learns of its partner's tokens whether they
//! are good, and of all else nothing.

use serde_json::json;

use crate::support::http::{Method, Reply};
use crate::support::jwt::Jwt;
use crate::support::people::Session;
use crate::support::service::Credentials;
use crate::support::{random, Api};

const PATH: &str = "/oauth2/introspect";

pub async fn introspect(api: &Api, client: &Credentials, token: &str) -> Reply {
    let call = api.call(Method::POST, PATH);
    let call = call.basic(&client.id, &client.secret);
    let token: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
    let reply = call.form(&format!("token={token}")).send().await;
    assert_eq!(reply.header("cache-control"), "no-store", "{reply}");
    reply
}

/// `{"active":false}` to the byte.
async fn is_inactive(api: &Api, client: &Credentials, token: &str) {
    let reply = introspect(api, client, token).await;
    reply.expect_status(200);
    assert_eq!(reply.raw, r#"{"active":false}"#, "{token}");
}

#[tokio::test]
async fn a_clients_token_is_shown_with_its_claims() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let reply = introspect(&api, &demo, &api.token).await;
    reply.expect_status(200);
    assert_eq!(reply.body["active"], true, "{reply}");
    assert_eq!(reply.body["token_type"], "Bearer", "{reply}");
    let claims = Jwt::read(&api.token).claims;
    for name in [
        "iss",
        "aud",
        "sub",
        "client_id",
        "partner_id",
        "scope",
        "jti",
        "iat",
        "exp",
    ] {
        assert_eq!(reply.body[name], claims[name], "{name}: {reply}");
    }
}

#[tokio::test]
async fn a_users_token_is_shown_with_its_claims_and_its_refresh_token_with_its_session() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let (user, session) = api.signed_in_user().await;
    let claims = Jwt::read(&session.access).claims;

    let reply = introspect(&api, &demo, &session.access).await;
    assert_eq!(reply.body["active"], true, "{reply}");
    for name in [
        "iss",
        "aud",
        "sub",
        "client_id",
        "partner_id",
        "scope",
        "jti",
        "iat",
        "exp",
        "sid",
        "auth_time",
        "amr",
        "roles",
    ] {
        assert_eq!(reply.body[name], claims[name], "{name}: {reply}");
    }
    for personal in [&user.email, &user.phone] {
        assert!(!reply.raw.contains(personal.as_str()), "{reply}");
    }

    let reply = introspect(&api, &demo, &session.refresh).await;
    assert_eq!(reply.body["active"], true, "{reply}");
    assert_eq!(reply.body["sub"], user.id.as_str(), "{reply}");
    assert_eq!(reply.body["scope"], "user_auth", "{reply}");
    assert_eq!(reply.body["sid"], claims["sid"], "{reply}");
    assert!(
        reply.body["exp"].as_i64() > claims["exp"].as_i64(),
        "{reply}"
    );
    // To ask is not to use.
    api.refresh(&user.email, &session.refresh).await.ok();
}

#[tokio::test]
async fn what_is_no_live_token_is_inactive_and_no_more() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let (user, session) = api.signed_in_user().await;
    let challenge = api.log_in(&user).await;
    let next = Session::of(api.refresh(&user.email, &session.refresh).await.ok());
    let made_up = format!("rt_{}", random::letters(86));
    let cut = &next.access[..next.access.len() - 1];
    for token in [
        "garbage",
        "a.b.c",
        "' OR 1=1 --",
        &"x".repeat(8_000),
        &made_up,
        cut,
        &format!("{}x", next.refresh),
        &session.refresh,
        &challenge.session,
        &user.id,
        &demo.secret,
    ] {
        is_inactive(&api, &demo, token).await;
    }
    // None of it ended the session.
    api.refresh(&user.email, &next.refresh).await.ok();
}

#[tokio::test]
async fn the_tokens_of_an_ended_session_are_inactive() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let (_, session) = api.signed_in_user().await;
    let reply = api.post("/v1/user/logout", &session.access, json!({}));
    reply.await.ok();
    is_inactive(&api, &demo, &session.access).await;
    is_inactive(&api, &demo, &session.refresh).await;
}

#[tokio::test]
async fn another_partners_tokens_look_like_none() {
    let api = Api::new().await;
    let (_, session) = api.signed_in_user().await;
    let root = api.client_token("root").await;
    for stranger in ["other", "root"] {
        let stranger = api.gatehouse.service.client(stranger);
        for token in [&session.access, &session.refresh, &api.token] {
            is_inactive(&api, &stranger, token).await;
        }
    }
    let demo = api.gatehouse.service.client("demo");
    is_inactive(&api, &demo, &root).await;
}

#[tokio::test]
async fn a_service_behind_sees_the_tokens_of_every_partner_and_whose_they_are() {
    let api = Api::new().await;
    let behind = api.service_behind().await;
    let other = api.with_token(&api.client_token("other").await);
    for partner in [&api, &other] {
        let (user, session) = partner.signed_in_user().await;
        let partner_id = &Jwt::read(&partner.token).claims["partner_id"];
        for token in [&session.access, &session.refresh, &partner.token] {
            let reply = introspect(&api, &behind, token).await;
            assert_eq!(reply.body["active"], true, "{reply}");
            assert_eq!(&reply.body["partner_id"], partner_id, "{reply}");
            for personal in [&user.email, &user.phone] {
                assert!(!reply.raw.contains(personal.as_str()), "{reply}");
            }
        }
        let reply = introspect(&api, &behind, &session.access).await;
        assert_eq!(reply.body["sub"], user.id.as_str(), "{reply}");

        let reply = partner.post("/v1/user/logout", &session.access, json!({}));
        reply.await.ok();
        is_inactive(&api, &behind, &session.access).await;
        is_inactive(&api, &behind, &session.refresh).await;
    }
    is_inactive(&api, &behind, "garbage").await;
}

/// It asks, and does nothing else: neither with its secret nor with a token.
#[tokio::test]
async fn a_service_behind_can_do_nothing_but_ask() {
    let api = Api::new().await;
    let behind = api.service_behind().await;
    let (user, session) = api.signed_in_user().await;
    let token = api.token_of(&behind).await;
    assert_eq!(Jwt::read(&token).claims["scope"], "introspect");
    let path = format!("/v1/user/{}", user.id);
    api.get(&path, &token).await.fails(2003);
    api.get("/v1/audit", &token).await.fails(2003);
    let stranger = api.with_token(&token);
    stranger
        .login(&user.email, &user.password)
        .await
        .fails(2003);

    // Nor does it end what it may look at.
    for token in [&session.access, &session.refresh, &api.token] {
        let call = api.call(Method::POST, "/oauth2/revoke");
        let call = call.basic(&behind.id, &behind.secret);
        let reply = call.form(&format!("token={token}")).send().await;
        reply.expect_status(200);
    }
    api.me(&session.access).await.ok();
    api.refresh(&user.email, &session.refresh).await.ok();
}

#[tokio::test]
async fn who_is_no_client_learns_nothing() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let client = api.new_client().await;
    let form = format!("token={}", api.token);
    let call = || api.call(Method::POST, PATH);
    let refused = [
        call().form(&form).send().await,
        call().bearer(&api.token).form(&form).send().await,
        call().basic(&client.id, "wrong").form(&form).send().await,
        call()
            .basic(&client.id, &demo.secret)
            .form(&form)
            .send()
            .await,
    ];
    for reply in &refused {
        reply.oauth_error(401, "invalid_client");
        let challenge = reply.header("www-authenticate");
        assert!(challenge.starts_with("Basic realm="), "{reply}");
        assert!(reply.body.get("active").is_none(), "{reply}");
    }
}

#[tokio::test]
async fn a_question_is_one_token_in_a_form() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let call = |path: &str| api.call(Method::POST, path).basic(&demo.id, &demo.secret);
    let token = &api.token;
    for form in [
        String::new(),
        "token=".into(),
        format!("token={token}&token={token}"),
    ] {
        let reply = call(PATH).form(&form).send().await;
        reply.oauth_error(400, "invalid_request");
    }
    let body = json!({ "token": token });
    let reply = call(PATH).json(&body).send().await;
    reply.oauth_error(400, "invalid_request");
    let reply = call(&format!("{PATH}?token={token}")).form("").send().await;
    reply.oauth_error(400, "invalid_request");
    let reply = api.call(Method::GET, PATH).send().await;
    reply.expect_status(405);
    assert_eq!(reply.header("allow"), "POST", "{reply}");
    let hint = format!("token={token}&token_type_hint=refresh_token");
    let reply = call(PATH).form(&hint).send().await;
    assert_eq!(reply.body["active"], true, "a hint is only one: {reply}");
}
