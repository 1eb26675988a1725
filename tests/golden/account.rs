//! Accounts and portfolios.

use serde_json::json;

use crate::call::{get, post};
use crate::people::{account, portfolio, text};
use crate::scene::Scene;

#[tokio::test]
async fn accounts_stay() {
    let mut scene = Scene::begin("account", 60).await;
    let ada = scene.signed_up(1).await;
    let bob = scene.verified(2).await;
    scene
        .shows("of somebody unverified", account(json!({"userId": ada.id})))
        .await;
    let chosen = json!({"userId": bob.id, "accountId": "Chosen-1", "email": "Other@Example.COM"});
    scene
        .shows(
            "of somebody verified, under a chosen id",
            account(chosen.clone()),
        )
        .await;
    scene.shows("the same again", account(chosen)).await;
    let other = json!({"userId": bob.id, "accountId": "Chosen-1", "email": "third@example.com"});
    scene.lists(account(other)).await;

    scene
        .shows("6001", account(json!({"userId": "usr_none"})))
        .await;
    let taken = json!({"userId": ada.id, "accountId": "Chosen-1"});
    scene.shows("6003", account(taken)).await;
    let taken = json!({"userId": "usr_none", "accountId": "Chosen-1"});
    scene.lists(account(taken)).await;

    scene
        .shows("GET /v1/account/:", get("/v1/account/Chosen-1").client())
        .await;
    scene.shows("6002", get("/v1/account/none").client()).await;
    let (_, session) = scene.signed_in(3).await;
    let token = text(&session, "accessToken");
    let read = get("/v1/account/Chosen-1");
    scene
        .lists(read.clone().token("another user", &token))
        .await;
    let other = scene.new_client(json!({"partnerName": "Other"})).await;
    let token = scene.token_of(&other).await;
    scene
        .lists(read.clone().token("another partner's client", &token))
        .await;
    let root = scene.root().await;
    scene.lists(read.clone().token("root", &root)).await;
    let session = scene.session(&bob).await;
    let token = text(&session, "accessToken");
    scene
        .shows("to its own user", read.token("user", &token))
        .await;
    scene.ends();
}

#[tokio::test]
async fn portfolios_stay() {
    let mut scene = Scene::begin("portfolio", 61).await;
    let ada = scene.signed_up(1).await;
    let bob = scene.verified(2).await;
    let body = json!({"accountId": ada.account});
    scene.shows("6005", portfolio(body)).await;
    scene
        .shows("6002", portfolio(json!({"accountId": "none"})))
        .await;
    let body = json!({"accountId": bob.account});
    scene.shows("the first", portfolio(body)).await;
    let chosen = json!({
        "accountId": bob.account,
        "name": "Savings",
        "portfolioId": "Chosen-1",
        "portfolioAccountType": "EARN",
    });
    scene.shows("all chosen", portfolio(chosen.clone())).await;
    scene
        .shows("the same again", portfolio(chosen.clone()))
        .await;

    scene.heading("6004");
    let others = [
        ("name", json!("Other")),
        ("name", json!(null)),
        ("portfolioAccountType", json!("FEES")),
    ];
    for (member, value) in others {
        let mut body = chosen.clone();
        body[member] = value;
        scene.lists(portfolio(body)).await;
    }
    let cleo = scene.verified(3).await;
    let mut body = chosen.clone();
    body["accountId"] = json!(cleo.account);
    scene.shows("another account's", portfolio(body)).await;

    scene.heading("verified no more, an id that is there and one that is not");
    let event = scene.kyc("lost", &bob, json!({"status": "VERIFICATION_FAILED"}));
    scene.quietly(event).await;
    scene.lists(portfolio(chosen)).await;
    scene
        .lists(portfolio(json!({"accountId": bob.account})))
        .await;

    scene.heading("verified, and disabled");
    let disable = post(&format!("/v1/user/{}/disable", cleo.id)).client();
    scene.quietly(disable).await;
    scene
        .lists(portfolio(json!({"accountId": cleo.account})))
        .await;
    let read = get(&format!("/v1/account/{}", cleo.account)).client();
    scene.lists(read).await;
    let body = json!({"userId": cleo.id, "accountId": "of-a-disabled"});
    scene.lists(account(body)).await;
    scene.ends();
}

#[tokio::test]
async fn the_pages_of_portfolios_stay() {
    let mut scene = Scene::begin("portfolio_pages", 62).await;
    let ada = scene.verified(1).await;
    let path = format!("/v1/account/{}/portfolios", ada.account);
    let page = |query: &str| get(&format!("{path}{query}")).client();
    scene.shows("none", page("")).await;
    for n in 1..=3 {
        let body = json!({"accountId": ada.account, "portfolioId": format!("p-{n}")});
        scene.quietly(portfolio(body)).await;
    }
    scene.shows("all", page("")).await;
    let reply = scene.shows("the first two", page("?limit=2")).await;
    let cursor = reply.text("/data/nextCursor");
    scene
        .shows("the rest", page(&format!("?limit=2&cursor={cursor}")))
        .await;
    scene.lists(page("?cursor=4294967295")).await;
    scene.lists(page("?limit=&cursor=")).await;

    scene.heading("refused");
    for query in [
        "?limit=0",
        "?limit=101",
        "?limit=x",
        "?limit=1&limit=2",
        "?limit=+5",
        "?limit=-1",
        "?cursor=x",
        "?cursor=-1",
        "?cursor=4294967296",
        "?cursor=id.none",
        "?cursor=a&cursor=b",
        "?limit=0&cursor=x",
    ] {
        scene.lists(page(query)).await;
    }
    scene
        .lists(get("/v1/account/none/portfolios").client())
        .await;
    scene
        .lists(get("/v1/account/none/portfolios?limit=0").client())
        .await;
    let (_, session) = scene.signed_in(2).await;
    let token = text(&session, "accessToken");
    scene.lists(get(&path).token("another user", &token)).await;
    scene.ends();
}
