//! `POST /v1/kyc/webhook`: the KYC provider's word (Standard Webhooks).

use serde::Serialize;
use serde_json::Value;

use super::{Answer, Reading, Request};
use crate::error::Error;
use crate::http::members::Fields;
use crate::http::oauth::Refusal;
use crate::http::{Input, LARGEST_BODY};
use crate::rules::id::{is_id, PartnerId, UserId};
use crate::rules::identity::UserStatus;
use crate::rules::shown::is_shown;
use crate::rules::time::Time;
use crate::rules::word::Word;

/// The headers, and a body of which nothing is believed before its signature is checked.
pub(crate) struct KycWebhook {
    pub(crate) about: About,
    pub(crate) id: String,
    /// Seconds since 1970, in decimal.
    pub(crate) timestamp: String,
    pub(crate) signature: String,
    pub(crate) body: Vec<u8>,
    media_type: Option<String>,
}

/// Whose users an event is about, by its path.
pub(crate) enum About {
    /// Those of partners that have no secret of their own.
    Services,
    Partner(PartnerId),
    /// The path names what can be no partner: somebody's text, which is looked up and logged nowhere.
    Nobody,
}

impl About {
    fn read(named: Option<&str>) -> About {
        match named {
            None => About::Services,
            Some(id) if id.len() <= 64 && PartnerId::is_of_ours(id) => {
                About::Partner(PartnerId::given(id))
            }
            Some(_) => About::Nobody,
        }
    }

    pub(crate) fn partner_id(&self) -> Option<&PartnerId> {
        match self {
            About::Partner(id) => Some(id),
            About::Services | About::Nobody => None,
        }
    }
}

impl Request for KycWebhook {
    fn read(input: &Input, _: &Reading<'_>) -> Result<KycWebhook, Refusal> {
        let header = |name| input.header(name).unwrap_or_default();
        Ok(KycWebhook {
            about: About::read(input.params.first().map(String::as_str)),
            id: header("webhook-id"),
            timestamp: header("webhook-timestamp"),
            signature: header("webhook-signature"),
            body: input.body.clone(),
            media_type: input.media_type(),
        })
    }
}

impl KycWebhook {
    /// The event, or `None` for one of another type: that is no error of the provider's.
    pub(crate) fn event(&self, now: Time) -> Result<Option<KycEvent>, Error> {
        let fields = Fields::of_body(self.media_type.as_deref(), &self.body)?;
        if fields.text("type", 1, LARGEST_BODY)? != "kyc.status" {
            return Ok(None);
        }
        KycEvent::read(&fields, now).map(Some)
    }
}

/// `{type: "kyc.status", timestamp, data: {...}}`. The user and the status count whatever the rest
/// is like: a detail that will not do is left out, or a slip in a surname would keep a person from
/// being verified, and the provider asking for ever.
pub(crate) struct KycEvent {
    /// When it happened there, not later than now: nothing has happened yet that is still to come.
    pub(crate) at: Time,
    pub(crate) user_id: UserId,
    /// The provider's id of the check.
    pub(crate) kyc_id: Option<String>,
    pub(crate) status: UserStatus,
    /// The provider's ids of the documents it saw.
    pub(crate) document_ids: Vec<String>,
    pub(crate) name: Option<String>,
    pub(crate) surname: Option<String>,
    /// A JSON object, kept as it is but for empty texts.
    pub(crate) address: Option<String>,
    /// The members of which something was left out.
    pub(crate) left_out: Vec<&'static str>,
}

impl KycEvent {
    fn read(fields: &Fields, now: Time) -> Result<KycEvent, Error> {
        let at = Time::parse(fields.text("timestamp", 1, 40)?)
            .ok_or_else(|| Error::invalid("timestamp", "must be an RFC 3339 time"))?;
        let data = fields.object("data")?;
        let (user_id, status) = (data.id("userId")?, status(&data)?);
        let mut details = Details {
            data: &data,
            left_out: Vec::new(),
        };
        Ok(KycEvent {
            at: at.clamp(EARLIEST, now),
            user_id,
            kyc_id: details.text("kycId", is_id_text),
            status,
            document_ids: details.ids("documentIds"),
            name: details.text("name", is_name),
            surname: details.text("surname", is_name),
            address: details.address("address"),
            left_out: details.left_out,
        })
    }
}

