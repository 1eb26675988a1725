//! A lost password: two gates, the code and the new password, in either order, and no way
//! around either.

use serde_json::json;

use crate::support::http::{Method, Reply};
use crate::support::people::{application, wrong, Session, User};
use crate::support::{at_once, random, Api, Challenge};

/// The password is the new one and not the old.
async fn assert_changed(api: &Api, user: &User, new: &str) {
    api.login(&user.email, &user.password).await.fails(3004);
    api.login(&user.email, new).await.ok();
}

async fn assert_unchanged(api: &Api, user: &User, new: &str) {
    api.login(&user.email, new).await.fails(3004);
    api.login(&user.email, &user.password).await.ok();
}

#[tokio::test]
async fn the_code_and_then_the_password_change_it() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let new = random::password();
    let reset = api.start_reset(&user).await;
    let reply = api.answer_rightly(&reset).await;
    reply.ok();
    assert!(!reply.raw.contains("oken"), "R49: {reply}");
    // So far nothing has changed.
    api.login(&user.email, &new).await.fails(3004);
    let reply = api.change_password(&reset, &new).await;
    assert_eq!(reply.ok(), &json!({"data": {}}), "{reply}");
    assert_changed(&api, &user, &new).await;
}

#[tokio::test]
async fn the_password_and_then_the_code_change_it() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let new = random::password();
    let reset = api.start_reset(&user).await;
    let reply = api.change_password(&reset, &new).await;
    assert_eq!(reply.ok(), &json!({"data": {}}), "{reply}");
    api.login(&user.email, &new).await.fails(3004);
    let reply = api.answer_rightly(&reset).await;
    reply.ok();
    assert!(!reply.raw.contains("oken"), "R49: {reply}");
    assert_changed(&api, &user, &new).await;
}

#[tokio::test]
async fn a_change_answers_alike_in_both_orders_and_the_code_says_what_is_left() {
    let api = Api::new().await;
    let (one, _) = api.signed_in_user().await;
    let (two, _) = api.signed_in_user().await;
    let first = api.start_reset(&one).await;
    let second = api.start_reset(&two).await;
    let staged = api.change_password(&first, &random::password()).await;
    let committed = api.answer_rightly(&first).await;
    let passed = api.answer_rightly(&second).await;
    let changed = api.change_password(&second, &random::password()).await;
    assert_eq!(staged.ok(), changed.ok());
    for (reply, status) in [
        (passed, "PASSWORD_REQUIRED"),
        (committed, "PASSWORD_CHANGED"),
    ] {
        assert_eq!(reply.ok()["challengeType"], "RESET_PASSWORD", "{reply}");
        assert_eq!(reply.ok()["status"], status, "{reply}");
    }
}

#[tokio::test]
async fn a_reset_code_has_six_digits() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    assert_eq!(api.code(&reset).await.len(), 6);
}

#[tokio::test]
async fn a_change_ends_every_session_and_logs_nobody_in() {
    let api = Api::new().await;
    let (user, first) = api.signed_in_user().await;
    let second = api.session(&user).await;
    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    api.change_password(&reset, &random::password()).await.ok();
    for session in [first, second] {
        api.refresh(&user.email, &session.refresh).await.fails(5001);
    }
}

#[tokio::test]
async fn a_login_begun_with_the_old_password_ends_with_it() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let login = api.log_in(&user).await;
    let login_code = api.code(&login).await;
    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    api.change_password(&reset, &random::password()).await.ok();
    api.answer(&login, &login_code).await.fails(4002);
}

#[tokio::test]
async fn a_finished_reset_is_gone() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let new = random::password();
    let reset = api.start_reset(&user).await;
    let code = api.code(&reset).await;
    api.change_password(&reset, &new).await.ok();
    api.answer(&reset, &code).await.ok();
    let late = random::password();
    api.answer(&reset, &code).await.fails(4002);
    api.change_password(&reset, &late).await.fails(4002);
    api.login(&user.email, &late).await.fails(3004);
    api.login(&user.email, &new).await.ok();
}

