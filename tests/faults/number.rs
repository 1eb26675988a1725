//! Whose a number is that nobody has proven: with an adversary who lacks the phone and signs up
//! with it again and again, at every hold's end and between the owner's own steps.

use serde_json::{json, Value};

use crate::database::{check_invariants, Database};
use crate::fault::{gatehouse, now, CONFIG, DAY, HOUR, MINUTE, SECOND};
use crate::support::http::Reply;
use crate::support::kyc::{moment, Event};
use crate::support::people::{application, User};
use crate::support::{at_once, random, Api, Gatehouse};
use crate::witness::{keep, session_of};

/// What a sign-up is asked with, with these members of another's.
fn taking(from: &User, members: &[&str]) -> Value {
    let mut person = application();
    keep(person["password"].as_str().expect("a password"));
    for member in members {
        person[*member] = match *member {
            "email" => json!(from.email),
            _ => json!(from.phone),
        };
    }
    person
}

async fn sign_up(api: &Api, person: &Value) -> Reply {
    api.post("/v1/user/sign-up", &api.token, person.clone())
        .await
}

async fn signed_up(api: &Api, person: &Value) -> User {
    let reply = sign_up(api, person).await;
    reply.ok();
    User {
        id: reply.text("/data/userId"),
        email: reply.text("/data/email"),
        phone: reply.text("/data/phoneNumber"),
        password: person["password"].as_str().expect("a password").to_owned(),
        account: reply.text("/data/accounts/0/accountId"),
    }
}

async fn somebody(api: &Api) -> User {
    signed_up(api, &taking(&nobody(), &[])).await
}

fn nobody() -> User {
    let text = String::new;
    User {
        id: text(),
        email: text(),
        phone: text(),
        password: text(),
        account: text(),
    }
}

async fn get(api: &Api, user: &User) -> Reply {
    api.get(&format!("/v1/user/{}", user.id), &api.token).await
}

async fn proves(api: &Api, user: &User) {
    let challenge = api.log_in(user).await;
    session_of(&api.answer_rightly(&challenge).await);
}

fn replaced(user: &User) -> i64 {
    let sql = "SELECT COUNT(*) FROM audit WHERE user_id = ?1 AND event = 'user.sign_up' AND outcome = 'replaced'";
    Database::of(&gatehouse().service).number(sql, [&user.id])
}

#[tokio::test]
async fn whoever_holds_the_phone_gets_the_number_though_another_signs_up_at_every_holds_end() {
    let api = Api::faulty().await;
    let start = now();
    let adversary = signed_up(&api.at(start).await, &taking(&nobody(), &[])).await;
    let again = taking(&adversary, &["phoneNumber"]);
    let mut last = adversary.clone();
    for n in 1..=5 {
        let before = api.at(start + n * DAY - 1).await;
        let owner = taking(&adversary, &["phoneNumber"]);
        // Held for the first day, and never again.
        if n == 1 {
            sign_up(&before, &owner).await.fails(3001);
        }
        let at = api.at(start + n * DAY).await;
        let mut person = again.clone();
        person["email"] = json!(random::email());
        last = signed_up(&at, &person).await;
    }
    let time = start + 5 * DAY + 1;
    let at = api.at(time).await;
    let owner = signed_up(&at, &taking(&adversary, &["phoneNumber"])).await;
    // Between the owner's steps too.
    let spoilers = [
        signed_up(&at, &taking(&owner, &["phoneNumber"])).await,
        signed_up(&at, &taking(&owner, &["phoneNumber"])).await,
    ];
    let challenge = at.log_in(&owner).await;
    let spoiler = signed_up(&at, &taking(&owner, &["phoneNumber"])).await;
    session_of(&at.answer_rightly(&challenge).await);

    for beaten in spoilers.iter().chain([&last, &spoiler]) {
        at.login(&beaten.email, &beaten.password).await.fails(3004);
        get(&at, beaten).await.fails(6001);
        assert_eq!(replaced(beaten), 1, "{}", beaten.email);
    }
    proves(
        &at,
        &User {
            email: owner.phone.clone(),
            ..owner.clone()
        },
    )
    .await;
    let much_later = api.at(start + 400 * DAY).await;
    for members in [&["phoneNumber"][..], &["email"], &["email", "phoneNumber"]] {
        sign_up(&much_later, &taking(&owner, members))
            .await
            .fails(3001);
    }
    assert_eq!(
        get(&much_later, &owner).await.ok()["info"]["phoneNumberVerified"],
        true
    );
    check_invariants(&gatehouse());
}

