//! The commands that `make dev` names, as they are typed.

use std::process::Command;

use crate::service::{self, Service};

#[test]
fn the_commands_that_make_dev_names_do_what_they_say() {
    let service = Service::start("readme-commands", &[]);
    let make = |arguments: &[&str]| {
        let mut make = Command::new("make");
        make.arg("--silent").args(arguments);
        make.current_dir(service::ROOT).env_remove("PORT");
        // `make test STATE=...` would say it to this one too.
        make.env_remove("MAKEFLAGS").env_remove("MFLAGS");
        let output = make.env("STATE", &service.state).env("USER", "somebody");
        let output = output.output().expect("make can be run");
        let text = [output.stdout, output.stderr].concat();
        (
            output.status.success(),
            String::from_utf8_lossy(&text).into_owned(),
        )
    };
    let demo = service.client("demo");
    let link = format!(
        "http://localhost:{}/console#id={}&secret={}",
        service.port, demo.id, demo.secret
    );
    let (well, status) = make(&["status"]);
    assert!(well && status.contains(&link), "{status}");

    let (well, walked) = make(&["demo"]);
    assert!(
        well && walked.contains("Every step did what it should."),
        "{walked}"
    );
    let user = walked
        .split_whitespace()
        .find(|word| word.starts_with("usr_"));
    let user = format!("USER={}", user.unwrap_or_default());
    let (well, told) = make(&["kyc", &user, "STATUS=VERIFICATION_FAILED", "REASON=blurred"]);
    assert!(well && told.contains(" is VERIFICATION_FAILED."), "{told}");
    let (well, told) = make(&["kyc", "STATUS=VERIFIED"]);
    assert!(
        !well && told.contains("kyc: USER is the user's id"),
        "{told}"
    );

    let (well, told) = make(&["client", "NAME=acme", "ROLES=customer"]);
    let file = service.state.join("client-acme.env");
    assert!(well && told.contains("client_secret  "), "{told}");
    let mode = std::fs::metadata(&file).expect("a file").permissions();
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777,
        0o600
    );
    let kept = std::fs::read_to_string(&file).expect("the file is a text");
    let secret = kept.rsplit_once("GATEHOUSE_CLIENT_SECRET=");
    let secret = secret.map(|(_, secret)| secret.trim()).unwrap_or_default();
    assert!(secret.len() > 40 && told.contains(secret), "{told}: {kept}");
    let (well, told) = make(&["client", "NAME=acme"]);
    assert!(!well && told.contains("is there already"), "{told}");
    let (well, told) = make(&["client", "NAME=bad", "ROLES=two.words"]);
    assert!(!well && told.contains("roles must be a list"), "{told}");
    assert!(
        !service.state.join("client-bad.env").exists(),
        "a file of nobody's"
    );
}
