//! The exchange of a refresh token for its successor.

use crate::app::App;
use crate::db::audit::{self, Entry, Whom};
use crate::db::sessions::{self, Rotation, Session};
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::rules::refresh_token::RefreshToken;

/// Exchanges a refresh token for its successor; one that is neither live nor just replaced ends
/// its session. `RefreshInvalid` for everything that does not give a successor.
pub async fn rotate(
    app: &App,
    client: &ClientCaller,
    presented: &str,
    username: Option<&str>,
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
    let entry = |outcome| Entry {
        whom: Whom::OfSession(rotation.session_id),
        event: "session.refresh",
        outcome,
    };
    let origin = || app.origin(&client.partner_id, Some(&client.client_id));
    let results = app
        .db
        .batch(vec![
            sessions::rotate(&rotation),
            audit::record_if_changed(&origin(), &entry("rotated")),
            sessions::end_reused(&rotation),
            audit::record_if_changed(&origin(), &entry("reuse")),
            sessions::rotated(&rotation),
        ])
        .await?;
    match results.row::<Session>(4)? {
        Some(session) => {
            app.sessions
                .remember(&session.id, &session.user_id, app.now)
                .await;
            Ok((session, successor))
        }
        None => {
            app.sessions.forget(&[token.session_id()]).await;
            Err(Error::RefreshInvalid)
        }
    }
}
