//! `POST /v1/user/password`: a password that its owner changes, knowing it.

use serde_json::{json, Value};

use crate::support::people::User;
use crate::support::{at_once, random, Api};

#[tokio::test]
async fn whoever_knows_the_password_changes_it_and_stays_logged_in_alone() {
    let api = Api::new().await;
    let (user, other) = api.signed_in_user().await;
    let session = api.session(&user).await;
    let new = random::password();
    let reply = api
        .change_known(&session.access, &user.password, &new)
        .await;
    assert_eq!(reply.ok(), &json!({}), "{reply}");
    api.login(&user.email, &user.password).await.fails(3004);
    api.login(&user.email, &new).await.ok();
    api.me(&other.access).await.fails(2002);
    api.refresh(&user.email, &other.refresh).await.fails(5001);
    let me = api.me(&session.access).await;
    assert_eq!(me.ok()["info"]["holdUntil"], Value::Null, "{me}");
    api.refresh(&user.email, &session.refresh).await.ok();
}

#[tokio::test]
async fn a_login_and_a_reset_begun_with_the_old_password_end_with_it() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let login = api.log_in(&user).await;
    let login_code = api.code(&login).await;
    let reset = api.start_reset(&user).await;
    let reset_code = api.code(&reset).await;
    let new = random::password();
    let changed = api.change_known(&session.access, &user.password, &new);
    changed.await.ok();
    api.answer(&login, &login_code).await.fails(4002);
    api.answer(&reset, &reset_code).await.fails(4002);
}

#[tokio::test]
async fn a_wrong_password_changes_nothing_and_is_counted_with_those_of_logins() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let guess = async || {
        let (wrong, new) = (random::password(), random::password());
        api.change_known(&session.access, &wrong, &new).await
    };
    // Five failures are free, wherever they are made; the sixth has to be waited for.
    for nth in 0..6 {
        let reply = match nth % 2 {
            0 => guess().await,
            _ => api.login(&user.email, &random::password()).await,
        };
        reply.fails(3004);
    }
    let reply = api
        .change_known(&session.access, &user.password, &random::password())
        .await;
    reply.fails(3005);
    assert!(reply.body["data"]["retryAfter"].is_number(), "{reply}");
    api.login(&user.email, &user.password).await.fails(3005);
    let path = format!("/v1/audit?userId={}", user.id);
    let told = api.get(&path, &api.token).await;
    let is_attempt =
        |row: &&Value| row["event"] == "user.password" && row["outcome"] == "attempted";
    let rows = told.ok()["entries"].as_array().cloned().unwrap_or_default();
    assert_eq!(rows.iter().filter(is_attempt).count(), 3, "{told}");
}

#[tokio::test]
async fn a_right_password_takes_the_failures_before_it_back() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    for _ in 0..4 {
        let (wrong, new) = (random::password(), random::password());
        let reply = api.change_known(&session.access, &wrong, &new).await;
        reply.fails(3004);
    }
    let new = random::password();
    let changed = api.change_known(&session.access, &user.password, &new);
    changed.await.ok();
    for _ in 0..5 {
        let reply = api.login(&user.email, &random::password()).await;
        reply.fails(3004);
    }
    api.login(&user.email, &new).await.ok();
}

#[tokio::test]
async fn the_new_password_is_held_to_the_rules_of_a_sign_up_before_the_old_one_is_compared() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let local_part = user.email.split('@').next().expect("a name").to_owned();
    for weak in ["1234567", "password", &local_part, &user.phone] {
        for password in [&user.password, "not-the-password"] {
            let reply = api.change_known(&session.access, password, weak).await;
            reply.fails(3002);
            assert_eq!(reply.body["data"]["field"], "newPassword", "{reply}");
        }
    }
    let long = "a".repeat(129);
    let reply = api.change_known(&session.access, &user.password, &long);
    reply.await.fails(1002).naming("newPassword");
    let new = random::password();
    let reply = api.change_known(&session.access, &long, &new);
    reply.await.fails(1002).naming("password");
    api.login(&user.email, &user.password).await.ok();
}

#[tokio::test]
async fn twenty_changes_at_once_have_one_winner() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let mut replies = Vec::new();
    let changes = (0..20).map(|_| {
        let (api, user, access) = (api.clone(), user.clone(), session.access.clone());
        async move {
            let new = random::password();
            let reply = api.change_known(&access, &user.password, &new).await;
            (new, reply)
        }
    });
    let mut winners = Vec::new();
    for (new, reply) in at_once(changes).await {
        match reply.code() {
            0 => winners.push(new),
            _ => replies.push(reply),
        }
    }
    assert_eq!(winners.len(), 1);
    for reply in replies {
        // Those that came while others were being compared have to wait.
        reply.fails_with_one_of(&[3004, 3005]);
    }
    let user = User {
        password: winners[0].clone(),
        ..user
    };
    let new = random::password();
    let again = api.change_known(&session.access, &user.password, &new);
    again.await.fails_with_one_of(&[0, 3005]);
}

#[tokio::test]
async fn a_session_that_is_over_changes_nothing_and_learns_nothing() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let logout = api.post("/v1/user/logout", &session.access, json!({}));
    logout.await.ok();
    for (password, new) in [
        (user.password.as_str(), "a much better one"),
        ("not-the-password", "short"),
    ] {
        let reply = api.change_known(&session.access, password, new).await;
        reply.fails(2002);
    }
    api.login(&user.email, &user.password).await.ok();
}
