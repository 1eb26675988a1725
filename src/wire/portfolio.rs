//! `POST /v1/account/portfolio`, and the portfolio object.

use serde::Serialize;

use super::common::Timestamp;
use super::fields::optional_name;
use super::{Reading, Request};
use crate::error::Error;
use crate::http::members::Fields;
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::id::{AccountId, PortfolioId};
use crate::rules::portfolio::{Network, PortfolioType};
use crate::rules::word::Word;

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct OpenPortfolio {
    pub(crate) account_id: AccountId,
    /// Its type where it is not given. Something of it must be seen, and it has no line breaks, control
    /// characters or marks that turn the direction of writing.
    #[cfg_attr(test, schema(min_length = 1, max_length = 100, example = "Savings"))]
    pub(crate) name: Option<String>,
    /// Chosen by the partner, unique among its portfolios; made here where it is not given.
    pub(crate) portfolio_id: Option<PortfolioId>,
    /// `TRADING` where it is not given.
    #[cfg_attr(test, schema(value_type = Option<PortfolioType>, default = "TRADING"))]
    pub(crate) portfolio_account_type: PortfolioType,
}

impl Request for OpenPortfolio {
    fn read(input: &Input, _: &Reading<'_>) -> Result<OpenPortfolio, Refusal> {
        let fields = input.fields()?;
        Ok(OpenPortfolio {
            portfolio_account_type: kind(&fields)?,
            portfolio_id: fields.optional_id("portfolioId")?,
            account_id: fields.id("accountId")?,
            name: optional_name(&fields, "name")?.map(String::from),
        })
    }
}

/// `portfolioAccountType`
fn kind(fields: &Fields) -> Result<PortfolioType, Error> {
    let Some(text) = fields.optional_text("portfolioAccountType", 1, 32)? else {
        return Ok(PortfolioType::Trading);
    };
    PortfolioType::parse(text).ok_or_else(|| {
        Error::invalid(
            "portfolioAccountType",
            format_args!("must be {}", PortfolioType::any_of()),
        )
    })
}

/// A portfolio of an account, tied to its blockchain address.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Portfolio {
    pub(crate) portfolio_id: PortfolioId,
    /// As it was given, or its type.
    #[cfg_attr(test, schema(min_length = 1, max_length = 100, example = "Savings"))]
    pub(crate) name: String,
    pub(crate) account_id: AccountId,
    pub(crate) creation_ts: Timestamp,
    /// Nothing sets it yet.
    #[cfg_attr(test, schema(example = false))]
    pub(crate) public_strategy: bool,
    pub(crate) portfolio_account_type: PortfolioType,
    /// The address in hex, its checksum in the case of its letters (EIP-55).
    #[cfg_attr(
        test,
        schema(
            pattern = "^0x[0-9a-fA-F]{40}$",
            example = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"
        )
    )]
    pub(crate) public_address: String,
    /// The address's place in the derivation: never given twice; gaps are no fault.
    #[cfg_attr(test, schema(minimum = 0, maximum = 2147483647, example = 0))]
    pub(crate) address_index: u32,
    /// The first of `networks`.
    pub(crate) network: Network,
    /// The EVM networks that the address serves, each once.
    #[cfg_attr(test, schema(min_items = 1, example = json!(["ethereum", "base"])))]
    pub(crate) networks: Vec<Network>,
}
