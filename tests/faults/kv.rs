//! KV as it is in production: a minute stale, misses cached, and sometimes not there at all.
//! Nothing that must be exact depends on it.

use serde_json::json;

use crate::database::{check_invariants, Database};
use crate::fault::{
    gatehouse, now, Fault, When, CONFIG, DAY, HOUR, KV_DOWN, MINUTE, SECOND, TRANSIENT,
};
use crate::support::http::{Method, Reply};
use crate::support::people::wrong;
use crate::support::service::Credentials;
use crate::support::{random, Api, Gatehouse};
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

/// Whether a client is told that the token is good.
async fn introspected(api: &Api, by: &Credentials, token: &str) -> bool {
    let reply = introspect(api, by, token).await;
    reply.expect_status(200).body["active"] == true
}

async fn introspect(api: &Api, by: &Credentials, token: &str) -> Reply {
    let call = api.call(Method::POST, "/oauth2/introspect");
    let call = call.basic(&by.id, &by.secret);
    call.form(&format!("token={token}")).send().await
}

#[tokio::test]
async fn a_session_that_ended_is_refused_at_once_and_introspected_as_over_within_a_minute() {
    let api = Api::faulty().await;
    let demo = gatehouse().service.client("demo");
    let start = now();
    let api = api.at(start).await;
    // As long as KV is asked to be stale.
    let edge = api.at_edge(&random::letters(8), 30 * SECOND);
    let user = api.person().await;
    let challenge = api.log_in(&user).await;
    let session = session_of(&api.answer_rightly(&challenge).await);
    assert!(introspected(&edge, &demo, &session.access).await);

    let (challenge, code) = api.reset(&user).await;
    api.answer(&challenge, &code).await.ok();
    api.change_to_another(&challenge).await.ok();
    // At once wherever D1 decides.
    edge.me(&session.access).await.fails(2002);
    edge.refresh(&user.email, &session.refresh)
        .await
        .fails(5001);
    assert!(!introspected(&api, &demo, &session.access).await);
    // Introspection believes what its edge has read.
    for (after, active) in [(30 * SECOND - 1, true), (MINUTE, false)] {
        let then = edge.believing(start + after);
        let told = introspected(&then, &demo, &session.access).await;
        assert_eq!(told, active, "after {after}");
    }
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
        let [client, other] = api.two_clients_of_a_partner().await;
        let token = api.token_of(&client).await;
        let api = api.with_token(&token);
        let user = api.person().await;
        let challenge = api.log_in(&user).await;
        let session = session_of(&api.answer_rightly(&challenge).await);
        // As long as KV is asked to be stale.
        let edge = api.at_edge(&random::letters(8), 30 * SECOND);
        // A token that nobody has asked about: the edge is the first to.
        let token = api.token_of(&client).await;
        edge.get("/v1/audit", &token).await.ok();
        edge.me(&session.access).await.ok();
        assert!(introspected(&edge, &other, &session.access).await);

        let root = api.client_token("root").await;
        let path = format!("/v1/client/{}{path}", client.id);
        let end = api.call(method, &path).bearer(&root).json(&body);
        end.send().await.ok();

        for (after, over) in [(30 * SECOND - 1, false), (MINUTE, true)] {
            let then = edge.believing(start + after);
            let expected = if over && ends_client { 2002 } else { 0 };
            let reply = then.get("/v1/audit", &token).await;
            assert_eq!(reply.code(), expected, "{body} after {after}: {reply}");
            let active = introspected(&then, &other, &session.access).await;
            assert_eq!(active, !(over && ends_sessions), "{body} after {after}");
            // D1 decides, at once.
            let expected = if ends_sessions { 2002 } else { 0 };
            let reply = then.me(&session.access).await;
            assert_eq!(reply.code(), expected, "{body} after {after}: {reply}");
        }
    }
}

/// The word that ends a client's sessions ends those of before it alone.
#[tokio::test]
async fn a_session_opened_after_its_clients_were_ended_is_introspected_as_live() {
    let api = Api::faulty().await;
    let start = now();
    let client = api.new_client().await;
    let sessions_at = async |time: i64| {
        let api = api.believing(time);
        let api = api.with_token(&api.token_of(&client).await);
        session_of(
            &api.answer_rightly(&api.log_in(&api.person().await).await)
                .await,
        )
    };
    let before = sessions_at(start).await;
    let root = api.client_token("root").await;
    let path = format!("/v1/client/{}/secret", client.id);
    let then = api.believing(start + SECOND);
    let body = json!({"endSessions": true});
    then.post(&path, &root, body).await.ok();
    let after = sessions_at(start + 2 * SECOND).await;
    for (session, active) in [(before, false), (after, true)] {
        let reply = introspect(&api, &client, &session.access).await;
        assert_eq!(reply.body["active"], active, "{reply}");
        // Where KV says no, D1 has the last word, in the batch that knows the client.
        assert_eq!(reply.trace(), ["kv.vouch", "d1"], "{reply}");
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
    let demo = gatehouse().service.client("demo");
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
        let reply = introspect(&edge, &demo, &session.access).await;
        assert_eq!(reply.body["active"], true, "{reply}");
        assert_eq!(
            reply.begun("kv.put"),
            0,
            "never written because it was read"
        );
    }
    let child = session_of(&api.refresh(&user.email, &session.refresh).await);
    session_of(&api.refresh(&user.email, &child.refresh).await);
    // Reuse ends it.
    api.refresh(&user.email, &session.refresh).await.fails(5001);
    edge.me(&session.access).await.fails(2002);
    assert!(!introspected(&edge, &demo, &session.access).await);
}

