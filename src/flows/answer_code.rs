//! The answer to a challenge: whose it is, that it is counted, and what came of it.

use crate::app::App;
use crate::db::audit::Whom;
use crate::db::challenges::{self, Answered, Counted, NewAnswer};
use crate::db::{Batch, Results, Slot};
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::rules::challenge::{Challenge, ChallengeType};
use crate::rules::event::Event;
use crate::rules::id::ChallengeId;
use crate::rules::username::Username;

/// The challenge, if it lives and is this partner's, this user's and of this type; else
/// `ChallengeGone`, whichever it was.
pub(crate) async fn own_challenge(
    app: &App,
    client: &ClientCaller,
    id: &ChallengeId,
    challenge_type: ChallengeType,
    username: &Username,
) -> Result<Challenge, Error> {
    let challenge = app.challenges.get(id).await?;
    let own = challenge.partner_id == client.partner_id
        && challenge.purpose.challenge_type() == challenge_type
        && challenge.is_for(username, &app.config.peppers)
        && challenge.expires_at > app.now;
    if own {
        Ok(challenge)
    } else {
        Err(Error::ChallengeGone)
    }
}

/// Counts the answer and says what came of it: the beginning of either batch.
pub(crate) fn count(
    app: &App,
    client: &ClientCaller,
    batch: &mut Batch,
    challenge: &Challenge,
    answer: &NewAnswer<'_>,
) -> Slot<Answered> {
    let event = Event::CodeAnswered {
        purpose: challenge.purpose,
        is_right: answer.is_right,
    };
    let user_id = challenge.user_id();
    let whom = Whom::of(user_id.as_ref());
    let origin = client.origin(app);
    batch
        .run(challenges::answer(answer))
        .audited(&origin, whom, event);
    batch.read(challenges::answered(answer))
}

/// Nothing unless the counting statement left its row, and the row says right.
pub(crate) fn accepted(results: &Results, answered: Slot<Answered>) -> Result<(), Error> {
    let answered = results.row(answered)?.ok_or(Error::ChallengeGone)?;
    match answered.counted {
        Counted::AsRight => Ok(()),
        _ if answered.locked => Err(Error::OtpLocked),
        Counted::AsWrong if answered.tries < answered.max_tries => Err(Error::WrongCode {
            tries_left: answered.max_tries - answered.tries,
        }),
        _ => Err(Error::ChallengeGone),
    }
}

/// Refuses an answer that cannot be the code: a slip of the finger, which costs no try. Where no
/// answer would be looked at, that is said instead, as it is to any other.
pub(crate) async fn refuse_misfit(
    app: &App,
    challenge: &Challenge,
    answer: &NewAnswer<'_>,
    given: &str,
) -> Result<(), Error> {
    if challenge.has_shape_of(given) {
        return Ok(());
    }
    let (batch, state) = Batch::of(challenges::answered(answer));
    let state = app.db.commit(batch).await?.row(state)?;
    Err(match state {
        Some(state) if state.locked => Error::OtpLocked,
        Some(state) if state.open => Error::invalid(
            "code",
            format_args!("must have {} digits", challenge.digits),
        ),
        _ => Error::ChallengeGone,
    })
}
