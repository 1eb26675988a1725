//! `GET /v1/partner`

use serde::Serialize;

use super::common::Timestamp;
use super::{Answer, Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::id::{OfPartner, PartnerId};

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct ListPartners {
    #[cfg_attr(test, schema(required = false, schema_with = super::schemas::cursor::<OfPartner>))]
    pub(crate) cursor: String,
    #[cfg_attr(test, schema(required = false, schema_with = super::schemas::limit))]
    pub(crate) limit: u32,
}

impl Request for ListPartners {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ListPartners, Refusal> {
        Ok(ListPartners {
            cursor: input.cursor::<OfPartner>()?,
            limit: input.limit()?,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct PartnerPage {
    /// The oldest first.
    pub(crate) partners: Vec<ListedPartner>,
    /// Null on the last page.
    #[cfg_attr(test, schema(required))]
    pub(crate) next_cursor: Option<PartnerId>,
}

impl Answer for PartnerPage {}

/// A company that builds on this API.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ListedPartner {
    pub(crate) partner_id: PartnerId,
    /// As it was given; two partners may have one name.
    #[cfg_attr(test, schema(example = "Acme"))]
    pub(crate) name: String,
    /// The binding of the database that it lives in.
    #[cfg_attr(test, schema(example = "DB"))]
    pub(crate) home: String,
    pub(crate) creation_ts: Timestamp,
    /// How many clients it has, without those that were deleted.
    #[cfg_attr(test, schema(minimum = 0, example = 2))]
    pub(crate) clients: u32,
}
