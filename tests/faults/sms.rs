//! The SMS provider, slow, failing, lying or unreachable.

use std::time::Instant;

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::database::{check_invariants, Database};
use crate::fault::{gatehouse, now, Fault, When, CONFIG, HOUR, MINUTE};
use crate::support::http::Reply;
use crate::support::people::User;
use crate::support::twilio::{error, AUTH_TOKEN};
use crate::support::{Api, Gatehouse};
use crate::witness::session_of;

/// Somebody fresh logs in through this fault.
async fn log_in_through(fault: Fault) -> (User, Reply) {
    let api = Api::faulty().await;
    let user = api.person().await;
    let faulty = api.meeting(&[fault]);
    let reply = faulty.login(&user.email, &user.password).await;
    reply.met();
    (user, reply)
}

/// A minute after the provider is well again, so is the user.
async fn can_log_in(user: &User) {
    let api = Api::faulty().await;
    let api = api.believing(now() + MINUTE);
    let challenge = api.log_in(user).await;
    session_of(&api.answer_rightly(&challenge).await);
    check_invariants(&gatehouse());
}

fn booked(user: &User) -> i64 {
    let database = Database::of(&gatehouse().service);
    let sql = "SELECT COUNT(*) FROM sends WHERE phone = ?1";
    database.number(sql, [&user.phone])
}

fn sent(user: &User) -> usize {
    gatehouse().twilio.sent_to(&user.phone).len()
}

#[tokio::test]
async fn a_slow_provider_is_waited_for_and_a_dead_one_for_less_than_six_seconds() {
    let (slow, dead) = tokio::join!(
        log_in_through(Fault::delay("fetch", 1500)),
        log_in_through(Fault::hang("fetch", When::Before)),
    );
    let (user, reply) = slow;
    reply.ok();
    assert_eq!(sent(&user), 1);

    let (user, reply) = dead;
    reply.fails(4005);
    assert!(reply.took() < 6000, "after {} ms", reply.took());
    // The challenge is stored before its code can be anywhere.
    let trace = reply.trace();
    let place = |wanted: &str| trace.iter().position(|op| *op == wanted);
    assert!(place("kv.put") < place("fetch"), "{trace:?}");
    // It may have got through: it counts, and is not tried again.
    assert_eq!((reply.begun("fetch"), booked(&user)), (1, 1));
    can_log_in(&user).await;
}

#[tokio::test]
async fn a_reset_is_answered_before_its_sms_and_whatever_becomes_of_it() {
    let api = Api::faulty().await;
    let faults = [
        Fault::hang("fetch", When::After),
        Fault::error("fetch", When::After, "Network connection lost."),
        Fault::answer(When::After, json!({"status": 500})),
    ];
    for fault in faults {
        let (user, _) = api.person_with_session().await;
        let faulty = api
            .meeting(std::slice::from_ref(&fault))
            .not_waiting_for_later_work();
        let begun = Instant::now();
        let challenge = faulty.start_reset(&user).await;
        assert!(begun.elapsed().as_secs() < 5, "{fault:?}");
        // The provider did take it, and its code is right.
        let challenge = crate::support::Challenge {
            before: 1,
            ..challenge
        };
        let code = api.code(&challenge).await;
        api.answer(&challenge, &code).await.ok();
        // One SMS, whatever the provider said of it.
        assert_eq!((sent(&user), booked(&user)), (2, 2), "{fault:?}");
    }
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_message_that_may_have_been_accepted_is_not_sent_again() {
    let lies = [
        Fault::error("fetch", When::After, "Network connection lost."),
        Fault::error("fetch", When::Before, "Network connection lost."),
        Fault::answer(When::After, json!({"status": 500, "body": "{}"})),
        Fault::answer(When::After, json!({"status": 503, "body": "Busy"})),
        Fault::answer(
            When::After,
            json!({"status": 200, "body": "<html>OK</html>"}),
        ),
        Fault::answer(When::After, json!({"status": 201, "body": "{}"})),
        Fault::answer(When::After, json!({"status": 201, "body": "{\"sid\":"})),
        Fault::answer(
            When::After,
            json!({"status": 302, "headers": {"location": "/"}}),
        ),
    ];
    for fault in lies {
        let (user, reply) = log_in_through(fault.clone()).await;
        reply.fails(4005);
        assert_eq!(reply.begun("fetch"), 1, "{fault:?}");
        assert_eq!(booked(&user), 1, "{fault:?}");
        // At once, it is answered as sent: the code may have come.
        let again = Api::faulty().await.login(&user.email, &user.password).await;
        again.ok();
        assert_eq!(again.begun("fetch"), 0, "{fault:?}");
        can_log_in(&user).await;
    }
}

#[tokio::test]
async fn a_provider_that_is_certainly_busy_is_asked_once_more_with_the_same_code() {
    let api = Api::faulty().await;
    let twilio = &gatehouse().twilio;

    let user = api.person().await;
    twilio.answer_next(&user.phone, [error(429, 20429)]);
    let challenge = api.log_in(&user).await;
    let bodies: Vec<String> = twilio
        .sent_to(&user.phone)
        .into_iter()
        .map(|sms| sms.body)
        .collect();
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0], bodies[1]);
    session_of(&api.answer_rightly(&challenge).await);
    assert_eq!(booked(&user), 1);

    let user = api.person().await;
    twilio.answer_next(&user.phone, [error(429, 20429), error(429, 20429)]);
    api.login(&user.email, &user.password).await.fails(4005);
    assert_eq!(sent(&user), 2);
    // Nothing was sent, so nothing counts; the next attempt waits for a minute.
    let database = Database::of(&gatehouse().service);
    let not_sent = "SELECT COUNT(*) FROM sends WHERE phone = ?1 AND outcome = 'NOT_SENT'";
    assert_eq!(database.number(not_sent, [&user.phone]), 1);
    let again = api.login(&user.email, &user.password).await;
    again.fails(4005);
    assert_eq!(sent(&user), 2);
    can_log_in(&user).await;
}

