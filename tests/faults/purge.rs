//! The cron's run a few days later, on a service of its own: it would take the ground from under
//! the other tests.

use crate::database::Database;
use crate::fault::{now, CONFIG, DAY, HOUR};
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
