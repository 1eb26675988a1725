//! Partners and their OAuth clients, for the operator.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::app::App;
use crate::db::clients::{self, Listed, NewClient, NewSecret, Previous, Told};
use crate::db::homes::Of;
use crate::db::Batch;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::homes::{self, Changed};
use crate::flows::paging;
use crate::rules::home::DIRECTORY;
use crate::rules::id::ClientId;
use crate::rules::limits::SECRET_OVERLAP;
use crate::rules::scope::OF_OPERATOR;
use crate::rules::secret::sha256_hex;
use crate::wire::client::{
    ClientCreated, ClientPage, CreateClient, ListClients, ListedClient, NewPartner, OfClient,
    PartnerOfClient, ReplaceSecret, SecretRotated,
};
use crate::wire::common::{Nothing, Timestamp};

/// `POST /v1/client`
pub(crate) async fn post(
    app: &App,
    admin: &ClientCaller,
    request: CreateClient,
) -> Result<ClientCreated, Error> {
    refuse_operators_scope(admin, &request)?;
    let (partner_id, new_partner) = match request.partner {
        PartnerOfClient::Known(id) => (id, None),
        PartnerOfClient::New(new) => (app.ids.id(), Some(new)),
    };
    let client_id: ClientId = app.ids.id();
    let secret = Base64UrlUnpadded::encode_string(&app.ids.bytes());
    let json = |words: &[String]| serde_json::to_string(words).map_err(Error::internal);
    let scopes = request.scope.words();
    let new = NewClient {
        id: &client_id,
        partner_id: &partner_id,
        name: &request.name,
        scopes: &serde_json::to_string(&scopes).map_err(Error::internal)?,
        allowed_roles: &json(&request.roles)?,
        default_roles: &json(&request.default_roles)?,
        secret_hash: &sha256_hex(secret.as_bytes()),
        now: app.now,
    };
    let mut batch = Batch::new();
    if let Some(NewPartner { name, home }) = new_partner {
        let home = home.as_deref().unwrap_or(DIRECTORY);
        if !app.config.homes.has(home) {
            return Err(Error::invalid("home", "is none of the service's homes"));
        }
        batch
            .run(clients::add_partner(&partner_id, &name, home, app.now))
            .done();
    }
    let added = clients::add(&mut batch, &new, &told(app, admin));
    let changed = Changed::read(&mut batch, Of::Partner(&partner_id));
    let results = app.directory.commit(batch).await?;
    if results.row(added)?.is_none() {
        return Err(Error::invalid("partnerId", "is that of no partner"));
    }
    // It works all the same: nobody signs up by it before its home has heard of it.
    homes::not_told(&partner_id, changed.tell(app, &results).await);
    Ok(ClientCreated {
        client_id,
        client_secret: secret,
        partner_id,
        name: request.name,
        scope: request.scope,
        roles: request.roles,
        default_roles: request.default_roles,
    })
}

/// `GET /v1/client`
pub(crate) async fn list(
    app: &App,
    _admin: &ClientCaller,
    request: ListClients,
) -> Result<ClientPage, Error> {
    let limit = request.limit;
    let rows = clients::list(
        request.partner_id.as_ref(),
        &request.cursor,
        paging::asked(limit),
        app.now,
    );
    let (batch, rows) = Batch::of(rows);
    let mut rows = app.directory.commit(batch).await?.rows(rows)?;
    let next_cursor = paging::cut(&mut rows, limit).map(|row| row.id.clone());
    Ok(ClientPage {
        next_cursor,
        clients: rows.into_iter().map(listed).collect(),
    })
}

fn listed(row: Listed) -> ListedClient {
    ListedClient {
        client_id: row.id,
        partner_id: row.partner_id,
        name: row.name,
        scope: row.scopes,
        roles: row.allowed_roles,
        default_roles: row.default_roles,
        creation_ts: Timestamp(row.created_at),
        deletion_ts: row.disabled_at.map(Timestamp),
        secrets: row.secrets,
    }
}

/// What reaches beyond its partner is for clients of the operator's own alone.
fn refuse_operators_scope(admin: &ClientCaller, request: &CreateClient) -> Result<(), Error> {
    let is_own = matches!(&request.partner, PartnerOfClient::Known(id) if *id == admin.partner_id);
    if is_own || !OF_OPERATOR.iter().any(|scope| request.scope.has(*scope)) {
        return Ok(());
    }
    Err(Error::invalid(
        "scope",
        "may hold introspect for a client of the operator's own partner alone: partnerId must be that of the client that calls",
    ))
}

/// `POST /v1/client/{clientId}/secret`: the secret before it works for another day, or ends now with
/// the tokens that it gave; any older one ends now.
pub(crate) async fn replace_secret(
    app: &App,
    admin: &ClientCaller,
    request: ReplaceSecret,
) -> Result<SecretRotated, Error> {
    let secret = Base64UrlUnpadded::encode_string(&app.ids.bytes());
    let previous = match request.revoke_previous {
        true => Previous::EndsWithItsTokens,
        false => Previous::LivesUntil(app.now + SECRET_OVERLAP),
    };
    let new = NewSecret {
        id: &request.client_id,
        secret_hash: &sha256_hex(secret.as_bytes()),
        now: app.now,
        previous,
        ends_sessions: request.end_sessions,
    };
    let mut batch = Batch::new();
    let told = [told(app, admin), told(app, admin)];
    let found = clients::add_secret(&mut batch, &new, &told);
    let changed = Changed::read(&mut batch, Of::Client(&request.client_id));
    let results = app.directory.commit(batch).await?;
    let client = results.row(found)?.ok_or(Error::ClientNotFound)?;
    if request.end_sessions {
        let until = client.sessions_not_before;
        app.revocations.end_sessions(&client.id, until).await?;
        changed.tell(app, &results).await?;
    }
    let previous_expires_at = match previous {
        Previous::LivesUntil(until) => until,
        Previous::EndsWithItsTokens => {
            let epoch = client.token_epoch;
            app.revocations.end_tokens(&client.id, epoch).await?;
            app.now
        }
    };
    Ok(SecretRotated {
        client_id: request.client_id,
        client_secret: secret,
        previous_expires_at: Timestamp(previous_expires_at),
    })
}

/// `DELETE /v1/client/{clientId}`: no new tokens from now on, and within a minute none of the old
/// ones, its own or its users'.
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
    let mut batch = Batch::new();
    let found = clients::disable(&mut batch, id, app.now, &told(app, admin));
    let changed = Changed::read(&mut batch, Of::Client(id));
    let results = app.directory.commit(batch).await?;
    results.row(found)?.ok_or(Error::ClientNotFound)?;
    app.revocations.end_client(id).await?;
    // Its users' sessions are over where they live, or whoever asked is told to ask again.
    changed.tell(app, &results).await?;
    Ok(Nothing {})
}

/// Both logs tell of it: the operator's, and that of the client's partner.
fn told<'a>(app: &'a App, admin: &'a ClientCaller) -> Told<'a> {
    Told {
        origin: admin.origin(app),
        copy: app.ids.id(),
    }
}
