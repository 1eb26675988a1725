//! Partners and their clients, made by whoever runs the service.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{json, Value};
use sha2::{Digest, Sha256};

use crate::support::http::{Method, Reply};
use crate::support::jwt::Jwt;
use crate::support::people::{application, UNFIT_NAMES};
use crate::support::service::Credentials;
use crate::support::{random, Api};

async fn create(api: &Api, body: Value) -> Reply {
    let root = api.client_token("root").await;
    api.post("/v1/client", &root, body).await
}

async fn acting_as(api: &Api, created: &Reply) -> Api {
    api.with_token(&api.token_of(&credentials(created)).await)
}

#[tokio::test]
async fn a_new_partners_client_works_at_once_and_serves_its_own_people() {
    let api = Api::new().await;
    let body = json!({
        "partnerName": "Acme",
        "name": "Acme's app",
        "roles": ["customer", "vip"],
        "defaultRoles": ["customer"],
    });
    let reply = create(&api, body).await;
    let client = reply.ok();
    assert!(reply.text("/data/clientId").starts_with("cli_"), "{reply}");
    assert!(reply.text("/data/clientSecret").len() >= 22, "{reply}");
    assert!(!reply.text("/data/partnerId").is_empty(), "{reply}");
    assert_eq!(client["name"], "Acme's app", "{reply}");
    assert_eq!(
        client["scope"], "client_auth users.read users.write",
        "{reply}"
    );
    assert_eq!(client["roles"], json!(["customer", "vip"]), "{reply}");
    assert_eq!(client["defaultRoles"], json!(["customer"]), "{reply}");

    let acme = acting_as(&api, &reply).await;
    let user = acme.sign_up().await;
    acme.session(&user).await;
    api.login(&user.email, &user.password).await.fails(3004);
}

#[tokio::test]
async fn two_clients_of_a_partner_share_its_people() {
    let api = Api::new().await;
    let reply = create(&api, json!({"partnerName": "Acme", "name": "app"})).await;
    let partner = reply.text("/data/partnerId");
    let app = acting_as(&api, &reply).await;
    let reply = create(&api, json!({"partnerId": partner, "name": "desk"})).await;
    assert_eq!(reply.text("/data/partnerId"), partner);
    let desk = acting_as(&api, &reply).await;

    let user = app.sign_up().await;
    desk.set_kyc(&user, "VERIFIED", 1).await;
    desk.portfolio(&user.account).await.ok();
    let mut again = application();
    again["email"] = json!(user.email);
    let reply = desk.post("/v1/user/sign-up", &desk.token, again).await;
    reply.fails(3001);
    desk.log_in(&user).await;
}

#[tokio::test]
async fn partners_of_one_name_are_two_partners() {
    let api = Api::new().await;
    let body = json!({"partnerName": "Twin", "name": "app"});
    let (one, two) = (create(&api, body.clone()).await, create(&api, body).await);
    assert_ne!(one.text("/data/partnerId"), two.text("/data/partnerId"));
    assert_ne!(
        one.text("/data/clientSecret"),
        two.text("/data/clientSecret")
    );
}

#[tokio::test]
async fn the_names_of_a_client_and_a_partner_can_be_shown_on_a_line() {
    let api = Api::new().await;
    for name in UNFIT_NAMES {
        let body = json!({"partnerName": "Acme", "name": name});
        create(&api, body)
            .await
            .fails(1002)
            .naming("name may not be blank");
        let body = json!({"partnerName": name, "name": "app"});
        let reply = create(&api, body).await;
        reply.fails(1002).naming("partnerName may not be blank");
    }
}

#[tokio::test]
async fn a_client_gives_its_own_roles_only() {
    let api = Api::new().await;
    let body = json!({
        "partnerName": "Acme",
        "name": "app",
        "roles": ["gold", "silver"],
        "defaultRoles": ["silver"],
    });
    let acme = acting_as(&api, &create(&api, body).await).await;
    for (roles, expected) in [
        (Value::Null, Some(json!(["silver"]))),
        (json!(["gold"]), Some(json!(["gold"]))),
        (json!(["customer"]), None),
        (json!(["gold", "customer"]), None),
    ] {
        let mut body = application();
        if !roles.is_null() {
            body["roles"] = roles;
        }
        let reply = acme.post("/v1/user/sign-up", &acme.token, body).await;
        match expected {
            Some(roles) => assert_eq!(reply.ok()["info"]["roles"], roles, "{reply}"),
            None => drop(reply.fails(3003)),
        }
    }
}

