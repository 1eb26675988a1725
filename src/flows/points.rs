//! The data points of messages: how many went where, by whom, and of how many the code came back.

use crate::app::App;
use crate::delivery::{NotSent, Sent};
use crate::metrics::{Kind, MessagePoint};
use crate::rules::challenge::Purpose;
use crate::rules::id::PartnerId;
use crate::rules::phone::Phone;
use crate::rules::word::Word;
use crate::sms::test_numbers::NAME as TEST;

/// Of an SMS, one of each provider that was asked.
pub(crate) fn sent(app: &App, partner_id: &PartnerId, purpose: &str, phone: &Phone, sent: &Sent) {
    write_each(app, sent, |outcome, provider| MessagePoint {
        partner_id,
        outcome,
        provider,
        calling_code: phone.calling_code(),
        purpose,
        kind: Kind::Sms,
    });
}

/// The same of a mail.
pub(crate) fn mailed(app: &App, partner_id: &PartnerId, purpose: &str, sent: &Sent) {
    write_each(app, sent, |outcome, provider| MessagePoint {
        partner_id,
        outcome,
        provider,
        calling_code: "none",
        purpose,
        kind: Kind::Email,
    });
}

fn write_each<'a>(
    app: &App,
    sent: &Sent,
    point: impl Fn(&'static str, &'static str) -> MessagePoint<'a>,
) {
    for (provider, result) in &sent.asked {
        let outcome = match result {
            Ok(()) => "taken",
            Err(NotSent::Refused(_)) => "refused",
            Err(NotSent::Certainly) => "not_taken",
            Err(NotSent::Perhaps | NotSent::PerhapsTheFirst) => "unclear",
        };
        app.metrics.write_message(&point(outcome, provider));
    }
}

/// A right code came back. Which provider its message went by is not known any more, but for a test number.
pub(crate) fn answered(app: &App, partner_id: &PartnerId, purpose: Purpose, phone: &Phone) {
    app.metrics.write_message(&MessagePoint {
        partner_id,
        outcome: "answered",
        provider: match app.config.sms.is_test(phone) {
            true => TEST,
            false => "none",
        },
        calling_code: phone.calling_code(),
        purpose: purpose.as_str(),
        kind: Kind::Sms,
    });
}
