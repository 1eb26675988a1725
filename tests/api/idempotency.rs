//! `Idempotency-Key`: whoever did not get the answer asks again, and nothing happens twice.

use std::future::Future;

use serde_json::{json, Value};

use crate::support::database::Database;
use crate::support::http::{Call, Method, Reply};
use crate::support::people::{application, wrong, Session};
use crate::support::service::Credentials;
use crate::support::{at_once, random, twilio, Api, Challenge};

const REPLAYED: &str = "idempotency-replayed";

fn call(api: &Api, path: &str, key: &str, body: &Value) -> Call {
    let call = api.call(Method::POST, path).bearer(&api.token);
    call.header("Idempotency-Key", key).json(body)
}

async fn post(api: &Api, path: &str, key: &str, body: &Value) -> Reply {
    call(api, path, key, body).send().await
}

/// Asks twice with one key: the second answer is the first. Returns it.
async fn twice(api: &Api, path: &str, body: &Value) -> Reply {
    let key = random::letters(20);
    let first = post(api, path, &key, body).await;
    assert_eq!(first.header(REPLAYED), "", "{first}");
    let second = post(api, path, &key, body).await;
    is_replay(&second, &first);
    first
}

#[track_caller]
fn is_replay(second: &Reply, first: &Reply) {
    assert_eq!(second.header(REPLAYED), "true", "{second}");
    assert_eq!(second.status, first.status, "{second}");
    assert_eq!(second.raw, first.raw);
    // It is another request all the same.
    let id = "x-request-id";
    assert_ne!(second.header(id), first.header(id), "{second}");
}

fn answer_to(challenge: &Challenge, code: &str) -> Value {
    json!({
        "sessionId": challenge.session,
        "username": challenge.username,
        "challengeType": challenge.kind,
        "code": code,
    })
}

// --- once --------------------------------------------------------------------------------------

#[tokio::test]
async fn a_sign_up_asked_for_again_is_the_same_user() {
    let api = Api::new().await;
    let body = application();
    let reply = twice(&api, "/v1/user/sign-up", &body).await;
    reply.ok();
    // Under another key it is another sign-up.
    let key = random::letters(20);
    let reply = post(&api, "/v1/user/sign-up", &key, &body).await;
    reply.fails(3001);
}

#[tokio::test]
async fn a_login_asked_for_again_sends_no_second_sms() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let body = json!({"username": user.email, "password": user.password});
    let reply = twice(&api, "/v1/user/login", &body).await;
    reply.ok();
    assert_eq!(api.gatehouse.twilio.sent_to(&user.phone).len(), 1);
    let challenge = Challenge {
        session: reply.text("/data/sessionId"),
        username: user.email.clone(),
        kind: "SMS_MFA",
        phone: user.phone.clone(),
        before: 0,
    };
    api.answer_rightly(&challenge).await.ok();
}

#[tokio::test]
async fn a_right_code_asked_about_again_gives_the_same_tokens_of_one_session() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    let reply = twice(&api, "/v1/user/otp", &answer_to(&challenge, &code)).await;
    let session = Session::of(reply.ok());
    let list = api.get("/v1/user/sessions", &session.access).await;
    assert_eq!(list.ok()["sessions"].as_array().map(Vec::len), Some(1));
    // Without the key the code has been used.
    api.answer(&challenge, &code).await.fails(4002);
    api.refresh(&user.email, &session.refresh).await.ok();
}

#[tokio::test]
async fn a_wrong_code_asked_about_again_costs_one_try() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    for _ in 0..2 {
        let body = answer_to(&challenge, &wrong(&code));
        let reply = twice(&api, "/v1/user/otp", &body).await;
        reply.fails(4001);
    }
    api.answer(&challenge, &code).await.ok();
}

#[tokio::test]
async fn a_changed_password_asked_about_again_is_still_changed() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    let new = random::password();
    let body = json!({
        "sessionId": reset.session,
        "username": user.email,
        "challengeType": "RESET_PASSWORD",
        "password": new,
        "passwordConfirm": new,
    });
    let key = random::letters(20);
    let put = || {
        let call = api.call(Method::PUT, "/v1/user/change-password");
        let call = call.bearer(&api.token).header("Idempotency-Key", &key);
        call.json(&body).send()
    };
    let first = put().await;
    first.ok();
    // Without the key the challenge is gone.
    api.change_password(&reset, &new).await.fails(4002);
    is_replay(&put().await, &first);
    api.login(&user.email, &new).await.ok();
}

