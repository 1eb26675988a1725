//! Partners and their OAuth clients, for the operator.

use serde::Serialize;

use super::common::Timestamp;
use super::fields::optional_name;
use super::{Answer, Reading, Request};
use crate::error::Error;
use crate::http::members::Fields;
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::id::{ClientId, OfClient as OfClientId, PartnerId};
use crate::rules::scope::{Scopes, BY_DEFAULT, OF_OPERATOR, OF_PARTNERS};

pub(crate) struct CreateClient {
    pub(crate) name: String,
    pub(crate) scope: Scopes,
    /// The roles that the client may give to users.
    pub(crate) roles: Vec<String>,
    /// Those of a sign-up that names none.
    pub(crate) default_roles: Vec<String>,
    pub(crate) partner: PartnerOfClient,
}

/// Whose client it is: `partnerId` or `partnerName`, not both.
pub(crate) enum PartnerOfClient {
    Known(PartnerId),
    New(NewPartner),
}

/// A partner that is made with its first client.
pub(crate) struct NewPartner {
    pub(crate) name: String,
    /// The binding of the database that it lives in; the directory's, if none is said.
    pub(crate) home: Option<String>,
}

impl Request for CreateClient {
    fn read(input: &Input, _: &Reading<'_>) -> Result<CreateClient, Refusal> {
        let fields = input.fields()?;
        // A misspelt `scope` would be all of them.
        fields.only(&[
            "name",
            "scope",
            "roles",
            "defaultRoles",
            "partnerId",
            "partnerName",
            "home",
        ])?;
        let name = optional_name(&fields, "name")?;
        let name = name.ok_or_else(|| fields.invalid("name", "is missing"))?;
        let scope = scope(&fields)?;
        let roles = fields.optional_ids("roles", 16)?.unwrap_or_default();
        let default_roles = fields.optional_ids("defaultRoles", 16)?.unwrap_or_default();
        if !default_roles.iter().all(|role| roles.contains(role)) {
            return Err(Error::invalid("defaultRoles", "must be among roles").into());
        }
        let id = fields.optional_id("partnerId")?;
        let home: Option<String> = optional_name(&fields, "home")?.map(String::from);
        let partner = match (id, optional_name(&fields, "partnerName")?) {
            (Some(_), None) if home.is_some() => {
                let rule = "is for a partner that is made, with partnerName";
                return Err(Error::invalid("home", rule).into());
            }
            (Some(id), None) => PartnerOfClient::Known(id),
            (None, Some(name)) => PartnerOfClient::New(NewPartner {
                name: name.into(),
                home,
            }),
            _ => {
                let rule = "or partnerName must be given, and not both";
                return Err(Error::invalid("partnerId", rule).into());
            }
        };
        Ok(CreateClient {
            name: name.into(),
            scope,
            roles,
            default_roles,
            partner,
        })
    }
}

/// The partner's daily work, unless others are named.
fn scope(fields: &Fields) -> Result<Scopes, Error> {
    let Some(text) = fields.optional_text("scope", 1, 200)? else {
        return Ok(Scopes::of(BY_DEFAULT));
    };
    let all = Scopes::of(OF_PARTNERS.into_iter().chain(OF_OPERATOR));
    let asked = Scopes::parse(text).filter(|asked| asked.are_among(&all));
    asked.ok_or_else(|| {
        let rule = format!("must be some of {all}, separated by spaces");
        Error::invalid("scope", rule)
    })
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ClientCreated {
    pub(crate) client_id: ClientId,
    /// Shown this once: only its hash is kept.
    #[cfg_attr(test, schema(example = "2y3mXx0a8iR4o1d3i2c1w9f8h7g6k5j4l3m2n1b0v9c"))]
    pub(crate) client_secret: String,
    pub(crate) partner_id: PartnerId,
    /// What the client is for.
    #[cfg_attr(test, schema(example = "mobile app"))]
    pub(crate) name: String,
    pub(crate) scope: Scopes,
    /// The roles that it may give to users.
    #[cfg_attr(test, schema(example = json!(["customer", "trader"])))]
    pub(crate) roles: Vec<String>,
    /// Those of a sign-up that names none.
    #[cfg_attr(test, schema(example = json!(["customer"])))]
    pub(crate) default_roles: Vec<String>,
}

impl Answer for ClientCreated {}

#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct ListClients {
    /// Only those of this partner.
    pub(crate) partner_id: Option<PartnerId>,
    #[cfg_attr(test, schema(required = false, schema_with = super::schemas::cursor::<OfClientId>))]
    pub(crate) cursor: String,
    #[cfg_attr(test, schema(required = false, schema_with = super::schemas::limit))]
    pub(crate) limit: u32,
}

