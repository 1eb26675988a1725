//! Every index that was given, for custody to derive again what stands there.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::{json, Value};

use crate::app::App;
use crate::db::given::{self, After, Given, Page, Under};
use crate::db::{Batch, Db};
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::lost::{self, Lost};
use crate::flows::paging;
use crate::flows::places::Deriving;
use crate::log;
use crate::rules::custody::{Branch, Place};
use crate::rules::time::Time;
use crate::wire::custody::{
    Cursor, CustodyExport, CustodyLost, ExportCustody, GivenIndex, HighestIndices, Line, ListLost,
    NextPage,
};

/// `GET /v1/custody/export`
pub(crate) async fn export(
    app: &App,
    client: &ClientCaller,
    request: ExportCustody,
) -> Result<CustodyExport, Error> {
    let (under, homes) = match client.is_operator {
        true => (Under::EveryKey, app.homes()),
        false => (Under::OwnKeysOf(&client.partner_id), vec![app.db.clone()]),
    };
    // Of several databases one of before says what is left of one: the export begins anew, to leave nothing out.
    let is_of_all = |last: &Cursor| last.index.is_some() || homes.len() == 1;
    let mut lines = Lines {
        homes: &homes,
        under,
        since: request.since,
        most: request.limit,
        lines: Vec::new(),
        last: request.cursor.filter(is_of_all),
        deriving: Deriving::of(app),
    };
    let is_all = lines.read().await?;
    tell(app, client, lines.lines.len());
    let (mut all, last) = (lines.lines, lines.last);
    all.push(match last.filter(|_| !is_all) {
        Some(cursor) => Line::Next(NextPage {
            next_cursor: cursor.to_string(),
        }),
        None => Line::Last(HighestIndices {
            highest: highest(&homes, under).await?,
        }),
    });
    Ok(CustodyExport(all))
}

/// `GET /v1/custody/lost`
pub(crate) async fn lost(
    app: &App,
    admin: &ClientCaller,
    request: ListLost,
) -> Result<CustodyLost, Error> {
    let Lost { mut lines, ends } = lost::list(app, request.cursor, request.limit).await?;
    tell(app, admin, lines.len());
    lines.push(ends);
    Ok(CustodyLost(lines))
}

/// Who has seen so many customers' addresses.
fn tell(app: &App, client: &ClientCaller, lines: usize) {
    log::event(
        "custody.exported",
        json!({
            "request_id": app.request_id, "client_id": client.client_id, "partner_id": client.partner_id,
            "lines": lines,
        }),
    );
}

/// A page that is being read, of all homes at once: a row has one place in the order, in whichever home it stands, so
/// that none is told twice or left out because its partner moves meanwhile.
struct Lines<'a> {
    homes: &'a [Rc<Db>],
    under: Under<'a>,
    since: Time,
    most: u32,
    lines: Vec<Line>,
    /// The last of them, or of the page before.
    last: Option<Cursor>,
    deriving: Deriving<'a>,
}

impl Lines<'_> {
    /// The portfolios, then the accounts. Whether it came to the end of them.
    async fn read(&mut self) -> Result<bool, Error> {
        let from = self.last.as_ref().map(|last| last.branch);
        let is_past_addresses = from == Some(Branch::EncryptionKeys);
        if !is_past_addresses && !self.read_branch(Branch::Addresses).await? {
            return Ok(false);
        }
        self.read_branch(Branch::EncryptionKeys).await
    }

    /// Whether it came to the end of the branch.
    async fn read_branch(&mut self, branch: Branch) -> Result<bool, Error> {
        if self.room() == 0 {
            return Ok(false);
        }
        for row in self.rows(branch).await? {
            let at = Cursor {
                branch,
                key_id: row.custody_key.clone(),
                shown_at: row.shown_at,
                index: Some(row.index.into()),
            };
            let is_at_its_end =
                self.room() == 0 || row.value.is_none() && self.deriving.is_at_its_end();
            // Two at one place are a fault that custody has to see, and no page parts them.
            if is_at_its_end && self.last.as_ref() != Some(&at) {
                return Ok(false);
            }
            self.last = Some(at);
            self.add(branch, row).await?;
        }
        Ok(true)
    }

    fn room(&self) -> u32 {
        let shown = u32::try_from(self.lines.len()).unwrap_or(u32::MAX);
        self.most.saturating_sub(shown)
    }

    /// What each home has next, enough for the page and one more.
    async fn rows(&self, branch: Branch) -> Result<Vec<Given>, Error> {
        let last = self.last.as_ref().filter(|last| last.branch == branch);
        let after = last.map(|last| After {
            key_id: last.key_id.clone(),
            shown_at: last.shown_at,
            index: last.index,
        });
        let mut rows = Vec::new();
        for home in self.homes {
            let (batch, found) = Batch::of(given::page(&Page {
                under: self.under,
                branch,
                since: self.since,
                after: after.as_ref(),
                most: paging::asked(self.room()),
            }));
            rows = given::merged(rows, home.commit(batch).await?.rows(found)?);
        }
        Ok(rows)
    }

    async fn add(&mut self, branch: Branch, row: Given) -> Result<(), Error> {
        let place = Place {
            key_id: row.custody_key,
            branch,
            index: row.index,
        };
        let value = match row.value {
            Some(value) => Some(value),
            None => self.deriving.value(&place, &row.partner_id).await?,
        };
        let (account, portfolio) = (row.account_id, row.portfolio_id);
        let line = GivenIndex::new(place, row.partner_id, account, portfolio, value);
        self.lines.push(Line::Given(line));
        Ok(())
    }
}

/// By key, by branch, over all homes. Asked after the rows, so that none of them is above it.
async fn highest(homes: &[Rc<Db>], under: Under<'_>) -> Result<Value, Error> {
    let mut highest: BTreeMap<String, BTreeMap<u32, u32>> = BTreeMap::new();
    for home in homes {
        let branches = [Branch::Addresses, Branch::EncryptionKeys];
        let mut batch = Batch::new();
        let asked = branches.map(|branch| (branch, batch.read(given::highest(branch, under))));
        let results = home.commit(batch).await?;
        for (branch, slot) in asked {
            for row in results.rows(slot)? {
                let of_key = highest.entry(row.custody_key).or_default();
                let index = of_key.entry(branch.number()).or_default();
                *index = row.index.max(*index);
            }
        }
    }
    Ok(json!(highest))
}
