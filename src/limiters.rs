//! The platform's rate limiters: a coarse first layer, per location and approximate. No cap
//! relies on them, and one that does not answer lets everybody through.

use std::rc::Rc;

use worker::{Env, RateLimiter};

use crate::error::Error;
use crate::rules::address::network;
use crate::rules::id::ClientId;
use crate::rules::token::AccessClaims;

#[derive(Clone)]
pub(crate) struct Limiters {
    by_client: Option<Rc<RateLimiter>>,
    by_user: Option<Rc<RateLimiter>>,
    by_address: Option<Rc<RateLimiter>>,
    of_oauth: Option<Rc<RateLimiter>>,
    hashing: Option<Rc<RateLimiter>>,
}

impl Limiters {
    pub(crate) fn new(env: &Env) -> Limiters {
        let binding = |name| env.rate_limiter(name).ok().map(Rc::new);
        let (by_client, by_address) = (binding("LIMIT_CLIENT"), binding("LIMIT_ADDRESS"));
        // A configuration of before has the two alone.
        Limiters {
            by_user: binding("LIMIT_USER").or_else(|| by_client.clone()),
            of_oauth: binding("LIMIT_OAUTH").or_else(|| by_address.clone()),
            by_client,
            by_address,
            hashing: binding("LIMIT_HASHING"),
        }
    }

    /// Whoever has a valid token, wherever they call from: a partner's whole traffic comes from a few
    /// servers. A user has a limit of their own, so that none of them uses up the client's.
    pub(crate) async fn caller(&self, claims: &AccessClaims) -> Result<(), Error> {
        match claims.login {
            None => self.client(&claims.client_id).await,
            Some(_) => check(&self.by_user, &claims.sub).await,
        }
    }

    pub(crate) async fn client(&self, client_id: &ClientId) -> Result<(), Error> {
        check(&self.by_client, client_id.as_str()).await
    }

    /// Before a password is hashed, which costs as much as a thousand other calls.
    pub(crate) async fn hashing(&self, client_id: &ClientId) -> Result<(), Error> {
        check(&self.hashing, client_id.as_str()).await
    }

    /// Whoever has no valid token. `address`: CF-Connecting-IP, which Cloudflare sets and no caller
    /// can; nothing else is believed. Without it the request did not come through Cloudflare.
    pub(crate) async fn address(&self, address: Option<String>) -> Result<(), Error> {
        by_network(&self.by_address, address).await
    }

    /// Whoever gives credentials that are not known to be a client's.
    pub(crate) async fn oauth(&self, address: Option<String>) -> Result<(), Error> {
        by_network(&self.of_oauth, address).await
    }
}

async fn by_network(
    limiter: &Option<Rc<RateLimiter>>,
    address: Option<String>,
) -> Result<(), Error> {
    match address {
        Some(address) => check(limiter, &network(&address)).await,
        None => Ok(()),
    }
}

async fn check(limiter: &Option<Rc<RateLimiter>>, key: &str) -> Result<(), Error> {
    let Some(limiter) = limiter else {
        return Ok(());
    };
    match limiter.limit(key.into()).await {
        Ok(outcome) if !outcome.success => Err(Error::TooManyRequests),
        _ => Ok(()),
    }
}
