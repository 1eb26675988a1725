//! What the settings change, each on a service of its own.

#[allow(dead_code, reason = "each test binary uses its own part of it")]
#[allow(
    clippy::disallowed_methods,
    reason = "the clock and randomness are the tests' own"
)]
#[path = "support/lib.rs"]
mod support;

use std::sync::{Arc, OnceLock};

use base64ct::{Base64, Encoding};
use hmac::{Hmac, Mac};
use serde_json::{json, Value};
use sha2::Sha256;
use support::database::Database;
use support::http::{Call, Method, Reply};
use support::jwt::{encode, Jwt};
use support::people::{application, wrong, Session, User};
use support::service::Credentials;
use support::twilio::error;
use support::{custody, random, Api, Challenge, Gatehouse, Service};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

#[tokio::test]
async fn codes_lives_and_tries_are_as_set_and_the_console_shows_the_messages() {
    let gatehouse = Gatehouse::start(
        "console",
        &[
            ("SMS_PROVIDER", "console"),
            ("EMAIL_PROVIDER", "console"),
            ("OTP_LENGTH", "6"),
            ("RESET_OTP_LENGTH", "8"),
            ("OTP_MAX_TRIES", "5"),
            ("OTP_LOCK_AFTER", "6"),
            ("OTP_TTL_SECONDS", "60"),
            ("ACCESS_TOKEN_SECONDS", "60"),
            ("CLIENT_TOKEN_SECONDS", "600"),
        ],
    );
    let api = Api::on(gatehouse.clone()).await;
    let demo = gatehouse.service.client("demo");
    let call = api
        .call(Method::POST, "/oauth2/token")
        .basic(&demo.id, &demo.secret);
    let reply = call.form("grant_type=client_credentials").send().await;
    assert_eq!(reply.body["expires_in"], 600, "{reply}");

    let user = api.sign_up().await;
    let reply = api.login(&user.email, &user.password).await;
    assert_eq!(reply.ok()["expiresIn"], 60, "{reply}");
    let challenge = |session: String, kind| Challenge {
        session,
        username: user.email.clone(),
        kind,
        phone: user.phone.clone(),
        before: 0,
    };
    let login = challenge(reply.text("/data/sessionId"), "SMS_MFA");
    let code = last_code(&api, &user.phone).await;
    assert_eq!(code.len(), 6);
    for _ in 0..4 {
        api.answer(&login, &wrong(&code)).await.fails(4001);
    }
    // A challenge keeps the length it was issued with.
    gatehouse.service.restart_with(&[("OTP_LENGTH", "7")]);
    let api = Api::on(gatehouse.clone()).await;
    api.answer(&login, "1234567")
        .await
        .fails(1002)
        .naming("code");
    let reply = api.answer(&login, &code).await;
    assert_eq!(reply.ok()["expiresIn"], 60, "{reply}");
    gatehouse.service.restart_with(&[("OTP_LENGTH", "6")]);
    let api = Api::on(gatehouse.clone()).await;

    let reply = api.forget_password(&user.email).await;
    let id = reply.text("/data/sdkResponseMetadata/requestId");
    let reset = challenge(id, "RESET_PASSWORD");
    // The message leaves after the answer.
    let before = code;
    let mut code = last_code(&api, &user.phone).await;
    for _ in 0..200 {
        if code != before {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        code = last_code(&api, &user.phone).await;
    }
    assert_eq!(code.len(), 8);
    api.answer(&reset, &code).await.ok();

    // Six wrong codes in a row lock the login; a reset opens it again.
    let reply = api.login(&user.email, &user.password).await;
    let first = challenge(reply.text("/data/sessionId"), "SMS_MFA");
    let code = last_code(&api, &user.phone).await;
    for expected in [4001, 4001, 4001, 4001, 4002] {
        api.answer(&first, &wrong(&code)).await.fails(expected);
    }
    let reply = api.login(&user.email, &user.password).await;
    let second = challenge(reply.text("/data/sessionId"), "SMS_MFA");
    let code = last_code(&api, &user.phone).await;
    api.answer(&second, &wrong(&code)).await.fails(4003);
    api.login(&user.email, &user.password).await.fails(4003);
    let new = random::password();
    api.change_password(&reset, &new).await.ok();
    api.login(&user.email, &new).await.ok();
    let to = user.email.replace('@', "%40");
    let told = api.outbox(&format!("to={to}&wait=30")).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["kind"], "EMAIL");
    assert_eq!(told[0]["subject"], "Your Gatehouse password was changed");
}

/// The code in the newest message of the outbox for this number.
async fn last_code(api: &Api, phone: &str) -> String {
    let reply = api.call(Method::GET, "/dev/outbox").send().await;
    let messages = reply.expect_status(200).body["messages"].as_array();
    let messages = messages.unwrap_or_else(|| panic!("no messages: {reply}"));
    let mut own: Vec<&Value> = messages.iter().filter(|m| m["to"] == phone).collect();
    own.sort_by_key(|message| message["at"].to_string());
    let text = own.last().and_then(|message| message["text"].as_str());
    let text = text.unwrap_or_else(|| panic!("no message for {phone}: {reply}"));
    let code = text.split(|c: char| !c.is_ascii_digit());
    code.max_by_key(|run| run.len())
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn production_without_its_settings_serves_nothing_and_says_so_once() {
    let vars = [("ENVIRONMENT", "production"), ("OTP_LENGHT", "6")];
    let service = Service::start_until("production", &vars, 503);
    let http = reqwest::Client::new();
    let mut ids = Vec::new();
    for (method, path, status, word) in [
        ("GET", "/healthz", 503, "\"errorCode\":9002"),
        ("GET", "/.well-known/jwks.json", 503, "\"errorCode\":9002"),
        ("POST", "/oauth2/token", 503, "temporarily_unavailable"),
        ("POST", "/v1/user/sign-up", 503, "\"errorCode\":9002"),
        ("GET", "/dev/outbox", 503, "\"errorCode\":9002"),
        // What is not there is not there all the same.
        ("GET", "/nothing", 404, "\"errorCode\":1005"),
        ("POST", "/v1/user/logn", 404, "\"errorCode\":1005"),
        ("GET", "/v1/user/login", 405, "\"errorCode\":1006"),
        ("GET", "/oauth2/token", 405, "invalid_request"),
    ] {
        let url = format!("{}{path}", service.base);
        let method = method.parse().expect("a method");
        let answer = http.request(method, url).send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{path}");
        let id = answer.headers()["x-request-id"].to_str().expect("an id");
        assert!(id.starts_with("req_"), "{path}: {id}");
        ids.push(id.to_owned());
        let body = answer.text().await.expect("a body");
        assert!(body.contains(word), "{path}: {body}");
        for setting in ["ISSUER", "SMS_PROVIDER", "CUSTODY_XPUB", "console"] {
            assert!(!body.contains(setting), "{path} names {setting}: {body}");
        }
    }
    service.wait_until_logged(ids.last().expect("one"), 1).await;
    service
        .wait_until_logged("GET /healthz answered 503: nothing is served", 1)
        .await;
    let log = service.log();
    // `make dev` brings development's; each that is refused is named.
    for setting in [
        "ISSUER",
        "SMS_PROVIDER",
        "CUSTODY_XPUB",
        "CUSTODY_ENCRYPTION_XPUB",
        "OTP_LENGHT",
    ] {
        assert!(log.contains(setting), "the log does not name {setting}");
    }
    assert_eq!(service.times_logged("event: 'settings.refused'"), 1);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 9, "an id of its own each");
    let xpub = support::custody::vectors().xpub;
    assert!(!log.contains(&xpub), "the log shows the extended key");
}

/// Asks at this host, whatever the address that the bytes go to.
async fn at_host(service: &Service, host: &str) -> Reply {
    at(service, Method::GET, "/healthz", &[("Host", host)]).await
}

async fn at(service: &Service, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut call = Call::bare(method, &service.base, path);
    for (name, value) in headers {
        call = call.header(name, value);
    }
    call.send().await
}

/// What wrangler shows of the database is not at the service's port, nor is what it shows of the rest.
#[tokio::test]
async fn wrangler_shows_nothing_of_the_local_state() {
    let service = Service::start("shown", &[]);
    for path in ["explorer", "local/explorer"] {
        for rest in ["", "/api/d1/database", "/api/storage/kv/namespaces"] {
            let path = format!("/cdn-cgi/{path}{rest}");
            let headers = [("Origin", "http://localhost:3000")];
            let reply = at(&service, Method::GET, &path, &headers).await;
            reply.fails(1005);
        }
    }
}

