//! The quickstart's program, as a reader saves and runs it.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::ending::end_after;
use crate::service::{self, Service};

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
    let child = Command::new("scripts/with-env.sh")
        .args(["node", "--no-warnings"])
        .arg(&file)
        .current_dir(service::ROOT)
        .env("PORT", service.port.to_string())
        .env("STATE", &service.state)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .expect("node can be run");
    let _limit = end_after(Duration::from_secs(60), &child);
    let output = child.wait_with_output().expect("node ends");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stdout}\n{stderr}");
    let told = stdout.trim();
    let right =
        told.starts_with("usr_") && told.ends_with("is logged in for 900 seconds, as user_auth");
    assert!(right, "{told}");
}
