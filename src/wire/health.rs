//! `GET /healthz`

use serde::Serialize;

use super::Answer;

/// Storage can be reached.
#[derive(Serialize)]
pub struct Health {
    pub status: &'static str,
}

impl Answer for Health {
    const IN_ENVELOPE: bool = false;
}
