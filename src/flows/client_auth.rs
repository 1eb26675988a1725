//! The client that calls an OAuth endpoint, by its id and secret.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::db::clients::{self, Client, SecretHash};
use crate::db::{throttles, Batch, Results};
use crate::error::{Error, RetryAfter};
use crate::http::oauth::{Credentials, Form, OAuthError, Refusal};
use crate::http::Input;
use crate::log;
use crate::rules::id::{ClientId, Subject};
use crate::rules::limits::{wait_after, FAILURES_KEPT};
use crate::rules::secret::{equal, sha256_hex};
use crate::rules::time::{minutes, Time};
use crate::wire::oauth::OAuthRequest;

/// How long credentials that were right spare their client the limit of its address.
const PROVEN: Duration = minutes(1);
/// Entries an isolate remembers before it starts afresh.
const REMEMBERED: usize = 1_000;

/// Credentials, or an id, under the service's secret.
type Mark = [u8; 32];

/// Failures with an id that is no client's.
#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    at: Time,
}

thread_local! {
    static RIGHT: RefCell<HashMap<Mark, Time>> = RefCell::new(HashMap::new());
    /// They are told to wait as a client would be, so that no answer says which ids there are. Nobody
    /// can guess the secret of a client that is none, so what an isolate remembers is enough, and
    /// made-up ids leave no rows.
    static NO_CLIENTS: RefCell<HashMap<Mark, Failures>> = RefCell::new(HashMap::new());
}

/// Before storage is asked: a client whose credentials were right a moment ago has its own limit, and
/// anybody else a tight one by address. `input` is none where it could not be read.
pub(crate) async fn admit(
    app: &App,
    input: Option<&Input>,
    address: Option<String>,
) -> Result<(), Error> {
    let given = input.and_then(|input| {
        let authorization = input.header("Authorization");
        let form = Form::read(input).ok()?;
        Credentials::read(authorization.as_deref(), &form).ok()
    });
    match given.filter(|given| was_right(app, given)) {
        Some(given) => app.limiters.client(&given.id).await,
        None => app.limiters.oauth(address).await,
    }
}

/// The client by HTTP Basic or by the body (RFC 6749 §2.3.1), not both.
///
/// Guessing is slowed down by counting failures, but a right secret always passes: it has 256
/// random bits, and a client's id is no secret, so a lock would only shut a partner out.
pub(crate) async fn authenticate(app: &App, request: &OAuthRequest) -> Result<Client, Refusal> {
    let (client, ..) = authenticate_asking(app, request, |_| ()).await?;
    Ok(client)
}

/// The same, with what `add` asks in the same batch.
pub(crate) async fn authenticate_asking<T>(
    app: &App,
    request: &OAuthRequest,
    add: impl FnOnce(&mut Batch) -> T,
) -> Result<(Client, Results, T), Refusal> {
    let given = Credentials::read(request.authorization.as_deref(), &request.form)?;
    let mark = mark_of_id(app, &given);
    let own = Subject::client(&mark);
    let mut batch = Batch::new();
    let client = batch.read(clients::find(&given.id));
    let secrets = batch.read(clients::secrets(&given.id, app.now));
    let throttle = batch.read(throttles::read(&own));
    let asked = add(&mut batch);
    let results = app.directory.commit(batch).await?;
    let client = results.row(client)?;
    let is_known = client.is_some();
    let right = is_one_of(&given.secret, &results.rows(secrets)?);
    if let (true, Some(client)) = (right, client) {
        remember_right(app, &given);
        app.is_of(&client.id, &client.partner_id);
        return Ok((client, results, asked));
    }
    forget_right(app, &given);
    refused(app, &given.id);
    let (subject, blocked_until) = match is_known {
        true => (own, results.row(throttle)?.map(|row| row.blocked_until)),
        false => (Subject::no_client(), count_no_client(&mark, app.now)),
    };
    if let Some(until) = blocked_until.filter(|until| *until > app.now) {
        let wait = RetryAfter::until(until, app.now);
        let why = format!("too many failures; try again in {} s", wait.0);
        return Err(OAuthError::new(429, "invalid_client", &why)
            .after(wait)
            .into());
    }
    let (batch, _) = Batch::of(throttles::count(&subject, &app.work_id, app.now));
    app.directory.commit(batch).await?;
    let status = if given.basic { 401 } else { 400 };
    let why = "the client is unknown or its secret is wrong";
    Err(OAuthError::new(status, "invalid_client", why).into())
}

