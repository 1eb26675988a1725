//! `GET /v1/custody/export`, `GET /v1/custody/lost`: lines of JSON, an index that was given each.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use super::common::LINES;
use super::fields::no_cursor;
use super::{Answer, Reading, Request};
use crate::error::Error;
use crate::http::oauth::Refusal;
use crate::http::{whole_number, Input, Reply};
use crate::rules::custody::{Branch, Place};
use crate::rules::home;
use crate::rules::id::{is_id, AccountId, PartnerId, PortfolioId};
use crate::rules::owner::Owner;
use crate::rules::time::Time;

/// Lines on a page, where a call asks for no fewer.
const MOST_LINES: u32 = 1_000;

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct ExportCustody {
    /// Only what was given from then on (RFC 3339). What was given at a moment is there a little after it: ask again
    /// from 15 minutes before the last time that you asked.
    #[cfg_attr(
        test,
        schema(required = false, value_type = super::common::Timestamp)
    )]
    pub(crate) since: Time,
    /// The `nextCursor` of the page before, with the same `since`.
    #[cfg_attr(
        test,
        schema(
            required = false,
            value_type = String,
            max_length = 88,
            pattern = r"^([01]\.[0-9a-f]{16}\.[0-9]{1,15}\.(i?[0-9]{1,15}|[0-9]{1,15}\.HOME_[A-Z0-9_]{1,32}))?$",
            example = "0.37c5b0f887086227.1752157186359.i41"
        )
    )]
    pub(crate) cursor: Option<Cursor>,
    /// Lines on a page; there may be fewer, where addresses have to be derived.
    #[cfg_attr(
        test,
        schema(
            required = false,
            minimum = 1,
            maximum = 1000,
            default = 1000,
            example = 1000
        )
    )]
    pub(crate) limit: u32,
}

impl Request for ExportCustody {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ExportCustody, Refusal> {
        let cursor = match input.optional_query("cursor")? {
            None | Some("") => None,
            Some(text) => Some(Cursor::parse(text).ok_or_else(no_cursor)?),
        };
        Ok(ExportCustody {
            since: input.since()?,
            cursor,
            limit: input.limit_of(MOST_LINES, MOST_LINES)?,
        })
    }
}

/// The last line of a page: its branch and key, when it was shown, and its index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) branch: Branch,
    pub(crate) key_id: String,
    pub(crate) shown_at: Time,
    /// `None` of a cursor of before: it ends in the number of a row, and where there are several databases in the name
    /// of one, since they were read one after the other.
    pub(crate) index: Option<i64>,
}

impl Cursor {
    fn parse(text: &str) -> Option<Cursor> {
        let parts: Vec<&str> = text.split('.').collect();
        let (branch, key_id, shown_at, index) = match parts[..] {
            [branch, key_id, shown_at, last] => (branch, key_id, shown_at, index(last)?),
            [branch, key_id, shown_at, seq, home] if home::is_name(home) => {
                (branch, key_id, shown_at, number(seq).map(|_| None)?)
            }
            _ => return None,
        };
        let is_hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f');
        let is_key = key_id.len() == 16 && key_id.bytes().all(is_hex);
        Some(Cursor {
            branch: branch_of(branch)?,
            key_id: is_key.then(|| key_id.into())?,
            shown_at: Time::from_millis(number(shown_at)?),
            index,
        })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (branch, at) = (self.branch.number(), self.shown_at.millis());
        write!(f, "{branch}.{}.{at}.", self.key_id)?;
        match self.index {
            Some(index) => write!(f, "{INDEX}{index}"),
            None => f.write_str("0"),
        }
    }
}

/// Tells an index from the number of a row, in which cursors of before end.
const INDEX: char = 'i';

fn index(text: &str) -> Option<Option<i64>> {
    match text.strip_prefix(INDEX) {
        Some(digits) => number(digits).map(Some),
        None => number(text).map(|_| None),
    }
}

fn branch_of(number: &str) -> Option<Branch> {
    match number {
        "0" => Some(Branch::Addresses),
        "1" => Some(Branch::EncryptionKeys),
        _ => None,
    }
}

/// No more digits than the database holds exactly.
fn number(digits: &str) -> Option<i64> {
    let is_one = (1..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| is_one)
}

