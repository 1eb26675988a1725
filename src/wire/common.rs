//! What stands in several answers.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Answer;
use crate::rules::time::Time;

/// JSON, an object a line.
pub(crate) const LINES: &str = "application/x-ndjson";

/// UTC with milliseconds, `2025-07-10T14:19:46.359Z`.
pub(crate) struct Timestamp(pub Time);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.timestamp())
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
        let time = Time::parse(&String::deserialize(from)?);
        time.map(Timestamp)
            .ok_or_else(|| D::Error::custom("no RFC 3339 time"))
    }
}

/// `{}`: it was done, and there is nothing to say of it.
#[derive(Serialize)]
pub(crate) struct Nothing {}

impl Answer for Nothing {}
