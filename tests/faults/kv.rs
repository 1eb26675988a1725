//! KV as it is in production: a minute stale, misses cached, and sometimes not there at all.
//! Nothing that must be exact depends on it.

use serde_json::json;

use crate::database::check_invariants;
use crate::fault::{gatehouse, now, Fault, When, DAY, HOUR, KV_DOWN, MINUTE, SECOND};
use crate::support::http::{Method, Reply};
use crate::support::people::wrong;
use crate::support::service::Credentials;
use crate::support::{random, Api};
use crate::witness::session_of;

/// Never asks KV again: staler than any KV.
const FROZEN: i64 = 400 * DAY;

#[tokio::test]
async fn a_code_is_used_once_and_tried_three_times_at_edges_that_see_no_change() {
    let api = Api::faulty().await;
    let here = api.at_edge(&random::letters(8), FROZEN);
    let there = api.at_edge(&random::letters(8), FROZEN);

    let user = api.person().await;
    let challenge = here.log_in(&user).await;
    let code = api.code(&challenge).await;
    here.answer(&challenge, &wrong(&code)).await.fails(4001);
    session_of(&there.answer(&challenge, &code).await);
    here.answer(&challenge, &code).await.fails(4002);
    there.answer(&challenge, &code).await.fails(4002);

    let challenge = there.log_in(&user).await;
    let code = api.code(&challenge).await;
    here.answer(&challenge, &wrong(&code)).await.fails(4001);
    there.answer(&challenge, &wrong(&code)).await.fails(4001);
    here.answer(&challenge, &wrong(&code)).await.fails(4002);
    there.answer(&challenge, &code).await.fails(4002);
    check_invariants(&gatehouse());
}

/// An id is never looked up before it is written: the miss would be cached.
#[tokio::test]
async fn an_edge_that_caches_misses_finds_every_challenge() {
    let api = Api::faulty().await;
    let edge = api.at_edge(&random::letters(8), FROZEN);
    let user = edge.person().await;
    let challenge = edge.log_in(&user).await;
    let session = session_of(&edge.answer_rightly(&challenge).await);
    edge.me(&session.access).await.ok();
    let (challenge, code) = edge.reset(&user).await;
    edge.answer(&challenge, &code).await.ok();
    let password = random::password();
    edge.change_password(&challenge, &password).await.ok();
    edge.login(&user.email, &password).await.ok();
}

