//! Who may sign up, what they get, and when two are the same person.

use std::collections::BTreeSet;

use serde_json::{json, Value};

use crate::support::http::Reply;
use crate::support::people::application;
use crate::support::{at_once, random, Api};

async fn sign_up(api: &Api, body: Value) -> Reply {
    api.post("/v1/user/sign-up", &api.token, body).await
}

/// An application with this member changed.
fn with(name: &str, value: impl Into<Value>) -> Value {
    let mut application = application();
    application[name] = value.into();
    application
}

fn members(value: &Value) -> BTreeSet<&str> {
    let object = value.as_object().expect("an object");
    object.keys().map(String::as_str).collect()
}

#[tokio::test]
async fn the_user_object_is_the_seeds_with_a_first_account() {
    let api = Api::new().await;
    let reply = sign_up(&api, application()).await;
    let user = reply.ok();
    assert_eq!(
        members(user),
        BTreeSet::from([
            "userId",
            "phoneNumber",
            "name",
            "surname",
            "accounts",
            "kycIds",
            "documentIds",
            "address",
            "info",
            "email",
            "userAccountStatus",
        ])
    );
    let account = &user["accounts"][0];
    assert_eq!(
        members(account),
        BTreeSet::from([
            "accountId",
            "email",
            "subAccountId",
            "subAccountEmail",
            "encryptionKey",
            "creationTs",
            "portfolios",
            "portfoliosTotal",
            "portfoliosCursor",
            "additionalInfo",
            "active",
            "tradingPortfolioId",
        ])
    );
    assert_eq!(account["email"], user["email"], "{reply}");
    assert_eq!(account["portfolios"], json!([]), "{reply}");
    assert_eq!(account["additionalInfo"], json!({}), "{reply}");
    assert_eq!(account["active"], false, "{reply}");
    for not_yet in [
        "subAccountId",
        "subAccountEmail",
        "encryptionKey",
        "tradingPortfolioId",
    ] {
        assert_eq!(account[not_yet], Value::Null, "{not_yet}: {reply}");
    }
    assert_eq!(user["info"]["roles"], json!(["customer"]), "{reply}");
}

#[tokio::test]
async fn ids_are_version_7_uuids_of_their_kind_and_times_are_utc_with_milliseconds() {
    let api = Api::new().await;
    let reply = sign_up(&api, application()).await;
    for (place, kind) in [
        ("/data/userId", "usr_"),
        ("/data/accounts/0/accountId", "acc_"),
    ] {
        let id = reply.text(place);
        let uuid = id.strip_prefix(kind).unwrap_or_else(|| panic!("{reply}"));
        assert_eq!(uuid.len(), 36, "{reply}");
        assert_eq!(uuid.as_bytes()[14], b'7', "{reply}");
    }
    let time = reply.text("/data/accounts/0/creationTs");
    let shape: String = time
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    assert_eq!(shape, "0000-00-00T00:00:00.000Z", "{reply}");
}

#[tokio::test]
async fn an_answer_never_shows_the_password() {
    let api = Api::new().await;
    let application = application();
    let reply = sign_up(&api, application.clone()).await;
    reply.ok();
    let password = application["password"].as_str().unwrap();
    assert!(!reply.raw.contains(password), "{reply}");
    assert!(!reply.raw.contains("argon2"), "{reply}");
}

#[tokio::test]
async fn fifty_parallel_equal_sign_ups_make_one_user_with_one_account() {
    let api = Api::new().await;
    let application = application();
    let calls = (0..50).map(|_| {
        let (api, application) = (api.clone(), application.clone());
        async move { sign_up(&api, application).await }
    });
    let replies = at_once(calls).await;

    let made: Vec<&Reply> = replies.iter().filter(|reply| reply.status == 200).collect();
    assert_eq!(made.len(), 1, "{} users", made.len());
    for reply in replies.iter().filter(|reply| reply.status != 200) {
        reply.fails(3001);
    }
    let text = |name: &str| application[name].as_str().unwrap_or_default().to_owned();
    let reply = api.login(&text("email"), &text("password")).await;
    let code = api.gatehouse.twilio.nth_code(&text("phoneNumber"), 1).await;
    let answer = json!({
        "sessionId": reply.text("/data/sessionId"),
        "username": text("email"),
        "challengeType": "SMS_MFA",
        "code": code,
    });
    let reply = api.post("/v1/user/otp", &api.token, answer).await;
    let me = api.me(&reply.text("/data/accessToken")).await;
    assert_eq!(me.ok()["userId"], made[0].ok()["userId"], "{me}");
    assert_eq!(
        me.ok()["accounts"].as_array().map(Vec::len),
        Some(1),
        "{me}"
    );
}

