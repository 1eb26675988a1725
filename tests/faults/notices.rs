//! What a user is told of while what a notice stands on fails: once, or not at all, and the call is the same.

use crate::database::{check_invariants, Database};
use crate::fault::{gatehouse, now, Fault, When, CONFIG, DAY, MINUTE, OVERLOADED, TRANSIENT};
use crate::figures;
use crate::support::http::Reply;
use crate::support::people::{Session, User};
use crate::support::{random, Api, Challenge, Gatehouse};
use crate::witness::{keep, session_of};

/// The kinds that were told by mail, and how many notices came by SMS.
fn told(user: &User) -> (Vec<String>, usize) {
    let gatehouse = gatehouse();
    let mails = gatehouse.post.sent_to(&user.email).into_iter();
    let kind = |key: String| key.rsplit('-').next().unwrap_or_default().to_owned();
    let sms = gatehouse.twilio.sent_to(&user.phone).into_iter();
    let sms = sms.filter(|sms| sms.accepted && !sms.has_code());
    (mails.map(|mail| kind(mail.key)).collect(), sms.count())
}

fn claimed(user: &User) -> i64 {
    let sql = "SELECT COUNT(*) FROM notices WHERE user_id = ?1 AND notice = 'RECOVERY_USED'";
    Database::of(&gatehouse().service).number(sql, [&user.id])
}

async fn change(api: &Api, (user, session): &(User, Session)) -> Reply {
    let new = random::password();
    keep(&new);
    api.change_known(&session.access, &user.password, &new)
        .await
}

/// Somebody about to log in by a recovery code, of which they were told nothing by SMS.
async fn about_to_recover(api: &Api) -> (User, Challenge, String) {
    let (user, session) = api.person_with_session().await;
    let code = api.recovery_codes(&user, &session.access).await.remove(0);
    keep(&code);
    keep(&code.replace('-', ""));
    let challenge = api.log_in(&user).await;
    keep(&challenge.session);
    (user, challenge, code)
}

/// The login is as it is, whatever becomes of its notice; and asked again with its key it is told no second time.
#[tokio::test]
async fn a_notice_cut_or_failed_anywhere_is_told_once_at_most_and_the_answer_is_the_same() {
    use When::{After, Before};
    const LOST: &str = "Network connection lost.";
    let api = Api::faulty().await;
    // With a key the third trip to D1 is the login's own, and the fifth the notice's, which goes by SMS and then by mail.
    let d1 = [
        (Fault::cut("d1", After).nth(3), 1, 1),
        (Fault::error("d1", After, TRANSIENT).nth(3), 1, 1),
        (Fault::cut("d1", Before).nth(5), 0, 0),
        (Fault::cut("d1", After).nth(5), 0, 0),
        // What D1 does not say goes by mail alone.
        (Fault::error("d1", Before, OVERLOADED).nth(5), 0, 1),
        (Fault::error("d1", After, OVERLOADED).nth(5), 0, 1),
        (Fault::error("d1", After, TRANSIENT).nth(5), 1, 1),
    ];
    let sent = [
        (Fault::cut("fetch", Before), 0, 0),
        (Fault::cut("fetch", After), 1, 0),
        (Fault::error("fetch", Before, LOST), 0, 1),
        (Fault::cut("fetch", Before).nth(2), 1, 0),
        (Fault::cut("fetch", After).nth(2), 1, 1),
        (Fault::error("fetch", Before, LOST).nth(2), 1, 1),
    ];
    for (fault, by_sms, by_mail) in d1.into_iter().chain(sent) {
        let (user, challenge, code) = about_to_recover(&api).await;
        let keyed = api.with_key(&random::letters(20));
        let first = keyed.meeting(std::slice::from_ref(&fault));
        let first = first.recover(&challenge, &code).await;
        first.met();
        // By then nobody works on it any more.
        let later = keyed.believing(now() + MINUTE);
        let again = later.recover(&challenge, &code).await;
        again.ok();
        if first.status == 200 {
            assert_eq!(first.raw, again.raw, "{fault:?}");
        }
        let (mails, sms) = told(&user);
        let mails = mails.iter().filter(|kind| *kind == "RECOVERY_USED");
        assert_eq!((sms, mails.count()), (by_sms, by_mail), "{fault:?}");
        assert!(claimed(&user) <= 1, "{fault:?}");
        figures::add(&figures::CASES, 1);
    }
    check_invariants(&gatehouse());
}

