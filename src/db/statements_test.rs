//! Every statement, prepared against the migrations: it finds its tables and columns, its values
//! are all there, and no table that grows is read from end to end.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use rusqlite::{Connection, MAIN_DB};

use super::arrivals::Comer;
use super::audit::{Origin, Page, Whom};
use super::challenges::{NewAnswer, NewChallenge, NewUnlock};
use super::clients::{NewClient, NewSecret, Previous, Told};
use super::credentials::NewPassword;
use super::departures::Leaver;
use super::erasure::{Erasure, Themselves};
use super::given::{After, Under};
use super::idempotency::{Attempt, Finished};
use super::indices::Reserved;
use super::kyc::KycEvent;
use super::moves::{Decision, Ends, Move};
use super::notices::Claim;
use super::partners::Change;
use super::portfolios::NewPortfolio;
use super::recovery::{ByCode, NewCodes};
use super::sends::{Counted, NewSend};
use super::sessions::{By, NewSession, Rotation, Which};
use super::statement::{mentions, Sql, Statement};
use super::throttles::{Named, OfClient};
use super::users::NewUser;
use super::*;
use crate::rules::challenge::Purpose;
use crate::rules::contact::Contact;
use crate::rules::custody::{Branch, Giving};
use crate::rules::event::Event;
use crate::rules::home::Home;
use crate::rules::id::*;
use crate::rules::identity::{KycKind, UserStatus};
use crate::rules::language::Locale;
use crate::rules::limits::{Budget, CodeCaps, CodeRules, SendCaps};
use crate::rules::notice::Notice;
use crate::rules::phone::Phone;
use crate::rules::portfolio::{After as AfterPortfolio, PortfolioType};
use crate::rules::scope::{Scope, Scopes, BY_DEFAULT};
use crate::rules::send::{Refusal, SendOutcome};
use crate::rules::session::{Ending, Means};
use crate::rules::time::Time;
use crate::rules::username::Username;
use crate::rules::word::Word;

/// A table that is read from end to end must be one of these.
const MAY_BE_SCANNED: [&str; 2] = [
    // SQLite's own, with a row for each AUTOINCREMENT table.
    "sqlite_sequence",
    // With a row for each partner that moves just now: whether there is one is asked by every trigger that notes.
    "departures",
];

/// Ids that a statement takes apart.
pub(super) const SESSION: &str = "ses_0197f4a1-0f77-7000-8000-000000000001";
const AUDIT: &str = "aud_0197f4a1-0f77-7000-8000-000000000002";
const OTHER_AUDIT: &str = "aud_0197f4a1-0f77-7000-8000-000000000003";

/// What each file of `db/` defines. One that is not here is dead code to the compiler.
const DEFINED: [&[Sql]; 29] = [
    accounts::ALL,
    archive::ALL,
    arrivals::ALL,
    assisted::ALL,
    audit::ALL,
    carried::ALL,
    challenges::ALL,
    clients::ALL,
    contacts::ALL,
    given::ALL,
    credentials::ALL,
    departures::ALL,
    erasure::ALL,
    export::ALL,
    health::ALL,
    homes::ALL,
    idempotency::ALL,
    indices::ALL,
    kyc::ALL,
    moves::ALL,
    notices::ALL,
    partners::ALL,
    portfolios::ALL,
    purge::ALL,
    recovery::ALL,
    sends::ALL,
    sessions::ALL,
    throttles::ALL,
    users::ALL,
];

/// A database of its own, which all migrations have made: once, since that takes a tenth of a second and hundreds of
/// cases need one.
pub(super) fn migrated() -> Connection {
    static MADE: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let connection = Connection::open_in_memory().unwrap();
        for sql in migrations() {
            connection.execute_batch(&sql).unwrap();
        }
        connection.serialize(MAIN_DB).unwrap().to_vec()
    });
    let mut connection = Connection::open_in_memory().unwrap();
    connection
        .deserialize_read_exact(MAIN_DB, &MADE[..], MADE.len(), false)
        .unwrap();
    connection
}

