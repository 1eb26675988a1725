//! `POST /v1/user/otp/resend`: the same code once more. Neither time nor tries are given back.

use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::send_code::issue_again;
use crate::http::{Input, Reply};
use crate::rules::challenge::Purpose;

/// `{sessionId}` → `{sessionId, challengeType, destination, expiresIn}`. After 60, then 120 s, at
/// most three sends in all.
pub async fn post(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let fields = input.fields()?;
    let id = fields.id("sessionId")?;
    let challenge = app.challenges.get(id).await?;
    if challenge.partner_id != client.partner_id || challenge.expires_at <= app.now {
        return Err(Error::ChallengeGone);
    }
    let ready = issue_again(app, client, id, challenge).await?;
    if !ready.is_reserved() {
        return Err(ready.refusal(app));
    }
    let reply = Reply::data(json!({
        "sessionId": ready.id,
        "challengeType": ready.challenge.purpose.as_str(),
        "destination": ready.challenge.destination,
        "expiresIn": (ready.challenge.expires_at - app.now) / 1000,
    }));
    match ready.challenge.purpose {
        Purpose::Login => ready.send(app, client).await?,
        Purpose::Reset => ready.send_after_answer(app, client),
    }
    Ok(reply)
}
