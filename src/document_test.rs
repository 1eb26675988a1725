//! The OpenAPI document, made of the table of routes and the types of `wire/`, and `docs/errors.md`,
//! made of the table of errors. Both are committed; a test fails when one is stale.
//!
//! ```text
//! scripts/rewrite-documents.sh
//! git diff openapi.json docs/errors.md
//! ```

mod operations;

use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use serde_json::{json, Map, Value};
use strum::VariantArray;
use utoipa::openapi::{RefOr, Schema};
use utoipa::ToSchema;

use self::operations::{about, About};
use crate::error::code::Code;
use crate::flows::idempotency::is_taken;
use crate::routes::DOCUMENTED;
use crate::rules::word::Word;
use crate::wire::schemas::{
    ChangePasswordBody, CreateClientBody, Failure, FailureData, KycEventBody, OAuthFailure,
    TokenForm, TokenToCheck,
};
use crate::wire::{self, Answer};

/// A row of the table of routes, as the document sees it.
pub(crate) struct Documented {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) token: &'static str,
    pub(crate) request: fn() -> Option<Described>,
    pub(crate) answer: fn() -> Described,
    pub(crate) in_envelope: bool,
    pub(crate) media_type: &'static str,
}

/// A type's name, its schema and those that it names.
pub(crate) struct Described {
    name: String,
    schemas: Vec<(String, RefOr<Schema>)>,
}

pub(crate) fn described<T: ToSchema>() -> Described {
    let mut schemas = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut schemas);
    Described {
        name: T::name().into_owned(),
        schemas,
    }
}

/// What a request's struct says of itself.
#[diagnostic::on_unimplemented(note = "add {Self} to `asked!` in src/document_test.rs")]
pub(crate) trait Asked {
    fn asked() -> Option<Described>;
}

impl Asked for () {
    fn asked() -> Option<Described> {
        None
    }
}

/// `Request` is described by `Shape`.
macro_rules! asked {
    ($($request:ty => $shape:ty;)*) => {$(
        impl Asked for $request {
            fn asked() -> Option<Described> {
                Some(described::<$shape>())
            }
        }
    )*};
}

impl Asked for wire::health::AskHealth {
    fn asked() -> Option<Described> {
        None
    }
}

asked! {
    wire::account::ListPortfolios => wire::account::ListPortfolios;
    wire::account::OfAccount => wire::account::OfAccount;
    wire::account::OpenAccount => wire::account::OpenAccount;
    wire::audit::ListAudit => wire::audit::ListAudit;
    wire::audit::OfDay => wire::audit::OfDay;
    wire::client::CreateClient => CreateClientBody;
    wire::contact::ChangeEmail => wire::contact::ChangeEmail;
    wire::contact::ChangePhone => wire::contact::ChangePhone;
    wire::contact::GiveEmail => wire::contact::GiveEmail;
    wire::contact::GivePhone => wire::contact::GivePhone;
    wire::custody::ExportCustody => wire::custody::ExportCustody;
    wire::custody::ListLost => wire::custody::ListLost;
    wire::client::ListClients => wire::client::ListClients;
    wire::client::OfClient => wire::client::OfClient;
    wire::client::ReplaceSecret => wire::client::ReplaceSecret;
    wire::dev::ListOutbox => wire::dev::ListOutbox;
    wire::dev_kyc::KycEventToSign => crate::wire::schemas::KycEventData;
    wire::erase::Erase => wire::erase::Erase;
    wire::export::ExportOf => wire::export::ExportOf;
    wire::export::ExportOwn => wire::export::ExportOwn;
    wire::kyc::KycWebhook => KycEventBody;
    wire::login::Login => wire::login::Login;
    wire::oauth::OAuthRequest => TokenToCheck;
    wire::moves::MovePartner => wire::moves::MovePartner;
    wire::otp::CodeAnswer => wire::otp::CodeAnswer;
    wire::otp::Resend => wire::otp::Resend;
    wire::partners::ListPartners => wire::partners::ListPartners;
    wire::partner::ChangeOfPartner => crate::wire::schemas::ChangeSettingsOfPartnerBody;
    wire::partner::ChangeOwn => crate::wire::schemas::ChangeSettingsBody;
    wire::partner::OfPartner => wire::partner::OfPartner;
    wire::password::ChangeKnown => wire::password::ChangeKnown;
    wire::password::ChangePassword => ChangePasswordBody;
    wire::password::ForgetByBody => wire::password::ForgetByBody;
    wire::password::ForgetByQuery => wire::password::ForgetByQuery;
    wire::portfolio::OpenPortfolio => wire::portfolio::OpenPortfolio;
    wire::recovery::MakeCodes => wire::recovery::MakeCodes;
    wire::refresh::Refresh => wire::refresh::Refresh;
    wire::session::Logout => wire::session::Logout;
    wire::session::OfSession => wire::session::OfSession;
    wire::sign_up::SignUp => wire::sign_up::SignUp;
    wire::user::FindUser => wire::user::FindUser;
    wire::user::OfUser => wire::user::OfUser;
}

