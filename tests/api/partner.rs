//! What a partner has of its own: text, sender, codes, origins, secrets, keys.

use base64ct::{Base64, Encoding};
use serde_json::{json, Value};

use crate::support::custody::{address, encryption_key, new_xpub};
use crate::support::database::Database;
use crate::support::http::{Method, Reply};
use crate::support::kyc::{moment, Event};
use crate::support::people::{wrong, User};
use crate::support::twilio::{Sms, FROM};
use crate::support::{at_once, random, Api, Challenge, Gatehouse};

/// A new partner, with a client that may all a partner's can.
struct Partner {
    id: String,
    api: Api,
}

async fn partner(api: &Api) -> Partner {
    let root = api.client_token("root").await;
    let body = json!({
        "partnerName": "Tests",
        "name": "all",
        "scope": "client_auth users.read users.write settings.write",
        "roles": ["customer"],
        "defaultRoles": ["customer"],
    });
    let made = api.post("/v1/client", &root, body).await;
    made.ok();
    let client = crate::support::service::Credentials {
        id: made.text("/data/clientId"),
        secret: made.text("/data/clientSecret"),
    };
    Partner {
        id: made.text("/data/partnerId"),
        api: api.with_token(&api.token_of(&client).await),
    }
}

impl Partner {
    async fn settings(&self) -> Reply {
        self.api.get("/v1/partner/settings", &self.api.token).await
    }

    async fn set(&self, settings: Value) -> Reply {
        let path = "/v1/partner/settings";
        self.api.put(path, &self.api.token, settings).await
    }

    /// By the operator.
    async fn given(&self, settings: Value) -> Reply {
        let root = self.api.client_token("root").await;
        let path = format!("/v1/partner/{}/settings", self.id);
        self.api.put(&path, &root, settings).await
    }

    /// The message of a login.
    async fn message(&self, user: &User) -> Sms {
        let challenge = self.api.log_in(user).await;
        self.api.code(&challenge).await;
        let sent = self.api.gatehouse.twilio.sent_to(&user.phone);
        sent.last().expect("a message").clone()
    }

    async fn audit(&self) -> Vec<Value> {
        let log = self.api.get("/v1/audit?limit=100", &self.api.token).await;
        let entries = log.ok()["entries"].as_array().cloned();
        entries.unwrap_or_default()
    }
}

fn kyc_secret() -> String {
    format!("whsec_{}", Base64::encode_string(&random::bytes::<32>()))
}

#[tokio::test]
async fn a_partner_sees_what_is_in_force_and_whose_it_is() {
    let partner = partner(&Api::new().await).await;
    let reply = partner.settings().await;
    let before = reply.ok();
    assert_eq!(before["partnerId"], partner.id, "{reply}");
    assert_eq!(before["name"], "Tests", "{reply}");
    assert_eq!(before["changedTs"], Value::Null, "{reply}");
    let settings = before["settings"].as_object().expect("settings");
    for (name, setting) in settings {
        assert_eq!(setting["source"], "environment", "{name}: {reply}");
    }
    assert_eq!(settings["smsSender"]["value"], FROM, "{reply}");
    let from = "Gatehouse <no-reply@example.com>";
    assert_eq!(settings["emailSender"]["value"], from, "{reply}");
    assert_eq!(settings["otpLength"]["value"], 4, "{reply}");

    let secret = kyc_secret();
    let set = json!({"otpLength": 6, "smsAppName": "Acme", "kycWebhookSecrets": [secret]});
    let reply = partner.set(set).await;
    let after = reply.ok();
    for (name, setting) in after["settings"].as_object().expect("settings") {
        let is_own = ["otpLength", "smsAppName", "kycWebhookSecrets"].contains(&name.as_str());
        let source = if is_own { "partner" } else { "environment" };
        assert_eq!(setting["source"], source, "{name}: {reply}");
    }
    assert_eq!(after["settings"]["otpLength"]["value"], 6, "{reply}");
    assert_eq!(
        after["settings"]["kycWebhookSecrets"]["count"], 1,
        "{reply}"
    );
    assert_eq!(partner.settings().await.ok(), after);
    // The operator sees the same.
    let root = partner.api.client_token("root").await;
    let path = format!("/v1/partner/{}/settings", partner.id);
    assert_eq!(partner.api.get(&path, &root).await.ok(), after);
    // What is taken away is the service's again, and what is not named stays.
    let reply = partner.set(json!({"otpLength": null})).await;
    let again = &reply.ok()["settings"];
    assert_eq!(again["otpLength"]["value"], 4, "{reply}");
    assert_eq!(again["smsAppName"]["value"], "Acme", "{reply}");
}

#[tokio::test]
async fn who_may_not_change_settings_does_not() {
    let api = Api::new().await;
    let partner = partner(&api).await;
    let root = api.client_token("root").await;
    let other = self::partner(&api).await;
    let own = "/v1/partner/settings";
    let path = format!("/v1/partner/{}/settings", partner.id);
    // `demo` is of before there was the scope.
    for (token, path) in [(&api.token, own), (&root, own), (&other.api.token, &path)] {
        let reply = api.put(path, token, json!({"otpLength": 6})).await;
        reply.expect_status(403).fails(2003);
    }
    for (token, path) in [(&api.token, own), (&root, own), (&other.api.token, &path)] {
        api.get(path, token).await.expect_status(403).fails(2003);
    }
    let nobody = "/v1/partner/prt_none/settings";
    api.get(nobody, &root).await.expect_status(404).fails(7002);
    api.put(nobody, &root, json!({})).await.fails(7002);
    // Extended keys are the operator's to give.
    let reply = partner.set(json!({"custodyXpub": [new_xpub()]})).await;
    reply.fails(1002).naming("nothing else");
}

