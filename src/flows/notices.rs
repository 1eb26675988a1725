//! What a user is told of, by mail where there is mail, else by SMS. It goes out after the answer, which it changes
//! nothing of, and what becomes of it is in the log.

use serde_json::json;

use crate::app::App;
use crate::db::challenges::Completed;
use crate::flows::caller::ClientCaller;
use crate::flows::points;
use crate::flows::send_code::{context, Send};
use crate::log;
use crate::mail;
use crate::rules::challenge::Challenge;
use crate::rules::id::StoredChallengeId;
use crate::rules::language::Locale;
use crate::rules::notice::Notice;
use crate::rules::phone::Phone;
use crate::rules::word::Word;
use crate::sms;

/// If this work completed the reset: its user's password is another.
pub(crate) fn tell_of_reset(
    app: &App,
    client: &ClientCaller,
    id: &StoredChallengeId,
    challenge: &Challenge,
    completed: &Completed,
) {
    let (true, Some(phone), Some(email)) =
        (completed.completed, &completed.phone, &completed.email)
    else {
        return;
    };
    let notice = Told {
        app: app.clone(),
        client: client.clone(),
        notice: Notice::PasswordReset,
        about: (id.clone(), challenge.clone()),
        phone: phone.clone(),
        email: email.clone(),
        locale: completed.locale.unwrap_or_default(),
    };
    app.after_answer(async move { notice.send().await });
}

/// A notice, and whom it is for.
struct Told {
    app: App,
    client: ClientCaller,
    notice: Notice,
    about: (StoredChallengeId, Challenge),
    phone: Phone,
    email: String,
    locale: Locale,
}

impl Told {
    async fn send(&self) {
        let (by, outcome) = match &self.app.config.mail {
            Some(mail) => ("EMAIL", self.by_mail(mail).await),
            None => ("SMS", self.by_sms().await),
        };
        log::event(
            "notice.send",
            json!({
                "request_id": self.app.request_id,
                "client_id": self.client.client_id,
                "user_id": self.about.1.user_id(),
                "notice": self.notice.as_str(),
                "by": by,
                "outcome": outcome,
            }),
        );
    }

    /// Whoever has a test number has no address either.
    async fn by_mail(&self, providers: &mail::Providers) -> &'static str {
        let app = &self.app;
        let mail = self
            .locale
            .language()
            .mail(self.notice, &app.terms().sms_text.app);
        let message = mail::Message {
            to: &self.email,
            from: None,
            subject: &mail.subject,
            text: &mail.text,
            // Of the work: one that is taken up again sends the same.
            key: &format!("{}-{}", app.work_id, self.notice.as_str()),
        };
        let is_to_nobody = app.config.sms.is_test(&self.phone);
        let sent = providers.send(&message, &context(app), is_to_nobody).await;
        points::mailed(app, &self.client.partner_id, self.notice.as_str(), &sent);
        said(sent.result.is_ok())
    }

    async fn by_sms(&self) -> &'static str {
        let (app, client) = (&self.app, &self.client);
        let (id, challenge) = &self.about;
        let send = Send::of_notice(app, client, id, challenge, &self.phone);
        match send.is_let_out(app, client).await {
            Ok(true) => {}
            Ok(false) => return "withheld",
            Err(_) => return "not_sent",
        }
        let message = sms::Message {
            to: &self.phone,
            text: &self
                .locale
                .language()
                .sms(self.notice, &app.terms().sms_text.app),
            from: app.terms().sms_sender.as_deref(),
        };
        let may_send_twice = async || send.may_send_twice(app, client).await;
        let sms = &app.config.sms;
        let sent = sms.send(&message, &context(app), may_send_twice).await;
        points::sent(
            app,
            &client.partner_id,
            self.notice.as_str(),
            &self.phone,
            &sent,
        );
        if let Err(not_sent) = sent.result {
            send.settle(app, not_sent).await;
        }
        said(sent.result.is_ok())
    }
}

fn said(is_sent: bool) -> &'static str {
    match is_sent {
        true => "sent",
        false => "not_sent",
    }
}
