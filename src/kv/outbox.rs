//! Messages that no provider is asked to send, SMS and mail: those of test numbers, and on a laptop all. Whoever tests
//! reads their codes here, from whichever isolate.

use std::time::Duration;

use futures_util::future::try_join;
use js_sys::futures::JsFuture;
use js_sys::{JsString, Promise, JSON};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use super::Kv;
use crate::error::Error;
use crate::rules::id::MessageId;
use crate::rules::limits::OUTBOX_KEPT;
use crate::rules::time::Time;

#[wasm_bindgen]
extern "C" {
    /// KV as JavaScript has it: the crate reads a list field by field, for fifteen KB of wasm.
    type Namespace;

    #[wasm_bindgen(method, catch)]
    fn put(this: &Namespace, key: &str, value: &str, options: &JsValue)
        -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn list(this: &Namespace, options: &JsValue) -> Result<Promise, JsValue>;
}

#[derive(Clone)]
pub(crate) struct OutboxStore(Kv);

/// One message that would have been sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Outgoing {
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) at: Time,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Put<'a> {
    /// So that one call lists all.
    metadata: &'a str,
    expiration_ttl: u64,
}

#[derive(Serialize)]
struct List<'a> {
    prefix: &'a str,
    limit: u32,
}

#[derive(Deserialize)]
struct Listed {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    name: String,
    /// None of a key that somebody else made.
    metadata: Option<String>,
}

/// Of all messages.
const ALL: &str = "outbox:";
/// Of those to one number or address, however many there are to others.
const OF_NUMBER: &str = "outbox-to:";
/// Later than any message: keys sort by what is left until then, so that the newest comes first.
const END_OF_TIME: i64 = 9_999_999_999_999;

impl OutboxStore {
    pub(crate) fn new(kv: Kv) -> OutboxStore {
        OutboxStore(kv)
    }

    pub(crate) async fn put(&self, id: &MessageId, message: &Outgoing) -> Result<(), Error> {
        let options = object(&Put {
            metadata: &message.text,
            expiration_ttl: OUTBOX_KEPT.as_secs(),
        })?;
        let put = |key: String| {
            let put = self.namespace()?.put(&key, "", &options);
            Ok(JsFuture::from(put.map_err(unavailable)?))
        };
        let puts = (put(message.key(id))?, put(message.key_of_number(id))?);
        let put = try_join(puts.0, puts.1).await;
        put.map(drop).map_err(unavailable)
    }

    /// The newest first, of all or of those to one number, at most as many as KV lists at once: a thousand.
    pub(crate) async fn list(&self, to: Option<&str>, limit: u32) -> Result<Vec<Outgoing>, Error> {
        let prefix = to.map_or_else(|| ALL.into(), |to| format!("{OF_NUMBER}{to}:"));
        let options = object(&List {
            prefix: &prefix,
            limit,
        })?;
        let listed = self.namespace()?.list(&options).map_err(unavailable)?;
        let listed = JsFuture::from(listed).await.map_err(unavailable)?;
        let text = JSON::stringify(&listed).map_err(unavailable)?;
        let listed: Listed = serde_json::from_str(&String::from(text)).map_err(Error::internal)?;
        Ok(listed.keys.into_iter().filter_map(Outgoing::of).collect())
    }

    fn namespace(&self) -> Result<Namespace, Error> {
        Ok(self.0.binding()?.unchecked_into())
    }
}

fn object(options: &impl Serialize) -> Result<JsValue, Error> {
    let text = serde_json::to_string(options).map_err(Error::internal)?;
    JSON::parse(&text).map_err(unavailable)
}

#[allow(clippy::needless_pass_by_value, reason = "map_err gives it away")]
fn unavailable(error: JsValue) -> Error {
    let message = error.dyn_ref().map(js_sys::Error::message);
    Error::Unavailable(format!(
        "KV: {}",
        message.map_or_else(|| format!("{error:?}"), JsString::into)
    ))
}

impl Outgoing {
    /// `outbox:8247842813641:+15550100007:msg_...`
    fn key(&self, id: &MessageId) -> String {
        format!("{ALL}{:013}:{}:{id}", self.left(), self.to)
    }

    /// `outbox-to:+15550100007:8247842813641:msg_...`
    fn key_of_number(&self, id: &MessageId) -> String {
        format!("{OF_NUMBER}{}:{:013}:{id}", self.to, self.left())
    }

    fn left(&self) -> i64 {
        END_OF_TIME.saturating_sub(self.at.millis())
    }

    /// None of a key that is of neither shape.
    fn of(key: Key) -> Option<Outgoing> {
        let mut parts = key.name.split(':');
        let (kind, first, second) = (parts.next()?, parts.next()?, parts.next()?);
        let (left, to) = match kind {
            "outbox" => (first, second),
            "outbox-to" => (second, first),
            _ => return None,
        };
        let left: i64 = left.parse().ok()?;
        Some(Outgoing {
            to: to.into(),
            text: key.metadata?,
            at: Time::from_millis(END_OF_TIME - left),
        })
    }
}

/// KV takes no shorter life.
const _: () = assert!(OUTBOX_KEPT.as_secs() >= Duration::from_secs(60).as_secs());

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Outgoing {
        Outgoing {
            to: "+15550100007".into(),
            text: "0042".into(),
            at: Time::from_millis(millis),
        }
    }

    #[test]
    fn the_key_of_a_newer_message_sorts_first_and_says_whose_it_is_and_when() {
        let id = MessageId::given("msg_1");
        let times = [0, 1_752_157_186_358, 1_752_157_186_359, 4_102_444_800_000];
        for key in [Outgoing::key, Outgoing::key_of_number] {
            let keys = times.map(|millis| key(&at(millis), &id));
            assert!(keys.is_sorted_by(|older, newer| older > newer), "{keys:?}");
            assert_eq!(keys[0].len(), keys[3].len());
            for (name, millis) in keys.into_iter().zip(times) {
                let metadata = Some("0042".into());
                assert_eq!(Outgoing::of(Key { name, metadata }), Some(at(millis)));
            }
        }
        for name in [
            "",
            "outbox:",
            "outbox:x:+15550100007:msg_1",
            "outbox-to:+15550100007",
            "challenge:1:2:3",
        ] {
            let (name, metadata) = (name.into(), Some(String::new()));
            assert_eq!(Outgoing::of(Key { name, metadata }), None);
        }
        let (name, metadata) = (at(0).key(&id), None);
        assert_eq!(Outgoing::of(Key { name, metadata }), None);
    }
}
