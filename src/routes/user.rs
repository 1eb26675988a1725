//! The user object, to whom it may be shown, and what a partner may do with a user.

use serde_json::json;

use crate::app::App;
use crate::db::audit::{self, Entry, Whom};
use crate::db::users::{self, User};
use crate::db::{challenges, sessions, Statement};
use crate::error::Error;
use crate::flows::caller::{ClientCaller, Reader, UserCaller};
use crate::flows::objects::{read_user, user_object};
use crate::flows::sessions::forget_ended;
use crate::http::{Input, Reply};

/// `GET /v1/user/me`
pub async fn me(app: &App, user: &UserCaller) -> Result<Reply, Error> {
    let results = app
        .db
        .batch(read_user(&user.user_id, &user.partner_id).into())
        .await?;
    user_object(app, &results, 0)?
        .map(Reply::data)
        .ok_or(Error::TokenInvalid)
}

/// `GET /v1/user/{userId}`
pub async fn get(app: &App, reader: &Reader, input: &Input) -> Result<Reply, Error> {
    let user_id = input.param(0);
    if !reader.may_read(user_id) {
        return Err(Error::UserNotFound);
    }
    let results = app
        .db
        .batch(read_user(user_id, &reader.partner_id).into())
        .await?;
    user_object(app, &results, 0)?
        .map(Reply::data)
        .ok_or(Error::UserNotFound)
}

/// `POST /v1/user/{userId}/unlock`: wrong codes so far count no more. The partner has made sure
/// of the person.
pub async fn unlock(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let user_id = input.param(0);
    let act = challenges::unlock(user_id, &client.partner_id, app.now);
    act_on(app, client, user_id, "user.unlock", vec![act]).await?;
    Ok(Reply::data(json!({})))
}

/// `POST /v1/user/{userId}/disable`: no sessions, no login, no reset, until enabled.
pub async fn disable(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let user_id = input.param(0);
    let acts = vec![
        users::disable(user_id, &client.partner_id, app.now),
        sessions::end_all(user_id, &client.partner_id, app.now, "disabled"),
    ];
    act_on(app, client, user_id, "user.disable", acts).await?;
    Ok(Reply::data(json!({})))
}

/// `POST /v1/user/{userId}/enable`
pub async fn enable(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let user_id = input.param(0);
    let act = users::enable(user_id, &client.partner_id);
    act_on(app, client, user_id, "user.enable", vec![act]).await?;
    Ok(Reply::data(json!({})))
}

/// Does it, records it if the first act changed something, and has KV forget the sessions that
/// the second ended. `UserNotFound` when it is not this partner's user.
async fn act_on(
    app: &App,
    client: &ClientCaller,
    user_id: &str,
    event: &'static str,
    mut acts: Vec<Statement>,
) -> Result<(), Error> {
    let ends_sessions = acts.len() > 1;
    let entry = Entry {
        whom: Whom::User(user_id),
        event,
        outcome: "done",
    };
    acts.insert(
        1,
        audit::record_if_changed(
            &app.origin(&client.partner_id, Some(&client.client_id)),
            &entry,
        ),
    );
    acts.push(users::find(user_id, &client.partner_id));
    let last = acts.len() - 1;
    let results = app.db.batch(acts).await?;
    results.row::<User>(last)?.ok_or(Error::UserNotFound)?;
    if ends_sessions {
        forget_ended(app, &results, 2).await?;
    }
    Ok(())
}
