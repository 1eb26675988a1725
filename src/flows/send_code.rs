//! A challenge from its reservation to its SMS: D1 decides, KV carries, the provider sends.

use serde_json::json;

use crate::app::App;
use crate::db::audit::{self, Entry, Whom};
use crate::db::challenges::{self, Issued, NewChallenge};
use crate::db::sends::{self, NewSend, Reserved};
use crate::db::Statement;
use crate::error::{Error, RetryAfter};
use crate::flows::caller::ClientCaller;
use crate::log;
use crate::rules::challenge::{Challenge, Purpose};
use crate::rules::limits::CodeRules;
use crate::rules::limits::{resend_cooldown, SENDS_PER_CHALLENGE};
use crate::rules::phone::Phone;
use crate::rules::secret::hex;
use crate::sms::Message;

/// Whom a challenge is for.
pub struct Target {
    /// The user's id, or a keyed hash where nobody has this e-mail.
    pub subject: String,
    pub email: String,
    /// Masked, or simulated.
    pub destination: String,
    pub user: Option<Known>,
}

/// A user who exists.
pub struct Known {
    pub id: String,
    pub phone: Phone,
    pub credential_epoch: i64,
}

/// A challenge that is stored and can be answered.
pub struct Ready {
    pub id: String,
    pub challenge: Challenge,
    reserved: Reserved,
    send: Send,
}

impl Purpose {
    pub fn rules(self, app: &App) -> CodeRules {
        match self {
            Purpose::Login => app.config.login_code,
            Purpose::Reset => app.config.reset_code,
        }
    }
}

/// A request that is run again draws the same ids, so it may meet a challenge of its own that has
/// run out: then it draws the next.
const DRAWS: usize = 16;

/// Stores a challenge, and reserves its SMS if a cap does not forbid it. `before` runs in the
/// same batch.
pub async fn issue(
    app: &App,
    client: &ClientCaller,
    purpose: Purpose,
    target: Target,
    before: Vec<Statement>,
) -> Result<Ready, Error> {
    for _ in 0..DRAWS {
        let ready = issue_once(app, client, purpose, &target, before.clone()).await?;
        if ready.challenge.expires_at > app.now {
            return Ok(ready);
        }
    }
    Err(Error::Internal(
        "every challenge of this request has run out".into(),
    ))
}

async fn issue_once(
    app: &App,
    client: &ClientCaller,
    purpose: Purpose,
    target: &Target,
    before: Vec<Statement>,
) -> Result<Ready, Error> {
    let id = app.ids.unguessable("chl");
    let mut challenge = Challenge {
        purpose,
        partner_id: client.partner_id.clone(),
        user_id: target.user.as_ref().map(|user| user.id.clone()),
        subject: target.subject.clone(),
        email: target.email.clone(),
        phone: target.user.as_ref().map(|user| user.phone.as_str().into()),
        destination: target.destination.clone(),
        nonce: hex(&app.ids.bytes()),
        digits: purpose.rules(app).digits,
        expires_at: app.now + app.config.challenge_life,
    };
    let new = NewChallenge {
        id: &id,
        purpose,
        partner_id: &client.partner_id,
        subject: &challenge.subject,
        user_id: challenge.user_id.as_deref(),
        credential_epoch: target.user.as_ref().map(|user| user.credential_epoch),
        nonce: &challenge.nonce,
        max_tries: app.config.challenge_tries,
        now: app.now,
        expires_at: challenge.expires_at,
    };
    let send = Send::of(app, &challenge);
    let entry = Entry {
        whom: challenge
            .user_id
            .as_deref()
            .map_or(Whom::Nobody, Whom::User),
        event: event_of(purpose),
        outcome: "issued",
    };
    let mut batch = before;
    let first = batch.len();
    batch.extend(challenges::issue(&new));
    batch.extend(send.reserve(app, client, &id, &challenge, false));
    batch.push(audit::record(
        &app.origin(&client.partner_id, Some(&client.client_id)),
        &entry,
    ));
    let results = app.db.batch(batch).await?;
    // An alias has the nonce and the end of its root.
    let issued: Issued = results.one(first + 1)?;
    challenge.nonce = issued.nonce;
    challenge.expires_at = issued.expires_at;
    let reserved: Reserved = results.one(first + 4)?;
    if let Err(error) = app.challenges.put(&id, &challenge, app.now).await {
        send.give_back(app, client, &challenge).await;
        return Err(error);
    }
    Ok(Ready {
        id,
        challenge,
        reserved,
        send,
    })
}

