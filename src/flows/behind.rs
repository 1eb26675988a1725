//! What a partner has left in another home is kept for a day, and then deleted page by page. Who is erased meanwhile is
//! erased there too.

use std::time::Duration;

use crate::app::{clock, new_ids};
use crate::db::audit::Origin;
use crate::db::erasure::{self, Erased, Erasure};
use crate::db::moves::{self, Move};
use crate::db::{Batch, Db};
use crate::error::Error;
use crate::flows::run::Run;
use crate::rules::id::UserId;
use crate::rules::time::minutes;

/// Users that are asked for at once.
const PAGE: u32 = 500;
/// Users that one run erases: it goes before the moves, and a partner may be waiting for those.
const MOST: usize = 10;
/// A call that began so long ago may erase yet: the moment is that of its beginning.
const OVERLAP: Duration = minutes(5);

/// Erases there whoever was erased where the partner lives now, since the last time.
pub(crate) async fn erase(run: &Run, directory: &Db, moving: &Move) -> Result<(), Error> {
    let (lives, left) = (
        directory.other(&moving.home),
        directory.other(moving.behind()),
    );
    let mut since = moving.erased_to.unwrap_or(moving.created_at) - OVERLAP;
    let mut erased = 0;
    loop {
        let (batch, page) = Batch::of(erasure::since(&moving.partner_id, since, PAGE));
        let page: Vec<Erased> = run.commit(&lives, batch).await?.rows(page)?;
        let ids = page.iter().filter_map(|one| one.user_id.as_ref());
        let ids: Vec<&str> = ids.map(UserId::as_str).collect();
        if ids.is_empty() {
            break;
        }
        let ids = serde_json::to_string(&ids).map_err(Error::internal)?;
        let (batch, not_yet) = Batch::of(erasure::not_yet(&moving.partner_id, &ids));
        for one in run.commit(&left, batch).await?.rows(not_yet)? {
            if erased == MOST {
                return Ok(());
            }
            if let Some(user_id) = &one.user_id {
                erase_one(run, &left, moving, user_id).await?;
                erased += 1;
            }
        }
        match page.last().and_then(|last| last.erased_at) {
            Some(last) if page.len() >= PAGE as usize => since = last,
            _ => break,
        }
    }
    if erased > 0 {
        let erased_to = moves::erased_to(moving, run.begun());
        run.commit(directory, Batch::of(erased_to).0).await?;
    }
    Ok(())
}

async fn erase_one(run: &Run, left: &Db, moving: &Move, user_id: &UserId) -> Result<(), Error> {
    let now = clock();
    let ids = new_ids(now)?;
    let partner_id = &moving.partner_id;
    let origin = Origin {
        id: ids.id(),
        at: now,
        request_id: &ids.id(),
        partner_id,
        client_id: None,
        reason: None,
    };
    let erasure = Erasure {
        user_id,
        partner_id,
        by: None,
    };
    let mut batch = Batch::new();
    erasure::guard_behind(&mut batch, partner_id);
    erasure::erase(&mut batch, erasure, &origin);
    run.commit(left, batch).await.map(drop)
}
