//! Many at once, each with a fault of its own.

use serde_json::json;

use crate::database::{check_invariants, Database};
use crate::fault::{gatehouse, Fault, When, KV_DOWN, OVERLOADED, TRANSIENT};
use crate::figures;
use crate::support::http::Reply;
use crate::support::people::{application, wrong, Session};
use crate::support::{at_once, random, Api};
use crate::witness::{keep, session_of};

/// The nth caller's: every other one has none.
pub fn unlucky(api: &Api, nth: usize) -> Api {
    use When::{After, Before};
    match nth % 10 {
        1 => api.meeting(&[Fault::error("d1", After, TRANSIENT)]),
        3 => api.meeting(&[Fault::error("d1", After, OVERLOADED)]),
        5 => api.meeting(&[Fault::cut("d1", After)]),
        7 => api.meeting(&[Fault::error("d1", Before, TRANSIENT)]),
        9 => api.meeting(&[
            Fault::error("kv.put", Before, KV_DOWN),
            Fault::delay("d1", 20),
        ]),
        _ => api.clone(),
    }
}

pub fn count_faults(replies: &[Reply]) {
    let fired = |reply: &Reply| reply.header("x-test-fired").parse().unwrap_or(0);
    figures::add(&figures::FAULTS, replies.iter().map(fired).sum());
}

