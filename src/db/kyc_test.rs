//! The order of KYC events: however they arrive, a person ends as the rule says.

use std::collections::BTreeSet;

use proptest::prelude::*;
use rusqlite::Connection;

use super::kyc::{self, KycEvent};
use super::limits_test::World;
use super::Batch;
use crate::rules::id::Id;
use crate::rules::identity::UserStatus;
use crate::rules::time::Time;
use crate::rules::word::Word;

/// What an event says.
#[derive(Clone, Debug)]
struct Said {
    at: i64,
    status: UserStatus,
    name: Option<&'static str>,
    surname: Option<&'static str>,
    address: Option<&'static str>,
    document: Option<&'static str>,
}

#[derive(Debug, PartialEq, Eq)]
struct Person {
    status: &'static str,
    status_at: i64,
    name: Option<String>,
    surname: Option<String>,
    address: String,
    documents: BTreeSet<String>,
}

fn said() -> impl Strategy<Value = Said> {
    let status = proptest::sample::select(vec![
        UserStatus::Uninitiated,
        UserStatus::VerificationInProgress,
        UserStatus::Verified,
        UserStatus::VerificationFailed,
        UserStatus::VerificationFatalFailed,
    ]);
    let text =
        |all: [&'static str; 3]| proptest::option::of(proptest::sample::select(all.to_vec()));
    let texts = (
        text(["Ada", "Grace", "Émilie"]),
        text(["Lovelace", "Hopper", "du Châtelet"]),
        text([
            r#"{"city":"London"}"#,
            r#"{"city":"Arlington"}"#,
            r#"{"a":1}"#,
        ]),
        text(["doc-1", "doc-2", "doc-3"]),
    );
    // Few times, so that most of them are shared.
    (1..4i64, status, texts).prop_map(|(at, status, (name, surname, address, document))| Said {
        at,
        status,
        name,
        surname,
        address,
        document,
    })
}

/// By the rule alone: time, then weight, then nothing.
fn ruled(events: &[Said]) -> Person {
    let latest = events.iter().max_by_key(|said| (said.at, said.status));
    let latest = latest.expect("an event");
    let detail = |of: fn(&Said) -> Option<&'static str>| {
        let given = events.iter().filter_map(|said| Some((said.at, of(said)?)));
        given.max().map(|(_, text)| text.to_owned())
    };
    Person {
        status: latest.status.as_str(),
        status_at: latest.at,
        name: detail(|said| said.name),
        surname: detail(|said| said.surname),
        address: detail(|said| said.address).unwrap_or("{}".into()),
        documents: events
            .iter()
            .filter_map(|said| said.document.map(String::from))
            .collect(),
    }
}

fn world() -> World {
    let world = World::new();
    world
        .db
        .execute_batch(
            "INSERT INTO partners (id, name, created_at) VALUES ('prt', 'n', 0);
             INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at)
             VALUES ('usr', 'prt', 'e', 'p', 'h', '[]', 0, 0);",
        )
        .unwrap();
    world
}

/// Delivers the event under this webhook id, in a request of its own, and says whether the answer
/// would be that it applied.
fn deliver(world: &World, webhook: &str, request: &str, said: &Said) -> bool {
    deliver_by(("prt", 0), world, webhook, request, said) == [Some(1)]
}

/// Signed by a partner under this version of its settings, 0 being the service's secret. What is answered of whether
/// it applied; nothing where there is nobody whom it could be about.
fn deliver_by(
    by: (&str, i64),
    world: &World,
    webhook: &str,
    request: &str,
    said: &Said,
) -> Vec<Option<i64>> {
    let documents = said
        .document
        .map_or("[]".into(), |id| format!("[\"{id}\"]"));
    let event = KycEvent {
        id: webhook,
        user_id: &Id::given("usr"),
        partner_id: &Id::given(by.0),
        signed_by: by.1,
        kyc_id: None,
        document_ids: &documents,
        status: said.status,
        at: Time::from_millis(said.at),
        name: said.name,
        surname: said.surname,
        address: said.address,
        now: Time::from_millis(1_000),
        work_id: &Id::given(format!("wrk_{request}")),
        audit_id: &Id::given(format!("aud_{request}")),
        request_id: &Id::given(format!("req_{request}")),
    };
    let mut batch = Batch::new();
    kyc::apply(&mut batch, &event);
    world.run_all(batch);
    let mut again = Batch::new();
    kyc::apply(&mut again, &event);
    let statements = again.into_statements();
    let current = statements.last().expect("it reads last");
    match world.counted(current) {
        0 => Vec::new(),
        _ => world.numbers(current, &["applied"]),
    }
}

