//! A challenge from its reservation to its SMS: D1 decides, KV carries, the provider sends.

use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::db::audit::Whom;
use crate::db::challenges::{self, NewChallenge};
use crate::db::sends::{self, Counted, NewSend, Reserved};
use crate::db::{users, Batch};
use crate::delivery::{Context, NotSent};
use crate::error::{Error, RetryAfter};
use crate::flows::caller::ClientCaller;
use crate::flows::points;
use crate::log;
use crate::rules::challenge::{Challenge, Purpose};
use crate::rules::event::Event;
use crate::rules::id::{
    ChallengeId, PartnerId, SendId, StoredChallengeId, Subject, UserId, WorkId,
};
use crate::rules::language::Locale;
use crate::rules::limits::{Budget, CodeRules, SENDS_PER_CHALLENGE, SEND_BACKOFF};
use crate::rules::phone::{simulated_destination, Phone};
use crate::rules::secret::hex;
use crate::rules::send::{Refusal, SendOutcome};
use crate::rules::word::Word;
use crate::sms::Message;

/// Whom a challenge is for.
pub(crate) struct Target {
    pub(crate) subject: Subject,
    pub(crate) email: String,
    pub(crate) user: Option<Known>,
}

/// Where the code of a challenge goes to.
pub(crate) struct Destination {
    /// None of a decoy: nothing is sent.
    phone: Option<Phone>,
    /// Of the message.
    locale: Locale,
    /// Masked, or simulated.
    pub(crate) shown: String,
}

impl Destination {
    fn of(phone: Option<&Phone>, locale: Option<Locale>, subject: &Subject) -> Destination {
        let simulated = || simulated_destination(&subject.digest());
        Destination {
            phone: phone.cloned(),
            locale: locale.unwrap_or_default(),
            shown: phone.map_or_else(simulated, Phone::masked),
        }
    }
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
            Purpose::Reset => app.terms().reset_code,
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
    let destination = Destination::of(phone, locale, &target.subject);
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
    // A sign-up may have replaced the user since they were read.
    let issued = results.row(issued)?.ok_or(Error::ChallengeGone)?;
    // An alias has the nonce, the length and the end of its root.
    challenge.nonce = issued.nonce;
    challenge.digits = issued.digits;
    challenge.expires_at = issued.expires_at;
    let reserved = results.one(reserved)?;
    if let Err(error) = app.challenges.put(&id, &challenge, app.now).await {
        send.forget(app).await;
        return Err(error);
    }
    tell_budget(app, client, &send, &reserved);
    Ok(Ready {
        id,
        challenge,
        destination,
        reserved,
        send,
    })
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
    let (subject, user_id) = (&challenge.subject, challenge.user_id());
    let (batch, user) = Batch::of(users::find_counted(subject, &client.partner_id));
    let user = app.db.commit(batch).await?.row(user)?;
    let (phone, locale) = match &user {
        Some(user) => (Some(&user.phone), user.locale),
        None => (None, None),
    };
    let destination = Destination::of(phone, locale, subject);
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
    tell_budget(app, client, &send, &reserved);
    Ok(Ready {
        id: id.clone(),
        challenge,
        destination,
        reserved,
        send,
    })
}

