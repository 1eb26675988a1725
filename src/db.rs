//! D1: statements, batches, and what its failures mean. The SQL is in `db/`, one file a
//! subject, as constants beside the rows they fill.
//!
//! A batch is a transaction. Every write is guarded by ids that the request made, so a batch
//! whose answer was lost can be run again: it finds its own work.

pub(crate) mod accounts;
pub(crate) mod archive;
#[cfg(test)]
mod archive_test;
pub(crate) mod arrivals;
pub(crate) mod assisted;
#[cfg(test)]
mod assisted_test;
pub(crate) mod audit;
#[cfg(test)]
mod audit_test;
pub(crate) mod batch;
pub(crate) mod bookmarks;
pub(crate) mod carried;
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
pub(crate) mod departures;
pub(crate) mod erasure;
#[cfg(test)]
mod erasure_test;
pub(crate) mod export;
pub(crate) mod given;
#[cfg(test)]
mod given_test;
pub(crate) mod health;
pub(crate) mod homes;
#[cfg(test)]
mod homes_test;
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
pub(crate) mod moved;
mod moved_sql;
#[cfg(test)]
mod moved_test;
pub(crate) mod moves;
#[cfg(test)]
mod moves_test;
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

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use worker::d1::D1Database;
use worker::{Delay, Env};

pub(crate) use self::batch::{Batch, Results, Slot};
use self::bookmarks::Bookmarks;
use self::d1::Outcome;
use self::homes::Believed;
pub(crate) use self::statement::Statement;
use crate::error::Error;
use crate::rules::home::{Home, DIRECTORY};
use crate::rules::id::PartnerId;
use crate::rules::time::Time;

/// A database, or the one that a partner lives in.
pub(crate) struct Db {
    env: Env,
    at: At,
    spent: Rc<Cell<Spent>>,
    /// Of a caller that asked for them.
    bookmarks: Option<Rc<Bookmarks>>,
    /// What is asked of it decides nothing, and may be answered by a replica that has come as far as the caller.
    is_near: bool,
}

#[derive(Clone)]
enum At {
    /// It is not known whose call this is.
    Nowhere,
    /// By its binding.
    Named(String),
    Home(PartnerId, Rc<Believed>),
}

/// What a request has asked so far.
#[derive(Clone, Copy, Default)]
pub(crate) struct Spent {
    pub(crate) calls: u32,
    /// Until their answers were there.
    pub(crate) time: Duration,
}

/// Between the tries of a batch whose partner is in no home just now: a move takes so long from one to the other, and
/// whoever asks need not notice.
const WAITS: [Duration; 4] = [
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_millis(1_000),
    Duration::from_millis(1_000),
];

/// A failed batch is run at most this often, and only where D1 says that trying again may help.
const TRIES: u32 = 3;

impl Db {
    pub(crate) fn directory(env: &Env) -> Db {
        Db::named(env, DIRECTORY)
    }

    pub(crate) fn named(env: &Env, name: &str) -> Db {
        Db {
            env: env.clone(),
            at: At::Named(name.into()),
            spent: Rc::default(),
            bookmarks: None,
            is_near: false,
        }
    }

    /// Another database of the same request.
    pub(crate) fn other(&self, name: &str) -> Db {
        self.elsewhere(At::Named(name.into()))
    }

    /// That of a partner: nothing is read or written but where it lives.
    pub(crate) fn at_home(&self, partner_id: &PartnerId, believed: Rc<Believed>) -> Db {
        self.elsewhere(At::Home(partner_id.clone(), believed))
    }

    /// None, before it is known whose call this is.
    pub(crate) fn nowhere(&self) -> Db {
        self.elsewhere(At::Nowhere)
    }

    /// The binding of the database that it is, or that its partner lives in as far as is known.
    pub(crate) fn home(&self) -> String {
        match &self.at {
            At::Nowhere => DIRECTORY.into(),
            At::Named(name) => name.clone(),
            At::Home(_, believed) => believed.home().name,
        }
    }

    pub(crate) fn is_directory(&self) -> bool {
        self.home() == DIRECTORY
    }

    /// Its binding, where it is a database as it is.
    pub(crate) fn name(&self) -> Option<&str> {
        match &self.at {
            At::Named(name) => Some(name),
            At::Nowhere | At::Home(..) => None,
        }
    }

    fn elsewhere(&self, at: At) -> Db {
        Db {
            env: self.env.clone(),
            at,
            spent: self.spent.clone(),
            bookmarks: None,
            is_near: false,
        }
    }

    /// The same home, for a caller that wants to know how far it has seen it.
    pub(crate) fn with_bookmarks(&self, bookmarks: Bookmarks) -> Db {
        Db {
            bookmarks: Some(Rc::new(bookmarks)),
            ..self.elsewhere(self.at.clone())
        }
    }

    /// The same home, for reads that may be near.
    pub(crate) fn near(&self) -> Db {
        Db {
            bookmarks: self.bookmarks.clone(),
            is_near: true,
            ..self.elsewhere(self.at.clone())
        }
    }

    /// How far the caller has seen it, if it asked.
    pub(crate) fn bookmark(&self) -> Option<String> {
        self.bookmarks
            .as_ref()
            .and_then(|bookmarks| bookmarks.reached())
    }

    pub(crate) fn spent(&self) -> Spent {
        self.spent.get()
    }

