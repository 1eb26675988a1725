//! What a user is told of when something happened to the account.

use serde_json::{json, Value};

use crate::support::http::{Method, Reply};
use crate::support::mail::Mail;
use crate::support::people::{application, wrong};
use crate::support::{random, test_phone, Api, Challenge};

/// A notice holds nothing that somebody could follow, or give away.
#[track_caller]
fn is_plain(mail: &Mail) {
    let Mail { subject, text, .. } = mail;
    for part in [subject, text] {
        for sign in ["http", "://", "www.", "<", "{", "}", "@"] {
            assert!(!part.contains(sign), "{sign} in {part}");
        }
        let digits = part.chars().filter(char::is_ascii_digit).count();
        assert_eq!(digits, 0, "{part}");
    }
    assert!(!subject.contains('\n'), "{subject}");
}

#[tokio::test]
async fn whose_password_a_reset_changed_is_told_by_mail_in_either_order() {
    let api = Api::new().await;
    let post = &api.gatehouse.post;
    for code_first in [true, false] {
        let (user, _) = api.signed_in_user().await;
        let reset = api.start_reset(&user).await;
        let code = api.code(&reset).await;
        match code_first {
            true => {
                api.answer(&reset, &code).await.ok();
                assert_eq!(post.sent_to(&user.email), []);
                let password = random::password();
                api.change_password(&reset, &password).await.ok();
            }
            false => {
                let password = random::password();
                api.change_password(&reset, &password).await.ok();
                api.answer(&reset, &wrong(&code)).await.fails(4001);
                assert_eq!(post.sent_to(&user.email), []);
                api.answer(&reset, &code).await.ok();
            }
        }
        let mail = post.nth(&user.email, 1).await;
        assert_eq!(mail.from, "Gatehouse <no-reply@example.com>");
        assert_eq!(mail.subject, "Your Gatehouse password was changed");
        assert!(mail.text.contains("contact Gatehouse at once"), "{mail:?}");
        is_plain(&mail);
        // No message beside it.
        assert_eq!(api.messages_to(&user.phone), 2);
    }
    assert_eq!(post.violations(), [""; 0]);
}

#[tokio::test]
async fn nobody_is_told_of_what_did_not_happen() {
    let api = Api::new().await;
    let post = &api.gatehouse.post;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    let code = api.code(&reset).await;
    api.answer(&reset, &wrong(&code)).await.fails(4001);
    api.change_password(&reset, &random::password()).await.ok();
    // Somebody whom nobody here is.
    let stranger = random::email();
    let begun = api.forget_password(&stranger).await;
    let decoy = Challenge {
        session: begun.text("/data/sdkResponseMetadata/requestId"),
        username: stranger.clone(),
        kind: "RESET_PASSWORD",
        phone: random::phone(),
        before: 0,
    };
    api.change_password(&decoy, &random::password()).await.ok();
    api.answer(&decoy, "123456").await.fails(4001);
    // By now whatever was going out has gone out.
    let (other, _) = api.signed_in_user().await;
    let reset = api.start_reset(&other).await;
    api.answer_rightly(&reset).await.ok();
    api.change_password(&reset, &random::password()).await.ok();
    post.nth(&other.email, 1).await;
    for email in [&user.email, &stranger] {
        assert_eq!(post.asked_for(email), [], "{email}");
    }
}

#[tokio::test]
async fn a_call_that_is_made_again_with_its_key_tells_once() {
    let api = Api::new().await;
    let post = &api.gatehouse.post;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    let password = random::password();
    let body = json!({
        "sessionId": reset.session, "username": reset.username, "challengeType": reset.kind,
        "password": password, "passwordConfirm": password,
    });
    let key = random::letters(20);
    for _ in 0..3 {
        let call = api.call(Method::PUT, "/v1/user/change-password");
        let call = call.bearer(&api.token).json(&body);
        call.header("Idempotency-Key", &key).send().await.ok();
    }
    let mail = post.nth(&user.email, 1).await;
    assert!(mail.key.ends_with("-PASSWORD_RESET"), "{mail:?}");
    assert_eq!(post.sent_to(&user.email).len(), 1);
}

