//! What one request carries: settings, storage, the time, and the ids it will give out.

use std::cell::{Cell, OnceCell, RefCell};
use std::future::Future;
use std::ops::Deref;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{abortable, pending, AbortHandle};
use js_sys::{Array, Object};
use serde_json::json;
use worker::wasm_bindgen::JsCast;
use worker::{Context, Delay, Env};

use crate::archive::Archive;
use crate::config::terms::Terms;
use crate::config::Config;
use crate::db::archive::Note;
use crate::db::audit::Origin;
use crate::db::bookmarks::Bookmarks;
use crate::db::homes::Believed;
use crate::db::Db;
use crate::error::Error;
use crate::kv::challenges::ChallengeStore;
use crate::kv::outbox::OutboxStore;
use crate::kv::partners::PartnerStore;
use crate::kv::revocations::RevocationStore;
use crate::kv::sessions::SessionStore;
use crate::kv::Kv;
use crate::ledger::Ledger;
use crate::limiters::Limiters;
use crate::log;
use crate::metrics::Metrics;
use crate::rules::home::{Homes, DIRECTORY};
use crate::rules::id::{ClientId, PartnerId, RequestId, WorkId};
use crate::rules::ids::Ids;
use crate::rules::time::Time;
use crate::settings::{Reader, SettingError, Settings};

/// Of an answer before the work after it: it leaves in one turn of the isolate, with the machine to itself.
const HEAD_START: Duration = Duration::from_millis(100);

/// Cheap to clone, so that work can go on after the answer.
#[derive(Clone)]
pub(crate) struct App(Rc<Inner>);

#[derive(Clone)]
pub(crate) struct Inner {
    pub(crate) config: Rc<Config>,
    /// Where the caller's partner lives; nowhere, before it is known who calls.
    pub(crate) db: Rc<Db>,
    /// Partners, clients, what they have set, and what the operator did.
    pub(crate) directory: Rc<Db>,
    pub(crate) kv: Kv,
    pub(crate) challenges: ChallengeStore,
    pub(crate) sessions: SessionStore,
    pub(crate) revocations: RevocationStore,
    pub(crate) outbox: OutboxStore,
    pub(crate) ledger: Ledger,
    /// The directory's.
    archive: Archive,
    pub(crate) partners: PartnerStore,
    pub(crate) limiters: Limiters,
    pub(crate) metrics: Metrics,
    /// Taken once, when the request came in.
    pub(crate) now: Time,
    pub(crate) request_id: RequestId,
    /// This request's work, by which a retry finds it.
    pub(crate) work_id: WorkId,
    pub(crate) ids: Rc<Ids>,
    /// New for every attempt at the work: of what is not to be found again.
    pub(crate) attempt: Rc<Ids>,
    /// The client that has proven to be it, by its token or its secret.
    pub(crate) client: Rc<OnceCell<(ClientId, PartnerId)>>,
    /// Its partner's, once they are found.
    terms: Rc<OnceCell<Rc<Terms>>>,
    context: Rc<Context>,
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// A request that cannot be worked on: a setting or a binding will not do.
pub(crate) struct Unfit {
    pub(crate) request_id: RequestId,
    /// When the request came in.
    pub(crate) now: Time,
    pub(crate) error: Error,
    pub(crate) metrics: Metrics,
}

impl App {
    pub(crate) fn new(env: &Env, context: Context) -> Result<App, Unfit> {
        let now = clock();
        let ids = match random_bytes() {
            Ok(bytes) => Rc::new(Ids::new(bytes, now)),
            Err(error) => {
                let request_id = RequestId::given("none");
                return Err(Unfit {
                    request_id,
                    now,
                    error,
                    metrics: Metrics::new(env),
                });
            }
        };
        let request_id: RequestId = ids.id();
        App::with(env, context, now, ids, &request_id).map_err(|error| Unfit {
            request_id,
            now,
            error,
            metrics: Metrics::new(env),
        })
    }

    /// `Unavailable` when a setting or a binding will not do.
    fn with(
        env: &Env,
        context: Context,
        now: Time,
        ids: Rc<Ids>,
        request_id: &RequestId,
    ) -> Result<App, Error> {
        let config = settings(env)?;
        let kv = Kv::new(env);
        let directory = Db::directory(env);
        Ok(App(Rc::new(Inner {
            config,
            db: Rc::new(directory.nowhere()),
            directory: Rc::new(directory),
            challenges: ChallengeStore::new(kv.clone()),
            sessions: SessionStore::new(kv.clone()),
            revocations: RevocationStore::new(kv.clone()),
            outbox: OutboxStore::new(kv.clone()),
            partners: PartnerStore::new(kv.clone()),
            kv,
            ledger: Ledger::new(env),
            archive: Archive::of(env, DIRECTORY),
            limiters: Limiters::new(env),
            metrics: Metrics::new(env),
            now,
            request_id: request_id.clone(),
            work_id: ids.id(),
            attempt: ids.clone(),
            ids,
            client: Rc::default(),
            terms: Rc::default(),
            context: Rc::new(context),
        })))
    }

