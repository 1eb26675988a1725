//! `POST /v1/account/portfolio`: a portfolio and its address, for a verified owner who is not disabled.

use crate::app::App;
use crate::db::audit::Whom;
use crate::db::portfolios::{self, NewPortfolio};
use crate::db::{accounts, Batch};
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::objects::account_object;
use crate::rules::event::Event;
use crate::rules::word::Word;
use crate::wire::account::Account;
use crate::wire::portfolio::OpenPortfolio;

/// The account object with the new portfolio among those it lists. The same call again with the same `portfolioId`
/// returns the same portfolio.
pub(crate) async fn post(
    app: &App,
    client: &ClientCaller,
    request: OpenPortfolio,
) -> Result<Account, Error> {
    let kind = request.portfolio_account_type;
    let new = NewPortfolio {
        partner_id: &client.partner_id,
        id: &request.portfolio_id.unwrap_or_else(|| app.ids.id()),
        account_id: &request.account_id,
        name: request.name.as_deref().unwrap_or(kind.as_str()),
        kind,
        custody_key: app.config.custody.of_addresses().key_id(),
        now: app.now,
    };
    let origin = client.origin(app);
    let mut batch = Batch::new();
    batch.run(portfolios::open(&new)).audited(
        &origin,
        Whom::OfAccount(new.account_id),
        Event::PortfolioOpened,
    );
    let account = batch.read(accounts::find(new.partner_id, new.account_id));
    let found = batch.read(portfolios::find(new.partner_id, new.id));
    let portfolios = batch.read(portfolios::of_account(
        new.partner_id,
        new.account_id,
        Some(new.id),
    ));
    let results = app.db.commit(batch).await?;
    let account = results.row(account)?.ok_or(Error::AccountNotFound)?;
    let found = results.row(found)?.ok_or(match account.disabled_at {
        Some(_) => Error::OwnerDisabled,
        None => Error::KycRequired,
    })?;
    let same = found.account_id == *new.account_id && found.name == new.name && found.kind == kind;
    if !same {
        return Err(Error::PortfolioExists);
    }
    account_object(app, account, results.rows(portfolios)?, Some(&found))
}
