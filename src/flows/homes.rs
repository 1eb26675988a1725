//! What the home of a partner has a copy of: clients, settings and extended keys, which the directory decides. Its
//! statements ask them where they run.

use futures_util::future::join_all;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::app::App;
use crate::db::homes::{self, Of};
use crate::db::partners::{AtHome, Partner};
use crate::db::{Batch, Db, Results, Slot, Statement};
use crate::error::Error;
use crate::flows::terms::record;
use crate::kv::partners::PartnerStore;
use crate::log;
use crate::rules::id::PartnerId;

/// Partners that one run of the cron goes through.
const UNCOPIED_AT_ONCE: u32 = 100;

/// What a batch of the directory gives of the partner that it has changed, for where that lives.
pub(crate) struct Changed(Slot<Partner>);

impl Changed {
    /// At the end of the batch.
    pub(crate) fn read(batch: &mut Batch, of: Of<'_>) -> Changed {
        Changed(batch.read(homes::read(of)))
    }

    /// Has the home hear of it, where that is another database. Where it fails the next run of the cron does it.
    pub(crate) async fn tell(&self, app: &App, results: &Results) -> Result<(), Error> {
        match results.row(self.0)? {
            Some(partner) => tell(&app.directory, &app.partners, &partner).await,
            None => Ok(()),
        }
    }
}

async fn tell(directory: &Db, store: &PartnerStore, partner: &Partner) -> Result<(), Error> {
    if !partner.is_behind() {
        return Ok(());
    }
    let mut batch = Batch::new();
    homes::put(&mut batch, partner);
    directory.other(&partner.home).commit(batch).await?;
    // Where a partner lives that has set nothing is near too: the directory may be out of reach.
    if partner.is_new() {
        store.put(&partner.partner_id, &record(partner)).await?;
    }
    let (batch, _) = Batch::of(homes::copied(partner));
    directory.commit(batch).await.map(drop)
}

/// Has the home of a partner hear of what it may not have heard of.
pub(crate) async fn catch_up(
    directory: &Db,
    store: &PartnerStore,
    partner_id: &PartnerId,
) -> Result<(), Error> {
    let (batch, read) = Batch::of(homes::read(Of::Partner(partner_id)));
    match directory.commit(batch).await?.row(read)? {
        Some(partner) => tell(directory, store, &partner).await,
        None => Ok(()),
    }
}

/// What any database has, of whoever lives there: all are asked at once. One that fails hides nothing of the others.
/// `Unavailable` of a partner that is on the move.
pub(crate) async fn find_anywhere<T: AtHome + DeserializeOwned>(
    app: &App,
    ask: impl Fn() -> Statement<T>,
) -> Result<Option<T>, Error> {
    let homes = app.homes();
    let (_, found) = Batch::of(ask());
    let asked = homes.iter().map(|home| home.commit(Batch::of(ask()).0));
    let mut failed = None;
    for results in join_all(asked).await {
        match results.and_then(|results| results.row(found)) {
            Ok(Some(found)) if found.is_here() => return Ok(Some(found)),
            Ok(Some(_)) => failed = Some(homes::on_the_move()),
            Ok(None) => {}
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(None), Err)
}

/// The changes that a home has not heard of: whoever made them was cut off, or the home did not answer.
pub(crate) async fn tell_again(store: &PartnerStore, directory: &Db) -> Result<(), Error> {
    let (batch, uncopied) = Batch::of(homes::uncopied(UNCOPIED_AT_ONCE));
    for partner in directory.commit(batch).await?.rows(uncopied)? {
        // One whose home does not answer hinders no other.
        let told = catch_up(directory, store, &partner.partner_id).await;
        not_told(&partner.partner_id, told);
    }
    Ok(())
}

/// The next run of the cron tells it.
pub(crate) fn not_told(partner_id: &PartnerId, told: Result<(), Error>) {
    if let Err(error) = told {
        log::problem(
            "home.not_told",
            json!({ "partner_id": partner_id, "cause": error.cause() }),
        );
    }
}
