//! What every black-box test stands on: a running service, doubles of the SMS and mail providers,
//! a client that checks the envelope of every answer, and people to act with.
//!
//! A test binary takes it in with `#[path = "…/support/lib.rs"] mod support;`. Tests of the
//! default settings share one service, [`Api::new`]; a test of other settings starts its own
//! with [`Gatehouse::start`].

pub mod custody;
pub mod database;
pub mod double;
pub mod http;
pub mod jwt;
pub mod kyc;
pub mod mail;
pub mod people;
pub mod random;
pub mod service;
pub mod signing;
pub mod table;
pub mod twilio;

use std::future::Future;
use std::sync::{Arc, OnceLock};

pub use http::Api;
pub use people::Challenge;
pub use service::Service;
pub use twilio::Twilio;

/// A service and the providers it talks to.
pub struct Gatehouse {
    pub service: Service,
    pub twilio: Twilio,
    pub post: mail::Post,
}

/// How test numbers begin. Local's own prefix is part of what other tests draw their numbers from.
pub const TEST_PREFIX: &str = "+1998010";

/// One never given before in this process, with this ending of four digits.
pub fn test_phone(ending: &str) -> String {
    let phone = random::phone();
    format!("{TEST_PREFIX}{}{ending}", &phone[phone.len() - 4..])
}

impl Gatehouse {
    /// Starts all. `vars` are settings beside the suite's own, and win over them.
    pub fn start(name: &str, vars: &[(&str, &str)]) -> Arc<Gatehouse> {
        Gatehouse::start_under("wrangler.toml", name, vars)
    }

    /// The same under another wrangler configuration.
    pub fn start_under(config: &str, name: &str, vars: &[(&str, &str)]) -> Arc<Gatehouse> {
        let (twilio, post) = (Twilio::start(), mail::Post::start());
        let custody = custody::vectors();
        let mut all: Vec<(&str, &str)> = vec![
            ("SMS_PROVIDER", "twilio"),
            ("SMS_APP_NAME", "Gatehouse"),
            ("SMS_DAILY_BUDGET", "1000000"),
            ("SMS_TEST_PREFIX", TEST_PREFIX),
            // Local's own caps are higher: the tests hold production's.
            ("SMS_CAPS_FACTOR", "1"),
            ("TWILIO_API_BASE", &twilio.base),
            ("TWILIO_ACCOUNT_SID", twilio::ACCOUNT_SID),
            ("TWILIO_AUTH_TOKEN", twilio::AUTH_TOKEN),
            ("TWILIO_FROM", twilio::FROM),
            ("EMAIL_PROVIDER", mail::RESEND),
            ("EMAIL_FROM", mail::FROM),
            ("RESEND_API_BASE", &post.base),
            ("RESEND_API_KEY", mail::API_KEY),
            ("POSTMARK_API_BASE", &post.base),
            ("POSTMARK_SERVER_TOKEN", mail::SERVER_TOKEN),
            ("KYC_WEBHOOK_SECRET", kyc::SECRET),
            ("CUSTODY_XPUB", &custody.xpub),
            ("CUSTODY_ENCRYPTION_XPUB", custody::ENCRYPTION_XPUB),
            ("TOKEN_SIGNING_KEYS", signing::KEYS),
        ];
        all.retain(|(key, _)| !vars.iter().any(|(wanted, _)| wanted == key));
        all.extend(vars);
        let service = Service::start_under(config, name, &all, 200);
        Arc::new(Gatehouse {
            service,
            twilio,
            post,
        })
    }

    /// The one that the tests of the default settings share.
    pub fn shared() -> Arc<Gatehouse> {
        static SHARED: OnceLock<Arc<Gatehouse>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| Gatehouse::start("api", &[]));
        shared.clone()
    }
}

/// Runs the calls at the same time; their results in the order given.
pub async fn at_once<F>(calls: impl IntoIterator<Item = F>) -> Vec<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let running: Vec<_> = calls.into_iter().map(tokio::spawn).collect();
    let mut results = Vec::with_capacity(running.len());
    for call in running {
        results.push(call.await.expect("a parallel call panicked"));
    }
    results
}

/// The contents of a file in `tests/vectors/`.
pub fn vector(name: &str) -> serde_json::Value {
    let path = format!("{}/vectors/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{path}: {e}"))
}