#[tokio::test]
async fn three_wrong_codes_end_a_reset_staged_or_not() {
    let api = Api::new().await;
    for staged in [false, true] {
        let (user, _) = api.signed_in_user().await;
        let new = random::password();
        let reset = api.start_reset(&user).await;
        let code = api.code(&reset).await;
        if staged {
            api.change_password(&reset, &new).await.ok();
        }
        api.answer(&reset, &wrong(&code)).await.fails(4001);
        api.answer(&reset, &wrong(&code)).await.fails(4001);
        api.answer(&reset, &wrong(&code)).await.fails(4002);
        api.answer(&reset, &code).await.fails(4002);
        api.change_password(&reset, &new).await.fails(4002);
        assert_unchanged(&api, &user, &new).await;
    }
}

#[tokio::test]
async fn of_200_parallel_wrong_reset_codes_at_most_3_are_compared() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let new = random::password();
    let reset = api.start_reset(&user).await;
    let code = api.code(&reset).await;
    api.change_password(&reset, &new).await.ok();
    let guesses = (0..200).map(|n| {
        let (api, reset, code) = (api.clone(), reset.clone(), code.clone());
        async move {
            let guess = (code.parse::<u32>().expect("digits") + 1 + n) % 1_000_000;
            api.answer(&reset, &format!("{guess:06}")).await
        }
    });
    let replies = at_once(guesses).await;
    let told = replies.iter().filter(|reply| reply.code() == 4001).count();
    assert!(told <= 2, "{told} guesses were told that they were wrong");
    for reply in &replies {
        reply.fails_with_one_of(&[4001, 4002]);
    }
    api.answer(&reset, &code).await.fails(4002);
    assert_unchanged(&api, &user, &new).await;
}

#[tokio::test]
async fn no_other_kind_of_session_id_changes_a_password() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let new = random::password();
    let login = api.log_in(&user).await;
    let sid = crate::support::jwt::Jwt::read(&session.access).claims["sid"].clone();
    let ids = [
        login.session.clone(),
        sid.as_str().unwrap().to_owned(),
        session.refresh.clone(),
        user.id.clone(),
        "none".to_owned(),
    ];
    for id in ids {
        let reset = Challenge {
            session: id.clone(),
            kind: "RESET_PASSWORD",
            ..login.clone()
        };
        let reply = api.change_password(&reset, &new).await;
        reply.fails_with_one_of(&[4002, 1002]);
    }
    // With the challenge's own type: there is no such change.
    api.change_password(&login, &new)
        .await
        .fails_with_one_of(&[1002, 4002]);
    api.answer_rightly(&login).await.ok();
    assert_unchanged(&api, &user, &new).await;
}

#[tokio::test]
async fn a_reset_is_no_login() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    let code = api.code(&reset).await;
    let as_login = Challenge {
        kind: "SMS_MFA",
        ..reset.clone()
    };
    let reply = api.answer(&as_login, &code).await;
    reply.fails(4002);
    // A login's code has fewer digits, and the challenge has lost no try.
    api.answer(&reset, &code).await.ok();
}

#[tokio::test]
async fn a_password_alone_changes_nothing_ever() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    let first = random::password();
    let second = random::password();
    api.change_password(&reset, &first).await.ok();
    api.change_password(&reset, &second)
        .await
        .fails_with_one_of(&[0, 4002]);
    for password in [&first, &second] {
        api.login(&user.email, password).await.fails(3004);
    }
    api.login(&user.email, &user.password).await.ok();
}

#[tokio::test]
async fn twenty_parallel_changes_behind_one_code_commit_one() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    let passwords: Vec<String> = (0..20).map(|_| random::password()).collect();
    let calls = passwords.iter().map(|password| {
        let (api, reset, password) = (api.clone(), reset.clone(), password.clone());
        async move { api.change_password(&reset, &password).await }
    });
    let replies = at_once(calls).await;
    let winners: Vec<usize> = (0..20).filter(|n| replies[*n].status == 200).collect();
    assert_eq!(winners.len(), 1, "{winners:?}");
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        reply.fails(4002);
    }
    assert_changed(&api, &user, &passwords[winners[0]]).await;
}

