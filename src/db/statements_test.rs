//! Every statement, prepared against the migrations: the parameters are as many as it takes,
//! and no table that grows is read from end to end.

use rusqlite::Connection;

use super::audit::{Entry, Origin, Whom};
use super::challenges::{NewAnswer, NewChallenge};
use super::clients::NewClient;
use super::idempotency::Attempt;
use super::kyc::KycEvent;
use super::portfolios::NewPortfolio;
use super::sends::NewSend;
use super::sessions::{NewSession, Rotation};
use super::throttles::Named;
use super::users::NewUser;
use super::*;
use crate::rules::challenge::Purpose;
use crate::rules::limits::CodeCaps;
use crate::rules::limits::CodeRules;

fn migrated() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for sql in [
        include_str!("../../migrations/0001_clients.sql"),
        include_str!("../../migrations/0002_users.sql"),
        include_str!("../../migrations/0003_challenges.sql"),
        include_str!("../../migrations/0004_idempotency.sql"),
    ] {
        connection.execute_batch(sql).unwrap();
    }
    connection
}

fn rules() -> CodeRules {
    CodeRules {
        digits: 4,
        caps: CodeCaps::for_digits(4, None),
    }
}

fn all() -> Vec<Statement> {
    let mut all = Vec::new();
    let origin = Origin {
        id: "a".into(),
        at: 1,
        request_id: "r",
        partner_id: "p",
        client_id: Some("c"),
    };
    let entry = Entry {
        whom: Whom::User("u"),
        event: "e",
        outcome: "o",
    };
    all.extend([
        audit::record(&origin, &entry),
        audit::record_if_changed(&origin, &entry),
    ]);

    all.extend([
        clients::find("c"),
        clients::secrets("c", 1),
        clients::add_partner("p", "n", 1),
    ]);
    let client = NewClient {
        id: "c",
        partner_id: "p",
        name: "n",
        allowed_roles: "[]",
        default_roles: "[]",
        secret_hash: "h",
        now: 1,
    };
    all.extend(clients::add(&client));

    all.extend([
        throttles::count("s", "w", 1),
        throttles::read("s"),
        throttles::clear("s"),
    ]);

    let user = NewUser {
        id: "u",
        account_id: "a",
        partner_id: "p",
        client_id: "c",
        email: "e",
        phone: "+1",
        password_hash: "h",
        roles: None,
        now: 1,
        hold_until: 2,
    };
    all.extend(users::sign_up(&user));
    all.extend(users::count_login(
        &Named {
            partner_id: "p",
            username: "e",
        },
        "anon",
        "w",
        1,
    ));
    all.extend([
        users::find("u", "p"),
        users::find_by_email("p", "e"),
        users::upgrade_hash("u", "n", "o"),
        users::kyc_ids("u"),
        users::disable("u", "p", 1),
        users::enable("u", "p"),
    ]);

    let send = NewSend {
        id: "s",
        challenge_id: "c",
        again: false,
        phone: "+15555550100",
        prefix: "+15555550",
        max_tries: 3,
        client_id: "c",
        daily_budget: 1,
        rules: rules(),
        now: 1,
    };
    all.extend(sends::reserve(&send));
    all.extend(sends::give_back("s", "c", true, 1));

    let challenge = NewChallenge {
        id: "c",
        purpose: Purpose::Reset,
        partner_id: "p",
        subject: "u",
        user_id: Some("u"),
        credential_epoch: Some(0),
        nonce: "n",
        max_tries: 3,
        now: 1,
        expires_at: 2,
    };
    all.extend(challenges::issue(&challenge));
    let answer = NewAnswer {
        id: "w",
        challenge_id: "c",
        is_right: true,
        max_tries: 3,
        rules: rules(),
        now: 1,
    };
    all.extend([challenges::answer(&answer), challenges::answered(&answer)]);
    all.extend(challenges::complete_login("w", "c", 1));
    all.extend([
        challenges::pass_code("w", "c", 1),
        challenges::stage("c", "h", 3, 1),
        challenges::staged("c", "h", "w", 1),
        challenges::record_if_completed(&origin, "c", "w"),
    ]);
    all.extend(challenges::complete_reset("w", "c", 1));

    let session = NewSession {
        id: "s",
        user_id: "u",
        partner_id: "p",
        client_id: "c",
        token_hash: "h",
        now: 1,
        expires_at: 2,
        idle_expires_at: 2,
    };
    let rotation = Rotation {
        session_id: "s",
        partner_id: "p",
        client_id: "c",
        username: None,
        presented: "h",
        successor: "i",
        now: 1,
    };
    all.extend([
        sessions::open(&session, "c", "w"),
        sessions::rotate(&rotation),
        sessions::end_reused(&rotation),
        sessions::rotated(&rotation),
        sessions::live("s", "u", 1),
    ]);

    all.extend([
        accounts::find("p", "a"),
        accounts::of_user("u", "p"),
        accounts::open("u", "p", "a", None, 1),
        accounts::activate("u", None, "k", 1),
    ]);
    let portfolio = NewPortfolio {
        partner_id: "p",
        id: "f",
        account_id: "a",
        name: "n",
        kind: "TRADING",
        custody_key: "k",
        now: 1,
    };
    all.extend([
        portfolios::open(&portfolio),
        portfolios::find("p", "f"),
        portfolios::of_account("p", "a"),
        portfolios::of_user("u", "p"),
        portfolios::remember_address(1, "0x"),
    ]);

    let event = KycEvent {
        id: "e",
        user_id: "u",
        kyc_id: None,
        document_ids: "[]",
        status: "VERIFIED",
        at: 1,
        name: None,
        surname: None,
        address: None,
        now: 1,
    };
    all.extend(kyc::apply(&event));
    all.extend(kyc::add_ids(&event));
    all.extend([kyc::record("a", &event, "r"), kyc::current(&event)]);

    let attempt = Attempt {
        id: "i",
        body_mac: "b",
        nonce: "n",
        attempt_id: "w",
        now: 1,
        leased_until: 2,
    };
    all.extend(idempotency::claim(&attempt));
    all.extend([
        idempotency::finish("i", "w", 200, "a"),
        idempotency::release("i", "w"),
        audit::list("p", None, "", 0, 1),
        audit::list("p", Some("u"), "", 0, 1),
        challenges::unlock("u", "p", 1),
        sessions::list("u", 1),
        sessions::end("s", "u", 1, "logout"),
        sessions::end_all("u", "p", 1, "logout"),
        sessions::of_token("s", "h", "p", 1),
        sessions::end_of_client("s", "c", 1),
        portfolios::page("p", "a", 0, 1),
    ]);
    all.extend(clients::rotate_secret("c", "h", 1, 2));
    all.extend(clients::disable("c", 1));
    all.extend(purge::statements(1));
    all
}

