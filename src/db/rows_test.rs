//! What a statement costs does not grow with the database, nor with how long a user or a partner has been here:
//! the same steps of SQLite's machine on a database of a few thousand rows as on one of fifty times as many.

use rusqlite::{params_from_iter, Connection, StatementStatus};

use super::limits_test::value;
use super::statement::Statement;
use super::statements_test::{migrated, samples_at, SESSION};
use crate::rules::time::Time;

const NOW: Time = Time::from_millis(1_752_157_186_359);

/// What was there for long and what many others have, in rows a table; and how long this user has been here.
struct Size {
    others: u32,
    own: u32,
}

/// More portfolios than an account object lists.
const SMALL: Size = Size {
    others: 400,
    own: 60,
};
const LARGE: Size = Size {
    others: 20_000,
    own: 2_000,
};

/// `:n` rows, numbered from 1, and `id(kind, moment)` of each.
const ROWS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :n)";

/// The partner, the client, the user and the rest of `samples`. There the user is disabled and enabled again, and a
/// challenge is of that epoch.
const PRESENT: &str = "
INSERT INTO partners (id, name, created_at) VALUES ('p', 'p', 0);
INSERT INTO clients (id, partner_id, name, scopes, allowed_roles, default_roles, created_at)
VALUES ('c', 'p', 'n', '[]', '[]', '[]', 0);
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, phone_verified_at, hold_until, created_at)
VALUES ('u', 'p', 'a@example.com', '+15555550100', 'o', '[]', 0, 0, 0);
INSERT INTO accounts (partner_id, id, user_id, email, created_at) VALUES ('p', 'a', 'u', 'e', 0);
INSERT INTO challenges (id, root_id, purpose, partner_id, subject, user_id, credential_epoch, nonce, created_at, expires_at)
VALUES ('h', 'h', 'RESET_PASSWORD', 'p', 'u', 'u', 1, 'n', $now - 1000, $now + 300000);
INSERT INTO sessions (id, user_id, partner_id, client_id, created_at, current_hash, rotated_at, expires_at, idle_expires_at)
VALUES ('$session', 'u', 'p', 'c', $now - 9000, 'h', $now - 9000, $now + 9000, $now + 9000);
INSERT INTO answers (id, root_id, subject, purpose, is_right, at) VALUES ('w1', 'h1', 'u', 'RESET_PASSWORD', 0, $now - 5000),
 ('w2', 'h2', 'u', 'SMS_MFA', 0, $now - 5000);
";

