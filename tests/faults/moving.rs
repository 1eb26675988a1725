//! A partner on its way from one database to another: whatever is cut, whoever else is at it, and whatever its
//! customers do meanwhile, it is in one place, and has all that it had, once.

use std::future::Future;

use serde_json::{json, Value};

use crate::fault::{Fault, When, CONFIG, MINUTE, OVERLOADED};
use crate::support::database::Database;
use crate::support::http::Reply;
use crate::support::people::{application, Session, User};
use crate::support::service::Credentials;
use crate::support::{at_once, Api, Gatehouse};

const HOMES: [&str; 2] = ["DB", "HOME_EU"];

/// Of what moves, all but what is the home's own, and where an archived object is.
const ROWS: [(&str, &str); 18] = [
    ("users", "partner_id = ?1"),
    (
        "user_kyc",
        "user_id IN (SELECT id FROM users WHERE partner_id = ?1)",
    ),
    (
        "notices",
        "user_id IN (SELECT id FROM users WHERE partner_id = ?1)",
    ),
    (
        "seen_clients",
        "user_id IN (SELECT id FROM users WHERE partner_id = ?1)",
    ),
    (
        "recovery_codes",
        "user_id IN (SELECT id FROM users WHERE partner_id = ?1)",
    ),
    ("accounts", "partner_id = ?1"),
    ("account_keys", "partner_id = ?1"),
    ("portfolios", "partner_id = ?1"),
    ("sessions", "partner_id = ?1"),
    ("challenges", "partner_id = ?1"),
    ("answers", "partner_id = ?1"),
    ("throttles", "partner_id = ?1"),
    ("sends", "partner_id = ?1"),
    ("partner_sends", "partner_id = ?1"),
    ("contact_holds", "partner_id = ?1"),
    ("idempotent_requests", "partner_id = ?1"),
    ("webhook_events", "partner_id = ?1"),
    (
        "audit",
        "partner_id = ?1 AND target_client_id IS NULL AND target_partner_id IS NULL",
    ),
];

const OWN: [&str; 2] = ["seq", "trading_seq"];

/// A service on which nobody else moves, and a partner with customers.
struct World {
    api: Api,
    root: String,
    partner: Api,
    partner_id: String,
    client: Credentials,
    people: Vec<(User, Session)>,
}

impl World {
    async fn start(name: &str) -> World {
        let gatehouse = Gatehouse::start_under(CONFIG, name, &[("SMS_CAPS_FACTOR", "100")]);
        let api = Api::on(gatehouse).await;
        let root = api.client_token("root").await;
        let body = json!({
            "partnerName": "Moving", "name": "app", "roles": ["customer"], "defaultRoles": ["customer"],
        });
        let made = api.post("/v1/client", &root, body).await;
        let client = Credentials {
            id: made.text("/data/clientId"),
            secret: made.text("/data/clientSecret"),
        };
        let partner = api.with_token(&api.token_of(&client).await);
        let mut world = World {
            api,
            root,
            partner,
            partner_id: made.text("/data/partnerId"),
            client,
            people: Vec::new(),
        };
        for _ in 0..2 {
            let person = world.somebody().await;
            world.people.push(person);
        }
        world
    }

    /// With something in every table.
    async fn somebody(&self) -> (User, Session) {
        let of = &self.partner;
        let user = of.verified_user().await;
        let session = of.session(&user).await;
        let keyed = of.with_key(&user.id);
        for _ in 0..2 {
            keyed.portfolio(&user.account).await.ok();
        }
        of.portfolio(&user.account).await.ok();
        of.recovery_codes(&user, &session.access).await;
        of.login(&user.email, "not the password").await.fails(3004);
        of.log_in(&user).await;
        (user, session)
    }

    fn path(&self) -> String {
        format!("/v1/partner/{}/move", self.partner_id)
    }

    async fn ask(&self, home: &str) {
        let home = json!({ "home": home });
        self.api.post(&self.path(), &self.root, home).await.ok();
    }

    /// The home, and the state of a move.
    async fn look(&self) -> (String, Value) {
        let looked = self.api.get(&self.path(), &self.root).await;
        (
            looked.text("/data/home"),
            looked.ok()["move"]["state"].clone(),
        )
    }

