//! The user, account and portfolio objects and the entries of the audit log, from their rows.

use serde_json::value::RawValue;

use crate::app::App;
use crate::db::accounts::{self, Account};
use crate::db::audit::Recorded;
use crate::db::portfolios::{self, Portfolio};
use crate::db::users::{KycId, Whole, WholeAccount};
use crate::db::Batch;
use crate::error::Error;
use crate::rules::custody::Custody;
use crate::rules::identity::KycKind;
use crate::rules::limits::{portfolios_listed, PORTFOLIOS_LISTED};
use crate::rules::portfolio::After;
use crate::wire;
use crate::wire::common::{Nothing, Timestamp};

/// `UserNotFound` of who was erased.
pub(crate) fn user_object(app: &App, user: Whole) -> Result<wire::user::User, Error> {
    let (Some(email), Some(phone_number)) = (user.email, user.phone) else {
        return Err(Error::UserNotFound);
    };
    Ok(wire::user::User {
        user_id: user.id,
        phone_number,
        name: user.name,
        surname: user.surname,
        accounts: account_objects(app, user.accounts)?,
        kyc_ids: of_kind(&user.kyc_ids, KycKind::Kyc),
        document_ids: of_kind(&user.kyc_ids, KycKind::Document),
        address: object(user.address),
        info: wire::user::Info {
            phone_number_verified: user.phone_verified_at.is_some(),
            email_verified: user.email_verified_at.is_some(),
            roles: user.roles,
            disabled: user.disabled_at.is_some(),
            creation_ts: Timestamp(user.created_at),
            hold_until: user.withdrawals_held_until.ahead_of(app.now).map(Timestamp),
            locale: user.locale,
        },
        email,
        user_account_status: user.status,
    })
}

pub(crate) fn of_kind(ids: &[KycId], kind: KycKind) -> Vec<String> {
    let of_kind = ids.iter().filter(|id| id.kind == kind);
    of_kind.map(|id| id.id.clone()).collect()
}

/// The accounts of a user, each with its part of the portfolios that are listed of all.
pub(crate) fn account_objects(
    app: &App,
    accounts: Vec<WholeAccount>,
) -> Result<Vec<wire::account::Account>, Error> {
    let most = portfolios_listed(accounts.len());
    let mut shown = Vec::with_capacity(accounts.len());
    let mut derived = Batch::new();
    for whole in accounts {
        let listed = Listed::of(&whole.account, whole.portfolios, None, most);
        shown.push(shown_account(app, &mut derived, whole.account, listed)?);
    }
    remember(app, derived);
    Ok(shown)
}

/// Stored JSON as it is; what is none is an empty object.
pub(crate) fn object(text: String) -> Box<RawValue> {
    RawValue::from_string(text)
        .unwrap_or_else(|_| serde_json::from_str("{}").expect("an empty object is JSON"))
}

/// An account with those of its portfolios that it lists: `portfolios` as [`portfolios::of_account`] gives them,
/// `made` the number of the one that was just made.
pub(crate) fn account_object(
    app: &App,
    account: Account,
    portfolios: Vec<Portfolio>,
    made: Option<i64>,
) -> Result<wire::account::Account, Error> {
    let mut derived = Batch::new();
    let listed = Listed::of(&account, portfolios, made, PORTFOLIOS_LISTED);
    let shown = shown_account(app, &mut derived, account, listed)?;
    remember(app, derived);
    Ok(shown)
}

/// The portfolios that an account lists, by their index, and where the page after them begins.
struct Listed {
    portfolios: Vec<Portfolio>,
    cursor: Option<After>,
}

impl Listed {
    /// At most so many: the one just made, the trading one, then the oldest. `portfolios` are the oldest, and those
    /// two wherever they are. The cursor is after the last of the oldest without a gap, so that the pages
    /// from there on and what is listed are all of them.
    fn of(
        account: &Account,
        mut portfolios: Vec<Portfolio>,
        made: Option<i64>,
        most: u32,
    ) -> Listed {
        let most = most as usize;
        let is_special =
            |portfolio: &Portfolio| [made, account.trading_seq].contains(&Some(portfolio.seq));
        let specials = portfolios.iter().filter(|one| is_special(one)).count();
        let mut room = most.saturating_sub(specials);
        let mut left_out = None;
        if portfolios.len() > most {
            portfolios.retain(|portfolio| {
                let has_room = is_special(portfolio) || room > 0;
                if !has_room {
                    left_out = left_out.or(Some(portfolio.seq));
                } else if !is_special(portfolio) {
                    room -= 1;
                }
                has_room
            });
        }
        let more = account.portfolios > i64::try_from(portfolios.len()).unwrap_or(i64::MAX);
        let is_oldest = |one: &&Portfolio| left_out.is_none_or(|left_out| one.seq < left_out);
        let last = portfolios.iter().rfind(is_oldest).filter(|_| more);
        let cursor = last.map(|last| After::Id(last.id.clone()));
        Listed { portfolios, cursor }
    }
}