/// What grows, a statement a table. `$id` is a UUIDv7 of the moment `$then`, without its prefix.
const PAST: [&str; 20] = [
    "INSERT INTO partners (id, name, created_at) SELECT 'prt_' || i, 'p', 0 FROM n",
    "INSERT INTO clients (id, partner_id, name, scopes, allowed_roles, default_roles, created_at)
     SELECT 'cli_' || i, 'prt_' || i, 'n', '[]', '[]', '[]', 0 FROM n",
    "INSERT INTO users (id, partner_id, email, phone, password_hash, roles, phone_verified_at, hold_until, created_at)
     SELECT 'usr_' || i, 'p', 'e' || i, '+1555' || i, 'h', '[]', 0, 0, 0 FROM n",
    "INSERT INTO accounts (partner_id, id, user_id, email, created_at) SELECT 'p', 'acc_' || i, 'usr_' || i, 'e', 0 FROM n",
    "INSERT INTO user_kyc (user_id, kind, id) SELECT 'usr_' || i, 'kyc', 'k' FROM n",
    "INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, created_at)
     SELECT 'p', 'pfl_' || i, 'acc_' || i, 'n', 'TRADING', 'k', 0 FROM n",
    "INSERT INTO challenges (id, root_id, purpose, partner_id, subject, user_id, credential_epoch, nonce, created_at, expires_at)
     SELECT 'chl_' || i, 'chl_' || i, 'SMS_MFA', 'p', 'usr_' || i, 'usr_' || i, 0, 'n', $now - 9000, $now + 9000 FROM n",
    "INSERT INTO answers (id, root_id, subject, purpose, is_right, at)
     SELECT 'wrk_' || $id, 'chl_' || i, 'usr_' || i, 'SMS_MFA', i % 2, $then FROM n",
    "INSERT INTO sends (id, challenge_id, partner_id, phone, prefix, purpose, at, share)
     SELECT 'snd_' || $id, 'chl_' || i, 'p', '+1555' || i, '+1555' || (i / 100), 'SMS_MFA', $then, 'LOGIN' FROM n",
    "INSERT INTO throttles (subject, failures, blocked_until, attempt_id, updated_at)
     SELECT 'usr_' || i, 1, 0, 'w', $now - 1 FROM n",
    "INSERT INTO sessions (id, user_id, partner_id, client_id, created_at, current_hash, rotated_at, expires_at, idle_expires_at)
     SELECT 'ses_' || $id, 'usr_' || i, 'p', 'c', $then, 'h', $then, $now + 9000, $now + 9000 FROM n",
    "INSERT INTO notices (user_id, notice, work_id, attempt_id, at)
     SELECT 'usr_' || i, 'PASSWORD_CHANGED', 'wrk_' || $id, 'w', $now - 1 FROM n",
    "INSERT INTO seen_clients (user_id, client_id, session_id) SELECT 'usr_' || i, 'c', 'ses_' || $id FROM n",
    "INSERT INTO webhook_events (id, at) SELECT 'e' || i, $now - 1 FROM n",
    "INSERT INTO idempotent_requests (id, body_mac, nonce, made_at, attempt_id, leased_until)
     SELECT 'k' || i, 'b', 'n', $now - 1, 'w', 0 FROM n",
    "INSERT INTO idempotency_days (partner_id, day, requests, bytes) SELECT 'prt_' || i, $now / 86400000, 1, 1 FROM n",
    "INSERT INTO partner_sends (partner_id, share, starts_at, count) SELECT 'prt_' || i, 'LOGIN', $now - 1, 1 FROM n",
    "INSERT INTO contact_holds (partner_id, contact, held_until) SELECT 'p', 'e' || i, $now + 1 FROM n",
    "INSERT INTO audit (id, at, partner_id, user_id, event, outcome, request_id)
     SELECT 'aud_' || $id, $then, 'p', 'usr_' || (i % 1000 + 1), 'login.code', 'right', 'r' FROM n",
    "INSERT INTO audit (id, at, partner_id, user_id, event, outcome, request_id)
     SELECT 'aud_' || $today_id, $today, 'p', 'usr_' || (i % 1000 + 1), 'login.code', 'right', 'r' FROM n",
];

/// What one user leaves over the years.
const OWN_PAST: [&str; 5] = [
    "INSERT INTO answers (id, root_id, subject, purpose, is_right, at)
     SELECT 'wrk_' || $id || purpose, 'x' || i, 'u', purpose, 1, $then
     FROM n JOIN (SELECT 'SMS_MFA' AS purpose UNION ALL SELECT 'RESET_PASSWORD')",
    "INSERT INTO sends (id, challenge_id, partner_id, phone, prefix, purpose, at, share)
     SELECT 'snd_' || $id || 'o', 'x' || i, 'p', '+15555550100', '+15555550', 'SMS_MFA', $then, 'LOGIN' FROM n",
    "INSERT INTO audit (id, at, partner_id, user_id, event, outcome, request_id)
     SELECT 'aud_' || $id || 'o', $then, 'p', 'u', 'login.code', 'right', 'r' FROM n",
    "INSERT INTO challenges (id, root_id, purpose, partner_id, subject, user_id, credential_epoch, nonce, created_at, expires_at)
     SELECT 'own_' || i, 'own_' || i, 'RESET_PASSWORD', 'p', 'u', 'u', 0, 'n', $then, $now - 80000000 FROM n",
    "INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, created_at)
     SELECT 'p', 'own_' || i, 'a', 'n', 'TRADING', 'k', 0 FROM n",
];

