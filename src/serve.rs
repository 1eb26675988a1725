//! A request on its way: match, token, idempotency, handler, log, answer.

mod asked;
mod matching;
mod telling;

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{select, try_join3, Either};
use futures_util::FutureExt;
use worker::Delay;

use self::asked::Asked;
use self::matching::{look_up, Found};
use self::telling::{failure, Told};
use crate::app::{App, Unfit};
use crate::db::bookmarks::Bookmarks;
use crate::db::homes;
use crate::error::Error;
use crate::flows::caller::{self, ClientCaller};
use crate::flows::client_auth;
use crate::flows::idempotency::{self, Claim};
use crate::flows::terms;
use crate::http::incoming::Incoming;
use crate::http::{bearer, cors, pairs, Input, Reply};
use crate::limiters::Work::{self, Hashing, Usual};
use crate::routes::row::Handler::{Client, LogsIn, OAuth, Public, Reader, User};
use crate::routes::row::{Handler, OfClient};
use crate::rules::scope::Scope;
use crate::rules::token::Verified;

/// Answers a request, whatever it is, and tells that it did.
pub(crate) async fn answer(app: &App, request: &Incoming) -> Reply {
    let asked = Asked::of(request);
    let (found, route) = look_up(asked.method, asked.path);
    let changes = !matches!(asked.method, "GET" | "HEAD" | "OPTIONS");
    let _in_hand = changes.then(|| app.in_hand());
    let result = match asked.admit(app.config.is_local()) {
        Ok(()) => go(app, &asked, request, found).await,
        Err(error) => Err(error),
    };
    let reply = result.unwrap_or_else(|error| asked.failure(&app.request_id, &error));
    let is_allowed = is_allowed(app, &asked).await;
    let reply = asked.finish(reply, is_allowed);
    Told::of(app).tell(request, route, &reply);
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
    let reply = asked.finish(asked.failure(&unfit.request_id, error), false);
    Told::of_unfit(unfit).tell(request, route, &reply);
    reply
}

/// Whether a page of the request's origin may read the answer: one of its partner's; before it is known whose
/// the request is, one of any partner's or of the service's.
async fn is_allowed(app: &App, asked: &Asked<'_>) -> bool {
    let Some(origin) = asked.origin() else {
        return false;
    };
    let is_of = |origins: &[String]| origins.iter().any(|known| known == origin);
    // What a laptop and staging have to test with shows other partners' messages.
    if asked.path.starts_with("/dev/") {
        return is_of(&app.config.terms.cors_origins);
    }
    if let Some(terms) = app.partners_terms() {
        return is_of(&terms.cors_origins);
    }
    if let Some((_, partner_id)) = app.client.get() {
        if let Ok(terms) = terms::of(app, partner_id).await {
            return is_of(&terms.cors_origins);
        }
    }
    is_of(&app.config.terms.cors_origins) || is_of(&terms::every_origin(app).await)
}

async fn go(
    app: &App,
    asked: &Asked<'_>,
    request: &Incoming,
    found: Found,
) -> Result<Reply, Error> {
    match found {
        Found::Route(row, params) => run(app, asked, request, &row.handler, params).await,
        Found::OtherMethods(allow)
            if asked.method == "OPTIONS"
                && (asked.is_for_everybody() || is_allowed(app, asked).await) =>
        {
            Ok(cors::preflight(&allow))
        }
        Found::OtherMethods(allow) => Err(Error::MethodNotAllowed(allow)),
        Found::Nothing => Err(Error::UnknownPath),
    }
}

