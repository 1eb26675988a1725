//! What each call asks of storage, counted. A far region pays each round trip to D1 with a tenth of a second,
//! and a write to KV costs what five thousand rows read in D1 do.

use serde_json::{json, Value};

use crate::archive;
use crate::changing::{begin, may_say, person, say, Begun, Kind};
use crate::fault::{gatehouse, now, MINUTE};
use crate::support::http::{Method, Reply};
use crate::support::kyc::{moment, Event};
use crate::support::people::application;
use crate::support::service::Credentials;
use crate::support::{random, Api};
use crate::witness::session_of;

/// Each call of the document, done once without a fault and with all that goes on after the answer. That a
/// client's token was not revoked is asked of KV once in half a minute, which is not shown.
#[rustfmt::skip]
const TRIPS: &[(&str, &str)] = &[
    // Nothing is asked.
    ("GET /.well-known/jwks.json", ""),
    ("GET /.well-known/oauth-authorization-server", ""),
    // A user's own read, and a client's: one trip, the session's liveness with it.
    ("GET /v1/user/me", "1 d1"),
    ("GET /v1/user/sessions", "1 d1"),
    ("GET /v1/user/{userId}", "1 d1"),
    ("GET /v1/account/{accountId}", "1 d1"),
    ("GET /v1/account/{accountId}/portfolios", "1 d1"),
    ("GET /v1/audit", "1 d1"),
    // A day that has left the database.
    ("GET /v1/audit of long ago", "1 d1, 1 archive.get"),
    ("GET /v1/audit/archive/{day}", "1 d1, 1 archive.get"),
    ("GET /v1/user/export", "1 d1"),
    ("GET /v1/user/{userId}/export", "1 d1"),
    // Whose the e-mail is comes first.
    ("GET /v1/user", "2 d1"),
    ("GET /healthz", "1 d1"),
    // One that ends sessions: KV forgets each.
    ("POST /v1/user/logout", "1 d1, 1 kv.delete"),
    ("DELETE /v1/user/sessions/{sessionId}", "1 d1, 1 kv.delete"),
    ("POST /v1/user/{userId}/disable", "1 d1, 1 kv.delete"),
    ("DELETE /v1/user/{userId}", "2 d1, 1 kv.delete, 2 fetch"),
    ("POST /v1/user/{userId}/enable", "1 d1"),
    ("POST /v1/user/{userId}/unlock", "1 d1"),
    // The client's secret is looked up first, but at introspection together with what it asks.
    ("POST /oauth2/token", "1 d1"),
    ("POST /oauth2/token refresh_token", "2 d1"),
    ("POST /oauth2/introspect", "1 d1, 1 kv.get"),
    ("POST /oauth2/revoke", "2 d1, 1 kv.delete"),
    // Whether a sign-up can succeed is asked before the password is hashed.
    ("POST /v1/user/sign-up", "2 d1"),
    ("POST /v1/user/login", "2 d1, 1 kv.put, 1 fetch"),
    ("POST /v1/user/otp", "1 d1, 1 kv.get, 1 kv.put"),
    ("POST /v1/user/otp/resend", "2 d1, 1 kv.get, 1 fetch"),
    ("POST /v1/user/refresh", "1 d1"),
    ("GET /v1/user/forget-password", "2 d1, 1 kv.put, 1 fetch"),
    ("POST /v1/user/forget-password", "2 d1, 1 kv.put"),
    ("PUT /v1/user/change-password", "2 d1, 1 kv.get"),
    // Whether the session is fresh, the attempt counted before the password is compared, the change; and in one trip
    // whether it is told, by SMS and by mail.
    ("POST /v1/user/password", "4 d1, 1 kv.delete, 2 fetch"),
    ("POST /v1/user/erase", "4 d1, 1 kv.delete, 2 fetch"),
    ("POST /v1/user/recovery-codes", "4 d1, 1 fetch"),
    ("GET /v1/user/recovery-codes", "1 d1"),
    ("POST /v1/user/otp by a recovery code", "3 d1, 1 kv.get, 1 kv.put, 2 fetch"),
    // And the challenge, at each number; whoever is logged in elsewhere is forgotten, and whoever loses something told.
    ("POST /v1/user/email/verify", "2 d1, 1 kv.put, 1 fetch"),
    ("POST /v1/user/email", "3 d1, 1 kv.put, 1 fetch"),
    ("POST /v1/user/phone", "4 d1, 2 kv.put, 2 fetch"),
    ("POST /v1/user/otp of one's e-mail", "1 d1, 1 kv.get"),
    ("POST /v1/user/otp of a new e-mail", "2 d1, 1 kv.get, 1 kv.delete, 2 fetch"),
    ("POST /v1/user/otp of an old number", "1 d1, 1 kv.get"),
    ("POST /v1/user/otp of a new number", "2 d1, 1 kv.get, 1 kv.delete, 2 fetch"),
    // The user is read first.
    ("POST /v1/user/{userId}/email", "3 d1, 1 kv.delete, 2 fetch"),
    ("POST /v1/user/{userId}/phone", "3 d1, 2 fetch"),
    // An index is reserved, claimed in the ledger, and shown.
    ("POST /v1/account", "1 d1"),
    ("POST /v1/account active", "2 d1, 2 r2.put"),
    ("POST /v1/account/portfolio", "2 d1, 2 r2.put"),
    // Whose the user is comes first: the partner's extended key is that of the new account. Of
    // a user with two accounts. It names no partner: every home is asked.
    ("POST /v1/kyc/webhook", "3 d1, 1 d1.home, 4 r2.put"),
    ("POST /v1/kyc/webhook/{partnerId}", "3 d1, 2 r2.put"),
    // A change is made of what stands, and KV told of it.
    ("GET /v1/partner/settings", "1 d1"),
    ("PUT /v1/partner/settings", "3 d1, 1 kv.put"),
    ("GET /v1/partner/{partnerId}/settings", "1 d1"),
    ("PUT /v1/partner/{partnerId}/settings", "3 d1, 1 kv.put"),
    // Addresses, encryption keys, and the highest of both; a page of the ledger, and which of it has no row.
    ("GET /v1/custody/export", "3 d1"),
    ("GET /v1/custody/lost", "1 d1, 1 d1.home, 1 r2.list"),
    // The operator's.
    ("GET /v1/partner", "1 d1"),
    // One that is under way: how far it is says the home that the partner moves to.
    ("POST /v1/partner/{partnerId}/move", "1 d1, 1 d1.home"),
    ("GET /v1/partner/{partnerId}/move", "1 d1, 1 d1.home"),
    ("DELETE /v1/partner/{partnerId}/move", "2 d1"),
    ("GET /v1/client", "1 d1"),
    ("POST /v1/client", "1 d1"),
    ("POST /v1/client/{clientId}/secret", "1 d1"),
    ("POST /v1/client/{clientId}/secret after a leak", "1 d1, 2 kv.put"),
    ("DELETE /v1/client/{clientId}", "1 d1, 1 kv.put"),
];

