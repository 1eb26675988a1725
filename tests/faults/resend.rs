//! The same code once more: after 60 and then 120 seconds, never a fourth time, and nothing of
//! the challenge begins anew.

use serde_json::json;

use crate::database::check_invariants;
use crate::fault::{gatehouse, now, HOUR, MINUTE, SECOND};
use crate::support::http::Reply;
use crate::support::people::wrong;
use crate::support::{at_once, random, Api};
use crate::witness::{keep, session_of};

/// At this time, with the token that the caller has.
async fn resend(api: &Api, time: i64, session: &str) -> Reply {
    let body = json!({ "sessionId": session });
    let then = api.believing(time);
    then.post("/v1/user/otp/resend", &api.token, body).await
}

/// Seconds that a refusal says to wait.
#[track_caller]
fn wait(reply: &Reply) -> i64 {
    let wait = reply.fails(4004).header("retry-after");
    wait.parse().expect("a Retry-After")
}

#[tokio::test]
async fn the_same_code_comes_after_60_seconds_and_after_120_more_and_never_a_fourth_time() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    let api = api.at(start).await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;

    assert_eq!(wait(&resend(&api, start, &challenge.session).await), 60);
    let early = resend(&api, start + MINUTE - 1, &challenge.session).await;
    assert_eq!(wait(&early), 1);
    let reply = resend(&api, start + MINUTE, &challenge.session).await;
    let expected = json!({
        "sessionId": challenge.session,
        "challengeType": "SMS_MFA",
        "destination": format!("+********{}", &user.phone[user.phone.len() - 2..]),
        "codeLength": 4,
        "expiresIn": 240,
    });
    assert_eq!(reply.ok(), &expected, "{reply}");
    assert_eq!(api.messages_to(&user.phone), 2);

    let early = resend(&api, start + 3 * MINUTE - 1, &challenge.session).await;
    assert_eq!(wait(&early), 1);
    let reply = resend(&api, start + 3 * MINUTE, &challenge.session).await;
    assert_eq!(reply.ok()["expiresIn"], 120, "{reply}");
    let texts = gatehouse().twilio.sent_to(&user.phone);
    let ends = ["in 5 minutes.", "in 4 minutes.", "in 2 minutes."];
    assert_eq!(texts.len(), 3);
    for (sms, end) in texts.iter().zip(ends) {
        assert!(sms.body.ends_with(end), "{}", sms.body);
    }

    // A fourth would have to be a new login: this challenge has only its end to wait for.
    let last = start + 5 * MINUTE - 1;
    let reply = resend(&api, start + 4 * MINUTE, &challenge.session).await;
    assert_eq!(wait(&reply), 60);
    assert_eq!(wait(&resend(&api, last, &challenge.session).await), 1);
    let sent = gatehouse().twilio.sent_to(&user.phone);
    assert_eq!(sent.len(), 3);
    assert!(sent.iter().all(|sms| sms.code() == code));

    let late = resend(&api, start + 5 * MINUTE, &challenge.session).await;
    late.fails(4002);
    session_of(&api.believing(last).answer(&challenge, &code).await);
    check_invariants(&gatehouse());
}

