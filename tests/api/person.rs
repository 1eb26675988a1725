//! A person is found by what they call themselves, and all that is held of them is given to them and to their partner.

use serde_json::{json, Value};

use crate::support::database::Database;
use crate::support::http::{Method, Reply};
use crate::support::kyc::{moment, Event};
use crate::support::people::User;
use crate::support::{random, Api};

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

async fn find(api: &Api, name: &str, value: &str) -> Reply {
    let path = format!("/v1/user?{name}={}", encoded(value));
    api.get(&path, &api.token).await
}

async fn exported(api: &Api, user: &User) -> Reply {
    let path = format!("/v1/user/{}/export", user.id);
    api.get(&path, &api.token).await
}

#[tokio::test]
async fn a_user_is_found_by_their_email_and_by_their_number_in_any_spelling_that_a_sign_up_takes() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    let read = api.get(&format!("/v1/user/{}", user.id), &api.token).await;
    let upper = user.email.to_uppercase();
    for (name, value) in [
        ("email", user.email.as_str()),
        ("email", &upper),
        ("phoneNumber", &user.phone),
    ] {
        let found = find(&api, name, value).await;
        assert_eq!(found.ok(), read.ok(), "{name}");
    }
    // A plus of a query is a plus.
    let path = format!("/v1/user?phoneNumber={}", user.phone);
    api.get(&path, &api.token).await.ok();
}

#[tokio::test]
async fn a_disabled_user_is_found_and_can_be_enabled() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let path = format!("/v1/user/{}/disable", user.id);
    api.post(&path, &api.token, json!({})).await.ok();
    let found = find(&api, "email", &user.email).await;
    assert_eq!(found.ok()["info"]["disabled"], true, "{found}");
}

#[tokio::test]
async fn who_is_not_there_and_who_is_another_partners_are_6001_alike() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let user = api.sign_up().await;
    let part = user.email.split_at(3).1;
    for (name, theirs, nobodys) in [
        ("email", &user.email, &random::email()),
        ("phoneNumber", &user.phone, &random::phone()),
    ] {
        let theirs = find(&other, name, theirs).await;
        let nobodys = find(&other, name, nobodys).await;
        assert_eq!(theirs.fails(6001).raw, nobodys.fails(6001).raw);
    }
    // Exactly: no part of one, and no pattern.
    find(&api, "email", part).await.fails(6001);
    find(&api, "email", "%@example.com").await.fails(6001);
    find(&api, "email", &user.id).await.fails(1002);
}

#[tokio::test]
async fn a_search_takes_one_of_the_two_and_nothing_else() {
    let api = Api::new().await;
    for (query, named) in [
        ("", "email"),
        ("email=a@example.com&phoneNumber=%2B15555550100", "email"),
        ("email=a@example.com&email=a@example.com", "email"),
        ("phoneNumber=%2B15555550100&phoneNumber=x", "phoneNumber"),
        ("email=", "email"),
        ("email=ada", "email"),
        ("phoneNumber=15555550100", "phoneNumber"),
        ("phoneNumber=%2B1%20555", "phoneNumber"),
        ("Email=a@example.com", "query"),
        ("email=a@example.com&limit=1", "query"),
    ] {
        let reply = api.get(&format!("/v1/user?{query}"), &api.token).await;
        assert_eq!(reply.fails(1002).text("/data/field"), named, "{query}");
    }
}