/// What it derives it adds to what is to be remembered.
fn shown_account(
    app: &App,
    derived: &mut Batch,
    account: Account,
    listed: Listed,
) -> Result<wire::account::Account, Error> {
    let is_trading = |portfolio: &&Portfolio| Some(portfolio.seq) == account.trading_seq;
    let trading = listed.portfolios.iter().find(is_trading);
    let domain = &app.config.subaccount_email_domain;
    let sub_account_email = |id: &String| format!("{id}@{domain}");
    Ok(wire::account::Account {
        encryption_key: encryption_key(app, derived, &account)?,
        trading_portfolio_id: trading.map(|portfolio| portfolio.id.clone()),
        portfolios: shown_portfolios(app, derived, listed.portfolios)?,
        portfolios_total: account.portfolios,
        portfolios_cursor: listed.cursor.map(|after| after.to_string()),
        active: account.is_active(),
        account_id: account.id,
        email: account.email,
        sub_account_email: account.sub_account_id.as_ref().map(sub_account_email),
        sub_account_id: account.sub_account_id,
        creation_ts: Timestamp(account.created_at),
        additional_info: Nothing {},
    })
}

/// Portfolios with their addresses.
pub(crate) fn portfolio_objects(
    app: &App,
    portfolios: Vec<Portfolio>,
) -> Result<Vec<wire::portfolio::Portfolio>, Error> {
    let mut derived = Batch::new();
    let shown = shown_portfolios(app, &mut derived, portfolios)?;
    remember(app, derived);
    Ok(shown)
}

fn shown_portfolios(
    app: &App,
    derived: &mut Batch,
    portfolios: Vec<Portfolio>,
) -> Result<Vec<wire::portfolio::Portfolio>, Error> {
    let mut shown = Vec::with_capacity(portfolios.len());
    for portfolio in portfolios {
        let address = public_address(app, &portfolio)?;
        if portfolio.public_address.is_none() {
            derived
                .run(portfolios::remember_address(
                    &portfolio.custody_key,
                    portfolio.address_index,
                    &address,
                ))
                .done();
        }
        shown.push(portfolio_object(app, portfolio, address));
    }
    Ok(shown)
}

fn portfolio_object(
    app: &App,
    portfolio: Portfolio,
    address: String,
) -> wire::portfolio::Portfolio {
    let networks = &app.config.evm_networks;
    wire::portfolio::Portfolio {
        portfolio_id: portfolio.id,
        name: portfolio.name,
        account_id: portfolio.account_id,
        creation_ts: Timestamp(portfolio.created_at),
        public_strategy: false,
        portfolio_account_type: portfolio.kind,
        public_address: address,
        address_index: portfolio.address_index,
        network: networks.first(),
        networks: networks.all().to_vec(),
    }
}

fn public_address(app: &App, portfolio: &Portfolio) -> Result<String, Error> {
    if let Some(address) = &portfolio.public_address {
        return Ok(address.clone());
    }
    address_at(app, &portfolio.custody_key, portfolio.address_index)
}

/// The address of an index under the extended key of an id.
pub(crate) fn address_at(app: &App, key_id: &str, index: u32) -> Result<String, Error> {
    resolved(app.terms().custody.address_key(key_id), key_id)?
        .portfolio_address(index)
        .map_err(|error| Error::Internal(format!("deriving address {index}: {error}")))
}

/// The encryption key of an index under the extended key of an id.
pub(crate) fn encryption_key_at(app: &App, key_id: &str, index: u32) -> Result<String, Error> {
    resolved(app.terms().custody.encryption_key(key_id), key_id)?
        .account_encryption_key(index)
        .map_err(|error| Error::Internal(format!("deriving key {index}: {error}")))
}

