//! Who may change a password, who is logged out by it, and until when that holds money back.

use std::time::Duration;

use super::audit::Origin;
use super::credentials::{self, NewPassword};
use super::limits_test::World;
use super::recovery::{self, ByCode, NewCodes};
use super::sessions::By;
use super::{challenges, Batch};
use crate::rules::id::{
    ClientId, Id, PartnerId, RequestId, SessionId, StoredChallengeId, UserId, WorkId,
};
use crate::rules::limits::{
    FRESH_LOGIN, HOLD_AFTER_CHANGE, HOLD_AFTER_RECOVERY, RECOVERY_WINDOW, WRONG_RECOVERY_CODES,
};
use crate::rules::session::Means;
use crate::rules::time::{millis, seconds, Time};

const NOW: Time = Time::from_millis(1_752_157_186_359);
const MINE: &str = "ses_0197f4a1-0f77-7000-8000-000000000001";
const OTHER: &str = "ses_0197f4a1-0f77-7000-8000-000000000002";

/// The user `u`, logged in twice: just now in `MINE`, and in `OTHER` by a clock that is ahead.
fn world() -> World {
    let world = World::new();
    let opened = "
INSERT INTO partners (id, name, created_at) VALUES ('p', 'p', 0);
INSERT INTO clients (id, partner_id, name, scopes, allowed_roles, default_roles, created_at)
VALUES ('c', 'p', 'n', '[]', '[]', '[]', 0);
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, phone_verified_at, hold_until, created_at)
VALUES ('u', 'p', 'e', '+15555550100', 'old', '[]', 0, 0, 0);
INSERT INTO sessions (id, user_id, partner_id, client_id, created_at, current_hash, rotated_at, expires_at, idle_expires_at)
VALUES ('$mine', 'u', 'p', 'c', $now - 1000, 'a', $now, $now + 9000000, $now + 9000000),
       ('$other', 'u', 'p', 'c', $now + 1000, 'b', $now, $now + 9000000, $now + 9000000);
INSERT INTO challenges (id, root_id, purpose, partner_id, subject, user_id, credential_epoch, nonce, created_at, expires_at,
                        staged_hash, code_ok_at)
VALUES ('r', 'r', 'RESET_PASSWORD', 'p', 'u', 'u', 0, 'n', $now - 1000, $now + 300000, 'reset', $now);
";
    let opened = opened
        .replace("$now", &NOW.millis().to_string())
        .replace("$mine", MINE)
        .replace("$other", OTHER);
    world.db.execute_batch(&opened).unwrap();
    world
}

/// An open challenge of a login.
fn challenge(world: &World, id: &str) {
    let sql = "
INSERT INTO challenges (id, root_id, purpose, partner_id, subject, user_id, credential_epoch, nonce, created_at, expires_at)
SELECT ?1, ?1, 'SMS_MFA', 'p', id, id, credential_epoch, 'n', ?2, ?3 FROM users";
    let times = (NOW.millis(), (NOW + RECOVERY_WINDOW * 4).millis());
    world.db.execute(sql, (id, times.0, times.1)).unwrap();
}