fn person(db: &Connection) -> Person {
    let documents = "SELECT id FROM user_kyc WHERE user_id = 'usr' AND kind = 'document'";
    let mut documents = db.prepare(documents).unwrap();
    let ids = documents.query_map([], |row| row.get(0)).unwrap();
    let columns = "SELECT status, status_at, name, surname, address FROM users WHERE id = 'usr'";
    db.query_row(columns, [], |row| {
        let status: String = row.get(0)?;
        Ok(Person {
            status: UserStatus::parse(&status).expect("a status").as_str(),
            status_at: row.get(1)?,
            name: row.get(2)?,
            surname: row.get(3)?,
            address: row.get(4)?,
            documents: ids.collect::<Result<_, _>>()?,
        })
    })
    .unwrap()
}

fn recorded(db: &Connection) -> i64 {
    let sql = "SELECT COUNT(*) FROM audit WHERE event = 'kyc.status'";
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}

proptest! {
    #[test]
    fn in_any_order_of_arrival_the_same_events_end_in_the_same_person(
        (events, arrival) in proptest::collection::vec(said(), 1..7).prop_flat_map(|events| {
            let order: Vec<usize> = (0..events.len()).collect();
            (Just(events), Just(order).prop_shuffle())
        }),
        replays in proptest::collection::vec(0usize..7, 0..4),
    ) {
        let world = world();
        let mut applied = 0;
        for nth in &arrival {
            let (webhook, request) = (format!("msg_{nth}"), format!("{nth}"));
            applied += i64::from(deliver(&world, &webhook, &request, &events[*nth]));
        }
        let replays = replays.iter().filter(|nth| **nth < events.len());
        for (request, nth) in replays.enumerate() {
            let (webhook, request) = (format!("msg_{nth}"), format!("replay-{request}"));
            prop_assert!(!deliver(&world, &webhook, &request, &events[*nth]), "a replay applied");
        }
        prop_assert_eq!(person(&world.db), ruled(&events));
        prop_assert_eq!(recorded(&world.db), applied);
    }
}

#[test]
fn a_batch_that_is_run_again_finds_its_own_work() {
    let world = world();
    let said = Said {
        at: 1,
        status: UserStatus::Verified,
        name: Some("Ada"),
        surname: None,
        address: None,
        document: None,
    };
    for _ in 0..2 {
        assert!(deliver(&world, "msg_1", "1", &said));
    }
    assert_eq!(recorded(&world.db), 1);
}

#[test]
fn another_body_under_a_known_id_changes_nothing() {
    let world = world();
    let said = |status, name, document| Said {
        at: 1,
        status,
        name: Some(name),
        surname: None,
        address: None,
        document: Some(document),
    };
    deliver(
        &world,
        "msg_1",
        "1",
        &said(UserStatus::Verified, "Ada", "doc-1"),
    );
    let before = person(&world.db);
    let other = said(UserStatus::VerificationFailed, "Bob", "doc-2");
    assert!(!deliver(&world, "msg_1", "2", &other));
    assert_eq!(person(&world.db), before);
}

#[test]
fn an_event_reaches_only_users_of_the_partner_whose_secret_signed_it() {
    let world = world();
    let said = Said {
        at: 1,
        status: UserStatus::Verified,
        name: Some("Ada"),
        surname: None,
        address: None,
        document: Some("doc-1"),
    };
    let before = person(&world.db);
    let mut nth = 0;
    let mut deliver = |by| {
        nth += 1;
        let name = format!("{nth}");
        deliver_by(by, &world, &name, &name, &said)
    };
    // Another partner's secret, and one that the user's partner has not.
    assert!(deliver(("other", 0)).is_empty() && deliver(("other", 1)).is_empty());
    assert!(deliver(("prt", 1)).is_empty());
    assert_eq!(person(&world.db), before);
    let set = |version, secrets| {
        let sql =
            "INSERT OR REPLACE INTO partner_settings VALUES ('prt', '{}', '{}', NULL, ?1, ?2, 0, 'w', 1, 0, 0)";
        world.db.execute(sql, [secrets, version]).unwrap();
    };
    // With one of its own: neither the service's, nor one that it had before, nor another partner's.
    set(7, 1);
    for by in [("prt", 0), ("prt", 6), ("prt", 8), ("other", 7)] {
        assert!(deliver(by).is_empty(), "{by:?}");
    }
    assert_eq!(person(&world.db), before);
    assert_eq!(recorded(&world.db), 0);
    assert_eq!(deliver(("prt", 7)), [Some(1)]);
    assert!(person(&world.db) != before);
    // Without one it is the service's again.
    set(8, 0);
    assert!(deliver(("prt", 8)).is_empty());
    assert_eq!(deliver(("prt", 0)), [Some(0)]);
}
