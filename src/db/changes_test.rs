//! How often a code of a change may be asked for and tried, and that each purpose is counted by itself.

use std::time::Duration;

use strum::VariantArray;

use super::challenges::{self, NewAnswer, NewChallenge, NewChange, NewUnlock};
use super::contacts_test::{
    number, rules, run, text, world, MINE, NEW_EMAIL, NEW_PHONE, NOW, OTHER,
};
use super::limits_test::World;
use super::Batch;
use crate::rules::challenge::Purpose;
use crate::rules::id::{Id, PartnerId, StoredChallengeId, Subject, UserId, WorkId};
use crate::rules::limits::{BETWEEN_UNLOCKS, CHANGES_A_DAY, CHANGES_WINDOW};
use crate::rules::time::{days, minutes, seconds, Time};
use crate::rules::word::Word;

/// Those whose codes are asked for in a session.
const OF_A_SESSION: [Purpose; 4] = [
    Purpose::VerifyEmail,
    Purpose::ChangeEmail,
    Purpose::ChangePhone,
    Purpose::ChangePhoneOld,
];

/// What is asked for.
#[derive(Clone, Copy)]
struct Ask {
    purpose: Purpose,
    session: &'static str,
    contact: &'static str,
}

fn ask(purpose: Purpose) -> Ask {
    Ask {
        purpose,
        session: MINE,
        contact: match purpose {
            Purpose::VerifyEmail => "old@example.com",
            Purpose::ChangeEmail => NEW_EMAIL,
            _ => NEW_PHONE,
        },
    }
}

/// Whether a challenge was issued.
fn issue(world: &World, id: &str, ask: Ask, now: Time) -> bool {
    let (challenge, session): (StoredChallengeId, _) = (Id::given(id), Id::given(ask.session));
    let (user, partner): (UserId, PartnerId) = (Id::given("u"), Id::given("p"));
    let epoch = number(world, "SELECT credential_epoch FROM users WHERE id = 'u'");
    let nonce = format!("nonce of {id}");
    let is_login = matches!(ask.purpose, Purpose::Login | Purpose::Reset);
    let new = NewChallenge {
        id: &challenge,
        purpose: ask.purpose,
        partner_id: &partner,
        subject: &Subject::user(&user),
        user_id: Some(&user),
        credential_epoch: Some(epoch),
        nonce: &nonce,
        max_tries: 3,
        rules: rules(),
        now,
        expires_at: now + minutes(5),
        change: (!is_login).then_some(NewChange {
            session_id: &session,
            contact: ask.contact,
            former: None,
            old_id: None,
        }),
    };
    let mut batch = Batch::new();
    challenges::issue(&mut batch, &new);
    world.run_all(batch)[0] == 1
}

/// Its message is on its way.
fn sent(world: &World, id: &str, now: Time) {
    let sql = "INSERT INTO sends (id, challenge_id, partner_id, phone, prefix, purpose, at, share)
               VALUES ('send ' || ?1, ?1, 'p', '+15555550100', '+15555550', 'SMS_MFA', ?2, 'LOGIN')";
    world.db.execute(sql, (id, now.millis())).unwrap();
}

/// Whether an answer was counted.
fn answer(world: &World, work: &str, challenge: &str, is_right: bool, now: Time) -> bool {
    let (work_id, challenge_id): (WorkId, StoredChallengeId) =
        (Id::given(work), Id::given(challenge));
    let new = NewAnswer {
        work_id: &work_id,
        challenge_id: &challenge_id,
        is_right,
        max_tries: 3,
        rules: rules(),
        now,
    };
    let mut batch = Batch::new();
    batch.run(challenges::answer(&new)).done();
    world.run_all(batch)[0] == 1
}

