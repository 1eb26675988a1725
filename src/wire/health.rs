//! `GET /healthz`

use serde::Serialize;

use super::{Answer, Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;

/// It takes nothing but, of the operator, a token.
pub(crate) struct AskHealth {
    pub(crate) authorization: Option<String>,
}

impl Request for AskHealth {
    fn read(input: &Input, _: &Reading<'_>) -> Result<AskHealth, Refusal> {
        Ok(AskHealth {
            authorization: input.header("Authorization"),
        })
    }
}

/// Storage can be reached.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Health {
    /// Always `ok`.
    #[cfg_attr(test, schema(value_type = String, pattern = "^ok$", example = "ok"))]
    pub(crate) status: &'static str,
    /// Which version of the service answered: for a token with the scope `admin` alone, and where the platform says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    pub(crate) version: Option<Version>,
}

/// A deployment, as Cloudflare knows it.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Version {
    #[cfg_attr(test, schema(example = "db7cd8d3-4425-4fe7-8c81-01bf963b6067"))]
    /// As `wrangler versions list` has it.
    pub(crate) id: String,
    /// What whoever deployed it called it; empty unless they did.
    #[cfg_attr(test, schema(example = "0.2.0"))]
    pub(crate) tag: String,
    /// When it was uploaded.
    #[cfg_attr(test, schema(example = "2025-07-10T14:19:46.359Z"))]
    pub(crate) time: String,
}

impl Answer for Health {
    const IN_ENVELOPE: bool = false;
}
