//! A person is erased, by their partner or by themselves: nothing of them is left but what the law wants kept.

use serde_json::{json, Value};

use crate::support::database::Database;
use crate::support::http::{Method, Reply};
use crate::support::jwt::Jwt;
use crate::support::kyc::{moment, Event};
use crate::support::people::{Session, User};
use crate::support::{at_once, random, Api, Challenge};

/// A token of the client of `demo`'s that erases.
async fn eraser(api: &Api) -> String {
    api.client_token("demoRecovery").await
}

async fn erase(api: &Api, token: &str, id: &str) -> Reply {
    api.delete(&format!("/v1/user/{id}"), token).await
}

/// Somebody verified with a portfolio, details and a session.
async fn somebody(api: &Api) -> (User, Session, Reply) {
    let user = api.sign_up().await;
    let event = Event::of(json!({
        "type": "kyc.status", "timestamp": moment(1),
        "data": {
            "userId": user.id, "kycId": "kyc-9", "status": "VERIFIED", "documentIds": ["doc-9"],
            "name": "Ada", "surname": "Lovelace", "address": {"city": "London"},
        },
    }));
    event.send(api).await.ok();
    let opened = api.portfolio(&user.account).await;
    opened.ok();
    let session = api.session(&user).await;
    (user, session, opened)
}

async fn get(api: &Api, path: &str) -> Reply {
    api.get(path, &api.token).await
}

async fn sign_up_as(api: &Api, user: &User) -> Reply {
    let body = json!({"email": user.email, "phoneNumber": user.phone, "password": user.password});
    api.post("/v1/user/sign-up", &api.token, body).await
}

fn told(api: &Api, user: &User, event: &str) -> i64 {
    let sql = "SELECT COUNT(*) FROM audit WHERE user_id = ?1 AND event = ?2";
    Database::of(&api.gatehouse.service).number(sql, [user.id.as_str(), event])
}

