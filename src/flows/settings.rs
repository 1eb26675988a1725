//! What a partner has set of its own, changed: read, checked as a whole, and taken if nobody was faster.

use serde_json::{json, Map, Value};

use crate::app::App;
use crate::config::own::PartnerSettings;
use crate::config::terms::{mark_of_kyc_secret, Terms};
use crate::db::homes::Of;
use crate::db::partners::{self, Change, Partner};
use crate::db::Batch;
use crate::error::{Error, RetryAfter};
use crate::flows::caller::ClientCaller;
use crate::flows::homes::{self, Changed};
use crate::flows::{sealed, terms};
use crate::kv::partners::Record;
use crate::log;
use crate::rules::home::DIRECTORY;
use crate::rules::id::PartnerId;
use crate::rules::limits::{CHANGES_COUNTED, CHANGES_OF_SETTINGS};
use crate::rules::own::{CALLING_CODES, OWN};
use crate::rules::secret::hex;
use crate::settings::SettingError;
use crate::wire::partner::Changes;

/// How often a change is made anew on what others left, each of which costs the database all of it.
const ROUNDS: u32 = 5;
/// The operator's: more often than a partner's clients can overtake it.
const ROUNDS_OF_OPERATOR: u32 = CHANGES_OF_SETTINGS + 1;

/// Who changes what is a partner's.
pub(crate) struct Asked<'a> {
    pub(crate) by: &'a ClientCaller,
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) changes: &'a Changes,
    pub(crate) is_operator: bool,
}

/// `PartnerNotFound`.
pub(crate) async fn look(app: &App, partner_id: &PartnerId) -> Result<Partner, Error> {
    let (batch, looked) = Batch::of(partners::look(partner_id, "{}"));
    let looked = app.directory.commit(batch).await?.row(looked)?;
    looked.ok_or(Error::PartnerNotFound)
}

/// What stands afterwards. A change that another has overtaken is made anew on what that left: each is whole, and
/// what stands was checked as a whole. `ChangesUsedUp`, `ChangeOvertaken`.
pub(crate) async fn change(app: &App, asked: &Asked<'_>) -> Result<Partner, Error> {
    let (origin, copy) = (asked.by.origin(app), app.ids.id());
    let mut looked = look(app, asked.partner_id).await?;
    let rounds = match asked.is_operator {
        true => ROUNDS_OF_OPERATOR,
        false => ROUNDS,
    };
    for _ in 0..rounds {
        let Some(new) = New::of(app, asked, &looked)? else {
            if looked.home != DIRECTORY {
                homes::catch_up(&app.directory, &app.partners, asked.partner_id).await?;
            }
            return Ok(looked);
        };
        if !asked.is_operator {
            used_up(app, &looked).map_or(Ok(()), Err)?;
        }
        let version = looked.version + 1;
        let change = Change {
            partner_id: asked.partner_id,
            plain: &new.plain,
            given: &new.given,
            sealed: new.sealed.as_deref(),
            kyc_secrets: new.kyc_secrets,
            origins: &new.origins,
            keys: &new.keys,
            version,
            now: app.now,
            work_id: &app.work_id,
            is_counted: !asked.is_operator,
            copy: &copy,
        };
        let mut batch = Batch::new();
        let changed = partners::change(&mut batch, &change, &origin);
        let at_home = Changed::read(&mut batch, Of::Partner(asked.partner_id));
        let results = app.directory.commit(batch).await?;
        looked = results.row(changed)?.ok_or(Error::PartnerNotFound)?;
        if looked.version == version && looked.changed_by.as_ref() == Some(&app.work_id) {
            told(app, asked, &looked).await;
            // It stands. A secret that was taken away is none where the users live, or whoever asked asks again.
            at_home.tell(app, &results).await?;
            return Ok(looked);
        }
        if let Some(error) = hindered(asked.changes, &looked) {
            return Err(error);
        }
    }
    Err(Error::ChangeOvertaken)
}

/// Before the statement that decides it is run: what is refused costs one read.
fn used_up(app: &App, looked: &Partner) -> Option<Error> {
    let free_at = looked.counted_from? + CHANGES_COUNTED;
    let is_full = looked.counted? >= CHANGES_OF_SETTINGS && app.now < free_at;
    is_full.then(|| Error::ChangesUsedUp(RetryAfter::until(free_at, app.now)))
}

/// What of the secrets hinders the change.
fn hindered(changes: &Changes, looked: &Partner) -> Option<Error> {
    let refused = |why| Some(Error::invalid("custodyXpub", why));
    if looked.of_others == Some(1) {
        return Some(is_anothers(changes));
    }
    if looked.rewritten == Some(1) {
        return refused("or custodyEncryptionXpub holds a key under which an index was given, written in another way: give it as it was");
    }
    if looked.left_out == Some(1) {
        return refused("or custodyEncryptionXpub leaves out a key under which an index was given: put the new one in front of it");
    }
    None
}

