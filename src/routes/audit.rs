//! What happened at this partner; with `admin`, what the operator did.

use crate::app::App;
use crate::db::archive::{self as stored, Day};
use crate::db::audit::Page;
use crate::db::Batch;
use crate::error::Error;
use crate::flows::archiving::window;
use crate::flows::caller::ClientCaller;
use crate::flows::history::{self, Lines};
use crate::http::streaming::{streamed, Pieces};
use crate::wire::audit::{AuditDay, AuditPage, ListAudit, OfDay};

/// `GET /v1/audit`
pub(crate) async fn list(
    app: &App,
    client: &ClientCaller,
    request: ListAudit,
) -> Result<AuditPage, Error> {
    let mut batch = Batch::new();
    let asked = history::ask(
        &mut batch,
        Page {
            partner_id: &client.partner_id,
            user_id: request.user_id.as_ref(),
            after: &request.cursor,
            since: request.since,
            most: request.limit,
        },
    );
    let results = app.db.commit(batch).await?;
    let page = asked.read(&app.archive, &results, app.now).await?;
    Ok(AuditPage {
        entries: page.entries,
        next_cursor: page.next,
    })
}

/// `GET /v1/audit/archive/{day}`
pub(crate) async fn day(
    app: &App,
    client: &ClientCaller,
    request: OfDay,
) -> Result<AuditDay, Error> {
    if request.day >= window(app.now) {
        return Err(Error::NotArchivedYet);
    }
    let day = Day::of(request.day);
    let mut batch = Batch::new();
    let notes = batch.read(stored::notes_of(&client.partner_id, &day, u32::MAX));
    let left = batch.read(stored::rows(&client.partner_id, &day, None, 1));
    let results = app.db.commit(batch).await?;
    if results.row(left)?.is_some() {
        return Err(Error::NotArchivedYet);
    }
    let mut lines = Lines::of(app, results.rows(notes)?);
    let first = lines.next().await?.ok_or(Error::NothingArchived)?;
    streamed(first, lines).map(AuditDay)
}
