//! Partners and their clients, made by whoever runs the service.

use serde_json::{json, Value};

use crate::support::http::Reply;
use crate::support::people::application;
use crate::support::service::Credentials;
use crate::support::{random, Api};

async fn create(api: &Api, body: Value) -> Reply {
    let root = api.client_token("root").await;
    api.post("/v1/client", &root, body).await
}

async fn acting_as(api: &Api, created: &Reply) -> Api {
    let credentials = Credentials {
        id: created.text("/data/clientId"),
        secret: created.text("/data/clientSecret"),
    };
    api.with_token(&api.token_of(&credentials).await)
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
    assert_eq!(client["scope"], "client_auth", "{reply}");
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
    let body = json!({"partnerName": "Acme", "name": "app", "scope": "admin"});
    let reply = create(&api, body).await;
    if reply.status == 200 {
        assert_eq!(reply.ok()["scope"], "client_auth", "{reply}");
        let acme = acting_as(&api, &reply).await;
        let body = json!({"partnerName": "B", "name": "b"});
        acme.post("/v1/client", &acme.token, body).await.fails(2003);
    } else {
        reply.fails(1002);
    }
}
