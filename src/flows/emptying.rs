//! What a partner has left in a home where it is no more is deleted, children first.

use crate::app::clock;
use crate::db::arrivals::{Arrival, Turn};
use crate::db::carried;
use crate::db::moved::TABLES;
use crate::db::{Batch, Db};
use crate::error::Error;
use crate::flows::run::Run;
use crate::rules::id::PartnerId;

/// Deletes all that a home has of a partner that is not there.
pub(crate) struct Wiping<'a> {
    pub(crate) run: &'a Run,
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) home: &'a Db,
    pub(crate) turn: &'a Turn,
}

impl Wiping<'_> {
    /// Whether nothing of it is left.
    pub(crate) async fn wipe(&self, arrival: &mut Arrival) -> Result<bool, Error> {
        let mut is_first = true;
        while let Some(table) = TABLES.iter().rev().nth(arrival.tab as usize) {
            if !self.run.goes_on() {
                return Ok(false);
            }
            if table.stays_in_directory && self.home.is_directory() {
                arrival.begin_table(arrival.tab + 1);
                continue;
            }
            let mut batch = Batch::new();
            self.turn.guard(&mut batch);
            if is_first {
                carried::raise_floors(&mut batch, self.partner_id);
            }
            is_first = false;
            batch.run(self.turn.place(arrival, clock())).done();
            let next = table.wipe(&mut batch, self.partner_id, arrival.after.as_deref());
            let next = self.run.commit(self.home, batch).await?.one(next)?.next;
            match next {
                Some(place) => arrival.after = Some(place),
                None => arrival.begin_table(arrival.tab + 1),
            }
        }
        Ok(true)
    }
}
