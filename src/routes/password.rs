//! A lost password: `forget-password` sends a code, `change-password` brings the new password.
//! Both gates have to be passed, in either order; the second one commits. And one that its owner knows.

use crate::app::App;
use crate::db::credentials::{self, NewPassword};
use crate::db::users::{self, User};
use crate::db::{challenges, Batch};
use crate::error::Error;
use crate::flows::answer_code::own_challenge;
use crate::flows::caller::{ClientCaller, Unproven, UserCaller};
use crate::flows::notices::tell_of_completed;
use crate::flows::passwords::new_password;
use crate::flows::proving::fresh;
use crate::flows::send_code::{issue, Known, Next, Target};
use crate::flows::sessions::forget_ended;
use crate::rules::challenge::{Challenge, ChallengeType, Purpose};
use crate::rules::email::Email;
use crate::rules::id::{StoredChallengeId, Subject};
use crate::rules::notice::Notice;
use crate::rules::password::Password;
use crate::wire::common::Nothing;
use crate::wire::password::{
    ChangeKnown, ChangePassword, CodeDelivery, ForgetByBody, ForgetByQuery, HttpMetadata,
    PasswordTaken, ResetBegun, ResponseMetadata,
};

pub(crate) async fn forget_get(
    app: &App,
    client: &ClientCaller,
    request: ForgetByQuery,
) -> Result<ResetBegun, Error> {
    forget(app, client, &request.email).await
}

pub(crate) async fn forget_post(
    app: &App,
    client: &ClientCaller,
    request: ForgetByBody,
) -> Result<ResetBegun, Error> {
    forget(app, client, &request.email).await
}

/// Starts a reset. Whether there is such a user shows in nothing: the same shape, a destination
/// that stays the same, the same storage calls, and the SMS goes out after the answer.
async fn forget(app: &App, client: &ClientCaller, email: &Email) -> Result<ResetBegun, Error> {
    let (batch, user) = Batch::of(users::find_by_email(&client.partner_id, email.as_str()));
    let user = app.db.commit(batch).await?.row(user)?;
    let user = user.filter(|user| {
        let is_theirs = user.phone_verified_at.or(user.phone_given_at).is_some();
        is_theirs && user.disabled_at.is_none()
    });
    let begin = async |user: Option<Known>| {
        let target = target(app, client, email, user);
        issue(app, client, Purpose::Reset, &target, |_| ()).await
    };
    let ready = match begin(user.map(known)).await {
        // A sign-up replaced the user meanwhile: nobody has the e-mail as it was.
        Err(Error::ChallengeGone) => begin(None).await?,
        ready => ready?,
    };
    let (id, code_length) = (ready.id.clone(), ready.challenge.digits);
    let destination = ready.destination.shown.clone();
    if let Next::Send = ready.next(app) {
        ready.send_after_answer(app, client);
    }
    Ok(ResetBegun {
        sdk_response_metadata: ResponseMetadata { request_id: id },
        sdk_http_metadata: HttpMetadata {
            http_headers: Nothing {},
            http_status_code: 200,
            all_http_headers: Nothing {},
        },
        code_delivery_details: CodeDelivery {
            destination,
            delivery_medium: "SMS",
            attribute_name: "phone_number",
        },
        code_length,
    })
}

/// The user, or a decoy that looks alike.
fn target(app: &App, client: &ClientCaller, email: &Email, known: Option<Known>) -> Target {
    let keyed = app.config.decoy_key.mac(
        "unknown e-mail v1",
        &[
            client.partner_id.as_str().as_bytes(),
            email.as_str().as_bytes(),
        ],
    );
    let unknown = || Subject::unknown(&keyed);
    Target {
        subject: known
            .as_ref()
            .map_or_else(unknown, |user| Subject::user(&user.id)),
        email: email.as_str().into(),
        user: known,
        change: None,
    }
}

fn known(user: User) -> Known {
    Known {
        id: user.id,
        phone: user.phone,
        locale: user.locale,
        credential_epoch: user.credential_epoch,
    }
}

