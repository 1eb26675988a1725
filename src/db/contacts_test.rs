//! What makes an e-mail or a number somebody's: who may have it, by which codes, in which session, and once.

use super::audit::Origin;
use super::contacts::{self, Answered};
use super::limits_test::World;
use super::statement::Statement;
use super::{challenges, Batch};
use crate::rules::challenge::Purpose;
use crate::rules::id::{ClientId, Id, PartnerId, RequestId, StoredChallengeId, WorkId};
use crate::rules::limits::{CodeCaps, CodeRules, HOLD_AFTER_CHANGE};
use crate::rules::session::Means;
use crate::rules::time::{minutes, Time};
use crate::rules::word::Word;

pub(super) const NOW: Time = Time::from_millis(1_752_157_186_359);
pub(super) const MINE: &str = "ses_0197f4a1-0f77-7000-8000-000000000001";
pub(super) const OTHER: &str = "ses_0197f4a1-0f77-7000-8000-000000000002";
pub(super) const RECOVERED: &str = "ses_0197f4a1-0f77-7000-8000-000000000003";
pub(super) const NEW_PHONE: &str = "+15555550199";
pub(super) const NEW_EMAIL: &str = "new@example.com";

/// The user `u`, logged in three times, once by a recovery code.
pub(super) fn world() -> World {
    let world = World::new();
    let sql = "
INSERT INTO partners (id, name, created_at) VALUES ('p', 'p', 0), ('q', 'q', 0);
INSERT INTO clients (id, partner_id, name, scopes, allowed_roles, default_roles, created_at)
VALUES ('c', 'p', 'n', '[]', '[]', '[]', 0);
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, phone_verified_at, hold_until, created_at)
VALUES ('u', 'p', 'old@example.com', '+15555550100', 'h', '[]', 0, 0, 0);
INSERT INTO sessions (id, user_id, partner_id, client_id, created_at, current_hash, rotated_at, expires_at, idle_expires_at)
VALUES ('$mine', 'u', 'p', 'c', $now, 'a', $now, $now + 9000000, $now + 9000000),
       ('$other', 'u', 'p', 'c', $now, 'b', $now, $now + 9000000, $now + 9000000),
       ('$recovered', 'u', 'p', 'c', $now, 'd', $now, $now + 9000000, $now + 9000000);
";
    let sql = sql
        .replace("$now", &NOW.millis().to_string())
        .replace("$mine", MINE)
        .replace("$other", OTHER)
        .replace("$recovered", RECOVERED);
    world.db.execute_batch(&sql).unwrap();
    let amr = Means::RecoveryCode.amr();
    let sql = "UPDATE sessions SET amr = ?1 WHERE id = ?2";
    world.db.execute(sql, (amr, RECOVERED)).unwrap();
    world
}

pub(super) fn run(world: &World, sql: &str) {
    world.db.execute_batch(sql).unwrap();
}

pub(super) fn text(world: &World, sql: &str) -> String {
    let read = |row: &rusqlite::Row<'_>| row.get::<_, Option<String>>(0);
    let found = world.db.query_row(sql, [], read);
    found.unwrap_or_default().unwrap_or_default()
}

pub(super) fn number(world: &World, sql: &str) -> i64 {
    world.db.query_row(sql, [], |row| row.get(0)).unwrap()
}

/// E-mail and number of a user.
pub(super) fn contacts_of(world: &World, id: &str) -> String {
    text(
        world,
        &format!("SELECT email || ' ' || phone FROM users WHERE id = '{id}'"),
    )
}

/// A challenge that this session asked for.
fn begin(world: &World, id: &str, purpose: &str, session: &str, (contact, old): (&str, &str)) {
    let sql = "
INSERT INTO challenges (id, root_id, purpose, partner_id, subject, user_id, credential_epoch, nonce, created_at, expires_at,
                        session_id, contact, former, old_id)
SELECT ?1, ?1, ?2, 'p', 'u', 'u', credential_epoch, 'n', ?3, ?4, ?5, ?6, 'former', NULLIF(?7, '') FROM users WHERE id = 'u'";
    let until = NOW + minutes(5);
    let given = (
        id,
        purpose,
        NOW.millis(),
        until.millis(),
        session,
        contact,
        old,
    );
    world.db.execute(sql, given).unwrap();
}

