//! What a partner has of its own: shown with where it comes from, and changed.

use serde::Serialize;
use serde_json::Value;

use super::common::Timestamp;
use super::{Answer, Reading, Request};
use crate::error::Error;
use crate::http::members::Fields;
use crate::http::oauth::Refusal;
use crate::http::Input;
use crate::rules::id::PartnerId;
use crate::rules::own::{Kind, Own, CHARACTERS_OF_A_SETTING, ITEMS_OF_A_SETTING, OWN};

/// What is named, with its new value as the environment would have it; none takes it away.
pub(crate) type Changes = Vec<(&'static Own, Option<String>)>;

/// By the partner itself.
pub(crate) struct ChangeOwn {
    pub(crate) changes: Changes,
}

impl Request for ChangeOwn {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ChangeOwn, Refusal> {
        let may_set = |own: &&Own| !own.is_operators;
        let changes = changes(input, OWN.iter().filter(may_set).collect())?;
        Ok(ChangeOwn { changes })
    }
}

/// A partner by the path.
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[cfg_attr(test, schema(rename_all = "camelCase"))]
pub(crate) struct OfPartner {
    pub(crate) partner_id: PartnerId,
}

impl Request for OfPartner {
    fn read(input: &Input, _: &Reading<'_>) -> Result<OfPartner, Refusal> {
        Ok(OfPartner {
            partner_id: PartnerId::given(input.param(0)),
        })
    }
}

/// By the operator.
pub(crate) struct ChangeOfPartner {
    pub(crate) partner_id: PartnerId,
    pub(crate) changes: Changes,
}

impl Request for ChangeOfPartner {
    fn read(input: &Input, _: &Reading<'_>) -> Result<ChangeOfPartner, Refusal> {
        Ok(ChangeOfPartner {
            partner_id: PartnerId::given(input.param(0)),
            changes: changes(input, OWN.iter().collect())?,
        })
    }
}

fn changes(input: &Input, may_set: Vec<&'static Own>) -> Result<Changes, Error> {
    let fields = input.fields()?;
    let names: Vec<&str> = may_set.iter().map(|own| own.member).collect();
    // A misspelt one would be left as it is.
    fields.only(&names)?;
    let given = may_set.into_iter().filter_map(|own| {
        let value = fields.given(own.member)?;
        Some(match value {
            Value::Null => Ok((own, None)),
            value => text(&fields, own, value).map(|text| (own, Some(text))),
        })
    });
    given.collect()
}

/// As the environment would have it. Ranges are for whoever knows what else is set.
fn text(fields: &Fields, own: &Own, value: &Value) -> Result<String, Error> {
    let most = CHARACTERS_OF_A_SETTING;
    let fits = |text: &str| !text.is_empty() && text.chars().count() <= most;
    match (own.kind, value) {
        (Kind::Text, Value::String(text)) if fits(text.trim()) => Ok(text.trim().into()),
        (Kind::Text, _) => {
            let rule = format!("must be a string of 1 to {most} characters, or null");
            Err(fields.invalid(own.member, rule))
        }
        (Kind::Number, Value::Number(number)) => Ok(number.to_string()),
        (Kind::Number, _) => Err(fields.invalid(own.member, "must be a number, or null")),
        (Kind::List, Value::Array(items)) if items.len() <= ITEMS_OF_A_SETTING => {
            let is_item = |text: &&str| fits(text) && !text.contains(',');
            let text = |item: &Value| {
                item.as_str()
                    .map(str::trim)
                    .filter(is_item)
                    .map(String::from)
            };
            let items: Option<Vec<String>> = items.iter().map(text).collect();
            let is_list = |items: &Vec<String>| !(own.is_secret && items.is_empty());
            let items = items.filter(is_list).ok_or_else(|| no_list(fields, own))?;
            Ok(items.join(","))
        }
        (Kind::List, _) => Err(no_list(fields, own)),
    }
}

fn no_list(fields: &Fields, own: &Own) -> Error {
    let least = if own.is_secret { "1" } else { "0" };
    let (most, characters) = (ITEMS_OF_A_SETTING, CHARACTERS_OF_A_SETTING);
    let rule = format!("must be a list of {least} to {most} strings of 1 to {characters} characters without commas, or null");
    fields.invalid(own.member, rule)
}

/// A partner, and what is in force for it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct Partner {
    pub(crate) partner_id: PartnerId,
    /// What the operator calls it.
    #[cfg_attr(test, schema(example = "Example Bank"))]
    pub(crate) name: String,
    /// Each as it is in force, or as it is stored where `refused` names one that will not do.
    pub(crate) settings: PartnerSettings,
    /// What will not do any more, and why: until a change mends it, calls of this partner are 9002. Empty where all
    /// is in force. Secrets that cannot be opened are shown as if none were set.
    #[cfg_attr(test, schema(example = json!([])))]
    pub(crate) refused: Vec<String>,
    /// When it last changed one; null where it never did.
    #[cfg_attr(test, schema(required))]
    pub(crate) changed_ts: Option<Timestamp>,
}

