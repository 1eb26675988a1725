//! The user object, to whom it may be shown.

use crate::app::App;
use crate::caller::UserCaller;
use crate::error::Error;
use crate::http::Reply;
use crate::routes::objects::{read_user, user_object};

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
