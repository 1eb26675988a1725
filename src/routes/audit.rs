//! What happened at this partner; with `admin`, what the operator did.

use crate::app::App;
use crate::archive::Archive;
use crate::db::archive::{self as stored, Day, Note};
use crate::db::audit::Page;
use crate::db::{Batch, Db};
use crate::error::Error;
use crate::flows::archived_day::Lines;
use crate::flows::archiving::{kept_from, window};
use crate::flows::caller::ClientCaller;
use crate::flows::history;
use crate::http::streaming::{streamed, Pieces};
use crate::wire::audit::{AuditDay, AuditPage, ListAudit, OfDay};

/// `GET /v1/audit`
pub(crate) async fn list(
    app: &App,
    client: &ClientCaller,
    request: ListAudit,
) -> Result<AuditPage, Error> {
    let page = Page {
        partner_id: &client.partner_id,
        user_id: request.user_id.as_ref(),
        after: &request.cursor,
        since: request.since,
        most: request.limit,
    };
    let page = history::read(app, page).await?;
    Ok(AuditPage {
        next_cursor: page.next.clone(),
        entries: page.shown(),
    })
}

/// `GET /v1/audit/archive/{day}`
pub(crate) async fn day(
    app: &App,
    client: &ClientCaller,
    request: OfDay,
) -> Result<AuditDay, Error> {
    if request.day > app.now {
        return Err(Error::invalid("day", "must not be in the future"));
    }
    if request.day >= window(app.now) {
        return Err(Error::NotArchivedYet);
    }
    let day = Day::of(request.day);
    let mut objects = objects_of(app, &app.db, client, &day).await?;
    if !app.db.is_directory() {
        objects.extend(objects_of(app, &app.directory, client, &day).await?);
    }
    let mut lines = Lines::of(app, objects);
    let nothing = match request.day < kept_from(app.now) {
        true => Error::ArchivedNoMore,
        false => Error::NothingArchived,
    };
    let first = lines.next().await?.ok_or(nothing)?;
    streamed(first, lines).map(AuditDay)
}

/// `NotArchivedYet` while rows of the day are left.
async fn objects_of(
    app: &App,
    db: &Db,
    client: &ClientCaller,
    day: &Day,
) -> Result<Vec<(Note, Archive)>, Error> {
    let mut batch = Batch::new();
    let notes = batch.read(stored::notes_of(&client.partner_id, day, u32::MAX));
    let left = batch.read(stored::rows(&client.partner_id, day, None, 1));
    let results = db.commit(batch).await?;
    if results.row(left)?.is_some() {
        return Err(Error::NotArchivedYet);
    }
    let notes = results.rows(notes)?.into_iter();
    let with_archive = notes.map(|note| {
        let archive = app.archive_with(db, &note)?;
        Ok((note, archive))
    });
    with_archive.collect()
}