#[tokio::test]
async fn a_client_is_made_for_one_partner_that_exists_or_is_named() {
    let api = Api::new().await;
    let partner = create(&api, json!({"partnerName": "Acme", "name": "app"})).await;
    let partner = partner.text("/data/partnerId");
    for body in [
        json!({"name": "app"}),
        json!({"partnerName": "Acme", "partnerId": partner, "name": "app"}),
        json!({"partnerId": format!("prt_{}", random::letters(8)), "name": "app"}),
        json!({"partnerName": "", "name": "app"}),
        json!({"partnerName": "Acme", "name": ""}),
        json!({"partnerName": "a".repeat(101), "name": "app"}),
        json!({"partnerName": "Acme", "name": "a".repeat(101)}),
        json!({"partnerName": "Acme", "name": "app", "roles": vec!["r"; 17]}),
        json!({"partnerName": "Acme", "name": "app", "roles": [""]}),
        json!({"partnerName": "Acme", "name": "app", "roles": ["r".repeat(65)]}),
    ] {
        create(&api, body).await.fails(1002);
    }
    let body = json!({"partnerName": "Acme", "name": "app", "roles": ["a"], "defaultRoles": ["b"]});
    create(&api, body).await.fails_with_one_of(&[1002, 3003]);
}

#[tokio::test]
async fn an_admin_scope_is_not_to_be_had_from_outside() {
    let api = Api::new().await;
    let long = "users.read ".repeat(20);
    for scope in [
        json!("admin"),
        json!("client_auth admin"),
        json!("user_auth"),
        json!("users.erase"),
        json!("client_auth  users.read"),
        json!("client_auth,users.read"),
        json!(" client_auth"),
        json!(""),
        json!(long),
        json!(["client_auth"]),
        json!(true),
    ] {
        let body = json!({"partnerName": "Acme", "name": "app", "scope": scope});
        create(&api, body).await.fails(1002).naming("scope");
    }
}

/// What asks about every partner's tokens is the operator's own, whoever is named beside it.
#[tokio::test]
async fn the_scope_of_services_behind_is_for_clients_of_the_operators_own_partner() {
    let api = Api::new().await;
    let root = api.client_token("root").await;
    let operator = Jwt::read(&root).claims["partner_id"].clone();
    let partner = create(&api, json!({"partnerName": "Acme", "name": "app"})).await;
    let partner = partner.text("/data/partnerId");
    for scope in ["introspect", "client_auth introspect"] {
        for member in ["partnerId", "partnerName"] {
            let body = json!({"name": "app", "scope": scope, member: partner});
            create(&api, body).await.fails(1002).naming("scope");
        }
        let body = json!({"name": "app", "scope": scope, "partnerId": operator});
        assert_eq!(create(&api, body).await.ok()["scope"], scope);
    }
    // Nor is it among those that a client gets where none is named.
    let body = json!({"name": "app", "partnerId": operator});
    let reply = create(&api, body).await;
    assert_eq!(
        reply.ok()["scope"],
        "client_auth users.read users.write",
        "{reply}"
    );
}

/// Every row behind a path, page by page.
async fn pages(api: &Api, path: &str, member: &str, limit: usize) -> Vec<Value> {
    let root = api.client_token("root").await;
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let sign = if path.contains('?') { '&' } else { '?' };
        let page = format!("{path}{sign}limit={limit}&cursor={cursor}");
        let reply = api.get(&page, &root).await;
        let rows = reply.ok()[member].as_array().expect("a list").clone();
        let is_last = reply.ok()["nextCursor"].is_null();
        assert!(
            rows.len() == limit || is_last && rows.len() < limit,
            "{reply}"
        );
        all.extend(rows);
        if is_last {
            return all;
        }
        cursor = reply.text("/data/nextCursor");
    }
}

