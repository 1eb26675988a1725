//! A user sees the sessions they have and ends them: this one, one of them, all.

use serde_json::{json, Value};

use crate::support::http::{Method, Reply};
use crate::support::jwt::Jwt;
use crate::support::people::{Session, User};
use crate::support::Api;

fn sid(session: &Session) -> String {
    let sid = Jwt::read(&session.access).claims["sid"].clone();
    sid.as_str().expect("a sid").to_owned()
}

async fn logout(api: &Api, session: &Session, body: Value) -> Reply {
    api.post("/v1/user/logout", &session.access, body).await
}

async fn end(api: &Api, session: &Session, sid: &str) -> Reply {
    let path = format!("/v1/user/sessions/{sid}");
    api.delete(&path, &session.access).await
}

/// (id, whether it is the asking one), as listed.
async fn listed(api: &Api, session: &Session) -> Vec<(String, bool)> {
    let reply = api.get("/v1/user/sessions", &session.access).await;
    let list = reply.ok()["sessions"].as_array();
    let list = list.unwrap_or_else(|| panic!("no list: {reply}"));
    let entry = |entry: &Value| {
        let id = entry["sessionId"].as_str().expect("a sessionId");
        (id.to_owned(), entry["current"] == true)
    };
    list.iter().map(entry).collect()
}

async fn is_over(api: &Api, user: &User, session: &Session) {
    api.me(&session.access).await.fails(2002);
    api.refresh(&user.email, &session.refresh).await.fails(5001);
}

#[tokio::test]
async fn logging_out_ends_this_session_at_once_and_no_other() {
    let api = Api::new().await;
    let (user, first) = api.signed_in_user().await;
    let second = api.session(&user).await;
    // Known to be good a moment ago.
    api.me(&first.access).await.ok();
    logout(&api, &first, json!({})).await.ok();
    is_over(&api, &user, &first).await;
    logout(&api, &first, json!({})).await.fails(2002);
    api.me(&second.access).await.ok();
    api.refresh(&user.email, &second.refresh).await.ok();
}

#[tokio::test]
async fn a_logout_needs_no_body() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let call = api.call(Method::POST, "/v1/user/logout");
    call.bearer(&session.access).send().await.ok();
    is_over(&api, &user, &session).await;
}

#[tokio::test]
async fn logging_out_everywhere_ends_every_session_of_this_user_alone() {
    let api = Api::new().await;
    let (user, first) = api.signed_in_user().await;
    let second = api.session(&user).await;
    let (bystander, theirs) = api.signed_in_user().await;
    for session in [&first, &second, &theirs] {
        api.me(&session.access).await.ok();
    }
    logout(&api, &first, json!({"everywhere": true})).await.ok();
    is_over(&api, &user, &first).await;
    is_over(&api, &user, &second).await;
    api.me(&theirs.access).await.ok();
    api.refresh(&bystander.email, &theirs.refresh).await.ok();
    // And the user may come back.
    let third = api.session(&user).await;
    assert_eq!(listed(&api, &third).await, [(sid(&third), true)]);
}

#[tokio::test]
async fn a_logout_that_cannot_be_read_ends_nothing() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    for everywhere in [json!("true"), json!(1), json!([])] {
        let reply = logout(&api, &session, json!({ "everywhere": everywhere })).await;
        reply.fails(1002).naming("everywhere");
    }
    let call = api.call(Method::POST, "/v1/user/logout");
    let call = call
        .bearer(&session.access)
        .body("application/json", b"{".to_vec());
    call.send().await.fails(1001);
    logout(&api, &session, json!({"everywhere": false}))
        .await
        .ok();
    is_over(&api, &user, &session).await;
}

#[tokio::test]
async fn the_list_shows_the_live_sessions_and_which_one_is_asking() {
    let api = Api::new().await;
    let (user, first) = api.signed_in_user().await;
    let second = api.session(&user).await;
    api.signed_in_user().await;

    let reply = api.get("/v1/user/sessions", &first.access).await;
    let demo = api.gatehouse.service.client("demo").id;
    for session in reply.ok()["sessions"].as_array().expect("a list") {
        assert_eq!(session["clientId"], demo.as_str(), "{reply}");
        for time in ["creationTs", "refreshTs", "expiresAt"] {
            let text = session[time].as_str().unwrap_or_default();
            assert!(text.starts_with("20") && text.ends_with('Z'), "{reply}");
        }
    }
    for secret in [&first.refresh, &second.refresh, &user.phone] {
        assert!(!reply.raw.contains(secret.as_str()), "{reply}");
    }

    let mut seen = listed(&api, &first).await;
    seen.sort();
    let mut expected = [(sid(&first), true), (sid(&second), false)];
    expected.sort();
    assert_eq!(seen, expected);

    // A refresh makes no further session, and what has ended is not shown.
    let second = Session::of(api.refresh(&user.email, &second.refresh).await.ok());
    assert_eq!(listed(&api, &second).await.len(), 2);
    logout(&api, &first, json!({})).await.ok();
    assert_eq!(listed(&api, &second).await, [(sid(&second), true)]);
}

#[tokio::test]
async fn one_session_ends_another_and_itself() {
    let api = Api::new().await;
    let (user, first) = api.signed_in_user().await;
    let second = api.session(&user).await;
    api.me(&second.access).await.ok();
    // Once more is no error: the first answer may have been lost.
    for _ in 0..2 {
        end(&api, &first, &sid(&second)).await.ok();
        is_over(&api, &user, &second).await;
    }
    assert_eq!(listed(&api, &first).await, [(sid(&first), true)]);
    end(&api, &first, &sid(&first)).await.ok();
    is_over(&api, &user, &first).await;
}

#[tokio::test]
async fn the_id_of_somebody_elses_session_ends_nothing_and_tells_nothing() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let (_, session) = api.signed_in_user().await;
    let (neighbour, theirs) = api.signed_in_user().await;
    let (stranger, abroad) = other.signed_in_user().await;
    let made_up = "ses_00000000-0000-7000-8000-000000000000".to_owned();
    let mut answers = Vec::new();
    for id in [sid(&theirs), sid(&abroad), made_up, "x'--".to_owned()] {
        let reply = end(&api, &session, &id).await;
        answers.push((reply.status, reply.raw));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "they differ: {answers:?}");
    api.me(&theirs.access).await.ok();
    api.refresh(&neighbour.email, &theirs.refresh).await.ok();
    api.me(&abroad.access).await.ok();
    other.refresh(&stranger.email, &abroad.refresh).await.ok();
}