    /// Later runs, until the move is over: a mover that was cut has had its turn then.
    async fn ends(&self) -> String {
        for nth in 1..12 {
            self.api
                .ahead(2 * nth * MINUTE)
                .cron()
                .await
                .expect_status(200);
            let (home, state) = self.look().await;
            if state.is_null() {
                return home;
            }
        }
        panic!(
            "{:?} {}",
            self.look().await,
            self.api.gatehouse.service.log()
        );
    }

    fn databases(&self) -> [Database; 2] {
        Database::all(&self.api.gatehouse.service)
    }

    /// In which databases it may act.
    fn here(&self) -> Vec<&'static str> {
        let sql = "SELECT COUNT(*) FROM partners WHERE id = ?1 AND state = 'here'";
        let is_here = |database: &Database| database.number(sql, [&self.partner_id]) == 1;
        let found = HOMES.into_iter().zip(self.databases());
        found
            .filter(|(_, database)| is_here(database))
            .map(|(home, _)| home)
            .collect()
    }

    /// All that a database has of the partner.
    fn rows(&self, home: &str) -> Vec<String> {
        let [directory, beside] = self.databases();
        let database = if home == "DB" { directory } else { beside };
        let mut all = Vec::new();
        for (table, whose) in ROWS {
            let sql = format!("SELECT * FROM {table} WHERE {whose}");
            let rows = database.rows(&sql, [&self.partner_id]);
            let theirs = rows.into_iter().map(|row| {
                let cells = row
                    .into_iter()
                    .filter(|(name, _)| !OWN.contains(&name.as_str()));
                let cells: Vec<String> =
                    cells.map(|(name, cell)| format!("{name}={cell}")).collect();
                format!("{table}: {}", cells.join(" "))
            });
            all.extend(theirs);
        }
        all.sort();
        all
    }

    /// Its people are let in, wherever they are.
    async fn is_served(&self) {
        for (_, session) in &self.people {
            self.partner.me(&session.access).await.ok();
        }
    }
}

/// Who is asked to come again does.
async fn patiently<C: Future<Output = Reply>>(call: impl Fn() -> C) -> Reply {
    for _ in 0..20 {
        let reply = call().await;
        if reply.status != 503 {
            reply.ok();
            return reply;
        }
    }
    panic!("it is away for long");
}

/// The other one.
fn across(home: &str) -> &'static str {
    if home == "DB" {
        "HOME_EU"
    } else {
        "DB"
    }
}

/// What a run asks of each database, by itself and with a move.
fn asked(reply: &Reply) -> [usize; 2] {
    ["d1", "d1.home"].map(|op| reply.begun(op))
}

#[tokio::test]
async fn a_move_that_is_cut_anywhere_goes_on_and_nothing_is_lost_or_doubled() {
    let world = World::start("moving-cut").await;
    let alone = asked(&world.api.cron().await);
    let before = world.rows("DB");
    world.ask("HOME_EU").await;
    let moving = asked(&world.api.cron().await);
    let mut home = world.ends().await;
    assert_eq!(home, "HOME_EU");
    assert_eq!(world.rows(&home), before);
    // From where the copy is compared on each, and of the calls before that some.
    for (nth_op, op) in ["d1", "d1.home"].into_iter().enumerate() {
        let (from, to) = (alone[nth_op], moving[nth_op] + 2);
        assert!(to > from + 20, "{alone:?} {moving:?}");
        let nths = (from + 1..=to).filter(|nth| to - nth < 14 || nth % 6 == 0);
        for nth in nths {
            world.ask(across(&home)).await;
            let cut = world.api.meeting(&[Fault::cut(op, When::After).nth(nth)]);
            cut.cron().await;
            let here = world.here();
            assert!(here.len() <= 1, "{op} {nth}: {here:?}");
            let me = world.partner.me(&world.people[0].1.access).await;
            assert!([200, 503].contains(&me.status), "{op} {nth}: {me}");
            assert_eq!(me.status == 200, here.len() == 1, "{op} {nth}: {me}");
            let came = world.ends().await;
            assert_eq!(came, across(&home), "{op} {nth}");
            home = came;
            assert_eq!(world.here(), [home.as_str()], "{op} {nth}");
            assert_eq!(world.rows(&home), before, "{op} {nth}");
            world.is_served().await;
        }
    }
    assert_eq!(world.api.gatehouse.service.times_logged("move.differs"), 0);
}

