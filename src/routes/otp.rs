//! `POST /v1/user/otp`: the answer to a challenge.

use crate::app::App;
use crate::db::challenges::{self, Completed, NewAnswer};
use crate::db::sessions::{self, NewSession};
use crate::db::{users, Batch};
use crate::error::Error;
use crate::flows::answer_code::{accepted, count, own_challenge, refuse_misfit};
use crate::flows::caller::ClientCaller;
use crate::flows::points;
use crate::flows::sessions::forget_ended;
use crate::flows::tokens::token_object;
use crate::kv::sessions::Record;
use crate::rules::challenge::{Challenge, Purpose};
use crate::rules::id::SessionId;
use crate::rules::refresh_token::RefreshToken;
use crate::rules::session::Means;
use crate::rules::username::Username;
use crate::wire::otp::{CodeAnswer, CodeAnswered, ResetProgress, ResetStatus};
use crate::wire::refresh::Tokens;

/// KV says what the code is, and what cannot be one; one D1 batch counts the try and, if it was
/// right, does all that follows. What matched is not told before that batch has said so.
pub(crate) async fn post(
    app: &App,
    client: &ClientCaller,
    request: CodeAnswer,
) -> Result<CodeAnswered, Error> {
    let (id, purpose, username) = (
        &request.session_id,
        request.challenge_type,
        request.username,
    );
    let challenge = own_challenge(app, client, id, purpose, &username).await?;
    let answer = NewAnswer {
        work_id: &app.work_id,
        challenge_id: &id.stored(),
        is_right: challenge.is_answered_by(&request.code, &app.config.peppers),
        max_tries: app.terms().challenge_tries,
        rules: purpose.rules(app),
        now: app.now,
    };
    refuse_misfit(app, &challenge, &answer, &request.code).await?;
    match purpose {
        Purpose::Login => {
            let tokens = login(app, client, &challenge, &answer, username).await?;
            Ok(CodeAnswered::LoggedIn(tokens))
        }
        Purpose::Reset => {
            let progress = reset(app, client, &challenge, &answer, username).await?;
            Ok(CodeAnswered::Reset(progress))
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
    // A decoy exists for resets alone.
    let user_id = &challenge.user_id().ok_or(Error::ChallengeGone)?;
    let session_id: SessionId = app.ids.id();
    let refresh = RefreshToken::first(&session_id, app.ids.bytes(), &app.config.peppers)
        .ok_or_else(|| Error::Internal("a session id of another shape".into()))?;
    let new = NewSession {
        id: &session_id,
        user_id,
        partner_id: &client.partner_id,
        client_id: &client.client_id,
        token_hash: &refresh.hash(),
        by: Means::Sms,
        now: app.now,
    };
    let mut batch = Batch::new();
    let answered = count(app, client, &mut batch, challenge, answer);
    let (work, id) = (&app.work_id, answer.challenge_id);
    users::give_number_to_prover(&mut batch, id, work, &client.origin(app));
    challenges::complete_login(&mut batch, work, id, app.now);
    batch.run(sessions::open(&new, id, work)).done();
    let completed = batch.read(challenges::completed(work, id));
    let opened = batch.read(sessions::opened(&new));
    let results = app.db.commit(batch).await?;
    accepted(&results, answered)?;
    // Right, but the number has become somebody else's.
    let completed = results.row(completed)?.filter(|row| row.completed);
    tell_right(
        app,
        client,
        challenge,
        &completed.ok_or(Error::ChallengeGone)?,
    );
    // A client that was deleted within the minute in which its token is still believed opens none.
    let session = results.row(opened)?.ok_or(Error::TokenInvalid)?;
    let record = Record {
        user_id: user_id.clone(),
        client_id: client.client_id.clone(),
        opened_at: session.created_at,
    };
    app.sessions.put(&session_id, &record).await;
    token_object(app, client, &session, &refresh, username)
}

async fn reset(
    app: &App,
    client: &ClientCaller,
    challenge: &Challenge,
    answer: &NewAnswer<'_>,
    username: Username,
) -> Result<ResetProgress, Error> {
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
    Ok(ResetProgress {
        username,
        challenge_type: Purpose::Reset,
        status: match completed.completed {
            true => ResetStatus::PasswordChanged,
            false => ResetStatus::PasswordRequired,
        },
    })
}

fn tell_right(app: &App, client: &ClientCaller, challenge: &Challenge, completed: &Completed) {
    if let Some(phone) = &completed.phone {
        points::answered(app, &client.partner_id, challenge.purpose, phone);
    }
}
