//! The e-mail and the number of a person: proven, and changed by themselves.

use serde_json::{json, Value};

use crate::support::http::Reply;
use crate::support::jwt::Jwt;
use crate::support::people::{wrong, Session, User};
use crate::support::{random, Api, Challenge};

pub(crate) async fn info(api: &Api, user: &User) -> Value {
    let reply = api.get(&format!("/v1/user/{}", user.id), &api.token).await;
    reply.ok()["info"].clone()
}

pub(crate) async fn contacts(api: &Api, user: &User) -> (String, String) {
    let reply = api.get(&format!("/v1/user/{}", user.id), &api.token).await;
    reply.ok();
    (reply.text("/data/email"), reply.text("/data/phoneNumber"))
}

/// Hours from now, to the nearest.
pub(crate) fn hours_held(info: &Value) -> Option<i64> {
    let text = info["holdUntil"].as_str()?;
    let at = chrono::DateTime::parse_from_rfc3339(text).expect("a time");
    let now = i64::try_from(crate::support::kyc::now()).expect("a time");
    let left = at.timestamp() - now;
    Some((left + 1_800) / 3_600)
}

pub(crate) async fn events(api: &Api, user: &User) -> Vec<String> {
    let path = format!("/v1/audit?userId={}&limit=100", user.id);
    let told = api.get(&path, &api.token).await;
    let entries = told.ok()["entries"].as_array().cloned();
    let words = |row: &Value| format!("{} {}", row["event"], row["outcome"]).replace('"', "");
    entries.unwrap_or_default().iter().map(words).collect()
}

fn status(reply: &Reply) -> String {
    reply.ok();
    reply.text("/data/status")
}

#[tokio::test]
async fn an_email_is_proven_by_the_code_that_was_sent_to_it() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    assert_eq!(info(&api, &user).await["emailVerified"], false);
    let begun = api.verify_email(&session.access).await;
    let data = begun.ok();
    assert_eq!(data["challengeType"], "VERIFY_EMAIL");
    assert_eq!(data["codeLength"], 6);
    let (first, domain) = (&user.email[..1], user.email.split_once('@').unwrap().1);
    assert_eq!(data["destination"], format!("{first}********@{domain}"));
    let (challenge, code) = api.mailed(&begun, &user, &user.email).await;
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    assert_eq!(info(&api, &user).await["emailVerified"], false);
    let reply = api.answer(&challenge, &code).await;
    assert_eq!(
        reply.ok(),
        &json!({"username": user.email, "challengeType": "VERIFY_EMAIL", "status": "EMAIL_VERIFIED"})
    );
    let info = info(&api, &user).await;
    assert_eq!(info["emailVerified"], true);
    // It gives nobody anything, so nothing is held, and nobody is logged out.
    assert_eq!(info["holdUntil"], Value::Null);
    api.me(&session.access).await.ok();
    api.answer(&challenge, &code).await.fails(4002);
    let events = events(&api, &user).await;
    for event in [
        "email.challenge issued",
        "email.code wrong",
        "email.code right",
        "user.email verified",
    ] {
        assert!(events.iter().any(|one| one == event), "{event}: {events:?}");
    }
}

