//! The user, account and portfolio objects, from their rows.

use serde_json::value::RawValue;

use crate::app::App;
use crate::db::accounts::{self, Account};
use crate::db::portfolios::{self, Portfolio};
use crate::db::users::{self, KycId, User};
use crate::db::{Batch, Results, Slot};
use crate::error::Error;
use crate::rules::custody::Custody;
use crate::rules::id::{PartnerId, UserId};
use crate::rules::identity::KycKind;
use crate::rules::portfolio::{Network, PortfolioType};
use crate::wire;
use crate::wire::common::{Nothing, Timestamp};

/// Where the rows of a user object are.
pub(crate) struct UserSlots {
    user: Slot<User>,
    kyc_ids: Slot<KycId>,
    accounts: Slot<Account>,
    portfolios: Slot<Portfolio>,
}

/// Reads what the user object is made of.
pub(crate) fn read_user(batch: &mut Batch, user_id: &UserId, partner_id: &PartnerId) -> UserSlots {
    UserSlots {
        user: batch.read(users::find(user_id, partner_id)),
        kyc_ids: batch.read(users::kyc_ids(user_id)),
        accounts: batch.read(accounts::of_user(user_id, partner_id)),
        portfolios: batch.read(portfolios::of_user(user_id, partner_id)),
    }
}

/// The user object, or `None` when there is no such user.
pub(crate) fn user_object(
    app: &App,
    results: &Results,
    slots: &UserSlots,
) -> Result<Option<wire::user::User>, Error> {
    let Some(user) = results.row(slots.user)? else {
        return Ok(None);
    };
    let ids = results.rows(slots.kyc_ids)?;
    let of_kind = |kind: KycKind| -> Vec<String> {
        let of_kind = ids.iter().filter(|id| id.kind == kind);
        of_kind.map(|id| id.id.clone()).collect()
    };
    let portfolios = results.rows(slots.portfolios)?;
    let mut shown = Vec::new();
    let mut derived = Batch::new();
    for account in results.rows(slots.accounts)? {
        let of_account = |portfolio: &&Portfolio| portfolio.account_id == account.id;
        let of_account = portfolios.iter().filter(of_account);
        shown.push(shown_account(app, &mut derived, &account, of_account)?);
    }
    remember(app, derived);
    Ok(Some(wire::user::User {
        user_id: user.id,
        phone_number: user.phone,
        name: user.name,
        surname: user.surname,
        accounts: shown,
        kyc_ids: of_kind(KycKind::Kyc),
        document_ids: of_kind(KycKind::Document),
        address: object(user.address),
        info: wire::user::Info {
            phone_number_verified: user.phone_verified_at.is_some(),
            roles: user.roles,
            disabled: user.disabled_at.is_some(),
            creation_ts: Timestamp(user.created_at),
        },
        email: user.email,
        user_account_status: user.status,
    }))
}

/// Stored JSON as it is; what is none is an empty object.
fn object(text: String) -> Box<RawValue> {
    RawValue::from_string(text)
        .unwrap_or_else(|_| serde_json::from_str("{}").expect("an empty object is JSON"))
}

/// An account with its portfolios, in the order of their indices.
pub(crate) fn account_object<'a>(
    app: &App,
    account: &Account,
    portfolios: impl Iterator<Item = &'a Portfolio>,
) -> Result<wire::account::Account, Error> {
    let mut derived = Batch::new();
    let shown = shown_account(app, &mut derived, account, portfolios)?;
    remember(app, derived);
    Ok(shown)
}

