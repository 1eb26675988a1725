//! The partner's word of a person's e-mail or number: of whom it may be said, and who gives way to it.

use std::time::Duration;

use super::assisted::{self, Given};
use super::contacts_test::{
    as_origin, contacts_of, number, run, text, with_other, world, CASES, NEW_EMAIL, NEW_PHONE, NOW,
    THEIRS,
};
use super::limits_test::World;
use super::users::{self, NewUser};
use super::{challenges, Batch};
use crate::rules::contact::Contact;
use crate::rules::id::{Id, PartnerId, StoredChallengeId, WorkId};
use crate::rules::limits::{CLAIM_LIFE, HOLD_AFTER_RECOVERY};
use crate::rules::phone::Phone;
use crate::rules::session::Means;
use crate::rules::time::{days, minutes, Time};

fn phone(text: &str) -> Contact {
    Contact::Phone(Phone::parse(text).unwrap())
}

fn email(text: &str) -> Contact {
    Contact::Email(text.into())
}

/// Whether it was given, or is somebody else's. `epoch`: the user's when they were read.
fn give(world: &World, nth: u32, contact: &Contact, epoch: i64) -> (bool, bool) {
    let new = Given {
        user_id: &Id::given("u"),
        partner_id: &Id::given("p"),
        epoch,
        contact,
        now: NOW,
    };
    let batch = || {
        let mut batch = Batch::new();
        as_origin(&format!("{nth}1"), |origin| {
            as_origin(&format!("{nth}2"), |outdone| {
                assisted::give(&mut batch, &new, [origin, outdone]);
            });
        });
        batch
    };
    world.run_all(batch());
    let come = batch().into_statements().pop().unwrap();
    let come = world.numbers(&come, &["is_given", "is_taken"]);
    (come[0] == Some(1), come[1] == Some(1))
}

const GIVEN: (bool, bool) = (true, false);
const TAKEN: (bool, bool) = (false, true);
const NEITHER: (bool, bool) = (false, false);

const STATE: &str = "
SELECT email || ' ' || phone || ' ' || credential_epoch || ' ' || withdrawals_held_until || ' '
       || (phone_verified_at IS NOT NULL) || (phone_given_at IS NOT NULL) || (email_verified_at IS NOT NULL) || ' '
       || (SELECT COUNT(*) FROM sessions WHERE revoked_at IS NULL) || (SELECT COUNT(*) FROM recovery_codes) || ' '
       || (SELECT COUNT(*) FROM audit)
FROM users WHERE id = 'u'";

#[test]
fn the_partners_word_ends_all_that_was_and_is_taken_once() {
    let made =
        "INSERT INTO recovery_codes (user_id, hash, key_id, made_at) VALUES ('u', 'h', 'k', 0);
                UPDATE users SET email_verified_at = 1";
    let held = (NOW + HOLD_AFTER_RECOVERY).millis();
    let of_phone = format!("old@example.com {NEW_PHONE} 1 {held} 011 00 4");
    let of_email = format!("{NEW_EMAIL} +15555550100 1 {held} 100 00 4");
    for (contact, after) in [(phone(NEW_PHONE), of_phone), (email(NEW_EMAIL), of_email)] {
        let world = world();
        run(&world, made);
        let before = text(&world, STATE);
        // Somebody changed the user meanwhile: a reset, another word, their own change.
        assert_eq!(give(&world, 1, &contact, 7), NEITHER);
        assert_eq!(text(&world, STATE), before);
        assert_eq!(give(&world, 2, &contact, 0), GIVEN);
        assert_eq!(text(&world, STATE), after);
        // Its answer was lost, the batch is run again, and somebody has logged in.
        run(&world, "UPDATE sessions SET revoked_at = NULL");
        let before = text(&world, STATE);
        assert_eq!(give(&world, 2, &contact, 0), GIVEN);
        assert_eq!(text(&world, STATE), before);
    }
}