fn filled(size: &Size) -> Connection {
    let connection = migrated();
    let now = NOW.millis();
    let written = |sql: &str| {
        sql.replace("$session", SESSION)
            .replace(
                "$today_id",
                "printf('%08x-%04x-7000-9000-%012x', $today / 65536, $today % 65536, i)",
            )
            // Within the hours that a request may be taken up again in.
            .replace("$today", "($now - 3600000 - (20000 - i) * 100)")
            .replace(
                "$id",
                "printf('%08x-%04x-7000-8000-%012x', $then / 65536, $then % 65536, i)",
            )
            // A day ago and more, and not as long as anything is kept, the oldest first.
            .replace("$then", "($now - 100000000 - (20000 - i) * 100)")
            .replace("$now", &now.to_string())
    };
    connection.execute_batch(&written(PRESENT)).unwrap();
    let sizes = PAST.iter().map(|sql| (sql, size.others));
    for (sql, n) in sizes.chain(OWN_PAST.iter().map(|sql| (sql, size.own))) {
        let (into, rows) = sql.split_once("SELECT").unwrap();
        let sql = format!("{into} {ROWS} SELECT{rows}").replace(":n", &n.to_string());
        connection.execute(&written(&sql), []).unwrap();
    }
    connection
}

/// The steps of each statement, run one after the other.
fn steps(connection: &Connection) -> Vec<i32> {
    let run = |statement: &Statement| {
        let (sql, values) = statement.numbered();
        let mut prepared = connection.prepare(&sql).unwrap();
        let values = params_from_iter(values.into_iter().map(value));
        let mut rows = prepared.query(values).unwrap();
        // A guard may refuse: that is its answer.
        while rows.next().is_ok_and(|row| row.is_some()) {}
        drop(rows);
        prepared.get_status(StatementStatus::VmStep)
    };
    samples_at(NOW).iter().map(run).collect()
}

/// The statements that take more on the large database: how they begin, and how much more it is.
fn grown(prepare: impl Fn(&Connection)) -> Vec<String> {
    let [small, large] = [SMALL, LARGE].map(|size| {
        let connection = filled(&size);
        prepare(&connection);
        let steps = steps(&connection);
        // They did something: the reset went through, and ended the session.
        let sql = "SELECT COUNT(*) FROM audit WHERE user_id = 'u' AND event = 'session.end'";
        let ended: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(ended, 1);
        steps
    });
    let statements = samples_at(NOW);
    let all = statements.iter().zip(small.into_iter().zip(large));
    let grown = all.filter(|(_, (small, large))| *large > small + small / 20);
    let told = grown.map(|(statement, (small, large))| {
        let words = statement.sql().0.split_whitespace();
        let words: Vec<&str> = words.collect();
        format!("{small} -> {large}: {}", words.join(" "))
    });
    told.collect()
}

#[test]
fn no_statement_takes_more_steps_on_a_larger_database() {
    let grown = grown(|_| {});
    assert!(grown.is_empty(), "{grown:#?}");
}

/// That it is noticed where a user's right answers, or a partner's log before `since`, are read through.
#[test]
fn a_range_that_is_too_wide_is_noticed() {
    let without_partial_indexes = grown(|connection| {
        let sql = "DROP INDEX answers_wrong; DROP INDEX answers_right;
                   CREATE INDEX answers_by_subject ON answers (subject, purpose, at)";
        connection.execute_batch(sql).unwrap();
    });
    let noticed = |words: &str| {
        without_partial_indexes
            .iter()
            .any(|told| told.contains(words))
    };
    assert!(noticed("INSERT INTO answers"));
    assert!(noticed("INSERT INTO sends"));

    let since = |size: &Size| {
        let connection = filled(size);
        let list = |sql: String| {
            let mut prepared = connection.prepare(&sql).unwrap();
            prepared.query([]).unwrap().next().unwrap();
            prepared.get_status(StatementStatus::VmStep)
        };
        let at = NOW.millis() - 1000;
        list(format!("SELECT id FROM audit WHERE partner_id = 'p' AND id > '' AND at >= {at} ORDER BY id LIMIT 1"))
    };
    assert!(since(&LARGE) > 10 * since(&SMALL));
}
