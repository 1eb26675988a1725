//! Partners and their OAuth clients, for the operator.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::json;

use crate::app::App;
use crate::db::audit::{self, Entry, Whom};
use crate::db::clients::{self, Client, NewClient};
use crate::db::Statement;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::http::{Input, Reply};
use crate::rules::limits::SECRET_OVERLAP;
use crate::rules::secret::sha256_hex;
use crate::rules::time::timestamp;
use crate::rules::token::Scope;

/// `POST /v1/client`: `{partnerName | partnerId, name, roles?, defaultRoles?}` →
/// `{clientId, clientSecret, partnerId, name, scope, roles, defaultRoles}`. The secret is shown
/// this once: only its hash is kept.
pub async fn post(app: &App, admin: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let fields = input.fields()?;
    let name = fields.text("name", 1, 100)?;
    let roles = fields.optional_ids("roles", 16)?.unwrap_or_default();
    let default_roles = fields.optional_ids("defaultRoles", 16)?.unwrap_or_default();
    if !default_roles.iter().all(|role| roles.contains(role)) {
        return Err(Error::invalid("defaultRoles", "must be among roles"));
    }
    let (partner_id, partner_name) = match (
        fields.optional_id("partnerId")?,
        fields.optional_text("partnerName", 1, 100)?,
    ) {
        (Some(id), None) => (id.to_string(), None),
        (None, Some(name)) => (app.ids.id("prt"), Some(name)),
        _ => {
            return Err(Error::invalid(
                "partnerId",
                "or partnerName must be given, and not both",
            ))
        }
    };
    let id = app.ids.id("cli");
    let secret = Base64UrlUnpadded::encode_string(&app.ids.bytes());
    let new = NewClient {
        id: &id,
        partner_id: &partner_id,
        name,
        allowed_roles: &json!(roles).to_string(),
        default_roles: &json!(default_roles).to_string(),
        secret_hash: &sha256_hex(secret.as_bytes()),
        now: app.now,
    };
    let mut batch: Vec<_> = partner_name
        .map(|name| clients::add_partner(&partner_id, name, app.now))
        .into_iter()
        .collect();
    batch.extend(clients::add(&new));
    let last = batch.len() - 1;
    batch.push(record(app, admin, "client.create", "created"));
    let results = app.db.batch(batch).await?;
    if results.row::<Client>(last)?.is_none() {
        return Err(Error::invalid("partnerId", "is not a partner's"));
    }
    Ok(Reply::data(json!({
        "clientId": id,
        "clientSecret": secret,
        "partnerId": partner_id,
        "name": name,
        "scope": Scope::ClientAuth.as_str(),
        "roles": roles,
        "defaultRoles": default_roles,
    })))
}

/// `POST /v1/client/{id}/secret` → `{clientId, clientSecret, previousExpiresAt}`. The secret
/// before it works for another day; any older one ends now.
pub async fn rotate_secret(app: &App, admin: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let id = input.param(0);
    let secret = Base64UrlUnpadded::encode_string(&app.ids.bytes());
    let overlap_ends = app.now + SECRET_OVERLAP;
    let [add, retire, drop_oldest, find] =
        clients::rotate_secret(id, &sha256_hex(secret.as_bytes()), app.now, overlap_ends);
    let batch = vec![
        add,
        record(app, admin, "client.secret", "rotated"),
        retire,
        drop_oldest,
        find,
    ];
    let results = app.db.batch(batch).await?;
    results.row::<Client>(4)?.ok_or_else(unknown)?;
    Ok(Reply::data(json!({
        "clientId": id,
        "clientSecret": secret,
        "previousExpiresAt": timestamp(overlap_ends),
    })))
}

/// `DELETE /v1/client/{id}` → `{}`: no new tokens from now on, and within a minute none of the
/// old ones.
pub async fn delete(app: &App, admin: &ClientCaller, input: &Input) -> Result<Reply, Error> {
    let id = input.param(0);
    if id == admin.client_id {
        return Err(Error::invalid(
            "id",
            "is the client that is calling: it cannot delete itself",
        ));
    }
    let [disable, exists] = clients::disable(id, app.now);
    let batch = vec![
        disable,
        record(app, admin, "client.delete", "deleted"),
        exists,
    ];
    let results = app.db.batch(batch).await?;
    results.row::<Client>(2)?.ok_or_else(unknown)?;
    app.revocations
        .revoke(id, app.config.client_token_life)
        .await?;
    Ok(Reply::data(json!({})))
}

fn record(
    app: &App,
    admin: &ClientCaller,
    event: &'static str,
    outcome: &'static str,
) -> Statement {
    let entry = Entry {
        whom: Whom::Nobody,
        event,
        outcome,
    };
    audit::record_if_changed(
        &app.origin(&admin.partner_id, Some(&admin.client_id)),
        &entry,
    )
}

/// The table of errors has no code for it: the id in the path is a field like any other.
fn unknown() -> Error {
    Error::invalid("id", "is not a client's")
}
