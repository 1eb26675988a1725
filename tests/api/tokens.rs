//! Bearer tokens: what is in them, who may use which, and every forgery refused.

use std::collections::BTreeSet;

use hmac::{Hmac, Mac};
use serde_json::{json, Value};
use sha2::Sha256;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::support::http::Method;
use crate::support::jwt::{self, Jwt};
use crate::support::table::{self, Token};
use crate::support::{signing, Api};

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

/// Each call of the document with every token there is. The ids in its path are nobody's, so that the
/// right token changes nothing.
#[tokio::test]
async fn every_endpoint_takes_its_own_kind_of_token_and_no_other() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let challenge = api.log_in(&user).await;
    let sid = Jwt::read(&session.access).claims["sid"].clone();
    let secret = api.gatehouse.service.client("demo").secret;
    let demo = api.gatehouse.service.client("demo");
    let tokens = [
        (
            Some(Token::Client("client_auth")),
            api.token_with(&demo, "client_auth").await,
        ),
        (
            Some(Token::Client("users.read")),
            api.token_with(&demo, "users.read").await,
        ),
        (
            Some(Token::Client("users.write")),
            api.token_with(&demo, "users.write").await,
        ),
        (
            Some(Token::Client("settings.write")),
            api.token_of(&api.new_client_with("settings.write").await)
                .await,
        ),
        (
            Some(Token::Client("recovery.write")),
            api.client_token("demoRecovery").await,
        ),
        (Some(Token::Client("admin")), api.client_token("root").await),
        (
            Some(Token::Client("introspect")),
            api.token_of(&api.service_behind().await).await,
        ),
        (Some(Token::User), session.access.clone()),
        (None, session.refresh.clone()),
        (None, sid.as_str().expect("a session's id").to_owned()),
        (None, challenge.session.clone()),
        (None, secret),
        (None, user.id.clone()),
        (None, "garbage".to_owned()),
        (None, "a.b.c".to_owned()),
    ];
    for listed in table::calls() {
        if listed.takes.is_empty() {
            continue;
        }
        let call = || listed.call(&api, &listed.path_of(&[]));
        call().send().await.fails(2001);
        for (kind, token) in &tokens {
            let reply = call().bearer(token).send().await;
            match kind {
                Some(kind) if listed.takes.contains(kind) => {
                    let refused = (2001..=2003).contains(&reply.code());
                    assert!(!refused, "{kind:?} is the right one: {reply}");
                }
                Some(_) => {
                    let challenge = reply.fails(2003).header("www-authenticate");
                    let named = format!("scope=\"{}\"", listed.takes[0].scope());
                    assert!(challenge.ends_with(&named), "{reply}");
                }
                None => drop(reply.fails(2002)),
            }
        }
    }
}

/// Each call whose path names something, by whom it does not belong to: another partner's client, another
/// user, another partner's user. They are answered as if it were not there, and it is as it was.
#[tokio::test]
async fn what_a_path_names_is_not_there_for_another_partner_or_another_user() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let user = api.verified_user().await;
    let session = api.session(&user).await;
    let account = api.portfolio(&user.account).await;
    let (_, neighbour) = api.signed_in_user().await;
    let (_, foreigner) = other.signed_in_user().await;
    let sid = Jwt::read(&session.access).claims["sid"].clone();
    let ids = [
        ("userId", user.id.as_str()),
        ("accountId", &user.account),
        ("sessionId", sid.as_str().expect("a session's id")),
    ];
    let strangers = [
        (false, &other.token),
        (true, &neighbour.access),
        (true, &foreigner.access),
    ];
    let mut tried = 0;
    for listed in table::calls() {
        let (theirs, nobodys) = (listed.path_of(&ids), listed.path_of(&[]));
        if theirs == nobodys {
            continue;
        }
        for (is_user, token) in strangers {
            let fits = |takes: &Token| match takes {
                Token::User => is_user,
                Token::Client(scope) => !is_user && *scope != "admin",
            };
            if !listed.takes.iter().any(fits) {
                continue;
            }
            let ask = async |path: &str| listed.call(&api, path).bearer(token).send().await;
            let (theirs, nobodys) = (ask(&theirs).await, ask(&nobodys).await);
            assert_eq!(theirs.raw, nobodys.raw, "{theirs}");
            assert_eq!(theirs.status, nobodys.status, "{theirs}");
            tried += 1;
        }
    }
    assert!(tried >= 11, "only {tried} were tried");
    // Neither disabled nor logged out.
    api.me(&session.access).await.ok();
    let path = format!("/v1/account/{}", user.account);
    let now = api.get(&path, &api.token).await;
    assert_eq!(now.ok(), account.ok());
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

