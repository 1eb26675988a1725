//! `POST /v1/user/login`: the password, then an SMS. Never a token.

use serde_json::json;

use crate::app::App;
use crate::db::audit::{self, Entry, Whom};
use crate::db::throttles::{self, Named};
use crate::db::users::{self, LoginState};
use crate::db::Statement;
use crate::error::{Error, RetryAfter};
use crate::flows::caller::ClientCaller;
use crate::flows::send_code::{issue, Known, Target};
use crate::http::{Input, Reply};
use crate::rules::challenge::Purpose;
use crate::rules::password::{Password, Verdict, DUMMY_HASH};
use crate::rules::phone::Phone;
use crate::rules::secret::hex;
use crate::wire::fields::username;

/// `{username, password}` → `{sessionId, username, challengeType, destination, expiresIn}`.
///
/// The attempt is counted before the password is compared. Whatever is wrong (the password, the
/// user, the partner) there is one answer, after the same work.
pub async fn post(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    refuse_credentials_in_query(input)?;
    let fields = input.fields()?;
    let username = username(&fields)?;
    let password = Password::given(fields.text("password", 1, 100_000)?)
        .map_err(|error| Error::invalid("password", format_args!("is not valid: {error}")))?;
    let state = count_attempt(app, client, &username).await?;
    let stored = state.password_hash.as_deref().unwrap_or(DUMMY_HASH);
    let verdict = password.verify(stored);
    let user = match (verdict, known(&state)?) {
        (Verdict::Right | Verdict::RightButOld, Some(user)) => user,
        _ => return Err(Error::InvalidCredentials),
    };
    let mut before = vec![throttles::clear(&user.id)];
    if verdict == Verdict::RightButOld {
        before.extend(upgrade(app, &password, &user.id, stored));
    }
    let target = Target {
        subject: user.id.clone(),
        email: state.email.unwrap_or_default(),
        destination: user.phone.masked(),
        user: Some(user),
    };
    let ready = issue(app, client, Purpose::Login, target, before).await?;
    if !ready.is_reserved() {
        // A user who was disabled, or whose password changed, in the meantime.
        return Err(match ready.refusal(app) {
            Error::ChallengeGone => Error::InvalidCredentials,
            error => error,
        });
    }
    ready.send(app, client).await?;
    Ok(Reply::data(json!({
        "sessionId": ready.id,
        "username": username,
        "challengeType": Purpose::Login.as_str(),
        "destination": ready.challenge.destination,
        "expiresIn": (ready.challenge.expires_at - app.now) / 1000,
    })))
}

/// A URL ends up in logs and histories: credentials in one are refused, not used.
fn refuse_credentials_in_query(input: &Input) -> Result<(), Error> {
    let secret = ["username", "password"];
    match input
        .query
        .iter()
        .find(|(name, _)| secret.contains(&name.as_str()))
    {
        Some((name, _)) => Err(Error::invalid(
            name,
            "belongs in the JSON body, never in the URL",
        )),
        None => Ok(()),
    }
}

/// `TooManyFailures` when this user, or this unknown username, has to wait.
async fn count_attempt(
    app: &App,
    client: &ClientCaller,
    username: &str,
) -> Result<LoginState, Error> {
    let keyed = app.config.peppers.current().mac(
        "unknown username v1",
        &[client.partner_id.as_bytes(), username.as_bytes()],
    );
    let unknown = format!("anon_{}", hex(&keyed[..16]));
    let named = Named {
        partner_id: &client.partner_id,
        username,
    };
    let mut batch = Vec::from(users::count_login(&named, &unknown, &app.work_id, app.now));
    let entry = Entry {
        whom: Whom::Named(username),
        event: "login.password",
        outcome: "attempted",
    };
    batch.insert(
        1,
        audit::record_if_changed(
            &app.origin(&client.partner_id, Some(&client.client_id)),
            &entry,
        ),
    );
    let state: LoginState = app.db.batch(batch).await?.one(2)?;
    if state.attempt_id != app.work_id {
        return Err(Error::TooManyFailures(RetryAfter::until(
            state.blocked_until,
            app.now,
        )));
    }
    Ok(state)
}

/// The user, unless unknown or disabled.
fn known(state: &LoginState) -> Result<Option<Known>, Error> {
    let LoginState {
        id: Some(id),
        phone: Some(phone),
        credential_epoch: Some(epoch),
        disabled_at: None,
        ..
    } = state
    else {
        return Ok(None);
    };
    let phone =
        Phone::parse(phone).map_err(|error| Error::Internal(format!("a stored phone: {error}")))?;
    Ok(Some(Known {
        id: id.clone(),
        phone,
        credential_epoch: *epoch,
    }))
}

/// A failing upgrade leaves the old hash, which is as right as before.
fn upgrade(app: &App, password: &Password, user_id: &str, old: &str) -> Option<Statement> {
    let new = password.hash(app.ids.salt()).ok()?;
    Some(users::upgrade_hash(user_id, &new, old))
}
