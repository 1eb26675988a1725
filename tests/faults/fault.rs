//! Faults, and callers who meet them.

use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{json, Value};
use tokio::sync::OnceCell;

use crate::figures;
use crate::support::http::{Method, Reply};
use crate::support::{Api, Gatehouse};

pub const CONFIG: &str = "tests/harness/wrangler.toml";

/// What a lost connection looks like: tried again by the service itself.
pub const TRANSIENT: &str = "D1_ERROR: Network connection lost.";
/// Not tried again: that would make it worse.
pub const OVERLOADED: &str = "D1_ERROR: D1 DB is overloaded. Requests queued for too long.";
pub const R2_DOWN: &str = "put: We encountered an internal error. Please try again. (10001)";
pub const KV_DOWN: &str = "KV GET failed: 503 Service Unavailable";

pub const SECOND: i64 = 1000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Before,
    After,
}

/// See `tests/harness/entry.mjs`.
#[derive(Clone, Debug)]
pub struct Fault {
    pub op: &'static str,
    /// From 1.
    pub nth: usize,
    pub times: usize,
    pub when: When,
    pub what: Value,
}

impl Fault {
    fn of(op: &'static str, when: When, what: Value) -> Fault {
        let (nth, times) = (1, 1);
        Fault {
            op,
            nth,
            times,
            when,
            what,
        }
    }

    pub fn error(op: &'static str, when: When, message: &str) -> Fault {
        Fault::of(op, when, json!({"do": "error", "message": message}))
    }

    pub fn cut(op: &'static str, when: When) -> Fault {
        Fault::of(op, when, json!({"do": "cut"}))
    }

    /// The caller hangs up while this is done.
    pub fn hang_up(op: &'static str) -> Fault {
        Fault::of(op, When::Before, json!({"do": "hang_up"}))
    }

    pub fn hang(op: &'static str, when: When) -> Fault {
        Fault::of(op, when, json!({"do": "hang"}))
    }

    pub fn delay(op: &'static str, ms: u32) -> Fault {
        Fault::of(op, When::Before, json!({"do": "delay", "ms": ms}))
    }

    /// It takes so long by the request's clock, and nobody waits.
    pub fn pass(op: &'static str, ms: i64) -> Fault {
        Fault::of(op, When::Before, json!({"do": "pass", "ms": ms}))
    }

    /// It waits there until the gate of this name is opened.
    pub fn hold(op: &'static str, gate: &str) -> Fault {
        Fault::of(op, When::Before, json!({"do": "hold", "gate": gate}))
    }

    /// The provider's answer is this: "after" it took the message, "before" without its knowing.
    pub fn answer(when: When, mut answer: Value) -> Fault {
        answer["do"] = json!("answer");
        Fault::of("fetch", when, answer)
    }

    pub fn nth(self, nth: usize) -> Fault {
        Fault { nth, ..self }
    }

    pub fn always(self) -> Fault {
        Fault {
            times: 1000,
            ..self
        }
    }

    fn header(&self) -> Value {
        let mut header = self.what.clone();
        header["op"] = json!(self.op);
        header["nth"] = json!(self.nth);
        header["times"] = json!(self.times);
        header["when"] = json!(match self.when {
            When::Before => "before",
            When::After => "after",
        });
        header
    }
}

impl Api {
    /// `demo` on the service that all tests here share.
    pub async fn faulty() -> Api {
        static LEDGER_ASKED: OnceCell<()> = OnceCell::const_new();
        let api = Api::on(gatehouse()).await;
        // An isolate asks the ledger once by which id it knows an extended key: before anybody counts.
        let ask = async || {
            let user = api.verified_user().await;
            api.portfolio(&user.account).await.ok();
        };
        LEDGER_ASKED.get_or_init(ask).await;
        api
    }

    /// The same caller, whose requests meet this.
    pub fn meeting(&self, faults: &[Fault]) -> Api {
        let faults: Vec<Value> = faults.iter().map(Fault::header).collect();
        self.with_header("x-test-faults", json!(faults).to_string())
    }

    /// The same caller at this time, with a token of that time.
    pub async fn at(&self, now: i64) -> Api {
        self.believing(now).acting_as("demo").await
    }

    /// The same caller, with the token it has, at this time.
    pub fn believing(&self, now: i64) -> Api {
        self.with_header("x-test-clock", format!("={now}"))
    }

