//! One message that is about to go out: what it is counted under, whether it may go twice, and what became of it.

use serde_json::json;

use crate::app::App;
use crate::db::notices::Claim;
use crate::db::sends::{self, Counted, NewSend, Reserved};
use crate::db::{Batch, Slot};
use crate::delivery::{Context, NotSent};
use crate::flows::caller::ClientCaller;
use crate::flows::destination::Destination;
use crate::log;
use crate::rules::challenge::{Challenge, Purpose};
use crate::rules::contact::Contact;
use crate::rules::id::{Id, PartnerId, SendId, StoredChallengeId, Subject, WorkId};
use crate::rules::limits::Budget;
use crate::rules::phone::Phone;
use crate::rules::send::SendOutcome;
use crate::rules::word::Word;

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
pub(crate) fn tell_budget(app: &App, send: &Send, reserved: &Reserved) {
    if !reserved.to_be_sent || send.to.is_free {
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
                "partner_id": send.partner_id,
                "share": share,
                "percent": percent,
                "limit": limit,
            }),
        );
    }
}

/// One send, and what it is counted under.
pub(crate) struct Send {
    pub(crate) id: SendId,
    work_id: WorkId,
    challenge_id: StoredChallengeId,
    partner_id: PartnerId,
    pub(crate) purpose: Purpose,
    pub(crate) again: bool,
    pub(crate) to: Counted,
}

impl Send {
    /// The send that a challenge is issued with.
    pub(crate) fn first(
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
            to: to.counted(app, &challenge.subject),
        }
    }

    /// That of a notice to this number. No challenge carries it: what it tells of stands in the place of one.
    pub(crate) fn of_notice(app: &App, claim: &Claim<'_>, to: &Phone) -> Send {
        let about = format!("{}-{}", claim.work_id, claim.notice.as_str());
        Send {
            id: app.attempt.id(),
            work_id: claim.work_id.clone(),
            challenge_id: Id::given(about),
            partner_id: claim.partner_id.clone(),
            purpose: Purpose::Login,
            again: false,
            to: Destination::of(
                app,
                Some(Contact::Phone(to.clone())),
                None,
                None,
                &Subject::user(claim.user_id),
            )
            .counted(app, &Subject::user(claim.user_id)),
        }
    }

    /// Counts that of a notice, where it may go out.
    pub(crate) fn reserve_notice(
        &self,
        app: &App,
        batch: &mut Batch,
        claim: &Claim<'_>,
    ) -> Slot<Reserved> {
        sends::reserve_notice(batch, &self.new_send(app), claim);
        batch.read(sends::reserved(&self.new_send(app)))
    }

    /// Whether it may go out, by what was found of it.
    pub(crate) fn is_let_out(&self, app: &App, reserved: Option<&Reserved>) -> bool {
        let Some(reserved) = reserved else {
            return false;
        };
        tell_budget(app, self, reserved);
        reserved.to_be_sent
    }

    pub(crate) fn again(
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

    pub(crate) fn new_send<'a>(&'a self, app: &App) -> NewSend<'a> {
        let terms = app.terms();
        // What costs nothing keeps no neighbour from theirs. All else about a test number is
        // as it is about any: whoever tests meets the caps of a number too.
        let (caps, budget) = match self.to.is_free {
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
    pub(crate) async fn may_send_twice(&self, app: &App) -> bool {
        let mut batch = Batch::new();
        let messages = sends::send_twice(&mut batch, &self.new_send(app));
        let reserved = batch.read(sends::reserved(&self.new_send(app)));
        let Ok(results) = app.db.commit(batch).await else {
            return false;
        };
        let may = results.one(messages).is_ok_and(|row| row.messages > 1);
        if let (true, Ok(reserved)) = (may, results.one(reserved)) {
            tell_budget(app, self, &reserved);
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

    pub(crate) async fn forget(&self, app: &App) {
        let mut batch = Batch::new();
        sends::forget(&mut batch, &self.new_send(app));
        let _ = app.db.commit(batch).await;
    }
}