#[tokio::test]
async fn twenty_parallel_right_codes_of_a_staged_reset_commit_it_once() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let new = random::password();
    let reset = api.start_reset(&user).await;
    let code = api.code(&reset).await;
    api.change_password(&reset, &new).await.ok();
    let calls = (0..20).map(|_| {
        let (api, reset, code) = (api.clone(), reset.clone(), code.clone());
        async move { api.answer(&reset, &code).await }
    });
    let replies = at_once(calls).await;
    let won = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(won, 1);
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        reply.fails(4002);
    }
    assert_changed(&api, &user, &new).await;
}

#[tokio::test]
async fn the_new_password_keeps_the_rules_and_a_refusal_costs_nothing() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    let local_part = user.email.split('@').next().unwrap();
    for weak in ["short", "password", local_part, &user.phone] {
        api.change_password(&reset, weak).await.fails(3002);
    }
    let reply = api.change_password(&reset, &random::letters(129)).await;
    reply.fails_with_one_of(&[1002, 3002]);
    let body = json!({
        "sessionId": reset.session,
        "username": user.email,
        "challengeType": "RESET_PASSWORD",
        "password": random::password(),
        "passwordConfirm": random::password(),
    });
    let reply = api.put("/v1/user/change-password", &api.token, body).await;
    reply.fails(1002).naming("passwordConfirm");
    let new = random::password();
    api.answer_rightly(&reset).await.ok();
    api.change_password(&reset, &new).await.ok();
    assert_changed(&api, &user, &new).await;
}

/// What a sign-up takes, a reset takes once the code was right; before it, what may be the phone's
/// number is refused unseen, with a sentence that says what to do.
#[tokio::test]
async fn one_rule_for_passwords_at_every_door() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let digits = &user.phone[1..];
    let about_the_phone = [
        user.phone.clone(),
        digits[1..].to_owned(),
        format!("{}ab", &digits[1..]),
        format!("{digits}password"),
    ];
    let numbers = ["83920174650", "71936028", "719 360 284 6x", "4071ada"].map(str::to_owned);
    for password in &numbers {
        let mut person = application();
        person["password"] = json!(password);
        let reply = api.post("/v1/user/sign-up", &api.token, person).await;
        reply.fails_with_one_of(&[0, 3002]);
        if password.len() >= 8 {
            reply.ok();
        }
    }
    for password in &about_the_phone {
        let mut person = application();
        person["phoneNumber"] = json!(user.phone);
        person["password"] = json!(password);
        let reply = api.post("/v1/user/sign-up", &api.token, person).await;
        reply.fails(3002);
    }

    let reset = api.start_reset(&user).await;
    for password in about_the_phone.iter().chain(&numbers[..3]) {
        let reply = api.change_password(&reset, password).await;
        let message = reply.fails(3002).message();
        assert!(message.contains("answer the code first"), "{reply}");
    }
    api.answer_rightly(&reset).await.ok();
    for password in &about_the_phone {
        let reply = api.change_password(&reset, password).await;
        let message = reply.fails(3002).message();
        assert!(!message.contains("answer the code first"), "{reply}");
    }
    api.change_password(&reset, &numbers[0]).await.ok();
    assert_changed(&api, &user, &numbers[0]).await;
}

#[tokio::test]
async fn a_reset_takes_five_new_passwords_and_no_more() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let known = api.start_reset(&user).await;
    let stranger = random::email();
    let reply = api.forget_password(&stranger).await;
    let decoy = Challenge {
        session: reply.text("/data/sdkResponseMetadata/requestId"),
        username: stranger,
        ..known.clone()
    };
    let mut last = String::new();
    for challenge in [&decoy, &known] {
        // What is refused costs none of them.
        api.change_password(challenge, "password").await.fails(3002);
        for _ in 0..5 {
            last = random::password();
            api.change_password(challenge, &last).await.ok();
        }
        for _ in 0..3 {
            let reply = api.change_password(challenge, &random::password()).await;
            reply.fails(4002);
        }
    }
    // The code is as good as ever, and the fifth is what it commits.
    api.answer_rightly(&known).await.ok();
    assert_changed(&api, &user, &last).await;
}

