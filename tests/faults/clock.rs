//! Everything that ends by itself, to the millisecond: the request is told what time it is.

use serde_json::json;

use crate::database::{check_invariants, Database};
use crate::fault::{gatehouse, now, DAY, HOUR, MINUTE, SECOND};
use crate::support::http::{Method, Reply};
use crate::support::kyc::{moment, Event};
use crate::support::people::{application, wrong, User};
use crate::support::{at_once, jwt::Jwt, random, Api, Challenge};
use crate::witness::session_of;

#[tokio::test]
async fn parallel_requests_each_have_their_own_time() {
    let api = Api::faulty().await;
    let tokens = (1..=40).map(|n| {
        let (api, time) = (api.clone(), now() / 1000 * 1000 + n * DAY);
        async move { (time, api.at(time).await.token) }
    });
    for (time, token) in at_once(tokens).await {
        let claims = Jwt::read(&token).claims;
        assert_eq!(claims["iat"], time / 1000, "{claims}");
    }
}

// --- codes -----------------------------------------------------------------------------------

#[tokio::test]
async fn a_code_is_late_with_its_last_millisecond() {
    let api = Api::faulty().await;
    let start = now();
    for (after, in_time) in [(5 * MINUTE - 1, true), (5 * MINUTE, false)] {
        let user = api.person().await;
        let challenge = api.at(start).await.log_in(&user).await;
        let then = api.at(start + after).await;
        let code = api.code(&challenge).await;
        let reply = then.answer(&challenge, &code).await;
        if in_time {
            session_of(&reply);
        } else {
            reply.fails(4002);
        }
    }
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn no_gate_of_a_reset_opens_after_its_five_minutes() {
    let api = Api::faulty().await;
    let (user, _) = api.person_with_session().await;
    let start = now();
    let (late, last) = (start + 5 * MINUTE, start + 5 * MINUTE - 1);

    // In both orders, with one gate passed in time.
    let (challenge, code) = api.at(start).await.reset(&user).await;
    api.at(last).await.answer(&challenge, &code).await.ok();
    let reply = api.at(late).await.change_to_another(&challenge).await;
    reply.fails(4002);

    let start = late + MINUTE;
    let (late, last) = (start + 5 * MINUTE, start + 5 * MINUTE - 1);
    let (challenge, code) = api.at(start).await.reset(&user).await;
    let reply = api.at(last).await.change_to_another(&challenge).await;
    reply.ok();
    api.at(late)
        .await
        .answer(&challenge, &code)
        .await
        .fails(4002);

    api.at(late).await.log_in(&user).await;
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_reset_asked_for_again_within_a_minute_sends_no_second_sms() {
    let api = Api::faulty().await;
    let (user, _) = api.person_with_session().await;
    let start = now();
    let sent = |api: &Api| api.messages_to(&user.phone) - 1;
    let (first, code) = api.at(start).await.reset(&user).await;
    let within = api.at(start + MINUTE - 1).await;
    let again = within.start_reset(&user).await;
    assert_eq!(sent(&api), 1);
    // The one code is right for whoever asked again, until it is used.
    within.answer(&again, &code).await.ok();
    within.answer(&first, &code).await.fails(4002);

    api.at(start + MINUTE).await.reset(&user).await;
    assert_eq!(sent(&api), 2);
}

/// Both gates of both are passed but for the last: the first to pass it voids the other.
#[tokio::test]
async fn of_two_resets_under_way_one_changes_the_password() {
    let api = Api::faulty().await;
    let (user, _) = api.person_with_session().await;
    let start = now();
    let (first, first_code) = api.at(start).await.reset(&user).await;
    let api = api.at(start + 2 * MINUTE).await;
    let (second, second_code) = api.reset(&user).await;
    api.answer(&first, &first_code).await.ok();
    api.answer(&second, &second_code).await.ok();
    let password = random::password();
    api.change_password(&first, &password).await.ok();
    api.change_to_another(&second).await.fails(4002);
    api.login(&user.email, &password).await.ok();
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn what_changes_a_login_takes_a_session_of_less_than_five_minutes() {
    let api = Api::faulty().await;
    let start = now();
    let user = api.person().await;
    let then = api.at(start).await;
    let session = session_of(&then.answer_rightly(&then.log_in(&user).await).await);
    // A refresh makes it no younger.
    let later = api.at(start + 5 * MINUTE).await;
    let refreshed = session_of(&later.refresh(&user.email, &session.refresh).await);
    for (token, after, is_fresh) in [
        (&session, 5 * MINUTE, false),
        (&refreshed, 5 * MINUTE, false),
        (&session, 5 * MINUTE - 1, true),
    ] {
        let api = api.believing(start + after);
        let made = api.make_recovery_codes(&token.access, &user.password).await;
        let changed = api.change_known(&token.access, &user.password, &user.password);
        for reply in [made, changed.await] {
            if is_fresh {
                reply.ok();
                continue;
            }
            reply.fails(2004).expect_status(403);
            let asked = reply.header("www-authenticate");
            assert!(
                asked.contains("insufficient_user_authentication"),
                "{asked}"
            );
            assert!(asked.contains("max_age=\"300\""), "{asked}");
        }
    }
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_hold_ends_with_its_last_millisecond() {
    let api = Api::faulty().await;
    let (user, _) = api.person_with_session().await;
    let start = now();
    let then = api.at(start).await;
    let (challenge, code) = then.reset(&user).await;
    then.answer(&challenge, &code).await.ok();
    let password = random::password();
    then.change_password(&challenge, &password).await.ok();
    let user = User { password, ..user };
    for (after, is_held) in [(DAY - 1, true), (DAY, false)] {
        let then = api.at(start + after).await;
        let session = session_of(&then.answer_rightly(&then.log_in(&user).await).await);
        let me = then.me(&session.access).await;
        let shown = me.ok()["info"]["holdUntil"].as_str().map(str::to_owned);
        assert_eq!(shown.is_some(), is_held, "{me}");
        let claims = Jwt::read(&session.access).claims;
        // Whole seconds, and not over any sooner.
        let until = (start + DAY + 999) / 1000;
        let claim = is_held.then(|| json!(until));
        assert_eq!(claims.get("hold_until"), claim.as_ref(), "{claims}");
    }
    check_invariants(&gatehouse());
}

/// A challenge answered wrongly so often, then rightly if `right`.
pub async fn challenge_with(api: &Api, user: &User, wrong_ones: usize, right: bool) -> Reply {
    let challenge = api.log_in(user).await;
    let code = api.code(&challenge).await;
    let mut reply = None;
    for _ in 0..wrong_ones {
        reply = Some(api.answer(&challenge, &wrong(&code)).await);
    }
    if right {
        reply = Some(api.answer(&challenge, &code).await);
    }
    reply.expect("an answer")
}

#[tokio::test]
async fn ten_wrong_codes_in_30_days_lock_whatever_right_ones_came_between() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    // Two wrong and one right, day after day: eight, then nine, then ten.
    for day in 0..4 {
        let api = api.at(start + day * DAY).await;
        challenge_with(&api, &user, 2, true).await.ok();
    }
    let day_5 = api.at(start + 5 * DAY).await;
    challenge_with(&day_5, &user, 1, true).await.ok();
    challenge_with(&day_5, &user, 1, false).await.fails(4003);
    let day_30 = api.at(start + 30 * DAY - 1).await;
    day_30.login(&user.email, &user.password).await.fails(4003);

    // The two of the first day are a month old.
    let day_30 = api.at(start + 30 * DAY + MINUTE).await;
    challenge_with(&day_30, &user, 1, true).await.ok();
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn twenty_wrong_codes_in_a_year_lock_until_the_first_are_a_year_old() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    // Nine in the first month, nine in the third: no month has ten.
    for month in [0, 2] {
        for day in 0..4 {
            let api = api.at(start + (month * 30 + day) * DAY).await;
            challenge_with(&api, &user, 2, true).await.ok();
        }
        let api = api.at(start + (month * 30 + 4) * DAY).await;
        challenge_with(&api, &user, 1, true).await.ok();
    }
    let fifth_month = api.at(start + 150 * DAY).await;
    challenge_with(&fifth_month, &user, 1, true).await.ok();
    challenge_with(&fifth_month, &user, 1, false)
        .await
        .fails(4003);
    for day in [200, 300, 364] {
        let api = api.at(start + day * DAY).await;
        api.login(&user.email, &user.password).await.fails(4003);
    }
    let next_year = api.at(start + 365 * DAY + MINUTE).await;
    challenge_with(&next_year, &user, 0, true).await.ok();
    check_invariants(&gatehouse());
}

/// 30 are the cap of a code as long as a reset's: ten days of three.
#[tokio::test]
async fn wrong_reset_codes_lock_the_resets_and_leave_the_login_open() {
    let api = Api::faulty().await;
    let (user, _) = api.person_with_session().await;
    let start = now();
    let mut last = 0;
    for day in 1..=10 {
        let api = api.at(start + day * DAY).await;
        let (reset, code) = api.reset(&user).await;
        for _ in 0..3 {
            let reply = api.answer(&reset, &wrong(&code)).await;
            last = reply.fails_with_one_of(&[4001, 4002, 4003]).code();
        }
        // After three, nine, ten and more: the login neither waits nor is locked.
        challenge_with(&api, &user, 0, true).await.ok();
    }
    let database = Database::of(&gatehouse().service);
    let counted = "SELECT purpose, is_right, at FROM answers WHERE subject = ?1 ORDER BY at";
    let counted = database.rows(counted, [&user.id]);
    assert_eq!(last, 4003, "{counted:?}");
    let api = api.at(start + 11 * DAY).await;
    let sent = api.messages_to(&user.phone);
    api.forget_password(&user.email).await.ok();
    assert_eq!(api.messages_to(&user.phone), sent, "resets are locked");
    challenge_with(&api, &user, 0, true).await.ok();
    check_invariants(&gatehouse());
}

async fn unlock(api: &Api, user: &User) -> Reply {
    let path = format!("/v1/user/{}/unlock", user.id);
    api.post(&path, &api.token, json!({})).await
}

/// Ten wrong codes: the last one locks.
async fn guess_ten(api: &Api, user: &User) {
    for _ in 0..3 {
        challenge_with(api, user, 3, false).await.fails(4002);
    }
    challenge_with(api, user, 1, false).await.fails(4003);
}

#[tokio::test]
async fn an_unlock_forgives_once_in_30_days_and_never_the_year() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    let day = |day: i64| api.at(start + day * DAY);
    guess_ten(&day(0).await, &user).await;
    unlock(&day(1).await, &user).await.ok();
    // The month's ten would lock with the first of these.
    for _ in 0..2 {
        challenge_with(&day(2).await, &user, 3, false)
            .await
            .fails(4002);
    }
    let refused = unlock(&day(3).await, &user).await;
    assert_eq!(wait(refused.fails(4003)), 28 * 24 * 60 * 60);
    let last = api.at(start + 31 * DAY - 1).await;
    assert_eq!(wait(unlock(&last, &user).await.fails(4003)), 1);
    unlock(&day(31).await, &user).await.ok();

    // Sixteen; the twentieth locks, and no unlock opens what the year has shut.
    challenge_with(&day(32).await, &user, 3, false)
        .await
        .fails(4002);
    challenge_with(&day(32).await, &user, 1, false)
        .await
        .fails(4003);
    for later in [33, 61, 100, 300, 364] {
        let api = day(later).await;
        let refused = unlock(&api, &user).await;
        let left = wait(refused.fails(4003));
        let most = (365 - later) * 24 * 60 * 60;
        assert!((most..most + 60).contains(&left), "{refused}");
        api.login(&user.email, &user.password).await.fails(4003);
    }
    let next_year = api.at(start + 365 * DAY + MINUTE).await;
    challenge_with(&next_year, &user, 0, true).await.ok();
    check_invariants(&gatehouse());
}

// --- sends -----------------------------------------------------------------------------------

/// Seconds that a refusal says to wait.
fn wait(reply: &Reply) -> i64 {
    reply.header("retry-after").parse().expect("a Retry-After")
}

#[tokio::test]
async fn a_phone_gets_five_sms_an_hour_and_ten_a_day() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    let login = |time: i64| {
        let (api, user) = (api.clone(), user.clone());
        async move { api.at(time).await.login(&user.email, &user.password).await }
    };
    for n in 0..5 {
        login(start + n * MINUTE).await.ok();
    }
    let refused = login(start + 5 * MINUTE).await;
    assert_eq!(wait(refused.fails(4004)), 55 * 60);
    login(start + HOUR - 1).await.fails(4004);
    // As they left, so they come back, one by one.
    for n in 0..5 {
        login(start + HOUR + n * MINUTE).await.ok();
        assert_eq!(api.messages_to(&user.phone), 6 + n as usize);
    }
    let refused = login(start + 3 * HOUR).await;
    assert_eq!(wait(refused.fails(4004)), 21 * 3600);
    login(start + DAY - 1).await.fails(4004);
    login(start + DAY).await.ok();
    check_invariants(&gatehouse());
}

/// Whoever only knows an e-mail leaves its owner's logins two of an hour's five, four of a day's ten.
#[tokio::test]
async fn resets_have_three_sms_an_hour_and_six_a_day_and_logins_the_rest() {
    let api = Api::faulty().await;
    let (user, _) = api.person_with_session().await;
    let start = now() + DAY;
    let sent = || api.messages_to(&user.phone) - 1;
    let resets = async |from: i64, many: i64| {
        for n in 0..many {
            let then = api.at(from + n * MINUTE).await;
            then.forget_password(&user.email).await.ok();
        }
        sent()
    };
    let login = async |time: i64| {
        let then = api.at(time).await;
        then.login(&user.email, &user.password).await
    };
    assert_eq!(resets(start, 10).await, 3);
    for n in 0..2 {
        login(start + (20 + 2 * n) * MINUTE).await.ok();
    }
    login(start + 25 * MINUTE).await.fails(4004);
    let next_hour = start + 2 * HOUR;
    assert_eq!(resets(next_hour, 10).await, 5 + 3);
    assert_eq!(resets(next_hour + 2 * HOUR, 10).await, 8);
    for n in 0..2 {
        login(next_hour + 3 * HOUR + 2 * n * MINUTE).await.ok();
    }
    assert_eq!(sent(), 10);
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn the_phones_of_one_prefix_get_ten_sms_an_hour() {
    let api = Api::faulty().await;
    let start = now();
    let (early, late) = (api.at(start).await, api.at(start + HOUR).await);
    let prefix = random::phone()[..9].to_owned();
    let mut people = Vec::new();
    for n in 0..11 {
        let mut person = application();
        person["phoneNumber"] = json!(format!("{prefix}{n:03}"));
        let reply = api.post("/v1/user/sign-up", &api.token, person.clone());
        reply.await.ok();
        people.push(person);
    }
    let text = |person: usize, member: &str| people[person][member].as_str().unwrap().to_owned();
    for person in 0..10 {
        let (email, password) = (text(person, "email"), text(person, "password"));
        early.login(&email, &password).await.ok();
    }
    let (email, password) = (text(10, "email"), text(10, "password"));
    early.login(&email, &password).await.fails(4004);
    late.login(&email, &password).await.ok();
}

// --- passwords -------------------------------------------------------------------------------

#[tokio::test]
async fn after_five_wrong_passwords_the_wait_doubles_up_to_15_minutes() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let mut time = now();
    for _ in 0..5 {
        api.at(time)
            .await
            .login(&user.email, "wrong-one")
            .await
            .fails(3004);
    }
    let waits = [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900];
    for seconds in waits {
        api.at(time)
            .await
            .login(&user.email, "wrong-one")
            .await
            .fails(3004);
        // Nor is the right one looked at.
        let last = api.at(time + seconds * SECOND - 1).await;
        let refused = last.login(&user.email, &user.password).await;
        assert_eq!(wait(refused.fails(3005)), 1);
        time += seconds * SECOND;
    }
    api.at(time)
        .await
        .login(&user.email, &user.password)
        .await
        .ok();
    // And the count starts again.
    api.at(time)
        .await
        .login(&user.email, "wrong-one")
        .await
        .fails(3004);
    api.at(time)
        .await
        .login(&user.email, &user.password)
        .await
        .ok();
}

#[tokio::test]
async fn wrong_passwords_are_forgotten_after_a_day() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    let early = api.at(start).await;
    for _ in 0..6 {
        early.login(&user.email, "wrong-one").await.fails(3004);
    }
    early.login(&user.email, "wrong-one").await.fails(3005);
    let next_day = api.at(start + DAY + 1).await;
    for _ in 0..5 {
        next_day.login(&user.email, "wrong-one").await.fails(3004);
    }
    next_day.login(&user.email, &user.password).await.ok();
}

