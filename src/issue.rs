//! A challenge from its reservation to its SMS: D1 decides, KV carries, the provider sends.

use serde_json::json;

use crate::app::App;
use crate::caller::ClientCaller;
use crate::challenge::{Challenge, Purpose};
use crate::config::CodeRules;
use crate::db::audit::{self, Entry};
use crate::db::challenges::{self, Issued, NewChallenge};
use crate::db::sends::{self, NewSend, Reserved};
use crate::db::Statement;
use crate::error::{Error, RetryAfter};
use crate::log;
use crate::phone::Phone;
use crate::secret::hex;
use crate::sms::Message;

/// Whom a challenge is for.
pub struct Target {
    /// The user's id, or a keyed hash where nobody has this e-mail.
    pub subject: String,
    pub email: String,
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
    /// Why its SMS was or was not reserved; `None` for a decoy.
    pub reserved: Option<Reserved>,
    send_id: String,
}

impl Purpose {
    pub fn rules(self, app: &App) -> CodeRules {
        match self {
            Purpose::Login => app.config.login_code,
            Purpose::Reset => app.config.reset_code,
        }
    }
}

/// Stores a challenge, and reserves its SMS if a cap does not forbid it. `before` runs in the
/// same batch.
pub async fn issue(
    app: &App,
    client: &ClientCaller,
    purpose: Purpose,
    target: Target,
    before: Vec<Statement>,
) -> Result<Ready, Error> {
    let id = app.ids.unguessable("chl");
    let send_id = app.ids.id("snd");
    let rules = purpose.rules(app);
    let new = NewChallenge {
        id: &id,
        purpose,
        partner_id: &client.partner_id,
        subject: &target.subject,
        user_id: target.user.as_ref().map(|user| user.id.as_str()),
        credential_epoch: target.user.as_ref().map(|user| user.credential_epoch),
        nonce: &hex(&app.ids.bytes()),
        now: app.now,
        expires_at: app.now + app.config.challenge_life,
    };
    let mut batch = before;
    let first = batch.len();
    batch.extend(challenges::issue(&new));
    if let Some(user) = &target.user {
        batch.extend(sends::reserve(&NewSend {
            id: &send_id,
            challenge_id: &id,
            phone: &user.phone,
            client_id: &client.client_id,
            daily_budget: app.config.sms_daily_budget,
            rules,
            now: app.now,
        }));
    }
    let entry = Entry {
        user_id: new.user_id,
        event: event_of(purpose),
        outcome: "issued",
    };
    batch.push(audit::record(
        &app.origin(&client.partner_id, Some(&client.client_id)),
        &entry,
    ));
    let results = app.db.batch(batch).await?;
    let issued: Issued = results.one(first + 1)?;
    let reserved = match &target.user {
        Some(_) => Some(results.one::<Reserved>(first + 4)?),
        None => None,
    };
    let challenge = Challenge {
        purpose,
        partner_id: client.partner_id.clone(),
        user_id: target.user.as_ref().map(|user| user.id.clone()),
        email: target.email,
        phone: target.user.map(|user| user.phone.as_str().into()),
        nonce: issued.nonce,
        digits: rules.digits,
        expires_at: issued.expires_at,
    };
    let ready = Ready {
        id,
        challenge,
        reserved,
        send_id,
    };
    if let Err(error) = app
        .challenges
        .put(&ready.id, &ready.challenge, app.now)
        .await
    {
        ready.give_back(app, client).await;
        return Err(error);
    }
    Ok(ready)
}

impl Ready {
    pub fn is_reserved(&self) -> bool {
        self.reserved
            .as_ref()
            .is_some_and(|reserved| reserved.reserved)
    }

    /// Why no SMS may go out, as the answer to somebody who has proved the password.
    pub fn refusal(&self, app: &App) -> Error {
        match &self.reserved {
            Some(reserved) if reserved.locked => Error::OtpLocked,
            Some(reserved) if reserved.user_live => {
                let free_at = reserved
                    .phone_free_at
                    .max(reserved.prefix_free_at)
                    .max(reserved.client_free_at);
                Error::ResendTooSoon(RetryAfter::until(free_at, app.now))
            }
            _ => Error::InvalidCredentials,
        }
    }

    /// Sends the code. A send that certainly did not happen is given back.
    pub async fn send(&self, app: &App, client: &ClientCaller) -> Result<(), Error> {
        let phone = self
            .challenge
            .phone
            .as_deref()
            .and_then(|phone| Phone::parse(phone).ok());
        let Some(phone) = phone else {
            return Err(Error::Internal(
                "a reserved challenge without a phone".into(),
            ));
        };
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
        match outcome {
            Ok(()) => Ok(()),
            Err(not_sent) => {
                if not_sent.certain {
                    self.give_back(app, client).await;
                }
                Err(not_sent.error)
            }
        }
    }

    /// Where this fails too, the send stays counted: never one too many.
    async fn give_back(&self, app: &App, client: &ClientCaller) {
        if self.is_reserved() {
            let _ = app
                .db
                .batch(sends::give_back(&self.send_id, &client.client_id, app.now).into())
                .await;
        }
    }
}

fn event_of(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Login => "login.challenge",
        Purpose::Reset => "reset.challenge",
    }
}