#[tokio::test]
async fn an_account_and_a_portfolio_asked_for_again_are_one_each() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    let body = json!({"userId": user.id});
    let reply = twice(&api, "/v1/account", &body).await;
    let account = reply.ok()["accountId"].clone();
    let body = json!({"accountId": account, "name": "Mine"});
    let reply = twice(&api, "/v1/account/portfolio", &body).await;
    assert_eq!(reply.ok()["portfolios"].as_array().map(Vec::len), Some(1));
    let reply = api.get(&format!("/v1/user/{}", user.id), &api.token).await;
    let accounts = reply.ok()["accounts"].as_array().expect("accounts");
    assert_eq!(accounts.len(), 2, "the first and this: {reply}");
    let portfolios = accounts
        .iter()
        .map(|account| account["portfolios"].as_array().map_or(0, Vec::len));
    assert_eq!(portfolios.sum::<usize>(), 1, "{reply}");
}

#[tokio::test]
async fn a_client_asked_for_again_has_the_same_secret() {
    let api = Api::new().await.acting_as("root").await;
    let body = json!({"partnerName": "Once", "name": "app"});
    let reply = twice(&api, "/v1/client", &body).await;
    let client = Credentials {
        id: reply.text("/data/clientId"),
        secret: reply.text("/data/clientSecret"),
    };
    api.token_of(&client).await;
}

/// The same key again and again: it is done each time, and a key that would be refused elsewhere is
/// not looked at.
#[tokio::test]
async fn a_call_that_sets_a_state_takes_no_key() {
    let api = Api::new().await.as_new_partner().await;
    let root = api.acting_as("root").await;
    let user = api.sign_up().await;
    let client = api.new_client().await;
    let key = random::letters(20);
    let database = Database::of(&api.gatehouse.service);
    let act = async |api: &Api, path: &str| {
        for key in [key.as_str(), &key, "", &"k".repeat(256)] {
            let reply = post(api, path, key, &json!({})).await;
            assert_ne!(reply.code(), 1002, "{reply}");
            assert_eq!(reply.header(REPLAYED), "", "{reply}");
        }
    };
    let is_disabled = || {
        let sql = "SELECT disabled_at IS NOT NULL FROM users WHERE id = ?1";
        database.number(sql, [&user.id]) == 1
    };
    for what in ["disable", "enable", "disable"] {
        act(&api, &format!("/v1/user/{}/{what}", user.id)).await;
        assert_eq!(is_disabled(), what == "disable");
    }
    act(&api, &format!("/v1/user/{}/unlock", user.id)).await;
    act(&root, &format!("/v1/client/{}/secret", client.id)).await;
    let call = |key: &str| {
        let call = root.call(Method::DELETE, &format!("/v1/client/{}", client.id));
        call.bearer(&root.token).header("Idempotency-Key", key)
    };
    for key in [key.as_str(), ""] {
        assert_eq!(call(key).send().await.header(REPLAYED), "");
    }
}

// --- one key, something else -----------------------------------------------------------------

#[tokio::test]
async fn the_same_key_with_another_body_is_1008_and_does_nothing() {
    let api = Api::new().await;
    let key = random::letters(20);
    let first = application();
    let answer = post(&api, "/v1/user/sign-up", &key, &first).await;
    answer.ok();
    let second = application();
    let reply = post(&api, "/v1/user/sign-up", &key, &second).await;
    reply.fails(1008);
    // A space is a difference too.
    let call = api
        .call(Method::POST, "/v1/user/sign-up")
        .bearer(&api.token);
    let call = call.header("Idempotency-Key", &key);
    let spaced = format!("{first} ").into_bytes();
    call.body("application/json", spaced)
        .send()
        .await
        .fails(1008);

    is_replay(&post(&api, "/v1/user/sign-up", &key, &first).await, &answer);
    let reply = api.post("/v1/user/sign-up", &api.token, second).await;
    reply.ok();
}

