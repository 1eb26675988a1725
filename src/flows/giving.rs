//! The partner's word: it has made sure of the person, and says what their e-mail or number is.

use crate::app::App;
use crate::db::assisted::{self, Found, Given};
use crate::db::audit::Origin;
use crate::db::Batch;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::notices::tell_found;
use crate::flows::sessions::forget_ended;
use crate::rules::contact::Contact;
use crate::rules::id::UserId;
use crate::rules::notice::Notice;

/// What is said.
pub(crate) struct Word {
    pub(crate) user_id: UserId,
    pub(crate) contact: Contact,
    pub(crate) reason: String,
}

/// Others may change the same user meanwhile: then what they are is read again.
const ATTEMPTS: usize = 3;

/// `UserNotFound`, `UserExists`.
pub(crate) async fn give(app: &App, client: &ClientCaller, word: Word) -> Result<(), Error> {
    for _ in 0..ATTEMPTS {
        let (batch, found) = Batch::of(assisted::find(&word.user_id, &client.partner_id));
        let found = app.db.commit(batch).await?.row(found)?;
        let found = found.ok_or(Error::UserNotFound)?;
        // Said once more, since the answer was lost, it ends no session that was opened meanwhile.
        if is_theirs(&found, &word.contact) {
            return Ok(());
        }
        let new = Given {
            user_id: &word.user_id,
            partner_id: &client.partner_id,
            epoch: found.credential_epoch,
            contact: &word.contact,
            now: app.now,
        };
        let origin = Origin {
            reason: Some(&word.reason),
            ..client.origin(app)
        };
        let mut batch = Batch::new();
        let (ended, come) = assisted::give(&mut batch, &new, [&origin, &client.origin(app)]);
        let results = app.db.commit(batch).await?;
        let come = results.one(come)?;
        if come.is_given {
            forget_ended(app, &results, ended).await?;
            // Where they were reached before, in case that it was not them who asked the partner.
            let notice = notice_of(&word.contact);
            tell_found(app, client, notice, &word.user_id, found);
            return Ok(());
        }
        if come.is_taken {
            return Err(Error::UserExists);
        }
    }
    Err(Error::Unavailable(
        "a user who was changed by others, again and again".into(),
    ))
}

fn is_theirs(found: &Found, contact: &Contact) -> bool {
    match contact {
        Contact::Email(email) => *email == found.email,
        Contact::Phone(phone) => *phone == found.phone && !found.is_set_aside,
    }
}

fn notice_of(contact: &Contact) -> Notice {
    match contact {
        Contact::Email(_) => Notice::EmailChanged,
        Contact::Phone(_) => Notice::PhoneChanged,
    }
}
