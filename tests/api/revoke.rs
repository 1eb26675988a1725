//! `POST /oauth2/revoke` (RFC 7009): a client ends its own tokens, and a user's with all of
//! their session.

use crate::support::http::{Method, Reply};
use crate::support::people::{Session, User};
use crate::support::service::Credentials;
use crate::support::{random, Api};

const PATH: &str = "/oauth2/revoke";

pub async fn revoke(api: &Api, client: &Credentials, token: &str) -> Reply {
    let call = api.call(Method::POST, PATH);
    let call = call.basic(&client.id, &client.secret);
    call.form(&format!("token={token}")).send().await
}

/// 200 for whatever token it was.
async fn is_revoked(api: &Api, client: &Credentials, token: &str) {
    let reply = revoke(api, client, token).await;
    reply.expect_status(200);
    assert_eq!(reply.raw, "{}", "{token}");
}

async fn is_over(api: &Api, user: &User, session: &Session) {
    api.me(&session.access).await.fails(2002);
    api.refresh(&user.email, &session.refresh).await.fails(5001);
}

async fn is_alive(api: &Api, user: &User, session: &Session) {
    api.me(&session.access).await.ok();
    api.refresh(&user.email, &session.refresh).await.ok();
}

#[tokio::test]
async fn either_token_of_a_user_takes_the_whole_session_and_no_other() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let (user, by_refresh) = api.signed_in_user().await;
    let by_access = api.session(&user).await;
    let kept = api.session(&user).await;
    // The access token is known to be good, and so are the others'.
    for session in [&by_refresh, &by_access, &kept] {
        api.me(&session.access).await.ok();
    }
    is_revoked(&api, &demo, &by_refresh.refresh).await;
    is_over(&api, &user, &by_refresh).await;
    is_revoked(&api, &demo, &by_access.access).await;
    is_over(&api, &user, &by_access).await;
    is_alive(&api, &user, &kept).await;
}

#[tokio::test]
async fn a_refresh_token_already_exchanged_takes_its_session_too() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let (user, session) = api.signed_in_user().await;
    let next = Session::of(api.refresh(&user.email, &session.refresh).await.ok());
    is_revoked(&api, &demo, &session.refresh).await;
    is_over(&api, &user, &next).await;
}

#[tokio::test]
async fn what_is_no_token_or_no_longer_one_is_answered_alike() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let (user, session) = api.signed_in_user().await;
    let made_up = format!("rt_{}", random::letters(86));
    for token in ["garbage", "a.b.c", &made_up, &user.id, &demo.id] {
        is_revoked(&api, &demo, token).await;
    }
    is_alive(&api, &user, &session).await;
    for _ in 0..2 {
        is_revoked(&api, &demo, &session.refresh).await;
        is_revoked(&api, &demo, &session.access).await;
    }
}

#[tokio::test]
async fn another_clients_tokens_are_left_alone() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    for stranger in ["other", "root"] {
        let stranger = api.gatehouse.service.client(stranger);
        for token in [&session.access, &session.refresh, &api.token] {
            is_revoked(&api, &stranger, token).await;
        }
    }
    // The client's token too: this is a call with it.
    is_alive(&api, &user, &session).await;
}

#[tokio::test]
async fn a_revoked_client_token_is_refused_and_the_next_one_works() {
    let api = Api::new().await;
    let client = api.new_client().await;
    let (first, second) = (api.token_of(&client).await, api.token_of(&client).await);
    for token in [&first, &second] {
        api.get("/v1/audit", token).await.ok();
    }
    is_revoked(&api, &client, &first).await;
    api.get("/v1/audit", &first).await.fails(2002);
    api.get("/v1/audit", &second).await.ok();
    let third = api.token_of(&client).await;
    api.get("/v1/audit", &third).await.ok();
}

#[tokio::test]
async fn who_is_no_client_revokes_nothing() {
    let api = Api::new().await;
    let demo = api.gatehouse.service.client("demo");
    let client = api.new_client().await;
    let (user, session) = api.signed_in_user().await;
    for token in [&session.refresh, &session.access] {
        let form = format!("token={token}");
        let call = || api.call(Method::POST, PATH);
        for reply in [
            call().form(&form).send().await,
            call().bearer(&session.access).form(&form).send().await,
            call().basic(&client.id, "wrong").form(&form).send().await,
        ] {
            reply.oauth_error(401, "invalid_client");
        }
        let call = call().basic(&demo.id, &demo.secret);
        let reply = call.form("token_type_hint=refresh_token").send().await;
        reply.oauth_error(400, "invalid_request");
    }
    is_alive(&api, &user, &session).await;
}
