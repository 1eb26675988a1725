//! Portfolios: only while the owner is verified, each with an index and an address of its own.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{json, Value};

use crate::support::http::Reply;
use crate::support::people::UNFIT_NAMES;
use crate::support::{at_once, custody, random, Api};

async fn create(api: &Api, body: Value) -> Reply {
    api.post("/v1/account/portfolio", &api.token, body).await
}

fn portfolios(reply: &Reply) -> &[Value] {
    let list = reply.ok()["portfolios"].as_array();
    list.unwrap_or_else(|| panic!("no portfolios: {reply}"))
}

#[tokio::test]
async fn a_portfolio_needs_a_verified_owner() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    for (at, status) in [
        (1, "VERIFICATION_IN_PROGRESS"),
        (2, "VERIFICATION_FAILED"),
        (3, "VERIFICATION_FATAL_FAILED"),
    ] {
        api.portfolio(&user.account).await.fails(6005);
        api.set_kyc(&user, status, at).await;
    }
    api.portfolio(&user.account).await.fails(6005);
    api.set_kyc(&user, "VERIFIED", 4).await;
    assert_eq!(portfolios(&api.portfolio(&user.account).await).len(), 1);
    api.set_kyc(&user, "VERIFICATION_FAILED", 5).await;
    api.portfolio(&user.account).await.fails(6005);
}

#[tokio::test]
async fn the_portfolio_object_is_the_seeds_and_its_address() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    let reply = create(&api, json!({"accountId": user.account, "name": "Mine"})).await;
    let portfolio = &portfolios(&reply)[0];
    let members: BTreeSet<&str> = portfolio
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        members,
        BTreeSet::from([
            "portfolioId",
            "name",
            "accountId",
            "creationTs",
            "publicStrategy",
            "portfolioAccountType",
            "publicAddress",
            "addressIndex",
            "network",
            "networks",
        ]),
        "{reply}"
    );
    let id = reply.text("/data/portfolios/0/portfolioId");
    assert!(id.starts_with("pfl_"), "{reply}");
    assert_eq!(portfolio["accountId"], user.account.as_str(), "{reply}");
    assert_eq!(portfolio["publicStrategy"], false, "{reply}");
    assert_eq!(portfolio["network"], "ethereum", "{reply}");
    assert_eq!(portfolio["networks"], json!(["ethereum"]), "{reply}");
    assert_eq!(reply.ok()["tradingPortfolioId"], id.as_str(), "{reply}");
}

#[tokio::test]
async fn the_first_trading_portfolio_is_the_accounts_trading_portfolio() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    let of_type = |kind: &str| json!({"accountId": user.account, "portfolioAccountType": kind});
    for (count, kind) in ["STRATEGY", "EARN", "PAYMENT", "FEES"].iter().enumerate() {
        let reply = create(&api, of_type(kind)).await;
        assert_eq!(portfolios(&reply).len(), count + 1, "{reply}");
        let portfolio = &portfolios(&reply)[count];
        assert_eq!(portfolio["portfolioAccountType"], *kind, "{reply}");
        assert_eq!(reply.ok()["tradingPortfolioId"], Value::Null, "{reply}");
    }
    let reply = create(&api, of_type("TRADING")).await;
    let first = portfolios(&reply)[4]["portfolioId"].clone();
    assert_eq!(reply.ok()["tradingPortfolioId"], first, "{reply}");
    let reply = create(&api, of_type("TRADING")).await;
    assert_eq!(reply.ok()["tradingPortfolioId"], first, "{reply}");
}

#[tokio::test]
async fn a_type_that_is_none_of_the_five_is_1002() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    for kind in ["", "trading", "TRADING ", "SAVINGS"] {
        let body = json!({"accountId": user.account, "portfolioAccountType": kind});
        create(&api, body)
            .await
            .fails(1002)
            .naming("portfolioAccountType");
    }
}

#[tokio::test]
async fn a_name_may_have_100_characters() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    for (length, code) in [(99, 0), (100, 0), (101, 1002)] {
        for letter in ["a", "語"] {
            let name = letter.repeat(length);
            let reply = create(&api, json!({"accountId": user.account, "name": name})).await;
            reply.fails_with_one_of(&[code]);
            match code {
                0 => assert_eq!(portfolios(&reply).last().unwrap()["name"], name.as_str()),
                _ => drop(reply.naming("name")),
            }
        }
    }
}

