//! Accounts: the object, opening one, reading one, and paging through its portfolios.

use serde::Serialize;

use super::common::{Nothing, Timestamp};
use super::fields::{email, no_cursor};
use super::portfolio::Portfolio;
use super::{Answer, Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::email::Email;
use crate::rules::id::{AccountId, PortfolioId, UserId};
use crate::rules::portfolio::After;

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct OpenAccount {
    /// Its owner.
    pub(crate) user_id: UserId,
    /// Chosen by the partner, unique among its accounts; made here where it is not given.
    pub(crate) account_id: Option<AccountId>,
    /// The account's own; the user's where it is not given.
    pub(crate) email: Option<Email>,
}

impl Request for OpenAccount {
    fn read(input: &Input, _: &Reading<'_>) -> Result<OpenAccount, Refusal> {
        let fields = input.fields()?;
        Ok(OpenAccount {
            user_id: fields.id("userId")?,
            account_id: fields.optional_id("accountId")?,
            email: match fields.optional_text("email", 1, 254)? {
                Some(_) => Some(email(&fields, "email")?),
                None => None,
            },
        })
    }
}

/// An account by the path.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct OfAccount {
    pub(crate) account_id: AccountId,
}

impl Request for OfAccount {
    fn read(input: &Input, _: &Reading<'_>) -> Result<OfAccount, Refusal> {
        Ok(OfAccount {
            account_id: AccountId::given(input.param(0)),
        })
    }
}

/// An account of a user, with portfolios of it. It is active while its owner is verified and not
/// disabled; from the first time on it has a sub-account and an encryption key.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Account {
    pub(crate) account_id: AccountId,
    /// The account's own, the user's unless it was given another.
    #[cfg_attr(test, schema(format = Email, example = "ada@example.com"))]
    pub(crate) email: String,
    /// Null until it was first active.
    #[cfg_attr(
        test,
        schema(
            required,
            pattern = "^sub_[0-9a-f]{32}$",
            example = "sub_5f0c4a1b2c3d4e5f60718293a4b5c6d7"
        )
    )]
    pub(crate) sub_account_id: Option<String>,
    /// Null until it was first active.
    #[cfg_attr(test, schema(required, format = Email, example = "sub_5f0c4a1b2c3d4e5f60718293a4b5c6d7@sub.example.com"))]
    pub(crate) sub_account_email: Option<String>,
    /// A compressed public key (secp256k1, SEC 1 §2.3.3) in hex, to which partners can seal what
    /// only custody may read. Null until it was first active.
    #[cfg_attr(
        test,
        schema(
            required,
            pattern = "^0[23][0-9a-f]{64}$",
            example = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        )
    )]
    pub(crate) encryption_key: Option<String>,
    pub(crate) creation_ts: Timestamp,
    /// At most 50, by their index: the one just made, the trading one, and the oldest. In a user object of more
    /// than ten accounts fewer each, at most 500 in all.
    #[cfg_attr(test, schema(max_items = 50))]
    pub(crate) portfolios: Vec<Portfolio>,
    /// How many the account has.
    #[cfg_attr(test, schema(minimum = 0, example = 1))]
    pub(crate) portfolios_total: i64,
    /// The `cursor` with which `GET /v1/account/{accountId}/portfolios` goes on, through all that are not listed
    /// here. Null where all are.
    #[cfg_attr(
        test,
        schema(required, example = "id.pfl_0197f4a1-0f77-7000-8000-000000000001")
    )]
    pub(crate) portfolios_cursor: Option<String>,
    pub(crate) additional_info: Nothing,
    /// Whether its owner is verified and not disabled.
    #[cfg_attr(test, schema(example = true))]
    pub(crate) active: bool,
    /// The first portfolio of type `TRADING`; null while there is none.
    #[cfg_attr(test, schema(required))]
    pub(crate) trading_portfolio_id: Option<PortfolioId>,
}

impl Answer for Account {}

/// A page of an account's portfolios.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct ListPortfolios {
    pub(crate) account_id: AccountId,
    #[cfg_attr(test, schema(required = false, schema_with = super::schemas::limit))]
    pub(crate) limit: u32,
    /// The `nextCursor` of the page before.
    #[cfg_attr(
        test,
        schema(
            rename = "cursor",
            required = false,
            value_type = String,
            pattern = r"^([0-9]{0,9}|id\.[A-Za-z0-9_-]{1,64})$",
            example = "id.pfl_0197f4a1-0f77-7000-8000-000000000001"
        )
    )]
    pub(crate) after: After,
}

impl Request for ListPortfolios {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ListPortfolios, Refusal> {
        Ok(ListPortfolios {
            account_id: AccountId::given(input.param(0)),
            limit: input.limit()?,
            after: match input.optional_query("cursor")? {
                None | Some("") => After::Number(0),
                Some(text) => After::parse(text).ok_or_else(no_cursor)?,
            },
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct PortfolioPage {
    /// By their index.
    pub(crate) portfolios: Vec<Portfolio>,
    /// Null on the last page.
    #[cfg_attr(
        test,
        schema(required, example = "id.pfl_0197f4a1-0f77-7000-8000-000000000001")
    )]
    pub(crate) next_cursor: Option<String>,
}

impl Answer for PortfolioPage {}