/// Deletes of records that do not come through, and a record that is written after its session ended: the
/// purge finds both. On a service of its own, since its purge would be every test's.
#[tokio::test]
async fn a_record_that_outlived_its_session_is_gone_after_the_next_purge() {
    let own = Gatehouse::start_under(CONFIG, "records", &[]);
    let demo = own.service.client("demo");
    let api = Api::on(own.clone()).await;
    let lossy = api.meeting(&[Fault::error("kv.delete", When::Before, KV_DOWN).always()]);
    let mut over = Vec::new();

    let (_, session) = api.person_with_session().await;
    let body = json!({"everywhere": true});
    let logout = lossy.post("/v1/user/logout", &session.access, body).await;
    logout.met().ok();
    over.push(session);

    let user = api.person().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    let slow = api.meeting(&[Fault::hold("kv.put", "record")]);
    let answer = tokio::spawn(async move { slow.answer(&challenge, &code).await });
    api.until_reached("record").await;
    let opened = "SELECT COUNT(*) FROM sessions WHERE user_id = ?1";
    let opened = Database::of(&own.service).number(opened, [&user.id]);
    assert_eq!(opened, 1);
    let disable = format!("/v1/user/{}/disable", user.id);
    api.post(&disable, &api.token, json!({})).await.ok();
    api.open("record").await;
    over.push(session_of(&answer.await.expect("it is answered")));

    let (_, live) = api.person_with_session().await;
    for session in &over {
        api.me(&session.access).await.fails(2002);
        assert!(introspected(&api, &demo, &session.access).await);
    }
    api.cron().await.expect_status(200);
    for session in &over {
        assert!(!introspected(&api, &demo, &session.access).await);
    }
    let reply = introspect(&api, &demo, &live.access).await;
    assert_eq!(reply.body["active"], true, "{reply}");
    // It has what it looks for, and looks no more.
    assert_eq!(api.cron().await.begun("kv.delete"), 0);
    check_invariants(&own);
}

/// A code with a key, cut before its record was written, is answered again once the session has ended.
#[tokio::test]
async fn a_keyed_code_taken_up_again_writes_no_record_of_a_session_that_has_ended() {
    let api = Api::faulty().await;
    let start = now();
    let user = api.person().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    let keyed = api.with_key(&random::letters(20));
    let cut = keyed.meeting(&[Fault::cut("kv.put", When::Before)]);
    let reply = cut.answer(&challenge, &code).await;
    assert!(reply.met().was_cut(), "{reply}");
    for what in ["disable", "enable"] {
        let path = format!("/v1/user/{}/{what}", user.id);
        api.post(&path, &api.token, json!({})).await.ok();
    }
    let later = keyed.believing(start + MINUTE);
    let reply = later.answer(&challenge, &code).await;
    assert_eq!(reply.begun("kv.put"), 0, "{reply}");
    reply.fails(2002);
    check_invariants(&gatehouse());
}

/// A batch that is run again, since its answer was lost, opens one session with one record.
#[tokio::test]
async fn a_code_whose_batch_ran_twice_opens_one_session_that_introspection_knows() {
    let api = Api::faulty().await;
    let demo = gatehouse().service.client("demo");
    let user = api.person().await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    let lost = Fault::error("d1", When::After, TRANSIENT);
    let reply = api.meeting(&[lost]).answer(&challenge, &code).await;
    assert_eq!(reply.met().begun("kv.put"), 1, "{reply}");
    assert_eq!(reply.lives(), [30 * DAY / SECOND], "until its absolute end");
    let session = session_of(&reply);
    let reply = introspect(&api, &demo, &session.access).await;
    assert_eq!(reply.body["active"], true, "{reply}");
    assert_eq!(reply.trace(), ["kv.vouch", "d1"], "{reply}");
}

/// What the first run of an act has ended, the second finds ended by itself.
#[tokio::test]
async fn a_logout_whose_batch_ran_twice_is_answered_as_the_one_that_it_was() {
    let api = Api::faulty().await;
    for body in [json!({}), json!({"everywhere": true})] {
        let (_, session) = api.person_with_session().await;
        let lost = Fault::error("d1", When::After, TRANSIENT);
        let twice = api.meeting(&[lost]);
        let reply = twice.post("/v1/user/logout", &session.access, body).await;
        reply.met().ok();
        api.me(&session.access).await.fails(2002);
        let again = api.post("/v1/user/logout", &session.access, json!({}));
        again.await.fails(2002);
    }
}

#[tokio::test]
async fn without_kv_sessions_go_on_and_challenges_wait() {
    let api = Api::faulty().await;
    let demo = gatehouse().service.client("demo");
    let down = ["kv.get", "kv.put", "kv.delete"]
        .map(|op| Fault::error(op, When::Before, KV_DOWN).always());
    let dark = api.meeting(&down);
    let (user, session) = api.person_with_session().await;

    dark.me(&session.access).await.ok();
    let child = session_of(&dark.refresh(&user.email, &session.refresh).await);
    dark.me(&child.access).await.ok();
    let unheard = Fault::error("kv.vouch", When::Before, KV_DOWN).always();
    let unheard = api.meeting(&[unheard]);
    let reply = introspect(&unheard, &demo, &child.access).await;
    assert_eq!(reply.met().body["active"], true, "{reply}");
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
    api.post("/v1/user/logout", &child.access, json!({}))
        .await
        .ok();
    let reply = introspect(&unheard, &demo, &child.access).await;
    assert_eq!(reply.met().body["active"], false, "{reply}");
    check_invariants(&gatehouse());
}
