//! Bearer tokens: what is in them, who may use which, and every forgery refused.

use std::collections::BTreeSet;

use hmac::{Hmac, Mac};
use serde_json::{json, Value};
use sha2::Sha256;

use crate::support::http::Method;
use crate::support::jwt::{self, Jwt};
use crate::support::people::application;
use crate::support::Api;

#[tokio::test]
async fn a_users_token_verifies_offline_and_carries_its_claims() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let token = Jwt::read(&session.access);
    assert_eq!(token.header["typ"], "at+jwt");
    assert_eq!(token.header["alg"], "EdDSA");
    assert!(token.is_signed_by(&api.jwks().await));

    let claims = &token.claims;
    let issuer = format!("http://localhost:{}", api.gatehouse.service.port);
    assert_eq!(claims["iss"], issuer.as_str(), "{claims}");
    assert_eq!(claims["sub"], user.id.as_str(), "{claims}");
    let demo = api.gatehouse.service.client("demo");
    assert_eq!(claims["client_id"], demo.id.as_str(), "{claims}");
    assert_eq!(claims["scope"], "user_auth", "{claims}");
    assert_eq!(claims["amr"], json!(["pwd", "otp", "sms"]), "{claims}");
    assert_eq!(claims["roles"], json!(["customer"]), "{claims}");
    assert!(claims["sid"]
        .as_str()
        .is_some_and(|sid| sid.starts_with("ses_")));
    assert!(
        claims["aud"].is_string() || claims["aud"].is_array(),
        "{claims}"
    );
    assert!(claims["jti"].is_string(), "{claims}");
    let time = |name: &str| {
        claims[name]
            .as_i64()
            .unwrap_or_else(|| panic!("{name}: {claims}"))
    };
    assert_eq!(time("exp") - time("iat"), 900, "{claims}");
    assert!(time("auth_time") <= time("iat"), "{claims}");
    let names: BTreeSet<&str> = claims
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let personal = ["email", "phone", "phone_number", "password"];
    assert!(
        personal.iter().all(|name| !names.contains(name)),
        "{claims}"
    );
}

#[tokio::test]
async fn a_clients_token_verifies_offline_and_carries_its_claims() {
    let api = Api::new().await;
    let token = Jwt::read(&api.token);
    assert_eq!(token.header["typ"], "at+jwt");
    assert!(token.is_signed_by(&api.jwks().await));
    let claims = &token.claims;
    let demo = api.gatehouse.service.client("demo");
    assert_eq!(claims["client_id"], demo.id.as_str(), "{claims}");
    assert_eq!(claims["sub"], demo.id.as_str(), "{claims}");
    let all = "client_auth users.read users.write";
    assert_eq!(claims["scope"], all, "{claims}");
    for name in ["sid", "amr", "auth_time", "roles"] {
        assert!(claims.get(name).is_none(), "{name}: {claims}");
    }
    let lives = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(lives, 3600, "{claims}");
}

#[tokio::test]
async fn every_token_has_an_id_of_its_own() {
    let api = Api::new().await;
    let mut ids = BTreeSet::new();
    for _ in 0..4 {
        let token = Jwt::read(&api.client_token("demo").await);
        ids.insert(token.claims["jti"].to_string());
    }
    assert_eq!(ids.len(), 4);
}

/// The scopes that open an endpoint, the one that it names first.
type Wanted = &'static [&'static str];

const CLIENT: Wanted = &["client_auth"];
const READER: Wanted = &["users.read", "user_auth"];
const AUDITOR: Wanted = &["users.read", "admin"];
const WRITER: Wanted = &["users.write"];
const ADMIN: Wanted = &["admin"];
const USER: Wanted = &["user_auth"];