#[tokio::test]
async fn two_partners_share_no_text_sender_or_digits() {
    let api = Api::new().await;
    let (one, two) = (partner(&api).await, partner(&api).await);
    one.set(json!({"smsAppName": "Acme", "smsText": "{app}: {code}", "smsSender": "Acme", "otpLength": 6}))
        .await
        .ok();
    two.set(json!({"smsAppName": "Bolt", "smsText": "{code} is {app}'s", "smsSender": "+15005550009", "otpLength": 8}))
        .await
        .ok();
    let left = partner(&api).await;
    for (partner, digits) in [(&one, 6), (&two, 8), (&left, 4)] {
        let user = partner.api.sign_up().await;
        let sms = partner.message(&user).await;
        let code = sms.code();
        assert_eq!(code.len(), digits, "{sms:?}");
        let (text, from) = match digits {
            6 => (format!("Acme: {code}"), "Acme"),
            8 => (format!("{code} is Bolt's"), "+15005550009"),
            _ => (
                format!("Your Gatehouse code is {code}. It expires in 5 minutes."),
                FROM,
            ),
        };
        assert_eq!(
            (sms.body.as_str(), sms.from.as_str()),
            (text.as_str(), from)
        );
        // Its own name is no password there.
        partner.api.session(&user).await;
    }
}

#[tokio::test]
async fn two_partners_share_no_calling_code_and_no_budget() {
    let api = Api::new().await;
    let (one, two) = (partner(&api).await, partner(&api).await);
    one.set(json!({"smsAllowedPrefixes": ["+44"]})).await.ok();
    two.set(json!({"smsAllowedPrefixes": ["+1"], "smsDailyBudget": 1}))
        .await
        .ok();
    let mut application = crate::support::people::application();
    let reply = one
        .api
        .post("/v1/user/sign-up", &one.api.token, application.clone())
        .await;
    reply.expect_status(422).fails(4006);
    application["phoneNumber"] = json!("+447700900123");
    let reply = two
        .api
        .post("/v1/user/sign-up", &two.api.token, application)
        .await;
    reply.fails(4006);
    // Of a budget of one all is for numbers that nobody has proven.
    let (first, second) = (two.api.sign_up().await, two.api.sign_up().await);
    two.message(&first).await;
    two.api
        .login(&second.email, &second.password)
        .await
        .fails(4004);
    two.set(json!({"smsDailyBudget": null})).await.ok();
    two.message(&second).await;
}

#[tokio::test]
async fn what_the_operator_gave_a_partner_only_the_operator_takes_back() {
    let api = Api::new().await;
    let partner = partner(&api).await;
    let in_force = |reply: &Reply, member: &str| {
        let shown = reply.ok()["settings"][member].clone();
        (
            shown["value"].clone(),
            shown["source"].as_str().unwrap_or_default().to_owned(),
        )
    };
    let (budget, codes) = ("smsDailyBudget", "smsAllowedPrefixes");
    let services = partner.settings().await;
    let services = [budget, codes].map(|member| in_force(&services, member));
    let given = partner.given(json!({budget: 1, codes: ["+44"]})).await;
    let [restrained, shut] = [budget, codes].map(|member| in_force(&given, member));
    assert_eq!(restrained, (json!(1), "operator".into()));
    assert_eq!(shut.1, "operator");
    // Neither taken back nor widened, and sent back as it is.
    let reply = partner.set(json!({budget: null, codes: null})).await;
    assert_eq!(in_force(&reply, budget), restrained);
    assert_eq!(in_force(&reply, codes), shut);
    for (member, more) in [(budget, json!(2)), (codes, json!(["+44", "+49"]))] {
        let refused = partner.set(json!({member: more})).await;
        refused.expect_status(400).fails(1002);
        assert_eq!(refused.body["data"]["field"], member, "{refused}");
    }
    for _ in 0..2 {
        let same = json!({budget: restrained.0, codes: shut.0});
        let reply = partner.set(same).await;
        assert_eq!(in_force(&reply, budget), (json!(1), "partner".into()));
        assert_eq!(in_force(&reply, codes), (shut.0.clone(), "partner".into()));
    }
    let mut abroad = crate::support::people::application();
    abroad["phoneNumber"] = json!("+491701234567");
    let path = "/v1/user/sign-up";
    let reply = partner.api.post(path, &partner.api.token, abroad).await;
    reply.fails(4006);
    // More than the service's, within which the partner sets less.
    partner.set(json!({budget: null, codes: null})).await.ok();
    let reply = partner.given(json!({budget: 2_000_000})).await;
    assert_eq!(
        in_force(&reply, budget),
        (json!(2_000_000), "operator".into())
    );
    let reply = partner.set(json!({budget: 1_500_000})).await;
    assert_eq!(
        in_force(&reply, budget),
        (json!(1_500_000), "partner".into())
    );
    // Less than the partner's own, which is there again afterwards; but never more than the service's.
    let reply = partner.given(json!({budget: 7})).await;
    assert_eq!(in_force(&reply, budget), (json!(7), "operator".into()));
    let reply = partner.given(json!({budget: null, codes: null})).await;
    assert_eq!(in_force(&reply, budget), services[0]);
    assert_eq!(in_force(&reply, codes), services[1]);
    // What the partner had before hinders no operator.
    let reply = partner.set(json!({budget: 5, codes: ["+49"]})).await;
    assert_eq!(in_force(&reply, budget), (json!(5), "partner".into()));
    let reply = partner.given(json!({codes: ["+44"]})).await;
    assert_eq!(in_force(&reply, codes), shut);
    assert_eq!(in_force(&reply, budget), (json!(5), "partner".into()));
}

