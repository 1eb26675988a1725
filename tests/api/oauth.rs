//! `POST /oauth2/token` speaks RFC 6749, the metadata RFC 8414 and the JWKS RFC 7517, not the
//! envelope.

use base64ct::{Base64, Encoding};
use serde_json::json;

use crate::support::http::{Call, Method, Reply};
use crate::support::jwt::Jwt;
use crate::support::service::Credentials;
use crate::support::Api;

const GRANT: &str = "grant_type=client_credentials";

fn token_call(api: &Api) -> Call {
    api.call(Method::POST, "/oauth2/token")
}

/// The credentials in the body.
fn in_body(client: &Credentials) -> String {
    let pairs = [("client_id", &client.id), ("client_secret", &client.secret)];
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(pairs);
    form.finish()
}

#[track_caller]
fn granted(reply: &Reply) {
    reply.expect_status(200);
    assert_eq!(reply.body["token_type"], "Bearer", "{reply}");
    assert_eq!(reply.body["expires_in"], 3600, "{reply}");
    assert_eq!(reply.header("cache-control"), "no-store", "{reply}");
    let is_json = reply.header("content-type").starts_with("application/json");
    assert!(is_json, "{reply}");
    assert!(reply.body.get("refresh_token").is_none(), "R09: {reply}");
    reply.text("access_token");
}

#[tokio::test]
async fn a_client_gets_a_token_by_basic_and_by_body() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");

    let call = token_call(&api).basic(&demo.id, &demo.secret);
    let reply = call.form(GRANT).send().await;
    granted(&reply);
    let all = "client_auth users.read users.write";
    assert_eq!(reply.body["scope"], all, "{reply}");

    let form = format!("{GRANT}&{}", in_body(&demo));
    granted(&token_call(&api).form(&form).send().await);

    let root = api.gatehouse.service.client("root");
    let call = token_call(&api).basic(&root.id, &root.secret);
    let reply = call.form(GRANT).send().await;
    granted(&reply);
    assert_eq!(reply.body["scope"], "admin", "{reply}");
}

#[tokio::test]
async fn basic_credentials_are_form_urldecoded() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let escape = |text: &str| -> String { text.bytes().map(|b| format!("%{b:02x}")).collect() };
    let pair = format!("{}:{}", escape(&demo.id), escape(&demo.secret));
    let basic = format!("Basic {}", Base64::encode_string(pair.as_bytes()));
    let call = token_call(&api).header("Authorization", &basic);
    granted(&call.form(GRANT).send().await);
}

#[tokio::test]
async fn the_scheme_and_the_media_type_are_case_insensitive() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let pair = format!("{}:{}", demo.id, demo.secret);
    let basic = format!("bAsIc {}", Base64::encode_string(pair.as_bytes()));
    let call = token_call(&api).header("Authorization", &basic).body(
        "Application/X-WWW-Form-Urlencoded; charset=UTF-8",
        GRANT.into(),
    );
    granted(&call.send().await);
}

#[tokio::test]
async fn wrong_credentials_are_invalid_client_whatever_is_wrong_with_them() {
    let api = Api::new().await;
    let client = api.new_client().await;
    let demo = api.gatehouse.service.client("demo");
    let attempts = [
        (client.id.as_str(), "wrong"),
        (client.id.as_str(), ""),
        (client.id.as_str(), demo.secret.as_str()),
        ("cli_00000000-0000-7000-8000-000000000000", "wrong"),
        ("nobody", "wrong"),
        ("' OR 1=1 --", "p+ss:%41 ü"),
        ("", ""),
    ];
    let mut answers = Vec::new();
    for (id, secret) in attempts {
        let call = token_call(&api).basic(id, secret);
        let reply = call.form(GRANT).send().await;
        reply.oauth_error(401, "invalid_client");
        let challenge = reply.header("www-authenticate");
        assert!(challenge.starts_with("Basic realm="), "{reply}");
        assert_eq!(reply.header("cache-control"), "no-store", "{reply}");
        answers.push(reply.body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "they differ: {answers:?}");
}

#[tokio::test]
async fn credentials_that_cannot_be_read_are_refused() {
    let api = Api::new().await;
    for header in [
        "Basic",
        "Basic ",
        "Basic !!!!",
        "Basic bm9jb2xvbg==",
        "Basic //79",
        "Digest abc",
        "Bearer abc",
    ] {
        let call = token_call(&api).header("Authorization", header);
        let reply = call.form(GRANT).send().await;
        let error = reply.text("error");
        let known = ["invalid_client", "invalid_request"].contains(&error.as_str());
        assert!(known && matches!(reply.status, 400 | 401), "{reply}");
    }
    let reply = token_call(&api).form(GRANT).send().await;
    assert_eq!(reply.text("error"), "invalid_client", "{reply}");
}

#[tokio::test]
async fn both_ways_at_once_is_an_invalid_request() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let form = format!("{GRANT}&{}", in_body(&demo));
    let call = token_call(&api).basic(&demo.id, &demo.secret);
    let reply = call.form(&form).send().await;
    reply.oauth_error(400, "invalid_request");
}

