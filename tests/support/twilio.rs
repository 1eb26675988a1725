//! A double of the SMS provider, as strict as the provider's own OpenAPI description
//! (`tests/vectors/twilio.openapi.json`: the "create message" operation of twilio/twilio-oai
//! at d50069b, MIT). Tests read the codes from the messages it took.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64ct::{Base64, Encoding};
use serde_json::json;
use wiremock::{Request, Respond, ResponseTemplate};

use super::double;

pub const ACCOUNT_SID: &str = "AC0123456789abcdef0123456789abcdef";
pub const AUTH_TOKEN: &str = "auth-token-that-no-answer-and-no-log-may-hold";
/// The sender that Twilio's test credentials accept.
pub const FROM: &str = "+15005550006";

/// The provider's documented test numbers that are refused, with the error code of each.
pub const REFUSED: [(&str, u32); 5] = [
    ("+15005550001", 21211),
    ("+15005550002", 21612),
    ("+15005550003", 21408),
    ("+15005550004", 21610),
    ("+15005550009", 21614),
];

/// A well-formed request that reached the provider, whatever it answered.
#[derive(Clone, Debug)]
pub struct Sms {
    pub to: String,
    pub body: String,
    /// Empty where the provider decides.
    pub from: String,
    pub accepted: bool,
}

impl Sms {
    /// A notice has none.
    pub fn has_code(&self) -> bool {
        self.body.contains(|c: char| c.is_ascii_digit())
    }

    /// The first run of at least four digits.
    pub fn code(&self) -> String {
        self.body
            .split(|c: char| !c.is_ascii_digit())
            .find(|run| run.len() >= 4)
            .unwrap_or_else(|| panic!("no code in {:?}", self.body))
            .to_owned()
    }
}

#[derive(Default)]
struct Inbox {
    messages: Vec<Sms>,
    violations: Vec<String>,
    planned: HashMap<String, VecDeque<ResponseTemplate>>,
}

pub struct Twilio {
    pub base: String,
    inbox: Arc<Mutex<Inbox>>,
}

impl Twilio {
    pub fn start() -> Twilio {
        let inbox = Arc::new(Mutex::new(Inbox::default()));
        let double = Double {
            inbox: inbox.clone(),
            parameters: parameters(),
        };
        Twilio {
            base: double::serve(double),
            inbox,
        }
    }

    /// Plans the answers to the next requests for this number; after them it is the usual one.
    pub fn answer_next(&self, phone: &str, answers: impl IntoIterator<Item = ResponseTemplate>) {
        let mut inbox = self.inbox.lock().expect("no test panics holding it");
        let planned = inbox.planned.entry(phone.to_owned()).or_default();
        planned.extend(answers);
    }

    /// The usual answers again for this number.
    pub fn forget_plans(&self, phone: &str) {
        let mut inbox = self.inbox.lock().expect("no test panics holding it");
        inbox.planned.remove(phone);
    }

    /// Every request for this number, refused ones too.
    pub fn sent_to(&self, phone: &str) -> Vec<Sms> {
        let inbox = self.inbox.lock().expect("no test panics holding it");
        let to_phone = inbox.messages.iter().filter(|sms| sms.to == phone);
        to_phone.cloned().collect()
    }

    /// How many requests there have been for anybody.
    pub fn total(&self) -> usize {
        let inbox = self.inbox.lock().expect("no test panics holding it");
        inbox.messages.len()
    }

    /// Requests the provider's description does not allow.
    pub fn violations(&self) -> Vec<String> {
        let inbox = self.inbox.lock().expect("no test panics holding it");
        inbox.violations.clone()
    }

    /// The code in the `nth` message (from 1) accepted for this number.
    pub async fn nth_code(&self, phone: &str, nth: usize) -> String {
        self.nth(phone, nth, |_| true).await.code()
    }

    /// How many messages with a code were accepted for this number.
    pub fn codes_to(&self, phone: &str) -> usize {
        let sent = self.sent_to(phone);
        let codes = sent.iter().filter(|sms| sms.accepted && sms.has_code());
        codes.count()
    }

