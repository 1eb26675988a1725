//! Whose a custody index is.

use super::custody::Branch;
use super::id::{AccountId, Id, PartnerId, PortfolioId};

/// A portfolio, or the account of an encryption key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) partner: PartnerId,
    pub(crate) account: AccountId,
    /// `None` of an account's encryption key.
    pub(crate) portfolio: Option<PortfolioId>,
}

impl Owner {
    pub(crate) fn branch(&self) -> Branch {
        match self.portfolio {
            Some(_) => Branch::Addresses,
            None => Branch::EncryptionKeys,
        }
    }

    /// By which it is known again. No id has a slash.
    pub(crate) fn name(&self) -> String {
        let account = format!("{}/{}", self.partner.as_str(), self.account.as_str());
        match &self.portfolio {
            Some(portfolio) => format!("{account}/{}", portfolio.as_str()),
            None => account,
        }
    }

    /// Branch and name: `0/partner/account/portfolio`, `1/partner/account`.
    pub(crate) fn path(&self) -> String {
        format!("{}/{}", self.branch().number(), self.name())
    }

    /// What [`Owner::path`] gave. What the ids are like is not looked at.
    pub(crate) fn of_path(path: &str) -> Option<Owner> {
        let parts: Vec<&str> = path.split('/').collect();
        let (partner, account, portfolio) = match parts[..] {
            ["0", partner, account, portfolio] => (partner, account, Some(portfolio)),
            ["1", partner, account] => (partner, account, None),
            _ => return None,
        };
        Some(Owner {
            partner: Id::given(partner),
            account: Id::given(account),
            portfolio: portfolio.map(Id::given),
        })
    }
}
