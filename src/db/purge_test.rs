//! A step of the purge deletes as much as it may, and what a reset ends is what was there before it.

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
