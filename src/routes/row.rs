//! A row of the table of routes: who may call, and a handler that reads its request and writes its
//! answer.

use std::future::Future;
use std::pin::Pin;

use crate::app::App;
use crate::error::Error;
use crate::flows::caller::{ClientCaller, ReaderCaller, Unproven, UserCaller};
use crate::http::oauth::Refusal;
use crate::http::{Input, Reply};
use crate::rules::scope::Scope;
use crate::wire::{Answer, Reading, Request};

pub(crate) struct Route {
    pub(crate) method: &'static str,
    /// `{name}` stands for one segment.
    pub(crate) path: &'static str,
    pub(crate) handler: Handler,
}

/// What a handler gives, once it is called.
pub(crate) type Replied<'a> = Pin<Box<dyn Future<Output = Result<Reply, Error>> + 'a>>;

pub(crate) type OfClient = for<'a> fn(&'a App, &'a ClientCaller, &'a Input) -> Replied<'a>;

/// A handler, by the token that it takes.
pub(crate) enum Handler {
    Public(for<'a> fn(&'a App, &'a Input) -> Replied<'a>),
    /// A client by its credentials, which the handler looks at.
    OAuth(for<'a> fn(&'a App, &'a Input) -> Replied<'a>),
    /// A client whose token has one of the scopes.
    Client(&'static [Scope], OfClient),
    /// A client that logs somebody in: a password is hashed before anything else is waited for.
    LogsIn(OfClient),
    User(for<'a> fn(&'a App, Unproven<UserCaller>, &'a Input) -> Replied<'a>),
    /// A client that may read users, or the user it is about.
    Reader(for<'a> fn(&'a App, Unproven<ReaderCaller>, &'a Input) -> Replied<'a>),
}

/// The table: `method path token request => answer, handler;` a row. A handler of other types than
/// its row says does not compile.
macro_rules! routes {
    ($($method:literal $path:literal $token:ident $request:ty => $answer:ty, $handler:path;)*) => {
        pub(crate) const ROUTES: &[$crate::routes::row::Route] = &[$($crate::routes::row::Route {
            method: $method,
            path: $path,
            handler: $crate::routes::row::handler!($token $request => $answer, $handler),
        }),*];

        /// What the document says of each.
        #[cfg(test)]
        pub(crate) const DOCUMENTED: &[crate::document_test::Documented] = &[
            $(crate::document_test::documented!($method $path $token $request => $answer)),*
        ];
    };
}

pub(super) use routes;

/// The request is read, the handler called, the answer written.
macro_rules! handler {
    (Public $($row:tt)*) => {
        $crate::routes::row::Handler::Public($crate::routes::row::open!($($row)*))
    };
    (OAuth $($row:tt)*) => {
        $crate::routes::row::Handler::OAuth($crate::routes::row::open!($($row)*))
    };
    (Reader $($row:tt)*) => {
        $crate::routes::row::Handler::Reader($crate::routes::row::unproven!($($row)*))
    };
    (User $($row:tt)*) => {
        $crate::routes::row::Handler::User($crate::routes::row::unproven!($($row)*))
    };
    (Client $($row:tt)*) => {
        $crate::routes::row::handler!([ClientAuth] $($row)*)
    };
    (LogsIn $($row:tt)*) => {
        $crate::routes::row::Handler::LogsIn(
            $crate::routes::row::called!(|app, caller, refusal| refusal.answered(); $($row)*),
        )
    };
    (UsersWrite $($row:tt)*) => {
        $crate::routes::row::handler!([UsersWrite] $($row)*)
    };
    (UsersRead $($row:tt)*) => {
        $crate::routes::row::handler!([UsersRead] $($row)*)
    };
    (RecoveryWrite $($row:tt)*) => {
        $crate::routes::row::handler!([RecoveryWrite] $($row)*)
    };
    (SettingsWrite $($row:tt)*) => {
        $crate::routes::row::handler!([SettingsWrite] $($row)*)
    };
    (Auditor $($row:tt)*) => {
        $crate::routes::row::handler!([UsersRead, Admin] $($row)*)
    };
    (Admin $($row:tt)*) => {
        $crate::routes::row::handler!([Admin] $($row)*)
    };
    ([$($scope:ident),*] $($row:tt)*) => {
        $crate::routes::row::Handler::Client(
            &[$($crate::rules::scope::Scope::$scope),*],
            $crate::routes::row::called!(|app, caller, refusal| refusal.answered(); $($row)*),
        )
    };
}

pub(crate) use handler;

/// A handler that takes no bearer token.
macro_rules! open {
    ($request:ty => $answer:ty, $handler:path) => {
        |app, input| {
            Box::pin(async move {
                match $crate::routes::row::asked::<$request>(app, input) {
                    Ok(request) => $crate::routes::row::answered::<$answer>(
                        $handler(app, request).await.map_err(Into::into),
                    ),
                    Err(refusal) => refusal.answered(),
                }
            })
        }
    };
}

pub(crate) use open;

/// The same for a handler that is told who calls, with what comes of a request that will not do.
macro_rules! called {
    (|$app:ident, $caller:ident, $refusal:ident| $refused:expr; $request:ty => $answer:ty, $handler:path) => {
        |$app, $caller, input| {
            Box::pin(async move {
                match $crate::routes::row::asked::<$request>($app, input) {
                    Ok(request) => $crate::routes::row::answered::<$answer>(
                        $handler($app, $caller, request).await.map_err(Into::into),
                    ),
                    Err($refusal) => $refused,
                }
            })
        }
    };
}

pub(crate) use called;

/// The caller's session may be over: what is wrong with the request is said once it is known to live.
macro_rules! unproven {
    ($($row:tt)*) => {
        $crate::routes::row::called!(
            |app, caller, refusal| caller.refuse(app, refusal).await.answered(); $($row)*
        )
    };
}

pub(crate) use unproven;

pub(crate) fn asked<R: Request>(app: &App, input: &Input) -> Result<R, Refusal> {
    let reading = Reading {
        calling_codes: &app.terms().sms_allowed_prefixes,
    };
    R::read(input, &reading)
}

pub(crate) fn answered<A: Answer>(result: Result<A, Refusal>) -> Result<Reply, Error> {
    match result {
        Ok(answer) => answer.reply(),
        Err(refusal) => refusal.answered(),
    }
}
