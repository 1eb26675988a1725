//! What a user is told of when something happened to the account.

use serde_json::{json, Value};

use crate::support::http::{Method, Reply};
use crate::support::mail::Mail;
use crate::support::people::{application, wrong, Session, User};
use crate::support::{random, test_phone, Api, Challenge};

/// A notice holds nothing that somebody could follow, or give away.
#[track_caller]
fn is_plain(mail: &Mail) {
    are_plain(&[&mail.subject, &mail.text]);
    assert!(!mail.subject.contains('\n'), "{}", mail.subject);
}

#[track_caller]
fn are_plain(parts: &[&str]) {
    for part in parts {
        for sign in ["http", "://", "www.", "<", "{", "}", "@"] {
            assert!(!part.contains(sign), "{sign} in {part}");
        }
        let digits = part.chars().filter(char::is_ascii_digit).count();
        assert_eq!(digits, 0, "{part}");
    }
}

/// What the user was told by mail, the kinds in their order.
fn told_by_mail(api: &Api, user: &User) -> Vec<String> {
    let mails = api.gatehouse.post.sent_to(&user.email);
    mails.iter().for_each(is_plain);
    // The key is of the work and the kind.
    let kind = |mail: &Mail| mail.key.rsplit('-').next().unwrap_or_default().to_owned();
    mails.iter().map(kind).collect()
}

/// And by SMS.
fn told_by_sms(api: &Api, user: &User) -> Vec<String> {
    let sent = api.gatehouse.twilio.sent_to(&user.phone).into_iter();
    let notices = sent.filter(|sms| !sms.has_code()).map(|sms| sms.body);
    let notices: Vec<String> = notices.collect();
    notices.iter().for_each(|text| are_plain(&[text]));
    notices
}

/// Somebody who is told things in this language, and a session.
async fn speaking(api: &Api, locale: &str) -> (User, Session) {
    let (user, _) = api.signed_in_user().await;
    let body = json!({"username": user.email, "password": user.password, "locale": locale});
    let before = api.codes_to(&user.phone);
    let login = api.post("/v1/user/login", &api.token, body).await;
    let challenge = Challenge {
        session: login.text("/data/sessionId"),
        username: user.email.clone(),
        kind: "SMS_MFA",
        phone: user.phone.clone(),
        before,
    };
    let session = Session::of(api.answer_rightly(&challenge).await.ok());
    (user, session)
}

/// Whoever did it may read the mail, so the phone is told too.
#[tokio::test]
async fn whose_password_was_changed_by_one_who_knew_it_is_told_by_sms_and_by_mail() {
    let api = Api::new().await;
    for (locale, subject, sms) in [
        (
            "en",
            "Your Gatehouse password was changed",
            "Your Gatehouse password was changed. If it was not you, contact Gatehouse at once.",
        ),
        (
            "es",
            "Se ha cambiado su contraseña de Gatehouse",
            "Se ha cambiado su contraseña de Gatehouse. Si no ha sido usted, avise a Gatehouse de inmediato.",
        ),
    ] {
        let (user, session) = speaking(&api, locale).await;
        let (old, new) = (&user.password, random::password());
        api.change_known(&session.access, &random::password(), &new)
            .await
            .fails(3004);
        api.change_known(&session.access, old, &new).await.ok();
        let mail = api.gatehouse.post.nth(&user.email, 1).await;
        assert_eq!(mail.subject, subject);
        let sent = api.gatehouse.twilio.nth(&user.phone, 1, |sms| !sms.has_code());
        assert_eq!(sent.await.body, sms);
        api.messages_have_left().await;
        assert_eq!(told_by_mail(&api, &user), ["PASSWORD_CHANGED"]);
        assert_eq!(told_by_sms(&api, &user).len(), 1);
    }
}

#[tokio::test]
async fn who_has_new_recovery_codes_is_told_and_when_one_is_used() {
    let api = Api::new().await;
    let (user, session) = speaking(&api, "fr").await;
    api.make_recovery_codes(&session.access, &random::password())
        .await
        .fails(3004);
    let codes = api.recovery_codes(&user, &session.access).await;
    let post = &api.gatehouse.post;
    let mail = post.nth(&user.email, 1).await;
    let subject = "Nouveaux codes de secours pour votre compte Gatehouse";
    assert_eq!(mail.subject, subject);
    assert_eq!(told_by_sms(&api, &user), [""; 0], "by mail alone");

    let login = api.log_in(&user).await;
    api.recover(&login, "AAAAA-AAAAA").await.fails(4001);
    let keyed = |code: String| {
        let call = api.call(Method::POST, "/v1/user/otp").bearer(&api.token);
        let call = call.header("Idempotency-Key", "a-recovery-that-is-asked-twice");
        call.json(&json!({
            "sessionId": login.session, "username": user.email, "challengeType": "RECOVERY_CODE", "code": code,
        }))
    };
    for _ in 0..2 {
        keyed(codes[0].clone()).send().await.ok();
    }
    let mail = post.nth(&user.email, 2).await;
    let subject = "Un code de secours a été utilisé pour votre compte Gatehouse";
    assert_eq!(mail.subject, subject);
    api.messages_have_left().await;
    let told = told_by_mail(&api, &user);
    assert_eq!(told, ["RECOVERY_CODES_MADE", "RECOVERY_USED"]);
    let sms = "Quelqu'un s'est connecté à votre compte Gatehouse avec un code de secours. \
               Si ce n'était pas vous, contactez Gatehouse sans attendre.";
    assert_eq!(told_by_sms(&api, &user), [sms]);
}