/// The whole of it, and nothing of what no export may hold.
#[tokio::test]
async fn an_export_is_all_that_is_held_of_a_person_and_no_secret() {
    let api = Api::new().await.as_new_partner().await;
    let user = api.sign_up().await;
    let event = Event::of(json!({
        "type": "kyc.status", "timestamp": moment(1),
        "data": {
            "userId": user.id, "kycId": "kyc-9", "status": "VERIFIED", "documentIds": ["doc-9"],
            "name": "Ada", "surname": "Lovelace", "address": {"city": "London"},
        },
    }));
    event.send(&api).await.ok();
    let opened = api.portfolio(&user.account).await;
    let first = api.session(&user).await;
    let second = api.session(&user).await;
    let second = api.refresh(&user.email, &second.refresh).await;
    let recovery = api.recovery_codes(&user, &first.access).await;
    let logout = api.post("/v1/user/logout", &first.access, json!({})).await;
    logout.ok();
    let reset = api.start_reset(&user).await;
    api.code(&reset).await;

    let by_partner = exported(&api, &user).await;
    let access = second.text("/data/accessToken");
    let own = api.get("/v1/user/export", &access).await;
    let data = by_partner.ok();
    let profile = &data["profile"];
    assert_eq!(data["userId"], user.id.as_str(), "{by_partner}");
    for (member, value) in [
        ("email", json!(user.email)),
        ("phoneNumber", json!(user.phone)),
        ("name", json!("Ada")),
        ("surname", json!("Lovelace")),
        ("address", json!({"city": "London"})),
        ("roles", json!(["customer"])),
        ("locale", Value::Null),
        ("holdUntil", Value::Null),
        ("recoveryCodesLeft", json!(10)),
        ("disabledTs", Value::Null),
        ("erasedTs", Value::Null),
    ] {
        assert_eq!(profile[member], value, "{member}: {by_partner}");
    }
    assert!(profile["phoneNumberVerifiedTs"].is_string(), "{by_partner}");
    assert_eq!(
        data["kyc"],
        json!({"status": "VERIFIED", "statusTs": moment(1), "kycIds": ["kyc-9"], "documentIds": ["doc-9"]})
    );
    // With its portfolio and that one's address.
    assert_eq!(data["accounts"], json!([opened.ok()]), "{by_partner}");
    let sessions = data["sessions"].as_array().expect("sessions");
    let ended: Vec<&Value> = sessions.iter().map(|one| &one["endedBy"]).collect();
    assert_eq!(ended, [&Value::Null, &json!("logout")], "{by_partner}");
    assert_eq!(sessions[0]["refreshes"], 1, "{by_partner}");
    let codes = data["codes"].as_array().expect("codes");
    let kinds: Vec<&Value> = codes.iter().map(|code| &code["challengeType"]).collect();
    assert_eq!(
        kinds,
        ["RESET_PASSWORD", "SMS_MFA", "SMS_MFA"],
        "{by_partner}"
    );
    assert!(
        codes.iter().all(|code| code["outcome"] == "SENT"),
        "{by_partner}"
    );
    let events: Vec<&str> = events(data);
    for event in [
        "user.sign_up",
        "kyc.status",
        "portfolio.open",
        "login.code",
        "session.end",
    ] {
        assert!(events.contains(&event), "{event}: {by_partner}");
    }

    // The same to themselves, but for when, and that the partner has asked.
    let mut theirs = own.ok().clone();
    assert_eq!(self::events(&theirs).last(), Some(&"user.export"));
    for member in ["exportTs", "audit"] {
        theirs[member] = data[member].clone();
    }
    assert_eq!(&theirs, data);

    let database = Database::of(&api.gatehouse.service);
    let mut secrets = vec![user.password.clone(), first.refresh, access];
    secrets.extend(recovery);
    for column in [
        "SELECT password_hash FROM users WHERE id = '$user'",
        "SELECT current_hash FROM sessions WHERE user_id = '$user'",
        "SELECT hash FROM recovery_codes WHERE user_id = '$user'",
        "SELECT nonce FROM challenges WHERE user_id = '$user'",
        "SELECT id FROM challenges WHERE user_id = '$user'",
        "SELECT taken_by FROM webhook_events WHERE taken_by IS NOT NULL",
    ] {
        secrets.extend(database.texts(&column.replace("$user", &user.id)));
    }
    assert!(secrets.len() > 28, "{}", secrets.len());
    for secret in secrets {
        assert!(!by_partner.raw.contains(&secret) && !own.raw.contains(&secret));
    }
}

fn events(data: &Value) -> Vec<&str> {
    let entries = data["audit"].as_array().expect("entries");
    let events = entries.iter().map(|entry| entry["event"].as_str());
    events.map(|event| event.expect("an event")).collect()
}

#[tokio::test]
async fn an_export_is_of_ones_own_and_is_in_the_audit_log() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let (user, session) = api.signed_in_user().await;
    let theirs = exported(&other, &user).await;
    let nobodys = other.get("/v1/user/usr_none/export", &other.token).await;
    assert_eq!(theirs.fails(6001).raw, nobodys.fails(6001).raw);
    api.get("/v1/user/export?cursor=x", &session.access)
        .await
        .fails(1002);
    let audit = || async {
        let path = format!("/v1/audit?userId={}&limit=100", user.id);
        api.get(&path, &api.token).await
    };
    assert!(!audit().await.raw.contains("user.export"));

    let by_partner = exported(&api, &user).await;
    let own = api.get("/v1/user/export", &session.access).await;
    let audit = audit().await;
    let told = audit.ok()["entries"].as_array().expect("entries").iter();
    let told = told.filter(|entry| entry["event"] == "user.export");
    let told: Vec<&Value> = told.map(|entry| &entry["requestId"]).collect();
    let ids = [&by_partner, &own].map(|reply| reply.header("x-request-id"));
    assert_eq!(told, ids);

    // A session that is over learns nothing, and leaves no row.
    api.post("/v1/user/logout", &session.access, json!({}))
        .await
        .ok();
    api.get("/v1/user/export", &session.access)
        .await
        .fails(2002);
    let sql = "SELECT COUNT(*) FROM audit WHERE user_id = ?1 AND event = 'user.export'";
    let database = Database::of(&api.gatehouse.service);
    assert_eq!(database.number(sql, [&user.id]), 2);
}

/// Of another method nothing is exported.
#[tokio::test]
async fn a_head_exports_nothing() {
    let api = Api::new().await;
    let (user, session) = api.signed_in_user().await;
    for path in [
        "/v1/user/export".to_owned(),
        format!("/v1/user/{}/export", user.id),
    ] {
        let call = api.call(Method::HEAD, &path).bearer(&session.access);
        call.send().await.expect_status(405);
    }
}
