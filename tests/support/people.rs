//! People, and what they do in every other test.

use serde_json::{json, Value};

use super::http::{Api, Method, Reply};
use super::jwt::Jwt;
use super::kyc::{self, Event};
use super::random;
use super::service::Credentials;
use super::twilio::Sms;

/// Somebody signed up, with an e-mail, a phone and a password nobody else has.
#[derive(Clone, Debug)]
pub struct User {
    pub id: String,
    pub email: String,
    pub phone: String,
    pub password: String,
    /// The account made with the user.
    pub account: String,
}

/// An SMS sent and waiting for its answer.
#[derive(Clone, Debug)]
pub struct Challenge {
    pub session: String,
    pub username: String,
    pub kind: &'static str,
    /// Where the code went.
    pub phone: String,
    /// How many codes the phone had before this one.
    pub before: usize,
}

/// A user logged in.
#[derive(Clone, Debug)]
pub struct Session {
    pub access: String,
    pub refresh: String,
    /// The whole token object.
    pub data: Value,
}

impl Session {
    pub fn of(data: &Value) -> Session {
        let member = |name: &str| {
            let text = data[name].as_str();
            text.unwrap_or_else(|| panic!("no {name} in {data}"))
                .to_owned()
        };
        Session {
            access: member("accessToken"),
            refresh: member("refreshToken"),
            data: data.clone(),
        }
    }
}

/// What a sign-up is asked with, all of it fresh.
pub fn application() -> Value {
    json!({
        "phoneNumber": random::phone(),
        "email": random::email(),
        "password": random::password(),
    })
}

impl Api {
    pub async fn sign_up(&self) -> User {
        self.sign_up_at(&random::phone()).await
    }

    pub async fn sign_up_at(&self, phone: &str) -> User {
        let mut application = application();
        application["phoneNumber"] = json!(phone);
        let reply = self
            .post("/v1/user/sign-up", &self.token, application.clone())
            .await;
        let data = reply.ok();
        let asked = |name: &str| application[name].as_str().unwrap_or_default().to_owned();
        User {
            id: data["userId"].as_str().expect("a userId").to_owned(),
            email: asked("email"),
            phone: asked("phoneNumber"),
            password: asked("password"),
            account: reply.text("/data/accounts/0/accountId"),
        }
    }

    /// The bare call.
    pub async fn login(&self, username: &str, password: &str) -> Reply {
        let body = json!({"username": username, "password": password});
        self.post("/v1/user/login", &self.token, body).await
    }

    /// The right password by e-mail, and so a challenge; the code is sent before the answer, unless
    /// that of a login just before is good for this one too.
    pub async fn log_in(&self, user: &User) -> Challenge {
        let reply = self.login(&user.email, &user.password).await;
        reply.ok();
        Challenge {
            session: reply.text("/data/sessionId"),
            username: user.email.clone(),
            kind: "SMS_MFA",
            phone: user.phone.clone(),
            before: self.codes_to(&user.phone).saturating_sub(1),
        }
    }

    /// The code that was sent for it.
    pub async fn code(&self, challenge: &Challenge) -> String {
        let (phone, nth) = (&challenge.phone, challenge.before + 1);
        let message = self.gatehouse.twilio.nth(phone, nth, Sms::has_code);
        message.await.code()
    }

    /// A message that was going out after an answer has gone out by the time that a later one has.
    pub async fn messages_have_left(&self) {
        let (user, _) = self.signed_in_user().await;
        let reset = self.start_reset(&user).await;
        self.code(&reset).await;
    }

    pub fn messages_to(&self, phone: &str) -> usize {
        let sent = self.gatehouse.twilio.sent_to(phone);
        sent.iter().filter(|sms| sms.accepted).count()
    }

    /// Of these, those with a code.
    pub fn codes_to(&self, phone: &str) -> usize {
        self.gatehouse.twilio.codes_to(phone)
    }

    pub async fn answer(&self, challenge: &Challenge, code: &str) -> Reply {
        let body = json!({
            "sessionId": challenge.session,
            "username": challenge.username,
            "challengeType": challenge.kind,
            "code": code,
        });
        self.post("/v1/user/otp", &self.token, body).await
    }

    pub async fn answer_rightly(&self, challenge: &Challenge) -> Reply {
        let code = self.code(challenge).await;
        self.answer(challenge, &code).await
    }

    /// Login and its code.
    pub async fn session(&self, user: &User) -> Session {
        let challenge = self.log_in(user).await;
        let reply = self.answer_rightly(&challenge).await;
        Session::of(reply.ok())
    }

