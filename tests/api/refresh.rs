//! A refresh token is used once; a lost answer may be asked for again; a stolen one ends the
//! session for both.

use crate::support::people::Session;
use crate::support::{at_once, random, Api};

#[tokio::test]
async fn a_refresh_gives_new_tokens_of_the_same_session() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let reply = api.refresh(&user.email, &session.refresh).await;
    let next = Session::of(reply.ok());
    assert_ne!(next.refresh, session.refresh);
    assert_ne!(next.access, session.access);
    for (name, value) in [
        ("userId", user.id.as_str()),
        ("username", &user.email),
        ("phoneNumber", &user.phone),
        ("tokenType", "Bearer"),
        ("scope", "user_auth"),
    ] {
        assert_eq!(next.data[name], value, "{reply}");
    }
    assert_eq!(next.data["expiresIn"], 900, "{reply}");
    let sid = |token: &str| crate::support::jwt::Jwt::read(token).claims["sid"].clone();
    assert_eq!(sid(&next.access), sid(&session.access));
    let auth_time = |token: &str| crate::support::jwt::Jwt::read(token).claims["auth_time"].clone();
    assert_eq!(auth_time(&next.access), auth_time(&session.access));
    api.me(&next.access).await.ok();
}

#[tokio::test]
async fn a_lost_answer_can_be_asked_for_again_and_gives_the_same_successor() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let first = api.refresh(&user.email, &session.refresh).await;
    let again = api.refresh(&user.email, &session.refresh).await;
    let (first, again) = (Session::of(first.ok()), Session::of(again.ok()));
    assert_eq!(first.refresh, again.refresh);
    api.me(&again.access).await.ok();
    api.refresh(&user.email, &again.refresh).await.ok();
}

#[tokio::test]
async fn twenty_parallel_refreshes_give_one_and_the_same_successor() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let calls = (0..20).map(|_| {
        let (api, email) = (api.clone(), user.email.clone());
        let token = session.refresh.clone();
        async move { api.refresh(&email, &token).await }
    });
    let replies = at_once(calls).await;
    let first = Session::of(replies[0].ok()).refresh;
    for reply in &replies {
        assert_eq!(Session::of(reply.ok()).refresh, first, "{reply}");
    }
    api.refresh(&user.email, &first).await.ok();
}

#[tokio::test]
async fn a_parent_reused_after_its_successor_was_used_ends_the_session() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let child = Session::of(api.refresh(&user.email, &session.refresh).await.ok());
    let grandchild = Session::of(api.refresh(&user.email, &child.refresh).await.ok());

    // The first token is now the grandparent of the live one.
    api.refresh(&user.email, &session.refresh).await.fails(5001);
    for token in [&grandchild.refresh, &child.refresh, &session.refresh] {
        api.refresh(&user.email, token).await.fails(5001);
    }
}

#[tokio::test]
async fn another_session_of_the_user_survives_the_end_of_one() {
    let api = Api::new().await;
    let (user, stolen) = api.signed_in_user().await;
    let safe = api.session(&user).await;
    let child = Session::of(api.refresh(&user.email, &stolen.refresh).await.ok());
    api.refresh(&user.email, &child.refresh).await.ok();
    api.refresh(&user.email, &stolen.refresh).await.fails(5001);
    api.refresh(&user.email, &safe.refresh).await.ok();
}

#[tokio::test]
async fn what_is_no_refresh_token_of_this_username_is_5001() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let (user, session) = api.signed_in_user().await;
    let stranger = api.sign_up().await;
    let refused = [
        api.refresh(&stranger.email, &session.refresh).await,
        api.refresh(&random::email(), &session.refresh).await,
        api.refresh(&user.email, "garbage").await,
        api.refresh(&user.email, &format!("{}x", session.refresh))
            .await,
        api.refresh(&user.email, &session.refresh.to_uppercase())
            .await,
        other.refresh(&user.email, &session.refresh).await,
    ];
    for reply in &refused {
        reply.fails(5001);
        assert_eq!(reply.raw, refused[0].raw);
    }
    let reply = api.refresh(&user.email, &session.access).await;
    reply.fails_with_one_of(&[1002, 5001]);
    // None of them ended it: to end a session takes one of its tokens and its own username.
    api.refresh(&user.email, &session.refresh).await.ok();
}

/// A session is the client's that it was opened with, among the clients of one partner too.
#[tokio::test]
async fn another_client_of_the_same_partner_gets_nothing_for_a_token_and_ends_nothing() {
    let [app, sibling] = Api::new().await.as_two_clients_of_a_partner().await;
    let (user, session) = app.signed_in_user().await;
    // It knows the user, and not the session: neither by the live token, nor by its parent while a
    // lost answer may be asked for again, nor by one whose reuse would end it.
    sibling.login(&user.email, &user.password).await.ok();
    let refused = async |token: &str| {
        sibling.refresh(&user.email, token).await.fails(5001);
    };
    refused(&session.refresh).await;
    let child = Session::of(app.refresh(&user.email, &session.refresh).await.ok());
    refused(&session.refresh).await;
    let grandchild = Session::of(app.refresh(&user.email, &child.refresh).await.ok());
    refused(&session.refresh).await;
    refused(&grandchild.refresh).await;
    app.me(&grandchild.access).await.ok();
    app.refresh(&user.email, &grandchild.refresh).await.ok();
}

#[tokio::test]
async fn the_username_may_be_the_phone() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    api.refresh(&user.phone, &session.refresh).await.ok();
}
