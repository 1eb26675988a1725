//! The client of the tests. It checks what every answer must keep before a test looks at it,
//! and a failed assertion shows method, path, status and body together.

use std::sync::Arc;
use std::time::Duration;

use base64ct::{Base64, Encoding};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
pub use reqwest::Method;
use serde_json::{json, Value};

use super::service::Credentials;
use super::{random, Gatehouse};

/// One caller: an address of its own, a connection pool of its own (a pool cannot be shared by
/// the runtimes of two tests), and the token of the client it acts for.
#[derive(Clone)]
pub struct Api {
    pub gatehouse: Arc<Gatehouse>,
    pub address: String,
    /// The client_auth token the helpers in `people` act with.
    pub token: String,
    /// Sent with every call.
    pub headers: Vec<(&'static str, String)>,
    http: reqwest::Client,
}

impl Api {
    /// Acting as `demo` on the shared service.
    pub async fn new() -> Api {
        Api::on(Gatehouse::shared()).await
    }

    /// Acting as `demo` on another service.
    pub async fn on(gatehouse: Arc<Gatehouse>) -> Api {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(90))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("an HTTP client can be made");
        let mut api = Api {
            gatehouse,
            address: random::address(),
            token: String::new(),
            headers: Vec::new(),
            http,
        };
        api.token = api.client_token("demo").await;
        api
    }

    /// The same caller with another client's token.
    pub fn with_token(&self, token: &str) -> Api {
        Api {
            token: token.to_owned(),
            ..self.clone()
        }
    }

    /// The same caller as `demo`, `other` or `root`.
    pub async fn acting_as(&self, client: &str) -> Api {
        self.with_token(&self.client_token(client).await)
    }

    /// A client_auth token of `demo`, `other` or `root`.
    pub async fn client_token(&self, client: &str) -> String {
        let credentials = self.gatehouse.service.client(client);
        self.token_of(&credentials).await
    }

    pub async fn token_of(&self, client: &Credentials) -> String {
        let reply = self
            .call(Method::POST, "/oauth2/token")
            .basic(&client.id, &client.secret)
            .form("grant_type=client_credentials")
            .send()
            .await;
        reply.expect_status(200).text("access_token")
    }

    /// A token with these scopes of the client's, and no other.
    pub async fn token_with(&self, client: &Credentials, scope: &str) -> String {
        let form = format!("grant_type=client_credentials&scope={scope}");
        let call = self.call(Method::POST, "/oauth2/token");
        let reply = call.basic(&client.id, &client.secret).form(&form).send();
        let reply = reply.await;
        assert_eq!(reply.text("scope"), scope, "{reply}");
        reply.text("access_token")
    }

    pub fn call(&self, method: Method, path: &str) -> Call {
        let url = format!("{}{path}", self.gatehouse.service.base);
        let mut request = self
            .http
            .request(method.clone(), url)
            .header("CF-Connecting-IP", &self.address);
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        Call {
            what: format!("{method} {path}"),
            enveloped: path.starts_with("/v1"),
            head: method == Method::HEAD,
            request,
        }
    }

    pub async fn get(&self, path: &str, token: &str) -> Reply {
        self.call(Method::GET, path).bearer(token).send().await
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> Reply {
        let call = self.call(Method::POST, path).bearer(token);
        call.json(&body).send().await
    }

    pub async fn put(&self, path: &str, token: &str, body: Value) -> Reply {
        let call = self.call(Method::PUT, path).bearer(token);
        call.json(&body).send().await
    }
}

/// A request being made.
pub struct Call {
    what: String,
    enveloped: bool,
    head: bool,
    request: reqwest::RequestBuilder,
}

impl Call {
    /// Of nobody: to a service whose clients have no part in it.
    pub fn bare(method: Method, base: &str, path: &str) -> Call {
        Call {
            what: format!("{method} {path}"),
            enveloped: path.starts_with("/v1"),
            head: method == Method::HEAD,
            request: reqwest::Client::new().request(method, format!("{base}{path}")),
        }
    }

    pub fn header(mut self, name: &str, value: &str) -> Call {
        let name: HeaderName = name.parse().expect("a header's name");
        let value = HeaderValue::from_bytes(value.as_bytes()).expect("a header's value");
        self.request = self.request.header(name, value);
        self
    }

    pub fn bearer(self, token: &str) -> Call {
        self.header("Authorization", &format!("Bearer {token}"))
    }

    /// Basic credentials as RFC 6749 §2.3.1 wants them: each half form-urlencoded first.
    pub fn basic(self, id: &str, secret: &str) -> Call {
        let encode =
            |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
        let pair = format!("{}:{}", encode(id), encode(secret));
        let pair = Base64::encode_string(pair.as_bytes());
        self.header("Authorization", &format!("Basic {pair}"))
    }

    pub fn json(self, body: &Value) -> Call {
        self.body("application/json", body.to_string().into_bytes())
    }