#[tokio::test]
async fn a_key_is_the_clients_own_and_of_one_path() {
    let api = Api::new().await;
    let key = random::letters(20);
    let body = application();
    let mut users = Vec::new();
    for partner in [
        api.clone(),
        api.acting_as("other").await,
        api.as_new_partner().await,
    ] {
        let reply = post(&partner, "/v1/user/sign-up", &key, &body).await;
        assert_eq!(reply.header(REPLAYED), "", "{reply}");
        users.push(reply.ok()["userId"].to_string());
    }
    users.sort();
    users.dedup();
    assert_eq!(users.len(), 3);
    let login = json!({"username": body["email"], "password": body["password"]});
    post(&api, "/v1/user/login", &key, &login).await.ok();
}

#[tokio::test]
async fn a_key_has_1_to_255_characters_of_ascii() {
    let api = Api::new().await;
    let long = "k".repeat(255);
    for key in ["", &format!("{long}k"), "ключ", "a\tb"] {
        let reply = post(&api, "/v1/user/sign-up", key, &application()).await;
        reply.fails(1002).naming("Idempotency-Key");
    }
    for key in [long.as_str(), " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ k"] {
        let body = application();
        let first = post(&api, "/v1/user/sign-up", key, &body).await;
        first.ok();
        is_replay(&post(&api, "/v1/user/sign-up", key, &body).await, &first);
    }
}

#[tokio::test]
async fn a_key_is_no_way_around_the_token() {
    let api = Api::new().await;
    let key = random::letters(20);
    let body = application();
    post(&api, "/v1/user/sign-up", &key, &body).await.ok();
    let call = || {
        let call = api.call(Method::POST, "/v1/user/sign-up");
        call.header("Idempotency-Key", &key).json(&body)
    };
    call().send().await.fails(2001);
    call().bearer("garbage").send().await.fails(2002);
    let root = api.client_token("root").await;
    call().bearer(&root).send().await.fails(2003);
}

// --- all at once -------------------------------------------------------------------------------

/// Twenty at once: whoever is answered gets the one answer, the others are told to wait. Then it
/// is there for all.
async fn twenty(api: &Api, path: &'static str, body: &Value) -> Reply {
    let key = random::letters(20);
    let calls = (0..20).map(|_| call(api, path, &key, body).send());
    let replies = at_once(calls).await;
    let answered: Vec<&Reply> = replies.iter().filter(|reply| reply.status == 200).collect();
    assert!(!answered.is_empty(), "nobody was answered: {}", replies[0]);
    for reply in &replies {
        match reply.status {
            200 => assert_eq!(reply.raw, answered[0].raw),
            _ => drop(reply.fails(1007)),
        }
    }
    let first_hand = answered
        .iter()
        .filter(|reply| reply.header(REPLAYED).is_empty());
    assert_eq!(first_hand.count(), 1, "it was done once");
    let late = post(api, path, &key, body).await;
    is_replay(&late, answered[0]);
    late
}

#[tokio::test]
async fn twenty_at_once_make_one_user_one_sms_one_session_and_one_portfolio() {
    let api = Api::new().await;
    let body = application();
    let user = twenty(&api, "/v1/user/sign-up", &body).await;
    let phone = body["phoneNumber"].as_str().expect("a phone");

    let login = json!({"username": body["email"], "password": body["password"]});
    let reply = twenty(&api, "/v1/user/login", &login).await;
    assert_eq!(api.gatehouse.twilio.sent_to(phone).len(), 1);

    let challenge = Challenge {
        session: reply.text("/data/sessionId"),
        username: reply.text("/data/username"),
        kind: "SMS_MFA",
        phone: phone.to_owned(),
        before: 0,
    };
    let code = api.code(&challenge).await;
    let reply = twenty(&api, "/v1/user/otp", &answer_to(&challenge, &code)).await;
    let access = reply.text("/data/accessToken");
    let list = api.get("/v1/user/sessions", &access).await;
    assert_eq!(list.ok()["sessions"].as_array().map(Vec::len), Some(1));

    let id = user.text("/data/userId");
    let event = crate::support::kyc::Event::status(&id, "VERIFIED", "2025-07-10T14:00:00.000Z");
    event.send(&api).await.ok();
    let body = json!({"accountId": user.text("/data/accounts/0/accountId")});
    let reply = twenty(&api, "/v1/account/portfolio", &body).await;
    assert_eq!(reply.ok()["portfolios"].as_array().map(Vec::len), Some(1));
}

