//! The ledger of custody indices, in R2: an object for each index that was ever given, one for whom it was given to,
//! and one for each extended key, put only where there is none. It outlives the database: one that was set back in
//! time finds here what it has forgotten.

use std::fmt::Debug;
use std::rc::Rc;

use worker::Env;

use crate::error::Error;
use crate::r2::{Listing, Page, Store};
use crate::rules::custody::{Branch, Custody, Place};
use crate::rules::owner::Owner;

#[derive(Clone)]
pub(crate) struct Ledger(Rc<Store>);

/// What the ledger says of an index that somebody would have.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    Ours,
    /// It is another's, or this owner has one already: `own`, whatever extended key was in force then. `after` is the
    /// first under that key, or under the one that was asked for, that was not given, as far as this call could see.
    Theirs {
        own: Option<Place>,
        after: u32,
    },
}

/// Pages of the list that one claim reads, at most a thousand objects each.
const PAGES: u32 = 10;

impl Ledger {
    pub(crate) fn new(env: &Env) -> Ledger {
        Ledger(Rc::new(Store::new(env, "LEDGER")))
    }

    /// `Unavailable` where nothing is bound.
    pub(crate) fn is_bound(&self) -> Result<(), Error> {
        self.0.bucket().map(drop)
    }

    /// Two objects: the index, with whose it is, and the owner, with which it is. Whoever comes back after the
    /// database forgot it has its own again. `Unavailable` where the ledger does not answer; it may be claimed.
    pub(crate) async fn claim(&self, place: &Place, owner: &Owner) -> Result<Claim, Error> {
        let own_name = owner.object();
        if self.put(&key(place), &owner.name()).await? && self.put(&own_name, &said(place)).await? {
            return Ok(Claim::Ours);
        }
        let own = self.own(&own_name, place.branch).await?;
        if own.as_ref() == Some(place) {
            return Ok(Claim::Ours);
        }
        let after = self.last_given(own.as_ref().unwrap_or(place)).await?;
        let after = after.saturating_add(1);
        Ok(Claim::Theirs { own, after })
    }

    /// Whether indices under this key are counted under this id. A key that is written in another way has another
    /// id, and would give its addresses again from the first one on.
    pub(crate) async fn is_known_as(&self, custody: &Custody) -> Result<bool, Error> {
        let name = format!("keys/{}", custody.mark());
        match self.get(&name).await? {
            Some(known_as) => Ok(known_as == custody.key_id()),
            None => self.put(&name, custody.key_id()).await,
        }
    }

    /// Whether this says so now: there was no object, or it says the same. A put that failed may have been taken,
    /// and a locked object may refuse it before it is compared: what is there decides.
    async fn put(&self, name: &str, says: &str) -> Result<bool, Error> {
        let put = self.0.put_if_absent(name, &says.into(), None).await;
        if matches!(put, Ok(true)) {
            return Ok(true);
        }
        match self.get(name).await? {
            Some(text) => Ok(text == says),
            None => put.map(|_| false),
        }
    }

    async fn own(&self, name: &str, branch: Branch) -> Result<Option<Place>, Error> {
        let Some(text) = self.get(name).await? else {
            return Ok(None);
        };
        let own = place_of(&text, branch);
        own.map(Some).ok_or_else(|| unavailable(name))
    }

    async fn get(&self, name: &str) -> Result<Option<String>, Error> {
        match self.0.get(name).await? {
            Some(object) => object.text().await.map(Some),
            None => Ok(None),
        }
    }

    async fn list(&self, prefix: &str, after: &str, limit: Option<u32>) -> Result<Page, Error> {
        let listing = Listing {
            prefix,
            start_after: after,
            limit,
            tells: false,
        };
        self.0.list(&listing).await
    }

    /// The greatest index that was given, from this one on; there may be more than these pages have.
    async fn last_given(&self, place: &Place) -> Result<u32, Error> {
        let mut last = place.index;
        let indices = indices(place);
        for _ in 0..PAGES {
            let after = format!("{indices}{last:010}");
            let page = self.list(&indices, &after, None).await?;
            let Some(object) = page.objects.last() else {
                break;
            };
            last = index_of(&object.key).ok_or_else(|| unavailable(&object.key))?;
            if !page.are_more {
                break;
            }
        }
        Ok(last)
    }

