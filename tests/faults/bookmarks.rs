//! A client may read near: from a replica that has come as far as it has seen. D1 of a laptop has no replica, so what
//! is held here is what each call begins from; `tests/harness/entry.mjs` says it.

use crate::fault::{Fault, When, CONFIG, TRANSIENT};
use crate::support::database::Database;
use crate::support::http::{Method, Reply};
use crate::support::people::application;
use crate::support::{Api, Gatehouse};

const PRIMARY: &str = "first-primary";

async fn asked(api: &Api, method: Method, path: &str, token: &str, bookmark: &str) -> Reply {
    let call = api.call(method, path).bearer(token);
    call.header("X-Gatehouse-Bookmark", bookmark).send().await
}

fn begun_from(reply: &Reply) -> Vec<&str> {
    let sessions = reply.header("x-test-sessions").split(',');
    sessions.filter(|from| !from.is_empty()).collect()
}

fn bookmark(reply: &Reply) -> String {
    let bookmark = reply.header("x-gatehouse-bookmark");
    assert!(bookmark.len() > 8, "{reply}");
    bookmark.to_owned()
}

/// What a partner's servers read in bulk.
fn reads(user: &str, account: &str, email: &str) -> Vec<String> {
    vec![
        format!("/v1/user/{user}"),
        format!("/v1/user?email={email}"),
        format!("/v1/account/{account}"),
        format!("/v1/account/{account}/portfolios"),
        "/v1/audit".into(),
    ]
}

#[tokio::test]
async fn a_client_that_brings_a_bookmark_reads_from_there_and_all_else_asks_the_database_itself() {
    let api = Api::faulty().await;
    // Whoever says nothing has no session of D1's, and hears of none.
    let plain = api
        .post("/v1/user/sign-up", &api.token, application())
        .await;
    plain.ok();
    assert!(begun_from(&plain).is_empty());
    assert!(plain.header("x-gatehouse-bookmark").is_empty(), "{plain}");

    let user = api.verified_user().await;
    let session = api.session(&user).await;
    let call = api
        .call(Method::POST, "/v1/user/sign-up")
        .bearer(&api.token);
    let call = call
        .header("X-Gatehouse-Bookmark", "first")
        .json(&application());
    let written = call.send().await;
    written.ok();
    assert!(
        begun_from(&written).iter().all(|from| *from == PRIMARY),
        "{written}"
    );
    let seen = bookmark(&written);
    let (home, of_home) = seen.rsplit_once('.').expect("home, epoch and bookmark");
    assert_eq!(home, "DB.1");
    for path in reads(&user.id, &user.account, &user.email) {
        let near = asked(&api, Method::GET, &path, &api.token, &seen).await;
        near.ok();
        assert!(!begun_from(&near).is_empty(), "{path}");
        assert!(
            begun_from(&near).iter().all(|from| *from == of_home),
            "{path}: {near}"
        );
        bookmark(&near);
        // Neither a bookmark of another home or epoch nor a word of D1's own is one.
        for other in [
            format!("HOME_EU.1.{of_home}"),
            format!("DB.2.{of_home}"),
            "DB.1.first-unconstrained".into(),
            of_home.to_owned(),
            "first".into(),
        ] {
            let reply = asked(&api, Method::GET, &path, &api.token, &other).await;
            reply.ok();
            assert!(
                begun_from(&reply).iter().all(|from| *from == PRIMARY),
                "{other}: {reply}"
            );
        }
        // A user's read hangs on whether the session lives.
        if !path.contains('?') && path != "/v1/audit" {
            let own = asked(&api, Method::GET, &path, &session.access, &seen).await;
            own.ok();
            assert!(begun_from(&own).is_empty(), "{path}: {own}");
        }
    }
}

/// Of two batches in one session of D1's the second may be answered by a replica, and a batch that is tried again is one.
#[tokio::test]
async fn what_is_tried_again_asks_the_database_itself_again() {
    let api = Api::faulty().await;
    let lost = Fault::error("d1", When::Before, TRANSIENT);
    let api = api.meeting(&[lost]);
    let call = api
        .call(Method::POST, "/v1/user/sign-up")
        .bearer(&api.token);
    let call = call.header("X-Gatehouse-Bookmark", "first");
    let written = call.json(&application()).send().await;
    written.met().ok();
    assert_eq!(begun_from(&written).len(), written.begun("d1"), "{written}");
    assert!(begun_from(&written).iter().all(|from| *from == PRIMARY));
}

#[tokio::test]
async fn a_bookmark_of_the_home_before_is_worth_nothing_after_a_move() {
    let api = Api::on(Gatehouse::start_under(CONFIG, "bookmarks", &[])).await;
    let [directory, _] = Database::all(&api.gatehouse.service);
    let seen = asked(&api, Method::GET, "/v1/audit", &api.token, "first").await;
    let seen = bookmark(&seen);
    directory.change("UPDATE partners SET epoch = 2 WHERE name = ?1", ["demo"]);
    let moved = asked(&api, Method::GET, "/v1/audit", &api.token, &seen).await;
    moved.ok();
    let from = begun_from(&moved);
    assert_eq!((from.len(), from.last()), (2, Some(&PRIMARY)), "{moved}");
    assert!(bookmark(&moved).starts_with("DB.2."), "{moved}");
}