/// `None` until the account was first active.
fn encryption_key(
    app: &App,
    derived: &mut Batch,
    account: &Account,
) -> Result<Option<String>, Error> {
    let (Some(index), Some(key_id)) = (account.key_index, &account.custody_key) else {
        return Ok(None);
    };
    if account.encryption_key.is_some() {
        return Ok(account.encryption_key.clone());
    }
    let key = encryption_key_at(app, key_id, index)?;
    let remember = accounts::remember_key(key_id, index, &key);
    derived.run(remember).done();
    Ok(Some(key))
}

/// The extended key that an index was given under. Under another the same index is another
/// address: rather no answer than a wrong one.
fn resolved<'a>(key: Option<&'a Custody>, key_id: &str) -> Result<&'a Custody, Error> {
    key.ok_or_else(|| Error::Internal(format!("no setting has the extended key {key_id}")))
}

/// A row of the audit log.
pub(crate) fn audit_entry(row: Recorded) -> wire::audit::Entry {
    wire::audit::Entry {
        id: row.id,
        ts: Timestamp(row.at),
        event: row.event,
        outcome: row.outcome,
        user_id: row.user_id,
        client_id: row.client_id,
        request_id: row.request_id,
        target_client_id: row.target_client_id,
        target_partner_id: row.target_partner_id,
        session_id: row.session_id,
        refreshes: row.refreshes,
        refresh_ts: row.refreshed_at.map(Timestamp),
        reason: row.reason,
    }
}

fn remember(app: &App, derived: Batch) {
    if derived.is_empty() {
        return;
    }
    let later = app.clone();
    // What is not remembered is derived again.
    app.after_answer(async move { drop(later.db.commit(derived).await) });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::id::{AccountId, PortfolioId, UserId};
    use crate::rules::identity::UserStatus;
    use crate::rules::portfolio::PortfolioType;
    use crate::rules::time::Time;

    const NOW: Time = Time::from_millis(0);

    fn portfolio(seq: i64) -> Portfolio {
        Portfolio {
            seq,
            id: PortfolioId::given(seq.to_string()),
            account_id: AccountId::given("a"),
            name: String::new(),
            kind: PortfolioType::Trading,
            custody_key: String::new(),
            address_index: u32::try_from(seq - 1).unwrap(),
            public_address: None,
            created_at: NOW,
        }
    }

    fn account(portfolios: i64, trading_seq: Option<i64>) -> Account {
        Account {
            id: AccountId::given("a"),
            user_id: UserId::given("u"),
            email: String::new(),
            created_at: NOW,
            portfolios,
            trading_seq,
            status: UserStatus::Verified,
            disabled_at: None,
            key_index: None,
            sub_account_id: None,
            custody_key: None,
            encryption_key: None,
        }
    }

    /// Every account of up to a dozen portfolios, whichever is the trading one and whichever was just made,
    /// where five are listed.
    #[test]
    fn what_is_listed_and_the_pages_from_its_cursor_on_are_every_portfolio() {
        const MOST: u32 = 5;
        for total in 0..=12 {
            let any = || std::iter::once(None).chain((1..=total).map(Some));
            for (trading, made) in any().flat_map(|trading| any().map(move |made| (trading, made)))
            {
                let special = |seq: &i64| [trading, made].contains(&Some(*seq));
                let given = (1..=total).filter(|seq| *seq <= i64::from(MOST) || special(seq));
                let given = given.map(portfolio).collect();
                let listed = Listed::of(&account(total, trading), given, made, MOST);
                let shown: Vec<i64> = listed.portfolios.iter().map(|one| one.seq).collect();
                let what = format!(
                    "{total} {trading:?} {made:?}: {shown:?} {:?}",
                    listed.cursor
                );

                let expected = usize::try_from(total.min(i64::from(MOST))).unwrap();
                assert_eq!(shown.len(), expected, "{what}");
                assert!(shown.is_sorted(), "{what}");
                assert!(
                    (1..=total).filter(special).all(|seq| shown.contains(&seq)),
                    "{what}"
                );
                assert_eq!(listed.cursor.is_some(), total > i64::from(MOST), "{what}");
                let after = listed.cursor.map_or(total, |after| match after {
                    After::Id(id) => id.as_str().parse().unwrap(),
                    After::Number(_) => unreachable!("numbers are of one database"),
                });
                assert!((1..=after).all(|seq| shown.contains(&seq)), "{what}");
                // And no page repeats what could have been skipped.
                assert!(after == total || !shown.contains(&(after + 1)), "{what}");
            }
        }
    }
}
