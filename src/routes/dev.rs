//! What exists on a laptop alone.

use serde_json::json;

use crate::app::App;
use crate::error::Error;
use crate::http::Reply;
use crate::sms::console;

/// The messages of the console provider, the newest first. In production, and with another
/// provider, there is nothing at this path.
pub async fn outbox(app: &App) -> Result<Reply, Error> {
    if !app.config.is_local() || !app.config.sms.uses_console() {
        return Err(Error::UnknownPath);
    }
    Ok(Reply::json(200, &json!({ "messages": console::outbox() })))
}
