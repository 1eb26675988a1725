//! D1: statements, batches, and what its failures mean. The SQL is in `db/`, one file a
//! subject, as constants beside the rows they fill.
//!
//! A batch is a transaction. Every write is guarded by ids that the request made, so a batch
//! whose answer was lost can be run again: it finds its own work.

pub(crate) mod accounts;
pub(crate) mod audit;
#[cfg(test)]
mod audit_test;
pub(crate) mod batch;
pub(crate) mod challenges;
pub(crate) mod clients;
pub(crate) mod health;
pub(crate) mod idempotency;
#[cfg(test)]
mod idempotency_test;
pub(crate) mod kyc;
#[cfg(test)]
mod kyc_test;
#[cfg(test)]
mod limits_test;
mod locked;
#[cfg(test)]
mod migrations_test;
#[cfg(test)]
mod objects_test;
pub(crate) mod portfolios;
pub(crate) mod purge;
#[cfg(test)]
mod rows_test;
pub(crate) mod sends;
pub(crate) mod sessions;
pub(crate) mod statement;
#[cfg(test)]
mod statements_test;
pub(crate) mod throttles;
pub(crate) mod users;

use std::time::Duration;

use worker::d1::{D1Database, D1Result};
use worker::wasm_bindgen::JsValue;
use worker::Delay;

pub(crate) use self::batch::{Batch, Results, Slot};
use self::statement::Param;
pub(crate) use self::statement::Statement;
use crate::error::Error;

pub(crate) struct Db(D1Database);

/// A failed batch is run at most this often, and only where D1 says that trying again may help.
const TRIES: u32 = 3;

impl Db {
    pub(crate) fn new(database: D1Database) -> Db {
        Db(database)
    }

    /// Runs the statements as one transaction. `Unavailable` when storage does not answer.
    pub(crate) async fn commit(&self, batch: Batch) -> Result<Results, Error> {
        let statements = batch.into_statements();
        let mut tried = 1;
        loop {
            match self.run(&statements).await {
                Ok(results) => return Ok(Results::new(results)),
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
                let (sql, given) = statement.numbered();
                let params: Vec<JsValue> = given.into_iter().map(js).collect();
                self.0.prepare(sql).bind(&params)
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

fn js(param: &Param) -> JsValue {
    match param {
        Param::Text(text) => JsValue::from_str(text),
        Param::Number(number) => JsValue::from_f64(*number),
        Param::Null => JsValue::NULL,
    }
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