/// What is to be done about the SMS of a challenge.
pub(crate) enum Next {
    Send,
    /// Nothing is sent, and the challenge stands: its code is on its way, or may be. Of a reset, that
    /// is said whatever holds its SMS back.
    Stand,
    /// `OtpLocked`, `ChallengeGone`, `SmsRefused`, `SmsUnavailable`, `ResendTooSoon`.
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
            return Error::SmsRefused(refusal.reason());
        }
        let free_at = cooled
            .max(reserved.caps_free_at)
            .max(reserved.failing_until);
        let may_wait = cooled <= app.now || !self.send.again;
        let has_room = reserved.caps_free_at <= app.now;
        let is_failing = reserved.failing_until > app.now && has_room && may_wait;
        match is_failing {
            true => Error::SmsUnavailable(wait(free_at)),
            false => Error::ResendTooSoon(wait(free_at)),
        }
    }

    /// Until the challenge ends.
    pub(crate) fn left(&self, app: &App) -> Duration {
        self.challenge.expires_at.since(app.now)
    }

    /// Sends the code, once it is reserved. `SmsRefused`, `SmsUnavailable`.
    pub(crate) async fn send(&self, app: &App, client: &ClientCaller) -> Result<(), Error> {
        let Some(phone) = &self.destination.phone else {
            return Ok(());
        };
        let (code, locale) = (
            self.challenge.code(&app.config.peppers),
            self.destination.locale,
        );
        let text = &app.terms().sms_text;
        let message = Message {
            to: phone,
            text: &text.render(locale, code.expose(), self.left(app)),
            from: app.terms().sms_sender.as_deref(),
        };
        let may_send_twice = async || self.send.may_send_twice(app, client).await;
        let sms = &app.config.sms;
        let sent = sms.send(&message, &context(app), may_send_twice).await;
        let (partner, purpose) = (&client.partner_id, self.challenge.purpose.as_str());
        points::sent(app, partner, purpose, phone, &sent);
        let outcome = sent.result;
        log::event(
            "sms.send",
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
            NotSent::Refused(refusal) => Error::SmsRefused(refusal.reason()),
            _ => Error::SmsUnavailable(RetryAfter::until(app.now + SEND_BACKOFF, app.now)),
        })
    }

    /// Sends after the answer. What becomes of it is in the log: telling the caller would tell
    /// who is a user.
    pub(crate) fn send_after_answer(self, app: &App, client: &ClientCaller) {
        let (app, client) = (app.clone(), client.clone());
        let later = app.clone();
        later.after_answer(async move { drop(self.send(&app, &client).await) });
    }
}

/// What a message of this request is sent with.
pub(crate) fn context(app: &App) -> Context<'_> {
    Context {
        now: app.now,
        ids: &app.attempt,
        request_id: &app.request_id,
        outbox: &app.outbox,
    }
}

/// An alarm when a share of the partner's budget is four fifths spent, and when it is spent.
fn tell_budget(app: &App, client: &ClientCaller, send: &Send, reserved: &Reserved) {
    if !reserved.to_be_sent || send.to.is_test {
        return;
    }
    let budget = app.terms().sms_budget;
    let is_reset = send.purpose == Purpose::Reset;
    let shares = [
        (
            "proven",
            !reserved.is_unproven,
            reserved.proven_spent,
            budget.proven(),
        ),
        ("resets", is_reset, reserved.resets_spent, budget.resets()),
        (
            "unproven",
            reserved.is_unproven,
            reserved.unproven_spent,
            budget.unproven(),
        ),
        (
            "unproven_hour",
            reserved.is_unproven,
            reserved.unproven_hour_spent,
            budget.unproven_hour(),
        ),
    ];
    for (share, is_of_it, spent, limit) in shares {
        let percent = match spent {
            _ if !is_of_it => continue,
            spent if spent == limit => 100,
            spent if spent == (limit * 4).div_ceil(5) => 80,
            _ => continue,
        };
        log::problem(
            "sms.budget",
            json!({
                "request_id": app.request_id,
                "partner_id": client.partner_id,
                "share": share,
                "percent": percent,
                "limit": limit,
            }),
        );
    }
}

/// The number, or the subject of a decoy.
fn counted(app: &App, phone: Option<&Phone>, subject: &Subject) -> Counted {
    let (number, prefix) = match phone {
        Some(phone) => (phone.as_str(), phone.prefix()),
        None => (subject.as_str(), subject.as_str()),
    };
    let allowed = &app.terms().sms_allowed_prefixes;
    Counted {
        phone: number.into(),
        prefix: prefix.into(),
        is_real: phone.is_some(),
        is_allowed: phone.is_none_or(|phone| phone.has_calling_code(allowed)),
        is_test: phone.is_some_and(|phone| app.config.sms.is_test(phone)),
    }
}

/// One send, and what it is counted under.
pub(crate) struct Send {
    id: SendId,
    work_id: WorkId,
    challenge_id: StoredChallengeId,
    partner_id: PartnerId,
    purpose: Purpose,
    again: bool,
    to: Counted,
}

