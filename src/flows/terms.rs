//! Where a partner lives and what is in force for it: from what this isolate remembers, else from KV, else from D1.
//! What was stored and will not do any more stops that partner's calls; it is never left out in silence.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::config::own::{PartnerSettings, Texts};
use crate::config::terms::Terms;
use crate::config::Config;
use crate::db::homes::{self, Believed};
use crate::db::partners::{self, Partner};
use crate::db::{Batch, Db};
use crate::error::Error;
use crate::flows::sealed;
use crate::kv::partners::{PartnerStore, Record};
use crate::log;
use crate::rules::home::Home;
use crate::rules::id::PartnerId;
use crate::rules::time::{seconds, Time};
use crate::settings::SettingError;

/// KV caches a record for as long again: within a minute everywhere.
const BELIEVED: Duration = seconds(30);
/// That there is none D1 has said, which caches nothing.
const NONE_BELIEVED: Duration = seconds(60);
/// Entries an isolate remembers.
const REMEMBERED: usize = 1_000;

/// Origins of all partners that an isolate knows.
const ORIGINS_KNOWN: u32 = 10_000;
/// Changes that one run of the cron tells KV.
const UNTOLD_AT_ONCE: u32 = 100;

/// What is in force, or why it will not do.
#[derive(Clone)]
pub(crate) struct Known {
    at: Time,
    /// 0 where the partner has set nothing.
    version: i64,
    terms: Result<Rc<Terms>, Rc<str>>,
    /// None of a partner that the directory does not know.
    home: Option<Rc<Believed>>,
}

thread_local! {
    static KNOWN: RefCell<HashMap<String, Known>> = RefCell::new(HashMap::new());
    /// Every origin of any partner, and when D1 said so.
    static ORIGINS: RefCell<Option<(Time, Rc<[String]>)>> = const { RefCell::new(None) };
}

impl Known {
    fn is_believed(&self, now: Time) -> bool {
        let believed = match self.version {
            0 => NONE_BELIEVED,
            _ => BELIEVED,
        };
        self.at <= now && now.since(self.at) < believed
    }

    /// `Unavailable` where nobody can say, or what is stored will not do.
    pub(crate) fn terms(&self) -> Result<Rc<Terms>, Error> {
        let terms = self.terms.clone();
        terms.map_err(|why| Error::Unavailable(why.as_ref().into()))
    }

    /// None where nobody can say, or there is no such partner.
    pub(crate) fn home(&self) -> Option<&Rc<Believed>> {
        self.home.as_ref()
    }

    fn epoch(&self) -> i64 {
        self.home.as_ref().map_or(0, |home| home.home().epoch)
    }
}

/// What this isolate, KV or the directory says of a partner.
pub(crate) async fn known(app: &App, partner_id: &PartnerId) -> Known {
    let known = KNOWN.with_borrow(|known| known.get(partner_id.as_str()).cloned());
    if let Some(known) = known.as_ref().filter(|known| known.is_believed(app.now)) {
        return known.clone();
    }
    // KV may lag behind a change that this isolate has made itself, or a move that it has met.
    let least = known.map_or((0, 0), |known| (known.version, known.epoch()));
    // A KV that fails is as one that has nothing: D1 decides.
    let near = app.partners.get(partner_id).await.ok().flatten();
    let told = near.as_ref().map_or(0, |near| near.epoch);
    match near.filter(|near| near.version >= least.0 && near.epoch >= least.1) {
        Some(near) => remember(app, partner_id, Some(&near)),
        None => asked_of_d1(app, partner_id, told).await,
    }
}

/// `Unavailable` where nobody can say, or what is stored will not do.
pub(crate) async fn of(app: &App, partner_id: &PartnerId) -> Result<Rc<Terms>, Error> {
    known(app, partner_id).await.terms()
}

/// Where a partner lives. `Unavailable` where nobody can say.
pub(crate) async fn home(app: &App, partner_id: &PartnerId) -> Result<Rc<Believed>, Error> {
    let known = known(app, partner_id).await;
    match known.home() {
        Some(home) => Ok(home.clone()),
        None => Err(known.terms().err().unwrap_or_else(homes::unknown)),
    }
}

