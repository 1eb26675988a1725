//! The D1 file, read from outside.

use std::path::PathBuf;
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::Service;

/// Every cell of every table that holds text.
pub fn cells(service: &Service) -> Vec<String> {
    let database = open(service);
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let mut statement = database.prepare(tables).expect("the schema can be read");
    let names = statement.query_map([], |row| row.get::<_, String>(0));
    let names: Vec<String> = names
        .expect("the schema can be read")
        .map(|name| name.expect("a name"))
        .collect();
    let mut cells = Vec::new();
    for name in names {
        let sql = format!("SELECT * FROM \"{name}\"");
        let mut statement = database.prepare(&sql).expect("a table can be read");
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

fn open(service: &Service) -> Connection {
    let folder = service.state.join("v3/d1/miniflare-D1DatabaseObject");
    let files = std::fs::read_dir(&folder).expect("the folder of D1");
    let mut files = files.map(|entry| entry.expect("an entry").path());
    let is_ours = |path: &PathBuf| {
        path.extension().is_some_and(|e| e == "sqlite") && !path.ends_with("metadata.sqlite")
    };
    let file = files.find(is_ours).expect("the D1 file");
    let database = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY);
    let database = database.expect("the D1 file opens");
    let patience = database.busy_timeout(Duration::from_secs(10));
    patience.expect("a timeout can be set");
    database
}