// --- tokens ----------------------------------------------------------------------------------

#[tokio::test]
async fn tokens_end_when_they_say() {
    let api = Api::faulty().await;
    let user = api.person().await;
    // Tokens tell whole seconds.
    let start = now() / 1000 * 1000;
    let api = api.at(start).await;
    let challenge = api.log_in(&user).await;
    let session = session_of(&api.answer_rightly(&challenge).await);

    // Five seconds are for clocks that differ.
    let me = |time: i64| api.believing(time);
    me(start + 900 * SECOND - 1).me(&session.access).await.ok();
    let late = me(start + 905 * SECOND).me(&session.access).await;
    late.fails(2002);

    for (after, code) in [(HOUR - 1, 3004), (HOUR + 5 * SECOND, 2002)] {
        let api = api.believing(start + after);
        api.login(&user.email, "wrong-one").await.fails(code);
    }
}

#[tokio::test]
async fn the_secret_before_a_new_one_has_a_day() {
    let api = Api::faulty().await;
    let start = now();
    let early = api.believing(start);
    let client = early.new_client().await;
    let root = early.client_token("root").await;
    let path = format!("/v1/client/{}/secret", client.id);
    let reply = early.post(&path, &root, json!({})).await;
    let secret = reply.text("/data/clientSecret");
    for (after, secret, status) in [
        (0, &client.secret, 200),
        (DAY - 1, &client.secret, 200),
        (DAY, &client.secret, 401),
        (DAY, &secret, 200),
        (400 * DAY, &secret, 200),
    ] {
        let then = api.believing(start + after);
        let call = then.call(Method::POST, "/oauth2/token");
        let call = call.basic(&client.id, secret);
        let reply = call.form("grant_type=client_credentials").send().await;
        reply.expect_status(status);
    }
}