pub(crate) fn asked_of<R: Asked>() -> Option<Described> {
    R::asked()
}

pub(crate) const fn in_envelope<A: Answer>() -> bool {
    A::IN_ENVELOPE
}

pub(crate) const fn media_type<A: Answer>() -> &'static str {
    A::MEDIA_TYPE
}

macro_rules! documented {
    ($method:literal $path:literal $token:ident $request:ty => $answer:ty) => {
        $crate::document_test::Documented {
            method: $method,
            path: $path,
            token: stringify!($token),
            request: $crate::document_test::asked_of::<$request>,
            answer: $crate::document_test::described::<$answer>,
            in_envelope: $crate::document_test::in_envelope::<$answer>(),
            media_type: $crate::document_test::media_type::<$answer>(),
        }
    };
}

pub(crate) use documented;

// ── The document ────────────────────────────────────────────────────────────────────────────

#[derive(Default)]
struct Document {
    paths: BTreeMap<String, Map<String, Value>>,
    schemas: BTreeMap<String, Value>,
}

/// The bodies that hold nothing but what they know (`Fields::only`).
const CLOSED: [&str; 4] = [
    "ChangeSettingsBody",
    "ChangeSettingsOfPartnerBody",
    "CreateClientBody",
    "ReplaceSecret",
];

fn document() -> Value {
    let mut document = Document::default();
    document.add(described::<Failure>());
    document.add(described::<FailureData>());
    document.add(described::<OAuthFailure>());
    for row in DOCUMENTED
        .iter()
        .filter(|row| !row.path.starts_with("/dev/"))
    {
        let operation = document.operation(row);
        let path = document.paths.entry(row.path.into()).or_default();
        path.insert(row.method.to_lowercase(), operation);
    }
    for name in CLOSED {
        let schema = document.schemas.get_mut(name).expect("a schema");
        schema["additionalProperties"] = json!(false);
    }
    // In the order of the table, which is that of a customer's journey.
    let mut paths = Map::new();
    for row in DOCUMENTED {
        if let Some(path) = document.paths.remove(row.path) {
            paths.insert(row.path.into(), path.into());
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": operations::info(),
        "servers": [{
            "url": "/",
            "description": "The service that serves this document.",
        }],
        "tags": operations::tags(),
        "paths": paths,
        "components": {
            "securitySchemes": operations::security_schemes(),
            "headers": operations::headers(),
            "parameters": { "IdempotencyKey": operations::idempotency_key(), "Bookmark": operations::bookmark() },
            "examples": examples(),
            "schemas": document.schemas,
        },
    })
}

impl Document {
    /// Keeps a type's schema and those it names, and gives a reference to it.
    fn add(&mut self, described: Described) -> Value {
        for (name, schema) in described.schemas {
            let schema = tidy(serde_json::to_value(schema).expect("a schema is JSON"));
            let known = self.schemas.insert(name.clone(), schema.clone());
            let same = known.is_none_or(|known| known == schema);
            assert!(same, "two types have the name {name}");
        }
        json!({ "$ref": format!("#/components/schemas/{}", described.name) })
    }

