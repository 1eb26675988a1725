//! The e-mail and the number of a person: proven, and changed by themselves.

use serde_json::{json, Value};

use crate::support::database::Database;
use crate::support::http::Reply;
use crate::support::jwt::Jwt;
use crate::support::mail::{resend_error, Mail, RESEND};
use crate::support::people::{wrong, Session, User};
use crate::support::{random, Api, Challenge, Gatehouse};

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
    // None of them is a try of the password.
    for _ in 0..6 {
        let same = api.change_email(access, &user.email, "whatever").await;
        same.fails(1002).naming("newEmail");
    }
    let new = random::email();
    api.change_email(access, &new, "not the password")
        .await
        .fails(3004);
    assert!(api.gatehouse.post.sent_to(&new).is_empty());
}

#[tokio::test]
async fn without_a_mail_provider_an_email_is_neither_proven_nor_changed_and_a_number_is() {
    let vars = [("EMAIL_PROVIDER", "")];
    let api = Api::on(Gatehouse::start("no-mail", &vars)).await;
    let (user, session) = api.signed_in_user().await;
    let new = random::email();
    for reply in [
        api.verify_email(&session.access).await,
        api.change_email(&session.access, &new, &user.password)
            .await,
    ] {
        reply.fails(4007).expect_status(503);
    }
    // Whoever may not ask at all is told that first.
    api.verify_email(&api.token).await.fails(2003);
    let number = random::phone();
    let begun = api
        .change_phone(&session.access, &number, &user.password)
        .await;
    for challenge in api.at_numbers(&begun, &user, &number) {
        api.answer_rightly(&challenge).await.ok();
    }
    assert_eq!(contacts(&api, &user).await, (user.email.clone(), number));
}

#[tokio::test]
async fn a_mail_that_does_not_go_out_is_said_and_costs_nothing_but_a_minute() {
    let api = Api::new().await;
    let post = &api.gatehouse.post;
    let (user, session) = api.signed_in_user().await;
    let certainly_not = || resend_error(403, "invalid_api_key");
    post.answer_next(RESEND, &user.email, [certainly_not()]);
    let reply = api.verify_email(&session.access).await;
    let wait = reply.fails(4007).expect_status(503).body["data"]["retryAfter"].as_u64();
    assert_eq!(wait, Some(60), "{reply}");
    assert!(post.sent_to(&user.email).is_empty());
    let soon = api.verify_email(&session.access).await;
    let wait = soon.fails(4007).body["data"]["retryAfter"].as_u64();
    assert!(wait.is_some_and(|wait| wait <= 60), "{soon}");
    let other = random::email();
    let begun = api
        .change_email(&session.access, &other, &user.password)
        .await;
    let (challenge, code) = api.mailed(&begun, &user, &other).await;
    api.answer(&challenge, &code).await.ok();
}

#[tokio::test]
async fn a_code_by_mail_is_sent_again_as_one_by_sms_is_and_an_address_gets_five_an_hour() {
    let api = Api::on(Gatehouse::start("mail-again", &[])).await;
    let post = &api.gatehouse.post;
    let (user, session) = api.signed_in_user().await;
    let begun = api.verify_email(&session.access).await;
    let (challenge, code) = api.mailed(&begun, &user, &user.email).await;
    let body = json!({ "sessionId": challenge.session });
    let path = "/v1/user/otp/resend";
    let soon = api.post(path, &api.token, body.clone()).await;
    soon.fails(4004);
    // Asked for once more at once, it is the same code, which is sent once.
    let again = api.verify_email(&session.access).await;
    assert_ne!(again.text("/data/sessionId"), challenge.session);
    assert_eq!(post.sent_to(&user.email).len(), 1);
    let database = Database::of(&api.gatehouse.service);
    let earlier = |seconds: u32| {
        let (ms, email) = (seconds * 1_000, &user.email);
        database.change_all(&format!(
            "UPDATE sends SET at = at - {ms} WHERE phone = '{email}'"
        ));
    };
    earlier(61);
    let resent = api.post(path, &api.token, body).await;
    assert_eq!(resent.ok()["challengeType"], "VERIFY_EMAIL");
    assert_eq!(resent.ok()["destination"], begun.ok()["destination"]);
    let sent = post.sent_to(&user.email);
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[1].code(), code);
    assert_ne!(sent[0].key, sent[1].key);
    // Five an hour, whatever they were for.
    for nth in 3..=6 {
        earlier(301);
        let reply = api.verify_email(&session.access).await;
        match nth {
            6 => reply.fails(4004),
            _ => reply.expect_status(200),
        };
    }
    assert_eq!(post.sent_to(&user.email).len(), 5);
    assert_eq!(post.violations(), [""; 0]);
}

