//! A challenge from its reservation to its message: D1 decides, KV carries, the provider sends.

use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::db::audit::Whom;
use crate::db::challenges::{self, NewChallenge, NewChange};
use crate::db::sends::{self, Reserved};
use crate::db::Batch;
use crate::delivery::{NotSent, Sent};
use crate::error::{Error, RetryAfter};
use crate::flows::caller::ClientCaller;
use crate::flows::destination::Destination;
use crate::flows::points;
use crate::flows::sending::{context, tell_budget, Send};
use crate::log;
use crate::mail;
use crate::rules::challenge::{Challenge, Purpose};
use crate::rules::contact::Contact;
use crate::rules::event::Event;
use crate::rules::id::{ChallengeId, SessionId, StoredChallengeId, Subject, UserId};
use crate::rules::language::Locale;
use crate::rules::limits::{CodeRules, SENDS_PER_CHALLENGE, SEND_BACKOFF};
use crate::rules::phone::Phone;
use crate::rules::secret::hex;
use crate::rules::send::Refusal;
use crate::rules::word::Word;
use crate::sms;

/// Whom a challenge is for.
pub(crate) struct Target {
    pub(crate) subject: Subject,
    pub(crate) email: String,
    pub(crate) user: Option<Known>,
    /// Of all but logins and resets.
    pub(crate) change: Option<Change>,
}

/// What the right code proves, or puts in the place of something.
pub(crate) struct Change {
    /// The session that asks.
    pub(crate) session_id: SessionId,
    /// Where the code goes to.
    pub(crate) to: Contact,
    /// What is proven by it, or by it and another.
    pub(crate) contact: Contact,
    /// What a new one takes the place of.
    pub(crate) former: Option<String>,
    /// The challenge at the old number.
    pub(crate) old_id: Option<StoredChallengeId>,
}

/// A user who exists.
pub(crate) struct Known {
    pub(crate) id: UserId,
    pub(crate) phone: Phone,
    pub(crate) locale: Option<Locale>,
    pub(crate) credential_epoch: i64,
}

/// A challenge that is stored and can be answered.
pub(crate) struct Ready {
    pub(crate) id: ChallengeId,
    pub(crate) challenge: Challenge,
    pub(crate) destination: Destination,
    reserved: Reserved,
    send: Send,
}