#[tokio::test]
async fn the_operator_lists_a_partners_clients_page_by_page_and_no_secret_is_among_them() {
    let api = Api::new().await;
    let body = json!({
        "partnerName": "Acme",
        "name": "app",
        "scope": "client_auth",
        "roles": ["customer", "vip"],
        "defaultRoles": ["vip"],
    });
    let app = create(&api, body).await;
    let partner = app.text("/data/partnerId");
    let mut made = vec![app];
    for name in ["desk", "reports", "old"] {
        made.push(create(&api, json!({"partnerId": partner, "name": name})).await);
    }
    let rotated = rotate(&api, &credentials(&made[1])).await;
    delete(&api, &credentials(&made[3]).id).await.ok();

    let path = format!("/v1/client?partnerId={partner}");
    for limit in [1, 2, 3, 50] {
        let listed = pages(&api, &path, "clients", limit).await;
        let ids = listed.iter().map(|client| client["clientId"].as_str());
        let ids: Vec<&str> = ids.map(|id| id.expect("an id")).collect();
        let expected: Vec<String> = made.iter().map(|one| credentials(one).id).collect();
        assert_eq!(ids, expected, "{limit}");
    }
    let listed = pages(&api, &path, "clients", 50).await;
    let first = &listed[0];
    let members: Vec<&String> = first.as_object().expect("a client").keys().collect();
    assert_eq!(
        members,
        [
            "clientId",
            "partnerId",
            "name",
            "scope",
            "roles",
            "defaultRoles",
            "creationTs",
            "deletionTs",
            "secrets",
        ]
    );
    assert_eq!(first["partnerId"], partner.as_str());
    assert_eq!(first["name"], "app");
    assert_eq!(first["scope"], "client_auth");
    assert_eq!(first["roles"], json!(["customer", "vip"]));
    assert_eq!(first["defaultRoles"], json!(["vip"]));
    let secrets = listed.iter().map(|client| client["secrets"].clone());
    assert_eq!(secrets.collect::<Vec<_>>(), [1, 2, 1, 0]);
    let is_deleted = listed.iter().map(|client| client["deletionTs"].is_string());
    assert_eq!(is_deleted.collect::<Vec<_>>(), [false, false, false, true]);
    let all = serde_json::to_string(&listed).expect("JSON");
    let mut secrets: Vec<String> = made.iter().map(|one| credentials(one).secret).collect();
    secrets.push(rotated.secret);
    for secret in secrets {
        assert!(!all.contains(&secret) && !all.contains(&hash(&secret)));
    }
}

#[tokio::test]
async fn the_operator_lists_every_partner_and_client_and_a_partner_lists_none() {
    let api = Api::new().await;
    let name = format!("Acme {}", random::letters(12));
    let reply = create(&api, json!({"partnerName": name, "name": "app"})).await;
    let (partner, client) = (reply.text("/data/partnerId"), credentials(&reply).id);
    let second = json!({"partnerId": partner, "name": "gone"});
    let second = credentials(&create(&api, second).await).id;
    delete(&api, &second).await.ok();

    let partners = pages(&api, "/v1/partner", "partners", 7).await;
    let of_that_name: Vec<&Value> = partners.iter().filter(|one| one["name"] == name).collect();
    assert_eq!(of_that_name.len(), 1);
    let mut expected = of_that_name[0].clone();
    expected["partnerId"] = json!(partner);
    expected["clients"] = json!(1);
    expected["home"] = json!("DB");
    assert_eq!(of_that_name[0], &expected);
    assert_eq!(expected.as_object().expect("a partner").len(), 5);

    let clients = pages(&api, "/v1/client", "clients", 100).await;
    for id in [&client, &second, &api.gatehouse.service.client("root").id] {
        let found = clients.iter().filter(|one| one["clientId"] == id.as_str());
        assert_eq!(found.count(), 1, "{id}");
    }
    let mut ids: Vec<&str> = clients
        .iter()
        .filter_map(|one| one["clientId"].as_str())
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), clients.len());
    assert!(ids.is_sorted());

    for path in ["/v1/partner", "/v1/client"] {
        api.get(path, &api.token).await.fails(2003).naming("admin");
        let root = api.client_token("root").await;
        for cursor in ["x", "aud_1", "cli_é", &"p".repeat(65)] {
            let path = format!("{path}?cursor={cursor}");
            api.get(&path, &root).await.fails(1002).naming("cursor");
        }
        let path = format!("{path}?limit=101");
        api.get(&path, &root).await.fails(1002).naming("limit");
    }
    let root = api.client_token("root").await;
    let reply = api.get("/v1/client?partnerId=prt_none", &root).await;
    assert_eq!(*reply.ok(), json!({"clients": [], "nextCursor": null}));
}

