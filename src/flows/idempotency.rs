//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): for a day, the same request by
//! the same client gets the first answer; the same key with another body is an error.
//!
//! A request that died halfway is taken up again with the ids of its first attempt, so it finds
//! what that one had done. Answers may hold tokens: they are kept sealed, under a key that takes
//! both the service's secret and the caller's Idempotency-Key.

use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::db::idempotency::{self, Attempt, Claimed, Finished};
use crate::db::Batch;
use crate::error::{Error, RetryAfter};
use crate::flows::caller::ClientCaller;
use crate::http::{Input, Reply};
use crate::log;
use crate::rules::id::{ClientId, PartnerId, WorkId};
use crate::rules::limits::KEPT_ANSWER_BYTES;
use crate::rules::seal::{open, seal};
use crate::rules::secret::{hex, sha256_hex, Peppers, Secret};
use crate::rules::time::seconds;

/// What to do with a request.
pub(crate) enum Claim {
    /// It was answered before.
    Answered(Reply),
    /// It is to be done, with the ids of this app; then the ticket is handed in.
    Work(App, Ticket),
}

/// The right to answer.
pub(crate) struct Ticket {
    row: Row,
    partner_id: PartnerId,
    work_id: WorkId,
    nonce: String,
}

/// A key as the database knows it.
struct Row {
    id: String,
    key: String,
}

/// An attempt that has not answered by then has died.
const LEASE: Duration = seconds(30);

/// The calls that take a key: those that make or send something, and would a second time. Not those
/// that set a state, for which asking again is the same. And not where a reset begins: asking again
/// is safe there, and the first answer holds the id of a reset that only whoever asked may have.
const TAKING: [(&str, &str); 9] = [
    ("POST", "/v1/user/sign-up"),
    ("POST", "/v1/user/login"),
    ("POST", "/v1/user/otp"),
    ("POST", "/v1/user/otp/resend"),
    ("POST", "/v1/user/refresh"),
    ("PUT", "/v1/user/change-password"),
    ("POST", "/v1/account"),
    ("POST", "/v1/account/portfolio"),
    ("POST", "/v1/client"),
];

/// Whether a call takes a key; from any other it is ignored.
pub(crate) fn is_taken(method: &str, path: &str) -> bool {
    TAKING.contains(&(method, path))
}

/// The key of a request, if it brings one. `InvalidField` for one that is empty or too long.
pub(crate) fn key(input: &Input) -> Result<Option<String>, Error> {
    let Some(key) = input.header("Idempotency-Key") else {
        return Ok(None);
    };
    let plain = key.bytes().all(|b| (0x20..0x7f).contains(&b));
    if key.is_empty() || key.len() > 255 || !plain {
        return Err(Error::invalid(
            "Idempotency-Key",
            "must have 1 to 255 printable ASCII characters",
        ));
    }
    Ok(Some(key))
}

/// Whether an answer is kept, so that asking again gets it. Not a large one, and no refusal that
/// asking again may overtake: then the work is done again, with the same ids, and finds itself.
pub(crate) fn is_kept(result: &Result<Reply, Error>) -> bool {
    match result {
        Ok(reply) => reply.body.len() <= KEPT_ANSWER_BYTES,
        Err(error) => error.code().is_final(),
    }
}

/// `RequestInProgress`, `IdempotencyMismatch`, `KeysUsedUp`.
pub(crate) async fn claim(
    app: &App,
    client: &ClientCaller,
    path: &str,
    key: String,
    body: &[u8],
) -> Result<Claim, Error> {
    let row = Row::of(&client.client_id, path, key);
    let mac = |pepper: &Secret| hex(&pepper.mac("idempotent body v1", &[body]));
    let body_mac = mac(app.config.peppers.current());
    let body_macs: Vec<String> = app.config.peppers.all().map(mac).collect();
    let nonce = hex(&app.ids.bytes());
    let attempt = Attempt {
        id: &row.id,
        partner_id: &client.partner_id,
        body_mac: &body_mac,
        body_macs: &serde_json::to_string(&body_macs).map_err(Error::internal)?,
        nonce: &nonce,
        work_id: &app.work_id,
        now: app.now,
        leased_until: app.now + LEASE,
    };
    let mut batch = Batch::new();
    let claimed = idempotency::claim(&mut batch, &attempt);
    let claimed = app.db.commit(batch).await?.row(claimed)?;
    let claimed: Claimed = claimed.ok_or_else(|| used_up(app, client))?;
    // The secret that the work was begun under: with another its ids would be others.
    let begun_under = app
        .config
        .peppers
        .all()
        .find(|pepper| mac(pepper) == claimed.body_mac)
        .ok_or(Error::IdempotencyMismatch)?;
    if claimed.attempt_id == app.work_id {
        let seed = row.secret(begun_under, "idempotent seed v1", &claimed.nonce);
        let ticket = Ticket {
            row,
            partner_id: client.partner_id.clone(),
            work_id: app.work_id.clone(),
            nonce: claimed.nonce,
        };
        return Ok(Claim::Work(app.with_work(seed, claimed.made_at), ticket));
    }
    match (claimed.status, &claimed.answer) {
        (Some(status), Some(sealed)) => row
            .open(&app.config.peppers, &claimed.nonce, status, sealed)
            .map(Claim::Answered),
        _ => Err(Error::RequestInProgress),
    }
}