/// What it derives it adds to what is to be remembered.
fn shown_account<'a>(
    app: &App,
    derived: &mut Batch,
    account: &Account,
    portfolios: impl Iterator<Item = &'a Portfolio>,
) -> Result<wire::account::Account, Error> {
    let portfolios: Vec<&Portfolio> = portfolios.collect();
    let trading = portfolios
        .iter()
        .find(|portfolio| portfolio.kind == PortfolioType::Trading);
    let trading = trading.map(|portfolio| portfolio.id.clone());
    let sub_account_email = account
        .sub_account_id
        .as_ref()
        .map(|id| format!("{id}@{}", app.config.subaccount_email_domain));
    Ok(wire::account::Account {
        account_id: account.id.clone(),
        email: account.email.clone(),
        sub_account_id: account.sub_account_id.clone(),
        sub_account_email,
        encryption_key: encryption_key(app, derived, account)?,
        creation_ts: Timestamp(account.created_at),
        portfolios: shown_portfolios(app, derived, portfolios.into_iter())?,
        additional_info: Nothing {},
        active: account.is_active(),
        trading_portfolio_id: trading,
    })
}

/// Portfolios with their addresses.
pub(crate) fn portfolio_objects<'a>(
    app: &App,
    portfolios: impl Iterator<Item = &'a Portfolio>,
) -> Result<Vec<wire::portfolio::Portfolio>, Error> {
    let mut derived = Batch::new();
    let shown = shown_portfolios(app, &mut derived, portfolios)?;
    remember(app, derived);
    Ok(shown)
}

fn shown_portfolios<'a>(
    app: &App,
    derived: &mut Batch,
    portfolios: impl Iterator<Item = &'a Portfolio>,
) -> Result<Vec<wire::portfolio::Portfolio>, Error> {
    let mut shown = Vec::new();
    for portfolio in portfolios {
        let address = public_address(app, portfolio)?;
        if portfolio.public_address.is_none() {
            derived
                .run(portfolios::remember_address(portfolio.seq, &address))
                .done();
        }
        shown.push(portfolio_object(portfolio, address));
    }
    Ok(shown)
}

fn portfolio_object(portfolio: &Portfolio, address: String) -> wire::portfolio::Portfolio {
    wire::portfolio::Portfolio {
        portfolio_id: portfolio.id.clone(),
        name: portfolio.name.clone(),
        account_id: portfolio.account_id.clone(),
        creation_ts: Timestamp(portfolio.created_at),
        public_strategy: false,
        portfolio_account_type: portfolio.kind,
        public_address: address,
        address_index: portfolio.seq - 1,
        network: Network::Ethereum,
    }
}

fn public_address(app: &App, portfolio: &Portfolio) -> Result<String, Error> {
    if let Some(address) = &portfolio.public_address {
        return Ok(address.clone());
    }
    let index = index_of(portfolio.seq)?;
    let key = app.config.custody.address_key(&portfolio.custody_key);
    resolved(key, &portfolio.custody_key)?
        .portfolio_address(index)
        .map_err(|error| Error::Internal(format!("deriving address {index}: {error}")))
}

/// `None` until the account was first active.
fn encryption_key(
    app: &App,
    derived: &mut Batch,
    account: &Account,
) -> Result<Option<String>, Error> {
    let (Some(seq), Some(key_id)) = (account.key_seq, &account.custody_key) else {
        return Ok(None);
    };
    if account.encryption_key.is_some() {
        return Ok(account.encryption_key.clone());
    }
    let index = index_of(seq)?;
    let key = resolved(app.config.custody.encryption_key(key_id), key_id)?
        .account_encryption_key(index)
        .map_err(|error| Error::Internal(format!("deriving key {index}: {error}")))?;
    derived.run(accounts::remember_key(seq, &key)).done();
    Ok(Some(key))
}

/// The extended key that an index was given under. Under another the same index is another
/// address: rather no answer than a wrong one.
fn resolved<'a>(key: Option<&'a Custody>, key_id: &str) -> Result<&'a Custody, Error> {
    key.ok_or_else(|| Error::Internal(format!("no setting has the extended key {key_id}")))
}

fn index_of(seq: i64) -> Result<u32, Error> {
    u32::try_from(seq - 1).map_err(|_| Error::Internal(format!("index {seq} is out of range")))
}

fn remember(app: &App, derived: Batch) {
    if derived.is_empty() {
        return;
    }
    let later = app.clone();
    // What is not remembered is derived again.
    app.after_answer(async move { drop(later.db.commit(derived).await) });
}
