//! The mail providers, slow, failing, lying or unreachable: nothing of it changes a call.

use serde_json::{json, Value};
use wiremock::ResponseTemplate;

use crate::fault::{gatehouse, Fault, When, CONFIG};
use crate::support::http::Reply;
use crate::support::mail::{
    postmark_error, resend_error, Mail, API_KEY, POSTMARK, RESEND, SERVER_TOKEN,
};
use crate::support::people::User;
use crate::support::{random, Api, Challenge, Gatehouse};
use crate::witness::keep;

const LOST: &str = "Network connection lost.";

/// Somebody about to bring a new password, the code being right.
async fn about_to_change(api: &Api) -> (User, Challenge) {
    let (user, _) = api.person_with_session().await;
    let (reset, code) = api.reset(&user).await;
    api.answer(&reset, &code).await.ok();
    (user, reset)
}

/// The change through this fault, which it met.
async fn change_through(api: &Api, fault: Fault) -> (User, Reply) {
    let (user, reset) = about_to_change(api).await;
    let password = random::password();
    keep(&password);
    let faulty = api.meeting(&[fault]);
    let reply = faulty.change_password(&reset, &password).await;
    reply.met();
    assert_eq!(reply.ok(), &json!({"data": {}}), "{reply}");
    api.login(&user.email, &password).await.ok();
    (user, reply)
}

fn points(reply: &Reply) -> Vec<Value> {
    let points: Vec<Value> = serde_json::from_str(reply.header("x-test-sms-points")).expect("JSON");
    let blobs = points.into_iter().map(|point| point["blobs"].clone());
    blobs.collect()
}

fn asked(mails: &[Mail]) -> Vec<(&'static str, bool)> {
    mails.iter().map(|m| (m.provider, m.goes_out)).collect()
}

#[tokio::test]
async fn a_mail_provider_that_is_down_changes_nothing_of_the_call() {
    let api = Api::faulty().await;
    let endless = json!({"status": 200, "bytes": 1_000_000_000});
    let away = json!({"status": 302, "headers": {"location": "/elsewhere"}});
    for fault in [
        Fault::error("fetch", When::Before, LOST).always(),
        Fault::error("fetch", When::After, LOST).always(),
        Fault::hang("fetch", When::Before),
        Fault::answer(When::Before, json!({"status": 500})).always(),
        Fault::answer(When::Before, json!({"status": 401, "body": "{}"})),
        Fault::answer(When::Before, json!({"status": 200, "body": "{"})).always(),
        Fault::answer(When::Before, endless).always(),
        Fault::answer(When::Before, away).always(),
    ] {
        let (user, reply) = change_through(&api, fault.clone()).await;
        // Two logins and the code of the reset, and no notice beside them.
        assert_eq!(api.messages_to(&user.phone), 3, "{fault:?}: by SMS");
        assert!(reply.begun("fetch") <= 2, "{fault:?}: {reply}");
    }
    assert_eq!(gatehouse().post.violations(), [""; 0]);
}

#[tokio::test]
async fn a_notice_is_begun_after_the_answer() {
    let api = Api::faulty().await;
    let (user, reset) = about_to_change(&api).await;
    let at_once = api.not_waiting_for_later_work();
    let reply = at_once.change_to_another(&reset).await;
    reply.ok();
    assert_eq!(reply.begun("fetch"), 0, "{reply}");
    gatehouse().post.nth(&user.email, 1).await;
}

/// Resend knows a message by its key: what it may have taken is asked of it again.
#[tokio::test]
async fn what_resend_may_have_taken_is_asked_again_with_its_key_and_goes_out_once() {
    let api = Api::faulty().await;
    let post = &gatehouse().post;
    let once = [(RESEND, true), (RESEND, false)];
    for fault in [
        Fault::error("fetch", When::After, LOST),
        Fault::answer(When::After, json!({"status": 502})),
        Fault::answer(When::After, json!({"status": 200, "body": "{}"})),
    ] {
        let (user, _) = change_through(&api, fault).await;
        let mails = post.asked_for(&user.email);
        assert_eq!(asked(&mails), once, "{mails:?}");
        assert_eq!(mails[0].key, mails[1].key);
    }
    // The work is taken up again, its caller having heard nothing.
    let (user, reset) = about_to_change(&api).await;
    let keyed = api.with_key(&random::letters(20));
    let password = random::password();
    keep(&password);
    let cut = keyed.meeting(&[Fault::cut("fetch", When::After)]);
    cut.change_password(&reset, &password).await.met();
    keyed.change_password(&reset, &password).await.ok();
    assert_eq!(post.sent_to(&user.email).len(), 1);
}

