//! Whom the ledger gave an index, and who has no row any more: of a database that was set back in time.

use crate::app::App;
use crate::db::given;
use crate::db::Batch;
use crate::error::Error;
use crate::flows::places::{Deriving, MOST};
use crate::rules::owner::Owner;
use crate::wire::custody::{GivenIndex, Line, LostCursor, LostIndices, NextPage};

/// A page, and the line that ends it.
pub(crate) struct Lost {
    pub(crate) lines: Vec<Line>,
    pub(crate) ends: Line,
}

/// Of so many owners, in the order of their names, those who are shown nowhere.
pub(crate) async fn list(app: &App, cursor: Option<LostCursor>, limit: u32) -> Result<Lost, Error> {
    let before = cursor.as_ref().map_or(0, |cursor| cursor.lost);
    let after = cursor.map(|cursor| cursor.owner);
    let page = app.ledger.owners(after.as_ref(), limit).await?;
    let mut lost = without_row(app, &page.owners).await?;
    let is_cut = lost.len() > MOST as usize;
    lost.truncate(MOST as usize);
    let last = match is_cut {
        true => lost.last().copied(),
        false => page.owners.last().filter(|_| page.are_more),
    };
    let lines = lines(app, &lost).await?;
    let lost = before.saturating_add(u32::try_from(lines.len()).unwrap_or(u32::MAX));
    let ends = match last {
        Some(last) => Line::Next(NextPage {
            next_cursor: LostCursor::after(last, lost).to_string(),
        }),
        None => Line::Lost(LostIndices { lost }),
    };
    Ok(Lost { lines, ends })
}

async fn without_row<'a>(app: &App, owners: &'a [Owner]) -> Result<Vec<&'a Owner>, Error> {
    let named: Vec<_> = owners
        .iter()
        .map(|owner| (&owner.partner, &owner.account, &owner.portfolio))
        .collect();
    let named = serde_json::to_string(&named)
        .map_err(|error| Error::Internal(format!("writing owners: {error}")))?;
    let mut lost: Vec<&Owner> = owners.iter().collect();
    // An owner has its row in one of them, or in two while the partner moves: in whatever state, since for a moment no
    // home says that the partner is there.
    for home in app.homes() {
        let (batch, found) = Batch::of(given::without_row(&named));
        let found = home.commit(batch).await?.rows(found)?;
        let has_none = |owner: &&Owner| {
            let mut without = found
                .iter()
                .filter_map(|row| owners.get(row.index as usize));
            without.any(|other| other == *owner)
        };
        lost.retain(has_none);
    }
    Ok(lost)
}

async fn lines(app: &App, lost: &[&Owner]) -> Result<Vec<Line>, Error> {
    let mut lines = Vec::with_capacity(lost.len() + 1);
    let mut deriving = Deriving::of(app);
    // One after the other: whoever restores a database can wait, and several at once are 3 KB of the wasm.
    for owner in lost {
        let place = app.ledger.place_of(owner).await?;
        let value = deriving.value(&place, &owner.partner).await?;
        let (partner, account) = (owner.partner.clone(), owner.account.clone());
        let line = GivenIndex::new(place, partner, account, owner.portfolio.clone(), value);
        lines.push(Line::Given(line));
    }
    Ok(lines)
}
