//! The walls between the rooms of `lib.rs`, held against what each file really names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// (room, the rooms that it may name beside itself)
const MAY_NAME: [(&str, &[&str]); 21] = [
    ("rules", &[]),
    ("error", &["rules"]),
    ("log", &[]),
    ("isolate", &["log"]),
    ("settings", &[]),
    ("db", &["rules", "error", "log", "settings"]),
    ("kv", &["rules", "error", "log", "settings"]),
    ("delivery", &["kv", "rules", "error", "log", "settings"]),
    ("sms", &["delivery", "rules", "error", "log", "settings"]),
    ("mail", &["delivery", "rules", "error", "log", "settings"]),
    ("r2", &["error"]),
    ("archive", &["r2", "rules", "error", "log", "settings"]),
    ("ledger", &["r2", "rules", "error", "log", "settings"]),
    ("limiters", &["rules", "error", "log", "settings"]),
    ("metrics", &["rules", "error", "log", "settings"]),
    ("http", &["rules", "error"]),
    ("wire", &["http", "rules", "error"]),
    ("config", &["rules", "settings", "sms", "mail"]),
    (
        "app",
        &[
            "archive", "config", "db", "kv", "ledger", "limiters", "metrics", "rules", "error",
            "log", "settings",
        ],
    ),
    (
        "flows",
        &[
            "app", "archive", "config", "db", "delivery", "kv", "ledger", "limiters", "metrics",
            "mail", "sms", "http", "wire", "rules", "error", "log", "settings",
        ],
    ),
    (
        "routes",
        &[
            // The table gives its rows to the test that makes the document.
            "document_test",
            "flows",
            "app",
            "archive",
            "config",
            "db",
            "kv",
            "limiters",
            "mail",
            "sms",
            "isolate",
            "http",
            "wire",
            "rules",
            "error",
            "log",
            "settings",
        ],
    ),
];

/// Rooms that know nothing of Workers.
const WITHOUT_WORKERS: [&str; 5] = ["rules", "error", "log", "settings", "wire"];

struct File {
    /// `db/users`
    name: String,
    /// The first part of the name.
    room: String,
    /// Without comments, every `super` spelled out.
    code: String,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    assert!(files.len() > 60, "only {} files were found", files.len());
    files
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) {
    let entries = fs::read_dir(folder).expect("src can be read");
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            collect(root, &path, files);
            continue;
        }
        let name = name_of(root, &path);
        let room = name.split('/').next().unwrap_or_default();
        let above = [
            "lib",
            "serve",
            "walls_test",
            "promises_test",
            "pages_test",
            "fuzz_test",
            "document_test",
        ];
        if !above.contains(&room) {
            files.push(File {
                room: room.into(),
                code: code_of(&name, &fs::read_to_string(&path).expect("a source file")),
                name,
            });
        }
    }
}

fn name_of(root: &Path, path: &Path) -> String {
    let relative: PathBuf = path.strip_prefix(root).expect("below src").into();
    let name = relative.to_string_lossy().replace('\\', "/");
    name.trim_end_matches(".rs").into()
}

fn code_of(name: &str, text: &str) -> String {
    let lines = text.lines().map(|line| match line.find("//") {
        Some(at) if !line[..at].contains('"') => &line[..at],
        _ => line,
    });
    let code = lines.collect::<Vec<_>>().join("\n");
    match name.rsplit_once('/') {
        Some((parent, _)) => code.replace(
            "super::",
            &format!("crate::{}::", parent.replace('/', "::")),
        ),
        None => code,
    }
}

/// The paths that begin with `crate::`, up to two further parts: `db`, `users`.
fn named(code: &str) -> BTreeSet<Vec<String>> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    code.match_indices("crate::")
        .map(|(at, prefix)| {
            let path = code[at + prefix.len()..].split("::").take(3);
            let parts = path.map(|part| part.split(|c| !is_part(c)).next().unwrap_or_default());
            let parts: Vec<String> = parts.map(String::from).collect();
            parts.into_iter().filter(|part| !part.is_empty()).collect()
        })
        .collect()
}

#[test]
fn no_room_names_what_is_not_below_it() {
    for file in files() {
        let (_, may_name) = MAY_NAME
            .iter()
            .find(|(room, _)| *room == file.room)
            .unwrap_or_else(|| panic!("src/{}.rs stands in no room of this list", file.name));
        for path in named(&file.code) {
            let room = path[0].as_str();
            assert!(
                room == file.room || may_name.contains(&room),
                "src/{}.rs names crate::{}: {} may name {may_name:?} only",
                file.name,
                path.join("::"),
                file.room
            );
        }
        if WITHOUT_WORKERS.contains(&file.room.as_str()) {
            assert!(
                !file.code.contains("worker::"),
                "src/{}.rs names worker",
                file.name
            );
        }
    }
}

#[test]
fn no_route_names_another_route() {
    for file in files()
        .iter()
        .filter(|file| file.name.starts_with("routes/"))
    {
        for path in named(&file.code) {
            let own = path[0] == "routes" && path.get(1).is_none_or(|name| name != "row");
            assert!(!own, "src/{}.rs names {path:?}", file.name);
        }
    }
}

/// A file may name a parent of its own (`db/users` names `db`), and a parent its children.
#[test]
fn no_files_name_each_other_in_a_circle() {
    let files = files();
    let names: BTreeSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let file_of = |path: &[String]| {
        (1..=path.len())
            .rev()
            .map(|parts| path[..parts].join("/"))
            .find(|name| names.contains(name.as_str()))
    };
    let mut arrows: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in &files {
        let to = named(&file.code).into_iter().filter_map(|p| file_of(&p));
        let to = to.filter(|to| {
            !file.name.starts_with(&format!("{to}/")) && !to.starts_with(&format!("{}/", file.name))
        });
        let to = to.filter(|to| *to != file.name).collect();
        arrows.insert(file.name.clone(), to);
    }
    // Whoever names nobody that is left, or is named by nobody, is in no circle.
    loop {
        let ends: BTreeSet<&String> = arrows.values().flatten().collect();
        let free: Vec<String> = arrows
            .iter()
            .filter(|(name, to)| to.is_empty() || !ends.contains(name))
            .map(|(name, _)| name.clone())
            .collect();
        if free.is_empty() {
            break;
        }
        for name in free {
            arrows.remove(&name);
            arrows.values_mut().for_each(|to| {
                to.remove(&name);
            });
        }
    }
    assert!(arrows.is_empty(), "a circle among {arrows:#?}");
}
