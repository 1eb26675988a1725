//! Partners that live in different databases: what each has is in its own, and all calls reach it there.

use std::time::Duration;

use serde_json::{json, Value};

use crate::support::database::Database;
use crate::support::http::{Method, Reply};
use crate::support::jwt::Jwt;
use crate::support::people::{Session, User};
use crate::support::service::Credentials;
use crate::support::Api;

const HOME: &str = "HOME_EU";

async fn create(api: &Api, body: Value) -> Reply {
    let root = api.client_token("root").await;
    api.post("/v1/client", &root, body).await
}

/// A new partner in the home beside the directory: its client, with what may be asked of one.
async fn partner_at_home(api: &Api) -> (Api, Credentials, String) {
    let scope = "client_auth users.read users.write settings.write";
    let body = json!({
        "partnerName": "Beside", "name": "app", "home": HOME, "scope": scope,
        "roles": ["customer"], "defaultRoles": ["customer"],
    });
    let made = create(api, body).await;
    made.ok();
    let client = Credentials {
        id: made.text("/data/clientId"),
        secret: made.text("/data/clientSecret"),
    };
    let token = api.token_of(&client).await;
    (api.with_token(&token), client, made.text("/data/partnerId"))
}

/// How many rows of a user, by any of the names, a database has.
fn rows_of(database: &Database, user: &User) -> i64 {
    let sql = "SELECT (SELECT COUNT(*) FROM users WHERE id = ?1) + (SELECT COUNT(*) FROM audit WHERE user_id = ?1)
        + (SELECT COUNT(*) FROM sessions WHERE user_id = ?1) + (SELECT COUNT(*) FROM accounts WHERE user_id = ?1)
        + (SELECT COUNT(*) FROM challenges WHERE user_id = ?1) + (SELECT COUNT(*) FROM sends WHERE phone = ?2)";
    database.number(sql, [&user.id, &user.phone])
}

#[tokio::test]
async fn all_that_is_of_a_user_lies_where_the_partner_lives() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let [directory, home] = Database::all(&api.gatehouse.service);
    for (of, here, elsewhere) in [(&api, &directory, &home), (&other, &home, &directory)] {
        let user = of.verified_user().await;
        of.portfolio(&user.account).await.ok();
        let session = of.session(&user).await;
        of.me(&session.access).await.ok();
        assert!(rows_of(here, &user) >= 8, "{}", rows_of(here, &user));
        assert_eq!(rows_of(elsewhere, &user), 0);
        let cells = elsewhere.cells().join("\n");
        for personal in [&user.id, &user.email, &user.phone, &user.account] {
            assert!(!cells.contains(personal.as_str()), "{personal}");
        }
    }
}

#[tokio::test]
async fn a_partner_is_made_in_the_home_that_is_said_and_in_no_other() {
    let api = Api::new().await;
    let (_, _, partner_id) = partner_at_home(&api).await;
    let root = api.client_token("root").await;
    let mut cursor = String::new();
    let listed = loop {
        let page = api
            .get(&format!("/v1/partner?limit=100{cursor}"), &root)
            .await;
        let partners = page.ok()["partners"].as_array().expect("a list").clone();
        let found = partners
            .into_iter()
            .find(|one| one["partnerId"] == partner_id);
        match (found, page.body["data"]["nextCursor"].as_str()) {
            (Some(found), _) => break found,
            (None, next) => cursor = format!("&cursor={}", next.expect("it is on a page")),
        }
    };
    assert_eq!(listed["home"], HOME);
    let named = |home: &str| json!({"partnerName": "Beside", "name": "app", "home": home});
    for home in ["HOME_US", "HOME_", "db", "KV"] {
        create(&api, named(home)).await.fails(1002).naming("home");
    }
    create(&api, named("DB")).await.ok();
    let known = json!({"partnerId": partner_id, "name": "app", "home": HOME});
    create(&api, known).await.fails(1002).naming("home");
}

