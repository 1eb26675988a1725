//! Whether storage can be reached.

use crate::app::App;
use crate::db::{health, Batch};
use crate::error::Error;
use crate::wire::health::Health;

pub(crate) async fn get(app: &App, (): ()) -> Result<Health, Error> {
    let (batch, _) = Batch::of(health::ping());
    app.db.commit(batch).await?;
    Ok(Health { status: "ok" })
}
