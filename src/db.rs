//! D1: statements, batches, and what its failures mean. The SQL is in `db/`, one file a
//! subject, as constants beside the rows they fill.
//!
//! A batch is a transaction. Every write is guarded by ids that the request made, so a batch
//! whose answer was lost can be run again: it finds its own work.

pub mod accounts;
pub mod audit;
pub mod challenges;
pub mod clients;
pub mod idempotency;
pub mod kyc;
pub mod portfolios;
pub mod purge;
pub mod sends;
pub mod sessions;
#[cfg(test)]
mod statements_test;
pub mod throttles;
pub mod users;

use std::time::Duration;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use worker::d1::{D1Database, D1Result};
use worker::wasm_bindgen::JsValue;
use worker::Delay;

use crate::error::Error;

pub struct Db(D1Database);

/// A parameter. D1 binds every number as REAL, which a STRICT INTEGER column takes back exactly.
#[derive(Clone, Debug)]
pub enum Param {
    Text(String),
    Number(f64),
    Null,
}

/// A constant of SQL and its parameters, `?1` first.
#[derive(Clone, Debug)]
pub struct Statement {
    sql: &'static str,
    params: Vec<Param>,
}

/// The rows each statement of a batch returned, in order.
pub struct Results(Vec<D1Result>);

/// A failed batch is run at most this often, and only where D1 says that trying again may help.
const TRIES: u32 = 3;

impl Db {
    pub fn new(database: D1Database) -> Db {
        Db(database)
    }

    /// Runs the statements as one transaction. `Unavailable` when storage does not answer.
    pub async fn batch(&self, statements: Vec<Statement>) -> Result<Results, Error> {
        let mut tried = 1;
        loop {
            match self.run(&statements).await {
                Ok(results) => return Ok(Results(results)),
                Err(message) if tried < TRIES && is_transient(&message) => {
                    Delay::from(Duration::from_millis(20 << tried)).await;
                    tried += 1;
                }
                Err(message) if is_our_fault(&message) => return Err(Error::Internal(message)),
                Err(message) => return Err(Error::Unavailable(message)),
            }
        }
    }

    async fn run(&self, statements: &[Statement]) -> Result<Vec<D1Result>, String> {
        let prepared = statements
            .iter()
            .map(|statement| {
                let params: Vec<JsValue> = statement.params.iter().map(Param::js).collect();
                self.0.prepare(statement.sql).bind(&params)
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(describe)?;
        let results = self.0.batch(prepared).await.map_err(describe)?;
        match results.iter().find_map(D1Result::error) {
            Some(error) => Err(error),
            None => Ok(results),
        }
    }
}

impl Statement {
    pub fn new(sql: &'static str, params: impl IntoIterator<Item = Param>) -> Statement {
        Statement {
            sql,
            params: params.into_iter().collect(),
        }
    }
}

impl Results {
    /// All rows of the nth statement.
    pub fn rows<T: DeserializeOwned>(&self, nth: usize) -> Result<Vec<T>, Error> {
        let result = self
            .0
            .get(nth)
            .ok_or_else(|| Error::Internal(format!("no result {nth}")))?;
        result
            .results::<T>()
            .map_err(|error| Error::Internal(format!("reading result {nth}: {error}")))
    }

    /// How many rows the nth statement changed; 0 where D1 does not say.
    pub fn changes(&self, nth: usize) -> usize {
        let meta = self
            .0
            .get(nth)
            .and_then(|result| result.meta().ok().flatten());
        meta.and_then(|meta| meta.changes).unwrap_or(0)
    }

    /// The first row of the nth statement.
    pub fn row<T: DeserializeOwned>(&self, nth: usize) -> Result<Option<T>, Error> {
        Ok(self.rows(nth)?.into_iter().next())
    }

    /// The first row of a statement that always gives one.
    pub fn one<T: DeserializeOwned>(&self, nth: usize) -> Result<T, Error> {
        self.row(nth)?
            .ok_or_else(|| Error::Internal(format!("result {nth} is empty")))
    }
}

impl Param {
    fn js(&self) -> JsValue {
        match self {
            Param::Text(text) => JsValue::from_str(text),
            Param::Number(number) => JsValue::from_f64(*number),
            Param::Null => JsValue::NULL,
        }
    }
}

impl From<&str> for Param {
    fn from(text: &str) -> Param {
        Param::Text(text.into())
    }
}

impl From<&String> for Param {
    fn from(text: &String) -> Param {
        Param::Text(text.clone())
    }
}

impl From<String> for Param {
    fn from(text: String) -> Param {
        Param::Text(text)
    }
}

/// Milliseconds and counts: integers that a double holds exactly.
impl From<i64> for Param {
    fn from(number: i64) -> Param {
        Param::Number(number as f64)
    }
}

impl From<u32> for Param {
    fn from(number: u32) -> Param {
        Param::Number(f64::from(number))
    }
}

impl From<bool> for Param {
    fn from(flag: bool) -> Param {
        Param::Number(if flag { 1.0 } else { 0.0 })
    }
}

impl<T: Into<Param>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Param {
        value.map_or(Param::Null, Into::into)
    }
}

/// SQLite's 0 and 1.
pub(crate) fn flag<'de, D: Deserializer<'de>>(reader: D) -> Result<bool, D::Error> {
    Ok(i64::deserialize(reader)? != 0)
}

/// A JSON array of strings in a TEXT column.
pub(crate) fn strings<'de, D: Deserializer<'de>>(reader: D) -> Result<Vec<String>, D::Error> {
    serde_json::from_str(&String::deserialize(reader)?).map_err(serde::de::Error::custom)
}

/// `Error::D1`'s own Display panics on some errors; its cause does not.
fn describe(error: worker::Error) -> String {
    match error {
        worker::Error::D1(error) => error.cause(),
        other => other.to_string(),
    }
}

/// What Cloudflare documents as worth another try of an idempotent statement.
fn is_transient(message: &str) -> bool {
    [
        "Network connection lost",
        "storage caused object to be reset",
        "reset because its code was updated",
        "transient issue",
    ]
    .iter()
    .any(|known| message.contains(known))
}

/// A statement that storage understood and refused: another try would end the same.
fn is_our_fault(message: &str) -> bool {
    [
        "constraint failed",
        "syntax error",
        "no such table",
        "no such column",
        "datatype mismatch",
        "Wrong number of parameter",
        "SQLITE_ERROR",
    ]
    .iter()
    .any(|known| message.contains(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_documented_transient_errors_are_tried_again() {
        assert!(is_transient("D1_ERROR: Network connection lost."));
        assert!(!is_transient(
            "D1_ERROR: D1 DB is overloaded. Too many requests queued."
        ));
        assert!(!is_transient("UNIQUE constraint failed: users.email"));
    }
}
