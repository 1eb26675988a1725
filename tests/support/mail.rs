//! A double of two mail providers, as strict as their references: Resend's `POST /emails` and Postmark's
//! `POST /email`.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{json, Value};
use wiremock::{Request, Respond, ResponseTemplate};

use super::double;

pub const API_KEY: &str = "re_key-that-no-answer-and-no-log-may-hold";
pub const SERVER_TOKEN: &str = "server-token-that-no-answer-and-no-log-may-hold";
/// Values of settings hold no spaces where tests start a service.
pub const FROM: &str = "Gatehouse<no-reply@example.com>";

pub const RESEND: &str = "resend";
pub const POSTMARK: &str = "postmark";

/// A well-formed request that reached a provider, whatever it answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    pub provider: &'static str,
    pub to: String,
    pub from: String,
    pub subject: String,
    pub text: String,
    /// Empty where the provider knows none.
    pub key: String,
    /// It goes out to somebody: accepted, and no repeat of one that was.
    pub goes_out: bool,
}

impl Mail {
    /// The digits of its code.
    pub fn code(&self) -> String {
        self.its_code().expect("a code")
    }

    /// A notice has none.
    pub fn its_code(&self) -> Option<String> {
        let words = self.text.split(|c: char| !c.is_ascii_digit());
        let mut codes = words.filter(|word| word.len() >= 4);
        codes.next().map(str::to_owned)
    }
}

#[derive(Default)]
struct Inbox {
    mails: Vec<Mail>,
    violations: Vec<String>,
    planned: HashMap<(&'static str, String), VecDeque<ResponseTemplate>>,
    /// What Resend remembers of a key: the body, and the answer.
    known: HashMap<String, (Value, Value)>,
}

pub struct Post {
    pub base: String,
    inbox: Arc<Mutex<Inbox>>,
}

impl Post {
    pub fn start() -> Post {
        let inbox = Arc::new(Mutex::new(Inbox::default()));
        Post {
            base: double::serve(Double(inbox.clone())),
            inbox,
        }
    }

    /// Plans the provider's answers to the next requests for this address; after them it is the usual one.
    pub fn answer_next(
        &self,
        provider: &'static str,
        to: &str,
        answers: impl IntoIterator<Item = ResponseTemplate>,
    ) {
        let mut inbox = self.inbox.lock().expect("no test panics holding it");
        let planned = inbox.planned.entry((provider, to.to_owned())).or_default();
        planned.extend(answers);
    }

    /// Every request for this address, those too that were refused.
    pub fn asked_for(&self, to: &str) -> Vec<Mail> {
        let inbox = self.inbox.lock().expect("no test panics holding it");
        let to_address = inbox.mails.iter().filter(|mail| mail.to == to);
        to_address.cloned().collect()
    }

    /// What went out to this address.
    pub fn sent_to(&self, to: &str) -> Vec<Mail> {
        let asked = self.asked_for(to).into_iter();
        asked.filter(|mail| mail.goes_out).collect()
    }

    /// Requests that the providers' references do not allow.
    pub fn violations(&self) -> Vec<String> {
        let inbox = self.inbox.lock().expect("no test panics holding it");
        inbox.violations.clone()
    }

    /// The `nth` mail (from 1) to this address. Waits for it, since it is sent after an answer.
    pub async fn nth(&self, to: &str, nth: usize) -> Mail {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            if let Some(mail) = self.sent_to(to).get(nth - 1) {
                return mail.clone();
            }
            assert!(
                Instant::now() < deadline,
                "no mail {nth} to {to}, only {:?}; refused as malformed: {:?}",
                self.asked_for(to),
                self.violations()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// An error of Resend's, in its own shape.
pub fn resend_error(status: u16, name: &str) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({
        "statusCode": status,
        "name": name,
        "message": "a text of the provider's that no caller may see",
    }))
}

/// One of Postmark's.
pub fn postmark_error(status: u16, code: u32) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(json!({
        "ErrorCode": code,
        "Message": "a text of the provider's that no caller may see",
    }))
}

struct Double(Arc<Mutex<Inbox>>);

impl Respond for Double {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let mut inbox = self.0.lock().expect("no test panics holding it");
        let mail = match request.url.path() {
            "/emails" => resends(request),
            "/email" => postmarks(request),
            path => Err(format!("{} {path}", request.method)),
        };
        match mail {
            Ok((mail, body)) => inbox.take(mail, &body),
            Err(violation) => {
                inbox.violations.push(violation);
                resend_error(422, "validation_error")
            }
        }
    }
}

