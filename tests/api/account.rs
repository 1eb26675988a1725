//! Accounts: made by hand, chosen ids that adopt nothing, keys that nobody's secret backs.

use std::collections::BTreeSet;

use serde_json::{json, Value};

use crate::support::http::Reply;
use crate::support::people::User;
use crate::support::{at_once, custody, random, Api};

async fn create(api: &Api, body: Value) -> Reply {
    api.post("/v1/account", &api.token, body).await
}

/// An id nobody else chooses.
fn chosen() -> String {
    format!("my-{}_9", random::letters(12))
}

#[tokio::test]
async fn a_user_may_have_several_accounts() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let mut ids = BTreeSet::from([user.account.clone()]);
    for _ in 0..3 {
        let reply = create(&api, json!({"userId": user.id})).await;
        assert_eq!(reply.ok()["email"], user.email.as_str(), "{reply}");
        assert_eq!(reply.ok()["portfolios"], json!([]), "{reply}");
        ids.insert(reply.text("/data/accountId"));
    }
    assert_eq!(ids.len(), 4);
    let session = api.session(&user).await;
    let me = api.me(&session.access).await;
    let accounts = me.ok()["accounts"].as_array().expect("accounts");
    let mine: BTreeSet<String> = accounts
        .iter()
        .map(|account| account["accountId"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(mine, ids);
}

#[tokio::test]
async fn the_same_choice_by_the_same_user_is_the_same_account() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let id = chosen();
    let body = json!({"userId": user.id, "accountId": id, "email": "desk@example.com"});
    let first = create(&api, body.clone()).await;
    assert_eq!(first.ok()["accountId"], id.as_str(), "{first}");
    assert_eq!(first.ok()["email"], "desk@example.com", "{first}");
    let again = create(&api, body).await;
    assert_eq!(first.ok(), again.ok());
}

#[tokio::test]
async fn the_same_choice_with_another_email_is_6003_and_changes_nothing() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    for given in [json!("desk@example.com"), Value::Null] {
        let id = chosen();
        let body = |email: &Value| json!({"userId": user.id, "accountId": id, "email": email});
        let first = create(&api, body(&given)).await;
        let other = create(&api, body(&json!("other@example.com"))).await;
        other.fails(6003);
        // Another spelling is the same e-mail, and none is no other.
        let email = first.text("/data/email").to_uppercase();
        for same in [json!(email), Value::Null] {
            assert_eq!(create(&api, body(&same)).await.ok(), first.ok());
        }
        let read = api.get(&format!("/v1/account/{id}"), &api.token).await;
        assert_eq!(read.ok(), first.ok());
    }
}

#[tokio::test]
async fn of_parallel_choices_with_different_emails_one_is_made_and_the_others_are_told() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let id = chosen();
    let calls = (0..20).map(|n| {
        let (api, user, id) = (api.clone(), user.id.clone(), id.clone());
        let email = format!("desk{}@example.com", n % 2);
        async move {
            let body = json!({"userId": user, "accountId": id, "email": email});
            (email, create(&api, body).await)
        }
    });
    let replies = at_once(calls).await;
    let read = api.get(&format!("/v1/account/{id}"), &api.token).await;
    for (email, reply) in &replies {
        match read.ok()["email"] == email.as_str() {
            true => assert_eq!(reply.ok(), read.ok()),
            false => drop(reply.fails(6003)),
        }
    }
}

#[tokio::test]
async fn an_account_named_like_a_path_of_the_service_is_made_and_read() {
    let api = Api::new().await.as_new_partner().await;
    let user = api.verified_user().await;
    for id in ["portfolio", "portfolios", "account", "me", "sessions", "v1"] {
        let body = json!({"userId": user.id, "accountId": id});
        create(&api, body).await.ok();
        let made = api.portfolio(id).await;
        let read = api.get(&format!("/v1/account/{id}"), &api.token).await;
        assert_eq!(read.ok()["accountId"], id, "{read}");
        assert_eq!(read.ok(), made.ok());
        let page = format!("/v1/account/{id}/portfolios");
        let page = api.get(&page, &api.token).await;
        assert_eq!(page.ok()["portfolios"], made.ok()["portfolios"], "{page}");
    }
    // The log names the row that answered, not the one that looks most like the path.
    let read = api.get("/v1/account/portfolio", &api.token).await;
    let texts = [
        "\"request\"".to_owned(),
        read.header("x-request-id").to_owned(),
    ];
    let line = api.gatehouse.service.wait_until_logged_with(&texts).await;
    assert!(line.contains("/v1/account/{accountId}\""), "{line}");
}