#[tokio::test]
async fn a_session_unused_for_14_days_is_over() {
    let api = Api::faulty().await;
    let start = now();
    for (after, lives) in [(14 * DAY - 1, true), (14 * DAY, false)] {
        let user = api.person().await;
        let early = api.at(start).await;
        let challenge = early.log_in(&user).await;
        let session = session_of(&early.answer_rightly(&challenge).await);
        let late = api.at(start + after).await;
        let reply = late.refresh(&user.email, &session.refresh).await;
        if lives {
            session_of(&reply);
        } else {
            reply.fails(5001);
        }
    }
}

#[tokio::test]
async fn no_refresh_extends_a_session_beyond_its_30_days() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let start = now();
    let early = api.at(start).await;
    let challenge = early.log_in(&user).await;
    let mut session = session_of(&early.answer_rightly(&challenge).await);
    for after in [13 * DAY, 26 * DAY, 30 * DAY - 1] {
        let api = api.at(start + after).await;
        session = session_of(&api.refresh(&user.email, &session.refresh).await);
    }
    let late = api.at(start + 30 * DAY).await;
    late.refresh(&user.email, &session.refresh)
        .await
        .fails(5001);
    late.me(&session.access).await.fails(2002);
}

#[tokio::test]
async fn the_parent_of_a_refresh_token_has_ten_seconds() {
    let api = Api::faulty().await;
    let start = now();
    for (after, lives) in [(10 * SECOND - 1, true), (10 * SECOND, false)] {
        let user = api.person().await;
        let api = api.at(start).await;
        let challenge = api.log_in(&user).await;
        let parent = session_of(&api.answer_rightly(&challenge).await);
        let child = session_of(&api.refresh(&user.email, &parent.refresh).await);
        let late = api.believing(start + after);
        let reply = late.refresh(&user.email, &parent.refresh).await;
        if lives {
            assert_eq!(session_of(&reply).refresh, child.refresh);
            late.refresh(&user.email, &child.refresh).await.ok();
        } else {
            // By now it is theft, and the thief may as well hold the child.
            reply.fails(5001);
            late.refresh(&user.email, &child.refresh).await.fails(5001);
        }
    }
    check_invariants(&gatehouse());
}

