//! A partner moves from one database to another: all that is theirs goes along, and it is served before and after.

use serde_json::{json, Value};

use crate::login::until_it_waits;
use crate::support::database::Database;
use crate::support::http::{Method, Reply};
use crate::support::people::{application, wrong, Session, User};
use crate::support::service::Credentials;
use crate::support::{random, Api, Challenge, Gatehouse};

const HOME: &str = "HOME_EU";

/// A service on which nobody else moves, and a partner of its own.
struct World {
    api: Api,
    root: String,
    partner: Api,
    partner_id: String,
}

impl World {
    async fn start(name: &str) -> World {
        World::with(name, "DB").await
    }

    async fn with(name: &str, home: &str) -> World {
        World::with_caps(name, home, "10").await
    }

    async fn with_caps(name: &str, home: &str, factor: &str) -> World {
        let api = Api::on(Gatehouse::start(name, &[("SMS_CAPS_FACTOR", factor)])).await;
        let root = api.client_token("root").await;
        let (partner, partner_id) = partner_in(&api, &root, home).await;
        World {
            api,
            root,
            partner,
            partner_id,
        }
    }

    fn path(&self) -> String {
        format!("/v1/partner/{}/move", self.partner_id)
    }

    async fn ask(&self, home: &str) -> Reply {
        self.api
            .post(&self.path(), &self.root, json!({ "home": home }))
            .await
    }

    async fn look(&self) -> Value {
        self.api.get(&self.path(), &self.root).await.ok().clone()
    }

    async fn run(&self) {
        run(&self.api).await;
    }

    /// By as many runs as it takes.
    async fn move_to(&self, home: &str) {
        self.ask(home).await.ok();
        for _ in 0..10 {
            self.run().await;
            let looked = self.look().await;
            if looked["move"].is_null() {
                assert_eq!(looked["home"], home);
                return;
            }
        }
        panic!(
            "{:?}: {}",
            self.look().await,
            self.api.gatehouse.service.log()
        );
    }

    fn database(&self, home: &str) -> Database {
        match home {
            "DB" => Database::of(&self.api.gatehouse.service),
            _ => Database::of_home(&self.api.gatehouse.service),
        }
    }
}

async fn run(api: &Api) {
    let call = api.call(Method::GET, "/cdn-cgi/local/scheduled");
    call.send().await.expect_status(200);
}

async fn partner_in(api: &Api, root: &str, home: &str) -> (Api, String) {
    let scope = "client_auth users.read users.write settings.write recovery.write";
    let body = json!({
        "partnerName": "Moving", "name": "app", "home": home, "scope": scope,
        "roles": ["customer"], "defaultRoles": ["customer"],
    });
    let made = api.post("/v1/client", root, body).await;
    let client = Credentials {
        id: made.text("/data/clientId"),
        secret: made.text("/data/clientSecret"),
    };
    let token = api.token_of(&client).await;
    (api.with_token(&token), made.text("/data/partnerId"))
}

/// Somebody with all that a person can have, and what was begun before the move.
struct Person {
    user: User,
    session: Session,
    challenge: Challenge,
    portfolios: Vec<Value>,
    codes: Vec<String>,
}

impl Person {
    async fn of(partner: &Api) -> Person {
        let user = partner.verified_user().await;
        let session = partner.session(&user).await;
        for _ in 0..3 {
            partner.portfolio(&user.account).await.ok();
        }
        let codes = partner.recovery_codes(&user, &session.access).await;
        let challenge = partner.log_in(&user).await;
        let portfolios = portfolios(partner, &user).await;
        Person {
            user,
            session,
            challenge,
            portfolios,
            codes,
        }
    }

    /// All that was good before is good after, once.
    async fn is_served_by(&mut self, partner: &Api) {
        partner.me(&self.session.access).await.ok();
        assert_eq!(portfolios(partner, &self.user).await, self.portfolios);
        partner.answer_rightly(&self.challenge).await.ok();
        let refreshed = partner
            .refresh(&self.user.email, &self.session.refresh)
            .await;
        self.session = Session::of(refreshed.ok());
        let opened = partner.portfolio(&self.user.account).await;
        opened.ok();
        self.portfolios = portfolios(partner, &self.user).await;
        self.challenge = partner.log_in(&self.user).await;
    }

    /// A code is good once, wherever it was made.
    async fn recovers_at(&mut self, partner: &Api) {
        let code = self.codes.pop().expect("a code");
        partner.recover(&self.challenge, &code).await.ok();
        self.challenge = partner.log_in(&self.user).await;
        partner.recover(&self.challenge, &code).await.fails(4001);
    }
}

