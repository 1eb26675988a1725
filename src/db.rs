//! D1: statements, batches, and what its failures mean. The SQL is in `db/`, one file a
//! subject, as constants beside the rows they fill.
//!
//! A batch is a transaction. Every write is guarded by ids that the request made, so a batch
//! whose answer was lost can be run again: it finds its own work.

pub(crate) mod accounts;
pub(crate) mod assisted;
#[cfg(test)]
mod assisted_test;
pub(crate) mod audit;
#[cfg(test)]
mod audit_test;
pub(crate) mod batch;
pub(crate) mod challenges;
#[cfg(test)]
mod changes_test;
pub(crate) mod clients;
pub(crate) mod contacts;
#[cfg(test)]
mod contacts_test;
pub(crate) mod credentials;
#[cfg(test)]
mod credentials_test;
mod d1;
pub(crate) mod erasure;
#[cfg(test)]
mod erasure_test;
pub(crate) mod export;
pub(crate) mod given;
#[cfg(test)]
mod given_test;
pub(crate) mod health;
pub(crate) mod idempotency;
#[cfg(test)]
mod idempotency_test;
pub(crate) mod indices;
#[cfg(test)]
mod indices_test;
pub(crate) mod kyc;
#[cfg(test)]
mod kyc_test;
#[cfg(test)]
mod limits_test;
mod locked;
#[cfg(test)]
mod migrations_test;
pub(crate) mod notices;
#[cfg(test)]
mod objects_test;
pub(crate) mod partners;
#[cfg(test)]
mod partners_test;
pub(crate) mod portfolios;
pub(crate) mod purge;
#[cfg(test)]
mod purge_test;
pub(crate) mod recovery;
#[cfg(test)]
mod rows_test;
pub(crate) mod sends;
pub(crate) mod sessions;
pub(crate) mod statement;
#[cfg(test)]
mod statements_test;
pub(crate) mod throttles;
pub(crate) mod users;

use std::cell::{Cell, OnceCell};
use std::future::Future;
use std::time::Duration;

use worker::d1::D1Database;
use worker::{Delay, Env};

pub(crate) use self::batch::{Batch, Results, Slot};
pub(crate) use self::statement::Statement;
use crate::error::Error;
use crate::rules::time::Time;

/// The binding, looked up when it is first needed.
pub(crate) struct Db {
    env: Env,
    database: OnceCell<D1Database>,
    spent: Cell<Spent>,
}

/// What a request has asked so far.
#[derive(Clone, Copy, Default)]
pub(crate) struct Spent {
    pub(crate) calls: u32,
    /// Until their answers were there.
    pub(crate) time: Duration,
}

/// A failed batch is run at most this often, and only where D1 says that trying again may help.
const TRIES: u32 = 3;

impl Db {
    pub(crate) fn new(env: &Env) -> Db {
        Db {
            env: env.clone(),
            database: OnceCell::new(),
            spent: Cell::default(),
        }
    }

    /// `Unavailable` where nothing is bound.
    pub(crate) fn database(&self) -> Result<&D1Database, Error> {
        if let Some(database) = self.database.get() {
            return Ok(database);
        }
        let found = self.env.d1("DB");
        let found = found.map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(self.database.get_or_init(|| found))
    }

    /// Runs the statements as one transaction. `Unavailable` when storage does not answer.
    pub(crate) async fn commit(&self, batch: Batch) -> Result<Results, Error> {
        let database = self.database()?;
        let statements = batch.into_statements();
        let mut tried = 1;
        loop {
            match self.counted(d1::run(database, &statements)).await {
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
}

impl Db {
    pub(crate) fn spent(&self) -> Spent {
        self.spent.get()
    }

    async fn counted<T>(&self, call: impl Future<Output = T>) -> T {
        let begun = clock();
        let answer = call.await;
        let Spent { calls, time } = self.spent.get();
        self.spent.set(Spent {
            calls: calls + 1,
            time: time + clock().since(begun),
        });
        answer
    }
}

/// A duration needs a clock that runs on; a request's own time stands still.
#[allow(
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 are whole and small"
)]
fn clock() -> Time {
    Time::from_millis(js_sys::Date::now() as i64)
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