async fn run(
    app: &App,
    asked: &Asked<'_>,
    request: &Incoming,
    handler: &Handler,
    params: Vec<String>,
) -> Result<Reply, Error> {
    match handler {
        Public(handle) => {
            // What is the same for everybody is text that lies ready: to count who asks costs more.
            if !asked.is_for_everybody() {
                app.limiters.address(address(request)).await?;
            }
            let input = receive(request, params).await;
            handle(&as_of_now(app, request), &input?).await
        }
        OAuth(handle) => {
            let input = receive(request, params).await;
            let app = as_of_now(app, request);
            client_auth::admit(&app, input.as_ref().ok(), address(request)).await?;
            handle(&app, &input?).await
        }
        Client(scopes, handle) => {
            // What its settings stop, a change of them has to mend.
            let mends = scopes.contains(&Scope::SettingsWrite);
            let Whole { app, token, input } =
                with_token(app, request, params, Usual, mends).await?;
            let client = caller::client(&app, token, scopes).await?;
            let reply = act(&app, handle, &client, request, input?).await?;
            Ok(with_bookmark(&app, reply))
        }
        LogsIn(handle) => {
            let Whole { app, token, input } =
                with_token(app, request, params, Hashing, false).await?;
            let client = caller::client(&app, token, &[Scope::ClientAuth]).await?;
            let reply = act(&app, handle, &client, request, input?).await?;
            Ok(with_bookmark(&app, reply))
        }
        User(handle) => {
            let Whole { app, token, input } =
                with_token(app, request, params, Usual, false).await?;
            let user = caller::user(token.claims)?;
            match input {
                Ok(input) => handle(&app, user, &input).await,
                Err(error) => Err(user.refuse(&app, error).await),
            }
        }
        Reader(handle) => {
            let Whole { app, token, input } =
                with_token(app, request, params, Usual, false).await?;
            let reader = caller::reader(&app, token).await?;
            match input {
                Ok(input) => {
                    let reply = handle(&app.near(), reader, &input).await?;
                    Ok(with_bookmark(&app, reply))
                }
                Err(error) => Err(reader.refuse(&app, error).await),
            }
        }
    }
}

/// How far a client has seen its home: what an answer says, and a later call may say again.
const BOOKMARK: &str = "X-Gatehouse-Bookmark";

fn with_bookmark(app: &App, reply: Reply) -> Reply {
    match app.db.bookmark() {
        Some(bookmark) => reply.with_header(BOOKMARK, bookmark),
        None => reply,
    }
}

/// A request whose token is good, once it is there whole.
struct Whole {
    app: App,
    token: Verified,
    input: Result<Input, Error>,
}

/// Token first, then body: who may not call learns nothing of what the call takes. Whether the token
/// is still good is asked again once the body is there, however slowly it came.
async fn with_token(
    app: &App,
    request: &Incoming,
    params: Vec<String>,
    work: Work,
    mends: bool,
) -> Result<Whole, Error> {
    let authorization = request.header("Authorization");
    let verified = bearer(authorization.as_deref())
        .and_then(|token| caller::verify(app, token).map(|verified| (token, verified)));
    // One hop for limiters: the caller's, or that of an address from which anybody may call.
    let (token, verified) = match verified {
        Ok(of_caller) => of_caller,
        Err(error) => {
            app.limiters.address(address(request)).await?;
            return Err(error);
        }
    };
    app.is_of(&verified.claims.client_id, &verified.claims.partner_id);
    let came = app.now;
    // Asked while the body comes: nobody waits for one and then for another.
    let limited = app.limiters.caller(&verified.claims, work);
    let received = receive(request, params).map(Ok);
    let known = terms::known(app, &verified.claims.partner_id).map(Ok);
    let ((), input, known) = try_join3(pin!(limited), pin!(received), pin!(known)).await?;
    match known.terms() {
        Ok(terms) => app.is_under(terms),
        Err(_) if mends => {}
        Err(error) => return Err(error),
    }
    let input = input.and_then(Input::without_credentials_in_query);
    let app = as_of_now(app, request);
    let app = match known.home() {
        Some(home) => {
            let app = app.at_home(&verified.claims.partner_id, home.clone());
            // A user's reads hang on whether the session lives, which no replica decides.
            let is_clients = verified.claims.login.is_none();
            match request.header(BOOKMARK).filter(|_| is_clients) {
                Some(given) => app.with_bookmarks(Bookmarks::new(given)),
                None => app,
            }
        }
        None if mends => app,
        None => return Err(homes::unknown()),
    };
    let token = match app.now.since(came) < Duration::from_secs(1) {
        true => verified,
        false => caller::verify(&app, token)?,
    };
    Ok(Whole { app, token, input })
}

fn address(request: &Incoming) -> Option<String> {
    request.header("CF-Connecting-IP")
}

/// What a client does, once for each Idempotency-Key.
async fn act(
    app: &App,
    handle: &OfClient,
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
