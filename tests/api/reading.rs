//! Reading users, accounts and portfolios: the partner its own, a user themselves.

use std::collections::BTreeSet;

use serde_json::{json, Value};

use crate::support::database::Database;
use crate::support::http::Reply;
use crate::support::people::User;
use crate::support::{random, Api};

async fn user(api: &Api, id: &str, token: &str) -> Reply {
    api.get(&format!("/v1/user/{id}"), token).await
}

async fn account(api: &Api, id: &str, token: &str) -> Reply {
    api.get(&format!("/v1/account/{id}"), token).await
}

async fn page(api: &Api, id: &str, query: &str, token: &str) -> Reply {
    let path = format!("/v1/account/{id}/portfolios{query}");
    api.get(&path, token).await
}

/// Somebody with this many portfolios.
async fn owner(api: &Api, portfolios: usize) -> User {
    let user = api.verified_user().await;
    for _ in 0..portfolios {
        api.portfolio(&user.account).await.ok();
    }
    user
}

#[tokio::test]
async fn a_user_is_read_by_their_partner_and_by_themselves_alike() {
    let api = Api::new().await;
    let owner = owner(&api, 2).await;
    let session = api.session(&owner).await;
    let by_partner = user(&api, &owner.id, &api.token).await;
    let by_self = user(&api, &owner.id, &session.access).await;
    let me = api.me(&session.access).await;
    assert_eq!(by_partner.ok(), me.ok());
    assert_eq!(by_self.ok(), me.ok());
    assert_eq!(by_partner.ok()["userId"], owner.id.as_str());
    for secret in [&owner.password, "argon2", "password"] {
        assert!(!by_partner.raw.contains(secret), "{by_partner}");
    }
}

#[tokio::test]
async fn an_account_is_read_by_the_partner_and_by_its_owner_alike() {
    let api = Api::new().await;
    let owner = owner(&api, 2).await;
    let session = api.session(&owner).await;
    let by_partner = account(&api, &owner.account, &api.token).await;
    let by_owner = account(&api, &owner.account, &session.access).await;
    let made = user(&api, &owner.id, &api.token).await;
    assert_eq!(by_partner.ok(), by_owner.ok());
    assert_eq!(by_partner.ok(), &made.ok()["accounts"][0]);
    let list = by_partner.ok()["portfolios"].as_array().map(Vec::len);
    assert_eq!(list, Some(2), "{by_partner}");
}

#[tokio::test]
async fn what_is_somebody_elses_looks_like_nothing_at_all() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let owner = owner(&api, 1).await;
    let (_, neighbour) = api.signed_in_user().await;
    let (_, abroad) = other.signed_in_user().await;
    let root = api.client_token("root").await;
    for token in [&neighbour.access, &abroad.access, &other.token] {
        let theirs = user(&api, &owner.id, token).await;
        let nobodys = user(&api, "usr_00000000-0000-7000-8000-000000000000", token).await;
        assert_eq!(theirs.fails(6001).raw, nobodys.fails(6001).raw);
        let theirs = account(&api, &owner.account, token).await;
        let nobodys = account(&api, "acc_00000000-0000-7000-8000-000000000000", token).await;
        assert_eq!(theirs.fails(6002).raw, nobodys.fails(6002).raw);
        let listed = page(&api, &owner.account, "", token).await;
        assert_eq!(listed.fails(6002).raw, nobodys.raw);
    }
    // Whoever runs the service sees no customer.
    user(&api, &owner.id, &root).await.fails(2003);
    account(&api, &owner.account, &root).await.fails(2003);
    page(&api, &owner.account, "", &root).await.fails(2003);
}

#[tokio::test]
async fn ids_that_are_none_are_not_found() {
    let api = Api::new().await;
    for id in [
        "x",
        "%27%20OR%201=1",
        "..%2f..",
        &"a".repeat(2_000),
        "%00",
        "%FF",
    ] {
        user(&api, id, &api.token).await.fails(6001);
        account(&api, id, &api.token).await.fails(6002);
        page(&api, id, "", &api.token).await.fails(6002);
    }
}

/// Every portfolio on every page, in order, and how long the pages were.
async fn walk(api: &Api, id: &str, limit: &str, token: &str) -> (Vec<Value>, Vec<usize>) {
    walk_from(api, id, limit, "", token).await
}