#[tokio::test]
async fn codes_that_go_anywhere_are_ten_a_day() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    for _ in 0..10 {
        let new = random::email();
        let begun = api
            .change_email(&session.access, &new, &user.password)
            .await;
        begun.ok();
    }
    let new = random::email();
    let reply = api
        .change_email(&session.access, &new, &user.password)
        .await;
    let wait = reply.fails(4004).body["data"]["retryAfter"].as_u64();
    assert!(wait.is_some_and(|wait| wait > 86_000), "{reply}");
    assert!(api.gatehouse.post.sent_to(&new).is_empty());
    api.change_phone(&session.access, &random::phone(), &user.password)
        .await
        .ok();
}

/// In the words of the user's language; and the old number is told what its code is for.
#[tokio::test]
async fn each_code_says_what_it_is_for_in_the_users_language() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let body = json!({"username": user.email, "password": user.password, "locale": "de"});
    let login = api.post("/v1/user/login", &api.token, body).await;
    let challenge = Challenge {
        session: login.text("/data/sessionId"),
        username: user.email.clone(),
        kind: "SMS_MFA",
        phone: user.phone.clone(),
        before: 0,
    };
    let session = Session::of(api.answer_rightly(&challenge).await.ok());
    let begun = api.verify_email(&session.access).await;
    begun.ok();
    let mail = api.gatehouse.post.nth(&user.email, 1).await;
    assert_eq!(mail.subject, "Ihr Code von Gatehouse");
    assert!(mail.text.contains("Ihnen geh"), "{mail:?}");
    let new = random::phone();
    api.change_phone(&session.access, &new, &user.password)
        .await
        .ok();
    let body = |phone: &str| {
        api.gatehouse
            .twilio
            .sent_to(phone)
            .pop()
            .expect("an SMS")
            .body
    };
    assert!(
        body(&user.phone).contains("aufzugeben"),
        "{}",
        body(&user.phone)
    );
    assert!(
        body(&new).starts_with("Ihr Code von Gatehouse"),
        "{}",
        body(&new)
    );
}

fn is_told(mails: &[Mail], subject: &str) -> usize {
    let told = mails.iter().filter(|mail| mail.subject == subject);
    told.count()
}

#[tokio::test]
async fn whoever_loses_an_email_or_a_number_is_told_where_they_were_reached_before() {
    let api = Api::new().await;
    let (post, twilio) = (&api.gatehouse.post, &api.gatehouse.twilio);
    let (user, session) = api.signed_in_user().await;
    let new = random::email();
    let begun = api
        .change_email(&session.access, &new, &user.password)
        .await;
    let (challenge, code) = api.mailed(&begun, &user, &new).await;
    api.answer(&challenge, &code).await.ok();
    let told = post.nth(&user.email, 1).await;
    let of_email = "The e-mail address of your Gatehouse account was changed";
    assert_eq!(told.subject, of_email);
    let user = User { email: new, ..user };
    let number = random::phone();
    let begun = api
        .change_phone(&session.access, &number, &user.password)
        .await;
    let before = api.messages_to(&user.phone);
    for challenge in api.at_numbers(&begun, &user, &number) {
        api.answer_rightly(&challenge).await.ok();
    }
    api.messages_have_left().await;
    let sent = twilio.sent_to(&user.phone);
    let of_phone = "The phone number of your Gatehouse account was changed";
    assert_eq!(sent.len(), before + 1, "{sent:?}");
    assert!(sent[before].body.starts_with(of_phone), "{sent:?}");
    assert_eq!(is_told(&post.sent_to(&user.email), of_phone), 1);
    // The new number was sent its code and no more.
    assert_eq!(api.messages_to(&number), 1);
    // By the partner's word too.
    let token = api.client_token("demoRecovery").await;
    let given = random::phone();
    let body = json!({"newPhoneNumber": given, "reason": "case 4711"});
    let path = format!("/v1/user/{}/phone", user.id);
    api.post(&path, &token, body).await.ok();
    let given_email = random::email();
    let body = json!({"newEmail": given_email, "reason": "case 4711"});
    let path = format!("/v1/user/{}/email", user.id);
    api.post(&path, &token, body).await.ok();
    api.messages_have_left().await;
    assert_eq!(api.messages_to(&number), 2);
    // That the e-mail is another.
    assert_eq!(api.messages_to(&given), 1);
    let mails = post.sent_to(&user.email);
    assert_eq!(
        (is_told(&mails, of_phone), is_told(&mails, of_email)),
        (2, 1)
    );
    assert!(post.sent_to(&given_email).is_empty());
}