#[tokio::test]
async fn of_thirty_new_passwords_at_once_five_are_taken() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    let calls = (0..30).map(|_| {
        let (api, reset) = (api.clone(), reset.clone());
        async move { api.change_password(&reset, &random::password()).await }
    });
    let replies = at_once(calls).await;
    // Of those let in, one that is overtaken between its batches is told that it is not the one.
    let taken = replies.iter().filter(|reply| reply.status == 200).count();
    assert!((1..=5).contains(&taken), "{taken}");
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        reply.fails(4002);
    }
    api.change_password(&reset, &random::password())
        .await
        .fails(4002);
}

#[tokio::test]
async fn an_unknown_email_gets_the_same_shape_and_always_the_same_destination() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let stranger = random::email();
    let known = api.forget_password(&user.email).await;
    let unknown = api.forget_password(&stranger).await;
    let again = api.forget_password(&stranger.to_uppercase()).await;
    let destination = "/data/codeDeliveryDetails/destination";
    let id = "/data/sdkResponseMetadata/requestId";
    assert_eq!(unknown.text(destination), again.text(destination));
    assert_eq!(
        known.text(destination).len(),
        unknown.text(destination).len()
    );
    assert_eq!(known.text(id).len(), unknown.text(id).len());
    let blank = |reply: &Reply| {
        let mut data = reply.ok().clone();
        data["sdkResponseMetadata"]["requestId"] = json!("");
        data["codeDeliveryDetails"]["destination"] = json!("");
        data
    };
    assert_eq!(blank(&known), blank(&unknown));
    assert_eq!(known.ok()["codeLength"], 6, "{known}");
}

#[tokio::test]
async fn unknown_emails_have_destinations_as_different_as_known_ones() {
    let api = Api::new().await;
    let mut seen = Vec::new();
    for _ in 0..12 {
        let reply = api.forget_password(&random::email()).await;
        seen.push(reply.text("/data/codeDeliveryDetails/destination"));
    }
    seen.sort();
    seen.dedup();
    assert!(seen.len() > 3, "{seen:?}");
}

#[tokio::test]
async fn a_decoy_behaves_as_a_challenge_whose_code_nobody_knows() {
    let api = Api::new().await;
    let stranger = random::email();
    let decoy = |session: String| Challenge {
        session,
        username: stranger.clone(),
        kind: "RESET_PASSWORD",
        phone: String::new(),
        before: 0,
    };
    let reply = api.forget_password(&stranger).await;
    let challenge = decoy(reply.text("/data/sdkResponseMetadata/requestId"));
    let reply = api.change_password(&challenge, &random::password()).await;
    assert_eq!(reply.ok(), &json!({"data": {}}), "{reply}");
    api.answer(&challenge, "123456").await.fails(4001);
    api.answer(&challenge, "234567").await.fails(4001);
    api.answer(&challenge, "345678").await.fails(4002);
    api.answer(&challenge, "456789").await.fails(4002);
}

#[tokio::test]
async fn a_user_whose_phone_was_never_verified_gets_no_message() {
    let api = Api::new().await;
    let unverified = api.sign_up().await;
    let reply = api.forget_password(&unverified.email).await;
    let destination = reply.text("/data/codeDeliveryDetails/destination");
    let again = api.forget_password(&unverified.email).await;
    assert_eq!(
        destination,
        again.text("/data/codeDeliveryDetails/destination")
    );
    api.messages_have_left().await;
    assert_eq!(api.gatehouse.twilio.sent_to(&unverified.phone).len(), 0);
}

#[tokio::test]
async fn two_calls_in_the_cooldown_send_one_message_and_its_code_answers_both() {
    let api = Api::new().await;
    for answered in [0, 1] {
        let (user, _) = api.signed_in_user().await;
        let calls = [api.start_reset(&user).await, api.start_reset(&user).await];
        assert_ne!(calls[0].session, calls[1].session);
        let code = api.code(&calls[0]).await;
        let new = random::password();
        api.answer(&calls[answered], &code).await.ok();
        // It is used with that: the other call's gate stays shut.
        let other = &calls[1 - answered];
        api.answer(other, &code).await.fails(4002);
        api.change_password(&calls[answered], &new).await.ok();
        assert_changed(&api, &user, &new).await;
        // One for the first login, one for the reset, one for the login after it.
        assert_eq!(api.gatehouse.twilio.sent_to(&user.phone).len(), 3);
    }
}