/// The two of a change of number, `{name}_old` and `{name}_new`.
fn begin_number(world: &World, name: &str, session: &str, number: &str) {
    let (old, new) = (format!("{name}_old"), format!("{name}_new"));
    begin(world, &old, "CHANGE_PHONE_OLD", session, (number, ""));
    begin(world, &new, "CHANGE_PHONE", session, (number, &old));
}

pub(super) fn as_origin(nth: &str, run: impl FnOnce(&Origin<'_>)) {
    let (request, partner): (RequestId, PartnerId) = (Id::given("q"), Id::given("p"));
    let client: ClientId = Id::given("c");
    run(&Origin {
        id: Id::given(format!("aud_0197f4a1-0f77-7000-8000-{nth:0>12}")),
        at: NOW,
        request_id: &request,
        partner_id: &partner,
        client_id: Some(&client),
        reason: None,
    });
}

/// What the right answer to a challenge has come to.
#[derive(Debug, PartialEq, Eq)]
enum Came {
    NotCounted,
    Completed,
    Waiting,
    Taken,
    Gone,
}

use Came::{Completed, Gone, NotCounted, Taken, Waiting};

fn answer(world: &World, challenge: &str) -> Came {
    answer_as(world, &format!("work_{challenge}"), challenge, NOW)
}

/// As a request with this work does it.
fn answer_as(world: &World, work: &str, challenge: &str, now: Time) -> Came {
    answer_with(world, (work, true), challenge, now)
}

fn answer_with(world: &World, (work, is_right): (&str, bool), challenge: &str, now: Time) -> Came {
    let (work_id, challenge_id): (WorkId, StoredChallengeId) =
        (Id::given(work), Id::given(challenge));
    let sql = format!("SELECT purpose FROM challenges WHERE id = '{challenge}'");
    let purpose = Purpose::parse(&text(world, &sql)).unwrap();
    let counted = challenges::NewAnswer {
        work_id: &work_id,
        challenge_id: &challenge_id,
        is_right,
        max_tries: 3,
        rules: rules(),
        now,
    };
    let new = Answered {
        purpose,
        challenge_id: &challenge_id,
        work_id: &work_id,
        partner_id: &Id::given("p"),
        now,
    };
    let nth = work.bytes().map(u32::from).sum::<u32>();
    let batch = || {
        let mut batch = Batch::new();
        batch.run(challenges::answer(&counted)).done();
        as_origin(&format!("{nth}1"), |origin| {
            as_origin(&format!("{nth}2"), |outdone| {
                contacts::complete(&mut batch, &new, [origin, outdone]);
            });
        });
        batch
    };
    world.run_all(batch());
    let is_counted = "SELECT COUNT(*) FROM answers WHERE id = ?1";
    let is_counted: i64 = world
        .db
        .query_row(is_counted, [work], |row| row.get(0))
        .unwrap();
    if is_counted == 0 {
        return NotCounted;
    }
    let come = batch().into_statements().pop().unwrap();
    came(world, &come)
}

fn came(world: &World, come: &Statement) -> Came {
    if world.counted(come) == 0 {
        return Gone;
    }
    let columns = ["is_completed", "is_waiting", "is_taken"];
    match world.numbers(come, &columns)[..] {
        [Some(1), _, _] => Completed,
        [_, Some(1), _] => Waiting,
        [_, _, Some(1)] => Taken,
        _ => Gone,
    }
}

pub(super) fn rules() -> CodeRules {
    CodeRules {
        digits: 6,
        caps: CodeCaps::for_digits(6, None),
    }
}

#[test]
fn a_number_takes_both_codes_of_one_change_in_any_order() {
    for (first, second) in [("a_old", "a_new"), ("a_new", "a_old")] {
        let world = world();
        begin_number(&world, "a", MINE, NEW_PHONE);
        assert_eq!(answer(&world, first), Waiting);
        assert_eq!(
            contacts_of(&world, "u"),
            "old@example.com +15555550100",
            "{first}"
        );
        assert_eq!(answer(&world, second), Completed);
        assert_eq!(contacts_of(&world, "u"), "old@example.com +15555550199");
    }
    // The code of the old number for one new number says nothing of another.
    let world = world();
    begin_number(&world, "a", MINE, NEW_PHONE);
    begin_number(&world, "b", MINE, "+15555550198");
    assert_eq!(answer(&world, "a_old"), Waiting);
    assert_eq!(answer(&world, "b_new"), Waiting);
    assert_eq!(contacts_of(&world, "u"), "old@example.com +15555550100");
}

/// All of it is one statement's doing, or hangs on what that did.
#[test]
fn what_is_changed_is_changed_with_all_that_goes_with_it() {
    let held = (NOW + HOLD_AFTER_CHANGE).millis();
    let state = |world: &World| {
        text(
            world,
            "SELECT email || ' ' || phone || ' ' || credential_epoch || ' ' || withdrawals_held_until FROM users WHERE id = 'u'",
        )
    };
    let live = "SELECT group_concat(id, ' ') FROM sessions WHERE revoked_at IS NULL";
    let told = "SELECT group_concat(event || ' ' || outcome, ', ') FROM
                (SELECT event, outcome FROM audit WHERE event <> 'session.end' ORDER BY event)";
    let ends = "SELECT COUNT(*) FROM audit WHERE event = 'session.end'";

    let world = world();
    begin_number(&world, "a", OTHER, NEW_PHONE);
    answer(&world, "a_old");
    answer(&world, "a_new");
    assert_eq!(
        state(&world),
        format!("old@example.com {NEW_PHONE} 1 {held}")
    );
    assert_eq!(text(&world, live), OTHER, "the session that asked goes on");
    assert_eq!(text(&world, told), "user.phone changed");
    assert_eq!(number(&world, ends), 2);
    let proven = "SELECT phone_verified_at FROM users WHERE id = 'u'";
    assert_eq!(number(&world, proven), NOW.millis());

    let world = self::world();
    begin(&world, "e", "CHANGE_EMAIL", MINE, (NEW_EMAIL, ""));
    assert_eq!(answer(&world, "e"), Completed);
    assert_eq!(state(&world), format!("{NEW_EMAIL} +15555550100 1 {held}"));
    assert_eq!(text(&world, live), MINE);
    assert_eq!(text(&world, told), "user.email changed");
    let proven = "SELECT email_verified_at FROM users WHERE id = 'u'";
    assert_eq!(number(&world, proven), NOW.millis());

    // A proof gives nobody anything.
    let world = self::world();
    begin(&world, "v", "VERIFY_EMAIL", MINE, ("old@example.com", ""));
    assert_eq!(answer(&world, "v"), Completed);
    assert_eq!(state(&world), "old@example.com +15555550100 0 0");
    assert_eq!(number(&world, ends), 0);
    assert_eq!(text(&world, told), "user.email verified");
    assert_eq!(number(&world, proven), NOW.millis());
}

#[test]
fn the_old_number_is_not_asked_in_a_session_of_a_recovery_code_and_in_no_other() {
    for (session, came) in [(RECOVERED, Completed), (MINE, Gone)] {
        let world = world();
        begin(&world, "n", "CHANGE_PHONE", session, (NEW_PHONE, ""));
        assert_eq!(answer(&world, "n"), came, "{session}");
        let changed = contacts_of(&world, "u").ends_with(NEW_PHONE);
        assert_eq!(changed, came == Completed);
    }
    // Where the old number was asked, its code is waited for in any session.
    let world = world();
    begin_number(&world, "a", RECOVERED, NEW_PHONE);
    assert_eq!(answer(&world, "a_new"), Waiting);
}

#[test]
fn a_change_dies_with_the_session_that_asked_the_password_and_the_user() {
    let ends = [
        format!("UPDATE sessions SET revoked_at = 1 WHERE id = '{MINE}'"),
        "UPDATE users SET credential_epoch = credential_epoch + 1 WHERE id = 'u'".into(),
        "UPDATE users SET disabled_at = 1 WHERE id = 'u'".into(),
    ];
    for end in &ends {
        let world = world();
        begin_number(&world, "a", MINE, NEW_PHONE);
        begin(&world, "e", "CHANGE_EMAIL", MINE, (NEW_EMAIL, ""));
        begin(&world, "v", "VERIFY_EMAIL", MINE, ("old@example.com", ""));
        assert_eq!(answer(&world, "a_old"), Waiting);
        run(&world, end);
        for challenge in ["a_new", "e", "v"] {
            assert_eq!(answer(&world, challenge), NotCounted, "{challenge}: {end}");
        }
        assert_eq!(contacts_of(&world, "u"), "old@example.com +15555550100");
    }
    // That of somebody else's session, or of another of their own, is nothing to it.
    let world = world();
    begin(&world, "e", "CHANGE_EMAIL", MINE, (NEW_EMAIL, ""));
    run(
        &world,
        &format!("UPDATE sessions SET revoked_at = 1 WHERE id <> '{MINE}'"),
    );
    assert_eq!(answer(&world, "e"), Completed);
}

/// The code of the old number is answered last, and the challenge at the new one is asked for itself: it may be an
/// alias of an earlier one, and end before.
#[test]
fn the_challenge_at_the_new_number_must_live_whichever_code_is_answered_last() {
    let ends = [
        "UPDATE challenges SET expires_at = created_at WHERE id = 'a_new'",
        "UPDATE challenges SET credential_epoch = 7 WHERE id = 'a_new'",
        "UPDATE challenges SET session_id = 'ses_none' WHERE id = 'a_new'",
        "UPDATE challenges SET consumed_at = 1, consumed_by = 'w' WHERE id = 'a_new'",
    ];
    for end in ends {
        let world = world();
        begin_number(&world, "a", MINE, NEW_PHONE);
        assert_eq!(answer(&world, "a_new"), Waiting);
        run(&world, end);
        assert_eq!(answer(&world, "a_old"), Gone, "{end}");
        assert_eq!(contacts_of(&world, "u"), "old@example.com +15555550100");
    }
    // The request died after the first of the two.
    let world = world();
    begin(&world, "a_old", "CHANGE_PHONE_OLD", MINE, (NEW_PHONE, ""));
    assert_eq!(answer(&world, "a_old"), Gone);
    assert_eq!(contacts_of(&world, "u"), "old@example.com +15555550100");
}

#[test]
fn no_right_code_of_a_login_or_a_reset_changes_a_contact() {
    for purpose in ["SMS_MFA", "RESET_PASSWORD"] {
        let world = world();
        // As a row of the release before has it, and as none ever was.
        begin(&world, "l", purpose, MINE, (NEW_EMAIL, ""));
        assert_eq!(answer(&world, "l"), Gone);
        let sql = "SELECT COUNT(*) FROM challenges WHERE code_ok_at IS NOT NULL OR consumed_at IS NOT NULL";
        assert_eq!(number(&world, sql), 0);
        assert_eq!(contacts_of(&world, "u"), "old@example.com +15555550100");
    }
}

/// Nor one that came too late to be counted: the code was right once, and the contact has become free since.
#[test]
fn no_answer_that_is_not_counted_as_right_passes_or_completes_anything() {
    let wrong = |world: &World, challenge: &str| {
        answer_with(world, ("wrong", false), challenge, NOW);
        let sql = "SELECT COUNT(*) FROM challenges WHERE code_ok_at IS NOT NULL";
        assert_eq!(number(world, sql), 0, "{challenge}");
        let sql = "SELECT email || phone || credential_epoch FROM users WHERE id = 'u'";
        assert_eq!(text(world, sql), "old@example.com+155555501000");
    };
    let world = world();
    begin_number(&world, "a", MINE, NEW_PHONE);
    wrong(&world, "a_old");
    let world = self::world();
    begin(&world, "e", "CHANGE_EMAIL", MINE, (NEW_EMAIL, ""));
    wrong(&world, "e");

    let world = with_other(&CASES[2]);
    begin(&world, "e", "CHANGE_EMAIL", MINE, (NEW_EMAIL, ""));
    assert_eq!(answer(&world, "e"), Taken);
    run(&world, "DELETE FROM users WHERE id = 'x'");
    assert_eq!(answer_as(&world, "again", "e", NOW), NotCounted);
    let kept = "old@example.com +15555550100";
    assert_eq!(contacts_of(&world, "u"), kept);
}

/// One that the release before issued has no rules, no session and no contact of its own.
#[test]
fn a_challenge_of_the_release_before_is_answered_under_the_rules_in_force() {
    let world = world();
    let sql = format!(
        "INSERT INTO challenges (id, root_id, purpose, partner_id, subject, user_id, credential_epoch, nonce, created_at, expires_at)
         VALUES ('l', 'l', 'SMS_MFA', 'p', 'u', 'u', 0, 'n', {0}, {0} + 300000)",
        NOW.millis()
    );
    run(&world, &sql);
    let sql = "SELECT is_as_issued AND is_proven FROM challenge_states WHERE id = 'l'";
    assert_eq!(number(&world, sql), 1);
    run(&world, "UPDATE sessions SET revoked_at = 1");
    assert_eq!(number(&world, sql), 1, "it is of no session");
    assert_eq!(answer(&world, "l"), Gone, "counted, and no change");
    run(&world, "UPDATE users SET disabled_at = 1");
    assert_eq!(number(&world, sql), 0);
}

/// The answer was lost, the batch is run again, and much has happened in between.
#[test]
fn a_change_that_is_run_again_changes_nothing_twice() {
    let later = NOW + minutes(1);
    let others = format!(
        "INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at)
         VALUES ('x', 'p', '{NEW_EMAIL}', '{NEW_PHONE}', 'h', '[]', 0, 0);
         INSERT INTO contact_holds (partner_id, contact, held_until) VALUES ('p', '{NEW_EMAIL}', 1), ('p', '{NEW_PHONE}', 1);
         UPDATE sessions SET revoked_at = NULL;"
    );
    let left = |world: &World| {
        text(
            world,
            "SELECT (SELECT group_concat(id || email || phone || credential_epoch, ' ') FROM users)
                 || (SELECT COUNT(*) FROM contact_holds) || (SELECT COUNT(*) FROM sessions WHERE revoked_at IS NULL)
                 || ' ' || (SELECT COUNT(*) FROM audit)",
        )
    };
    let again = |world: &World, challenge: &str| {
        let work = format!("work_{challenge}");
        let before = left(world);
        assert_eq!(answer_as(world, &work, challenge, later), Completed);
        assert_eq!(left(world), before, "{challenge}");
    };
    let world = world();
    begin_number(&world, "a", MINE, NEW_PHONE);
    answer(&world, "a_old");
    assert_eq!(answer(&world, "a_new"), Completed);
    again(&world, "a_new");
    // They have moved on, and somebody signed up with what they left.
    begin_number(&world, "b", MINE, "+15555550198");
    answer(&world, "b_old");
    assert_eq!(answer(&world, "b_new"), Completed);
    run(&world, &others);
    again(&world, "a_new");

    for (purpose, contact) in [
        ("CHANGE_EMAIL", NEW_EMAIL),
        ("VERIFY_EMAIL", "old@example.com"),
    ] {
        let world = self::world();
        begin(&world, "e", purpose, MINE, (contact, ""));
        assert_eq!(answer(&world, "e"), Completed);
        again(&world, "e");
        begin(&world, "f", "CHANGE_EMAIL", MINE, ("next@example.com", ""));
        assert_eq!(answer(&world, "f"), Completed);
        run(&world, &others.replace(NEW_EMAIL, contact));
        again(&world, "e");
    }
}

/// Somebody else, who has the contact that is to be changed to: what they are, and what becomes of the change and them.
pub(super) struct Case {
    pub(super) what: &'static str,
    /// Of their row.
    is: &'static str,
    built: &'static str,
    phone: Came,
    phone_leaves: &'static str,
    email: Came,
    pub(super) email_leaves: &'static str,
}

pub(super) const GONE: &str = "";
pub(super) const THEIRS: &str = "new@example.com +15555550199";
pub(super) const ASIDE: &str = "new@example.com x";

pub(super) const CASES: [Case; 9] = [
    Case {
        what: "a sign-up that nobody proved",
        is: "created_at = 0",
        built: "",
        phone: Completed,
        phone_leaves: GONE,
        email: Completed,
        email_leaves: GONE,
    },
    Case {
        what: "one of a moment ago, in its first hold",
        is: "created_at = 1752157186000",
        built: "INSERT INTO contact_holds (partner_id, contact, held_until)
                VALUES ('p', 'new@example.com', 1852157186359), ('p', '+15555550199', 1852157186359)",
        phone: Completed,
        phone_leaves: GONE,
        email: Completed,
        email_leaves: GONE,
    },
    Case {
        what: "one whose number is proven",
        is: "phone_verified_at = 1",
        built: "",
        phone: Taken,
        phone_leaves: THEIRS,
        email: Taken,
        email_leaves: THEIRS,
    },
    Case {
        what: "one whom the partner disabled",
        is: "disabled_at = 1",
        built: "",
        phone: Taken,
        phone_leaves: THEIRS,
        email: Taken,
        email_leaves: THEIRS,
    },
    Case {
        what: "one whom KYC verified, and whose number nobody proved",
        is: "status = 'VERIFIED'",
        built: "",
        phone: Completed,
        phone_leaves: ASIDE,
        email: Taken,
        email_leaves: THEIRS,
    },
    Case {
        what: "one with a key, and whose number nobody proved",
        is: "created_at = 0",
        built: "INSERT INTO accounts (partner_id, id, user_id, email, created_at) VALUES ('p', 'a', 'x', 'e', 0);
                INSERT INTO account_keys (partner_id, account_id, sub_account_id, custody_key, created_at)
                VALUES ('p', 'a', 's', 'k', 0)",
        phone: Completed,
        phone_leaves: ASIDE,
        email: Taken,
        email_leaves: THEIRS,
    },
    Case {
        what: "one who has the number by the partner's word, and has not proven it",
        is: "phone_given_at = 1",
        built: "",
        phone: Completed,
        phone_leaves: ASIDE,
        email: Taken,
        email_leaves: THEIRS,
    },
    Case {
        what: "one who has it by the partner's word and has proven it",
        is: "phone_given_at = 1, phone_verified_at = 2",
        built: "",
        phone: Taken,
        phone_leaves: THEIRS,
        email: Taken,
        email_leaves: THEIRS,
    },
    Case {
        what: "a user of another partner",
        is: "partner_id = 'q', phone_verified_at = 1",
        built: "",
        phone: Completed,
        phone_leaves: THEIRS,
        email: Completed,
        email_leaves: THEIRS,
    },
];

pub(super) fn with_other(case: &Case) -> World {
    let world = world();
    let sql = format!(
        "INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at)
         VALUES ('x', 'p', '{NEW_EMAIL}', '{NEW_PHONE}', 'h', '[]', 0, 0);
         UPDATE users SET {} WHERE id = 'x'; {}",
        case.is, case.built
    );
    run(&world, &sql);
    world
}

#[test]
fn whose_a_contact_is_for_good_keeps_it_and_who_has_not_proven_it_gives_way() {
    let told = "SELECT COUNT(*) FROM audit WHERE user_id = 'x' AND outcome = 'replaced'";
    for case in &CASES {
        let mine = case.what.contains("another partner");
        let world = with_other(case);
        begin_number(&world, "a", MINE, NEW_PHONE);
        assert_eq!(answer(&world, "a_old"), Waiting, "{}", case.what);
        assert_eq!(answer(&world, "a_new"), case.phone, "{}", case.what);
        let changed = contacts_of(&world, "u").ends_with(NEW_PHONE);
        assert_eq!(changed, case.phone == Completed, "{}", case.what);
        assert_eq!(contacts_of(&world, "x"), case.phone_leaves, "{}", case.what);
        let lost = i64::from(case.phone == Completed && !mine);
        assert_eq!(number(&world, told), lost, "{}", case.what);
        let holds = "SELECT COUNT(*) FROM contact_holds WHERE contact = '+15555550199'";
        assert_eq!(number(&world, holds), 0, "{}", case.what);

        let world = with_other(case);
        begin(&world, "e", "CHANGE_EMAIL", MINE, (NEW_EMAIL, ""));
        assert_eq!(answer(&world, "e"), case.email, "{}", case.what);
        let changed = contacts_of(&world, "u").starts_with(NEW_EMAIL);
        assert_eq!(changed, case.email == Completed, "{}", case.what);
        assert_eq!(contacts_of(&world, "x"), case.email_leaves, "{}", case.what);
        let lost = i64::from(case.email == Completed && !mine);
        assert_eq!(number(&world, told), lost, "{}", case.what);
    }
}

/// Whether it is taken is said with the last right code, and by no other answer.
#[test]
fn whose_a_number_is_is_not_said_before_both_codes_are_right() {
    let world = with_other(&CASES[2]);
    begin_number(&world, "a", MINE, NEW_PHONE);
    assert_eq!(answer(&world, "a_new"), Waiting);
    assert_eq!(answer(&world, "a_old"), Taken);
    // And not where the change could not have been anyway.
    let world = with_other(&CASES[2]);
    begin_number(&world, "a", MINE, NEW_PHONE);
    assert_eq!(answer(&world, "a_new"), Waiting);
    run(
        &world,
        "UPDATE challenges SET expires_at = created_at WHERE id = 'a_new'",
    );
    assert_eq!(answer(&world, "a_old"), Gone);
}

/// Nor where the other code can come no more: the old number's alone would tell of any number whether it is somebody's.
#[test]
fn whose_a_number_is_is_not_said_once_one_of_the_codes_can_come_no_more() {
    for (dead, right) in [("a_new", "a_old"), ("a_old", "a_new")] {
        let world = with_other(&CASES[2]);
        begin_number(&world, "a", MINE, NEW_PHONE);
        let sql = format!("UPDATE challenges SET max_tries = 0 WHERE id = '{dead}'");
        run(&world, &sql);
        assert_eq!(answer(&world, right), Gone, "{dead}");
        assert_eq!(contacts_of(&world, "u"), "old@example.com +15555550100");
    }
}

/// Whoever makes up numbers makes them up here too: their messages are of the share for numbers that nobody has proven.
#[test]
fn a_code_to_a_new_number_is_counted_as_of_a_number_that_nobody_has_proven() {
    let world = world();
    begin_number(&world, "a", MINE, NEW_PHONE);
    let is_proven = |id: &str| {
        let sql = format!("SELECT is_proven FROM challenge_states WHERE id = '{id}'");
        number(&world, &sql)
    };
    assert_eq!((is_proven("a_old"), is_proven("a_new")), (1, 0));
}

/// What two users ask for at once is the first one's.
#[test]
fn of_two_who_change_to_one_contact_one_has_it() {
    let world = with_other(&CASES[2]);
    let sql = format!(
        "UPDATE users SET email = 'x@example.com', phone = '+15555550150' WHERE id = 'x';
         INSERT INTO sessions (id, user_id, partner_id, client_id, created_at, current_hash, rotated_at, expires_at, idle_expires_at)
         VALUES ('ses_x', 'x', 'p', 'c', {0}, 'x', {0}, {0} + 9000, {0} + 9000);",
        NOW.millis()
    );
    run(&world, &sql);
    begin_number(&world, "a", MINE, NEW_PHONE);
    begin_number(&world, "b", "ses_x", NEW_PHONE);
    run(
        &world,
        "UPDATE challenges SET user_id = 'x', subject = 'x' WHERE id LIKE 'b%'",
    );
    answer(&world, "a_old");
    answer(&world, "b_old");
    assert_eq!(answer(&world, "b_new"), Completed);
    assert_eq!(answer(&world, "a_new"), Taken);
    assert_eq!(
        contacts_of(&world, "x"),
        format!("x@example.com {NEW_PHONE}")
    );
    assert_eq!(contacts_of(&world, "u"), "old@example.com +15555550100");
}
