//! The exchange of a refresh token for its successor.

use crate::app::App;
use crate::db::sessions::{self, Rotation, Session};
use crate::db::Batch;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::rules::refresh_token::RefreshToken;
use crate::rules::username::Username;

/// Exchanges a refresh token for its successor; one that is neither live nor just replaced ends
/// its session. `RefreshInvalid` for everything that does not give a successor.
pub(crate) async fn rotate(
    app: &App,
    client: &ClientCaller,
    presented: &str,
    username: Option<&Username>,
) -> Result<(Session, RefreshToken), Error> {
    let token = RefreshToken::parse(presented, &app.config.peppers).ok_or(Error::RefreshInvalid)?;
    let successor = token.successor(&app.config.peppers);
    let rotation = Rotation {
        session_id: &token.session_id(),
        partner_id: &client.partner_id,
        client_id: &client.client_id,
        username,
        presented: &token.hash(),
        successor: &successor.hash(),
        now: app.now,
    };
    let origin = client.origin(app);
    let mut batch = Batch::new();
    batch.run(sessions::rotate(&rotation)).done();
    sessions::end_reused(&mut batch, &rotation, &origin);
    let rotated = batch.read(sessions::rotated(&rotation));
    match app.db.commit(batch).await?.row(rotated)? {
        Some(session) => Ok((session, successor)),
        None => {
            // Its record goes even when a first attempt, whose answer was lost, ended it. Of one that lives it
            // costs introspection a look at D1.
            app.sessions.forget(&[token.session_id()]).await;
            Err(Error::RefreshInvalid)
        }
    }
}