#[tokio::test]
async fn each_answer_of_resend_means_what_its_reference_says() {
    let api = Api::faulty().await;
    let post = &gatehouse().post;
    let busy = resend_error(429, "rate_limit_exceeded").insert_header("retry-after", "1");
    let concurrent = resend_error(409, "concurrent_idempotent_requests");
    let refused = |status, name| vec![resend_error(status, name)];
    for (answers, goes_out, asked_for, why) in [
        (vec![busy.clone()], true, 2, "429"),
        (vec![busy.clone(), busy], false, 2, "429"),
        (vec![concurrent], true, 2, "concurrent_idempotent_requests"),
        (refused(500, "application_error"), true, 2, "status 500"),
        (
            refused(422, "validation_error"),
            false,
            1,
            "validation_error",
        ),
        (
            refused(400, "invalid_parameter"),
            false,
            1,
            "invalid_parameter",
        ),
        (refused(401, "missing_api_key"), false, 1, "missing_api_key"),
        (refused(403, "invalid_api_key"), false, 1, "invalid_api_key"),
        (
            refused(409, "invalid_idempotent_request"),
            false,
            1,
            "invalid_idempotent_request",
        ),
    ] {
        let (user, reset) = about_to_change(&api).await;
        post.answer_next(RESEND, &user.email, answers);
        let reply = api.change_to_another(&reset).await;
        reply.ok();
        assert_eq!(post.asked_for(&user.email).len(), asked_for, "{why}");
        let out = post.sent_to(&user.email).len() == 1;
        assert_eq!(out, goes_out, "{why}");
        let outcome = if goes_out { "taken" } else { "not_taken" };
        let point = json!([outcome, RESEND, "none", "PASSWORD_RESET", "EMAIL"]);
        assert_eq!(points(&reply), [point], "{why}");
        let service = &gatehouse().service;
        let line = [
            "\"mail.failed\"".to_owned(),
            "\"level\":\"error\"".to_owned(),
            format!("{:?}", reply.header("x-request-id")),
            why.to_owned(),
        ];
        service.wait_until_logged_with(&line).await;
        let outcome = if goes_out { "sent" } else { "not_sent" };
        let line = [
            "\"notice.send\"".to_owned(),
            format!("{:?}", reply.header("x-request-id")),
            format!("\"outcome\":\"{outcome}\""),
        ];
        service.wait_until_logged_with(&line).await;
    }
    assert_eq!(post.violations(), [""; 0]);
}

#[tokio::test]
async fn each_answer_of_postmark_means_what_its_reference_says_and_the_fallback_steps_in() {
    let vars = [
        ("EMAIL_PROVIDER", POSTMARK),
        ("EMAIL_FALLBACK_PROVIDER", RESEND),
        ("RESET_OTP_LENGTH", "10"),
    ];
    let own = Gatehouse::start_under(CONFIG, "postmark", &vars);
    let api = Api::on(own.clone()).await;
    let (first, second) = ((POSTMARK, true), (RESEND, true));
    let in_vain = (POSTMARK, false);
    let busy = postmark_error(429, 0);
    let none = vec![];
    for (answers, expected, outcome) in [
        (none, vec![first], "taken"),
        (vec![busy.clone()], vec![in_vain, first], "taken"),
        (
            vec![busy.clone(), busy],
            vec![in_vain, in_vain, second],
            "not_taken",
        ),
        // It knows no key: what it may have taken is not asked of it again.
        (
            vec![ResponseTemplate::new(500)],
            vec![in_vain, second],
            "unclear",
        ),
        (
            vec![ResponseTemplate::new(200)],
            vec![in_vain, second],
            "unclear",
        ),
        (
            vec![postmark_error(401, 10)],
            vec![in_vain, second],
            "not_taken",
        ),
        (
            vec![postmark_error(422, 405)],
            vec![in_vain, second],
            "not_taken",
        ),
        // Of the recipient: another provider would say the same.
        (vec![postmark_error(422, 300)], vec![in_vain], "refused"),
        (vec![postmark_error(422, 406)], vec![in_vain], "refused"),
    ] {
        let (user, reset) = about_to_change(&api).await;
        own.post.answer_next(POSTMARK, &user.email, answers);
        let reply = api.change_to_another(&reset).await;
        reply.ok();
        let mails = own.post.asked_for(&user.email);
        assert_eq!(asked(&mails), expected, "{mails:?}");
        let mut said = vec![json!([
            outcome,
            POSTMARK,
            "none",
            "PASSWORD_RESET",
            "EMAIL"
        ])];
        if expected.contains(&second) {
            said.push(json!(["taken", RESEND, "none", "PASSWORD_RESET", "EMAIL"]));
        }
        assert_eq!(points(&reply), said);
    }
    let refused = ["\"mail.refused\"".to_owned(), "\"postmark\"".to_owned()];
    own.service.wait_until_logged_with(&refused).await;
    // Taken, and its answer lost.
    let (user, reset) = about_to_change(&api).await;
    let lost = api.meeting(&[Fault::error("fetch", When::After, LOST)]);
    lost.change_to_another(&reset).await.met().ok();
    let mails = own.post.asked_for(&user.email);
    assert_eq!(asked(&mails), [first, second], "{mails:?}");
    assert_eq!(own.post.violations(), [""; 0]);
    let log = own.service.log();
    for secret in [API_KEY, SERVER_TOKEN, &user.email, "no caller may see"] {
        assert!(!log.contains(secret), "the log shows {secret}");
    }
}