/// What the reply says it asked. One look at several keys of KV is one.
fn asked(reply: &Reply, of_client: bool) -> String {
    let mut trace = reply.trace();
    if of_client {
        trace.retain(|op| *op != "kv.vouch");
    }
    let count = |ops: &[&str]| trace.iter().filter(|op| ops.contains(op)).count();
    let counts = [
        (count(&["d1"]), "d1"),
        (count(&["d1.home"]), "d1.home"),
        (count(&["kv.get", "kv.vouch"]), "kv.get"),
        (count(&["kv.put"]), "kv.put"),
        (count(&["kv.delete"]), "kv.delete"),
        (count(&["r2.put"]), "r2.put"),
        (count(&["r2.list"]), "r2.list"),
        (count(&["archive.get"]), "archive.get"),
        (count(&["fetch"]), "fetch"),
    ];
    let total: usize = counts.iter().map(|(count, _)| count).sum();
    assert_eq!(total, trace.len(), "{reply}");
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, op)| format!("{count} {op}")).collect();
    counts.join(", ")
}

/// What was counted, in the order of the calls.
#[derive(Default)]
struct Counted(Vec<(String, String)>);

impl Counted {
    /// A call with a client's token.
    fn of_client(&mut self, call: &str, reply: Reply) -> Reply {
        self.add(call, reply, true)
    }

