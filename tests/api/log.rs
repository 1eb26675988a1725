//! The log of the service: one line a request, what was refused and how it ended, and nothing
//! personal in any of it.

use serde_json::{json, Value};

use crate::support::http::{Method, Reply};
use crate::support::jwt::Jwt;
use crate::support::kyc::Event;
use crate::support::service::ROOT;
use crate::support::{random, Api};

/// The line of this event that the call left; there is no second one.
async fn line(api: &Api, reply: &Reply, event: &str) -> Value {
    let service = &api.gatehouse.service;
    let id = reply.header("x-request-id").to_owned();
    let marks = [id.clone(), format!("{{\"event\":\"{event}\"")];
    let line = service.wait_until_logged_with(&marks).await;
    let log = service.log();
    let same = |line: &&str| marks.iter().all(|mark| line.contains(mark.as_str()));
    assert_eq!(log.lines().filter(same).count(), 1, "{event} of {id}");
    serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"))
}

#[tokio::test]
async fn every_request_has_one_line_that_says_who_what_and_how_long() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let (user, session) = api.signed_in_user().await;
    let nobody = api.call(Method::GET, "/v1/user/me").send().await;
    let by_basic = api.call(Method::POST, "/oauth2/token");
    let by_basic = by_basic.basic(&demo.id, &demo.secret);
    let by_basic = by_basic.form("grant_type=client_credentials").send().await;
    let path = format!("/v1/user/{}", user.id);
    let known = Value::from(demo.id);
    let partner = Jwt::read(&api.token).claims["partner_id"].clone();
    for (reply, method, route, status, client) in [
        (
            api.get(&path, &api.token).await,
            "GET",
            "/v1/user/{userId}",
            200,
            &known,
        ),
        (
            api.me(&session.access).await,
            "GET",
            "/v1/user/me",
            200,
            &known,
        ),
        (api.me(&api.token).await, "GET", "/v1/user/me", 403, &known),
        (
            api.get("/v1/nothing", &api.token).await,
            "GET",
            "unknown",
            404,
            &Value::Null,
        ),
        (nobody, "GET", "/v1/user/me", 401, &Value::Null),
        (by_basic, "POST", "/oauth2/token", 200, &known),
    ] {
        let line = line(&api, &reply, "request").await;
        assert_eq!(line["method"], method, "{line}");
        assert_eq!(line["route"], route, "{line}");
        assert_eq!(line["status"], status, "{line}");
        assert_eq!(line["client_id"], *client, "{line}");
        let partner = if client.is_null() { client } else { &partner };
        assert_eq!(line["partner_id"], *partner, "{line}");
        let code = Some(reply.body["errorCode"].clone()).filter(|code| *code != 0);
        assert_eq!(line["error_code"], code.unwrap_or_default(), "{line}");
        for number in ["duration_ms", "d1_calls", "d1_ms", "kv_calls"] {
            assert!(line[number].is_u64(), "{number}: {line}");
        }
        for text in ["colo", "version"] {
            let said = line[text].as_str().is_some_and(|text| !text.is_empty());
            assert!(said, "{text}: {line}");
        }
    }
}

#[tokio::test]
async fn how_a_password_attempt_ended_is_logged_without_the_name_or_the_password() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let stranger = random::email();
    let id = Value::from(user.id.as_str());
    for (name, password, outcome, of) in [
        (&user.email, "a-wrong-password", "wrong", &id),
        (&user.phone, user.password.as_str(), "right", &id),
        (&stranger, "a-wrong-password", "wrong", &Value::Null),
    ] {
        let reply = api.login(name, password).await;
        let line = line(&api, &reply, "login.password").await;
        assert_eq!(line["outcome"], outcome, "{line}");
        assert_eq!(line["user_id"], *of, "{line}");
        let line = line.to_string();
        assert!(
            !line.contains(name.as_str()) && !line.contains(password),
            "{line}"
        );
    }
    for _ in 0..8 {
        let reply = api.login(&stranger, "a-wrong-password").await;
        if reply.code() == 3005 {
            let line = line(&api, &reply, "login.password").await;
            assert_eq!(line["outcome"], "throttled", "{line}");
            return;
        }
    }
    panic!("never throttled");
}

#[tokio::test]
async fn a_refused_client_is_named_and_a_secret_in_its_place_is_not() {
    let api = Api::new().await;
    let client = api.new_client().await;
    for (id, named) in [
        (client.id.as_str(), json!(client.id)),
        ("a-secret-pasted-into-the-wrong-place", Value::Null),
    ] {
        let call = api.call(Method::POST, "/oauth2/token").basic(id, "wrong");
        let reply = call.form("grant_type=client_credentials").send().await;
        let line = line(&api, &reply, "client.refused").await;
        assert_eq!(line["client_id"], named, "{line}");
    }
}

#[tokio::test]
async fn a_webhook_that_nobody_signed_leaves_a_line() {
    let api = Api::new().await;
    let event = Event::of(json!({"type": "kyc.status"}));
    let reply = event.send_signed(&api, "v1,AAAA").await;
    line(&api, reply.fails(1002), "kyc.refused").await;
}

/// Of the service's own lines; what wrangler prints on a laptop is the laptop's.
#[tokio::test]
async fn an_email_or_a_number_in_a_url_is_in_no_line_of_the_service() {
    let api = Api::new().await;
    let email = random::email();
    let reply = api.forget_password(&email).await;
    line(&api, &reply, "request").await;
    let user = api.sign_up().await;
    for query in [
        format!("email={email}"),
        format!("email={}", user.email),
        format!("phoneNumber=%2B{}", &user.phone[1..]),
        format!("email={email}&phoneNumber={}", user.phone),
    ] {
        let reply = api.get(&format!("/v1/user?{query}"), &api.token).await;
        let line = line(&api, &reply, "request").await;
        assert_eq!(line["route"], "/v1/user", "{line}");
    }
    let log = api.gatehouse.service.log();
    let own = log.lines().filter(|line| line.contains("{\"event\":"));
    let personal = [email.as_str(), &user.email, &user.phone[1..]];
    let tells = |line: &&str| personal.iter().any(|value| line.contains(value));
    let telling: Vec<&str> = own.filter(tells).collect();
    assert_eq!(telling, [""; 0]);
}

/// Nor does the platform write one: its line of an invocation holds the URL.
#[test]
fn the_platforms_own_lines_are_off_and_so_is_its_second_host() {
    let text = std::fs::read_to_string(format!("{ROOT}/wrangler.toml")).expect("wrangler.toml");
    let (_, logs) = text.split_once("[observability.logs]").expect("its logs");
    assert!(logs.contains("\ninvocation_logs = false"));
    let (top, _) = text.split_once("\n[").expect("tables");
    for line in ["workers_dev = false", "preview_urls = false"] {
        assert!(top.contains(&format!("\n{line}\n")), "{line}");
    }
}
