//! A request on its way: match, token, idempotency, handler, log, answer.

use std::cell::RefCell;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{select, try_join, Either};
use futures_util::FutureExt;
use serde::Serialize;
use serde_json::json;
use url::Url;
use worker::Delay;

use crate::app::{clock, exposed, App, Unfit};
use crate::error::Error;
use crate::flows::caller::{self, ClientCaller};
use crate::flows::client_auth;
use crate::flows::idempotency::{self, Claim};
use crate::http::incoming::Incoming;
use crate::http::{bearer, cors, oauth, pairs, Input, Reply};
use crate::log;
use crate::metrics::{Metrics, Point};
use crate::routes::row::Handler::{Client, OAuth, Public, Reader, User};
use crate::routes::row::{Handler, Replied, Route};
use crate::routes::ROUTES;
use crate::rules::id::{is_id, ClientId, RequestId, SessionId, UserId};
use crate::rules::sampling::Sampling;
use crate::rules::time::Time;
use crate::settings::is_public_host;

/// What of a request its answer depends on, whatever it asks for.
struct Asked<'a> {
    method: &'a str,
    path: &'a str,
    origin: Option<String>,
    at: Place,
}

/// What of a request's URL decides whether it came to the right place; a caller's header has no part in it.
#[derive(Clone, Copy)]
struct Place {
    is_https: bool,
    is_public: bool,
}

thread_local! {
    /// The last one: a service is asked at its own host.
    static PLACE: RefCell<Option<(String, Place)>> = const { RefCell::new(None) };
}

impl Place {
    /// `origin`: scheme, host and port.
    fn of(origin: &str) -> Place {
        PLACE.with_borrow_mut(|last| match last {
            Some((known, place)) if known == origin => *place,
            _ => {
                let place = Place::read(origin);
                *last = Some((origin.into(), place));
                place
            }
        })
    }

    fn read(origin: &str) -> Place {
        let url = Url::parse(origin).ok();
        let host = url.as_ref().and_then(|url| url.host_str());
        Place {
            is_https: url.as_ref().is_some_and(|url| url.scheme() == "https"),
            is_public: host.is_some_and(is_public_host),
        }
    }
}

