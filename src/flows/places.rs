//! What stands at an index: the address or the encryption key, as it is stored, or derived where it is not.

use crate::app::App;
use crate::config::terms::Custodies;
use crate::error::Error;
use crate::flows::terms;
use crate::rules::custody::{Branch, Custody, Place};
use crate::rules::id::PartnerId;

/// How many an answer derives: each takes half a millisecond, and what a Worker may compute is limited.
pub(crate) const MOST: u32 = 250;

/// What an answer has derived so far.
pub(crate) struct Deriving<'a> {
    app: &'a App,
    derived: u32,
}

impl<'a> Deriving<'a> {
    pub(crate) fn of(app: &'a App) -> Deriving<'a> {
        Deriving { app, derived: 0 }
    }

    /// The answer has to end here.
    pub(crate) fn is_at_its_end(&self) -> bool {
        self.derived >= MOST
    }

    /// `None` where neither the service nor the partner has the extended key. `Unavailable` where what the partner has
    /// cannot be read.
    pub(crate) async fn value(
        &mut self,
        place: &Place,
        partner_id: &PartnerId,
    ) -> Result<Option<String>, Error> {
        self.derived += 1;
        if let Some(of_service) = key(&self.app.config.terms.custody, place) {
            return derived(of_service, place).map(Some);
        }
        let terms = terms::of(self.app, partner_id).await?;
        let own = key(&terms.custody, place).map(|own| derived(own, place));
        own.transpose()
    }
}

fn key<'a>(custodies: &'a Custodies, place: &Place) -> Option<&'a Custody> {
    match place.branch {
        Branch::Addresses => custodies.address_key(&place.key_id),
        Branch::EncryptionKeys => custodies.encryption_key(&place.key_id),
    }
}

fn derived(custody: &Custody, place: &Place) -> Result<String, Error> {
    let derived = match place.branch {
        Branch::Addresses => custody.portfolio_address(place.index),
        Branch::EncryptionKeys => custody.account_encryption_key(place.index),
    };
    derived.map_err(|error| {
        let (branch, index) = (place.branch.number(), place.index);
        Error::Internal(format!("deriving {branch}/{index}: {error}"))
    })
}
