//! Every URL of the service: method, path, token, what it is asked with, what it answers, and
//! who does it.

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
use crate::flows::caller::{ClientCaller, ReaderCaller, UserCaller};
use crate::http::oauth::Refusal;
use crate::http::{Input, Reply};
use crate::wire::{self, common::Nothing, Answer, Reading, Request};

pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// `{name}` stands for one segment.
    pub(crate) path: &'static str,
    pub(crate) handler: Handler,
}

/// What a handler gives, once it is called.
pub(crate) type Replied<'a> = Pin<Box<dyn Future<Output = Result<Reply, Error>> + 'a>>;

/// A handler, by the token that it takes.
pub(crate) enum Handler {
    Public(for<'a> fn(&'a App, &'a Input) -> Replied<'a>),
    Client(for<'a> fn(&'a App, &'a ClientCaller, &'a Input) -> Replied<'a>),
    User(for<'a> fn(&'a App, &'a UserCaller, &'a Input) -> Replied<'a>),
    /// A client, or the user it is about.
    Reader(for<'a> fn(&'a App, &'a ReaderCaller, &'a Input) -> Replied<'a>),
    Admin(for<'a> fn(&'a App, &'a ClientCaller, &'a Input) -> Replied<'a>),
}

/// `method path token request => answer, handler;`
macro_rules! routes {
    ($($method:literal $path:literal $token:ident $request:ty => $answer:ty, $handler:path;)*) => {
        pub(crate) const ROUTES: &[Route] = &[$(Route {
            method: $method,
            path: $path,
            handler: handler!($token $request => $answer, $handler),
        }),*];

        /// What the document says of each.
        #[cfg(test)]
        pub(crate) const DOCUMENTED: &[crate::document_test::Documented] = &[
            $(crate::document_test::documented!($method $path $token $request => $answer)),*
        ];
    };
}

macro_rules! handler {
    (Public $request:ty => $answer:ty, $handler:path) => {
        Handler::Public(|app, input| {
            Box::pin(async move {
                match asked::<$request>(app, input) {
                    Ok(request) => {
                        answered::<$answer>($handler(app, request).await.map_err(Into::into))
                    }
                    Err(refusal) => refusal.answered(),
                }
            })
        })
    };
    ($token:ident $request:ty => $answer:ty, $handler:path) => {
        Handler::$token(|app, caller, input| {
            Box::pin(async move {
                match asked::<$request>(app, input) {
                    Ok(request) => answered::<$answer>(
                        $handler(app, caller, request).await.map_err(Into::into),
                    ),
                    Err(refusal) => refusal.answered(),
                }
            })
        })
    };
}

use wire::account::{Account, ListPortfolios, OfAccount, OpenAccount, PortfolioPage};
use wire::client::{ClientCreated, CreateClient, OfClient, SecretRotated};
use wire::oauth::{AccessToken, Introspection, Jwks, Metadata, OAuthRequest, Revoked};
use wire::otp::{CodeAnswer, CodeAnswered, Resend, Resent};
use wire::password::{ChangePassword, ForgetByBody, ForgetByQuery, PasswordTaken, ResetBegun};
use wire::session::{Logout, OfSession, Sessions};
use wire::user::{OfUser, User as UserObject};

routes! {
    "GET"    "/healthz"                                Public () => wire::health::Health,                           health::get;
    "GET"    "/.well-known/jwks.json"                  Public () => Jwks,                                           oauth::jwks;
    "GET"    "/.well-known/oauth-authorization-server" Public () => Metadata,                                       oauth::metadata;
    "POST"   "/oauth2/token"                           Public OAuthRequest => AccessToken,                          oauth::token;
    "POST"   "/oauth2/introspect"                      Public OAuthRequest => Introspection,                        oauth_tokens::introspect;
    "POST"   "/oauth2/revoke"                          Public OAuthRequest => Revoked,                              oauth_tokens::revoke;
    "POST"   "/v1/user/sign-up"                        Client wire::sign_up::SignUp => UserObject,                  sign_up::post;
    "POST"   "/v1/user/login"                          Client wire::login::Login => wire::login::LoginChallenge,    login::post;
    "POST"   "/v1/user/otp"                            Client CodeAnswer => CodeAnswered,                           otp::post;
    "POST"   "/v1/user/otp/resend"                     Client Resend => Resent,                                     resend::post;
    "POST"   "/v1/user/refresh"                        Client wire::refresh::Refresh => wire::refresh::Tokens,      refresh::post;
    "GET"    "/v1/user/forget-password"                Client ForgetByQuery => ResetBegun,                          password::forget_get;
    "POST"   "/v1/user/forget-password"                Client ForgetByBody => ResetBegun,                           password::forget_post;
    "PUT"    "/v1/user/change-password"                Client ChangePassword => PasswordTaken,                      password::change;
    "GET"    "/v1/user/me"                             User () => UserObject,                                       user::me;
    "POST"   "/v1/user/logout"                         User Logout => Nothing,                                      session::logout;
    "GET"    "/v1/user/sessions"                       User () => Sessions,                                         session::list;
    "DELETE" "/v1/user/sessions/{sessionId}"           User OfSession => Nothing,                                   session::end;
    "GET"    "/v1/user/{userId}"                       Reader OfUser => UserObject,                                 user::get;
    "POST"   "/v1/user/{userId}/unlock"                Client OfUser => Nothing,                                    user::unlock;
    "POST"   "/v1/user/{userId}/disable"               Client OfUser => Nothing,                                    user::disable;
    "POST"   "/v1/user/{userId}/enable"                Client OfUser => Nothing,                                    user::enable;
    "POST"   "/v1/account"                             Client OpenAccount => Account,                               account::post;
    "POST"   "/v1/account/portfolio"                   Client wire::portfolio::OpenPortfolio => Account,            portfolio::post;
    "GET"    "/v1/account/{accountId}"                 Reader OfAccount => Account,                                 account::get;
    "GET"    "/v1/account/{accountId}/portfolios"      Reader ListPortfolios => PortfolioPage,                      account::portfolios;
    "GET"    "/v1/audit"                               Client wire::audit::ListAudit => wire::audit::AuditPage,     audit::list;
    "POST"   "/v1/kyc/webhook"                         Public wire::kyc::KycWebhook => wire::kyc::KycTaken,         kyc::webhook;
    "POST"   "/v1/client"                              Admin CreateClient => ClientCreated,                         client::post;
    "POST"   "/v1/client/{clientId}/secret"            Admin OfClient => SecretRotated,                             client::rotate_secret;
    "DELETE" "/v1/client/{clientId}"                   Admin OfClient => Nothing,                                   client::delete;
    "GET"    "/dev/outbox"                             Public () => wire::dev::Outbox,                              dev::outbox;
}

fn asked<R: Request>(app: &App, input: &Input) -> Result<R, Refusal> {
    let reading = Reading {
        calling_codes: &app.config.sms_allowed_prefixes,
    };
    R::read(input, &reading)
}

fn answered<A: Answer>(result: Result<A, Refusal>) -> Result<Reply, Error> {
    match result {
        Ok(answer) => answer.reply(),
        Err(refusal) => refusal.answered(),
    }
}
