//! The hold: until when the services that move money hold back what takes it away, and where that is said.

use serde_json::{json, Value};

use crate::introspect::introspect;
use crate::support::jwt::Jwt;
use crate::support::people::{Session, User};
use crate::support::{random, Api};

const HOUR: i64 = 3_600;

/// What the user object says, in seconds.
async fn shown(api: &Api, user: &User) -> Option<i64> {
    let reply = api.get(&format!("/v1/user/{}", user.id), &api.token).await;
    let hold = reply.ok()["info"]["holdUntil"].clone();
    hold.as_str().map(|text| {
        let at = chrono::DateTime::parse_from_rfc3339(text).expect("a time");
        at.timestamp()
    })
}

fn claims(session: &Session) -> Value {
    Jwt::read(&session.access).claims
}

/// Whether it ends so many hours after the moment, give or take what a test takes.
fn is_held(until: &Value, hours: i64, since: i64) -> bool {
    let until = until.as_i64().expect("a number");
    (0..=60).contains(&(until - since - hours * HOUR))
}

async fn introspected(api: &Api, session: &Session) -> Value {
    let demo = api.gatehouse.service.client("demo");
    let reply = introspect(api, &demo, &session.access).await;
    assert_eq!(reply.body["active"], true, "{reply}");
    reply.body
}

async fn reset(api: &Api, user: &mut User) {
    let challenge = api.start_reset(user).await;
    api.answer_rightly(&challenge).await.ok();
    user.password = random::password();
    let changed = api.change_password(&challenge, &user.password).await;
    changed.ok();
}

#[tokio::test]
async fn nothing_is_held_of_somebody_who_only_logs_in() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    assert_eq!(shown(&api, &user).await, None);
    let me = api.me(&session.access).await;
    assert_eq!(me.ok()["info"].get("holdUntil"), Some(&Value::Null), "{me}");
    assert_eq!(claims(&session).get("hold_until"), None);
    assert_eq!(introspected(&api, &session).await.get("hold_until"), None);
}

#[tokio::test]
async fn a_reset_holds_for_a_day_and_says_so_wherever_it_is_asked() {
    let api = Api::new().await;
    let (mut user, first) = api.signed_in_user().await;
    let since = claims(&first)["iat"].as_i64().expect("a number");
    reset(&api, &mut user).await;
    let until = json!(shown(&api, &user).await);
    assert!(is_held(&until, 24, since), "{until} after {since}");

    let session = api.session(&user).await;
    let claim = claims(&session)["hold_until"].clone();
    // Of the same moment, rounded up.
    let ahead = claim.as_i64().expect("a claim") - until.as_i64().expect("a time");
    assert!((0..=1).contains(&ahead), "{claim} of {until}");
    assert_eq!(introspected(&api, &session).await["hold_until"], claim);
    let next = api.refresh(&user.email, &session.refresh).await;
    assert_eq!(claims(&Session::of(next.ok()))["hold_until"], claim);
    // It shuts nothing here.
    api.me(&session.access).await.ok();
}

#[tokio::test]
async fn a_reset_that_changes_nothing_holds_nothing() {
    let api = Api::new().await;
    let (user, _) = api.signed_in_user().await;
    let challenge = api.start_reset(&user).await;
    api.answer_rightly(&challenge).await.ok();
    assert_eq!(shown(&api, &user).await, None);
}

#[tokio::test]
async fn a_hold_is_put_off_by_a_longer_one_and_not_shortened_by_a_shorter() {
    let api = Api::new().await;
    let (mut user, session) = api.signed_in_user().await;
    let codes = api.recovery_codes(&user, &session.access).await;
    reset(&api, &mut user).await;
    let login = api.log_in(&user).await;
    let recovered = Session::of(api.recover(&login, &codes[0]).await.ok());
    let until = claims(&recovered)["hold_until"].clone();
    let since = claims(&recovered)["iat"].as_i64().expect("a number");
    assert!(is_held(&until, 72, since), "{until} after {since}");
    let before = shown(&api, &user).await;
    reset(&api, &mut user).await;
    assert_eq!(shown(&api, &user).await, before);
}

/// The token was signed before the hold, in a session that goes on.
#[tokio::test]
async fn introspection_says_of_an_older_token_what_is_held_now() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    let codes = api.recovery_codes(&user, &session.access).await;
    let login = api.log_in(&user).await;
    let recovered = Session::of(api.recover(&login, &codes[0]).await.ok());
    assert_eq!(claims(&session).get("hold_until"), None);
    let until = claims(&recovered)["hold_until"].clone();
    assert_eq!(introspected(&api, &session).await["hold_until"], until);
    let next = api.refresh(&user.email, &session.refresh).await;
    assert_eq!(claims(&Session::of(next.ok()))["hold_until"], until);
}
