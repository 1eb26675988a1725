//! A request on its way: match, token, idempotency, handler, log, answer.

use serde_json::json;
use worker::Request;

use crate::app::App;
use crate::error::Error;
use crate::flows::caller::{self, ClientCaller};
use crate::flows::idempotency::{self, Claim};
use crate::http::oauth;
use crate::http::{bearer, cors_headers, read_body, Input, Reply};
use crate::log;
use crate::routes::row::Handler::{Admin, Client, Public, Reader, User};
use crate::routes::row::{Handler, Replied};
use crate::routes::ROUTES;
use crate::rules::id::{is_id, ClientId, SessionId, UserId};

/// Answers a request, whatever it is, and logs that it did.
pub(crate) async fn answer(app: &App, request: Request) -> Reply {
    // workers-rs reads an unknown method as GET; the request itself knows better.
    let method = request.inner().method();
    let path = request.path();
    let origin = request.headers().get("Origin").ok().flatten();
    let result = match find(&method, &path) {
        Found::Route(handler, params) => run(app, request, handler, params).await,
        Found::OtherMethods(allow)
            if method == "OPTIONS"
                && !cors_headers(&app.config.cors_origins, origin.as_deref()).is_empty() =>
        {
            Ok(preflight(&allow))
        }
        Found::OtherMethods(allow) => Err(Error::MethodNotAllowed(allow)),
        Found::Nothing => Err(Error::UnknownPath),
    };
    let mut reply = result.unwrap_or_else(|error| match path.starts_with("/oauth2/") {
        true => oauth::in_its_words(&error, failure(app, &error)),
        false => failure(app, &error),
    });
    reply
        .headers
        .extend(cors_headers(&app.config.cors_origins, origin.as_deref()));
    log::event(
        "request",
        json!({
            "request_id": app.request_id,
            "method": method,
            "route": pattern(&path),
            "status": reply.status,
        }),
    );
    reply
}

/// The one place where a failure's cause is logged.
fn failure(app: &App, error: &Error) -> Reply {
    if let Some(cause) = error.cause() {
        log::problem(
            "failure",
            json!({
                "request_id": app.request_id,
                "code": error.code().number(),
                "cause": cause,
            }),
        );
    }
    Reply::failure(error)
}

/// Token first, then body: who may not call learns nothing of what the call takes.
async fn run(
    app: &App,
    mut request: Request,
    handler: &Handler,
    params: Vec<String>,
) -> Result<Reply, Error> {
    let address = request.headers().get("CF-Connecting-IP").ok().flatten();
    app.limiters.address(address).await?;
    if let Public(handle) = handler {
        return handle(app, &read(&mut request, params).await?).await;
    }
    let claims = caller::verify(app, &bearer(request.headers())?)?;
    match handler {
        Public(_) => Err(Error::TokenMissing),
        Client(handle) => {
            let client = caller::client(app, claims).await?;
            act(app, handle, &client, request, params).await
        }
        Admin(handle) => {
            let admin = caller::admin(app, claims).await?;
            act(app, handle, &admin, request, params).await
        }
        User(handle) => {
            let user = caller::user(app, claims).await?;
            handle(app, &user, &read(&mut request, params).await?).await
        }
        Reader(handle) => {
            let reader = caller::reader(app, claims).await?;
            handle(app, &reader, &read(&mut request, params).await?).await
        }
    }
}

/// What a client does, once for each Idempotency-Key.
async fn act(
    app: &App,
    handle: &for<'a> fn(&'a App, &'a ClientCaller, &'a Input) -> Replied<'a>,
    client: &ClientCaller,
    mut request: Request,
    params: Vec<String>,
) -> Result<Reply, Error> {
    let input = read(&mut request, params).await?;
    let key = match idempotency::is_taken(&request.inner().method(), &request.path()) {
        true => idempotency::key(&input)?,
        false => None,
    };
    let Some(key) = key else {
        return handle(app, client, &input).await;
    };
    match idempotency::claim(app, &client.client_id, &request.path(), key, &input.body).await? {
        Claim::Answered(reply) => Ok(reply.with_header("Idempotency-Replayed", "true")),
        Claim::Work(app, ticket) => {
            let result = handle(&app, client, &input).await;
            let reply = result.unwrap_or_else(|error| failure(&app, &error));
            ticket.hand_in(&app, &reply).await;
            Ok(reply)
        }
    }
}

async fn read(request: &mut Request, params: Vec<String>) -> Result<Input, Error> {
    let body = match request.inner().method().as_str() {
        "POST" | "PUT" => read_body(request).await?,
        _ => Vec::new(),
    };
    let query = request
        .url()
        .map(|url| url.query_pairs().into_owned().collect())
        .unwrap_or_default();
    Ok(Input {
        params,
        query,
        headers: request.headers().clone(),
        body,
    })
}

enum Found {
    Route(&'static Handler, Vec<String>),
    /// The path is there; these are the methods it takes.
    OtherMethods(String),
    Nothing,
}

fn find(method: &str, path: &str) -> Found {
    let mut allow = Vec::new();
    // A path that stands in the table is never taken for a segment of another.
    let literal = ROUTES.iter().any(|route| route.path == path);
    for route in ROUTES {
        let Some(params) = matches(route.path, path).filter(|_| !literal || route.path == path)
        else {
            continue;
        };
        // HEAD is GET without the body (RFC 9110 §9.3.2), where GET does nothing but read.
        let head = method == "HEAD" && route.method == "GET" && matches!(route.handler, Public(_));
        if route.method == method || head {
            return Found::Route(&route.handler, params);
        }
        if can_be(route.path, &params) {
            allow.push(route.method);
        }
    }
    match allow.is_empty() {
        true => Found::Nothing,
        false => Found::OtherMethods(allow.join(", ")),
    }
}

fn matches(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut params = Vec::new();
    let mut given = path.split('/');
    for expected in pattern.split('/') {
        match (expected.starts_with('{'), given.next()?) {
            (true, segment) if !segment.is_empty() => params.push(segment.into()),
            (false, segment) if expected == segment => {}
            _ => return None,
        }
    }
    given.next().is_none().then_some(params)
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

/// The route as it stands in the table: a path in the log holds no caller's text.
fn pattern(path: &str) -> &'static str {
    let mut all = ROUTES.iter().map(|route| route.path);
    all.find(|pattern| matches(pattern, path).is_some())
        .unwrap_or("unknown")
}

fn preflight(allow: &str) -> Reply {
    Reply::empty()
        .with_header("Access-Control-Allow-Methods", allow)
        .with_header(
            "Access-Control-Allow-Headers",
            "Authorization, Content-Type, Idempotency-Key",
        )
        .with_header("Access-Control-Max-Age", "600")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_matched_whole() {
        assert_eq!(
            matches("/v1/user/{userId}", "/v1/user/usr_1"),
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
            assert_eq!(matches("/v1/user/{userId}", path), None, "{path}");
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
}
