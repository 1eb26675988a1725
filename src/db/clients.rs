//! Partners, their OAuth clients and the clients' secrets.

use serde::{Deserialize, Deserializer};

use super::audit::{Origin, Whom};
use super::batch::{Batch, Ran, Slot};
use super::statement::{statements, strings, Sql, Statement};
use crate::rules::event::Event;
use crate::rules::id::{AuditId, ClientId, PartnerId};
use crate::rules::scope::Scopes;
use crate::rules::time::Time;

macro_rules! listed {
    () => {
        "c.id, c.partner_id, c.name, c.scopes, c.allowed_roles, c.default_roles, c.created_at, c.disabled_at,
       (SELECT COUNT(*) FROM client_secrets s
        WHERE s.client_id = c.id AND c.disabled_at IS NULL AND (s.expires_at IS NULL OR s.expires_at > :now)) AS secrets"
    };
}

statements! {
    FIND = "SELECT id, partner_id, scopes, token_epoch, sessions_not_before FROM clients WHERE id = :id AND disabled_at IS NULL LIMIT 1";

    SECRETS = "
SELECT secret_hash FROM client_secrets
WHERE client_id = :id AND (expires_at IS NULL OR expires_at > :now)";

    ADD_PARTNER = "
INSERT INTO partners (id, name, created_at, home, state, changed)
VALUES (:id, :name, :now, :home, CASE :home WHEN 'DB' THEN 'here' ELSE 'gone' END, :home <> 'DB') ON CONFLICT (id) DO NOTHING";

    ADD = "
INSERT INTO clients (id, partner_id, name, scopes, allowed_roles, default_roles, created_at)
SELECT :id, id, :name, :scopes, :allowed_roles, :default_roles, :now FROM partners WHERE id = :partner_id
ON CONFLICT (id) DO NOTHING";

    ADD_SECRET = "
INSERT INTO client_secrets (client_id, secret_hash, created_at)
SELECT id, :secret_hash, :now FROM clients WHERE id = :id
ON CONFLICT (client_id, secret_hash) DO NOTHING";

    EXISTS = "SELECT id, partner_id, scopes, token_epoch, sessions_not_before FROM clients WHERE id = :id LIMIT 1";

    ADD_SECRET_OF_LIVE = "
INSERT INTO client_secrets (client_id, secret_hash, created_at)
SELECT id, :secret_hash, :now FROM clients WHERE id = :id AND disabled_at IS NULL
ON CONFLICT (client_id, secret_hash) DO NOTHING";

    RETIRE_SECRETS = "
UPDATE client_secrets SET expires_at = :overlap_ends
WHERE client_id = :id AND secret_hash <> :secret_hash AND expires_at IS NULL";

    DROP_OLDEST = "
DELETE FROM client_secrets
WHERE client_id = :id AND expires_at IS NOT NULL
  AND secret_hash NOT IN (SELECT secret_hash FROM client_secrets
                          WHERE client_id = :id AND expires_at > :now ORDER BY created_at DESC LIMIT 1)";

    /// All but the one that is there in their place.
    END_OTHER_SECRETS = "
DELETE FROM client_secrets
WHERE client_id = :id AND secret_hash <> :secret_hash
  AND EXISTS (SELECT 1 FROM client_secrets s WHERE s.client_id = :id AND s.secret_hash = :secret_hash)";

    END_TOKENS = "UPDATE clients SET token_epoch = token_epoch + 1 WHERE id = :id AND disabled_at IS NULL";

    END_SESSIONS = "
UPDATE clients SET sessions_not_before = max(sessions_not_before, :now) WHERE id = :id AND disabled_at IS NULL";

    LIST = concat!("
SELECT ", listed!(), " FROM clients c WHERE c.id > :after ORDER BY c.id LIMIT :most");

    /// A partner has few.
    LIST_OF_PARTNER = concat!("
SELECT ", listed!(), " FROM clients c WHERE c.partner_id = :partner_id AND +c.id > :after ORDER BY c.id LIMIT :most");

    LIST_PARTNERS = "
SELECT p.id, p.name, p.created_at, p.home,
       (SELECT COUNT(*) FROM clients c WHERE c.partner_id = p.id AND c.disabled_at IS NULL) AS clients
FROM partners p WHERE p.id > :after ORDER BY p.id LIMIT :most";

    DISABLE = "UPDATE clients SET disabled_at = :now WHERE id = :id AND disabled_at IS NULL";
}

#[derive(Deserialize)]
pub(crate) struct Client {
    pub(crate) id: ClientId,
    pub(crate) partner_id: PartnerId,
    #[serde(deserialize_with = "scopes")]
    pub(crate) scopes: Scopes,
    /// Its own tokens of an earlier one are refused.
    pub(crate) token_epoch: i64,
    /// Its users' sessions up to then are over.
    pub(crate) sessions_not_before: Time,
}

fn scopes<'de, D: Deserializer<'de>>(reader: D) -> Result<Scopes, D::Error> {
    let words = strings(reader)?;
    Ok(Scopes::known(words.iter().map(String::as_str)))
}

/// A live secret of a client.
#[derive(Deserialize)]
pub(crate) struct SecretHash {
    pub(crate) secret_hash: String,
}

pub(crate) fn find(id: &ClientId) -> Statement<Client> {
    Statement::new(FIND, [("id", id.into())])
}

pub(crate) fn secrets(id: &ClientId, now: Time) -> Statement<SecretHash> {
    Statement::new(SECRETS, [("id", id.into()), ("now", now.into())])
}

pub(crate) struct NewClient<'a> {
    pub(crate) id: &'a ClientId,
    pub(crate) partner_id: &'a PartnerId,
    pub(crate) name: &'a str,
    /// JSON arrays
    pub(crate) scopes: &'a str,
    pub(crate) allowed_roles: &'a str,
    pub(crate) default_roles: &'a str,
    pub(crate) secret_hash: &'a str,
    pub(crate) now: Time,
}

/// `home`: the binding of the database that it is to live in.
pub(crate) fn add_partner(id: &PartnerId, name: &str, home: &str, now: Time) -> Statement {
    Statement::new(
        ADD_PARTNER,
        [
            ("id", id.into()),
            ("name", name.into()),
            ("home", home.into()),
            ("now", now.into()),
        ],
    )
}

/// Where the rows of an act on a client come from: the operator's, and its copy in the log of the
/// client's partner.
pub(crate) struct Told<'a> {
    pub(crate) origin: Origin<'a>,
    pub(crate) copy: AuditId,
}

