//! What the document says of values: each kind once, with pattern, limits and an example. Beside
//! them, the requests whose struct is not the body's own shape.

#![allow(dead_code, reason = "the shapes of bodies are described, never built")]

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{json, Value};
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::common::{Nothing, Timestamp};
use super::custody::{
    CustodyExport, CustodyLost, GivenIndex, HighestIndices, LostIndices, NextPage,
};
use super::otp::AnswerType;
use super::partner::Source;
use crate::error::code::Code;
use crate::rules::challenge::{ChallengeType, RECOVERY};
use crate::rules::email::Email;
use crate::rules::id::{Id, Kind};
use crate::rules::identity::UserStatus;
use crate::rules::language::Locale;
use crate::rules::phone::Phone;
use crate::rules::portfolio::{Network, PortfolioType};
use crate::rules::scope::{Scope, Scopes};
use crate::rules::token::{Login, PublicJwk};
use crate::rules::username::Username;
use crate::rules::word::Word;

fn text(about: &str, example: impl Into<Value>) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(about))
        .examples([example.into()])
}

fn words<W: Word>(about: &str) -> RefOr<Schema> {
    let all: Vec<&str> = W::all().collect();
    text(about, all[0]).enum_values(Some(all)).build().into()
}

const PHONE: &str = "\\+[1-9][0-9]{6,14}";

/// What `rules/email.rs` takes, in the words of a pattern without lookahead, which not every reader of
/// patterns has: so the 64 characters before the `@` are in the description, and the last label begins
/// with a letter, as every top-level domain does.
fn email_pattern() -> String {
    let word = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    let rest = "([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    format!("{word}(\\.{word})*@([A-Za-z0-9]{rest}\\.)+[A-Za-z]{rest}")
}

/// Values whose schema is written by hand: `Type "name" => schema`.
macro_rules! values {
    ($($type:ty, $name:literal => $schema:expr;)*) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                $name.into()
            }
        }
    )*};
}

values! {
    Phone, "PhoneNumber" => text("A phone number in the international form of E.164: `+`, calling code, number; nothing else. It is taken as written or refused, never repaired.", "+15555550100")
        .pattern(Some(format!("^{PHONE}$"))).min_length(Some(8)).max_length(Some(16)).build();
    Email, "Email" => text("An e-mail address in ASCII, an international domain in its `xn--` form, with 64 characters at most before its `@`. It is compared in lower case after NFKC.", "ada@example.com")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email))).pattern(Some(format!("^{}$", email_pattern()))).min_length(Some(5)).max_length(Some(254)).build();
    Username, "Username" => text("An e-mail address or a phone number, of the same forms as at sign-up.", "ada@example.com")
        .pattern(Some(format!("^({PHONE}|{})$", email_pattern()))).min_length(Some(5)).max_length(Some(254)).build();
    Timestamp, "Timestamp" => text("A moment, UTC with milliseconds (RFC 3339).", "2025-07-10T14:19:46.359Z")
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))).build();
    ChallengeType, "ChallengeType" => words::<ChallengeType>("What a challenge is for: a login, a reset, the proof of an e-mail, a new e-mail, a new number.");
    AnswerType, "AnswerType" => {
        let all: Vec<&str> = ChallengeType::all().chain([RECOVERY]).collect();
        text("What a challenge is answered with: its own code, as its `challengeType` says, or one of the user's recovery codes, to a login's.", all[0]).enum_values(Some(all)).build()
    };
    Locale, "Locale" => words::<Locale>("The language of messages, as BCP 47 has it, without region or script.");
    UserStatus, "UserAccountStatus" => words::<UserStatus>("How far the identity check of a user has come. Only the accounts of a `VERIFIED` one are active; after `VERIFICATION_FAILED` it may be tried again.");
    PortfolioType, "PortfolioAccountType" => words::<PortfolioType>("What a portfolio is for.");
    Network, "Network" => words::<Network>("An EVM network that the address serves.");
    Scope, "Scope" => words::<Scope>("What a token may do: `client_auth` for a customer's journey, `users.read` and `users.write` for the partner's desk, `recovery.write` for what is done to a person for good, `settings.write` for what it has of its own, `user_auth` for a user's own calls, `admin` for the operator's, `introspect` for a service behind.");
    Scopes, "Scopes" => text("Scopes, separated by spaces (RFC 6749 §3.3).", "client_auth users.read users.write")
        .pattern(Some("^[a-z_.]+( [a-z_.]+)*$")).build();
    Source, "SettingSource" => text("Whose a value is: the `partner`'s own, what the `operator` gave that partner, or the service's for all who set none (`environment`).", "partner")
        .enum_values(Some(["partner", "operator", "environment"])).build();
    Nothing, "Empty" => ObjectBuilder::new().schema_type(Type::Object)
        .description(Some("Nothing yet; members may come.")).examples([json!({})]).build();
}

