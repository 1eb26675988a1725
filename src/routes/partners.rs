//! The list of partners, for the operator.

use crate::app::App;
use crate::db::clients::{self, Partner};
use crate::db::Batch;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::paging;
use crate::wire::common::Timestamp;
use crate::wire::partners::{ListPartners, ListedPartner, PartnerPage};

/// `GET /v1/partner`
pub(crate) async fn list(
    app: &App,
    _admin: &ClientCaller,
    request: ListPartners,
) -> Result<PartnerPage, Error> {
    let limit = request.limit;
    let rows = clients::list_partners(&request.cursor, paging::asked(limit));
    let (batch, rows) = Batch::of(rows);
    let mut rows = app.directory.commit(batch).await?.rows(rows)?;
    let next_cursor = paging::cut(&mut rows, limit).map(|row| row.id.clone());
    Ok(PartnerPage {
        next_cursor,
        partners: rows.into_iter().map(listed).collect(),
    })
}

fn listed(row: Partner) -> ListedPartner {
    ListedPartner {
        partner_id: row.id,
        name: row.name,
        home: row.home,
        creation_ts: Timestamp(row.created_at),
        clients: row.clients,
    }
}
