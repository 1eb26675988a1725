//! The platform's rate limiters: a coarse first layer, per location and approximate. No cap
//! relies on them, and one that does not answer lets everybody through.

use futures_util::future::try_join;
use worker::{Env, RateLimiter};

use crate::error::Error;
use crate::rules::address::network;
use crate::rules::id::ClientId;
use crate::rules::token::AccessClaims;

/// The bindings, each looked up when it is asked: a call asks one, or none.
#[derive(Clone)]
pub(crate) struct Limiters(Env);

/// A binding, and the one that stands in for it: a configuration of before has two alone.
type Names = &'static [&'static str];

const BY_CLIENT: Names = &["LIMIT_CLIENT"];
const BY_USER: Names = &["LIMIT_USER", "LIMIT_CLIENT"];
const BY_ADDRESS: Names = &["LIMIT_ADDRESS"];
const OF_OAUTH: Names = &["LIMIT_OAUTH", "LIMIT_ADDRESS"];
const HASHING: Names = &["LIMIT_HASHING"];

/// What a call is about to do.
#[derive(Clone, Copy)]
pub(crate) enum Work {
    Usual,
    /// A password is hashed before anything else is asked.
    Hashing,
}

impl Limiters {
    pub(crate) fn new(env: &Env) -> Limiters {
        Limiters(env.clone())
    }

    /// Whoever has a valid token, wherever they call from: a partner's whole traffic comes from a few
    /// servers. A user has a limit of their own, so that none of them uses up the client's.
    pub(crate) async fn caller(&self, claims: &AccessClaims, work: Work) -> Result<(), Error> {
        let client = &claims.client_id;
        match (&claims.login, work) {
            (Some(_), _) => self.check(BY_USER, &claims.sub).await,
            (None, Work::Usual) => self.client(client).await,
            // At once: two hops cost what one does.
            (None, Work::Hashing) => try_join(self.client(client), self.hashing(client))
                .await
                .map(|_| ()),
        }
    }

    pub(crate) async fn client(&self, client_id: &ClientId) -> Result<(), Error> {
        self.check(BY_CLIENT, client_id.as_str()).await
    }

    /// Before a password is hashed, which costs as much as a thousand other calls.
    pub(crate) async fn hashing(&self, client_id: &ClientId) -> Result<(), Error> {
        self.check(HASHING, client_id.as_str()).await
    }

    /// Whoever has no valid token. `address`: CF-Connecting-IP, which Cloudflare sets and no caller
    /// can; nothing else is believed. Without it the request did not come through Cloudflare.
    pub(crate) async fn address(&self, address: Option<String>) -> Result<(), Error> {
        self.by_network(BY_ADDRESS, address).await
    }

    /// Whoever gives credentials that are not known to be a client's.
    pub(crate) async fn oauth(&self, address: Option<String>) -> Result<(), Error> {
        self.by_network(OF_OAUTH, address).await
    }

    async fn by_network(&self, names: Names, address: Option<String>) -> Result<(), Error> {
        match address {
            Some(address) => self.check(names, &network(&address)).await,
            None => Ok(()),
        }
    }

    async fn check(&self, names: Names, key: &str) -> Result<(), Error> {
        let bound = |name: &&str| self.0.rate_limiter(name).ok();
        let Some(limiter): Option<RateLimiter> = names.iter().find_map(bound) else {
            return Ok(());
        };
        match limiter.limit(key.into()).await {
            Ok(outcome) if !outcome.success => Err(Error::TooManyRequests),
            _ => Ok(()),
        }
    }
}
