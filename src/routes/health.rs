//! Whether storage can be reached, and to the operator which version says so.

use crate::app::App;
use crate::db::{health, Batch};
use crate::error::Error;
use crate::flows::caller;
use crate::isolate;
use crate::wire::health::{AskHealth, Health, Version};

/// Whoever asks without the operator's token is told the same as whoever asks without any: a probe's header is
/// no reason to call a service ill.
pub(crate) async fn get(app: &App, request: AskHealth) -> Result<Health, Error> {
    let (batch, _) = Batch::of(health::ping());
    app.directory.commit(batch).await?;
    let operator = match request.authorization.as_deref() {
        Some(header) => caller::operator(app, Some(header)).await.ok(),
        None => None,
    };
    let version = operator.and_then(|_| isolate::version());
    Ok(Health {
        status: "ok",
        version: version.map(|version| Version {
            id: version.id.clone(),
            tag: version.tag.clone(),
            time: version.time.clone(),
        }),
    })
}
