//! Data points for Workers Analytics Engine: one a request where a dataset is bound as `EVENTS`, whatever the log
//! leaves out, and one an SMS, a mail and a right code where one is bound as `EVENTS_SMS`. Nothing personal is in them: of
//! a number its calling code.

use std::cell::Cell;

use worker::{AnalyticsEngineDataPointBuilder, AnalyticsEngineDataset, Env};

use crate::rules::id::{ClientId, PartnerId};

const OF_REQUESTS: &str = "EVENTS";
const OF_MESSAGES: &str = "EVENTS_SMS";

thread_local! {
    /// Bindings do not change while an isolate lives.
    static BOUND: Cell<Option<Bound>> = const { Cell::new(None) };
}

#[derive(Clone, Copy)]
struct Bound {
    requests: bool,
    messages: bool,
}

#[derive(Clone)]
pub(crate) struct Metrics {
    env: Env,
    bound: Bound,
}

/// What a data point says of its request.
pub(crate) struct Point<'a> {
    pub(crate) client_id: Option<&'a ClientId>,
    pub(crate) partner_id: Option<&'a PartnerId>,
    pub(crate) method: &'a str,
    pub(crate) route: &'a str,
    pub(crate) colo: &'a str,
    pub(crate) version: &'a str,
    pub(crate) status: u16,
    pub(crate) duration_ms: u32,
    pub(crate) error_code: u32,
    pub(crate) d1_calls: u32,
    pub(crate) d1_ms: u32,
    pub(crate) kv_calls: u32,
}

/// What became of a message at one provider, or that its code was given back rightly.
pub(crate) struct MessagePoint<'a> {
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) outcome: &'a str,
    pub(crate) provider: &'a str,
    pub(crate) calling_code: &'a str,
    pub(crate) purpose: &'a str,
    pub(crate) kind: Kind,
}

/// What a message goes by.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Sms,
    Email,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Kind::Sms => "SMS",
            Kind::Email => "EMAIL",
        }
    }
}

impl Metrics {
    pub(crate) fn new(env: &Env) -> Metrics {
        let bound = BOUND.get().unwrap_or_else(|| {
            let bound = Bound {
                requests: env.analytics_engine(OF_REQUESTS).is_ok(),
                messages: env.analytics_engine(OF_MESSAGES).is_ok(),
            };
            BOUND.set(Some(bound));
            bound
        });
        Metrics {
            env: env.clone(),
            bound,
        }
    }

    pub(crate) fn are_kept(&self) -> bool {
        self.bound.requests
    }

    /// The client is the index: under load the platform keeps a sample of each index for itself, so that a
    /// busy client does not hide a quiet one. A point that cannot be written is a point less.
    pub(crate) fn write(&self, point: &Point<'_>) {
        let Some(dataset) = self.dataset(self.bound.requests, OF_REQUESTS) else {
            return;
        };
        let client = point.client_id.map_or(NONE, ClientId::as_str);
        let partner = point.partner_id.map_or(NONE, PartnerId::as_str);
        let blobs = [
            point.route,
            point.method,
            partner,
            point.colo,
            point.version,
        ];
        let doubles = [
            point.status.into(),
            point.duration_ms,
            point.error_code,
            point.d1_calls,
            point.d1_ms,
            point.kv_calls,
        ];
        written(&dataset, client, &blobs, &doubles);
    }

    /// The partner is the index.
    pub(crate) fn write_message(&self, point: &MessagePoint<'_>) {
        let Some(dataset) = self.dataset(self.bound.messages, OF_MESSAGES) else {
            return;
        };
        let blobs = [
            point.outcome,
            point.provider,
            point.calling_code,
            point.purpose,
            point.kind.as_str(),
        ];
        written(&dataset, point.partner_id.as_str(), &blobs, &[]);
    }

    fn dataset(&self, is_bound: bool, name: &str) -> Option<AnalyticsEngineDataset> {
        match is_bound {
            true => self.env.analytics_engine(name).ok(),
            false => None,
        }
    }
}

/// What stands where there is nothing.
const NONE: &str = "none";

fn written(dataset: &AnalyticsEngineDataset, index: &str, blobs: &[&str], doubles: &[u32]) {
    let point = AnalyticsEngineDataPointBuilder::new().indexes([index]);
    let point = blobs
        .iter()
        .fold(point, |point, blob| point.add_blob(*blob));
    let point = doubles
        .iter()
        .fold(point, |point, double| point.add_double(f64::from(*double)));
    let _ = point.write_to(dataset);
}
