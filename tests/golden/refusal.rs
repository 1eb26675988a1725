//! Every member of every body: what is said of one that is not there, of another type, too
//! short, too long, or of other characters.

use serde_json::{json, Map, Value};

use crate::call::{call, Call};
use crate::people::text;
use crate::reply::Reply;
use crate::scene::Scene;

/// A route that takes a body, and a body that passes every check of shape.
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    caller: Token,
    pub body: Value,
    /// Its members; for each what else is tried, worst first, before it is as in `body`.
    pub members: Vec<(&'static str, Vec<Value>)>,
}

#[derive(Clone, Copy)]
pub enum Token {
    Client,
    User,
    Root,
}

pub fn routes() -> Vec<Route> {
    let mut routes = of_sign_up_and_login();
    routes.extend(of_passwords());
    routes.extend(of_the_rest());
    routes
}

fn route(method: &'static str, path: &'static str, body: Value) -> Route {
    Route {
        method,
        path,
        caller: Token::Client,
        body,
        members: Vec::new(),
    }
}

impl Route {
    fn member(mut self, name: &'static str, values: Value) -> Route {
        let values = values.as_array().expect("a list").clone();
        self.members.push((name, values));
        self
    }

    fn by(self, caller: Token) -> Route {
        Route { caller, ..self }
    }
}

/// E-mails that are none.
fn emails() -> Value {
    json!([
        "a",
        "a@b@example.com",
        "@example.com",
        "a@",
        "a@localhost",
        "a b@example.com",
        "a..b@example.com",
        "ä@example.com",
        "a@exämple.com",
        "\"a\"@example.com",
        "a@[127.0.0.1]",
        "a@example.com\u{0}",
        format!("{}@example.com", "a".repeat(65)),
        format!("a@{}.com", "a".repeat(64)),
        format!("a@{}com", "abcdefg.".repeat(32)),
    ])
}

fn of_sign_up_and_login() -> Vec<Route> {
    let phones = json!([
        "5550100001",
        "+0550100001",
        "+155501",
        "+1555010000123456",
        "+1 5550100001",
        "+1555010000a",
        "+",
        "++15550100001",
        "+１５５５０１００００１",
        "+4915112345678",
    ]);
    let person = json!({
        "phoneNumber": "+15550100001",
        "email": "new@example.com",
        "password": "correct horse battery",
        "roles": ["admin"],
    });
    let answer = json!({
        "sessionId": "none",
        "username": "nobody@example.com",
        "challengeType": "SMS_MFA",
        "code": "1234",
    });
    let usernames = json!(["ada", "5550100001", "+155", "+1555010000a"]);
    let login = json!({"username": "nobody@example.com", "password": "some-password"});
    let refresh = json!({"username": "nobody@example.com", "refreshToken": "rt_none"});
    vec![
        route("POST", "/v1/user/sign-up", person)
            .member("phoneNumber", phones)
            .member("email", emails())
            .member("password", json!(["short", "password"]))
            .member("roles", json!([["a b"], [""], [1], "customer", many(17)])),
        route("POST", "/v1/user/login", login)
            .member("username", usernames.clone())
            .member("password", json!([])),
        route("POST", "/v1/user/otp", answer)
            .member("sessionId", json!([]))
            .member("username", usernames.clone())
            .member("challengeType", json!(["sms_mfa", long(33)]))
            .member(
                "code",
                json!(["123", "12345678901", "12 34", "abcd", "１２３４"]),
            ),
        route("POST", "/v1/user/otp/resend", json!({"sessionId": "none"}))
            .member("sessionId", json!([])),
        route("POST", "/v1/user/refresh", refresh)
            .member("username", usernames)
            .member("refreshToken", json!([long(513)])),
    ]
}

/// So many ids.
pub fn many(count: usize) -> Vec<&'static str> {
    vec!["customer"; count]
}

fn of_passwords() -> Vec<Route> {
    let change = json!({
        "sessionId": "none",
        "username": "nobody@example.com",
        "challengeType": "RESET_PASSWORD",
        "password": "a better one, at last",
        "passwordConfirm": "a better one, at last",
    });
    let forget = json!({"email": "nobody"});
    vec![
        route("POST", "/v1/user/forget-password", forget)
            .member("email", json!(["@example.com", "ada"])),
        route("PUT", "/v1/user/change-password", change)
            .member("sessionId", json!([]))
            .member("username", json!(["ada"]))
            .member("challengeType", json!(["SMS_MFA", long(33)]))
            .member("password", json!([]))
            .member("passwordConfirm", json!(["another"])),
    ]
}

