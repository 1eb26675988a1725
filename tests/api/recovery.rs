//! Recovery codes: made, counted, and in the place of the SMS on the day on which the phone is gone.

use std::collections::BTreeSet;

use serde_json::{json, Value};

use crate::support::database::Database;
use crate::support::http::Reply;
use crate::support::jwt::Jwt;
use crate::support::people::{Session, User};
use crate::support::{at_once, random, Api, Challenge};

/// Somebody with recovery codes, and the session that made them.
async fn prepared(api: &Api) -> (User, Session, Vec<String>) {
    let (user, session) = api.signed_in_user().await;
    let codes = api.recovery_codes(&user, &session.access).await;
    (user, session, codes)
}

async fn left(api: &Api, session: &Session) -> Value {
    let reply = api.get("/v1/user/recovery-codes", &session.access).await;
    reply.ok()["left"].clone()
}

fn sessions_of(api: &Api, user: &User) -> i64 {
    let database = Database::of(&api.gatehouse.service);
    let sql = "SELECT COUNT(*) FROM sessions WHERE user_id = ?1";
    database.number(sql, [&user.id])
}

fn compared(api: &Api, user: &User) -> i64 {
    let database = Database::of(&api.gatehouse.service);
    let sql = "SELECT COUNT(*) FROM answers WHERE subject = ?1 AND purpose = 'RECOVERY_CODE'";
    database.number(sql, [&user.id])
}