impl Purpose {
    pub(crate) fn rules(self, app: &App) -> CodeRules {
        match self {
            Purpose::Login => app.terms().login_code,
            // The only factor, or beside a session that may be stolen.
            _ => app.terms().reset_code,
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
    let user = target.user.as_ref();
    let (phone, locale) = (
        user.map(|user| &user.phone),
        user.and_then(|user| user.locale),
    );
    let change = target.change.as_ref();
    let contact = match change {
        Some(change) => Some(change.to.clone()),
        None => phone.cloned().map(Contact::Phone),
    };
    let destination = Destination::of(app, contact, phone, locale, &target.subject);
    let stored = id.stored();
    let new = NewChallenge {
        id: &stored,
        purpose,
        partner_id: &client.partner_id,
        subject: &challenge.subject,
        user_id: user.map(|user| &user.id),
        credential_epoch: user.map(|user| user.credential_epoch),
        nonce: &challenge.nonce,
        max_tries: app.terms().challenge_tries,
        rules: purpose.rules(app),
        now: app.now,
        expires_at: challenge.expires_at,
        change: change.map(|change| NewChange {
            session_id: &change.session_id,
            contact: change.contact.as_str(),
            former: change.former.as_deref(),
            old_id: change.old_id.as_ref(),
        }),
    };
    let send = Send::first(app, client, &stored, &challenge, &destination);
    let issued = challenges::issue(&mut batch, &new);
    sends::reserve(&mut batch, &send.new_send(app)).done();
    let reserved = batch.read(sends::reserved(&send.new_send(app)));
    let origin = client.origin(app);
    batch.record(
        &origin,
        Whom::of(user.map(|user| &user.id)),
        Event::ChallengeIssued(purpose),
    );
    let results = app.db.commit(batch).await?;
    let Some(issued) = results.row(issued)? else {
        return Err(not_issued(app, &new).await);
    };
    // An alias has the nonce, the length and the end of its root.
    challenge.nonce = issued.nonce;
    challenge.digits = issued.digits;
    challenge.expires_at = issued.expires_at;
    let reserved = results.one(reserved)?;
    if let Err(error) = app.challenges.put(&id, &challenge, app.now).await {
        send.forget(app).await;
        return Err(error);
    }
    tell_budget(app, &send, &reserved);
    Ok(Ready {
        id,
        challenge,
        destination,
        reserved,
        send,
    })
}

/// A sign-up may have replaced the user since they were read; or they have asked for as many as may be.
async fn not_issued(app: &App, new: &NewChallenge<'_>) -> Error {
    if new.change.is_none() {
        return Error::ChallengeGone;
    }
    let (batch, free_at) = Batch::of(challenges::free_at(new.subject, new.purpose, app.now));
    let free_at = app
        .db
        .commit(batch)
        .await
        .and_then(|results| results.row(free_at));
    match free_at {
        Ok(Some(row)) => Error::ResendTooSoon(RetryAfter::until(row.free_at, app.now)),
        Ok(None) => Error::ChallengeGone,
        Err(error) => error,
    }
}

fn challenge_for(app: &App, client: &ClientCaller, purpose: Purpose, target: &Target) -> Challenge {
    let phone = target.user.as_ref().map(|user| &user.phone);
    let (peppers, partner_id) = (&app.config.peppers, &client.partner_id);
    Challenge {
        purpose,
        partner_id: partner_id.clone(),
        subject: target.subject.clone(),
        names: Challenge::names(peppers, purpose, partner_id, &target.email, phone),
        nonce: hex(&app.ids.bytes()),
        digits: purpose.rules(app).digits,
        expires_at: app.now + app.terms().challenge_life,
        email: None,
        phone: None,
    }
}

/// Reserves one more send of a challenge's code, if cooldown, caps and its life allow it. Where it goes to is
/// in D1 alone, and asked for a decoy too: what is asked must not tell who is one.
pub(crate) async fn issue_again(
    app: &App,
    client: &ClientCaller,
    id: &ChallengeId,
    challenge: Challenge,
) -> Result<Ready, Error> {
    let user_id = challenge.user_id();
    let (batch, found) = Batch::of(challenges::destination(&id.stored()));
    let found = app.db.commit(batch).await?.row(found)?;
    let destination = Destination::found(app, &challenge, &found.ok_or(Error::ChallengeGone)?)?;
    let send = Send::again(app, client, &id.stored(), &challenge, &destination);
    let mut batch = Batch::new();
    let origin = client.origin(app);
    sends::reserve(&mut batch, &send.new_send(app)).audited(
        &origin,
        Whom::of(user_id.as_ref()),
        Event::ChallengeResent(challenge.purpose),
    );
    let reserved = batch.read(sends::reserved(&send.new_send(app)));
    let results = app.db.commit(batch).await?;
    let reserved = results.row(reserved)?.ok_or(Error::ChallengeGone)?;
    tell_budget(app, &send, &reserved);
    Ok(Ready {
        id: id.clone(),
        challenge,
        destination,
        reserved,
        send,
    })
}

/// What is to be done about the message of a challenge.
pub(crate) enum Next {
    Send,
    /// Nothing is sent, and the challenge stands: its code is on its way, or may be. Of a reset, that
    /// is said whatever holds its SMS back.
    Stand,
    /// `OtpLocked`, `ChallengeGone`, `ResendTooSoon`, `SmsRefused`, `SmsUnavailable`, and the two of mail.
    Refuse(Error),
}

impl Ready {
    pub(crate) fn next(&self, app: &App) -> Next {
        let reserved = &self.reserved;
        if reserved.to_be_sent {
            return Next::Send;
        }
        // What a reset answers depends on nothing that a stranger's would not have.
        let is_reset = self.send.purpose == Purpose::Reset;
        let locked = reserved.locked && !is_reset;
        let stands = match self.send.again {
            true => reserved.reserved || reserved.is_done,
            false => is_reset || reserved.is_out,
        };
        if stands && reserved.open && !locked {
            return Next::Stand;
        }
        Next::Refuse(self.refusal(app))
    }

    fn refusal(&self, app: &App) -> Error {
        let reserved = &self.reserved;
        let cooled = match reserved.sends {
            sends if sends >= SENDS_PER_CHALLENGE => self.challenge.expires_at,
            _ => reserved.cooled_at,
        };
        let wait = |until| RetryAfter::until(until, app.now);
        if self.send.purpose == Purpose::Reset {
            return match reserved.open {
                true => Error::ResendTooSoon(wait(cooled)),
                false => Error::ChallengeGone,
            };
        }
        if reserved.locked {
            return Error::OtpLocked;
        }
        if !reserved.open {
            return Error::ChallengeGone;
        }
        if !self.send.to.is_allowed {
            return Error::SmsRefused(Refusal::Country.reason());
        }
        if let Some(refusal) = reserved.refusal {
            return self.refused(refusal);
        }
        let free_at = cooled
            .max(reserved.caps_free_at)
            .max(reserved.failing_until);
        let may_wait = cooled <= app.now || !self.send.again;
        let has_room = reserved.caps_free_at <= app.now;
        let is_failing = reserved.failing_until > app.now && has_room && may_wait;
        match is_failing {
            true => self.unavailable(wait(free_at)),
            false => Error::ResendTooSoon(wait(free_at)),
        }
    }

    /// Until the challenge ends.
    pub(crate) fn left(&self, app: &App) -> Duration {
        self.challenge.expires_at.since(app.now)
    }

    /// Sends the code, once it is reserved. `SmsRefused`, `SmsUnavailable`, `EmailRefused`, `EmailUnavailable`.
    pub(crate) async fn send(&self, app: &App, client: &ClientCaller) -> Result<(), Error> {
        let (line, sent) = match &self.destination.contact {
            None => return Ok(()),
            Some(Contact::Phone(phone)) => ("sms.send", self.by_sms(app, client, phone).await),
            Some(Contact::Email(email)) => ("mail.send", self.by_mail(app, client, email).await?),
        };
        let outcome = sent.result;
        log::event(
            line,
            json!({
                "request_id": app.request_id,
                "client_id": client.client_id,
                "user_id": self.challenge.user_id(),
                "purpose": self.challenge.purpose.as_str(),
                "outcome": if outcome.is_ok() { "sent" } else { "not_sent" },
            }),
        );
        let Err(not_sent) = outcome else {
            return Ok(());
        };
        self.send.settle(app, not_sent).await;
        Err(match not_sent {
            NotSent::Refused(refusal) => self.refused(refusal),
            _ => self.unavailable(RetryAfter::until(app.now + SEND_BACKOFF, app.now)),
        })
    }

    async fn by_sms(&self, app: &App, client: &ClientCaller, phone: &Phone) -> Sent {
        let code = self.challenge.code(&app.config.peppers);
        let (locale, left) = (self.destination.locale, self.left(app));
        let text = &app.terms().sms_text;
        let message = sms::Message {
            to: phone,
            text: &match self.challenge.purpose {
                Purpose::ChangePhoneOld => text.render_giving_up(locale, code.expose(), left),
                _ => text.render(locale, code.expose(), left),
            },
            from: app.terms().sms_sender.as_deref(),
        };
        let may_send_twice = async || self.send.may_send_twice(app).await;
        let sms = &app.config.sms;
        let sent = sms.send(&message, &context(app), may_send_twice).await;
        let (partner, purpose) = (&client.partner_id, self.challenge.purpose.as_str());
        points::sent(app, partner, purpose, phone, &sent);
        sent
    }

    async fn by_mail(&self, app: &App, client: &ClientCaller, email: &str) -> Result<Sent, Error> {
        let providers = mail_of(app)?;
        let code = self.challenge.code(&app.config.peppers);
        let language = self.destination.locale.language();
        let app_name = &app.terms().sms_text.app;
        let mail = language.code_mail(app_name, code.expose(), self.left(app));
        let message = mail::Message {
            to: email,
            from: app.terms().email_sender.as_deref(),
            subject: &mail.subject,
            text: &mail.text,
            // A resend is a message of its own.
            key: self.send.id.as_str(),
        };
        let is_to_nobody = self.destination.is_to_nobody;
        let sent = providers.send(&message, &context(app), is_to_nobody).await;
        let purpose = self.challenge.purpose.as_str();
        points::mailed(app, &client.partner_id, purpose, &sent);
        Ok(sent)
    }

    fn refused(&self, refusal: Refusal) -> Error {
        match self.destination.contact {
            Some(Contact::Email(_)) => Error::EmailRefused(refusal.reason()),
            _ => Error::SmsRefused(refusal.reason()),
        }
    }

    fn unavailable(&self, wait: RetryAfter) -> Error {
        match self.destination.contact {
            Some(Contact::Email(_)) => Error::EmailUnavailable(wait),
            _ => Error::SmsUnavailable(wait),
        }
    }

    /// Its message is not sent after all, and counts nowhere; nor does what was asked for, where nothing was sent.
    pub(crate) async fn take_back(&self, app: &App) {
        let mut batch = Batch::new();
        if self.reserved.to_be_sent {
            sends::forget(&mut batch, &self.send.new_send(app));
        }
        batch.run(challenges::forget(&self.id.stored())).done();
        // Where this fails, it counts: never one too many.
        let _ = app.db.commit(batch).await;
    }

    /// Sends after the answer. What becomes of it is in the log: telling the caller would tell
    /// who is a user.
    pub(crate) fn send_after_answer(self, app: &App, client: &ClientCaller) {
        let (app, client) = (app.clone(), client.clone());
        let later = app.clone();
        later.after_answer(async move { drop(self.send(&app, &client).await) });
    }
}

/// `EmailUnavailable` where there is no mail.
pub(crate) fn mail_of(app: &App) -> Result<&mail::Providers, Error> {
    let none = || Error::EmailUnavailable(RetryAfter(NO_MAIL));
    app.config.mail.as_ref().ok_or_else(none)
}

/// Seconds: a service that has no mail has none in a minute either.
const NO_MAIL: u64 = 3600;