#[tokio::test]
async fn the_first_session_at_another_client_is_told_and_no_other_is() {
    let [app, site] = Api::new().await.as_two_clients_of_a_partner().await;
    let user = app.sign_up().await;
    let told = async || {
        app.messages_have_left().await;
        told_by_mail(&app, &user)
    };
    app.session(&user).await;
    app.session(&user).await;
    assert_eq!(told().await, [""; 0], "the first of all");
    let login = site.log_in(&user).await;
    let code = site.code(&login).await;
    site.answer(&login, &wrong(&code)).await.fails(4001);
    assert_eq!(told().await, [""; 0], "and one that did not open");
    let session = Session::of(site.answer(&login, &code).await.ok());
    let mail = app.gatehouse.post.nth(&user.email, 1).await;
    let subject = "A login to your Gatehouse account by another app";
    assert_eq!(mail.subject, subject);
    site.refresh(&user.email, &session.refresh).await.ok();
    app.session(&user).await;
    assert_eq!(told().await, ["NEW_CLIENT"], "once");
    assert_eq!(told_by_sms(&app, &user), [""; 0]);
}

/// Who has got in cannot fill the mailbox of the owner, nor take what the phone gets in codes.
#[tokio::test]
async fn of_many_notices_the_first_few_are_told_and_codes_still_arrive() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let mut password = user.password.clone();
    for _ in 0..7 {
        let new = random::password();
        api.recovery_codes(
            &User {
                password: password.clone(),
                ..user.clone()
            },
            &session.access,
        )
        .await;
        let changed = api.change_known(&session.access, &password, &new).await;
        changed.ok();
        password = new;
    }
    api.gatehouse.post.nth(&user.email, 10).await;
    api.messages_have_left().await;
    let told = told_by_mail(&api, &user);
    for kind in ["RECOVERY_CODES_MADE", "PASSWORD_CHANGED"] {
        let of_kind = told.iter().filter(|told| *told == kind).count();
        assert_eq!(of_kind, 5, "{told:?}");
    }
    assert_eq!(told_by_sms(&api, &user).len(), 2);
    // A login's own code comes, and the first notice of another kind.
    let user = User { password, ..user };
    let codes = api.recovery_codes(&user, &session.access).await;
    api.session(&user).await;
    let login = api.log_in(&user).await;
    api.recover(&login, &codes[0]).await.ok();
    api.gatehouse.post.nth(&user.email, 11).await;
    api.messages_have_left().await;
    let told = told_by_mail(&api, &user);
    assert_eq!(told.last().map(String::as_str), Some("RECOVERY_USED"));
    assert_eq!(told_by_sms(&api, &user).len(), 2, "no more by SMS");
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

#[tokio::test]
async fn the_notices_of_a_test_number_are_in_the_outbox_of_either_kind() {
    let api = Api::new().await;
    let phone = test_phone("0008");
    let user = api.sign_up_at(&phone).await;
    let [by_phone, by_email] = [phone.replace('+', "%2B"), user.email.replace('@', "%40")];
    let login = api.login(&user.email, &user.password).await;
    let sent = api.outbox(&format!("to={by_phone}&wait=30")).await;
    let text = sent[0]["text"].as_str().expect("a text");
    let code: String = text.chars().filter(char::is_ascii_digit).take(4).collect();
    let challenge = Challenge {
        session: login.text("/data/sessionId"),
        username: user.email.clone(),
        kind: "SMS_MFA",
        phone: phone.clone(),
        before: 0,
    };
    let session = Session::of(api.answer(&challenge, &code).await.ok());
    let new = random::password();
    let changed = api.change_known(&session.access, &user.password, &new);
    changed.await.ok();
    let after = sent[0]["at"].as_str().expect("a time");
    for (to, kind) in [(by_phone, "SMS"), (by_email, "EMAIL")] {
        let told = api.outbox(&format!("to={to}&wait=30&after={after}")).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0]["kind"], kind);
        let text = told[0]["text"].as_str().expect("a text");
        assert!(text.contains("contact Gatehouse at once"), "{text}");
    }
    assert_eq!(api.gatehouse.post.asked_for(&user.email), []);
    assert!(api.gatehouse.twilio.sent_to(&phone).is_empty());
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
    let path = format!("/v1/user/{}", user.id);
    let shown = api.get(&path, &api.token).await;
    assert_eq!(shown.ok()["info"]["locale"], "fr", "{shown}");
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
    assert_eq!(signed_up.ok()["info"]["locale"], "de", "{signed_up}");
    let text = |member: &str| application[member].as_str().expect("a text").to_owned();
    api.login(&text("email"), &text("password")).await.ok();
    let sent = api.gatehouse.twilio.sent_to(&text("phoneNumber"));
    let german = &sent[0].body;
    assert!(
        german.starts_with("Ihr Code von Gatehouse ist "),
        "{german}"
    );
}