/// A client of before there were scopes keeps what it could do, and gets nothing more.
#[test]
fn a_client_of_before_keeps_all_that_it_could_do() {
    let connection = Connection::open_in_memory().unwrap();
    let (before, since) = migrations_up_to("0007");
    for sql in before {
        connection.execute_batch(&sql).unwrap();
    }
    let old = "
INSERT INTO partners (id, name, created_at) VALUES ('p', 'p', 0);
INSERT INTO clients (id, partner_id, name, scope, allowed_roles, default_roles, created_at)
VALUES ('a', 'p', 'n', 'client_auth', '[]', '[]', 0), ('b', 'p', 'n', 'admin', '[]', '[]', 0)";
    connection.execute_batch(old).unwrap();
    for sql in since {
        connection.execute_batch(&sql).unwrap();
    }
    for (id, scopes) in [("a", BY_DEFAULT.to_vec()), ("b", vec![Scope::Admin])] {
        let sql = "SELECT scopes FROM clients WHERE id = ?1";
        let kept: String = connection.query_row(sql, [id], |row| row.get(0)).unwrap();
        let kept: Vec<String> = serde_json::from_str(&kept).unwrap();
        let kept = Scopes::known(kept.iter().map(String::as_str));
        assert_eq!(kept, Scopes::of(scopes), "{id}");
    }
}

/// Those whose names sort before, and the rest.
pub(super) fn migrations_up_to(name: &str) -> (Vec<String>, Vec<String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let entries = fs::read_dir(folder).unwrap();
    let before = entries.filter(|entry| entry.as_ref().unwrap().file_name().to_str() < Some(name));
    let mut all = migrations();
    let since = all.split_off(before.count());
    (all, since)
}

fn migrations() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let read = |path| fs::read_to_string(path).unwrap();
    paths.into_iter().map(read).collect()
}

/// Each statement with values such as a request gives it.
pub(super) fn samples() -> Vec<Statement> {
    samples_at(Time::from_millis(1))
}

