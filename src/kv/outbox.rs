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
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Outgoing {
    pub(crate) to: String,
    pub(crate) text: String,
    pub(crate) at: Time,
}

/// What `put` and `list` are called with, and the part of a list that is read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Put<'a> {
    metadata: &'a Outgoing,
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
    metadata: Outgoing,
}

const PREFIX: &str = "outbox:";
/// Later than any message: keys sort by what is left until then, so that the newest comes first.
const END_OF_TIME: i64 = 9_999_999_999_999;

impl OutboxStore {
    pub(crate) fn new(kv: Kv) -> OutboxStore {
        OutboxStore(kv)
    }

    /// The message is the metadata of its key, so that one call lists all.
    pub(crate) async fn put(&self, id: &MessageId, message: &Outgoing) -> Result<(), Error> {
        let options = Put {
            metadata: message,
            expiration_ttl: OUTBOX_KEPT.as_secs(),
        };
        let options = object(&options)?;
        let namespace = self.namespace()?;
        let put = namespace.put(&key(message.at, id), "", &options);
        JsFuture::from(put.map_err(unavailable)?)
            .await
            .map_err(unavailable)?;
        Ok(())
    }

    /// The newest first, as many as KV lists at once: a thousand.
    pub(crate) async fn list(&self) -> Result<Vec<Outgoing>, Error> {
        let options = object(&List { prefix: PREFIX })?;
        let listed = self.namespace()?.list(&options).map_err(unavailable)?;
        let listed = JsFuture::from(listed).await.map_err(unavailable)?;
        let text = JSON::stringify(&listed).map_err(unavailable)?;
        let listed: Listed = serde_json::from_str(&String::from(text))
            .map_err(|error| Error::Internal(format!("the outbox in KV: {error}")))?;
        Ok(listed.keys.into_iter().map(|key| key.metadata).collect())
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

fn key(at: Time, id: &MessageId) -> String {
    let left = END_OF_TIME.saturating_sub(at.millis());
    format!("{PREFIX}{left:013}:{id}")
}

/// KV takes no shorter life.
const _: () = assert!(OUTBOX_KEPT.as_secs() >= Duration::from_secs(60).as_secs());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_newer_message_sorts_first() {
        let id = MessageId::given("msg_1");
        let at = |millis| key(Time::from_millis(millis), &id);
        let keys = [0, 1_752_157_186_358, 1_752_157_186_359, 4_102_444_800_000].map(at);
        assert!(keys.is_sorted_by(|older, newer| older > newer), "{keys:?}");
        assert_eq!(keys[0].len(), keys[3].len());
    }
}
