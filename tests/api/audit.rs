//! `GET /v1/audit`: a partner reads what happened to its users, and nothing that is secret.

use std::collections::BTreeSet;

use serde_json::{json, Value};

use crate::revoke::revoke;
use crate::support::http::Reply;
use crate::support::jwt::Jwt;
use crate::support::people::{wrong, Session, User};
use crate::support::service::Credentials;
use crate::support::{random, Api};

async fn audit(api: &Api, query: &str) -> Reply {
    api.get(&format!("/v1/audit{query}"), &api.token).await
}

fn entries(reply: &Reply) -> Vec<Value> {
    let list = reply.ok()["entries"].as_array();
    list.unwrap_or_else(|| panic!("no entries: {reply}"))
        .clone()
}

/// `event outcome`, in the order listed.
fn told(reply: &Reply) -> Vec<String> {
    let word = |entry: &Value, name: &str| entry[name].as_str().unwrap_or("?").to_owned();
    let entries = entries(reply);
    let told = entries.iter();
    told.map(|entry| format!("{} {}", word(entry, "event"), word(entry, "outcome")))
        .collect()
}

fn ids(entries: &[Value]) -> Vec<String> {
    let id = |entry: &Value| entry["id"].as_str().expect("an id").to_owned();
    entries.iter().map(id).collect()
}

#[tokio::test]
async fn a_journey_is_told_in_order_with_its_ids_and_without_anything_secret() {
    let api = Api::new().await;
    let client = api.new_client().await;
    let api = api.with_token(&api.token_of(&client).await);

    let user = api.sign_up().await;
    let wrong_password = api.login(&user.email, &random::password()).await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    api.answer(&challenge, &wrong(&code)).await.fails(4001);
    let right = api.answer(&challenge, &code).await;
    let session = Session::of(right.ok());
    let next = api.refresh(&user.email, &session.refresh).await;
    api.set_kyc(&user, "VERIFIED", 1).await;
    api.portfolio(&user.account).await.ok();
    let access = next.text("/data/accessToken");
    api.post("/v1/user/logout", &access, json!({})).await.ok();
    let disable = format!("/v1/user/{}/disable", user.id);
    let disable = api.post(&disable, &api.token, json!({})).await;

    let list = audit(&api, "").await;
    let expected = [
        "client.create created",
        "user.sign_up created",
        "login.password attempted",
        "login.password attempted",
        "login.challenge issued",
        "login.code wrong",
        "login.code right",
        "kyc.status VERIFIED",
        "portfolio.open opened",
        "session.end ended",
        "user.disable done",
    ];
    let mut told = told(&list);
    if told[3] == "login.challenge issued" {
        // Of one request: see below.
        told.swap(3, 4);
    }
    assert_eq!(told, expected, "{list}");
    assert_eq!(list.ok()["nextCursor"], Value::Null, "{list}");

    // The first is the operator's.
    let entries = entries(&list).split_off(1);
    for entry in &entries {
        assert_eq!(entry["targetClientId"], Value::Null, "{entry}");
        assert_eq!(entry["userId"], user.id.as_str(), "{entry}");
        let by_provider = entry["event"] == "kyc.status";
        let by = if by_provider {
            Value::Null
        } else {
            json!(client.id)
        };
        assert_eq!(entry["clientId"], by, "{entry}");
        let ts = entry["ts"].as_str().unwrap_or_default();
        assert!(ts.starts_with("20") && ts.ends_with('Z'), "{entry}");
    }
    let id = "x-request-id";
    for (nth, reply) in [(1, &wrong_password), (5, &right), (9, &disable)] {
        assert_eq!(entries[nth]["requestId"], reply.header(id), "{list}");
    }
    let mut sorted = ids(&entries);
    sorted.sort();
    sorted.dedup();
    assert_eq!(
        sorted,
        ids(&entries),
        "in the order of their ids, each once"
    );

    for secret in [
        &user.phone,
        &user.email,
        &user.password,
        &session.refresh,
        &session.access,
        &challenge.session,
        &format!("\"{code}\""),
    ] {
        assert!(!list.raw.contains(secret.as_str()), "{secret} in {list}");
    }
}