#[tokio::test]
async fn a_name_can_be_shown_on_a_line() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    for name in ["Für später", "貯金", "مدخرات", "👩‍👩‍👧"] {
        let reply = create(&api, json!({"accountId": user.account, "name": name})).await;
        assert_eq!(portfolios(&reply).last().unwrap()["name"], name);
    }
    for name in UNFIT_NAMES {
        let reply = create(&api, json!({"accountId": user.account, "name": name})).await;
        reply.fails(1002).naming("name may not be blank");
    }
}

#[tokio::test]
async fn the_same_choice_with_the_same_content_is_the_same_portfolio() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    let body = json!({
        "accountId": user.account,
        "portfolioId": random::letters(20),
        "name": "Mine",
        "portfolioAccountType": "EARN",
    });
    let first = create(&api, body.clone()).await;
    let again = create(&api, body.clone()).await;
    assert_eq!(portfolios(&first).len(), 1, "{first}");
    assert_eq!(first.ok(), again.ok());
    for (name, value) in [("name", "Other"), ("portfolioAccountType", "FEES")] {
        let mut changed = body.clone();
        changed[name] = json!(value);
        create(&api, changed).await.fails(6004);
    }
}

#[tokio::test]
async fn twenty_parallel_equal_choices_make_one_portfolio() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    let body = json!({"accountId": user.account, "portfolioId": random::letters(20)});
    let calls = (0..20).map(|_| {
        let (api, body) = (api.clone(), body.clone());
        async move { create(&api, body).await }
    });
    for reply in at_once(calls).await {
        assert_eq!(portfolios(&reply).len(), 1, "{reply}");
    }
}

#[tokio::test]
async fn a_chosen_id_of_another_account_is_6004_and_stays_there() {
    let api = Api::new().await;
    let (owner, thief) = (api.verified_user().await, api.verified_user().await);
    let id = random::letters(20);
    let body = |account: &str| json!({"accountId": account, "portfolioId": id});
    let first = create(&api, body(&owner.account)).await;
    create(&api, body(&thief.account)).await.fails(6004);
    let reply = api
        .post("/v1/account", &api.token, json!({"userId": owner.id}))
        .await;
    create(&api, body(&reply.text("/data/accountId")))
        .await
        .fails(6004);
    assert_eq!(create(&api, body(&owner.account)).await.ok(), first.ok());
}

#[tokio::test]
async fn a_chosen_id_has_1_to_64_plain_characters() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    for (id, code) in [
        (random::letters(64), 0),
        (random::letters(65), 1002),
        (String::new(), 1002),
        ("a b".to_owned(), 1002),
        ("a/b".to_owned(), 1002),
        ("é".to_owned(), 1002),
    ] {
        let body = json!({"accountId": user.account, "portfolioId": id});
        let reply = create(&api, body).await;
        reply.fails_with_one_of(&[code]);
        if code == 1002 {
            reply.naming("portfolioId");
        }
    }
}

#[tokio::test]
async fn a_portfolio_of_no_account_is_6002() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let elsewhere = other.verified_user().await;
    let unknown = "acc_00000000-0000-7000-8000-000000000000".to_owned();
    for id in [unknown, elsewhere.account, random::letters(10)] {
        api.portfolio(&id).await.fails(6002);
    }
}

/// Index and address of every portfolio in the answers.
fn addresses<'a>(replies: impl IntoIterator<Item = &'a Reply>) -> BTreeMap<u32, String> {
    let mut found = BTreeMap::new();
    for reply in replies {
        for portfolio in portfolios(reply) {
            let index = portfolio["addressIndex"].as_u64().expect("an index");
            let index = index.try_into().expect("a BIP-32 index");
            let address = portfolio["publicAddress"].as_str().expect("an address");
            if let Some(known) = found.insert(index, address.to_owned()) {
                assert_eq!(known, address, "index {index} has one address");
            }
        }
    }
    found
}

#[tokio::test]
async fn a_hundred_parallel_portfolios_have_a_hundred_indices_and_addresses() {
    let api = Api::new().await;
    let vectors = custody::vectors();
    let users = at_once((0..4).map(|_| {
        let api = api.clone();
        async move { api.verified_user().await }
    }))
    .await;
    let calls = (0..100).map(|n| {
        let (api, account) = (api.clone(), users[n % 4].account.clone());
        async move { api.portfolio(&account).await }
    });
    let replies = at_once(calls).await;

    let found = addresses(&replies);
    assert_eq!(found.len(), 100, "distinct indices");
    let distinct: BTreeSet<&String> = found.values().collect();
    assert_eq!(distinct.len(), 100, "distinct addresses");
    for (index, address) in &found {
        assert_eq!(address, &custody::address(&vectors.xpub, *index), "{index}");
    }
    for user in &users {
        // Every answer was durable: one more has all of them.
        let reply = api.portfolio(&user.account).await;
        assert_eq!(portfolios(&reply).len(), 26, "{}", user.account);
    }
}