fn unlock(world: &World, now: Time) {
    let caps = OF_A_SESSION.map(|purpose| (purpose.as_str(), rules().caps.in_365_days));
    let caps: std::collections::BTreeMap<_, _> = caps.into_iter().collect();
    let work: WorkId = Id::given(format!("unlock {}", now.millis()));
    let new = NewUnlock {
        work_id: &work,
        user_id: &Id::given("u"),
        partner_id: &Id::given("p"),
        year_caps: &serde_json::to_string(&caps).unwrap(),
        now,
    };
    let mut batch = Batch::new();
    batch.run(challenges::unlock(&new)).done();
    world.run_all(batch);
}

/// What somebody who has the session and the password, and not what the code is sent to, gets compared in a year,
/// asking as often as may be and guessing as often as may be. `helped`: by right answers between, to a challenge of
/// the same purpose elsewhere, and by a partner who unlocks whenever it can.
fn guesses_in_a_year(purpose: Purpose, helped: bool) -> usize {
    let world = world();
    let at_their_own = Ask {
        contact: "elsewhere",
        ..ask(purpose)
    };
    let mut compared = 0;
    for day in 0..365 {
        let morning = NOW + days(1) * day;
        if helped && day % 30 == 0 {
            unlock(&world, morning);
        }
        for nth in 0..CHANGES_A_DAY {
            let (now, id) = (morning + minutes(6) * nth, format!("{day} {nth}"));
            let is_theirs = helped && nth % 2 == 1;
            let asked = if is_theirs {
                at_their_own
            } else {
                ask(purpose)
            };
            assert!(issue(&world, &id, asked, now), "{id}");
            let counted = |nth: &u32| {
                let work = format!("{id} {nth}");
                answer(&world, &work, &id, is_theirs, now + seconds(1) * *nth)
            };
            let counted = (0..3).take_while(counted).count();
            assert!(counted <= 3);
            compared += if is_theirs { 0 } else { counted };
            if counted == 0 {
                break;
            }
        }
    }
    compared
}

#[test]
fn the_chance_to_guess_a_code_of_a_change_in_a_year_is_what_the_page_says() {
    for purpose in OF_A_SESSION {
        assert_eq!(guesses_in_a_year(purpose, false), 30, "{purpose:?}");
        let guesses = guesses_in_a_year(purpose, true);
        assert_eq!(guesses, 100, "{purpose:?}");
        // Six digits at least, whatever is set: one in ten thousand.
        let codes = 10_usize.pow(rules().digits);
        assert_eq!(codes / guesses, 10_000);
    }
    assert_eq!(BETWEEN_UNLOCKS, days(30));
}

/// Whoever has the new number has right answers at will.
#[test]
fn right_answers_at_the_new_number_make_up_for_no_wrong_one_at_the_old() {
    let world = world();
    let mut asked = 0;
    let mut try_at = |purpose, is_right, nth: u32| {
        asked += 1;
        let id = format!("{asked}");
        let now = NOW + CHANGES_WINDOW * nth;
        assert!(issue(&world, &id, ask(purpose), now));
        answer(&world, &id, &id, is_right, now)
    };
    for nth in 0..30 {
        assert!(try_at(Purpose::ChangePhoneOld, false, nth), "{nth}");
        assert!(try_at(Purpose::ChangePhone, true, nth), "{nth}");
    }
    assert!(!try_at(Purpose::ChangePhoneOld, true, 30));
    assert!(try_at(Purpose::ChangePhone, true, 30));
}

#[test]
fn wrong_codes_of_one_purpose_lock_that_one_alone() {
    for locked in OF_A_SESSION {
        let world = world();
        for nth in 0..30 {
            let (id, now) = (format!("{nth}"), NOW + CHANGES_WINDOW * nth);
            assert!(issue(&world, &id, ask(locked), now));
            assert!(answer(&world, &id, &id, false, now), "{nth}");
        }
        let now = NOW + CHANGES_WINDOW * 30;
        for purpose in Purpose::VARIANTS {
            let id = purpose.as_str();
            assert!(issue(&world, id, ask(*purpose), now));
            let counted = answer(&world, id, id, true, now);
            assert_eq!(counted, *purpose != locked, "{purpose:?} after {locked:?}");
        }
    }
}

