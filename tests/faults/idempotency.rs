//! A key and the time: an answer is kept for a day, and whoever waits as they were told and asks
//! again with the key of before gets on.

use serde_json::json;

use crate::database::{check_invariants, Database};
use crate::fault::{gatehouse, now, Fault, When, CONFIG, DAY, HOUR, MINUTE};
use crate::support::http::Reply;
use crate::support::people::{application, User};
use crate::support::{random, Api, Challenge, Gatehouse};
use crate::witness::{keep, session_of};

const REPLAYED: &str = "idempotency-replayed";

async fn sign_up(api: &Api, body: &serde_json::Value) -> Reply {
    let body = body.clone();
    api.post("/v1/user/sign-up", &api.token, body).await
}

/// A login with the right password that the answer is the challenge of.
async fn gets_on(api: &Api, user: &User, time: i64, reply: &Reply) {
    let challenge = Challenge {
        session: reply.text("/data/sessionId"),
        username: user.email.clone(),
        kind: "SMS_MFA",
        phone: user.phone.clone(),
        before: api.codes_to(&user.phone) - 1,
    };
    let code = api.code(&challenge).await;
    session_of(&api.at(time).await.answer(&challenge, &code).await);
}

#[tokio::test]
async fn an_answer_is_kept_for_a_day_to_the_millisecond() {
    let api = Api::faulty().await;
    let start = now();
    let body = application();
    keep(body["password"].as_str().expect("a password"));
    let key = random::letters(20);
    let first = sign_up(&api.at(start).await.with_key(&key), &body).await;
    first.ok();
    let last = api.at(start + DAY - 1).await.with_key(&key);
    let again = sign_up(&last, &body).await;
    assert_eq!(again.raw, first.raw);
    assert_eq!(again.header(REPLAYED), "true", "{again}");
    // A new request: here the hold on an unverified sign-up has ended too.
    let next = api.at(start + DAY).await.with_key(&key);
    let next = sign_up(&next, &body).await;
    assert_eq!(next.header(REPLAYED), "", "{next}");
    assert_ne!(next.ok()["userId"], first.ok()["userId"]);
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_sign_up_refused_while_another_holds_its_number_gets_on_with_its_key_when_the_hold_ends()
{
    let api = Api::faulty().await;
    let start = now();
    let (held, mut body) = (application(), application());
    body["phoneNumber"] = held["phoneNumber"].clone();
    for body in [&held, &body] {
        keep(body["password"].as_str().expect("a password"));
    }
    sign_up(&api.at(start).await, &held).await.ok();
    let key = random::letters(20);
    let early = api.at(start + HOUR).await.with_key(&key);
    sign_up(&early, &body).await.fails(3001);
    let late = api.at(start + DAY).await.with_key(&key);
    let reply = sign_up(&late, &body).await;
    reply.ok();
    assert_eq!(reply.header(REPLAYED), "", "{reply}");
    assert_eq!(sign_up(&late, &body).await.raw, reply.raw);
    check_invariants(&gatehouse());
}

/// The first is held up after it has opened the portfolio, beyond its lease; the second takes over
/// and answers, with what came meanwhile; then the first answers too.
#[tokio::test]
async fn a_late_first_attempt_leaves_the_kept_answer_of_the_second() {
    let api = Api::faulty().await;
    let user = api.verified_user().await;
    keep(&user.password);
    let start = now();
    let (early, later) = (api.at(start).await, api.at(start + MINUTE).await);
    let key = random::letters(20);
    let held_up = Fault::hold("d1", &key).nth(4);
    let first = early.meeting(&[held_up]).with_key(&key);
    let account = user.account.clone();
    let first = tokio::spawn(async move { first.portfolio(&account).await });
    api.until_reached(&key).await;
    let opened = "SELECT COUNT(*) FROM portfolios WHERE account_id = ?1 AND claimed_at IS NOT NULL";
    let database = Database::of(&gatehouse().service);
    assert_eq!(database.number(opened, [&user.account]), 1);
    later.portfolio(&user.account).await.ok();
    let second = later.with_key(&key).portfolio(&user.account).await;
    assert_eq!(second.ok()["portfolios"].as_array().map(Vec::len), Some(2));
    api.open(&key).await;
    let first = first.await.expect("it is answered");
    assert_eq!(first.ok()["portfolios"].as_array().map(Vec::len), Some(1));
    let third = later.with_key(&key).portfolio(&user.account).await;
    assert_eq!(third.header(REPLAYED), "true", "{third}");
    assert_eq!(third.raw, second.raw);
    check_invariants(&gatehouse());
}

/// What a day may hold is in the counter, which is set to one short of it: nobody waits for 250,000. On
/// a service of its own, whose database is written to from outside.
#[tokio::test]
async fn a_day_full_of_keys_is_1009_until_midnight_and_nothing_of_it_is_done() {
    let start = now() / DAY * DAY + 12 * HOUR;
    let own = Gatehouse::start_under(CONFIG, "full-day", &[]);
    let api = Api::on(own.clone()).await;
    let other = api.at(start).await;
    let client = api.new_client().await;
    let api = api.believing(start);
    let api = api.with_token(&api.token_of(&client).await);
    let first = application();
    let keys = [(); 4].map(|()| random::letters(20));
    let answer = sign_up(&api.with_key(&keys[0]), &first).await;
    answer.ok();
    let database = Database::of(&own.service);
    let nearly = "UPDATE idempotency_days SET requests = 249999
                  WHERE partner_id = (SELECT partner_id FROM clients WHERE id = ?1)";
    database.change(nearly, [&client.id]);
    sign_up(&api.with_key(&keys[1]), &application()).await.ok();

    let body = application();
    for body in [&first, &body] {
        keep(body["password"].as_str().expect("a password"));
    }
    let refused = sign_up(&api.with_key(&keys[2]), &body).await;
    assert_eq!(refused.fails(1009).header("retry-after"), "43200");
    let made = "SELECT COUNT(*) FROM users WHERE email = ?1";
    let email = body["email"].as_str().expect("an e-mail");
    assert_eq!(database.number(made, [email]), 0);
    // What was asked before is answered, another partner is not held up, nor who sends no key.
    let again = sign_up(&api.with_key(&keys[0]), &first).await;
    assert_eq!(again.raw, answer.raw);
    sign_up(&other.with_key(&keys[2]), &application())
        .await
        .ok();
    sign_up(&api, &application()).await.ok();
    let next = api.believing(start + 12 * HOUR);
    let next = next.with_token(&next.token_of(&client).await);
    sign_up(&next.with_key(&keys[2]), &body).await.ok();
    check_invariants(&own);
}

#[tokio::test]
async fn another_body_may_have_the_key_after_a_day() {
    let api = Api::faulty().await;
    let start = now();
    let key = random::letters(20);
    let (one, two) = (application(), application());
    for body in [&one, &two] {
        keep(body["password"].as_str().expect("a password"));
    }
    sign_up(&api.at(start).await.with_key(&key), &one)
        .await
        .ok();
    let early = api.at(start + DAY - 1).await.with_key(&key);
    sign_up(&early, &two).await.fails(1008);
    let late = api.at(start + DAY).await.with_key(&key);
    sign_up(&late, &two).await.ok();
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_login_told_to_wait_for_the_phone_gets_on_with_its_key_when_it_has_waited() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    for n in 0..5 {
        let then = api.at(start + n * MINUTE).await;
        then.login(&user.email, &user.password).await.ok();
    }
    let key = random::letters(20);
    let sixth = api.at(start + 5 * MINUTE).await.with_key(&key);
    let refused = sixth.login(&user.email, &user.password).await;
    assert_eq!(refused.fails(4004).header("retry-after"), "3300");
    let later = api.at(start + HOUR).await.with_key(&key);
    let reply = later.login(&user.email, &user.password).await;
    reply.ok();
    gets_on(&api, &user, start + HOUR, &reply).await;
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_login_told_to_wait_for_the_password_gets_on_with_its_key_when_it_has_waited() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    let early = api.at(start).await;
    for _ in 0..6 {
        early.login(&user.email, "wrong-one").await.fails(3004);
    }
    let key = random::letters(20);
    let seventh = early.with_key(&key);
    let refused = seventh.login(&user.email, &user.password).await;
    refused.fails(3005);
    let then = start + 10 * MINUTE;
    let later = api.at(then).await.with_key(&key);
    let reply = later.login(&user.email, &user.password).await;
    reply.ok();
    gets_on(&api, &user, then, &reply).await;
    check_invariants(&gatehouse());
}

/// The provider is down, and the caller asks again so much later.
async fn asks_again(api: &Api, after: i64) {
    let user = api.person().await;
    let start = now();
    let key = random::letters(20);
    let down = crate::support::twilio::error(401, 20003);
    let twilio = &gatehouse().twilio;
    twilio.answer_next(&user.phone, [down.clone(), down]);
    let early = api.at(start).await.with_key(&key);
    let failed = early.login(&user.email, &user.password).await;
    assert_eq!(failed.fails(4005).header("retry-after"), "60");
    twilio.forget_plans(&user.phone);
    // Sooner than told, nobody is asked.
    let early = api.at(start + MINUTE - 1).await.with_key(&key);
    let failed = early.login(&user.email, &user.password).await;
    assert_eq!(failed.fails(4005).header("retry-after"), "1");
    assert_eq!(twilio.sent_to(&user.phone).len(), 1);
    let later = api.at(start + after).await.with_key(&key);
    let reply = later.login(&user.email, &user.password).await;
    reply.ok();
    gets_on(api, &user, start + after, &reply).await;
}

#[tokio::test]
async fn a_login_that_failed_for_want_of_a_provider_gets_on_with_its_key() {
    let api = Api::faulty().await;
    for after in [MINUTE, 6 * MINUTE, 12 * HOUR] {
        asks_again(&api, after).await;
    }
    check_invariants(&gatehouse());
}

/// A number is not asked about again for an hour; then the same key is tried like any other call.
#[tokio::test]
async fn a_login_of_a_number_that_was_refused_gets_on_with_its_key_after_an_hour() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    let key = random::letters(20);
    let refused = crate::support::twilio::error(400, 21610);
    gatehouse().twilio.answer_next(&user.phone, [refused]);
    for after in [0, MINUTE, HOUR - 1] {
        let then = api.at(start + after).await.with_key(&key);
        let reply = then.login(&user.email, &user.password).await;
        assert_eq!(reply.fails(4006).header(REPLAYED), "", "{reply}");
    }
    assert_eq!(gatehouse().twilio.sent_to(&user.phone).len(), 1);
    let then = api.at(start + HOUR).await.with_key(&key);
    let reply = then.login(&user.email, &user.password).await;
    reply.ok();
    gets_on(&api, &user, start + HOUR, &reply).await;
    check_invariants(&gatehouse());
}

