//! What a partner may do with its users: clear a lock, shut one out, let them back in.

use crate::support::http::{Method, Reply};
use crate::support::people::{wrong, User};
use crate::support::{at_once, random, Api};

async fn act(api: &Api, user_id: &str, what: &str) -> Reply {
    let path = format!("/v1/user/{user_id}/{what}");
    api.post(&path, &api.token, serde_json::json!({})).await
}

/// Wrong codes to the cap: ten, over four challenges.
async fn lock(api: &Api, user: &User) {
    for guesses in [3, 3, 3, 1] {
        let challenge = api.log_in(user).await;
        let code = api.code(&challenge).await;
        for _ in 0..guesses {
            api.answer(&challenge, &wrong(&code))
                .await
                .fails_with_one_of(&[4001, 4002, 4003]);
        }
    }
    api.login(&user.email, &user.password).await.fails(4003);
}

#[tokio::test]
async fn a_user_locked_by_wrong_codes_logs_in_again_once_unlocked() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let user = api.sign_up().await;
    lock(&api, &user).await;
    // Nobody else can.
    act(&other, &user.id, "unlock").await.fails(6001);
    api.login(&user.email, &user.password).await.fails(4003);

    act(&api, &user.id, "unlock").await.ok();
    let session = api.session(&user).await;
    api.me(&session.access).await.ok();
}

/// Thirty days in seconds.
const MONTH: u64 = 30 * 24 * 60 * 60;

#[tokio::test]
async fn two_hundred_unlocks_at_once_are_one_and_the_next_is_a_month_away() {
    let api = Api::new().await.as_new_partner().await;
    let user = api.sign_up().await;
    // Where there is nothing to excuse, none is used up.
    for _ in 0..2 {
        act(&api, &user.id, "unlock").await.ok();
    }
    lock(&api, &user).await;
    let unlocks = (0..200).map(|_| {
        let (api, id) = (api.clone(), user.id.clone());
        async move { act(&api, &id, "unlock").await }
    });
    for reply in at_once(unlocks).await {
        reply.ok();
    }
    let audit = api.get("/v1/audit?limit=100", &api.token).await;
    assert_eq!(audit.raw.matches("\"user.unlock\"").count(), 1, "{audit}");

    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    let reply = act(&api, &user.id, "unlock").await;
    let wait: u64 = reply
        .fails(4003)
        .header("retry-after")
        .parse()
        .expect("a Retry-After");
    assert!((MONTH - 600..=MONTH).contains(&wait), "{reply}");
    reply.naming(&format!("{wait} s"));
    // That refusal locks nothing.
    api.answer(&challenge, &code).await.ok();
}

/// With a key, the first answer once more; another user has an unlock of their own.
#[tokio::test]
async fn an_unlock_asked_for_again_is_the_same_unlock() {
    let api = Api::new().await;
    let (one, two) = (api.sign_up().await, api.sign_up().await);
    for user in [&one, &two] {
        let challenge = api.log_in(user).await;
        let code = api.code(&challenge).await;
        api.answer(&challenge, &wrong(&code)).await.fails(4001);
        let key = random::letters(20);
        for _ in 0..3 {
            let path = format!("/v1/user/{}/unlock", user.id);
            let call = api.call(Method::POST, &path).bearer(&api.token);
            let call = call.header("Idempotency-Key", &key);
            call.json(&serde_json::json!({})).send().await.ok();
        }
    }
}

#[tokio::test]
async fn unlocking_gives_a_challenge_no_tries_back() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    for (expected, unlocks) in [(4001, 0), (4001, 4003), (4002, 4003)] {
        api.answer(&challenge, &wrong(&code)).await.fails(expected);
        act(&api, &user.id, "unlock").await.fails(unlocks);
    }
    api.answer(&challenge, &code).await.fails(4002);
}

