//! A challenge from its reservation to its SMS: D1 decides, KV carries, the provider sends.

use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::db::audit::Whom;
use crate::db::challenges::{self, NewChallenge};
use crate::db::sends::{self, Counted, NewSend, Reserved};
use crate::db::Batch;
use crate::error::{Error, RetryAfter};
use crate::flows::caller::ClientCaller;
use crate::log;
use crate::rules::challenge::{Challenge, Purpose};
use crate::rules::event::Event;
use crate::rules::id::{ChallengeId, SendId, Subject, UserId};
use crate::rules::limits::{resend_cooldown, CodeRules, SENDS_PER_CHALLENGE};
use crate::rules::phone::Phone;
use crate::rules::secret::hex;
use crate::rules::time::Time;
use crate::rules::word::Word;
use crate::sms::Message;

/// Whom a challenge is for.
pub(crate) struct Target {
    pub(crate) subject: Subject,
    pub(crate) email: String,
    /// Masked, or simulated.
    pub(crate) destination: String,
    pub(crate) user: Option<Known>,
}

/// A user who exists.
pub(crate) struct Known {
    pub(crate) id: UserId,
    pub(crate) phone: Phone,
    pub(crate) credential_epoch: i64,
}

/// A challenge that is stored and can be answered.
pub(crate) struct Ready {
    pub(crate) id: ChallengeId,
    pub(crate) challenge: Challenge,
    reserved: Reserved,
    send: Send,
}

impl Purpose {
    pub(crate) fn rules(self, app: &App) -> CodeRules {
        match self {
            Purpose::Login => app.config.login_code,
            Purpose::Reset => app.config.reset_code,
        }
    }
}

/// A request that is run again draws the same ids, so it may meet a challenge of its own that has
/// run out: then it draws the next.
const DRAWS: usize = 16;

