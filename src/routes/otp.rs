//! `POST /v1/user/otp`: the answer to a challenge.

use serde_json::json;

use crate::app::App;
use crate::caller::ClientCaller;
use crate::challenge::{Challenge, Purpose};
use crate::db::audit::{self, Entry, Whom};
use crate::db::challenges::{self, Answered, NewAnswer};
use crate::db::sessions::{self, NewSession, SessionId};
use crate::db::users::{self, User};
use crate::db::{Results, Statement};
use crate::error::Error;
use crate::fields::Fields;
use crate::http::{Input, Reply};
use crate::limits::{REFRESH_ABSOLUTE, REFRESH_IDLE};
use crate::refresh_token::RefreshToken;
use crate::routes::refresh::{token_object, TokenOf};
use crate::username::username;

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

/// `challengeType`
pub fn purpose(fields: &Fields) -> Result<Purpose, Error> {
    let text = fields.text("challengeType", 1, 32)?;
    Purpose::parse(text)
        .ok_or_else(|| Error::invalid("challengeType", "must be SMS_MFA or RESET_PASSWORD"))
}

/// What cannot be a code is a slip of the finger, and costs no try.
fn code(fields: &Fields) -> Result<&str, Error> {
    let code = fields.text("code", 4, 10)?;
    if !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Error::invalid("code", "must be digits"));
    }
    Ok(code)
}

/// The challenge, if it lives and is this partner's, this user's and of this purpose; else
/// `ChallengeGone`, whichever it was.
pub async fn own_challenge(
    app: &App,
    client: &ClientCaller,
    id: &str,
    purpose: Purpose,
    username: &str,
) -> Result<Challenge, Error> {
    let challenge = app.challenges.get(id).await?;
    let own = challenge.partner_id == client.partner_id
        && challenge.purpose == purpose
        && challenge.is_for(username)
        && challenge.expires_at > app.now;
    if own {
        Ok(challenge)
    } else {
        Err(Error::ChallengeGone)
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

/// Counts the answer and says what came of it: the first three statements of either batch.
fn count(
    app: &App,
    client: &ClientCaller,
    challenge: &Challenge,
    answer: &NewAnswer<'_>,
) -> Vec<Statement> {
    let entry = Entry {
        whom: challenge
            .user_id
            .as_deref()
            .map_or(Whom::Nobody, Whom::User),
        event: match challenge.purpose {
            Purpose::Login => "login.code",
            Purpose::Reset => "reset.code",
        },
        outcome: if answer.is_right { "right" } else { "wrong" },
    };
    let origin = app.origin(&client.partner_id, Some(&client.client_id));
    vec![
        challenges::answer(answer),
        audit::record_if_changed(&origin, &entry),
        challenges::answered(answer),
    ]
}

/// Nothing unless the counting statement left its row, and the row says right.
fn accepted(answer: &NewAnswer<'_>, results: &Results) -> Result<(), Error> {
    let answered: Answered = results.row(2)?.ok_or(Error::ChallengeGone)?;
    match answered.accepted {
        Some(1) => Ok(()),
        _ if answered.locked => Err(Error::OtpLocked),
        Some(_) if answered.tries < answer.max_tries => Err(Error::WrongCode {
            tries_left: answer.max_tries - answered.tries,
        }),
        _ => Err(Error::ChallengeGone),
    }
}

/// The audit row of a reset that this request completed.
pub fn record_completion(app: &App, client: &ClientCaller, challenge_id: &str) -> Statement {
    challenges::record_if_completed(
        &app.origin(&client.partner_id, Some(&client.client_id)),
        challenge_id,
        &app.work_id,
    )
}

/// KV forgets the sessions that the nth statement ended.
pub async fn forget_ended(app: &App, results: &Results, nth: usize) -> Result<(), Error> {
    let ended: Vec<String> = results
        .rows::<SessionId>(nth)?
        .into_iter()
        .map(|row| row.id)
        .collect();
    app.sessions.forget(&ended).await;
    Ok(())
}
