//! The files that are served beside the pages: what RFC 9116 wants of `security.txt`, and that `llms.txt` names what
//! there is.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{read, root};
use crate::rules::time::{days, Time};

#[test]
fn security_txt_has_the_contact_of_the_policy_and_an_end_within_a_year() {
    let file = read("web/public/.well-known/security.txt");
    let field = |name: &str| {
        let mut values = file
            .lines()
            .filter_map(|line| line.strip_prefix(&format!("{name}: ")));
        let value = values.next().unwrap_or_else(|| panic!("no {name}"));
        assert!(values.next().is_none(), "{name} twice");
        value.to_owned()
    };
    let contact = field("Contact");
    assert!(read("SECURITY.md").contains(&contact), "{contact}");
    let expires = Time::parse(&field("Expires")).expect("an RFC 3339 time");
    #[allow(
        clippy::disallowed_methods,
        reason = "it is about the day on which it is asked"
    )]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let now = Time::from_unix_seconds(i64::try_from(now.as_secs()).unwrap());
    let left = expires.since(now);
    // RFC 9116 §2.5.5. That the end has come is told by `make deploy-dry-run`: what was released stays as it is.
    assert!(left < days(365), "Expires is more than a year ahead");
}

#[test]
fn llms_txt_names_pages_that_there_are() {
    let file = read("web/public/llms.txt");
    let (_, listed) = file.split_once("under docs/\n").unwrap();
    let names = listed.lines().filter_map(|line| line.strip_prefix("- "));
    let names = names.filter_map(|line| line.split(": ").next());
    let names: Vec<&str> = names.flat_map(|names| names.split(", ")).collect();
    assert!(names.len() > 10, "{names:?}");
    for name in names {
        assert!(root().join("docs").join(name).is_file(), "{name}");
    }
}