/// A code that nobody has, but for a chance of one in 2^46.
fn another() -> String {
    let letters = random::bytes::<10>()
        .map(|byte| b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"[usize::from(byte % 32)]);
    String::from_utf8_lossy(&letters).into_owned()
}

#[tokio::test]
async fn ten_codes_are_shown_once_and_kept_nowhere() {
    let api = Api::new().await;
    let (_, session, codes) = prepared(&api).await;
    let distinct: BTreeSet<&String> = codes.iter().collect();
    assert_eq!(distinct.len(), 10, "{codes:?}");
    let is_letter = |c: char| "0123456789ABCDEFGHJKMNPQRSTVWXYZ".contains(c);
    for code in &codes {
        let (one, other) = code.split_once('-').expect("two groups");
        for group in [one, other] {
            assert!(group.len() == 5 && group.chars().all(is_letter), "{code}");
        }
    }
    assert_eq!(left(&api, &session).await, 10);
    let cells = Database::of(&api.gatehouse.service).cells();
    for code in &codes {
        for form in [code.clone(), code.replace('-', "")] {
            assert!(cells.iter().all(|cell| !cell.contains(&form)), "{form}");
        }
    }
}

#[tokio::test]
async fn a_code_in_the_place_of_the_sms_opens_a_session_that_says_so() {
    let api = Api::new().await;
    let (user, session, codes) = prepared(&api).await;
    let login = api.log_in(&user).await;
    let reply = api.recover(&login, &codes[3]).await;
    let recovered = Session::of(reply.ok());
    let claims = Jwt::read(&recovered.access).claims;
    assert_eq!(claims["amr"], json!(["pwd", "recovery"]), "{claims}");
    let held =
        claims["hold_until"].as_i64().expect("a hold") - claims["iat"].as_i64().expect("iat");
    assert!((71 * 3_600..=72 * 3_600 + 1).contains(&held), "{claims}");
    assert_eq!(left(&api, &recovered).await, 9);
    // The way in stays over refreshes, and the other session has its own.
    let next = Session::of(api.refresh(&user.email, &recovered.refresh).await.ok());
    let refreshed = Jwt::read(&next.access).claims;
    assert_eq!(refreshed["amr"], claims["amr"], "{refreshed}");
    assert_eq!(refreshed["auth_time"], claims["auth_time"], "{refreshed}");
    let first = Session::of(api.refresh(&user.email, &session.refresh).await.ok());
    let first = Jwt::read(&first.access).claims;
    assert_eq!(first["amr"], json!(["pwd", "otp", "sms"]), "{first}");
    let path = format!("/v1/audit?userId={}", user.id);
    let told = api.get(&path, &api.token).await;
    let events: Vec<String> = told.ok()["entries"]
        .as_array()
        .cloned()
        .unwrap_or_default()
        .iter()
        .map(|row| format!("{} {}", row["event"], row["outcome"]).replace('"', ""))
        .collect();
    for event in ["user.recovery_codes created", "login.recovery right"] {
        assert!(events.iter().any(|one| one == event), "{event}: {events:?}");
    }
}

#[tokio::test]
async fn a_code_is_typed_as_people_type_and_a_slip_costs_no_try() {
    let api = Api::new().await;
    let (user, _, codes) = prepared(&api).await;
    let login = api.log_in(&user).await;
    for slip in ["", "0042", "ABCDE-FGHJ", "ABCDE-FGHJKM", "ABCDE-FGHJU"] {
        api.recover(&login, slip).await.fails(1002).naming("code");
    }
    assert_eq!(compared(&api, &user), 0);
    let typed = codes[0]
        .to_lowercase()
        .replace('-', " ")
        .replace('0', "o")
        .replace('1', "l");
    Session::of(api.recover(&login, &typed).await.ok());
}

#[tokio::test]
async fn a_used_code_is_dead() {
    let api = Api::new().await;
    let (user, _, codes) = prepared(&api).await;
    let login = api.log_in(&user).await;
    api.recover(&login, &codes[0]).await.ok();
    api.recover(&login, &codes[0]).await.fails(4002);
    api.recover(&login, &codes[1]).await.fails(4002);
    let again = api.log_in(&user).await;
    api.recover(&again, &codes[0]).await.fails(4001);
    api.recover(&again, &codes[1]).await.ok();
}

#[tokio::test]
async fn another_users_code_is_nothing() {
    let api = Api::new().await;
    let (user, _, _) = prepared(&api).await;
    let (_, _, of_other) = prepared(&api).await;
    let (without, _) = api.signed_in_user().await;
    for user in [user, without] {
        let login = api.log_in(&user).await;
        let reply = api.recover(&login, &of_other[0]).await;
        assert_eq!(reply.fails(4001).body["data"]["triesLeft"], 2, "{reply}");
        api.answer_rightly(&login).await.ok();
    }
}

#[tokio::test]
async fn only_a_logins_challenge_is_answered_with_one() {
    let api = Api::new().await;
    let (user, _, codes) = prepared(&api).await;
    let reset = api.start_reset(&user).await;
    // Before another is sent: that of a reset leaves after the answer.
    let reset_code = api.code(&reset).await;
    api.recover(&reset, &codes[0]).await.fails(4002);
    let login = api.log_in(&user).await;
    let other = api.acting_as("other").await;
    other.recover(&login, &codes[0]).await.fails(4002);
    let misnamed = Challenge {
        username: random::email(),
        ..login.clone()
    };
    api.recover(&misnamed, &codes[0]).await.fails(4002);
    // Nothing of it was counted, nor of the code that did not come by SMS.
    assert_eq!(compared(&api, &user), 0);
    api.answer(&login, &codes[0]).await.fails(1002);
    api.recover(&login, &codes[0]).await.ok();
    api.answer(&reset, &reset_code).await.ok();
}

#[tokio::test]
async fn new_codes_void_the_older_ones_and_take_the_password() {
    let api = Api::new().await;
    let (user, session, old) = prepared(&api).await;
    let reply = api.make_recovery_codes(&session.access, "not-the-password");
    reply.await.fails(3004);
    assert_eq!(left(&api, &session).await, 10);
    let new = api.recovery_codes(&user, &session.access).await;
    assert!(new.iter().all(|code| !old.contains(code)));
    let login = api.log_in(&user).await;
    api.recover(&login, &old[0]).await.fails(4001);
    api.recover(&login, &new[0]).await.ok();
}

#[tokio::test]
async fn somebody_without_codes_has_none_left() {
    let api = Api::new().await;
    let (_, session) = api.signed_in_user().await;
    assert_eq!(left(&api, &session).await, 0);
}

#[tokio::test]
async fn twenty_right_answers_with_one_code_open_one_session() {
    let api = Api::new().await;
    let (user, _, codes) = prepared(&api).await;
    let before = sessions_of(&api, &user);
    // Logins within the minute have the tries of one challenge in common, and gates of their own.
    let mut logins = Vec::new();
    for _ in 0..4 {
        logins.push(api.log_in(&user).await);
    }
    let answers = (0..20).map(|nth| {
        let (api, code, login) = (api.clone(), codes[0].clone(), logins[nth % 4].clone());
        async move { api.recover(&login, &code).await }
    });
    let replies = at_once(answers).await;
    let won = replies.iter().filter(|reply| reply.code() == 0).count();
    assert_eq!(won, 1);
    assert_eq!(sessions_of(&api, &user), before + 1);
    for reply in replies.iter().filter(|reply| reply.code() != 0) {
        reply.fails_with_one_of(&[4001, 4002]);
    }
}

/// Fifty at once at each of four logins, each of which takes three tries.
#[tokio::test]
async fn of_two_hundred_wrong_codes_ten_are_compared() {
    let api = Api::new().await;
    let (user, _, codes) = prepared(&api).await;
    let mut last: Option<Reply> = None;
    let mut login = api.log_in(&user).await;
    for nth in 0..4 {
        if nth > 0 {
            login = api.log_in(&user).await;
        }
        let guesses = (0..50).map(|_| {
            let (api, login) = (api.clone(), login.clone());
            async move { api.recover(&login, &another()).await }
        });
        for reply in at_once(guesses).await {
            reply.fails_with_one_of(&[4001, 4002, 3005]);
            last = Some(reply);
        }
    }
    assert_eq!(compared(&api, &user), 10);
    assert!(last.is_some());
    // The right one is not looked at either, and how long that is so is said.
    let reply = api.recover(&login, &codes[0]).await;
    let wait = reply.fails(3005).body["data"]["retryAfter"].as_i64();
    assert!(
        (86_000..=86_400).contains(&wait.expect("a wait")),
        "{reply}"
    );
    // The SMS is another matter: the challenge has tries left.
    api.answer_rightly(&login).await.ok();
}
