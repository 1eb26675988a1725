//! A password gets a challenge and never a token; a wrong one gets nothing, not even a hint.

use std::time::Duration;

use serde_json::json;

use crate::support::http::Method;
use crate::support::people::{application, wrong, Session};
use crate::support::twilio::{error, REFUSED};
use crate::support::{at_once, random, Api, Challenge};

#[tokio::test]
async fn the_username_is_the_email_or_the_phone_in_any_spelling_of_one_email() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    for username in [&user.email, &user.phone, &user.email.to_uppercase()] {
        let reply = api.login(username, &user.password).await;
        reply.ok();
        let code = api.messages_to(&user.phone);
        let code = api.gatehouse.twilio.nth_code(&user.phone, code).await;
        let answer = json!({
            "sessionId": reply.text("/data/sessionId"),
            "username": username,
            "challengeType": "SMS_MFA",
            "code": code,
        });
        let reply = api.post("/v1/user/otp", &api.token, answer).await;
        assert_eq!(reply.ok()["userId"], user.id.as_str(), "{reply}");
    }
}

#[tokio::test]
async fn wrong_password_unknown_user_and_another_partners_user_answer_alike() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let user = api.sign_up().await;
    let wrong = api.login(&user.email, &random::password()).await;
    let by_phone = api.login(&user.phone, &random::password()).await;
    let unknown = api.login(&random::email(), &user.password).await;
    let unknown_phone = api.login(&random::phone(), &user.password).await;
    let elsewhere = other.login(&user.email, &user.password).await;
    let disabled = api.sign_up().await;
    let disable = format!("/v1/user/{}/disable", disabled.id);
    api.post(&disable, &api.token, json!({})).await.ok();
    let disabled = api.login(&disabled.email, &disabled.password).await;
    for reply in [
        &wrong,
        &by_phone,
        &unknown,
        &unknown_phone,
        &elsewhere,
        &disabled,
    ] {
        reply.fails(3004);
        assert_eq!(reply.raw, wrong.raw);
        let mut names: Vec<&str> = reply.headers.keys().map(|name| name.as_str()).collect();
        let mut expected: Vec<&str> = wrong.headers.keys().map(|name| name.as_str()).collect();
        names.sort_unstable();
        expected.sort_unstable();
        assert_eq!(names, expected, "{reply}");
    }
    assert_eq!(api.messages_to(&user.phone), 0);
}

#[tokio::test]
async fn after_six_failures_a_login_waits_right_or_wrong_known_or_unknown() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    for username in [&user.email, &random::email()] {
        for _ in 0..6 {
            api.login(username, "not-the-password").await.fails(3004);
        }
        until_it_waits(&api, username, 4).await;
        let right = api.login(username, &user.password).await;
        right.fails(3005);
        if *username == user.email {
            // By the phone it is the same user.
            api.login(&user.phone, &user.password).await.fails(3005);
        }
    }
    assert_eq!(api.messages_to(&user.phone), 0);
}

/// Each failure doubles the wait: one of so many seconds, which a slow machine does not sleep through.
pub async fn until_it_waits(api: &Api, username: &str, long: u64) {
    for _ in 0..20 {
        let reply = api.login(username, "not-the-password").await;
        if reply.code() == 3004 {
            continue;
        }
        reply.fails(3005);
        let wait = reply.body["data"]["retryAfter"].as_u64();
        match wait.expect("seconds") {
            wait if wait >= long => return,
            short => tokio::time::sleep(Duration::from_secs(short)).await,
        }
    }
    panic!("20 failures and no wait of {long} seconds");
}

#[tokio::test]
async fn of_40_parallel_wrong_passwords_at_most_six_are_compared() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let attempts = (0..40).map(|_| {
        let (api, email) = (api.clone(), user.email.clone());
        async move { api.login(&email, "not-the-password").await }
    });
    let replies = at_once(attempts).await;
    let compared = replies.iter().filter(|reply| reply.code() == 3004).count();
    assert!(compared <= 6, "{compared} compared");
    for reply in &replies {
        reply.fails_with_one_of(&[3004, 3005]);
    }
}

