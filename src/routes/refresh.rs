//! `POST /v1/user/refresh`: a new access token and the next refresh token.

use crate::app::App;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::refresh::rotate;
use crate::flows::tokens::{token_object, TokenOf};
use crate::http::{Input, Reply};
use crate::wire::fields::username;

/// `{username, refreshToken}` → the token object.
pub async fn post(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let fields = input.fields()?;
    let username = username(&fields)?;
    let presented = fields.text("refreshToken", 1, 512)?;
    let (session, successor) = rotate(app, client, presented, Some(&username)).await?;
    token_object(app, client, &TokenOf::session(&session, &successor))
}