pub(super) fn samples_at(now: Time) -> Vec<Statement> {
    let mut batch = Batch::new();
    let later = now + Duration::from_millis(1);
    let (user, partner, client) = (id("u"), id("p"), id("c"));
    let (account, portfolio, session) = (id("a"), id("f"), id(SESSION));
    let (challenge, work, request) = (id("h"), id("w"), id("r"));
    let subject = Subject::user(&user);
    let username = Username::parse("a@example.com").unwrap();
    let phone = Phone::parse("+15555550100").unwrap();
    let rules = CodeRules {
        digits: 4,
        caps: CodeCaps::for_digits(4, None),
    };
    let origin = Origin {
        id: id(AUDIT),
        at: now,
        request_id: &request,
        partner_id: &partner,
        client_id: Some(&client),
        reason: None,
    };

    batch.record(&origin, Whom::Nobody, Event::SignUp);
    for user_id in [None, Some(&user)] {
        batch.read(audit::list(&Page {
            partner_id: &partner,
            user_id,
            after: "",
            since: now,
            most: 1,
        }));
    }

    let day = archive::Day::of(now);
    let note = archive::Note {
        first_id: id(AUDIT),
        last_id: id(AUDIT),
        entries: 1,
        object: "o".into(),
        home: None,
    };
    batch.read(archive::place());
    batch.read(archive::set_place("p"));
    batch.read(archive::waiting(now, later, "", 1));
    batch.read(archive::rows(&partner, &day, None, 1));
    let held = archive::Held {
        partner_id: &partner,
        note: &note,
        ids: &[&id(AUDIT)],
        are_of_directory: false,
    };
    archive::let_go(&mut batch, &held);
    batch.read(archive::notes_after(&partner, "", 1));
    batch.read(archive::notes_of(&partner, &day, 1));
    batch.read(archive::noted(&partner, &note.first_id));
    batch.read(archive::forget(&partner, &note.first_id));

    batch.read(clients::find(&client));
    batch.read(clients::secrets(&client, now));
    batch
        .run(clients::add_partner(&partner, "n", "HOME_EU", now))
        .done();
    let new = NewClient {
        id: &client,
        partner_id: &partner,
        name: "n",
        scopes: "[]",
        allowed_roles: "[]",
        default_roles: "[]",
        secret_hash: "h",
        now,
    };
    clients::add(&mut batch, &new, &told(AUDIT, &partner, &request));
    let told_of = [
        told(AUDIT, &partner, &request),
        told(OTHER_AUDIT, &partner, &request),
    ];
    for previous in [Previous::LivesUntil(later), Previous::EndsWithItsTokens] {
        let new = NewSecret {
            id: &client,
            secret_hash: "h",
            now,
            previous,
            ends_sessions: true,
        };
        clients::add_secret(&mut batch, &new, &told_of);
    }
    clients::disable(&mut batch, &client, now, &told(AUDIT, &partner, &request));
    for partner in [None, Some(&partner)] {
        batch.read(clients::list(partner, "", 1, now));
    }
    batch.read(clients::list_partners("", 1));

    let named = Named {
        partner_id: &partner,
        username: &username,
    };
    let by = By {
        session_id: &session,
        user_id: &user,
        now,
    };
    batch.run(throttles::count(&subject, &work, now)).done();
    batch.read(throttles::read(&subject));
    let attempt = OfClient {
        client_id: &client,
        work_id: &work,
        alarm_at: 2,
        now,
    };
    batch
        .run(throttles::clear(&subject))
        .then(throttles::count_of_client(&attempt))
        .then(throttles::take_back_of_client(&client, now))
        .done();
    batch.read(throttles::alarm(&attempt));

    let new = NewUser {
        id: &user,
        account_id: &account,
        partner_id: &partner,
        client_id: &client,
        email: "e",
        phone: &phone,
        password_hash: "h",
        roles: None,
        locale: None,
        now,
        hold_until: later,
        audit_ids: [id(AUDIT), id(OTHER_AUDIT)],
    };
    users::sign_up(&mut batch, &new, &origin);
    batch.run(users::speak(&user, Locale::Fr)).done();
    users::give_number_to_prover(&mut batch, &challenge, &work, &origin);
    batch.read(users::find_named(&named, now));
    batch.read(users::login_state(&named, &subject, now));
    batch.read(users::find(&user, &partner));
    batch.read(users::find_counted(&subject, &partner));
    batch.read(users::find_by_email(&partner, "e"));
    batch.read(users::whole(&user, &partner));
    batch.read(users::held(&user));
    batch.run(users::upgrade_hash(&user, "n", "o")).done();
    batch.run(users::disable(&user, &partner, now)).done();
    batch.run(users::enable(&user, &partner)).done();

    let new = NewChallenge {
        id: &challenge,
        purpose: Purpose::Reset,
        partner_id: &partner,
        subject: &subject,
        user_id: Some(&user),
        credential_epoch: Some(0),
        nonce: "n",
        max_tries: 3,
        rules,
        now,
        expires_at: later,
        change: None,
    };
    challenges::issue(&mut batch, &new);
    batch.read(challenges::free_at(&subject, Purpose::ChangeEmail, now));
    batch.run(challenges::forget(&challenge)).done();
    batch.read(challenges::destination(&challenge));
    for purpose in [Purpose::ChangeEmail, Purpose::ChangePhone] {
        let new = contacts::Answered {
            purpose,
            challenge_id: &challenge,
            work_id: &work,
            partner_id: &partner,
            now,
        };
        contacts::complete(&mut batch, &new, [&origin, &origin]);
    }
    batch.read(assisted::find(&user, &partner));
    for contact in [Contact::Email("e".into()), Contact::Phone(phone.clone())] {
        let new = assisted::Given {
            user_id: &user,
            partner_id: &partner,
            epoch: 0,
            contact: &contact,
            now,
        };
        assisted::give(&mut batch, &new, [&origin, &origin]);
    }
    let new = NewAnswer {
        work_id: &work,
        challenge_id: &challenge,
        is_right: true,
        max_tries: 3,
        rules,
        now,
    };
    batch.run(challenges::answer(&new)).done();
    batch.read(challenges::answered(&new));
    challenges::complete_login(&mut batch, &work, &challenge, Means::Sms, now);
    batch
        .run(challenges::pass_code(&work, &challenge, now))
        .done();
    batch
        .run(challenges::let_stage(&challenge, &work, 3, now))
        .done();
    batch.read(challenges::staging(&challenge, &work));
    batch.run(challenges::stage(&challenge, "h", 3, now)).done();
    batch.read(challenges::staged(&challenge, "h", &work, now));
    challenges::complete_reset(&mut batch, &work, &challenge, now, &origin);
    batch.read(challenges::completed(&work, &challenge));
    let new = NewUnlock {
        work_id: &work,
        user_id: &user,
        partner_id: &partner,
        year_caps: "{}",
        now,
    };
    batch.run(challenges::unlock(&new)).done();
    batch.read(challenges::unlocked(&new));

    let (send, to) = (id("d"), counted(&phone));
    let new = NewSend {
        id: &send,
        work_id: &work,
        challenge_id: &challenge,
        again: false,
        to: &to,
        partner_id: &partner,
        caps: SendCaps::DEPLOYED,
        budget: Budget { daily: 10 },
        max_tries: 3,
        rules,
        now,
    };
    sends::reserve(&mut batch, &new).done();
    batch.read(sends::reserved(&new));
    sends::send_twice(&mut batch, &new);
    let claim = Claim {
        user_id: &user,
        partner_id: &partner,
        notice: Notice::PasswordChanged,
        work_id: &work,
        attempt_id: &work,
        now,
    };
    notices::claim(&mut batch, &claim);
    sends::reserve_notice(&mut batch, &new, &claim);
    sends::settle(&mut batch, &new, SendOutcome::NotSent, None, true);
    sends::forget(&mut batch, &new);

    let new = NewSession {
        id: &session,
        user_id: &user,
        partner_id: &partner,
        client_id: &client,
        token_hash: "h",
        by: Means::Sms,
        now,
    };
    let rotation = Rotation {
        session_id: &session,
        partner_id: &partner,
        client_id: &client,
        username: None,
        presented: "h",
        successor: "i",
        now,
    };
    sessions::open(&mut batch, &new, &challenge, &work);
    batch.read(sessions::at_client(&new));
    batch.run(sessions::rotate(&rotation)).done();
    sessions::end_reused(&mut batch, &rotation, &origin);
    batch.read(sessions::rotated(&rotation));
    batch.read(sessions::opened(&new));
    batch.read(sessions::live(&session, &user, now));
    batch.read(sessions::list(&user, now));
    batch.read(sessions::live_or_done(by, &origin));
    batch.read(credentials::of_session(by));
    let new = NewPassword {
        by,
        epoch: 1,
        hash: "n",
    };
    credentials::change(&mut batch, &new, &origin);
    let new = NewCodes {
        by,
        epoch: 1,
        hashes: "[\"h\"]",
        key_id: "k",
    };
    recovery::make(&mut batch, &new, &origin);
    batch.read(recovery::left(&user, "[]"));
    batch.read(recovery::unused(&user));
    let new = ByCode {
        work_id: &id("w4"),
        challenge_id: &challenge,
        hash: Some("h"),
        max_tries: 3,
        now,
    };
    recovery::answer(&mut batch, &new, &origin);
    recovery::settle(&mut batch, &new);
    for which in [
        Which::One(&session, by),
        Which::Every(by),
        Which::AllOf(&user, &partner),
        Which::OfClient(&session, &client),
    ] {
        sessions::end(&mut batch, which, Ending::Logout, &origin);
    }
    batch.read(sessions::ended_lately(now));
    for partner in [None, Some(&partner)] {
        batch.read(sessions::of_token(&session, "h", partner, now));
    }

    batch.read(accounts::find(&partner, &account));
    batch
        .run(accounts::open(&user, &partner, &account, None, now))
        .done();
    let [under, own] = [false, true].map(|is_partners| Giving {
        key_id: "k",
        is_partners,
    });
    accounts::reserve_keys(&mut batch, &user, &partner, under, now);
    accounts::reserve_keys(&mut batch, &user, &partner, own, now);
    batch.run(accounts::remember_key("k", 1, "02")).done();
    let new = NewPortfolio {
        partner_id: &partner,
        id: &portfolio,
        account_id: &account,
        name: "n",
        kind: PortfolioType::Trading,
        under,
        now,
    };
    batch.run(portfolios::reserve(&new)).done();
    batch.read(portfolios::find(&partner, &portfolio));
    batch.read(portfolios::of_account(&partner, &account, Some(&portfolio)));
    for after in [
        AfterPortfolio::Id(portfolio.clone()),
        AfterPortfolio::Number(1),
    ] {
        batch.read(portfolios::page(&partner, &account, &after, 1));
    }
    batch.run(portfolios::remember_address("k", 1, "0x")).done();
    batch.read(indices::of_portfolio(&partner, &portfolio));
    for portfolio_id in [Some("p"), None] {
        let reserved = serde_json::json!({
            "seq": 1, "partner_id": "p", "account_id": "a", "portfolio_id": portfolio_id, "custody_key": "k",
            "index": 0, "is_of_before": 0, "is_claimed": 0,
        });
        let reserved: Reserved = serde_json::from_value(reserved).expect("a row");
        batch.read(indices::waiting(reserved.place().branch, 0, now, 1));
        batch.run(indices::show(&reserved, None, now)).done();
        indices::move_on(&mut batch, &reserved, None, 1);
    }
    let after = After {
        key_id: "k".into(),
        shown_at: now,
        index: Some(0),
    };
    for under in [Under::EveryKey, Under::OwnKeysOf(&partner)] {
        for branch in [Branch::Addresses, Branch::EncryptionKeys] {
            batch.read(given::page(&given::Page {
                under,
                branch,
                since: Time::from_millis(0),
                after: Some(&after),
                most: 1,
            }));
            batch.read(given::highest(branch, under));
        }
    }
    batch.read(given::without_row(r#"[["p","a",null],["p","a","f"]]"#));

    let event = KycEvent {
        id: "e",
        user_id: &user,
        partner_id: &partner,
        signed_by: 0,
        kyc_id: None,
        document_ids: "[]",
        status: UserStatus::Verified,
        at: now,
        name: None,
        surname: None,
        address: None,
        now,
        work_id: &work,
        audit_id: &id(AUDIT),
        request_id: &request,
    };
    kyc::apply(&mut batch, &event);
    batch.read(kyc::of_user(&user));

    let change = Change {
        partner_id: &partner,
        plain: "{}",
        given: "{}",
        sealed: None,
        kyc_secrets: 0,
        origins: "[]",
        keys: "{}",
        version: 1,
        now,
        work_id: &work,
        is_counted: true,
        copy: &id(OTHER_AUDIT),
    };
    partners::change(&mut batch, &change, &origin);
    batch.read(partners::find(&partner));
    batch.read(partners::origins(1));
    batch.run(partners::tell(&partner, 1, 1)).done();
    batch.read(partners::untold(1));

    let home = Home {
        name: "HOME_EU".into(),
        epoch: 1,
    };
    batch.run(homes::guard(&partner, &home)).done();
    batch.read(homes::is_here(&partner, &home));
    batch.read(homes::lives(&partner));
    batch.read(homes::read(homes::Of::Client(&client)));
    let elsewhere = homes_test::partner_elsewhere();
    homes::put(&mut batch, &elsewhere);
    batch.run(homes::copied(&elsewhere)).done();
    batch.read(homes::uncopied(1));

    let attempt = Attempt {
        id: "i",
        partner_id: &partner,
        body_mac: "b",
        body_macs: "[]",
        nonce: "n",
        work_id: &work,
        now,
        leased_until: later,
    };
    idempotency::claim(&mut batch, &attempt);
    let finished = Finished {
        id: "i",
        partner_id: &partner,
        work_id: &work,
        status: 200,
        answer: "a",
        now,
    };
    idempotency::finish(&mut batch, &finished);

    batch.read(export::sessions(&user, &partner));
    batch.read(export::sends(&user, &partner));
    for by in [None, Some(by)] {
        batch
            .run(export::record(&user, &partner, by, &origin))
            .done();
    }
    for by in [Some(Themselves { by, epoch: 0 }), None] {
        let erasure = Erasure {
            user_id: &user,
            partner_id: &partner,
            by,
        };
        erasure::erase(&mut batch, erasure, &origin);
    }

    batch.read(health::ping());
    let run = purge::Run {
        now,
        request_id: id("r"),
    };
    for chore in purge::CHORES {
        chore.step(&mut batch, &run, &(id(AUDIT), now), None);
    }
    moving(&mut batch, &partner, &origin, now);
    batch.into_statements()
}

/// What a move does, in its three databases. Those of its tables are made of columns: see `moved_test`.
fn moving(batch: &mut Batch, partner: &PartnerId, origin: &Origin<'_>, now: Time) {
    let of_partner = (partner, &id(OTHER_AUDIT));
    moves::begin(batch, of_partner, "HOME_EU", now, origin);
    batch.read(moves::waiting(now, 1));
    batch.read(moves::left_behind(1));
    let moving: Move = serde_json::from_value(serde_json::json!({
        "partner_id": "p", "name": "n", "created_at": 0, "home": "DB", "epoch": 1, "source": "DB", "target": "HOME_EU",
        "state": "moving", "begun_at": 0, "behind": null, "is_operators": 0,
    }))
    .expect("a row");
    let leaver = Leaver {
        partner_id: partner,
        epoch: 1,
    };
    leaver.depart(batch);
    leaver.guard(batch);
    batch.read(leaver.departs());
    batch.read(leaver.notes(1));
    batch.run(leaver.carried(1)).done();
    leaver.freeze(batch);
    leaver.go(batch);
    leaver.stay(batch);
    let comer = Comer {
        partner_id: partner,
        name: "n",
        created_at: now,
        home: "HOME_EU",
        epoch: 2,
        now,
    };
    comer.come(batch, false);
    let (turn, arrival) = comer.sample();
    turn.guard(batch);
    batch.run(turn.place(&arrival, now)).done();
    batch.run(turn.give_back()).done();
    comer.arrive(batch);
    batch.run(comer.turn_away()).done();
    comer.empty(batch);
    for how in [Decision::Commit, Decision::GiveUp] {
        let ends = Ends {
            how,
            now,
            origin,
            copy: &id(OTHER_AUDIT),
        };
        moves::decide(batch, &moving, &ends);
    }
    batch
        .run(moves::left(&moving, Decision::Commit, now))
        .done();
    batch.run(moves::erased_to(&moving, now)).done();
    batch.run(moves::forget(&moving)).done();
    batch.read(erasure::since(partner, now, 1));
    batch.read(erasure::not_yet(partner, "[]"));
    erasure::guard_behind(batch, partner);
    carried::raise_floors(batch, partner);
    batch.read(carried::floors(partner));
    batch.run(carried::put_floors("[]")).done();
    carried::drop_copy(batch, &id("nobody"));
}

fn told<'a>(id: &str, partner_id: &'a PartnerId, request_id: &'a RequestId) -> Told<'a> {
    let origin = Origin {
        id: Id::given(id),
        at: Time::from_millis(1),
        request_id,
        partner_id,
        client_id: None,
        reason: None,
    };
    Told {
        origin,
        copy: Id::given("copy"),
    }
}

fn id<K>(text: &str) -> Id<K> {
    Id::given(text)
}

fn counted(phone: &Phone) -> Counted {
    Counted {
        phone: phone.as_str().into(),
        prefix: phone.prefix().into(),
        is_real: true,
        is_allowed: true,
        is_free: false,
    }
}

#[test]
fn every_statement_of_every_file_has_a_sample() {
    let sampled: BTreeSet<&str> = samples().iter().map(|s| s.sql().0).collect();
    for Sql(defined) in DEFINED.into_iter().flatten() {
        assert!(sampled.contains(defined), "no sample of {defined}");
    }
    let all: BTreeSet<&str> = DEFINED.into_iter().flatten().map(|sql| sql.0).collect();
    assert_eq!(sampled.len(), all.len(), "SQL outside `statements!`");
}

#[test]
fn every_statement_prepares_and_has_a_value_for_every_name() {
    let connection = migrated();
    for statement in samples() {
        let sql = statement.sql().0;
        let given = statement.names();
        for (_, name) in mentions(sql) {
            let known = name.is_none_or(|name| given.contains(&name));
            assert!(known, "{name:?} has no value in {sql}");
        }
        let (numbered, values) = statement.numbered();
        let prepared = connection.prepare(&numbered);
        let prepared = prepared.unwrap_or_else(|error| panic!("{error}: {numbered}"));
        assert_eq!(prepared.parameter_count(), values.len(), "{numbered}");
        // D1 binds at most a hundred.
        assert!(values.len() <= 100);
    }
}

#[test]
fn what_asks_for_changes_hangs_on_a_statement() {
    let statements = samples();
    for (nth, statement) in statements.iter().enumerate() {
        if statement.sql().0.contains("changes()") {
            let before = statements[nth - 1].sql().0;
            let acts = ["INSERT", "UPDATE", "DELETE"].map(|verb| before.contains(verb));
            assert!(
                acts.contains(&true),
                "{before}\nbefore\n{}",
                statement.sql().0
            );
        }
    }
}

#[test]
fn no_statement_reads_a_growing_table_from_end_to_end() {
    let connection = migrated();
    for statement in samples() {
        for table in scanned(&connection, &statement) {
            let harmless = MAY_BE_SCANNED.contains(&table.as_str());
            assert!(harmless, "{table} is scanned by {}", statement.sql().0);
        }
    }
    // That it would be noticed:
    connection
        .execute_batch("DROP INDEX webhook_events_by_time")
        .unwrap();
    let samples = samples();
    let noticed = samples.iter().flat_map(|s| scanned(&connection, s));
    assert!(noticed.into_iter().any(|table| table == "webhook_events"));
}

/// By the byte code, which names tables, not aliases: `Rewind` and `Last` go to an end of a table
/// or of one of its indexes, to walk it, unless an `Idx` comparison ends the walk at a bound.
pub(super) fn scanned(connection: &Connection, statement: &Statement) -> Vec<String> {
    let tables = tables_by_root(connection);
    let (numbered, values) = statement.numbered();
    let mut explain = connection.prepare(&format!("EXPLAIN {numbered}")).unwrap();
    let nulls = rusqlite::params_from_iter(vec![rusqlite::types::Null; values.len()]);
    let mut code = explain.query(nulls).unwrap();
    let mut open: BTreeMap<i64, &str> = BTreeMap::new();
    let (mut walked, mut bounded) = (Vec::new(), BTreeSet::new());
    while let Some(row) = code.next().unwrap() {
        let opcode: String = row.get("opcode").unwrap();
        let (cursor, root): (i64, i64) = (row.get("p1").unwrap(), row.get("p2").unwrap());
        match opcode.as_str() {
            "OpenRead" | "OpenWrite" => {
                open.insert(cursor, &tables[&root]);
            }
            // The number of a cursor is given again to what is no table.
            "VOpen" | "OpenEphemeral" | "OpenAutoindex" | "OpenPseudo" | "OpenDup" => {
                open.remove(&cursor);
            }
            "IdxGE" | "IdxGT" | "IdxLE" | "IdxLT" => {
                bounded.insert(cursor);
            }
            "Rewind" | "Last" => walked.extend(open.get(&cursor).map(|table| (cursor, *table))),
            _ => {}
        }
    }
    let unbounded = walked
        .iter()
        .filter(|(cursor, _)| !bounded.contains(cursor));
    unbounded.map(|(_, table)| String::from(*table)).collect()
}

/// The table of each b-tree, its own and those of its indexes.
fn tables_by_root(connection: &Connection) -> BTreeMap<i64, String> {
    let sql = "SELECT rootpage, tbl_name FROM sqlite_schema WHERE rootpage > 0";
    let mut tables = connection.prepare(sql).unwrap();
    let rows = tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

/// `CHECK (column IN (...))` of the migrations and the enums say the same words.
#[test]
fn the_databases_checks_are_the_enums() {
    let schema = migrations().concat();
    for words in [
        UserStatus::all().collect::<Vec<_>>(),
        PortfolioType::all().collect(),
        Purpose::all().collect(),
        KycKind::all().collect(),
        SendOutcome::all().collect(),
        Refusal::all().collect(),
        moves::State::all().collect(),
        arrivals::Step::all().collect(),
    ] {
        let list = words.iter().map(|word| format!("'{word}'"));
        let list = list.collect::<Vec<_>>().join(", ");
        let flat = schema.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            flat.contains(&format!("IN ({list})")),
            "no CHECK IN ({list})"
        );
    }
}