#[tokio::test]
async fn a_right_password_makes_the_failures_forgotten() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    for _ in 0..2 {
        for _ in 0..5 {
            api.login(&user.email, "not-the-password").await.fails(3004);
        }
        api.login(&user.email, &user.password).await.ok();
    }
}

#[tokio::test]
async fn passwords_that_differ_at_character_100_differ() {
    let api = Api::new().await;
    let mut application = application();
    let start = random::letters(99);
    let end = random::letters(28);
    application["password"] = json!(format!("{start}a{end}"));
    let reply = api
        .post("/v1/user/sign-up", &api.token, application.clone())
        .await;
    let email = reply.text("/data/email");
    api.login(&email, &format!("{start}b{end}"))
        .await
        .fails(3004);
    api.login(&email, &format!("{start}a")).await.fails(3004);
    api.login(&email, &format!("{start}a{end}")).await.ok();
}

#[tokio::test]
async fn a_password_is_one_in_every_unicode_spelling_and_never_trimmed() {
    let api = Api::new().await;
    let mut application = application();
    let rest = random::letters(8);
    application["password"] = json!(format!(" ﬁé{rest} "));
    let reply = api.post("/v1/user/sign-up", &api.token, application).await;
    let email = reply.text("/data/email");
    api.login(&email, &format!(" fie\u{301}{rest} ")).await.ok();
    api.login(&email, &format!("fié{rest}")).await.fails(3004);
    api.login(&email, &format!(" FIé{rest} ")).await.fails(3004);
}

#[tokio::test]
async fn credentials_in_the_url_are_1002() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let body = json!({"username": user.email, "password": user.password});
    for query in [
        format!("username={}&password={}", user.email, user.password),
        format!("username={}", user.email),
        format!("password={}", user.password),
        format!("pass%77ord={}", user.password),
    ] {
        let call = api.call(Method::POST, &format!("/v1/user/login?{query}"));
        let reply = call.bearer(&api.token).json(&body).send().await;
        reply.fails(1002);
        assert!(!reply.raw.contains(&user.password), "{reply}");
    }
    assert_eq!(api.messages_to(&user.phone), 0);
}

#[tokio::test]
async fn the_destination_shows_two_digits_of_the_phone() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let reply = api.login(&user.email, &user.password).await;
    let masked = reply.text("/data/destination");
    let (stars, shown) = masked.split_at(masked.len() - 2);
    assert_eq!(shown, &user.phone[user.phone.len() - 2..], "{reply}");
    assert_eq!(stars, "+********", "{reply}");
}

#[tokio::test]
async fn a_challenge_id_has_128_random_bits_and_never_comes_twice() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let challenge = api.log_in(&user).await;
        assert!(challenge.session.len() >= 22, "{}", challenge.session);
        ids.push(challenge.session);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[tokio::test]
async fn a_phone_gets_five_messages_an_hour() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    for _ in 0..5 {
        api.session(&user).await;
    }
    for _ in 0..2 {
        let reply = api.login(&user.email, &user.password).await;
        reply.fails(4004);
    }
    assert_eq!(api.gatehouse.twilio.sent_to(&user.phone).len(), 5);
}

#[tokio::test]
async fn a_double_click_sends_one_code_and_it_answers_either_challenge() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let first = api.log_in(&user).await;
    let second = api.login(&user.email, &user.password).await;
    second.ok();
    assert_ne!(second.text("/data/sessionId"), first.session);
    assert_eq!(api.messages_to(&user.phone), 1);
    // A wrong answer to one is a try of both; the right one is used once.
    let code = api.code(&first).await;
    let second = Challenge {
        session: second.text("/data/sessionId"),
        ..first.clone()
    };
    api.answer(&second, &wrong(&code)).await.fails(4001);
    api.answer(&first, &wrong(&code)).await.fails(4001);
    api.answer(&second, &code).await.ok();
    api.answer(&first, &code).await.fails(4002);
    // What was answered is no alias's root.
    let third = api.log_in(&user).await;
    assert_ne!(third.session, first.session);
    api.answer_rightly(&third).await.ok();
    assert_eq!(api.messages_to(&user.phone), 2);
}