/// Refused rather than done without the key: whoever sends one relies on it.
fn used_up(app: &App, client: &ClientCaller) -> Error {
    log::problem(
        "idempotency.used_up",
        json!({
            "request_id": app.request_id,
            "partner_id": client.partner_id,
            "client_id": client.client_id,
        }),
    );
    Error::KeysUsedUp(RetryAfter::until(app.now.next_day(), app.now))
}

impl Ticket {
    /// Keeps the answer if it is to be kept; else the next one may try at once.
    pub(crate) async fn hand_in(&self, app: &App, reply: &Reply, is_kept: bool) {
        let (id, work_id) = (&self.row.id, &self.work_id);
        let mut batch = Batch::new();
        match is_kept
            .then(|| self.row.seal(&app.config.peppers, &self.nonce, &reply.body))
            .flatten()
        {
            Some(answer) => {
                let finished = Finished {
                    id,
                    partner_id: &self.partner_id,
                    work_id,
                    status: reply.status,
                    answer: &answer,
                    now: app.now,
                };
                idempotency::finish(&mut batch, &finished);
            }
            None => idempotency::release(&mut batch, id, work_id),
        }
        // Where this fails the lease runs out, and asking again finds the work done.
        let _ = app.db.commit(batch).await;
    }
}

impl Row {
    fn of(client_id: &ClientId, path: &str, key: String) -> Row {
        Row {
            id: sha256_hex(format!("{client_id}\n{path}\n{key}").as_bytes()),
            key,
        }
    }

    fn secret(&self, pepper: &Secret, label: &str, nonce: &str) -> [u8; 32] {
        pepper.mac(
            label,
            &[self.id.as_bytes(), self.key.as_bytes(), nonce.as_bytes()],
        )
    }

    /// Under a key that is new for every nonce.
    fn seal(&self, peppers: &Peppers, nonce: &str, answer: &str) -> Option<String> {
        let key = self.secret(peppers.current(), "idempotent answer v1", nonce);
        seal(key, answer.as_bytes())
    }

    fn open(
        &self,
        peppers: &Peppers,
        nonce: &str,
        status: u16,
        sealed: &str,
    ) -> Result<Reply, Error> {
        let keys = peppers.all();
        let keys = keys.map(|pepper| self.secret(pepper, "idempotent answer v1", nonce));
        let opened = open(keys, sealed);
        let body = opened
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| {
                Error::Internal("a kept answer is sealed with a secret that is gone".into())
            })?;
        Ok(Reply::kept(status, body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peppers(bytes: &[u8]) -> Peppers {
        Peppers::new(bytes.iter().map(|b| Secret::new([*b; 32])).collect()).unwrap()
    }

    #[test]
    fn an_answer_opens_with_its_own_key_and_an_old_pepper_and_with_nothing_else() {
        let row = |key: &str| Row::of(&ClientId::given("cli_1"), "/v1/user/otp", key.into());
        let sealed = row("k").seal(&peppers(&[1]), "n", "token").unwrap();
        assert!(!sealed.contains("token"));
        assert_eq!(
            row("k")
                .open(&peppers(&[2, 1]), "n", 200, &sealed)
                .unwrap()
                .body,
            "token"
        );
        let other_row = Row {
            id: row("k").id,
            key: "other".into(),
        };
        assert!(other_row.open(&peppers(&[1]), "n", 200, &sealed).is_err());
        assert!(row("k").open(&peppers(&[1]), "m", 200, &sealed).is_err());
        assert!(row("k").open(&peppers(&[2]), "n", 200, &sealed).is_err());
    }

    #[test]
    fn an_answer_of_8_kib_is_kept_and_not_a_byte_more() {
        let answer = |bytes: usize| Ok(Reply::text(200, "x".repeat(bytes)));
        assert!(is_kept(&answer(8191)) && is_kept(&answer(8192)));
        assert!(!is_kept(&answer(8193)));
        assert!(is_kept(&Err(Error::PortfolioExists)));
        assert!(!is_kept(&Err(Error::KycRequired)));
    }

    #[test]
    fn client_path_and_key_are_kept_apart() {
        let id = |client: &str, path: &str, key: &str| {
            Row::of(&ClientId::given(client), path, key.into()).id
        };
        assert_ne!(id("a", "/p", "k"), id("b", "/p", "k"));
        assert_ne!(id("a", "/p", "k"), id("a", "/q", "k"));
    }
}
