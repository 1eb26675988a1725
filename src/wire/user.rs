//! The user object, and the calls that have a user in their path.

use serde::Serialize;
use serde_json::value::RawValue;

use super::account::Account;
use super::common::Timestamp;
use super::fields::{email_of, not_valid};
use super::{Answer, Reading, Request};
use crate::error::Error;
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::email::Email;
use crate::rules::id::UserId;
use crate::rules::identity::UserStatus;
use crate::rules::language::Locale;
use crate::rules::phone::Phone;
use crate::rules::username::Username;

/// A user by the path.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct OfUser {
    pub(crate) user_id: UserId,
}

impl Request for OfUser {
    fn read(input: &Input, _: &Reading<'_>) -> Result<OfUser, Refusal> {
        Ok(OfUser {
            user_id: UserId::given(input.param(0)),
        })
    }
}

/// A user by what they call themselves: one of the two.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct FindUser {
    /// The user's e-mail, in any spelling that a sign-up takes.
    pub(crate) email: Option<Email>,
    /// The user's phone number.
    pub(crate) phone_number: Option<Phone>,
}

impl Request for FindUser {
    fn read(input: &Input, _: &Reading<'_>) -> Result<FindUser, Refusal> {
        input.only_in_query(&["email", "phoneNumber"])?;
        let is_given = |text: &&str| !text.is_empty();
        let email = input.optional_query("email")?.filter(is_given);
        let phone_number = input.optional_query("phoneNumber")?.filter(is_given);
        if email.is_some() == phone_number.is_some() {
            let rule = "or phoneNumber must be given, and not both";
            return Err(Error::invalid("email", rule).into());
        }
        Ok(FindUser {
            email: email.map(|text| email_of(text, "email")).transpose()?,
            phone_number: phone_number.map(phone_of).transpose()?,
        })
    }
}

fn phone_of(text: &str) -> Result<Phone, Error> {
    Phone::parse(text).map_err(|error| not_valid("phoneNumber", &error))
}

impl FindUser {
    /// In its one spelling.
    pub(crate) fn username(&self) -> Option<Username> {
        let email = self.email.as_ref().map(Email::as_str);
        Username::parse(email.or(self.phone_number.as_ref().map(Phone::as_str))?)
    }
}

/// An end customer of a partner.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct User {
    pub(crate) user_id: UserId,
    pub(crate) phone_number: Phone,
    /// Null until the KYC provider says it.
    #[cfg_attr(test, schema(required, example = "Ada"))]
    pub(crate) name: Option<String>,
    /// Null until the KYC provider says it.
    #[cfg_attr(test, schema(required, example = "Lovelace"))]
    pub(crate) surname: Option<String>,
    /// The oldest first.
    pub(crate) accounts: Vec<Account>,
    /// The KYC provider's ids of its checks.
    #[cfg_attr(test, schema(example = json!(["kyc-1"])))]
    pub(crate) kyc_ids: Vec<String>,
    /// The KYC provider's ids of the documents it saw.
    #[cfg_attr(test, schema(example = json!(["doc-1"])))]
    pub(crate) document_ids: Vec<String>,
    /// Empty until the KYC provider says it.
    #[cfg_attr(test, schema(value_type = super::schemas::Address))]
    pub(crate) address: Box<RawValue>,
    /// What else is known of the user.
    pub(crate) info: Info,
    /// In its one spelling: NFKC, lower case.
    #[cfg_attr(test, schema(format = Email, example = "ada@example.com"))]
    pub(crate) email: String,
    pub(crate) user_account_status: UserStatus,
}

impl Answer for User {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Info {
    /// The first right answer to a code sent there sets it.
    #[cfg_attr(test, schema(example = true))]
    pub(crate) phone_number_verified: bool,
    /// A right answer to a code sent there sets it.
    #[cfg_attr(test, schema(example = false))]
    pub(crate) email_verified: bool,
    /// The user's roles.
    #[cfg_attr(test, schema(example = json!(["customer"])))]
    pub(crate) roles: Vec<String>,
    /// A disabled user has no sessions and cannot log in.
    #[cfg_attr(test, schema(example = false))]
    pub(crate) disabled: bool,
    pub(crate) creation_ts: Timestamp,
    /// Until then the services that move money hold back what takes it away, since how the user proves who they
    /// are has changed; null where nothing is held.
    #[cfg_attr(test, schema(required))]
    pub(crate) hold_until: Option<Timestamp>,
    /// The language that the user is told things in; null where nobody has said, which is English.
    #[cfg_attr(test, schema(required))]
    pub(crate) locale: Option<Locale>,
}
