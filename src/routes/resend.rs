//! `POST /v1/user/otp/resend`: the same code once more. Neither time nor tries are given back.

use crate::app::App;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::send_code::{issue_again, Next};
use crate::rules::challenge::Purpose;
use crate::wire::otp::{Resend, Resent};

/// After 60, then 120 s, at most three sends in all.
pub(crate) async fn post(
    app: &App,
    client: &ClientCaller,
    request: Resend,
) -> Result<Resent, Error> {
    let id = &request.session_id;
    let challenge = app.challenges.get(id).await?;
    if challenge.partner_id != client.partner_id || challenge.expires_at <= app.now {
        return Err(Error::ChallengeGone);
    }
    let ready = issue_again(app, client, id, challenge).await?;
    let next = ready.next(app);
    if let Next::Refuse(error) = next {
        return Err(error);
    }
    let resent = Resent {
        session_id: ready.id.clone(),
        challenge_type: ready.challenge.purpose.challenge_type(),
        destination: ready.destination.shown.clone(),
        code_length: ready.challenge.digits,
        expires_in: ready.left(app).as_secs(),
    };
    match (next, ready.challenge.purpose) {
        (Next::Send, Purpose::Reset) => ready.send_after_answer(app, client),
        (Next::Send, _) => ready.send(app, client).await?,
        _ => {}
    }
    Ok(resent)
}
