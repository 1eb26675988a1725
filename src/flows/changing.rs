//! The proof of an e-mail, and a new e-mail or number: how it begins, and what its last right code comes to.

use crate::app::App;
use crate::db::challenges::NewAnswer;
use crate::db::contacts::{self, Come};
use crate::db::credentials::Credentials;
use crate::db::Batch;
use crate::error::Error;
use crate::flows::answer_code::{accepted, count};
use crate::flows::caller::{ClientCaller, UserCaller};
use crate::flows::notices::{tell, Person};
use crate::flows::points;
use crate::flows::proving::Fresh;
use crate::flows::send_code::{issue, Change, Known, Next, Ready, Target};
use crate::flows::sessions::forget_ended;
use crate::rules::challenge::{Challenge, Purpose};
use crate::rules::contact::Contact;
use crate::rules::id::{StoredChallengeId, Subject, UserId};
use crate::rules::notice::Notice;
use crate::rules::phone::Phone;
use crate::rules::username::Username;
use crate::wire::otp::{Progress, Status};

/// Sends a code to the user's own e-mail.
pub(crate) async fn prove_email(
    app: &App,
    user: &UserCaller,
    credentials: &Credentials,
) -> Result<Ready, Error> {
    let email = Contact::Email(credentials.email.clone());
    let change = Change {
        session_id: user.session_id.clone(),
        to: email.clone(),
        contact: email,
        former: None,
        old_id: None,
    };
    let target = target(user, credentials, change);
    let client = user.client();
    let ready = issue(app, &client, Purpose::VerifyEmail, &target, |_| ()).await?;
    sent(app, &client, &[&ready]).await?;
    Ok(ready)
}

/// Sends a code to the new e-mail. The password was right.
pub(crate) async fn change_email(
    app: &App,
    person: &Fresh,
    new_email: String,
) -> Result<Ready, Error> {
    let (user, credentials) = (&person.user, &person.credentials);
    let email = Contact::Email(new_email);
    let change = Change {
        session_id: user.session_id.clone(),
        to: email.clone(),
        contact: email,
        former: Some(credentials.email.clone()),
        old_id: None,
    };
    let target = target(user, credentials, change);
    let client = user.client();
    let before = |batch: &mut Batch| person.add_forgiveness(app, batch);
    let ready = issue(app, &client, Purpose::ChangeEmail, &target, before).await?;
    sent(app, &client, &[&ready]).await?;
    Ok(ready)
}

/// Sends a code to the old number, but where the person came in without it, and one to the new. The password was right.
pub(crate) async fn change_phone(
    app: &App,
    person: &Fresh,
    new: &Phone,
) -> Result<(Option<Ready>, Ready), Error> {
    let old = match person.credentials.is_recovered {
        true => None,
        false => Some(begin_at(app, person, new, Purpose::ChangePhoneOld, None).await?),
    };
    let old_id = old.as_ref().map(|old| old.id.stored());
    let new = match begin_at(app, person, new, Purpose::ChangePhone, old_id).await {
        Ok(new) => new,
        Err(error) => {
            take_back(app, old.as_ref()).await;
            return Err(error);
        }
    };
    // The new one first: whoever cannot be reached there is not asked to give the old one up.
    let both: Vec<&Ready> = [&new].into_iter().chain(&old).collect();
    sent(app, &person.user.client(), &both).await?;
    Ok((old, new))
}

async fn begin_at(
    app: &App,
    person: &Fresh,
    new: &Phone,
    purpose: Purpose,
    old_id: Option<StoredChallengeId>,
) -> Result<Ready, Error> {
    let (user, credentials) = (&person.user, &person.credentials);
    let change = Change {
        session_id: user.session_id.clone(),
        to: Contact::Phone(match purpose {
            Purpose::ChangePhoneOld => credentials.phone.clone(),
            _ => new.clone(),
        }),
        contact: Contact::Phone(new.clone()),
        former: Some(credentials.phone.as_str().into()),
        old_id,
    };
    let target = target(user, credentials, change);
    let before = |batch: &mut Batch| person.add_forgiveness(app, batch);
    issue(app, &user.client(), purpose, &target, before).await
}

