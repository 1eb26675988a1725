//! An index that was reserved in the database becomes its owner's in the ledger, and then everybody sees it.
//!
//! Whatever is cut: a row that is reserved and not claimed is shown to nobody, and is completed by who asks
//! again, or by the next minute's run. Where the database was set back in time, the ledger knows which index is
//! whose: a portfolio that comes back has its own, a new one goes past all that were given.

use std::cell::RefCell;
use std::collections::HashSet;

use futures_util::future::join3;
use serde_json::json;

use crate::app::{clock, App};
use crate::db::indices::{self, Reserved};
use crate::db::{Batch, Db};
use crate::error::Error;
use crate::flows::objects::{address_at, encryption_key_at};
use crate::ledger::{Claim, Ledger};
use crate::log;
use crate::rules::custody::{Branch, Custody, Place};
use crate::rules::owner::Owner;
use crate::rules::time::{seconds, Time};

/// How often one call moves on: each time past all that the ledger showed it, some ten thousand.
const MOVES: u32 = 5;

thread_local! {
    /// Ids of the extended keys that the ledger knows as this isolate does.
    static KNOWN: RefCell<HashSet<String>> = RefCell::default();
}

/// Extended keys that an isolate remembers before it starts afresh.
const REMEMBERED: usize = 1_000;

/// Before an index is reserved under a key: the ledger knows it by no other id. `Unavailable` where it does, or does
/// not answer.
pub(crate) async fn known(app: &App, custody: &Custody) -> Result<(), Error> {
    let key_id = custody.key_id();
    if KNOWN.with_borrow(|known| known.contains(key_id)) {
        return Ok(());
    }
    if !app.ledger.is_known_as(custody).await? {
        log::problem("custody.key_respelled", json!({ "key": key_id }));
        let cause = "an extended key is written in another way than when it gave its first index";
        return Err(Error::Unavailable(cause.into()));
    }
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(key_id.into());
    });
    Ok(())
}

/// Where an index is claimed, and where its row moves on.
pub(crate) struct Claims<'a> {
    /// Under whose settings what is shown is derived; none of the cron.
    app: Option<&'a App>,
    db: &'a Db,
    ledger: &'a Ledger,
    now: Time,
}

