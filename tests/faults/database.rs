//! The invariants that hold in the D1 file after every run.

use std::path::{Path, PathBuf};

use aho_corasick::AhoCorasick;

use crate::figures;
pub use crate::support::database::Database;
use crate::support::people::User;
use crate::support::Gatehouse;
use crate::witness;

/// Each finds what must not be there.
const NEVER: [(&str, &str); 23] = [
    (
        "a row that would not move with its partner",
        "SELECT id FROM answers WHERE partner_id IS NULL
         UNION ALL SELECT id FROM idempotent_requests WHERE partner_id IS NULL
         UNION ALL SELECT id FROM webhook_events WHERE partner_id IS NULL
         UNION ALL SELECT subject FROM throttles
                   WHERE partner_id IS NULL AND (subject LIKE 'usr_%' OR subject LIKE 'anon_%')",
    ),
    (
        "more sessions than used login codes",
        "SELECT user_id FROM (SELECT user_id, 1 AS opened, 0 AS used FROM sessions
                              UNION ALL SELECT user_id, 0, 1 FROM challenges WHERE purpose = 'SMS_MFA' AND consumed_at IS NOT NULL)
         GROUP BY user_id HAVING SUM(opened) > SUM(used)",
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
        "SELECT MIN(id) FROM users GROUP BY partner_id, lower(email) HAVING COUNT(*) > 1
         UNION SELECT MIN(id) FROM users GROUP BY partner_id, phone HAVING COUNT(*) > 1",
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
        "credentials that changed without a completed reset or change, by nobody who knew them, and not by the partner",
        "SELECT id FROM (SELECT id, credential_epoch AS changes FROM users
                         UNION ALL SELECT user_id, -1 FROM audit
                         WHERE event = 'user.disable' OR event = 'user.password' AND outcome = 'changed'
                            OR event IN ('user.email', 'user.phone') AND outcome = 'given'
                         UNION ALL SELECT user_id, -1 FROM challenges
                         WHERE purpose IN ('RESET_PASSWORD', 'CHANGE_EMAIL', 'CHANGE_PHONE') AND consumed_at IS NOT NULL)
         WHERE id IN (SELECT id FROM users) GROUP BY id HAVING SUM(changes) <> 0",
    ),
    (
        "a number changed without the right code of the new one, and of the old one unless by recovery",
        "SELECT n.id FROM challenges n WHERE n.purpose = 'CHANGE_PHONE' AND n.consumed_at IS NOT NULL
         AND (n.code_ok_at IS NULL
              OR NOT EXISTS (SELECT 1 FROM challenges o JOIN answers a ON a.root_id = o.root_id AND a.is_right = 1
                             WHERE o.id = n.old_id AND o.purpose = 'CHANGE_PHONE_OLD' AND o.code_ok_at IS NOT NULL)
                 AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = n.session_id AND s.amr LIKE '%recovery%'))",
    ),
    (
        "a proof or a change that is not told once",
        "SELECT user_id FROM challenges c WHERE purpose IN ('VERIFY_EMAIL', 'CHANGE_EMAIL', 'CHANGE_PHONE') AND consumed_at IS NOT NULL
         GROUP BY user_id
         HAVING COUNT(*) <> (SELECT COUNT(*) FROM audit a WHERE a.user_id = c.user_id AND a.event IN ('user.email', 'user.phone')
                             AND a.outcome IN ('verified', 'changed'))",
    ),
    (
        "a change of e-mail or number that did not hold for a day, or that another session outlived",
        "SELECT u.id FROM users u JOIN challenges c ON c.user_id = u.id
         WHERE c.purpose IN ('CHANGE_EMAIL', 'CHANGE_PHONE')
           AND (c.consumed_at + 86400000 > u.withdrawals_held_until
                OR EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = u.id AND s.id <> c.session_id AND s.revoked_at IS NULL
                           AND c.consumed_at > s.created_at))",
    ),
    (
        "a session that outlived a change of its user's password",
        "SELECT s.id FROM sessions s JOIN challenges c ON c.user_id = s.user_id
         WHERE c.purpose = 'RESET_PASSWORD' AND c.consumed_at > s.created_at AND s.revoked_at IS NULL",
    ),
    (
        "a reset that did not hold for a day",
        "SELECT u.id FROM users u JOIN challenges c ON c.user_id = u.id
         WHERE c.purpose = 'RESET_PASSWORD' AND c.consumed_at + 86400000 > u.withdrawals_held_until",
    ),
    (
        "a login by a recovery code that did not hold for three days, or without one answer that was right",
        "SELECT u.id FROM users u JOIN sessions s ON s.user_id = u.id
         WHERE s.amr LIKE '%recovery%'
           AND (s.created_at + 259200000 > u.withdrawals_held_until
                OR NOT EXISTS (SELECT 1 FROM answers a WHERE a.subject = u.id AND a.purpose = 'RECOVERY_CODE'
                               AND a.is_right = 1 AND a.at = s.created_at))",
    ),
    (
        "somebody who was erased, and something of theirs",
        "SELECT id FROM users u WHERE erased_at IS NOT NULL
         AND (email <> id OR phone <> id OR claimed_phone IS NOT NULL OR password_hash <> '' OR roles <> '[]' OR address <> '{}'
              OR COALESCE(name, surname, locale) IS NOT NULL OR disabled_at IS NULL
              OR EXISTS (SELECT 1 FROM recovery_codes WHERE user_id = u.id)
              OR EXISTS (SELECT 1 FROM challenges WHERE user_id = u.id AND staged_hash IS NOT NULL)
              OR EXISTS (SELECT 1 FROM sessions WHERE user_id = u.id AND (revoked_at IS NULL OR current_hash <> ''))
              OR EXISTS (SELECT 1 FROM accounts WHERE user_id = u.id AND email <> u.id || '@erased.invalid'))",
    ),
    (
        "an end of a session that is not told once, with its refreshes, or told before",
        "SELECT s.id FROM sessions s LEFT JOIN
         (SELECT session_id, COUNT(*) AS ends, MIN(refreshes) AS fewest, MAX(refreshes) AS most FROM audit
          WHERE session_id IS NOT NULL GROUP BY session_id) told ON told.session_id = s.id
         WHERE COALESCE(told.ends, 0) <> (s.revoked_at IS NOT NULL)
            OR told.fewest <> s.refreshes OR told.most <> s.refreshes",
    ),
    (
        "a session of somebody whose number is not proven, who could be replaced with it",
        "SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.phone_verified_at IS NULL
         AND (u.phone_given_at IS NULL OR s.revoked_at IS NULL)",
    ),
    (
        "an account that counts its shown portfolios wrong, or has no trading one though one is shown",
        "SELECT a.id FROM accounts a WHERE
         a.portfolios <> (SELECT COUNT(*) FROM portfolios p WHERE p.partner_id = a.partner_id AND p.account_id = a.id
                          AND p.claimed_at IS NOT NULL)
         OR (a.trading_seq IS NULL) = EXISTS (SELECT 1 FROM portfolios p WHERE p.partner_id = a.partner_id
                                              AND p.account_id = a.id AND p.type = 'TRADING' AND p.claimed_at IS NOT NULL)
         OR a.trading_seq IS NOT NULL AND a.trading_seq NOT IN (SELECT seq FROM portfolios p WHERE p.partner_id = a.partner_id AND p.account_id = a.id
                                  AND p.type = 'TRADING' AND p.claimed_at IS NOT NULL)",
    ),
    (
        "more than five messages to a number in an hour that went out or may have",
        "SELECT phone FROM sends s WHERE
         (SELECT SUM(messages) FROM sends t
          WHERE t.partner_id = s.partner_id AND t.phone = s.phone AND t.at > s.at - 3600000 AND t.at <= s.at
            AND (t.outcome IS NULL OR t.outcome IN ('UNCLEAR', 'REFUSED'))) > 5",
    ),
    (
        "more than five notices of a kind to a user in a day",
        "SELECT n.user_id FROM notices n WHERE
         (SELECT COUNT(*) FROM notices o WHERE o.user_id = n.user_id AND o.notice = n.notice
            AND o.at > n.at - 86400000 AND o.at <= n.at) > 5",
    ),
    (
        "more than two notices to a number in an hour",
        "SELECT phone FROM sends s WHERE
         (SELECT COUNT(*) FROM sends t
          WHERE t.partner_id = s.partner_id AND t.phone = s.phone AND t.purpose = 'NOTICE' AND t.at > s.at - 3600000
            AND t.at <= s.at AND (t.outcome IS NULL OR t.outcome IN ('UNCLEAR', 'REFUSED'))) > 2",
    ),
];

