//! An attempt at a password: counted before it is compared, for whom it is about and among all of its client.

use serde_json::json;

use crate::app::App;
use crate::db::audit::{Origin, Whom};
use crate::db::throttles::{self, Alarm, OfClient};
use crate::db::{Batch, Results, Slot, Statement};
use crate::error::{Error, RetryAfter};
use crate::log;
use crate::rules::event::Event;
use crate::rules::id::{ClientId, UserId, WorkId};
use crate::rules::time::Time;

/// Counts one attempt of this work's, by the statement `count`.
pub(crate) fn count(
    app: &App,
    batch: &mut Batch,
    client_id: &ClientId,
    count: Statement,
    (origin, whom, event): (&Origin<'_>, Whom<'_>, Event),
) -> Slot<Alarm> {
    let attempt = OfClient {
        client_id,
        work_id: &app.work_id,
        alarm_at: app.config.password_failures_alarm,
        now: app.now,
    };
    batch
        .run(count)
        .then(throttles::count_of_client(&attempt))
        .audited(origin, whom, event);
    batch.read(throttles::alarm(&attempt))
}

/// A line for the operator where the client's attempts have become too many with this one.
pub(crate) fn sound(
    app: &App,
    client_id: &ClientId,
    results: &Results,
    alarm: Slot<Alarm>,
) -> Result<(), Error> {
    if results.row(alarm)?.is_some_and(|alarm| alarm.is_ours) {
        log::problem(
            "password.failures",
            json!({
                "client_id": client_id,
                "request_id": app.request_id,
                "in_an_hour": app.config.password_failures_alarm,
            }),
        );
    }
    Ok(())
}

/// `TooManyFailures` unless this work's attempt was let through.
pub(crate) fn let_through(app: &App, last: &WorkId, blocked_until: Time) -> Result<(), Error> {
    match *last == app.work_id {
        true => Ok(()),
        false => Err(Error::TooManyFailures(RetryAfter::until(
            blocked_until,
            app.now,
        ))),
    }
}

/// How it ended: its audit row was written before that was known.
pub(crate) fn tell(
    app: &App,
    event: &'static str,
    client_id: &ClientId,
    user_id: Option<&UserId>,
    outcome: &str,
) {
    log::event(
        event,
        json!({
            "request_id": app.request_id,
            "client_id": client_id,
            "user_id": user_id,
            "outcome": outcome,
        }),
    );
}
