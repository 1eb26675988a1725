//! A person goes: by their partner's word, or by their own.

use crate::app::App;
use crate::db::erasure::{self, Erased, Erasure, Themselves};
use crate::db::sessions::SessionEnded;
use crate::db::{Batch, Results, Slot};
use crate::error::Error;
use crate::flows::caller::{ClientCaller, Unproven, UserCaller};
use crate::flows::proving::fresh;
use crate::flows::sessions::forget_ended;
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
    let mut batch = Batch::new();
    let erased = erasure::erase(&mut batch, erasure, &client.origin(app));
    let results = app.db.commit(batch).await?;
    match is_erased(app, &results, erased).await? {
        true => Ok(Nothing {}),
        false => Err(Error::UserNotFound),
    }
}

/// `POST /v1/user/erase`: their last call.
pub(crate) async fn by_themselves(
    app: &App,
    user: Unproven<UserCaller>,
    request: Erase,
) -> Result<Nothing, Error> {
    let person = fresh(app, user).await?;
    person.is_settled(app)?;
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
    match is_erased(app, &results, erased).await? {
        true => Ok(Nothing {}),
        // The session has ended meanwhile, or the password is another.
        false => Err(Error::TokenInvalid),
    }
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