/// The answer waits for nothing of it.
#[tokio::test]
async fn every_notice_is_begun_after_the_answer() {
    let api = Api::faulty().await;
    let at_once = api.not_waiting_for_later_work();
    let person = api.person_with_session().await;
    let made = at_once.make_recovery_codes(&person.1.access, &person.0.password);
    let made = made.await;
    let changed = change(&at_once, &person).await;
    for reply in [made, changed] {
        reply.ok();
        assert_eq!((reply.begun("d1"), reply.begun("fetch")), (3, 0), "{reply}");
    }
    let (_, challenge, code) = about_to_recover(&api).await;
    let reply = at_once.recover(&challenge, &code).await;
    reply.ok();
    assert_eq!((reply.begun("d1"), reply.begun("fetch")), (2, 0), "{reply}");
    gatehouse().post.nth(&person.0.email, 2).await;
}

/// Who changes what is not theirs would rather that nobody were told, and hangs up before the answer.
#[tokio::test]
async fn who_hangs_up_keeps_nobody_from_being_told() {
    let api = Api::faulty().await;
    for nth in 1..=3 {
        let person = api.person_with_session().await;
        let hangs_up = api.meeting(&[Fault::hang_up("d1").nth(nth)]);
        change(&hangs_up, &person).await.met();
        assert_eq!(told(&person.0), (vec!["PASSWORD_CHANGED".into()], 1));
    }
    // So does a read, and nothing of it goes on.
    let (_, session) = api.person_with_session().await;
    let hangs_up = api.meeting(&[Fault::hang_up("d1")]);
    assert_eq!(hangs_up.me(&session.access).await.met().status, 599);
}

/// Which clients a user has been at is known when their sessions are long gone.
#[tokio::test]
async fn a_client_is_new_once_though_its_sessions_are_gone() {
    let gatehouse = Gatehouse::start_under(CONFIG, "seen-clients", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let clients = api.two_clients_of_a_partner().await;
    let start = now();
    let at = async |client: usize, after: i64| {
        let then = api.believing(start + after);
        then.with_token(&then.token_of(&clients[client]).await)
    };
    let user = at(0, 0).await.person().await;
    let database = Database::of(&gatehouse.service);
    let count = |sql: &str| database.number(sql, [&user.id]);
    let sessions = "SELECT COUNT(*) FROM sessions WHERE user_id = ?1";
    let told = |after: &str| {
        let mails = gatehouse.post.sent_to(&user.email);
        assert_eq!(mails.len(), 1, "{after}: {mails:?}");
        assert!(mails[0].key.ends_with("-NEW_CLIENT"), "{mails:?}");
    };
    for (nth, after) in [0, 0, 40 * DAY].into_iter().enumerate() {
        if after > 0 {
            api.believing(start + after).cron().await.expect_status(200);
            assert_eq!(count(sessions), 0);
        }
        // At the second client last, and then first.
        for (client, minute) in [(nth % 2, 0), (1 - nth % 2, 1)] {
            let api = at(client, after + (10 * nth as i64 + minute) * MINUTE).await;
            let login = api.log_in(&user).await;
            session_of(&api.answer_rightly(&login).await);
        }
        told(&format!("round {nth}"));
    }
    assert_eq!(
        count("SELECT COUNT(*) FROM seen_clients WHERE user_id = ?1"),
        2
    );
}