    /// Runs the statements as one transaction. `Unavailable` when storage does not answer, or while the partner
    /// moves.
    pub(crate) fn commit(&self, batch: Batch) -> LocalBoxFuture<'_, Result<Results, Error>> {
        // Behind a pointer: else the whole of it stands in the wasm once for each of its hundred callers.
        Box::pin(self.committed(batch.into_statements()))
    }

    async fn committed(&self, statements: Vec<Statement>) -> Result<Results, Error> {
        match &self.at {
            At::Nowhere => Err(Error::internal(
                "a statement before it is known whose call it is",
            )),
            At::Named(name) => results(self.run(name, &statements).await),
            At::Home(partner_id, believed) => self.guarded(partner_id, believed, statements).await,
        }
    }

    /// The batch behind its guard: where the partner is not at home there, nothing of it was done, and it is run
    /// where the directory says that it is. While it is nowhere, for the end of a move, it is waited for.
    async fn guarded(
        &self,
        partner_id: &PartnerId,
        believed: &Believed,
        mut statements: Vec<Statement>,
    ) -> Result<Results, Error> {
        let mut at = believed.home();
        statements.insert(0, homes::guard(partner_id, &at));
        let (mut waits, mut was_here) = (WAITS.into_iter(), false);
        loop {
            let refusal = match self.run_at(&at, &statements).await {
                Err(Failure(message)) if is_refused_by_guard(&message) => message,
                ran => return without_guard(ran),
            };
            let lives = self.lives(partner_id).await?;
            if lives.epoch < at.epoch {
                return Err(homes::set_back());
            }
            if lives != at {
                statements[0] = homes::guard(partner_id, &lives);
                believed.found(lives.clone());
                at = lives;
                continue;
            }
            match self.is_here(partner_id, &at).await? {
                // It was not the guard.
                true if was_here => return Err(Error::Internal(refusal)),
                // It has just come.
                true => was_here = true,
                false => {
                    let wait = waits.next().ok_or_else(homes::on_the_move)?;
                    Delay::from(wait).await;
                }
            }
        }
    }

    async fn lives(&self, partner_id: &PartnerId) -> Result<Home, Error> {
        let (batch, lives) = Batch::of(homes::lives(partner_id));
        let results = results(self.run(DIRECTORY, &batch.into_statements()).await)?;
        let lives = results.row(lives)?.map(|partner| partner.home());
        lives.ok_or_else(homes::unknown)
    }

    async fn is_here(&self, partner_id: &PartnerId, home: &Home) -> Result<bool, Error> {
        let (batch, here) = Batch::of(homes::is_here(partner_id, home));
        let results = results(self.run(&home.name, &batch.into_statements()).await)?;
        Ok(results.row(here)?.is_some())
    }

    /// `Unavailable` where nothing is bound.
    pub(crate) fn database(&self, name: &str) -> Result<D1Database, Error> {
        let found = self.env.d1(name);
        found.map_err(|error| Error::Unavailable(error.to_string()))
    }

    async fn run_at(&self, home: &Home, statements: &[Statement]) -> Ran {
        self.tried(&home.name, Some(home), statements).await
    }

    async fn run(&self, name: &str, statements: &[Statement]) -> Ran {
        self.tried(name, None, statements).await
    }

    async fn tried(&self, name: &str, of: Option<&Home>, statements: &[Statement]) -> Ran {
        let database = self.database(name);
        let database =
            database.map_err(|error| Failure(error.cause().unwrap_or_default().into()))?;
        let mut tried = 1;
        loop {
            match self.once(&database, of, statements).await {
                Err(message) if tried < TRIES && is_transient(&message) => {
                    Delay::from(Duration::from_millis(20 << tried)).await;
                    tried += 1;
                }
                ran => return ran.map_err(Failure),
            }
        }
    }

    /// In a session of D1's, where the caller asked for bookmarks: one of its own for each try, since of two batches in
    /// one the second may be answered by a replica.
    async fn once(
        &self,
        database: &D1Database,
        of: Option<&Home>,
        statements: &[Statement],
    ) -> Result<Vec<Outcome>, String> {
        let Some((home, bookmarks)) = of.zip(self.bookmarks.as_ref()) else {
            return self.counted(d1::run(d1::whole(database), statements)).await;
        };
        let session = d1::session(database, bookmarks.from(home, self.is_near))?;
        let ran = self.counted(d1::run(&session, statements)).await;
        bookmarks.reach(home, session.bookmark());
        ran
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

/// What D1 says of a batch that it did not run.
struct Failure(String);

impl Failure {
    fn error(self) -> Error {
        match is_our_fault(&self.0) {
            true => Error::Internal(self.0),
            false => Error::Unavailable(self.0),
        }
    }
}

type Ran = Result<Vec<Outcome>, Failure>;

fn results(ran: Ran) -> Result<Results, Error> {
    ran.map(Results::new).map_err(Failure::error)
}

fn without_guard(ran: Ran) -> Result<Results, Error> {
    results(ran.map(|outcomes| outcomes.into_iter().skip(1).collect()))
}

/// Of a batch that a guard of its own begins: nothing of it was done.
pub(crate) fn is_refused(error: &Error) -> bool {
    error.cause().is_some_and(is_refused_by_guard)
}

/// JSON that is none: the guard's, or some statement's.
fn is_refused_by_guard(message: &str) -> bool {
    message.contains("malformed JSON")
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