#[tokio::test]
async fn local_settings_serve_no_public_host() {
    let service = Service::start("local", &[("SMS_PROVIDER", "console")]);
    let port = service.port;
    for host in [
        &format!("localhost:{port}"),
        &format!("127.0.0.1:{port}"),
        &format!("[::1]:{port}"),
        "192.168.1.5",
        "gatehouse.localhost",
    ] {
        at_host(&service, host).await.expect_status(200);
    }
    let public = ["id.example.com", "id.example.com:8443", "1.1.1.1"];
    let names = [
        "gatehouse",
        "ai",
        "dk.",
        "evil_com",
        "localhost.example.com",
    ];
    for host in public.into_iter().chain(names) {
        let reply = at_host(&service, host).await;
        reply.fails(9002);
        for path in ["/dev/outbox", "/.well-known/jwks.json", "/oauth2/token"] {
            let reply = at(&service, Method::GET, path, &[("Host", host)]).await;
            reply.expect_status(503);
        }
    }
    service.wait_until_logged("ENVIRONMENT is local", 1).await;
    assert_eq!(service.times_logged("ENVIRONMENT is local"), 1);
    // A header of the caller's is no host: nor the one by which wrangler's halves tell each other the URL.
    let here = format!("http://localhost:{port}/dev/outbox");
    let headers = [("Host", "evil.example"), ("MF-Original-URL", here.as_str())];
    let reply = at(&service, Method::GET, "/dev/outbox", &headers).await;
    reply.fails(9002);
    for name in ["X-Forwarded-Host", "Forwarded"] {
        let headers = [(name, "host=id.example.com")];
        at(&service, Method::GET, "/healthz", &headers)
            .await
            .expect_status(200);
    }
}

/// `whsec_` and base64.
const GATEWAY_SECRET: &str = "whsec_ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4";

/// A partner's own gateway that takes every message.
async fn gateway() -> MockServer {
    let gateway = MockServer::start().await;
    let taken = ResponseTemplate::new(200).set_body_json(json!({}));
    let mock = Mock::given(any()).respond_with(taken);
    mock.mount(&gateway).await;
    gateway
}

/// What the gateway was sent for this number, each signature checked.
async fn taken(gateway: &MockServer, phone: &str) -> Vec<String> {
    let requests = gateway.received_requests().await.expect("they are kept");
    let texts = requests.iter().filter_map(|request| {
        let body = signed_body(request);
        let members = body.as_object().expect("an object");
        assert_eq!(members.len(), 2, "{{to, text}} and no more: {body}");
        let text = body["text"].as_str().expect("a text").to_owned();
        (body["to"] == phone).then_some(text)
    });
    texts.collect()
}

/// The body of a request whose Standard Webhooks signature is right.
fn signed_body(request: &Request) -> Value {
    let header = |name: &str| {
        let value = request.headers.get(name);
        let value = value.and_then(|value| value.to_str().ok());
        value.unwrap_or_else(|| panic!("no {name}"))
    };
    let key = Base64::decode_vec(GATEWAY_SECRET.strip_prefix("whsec_").unwrap()).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    let (id, time) = (header("webhook-id"), header("webhook-timestamp"));
    mac.update(format!("{id}.{time}.").as_bytes());
    mac.update(&request.body);
    let tag = Base64::encode_string(&mac.finalize().into_bytes());
    assert_eq!(header("webhook-signature"), format!("v1,{tag}"));
    serde_json::from_slice(&request.body).expect("the body is JSON")
}

#[tokio::test]
async fn a_gateway_of_ones_own_is_told_each_mail_and_its_signature_is_right() {
    let gateway = gateway().await;
    let vars = [
        ("EMAIL_PROVIDER", "webhook"),
        ("EMAIL_WEBHOOK_URL", &gateway.uri()),
        ("EMAIL_WEBHOOK_SECRET", GATEWAY_SECRET),
    ];
    let api = Api::on(Gatehouse::start("mail-gateway", &vars)).await;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    api.change_password(&reset, &random::password()).await.ok();
    let mut taken = Vec::new();
    for _ in 0..200 {
        taken = gateway.received_requests().await.expect("they are kept");
        if !taken.is_empty() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let [request] = &taken[..] else {
        panic!("{} requests", taken.len());
    };
    let body = signed_body(request);
    let text = body["text"].as_str().expect("a text");
    assert!(text.starts_with("The password of your Gatehouse"), "{text}");
    let expected = json!({
        "to": user.email,
        "from": "Gatehouse <no-reply@example.com>",
        "subject": "Your Gatehouse password was changed",
        "text": text,
    });
    assert_eq!(body, expected);
}

/// Where there is no mail, and never more than a number may get.
#[tokio::test]
async fn without_mail_a_notice_is_an_sms_within_the_caps_of_its_number() {
    let harness = "tests/harness/wrangler.toml";
    let vars = [("EMAIL_PROVIDER", "")];
    let gatehouse = Gatehouse::start_under(harness, "notices-by-sms", &vars);
    let api = Api::on(gatehouse.clone()).await;
    let sent = |user: &User| gatehouse.twilio.sent_to(&user.phone);
    for (logins, is_told) in [(1, true), (4, false)] {
        let user = api.sign_up().await;
        for _ in 0..logins {
            api.session(&user).await;
        }
        let reset = api.start_reset(&user).await;
        api.answer_rightly(&reset).await.ok();
        let reply = api.change_password(&reset, &random::password()).await;
        reply.ok();
        let texts = sent(&user);
        assert_eq!(texts.len(), logins + 1 + usize::from(is_told), "{texts:?}");
        let outcome = if is_told { "sent" } else { "withheld" };
        let line = [
            "\"notice.send\"".to_owned(),
            format!("{:?}", reply.header("x-request-id")),
            "\"by\":\"SMS\"".to_owned(),
            format!("\"outcome\":\"{outcome}\""),
        ];
        gatehouse.service.wait_until_logged_with(&line).await;
        let seen = points(&reply, "x-test-sms-points");
        if !is_told {
            assert_eq!(seen, json!([]));
            continue;
        }
        let text =
            "Your Gatehouse password was changed. If it was not you, contact Gatehouse at once.";
        assert_eq!(texts.last().map(|sms| sms.body.as_str()), Some(text));
        let blobs = json!(["taken", "twilio", "1", "PASSWORD_RESET", "SMS"]);
        assert_eq!(seen[0]["blobs"], blobs);
    }
    // What is else told by mail alone.
    let user = api.sign_up().await;
    let session = api.session(&user).await;
    api.recovery_codes(&user, &session.access).await;
    assert_eq!(sent(&user).len(), 2);
    assert!(sent(&user)[1].body.starts_with("New recovery codes"));
    // A reset takes no more of what resets may send than before.
    let user = api.sign_up().await;
    api.session(&user).await;
    for nth in 1..=2 {
        let reset = api.start_reset(&user).await;
        api.answer_rightly(&reset).await.ok();
        api.change_password(&reset, &random::password()).await.ok();
        assert_eq!(sent(&user).len(), 1 + 2 * nth);
    }
    assert_eq!(gatehouse.post.violations(), [""; 0]);
}

#[tokio::test]
async fn a_second_provider_steps_in_with_the_same_code_and_only_allowed_countries_get_any() {
    let gateway = gateway().await;
    let gatehouse = Gatehouse::start(
        "fallback",
        &[
            ("SMS_FALLBACK_PROVIDER", "webhook"),
            ("SMS_WEBHOOK_URL", &gateway.uri()),
            ("SMS_WEBHOOK_SECRET", GATEWAY_SECRET),
            ("SMS_ALLOWED_PREFIXES", "+1,+49"),
        ],
    );
    let api = Api::on(gatehouse.clone()).await;
    let twilio = &gatehouse.twilio;

    // While the first provider works, the second has nothing to do.
    let user = api.sign_up().await;
    api.session(&user).await;
    assert_eq!(taken(&gateway, &user.phone).await.len(), 0);

    let database = Database::of(&gatehouse.service);
    let booked = "SELECT SUM(messages) FROM sends WHERE phone = ?1";
    for (status, code, messages) in [
        (401, 20003, 1),
        (400, 21606, 1),
        (402, 0, 1),
        // The first may have taken it, so the second's is another message.
        (408, 0, 2),
        (500, 20500, 2),
    ] {
        let user = api.sign_up().await;
        twilio.answer_next(&user.phone, vec![error(status, code); 2]);
        let reply = api.login(&user.email, &user.password).await;
        reply.ok();
        let texts = taken(&gateway, &user.phone).await;
        assert_eq!(texts.len(), 1, "after {status}");
        assert_eq!(database.number(booked, [&user.phone]), messages, "{status}");
        assert_eq!(texts[0], twilio.sent_to(&user.phone)[0].body);
        let answer = answer(&user.email, &reply, &texts[0]);
        let reply = api.post("/v1/user/otp", &api.token, answer).await;
        api.me(&Session::of(reply.ok()).access).await.ok();
    }

    // A number refused by one provider is refused by all.
    let mut person = application();
    person["phoneNumber"] = json!("+15005550001");
    let reply = api
        .post("/v1/user/sign-up", &api.token, person.clone())
        .await;
    let email = reply.text("/data/email");
    let password = person["password"].as_str().unwrap();
    api.login(&email, password).await.fails(4006);
    assert_eq!(taken(&gateway, "+15005550001").await.len(), 0);

    // Great Britain is not on the list.
    let phone = random::phone().replace("+1555", "+4477");
    let mut person = application();
    person["phoneNumber"] = json!(phone);
    let reply = api.post("/v1/user/sign-up", &api.token, person).await;
    reply.fails(4006);

    // An unknown e-mail is sent nothing, to whatever number: nothing else is going on here.
    let before = twilio.total();
    for _ in 0..3 {
        api.forget_password(&random::email()).await.ok();
    }
    // Somebody else's login and reset.
    api.messages_have_left().await;
    assert_eq!(twilio.total(), before + 2);
}

fn answer(username: &str, login: &Reply, text: &str) -> Value {
    let sms = support::twilio::Sms {
        to: String::new(),
        body: text.to_owned(),
        from: String::new(),
        accepted: true,
    };
    json!({
        "sessionId": login.text("/data/sessionId"),
        "username": username,
        "challengeType": "SMS_MFA",
        "code": sms.code(),
    })
}

// --- keys ------------------------------------------------------------------------------------

fn ed25519(kid: &str) -> Value {
    let seed: [u8; 32] = random::bytes();
    json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "d": encode(&seed)})
}