#[tokio::test]
async fn a_number_that_cannot_receive_is_said_at_login_and_not_at_a_reset() {
    let api = Api::faulty().await;
    let twilio = &gatehouse().twilio;
    let (user, _) = api.person_with_session().await;

    // Asked forty times, refused once: the number is not asked about for an hour.
    twilio.answer_next(&user.phone, vec![error(400, 21610); 40]);
    for _ in 0..40 {
        api.login(&user.email, &user.password).await.fails(4006);
    }
    assert_eq!((sent(&user), booked(&user)), (2, 2));

    let told = api.forget_password(&user.email).await;
    let later = api.at(now() + MINUTE).await;
    let reply = later.forget_password(&user.email).await;
    // Nothing but the id of the challenge differs from a reset that was sent.
    let shape = |reply: &Reply| {
        let mut data = reply.ok().clone();
        data["sdkResponseMetadata"]["requestId"] = json!(null);
        data
    };
    assert_eq!(shape(&told), shape(&reply));
    assert_eq!(sent(&user), 2);

    twilio.forget_plans(&user.phone);
    let hour = api.at(now() + HOUR).await;
    session_of(&hour.answer_rightly(&hour.log_in(&user).await).await);
    check_invariants(&gatehouse());
}

/// Five logins in an outage, whatever it looks like, and five minutes after it the customer is in.
#[tokio::test]
async fn an_outage_of_the_provider_does_not_outlast_itself() {
    let api = Api::faulty().await;
    let twilio = &gatehouse().twilio;
    let refused = Fault::error("fetch", When::Before, "connect ECONNREFUSED");
    let outages: [(Option<Fault>, Option<ResponseTemplate>, i64); 5] = [
        (Some(refused), None, 0),
        (None, Some(error(500, 20500)), 0),
        (None, Some(error(500, 20500)), 2 * MINUTE),
        (None, Some(error(401, 20003)), 0),
        (None, Some(error(401, 20003)), MINUTE),
    ];
    for (fault, answer, pause) in outages {
        let user = api.person().await;
        let start = now();
        for nth in 0..5 {
            if let Some(answer) = &answer {
                twilio.answer_next(&user.phone, [answer.clone()]);
            }
            let then = api.at(start + nth * pause).await;
            let then = match &fault {
                Some(fault) => then.meeting(std::slice::from_ref(fault)),
                None => then,
            };
            let reply = then.login(&user.email, &user.password).await;
            reply.fails_with_one_of(&[0, 4005]);
        }
        twilio.forget_plans(&user.phone);
        let after = api.at(start + 4 * pause + 5 * MINUTE).await;
        session_of(&after.answer_rightly(&after.log_in(&user).await).await);
    }
    check_invariants(&gatehouse());
}

