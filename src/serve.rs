//! A request on its way: match, token, idempotency, handler, log, answer.

use serde_json::json;
use worker::Request;

use crate::app::App;
use crate::error::Error;
use crate::flows::caller::{self, ClientCaller};
use crate::flows::client_auth;
use crate::flows::idempotency::{self, Claim};
use crate::http::oauth;
use crate::http::{bearer, cors_headers, read_body, Input, Reply};
use crate::log;
use crate::routes::row::Handler::{Client, OAuth, Public, Reader, User};
use crate::routes::row::{Handler, Replied, Route};
use crate::routes::ROUTES;

/// Answers a request, whatever it is, and logs that it did.
pub(crate) async fn answer(app: &App, request: Request) -> Reply {
    // workers-rs reads an unknown method as GET; the request itself knows better.
    let method = request.inner().method();
    let path = request.path();
    let origin = request.headers().get("Origin").ok().flatten();
    let result = match find(&method, &path) {
        Found::Route(row, params) => run(app, request, &row.handler, params).await,
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
            "route": pattern(&method, &path),
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
    match handler {
        Public(handle) => {
            app.limiters.address(address).await?;
            return handle(app, &read(&mut request, params).await?).await;
        }
        OAuth(handle) => {
            let input = read(&mut request, params).await;
            client_auth::admit(app, input.as_ref().ok(), address).await?;
            return handle(app, &input?).await;
        }
        _ => {}
    }
    let token = bearer(request.headers()).and_then(|token| caller::verify(app, &token));
    // One limiter a call: the caller's, or that of an address from which anybody may call.
    match &token {
        Ok(token) => app.limiters.caller(&token.claims).await?,
        Err(_) => app.limiters.address(address).await?,
    }
    let token = token?;
    match handler {
        Public(_) | OAuth(_) => Err(Error::TokenMissing),
        Client(scopes, handle) => {
            let client = caller::client(app, token, scopes).await?;
            act(app, handle, &client, request, params).await
        }
        User(handle) => {
            let user = caller::user(app, token.claims).await?;
            handle(app, &user, &read(&mut request, params).await?).await
        }
        Reader(handle) => {
            let reader = caller::reader(app, token).await?;
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
    match idempotency::claim(app, client, &request.path(), key, &input.body).await? {
        Claim::Answered(reply) => Ok(reply.with_header("Idempotency-Replayed", "true")),
        Claim::Work(app, ticket) => {
            let result = handle(&app, client, &input).await;
            let is_kept = idempotency::is_kept(&result);
            let reply = result.unwrap_or_else(|error| failure(&app, &error));
            ticket.hand_in(&app, &reply, is_kept).await;
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
    Route(&'static Route, Vec<String>),
    /// The path is there; these are the methods it takes.
    OtherMethods(String),
    Nothing,
}

/// By the method first: of the rows that take it, the one whose path says most.
fn find(method: &str, path: &str) -> Found {
    let rows = rows(path);
    let takes = |row: &&&Route| {
        // HEAD is GET without the body (RFC 9110 §9.3.2), where GET does nothing but read.
        let head = method == "HEAD" && row.method == "GET" && matches!(row.handler, Public(_));
        row.method == method || head
    };
    if let Some(row) = rows.iter().find(takes) {
        let params = matches(row.path, path).unwrap_or_default();
        return Found::Route(row, params);
    }
    let mut allow: Vec<&str> = rows.iter().map(|row| row.method).collect();
    allow.sort_unstable();
    allow.dedup();
    match allow.is_empty() {
        true => Found::Nothing,
        false => Found::OtherMethods(allow.join(", ")),
    }
}

/// The rows that a path is of, the one that says most of it first: earlier segments say more.
fn rows(path: &str) -> Vec<&'static Route> {
    // A word of the table is no id that is made here, and a mistake in the method is told as one.
    let literal = ROUTES.iter().any(|row| row.path == path);
    let is_chosen = |row: &Route| row.path.contains(CHOSEN_IN_PATHS);
    let fits = |row: &&Route| {
        matches(row.path, path).is_some() && (!literal || row.path == path || is_chosen(row))
    };
    let mut rows: Vec<&Route> = ROUTES.iter().filter(fits).collect();
    rows.sort_by_key(|row| row.path.split('/').map(is_param).collect::<Vec<bool>>());
    rows
}

/// The only id in a path that a partner may choose: it may be any word of the table.
const CHOSEN_IN_PATHS: &str = "{accountId}";

fn is_param(segment: &str) -> bool {
    segment.starts_with('{')
}

fn matches(pattern: &str, path: &str) -> Option<Vec<String>> {
    let mut params = Vec::new();
    let mut given = path.split('/');
    for expected in pattern.split('/') {
        match (is_param(expected), given.next()?) {
            (true, segment) if !segment.is_empty() => params.push(segment.into()),
            (false, segment) if expected == segment => {}
            _ => return None,
        }
    }
    given.next().is_none().then_some(params)
}

/// The route as it stands in the table: a path in the log holds no caller's text.
fn pattern(method: &str, path: &str) -> &'static str {
    match find(method, path) {
        Found::Route(row, _) => row.path,
        _ => rows(path).first().map_or("unknown", |row| row.path),
    }
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
            ("GET", "/v1/user/sessions/unlock", "DELETE, POST"),
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
            assert_eq!(pattern(method, path), expected, "{method} {path}");
        }
    }
}