fn guarded() -> Vec<(Method, &'static str, Option<Value>, Wanted)> {
    let post = Method::POST;
    let some = |body: Value| Some(body);
    let nobody = "nobody@example.com";
    vec![
        (
            post.clone(),
            "/v1/user/sign-up",
            some(application()),
            CLIENT,
        ),
        (
            post.clone(),
            "/v1/user/login",
            some(json!({"username": nobody, "password": "some-password"})),
            CLIENT,
        ),
        (
            post.clone(),
            "/v1/user/otp",
            some(
                json!({"sessionId": "x", "username": nobody, "challengeType": "SMS_MFA", "code": "1234"}),
            ),
            CLIENT,
        ),
        (
            post.clone(),
            "/v1/user/refresh",
            some(json!({"username": nobody, "refreshToken": "x"})),
            CLIENT,
        ),
        (
            Method::GET,
            "/v1/user/forget-password?email=nobody%40example.com",
            None,
            CLIENT,
        ),
        (
            post.clone(),
            "/v1/user/forget-password",
            some(json!({"email": nobody})),
            CLIENT,
        ),
        (
            Method::PUT,
            "/v1/user/change-password",
            some(json!({
                "sessionId": "x",
                "username": nobody,
                "challengeType": "RESET_PASSWORD",
                "password": "yxcvb-asdfgh",
                "passwordConfirm": "yxcvb-asdfgh",
            })),
            CLIENT,
        ),
        (
            post.clone(),
            "/v1/account",
            some(json!({"userId": "x"})),
            CLIENT,
        ),
        (
            post.clone(),
            "/v1/account/portfolio",
            some(json!({"accountId": "x"})),
            CLIENT,
        ),
        (
            post.clone(),
            "/v1/client",
            some(json!({"partnerName": "Matrix", "name": "Matrix"})),
            ADMIN,
        ),
        (
            post.clone(),
            "/v1/user/otp/resend",
            some(json!({"sessionId": "x"})),
            CLIENT,
        ),
        (post.clone(), "/v1/user/x/unlock", None, WRITER),
        (post.clone(), "/v1/user/x/disable", None, WRITER),
        (post.clone(), "/v1/user/x/enable", None, WRITER),
        (Method::GET, "/v1/audit", None, AUDITOR),
        (Method::GET, "/v1/user/x", None, READER),
        (Method::GET, "/v1/account/x", None, READER),
        (Method::GET, "/v1/account/x/portfolios", None, READER),
        (post.clone(), "/v1/client/x/secret", None, ADMIN),
        (Method::DELETE, "/v1/client/x", None, ADMIN),
        (Method::GET, "/v1/user/me", None, USER),
        (Method::GET, "/v1/user/sessions", None, USER),
        (Method::DELETE, "/v1/user/sessions/x", None, USER),
        // The last: it ends the session that the others are asked with.
        (post, "/v1/user/logout", None, USER),
    ]
}

#[tokio::test]
async fn every_endpoint_takes_its_own_kind_of_token_and_no_other() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let challenge = api.log_in(&user).await;
    let secret = api.gatehouse.service.client("demo").secret;
    let demo = api.gatehouse.service.client("demo");
    let tokens = [
        (
            Some("client_auth"),
            api.token_with(&demo, "client_auth").await,
        ),
        (
            Some("users.read"),
            api.token_with(&demo, "users.read").await,
        ),
        (
            Some("users.write"),
            api.token_with(&demo, "users.write").await,
        ),
        (Some("admin"), api.client_token("root").await),
        (Some("user_auth"), session.access.clone()),
        (None, session.refresh.clone()),
        (None, challenge.session.clone()),
        (None, secret),
        (None, user.id.clone()),
        (None, "garbage".to_owned()),
        (None, "a.b.c".to_owned()),
    ];
    for (method, path, body, wanted) in guarded() {
        let call = |token: Option<&str>| {
            let mut call = api.call(method.clone(), path);
            if let Some(token) = token {
                call = call.bearer(token);
            }
            if let Some(body) = &body {
                call = call.json(body);
            }
            call.send()
        };
        call(None).await.fails(2001);
        for (scope, token) in &tokens {
            let reply = call(Some(token)).await;
            match scope {
                Some(scope) if wanted.contains(scope) => {
                    let refused = (2001..=2003).contains(&reply.code());
                    assert!(!refused, "{scope} is the right one: {reply}");
                }
                Some(_) => {
                    let challenge = reply.fails(2003).header("www-authenticate");
                    let named = format!("scope=\"{}\"", wanted[0]);
                    assert!(challenge.ends_with(&named), "{reply}");
                }
                None => drop(reply.fails(2002)),
            }
        }
    }
}

#[tokio::test]
async fn a_refused_token_is_refused_before_the_body_is_read() {
    let api = Api::new().await;
    for body in [b"{".to_vec(), vec![b'x'; 100_000]] {
        let call = api.call(Method::POST, "/v1/user/login").bearer("garbage");
        let reply = call.body("application/json", body).send().await;
        reply.fails(2002);
    }
}