#[test]
fn ten_codes_of_a_purpose_are_asked_for_in_a_day_and_the_next_when_the_first_is_a_day_old() {
    for purpose in OF_A_SESSION {
        let world = world();
        let subject = Subject::user(&Id::given("u"));
        let free_at = |now| challenges::free_at(&subject, purpose, now);
        for nth in 0..CHANGES_A_DAY {
            let now = NOW + minutes(1) * nth;
            assert_eq!(world.counted(&free_at(now)), 0, "{nth}");
            // To whatever address, in whatever session.
            let asked = match nth % 2 {
                0 => ask(purpose),
                _ => Ask {
                    session: OTHER,
                    contact: "elsewhere",
                    ..ask(purpose)
                },
            };
            assert!(issue(&world, &nth.to_string(), asked, now), "{nth}");
        }
        let free = NOW + CHANGES_WINDOW;
        let early = free - Duration::from_millis(1);
        assert!(!issue(&world, "early", ask(purpose), early));
        let told = world.numbers(&free_at(early), &["free_at"]);
        assert_eq!(told, [Some(free.millis())]);
        assert!(issue(&world, "late", ask(purpose), free));
        for other in OF_A_SESSION.into_iter().filter(|other| *other != purpose) {
            assert!(issue(&world, other.as_str(), ask(other), early));
        }
        for login in [Purpose::Login, Purpose::Reset] {
            for nth in 0..20 {
                let id = format!("{} {nth}", login.as_str());
                assert!(issue(&world, &id, ask(login), early));
            }
        }
    }
}

#[test]
fn who_asks_again_for_the_same_in_the_same_session_has_the_same_code_and_nobody_else() {
    for purpose in OF_A_SESSION {
        let world = world();
        issue(&world, "root", ask(purpose), NOW);
        sent(&world, "root", NOW);
        let soon = NOW + seconds(1);
        let root_of = |id: &str, asked: Ask, now| {
            assert!(issue(&world, id, asked, now), "{id}");
            let sql = format!("SELECT root_id || ': ' || nonce FROM challenges WHERE id = '{id}'");
            text(&world, &sql)
        };
        let of_root = "root: nonce of root";
        assert_eq!(root_of("again", ask(purpose), soon), of_root);
        let in_another = Ask {
            session: OTHER,
            ..ask(purpose)
        };
        let for_another = Ask {
            contact: "elsewhere",
            ..ask(purpose)
        };
        for (id, asked) in [("session", in_another), ("contact", for_another)] {
            assert_eq!(root_of(id, asked, soon), format!("{id}: nonce of {id}"));
        }
        for other in OF_A_SESSION.into_iter().filter(|other| *other != purpose) {
            let id = other.as_str();
            assert_eq!(
                root_of(id, ask(other), soon),
                format!("{id}: nonce of {id}")
            );
        }
        run(
            &world,
            "UPDATE users SET credential_epoch = 1 WHERE id = 'u'",
        );
        assert_eq!(
            root_of("epoch", ask(purpose), soon),
            "epoch: nonce of epoch"
        );
    }
}

/// The same code, and tries that are counted together.
#[test]
fn an_alias_gives_no_further_try_and_its_right_answer_passes_no_other() {
    for purpose in OF_A_SESSION {
        let world = world();
        issue(&world, "root", ask(purpose), NOW);
        sent(&world, "root", NOW);
        issue(&world, "alias", ask(purpose), NOW + seconds(1));
        let at = NOW + seconds(2);
        assert!(answer(&world, "w1", "root", false, at));
        assert!(answer(&world, "w2", "alias", false, at));
        assert!(answer(&world, "w3", "alias", true, at));
        assert!(!answer(&world, "w4", "root", true, at));
    }
}