#[tokio::test]
async fn a_client_that_is_deleted_or_whose_sessions_are_ended_ends_them_where_the_users_live() {
    let api = Api::new().await;
    let (partner, client, partner_id) = partner_at_home(&api).await;
    let root = api.client_token("root").await;
    let user = partner.sign_up().await;
    let session = partner.session(&user).await;
    partner.me(&session.access).await.ok();
    let path = format!("/v1/client/{}/secret", client.id);
    let ended = json!({"endSessions": true});
    api.post(&path, &root, ended).await.ok();
    partner.me(&session.access).await.fails(2002);

    let again = partner.session(&user).await;
    api.delete(&format!("/v1/client/{}", client.id), &root)
        .await
        .ok();
    partner.me(&again.access).await.fails(2002);
    // Another client of it is known there at once.
    let made = create(&api, json!({"partnerId": partner_id, "name": "desk"})).await;
    let desk = Credentials {
        id: made.text("/data/clientId"),
        secret: made.text("/data/clientSecret"),
    };
    let desk = api.with_token(&api.token_of(&desk).await);
    desk.session(&user).await;
    desk.sign_up().await;
}

#[tokio::test]
async fn what_a_partner_sets_is_in_force_where_it_lives() {
    let api = Api::new().await;
    let (partner, ..) = partner_at_home(&api).await;
    let set = json!({"smsAppName": "Beside", "otpLength": 8});
    partner
        .put("/v1/partner/settings", &partner.token, set)
        .await
        .ok();
    let user = partner.sign_up().await;
    let challenge = partner.log_in(&user).await;
    let code = partner.code(&challenge).await;
    assert_eq!(code.len(), 8, "{code}");
    partner.answer(&challenge, &code).await.ok();
}

