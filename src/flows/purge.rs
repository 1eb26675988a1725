//! What has expired is deleted, a bounded step at a time.

use serde_json::json;
use worker::Env;

use crate::app::clock;
use crate::db::purge::{step, STEP};
use crate::db::{Batch, Db};
use crate::error::Error;
use crate::flows::sessions::forget_again;
use crate::kv::sessions::SessionStore;
use crate::log;
use crate::rules::time::Time;

/// A run stops after this many rounds; the next one goes on.
const ROUNDS: usize = 20;

/// One run of the purge. What it cannot do now the next run does.
pub(crate) async fn scheduled(env: &Env) {
    let outcome = match env.d1("DB") {
        Ok(database) => run(&Db::new(database), clock()).await,
        Err(error) => Err(Error::Unavailable(error.to_string())),
    };
    if let Err(error) = outcome {
        log::problem("purge.failed", json!({ "cause": error.cause() }));
    }
    if let (Ok(database), Ok(kv)) = (env.d1("DB"), env.kv("KV")) {
        let forgot = forget_again(&Db::new(database), &SessionStore::new(kv), clock()).await;
        if let Err(error) = forgot {
            log::problem("sessions.not_forgotten", json!({ "cause": error.cause() }));
        }
    }
}

/// Deletes until nothing is left to delete, or the run has done its share.
async fn run(db: &Db, now: Time) -> Result<(), Error> {
    let mut deleted = 0;
    for _ in 0..ROUNDS {
        let mut batch = Batch::new();
        let tables = step(&mut batch, now);
        let results = db.commit(batch).await?;
        let changes: Vec<usize> = tables.into_iter().map(|t| results.changes(t)).collect();
        deleted += changes.iter().sum::<usize>();
        if changes.iter().all(|changes| *changes < STEP as usize) {
            break;
        }
    }
    log::event("purge", json!({ "deleted": deleted }));
    Ok(())
}