#[tokio::test]
async fn ten_parallel_calls_send_one_message() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let calls = (0..10).map(|_| {
        let (api, email) = (api.clone(), user.email.clone());
        async move { api.forget_password(&email).await }
    });
    for reply in at_once(calls).await {
        reply.ok();
    }
    api.messages_have_left().await;
    assert_eq!(api.gatehouse.twilio.sent_to(&user.phone).len(), 2);
}

#[tokio::test]
async fn tries_are_counted_over_all_calls_of_one_code() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let first = api.start_reset(&user).await;
    let second = api.start_reset(&user).await;
    let code = api.code(&first).await;
    api.answer(&first, &wrong(&code)).await.fails(4001);
    api.answer(&second, &wrong(&code)).await.fails(4001);
    api.answer(&first, &wrong(&code)).await.fails(4002);
    api.answer(&second, &code).await.fails(4002);
    api.answer(&first, &code).await.fails(4002);
}

#[tokio::test]
async fn a_password_staged_by_one_caller_is_not_committed_by_the_code_of_another() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    // Somebody else knows the e-mail and asks too, and stages a password of theirs.
    let theirs = api.start_reset(&user).await;
    let own = api.start_reset(&user).await;
    let planted = random::password();
    api.change_password(&theirs, &planted).await.ok();
    let code = api.code(&theirs).await;
    api.answer(&own, &code).await.ok();
    assert_unchanged(&api, &user, &planted).await;
    // Nor the other way round: their id has had no right code.
    let reply = api.change_password(&theirs, &planted).await;
    reply.fails_with_one_of(&[0, 4002]);
    api.login(&user.email, &planted).await.fails(3004);
    let new = random::password();
    api.change_password(&own, &new).await.ok();
    assert_changed(&api, &user, &new).await;
    api.login(&user.email, &planted).await.fails(3004);
}

#[tokio::test]
async fn head_starts_nothing() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let path = format!("/v1/user/forget-password?email={}", user.email);
    let call = api.call(Method::HEAD, &path).bearer(&api.token);
    let reply = call.send().await;
    assert_eq!(reply.raw, "");
    api.messages_have_left().await;
    assert_eq!(api.gatehouse.twilio.sent_to(&user.phone).len(), 1);
}

#[tokio::test]
async fn post_keeps_the_email_out_of_the_url() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let before = api.messages_to(&user.phone);
    let body = json!({"email": user.email});
    let reply = api.post("/v1/user/forget-password", &api.token, body).await;
    let reset = Challenge {
        session: reply.text("/data/sdkResponseMetadata/requestId"),
        username: user.email.clone(),
        kind: "RESET_PASSWORD",
        phone: user.phone.clone(),
        before,
    };
    let new = random::password();
    api.answer_rightly(&reset).await.ok();
    api.change_password(&reset, &new).await.ok();
    assert_changed(&api, &user, &new).await;
}

#[tokio::test]
async fn the_query_has_one_readable_email() {
    let api = Api::new().await;
    for query in [
        "",
        "?",
        "?email",
        "?email=",
        "?mail=a@example.com",
        "?email=nobody",
        "?email=a%40example.com&email=b%40example.com",
        "?email=%ff%fe%40example.com",
        "?email=a%00%40example.com",
    ] {
        let path = format!("/v1/user/forget-password{query}");
        api.get(&path, &api.token).await.fails(1002).naming("email");
    }
}

#[tokio::test]
async fn a_number_that_the_provider_refuses_gets_the_neutral_answer() {
    let api = Api::new().await;
    for (status, code) in [(400, 21610), (401, 20003), (500, 20500)] {
        let (user, _) = api.signed_in_user().await;
        let failures = vec![crate::support::twilio::error(status, code); 2];
        api.gatehouse.twilio.answer_next(&user.phone, failures);
        let reply = api.forget_password(&user.email).await;
        reply.ok();
    }
}