    /// Somebody whose phone is verified, with the session that verified it.
    pub async fn signed_in_user(&self) -> (User, Session) {
        let user = self.sign_up().await;
        let session = self.session(&user).await;
        (user, session)
    }

    /// Somebody whose KYC is done.
    pub async fn verified_user(&self) -> User {
        let user = self.sign_up().await;
        self.set_kyc(&user, "VERIFIED", 0).await;
        user
    }

    /// The KYC provider's word that the status became this, `at` seconds on its clock.
    pub async fn set_kyc(&self, user: &User, status: &str, at: u32) {
        let event = Event::status(&user.id, status, &kyc::moment(at));
        event.send(self).await.ok();
    }

    pub async fn refresh(&self, username: &str, token: &str) -> Reply {
        let body = json!({"username": username, "refreshToken": token});
        self.post("/v1/user/refresh", &self.token, body).await
    }

    pub async fn forget_password(&self, email: &str) -> Reply {
        let email: String = form_urlencoded::byte_serialize(email.as_bytes()).collect();
        let path = format!("/v1/user/forget-password?email={email}");
        self.get(&path, &self.token).await
    }

    /// A reset started for somebody whose phone is verified.
    pub async fn start_reset(&self, user: &User) -> Challenge {
        let before = self.codes_to(&user.phone);
        let reply = self.forget_password(&user.email).await;
        reply.ok();
        Challenge {
            session: reply.text("/data/sdkResponseMetadata/requestId"),
            username: user.email.clone(),
            kind: "RESET_PASSWORD",
            phone: user.phone.clone(),
            before,
        }
    }

    pub async fn change_password(&self, challenge: &Challenge, password: &str) -> Reply {
        let body = json!({
            "sessionId": challenge.session,
            "username": challenge.username,
            "challengeType": challenge.kind,
            "password": password,
            "passwordConfirm": password,
        });
        self.put("/v1/user/change-password", &self.token, body)
            .await
    }

    /// A new password by whoever knows the one that it is, in a session.
    pub async fn change_known(&self, access: &str, password: &str, new: &str) -> Reply {
        let body = json!({"password": password, "newPassword": new});
        self.post("/v1/user/password", access, body).await
    }

    pub async fn make_recovery_codes(&self, access: &str, password: &str) -> Reply {
        let body = json!({ "password": password });
        self.post("/v1/user/recovery-codes", access, body).await
    }

    /// The user's recovery codes, made in a session that was opened a moment ago.
    pub async fn recovery_codes(&self, user: &User, access: &str) -> Vec<String> {
        let made = self.make_recovery_codes(access, &user.password).await;
        let codes = made.ok()["codes"].as_array().expect("codes").iter();
        codes
            .map(|code| code.as_str().expect("a code").to_owned())
            .collect()
    }

    /// The answer to a challenge by a recovery code in the place of its own.
    pub async fn recover(&self, challenge: &Challenge, code: &str) -> Reply {
        let challenge = Challenge {
            kind: "RECOVERY_CODE",
            ..challenge.clone()
        };
        self.answer(&challenge, code).await
    }

    pub async fn erase_oneself(&self, access: &str, password: &str) -> Reply {
        let body = json!({ "password": password });
        self.post("/v1/user/erase", access, body).await
    }

    pub async fn verify_email(&self, access: &str) -> Reply {
        let path = "/v1/user/email/verify";
        self.post(path, access, json!({})).await
    }

    pub async fn change_email(&self, access: &str, new: &str, password: &str) -> Reply {
        let body = json!({"newEmail": new, "password": password});
        self.post("/v1/user/email", access, body).await
    }

    pub async fn change_phone(&self, access: &str, new: &str, password: &str) -> Reply {
        let body = json!({"newPhoneNumber": new, "password": password});
        self.post("/v1/user/phone", access, body).await
    }

    /// The challenge that a code by mail was sent for, and the code.
    pub async fn mailed(&self, begun: &Reply, user: &User, to: &str) -> (Challenge, String) {
        let sent = self.gatehouse.post.sent_to(to);
        let code = sent.last().expect("a mail").code();
        let challenge = Challenge {
            session: begun.text("/data/sessionId"),
            username: user.email.clone(),
            kind: match begun.text("/data/challengeType").as_str() {
                "VERIFY_EMAIL" => "VERIFY_EMAIL",
                _ => "CHANGE_EMAIL",
            },
            phone: user.phone.clone(),
            before: 0,
        };
        (challenge, code)
    }

