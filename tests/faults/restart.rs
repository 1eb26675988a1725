//! The machine dies, and comes back with the same disk.

use crate::database::{check_invariants, Database};
use crate::fault::{now, Fault, When, CONFIG, DAY};
use crate::figures;
use crate::support::http::Reply;
use crate::support::people::wrong;
use crate::support::{Api, Gatehouse};
use crate::witness::session_of;

fn portfolios(reply: &Reply) -> String {
    reply.ok()["portfolios"].to_string()
}

/// The same caller, whose connections are gone.
async fn restarted(api: &Api) -> Api {
    api.gatehouse.service.restart();
    figures::add(&figures::FAULTS, 1);
    Api::on(api.gatehouse.clone()).await.with_token(&api.token)
}

#[tokio::test]
async fn everything_answered_200_is_there_after_the_service_was_killed() {
    figures::at_the_end();
    let gatehouse = Gatehouse::start_under(CONFIG, "restart", &[("RESET_OTP_LENGTH", "10")]);
    let api = Api::on(gatehouse.clone()).await;
    let (user, session) = api.person_with_session().await;
    let parent = session.refresh.clone();
    let session = session_of(&api.refresh(&user.email, &parent).await);
    let used = api.log_in(&user).await;
    let used_code = api.code(&used).await;
    session_of(&api.answer(&used, &used_code).await);
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    let (reset, reset_code) = api.reset(&user).await;
    api.answer(&reset, &reset_code).await.ok();
    let owner = api.verified_user().await;
    api.portfolio(&owner.account).await.ok();
    let before = portfolios(&api.portfolio(&owner.account).await);

    let api = restarted(&api).await;

    // Tokens, sessions and users.
    api.me(&session.access).await.ok();
    api.refresh(&user.email, &session.refresh).await.ok();
    // Challenges, with the tries they had; what was used stays used.
    api.answer(&used, &used_code).await.fails(4002);
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    session_of(&api.answer(&challenge, &code).await);
    // Portfolios and their addresses, and indices go on from there.
    let after = portfolios(&api.portfolio(&owner.account).await);
    let kept = before.trim_end_matches(']');
    assert!(after.starts_with(kept), "{before} became {after}");
    // A reset with one gate passed.
    api.change_password(&reset, "a-password-of-after")
        .await
        .ok();
    api.login(&user.email, &user.password).await.fails(3004);
    check_invariants(&gatehouse);

    let api = restarted(&api).await;

    api.login(&user.email, "a-password-of-after").await.ok();
    let reused = api.refresh(&user.email, &session.refresh).await;
    reused.fails(5001);
}

/// On a service of its own: it would take the ground from under the other tests.
#[tokio::test]
async fn a_purge_cut_or_failed_anywhere_deletes_what_has_expired_and_nothing_else() {
    let gatehouse = Gatehouse::start_under(CONFIG, "purge", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let (user, session) = api.person_with_session().await;
    let challenge = api.log_in(&user).await;
    let owner = api.verified_user().await;
    let portfolio = api.portfolio(&owner.account).await;
    let database = Database::of(&gatehouse.service);
    let count = |table: &str| database.number(&format!("SELECT COUNT(*) FROM {table}"), []);

    // Nothing has expired.
    let rows = |tables: &[&str]| tables.iter().map(|table| count(table)).collect::<Vec<_>>();
    let all = [
        "challenges",
        "answers",
        "sends",
        "sessions",
        "audit",
        "users",
    ];
    let before = rows(&all);
    api.cron().await.expect_status(200);
    assert_eq!(rows(&all), before);
    api.refresh(&user.email, &session.refresh).await.ok();
    session_of(&api.answer_rightly(&challenge).await);

    // Everything that can expire has.
    let later = api.believing(now() + 400 * DAY);
    for when in [When::Before, When::After] {
        let faulty = later.meeting(&[Fault::cut("d1", when)]);
        faulty.cron().await.met().expect_status(599);
    }
    later.cron().await.expect_status(200);
    let gone = ["challenges", "answers", "sends", "sessions", "throttles"];
    assert_eq!(rows(&gone), [0; 5]);
    assert_eq!(rows(&["users", "portfolios"]), [2, 1]);
    assert!(count("audit") > 0);
    let later = api.at(now() + 400 * DAY).await;
    let again = later.portfolio(&owner.account).await;
    assert!(portfolios(&again).starts_with(portfolios(&portfolio).trim_end_matches(']')));
    later.log_in(&user).await;
}