impl<K: Kind> PartialSchema for Id<K> {
    fn schema() -> RefOr<Schema> {
        let (about, example) = about_id(K::PREFIX);
        text(about, example)
            .pattern(Some("^[A-Za-z0-9_-]{1,64}$"))
            .min_length(Some(1))
            .max_length(Some(64))
            .build()
            .into()
    }
}

impl<K: Kind> ToSchema for Id<K> {
    fn name() -> Cow<'static, str> {
        let name = match K::PREFIX {
            "usr" => "UserId",
            "prt" => "PartnerId",
            "cli" => "ClientId",
            "acc" => "AccountId",
            "pfl" => "PortfolioId",
            "ses" => "SessionId",
            "chl" => "ChallengeId",
            "aud" => "AuditId",
            "req" => "RequestId",
            inner => panic!("ids of {inner} are not on the wire"),
        };
        name.into()
    }
}

fn about_id(prefix: &str) -> (&'static str, &'static str) {
    match prefix {
        "usr" => ("The id of a user.", "usr_0197f4a1-0f77-7000-8000-000000000001"),
        "prt" => ("The id of a partner, a company that builds on this API.", "prt_0197f4a1-0f77-7000-8000-000000000001"),
        "cli" => ("The id of an OAuth client of a partner.", "cli_0197f4a1-0f77-7000-8000-000000000001"),
        "acc" => ("The id of an account: chosen by the partner, or made here.", "acc_0197f4a1-0f77-7000-8000-000000000001"),
        "pfl" => ("The id of a portfolio: chosen by the partner, or made here.", "pfl_0197f4a1-0f77-7000-8000-000000000001"),
        "ses" => ("The id of a session, a logged-in user on one device.", "ses_0197f4a1-0f77-7000-8000-000000000001"),
        "chl" => ("The id of a challenge, a code that was sent and waits for its answer. Nobody can guess it.", "chl_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"),
        "aud" => ("The id of an audit entry; later entries have later ids.", "aud_0197f4a1-0f77-7000-8000-000000000001"),
        "req" => ("The `X-Request-Id` of a call.", "req_0197f4a1-0f77-7000-8000-000000000001"),
        inner => panic!("ids of {inner} are not on the wire"),
    }
}

/// How many rows of a list to give.
pub(crate) fn limit() -> Schema {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("How many a page holds at most."))
        .minimum(Some(1))
        .maximum(Some(100))
        .default(Some(json!(50)))
        .examples([json!(50)])
        .build()
        .into()
}

/// Where a list of what has such ids goes on.
pub(crate) fn cursor<K: Kind>() -> Schema {
    let about = match K::PREFIX {
        "aud" => "The `nextCursor` of the page before, or the `id` of the last entry read.",
        _ => "The `nextCursor` of the page before.",
    };
    let (_, example) = about_id(K::PREFIX);
    text(about, example)
        .pattern(Some(format!("^({}_[A-Za-z0-9_-]+)?$", K::PREFIX)))
        .max_length(Some(64))
        .build()
        .into()
}

/// `true` and `false`, and nothing else.
pub(crate) struct Always;
pub(crate) struct Never;

values! {
    Always, "Always" => ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([true]))
        .description(Some("True.")).examples([json!(true)]).build();
    Never, "Never" => ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([false]))
        .description(Some("False.")).examples([json!(false)]).build();
}

/// Words of a list in a request, of the letters of ids.
pub(crate) struct Role;
pub(crate) struct DocumentId;