#[tokio::test]
async fn runs_at_once_move_a_partner_once() {
    let world = World::start("moving-at-once").await;
    let before = world.rows("DB");
    for home in ["HOME_EU", "DB"] {
        world.ask(home).await;
        let crons = (0..4).map(|_| {
            let api = world.api.clone();
            async move { api.cron().await }
        });
        for run in at_once(crons).await {
            run.expect_status(200);
        }
        assert_eq!(world.ends().await, home);
        assert_eq!(world.here(), [home]);
        assert_eq!(world.rows(home), before);
        world.is_served().await;
    }
}

#[tokio::test]
async fn a_move_that_is_given_up_while_it_is_copied_leaves_nothing() {
    let world = World::start("moving-given-up").await;
    let alone = asked(&world.api.cron().await);
    let before = world.rows("DB");
    world.ask("HOME_EU").await;
    let held = world
        .api
        .meeting(&[Fault::hold("d1.home", "copying").nth(alone[1] + 9)]);
    let run = tokio::spawn(async move { held.cron().await });
    world.api.until_reached("copying").await;
    assert!(!world.rows("HOME_EU").is_empty());
    world.api.delete(&world.path(), &world.root).await.ok();
    world.is_served().await;
    world.api.open("copying").await;
    run.await.expect("a run").expect_status(200);
    assert_eq!(world.ends().await, "DB");
    assert_eq!(world.here(), ["DB"]);
    world.api.ahead(30 * MINUTE).cron().await.expect_status(200);
    world.api.ahead(32 * MINUTE).cron().await.expect_status(200);
    assert_eq!(world.rows("HOME_EU"), Vec::<String>::new());
    assert_eq!(world.rows("DB"), before);
    world.is_served().await;
}

#[tokio::test]
async fn a_home_that_does_not_answer_holds_its_moves_up_and_nobody_else() {
    let world = World::start("moving-dark").await;
    let before = world.rows("DB");
    world.ask("HOME_EU").await;
    let dark = [Fault::error("d1.home", When::Before, OVERLOADED).always()];
    let run = world.api.meeting(&dark).cron().await;
    run.met().expect_status(200);
    assert_eq!(world.look().await.0, "DB");
    world.is_served().await;
    let service = &world.api.gatehouse.service;
    service.wait_until_logged("move.stopped", 1).await;
    assert_eq!(world.ends().await, "HOME_EU");
    assert_eq!(world.rows("HOME_EU"), before);
    // What is known of its home was read before: KV and the directory have heard of the new one.
    let later = world.api.ahead(2 * MINUTE);
    let later = later.with_token(&later.token_of(&world.client).await);
    later.me(&world.people[0].1.access).await.ok();
}

/// Who waits for the end of a move does not wait for a database to come back.
#[tokio::test]
async fn a_partner_that_is_frozen_is_let_go_where_the_move_cannot_go_on() {
    let world = World::start("moving-let-go").await;
    let before = world.rows("DB");
    for copied in [true, false] {
        world.ask("HOME_EU").await;
        let alone = if copied { 12 } else { 1 };
        let dark = Fault::error("d1.home", When::Before, OVERLOADED)
            .nth(alone)
            .always();
        let dark = [dark];
        world.api.meeting(&dark).cron().await.met();
        assert_eq!(world.look().await.1, "moving");
        let sql = "UPDATE partners SET state = 'leaving' WHERE id = ?1";
        world.databases()[0].change(sql, [&world.partner_id]);
        let refused = world.partner.me(&world.people[0].1.access).await;
        refused.expect_status(503);
        world
            .api
            .ahead(2 * MINUTE)
            .meeting(&dark)
            .cron()
            .await
            .met();
        world.is_served().await;
        assert_eq!(world.ends().await, "DB");
        assert_eq!(world.rows("DB"), before);
    }
    world.ask("HOME_EU").await;
    assert_eq!(world.ends().await, "HOME_EU");
    assert_eq!(world.rows("HOME_EU"), before);
}