/// The signature is right, so that the content alone gives each away; and what it points to is never
/// asked for.
#[tokio::test]
async fn a_token_signed_by_the_services_own_key_is_2002_if_it_is_not_as_the_service_makes_them() {
    let elsewhere = MockServer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(200).set_body_string(signing::KEYS))
        .mount(&elsewhere)
        .await;
    let api = Api::new().await;
    let (_, session) = api.signed_in_user().await;
    let real = Jwt::read(&session.access);
    let header = |name: &str, value: Value| {
        let mut header = real.header.clone();
        header[name] = value;
        signing::signed(&header, &real.claims.to_string())
    };
    let claims = |name: &str, value: Value| {
        let mut claims = real.claims.clone();
        claims[name] = value;
        signing::signed(&real.header, &claims.to_string())
    };
    let without = |name: &str| {
        let (mut header, mut claims) = (real.header.clone(), real.claims.clone());
        header.as_object_mut().expect("an object").remove(name);
        claims.as_object_mut().expect("an object").remove(name);
        signing::signed(&header, &claims.to_string())
    };
    let as_it_is = signing::signed(&real.header, &real.claims.to_string());
    assert_eq!(api.me(&as_it_is).await.ok()["userId"], real.claims["sub"]);

    let url = json!(format!("{}/keys", elsewhere.uri()));
    let own_key = api.jwks().await["keys"][0].clone();
    let issuer = real.claims["iss"].as_str().expect("an issuer").to_owned();
    let now = real.claims["iat"].as_i64().expect("a time");
    let mut forged = vec![
        header("jwk", own_key),
        header("jku", url.clone()),
        header("x5u", url.clone()),
        header("x5c", json!(["MIIB"])),
        header("crit", json!([])),
        header("crit", json!(["exp"])),
        header("b64", json!(true)),
        header("b64", json!(false)),
        header("cty", json!("JWT")),
        header("typ", json!("JWT")),
        header("typ", json!("AT+JWT+")),
        header("typ", Value::Null),
        header("alg", json!("none")),
        header("alg", json!("HS256")),
        header("alg", json!("eddsa")),
    ];
    for kid in [
        Value::Null,
        json!([]),
        json!({}),
        json!(1),
        json!(""),
        json!("another"),
        json!("../../../dev/null"),
        json!("' UNION SELECT 'x' --"),
        json!("k".repeat(2_000)),
        url.clone(),
    ] {
        forged.push(header("kid", kid));
    }
    for name in ["typ", "kid", "alg", "exp", "iss", "aud", "sub", "scope"] {
        forged.push(without(name));
    }
    for exp in [
        json!(now - 60),
        json!(-now),
        json!(0),
        json!(format!("{}", now + 900)),
        Value::Null,
    ] {
        forged.push(claims("exp", exp));
    }
    let endless = real.claims.to_string();
    let exp = real.claims["exp"].to_string();
    forged.push(signing::signed(
        &real.header,
        &endless.replace(&exp, "1e400"),
    ));
    for (name, later) in [("iat", now + 600), ("nbf", now + 600)] {
        forged.push(claims(name, json!(later)));
    }
    for name in ["iss", "aud"] {
        for wrong in [
            json!(format!("{issuer}/")),
            json!(format!("{issuer}x")),
            json!(&issuer[..issuer.len() - 1]),
            json!(issuer.to_uppercase()),
            json!(format!(" {issuer}")),
            json!([issuer, "https://example.com"]),
            url.clone(),
            json!(""),
        ] {
            forged.push(claims(name, wrong));
        }
    }
    for token in &forged {
        api.me(token).await.fails(2002);
    }
    let asked = elsewhere.received_requests().await.unwrap_or_default();
    assert_eq!(asked.len(), 0, "{asked:?}");
    api.me(&session.access).await.ok();
}

/// A token is read up to 4096 characters: the last length that a payload can have below, and the
/// first above.
#[tokio::test]
async fn a_token_has_at_most_4096_characters() {
    let api = Api::new().await;
    let (_, session) = api.signed_in_user().await;
    let real = Jwt::read(&session.access);
    let long = |role: usize| {
        let mut claims = real.claims.clone();
        claims["roles"] = json!(["r".repeat(role)]);
        signing::signed(&real.header, &claims.to_string())
    };
    let fitting = (2_000..4_000).take_while(|role| long(*role).len() <= 4096);
    let role = fitting.last().expect("a length");
    assert!(long(role).len() > 4092 && long(role + 1).len() > 4096);
    for shorter in [role - 1, role] {
        api.me(&long(shorter)).await.ok();
    }
    api.me(&long(role + 1)).await.fails(2002);
}