    fn operation(&mut self, row: &Documented) -> Value {
        let about = about(row.method, row.path);
        let mut operation = json!({
            "operationId": about.id,
            "summary": about.summary,
            "description": about.description,
            "tags": [about.tag],
            "security": operations::security(row),
        });
        let (parameters, body) = self.request(row, &about);
        if !parameters.is_empty() {
            operation["parameters"] = parameters.into();
        }
        if let Some(body) = body {
            operation["requestBody"] = body;
        }
        operation["responses"] = self.responses(row, &about);
        operation
    }

    /// The members of a request's struct: those that the path names, those of the query where
    /// there is no body, and the body.
    fn request(&mut self, row: &Documented, about: &About) -> (Vec<Value>, Option<Value>) {
        let mut parameters: Vec<Value> = about.headers.clone();
        let described = match row.path {
            "/oauth2/token" => Some(described::<TokenForm>()),
            _ => (row.request)(),
        };
        if takes_key(row) {
            parameters.push(json!({ "$ref": "#/components/parameters/IdempotencyKey" }));
        }
        if operations::may_be_near(row.method, row.path) {
            parameters.push(json!({ "$ref": "#/components/parameters/Bookmark" }));
        }
        let Some(described) = described else {
            return (parameters, None);
        };
        let name = described.name.clone();
        let reference = self.add(described);
        let whole = self.schemas[&name].clone();
        let members = whole["properties"].as_object().expect("a struct").clone();
        let is_in_path = |member: &str| row.path.contains(&format!("{{{member}}}"));
        let (in_path, others): (Vec<_>, Vec<_>) = members
            .into_iter()
            .partition(|(member, _)| is_in_path(member));
        for (member, schema) in in_path {
            parameters.push(parameter(&member, schema, true, true));
        }
        if has_body(row) && !others.is_empty() {
            self.keep_only(&name, others);
            let media = match row.path.starts_with("/oauth2/") {
                true => "application/x-www-form-urlencoded",
                false => "application/json",
            };
            let may_be_empty = ["logout", "rotateClientSecret"].contains(&about.id);
            let body = json!({
                "required": !may_be_empty,
                "content": { media: { "schema": with_rule(about.id, reference) } },
            });
            return (parameters, Some(body));
        }
        self.schemas.remove(&name);
        for (member, schema) in others {
            let required = is_required(&whole, &member);
            parameters.push(parameter(&member, schema, false, required));
        }
        (parameters, None)
    }

    /// Of a request's members, those that stand in its body.
    fn keep_only(&mut self, name: &str, members: Vec<(String, Value)>) {
        let schema = self.schemas.get_mut(name).expect("it was added");
        let in_body = |member: &Value| members.iter().any(|(name, _)| member == name);
        if let Some(required) = schema["required"].as_array() {
            let left: Vec<Value> = required.iter().filter(|m| in_body(m)).cloned().collect();
            let schema = schema.as_object_mut().expect("an object");
            match left.is_empty() {
                true => drop(schema.remove("required")),
                false => drop(schema.insert("required".into(), left.into())),
            }
        }
        schema["properties"] = Value::Object(members.into_iter().collect());
    }

    fn responses(&mut self, row: &Documented, about: &About) -> Value {
        let answer = self.add((row.answer)());
        let schema = match row.in_envelope {
            true => envelope(&answer),
            false => answer,
        };
        let mut headers = json!({ "X-Request-Id": header("RequestId") });
        if takes_key(row) {
            headers["Idempotency-Replayed"] = header("IdempotencyReplayed");
        }
        if operations::may_be_near(row.method, row.path) {
            headers["X-Gatehouse-Bookmark"] = header("Bookmark");
        }
        let mut success = json!({
            "description": about.success,
            "headers": headers,
            "content": { row.media_type: { "schema": schema } },
        });
        if !about.links.is_null() {
            success["links"] = about.links.clone();
        }
        let mut responses = Map::new();
        responses.insert("200".into(), success);
        let failures = match row.path.starts_with("/oauth2/") {
            true => operations::oauth_failures(),
            false => failures(&codes(row, about)),
        };
        responses.extend(failures);
        responses.into()
    }
}

