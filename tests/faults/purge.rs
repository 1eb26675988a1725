//! The cron's run a few days later, on a service of its own: it would take the ground from under
//! the other tests.

use crate::clock::challenge_with;
use crate::database::Database;
use crate::fault::{now, CONFIG, DAY, HOUR, MINUTE};
use crate::support::people::{application, wrong};
use crate::support::{random, Api, Gatehouse};
use crate::witness::{keep, session_of};

#[tokio::test]
async fn after_two_days_the_purge_deletes_what_is_over_and_nobody_notices() {
    let gatehouse = Gatehouse::start_under(CONFIG, "two-days", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let (user, session) = api.person_with_session().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    api.login(&user.email, "wrong-one").await.fails(3004);
    let owner = api.verified_user().await;
    keep(&owner.password);
    let portfolio = api.portfolio(&owner.account).await;
    let body = application();
    keep(body["password"].as_str().expect("a password"));
    let keyed = api.with_key(&random::letters(20));
    let keyed = keyed.post("/v1/user/sign-up", &api.token, body).await;
    keyed.ok();

    let database = Database::of(&gatehouse.service);
    let rows = |tables: &[&str]| -> Vec<i64> {
        let count = |table: &&str| format!("SELECT COUNT(*) FROM {table}");
        let counts = tables.iter().map(count);
        counts.map(|sql| database.number(&sql, [])).collect()
    };
    let over = [
        "challenges",
        "sends",
        "throttles",
        "idempotent_requests",
        "idempotency_days",
    ];
    let stays = [
        "users",
        "accounts",
        "portfolios",
        "sessions",
        "answers",
        "audit",
        "clients",
        "client_secrets",
        "webhook_events",
    ];
    let before = rows(&stays);
    assert!(before.iter().all(|count| *count > 0), "{before:?}");
    assert!(rows(&over).iter().all(|count| *count > 0), "{over:?}");

    let later = now() + 2 * DAY + HOUR;
    api.believing(later).cron().await.expect_status(200);
    assert_eq!(rows(&over), [0; 5]);
    assert_eq!(rows(&stays), before);

    // The wrong code of then still counts, the session lives, the addresses are what they were.
    let wrong_codes = "SELECT COUNT(*) FROM wrong_answers WHERE subject = ?1";
    assert_eq!(database.number(wrong_codes, [&user.id]), 1);
    let api = api.at(later).await;
    session_of(&api.refresh(&user.email, &session.refresh).await);
    let account = format!("/v1/account/{}", owner.account);
    let account = api.get(&account, &api.token).await;
    assert_eq!(account.ok(), portfolio.ok());
    let challenge = api.log_in(&user).await;
    session_of(&api.answer_rightly(&challenge).await);
}

/// The cron has run when the code is given: ten in 30 days and twenty in a year are counted to their
/// last day, and no longer.
#[tokio::test]
async fn no_wrong_code_is_purged_while_it_counts() {
    let gatehouse = Gatehouse::start_under(CONFIG, "a-year", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let user = api.person().await;
    let start = now();
    let purged = async |after: i64| {
        let then = api.at(start + after).await;
        then.cron().await.expect_status(200);
        then
    };
    let nine = async |then: &Api, wrong_ones: [usize; 5]| {
        for wrong_ones in wrong_ones {
            challenge_with(then, &user, wrong_ones, true).await.ok();
        }
    };
    nine(&purged(0).await, [2, 2, 2, 2, 1]).await;
    let day_29 = purged(29 * DAY).await;
    challenge_with(&day_29, &user, 1, false).await.fails(4003);
    let reply = purged(30 * DAY - MINUTE).await;
    let reply = reply.login(&user.email, &user.password).await;
    reply.fails(4003);
    // Nine of the ten are a month old: eight more make nine in the month, eighteen in the year.
    nine(&purged(30 * DAY + MINUTE).await, [2, 2, 2, 2, 0]).await;
    let day_90 = purged(90 * DAY).await;
    challenge_with(&day_90, &user, 1, true).await.ok();
    challenge_with(&day_90, &user, 1, false).await.fails(4003);
    for (after, locked) in [
        (364 * DAY, true),
        (365 * DAY - MINUTE, true),
        (365 * DAY + MINUTE, false),
    ] {
        let reply = purged(after).await.login(&user.email, &user.password).await;
        reply.fails(if locked { 4003 } else { 0 });
    }
}
