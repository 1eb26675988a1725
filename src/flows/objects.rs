//! The user, account and portfolio objects, as they are shown.

use serde_json::{json, Value};

use crate::app::App;
use crate::db::accounts::{self, Account};
use crate::db::portfolios::{self, Portfolio};
use crate::db::users::{self, KycId, User};
use crate::db::{Results, Statement};
use crate::error::Error;
use crate::rules::time::timestamp;

/// The statements whose results `user_object` reads.
pub fn read_user(user_id: &str, partner_id: &str) -> [Statement; 4] {
    [
        users::find(user_id, partner_id),
        users::kyc_ids(user_id),
        accounts::of_user(user_id, partner_id),
        portfolios::of_user(user_id, partner_id),
    ]
}

/// The user object from the results of `read_user`, the first of which is the nth. `None` when
/// there is no such user.
pub fn user_object(app: &App, results: &Results, nth: usize) -> Result<Option<Value>, Error> {
    let Some(user) = results.row::<User>(nth)? else {
        return Ok(None);
    };
    let ids: Vec<KycId> = results.rows(nth + 1)?;
    let of_kind = |kind: &str| -> Vec<&str> {
        ids.iter()
            .filter(|id| id.kind == kind)
            .map(|id| id.id.as_str())
            .collect()
    };
    let accounts: Vec<Account> = results.rows(nth + 2)?;
    let portfolios: Vec<Portfolio> = results.rows(nth + 3)?;
    let accounts = accounts
        .iter()
        .map(|account| {
            account_object(
                app,
                account,
                portfolios
                    .iter()
                    .filter(|portfolio| portfolio.account_id == account.id),
            )
        })
        .collect::<Result<Vec<_>, _>>()?;
    let address: Value = serde_json::from_str(&user.address).unwrap_or_else(|_| json!({}));
    Ok(Some(json!({
        "userId": user.id,
        "phoneNumber": user.phone,
        "name": user.name,
        "surname": user.surname,
        "accounts": accounts,
        "kycIds": of_kind("kyc"),
        "documentIds": of_kind("document"),
        "address": address,
        "info": {
            "phoneNumberVerified": user.phone_verified_at.is_some(),
            "roles": user.roles,
            "disabled": user.disabled_at.is_some(),
            "creationTs": timestamp(user.created_at),
        },
        "email": user.email,
        "userAccountStatus": user.status,
    })))
}

/// An account with its portfolios, in the order of their indices.
pub fn account_object<'a>(
    app: &App,
    account: &Account,
    portfolios: impl Iterator<Item = &'a Portfolio>,
) -> Result<Value, Error> {
    let encryption_key = match (account.key_seq, &account.custody_key) {
        (Some(seq), Some(key_id)) => Some(encryption_key(app, seq, key_id)?),
        _ => None,
    };
    let portfolios: Vec<&Portfolio> = portfolios.collect();
    let trading = portfolios
        .iter()
        .find(|portfolio| portfolio.kind == "TRADING");
    let trading = trading.map(|portfolio| portfolio.id.as_str());
    let shown = portfolio_objects(app, portfolios.into_iter())?;
    let sub_account_email = account
        .sub_account_id
        .as_ref()
        .map(|id| format!("{id}@{}", app.config.subaccount_email_domain));
    Ok(json!({
        "accountId": account.id,
        "email": account.email,
        "subAccountId": account.sub_account_id,
        "subAccountEmail": sub_account_email,
        "encryptionKey": encryption_key,
        "creationTs": timestamp(account.created_at),
        "portfolios": shown,
        "additionalInfo": {},
        "active": account.status == "VERIFIED",
        "tradingPortfolioId": trading,
    }))
}

/// Portfolios with their addresses. One that was never shown before is derived, and remembered.
pub fn portfolio_objects<'a>(
    app: &App,
    portfolios: impl Iterator<Item = &'a Portfolio>,
) -> Result<Vec<Value>, Error> {
    let mut shown = Vec::new();
    let mut derived = Vec::new();
    for portfolio in portfolios {
        let address = public_address(app, portfolio)?;
        if portfolio.public_address.is_none() {
            derived.push(portfolios::remember_address(portfolio.seq, &address));
        }
        shown.push(portfolio_object(portfolio, &address));
    }
    remember(app, derived);
    Ok(shown)
}

fn portfolio_object(portfolio: &Portfolio, address: &str) -> Value {
    json!({
        "portfolioId": portfolio.id,
        "name": portfolio.name,
        "accountId": portfolio.account_id,
        "creationTs": timestamp(portfolio.created_at),
        "publicStrategy": false,
        "portfolioAccountType": portfolio.kind,
        "publicAddress": address,
        "addressIndex": portfolio.seq - 1,
        "network": "ethereum",
    })
}

fn public_address(app: &App, portfolio: &Portfolio) -> Result<String, Error> {
    if let Some(address) = &portfolio.public_address {
        return Ok(address.clone());
    }
    let index = index_of(portfolio.seq)?;
    custody(app, &portfolio.custody_key)?
        .portfolio_address(index)
        .map_err(|error| Error::Internal(format!("deriving address {index}: {error}")))
}

fn encryption_key(app: &App, seq: i64, key_id: &str) -> Result<String, Error> {
    let index = index_of(seq)?;
    custody(app, key_id)?
        .account_encryption_key(index)
        .map_err(|error| Error::Internal(format!("deriving key {index}: {error}")))
}

/// The extended key that an index was given under. Under another the same index is another
/// address: rather no answer than a wrong one.
fn custody<'a>(app: &'a App, key_id: &str) -> Result<&'a crate::rules::custody::Custody, Error> {
    let key = app.config.custody.by_id(key_id);
    key.ok_or_else(|| Error::Internal(format!("CUSTODY_XPUB lacks the key {key_id}")))
}

fn index_of(seq: i64) -> Result<u32, Error> {
    u32::try_from(seq - 1).map_err(|_| Error::Internal(format!("index {seq} is out of range")))
}

fn remember(app: &App, derived: Vec<Statement>) {
    if derived.is_empty() {
        return;
    }
    let later = app.clone();
    // What is not remembered is derived again.
    app.after_answer(async move { drop(later.db.batch(derived).await) });
}