#[tokio::test]
async fn credentials_in_the_url_are_refused() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let path = format!("/oauth2/token?{GRANT}&{}", in_body(&demo));
    let reply = api.call(Method::POST, &path).form(GRANT).send().await;
    assert!(matches!(reply.status, 400 | 401), "{reply}");
    assert!(reply.body.get("access_token").is_none(), "{reply}");
}

#[tokio::test]
async fn a_grant_is_named_once_and_is_one_of_those_there_are() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    for (form, error) in [
        ("", "invalid_request"),
        ("grant_type=", "invalid_request"),
        (
            "grant_type=client_credentials&grant_type=client_credentials",
            "invalid_request",
        ),
        (
            "grant_type=client_credentials&scope=client_auth&scope=client_auth",
            "invalid_request",
        ),
        (
            "grant_type=password&username=a&password=b",
            "unsupported_grant_type",
        ),
        (
            "grant_type=authorization_code&code=a",
            "unsupported_grant_type",
        ),
        ("grant_type=CLIENT_CREDENTIALS", "unsupported_grant_type"),
        ("grant_type=client_credentials&scope=admin", "invalid_scope"),
        (
            "grant_type=client_credentials&scope=user_auth",
            "invalid_scope",
        ),
        (
            "grant_type=client_credentials&scope=client_auth+admin",
            "invalid_scope",
        ),
        (
            "grant_type=client_credentials&scope=client_auth++users.read",
            "invalid_scope",
        ),
        (
            "grant_type=client_credentials&scope=users.erase",
            "invalid_scope",
        ),
    ] {
        let call = token_call(&api).basic(&demo.id, &demo.secret);
        let reply = call.form(form).send().await;
        reply.oauth_error(400, error);
    }
}

#[tokio::test]
async fn its_own_scopes_may_be_asked_for_and_empty_or_unknown_parameters_are_ignored() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    for form in [
        "grant_type=client_credentials&scope=client_auth",
        "grant_type=client_credentials&scope=users.write+client_auth",
        "grant_type=client_credentials&scope=",
        "grant_type=client_credentials&resource=x&something=y",
        "grant_type=client_credentials&client_id=&client_secret=",
        "grant%5Ftype=client%5Fcredentials",
    ] {
        let call = token_call(&api).basic(&demo.id, &demo.secret);
        granted(&call.form(form).send().await);
    }
}

#[tokio::test]
async fn only_a_urlencoded_post_is_a_token_request() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let call = api.call(method, "/oauth2/token");
        let reply = call.basic(&demo.id, &demo.secret).send().await;
        reply.expect_status(405);
        assert_eq!(reply.header("allow"), "POST", "{reply}");
    }
    let body = json!({"grant_type": "client_credentials"});
    for media_type in ["application/json", "text/plain", "multipart/form-data"] {
        let call = token_call(&api).basic(&demo.id, &demo.secret);
        let call = call.body(media_type, body.to_string().into_bytes());
        let reply = call.send().await;
        assert!(matches!(reply.status, 400 | 415), "{reply}");
        assert_eq!(reply.body["error"], "invalid_request", "{reply}");
    }
    let other_charset = "application/x-www-form-urlencoded; charset=utf-16";
    let call = token_call(&api).basic(&demo.id, &demo.secret);
    let reply = call.body(other_charset, GRANT.into()).send().await;
    reply.oauth_error(400, "invalid_request");
}

#[tokio::test]
async fn a_token_request_may_not_be_huge() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let form = format!("{GRANT}&pad={}", "x".repeat(1024 * 1024));
    let call = token_call(&api).basic(&demo.id, &demo.secret);
    let reply = call.form(&form).send().await;
    reply.oauth_error(413, "invalid_request");
    assert_eq!(reply.header("cache-control"), "no-store", "{reply}");
}

#[tokio::test]
async fn guessing_a_secret_is_throttled_and_the_right_one_passes_all_the_same() {
    let api = Api::new().await;
    let client = api.new_client().await;
    let unknown = format!("cli_{}", crate::support::random::letters(20));
    for id in [client.id.as_str(), &unknown] {
        let mut throttled = None;
        // Each failure doubles the wait, so no machine is slow enough to outwait them.
        for n in 0..20 {
            let call = token_call(&api).basic(id, &format!("wrong-{n}"));
            let reply = call.form(GRANT).send().await;
            if reply.status == 429 {
                throttled = Some(reply);
                break;
            }
            reply.oauth_error(401, "invalid_client");
        }
        let reply = throttled.expect("20 guesses and no wait");
        assert!(reply.body["error"].is_string(), "{reply}");
        let wait: u32 = reply.header("retry-after").parse().expect("a Retry-After");
        assert!((1..=900).contains(&wait), "{reply}");
    }
    let call = token_call(&api).basic(&client.id, &client.secret);
    granted(&call.form(GRANT).send().await);
}