/// An index that was given, to a portfolio (branch 0) or to an account (branch 1).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct GivenIndex {
    /// The id of the extended key.
    #[cfg_attr(test, schema(example = "37c5b0f887086227"))]
    pub(crate) key: String,
    /// 0 of portfolios, 1 of accounts.
    #[cfg_attr(test, schema(minimum = 0, maximum = 1, example = 0))]
    pub(crate) branch: u32,
    #[cfg_attr(test, schema(minimum = 0, maximum = 2_147_483_647, example = 7))]
    /// Below the branch.
    pub(crate) index: u32,
    /// Below the extended key.
    #[cfg_attr(test, schema(example = "0/7"))]
    pub(crate) path: String,
    /// Of a portfolio, as its customer sees it. It is left out where no setting has the extended key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        test,
        schema(
            nullable = false,
            example = "0x9858EfFD232B4033E47d90003D41EC34EcaEda94"
        )
    )]
    pub(crate) address: Option<String>,
    /// Of an account, as its customer sees it. It is left out where no setting has the extended key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        test,
        schema(
            nullable = false,
            example = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
        )
    )]
    pub(crate) encryption_key: Option<String>,
    pub(crate) partner_id: PartnerId,
    pub(crate) account_id: AccountId,
    /// Of a portfolio.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schema(nullable = false))]
    pub(crate) portfolio_id: Option<PortfolioId>,
}

impl GivenIndex {
    /// `value`: the address, or the encryption key.
    pub(crate) fn new(
        place: Place,
        partner_id: PartnerId,
        account_id: AccountId,
        portfolio_id: Option<PortfolioId>,
        value: Option<String>,
    ) -> GivenIndex {
        let (address, encryption_key) = match place.branch {
            Branch::Addresses => (value, None),
            Branch::EncryptionKeys => (None, value),
        };
        let branch = place.branch.number();
        GivenIndex {
            branch,
            index: place.index,
            path: format!("{branch}/{}", place.index),
            key: place.key_id,
            address,
            encryption_key,
            partner_id,
            account_id,
            portfolio_id,
        }
    }
}

/// The last line of a page that others follow.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct NextPage {
    /// Ask with it for the next page.
    #[cfg_attr(test, schema(example = "0.37c5b0f887086227.1752157186359.i41"))]
    pub(crate) next_cursor: String,
}

/// A line. One kind of both lists' lines: each costs the wasm anew.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Line {
    Given(GivenIndex),
    Next(NextPage),
    /// Of the export.
    Last(HighestIndices),
    Lost(LostIndices),
}

/// The last line of the last page.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct HighestIndices {
    /// Of each extended key, of each branch, the highest index that was given, be it before `since`.
    #[cfg_attr(test, schema(value_type = std::collections::HashMap<String, std::collections::HashMap<String, u32>>,
        example = json!({"37c5b0f887086227": {"0": 7}, "0bafa2865d996abc": {"1": 3}})))]
    pub(crate) highest: Value,
}

#[derive(Serialize)]
pub(crate) struct CustodyExport(pub(crate) Vec<Line>);

impl Answer for CustodyExport {
    const IN_ENVELOPE: bool = false;
    const MEDIA_TYPE: &'static str = LINES;

    fn reply(&self) -> Result<Reply, Error> {
        lines(&self.0)
    }
}

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct ListLost {
    /// The `nextCursor` of the page before.
    #[cfg_attr(
        test,
        schema(
            required = false,
            value_type = String,
            max_length = 256,
            pattern = r"^([0-9]{1,9}\.(0/[A-Za-z0-9_-]{1,64}/[A-Za-z0-9_-]{1,64}/[A-Za-z0-9_-]{1,64}|1/[A-Za-z0-9_-]{1,64}/[A-Za-z0-9_-]{1,64}))?$",
            example = "0.1/prt_0197f4a1-0f77-7000-8000-000000000001/acc_0197f4a1-0f77-7000-8000-000000000001"
        )
    )]
    pub(crate) cursor: Option<LostCursor>,
    /// How many owners of the ledger are looked at; most of them have their row.
    #[cfg_attr(
        test,
        schema(
            required = false,
            minimum = 1,
            maximum = 1000,
            default = 1000,
            example = 1000
        )
    )]
    pub(crate) limit: u32,
}

impl Request for ListLost {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ListLost, Refusal> {
        let cursor = match input.optional_query("cursor")? {
            None | Some("") => None,
            Some(text) => Some(LostCursor::parse(text).ok_or_else(no_cursor)?),
        };
        Ok(ListLost {
            cursor,
            limit: input.limit_of(MOST_LINES, MOST_LINES)?,
        })
    }
}