#[tokio::test]
async fn an_email_or_a_phone_in_use_is_3001_and_which_one_is_not_said() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let by_email = sign_up(&api, with("email", user.email.as_str())).await;
    let by_phone = sign_up(&api, with("phoneNumber", user.phone.as_str())).await;
    by_email.fails(3001);
    by_phone.fails(3001);
    assert_eq!(by_email.raw, by_phone.raw);
}

#[tokio::test]
async fn spellings_of_one_email_are_one_email() {
    let api = Api::new().await;
    let name = random::letters(10);
    let reply = sign_up(&api, with("email", format!("K{name}@Example.COM"))).await;
    assert_eq!(
        reply.ok()["email"],
        format!("k{name}@example.com"),
        "{reply}"
    );
    for spelling in [
        format!("k{name}@example.com"),
        format!("K{}@EXAMPLE.COM", name.to_uppercase()),
        // The Kelvin sign.
        format!("\u{212a}{name}@example.com"),
        // Full-width letters.
        format!("\u{ff4b}{name}@\u{ff45}xample.com"),
    ] {
        sign_up(&api, with("email", spelling)).await.fails(3001);
    }
    // None of them took the phone it came with.
    let body = with("email", format!("x{name}@example.com"));
    sign_up(&api, body).await.ok();
}

#[tokio::test]
async fn a_phone_is_strict_e164() {
    let api = Api::new().await;
    for phone in [
        "",
        "+",
        "15551234567",
        "0015551234567",
        "+05551234567",
        "+1 555 123 4567",
        "+1-555-123-4567",
        "+1(555)1234567",
        "+44 (0)20 7946 0000",
        "+1555123456x",
        "+15551234567 ",
        " +15551234567",
        "+１５５５１２３４５６７",
        "+1555123456789012",
        "+12",
        "++15551234567",
        "tel:+15551234567",
        "+15551234567;ext=1",
        "+1555123\n4567",
    ] {
        sign_up(&api, with("phoneNumber", phone))
            .await
            .fails(1002)
            .naming("phoneNumber");
    }
}

#[tokio::test]
async fn a_number_has_one_spelling() {
    let api = Api::new().await;
    let line = &random::phone()[5..];
    for (written_so, number) in [
        (format!("+44079{line}0"), format!("+4479{line}0")),
        (format!("+490151{line}"), format!("+49151{line}")),
        (
            format!("+330612{}", &line[1..]),
            format!("+33612{}", &line[1..]),
        ),
        (format!("+789{line}00"), format!("+79{line}00")),
        (format!("+11212{line}"), format!("+1212{line}")),
    ] {
        let reply = sign_up(&api, with("phoneNumber", written_so.as_str())).await;
        let message = reply.fails(1002).naming("phoneNumber").message();
        assert!(message.contains("leave out the digit"), "{reply}");
        let reply = sign_up(&api, with("phoneNumber", number.as_str())).await;
        assert_eq!(reply.ok()["phoneNumber"], number, "{reply}");
    }
    // Where numbers begin with a zero, it is theirs.
    for number in [
        format!("+3906{line}"),
        format!("+22507{line}0"),
        format!("+24206{line}"),
    ] {
        sign_up(&api, with("phoneNumber", number)).await.ok();
    }
}

#[tokio::test]
async fn an_email_has_one_plain_address() {
    let api = Api::new().await;
    for email in [
        "",
        "@",
        "a@",
        "@example.com",
        "a.example.com",
        "a@@example.com",
        "a@b@example.com",
        "a b@example.com",
        "a@exam ple.com",
        "a@example.com\r\nBcc: b@example.com",
        "a@example..com",
        "a@.example.com",
        "a@example.com.",
        "a@-example.com",
        "Ada <a@example.com>",
        "a@example.com,b@example.com",
        "a\u{0}@example.com",
    ] {
        sign_up(&api, with("email", email))
            .await
            .fails(1002)
            .naming("email");
    }
}

