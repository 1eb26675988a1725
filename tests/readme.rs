//! The README's journey, as a reader pastes it: every shell block of its section, one after the
//! other in one shell, against a service such as `make dev` starts.

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

use std::process::Command;

use service::Service;

const SECTION: &str = "## The journey";

/// Printed before each block, to tell their outputs apart.
const MARK: &str = "=== block";

#[test]
fn the_journey_works_as_pasted_and_ends_with_an_address() {
    let blocks = blocks();
    assert!(!blocks.is_empty(), "{SECTION} has shell blocks");
    let service = Service::start("readme", &[]);
    let mut script = String::from("set -e\n");
    for (n, block) in blocks.iter().enumerate() {
        script += &format!("echo '{MARK} {}'\n{block}\n", n + 1);
    }

    let output = Command::new("timeout")
        .args(["120", "bash", "-c", &script])
        .current_dir(service::ROOT)
        .env("PORT", service.port.to_string())
        .env("STATE", &service.state)
        .output()
        .expect("bash can be run");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let shown = format!("{}\n{stdout}\n{stderr}", output.status);
    assert!(output.status.success(), "a block failed: {shown}");

    // curl is content with a refusal; a reader is not.
    assert!(
        !stdout.contains("\"success\":false"),
        "a call failed: {shown}"
    );

    let last = stdout.rsplit(MARK).next().unwrap_or_default();
    assert!(last.contains("publicAddress"), "no address: {shown}");
    let has_address = last.split("0x").skip(1).any(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        digits == 40
    });
    assert!(has_address, "no address: {shown}");
}

/// The contents of the section's ```` ```sh ```` blocks.
fn blocks() -> Vec<String> {
    let path = format!("{}/README.md", service::ROOT);
    let readme = std::fs::read_to_string(path).expect("there is a README.md");
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    let section = readme.lines().skip_while(|line| *line != SECTION).skip(1);
    for line in section {
        match &mut open {
            None if line.starts_with("## ") => break,
            None if line == "```sh" || line == "```bash" => open = Some(String::new()),
            None => {}
            Some(block) if line == "```" => {
                blocks.push(std::mem::take(block));
                open = None;
            }
            Some(block) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    blocks
}
