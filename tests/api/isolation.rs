//! What belongs to one partner looks to another exactly like what does not exist.

use serde_json::json;

use crate::support::people::{application, User};
use crate::support::{random, Api};

#[tokio::test]
async fn a_user_of_another_partner_does_not_exist() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let user = api.verified_user().await;
    api.portfolio(&user.account).await.ok();
    let session = api.session(&user).await;
    let stranger = random::email();
    let sent = api.messages_to(&user.phone);

    let pairs = [
        (
            other.login(&user.email, &user.password).await,
            other.login(&stranger, &user.password).await,
            3004,
        ),
        (
            other.refresh(&user.email, &session.refresh).await,
            other.refresh(&stranger, "unknown").await,
            5001,
        ),
        (
            other
                .post("/v1/account", &other.token, json!({"userId": user.id}))
                .await,
            other
                .post(
                    "/v1/account",
                    &other.token,
                    json!({"userId": "usr_unknown"}),
                )
                .await,
            6001,
        ),
        (
            other.portfolio(&user.account).await,
            other.portfolio("acc_unknown").await,
            6002,
        ),
    ];
    for (theirs, nobodys, code) in pairs {
        theirs.fails(code);
        assert_eq!(theirs.raw, nobodys.raw);
    }
    assert_eq!(api.messages_to(&user.phone), sent);
    api.refresh(&user.email, &session.refresh).await.ok();
}

#[tokio::test]
async fn a_reset_asked_for_by_another_partner_is_one_for_an_unknown_email() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let (user, _) = api.signed_in_user().await;
    other.forget_password(&user.email).await.ok();
    api.messages_have_left().await;
    assert_eq!(api.messages_to(&user.phone), 1);
    api.session(&user).await;
}

#[tokio::test]
async fn a_challenge_of_another_partner_is_gone_and_loses_no_try() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let (user, _) = api.signed_in_user().await;
    let new = random::password();

    let login = api.log_in(&user).await;
    let code = api.code(&login).await;
    for _ in 0..4 {
        other.answer(&login, &code).await.fails(4002);
    }
    api.answer(&login, &code).await.ok();

    let reset = api.start_reset(&user).await;
    let code = api.code(&reset).await;
    other.change_password(&reset, &new).await.fails(4002);
    for _ in 0..4 {
        other.answer(&reset, &code).await.fails(4002);
    }
    api.answer(&reset, &code).await.ok();
    other.change_password(&reset, &new).await.fails(4002);
    api.login(&user.email, &new).await.fails(3004);
    api.change_password(&reset, &new).await.ok();
}

#[tokio::test]
async fn a_user_of_the_same_name_at_another_partner_is_somebody_else() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let here = api.sign_up().await;
    let body = json!({
        "email": here.email,
        "phoneNumber": random::phone(),
        "password": random::password(),
    });
    other
        .post("/v1/user/sign-up", &other.token, body.clone())
        .await
        .ok();
    let password = body["password"].as_str().unwrap();
    // Neither password opens the other's account.
    api.login(&here.email, password).await.fails(3004);
    other.login(&here.email, &here.password).await.fails(3004);
    api.login(&here.email, &here.password).await.ok();
    other.login(&here.email, password).await.ok();
    assert_eq!(api.messages_to(&here.phone), 1);
}

#[tokio::test]
async fn failures_at_one_partner_throttle_nobody_at_another() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let user = api.sign_up().await;
    for _ in 0..6 {
        other
            .login(&user.email, "not-the-password")
            .await
            .fails(3004);
    }
    other
        .login(&user.email, "not-the-password")
        .await
        .fails(3005);
    api.login(&user.email, &user.password).await.ok();
}

#[tokio::test]
async fn a_partner_cannot_use_up_the_messages_of_anothers_customer() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let (victim, _) = api.signed_in_user().await;
    // The same number, at another partner, until that one may send no more.
    let mut squatter = application();
    squatter["phoneNumber"] = json!(victim.phone);
    let reply = other
        .post("/v1/user/sign-up", &other.token, squatter.clone())
        .await;
    reply.ok();
    let (email, password) = (&squatter["email"], &squatter["password"]);
    let (email, password) = (email.as_str().unwrap(), password.as_str().unwrap());
    let squatter = User {
        id: reply.text("/data/userId"),
        account: reply.text("/data/accounts/0/accountId"),
        email: email.to_owned(),
        password: password.to_owned(),
        ..victim.clone()
    };
    for _ in 0..5 {
        other.session(&squatter).await;
    }
    other.login(email, password).await.fails(4004);

    for _ in 0..4 {
        api.session(&victim).await;
    }
}