#[tokio::test]
async fn the_metadata_names_the_issuer_of_the_tokens_and_every_endpoint() {
    let api = Api::new().await;
    let call = api.call(Method::GET, "/.well-known/oauth-authorization-server");
    let reply = call.send().await;
    reply.expect_status(200);
    let token = Jwt::read(&api.token);
    let issuer = token.claims["iss"].as_str().expect("an issuer");
    assert_eq!(reply.body["issuer"], issuer, "{reply}");
    for (member, path) in [
        ("token_endpoint", "/oauth2/token"),
        ("introspection_endpoint", "/oauth2/introspect"),
        ("revocation_endpoint", "/oauth2/revoke"),
        ("jwks_uri", "/.well-known/jwks.json"),
    ] {
        assert_eq!(reply.body[member], format!("{issuer}{path}"), "{reply}");
    }
    let grants = json!(["client_credentials", "refresh_token"]);
    assert_eq!(reply.body["grant_types_supported"], grants, "{reply}");
    let methods = json!(["client_secret_basic", "client_secret_post"]);
    for endpoint in ["token", "introspection", "revocation"] {
        let member = format!("{endpoint}_endpoint_auth_methods_supported");
        assert_eq!(reply.body[member], methods, "{reply}");
    }
}

#[tokio::test]
async fn the_refresh_grant_rotates_as_the_refresh_endpoint_does() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let (user, session) = api.signed_in_user().await;
    let form = |token: &str| format!("grant_type=refresh_token&refresh_token={token}");

    let call = token_call(&api).basic(&demo.id, &demo.secret);
    let reply = call.form(&form(&session.refresh)).send().await;
    reply.expect_status(200);
    assert_eq!(reply.body["token_type"], "Bearer", "{reply}");
    assert_eq!(reply.body["expires_in"], 900, "{reply}");
    api.me(&reply.text("access_token")).await.ok();
    let next = reply.text("refresh_token");
    api.refresh(&user.email, &next).await.ok();

    let call = token_call(&api).basic(&demo.id, &demo.secret);
    let reply = call.form(&form(&session.refresh)).send().await;
    reply.oauth_error(400, "invalid_grant");
    let call = token_call(&api).basic(&demo.id, &demo.secret);
    let reply = call.form("grant_type=refresh_token").send().await;
    reply.oauth_error(400, "invalid_request");
}

/// What `/v1/user/refresh` takes a scope for, the grant takes it for too.
#[tokio::test]
async fn the_refresh_grant_takes_a_client_that_may_sign_customers_in() {
    let api = Api::new().await;
    let root = api.client_token("root").await;
    let body = json!({"partnerName": "Desk", "name": "desk", "scope": "users.read users.write"});
    let desk = api.post("/v1/client", &root, body).await;
    let (id, secret) = (desk.text("/data/clientId"), desk.text("/data/clientSecret"));
    let form = "grant_type=refresh_token&refresh_token=rt_x";
    let reply = token_call(&api).basic(&id, &secret).form(form).send().await;
    reply.oauth_error(400, "unauthorized_client");
}

#[tokio::test]
async fn another_client_cannot_use_a_refresh_token() {
    let api = Api::new().await;
    let other = api.gatehouse.service.client("other");
    let (user, session) = api.signed_in_user().await;
    let form = format!("grant_type=refresh_token&refresh_token={}", session.refresh);
    let call = token_call(&api).basic(&other.id, &other.secret);
    let reply = call.form(&form).send().await;
    reply.oauth_error(400, "invalid_grant");
    api.refresh(&user.email, &session.refresh).await.ok();
}

#[tokio::test]
async fn the_jwks_shows_public_members_only_and_no_key_twice() {
    let api = Api::new().await;
    let jwks = api.jwks().await;
    let keys = jwks["keys"].as_array().expect("keys");
    assert!(!keys.is_empty(), "{jwks}");
    let mut ids = Vec::new();
    for key in keys {
        assert_eq!(key["kty"], "OKP", "{key}");
        assert_eq!(key["crv"], "Ed25519", "{key}");
        assert_eq!(key["use"], "sig", "{key}");
        assert!(key["x"].is_string(), "{key}");
        for secret in ["d", "k", "p", "q", "dp", "dq", "qi", "oth"] {
            assert!(key.get(secret).is_none(), "{secret} in {key}");
        }
        ids.push(key["kid"].as_str().expect("a kid"));
    }
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all, "{jwks}");
}
