//! `POST /v1/user/refresh`: a new access token and the next refresh token.

use crate::app::App;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::refresh::rotate;
use crate::flows::tokens::token_object;
use crate::wire::refresh::{Refresh, Tokens};

pub(crate) async fn post(
    app: &App,
    client: &ClientCaller,
    request: Refresh,
) -> Result<Tokens, Error> {
    let (presented, username) = (&request.refresh_token, &request.username);
    let (session, successor) = rotate(app, client, presented, Some(username)).await?;
    token_object(app, client, &session, &successor, request.username)
}