#[tokio::test]
async fn an_event_reaches_only_users_of_the_partner_whose_secret_signed_it() {
    let api = Api::new().await;
    let (one, two, left) = (
        partner(&api).await,
        partner(&api).await,
        partner(&api).await,
    );
    let secrets = [kyc_secret(), kyc_secret()];
    one.set(json!({"kycWebhookSecrets": [secrets[0]]}))
        .await
        .ok();
    two.set(json!({"kycWebhookSecrets": [kyc_secret(), secrets[1]]}))
        .await
        .ok();
    let (ones, twos) = (one.api.sign_up().await, two.api.sign_up().await);
    let event = |user: &User| Event::status(&user.id, "VERIFIED", &moment(1));
    // The service's secret, which speaks for the users of others.
    event(&ones).send(&api).await.expect_status(404).fails(6001);
    // Another partner's, at its own path and at this one's.
    event(&ones)
        .of_partner(&two.id, &secrets[1])
        .send(&api)
        .await
        .fails(6001);
    let forged = event(&ones)
        .of_partner(&one.id, &secrets[1])
        .send(&api)
        .await;
    forged.fails(1002).naming("webhook-signature");
    let services = event(&ones).of_partner(&one.id, crate::support::kyc::SECRET);
    services.send(&api).await.fails(1002);
    one.api.portfolio(&ones.account).await.fails(6005);
    // Its own.
    let id = random::letters(20);
    for (partner, user, secret) in [(&one, &ones, &secrets[0]), (&two, &twos, &secrets[1])] {
        // One partner's ids are nothing to another.
        let event = Event {
            id: id.clone(),
            ..event(user)
        };
        let reply = event.of_partner(&partner.id, secret).send(&api).await;
        assert_eq!(*reply.ok(), json!({"applied": true, "status": "VERIFIED"}));
        partner.api.portfolio(&user.account).await.ok();
    }
    // A partner that has none is spoken for with the service's, at either path.
    let user = left.api.sign_up().await;
    let services = event(&user).of_partner(&left.id, crate::support::kyc::SECRET);
    services.send(&api).await.ok();
    Event::status(&user.id, "VERIFICATION_FAILED", &moment(2))
        .send(&api)
        .await
        .ok();
    // And is not once it has one.
    left.set(json!({"kycWebhookSecrets": [kyc_secret()]}))
        .await
        .ok();
    Event::status(&user.id, "VERIFIED", &moment(3))
        .send(&api)
        .await
        .fails(6001);
}

/// Whoever has the service's secret can silence nobody's own.
#[tokio::test]
async fn an_id_of_the_services_events_is_none_of_a_partners() {
    let api = Api::new().await;
    let (own, other) = (partner(&api).await, partner(&api).await);
    let secret = kyc_secret();
    own.set(json!({"kycWebhookSecrets": [secret]})).await.ok();
    let (user, of_other) = (own.api.sign_up().await, other.api.sign_up().await);
    let event = |user: &User, id: String| Event {
        id,
        ..Event::status(&user.id, "VERIFIED", &moment(1))
    };
    let id = random::letters(20);
    let services = event(&of_other, format!("{}/{id}", own.id));
    services.send(&api).await.ok();
    let owns = event(&user, id).of_partner(&own.id, &secret);
    assert_eq!(owns.send(&api).await.ok()["applied"], true);
    assert_eq!(services.send(&api).await.ok()["applied"], false);
}

/// It is looked up nowhere, and in no line of the log.
#[tokio::test]
async fn a_webhooks_path_that_names_no_partner_is_as_a_wrong_signature() {
    let api = Api::new().await;
    let user = api.sign_up().await;
    let event = Event::status(&user.id, "VERIFIED", &moment(1));
    let nobody = event
        .clone()
        .of_partner("prt_0123456789abcdef", &kyc_secret());
    let expected = nobody.send(&api).await;
    expected.fails(1002).naming("webhook-signature");
    let mark = random::letters(20);
    for named in [
        format!("{mark}@example.com"),
        format!("whsec_{mark}"),
        format!("prt_{mark}{}", "z".repeat(60)),
    ] {
        let secret = crate::support::kyc::SECRET;
        let reply = event.clone().of_partner(&named, secret).send(&api).await;
        assert_eq!(reply.body, expected.body);
    }
    let last = Event {
        sent_at: 1,
        ..event
    };
    last.of_partner("prt_0123456789abcdef", &kyc_secret())
        .send(&api)
        .await
        .fails(1002);
    let service = &api.gatehouse.service;
    service.wait_until_logged("kyc.refused", 5).await;
    // Wrangler says the path of every request on a terminal.
    let log = service.log();
    let mut of_service = log.lines().filter(|line| line.contains("\"event\":"));
    assert!(of_service.all(|line| !line.contains(&mark)));
}