#[tokio::test]
async fn a_phone_gets_one_message_when_20_logins_come_at_once() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let logins = (0..20).map(|_| {
        let (api, user) = (api.clone(), user.clone());
        async move { api.login(&user.email, &user.password).await }
    });
    let replies = at_once(logins).await;
    let let_in = replies.iter().filter(|reply| reply.status == 200).count();
    assert!(let_in >= 1);
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        // A password counts as a failure until it has been compared, so a crowd of right ones
        // may be told to wait.
        reply.fails(3005);
    }
    assert_eq!(api.gatehouse.twilio.sent_to(&user.phone).len(), 1);
}

#[tokio::test]
async fn a_range_of_a_thousand_numbers_gets_ten_messages_an_hour() {
    let api = Api::new().await;
    // A country of its own, so that no other test's number is in the range.
    let range = random::phone().replace("+1555", "+4915");
    let range = &range[..range.len() - 3];
    let mut sent = 0;
    for n in 0..11 {
        let mut application = application();
        application["phoneNumber"] = json!(format!("{range}{n:03}"));
        let reply = api
            .post("/v1/user/sign-up", &api.token, application.clone())
            .await;
        let email = reply.text("/data/email");
        let password = application["password"].as_str().unwrap();
        let reply = api.login(&email, password).await;
        match n {
            10 => drop(reply.fails(4004)),
            _ => drop(reply.ok()),
        }
        sent += api.messages_to(&format!("{range}{n:03}"));
    }
    assert_eq!(sent, 10);
}

/// Somebody with one of the provider's test numbers; a new sign-up of the same number is
/// refused, so each is used once in a run.
#[tokio::test]
async fn a_number_that_the_provider_refuses_is_4006() {
    let api = Api::new().await;
    for (phone, provider_code) in REFUSED {
        let mut application = application();
        application["phoneNumber"] = json!(phone);
        let reply = api
            .post("/v1/user/sign-up", &api.token, application.clone())
            .await;
        let email = reply.text("/data/email");
        let password = application["password"].as_str().unwrap();
        let reply = api.login(&email, password).await;
        reply.fails(4006);
        assert!(!reply.raw.contains(&provider_code.to_string()), "{reply}");
        assert!(!reply.raw.contains("a text of the provider's"), "{reply}");
        let tried = api.gatehouse.twilio.sent_to(phone).len();
        assert_eq!(tried, 1, "{phone}: a refusal is not tried again");
    }
}

#[tokio::test]
async fn a_provider_that_fails_is_4005_after_at_most_two_requests() {
    let api = Api::new().await;
    let twilio = &api.gatehouse.twilio;
    // A wrong sender, a full queue and what no list has yet say nothing of the number.
    for (status, code, tried, certain) in [
        (401, 20003, 1, true),
        (400, 21606, 1, true),
        (429, 21611, 2, true),
        (403, 20005, 1, true),
        (402, 0, 1, true),
        (400, 99999, 1, true),
        (429, 20429, 2, true),
        (408, 0, 1, false),
        (500, 20500, 1, false),
        (503, 20503, 1, false),
    ] {
        let user = api.sign_up().await;
        twilio.answer_next(&user.phone, vec![error(status, code); 2]);
        let reply = api.login(&user.email, &user.password).await;
        reply.fails(4005);
        assert_eq!(reply.header("retry-after"), "60", "{reply}");
        assert!(
            !reply.raw.contains(&code.to_string()) || code == 0,
            "{reply}"
        );
        assert_eq!(twilio.sent_to(&user.phone).len(), tried, "after {status}");
        // At once, the provider is left alone. What it may have taken is answered as sent.
        let reply = api.login(&user.email, &user.password).await;
        match certain {
            true => drop(reply.fails(4005)),
            false => drop(reply.ok()),
        }
        assert_eq!(twilio.sent_to(&user.phone).len(), tried, "after {status}");
    }
    let log = api.gatehouse.service.log();
    assert!(log.contains("\"event\":\"sms.failed\""), "no alarm");
}

