//! The README's journey, as a reader pastes it: every shell block of its section, one after the other into one
//! interactive shell, bash and zsh.

use std::io::{ErrorKind, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::ending::end_after;
use crate::service::{self, Service};

const SECTION: &str = "## The journey";

/// Printed after each block, with its status.
const MARK: &str = "=== status ";

/// Without its user's own settings. The reader's `USER` is not ours to change.
const SHELLS: [[&str; 3]; 2] = [["bash", "--norc", "-i"], ["zsh", "-f", "-i"]];

#[test]
fn the_journey_works_as_pasted_and_ends_with_an_address() {
    let blocks = blocks();
    assert!(!blocks.is_empty(), "{SECTION} has shell blocks");
    let service = Service::start("readme", &[]);
    for shell in SHELLS {
        let mut script = String::new();
        for block in &blocks {
            script += &format!("{block}echo \"{MARK}$?.\"\n");
        }
        let Some(shown) = pasted_into(shell, &script, &service.state) else {
            not_there(shell[0]);
            continue;
        };
        let well = shown.matches(&format!("{MARK}0.")).count();
        assert_eq!(well, blocks.len(), "{shell:?}: a block failed: {shown}");

        let last = shown.rsplit("/v1/account/portfolio ->").next();
        let has_address = last.unwrap_or_default().split("0x").skip(1).any(|rest| {
            let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
            digits == 40
        });
        assert!(has_address, "{shell:?}: no address: {shown}");
        assert!(shown.contains("USER is still somebody."), "{shown}");
    }
}

#[test]
fn a_block_stops_where_a_call_failed_and_says_all_of_the_answer() {
    let service = Service::start("readme-stops", &[]);
    let login = r#"call POST /v1/user/login '{"username":"nobody@example.com","password":"a wrong password"}'"#;
    // Credentials of another state, and the port of this one.
    let stale = service.state.join("stale");
    std::fs::create_dir_all(&stale).expect("a folder can be made");
    let clients = r#"{"demo":{"clientId":"cli_1","clientSecret":"c"}}"#;
    std::fs::write(stale.join("clients.json"), clients).expect("a file can be written");
    let (stale, port, root) = (stale.display(), service.port, service::ROOT);
    let script = format!(
        "token && {login} && echo went on\nget data.sessionId\n\
         call\nget\nkyc\n(unset NUMBER; code)\nkyc usr_nobody VERIFIED && echo went on\n\
         (ACCESS=$(printf other); TOKEN=$ACCESS call GET /v1/user/me)\n\
         (cd /; call GET /nowhere)\n(cd /; . {root}/scripts/journey.sh; token && echo went on)\n\
         PORT={port} STATE={stale}\n. scripts/journey.sh\ntoken && echo went on\nSTATE=/nowhere\n. scripts/journey.sh\n"
    );
    for shell in SHELLS {
        let script = format!(". scripts/journey.sh\n{script}");
        let Some(shown) = pasted_into(shell, &script, &service.state) else {
            not_there(shell[0]);
            continue;
        };
        for part in [
            "POST /v1/user/login -> 403",
            "x-request-id: req_",
            r#""errorCode": 3004"#,
            "there is no answer to take data.sessionId of",
            "call METHOD PATH [JSON], such as: call GET /v1/user/me",
            "get MEMBER, such as: get data.sessionId",
            "kyc USER_ID STATUS, such as: ",
            "NUMBER, which is not set",
            // Pasted, it asks what was asked.
            r#"/v1/user/me' -H "Authorization: Bearer $ACCESS""#,
            "GET /nowhere -> 404",
            "this works in the folder of the repository",
            "POST /oauth2/token -> 401",
            "runs on another state",
            "nothing has run with the state /nowhere yet",
        ] {
            assert!(shown.contains(part), "{shell:?}: {part}: {shown}");
        }
        assert!(!shown.contains("\nwent on"), "{shell:?}: {shown}");
        // What failed is not said to have been done.
        assert!(!shown.contains("KYC said"), "{shell:?}: {shown}");
        assert!(!shown.contains("    at "), "{shell:?}: a stack: {shown}");
    }
}

/// Past the test's captured output: scripts/run-tests.mjs repeats the line at the end.
fn not_there(shell: &str) {
    let line = format!("SKIPPED: the README's journey in {shell}, which is not installed.\n");
    std::io::stderr()
        .write_all(line.as_bytes())
        .expect("stderr is there");
}

/// What a shell prints, of either kind, when this is typed into it; nothing where there is no such shell.
fn pasted_into(shell: [&str; 3], script: &str, state: &Path) -> Option<String> {
    let log = state.join(format!("{}.log", shell[0]));
    let out = std::fs::File::create(&log).expect("a file can be made");
    let spawned = Command::new(shell[0])
        .args(&shell[1..])
        .current_dir(service::ROOT)
        .env_remove("PORT")
        .env("STATE", state)
        .env("USER", "somebody")
        .stdin(Stdio::piped())
        .stderr(out.try_clone().expect("a file can be shared"))
        .stdout(out)
        .process_group(0)
        .spawn();
    let mut child = match spawned {
        Err(error) if error.kind() == ErrorKind::NotFound => return None,
        spawned => spawned.expect("a shell can be run"),
    };
    let _limit = end_after(Duration::from_secs(120), &child);
    let script = format!("{script}echo \"USER is still $USER.\"\n");
    let typed = child
        .stdin
        .take()
        .map(|mut stdin| stdin.write_all(script.as_bytes()));
    child.wait().expect("the shell ends");
    typed
        .expect("there is a stdin")
        .expect("the shell reads on");
    Some(std::fs::read_to_string(&log).expect("the shell printed text"))
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