#[tokio::test]
async fn who_is_erased_is_nobody_and_what_must_stay_stays() {
    let api = Api::new().await;
    let (user, session, opened) = somebody(&api).await;
    let pending = api.log_in(&user).await;
    let code = api.code(&pending).await;
    let eraser = eraser(&api).await;
    let erased = erase(&api, &eraser, &user.id).await;
    assert_eq!(erased.ok(), &json!({}));

    // To whoever comes as them.
    api.me(&session.access).await.fails(2002);
    api.refresh(&user.email, &session.refresh).await.fails(5001);
    api.answer(&pending, &code).await.fails(4002);
    for name in [&user.email, &user.phone] {
        api.login(name, &user.password).await.fails(3004);
    }
    let demo = api.gatehouse.service.client("demo");
    let call = api.call(Method::POST, "/oauth2/introspect");
    let call = call.basic(&demo.id, &demo.secret);
    let reply = call.form(&format!("token={}", session.access)).send().await;
    assert_eq!(reply.raw, r#"{"active":false}"#);

    // To the partner.
    get(&api, &format!("/v1/user/{}", user.id))
        .await
        .fails(6001);
    get(&api, &format!("/v1/user?email={}", user.email))
        .await
        .fails(6001);
    for what in ["unlock", "disable", "enable"] {
        let path = format!("/v1/user/{}/{what}", user.id);
        api.post(&path, &api.token, json!({})).await.fails(6001);
    }
    let body = json!({ "userId": user.id });
    let account = api.post("/v1/account", &api.token, body).await;
    account.fails(6001);
    api.portfolio(&user.account).await.fails(6006);

    // The account with its addresses, which are theirs for ever.
    let account = get(&api, &format!("/v1/account/{}", user.account)).await;
    let mut expected = opened.ok().clone();
    expected["email"] = json!(format!("{}@erased.invalid", user.id));
    expected["active"] = json!(false);
    assert_eq!(account.ok(), &expected);

    let export = get(&api, &format!("/v1/user/{}/export", user.id)).await;
    let data = export.ok();
    for member in ["email", "phoneNumber", "name", "surname"] {
        assert_eq!(data["profile"][member], Value::Null, "{export}");
    }
    assert_eq!(data["profile"]["address"], json!({}), "{export}");
    assert!(data["profile"]["erasedTs"].is_string(), "{export}");
    let kyc = json!({"status": "VERIFIED", "statusTs": moment(1), "kycIds": ["kyc-9"], "documentIds": ["doc-9"]});
    assert_eq!(data["kyc"], kyc, "{export}");
    assert_eq!(data["accounts"], json!([expected]), "{export}");
    assert_eq!(told(&api, &user, "user.erase"), 1);
    assert_eq!(told(&api, &user, "session.end"), 1);
    assert_eq!(told(&api, &user, "user.sign_up"), 1);
}

#[tokio::test]
async fn the_email_and_the_number_are_free_at_once_and_whoever_takes_them_is_somebody_else() {
    let api = Api::new().await;
    let eraser = eraser(&api).await;
    // Proven, and not: then a hold would keep both for a day.
    for is_proven in [true, false] {
        let user = api.sign_up().await;
        if is_proven {
            api.session(&user).await;
        }
        sign_up_as(&api, &user).await.fails(3001);
        erase(&api, &eraser, &user.id).await.ok();
        let reply = sign_up_as(&api, &user).await;
        let again = User {
            id: reply.text("/data/userId"),
            account: reply.text("/data/accounts/0/accountId"),
            ..user.clone()
        };
        assert_ne!(again.id, user.id);
        api.session(&again).await;
        let found = get(&api, &format!("/v1/user?email={}", user.email)).await;
        assert_eq!(found.ok()["userId"], again.id.as_str(), "{found}");
        // And the one of before stays as they are.
        erase(&api, &eraser, &user.id).await.ok();
        api.login(&again.email, &again.password).await.ok();
    }
}

#[tokio::test]
async fn twenty_erasures_at_once_are_one_and_each_is_answered_alike() {
    let api = Api::new().await;
    let (user, _, _) = somebody(&api).await;
    let eraser = eraser(&api).await;
    let calls = (0..20).map(|_| {
        let (api, eraser, id) = (api.clone(), eraser.clone(), user.id.clone());
        async move { erase(&api, &eraser, &id).await }
    });
    for reply in at_once(calls).await {
        assert_eq!(reply.ok(), &json!({}));
    }
    assert_eq!(told(&api, &user, "user.erase"), 1);
    assert_eq!(told(&api, &user, "session.end"), 1);
}

#[tokio::test]
async fn nobody_erases_another_partners_user_and_nobody_without_the_scope() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let stranger = api.new_client_with("recovery.write").await;
    let stranger = api.token_of(&stranger).await;
    let theirs = erase(&api, &stranger, &user.id).await;
    let nobodys = erase(&api, &stranger, "usr_none").await;
    assert_eq!(theirs.fails(6001).raw, nobodys.fails(6001).raw);
    // That of before has it not, and gets it not.
    assert!(!Jwt::read(&api.token).claims["scope"]
        .to_string()
        .contains("recovery"));
    let refused = erase(&api, &api.token, &user.id).await;
    assert_eq!(refused.fails(2003).text("/data/scope"), "recovery.write");
    erase(&api, &session.access, &user.id).await.fails(2003);
    api.me(&session.access).await.ok();
}

#[tokio::test]
async fn a_kyc_event_about_somebody_erased_is_taken_and_changes_nothing() {
    let api = Api::new().await;
    let (user, _, opened) = somebody(&api).await;
    let eraser = eraser(&api).await;
    erase(&api, &eraser, &user.id).await.ok();
    let before = get(&api, &format!("/v1/user/{}/export", user.id)).await;
    for (nth, status) in ["VERIFICATION_FATAL_FAILED", "VERIFIED"].iter().enumerate() {
        let event = Event::of(json!({
            "type": "kyc.status", "timestamp": moment(nth as u32 + 2),
            "data": {
                "userId": user.id, "kycId": "kyc-10", "status": status, "documentIds": ["doc-10"],
                "name": "Grace", "surname": "Hopper", "address": {"city": "Arlington"},
            },
        }));
        let reply = event.send(&api).await;
        assert_eq!(reply.ok()["applied"], false, "{reply}");
        assert_eq!(reply.ok()["status"], "VERIFIED", "{reply}");
        // A replay is none the wiser.
        assert_eq!(event.send(&api).await.ok()["applied"], false);
    }
    let after = get(&api, &format!("/v1/user/{}/export", user.id)).await;
    for member in ["profile", "kyc", "accounts"] {
        assert_eq!(after.ok()[member], before.ok()[member], "{after}");
    }
    let path = format!("/v1/account/{}/portfolios", user.account);
    let portfolios = get(&api, &path).await;
    assert_eq!(portfolios.ok()["portfolios"], opened.ok()["portfolios"]);
}