impl Request for ListClients {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ListClients, Refusal> {
        let partner_id = input.optional_query("partnerId")?;
        Ok(ListClients {
            partner_id: partner_id.filter(|id| !id.is_empty()).map(PartnerId::given),
            cursor: input.cursor::<OfClientId>()?,
            limit: input.limit()?,
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ClientPage {
    /// The oldest first.
    pub(crate) clients: Vec<ListedClient>,
    /// Null on the last page.
    #[cfg_attr(test, schema(required))]
    pub(crate) next_cursor: Option<ClientId>,
}

impl Answer for ClientPage {}

/// A client, without its secrets.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ListedClient {
    pub(crate) client_id: ClientId,
    pub(crate) partner_id: PartnerId,
    /// What the client is for.
    #[cfg_attr(test, schema(example = "mobile app"))]
    pub(crate) name: String,
    pub(crate) scope: Scopes,
    /// The roles that it may give to users.
    #[cfg_attr(test, schema(example = json!(["customer", "trader"])))]
    pub(crate) roles: Vec<String>,
    /// Those of a sign-up that names none.
    #[cfg_attr(test, schema(example = json!(["customer"])))]
    pub(crate) default_roles: Vec<String>,
    pub(crate) creation_ts: Timestamp,
    /// When it was deleted; null where it was not.
    #[cfg_attr(test, schema(required))]
    pub(crate) deletion_ts: Option<Timestamp>,
    /// How many secrets work: two for a day after one was replaced.
    #[cfg_attr(test, schema(minimum = 0, maximum = 2, example = 1))]
    pub(crate) secrets: u32,
}

/// A client by the path.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct OfClient {
    pub(crate) client_id: ClientId,
}

impl Request for OfClient {
    fn read(input: &Input, _: &Reading<'_>) -> Result<OfClient, Refusal> {
        Ok(OfClient {
            client_id: ClientId::given(input.param(0)),
        })
    }
}

/// A client by the path, and what ends with its old secret.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct ReplaceSecret {
    pub(crate) client_id: ClientId,
    /// The secrets before it end at once, and within a minute the client's own tokens issued until now.
    #[cfg_attr(test, schema(value_type = Option<bool>, default = false, example = true))]
    pub(crate) revoke_previous: bool,
    /// Within a minute the sessions of its users end too.
    #[cfg_attr(test, schema(value_type = Option<bool>, default = false, example = false))]
    pub(crate) end_sessions: bool,
}

impl Request for ReplaceSecret {
    /// Without a body nothing ends before its time.
    fn read(input: &Input, _: &Reading<'_>) -> Result<ReplaceSecret, Refusal> {
        let (revoke_previous, end_sessions) = match input.body.is_empty() {
            true => (None, None),
            false => {
                let fields = input.fields()?;
                // A misspelt flag would leave what leaked alive.
                fields.only(&["revokePrevious", "endSessions"])?;
                let revoke_previous = fields.optional_bool("revokePrevious")?;
                (revoke_previous, fields.optional_bool("endSessions")?)
            }
        };
        Ok(ReplaceSecret {
            client_id: ClientId::given(input.param(0)),
            revoke_previous: revoke_previous.unwrap_or(false),
            end_sessions: end_sessions.unwrap_or(false),
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct SecretRotated {
    pub(crate) client_id: ClientId,
    /// Shown this once: only its hash is kept.
    #[cfg_attr(test, schema(example = "2y3mXx0a8iR4o1d3i2c1w9f8h7g6k5j4l3m2n1b0v9c"))]
    pub(crate) client_secret: String,
    /// Until then the secret before it works too; the time of this call where it is revoked.
    pub(crate) previous_expires_at: Timestamp,
}

impl Answer for SecretRotated {}