values! {
    Role, "Role" => text("A role, by its name.", "customer")
        .pattern(Some("^[A-Za-z0-9_-]{1,64}$")).min_length(Some(1)).max_length(Some(64)).build();
    DocumentId, "DocumentId" => text("The KYC provider's id of a document.", "doc-1")
        .pattern(Some("^[A-Za-z0-9_-]{1,64}$")).min_length(Some(1)).max_length(Some(64)).build();
}

/// A JSON object of the KYC provider's.
pub(crate) struct Address;

values! {
    Address, "Address" => ObjectBuilder::new().schema_type(Type::Object)
        .description(Some("A postal address, kept as the KYC provider gave it but for empty texts: 4,096 bytes of JSON at most."))
        .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::<Schema>::FreeForm(true)))
        .examples([json!({ "street": "12 St James's Square", "city": "London" })]).build();
}

/// What a program needs of a failure; which code has which is in `error::code`.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct FailureData {
    /// 1002, 3002, 3003: the member, parameter or header that will not do; of a nested member its path.
    #[schema(required = false, min_length = 1, example = "data.userId")]
    pub(crate) field: String,
    /// 4001: the tries that the challenge has left.
    #[schema(required = false, minimum = 1, maximum = 4, example = 2)]
    pub(crate) tries_left: u32,
    /// Wherever there is a `Retry-After`: the seconds that it says.
    #[schema(required = false, minimum = 1, example = 60)]
    pub(crate) retry_after: u64,
    /// 2003: the scope that the call needs.
    #[schema(required = false, example = "client_auth")]
    pub(crate) scope: String,
}

impl FailureData {
    fn or_null() -> Schema {
        let about = "What a program needs of the failure; null where there is nothing.";
        utoipa::openapi::OneOfBuilder::new()
            .description(Some(about))
            .item(ObjectBuilder::new().schema_type(Type::Null))
            .item(utoipa::openapi::Ref::from_schema_name("FailureData"))
            .build()
            .into()
    }
}

/// The failure half of the envelope.
pub(crate) struct Failure;

values! {
    Failure, "Failure" => ObjectBuilder::new().schema_type(Type::Object)
        .description(Some("What went wrong. `success` never disagrees with the HTTP status."))
        .property("success", ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([false])).description(Some("False.")).examples([json!(false)]))
        .property("data", FailureData::or_null())
        .property("errorCode", ObjectBuilder::new().schema_type(Type::Integer).description(Some("Stable: a code keeps its meaning. The list may grow.")).enum_values(Some(all_codes())).examples([json!(1002)]))
        .property("errorMessage", text("A sentence in English that names the field or the rule.", "username is missing.").min_length(Some(1)))
        .required("success").required("data").required("errorCode").required("errorMessage").build();
}

fn all_codes() -> Vec<u32> {
    use strum::VariantArray;
    Code::VARIANTS.iter().map(|code| code.number()).collect()
}

/// RFC 6749 §5.2
#[derive(ToSchema)]
#[schema(as = OAuthFailure)]
pub(crate) struct OAuthFailure {
    /// The code of RFC 6749 §5.2, or `temporarily_unavailable` and `server_error`.
    #[schema(pattern = "^[a-z_]+$", example = "invalid_client")]
    pub(crate) error: String,
    /// A sentence in English.
    #[schema(
        min_length = 1,
        example = "the client is unknown or its secret is wrong"
    )]
    pub(crate) error_description: String,
}

/// The form of `/oauth2/token`.
#[derive(ToSchema)]
pub(crate) struct TokenForm {
    /// `client_credentials`, or `refresh_token` for what `/v1/user/refresh` does.
    #[schema(
        pattern = "^(client_credentials|refresh_token)$",
        example = "client_credentials"
    )]
    pub(crate) grant_type: String,
    /// Of the grant `refresh_token`: the session's newest.
    #[schema(
        required = false,
        max_length = 512,
        example = "rt_AZf0oQAAcACAAAAAAAAAAQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFkuDq3F5i5Yq3m0b9vJ1s2g"
    )]
    pub(crate) refresh_token: String,
    /// Some of the client's scopes, separated by spaces; all of them unless given. `user_auth` for a refresh.
    #[schema(required = false, example = "client_auth users.read")]
    pub(crate) scope: String,
    #[schema(required = false)]
    pub(crate) client_id: crate::rules::id::ClientId,
    /// Where the client does not authenticate by HTTP Basic.
    #[schema(required = false, format = Password, example = "2y3mXx0a8iR4o1d3i2c1w9f8h7g6k5j4l3m2n1b0v9c")]
    pub(crate) client_secret: String,
}

