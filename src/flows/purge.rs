//! What a minute's run does: what was cut is completed, and what has expired is deleted, a bounded step at a time.

use std::time::Duration;

use futures_util::future::{join, join_all};
use serde_json::json;
use worker::Env;

use crate::app::{self, clock, new_ids};
use crate::archive::Archive;
use crate::db::purge::{Chore, Run, CHORES, STEP};
use crate::db::{Batch, Db};
use crate::error::Error;
use crate::flows::run::Chores;
use crate::flows::sessions::forget_again;
use crate::flows::{archiving, custody, homes, moving, terms};
use crate::kv::partners::PartnerStore;
use crate::kv::sessions::SessionStore;
use crate::kv::Kv;
use crate::ledger::Ledger;
use crate::log;
use crate::rules::home::{Homes, DIRECTORY};
use crate::rules::time::{seconds, Time};

/// A run ends after so long: the next one begins a minute after it.
const LASTS: Duration = seconds(20);
/// Or when the database, which does one thing at a time, has worked for so long: a tenth of the minute.
const WORKS: Duration = seconds(6);

/// What a database can hold (D1, "Limits"), and how much of it is time to do something.
const DATABASE_BYTES: u64 = 10_000_000_000;
const FILLING_PERCENT: u64 = 60;

/// One run of the purge. What it cannot do now the next run does; two at once do each other's work. All homes at once:
/// one that does not answer holds up no other.
pub(crate) async fn scheduled(env: &Env) {
    let homes = app::homes(env);
    let databases: Vec<Db> = homes.names().map(|name| Db::named(env, name)).collect();
    let chores = Chores::of(databases.len());
    join(
        join_all(databases.iter().map(|db| of_home(env, db, &homes, &chores))),
        of_directory(env, &Db::directory(env)),
    )
    .await;
    moves(env, &Db::directory(env), &chores).await;
}

/// Once all that waits by the minute is done: who is frozen has the run to itself.
async fn moves(env: &Env, directory: &Db, chores: &Chores) {
    let partners = PartnerStore::new(Kv::new(env));
    if let Err(error) = moving::go_on(env, directory, &partners, chores).await {
        log::problem("move.stopped", json!({ "cause": error.cause() }));
    }
}

async fn of_home(env: &Env, db: &Db, homes: &Homes, chores: &Chores) {
    let tell = |event, done: Result<(), Error>| {
        if let Err(error) = done {
            log::problem(event, json!({ "home": db.name(), "cause": error.cause() }));
        }
    };
    // First, since somebody may be believed for as long as it takes.
    let sessions = SessionStore::new(Kv::new(env));
    tell(
        "sessions.not_forgotten",
        forget_again(db, &sessions, clock()).await,
    );
    let ledger = Ledger::new(env);
    tell(
        "custody.incomplete",
        custody::complete(db, &ledger, clock()).await,
    );
    tell("purge.failed", run(db, clock()).await);
    let archive = Archive::of(env, db.name().unwrap_or(DIRECTORY));
    tell(
        "archive.failed",
        archiving::archive(db, &archive, homes, chores).await,
    );
}

/// What is changed there is told where it is asked for: KV, and the homes.
async fn of_directory(env: &Env, directory: &Db) {
    let partners = PartnerStore::new(Kv::new(env));
    if let Err(error) = terms::tell_again(&partners, directory).await {
        log::problem("settings.not_told", json!({ "cause": error.cause() }));
    }
    if let Err(error) = homes::tell_again(&partners, directory).await {
        log::problem("home.not_told", json!({ "cause": error.cause() }));
    }
}

/// What a run has done.
#[derive(Default)]
struct Done {
    deleted: usize,
    worked: Duration,
    /// Of the database.
    bytes: u64,
}

/// Each run begins with another table, so that none waits for long behind one that is never done.
async fn run(db: &Db, now: Time) -> Result<(), Error> {
    let run = Run {
        now,
        request_id: new_ids(now)?.id(),
    };
    let mut done = Done::default();
    let mut is_done = true;
    for nth in 0..CHORES.len() {
        let chore = CHORES[(first(now) + nth) % CHORES.len()];
        is_done = is_done && done.does(db, chore, &run).await?;
    }
    let home = db.name();
    let event = json!({ "home": home, "deleted": done.deleted, "request_id": run.request_id });
    log::event("purge", event);
    if !is_done {
        log::problem(
            "purge.behind",
            json!({ "home": home, "deleted": done.deleted }),
        );
    }
    if let Some(percent) = filling(done.bytes) {
        log::problem(
            "database.filling",
            json!({ "home": home, "percent": percent }),
        );
    }
    Ok(())
}

impl Done {
    /// Whether nothing of it is left.
    async fn does(&mut self, db: &Db, chore: Chore, run: &Run) -> Result<bool, Error> {
        let mut after = None;
        while self.has_time(run.now, clock()) {
            let mut batch = Batch::new();
            let at = clock();
            let told = (new_ids(at)?.id(), at);
            let step = chore.step(&mut batch, run, &told, after.as_ref());
            let results = db.commit(batch).await?;
            let deleted = results.changes(step.deleted);
            self.deleted += deleted;
            self.worked += results.duration();
            self.bytes = results.bytes().unwrap_or(self.bytes);
            if deleted >= STEP as usize {
                continue;
            }
            let last = step
                .last_partner
                .map(|last| results.row(last))
                .transpose()?;
            match last.flatten() {
                Some(last) => after = Some(last.id),
                None => return Ok(true),
            }
        }
        Ok(false)
    }

    fn has_time(&self, begun: Time, now: Time) -> bool {
        now.since(begun) < LASTS && self.worked < WORKS
    }
}

fn first(now: Time) -> usize {
    let minute = usize::try_from(now.unix_seconds() / 60).unwrap_or(0);
    minute % CHORES.len()
}

/// Percent, from where on it has to be said.
fn filling(bytes: u64) -> Option<u64> {
    let percent = bytes.saturating_mul(100) / DATABASE_BYTES;
    (percent >= FILLING_PERCENT).then_some(percent)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::time::minutes;

    #[test]
    fn a_run_ends_by_the_clock_or_by_the_work_of_the_database() {
        let begun = Time::from_millis(0);
        let after = |worked| Done {
            worked,
            ..Done::default()
        };
        let moment = Duration::from_millis(1);
        assert!(after(WORKS - moment).has_time(begun, begun + LASTS - moment));
        assert!(!after(WORKS - moment).has_time(begun, begun + LASTS));
        assert!(!after(WORKS).has_time(begun, begun));
    }

    #[test]
    fn thirteen_runs_a_minute_apart_begin_with_each_table() {
        let begins = (0..CHORES.len() as u64).map(|n| first(Time::from_millis(1) + minutes(n)));
        assert_eq!(
            begins.collect::<Vec<_>>(),
            (0..CHORES.len()).collect::<Vec<_>>()
        );
    }

    #[test]
    fn a_database_is_filling_from_six_gigabytes_on() {
        assert_eq!(filling(5_999_999_999), None);
        assert_eq!(filling(6_000_000_000), Some(60));
        assert_eq!(filling(u64::MAX), Some(1_844_674_407));
    }
}