#[tokio::test]
async fn a_reset_clears_the_lock_of_the_login() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    // Two wrong codes before the right one stay in the 30 days' count, so that eight more
    // reach its cap of ten while the phone may still get a fifth message.
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    let reply = api.answer(&challenge, &code).await;
    let session = Session::of(reply.ok());
    for answers in [
        [4001, 4001, 4002].as_slice(),
        &[4001, 4001, 4002],
        &[4001, 4003],
    ] {
        let challenge = api.log_in(&user).await;
        let code = api.code(&challenge).await;
        for expected in answers {
            api.answer(&challenge, &wrong(&code)).await.fails(*expected);
        }
    }
    api.login(&user.email, &user.password).await.fails(4003);
    // Whoever is logged in stays so.
    api.refresh(&user.email, &session.refresh).await.ok();

    let new = random::password();
    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    api.change_password(&reset, &new).await.ok();
    // The lock is gone; what is left is that the phone has had its five messages.
    api.login(&user.email, &new).await.fails(4004);
}

#[tokio::test]
async fn wrong_passwords_lock_no_reset() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    for _ in 0..6 {
        api.login(&user.email, "not-the-password").await.fails(3004);
    }
    api.login(&user.email, &user.password).await.fails(3005);
    let new = random::password();
    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    api.change_password(&reset, &new).await.ok();
    api.login(&user.email, &new).await.ok();
}

#[tokio::test]
async fn a_reset_tells_nobody_whose_phone_number_it_goes_to() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    let by_phone = |phone: &str| Challenge {
        session: reset.session.clone(),
        username: phone.to_owned(),
        kind: reset.kind,
        phone: user.phone.clone(),
        before: reset.before,
    };
    for phone in [user.phone.clone(), random::phone()] {
        let guess = by_phone(&phone);
        api.change_password(&guess, "short").await.fails(4002);
        api.answer(&guess, "000000").await.fails(4002);
    }
    // A password about the right number is told no more of than one about another.
    for phone in [user.phone.clone(), random::phone()] {
        let password = format!("{}abcd", &phone[1..]);
        api.change_password(&reset, &password).await.ok();
    }
}

#[tokio::test]
async fn a_key_that_can_be_guessed_hands_nobody_anothers_reset() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let ask = || {
        let call = api.call(Method::POST, "/v1/user/forget-password");
        let call = call.bearer(&api.token).json(&json!({"email": user.email}));
        call.header("Idempotency-Key", "reset").send()
    };
    let ids: Vec<String> = [ask().await, ask().await]
        .iter()
        .map(|reply| reply.text("/data/sdkResponseMetadata/requestId"))
        .collect();
    assert_ne!(ids[0], ids[1]);
}

/// A `+` in a query is what whoever types it means, encoded or not.
#[tokio::test]
async fn a_plus_in_the_query_is_the_plus_of_the_email() {
    let api = Api::new().await;
    let mut person = application();
    person["email"] = json!(random::email().replace('@', "+tag@"));
    let reply = api
        .post("/v1/user/sign-up", &api.token, person.clone())
        .await;
    let email = reply.text("/data/email");
    let phone = reply.text("/data/phoneNumber");
    let user = User {
        id: reply.text("/data/userId"),
        account: reply.text("/data/accounts/0/accountId"),
        password: person["password"].as_str().unwrap().to_owned(),
        email: email.clone(),
        phone: phone.clone(),
    };
    api.session(&user).await;
    let masked = format!("+********{}", &phone[phone.len() - 2..]);
    let ask = async |email: &str| {
        let path = format!("/v1/user/forget-password?email={email}");
        api.get(&path, &api.token).await
    };
    for spelt in [email.clone(), email.replace('+', "%2B")] {
        let reply = ask(&spelt).await;
        let destination = reply.text("/data/codeDeliveryDetails/destination");
        assert_eq!(destination, masked, "{reply}");
    }
    assert_eq!(api.gatehouse.twilio.nth_code(&phone, 2).await.len(), 6);
    // A space is none, however it is spelt.
    let reply = ask(&email.replace('+', "%20")).await;
    reply.fails(1002).naming("email");
}