/// Whose secret is tried out, or forgotten. What is no client's id may be anything, a secret in the
/// wrong place too, and stays out of the log.
fn refused(app: &App, said: &ClientId) {
    let client_id = ClientId::is_of_ours(said.as_str()).then_some(said);
    log::event(
        "client.refused",
        json!({ "request_id": app.request_id, "client_id": client_id }),
    );
}

/// In a time that tells nothing of which.
fn is_one_of(secret: &str, hashes: &[SecretHash]) -> bool {
    let given = sha256_hex(secret.as_bytes());
    hashes.iter().fold(false, |right, hash| {
        right | equal(hash.secret_hash.as_bytes(), given.as_bytes())
    })
}

fn mark_of_id(app: &App, given: &Credentials) -> Mark {
    let pepper = app.config.peppers.current();
    pepper.mac("client v1", &[given.id.as_str().as_bytes()])
}

fn mark(app: &App, given: &Credentials) -> Mark {
    let parts = [given.id.as_str().as_bytes(), given.secret.as_bytes()];
    app.config
        .peppers
        .current()
        .mac("client credentials v1", &parts)
}

fn was_right(app: &App, given: &Credentials) -> bool {
    let at = RIGHT.with_borrow(|right| right.get(&mark(app, given)).copied());
    at.is_some_and(|at| at <= app.now && app.now.since(at) < PROVEN)
}

fn remember_right(app: &App, given: &Credentials) {
    RIGHT.with_borrow_mut(|right| {
        make_room(right);
        right.insert(mark(app, given), app.now);
    });
}

fn forget_right(app: &App, given: &Credentials) {
    RIGHT.with_borrow_mut(|right| right.remove(&mark(app, given)));
}

/// Counts a failure, unless it has to wait: until when it has.
fn count_no_client(mark: &Mark, now: Time) -> Option<Time> {
    NO_CLIENTS.with_borrow_mut(|known| {
        let last = known.get(mark).copied();
        let last = last.filter(|last| last.at <= now && now.since(last.at) <= FAILURES_KEPT);
        let blocked_until = last.map(|last| last.at + wait_after(last.count));
        if blocked_until.is_some_and(|until| until > now) {
            return blocked_until;
        }
        make_room(known);
        let count = last.map_or(0, |last| last.count) + 1;
        known.insert(*mark, Failures { count, at: now });
        None
    })
}

fn make_room<V>(known: &mut HashMap<Mark, V>) {
    if known.len() >= REMEMBERED {
        known.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::limits::{FREE_FAILURES, LONGEST_WAIT};
    use crate::rules::time::seconds;

    #[test]
    fn an_id_that_is_no_clients_waits_as_a_client_does() {
        let (mine, other) = ([1; 32], [2; 32]);
        let mut now = Time::from_millis(1_752_157_186_359);
        for nth in 1..=20 {
            assert_eq!(count_no_client(&mine, now), None, "{nth}");
            let wait = wait_after(nth);
            assert_eq!(wait.is_zero(), nth <= FREE_FAILURES, "{nth}");
            let until = now + wait;
            if !wait.is_zero() {
                // Asking while it waits counts nothing.
                let early = until - Duration::from_millis(1);
                assert_eq!(count_no_client(&mine, early), Some(until), "{nth}");
            }
            now = until;
        }
        assert_eq!(wait_after(20), LONGEST_WAIT);
        assert_eq!(count_no_client(&other, now), None);
        // A count that rested is forgotten.
        let rested = now + FAILURES_KEPT + seconds(1);
        assert_eq!(count_no_client(&mine, rested), None);
        assert_eq!(count_no_client(&mine, rested), None);
    }
}