#[tokio::test]
async fn what_is_no_single_bearer_token_is_refused() {
    let api = Api::new().await;
    let (_, session) = api.signed_in_user().await;
    let token = &session.access;
    for value in [
        format!("Bearer  {token}"),
        format!("Bearer\t{token}"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Bearer {token},{token}"),
        format!("Bearer {token} {token}"),
        format!("Bearer {token}="),
        format!("Bearer {token}."),
        format!("Bearer .{token}"),
        format!("Bearer \"{token}\""),
        format!("Token {token}"),
        format!("Basic {token}"),
        token.clone(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
    ] {
        let call = api.call(Method::GET, "/v1/user/me");
        let reply = call.header("Authorization", &value).send().await;
        reply.fails_with_one_of(&[2001, 2002]);
    }
    let call = api.call(Method::GET, "/v1/user/me").bearer(token);
    call.bearer(token)
        .send()
        .await
        .fails_with_one_of(&[2001, 2002]);
    let call = api.call(Method::GET, "/v1/user/me");
    let call = call.header("Authorization", &format!("bearer {token}"));
    call.send().await.ok();
}

/// A token of these parts, signed with this.
fn token_of(header: &Value, claims: &Value, sign: impl Fn(&str) -> Vec<u8>) -> String {
    let encode = |part: &Value| jwt::encode(part.to_string().as_bytes());
    let signed = format!("{}.{}", encode(header), encode(claims));
    let signature = jwt::encode(&sign(&signed));
    format!("{signed}.{signature}")
}

fn hs256(key: &[u8]) -> impl Fn(&str) -> Vec<u8> + '_ {
    move |signed| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key will do");
        mac.update(signed.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }
}

#[tokio::test]
async fn a_forged_token_is_2002_by_whatever_trick() {
    let api = Api::new().await;
    let (_, session) = api.signed_in_user().await;
    let real = Jwt::read(&session.access);
    let (header, claims) = (&real.header, &real.claims);
    let parts: Vec<&str> = session.access.split('.').collect();
    let jwks = api.jwks().await;
    let key = &jwks["keys"][0];
    let x = jwt::decode(key["x"].as_str().expect("x"));
    let mut der = vec![
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
    ];
    der.extend(&x);
    let with = |name: &str, value: Value| {
        let mut header = header.clone();
        header[name] = value;
        header
    };
    let nothing = |_: &str| Vec::new();
    // Whoever has no key signs with one of their own.
    let own = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let own_sign = |signed: &str| {
        use ed25519_dalek::Signer;
        own.sign(signed.as_bytes()).to_bytes().to_vec()
    };
    let own_jwk = json!({
        "kty": "OKP", "crv": "Ed25519", "kid": header["kid"],
        "x": jwt::encode(own.verifying_key().as_bytes()),
    });

    let mut forged = vec![
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        format!("{}.{}.{}.{}", parts[0], parts[1], parts[2], parts[2]),
        format!("{}..{}", parts[0], parts[2]),
        format!("{}.{}.{}=", parts[0], parts[1], parts[2]),
        format!("{} .{}.{}", parts[0], parts[1], parts[2]),
        "x".repeat(10_000),
        format!("{}.{}.{}", parts[0], "A".repeat(5_000), parts[2]),
        token_of(header, claims, |_| vec![0; 64]),
        token_of(header, claims, own_sign),
        token_of(&with("jwk", own_jwk), claims, own_sign),
        token_of(
            &with("jku", json!("https://example.com/jwks")),
            claims,
            own_sign,
        ),
        token_of(
            &with("x5u", json!("https://example.com/x")),
            claims,
            own_sign,
        ),
        token_of(&with("crit", json!(["exp"])), claims, own_sign),
        token_of(&with("b64", json!(false)), claims, own_sign),
    ];
    for none in ["none", "None", "NONE", "nOnE", "", "null"] {
        forged.push(token_of(&with("alg", json!(none)), claims, nothing));
        forged.push(token_of(&with("alg", json!(none)), claims, own_sign));
    }
    for kid in [
        json!(null),
        json!([]),
        json!({}),
        json!(1),
        json!("../../../dev/null"),
        json!("' UNION SELECT 'x' --"),
        json!("x".repeat(2_000)),
    ] {
        forged.push(token_of(&with("kid", kid), claims, own_sign));
    }
    for public in [x.clone(), der, key.to_string().into_bytes(), Vec::new()] {
        forged.push(token_of(
            &with("alg", json!("HS256")),
            claims,
            hs256(&public),
        ));
    }
    let mut elevated = claims.clone();
    elevated["scope"] = json!("user_auth client_auth admin");
    let elevated = jwt::encode(elevated.to_string().as_bytes());
    forged.push(format!("{}.{elevated}.{}", parts[0], parts[2]));
    let signature = jwt::decode(parts[2]);
    for place in 0..signature.len() {
        let mut flipped = signature.clone();
        flipped[place] ^= 1;
        forged.push(format!(
            "{}.{}.{}",
            parts[0],
            parts[1],
            jwt::encode(&flipped)
        ));
    }
    // The last letter of 64 bytes holds four bits that mean nothing and must be zero.
    let (head, last) = parts[2].split_at(parts[2].len() - 1);
    for letter in ["B", "R", "h", "x"] {
        if letter != last {
            forged.push(format!("{}.{}.{head}{letter}", parts[0], parts[1]));
        }
    }

    for token in &forged {
        api.me(token).await.fails(2002);
    }
    api.me(&session.access).await.ok();
}