/// The owner that a page ended with, and how many were lost until then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LostCursor {
    pub(crate) lost: u32,
    pub(crate) owner: Owner,
}

impl LostCursor {
    pub(crate) fn after(owner: &Owner, lost: u32) -> LostCursor {
        let owner = owner.clone();
        LostCursor { lost, owner }
    }

    fn parse(text: &str) -> Option<LostCursor> {
        let (lost, owner) = text.split_once('.')?;
        let lost = whole_number(lost).filter(|_| (1..=9).contains(&lost.len()))?;
        let (_, ids) = owner.split_once('/')?;
        let are_ids = ids.split('/').all(|id| id.len() <= 64 && is_id(id));
        let owner = Owner::of_path(owner).filter(|_| are_ids)?;
        Some(LostCursor { lost, owner })
    }
}

impl fmt::Display for LostCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.lost, self.owner.path())
    }
}

/// The last line of the last page.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct LostIndices {
    /// How many lines there were, on all pages.
    #[cfg_attr(test, schema(minimum = 0, example = 2))]
    pub(crate) lost: u32,
}

#[derive(Serialize)]
pub(crate) struct CustodyLost(pub(crate) Vec<Line>);

impl Answer for CustodyLost {
    const IN_ENVELOPE: bool = false;
    const MEDIA_TYPE: &'static str = LINES;

    fn reply(&self) -> Result<Reply, Error> {
        lines(&self.0)
    }
}

/// Each a line.
fn lines(lines: &[Line]) -> Result<Reply, Error> {
    let mut text = String::with_capacity(lines.len() * 300);
    for line in lines {
        let line = serde_json::to_string(line);
        let line = line.map_err(|error| Error::Internal(format!("writing a line: {error}")))?;
        text.push_str(&line);
        text.push('\n');
    }
    Ok(Reply::text(200, text).with_header("Content-Type", LINES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_of_what_is_lost_is_read_as_it_was_written_and_nothing_else_is_one() {
        for text in ["0.0/prt_1/a/p-1", "17.1/prt_1/acc_1"] {
            let cursor = LostCursor::parse(text).map(|cursor| cursor.to_string());
            assert_eq!(cursor.as_deref(), Some(text));
        }
        let long = format!("0.1/prt_1/{}", "a".repeat(65));
        for text in [
            "0.0/p/a",
            "0.1/p/a/f",
            "0.2/p/a",
            "0.1/p/",
            "0.1/p/a\"",
            "1/p/a",
            ".1/p/a",
            "1234567890.1/p/a",
            "0.",
            &long,
        ] {
            assert_eq!(LostCursor::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written_and_nothing_else_is_one() {
        for text in [
            "0.37c5b0f887086227.1752157186359.i42",
            "1.0bafa2865d996abc.0.i0",
        ] {
            let cursor = Cursor::parse(text).map(|cursor| cursor.to_string());
            assert_eq!(cursor.as_deref(), Some(text));
        }
        for text in [
            "2.37c5b0f887086227.1.i1",
            "0.37c5b0f88708622.1.i1",
            "0.37C5B0F887086227.1.i1",
            "0.37c5b0f887086227.-1.i1",
            "0.37c5b0f887086227.+1.i1",
            "0.37c5b0f887086227..i1",
            "0.37c5b0f887086227.1.i",
            "0.37c5b0f887086227.1.i-1",
            "0.37c5b0f887086227.1.ii1",
            "0.37c5b0f887086227.1.i1234567890123456",
            "0.37c5b0f887086227.1.1234567890123456",
            "0.37c5b0f887086227.1",
            "0.37c5b0f887086227.1.1.1",
            "0.37c5b0f887086227.1.i1.HOME_EU",
            "0.37c5b0f887086227.1.1.DB",
            "0.37c5b0f887086227.1.x.HOME_EU",
            ".",
        ] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }

    /// Its number is that of a row which may have another by now.
    #[test]
    fn a_cursor_of_before_says_its_moment_and_no_index() {
        for text in [
            "0.37c5b0f887086227.1752157186359.42",
            "0.37c5b0f887086227.1752157186359.42.HOME_EU",
        ] {
            let cursor = Cursor::parse(text).unwrap();
            assert_eq!(cursor.shown_at.millis(), 1_752_157_186_359);
            assert_eq!(cursor.index, None);
            assert_eq!(Cursor::parse(&cursor.to_string()), Some(cursor));
        }
    }
}