/// What a laptop has to test with shows the messages of every partner.
#[tokio::test]
async fn a_partners_page_reads_nothing_that_is_there_to_test_with() {
    let partner = partner(&Api::new().await).await;
    let origin = format!("https://{}.example", random::letters(12).to_lowercase());
    partner.set(json!({"corsOrigins": [origin]})).await.ok();
    for (path, allowed) in [("/dev/outbox", false), ("/v1/partner/settings", true)] {
        let call = partner
            .api
            .call(Method::GET, path)
            .bearer(&partner.api.token);
        let reply = call.header("origin", &origin).send().await;
        let is_allowed = reply.headers.contains_key("access-control-allow-origin");
        assert_eq!(is_allowed, allowed, "{path}: {reply}");
    }
}

#[tokio::test]
async fn a_kyc_secret_is_one_partners_until_it_is_taken_away() {
    let api = Api::new().await;
    let (one, two) = (partner(&api).await, partner(&api).await);
    let secret = kyc_secret();
    let shared = json!({"kycWebhookSecrets": [kyc_secret(), secret]});
    one.set(shared.clone()).await.ok();
    let refused = two.set(shared.clone()).await;
    refused.expect_status(400).fails(1002);
    refused.naming("kycWebhookSecrets holds one of another partner's");
    assert_eq!(refused.body["data"]["field"], "kycWebhookSecrets");
    let both = json!({"kycWebhookSecrets": [secret], "custodyXpub": [new_xpub()]});
    let refused = two.given(both.clone()).await.fails(1002).raw.clone();
    assert!(refused.contains("kycWebhookSecrets or custodyXpub holds one of another"));
    // Its own it may give again.
    one.set(json!({"kycWebhookSecrets": [secret]})).await.ok();
    one.set(shared).await.ok();
    one.set(json!({"kycWebhookSecrets": null})).await.ok();
    two.given(both).await.ok();
}

#[tokio::test]
async fn an_event_is_signed_locally_with_the_secret_that_speaks_for_its_user() {
    let api = Api::new().await;
    let partner = partner(&api).await;
    let user = partner.api.sign_up().await;
    let sign = async || {
        let call = api.call(Method::POST, "/dev/kyc-event");
        let reply = call
            .json(&json!({"userId": user.id, "status": "VERIFIED"}))
            .send()
            .await;
        reply.expect_status(200).body.clone()
    };
    assert_eq!(sign().await["path"], "/v1/kyc/webhook");
    partner
        .set(json!({"kycWebhookSecrets": [kyc_secret()]}))
        .await
        .ok();
    let signed = sign().await;
    let text = |place: &str| {
        signed
            .pointer(place)
            .and_then(Value::as_str)
            .expect("a text")
    };
    assert_eq!(text("/path"), format!("/v1/kyc/webhook/{}", partner.id));
    let call = api.call(Method::POST, text("/path"));
    let taken = ["webhook-id", "webhook-timestamp", "webhook-signature"]
        .into_iter()
        .fold(call, |call, name| {
            call.header(name, text(&format!("/headers/{name}")))
        })
        .body("application/json", text("/body").as_bytes().to_vec())
        .send()
        .await;
    assert_eq!(taken.ok()["applied"], true);
}

#[tokio::test]
async fn a_partners_addresses_and_encryption_keys_are_of_its_own_extended_keys() {
    let api = Api::new().await;
    let (one, two) = (partner(&api).await, partner(&api).await);
    let before = one.api.verified_user().await;
    let old = one.api.portfolio(&before.account).await;
    let old = old.ok()["portfolios"][0].clone();
    let keys = [new_xpub(), new_xpub(), new_xpub(), new_xpub()];
    one.given(json!({"custodyXpub": [keys[0]], "custodyEncryptionXpub": [keys[1]]}))
        .await
        .ok();
    two.given(json!({"custodyXpub": [keys[2]]})).await.ok();
    for (partner, xpub, encryption) in [(&one, &keys[0], Some(&keys[1])), (&two, &keys[2], None)] {
        let user = partner.api.verified_user().await;
        let reply = partner.api.portfolio(&user.account).await;
        let portfolio = &reply.ok()["portfolios"][0];
        let index = portfolio["addressIndex"].as_u64().expect("an index") as u32;
        assert_eq!(portfolio["publicAddress"], address(xpub, index), "{reply}");
        if let Some(encryption) = encryption {
            let key = reply.ok()["encryptionKey"].as_str().expect("a key");
            let found = (0..1_000).any(|index| encryption_key(encryption, index) == key);
            assert!(found, "{reply}");
        }
    }
    // What was given before stays what it was.
    let path = format!("/v1/account/{}", before.account);
    let reply = one.api.get(&path, &one.api.token).await;
    assert_eq!(reply.ok()["portfolios"][0], old);
    // No two partners have one key, and none the service's.
    let services = crate::support::custody::vectors().xpub;
    for (key, why) in [
        (&keys[0], "another partner's"),
        (&keys[1], "another partner's"),
        (&services, "service's own"),
    ] {
        two.given(json!({"custodyXpub": [keys[2], key]}))
            .await
            .fails(1002)
            .naming(why);
    }
    // One that has given an index stays.
    for left in [json!(null), json!([keys[3]])] {
        let reply = one.given(json!({"custodyXpub": left})).await;
        reply.fails(1002).naming("under which an index was given");
    }
    one.given(json!({"custodyXpub": [keys[3], keys[0]]}))
        .await
        .ok();
    // Nobody is shown one again.
    let shown = one.settings().await.raw;
    assert!(!shown.contains("xpub6"), "{shown}");
}