#[tokio::test]
async fn an_export_says_when_the_email_was_proven_and_which_codes_were_sent() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let begun = api.verify_email(&session.access).await;
    let (challenge, code) = api.mailed(&begun, &user, &user.email).await;
    api.answer(&challenge, &code).await.ok();
    api.change_phone(&session.access, &random::phone(), &user.password)
        .await
        .ok();
    let path = format!("/v1/user/{}/export", user.id);
    let held = api.get(&path, &api.token).await.ok().clone();
    assert!(held["profile"]["emailVerifiedTs"].is_string(), "{held}");
    let codes = held["codes"].as_array().expect("codes").iter();
    let types: Vec<&str> = codes
        .filter_map(|one| one["challengeType"].as_str())
        .collect();
    assert_eq!(
        types,
        ["CHANGE_PHONE", "CHANGE_PHONE", "VERIFY_EMAIL", "SMS_MFA"]
    );
}

/// Whoever calls somebody's number their new one leaves that somebody the codes of their logins.
#[tokio::test]
async fn codes_to_a_number_that_others_call_their_new_one_leave_it_those_of_its_logins() {
    let api = Api::new().await;
    let (owner, _) = api.signed_in_user().await;
    let mut sent = 0;
    for _ in 0..2 {
        let (other, session) = api.signed_in_user().await;
        for _ in 0..2 {
            let begun = api
                .change_phone(&session.access, &owner.phone, &other.password)
                .await;
            if begun.status != 200 {
                begun.fails(4004);
                continue;
            }
            sent += 1;
            let [_, new] = <[Challenge; 2]>::try_from(api.at_numbers(&begun, &other, &owner.phone))
                .expect("two");
            // It is over, so that the next one is sent at once.
            let code = api.code(&new).await;
            for _ in 0..3 {
                api.answer(&new, &wrong(&code)).await;
            }
        }
    }
    assert_eq!(sent, 3);
    // The login's before, these three, and there is room for one more.
    assert_eq!(api.messages_to(&owner.phone), 4);
    api.session(&owner).await;
}

#[tokio::test]
async fn what_was_not_sent_counts_as_no_change_of_the_day() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let unreachable = random::phone();
    api.gatehouse
        .twilio
        .answer_next(&unreachable, [crate::support::twilio::error(400, 21_211)]);
    for _ in 0..12 {
        let begun = api
            .change_phone(&session.access, &unreachable, &user.password)
            .await;
        begun.fails(4006);
    }
    // The old number was asked for nothing.
    assert_eq!(api.messages_to(&user.phone), 1);
    let new = random::phone();
    let begun = api
        .change_phone(&session.access, &new, &user.password)
        .await;
    begun.ok();
}

/// Whoever has their own number alone learns of no other whether it is somebody's.
#[tokio::test]
async fn the_old_numbers_code_says_nothing_of_a_new_number_whose_code_was_not_right() {
    let api = Api::new().await;
    let (owner, _) = api.signed_in_user().await;
    for number in [owner.phone, random::phone()] {
        let (user, session) = api.signed_in_user().await;
        let begun = api
            .change_phone(&session.access, &number, &user.password)
            .await;
        let [old, new] =
            <[Challenge; 2]>::try_from(api.at_numbers(&begun, &user, &number)).expect("two");
        let code = api.code(&new).await;
        for _ in 0..3 {
            api.answer(&new, &wrong(&code)).await;
        }
        api.answer_rightly(&old).await.fails(4002);
    }
}
