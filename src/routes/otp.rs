//! `POST /v1/user/otp`: the answer to a challenge.

use crate::app::App;
use crate::db::challenges::{self, Completed, Counted, NewAnswer};
use crate::db::recovery::{self, ByCode};
use crate::db::{users, Batch};
use crate::error::{Error, RetryAfter};
use crate::flows::answer_code::{accepted, count, own_challenge, refuse_misfit};
use crate::flows::caller::ClientCaller;
use crate::flows::changing;
use crate::flows::notices::tell_of_completed;
use crate::flows::opening::{user_of, Opening};
use crate::flows::points;
use crate::flows::sessions::forget_ended;
use crate::rules::challenge::{Challenge, Purpose};
use crate::rules::id::StoredChallengeId;
use crate::rules::notice::Notice;
use crate::rules::recovery_code::RecoveryCode;
use crate::rules::session::Means;
use crate::rules::username::Username;
use crate::wire::otp::{AnswerCode, CodeAnswer, CodeAnswered, Progress, Status};
use crate::wire::refresh::Tokens;

/// KV says what the code is, and what cannot be one; one D1 batch counts the try and, if it was
/// right, does all that follows. What matched is not told before that batch has said so.
pub(crate) async fn post(
    app: &App,
    client: &ClientCaller,
    request: CodeAnswer,
) -> Result<CodeAnswered, Error> {
    let (id, username) = (&request.session_id, request.username);
    let of_type = request.challenge_type.challenge_type();
    let challenge = own_challenge(app, client, id, of_type, &username).await?;
    let purpose = challenge.purpose;
    let code = match request.code {
        AnswerCode::Digits(code) => code,
        AnswerCode::Recovery(code) => {
            let tokens = recover(app, client, &challenge, (&id.stored(), &code), username).await?;
            return Ok(CodeAnswered::LoggedIn(tokens));
        }
    };
    let answer = NewAnswer {
        work_id: &app.work_id,
        challenge_id: &id.stored(),
        is_right: challenge.is_answered_by(&code, &app.config.peppers),
        max_tries: app.terms().challenge_tries,
        rules: purpose.rules(app),
        now: app.now,
    };
    refuse_misfit(app, &challenge, &answer, &code).await?;
    match purpose {
        Purpose::Login => {
            let tokens = login(app, client, &challenge, &answer, username).await?;
            Ok(CodeAnswered::LoggedIn(tokens))
        }
        Purpose::Reset => {
            let progress = reset(app, client, &challenge, &answer, username).await?;
            Ok(CodeAnswered::Progress(progress))
        }
        Purpose::VerifyEmail
        | Purpose::ChangeEmail
        | Purpose::ChangePhone
        | Purpose::ChangePhoneOld => {
            let progress = changing::answer(app, client, &challenge, &answer, username).await?;
            Ok(CodeAnswered::Progress(progress))
        }
    }
}

async fn login(
    app: &App,
    client: &ClientCaller,
    challenge: &Challenge,
    answer: &NewAnswer<'_>,
    username: Username,
) -> Result<Tokens, Error> {
    let user_id = &user_of(challenge)?;
    let opening = Opening::new(app, Means::Sms)?;
    let mut batch = Batch::new();
    let answered = count(app, client, &mut batch, challenge, answer);
    let (work, id) = (&app.work_id, answer.challenge_id);
    users::give_number_to_prover(&mut batch, id, work, &client.origin(app));
    challenges::complete_login(&mut batch, work, id, Means::Sms, app.now);
    let opened = opening.add(app, client, &mut batch, (user_id, id));
    let completed = batch.read(challenges::completed(work, id));
    let results = app.db.commit(batch).await?;
    accepted(&results, answered)?;
    // Right, but the number has become somebody else's.
    let completed = results.row(completed)?.filter(|row| row.completed);
    let completed = completed.ok_or(Error::ChallengeGone)?;
    tell_right(app, client, challenge, &completed);
    let is_at_new_client = opened.is_at_new_client(&results)?;
    let tokens = opening.finish(app, client, (opened, &results), username);
    let tokens = tokens.await;
    if is_at_new_client {
        tell_of_completed(app, client, Notice::NewClient, challenge, &completed);
    }
    tokens
}

