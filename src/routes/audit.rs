//! `GET /v1/audit`: what happened at this partner; with `admin`, what the operator did.

use crate::app::App;
use crate::db::audit::{self, Page, Recorded};
use crate::db::Batch;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::paging;
use crate::wire::audit::{AuditPage, Entry, ListAudit};
use crate::wire::common::Timestamp;

pub(crate) async fn list(
    app: &App,
    client: &ClientCaller,
    request: ListAudit,
) -> Result<AuditPage, Error> {
    let limit = request.limit;
    let (batch, rows) = Batch::of(audit::list(&Page {
        partner_id: &client.partner_id,
        user_id: request.user_id.as_ref(),
        after: &request.cursor,
        since: request.since,
        most: paging::asked(limit),
    }));
    let mut rows = app.db.commit(batch).await?.rows(rows)?;
    let next_cursor = paging::cut(&mut rows, limit).map(|row| row.id.clone());
    Ok(AuditPage {
        next_cursor,
        entries: rows.into_iter().map(entry).collect(),
    })
}

fn entry(row: Recorded) -> Entry {
    Entry {
        id: row.id,
        ts: Timestamp(row.at),
        event: row.event,
        outcome: row.outcome,
        user_id: row.user_id,
        client_id: row.client_id,
        request_id: row.request_id,
        target_client_id: row.target_client_id,
        target_partner_id: row.target_partner_id,
        session_id: row.session_id,
        refreshes: row.refreshes,
        refresh_ts: row.refreshed_at.map(Timestamp),
    }
}