impl Send {
    /// The send that a challenge is issued with.
    fn first(
        app: &App,
        client: &ClientCaller,
        id: &StoredChallengeId,
        challenge: &Challenge,
        to: &Destination,
    ) -> Send {
        Send {
            // Not of the work: an attempt at it that is taken up again meets the caps like any other.
            id: app.attempt.id(),
            work_id: app.work_id.clone(),
            challenge_id: id.clone(),
            partner_id: client.partner_id.clone(),
            purpose: challenge.purpose,
            again: false,
            to: counted(app, to.phone.as_ref(), &challenge.subject),
        }
    }

    /// That of a notice to this number about a challenge that was completed.
    pub(crate) fn of_notice(
        app: &App,
        client: &ClientCaller,
        id: &StoredChallengeId,
        challenge: &Challenge,
        to: &Phone,
    ) -> Send {
        Send {
            id: app.attempt.id(),
            work_id: app.work_id.clone(),
            challenge_id: id.clone(),
            partner_id: client.partner_id.clone(),
            purpose: challenge.purpose,
            again: false,
            to: counted(app, Some(to), &challenge.subject),
        }
    }

    /// Whether it may go out, and is counted.
    pub(crate) async fn is_let_out(&self, app: &App, client: &ClientCaller) -> Result<bool, Error> {
        let mut batch = Batch::new();
        sends::reserve_notice(&mut batch, &self.new_send(app));
        let reserved = batch.read(sends::reserved(&self.new_send(app)));
        let results = app.db.commit(batch).await?;
        let Some(reserved) = results.row(reserved)? else {
            return Ok(false);
        };
        tell_budget(app, client, self, &reserved);
        Ok(reserved.to_be_sent)
    }

    fn again(
        app: &App,
        client: &ClientCaller,
        id: &StoredChallengeId,
        challenge: &Challenge,
        to: &Destination,
    ) -> Send {
        Send {
            again: true,
            ..Send::first(app, client, id, challenge, to)
        }
    }

    fn new_send<'a>(&'a self, app: &App) -> NewSend<'a> {
        let terms = app.terms();
        // What is never sent costs nothing and keeps no neighbour from theirs. All else about a test number is
        // as it is about any: whoever tests meets the caps of a number too.
        let (caps, budget) = match self.to.is_test {
            true => (app.config.sms_caps.without_block(), Budget::ENDLESS),
            false => (app.config.sms_caps, terms.sms_budget),
        };
        NewSend {
            id: &self.id,
            work_id: &self.work_id,
            challenge_id: &self.challenge_id,
            again: self.again,
            to: &self.to,
            partner_id: &self.partner_id,
            caps,
            budget,
            max_tries: terms.challenge_tries,
            rules: self.purpose.rules(app),
            now: app.now,
        }
    }

    /// Where D1 cannot say, it may not.
    pub(crate) async fn may_send_twice(&self, app: &App, client: &ClientCaller) -> bool {
        let mut batch = Batch::new();
        let messages = sends::send_twice(&mut batch, &self.new_send(app));
        let reserved = batch.read(sends::reserved(&self.new_send(app)));
        let Ok(results) = app.db.commit(batch).await else {
            return false;
        };
        let may = results.one(messages).is_ok_and(|row| row.messages > 1);
        if let (true, Ok(reserved)) = (may, results.one(reserved)) {
            tell_budget(app, client, self, &reserved);
        }
        may
    }

    /// Where this fails, the send counts as one that was taken: never one too many.
    pub(crate) async fn settle(&self, app: &App, not_sent: NotSent) {
        let (outcome, refusal) = match not_sent {
            NotSent::Refused(refusal) => (SendOutcome::Refused, Some(refusal)),
            NotSent::Certainly => (SendOutcome::NotSent, None),
            NotSent::Perhaps | NotSent::PerhapsTheFirst => (SendOutcome::Unclear, None),
        };
        let is_one = not_sent == NotSent::PerhapsTheFirst;
        let mut batch = Batch::new();
        sends::settle(&mut batch, &self.new_send(app), outcome, refusal, is_one);
        let _ = app.db.commit(batch).await;
    }

    async fn forget(&self, app: &App) {
        let mut batch = Batch::new();
        sends::forget(&mut batch, &self.new_send(app));
        let _ = app.db.commit(batch).await;
    }
}