/// Before the code, the new hash is staged and nothing changes; after it, the password changes
/// and every session ends.
pub(crate) async fn change(
    app: &App,
    client: &ClientCaller,
    request: ChangePassword,
) -> Result<PasswordTaken, Error> {
    let (work, id) = (&app.work_id, &request.session_id);
    let challenge = own_challenge(
        app,
        client,
        id,
        ChallengeType::ResetPassword,
        &request.username,
    )
    .await?;
    let id = &id.stored();
    let password = fit_password(app, &challenge, &request).await?;
    app.limiters.hashing(&client.client_id).await?;
    let_stage(app, id).await?;
    let hash = password
        .hash(app.ids.salt(), &app.config.password_peppers)
        .map_err(Error::internal)?;
    let tries = app.terms().challenge_tries;
    let origin = client.origin(app);
    let mut batch = Batch::new();
    batch
        .run(challenges::stage(id, &hash, tries, app.now))
        .done();
    let ended = challenges::complete_reset(&mut batch, work, id, app.now, &origin);
    let staged = batch.read(challenges::staged(id, &hash, work, app.now));
    let completed = batch.read(challenges::completed(work, id));
    let results = app.db.commit(batch).await?;
    if !results.row(staged)?.is_some_and(|row| row.staged) {
        return Err(Error::ChallengeGone);
    }
    forget_ended(app, &results, ended).await?;
    let completed = results.one(completed)?;
    tell_of_completed(app, client, Notice::PasswordReset, &challenge, &completed);
    Ok(PasswordTaken { data: Nothing {} })
}

/// Before the code, comparing with the phone would be a way to try numbers out: there, what may be
/// refused for it is refused. After the code the rule is a sign-up's.
async fn fit_password(
    app: &App,
    challenge: &Challenge,
    request: &ChangePassword,
) -> Result<Password, Error> {
    // By which the challenge of a reset is answered.
    let text = ("password", request.password.as_str());
    let email = request.username.as_str();
    let unseen = new_password(app, text, email, None);
    if unseen.is_ok() {
        return unseen;
    }
    // Asked of a decoy too: what is asked must not tell who is one.
    let (id, subject) = (request.session_id.stored(), &challenge.subject);
    let mut batch = Batch::new();
    let state = batch.read(challenges::staging(&id, &app.work_id));
    let user = batch.read(users::find_counted(subject, &challenge.partner_id));
    let results = app.db.commit(batch).await?;
    match (results.row(state)?, results.row(user)?) {
        (Some(state), Some(user)) if state.code_ok => {
            new_password(app, text, email, Some(&user.phone))
        }
        _ => unseen,
    }
}

/// Hashing is the dearest thing that a call can ask for: it is done where its outcome can be staged,
/// and a few times a reset.
async fn let_stage(app: &App, id: &StoredChallengeId) -> Result<(), Error> {
    let tries = app.terms().challenge_tries;
    let mut batch = Batch::new();
    batch
        .run(challenges::let_stage(id, &app.work_id, tries, app.now))
        .done();
    let state = batch.read(challenges::staging(id, &app.work_id));
    match app.db.commit(batch).await?.row(state)? {
        Some(state) if state.let_in => Ok(()),
        _ => Err(Error::ChallengeGone),
    }
}

/// `POST /v1/user/password`: of two at once that know the same password one changes it, and the other no longer knows
/// it. The session goes on; every other one ends.
pub(crate) async fn change_known(
    app: &App,
    user: Unproven<UserCaller>,
    request: ChangeKnown,
) -> Result<Nothing, Error> {
    let person = fresh(app, user).await?;
    let known = &person.credentials;
    let new = ("newPassword", request.new_password.as_str());
    let new = new_password(app, new, &known.email, Some(&known.phone))?;
    app.limiters.hashing(&person.user.client_id).await?;
    let mut batch = Batch::new();
    let check = person.check_password(app, &request.password, &mut batch);
    check.await?;
    let hash = new
        .hash(app.ids.salt(), &app.config.password_peppers)
        .map_err(Error::internal)?;
    let new = NewPassword {
        by: person.user.by(app),
        epoch: known.credential_epoch,
        hash: &hash,
    };
    let origin = app.origin(&person.user.partner_id, Some(&person.user.client_id));
    let (changed, ended) = credentials::change(&mut batch, &new, &origin);
    let results = app.db.commit(batch).await?;
    let changed = results.row(changed)?.ok_or(Error::TokenInvalid)?;
    if !changed.is_changed {
        return Err(match changed.is_fresh {
            true => Error::InvalidCredentials,
            false => Error::TokenInvalid,
        });
    }
    forget_ended(app, &results, ended).await?;
    person.tell(app, Notice::PasswordChanged);
    Ok(Nothing {})
}