#[tokio::test]
async fn what_one_request_did_is_told_in_its_order() {
    let api = Api::new().await.as_new_partner().await;
    for _ in 0..8 {
        let user = api.sign_up().await;
        api.log_in(&user).await;
        let told = told(&audit(&api, &format!("?userId={}", user.id)).await);
        let expected = [
            "user.sign_up created",
            "login.password attempted",
            "login.challenge issued",
        ];
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn a_stolen_refresh_token_and_a_reset_leave_their_traces() {
    let api = Api::new().await.as_new_partner().await;
    let (user, session) = api.signed_in_user().await;
    let next = api.refresh(&user.email, &session.refresh).await;
    let next = next.text("/data/refreshToken");
    api.refresh(&user.email, &next).await.ok();
    api.refresh(&user.email, &session.refresh).await.fails(5001);
    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    api.change_password(&reset, &random::password()).await.ok();
    let list = audit(&api, &format!("?userId={}", user.id)).await;
    let told = told(&list);
    for happened in [
        "session.refresh reuse",
        "reset.challenge issued",
        "reset.code right",
        "reset.completed changed",
    ] {
        assert!(told.iter().any(|line| line == happened), "{told:?}");
    }
    let entries = entries(&list);
    let reuse = entries.iter().find(|e| e["outcome"] == "reuse").unwrap();
    assert_eq!(reuse["refreshes"], 2, "{reuse}");
    // It had ended before.
    assert!(!told.iter().any(|line| line == "session.end ended"));
}

/// Refreshes it so often.
async fn refreshed(api: &Api, user: &User, mut session: Session, times: usize) -> Session {
    for _ in 0..times {
        session = Session::of(api.refresh(&user.email, &session.refresh).await.ok());
    }
    session
}

/// What the log tells of the user from the first end of a session on: `event outcome`, and of an end which session
/// it was, how often it was refreshed and whether it says when.
async fn ends(api: &Api, user: &User) -> Vec<(String, Option<(String, u64, bool)>)> {
    let list = audit(api, &format!("?limit=100&userId={}", user.id)).await;
    let told = told(&list).into_iter().zip(entries(&list));
    let told = told.map(|(words, entry)| {
        let session = entry["sessionId"].as_str().map(|sid| {
            let refreshes = entry["refreshes"].as_u64().expect("a number");
            (sid.to_owned(), refreshes, entry["refreshTs"].is_string())
        });
        (words, session)
    });
    let is_end = |(words, _): &(String, _)| words.starts_with("session.");
    told.filter(is_end).collect()
}

fn end_of(session: &Session, words: &str, refreshes: u64) -> (String, Option<(String, u64, bool)>) {
    let claims = Jwt::read(&session.access).claims;
    let sid = claims["sid"].as_str().expect("a session").to_owned();
    (words.to_owned(), Some((sid, refreshes, refreshes > 0)))
}

#[tokio::test]
async fn every_end_of_a_session_is_one_row_with_its_refreshes_and_no_refresh_is_one() {
    let api = Api::new().await;
    let client = api.new_client().await;
    let api = api.with_token(&api.token_of(&client).await);

    let (user, session) = api.signed_in_user().await;
    let session = refreshed(&api, &user, session, 3).await;
    assert_eq!(ends(&api, &user).await, []);
    for _ in 0..2 {
        // The second time it is no session's token.
        api.post("/v1/user/logout", &session.access, json!({}))
            .await;
    }
    let expected = [end_of(&session, "session.end ended", 3)];
    assert_eq!(ends(&api, &user).await, expected);

    let (user, session) = api.signed_in_user().await;
    let session = refreshed(&api, &user, session, 1).await;
    for _ in 0..2 {
        revoke(&api, &client, &session.refresh).await;
    }
    let expected = [end_of(&session, "session.end revoked", 1)];
    assert_eq!(ends(&api, &user).await, expected);
}

#[tokio::test]
async fn where_several_sessions_end_at_once_each_has_its_row() {
    let api = Api::new().await.as_new_partner().await;
    let several = async || {
        let (user, one) = api.signed_in_user().await;
        let challenge = api.log_in(&user).await;
        let two = Session::of(api.answer_rightly(&challenge).await.ok());
        let two = refreshed(&api, &user, two, 2).await;
        let mut ended = [
            end_of(&one, "session.end ended", 0),
            end_of(&two, "session.end ended", 2),
        ];
        ended.sort();
        (user, two, ended)
    };
    let told_of = async |user: &User| {
        let mut told = ends(&api, user).await;
        told.sort();
        told
    };

    let (user, session, ended) = several().await;
    let everywhere = json!({"everywhere": true});
    let logout = api.post("/v1/user/logout", &session.access, everywhere);
    logout.await.ok();
    assert_eq!(told_of(&user).await, ended);

    let (user, _, ended) = several().await;
    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    let password = random::password();
    api.change_password(&reset, &password).await.ok();
    assert_eq!(told_of(&user).await, ended);

    let (user, _, ended) = several().await;
    for _ in 0..2 {
        let disable = format!("/v1/user/{}/disable", user.id);
        api.post(&disable, &api.token, json!({})).await.ok();
    }
    assert_eq!(told_of(&user).await, ended);
    // The ends last, of all that the request did.
    let told = told(&audit(&api, &format!("?userId={}", user.id)).await);
    let last = told.len() - 3;
    let expected = [
        "user.disable done",
        "session.end ended",
        "session.end ended",
    ];
    assert_eq!(told[last..], expected);
}

#[tokio::test]
async fn the_list_can_be_of_one_user_and_since_a_time() {
    let api = Api::new().await.as_new_partner().await;
    let one = api.sign_up().await;
    let two = api.sign_up().await;
    api.log_in(&one).await;

    let of_one = audit(&api, &format!("?userId={}", one.id)).await;
    let mut lines = told(&of_one);
    lines.sort();
    let expected = [
        "login.challenge issued",
        "login.password attempted",
        "user.sign_up created",
    ];
    assert_eq!(lines, expected);
    let of_two = audit(&api, &format!("?userId={}", two.id)).await;
    assert_eq!(told(&of_two), ["user.sign_up created"]);
    assert_eq!(entries(&audit(&api, "?userId=usr_none").await).len(), 0);

    // From the time of an entry on, that entry included.
    let all = entries(&audit(&api, "").await);
    for entry in &all {
        let ts = entry["ts"].as_str().expect("a time");
        let since = entries(&audit(&api, &format!("?since={ts}")).await);
        let expected: Vec<Value> = all
            .iter()
            .filter(|other| other["ts"].as_str() >= Some(ts))
            .cloned()
            .collect();
        assert_eq!(since, expected, "since {ts}");
    }
    let future = audit(&api, "?since=2999-01-01T00:00:00Z").await;
    assert_eq!(entries(&future).len(), 0);
    let offset = audit(&api, "?since=2020-01-01T02:00:00%2B02:00").await;
    assert_eq!(entries(&offset), all);
}

#[tokio::test]
async fn the_pages_hold_every_entry_once_and_what_comes_later_after_them() {
    let api = Api::new().await.as_new_partner().await;
    let user = api.sign_up().await;
    for _ in 0..6 {
        api.login(&user.email, "not-the-password").await.fails(3004);
    }
    let whole = entries(&audit(&api, "").await);
    assert_eq!(whole.len(), 8);
    let of_user = format!("&userId={}", user.id);
    for filter in ["", &of_user, "&since=2020-01-01T00:00:00Z"] {
        for limit in [1, 3, 8, 100] {
            let (mut seen, mut cursor) = (Vec::new(), String::new());
            loop {
                let query = format!("?limit={limit}&cursor={cursor}{filter}");
                let reply = audit(&api, &query).await;
                let page = entries(&reply);
                assert!(page.len() <= limit, "{reply}");
                assert!(seen.len() <= whole.len(), "it never ends");
                seen.extend(page);
                match reply.ok()["nextCursor"].as_str() {
                    Some(next) => cursor = next.to_owned(),
                    None => break,
                }
            }
            // The first is the operator's, and of no user.
            let from = usize::from(filter == of_user);
            assert_eq!(seen, whole[from..], "{limit} at a time{filter}");
        }
    }
    let last = ids(&whole).pop().expect("a last one");
    api.sign_up().await;
    let later = audit(&api, &format!("?cursor={last}")).await;
    assert_eq!(told(&later), ["user.sign_up created"]);
    let distinct: BTreeSet<String> = ids(&whole).into_iter().collect();
    assert_eq!(distinct.len(), 8);
}

#[tokio::test]
async fn another_partner_sees_none_of_it() {
    let api = Api::new().await.as_new_partner().await;
    let stranger = api.as_new_partner().await;
    let user = api.sign_up().await;
    api.login(&user.email, "not-the-password").await;
    stranger
        .login(&user.email, &user.password)
        .await
        .fails(3004);
    let first = ids(&entries(&audit(&api, "").await))[0].clone();

    let seen = audit(&stranger, "").await;
    let seen = entries(&seen);
    // Their own attempt, and not whose name it was.
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert_eq!(seen[0]["event"], "client.create", "{seen:?}");
    assert_eq!(seen[1]["userId"], Value::Null, "{seen:?}");
    let of_user = audit(&stranger, &format!("?userId={}", user.id)).await;
    assert_eq!(entries(&of_user).len(), 0, "{of_user}");
    let by_cursor = audit(&stranger, &format!("?cursor={first}")).await;
    assert!(entries(&by_cursor)
        .iter()
        .all(|entry| entry["userId"].is_null()));
    // Nor does the operator: who manages clients sees no customer.
    let root = api.client_token("root").await;
    let of_user = api
        .get(&format!("/v1/audit?userId={}", user.id), &root)
        .await;
    assert_eq!(entries(&of_user).len(), 0, "{of_user}");
}

#[tokio::test]
async fn what_the_operator_does_to_a_partner_stands_in_both_logs_and_names_the_client() {
    let api = Api::new().await;
    let root = api.client_token("root").await;
    let operator = api.gatehouse.service.client("root").id;
    let body = json!({"partnerName": "Acme", "name": "app"});
    let created = api.post("/v1/client", &root, body).await;
    let app = created.text("/data/clientId");
    let partner = created.text("/data/partnerId");
    let body = json!({"partnerId": partner, "name": "desk", "scope": "users.read"});
    let desk = api.post("/v1/client", &root, body).await;
    let reader = Credentials {
        id: desk.text("/data/clientId"),
        secret: desk.text("/data/clientSecret"),
    };
    let path = format!("/v1/client/{app}");
    let secret = format!("{path}/secret");
    let rotated = api.post(&secret, &root, json!({})).await;
    let body = json!({"revokePrevious": true, "endSessions": true});
    let revoked = api.post(&secret, &root, body).await;
    let deleted = api.delete(&path, &root).await;
    // What changed nothing is told nowhere.
    api.delete(&path, &root).await.ok();

    let wanted = [
        ("client.create created", &app, &created),
        ("client.create created", &reader.id, &desk),
        ("client.secret rotated", &app, &rotated),
        ("client.secret revoked", &app, &revoked),
        ("client.sessions ended", &app, &revoked),
        ("client.delete deleted", &app, &deleted),
    ];
    let theirs = api.with_token(&api.token_of(&reader).await);
    let theirs = entries(&audit(&theirs, "").await);
    let since = theirs[0]["ts"].as_str().expect("a time");
    let own = entries(
        &api.get(&format!("/v1/audit?limit=100&since={since}"), &root)
            .await,
    );
    let is_ours = |entry: &&Value| {
        wanted
            .iter()
            .any(|(_, id, _)| entry["targetClientId"] == **id)
    };
    let own: Vec<Value> = own.iter().filter(is_ours).cloned().collect();
    for log in [&theirs, &own] {
        assert_eq!(log.len(), wanted.len(), "{log:#?}");
        for (entry, (words, client, reply)) in log.iter().zip(&wanted) {
            let told = format!("{} {}", entry["event"], entry["outcome"]).replace('"', "");
            assert_eq!(&told, words, "{entry}");
            assert_eq!(entry["targetClientId"], client.as_str(), "{entry}");
            assert_eq!(entry["targetPartnerId"], partner, "{entry}");
            assert_eq!(entry["clientId"], operator.as_str(), "{entry}");
            assert_eq!(entry["userId"], Value::Null, "{entry}");
            assert_eq!(entry["requestId"], reply.header("x-request-id"), "{entry}");
        }
    }
    let both: BTreeSet<String> = ids(&theirs).into_iter().chain(ids(&own)).collect();
    assert_eq!(both.len(), 2 * wanted.len());
}

/// A row in the operator's log alone, where it is the operator's own client.
#[tokio::test]
async fn what_the_operator_does_to_itself_is_told_once() {
    let api = Api::new().await;
    let root = api.gatehouse.service.client("root");
    let token = api.token_of(&root).await;
    let reply = api
        .post(&format!("/v1/client/{}/secret", root.id), &token, json!({}))
        .await;
    let (id, mut cursor, mut told) = (reply.header("x-request-id"), String::new(), 0);
    loop {
        let page = api
            .get(&format!("/v1/audit?limit=100&cursor={cursor}"), &token)
            .await;
        told += page.raw.matches(id).count();
        match page.ok()["nextCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(told, 1);
}

#[tokio::test]
async fn what_is_no_cursor_time_or_limit_is_1002() {
    let api = Api::new().await;
    let long = "a".repeat(65);
    for cursor in ["%27", "a.b", "a%20b", "%00", &long] {
        let reply = audit(&api, &format!("?cursor={cursor}")).await;
        reply.fails(1002).naming("cursor");
    }
    for since in [
        "yesterday",
        "2025-07-10",
        "1752157186359",
        "2025-13-01T00:00:00Z",
    ] {
        let reply = audit(&api, &format!("?since={since}")).await;
        reply.fails(1002).naming("since");
    }
    for since in ["2025-07-10T16:19:46+02:00", "2025-07-10T16:19:46%2B02:00"] {
        audit(&api, &format!("?since={since}")).await.ok();
    }
    for limit in ["0", "101", "-1", "+5", "x"] {
        let reply = audit(&api, &format!("?limit={limit}")).await;
        reply.fails(1002).naming("limit");
    }
    let reply = audit(&api, "?cursor=a&cursor=b").await;
    reply.fails(1002).naming("cursor");
}