#[tokio::test]
async fn an_email_may_have_254_characters() {
    let api = Api::new().await;
    let [a, b, c, d] = [60, 60, 60, 6].map(random::letters);
    let domain = format!("{a}.{b}.{c}.{d}.com");
    let of_length = |length: usize| {
        let local = random::letters(length - domain.len() - 1);
        format!("{local}@{domain}")
    };
    for (length, code) in [(253, 0), (254, 0), (255, 1002)] {
        let email = of_length(length);
        assert_eq!(email.len(), length);
        let reply = sign_up(&api, with("email", email)).await;
        reply.fails_with_one_of(&[code]);
    }
}

#[tokio::test]
async fn a_password_has_8_to_128_characters_of_any_script() {
    let api = Api::new().await;
    let random = |length: usize| random::letters(length);
    for (password, accepted) in [
        (random(7), false),
        (random(8), true),
        (random(127), true),
        (random(128), true),
        (random(129), false),
        // Characters are counted, not bytes.
        ("é".repeat(3) + &random(4), false),
        ("語".repeat(120) + &random(8), true),
        ("語".repeat(121) + &random(8), false),
        (format!("😀{}", random(6)), false),
        (format!("😀{}", random(7)), true),
        // Spaces count and stay.
        (format!("  {}  ", random(4)), true),
        (format!("{}\t{}", random(4), random(4)), true),
    ] {
        let reply = sign_up(&api, with("password", password.as_str())).await;
        match accepted {
            true => drop(reply.ok()),
            // Too short is weak; too long is a limit like any other.
            false => drop(reply.fails_with_one_of(&[1002, 3002])),
        }
    }
}

#[tokio::test]
async fn a_password_anybody_would_try_first_is_3002() {
    let api = Api::new().await;
    for common in [
        "password",
        "12345678",
        "123456789",
        "qwertyuiop",
        "iloveyou",
        "Password",
    ] {
        sign_up(&api, with("password", common)).await.fails(3002);
    }
    let mut own = application();
    let email = own["email"].as_str().unwrap();
    let local_part = email.split('@').next().unwrap().to_owned();
    own["password"] = json!(local_part);
    sign_up(&api, own.clone()).await.fails(3002);
    own["password"] = own["phoneNumber"].clone();
    sign_up(&api, own.clone()).await.fails(3002);
    own["password"] = json!("gatehouse");
    sign_up(&api, own).await.fails(3002);
}

#[tokio::test]
async fn a_refused_sign_up_leaves_nothing_behind() {
    let api = Api::new().await;
    let mut application = application();
    let good = application["password"].clone();
    application["password"] = json!("short");
    sign_up(&api, application.clone()).await.fails(3002);
    application["password"] = good;
    application["roles"] = json!(["admin"]);
    sign_up(&api, application.clone()).await.fails(3003);
    application["roles"] = json!(["trader"]);
    sign_up(&api, application).await.ok();
}

#[tokio::test]
async fn roles_are_those_the_client_may_give() {
    let api = Api::new().await;
    for (roles, expected) in [
        (json!(["customer"]), Ok(json!(["customer"]))),
        (json!(["trader"]), Ok(json!(["trader"]))),
        (json!(["customer", "admin"]), Err(3003)),
        (json!(["Customer"]), Err(3003)),
        (json!(["customer "]), Err(3003)),
        (json!(["user_auth"]), Err(3003)),
    ] {
        let reply = sign_up(&api, with("roles", roles)).await;
        match expected {
            Ok(roles) => assert_eq!(reply.ok()["info"]["roles"], roles, "{reply}"),
            Err(code) => drop(reply.fails_with_one_of(&[code, 1002])),
        }
    }
    let reply = sign_up(&api, with("roles", json!(["trader", "customer"]))).await;
    let given = reply.ok()["info"]["roles"].as_array().expect("roles");
    assert_eq!(given.len(), 2, "{reply}");
    let reply = sign_up(&api, with("roles", vec!["customer"; 17])).await;
    reply.fails_with_one_of(&[1002]).naming("roles");
}

#[tokio::test]
async fn two_partners_may_have_the_same_person() {
    let api = Api::new().await;
    let other = api.acting_as("other").await;
    let application = application();
    let here = sign_up(&api, application.clone()).await;
    let there = sign_up(&other, application).await;
    assert_ne!(here.ok()["userId"], there.ok()["userId"]);
}

#[tokio::test]
async fn a_sign_up_sends_no_message() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    api.log_in(&user).await;
    api.gatehouse.twilio.nth_code(&user.phone, 1).await;
    assert_eq!(api.messages_to(&user.phone), 1, "the login's alone");
}