pub fn never() -> &'static [(&'static str, &'static str)] {
    &NEVER
}

/// None of these finds a row.
#[track_caller]
pub fn check_rows(database: &Database, never: &[(&str, &str)]) {
    for (name, sql) in never {
        let found = database.texts(sql);
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}

/// Holds all of security.md's invariants that show in storage against what is there now.
#[track_caller]
pub fn check_invariants(gatehouse: &Gatehouse) {
    let database = Database::of(&gatehouse.service);
    check_rows(&database, never());
    check_sends(gatehouse, &database);
    check_secrets(gatehouse, &database);
    figures::add(&figures::INVARIANTS, NEVER.len() + 2);
}

/// Every call of a provider stands in the books, but for one more each where it was certainly busy: `messages`
/// gives those to a number that were accepted, and all that were asked for.
#[track_caller]
pub fn check_books(database: &Database, messages: impl Fn(&str) -> (usize, usize)) {
    let booked = "SELECT COALESCE(SUM(messages), 0) FROM sends
                  WHERE phone = ?1 AND outcome IS NOT 'WITHHELD'";
    for phone in database.texts("SELECT phone FROM users") {
        // The messages first: a send is booked before its message goes out.
        let (accepted, calls) = messages(&phone);
        let booked = database.number(booked, [&phone]);
        assert!(
            accepted as i64 <= booked && calls as i64 <= 2 * booked,
            "{accepted} messages to {phone} in {calls} calls, {booked} booked"
        );
    }
}

fn check_sends(gatehouse: &Gatehouse, database: &Database) {
    check_books(database, |phone| {
        let calls = gatehouse.twilio.sent_to(phone);
        let accepted = calls.iter().filter(|sms| sms.accepted).count();
        (accepted, calls.len())
    });
    assert_eq!(gatehouse.twilio.violations(), Vec::<String>::new());
}

/// No password, code or token stands plain in D1, in KV or in the log, no phone number or text of an SMS in
/// the log, and no e-mail or number, whole or masked, in KV.
fn check_secrets(gatehouse: &Gatehouse, database: &Database) {
    let log = gatehouse.service.log();
    let kv = files_under(&gatehouse.service.state.join("v3/kv")).join("\n");
    let people = witness::people();
    let number = |person: &User| person.phone[1..].to_owned();
    let texts = |person: &User| gatehouse.twilio.sent_to(&person.phone).into_iter();
    let texts = people.iter().flat_map(texts).map(|sms| sms.body);
    let logged = any_of(texts.chain(people.iter().map(number)), &log);
    assert_eq!(logged, None, "this is logged");
    let emails = people.iter().map(|person| person.email.clone());
    let kept = any_of(emails.chain(people.iter().map(number)), &kv);
    assert_eq!(kept, None, "this is in KV");
    assert!(!kv.contains("********"), "a masked number is in KV");
    let cells = database.cells();
    figures::add(&figures::ROWS, cells.len());
    for place in [log, kv, cells.join("\n")] {
        let found = any_of(witness::kept(), &place);
        assert!(found.is_none(), "a secret is stored or logged");
    }
}

/// The first of these in the text. One pass for all: a sweep holds hundreds, over megabytes.
fn any_of(these: impl IntoIterator<Item = String>, text: &str) -> Option<&str> {
    let these = AhoCorasick::new(these).expect("they are few");
    these.find(text).map(|found| &text[found.range()])
}

/// The contents of all files, whatever they are.
pub fn files_under(folder: &Path) -> Vec<String> {
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