impl Told<'_> {
    fn audit<T>(&self, ran: Ran<'_, T>, id: &ClientId, event: Event) {
        let copy = &self.copy;
        ran.audited(&self.origin, Whom::Client { id, copy }, event);
    }
}

/// Gives the client, or no row when there is no such partner.
pub(crate) fn add(batch: &mut Batch, new: &NewClient<'_>, told: &Told<'_>) -> Slot<Client> {
    batch.run::<()>(about_new(ADD, new)).done();
    let secret = batch.run::<()>(about_new(ADD_SECRET, new));
    told.audit(secret, new.id, Event::ClientCreated);
    batch.read(about_new(EXISTS, new))
}

fn about_new<T>(sql: Sql, new: &NewClient<'_>) -> Statement<T> {
    Statement::new(
        sql,
        [
            ("id", new.id.into()),
            ("partner_id", new.partner_id.into()),
            ("name", new.name.into()),
            ("scopes", new.scopes.into()),
            ("allowed_roles", new.allowed_roles.into()),
            ("default_roles", new.default_roles.into()),
            ("secret_hash", new.secret_hash.into()),
            ("now", new.now.into()),
        ],
    )
}

/// A new secret of a client, and what ends with the old ones.
pub(crate) struct NewSecret<'a> {
    pub(crate) id: &'a ClientId,
    pub(crate) secret_hash: &'a str,
    pub(crate) now: Time,
    pub(crate) previous: Previous,
    /// The sessions of its users end too.
    pub(crate) ends_sessions: bool,
}