// --- sign-ups --------------------------------------------------------------------------------

#[tokio::test]
async fn an_unverified_sign_up_gives_way_after_24_hours_and_a_verified_one_never() {
    let api = Api::faulty().await;
    let start = now();
    let sign_up = |time: i64, body: serde_json::Value| {
        let api = api.clone();
        async move {
            let api = api.at(time).await;
            api.post("/v1/user/sign-up", &api.token, body).await
        }
    };
    let squatter = application();
    let first = sign_up(start, squatter.clone()).await.text("/data/userId");
    let mut owner = application();
    owner["phoneNumber"] = squatter["phoneNumber"].clone();
    sign_up(start + DAY - 1, owner.clone()).await.fails(3001);
    let second = sign_up(start + DAY, owner.clone()).await;
    assert_ne!(second.text("/data/userId"), first);

    let later = api.at(start + DAY).await;
    let login = |person: &serde_json::Value| {
        let text = |member: &str| person[member].as_str().unwrap_or_default().to_owned();
        let (later, email, password) = (later.clone(), text("email"), text("password"));
        async move { later.login(&email, &password).await }
    };
    login(&squatter).await.fails(3004);
    let phone = owner["phoneNumber"].as_str().unwrap_or_default();
    let challenge = Challenge {
        session: login(&owner).await.text("/data/sessionId"),
        username: phone.to_owned(),
        kind: "SMS_MFA",
        phone: phone.to_owned(),
        before: 0,
    };
    session_of(&later.answer_rightly(&challenge).await);

    // Verified now: no time ends it.
    let mut squatter = application();
    squatter["phoneNumber"] = owner["phoneNumber"].clone();
    sign_up(start + 400 * DAY, squatter).await.fails(3001);
    let database = Database::of(&gatehouse().service);
    let sql = "SELECT COUNT(*) FROM users WHERE phone = ?1";
    assert_eq!(database.number(sql, [phone]), 1);
    check_invariants(&gatehouse());
}

// --- webhooks --------------------------------------------------------------------------------

#[tokio::test]
async fn a_signed_event_is_good_for_five_minutes_either_way() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let event = Event::status(&user.id, "VERIFIED", &moment(0));
    let sent = i64::try_from(event.sent_at).expect("a time") * SECOND;
    for off in [-5 * MINUTE - SECOND, 5 * MINUTE + SECOND] {
        event.send(&api.believing(sent + off)).await.fails(1002);
    }
    for off in [-5 * MINUTE, 5 * MINUTE] {
        event.send(&api.believing(sent + off)).await.ok();
    }
}
