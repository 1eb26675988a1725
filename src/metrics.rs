//! One data point a request for Workers Analytics Engine, where a dataset is bound as `EVENTS`: every
//! request is counted, whatever the log leaves out. Nothing personal is in it.

use std::cell::Cell;

use worker::{AnalyticsEngineDataPointBuilder, Env};

use crate::rules::id::ClientId;

const BINDING: &str = "EVENTS";

thread_local! {
    /// Bindings do not change while an isolate lives.
    static IS_BOUND: Cell<Option<bool>> = const { Cell::new(None) };
}

#[derive(Clone)]
pub(crate) struct Metrics(Option<Env>);

/// What a data point says of its request.
pub(crate) struct Point<'a> {
    pub(crate) client_id: Option<&'a ClientId>,
    pub(crate) method: &'a str,
    pub(crate) route: &'a str,
    pub(crate) status: u16,
    pub(crate) duration_ms: u32,
}

impl Metrics {
    pub(crate) fn new(env: &Env) -> Metrics {
        let is_bound = IS_BOUND.get().unwrap_or_else(|| {
            let is_bound = env.analytics_engine(BINDING).is_ok();
            IS_BOUND.set(Some(is_bound));
            is_bound
        });
        Metrics(is_bound.then(|| env.clone()))
    }

    pub(crate) fn are_kept(&self) -> bool {
        self.0.is_some()
    }

    /// The client is the index: under load the platform keeps a sample of each index for itself, so that a
    /// busy client does not hide a quiet one. A point that cannot be written is a point less.
    pub(crate) fn write(&self, point: &Point<'_>) {
        let Some(env) = &self.0 else {
            return;
        };
        let client = point.client_id.map_or("none", ClientId::as_str);
        let written = env.analytics_engine(BINDING).and_then(|dataset| {
            AnalyticsEngineDataPointBuilder::new()
                .indexes([client])
                .add_blob(point.route)
                .add_blob(point.method)
                .add_double(f64::from(point.status))
                .add_double(f64::from(point.duration_ms))
                .write_to(&dataset)
        });
        let _ = written;
    }
}
