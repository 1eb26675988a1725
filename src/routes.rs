//! Every URL of the service: method, path, token, handler.

mod account;
mod audit;
mod client;
mod dev;
mod health;
mod kyc;
mod login;
mod oauth;
mod oauth_tokens;
mod otp;
mod password;
mod portfolio;
mod refresh;
mod resend;
mod session;
mod sign_up;
mod user;

use std::future::Future;
use std::pin::Pin;

use crate::app::App;
use crate::error::Error;
use crate::flows::caller::{ClientCaller, Reader as ReadingCaller, UserCaller};
use crate::http::{Input, Reply};

pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Reply, Error>> + 'a>>;

/// A handler, by the token that it takes.
pub enum Handler {
    Public(for<'a> fn(&'a App, &'a Input) -> Answer<'a>),
    Client(for<'a> fn(&'a App, &'a ClientCaller, &'a Input) -> Answer<'a>),
    User(for<'a> fn(&'a App, &'a UserCaller, &'a Input) -> Answer<'a>),
    /// A client, or the user it is about.
    Reader(for<'a> fn(&'a App, &'a ReadingCaller, &'a Input) -> Answer<'a>),
    Admin(for<'a> fn(&'a App, &'a ClientCaller, &'a Input) -> Answer<'a>),
}

use Handler::{Admin, Client, Public, Reader, User};

/// `:` stands for one segment.
#[rustfmt::skip]
pub const ROUTES: &[(&str, &str, Handler)] = &[
    ("GET",    "/healthz",                                 Public(|app, _| Box::pin(health::get(app)))),
    ("GET",    "/.well-known/jwks.json",                   Public(|app, _| Box::pin(oauth::jwks(app)))),
    ("GET",    "/.well-known/oauth-authorization-server",  Public(|app, _| Box::pin(oauth::metadata(app)))),
    ("POST",   "/oauth2/token",                            Public(|app, input| Box::pin(oauth::token(app, input)))),
    ("POST",   "/oauth2/introspect",                       Public(|app, input| Box::pin(oauth_tokens::introspect(app, input)))),
    ("POST",   "/oauth2/revoke",                           Public(|app, input| Box::pin(oauth_tokens::revoke(app, input)))),
    ("POST",   "/v1/user/sign-up",                         Client(|app, client, input| Box::pin(sign_up::post(app, client, input)))),
    ("POST",   "/v1/user/login",                           Client(|app, client, input| Box::pin(login::post(app, client, input)))),
    ("POST",   "/v1/user/otp",                             Client(|app, client, input| Box::pin(otp::post(app, client, input)))),
    ("POST",   "/v1/user/otp/resend",                      Client(|app, client, input| Box::pin(resend::post(app, client, input)))),
    ("POST",   "/v1/user/refresh",                         Client(|app, client, input| Box::pin(refresh::post(app, client, input)))),
    ("GET",    "/v1/user/forget-password",                 Client(|app, client, input| Box::pin(password::forget_get(app, client, input)))),
    ("POST",   "/v1/user/forget-password",                 Client(|app, client, input| Box::pin(password::forget_post(app, client, input)))),
    ("PUT",    "/v1/user/change-password",                 Client(|app, client, input| Box::pin(password::change(app, client, input)))),
    ("GET",    "/v1/user/me",                              User(|app, user, _| Box::pin(user::me(app, user)))),
    ("POST",   "/v1/user/logout",                          User(|app, user, input| Box::pin(session::logout(app, user, input)))),
    ("GET",    "/v1/user/sessions",                        User(|app, user, _| Box::pin(session::list(app, user)))),
    ("DELETE", "/v1/user/sessions/:",                      User(|app, user, input| Box::pin(session::end(app, user, input)))),
    ("GET",    "/v1/user/:",                               Reader(|app, reader, input| Box::pin(user::get(app, reader, input)))),
    ("POST",   "/v1/user/:/unlock",                        Client(|app, client, input| Box::pin(user::unlock(app, client, input)))),
    ("POST",   "/v1/user/:/disable",                       Client(|app, client, input| Box::pin(user::disable(app, client, input)))),
    ("POST",   "/v1/user/:/enable",                        Client(|app, client, input| Box::pin(user::enable(app, client, input)))),
    ("POST",   "/v1/account",                              Client(|app, client, input| Box::pin(account::post(app, client, input)))),
    ("POST",   "/v1/account/portfolio",                    Client(|app, client, input| Box::pin(portfolio::post(app, client, input)))),
    ("GET",    "/v1/account/:",                            Reader(|app, reader, input| Box::pin(account::get(app, reader, input)))),
    ("GET",    "/v1/account/:/portfolios",                 Reader(|app, reader, input| Box::pin(account::portfolios(app, reader, input)))),
    ("GET",    "/v1/audit",                                Client(|app, client, input| Box::pin(audit::list(app, client, input)))),
    ("POST",   "/v1/kyc/webhook",                          Public(|app, input| Box::pin(kyc::webhook(app, input)))),
    ("POST",   "/v1/client",                               Admin(|app, admin, input| Box::pin(client::post(app, admin, input)))),
    ("POST",   "/v1/client/:/secret",                      Admin(|app, admin, input| Box::pin(client::rotate_secret(app, admin, input)))),
    ("DELETE", "/v1/client/:",                             Admin(|app, admin, input| Box::pin(client::delete(app, admin, input)))),
    ("GET",    "/dev/outbox",                              Public(|app, _| Box::pin(dev::outbox(app)))),
];