fn hs256(kid: &str, secret: &[u8]) -> Value {
    json!({"kty": "oct", "kid": kid, "k": encode(secret)})
}

fn key_ids(jwks: &Value) -> Vec<&str> {
    let keys = jwks["keys"].as_array().expect("keys");
    keys.iter()
        .map(|key| key["kid"].as_str().expect("a kid"))
        .collect()
}

/// What a client's token and a user's are signed with.
#[track_caller]
fn are_signed(tokens: [&str; 2], alg: &str, kid: &str) {
    for token in tokens {
        let header = Jwt::read(token).header;
        assert_eq!(header["alg"], alg, "{header}");
        assert_eq!(header["kid"], kid, "{header}");
    }
}

#[tokio::test]
async fn tokens_are_signed_with_hs256_where_it_comes_first_and_the_jwks_keeps_its_key() {
    let secret: [u8; 32] = random::bytes();
    let second = ed25519("second");
    let keys = json!([hs256("first", &secret), second]).to_string();
    let gatehouse = Gatehouse::start("hs256", &[("TOKEN_SIGNING_KEYS", &keys)]);
    let api = Api::on(gatehouse.clone()).await;
    let (user, session) = api.signed_in_user().await;
    are_signed([&api.token, &session.access], "HS256", "first");
    api.me(&session.access).await.ok();

    // Whoever shares the secret verifies it offline.
    let (signed, signature) = session.access.rsplit_once('.').expect("three parts");
    let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
    mac.update(signed.as_bytes());
    assert_eq!(encode(&mac.finalize().into_bytes()), signature);

    let jwks = api.jwks().await;
    assert_eq!(key_ids(&jwks), ["second"]);
    for private in [&encode(&secret), second["d"].as_str().unwrap()] {
        assert!(!jwks.to_string().contains(private), "{jwks}");
    }

    // A key is of one algorithm: neither takes the other's signatures or name.
    let parts: Vec<&str> = session.access.split('.').collect();
    for (alg, kid) in [("EdDSA", "first"), ("HS256", "second"), ("EdDSA", "second")] {
        let header = json!({"typ": "at+jwt", "alg": alg, "kid": kid}).to_string();
        let signed = format!("{}.{}", encode(header.as_bytes()), parts[1]);
        let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
        mac.update(signed.as_bytes());
        let signature = encode(&mac.finalize().into_bytes());
        api.me(&format!("{signed}.{signature}")).await.fails(2002);
    }

    // The other way round, and what was signed before is as good as ever.
    let keys = json!([second, hs256("first", &secret)]).to_string();
    gatehouse
        .service
        .restart_with(&[("TOKEN_SIGNING_KEYS", &keys)]);
    let after = Api::on(gatehouse.clone()).await;
    after.me(&session.access).await.ok();
    let next = after.refresh(&user.email, &session.refresh).await;
    let next = Session::of(next.ok());
    are_signed([&after.token, &next.access], "EdDSA", "second");
    assert!(Jwt::read(&next.access).is_signed_by(&after.jwks().await));
}

#[tokio::test]
async fn signing_keys_are_exchanged_without_anybody_being_logged_out() {
    let (a, b) = (ed25519("a"), ed25519("b"));
    let keys = json!([a]).to_string();
    let gatehouse = Gatehouse::start("keys", &[("TOKEN_SIGNING_KEYS", &keys)]);
    let before = Api::on(gatehouse.clone()).await;
    let (user, old) = before.signed_in_user().await;
    are_signed([&before.token, &old.access], "EdDSA", "a");

    let keys = json!([b, a]).to_string();
    gatehouse
        .service
        .restart_with(&[("TOKEN_SIGNING_KEYS", &keys)]);
    let between = Api::on(gatehouse.clone()).await;
    between.me(&old.access).await.ok();
    let overlap = between.with_token(&before.token);
    let next = overlap.refresh(&user.email, &old.refresh).await;
    let next = Session::of(next.ok());
    are_signed([&between.token, &next.access], "EdDSA", "b");
    let jwks = between.jwks().await;
    assert_eq!(key_ids(&jwks), ["b", "a"]);
    for token in [&old.access, &next.access] {
        assert!(Jwt::read(token).is_signed_by(&jwks), "offline too");
    }

    let keys = json!([b]).to_string();
    gatehouse
        .service
        .restart_with(&[("TOKEN_SIGNING_KEYS", &keys)]);
    let after = Api::on(gatehouse.clone()).await;
    after.me(&old.access).await.fails(2002);
    let withdrawn = after.with_token(&before.token);
    let refused = withdrawn.refresh(&user.email, &next.refresh).await;
    refused.fails(2002);
    assert_eq!(key_ids(&after.jwks().await), ["b"]);
    after.me(&next.access).await.ok();
    after.refresh(&user.email, &next.refresh).await.ok();
}

#[tokio::test]
async fn the_pepper_is_exchanged_without_anybody_being_logged_out() {
    let (old, new) = (random::letters(40), random::letters(40));
    let gatehouse = Gatehouse::start("pepper", &[("OTP_PEPPER", &old)]);
    let api = Api::on(gatehouse.clone()).await;
    let (user, session) = api.signed_in_user().await;
    let stolen = api.session(&user).await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;

    let both = format!("{new},{old}");
    gatehouse.service.restart_with(&[("OTP_PEPPER", &both)]);
    let api = Api::on(gatehouse.clone()).await;
    // A code on its way, and a session whose caller asks twice.
    let latest = Session::of(api.answer(&challenge, &code).await.ok());
    let child = Session::of(api.refresh(&user.email, &session.refresh).await.ok());
    let again = Session::of(api.refresh(&user.email, &session.refresh).await.ok());
    assert_eq!(child.refresh, again.refresh, "of the same parent");
    let child = Session::of(api.refresh(&user.email, &child.refresh).await.ok());
    // A token of before is still known for a genuine one, and so is its reuse.
    let next = Session::of(api.refresh(&user.email, &stolen.refresh).await.ok());
    let next = Session::of(api.refresh(&user.email, &next.refresh).await.ok());
    api.refresh(&user.email, &stolen.refresh).await.fails(5001);
    api.refresh(&user.email, &next.refresh).await.fails(5001);

    gatehouse.service.restart_with(&[("OTP_PEPPER", &new)]);
    let api = Api::on(gatehouse.clone()).await;
    // What was renewed meanwhile lives on.
    for session in [&latest, &child] {
        let next = Session::of(api.refresh(&user.email, &session.refresh).await.ok());
        api.me(&next.access).await.ok();
    }
    api.session(&user).await;
}

#[tokio::test]
async fn an_answer_kept_under_the_old_pepper_is_given_under_both() {
    let (old, new) = (random::letters(40), random::letters(40));
    let gatehouse = Gatehouse::start("kept", &[("OTP_PEPPER", &old)]);
    let api = Api::on(gatehouse.clone()).await;
    let key = random::letters(20);
    let body = application();
    let sign_up = |api: &Api| {
        let call = api.call(Method::POST, "/v1/user/sign-up");
        let call = call.bearer(&api.token).header("Idempotency-Key", &key);
        call.json(&body).send()
    };
    let first = sign_up(&api).await;
    first.ok();
    let both = format!("{new},{old}");
    gatehouse.service.restart_with(&[("OTP_PEPPER", &both)]);
    let api = Api::on(gatehouse.clone()).await;
    assert_eq!(sign_up(&api).await.raw, first.raw);
}

#[tokio::test]
async fn the_password_pepper_is_exchanged_and_older_hashes_are_made_anew() {
    let (old, new) = (random::letters(40), random::letters(40));
    let gatehouse = Gatehouse::start("password-pepper", &[("PASSWORD_PEPPER", &old)]);
    let database = support::database::Database::of(&gatehouse.service);
    let hash = |user: &User| {
        let sql = format!("SELECT password_hash FROM users WHERE id = '{}'", user.id);
        database.texts(&sql).concat()
    };
    let pepper_of = |user: &User| {
        let hash = hash(user);
        let (_, named) = hash.split_once(",keyid=").expect("it names its pepper");
        named.split('$').next().unwrap_or_default().to_owned()
    };
    let api = Api::on(gatehouse.clone()).await;
    let (comes, stays) = (api.sign_up().await, api.sign_up().await);
    let before = hash(&comes);
    api.log_in(&comes).await;
    assert_eq!(hash(&comes), before, "there is nothing to make anew");
    assert_eq!(pepper_of(&comes), pepper_of(&stays));

    let both = format!("{new},{old}");
    gatehouse
        .service
        .restart_with(&[("PASSWORD_PEPPER", &both)]);
    let api = Api::on(gatehouse.clone()).await;
    api.login(&comes.email, "not-the-password")
        .await
        .fails(3004);
    assert_eq!(hash(&comes), before);
    api.log_in(&comes).await;
    assert_ne!(pepper_of(&comes), pepper_of(&stays));
    let later = api.sign_up().await;
    assert_eq!(pepper_of(&comes), pepper_of(&later));

    gatehouse.service.restart_with(&[("PASSWORD_PEPPER", &new)]);
    let api = Api::on(gatehouse.clone()).await;
    api.log_in(&comes).await;
    api.log_in(&later).await;
    api.login(&stays.email, &stays.password).await.fails(3004);

    // Without either, as whoever has a copy of D1 and no secret: nothing is right.
    gatehouse
        .service
        .restart_with(&[("PASSWORD_PEPPER", &random::letters(40))]);
    let api = Api::on(gatehouse.clone()).await;
    api.login(&comes.email, &comes.password).await.fails(3004);
}

