//! A person goes: by their partner's word, or by their own.

use crate::app::App;
use crate::db::assisted;
use crate::db::erasure::{self, Erased, Erasure, Themselves};
use crate::db::sessions::SessionEnded;
use crate::db::{Batch, Results, Slot};
use crate::error::Error;
use crate::flows::caller::{ClientCaller, Unproven, UserCaller};
use crate::flows::notices::tell_found;
use crate::flows::proving::fresh;
use crate::flows::sessions::forget_ended;
use crate::rules::notice::Notice;
use crate::wire::common::Nothing;
use crate::wire::erase::Erase;
use crate::wire::user::OfUser;

/// `DELETE /v1/user/{userId}`: the same again for who was erased.
pub(crate) async fn by_partner(
    app: &App,
    client: &ClientCaller,
    request: OfUser,
) -> Result<Nothing, Error> {
    let erasure = Erasure {
        user_id: &request.user_id,
        partner_id: &client.partner_id,
        by: None,
    };
    let (mut batch, found) = Batch::of(assisted::find(erasure.user_id, erasure.partner_id));
    let erased = erasure::erase(&mut batch, erasure, &client.origin(app));
    let results = app.db.commit(batch).await?;
    if !is_erased(app, &results, erased).await? {
        return Err(Error::UserNotFound);
    }
    // None of who was erased before.
    if let Some(found) = results.row(found)? {
        tell_found(app, client, Notice::Erased, &request.user_id, found);
    }
    Ok(Nothing {})
}

/// `POST /v1/user/erase`: their last call.
pub(crate) async fn by_themselves(
    app: &App,
    user: Unproven<UserCaller>,
    request: Erase,
) -> Result<Nothing, Error> {
    let person = fresh(app, user).await?;
    person.is_settled(app)?;
    person.is_not_held(app)?;
    let mut batch = Batch::new();
    let check = person.check_password(app, &request.password, &mut batch);
    check.await?;
    let user = &person.user;
    let erasure = Erasure {
        user_id: &user.user_id,
        partner_id: &user.partner_id,
        by: Some(Themselves {
            by: user.by(app),
            epoch: person.credentials.credential_epoch,
        }),
    };
    let origin = app.origin(&user.partner_id, Some(&user.client_id));
    let erased = erasure::erase(&mut batch, erasure, &origin);
    let results = app.db.commit(batch).await?;
    if !is_erased(app, &results, erased).await? {
        // The session has ended meanwhile, or the password is another.
        return Err(Error::TokenInvalid);
    }
    person.tell(app, Notice::Erased);
    Ok(Nothing {})
}

async fn is_erased(
    app: &App,
    results: &Results,
    (erased, ended): (Slot<Erased>, Slot<SessionEnded>),
) -> Result<bool, Error> {
    forget_ended(app, results, ended).await?;
    let erased = results.row(erased)?;
    Ok(erased.is_some_and(|row| row.erased_at.is_some()))
}
