//! Starts the built service through `scripts/dev.sh` on a port and a state folder of its own,
//! and sees to it that nothing of it outlives the tests.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::random;

const READY_WITHIN: Duration = Duration::from_secs(180);

/// Runs the service in a process group of its own and waits on stdin: it ends when the test
/// binary does, by whatever death. A handler in the binary could not promise that. A line there
/// kills the service without a warning and starts it again on the same state, with what the line
/// holds added to its settings.
const KEEPER: &str = r#"
set -m
begin() {
  { scripts/dev.sh; echo "dev.sh ended with status $?"; } >>"$LOG" 2>&1 </dev/null &
  group=$!
}
begin
while read -r more; do
  VARS="$VARS $more"
  kill -KILL -- "-$group"
  wait
  # What listens is a grandchild, which may still be on its way out.
  for _ in {1..100}; do (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null || break; sleep 0.1; done
  begin
done
kill -TERM -- "-$group" 2>/dev/null
for _ in {1..30}; do kill -0 -- "-$group" 2>/dev/null || break; sleep 0.1; done
kill -KILL -- "-$group" 2>/dev/null
rm -rf -- "$STATE"
"#;

/// The repository.
pub const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

pub struct Service {
    pub port: u16,
    pub base: String,
    /// The folder with local D1 and KV and `clients.json`; gone with the service.
    pub state: PathBuf,
    /// All that the service has printed. It is kept after the run, for whoever looks into a failure.
    pub log_path: PathBuf,
    clients: Value,
    keeper: Child,
}

/// OAuth credentials.
#[derive(Clone, Debug)]
pub struct Credentials {
    pub id: String,
    pub secret: String,
}

impl Service {
    /// `name` tells the services of one run apart. Values of `vars` hold no spaces.
    pub fn start(name: &str, vars: &[(&str, &str)]) -> Service {
        Service::start_until(name, vars, 200)
    }

    /// Waits for this status of `GET /healthz`, for a service that is meant not to be well.
    pub fn start_until(name: &str, vars: &[(&str, &str)], status: u16) -> Service {
        Service::start_under("wrangler.toml", name, vars, status)
    }

    /// The same under another wrangler configuration.
    pub fn start_under(config: &str, name: &str, vars: &[(&str, &str)], status: u16) -> Service {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let state = folder.join(format!("{name}-{}", std::process::id()));
        let log_path = folder.join(format!("{name}.log"));
        std::fs::create_dir_all(&state).expect("the state folder can be made");
        std::fs::write(&log_path, "").expect("the log can be written");
        let port = free_port();
        let keeper = Command::new("bash")
            .args(["-c", KEEPER])
            .current_dir(ROOT)
            .env("PORT", port.to_string())
            .env("STATE", &state)
            .env("LOG", &log_path)
            .env("VARS", joined(vars))
            .env("GATEHOUSE_CONFIG", config)
            // Beside the wasm lies what lies there in a deployment: no console.
            .env("GATEHOUSE_ASSETS", "web/dist/public")
            .env("GATEHOUSE_SKIP_SETUP", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("bash can be run");
        let service = Service {
            port,
            base: format!("http://127.0.0.1:{port}"),
            log_path,
            clients: Value::Null,
            keeper,
            state,
        };
        service.wait_until(status);
        service.with_clients()
    }

    /// Kills it and starts it again on the same port and state.
    pub fn restart(&self) {
        self.restart_with(&[]);
    }

    /// The same with these settings beside those it had; they win over them.
    pub fn restart_with(&self, vars: &[(&str, &str)]) {
        let mut stdin = self.keeper.stdin.as_ref().expect("the keeper listens");
        let line = format!("{}\n", joined(vars));
        stdin.write_all(line.as_bytes()).expect("the keeper lives");
        let deadline = Instant::now() + READY_WITHIN;
        while status_of_healthz(self.port).is_some() {
            assert!(Instant::now() < deadline, "the service does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
        self.wait_until(200);
    }

    fn wait_until(&self, status: u16) {
        let deadline = Instant::now() + READY_WITHIN;
        while status_of_healthz(self.port) != Some(status) {
            let log = self.log();
            let ended = log.contains("dev.sh ended with status");
            if ended || Instant::now() > deadline {
                panic!(
                    "the service did not come up; the end of {}:\n{}",
                    self.log_path.display(),
                    tail(&log, 40)
                );
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn with_clients(mut self) -> Service {
        let path = self.state.join("clients.json");
        let text = std::fs::read_to_string(&path).expect("dev.sh writes clients.json");
        self.clients = serde_json::from_str(&text).expect("clients.json is JSON");
        self
    }

    /// `demo`, `other` or `root`.
    pub fn client(&self, name: &str) -> Credentials {
        let member = |member: &str| {
            self.clients[name][member]
                .as_str()
                .unwrap_or_else(|| panic!("clients.json has no {name}.{member}"))
                .to_owned()
        };
        Credentials {
            id: member("clientId"),
            secret: member("clientSecret"),
        }
    }

    pub fn log(&self) -> String {
        let bytes = std::fs::read(&self.log_path).expect("the log can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub fn times_logged(&self, text: &str) -> usize {
        self.log().matches(text).count()
    }

    /// What the service prints comes through wrangler, after the answer.
    pub async fn wait_until_logged(&self, text: &str, times: usize) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.times_logged(text) < times {
            assert!(Instant::now() < deadline, "not logged: {text}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The first JSON object logged that holds all these texts.
    pub async fn wait_until_logged_with(&self, texts: &[String]) -> String {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let log = self.log();
            let holds = |line: &&str| texts.iter().all(|text| line.contains(text));
            if let Some(line) = log.lines().find(holds) {
                let (from, to) = (line.find('{'), line.rfind('}'));
                return line[from.unwrap_or_default()..=to.unwrap_or_default()].to_owned();
            }
            assert!(Instant::now() < deadline, "not logged: {texts:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// As `scripts/dev.sh` takes them.
fn joined(vars: &[(&str, &str)]) -> String {
    let pair = |(key, value): &(&str, &str)| {
        assert!(!value.contains(' '), "VARS are split at spaces: {key}");
        format!("{key}:{value}")
    };
    let pairs: Vec<String> = vars.iter().map(pair).collect();
    pairs.join(" ")
}

fn tail(text: &str, lines: usize) -> String {
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

/// Below those that the system gives to outgoing calls: a service that is started again on its port
/// would find it taken by one of them.
fn free_port() -> u16 {
    loop {
        let port = 12_000 + u16::from_be_bytes(random::bytes()) % 18_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// By hand, since the caller may be inside a test's runtime, which must not be blocked on.
fn status_of_healthz(port: u16) -> Option<u16> {
    let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = exchange(port, request).ok()?;
    answer.get(9..12)?.parse().ok()
}

/// Sends these bytes and reads to the end of the connection: for what an HTTP client will not
/// send. Blocks.
pub fn exchange(port: u16, request: &[u8]) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.write_all(request)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
