//! Partners and their OAuth clients, for the operator.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::app::App;
use crate::db::clients::{self, NewClient};
use crate::db::Batch;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::rules::id::ClientId;
use crate::rules::limits::SECRET_OVERLAP;
use crate::rules::secret::sha256_hex;
use crate::rules::token::Scope;
use crate::wire::client::{ClientCreated, CreateClient, OfClient, PartnerOfClient, SecretRotated};
use crate::wire::common::{Nothing, Timestamp};

/// `POST /v1/client`
pub(crate) async fn post(
    app: &App,
    admin: &ClientCaller,
    request: CreateClient,
) -> Result<ClientCreated, Error> {
    let (partner_id, partner_name) = match request.partner {
        PartnerOfClient::Known(id) => (id, None),
        PartnerOfClient::New(name) => (app.ids.id(), Some(name)),
    };
    let client_id: ClientId = app.ids.id();
    let secret = Base64UrlUnpadded::encode_string(&app.ids.bytes());
    let json = |roles: &[String]| serde_json::to_string(roles).map_err(Error::internal);
    let new = NewClient {
        id: &client_id,
        partner_id: &partner_id,
        name: &request.name,
        allowed_roles: &json(&request.roles)?,
        default_roles: &json(&request.default_roles)?,
        secret_hash: &sha256_hex(secret.as_bytes()),
        now: app.now,
    };
    let mut batch = Batch::new();
    if let Some(name) = partner_name {
        batch
            .run(clients::add_partner(&partner_id, &name, app.now))
            .done();
    }
    let origin = admin.origin(app);
    let added = clients::add(&mut batch, &new, &origin);
    let results = app.db.commit(batch).await?;
    if results.row(added)?.is_none() {
        return Err(Error::invalid("partnerId", "is not a partner's"));
    }
    Ok(ClientCreated {
        client_id,
        client_secret: secret,
        partner_id,
        name: request.name,
        scope: Scope::ClientAuth,
        roles: request.roles,
        default_roles: request.default_roles,
    })
}

/// `POST /v1/client/{clientId}/secret`: the secret before it works for another day; any older one
/// ends now.
pub(crate) async fn rotate_secret(
    app: &App,
    admin: &ClientCaller,
    request: OfClient,
) -> Result<SecretRotated, Error> {
    let secret = Base64UrlUnpadded::encode_string(&app.ids.bytes());
    let hash = sha256_hex(secret.as_bytes());
    let overlap_ends = app.now + SECRET_OVERLAP;
    let origin = admin.origin(app);
    let id = &request.client_id;
    let mut batch = Batch::new();
    let found = clients::rotate_secret(&mut batch, id, &hash, app.now, overlap_ends, &origin);
    let results = app.db.commit(batch).await?;
    results.row(found)?.ok_or(Error::ClientNotFound)?;
    Ok(SecretRotated {
        client_id: request.client_id,
        client_secret: secret,
        previous_expires_at: Timestamp(overlap_ends),
    })
}

/// `DELETE /v1/client/{clientId}`: no new tokens from now on, and within a minute none of the old
/// ones.
pub(crate) async fn delete(
    app: &App,
    admin: &ClientCaller,
    request: OfClient,
) -> Result<Nothing, Error> {
    let id = &request.client_id;
    if *id == admin.client_id {
        return Err(Error::invalid(
            "clientId",
            "is the client that is calling: it cannot delete itself",
        ));
    }
    let origin = admin.origin(app);
    let mut batch = Batch::new();
    let found = clients::disable(&mut batch, id, app.now, &origin);
    let results = app.db.commit(batch).await?;
    results.row(found)?.ok_or(Error::ClientNotFound)?;
    app.revocations
        .revoke(id.as_str(), app.config.client_token_life)
        .await?;
    Ok(Nothing {})
}