#[tokio::test]
async fn twenty_parallel_equal_choices_make_one_account() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let body = json!({"userId": user.id, "accountId": chosen()});
    let calls = (0..20).map(|_| {
        let (api, body) = (api.clone(), body.clone());
        async move { create(&api, body).await }
    });
    let replies = at_once(calls).await;
    for reply in &replies {
        assert_eq!(reply.ok(), replies[0].ok(), "{reply}");
    }
    let session = api.session(&user).await;
    let me = api.me(&session.access).await;
    assert_eq!(
        me.ok()["accounts"].as_array().map(Vec::len),
        Some(2),
        "{me}"
    );
}

#[tokio::test]
async fn a_chosen_id_of_somebody_else_is_6003_and_stays_theirs() {
    let api = Api::new().await;
    let owner = api.verified_user().await;
    let thief = api.verified_user().await;
    let id = chosen();
    create(&api, json!({"userId": owner.id, "accountId": id}))
        .await
        .ok();
    let body = json!({"userId": thief.id, "accountId": id, "email": thief.email});
    create(&api, body).await.fails(6003);
    // A generated id can be chosen no more than a chosen one.
    let body = json!({"userId": thief.id, "accountId": owner.account});
    create(&api, body).await.fails(6003);
    let session = api.session(&owner).await;
    let me = api.me(&session.access).await;
    let accounts = me.ok()["accounts"].to_string();
    assert!(
        accounts.contains(&id) && accounts.contains(&owner.account),
        "{me}"
    );
    assert!(!accounts.contains(&thief.email), "{me}");
}

#[tokio::test]
async fn partners_choose_ids_without_meeting() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let (here, there) = (api.sign_up().await, other.sign_up().await);
    let id = chosen();
    create(&api, json!({"userId": here.id, "accountId": id}))
        .await
        .ok();
    let reply = create(&other, json!({"userId": there.id, "accountId": id})).await;
    assert_eq!(reply.ok()["email"], there.email.as_str(), "{reply}");
}

#[tokio::test]
async fn a_chosen_id_has_1_to_64_plain_characters() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let of_length = |length| random::letters(length);
    for (id, code) in [
        (of_length(63), 0),
        (of_length(64), 0),
        (of_length(65), 1002),
        (String::new(), 1002),
        ("a b".to_owned(), 1002),
        ("a.b".to_owned(), 1002),
        ("a/b".to_owned(), 1002),
        ("ä".to_owned(), 1002),
        ("a\n".to_owned(), 1002),
        ("a'--".to_owned(), 1002),
    ] {
        let reply = create(&api, json!({"userId": user.id, "accountId": id})).await;
        reply.fails_with_one_of(&[code]);
        if code == 1002 {
            reply.naming("accountId");
        }
    }
}

#[tokio::test]
async fn an_account_of_nobody_is_6001() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let elsewhere = other.sign_up().await;
    let unknown = "usr_00000000-0000-7000-8000-000000000000".to_owned();
    for id in [unknown, elsewhere.id, random::letters(10)] {
        create(&api, json!({"userId": id})).await.fails(6001);
    }
}

#[tokio::test]
async fn an_email_of_an_account_is_an_email() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    for email in ["", "nobody", "a@b@c.com"] {
        let reply = create(&api, json!({"userId": user.id, "email": email})).await;
        reply.fails(1002).naming("email");
    }
}