/// Whoever has a test number has no address either.
#[tokio::test]
async fn the_mail_of_a_test_number_is_in_the_outbox_and_no_provider_is_asked() {
    let api = Api::new().await;
    let phone = test_phone("0007");
    let user = api.sign_up_at(&phone).await;
    let code = async |query: String| {
        let messages = api
            .outbox(&format!("to={}&wait=30{query}", phone.replace('+', "%2B")))
            .await;
        let text = messages[0]["text"].as_str().expect("a text").to_owned();
        let code: String = text.chars().filter(char::is_ascii_digit).take(6).collect();
        (messages[0].clone(), code)
    };
    let login = api.login(&user.email, &user.password).await;
    let (first, text) = code(String::new()).await;
    assert_eq!(first["kind"], "SMS");
    assert_eq!(first["subject"], json!(null));
    let challenge = |session, kind| Challenge {
        session,
        username: user.email.clone(),
        kind,
        phone: phone.clone(),
        before: 0,
    };
    let login = challenge(login.text("/data/sessionId"), "SMS_MFA");
    api.answer(&login, &text[..4]).await.ok();
    let reset = api.forget_password(&user.email).await;
    let reset = challenge(
        reset.text("/data/sdkResponseMetadata/requestId"),
        "RESET_PASSWORD",
    );
    let after = format!("&after={}", first["at"].as_str().expect("a time"));
    let (_, text) = code(after).await;
    api.answer(&reset, &text).await.ok();
    api.change_password(&reset, &random::password()).await.ok();

    let to = user.email.replace('@', "%40");
    let told = api.outbox(&format!("to={to}&wait=30")).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["kind"], "EMAIL");
    assert_eq!(told[0]["to"], user.email);
    assert_eq!(told[0]["subject"], "Your Gatehouse password was changed");
    let text = told[0]["text"].as_str().expect("a text");
    assert!(text.starts_with("The password of your"), "{text}");
    assert_eq!(api.gatehouse.post.asked_for(&user.email), []);
}

/// What a login or a sign-up with these members gets.
async fn with(api: &Api, path: &str, mut body: Value, more: Value) -> Reply {
    let more = more.as_object().cloned().unwrap_or_default();
    body.as_object_mut().expect("an object").extend(more);
    api.post(path, &api.token, body).await
}

#[tokio::test]
async fn a_user_is_told_in_the_language_of_the_last_login_that_said_one() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let credentials = json!({"username": user.email, "password": user.password});
    let last = || {
        let sent = api.gatehouse.twilio.sent_to(&user.phone);
        sent.last().map(|sms| sms.body.clone()).unwrap_or_default()
    };
    let log_in = async |more: Value| {
        let before = api.codes_to(&user.phone);
        let reply = with(&api, "/v1/user/login", credentials.clone(), more).await;
        reply.ok();
        let challenge = Challenge {
            session: reply.text("/data/sessionId"),
            username: user.email.clone(),
            kind: "SMS_MFA",
            phone: user.phone.clone(),
            before,
        };
        let text = last();
        api.answer_rightly(&challenge).await.ok();
        text
    };
    assert!(last().starts_with("Your Gatehouse code is "), "{}", last());
    let french = log_in(json!({"locale": "fr"})).await;
    assert!(french.starts_with("Votre code Gatehouse est "), "{french}");
    assert!(french.ends_with("Il expire dans 5 minutes."), "{french}");
    let again = log_in(json!({})).await;
    assert!(again.starts_with("Votre code Gatehouse est "), "{again}");
    // Whoever lacks the password decides nothing.
    let wrong = json!({"username": user.email, "password": "not-the-password"});
    let reply = with(&api, "/v1/user/login", wrong, json!({"locale": "de"})).await;
    reply.fails(3004);

    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    let text = last();
    assert!(text.starts_with("Votre code Gatehouse est "), "{text}");
    api.change_password(&reset, &random::password()).await.ok();
    let mail = api.gatehouse.post.nth(&user.email, 1).await;
    assert_eq!(mail.subject, "Votre mot de passe Gatehouse a été modifié");
    is_plain(&mail);
    assert_eq!(api.gatehouse.post.violations(), [""; 0]);
}

#[tokio::test]
async fn a_sign_up_may_say_the_language_and_no_other_than_there_is_is_taken() {
    let api = Api::new().await;
    let application = application();
    for unknown in [
        json!("it"),
        json!("de-AT"),
        json!("DE"),
        json!(""),
        json!(1),
    ] {
        let locale = json!({ "locale": unknown });
        let reply = with(
            &api,
            "/v1/user/sign-up",
            application.clone(),
            locale.clone(),
        )
        .await;
        reply.fails(1002).naming("locale");
        let login = json!({"username": application["email"], "password": "p"});
        let reply = with(&api, "/v1/user/login", login, locale).await;
        reply.fails(1002).naming("locale");
    }
    let path = "/v1/user/sign-up";
    let signed_up = with(&api, path, application.clone(), json!({"locale": "de"})).await;
    signed_up.ok();
    let text = |member: &str| application[member].as_str().expect("a text").to_owned();
    api.login(&text("email"), &text("password")).await.ok();
    let sent = api.gatehouse.twilio.sent_to(&text("phoneNumber"));
    let german = &sent[0].body;
    assert!(
        german.starts_with("Ihr Code von Gatehouse ist "),
        "{german}"
    );
}