impl Answer for Partner {}

/// Each setting as it is in force.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct PartnerSettings {
    /// `{app}` of the message.
    pub(crate) sms_app_name: TextSetting,
    /// The message: `{code}`, and `{app}`, `{minutes}`.
    pub(crate) sms_text: TextSetting,
    /// What a message comes from; null where the provider decides.
    pub(crate) sms_sender: TextSetting,
    /// What mail comes from; null where the service says nothing.
    pub(crate) email_sender: TextSetting,
    /// The site of the message's last line, which fills the code in.
    pub(crate) sms_bound_domain: TextSetting,
    /// The app that Android gives the message to.
    pub(crate) sms_android_hash: TextSetting,
    /// Calling codes that messages go to; an empty list is all. The operator's for the partner are kept apart.
    pub(crate) sms_allowed_prefixes: ListSetting,
    /// Messages a day. The operator's for the partner is kept apart.
    pub(crate) sms_daily_budget: NumberSetting,
    /// Digits of a login's code.
    pub(crate) otp_length: NumberSetting,
    /// Digits of a reset's code.
    pub(crate) reset_otp_length: NumberSetting,
    /// Seconds that a challenge lives.
    pub(crate) otp_ttl_seconds: NumberSetting,
    /// Answers that a challenge takes.
    pub(crate) otp_max_tries: NumberSetting,
    /// Wrong codes in a row that lock codes; null: by the length of the code.
    pub(crate) otp_lock_after: NumberSetting,
    /// Origins whose pages may call with a user's token.
    pub(crate) cors_origins: ListSetting,
    /// What the partner's KYC provider signs with.
    pub(crate) kyc_webhook_secrets: SecretSetting,
    /// What addresses are of. The fingerprint is the `key_id` of the log.
    pub(crate) custody_xpub: SecretSetting,
    /// What encryption keys are of.
    pub(crate) custody_encryption_xpub: SecretSetting,
}

/// Whose value it is.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Source {
    Partner,
    /// Its own as the operator gave it, which it may narrow and not take back.
    Operator,
    /// The service's, for all who set none.
    Environment,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct TextSetting {
    /// What is in force.
    #[cfg_attr(test, schema(required, example = "Example Bank"))]
    pub(crate) value: Option<String>,
    /// Whose it is.
    pub(crate) source: Source,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct NumberSetting {
    /// What is in force.
    #[cfg_attr(test, schema(required, example = 6))]
    pub(crate) value: Option<u32>,
    /// Whose it is.
    pub(crate) source: Source,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct ListSetting {
    /// What is in force.
    #[cfg_attr(test, schema(example = json!(["+44"])))]
    pub(crate) value: Vec<String>,
    /// Whose it is.
    pub(crate) source: Source,
}

/// Nobody is shown it again.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(crate) struct SecretSetting {
    /// How many the partner has set.
    #[cfg_attr(test, schema(example = 1))]
    pub(crate) count: usize,
    /// Sixteen hex digits of each, in the order of the list.
    #[cfg_attr(test, schema(example = json!(["9f86d081884c7d65"])))]
    pub(crate) fingerprints: Vec<String>,
    /// Whose it is.
    pub(crate) source: Source,
}