#[tokio::test]
async fn a_user_has_a_hundred_accounts_and_not_one_more_by_twenty_at_once() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    let id = chosen();
    let kept = create(&api, json!({"userId": user.id, "accountId": id})).await;
    for _ in 2..90 {
        create(&api, json!({"userId": user.id})).await.ok();
    }
    let calls = (0..20).map(|n| {
        let (api, user) = (api.clone(), user.id.clone());
        let mut body = json!({"userId": user});
        if n % 2 == 0 {
            body["accountId"] = json!(chosen());
        }
        async move { create(&api, body).await }
    });
    let replies = at_once(calls).await;
    let made = replies.iter().filter(|reply| reply.status == 200).count();
    assert_eq!(made, 10);
    for reply in &replies {
        reply.fails_with_one_of(&[0, 6007]);
    }
    assert_eq!(accounts_of(&api, &user).await.len(), 100);

    // One that is there is still the same, and one of somebody else still somebody else's.
    let again = create(&api, json!({"userId": user.id, "accountId": id})).await;
    assert_eq!(again.ok(), kept.ok());
    let other = api.sign_up().await;
    let body = json!({"userId": user.id, "accountId": other.account});
    create(&api, body).await.fails(6003);
    create(&api, json!({"userId": other.id})).await.ok();
}

/// The accounts of a user as `GET /v1/user/me` has them.
async fn accounts_of(api: &Api, user: &User) -> Vec<Value> {
    let session = api.session(user).await;
    let me = api.me(&session.access).await;
    me.ok()["accounts"].as_array().expect("accounts").clone()
}

#[tokio::test]
async fn a_verified_owner_activates_accounts_with_keys_derived_from_the_public_key() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    create(&api, json!({"userId": user.id})).await.ok();
    for account in accounts_of(&api, &user).await {
        assert_eq!(account["active"], false, "{account}");
        assert_eq!(account["encryptionKey"], Value::Null, "{account}");
    }

    api.set_kyc(&user, "VERIFIED", 1).await;
    create(&api, json!({"userId": user.id})).await.ok();
    let accounts = accounts_of(&api, &user).await;
    assert_eq!(accounts.len(), 3);
    let derived: BTreeSet<String> = (0..2_000)
        .map(|index| custody::encryption_key(custody::ENCRYPTION_XPUB, index))
        .collect();
    let mut keys = BTreeSet::new();
    for account in &accounts {
        assert_eq!(account["active"], true, "{account}");
        let text = |name: &str| {
            account[name]
                .as_str()
                .unwrap_or_else(|| panic!("{account}"))
        };
        let key = text("encryptionKey").to_owned();
        assert!(derived.contains(&key), "{account}");
        keys.insert(key);
        let email = text("subAccountEmail");
        let local_part = email.split('@').next().unwrap();
        assert_eq!(local_part, text("subAccountId"), "{account}");
    }
    assert_eq!(keys.len(), 3, "no two accounts share a key");
}

#[tokio::test]
async fn losing_the_status_makes_accounts_inactive_and_keeps_their_keys() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    let before = accounts_of(&api, &user).await;
    api.set_kyc(&user, "VERIFICATION_FAILED", 10).await;
    let lost = accounts_of(&api, &user).await;
    assert_eq!(lost[0]["active"], false);
    api.set_kyc(&user, "VERIFIED", 20).await;
    let after = accounts_of(&api, &user).await;
    assert_eq!(before, after);
}

#[tokio::test]
async fn no_answer_holds_anything_of_a_private_or_extended_key() {
    let api = Api::new().await;
    let user = api.verified_user().await;
    let account = create(&api, json!({"userId": user.id})).await;
    let portfolio = api.portfolio(&user.account).await;
    for reply in [&account, &portfolio] {
        reply.ok();
        for trace in ["xpub", "xprv", "rivate", "mnemonic", "hainCode"] {
            assert!(!reply.raw.contains(trace), "{trace}: {reply}");
        }
    }
}

#[test]
fn the_tests_own_derivation_agrees_with_the_vectors() {
    let vectors = custody::vectors();
    assert!(!vectors.portfolios.is_empty() && !vectors.accounts.is_empty());
    for (index, address) in &vectors.portfolios {
        assert_eq!(&custody::address(&vectors.xpub, *index), address);
    }
    for (index, key) in &vectors.accounts {
        assert_eq!(&custody::encryption_key(&vectors.xpub, *index), key);
    }
}