/// A row that the target has not got as the source has it: somebody has changed it by hand.
#[tokio::test]
async fn a_copy_that_is_not_what_was_copied_is_never_committed() {
    let world = World::start("moving-differs").await;
    let before = world.rows("DB");
    world.ask("HOME_EU").await;
    let asked = asked(&world.api.cron().await)[1];
    assert_eq!(world.ends().await, "HOME_EU");
    let changes = [
        "UPDATE users SET name = 'Mallory' WHERE id = ?1",
        "DELETE FROM sessions WHERE user_id = ?1",
        "INSERT INTO recovery_codes VALUES (?1, 'one more', 'k', 0)",
    ];
    for change in changes {
        world.ask("DB").await;
        assert_eq!(world.ends().await, "DB", "{change}");
        world.ask("HOME_EU").await;
        // While the homes are compared, for the second time round.
        let cut = Fault::cut("d1.home", When::After).nth(asked - 10);
        world.api.meeting(&[cut]).cron().await.met();
        world.databases()[1].change(change, [&world.people[0].0.id]);
        assert_eq!(world.ends().await, "DB", "{change}");
        assert_eq!(world.rows("DB"), before, "{change}");
        world.is_served().await;
        world.ask("HOME_EU").await;
        assert_eq!(world.ends().await, "HOME_EU", "{change}");
    }
    let service = &world.api.gatehouse.service;
    service.wait_until_logged("move.differs", 3).await;
}

/// More changes than are read beside a page: what is missing on it may be among those that were not.
#[tokio::test]
async fn a_page_that_changes_with_many_others_while_it_is_compared_is_no_difference() {
    let world = World::start("moving-many").await;
    let alone = asked(&world.api.cron().await)[1];
    world.ask("HOME_EU").await;
    assert_eq!(world.ends().await, "HOME_EU");
    let beside = &world.databases()[1];
    let partner = &world.partner_id;
    let crowd = format!(
        "
WITH RECURSIVE nth (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM nth WHERE n < 620)
INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at)
SELECT printf('usr_%04d', n), '{partner}', 'crowd-' || n || '@example.com', '+1999' || n, 'none', '[]', 0, 0 FROM nth"
    );
    beside.add(&crowd, 620);
    world.ask("DB").await;
    // Of the source: the beginning, 27 pages, and the first page that is compared.
    let hold = Fault::hold("d1.home", "comparing").nth(alone + 29);
    let held = world.api.meeting(&[hold]);
    let run = tokio::spawn(async move { held.cron().await });
    world.api.until_reached("comparing").await;
    // Those of the first page last.
    for page in ["id > 'usr_0100'", "id <= 'usr_0100'"] {
        beside.change_all(&format!(
            "UPDATE users SET name = 'New' WHERE partner_id = '{partner}' AND {page}"
        ));
    }
    world.api.open("comparing").await;
    run.await.expect("a run").met().expect_status(200);
    assert_eq!(world.ends().await, "DB");
    assert_eq!(world.rows("DB"), world.rows("HOME_EU"));
    assert_eq!(world.api.gatehouse.service.times_logged("move.differs"), 0);
}