#[tokio::test]
async fn a_new_email_takes_the_place_of_the_old_once_its_code_is_right() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let other = api.session(&user).await;
    let new = random::email();
    let begun = api
        .change_email(&session.access, &new, &user.password)
        .await;
    assert_eq!(begun.ok()["challengeType"], "CHANGE_EMAIL");
    assert_eq!(contacts(&api, &user).await.0, user.email);
    let (challenge, code) = api.mailed(&begun, &user, &new).await;
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    assert_eq!(contacts(&api, &user).await.0, user.email);
    assert_eq!(
        status(&api.answer(&challenge, &code).await),
        "EMAIL_CHANGED"
    );
    assert_eq!(
        contacts(&api, &user).await,
        (new.clone(), user.phone.clone())
    );
    let info = info(&api, &user).await;
    assert_eq!(info["emailVerified"], true);
    assert_eq!(hours_held(&info), Some(24));
    // This session goes on, every other is over, and the next login is by the new one.
    api.me(&session.access).await.ok();
    api.me(&other.access).await.fails(2002);
    let next = Session::of(api.refresh(&new, &session.refresh).await.ok());
    assert!(Jwt::read(&next.access).claims["hold_until"].is_i64());
    api.login(&user.email, &user.password).await.fails(3004);
    api.login(&new, &user.password).await.ok();
    // The old one is free for the next at once.
    let mut application = crate::support::people::application();
    application["email"] = json!(user.email);
    let next = api.post("/v1/user/sign-up", &api.token, application).await;
    next.ok();
    let events = events(&api, &user).await;
    assert!(
        events.iter().any(|one| one == "user.email changed"),
        "{events:?}"
    );
}

#[tokio::test]
async fn a_new_number_takes_the_place_of_the_old_once_both_codes_are_right() {
    let api = Api::new().await;
    for new_first in [true, false] {
        let (user, session) = api.signed_in_user().await;
        let other = api.session(&user).await;
        let new = random::phone();
        let begun = api
            .change_phone(&session.access, &new, &user.password)
            .await;
        let mut challenges = api.at_numbers(&begun, &user, &new);
        assert_eq!(begun.body["data"]["challenges"][0]["which"], "OLD");
        assert_eq!(begun.body["data"]["challenges"][1]["which"], "NEW");
        if new_first {
            challenges.reverse();
        }
        let first = api.answer_rightly(&challenges[0]).await;
        assert_eq!(status(&first), "OTHER_CODE_REQUIRED");
        assert_eq!(contacts(&api, &user).await.1, user.phone);
        api.me(&other.access).await.ok();
        let second = api.answer_rightly(&challenges[1]).await;
        assert_eq!(status(&second), "PHONE_CHANGED");
        assert_eq!(contacts(&api, &user).await.1, new);
        assert_eq!(hours_held(&info(&api, &user).await), Some(24));
        api.me(&session.access).await.ok();
        api.me(&other.access).await.fails(2002);
        // The next code goes to the new number, and the old one is free at once.
        let moved = User {
            phone: new,
            ..user.clone()
        };
        api.session(&moved).await;
        let next = api.sign_up_at(&user.phone).await;
        api.session(&next).await;
    }
}

#[tokio::test]
async fn whose_number_or_email_it_is_is_said_when_the_last_code_is_right_and_as_a_sign_up_says_it()
{
    let api = Api::new().await;
    let (owner, _) = api.signed_in_user().await;
    let (user, session) = api.signed_in_user().await;
    let mut application = crate::support::people::application();
    application["email"] = json!(owner.email);
    let signed_up = api.post("/v1/user/sign-up", &api.token, application).await;
    let said = signed_up.fails(3001).body.clone();
    let begun = api
        .change_email(&session.access, &owner.email, &user.password)
        .await;
    let (challenge, code) = api.mailed(&begun, &user, &owner.email).await;
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    let refused = api.answer(&challenge, &code).await;
    let same = |one: &Value, other: &Value| {
        ["errorCode", "message", "data"]
            .iter()
            .all(|name| one[*name] == other[*name])
    };
    assert!(same(&refused.fails(3001).body, &said), "{refused}");
    let begun = api
        .change_phone(&session.access, &owner.phone, &user.password)
        .await;
    let challenges = api.at_numbers(&begun, &user, &owner.phone);
    for turn in [0, 1] {
        let reply = api.answer_rightly(&challenges[turn]).await;
        match turn {
            0 => assert_eq!(status(&reply), "OTHER_CODE_REQUIRED"),
            _ => assert!(same(&reply.fails(3001).body, &said), "{reply}"),
        }
    }
    assert_eq!(
        contacts(&api, &user).await,
        (user.email.clone(), user.phone.clone())
    );
    assert_eq!(
        contacts(&api, &owner).await,
        (owner.email.clone(), owner.phone.clone())
    );
    api.session(&owner).await;
}