fn target(user: &UserCaller, credentials: &Credentials, change: Change) -> Target {
    Target {
        subject: Subject::user(&user.user_id),
        email: credentials.email.clone(),
        user: Some(Known {
            id: user.user_id.clone(),
            phone: credentials.phone.clone(),
            locale: credentials.locale,
            credential_epoch: credentials.credential_epoch,
        }),
        change: Some(change),
    }
}

/// Sends what is to be sent, or nothing where one of them may not be. What one that failed leaves unsent counts nowhere.
async fn sent(app: &App, client: &ClientCaller, all: &[&Ready]) -> Result<(), Error> {
    for ready in all {
        if let Next::Refuse(error) = ready.next(app) {
            take_back(app, all.iter().copied()).await;
            return Err(error);
        }
    }
    for (nth, ready) in all.iter().enumerate() {
        if let Next::Send = ready.next(app) {
            if let Err(error) = ready.send(app, client).await {
                take_back(app, all[nth + 1..].iter().copied()).await;
                return Err(error);
            }
        }
    }
    Ok(())
}

async fn take_back<'a>(app: &App, unsent: impl IntoIterator<Item = &'a Ready>) {
    for ready in unsent {
        ready.take_back(app).await;
    }
}

/// Counts an answer to one of its codes. The last right one changes what is to be changed.
pub(crate) async fn answer(
    app: &App,
    client: &ClientCaller,
    challenge: &Challenge,
    answer: &NewAnswer<'_>,
    username: Username,
) -> Result<Progress, Error> {
    let mut batch = Batch::new();
    let answered = count(app, client, &mut batch, challenge, answer);
    let new = contacts::Answered {
        purpose: challenge.purpose,
        challenge_id: answer.challenge_id,
        work_id: &app.work_id,
        partner_id: &client.partner_id,
        now: app.now,
    };
    let origins = [&client.origin(app), &client.origin(app)];
    let (ended, come) = contacts::complete(&mut batch, &new, origins);
    let results = app.db.commit(batch).await?;
    accepted(&results, answered)?;
    // The challenge at the new number was never issued.
    let come = results.row(come)?.ok_or(Error::ChallengeGone)?;
    forget_ended(app, &results, ended).await?;
    tell_right(app, client, challenge.purpose, &come);
    if let (true, Some(user_id)) = (come.is_completed, challenge.user_id()) {
        tell_former(app, client, challenge.purpose, user_id, &come);
    }
    Ok(Progress {
        username,
        challenge_type: challenge.purpose.challenge_type(),
        status: status(challenge.purpose, &come)?,
    })
}

fn status(purpose: Purpose, come: &Come) -> Result<Status, Error> {
    match (come.is_completed, purpose) {
        (true, Purpose::VerifyEmail) => Ok(Status::EmailVerified),
        (true, Purpose::ChangeEmail) => Ok(Status::EmailChanged),
        (true, _) => Ok(Status::PhoneChanged),
        (false, _) if come.is_waiting => Ok(Status::OtherCodeRequired),
        // In the words of a sign-up, and no sooner than its own code was right.
        (false, _) if come.is_taken => Err(Error::UserExists),
        (false, _) => Err(Error::ChallengeGone),
    }
}

/// Whoever has lost something is told where they were reached before.
fn tell_former(app: &App, client: &ClientCaller, purpose: Purpose, user_id: UserId, come: &Come) {
    let former = come.former.as_deref();
    let (notice, phone, email) = match purpose {
        Purpose::ChangeEmail => (
            Notice::EmailChanged,
            Some(come.phone.clone()),
            former.map(str::to_owned),
        ),
        Purpose::ChangePhone | Purpose::ChangePhoneOld => (
            Notice::PhoneChanged,
            former.and_then(|former| Phone::parse(former).ok()),
            Some(come.email.clone()),
        ),
        // It takes nothing from anybody.
        Purpose::VerifyEmail | Purpose::Login | Purpose::Reset => return,
    };
    let person = Person {
        user_id,
        phone,
        email,
        locale: come.locale,
    };
    tell(app, &client.partner_id, &client.client_id, notice, person);
}

fn tell_right(app: &App, client: &ClientCaller, purpose: Purpose, come: &Come) {
    if let Purpose::ChangePhone | Purpose::ChangePhoneOld = purpose {
        points::answered(app, &client.partner_id, purpose, &come.phone);
    }
}