/// The same request, there.
pub(crate) async fn at_home(app: &App, partner_id: &PartnerId) -> Result<App, Error> {
    let home = home(app, partner_id).await?;
    Ok(app.at_home(partner_id, home))
}

/// What the directory has at this moment, whatever is remembered.
pub(crate) async fn as_of_now(app: &App, partner_id: &PartnerId) -> Result<Rc<Terms>, Error> {
    asked_of_d1(app, partner_id, 0).await.terms()
}

/// `told`: the epoch that KV has told, which is not set back with a database.
async fn asked_of_d1(app: &App, partner_id: &PartnerId, told: i64) -> Known {
    let met = KNOWN.with_borrow(|known| known.get(partner_id.as_str()).map_or(0, Known::epoch));
    let met = met.max(told);
    let (batch, found_at) = Batch::of(partners::find(partner_id));
    let found = app.directory.commit(batch).await;
    let found = found.and_then(|rows| rows.row(found_at));
    let found = found.and_then(|found| match &found {
        Some(partner) if partner.epoch < met => Err(homes::set_back()),
        _ => Ok(found),
    });
    match found {
        Ok(found) => remember(app, partner_id, found.as_ref().map(record).as_ref()),
        // Not to be remembered.
        Err(error) => Known {
            at: app.now,
            version: 0,
            terms: Err(error.cause().unwrap_or_default().into()),
            home: None,
        },
    }
}

/// Reads what is stored, and remembers it or why it will not do.
pub(crate) fn remembered(
    app: &App,
    partner_id: &PartnerId,
    stored: &Record,
) -> Result<Rc<Terms>, Error> {
    remember(app, partner_id, Some(stored)).terms()
}

fn remember(app: &App, partner_id: &PartnerId, stored: Option<&Record>) -> Known {
    let has_set = stored.filter(|stored| stored.version > 0);
    let terms = match has_set {
        None => Ok(app.config.terms.clone()),
        Some(stored) => in_force(&app.config, partner_id, stored).map(Rc::new),
    };
    let home = stored.map(|stored| Home {
        name: stored.home.clone(),
        epoch: stored.epoch,
    });
    let known = Known {
        at: app.now,
        version: stored.map_or(0, |stored| stored.version),
        terms: terms.map_err(|errors| refused(partner_id, &errors)),
        home: home.map(|home| Rc::new(Believed::new(home))),
    };
    KNOWN.with_borrow_mut(|all| {
        if all.len() >= REMEMBERED {
            all.retain(|_, known| known.is_believed(app.now));
        }
        // Whoever names thousands that are none drives out one for each, not all.
        if all.len() >= REMEMBERED {
            if let Some(one) = all.keys().next().cloned() {
                all.remove(&one);
            }
        }
        all.insert(partner_id.as_str().into(), known.clone());
    });
    known
}

fn in_force(
    config: &Config,
    partner_id: &PartnerId,
    stored: &Record,
) -> Result<Terms, Vec<SettingError>> {
    let own = read(config, partner_id, stored).map_err(|error| vec![error])?;
    let terms = own.terms(config)?;
    let version = stored.version;
    Ok(Terms { version, ..terms })
}

/// What a partner has set, opened. The error names what cannot be read.
pub(crate) fn read(
    config: &Config,
    partner_id: &PartnerId,
    stored: &Record,
) -> Result<PartnerSettings, SettingError> {
    let unread = |name: &str, why: &str| SettingError {
        name: name.into(),
        why: why.into(),
    };
    let texts = |stored: &str| {
        serde_json::from_str(stored)
            .map_err(|_| unread("settings", "cannot be read as they are stored"))
    };
    let (plain, given) = (texts(&stored.plain)?, texts(&stored.given)?);
    let secret = match &stored.sealed {
        None => Ok(Texts::new()),
        Some(sealed) => sealed::open(&config.settings_keys, partner_id, sealed).ok_or_else(|| {
            unread(
                "secrets",
                "are sealed with a key that SETTINGS_KEYS has not, or were changed",
            )
        }),
    };
    let secret = secret?;
    Ok(PartnerSettings {
        plain,
        given,
        secret,
    })
}