fn as_origin(at: Time, run: impl FnOnce(&Origin<'_>)) {
    let (request, partner): (RequestId, PartnerId) = (Id::given("q"), Id::given("p"));
    let client: ClientId = Id::given("c");
    run(&Origin {
        id: Id::given("aud_0197f4a1-0f77-7000-8000-000000000009"),
        at,
        request_id: &request,
        partner_id: &partner,
        client_id: Some(&client),
        reason: None,
    });
}

/// Whether the password was changed by this session, with what was compared in this epoch.
fn change(world: &World, by: &str, now: Time, epoch: i64, hash: &str) -> bool {
    let (session, user): (SessionId, UserId) = (Id::given(by), Id::given("u"));
    let mut batch = Batch::new();
    as_origin(now, |origin| {
        let by = By {
            session_id: &session,
            user_id: &user,
            now,
        };
        credentials::change(&mut batch, &NewPassword { by, epoch, hash }, origin);
    });
    world.run_all(batch);
    text(world, "SELECT password_hash FROM users") == hash
}

fn reset(world: &World, now: Time) {
    let (work, id): (WorkId, StoredChallengeId) = (Id::given("w"), Id::given("r"));
    let mut batch = Batch::new();
    as_origin(now, |origin| {
        challenges::complete_reset(&mut batch, &work, &id, now, origin);
    });
    world.run_all(batch);
}

fn text(world: &World, sql: &str) -> String {
    world.db.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn number(world: &World, sql: &str) -> i64 {
    world.db.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn live(world: &World) -> String {
    text(
        world,
        "SELECT COALESCE(group_concat(id), '') FROM sessions WHERE revoked_at IS NULL",
    )
}

fn held_until(world: &World) -> i64 {
    number(world, "SELECT withdrawals_held_until FROM users")
}

#[test]
fn a_password_is_changed_once_for_each_that_was_compared() {
    let world = world();
    assert!(change(&world, MINE, NOW, 0, "one"));
    assert!(!change(&world, MINE, NOW, 0, "two"));
    assert!(change(&world, MINE, NOW, 1, "three"));
    assert_eq!(number(&world, "SELECT credential_epoch FROM users"), 2);
    let told = "SELECT COUNT(*) FROM audit WHERE event = 'user.password' AND outcome = 'changed'";
    assert_eq!(
        number(&world, told),
        1,
        "by one request, whose rows have one id"
    );
}

#[test]
fn every_other_session_ends_by_whatever_clock_it_was_opened() {
    let world = world();
    assert!(change(&world, MINE, NOW, 0, "one"));
    assert_eq!(live(&world), MINE);
    assert_eq!(
        held_until(&world),
        0,
        "whoever knew the password is held back by nothing"
    );

    let world = self::world();
    reset(&world, NOW);
    assert_eq!(live(&world), "");
}

/// The answer was lost, the batch is run again, and somebody has logged in with the new password.
#[test]
fn a_change_that_is_run_again_ends_nothing_more() {
    let revive = "UPDATE sessions SET revoked_at = NULL";
    let world = world();
    assert!(change(&world, MINE, NOW, 0, "one"));
    world.db.execute(revive, []).unwrap();
    assert!(change(&world, MINE, NOW, 0, "one"));
    assert_eq!(live(&world), format!("{MINE},{OTHER}"));

    let world = self::world();
    reset(&world, NOW);
    world.db.execute(revive, []).unwrap();
    reset(&world, NOW);
    assert_eq!(live(&world), format!("{MINE},{OTHER}"));
    assert_eq!(text(&world, "SELECT password_hash FROM users"), "reset");
}

#[test]
fn a_session_changes_a_password_in_its_first_five_minutes_while_it_lives() {
    let opened = NOW - seconds(1);
    let last = opened + FRESH_LOGIN - Duration::from_millis(1);
    assert!(change(&world(), MINE, last, 0, "one"));
    assert!(!change(&world(), MINE, opened + FRESH_LOGIN, 0, "one"));
    let world = world();
    let end = "UPDATE sessions SET revoked_at = 1 WHERE id = ?1";
    world.db.execute(end, [MINE]).unwrap();
    assert!(!change(&world, MINE, NOW, 0, "one"));
    assert_eq!(live(&world), OTHER);
}

#[test]
fn a_hold_is_put_off_and_never_shortened() {
    let world = world();
    reset(&world, NOW);
    assert_eq!(held_until(&world), (NOW + HOLD_AFTER_CHANGE).millis());
    let later = (NOW + HOLD_AFTER_RECOVERY).millis();
    let world = self::world();
    let hold = "UPDATE users SET withdrawals_held_until = ?1";
    world.db.execute(hold, [later]).unwrap();
    reset(&world, NOW);
    assert_eq!(held_until(&world), later);
    assert_eq!(text(&world, "SELECT password_hash FROM users"), "reset");

    // And by a recovery code, whose hold is the longer one, beside one that is longer still.
    for (before, after) in [(0, later), (later + 5, later + 5)] {
        let world = self::world();
        world.db.execute(hold, [before]).unwrap();
        codes(&world, NOW, "[\"h\"]");
        challenge(&world, "l");
        answer(&world, "w1", "l", Some("h"), NOW);
        assert_eq!(held_until(&world), after);
    }
}

/// Makes recovery codes with these hashes.
fn codes(world: &World, now: Time, hashes: &str) {
    let (session, user): (SessionId, UserId) = (Id::given(MINE), Id::given("u"));
    let by = By {
        session_id: &session,
        user_id: &user,
        now,
    };
    let new = NewCodes {
        by,
        epoch: 0,
        hashes,
        key_id: "k",
    };
    let mut batch = Batch::new();
    as_origin(now, |origin| {
        recovery::make(&mut batch, &new, origin);
    });
    world.run_all(batch);
}

/// As a request with this work does it, but for the session.
fn answer(world: &World, work: &str, challenge: &str, hash: Option<&str>, now: Time) {
    let (work_id, challenge_id): (WorkId, StoredChallengeId) =
        (Id::given(work), Id::given(challenge));
    let new = ByCode {
        work_id: &work_id,
        challenge_id: &challenge_id,
        hash,
        max_tries: 3,
        now,
    };
    let mut batch = Batch::new();
    as_origin(now, |origin| {
        recovery::answer(&mut batch, &new, origin);
        challenges::complete_login(
            &mut batch,
            &work_id,
            &challenge_id,
            Means::RecoveryCode,
            now,
        );
        recovery::settle(&mut batch, &new);
    });
    world.run_all(batch);
}

fn counted(world: &World, work: &str) -> Option<i64> {
    let sql = "SELECT (SELECT is_right FROM answers WHERE id = ?1)";
    world.db.query_row(sql, [work], |row| row.get(0)).unwrap()
}

fn completed(world: &World, challenge: &str) -> bool {
    let sql = "SELECT consumed_at IS NOT NULL FROM challenges WHERE id = ?1";
    world
        .db
        .query_row(sql, [challenge], |row| row.get(0))
        .unwrap()
}

#[test]
fn new_codes_take_the_place_of_the_older_in_a_fresh_session_alone() {
    let world = world();
    let left = |world: &World| {
        text(
            world,
            "SELECT COALESCE(group_concat(hash), '') FROM recovery_codes",
        )
    };
    codes(&world, NOW, r#"["a","b"]"#);
    assert_eq!(left(&world), "a,b");
    codes(&world, NOW, r#"["c"]"#);
    assert_eq!(left(&world), "c");
    codes(&world, NOW + FRESH_LOGIN, r#"["d"]"#);
    assert_eq!(left(&world), "c");
    assert!(change(&world, MINE, NOW, 0, "one"));
    codes(&world, NOW, r#"["d"]"#);
    assert_eq!(
        left(&world),
        "c",
        "the password that was compared is another"
    );
}

/// Two requests have both found the code unused.
#[test]
fn a_recovery_code_completes_one_login() {
    let world = world();
    codes(&world, NOW, r#"["h","i"]"#);
    challenge(&world, "l");
    challenge(&world, "m");
    answer(&world, "w1", "l", Some("h"), NOW);
    answer(&world, "w2", "m", Some("h"), NOW);
    assert_eq!(
        (counted(&world, "w1"), counted(&world, "w2")),
        (Some(1), Some(0))
    );
    assert!(completed(&world, "l") && !completed(&world, "m"));
    assert_eq!(
        text(&world, "SELECT group_concat(hash) FROM recovery_codes"),
        "i"
    );
    // The same work once more finds its own, and a login that was answered takes no further code.
    answer(&world, "w1", "l", None, NOW);
    answer(&world, "w3", "l", Some("i"), NOW);
    assert_eq!(
        (counted(&world, "w1"), counted(&world, "w3")),
        (Some(1), None)
    );
    assert_eq!(number(&world, "SELECT COUNT(*) FROM recovery_codes"), 1);
}

#[test]
fn a_recovery_code_answers_no_reset() {
    let world = world();
    codes(&world, NOW, r#"["h"]"#);
    answer(&world, "w1", "r", Some("h"), NOW);
    assert_eq!(counted(&world, "w1"), None);
    assert!(!completed(&world, "r"));
    assert_eq!(number(&world, "SELECT COUNT(*) FROM recovery_codes"), 1);
}

#[test]
fn so_many_wrong_recovery_codes_of_a_day_are_compared_and_no_more() {
    let world = world();
    codes(&world, NOW, r#"["h"]"#);
    let try_at = |now: Time, nth: u32, hash| {
        // Each of a challenge of its own, whose three tries are not what ends them.
        let (work, id) = (format!("w{nth}"), format!("l{nth}"));
        challenge(&world, &id);
        answer(&world, &work, &id, hash, now);
        counted(&world, &work)
    };
    for nth in 0..200 {
        let compared = (nth < WRONG_RECOVERY_CODES).then_some(0);
        assert_eq!(try_at(NOW, nth, None), compared, "{nth}");
    }
    let day = NOW + RECOVERY_WINDOW;
    assert_eq!(try_at(day - Duration::from_millis(1), 200, Some("h")), None);
    assert_eq!(try_at(day, 201, Some("h")), Some(1));
}

#[test]
fn the_chance_to_guess_a_code_in_a_year_is_what_the_limits_say() {
    let guesses = f64::from(WRONG_RECOVERY_CODES) * 365.0 * 86_400_000.0
        / f64::from(u32::try_from(millis(RECOVERY_WINDOW)).unwrap());
    let chance = guesses * 10.0 / 2f64.powi(50);
    assert!(chance < 1.0 / 30e9, "{chance}");
}
