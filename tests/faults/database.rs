//! The D1 file, read from outside, and the invariants that hold in it after every run.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Params};

use crate::figures;
use crate::support::{Gatehouse, Service};
use crate::witness;

pub struct Database(Connection);

/// Each finds what must not be there.
const NEVER: [(&str, &str); 10] = [
    (
        "more sessions than used login codes",
        "SELECT user_id FROM sessions s GROUP BY user_id
         HAVING COUNT(*) > (SELECT COUNT(*) FROM challenges c
                            WHERE c.user_id = s.user_id AND c.purpose = 'SMS_MFA' AND c.consumed_at IS NOT NULL)",
    ),
    (
        "more than three compared answers to one code",
        "SELECT root_id FROM answers GROUP BY root_id HAVING COUNT(*) > 3",
    ),
    (
        "two right answers to one code",
        "SELECT root_id FROM answers WHERE is_right = 1 GROUP BY root_id HAVING COUNT(*) > 1",
    ),
    (
        "a challenge completed without a right answer",
        "SELECT id FROM challenges c WHERE consumed_at IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM answers a WHERE a.root_id = c.root_id AND a.is_right = 1)",
    ),
    (
        "two users of one partner with one e-mail or phone",
        "SELECT a.id FROM users a JOIN users b ON a.partner_id = b.partner_id AND a.id < b.id
         AND (lower(a.email) = lower(b.email) OR a.phone = b.phone)",
    ),
    (
        "a user without the first account",
        "SELECT id FROM users u WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.user_id = u.id)",
    ),
    (
        "two portfolios with one address",
        "SELECT public_address FROM portfolios WHERE public_address IS NOT NULL
         GROUP BY public_address HAVING COUNT(*) > 1",
    ),
    (
        "a portfolio of somebody who never was VERIFIED",
        "SELECT p.id FROM portfolios p JOIN accounts a ON a.partner_id = p.partner_id AND a.id = p.account_id
         WHERE NOT EXISTS (SELECT 1 FROM audit WHERE user_id = a.user_id AND event = 'kyc.status'
                           AND outcome = 'VERIFIED' AND at <= p.created_at)",
    ),
    (
        "a password changed without a completed reset",
        "SELECT id FROM users u WHERE credential_epoch - (SELECT COUNT(*) FROM audit a WHERE a.user_id = u.id AND a.event = 'user.disable')
         <> (SELECT COUNT(*) FROM challenges c
             WHERE c.user_id = u.id AND c.purpose = 'RESET_PASSWORD' AND c.consumed_at IS NOT NULL)",
    ),
    (
        "a session that outlived a change of its user's password",
        "SELECT s.id FROM sessions s JOIN challenges c ON c.user_id = s.user_id
         WHERE c.purpose = 'RESET_PASSWORD' AND c.consumed_at > s.created_at AND s.revoked_at IS NULL",
    ),
];

impl Database {
    pub fn of(service: &Service) -> Database {
        let folder = service.state.join("v3/d1/miniflare-D1DatabaseObject");
        let files = std::fs::read_dir(&folder).expect("the folder of D1");
        let mut files = files.map(|entry| entry.expect("an entry").path());
        let is_ours = |path: &PathBuf| {
            path.extension().is_some_and(|e| e == "sqlite") && !path.ends_with("metadata.sqlite")
        };
        let file = files.find(is_ours).expect("the D1 file");
        let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY);
        let connection = connection.expect("the D1 file opens");
        let patience = connection.busy_timeout(Duration::from_secs(10));
        patience.expect("a timeout can be set");
        Database(connection)
    }

    /// The one number that this asks for.
    pub fn number(&self, sql: &str, params: impl Params) -> i64 {
        let row = self.0.query_row(sql, params, |row| row.get(0));
        row.unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    fn texts(&self, sql: &str) -> Vec<String> {
        let mut statement = self.0.prepare(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
        let rows = statement.query_map([], |row| row.get::<_, String>(0));
        let rows = rows.unwrap_or_else(|e| panic!("{sql}: {e}"));
        rows.map(|row| row.expect("a text")).collect()
    }

    /// Every text cell of every table.
    fn cells(&self) -> Vec<String> {
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

/// Holds all of security.md's invariants that show in storage against what is there now.
#[track_caller]
pub fn check_invariants(gatehouse: &Gatehouse) {
    let database = Database::of(&gatehouse.service);
    for (name, sql) in NEVER {
        let found = database.texts(sql);
        assert!(found.is_empty(), "{name}: {found:?}");
    }
    check_sends(gatehouse, &database);
    check_secrets(gatehouse, &database);
    figures::add(&figures::INVARIANTS, NEVER.len() + 2);
}

/// A message that the provider took stands in the books, but for one more where what became of
/// the first was not known.
fn check_sends(gatehouse: &Gatehouse, database: &Database) {
    for phone in database.texts("SELECT phone FROM users") {
        // The messages first: a send is booked before its message goes out.
        let messages = gatehouse.twilio.sent_to(&phone);
        let accepted = messages.iter().filter(|sms| sms.accepted).count();
        let unknown = witness::unknown_sends(&phone);
        let booked = database.number("SELECT COUNT(*) FROM sends WHERE phone = ?1", [&phone]);
        assert!(
            accepted as i64 <= booked + unknown as i64,
            "{accepted} messages to {phone}, {booked} booked, {unknown} unknown"
        );
    }
    assert_eq!(gatehouse.twilio.violations(), Vec::<String>::new());
}

/// No password, code or token stands plain in D1, in KV or in the log.
fn check_secrets(gatehouse: &Gatehouse, database: &Database) {
    let mut haystack = gatehouse.service.log();
    haystack.extend(files_under(&gatehouse.service.state.join("v3/kv")));
    let cells = database.cells();
    figures::add(&figures::ROWS, cells.len());
    for cell in &cells {
        haystack.push('\n');
        haystack.push_str(cell);
    }
    for secret in witness::kept() {
        assert!(!haystack.contains(&secret), "a secret is stored or logged");
    }
}

/// The contents of all files, whatever they are.
fn files_under(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let read = |path: PathBuf| match path.is_dir() {
        true => files_under(&path),
        false => vec![String::from_utf8_lossy(&std::fs::read(&path).unwrap_or_default()).into()],
    };
    paths.flat_map(read).collect()
}