/// The same behind a cursor.
async fn walk_from(
    api: &Api,
    id: &str,
    limit: &str,
    cursor: &str,
    token: &str,
) -> (Vec<Value>, Vec<usize>) {
    let (mut all, mut lengths, mut cursor) = (Vec::new(), Vec::new(), cursor.to_owned());
    loop {
        let reply = page(api, id, &format!("?limit={limit}&cursor={cursor}"), token).await;
        let list = reply.ok()["portfolios"].as_array();
        let list = list.unwrap_or_else(|| panic!("no list: {reply}"));
        lengths.push(list.len());
        all.extend(list.iter().cloned());
        assert!(lengths.len() < 50, "it never ends");
        match reply.ok()["nextCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return (all, lengths),
        }
    }
}

#[tokio::test]
async fn the_pages_hold_every_portfolio_once_in_order() {
    let api = Api::new().await;
    let owner = owner(&api, 7).await;
    let session = api.session(&owner).await;
    // Somebody else's, in between.
    let neighbour = self::owner(&api, 1).await;
    api.portfolio(&owner.account).await.ok();
    let whole = account(&api, &owner.account, &api.token).await;
    let whole = whole.ok()["portfolios"].as_array().expect("a list");
    assert_eq!(whole.len(), 8);
    for token in [&api.token, &session.access] {
        for (limit, lengths) in [
            ("1", vec![1; 8]),
            ("3", vec![3, 3, 2]),
            ("4", vec![4, 4]),
            ("8", vec![8]),
            ("100", vec![8]),
            ("", vec![8]),
        ] {
            let (all, seen) = walk(&api, &owner.account, limit, token).await;
            assert_eq!(&all, whole, "in pages of {limit}");
            assert_eq!(seen, lengths, "in pages of {limit}");
        }
    }
    let ids: BTreeSet<String> = whole.iter().map(|p| p["portfolioId"].to_string()).collect();
    assert_eq!(ids.len(), 8);
    let (theirs, _) = walk(&api, &neighbour.account, "", &api.token).await;
    assert_eq!(theirs.len(), 1);
}

#[tokio::test]
async fn a_portfolio_made_while_somebody_pages_is_on_the_last_page() {
    let api = Api::new().await;
    let owner = owner(&api, 3).await;
    let first = page(&api, &owner.account, "?limit=2", &api.token).await;
    api.portfolio(&owner.account).await.ok();
    let cursor = first.text("/data/nextCursor");
    let query = format!("?limit=2&cursor={cursor}");
    let second = page(&api, &owner.account, &query, &api.token).await;
    assert_eq!(second.ok()["portfolios"].as_array().map(Vec::len), Some(2));
    assert_eq!(second.ok()["nextCursor"], Value::Null, "{second}");
}

/// Nor does it say that nothing is left: an empty page would.
#[tokio::test]
async fn a_cursor_of_no_portfolio_of_the_account_is_refused() {
    let api = Api::new().await;
    let (owner, neighbour) = (owner(&api, 2).await, owner(&api, 2).await);
    let first = page(&api, &neighbour.account, "?limit=1", &api.token).await;
    let theirs = first.text("/data/nextCursor");
    let session = api.session(&owner).await;
    for token in [&api.token, &session.access] {
        let mut refused = Vec::new();
        for cursor in [theirs.as_str(), "id.none", "x"] {
            let query = format!("?cursor={cursor}");
            let reply = page(&api, &owner.account, &query, token).await;
            reply.fails(1002).naming("cursor");
            refused.push(reply.raw);
        }
        refused.dedup();
        assert_eq!(refused.len(), 1, "{refused:?}");
    }
    let query = format!("?cursor={theirs}");
    let nobodys = page(&api, "none", &query, &api.token).await;
    nobodys.fails(6002);
}

/// As the release before gave them out: the number of a row. An id that a partner chooses may look like one.
#[tokio::test]
async fn a_cursor_of_before_goes_on_where_it_did() {
    let api = Api::new().await;
    let owner = owner(&api, 2).await;
    let database = Database::of(&api.gatehouse.service);
    let seq = |id: &str| {
        let sql = "SELECT seq FROM portfolios WHERE account_id = ?1 AND id = ?2";
        database.number(sql, [&owner.account, id])
    };
    let (all, _) = walk(&api, &owner.account, "", &api.token).await;
    let first = all[0]["portfolioId"].as_str().expect("an id").to_owned();
    let number = seq(&first).to_string();
    let body = json!({"accountId": owner.account, "portfolioId": number});
    let path = "/v1/account/portfolio";
    api.post(path, &api.token, body).await.ok();
    let ids = async |cursor: &str| {
        let (all, _) = walk_from(&api, &owner.account, "", cursor, &api.token).await;
        let ids = all.iter().map(|one| one["portfolioId"].to_string());
        ids.collect::<Vec<String>>()
    };
    let (all, _) = walk(&api, &owner.account, "1", &api.token).await;
    assert_eq!(all.len(), 3);
    assert_eq!(ids(&number).await.len(), 2);
    assert_eq!(ids(&format!("id.{first}")).await.len(), 2);
    assert_eq!(ids(&format!("id.{number}")).await.len(), 0);
}