async fn act(api: &Api, user: &str, what: &str) {
    let path = format!("/v1/user/{user}/{what}");
    api.post(&path, &api.token, json!({})).await.ok();
}

#[tokio::test]
async fn a_disabled_owner_is_6006_whatever_their_status_and_their_accounts_are_not_active() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    let kept = json!({"accountId": user.account, "portfolioId": random::letters(20)});
    let before = create(&api, kept.clone()).await;
    assert_eq!(before.ok()["active"], true, "{before}");

    act(&api, &user.id, "disable").await;
    api.portfolio(&user.account).await.fails(6006);
    // What is there is shown, and asking for it again makes nothing.
    let again = create(&api, kept.clone()).await;
    let account = api
        .get(&format!("/v1/account/{}", user.account), &api.token)
        .await;
    let owner = api.get(&format!("/v1/user/{}", user.id), &api.token).await;
    let mut inactive = before.ok().clone();
    inactive["active"] = json!(false);
    for shown in [again.ok(), account.ok(), &owner.ok()["accounts"][0]] {
        assert_eq!(*shown, inactive);
    }
    assert_eq!(owner.ok()["userAccountStatus"], "VERIFIED", "{owner}");
    // A further account is no more active.
    let further = api
        .post("/v1/account", &api.token, json!({"userId": user.id}))
        .await;
    assert_eq!(further.ok()["active"], false, "{further}");
    assert_eq!(further.ok()["encryptionKey"], Value::Null, "{further}");
    let further = further.text("/data/accountId");
    api.portfolio(&further).await.fails(6006);
    api.set_kyc(&user, "VERIFICATION_FAILED", 10).await;
    api.portfolio(&user.account).await.fails(6006);
    act(&api, &user.id, "enable").await;
    api.portfolio(&user.account).await.fails(6005);
    act(&api, &user.id, "disable").await;
    api.set_kyc(&user, "VERIFIED", 20).await;
    api.portfolio(&user.account).await.fails(6006);

    // Enabled, all is as it was, and what could not be active before is.
    act(&api, &user.id, "enable").await;
    assert_eq!(create(&api, kept).await.ok(), before.ok());
    let read = api.get(&format!("/v1/account/{further}"), &api.token).await;
    assert_eq!(read.ok()["active"], true, "{read}");
    assert!(read.ok()["encryptionKey"].is_string(), "{read}");
    assert_eq!(portfolios(&api.portfolio(&further).await).len(), 1);
}

#[tokio::test]
async fn nothing_is_committed_after_the_owner_is_disabled_among_parallel_creations() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    let calls = (0..50).map(|n| {
        let (api, user) = (api.clone(), user.clone());
        async move {
            if n == 25 {
                act(&api, &user.id, "disable").await;
                return None;
            }
            Some(api.portfolio(&user.account).await)
        }
    });
    let replies: Vec<Reply> = at_once(calls).await.into_iter().flatten().collect();
    let made = replies.iter().filter(|reply| reply.status == 200).count();
    for reply in &replies {
        reply.fails_with_one_of(&[0, 6006]);
    }
    for _ in 0..3 {
        api.portfolio(&user.account).await.fails(6006);
    }
    let owner = api.get(&format!("/v1/user/{}", user.id), &api.token).await;
    let kept = owner.ok()["accounts"][0]["portfolios"]
        .as_array()
        .map(Vec::len);
    assert_eq!(kept, Some(made), "{owner}");
}

#[tokio::test]
async fn nothing_is_committed_after_the_status_is_lost_among_parallel_creations() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    let calls = (0..50).map(|n| {
        let (api, user) = (api.clone(), user.clone());
        async move {
            if n == 25 {
                api.set_kyc(&user, "VERIFICATION_FAILED", 10).await;
                return None;
            }
            Some(api.portfolio(&user.account).await)
        }
    });
    let replies: Vec<Reply> = at_once(calls).await.into_iter().flatten().collect();
    for reply in &replies {
        reply.fails_with_one_of(&[0, 6005]);
    }
    let made = replies.iter().filter(|reply| reply.status == 200).count();
    for _ in 0..3 {
        api.portfolio(&user.account).await.fails(6005);
    }
    // Whatever was answered with success is there, and nothing else.
    let session = api.session(&user).await;
    let me = api.me(&session.access).await;
    let kept = me.ok()["accounts"][0]["portfolios"]
        .as_array()
        .map(Vec::len);
    assert_eq!(kept, Some(made), "{me}");
}
