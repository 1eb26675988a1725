//! gatehouse: the front door of a financial product, run at the edge.
//!
//! A request comes in at [`fetch`], becomes an [`app::App`] (settings, storage, time, ids) and is
//! answered by [`routes`], where every URL stands on one screen. A handler parses, decides,
//! stores and answers; it asks the rules, which know neither Workers nor HTTP, and the stores.
//!
//! | where | what |
//! |---|---|
//! | `routes`, `routes/` | every URL; one file a feature |
//! | `http`, `fields`, `caller`, `error` | HTTP in and out, the JSON body, the bearer token, the error table |
//! | `app`, `config`, `log` | what a request carries, the settings, the log |
//! | `challenge`, `token`, `refresh_token`, `password`, `phone`, `email`, `username`, `nfkc`, `custody`, `limits`, `webhook_signature`, `ids`, `secret`, `time` | the rules: functions of bytes, settings and `now` |
//! | `issue` | a challenge from its reservation to its SMS |
//! | `sms`, `sms/`, `outgoing` | the SMS providers and the calls to them |
//! | `db`, `db/` | D1: the only files with SQL. It decides what must be exact |
//! | `challenge_store`, `session_store`, `revocation_store` | KV: the only files that name it. It carries |
//! | `idempotency`, `limiters`, `purge` | asking again, the coarse first layer, what the clock deletes |

pub mod app;
pub mod caller;
pub mod challenge;
pub mod challenge_store;
pub mod config;
pub mod custody;
pub mod db;
pub mod email;
pub mod error;
pub mod fields;
pub mod http;
pub mod idempotency;
pub mod ids;
pub mod issue;
pub mod limiters;
pub mod limits;
pub mod log;
pub mod nfkc;
pub mod outgoing;
pub mod password;
pub mod phone;
pub mod purge;
pub mod refresh_token;
pub mod revocation_store;
pub mod routes;
pub mod secret;
pub mod session_store;
pub mod sms;
pub mod time;
pub mod token;
pub mod username;
pub mod webhook_signature;

use worker::{event, Context, Env, Request, Response, ScheduleContext, ScheduledEvent};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    match app::App::new(&env, context) {
        Ok(app) => routes::answer(&app, request)
            .await
            .into_response(&app.request_id),
        Err(error) => http::Reply::failure(&error).into_response("none"),
    }
}

/// The purge of what has expired (`triggers.crons` in wrangler.toml).
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    app::purge(&env).await;
}