/// What a body's members must be to one another.
fn with_rule(id: &str, schema: Value) -> Value {
    match id {
        "createClient" => json!({ "allOf": [schema, { "anyOf": [
            { "required": ["partnerId"], "properties": { "partnerId": { "type": "string" }, "partnerName": { "type": "null" }, "home": { "type": "null" } } },
            { "required": ["partnerName"], "properties": { "partnerName": { "type": "string" }, "partnerId": { "type": "null" } } },
        ] }] }),
        _ => schema,
    }
}

fn is_required(schema: &Value, member: &str) -> bool {
    let required = schema["required"].as_array();
    required.is_some_and(|all| all.iter().any(|name| name == member))
}

fn parameter(name: &str, schema: Value, in_path: bool, required: bool) -> Value {
    // There is no null in a URL.
    let mut schema = match schema["oneOf"].as_array() {
        Some(either) => either[0].clone(),
        None => schema,
    };
    let description = schema.as_object_mut().and_then(|s| s.remove("description"));
    let mut parameter = json!({
        "name": name,
        "in": if in_path { "path" } else { "query" },
        "required": required,
        "schema": schema,
    });
    if !required {
        // What is there without a value is as if it were not.
        parameter["allowEmptyValue"] = true.into();
    }
    if let Some(description) = description {
        parameter["description"] = description;
    }
    parameter
}

fn has_body(row: &Documented) -> bool {
    ["POST", "PUT"].contains(&row.method)
}

/// As `serve` has it.
fn takes_key(row: &Documented) -> bool {
    ["Client", "LogsIn", "UsersWrite", "Auditor", "Admin"].contains(&row.token)
        && is_taken(row.method, row.path)
}

/// Those that any call of this kind may meet, and the operation's own.
fn codes(row: &Documented, about: &About) -> Vec<Code> {
    let mut codes = vec![Code::TooManyRequests, Code::Internal, Code::Unavailable];
    if !["Public", "OAuth"].contains(&row.token) {
        codes.extend([
            Code::TokenMissing,
            Code::TokenInvalid,
            Code::InsufficientScope,
        ]);
    }
    if has_body(row) {
        codes.push(Code::BodyTooLarge);
        let path_alone = row.path.contains('{');
        if !path_alone {
            let body = [
                Code::MalformedJson,
                Code::InvalidField,
                Code::UnsupportedMediaType,
            ];
            codes.extend(body);
        }
    }
    if takes_key(row) {
        codes.extend([
            Code::InvalidField,
            Code::RequestInProgress,
            Code::IdempotencyMismatch,
        ]);
    }
    codes.extend(about.codes);
    codes.sort();
    codes.dedup();
    codes
}

/// One response a status, with an example for each code.
fn failures(codes: &[Code]) -> Map<String, Value> {
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.status()).or_default().push(*code);
    }
    by_status
        .into_iter()
        .map(|(status, codes)| (status.to_string(), failure(status, &codes)))
        .collect()
}

