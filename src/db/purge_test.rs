//! A step of the purge deletes as much as it may, of partners that are here alone; and what a reset ends is what was
//! there before it.

use super::audit::Origin;
use super::challenges::{self, NewChallenge};
use super::limits_test::{rules, World};
use super::purge::{Run, CHORES, STEP};
use super::Batch;
use crate::rules::challenge::Purpose;
use crate::rules::id::{Id, Subject, UserId, WorkId};
use crate::rules::time::{days, minutes, Time};

const NOW: Time = Time::from_millis(1_752_157_186_359);

/// A user who was right twice in the minutes that a run looks at supersedes each older answer twice.
#[test]
fn a_full_step_of_right_answers_is_one_of_as_many_answers() {
    let world = World::new();
    let looked_at = NOW - days(3) - minutes(5);
    let (moment, then) = (WorkId::floor(looked_at), looked_at.millis());
    let older = WorkId::floor(NOW - days(30));
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
               INSERT INTO answers (id, root_id, subject, purpose, is_right, at)
               SELECT substr(?1, 1, 28) || printf('%012x', i), 'r', 'u', 'SMS_MFA', 1, 1 FROM n
               UNION ALL SELECT substr(?2, 1, 28) || '000000000001', 'r', 'u', 'SMS_MFA', 1, ?3
               UNION ALL SELECT substr(?2, 1, 28) || '000000000002', 'r', 'u', 'SMS_MFA', 1, ?3 + 1";
    let given = (older.as_str(), moment.as_str(), then);
    world.db.execute(sql, given).unwrap();
    let run = Run {
        now: NOW,
        request_id: Id::given("r"),
    };
    let deleted = |world: &World| {
        let mut batch = Batch::new();
        let told = (Id::given("a"), NOW);
        CHORES[2].step(&mut batch, &run, &told, None);
        world.run_all(batch)[0]
    };
    assert_eq!(deleted(&world), STEP as usize);
    // The rest, and the older of the two.
    assert_eq!(deleted(&world), 1_501 - STEP as usize);
    assert_eq!(deleted(&world), 0);
}

#[test]
fn a_reset_that_is_taken_up_again_leaves_what_was_opened_since() {
    let world = World::new();
    let people =
        "INSERT INTO partners (id, name, created_at) VALUES ('p', 'p', 0);
         INSERT INTO users (id, partner_id, email, phone, password_hash, roles, phone_verified_at, hold_until, created_at)
         VALUES ('u', 'p', 'e', '+1', 'o', '[]', 0, 0, 0);";
    world.db.execute_batch(people).unwrap();
    let (user, work): (UserId, WorkId) = (Id::given("u"), Id::given("w"));
    let (id, partner, client) = (Id::given("h"), Id::given("p"), Id::given("c"));
    let mut batch = Batch::new();
    let new = NewChallenge {
        id: &id,
        purpose: Purpose::Reset,
        partner_id: &partner,
        subject: &Subject::user(&user),
        user_id: Some(&user),
        credential_epoch: Some(0),
        nonce: "n",
        max_tries: 3,
        rules: rules(),
        now: NOW,
        expires_at: NOW + minutes(10),
        change: None,
    };
    challenges::issue(&mut batch, &new);
    world.run_all(batch);
    let passed = "UPDATE challenges SET code_ok_at = 1, staged_hash = 'n'";
    world.db.execute(passed, ()).unwrap();
    let complete = |at: Time| {
        let origin = Origin {
            id: Id::given("aud_0197f4a1-0000-7000-8000-000000000001"),
            at,
            request_id: &Id::given("r"),
            partner_id: &partner,
            client_id: Some(&client),
            reason: None,
        };
        let mut batch = Batch::new();
        challenges::complete_reset(&mut batch, &work, &id, at, &origin);
        world.run_all(batch);
    };
    complete(NOW);
    // The same work once more, after the user has logged in with the new password.
    let opened = format!(
        "INSERT INTO sessions (id, user_id, partner_id, client_id, created_at, current_hash, rotated_at, expires_at, idle_expires_at)
         VALUES ('since', 'u', 'p', 'c', {since}, 'h', {since}, {later}, {later});",
        since = NOW.millis(),
        later = (NOW + days(1)).millis(),
    );
    world.db.execute_batch(&opened).unwrap();
    complete(NOW + minutes(2));
    let live = "SELECT COUNT(*) FROM sessions WHERE revoked_at IS NULL";
    let live: i64 = world.db.query_row(live, (), |row| row.get(0)).unwrap();
    assert_eq!(live, 1);
}