impl<'a> Claims<'a> {
    pub(crate) fn of(app: &'a App) -> Claims<'a> {
        Claims {
            app: Some(app),
            db: &app.db,
            ledger: &app.ledger,
            now: app.now,
        }
    }

    /// The row as it is once the ledger has its index: it still has to be shown. One of before was shown, and the
    /// cron tells the ledger. `Unavailable` where the ledger does not answer, or has too much to tell: whoever asks
    /// again goes on from there.
    pub(crate) async fn claim(&self, mut reserved: Reserved) -> Result<Reserved, Error> {
        for _ in 0..MOVES {
            if reserved.is_shown() {
                return Ok(reserved);
            }
            let Claim::Theirs { own, after } = self.put(&reserved).await? else {
                return Ok(reserved);
            };
            let mut batch = Batch::new();
            let moved = indices::move_on(&mut batch, &reserved, own.as_ref(), after);
            let moved = self.db.commit(batch).await?.row(moved)?;
            // Of a database that was set back meanwhile, or of a partner that has begun to leave.
            let moved = moved.ok_or_else(|| Error::Unavailable("the row is gone".into()))?;
            if moved.place() == reserved.place() && !moved.is_shown() {
                given_twice(&moved, own.as_ref());
                let cause = "another row is shown where the ledger has this one";
                return Err(Error::Unavailable(cause.into()));
            }
            reserved = moved;
        }
        Err(Error::Unavailable(
            "the ledger has given more indices than one call can pass by".into(),
        ))
    }

    /// Every one of them. What shows them then is the batch; an empty one where there were none. Where one fails, the
    /// others are shown all the same.
    pub(crate) async fn claim_all(&self, reserved: Vec<Reserved>) -> Result<Batch, Error> {
        let (shows, failed) = self.each(reserved, || true).await;
        let Err(error) = failed else { return Ok(shows) };
        self.commit(shows).await?;
        Err(error)
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

    /// Three at a time: of the six connections that a Worker may have open, and the ledger is far. What shows those
    /// that it has, and whether one failed.
    async fn each(
        &self,
        reserved: Vec<Reserved>,
        goes_on: impl Fn() -> bool,
    ) -> (Batch, Result<(), Error>) {
        let mut shows = Batch::new();
        let mut failed = Ok(());
        let mut rows = reserved.into_iter();
        while goes_on() && !rows.as_slice().is_empty() {
            let three = join3(
                self.told(rows.next()),
                self.told(rows.next()),
                self.told(rows.next()),
            );
            let (one, other, third) = three.await;
            for row in [one, other, third] {
                match row {
                    Ok(Some(row)) => {
                        let derived = self.derived(&row);
                        let show = indices::show(&row, derived.as_deref(), self.now);
                        shows.run(show).done();
                    }
                    Ok(None) => {}
                    // The others do not wait for it.
                    Err(error) => failed = Err(error),
                }
            }
        }
        (shows, failed)
    }

    /// What cannot be derived here is derived by who reads it, or is their error.
    fn derived(&self, row: &Reserved) -> Option<String> {
        let (app, place) = (self.app?, row.place());
        let derived = match place.branch {
            Branch::Addresses => address_at(app, &place.key_id, place.index),
            Branch::EncryptionKeys => encryption_key_at(app, &place.key_id, place.index),
        };
        derived.ok()
    }

    /// A row of before cannot move: its index was shown.
    async fn told(&self, row: Option<Reserved>) -> Result<Option<Reserved>, Error> {
        let Some(row) = row else { return Ok(None) };
        if !row.is_of_before {
            return self.claim(row).await.map(Some);
        }
        match self.put(&row).await? {
            Claim::Ours => Ok(Some(row)),
            Claim::Theirs { own, .. } => {
                given_twice(&row, own.as_ref());
                Ok(None)
            }
        }
    }
}

/// Two customers may have seen one address: somebody has to look.
fn given_twice(row: &Reserved, own: Option<&Place>) {
    let place = own.cloned().unwrap_or_else(|| row.place());
    log::problem(
        "custody.given_twice",
        json!({
            "key": place.key_id, "branch": place.branch.number(), "index": place.index,
            "account_id": row.account_id, "portfolio_id": row.portfolio_id,
        }),
    );
}

/// Rows of each branch that a run looks at together.
const PAGE: u32 = 60;
/// So long a run goes on: the next one begins a minute after it, and the purge is to come.
const LASTS: std::time::Duration = seconds(15);
/// No row's number is as great: beyond it JavaScript counts no more.
const NEWEST: i64 = (1 << 53) - 1;
/// Whoever began is still at it.
const BEGUN: std::time::Duration = seconds(60);

/// Completes what was cut or failed, and tells the ledger of rows that are older than it: the youngest first, so
/// that nobody waits behind these.
pub(crate) async fn complete(db: &Db, ledger: &Ledger, now: Time) -> Result<(), Error> {
    let claims = Claims {
        app: None,
        db,
        ledger,
        now,
    };
    let goes_on = || clock().since(now) < LASTS;
    let mut failed = Ok(());
    let branches = [Branch::Addresses, Branch::EncryptionKeys];
    let mut before = [NEWEST; 2];
    while goes_on() {
        let mut batch = Batch::new();
        let slots = [0, 1].map(|n| {
            let waiting = indices::waiting(branches[n], before[n], now - BEGUN, PAGE);
            batch.read(waiting)
        });
        let results = db.commit(batch).await?;
        let mut waiting = Vec::new();
        for (slot, before) in slots.into_iter().zip(&mut before) {
            let rows = results.rows(slot)?;
            *before = rows.last().map_or(*before, |last| last.seq);
            waiting.extend(rows);
        }
        if waiting.is_empty() {
            break;
        }
        // A page that cannot be completed does not stand before the next.
        let (shows, one_failed) = claims.each(waiting, goes_on).await;
        claims.commit(shows).await?;
        failed = failed.and(one_failed);
    }
    failed
}
