//! Partners in two databases: one that fails is not noticed by who lives in the other, a stale belief of where a
//! partner lives does nothing, and what the directory changes reaches the home though it was away.

use std::sync::{Arc, OnceLock};

use serde_json::json;

use crate::fault::{Fault, When, CONFIG, MINUTE, OVERLOADED};
use crate::support::database::Database;
use crate::support::http::{Method, Reply};
use crate::support::jwt::Jwt;
use crate::support::kyc::{moment, Event};
use crate::support::people::application;
use crate::support::service::Credentials;
use crate::support::{Api, Gatehouse};

const DIRECTORY: &str = "d1";
const HOME: &str = "d1.home";

/// A client of a new partner beside the directory, and that partner.
async fn made(api: &Api, body: serde_json::Value) -> (Credentials, String) {
    let root = api.client_token("root").await;
    let reply = api.post("/v1/client", &root, body).await;
    let client = Credentials {
        id: reply.text("/data/clientId"),
        secret: reply.text("/data/clientSecret"),
    };
    (client, reply.text("/data/partnerId"))
}

async fn partner_at_home(api: &Api) -> (Api, Credentials, String) {
    let body = json!({
        "partnerName": "Beside", "name": "app", "home": "HOME_EU", "roles": ["customer"], "defaultRoles": ["customer"],
    });
    let (client, partner) = made(api, body).await;
    let token = api.token_of(&client).await;
    (api.with_token(&token), client, partner)
}

/// Where both homes give indices, and go past each other's: whoever counts what a call asks is not there.
fn of_two_homes() -> Arc<Gatehouse> {
    static SHARED: OnceLock<Arc<Gatehouse>> = OnceLock::new();
    let start = || Gatehouse::start_under(CONFIG, "homes", &[]);
    SHARED.get_or_init(start).clone()
}

/// What a partner's customers do all day.
async fn a_day(of: &Api) -> Vec<Reply> {
    let signed_up = of.post("/v1/user/sign-up", &of.token, application()).await;
    if signed_up.code() != 0 {
        return vec![signed_up];
    }
    let (user, session) = of.person_with_session().await;
    let event = Event::status(&user.id, "VERIFIED", &moment(1));
    vec![
        signed_up,
        event.send(of).await,
        of.me(&session.access).await,
        of.portfolio(&user.account).await,
        of.refresh(&user.email, &session.refresh).await,
        of.get("/v1/audit", &of.token).await,
    ]
}

#[tokio::test]
async fn one_home_that_fails_is_not_noticed_in_the_other() {
    let api = Api::on(of_two_homes()).await;
    let (beside, ..) = partner_at_home(&api).await;
    let without = |of: &Api, op| of.meeting(&[Fault::error(op, When::Before, OVERLOADED).always()]);
    for reply in a_day(&without(&api, HOME)).await {
        reply.ok();
    }
    for reply in a_day(&without(&beside, HOME)).await {
        reply.met().expect_status(503);
    }
    for reply in a_day(&without(&api, DIRECTORY)).await {
        reply.met().expect_status(503);
    }
    // With the token that it has, and where it lives known from KV: this isolate remembers that for half a minute.
    let later = without(&beside, DIRECTORY).ahead(2 * MINUTE);
    let mut day = a_day(&later).await;
    day.pop().expect("its log").expect_status(503);
    assert!(day.len() > 4);
    for reply in &day {
        reply.ok();
    }
    assert!(day.iter().any(|reply| reply.looked_up() == ["kv.terms"]));
}

#[tokio::test]
async fn one_home_that_fails_holds_up_no_others_purge() {
    let api = Api::on(of_its_own("homes-purge")).await;
    let [directory, home] = Database::all(&api.gatehouse.service);
    let over = "INSERT INTO throttles (subject, failures, blocked_until, attempt_id, updated_at)
        VALUES ('anon_over', 1, 0, 'wrk_1', 0)";
    let left = |database: &Database| {
        let sql = "SELECT COUNT(*) FROM throttles WHERE subject = 'anon_over'";
        database.number(sql, [])
    };
    for (fails, of_it, of_the_other) in [(HOME, &home, &directory), (DIRECTORY, &directory, &home)]
    {
        for database in [&directory, &home] {
            database.add(over, 1);
        }
        let dark = [Fault::error(fails, When::Before, OVERLOADED).always()];
        let hampered = api.meeting(&dark).cron().await;
        hampered.met().expect_status(200);
        assert_eq!((left(of_it), left(of_the_other)), (1, 0), "{hampered}");
        api.cron().await.expect_status(200);
        assert_eq!(left(of_it), 0, "the next run does it");
    }
}

