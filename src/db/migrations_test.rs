//! The migrations as a running system meets them: data of the first survives to the last, and between the
//! files that expand and those that contract the code of the release before runs as well as this one.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{json, Value};

use super::statement::{Param, Statement};
use super::statements_test::samples;

/// What a release keeps of itself for the test of the next one's migrations: the files that it had and each of
/// its statements with values, in an order in which they can be run.
fn release() -> Value {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "migrations": names(),
        "statements": samples().iter().map(recorded).collect::<Vec<_>>(),
    })
}

fn recorded(statement: &Statement) -> Value {
    let (sql, values) = statement.numbered();
    let value = |value: &&Param| match value {
        Param::Text(text) => json!(text),
        Param::Number(number) => json!(number),
        Param::Null => Value::Null,
    };
    json!({"sql": sql, "values": values.iter().map(value).collect::<Vec<_>>()})
}

#[test]
#[ignore = "a step of a release: it writes docs/released/"]
fn the_statements_of_this_release_are_kept() {
    let name = format!(
        "docs/released/statements-{}.json",
        env!("CARGO_PKG_VERSION")
    );
    let text = serde_json::to_string_pretty(&release()).unwrap();
    fs::write(root().join(name), text + "\n").unwrap();
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).into()
}

/// The files of `migrations/`, in the order in which they are applied.
fn names() -> Vec<String> {
    let entries = fs::read_dir(root().join("migrations")).unwrap();
    let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
    let mut names: Vec<String> = entries.map(|entry| name(entry.unwrap())).collect();
    names.sort();
    names
}
