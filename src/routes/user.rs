//! The user object, to whom it may be shown, and what a partner may do with a user.

use serde_json::{Map, Value};
use strum::VariantArray;

use crate::app::App;
use crate::db::audit::Whom;
use crate::db::challenges::{self, NewUnlock};
use crate::db::sessions::{self, Which};
use crate::db::throttles::Named;
use crate::db::{users, Batch};
use crate::error::{Error, RetryAfter};
use crate::flows::caller::{ClientCaller, ReaderCaller, Unproven, UserCaller};
use crate::flows::custody::Claims;
use crate::flows::objects::user_object;
use crate::flows::reserving::Keys;
use crate::flows::sessions::forget_ended;
use crate::rules::challenge::Purpose;
use crate::rules::event::Event;
use crate::rules::session::Ending;
use crate::rules::word::Word;
use crate::wire::common::Nothing;
use crate::wire::user::{FindUser, OfUser, User};

/// `GET /v1/user/me`
pub(crate) async fn me(app: &App, user: Unproven<UserCaller>, (): ()) -> Result<User, Error> {
    let ask = user.ask(app, |batch, user| {
        batch.read(users::whole(&user.user_id, &user.partner_id))
    });
    let (_, results, found) = ask.await?;
    let found = results.row(found)?.ok_or(Error::TokenInvalid)?;
    user_object(app, found)
}

/// `GET /v1/user`: the one who has this e-mail or this number.
pub(crate) async fn find(
    app: &App,
    client: &ClientCaller,
    request: FindUser,
) -> Result<User, Error> {
    let near = app.db.near();
    let username = request.username().ok_or(Error::UserNotFound)?;
    let named = Named {
        partner_id: &client.partner_id,
        username: &username,
    };
    let (batch, found) = Batch::of(users::find_named(&named, app.now));
    let found = near.commit(batch).await?.row(found)?;
    let id = found.ok_or(Error::UserNotFound)?.id;
    let (batch, found) = Batch::of(users::whole(&id, &client.partner_id));
    let found = near.commit(batch).await?.row(found)?;
    user_object(app, found.ok_or(Error::UserNotFound)?)
}

/// `GET /v1/user/{userId}`
pub(crate) async fn get(
    app: &App,
    reader: Unproven<ReaderCaller>,
    request: OfUser,
) -> Result<User, Error> {
    let id = &request.user_id;
    let ask = reader.ask(app, |batch, reader| {
        let may_read = reader.may_read(id);
        may_read.then(|| batch.read(users::whole(id, reader.partner_id())))
    });
    let (_, results, found) = ask.await?;
    let found = results.row(found.ok_or(Error::UserNotFound)?)?;
    user_object(app, found.ok_or(Error::UserNotFound)?)
}

/// `POST /v1/user/{userId}/unlock`: wrong codes so far count in the year alone. The partner has made
/// sure of the person. Where nothing is to be excused, nothing changes, and the next unlock is as
/// near as it was.
pub(crate) async fn unlock(
    app: &App,
    client: &ClientCaller,
    request: OfUser,
) -> Result<Nothing, Error> {
    let new = NewUnlock {
        work_id: &app.work_id,
        user_id: &request.user_id,
        partner_id: &client.partner_id,
        year_caps: &year_caps(app),
        now: app.now,
    };
    let whom = Whom::User(&request.user_id);
    let mut batch = Batch::new();
    batch
        .run(challenges::unlock(&new))
        .audited(&client.origin(app), whom, Event::UserUnlocked);
    let unlocked = batch.read(challenges::unlocked(&new));
    let results = app.db.commit(batch).await?;
    let state = results.row(unlocked)?.ok_or(Error::UserNotFound)?;
    match state.year_free_at {
        Some(year_free_at) if !state.unlocked => Err(Error::UnlockTooSoon(RetryAfter::until(
            year_free_at.max(state.due_at),
            app.now,
        ))),
        _ => Ok(Nothing {}),
    }
}

/// How many wrong codes of each purpose there may be in the year.
fn year_caps(app: &App) -> String {
    let cap = |purpose: &Purpose| {
        let cap = purpose.rules(app).caps.in_365_days;
        (purpose.as_str().to_owned(), cap.into())
    };
    let caps: Map<String, Value> = Purpose::VARIANTS.iter().map(cap).collect();
    Value::Object(caps).to_string()
}

/// `POST /v1/user/{userId}/enable`. Accounts whose first activation fell into the time in which the
/// user was disabled have it now.
pub(crate) async fn enable(
    app: &App,
    client: &ClientCaller,
    request: OfUser,
) -> Result<Nothing, Error> {
    let (user_id, partner_id) = (&request.user_id, &client.partner_id);
    let keys = Keys {
        user_id,
        partner_id,
    };
    let origin = client.origin(app);
    let mut batch = Batch::new();
    batch.run(users::enable(user_id, partner_id)).audited(
        &origin,
        Whom::User(user_id),
        Event::UserEnabled,
    );
    let reserving = keys.reserve(app, &mut batch).await?;
    let user = batch.read(users::find(user_id, partner_id));
    let results = app.db.commit(batch).await?;
    results.row(user)?.ok_or(Error::UserNotFound)?;
    let (app, reserved) = keys.reserved(app, &results, reserving).await?;
    Claims::of(&app).show_all(reserved).await?;
    Ok(Nothing {})
}

/// `POST /v1/user/{userId}/disable`: no sessions, no login, no reset, until enabled.
pub(crate) async fn disable(
    app: &App,
    client: &ClientCaller,
    request: OfUser,
) -> Result<Nothing, Error> {
    let (user_id, partner_id) = (&request.user_id, &client.partner_id);
    let origin = client.origin(app);
    let mut batch = Batch::new();
    batch
        .run(users::disable(user_id, partner_id, app.now))
        .audited(&origin, Whom::User(user_id), Event::UserDisabled);
    let which = Which::AllOf(user_id, partner_id);
    let ended = sessions::end(&mut batch, which, Ending::Disabled, &origin);
    let user = batch.read(users::find(user_id, partner_id));
    let results = app.db.commit(batch).await?;
    results.row(user)?.ok_or(Error::UserNotFound)?;
    forget_ended(app, &results, ended).await?;
    Ok(Nothing {})
}
