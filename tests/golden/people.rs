//! Who is in a scene, and what they do in most.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{json, Value};

use crate::call::{get, post, put, Call};
use crate::reply::Reply;
use crate::scene::Scene;
use crate::support::kyc;
use crate::support::people::wrong;

/// Somebody of this scene: the same in every run.
#[derive(Clone)]
pub struct Person {
    pub email: String,
    pub phone: String,
    pub password: &'static str,
    /// Once signed up.
    pub id: String,
    pub account: String,
}

impl Scene {
    /// Not signed up yet. `nth` from 1.
    pub fn person(&self, nth: i64) -> Person {
        let names = ["ada", "bob", "cleo", "dan", "eve", "fay", "gus", "hal"];
        Person {
            email: format!("{}@example.com", names[(nth - 1) as usize]),
            phone: format!("+1555{:03}{:04}", self.number, 1000 * nth + 34),
            password: "correct horse battery",
            id: String::new(),
            account: String::new(),
        }
    }

    pub async fn signed_up(&mut self, nth: i64) -> Person {
        let mut person = self.person(nth);
        let reply = self.quietly(sign_up(&person)).await;
        person.id = reply.text("/data/userId");
        person.account = reply.text("/data/accounts/0/accountId");
        person
    }

    /// Shows the last SMS to this phone.
    pub fn shows_sms(&mut self, phone: &str) {
        let sent = self.gatehouse.twilio.sent_to(phone);
        let last = sent.last().expect("an SMS");
        let text = last.body.replace(&last.code(), "<code>");
        self.text(format!("SMS to {}: {text}\n", last.to));
    }

    pub fn last_code(&self, phone: &str) -> String {
        let sent = self.gatehouse.twilio.sent_to(phone);
        sent.last().expect("an SMS").code()
    }

    /// The id of a challenge and its code.
    pub async fn logged_in(&mut self, person: &Person) -> (String, String) {
        let reply = self.quietly(login(person)).await;
        (reply.text("/data/sessionId"), self.last_code(&person.phone))
    }

    /// The answer that begins a reset, and its code: the SMS leaves after the answer.
    pub async fn forgotten(&mut self, person: &Person) -> (Reply, String) {
        let before = self.gatehouse.twilio.sent_to(&person.phone).len();
        let reply = self.quietly(forget(&person.email)).await;
        let twilio = &self.gatehouse.twilio;
        (reply, twilio.nth_code(&person.phone, before + 1).await)
    }

    /// The whole token object.
    pub async fn session(&mut self, person: &Person) -> Value {
        let (id, code) = self.logged_in(person).await;
        let reply = self.quietly(otp(person, &id, "SMS_MFA", &code)).await;
        reply.body["data"].clone()
    }

    /// Somebody with a proven phone, and the token object.
    pub async fn signed_in(&mut self, nth: i64) -> (Person, Value) {
        let person = self.signed_up(nth).await;
        let session = self.session(&person).await;
        (person, session)
    }

    /// Somebody whose KYC is done.
    pub async fn verified(&mut self, nth: i64) -> Person {
        let person = self.signed_up(nth).await;
        let event = self.kyc(
            &format!("done-{nth}"),
            &person,
            json!({"status": "VERIFIED"}),
        );
        self.quietly(event).await;
        person
    }

    /// The KYC provider's word of somebody, signed, of now.
    pub fn kyc(&self, id: &str, of: &Person, more: Value) -> Call {
        let mut data = json!({"userId": of.id, "kycId": "kyc-1"});
        let members = more.as_object().expect("an object").clone();
        data.as_object_mut().expect("an object").extend(members);
        let at = timestamp(self.now);
        self.event(
            id,
            json!({"type": "kyc.status", "timestamp": at, "data": data}),
        )
    }

    /// Any event, signed.
    pub fn event(&self, id: &str, body: Value) -> Call {
        event(&format!("{}-{id}", self.name), self.now, body)
    }
}

/// An event sent at this time, signed.
pub fn event(id: &str, at: i64, body: Value) -> Call {
    let mut event = kyc::Event::of(body);
    event.id = id.to_owned();
    event.sent_at = (at / 1000) as u64;
    let call = post("/v1/kyc/webhook").header("webhook-id", id);
    let call = call.header("webhook-timestamp", &event.sent_at.to_string());
    let call = call.header("webhook-signature", &event.signature());
    call.typed("application/json", event.body)
}

pub fn timestamp(millis: i64) -> String {
    let time = DateTime::<Utc>::from_timestamp_millis(millis).expect("a time");
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The text of this member.
pub fn text(of: &Value, member: &str) -> String {
    let text = of[member].as_str();
    text.unwrap_or_else(|| panic!("no {member} in {of}"))
        .to_owned()
}

// --- their calls ---------------------------------------------------------------------------------

pub fn sign_up(person: &Person) -> Call {
    post("/v1/user/sign-up").client().json(json!({
        "phoneNumber": person.phone,
        "email": person.email,
        "password": person.password,
    }))
}

pub fn login(person: &Person) -> Call {
    login_as(&person.email, person.password)
}

pub fn login_as(username: &str, password: &str) -> Call {
    let body = json!({"username": username, "password": password});
    post("/v1/user/login").client().json(body)
}

/// With the code that was sent.
pub fn otp(person: &Person, session: &str, kind: &str, code: &str) -> Call {
    answer(person, session, kind, code, "<code>")
}

/// With another than this.
pub fn wrong_otp(person: &Person, session: &str, kind: &str, code: &str) -> Call {
    answer(person, session, kind, &wrong(code), "<wrong code>")
}

fn answer(person: &Person, session: &str, kind: &str, code: &str, shown: &str) -> Call {
    let body = json!({
        "sessionId": session,
        "username": person.email,
        "challengeType": kind,
        "code": code,
    });
    post("/v1/user/otp")
        .client()
        .json(body)
        .hiding_code(code, shown)
}

pub fn resend(session: &str) -> Call {
    let body = json!({"sessionId": session});
    post("/v1/user/otp/resend").client().json(body)
}

pub fn refresh(person: &Person, token: &str) -> Call {
    let body = json!({"username": person.email, "refreshToken": token});
    post("/v1/user/refresh").client().json(body)
}

pub fn forget(email: &str) -> Call {
    let email: String = form_urlencoded::byte_serialize(email.as_bytes()).collect();
    get(&format!("/v1/user/forget-password?email={email}")).client()
}

pub fn change_password(person: &Person, session: &str, password: &str) -> Call {
    put("/v1/user/change-password").client().json(json!({
        "sessionId": session,
        "username": person.email,
        "challengeType": "RESET_PASSWORD",
        "password": password,
        "passwordConfirm": password,
    }))
}

pub fn portfolio(body: Value) -> Call {
    post("/v1/account/portfolio").client().json(body)
}

pub fn account(body: Value) -> Call {
    post("/v1/account").client().json(body)
}
