//! The quickstart's program, as a reader saves and runs it, against a service such as `make dev` starts.

#[allow(dead_code, reason = "each test binary uses its own part of it")]
#[allow(
    clippy::disallowed_methods,
    reason = "the clock and randomness are the tests' own"
)]
#[path = "support/service.rs"]
mod service;

#[allow(dead_code, reason = "a port is drawn from it")]
#[allow(
    clippy::disallowed_methods,
    reason = "the clock and randomness are the tests' own"
)]
#[path = "support/random.rs"]
mod random;

use std::fs;
use std::process::Command;

use service::Service;

#[test]
fn twenty_lines_of_typescript_sign_somebody_up_and_in() {
    let page = fs::read_to_string(format!("{}/docs/quickstart.md", service::ROOT)).unwrap();
    let (_, rest) = page.split_once("```ts\n").expect("a program in TypeScript");
    let (program, _) = rest.split_once("```").expect("its end");
    let lines = program.lines().filter(|line| !line.is_empty()).count();
    assert!(lines <= 20, "{lines} lines");

    let service = Service::start("quickstart", &[]);
    let file = service.state.join("first.mts");
    fs::write(&file, program).expect("the program can be written");
    let output = Command::new("timeout")
        .args(["60", "scripts/with-env.sh", "node", "--no-warnings"])
        .arg(&file)
        .current_dir(service::ROOT)
        .env("PORT", service.port.to_string())
        .env("STATE", &service.state)
        .output()
        .expect("node can be run");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}\n{stderr}");
    let told = stdout.trim();
    let right =
        told.starts_with("usr_") && told.ends_with("is logged in for 900 seconds, as user_auth");
    assert!(right, "{told}");
}
