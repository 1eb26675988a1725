//! `GET /v1/audit`, `GET /v1/audit/archive/{day}`

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use web_sys::ReadableStream;

use super::common::{Timestamp, LINES};
use super::{Answer, Reading, Request};
use crate::error::Error;
use crate::http::oauth::Refusal;
use crate::http::{Input, Reply};
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
    #[cfg_attr(test, schema(value_type = Vec<Entry>))]
    pub(crate) entries: Vec<Shown>,
    /// Null on the last page. What happens later comes after the last entry's `id`, which is a cursor too.
    #[cfg_attr(test, schema(required))]
    pub(crate) next_cursor: Option<AuditId>,
}

impl Answer for AuditPage {}

#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct OfDay {
    /// A day of UTC.
    #[cfg_attr(test, schema(value_type = String, pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", example = "2026-01-31"))]
    pub(crate) day: Time,
}

impl Request for OfDay {
    fn read(input: &Input, _: &Reading<'_>) -> Result<OfDay, Refusal> {
        let day = Time::of_date(input.param(0));
        let why = "must be a day of UTC, as 2026-01-31 is one";
        let day = day.ok_or_else(|| Error::invalid("day", why))?;
        Ok(OfDay { day })
    }
}

/// Entries of a day, one a line.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(value_type = Vec<Entry>))]
pub(crate) struct AuditDay(pub(crate) ReadableStream);

/// It is sent as it is, by `reply`.
impl Serialize for AuditDay {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_unit()
    }
}

impl Answer for AuditDay {
    const IN_ENVELOPE: bool = false;
    const MEDIA_TYPE: &'static str = LINES;

    fn reply(&self) -> Result<Reply, Error> {
        let reply = Reply::streamed(self.0.clone());
        Ok(reply.with_header("Content-Type", LINES))
    }
}

/// An entry: made of a row, or as a line of the archive has it, whichever release wrote that.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Shown {
    Made(Box<Entry>),
    Kept(Box<RawValue>),
}

/// Something that happened; in the archive, a line.
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
