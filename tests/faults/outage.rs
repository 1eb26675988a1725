//! D1 away altogether, for every call there is.

use serde_json::json;

use crate::database::{check_invariants, Database};
use crate::fault::{gatehouse, Fault, When, KV_DOWN, OVERLOADED};
use crate::support::http::{Method, Reply};
use crate::support::kyc::{moment, Event};
use crate::support::people::{application, wrong};
use crate::support::Api;
use crate::witness::session_of;

#[tokio::test]
async fn without_d1_every_call_that_needs_it_says_503_and_changes_nothing() {
    let api = Api::faulty().await;
    let dark = api.meeting(&[Fault::error("d1", When::Before, OVERLOADED).always()]);
    let (user, session) = api.person_with_session().await;
    let (reset, reset_code) = api.reset(&user).await;
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    let owner = api.verified_user().await;
    let demo = gatehouse().service.client("demo");

    let token = dark.call(Method::POST, "/oauth2/token");
    let token = token.basic(&demo.id, &demo.secret);
    let account = json!({"userId": user.id, "accountId": owner.id});
    let event = Event::status(&user.id, "VERIFIED", &moment(0));
    let replies: Vec<Reply> = vec![
        token.form("grant_type=client_credentials").send().await,
        dark.call(Method::GET, "/healthz").send().await,
        dark.post("/v1/user/sign-up", &dark.token, application())
            .await,
        dark.login(&user.email, &user.password).await,
        dark.login(&user.email, "wrong-one").await,
        dark.answer(&challenge, &code).await,
        dark.answer(&challenge, &wrong(&code)).await,
        dark.refresh(&user.email, &session.refresh).await,
        dark.forget_password(&user.email).await,
        dark.answer(&reset, &reset_code).await,
        dark.change_password(&reset, &user.password).await,
        dark.me(&session.access).await,
        dark.post("/v1/account", &dark.token, account).await,
        dark.portfolio(&owner.account).await,
        event.send(&dark).await,
    ];
    for reply in &replies {
        reply.met().expect_status(503);
        assert!(!reply.header("retry-after").is_empty(), "{reply}");
    }

    let database = Database::of(&gatehouse().service);
    let count = |sql: &str| database.number(sql, [&user.id]);
    assert_eq!(count("SELECT COUNT(*) FROM answers WHERE subject = ?1"), 1);
    assert_eq!(count("SELECT COUNT(*) FROM sessions WHERE user_id = ?1"), 1);
    assert_eq!(count("SELECT COUNT(*) FROM accounts WHERE user_id = ?1"), 1);
    assert_eq!(
        count("SELECT COUNT(*) FROM throttles WHERE subject = ?1"),
        0
    );
    assert_eq!(count("SELECT status_at FROM users WHERE id = ?1"), 0);
    assert_eq!(count("SELECT credential_epoch FROM users WHERE id = ?1"), 0);

    // Everything is where it was.
    session_of(&api.answer(&challenge, &code).await);
    session_of(&api.refresh(&user.email, &session.refresh).await);
    api.answer(&reset, &reset_code).await.ok();
    check_invariants(&gatehouse());
}

/// What needs no storage needs no luck either.
#[tokio::test]
async fn without_d1_keys_are_served_and_forgeries_refused() {
    let api = Api::faulty().await;
    let dark = api.meeting(&[Fault::error("d1", When::Before, OVERLOADED).always()]);
    let keys = dark
        .call(Method::GET, "/.well-known/jwks.json")
        .send()
        .await;
    keys.expect_status(200);
    let forger = dark.with_token(&format!("{}x", api.token));
    let reply = forger.login("a@example.com", "whatever").await;
    reply.fails(2002);
    let unknown = "chl_of-another-shape";
    let body = json!({"sessionId": unknown, "username": "a@example.com",
                      "challengeType": "SMS_MFA", "code": "1234"});
    let reply = dark.post("/v1/user/otp", &dark.token, body).await;
    reply.fails(4002);
}

/// Whether a client's token was revoked is in KV alone: where nobody can say, nobody is let in.
#[tokio::test]
async fn a_client_token_that_kv_cannot_vouch_for_waits() {
    let api = Api::faulty().await;
    let user = api.person().await;
    for when in [When::Before, When::After] {
        // The service remembers for half a minute which tokens KV vouched for.
        let fresh = api.acting_as("demo").await;
        let dark = fresh.meeting(&[Fault::error("kv.vouch", when, KV_DOWN)]);
        let reply = dark.login(&user.email, &user.password).await;
        assert_eq!(reply.met().fails(9002).trace(), ["kv.vouch"]);
        let cut = fresh.meeting(&[Fault::cut("kv.vouch", when)]);
        let reply = cut.login(&user.email, &user.password).await;
        assert_eq!(reply.met().expect_status(599).trace(), ["kv.vouch"]);
    }
    api.log_in(&user).await;
}