/// Stores a challenge, and reserves its SMS if a cap does not forbid it. `before` adds what the
/// same batch does first.
pub(crate) async fn issue(
    app: &App,
    client: &ClientCaller,
    purpose: Purpose,
    target: &Target,
    before: impl Fn(&mut Batch),
) -> Result<Ready, Error> {
    for _ in 0..DRAWS {
        let mut batch = Batch::new();
        before(&mut batch);
        let ready = issue_once(app, client, purpose, target, batch).await?;
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
    mut batch: Batch,
) -> Result<Ready, Error> {
    let id: ChallengeId = app.ids.unguessable();
    let mut challenge = challenge_for(app, client, purpose, target);
    let new = NewChallenge {
        id: &id,
        purpose,
        partner_id: &client.partner_id,
        subject: &challenge.subject,
        user_id: challenge.user_id.as_ref(),
        credential_epoch: target.user.as_ref().map(|user| user.credential_epoch),
        nonce: &challenge.nonce,
        max_tries: app.config.challenge_tries,
        now: app.now,
        expires_at: challenge.expires_at,
    };
    let send = Send::of(app, &challenge);
    let new_send = send.new_send(app, client, &id, &challenge, false);
    let issued = challenges::issue(&mut batch, &new);
    sends::reserve(&mut batch, &new_send).done();
    let reserved = batch.read(sends::reserved(&new_send));
    let origin = client.origin(app);
    batch.record(
        &origin,
        Whom::of(challenge.user_id.as_ref()),
        Event::ChallengeIssued(purpose),
    );
    let results = app.db.commit(batch).await?;
    // An alias has the nonce and the end of its root.
    let issued = results.one(issued)?;
    challenge.nonce = issued.nonce;
    challenge.expires_at = issued.expires_at;
    let reserved = results.one(reserved)?;
    if let Err(error) = app.challenges.put(&id, &challenge, app.now).await {
        send.give_back(app, client).await;
        return Err(error);
    }
    Ok(Ready {
        id,
        challenge,
        reserved,
        send,
    })
}

fn challenge_for(app: &App, client: &ClientCaller, purpose: Purpose, target: &Target) -> Challenge {
    Challenge {
        purpose,
        partner_id: client.partner_id.clone(),
        user_id: target.user.as_ref().map(|user| user.id.clone()),
        subject: target.subject.clone(),
        email: target.email.clone(),
        phone: target.user.as_ref().map(|user| user.phone.clone()),
        destination: target.destination.clone(),
        nonce: hex(&app.ids.bytes()),
        digits: purpose.rules(app).digits,
        expires_at: app.now + app.config.challenge_life,
    }
}

/// Reserves one more send of a challenge's code, if cooldown, caps and its life allow it.
pub(crate) async fn issue_again(
    app: &App,
    client: &ClientCaller,
    id: &ChallengeId,
    challenge: Challenge,
) -> Result<Ready, Error> {
    let send = Send::of(app, &challenge);
    let new_send = send.new_send(app, client, id, &challenge, true);
    let mut batch = Batch::new();
    let origin = client.origin(app);
    sends::reserve(&mut batch, &new_send).audited(
        &origin,
        Whom::of(challenge.user_id.as_ref()),
        Event::ChallengeResent(challenge.purpose),
    );
    let reserved = batch.read(sends::reserved(&new_send));
    let results = app.db.commit(batch).await?;
    let reserved = results.row(reserved)?.ok_or(Error::ChallengeGone)?;
    Ok(Ready {
        id: id.clone(),
        challenge,
        reserved,
        send,
    })
}

impl Ready {
    pub(crate) fn is_reserved(&self) -> bool {
        self.reserved.reserved
    }

    /// Why no SMS may go out: `OtpLocked`, `ChallengeGone`, `ResendTooSoon`.
    pub(crate) fn refusal(&self, app: &App) -> Error {
        let reserved = &self.reserved;
        if reserved.locked {
            return Error::OtpLocked;
        }
        if !reserved.open {
            return Error::ChallengeGone;
        }
        let cooled = match reserved.sends {
            0 => Time::from_millis(0),
            sends if sends >= SENDS_PER_CHALLENGE => self.challenge.expires_at,
            sends => reserved.last_send_at + resend_cooldown(sends),
        };
        let caps = [
            reserved.phone_free_at,
            reserved.prefix_free_at,
            reserved.client_free_at,
        ];
        let free_at = caps.into_iter().fold(cooled, Time::max);
        Error::ResendTooSoon(RetryAfter::until(free_at, app.now))
    }

    /// Until the challenge ends.
    pub(crate) fn left(&self, app: &App) -> Duration {
        self.challenge.expires_at.since(app.now)
    }

    /// Sends the code; a decoy's goes nowhere. A send that certainly did not happen is given back.
    pub(crate) async fn send(&self, app: &App, client: &ClientCaller) -> Result<(), Error> {
        let Some(phone) = &self.challenge.phone else {
            return Ok(());
        };
        let code = self.challenge.code(&app.config.peppers);
        let message = Message {
            to: phone,
            text: &app.config.sms_text.render(code.expose(), self.left(app)),
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
            self.send.give_back(app, client).await;
        }
        Err(not_sent.error)
    }

    /// Sends after the answer. What becomes of it is in the log: telling the caller would tell
    /// who is a user.
    pub(crate) fn send_after_answer(self, app: &App, client: &ClientCaller) {
        let (app, client) = (app.clone(), client.clone());
        let later = app.clone();
        later.after_answer(async move { drop(self.send(&app, &client).await) });
    }
}

/// One send, and what it is counted under.
struct Send {
    id: SendId,
    counted: Counted,
}

impl Send {
    fn of(app: &App, challenge: &Challenge) -> Send {
        let (phone, prefix) = match &challenge.phone {
            Some(phone) => (phone.as_str(), phone.prefix()),
            None => (challenge.subject.as_str(), challenge.subject.as_str()),
        };
        Send {
            id: app.ids.id(),
            counted: Counted {
                phone: phone.into(),
                prefix: prefix.into(),
                is_real: challenge.phone.is_some(),
            },
        }
    }

    fn new_send<'a>(
        &'a self,
        app: &App,
        client: &'a ClientCaller,
        challenge_id: &'a ChallengeId,
        challenge: &Challenge,
        again: bool,
    ) -> NewSend<'a> {
        NewSend {
            id: &self.id,
            challenge_id,
            again,
            to: &self.counted,
            client_id: &client.client_id,
            daily_budget: app.config.sms_daily_budget,
            max_tries: app.config.challenge_tries,
            rules: challenge.purpose.rules(app),
            now: app.now,
        }
    }

    /// Where this fails too, the send stays counted: never one too many.
    async fn give_back(&self, app: &App, client: &ClientCaller) {
        let mut batch = Batch::new();
        sends::give_back(
            &mut batch,
            &self.id,
            &client.client_id,
            self.counted.is_real,
            app.now,
        );
        let _ = app.db.commit(batch).await;
    }
}
