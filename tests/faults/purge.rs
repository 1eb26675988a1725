//! The cron's run a few days later, on a service of its own: it would take the ground from under
//! the other tests.

use crate::clock::challenge_with;
use crate::database::{check_invariants, Database};
use crate::fault::{now, Fault, When, CONFIG, DAY, HOUR, MINUTE, SECOND};
use crate::support::people::{application, wrong};
use crate::support::{at_once, random, Api, Gatehouse};
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

/// Runs that are cut at each of their steps, before it and after it, and two runs at once.
#[tokio::test]
async fn the_end_of_a_session_that_ran_out_is_told_once_however_the_run_goes() {
    let gatehouse = Gatehouse::start_under(CONFIG, "sessions-end", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let database = Database::of(&gatehouse.service);
    let mut users = Vec::new();
    for refreshes in 0..4 {
        let (user, mut session) = api.person_with_session().await;
        for _ in 0..refreshes {
            session = session_of(&api.refresh(&user.email, &session.refresh).await);
        }
        users.push((user, session));
    }
    let (_, ended) = &users[3];
    let logout = api.post("/v1/user/logout", &ended.access, serde_json::json!({}));
    logout.await.ok();
    check_invariants(&gatehouse);
    let (started, sessions) = (now(), "SELECT COUNT(*) FROM sessions");
    // Each is there or told, and only the one that was ended is both.
    let check = || {
        let there = database.number(sessions, []);
        let told = "SELECT COUNT(*) FROM audit WHERE session_id IS NOT NULL";
        let both = "SELECT COUNT(*) FROM audit WHERE session_id IN (SELECT id FROM sessions)";
        let both = database.number(both, []);
        assert_eq!(there + database.number(told, []) - both, 4);
        assert_eq!(both, i64::from(there > 0));
    };

    // A day after its end a session is kept, to the minute.
    let last = started + 31 * DAY - MINUTE;
    api.believing(last).cron().await.expect_status(200);
    assert_eq!(database.number(sessions, []), 4);
    check();

    let late = api.believing(started + 31 * DAY + MINUTE);
    for step in 1..=14 {
        for when in [When::Before, When::After] {
            let cut = late.meeting(&[Fault::cut("d1", when).nth(step)]);
            cut.cron().await;
            check();
        }
    }
    let runs = (0..4).map(|_| {
        let late = late.clone();
        async move { late.cron().await }
    });
    for run in at_once(runs).await {
        run.expect_status(200);
    }
    assert_eq!(database.number(sessions, []), 0);
    let told = "SELECT COUNT(*) FROM audit
                WHERE user_id = ?1 AND event = 'session.end' AND outcome = ?2 AND refreshes = ?3
                  AND (refreshed_at IS NOT NULL) = (?3 > 0) AND client_id IS NULL = (?2 = 'expired')";
    let all = "SELECT COUNT(*) FROM audit WHERE user_id = ?1 AND session_id IS NOT NULL";
    for (refreshes, (user, _)) in users.iter().enumerate() {
        let outcome = if refreshes == 3 { "ended" } else { "expired" };
        let params = (&user.id, outcome, refreshes);
        assert_eq!(database.number(told, params), 1, "{refreshes}");
        assert_eq!(database.number(all, [&user.id]), 1, "{refreshes}");
    }
}

/// The run begins, the database takes two seconds for its first step, and only then the session's turn comes:
/// whoever read the log meanwhile has read to a time before this end, and finds it.
#[tokio::test]
async fn an_end_is_told_of_the_moment_its_step_begins_and_not_of_the_runs() {
    const TOOK: i64 = 2_000;
    let gatehouse = Gatehouse::start_under(CONFIG, "told-late", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let (user, _) = api.person_with_session().await;
    // A minute in which the run begins with the first table, and sessions are the sixth.
    let late = now() + 31 * DAY + HOUR;
    let minutes = 13 - (late / MINUTE) % 13;
    let offset = late / MINUTE * MINUTE + minutes * MINUTE + SECOND - now();
    let api = api.ahead(offset);
    let begun = now() + offset;
    // The first asks which sessions have ended lately.
    let slow = api.meeting(&[Fault::pass("d1", TOOK).nth(2)]);
    slow.cron().await.met().expect_status(200);
    let sql = "SELECT id, at FROM audit WHERE user_id = ?1 AND event = 'session.end' AND outcome = 'expired'";
    let rows = Database::of(&gatehouse.service).rows(sql, [&user.id]);
    let [(_, id), (_, at)] = rows[0].as_slice() else {
        panic!("{rows:?}")
    };
    let at: i64 = at.parse().expect("milliseconds");
    assert!(
        at >= begun + TOOK,
        "{at} is of the run's beginning, {begun}"
    );
    // Cursors go by ids, and an id by its time.
    let of_id = id
        .strip_prefix("aud_")
        .expect("an audit id")
        .replace('-', "");
    let of_id = i64::from_str_radix(&of_id[..12], 16).expect("a UUIDv7");
    assert_eq!(of_id, at);
}

#[tokio::test]
async fn right_answers_go_but_for_the_newest_and_what_they_said_of_wrong_ones_stays() {
    let gatehouse = Gatehouse::start_under(CONFIG, "right-answers", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let (user, other) = (api.person().await, api.person().await);
    let database = Database::of(&gatehouse.service);
    let right = |id: &str| {
        let sql = "SELECT COUNT(*) FROM answers WHERE subject = ?1 AND is_right = 1";
        database.number(sql, [id])
    };
    let streaks = || {
        let sql = "SELECT GROUP_CONCAT(in_streak, ',') FROM
                   (SELECT in_streak FROM wrong_answers WHERE subject = ?1 ORDER BY at)";
        let rows = database.rows(sql, [&user.id]);
        rows[0][0].1.clone()
    };
    let start = now();
    for day in 0..3 {
        let then = api.at(start + day * DAY).await;
        challenge_with(&then, &user, 1, true).await.ok();
    }
    challenge_with(&api.at(start).await, &other, 0, true)
        .await
        .ok();
    let then = api.at(start + 2 * DAY + HOUR).await;
    challenge_with(&then, &user, 2, false).await;
    assert_eq!(streaks(), "0,0,0,1,1");

    // A right answer that is not three days old leaves those before it.
    let purged = async |after: i64| {
        let then = api.believing(start + after);
        then.cron().await.expect_status(200);
        right(&user.id)
    };
    assert_eq!(purged(DAY + 3 * DAY - MINUTE).await, 3);
    assert_eq!(purged(DAY + 3 * DAY + MINUTE).await, 2);
    // Nobody ran it when the last one came to that age: the next right answer makes up for it.
    assert_eq!(purged(2 * DAY + 3 * DAY + HOUR).await, 2);
    assert_eq!(streaks(), "0,0,0,1,1");
    let again = api.at(start + 10 * DAY).await;
    challenge_with(&again, &user, 0, true).await.ok();
    assert_eq!(purged(13 * DAY + MINUTE).await, 1);
    assert_eq!(right(&other.id), 1);
    assert_eq!(streaks(), "0,0,0,0,0");
}

/// The database takes twenty seconds for one step, and there is more to do.
#[tokio::test]
async fn a_run_that_ends_by_its_time_says_that_it_is_behind() {
    let gatehouse = Gatehouse::start_under(CONFIG, "behind", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let service = &gatehouse.service;
    api.cron().await.expect_status(200);
    service.wait_until_logged("\"event\":\"purge\"", 1).await;
    assert_eq!(service.times_logged("purge.behind"), 0);
    let slow = api.meeting(&[Fault::pass("d1", 20 * SECOND + 1).nth(5)]);
    let reply = slow.cron().await;
    reply.met();
    // Which sessions have ended lately, which indices of each kind wait, what KV was not told, one step of it; with which
    // partner the archive goes on, and who waits there; and who is to move.
    assert_eq!(reply.begun("d1"), 5 + 2 + 1, "{reply}");
    service.wait_until_logged("purge.behind", 1).await;
}