    /// The same caller, with the token it has, on a clock that is so far ahead and goes on.
    pub fn ahead(&self, by: i64) -> Api {
        self.with_header("x-test-clock", format!("+{by}"))
    }

    /// The same caller at another edge, which keeps what it read from KV, misses too, for so long.
    pub fn at_edge(&self, edge: &str, stale: i64) -> Api {
        let kv = json!({"edge": edge, "stale": stale});
        self.with_header("x-test-kv", kv.to_string())
    }

    /// The cron's event.
    pub async fn cron(&self) -> Reply {
        let event = self.with_header("x-test-event", "scheduled".into());
        event.call(Method::POST, "/").send().await
    }

    /// Until somebody waits at this gate.
    pub async fn until_reached(&self, gate: &str) {
        self.at_gate("reached", gate).await;
    }

    /// Whoever waits at this gate goes on.
    pub async fn open(&self, gate: &str) {
        self.at_gate("open", gate).await;
    }

    async fn at_gate(&self, what: &str, gate: &str) {
        let event = self.with_header("x-test-gate", format!("{what} {gate}"));
        let reply = event.call(Method::POST, "/").send().await;
        reply.expect_status(200);
    }

    pub fn with_key(&self, key: &str) -> Api {
        self.with_header("Idempotency-Key", key.into())
    }

    /// On a service of its own.
    pub fn weighing_memory(&self) -> Api {
        self.with_header("x-test-memory", "1".into())
    }

    pub fn not_waiting_for_later_work(&self) -> Api {
        self.with_header("x-test-settle", "0".into())
    }

    fn with_header(&self, name: &'static str, value: String) -> Api {
        let mut api = self.clone();
        api.headers.retain(|(known, _)| *known != name);
        api.headers.push((name, value));
        api
    }
}

impl Reply {
    /// The operations that the request began, in order.
    pub fn trace(&self) -> Vec<&str> {
        let trace = self.header("x-test-trace").split(',');
        trace.filter(|operation| !operation.is_empty()).collect()
    }

    /// Whether the nth of them, from 0, only read.
    pub fn only_read(&self, nth: usize) -> bool {
        let mut reads = self.header("x-test-reads").split(',');
        reads.any(|read| read.parse() == Ok(nth))
    }

    /// By which it found what the partner has set.
    pub fn looked_up(&self) -> Vec<&str> {
        let terms = self.header("x-test-terms").split(',');
        terms.filter(|operation| !operation.is_empty()).collect()
    }

    pub fn begun(&self, operation: &str) -> usize {
        self.trace().iter().filter(|op| **op == operation).count()
    }

    /// The life of each value that it put into KV, in seconds.
    pub fn lives(&self) -> Vec<i64> {
        let lives = self.header("x-test-lives").split(',');
        lives.filter_map(|seconds| seconds.parse().ok()).collect()
    }

    /// Whether a password was hashed for it: over 19 MiB of memory, where all else takes one or two.
    pub fn hashed(&self) -> bool {
        let pages: usize = self.header("x-test-worked").parse().expect("a number");
        let pages_of_a_hash = 19 * 16;
        assert!(
            !(100..pages_of_a_hash - 8).contains(&pages),
            "neither a hash nor none: {pages} pages: {self}"
        );
        pages > 100
    }

    /// Milliseconds until the answer, on the service's own watch.
    pub fn took(&self) -> u64 {
        self.header("x-test-took").parse().expect("a number")
    }

    /// A fault that never happened proves nothing.
    #[track_caller]
    pub fn met(&self) -> &Reply {
        let fired: usize = self.header("x-test-fired").parse().expect("a number");
        assert!(fired > 0, "the fault did not happen: {self}");
        figures::add(&figures::FAULTS, fired);
        self
    }
}

/// The reset code is long, so that a search for one in a file finds nothing else. Where two parts of these tests run
/// side by side (`scripts/run-tests.mjs`), its log is that of the part.
pub fn gatehouse() -> Arc<Gatehouse> {
    static SHARED: OnceLock<Arc<Gatehouse>> = OnceLock::new();
    let start = || {
        figures::at_the_end();
        let name = std::env::var("GATEHOUSE_TEST_PART").unwrap_or("faults".into());
        Gatehouse::start_under(CONFIG, &name, &[("RESET_OTP_LENGTH", "10")])
    };
    SHARED.get_or_init(start).clone()
}

/// Milliseconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let millis = since.expect("it is after 1970").as_millis();
    millis.try_into().expect("a time")
}