fn hash(secret: &str) -> String {
    let hash = Sha256::digest(secret.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_client_has_the_scopes_it_was_made_with_and_gets_a_token_of_no_other() {
    let api = Api::new().await;
    for (asked, given) in [
        ("users.read", "users.read"),
        ("users.write users.read", "users.read users.write"),
        ("client_auth client_auth", "client_auth"),
    ] {
        let body = json!({"partnerName": "Acme", "name": "desk", "scope": asked});
        let reply = create(&api, body).await;
        assert_eq!(reply.ok()["scope"], given, "{reply}");
        let client = credentials(&reply);
        let granted = grant(&api, &client).await;
        assert_eq!(granted.text("scope"), given, "{granted}");
        for scope in [
            "client_auth",
            "users.read",
            "users.write",
            "introspect",
            "admin",
            "user_auth",
        ] {
            let form = format!("grant_type=client_credentials&scope={scope}");
            let call = api.call(Method::POST, "/oauth2/token");
            let call = call.basic(&client.id, &client.secret);
            let reply = call.form(&form).send().await;
            match given.split(' ').any(|one| one == scope) {
                true => assert_eq!(reply.text("scope"), scope, "{reply}"),
                false => drop(reply.oauth_error(400, "invalid_scope")),
            }
        }
    }
}

/// The desk's credential signs nobody in, the app's unlocks nobody.
#[tokio::test]
async fn the_desk_of_a_partner_and_its_app_cannot_do_each_others_work() {
    let api = Api::new().await;
    let body = json!({"partnerName": "Acme", "name": "app", "scope": "client_auth"});
    let reply = create(&api, body).await;
    let app = acting_as(&api, &reply).await;
    let partner = reply.text("/data/partnerId");
    let body = json!({"partnerId": partner, "name": "desk", "scope": "users.read users.write"});
    let desk = acting_as(&api, &create(&api, body).await).await;

    let user = app.sign_up().await;
    let session = app.session(&user).await;
    let path = format!("/v1/user/{}", user.id);
    let lacks = |reply: Reply, scope: &str| {
        let challenge = reply.fails(2003).header("www-authenticate").to_owned();
        let wanted = format!("error=\"insufficient_scope\", scope=\"{scope}\"");
        assert!(challenge.ends_with(&wanted), "{reply}");
        reply.naming(scope);
    };
    lacks(app.get(&path, &app.token).await, "users.read");
    lacks(app.get("/v1/audit", &app.token).await, "users.read");
    for act in ["unlock", "disable", "enable"] {
        let act = format!("{path}/{act}");
        lacks(app.post(&act, &app.token, json!({})).await, "users.write");
        desk.post(&act, &desk.token, json!({})).await.ok();
    }
    desk.get(&path, &desk.token).await.ok();
    desk.get("/v1/audit", &desk.token).await.ok();
    lacks(desk.login(&user.email, &user.password).await, "client_auth");
    lacks(
        desk.refresh(&user.email, &session.refresh).await,
        "client_auth",
    );
}

fn credentials(created: &Reply) -> Credentials {
    Credentials {
        id: created.text("/data/clientId"),
        secret: created.text("/data/clientSecret"),
    }
}

/// A new secret of this client.
async fn rotate(api: &Api, client: &Credentials) -> Credentials {
    replace(api, client, json!({})).await
}

async fn replace(api: &Api, client: &Credentials, body: Value) -> Credentials {
    let root = api.client_token("root").await;
    let path = format!("/v1/client/{}/secret", client.id);
    let reply = api.post(&path, &root, body).await;
    assert_eq!(reply.ok()["clientId"], client.id.as_str(), "{reply}");
    credentials(&reply)
}

async fn delete(api: &Api, id: &str) -> Reply {
    let root = api.client_token("root").await;
    api.delete(&format!("/v1/client/{id}"), &root).await
}

/// What the token endpoint says to these.
async fn grant(api: &Api, client: &Credentials) -> Reply {
    let call = api.call(Method::POST, "/oauth2/token");
    let call = call.basic(&client.id, &client.secret);
    call.form("grant_type=client_credentials").send().await
}

#[tokio::test]
async fn a_secret_and_the_one_before_it_work_and_none_older() {
    let api = Api::new().await;
    let first = api.new_client().await;
    let second = rotate(&api, &first).await;
    assert_ne!(first.secret, second.secret);
    for secret in [&first, &second] {
        grant(&api, secret).await.expect_status(200);
    }
    let third = rotate(&api, &first).await;
    grant(&api, &first).await.oauth_error(401, "invalid_client");
    for secret in [&second, &third] {
        grant(&api, secret).await.expect_status(200);
    }
    let fourth = rotate(&api, &first).await;
    grant(&api, &second)
        .await
        .oauth_error(401, "invalid_client");
    for secret in [&third, &fourth] {
        grant(&api, secret).await.expect_status(200);
    }
}

#[tokio::test]
async fn a_rotation_touches_no_other_clients_secrets_and_says_how_long_the_old_one_lives() {
    let api = Api::new().await;
    let (client, neighbour) = (api.new_client().await, api.new_client().await);
    let root = api.client_token("root").await;
    let path = format!("/v1/client/{}/secret", client.id);
    for _ in 0..2 {
        let reply = api.post(&path, &root, json!({})).await;
        let ends = reply.text("/data/previousExpiresAt");
        assert!(ends.starts_with("20") && ends.ends_with('Z'), "{reply}");
    }
    grant(&api, &neighbour).await.expect_status(200);
    let crossed = Credentials {
        id: client.id.clone(),
        secret: neighbour.secret.clone(),
    };
    let reply = grant(&api, &crossed).await;
    reply.oauth_error(401, "invalid_client");
}

#[tokio::test]
async fn a_leaked_secret_ends_at_once_with_the_tokens_it_gave_and_customers_stay_logged_in() {
    let api = Api::new().await;
    let (client, neighbour) = (api.new_client().await, api.new_client().await);
    let theirs = api.token_of(&neighbour).await;
    let rotated = rotate(&api, &client).await;
    let token = api.token_of(&client).await;
    let leaked = api.with_token(&token);
    let (user, session) = leaked.signed_in_user().await;

    let fresh = replace(&api, &client, json!({"revokePrevious": true})).await;
    for old in [&client, &rotated] {
        let reply = grant(&api, old).await;
        reply.oauth_error(401, "invalid_client");
    }
    leaked.login(&user.email, &user.password).await.fails(2002);
    api.get("/v1/audit", &token).await.fails(2002);
    api.get("/v1/audit", &theirs).await.ok();
    // In the same second, and again: a token of the new secret is good from its first moment.
    for _ in 0..3 {
        let next = api.token_of(&fresh).await;
        api.get("/v1/audit", &next).await.ok();
    }
    let introspect = async |token: &str| {
        let call = api.call(Method::POST, "/oauth2/introspect");
        let call = call.basic(&fresh.id, &fresh.secret);
        let reply = call.form(&format!("token={token}")).send().await;
        reply.body["active"].clone()
    };
    assert_eq!(introspect(&token).await, json!(false));
    assert_eq!(introspect(&session.access).await, json!(true));
    let fresh = api.with_token(&api.token_of(&fresh).await);
    fresh.refresh(&user.email, &session.refresh).await.ok();
}

#[tokio::test]
async fn the_sessions_of_a_clients_users_end_where_it_is_meant_and_no_others() {
    let api = Api::new().await;
    let reply = create(&api, json!({"partnerName": "Acme", "name": "app"})).await;
    let (client, partner) = (credentials(&reply), reply.text("/data/partnerId"));
    let app = acting_as(&api, &reply).await;
    let reply = create(&api, json!({"partnerId": partner, "name": "web"})).await;
    let web = acting_as(&api, &reply).await;
    let user = app.sign_up().await;
    let (stolen, other) = (app.session(&user).await, web.session(&user).await);

    replace(&api, &client, json!({"endSessions": true})).await;
    app.refresh(&user.email, &stolen.refresh).await.fails(5001);
    let next = web.refresh(&user.email, &other.refresh).await;
    let access = next.text("/data/accessToken");
    let list = web.get("/v1/user/sessions", &access).await;
    assert_eq!(
        list.ok()["sessions"].as_array().map(Vec::len),
        Some(1),
        "{list}"
    );
    // Its tokens, and who logs in from now on, are as good as ever.
    let again = app.session(&user).await;
    app.refresh(&user.email, &again.refresh).await.ok();
}

/// The headers come while the token is good, the body once it is not: what counts is when it was there.
#[tokio::test]
async fn a_body_that_comes_late_finds_what_was_ended_ended() {
    let api = Api::new().await;
    let client = api.new_client().await;
    let reply = grant(&api, &client).await;
    let token = reply.body["access_token"].as_str().expect("a token");
    let body = crate::support::people::application().to_string();
    let head = format!(
        "POST /v1/user/sign-up HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{{",
        body.len()
    );
    let port = api.gatehouse.service.port;
    let mut held = TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    held.write_all(head.as_bytes()).expect("the headers go out");
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;

    let root = api.client_token("root").await;
    let path = format!("/v1/client/{}/secret", client.id);
    let end = json!({"revokePrevious": true});
    api.post(&path, &root, end).await.ok();

    let answer = tokio::task::spawn_blocking(move || {
        held.write_all(&body.as_bytes()[1..])
            .expect("the rest goes out");
        let mut answer = String::new();
        held.read_to_string(&mut answer).expect("an answer");
        answer
    });
    let answer = answer.await.expect("no panic");
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(answer.contains("\"errorCode\":2002"), "{answer}");
}

#[tokio::test]
async fn what_is_no_flag_ends_nothing() {
    let api = Api::new().await;
    let client = api.new_client().await;
    let root = api.client_token("root").await;
    let path = format!("/v1/client/{}/secret", client.id);
    for (body, field) in [
        (json!({"revokePrevious": "true"}), "revokePrevious"),
        (json!({"endSessions": 1}), "endSessions"),
        // A slip that was ignored would leave the leaked secret alive.
        (json!({"revokePrev": true}), "body"),
        (json!({"revokePrevious": true, "endsessions": true}), "body"),
    ] {
        api.post(&path, &root, body).await.fails(1002).naming(field);
    }
    // And that of a scope would give them all.
    let body = json!({"partnerName": "Slip", "name": "desk", "scopes": "users.read"});
    let reply = api.post("/v1/client", &root, body).await;
    reply.fails(1002).naming("body");
    let call = api.call(Method::POST, &path).bearer(&root);
    let body = b"{\"revokePrevious\": true".to_vec();
    call.body("application/json", body).send().await.fails(1001);
    grant(&api, &client).await.expect_status(200);
    let call = api.call(Method::POST, &path).bearer(&root);
    call.send().await.ok();
    grant(&api, &client).await.expect_status(200);
}

#[tokio::test]
async fn a_deleted_client_gets_no_token_and_those_it_had_are_refused() {
    let api = Api::new().await;
    let client = api.new_client().await;
    let rotated = rotate(&api, &client).await;
    let token = api.token_of(&client).await;
    let gone = api.with_token(&token);
    let user = gone.sign_up().await;
    // Once more is no error: the first answer may have been lost.
    for _ in 0..2 {
        delete(&api, &client.id).await.ok();
        for secret in [&client, &rotated] {
            let reply = grant(&api, secret).await;
            reply.oauth_error(401, "invalid_client");
        }
        gone.login(&user.email, &user.password).await.fails(2002);
        api.get("/v1/audit", &token).await.fails(2002);
    }
    // Nor is there a way back.
    let root = api.client_token("root").await;
    let path = format!("/v1/client/{}/secret", client.id);
    api.post(&path, &root, json!({})).await.fails(7001);
}

#[tokio::test]
async fn the_end_of_a_client_is_not_the_end_of_its_partners_other_one() {
    let api = Api::new().await;
    let reply = create(&api, json!({"partnerName": "Acme", "name": "app"})).await;
    let app = acting_as(&api, &reply).await;
    let partner = reply.text("/data/partnerId");
    let desk = create(&api, json!({"partnerId": partner, "name": "desk"})).await;
    let desk = acting_as(&api, &desk).await;
    let user = app.sign_up().await;
    delete(&api, &reply.text("/data/clientId")).await.ok();
    app.login(&user.email, &user.password).await.fails(2002);
    let session = desk.session(&user).await;
    desk.me(&session.access).await.ok();
}

#[tokio::test]
async fn whoever_runs_the_service_cannot_lock_themselves_out() {
    let api = Api::new().await;
    let root = api.gatehouse.service.client("root");
    delete(&api, &root.id).await.fails(1002).naming("clientId");
    grant(&api, &root).await.expect_status(200);
}

#[tokio::test]
async fn only_an_admin_manages_clients_and_only_those_there_are() {
    let api = Api::new().await;
    let client = api.new_client().await;
    let token = api.token_of(&client).await;
    let (path, secret) = (
        format!("/v1/client/{}", client.id),
        format!("/v1/client/{}/secret", client.id),
    );
    for token in [&token, &api.token] {
        api.delete(&path, token).await.fails(2003);
        api.post(&secret, token, json!({})).await.fails(2003);
    }
    grant(&api, &client).await.expect_status(200);
    let root = api.client_token("root").await;
    for id in ["cli_00000000-0000-7000-8000-000000000000", "x'--"] {
        delete(&api, id).await.fails(7001);
        let path = format!("/v1/client/{id}/secret");
        api.post(&path, &root, json!({})).await.fails(7001);
    }
}