/// One of those that are changed, in nearly every case: what stood was nobody else's.
fn is_anothers(changes: &Changes) -> Error {
    let secrets = changes.iter().filter(|(own, _)| own.is_secret);
    let members: Vec<&str> = secrets.map(|(own, _)| own.member).collect();
    let (first, others) = members
        .split_first()
        .unwrap_or((&"custodyXpub", &["custodyEncryptionXpub"]));
    let or = others.iter().map(|member| format!("or {member} "));
    let or: String = or.collect();
    Error::invalid(first, format!("{or}holds one of another partner's"))
}

/// This isolate knows it at once, KV and with it every other within a minute: where KV does not take it now, the
/// cron sees to it.
async fn told(app: &App, asked: &Asked<'_>, looked: &Partner) {
    let record = terms::record(looked);
    let _ = terms::remembered(app, asked.partner_id, &record);
    terms::forget_origins();
    let changed: Vec<&str> = asked.changes.iter().map(|(own, _)| own.member).collect();
    log::event(
        "partner.settings",
        json!({
            "request_id": app.request_id,
            "partner_id": asked.partner_id,
            "client_id": asked.by.client_id,
            "changed": changed,
        }),
    );
    let told = terms::tell(&app.directory, &app.partners, asked.partner_id, record).await;
    terms::not_told(asked.partner_id, told);
}

/// All of it as it is to be stored.
struct New {
    plain: String,
    given: String,
    sealed: Option<String>,
    kyc_secrets: u32,
    origins: String,
    keys: String,
}

impl New {
    /// None where a partner's change changes nothing. The operator's is stored all the same: it seals anew, and
    /// puts right what D1 has lost of it.
    fn of(app: &App, asked: &Asked<'_>, looked: &Partner) -> Result<Option<New>, Error> {
        let before = begun(app, asked, looked)?;
        let mut own = before.clone();
        for (setting, text) in asked.changes {
            own.set(setting, text.clone(), asked.is_operator);
        }
        let changed: Vec<&str> = asked.changes.iter().map(|(own, _)| own.member).collect();
        match asked.is_operator {
            false => own.beyond(&changed, &app.config).map_or(Ok(()), refused)?,
            true if changed.contains(&CALLING_CODES) => own.yield_codes(&app.config),
            true => {}
        }
        let terms = own.terms(&app.config);
        let terms = terms.or_else(|errors| match errors.into_iter().next() {
            Some(error) => refused(error),
            None => Err(Error::internal("settings are refused without a reason")),
        })?;
        let is_sealed = |sealed: &String| {
            sealed::is_current(&app.config.settings_keys, asked.partner_id, sealed)
        };
        if !asked.is_operator && own == before && looked.sealed.iter().all(is_sealed) {
            return Ok(None);
        }
        let json = |value: &_| serde_json::to_string(value).map_err(Error::internal);
        let origins: &[String] = match own.has("corsOrigins") {
            true => &terms.cors_origins,
            false => &[],
        };
        Ok(Some(New {
            plain: json(&own.plain)?,
            given: json(&own.given)?,
            sealed: sealed(app, asked.partner_id, &own)?,
            kyc_secrets: own.kyc_secrets(),
            origins: serde_json::to_string(origins).map_err(Error::internal)?,
            keys: json(&keys(&terms))?,
        }))
    }
}

fn refused<T>(error: SettingError) -> Result<T, Error> {
    Err(Error::invalid(&error.name, error.why))
}

/// What stood before. Secrets that cannot be opened any more hinder nobody who gives, or takes away, all there are.
fn begun(app: &App, asked: &Asked<'_>, looked: &Partner) -> Result<PartnerSettings, Error> {
    let stored = terms::record(looked);
    let is_given = |member| asked.changes.iter().any(|(own, _)| own.member == member);
    let mut secrets = OWN.iter().filter(|own| own.is_secret);
    let all_anew = secrets.all(|own| is_given(own.member));
    let sealed = stored.sealed.clone().filter(|_| !all_anew);
    let stored = Record { sealed, ..stored };
    terms::read(&app.config, asked.partner_id, &stored).map_err(|error| {
        let cause = format!("{} {}", error.name, error.why);
        Error::Unavailable(cause)
    })
}

fn sealed(
    app: &App,
    partner_id: &PartnerId,
    own: &PartnerSettings,
) -> Result<Option<String>, Error> {
    if own.secret.is_empty() {
        return Ok(None);
    }
    let keys = &app.config.settings_keys;
    let sealed = sealed::seal(keys, partner_id, app.ids.bytes(), &own.secret);
    let sealed = sealed.ok_or_else(|| Error::internal("a partner's secrets were not sealed"))?;
    Ok(Some(sealed))
}

/// Of what no two partners have its mark, and its id: extended keys, and KYC secrets, whose mark only the secret makes.
/// Nobody finds 24 random bytes by it, and whoever has them could try them at the other's webhook.
fn keys(terms: &Terms) -> Map<String, Value> {
    let extended = terms.custody.own().into_iter().flatten();
    let extended = extended.map(|key| (key.mark(), key.key_id().into()));
    let secrets = terms.own_kyc_secrets().iter().map(|secret| {
        let mark = hex(&mark_of_kyc_secret(secret));
        let mark = format!("kyc_{mark}");
        (mark.clone(), mark.into())
    });
    extended.chain(secrets).collect()
}