#[tokio::test]
async fn one_log_tells_what_was_done_to_a_partner_and_to_its_users() {
    let api = Api::new().await;
    let (partner, ..) = partner_at_home(&api).await;
    let set = json!({"smsAppName": "Beside"});
    partner
        .put("/v1/partner/settings", &partner.token, set.clone())
        .await
        .ok();
    let user = partner.sign_up().await;
    let set = json!({"smsAppName": null});
    partner
        .put("/v1/partner/settings", &partner.token, set)
        .await
        .ok();
    let expected = [
        "client",
        "partner.settings",
        "user.sign_up",
        "partner.settings",
    ];
    for limit in [100, 1] {
        let (mut told, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/v1/audit?limit={limit}{cursor}");
            let page = partner.get(&path, &partner.token).await;
            let entries = page.ok()["entries"].as_array().expect("a list").clone();
            told.extend(entries);
            match page.body["data"]["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let events: Vec<&str> = told
            .iter()
            .filter_map(|one| one["event"].as_str())
            .collect();
        assert_eq!(events.len(), expected.len(), "{events:?}");
        let alike = events
            .iter()
            .zip(expected)
            .all(|(event, of)| event.starts_with(of));
        assert!(alike, "{events:?}");
        let ids: Vec<&str> = told.iter().filter_map(|one| one["id"].as_str()).collect();
        assert!(ids.is_sorted());
    }
    let path = format!("/v1/audit?userId={}", user.id);
    let of_user = partner.get(&path, &partner.token).await;
    assert_eq!(of_user.ok()["entries"].as_array().map(Vec::len), Some(1));
}

/// A service behind knows no partner: it has the token alone.
#[tokio::test]
async fn a_service_behind_introspects_the_tokens_of_every_home() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let behind = api.service_behind().await;
    for of in [&api, &other] {
        let (user, session) = of.signed_in_user().await;
        let partner = Jwt::read(&of.token).claims["partner_id"].clone();
        for (token, said) in [(&session.access, &user.id), (&session.refresh, &user.id)] {
            let said_of = introspected(&api, &behind, token).await;
            assert_eq!(
                (&said_of["active"], &said_of["sub"]),
                (&json!(true), &json!(said))
            );
            assert_eq!(said_of["partner_id"], partner);
        }
        let own = of
            .call(Method::POST, "/v1/user/logout")
            .bearer(&session.access);
        own.json(&json!({})).send().await.ok();
        for token in [&session.access, &session.refresh] {
            assert_eq!(
                introspected(&api, &behind, token).await,
                json!({"active": false})
            );
        }
    }
}

async fn introspected(api: &Api, client: &Credentials, token: &str) -> Value {
    let call = api.call(Method::POST, "/oauth2/introspect");
    let call = call
        .basic(&client.id, &client.secret)
        .form(&format!("token={token}"));
    call.send().await.expect_status(200).body.clone()
}

/// By OAuth's door, where the client proves itself by its secret and no token says whose it is.
#[tokio::test]
async fn a_session_is_refreshed_and_revoked_where_it_lives() {
    let api = Api::new().await;
    let (partner, client, _) = partner_at_home(&api).await;
    let (_, session) = partner.signed_in_user().await;
    let form = format!("grant_type=refresh_token&refresh_token={}", session.refresh);
    let call = api
        .call(Method::POST, "/oauth2/token")
        .basic(&client.id, &client.secret);
    let refreshed = call.form(&form).send().await;
    let refreshed = refreshed.expect_status(200);
    let token = refreshed.body["refresh_token"].as_str().expect("a token");
    assert_eq!(introspected(&api, &client, token).await["active"], true);
    let call = api
        .call(Method::POST, "/oauth2/revoke")
        .basic(&client.id, &client.secret);
    call.form(&format!("token={token}"))
        .send()
        .await
        .expect_status(200);
    assert_eq!(
        introspected(&api, &client, token).await,
        json!({"active": false})
    );
    partner.me(&session.access).await.fails(2002);
}

/// Both homes give indices under the service's own extended key, and none gives one that the other gave.
#[tokio::test]
async fn no_index_is_given_in_two_homes() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let mut addresses = Vec::new();
    for _ in 0..3 {
        for of in [&api, &other] {
            let user = of.verified_user().await;
            let opened = of.portfolio(&user.account).await;
            addresses.push(opened.text("/data/portfolios/0/publicAddress"));
        }
    }
    let root = api.client_token("root").await;
    let (mut shown, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/custody/export?limit=2{cursor}");
        let mut lines = api.get(&path, &root).await.lines();
        let last = lines.pop().expect("a last line");
        shown.extend(lines);
        match last["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let places: Vec<String> = shown
        .iter()
        .map(|line| format!("{} {} {}", line["key"], line["branch"], line["index"]))
        .collect();
    let mut distinct = places.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), places.len());
    for address in addresses {
        let shown = shown
            .iter()
            .filter(|line| line["address"] == address.as_str());
        assert_eq!(shown.count(), 1, "{address}");
    }
    // What another test is just opening has an index that is not shown yet.
    let mut lost = Vec::new();
    for _ in 0..50 {
        lost = api.get("/v1/custody/lost", &root).await.lines();
        if lost.last() == Some(&json!({"lost": 0})) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("lost: {lost:?}");
}

/// What KV holds of a user of either home is ids and keyed hashes: it has no jurisdiction.
#[tokio::test]
async fn neither_kv_nor_the_log_holds_anything_personal() {
    let api = Api::new().await;
    let mut personal = Vec::new();
    for of in [&api, &api.acting_as("other").await] {
        let user = of.verified_user().await;
        let session: Session = of.session(&user).await;
        of.start_reset(&user).await;
        of.me(&session.access).await.ok();
        of.change_email(&session.access, "new.person@example.com", &user.password)
            .await
            .ok();
        personal.extend([user.email, user.phone, user.password]);
    }
    personal.push("new.person@example.com".into());
    api.messages_have_left().await;
    let service = &api.gatehouse.service;
    let kv = Database::of_kv(service);
    // The outbox of a laptop is what an SMS provider would have: no deployed service writes it.
    let sql = "SELECT key || ' ' || blob_id FROM _mf_entries WHERE key NOT LIKE 'outbox%'";
    let values = Database::kv_values(service);
    let mut said = String::new();
    for entry in kv.texts(sql) {
        let (key, blob) = entry.rsplit_once(' ').expect("a key and a file");
        let value = std::fs::read_to_string(values.join(blob)).unwrap_or_default();
        said += &format!("{key} {value}\n");
    }
    assert!(
        said.contains("challenge:") && said.contains("session:"),
        "{said}"
    );
    for word in personal {
        assert!(!said.contains(&word), "KV holds {word}");
        assert!(!service.log().contains(&word), "the log holds {word}");
    }
}
