//! The user object, and the calls that have a user in their path.

use serde::Serialize;
use serde_json::value::RawValue;

use super::account::Account;
use super::common::Timestamp;
use super::{Answer, Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::id::UserId;
use crate::rules::identity::UserStatus;
use crate::rules::phone::Phone;

/// A user by the path.
pub struct OfUser {
    pub user_id: UserId,
}

impl Request for OfUser {
    fn read(input: &Input, _: &Reading<'_>) -> Result<OfUser, Refusal> {
        Ok(OfUser {
            user_id: UserId::given(input.param(0)),
        })
    }
}

/// An end customer of a partner.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct User {
    pub user_id: UserId,
    pub phone_number: Phone,
    /// Null until the KYC provider says it.
    pub name: Option<String>,
    /// Null until the KYC provider says it.
    pub surname: Option<String>,
    /// The oldest first.
    pub accounts: Vec<Account>,
    /// The KYC provider's ids of its checks.
    pub kyc_ids: Vec<String>,
    /// The KYC provider's ids of the documents it saw.
    pub document_ids: Vec<String>,
    /// As the KYC provider gave it; empty until then.
    pub address: Box<RawValue>,
    pub info: Info,
    pub email: String,
    pub user_account_status: UserStatus,
}

impl Answer for User {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Info {
    /// The first right answer to a code sent there sets it.
    pub phone_number_verified: bool,
    pub roles: Vec<String>,
    /// A disabled user has no sessions and cannot log in.
    pub disabled: bool,
    pub creation_ts: Timestamp,
}