    pub fn form(self, body: &str) -> Call {
        self.body(
            "application/x-www-form-urlencoded",
            body.as_bytes().to_vec(),
        )
    }

    pub fn body(mut self, media_type: &str, body: Vec<u8>) -> Call {
        self.request = self.request.body(body);
        self.header("Content-Type", media_type)
    }

    /// A body of no declared type.
    pub fn untyped(mut self, body: Vec<u8>) -> Call {
        self.request = self.request.body(body);
        self
    }

    pub async fn send(self) -> Reply {
        let answer = self.request.send().await;
        let answer = answer.unwrap_or_else(|e| panic!("{}: no answer: {e:?}", self.what));
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        let bytes = answer.bytes().await;
        let bytes = bytes.unwrap_or_else(|e| panic!("{}: half an answer: {e:?}", self.what));
        let reply = Reply {
            what: self.what,
            status,
            headers,
            body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
            raw: String::from_utf8_lossy(&bytes).into_owned(),
        };
        reply.check_always();
        let is_lines = reply.header("content-type") == "application/x-ndjson";
        if self.enveloped && !is_lines && !self.head && status != 204 && !reply.was_cut() {
            reply.check_envelope();
        }
        reply
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    what: String,
    pub status: u16,
    pub headers: HeaderMap,
    /// `null` when the answer is not JSON.
    pub body: Value,
    pub raw: String,
}

impl Reply {
    /// The `data` of a success.
    #[track_caller]
    pub fn ok(&self) -> &Value {
        assert_eq!(self.status, 200, "{self}");
        &self.body["data"]
    }

    /// A failure with this code.
    #[track_caller]
    pub fn fails(&self, code: u64) -> &Reply {
        assert_eq!(self.code(), code, "{self}");
        self
    }

    #[track_caller]
    pub fn fails_with_one_of(&self, codes: &[u64]) -> &Reply {
        assert!(codes.contains(&self.code()), "not one of {codes:?}: {self}");
        self
    }

    /// A failure whose sentence names this.
    #[track_caller]
    pub fn naming(&self, field: &str) -> &Reply {
        assert!(self.message().contains(field), "{field} not named: {self}");
        self
    }

