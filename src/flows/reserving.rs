//! Indices are reserved under the extended key in force. A partner may have taken its own out since this isolate read
//! its settings: then nothing was reserved, and it is done once more under the one that D1 has now.

use serde_json::json;

use crate::app::App;
use crate::db::accounts::{self, Reserving};
use crate::db::indices::Reserved;
use crate::db::{Batch, Results};
use crate::error::Error;
use crate::flows::{custody, terms};
use crate::log;
use crate::rules::custody::Giving;
use crate::rules::id::{PartnerId, UserId};

/// The keys of a user's accounts.
pub(crate) struct Keys<'a> {
    pub(crate) user_id: &'a UserId,
    pub(crate) partner_id: &'a PartnerId,
}

/// The key that new addresses are of, as the ledger knows it.
pub(crate) async fn addresses(app: &App) -> Result<Giving<'_>, Error> {
    let custody = &app.terms().custody;
    custody::known(app, custody.of_addresses()).await?;
    Ok(custody.giving_addresses())
}

impl Keys<'_> {
    /// Reserves nothing under a key that the ledger does not know as this one, or where it does not answer.
    pub(crate) async fn reserve(&self, app: &App, batch: &mut Batch) -> Result<Reserving, Error> {
        let custody = &app.terms().custody;
        custody::known(app, custody.of_encryption()).await?;
        let (user_id, partner_id) = (self.user_id, self.partner_id);
        let under = custody.giving_encryption();
        Ok(accounts::reserve_keys(
            batch, user_id, partner_id, under, app.now,
        ))
    }

    /// What there is to claim, and the request under the settings by which it was reserved.
    pub(crate) async fn reserved(
        &self,
        app: &App,
        results: &Results,
        reserving: Reserving,
    ) -> Result<(App, Vec<Reserved>), Error> {
        if !is_hindered(results, reserving)? {
            return Ok((app.clone(), results.rows(reserving.reserved)?));
        }
        let app = anew(app, self.partner_id).await?;
        let mut batch = Batch::new();
        let reserving = self.reserve(&app, &mut batch).await?;
        let results = app.db.commit(batch).await?;
        if is_hindered(&results, reserving)? {
            let under = app.terms().custody.giving_encryption();
            return Err(not_its_own(self.partner_id, under));
        }
        Ok((app, results.rows(reserving.reserved)?))
    }
}

fn is_hindered(results: &Results, reserving: Reserving) -> Result<bool, Error> {
    match reserving.left {
        Some(left) => Ok(results.row(left)?.is_some()),
        None => Ok(false),
    }
}

/// The request under what the partner has set by now.
pub(crate) async fn anew(app: &App, partner_id: &PartnerId) -> Result<App, Error> {
    let terms = terms::as_of_now(app, partner_id).await?;
    Ok(app.under(terms))
}

/// Its settings have an extended key that is none of its keys: an index under it might be another's.
pub(crate) fn not_its_own(partner_id: &PartnerId, under: Giving<'_>) -> Error {
    log::problem(
        "custody.not_its_own",
        json!({ "partner_id": partner_id, "key": under.key_id }),
    );
    Error::Unavailable("the extended key that a partner has set is not its own".into())
}