fn failure(status: u16, codes: &[Code]) -> Value {
    let mut headers = json!({ "X-Request-Id": header("RequestId") });
    if codes.iter().any(|code| waits(*code)) {
        headers["Retry-After"] = header("RetryAfter");
    }
    if status == 401 || codes.iter().any(|code| challenges(*code)) {
        headers["WWW-Authenticate"] = header("Authenticate");
    }
    let mut examples = Map::new();
    let mut lines = Vec::new();
    for code in codes {
        let example = format!("#/components/examples/{}", code.as_str());
        examples.insert(code.as_str().into(), json!({ "$ref": example }));
        lines.push(format!("{} {}", code.number(), code.as_str()));
    }
    let numbers: Vec<u32> = codes.iter().map(|code| code.number()).collect();
    json!({
        "description": lines.join(", "),
        "headers": headers,
        "content": { "application/json": {
            "schema": { "allOf": [
                { "$ref": "#/components/schemas/Failure" },
                { "properties": { "errorCode": { "enum": numbers } } },
            ] },
            "examples": examples,
        } },
    })
}

/// Said where there is no call to say them at: no such path or method, or not by TLS.
const OF_NO_CALL: [Code; 3] = [
    Code::UnknownPath,
    Code::MethodNotAllowed,
    Code::HttpsRequired,
];

/// Each code once; the calls refer to it.
fn examples() -> Value {
    let example = |code: &Code| {
        let error = operations::sample(*code);
        assert_eq!(error.code(), *code);
        let value = json!({
            "success": false, "data": error.facts(),
            "errorCode": code.number(), "errorMessage": error.message(),
        });
        let about = json!({
            "summary": format!("{} {}", code.number(), code.when()),
            "description": code.remedy(),
            "value": value,
        });
        (code.as_str().to_owned(), about)
    };
    let of_a_call = |code: &&Code| !OF_NO_CALL.contains(code);
    Value::Object(
        Code::VARIANTS
            .iter()
            .filter(of_a_call)
            .map(example)
            .collect(),
    )
}

fn waits(code: Code) -> bool {
    // Of a lock, an unlock that is refused says it.
    code.facts().contains(&"retryAfter") || code == Code::OtpLocked
}