/// No event has the time 0: that is the time of a status that no event has set.
const EARLIEST: Time = Time::from_millis(1);

const MOST_DOCUMENTS: usize = 100;
const LONGEST_ADDRESS: usize = 4096;

fn is_id_text(text: &str) -> bool {
    text.len() <= 64 && is_id(text)
}

fn is_name(text: &str) -> bool {
    text.chars().count() <= 100 && is_shown(text)
}

pub(super) fn status(data: &Fields) -> Result<UserStatus, Error> {
    let text = data.text("status", 1, 32).ok();
    text.and_then(UserStatus::parse).ok_or_else(|| {
        let all: Vec<&str> = UserStatus::all().collect();
        let rule = format!("must be one of {}", all.join(", "));
        data.invalid("status", rule)
    })
}

/// What an event says beside user and status. An empty text is as if it were not there, and so is
/// what holds nothing else.
struct Details<'a> {
    data: &'a Fields,
    left_out: Vec<&'static str>,
}

impl Details<'_> {
    fn given(&self, name: &str) -> Option<&Value> {
        self.data.member(name).filter(|value| says_something(value))
    }

    fn text(&mut self, name: &'static str, will_do: fn(&str) -> bool) -> Option<String> {
        match self.given(name)? {
            Value::String(text) if will_do(text) => Some(text.clone()),
            _ => self.leave_out(name),
        }
    }

    /// Those that will do, whatever the others are like.
    fn ids(&mut self, name: &'static str) -> Vec<String> {
        let Some(Value::Array(items)) = self.given(name) else {
            return match self.given(name) {
                Some(_) => self.leave_out(name).unwrap_or_default(),
                None => Vec::new(),
            };
        };
        let given = items.iter().filter(|item| says_something(item));
        let ids = given.clone().filter_map(Value::as_str);
        let ids = ids.filter(|text| is_id_text(text)).take(MOST_DOCUMENTS);
        let ids: Vec<String> = ids.map(String::from).collect();
        if ids.len() < given.count() {
            self.leave_out::<()>(name);
        }
        ids
    }

    fn address(&mut self, name: &'static str) -> Option<String> {
        let text = match self.given(name)? {
            address @ Value::Object(_) => filled(address).to_string(),
            _ => return self.leave_out(name),
        };
        match text.len() <= LONGEST_ADDRESS && self.given(name).is_some_and(is_readable) {
            true => Some(text),
            false => self.leave_out(name),
        }
    }

    fn leave_out<T>(&mut self, name: &'static str) -> Option<T> {
        self.left_out.push(name);
        None
    }
}

/// Whether it is more than empty texts, and lists and objects of nothing else.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => items.iter().any(says_something),
        Value::Object(members) => members.values().any(says_something),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Whether each of its texts can be shown, though on several lines.
fn is_readable(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            text.is_empty() || text.lines().all(|line| line.is_empty() || is_shown(line))
        }
        Value::Array(items) => items.iter().all(is_readable),
        Value::Object(members) => members
            .iter()
            .all(|(name, value)| is_shown(name) && is_readable(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// The same without empty texts, at any depth.
fn filled(value: &Value) -> Value {
    let is_filled = |value: &&Value| value.as_str() != Some("");
    match value {
        Value::Array(items) => items.iter().filter(is_filled).map(filled).collect(),
        Value::Object(members) => {
            let members = members.iter().filter(|(_, value)| is_filled(value));
            let members = members.map(|(name, value)| (name.clone(), filled(value)));
            Value::Object(members.collect())
        }
        other => other.clone(),
    }
}

/// What became of the event.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct KycTaken {
    /// Whether the event made the status what it is. False for a replay, for an event of an earlier
    /// time than the last, for one of the same time whose word weighs no more, and for one of
    /// another type.
    #[cfg_attr(test, schema(example = true))]
    pub(crate) applied: bool,
    /// The user's, after the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<UserStatus>,
}

impl Answer for KycTaken {}
