//! What of a request is told beside its answer: its line in the log, its data point, the cause of its failure.

use serde::Serialize;
use serde_json::json;

use crate::app::clock;
use crate::error::Error;
use crate::http::Reply;
use crate::log;
use crate::metrics::{Metrics, Point};
use crate::rules::id::{ClientId, RequestId};
use crate::rules::sampling::Sampling;
use crate::rules::time::Time;

pub(super) struct Told<'a> {
    pub(super) request_id: &'a RequestId,
    pub(super) client_id: Option<&'a ClientId>,
    pub(super) route: &'static str,
    pub(super) came: Time,
    pub(super) sampling: Sampling,
    pub(super) metrics: &'a Metrics,
}

/// The line of a request in the log.
#[derive(Serialize)]
struct Line<'a> {
    request_id: &'a RequestId,
    client_id: Option<&'a ClientId>,
    method: &'a str,
    route: &'static str,
    status: u16,
    duration_ms: u32,
    /// How many requests it stands for.
    sampled: u32,
}

impl Told<'_> {
    /// In the log, unless the sample leaves it out, and as a data point.
    pub(super) fn tell(&self, method: &str, status: u16) {
        let weight = self.sampling.weight(self.request_id, status);
        if weight.is_none() && !self.metrics.are_kept() {
            return;
        }
        let took = clock().since(self.came).as_millis();
        let duration_ms = u32::try_from(took).unwrap_or(u32::MAX);
        if let Some(sampled) = weight {
            let line = Line {
                request_id: self.request_id,
                client_id: self.client_id,
                method,
                route: self.route,
                status,
                duration_ms,
                sampled,
            };
            log::event("request", line);
        }
        self.metrics.write(&Point {
            client_id: self.client_id,
            method,
            route: self.route,
            status,
            duration_ms,
        });
    }
}

/// The one place where a failure's cause is logged.
pub(super) fn failure(request_id: &RequestId, error: &Error) -> Reply {
    if let Some(cause) = error.cause() {
        log::problem(
            "failure",
            json!({
                "request_id": request_id,
                "code": error.code().number(),
                "cause": cause,
            }),
        );
    }
    Reply::failure(error)
}
