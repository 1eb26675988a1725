//! Every answer of the service as it is today, byte for byte, and the records and log lines that
//! it leaves: a change that was not meant shows here. `snapshots/` holds them, one file a scene.
//!
//! The service runs on the clock of `tests/harness/entry.mjs` and with settings of its own, so
//! that times stand in a golden as they are. What differs from run to run (ids, tokens, keys) has
//! a name there, the same for the same value: `<usr_1>`.
//!
//! A golden that does not match fails its test, in every environment. To rewrite them on purpose:
//!
//! ```text
//! INSTA_UPDATE=always scripts/with-env.sh cargo test --locked --test golden
//! git diff tests/golden/snapshots
//! ```

#[allow(
    dead_code,
    unused_imports,
    reason = "each test binary uses its own part of it"
)]
#[allow(
    clippy::disallowed_methods,
    reason = "the clock and randomness are the tests' own"
)]
#[path = "../support/lib.rs"]
mod support;

mod account;
mod audit;
mod call;
mod client;
mod fault;
mod idempotency;
mod kyc;
mod log;
mod login;
mod names;
mod oauth;
mod open;
mod order;
mod paths;
mod people;
mod refusal;
mod reply;
mod reset;
mod scene;
mod session;
mod settings;
mod sign_up;
mod stored;
mod user;

use std::path::{Path, PathBuf};

/// Against `snapshots/{name}.snap`.
#[track_caller]
fn compare(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Whoever takes a scene away takes its golden along.
#[test]
fn every_golden_is_of_a_scene() {
    let folder = format!("{}/golden", env!("CARGO_MANIFEST_DIR"));
    let files = |folder: &str| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).expect("a folder");
        entries
            .map(|entry| entry.expect("an entry").path())
            .collect()
    };
    let sources = files(&folder).into_iter().filter(|path| path.is_file());
    let sources: String = sources.map(|path| read(&path)).collect();
    let is_golden = |path: &PathBuf| path.extension().is_some_and(|e| e == "snap");
    for golden in files(&format!("{folder}/snapshots"))
        .into_iter()
        .filter(is_golden)
    {
        let name = golden.file_stem().expect("a name").to_string_lossy();
        let named = sources.contains(&format!("\"{name}\""));
        assert!(named, "{name} is of no scene");
    }
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a text")
}