// --- what is kept --------------------------------------------------------------------------------

/// A provider that may have taken the SMS is not asked again, however often the request is: the
/// challenge stands, and its code is the one that may have come.
#[tokio::test]
async fn a_login_whose_sms_may_have_gone_out_is_answered_when_asked_again() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let key = random::letters(20);
    let body = json!({"username": user.email, "password": user.password});
    let failing = [twilio::error(500, 20500)];
    api.gatehouse.twilio.answer_next(&user.phone, failing);
    let reply = post(&api, "/v1/user/login", &key, &body).await;
    reply.fails(4005);
    assert_eq!(reply.header(REPLAYED), "", "{reply}");
    let reply = post(&api, "/v1/user/login", &key, &body).await;
    reply.ok();
    assert_eq!(reply.header(REPLAYED), "", "{reply}");
    is_replay(&post(&api, "/v1/user/login", &key, &body).await, &reply);
    let sent = api.gatehouse.twilio.sent_to(&user.phone);
    assert_eq!(sent.len(), 1, "{sent:?}");
    let challenge = Challenge {
        session: reply.text("/data/sessionId"),
        username: user.email.clone(),
        kind: "SMS_MFA",
        phone: user.phone.clone(),
        before: 0,
    };
    api.answer(&challenge, &sent[0].code()).await.ok();
}

/// An attempt that is taken up again has the caps of any other: 30 calls, one of the provider.
#[tokio::test]
async fn a_keyed_login_that_certainly_did_not_send_waits_like_anyone() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let key = random::letters(20);
    let body = json!({"username": user.email, "password": user.password});
    let failing = vec![twilio::error(400, 21606); 30];
    api.gatehouse.twilio.answer_next(&user.phone, failing);
    for _ in 0..30 {
        let reply = post(&api, "/v1/user/login", &key, &body).await;
        reply.fails(4005);
        assert_eq!(reply.header(REPLAYED), "", "{reply}");
    }
    assert_eq!(api.gatehouse.twilio.sent_to(&user.phone).len(), 1);
    api.gatehouse.twilio.forget_plans(&user.phone);
}

#[tokio::test]
async fn a_wait_is_not_kept() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    let key = random::letters(20);
    let body = json!({"sessionId": challenge.session});
    for _ in 0..2 {
        let reply = post(&api, "/v1/user/otp/resend", &key, &body).await;
        reply.fails(4004);
        assert_eq!(reply.header(REPLAYED), "", "{reply}");
    }
}

/// Refused with this code, and once the world has changed, asked again with the same key: it ends
/// well, and that answer is kept.
async fn overtaken(api: &Api, path: &str, body: &Value, code: u64, change: impl Future) -> Reply {
    let key = random::letters(20);
    post(api, path, &key, body).await.fails(code);
    change.await;
    let reply = post(api, path, &key, body).await;
    reply.ok();
    assert_eq!(reply.header(REPLAYED), "", "{reply}");
    is_replay(&post(api, path, &key, body).await, &reply);
    reply
}

#[tokio::test]
async fn a_refusal_for_want_of_identity_ends_when_it_is_verified() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let body = json!({"accountId": user.account});
    let verified = api.set_kyc(&user, "VERIFIED", 0);
    let reply = overtaken(&api, "/v1/account/portfolio", &body, 6005, verified).await;
    assert_eq!(reply.ok()["portfolios"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_refusal_for_an_account_that_is_not_there_ends_when_it_is() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    let chosen = random::letters(20);
    let opened = async {
        let body = json!({"userId": user.id, "accountId": chosen});
        api.post("/v1/account", &api.token, body).await.ok();
    };
    let body = json!({"accountId": chosen});
    overtaken(&api, "/v1/account/portfolio", &body, 6002, opened).await;
}

#[tokio::test]
async fn a_refusal_of_somebody_disabled_ends_when_they_are_enabled() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let act = async |what: &str| {
        let path = format!("/v1/user/{}/{what}", user.id);
        api.post(&path, &api.token, json!({})).await.ok();
    };
    act("disable").await;
    let body = json!({"username": user.email, "password": user.password});
    overtaken(&api, "/v1/user/login", &body, 3004, act("enable")).await;
}