    /// The challenges of a change of number that was begun: at the old number, if there is one, and at the new.
    pub fn at_numbers(&self, begun: &Reply, user: &User, new: &str) -> Vec<Challenge> {
        let challenges = begun.ok()["challenges"].as_array().expect("challenges");
        let challenge = |one: &Value| {
            let phone = match one["which"].as_str() {
                Some("OLD") => user.phone.clone(),
                _ => new.to_owned(),
            };
            Challenge {
                session: one["sessionId"].as_str().expect("a sessionId").to_owned(),
                username: user.email.clone(),
                kind: "CHANGE_PHONE",
                before: self.codes_to(&phone).saturating_sub(1),
                phone,
            }
        };
        challenges.iter().map(challenge).collect()
    }

    pub async fn portfolio(&self, account: &str) -> Reply {
        let body = json!({"accountId": account});
        self.post("/v1/account/portfolio", &self.token, body).await
    }

    pub async fn me(&self, access: &str) -> Reply {
        self.get("/v1/user/me", access).await
    }

    pub async fn delete(&self, path: &str, token: &str) -> Reply {
        self.call(Method::DELETE, path).bearer(token).send().await
    }

    /// A client of a new partner, which no other test meets.
    pub async fn new_client(&self) -> Credentials {
        credentials(&self.make_client("partnerName", "Tests").await)
    }

    /// A client of the partner with this id, or of a new one with this name.
    async fn make_client(&self, member: &str, partner: &str) -> Reply {
        let root = self.client_token("root").await;
        let mut body = json!({
            "name": "Tests",
            "roles": ["customer"],
            "defaultRoles": ["customer"],
        });
        body[member] = json!(partner);
        self.post("/v1/client", &root, body).await
    }

    /// A client of the operator's own, such as deposits, withdrawals and conversions have.
    pub async fn service_behind(&self) -> Credentials {
        let root = self.client_token("root").await;
        let operator = Jwt::read(&root).claims["partner_id"].clone();
        let body = json!({"name": "deposits", "partnerId": operator, "scope": "introspect"});
        credentials(&self.post("/v1/client", &root, body).await)
    }

    /// A client of a new partner, with these scopes.
    pub async fn new_client_with(&self, scope: &str) -> Credentials {
        let root = self.client_token("root").await;
        let body = json!({"name": "Tests", "partnerName": "Tests", "scope": scope});
        credentials(&self.post("/v1/client", &root, body).await)
    }

    /// Two clients of one new partner.
    pub async fn two_clients_of_a_partner(&self) -> [Credentials; 2] {
        let first = self.make_client("partnerName", "Tests").await;
        let partner = first.text("/data/partnerId");
        let second = self.make_client("partnerId", &partner).await;
        [first, second].map(|made| credentials(&made))
    }

    /// The same caller as two clients of one new partner.
    pub async fn as_two_clients_of_a_partner(&self) -> [Api; 2] {
        let [first, second] = self.two_clients_of_a_partner().await;
        let tokens = [self.token_of(&first).await, self.token_of(&second).await];
        tokens.map(|token| self.with_token(&token))
    }

    /// The same caller as a new partner.
    pub async fn as_new_partner(&self) -> Api {
        let client = self.new_client().await;
        self.with_token(&self.token_of(&client).await)
    }

    /// The messages in the outbox that these parameters ask for, the newest first.
    pub async fn outbox(&self, query: &str) -> Vec<Value> {
        let path = format!("/dev/outbox?{query}");
        let reply = self.get(&path, &self.token).await;
        let messages = reply.expect_status(200).body["messages"].as_array();
        messages.cloned().unwrap_or_default()
    }

    pub async fn jwks(&self) -> Value {
        let call = self.call(Method::GET, "/.well-known/jwks.json");
        call.send().await.expect_status(200).body.clone()
    }
}

fn credentials(made: &Reply) -> Credentials {
    Credentials {
        id: made.text("/data/clientId"),
        secret: made.text("/data/clientSecret"),
    }
}

/// Names that break a line or turn its direction, or of which nothing is seen.
pub const UNFIT_NAMES: [&str; 8] = [
    "a\0b",
    "a\nb",
    "a\u{1b}[2Jb",
    "a\u{2028}b",
    "a\u{202e}b",
    "a\u{2066}b",
    "  ",
    "\u{a0}\u{200b}",
];

/// A code that is not this one, of the same length.
pub fn wrong(code: &str) -> String {
    code.chars()
        .map(|digit| if digit == '9' { '0' } else { '9' })
        .collect()
}