    /// The `nth` message (from 1) of these that was accepted for this number. Waits for it, since a
    /// message may be sent after the answer to the call that asked for it.
    pub async fn nth(&self, phone: &str, nth: usize, which: impl Fn(&Sms) -> bool) -> Sms {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let sent = self.sent_to(phone);
            let mut accepted = sent.iter().filter(|sms| sms.accepted && which(sms));
            if let Some(sms) = accepted.nth(nth - 1) {
                return sms.clone();
            }
            assert!(
                Instant::now() < deadline,
                "no message {nth} for {phone}, only {sent:?}; refused as malformed: {:?}",
                self.violations()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// An error of the provider, in its own shape.
pub fn error(status: u16, code: u32) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({
        "code": code,
        "message": "a text of the provider's that no caller may see",
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
        "status": status,
    }))
}

struct Double {
    inbox: Arc<Mutex<Inbox>>,
    parameters: BTreeSet<String>,
}

impl Respond for Double {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut inbox = self.inbox.lock().expect("no test panics holding it");
        let form = match self.check(request) {
            Ok(form) => form,
            Err(violation) => {
                inbox.violations.push(violation);
                return error(400, 20001);
            }
        };
        let to = form["To"].clone();
        let answer = match inbox.planned.get_mut(&to).and_then(VecDeque::pop_front) {
            Some(planned) => Err(planned),
            None => match REFUSED.iter().find(|(phone, _)| *phone == to) {
                Some((_, code)) => Err(error(400, *code)),
                None => Ok(created(&form)),
            },
        };
        inbox.messages.push(Sms {
            to,
            body: form["Body"].clone(),
            from: form.get("From").cloned().unwrap_or_default(),
            accepted: answer.is_ok(),
        });
        answer.unwrap_or_else(|planned| planned)
    }
}

impl Double {
    /// The form, or what the provider's description has against the request.
    fn check(&self, request: &Request) -> Result<HashMap<String, String>, String> {
        let header = |name: &str| {
            let value = request.headers.get(name);
            value.and_then(|v| v.to_str().ok()).unwrap_or_default()
        };
        let path = format!("/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json");
        let wanted = format!("{ACCOUNT_SID}:{AUTH_TOKEN}");
        let wanted = format!("Basic {}", Base64::encode_string(wanted.as_bytes()));
        let media_type = header("content-type").split(';').next().unwrap_or_default();

        if request.method.as_str() != "POST" || request.url.path() != path {
            return Err(format!("{} {}", request.method, request.url.path()));
        }
        if request.url.query().is_some() {
            return Err("a query string".to_owned());
        }
        if header("authorization") != wanted {
            return Err("not the account's Basic credentials".to_owned());
        }
        if media_type != "application/x-www-form-urlencoded" {
            return Err(format!("Content-Type {media_type}"));
        }
        let mut form = HashMap::new();
        for (name, value) in form_urlencoded::parse(&request.body) {
            if !self.parameters.contains(name.as_ref()) {
                return Err(format!("parameter {name} is not in the description"));
            }
            if form.insert(name.to_string(), value.into_owned()).is_some() {
                return Err(format!("parameter {name} is there twice"));
            }
        }
        let to = form.get("To").map(String::as_str).unwrap_or_default();
        if !is_e164(to) {
            return Err(format!("To is {to:?}"));
        }
        let length = form.get("Body").map_or(0, |body| body.chars().count());
        if !(1..=1600).contains(&length) {
            return Err(format!("Body has {length} characters"));
        }
        let sender = form.get("From").map_or("", String::as_str);
        let from_ok = is_e164(sender) || (1..=11).contains(&sender.len());
        if !from_ok && !form.contains_key("MessagingServiceSid") {
            return Err(format!("From is {:?}", form.get("From")));
        }
        Ok(form)
    }
}

fn is_e164(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|b| b.is_ascii_digit())
}

fn created(form: &HashMap<String, String>) -> ResponseTemplate {
    let sid = "SM0123456789abcdef0123456789abcdef";
    ResponseTemplate::new(201).set_body_json(json!({
        "account_sid": ACCOUNT_SID,
        "api_version": "2010-04-01",
        "body": form["Body"],
        "date_created": "Thu, 24 Aug 2023 05:01:45 +0000",
        "date_sent": null,
        "date_updated": "Thu, 24 Aug 2023 05:01:45 +0000",
        "direction": "outbound-api",
        "error_code": null,
        "error_message": null,
        "from": form.get("From"),
        "messaging_service_sid": form.get("MessagingServiceSid"),
        "num_media": "0",
        "num_segments": "1",
        "price": null,
        "price_unit": null,
        "sid": sid,
        "status": "queued",
        "subresource_uris": {"media": format!("/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{sid}/Media.json")},
        "to": form["To"],
        "uri": format!("/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/{sid}.json"),
    }))
}

/// The names the description knows.
fn parameters() -> BTreeSet<String> {
    let description = super::vector("twilio.openapi.json");
    let schema = "/paths/~12010-04-01~1Accounts~1{AccountSid}~1Messages.json/post/requestBody\
                  /content/application~1x-www-form-urlencoded/schema/properties";
    let properties = description.pointer(schema).and_then(|p| p.as_object());
    let properties = properties.expect("the description has the operation");
    properties.keys().cloned().collect()
}