#[test]
fn a_code_that_was_on_its_way_is_worth_nothing_after_the_partners_word() {
    for contact in [phone(NEW_PHONE), email(NEW_EMAIL)] {
        let world = world();
        let sql = format!(
            "INSERT INTO challenges (id, root_id, purpose, partner_id, subject, user_id, credential_epoch, nonce, created_at, expires_at)
             VALUES ('l', 'l', 'SMS_MFA', 'p', 'u', 'u', 0, 'n', {0}, {0} + 300000),
                    ('r', 'r', 'RESET_PASSWORD', 'p', 'u', 'u', 0, 'n', {0}, {0} + 300000)",
            NOW.millis()
        );
        run(&world, &sql);
        let as_issued = "SELECT COUNT(*) FROM challenge_states WHERE is_as_issued";
        assert_eq!(number(&world, as_issued), 2);
        assert_eq!(give(&world, 1, &contact, 0), GIVEN);
        assert_eq!(number(&world, as_issued), 0);
    }
}

/// By the same cases as a change of one's own. Who has not proven the number keeps the chance to.
#[test]
fn the_partners_word_takes_no_contact_that_is_somebodys_for_good() {
    for case in &CASES {
        let is_elsewhere = case.what.contains("another partner");
        let may_have_phone = !(case.what.contains("proven") || case.what.contains("disabled"));
        let world = with_other(case);
        let came = give(&world, 1, &phone(NEW_PHONE), 0);
        let expected = match is_elsewhere || may_have_phone {
            true => GIVEN,
            false => TAKEN,
        };
        assert_eq!(came, expected, "{}", case.what);
        let left = match came == GIVEN && !is_elsewhere {
            true => "new@example.com x",
            false => THEIRS,
        };
        assert_eq!(contacts_of(&world, "x"), left, "{}", case.what);
        let claim = "SELECT COALESCE(claimed_phone, phone) FROM users WHERE id = 'x'";
        assert_eq!(text(&world, claim), NEW_PHONE, "{}", case.what);

        let world = with_other(case);
        let came = give(&world, 1, &email(NEW_EMAIL), 0);
        let is_taken = case.email_leaves == THEIRS && !is_elsewhere;
        assert_eq!(came, if is_taken { TAKEN } else { GIVEN }, "{}", case.what);
        let left = contacts_of(&world, "x");
        assert_eq!(left, case.email_leaves, "{}", case.what);
        if is_taken {
            let nothing = "SELECT (SELECT COUNT(*) FROM audit) + (SELECT COUNT(*) FROM sessions WHERE revoked_at IS NOT NULL)";
            assert_eq!(number(&world, nothing), 0, "{}", case.what);
        }
    }
}

fn sign_up(world: &World, email: &str, phone: &str, now: Time) -> bool {
    let (user, account, partner) = (Id::given("s"), Id::given("b"), Id::given("p"));
    let new = NewUser {
        id: &user,
        account_id: &account,
        partner_id: &partner,
        client_id: &Id::given("c"),
        email,
        phone: &Phone::parse(phone).unwrap(),
        password_hash: "h",
        roles: None,
        locale: None,
        now,
        hold_until: now + days(1),
        audit_ids: [Id::given("aud_3"), Id::given("aud_4")],
    };
    let mut batch = Batch::new();
    as_origin("5", |origin| {
        users::sign_up(&mut batch, &new, origin);
    });
    world.run_all(batch);
    number(world, "SELECT COUNT(*) FROM users WHERE id = 's'") == 1
}

