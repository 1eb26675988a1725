//! The partner's word: what a person's number or e-mail is, whom the partner has made sure of.

use serde_json::{json, Value};

use crate::contact::{contacts, events, hours_held, info};
use crate::support::http::Reply;
use crate::support::people::{application, Session, User};
use crate::support::{random, Api};

const REASON: &str = "identity checked again, case 4711";

async fn give(api: &Api, user: &str, what: &str, member: &str, new: &str) -> Reply {
    let token = api.client_token("demoRecovery").await;
    let mut body = json!({ "reason": REASON });
    body[member] = json!(new);
    api.post(&format!("/v1/user/{user}/{what}"), &token, body)
        .await
}

async fn give_phone(api: &Api, user: &User, new: &str) -> Reply {
    give(api, &user.id, "phone", "newPhoneNumber", new).await
}

async fn give_email(api: &Api, user: &User, new: &str) -> Reply {
    give(api, &user.id, "email", "newEmail", new).await
}

async fn row(api: &Api, user: &User, event: &str) -> Value {
    let path = format!("/v1/audit?userId={}&limit=100", user.id);
    let told = api.get(&path, &api.token).await;
    let entries = told.ok()["entries"].as_array().cloned().unwrap_or_default();
    let found = entries
        .into_iter()
        .find(|row| row["event"] == event && row["outcome"] == "given");
    found.unwrap_or_else(|| panic!("no {event} in {told}"))
}

#[tokio::test]
async fn who_has_neither_phone_nor_code_is_back_in_by_the_partners_word_with_the_hold_standing() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let codes = api.recovery_codes(&user, &session.access).await;
    let pending = api.log_in(&user).await;
    let code = api.code(&pending).await;
    let new = random::phone();
    give_phone(&api, &user, &new).await.ok();
    assert_eq!(
        contacts(&api, &user).await,
        (user.email.clone(), new.clone())
    );
    let shown = info(&api, &user).await;
    assert_eq!(shown["phoneNumberVerified"], false);
    assert_eq!(hours_held(&shown), Some(72));
    // Whoever has the old phone, was logged in, or has the paper, is out.
    api.answer(&pending, &code).await.fails(4002);
    api.me(&session.access).await.fails(2002);
    api.refresh(&user.email, &session.refresh).await.fails(5001);
    let moved = User {
        phone: new,
        ..user.clone()
    };
    let login = api.log_in(&moved).await;
    api.recover(&login, &codes[0]).await.fails(4001);
    let opened = Session::of(api.answer_rightly(&login).await.ok());
    api.me(&opened.access).await.ok();
    assert_eq!(info(&api, &user).await["phoneNumberVerified"], true);
    let told = row(&api, &user, "user.phone").await;
    assert_eq!(told["reason"], REASON);
    let other = events(&api, &user).await;
    assert!(
        other.iter().any(|one| one == "session.end ended"),
        "{other:?}"
    );
}

#[tokio::test]
async fn who_has_lost_the_password_too_is_back_in_by_a_reset_at_the_new_number() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let new = random::phone();
    give_phone(&api, &user, &new).await.ok();
    let mut moved = User { phone: new, ..user };
    let reset = api.start_reset(&moved).await;
    api.answer_rightly(&reset).await.ok();
    moved.password = random::password();
    api.change_password(&reset, &moved.password).await.ok();
    api.session(&moved).await;
    assert_eq!(hours_held(&info(&api, &moved).await), Some(72));
}

#[tokio::test]
async fn an_email_by_the_partners_word_is_the_users_and_is_not_proven() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let new = random::email();
    give_email(&api, &user, &new.to_uppercase()).await.ok();
    assert_eq!(
        contacts(&api, &user).await,
        (new.clone(), user.phone.clone())
    );
    let shown = info(&api, &user).await;
    assert_eq!(
        (&shown["emailVerified"], hours_held(&shown)),
        (&json!(false), Some(72))
    );
    api.me(&session.access).await.fails(2002);
    api.login(&user.email, &user.password).await.fails(3004);
    api.session(&User {
        email: new,
        ..user.clone()
    })
    .await;
    assert_eq!(row(&api, &user, "user.email").await["reason"], REASON);
}

#[tokio::test]
async fn what_somebody_else_has_proven_is_refused_and_leaves_all_as_it_was() {
    let api = Api::new().await;
    let (owner, _) = api.signed_in_user().await;
    let (user, session) = api.signed_in_user().await;
    give_phone(&api, &user, &owner.phone).await.fails(3001);
    give_email(&api, &user, &owner.email).await.fails(3001);
    assert_eq!(
        contacts(&api, &user).await,
        (user.email.clone(), user.phone.clone())
    );
    assert_eq!(hours_held(&info(&api, &user).await), None);
    api.me(&session.access).await.ok();
}

#[tokio::test]
async fn nobodys_sign_up_takes_the_place_of_whom_the_partner_has_spoken_for() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let new = random::phone();
    give_phone(&api, &user, &new).await.ok();
    for (member, taken) in [("phoneNumber", &new), ("email", &user.email)] {
        let mut application = application();
        application[member] = json!(taken);
        let stranger = api.post("/v1/user/sign-up", &api.token, application).await;
        stranger.fails(3001);
    }
    let (other, _) = api.signed_in_user().await;
    give_phone(&api, &other, &new).await.fails(3001);
    api.session(&User { phone: new, ..user }).await;
}

#[tokio::test]
async fn whoever_had_not_proven_it_gives_way_to_the_partners_word() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let squatter = api.sign_up().await;
    give_email(&api, &user, &squatter.email).await.ok();
    let gone = format!("/v1/user/{}", squatter.id);
    api.get(&gone, &api.token).await.fails(6001);
    let squatter = api.sign_up().await;
    give_phone(&api, &user, &squatter.phone).await.ok();
    let moved = User {
        email: contacts(&api, &user).await.0,
        phone: squatter.phone.clone(),
        ..user.clone()
    };
    api.session(&moved).await;
    assert_eq!(contacts(&api, &user).await.1, squatter.phone);
}

#[tokio::test]
async fn the_word_is_of_the_partners_own_users_with_a_reason_and_the_scope() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let token = api.client_token("demoRecovery").await;
    let path = format!("/v1/user/{}/phone", user.id);
    let body = json!({"newPhoneNumber": random::phone()});
    api.post(&path, &token, body.clone())
        .await
        .fails(1002)
        .naming("reason");
    for reason in ["", "a\nb", "\u{202e}x"] {
        let mut body = body.clone();
        body["reason"] = json!(reason);
        api.post(&path, &token, body)
            .await
            .fails(1002)
            .naming("reason");
    }
    let mut whole = body.clone();
    whole["reason"] = json!(REASON);
    api.post(&path, &api.token, whole.clone()).await.fails(2003);
    let other = api.new_client_with("recovery.write").await;
    let elsewhere = api.token_of(&other).await;
    api.post(&path, &elsewhere, whole).await.fails(6001);
    give(
        &api,
        "usr_nobody",
        "phone",
        "newPhoneNumber",
        &random::phone(),
    )
    .await
    .fails(6001);
    assert_eq!(contacts(&api, &user).await.1, user.phone);
}