/// Whoever replaces a sign-up by its e-mail may not start the hold of its number anew, and the other
/// way round.
#[tokio::test]
async fn no_ruse_renews_a_hold() {
    let api = Api::faulty().await;
    let start = now();
    for (kept, changed) in [("phoneNumber", "email"), ("email", "phoneNumber")] {
        let first = somebody(&api.at(start).await).await;
        let at = api.at(start + DAY).await;
        // The row with the one contact goes, by way of the other.
        signed_up(&at, &taking(&first, &[changed])).await;
        get(&at, &first).await.fails(6001);
        signed_up(&at, &taking(&first, &[kept])).await;
        let owner = signed_up(&api.at(start + DAY + 1).await, &taking(&first, &[kept])).await;
        proves(&api.at(start + DAY + 2).await, &owner).await;
    }
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_sign_up_that_lost_its_number_has_ten_minutes_to_prove_it() {
    let api = Api::faulty().await;
    let start = now();
    let first = somebody(&api.at(start).await).await;
    let time = start + 2 * DAY;
    let at = api.at(time).await;
    let owner = signed_up(&at, &taking(&first, &["phoneNumber"])).await;
    // The first one was not made just now: it is gone at once.
    get(&at, &first).await.fails(6001);
    assert_eq!(replaced(&first), 1);
    let other = signed_up(
        &api.at(time + SECOND).await,
        &taking(&first, &["phoneNumber"]),
    )
    .await;
    assert_eq!(get(&at, &owner).await.ok()["phoneNumber"], owner.phone);

    let last = api.at(time + 10 * MINUTE - 1).await;
    let challenge = last.log_in(&owner).await;
    let late = api.at(time + 10 * MINUTE).await;
    late.login(&owner.email, &owner.password).await.fails(3004);
    late.login(&other.email, &other.password).await.ok();
    // The code that was asked for in time is good for as long as any.
    session_of(&late.answer_rightly(&challenge).await);
    late.login(&other.email, &other.password).await.fails(3004);

    // Who comes too late may sign up again, e-mail and all.
    let second = somebody(&api.at(start).await).await;
    let slow = signed_up(&at, &taking(&second, &["phoneNumber"])).await;
    signed_up(&at, &taking(&second, &["phoneNumber"])).await;
    let mut again = taking(&slow, &["email", "phoneNumber"]);
    again["password"] = json!(slow.password);
    sign_up(&api.at(time + 10 * MINUTE - 1).await, &again)
        .await
        .fails(3001);
    let again = signed_up(&late, &again).await;
    get(&late, &slow).await.fails(6001);
    proves(&late, &again).await;
    check_invariants(&gatehouse());
}

/// By the e-mail alone: the number is another's, or will be.
#[tokio::test]
async fn a_sign_up_that_lost_its_number_is_found_as_long_as_it_can_log_in() {
    let api = Api::faulty().await;
    let start = now();
    let holder = somebody(&api.at(start).await).await;
    // The hold of the first day is over.
    let day = start + DAY;
    let taking = || taking(&holder, &["phoneNumber"]);
    let loser = signed_up(&api.at(day).await, &taking()).await;
    let winner = signed_up(&api.at(day + SECOND).await, &taking()).await;
    let find = async |at: i64, query: &str| {
        let at = api.at(at).await;
        at.get(&format!("/v1/user?{query}"), &at.token).await
    };
    let by_email = format!("email={}", loser.email);
    let by_number = format!("phoneNumber={}", loser.phone);
    let last = day + 10 * MINUTE - SECOND;
    for (at, query, user) in [
        (day + MINUTE, &by_email, &loser),
        (day + MINUTE, &by_number, &winner),
        (last, &by_email, &loser),
    ] {
        let found = find(at, query).await;
        assert_eq!(found.ok()["userId"], user.id.as_str(), "{found}");
    }
    let late = day + 10 * MINUTE + SECOND;
    find(late, &by_email).await.fails(6001);
    let late = api.at(late).await;
    late.login(&loser.email, &loser.password).await.fails(3004);
    check_invariants(&gatehouse());
}

/// On a service of its own: the purge would take the ground from under the other tests.
#[tokio::test]
async fn what_lost_its_number_and_did_not_prove_it_is_purged_and_the_hold_is_remembered() {
    let gatehouse = Gatehouse::start_under(CONFIG, "claims", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let start = now();
    let first = somebody(&api.at(start).await).await;
    let time = start + 2 * DAY;
    let at = api.at(time).await;
    let lost = signed_up(&at, &taking(&first, &["phoneNumber"])).await;
    let holder = signed_up(&at, &taking(&first, &["phoneNumber"])).await;
    api.believing(time + HOUR).cron().await;
    get(&at, &lost).await.ok();
    api.believing(time + HOUR + 1).cron().await;
    get(&at, &lost).await.fails(6001);
    get(&at, &holder).await.ok();

    let sql = "SELECT COUNT(*) FROM contact_holds WHERE contact = ?1";
    let database = Database::of(&gatehouse.service);
    let holds = || database.number(sql, [&first.phone]);
    api.believing(start + 366 * DAY).cron().await;
    assert_eq!(holds(), 1);
    let at = api.at(start + 366 * DAY).await;
    let owner = signed_up(&at, &taking(&first, &["phoneNumber"])).await;
    proves(&at, &owner).await;
    assert_eq!(holds(), 0, "whose it is needs no hold");
}

#[tokio::test]
async fn of_twenty_sign_ups_at_once_the_one_that_proves_the_number_has_it() {
    let api = Api::faulty().await;
    let start = now();
    let first = somebody(&api.at(start).await).await;
    let at = api.at(start + DAY).await;
    let calls = (0..20).map(|_| {
        let (at, person) = (at.clone(), taking(&first, &["phoneNumber"]));
        async move { signed_up(&at, &person).await }
    });
    let people = at_once(calls).await;
    let challenges = [at.log_in(&people[3]).await, at.log_in(&people[17]).await];
    let codes = [at.code(&challenges[0]).await, at.code(&challenges[1]).await];
    let answers = (0..2).map(|n| {
        let (at, challenge, code) = (at.clone(), challenges[n].clone(), codes[n].clone());
        async move { at.answer(&challenge, &code).await }
    });
    let answers = at_once(answers).await;
    let won: Vec<&Reply> = answers.iter().filter(|reply| reply.status == 200).collect();
    assert_eq!(won.len(), 1, "{answers:?}");
    session_of(won[0]);
    let sql = "SELECT COUNT(*) FROM users WHERE phone = ?1 OR claimed_phone = ?1";
    let database = Database::of(&gatehouse().service);
    assert_eq!(database.number(sql, [&first.phone]), 1);
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_disabled_user_never_gives_way() {
    let api = Api::faulty().await;
    let start = now();
    let banned = somebody(&api.at(start).await).await;
    let path = format!("/v1/user/{}/disable", banned.id);
    api.post(&path, &api.token, json!({})).await.ok();
    let before = get(&api, &banned).await;
    for later in [DAY, 400 * DAY] {
        let at = api.at(start + later).await;
        for members in [&["phoneNumber"][..], &["email"], &["email", "phoneNumber"]] {
            sign_up(&at, &taking(&banned, members)).await.fails(3001);
        }
        assert_eq!(get(&at, &banned).await.raw, before.raw);
    }
    // Nor while somebody else is about to prove the number.
    let first = somebody(&api.at(start).await).await;
    let at = api.at(start + DAY).await;
    let other = signed_up(&at, &taking(&first, &["phoneNumber"])).await;
    let banned = signed_up(&at, &taking(&first, &["phoneNumber"])).await;
    let challenge = at.log_in(&other).await;
    let path = format!("/v1/user/{}/disable", banned.id);
    at.post(&path, &at.token, json!({})).await.ok();
    at.answer_rightly(&challenge).await.fails(4002);
    assert_eq!(get(&at, &banned).await.ok()["phoneNumber"], banned.phone);
    assert_eq!(
        get(&at, &other).await.ok()["info"]["phoneNumberVerified"],
        false
    );
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn of_the_kyc_providers_words_verified_alone_holds_a_number() {
    let api = Api::faulty().await;
    let start = now();
    for (status, holds) in [
        ("VERIFICATION_IN_PROGRESS", false),
        ("VERIFICATION_FAILED", false),
        ("VERIFICATION_FATAL_FAILED", false),
        ("VERIFIED", true),
    ] {
        let user = somebody(&api.at(start).await).await;
        api.set_kyc(&user, status, 0).await;
        let at = api.at(start + DAY).await;
        for members in [&["email"][..], &["phoneNumber"]] {
            let reply = sign_up(&at, &taking(&user, members)).await;
            match holds {
                true => drop(reply.fails(3001)),
                // The second meets what the first left.
                false => drop(reply.ok()),
            }
        }
        assert_eq!(
            get(&at, &user).await.code(),
            if holds { 0 } else { 6001 },
            "{status}"
        );
    }
    check_invariants(&gatehouse());
}

/// A status that was VERIFIED once leaves a key behind, and a portfolio: nothing deletes those, nor
/// fails for them.
#[tokio::test]
async fn what_has_a_key_or_a_portfolio_holds_its_number() {
    let api = Api::faulty().await;
    let start = now();
    for with_portfolio in [false, true] {
        let user = somebody(&api.at(start).await).await;
        api.set_kyc(&user, "VERIFIED", 0).await;
        if with_portfolio {
            api.portfolio(&user.account).await.ok();
        }
        let event = Event::status(&user.id, "VERIFICATION_FAILED", &moment(1));
        event.send(&api).await.ok();
        let at = api.at(start + DAY).await;
        for members in [&["email"][..], &["phoneNumber"], &["email", "phoneNumber"]] {
            sign_up(&at, &taking(&user, members)).await.fails(3001);
        }
        get(&at, &user).await.ok();
    }
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_sign_up_that_fails_leaves_what_it_would_have_replaced() {
    let api = Api::faulty().await;
    let start = now();
    let (expired, other) = {
        let at = api.at(start).await;
        (somebody(&at).await, somebody(&at).await)
    };
    let at = api.at(start + DAY).await;
    let proven = somebody(&at).await;
    proves(&at, &proven).await;
    let before = get(&at, &expired).await;

    let mut bodies = Vec::new();
    for members in [&["email"][..], &["phoneNumber"], &["email", "phoneNumber"]] {
        let mut body = taking(&expired, members);
        body["roles"] = json!(["admin"]);
        bodies.push((body, 3003));
        let mut body = taking(&expired, members);
        body["password"] = json!("password");
        bodies.push((body, 3002));
    }
    let mut body = taking(&expired, &["phoneNumber"]);
    body["email"] = json!(proven.email);
    bodies.push((body, 3001));
    let mut body = taking(&expired, &["email"]);
    body["phoneNumber"] = json!(proven.phone);
    bodies.push((body, 3001));
    for (body, code) in bodies {
        sign_up(&at, &body).await.fails(code);
        assert_eq!(get(&at, &expired).await.raw, before.raw);
    }
    assert_eq!(replaced(&expired), 0);

    // One sign-up can replace two, each under its old id.
    let mut body = taking(&expired, &["phoneNumber"]);
    body["email"] = json!(other.email);
    signed_up(&at, &body).await;
    assert_eq!((replaced(&expired), replaced(&other)), (1, 1));
    check_invariants(&gatehouse());
}
