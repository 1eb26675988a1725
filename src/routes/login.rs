//! `POST /v1/user/login`: the password, then an SMS. Never a token.

use crate::app::App;
use crate::db::audit::Whom;
use crate::db::throttles::{self, Named};
use crate::db::users::{self, LoginState};
use crate::db::Batch;
use crate::error::Error;
use crate::flows::attempts;
use crate::flows::caller::ClientCaller;
use crate::flows::send_code::{issue, Known, Next, Target};
use crate::rules::challenge::Purpose;
use crate::rules::event::Event;
use crate::rules::id::Subject;
use crate::rules::password::{Password, Verdict, DUMMY_HASH};
use crate::rules::username::Username;
use crate::wire::login::{Login, LoginChallenge};

/// The attempt is counted before the password is compared. Whatever is wrong (the password, the
/// user, the partner) there is one answer, after the same work.
pub(crate) async fn post(
    app: &App,
    client: &ClientCaller,
    request: Login,
) -> Result<LoginChallenge, Error> {
    let password = Password::given(&request.password)
        .map_err(|error| Error::invalid("password", format_args!("is not valid: {error}")))?;
    let state = count_attempt(app, client, &request.username).await?;
    let stored = state.password_hash.as_deref().unwrap_or(DUMMY_HASH);
    let peppers = &app.config.password_peppers;
    let verdict = password.verify(stored, peppers);
    tell(app, client, &state, outcome(&state, verdict));
    let (Verdict::Right | Verdict::RightButOld, Some(user)) = (verdict, known(&state)) else {
        return Err(Error::InvalidCredentials);
    };
    // A failing upgrade leaves the old hash, which is as right as before.
    let upgraded = match verdict {
        Verdict::RightButOld => password.hash(app.ids.salt(), peppers).ok(),
        _ => None,
    };
    let (id, subject) = (user.id.clone(), Subject::user(&user.id));
    let before = |batch: &mut Batch| {
        let client_id = &client.client_id;
        batch
            .run(throttles::clear(&subject))
            .then(throttles::take_back_of_client(client_id, app.now))
            .done();
        if let Some(locale) = request.locale {
            batch.run(users::speak(&id, locale)).done();
        }
        if let Some(new) = &upgraded {
            batch.run(users::upgrade_hash(&id, new, stored)).done();
        }
    };
    let target = Target {
        subject: subject.clone(),
        email: state.email.clone().unwrap_or_default(),
        user: Some(Known {
            locale: request.locale.or(user.locale),
            ..user
        }),
        change: None,
    };
    // A user who was disabled, whose password changed, or whom a sign-up replaced, in the meantime.
    let meanwhile = |error| match error {
        Error::ChallengeGone => Error::InvalidCredentials,
        error => error,
    };
    let ready = issue(app, client, Purpose::Login, &target, before);
    let ready = ready.await.map_err(meanwhile)?;
    match ready.next(app) {
        Next::Send => ready.send(app, client).await?,
        Next::Stand => {}
        Next::Refuse(error) => return Err(meanwhile(error)),
    }
    Ok(LoginChallenge {
        expires_in: ready.left(app).as_secs(),
        session_id: ready.id,
        username: request.username,
        challenge_type: Purpose::Login.challenge_type(),
        code_length: ready.challenge.digits,
        destination: ready.destination.shown,
    })
}

fn outcome(state: &LoginState, verdict: Verdict) -> &'static str {
    match (verdict, known(state)) {
        (Verdict::Wrong, _) => "wrong",
        (_, None) => "disabled",
        (_, Some(_)) => "right",
    }
}

/// `TooManyFailures` when this user, or this unknown username, has to wait.
async fn count_attempt(
    app: &App,
    client: &ClientCaller,
    username: &Username,
) -> Result<LoginState, Error> {
    let keyed = app.config.decoy_key.mac(
        "unknown username v1",
        &[
            client.partner_id.as_str().as_bytes(),
            username.as_str().as_bytes(),
        ],
    );
    let unknown = Subject::unknown(&keyed);
    let named = Named {
        partner_id: &client.partner_id,
        username,
    };
    let origin = client.origin(app);
    let told = (&origin, Whom::Named(username), Event::PasswordAttempted);
    let count = throttles::count_named(&unknown, Some(&named), &app.work_id, app.now);
    let mut batch = Batch::new();
    let alarm = attempts::count(app, &mut batch, &client.client_id, count, told);
    let state = batch.read(users::login_state(&named, &unknown, app.now));
    let results = app.db.commit(batch).await?;
    attempts::sound(app, &client.client_id, &results, alarm)?;
    let state = results.one(state)?;
    let let_through = attempts::let_through(app, &state.attempt_id, state.blocked_until);
    let_through.inspect_err(|_| tell(app, client, &state, "throttled"))?;
    Ok(state)
}

fn tell(app: &App, client: &ClientCaller, state: &LoginState, outcome: &str) {
    let (client_id, user_id) = (&client.client_id, state.id.as_ref());
    attempts::tell(app, "login.password", client_id, user_id, outcome);
}

/// The user, unless unknown, disabled, or signed up with a number that has become another's.
fn known(state: &LoginState) -> Option<Known> {
    if state.disabled_at.is_some() || state.outdone {
        return None;
    }
    Some(Known {
        id: state.id.clone()?,
        phone: state.phone.clone()?,
        locale: state.locale,
        credential_epoch: state.credential_epoch?,
    })
}
