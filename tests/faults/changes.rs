//! Many at once at one change, and what goes on beside it: each is done once or not at all, and nobody profits from
//! half of it.

use serde_json::json;

use crate::changing::{begin, database, may_say, person, say, Begun, Kind, KINDS};
use crate::database::check_invariants;
use crate::fault::{gatehouse, now, Fault, When, HOUR, MINUTE};
use crate::race::{count_faults, unlucky};
use crate::support::http::Reply;
use crate::support::people::{application, wrong, User};
use crate::support::{at_once, random, Api};
use crate::witness::keep;

/// Both calls at once: as they come, and with either held up on its way, so that the other one is first.
const HELD_UP: [[u32; 2]; 4] = [[0, 0], [0, 0], [400, 0], [0, 400]];

fn held_up(api: &Api, ms: u32) -> Api {
    match ms {
        0 => api.clone(),
        ms => api.meeting(&[Fault::delay("d1", ms)]),
    }
}

/// The user's row, as it decides.
fn contacts(user: &User) -> (String, String) {
    let sql = |column| format!("SELECT {column} FROM users WHERE id = '{}'", user.id);
    let one = |column| database().texts(&sql(column)).concat();
    (one("email"), one("phone"))
}

fn epoch(user: &User) -> i64 {
    let sql = "SELECT credential_epoch FROM users WHERE id = ?1";
    database().number(sql, [&user.id])
}

#[tokio::test]
async fn twenty_right_answers_of_each_purpose_among_faults_change_once() {
    let api = Api::faulty().await;
    for kind in KINDS {
        let begun = Begun::at_its_last(&api, kind).await;
        let (challenge, code) = begun.challenges.last().expect("a challenge").clone();
        let answers = (0..20).map(|n| {
            let (api, challenge, code) = (unlucky(&api, n), challenge.clone(), code.clone());
            async move { api.answer(&challenge, &code).await }
        });
        let replies = at_once(answers).await;
        count_faults(&replies);
        let won = replies.iter().filter(|reply| reply.status == 200).count();
        assert!(won <= 1, "{won} times {kind:?}");
        begun.is_complete(&api).await;
    }
    check_invariants(&gatehouse());
}