    /// Any other.
    fn of(&mut self, call: &str, reply: Reply) -> Reply {
        self.add(call, reply, false)
    }

    fn add(&mut self, call: &str, reply: Reply, of_client: bool) -> Reply {
        reply.expect_status(200);
        self.0.push((call.into(), asked(&reply, of_client)));
        reply
    }
}

async fn oauth(api: &Api, path: &str, by: &Credentials, form: &str) -> Reply {
    let call = api.call(Method::POST, path);
    call.basic(&by.id, &by.secret).form(form).send().await
}

#[tokio::test]
async fn every_call_makes_the_round_trips_that_the_table_says() {
    let api = Api::faulty().await;
    let mut counted = Counted::default();
    open_to_all(&api, &mut counted).await;
    of_a_login(&api, &mut counted).await;
    of_a_reset(&api, &mut counted).await;
    of_a_session(&api, &mut counted).await;
    of_what_one_knows(&api, &mut counted).await;
    of_a_change(&api, &mut counted).await;
    of_an_account(&api, &mut counted).await;
    of_the_desk(&api, &mut counted).await;
    of_a_person(&api, &mut counted).await;
    of_the_operator(&api, &mut counted).await;
    of_settings(&api, &mut counted).await;
    let (page, day) = archive::read_back("archive-trips").await;
    counted.of_client("GET /v1/audit of long ago", page);
    counted.of_client("GET /v1/audit/archive/{day}", day);

    for (call, expected) in TRIPS {
        let found = counted.0.iter().filter(|(made, _)| made == call);
        let found: Vec<&str> = found.map(|(_, asked)| asked.as_str()).collect();
        assert_eq!(found, [*expected], "{call}");
    }
    assert_eq!(counted.0.len(), TRIPS.len());
    for call in documented() {
        let is_counted = TRIPS.iter().any(|(counted, _)| *counted == call);
        assert!(is_counted, "nobody counts {call}");
    }
}

/// Method and path of every call of the document.
fn documented() -> Vec<String> {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    let calls = paths.iter().flat_map(|(path, calls)| {
        let methods = calls.as_object().expect("calls").keys();
        let methods =
            methods.filter(|method| ["get", "post", "put", "delete"].contains(&method.as_str()));
        methods.map(move |method| format!("{} {path}", method.to_uppercase()))
    });
    calls.collect()
}

async fn open_to_all(api: &Api, counted: &mut Counted) {
    for path in [
        "/healthz",
        "/.well-known/jwks.json",
        "/.well-known/oauth-authorization-server",
    ] {
        let reply = api.call(Method::GET, path).send().await;
        counted.of(&format!("GET {path}"), reply);
    }
}

async fn of_a_login(api: &Api, counted: &mut Counted) {
    let start = now();
    let api = &api.at(start).await;
    let reply = api.post("/v1/user/sign-up", &api.token, application());
    counted.of_client("POST /v1/user/sign-up", reply.await);

    let user = api.person().await;
    let login = api.login(&user.email, &user.password).await;
    let login = counted.of_client("POST /v1/user/login", login);
    let body = json!({"sessionId": login.text("/data/sessionId")});
    let later = api.believing(start + MINUTE);
    let resent = later.post("/v1/user/otp/resend", &api.token, body);
    counted.of_client("POST /v1/user/otp/resend", resent.await);

    let user = api.person().await;
    let challenge = api.log_in(&user).await;
    let answered = api.answer_rightly(&challenge).await;
    let session = session_of(&counted.of_client("POST /v1/user/otp", answered));
    let refreshed = api.refresh(&user.email, &session.refresh).await;
    counted.of_client("POST /v1/user/refresh", refreshed);
}

