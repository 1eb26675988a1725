//! What of a request is told beside its answer: its line in the log, its data point, the cause of its failure.

use std::time::Duration;

use serde::Serialize;
use serde_json::json;

use crate::app::{clock, App, Unfit};
use crate::db::Spent;
use crate::error::Error;
use crate::http::incoming::Incoming;
use crate::http::Reply;
use crate::isolate;
use crate::log;
use crate::metrics::{Metrics, Point};
use crate::rules::id::{ClientId, PartnerId, RequestId};
use crate::rules::sampling::Sampling;
use crate::rules::time::Time;

/// A request, to be told of once it is answered.
pub(super) struct Told<'a> {
    request_id: &'a RequestId,
    client: Option<&'a (ClientId, PartnerId)>,
    came: Time,
    sampling: Sampling,
    metrics: &'a Metrics,
    d1: Spent,
    kv_calls: u32,
}

/// The line of a request in the log.
#[derive(Serialize)]
struct Line<'a> {
    request_id: &'a RequestId,
    client_id: Option<&'a ClientId>,
    partner_id: Option<&'a PartnerId>,
    method: &'a str,
    route: &'static str,
    status: u16,
    /// None of a success, nor of a failure in the words of RFC 6749.
    error_code: Option<u32>,
    duration_ms: u32,
    /// Until the answer was made: what goes on after it is not in these.
    d1_calls: u32,
    d1_ms: u32,
    kv_calls: u32,
    colo: Option<&'a str>,
    version: Option<&'a str>,
    /// How many requests it stands for.
    sampled: u32,
}

impl<'a> Told<'a> {
    pub(super) fn of(app: &'a App) -> Told<'a> {
        Told {
            request_id: &app.request_id,
            client: app.client.get(),
            came: app.now,
            sampling: app.config.log_requests,
            metrics: &app.metrics,
            d1: app.directory.spent(),
            kv_calls: app.kv.calls(),
        }
    }

    pub(super) fn of_unfit(unfit: &'a Unfit) -> Told<'a> {
        Told {
            request_id: &unfit.request_id,
            client: None,
            came: unfit.now,
            sampling: Sampling::ALL,
            metrics: &unfit.metrics,
            d1: Spent::default(),
            kv_calls: 0,
        }
    }

    /// In the log, unless the sample leaves it out, and as a data point.
    pub(super) fn tell(&self, request: &Incoming, route: &'static str, reply: &Reply) {
        let weight = self.sampling.weight(self.request_id, reply.status);
        if weight.is_none() && !self.metrics.are_kept() {
            return;
        }
        let (colo, version) = (isolate::colo(|| request.colo()), isolate::version());
        let line = Line {
            request_id: self.request_id,
            client_id: self.client.map(|(client_id, _)| client_id),
            partner_id: self.client.map(|(_, partner_id)| partner_id),
            method: &request.method,
            route,
            status: reply.status,
            error_code: Some(reply.error_code).filter(|code| *code > 0),
            duration_ms: whole(clock().since(self.came)),
            d1_calls: self.d1.calls,
            d1_ms: whole(self.d1.time),
            kv_calls: self.kv_calls,
            colo: colo.as_deref(),
            version: version.as_deref().map(|version| version.id.as_str()),
            sampled: weight.unwrap_or(0),
        };
        self.metrics.write(&line.point());
        if weight.is_some() {
            log::event("request", line);
        }
    }
}

impl Line<'_> {
    fn point(&self) -> Point<'_> {
        Point {
            client_id: self.client_id,
            partner_id: self.partner_id,
            method: self.method,
            route: self.route,
            colo: self.colo.unwrap_or_default(),
            version: self.version.unwrap_or_default(),
            status: self.status,
            duration_ms: self.duration_ms,
            error_code: self.error_code.unwrap_or(0),
            d1_calls: self.d1_calls,
            d1_ms: self.d1_ms,
            kv_calls: self.kv_calls,
        }
    }
}

/// In milliseconds.
fn whole(span: Duration) -> u32 {
    u32::try_from(span.as_millis()).unwrap_or(u32::MAX)
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
