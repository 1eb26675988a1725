//! `GET /dev/outbox`, on a laptop and in staging.

use std::time::Duration;

use serde::Serialize;

use super::common::Timestamp;
use super::fields::{email_of, not_valid};
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
    pub(crate) to: Option<String>,
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
        // A slip, or a variable that is empty, would get the messages of everybody.
        input.only_in_query(&["to", "after", "wait"])?;
        let to = input.optional_query("to")?.map(recipient).transpose()?;
        let after = input.optional_query("after")?.map(|text| {
            Time::parse(text).ok_or_else(|| Error::invalid("after", "must be an RFC 3339 time"))
        });
        let wait = input.optional_query("wait")?.map(|text| {
            let wait = whole_number(text).filter(|wait| *wait <= LONGEST_WAIT);
            wait.ok_or_else(|| {
                Error::invalid("wait", format_args!("must be 0 to {LONGEST_WAIT} seconds"))
            })
        });
        Ok(Sought {
            to,
            after: after.transpose()?,
            wait: seconds(wait.transpose()?.unwrap_or(0).into()),
        })
    }

    pub(crate) fn is_after(&self, at: Time) -> bool {
        self.after.is_none_or(|after| at > after)
    }
}

/// A phone number, or what has an `@`, as they stand in a message.
fn recipient(text: &str) -> Result<String, Error> {
    if text.contains('@') {
        return Ok(email_of(text, "to")?.as_str().into());
    }
    let phone = Phone::parse(text).map_err(|error| not_valid("to", &error))?;
    Ok(phone.as_str().into())
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
    /// What it would have gone by.
    #[cfg_attr(test, schema(value_type = String, pattern = "^(SMS|EMAIL)$", example = "SMS"))]
    pub(crate) kind: &'static str,
    /// The phone number, or the e-mail.
    #[cfg_attr(test, schema(example = "+15555550100"))]
    pub(crate) to: String,
    /// Of an e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(example = "Your Gatehouse password was changed"))]
    pub(crate) subject: Option<String>,
    /// The whole message.
    #[cfg_attr(
        test,
        schema(example = "Your Gatehouse code is 0042. It expires in 5 minutes.")
    )]
    pub(crate) text: String,
    pub(crate) at: Timestamp,
}
