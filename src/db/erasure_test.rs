//! Whom an erasure takes, and what it leaves of whom it does not.

use rusqlite::params_from_iter;

use super::erasure::{self, Erasure, Themselves};
use super::limits_test::{value, World};
use super::sessions::By;
use super::statements_test::SESSION;
use super::users::{self, NewUser};
use super::{audit::Origin, Batch};
use crate::rules::id::{Id, PartnerId, RequestId};
use crate::rules::limits::FRESH_LOGIN;
use crate::rules::phone::Phone;
use crate::rules::time::Time;

const NOW: Time = Time::from_millis(1_752_157_186_359);

/// Two users of one partner; the first has a session that was opened so long ago.
fn world(age: i64) -> World {
    let world = World::new();
    let opened = NOW.millis() - age;
    let rows = format!(
        "INSERT INTO partners (id, name, created_at) VALUES ('p', 'n', 0), ('q', 'n', 0);
         INSERT INTO clients (id, partner_id, name, scopes, allowed_roles, default_roles, created_at)
         VALUES ('c', 'p', 'n', '[]', '[]', '[]', 0);
         INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at, claimed_phone)
         VALUES ('u', 'p', 'u@example.com', '+15555550100', 'h', '[]', 0, 0, NULL),
                ('v', 'p', 'v@example.com', 'v', 'h', '[]', 0, 0, '+15555550100');
         INSERT INTO contact_holds (partner_id, contact, held_until)
         VALUES ('p', 'u@example.com', 9), ('p', '+15555550100', 9), ('p', 'v@example.com', 9), ('q', 'u@example.com', 9);
         INSERT INTO sessions (id, user_id, partner_id, client_id, created_at, current_hash, rotated_at, expires_at, idle_expires_at)
         VALUES ('{SESSION}', 'u', 'p', 'c', {opened}, 'h', {opened}, {opened} + 9000000, {opened} + 9000000);"
    );
    world.db.execute_batch(&rows).unwrap();
    world
}

/// Whether it did; with the epoch that the password was right in, the user themselves.
fn erases(world: &World, user: &str, partner: &str, epoch: Option<i64>) -> bool {
    let (user_id, partner_id, session_id) =
        (Id::given(user), Id::given(partner), Id::given(SESSION));
    let by = By {
        session_id: &session_id,
        user_id: &user_id,
        now: NOW,
    };
    let erasure = Erasure {
        user_id: &user_id,
        partner_id: &partner_id,
        by: epoch.map(|epoch| Themselves { by, epoch }),
    };
    let mut batch = Batch::new();
    erasure::erase(&mut batch, erasure, &origin(&partner_id, &Id::given("r")));
    run(world, batch);
    let sql = "SELECT COUNT(*) FROM users WHERE id = ?1 AND erased_at IS NOT NULL";
    let erased: i64 = world.db.query_row(sql, [user], |row| row.get(0)).unwrap();
    erased == 1
}

fn origin<'a>(partner_id: &'a PartnerId, request_id: &'a RequestId) -> Origin<'a> {
    Origin {
        id: Id::given("aud_0197f4a1-0f77-7000-8000-000000000002"),
        at: NOW,
        request_id,
        partner_id,
        client_id: None,
        reason: None,
    }
}

fn run(world: &World, batch: Batch) {
    for statement in batch.into_statements() {
        let (sql, values) = statement.numbered();
        let mut prepared = world.db.prepare(&sql).unwrap();
        let values = params_from_iter(values.into_iter().map(value));
        let mut rows = prepared.query(values).unwrap();
        while rows.next().unwrap().is_some() {}
    }
}

/// A sign-up under this id, with the e-mail of the user `u`.
fn sign_up(world: &World, user: &str) {
    let (user_id, partner_id, client_id) = (Id::given(user), Id::given("p"), Id::given("c"));
    let new = NewUser {
        id: &user_id,
        account_id: &Id::given(format!("acc_{user}")),
        partner_id: &partner_id,
        client_id: &client_id,
        email: "u@example.com",
        phone: &Phone::parse("+15555550199").unwrap(),
        password_hash: "h",
        roles: None,
        locale: None,
        now: NOW,
        hold_until: NOW,
        audit_ids: [Id::given("aud_3"), Id::given("aud_4")],
    };
    let mut batch = Batch::new();
    users::sign_up(&mut batch, &new, &origin(&partner_id, &Id::given("r")));
    run(world, batch);
}

fn holds(world: &World) -> Vec<String> {
    texts(
        world,
        "SELECT partner_id || ' ' || contact FROM contact_holds ORDER BY 1",
    )
}

#[test]
fn a_partner_erases_its_own_and_nobody_elses() {
    let world = world(0);
    assert!(!erases(&world, "u", "q", None));
    assert!(!erases(&world, "w", "p", None));
    assert!(erases(&world, "u", "p", None));
    let told = "SELECT COUNT(*) FROM audit WHERE event = 'user.erase'";
    let told: i64 = world.db.query_row(told, [], |row| row.get(0)).unwrap();
    assert_eq!(told, 1);
}