/// The same without the phone: by one of the user's recovery codes, which is then used. Nothing is proven of the number.
async fn recover(
    app: &App,
    client: &ClientCaller,
    challenge: &Challenge,
    (id, code): (&StoredChallengeId, &RecoveryCode),
    username: Username,
) -> Result<Tokens, Error> {
    let user_id = &user_of(challenge)?;
    let (batch, unused) = Batch::of(recovery::unused(user_id));
    let unused = app.db.commit(batch).await?.rows(unused)?;
    let unused: Vec<String> = unused.into_iter().map(|row| row.hash).collect();
    let answer = ByCode {
        work_id: &app.work_id,
        challenge_id: id,
        hash: code.find(&unused, user_id, &app.config.password_peppers),
        max_tries: app.terms().challenge_tries,
        now: app.now,
    };
    let opening = Opening::new(app, Means::RecoveryCode)?;
    let mut batch = Batch::new();
    let answered = recovery::answer(&mut batch, &answer, &client.origin(app));
    challenges::complete_login(&mut batch, &app.work_id, id, Means::RecoveryCode, app.now);
    recovery::settle(&mut batch, &answer);
    let opened = opening.add(app, client, &mut batch, (user_id, id));
    let completed = batch.read(challenges::completed(&app.work_id, id));
    let results = app.db.commit(batch).await?;
    recovered(app, answer.max_tries, results.row(answered)?)?;
    let completed = results.one(completed)?;
    let is_at_new_client = opened.is_at_new_client(&results)?;
    let tokens = opening.finish(app, client, (opened, &results), username);
    let tokens = tokens.await;
    // The code is used, whatever became of the session.
    tell_of_completed(app, client, Notice::RecoveryUsed, challenge, &completed);
    if is_at_new_client {
        tell_of_completed(app, client, Notice::NewClient, challenge, &completed);
    }
    tokens
}

/// Nothing unless the answer was counted as right.
fn recovered(app: &App, max_tries: u32, answered: Option<recovery::Answered>) -> Result<(), Error> {
    let answered = answered.ok_or(Error::ChallengeGone)?;
    match (answered.counted, answered.free_at) {
        (Counted::AsRight, _) => Ok(()),
        (_, Some(free_at)) => Err(Error::TooManyFailures(RetryAfter::until(free_at, app.now))),
        (Counted::AsWrong, _) if answered.tries < max_tries => Err(Error::WrongCode {
            tries_left: max_tries - answered.tries,
        }),
        _ => Err(Error::ChallengeGone),
    }
}

async fn reset(
    app: &App,
    client: &ClientCaller,
    challenge: &Challenge,
    answer: &NewAnswer<'_>,
    username: Username,
) -> Result<Progress, Error> {
    let (work, id) = (&app.work_id, answer.challenge_id);
    let mut batch = Batch::new();
    let answered = count(app, client, &mut batch, challenge, answer);
    batch.run(challenges::pass_code(work, id, app.now)).done();
    let origin = client.origin(app);
    let ended = challenges::complete_reset(&mut batch, work, id, app.now, &origin);
    // Read after the completion: whether a staged password was committed by this very request.
    let completed = batch.read(challenges::completed(work, id));
    let results = app.db.commit(batch).await?;
    accepted(&results, answered)?;
    forget_ended(app, &results, ended).await?;
    let completed = results.one(completed)?;
    tell_right(app, client, challenge, &completed);
    tell_of_completed(app, client, Notice::PasswordReset, challenge, &completed);
    Ok(Progress {
        username,
        challenge_type: Purpose::Reset.challenge_type(),
        status: match completed.completed {
            true => Status::PasswordChanged,
            false => Status::PasswordRequired,
        },
    })
}

fn tell_right(app: &App, client: &ClientCaller, challenge: &Challenge, completed: &Completed) {
    if let Some(phone) = &completed.phone {
        points::answered(app, &client.partner_id, challenge.purpose, phone);
    }
}
