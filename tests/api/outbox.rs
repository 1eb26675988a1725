//! Test numbers and the outbox, where people test: locally. What staging and production have of them is in
//! `settings`.

use std::time::Duration;

use serde_json::{json, Value};
use tokio::time::Instant;

use crate::support::database::Database;
use crate::support::http::{Method, Reply};
use crate::support::people::{Challenge, Session, User};
use crate::support::twilio::Sms;
use crate::support::{random, test_phone, Api, Gatehouse, TEST_PREFIX};

/// The code of the newest message to this number, waited for.
async fn code(api: &Api, phone: &str, query: &str) -> String {
    let messages = api.outbox(&format!("to={phone}&wait=30{query}")).await;
    let text = messages
        .first()
        .and_then(|message| message["text"].as_str());
    let sms = Sms {
        to: phone.into(),
        body: text.expect("a message").into(),
        from: String::new(),
        accepted: true,
    };
    sms.code()
}

fn challenge(user: &User, session: String, kind: &'static str) -> Challenge {
    Challenge {
        session,
        username: user.email.clone(),
        kind,
        phone: user.phone.clone(),
        before: 0,
    }
}

#[tokio::test]
async fn a_test_number_goes_the_whole_way_and_nobody_is_asked_to_send_to_it() {
    let api = Api::new().await;
    let phone = test_phone("0007");
    let user = api.sign_up_at(&phone).await;
    let login = api.login(&user.email, &user.password).await;
    let login = challenge(&user, login.text("/data/sessionId"), "SMS_MFA");
    let first = api.outbox(&format!("to={phone}")).await;
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(first[0]["to"], phone);
    let session = api.answer(&login, &code(&api, &phone, "").await).await;
    api.me(&Session::of(session.ok()).access).await.ok();

    // A reset's message leaves after the answer.
    let reset = api.forget_password(&user.email).await;
    let id = reset.text("/data/sdkResponseMetadata/requestId");
    let reset = challenge(&user, id, "RESET_PASSWORD");
    let after = format!("&after={}", first[0]["at"].as_str().expect("a time"));
    let code = code(&api, &phone, &after).await;
    assert_eq!(code.len(), 6);
    api.answer(&reset, &code).await.ok();
    api.change_password(&reset, &random::password()).await.ok();

    let both = api.outbox(&format!("to={phone}")).await;
    assert_eq!(both.len(), 2, "the newest first: {both:?}");
    assert_eq!(both[1], first[0]);
    assert_eq!(api.gatehouse.twilio.sent_to(&phone).len(), 0);
}

#[tokio::test]
async fn a_number_that_somebody_has_is_in_no_outbox() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    assert_eq!(api.messages_to(&user.phone), 1);
    let found = api.outbox(&format!("to={}", user.phone)).await;
    assert_eq!(found.len(), 0, "{found:?}");
    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    api.change_password(&reset, &random::password()).await.ok();
    api.gatehouse.post.nth(&user.email, 1).await;
    let all = api.outbox("").await;
    // Mails there are of users with a test number.
    let is_test = |message: &Value| {
        let to = message["to"].as_str().unwrap_or_default();
        to.starts_with(TEST_PREFIX) || (message["kind"] == "EMAIL" && to != user.email)
    };
    assert!(all.iter().all(is_test), "{all:?}");
}

/// The longest that may be asked for: no machine is so slow.
const WAIT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn whoever_waits_is_answered_as_soon_as_the_message_is_there_and_not_by_an_older_one() {
    let api = Api::new().await;
    let phone = test_phone("0007");
    let user = api.sign_up_at(&phone).await;
    let begun = Instant::now();
    let waiting = tokio::spawn({
        let (api, phone) = (api.clone(), phone.clone());
        async move {
            api.outbox(&format!("to={phone}&wait={}", WAIT.as_secs()))
                .await
        }
    });
    api.login(&user.email, &user.password).await.ok();
    let found = waiting.await.expect("it ends");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(begun.elapsed() < WAIT, "it was told at the end of its wait");

    let at = found[0]["at"].as_str().expect("a time");
    let later = api.outbox(&format!("to={phone}&after={at}&wait=1")).await;
    assert_eq!(later.len(), 0, "{later:?}");
    let nobody = api.outbox("to=%2B19980100000&wait=0").await;
    assert_eq!(nobody.len(), 0, "{nobody:?}");
}