#[tokio::test]
async fn work_whose_answer_is_too_long_to_keep_is_found_again_under_a_new_pepper() {
    let (old, new) = (random::letters(40), random::letters(40));
    let gatehouse = Gatehouse::start("long", &[("OTP_PEPPER", &old)]);
    let api = Api::on(gatehouse.clone()).await;
    let user = api.verified_user().await;
    let body = json!({"accountId": user.account, "name": "\u{1f4b0}".repeat(100)});
    let open = async |api: &Api, key: &str| {
        let call = api.call(Method::POST, "/v1/account/portfolio");
        let call = call.bearer(&api.token).header("Idempotency-Key", key);
        call.json(&body).send().await
    };
    let mut key = random::letters(20);
    let mut reply = open(&api, &key).await;
    while reply.raw.len() < 9_000 {
        key = random::letters(20);
        reply = open(&api, &key).await;
    }
    let both = format!("{new},{old}");
    gatehouse.service.restart_with(&[("OTP_PEPPER", &both)]);
    let api = Api::on(gatehouse.clone()).await;
    assert_eq!(open(&api, &key).await.ok(), reply.ok());
}

// --- pages of other origins, and plain http ---------------------------------------------------

const ORIGIN: &str = "https://app.example.com";

fn vary(reply: &Reply) -> Vec<&str> {
    let values = reply.headers.get_all("vary").iter();
    values.map(|value| value.to_str().unwrap()).collect()
}

/// What a page may do is decided by the whole origin, to the byte.
#[tokio::test]
async fn an_origin_is_allowed_that_is_one_of_the_settings_and_none_that_looks_like_it() {
    let origins = format!("{ORIGIN},https://b.example.com:8443");
    let service = Service::start("cors", &[("CORS_ORIGINS", &origins)]);
    let asks = |origin: &str, method: Method, path: &'static str| {
        let headers = [
            ("Origin", origin.to_owned()),
            ("Access-Control-Request-Method", "POST".to_owned()),
        ];
        let service = &service;
        async move {
            let headers = headers.each_ref().map(|(n, v)| (*n, v.as_str()));
            at(service, method, path, &headers).await
        }
    };
    for origin in [ORIGIN, "https://b.example.com:8443"] {
        let reply = asks(origin, Method::OPTIONS, "/v1/user/login").await;
        reply.expect_status(204);
        assert_eq!(reply.header("access-control-allow-origin"), origin);
        assert_eq!(reply.header("access-control-allow-methods"), "POST");
        let sendable = reply.header("access-control-allow-headers");
        for name in [
            "Authorization",
            "Content-Type",
            "Idempotency-Key",
            "traceparent",
            "tracestate",
        ] {
            assert!(sendable.contains(name), "{reply}");
        }
        assert_eq!(reply.header("content-type"), "", "of no body: {reply}");
        assert_eq!(vary(&reply), ["Origin"]);

        for (method, path) in [(Method::GET, "/healthz"), (Method::POST, "/v1/user/login")] {
            let reply = asks(origin, method, path).await;
            assert_eq!(reply.header("access-control-allow-origin"), origin);
            let readable = reply.header("access-control-expose-headers");
            for name in [
                "X-Request-Id",
                "Retry-After",
                "Idempotency-Replayed",
                "WWW-Authenticate",
            ] {
                assert!(readable.contains(name), "{reply}");
            }
            assert_eq!(vary(&reply), ["Origin"]);
        }
    }
    for origin in [
        "https://app.example.com.evil.example",
        "https://app.example.comevil.example",
        "https://app.example.co",
        "https://evil-app.example.com",
        "https://x.app.example.com",
        "https://app.example.com/",
        "https://app.example.com:443",
        "https://app.example.com:8443",
        "https://b.example.com",
        "http://app.example.com",
        "https://App.example.com",
        "HTTPS://app.example.com",
        "null",
        "*",
        "https://app.example.com, https://b.example.com:8443",
    ] {
        let preflight = asks(origin, Method::OPTIONS, "/v1/user/login").await;
        preflight.fails(1006);
        let reply = asks(origin, Method::GET, "/healthz").await;
        for reply in [preflight, reply] {
            let names = reply.headers.keys().map(|name| name.as_str());
            let allowing: Vec<&str> = names.filter(|n| n.starts_with("access-control")).collect();
            assert_eq!(allowing, [""; 0], "{origin}: {reply}");
            assert_eq!(vary(&reply), ["Origin"], "{origin}: {reply}");
        }
    }
    let reply = at(&service, Method::GET, "/healthz", &[]).await;
    assert_eq!(vary(&reply), ["Origin"], "{reply}");
}

/// A cache keeps one answer of them for all, so none is of an origin.
#[tokio::test]
async fn the_public_documents_are_every_origins() {
    let api = Api::new().await;
    let service = &api.gatehouse.service;
    for path in [
        "/.well-known/jwks.json",
        "/.well-known/oauth-authorization-server",
        "/openapi.json",
    ] {
        for headers in [&[][..], &[("Origin", ORIGIN)], &[("Origin", "null")]] {
            let reply = at(service, Method::GET, path, headers).await;
            reply.expect_status(200);
            assert_eq!(reply.header("access-control-allow-origin"), "*", "{reply}");
            let kept = reply.header("cache-control");
            assert!(kept.starts_with("public, max-age="), "{reply}");
            assert_eq!(vary(&reply), [""; 0], "{reply}");
        }
    }
    let headers = [
        ("Origin", ORIGIN),
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "traceparent"),
    ];
    let path = "/.well-known/jwks.json";
    let reply = at(service, Method::OPTIONS, path, &headers).await;
    reply.expect_status(204);
    assert_eq!(reply.header("access-control-allow-origin"), "*", "{reply}");
}

/// Settings that production takes.
fn production() -> Vec<(&'static str, String)> {
    // Of seeds that no list of test vectors has.
    let path = "m/44'/60'/0'".parse().expect("a path");
    let [xpub, encryption] = [(); 2].map(|()| {
        let account = bip32::XPrv::derive_from_path(random::bytes::<64>(), &path).expect("a key");
        account.public_key().to_string(bip32::Prefix::XPUB)
    });
    vec![
        ("ENVIRONMENT", "production".into()),
        ("ISSUER", "https://id.example.com".into()),
        ("OTP_PEPPER", random::letters(40)),
        ("TOKEN_SIGNING_KEYS", json!([ed25519("k1")]).to_string()),
        ("SUBACCOUNT_EMAIL_DOMAIN", "sub.example.com".into()),
        ("SMS_PROVIDER", "webhook".into()),
        ("SMS_WEBHOOK_URL", "https://sms.example.com/send".into()),
        ("SMS_WEBHOOK_SECRET", GATEWAY_SECRET.into()),
        ("EMAIL_PROVIDER", "webhook".into()),
        ("EMAIL_WEBHOOK_URL", "https://mail.example.com/send".into()),
        ("EMAIL_WEBHOOK_SECRET", GATEWAY_SECRET.into()),
        ("KYC_WEBHOOK_SECRET", support::kyc::SECRET.into()),
        ("PASSWORD_PEPPER", random::letters(40)),
        ("DECOY_KEY", random::letters(40)),
        ("SETTINGS_KEYS", random::letters(40)),
        ("CUSTODY_XPUB", xpub),
        ("CUSTODY_ENCRYPTION_XPUB", encryption),
    ]
}

