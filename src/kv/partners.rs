//! Where a partner lives and what it has set of its own, for whoever works for it anywhere: written when it is
//! changed, and read near. Secrets are as sealed here as they are in D1.

use serde::{Deserialize, Serialize};

use super::{unavailable, Kv};
use crate::error::Error;
use crate::rules::home::DIRECTORY;
use crate::rules::id::PartnerId;

#[derive(Clone)]
pub(crate) struct PartnerStore(Kv);

/// Of a partner that has set something, or does not live in the directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// JSON object
    pub(crate) plain: String,
    /// JSON object
    pub(crate) given: String,
    pub(crate) sealed: Option<String>,
    pub(crate) version: i64,
    /// A record of the release before says nothing of either: it knew one home.
    #[serde(default = "directory")]
    pub(crate) home: String,
    #[serde(default = "first")]
    pub(crate) epoch: i64,
}

fn directory() -> String {
    DIRECTORY.into()
}

fn first() -> i64 {
    1
}

/// Seconds, KV's shortest.
const CACHED: u64 = 30;

impl PartnerStore {
    pub(crate) fn new(kv: Kv) -> PartnerStore {
        PartnerStore(kv)
    }

    /// None where nobody has put one, or what is there is none: D1 has it.
    pub(crate) async fn get(&self, id: &PartnerId) -> Result<Option<Record>, Error> {
        let store = self.0.store()?;
        let text = store.get(&key(id)).cache_ttl(CACHED).text().await;
        let text = text.map_err(|error| unavailable(&error))?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// For good: there is one record a partner.
    pub(crate) async fn put(&self, id: &PartnerId, record: &Record) -> Result<(), Error> {
        let text = serde_json::to_string(record).map_err(Error::internal)?;
        let put = self.0.store()?.put(&key(id), text);
        let put = put.map_err(|error| unavailable(&error))?;
        put.execute().await.map_err(|error| unavailable(&error))
    }
}

fn key(id: &PartnerId) -> String {
    format!("partner:{id}")
}