    /// What the partner whose call this is has of its own, once that is known; until then what any has
    /// that set nothing.
    pub(crate) fn terms(&self) -> &Terms {
        self.partners_terms().unwrap_or(&self.config.terms)
    }

    /// None before they are found.
    pub(crate) fn partners_terms(&self) -> Option<&Terms> {
        self.terms.get().map(Rc::as_ref)
    }

    pub(crate) fn is_under(&self, terms: Rc<Terms>) {
        let _ = self.terms.set(terms);
    }

    /// Whose call this is, for the log, as soon as it is known.
    pub(crate) fn is_of(&self, client_id: &ClientId, partner_id: &PartnerId) {
        let _ = self.client.set((client_id.clone(), partner_id.clone()));
    }

    /// The same request, now that its body is there: however slowly that came, what is believed, counted
    /// and dated is so as of now.
    pub(crate) fn later(&self) -> App {
        let now = clock();
        let ids = Rc::new(Ids::new(self.ids.bytes(), now));
        self.doing(ids.clone(), ids, now)
    }

    /// The same request, doing work that an earlier request began: it gives out the same ids.
    pub(crate) fn with_work(&self, seed: [u8; 32], made_at: Time) -> App {
        let ids = Rc::new(Ids::new(seed, made_at));
        self.doing(ids, self.attempt.clone(), self.now)
    }

    fn doing(&self, ids: Rc<Ids>, attempt: Rc<Ids>, now: Time) -> App {
        App(Rc::new(Inner {
            now,
            work_id: ids.id(),
            attempt,
            ids,
            ..Inner::clone(&self.0)
        }))
    }

    /// The same request, of a partner whose settings were read anew.
    pub(crate) fn under(&self, terms: Rc<Terms>) -> App {
        App(Rc::new(Inner {
            terms: Rc::new(terms.into()),
            ..Inner::clone(&self.0)
        }))
    }

    /// The same request, where its partner lives.
    pub(crate) fn at_home(&self, partner_id: &PartnerId, home: Rc<Believed>) -> App {
        self.with_db(self.directory.at_home(partner_id, home))
    }

    /// The same request at the same home, for a caller that wants to know how far it has seen it.
    pub(crate) fn with_bookmarks(&self, bookmarks: Bookmarks) -> App {
        self.with_db(self.db.with_bookmarks(bookmarks))
    }

    /// Where the object is that a note of a database names.
    pub(crate) fn archive_with(&self, db: &Db, note: &Note) -> Result<Archive, Error> {
        let own = self.archive.beside(&db.home());
        own.that_of(note.home.as_deref(), &self.config.homes)
    }

    /// The same request, whose reads decide nothing.
    pub(crate) fn near(&self) -> App {
        self.with_db(self.db.near())
    }

    fn with_db(&self, db: Db) -> App {
        App(Rc::new(Inner {
            db: Rc::new(db),
            ..Inner::clone(&self.0)
        }))
    }

    /// Every database as it is: what it is asked is asked of who lives there alone.
    pub(crate) fn homes(&self) -> Vec<Rc<Db>> {
        let names = self.config.homes.names();
        names
            .map(|name| Rc::new(self.directory.other(name)))
            .collect()
    }

    /// Until this is dropped, what the request does goes on though its caller hangs up: the platform would end it
    /// there, between a change and the notice of it.
    pub(crate) fn in_hand(&self) -> InHand {
        let (endless, handle) = abortable(pending::<()>());
        self.context.wait_until(async {
            let _ = endless.await;
        });
        InHand(handle)
    }

    /// Begins once the answer has gone out. Begun at once, it would be ahead of the answer in the isolate's queue,
    /// and hold it up for as long as it asks for anything: whoever measures would see that there was work.
    pub(crate) fn after_answer(&self, work: impl Future<Output = ()> + 'static) {
        self.context.wait_until(async {
            Delay::from(HEAD_START).await;
            work.await;
        });
    }

    /// Where an audit row of this request comes from.
    pub(crate) fn origin<'a>(
        &'a self,
        partner_id: &'a PartnerId,
        client_id: Option<&'a ClientId>,
    ) -> Origin<'a> {
        Origin {
            id: self.ids.id(),
            at: self.now,
            request_id: &self.request_id,
            partner_id,
            client_id,
            reason: None,
        }
    }
}