    /// A page of those who have an index, in the order of their names, after one of them.
    pub(crate) async fn owners(&self, after: Option<&Owner>, most: u32) -> Result<Owners, Error> {
        let after = after.map_or_else(|| OWNERS.into(), Owner::object);
        let page = self.list(OWNERS, &after, Some(most)).await?;
        let named = page
            .objects
            .iter()
            .map(|object| Owner::of_object(&object.key).ok_or_else(|| unavailable(&object.key)));
        let owners: Vec<Owner> = named.collect::<Result<_, _>>()?;
        let are_more = page.are_more;
        match are_more && owners.is_empty() {
            true => Err(unavailable("a page without a name")),
            false => Ok(Owners { owners, are_more }),
        }
    }

    /// Which index an owner has. `Unavailable` where there is no such owner.
    pub(crate) async fn place_of(&self, owner: &Owner) -> Result<Place, Error> {
        let name = owner.object();
        let own = self.own(&name, owner.branch()).await?;
        own.ok_or_else(|| unavailable(name))
    }
}

const OWNERS: &str = "owners/";

pub(crate) struct Owners {
    pub(crate) owners: Vec<Owner>,
    pub(crate) are_more: bool,
}

impl Owner {
    fn object(&self) -> String {
        format!("{OWNERS}{}", self.path())
    }

    fn of_object(name: &str) -> Option<Owner> {
        Owner::of_path(name.strip_prefix(OWNERS)?)
    }
}

/// Ten digits, so that the names stand in the order of the indices.
fn key(place: &Place) -> String {
    format!("{}{:010}", indices(place), place.index)
}

fn indices(place: &Place) -> String {
    format!("custody/{}/{}/", place.key_id, place.branch.number())
}

/// What the owner's object says: key and index.
fn said(place: &Place) -> String {
    format!("{}/{}", place.key_id, place.index)
}

fn place_of(said: &str, branch: Branch) -> Option<Place> {
    let (key_id, index) = said.split_once('/')?;
    Some(Place {
        key_id: key_id.into(),
        branch,
        index: index.parse().ok()?,
    })
}

fn index_of(name: &str) -> Option<u32> {
    name.rsplit_once('/')?.1.parse().ok()
}

fn unavailable(cause: impl Debug) -> Error {
    Error::Unavailable(format!("the ledger: {cause:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::custody::Branch;

    fn place(index: u32) -> Place {
        Place {
            key_id: "0123456789abcdef".into(),
            branch: Branch::Addresses,
            index,
        }
    }

    #[test]
    fn an_owner_is_known_by_the_name_of_its_object() {
        for name in ["owners/0/prt_1/a/p-1", "owners/1/prt_1/acc_1"] {
            let owner = Owner::of_object(name).unwrap();
            assert_eq!(owner.object(), name);
        }
        for name in [
            "owners/0/p/a",
            "owners/1/p/a/f",
            "owners/2/p/a",
            "custody/k/0/0000000001",
        ] {
            assert_eq!(Owner::of_object(name), None, "{name}");
        }
    }

    #[test]
    fn an_owner_s_object_says_its_place() {
        let at = place(2_147_483_647);
        assert_eq!(place_of(&said(&at), at.branch), Some(at));
        for damaged in [
            "",
            "0123456789abcdef",
            "0123456789abcdef/",
            "k/-1",
            "k/4294967296",
        ] {
            assert_eq!(place_of(damaged, Branch::Addresses), None, "{damaged}");
        }
    }

    #[test]
    fn names_stand_in_the_order_of_their_indices_and_say_them() {
        assert_eq!(key(&place(7)), "custody/0123456789abcdef/0/0000000007");
        let mut names = [0, 9, 10, 2_147_483_647].map(|index| key(&place(index)));
        let sorted = names.clone();
        names.sort();
        assert_eq!(names, sorted);
        assert_eq!(index_of(&key(&place(2_147_483_647))), Some(2_147_483_647));
        assert_eq!(index_of("custody/0123456789abcdef/0/"), None);
    }
}
