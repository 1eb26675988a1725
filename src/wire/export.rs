//! All that is held of a person: `GET /v1/user/export` and `GET /v1/user/{userId}/export`.

use serde::Serialize;
use serde_json::value::RawValue;

use super::account::Account;
#[cfg(test)]
use super::audit::Entry;
use super::audit::Shown;
use super::common::Timestamp;
use super::{Answer, Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::id::{AuditId, ClientId, OfAuditRow, SessionId, UserId};
use crate::rules::identity::UserStatus;
use crate::rules::language::Locale;
use crate::rules::phone::Phone;

/// Of who asks.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct ExportOwn {
    /// The `auditCursor` of the answer before.
    #[cfg_attr(test, schema(required = false, schema_with = super::schemas::cursor::<OfAuditRow>))]
    pub(crate) cursor: String,
}

impl Request for ExportOwn {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ExportOwn, Refusal> {
        Ok(ExportOwn {
            cursor: input.cursor::<OfAuditRow>()?,
        })
    }
}

/// Of a user of the partner's.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct ExportOf {
    pub(crate) user_id: UserId,
    /// The `auditCursor` of the answer before.
    #[cfg_attr(test, schema(required = false, schema_with = super::schemas::cursor::<OfAuditRow>))]
    pub(crate) cursor: String,
}

impl Request for ExportOf {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ExportOf, Refusal> {
        Ok(ExportOf {
            user_id: UserId::given(input.param(0)),
            cursor: input.cursor::<OfAuditRow>()?,
        })
    }
}

/// All that is held of a person, but for hashes, nonces and counters, which say nothing of them and are gone within
/// days or a year.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct PersonExport {
    pub(crate) user_id: UserId,
    /// When it was asked for.
    pub(crate) export_ts: Timestamp,
    pub(crate) profile: Profile,
    pub(crate) kyc: Kyc,
    /// As in the user object: of many portfolios each account lists its part, and says in `portfoliosCursor` where
    /// `GET /v1/account/{accountId}/portfolios` goes on.
    pub(crate) accounts: Vec<Account>,
    /// The newest fifty, the newest first, those that are over too.
    #[cfg_attr(test, schema(max_items = 50))]
    pub(crate) sessions: Vec<HeldSession>,
    /// The newest fifty codes of the last days, the newest first.
    #[cfg_attr(test, schema(max_items = 50))]
    pub(crate) codes: Vec<SentCode>,
    /// What happened to them, the oldest first, 500 at most.
    #[cfg_attr(test, schema(max_items = 500, value_type = Vec<Entry>))]
    pub(crate) audit: Vec<Shown>,
    /// The `cursor` with which the same call goes on through the audit log; null where nothing is left.
    #[cfg_attr(test, schema(required))]
    pub(crate) audit_cursor: Option<AuditId>,
}

impl Answer for PersonExport {}

/// Who they are here.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Profile {
    /// Null of who was erased.
    #[cfg_attr(test, schema(required, format = Email, example = "ada@example.com"))]
    pub(crate) email: Option<String>,
    /// When it was proven; null where it never was.
    #[cfg_attr(test, schema(required))]
    pub(crate) email_verified_ts: Option<Timestamp>,
    /// Null of who was erased.
    #[cfg_attr(test, schema(required))]
    pub(crate) phone_number: Option<Phone>,
    /// When it was proven; null where it never was.
    #[cfg_attr(test, schema(required))]
    pub(crate) phone_number_verified_ts: Option<Timestamp>,
    /// Null until the KYC provider says it, and of who was erased.
    #[cfg_attr(test, schema(required, example = "Ada"))]
    pub(crate) name: Option<String>,
    /// Null until the KYC provider says it, and of who was erased.
    #[cfg_attr(test, schema(required, example = "Lovelace"))]
    pub(crate) surname: Option<String>,
    /// Empty until the KYC provider says it, and of who was erased.
    #[cfg_attr(test, schema(value_type = super::schemas::Address))]
    pub(crate) address: Box<RawValue>,
    /// Their roles; none of who was erased.
    #[cfg_attr(test, schema(example = json!(["customer"])))]
    pub(crate) roles: Vec<String>,
    /// The language that they are told things in; null where nobody has said, and of who was erased.
    #[cfg_attr(test, schema(required))]
    pub(crate) locale: Option<Locale>,
    /// As in the user object; it stays of who was erased.
    #[cfg_attr(test, schema(required))]
    pub(crate) hold_until: Option<Timestamp>,
    /// How many recovery codes are not used.
    #[cfg_attr(test, schema(minimum = 0, maximum = 10, example = 9))]
    pub(crate) recovery_codes_left: u32,
    pub(crate) creation_ts: Timestamp,
    /// Since when they are disabled; null where they are not.
    #[cfg_attr(test, schema(required))]
    pub(crate) disabled_ts: Option<Timestamp>,
    /// When they were erased; null where they were not.
    #[cfg_attr(test, schema(required))]
    pub(crate) erased_ts: Option<Timestamp>,
}

/// What the KYC provider has said.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Kyc {
    pub(crate) status: UserStatus,
    /// When it became so there; null where nobody has said.
    #[cfg_attr(test, schema(required))]
    pub(crate) status_ts: Option<Timestamp>,
    /// The provider's ids of its checks.
    #[cfg_attr(test, schema(example = json!(["kyc-1"])))]
    pub(crate) kyc_ids: Vec<String>,
    /// The provider's ids of the documents it saw.
    #[cfg_attr(test, schema(example = json!(["doc-1"])))]
    pub(crate) document_ids: Vec<String>,
}

/// A session, live or over.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct HeldSession {
    pub(crate) session_id: SessionId,
    /// The client that it was opened by.
    pub(crate) client_id: ClientId,
    pub(crate) creation_ts: Timestamp,
    /// The last refresh.
    pub(crate) refresh_ts: Timestamp,
    /// How often it was refreshed.
    #[cfg_attr(test, schema(example = 42))]
    pub(crate) refreshes: u32,
    /// Its end if it is not refreshed before.
    pub(crate) expires_at: Timestamp,
    /// When it was ended; null where nobody has.
    #[cfg_attr(test, schema(required))]
    pub(crate) end_ts: Option<Timestamp>,
    /// By what: a word of a list that may grow.
    #[cfg_attr(test, schema(required, example = "logout"))]
    pub(crate) ended_by: Option<String>,
}

/// A code that was sent, or was to be. The code itself is kept nowhere.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct SentCode {
    pub(crate) ts: Timestamp,
    /// What it was for, as in `challengeType`. The list may grow.
    #[cfg_attr(test, schema(example = "SMS_MFA"))]
    pub(crate) challenge_type: String,
    /// `SENT` as far as is known, or what else became of it. The list may grow.
    #[cfg_attr(test, schema(example = "SENT"))]
    pub(crate) outcome: String,
}
