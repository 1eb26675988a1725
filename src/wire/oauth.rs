//! The OAuth endpoints: forms in, the RFCs' own JSON out.

use serde::Serialize;

use super::{Answer, Reading, Request};
use crate::http::oauth::{Form, Refusal};
use crate::http::Input;
use crate::rules::id::{ClientId, PartnerId, SessionId, UserId};
use crate::rules::scope::{Scope, Scopes};
use crate::rules::time::{unix_seconds, Time};
use crate::rules::token::{Login, PublicJwk};

/// A form and the client's credentials, which are asked for in it or in the header.
pub(crate) struct OAuthRequest {
    pub(crate) form: Form,
    pub(crate) authorization: Option<String>,
}

impl Request for OAuthRequest {
    fn read(input: &Input, _: &Reading<'_>) -> Result<OAuthRequest, Refusal> {
        Ok(OAuthRequest {
            form: Form::read(input)?,
            authorization: input.header("Authorization"),
        })
    }
}

/// RFC 6749 §5.1
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct AccessToken {
    /// A JWT (RFC 9068).
    #[cfg_attr(
        test,
        schema(example = "eyJhbGciOiJFZERTQSIsImtpZCI6ImsxIiwidHlwIjoiYXQrand0In0.e30.c2ln")
    )]
    pub(crate) access_token: String,
    /// Always `Bearer`.
    #[cfg_attr(test, schema(value_type = String, pattern = "^Bearer$", example = "Bearer"))]
    pub(crate) token_type: &'static str,
    /// Seconds.
    #[cfg_attr(test, schema(minimum = 0, example = 3600))]
    pub(crate) expires_in: u64,
    /// Of the grant `refresh_token` alone: a client has its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        test,
        schema(
            example = "rt_AZf0oQAAcACAAAAAAAAAAQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFkuDq3F5i5Yq3m0b9vJ1s2g"
        )
    )]
    pub(crate) refresh_token: Option<String>,
    pub(crate) scope: Scopes,
}

impl Answer for AccessToken {
    const IN_ENVELOPE: bool = false;
    const HEADERS: &'static [(&'static str, &'static str)] = &[("Pragma", "no-cache")];
}

/// RFC 7517 §5
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Jwks {
    /// The public halves of the keys that are live; HMAC keys have none.
    pub(crate) keys: Vec<PublicJwk>,
}

impl Answer for Jwks {
    const IN_ENVELOPE: bool = false;
    /// A minute: so long a key that was dropped because it leaked is still believed.
    const HEADERS: &'static [(&'static str, &'static str)] =
        &[("Cache-Control", "public, max-age=60")];
}

/// RFC 8414 §2
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Metadata {
    /// The service's URL; `iss` of every token.
    #[cfg_attr(test, schema(value_type = String, pattern = "^https?://", example = "https://id.example.com"))]
    pub(crate) issuer: String,
    /// RFC 6749 §3.2.
    #[cfg_attr(test, schema(value_type = String, pattern = "^https?://", example = "https://id.example.com/oauth2/token"))]
    pub(crate) token_endpoint: String,
    /// The key set.
    #[cfg_attr(test, schema(value_type = String, pattern = "^https?://", example = "https://id.example.com/.well-known/jwks.json"))]
    pub(crate) jwks_uri: String,
    /// RFC 7662.
    #[cfg_attr(test, schema(value_type = String, pattern = "^https?://", example = "https://id.example.com/oauth2/introspect"))]
    pub(crate) introspection_endpoint: String,
    /// RFC 7009.
    #[cfg_attr(test, schema(value_type = String, pattern = "^https?://", example = "https://id.example.com/oauth2/revoke"))]
    pub(crate) revocation_endpoint: String,
    /// RFC 8414.
    #[cfg_attr(test, schema(value_type = Vec<String>, example = json!(["client_credentials", "refresh_token"])))]
    pub(crate) grant_types_supported: &'static [&'static str],
    /// Empty: there is no authorization endpoint.
    #[cfg_attr(test, schema(value_type = Vec<String>, example = json!([])))]
    pub(crate) response_types_supported: &'static [&'static str],
    /// The scopes that a token can have.
    #[cfg_attr(test, schema(value_type = Vec<Scope>))]
    pub(crate) scopes_supported: &'static [Scope],
    /// By HTTP Basic or in the body.
    #[cfg_attr(test, schema(value_type = Vec<String>, example = json!(["client_secret_basic", "client_secret_post"])))]
    pub(crate) token_endpoint_auth_methods_supported: &'static [&'static str],
    /// By HTTP Basic or in the body.
    #[cfg_attr(test, schema(value_type = Vec<String>, example = json!(["client_secret_basic", "client_secret_post"])))]
    pub(crate) introspection_endpoint_auth_methods_supported: &'static [&'static str],
    /// By HTTP Basic or in the body.
    #[cfg_attr(test, schema(value_type = Vec<String>, example = json!(["client_secret_basic", "client_secret_post"])))]
    pub(crate) revocation_endpoint_auth_methods_supported: &'static [&'static str],
}

