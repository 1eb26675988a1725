//! A scene: calls in order, by a partner of its own, on a clock of its own. What was asked and
//! answered is written down as it was, and compared with the golden of that name.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::{json, Value};

use crate::call::{post, Call, Caller};
use crate::names::Names;
use crate::reply::Reply;
use crate::support::service::Credentials;
use crate::support::{random, Gatehouse};

/// What all scenes of the harness share: everything that settings decide is fixed, so that it
/// can stand in a golden as it is.
pub fn gatehouse() -> Arc<Gatehouse> {
    static SHARED: OnceLock<Arc<Gatehouse>> = OnceLock::new();
    let start = || {
        Gatehouse::start_under(
            "tests/harness/wrangler.toml",
            "golden",
            &[
                ("ISSUER", ISSUER),
                ("TOKEN_SIGNING_KEYS", KEYS),
                (
                    "CORS_ORIGINS",
                    "https://app.example.com,https://b.example.com",
                ),
                ("SMS_ALLOWED_PREFIXES", "+1,+44"),
                ("SUBACCOUNT_EMAIL_DOMAIN", "sub.example.com"),
            ],
        )
    };
    SHARED.get_or_init(start).clone()
}

const ISSUER: &str = "https://id.example.com";
const KEYS: &str = r#"[{"kty":"OKP","crv":"Ed25519","kid":"golden-1","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"},{"kty":"oct","kid":"golden-2","k":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI"}]"#;

pub const SECOND: i64 = 1000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// 2025-07-10T14:19:46.359Z. Each scene begins days after the one before, so that rows tell by
/// their times whose they are.
const FIRST_DAY: i64 = 1_752_157_186_359;

static TAKEN: Mutex<BTreeSet<i64>> = Mutex::new(BTreeSet::new());

pub struct Scene {
    pub name: &'static str,
    pub number: i64,
    pub gatehouse: Arc<Gatehouse>,
    http: reqwest::Client,
    address: String,
    /// Milliseconds since 1970, as the service will believe. Every call takes a second.
    pub now: i64,
    pub begun: i64,
    pub client: Credentials,
    /// The client's.
    pub partner: String,
    /// The client's own.
    pub token: String,
    names: Names,
    page: Vec<Part>,
    real_clock: bool,
}

enum Part {
    Heading(String),
    Exchange(Box<Exchange>),
    Text(String),
}

struct Exchange {
    call: Call,
    reply: Reply,
    brief: bool,
}

impl Scene {
    /// `number` is no other scene's.
    pub async fn begin(name: &'static str, number: i64) -> Scene {
        let mut scene = Scene::on(gatehouse(), name, number);
        scene.client = scene.new_client(json!({"partnerName": "Golden"})).await;
        scene.token = scene.token_of(&scene.client.clone()).await;
        scene
    }

    /// On another service, as `demo`.
    pub fn on(gatehouse: Arc<Gatehouse>, name: &'static str, number: i64) -> Scene {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let client = gatehouse.service.client("demo");
        let fresh = TAKEN.lock().expect("nobody panics").insert(number);
        assert!(fresh, "two scenes have the number {number}");
        let begun = FIRST_DAY + 3 * number * DAY;
        Scene {
            name,
            number,
            begun,
            http: http.build().expect("an HTTP client can be made"),
            address: random::address(),
            now: begun,
            client,
            partner: String::new(),
            token: String::new(),
            names: Names::default(),
            page: Vec::new(),
            real_clock: false,
            gatehouse,
        }
    }

    /// Shows the call and its answer in full.
    pub async fn shows(&mut self, title: &str, call: Call) -> Reply {
        self.heading(title);
        self.record(call, false).await
    }

    /// Shows of the answer what is not the same for all.
    pub async fn lists(&mut self, call: Call) -> Reply {
        self.record(call, true).await
    }

    pub fn heading(&mut self, title: &str) {
        self.page.push(Part::Heading(title.to_owned()));
    }

    pub fn text(&mut self, text: impl Into<String>) {
        self.page.push(Part::Text(text.into()));
    }

    /// A call that goes before what is to be shown.
    pub async fn quietly(&mut self, call: Call) -> Reply {
        let reply = self.send(&call).await;
        assert_eq!(reply.status, 200, "{call:?}: {reply:?}");
        reply
    }

    async fn record(&mut self, call: Call, brief: bool) -> Reply {
        let reply = self.send(&call).await;
        self.keep(call, reply.clone(), brief);
        reply
    }

    pub fn keep(&mut self, call: Call, reply: Reply, brief: bool) {
        self.page
            .push(Part::Exchange(Box::new(Exchange { call, reply, brief })));
    }