/// Reserves one more send of a challenge's code, if cooldown, caps and its life allow it.
pub async fn issue_again(
    app: &App,
    client: &ClientCaller,
    id: &str,
    challenge: Challenge,
) -> Result<Ready, Error> {
    let send = Send::of(app, &challenge);
    let entry = Entry {
        whom: challenge
            .user_id
            .as_deref()
            .map_or(Whom::Nobody, Whom::User),
        event: event_of(challenge.purpose),
        outcome: "resent",
    };
    let [reserve, count, reserved] = send.reserve(app, client, id, &challenge, true);
    let origin = app.origin(&client.partner_id, Some(&client.client_id));
    let batch = vec![
        reserve,
        count,
        audit::record_if_changed(&origin, &entry),
        reserved,
    ];
    let results = app.db.batch(batch).await?;
    let reserved: Reserved = results.row(3)?.ok_or(Error::ChallengeGone)?;
    Ok(Ready {
        id: id.into(),
        challenge,
        reserved,
        send,
    })
}

impl Ready {
    pub fn is_reserved(&self) -> bool {
        self.reserved.reserved
    }

    /// Why no SMS may go out: `OtpLocked`, `ChallengeGone`, `ResendTooSoon`.
    pub fn refusal(&self, app: &App) -> Error {
        let reserved = &self.reserved;
        if reserved.locked {
            return Error::OtpLocked;
        }
        if !reserved.open {
            return Error::ChallengeGone;
        }
        let cooled = match reserved.sends {
            0 => 0,
            sends if sends >= SENDS_PER_CHALLENGE => self.challenge.expires_at,
            sends => reserved.last_send_at + resend_cooldown(sends),
        };
        let caps = [
            reserved.phone_free_at,
            reserved.prefix_free_at,
            reserved.client_free_at,
        ];
        let free_at = caps.into_iter().fold(cooled, i64::max);
        Error::ResendTooSoon(RetryAfter::until(free_at, app.now))
    }

    /// Sends the code; a decoy's goes nowhere. A send that certainly did not happen is given back.
    pub async fn send(&self, app: &App, client: &ClientCaller) -> Result<(), Error> {
        let Some(phone) = &self.challenge.phone else {
            return Ok(());
        };
        let phone = Phone::parse(phone)
            .map_err(|error| Error::Internal(format!("a stored phone: {error}")))?;
        let code = self.challenge.code(&app.config.peppers);
        let message = Message {
            to: &phone,
            text: &app.config.sms_text.render(code.expose()),
            now: app.now,
            ids: &app.ids,
        };
        let outcome = app.config.sms.send(&message).await;
        log::event(
            "sms.send",
            json!({
                "request_id": app.request_id,
                "client_id": client.client_id,
                "user_id": self.challenge.user_id,
                "purpose": self.challenge.purpose.as_str(),
                "outcome": if outcome.is_ok() { "sent" } else { "not_sent" },
            }),
        );
        let Err(not_sent) = outcome else {
            return Ok(());
        };
        if not_sent.certain {
            self.send.give_back(app, client, &self.challenge).await;
        }
        Err(not_sent.error)
    }

    /// Sends after the answer. What becomes of it is in the log: telling the caller would tell
    /// who is a user.
    pub fn send_after_answer(self, app: &App, client: &ClientCaller) {
        let (app, client) = (app.clone(), client.clone());
        let later = app.clone();
        later.after_answer(async move { drop(self.send(&app, &client).await) });
    }
}

/// One send and what it is counted under: the number, or, for a decoy, its subject, so that the
/// two look alike.
struct Send {
    id: String,
    phone: String,
    prefix: String,
}

impl Send {
    fn of(app: &App, challenge: &Challenge) -> Send {
        let phone = challenge
            .phone
            .as_deref()
            .and_then(|phone| Phone::parse(phone).ok());
        let (phone, prefix) = match phone {
            Some(phone) => (phone.as_str().to_string(), phone.prefix().to_string()),
            None => (challenge.subject.clone(), challenge.subject.clone()),
        };
        Send {
            id: app.ids.id("snd"),
            phone,
            prefix,
        }
    }

    fn reserve(
        &self,
        app: &App,
        client: &ClientCaller,
        challenge_id: &str,
        challenge: &Challenge,
        again: bool,
    ) -> [Statement; 3] {
        sends::reserve(&NewSend {
            id: &self.id,
            challenge_id,
            again,
            phone: &self.phone,
            prefix: &self.prefix,
            client_id: &client.client_id,
            daily_budget: app.config.sms_daily_budget,
            max_tries: app.config.challenge_tries,
            rules: challenge.purpose.rules(app),
            now: app.now,
        })
    }

    /// Where this fails too, the send stays counted: never one too many.
    async fn give_back(&self, app: &App, client: &ClientCaller, challenge: &Challenge) {
        let counted = challenge.phone.is_some();
        let _ = app
            .db
            .batch(sends::give_back(&self.id, &client.client_id, counted, app.now).into())
            .await;
    }
}

fn event_of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Login => "login.challenge",
        Purpose::Reset => "reset.challenge",
    }
}