impl Answer for Metadata {
    const IN_ENVELOPE: bool = false;
    const HEADERS: &'static [(&'static str, &'static str)] =
        &[("Cache-Control", "public, max-age=300")];
}

/// RFC 7662 §2.2. Of a token that is not active, or that the client may not ask about, exactly `{"active": false}`.
#[derive(Serialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) enum Introspection {
    Access(ActiveAccessToken),
    Refresh(ActiveRefreshToken),
    Inactive(InactiveToken),
}

impl Introspection {
    pub(crate) const INACTIVE: Introspection =
        Introspection::Inactive(InactiveToken { active: false });
}

impl Answer for Introspection {
    const IN_ENVELOPE: bool = false;
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ActiveAccessToken {
    #[cfg_attr(test, schema(value_type = super::schemas::Always))]
    pub(crate) active: bool,
    /// Always `Bearer`.
    #[cfg_attr(test, schema(value_type = String, pattern = "^Bearer$", example = "Bearer"))]
    pub(crate) token_type: &'static str,
    pub(crate) scope: Scopes,
    pub(crate) client_id: ClientId,
    /// Whose client and customer it is of.
    pub(crate) partner_id: PartnerId,
    /// The user, or the client itself.
    #[cfg_attr(test, schema(example = "usr_0197f4a1-0f77-7000-8000-000000000001"))]
    pub(crate) sub: String,
    /// The service's URL.
    #[cfg_attr(
        test,
        schema(pattern = "^https?://", example = "https://id.example.com")
    )]
    pub(crate) iss: String,
    /// The same: the services behind share one audience.
    #[cfg_attr(
        test,
        schema(pattern = "^https?://", example = "https://id.example.com")
    )]
    pub(crate) aud: String,
    /// The token's own id.
    #[cfg_attr(
        test,
        schema(
            pattern = "^[0-9a-f]{32}$",
            example = "8d5f0c4a1b2c3d4e5f60718293a4b5c6"
        )
    )]
    pub(crate) jti: String,
    /// Seconds since 1970.
    #[serde(with = "unix_seconds")]
    #[cfg_attr(test, schema(value_type = i64, example = 1752157186))]
    pub(crate) iat: Time,
    /// Seconds since 1970.
    #[serde(with = "unix_seconds")]
    #[cfg_attr(test, schema(value_type = i64, example = 1752158086))]
    pub(crate) exp: Time,
    /// Of a user's token.
    #[serde(flatten)]
    pub(crate) login: Option<Login>,
}

/// A token that is not active, or that the client may not ask about.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct InactiveToken {
    #[cfg_attr(test, schema(value_type = super::schemas::Never))]
    pub(crate) active: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ActiveRefreshToken {
    #[cfg_attr(test, schema(value_type = super::schemas::Always))]
    pub(crate) active: bool,
    pub(crate) scope: Scope,
    /// Whose customer it is of.
    pub(crate) partner_id: PartnerId,
    /// The user.
    pub(crate) sub: UserId,
    /// The session.
    pub(crate) sid: SessionId,
    /// The service's URL.
    #[cfg_attr(
        test,
        schema(pattern = "^https?://", example = "https://id.example.com")
    )]
    pub(crate) iss: String,
    /// Seconds since 1970: the session's absolute end.
    #[serde(with = "unix_seconds")]
    #[cfg_attr(test, schema(value_type = i64, example = 1754749186))]
    pub(crate) exp: Time,
}

/// `{}` (RFC 7009 §2.2)
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Revoked {}

impl Answer for Revoked {
    const IN_ENVELOPE: bool = false;
}
