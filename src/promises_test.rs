//! `docs/security.md` says which test shows a promise; each test that it names is there.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_test_that_a_promise_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    collect(&root.join("src"), &mut tests);
    collect(&root.join("tests"), &mut tests);
    let page = fs::read_to_string(root.join("docs/security.md")).unwrap();
    let cited: Vec<&str> = page.split('`').skip(1).step_by(2).collect();
    let cited = cited.iter().filter_map(|text| test_named(text));
    let cited: Vec<&str> = cited.collect();
    assert!(cited.len() > 80, "{} tests are named", cited.len());
    for name in cited {
        assert!(tests.contains(name), "docs/security.md names {name}");
    }
}

/// The page that says how a leak is ended knows every secret of the page of settings.
#[test]
fn every_secret_setting_has_its_row_in_when_something_leaked() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).unwrap();
    let settings = read("docs/reference/settings.md");
    let page = read("docs/operating.md");
    let (_, leaks) = page.split_once("\n## When something leaked\n").unwrap();
    let leaks = leaks.split("\n## ").next().unwrap_or_default();
    let secrets = settings.split("`* |");
    let secrets = secrets.filter_map(|text| text.rsplit_once('`').map(|(_, name)| name));
    let is_setting = |name: &&str| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let secrets: BTreeSet<&str> = secrets.filter(is_setting).collect();
    assert!(secrets.len() >= 7, "{secrets:?}");
    for secret in secrets {
        assert!(
            leaks.contains(&format!("`{secret}`")),
            "{secret} is not there"
        );
    }
}

/// `otp::a_used_code_is_gone`, `faults clock::a_code_is_late_...`, or the name alone.
fn test_named(text: &str) -> Option<&str> {
    let name = text.rsplit_once("::").map_or(text, |(_, name)| name);
    let plain = name
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    (plain && name.matches('_').count() >= 4).then_some(name)
}

fn collect(folder: &Path, tests: &mut BTreeSet<String>) {
    for path in fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if path.is_dir() {
            collect(&path, tests);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let code = fs::read_to_string(&path).unwrap();
            let names = code
                .split("fn ")
                .skip(1)
                .filter_map(|rest| rest.split('(').next());
            tests.extend(names.map(String::from));
        }
    }
}
