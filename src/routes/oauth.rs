//! The token endpoint, and what the authorization server says of itself. The OAuth endpoints
//! speak their RFCs, not the envelope.

use strum::VariantArray;

use crate::app::App;
use crate::db::clients::Client;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::client_auth::authenticate;
use crate::flows::refresh::rotate;
use crate::flows::terms;
use crate::flows::tokens::{sign, sign_for_client};
use crate::http::oauth::{invalid_request, Form, OAuthError, Refusal};
use crate::rules::scope::{Scope, Scopes};
use crate::rules::word::Word;
use crate::wire::oauth::{AccessToken, Jwks, Metadata, OAuthRequest};

/// `GET /.well-known/jwks.json` (RFC 7517 §5)
pub(crate) async fn jwks(app: &App, (): ()) -> Result<Jwks, Error> {
    Ok(Jwks {
        keys: app.config.keys.public_jwks(),
    })
}

/// `POST /oauth2/token` (RFC 6749 §4.4, §6): client_credentials and refresh_token.
pub(crate) async fn token(app: &App, request: OAuthRequest) -> Result<AccessToken, Refusal> {
    let form = &request.form;
    let grant = form
        .value("grant_type")?
        .ok_or_else(|| invalid_request("grant_type is missing"))?;
    let client = authenticate(app, &request).await?;
    match grant.as_str() {
        "client_credentials" => client_credentials(app, form, client),
        "refresh_token" => refresh_token(app, form, client).await,
        _ => Err(OAuthError::new(
            400,
            "unsupported_grant_type",
            "grant_type must be client_credentials or refresh_token",
        )
        .into()),
    }
}

/// RFC 6749 §6: what `/v1/user/refresh` does, in this RFC's words.
async fn refresh_token(app: &App, form: &Form, client: Client) -> Result<AccessToken, Refusal> {
    if !client.scopes.has(Scope::ClientAuth) {
        let why = "a refresh takes a client with the scope client_auth";
        return Err(OAuthError::new(400, "unauthorized_client", why).into());
    }
    let presented = form
        .value("refresh_token")?
        .ok_or_else(|| invalid_request("refresh_token is missing"))?;
    let scope = Scope::UserAuth.as_str();
    if form.value("scope")?.is_some_and(|asked| asked != scope) {
        return Err(OAuthError::new(
            400,
            "invalid_scope",
            "a refresh token has the scope user_auth",
        )
        .into());
    }
    let caller = caller(client);
    let at_home = terms::at_home(app, &caller.partner_id).await?;
    let (session, successor) = match rotate(&at_home, &caller, &presented, None).await {
        Err(Error::RefreshInvalid) => {
            return Err(
                OAuthError::new(400, "invalid_grant", "the refresh token is not valid").into(),
            )
        }
        other => other?,
    };
    let signed = sign(app, &caller, &session)?;
    Ok(AccessToken {
        expires_in: signed.life().as_secs(),
        access_token: signed.token,
        token_type: "Bearer",
        refresh_token: Some(successor.expose()),
        scope: Scopes::of([Scope::UserAuth]),
    })
}

/// No refresh token: the client has its secret (RFC 6749 §4.4.3).
fn client_credentials(app: &App, form: &Form, client: Client) -> Result<AccessToken, Refusal> {
    let scope = scope_of_token(form, &client)?;
    let epoch = client.token_epoch;
    let signed = sign_for_client(app, &caller(client), scope.clone(), epoch)?;
    Ok(AccessToken {
        expires_in: signed.life().as_secs(),
        access_token: signed.token,
        token_type: "Bearer",
        refresh_token: None,
        scope,
    })
}

/// Those that are asked for, each one of the client's; all of the client's unless it asks.
fn scope_of_token(form: &Form, client: &Client) -> Result<Scopes, Refusal> {
    let Some(text) = form.value("scope")? else {
        return Ok(client.scopes.clone());
    };
    let asked = Scopes::parse(&text).filter(|asked| asked.are_among(&client.scopes));
    asked.ok_or_else(|| {
        let why = format!("this client has the scopes {}", client.scopes);
        OAuthError::new(400, "invalid_scope", &why).into()
    })
}

fn caller(client: Client) -> ClientCaller {
    ClientCaller {
        is_operator: client.scopes.has(Scope::Admin),
        client_id: client.id,
        partner_id: client.partner_id,
    }
}

/// `GET /.well-known/oauth-authorization-server` (RFC 8414 §2)
pub(crate) async fn metadata(app: &App, (): ()) -> Result<Metadata, Error> {
    const METHODS: &[&str] = &["client_secret_basic", "client_secret_post"];
    let issuer = app.config.keys.issuer();
    let at = |path: &str| format!("{issuer}{path}");
    Ok(Metadata {
        issuer: issuer.into(),
        token_endpoint: at("/oauth2/token"),
        jwks_uri: at("/.well-known/jwks.json"),
        introspection_endpoint: at("/oauth2/introspect"),
        revocation_endpoint: at("/oauth2/revoke"),
        grant_types_supported: &["client_credentials", "refresh_token"],
        response_types_supported: &[],
        scopes_supported: Scope::VARIANTS,
        token_endpoint_auth_methods_supported: METHODS,
        introspection_endpoint_auth_methods_supported: METHODS,
        revocation_endpoint_auth_methods_supported: METHODS,
    })
}