fn of_the_rest() -> Vec<Route> {
    let account = json!({"userId": "usr_none", "accountId": "a", "email": "a@example.com"});
    let portfolio = json!({
        "accountId": "none",
        "name": "Savings",
        "portfolioId": "p",
        "portfolioAccountType": "EARN",
    });
    let client = json!({"name": "App", "partnerId": "prt_none", "roles": [], "defaultRoles": []});
    vec![
        route("POST", "/v1/user/logout", json!({}))
            .by(Token::User)
            .member("everywhere", json!(["true"])),
        route("POST", "/v1/account", account)
            .member("userId", json!([]))
            .member("accountId", json!([]))
            .member("email", json!(["ada", "a@localhost"])),
        route("POST", "/v1/account/portfolio", portfolio)
            .member("accountId", json!([]))
            .member("name", json!([long(101)]))
            .member("portfolioId", json!([]))
            .member("portfolioAccountType", json!(["trading", long(33)])),
        route("POST", "/v1/client", client)
            .by(Token::Root)
            .member("name", json!([long(101)]))
            .member("partnerId", json!([]))
            .member("partnerName", json!(["Both", long(101)]))
            .member("roles", json!([["a b"], [""], [1], "customer", many(17)]))
            .member(
                "defaultRoles",
                json!([["a b"], ["customer"], [1], "customer", many(17)]),
            ),
    ]
}

/// What is tried with every member: other types, then texts of other lengths and characters.
pub fn always() -> Vec<Value> {
    let mut values = vec![json!(null), json!(0), json!(true), json!({}), json!([1])];
    values.extend([json!(""), json!("a b"), json!("é/")]);
    values.extend([65, 129, 255, 15_000].map(|length| json!(long(length))));
    values
}

pub fn long(length: usize) -> String {
    "x".repeat(length)
}

pub struct Callers {
    root: String,
    pub user: String,
}

impl Callers {
    pub async fn of(scene: &mut Scene) -> Callers {
        let (_, session) = scene.signed_in(1).await;
        let root = scene.root().await;
        let user = text(&session, "accessToken");
        Callers { root, user }
    }

    pub fn call(&self, route: &Route) -> Call {
        let call = call(route.method, route.path);
        match route.caller {
            Token::Client => call.client(),
            Token::User => call.token("user", &self.user),
            Token::Root => call.token("root", &self.root),
        }
    }
}

#[tokio::test]
async fn every_refusal_of_a_member_stays() {
    let mut scene = Scene::begin("refusals", 130).await;
    let callers = Callers::of(&mut scene).await;
    for route in routes() {
        scene.heading(&format!("{} {}", route.method, route.path));
        let call = callers.call(&route).json(route.body.clone());
        let good = scene.lists(call).await;
        for (name, values) in &route.members {
            let mut tries = Tries::of(&mut scene, name, &good);
            let mut without = route.body.clone();
            members(&mut without).remove(*name);
            let call = callers.call(&route).json(without);
            tries.with("(absent)".into(), call).await;
            for value in always().iter().chain(values) {
                let mut body = route.body.clone();
                body[*name] = value.clone();
                let call = callers.call(&route).json(body);
                tries.with(value.to_string(), call).await;
            }
            let twice = format!("{{\"{name}\":1,\"{name}\":1}}");
            let call = callers.call(&route).typed("application/json", twice);
            tries.with("(twice)".into(), call).await;
            tries.shows();
        }
    }
    scene.ends();
}

/// What is tried with one member. What is answered alike, one after the other, is shown as one.
pub struct Tries<'a> {
    scene: &'a mut Scene,
    name: &'a str,
    /// What is said of the good body, which is not shown again.
    good: &'a Reply,
    last: Option<(Vec<String>, Call, Reply)>,
}

impl<'a> Tries<'a> {
    pub fn of(scene: &'a mut Scene, name: &'a str, good: &'a Reply) -> Tries<'a> {
        let last = None;
        Tries {
            scene,
            name,
            good,
            last,
        }
    }

    pub async fn with(&mut self, value: String, call: Call) {
        let reply = self.scene.send(&call).await;
        match &mut self.last {
            Some((tried, _, last)) if last.is_like(&reply) => tried.push(value),
            _ => {
                self.shows();
                self.last = Some((vec![value], call, reply));
            }
        }
    }

    pub fn shows(&mut self) {
        if let Some((tried, call, reply)) = self.last.take() {
            if !reply.is_like(self.good) {
                let what = format!("{}: {}", self.name, tried.join(" | "));
                self.scene.keep(call.shown_as(what), reply, true);
            }
        }
    }
}

pub fn members(body: &mut Value) -> &mut Map<String, Value> {
    body.as_object_mut().expect("an object")
}
