//! gatehouse: the front door of a financial product, run at the edge.
//!
//! A request comes in here, becomes an `App` (settings, storage, time, ids) and goes through
//! `serve` to the row of `routes` that it is for. A handler decides, stores and answers; what it is
//! asked with and what it answers are structs in `wire`.
//!
//! A room names only what stands below it here; `walls_test` fails on any other arrow.
//!
//! | room | what | may name, beside itself |
//! |---|---|---|
//! | `serve` | a request on its way: match, token, idempotency, handler, log, answer | everything |
//! | `routes`, `routes/` | every URL on one screen; one file a feature | `flows` and below, no other route; its table, the test that makes the document |
//! | `flows/` | what several features do, over storage and the outside | everything below |
//! | `app` | what a request carries | `archive`, `config`, `db`, `kv`, `ledger`, `limiters`, `metrics`, and what stands at the end |
//! | `config` | what each setting must be | `sms`, `mail`, `rules`, `settings` |
//! | `db/` | D1: the only files with SQL. It decides what must be exact | `rules`, `error`, `log`, `settings` |
//! | `delivery/` | a message on its way: who is asked, what is asked again, the guarded call | the same, and `kv` |
//! | `sms/`, `mail` | the providers of each, what it comes from, and the numbers nobody is sent to | the same, and `delivery` |
//! | `kv/` | KV: challenges, sessions, revocations, the outbox. It carries | as `db/` |
//! | `ledger` | R2: whose each custody index is, for ever | as `db/`, and `r2` |
//! | `archive` | R2: the audit log after its time in the database | the same |
//! | `r2` | R2 as JavaScript has it | `error` |
//! | `limiters` | the platform's coarse counters | as `db/` |
//! | `metrics` | a data point a request, and one a message | as `db/` |
//! | `wire/` | every request and answer of the API | `http`, `rules`, `error` |
//! | `http/` | HTTP in and out: envelope, body under a limit, bearer, strict members, CORS | `rules`, `error` |
//! | `isolate` | which version runs, where, and how its log is written | `log` |
//! | `error`, `log`, `settings` | every failure, the log, the tools to read a setting | `error`: `rules` |
//! | `rules/` | functions of bytes, settings and `now`: no Workers, no HTTP, no storage | |

mod app;
mod archive;
mod config;
mod db;
mod delivery;
mod error;
mod flows;
mod http;
mod isolate;
mod kv;
mod ledger;
mod limiters;
mod log;
mod mail;
mod metrics;
mod r2;
mod routes;
mod rules;
mod serve;
mod settings;
mod sms;
mod wire;

#[cfg(test)]
mod document_test;
#[cfg(test)]
mod fuzz_test;
#[cfg(test)]
mod pages_test;
#[cfg(test)]
mod promises_test;
#[cfg(test)]
mod walls_test;

use web_sys::{Request, Response};
use worker::{event, Context, Env, ScheduleContext, ScheduledEvent};

/// The runtime's own request and answer: `worker::Request` reads all that Cloudflare knows of a connection
/// before it is asked.
#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    isolate::begin(&env);
    let request = http::incoming::Incoming::new(request);
    match app::App::new(&env, context) {
        Ok(app) => serve::answer(&app, &request)
            .await
            .into_response(app.request_id.as_str()),
        Err(unfit) => serve::refuse(&unfit, &request).into_response(unfit.request_id.as_str()),
    }
}

/// The purge of what has expired (`triggers.crons` in wrangler.toml).
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    isolate::begin(&env);
    flows::purge::scheduled(&env).await;
}