#[tokio::test]
async fn a_value_that_will_not_do_is_refused_and_nothing_is_changed() {
    let partner = partner(&Api::new().await).await;
    partner.set(json!({"smsAppName": "Acme"})).await.ok();
    let before = partner.settings().await.ok().clone();
    let long = format!("{{code}}{}", "x".repeat(160));
    for (member, value, why) in [
        (
            "smsText",
            json!("no code"),
            "must contain {code} exactly once",
        ),
        ("smsText", json!(long), "one SMS holds 160"),
        ("smsText", json!("{code} 再見"), "GSM 7-bit"),
        ("smsText", json!(""), "1 to 300 characters"),
        ("smsText", json!(7), "must be a string"),
        (
            "smsSender",
            json!("A name that is too long"),
            "at most 11 characters",
        ),
        (
            "emailSender",
            json!("Acme, Inc. <acme@example.com>"),
            "must be an address such as no-reply@example.com",
        ),
        (
            "emailSender",
            json!("Acme <security@bank.com>"),
            "must be of the domain of the service's own",
        ),
        ("otpLength", json!(3), "must be a whole number from 4 to 10"),
        (
            "otpLength",
            json!(4.5),
            "must be a whole number from 4 to 10",
        ),
        ("otpLength", json!("6"), "must be a number"),
        (
            "otpTtlSeconds",
            json!(601),
            "must be a whole number from 60 to 600",
        ),
        (
            "otpMaxTries",
            json!(-1),
            "must be a whole number from 1 to 5",
        ),
        (
            "smsDailyBudget",
            json!(1_000_001),
            "the operator can set more",
        ),
        ("smsAllowedPrefixes", json!(["0044"]), "none begins with 0"),
        ("smsAllowedPrefixes", json!("+44"), "must be a list"),
        ("smsAllowedPrefixes", json!(["+44,+49"]), "without commas"),
        (
            "corsOrigins",
            json!(["https://app.example.com/"]),
            "no final slash",
        ),
        ("corsOrigins", json!(["*"]), "must be origins"),
        ("kycWebhookSecrets", json!(["short"]), "must be whsec_"),
        ("kycWebhookSecrets", json!([]), "must be a list of 1 to 50"),
        (
            "kycWebhookSecrets",
            json!([crate::support::kyc::SECRET]),
            "service's own",
        ),
    ] {
        // The other would do.
        let reply = partner
            .set(json!({member: value, "smsBoundDomain": "app.example.com"}))
            .await;
        reply.expect_status(400).fails(1002).naming(why);
        assert_eq!(reply.body["data"]["field"], member, "{reply}");
    }
    partner
        .set(json!({"smsApName": "Acme"}))
        .await
        .fails(1002)
        .naming("nothing else");
    // Each would do alone, and together they do not fit one message.
    let text = format!("{{app}}{{code}}{}", "x".repeat(140));
    partner.set(json!({"smsText": text})).await.ok();
    let reply = partner
        .set(json!({"smsAppName": "A name of many words, which is too many"}))
        .await;
    reply.fails(1002).naming("one SMS holds 160");
    partner.set(json!({"smsText": null})).await.ok();
    assert_eq!(
        partner.settings().await.ok()["settings"],
        before["settings"]
    );
    // The operator pays, and may.
    partner
        .given(json!({"smsDailyBudget": 1_000_001}))
        .await
        .ok();
}

/// A partner's settings reach codes that are on their way only where they make them tighter.
#[tokio::test]
async fn a_short_code_meets_the_caps_of_short_codes_whatever_is_set_since() {
    let partner = partner(&Api::new().await).await;
    let api = &partner.api;
    let user = api.sign_up().await;
    partner
        .set(json!({"otpLength": 4, "otpMaxTries": 5}))
        .await
        .ok();
    let challenge = api.log_in(&user).await;
    let code = api.code(&challenge).await;
    for _ in 0..5 {
        api.answer(&challenge, &wrong(&code)).await;
    }
    let old = api.log_in(&user).await;
    let code = api.code(&old).await;
    for _ in 0..4 {
        api.answer(&old, &wrong(&code)).await.fails(4001);
    }
    partner
        .set(json!({"otpLength": 10, "otpLockAfter": 30}))
        .await
        .ok();
    // The tenth.
    api.answer(&old, &wrong(&code)).await.fails(4003);
    api.answer(&old, &code).await.fails(4003);
    // At ten digits a guess is worth next to nothing, and the owner is not locked out by those before.
    let challenge = api.log_in(&user).await;
    let long = api.code(&challenge).await;
    assert_eq!(long.len(), 10);
    api.answer(&challenge, &wrong(&long)).await.fails(4001);
    partner
        .set(json!({"otpLength": 4, "otpLockAfter": null}))
        .await
        .ok();
    api.answer(&challenge, &long).await.fails(4003);
}

#[tokio::test]
async fn what_is_over_does_not_begin_again_with_more_tries() {
    let partner = partner(&Api::new().await).await;
    let api = &partner.api;
    let (user, _) = api.signed_in_user().await;
    partner.set(json!({"otpMaxTries": 1})).await.ok();
    let login = api.log_in(&user).await;
    let reset = api.start_reset(&user).await;
    let codes = [api.code(&login).await, api.code(&reset).await];
    for (challenge, code) in [&login, &reset].into_iter().zip(&codes) {
        api.answer(challenge, &wrong(code)).await.fails(4002);
    }
    partner.set(json!({"otpMaxTries": 5})).await.ok();
    for (challenge, code) in [&login, &reset].into_iter().zip(&codes) {
        api.answer(challenge, &wrong(code)).await.fails(4002);
        api.answer(challenge, code).await.fails(4002);
        let body = json!({
            "sessionId": challenge.session,
            "username": challenge.username,
            "challengeType": challenge.kind,
        });
        let reply = api.post("/v1/user/otp/resend", &api.token, body).await;
        reply.fails(4002);
    }
    let new = random::password();
    api.change_password(&reset, &new).await.fails(4002);
}