async fn of_a_reset(api: &Api, counted: &mut Counted) {
    let (user, _) = api.person_with_session().await;
    let path = "/v1/user/forget-password";
    let email: String = form_urlencoded::byte_serialize(user.email.as_bytes()).collect();
    let begun = api.get(&format!("{path}?email={email}"), &api.token).await;
    counted.of_client(&format!("GET {path}"), begun);
    // Within the cooldown nothing is sent.
    let body = json!({"email": user.email});
    let begun = api.post(path, &api.token, body).await;
    counted.of_client(&format!("POST {path}"), begun);

    let (user, _) = api.person_with_session().await;
    let (challenge, _) = api.reset(&user).await;
    let changed = api.change_to_another(&challenge).await;
    counted.of_client("PUT /v1/user/change-password", changed);
}

async fn of_a_session(api: &Api, counted: &mut Counted) {
    let demo = gatehouse().service.client("demo");
    let (user, session) = api.person_with_session().await;
    counted.of("GET /v1/user/me", api.me(&session.access).await);
    let path = "/v1/user/sessions";
    let listed = api.get(path, &session.access).await;
    let listed = counted.of("GET /v1/user/sessions", listed);
    let other = session_of(&api.answer_rightly(&api.log_in(&user).await).await);
    let own = listed.text("/data/sessions/0/sessionId");
    let ended = api.delete(&format!("{path}/{own}"), &other.access).await;
    counted.of("DELETE /v1/user/sessions/{sessionId}", ended);

    let form = format!("token={}", other.access);
    let told = oauth(api, "/oauth2/introspect", &demo, &form).await;
    assert_eq!(told.body["active"], true, "{told}");
    counted.of("POST /oauth2/introspect", told);
    let logout = api.post("/v1/user/logout", &other.access, json!({}));
    counted.of("POST /v1/user/logout", logout.await);

    let (_, session) = api.person_with_session().await;
    let form = format!("grant_type=refresh_token&refresh_token={}", session.refresh);
    let refreshed = oauth(api, "/oauth2/token", &demo, &form).await;
    let refreshed = counted.of("POST /oauth2/token refresh_token", refreshed);
    let form = format!("token={}", refreshed.text("/refresh_token"));
    let revoked = oauth(api, "/oauth2/revoke", &demo, &form).await;
    counted.of("POST /oauth2/revoke", revoked);
    let form = "grant_type=client_credentials";
    counted.of(
        "POST /oauth2/token",
        oauth(api, "/oauth2/token", &demo, form).await,
    );
}

async fn of_what_one_knows(api: &Api, counted: &mut Counted) {
    let (user, session) = api.person_with_session().await;
    let path = "/v1/user/recovery-codes";
    let made = api.make_recovery_codes(&session.access, &user.password);
    let made = counted.of(&format!("POST {path}"), made.await);
    let left = api.get(path, &session.access).await;
    counted.of(&format!("GET {path}"), left);
    let login = api.log_in(&user).await;
    let recovered = api.recover(&login, &made.text("/data/codes/0")).await;
    counted.of_client("POST /v1/user/otp by a recovery code", recovered);
    let changed = api.change_known(&session.access, &user.password, "a better one, at last");
    counted.of("POST /v1/user/password", changed.await);
}

async fn of_a_change(api: &Api, counted: &mut Counted) {
    for (kind, call, codes) in [
        (Kind::OwnEmail, "email/verify", &["of one's e-mail"][..]),
        (Kind::NewEmail, "email", &["of a new e-mail"]),
        (
            Kind::NewNumber,
            "phone",
            &["of an old number", "of a new number"],
        ),
    ] {
        let asked = person(api, kind).await;
        let new = kind.another(&asked.0);
        let begun = begin(api, kind, &asked.0, &asked.2, &new).await;
        let begun = counted.of(&format!("POST /v1/user/{call}"), begun);
        let begun = Begun::by(api, kind, asked, new, &begun).await;
        for ((challenge, code), of) in begun.challenges.iter().zip(codes) {
            let answered = api.answer(challenge, code).await;
            counted.of_client(&format!("POST /v1/user/otp {of}"), answered);
        }
    }
    let (user, _) = api.person_with_session().await;
    let desk = may_say(api).await;
    for (call, new) in [("email", random::email()), ("phone", random::phone())] {
        let said = say(&desk, &user, &new).await;
        counted.of_client(&format!("POST /v1/user/{{userId}}/{call}"), said);
    }
}