/// What becomes of the secret before it. Any older one is dropped: at most two are live.
#[derive(Clone, Copy)]
pub(crate) enum Previous {
    LivesUntil(Time),
    /// It ends now, and with it the client's own tokens issued until then.
    EndsWithItsTokens,
}

/// Gives the client, or no row when it is unknown or deleted.
pub(crate) fn add_secret(
    batch: &mut Batch,
    new: &NewSecret<'_>,
    told: &[Told<'_>; 2],
) -> Slot<Client> {
    let (until, event) = match new.previous {
        Previous::LivesUntil(until) => (until, Event::ClientSecretRotated),
        Previous::EndsWithItsTokens => (new.now, Event::ClientSecretRevoked),
    };
    let about = |sql| -> Statement {
        let given = [
            ("id", new.id.into()),
            ("secret_hash", new.secret_hash.into()),
            ("now", new.now.into()),
            ("overlap_ends", until.into()),
        ];
        Statement::new(sql, given)
    };
    told[0].audit(batch.run(about(ADD_SECRET_OF_LIVE)), new.id, event);
    match new.previous {
        Previous::LivesUntil(_) => {
            batch.run(about(RETIRE_SECRETS)).done();
            batch.run(about(DROP_OLDEST)).done();
        }
        Previous::EndsWithItsTokens => {
            batch.run(about(END_OTHER_SECRETS)).done();
            batch.run(about(END_TOKENS)).done();
        }
    }
    if new.ends_sessions {
        let ended = batch.run(about(END_SESSIONS));
        told[1].audit(ended, new.id, Event::ClientSessionsEnded);
    }
    batch.read(find(new.id))
}

/// A client as the operator sees it in a list.
#[derive(Deserialize)]
pub(crate) struct Listed {
    pub(crate) id: ClientId,
    pub(crate) partner_id: PartnerId,
    pub(crate) name: String,
    #[serde(deserialize_with = "scopes")]
    pub(crate) scopes: Scopes,
    #[serde(deserialize_with = "strings")]
    pub(crate) allowed_roles: Vec<String>,
    #[serde(deserialize_with = "strings")]
    pub(crate) default_roles: Vec<String>,
    pub(crate) created_at: Time,
    pub(crate) disabled_at: Option<Time>,
    /// How many of its secrets work.
    pub(crate) secrets: u32,
}

/// The clients after an id, of every partner or of one.
pub(crate) fn list(
    partner_id: Option<&PartnerId>,
    after: &str,
    most: u32,
    now: Time,
) -> Statement<Listed> {
    let sql = match partner_id {
        None => LIST,
        Some(_) => LIST_OF_PARTNER,
    };
    Statement::new(
        sql,
        [
            ("partner_id", partner_id.into()),
            ("after", after.into()),
            ("most", most.into()),
            ("now", now.into()),
        ],
    )
}

#[derive(Deserialize)]
pub(crate) struct Partner {
    pub(crate) id: PartnerId,
    pub(crate) name: String,
    pub(crate) created_at: Time,
    /// The binding of the database that it lives in.
    pub(crate) home: String,
    /// How many are live.
    pub(crate) clients: u32,
}

/// The partners after an id.
pub(crate) fn list_partners(after: &str, most: u32) -> Statement<Partner> {
    Statement::new(
        LIST_PARTNERS,
        [("after", after.into()), ("most", most.into())],
    )
}

/// Gives the client, or no row when it is unknown.
pub(crate) fn disable(
    batch: &mut Batch,
    id: &ClientId,
    now: Time,
    told: &Told<'_>,
) -> Slot<Client> {
    let disabled = batch.run::<()>(Statement::new(
        DISABLE,
        [("id", id.into()), ("now", now.into())],
    ));
    told.audit(disabled, id, Event::ClientDeleted);
    batch.read(Statement::new(EXISTS, [("id", id.into())]))
}
