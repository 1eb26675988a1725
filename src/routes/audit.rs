//! `GET /v1/audit?userId=&since=&cursor=&limit=`: what happened at this partner.

use serde_json::{json, Value};

use crate::app::App;
use crate::db::audit::{self, Recorded};
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::http::{Input, Reply};
use crate::rules::ids::is_id;
use crate::rules::time::{parse_timestamp, timestamp};

/// → `{entries: [{id, ts, event, outcome, userId, clientId, requestId}], nextCursor}`, the oldest
/// first. `nextCursor` is null on the last page; what happens later comes after the last id.
pub async fn list(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let user_id = input.optional_query("userId")?.filter(|id| !id.is_empty());
    let since = match input.optional_query("since")? {
        None | Some("") => 0,
        Some(text) => parse_timestamp(text)
            .ok_or_else(|| Error::invalid("since", "must be an RFC 3339 time"))?,
    };
    let cursor = input.optional_query("cursor")?.unwrap_or_default();
    if cursor.len() > 64 || !(cursor.is_empty() || is_id(cursor)) {
        return Err(Error::invalid(
            "cursor",
            "must be a nextCursor of an earlier answer",
        ));
    }
    let limit = input.limit()?;
    let results = app
        .db
        .batch(vec![audit::list(
            &client.partner_id,
            user_id,
            cursor,
            since,
            limit + 1,
        )])
        .await?;
    let mut rows: Vec<Recorded> = results.rows(0)?;
    let more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = more
        .then(|| rows.last().map(|row| row.id.clone()))
        .flatten();
    let entries: Vec<Value> = rows.iter().map(entry).collect();
    Ok(Reply::data(
        json!({ "entries": entries, "nextCursor": next }),
    ))
}

fn entry(row: &Recorded) -> Value {
    json!({
        "id": row.id,
        "ts": timestamp(row.at),
        "event": row.event,
        "outcome": row.outcome,
        "userId": row.user_id,
        "clientId": row.client_id,
        "requestId": row.request_id,
    })
}