/// The form of introspection and revocation.
#[derive(ToSchema)]
pub(crate) struct TokenToCheck {
    /// An access token or a refresh token.
    #[schema(
        min_length = 1,
        example = "rt_AZf0oQAAcACAAAAAAAAAAQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFkuDq3F5i5Yq3m0b9vJ1s2g"
    )]
    pub(crate) token: String,
    /// A hint, which is not needed.
    #[schema(required = false, example = "refresh_token")]
    pub(crate) token_type_hint: String,
    #[schema(required = false)]
    pub(crate) client_id: crate::rules::id::ClientId,
    /// Where the client does not authenticate by HTTP Basic.
    #[schema(required = false, format = Password, example = "2y3mXx0a8iR4o1d3i2c1w9f8h7g6k5j4l3m2n1b0v9c")]
    pub(crate) client_secret: String,
}

/// The new password of a reset, given twice.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct ChangePasswordBody {
    /// The `requestId` of the reset.
    pub(crate) session_id: crate::rules::id::ChallengeId,
    /// The e-mail that the reset was asked for.
    pub(crate) username: Username,
    /// Always `RESET_PASSWORD`.
    #[schema(pattern = "^RESET_PASSWORD$", example = "RESET_PASSWORD")]
    pub(crate) challenge_type: String,
    /// The new one, of the same kind as at sign-up.
    #[schema(min_length = 8, max_length = 128, format = Password, example = "a better one, at last")]
    pub(crate) password: String,
    /// The same once more.
    #[schema(min_length = 8, max_length = 128, format = Password, example = "a better one, at last")]
    pub(crate) password_confirm: String,
}

/// A client to be made. `partnerId` or `partnerName` must be given, and not both.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct CreateClientBody {
    /// What the client is for. Something of it must be seen, and it has no line breaks, control characters or marks
    /// that turn the direction of writing.
    #[schema(min_length = 1, max_length = 100, example = "mobile app")]
    pub(crate) name: String,
    /// What it may do, separated by spaces: `client_auth users.read users.write` unless given. Give a client no
    /// more than the server that keeps its secret needs. `introspect` is for a client of the operator's own partner.
    #[schema(min_length = 1, max_length = 200, example = "client_auth")]
    pub(crate) scope: Option<String>,
    /// The roles that the client may give to users.
    #[schema(max_items = 16, example = json!(["customer", "trader"]))]
    pub(crate) roles: Option<Vec<Role>>,
    /// Those of a sign-up that names none; among `roles`.
    #[schema(max_items = 16, example = json!(["customer"]))]
    pub(crate) default_roles: Option<Vec<Role>>,
    /// A partner that is there.
    pub(crate) partner_id: Option<crate::rules::id::PartnerId>,
    /// A partner is made with this name, of which holds what is said of the client's.
    #[schema(min_length = 1, max_length = 100, example = "Acme")]
    pub(crate) partner_name: Option<String>,
    /// With `partnerName`: the database that the partner lives in, one of the service's; `DB` unless given.
    #[schema(pattern = r"^(DB|HOME_[A-Z0-9_]{1,32})$", example = "DB")]
    pub(crate) home: Option<String>,
}