async fn of_an_account(api: &Api, counted: &mut Counted) {
    let user = api.person().await;
    let body = json!({"userId": user.id});
    let opened = api.post("/v1/account", &api.token, body.clone()).await;
    counted.of_client("POST /v1/account", opened);
    let event = Event::status(&user.id, "VERIFIED", &moment(0));
    counted.of("POST /v1/kyc/webhook", event.send(api).await);
    let opened = api.post("/v1/account", &api.token, body).await;
    counted.of_client("POST /v1/account active", opened);
    // The account's key is remembered; then it is the address that is new.
    let path = format!("/v1/account/{}", user.account);
    api.get(&path, &api.token).await.ok();
    let opened = api.portfolio(&user.account).await;
    counted.of_client("POST /v1/account/portfolio", opened);
    let read = api.get(&path, &api.token).await;
    counted.of_client("GET /v1/account/{accountId}", read);
    let page = api.get(&format!("{path}/portfolios"), &api.token).await;
    counted.of_client("GET /v1/account/{accountId}/portfolios", page);
    let audit = api
        .get(&format!("/v1/audit?userId={}", user.id), &api.token)
        .await;
    counted.of_client("GET /v1/audit", audit);
    let export = api.get("/v1/custody/export", &api.token).await;
    counted.of_client("GET /v1/custody/export", export);
}

async fn of_the_desk(api: &Api, counted: &mut Counted) {
    let (user, _) = api.person_with_session().await;
    let path = format!("/v1/user/{}", user.id);
    let read = api.get(&path, &api.token).await;
    counted.of_client("GET /v1/user/{userId}", read);
    for what in ["unlock", "disable", "enable"] {
        let path = format!("{path}/{what}");
        let done = api.post(&path, &api.token, json!({})).await;
        counted.of_client(&format!("POST /v1/user/{{userId}}/{what}"), done);
    }
}

/// Each with one session.
async fn of_a_person(api: &Api, counted: &mut Counted) {
    let (user, session) = api.signed_in_user().await;
    let query = format!("/v1/user?email={}", user.email);
    let found = api.get(&query, &api.token).await;
    counted.of_client("GET /v1/user", found);
    let path = format!("/v1/user/{}", user.id);
    let exported = api.get(&format!("{path}/export"), &api.token).await;
    counted.of_client("GET /v1/user/{userId}/export", exported);
    let own = api.get("/v1/user/export", &session.access).await;
    counted.of("GET /v1/user/export", own);
    let eraser = api.client_token("demoRecovery").await;
    let erased = api.delete(&path, &eraser).await;
    counted.of_client("DELETE /v1/user/{userId}", erased);
    let (user, session) = api.signed_in_user().await;
    let body = json!({"password": user.password});
    let erased = api.post("/v1/user/erase", &session.access, body).await;
    counted.of("POST /v1/user/erase", erased);
}

async fn of_the_operator(api: &Api, counted: &mut Counted) {
    let root = api.client_token("root").await;
    for path in ["/v1/partner", "/v1/client"] {
        let listed = api.get(path, &root).await;
        counted.of_client(&format!("GET {path}"), listed);
    }
    // The first that was ever given, which nobody has forgotten.
    let lost = api.get("/v1/custody/lost?limit=1", &root).await;
    counted.of_client("GET /v1/custody/lost", lost);
    let body = json!({"name": "Tests", "partnerName": "Tests", "roles": ["customer"], "defaultRoles": ["customer"]});
    let made = api.post("/v1/client", &root, body).await;
    let made = counted.of_client("POST /v1/client", made);
    let path = format!("/v1/partner/{}/move", made.text("/data/partnerId"));
    let asked = api.post(&path, &root, json!({"home": "HOME_EU"})).await;
    counted.of_client("POST /v1/partner/{partnerId}/move", asked);
    let read = api.get(&path, &root).await;
    counted.of_client("GET /v1/partner/{partnerId}/move", read);
    let given_up = api.delete(&path, &root).await;
    counted.of_client("DELETE /v1/partner/{partnerId}/move", given_up);
    let path = format!("/v1/client/{}", made.text("/data/clientId"));
    let secret = format!("{path}/secret");
    let call = "POST /v1/client/{clientId}/secret";
    let rotated = api.post(&secret, &root, json!({})).await;
    counted.of_client(call, rotated);
    let body = json!({"revokePrevious": true, "endSessions": true});
    let rotated = api.post(&secret, &root, body).await;
    counted.of_client(&format!("{call} after a leak"), rotated);
    let deleted = api.delete(&path, &root).await;
    counted.of_client("DELETE /v1/client/{clientId}", deleted);
}

