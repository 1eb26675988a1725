//! Calls to providers: no redirects, a deadline, and no more of the answer than we would read.

use std::time::Duration;

use base64ct::{Base64, Encoding};
use futures_util::future::{select, Either};
use futures_util::StreamExt;
use serde::Serialize;
use worker::{
    AbortController, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect,
};

use crate::delivery::Outcome;
use crate::rules::secret::Secret;
use crate::rules::time::Time;

/// A POST to a provider.
pub(crate) struct Post {
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: String,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    /// At most `MOST` bytes.
    pub(crate) body: Vec<u8>,
}

/// Why there is no answer.
pub(crate) enum Failure {
    /// The request cannot have left.
    NotSent(String),
    /// It left, or may have; what came of it is not known.
    NoAnswer(String),
}

/// A time by which the answer must be there.
pub(crate) struct Deadline {
    at: Time,
}

/// Bytes of an answer that are read.
const MOST: usize = 64 * 1024;

impl Deadline {
    pub(crate) fn after(patience: Duration) -> Deadline {
        Deadline {
            at: clock() + patience,
        }
    }

    fn left(&self) -> Duration {
        self.at.since(clock())
    }
}

impl Post {
    pub(crate) fn json(
        url: String,
        mut headers: Vec<(&'static str, String)>,
        body: &impl Serialize,
    ) -> Result<Post, Failure> {
        let body = serde_json::to_string(body);
        let body = body.map_err(|error| Failure::NotSent(error.to_string()))?;
        headers.push(("Content-Type", "application/json".into()));
        Ok(Post { url, headers, body })
    }

    pub(crate) fn with(mut self, more: [(&'static str, String); 3]) -> Post {
        self.headers.extend(more);
        self
    }

    pub(crate) async fn send(self, deadline: &Deadline) -> Result<Answer, Failure> {
        let left = deadline.left();
        if left.is_zero() {
            return Err(Failure::NotSent("no time left".into()));
        }
        let request = self
            .request()
            .map_err(|error| Failure::NotSent(error.to_string()))?;
        let abort = AbortController::default();
        let signal = abort.signal();
        let exchange = Box::pin(exchange(request, signal));
        let alarm = Box::pin(Delay::from(left));
        match select(exchange, alarm).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => {
                abort.abort();
                Err(Failure::NoAnswer("no answer in time".into()))
            }
        }
    }

    fn request(self) -> worker::Result<Request> {
        let headers = Headers::new();
        for (name, value) in &self.headers {
            headers.set(name, value)?;
        }
        let mut init = RequestInit::new();
        init.with_method(Method::Post)
            .with_headers(headers)
            .with_redirect(RequestRedirect::Manual)
            .with_body(Some(self.body.into()));
        Request::new_with_init(&self.url, &init)
    }
}

async fn exchange(request: Request, signal: worker::AbortSignal) -> Result<Answer, Failure> {
    let lost = |error: worker::Error| Failure::NoAnswer(error.to_string());
    let mut response = Fetch::Request(request)
        .send_with_signal(&signal)
        .await
        .map_err(lost)?;
    let status = response.status_code();
    let mut body = Vec::new();
    if let Ok(mut chunks) = response.stream() {
        while let Some(chunk) = chunks.next().await {
            body.extend_from_slice(&chunk.map_err(lost)?);
            if body.len() > MOST {
                return Err(Failure::NoAnswer("the answer is over 64 KiB".into()));
            }
        }
    }
    Ok(Answer { status, body })
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Outcome {
        match failure {
            Failure::NotSent(why) => Outcome::Failed(why),
            Failure::NoAnswer(why) => Outcome::Unknown(why),
        }
    }
}

/// `application/x-www-form-urlencoded`
pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// RFC 7617
pub(crate) fn basic_auth(user: &str, password: &Secret) -> String {
    let pair = [user.as_bytes(), b":", password.expose()].concat();
    format!("Basic {}", Base64::encode_string(&pair))
}

/// RFC 6750
pub(crate) fn bearer_auth(token: &Secret) -> String {
    format!("Bearer {}", String::from_utf8_lossy(token.expose()))
}

/// A duration needs a clock that runs on; `App::now` stands still for the whole request.
#[allow(clippy::disallowed_methods, reason = "the one clock that runs on")]
fn clock() -> Time {
    Time::from_millis(i64::try_from(worker::Date::now().as_millis()).unwrap_or(i64::MAX))
}
