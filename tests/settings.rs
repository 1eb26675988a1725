//! What the settings change, each on a service of its own.

#[allow(dead_code, reason = "each test binary uses its own part of it")]
#[allow(
    clippy::disallowed_methods,
    reason = "the clock and randomness are the tests' own"
)]
#[path = "support/lib.rs"]
mod support;

use base64ct::{Base64, Encoding};
use hmac::{Hmac, Mac};
use serde_json::{json, Value};
use sha2::Sha256;
use support::http::{Method, Reply};
use support::people::{application, wrong, Session};
use support::twilio::error;
use support::{random, Api, Challenge, Gatehouse, Service};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

#[tokio::test]
async fn codes_lives_and_tries_are_as_set_and_the_console_shows_the_messages() {
    let gatehouse = Gatehouse::start(
        "console",
        &[
            ("SMS_PROVIDER", "console"),
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
    let reply = api.answer(&login, &code).await;
    assert_eq!(reply.ok()["expiresIn"], 60, "{reply}");

    let reply = api.forget_password(&user.email).await;
    let id = reply.text("/data/sdkResponseMetadata/requestId");
    let reset = challenge(id, "RESET_PASSWORD");
    let code = last_code(&api, &user.phone).await;
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
    let vars = [("ENVIRONMENT", "production")];
    let service = Service::start_until("production", &vars, 503);
    let http = reqwest::Client::new();
    for (method, path) in [
        (reqwest::Method::GET, "/healthz"),
        (reqwest::Method::GET, "/.well-known/jwks.json"),
        (reqwest::Method::POST, "/oauth2/token"),
        (reqwest::Method::POST, "/v1/user/sign-up"),
        (reqwest::Method::GET, "/dev/outbox"),
        (reqwest::Method::GET, "/nothing"),
    ] {
        let url = format!("{}{path}", service.base);
        let answer = http.request(method, url).send().await.expect("an answer");
        assert_eq!(answer.status(), 503, "{path}");
        let body = answer.text().await.expect("a body");
        for setting in ["ISSUER", "SMS_PROVIDER", "CUSTODY_XPUB", "console"] {
            assert!(!body.contains(setting), "{path} names {setting}: {body}");
        }
    }
    let log = service.log();
    // `make dev` brings development's; each that is refused is named.
    for setting in ["ISSUER", "SMS_PROVIDER", "CUSTODY_XPUB"] {
        assert!(log.contains(setting), "the log does not name {setting}");
    }
    let xpub = support::custody::vectors().xpub;
    assert!(!log.contains(&xpub), "the log shows the extended key");
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

    for (status, code) in [(401, 20003), (500, 20500)] {
        let user = api.sign_up().await;
        twilio.answer_next(&user.phone, vec![error(status, code); 2]);
        let reply = api.login(&user.email, &user.password).await;
        reply.ok();
        let texts = taken(&gateway, &user.phone).await;
        assert_eq!(texts.len(), 1, "after {status}");
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
    let user = api.sign_up().await;
    api.session(&user).await;
    assert_eq!(twilio.total(), before + 1);
}

fn answer(username: &str, login: &Reply, text: &str) -> Value {
    let sms = support::twilio::Sms {
        to: String::new(),
        body: text.to_owned(),
        accepted: true,
    };
    json!({
        "sessionId": login.text("/data/sessionId"),
        "username": username,
        "challengeType": "SMS_MFA",
        "code": sms.code(),
    })
}