#[tokio::test]
async fn a_code_on_its_way_keeps_its_length() {
    let partner = partner(&Api::new().await).await;
    let api = &partner.api;
    let user = api.sign_up().await;
    for [before, since] in [[10, 4], [4, 10]] {
        partner.set(json!({"otpLength": before})).await.ok();
        let first = api.log_in(&user).await;
        let code = api.code(&first).await;
        assert_eq!(code.len(), before);
        partner.set(json!({"otpLength": since})).await.ok();
        let reply = api.login(&user.email, &user.password).await;
        assert_eq!(reply.ok()["codeLength"], before, "{reply}");
        let second = Challenge {
            session: reply.text("/data/sessionId"),
            ..first.clone()
        };
        let cut = &format!("{code:0>10}")[10 - since..];
        api.answer(&second, cut).await.fails(1002);
        api.answer(&second, &code).await.ok();
        let sent = api.messages_to(&user.phone) - first.before;
        assert_eq!(sent, 1, "one message carries both");
    }
}

/// What is sent again may be longer than what would be sent anew.
#[tokio::test]
async fn a_text_has_to_fit_with_the_longest_code_that_may_be_on_its_way() {
    let partner = partner(&Api::new().await).await;
    let of_length = |digits: usize| format!("{{code}}{}", "x".repeat(160 - digits));
    let reply = partner
        .set(json!({"otpLength": 4, "smsText": of_length(9)}))
        .await;
    reply.fails(1002).naming("a message of 161 septets");
    partner
        .set(json!({"otpLength": 4, "smsText": of_length(10)}))
        .await
        .ok();
}

#[tokio::test]
async fn both_logs_tell_of_a_change_and_nothing_tells_a_secret() {
    let api = Api::new().await;
    let partner = partner(&api).await;
    let (own, given) = (kyc_secret(), kyc_secret());
    partner.set(json!({"kycWebhookSecrets": [own]})).await.ok();
    let key = new_xpub();
    let reply = partner
        .given(json!({"kycWebhookSecrets": [own, given], "custodyXpub": [key]}))
        .await;
    let request = reply.header("x-request-id").to_owned();
    let told: Vec<Value> = partner.audit().await;
    let told = told
        .iter()
        .filter(|entry| entry["event"] == "partner.settings");
    let told: Vec<&Value> = told.collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told.iter().all(|entry| entry["outcome"] == "changed"),
        "{told:?}"
    );
    assert_eq!(told[1]["requestId"], request, "{told:?}");
    let root = api.client_token("root").await;
    let since = format!(
        "/v1/audit?limit=100&since={}",
        told[1]["ts"].as_str().expect("a time")
    );
    let operators = api.get(&since, &root).await;
    let entries = operators.ok()["entries"].as_array().cloned();
    let entries = entries.unwrap_or_default();
    let operators_own = entries.iter().find(|entry| entry["requestId"] == request);
    let operators_own = operators_own.unwrap_or_else(|| panic!("no {request} in {operators}"));
    for entry in told.into_iter().chain([operators_own]) {
        assert_eq!(entry["targetPartnerId"], partner.id, "{entry}");
        assert_eq!(entry["targetClientId"], Value::Null, "{entry}");
    }

    let answers = [
        reply.raw.clone(),
        partner.settings().await.raw,
        operators.raw,
    ];
    let service = &api.gatehouse.service;
    service.wait_until_logged(&request, 1).await;
    let stored = Database::of(service).cells().join("\n");
    let values = std::fs::read_dir(Database::kv_values(service)).expect("KV's values");
    let values = values.map(|file| std::fs::read(file.expect("a file").path()).unwrap_or_default());
    let near: Vec<String> = values
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect();
    assert!(
        near.iter().any(|text| text.contains("\"sealed\"")),
        "KV has what was set"
    );
    for secret in [&own, &given, &key] {
        let secret = secret.trim_start_matches("whsec_");
        for place in answers.iter().chain(&near).chain([&service.log(), &stored]) {
            assert!(!place.contains(secret), "{secret} in {place}");
        }
    }
}

#[tokio::test]
async fn an_answer_is_for_pages_of_its_partner_and_before_it_is_known_for_anybodys() {
    let api = Api::new().await;
    let (one, two) = (partner(&api).await, partner(&api).await);
    let origin = || format!("https://{}.example.com", random::letters(12));
    let (ones, twos) = (origin(), origin());
    one.set(json!({"corsOrigins": [ones]})).await.ok();
    two.set(json!({"corsOrigins": [twos]})).await.ok();
    let allowed = async |api: &Api, token: Option<&str>, origin: &str| {
        let call = api
            .call(Method::GET, "/v1/user/me")
            .header("Origin", origin);
        let call = token
            .into_iter()
            .fold(call, |call, token| call.bearer(token));
        let reply = call.send().await;
        assert_eq!(reply.header("vary"), "Origin", "{reply}");
        reply.header("access-control-allow-origin") == origin
    };
    let preflight = async |origin: &str| {
        let call = api
            .call(Method::OPTIONS, "/v1/user/me")
            .header("Origin", origin);
        call.send().await.status == 204
    };
    let (user, session) = {
        let user = one.api.sign_up().await;
        let session = one.api.session(&user).await;
        (user, session)
    };
    assert!(!user.id.is_empty());
    let token = Some(session.access.as_str());
    assert!(allowed(&api, token, &ones).await);
    assert!(!allowed(&api, token, &twos).await);
    // Nobody knows whose the call is.
    for origin in [&ones, &twos] {
        assert!(allowed(&api, None, origin).await);
        assert!(allowed(&api, Some("none"), origin).await);
        assert!(preflight(origin).await);
    }
    let nobodys = origin();
    assert!(!allowed(&api, None, &nobodys).await && !preflight(&nobodys).await);
    // What is taken away is nobody's any more.
    one.set(json!({"corsOrigins": []})).await.ok();
    assert!(!allowed(&api, token, &ones).await && !preflight(&ones).await);
}