#[tokio::test]
async fn a_person_erases_themselves_with_their_password() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let other_device = api.session(&user).await;
    let session = api.session(&user).await;
    let wrong = api.erase_oneself(&session.access, "not-the-password").await;
    assert_eq!(wrong.fails(3004).message(), "The password is wrong.");
    for (body, code) in [
        (json!({}), 1002),
        (json!({"password": 7}), 1002),
        (json!({"password": "x".repeat(129)}), 1002),
    ] {
        api.post("/v1/user/erase", &session.access, body)
            .await
            .fails(code);
    }
    api.me(&session.access).await.ok();

    assert_eq!(
        api.erase_oneself(&session.access, &user.password)
            .await
            .ok(),
        &json!({})
    );
    for session in [&session, &other_device] {
        api.me(&session.access).await.fails(2002);
        api.erase_oneself(&session.access, &user.password)
            .await
            .fails(2002);
    }
    get(&api, &format!("/v1/user/{}", user.id))
        .await
        .fails(6001);
    api.login(&user.email, &user.password).await.fails(3004);
    assert_eq!(told(&api, &user, "user.erase"), 1);
    assert_eq!(told(&api, &user, "session.end"), 2);
    sign_up_as(&api, &user).await.ok();
}

/// Whoever has somebody's unlocked phone guesses no faster here than at the login, and no more often.
#[tokio::test]
async fn passwords_are_tried_at_an_erasure_as_at_a_login() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    for _ in 0..3 {
        api.erase_oneself(&session.access, "not-the-password")
            .await
            .fails(3004);
    }
    for _ in 0..3 {
        api.login(&user.email, "not-the-password").await.fails(3004);
    }
    let here = api.erase_oneself(&session.access, &user.password).await;
    let there = api.login(&user.email, &user.password).await;
    here.fails(3005);
    there.fails(3005);
    assert!(here.header("retry-after").parse::<u64>().is_ok());
    api.me(&session.access).await.ok();
    assert_eq!(told(&api, &user, "user.password"), 3);
}

#[tokio::test]
async fn of_twenty_erasures_of_oneself_at_once_one_erases() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let calls = (0..20).map(|_| {
        let (api, session, password) = (api.clone(), session.clone(), user.password.clone());
        async move { api.erase_oneself(&session.access, &password).await }
    });
    // Who was counted behind too many others waits; who came after the end has no session.
    for reply in at_once(calls).await {
        reply.fails_with_one_of(&[0, 2002, 3004, 3005]);
    }
    let last = api.erase_oneself(&session.access, &user.password).await;
    last.fails_with_one_of(&[0, 2002, 3005]);
    let sql =
        "SELECT COUNT(*) FROM audit WHERE user_id = ?1 AND event IN ('user.erase', 'session.end')";
    let done = Database::of(&api.gatehouse.service).number(sql, [&user.id]);
    assert_eq!(done, 2);
}

/// Whatever was begun before and goes on after: by the code, by a recovery code, by a code sent again, by a key.
#[tokio::test]
async fn what_was_begun_before_comes_to_nothing_after() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let codes = api.recovery_codes(&user, &session.access).await;
    let key = random::letters(20);
    let keyed = async || {
        let call = api.call(Method::POST, "/v1/user/login").bearer(&api.token);
        let call = call.header("Idempotency-Key", &key);
        let body = json!({"username": user.email, "password": user.password});
        call.json(&body).send().await
    };
    let login = keyed().await;
    let pending = api.log_in(&user).await;
    let code = api.code(&pending).await;
    let eraser = eraser(&api).await;
    erase(&api, &eraser, &user.id).await.ok();

    api.recover(&pending, &codes[0]).await.fails(4002);
    api.answer(&pending, &code).await.fails(4002);
    let body = json!({"sessionId": pending.session});
    let resend = api.post("/v1/user/otp/resend", &api.token, body).await;
    resend.fails(4002);
    // Who has the key has the answer of before, for a day, and gets no further with it.
    let replayed = keyed().await;
    assert_eq!(replayed.raw, login.raw, "{replayed}");
    let replayed = Challenge {
        session: replayed.text("/data/sessionId"),
        ..pending
    };
    api.answer(&replayed, &code).await.fails(4002);
    api.recover(&replayed, &codes[1]).await.fails(4002);
    api.make_recovery_codes(&session.access, &user.password)
        .await
        .fails(2002);
    let sql = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = ?1";
    let database = Database::of(&api.gatehouse.service);
    assert_eq!(database.number(sql, [&user.id]), 0);
    // A reset of nobody's looks as ever, and sends nothing.
    api.messages_have_left().await;
    let before = api.messages_to(&user.phone);
    api.forget_password(&user.email).await.ok();
    api.messages_have_left().await;
    assert_eq!(api.messages_to(&user.phone), before);
}

