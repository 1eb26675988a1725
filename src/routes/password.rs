//! A lost password: `forget-password` sends a code, `change-password` brings the new password.
//! Both gates have to be passed, in either order; the second one commits.

use serde_json::json;

use crate::app::App;
use crate::db::challenges::{self, Staged};
use crate::db::users::{self, User};
use crate::error::Error;
use crate::flows::answer_code::{own_challenge, record_completion};
use crate::flows::caller::ClientCaller;
use crate::flows::passwords::new_password;
use crate::flows::send_code::{issue, Known, Target};
use crate::flows::sessions::forget_ended;
use crate::http::{Input, Reply};
use crate::rules::challenge::Purpose;
use crate::rules::email::Email;
use crate::rules::phone::{simulated_destination, Phone};
use crate::rules::secret::hex;
use crate::wire::fields::email;
use crate::wire::fields::purpose;
use crate::wire::fields::username;

/// `GET /v1/user/forget-password?email=`
pub async fn forget_get(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let text = input.query_value("email")?;
    let email = Email::parse(text)
        .map_err(|error| Error::invalid("email", format_args!("is not valid: {error}")))?;
    forget(app, client, &email).await
}

/// `POST /v1/user/forget-password`, for those who keep e-mails out of URLs: `{email}`.
pub async fn forget_post(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    forget(app, client, &email(&input.fields()?, "email")?).await
}

/// Starts a reset. Whether there is such a user shows in nothing: the same shape, a destination
/// that stays the same, the same storage calls, and the SMS goes out after the answer.
async fn forget(app: &App, client: &ClientCaller, email: &Email) -> Result<Reply, Error> {
    let results = app
        .db
        .batch(vec![users::find_by_email(
            &client.partner_id,
            email.as_str(),
        )])
        .await?;
    let user = results
        .row::<User>(0)?
        .filter(|user| user.phone_verified_at.is_some() && user.disabled_at.is_none());
    let keyed = app.config.peppers.current().mac(
        "unknown e-mail v1",
        &[client.partner_id.as_bytes(), email.as_str().as_bytes()],
    );
    let known = user.map(known).transpose()?;
    let destination = known
        .as_ref()
        .map_or_else(|| simulated_destination(&keyed), |user| user.phone.masked());
    let subject = known.as_ref().map_or_else(
        || format!("anon_{}", hex(&keyed[..16])),
        |user| user.id.clone(),
    );
    let target = Target {
        subject,
        email: email.as_str().into(),
        destination: destination.clone(),
        user: known,
    };
    let ready = issue(app, client, Purpose::Reset, target, Vec::new()).await?;
    let id = ready.id.clone();
    if ready.is_reserved() {
        ready.send_after_answer(app, client);
    }
    Ok(Reply::data(json!({
        "sdkResponseMetadata": { "requestId": id },
        "sdkHttpMetadata": { "httpHeaders": {}, "httpStatusCode": 200, "allHttpHeaders": {} },
        "codeDeliveryDetails": {
            "destination": destination,
            "deliveryMedium": "SMS",
            "attributeName": "phone_number",
        },
    })))
}

fn known(user: User) -> Result<Known, Error> {
    let phone = Phone::parse(&user.phone)
        .map_err(|error| Error::Internal(format!("a stored phone: {error}")))?;
    Ok(Known {
        id: user.id,
        phone,
        credential_epoch: user.credential_epoch,
    })
}

/// `PUT /v1/user/change-password`:
/// `{sessionId, username, challengeType: "RESET_PASSWORD", password, passwordConfirm}` → `{"data": {}}`.
///
/// Before the code, the new hash is staged and nothing changes; after it, the password changes
/// and every session ends.
pub async fn change(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let fields = input.fields()?;
    let id = fields.id("sessionId")?;
    if purpose(&fields)? != Purpose::Reset {
        return Err(Error::invalid("challengeType", "must be RESET_PASSWORD"));
    }
    let username = username(&fields)?;
    if fields.text("password", 1, 100_000)? != fields.text("passwordConfirm", 1, 100_000)? {
        return Err(Error::invalid("passwordConfirm", "differs from password"));
    }
    let challenge = own_challenge(app, client, id, Purpose::Reset, &username).await?;
    // Not compared with the phone: before the code, that would be a way to try numbers out.
    let password = new_password(app, &fields, &challenge.email, None)?;
    let hash = password
        .hash(app.ids.salt())
        .map_err(|error| Error::Internal(error.to_string()))?;
    let mut batch = vec![challenges::stage(
        id,
        &hash,
        app.config.challenge_tries,
        app.now,
    )];
    batch.extend(challenges::complete_reset(&app.work_id, id, app.now));
    batch.push(record_completion(app, client, id));
    batch.push(challenges::staged(id, &hash, &app.work_id, app.now));
    let results = app.db.batch(batch).await?;
    match results.row::<Staged>(7)? {
        Some(Staged { staged: true }) => {}
        _ => return Err(Error::ChallengeGone),
    }
    forget_ended(app, &results, 5).await?;
    Ok(Reply::data(json!({ "data": {} })))
}
