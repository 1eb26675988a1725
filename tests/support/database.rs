//! The files of D1 and KV, read from outside.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Params, Row};

use super::Service;

pub struct Database(Connection);

const D1: &str = "v3/d1/miniflare-D1DatabaseObject";

impl Database {
    pub fn of(service: &Service) -> Database {
        Database::of_state(&service.state)
    }

    /// The directory of a folder of local state: where the clients' secrets are.
    pub fn of_state(state: &Path) -> Database {
        Database::in_folder(state, D1, |database| database.has_secrets())
    }

    /// The home beside it.
    pub fn of_home(service: &Service) -> Database {
        Database::in_folder(&service.state, D1, |database| !database.has_secrets())
    }

    /// Every one of them.
    pub fn all(service: &Service) -> [Database; 2] {
        [Database::of(service), Database::of_home(service)]
    }

    fn has_secrets(&self) -> bool {
        self.number("SELECT COUNT(*) FROM client_secrets", []) > 0
    }

    /// What KV has: `_mf_entries`, with the id of each value's file in [`Database::kv_values`].
    pub fn of_kv(service: &Service) -> Database {
        Database::in_folder(&service.state, "v3/kv/miniflare-KVNamespaceObject", |_| {
            true
        })
    }

    /// The folder of KV's values.
    pub fn kv_values(service: &Service) -> PathBuf {
        let namespace = "00000000000000000000000000000000";
        service.state.join(format!("v3/kv/{namespace}/blobs"))
    }

    /// What each bucket of R2 has, in no order: `_mf_objects`, with the id of each object's file.
    pub fn of_r2(service: &Service) -> Vec<Database> {
        Database::all_in(&service.state, "v3/r2/miniflare-R2BucketObject")
    }

    fn in_folder(state: &Path, folder: &str, is_meant: impl Fn(&Database) -> bool) -> Database {
        let mut all = Database::all_in(state, folder).into_iter();
        all.find(is_meant).expect("the file")
    }

    fn all_in(state: &Path, folder: &str) -> Vec<Database> {
        let folder = state.join(folder);
        let files = std::fs::read_dir(&folder).expect("the folder of the database");
        let files = files.map(|entry| entry.expect("an entry").path());
        let is_ours = |path: &PathBuf| {
            path.extension().is_some_and(|e| e == "sqlite") && !path.ends_with("metadata.sqlite")
        };
        let open = |file: PathBuf| Database(opened(&file, OpenFlags::SQLITE_OPEN_READ_ONLY));
        files.filter(is_ours).map(open).collect()
    }

    /// Changes a row that no call of a test's length could bring so far, such as a day's count. Where
    /// the service writes meanwhile, it finds its database locked: not on one that tests share.
    pub fn change(&self, sql: &str, params: impl Params) {
        let changed = self.writing().execute(sql, params);
        let changed = changed.unwrap_or_else(|e| panic!("{sql}: {e}"));
        assert_eq!(changed, 1, "{sql}");
    }

    /// Changes many rows, on a service of the test's own, while nobody asks it.
    pub fn change_all(&self, sql: &str) {
        let changed = self.writing().execute_batch(sql);
        changed.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Adds so many rows, where a test would take too long to have them made. What holds for [`Database::change`]
    /// holds for this.
    pub fn add(&self, sql: &str, rows: usize) {
        let added = self.writing().execute(sql, []);
        assert_eq!(
            added.unwrap_or_else(|e| panic!("{sql}: {e}")),
            rows,
            "{sql}"
        );
    }

    /// Makes an index, for questions that the service never asks, where nothing serves the file any more.
    pub fn index(&self, on: &str) {
        let name: String = on.chars().filter(char::is_ascii_alphabetic).collect();
        let made = self
            .writing()
            .execute_batch(&format!("CREATE INDEX given_{name} ON {on}"));
        made.unwrap_or_else(|error| panic!("{on}: {error}"));
    }

    fn writing(&self) -> Connection {
        let file = self.0.path().expect("it is a file");
        opened(file.as_ref(), OpenFlags::SQLITE_OPEN_READ_WRITE)
    }

    /// The one number that this asks for.
    pub fn number(&self, sql: &str, params: impl Params) -> i64 {
        let row = self.0.query_row(sql, params, |row| row.get(0));
        row.unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    /// The first column of every row.
    pub fn texts(&self, sql: &str) -> Vec<String> {
        let mut statement = self.0.prepare(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
        let rows = statement.query_map([], |row| row.get::<_, String>(0));
        let rows = rows.unwrap_or_else(|e| panic!("{sql}: {e}"));
        rows.map(|row| row.expect("a text")).collect()
    }

    /// Every row, as the names and values of its columns.
    pub fn rows(&self, sql: &str, params: impl Params) -> Vec<Vec<(String, String)>> {
        let mut statement = self.0.prepare(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
        let names: Vec<String> = statement
            .column_names()
            .iter()
            .map(|n| n.to_string())
            .collect();
        let row = |row: &Row| {
            let shown =
                |(nth, name): (usize, &String)| Ok((name.clone(), shown(row.get_ref(nth)?)));
            names.iter().enumerate().map(shown).collect()
        };
        let rows = statement.query_map(params, row);
        let rows = rows.unwrap_or_else(|e| panic!("{sql}: {e}"));
        rows.map(|row| row.expect("a row")).collect()
    }

    /// Every text cell of every table.
    pub fn cells(&self) -> Vec<String> {
        let mut cells = Vec::new();
        for table in self.texts("SELECT name FROM sqlite_schema WHERE type = 'table'") {
            let sql = format!("SELECT * FROM \"{table}\"");
            let mut statement = self.0.prepare(&sql).expect("a table can be read");
            let columns = statement.column_count();
            let mut rows = statement.query([]).expect("a table can be read");
            while let Some(row) = rows.next().expect("a row") {
                for column in 0..columns {
                    if let Ok(ValueRef::Text(text)) = row.get_ref(column) {
                        cells.push(String::from_utf8_lossy(text).into_owned());
                    }
                }
            }
        }
        cells
    }
}

fn opened(file: &Path, flags: OpenFlags) -> Connection {
    let connection = Connection::open_with_flags(file, flags).expect("the file opens");
    let patience = connection.busy_timeout(Duration::from_secs(10));
    patience.expect("a timeout can be set");
    connection
}

fn shown(value: ValueRef) -> String {
    match value {
        ValueRef::Null => "NULL".into(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number:?}"),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => format!("{bytes:?}"),
    }
}