#[tokio::test]
async fn thirty_right_answers_among_faults_open_one_session() {
    let api = Api::faulty().await;
    for _ in 0..3 {
        let user = api.person().await;
        let challenge = api.log_in(&user).await;
        let code = api.code(&challenge).await;
        let answers = (0..30).map(|n| {
            let (api, challenge, code) = (unlucky(&api, n), challenge.clone(), code.clone());
            async move { api.answer(&challenge, &code).await }
        });
        let replies = at_once(answers).await;
        count_faults(&replies);
        let won = replies.iter().filter(|reply| reply.status == 200).count();
        assert!(won <= 1, "{won} sessions of one code");
        let database = Database::of(&gatehouse().service);
        let sql = "SELECT COUNT(*) FROM sessions WHERE user_id = ?1";
        assert_eq!(database.number(sql, [&user.id]), 1);
    }
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn thirty_logins_by_one_recovery_code_among_faults_open_one_session() {
    let api = Api::faulty().await;
    let (user, session) = api.person_with_session().await;
    let codes = api.recovery_codes(&user, &session.access).await;
    let code = codes[0].clone();
    keep(&code);
    let challenge = api.log_in(&user).await;
    let answers = (0..30).map(|n| {
        let (api, challenge, code) = (unlucky(&api, n), challenge.clone(), code.clone());
        async move { api.recover(&challenge, &code).await }
    });
    let replies = at_once(answers).await;
    count_faults(&replies);
    let won = replies.iter().filter(|reply| reply.status == 200).count();
    assert!(won <= 1, "{won} sessions of one code");
    let database = Database::of(&gatehouse().service);
    let sql = "SELECT COUNT(*) FROM sessions WHERE user_id = ?1 AND amr LIKE '%recovery%'";
    assert_eq!(database.number(sql, [&user.id]), 1);
    let sql = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = ?1";
    assert_eq!(database.number(sql, [&user.id]), 9);
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn thirty_changes_of_a_known_password_among_faults_change_it_once() {
    let api = Api::faulty().await;
    let (user, session) = api.person_with_session().await;
    let changes = (0..30).map(|n| {
        let (api, user, access) = (unlucky(&api, n), user.clone(), session.access.clone());
        let new = random::password();
        keep(&new);
        async move { api.change_known(&access, &user.password, &new).await }
    });
    let replies = at_once(changes).await;
    count_faults(&replies);
    let won = replies.iter().filter(|reply| reply.status == 200).count();
    assert!(won <= 1, "{won} passwords in the place of one");
    let database = Database::of(&gatehouse().service);
    let sql = "SELECT credential_epoch FROM users WHERE id = ?1";
    assert_eq!(database.number(sql, [&user.id]), 1);
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn of_sixty_wrong_answers_among_faults_three_are_compared() {
    let api = Api::faulty().await;
    let user = api.person().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    let guesses = (0..60).map(|n| {
        let (api, challenge, code) = (unlucky(&api, n), challenge.clone(), wrong(&code));
        async move { api.answer(&challenge, &code).await }
    });
    let replies = at_once(guesses).await;
    count_faults(&replies);
    let told = replies.iter().filter(|reply| reply.code() == 4001).count();
    assert!(told <= 2, "{told} were told to try again");
    let database = Database::of(&gatehouse().service);
    let sql = "SELECT COUNT(*) FROM answers WHERE subject = ?1";
    assert_eq!(database.number(sql, [&user.id]), 3);
    api.answer(&challenge, &code).await.fails(4002);
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn thirty_refreshes_among_faults_have_one_successor() {
    let api = Api::faulty().await;
    let (user, session) = api.person_with_session().await;
    let calls = (0..30).map(|n| {
        let (api, user, token) = (unlucky(&api, n), user.clone(), session.refresh.clone());
        async move { api.refresh(&user.email, &token).await }
    });
    let replies = at_once(calls).await;
    count_faults(&replies);
    let given = replies.iter().filter(|reply| reply.status == 200);
    let mut given: Vec<String> = given.map(|reply| Session::of(reply.ok()).refresh).collect();
    given.dedup();
    assert_eq!(given.len(), 1, "{} branches", given.len());
    session_of(&api.refresh(&user.email, &given[0]).await);
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn thirty_equal_sign_ups_among_faults_make_one_user() {
    let api = Api::faulty().await;
    let application = application();
    keep(application["password"].as_str().expect("a password"));
    let calls = (0..30).map(|n| {
        let (api, body) = (unlucky(&api, n), application.clone());
        async move { api.post("/v1/user/sign-up", &api.token, body).await }
    });
    let replies = at_once(calls).await;
    count_faults(&replies);
    let made = replies.iter().filter(|reply| reply.status == 200).count();
    assert!(made <= 1, "{made} users");
    let database = Database::of(&gatehouse().service);
    let sql = "SELECT COUNT(*) FROM accounts WHERE email = ?1";
    let email = application["email"].as_str();
    assert_eq!(database.number(sql, [email]), 1);
    check_invariants(&gatehouse());
}

/// Each of its operations is held up in turn, and meanwhile the owner is no longer verified: what was
/// not committed by then never is.
#[tokio::test]
async fn a_portfolio_held_up_while_verified_is_lost_is_not_committed() {
    let api = Api::faulty().await;
    let user = api.verified_user().await;
    let smooth = api.portfolio(&user.account).await;
    let operations = smooth.begun("d1");
    assert!(operations > 0, "{smooth}");
    for nth in 1..=operations {
        let user = api.verified_user().await;
        keep(&user.password);
        let database = Database::of(&gatehouse().service);
        let sql = "SELECT COUNT(*) FROM portfolios WHERE account_id = ?1";
        let opened = || database.number(sql, [&user.account]);
        let held_up = api.meeting(&[Fault::hold("d1", &user.id).nth(nth)]);
        let account = user.account.clone();
        let held_up = tokio::spawn(async move { held_up.portfolio(&account).await });
        // What it asked before, it knows.
        api.until_reached(&user.id).await;
        api.set_kyc(&user, "VERIFICATION_FAILED", 60).await;
        let when_lost = opened();
        api.open(&user.id).await;
        let reply = held_up.await.expect("an answer");
        reply.met();
        assert_eq!(opened(), when_lost, "{nth}: {reply}");
        assert_eq!(reply.code() == 0, when_lost == 1, "{nth}: {reply}");
        reply.fails_with_one_of(&[0, 6005]);
    }
    check_invariants(&gatehouse());
}

/// Each portfolio is asked for twice, as by a caller who lost the answer.
#[tokio::test]
async fn portfolios_among_faults_have_an_address_each_and_none_comes_after_verified_is_lost() {
    let api = Api::faulty().await;
    let user = api.verified_user().await;
    let database = || Database::of(&gatehouse().service);
    let sql = "SELECT COUNT(*) FROM portfolios WHERE account_id = ?1";
    let opened = || database().number(sql, [&user.account]);
    let open = |n: usize, id: String| {
        let (api, account) = (unlucky(&api, n), user.account.clone());
        let body = json!({"accountId": account, "portfolioId": id});
        async move { api.post("/v1/account/portfolio", &api.token, body).await }
    };
    let ids: Vec<String> = (0..20).map(|_| random::letters(12)).collect();
    let twice = ids.iter().chain(&ids).enumerate();
    let replies = at_once(twice.map(|(n, id)| open(n, id.clone()))).await;
    count_faults(&replies);
    assert_eq!(opened(), 20);
    // One that was cut twice is reserved, and shown to nobody until it is asked for without a fault.
    for id in &ids {
        open(0, id.clone()).await.ok();
    }
    let list = open(0, ids[0].clone()).await;
    let list = list.ok()["portfolios"].as_array().cloned();
    let mut addresses: Vec<String> = list
        .expect("a list")
        .iter()
        .map(|portfolio| portfolio["publicAddress"].to_string())
        .collect();
    addresses.sort();
    addresses.dedup();
    assert_eq!(addresses.len(), 20);

    let late = (0..40).map(|n| tokio::spawn(open(n, random::letters(12))));
    let late: Vec<_> = late.collect();
    api.set_kyc(&user, "VERIFICATION_FAILED", 60).await;
    let when_lost = opened();
    for call in late {
        let reply = call.await.expect("an answer");
        count_faults(&[reply]);
    }
    assert_eq!(opened(), when_lost, "opened without VERIFIED");
    check_invariants(&gatehouse());
}
