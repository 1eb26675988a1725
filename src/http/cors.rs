//! What a page of another origin may do and read (Fetch, "CORS protocol"): one of the configured
//! origins, and nobody else's; but for the public documents, which are everybody's.

use super::Reply;

type Header = (&'static str, String);

/// What a page may read of an answer's headers, beside those that it always may.
const READABLE: &str = "X-Request-Id, Retry-After, Idempotency-Replayed, WWW-Authenticate";
/// What a page may send, beside that which it always may: the last two are of W3C Trace Context.
const SENDABLE: &str = "Authorization, Content-Type, Idempotency-Key, traceparent, tracestate";

/// A cache keeps one answer for all origins, so none stands in it.
pub(crate) fn for_everybody() -> Vec<Header> {
    vec![
        ("Access-Control-Allow-Origin", "*".into()),
        ("Access-Control-Expose-Headers", READABLE.into()),
    ]
}

/// That the answer depends on the origin is said to whoever asks, from wherever: a cache would
/// otherwise give the answer for one to another. `origin`: one that may read it.
pub(crate) fn for_one(origin: Option<&str>) -> Vec<Header> {
    let mut headers = vec![("Vary", "Origin".into())];
    if let Some(origin) = origin {
        headers.push(("Access-Control-Allow-Origin", origin.into()));
        headers.push(("Access-Control-Expose-Headers", READABLE.into()));
    }
    headers
}

pub(crate) fn preflight(allow: &str) -> Reply {
    Reply::empty()
        .with_header("Access-Control-Allow-Methods", allow)
        .with_header("Access-Control-Allow-Headers", SENDABLE)
        .with_header("Access-Control-Max-Age", "600")
}