/// A request that is seen through.
pub(crate) struct InHand(AbortHandle);

impl Drop for InHand {
    fn drop(&mut self) {
        self.0.abort();
    }
}

struct FromEnv<'a>(&'a Env);

impl Settings for FromEnv<'_> {
    fn get(&self, name: &str) -> Option<String> {
        self.0.var(name).ok().map(|value| value.to_string())
    }

    fn names(&self) -> Vec<String> {
        let entries = Object::entries(self.0.unchecked_ref());
        let entries = entries.iter().map(|entry| Array::from(&entry));
        let texts = entries.filter(|entry| entry.get(1).is_string());
        texts.filter_map(|entry| entry.get(0).as_string()).collect()
    }
}

thread_local! {
    // Settings and bindings do not change while an isolate lives: they are read once, or found wanting once.
    static SETTINGS: RefCell<Option<Result<Rc<Config>, Rc<str>>>> = const { RefCell::new(None) };
}

/// Those without which nothing is served, whatever of them a request needs.
fn bindings(env: &Env, config: &Config) -> Result<(), Error> {
    Kv::new(env).store()?;
    let directory = Db::directory(env);
    for home in config.homes.names() {
        directory.database(home)?;
        Archive::of(env, home).is_bound()?;
    }
    Ledger::new(env).is_bound()?;
    Ok(())
}

/// Every home, for what is no request. Names that will not do are refused with the other settings; the directory is
/// there whatever they are.
pub(crate) fn homes(env: &Env) -> Homes {
    let beside = Reader::new(&FromEnv(env)).list("HOMES").unwrap_or_default();
    Homes::parse(beside).unwrap_or_default()
}

/// Whether requests are answered: where a setting or a binding will not do, or the service is closed, none is.
pub(crate) fn is_open(env: &Env) -> bool {
    settings(env).is_ok()
}

fn settings(env: &Env) -> Result<Rc<Config>, Error> {
    let known = SETTINGS.with_borrow(Clone::clone).unwrap_or_else(|| {
        let read = Config::read(&FromEnv(env)).map(Rc::new);
        let read = read.map_err(|errors| report(&errors).into());
        let read = read.and_then(|config| match bindings(env, &config) {
            Ok(()) => Ok(config),
            Err(error) => Err(error.cause().unwrap_or_default().into()),
        });
        if let Ok(config) = &read {
            log::event(
                "settings.in_force",
                json!({
                    "environment": format!("{:?}", config.environment).to_lowercase(),
                    "login_code_digits": config.terms.login_code.digits,
                    "reset_code_digits": config.terms.reset_code.digits,
                }),
            );
        }
        SETTINGS.set(Some(read.clone()));
        read
    });
    known.map_err(|why: Rc<str>| Error::Unavailable(why.as_ref().into()))
}

/// Why nothing is served.
fn report(errors: &[SettingError]) -> &'static str {
    let refused: Vec<String> = errors
        .iter()
        .map(|error| format!("{} {}", error.name, error.why))
        .collect();
    log::problem("settings.refused", json!({ "refused": refused }));
    "settings refused; see settings.refused in the log"
}

/// `ENVIRONMENT=local` at a host that is not near: its outbox and its keys are for one machine. Said once.
pub(crate) fn exposed() -> Error {
    thread_local! {
        static SAID: Cell<bool> = const { Cell::new(false) };
    }
    if !SAID.replace(true) {
        let why = "is local, and the service was asked at another host than localhost or a private address".into();
        let name = "ENVIRONMENT".into();
        report(&[SettingError { name, why }]);
    }
    Error::Unavailable("settings refused; see settings.refused in the log".into())
}

/// The time of what is no request. A request has `App::now`.
#[allow(
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    reason = "the clock is read here, once a request; milliseconds since 1970 are whole and small"
)]
pub(crate) fn clock() -> Time {
    Time::from_millis(js_sys::Date::now() as i64)
}

/// The ids of what is no request.
pub(crate) fn new_ids(now: Time) -> Result<Ids, Error> {
    Ok(Ids::new(random_bytes()?, now))
}

#[allow(
    clippy::disallowed_methods,
    reason = "randomness is drawn here, once a request"
)]
fn random_bytes() -> Result<[u8; 32], Error> {
    let mut bytes = [0; 32];
    getrandom::getrandom(&mut bytes)
        .map_err(|error| Error::Internal(format!("no randomness: {error}")))?;
    Ok(bytes)
}