#[tokio::test]
async fn the_last_four_digits_of_a_test_number_say_what_becomes_of_its_messages() {
    let api = Api::new().await;
    let login = async |ending: &str| -> (String, Reply) {
        let phone = test_phone(ending);
        let user = api.sign_up_at(&phone).await;
        let reply = api.login(&user.email, &user.password).await;
        (phone, reply)
    };
    let (invalid, reply) = login("0001").await;
    reply.expect_status(422).fails(4006);
    let (down, reply) = login("0002").await;
    reply.expect_status(502).fails(4005);
    let wait: u32 = reply.header("retry-after").parse().expect("a wait");
    assert!((1..=60).contains(&wait), "{reply}");
    for phone in [&invalid, &down] {
        assert_eq!(api.outbox(&format!("to={phone}")).await.len(), 0);
    }
    let begun = Instant::now();
    let (slow, reply) = login("0003").await;
    reply.ok();
    // It is never sooner.
    assert!(begun.elapsed() >= Duration::from_secs(4), "{reply}");
    assert_eq!(api.outbox(&format!("to={slow}")).await.len(), 1);
    for phone in [invalid, down, slow] {
        assert_eq!(api.gatehouse.twilio.sent_to(&phone).len(), 0, "{phone}");
    }
}

/// A list of KV ends at a thousand.
#[tokio::test]
async fn a_message_is_found_by_its_number_behind_a_thousand_newer_ones() {
    let api = Api::on(Gatehouse::start("full-outbox", &[])).await;
    let phone = test_phone("0007");
    let user = api.sign_up_at(&phone).await;
    api.login(&user.email, &user.password).await.ok();
    let kv = Database::of_kv(&api.gatehouse.service);
    // Of a day to come, so that they are the newest.
    kv.add(
        "WITH RECURSIVE nth(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM nth WHERE n < 1000) \
         INSERT INTO _mf_entries (key, blob_id, metadata) \
         SELECT printf('outbox:%013d:+15550109999:msg_%d', n, n), 'none', '\"later\"' FROM nth",
        1000,
    );
    let all = api.outbox("").await;
    assert_eq!(all.len(), 1000);
    assert!(all.iter().all(|message| message["to"] != phone.as_str()));
    for query in ["", "&wait=30", "&after=2026-01-01T00:00:00Z"] {
        let found = api.outbox(&format!("to={phone}{query}")).await;
        assert_eq!(found.len(), 1, "{query}: {found:?}");
        assert_eq!(found[0]["to"], phone);
    }
}

/// Ten numbers of a block get a message an hour, were they somebody's.
#[tokio::test]
async fn a_run_of_tests_takes_as_many_numbers_of_a_block_as_it_wants() {
    let api = Api::new().await;
    let first = test_phone("5000");
    let block = &first[..first.len() - 3];
    for nth in 10..23 {
        let user = api.sign_up_at(&format!("{block}0{nth}")).await;
        api.login(&user.email, &user.password).await.ok();
    }
}

#[tokio::test]
async fn what_the_outbox_cannot_be_asked_is_1002_and_named() {
    let api = Api::new().await;
    for (query, field) in [
        ("to=15550100001", "to"),
        ("to=%2B1555&wait=1", "to"),
        ("after=yesterday", "after"),
        ("wait=31", "wait"),
        ("wait=-1", "wait"),
        ("wait=soon", "wait"),
        ("wait=1&wait=2", "wait"),
        // An empty one, of a variable that is not set, and a slip would show everybody's.
        ("to=", "to"),
        ("after=", "after"),
        ("wait=", "wait"),
        ("TO=%2B15550100001", "query"),
        ("to[]=%2B15550100001", "query"),
        ("phone=%2B15550100001", "query"),
    ] {
        let call = api.call(Method::GET, &format!("/dev/outbox?{query}"));
        call.send().await.fails(1002).naming(field);
    }
    let call = api.call(Method::GET, "/dev/outbox?to=15550100001");
    let sentence = "to is not valid: a phone number starts with '+'";
    call.send().await.fails(1002).naming(sentence);
    for query in ["", "wait=0"] {
        let call = api.call(Method::GET, &format!("/dev/outbox?{query}"));
        assert!(call.send().await.body["messages"].is_array(), "{query}");
    }
    let body = json!({"wait": 1});
    let call = api.call(Method::POST, "/dev/outbox").json(&body);
    call.send().await.fails(1006);
}
