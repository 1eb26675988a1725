//! The e-mail and the number of a person: proven, changed by themselves, or given by the partner, who has made sure of
//! them.

use crate::app::App;
use crate::error::Error;
use crate::flows::caller::{ClientCaller, Unproven, UserCaller};
use crate::flows::changing;
use crate::flows::giving::{self, Word};
use crate::flows::proving::{fresh, known};
use crate::flows::send_code::{mail_of, Ready};
use crate::rules::contact::Contact;
use crate::wire::common::Nothing;
use crate::wire::contact::{
    ChangeEmail, ChangePhone, EmailChallenge, GiveEmail, GivePhone, PhoneChallenge,
    PhoneChallenges, WhichNumber,
};

/// `POST /v1/user/email/verify`: a code to the user's own address.
pub(crate) async fn verify_email(
    app: &App,
    user: Unproven<UserCaller>,
    (): (),
) -> Result<EmailChallenge, Error> {
    let (user, credentials) = known(app, user).await?;
    mail_of(app)?;
    let ready = changing::prove_email(app, &user, &credentials).await?;
    Ok(by_mail(app, ready))
}

/// `POST /v1/user/email`: a code to the new address.
pub(crate) async fn change_email(
    app: &App,
    user: Unproven<UserCaller>,
    request: ChangeEmail,
) -> Result<EmailChallenge, Error> {
    let person = fresh(app, user).await?;
    mail_of(app)?;
    person.is_settled(app)?;
    if request.new_email.as_str() == person.credentials.email {
        return Err(Error::invalid("newEmail", AS_IT_IS));
    }
    person.is_right(app, &request.password).await?;
    let new_email = request.new_email.as_str().into();
    let ready = changing::change_email(app, &person, new_email).await?;
    Ok(by_mail(app, ready))
}

/// `POST /v1/user/phone`: a code to the old number, and one to the new.
pub(crate) async fn change_phone(
    app: &App,
    user: Unproven<UserCaller>,
    request: ChangePhone,
) -> Result<PhoneChallenges, Error> {
    let person = fresh(app, user).await?;
    person.is_settled(app)?;
    if request.new_phone_number == person.credentials.phone {
        return Err(Error::invalid("newPhoneNumber", AS_IT_IS));
    }
    person.is_right(app, &request.password).await?;
    let (old, new) = changing::change_phone(app, &person, &request.new_phone_number).await?;
    let old = old.map(|ready| at_number(app, ready, WhichNumber::Old));
    let new = at_number(app, new, WhichNumber::New);
    Ok(PhoneChallenges {
        challenges: old.into_iter().chain([new]).collect(),
    })
}

const AS_IT_IS: &str = "is what it is already";

fn by_mail(app: &App, ready: Ready) -> EmailChallenge {
    EmailChallenge {
        expires_in: ready.left(app).as_secs(),
        challenge_type: ready.challenge.purpose.challenge_type(),
        destination: ready.destination.shown,
        code_length: ready.challenge.digits,
        session_id: ready.id,
    }
}

fn at_number(app: &App, ready: Ready, which: WhichNumber) -> PhoneChallenge {
    PhoneChallenge {
        expires_in: ready.left(app).as_secs(),
        challenge_type: ready.challenge.purpose.challenge_type(),
        which,
        destination: ready.destination.shown,
        code_length: ready.challenge.digits,
        session_id: ready.id,
    }
}

/// `POST /v1/user/{userId}/email`: by the partner's word.
pub(crate) async fn give_email(
    app: &App,
    client: &ClientCaller,
    request: GiveEmail,
) -> Result<Nothing, Error> {
    let word = Word {
        user_id: request.user_id,
        contact: Contact::Email(request.new_email.as_str().into()),
        reason: request.reason,
    };
    giving::give(app, client, word).await?;
    Ok(Nothing {})
}

/// `POST /v1/user/{userId}/phone`: by the partner's word. The number is proven at the next login.
pub(crate) async fn give_phone(
    app: &App,
    client: &ClientCaller,
    request: GivePhone,
) -> Result<Nothing, Error> {
    let word = Word {
        user_id: request.user_id,
        contact: Contact::Phone(request.new_phone_number),
        reason: request.reason,
    };
    giving::give(app, client, word).await?;
    Ok(Nothing {})
}
