//! `GET /dev/outbox`, on a laptop and in staging.

use std::time::Duration;

use serde::Serialize;

use super::common::Timestamp;
use super::{Answer, Reading, Request};
use crate::error::Error;
use crate::http::oauth::Refusal;
use crate::http::{whole_number, Input};
use crate::rules::phone::Phone;
use crate::rules::time::{seconds, Time};

/// Whoever asks learns what is wrong with it where there is an outbox for them, and nothing elsewhere.
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ListOutbox {
    #[cfg_attr(test, schema(ignore))]
    pub(crate) authorization: Option<String>,
    #[cfg_attr(test, schema(ignore))]
    pub(crate) sought: Result<Sought, Error>,
}

/// Which messages, and how long to wait for one.
#[derive(Debug)]
pub(crate) struct Sought {
    to: Option<Phone>,
    after: Option<Time>,
    pub(crate) wait: Duration,
}

const LONGEST_WAIT: u32 = 30;

impl Request for ListOutbox {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ListOutbox, Refusal> {
        Ok(ListOutbox {
            authorization: input.header("Authorization"),
            sought: Sought::read(input),
        })
    }
}

impl Sought {
    fn read(input: &Input) -> Result<Sought, Error> {
        let given = |name| Ok(input.optional_query(name)?.filter(|text| !text.is_empty()));
        let to = given("to")?.map(Phone::parse).transpose();
        let after = given("after")?.map(|text| {
            Time::parse(text).ok_or_else(|| Error::invalid("after", "must be an RFC 3339 time"))
        });
        let wait = given("wait")?.map(|text| {
            let wait = whole_number(text).filter(|wait| *wait <= LONGEST_WAIT);
            wait.ok_or_else(|| {
                Error::invalid("wait", format_args!("must be 0 to {LONGEST_WAIT} seconds"))
            })
        });
        Ok(Sought {
            to: to.map_err(|error| Error::invalid("to", error))?,
            after: after.transpose()?,
            wait: seconds(wait.transpose()?.unwrap_or(0).into()),
        })
    }

    pub(crate) fn is(&self, to: &str, at: Time) -> bool {
        let is_to = self.to.as_ref().is_none_or(|phone| phone.as_str() == to);
        is_to && self.after.is_none_or(|after| at > after)
    }
}

/// The messages that would have been sent, the newest first.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Outbox {
    pub(crate) messages: Vec<Message>,
}

impl Answer for Outbox {
    const IN_ENVELOPE: bool = false;
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Message {
    /// The phone number.
    #[cfg_attr(test, schema(example = "+15555550100"))]
    pub(crate) to: String,
    /// The whole message.
    #[cfg_attr(
        test,
        schema(example = "Your Gatehouse code is 0042. It expires in 5 minutes.")
    )]
    pub(crate) text: String,
    pub(crate) at: Timestamp,
}
