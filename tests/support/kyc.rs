//! The KYC provider: events signed as Standard Webhooks has it.

use std::time::{SystemTime, UNIX_EPOCH};

use base64ct::{Base64, Encoding};
use chrono::{DateTime, SecondsFormat, Utc};
use hmac::{Hmac, Mac};
use serde_json::{json, Value};
use sha2::Sha256;

use super::http::{Api, Method, Reply};
use super::random;

/// What the service is started with.
pub const SECRET: &str = "whsec_a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6";

const PATH: &str = "/v1/kyc/webhook";

/// An event on its way to the webhook. Tests change a member before sending it.
#[derive(Clone)]
pub struct Event {
    pub id: String,
    /// Seconds since 1970: when it is sent, not when it happened.
    pub sent_at: u64,
    pub body: String,
    pub secret: String,
    /// Where it is sent to.
    pub path: String,
}

impl Event {
    /// The user's status became this at that time (`2025-07-10T14:19:46.359Z`).
    pub fn status(user_id: &str, status: &str, happened_at: &str) -> Event {
        Event::of(json!({
            "type": "kyc.status",
            "timestamp": happened_at,
            "data": {"userId": user_id, "kycId": format!("kyc-{user_id}"), "status": status},
        }))
    }

    pub fn of(body: Value) -> Event {
        Event {
            id: format!("msg_{}", random::letters(20)),
            sent_at: now(),
            body: body.to_string(),
            secret: SECRET.to_owned(),
            path: PATH.to_owned(),
        }
    }

    /// The same, by the provider of a partner's own.
    pub fn of_partner(self, partner_id: &str, secret: &str) -> Event {
        Event {
            secret: secret.to_owned(),
            path: format!("{PATH}/{partner_id}"),
            ..self
        }
    }

    pub fn signature(&self) -> String {
        let key = self.secret.strip_prefix("whsec_").expect("whsec_");
        let key = Base64::decode_vec(key).expect("the secret is base64");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("any key will do");
        mac.update(format!("{}.{}.{}", self.id, self.sent_at, self.body).as_bytes());
        let tag = Base64::encode_string(&mac.finalize().into_bytes());
        format!("v1,{tag}")
    }

    pub async fn send(&self, api: &Api) -> Reply {
        self.send_signed(api, &self.signature()).await
    }

    pub async fn send_signed(&self, api: &Api, signature: &str) -> Reply {
        api.call(Method::POST, &self.path)
            .header("webhook-id", &self.id)
            .header("webhook-timestamp", &self.sent_at.to_string())
            .header("webhook-signature", signature)
            .body("application/json", self.body.clone().into_bytes())
            .send()
            .await
    }
}

pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.expect("it is after 1970").as_secs()
}

/// The time it is, to the millisecond.
pub fn this_moment() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.expect("it is after 1970").as_millis();
    let time = DateTime::<Utc>::from_timestamp_millis(millis as i64).expect("a time");
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// A time this many seconds after 2025-07-10T14:00:00Z, for events in an order of their own.
pub fn moment(seconds: u32) -> String {
    assert!(seconds < 3600, "the minutes are all there is");
    format!("2025-07-10T14:{:02}:{:02}.000Z", seconds / 60, seconds % 60)
}