#[tokio::test]
async fn a_client_whose_home_was_not_told_is_made_and_told_a_minute_later() {
    let api = Api::faulty().await;
    let (_, _, partner) = partner_at_home(&api).await;
    let dark = api.meeting(&[Fault::error(HOME, When::Before, OVERLOADED).always()]);
    let (client, _) = made(&dark, json!({"partnerId": partner, "name": "desk"})).await;
    let desk = api.with_token(&api.token_of(&client).await);
    // Its home knows of no such client.
    let sign_up = async || {
        desk.post("/v1/user/sign-up", &desk.token, application())
            .await
    };
    assert_ne!(sign_up().await.code(), 0);
    api.cron().await.expect_status(200);
    sign_up().await.ok();
}

#[tokio::test]
async fn a_deletion_that_the_home_did_not_hear_of_is_no_deletion_yet() {
    let api = Api::faulty().await;
    let root = api.client_token("root").await;
    for heard in ["by asking again", "from the cron"] {
        let (partner, client, _) = partner_at_home(&api).await;
        let (_, session) = partner.person_with_session().await;
        let path = format!("/v1/client/{}", client.id);
        let dark = api.meeting(&[Fault::error(HOME, When::Before, OVERLOADED).always()]);
        dark.delete(&path, &root).await.met().expect_status(503);
        match heard {
            "by asking again" => drop(api.delete(&path, &root).await.ok()),
            _ => drop(api.cron().await.expect_status(200)),
        }
        partner.me(&session.access).await.fails(2002);
    }
}

/// A change of settings that was cut off before its home heard of it.
#[tokio::test]
async fn a_secret_that_was_taken_away_counts_nowhere_once_it_was_answered() {
    let api = Api::on(of_two_homes()).await;
    let (partner, _, id) = partner_at_home(&api).await;
    let root = api.client_token("root").await;
    let path = format!("/v1/partner/{id}/settings");
    let secret = |n: u8| format!("whsec_{}", base64(&[n; 32]));
    let set = |of: &Api, n| {
        let (of, path, root) = (of.clone(), path.clone(), root.clone());
        let body = json!({"kycWebhookSecrets": [secret(n)]});
        async move { of.put(&path, &root, body).await }
    };
    set(&api, 1).await.ok();
    let user = partner.sign_up().await;
    let event =
        |status, at, n| Event::status(&user.id, status, &moment(at)).of_partner(&id, &secret(n));
    event("VERIFICATION_IN_PROGRESS", 1, 1)
        .send(&api)
        .await
        .ok();
    let cut = api.meeting(&[Fault::error(HOME, When::Before, OVERLOADED).always()]);
    set(&cut, 2).await.met().expect_status(503);
    set(&api, 2).await.ok();
    event("VERIFIED", 2, 1).send(&api).await.fails(1002);
    event("VERIFIED", 2, 2).send(&api).await.ok();
}

fn base64(bytes: &[u8]) -> String {
    use base64ct::{Base64, Encoding};
    Base64::encode_string(bytes)
}

// --- stale beliefs: on a service of its own, since rows are changed beneath it --------------------------------------

fn of_its_own(name: &str) -> Arc<Gatehouse> {
    Gatehouse::start_under(CONFIG, name, &[])
}

/// Moves a partner that has no users yet, in one moment: from beside the directory into it.
fn moved(api: &Api, partner: &str) {
    let [directory, home] = Database::all(&api.gatehouse.service);
    home.change(
        "UPDATE partners SET state = 'gone' WHERE id = ?1",
        [partner],
    );
    let there = "UPDATE partners SET home = 'DB', epoch = 2, state = 'here' WHERE id = ?1";
    directory.change(there, [partner]);
}

fn users_of(database: &Database, partner: &str) -> i64 {
    database.number(
        "SELECT COUNT(*) FROM users WHERE partner_id = ?1",
        [partner],
    )
}

