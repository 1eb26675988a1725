//! `/v1/partner/{partnerId}/move`

use serde::Serialize;

use super::common::Timestamp;
use super::{Answer, Reading, Request};
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::id::PartnerId;

/// Of a binding: `HOME_` and 32 characters.
const LONGEST_NAME: usize = 37;

/// Where a partner is to live.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct MovePartner {
    pub(crate) partner_id: PartnerId,
    /// The binding of a database: `DB`, or one that `HOMES` names.
    #[cfg_attr(test, schema(example = "HOME_EU", min_length = 1, max_length = 37))]
    pub(crate) home: String,
}

impl Request for MovePartner {
    fn read(input: &Input, _: &Reading<'_>) -> Result<MovePartner, Refusal> {
        let fields = input.fields()?;
        Ok(MovePartner {
            partner_id: PartnerId::given(input.param(0)),
            home: fields.text("home", 1, LONGEST_NAME)?.into(),
        })
    }
}

/// Where a partner lives, and where it moves to.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct PartnerMove {
    pub(crate) partner_id: PartnerId,
    /// The binding of the database that it lives in.
    #[cfg_attr(test, schema(example = "DB"))]
    pub(crate) home: String,
    /// Null where no move is under way.
    #[cfg_attr(test, schema(required))]
    pub(crate) r#move: Option<Move>,
}

impl Answer for PartnerMove {}

/// A move that is under way.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Move {
    /// The binding of the database that it lived in when the move began.
    #[cfg_attr(test, schema(example = "DB"))]
    pub(crate) from: String,
    /// The binding of the one that it goes to.
    #[cfg_attr(test, schema(example = "HOME_EU"))]
    pub(crate) to: String,
    /// `moving`: it can be given up. `committed`: it can only go on. `given_up`: the partner stays, and within a minute
    /// the move is over.
    pub(crate) state: MoveState,
    /// When it was asked for.
    pub(crate) begun_ts: Timestamp,
    /// How far the copy is; null before it has begun, once it is decided, and while its database does not answer.
    #[cfg_attr(test, schema(required))]
    pub(crate) copy: Option<CopyProgress>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(example = "moving"))]
pub(crate) enum MoveState {
    Moving,
    Committed,
    GivenUp,
}

/// The tables are gone through one after the other.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct CopyProgress {
    /// `wiping`: what an earlier stay has left there is deleted. `copying`. `comparing`: both databases are gone through,
    /// for what was not copied. `noting`: what has changed meanwhile is carried, and for the last of it the partner is
    /// frozen. `whole`: all is there.
    pub(crate) step: CopyStep,
    /// How many of the step are done.
    #[cfg_attr(test, schema(minimum = 0, example = 8))]
    pub(crate) tables: u32,
    /// How many it has; `comparing` goes through each twice.
    #[cfg_attr(test, schema(minimum = 1, example = 21))]
    pub(crate) of: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(example = "copying"))]
pub(crate) enum CopyStep {
    Wiping,
    Copying,
    Comparing,
    Noting,
    Whole,
}
