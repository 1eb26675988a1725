//! What a user is told of, by mail where there is mail, else by SMS, and of what somebody else may have done with the
//! mail or without the phone by both. It goes out after the answer, which it changes nothing of, and what becomes of it
//! is in the log.

use serde_json::json;

use crate::app::App;
use crate::db::assisted::Found;
use crate::db::challenges::Completed;
use crate::db::notices::{self, Claim};
use crate::db::Batch;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::points;
use crate::flows::sending::{context, Send};
use crate::log;
use crate::mail;
use crate::rules::challenge::Challenge;
use crate::rules::id::{ClientId, PartnerId, UserId, WorkId};
use crate::rules::language::Locale;
use crate::rules::notice::Notice;
use crate::rules::phone::Phone;
use crate::rules::word::Word;
use crate::sms;

/// Whom a notice is for, with the number and the e-mail of before what it tells of. One that is not there is not told
/// by; who has a test number has no address either, so the number is needed for a mail too.
pub(crate) struct Person {
    pub(crate) user_id: UserId,
    pub(crate) phone: Option<Phone>,
    pub(crate) email: Option<String>,
    pub(crate) locale: Option<Locale>,
}

/// Tells it once for this work, however often that is taken up again; and of many of a kind in a day the first few.
pub(crate) fn tell(
    app: &App,
    partner_id: &PartnerId,
    client_id: &ClientId,
    notice: Notice,
    person: Person,
) {
    let told = Told {
        app: app.clone(),
        partner_id: partner_id.clone(),
        client_id: client_id.clone(),
        notice,
        person,
    };
    app.after_answer(async move { told.send().await });
}

/// The same to a user of the client's partner, as they were found before what it tells of.
pub(crate) fn tell_found(
    app: &App,
    client: &ClientCaller,
    notice: Notice,
    user_id: &UserId,
    found: Found,
) {
    let person = Person {
        user_id: user_id.clone(),
        phone: Some(found.phone),
        email: Some(found.email),
        locale: found.locale,
    };
    tell(app, &client.partner_id, &client.client_id, notice, person);
}

/// The same to the user whose challenge this work has completed.
pub(crate) fn tell_of_completed(
    app: &App,
    client: &ClientCaller,
    notice: Notice,
    challenge: &Challenge,
    completed: &Completed,
) {
    let (true, Some(user_id)) = (completed.completed, challenge.user_id()) else {
        return;
    };
    let person = Person {
        user_id,
        phone: completed.phone.clone(),
        email: completed.email.clone(),
        locale: completed.locale,
    };
    let ClientCaller {
        partner_id,
        client_id,
        ..
    } = client;
    tell(app, partner_id, client_id, notice, person);
}

/// A notice, and whom it is for.
struct Told {
    app: App,
    partner_id: PartnerId,
    client_id: ClientId,
    notice: Notice,
    person: Person,
}

/// What one channel has to do.
enum Next {
    Send,
    Withhold,
    /// D1 did not say.
    Unknown,
}

impl Told {
    async fn send(&self) {
        let mail = self.app.config.mail.as_ref();
        let mail = mail.zip(self.person.email.as_deref());
        let phone = self.person.phone.as_ref();
        let phone = phone.filter(|_| mail.is_none() || self.notice.wants_sms());
        let attempt_id: WorkId = self.app.attempt.id();
        let claim = self.claim(&attempt_id);
        let sms = phone.map(|phone| (Send::of_notice(&self.app, &claim, phone), phone));
        let (by_mail, by_sms) = match self.claimed(&claim, sms.as_ref()).await {
            Ok((true, true)) => (Next::Send, Next::Send),
            Ok((true, false)) => (Next::Send, Next::Withhold),
            Ok((false, _)) => (Next::Withhold, Next::Withhold),
            Err(_) => (Next::Unknown, Next::Unknown),
        };
        if let Some((send, phone)) = &sms {
            self.log("SMS", self.by_sms(&by_sms, send, phone).await);
        }
        if let Some((providers, email)) = mail {
            self.log("EMAIL", self.by_mail(&by_mail, providers, email).await);
        }
    }

    fn claim<'a>(&'a self, attempt_id: &'a WorkId) -> Claim<'a> {
        Claim {
            user_id: &self.person.user_id,
            partner_id: &self.partner_id,
            notice: self.notice,
            work_id: &self.app.work_id,
            attempt_id,
            now: self.app.now,
        }
    }

    /// Whether this attempt is the one that tells, and may by SMS.
    async fn claimed(
        &self,
        claim: &Claim<'_>,
        sms: Option<&(Send, &Phone)>,
    ) -> Result<(bool, bool), Error> {
        let mut batch = Batch::new();
        let claimed = notices::claim(&mut batch, claim);
        let reserved = sms.map(|(send, _)| send.reserve_notice(&self.app, &mut batch, claim));
        let results = self.app.db.commit(batch).await?;
        let is_claimed = results.one(claimed)?.is_claimed;
        let is_let_out = match (sms, reserved) {
            (Some((send, _)), Some(reserved)) => {
                send.is_let_out(&self.app, results.row(reserved)?.as_ref())
            }
            _ => false,
        };
        Ok((is_claimed, is_let_out))
    }

    /// Where D1 cannot say, it goes: whoever loses an account is told though a database is down, and by its key a
    /// provider knows what it was asked before.
    async fn by_mail(&self, next: &Next, providers: &mail::Providers, email: &str) -> &'static str {
        if matches!(next, Next::Withhold) {
            return "withheld";
        }
        let app = &self.app;
        let language = self.person.locale.unwrap_or_default().language();
        let mail = language.mail(self.notice, &app.terms().sms_text.app);
        let message = mail::Message {
            to: email,
            from: app.terms().email_sender.as_deref(),
            subject: &mail.subject,
            text: &mail.text,
            // Of the work: one that is taken up again sends the same.
            key: &format!("{}-{}", app.work_id, self.notice.as_str()),
        };
        let phone = self.person.phone.as_ref();
        let is_to_nobody = phone.is_some_and(|phone| app.config.sms.is_test(phone));
        let sent = providers.send(&message, &context(app), is_to_nobody).await;
        points::mailed(app, &self.partner_id, self.notice.as_str(), &sent);
        said(sent.result.is_ok())
    }

    async fn by_sms(&self, next: &Next, send: &Send, phone: &Phone) -> &'static str {
        match next {
            Next::Send => {}
            Next::Withhold => return "withheld",
            Next::Unknown => return "not_sent",
        }
        let app = &self.app;
        let language = self.person.locale.unwrap_or_default().language();
        let message = sms::Message {
            to: phone,
            text: &language.sms(self.notice, &app.terms().sms_text.app),
            from: app.terms().sms_sender.as_deref(),
        };
        let may_send_twice = async || send.may_send_twice(app).await;
        let sms = &app.config.sms;
        let sent = sms.send(&message, &context(app), may_send_twice).await;
        let (partner_id, notice) = (&self.partner_id, self.notice.as_str());
        points::sent(app, partner_id, notice, phone, &sent);
        if let Err(not_sent) = sent.result {
            send.settle(app, not_sent).await;
        }
        said(sent.result.is_ok())
    }

    fn log(&self, by: &'static str, outcome: &'static str) {
        log::event(
            "notice.send",
            json!({
                "request_id": self.app.request_id,
                "client_id": self.client_id,
                "user_id": self.person.user_id,
                "notice": self.notice.as_str(),
                "by": by,
                "outcome": outcome,
            }),
        );
    }
}

fn said(is_sent: bool) -> &'static str {
    match is_sent {
        true => "sent",
        false => "not_sent",
    }
}