/// What a token is sent with over plain http is readable on its way: nothing of it is used.
#[tokio::test]
async fn a_public_host_is_asked_by_https_alone() {
    let vars = production();
    let vars: Vec<(&str, &str)> = vars.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let service = Service::start("plain", &vars);
    let host = ("Host", "id.example.com");
    for (method, path) in [
        (Method::GET, "/healthz"),
        (Method::GET, "/v1/user/me"),
        (Method::POST, "/v1/user/login"),
        (Method::OPTIONS, "/v1/user/login"),
        (Method::GET, "/v1/nothing"),
    ] {
        // Who says to have come by https has not, for all that.
        for more in [
            ("X-Forwarded-Proto", "https"),
            ("CF-Visitor", r#"{"scheme":"https"}"#),
            ("Forwarded", "proto=https"),
        ] {
            let reply = at(&service, method.clone(), path, &[host, more]).await;
            reply.expect_status(403).fails(1010);
            let hsts = reply.header("strict-transport-security");
            assert_eq!(hsts, "", "RFC 6797 §7.2: {reply}");
        }
    }
    let reply = at(&service, Method::POST, "/oauth2/token", &[host]).await;
    reply.oauth_error(403, "invalid_request");
    // Whoever runs it on their own machine is not on the way of anybody.
    at_host(&service, "localhost").await.expect_status(200);
}

// --- where people test -----------------------------------------------------------------------

/// A provider that takes what it is sent, without a network.
const TAKEN: &str = r#"[{"op":"fetch","nth":1,"when":"before","do":"answer","status":200}]"#;

#[tokio::test]
async fn staging_shows_the_operator_the_messages_of_test_numbers_and_production_shows_nothing() {
    let vars = production();
    let mut vars: Vec<(&str, &str)> = vars.iter().map(|(n, v)| (*n, v.as_str())).collect();
    vars[0] = ("ENVIRONMENT", "staging");
    let gatehouse = Gatehouse::start_under("tests/harness/wrangler.toml", "staging", &vars);
    let api = Api::on(gatehouse.clone()).await;
    let root = api.client_token("root").await;
    let login = async |user: &User| {
        let body = json!({"username": user.email, "password": user.password});
        let call = api.call(Method::POST, "/v1/user/login").bearer(&api.token);
        let call = call.json(&body).header("x-test-faults", TAKEN);
        call.send().await
    };
    let test = api.sign_up_at(&support::test_phone("0007")).await;
    let reply = login(&test).await;
    reply.ok();
    let fetched = |reply: &Reply| reply.header("x-test-trace").matches("fetch").count();
    assert_eq!(fetched(&reply), 0, "a provider was asked: {reply}");
    let real = api.sign_up().await;
    let reply = login(&real).await;
    reply.ok();
    assert_eq!(fetched(&reply), 1, "{reply}");

    let seen = api.with_token(&root).outbox("wait=30").await;
    let to: Vec<&Value> = seen.iter().map(|message| &message["to"]).collect();
    assert_eq!(to, [&json!(test.phone)], "a test number's, and no other");
    let outbox = async |query: &str, token: &str| {
        let path = format!("/dev/outbox{query}");
        let call = Call::bare(Method::GET, &gatehouse.service.base, &path);
        match token {
            "" => call.send().await,
            token => call.bearer(token).send().await,
        }
    };
    for query in ["", "?wait=99"] {
        outbox(query, "").await.expect_status(401).fails(2001);
        outbox(query, "none").await.expect_status(401).fails(2002);
        let of_client = outbox(query, &api.token).await;
        of_client.expect_status(403).fails(2003);
        assert_eq!(of_client.body["data"]["scope"], "admin", "{of_client}");
    }
    outbox("?wait=99", &root).await.fails(1002).naming("wait");
    let text = seen[0]["text"].as_str().expect("a text");
    assert!(!gatehouse.service.log().contains(text), "a code in the log");

    let event = json!({"userId": test.id, "status": "VERIFIED"});
    let call = api.call(Method::POST, "/dev/kyc-event").json(&event);
    call.send().await.expect_status(404).fails(1005);

    let shut = [("ENVIRONMENT", "production"), ("SMS_TEST_PREFIX", "")];
    gatehouse.service.restart_with(&shut);
    for query in ["", "?wait=99", "?to=1&wait=1"] {
        for token in ["", "none", &root] {
            let reply = outbox(query, token).await;
            reply.expect_status(404).fails(1005);
        }
    }
}

/// Whoever has such a number would never get a code.
#[tokio::test]
async fn production_with_test_numbers_serves_nothing() {
    let vars = production();
    let mut vars: Vec<(&str, &str)> = vars.iter().map(|(n, v)| (*n, v.as_str())).collect();
    vars.push(("SMS_TEST_PREFIX", "+1555010"));
    let service = Service::start_until("tested", &vars, 503);
    service
        .wait_until_logged("SMS_TEST_PREFIX is for ENVIRONMENT=staging and local", 1)
        .await;
    for path in ["/dev/outbox", "/.well-known/jwks.json"] {
        at(&service, Method::GET, path, &[])
            .await
            .expect_status(503);
    }
}

/// A developer logs in as one customer all day, and signs up the neighbours.
#[tokio::test]
async fn on_a_laptop_the_caps_of_messages_are_a_hundred_times_as_high() {
    let vars = [("SMS_PROVIDER", "console"), ("SMS_CAPS_FACTOR", "")];
    let gatehouse = Gatehouse::start("laptop", &vars);
    let api = Api::on(gatehouse.clone()).await;
    let first = random::phone();
    let block = &first[..first.len() - 3];
    for nth in 100..114 {
        let user = api.sign_up_at(&format!("{block}{nth}")).await;
        api.login(&user.email, &user.password).await.ok();
    }
    gatehouse.service.restart_with(&[("SMS_CAPS_FACTOR", "1")]);
    let api = Api::on(gatehouse.clone()).await;
    let user = api.sign_up_at(&format!("{block}200")).await;
    api.login(&user.email, &user.password).await.fails(4004);
}

/// Whoever could have an event signed could verify anybody.
#[tokio::test]
async fn production_signs_no_event_for_anybody() {
    let vars = production();
    let vars: Vec<(&str, &str)> = vars.iter().map(|(n, v)| (*n, v.as_str())).collect();
    let service = Service::start("signs-nothing", &vars);
    let event = json!({"userId": "usr_x", "status": "VERIFIED"});
    for body in [event, json!({})] {
        let call = Call::bare(Method::POST, &service.base, "/dev/kyc-event");
        let reply = call.json(&body).send().await;
        reply.expect_status(404).fails(1005);
    }
}

// --- who gets an SMS --------------------------------------------------------------------------

#[tokio::test]
async fn a_country_that_is_shut_later_gets_no_sms_by_any_way() {
    let gatehouse = Gatehouse::start("shut", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let (user, _) = api.signed_in_user().await;
    let challenge = api.log_in(&user).await;
    let reset = api.start_reset(&user).await;
    api.code(&reset).await;
    let sent = gatehouse.twilio.sent_to(&user.phone).len();

    gatehouse
        .service
        .restart_with(&[("SMS_ALLOWED_PREFIXES", "+49,+44")]);
    let api = Api::on(gatehouse.clone()).await;
    let resend = async |challenge: &Challenge| {
        let body = json!({"sessionId": challenge.session});
        api.post("/v1/user/otp/resend", &api.token, body).await
    };
    resend(&challenge).await.fails(4006);
    // Of a reset nobody is told.
    resend(&reset).await.fails(4004);
    api.answer_rightly(&challenge).await.ok();
    api.login(&user.email, &user.password).await.fails(4006);
    api.forget_password(&user.email).await.ok();
    // A message that was going out has gone out by the time that a later one has.
    let served = api
        .sign_up_at(&random::phone().replace("+1555", "+4477"))
        .await;
    api.session(&served).await;
    let later = api.start_reset(&served).await;
    api.code(&later).await;
    assert_eq!(gatehouse.twilio.sent_to(&user.phone).len(), sent);
}

/// Of 240 messages a day, 48 go to numbers nobody has proven, and 2 of these an hour.
#[tokio::test]
async fn strangers_cannot_use_up_the_budget_of_proven_customers() {
    let gatehouse = Gatehouse::start("budget", &[("SMS_DAILY_BUDGET", "240")]);
    let api = Api::on(gatehouse.clone()).await;
    let (customer, _) = api.signed_in_user().await;
    let alarm = "\"event\":\"sms.budget\"";
    assert_eq!(gatehouse.service.times_logged(alarm), 0);
    let stranger = api.sign_up().await;
    api.log_in(&stranger).await;
    let spent = "\"share\":\"unproven_hour\",\"percent\":100,\"limit\":2";
    gatehouse.service.wait_until_logged(spent, 1).await;
    // By whichever of the partner's clients.
    let [one, two] = api.as_two_clients_of_a_partner().await;
    for (api, expected) in [(&one, 0), (&two, 0), (&one, 4004), (&two, 4004)] {
        let user = api.sign_up().await;
        let reply = api.login(&user.email, &user.password).await;
        reply.fails_with_one_of(&[expected]);
    }
    for _ in 0..3 {
        let stranger = api.sign_up().await;
        let refused = api.login(&stranger.email, &stranger.password).await;
        let wait: u32 = refused.fails(4004).header("retry-after").parse().unwrap();
        assert!((1..=3600).contains(&wait), "{refused}");
    }
    assert_eq!(gatehouse.twilio.sent_to(&stranger.phone).len(), 1);
    // Who has proven their number is let in all the same.
    api.session(&customer).await;
}

#[tokio::test]
async fn a_strangers_destination_outlives_every_pepper() {
    let gatehouse = Gatehouse::start("decoys", &[("OTP_PEPPER", &random::letters(40))]);
    let stranger = random::email();
    let mut shown = Vec::new();
    for _ in 0..2 {
        let api = Api::on(gatehouse.clone()).await;
        let reply = api.forget_password(&stranger).await;
        shown.push(reply.ok()["codeDeliveryDetails"]["destination"].clone());
        let another = random::letters(40);
        gatehouse.service.restart_with(&[("OTP_PEPPER", &another)]);
    }
    assert_eq!(shown[0], shown[1]);
}

// --- the log ---------------------------------------------------------------------------------

/// What the sample is decided by: the last group of the id, all of it random.
fn is_in_the_sample(reply: &Reply, one_in: u64) -> bool {
    let digits = reply.header("x-request-id").rsplit('-').next();
    let random = u64::from_str_radix(digits.unwrap_or_default(), 16);
    random.expect("hexadecimal").is_multiple_of(one_in)
}

#[tokio::test]
async fn the_log_has_every_failure_and_one_in_n_of_the_others_by_their_ids() {
    let gatehouse = Gatehouse::start("sampled", &[("LOG_REQUESTS", "3")]);
    let api = Api::on(gatehouse.clone()).await;
    let mut replies = Vec::new();
    for n in 0..60 {
        let path = ["/.well-known/jwks.json", "/v1/nowhere"][n % 2];
        replies.push(api.call(Method::GET, path).send().await);
    }
    // Lines come in order: once the last is there, all are.
    let last = api.call(Method::GET, "/v1/nowhere").send().await;
    let line = |reply: &Reply| {
        let id = format!("\"request_id\":\"{}\"", reply.header("x-request-id"));
        ["{\"event\":\"request\"".to_owned(), id]
    };
    gatehouse.service.wait_until_logged_with(&line(&last)).await;
    let log = gatehouse.service.log();
    for reply in &replies {
        let marks = line(reply);
        let has_both = |text: &&str| marks.iter().all(|mark| text.contains(mark.as_str()));
        let told: Vec<&str> = log.lines().filter(has_both).collect();
        let weight = match reply.status {
            200 if is_in_the_sample(reply, 3) => Some("\"sampled\":3}"),
            200 => None,
            _ => Some("\"sampled\":1}"),
        };
        assert_eq!(
            told.len(),
            usize::from(weight.is_some()),
            "{reply}\n{told:?}"
        );
        assert!(
            told.iter()
                .all(|text| weight.is_some_and(|weight| text.contains(weight))),
            "{told:?}"
        );
    }
}

fn points(reply: &Reply, header: &str) -> Value {
    serde_json::from_str(reply.header(header)).expect("points")
}

#[tokio::test]
async fn every_request_is_one_data_point_with_nothing_personal_in_it() {
    let harness = "tests/harness/wrangler.toml";
    let gatehouse = Gatehouse::start_under(harness, "points", &[("LOG_REQUESTS", "1000000")]);
    let api = Api::on(gatehouse.clone()).await;
    let demo = gatehouse.service.client("demo").id;
    let claims = Jwt::read(&api.token).claims;
    let partner = claims["partner_id"].as_str().expect("a partner");
    let user = api.sign_up().await;
    let wrong = api.login(&user.email, "a-wrong-password").await;
    let path = format!("/v1/user/{}", user.id);
    let read = api.get(&path, &api.token).await;
    let nowhere = api.get("/v1/nowhere", &api.token).await;
    for (reply, client, partner, route, method, code) in [
        (
            wrong,
            demo.as_str(),
            partner,
            "/v1/user/login",
            "POST",
            3004,
        ),
        (read, demo.as_str(), partner, "/v1/user/{userId}", "GET", 0),
        (nowhere, "none", "none", "unknown", "GET", 1005),
    ] {
        let points = points(&reply, "x-test-points");
        let (blobs, doubles) = (&points[0]["blobs"], &points[0]["doubles"]);
        let trace = reply.header("x-test-trace");
        let asked = |op: &str| trace.split(',').filter(|one| one.starts_with(op)).count();
        // It took so long, of which so long was D1's.
        let [took, of_d1] = [&doubles[1], &doubles[4]];
        assert!(took.as_f64() >= of_d1.as_f64(), "{points}");
        // Where it came to, and the version that answered.
        let [colo, version] = [&blobs[3], &blobs[4]];
        assert!(colo.is_string() && version.is_string(), "{points}");
        let expected = json!([{
            "indexes": [client],
            "blobs": [route, method, partner, colo, version],
            "doubles": [reply.status, took, code, asked("d1"), of_d1, asked("kv")],
        }]);
        assert_eq!(points, expected);
    }
}

/// And of a right code, so that what share of them comes back from a country can be counted.
#[tokio::test]
async fn every_message_is_one_data_point_with_the_calling_code_and_no_more_of_its_number() {
    let gateway = gateway().await;
    let vars = [
        ("SMS_FALLBACK_PROVIDER", "webhook"),
        ("SMS_WEBHOOK_URL", &gateway.uri()),
        ("SMS_WEBHOOK_SECRET", GATEWAY_SECRET),
    ];
    let harness = "tests/harness/wrangler.toml";
    let gatehouse = Gatehouse::start_under(harness, "messages", &vars);
    let api = Api::on(gatehouse.clone()).await;
    let partner = Jwt::read(&api.token).claims["partner_id"].clone();
    let all = |reply: &Reply| points(reply, "x-test-sms-points");
    let point = |outcome: &str, provider: &str, country: &str, purpose: &str| {
        json!({
            "indexes": [partner],
            "blobs": [outcome, provider, country, purpose, "SMS"],
            "doubles": [],
        })
    };
    let (twilio, first) = (&gatehouse.twilio, api.sign_up().await);
    let taken = api.login(&first.email, &first.password).await;
    assert_eq!(
        all(&taken),
        json!([point("taken", "twilio", "1", "SMS_MFA")])
    );
    let code = twilio.nth_code(&first.phone, 1).await;
    let answer_to = |reply: &Reply, code: &str| {
        json!({
            "sessionId": reply.text("/data/sessionId"), "username": first.email,
            "challengeType": "SMS_MFA", "code": code,
        })
    };
    let answer = async |code: &str| {
        let body = answer_to(&taken, code);
        api.post("/v1/user/otp", &api.token, body).await
    };
    assert_eq!(all(&answer(&wrong(&code)).await), json!([]));
    let right = answer(&code).await;
    assert_eq!(
        all(&right),
        json!([point("answered", "none", "1", "SMS_MFA")])
    );

    // A reset's message and its code, which only the user's row tells the number of.
    let reset = api.forget_password(&first.email).await;
    assert_eq!(
        all(&reset),
        json!([point("taken", "twilio", "1", "RESET_PASSWORD")])
    );
    let reset = Challenge {
        session: reset.text("/data/sdkResponseMetadata/requestId"),
        username: first.email.clone(),
        kind: "RESET_PASSWORD",
        phone: first.phone.clone(),
        before: 1,
    };
    let right = api.answer_rightly(&reset).await;
    assert_eq!(
        all(&right),
        json!([point("answered", "none", "1", "RESET_PASSWORD")])
    );

    for (phone, answers, expected) in [
        (
            "+447700900123",
            vec![error(500, 20500); 2],
            json!([
                point("unclear", "twilio", "44", "SMS_MFA"),
                point("taken", "webhook", "44", "SMS_MFA")
            ]),
        ),
        (
            "+353861234567",
            vec![error(401, 20003); 2],
            json!([
                point("not_taken", "twilio", "353", "SMS_MFA"),
                point("taken", "webhook", "353", "SMS_MFA")
            ]),
        ),
        (
            "+491701234567",
            vec![error(400, 21211)],
            json!([point("refused", "twilio", "49", "SMS_MFA")]),
        ),
    ] {
        twilio.answer_next(phone, answers);
        let user = api.sign_up_at(phone).await;
        let reply = api.login(&user.email, &user.password).await;
        assert_eq!(all(&reply), expected, "{phone}");
    }
    let test = api.sign_up_at(&support::test_phone("0007")).await;
    let reply = api.login(&test.email, &test.password).await;
    assert_eq!(all(&reply), json!([point("taken", "test", "1", "SMS_MFA")]));
    // Nobody is sent a reset who is not there.
    let reply = api.forget_password(&random::email()).await;
    assert_eq!(all(&reply), json!([]));
}

/// What the platform gets as text it finds by its words alone.
#[tokio::test]
async fn where_it_is_deployed_the_log_is_objects() {
    let vars = production();
    let mut vars: Vec<(&str, &str)> = vars.iter().map(|(n, v)| (*n, v.as_str())).collect();
    vars[0] = ("ENVIRONMENT", "staging");
    let gatehouse = Gatehouse::start_under("tests/harness/wrangler.toml", "objects", &vars);
    let base = &gatehouse.service.base;
    let reply = Call::bare(Method::GET, base, "/v1/nowhere").send().await;
    let logged = points(reply.fails(1005), "x-test-logged");
    assert_eq!(logged.as_array().map(Vec::len), Some(1), "{logged}");
    assert_eq!(logged[0]["event"], "request");
    assert_eq!(logged[0]["status"], 404);
    assert_eq!(logged[0]["error_code"], 1005);
    assert_eq!(logged[0]["request_id"], reply.header("x-request-id"));
}

// --- the coarse layer ------------------------------------------------------------------------

const LIMITED: &str = "tests/harness/limits.toml";
/// In `LIMITED`, a minute each. Twice as many and one more meet the limit however a minute's end
/// falls among them.
const BY_ADDRESS: usize = 40;
const BY_CLIENT: usize = 120;
const BY_USER: usize = 30;
const BY_OAUTH: usize = 20;

async fn health(api: &Api, forwarded: Option<&str>) -> Reply {
    let mut call = api.call(Method::GET, "/healthz");
    if let Some(forwarded) = forwarded {
        for name in [
            "X-Forwarded-For",
            "X-Real-IP",
            "True-Client-IP",
            "Forwarded",
        ] {
            call = call.header(name, forwarded);
        }
    }
    call.send().await
}

/// Asks until it is refused, which it must be.
async fn until_refused(most: usize, mut ask: impl AsyncFnMut(usize) -> Reply) -> Reply {
    for n in 0..=2 * most {
        let reply = ask(n).await;
        if reply.status == 429 {
            let wait: u32 = reply.header("retry-after").parse().expect("a Retry-After");
            assert!((1..=60).contains(&wait), "{reply}");
            return reply;
        }
        assert!(reply.status < 500, "{reply}");
    }
    panic!("{} calls and none refused", 2 * most + 1)
}

/// In `LIMITED`, a minute.
const HASHES: usize = 10;

#[tokio::test]
async fn a_client_has_its_limit_of_passwords_hashed_and_what_needs_no_hash_goes_on() {
    let gatehouse = Gatehouse::start_under(LIMITED, "hashing", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let other = api.acting_as("other").await;
    let user = api.sign_up().await;
    let somewhere = |api: &Api| {
        let mut api = api.clone();
        api.address = random::address();
        api
    };
    let login = async |_| {
        somewhere(&api)
            .login(&random::email(), "not-the-password")
            .await
    };
    until_refused(HASHES, login).await.fails(1009);
    let sign_up = async |_| {
        let api = somewhere(&api);
        api.post("/v1/user/sign-up", &api.token, application())
            .await
    };
    until_refused(HASHES, sign_up).await.fails(1009);
    let reset = Challenge {
        session: "none".into(),
        username: user.email.clone(),
        kind: "RESET_PASSWORD",
        phone: user.phone.clone(),
        before: 0,
    };
    let reply = somewhere(&api).forget_password(&user.email).await;
    let decoy = Challenge {
        session: reply.text("/data/sdkResponseMetadata/requestId"),
        ..reset.clone()
    };
    let stage = async |_| {
        somewhere(&api)
            .change_password(&decoy, &random::password())
            .await
    };
    let reply = stage(0).await;
    reply.fails_with_one_of(&[0, 1009]);

    // What is found without a hash is still told.
    let mut taken = application();
    taken["email"] = json!(user.email);
    for _ in 0..2 * HASHES {
        let api = somewhere(&api);
        let reply = api
            .post("/v1/user/sign-up", &api.token, taken.clone())
            .await;
        reply.fails(3001);
        api.change_password(&reset, &random::password())
            .await
            .fails(4002);
    }
    // Another client hashes.
    let other = somewhere(&other);
    other
        .login(&random::email(), "not-the-password")
        .await
        .fails(3004);
}

#[tokio::test]
async fn one_password_tried_on_everybody_is_one_alarm_an_hour() {
    let gatehouse = Gatehouse::start("alarm", &[("PASSWORD_FAILURES_ALARM", "6")]);
    let api = Api::on(gatehouse.clone()).await;
    let other = api.acting_as("other").await;
    let wrong = async |api: &Api, times: usize| {
        for _ in 0..times {
            let reply = api.login(&random::email(), "the-one-password").await;
            reply.fails(3004);
        }
    };
    let alarm = |client: &str| {
        let id = gatehouse.service.client(client).id;
        format!("\"event\":\"password.failures\",\"level\":\"error\",\"client_id\":\"{id}\"")
    };
    let alarms = |client: &str| gatehouse.service.times_logged(&alarm(client));
    // Right ones are taken back, and another client's are its own.
    let user = api.sign_up().await;
    for _ in 0..3 {
        wrong(&api, 1).await;
        api.log_in(&user).await;
    }
    wrong(&other, 5).await;
    wrong(&api, 2).await;
    other.log_in(&other.sign_up().await).await;
    wrong(&other, 1).await;
    gatehouse
        .service
        .wait_until_logged(&alarm("other"), 1)
        .await;
    assert_eq!(alarms("demo"), 0);
    // However many there are.
    wrong(&api, 8).await;
    gatehouse.service.wait_until_logged(&alarm("demo"), 1).await;
    api.log_in(&user).await;
    wrong(&api, 1).await;
    assert_eq!((alarms("demo"), alarms("other")), (1, 1));
}

/// A service that these tests share; each has addresses and clients of its own.
fn limited() -> Arc<Gatehouse> {
    static SHARED: OnceLock<Arc<Gatehouse>> = OnceLock::new();
    let start = || Gatehouse::start_under(LIMITED, "limited", &[]);
    SHARED.get_or_init(start).clone()
}

impl Api {
    fn at_address(&self, address: &str) -> Api {
        let mut api = self.clone();
        api.address = address.to_owned();
        api
    }

    fn elsewhere(&self) -> Api {
        self.at_address(&random::address())
    }
}

#[tokio::test]
async fn an_address_has_its_limit_and_no_header_of_the_callers_changes_it() {
    let api = Api::on(limited()).await;
    let crowd = api.elsewhere();
    until_refused(BY_ADDRESS, async |_| health(&crowd, None).await).await;
    health(&api.elsewhere(), None).await.expect_status(200);

    // Another address in a header is no other address.
    let liar = api.elsewhere();
    let lie = async |n: usize| health(&liar, Some(&format!("10.1.2.{n}"))).await;
    until_refused(BY_ADDRESS, lie).await;
    // And the same one in a header is not the same address.
    for _ in 0..2 * BY_ADDRESS {
        let reply = health(&api.elsewhere(), Some("10.9.9.9")).await;
        reply.expect_status(200);
    }
    // A token that is none does not help.
    let garbage = async |_| crowd.me("garbage").await;
    until_refused(BY_ADDRESS, garbage).await.fails(1009);
    let nothing = async |_| crowd.call(Method::GET, "/v1/user/me").send().await;
    until_refused(BY_ADDRESS, nothing).await.fails(1009);
}

#[tokio::test]
async fn the_addresses_of_an_ipv6_network_are_one() {
    let api = Api::on(limited()).await;
    let network = format!(
        "2001:db8:{:x}:{:x}",
        random::bytes::<1>()[0],
        random::bytes::<1>()[0]
    );
    let somewhere =
        async |n: usize| health(&api.at_address(&format!("{network}:{n:x}::{n:x}")), None).await;
    until_refused(BY_ADDRESS, somewhere).await;
    health(&api.at_address("2001:db8:ffff:ffff::1"), None)
        .await
        .expect_status(200);
}

#[tokio::test]
async fn a_valid_token_meets_the_limit_of_its_client_and_none_of_an_address() {
    let api = Api::on(limited()).await;
    let client = api.new_client().await;
    let busy = api.with_token(&api.token_of(&client).await);
    for _ in 0..2 * BY_ADDRESS {
        busy.get("/v1/audit", &busy.token).await.ok();
    }
    // Whoever has none is still refused there, and that is nothing to whoever has one.
    let garbage = async |_| busy.me("garbage").await;
    until_refused(BY_ADDRESS, garbage).await.fails(1009);
    busy.get("/v1/audit", &busy.token).await.ok();

    // Of a call that is refused for its scope too.
    let unlock = async |n: usize| {
        let path = ["/v1/client", "/v1/user/x/unlock"][n % 2];
        busy.elsewhere().post(path, &busy.token, json!({})).await
    };
    until_refused(BY_CLIENT, unlock).await.fails(1009);
    let other = api.as_new_partner().await;
    other.get("/v1/audit", &other.token).await.ok();
}

#[tokio::test]
async fn a_user_has_a_limit_of_their_own_and_uses_up_nobody_elses() {
    let api = Api::on(limited()).await.as_new_partner().await;
    let (_, busy) = api.signed_in_user().await;
    let (_, idle) = api.signed_in_user().await;
    let me = async |_| api.elsewhere().me(&busy.access).await;
    until_refused(BY_USER, me).await.fails(1009);
    api.me(&idle.access).await.ok();
    api.get("/v1/audit", &api.token).await.ok();
}

async fn grant(api: &Api, client: &Credentials) -> Reply {
    let call = api.call(Method::POST, "/oauth2/token");
    let call = call.basic(&client.id, &client.secret);
    call.form("grant_type=client_credentials").send().await
}

#[tokio::test]
async fn who_guesses_at_credentials_meets_a_tight_limit_and_no_client_does() {
    let api = Api::on(limited()).await;
    let client = api.new_client().await;
    let office = api.elsewhere();
    grant(&office, &client).await.expect_status(200);
    let stranger = |n: usize| Credentials {
        id: format!("cli_{n}_{}", random::letters(8)),
        secret: "guessed".into(),
    };
    let guess = async |n: usize| grant(&office, &stranger(n)).await;
    let refused = until_refused(BY_OAUTH, guess).await;
    refused.oauth_error(429, "temporarily_unavailable");
    // So does whoever gives none, at each of the endpoints.
    for path in ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"] {
        let elsewhere = office.elsewhere();
        let nothing = async |_| {
            elsewhere
                .call(Method::POST, path)
                .form("token=x")
                .send()
                .await
        };
        until_refused(BY_OAUTH, nothing).await;
    }
    // The services behind introspect every token of their callers from one address.
    for n in 0..2 * BY_OAUTH {
        let call = office.call(Method::POST, "/oauth2/introspect");
        let call = call.basic(&client.id, &client.secret);
        let reply = call.form(&format!("token=x{n}")).send().await;
        reply.expect_status(200);
    }
    // A right id with a secret that is not is no client.
    let wrong = Credentials {
        secret: "guessed".into(),
        ..client
    };
    let guess = async |_| grant(&office, &wrong).await;
    until_refused(BY_OAUTH, guess).await;
}

/// A configuration of before has no limit for these two, and is not without one.
#[tokio::test]
async fn the_limits_of_before_stand_in_for_those_that_are_missing() {
    let gatehouse = Gatehouse::start_under("tests/harness/limits-of-before.toml", "before", &[]);
    let api = Api::on(gatehouse).await;
    let elsewhere = api.elsewhere();
    let nothing = async |_| {
        elsewhere
            .call(Method::POST, "/oauth2/token")
            .form("a=b")
            .send()
            .await
    };
    until_refused(BY_ADDRESS, nothing).await;
    let (_, session) = api.signed_in_user().await;
    let me = async |_| api.me(&session.access).await;
    until_refused(BY_CLIENT, me).await.fails(1009);
}

#[tokio::test]
async fn ids_that_are_no_clients_leave_one_row_between_them() {
    let gatehouse = Gatehouse::start("made-up", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let database = Database::of(&gatehouse.service);
    let rows = || database.number("SELECT COUNT(*) FROM throttles", []);
    assert_eq!(rows(), 0);
    for n in 0..30 {
        let made_up = Credentials {
            id: format!("cli_{n}_{}", random::letters(8)),
            secret: "guessed".into(),
        };
        // None waits for what others did.
        grant(&api, &made_up)
            .await
            .oauth_error(401, "invalid_client");
    }
    assert_eq!(rows(), 1);
    let real = Credentials {
        secret: "guessed".into(),
        ..api.new_client().await
    };
    grant(&api, &real).await.oauth_error(401, "invalid_client");
    assert_eq!(rows(), 2);
}

// --- extended keys ---------------------------------------------------------------------------

/// Account keys that custody might have. Their words are in no list.
fn extended_key(account: u32) -> String {
    let path = format!("m/44'/60'/{account}'");
    let path = path.parse().expect("a path");
    let key = bip32::XPrv::derive_from_path([42; 64], &path).expect("a key");
    key.public_key().to_string(bip32::Prefix::XPUB)
}

/// The one account of somebody, with the portfolios in it.
async fn account_of(api: &Api, user: &User) -> Value {
    let path = format!("/v1/account/{}", user.account);
    api.get(&path, &api.token).await.ok().clone()
}

/// Which of these extended keys the account's encryption key is of.
fn encrypted_under(account: &Value, keys: &[&String]) -> Option<usize> {
    let shown = account["encryptionKey"].as_str().expect("a key");
    let is_of = |xpub: &&String| (0..50).any(|i| custody::encryption_key(xpub, i) == shown);
    keys.iter().position(is_of)
}

#[tokio::test]
async fn extended_keys_are_exchanged_and_each_row_keeps_its_own() {
    let keys: Vec<String> = (0..4).map(extended_key).collect();
    let (old, old_encryption, new, new_encryption) = (&keys[0], &keys[1], &keys[2], &keys[3]);
    let every: Vec<&String> = keys.iter().collect();
    let vars = [
        ("CUSTODY_XPUB", old.as_str()),
        ("CUSTODY_ENCRYPTION_XPUB", old_encryption.as_str()),
    ];
    let gatehouse = Gatehouse::start("custody", &vars);
    let api = Api::on(gatehouse.clone()).await;
    let shown = api.verified_user().await;
    api.portfolio(&shown.account).await.ok();
    let before = account_of(&api, &shown).await;
    let address = |account: &Value, nth: usize, xpub: &str| {
        let portfolio = &account["portfolios"][nth];
        let index = portfolio["addressIndex"].as_u64().expect("an index");
        let derived = custody::address(xpub, index.try_into().expect("a BIP-32 index"));
        assert_eq!(portfolio["publicAddress"], derived.as_str(), "{account}");
    };
    address(&before, 0, old);
    assert_eq!(encrypted_under(&before, &every), Some(1));
    // As the cron completes them: given, and nothing of them stored.
    let unshown = [api.verified_user().await, api.verified_user().await];
    Database::of(&gatehouse.service).change_all(&format!(
        "UPDATE account_keys SET encryption_key = NULL WHERE account_id IN ('{}', '{}')",
        unshown[0].account, unshown[1].account
    ));

    let restart = |addresses: &[&String], encryption: &[&String]| {
        let list = |keys: &[&String]| {
            keys.iter()
                .map(|key| key.as_str())
                .collect::<Vec<_>>()
                .join(",")
        };
        gatehouse.service.restart_with(&[
            ("CUSTODY_XPUB", &list(addresses)),
            ("CUSTODY_ENCRYPTION_XPUB", &list(encryption)),
        ]);
    };
    restart(&[new, old], &[new_encryption, old_encryption]);
    let api = Api::on(gatehouse.clone()).await;
    assert_eq!(account_of(&api, &shown).await, before);
    let account = account_of(&api, &unshown[0]).await;
    assert_eq!(encrypted_under(&account, &every), Some(1), "the row's own");
    // What is given now is of the new keys, in an old account too.
    api.portfolio(&shown.account).await.ok();
    let account = account_of(&api, &shown).await;
    address(&account, 0, old);
    address(&account, 1, new);
    let later = api.verified_user().await;
    let account = account_of(&api, &later).await;
    assert_eq!(encrypted_under(&account, &every), Some(3));

    // Where the old key is nowhere, what was derived is kept, and the rest is no other key.
    restart(&[new], &[new_encryption]);
    let api = Api::on(gatehouse.clone()).await;
    let account = account_of(&api, &shown).await;
    assert_eq!(account["encryptionKey"], before["encryptionKey"]);
    assert_eq!(account["portfolios"][0], before["portfolios"][0]);
    // By hand, since no other answer of the service may be 500.
    let url = format!(
        "{}/v1/account/{}",
        gatehouse.service.base, unshown[1].account
    );
    let call = reqwest::Client::new().get(url).bearer_auth(&api.token);
    assert_eq!(call.send().await.expect("an answer").status(), 500);

    // Once encryption keys were of the addresses' list: there it is found.
    restart(&[new, old, old_encryption], &[new_encryption]);
    let api = Api::on(gatehouse.clone()).await;
    let account = account_of(&api, &unshown[1]).await;
    assert_eq!(encrypted_under(&account, &every), Some(1), "the row's own");
}

#[tokio::test]
async fn every_address_serves_the_networks_that_are_set_in_their_order() {
    let gatehouse = Gatehouse::start("networks", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let user = api.verified_user().await;
    api.portfolio(&user.account).await.ok();
    let before = account_of(&api, &user).await["portfolios"][0].clone();
    assert_eq!(before["networks"], json!(["ethereum"]));

    let networks = [("EVM_NETWORKS", "POLYGON,ethereum")];
    gatehouse.service.restart_with(&networks);
    let api = Api::on(gatehouse.clone()).await;
    api.portfolio(&user.account).await.ok();
    let account = account_of(&api, &user).await;
    for portfolio in account["portfolios"].as_array().expect("portfolios") {
        assert_eq!(portfolio["networks"], json!(["polygon", "ethereum"]));
        assert_eq!(portfolio["network"], "polygon");
    }
    let same = &account["portfolios"][0]["publicAddress"];
    assert_eq!(*same, before["publicAddress"]);
}

#[tokio::test]
async fn one_extended_key_for_both_is_refused_with_a_line_that_names_it() {
    let (key, log) = (
        extended_key(0),
        "CUSTODY_ENCRYPTION_XPUB holds a key of CUSTODY_XPUB",
    );
    let vars = [
        ("CUSTODY_XPUB", key.as_str()),
        ("CUSTODY_ENCRYPTION_XPUB", key.as_str()),
    ];
    let service = Service::start_until("one-key", &vars, 503);
    service.wait_until_logged(log, 1).await;
    assert!(
        !service.log().contains(&key),
        "the log shows the extended key"
    );
}

#[test]
fn a_file_of_development_settings_gets_what_it_lacks_and_nothing_else() {
    let print = |arguments: &[&str]| {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/dev-vars.mjs");
        let mut node = std::process::Command::new("node");
        let output = node
            .arg(script)
            .args(arguments)
            .output()
            .expect("node runs");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("a text")
    };
    let file = concat!(env!("CARGO_TARGET_TMPDIR"), "/older.dev.vars");
    let whole = print(&[]);
    let lacks = ["CUSTODY_ENCRYPTION_XPUB=", "OTP_PEPPER="];
    let is_there = |line: &&str| !lacks.iter().any(|name| line.starts_with(name));
    let older: Vec<&str> = whole.lines().filter(is_there).collect();
    for (text, expected) in [(&whole, 0), (&older.join("\n"), lacks.len())] {
        std::fs::write(file, text).expect("the file can be written");
        let added = print(&["--missing", file]);
        let missing = |name: &&&str| added.lines().any(|line| line.starts_with(**name));
        assert_eq!(lacks.iter().filter(missing).count(), expected, "{added}");
        assert_eq!(added.lines().count(), expected, "{added}");
    }
}