/// Nobody's hold begins anew because somebody else was erased.
#[test]
fn what_another_sign_up_has_too_stays_held() {
    let world = world(0);
    assert!(erases(&world, "u", "p", None));
    assert_eq!(
        holds(&world),
        ["p +15555550100", "p v@example.com", "q u@example.com"]
    );
    assert!(erases(&world, "v", "p", None));
    assert_eq!(holds(&world), ["q u@example.com"]);
}

/// It may be taken up again a day long, by its Idempotency-Key, and has its id of then.
#[test]
fn a_sign_up_that_is_taken_up_again_after_the_erasure_holds_nothing_and_replaces_nobody() {
    let world = world(0);
    assert!(erases(&world, "u", "p", None));
    let held = holds(&world);
    sign_up(&world, "u");
    assert_eq!(holds(&world), held);
    // Who has come since, and would give way to another.
    sign_up(&world, "w");
    world.db.execute("DELETE FROM contact_holds", []).unwrap();
    sign_up(&world, "u");
    let by_email = "SELECT id FROM users WHERE email = 'u@example.com'";
    assert_eq!(texts(&world, by_email), ["w"]);
    assert_eq!(holds(&world), [""; 0]);
}

#[test]
fn a_user_goes_by_a_recent_session_of_theirs_and_the_password_of_now() {
    let limit = i64::try_from(FRESH_LOGIN.as_millis()).unwrap();
    assert_eq!(limit, 5 * 60 * 1000);
    for (age, user, epoch, goes) in [
        (limit - 1, "u", 0, true),
        (limit, "u", 0, false),
        // With the password of before.
        (0, "u", -1, false),
        // By another's session.
        (0, "v", 0, false),
    ] {
        let world = world(age);
        let before = holds(&world);
        let erased = erases(&world, user, "p", Some(epoch));
        assert_eq!(erased, goes, "{age} {user} {epoch}");
        let live = "SELECT COUNT(*) FROM sessions WHERE revoked_at IS NULL";
        let live: i64 = world.db.query_row(live, [], |row| row.get(0)).unwrap();
        assert_eq!(live == 0, goes);
        assert_eq!(holds(&world) != before, goes);
    }
}

/// A new column of a user's, or a new table that names one, has to be thought of: whether an erasure takes it.
#[test]
fn of_every_column_and_table_it_is_known_whether_an_erasure_takes_it() {
    let world = world(0);
    let taken = |name: &str| {
        let given = match name {
            "name" | "surname" => "Ada",
            "address" => "{\"city\": \"London\"}",
            "roles" => "[\"customer\"]",
            "locale" => "de",
            "claimed_phone" => "+15555550101",
            _ => return,
        };
        let sql = format!("UPDATE users SET {name} = ?1 WHERE id = 'u'");
        world.db.execute(&sql, [given]).unwrap();
    };
    let names = columns(&world, "users");
    names.iter().for_each(|name| taken(name));
    let values = || -> Vec<String> {
        let value = |name: &String| {
            let sql = format!("SELECT quote({name}) FROM users WHERE id = 'u'");
            world.db.query_row(&sql, [], |row| row.get(0)).unwrap()
        };
        names.iter().map(value).collect()
    };
    let before = values();
    assert!(erases(&world, "u", "p", None));
    let after = values();
    let has_changed = |nth: &usize| before[*nth] != after[*nth];
    let (changed, same): (Vec<usize>, Vec<usize>) = (0..names.len()).partition(has_changed);
    let sorted = |which: Vec<usize>| {
        let mut of: Vec<&str> = which.into_iter().map(|nth| names[nth].as_str()).collect();
        of.sort_unstable();
        of.join(" ")
    };
    assert_eq!(
        sorted(changed),
        "address claimed_phone disabled_at email erased_at locale name password_hash phone roles surname"
    );
    assert_eq!(
        sorted(same),
        "address_at created_at credential_epoch email_verified_at hold_until id name_at partner_id phone_given_at \
         phone_verified_at reset_at status status_at surname_at unlocked_at unlocked_by withdrawals_held_until"
    );

    let personal = ["user_id", "subject", "email", "phone", "contact", "name"];
    let mut naming = texts(
        &world,
        "SELECT name FROM sqlite_schema WHERE type = 'table'",
    );
    naming.retain(|table| {
        let names = columns(&world, table);
        names.iter().any(|name| personal.contains(&name.as_str()))
    });
    naming.sort();
    // The names of `clients`, `partners`, `portfolios` and `sqlite_sequence` are no person's; what the others keep, and
    // until when, docs/guides/people.md says.
    assert_eq!(
        naming.join(" "),
        "accounts answers audit challenges clients contact_holds notices partners portfolios recovery_codes \
         seen_clients sends sessions sqlite_sequence throttles user_kyc users"
    );
}

fn columns(world: &World, table: &str) -> Vec<String> {
    texts(
        world,
        &format!("SELECT name FROM pragma_table_info('{table}')"),
    )
}

fn texts(world: &World, sql: &str) -> Vec<String> {
    let mut prepared = world.db.prepare(sql).unwrap();
    let rows = prepared.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}