/// What of its own a partner changes. What is not named stays, `null` leaves it to the service's again.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct ChangeSettingsBody {
    /// `{app}` of the message.
    #[schema(min_length = 1, max_length = 300, example = "Example Bank")]
    pub(crate) sms_app_name: Option<String>,
    /// The message, one SMS long: `{code}` once, and `{app}`, `{minutes}`.
    #[schema(min_length = 1, max_length = 300, example = "{app}: {code}")]
    pub(crate) sms_text: Option<String>,
    /// A phone number, a short code of 3 to 8 digits, or a name of at most 11 characters.
    #[schema(min_length = 1, max_length = 300, example = "ExampleBank")]
    pub(crate) sms_sender: Option<String>,
    /// An address of the domain that the service's mail comes from, or a name and one; the operator can set another
    /// domain's.
    #[schema(
        min_length = 1,
        max_length = 300,
        example = "Example Bank <bank@example.com>"
    )]
    pub(crate) email_sender: Option<String>,
    /// A bare domain name in lower case.
    #[schema(min_length = 1, max_length = 300, example = "app.example.com")]
    pub(crate) sms_bound_domain: Option<String>,
    /// Eleven characters of base64.
    #[schema(min_length = 1, max_length = 300, example = "FA+9qCX9VSu")]
    pub(crate) sms_android_hash: Option<String>,
    /// Calling codes; an empty list is all that the service sends to.
    #[schema(max_items = 50, example = json!(["+44"]))]
    pub(crate) sms_allowed_prefixes: Option<Vec<String>>,
    /// Messages a day.
    #[schema(minimum = 1, maximum = 100_000_000, example = 5000)]
    pub(crate) sms_daily_budget: Option<u32>,
    /// Digits of a login's code.
    #[schema(minimum = 4, maximum = 10, example = 6)]
    pub(crate) otp_length: Option<u32>,
    /// Digits of a reset's code.
    #[schema(minimum = 6, maximum = 10, example = 8)]
    pub(crate) reset_otp_length: Option<u32>,
    /// Seconds that a challenge lives.
    #[schema(minimum = 60, maximum = 600, example = 300)]
    pub(crate) otp_ttl_seconds: Option<u32>,
    /// Answers that a challenge takes.
    #[schema(minimum = 1, maximum = 5, example = 3)]
    pub(crate) otp_max_tries: Option<u32>,
    /// Wrong codes in a row that lock codes; at most what the length of the codes allows.
    #[schema(minimum = 1, maximum = 30, example = 10)]
    pub(crate) otp_lock_after: Option<u32>,
    /// Exact origins, as browsers send them.
    #[schema(max_items = 50, example = json!(["https://app.example.com"]))]
    pub(crate) cors_origins: Option<Vec<String>>,
    /// `whsec_` and base64 of 24 to 64 bytes each.
    #[schema(min_items = 1, max_items = 50, example = json!(["whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWc="]))]
    pub(crate) kyc_webhook_secrets: Option<Vec<String>>,
}

/// What of a partner's own the operator changes. What is not named stays, `null` leaves it to the service's again.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
struct OperatorsSettings {
    /// The partner.
    partner_id: crate::rules::id::PartnerId,
    /// Extended public keys at account level; new addresses are of the first.
    #[schema(min_items = 1, max_items = 50, example = json!(["xpub6DCoCpSuQZB2jawqnGMEPS63ePKWkwWPH4TU45Q7LPXWuNd8TMtVxRrgjtEshuqpK3mdhaWHPFsBngh5GFZaM6si3yZdUsT8ddYM3PwnATt"]))]
    custody_xpub: Option<Vec<String>>,
    /// The same for encryption keys, of other accounts.
    #[schema(min_items = 1, max_items = 50, example = json!(["xpub6DCoCpSuQZB2k9PnGSMK9tinTK8kx3hcv7F4BWwhs5N2wnwGiLg17r9J7j2JcYP9gkip3sC87J1F99YxeBHGuFMg6ejA8qQEKSuzzaKvqBR"]))]
    custody_encryption_xpub: Option<Vec<String>>,
}

/// Those, and all that a partner changes itself.
pub(crate) struct ChangeSettingsOfPartnerBody;

values! {
    ChangeSettingsOfPartnerBody, "ChangeSettingsOfPartnerBody" => {
        let mut whole = object::<OperatorsSettings>();
        whole.properties.extend(object::<ChangeSettingsBody>().properties);
        whole
    };
}

fn object<T: PartialSchema>() -> Object {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object,
        _ => panic!("a struct is an object"),
    }
}