#[tokio::test]
async fn who_has_not_proven_a_number_or_an_email_loses_it_to_whoever_does() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let squatter = api.sign_up().await;
    let begun = api
        .change_email(&session.access, &squatter.email, &user.password)
        .await;
    let (challenge, code) = api.mailed(&begun, &user, &squatter.email).await;
    assert_eq!(
        status(&api.answer(&challenge, &code).await),
        "EMAIL_CHANGED"
    );
    api.get(&format!("/v1/user/{}", squatter.id), &api.token)
        .await
        .fails(6001);
    let squatter = api.sign_up().await;
    let (email, _) = contacts(&api, &user).await;
    let user = User { email, ..user };
    let begun = api
        .change_phone(&session.access, &squatter.phone, &user.password)
        .await;
    for challenge in api.at_numbers(&begun, &user, &squatter.phone) {
        api.answer_rightly(&challenge).await.ok();
    }
    assert_eq!(contacts(&api, &user).await.1, squatter.phone);
    api.get(&format!("/v1/user/{}", squatter.id), &api.token)
        .await
        .fails(6001);
}

#[tokio::test]
async fn a_change_dies_with_the_session_that_asked_for_it() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let new = random::email();
    let begun = api
        .change_email(&session.access, &new, &user.password)
        .await;
    let (challenge, code) = api.mailed(&begun, &user, &new).await;
    let number = random::phone();
    let begun = api
        .change_phone(&session.access, &number, &user.password)
        .await;
    let numbers = api.at_numbers(&begun, &user, &number);
    let codes = [api.code(&numbers[0]).await, api.code(&numbers[1]).await];
    assert_eq!(
        status(&api.answer(&numbers[0], &codes[0]).await),
        "OTHER_CODE_REQUIRED"
    );
    api.post("/v1/user/logout", &session.access, json!({}))
        .await
        .ok();
    api.answer(&challenge, &code).await.fails(4002);
    api.answer(&numbers[1], &codes[1]).await.fails(4002);
    assert_eq!(
        contacts(&api, &user).await,
        (user.email.clone(), user.phone.clone())
    );
}

#[tokio::test]
async fn a_recovery_code_and_a_new_number_are_three_calls() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let codes = api.recovery_codes(&user, &session.access).await;
    let login = api.log_in(&user).await;
    let recovered = Session::of(api.recover(&login, &codes[0]).await.ok());
    let new = random::phone();
    let begun = api
        .change_phone(&recovered.access, &new, &user.password)
        .await;
    let challenges = api.at_numbers(&begun, &user, &new);
    let [challenge] = <[Challenge; 1]>::try_from(challenges).expect("the new number's alone");
    assert_eq!(
        status(&api.answer_rightly(&challenge).await),
        "PHONE_CHANGED"
    );
    assert_eq!(hours_held(&info(&api, &user).await), Some(72));
    api.me(&session.access).await.fails(2002);
    let moved = User { phone: new, ..user };
    api.session(&moved).await;
}

#[tokio::test]
async fn what_is_already_theirs_and_what_cannot_be_is_a_slip() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let access = &session.access;
    let same = api
        .change_email(access, &user.email.to_uppercase(), &user.password)
        .await;
    same.fails(1002).naming("newEmail");
    let same = api.change_phone(access, &user.phone, &user.password).await;
    same.fails(1002).naming("newPhoneNumber");
    api.change_email(access, "ada", &user.password)
        .await
        .fails(1002)
        .naming("newEmail");
    api.change_phone(access, "555", &user.password)
        .await
        .fails(1002)
        .naming("newPhoneNumber");
    let new = random::email();
    api.change_email(access, &new, "not the password")
        .await
        .fails(3004);
    assert!(api.gatehouse.post.sent_to(&new).is_empty());
}
