//! Messages that no provider is asked to send: those of test numbers, and on a laptop all. Whoever tests
//! reads their codes here, from whichever isolate.

use std::time::Duration;

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
struct List {
    prefix: &'static str,
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

const PREFIX: &str = "outbox:";
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
        let put = self.namespace()?.put(&message.key(id), "", &options);
        let put = JsFuture::from(put.map_err(unavailable)?);
        put.await.map(drop).map_err(unavailable)
    }

    /// The newest first, as many as KV lists at once: a thousand.
    pub(crate) async fn list(&self) -> Result<Vec<Outgoing>, Error> {
        let options = object(&List { prefix: PREFIX })?;
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
        let left = END_OF_TIME.saturating_sub(self.at.millis());
        format!("{PREFIX}{left:013}:{}:{id}", self.to)
    }

    /// None of a key that is not of this shape.
    fn of(key: Key) -> Option<Outgoing> {
        let mut parts = key.name.strip_prefix(PREFIX)?.split(':');
        let left: i64 = parts.next()?.parse().ok()?;
        Some(Outgoing {
            to: parts.next()?.into(),
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
        let keys = times.map(|millis| at(millis).key(&id));
        assert!(keys.is_sorted_by(|older, newer| older > newer), "{keys:?}");
        assert_eq!(keys[0].len(), keys[3].len());
        for (name, millis) in keys.into_iter().zip(times) {
            let metadata = Some("0042".into());
            assert_eq!(Outgoing::of(Key { name, metadata }), Some(at(millis)));
        }
        for name in [
            "",
            "outbox:",
            "outbox:x:+15550100007:msg_1",
            "challenge:1:2:3",
        ] {
            let (name, metadata) = (name.into(), Some(String::new()));
            assert_eq!(Outgoing::of(Key { name, metadata }), None);
        }
        let (name, metadata) = (at(0).key(&id), None);
        assert_eq!(Outgoing::of(Key { name, metadata }), None);
    }
}