#[tokio::test]
async fn a_refusal_of_locked_codes_ends_when_they_are_unlocked() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    for guesses in [3, 3, 3, 1] {
        let challenge = api.log_in(&user).await;
        let code = api.code(&challenge).await;
        for _ in 0..guesses {
            let reply = api.answer(&challenge, &wrong(&code)).await;
            reply.fails_with_one_of(&[4001, 4002, 4003]);
        }
    }
    let unlocked = async {
        let path = format!("/v1/user/{}/unlock", user.id);
        api.post(&path, &api.token, json!({})).await.ok();
    };
    let body = json!({"username": user.email, "password": user.password});
    overtaken(&api, "/v1/user/login", &body, 4003, unlocked).await;
}

#[tokio::test]
async fn a_refusal_that_nothing_overtakes_is_kept() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    let chosen = random::letters(20);
    let body = json!({"accountId": user.account, "portfolioId": chosen, "name": "One"});
    api.post("/v1/account/portfolio", &api.token, body)
        .await
        .ok();
    let body = json!({"accountId": user.account, "portfolioId": chosen, "name": "Two"});
    let reply = twice(&api, "/v1/account/portfolio", &body).await;
    reply.fails(6004);
}

#[tokio::test]
async fn an_answer_over_8_kib_is_not_kept_and_asking_again_finds_the_same_portfolio() {
    let api = Api::new().await.as_new_partner().await;
    let user = api.verified_user().await;
    let account = json!({"accountId": user.account, "name": "\u{1f4b0}".repeat(100)});
    let path = "/v1/account/portfolio";
    let mut keyed = 0;
    let (mut last, mut key) = (Value::Null, String::new());
    while last.to_string().len() < 9_000 {
        key = random::letters(20);
        last = post(&api, path, &key, &account).await.body;
        keyed += 1;
    }
    let again = post(&api, path, &key, &account).await;
    assert_eq!(again.header(REPLAYED), "", "{again}");
    assert_eq!(again.body, last);
    let database = Database::of(&api.gatehouse.service);
    let made = "SELECT COUNT(*) FROM portfolios WHERE account_id = ?1";
    assert_eq!(database.number(made, [&user.account]), keyed);
    // It is the same request all the same.
    let other = json!({"accountId": user.account});
    post(&api, path, &key, &other).await.fails(1008);
    let longest = "SELECT MAX(length(answer)) FROM idempotent_requests";
    let longest = database.number(longest, []);
    assert!((1..12_000).contains(&longest), "{longest}");
}

#[tokio::test]
async fn no_answer_and_no_key_stands_readable_in_d1() {
    let api = Api::new().await;
    let key = random::letters(40);
    let application = application();
    let reply = post(&api, "/v1/user/sign-up", &key, &application).await;
    reply.ok();
    let password = application["password"].as_str().expect("a password");
    let phone = application["phoneNumber"].as_str().expect("a phone");
    let body = json!({"username": application["email"], "password": password});
    let reply = post(&api, "/v1/user/login", &key, &body).await;
    let challenge = Challenge {
        session: reply.text("/data/sessionId"),
        username: reply.text("/data/username"),
        kind: "SMS_MFA",
        phone: phone.to_owned(),
        before: 0,
    };
    let code = api.code(&challenge).await;
    let body = answer_to(&challenge, &code);
    let session = Session::of(post(&api, "/v1/user/otp", &key, &body).await.ok());
    let root = api.acting_as("root").await;
    let body = json!({"partnerName": "Sealed", "name": "app"});
    let client = post(&root, "/v1/client", &key, &body).await;

    let cells = Database::of(&api.gatehouse.service).cells();
    let id = client.text("/data/clientId");
    assert!(cells.contains(&id), "this is not the service's database");
    let secret = client.text("/data/clientSecret");
    let signature = session.access.rsplit('.').next().expect("a signature");
    for secret in [&key, password, &session.refresh, signature, &secret] {
        let shown = cells.iter().filter(|cell| cell.contains(secret));
        assert_eq!(shown.count(), 0, "{secret} can be read");
    }
}