#[test]
fn every_statement_prepares_and_takes_as_many_parameters_as_it_is_given() {
    let connection = migrated();
    for statement in all() {
        let prepared = connection
            .prepare(statement.sql)
            .unwrap_or_else(|error| panic!("{error}: {}", statement.sql));
        assert_eq!(
            prepared.parameter_count(),
            statement.params.len(),
            "{}",
            statement.sql
        );
    }
}

#[test]
fn no_statement_reads_a_growing_table_from_end_to_end() {
    let connection = migrated();
    for statement in all() {
        let explain = format!("EXPLAIN QUERY PLAN {}", statement.sql);
        let mut prepared = connection.prepare(&explain).unwrap();
        let nulls = vec![rusqlite::types::Null; statement.params.len()];
        let plan: Vec<String> = prepared
            .query_map(rusqlite::params_from_iter(nulls), |row| {
                row.get::<_, String>(3)
            })
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        for step in plan.iter().filter(|step| step.starts_with("SCAN")) {
            let harmless = [
                "SCAN CONSTANT ROW",
                "SCAN json_each",
                "SCAN r ",
                "SCAN d ",
                "SCAN root",
                "SCAN (subquery",
            ];
            assert!(
                harmless
                    .iter()
                    .any(|known| format!("{step} ").starts_with(known)),
                "{step} in {}",
                statement.sql
            );
        }
    }
}