/// What is over, of each chore in its order: a row of the partner `$p` under the key `$k`, and which rows are meant.
const OVER: [(&str, &str); 13] = [
    (
        "INSERT INTO challenges (id, root_id, purpose, partner_id, subject, nonce, created_at, expires_at)
         VALUES ('$k', '$k', 'SMS_MFA', $p, 's', 'n', 0, 1)",
        "challenges",
    ),
    (
        "INSERT INTO answers (id, root_id, subject, purpose, is_right, at, partner_id)
         VALUES ('wrk_00$k', 'wrong', '$k', 'SMS_MFA', 0, 1, $p)",
        "answers WHERE root_id = 'wrong'",
    ),
    (
        "INSERT INTO answers (id, root_id, subject, purpose, is_right, at, partner_id)
         VALUES ('$right_at$k', 'newest', '$k', 'SMS_MFA', 1, 2, $p), ('$right_at_$k', 'right', '$k', 'SMS_MFA', 1, 1, $p)",
        "answers WHERE root_id = 'right'",
    ),
    (
        "INSERT INTO sends (id, challenge_id, partner_id, phone, prefix, purpose, at, share)
         VALUES ('snd_00$k', 'c', $p, '1', '1', 'SMS_MFA', 1, 'LOGIN')",
        "sends",
    ),
    (
        "INSERT INTO throttles (subject, failures, blocked_until, attempt_id, updated_at, partner_id)
         VALUES ('$k', 1, 0, 'w', 1, $p)",
        "throttles",
    ),
    (
        "INSERT INTO sessions (id, user_id, partner_id, client_id, created_at, current_hash, rotated_at, expires_at,
                               idle_expires_at)
         SELECT 'ses_00000000-0000-7000-8000-00000$k', id, $p, 'c', 0, 'h', 0, 1, 1 FROM users
         WHERE partner_id = $p AND claimed_phone IS NULL",
        "sessions",
    ),
    (
        "INSERT INTO webhook_events (id, at, partner_id) VALUES ('$k', 1, $p)",
        "webhook_events",
    ),
    (
        "INSERT INTO idempotent_requests (id, body_mac, nonce, made_at, attempt_id, leased_until, partner_id)
         VALUES ('$k', 'b', 'n', 1, 'w', 0, $p)",
        "idempotent_requests",
    ),
    (
        "INSERT INTO idempotency_days (partner_id, day, requests, bytes) VALUES ($p, 1, 1, 1)",
        "idempotency_days",
    ),
    (
        "INSERT INTO audit (id, at, partner_id, event, outcome, request_id) VALUES ('aud_0', 1, $p, 'e', 'o', 'r')",
        "audit WHERE id = 'aud_0'",
    ),
    (
        "INSERT INTO partner_sends (partner_id, share, starts_at, count) VALUES ($p, 'LOGIN', 1, 1)",
        "partner_sends",
    ),
    (
        "INSERT INTO contact_holds (partner_id, contact, held_until) VALUES ($p, 'e', 1)",
        "contact_holds",
    ),
    (
        "INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at, claimed_phone)
         VALUES ('lost_$k', $p, 'e', 'lost_$k', 'h', '[]', 0, 0, '+1')",
        "users WHERE claimed_phone IS NOT NULL",
    ),
];

/// Whose rows may be nobody's: those of before, of unknown names, of the service's own secrets.
const WITHOUT_PARTNER: [&str; 5] = [
    "answers WHERE root_id = 'wrong'",
    "answers WHERE root_id = 'right'",
    "throttles",
    "webhook_events",
    "idempotent_requests",
];

const STATES: [&str; 4] = ["coming", "gone", "here", "leaving"];

/// A partner in each state, with a user, and rows of each that are over; and rows of nobody's.
fn with_partners_on_the_move() -> World {
    let world = World::new();
    let right_at = WorkId::floor(NOW - days(3) - minutes(5));
    let add = |sql: &str, partner: &str, key: &str| {
        let sql = sql.replace("$right_at", right_at.as_str());
        let sql = sql.replace("$p", partner).replace("$k", key);
        world
            .db
            .execute_batch(&sql)
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
    };
    for state in STATES {
        let people = "
INSERT INTO partners (id, name, created_at, state) VALUES ($p, 'n', 0, $p);
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at)
VALUES ('usr_$k', $p, 'usr', '$k', 'h', '[]', 0, 0);
INSERT INTO audit (id, at, partner_id, event, outcome, request_id, target_client_id) VALUES ('aud_00a', 1, $p, 'e', 'o', 'r', 'c');
INSERT INTO audit (id, at, partner_id, event, outcome, request_id, target_partner_id) VALUES ('aud_00b', 1, $p, 'e', 'o', 'r', $p)";
        let (partner, key) = (format!("'{state}'"), format!("{state:_>7}"));
        add(people, &partner, &key);
        for (over, _) in OVER {
            add(over, &partner, &key);
        }
    }
    for (over, which) in OVER {
        if WITHOUT_PARTNER.contains(&which) {
            add(over, "NULL", "of_none");
        }
    }
    world
}

fn partners(world: &World, which: &str) -> Vec<String> {
    let sql = format!("SELECT COALESCE(partner_id, 'nobody') FROM {which} ORDER BY 1");
    let mut rows = world.db.prepare(&sql).unwrap();
    let rows = rows.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn each_chore_leaves_alone_what_is_of_a_partner_that_is_not_here() {
    let world = with_partners_on_the_move();
    let run = Run {
        now: NOW,
        request_id: Id::given("r"),
    };
    for (chore, (_, which)) in CHORES.into_iter().zip(OVER) {
        let mut all = STATES.to_vec();
        if WITHOUT_PARTNER.contains(&which) {
            all.push("nobody");
        }
        assert_eq!(partners(&world, which), all, "{which}");
        let mut batch = Batch::new();
        let told = (Id::given("aud_00000000-0000-7000-8000-000000000000"), NOW);
        chore.step(&mut batch, &run, &told, None);
        world.run_all(batch);
        assert_eq!(
            partners(&world, which),
            ["coming", "gone", "leaving"],
            "{which}"
        );
    }
    // The end of a session is told where it goes, and nowhere else.
    assert_eq!(
        partners(&world, "audit WHERE event = 'session.end'"),
        ["here"]
    );
    // What was done to a partner is the directory's, wherever that is.
    assert!(partners(&world, "audit WHERE id IN ('aud_00a', 'aud_00b')").is_empty());
}