/// What may have gone out counts: an hour of a provider that never answers is five messages.
#[tokio::test]
async fn a_provider_that_takes_messages_and_never_says_so_is_sent_five_an_hour() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    for nth in 0..59 {
        let lost = Fault::error("fetch", When::After, "Network connection lost.");
        let then = api.at(start + nth * MINUTE).await.meeting(&[lost]);
        then.login(&user.email, &user.password).await;
    }
    assert_eq!(sent(&user), 5);
    check_invariants(&gatehouse());
}

/// A log of its own, and codes so long that a search finds nothing else.
#[tokio::test]
async fn however_a_send_fails_the_log_holds_neither_the_number_nor_the_text_nor_the_code() {
    let long = [("OTP_LENGTH", "10"), ("RESET_OTP_LENGTH", "10")];
    let own = Gatehouse::start_under(CONFIG, "quiet", &long);
    let api = Api::on(own.clone()).await;
    let start = now();
    let lost = "Network connection lost.";
    let failures = [
        Fault::error("fetch", When::Before, lost),
        Fault::error("fetch", When::After, lost),
        Fault::hang("fetch", When::After),
        Fault::answer(When::After, json!({"status": 201, "body": "{"})),
        Fault::answer(
            When::After,
            json!({"status": 302, "headers": {"location": "/"}}),
        ),
    ];
    let answers = [
        error(400, 21610),
        error(400, 20003),
        error(429, 20429),
        error(500, 20500),
    ];
    let mut people = Vec::new();
    let mut sends = 0;
    for nth in 0..failures.len() + answers.len() {
        let fails = async |api: &Api, user: &User| match nth.checked_sub(failures.len()) {
            None => api.meeting(&failures[nth..=nth]),
            Some(nth) => {
                own.twilio
                    .answer_next(&user.phone, vec![answers[nth].clone(); 2]);
                api.clone()
            }
        };
        // Each way to be sent one, for somebody whose number has had no failure yet.
        let now = api.at(start).await;
        let later = api.at(start + MINUTE).await;
        let user = api.person().await;
        let login = fails(&now, &user).await;
        let login = login.login(&user.email, &user.password).await;
        login.fails_with_one_of(&[4005, 4006]);
        people.push(user);

        let user = api.person().await;
        let challenge = now.log_in(&user).await;
        let body = json!({"sessionId": challenge.session});
        let resend = fails(&later, &user).await;
        let resend = resend.post("/v1/user/otp/resend", &later.token, body).await;
        resend.fails_with_one_of(&[4005, 4006]);
        people.push(user);

        let (user, _) = api.person_with_session().await;
        let reset = fails(&later, &user).await;
        reset.forget_password(&user.email).await.ok();
        people.push(user);
        sends += 3;
    }
    let service = &own.service;
    service.wait_until_logged("\"not_sent\"", sends).await;
    let log = service.log();
    let mut seen = 0;
    for user in &people {
        let texts = own.twilio.sent_to(&user.phone);
        seen += texts.len();
        let of_texts = texts.iter().flat_map(|sms| [sms.body.clone(), sms.code()]);
        let without_plus = user.phone[1..].to_owned();
        for secret in of_texts.chain([without_plus, user.email.clone()]) {
            assert!(!log.contains(&secret), "the log shows {secret}");
        }
    }
    assert!(seen > people.len(), "only {seen} messages were looked for");
    assert!(!log.contains(" code is "), "the log shows a text");
    assert!(
        !log.contains(AUTH_TOKEN),
        "the log shows the provider's secret"
    );
}

#[tokio::test]
async fn an_endless_answer_is_read_to_64_kib_and_no_further() {
    let endless = json!({"status": 201, "bytes": 1_000_000_000});
    let (user, reply) = log_in_through(Fault::answer(When::After, endless)).await;
    reply.fails(4005);
    let pulled: u64 = reply.header("x-test-pulled").parse().expect("a number");
    assert!((64 << 10..256 << 10).contains(&pulled), "{pulled} bytes");
    can_log_in(&user).await;
}

#[tokio::test]
async fn a_redirect_of_the_provider_is_not_followed() {
    let api = Api::faulty().await;
    let twilio = &gatehouse().twilio;
    for status in [301, 302, 303, 307, 308] {
        let user = api.person().await;
        let elsewhere = format!("{}/elsewhere", twilio.base);
        let redirect = ResponseTemplate::new(status).insert_header("location", elsewhere.as_str());
        twilio.answer_next(&user.phone, [redirect]);
        api.login(&user.email, &user.password).await.fails(4005);
        // Whatever arrives elsewhere is a violation of the provider's description.
        can_log_in(&user).await;
    }
}
