//! What each call writes to D1, in rows as it bills them: an entry of an index is a row too, and so is a delete.

use serde_json::json;

use crate::changing::{begin, may_say, person, say, Begun, Kind};
use crate::fault::{now, HOUR, MINUTE};
use crate::support::http::Reply;
use crate::support::people::{application, Session, User};
use crate::support::{random, Api, Challenge};
use crate::witness::{keep, session_of};

impl Reply {
    fn rows_written(&self) -> u32 {
        let (_, written) = self
            .header("x-test-rows")
            .split_once(',')
            .expect("two numbers");
        written.parse().expect("a number")
    }
}

/// A login, and its code: what each wrote.
async fn logged_in(api: &Api, user: &User) -> (u32, u32, Session) {
    let before = api.codes_to(&user.phone);
    let login = api.login(&user.email, &user.password).await;
    let challenge = Challenge {
        session: login.text("/data/sessionId"),
        username: user.email.clone(),
        kind: "SMS_MFA",
        phone: user.phone.clone(),
        before,
    };
    let answer = api.answer_rightly(&challenge).await;
    (
        login.rows_written(),
        answer.rows_written(),
        session_of(&answer),
    )
}

#[tokio::test]
async fn what_each_call_writes() {
    let api = Api::faulty().await;
    // Within one hour and one day, whose rows of the partner's budget are there already.
    let start = now() / HOUR * HOUR + 5 * MINUTE;
    let api = api.at(start).await;
    let later = api.at(start + 10 * MINUTE).await;
    let (warm, _) = api.person_with_session().await;
    later.log_in(&warm).await;
    later.start_reset(&warm).await;

    let body = application();
    keep(body["password"].as_str().expect("a password"));
    let sign_up = api.post("/v1/user/sign-up", &api.token, body).await;
    assert_eq!(sign_up.rows_written(), 12);

    // Of a number that nobody has proven: of two shares of the budget, and what the proof frees. And the first at its
    // client, which is remembered.
    let user = api.person().await;
    let (login, code, session) = logged_in(&api, &user).await;
    assert_eq!((login, code), (18, 12));
    let refreshed = api.refresh(&user.email, &session.refresh).await;
    assert_eq!(refreshed.rows_written(), 1);
    assert_eq!(refreshed.trace(), ["d1"]);

    let (login, code, session) = logged_in(&later, &user).await;
    assert_eq!((login, code), (17, 8));
    let logout = later.post("/v1/user/logout", &session.access, json!({}));
    // With its place among the sessions that ended lately.
    assert_eq!(logout.await.rows_written(), 4);

    let reset = later.start_reset(&user).await;
    let code = later.answer_rightly(&reset).await;
    assert_eq!(code.rows_written(), 6);
    let password = random::password();
    keep(&password);
    let changed = later.change_password(&reset, &password).await;
    // With the end of the session that is left, that it was told, and the new hash's place among what an erasure takes.
    assert_eq!(changed.rows_written(), 12);
}

/// Of somebody who is logged in once more, whose session ends with the change.
#[tokio::test]
async fn what_each_change_writes() {
    let api = Api::faulty().await;
    let start = now() / HOUR * HOUR + 5 * MINUTE;
    let api = api.at(start).await;
    let (warm, _) = api.person_with_session().await;
    api.session(&warm).await;
    let mut written = Vec::new();
    for kind in [Kind::OwnEmail, Kind::NewEmail, Kind::NewNumber] {
        let asked = person(&api, kind).await;
        let new = kind.another(&asked.0);
        let begun = begin(&api, kind, &asked.0, &asked.2, &new).await;
        let mut rows = vec![begun.rows_written()];
        let begun = Begun::by(&api, kind, asked, new, &begun).await;
        for (challenge, code) in &begun.challenges {
            rows.push(api.answer(challenge, code).await.rows_written());
        }
        written.push(rows);
    }
    assert_eq!(written, [vec![11, 10], vec![18, 21], vec![31, 6, 21]]);

    let (user, _) = api.person_with_session().await;
    let desk = may_say(&api).await;
    let said = say(&desk, &user, &random::phone()).await;
    assert_eq!(said.rows_written(), 14);
}
