//! A user's sessions: logging out, listing them, ending one.

use serde::Serialize;

use super::common::Timestamp;
use super::{Answer, Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::id::{ClientId, SessionId};

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct Logout {
    /// Every session of the user ends, not this one alone.
    #[cfg_attr(test, schema(value_type = Option<bool>, default = false, example = false))]
    pub(crate) everywhere: bool,
}

impl Request for Logout {
    /// An empty body ends this session.
    fn read(input: &Input, _: &Reading<'_>) -> Result<Logout, Refusal> {
        let everywhere = match input.body.is_empty() {
            true => None,
            false => input.fields()?.optional_bool("everywhere")?,
        };
        Ok(Logout {
            everywhere: everywhere.unwrap_or(false),
        })
    }
}

/// A session by the path.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct OfSession {
    pub(crate) session_id: SessionId,
}

impl Request for OfSession {
    fn read(input: &Input, _: &Reading<'_>) -> Result<OfSession, Refusal> {
        Ok(OfSession {
            session_id: SessionId::given(input.param(0)),
        })
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Sessions {
    /// The live ones, the newest first, a hundred at most.
    pub(crate) sessions: Vec<Session>,
}

impl Answer for Sessions {}

/// A logged-in user on one device.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Session {
    pub(crate) session_id: SessionId,
    /// The client that it was opened by, and that may refresh it.
    pub(crate) client_id: ClientId,
    pub(crate) creation_ts: Timestamp,
    /// The last refresh.
    pub(crate) refresh_ts: Timestamp,
    /// Its end if it is not refreshed before.
    pub(crate) expires_at: Timestamp,
    /// Whether it is the one that asks.
    #[cfg_attr(test, schema(example = true))]
    pub(crate) current: bool,
}