#[tokio::test]
async fn whoever_believes_an_older_home_writes_nothing_there_and_finds_the_new_one() {
    let api = Api::on(of_its_own("homes-stale")).await;
    let [directory, home] = Database::all(&api.gatehouse.service);
    let (beside, client, partner) = partner_at_home(&api).await;
    // The isolate has met it.
    beside.get("/v1/audit", &beside.token).await.ok();
    moved(&api, &partner);
    let stale = beside
        .post("/v1/user/sign-up", &beside.token, application())
        .await;
    stale.ok();
    assert_eq!(
        stale.trace(),
        [HOME, DIRECTORY, DIRECTORY],
        "refused, asked, done"
    );
    assert_eq!(
        (users_of(&home, &partner), users_of(&directory, &partner)),
        (0, 1)
    );
    let next = beside
        .post("/v1/user/sign-up", &beside.token, application())
        .await;
    next.ok();
    assert_eq!(
        next.trace(),
        [DIRECTORY, DIRECTORY],
        "one refusal tells the isolate"
    );
    // KV still says the older home, and is believed no more than what the isolate has met.
    let later = beside.ahead(2 * MINUTE);
    let later = later.with_token(&later.token_of(&client).await);
    let (_, session) = later.person_with_session().await;
    let me = later.me(&session.access).await;
    me.ok();
    assert_eq!(me.begun(HOME), 0, "{me}");
    assert_eq!(users_of(&home, &partner), 0);
}

#[tokio::test]
async fn while_a_partner_is_nowhere_at_home_its_calls_are_asked_to_come_again() {
    let api = Api::on(of_its_own("homes-nowhere")).await;
    let [directory, home] = Database::all(&api.gatehouse.service);
    let (beside, client, partner) = partner_at_home(&api).await;
    let (user, session) = beside.person_with_session().await;
    let set = |database: &Database, what: &str| {
        database.change(
            &format!("UPDATE partners SET {what} WHERE id = ?1"),
            [&partner],
        );
    };
    let rows = || {
        let sql = "SELECT (SELECT COUNT(*) FROM users) + (SELECT COUNT(*) FROM audit) + (SELECT COUNT(*) FROM challenges)
            + (SELECT COUNT(*) FROM sends) + (SELECT SUM(epoch) FROM partners)";
        [&directory, &home].map(|database| database.number(sql, []))
    };
    let calls = async || {
        let form = format!("grant_type=refresh_token&refresh_token={}", session.refresh);
        let refresh = beside
            .call(Method::POST, "/oauth2/token")
            .basic(&client.id, &client.secret);
        vec![
            beside
                .post("/v1/user/sign-up", &beside.token, application())
                .await,
            beside.login(&user.email, &user.password).await,
            beside.refresh(&user.email, &session.refresh).await,
            beside.me(&session.access).await,
            beside.get("/v1/audit", &beside.token).await,
            refresh.form(&form).send().await,
        ]
    };
    // Nor is anybody taken for unknown whom a homeless partner's home would know.
    let behind = beside.service_behind().await;
    let anywhere = async || {
        let event = Event::status(&user.id, "VERIFIED", &moment(1));
        let introspect = beside
            .call(Method::POST, "/oauth2/introspect")
            .basic(&behind.id, &behind.secret);
        let form = format!("token={}", session.refresh);
        [
            event.send(&beside).await,
            introspect.form(&form).send().await,
        ]
    };
    // Before the commit it leaves; after it, it has not arrived.
    for (at_home, in_directory) in [
        ("state = 'leaving'", "epoch = 1"),
        (
            "state = 'leaving'",
            "home = 'DB', epoch = 2, state = 'coming'",
        ),
        ("state = 'gone'", "home = 'DB', epoch = 2, state = 'gone'"),
        // A directory that was set back in time names a home that the partner has left, and so may that home itself.
        ("epoch = 3", "home = 'HOME_EU', epoch = 1, state = 'gone'"),
        (
            "epoch = 1, state = 'here'",
            "home = 'HOME_EU', epoch = 1, state = 'gone'",
        ),
    ] {
        set(&home, at_home);
        set(&directory, in_directory);
        let before = rows();
        let mut replies = calls().await;
        if at_home == "state = 'leaving'" {
            replies.extend(anywhere().await);
        }
        for reply in replies {
            reply.expect_status(503);
            assert!(!reply.header("retry-after").is_empty(), "{reply}");
        }
        assert_eq!(rows(), before, "{at_home}, {in_directory}");
    }
    set(&home, "epoch = 4, state = 'here'");
    set(&directory, "home = 'HOME_EU', epoch = 4, state = 'gone'");
    let token = Jwt::read(&session.access);
    assert_eq!(token.claims["partner_id"], partner.as_str());
    beside.me(&session.access).await.ok();
}
