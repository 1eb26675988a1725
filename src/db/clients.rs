//! Partners, their OAuth clients and the clients' secrets.

use serde::Deserialize;

use super::Statement;
use crate::rules::token::Scope;

#[derive(Deserialize)]
pub struct Client {
    pub id: String,
    pub partner_id: String,
    pub scope: Scope,
}

/// A live secret of a client.
#[derive(Deserialize)]
pub struct SecretHash {
    pub secret_hash: String,
}

const FIND: &str = "
SELECT id, partner_id, scope FROM clients WHERE id = ?1 AND disabled_at IS NULL LIMIT 1";

pub fn find(id: &str) -> Statement {
    Statement::new(FIND, [id.into()])
}

const SECRETS: &str = "
SELECT secret_hash FROM client_secrets
WHERE client_id = ?1 AND (expires_at IS NULL OR expires_at > ?2)";

pub fn secrets(id: &str, now: i64) -> Statement {
    Statement::new(SECRETS, [id.into(), now.into()])
}

pub struct NewClient<'a> {
    pub id: &'a str,
    pub partner_id: &'a str,
    pub name: &'a str,
    pub allowed_roles: &'a str,
    pub default_roles: &'a str,
    pub secret_hash: &'a str,
    pub now: i64,
}

const ADD_PARTNER: &str = "
INSERT INTO partners (id, name, created_at) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO NOTHING";

pub fn add_partner(id: &str, name: &str, now: i64) -> Statement {
    Statement::new(ADD_PARTNER, [id.into(), name.into(), now.into()])
}

const ADD: &str = "
INSERT INTO clients (id, partner_id, name, scope, allowed_roles, default_roles, created_at)
SELECT ?1, id, ?3, 'client_auth', ?4, ?5, ?6 FROM partners WHERE id = ?2
ON CONFLICT (id) DO NOTHING";

const ADD_SECRET: &str = "
INSERT INTO client_secrets (client_id, secret_hash, created_at)
SELECT id, ?2, ?3 FROM clients WHERE id = ?1
ON CONFLICT (client_id, secret_hash) DO NOTHING";

const EXISTS: &str = "SELECT id, partner_id, scope FROM clients WHERE id = ?1 LIMIT 1";

/// The last statement returns the client, or no row when there is no such partner.
pub fn add(new: &NewClient<'_>) -> [Statement; 3] {
    [
        Statement::new(
            ADD,
            [
                new.id.into(),
                new.partner_id.into(),
                new.name.into(),
                new.allowed_roles.into(),
                new.default_roles.into(),
                new.now.into(),
            ],
        ),
        Statement::new(
            ADD_SECRET,
            [new.id.into(), new.secret_hash.into(), new.now.into()],
        ),
        Statement::new(EXISTS, [new.id.into()]),
    ]
}

const RETIRE_SECRETS: &str = "
UPDATE client_secrets SET expires_at = ?3
WHERE client_id = ?1 AND secret_hash <> ?2 AND expires_at IS NULL";

const DROP_OLDEST: &str = "
DELETE FROM client_secrets
WHERE client_id = ?1 AND expires_at IS NOT NULL
  AND secret_hash NOT IN (SELECT secret_hash FROM client_secrets
                          WHERE client_id = ?1 AND expires_at > ?2 ORDER BY created_at DESC LIMIT 1)";

/// Adds a secret; the one before it lives on until `overlap_ends`, any older one is dropped: at
/// most two are live.
pub fn rotate_secret(id: &str, secret_hash: &str, now: i64, overlap_ends: i64) -> [Statement; 4] {
    [
        Statement::new(
            ADD_SECRET_OF_LIVE,
            [id.into(), secret_hash.into(), now.into()],
        ),
        Statement::new(
            RETIRE_SECRETS,
            [id.into(), secret_hash.into(), overlap_ends.into()],
        ),
        Statement::new(DROP_OLDEST, [id.into(), now.into()]),
        Statement::new(FIND, [id.into()]),
    ]
}

const ADD_SECRET_OF_LIVE: &str = "
INSERT INTO client_secrets (client_id, secret_hash, created_at)
SELECT id, ?2, ?3 FROM clients WHERE id = ?1 AND disabled_at IS NULL
ON CONFLICT (client_id, secret_hash) DO NOTHING";

const DISABLE: &str = "UPDATE clients SET disabled_at = ?2 WHERE id = ?1 AND disabled_at IS NULL";

pub fn disable(id: &str, now: i64) -> [Statement; 2] {
    [
        Statement::new(DISABLE, [id.into(), now.into()]),
        Statement::new(EXISTS, [id.into()]),
    ]
}