async fn of_settings(api: &Api, counted: &mut Counted) {
    let all = "client_auth settings.write";
    let client = api.new_client_with(all).await;
    let own = api.with_token(&api.token_of(&client).await);
    let set = json!({"otpLength": 6, "kycWebhookSecrets": [crate::partner::SECRET]});
    let changed = own.put("/v1/partner/settings", &own.token, set).await;
    let changed = counted.of_client("PUT /v1/partner/settings", changed);
    let read = own.get("/v1/partner/settings", &own.token).await;
    counted.of_client("GET /v1/partner/settings", read);
    let root = api.client_token("root").await;
    let partner = changed.text("/data/partnerId");
    let path = format!("/v1/partner/{partner}/settings");
    let read = api.get(&path, &root).await;
    counted.of_client("GET /v1/partner/{partnerId}/settings", read);
    let changed = api.put(&path, &root, json!({"otpLength": 8}));
    counted.of_client("PUT /v1/partner/{partnerId}/settings", changed.await);
    let user = own.sign_up().await;
    let event = Event::status(&user.id, "VERIFIED", &moment(0));
    let event = event.of_partner(&partner, crate::partner::SECRET);
    counted.of("POST /v1/kyc/webhook/{partnerId}", event.send(api).await);
}

/// What a user's token asks is never asked of KV, whether or not the session lives.
#[tokio::test]
async fn a_users_token_costs_one_round_trip_and_nothing_of_kv_even_where_it_is_refused() {
    let api = Api::faulty().await;
    let (user, session) = api.person_with_session().await;
    let account = format!("/v1/account/{}", user.account);
    let own = [
        "/v1/user/me".to_owned(),
        "/v1/user/sessions".to_owned(),
        format!("/v1/user/{}", user.id),
        "/v1/user/usr_none".to_owned(),
        account.clone(),
        format!("{account}/portfolios"),
        format!("{account}/portfolios?limit=none"),
    ];
    for path in &own {
        let reply = api.get(path, &session.access).await;
        assert_eq!(reply.trace(), ["d1"], "{path}: {reply}");
    }
    api.post("/v1/user/logout", &session.access, json!({}))
        .await
        .ok();
    // A session that is over learns nothing, not even what is wrong with the call.
    for path in &own {
        let reply = api.get(path, &session.access).await;
        assert_eq!(reply.fails(2002).trace(), ["d1"], "{path}: {reply}");
    }
    let logout = api.post("/v1/user/logout", &session.access, json!({"everywhere": 1}));
    assert_eq!(logout.await.fails(2002).trace(), ["d1"]);
}

/// And it changes nothing.
#[tokio::test]
async fn a_session_that_is_over_ends_no_other() {
    let api = Api::faulty().await;
    let (user, session) = api.person_with_session().await;
    let other = session_of(&api.answer_rightly(&api.log_in(&user).await).await);
    let listed = api.get("/v1/user/sessions", &other.access).await;
    let id = listed.text("/data/sessions/0/sessionId");
    api.post("/v1/user/logout", &session.access, json!({}))
        .await
        .ok();
    let everywhere = json!({"everywhere": true});
    let logout = api.post("/v1/user/logout", &session.access, everywhere);
    logout.await.fails(2002);
    let path = format!("/v1/user/sessions/{id}");
    api.delete(&path, &session.access).await.fails(2002);
    api.me(&other.access).await.ok();
}
