//! The seed's document from its first line to its last, as one partner's app would call it.

use serde_json::{json, Value};

use crate::support::kyc::Event;
use crate::support::people::{application, Session};
use crate::support::{random, Api};

#[tokio::test]
async fn a_person_signs_up_logs_in_passes_kyc_and_gets_a_portfolio_with_an_address() {
    let api = Api::new().await;
    let person = application();
    let [email, phone, password] =
        ["email", "phoneNumber", "password"].map(|name| person[name].as_str().unwrap().to_owned());

    // 1. Account creation.
    let reply = api
        .post("/v1/user/sign-up", &api.token, person.clone())
        .await;
    let user = reply.ok();
    assert_eq!(user["email"], email.as_str(), "{reply}");
    assert_eq!(user["phoneNumber"], phone.as_str(), "{reply}");
    assert_eq!(user["userAccountStatus"], "UNINITIATED", "{reply}");
    assert_eq!(user["name"], Value::Null, "{reply}");
    assert_eq!(user["surname"], Value::Null, "{reply}");
    assert_eq!(user["kycIds"], json!([]), "{reply}");
    assert_eq!(user["documentIds"], json!([]), "{reply}");
    assert_eq!(user["address"], json!({}), "{reply}");
    assert_eq!(user["info"]["phoneNumberVerified"], false, "{reply}");
    assert_eq!(user["accounts"].as_array().map(Vec::len), Some(1));
    assert_eq!(api.messages_to(&phone), 0, "a sign-up sends nothing");
    let user_id = reply.text("/data/userId");
    let account = reply.text("/data/accounts/0/accountId");

    // 2. Login answers with a challenge and never with a token.
    let reply = api.login(&email, &password).await;
    let challenge = reply.ok();
    assert_eq!(challenge["username"], email.as_str(), "{reply}");
    assert_eq!(challenge["challengeType"], "SMS_MFA", "{reply}");
    assert_eq!(challenge["expiresIn"], 300, "{reply}");
    let masked = challenge["destination"].as_str().expect("a destination");
    assert!(masked.ends_with(&phone[phone.len() - 2..]), "{reply}");
    assert!(!masked.contains(&phone[4..8]), "{reply}");
    assert!(!reply.raw.contains("oken"), "{reply}");
    let session_id = reply.text("/data/sessionId");

    // 3. The code from the SMS gets the tokens.
    let code = api.gatehouse.twilio.nth_code(&phone, 1).await;
    assert_eq!(code.len(), 4, "the seed's four digits");
    let sms = &api.gatehouse.twilio.sent_to(&phone)[0];
    let text = format!("Your Gatehouse code is {code}. It expires in 5 minutes.");
    assert_eq!(sms.body, text);
    let answer = json!({
        "sessionId": session_id,
        "username": email,
        "challengeType": "SMS_MFA",
        "code": code,
    });
    let reply = api.post("/v1/user/otp", &api.token, answer).await;
    let tokens = reply.ok();
    assert_eq!(tokens["username"], email.as_str(), "{reply}");
    assert_eq!(tokens["userId"], user_id.as_str(), "{reply}");
    assert_eq!(tokens["phoneNumber"], phone.as_str(), "{reply}");
    assert_eq!(tokens["tokenType"], "Bearer", "{reply}");
    assert_eq!(tokens["scope"], "user_auth", "{reply}");
    assert_eq!(tokens["expiresIn"], 900, "{reply}");
    let session = Session::of(tokens);
    let me = api.me(&session.access).await;
    assert_eq!(me.ok()["userId"], user_id.as_str(), "{me}");
    assert_eq!(me.ok()["info"]["phoneNumberVerified"], true, "{me}");

    // 3b. The tokens are refreshed.
    let reply = api.refresh(&email, &session.refresh).await;
    let refreshed = Session::of(reply.ok());
    assert_ne!(refreshed.refresh, session.refresh, "{reply}");
    api.me(&refreshed.access).await.ok();

    // 4. The password is lost and a new one chosen; the challenge is answered as in 3.
    let reply = api.forget_password(&email).await;
    assert_eq!(
        reply.ok()["sdkHttpMetadata"],
        json!({"httpHeaders": {}, "httpStatusCode": 200, "allHttpHeaders": {}}),
        "{reply}"
    );
    let delivery = &reply.ok()["codeDeliveryDetails"];
    assert_eq!(delivery["deliveryMedium"], "SMS", "{reply}");
    assert_eq!(delivery["attributeName"], "phone_number", "{reply}");
    assert_eq!(delivery["destination"], masked, "{reply}");
    let session_id = reply.text("/data/sdkResponseMetadata/requestId");
    let new_password = random::password();
    let change = json!({
        "sessionId": session_id,
        "username": email,
        "challengeType": "RESET_PASSWORD",
        "password": new_password,
        "passwordConfirm": new_password,
    });
    let reply = api
        .put("/v1/user/change-password", &api.token, change)
        .await;
    assert_eq!(reply.ok(), &json!({"data": {}}), "{reply}");
    let code = api.gatehouse.twilio.nth_code(&phone, 2).await;
    let answer = json!({
        "sessionId": session_id,
        "username": email,
        "challengeType": "RESET_PASSWORD",
        "code": code,
    });
    let reply = api.post("/v1/user/otp", &api.token, answer).await;
    reply.ok();
    assert!(!reply.raw.contains("oken"), "nobody is logged in: {reply}");
    api.login(&email, &password).await.fails(3004);
    api.login(&email, &new_password).await.ok();

    // 5. No portfolio before KYC; after it, one with an address.
    api.portfolio(&account).await.fails(6005);
    let event = json!({
        "type": "kyc.status",
        "timestamp": "2025-07-10T14:19:46.359Z",
        "data": {
            "userId": user_id,
            "kycId": "kyc-1",
            "status": "VERIFIED",
            "documentIds": ["doc-1"],
            "name": "Ada",
            "surname": "Lovelace",
            "address": {"city": "London"},
        },
    });
    Event::of(event).send(&api).await.ok();
    let body = json!({"accountId": account, "name": "Savings"});
    let reply = api.post("/v1/account/portfolio", &api.token, body).await;
    let data = reply.ok();
    assert_eq!(data["active"], true, "{reply}");
    let portfolio = &data["portfolios"][0];
    assert_eq!(portfolio["name"], "Savings", "{reply}");
    assert_eq!(portfolio["accountId"], account.as_str(), "{reply}");
    assert_eq!(portfolio["portfolioAccountType"], "TRADING", "{reply}");
    assert_eq!(data["tradingPortfolioId"], portfolio["portfolioId"]);
    let address = reply.text("/data/portfolios/0/publicAddress");
    assert!(is_address(&address), "{reply}");

    // 6. A second account, made by hand, with a portfolio of its own.
    let body = json!({"userId": user_id});
    let reply = api.post("/v1/account", &api.token, body).await;
    let second = reply.text("/data/accountId");
    assert_ne!(second, account);
    let reply = api.portfolio(&second).await;
    reply.ok();
    assert_ne!(reply.text("/data/portfolios/0/publicAddress"), address);

    // What KYC knows about the person is theirs to see.
    let reply = api.login(&email, &new_password).await;
    let session_id = reply.text("/data/sessionId");
    let code = api.gatehouse.twilio.nth_code(&phone, 3).await;
    let answer = json!({
        "sessionId": session_id,
        "username": email,
        "challengeType": "SMS_MFA",
        "code": code,
    });
    let reply = api.post("/v1/user/otp", &api.token, answer).await;
    let me = api.me(&Session::of(reply.ok()).access).await;
    let user = me.ok();
    assert_eq!(user["name"], "Ada", "{me}");
    assert_eq!(user["surname"], "Lovelace", "{me}");
    assert_eq!(user["kycIds"], json!(["kyc-1"]), "{me}");
    assert_eq!(user["documentIds"], json!(["doc-1"]), "{me}");
    assert_eq!(user["address"], json!({"city": "London"}), "{me}");
    assert_eq!(user["userAccountStatus"], "VERIFIED", "{me}");
    assert_eq!(user["accounts"].as_array().map(Vec::len), Some(2), "{me}");

    // R33: nothing of it is in the log.
    let log = api.gatehouse.service.log();
    for secret in [
        &password,
        &new_password,
        &phone,
        &phone[1..].to_owned(),
        &session.access,
        &session.refresh,
        &refreshed.refresh,
        &api.token,
        &session_id,
    ] {
        assert!(!log.contains(secret.as_str()), "the log holds {secret}");
    }
    // Nor any token at all, or any message.
    for text in ["eyJ", "Your Gatehouse code"] {
        assert!(!log.contains(text), "the log holds {text:?}");
    }
    assert_eq!(api.gatehouse.twilio.violations(), [""; 0]);
}

fn is_address(text: &str) -> bool {
    let digits = text.strip_prefix("0x").unwrap_or_default();
    digits.len() == 40 && digits.bytes().all(|b| b.is_ascii_hexdigit())
}