/// Each user is told by their own partner, in its name.
#[tokio::test]
async fn two_partners_share_no_sender_of_mail_and_another_domain_is_the_operators_to_give() {
    let api = Api::new().await;
    let (one, two) = (partner(&api).await, partner(&api).await);
    let ones = "Acme Bank <acme@example.com>";
    let set = json!({"emailSender": ones, "smsAppName": "Acme"});
    one.set(set).await.ok();
    let twos = "bolt@bolt.com";
    two.set(json!({"emailSender": twos})).await.fails(1002);
    two.given(json!({"emailSender": twos, "smsAppName": "Bolt"}))
        .await
        .ok();
    // A code by mail, and a notice.
    let told = async |partner: &Partner| {
        let api = &partner.api;
        let (user, session) = api.signed_in_user().await;
        api.verify_email(&session.access).await.ok();
        let code = api.gatehouse.post.nth(&user.email, 1).await;
        let reset = api.start_reset(&user).await;
        api.answer_rightly(&reset).await.ok();
        api.change_password(&reset, &random::password()).await.ok();
        let notice = api.gatehouse.post.nth(&user.email, 2).await;
        assert_eq!(code.from, notice.from);
        assert!(code.its_code().is_some(), "{code:?}");
        notice
    };
    let (of_one, of_two) = (told(&one).await, told(&two).await);
    assert_eq!(of_one.from, ones);
    assert_eq!(of_one.subject, "Your Acme password was changed");
    assert_eq!(of_two.from, twos);
    assert_eq!(of_two.subject, "Your Bolt password was changed");
    // What is left to the service comes from the service.
    one.set(json!({"emailSender": null})).await.ok();
    assert_eq!(told(&one).await.from, "Gatehouse <no-reply@example.com>");
    assert_eq!(api.gatehouse.post.violations(), [""; 0]);
}

#[tokio::test]
async fn a_flood_of_changes_ends_at_ten_a_minute_and_the_operators_are_taken_all_the_same() {
    let partner = partner(&Api::new().await).await;
    let members = ["smsAppName", "smsSender", "smsBoundDomain"];
    let path = "/v1/partner/settings";
    let changes = (0..48).map(|nth| {
        let (api, member) = (partner.api.clone(), members[nth % 3]);
        let value = match member {
            "smsBoundDomain" => format!("app{nth}.example.com"),
            _ => format!("Acme {nth}"),
        };
        async move { api.put(path, &api.token, json!({member: value})).await }
    });
    let operators = async {
        for nth in 0..8 {
            partner
                .given(json!({"otpMaxTries": 1 + nth % 5}))
                .await
                .ok();
        }
    };
    let (replies, ()) = tokio::join!(at_once(changes), operators);
    let mut taken = 0;
    for reply in replies {
        if reply.status == 200 {
            taken += 1;
            continue;
        }
        let wait = reply.expect_status(429).fails(1009).header("retry-after");
        let wait: u64 = wait.parse().expect("seconds");
        assert!((1..=60).contains(&wait), "{reply}");
    }
    assert!((1..=30).contains(&taken), "{taken}");
    let told = partner.audit().await;
    let told = told
        .iter()
        .filter(|entry| entry["event"] == "partner.settings");
    assert_eq!(told.count(), taken + 8);
    // Each was made on what the one before left.
    let reply = partner.settings().await;
    assert_eq!(reply.ok()["settings"]["otpMaxTries"]["value"], 3, "{reply}");
    // The rest of the minute's.
    for nth in taken..30 {
        partner
            .set(json!({"smsAppName": format!("{nth}")}))
            .await
            .ok();
    }
    let one_more = json!({"smsAppName": "One more"});
    let refused = partner.set(one_more.clone()).await;
    refused
        .expect_status(429)
        .fails(1009)
        .naming("30 times a minute");
    partner.given(one_more.clone()).await.ok();
    // What changes nothing is not refused.
    partner.set(one_more).await.ok();
}

#[tokio::test]
async fn changes_at_once_are_each_made_on_what_the_one_before_left() {
    let partner = partner(&Api::new().await).await;
    let changes = [
        json!({"smsAppName": "Acme"}),
        json!({"smsSender": "Acme"}),
        json!({"otpLength": 7}),
        json!({"otpMaxTries": 2}),
    ];
    let calls = changes.clone().map(|change| {
        let api = partner.api.clone();
        async move { api.put("/v1/partner/settings", &api.token, change).await }
    });
    for reply in at_once(calls).await {
        reply.ok();
    }
    let reply = partner.settings().await;
    for change in changes {
        for (member, value) in change.as_object().expect("an object") {
            let setting = &reply.ok()["settings"][member];
            assert_eq!(setting["value"], *value, "{member}: {reply}");
            assert_eq!(setting["source"], "partner", "{member}: {reply}");
        }
    }
}