impl<'a> Asked<'a> {
    fn of(request: &'a Incoming) -> Asked<'a> {
        Asked {
            method: &request.method,
            path: request.path(),
            origin: request.header("Origin"),
            at: Place::of(request.origin()),
        }
    }

    /// In the envelope, or in the words of RFC 6749.
    fn failure(&self, request_id: &RequestId, error: &Error) -> Reply {
        let reply = failure(request_id, error);
        match self.path.starts_with("/oauth2/") {
            true => oauth::in_its_words(error, reply),
            false => reply,
        }
    }

    /// With the headers of every answer.
    fn finish(&self, mut reply: Reply, allowed: &[String]) -> Reply {
        let origin = self.origin.as_deref();
        let headers = match is_for_everybody(self.path) {
            true => cors::for_everybody(),
            false => cors::for_allowed(allowed, origin),
        };
        reply.headers.extend(headers);
        if self.at.is_https {
            // RFC 6797: for a year no browser asks without TLS.
            reply = reply.with_header("Strict-Transport-Security", "max-age=31536000");
        }
        reply
    }
}

/// What of a request is told, beside its answer.
struct Told<'a> {
    request_id: &'a RequestId,
    client_id: Option<&'a ClientId>,
    route: &'static str,
    came: Time,
    sampling: Sampling,
    metrics: &'a Metrics,
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
    fn tell(&self, method: &str, status: u16) {
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

/// Answers a request, whatever it is, and tells that it did.
pub(crate) async fn answer(app: &App, request: &Incoming) -> Reply {
    let asked = Asked::of(request);
    let (found, route) = look_up(asked.method, asked.path);
    let result = match admit(&asked, app.config.is_local()) {
        Ok(()) => go(app, &asked, request, found).await,
        Err(error) => Err(error),
    };
    let reply = result.unwrap_or_else(|error| asked.failure(&app.request_id, &error));
    let reply = asked.finish(reply, &app.config.cors_origins);
    let told = Told {
        request_id: &app.request_id,
        client_id: app.client.get(),
        route,
        came: app.now,
        sampling: app.config.log_requests,
        metrics: &app.metrics,
    };
    told.tell(asked.method, reply.status);
    reply
}

/// The same, where the settings will not do: what is not there is not there all the same.
pub(crate) fn refuse(unfit: &Unfit, request: &Incoming) -> Reply {
    let asked = Asked::of(request);
    let (found, route) = look_up(asked.method, asked.path);
    let error = match found {
        Found::Route(..) => &unfit.error,
        Found::OtherMethods(allow) => &Error::MethodNotAllowed(allow),
        Found::Nothing => &Error::UnknownPath,
    };
    let reply = asked.finish(asked.failure(&unfit.request_id, error), &[]);
    let told = Told {
        request_id: &unfit.request_id,
        client_id: None,
        route,
        came: unfit.now,
        sampling: Sampling::ALL,
        metrics: &unfit.metrics,
    };
    told.tell(asked.method, reply.status);
    reply
}

/// Nothing is read of a request that came to the wrong place: a token that was sent without TLS is
/// everybody's already. The scheme is the URL's; no header changes it.
fn admit(asked: &Asked<'_>, is_local: bool) -> Result<(), Error> {
    match (asked.at.is_public, is_local, asked.at.is_https) {
        (true, true, _) => Err(exposed()),
        (true, false, false) => Err(Error::HttpsRequired),
        _ => Ok(()),
    }
}

async fn go(
    app: &App,
    asked: &Asked<'_>,
    request: &Incoming,
    found: Found,
) -> Result<Reply, Error> {
    match found {
        Found::Route(row, params) => run(app, request, &row.handler, params).await,
        Found::OtherMethods(allow) if asked.method == "OPTIONS" && may_ask(app, asked) => {
            Ok(cors::preflight(&allow))
        }
        Found::OtherMethods(allow) => Err(Error::MethodNotAllowed(allow)),
        Found::Nothing => Err(Error::UnknownPath),
    }
}

/// Whether a page of this origin may ask what it may do.
fn may_ask(app: &App, asked: &Asked<'_>) -> bool {
    let origin = asked.origin.as_deref();
    is_for_everybody(asked.path) || cors::allows(&app.config.cors_origins, origin)
}

/// The documents of the service: the key set and the metadata.
fn is_for_everybody(path: &str) -> bool {
    path.starts_with("/.well-known/")
}

/// The one place where a failure's cause is logged.
fn failure(request_id: &RequestId, error: &Error) -> Reply {
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

/// Token first, then body: who may not call learns nothing of what the call takes. Whether the token
/// is still good is asked again once the body is there, however slowly it came.
async fn run(
    app: &App,
    request: &Incoming,
    handler: &Handler,
    params: Vec<String>,
) -> Result<Reply, Error> {
    let address = || request.header("CF-Connecting-IP");
    match handler {
        Public(handle) => {
            // What is the same for everybody is text that lies ready: to count who asks costs more.
            if !is_for_everybody(request.path()) {
                app.limiters.address(address()).await?;
            }
            let input = receive(request, params).await;
            let app = as_of_now(app, request);
            return handle(&app, &input?).await;
        }
        OAuth(handle) => {
            let input = receive(request, params).await;
            let app = as_of_now(app, request);
            client_auth::admit(&app, input.as_ref().ok(), address()).await?;
            return handle(&app, &input?).await;
        }
        _ => {}
    }
    let authorization = request.header("Authorization");
    let verified = bearer(authorization.as_deref())
        .and_then(|token| caller::verify(app, token).map(|verified| (token, verified)));
    // One limiter a call: the caller's, or that of an address from which anybody may call.
    let (token, verified) = match verified {
        Ok(of_caller) => of_caller,
        Err(error) => {
            app.limiters.address(address()).await?;
            return Err(error);
        }
    };
    app.is_of(&verified.claims.client_id);
    let came = app.now;
    // Asked while the body comes: nobody waits for one and then for the other.
    let limited = app.limiters.caller(&verified.claims);
    let received = receive(request, params).map(Ok);
    let ((), input) = try_join(pin!(limited), pin!(received)).await?;
    let app = &as_of_now(app, request);
    let token = match app.now.since(came) < Duration::from_secs(1) {
        true => verified,
        false => caller::verify(app, token)?,
    };
    match handler {
        Public(_) | OAuth(_) => Err(Error::TokenMissing),
        Client(scopes, handle) => {
            let client = caller::client(app, token, scopes).await?;
            act(app, handle, &client, request, input?).await
        }
        User(handle) => {
            let user = caller::user(token.claims)?;
            match input {
                Ok(input) => handle(app, user, &input).await,
                Err(error) => Err(user.refuse(app, error).await),
            }
        }
        Reader(handle) => {
            let reader = caller::reader(app, token).await?;
            match input {
                Ok(input) => handle(app, reader, &input).await,
                Err(error) => Err(reader.refuse(app, error).await),
            }
        }
    }
}

/// What a client does, once for each Idempotency-Key.
async fn act(
    app: &App,
    handle: &for<'a> fn(&'a App, &'a ClientCaller, &'a Input) -> Replied<'a>,
    client: &ClientCaller,
    request: &Incoming,
    input: Input,
) -> Result<Reply, Error> {
    let key = match idempotency::is_taken(&request.method, request.path()) {
        true => idempotency::key(&input)?,
        false => None,
    };
    let Some(key) = key else {
        return handle(app, client, &input).await;
    };
    match idempotency::claim(app, client, request.path(), key, &input.body).await? {
        Claim::Answered(reply) => Ok(reply.with_header("Idempotency-Replayed", "true")),
        Claim::Work(app, ticket) => {
            let result = handle(&app, client, &input).await;
            let is_kept = idempotency::is_kept(&result);
            let reply = result.unwrap_or_else(|error| failure(&app.request_id, &error));
            ticket.hand_in(&app, &reply, is_kept).await;
            Ok(reply)
        }
    }
}

/// How long a body may take to come.
const PATIENCE: Duration = Duration::from_secs(10);

fn has_body(request: &Incoming) -> bool {
    ["POST", "PUT"].contains(&request.method.as_str())
}

/// The request whole.
async fn receive(request: &Incoming, params: Vec<String>) -> Result<Input, Error> {
    if !has_body(request) {
        return Ok(input(request, params, Vec::new()));
    }
    let body = Box::pin(request.body());
    let body = match select(body, Box::pin(Delay::from(PATIENCE))).await {
        Either::Left((body, _)) => body,
        Either::Right(_) => Err(Error::MalformedJson("it did not come within 10 s")),
    };
    body.map(|body| input(request, params, body))
}

/// The app as of when the request was whole: time passed where a body was waited for.
fn as_of_now(app: &App, request: &Incoming) -> App {
    match has_body(request) {
        true => app.later(),
        false => app.clone(),
    }
}

fn input(request: &Incoming, params: Vec<String>, body: Vec<u8>) -> Input {
    Input {
        params,
        query: request.query().map(pairs).unwrap_or_default(),
        headers: request.headers.clone(),
        body,
    }
}

enum Found {
    Route(&'static Route, Vec<String>),
    /// The path is there; these are the methods it takes.
    OtherMethods(String),
    Nothing,
}

/// By the method first: of the rows that take it, the one whose path says most. Beside it the route as it
/// stands in the table: a path in the log holds no caller's text.
fn look_up(method: &str, path: &str) -> (Found, &'static str) {
    // What most calls are for is a path of the table, and nothing else's.
    let is_it = |row: &&Route| row.method == method && row.path == path && !path.contains('{');
    if let Some(row) = ROUTES.iter().find(is_it) {
        return (Found::Route(row, Vec::new()), row.path);
    }
    let rows = rows(path);
    let takes = |row: &&&Route| {
        // HEAD is GET without the body (RFC 9110 §9.3.2), where GET does nothing but read.
        let head = method == "HEAD" && row.method == "GET" && matches!(row.handler, Public(_));
        row.method == method || head
    };
    if let Some(row) = rows.iter().find(takes) {
        let params = params(row.path, path).unwrap_or_default();
        return (Found::Route(row, params), row.path);
    }
    let route = rows.first().map_or("unknown", |row| row.path);
    let is_possible = |row: &&&Route| can_be(row.path, &params(row.path, path).unwrap_or_default());
    let possible = rows.iter().filter(is_possible);
    let mut allow: Vec<&str> = possible.map(|row| row.method).collect();
    allow.sort_unstable();
    allow.dedup();
    match allow.is_empty() {
        true => (Found::Nothing, route),
        false => (Found::OtherMethods(allow.join(", ")), route),
    }
}

/// The rows that a path is of, the one that says most of it first: earlier segments say more.
fn rows(path: &str) -> Vec<&'static Route> {
    // A word of the table is no id that is made here, and a mistake in the method is told as one.
    let literal = ROUTES.iter().any(|row| row.path == path);
    let is_chosen = |row: &Route| row.path.contains(CHOSEN_IN_PATHS);
    let fits =
        |row: &&Route| matches(row.path, path) && (!literal || row.path == path || is_chosen(row));
    let mut rows: Vec<&Route> = ROUTES.iter().filter(fits).collect();
    let says = |row: &Route| row.path.split('/').map(is_param);
    rows.sort_by(|one, other| says(one).cmp(says(other)));
    rows
}

/// The only id in a path that a partner may choose: it may be any word of the table.
const CHOSEN_IN_PATHS: &str = "{accountId}";

fn is_param(segment: &str) -> bool {
    segment.starts_with('{')
}

/// The segments that stand where the pattern has a name. None where the path is not of the pattern.
fn params(pattern: &str, path: &str) -> Option<Vec<String>> {
    let named = pattern.split('/').zip(path.split('/'));
    let named = named.filter(|(expected, _)| is_param(expected));
    matches(pattern, path).then(|| named.map(|(_, given)| given.into()).collect())
}

fn matches(pattern: &str, path: &str) -> bool {
    let mut given = path.split('/');
    let fits = |expected: &str, segment: &str| match is_param(expected) {
        true => !segment.is_empty(),
        false => segment == expected,
    };
    let all = pattern
        .split('/')
        .all(|expected| given.next().is_some_and(|segment| fits(expected, segment)));
    all && given.next().is_none()
}

/// Whether these segments can be what the pattern names. `POST /v1/user/logn` is a slip and no
/// user: to say that it takes GET would send whoever made it the wrong way.
fn can_be(pattern: &str, params: &[String]) -> bool {
    let names = pattern.split('/').filter(|part| part.starts_with('{'));
    names.zip(params).all(|(name, given)| match name {
        "{userId}" => UserId::is_of_ours(given),
        "{clientId}" => ClientId::is_of_ours(given),
        "{sessionId}" => SessionId::is_of_ours(given),
        _ => is_id(given),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(method: &str, path: &str) -> Found {
        look_up(method, path).0
    }

    #[test]
    fn a_path_is_matched_whole() {
        assert_eq!(
            params("/v1/user/{userId}", "/v1/user/usr_1"),
            Some(vec!["usr_1".to_string()])
        );
        for path in [
            "/v1/user/",
            "/v1/user",
            "/v1/user/a/b",
            "/v1//a",
            "/V1/user/a",
            "/v1/user/a/",
        ] {
            assert_eq!(params("/v1/user/{userId}", path), None, "{path}");
        }
    }

    #[test]
    fn an_unknown_method_is_told_what_the_path_takes() {
        let Found::OtherMethods(allow) = find("DELETE", "/v1/user/forget-password") else {
            panic!()
        };
        assert_eq!(allow, "GET, POST");
        assert!(matches!(
            find("HEAD", "/v1/user/forget-password"),
            Found::OtherMethods(_)
        ));
        assert!(matches!(find("HEAD", "/healthz"), Found::Route(..)));
        assert!(matches!(find("GET", "/nowhere"), Found::Nothing));
    }

    fn asked(is_public: bool, is_https: bool) -> Asked<'static> {
        Asked {
            method: "GET",
            path: "/healthz",
            origin: None,
            at: Place {
                is_https,
                is_public,
            },
        }
    }

    #[test]
    fn a_public_host_is_for_production_and_for_https() {
        for is_https in [true, false] {
            for is_local in [true, false] {
                assert!(admit(&asked(false, is_https), is_local).is_ok());
            }
        }
        assert!(admit(&asked(true, true), false).is_ok());
        let plain = admit(&asked(true, false), false);
        assert!(matches!(plain, Err(Error::HttpsRequired)));
    }

    #[test]
    fn what_came_by_https_has_to_go_on_so() {
        let hsts = |is_https| {
            let reply = asked(true, is_https).finish(Reply::empty(), &[]);
            let mut headers = reply.headers.into_iter();
            headers.find(|(name, _)| *name == "Strict-Transport-Security")
        };
        assert_eq!(hsts(true).unwrap().1, "max-age=31536000");
        assert_eq!(hsts(false), None);
    }

    #[test]
    fn a_slip_in_a_path_is_no_id() {
        let other = |method, path| matches!(find(method, path), Found::OtherMethods(_));
        for path in [
            "/v1/user/usr_1",
            "/v1/user/sessions/ses_1",
            "/v1/client/cli_1",
        ] {
            assert!(other("PATCH", path), "{path}");
        }
        // The partner chooses an account's id.
        assert!(other("POST", "/v1/account/portfolo"));
        for (method, path) in [
            ("POST", "/v1/user/logn"),
            ("PUT", "/v1/user/change-pasword"),
            ("POST", "/v1/user/usr_"),
            ("POST", "/v1/user/sessions/all"),
            ("GET", "/v1/user/users/unlock"),
            ("POST", "/v1/client/secret"),
            ("POST", "/v1/account/a.b"),
        ] {
            assert!(matches!(find(method, path), Found::Nothing), "{path}");
        }
        // Where the method fits, an id is looked up as it is, and is not there.
        assert!(matches!(find("GET", "/v1/user/logn"), Found::Route(..)));
    }

    fn found(method: &str, path: &str) -> String {
        match find(method, path) {
            Found::Route(row, params) => format!("{} {} {params:?}", row.method, row.path),
            Found::OtherMethods(allow) => allow,
            Found::Nothing => String::new(),
        }
    }

    #[test]
    fn a_word_of_the_table_may_be_a_chosen_id_and_the_method_decides() {
        for (method, path, expected) in [
            (
                "GET",
                "/v1/account/portfolio",
                r#"GET /v1/account/{accountId} ["portfolio"]"#,
            ),
            (
                "POST",
                "/v1/account/portfolio",
                "POST /v1/account/portfolio []",
            ),
            ("DELETE", "/v1/account/portfolio", "GET, POST"),
            (
                "GET",
                "/v1/account/portfolio/portfolios",
                r#"GET /v1/account/{accountId}/portfolios ["portfolio"]"#,
            ),
            ("GET", "/v1/user/me", "GET /v1/user/me []"),
            ("GET", "/v1/user/sessions", "GET /v1/user/sessions []"),
            ("GET", "/v1/user/login", "POST"),
            ("POST", "/v1/user/me", "GET"),
            (
                "POST",
                "/v1/user/sessions/unlock",
                r#"POST /v1/user/{userId}/unlock ["sessions"]"#,
            ),
            (
                "DELETE",
                "/v1/user/sessions/unlock",
                r#"DELETE /v1/user/sessions/{sessionId} ["unlock"]"#,
            ),
            ("GET", "/v1/user/sessions/unlock", ""),
        ] {
            assert_eq!(found(method, path), expected, "{method} {path}");
        }
    }

    /// Every path of the table, taken as an id that a partner chose.
    #[test]
    fn whatever_an_account_is_called_it_can_be_read() {
        let words = ROUTES.iter().flat_map(|row| row.path.split('/'));
        for word in words.filter(|word| !word.is_empty() && !is_param(word)) {
            for rest in ["", "/portfolios"] {
                let path = format!("/v1/account/{word}{rest}");
                let Found::Route(row, params) = find("GET", &path) else {
                    panic!("{path}")
                };
                let expected = format!("/v1/account/{{accountId}}{rest}");
                assert_eq!((row.path, params), (expected.as_str(), vec![word.into()]));
            }
        }
    }

    #[test]
    fn the_log_names_the_row_that_answered() {
        for (method, path, expected) in [
            ("GET", "/v1/account/portfolio", "/v1/account/{accountId}"),
            ("POST", "/v1/account/portfolio", "/v1/account/portfolio"),
            ("PATCH", "/v1/account/portfolio", "/v1/account/portfolio"),
            (
                "POST",
                "/v1/user/sessions/unlock",
                "/v1/user/{userId}/unlock",
            ),
            ("GET", "/v1/user/usr_1", "/v1/user/{userId}"),
            ("GET", "/v1/users", "unknown"),
        ] {
            assert_eq!(look_up(method, path).1, expected, "{method} {path}");
        }
    }
}