/// What of it can be read, and what cannot: without the secrets where these cannot be opened, or nothing.
pub(crate) fn as_far_as_read(
    config: &Config,
    partner_id: &PartnerId,
    stored: Record,
) -> (PartnerSettings, Option<SettingError>) {
    match read(config, partner_id, &stored) {
        Ok(own) => (own, None),
        Err(error) => {
            let sealed = None;
            let plain = read(config, partner_id, &Record { sealed, ..stored });
            (plain.unwrap_or_default(), Some(error))
        }
    }
}

/// The names and why, never a value. Logged when it is found, which is once in half a minute an isolate.
fn refused(partner_id: &PartnerId, errors: &[SettingError]) -> Rc<str> {
    let refused: Vec<String> = errors
        .iter()
        .map(|error| format!("{} {}", error.name, error.why))
        .collect();
    log::problem(
        "partner.settings_refused",
        json!({ "partner_id": partner_id, "refused": refused }),
    );
    "what the partner has set will not do; see partner.settings_refused in the log".into()
}

/// Where a partner lives, and what it has set, as it is stored.
pub(crate) fn record(partner: &Partner) -> Record {
    let or_nothing = |stored: &Option<String>| stored.clone().unwrap_or_else(|| "{}".into());
    Record {
        plain: or_nothing(&partner.plain),
        given: or_nothing(&partner.given),
        sealed: partner.sealed.clone(),
        version: partner.version,
        home: partner.home.clone(),
        epoch: partner.epoch,
    }
}

/// Every origin that any partner allows, for an answer to nobody known: a page that asks what it may do,
/// or comes with a token that is none. What D1 does not say is none.
pub(crate) async fn every_origin(app: &App) -> Rc<[String]> {
    let known = ORIGINS.with_borrow(Clone::clone);
    let fresh = known.filter(|(at, _)| *at <= app.now && app.now.since(*at) < NONE_BELIEVED);
    if let Some((_, origins)) = fresh {
        return origins;
    }
    let (batch, found) = Batch::of(partners::origins(ORIGINS_KNOWN));
    let found = app
        .directory
        .commit(batch)
        .await
        .and_then(|rows| rows.rows(found));
    let Ok(found) = found else {
        return Rc::default();
    };
    let origins: Rc<[String]> = found.into_iter().map(|row| row.origin).collect();
    ORIGINS.set(Some((app.now, origins.clone())));
    origins
}

/// What this isolate has itself changed it knows at once.
pub(crate) fn forget_origins() {
    ORIGINS.set(None);
}

/// How often a change is told that another has overtaken meanwhile.
const TELLINGS: u32 = 3;

/// Has KV say what D1 does. Where this fails the next run of the cron does it.
pub(crate) async fn tell(
    db: &Db,
    partners: &PartnerStore,
    partner_id: &PartnerId,
    record: Record,
) -> Result<(), Error> {
    let mut next = Some(record);
    for _ in 0..TELLINGS {
        let Some(told) = next else { break };
        partners.put(partner_id, &told).await?;
        let mut batch = Batch::new();
        batch
            .run(partners::tell(partner_id, told.version, told.epoch))
            .done();
        let newest = batch.read(partners::find(partner_id));
        let newest = db.commit(batch).await?.row(newest)?;
        // Two that tell at once may come in either order: whoever was overtaken tells the newer one.
        let newest = newest.as_ref().map(self::record);
        next = newest.filter(|newest| *newest != told);
    }
    Ok(())
}

/// The next run of the cron tells it.
pub(crate) fn not_told(partner_id: &PartnerId, told: Result<(), Error>) {
    if let Err(error) = told {
        log::problem(
            "settings.not_told",
            json!({ "partner_id": partner_id, "cause": error.cause() }),
        );
    }
}

/// The changes that KV has not heard of: whoever made them was cut off, or KV did not take them.
pub(crate) async fn tell_again(store: &PartnerStore, db: &Db) -> Result<(), Error> {
    let (batch, untold) = Batch::of(partners::untold(UNTOLD_AT_ONCE));
    for partner in db.commit(batch).await?.rows(untold)? {
        // One that cannot be told hinders no other: the next run tries it again.
        let told = tell(db, store, &partner.partner_id, record(&partner)).await;
        not_told(&partner.partner_id, told);
    }
    Ok(())
}