/// Whoever took a password and then erases its owner has shortened nothing for what pays out.
#[tokio::test]
async fn a_hold_stays_and_the_language_and_the_recovery_codes_go() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    api.recovery_codes(&user, &session.access).await;
    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    let password = random::password();
    api.change_password(&reset, &password).await.ok();
    let body = json!({"username": user.email, "password": password, "locale": "fr"});
    api.post("/v1/user/login", &api.token, body).await.ok();
    let path = format!("/v1/user/{}/export", user.id);
    let before = get(&api, &path).await;
    let held = &before.ok()["profile"]["holdUntil"];
    assert!(held.is_string(), "{before}");
    assert_eq!(before.ok()["profile"]["locale"], "fr", "{before}");
    assert_eq!(before.ok()["profile"]["recoveryCodesLeft"], 10, "{before}");

    let eraser = eraser(&api).await;
    erase(&api, &eraser, &user.id).await.ok();
    let after = get(&api, &path).await;
    assert_eq!(&after.ok()["profile"]["holdUntil"], held, "{after}");
    assert_eq!(after.ok()["profile"]["locale"], Value::Null, "{after}");
    assert_eq!(after.ok()["profile"]["recoveryCodesLeft"], 0, "{after}");
}

#[tokio::test]
async fn a_reset_under_way_ends_with_who_began_it() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    let code = api.code(&reset).await;
    api.change_password(&reset, &random::password()).await.ok();
    let eraser = eraser(&api).await;
    erase(&api, &eraser, &user.id).await.ok();
    api.answer(&reset, &code).await.fails(4002);
    api.change_password(&reset, &random::password())
        .await
        .fails(4002);
    let staged = "SELECT COUNT(*) FROM challenges WHERE user_id = ?1 AND staged_hash IS NOT NULL";
    let database = Database::of(&api.gatehouse.service);
    assert_eq!(database.number(staged, [&user.id]), 0);
}

#[tokio::test]
async fn whoever_is_erased_is_told_by_what_they_were_reached_by() {
    let api = Api::new().await;
    for by_partner in [true, false] {
        let (user, session) = api.signed_in_user().await;
        match by_partner {
            true => erase(&api, &eraser(&api).await, &user.id).await,
            false => api.erase_oneself(&session.access, &user.password).await,
        }
        .ok();
        let mail = api.gatehouse.post.nth(&user.email, 1).await;
        assert_eq!(mail.subject, "Your Gatehouse account was erased");
        let sent = api.gatehouse.twilio.sent_to(&user.phone);
        let last = sent.last().map(|sms| sms.body.as_str());
        assert!(last.is_some_and(|text| text.starts_with("Your Gatehouse account was erased.")));
        // Asked again, nobody is told again.
        if by_partner {
            erase(&api, &eraser(&api).await, &user.id).await.ok();
            api.messages_have_left().await;
            assert_eq!(api.gatehouse.post.sent_to(&user.email).len(), 1);
        }
    }
}

#[tokio::test]
async fn nobody_erases_themselves_while_the_hold_stands_and_their_partner_can() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let codes = api.recovery_codes(&user, &session.access).await;
    let login = api.log_in(&user).await;
    let recovered = Session::of(api.recover(&login, &codes[0]).await.ok());
    let refused = api.erase_oneself(&recovered.access, &user.password).await;
    let wait = refused.fails(2005).body["data"]["retryAfter"].as_u64();
    assert!(wait.is_some_and(|wait| wait > 71 * 3_600), "{refused}");
    api.me(&session.access).await.ok();
    erase(&api, &eraser(&api).await, &user.id).await.ok();
}
