//! Whether storage can be reached.

use serde_json::json;

use crate::app::App;
use crate::db::Statement;
use crate::error::Error;
use crate::http::Reply;

const PING: &str = "SELECT 1 AS up";

pub async fn get(app: &App) -> Result<Reply, Error> {
    app.db.batch(vec![Statement::new(PING, [])]).await?;
    Ok(Reply::json(200, &json!({ "status": "ok" })))
}
