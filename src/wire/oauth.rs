//! The OAuth endpoints: forms in, the RFCs' own JSON out.

use serde::Serialize;

use super::{Answer, Reading, Request};
use crate::http::oauth::{Form, Refusal};
use crate::http::Input;
use crate::rules::id::{ClientId, SessionId, UserId};
use crate::rules::time::{unix_seconds, Time};
use crate::rules::token::{Login, PublicJwk, Scope};

/// A form and the client's credentials, which are asked for in it or in the header.
pub struct OAuthRequest {
    pub form: Form,
    pub authorization: Option<String>,
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
pub struct AccessToken {
    pub access_token: String,
    pub token_type: &'static str,
    /// Seconds.
    pub expires_in: u64,
    /// Of the grant `refresh_token` alone: a client has its secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    pub scope: Scope,
}

impl Answer for AccessToken {
    const IN_ENVELOPE: bool = false;
    const HEADERS: &'static [(&'static str, &'static str)] = &[("Pragma", "no-cache")];
}

/// RFC 7517 §5
#[derive(Serialize)]
pub struct Jwks {
    pub keys: Vec<PublicJwk>,
}

impl Answer for Jwks {
    const IN_ENVELOPE: bool = false;
    const HEADERS: &'static [(&'static str, &'static str)] = PUBLIC;
}

const PUBLIC: &[(&str, &str)] = &[("Cache-Control", "public, max-age=300")];

/// RFC 8414 §2
#[derive(Serialize)]
pub struct Metadata {
    pub issuer: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    pub introspection_endpoint: String,
    pub revocation_endpoint: String,
    pub grant_types_supported: &'static [&'static str],
    /// Empty: there is no authorization endpoint.
    pub response_types_supported: &'static [&'static str],
    pub scopes_supported: &'static [Scope],
    pub token_endpoint_auth_methods_supported: &'static [&'static str],
    pub introspection_endpoint_auth_methods_supported: &'static [&'static str],
    pub revocation_endpoint_auth_methods_supported: &'static [&'static str],
}

impl Answer for Metadata {
    const IN_ENVELOPE: bool = false;
    const HEADERS: &'static [(&'static str, &'static str)] = PUBLIC;
}

/// RFC 7662 §2.2. Of a token that is not active, or another partner's, exactly `{"active": false}`.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Introspection {
    Access(ActiveAccessToken),
    Refresh(ActiveRefreshToken),
    Inactive { active: bool },
}

impl Introspection {
    pub const INACTIVE: Introspection = Introspection::Inactive { active: false };
}

impl Answer for Introspection {
    const IN_ENVELOPE: bool = false;
}

#[derive(Serialize)]
pub struct ActiveAccessToken {
    pub active: bool,
    pub token_type: &'static str,
    pub scope: Scope,
    pub client_id: ClientId,
    /// The user, or the client itself.
    pub sub: String,
    pub iss: String,
    pub aud: String,
    pub jti: String,
    /// Seconds since 1970.
    #[serde(with = "unix_seconds")]
    pub iat: Time,
    /// Seconds since 1970.
    #[serde(with = "unix_seconds")]
    pub exp: Time,
    /// Of a user's token.
    #[serde(flatten)]
    pub login: Option<Login>,
}

#[derive(Serialize)]
pub struct ActiveRefreshToken {
    pub active: bool,
    pub scope: Scope,
    /// The user.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    pub iss: String,
    /// Seconds since 1970: the session's absolute end.
    #[serde(with = "unix_seconds")]
    pub exp: Time,
}

/// `{}` (RFC 7009 §2.2)
#[derive(Serialize)]
pub struct Revoked {}

impl Answer for Revoked {
    const IN_ENVELOPE: bool = false;
}
