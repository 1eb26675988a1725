//! `GET /v1/audit`: what happened at this partner; with `admin`, what the operator did.

use std::cmp::Ordering;
use std::iter;

use crate::app::App;
use crate::db::audit::{self, Page, Recorded};
use crate::db::{Batch, Db};
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::objects::audit_entry;
use crate::flows::paging;
use crate::wire::audit::{AuditPage, ListAudit};

pub(crate) async fn list(
    app: &App,
    client: &ClientCaller,
    request: ListAudit,
) -> Result<AuditPage, Error> {
    let limit = request.limit;
    let page = Page {
        partner_id: &client.partner_id,
        user_id: request.user_id.as_ref(),
        after: &request.cursor,
        since: request.since,
        most: paging::asked(limit),
    };
    let mut rows = read(&app.db.near(), &page).await?;
    // What was done to its clients and settings is where these are. It tells of no user.
    if !app.db.is_directory() && page.user_id.is_none() {
        rows = merged(rows, read(&app.directory, &page).await?);
    }
    let next_cursor = paging::cut(&mut rows, limit).map(|row| row.id.clone());
    Ok(AuditPage {
        next_cursor,
        entries: rows.into_iter().map(audit_entry).collect(),
    })
}

async fn read(db: &Db, page: &Page<'_>) -> Result<Vec<Recorded>, Error> {
    let (batch, rows) = Batch::of(audit::list(page));
    db.commit(batch).await?.rows(rows)
}

/// Both are in the order of their ids. What a partner brought along when it moved may be in both.
fn merged(at_home: Vec<Recorded>, directory: Vec<Recorded>) -> Vec<Recorded> {
    let (mut one, mut other) = (
        at_home.into_iter().peekable(),
        directory.into_iter().peekable(),
    );
    let next = || {
        let order = match (one.peek(), other.peek()) {
            (Some(one), Some(other)) => one.id.as_str().cmp(other.id.as_str()),
            (None, _) => Ordering::Greater,
            (_, None) => Ordering::Less,
        };
        match order {
            Ordering::Less => one.next(),
            Ordering::Equal => other.next().and_then(|_| one.next()),
            Ordering::Greater => other.next(),
        }
    };
    iter::from_fn(next).collect()
}