#[tokio::test]
async fn a_revoked_session_is_refused_within_a_minute_at_an_edge_that_never_hears_of_it() {
    let api = Api::faulty().await;
    let start = now();
    let api = api.at(start).await;
    let edge = api.at_edge(&random::letters(8), FROZEN);
    let user = api.person().await;
    let challenge = api.log_in(&user).await;
    let session = session_of(&api.answer_rightly(&challenge).await);
    edge.me(&session.access).await.ok();

    let (challenge, code) = api.reset(&user).await;
    api.answer(&challenge, &code).await.ok();
    api.change_to_another(&challenge).await.ok();
    // Where KV is fresh it is over at once, as it is wherever D1 decides.
    api.me(&session.access).await.fails(2002);
    edge.refresh(&user.email, &session.refresh)
        .await
        .fails(5001);
    // Where KV is not, the record itself ends.
    edge.believing(start + MINUTE - 1)
        .me(&session.access)
        .await
        .ok();
    let reply = edge.believing(start + MINUTE).me(&session.access).await;
    reply.fails(2002);
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_revoked_client_token_is_refused_within_a_minute_at_an_edge_that_caches_misses() {
    let api = Api::faulty().await;
    let start = now() / 1000 * 1000;
    let api = api.at(start).await;
    let edge = api.at_edge(&random::letters(8), 30 * SECOND);
    let works = |after: i64| {
        let edge = edge.believing(start + after);
        async move { edge.login("nobody@example.com", "whatever").await }
    };
    works(0).await.fails(3004);
    let demo = gatehouse().service.client("demo");
    let revoke = api
        .believing(start + 1)
        .call(Method::POST, "/oauth2/revoke");
    let revoke = revoke.basic(&demo.id, &demo.secret);
    let token = format!("token={}", api.token);
    revoke.form(&token).send().await.expect_status(200);
    // The edge keeps what it read for the half minute that the service asks it to, and the
    // service what the edge said for another.
    works(30 * SECOND - 1).await.fails(3004);
    works(MINUTE).await.fails(2002);
}

/// Five seconds more than the token says, for clocks that differ.
#[tokio::test]
async fn a_revocation_lives_in_kv_as_long_as_any_token_it_revokes() {
    let api = Api::faulty().await;
    let start = now() / 1000 * 1000;
    let root = api.at(start).await.acting_as("root").await;
    let post = async |path: &str, form: &str, client: &Credentials| {
        let call = root.call(Method::POST, path);
        let call = call.basic(&client.id, &client.secret);
        call.form(form).send().await
    };
    let refused_for_its_hour = async |token: &str| {
        for after in [MINUTE, 2 * MINUTE, HOUR - SECOND, HOUR + 4 * SECOND] {
            let then = root.believing(start + after).with_token(token);
            let reply = then.login("nobody@example.com", "whatever").await;
            reply.fails(2002);
        }
    };
    let client = root.new_client().await;
    let token = root.token_of(&client).await;
    let form = format!("token={token}");
    let revoked = post("/oauth2/revoke", &form, &client).await;
    revoked.expect_status(200);
    assert!(
        matches!(revoked.lives()[..], [life] if life >= 3600),
        "{revoked}"
    );
    refused_for_its_hour(&token).await;
    // All of a client's that is deleted.
    let client = root.new_client().await;
    let token = root.token_of(&client).await;
    let path = format!("/v1/client/{}", client.id);
    let deleted = root.delete(&path, &root.token).await;
    deleted.ok();
    assert!(
        matches!(deleted.lives()[..], [life] if life >= 3600),
        "{deleted}"
    );
    refused_for_its_hour(&token).await;
}

/// Each way of ending what leaked, at an edge that keeps what KV said for as long as it may.
#[tokio::test]
async fn a_leak_is_over_within_a_minute_at_an_edge_that_caches_misses() {
    let api = Api::faulty().await;
    for (method, path, body, ends_client, ends_sessions) in [
        (
            Method::POST,
            "/secret",
            json!({"revokePrevious": true}),
            true,
            false,
        ),
        (
            Method::POST,
            "/secret",
            json!({"endSessions": true}),
            false,
            true,
        ),
        (Method::DELETE, "", json!({}), true, true),
    ] {
        let start = now() / 1000 * 1000;
        let api = api.believing(start);
        let client = api.new_client().await;
        let token = api.token_of(&client).await;
        let api = api.with_token(&token);
        let user = api.person().await;
        let challenge = api.log_in(&user).await;
        let session = session_of(&api.answer_rightly(&challenge).await);
        // As long as KV is asked to be stale; a session's record tells its own age.
        let clients = api.at_edge(&random::letters(8), 30 * SECOND);
        let sessions = api.at_edge(&random::letters(8), FROZEN);
        // A token that nobody has asked about: the edge is the first to.
        let token = api.token_of(&client).await;
        clients.get("/v1/audit", &token).await.ok();
        sessions.me(&session.access).await.ok();

        let root = api.client_token("root").await;
        let path = format!("/v1/client/{}{path}", client.id);
        let end = api.call(method, &path).bearer(&root).json(&body);
        end.send().await.ok();

        for (after, over) in [(30 * SECOND - 1, false), (MINUTE, true)] {
            let then = clients.believing(start + after);
            let expected = if over && ends_client { 2002 } else { 0 };
            let reply = then.get("/v1/audit", &token).await;
            assert_eq!(reply.code(), expected, "{body} after {after}: {reply}");
            let then = sessions.believing(start + after);
            let expected = if over && ends_sessions { 2002 } else { 0 };
            let reply = then.me(&session.access).await;
            assert_eq!(reply.code(), expected, "{body} after {after}: {reply}");
        }
    }
}

/// A token asked for while the revocation was under way, by a clock that is ahead: what counts is
/// which secret the database saw.
#[tokio::test]
async fn no_token_of_the_old_secret_outlives_its_revocation_by_the_clock() {
    let api = Api::faulty().await;
    let start = now() / 1000 * 1000;
    let early = api.believing(start);
    let late = api.believing(start + 5 * SECOND);
    let client = early.new_client().await;
    let token = late.token_of(&client).await;
    let root = early.client_token("root").await;
    let path = format!("/v1/client/{}/secret", client.id);
    let body = json!({"revokePrevious": true});
    early.post(&path, &root, body).await.ok();
    late.get("/v1/audit", &token).await.fails(2002);
}

/// KV forgets no revocation before the token has run out.
#[tokio::test]
async fn a_revocation_is_kept_as_long_as_a_token_can_live() {
    let api = Api::faulty().await;
    let start = now() / 1000 * 1000;
    let early = api.believing(start);
    let client = early.new_client().await;
    let token = early.token_of(&client).await;
    let kept = |reply: &Reply| -> i64 { *reply.lives().first().expect("one put") };

    let late = api.believing(start + 10 * MINUTE);
    let revoke = late.call(Method::POST, "/oauth2/revoke");
    let revoke = revoke.basic(&client.id, &client.secret);
    let reply = revoke.form(&format!("token={token}")).send().await;
    assert_eq!(kept(&reply), 50 * 60, "{reply}");

    // Whatever the setting was when the tokens were issued.
    let root = early.client_token("root").await;
    let path = format!("/v1/client/{}", client.id);
    let body = json!({"revokePrevious": true});
    let reply = early.post(&format!("{path}/secret"), &root, body).await;
    assert_eq!(kept(&reply), 24 * 60 * 60, "{reply}");
    let reply = early.delete(&path, &root).await;
    assert_eq!(kept(&reply), 24 * 60 * 60, "{reply}");
}

/// What an edge keeps of a session that was never written, D1 knows better.
#[tokio::test]
async fn a_cached_miss_of_a_session_neither_ends_it_nor_keeps_it_alive() {
    let api = Api::faulty().await;
    let kv_down = Fault::error("kv.put", When::Before, KV_DOWN).always();
    let edge = api.at_edge(&random::letters(8), FROZEN);
    let user = api.person().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    // The record is not written, and the edge keeps the miss.
    let unwritten = api.meeting(&[kv_down]);
    let reply = unwritten.answer(&challenge, &code).await;
    let session = session_of(reply.met());
    for _ in 0..3 {
        edge.me(&session.access).await.ok();
    }
    let child = session_of(&api.refresh(&user.email, &session.refresh).await);
    session_of(&api.refresh(&user.email, &child.refresh).await);
    // Reuse ends it.
    api.refresh(&user.email, &session.refresh).await.fails(5001);
    edge.me(&session.access).await.fails(2002);
}

#[tokio::test]
async fn without_kv_sessions_go_on_and_challenges_wait() {
    let api = Api::faulty().await;
    let down = ["kv.get", "kv.put", "kv.delete"]
        .map(|op| Fault::error(op, When::Before, KV_DOWN).always());
    let dark = api.meeting(&down);
    let (user, session) = api.person_with_session().await;

    dark.me(&session.access).await.met().ok();
    let child = session_of(&dark.refresh(&user.email, &session.refresh).await);
    dark.me(&child.access).await.ok();
    dark.login(&user.email, &user.password)
        .await
        .met()
        .fails(9002);
    dark.forget_password(&user.email).await.met().fails(9002);
    let sent = api.messages_to(&user.phone);
    assert_eq!(sent, 1, "an SMS whose code nobody can check");

    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    for guess in [wrong(&code), code.clone(), wrong(&code), wrong(&code)] {
        dark.answer(&challenge, &guess).await.met().fails(9002);
    }
    // None of these was a try.
    session_of(&api.answer(&challenge, &code).await);
    // Three sends that were, and two that were not, leave room for two.
    api.log_in(&user).await;
    check_invariants(&gatehouse());
}
