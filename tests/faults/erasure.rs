//! What is left of a person who was erased: their values are looked for wherever anything is kept, at once and days later.

use serde_json::json;

use crate::database::{check_invariants, files_under, Database};
use crate::fault::{gatehouse, now, Fault, When, CONFIG, DAY, HOUR, MINUTE};
use crate::support::http::Reply;
use crate::support::kyc::{moment, Event};
use crate::support::people::{Session, User};
use crate::support::{at_once, random, test_phone, Api, Challenge, Gatehouse};
use crate::witness::{keep, session_of};

/// Every table, and where it has one of these values: `table.column`.
fn places(database: &Database, values: &[String]) -> Vec<String> {
    let mut places = Vec::new();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let tables = database.texts(tables);
    assert!(tables.len() > 20, "{tables:?}");
    for table in tables {
        for row in database.rows(&format!("SELECT * FROM \"{table}\""), []) {
            for (column, cell) in row {
                if values.iter().any(|value| cell.contains(value)) {
                    places.push(format!("{table}.{column}"));
                }
            }
        }
    }
    places.sort();
    places.dedup();
    places
}

/// In KV, or in the ledger.
fn is_kept_elsewhere(gatehouse: &Gatehouse, values: &[String]) -> bool {
    let kept = ["v3/kv", "v3/r2"].map(|store| {
        let kept = files_under(&gatehouse.service.state.join(store)).concat();
        assert!(!kept.is_empty(), "{store}");
        kept
    });
    let is_in = |value: &String| kept.iter().any(|kept| kept.contains(value));
    values.iter().any(is_in)
}

/// Somebody with all that a person can have here.
async fn whole_person(api: &Api, phone: &str) -> User {
    let user = api.sign_up_at(phone).await;
    keep(&user.password);
    let event = Event::of(json!({
        "type": "kyc.status", "timestamp": moment(1),
        "data": {
            "userId": user.id, "kycId": "kyc-9", "status": "VERIFIED", "documentIds": ["doc-9"],
            "name": "Zebulonia", "surname": "Quartermainx", "address": {"street": "Kirchgassenweg 77"},
        },
    }));
    event.send(api).await.ok();
    api.portfolio(&user.account).await.ok();
    let body = json!({"userId": user.id, "email": format!("second-{}", user.email)});
    api.post("/v1/account", &api.token, body).await.ok();
    user
}