    #[track_caller]
    pub fn expect_status(&self, status: u16) -> &Reply {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// An error of an OAuth endpoint, RFC 6749 §5.2.
    #[track_caller]
    pub fn oauth_error(&self, status: u16, error: &str) -> &Reply {
        assert_eq!(self.status, status, "{self}");
        assert_eq!(self.body["error"], error, "{self}");
        self
    }

    /// 0 for a success.
    pub fn code(&self) -> u64 {
        self.body["errorCode"].as_u64().unwrap_or(u64::MAX)
    }

    pub fn message(&self) -> &str {
        self.body["errorMessage"].as_str().unwrap_or_default()
    }

    /// The string at this member of the body, or at this JSON pointer.
    #[track_caller]
    pub fn text(&self, place: &str) -> String {
        let found = match place.starts_with('/') {
            true => self.body.pointer(place),
            false => self.body.get(place),
        };
        let text = found.and_then(Value::as_str);
        text.unwrap_or_else(|| panic!("no text at {place}: {self}"))
            .to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// Whether the harness of `tests/faults` ended the request before there was an answer.
    pub fn was_cut(&self) -> bool {
        self.status == 599
    }

    /// Of a success that is JSON, an object a line.
    #[track_caller]
    pub fn lines(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{self}");
        assert_eq!(
            self.header("content-type"),
            "application/x-ndjson",
            "{self}"
        );
        let line = |line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{line}: {e}"));
        self.raw.lines().map(line).collect()
    }

    #[track_caller]
    fn check_always(&self) {
        assert_ne!(self.status, 500, "our fault: {self}");
        if self.status >= 400 {
            let answer = self.raw.to_lowercase();
            for inside in INSIDES {
                assert!(
                    !answer.contains(inside),
                    "the answer shows {inside:?}: {self}"
                );
            }
        }
    }

    /// R01, R02 and R04, for every answer under `/v1`.
    #[track_caller]
    fn check_envelope(&self) {
        assert!(
            self.header("content-type").starts_with("application/json"),
            "not JSON: {self}"
        );
        assert_eq!(self.header("cache-control"), "no-store", "{self}");
        assert!(!self.header("x-request-id").is_empty(), "no id: {self}");
        let members = self.body.as_object();
        let mut members: Vec<&str> = members
            .unwrap_or_else(|| panic!("not an object: {self}"))
            .keys()
            .map(String::as_str)
            .collect();
        members.sort_unstable();
        assert_eq!(
            members,
            ["data", "errorCode", "errorMessage", "success"],
            "{self}"
        );
        if self.status == 200 {
            assert_eq!(self.body["success"], json!(true), "{self}");
            assert_eq!(self.body["errorCode"], json!(0), "{self}");
            assert_eq!(self.body["errorMessage"], json!(""), "{self}");
            assert!(self.body["data"].is_object(), "{self}");
        } else {
            assert_eq!(self.body["success"], json!(false), "{self}");
            assert_eq!(self.body["data"], self.expected_data(), "{self}");
            assert!(!self.message().is_empty(), "no sentence: {self}");
            assert_eq!(Some(self.status), status_of(self.code()), "{self}");
            self.check_headers_of_failure();
        }
    }

    /// What a program needs of this failure, by what its header or its sentence says to people.
    fn expected_data(&self) -> Value {
        let wait = self.header("retry-after").parse::<u64>();
        let tries_left = || {
            let words = self.message().split(|c: char| !c.is_ascii_digit());
            let number = words.filter_map(|word| word.parse::<u64>().ok()).next();
            number.unwrap_or(1)
        };
        match (self.code(), wait) {
            (1002 | 3002, _) => {
                let field = self.message().split(' ').next();
                json!({ "field": field })
            }
            (3003, _) => json!({"field": "roles"}),
            (4001, _) => json!({"triesLeft": tries_left()}),
            (2003, _) => {
                let named = self.header("www-authenticate").split("scope=\"").nth(1);
                json!({ "scope": named.map(|rest| rest.trim_end_matches('"')) })
            }
            (_, Ok(seconds)) => json!({ "retryAfter": seconds }),
            _ => Value::Null,
        }
    }

    fn check_headers_of_failure(&self) {
        match self.status {
            401 | 403 if (2001..=2004).contains(&self.code()) => {
                let challenge = self.header("www-authenticate");
                let rest = challenge.strip_prefix("Bearer realm=\"gatehouse\"");
                let rest = rest.unwrap_or_else(|| panic!("not of this realm: {self}"));
                match self.code() {
                    2001 => assert_eq!(rest, "", "{self}"),
                    2002 => assert_eq!(rest, INVALID_TOKEN, "{self}"),
                    2004 => assert_eq!(rest, OLD_LOGIN, "{self}"),
                    _ => {
                        let scope = rest.strip_prefix(", error=\"insufficient_scope\", scope=\"");
                        let scope = scope.and_then(|rest| rest.strip_suffix('"'));
                        let scope = scope.unwrap_or_else(|| panic!("no scope: {self}"));
                        assert!(!scope.is_empty() && !scope.contains('"'), "{self}");
                        assert!(self.message().contains(scope), "{self}");
                    }
                }
            }
            405 => assert!(!self.header("allow").is_empty(), "no Allow: {self}"),
            429 => {
                let seconds: Result<u32, _> = self.header("retry-after").parse();
                assert!(seconds.is_ok_and(|s| s > 0), "no Retry-After: {self}");
            }
            _ => {}
        }
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body: String = self.raw.chars().take(2000).collect();
        write!(f, "{} answered {} {body}", self.what, self.status)?;
        write!(f, " with {:?}", self.headers)
    }
}

/// RFC 6750 §3.1, after the realm.
const INVALID_TOKEN: &str =
    ", error=\"invalid_token\", error_description=\"The token is not valid\"";

/// RFC 9470 §3, after the realm.
const OLD_LOGIN: &str = ", error=\"insufficient_user_authentication\", max_age=\"300\"";

/// Traces of the inside that no failure may show (lower case): of storage with its tables, of the
/// machine, and of the provider with the account at it.
const INSIDES: [&str; 32] = [
    "select ",
    "no such table",
    "no such column",
    "idempotent_requests",
    "idempotency_days",
    "client_secrets",
    "partner_sends",
    "partner_settings",
    "partner_keys",
    "partner_origins",
    "settings_keys",
    "account_keys",
    "user_kyc",
    "webhook_events",
    "challenge_states",
    "ac0123456789abcdef",
    "sqlite",
    "d1_error",
    "constraint failed",
    "insert into",
    "panicked",
    "unreachable",
    "runtimeerror",
    ".rs:",
    "at async",
    "twilio",
    "resend.com",
    "re_key",
    "postmark",
    "server-token",
    "$argon2",
    "xpub6",
];

/// The error table of the contract.
fn status_of(code: u64) -> Option<u16> {
    Some(match code {
        1001 | 1002 => 400,
        1003 => 415,
        1004 => 413,
        1005 => 404,
        1006 => 405,
        1007 => 409,
        1008 => 422,
        1009 => 429,
        1010 => 403,
        2001 | 2002 => 401,
        2003..=2005 => 403,
        3001 => 409,
        3002 | 3003 => 400,
        3004 => 403,
        3005 => 429,
        4001 => 403,
        4002 => 410,
        4003 => 403,
        4004 => 429,
        4005 => 502,
        4006 | 4008 => 422,
        4007 => 503,
        5001 => 403,
        6001 | 6002 => 404,
        6003 | 6004 | 6007 => 409,
        6005 | 6006 => 403,
        7001 | 7002 | 8001 => 404,
        7003 => 409,
        9001 => 500,
        9002 => 503,
        _ => return None,
    })
}