impl Inbox {
    fn take(&mut self, mut mail: Mail, body: &Value) -> ResponseTemplate {
        let plan = (mail.provider, mail.to.clone());
        let planned = self.planned.get_mut(&plan).and_then(VecDeque::pop_front);
        let answer = match (planned, self.known.get(&mail.key)) {
            (Some(planned), _) => planned,
            (None, Some((known, answer))) if known == body => {
                ResponseTemplate::new(200).set_body_json(answer)
            }
            (None, Some(_)) => resend_error(409, "invalid_idempotent_request"),
            (None, None) => {
                mail.goes_out = true;
                let id = format!("49a3999c-0ce1-4ea6-ab68-{:012}", self.mails.len());
                ResponseTemplate::new(200).set_body_json(match mail.provider {
                    RESEND => {
                        let answer = json!({ "id": id });
                        let remembered = (body.clone(), answer.clone());
                        self.known.insert(mail.key.clone(), remembered);
                        answer
                    }
                    _ => json!({
                        "ErrorCode": 0, "Message": "OK", "MessageID": id, "To": mail.to,
                        "SubmittedAt": "2026-11-27T05:01:45.0000000-05:00",
                    }),
                })
            }
        };
        self.mails.push(mail);
        answer
    }
}

/// The mail, or what Resend's reference has against the request.
fn resends(request: &Request) -> Result<(Mail, Value), String> {
    let key = header(request, "idempotency-key");
    if !(1..=256).contains(&key.len()) {
        return Err(format!("Idempotency-Key is {key:?}"));
    }
    if header(request, "authorization") != format!("Bearer {API_KEY}") {
        return Err("not the account's key".into());
    }
    let body = body(request, ["from", "to", "subject", "text"])?;
    let to = body["to"].as_array().filter(|to| to.len() == 1);
    let to = to.and_then(|to| to[0].as_str()).ok_or("to is not one")?;
    let text = |member: &str| text(&body, member);
    let mail = Mail {
        provider: RESEND,
        to: to.to_owned(),
        from: text("from")?,
        subject: text("subject")?,
        text: text("text")?,
        key: key.to_owned(),
        goes_out: false,
    };
    Ok((mail, body))
}

/// The same of Postmark's.
fn postmarks(request: &Request) -> Result<(Mail, Value), String> {
    if header(request, "x-postmark-server-token") != SERVER_TOKEN {
        return Err("not the server's token".into());
    }
    if header(request, "accept") != "application/json" {
        return Err("no Accept: application/json".into());
    }
    let members = ["From", "To", "Subject", "TextBody", "MessageStream"];
    let body = body(request, members)?;
    let text = |member: &str| text(&body, member);
    if text("MessageStream")? != "outbound" {
        return Err(format!("MessageStream is {}", body["MessageStream"]));
    }
    let mail = Mail {
        provider: POSTMARK,
        to: text("To")?,
        from: text("From")?,
        subject: text("Subject")?,
        text: text("TextBody")?,
        key: String::new(),
        goes_out: false,
    };
    Ok((mail, body))
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    let value = request.headers.get(name);
    value.and_then(|v| v.to_str().ok()).unwrap_or_default()
}

/// An object of these members, each of which has to be there.
fn body<const N: usize>(request: &Request, members: [&str; N]) -> Result<Value, String> {
    if request.method.as_str() != "POST" || request.url.query().is_some() {
        return Err(format!("{} {}", request.method, request.url));
    }
    if header(request, "content-type") != "application/json" {
        return Err(format!("Content-Type {}", header(request, "content-type")));
    }
    let body: Value = serde_json::from_slice(&request.body).map_err(|error| error.to_string())?;
    let found = body.as_object().ok_or("the body is no object")?;
    let mut names: Vec<&str> = found.keys().map(String::as_str).collect();
    let mut members = members.to_vec();
    names.sort_unstable();
    members.sort_unstable();
    match names == members {
        true => Ok(body),
        false => Err(format!("the body has {names:?}")),
    }
}

fn text(body: &Value, member: &str) -> Result<String, String> {
    let text = body[member].as_str().filter(|text| !text.is_empty());
    Ok(text.ok_or(format!("{member} is no text"))?.to_owned())
}