    /// Shows this instead of that in the last answer: for what has no shape of its own.
    pub fn hides(&mut self, text: &str, shown: &str) {
        let Some(Part::Exchange(last)) = self.page.last_mut() else {
            panic!("no answer to hide {text} in");
        };
        assert!(
            last.reply.raw.contains(text),
            "no {text} in the last answer"
        );
        last.reply.raw = last.reply.raw.replace(text, shown);
    }

    /// Hides the digits after this in the last text.
    pub fn hides_digits_after(&mut self, mark: &str) {
        let Some(Part::Text(last)) = self.page.last_mut() else {
            panic!("no text to hide digits in");
        };
        let from = last.find(mark).expect("the mark") + mark.len();
        let digits = last[from..].bytes().take_while(u8::is_ascii_digit).count();
        last.replace_range(from..from + digits, "<digits>");
    }

    /// The service has no harness: times are the machine's.
    pub fn on_the_real_clock(mut self) -> Scene {
        self.real_clock = true;
        self.names.hides_times = true;
        self
    }

    pub async fn send(&mut self, call: &Call) -> Reply {
        self.now += SECOND;
        let url = format!("{}{}", self.gatehouse.service.base, call.path);
        let method = call.method.parse().expect("a method");
        let mut request = self.http.request(method, url);
        request = request.header("CF-Connecting-IP", &self.address);
        if !self.real_clock {
            request = request.header("x-test-clock", format!("={}", self.now));
        }
        match &call.caller {
            Caller::Nobody => {}
            Caller::Client => request = request.bearer_auth(&self.token),
            Caller::Token(_, token) => request = request.bearer_auth(token),
            Caller::Raw(header) => request = request.header("Authorization", header),
            Caller::Basic(_, client) => {
                request = request.basic_auth(&client.id, Some(&client.secret));
            }
        }
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        if let Some(body) = &call.body {
            request = request.body(body.clone());
        }
        let answer = request
            .send()
            .await
            .unwrap_or_else(|e| panic!("{call:?}: {e:?}"));
        Reply::read(answer).await
    }

    /// Lets time pass.
    pub fn wait(&mut self, millis: i64) {
        self.now += millis;
    }

    /// What the scene came to, against its golden.
    #[track_caller]
    pub fn ends(mut self) {
        let mut text = String::new();
        for part in std::mem::take(&mut self.page) {
            match part {
                Part::Heading(title) => write!(text, "## {title}\n\n"),
                Part::Text(more) => writeln!(text, "{}", self.names.of(&more)),
                Part::Exchange(exchange) => write!(text, "{}", self.shown(&exchange)),
            }
            .expect("a string takes all");
        }
        let tokens = self.names.tokens();
        if !tokens.is_empty() {
            text += &format!("## the tokens\n\n{tokens}");
        }
        crate::compare(self.name, &text);
    }

    fn shown(&mut self, exchange: &Exchange) -> String {
        let Exchange { call, reply, brief } = exchange;
        let asked = call.shown();
        let headers = reply.shown_headers(*brief);
        let body = match reply.raw.as_str() {
            "" => "(no body)",
            raw => raw,
        };
        let text = match brief {
            true => format!("{asked}< {} {body}\n{headers}\n", reply.status),
            false => format!("{asked}< {}\n{headers}{body}\n\n", reply.status),
        };
        self.names.of(&text)
    }
}

// --- partners and clients --------------------------------------------------------------------

impl Scene {
    pub async fn root(&mut self) -> String {
        let root = self.gatehouse.service.client("root");
        self.token_of(&root).await
    }

    pub async fn token_of(&mut self, client: &Credentials) -> String {
        let call = post("/oauth2/token").basic("client", client);
        let call = call.form("grant_type=client_credentials");
        self.quietly(call).await.text("/access_token")
    }

    /// A client of the partner that this says.
    pub async fn new_client(&mut self, of: Value) -> Credentials {
        let root = self.root().await;
        let mut body = json!({
            "name": "Golden",
            "roles": ["customer", "trader"],
            "defaultRoles": ["customer"],
        });
        let members = of.as_object().expect("an object").clone();
        body.as_object_mut().expect("an object").extend(members);
        let call = post("/v1/client").token("root", &root).json(body);
        let reply = self.quietly(call).await;
        if self.partner.is_empty() {
            self.partner = reply.text("/data/partnerId");
        }
        Credentials {
            id: reply.text("/data/clientId"),
            secret: reply.text("/data/clientSecret"),
        }
    }
}
