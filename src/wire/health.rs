//! `GET /healthz`

use serde::Serialize;

use super::Answer;

/// Storage can be reached.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Health {
    /// Always `ok`.
    #[cfg_attr(test, schema(value_type = String, pattern = "^ok$", example = "ok"))]
    pub(crate) status: &'static str,
}

impl Answer for Health {
    const IN_ENVELOPE: bool = false;
}
