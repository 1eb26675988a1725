//! `POST /v1/account/portfolio`: a portfolio and its address, for a verified owner who is not disabled. Its index is
//! reserved in the database, claimed in the ledger, and only then shown.

use crate::app::App;
use crate::db::audit::{Origin, Whom};
use crate::db::indices::{self, Reserved};
use crate::db::portfolios::{self, NewPortfolio};
use crate::db::{accounts, Batch};
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::custody::Claims;
use crate::flows::objects::{account_object, address_at};
use crate::flows::reserving;
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
        under: reserving::addresses(app).await?,
        now: app.now,
    };
    let origin = client.origin(app);
    if let Some(reserved) = reserved(app, &new, &origin).await? {
        return shown(app, &new, reserved).await;
    }
    let app = &reserving::anew(app, new.partner_id).await?;
    let under = reserving::addresses(app).await?;
    let new = NewPortfolio { under, ..new };
    let reserved = reserved(app, &new, &origin).await?;
    let reserved = reserved.ok_or_else(|| reserving::not_its_own(new.partner_id, under))?;
    shown(app, &new, reserved).await
}

/// None where the partner has taken out the extended key of this isolate's memory.
async fn reserved(
    app: &App,
    new: &NewPortfolio<'_>,
    origin: &Origin<'_>,
) -> Result<Option<Reserved>, Error> {
    let mut batch = Batch::new();
    batch.run(portfolios::reserve(new)).audited(
        origin,
        Whom::OfAccount(new.account_id),
        Event::PortfolioOpened,
    );
    let account = batch.read(accounts::find(new.partner_id, new.account_id));
    let found = batch.read(portfolios::find(new.partner_id, new.id));
    let reserved = batch.read(indices::of_portfolio(new.partner_id, new.id));
    let results = app.db.commit(batch).await?;
    let account = results.row(account)?.ok_or(Error::AccountNotFound)?;
    let Some(found) = results.row(found)? else {
        return match account.disabled_at {
            Some(_) => Err(Error::OwnerDisabled),
            None if !account.is_active() => Err(Error::KycRequired),
            None => Ok(None),
        };
    };
    let is_same = found.account_id == *new.account_id && found.name == new.name;
    if !is_same || found.kind != new.kind {
        return Err(Error::PortfolioExists);
    }
    results.row(reserved)
}

/// Claimed in the ledger, the portfolio is shown, and the account with it.
async fn shown(app: &App, new: &NewPortfolio<'_>, reserved: Reserved) -> Result<Account, Error> {
    let claimed = &Claims::of(app).claim(reserved).await?;
    let place = claimed.place();
    let address = address_at(app, &place.key_id, place.index)?;
    let mut batch = Batch::new();
    // One of before is shown already, and the ledger yet to be told.
    if !claimed.is_of_before {
        let show = indices::show(claimed, Some(&address), app.now);
        batch.run(show).done();
    }
    let account = batch.read(accounts::find(new.partner_id, new.account_id));
    let portfolios = portfolios::of_account(new.partner_id, new.account_id, Some(new.id));
    let portfolios = batch.read(portfolios);
    let results = app.db.commit(batch).await?;
    let account = results.row(account)?.ok_or(Error::AccountNotFound)?;
    let portfolios = results.rows(portfolios)?;
    // An answer without it would be kept, and asking again never complete it.
    if !portfolios.iter().any(|shown| shown.id == *new.id) {
        return Err(Error::Unavailable("the portfolio is not shown".into()));
    }
    account_object(app, account, portfolios, Some(claimed.seq))
}