async fn portfolios(partner: &Api, user: &User) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/account/{}/portfolios?limit=2{cursor}", user.account);
        let page = partner.get(&path, &partner.token).await;
        all.extend(page.ok()["portfolios"].as_array().expect("a list").clone());
        match page.body["data"]["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

async fn log_of(partner: &Api) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = partner
            .get(&format!("/v1/audit?limit=100{cursor}"), &partner.token)
            .await;
        all.extend(page.ok()["entries"].as_array().expect("a list").clone());
        match page.body["data"]["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[tokio::test]
async fn a_partner_moves_there_and_back_with_all_that_is_theirs() {
    let world = World::start("moving").await;
    let partner = &world.partner;
    let mut people = Vec::new();
    for _ in 0..3 {
        people.push(Person::of(partner).await);
    }
    // Others stay where they are, in both.
    let others = [world.api.clone(), world.api.acting_as("other").await];
    let mut theirs = Vec::new();
    for other in &others {
        theirs.push(Person::of(other).await);
    }
    let ids =
        |log: &[Value]| -> Vec<String> { log.iter().map(|one| one["id"].to_string()).collect() };
    for home in [HOME, "DB", HOME] {
        let before = ids(&log_of(partner).await);
        world.move_to(home).await;
        let after = ids(&log_of(partner).await);
        assert!(before.iter().all(|id| after.contains(id)));
        let mut distinct = after.clone();
        distinct.dedup();
        assert_eq!(distinct, after);
        for person in &mut people {
            person.is_served_by(partner).await;
        }
        let newcomer = Person::of(partner).await;
        people.push(newcomer);
    }
    people[0].recovers_at(partner).await;
    for (other, person) in others.iter().zip(&mut theirs) {
        person.is_served_by(other).await;
    }
    assert_eq!(world.api.gatehouse.service.times_logged("move.stopped"), 0);
    assert_eq!(world.api.gatehouse.service.times_logged("move.differs"), 0);
}

/// E-mail and password of the eleventh in an hour who has a number of these thousand.
async fn beyond_the_cap_of_its_block(partner: &Api) -> (String, String) {
    let number = random::phone();
    let block = &number[..number.len() - 3];
    let mut last = (String::new(), String::new());
    for nth in 0..11 {
        let mut application = application();
        application["phoneNumber"] = json!(format!("{block}{nth:03}"));
        let password = application["password"].as_str().expect("a text").to_owned();
        let signed_up = partner.post("/v1/user/sign-up", &partner.token, application);
        let email = signed_up.await.text("/data/email");
        let login = partner.login(&email, &password).await;
        assert_eq!(login.status == 200, nth < 10, "{login}");
        last = (email, password);
    }
    last
}

/// A thief gains no tries by a move.
#[tokio::test]
async fn who_is_held_up_is_held_up_after_a_move() {
    let world = World::with_caps("held-up", "DB", "1").await;
    let partner = &world.partner;
    let locked = partner.sign_up().await;
    for _ in 0..3 {
        let challenge = partner.log_in(&locked).await;
        let code = partner.code(&challenge).await;
        for _ in 0..3 {
            partner.answer(&challenge, &wrong(&code)).await;
        }
    }
    let challenge = partner.log_in(&locked).await;
    let code = partner.code(&challenge).await;
    let last = partner.answer(&challenge, &wrong(&code)).await;
    last.fails(4003);
    let capped = beyond_the_cap_of_its_block(partner).await;
    let guessed = partner.sign_up().await;
    until_it_waits(partner, &guessed.email, 16).await;
    for home in [HOME, "DB"] {
        world.move_to(home).await;
        let held = async |(email, password): (&str, &str), code| {
            partner.login(email, password).await.fails(code);
        };
        if home == HOME {
            held((&guessed.email, &guessed.password), 3005).await;
        }
        held((&capped.0, &capped.1), 4004).await;
        held((&locked.email, &locked.password), 4003).await;
        partner.answer(&challenge, &code).await.fails(4003);
    }
}

#[tokio::test]
async fn what_a_partner_leaves_behind_is_deleted_a_day_later() {
    let world = World::start("left-behind").await;
    let mut person = Person::of(&world.partner).await;
    let stays = Person::of(&world.api).await;
    world.move_to(HOME).await;
    let directory = world.database("DB");
    let personal = |database: &Database, person: &Person| -> usize {
        let cells = database.cells();
        let of = [
            &person.user.id,
            &person.user.email,
            &person.user.phone,
            &person.user.account,
        ];
        cells
            .iter()
            .filter(|cell| of.iter().any(|text| cell.contains(text.as_str())))
            .count()
    };
    assert!(personal(&directory, &person) > 5);
    world.run().await;
    assert!(personal(&directory, &person) > 5, "before a day is over");
    directory.change("UPDATE moves SET delete_at = 0", []);
    world.run().await;
    world.run().await;
    assert_eq!(personal(&directory, &person), 0);
    assert!(personal(&directory, &stays) > 5);
    assert_eq!(directory.number("SELECT COUNT(*) FROM moves", []), 0);
    person.is_served_by(&world.partner).await;
    // And where it comes back there is nothing in its way.
    world.move_to("DB").await;
    person.is_served_by(&world.partner).await;
}

/// What is left behind is kept for a day, but for them.
#[tokio::test]
async fn who_is_erased_after_a_move_is_erased_where_they_were_too() {
    let world = World::start("erased-behind").await;
    let (person, mut stays) = (
        Person::of(&world.partner).await,
        Person::of(&world.partner).await,
    );
    world.move_to(HOME).await;
    let path = format!("/v1/user/{}", person.user.id);
    let erased = world.partner.delete(&path, &world.partner.token).await;
    erased.ok();
    let directory = world.database("DB");
    let told = |person: &Person| -> i64 {
        let user = &person.user;
        let sql = "
SELECT (SELECT COUNT(*) FROM users WHERE id = ?1 AND (email = ?2 OR phone = ?3 OR password_hash <> ''))
     + (SELECT COUNT(*) FROM accounts WHERE user_id = ?1 AND email = ?2)
     + (SELECT COUNT(*) FROM recovery_codes WHERE user_id = ?1)";
        directory.number(sql, [&user.id, &user.email, &user.phone])
    };
    let [before, theirs] = [&person, &stays].map(told);
    assert_eq!((before, theirs), (12, 12));
    world.run().await;
    assert_eq!((told(&person), told(&stays)), (0, 12));
    stays.is_served_by(&world.partner).await;
    let service = &world.api.gatehouse.service;
    assert_eq!(service.times_logged("move.not_erased"), 0);
}

#[tokio::test]
async fn a_move_is_asked_for_once_and_given_up_until_it_is_committed() {
    let world = World::start("asked").await;
    let person = Person::of(&world.partner).await;
    for home in ["HOME_US", "db", ""] {
        world.ask(home).await.fails(1002).naming("home");
    }
    let nobody = "/v1/partner/prt_0197f4a1-0f77-7000-8000-000000000001/move";
    world
        .api
        .post(nobody, &world.root, json!({"home": HOME}))
        .await
        .fails(7002);
    world.api.get(nobody, &world.root).await.fails(7002);
    world.api.delete(nobody, &world.root).await.fails(7002);
    // To where it is already.
    assert_eq!(world.ask("DB").await.ok()["move"], Value::Null);
    let asked = world.ask(HOME).await;
    assert_eq!(asked.text("/data/move/to"), HOME);
    assert_eq!(asked.text("/data/home"), "DB");
    assert_eq!(world.ask(HOME).await.ok(), asked.ok());
    world.ask("DB").await.fails(7003);
    world.api.delete(&world.path(), &world.root).await.ok();
    assert_eq!(world.look().await["move"]["state"], "given_up");
    world.ask(HOME).await.fails(7003);
    world.partner.me(&person.session.access).await.ok();
    world.run().await;
    assert_eq!(world.look().await["move"], Value::Null);
    world.partner.me(&person.session.access).await.ok();
    assert_eq!(
        world.api.delete(&world.path(), &world.root).await.ok()["move"],
        Value::Null
    );
    // It can be asked for again.
    world.move_to(HOME).await;
    world.partner.me(&person.session.access).await.ok();
}

#[tokio::test]
async fn the_operator_s_own_partner_stays_where_the_directory_is() {
    let world = World::start("operator").await;
    let token = crate::support::jwt::Jwt::read(&world.root);
    let own = token.claims["partner_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let path = format!("/v1/partner/{own}/move");
    let asked = world
        .api
        .post(&path, &world.root, json!({"home": HOME}))
        .await;
    asked.fails(1002).naming("home");
    // A partner does not move itself.
    let asked = world
        .api
        .post(&world.path(), &world.partner.token, json!({"home": HOME}))
        .await;
    asked.fails(2003);
}
