//! A user's sessions: logging out, listing them, ending one.

use serde_json::{json, Value};

use crate::app::App;
use crate::db::audit::{self, Entry, Whom};
use crate::db::sessions::{self, Listed};
use crate::error::Error;
use crate::flows::caller::UserCaller;
use crate::flows::sessions::forget_ended;
use crate::http::{Input, Reply};
use crate::rules::time::timestamp;

/// `POST /v1/user/logout`: `{everywhere?}` → `{}`. An empty body ends this session.
pub async fn logout(app: &App, user: &UserCaller, input: &Input) -> Result<Reply, Error> {
    let everywhere = match input.body.is_empty() {
        true => false,
        false => input
            .fields()?
            .optional_bool("everywhere")?
            .unwrap_or(false),
    };
    let end = match everywhere {
        true => sessions::end_all(&user.user_id, &user.partner_id, app.now, "logout"),
        false => sessions::end(&user.session_id, &user.user_id, app.now, "logout"),
    };
    let results = app.db.batch(vec![end, record(app, user)]).await?;
    // This one's record goes even when a first attempt, whose answer was lost, ended it in D1.
    app.sessions
        .forget(std::slice::from_ref(&user.session_id))
        .await;
    forget_ended(app, &results, 0).await?;
    Ok(Reply::data(json!({})))
}

/// `GET /v1/user/sessions` → `{sessions: [{sessionId, clientId, creationTs, refreshTs, expiresAt, current}]}`
pub async fn list(app: &App, user: &UserCaller) -> Result<Reply, Error> {
    let results = app
        .db
        .batch(vec![sessions::list(&user.user_id, app.now)])
        .await?;
    let shown: Vec<Value> = results
        .rows::<Listed>(0)?
        .iter()
        .map(|session| {
            json!({
                "sessionId": session.id,
                "clientId": session.client_id,
                "creationTs": timestamp(session.created_at),
                "refreshTs": timestamp(session.rotated_at),
                "expiresAt": timestamp(session.expires_at),
                "current": session.id == user.session_id,
            })
        })
        .collect();
    Ok(Reply::data(json!({ "sessions": shown })))
}

/// `DELETE /v1/user/sessions/{sid}` → `{}`, also when it was over, or never was this user's.
pub async fn end(app: &App, user: &UserCaller, input: &Input) -> Result<Reply, Error> {
    let end = sessions::end(input.param(0), &user.user_id, app.now, "logout");
    let results = app.db.batch(vec![end, record(app, user)]).await?;
    forget_ended(app, &results, 0).await?;
    Ok(Reply::data(json!({})))
}

fn record(app: &App, user: &UserCaller) -> crate::db::Statement {
    let entry = Entry {
        whom: Whom::User(&user.user_id),
        event: "session.end",
        outcome: "ended",
    };
    audit::record_if_changed(&app.origin(&user.partner_id, Some(&user.client_id)), &entry)
}