/// Whether `WWW-Authenticate` says what is missing.
fn challenges(code: Code) -> bool {
    [Code::InsufficientScope, Code::ReauthenticationRequired].contains(&code)
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

/// utoipa names every `Envelope<T>` alike, so it is written here.
fn envelope(data: &Value) -> Value {
    json!({
        "type": "object",
        "description": "The envelope of every `/v1` answer.",
        "required": ["success", "data", "errorCode", "errorMessage"],
        "properties": {
            "success": { "type": "boolean", "const": true, "description": "True." },
            "data": data,
            "errorCode": { "type": "integer", "const": 0, "description": "0." },
            "errorMessage": { "type": "string", "const": "", "description": "Empty." },
        },
    })
}

/// `examples` as OpenAPI 3.1 has them, and no formats that say what the type says.
fn tidy(mut schema: Value) -> Value {
    match &mut schema {
        Value::Object(members) => {
            if let Some(example) = members.remove("example") {
                members.insert("examples".into(), json!([example]));
            }
            let number = ["int32", "int64"];
            let plain = |format: &Value| format.as_str().is_some_and(|f| number.contains(&f));
            if members.get("format").is_some_and(plain) {
                members.remove("format");
            }
            let tidied = std::mem::take(members).into_iter();
            *members = tidied.map(|(name, value)| (name, tidy(value))).collect();
        }
        Value::Array(items) => items.iter_mut().for_each(|item| *item = tidy(item.take())),
        _ => {}
    }
    schema
}

// ── docs/errors.md ──────────────────────────────────────────────────────────────────────────

fn errors_page() -> String {
    let mut page = String::from(ERRORS_HEAD);
    for code in Code::VARIANTS {
        page += &format!(
            "| <a id=\"{0}\"></a>{0} | {1} | `{2}` | {3} | {4} | {5} |\n",
            code.number(),
            code.status(),
            code.as_str(),
            code.facts()
                .iter()
                .map(|name| format!("`{name}`"))
                .collect::<String>(),
            code.when(),
            code.remedy()
        );
    }
    page + ERRORS_TAIL
}

const ERRORS_HEAD: &str = "# Errors

Made from `src/error/code.rs` by `scripts/rewrite-documents.sh`; do not edit it by hand.

Every failure of a `/v1` call has a real HTTP status and this body, in which `errorCode` is stable and
`errorMessage` is an English sentence that names the field or the rule:

```json
{\"success\": false, \"data\": {\"field\": \"username\"}, \"errorCode\": 1002, \"errorMessage\": \"username is missing.\"}
```

`data` is null, or holds what a program needs of the failure, so that none has to read the sentence: the `field` that
will not do (a member, a parameter or a header; of a nested member its path, `data.userId`), the `triesLeft`, the
seconds to wait as `retryAfter`, which the header `Retry-After` says too, the `scope` that the call needs. Every
answer of the service carries `X-Request-Id`; name it when you ask about one. `/openapi.json` is a file that is served
without waking the service: it has no such id, and another method there is a bare 405. New codes may come: treat one
you do not know by its HTTP status.

| code | status | name | `data` | when | what to do |
|---|---|---|---|---|---|
";

const ERRORS_TAIL: &str = "
The OAuth endpoints speak RFC 6749 §5.2 instead: `{\"error\": \"invalid_client\", \"error_description\": \"...\"}`.
401 is kept for bearer tokens and for clients by HTTP Basic: a wrong password is no 401, because mobile HTTP
stacks answer any 401 by refreshing.
";

// ── The committed files ─────────────────────────────────────────────────────────────────────

/// Compares a committed file with what it is made of; GATEHOUSE_REWRITE=1 writes it instead.
fn compare(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    if env::var_os("GATEHOUSE_REWRITE").is_some() {
        fs::write(&path, made).expect("the repository can be written");
        return;
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let line = committed.lines().zip(made.lines());
    let line = line.take_while(|(old, new)| old == new).count() + 1;
    assert!(
        committed == made,
        "{name} is stale from line {line} on: run scripts/rewrite-documents.sh"
    );
}

#[test]
fn the_committed_document_is_what_the_types_say() {
    let text = serde_json::to_string_pretty(&document()).expect("JSON");
    compare("openapi.json", &(text + "\n"));
}

#[test]
fn the_page_of_errors_is_what_the_table_says() {
    compare("docs/errors.md", &errors_page());
}

#[test]
fn every_failure_has_the_data_that_the_table_says() {
    for code in Code::VARIANTS {
        let facts = json!(operations::sample(*code).facts());
        let names = facts.as_object().into_iter().flat_map(Map::keys);
        let names: Vec<&String> = names.collect();
        assert_eq!(names, code.facts(), "{}", code.as_str());
    }
}

#[test]
fn every_route_is_described_and_nothing_else_is() {
    let known: Vec<(&str, &str)> = DOCUMENTED
        .iter()
        .map(|row| (row.method, row.path))
        .filter(|(_, path)| !path.starts_with("/dev/"))
        .collect();
    for (method, path) in operations::all() {
        assert!(known.contains(&(method, path)), "{method} {path}");
    }
    assert_eq!(known.len(), operations::all().count());
}

#[test]
fn every_member_says_what_it_means_and_shows_an_example() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let mut bare = Vec::new();
    for (name, schema) in schemas {
        let Some(members) = schema["properties"].as_object() else {
            continue;
        };
        for (member, schema) in members {
            let target = schema["$ref"].as_str().or_else(|| {
                let any = schema["oneOf"].as_array()?;
                any.iter().find_map(|one| one["$ref"].as_str())
            });
            let target = target.and_then(|to| schemas.get(to.rsplit('/').next()?));
            let has = |what: &str| {
                schema.get(what).is_some() || target.is_some_and(|t| t.get(what).is_some())
            };
            if !has("description") {
                bare.push(format!("{name}.{member} has no description"));
            }
            let nested = target.is_some_and(|to| to.get("properties").is_some());
            let listed = schema["items"].get("$ref").is_some();
            if !(has("examples") || nested || listed) {
                bare.push(format!("{name}.{member} has no example"));
            }
        }
    }
    assert!(bare.is_empty(), "{bare:#?}");
}