/// The first attempt's message may have gone out, so that is what a later attempt tells of.
#[tokio::test]
async fn a_resend_that_may_have_been_sent_is_not_sent_again_with_its_key() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    let api = api.at(start).await;
    let challenge = api.log_in(&user).await;
    let key = random::letters(20);
    let body = json!({"sessionId": challenge.session});
    let lost = crate::support::twilio::error(500, 20500);
    gatehouse().twilio.answer_next(&user.phone, [lost]);
    let resend = |time: i64| {
        let (then, body) = (api.believing(time).with_key(&key), body.clone());
        async move { then.post("/v1/user/otp/resend", &then.token, body).await }
    };
    resend(start + MINUTE).await.fails(4005);
    resend(start + 2 * MINUTE).await.ok();
    resend(start + 4 * MINUTE).await.ok();
    assert_eq!(gatehouse().twilio.sent_to(&user.phone).len(), 2);
    check_invariants(&gatehouse());
}

/// Whatever the provider makes of it: thirty calls with one key, and one of the provider.
#[tokio::test]
async fn a_keyed_login_asks_a_provider_that_is_slow_once() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    let api = api.at(start).await.with_key(&random::letters(20));
    let lost = Fault::error("fetch", When::After, "Network connection lost.");
    let first = api
        .meeting(&[lost])
        .login(&user.email, &user.password)
        .await;
    first.met().fails(4005);
    for _ in 0..30 {
        api.login(&user.email, &user.password).await.ok();
    }
    assert_eq!(gatehouse().twilio.sent_to(&user.phone).len(), 1);
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_resend_told_to_wait_gets_on_with_its_key_and_sends_once() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    let api = api.at(start).await;
    let challenge = api.log_in(&user).await;
    let key = random::letters(20);
    let body = json!({"sessionId": challenge.session});
    let resend = |time: i64| {
        let (then, body) = (api.believing(time).with_key(&key), body.clone());
        async move { then.post("/v1/user/otp/resend", &then.token, body).await }
    };
    resend(start).await.fails(4004);
    let sent = resend(start + MINUTE).await;
    sent.ok();
    assert_eq!(sent.header(REPLAYED), "", "{sent}");
    for time in [start + MINUTE, start + 4 * MINUTE] {
        let again = resend(time).await;
        assert_eq!(again.raw, sent.raw);
        assert_eq!(again.header(REPLAYED), "true", "{again}");
    }
    assert_eq!(api.messages_to(&user.phone), 2);
    check_invariants(&gatehouse());
}