#[test]
fn who_has_a_number_by_the_partners_word_gives_way_to_nobodys_sign_up() {
    let times = [NOW, NOW + CLAIM_LIFE, NOW + minutes(60), NOW + days(400)];
    for now in times {
        for (email, number) in [
            ("old@example.com", "+15555550177"),
            ("next@example.com", NEW_PHONE),
            ("old@example.com", NEW_PHONE),
        ] {
            let world = world();
            assert_eq!(give(&world, 1, &phone(NEW_PHONE), 0), GIVEN);
            assert!(!sign_up(&world, email, number, now));
            let kept = format!("old@example.com {NEW_PHONE}");
            assert_eq!(contacts_of(&world, "u"), kept);
            // That it is the word: without it, nobody has proven the number.
            run(&world, "UPDATE users SET phone_given_at = NULL");
            assert!(sign_up(&world, email, number, now));
        }
    }
}

/// A right answer to the login of this user.
fn log_in(world: &World, user: &str, now: Time) {
    let sql = "
INSERT INTO challenges (id, root_id, purpose, partner_id, subject, user_id, credential_epoch, nonce, created_at, expires_at)
SELECT 'l' || id, 'l' || id, 'SMS_MFA', 'p', id, id, credential_epoch, 'n', ?2, ?2 + 300000 FROM users WHERE id = ?1";
    world.db.execute(sql, (user, now.millis())).unwrap();
    let sql = "INSERT INTO answers (id, root_id, subject, purpose, is_right, at)
               VALUES ('w' || ?1, 'l' || ?1, ?1, 'SMS_MFA', 1, ?2)";
    world.db.execute(sql, (user, now.millis())).unwrap();
    let (work, challenge): (WorkId, StoredChallengeId) =
        (Id::given(format!("w{user}")), Id::given(format!("l{user}")));
    let mut batch = Batch::new();
    as_origin("6", |origin| {
        users::give_number_to_prover(&mut batch, &challenge, &work, origin);
    });
    challenges::complete_login(&mut batch, &work, &challenge, Means::Sms, now);
    world.run_all(batch);
}

#[test]
fn whoever_proves_the_number_has_it_whatever_the_partner_said() {
    // The user to whom it was given.
    let world = with_other(&CASES[0]);
    assert_eq!(give(&world, 1, &phone(NEW_PHONE), 0), GIVEN);
    log_in(&world, "u", NOW);
    let kept = format!("old@example.com {NEW_PHONE}");
    assert_eq!(contacts_of(&world, "u"), kept);
    assert_eq!(contacts_of(&world, "x"), "", "who only claimed it is gone");
    let proven =
        "SELECT phone_verified_at IS NOT NULL AND phone_given_at IS NULL FROM users WHERE id = 'u'";
    assert_eq!(number(&world, proven), 1);

    // Who signed up with it, and has the phone after all: the other keeps the account, and waits for the partner.
    let world = with_other(&CASES[0]);
    assert_eq!(give(&world, 1, &phone(NEW_PHONE), 0), GIVEN);
    log_in(&world, "x", NOW + Duration::from_secs(1));
    assert_eq!(contacts_of(&world, "x"), THEIRS);
    assert_eq!(contacts_of(&world, "u"), "old@example.com u");
    assert_eq!(give(&world, 2, &phone(NEW_PHONE), 1), TAKEN);
    assert_eq!(give(&world, 3, &phone("+15555550188"), 1), GIVEN);
    assert_eq!(contacts_of(&world, "u"), "old@example.com +15555550188");
}

#[test]
fn of_two_words_at_once_each_is_of_what_it_read() {
    let world = world();
    assert_eq!(give(&world, 1, &phone(NEW_PHONE), 0), GIVEN);
    assert_eq!(give(&world, 2, &phone("+15555550188"), 0), NEITHER);
    assert_eq!(give(&world, 3, &email(NEW_EMAIL), 0), NEITHER);
    assert_eq!(give(&world, 3, &email(NEW_EMAIL), 1), GIVEN);
    assert_eq!(contacts_of(&world, "u"), format!("{NEW_EMAIL} {NEW_PHONE}"));
    let partner: PartnerId = Id::given("q");
    let find = assisted::find(&Id::given("u"), &partner);
    assert_eq!(world.counted(&find), 0, "another partner's word");
}
