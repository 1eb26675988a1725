//! Accounts: a further one of a user, and reading them.

use serde_json::json;

use crate::app::App;
use crate::db::accounts::{self, Account};
use crate::db::audit::{self, Entry, Whom};
use crate::db::portfolios::{self, Portfolio};
use crate::db::users::{self, User};
use crate::error::Error;
use crate::flows::caller::{ClientCaller, Reader};
use crate::flows::objects::{account_object, portfolio_objects};
use crate::http::{Input, Reply};
use crate::wire::fields::email;

/// `POST /v1/account`: `{userId, accountId?, email?}` → the account object. The same call again by the same user
/// returns the same account.
pub async fn post(app: &App, client: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let fields = input.fields()?;
    let user_id = fields.id("userId")?;
    let account_id = match fields.optional_id("accountId")? {
        Some(chosen) => chosen.to_string(),
        None => app.ids.id("acc"),
    };
    let email = match fields.optional_text("email", 1, 254)? {
        Some(_) => Some(email(&fields, "email")?),
        None => None,
    };
    let email = email.as_ref().map(|email| email.as_str());
    let partner = client.partner_id.as_str();
    let entry = Entry {
        whom: Whom::User(user_id),
        event: "account.open",
        outcome: "opened",
    };
    let results = app
        .db
        .batch(vec![
            accounts::open(user_id, partner, &account_id, email, app.now),
            audit::record_if_changed(&app.origin(partner, Some(&client.client_id)), &entry),
            accounts::activate(
                user_id,
                Some(partner),
                app.config.custody.current().key_id(),
                app.now,
            ),
            users::find(user_id, partner),
            accounts::find(partner, &account_id),
            portfolios::of_account(partner, &account_id),
        ])
        .await?;
    results.row::<User>(3)?.ok_or(Error::UserNotFound)?;
    let account: Account = results.one(4)?;
    if account.user_id != user_id {
        return Err(Error::AccountExists);
    }
    let portfolios: Vec<Portfolio> = results.rows(5)?;
    Ok(Reply::data(account_object(
        app,
        &account,
        portfolios.iter(),
    )?))
}

/// `GET /v1/account/{accountId}` → the account object.
pub async fn get(app: &App, reader: &Reader, input: &Input) -> Result<Reply, Error> {
    let partner = reader.partner_id.as_str();
    let id = input.param(0);
    let results = app
        .db
        .batch(vec![
            accounts::find(partner, id),
            portfolios::of_account(partner, id),
        ])
        .await?;
    let account = own(results.row(0)?, reader)?;
    let portfolios: Vec<Portfolio> = results.rows(1)?;
    Ok(Reply::data(account_object(
        app,
        &account,
        portfolios.iter(),
    )?))
}

/// `GET /v1/account/{accountId}/portfolios?limit=&cursor=` → `{portfolios, nextCursor}`, by
/// their indices. `nextCursor` is null on the last page.
pub async fn portfolios(app: &App, reader: &Reader, input: &Input) -> Result<Reply, Error> {
    let partner = reader.partner_id.as_str();
    let id = input.param(0);
    let limit = input.limit()?;
    let after = match input.optional_query("cursor")? {
        None | Some("") => 0,
        Some(text) => text
            .parse::<u32>()
            .map_err(|_| Error::invalid("cursor", "must be a nextCursor of an earlier answer"))?,
    };
    let results = app
        .db
        .batch(vec![
            accounts::find(partner, id),
            portfolios::page(partner, id, i64::from(after), limit + 1),
        ])
        .await?;
    own(results.row(0)?, reader)?;
    let mut page: Vec<Portfolio> = results.rows(1)?;
    let more = page.len() > limit as usize;
    page.truncate(limit as usize);
    let next = more
        .then(|| page.last().map(|portfolio| portfolio.seq.to_string()))
        .flatten();
    let shown = portfolio_objects(app, page.iter())?;
    Ok(Reply::data(
        json!({ "portfolios": shown, "nextCursor": next }),
    ))
}

/// The account, if there is one and its owner may be read.
fn own(account: Option<Account>, reader: &Reader) -> Result<Account, Error> {
    account
        .filter(|account| reader.may_read(&account.user_id))
        .ok_or(Error::AccountNotFound)
}