/// One that changes faster than it is carried is told of, and keeps nobody else from moving.
#[tokio::test]
async fn a_partner_of_which_there_is_ever_more_to_carry_holds_no_other_up() {
    let world = World::start("moving-behind").await;
    let body = json!({
        "partnerName": "Other", "name": "app", "roles": ["customer"], "defaultRoles": ["customer"],
    });
    let other = world.api.post("/v1/client", &world.root, body).await;
    let path = format!("/v1/partner/{}/move", other.text("/data/partnerId"));
    let alone = asked(&world.api.cron().await)[1];
    world.ask("HOME_EU").await;
    // Until changes are noted.
    let cut = Fault::cut("d1.home", When::After).nth(alone + 2);
    world.api.meeting(&[cut]).cron().await.met();
    let changes = |from: usize| {
        let notes = format!(
            "
WITH RECURSIVE nth (n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM nth WHERE n < {from} + 99999)
INSERT INTO moved_rows (partner_id, tab, key) SELECT '{}', 'users', json_array('usr_' || n) FROM nth",
            world.partner_id
        );
        world.databases()[0].add(&notes, 100_000);
    };
    changes(0);
    let home = json!({ "home": "HOME_EU" });
    world.api.post(&path, &world.root, home).await.ok();
    for minute in [2, 3] {
        let run = world.api.ahead(minute * MINUTE).cron().await;
        run.expect_status(200);
    }
    let looked = world.api.get(&path, &world.root).await;
    assert_eq!(looked.text("/data/home"), "HOME_EU", "{looked}");
    assert_eq!(world.look().await.1, "moving");
    let service = &world.api.gatehouse.service;
    assert_eq!(service.times_logged("move.behind"), 0);
    let hold = Fault::hold("d1.home", "carrying").nth(alone + 4);
    let held = world.api.ahead(4 * MINUTE).meeting(&[hold]);
    let run = tokio::spawn(async move { held.cron().await });
    world.api.until_reached("carrying").await;
    changes(100_000);
    world.api.open("carrying").await;
    run.await.expect("a run").met().expect_status(200);
    service.wait_until_logged("move.behind", 1).await;
    world.databases()[0].change_all("DELETE FROM moved_rows");
    assert_eq!(world.ends().await, "HOME_EU");
    assert_eq!(world.rows("HOME_EU"), world.rows("DB"));
    world.is_served().await;
}

/// Its customers go on meanwhile: what they were told was done is done, once, and nothing else.
#[tokio::test]
async fn a_partner_moves_while_its_customers_are_at_it() {
    let world = World::start("moving-load").await;
    let mut customers = Vec::new();
    for _ in 0..6 {
        let of = world.partner.clone();
        let user = of.verified_user().await;
        let session = of.session(&user).await;
        customers.push((user, session));
    }
    let at_work = customers.into_iter().map(|(user, session)| {
        let of = world.partner.clone();
        async move {
            let (mut opened, mut session) = (0, session);
            for nth in 0..12 {
                let keyed = of.with_key(&format!("{}-{nth}", user.id));
                patiently(|| keyed.portfolio(&user.account)).await;
                opened += 1;
                let refresh = || keyed.refresh(&user.email, &session.refresh);
                session = Session::of(patiently(refresh).await.ok());
                patiently(|| of.me(&session.access)).await;
                let newcomer = application();
                patiently(|| keyed.post("/v1/user/sign-up", &keyed.token, newcomer.clone())).await;
            }
            (user, session, opened)
        }
    });
    let work: Vec<_> = at_work.map(tokio::spawn).collect();
    let mut home = String::from("DB");
    let mut moved = 0;
    while work.iter().any(|one| !one.is_finished()) {
        world.ask(across(&home)).await;
        home = world.ends().await;
        moved += 1;
    }
    assert!(moved > 0);
    let [directory, beside] = world.databases();
    let database = if home == "DB" { directory } else { beside };
    for one in work {
        let (user, session, opened) = one.await.expect("a customer");
        world.partner.me(&session.access).await.ok();
        let sql =
            "SELECT COUNT(*) FROM portfolios WHERE account_id = ?1 AND claimed_at IS NOT NULL";
        assert_eq!(database.number(sql, [&user.account]), opened);
        let sql = "SELECT portfolios FROM accounts WHERE id = ?1";
        assert_eq!(database.number(sql, [&user.account]), opened);
    }
    let sql = "SELECT COUNT(*) FROM users WHERE partner_id = ?1";
    assert_eq!(database.number(sql, [&world.partner_id]), 2 + 6 + 6 * 12);
    let sql =
        "SELECT COUNT(*) - COUNT(DISTINCT custody_key || ' ' || address_index) FROM portfolios";
    assert_eq!(database.number(sql, []), 0);
    assert_eq!(world.api.gatehouse.service.times_logged("move.differs"), 0);
}
