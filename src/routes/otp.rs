//! `POST /v1/user/otp`: the answer to a challenge.

use serde_json::json;

use crate::app::App;
use crate::db::challenges::{self, Answered, NewAnswer};
use crate::db::sessions::{self, NewSession};
use crate::db::users::{self, User};
use crate::error::Error;
use crate::flows::answer_code::{accepted, count, own_challenge, record_completion};
use crate::flows::caller::ClientCaller;
use crate::flows::sessions::forget_ended;
use crate::flows::tokens::{token_object, TokenOf};
use crate::http::{Input, Reply};
use crate::rules::challenge::{Challenge, Purpose};
use crate::rules::limits::{REFRESH_ABSOLUTE, REFRESH_IDLE};
use crate::rules::refresh_token::RefreshToken;
use crate::wire::fields::username;
use crate::wire::fields::{code, purpose};

/// `{sessionId, username, challengeType, code}` → the token object for `SMS_MFA`; for
/// `RESET_PASSWORD`, whether the password is changed or still to come.
///
/// KV says what the code is; one D1 batch counts the try and, if it was right, does all that
/// follows. What matched is not told before that batch has said so.
pub async fn post(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let fields = input.fields()?;
    let id = fields.id("sessionId")?;
    let purpose = purpose(&fields)?;
    let username = username(&fields)?;
    let code = code(&fields)?;
    let challenge = own_challenge(app, client, id, purpose, &username).await?;
    let answer = NewAnswer {
        id: &app.work_id,
        challenge_id: id,
        is_right: challenge.is_answered_by(code, &app.config.peppers),
        max_tries: app.config.challenge_tries,
        rules: purpose.rules(app),
        now: app.now,
    };
    match purpose {
        Purpose::Login => login(app, client, &challenge, &answer).await,
        Purpose::Reset => reset(app, client, &challenge, &answer).await,
    }
}

async fn login(
    app: &App,
    client: &ClientCaller,
    challenge: &Challenge,
    answer: &NewAnswer<'_>,
) -> Result<Reply, Error> {
    // A decoy exists for resets alone.
    let user_id = challenge.user_id.as_deref().ok_or(Error::ChallengeGone)?;
    let session_id = app.ids.id("ses");
    let refresh = RefreshToken::first(&session_id, app.ids.bytes(), &app.config.peppers)
        .ok_or_else(|| Error::Internal("a session id of another shape".into()))?;
    let new = NewSession {
        id: &session_id,
        user_id,
        partner_id: &client.partner_id,
        client_id: &client.client_id,
        token_hash: &refresh.hash(),
        now: app.now,
        expires_at: app.now + REFRESH_ABSOLUTE,
        idle_expires_at: app.now + REFRESH_IDLE,
    };
    let mut batch = count(app, client, challenge, answer);
    batch.extend(challenges::complete_login(
        &app.work_id,
        answer.challenge_id,
        app.now,
    ));
    batch.push(sessions::open(&new, answer.challenge_id, &app.work_id));
    batch.push(users::find(user_id, &client.partner_id));
    let results = app.db.batch(batch).await?;
    accepted(answer, &results)?;
    let user: User = results.one(6)?;
    app.sessions.remember(&session_id, user_id, app.now).await;
    token_object(
        app,
        client,
        &TokenOf {
            session_id: &session_id,
            user_id,
            email: &user.email,
            phone: &user.phone,
            roles: &user.roles,
            auth_time: app.now,
            refresh: &refresh,
        },
    )
}

async fn reset(
    app: &App,
    client: &ClientCaller,
    challenge: &Challenge,
    answer: &NewAnswer<'_>,
) -> Result<Reply, Error> {
    let mut batch = count(app, client, challenge, answer);
    batch.push(challenges::pass_code(
        &app.work_id,
        answer.challenge_id,
        app.now,
    ));
    batch.extend(challenges::complete_reset(
        &app.work_id,
        answer.challenge_id,
        app.now,
    ));
    batch.push(record_completion(app, client, answer.challenge_id));
    batch.push(challenges::answered(answer));
    let last = batch.len() - 1;
    let results = app.db.batch(batch).await?;
    accepted(answer, &results)?;
    forget_ended(app, &results, 8).await?;
    // Read after the completion: whether a staged password was committed by this very request.
    let completed = results.one::<Answered>(last)?.completed;
    Ok(Reply::data(json!({
        "username": challenge.email,
        "challengeType": Purpose::Reset.as_str(),
        "status": if completed { "PASSWORD_CHANGED" } else { "PASSWORD_REQUIRED" },
    })))
}