/// 50 are listed: the one just made, the trading one, and the oldest; the pages from the cursor on have the rest.
#[tokio::test]
async fn an_account_of_many_portfolios_lists_fifty_and_says_how_to_go_on() {
    let api = Api::new().await;
    let owner = api.verified_user().await;
    let open = async |kind: &str| {
        let body = json!({"accountId": owner.account, "portfolioAccountType": kind});
        api.post("/v1/account/portfolio", &api.token, body).await
    };
    let ids = |list: &Value| -> Vec<String> {
        let list = list.as_array().expect("a list").iter();
        list.map(|one| one["portfolioId"].to_string()).collect()
    };
    for _ in 0..50 {
        open("EARN").await.ok();
    }
    let whole = open("EARN").await;
    assert_eq!(whole.ok()["portfoliosTotal"], 51, "{whole}");
    let before = ids(&whole.ok()["portfolios"]);
    assert_eq!(before.len(), 50);
    let made = open("TRADING").await;
    let last = open("EARN").await;
    let trading = made.ok()["tradingPortfolioId"].clone();
    assert_eq!(last.ok()["tradingPortfolioId"], trading, "{last}");
    let listed = ids(&last.ok()["portfolios"]);
    assert_eq!(listed.len(), 50);
    assert_eq!(listed[..48], before[..48]);
    assert_eq!(listed[48], trading.to_string());

    let (all, _) = walk(&api, &owner.account, "20", &api.token).await;
    let all = ids(&json!(all));
    assert_eq!(all.len(), 53);
    assert_eq!(listed[49], all[52], "the one just made");
    let session = api.session(&owner).await;
    let me = api.me(&session.access).await;
    let account = account(&api, &owner.account, &api.token).await;
    assert_eq!(account.ok(), &me.ok()["accounts"][0]);
    for shown in [last.ok(), account.ok()] {
        assert_eq!(shown["portfoliosTotal"], 53, "{shown}");
        assert_eq!(shown["portfolios"].as_array().map(Vec::len), Some(50));
        let cursor = shown["portfoliosCursor"].as_str().expect("there are more");
        let query = format!("?limit=100&cursor={cursor}");
        let rest = page(&api, &owner.account, &query, &api.token).await;
        let listed = ids(&shown["portfolios"]).into_iter();
        let met: BTreeSet<String> = listed.chain(ids(&rest.ok()["portfolios"])).collect();
        assert_eq!(met, all.iter().cloned().collect());
    }
}

#[tokio::test]
async fn an_account_without_portfolios_has_one_empty_page() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let reply = page(&api, &user.account, "", &api.token).await;
    assert_eq!(reply.ok(), &json!({"portfolios": [], "nextCursor": null}));
}

#[tokio::test]
async fn a_page_has_1_to_100_entries_and_starts_at_a_cursor_that_was_given() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    for limit in [
        "0",
        "101",
        "-1",
        "+5",
        "%2B5",
        "%205",
        "1.5",
        "1e1",
        "many",
        "4294967297",
        "0x10",
    ] {
        let reply = page(&api, &user.account, &format!("?limit={limit}"), &api.token).await;
        reply.fails(1002).naming("limit");
    }
    for cursor in [
        "x",
        "-1",
        "1.5",
        "%27",
        "id.",
        "id.a.b",
        "id.%27",
        "99999999999999999999",
        &random::letters(70),
    ] {
        let query = format!("?cursor={cursor}");
        let reply = page(&api, &user.account, &query, &api.token).await;
        reply.fails(1002).naming("cursor");
    }
    let reply = page(&api, &user.account, "?limit=1&limit=2", &api.token).await;
    reply.fails(1002).naming("limit");
    page(&api, &user.account, "?limit=100&cursor=0", &api.token)
        .await
        .ok();
}