#[tokio::test]
async fn a_disabled_user_has_no_sessions_and_gets_none() {
    let api = Api::new().await;
    let (user, first) = api.signed_in_user().await;
    let second = api.session(&user).await;
    let pending = api.log_in(&user).await;
    let code = api.code(&pending).await;
    for session in [&first, &second] {
        api.me(&session.access).await.ok();
    }

    act(&api, &user.id, "disable").await.ok();

    for session in [&first, &second] {
        api.me(&session.access).await.fails(2002);
        api.refresh(&user.email, &session.refresh).await.fails(5001);
    }
    api.answer(&pending, &code).await.fails(4002);
    let body = serde_json::json!({"sessionId": pending.session});
    let reply = api.post("/v1/user/otp/resend", &api.token, body).await;
    reply.fails(4002);
    // To the user it looks like a wrong password.
    let wrong = api.login(&user.email, &random::password()).await;
    let disabled = api.login(&user.email, &user.password).await;
    assert_eq!(disabled.fails(3004).raw, wrong.fails(3004).raw);
    api.login(&user.phone, &user.password).await.fails(3004);
    // The partner sees what is the matter.
    let reply = api.get(&format!("/v1/user/{}", user.id), &api.token).await;
    assert_eq!(reply.ok()["info"]["disabled"], true, "{reply}");
}

#[tokio::test]
async fn a_disabled_user_cannot_reset_the_password_and_nobody_can_tell() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let sent = api.messages_to(&user.phone);

    act(&api, &user.id, "disable").await.ok();

    let disabled = api.forget_password(&user.email).await;
    let again = api.forget_password(&user.email).await;
    let unknown = api.forget_password(&random::email()).await;
    let shape = |reply: &Reply| -> Vec<String> {
        let data = reply.ok().as_object().expect("an object");
        data.keys().cloned().collect()
    };
    assert_eq!(shape(&disabled), shape(&unknown));
    let destination = "/data/codeDeliveryDetails/destination";
    assert_eq!(
        disabled.text(destination).len(),
        unknown.text(destination).len()
    );
    assert_eq!(disabled.text(destination), again.text(destination));
    api.messages_have_left().await;
    assert_eq!(api.messages_to(&user.phone), sent);
}

#[tokio::test]
async fn a_reset_with_a_new_password_staged_ends_with_disabling_and_stays_ended() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    let code = api.code(&reset).await;
    let new = random::password();
    api.change_password(&reset, &new).await.ok();
    for what in ["disable", "enable"] {
        act(&api, &user.id, what).await.ok();
        api.answer(&reset, &code).await.fails(4002);
    }
    api.login(&user.email, &new).await.fails(3004);
    api.login(&user.email, &user.password).await.ok();
}

#[tokio::test]
async fn a_reset_with_its_code_given_ends_with_disabling_and_stays_ended() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    let new = random::password();
    for what in ["disable", "enable"] {
        act(&api, &user.id, what).await.ok();
        api.change_password(&reset, &new).await.fails(4002);
    }
    api.login(&user.email, &new).await.fails(3004);
    api.login(&user.email, &user.password).await.ok();
}

#[tokio::test]
async fn an_enabled_user_logs_in_afresh_and_nothing_of_before_comes_back() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let pending = api.log_in(&user).await;
    let code = api.code(&pending).await;
    for what in ["disable", "disable", "enable", "enable"] {
        act(&api, &user.id, what).await.ok();
    }
    api.me(&session.access).await.fails(2002);
    api.refresh(&user.email, &session.refresh).await.fails(5001);
    api.answer(&pending, &code).await.fails(4002);
    let session = api.session(&user).await;
    let me = api.me(&session.access).await;
    assert_eq!(me.ok()["info"]["disabled"], false, "{me}");
}

#[tokio::test]
async fn another_partners_users_and_nobody_are_6001() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let (user, session) = api.signed_in_user().await;
    for what in ["unlock", "disable", "enable"] {
        let theirs = act(&other, &user.id, what).await;
        let nobodys = act(&other, "usr_00000000-0000-7000-8000-000000000000", what).await;
        let nonsense = act(&other, "x'--", what).await;
        assert_eq!(theirs.fails(6001).raw, nobodys.fails(6001).raw);
        assert_eq!(theirs.raw, nonsense.fails(6001).raw);
    }
    api.me(&session.access).await.ok();
    api.refresh(&user.email, &session.refresh).await.ok();
    api.login(&user.email, &user.password).await.ok();
}