#[tokio::test]
async fn a_change_that_changes_nothing_leaves_no_word_and_seals_nothing_anew() {
    let partner = partner(&Api::new().await).await;
    let database = Database::of(&partner.api.gatehouse.service);
    let changes = async || {
        let told = partner.audit().await;
        let told = told
            .iter()
            .filter(|entry| entry["event"] == "partner.settings");
        told.count()
    };
    let nothing = partner.set(json!({"smsAppName": null})).await;
    assert_eq!(nothing.ok()["changedTs"], Value::Null, "{nothing}");
    assert_eq!(changes().await, 0);
    let set = json!({"smsAppName": "Acme", "kycWebhookSecrets": [kyc_secret()]});
    let before = partner.set(set.clone()).await.ok().clone();
    for same in [set, json!({"smsText": null}), json!({})] {
        assert_eq!(*partner.set(same).await.ok(), before);
    }
    assert_eq!(changes().await, 1);
    let version = "SELECT version FROM partner_settings WHERE partner_id = ?1";
    assert_eq!(database.number(version, [&partner.id]), 1);
    // The operator's is how secrets are sealed anew, and what was lost is put right.
    partner.given(json!({})).await.ok();
    assert_eq!(database.number(version, [&partner.id]), 2);
}

/// What was stored and will not do stops its partner, says which setting it is, and can be mended.
#[tokio::test]
async fn stored_nonsense_stops_its_partner_alone_until_it_is_mended() {
    let gatehouse = Gatehouse::start("partner-nonsense", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let (one, two) = (partner(&api).await, partner(&api).await);
    let user = one.api.sign_up().await;
    one.set(json!({"otpLength": 6, "kycWebhookSecrets": [kyc_secret()]}))
        .await
        .ok();
    two.set(json!({"kycWebhookSecrets": [kyc_secret()]}))
        .await
        .ok();
    let database = Database::of(&gatehouse.service);
    // Nothing is remembered, and no connection goes on.
    let afresh = async || {
        gatehouse.service.restart();
        let api = Api::on(gatehouse.clone()).await;
        tell_kv(&api).await;
        [&one, &two].map(|partner| Partner {
            id: partner.id.clone(),
            api: api.with_token(&partner.api.token),
        })
    };
    let change = |sql: &str| {
        let sql = format!("UPDATE partner_settings SET version = version + 1, is_told = 0, {sql} WHERE partner_id = ?1");
        database.change(&sql, [&one.id]);
    };
    let another = format!(
        "(SELECT sealed FROM partner_settings WHERE partner_id = '{}')",
        two.id
    );
    change(r#"plain = '{"otpLength":"77","smsAllowedPrefixes":"+44,+1"}'"#);
    let stored = one.settings().await.ok()["settings"].clone();
    let own = |value: Value| json!({"value": value, "source": "partner"});
    assert_eq!(stored["otpLength"], own(json!(77)));
    assert_eq!(stored["smsAllowedPrefixes"], own(json!(["+44", "+1"])));
    let (secrets, xpubs) = (&stored["kycWebhookSecrets"], &stored["custodyXpub"]);
    assert_eq!(
        (&secrets["count"], &secrets["source"]),
        (&json!(1), &json!("partner"))
    );
    assert_eq!(
        (&xpubs["count"], &xpubs["source"]),
        (&json!(0), &json!("environment"))
    );
    for (sql, said) in [
        (
            r#"plain = '{"otpLength":"77"}'"#,
            "otpLength must be a whole number",
        ),
        (
            r#"plain = '{"smsColour":"red"}'"#,
            "smsColour is no setting",
        ),
        (
            r#"plain = '{}', given = '{"smsDailyBudget":"0"}'"#,
            "smsDailyBudget must be a whole number",
        ),
        (r#"given = 'nonsense'"#, "settings cannot be read"),
        (
            r#"plain = 'nonsense', given = '{}'"#,
            "settings cannot be read",
        ),
        (
            &format!("plain = '{{}}', sealed = {another}"),
            "secrets are sealed with a key",
        ),
    ] {
        change(sql);
        let [one, two] = afresh().await;
        let reply = one.api.login(&user.email, &user.password).await;
        reply.expect_status(503).fails(9002);
        gatehouse.service.wait_until_logged(said, 1).await;
        // Whoever has to mend it sees what is stored, and why that will not do.
        let root = one.api.client_token("root").await;
        let by_operator = format!("/v1/partner/{}/settings", one.id);
        for (path, token) in [
            ("/v1/partner/settings", &one.api.token),
            (&by_operator, &root),
        ] {
            let reply = one.api.get(path, token).await;
            let refused = reply.ok()["refused"][0].as_str();
            assert!(refused.is_some_and(|one| one.starts_with(said)), "{reply}");
            assert_eq!(reply.ok()["settings"]["smsText"]["source"], "environment");
        }
        assert_eq!(two.settings().await.ok()["refused"], json!([]));
        let other = two.api.sign_up().await;
        two.message(&other).await;
    }
    let [one, _] = afresh().await;
    // The operator gives all secrets anew, or takes them away.
    let all =
        json!({"kycWebhookSecrets": null, "custodyXpub": null, "custodyEncryptionXpub": null});
    one.given(json!({"otpLength": 6})).await.fails(9002);
    one.given(all).await.ok();
    one.message(&user).await;
}

/// The cron tells KV what it has not heard of.
async fn tell_kv(api: &Api) {
    let call = api.call(Method::GET, "/cdn-cgi/local/scheduled");
    call.send().await.expect_status(200);
}
