//! `GET /v1/audit`: what happened at this partner; with `admin`, what the operator did.

use crate::app::App;
use crate::db::audit::{self, Page};
use crate::db::Batch;
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
        entries: rows.into_iter().map(audit_entry).collect(),
    })
}
