//! `POST /v1/client`: partners and their OAuth clients, for the operator.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::json;

use crate::app::App;
use crate::caller::ClientCaller;
use crate::db::audit::{self, Entry};
use crate::db::clients::{self, Client, NewClient};
use crate::error::Error;
use crate::http::{Input, Reply};
use crate::secret::sha256_hex;
use crate::token::Scope;

/// `{partnerName | partnerId, name, roles?, defaultRoles?}` →
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
    let entry = Entry {
        user_id: None,
        event: "client.create",
        outcome: "created",
    };
    batch.push(audit::record_if_changed(
        &app.origin(&admin.partner_id, Some(&admin.client_id)),
        &entry,
    ));
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