#[tokio::test]
async fn nothing_of_who_was_erased_is_left_but_the_numbers_books_of_two_days() {
    let gatehouse = Gatehouse::start_under(CONFIG, "erased", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let database = Database::of(&gatehouse.service);
    let user = whole_person(&api, &random::phone()).await;
    let challenge = api.log_in(&user).await;
    let session = session_of(&api.answer_rightly(&challenge).await);
    let codes = api.recovery_codes(&user, &session.access).await;
    codes.iter().for_each(|code| keep(code));
    api.login(&user.email, "wrong-one").await.fails(3004);
    // A login, and a reset with its new password, under way; an answer that is kept.
    let keyed = api.with_key(&random::letters(20));
    keyed.login(&user.phone, &user.password).await.ok();
    let (reset, _) = api.reset(&user).await;
    api.change_to_another(&reset).await.ok();
    api.get(&format!("/v1/user?email={}", user.email), &api.token)
        .await
        .ok();
    api.get("/v1/user/export", &session.access).await.ok();

    let of_user = |sql: &str| database.texts(&sql.replace("$user", &user.id));
    let mut values: Vec<String> = [&user.email, &user.phone[1..user.phone.len() - 3]]
        .map(String::from)
        .into();
    values.extend(["Zebulonia", "Quartermainx", "Kirchgassenweg"].map(String::from));
    values.extend(of_user(
        "SELECT password_hash FROM users WHERE id = '$user'",
    ));
    values.extend(of_user(
        "SELECT staged_hash FROM challenges WHERE user_id = '$user' AND staged_hash IS NOT NULL",
    ));
    values.extend(of_user(
        "SELECT current_hash FROM sessions WHERE user_id = '$user'",
    ));
    values.extend(of_user(
        "SELECT hash FROM recovery_codes WHERE user_id = '$user' LIMIT 1",
    ));
    assert_eq!(values.len(), 9);
    let before = places(&database, &values);
    for place in [
        "accounts.email",
        "challenges.staged_hash",
        "recovery_codes.hash",
        "sends.phone",
        "sessions.current_hash",
        "users.address",
        "users.email",
        "users.name",
        "users.password_hash",
        "users.phone",
        "users.surname",
    ] {
        assert!(before.contains(&place.to_owned()), "{place}: {before:?}");
    }

    let eraser = api.client_token("demoRecovery").await;
    api.delete(&format!("/v1/user/{}", user.id), &eraser)
        .await
        .ok();
    assert_eq!(places(&database, &values), ["sends.phone", "sends.prefix"]);
    assert!(!is_kept_elsewhere(&gatehouse, &values));
    check_invariants(&gatehouse);

    let later = api.at(now() + 2 * DAY + HOUR).await;
    later.cron().await.expect_status(200);
    assert_eq!(places(&database, &values), [""; 0]);
    // The person's row and what hangs on it, their log and the log's own words are there.
    for (sql, rows) in [
        ("SELECT COUNT(*) FROM users WHERE id = ?1", 1),
        ("SELECT COUNT(*) FROM accounts WHERE user_id = ?1", 2),
        ("SELECT COUNT(*) FROM user_kyc WHERE user_id = ?1", 2),
        ("SELECT COUNT(*) FROM audit WHERE user_id = ?1 AND event = 'user.erase'", 1),
        ("SELECT COUNT(*) FROM portfolios WHERE account_id IN (SELECT id FROM accounts WHERE user_id = ?1)", 1),
    ] {
        assert_eq!(database.number(sql, [&user.id]), rows, "{sql}");
    }
}

/// The messages of test numbers are kept for whoever tests, and go by themselves.
#[tokio::test]
async fn what_the_outbox_has_of_a_test_number_goes_within_ten_minutes() {
    let gatehouse = Gatehouse::start_under(CONFIG, "erased-outbox", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let user = whole_person(&api, &test_phone("7777")).await;
    let login = api.login(&user.email, &user.password).await;
    login.ok();
    let lives = login.lives();
    assert!(
        !lives.is_empty() && lives.iter().all(|life| *life <= 600),
        "{lives:?}"
    );
    let query = format!("to={}", user.phone);
    assert_eq!(api.outbox(&query).await.len(), 1);
    let eraser = api.client_token("demoRecovery").await;
    api.delete(&format!("/v1/user/{}", user.id), &eraser)
        .await
        .ok();
}

/// What somebody may be in the midst of, and how it may end once they are erased: as if it had come before, or not at
/// all.
const ACTS: [(&str, u64); 11] = [
    ("login", 3004),
    ("code", 4002),
    ("recovery code", 4002),
    ("reset", 4002),
    ("new password of a reset", 4002),
    ("new password", 2002),
    ("recovery codes", 2002),
    ("refresh", 5001),
    ("portfolio", 6006),
    ("account", 6001),
    ("kyc", 0),
];

/// Somebody about to do it.
#[derive(Clone)]
struct Person {
    user: User,
    session: Session,
    challenge: Option<Challenge>,
    code: String,
}

async fn about_to(api: &Api, act: &str) -> Person {
    let (user, session) = api.person_with_session().await;
    api.set_kyc(&user, "VERIFIED", 0).await;
    let (mut challenge, mut code) = (None, String::new());
    match act {
        "code" => {
            let login = api.log_in(&user).await;
            code = api.code(&login).await;
            challenge = Some(login);
        }
        "recovery code" => {
            let made = api.recovery_codes(&user, &session.access).await;
            code.clone_from(&made[0]);
            challenge = Some(api.log_in(&user).await);
        }
        "reset" => {
            let (reset, sent) = api.reset(&user).await;
            api.change_to_another(&reset).await.ok();
            (challenge, code) = (Some(reset), sent);
        }
        "new password of a reset" => {
            let (reset, sent) = api.reset(&user).await;
            api.answer(&reset, &sent).await.ok();
            challenge = Some(reset);
        }
        _ => {}
    }
    Person {
        user,
        session,
        challenge,
        code,
    }
}

async fn do_it(api: &Api, act: &str, person: &Person) -> Reply {
    let (user, session) = (&person.user, &person.session);
    let challenge = || person.challenge.as_ref().expect("a challenge");
    match act {
        "login" => api.login(&user.email, &user.password).await,
        "code" | "reset" => api.answer(challenge(), &person.code).await,
        "recovery code" => api.recover(challenge(), &person.code).await,
        "new password of a reset" => api.change_to_another(challenge()).await,
        "new password" => {
            let new = random::password();
            keep(&new);
            api.change_known(&session.access, &user.password, &new)
                .await
        }
        "recovery codes" => {
            api.make_recovery_codes(&session.access, &user.password)
                .await
        }
        "refresh" => api.refresh(&user.email, &session.refresh).await,
        "portfolio" => api.portfolio(&user.account).await,
        "account" => {
            let body = json!({"userId": user.id, "email": format!("second-{}", user.email)});
            api.post("/v1/account", &api.token, body).await
        }
        "kyc" => {
            let details = json!({
                "userId": user.id, "kycId": "kyc-9", "status": "VERIFICATION_FAILED", "documentIds": ["doc-9"],
                "name": "Zebulonia", "surname": "Quartermainx", "address": {"street": "Kirchgassenweg 77"},
            });
            let body = json!({"type": "kyc.status", "timestamp": moment(9), "data": details});
            Event::of(body).send(api).await
        }
        _ => unreachable!("{act}"),
    }
}

/// Each of its operations is held up in turn, and meanwhile they are erased: nothing comes after it, and nothing back.
#[tokio::test]
async fn whatever_is_held_up_while_its_person_is_erased_comes_to_nothing() {
    let api = Api::faulty().await;
    let eraser = api.client_token("demoRecovery").await;
    for (act, code) in ACTS {
        let smooth = do_it(&api, act, &about_to(&api, act).await).await;
        let operations = smooth.begun("d1");
        assert!(smooth.code() == 0 && operations > 0, "{act}: {smooth}");
        let calls = (1..=operations).map(|nth| {
            let (api, eraser) = (api.clone(), eraser.clone());
            async move {
                let person = about_to(&api, act).await;
                let held_up = api.meeting(&[Fault::hold("d1", &person.user.id).nth(nth)]);
                let (doing, doer) = (act, person.clone());
                let held_up = tokio::spawn(async move { do_it(&held_up, doing, &doer).await });
                api.until_reached(&person.user.id).await;
                let path = format!("/v1/user/{}", person.user.id);
                api.delete(&path, &eraser).await.ok();
                api.open(&person.user.id).await;
                let reply = held_up.await.expect("an answer");
                reply.met().fails_with_one_of(&[0, code]);
                is_gone(&api, &person).await;
            }
        });
        at_once(calls).await;
    }
    check_invariants(&gatehouse());
}

/// Whatever came meanwhile.
async fn is_gone(api: &Api, person: &Person) {
    let user = &person.user;
    let values = [user.email.clone(), user.phone.clone()];
    let database = Database::of(&gatehouse().service);
    assert_eq!(places(&database, &values), ["sends.phone"]);
    api.me(&person.session.access).await.fails(2002);
    api.login(&user.email, &user.password).await.fails(3004);
}

/// Its index was given when it was reserved, so its portfolio is opened to its end, by whoever asks again or by the next
/// minute's run; and no other is.
#[tokio::test]
async fn an_address_that_was_reserved_before_the_erasure_is_the_accounts_and_the_last() {
    let api = Api::faulty().await;
    let user = api.verified_user().await;
    keep(&user.password);
    let open = async |api: &Api, id: &str| {
        let body = json!({"accountId": user.account, "portfolioId": id});
        api.post("/v1/account/portfolio", &api.token, body).await
    };
    let (own, another) = (random::letters(12), random::letters(12));
    let cut = api.meeting(&[Fault::cut("r2.put", When::Before)]);
    open(&cut, &own).await.met();
    let eraser = api.client_token("demoRecovery").await;
    let path = format!("/v1/user/{}", user.id);
    api.delete(&path, &eraser).await.ok();
    open(&api, &another).await.fails(6006);
    let opened = open(&api, &own).await;
    assert_eq!(opened.ok()["active"], false, "{opened}");
    assert_eq!(opened.ok()["portfoliosTotal"], 1, "{opened}");
    assert_eq!(opened.text("/data/portfolios/0/portfolioId"), own);
    open(&api, &another).await.fails(6006);
    check_invariants(&gatehouse());
}

/// The session's own age counts, whatever its tokens say: a refresh makes it no younger.
#[tokio::test]
async fn five_minutes_after_the_login_nobody_erases_themselves() {
    let api = Api::faulty().await;
    let (user, session) = api.person_with_session().await;
    let database = Database::of(&api.gatehouse.service);
    let opened = "SELECT created_at FROM sessions WHERE user_id = ?1";
    let opened = database.number(opened, [&user.id]);
    let erase = async |at: i64, access: &str| {
        let body = json!({"password": user.password});
        let then = api.believing(opened + at);
        then.post("/v1/user/erase", access, body).await
    };
    let late = api.believing(opened + 4 * MINUTE);
    let refreshed = session_of(&late.refresh(&user.email, &session.refresh).await);
    // Whether the password is right is not told either, and no attempt is counted.
    for at in [5 * MINUTE, 14 * MINUTE] {
        erase(at, &refreshed.access).await.fails(2004);
    }
    let sql = "SELECT COUNT(*) FROM throttles WHERE subject = ?1";
    assert_eq!(database.number(sql, [&user.id]), 0);
    erase(5 * MINUTE - 1, &refreshed.access).await.ok();
}

/// Five hundred entries a page, and each page is an export of its own.
#[tokio::test]
async fn an_export_goes_through_a_log_of_any_length() {
    let gatehouse = Gatehouse::start_under(CONFIG, "exported", &[]);
    let api = Api::on(gatehouse.clone()).await;
    let user = api.person().await;
    let database = Database::of(&gatehouse.service);
    let many = format!(
        "INSERT INTO audit (id, at, partner_id, user_id, event, outcome, request_id)
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
         SELECT printf('aud_%08x-%04x-7000-8000-%012x', at / 65536, at % 65536, i), at, partner_id, id, 'login.code', 'right', 'r'
         FROM (SELECT i, {now} - 100000 + i AS at FROM n), users WHERE id = '{id}'",
        now = now(),
        id = user.id
    );
    database.add(&many, 1200);
    let (mut ids, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let path = format!("/v1/user/{}/export?cursor={cursor}", user.id);
        let page = api.get(&path, &api.token).await;
        let entries = page.ok()["audit"].as_array().expect("entries");
        assert!(entries.len() <= 500, "{}", entries.len());
        ids.extend(
            entries
                .iter()
                .map(|entry| entry["id"].as_str().expect("an id").to_owned()),
        );
        pages += 1;
        match page.ok()["auditCursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    // The sign-up, and the two pages before.
    assert_eq!((pages, ids.len()), (3, 1200 + 1 + 2));
    assert!(ids.is_sorted_by(|one, other| one < other));
}