/// Whoever had the old password gets no further SMS with it, nor who was disabled.
#[tokio::test]
async fn there_is_no_resend_once_the_password_is_changed_or_the_user_disabled() {
    let api = Api::faulty().await;
    let (user, _) = api.person_with_session().await;
    let start = now();
    let api = api.at(start).await;
    let login = api.log_in(&user).await;
    let (other_reset, _) = api.reset(&user).await;
    let after = api.at(start + MINUTE).await;
    let (reset, code) = after.reset(&user).await;
    after.answer(&reset, &code).await.ok();
    after.change_to_another(&reset).await.ok();
    let sent = api.messages_to(&user.phone);
    let later = start + 2 * MINUTE;
    let unknown = resend(&api, later, "chl_none").await;
    for challenge in [&login, &other_reset, &reset] {
        let reply = resend(&api, later, &challenge.session).await;
        assert_eq!(reply.fails(4002).raw, unknown.raw);
    }
    assert_eq!(api.messages_to(&user.phone), sent);

    let user = api.person().await;
    let challenge = api.log_in(&user).await;
    let disable = format!("/v1/user/{}/disable", user.id);
    api.post(&disable, &api.token, json!({})).await.ok();
    resend(&api, start + MINUTE, &challenge.session)
        .await
        .fails(4002);
    assert_eq!(api.messages_to(&user.phone), 1);
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn of_20_resends_at_once_one_sends() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    let api = api.at(start).await;
    let challenge = api.log_in(&user).await;
    let calls = (0..20).map(|_| {
        let (api, session) = (api.clone(), challenge.session.clone());
        async move { resend(&api, start + MINUTE, &session).await }
    });
    let replies = at_once(calls).await;
    let sent = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(sent, 1);
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        assert_eq!(wait(reply), 120);
    }
    assert_eq!(gatehouse().twilio.sent_to(&user.phone).len(), 2);
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_resend_gives_back_no_tries_and_no_time() {
    let api = Api::faulty().await;
    let start = now();
    let api = api.at(start).await;

    let user = api.person().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    let later = start + MINUTE;
    resend(&api, later, &challenge.session).await.ok();
    let then = api.believing(later);
    then.answer(&challenge, &wrong(&code)).await.fails(4002);
    then.answer(&challenge, &code).await.fails(4002);
    let spent = resend(&api, start + 3 * MINUTE, &challenge.session).await;
    spent.fails(4002);

    let user = api.person().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    let end = start + 5 * MINUTE;
    resend(&api, end - SECOND, &challenge.session).await.ok();
    api.believing(end)
        .answer(&challenge, &code)
        .await
        .fails(4002);
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_resend_is_one_of_the_phones_five_an_hour() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    let at = |seconds: i64| start + seconds * SECOND;
    let api = api.at(start).await;
    let first = api.log_in(&user).await;
    resend(&api, at(60), &first.session).await.ok();
    resend(&api, at(180), &first.session).await.ok();
    for second in [300, 360] {
        api.believing(at(second)).log_in(&user).await;
    }
    assert_eq!(api.messages_to(&user.phone), 5);
    let last = api.believing(at(361)).log_in(&user).await;
    let refused = resend(&api, at(420), &last.session).await;
    assert_eq!(wait(&refused), HOUR / SECOND - 420);
    assert_eq!(api.messages_to(&user.phone), 5);
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_locked_user_is_sent_no_code_again() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    let api = api.at(start).await;
    let mut open = api.log_in(&user).await;
    for guesses in [3, 3, 3, 1] {
        open = api.log_in(&user).await;
        let code = api.code(&open).await;
        for _ in 0..guesses {
            api.answer(&open, &wrong(&code)).await;
        }
    }
    let sent = api.messages_to(&user.phone);
    let later = start + MINUTE;
    resend(&api, later, &open.session).await.fails(4003);
    assert_eq!(api.messages_to(&user.phone), sent);
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_reset_is_sent_again_under_either_of_its_ids_and_a_strangers_looks_the_same() {
    let api = Api::faulty().await;
    let (user, _) = api.person_with_session().await;
    let start = now();
    let api = api.at(start).await;
    let (first, code) = api.reset(&user).await;
    // Within the minute: the same code under another id, not sent.
    let second = api.believing(start + SECOND).start_reset(&user).await;
    let early = resend(&api, start + MINUTE - 1, &second.session).await;
    assert_eq!(wait(&early), 1);

    let stranger = api.forget_password(&random::email()).await;
    let decoy = stranger.text("/data/sdkResponseMetadata/requestId");
    let early = resend(&api, start + MINUTE - 1, &decoy).await;
    assert_eq!(wait(&early), 1);

    let known = resend(&api, start + MINUTE, &second.session).await;
    let unknown = resend(&api, start + MINUTE, &decoy).await;
    let blank = |reply: &Reply| {
        let mut data = reply.ok().clone();
        data["sessionId"] = json!("");
        let length = data["destination"].as_str().map(str::len);
        data["destination"] = json!(length);
        data
    };
    assert_eq!(blank(&known), blank(&unknown));
    assert_eq!(gatehouse().twilio.nth_code(&user.phone, 3).await, code);

    // It was one send of both.
    let early = resend(&api, start + 2 * MINUTE, &first.session).await;
    assert_eq!(wait(&early), 60);
    let then = api.believing(start + 2 * MINUTE);
    then.answer(&second, &code).await.ok();
    let password = random::password();
    keep(&password);
    then.change_password(&second, &password).await.ok();
    for used in [&first, &second] {
        let reply = resend(&api, start + 3 * MINUTE, &used.session).await;
        reply.fails(4002);
    }
    assert_eq!(api.messages_to(&user.phone), 3);
    check_invariants(&gatehouse());
}
