//! The answer to a challenge: whose it is, that it is counted, and what came of it.

use crate::app::App;
use crate::db::audit::{self, Entry, Whom};
use crate::db::challenges::{self, Answered, NewAnswer};
use crate::db::{Results, Statement};
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::rules::challenge::{Challenge, Purpose};

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

/// Counts the answer and says what came of it: the first three statements of either batch.
pub fn count(
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
pub fn accepted(answer: &NewAnswer<'_>, results: &Results) -> Result<(), Error> {
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
