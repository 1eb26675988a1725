//! The token endpoint, and what the authorization server says of itself. The OAuth endpoints
//! speak their RFCs, not the envelope.

use serde_json::json;

use crate::app::App;
use crate::db::clients::Client;
use crate::error::Error;
use crate::flows::caller::ClientCaller;
use crate::flows::client_auth::authenticate;
use crate::flows::refresh::rotate;
use crate::flows::tokens::{sign, TokenOf};
use crate::http::oauth::{invalid_request, Form, OAuthError, Refusal};
use crate::http::{Input, Reply};
use crate::rules::secret::hex;
use crate::rules::token::{AccessClaims, Scope};

/// `GET /.well-known/jwks.json` (RFC 7517 §5)
pub async fn jwks(app: &App) -> Result<Reply, Error> {
    Ok(Reply::json(200, &app.config.keys.public_jwks())
        .with_header("Cache-Control", "public, max-age=300"))
}

/// `POST /oauth2/token` (RFC 6749 §4.4, §6): client_credentials and refresh_token.
pub async fn token(app: &App, input: &Input) -> Result<Reply, Error> {
    Refusal::answered(grant(app, input).await)
}

async fn grant(app: &App, input: &Input) -> Result<Reply, Refusal> {
    let form = Form::read(input)?;
    let grant = form
        .value("grant_type")?
        .ok_or_else(|| invalid_request("grant_type is missing"))?;
    let client = authenticate(app, input, &form).await?;
    match grant.as_str() {
        "client_credentials" => client_credentials(app, &form, &client),
        "refresh_token" => refresh_token(app, &form, &client).await,
        _ => Err(OAuthError::new(
            400,
            "unsupported_grant_type",
            "grant_type must be client_credentials or refresh_token",
        )
        .into()),
    }
}

/// RFC 6749 §6: what `/v1/user/refresh` does, in this RFC's words.
async fn refresh_token(app: &App, form: &Form, client: &Client) -> Result<Reply, Refusal> {
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
    let caller = ClientCaller {
        client_id: client.id.clone(),
        partner_id: client.partner_id.clone(),
    };
    let (session, successor) = match rotate(app, &caller, &presented, None).await {
        Err(Error::RefreshInvalid) => {
            return Err(
                OAuthError::new(400, "invalid_grant", "the refresh token is not valid").into(),
            )
        }
        other => other?,
    };
    let signed = sign(app, &caller, &TokenOf::session(&session, &successor))?;
    Ok(Reply::json(
        200,
        &json!({
            "access_token": signed.token,
            "token_type": "Bearer",
            "expires_in": signed.expires_at - signed.issued_at,
            "refresh_token": successor.expose(),
            "scope": scope,
        }),
    )
    .with_header("Pragma", "no-cache"))
}

/// No refresh token: the client has its secret (RFC 6749 §4.4.3).
fn client_credentials(app: &App, form: &Form, client: &Client) -> Result<Reply, Refusal> {
    let scope = client.scope.as_str();
    if form
        .value("scope")?
        .is_some_and(|asked| asked.split(' ').any(|one| one != scope))
    {
        let why = format!("this client has the scope {scope}");
        return Err(OAuthError::new(400, "invalid_scope", &why).into());
    }
    let claims = AccessClaims {
        iss: String::new(),
        aud: String::new(),
        sub: client.id.clone(),
        client_id: client.id.clone(),
        partner_id: client.partner_id.clone(),
        scope: client.scope,
        jti: hex(&app.ids.bytes()[..16]),
        login: None,
    };
    let signed = app
        .config
        .keys
        .sign(claims, app.now, app.config.client_token_life)
        .map_err(Error::Internal)?;
    Ok(Reply::json(
        200,
        &json!({
            "access_token": signed.token,
            "token_type": "Bearer",
            "expires_in": signed.expires_at - signed.issued_at,
            "scope": scope,
        }),
    )
    .with_header("Pragma", "no-cache"))
}

/// `GET /.well-known/oauth-authorization-server` (RFC 8414 §2)
pub async fn metadata(app: &App) -> Result<Reply, Error> {
    let issuer = app.config.keys.issuer();
    let at = |path: &str| format!("{issuer}{path}");
    let methods = ["client_secret_basic", "client_secret_post"];
    Ok(Reply::json(
        200,
        &json!({
            "issuer": issuer,
            "token_endpoint": at("/oauth2/token"),
            "jwks_uri": at("/.well-known/jwks.json"),
            "introspection_endpoint": at("/oauth2/introspect"),
            "revocation_endpoint": at("/oauth2/revoke"),
            "grant_types_supported": ["client_credentials", "refresh_token"],
            "response_types_supported": [],
            "scopes_supported": ["client_auth", "user_auth", "admin"],
            "token_endpoint_auth_methods_supported": methods,
            "introspection_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_methods_supported": methods,
        }),
    )
    .with_header("Cache-Control", "public, max-age=300"))
}