/// An event of the KYC provider.
#[derive(ToSchema)]
pub(crate) struct KycEventBody {
    /// `kyc.status`; another type is taken and changes nothing.
    #[schema(rename = "type", min_length = 1, example = "kyc.status")]
    pub(crate) kind: String,
    /// When it happened there, to the millisecond: it decides between two events.
    pub(crate) timestamp: Timestamp,
    pub(crate) data: KycEventData,
}

/// Of whom, and what.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(crate) struct KycEventData {
    pub(crate) user_id: crate::rules::id::UserId,
    /// The provider's id of the check.
    #[schema(pattern = "^[A-Za-z0-9_-]{1,64}$", example = "kyc-1")]
    pub(crate) kyc_id: Option<String>,
    pub(crate) status: UserStatus,
    /// The provider's ids of the documents that it saw.
    #[schema(max_items = 100, example = json!(["doc-1"]))]
    pub(crate) document_ids: Option<Vec<DocumentId>>,
    /// The first name.
    #[schema(min_length = 1, max_length = 100, example = "Ada")]
    pub(crate) name: Option<String>,
    /// The last name.
    #[schema(min_length = 1, max_length = 100, example = "Lovelace")]
    pub(crate) surname: Option<String>,
    pub(crate) address: Option<Address>,
}

/// One of a user's recovery codes, as it is shown.
pub(crate) struct RecoveryCodeText;

values! {
    Login, "LoginClaims" => ObjectBuilder::new().schema_type(Type::Object)
        .description(Some("What a user's token says beyond a client's."))
        .property("sid", utoipa::openapi::Ref::from_schema_name("SessionId"))
        .property("auth_time", ObjectBuilder::new().schema_type(Type::Integer).description(Some("When the user proved who they are: seconds since 1970.")).examples([json!(1752157186)]))
        .property("amr", utoipa::openapi::ArrayBuilder::new().items(text("A method (RFC 8176).", "pwd")).description(Some("How the user proved who they are (RFC 8176); `recovery` is a recovery code in the place of the SMS. There may be more words.")).examples([json!(["pwd", "otp", "sms"]), json!(["pwd", "recovery"])]))
        .property("roles", utoipa::openapi::ArrayBuilder::new().items(text("A role.", "customer")).description(Some("The user's roles.")).examples([json!(["customer"])]))
        .property("hold_until", ObjectBuilder::new().schema_type(Type::Integer).description(Some("Until then whoever moves money holds back what takes it away: seconds since 1970. Not there where nothing is held.")).examples([json!(1752243586)])).build();
    RecoveryCodeText, "RecoveryCode" => text("A recovery code: ten letters of Crockford's base32.", "7K2QX-9M4TB")
        .pattern(Some("^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$")).build();
    PublicJwk, "PublicJwk" => ObjectBuilder::new().schema_type(Type::Object)
        .description(Some("The public half of a signing key (RFC 7517 §4, RFC 8037 §2)."))
        .property("kty", text("The kind of key.", "OKP"))
        .property("crv", text("The curve.", "Ed25519"))
        .property("use", text("What it is for: signatures.", "sig"))
        .property("alg", text("The algorithm of the signatures.", "EdDSA"))
        .property("kid", text("Its id, which a token's header names.", "k1"))
        .property("x", text("The public key, base64url.", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"))
        .required("kty").required("crv").required("use").required("alg").required("kid").required("x").build();
}

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum ExportLine {
    Given(GivenIndex),
    Next(NextPage),
    Last(HighestIndices),
}

#[derive(ToSchema)]
struct ExportLines(Vec<ExportLine>);

#[derive(Serialize, ToSchema)]
#[serde(untagged)]
enum LostLine {
    Given(GivenIndex),
    Next(NextPage),
    Last(LostIndices),
}

#[derive(ToSchema)]
struct LostLines(Vec<LostLine>);

/// Lines of which some kinds alone stand in an answer: `Type "name" => what is described`.
macro_rules! lines {
    ($($type:ty, $name:literal => $lines:ty;)*) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                <$lines>::schema()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                $name.into()
            }

            fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
                <$lines>::schemas(schemas);
            }
        }
    )*};
}

lines! {
    CustodyExport, "CustodyExport" => ExportLines;
    CustodyLost, "CustodyLost" => LostLines;
}
