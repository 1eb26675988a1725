//! The invariants over a state that something else has left, nothing serving it any more. `make soak` runs
//! its load, writes what it has seen into `witness.json` beside the database, and then this:
//!
//!     GATEHOUSE_GIVEN_STATE=folder cargo test --test faults the_invariants_hold_in_a_given_state -- --ignored

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::database::{check_books, check_rows, files_under, never, Database};

/// What holds where codes have the usual lengths, nobody was unlocked, and no row is older than the run
/// but those that the purge is there for.
const NEVER_IN_A_DAY: [(&str, &str); 11] = [
    (
        "more than ten wrong codes of a login",
        "SELECT subject FROM answers WHERE is_right = 0 AND purpose = 'SMS_MFA' GROUP BY subject HAVING COUNT(*) > 10",
    ),
    (
        "more than thirty wrong codes of a reset",
        "SELECT subject FROM answers WHERE is_right = 0 AND purpose = 'RESET_PASSWORD'
         GROUP BY subject HAVING COUNT(*) > 30",
    ),
    (
        "more than three messages of resets to a number in an hour",
        "SELECT phone FROM sends s WHERE purpose = 'RESET_PASSWORD' AND
         (SELECT SUM(messages) FROM sends t WHERE t.partner_id = s.partner_id AND t.phone = s.phone
            AND t.purpose = s.purpose AND t.at > s.at - 3600000 AND t.at <= s.at) > 3",
    ),
    (
        "more than ten messages to a block of numbers in an hour",
        "SELECT phone FROM sends s WHERE
         (SELECT SUM(messages) FROM sends t WHERE t.partner_id = s.partner_id AND t.prefix = s.prefix
            AND t.at > s.at - 3600000 AND t.at <= s.at) > 10",
    ),
    (
        "a challenge sent more than three times",
        "SELECT challenge_id FROM sends GROUP BY challenge_id HAVING COUNT(*) > 3",
    ),
    (
        "a session that can live longer than 30 days, or be idle for longer than 14",
        "SELECT id FROM sessions WHERE expires_at > created_at + 2592000000
         OR idle_expires_at > rotated_at + 1209600000 OR idle_expires_at > expires_at",
    ),
    (
        "a session of another partner than its user's, or its client's",
        "SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id JOIN clients c ON c.id = s.client_id
         WHERE s.partner_id <> u.partner_id OR s.partner_id <> c.partner_id",
    ),
    (
        "a sign-up that is in no audit log",
        "SELECT id FROM users u WHERE NOT EXISTS
         (SELECT 1 FROM audit a WHERE a.user_id = u.id AND a.partner_id = u.partner_id AND a.event = 'user.sign_up')",
    ),
    (
        "more sessions than right codes in the audit log",
        "SELECT user_id FROM sessions s GROUP BY user_id HAVING COUNT(*) >
         (SELECT COUNT(*) FROM audit a WHERE a.user_id = s.user_id AND a.event = 'login.code' AND a.outcome = 'right')",
    ),
    (
        "more portfolios than the audit log tells of",
        "SELECT a.user_id FROM portfolios p JOIN accounts a ON a.partner_id = p.partner_id AND a.id = p.account_id
         GROUP BY a.user_id HAVING COUNT(*) >
         (SELECT COUNT(*) FROM audit l WHERE l.user_id = a.user_id AND l.event = 'portfolio.open')",
    ),
    (
        "a row that points to nothing",
        "SELECT \"table\" FROM pragma_foreign_key_check",
    ),
];

/// What the questions ask by and the service does not.
const ASKED_BY: [&str; 3] = [
    "audit (user_id, event, outcome, at)",
    "audit (session_id)",
    "challenges (user_id, purpose)",
];

/// Secrets of this many characters at least are looked for: a shorter one is found by chance.
const SHORTEST: usize = 16;
/// So many of them are looked for within words too.
const ANYWHERE: usize = 200;

#[test]
#[ignore = "it asks for a state, as `make soak` leaves one"]
fn the_invariants_hold_in_a_given_state() {
    let state = std::env::var("GATEHOUSE_GIVEN_STATE").expect("GATEHOUSE_GIVEN_STATE is a folder");
    let state = PathBuf::from(state);
    let database = Database::of_state(&state);
    assert_eq!(
        database.texts("SELECT * FROM pragma_integrity_check"),
        ["ok"]
    );
    for on in ASKED_BY {
        database.index(on);
    }
    check_rows(&database, never());
    check_rows(&database, &NEVER_IN_A_DAY);

    let witness = std::fs::read(state.join("witness.json")).expect("witness.json is there");
    let witness: Value = serde_json::from_slice(&witness).expect("witness.json is JSON");
    let messages = messages(&witness);
    assert!(!messages.is_empty(), "no message was seen");
    check_books(&database, |phone| {
        let seen = messages.get(phone).copied().unwrap_or_default();
        (seen, seen)
    });
    let secrets = texts(&witness, "secrets");
    let cells = check_secrets(&state, &database, &witness, &secrets);
    println!(
        "given: {} invariants over {cells} cells, {} messages to {} numbers, {} secrets that are nowhere",
        never().len() + NEVER_IN_A_DAY.len() + 3,
        messages.values().sum::<usize>(),
        messages.len(),
        secrets.len()
    );
}

/// How many messages each number got.
fn messages(witness: &Value) -> HashMap<String, usize> {
    let messages = witness["messages"].as_object().expect("messages");
    let number = |count: &Value| count.as_u64().expect("a number of messages") as usize;
    let each = messages.iter();
    each.map(|(phone, count)| (phone.clone(), number(count)))
        .collect()
}

fn texts(witness: &Value, member: &str) -> Vec<String> {
    let all = witness[member].as_array().expect("a list");
    let text = |text: &Value| text.as_str().expect("a text").to_owned();
    all.iter().map(text).collect()
}

/// No password, token or challenge's id stands plain in D1, in KV or in the log, and no number in the log.
/// Gives how many cells were read.
fn check_secrets(state: &Path, database: &Database, witness: &Value, secrets: &[String]) -> usize {
    let log = std::fs::read(state.join("service.log")).expect("service.log is there");
    let log = String::from_utf8_lossy(&log).into_owned();
    for phone in messages(witness).keys() {
        assert!(!log.contains(&phone[1..]), "a number is logged");
    }
    let values = files_under(&state.join("v3/kv"));
    assert!(!log.is_empty() && !values.is_empty(), "nothing was kept");
    let found = words_of(secrets.iter());
    assert_eq!(
        found.len(),
        secrets.len(),
        "secrets that are not long words"
    );
    let kept: Vec<String> = [vec![log], values, database.cells()].concat();
    for word in kept.iter().flat_map(|text| words(text)) {
        assert!(!found.contains(word), "a secret is stored or logged");
    }
    let step = (secrets.len() / ANYWHERE).max(1);
    for secret in secrets.iter().step_by(step) {
        let is_in = |text: &String| text.contains(secret.as_str());
        assert!(!kept.iter().any(is_in), "a secret is stored or logged");
    }
    kept.len()
}

/// The longest word of each: whoever keeps a secret keeps that.
fn words_of<'a>(secrets: impl Iterator<Item = &'a String>) -> HashSet<&'a str> {
    let longest = |secret: &'a String| words(secret).max_by_key(|word| word.len());
    secrets.filter_map(longest).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_outside = |c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_');
    text.split(is_outside).filter(|word| word.len() >= SHORTEST)
}
