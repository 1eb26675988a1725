//! A service behind (deposit, withdraw, convert) verifies the access tokens that callers bring: tokens on standard
//! input, one a line, and of each who it is, or why not. `GATEHOUSE_ISSUER` is the `iss` that you accept (or
//! `GATEHOUSE_URL`, where `make dev` is not at port 8787), and `GATEHOUSE_PARTNER` the id of the partner whose customers
//! you serve, or several, separated by commas.

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, io};

use jwt_compact::alg::Ed25519;
use jwt_compact::jwk::JsonWebKey;
use jwt_compact::{AlgorithmExt, TimeOptions, UntrustedToken};
use serde::Deserialize;

type PublicKey = <Ed25519 as jwt_compact::Algorithm>::VerifyingKey;

/// What a user's token says, and only a user's: a client's has no `sid`. All of it is required.
#[derive(Clone, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    /// Whose money it is: take the user from here, and never from the request beside it.
    sub: String,
    scope: String,
    partner_id: String,
    #[expect(dead_code, reason = "for what a session did")]
    sid: String,
    #[expect(dead_code, reason = "for what asks for a fresh login")]
    auth_time: i64,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Key>,
}

#[derive(Deserialize)]
struct Key {
    kid: String,
    #[serde(flatten)]
    jwk: JsonWebKey<'static>,
}

struct Verifier {
    /// Yours to know, never the token's to say: from it come the keys.
    issuer: String,
    /// Whose customers you serve.
    partners: Vec<String>,
    keys: KeySet,
    fetched: Option<Instant>,
}

impl Verifier {
    fn new(issuer: String, partners: Vec<String>) -> Verifier {
        Verifier {
            issuer,
            partners,
            keys: KeySet { keys: Vec::new() },
            fetched: None,
        }
    }

    /// The user of an access token. What it does not tell is whether the session still lives: see examples/README.md.
    fn verify(&mut self, token: &str) -> Result<Claims, Box<dyn Error>> {
        let token = UntrustedToken::new(token)?;
        // An access token, and no other kind of JWT of the same keys.
        if token.header().token_type.as_deref() != Some("at+jwt") {
            return Err("typ is not at+jwt".into());
        }
        let key = self.key(token.header().key_id.as_deref().ok_or("no kid")?)?;
        // By this algorithm, never the one that the token names: "none", or HS256 under a public key, are known
        // tricks.
        let token = Ed25519.validator::<Claims>(&key).validate(&token)?;
        let claims = token.claims();
        // `TimeOptions::default()` would let a token live a minute longer.
        claims.validate_expiration(&TimeOptions::from_leeway(chrono::Duration::zero()))?;
        let claims = &claims.custom;
        // Signed by this gatehouse, and not by staging's.
        if claims.iss != self.issuer || claims.aud != self.issuer {
            return Err("iss or aud is another's".into());
        }
        // A client's token has the same signature and issuer, but nobody has logged in with it.
        if claims.scope != "user_auth" {
            return Err("not a user's token".into());
        }
        // All partners of a gatehouse share its keys, issuer and audience: another's customers are none of yours.
        if !self.partners.contains(&claims.partner_id) {
            return Err("another partner's user".into());
        }
        Ok(claims.clone())
    }

    /// The set is kept for a minute, as the service allows it: after a leak the old key is gone everywhere a minute
    /// later. A `kid` that is not in it has it fetched again, at most every ten seconds, so that made-up ones cost
    /// nothing.
    fn key(&mut self, kid: &str) -> Result<PublicKey, Box<dyn Error>> {
        let is_known = self.keys.keys.iter().any(|key| key.kid == kid);
        let keep = Duration::from_secs(if is_known { 60 } else { 10 });
        if self.fetched.is_none_or(|fetched| fetched.elapsed() > keep) {
            self.keys = fetch(&self.issuer)?;
            self.fetched = Some(Instant::now());
        }
        let key = self.keys.keys.iter().find(|key| key.kid == kid);
        Ok(PublicKey::try_from(&key.ok_or("no key has this kid")?.jwk)?)
    }
}

fn fetch(issuer: &str) -> Result<KeySet, Box<dyn Error>> {
    let answer = minreq::get(format!("{issuer}/.well-known/jwks.json"))
        .with_timeout(5)
        .send()?;
    Ok(answer.json()?)
}

fn main() -> ExitCode {
    let issuer = env::var("GATEHOUSE_ISSUER").or_else(|_| env::var("GATEHOUSE_URL"));
    let issuer = issuer.unwrap_or("http://localhost:8787".into());
    // To the byte, and without a slash at its end.
    let issuer = issuer.trim_end_matches('/').to_string();
    let partners = env::var("GATEHOUSE_PARTNER").unwrap_or_default();
    if partners.is_empty() {
        eprintln!("GATEHOUSE_PARTNER is missing: the id of the partner you serve, prt_...; examples/README.md says where it is");
        return ExitCode::FAILURE;
    }
    let mut verifier = Verifier::new(issuer, partners.split(',').map(String::from).collect());
    let mut ended = ExitCode::SUCCESS;
    for token in io::stdin().lines() {
        let Ok(token) = token else {
            eprintln!("standard input is no text");
            return ExitCode::FAILURE;
        };
        match verifier.verify(&token) {
            Ok(claims) => println!("{}", claims.sub),
            // 503: it says nothing of the token.
            Err(reason) if reason.is::<minreq::Error>() => {
                let issuer = &verifier.issuer;
                eprintln!("no answer for this token: the keys of {issuer} cannot be had ({reason}). GATEHOUSE_ISSUER or GATEHOUSE_URL says where the service is");
                ended = ExitCode::FAILURE;
            }
            Err(reason) => println!("refused: {reason}"), // 401
        }
    }
    ended
}
