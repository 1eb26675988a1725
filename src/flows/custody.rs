//! An index that was reserved in the database becomes its owner's in the ledger, and then everybody sees it.
//!
//! Whatever is cut: a row that is reserved and not claimed is shown to nobody, and is completed by who asks
//! again, or by the next minute's run. Where the database was set back in time, the ledger knows which index is
//! whose: a portfolio that comes back has its own, a new one goes past all that were given.

use futures_util::future::join3;
use serde_json::json;

use crate::app::{clock, App};
use crate::db::indices::{self, Reserved};
use crate::db::{Batch, Db};
use crate::error::Error;
use crate::ledger::{Claim, Ledger, Owner};
use crate::log;
use crate::rules::custody::Branch;
use crate::rules::time::{seconds, Time};

/// How often one call moves on: each time past all that the ledger showed it, some ten thousand.
const MOVES: u32 = 5;

/// Where an index is claimed, and where its row moves on.
pub(crate) struct Claims<'a> {
    db: &'a Db,
    ledger: &'a Ledger,
    now: Time,
}

impl<'a> Claims<'a> {
    pub(crate) fn of(app: &'a App) -> Claims<'a> {
        Claims {
            db: &app.db,
            ledger: &app.ledger,
            now: app.now,
        }
    }

    /// The row as it is once the ledger has its index: it still has to be shown. `Unavailable` where the
    /// ledger does not answer, or has too much to tell: whoever asks again goes on from there.
    pub(crate) async fn claim(&self, mut reserved: Reserved) -> Result<Reserved, Error> {
        for _ in 0..MOVES {
            if reserved.is_claimed {
                return Ok(reserved);
            }
            let Claim::Theirs { own, after } = self.put(&reserved).await? else {
                return Ok(reserved);
            };
            let mut batch = Batch::new();
            let moved = indices::move_on(&mut batch, &reserved, own, after);
            let moved = self.db.commit(batch).await?.row(moved)?;
            // Of a database that was set back meanwhile.
            reserved = moved.ok_or_else(|| Error::Unavailable("the row is gone".into()))?;
        }
        Err(Error::Unavailable(
            "the ledger has given more indices than one call can pass by".into(),
        ))
    }

    /// Every one of them. What shows them then is the batch; an empty one where there were none.
    pub(crate) async fn claim_all(&self, reserved: Vec<Reserved>) -> Result<Batch, Error> {
        let mut batch = Batch::new();
        for one in reserved {
            let claimed = self.claim(one).await?;
            batch.run(indices::show(&claimed, None, self.now)).done();
        }
        Ok(batch)
    }

    /// Every one of them, and shows them.
    pub(crate) async fn show_all(&self, reserved: Vec<Reserved>) -> Result<(), Error> {
        let shows = self.claim_all(reserved).await?;
        self.commit(shows).await
    }

    async fn commit(&self, shows: Batch) -> Result<(), Error> {
        match shows.is_empty() {
            true => Ok(()),
            false => self.db.commit(shows).await.map(drop),
        }
    }

    async fn put(&self, reserved: &Reserved) -> Result<Claim, Error> {
        let place = reserved.place();
        let owner = Owner {
            partner: reserved.partner_id.clone(),
            account: reserved.account_id.clone(),
            portfolio: reserved.portfolio_id.clone(),
        };
        self.ledger.claim(&place, &owner).await
    }
}

/// Rows that a run looks at together.
const PAGE: u32 = 60;
/// So long a run goes on: the next one begins a minute after it, and the purge is to come.
const LASTS: std::time::Duration = seconds(15);
/// Whoever began is still at it.
const BEGUN: std::time::Duration = seconds(60);

/// Completes what was cut or failed, and tells the ledger of rows that are older than it.
pub(crate) async fn complete(db: &Db, ledger: &Ledger, now: Time) -> Result<(), Error> {
    let claims = Claims { db, ledger, now };
    let mut failed = Ok(());
    for branch in [Branch::Addresses, Branch::EncryptionKeys] {
        let mut after = 0;
        while clock().since(now) < LASTS {
            let waiting = indices::waiting(branch, after, now - BEGUN, PAGE);
            let (batch, slot) = Batch::of(waiting);
            let rows = db.commit(batch).await?.rows(slot)?;
            let Some(last) = rows.last() else { break };
            after = last.seq;
            // A page that cannot be completed does not stand before the next.
            if let Err(error) = claims.complete(rows).await {
                failed = Err(error);
            }
        }
    }
    failed
}

impl Claims<'_> {
    async fn complete(&self, rows: Vec<Reserved>) -> Result<(), Error> {
        let mut batch = Batch::new();
        let mut failed = Ok(());
        let mut rows = rows.into_iter();
        loop {
            // Three at a time: of the six connections that a Worker may have open, and the ledger is far.
            let (one, other, third) = (rows.next(), rows.next(), rows.next());
            if one.is_none() {
                break;
            }
            let three = join3(
                self.completed(one),
                self.completed(other),
                self.completed(third),
            );
            let (one, other, third) = three.await;
            for row in [one, other, third] {
                match row {
                    Ok(Some(row)) => batch.run(indices::show(&row, None, self.now)).done(),
                    Ok(None) => {}
                    // The others do not wait for it.
                    Err(error) => failed = Err(error),
                }
            }
        }
        self.commit(batch).await?;
        failed
    }

    /// A row of before cannot move: its index was shown.
    async fn completed(&self, row: Option<Reserved>) -> Result<Option<Reserved>, Error> {
        let Some(row) = row else { return Ok(None) };
        if !row.is_of_before {
            return self.claim(row).await.map(Some);
        }
        match self.put(&row).await? {
            Claim::Ours => Ok(Some(row)),
            Claim::Theirs { .. } => {
                let place = row.place();
                log::problem(
                    "custody.given_twice",
                    json!({
                        "key": place.key_id, "branch": place.branch.number(), "index": place.index,
                        "account_id": row.account_id, "portfolio_id": row.portfolio_id,
                    }),
                );
                Ok(None)
            }
        }
    }
}
