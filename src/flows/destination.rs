//! Where the code of a challenge goes to, and what its sends are counted under.

use crate::app::App;
use crate::db::challenges;
use crate::db::sends::Counted;
use crate::error::Error;
use crate::rules::challenge::{Challenge, Purpose};
use crate::rules::contact::Contact;
use crate::rules::id::Subject;
use crate::rules::language::Locale;
use crate::rules::phone::{simulated_destination, Phone};

pub(crate) struct Destination {
    /// None of a decoy: nothing is sent.
    pub(crate) contact: Option<Contact>,
    /// Of the message.
    pub(crate) locale: Locale,
    /// Masked, or simulated.
    pub(crate) shown: String,
    /// It goes to the outbox alone: the number is a test number, or the address is of somebody who has one.
    pub(crate) is_to_nobody: bool,
}

impl Destination {
    /// `phone`: the user's.
    pub(crate) fn of(
        app: &App,
        contact: Option<Contact>,
        phone: Option<&Phone>,
        locale: Option<Locale>,
        subject: &Subject,
    ) -> Destination {
        let simulated = || simulated_destination(&subject.digest());
        let number = match &contact {
            Some(Contact::Phone(number)) => Some(number),
            _ => phone,
        };
        Destination {
            shown: contact.as_ref().map_or_else(simulated, Contact::masked),
            locale: locale.unwrap_or_default(),
            is_to_nobody: number.is_some_and(|number| app.config.sms.is_test(number)),
            contact,
        }
    }

    /// That of a challenge that was issued.
    pub(crate) fn found(
        app: &App,
        challenge: &Challenge,
        found: &challenges::Destination,
    ) -> Result<Destination, Error> {
        let phone = found.phone.as_ref();
        let contact = match challenge.purpose {
            Purpose::Login | Purpose::Reset | Purpose::ChangePhoneOld => {
                phone.cloned().map(Contact::Phone)
            }
            purpose => {
                let text = found.contact.as_deref().ok_or(Error::ChallengeGone)?;
                let contact = Contact::stored(purpose, text);
                Some(contact.ok_or_else(|| Error::internal("a contact that is none"))?)
            }
        };
        let subject = &challenge.subject;
        Ok(Destination::of(app, contact, phone, found.locale, subject))
    }

    /// The number, or the subject of a decoy. A mail is counted as its address's own: it has no block, and costs
    /// nothing of what SMS cost.
    pub(crate) fn counted(&self, app: &App, subject: &Subject) -> Counted {
        let (key, block) = match &self.contact {
            Some(Contact::Phone(phone)) => (phone.as_str(), phone.prefix()),
            Some(Contact::Email(email)) => (email.as_str(), email.as_str()),
            None => (subject.as_str(), subject.as_str()),
        };
        let allowed = &app.terms().sms_allowed_prefixes;
        let is_mail = matches!(self.contact, Some(Contact::Email(_)));
        Counted {
            phone: key.into(),
            prefix: block.into(),
            is_real: self.contact.is_some(),
            is_allowed: match &self.contact {
                Some(Contact::Phone(phone)) => phone.has_calling_code(allowed),
                _ => true,
            },
            is_free: self.is_to_nobody || is_mail,
        }
    }
}
