//! What stands in several answers.

use serde::{Serialize, Serializer};

use super::Answer;
use crate::rules::time::Time;

/// UTC with milliseconds, `2025-07-10T14:19:46.359Z`.
pub(crate) struct Timestamp(pub Time);

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.timestamp())
    }
}

/// `{}`: it was done, and there is nothing to say of it.
#[derive(Serialize)]
pub(crate) struct Nothing {}

impl Answer for Nothing {}
