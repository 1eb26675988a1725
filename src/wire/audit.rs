//! `GET /v1/audit`

use serde::Serialize;

use super::common::Timestamp;
use super::{Answer, Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::id::{AuditId, ClientId, OfAuditRow, PartnerId, RequestId, SessionId, UserId};
use crate::rules::time::Time;

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct ListAudit {
    /// Only what happened to this user.
    pub(crate) user_id: Option<UserId>,
    /// Only what happened from then on (RFC 3339).
    #[cfg_attr(test, schema(required = false, value_type = Timestamp))]
    pub(crate) since: Time,
    #[cfg_attr(test, schema(required = false, schema_with = super::schemas::cursor::<OfAuditRow>))]
    pub(crate) cursor: String,
    #[cfg_attr(test, schema(required = false, schema_with = super::schemas::limit))]
    pub(crate) limit: u32,
}

impl Request for ListAudit {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ListAudit, Refusal> {
        let user_id = input.optional_query("userId")?.filter(|id| !id.is_empty());
        Ok(ListAudit {
            user_id: user_id.map(UserId::given),
            since: input.since()?,
            cursor: input.cursor::<OfAuditRow>()?,
            limit: input.limit()?,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct AuditPage {
    /// The oldest first.
    pub(crate) entries: Vec<Entry>,
    /// Null on the last page. What happens later comes after the last entry's `id`, which is a cursor too.
    #[cfg_attr(test, schema(required))]
    pub(crate) next_cursor: Option<AuditId>,
}

impl Answer for AuditPage {}

/// Something that happened.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Entry {
    pub(crate) id: AuditId,
    pub(crate) ts: Timestamp,
    /// What happened. The list may grow.
    #[cfg_attr(test, schema(example = "login.code"))]
    pub(crate) event: String,
    /// How it came out; for `kyc.status`, the status. The list may grow.
    #[cfg_attr(test, schema(example = "right"))]
    pub(crate) outcome: String,
    /// To whom; null where it was nobody, or nobody known.
    #[cfg_attr(test, schema(required))]
    pub(crate) user_id: Option<UserId>,
    /// By which client; null where it was no client's call.
    #[cfg_attr(test, schema(required))]
    pub(crate) client_id: Option<ClientId>,
    /// The `X-Request-Id` of the call; where a session ran out, the id of the run that told it.
    pub(crate) request_id: RequestId,
    /// To which client, where the operator did something to one; `clientId` is then the operator's.
    #[cfg_attr(test, schema(required))]
    pub(crate) target_client_id: Option<ClientId>,
    /// About which partner, where settings of one or a client of one changed; null otherwise.
    #[cfg_attr(test, schema(required))]
    pub(crate) target_partner_id: Option<PartnerId>,
    /// Which session ended; null where none did.
    #[cfg_attr(test, schema(required))]
    pub(crate) session_id: Option<SessionId>,
    /// How often that session was refreshed.
    #[cfg_attr(test, schema(required, example = 42))]
    pub(crate) refreshes: Option<u32>,
    /// When it was refreshed for the last time; null where it never was.
    #[cfg_attr(test, schema(required))]
    pub(crate) refresh_ts: Option<Timestamp>,
    /// Why, in the words of whoever did it; null where nobody was asked.
    #[cfg_attr(test, schema(required, example = "identity checked again, case 4711"))]
    pub(crate) reason: Option<String>,
}
