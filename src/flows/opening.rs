//! The session that the right answer to a login's challenge opens.

use crate::app::App;
use crate::db::sessions::{self, AtClient, NewSession, Session};
use crate::db::{Batch, Results, Slot};
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::tokens::token_object;
use crate::kv::sessions::Record;
use crate::rules::challenge::Challenge;
use crate::rules::id::{SessionId, StoredChallengeId, UserId};
use crate::rules::refresh_token::RefreshToken;
use crate::rules::session::Means;
use crate::rules::username::Username;
use crate::wire::refresh::Tokens;

/// What came of opening it.
#[derive(Clone, Copy)]
pub(crate) struct Opened {
    /// While it lives.
    session: Slot<Session>,
    at_client: Slot<AtClient>,
}

impl Opened {
    /// The user was never at this client before, and at others.
    pub(crate) fn is_at_new_client(self, results: &Results) -> Result<bool, Error> {
        Ok(results.one(self.at_client)?.is_new)
    }
}

pub(crate) struct Opening {
    id: SessionId,
    refresh: RefreshToken,
    by: Means,
}

impl Opening {
    pub(crate) fn new(app: &App, by: Means) -> Result<Opening, Error> {
        let id: SessionId = app.ids.id();
        let refresh = RefreshToken::first(&id, app.ids.bytes(), &app.config.peppers)
            .ok_or_else(|| Error::Internal("a session id of another shape".into()))?;
        Ok(Opening { id, refresh, by })
    }

    /// Opens it if this work completed the challenge.
    pub(crate) fn add(
        &self,
        app: &App,
        client: &ClientCaller,
        batch: &mut Batch,
        (user_id, challenge_id): (&UserId, &StoredChallengeId),
    ) -> Opened {
        let new = NewSession {
            id: &self.id,
            user_id,
            partner_id: &client.partner_id,
            client_id: &client.client_id,
            token_hash: &self.refresh.hash(),
            by: self.by,
            now: app.now,
        };
        sessions::open(batch, &new, challenge_id, &app.work_id);
        Opened {
            session: batch.read(sessions::opened(&new)),
            at_client: batch.read(sessions::at_client(&new)),
        }
    }

    /// Its tokens. A client that was deleted within the minute in which its token is still believed opens none.
    pub(crate) async fn finish(
        &self,
        app: &App,
        client: &ClientCaller,
        (opened, results): (Opened, &Results),
        username: Username,
    ) -> Result<Tokens, Error> {
        let session = results.row(opened.session)?.ok_or(Error::TokenInvalid)?;
        let record = Record {
            user_id: session.user_id.clone(),
            client_id: client.client_id.clone(),
            opened_at: session.created_at,
        };
        app.sessions.put(&self.id, &record).await;
        token_object(app, client, &session, &self.refresh, username)
    }
}

/// Whose login it is. A decoy exists for resets alone.
pub(crate) fn user_of(challenge: &Challenge) -> Result<UserId, Error> {
    challenge.user_id().ok_or(Error::ChallengeGone)
}
