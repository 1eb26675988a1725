//! Accounts: a further one of a user, and reading them.

use crate::app::App;
use crate::db::accounts;
use crate::db::audit::Whom;
use crate::db::portfolios::{self, Portfolio};
use crate::db::{users, Batch, Slot};
use crate::error::Error;
use crate::flows::caller::{ClientCaller, ReaderCaller, Unproven};
use crate::flows::custody::Claims;
use crate::flows::objects::{account_object, portfolio_objects};
use crate::flows::paging;
use crate::flows::reserving::Keys;
use crate::rules::email::Email;
use crate::rules::event::Event;
use crate::rules::id::{AccountId, PartnerId};
use crate::rules::portfolio::After;
use crate::wire::account::{Account, ListPortfolios, OfAccount, OpenAccount, PortfolioPage};
use crate::wire::fields::no_cursor;

/// `POST /v1/account`: the same call again for the same user returns the same account. Without an
/// e-mail it is the same whatever the account's is, which may have been the user's of then.
pub(crate) async fn post(
    app: &App,
    client: &ClientCaller,
    request: OpenAccount,
) -> Result<Account, Error> {
    let (user_id, partner_id) = (&request.user_id, &client.partner_id);
    let id = request.account_id.unwrap_or_else(|| app.ids.id());
    let email = request.email.as_ref().map(Email::as_str);
    let keys = Keys {
        user_id,
        partner_id,
    };
    let origin = client.origin(app);
    let mut batch = Batch::new();
    batch
        .run(accounts::open(user_id, partner_id, &id, email, app.now))
        .audited(&origin, Whom::User(user_id), Event::AccountOpened);
    let reserving = keys.reserve(app, &mut batch).await?;
    let user = batch.read(users::find(user_id, partner_id));
    let (account, mut portfolios) = read(&mut batch, partner_id, &id);
    let mut results = app.db.commit(batch).await?;
    results.row(user)?.ok_or(Error::UserNotFound)?;
    // As it is opened: one whose owner is erased meanwhile has another e-mail.
    let mut account = results.row(account)?.ok_or(Error::TooManyAccounts)?;
    let same = account.user_id == *user_id && email.is_none_or(|email| email == account.email);
    if !same {
        return Err(Error::AccountExists);
    }
    let (app, reserved) = keys.reserved(app, &results, reserving).await?;
    if !reserved.is_empty() {
        let mut batch = Claims::of(&app).claim_all(reserved).await?;
        let again = read(&mut batch, partner_id, &id);
        results = app.db.commit(batch).await?;
        account = results.row(again.0)?.ok_or(Error::UserNotFound)?;
        portfolios = again.1;
    }
    account_object(&app, account, results.rows(portfolios)?, None)
}

/// The account, and what it lists.
fn read(
    batch: &mut Batch,
    partner_id: &PartnerId,
    id: &AccountId,
) -> (Slot<accounts::Account>, Slot<Portfolio>) {
    let account = batch.read(accounts::find(partner_id, id));
    let portfolios = batch.read(portfolios::of_account(partner_id, id, None));
    (account, portfolios)
}

/// `GET /v1/account/{accountId}`
pub(crate) async fn get(
    app: &App,
    reader: Unproven<ReaderCaller>,
    request: OfAccount,
) -> Result<Account, Error> {
    let id = &request.account_id;
    let ask = reader.ask(app, |batch, reader| read(batch, reader.partner_id(), id));
    let (reader, results, (account, portfolios)) = ask.await?;
    let account = own(results.row(account)?, &reader)?;
    account_object(app, account, results.rows(portfolios)?, None)
}

/// `GET /v1/account/{accountId}/portfolios`
pub(crate) async fn portfolios(
    app: &App,
    reader: Unproven<ReaderCaller>,
    request: ListPortfolios,
) -> Result<PortfolioPage, Error> {
    let id = &request.account_id;
    let (after, limit) = (&request.after, request.limit);
    let most = paging::asked(limit);
    let ask = reader.ask(app, |batch, reader| {
        let partner_id = reader.partner_id();
        let account = batch.read(accounts::find(partner_id, id));
        let last = match after {
            After::Id(last) => Some(batch.read(portfolios::find(partner_id, last))),
            After::Number(_) => None,
        };
        let page = batch.read(portfolios::page(partner_id, id, after, most));
        (account, last, page)
    });
    let (reader, results, (account, last, page)) = ask.await?;
    own(results.row(account)?, &reader)?;
    if let Some(last) = last {
        // An empty page would say that nothing is left, and a restore may have lost the row that a cursor names.
        let last = results.row(last)?.filter(|last| last.account_id == *id);
        last.ok_or_else(no_cursor)?;
    }
    let mut page = results.rows(page)?;
    let last = paging::cut(&mut page, limit).map(|portfolio| After::Id(portfolio.id.clone()));
    Ok(PortfolioPage {
        next_cursor: last.map(|last| last.to_string()),
        portfolios: portfolio_objects(app, page)?,
    })
}

/// The account, if there is one and its owner may be read.
fn own(
    account: Option<accounts::Account>,
    reader: &ReaderCaller,
) -> Result<accounts::Account, Error> {
    account
        .filter(|account| reader.may_read(&account.user_id))
        .ok_or(Error::AccountNotFound)
}
