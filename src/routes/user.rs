//! The user object, to whom it may be shown, and what a partner may do with a user.

use crate::app::App;
use crate::db::audit::Whom;
use crate::db::{accounts, challenges, sessions, users, Batch, Statement};
use crate::error::Error;
use crate::flows::caller::{ClientCaller, ReaderCaller, UserCaller};
use crate::flows::objects::{read_user, user_object};
use crate::flows::sessions::forget_ended;
use crate::rules::event::Event;
use crate::rules::id::{PartnerId, UserId};
use crate::rules::session::Ending;
use crate::wire::common::Nothing;
use crate::wire::user::{OfUser, User};

/// `GET /v1/user/me`
pub(crate) async fn me(app: &App, user: &UserCaller, (): ()) -> Result<User, Error> {
    let shown = read(app, &user.user_id, &user.partner_id).await?;
    shown.ok_or(Error::TokenInvalid)
}

/// `GET /v1/user/{userId}`
pub(crate) async fn get(app: &App, reader: &ReaderCaller, request: OfUser) -> Result<User, Error> {
    if !reader.may_read(&request.user_id) {
        return Err(Error::UserNotFound);
    }
    let shown = read(app, &request.user_id, &reader.partner_id).await?;
    shown.ok_or(Error::UserNotFound)
}

async fn read(app: &App, user_id: &UserId, partner_id: &PartnerId) -> Result<Option<User>, Error> {
    let mut batch = Batch::new();
    let user = read_user(&mut batch, user_id, partner_id);
    let results = app.db.commit(batch).await?;
    user_object(app, &results, &user)
}

/// `POST /v1/user/{userId}/unlock`: wrong codes so far count no more. The partner has made sure
/// of the person.
pub(crate) async fn unlock(
    app: &App,
    client: &ClientCaller,
    request: OfUser,
) -> Result<Nothing, Error> {
    let act = challenges::unlock(&request.user_id, &client.partner_id, app.now);
    act_on(
        app,
        client,
        &request.user_id,
        act,
        Event::UserUnlocked,
        None,
    )
    .await
}

/// `POST /v1/user/{userId}/enable`. Accounts whose first activation fell into the time in which the
/// user was disabled have it now.
pub(crate) async fn enable(
    app: &App,
    client: &ClientCaller,
    request: OfUser,
) -> Result<Nothing, Error> {
    let (user_id, partner_id) = (&request.user_id, &client.partner_id);
    let custody_key = app.config.custody.of_encryption().key_id();
    let act = users::enable(user_id, partner_id);
    let then = accounts::activate(user_id, Some(partner_id), custody_key, app.now);
    act_on(app, client, user_id, act, Event::UserEnabled, Some(then)).await
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
    let ended = sessions::end_all(user_id, partner_id, app.now, Ending::Disabled);
    let ended = batch.run(ended).slot();
    let user = batch.read(users::find(user_id, partner_id));
    let results = app.db.commit(batch).await?;
    results.row(user)?.ok_or(Error::UserNotFound)?;
    forget_ended(app, &results, ended).await?;
    Ok(Nothing {})
}

/// Does it, records it if it changed something, and does what follows from it. `UserNotFound` when
/// it is not this partner's user.
async fn act_on(
    app: &App,
    client: &ClientCaller,
    user_id: &UserId,
    act: Statement,
    event: Event,
    then: Option<Statement>,
) -> Result<Nothing, Error> {
    let origin = client.origin(app);
    let mut batch = Batch::new();
    batch.run(act).audited(&origin, Whom::User(user_id), event);
    if let Some(then) = then {
        batch.run(then).done();
    }
    let user = batch.read(users::find(user_id, &client.partner_id));
    let results = app.db.commit(batch).await?;
    results.row(user)?.ok_or(Error::UserNotFound)?;
    Ok(Nothing {})
}