/// The code of an old number is one of the purposes.
#[tokio::test]
async fn of_two_hundred_wrong_answers_of_each_purpose_three_are_compared() {
    let api = Api::faulty().await;
    for kind in [Kind::OwnEmail, Kind::NewEmail, Kind::NewNumber] {
        let begun = Begun::at(&api, kind).await;
        for (challenge, code) in &begun.challenges {
            let guesses = (0..200).map(|_| {
                let (api, challenge, code) = (api.clone(), challenge.clone(), wrong(code));
                async move { api.answer(&challenge, &code).await }
            });
            let replies = at_once(guesses).await;
            let told = replies.iter().filter(|reply| reply.code() == 4001).count();
            assert!(told <= 2, "{told} were told to try again");
            api.answer(challenge, code).await.fails(4002);
        }
        let sql = "SELECT COUNT(*) FROM answers WHERE subject = ?1 AND is_right = 0";
        let compared = database().number(sql, [&begun.user.id]);
        assert_eq!(compared, 3 * begun.challenges.len() as i64, "{kind:?}");
        begun.is_as_it_was();
    }
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn the_two_halves_of_a_number_at_once_change_it_once() {
    let api = Api::faulty().await;
    for round in 0..6 {
        let begun = Begun::at(&api, Kind::NewNumber).await;
        // Each half from several at once.
        let answers = (0..4 + 2 * round).map(|n| {
            let (challenge, code) = begun.challenges[n % 2].clone();
            let api = api.clone();
            async move { api.answer(&challenge, &code).await }
        });
        let replies = at_once(answers).await;
        let said = |status: &str| {
            let of = |reply: &&Reply| reply.body["data"]["status"] == status;
            replies.iter().filter(of).count()
        };
        assert_eq!((said("OTHER_CODE_REQUIRED"), said("PHONE_CHANGED")), (1, 1));
        begun.is_complete(&api).await;
    }
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn of_two_who_change_to_one_contact_at_once_one_has_it() {
    let api = Api::faulty().await;
    for kind in [Kind::NewEmail, Kind::NewNumber, Kind::NewNumberAlone] {
        for delays in HELD_UP {
            let people = [person(&api, kind).await, person(&api, kind).await];
            let new = kind.another(&people[0].0);
            let [one, other] = people;
            let both = [
                Begun::to(&api, kind, one, new.clone()).await,
                Begun::to(&api, kind, other, new.clone()).await,
            ];
            for begun in &both {
                begun.but_the_last(&api).await;
            }
            let answers = both.iter().zip(delays).map(|(begun, delay)| {
                let (challenge, code) = begun.challenges.last().expect("a challenge").clone();
                let api = held_up(&api, delay);
                async move { api.answer(&challenge, &code).await }
            });
            let replies = at_once(answers).await;
            let won: Vec<bool> = replies.iter().map(|reply| reply.status == 200).collect();
            assert_eq!(won.iter().filter(|won| **won).count(), 1, "{replies:?}");
            for (begun, (reply, won)) in both.iter().zip(replies.iter().zip(won)) {
                match won {
                    true => begun.is_complete(&api).await,
                    false => {
                        reply.fails(3001);
                        begun.is_as_it_was();
                        api.me(&begun.other.access).await.ok();
                    }
                }
            }
        }
    }
    check_invariants(&gatehouse());
}

/// The last right code, and something that ends what it was asked under: who comes first is first, and there is
/// nothing between the two.
async fn against<F>(kinds: &[Kind], mut other: impl FnMut(Api, &Begun, u32) -> F, ends: Ends)
where
    F: std::future::Future<Output = Reply> + Send + 'static,
{
    let api = Api::faulty().await;
    for kind in kinds {
        let begun = Begun::at_its_last(&api, *kind).await;
        other(api.clone(), &begun, 0).await.ok();
        begun.answer_last(&api).await.fails(4002);
        assert_eq!(begun.told(&database()), 0, "it was ended before");
        for [mine, theirs] in HELD_UP {
            let begun = Begun::at_its_last(&api, *kind).await;
            let (challenge, code) = begun.challenges.last().expect("a challenge").clone();
            let answering = held_up(&api, mine);
            let answer = tokio::spawn(async move { answering.answer(&challenge, &code).await });
            let other = tokio::spawn(other(api.clone(), &begun, theirs));
            let (answer, other) = (
                answer.await.expect("an answer"),
                other.await.expect("an answer"),
            );
            answer.fails_with_one_of(&[0, 4002]);
            let changed = answer.code() == 0;
            match changed {
                true => assert_eq!(begun.told(&database()), 1, "{answer}"),
                false => assert_eq!(begun.told(&database()), 0, "{answer}"),
            }
            let user = begun.changed();
            let is_theirs = contacts(&begun.user) == (user.email, user.phone);
            let moved = epoch(&begun.user) - i64::from(changed);
            match ends {
                Ends::Session => {
                    other.ok();
                    assert_eq!(is_theirs, changed, "{answer}");
                    assert_eq!(moved, 0);
                }
                Ends::User => {
                    other.ok();
                    assert_eq!(is_theirs, changed, "{answer}");
                    assert_eq!(moved, 1);
                }
                Ends::Either => {
                    other.fails_with_one_of(&[0, 3004]);
                    assert!(changed || other.code() == 0, "{answer}\n{other}");
                    assert_eq!(is_theirs, changed, "{answer}");
                    assert_eq!(moved, i64::from(other.code() == 0));
                }
                Ends::ByWord => {
                    other.ok();
                    assert!(!is_theirs, "the partner's word stands");
                    assert_eq!(moved, 1);
                }
            }
            if let Ends::Session | Ends::User | Ends::ByWord = ends {
                api.me(&begun.session.access).await.fails(2002);
            }
        }
    }
    check_invariants(&gatehouse());
}

/// What the other call does.
#[derive(Clone, Copy)]
enum Ends {
    /// Ends the session that asked.
    Session,
    /// Ends that, and the user's epoch.
    User,
    /// Changes the user too, as it finds them.
    Either,
    /// Says the contact anew, whatever it is by then.
    ByWord,
}

const CHANGES: [Kind; 3] = [Kind::NewEmail, Kind::NewNumber, Kind::NewNumberAlone];

#[tokio::test]
async fn a_change_and_a_logout_at_once_are_one_before_the_other() {
    let log_out = |api: Api, begun: &Begun, delay| {
        let access = begun.session.access.clone();
        let api = held_up(&api, delay);
        async move { api.post("/v1/user/logout", &access, json!({})).await }
    };
    against(&CHANGES, log_out, Ends::Session).await;
}

#[tokio::test]
async fn a_change_and_a_disabling_at_once_are_one_before_the_other() {
    let disable = |api: Api, begun: &Begun, delay| {
        let path = format!("/v1/user/{}/disable", begun.user.id);
        let api = held_up(&api, delay);
        async move { api.post(&path, &api.token, json!({})).await }
    };
    against(&CHANGES, disable, Ends::User).await;
}

/// A password that came first ends the change; one that came after is of the user as the change left them.
#[tokio::test]
async fn a_change_and_another_password_at_once_are_one_before_the_other() {
    let change = |api: Api, begun: &Begun, delay| {
        let (access, password) = (begun.session.access.clone(), begun.user.password.clone());
        let api = held_up(&api, delay);
        let new = random::password();
        keep(&new);
        async move { api.change_known(&access, &password, &new).await }
    };
    against(&CHANGES[..2], change, Ends::Either).await;
}

#[tokio::test]
async fn a_change_and_the_last_step_of_a_reset_at_once_are_one_of_the_two() {
    let api = Api::faulty().await;
    for kind in CHANGES {
        for [mine, theirs] in HELD_UP {
            let begun = Begun::at_its_last(&api, kind).await;
            let (reset, code) = api.reset(&begun.user).await;
            api.answer(&reset, &code).await.ok();
            let (one, other) = (held_up(&api, mine), held_up(&api, theirs));
            let (answer, change) =
                tokio::join!(begun.answer_last(&one), other.change_to_another(&reset));
            answer.fails_with_one_of(&[0, 4002]);
            change.fails_with_one_of(&[0, 4002]);
            assert_ne!(answer.code() == 0, change.code() == 0, "{answer}\n{change}");
            assert_eq!(epoch(&begun.user), 1);
            assert_eq!(begun.told(&database()), i64::from(answer.code() == 0));
        }
    }
    check_invariants(&gatehouse());
}

#[tokio::test]
async fn a_change_and_the_partners_word_at_once_end_in_the_partners_word() {
    let desk = may_say(&Api::faulty().await).await;
    let word = |_: Api, begun: &Begun, delay| {
        let (user, new) = (begun.user.clone(), begun.kind.another(&begun.user));
        let desk = held_up(&desk, delay);
        async move { say(&desk, &user, &new).await }
    };
    against(&CHANGES, word, Ends::ByWord).await;
}

/// Who signs up in the same moment is there before, and gives way to the proof, or comes too late.
#[tokio::test]
async fn a_change_and_a_sign_up_with_the_same_contact_at_once_leave_it_to_whoever_proved_it() {
    let api = Api::faulty().await;
    for kind in CHANGES {
        for [mine, theirs] in HELD_UP {
            let begun = Begun::at_its_last(&api, kind).await;
            let mut person = application();
            keep(person["password"].as_str().expect("a password"));
            let member = if kind == Kind::NewEmail {
                "email"
            } else {
                "phoneNumber"
            };
            person[member] = json!(begun.new);
            let (one, other) = (held_up(&api, mine), held_up(&api, theirs));
            let (answer, sign_up) = tokio::join!(
                begun.answer_last(&one),
                other.post("/v1/user/sign-up", &api.token, person)
            );
            assert_eq!(answer.ok()["status"], kind.status(), "{answer}");
            sign_up.fails_with_one_of(&[0, 3001]);
            if sign_up.code() == 0 {
                let path = format!("/v1/user/{}", sign_up.text("/data/userId"));
                api.get(&path, &api.token).await.fails(6001);
            }
            begun.is_complete(&api).await;
        }
    }
    check_invariants(&gatehouse());
}

/// Neither an answer nor what is asked of storage tells whether somebody has the contact, before every code was right;
/// and of who has not proven it, nothing ever does.
#[tokio::test]
async fn a_change_to_what_is_somebodys_is_like_any_other_until_its_last_code() {
    let api = Api::faulty().await;
    for kind in [Kind::NewEmail, Kind::NewNumber] {
        let (owner, _) = api.person_with_session().await;
        let claimed = api.sign_up().await;
        let theirs = |user: &User| match kind {
            Kind::NewEmail => user.email.clone(),
            _ => user.phone.clone(),
        };
        let mut seen = Vec::new();
        for (new, comes_to) in [
            (kind.another(&owner), 0),
            (theirs(&claimed), 0),
            (theirs(&owner), 3001),
        ] {
            let asked = person(&api, kind).await;
            let reply = begin(&api, kind, &asked.0, &asked.2, &new).await;
            let begun = Begun::by(&api, kind, asked, new, &reply).await;
            let mut traces = vec![reply.trace().join(" ")];
            let (last, others) = begun.challenges.split_last().expect("a challenge");
            for (challenge, code) in others {
                let answer = api.answer(challenge, code).await;
                assert_eq!(answer.ok()["status"], "OTHER_CODE_REQUIRED", "{answer}");
                traces.push(answer.trace().join(" "));
            }
            let slip = api.answer(&last.0, &wrong(&last.1)).await;
            traces.push(slip.fails(4001).trace().join(" "));
            seen.push(traces);
            assert_eq!(begun.answer_last(&api).await.code(), comes_to);
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0], seen[2]);
    }
    check_invariants(&gatehouse());
}

/// The code is what the call is for: where it cannot be sent, that is said, and the same call a minute later leads on.
#[tokio::test]
async fn a_code_by_mail_that_cannot_be_sent_is_said_so_and_comes_when_it_is_asked_for_again() {
    let api = Api::faulty().await;
    let away = json!({"status": 302, "headers": {"location": "/elsewhere"}});
    let endless = json!({"status": 200, "bytes": 1_000_000_000});
    for (kind, fault) in [
        (Kind::OwnEmail, Fault::error("fetch", When::Before, LOST)),
        (Kind::NewEmail, Fault::error("fetch", When::Before, LOST)),
        (Kind::NewEmail, Fault::error("fetch", When::After, LOST)),
        (Kind::NewEmail, Fault::hang("fetch", When::Before)),
        (
            Kind::NewEmail,
            Fault::answer(When::Before, json!({"status": 500})),
        ),
        (
            Kind::NewEmail,
            Fault::answer(When::Before, json!({"status": 401, "body": "{}"})),
        ),
        (
            Kind::NewEmail,
            Fault::answer(When::After, json!({"status": 200, "body": "{"})),
        ),
        (Kind::NewEmail, Fault::answer(When::Before, away)),
        (Kind::NewEmail, Fault::answer(When::Before, endless)),
    ] {
        let asked = person(&api, kind).await;
        let new = kind.another(&asked.0);
        let faulty = api.meeting(&[fault.clone().always()]);
        let reply = begin(&faulty, kind, &asked.0, &asked.2, &new).await;
        assert_eq!(reply.met().fails(4007).status, 503, "{fault:?}: {reply}");
        assert!(reply.begun("fetch") <= 2, "{fault:?}: {reply}");
        let at = now() + MINUTE;
        let later = api.believing(at);
        let again = begin(&later, kind, &asked.0, &asked.2, &new).await;
        let mut begun = Begun::by(&later, kind, asked, new, &again).await;
        // What may have been sent had the same code, if the same challenge is asked for again in time.
        let sent = gatehouse().post.sent_to(&begun.new);
        assert!((1..=2).contains(&sent.len()), "{fault:?}: {}", sent.len());
        begun.challenges.truncate(1);
        assert_eq!(begun.answer_last(&later).await.code(), 0, "{fault:?}");
        begun.is_complete(&later).await;
    }
    assert_eq!(gatehouse().post.violations(), [""; 0]);
    check_invariants(&gatehouse());
}

/// The new number is sent its code first: where it is not, the old one is not asked to give itself up.
#[tokio::test]
async fn where_one_of_two_codes_cannot_be_sent_no_change_has_begun() {
    let api = Api::faulty().await;
    for (first_fails, fault) in [
        (
            true,
            Fault::answer(When::Before, json!({"status": 401, "body": "{}"})),
        ),
        (
            false,
            Fault::answer(When::Before, json!({"status": 401, "body": "{}"})).nth(2),
        ),
    ] {
        let asked = person(&api, Kind::NewNumber).await;
        let (old, new) = (asked.0.phone.clone(), Kind::NewNumber.another(&asked.0));
        let before = api.messages_to(&old);
        let faulty = api.meeting(&[fault]);
        let reply = begin(&faulty, Kind::NewNumber, &asked.0, &asked.2, &new).await;
        reply.met().fails(4005);
        let sent = (api.messages_to(&old) - before, api.messages_to(&new));
        assert_eq!(sent, if first_fails { (0, 0) } else { (0, 1) });
        // What was not sent counts nowhere, and what was is good for the next.
        let later = api.believing(now() + MINUTE);
        let again = begin(&later, Kind::NewNumber, &asked.0, &asked.2, &new).await;
        let begun = Begun::by(&later, Kind::NewNumber, asked, new, &again).await;
        begun.but_the_last(&later).await;
        assert_eq!(begun.answer_last(&later).await.code(), 0);
        begun.is_complete(&later).await;
    }
    check_invariants(&gatehouse());
}

const LOST: &str = "Network connection lost.";

/// Nothing of it was anybody's before, and everything is theirs after: the session is as old as the change, and so is
/// the number.
#[tokio::test]
async fn what_is_left_is_free_for_the_next_and_what_was_asked_for_there_follows_the_person() {
    let api = Api::faulty().await;
    let begun = Begun::at_its_last(&api, Kind::NewNumber).await;
    // A login and a reset that were begun with the old number.
    let login = api.log_in(&begun.user).await;
    let login_code = api.code(&login).await;
    let (reset, reset_code) = api.reset(&begun.user).await;
    assert_eq!(begun.answer_last(&api).await.code(), 0);
    api.answer(&login, &login_code).await.fails(4002);
    api.answer(&reset, &reset_code).await.fails(4002);
    let next = api.sign_up_at(&begun.user.phone).await;
    keep(&next.password);
    // The number has had its five messages of this hour.
    let later = api.at(now() + HOUR).await;
    later.session(&next).await;
    // Neither of the two is the other's.
    let me = api.me(&begun.session.access).await;
    assert_eq!(me.ok()["phoneNumber"], begun.new.as_str(), "{me}");
    let sql = "SELECT COUNT(*) FROM sends s JOIN challenges c ON c.id = s.challenge_id
               WHERE s.phone = ?1 AND c.user_id = ?2 AND s.at > (SELECT MAX(consumed_at) FROM challenges WHERE user_id = ?2 AND purpose = 'CHANGE_PHONE')";
    let since = database().number(sql, [&begun.user.phone, &begun.user.id]);
    assert_eq!(since, 0, "a code of theirs to the number that they left");
    check_invariants(&gatehouse());
}