#[tokio::test]
async fn a_number_that_was_refused_is_not_asked_about_again() {
    let api = Api::new().await;
    let twilio = &api.gatehouse.twilio;
    let user = api.sign_up().await;
    twilio.answer_next(&user.phone, [error(400, 21610)]);
    let first = api.login(&user.email, &user.password).await;
    first.fails(4006);
    for _ in 0..5 {
        let again = api.login(&user.email, &user.password).await;
        assert_eq!(again.raw, first.raw);
    }
    assert_eq!(twilio.sent_to(&user.phone).len(), 1);
}

#[tokio::test]
async fn a_provider_that_is_busy_once_is_asked_once_more_with_the_same_code() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let twilio = &api.gatehouse.twilio;
    twilio.answer_next(&user.phone, [error(429, 20429)]);
    let challenge = api.log_in(&user).await;
    let sent = twilio.sent_to(&user.phone);
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert_eq!(sent[0].body, sent[1].body);
    api.answer_rightly(&challenge).await.ok();
}

#[tokio::test]
async fn an_answer_that_is_not_the_providers_is_a_failure() {
    let api = Api::new().await;
    let html = wiremock::ResponseTemplate::new(200).set_body_string("<html>It works!</html>");
    let redirect = wiremock::ResponseTemplate::new(302).insert_header(
        "Location",
        format!("{}/elsewhere", api.gatehouse.twilio.base),
    );
    let huge = wiremock::ResponseTemplate::new(201).set_body_bytes(vec![b'x'; 1 << 20]);
    for answer in [html, redirect, huge] {
        let user = api.sign_up().await;
        let twilio = &api.gatehouse.twilio;
        twilio.answer_next(&user.phone, [answer]);
        let reply = api.login(&user.email, &user.password).await;
        reply.fails(4005);
        assert_eq!(twilio.sent_to(&user.phone).len(), 1);
    }
    assert_eq!(api.gatehouse.twilio.violations(), [""; 0]);
}

/// What a person logs in with is what every answer calls them, in its one spelling.
#[tokio::test]
async fn the_username_of_every_answer_is_the_one_that_was_given() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let shouted = user.email.to_uppercase();
    for (given, answered) in [(&user.phone, &user.phone), (&shouted, &user.email)] {
        let reply = api.login(given, &user.password).await;
        assert_eq!(reply.ok()["username"], answered.as_str(), "{reply}");
        assert_eq!(reply.ok()["codeLength"], 4, "{reply}");
        let challenge = Challenge {
            session: reply.text("/data/sessionId"),
            username: given.clone(),
            kind: "SMS_MFA",
            phone: user.phone.clone(),
            before: api.codes_to(&user.phone) - 1,
        };
        let reply = api.answer_rightly(&challenge).await;
        assert_eq!(reply.ok()["username"], answered.as_str(), "{reply}");
        let reply = api.refresh(given, &Session::of(reply.ok()).refresh).await;
        assert_eq!(reply.ok()["username"], answered.as_str(), "{reply}");
        let other = if *given == user.phone {
            &user.email
        } else {
            &user.phone
        };
        let reply = api.refresh(other, &Session::of(reply.ok()).refresh).await;
        assert_eq!(reply.ok()["username"], other.as_str(), "{reply}");
    }
}
