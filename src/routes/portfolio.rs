//! `POST /v1/account/portfolio`: a portfolio and its address, for a verified owner.

use crate::app::App;
use crate::db::accounts::{self, Account};
use crate::db::audit::{self, Entry, Whom};
use crate::db::portfolios::{self, NewPortfolio, Portfolio};
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::objects::account_object;
use crate::http::members::Fields;
use crate::http::{Input, Reply};

/// `{accountId, name?, portfolioId?, portfolioAccountType?}` → the account object with all its
/// portfolios. The same call again with the same `portfolioId` returns the same portfolio.
pub async fn post(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let fields = input.fields()?;
    let kind = kind(&fields)?;
    let id = match fields.optional_id("portfolioId")? {
        Some(chosen) => chosen.to_string(),
        None => app.ids.id("pfl"),
    };
    let new = NewPortfolio {
        partner_id: &client.partner_id,
        id: &id,
        account_id: fields.id("accountId")?,
        name: fields.optional_text("name", 1, 100)?.unwrap_or(kind),
        kind,
        custody_key: app.config.custody.current().key_id(),
        now: app.now,
    };
    let entry = Entry {
        whom: Whom::OfAccount(new.account_id),
        event: "portfolio.open",
        outcome: "opened",
    };
    let results = app
        .db
        .batch(vec![
            portfolios::open(&new),
            audit::record_if_changed(&app.origin(new.partner_id, Some(&client.client_id)), &entry),
            accounts::find(new.partner_id, new.account_id),
            portfolios::find(new.partner_id, new.id),
            portfolios::of_account(new.partner_id, new.account_id),
        ])
        .await?;
    let account: Account = results.row(2)?.ok_or(Error::AccountNotFound)?;
    let found: Option<Portfolio> = results.row(3)?;
    match found {
        None => return Err(Error::KycRequired),
        Some(found)
            if found.account_id == new.account_id
                && found.name == new.name
                && found.kind == new.kind => {}
        Some(_) => return Err(Error::PortfolioExists),
    }
    let portfolios: Vec<Portfolio> = results.rows(4)?;
    Ok(Reply::data(account_object(
        app,
        &account,
        portfolios.iter(),
    )?))
}

/// `portfolioAccountType`
fn kind(fields: &Fields) -> Result<&'static str, Error> {
    const KINDS: [&str; 5] = ["TRADING", "STRATEGY", "EARN", "PAYMENT", "FEES"];
    let Some(text) = fields.optional_text("portfolioAccountType", 1, 32)? else {
        return Ok(KINDS[0]);
    };
    KINDS.into_iter().find(|kind| *kind == text).ok_or_else(|| {
        Error::invalid(
            "portfolioAccountType",
            "must be TRADING, STRATEGY, EARN, PAYMENT or FEES",
        )
    })
}
