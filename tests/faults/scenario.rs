//! The calls that are swept: what each is made with, what it has done when it is done, and how
//! its caller gets on whatever happened to it.

use serde_json::{json, Value};

use crate::database::Database;
use crate::fault::{gatehouse, now, MINUTE, SECOND};
use crate::support::http::{Method, Reply};
use crate::support::kyc::{moment, Event};
use crate::support::people::{application, wrong, Session, User};
use crate::support::service::Credentials;
use crate::support::{custody, random, Api, Challenge};
use crate::witness::{keep, session_of};

pub trait Scenario {
    /// Which of the call's operations on D1 commits what it is for, from 1.
    const COMMIT: usize = 1;

    /// Somebody fresh, about to make the call.
    async fn fresh(api: &Api) -> Self;

    async fn call(&self, api: &Api) -> Reply;

    /// The rows in D1 that the call is for; they may only change once.
    fn done(&self, database: &Database) -> i64;

    /// What `done` finds when the call was made once.
    const ONCE: i64 = 1;

    /// Whom the call sends an SMS to.
    fn phone(&self) -> Option<&str> {
        None
    }

    /// A right answer is good for what it is for.
    async fn use_it(&self, _api: &Api, _answer: &Reply) {}

    /// `first` met a fault, `again` is the same call without one. The caller gets on.
    async fn get_on(&self, api: &Api, first: &Reply, again: &Reply);
}

fn database() -> Database {
    Database::of(&gatehouse().service)
}

/// Logs in as somebody would who starts over.
async fn can_log_in(api: &Api, user: &User) -> Session {
    let challenge = api.log_in(user).await;
    session_of(&api.answer_rightly(&challenge).await)
}

// --- signing up and in -----------------------------------------------------------------------

pub struct SignUp(Value);

impl Scenario for SignUp {
    /// Whether it would be refused is asked first.
    const COMMIT: usize = 2;

    async fn fresh(_: &Api) -> SignUp {
        let application = application();
        keep(application["password"].as_str().expect("a password"));
        SignUp(application)
    }

    async fn call(&self, api: &Api) -> Reply {
        let body = self.0.clone();
        api.post("/v1/user/sign-up", &api.token, body).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM users WHERE email = ?1";
        database.number(sql, [self.0["email"].as_str()])
    }

    async fn get_on(&self, api: &Api, first: &Reply, again: &Reply) {
        // There is one user now, and only its own answer told who: the others say that it exists.
        again.fails_with_one_of(match first.status {
            200 => &[3001],
            _ => &[0, 3001],
        });
        assert_eq!(self.done(&database()), 1);
        self.use_it(api, again).await;
    }

    async fn use_it(&self, api: &Api, _: &Reply) {
        let text = |member: &str| self.0[member].as_str().unwrap_or_default().to_owned();
        let user = User {
            id: String::new(),
            email: text("email"),
            phone: text("phoneNumber"),
            password: text("password"),
            account: String::new(),
        };
        let session = can_log_in(api, &user).await;
        let me = api.me(&session.access).await;
        let accounts = me.ok()["accounts"].as_array().map(Vec::len);
        assert_eq!(accounts, Some(1), "{me}");
    }
}

pub struct LogIn(User);

impl Scenario for LogIn {
    const COMMIT: usize = 2;

    async fn fresh(api: &Api) -> LogIn {
        LogIn(api.person().await)
    }

    async fn call(&self, api: &Api) -> Reply {
        api.login(&self.0.email, &self.0.password).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT (SELECT COUNT(*) FROM challenges WHERE user_id = ?1)
                        + (SELECT COUNT(*) FROM sends WHERE phone = ?2)";
        database.number(sql, [&self.0.id, &self.0.phone])
    }

    const ONCE: i64 = 2;

    fn phone(&self) -> Option<&str> {
        Some(&self.0.phone)
    }

    async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
        self.use_it(api, again).await;
    }

    /// Where nobody knows whether the SMS went out, it may not have: then it is asked for once more.
    async fn use_it(&self, api: &Api, answer: &Reply) {
        let session = answer.text("/data/sessionId");
        let sent = api.messages_to(&self.0.phone);
        let api = match sent {
            0 => api.believing(now() + MINUTE),
            _ => api.clone(),
        };
        if sent == 0 {
            let body = json!({ "sessionId": session });
            let again = api.post("/v1/user/otp/resend", &api.token, body).await;
            again.ok();
        }
        let challenge = Challenge {
            session,
            username: self.0.email.clone(),
            kind: "SMS_MFA",
            phone: self.0.phone.clone(),
            before: 0,
        };
        session_of(&api.answer_rightly(&challenge).await);
        assert_eq!(api.messages_to(&self.0.phone), 1);
    }
}

pub struct WrongPassword(User);

impl Scenario for WrongPassword {
    async fn fresh(api: &Api) -> WrongPassword {
        WrongPassword(api.person().await)
    }

    async fn call(&self, api: &Api) -> Reply {
        api.login(&self.0.email, "not-the-password").await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT COALESCE(SUM(failures), 0) FROM throttles WHERE subject = ?1";
        database.number(sql, [&self.0.id])
    }

    async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
        again.fails(3004);
        let failures = self.done(&database());
        assert!((1..=2).contains(&failures), "{failures} for two attempts");
        api.log_in(&self.0).await;
        assert_eq!(self.done(&database()), 0, "a right one ends the count");
    }
}

/// A right code.
pub struct Otp {
    user: User,
    challenge: Challenge,
    code: String,
}

impl Scenario for Otp {
    async fn fresh(api: &Api) -> Otp {
        let user = api.person().await;
        let challenge = api.log_in(&user).await;
        keep(&challenge.session);
        let code = api.code(&challenge).await;
        Otp {
            user,
            challenge,
            code,
        }
    }

    async fn call(&self, api: &Api) -> Reply {
        api.answer(&self.challenge, &self.code).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT (SELECT COUNT(*) FROM sessions WHERE user_id = ?1)
                        + (SELECT COUNT(*) FROM answers WHERE subject = ?1)";
        database.number(sql, [&self.user.id])
    }

    async fn get_on(&self, api: &Api, first: &Reply, again: &Reply) {
        assert_eq!(self.done(&database()), Otp::ONCE, "one answer, one session");
        match (first.status, again.status) {
            (200, _) => {
                again.fails(4002);
                self.use_it(api, first).await;
            }
            (_, 200) => self.use_it(api, again).await,
            // The code was used and the tokens never arrived: a new login it is.
            _ => {
                again.fails(4002);
                can_log_in(api, &self.user).await;
            }
        };
    }

    const ONCE: i64 = 2;

    async fn use_it(&self, api: &Api, answer: &Reply) {
        let session = session_of(answer);
        api.me(&session.access).await.ok();
        api.refresh(&self.user.email, &session.refresh).await.ok();
    }
}

pub struct WrongOtp(Otp);

impl Scenario for WrongOtp {
    async fn fresh(api: &Api) -> WrongOtp {
        WrongOtp(Otp::fresh(api).await)
    }

    async fn call(&self, api: &Api) -> Reply {
        api.answer(&self.0.challenge, &wrong(&self.0.code)).await
    }

    fn done(&self, database: &Database) -> i64 {
        self.0.done(database)
    }

    /// Each of the two costs one try at most, and the third is left for the right code.
    async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
        again.fails(4001);
        let tries = self.done(&database());
        assert!((1..=2).contains(&tries), "{tries} tries for two answers");
        session_of(&api.answer(&self.0.challenge, &self.0.code).await);
    }
}

pub struct Refresh(User, Session);

impl Scenario for Refresh {
    async fn fresh(api: &Api) -> Refresh {
        let (user, session) = api.person_with_session().await;
        Refresh(user, session)
    }

    async fn call(&self, api: &Api) -> Reply {
        api.refresh(&self.0.email, &self.1.refresh).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT rotated_at - created_at FROM sessions WHERE user_id = ?1";
        database.number(sql, [&self.0.id])
    }

    async fn get_on(&self, api: &Api, first: &Reply, again: &Reply) {
        let next = session_of(again);
        if first.status == 200 {
            assert_eq!(session_of(first).refresh, next.refresh, "two branches");
        }
        let after = session_of(&api.refresh(&self.0.email, &next.refresh).await);
        // The grandparent is reuse, and ends the one live branch that there is.
        self.call(api).await.fails(5001);
        for token in [&next.refresh, &after.refresh] {
            api.refresh(&self.0.email, token).await.fails(5001);
        }
    }
}

/// The code once more, a minute after the first.
pub struct Resend(Otp, i64);

impl Scenario for Resend {
    async fn fresh(api: &Api) -> Resend {
        Resend(Otp::fresh(api).await, now() + 2 * MINUTE)
    }

    async fn call(&self, api: &Api) -> Reply {
        let body = json!({"sessionId": self.0.challenge.session});
        let later = api.believing(self.1);
        later.post("/v1/user/otp/resend", &api.token, body).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM sends WHERE phone = ?1";
        database.number(sql, [self.phone()]) - 1
    }

    fn phone(&self) -> Option<&str> {
        Some(&self.0.user.phone)
    }

    async fn get_on(&self, api: &Api, first: &Reply, again: &Reply) {
        // A send that may have gone out counts, and so the next one has to wait.
        again.fails_with_one_of(match first.status {
            200 => &[4004],
            _ => &[0, 4004],
        });
        self.use_it(api, again).await;
    }

    /// It was the same code, and it is good.
    async fn use_it(&self, api: &Api, _: &Reply) {
        let sent = gatehouse().twilio.sent_to(&self.0.user.phone);
        assert!(sent.iter().all(|sms| sms.code() == self.0.code));
        let later = api.believing(self.1);
        session_of(&later.answer(&self.0.challenge, &self.0.code).await);
    }
}

/// What [`Ending::erased`] finds of who was erased.
const ERASED: i64 = 5;

/// A session ended, by its user, its client or its partner.
struct Ending(User, Session);

impl Ending {
    async fn fresh(api: &Api) -> Ending {
        let (user, session) = api.person_with_session().await;
        Ending(user, session)
    }

    fn ended(&self, database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM sessions WHERE user_id = ?1 AND revoked_at IS NOT NULL";
        database.number(sql, [&self.0.id])
    }

    /// Nothing of it, or all: the person, their session with its token, their account's e-mail, and what is told.
    fn erased(&self, database: &Database) -> i64 {
        let sql = "SELECT (SELECT COUNT(*) FROM users WHERE id = ?1 AND erased_at IS NOT NULL AND email = id AND phone = id
                           AND password_hash = '')
                        + (SELECT COUNT(*) FROM sessions WHERE user_id = ?1 AND revoked_at IS NOT NULL AND current_hash = '')
                        + (SELECT COUNT(*) FROM accounts WHERE user_id = ?1 AND email LIKE '%@erased.invalid')
                        + (SELECT COUNT(*) FROM audit WHERE user_id = ?1 AND event IN ('user.erase', 'session.end'))";
        database.number(sql, [&self.0.id])
    }

    /// Once, and whoever has the e-mail and the number may sign up with them.
    async fn is_erased(&self, api: &Api) {
        assert_eq!(self.erased(&database()), ERASED);
        self.is_over(api).await;
        let user = &self.0;
        api.login(&user.email, &user.password).await.fails(3004);
        let body =
            json!({"email": user.email, "phoneNumber": user.phone, "password": user.password});
        let again = api.post("/v1/user/sign-up", &api.token, body).await;
        assert_ne!(again.ok()["userId"], user.id.as_str());
    }

    /// At once: D1 decides.
    async fn is_over(&self, api: &Api) {
        assert_eq!(self.ended(&database()), 1);
        let reply = api.refresh(&self.0.email, &self.1.refresh).await;
        reply.fails(5001);
        api.me(&self.1.access).await.fails(2002);
    }
}

pub struct LogOut(Ending);

impl Scenario for LogOut {
    async fn fresh(api: &Api) -> LogOut {
        LogOut(Ending::fresh(api).await)
    }

    async fn call(&self, api: &Api) -> Reply {
        let session = &self.0 .1;
        api.post("/v1/user/logout", &session.access, json!({}))
            .await
    }

    fn done(&self, database: &Database) -> i64 {
        self.0.ended(database)
    }

    async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
        again.fails_with_one_of(&[0, 2002]);
        self.0.is_over(api).await;
    }
}

pub struct Disable(Ending);

impl Scenario for Disable {
    async fn fresh(api: &Api) -> Disable {
        Disable(Ending::fresh(api).await)
    }

    async fn call(&self, api: &Api) -> Reply {
        let path = format!("/v1/user/{}/disable", self.0 .0.id);
        api.post(&path, &api.token, json!({})).await
    }

    fn done(&self, database: &Database) -> i64 {
        self.0.ended(database)
    }

    async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
        again.ok();
        self.0.is_over(api).await;
        let user = &self.0 .0;
        api.login(&user.email, &user.password).await.fails(3004);
    }
}

/// By the partner's client that may.
pub struct Erase {
    ending: Ending,
    token: String,
}

impl Scenario for Erase {
    async fn fresh(api: &Api) -> Erase {
        Erase {
            ending: Ending::fresh(api).await,
            token: api.client_token("demoRecovery").await,
        }
    }

    async fn call(&self, api: &Api) -> Reply {
        let path = format!("/v1/user/{}", self.ending.0.id);
        api.delete(&path, &self.token).await
    }

    fn done(&self, database: &Database) -> i64 {
        self.ending.erased(database)
    }

    const ONCE: i64 = ERASED;

    async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
        again.ok();
        self.ending.is_erased(api).await;
    }
}

/// By themselves. Each attempt is counted first.
pub struct EraseOwn(Ending);

impl Scenario for EraseOwn {
    const COMMIT: usize = 3;

    async fn fresh(api: &Api) -> EraseOwn {
        EraseOwn(Ending::fresh(api).await)
    }

    async fn call(&self, api: &Api) -> Reply {
        let (user, session) = (&self.0 .0, &self.0 .1);
        let body = json!({"password": user.password});
        api.post("/v1/user/erase", &session.access, body).await
    }

    fn done(&self, database: &Database) -> i64 {
        self.0.erased(database)
    }

    const ONCE: i64 = ERASED;

    /// Whoever was erased and did not hear of it has no session any more.
    async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
        again.fails_with_one_of(&[0, 2002]);
        self.0.is_erased(api).await;
    }
}

pub struct Revoke(Ending);

impl Scenario for Revoke {
    /// The client is looked up first.
    const COMMIT: usize = 2;

    async fn fresh(api: &Api) -> Revoke {
        Revoke(Ending::fresh(api).await)
    }

    async fn call(&self, api: &Api) -> Reply {
        revoke(api, &self.0 .1.refresh).await
    }

    fn done(&self, database: &Database) -> i64 {
        self.0.ended(database)
    }

    async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
        again.expect_status(200);
        self.0.is_over(api).await;
    }
}

async fn revoke(api: &Api, token: &str) -> Reply {
    let demo = gatehouse().service.client("demo");
    let call = api.call(Method::POST, "/oauth2/revoke");
    let call = call.basic(&demo.id, &demo.secret);
    call.form(&format!("token={token}")).send().await
}

/// A client's own token, whose end is in KV alone.
pub struct RevokeClientToken(Api);

impl Scenario for RevokeClientToken {
    async fn fresh(api: &Api) -> RevokeClientToken {
        RevokeClientToken(api.acting_as("demo").await)
    }

    async fn call(&self, api: &Api) -> Reply {
        revoke(api, &self.0.token).await
    }

    fn done(&self, _: &Database) -> i64 {
        0
    }

    async fn get_on(&self, _: &Api, _: &Reply, again: &Reply) {
        again.expect_status(200);
        let later = self.0.believing(now() + MINUTE);
        let reply = later.login("nobody@example.com", "whatever").await;
        reply.fails(2002);
    }
}

pub struct Unlock(User);

impl Scenario for Unlock {
    async fn fresh(api: &Api) -> Unlock {
        let user = api.person().await;
        let challenge = api.log_in(&user).await;
        let code = api.code(&challenge).await;
        api.answer(&challenge, &wrong(&code)).await.fails(4001);
        Unlock(user)
    }

    async fn call(&self, api: &Api) -> Reply {
        let path = format!("/v1/user/{}/unlock", self.0.id);
        api.post(&path, &api.token, json!({})).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM audit WHERE user_id = ?1 AND event = 'user.unlock'";
        database.number(sql, [&self.0.id])
    }

    async fn get_on(&self, _: &Api, _: &Reply, again: &Reply) {
        again.ok();
        assert_eq!(self.done(&database()), 1);
    }
}

/// A client, a token of it, and the operator's.
pub struct Leaked {
    client: Credentials,
    token: String,
    root: String,
}

impl Leaked {
    async fn fresh(api: &Api) -> Leaked {
        let client = api.new_client().await;
        Leaked {
            token: api.token_of(&client).await,
            root: api.client_token("root").await,
            client,
        }
    }

    /// In both logs.
    fn told(&self, database: &Database, event: &str) -> i64 {
        let sql = "SELECT COUNT(*) FROM audit WHERE target_client_id = ?1 AND event = ?2";
        database.number(sql, [self.client.id.as_str(), event])
    }

    async fn is_over(&self, api: &Api) {
        api.get("/v1/audit", &self.token).await.fails(2002);
        let call = api.call(Method::POST, "/oauth2/token");
        let call = call.basic(&self.client.id, &self.client.secret);
        let reply = call.form("grant_type=client_credentials").send().await;
        reply.oauth_error(401, "invalid_client");
    }
}

pub struct EndLeak(Leaked);

impl Scenario for EndLeak {
    async fn fresh(api: &Api) -> EndLeak {
        EndLeak(Leaked::fresh(api).await)
    }

    async fn call(&self, api: &Api) -> Reply {
        let path = format!("/v1/client/{}/secret", self.0.client.id);
        let body = json!({"revokePrevious": true, "endSessions": true});
        api.post(&path, &self.0.root, body).await
    }

    fn done(&self, database: &Database) -> i64 {
        self.0.told(database, "client.secret")
    }

    const ONCE: i64 = 2;

    async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
        self.0.is_over(api).await;
        let fresh = Credentials {
            id: again.text("/data/clientId"),
            secret: again.text("/data/clientSecret"),
        };
        let token = api.token_of(&fresh).await;
        api.get("/v1/audit", &token).await.ok();
        // As often as it was done, in both logs.
        let told = |event| self.0.told(&database(), event);
        assert!([2, 4].contains(&told("client.secret")));
        assert_eq!(told("client.secret"), told("client.sessions"));
    }
}

pub struct DeleteClient(Leaked);

impl Scenario for DeleteClient {
    async fn fresh(api: &Api) -> DeleteClient {
        DeleteClient(Leaked::fresh(api).await)
    }

    async fn call(&self, api: &Api) -> Reply {
        let path = format!("/v1/client/{}", self.0.client.id);
        api.delete(&path, &self.0.root).await
    }

    fn done(&self, database: &Database) -> i64 {
        self.0.told(database, "client.delete")
    }

    const ONCE: i64 = 2;

    async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
        again.ok();
        self.0.is_over(api).await;
        assert_eq!(self.done(&database()), 2);
    }
}

/// A user's own read.
pub struct Me(User, Session);

impl Scenario for Me {
    async fn fresh(api: &Api) -> Me {
        let (user, session) = api.person_with_session().await;
        Me(user, session)
    }

    async fn call(&self, api: &Api) -> Reply {
        api.me(&self.1.access).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM sessions WHERE user_id = ?1 AND revoked_at IS NULL";
        database.number(sql, [&self.0.id])
    }

    async fn get_on(&self, _: &Api, _: &Reply, again: &Reply) {
        assert_eq!(again.ok()["userId"], self.0.id.as_str(), "{again}");
    }
}

// --- resets ----------------------------------------------------------------------------------

pub struct ForgetPassword(User);

impl Scenario for ForgetPassword {
    const COMMIT: usize = 2;

    async fn fresh(api: &Api) -> ForgetPassword {
        ForgetPassword(api.person_with_session().await.0)
    }

    async fn call(&self, api: &Api) -> Reply {
        api.forget_password(&self.0.email).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql =
            "SELECT COUNT(*) FROM challenges WHERE user_id = ?1 AND purpose = 'RESET_PASSWORD'";
        database.number(sql, [&self.0.id])
    }

    /// Within the minute there is one SMS at most, and it may be the one that was lost. After it
    /// the same request completes.
    fn phone(&self) -> Option<&str> {
        Some(&self.0.phone)
    }

    async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
        again.ok();
        let sent = api.messages_to(&self.0.phone);
        assert!(sent <= 2, "{} resets were sent in a minute", sent - 1);
        let later = api.at(now() + MINUTE).await;
        let (challenge, code) = later.reset(&self.0).await;
        later.answer(&challenge, &code).await.ok();
        let password = new_password();
        later.change_password(&challenge, &password).await.ok();
        later.login(&self.0.email, &password).await.ok();
    }
}

fn new_password() -> String {
    let password = random::password();
    keep(&password);
    password
}

/// A reset under way, which both gates work on.
pub struct Reset {
    user: User,
    session: Session,
    challenge: Challenge,
    code: String,
    password: String,
}

impl Reset {
    async fn fresh(api: &Api) -> Reset {
        let (user, session) = api.person_with_session().await;
        let (challenge, code) = api.reset(&user).await;
        let password = new_password();
        Reset {
            user,
            session,
            challenge,
            code,
            password,
        }
    }

    async fn answer(&self, api: &Api) -> Reply {
        api.answer(&self.challenge, &self.code).await
    }

    async fn change(&self, api: &Api) -> Reply {
        api.change_password(&self.challenge, &self.password).await
    }

    fn completed(&self, database: &Database) -> i64 {
        let sql = "SELECT credential_epoch FROM users WHERE id = ?1";
        database.number(sql, [&self.user.id])
    }

    /// Done once: the new password is right, the old one wrong, and nobody is logged in.
    async fn is_complete(&self, api: &Api) {
        assert_eq!(self.completed(&database()), 1);
        let session = &self.session;
        let reply = api.refresh(&self.user.email, &session.refresh).await;
        reply.fails(5001);
        let later = api.at(now() + MINUTE).await;
        later.me(&session.access).await.fails(2002);
        let user = &self.user;
        api.login(&user.email, &user.password).await.fails(3004);
        let user = User {
            password: self.password.clone(),
            ..user.clone()
        };
        can_log_in(api, &user).await;
    }
}

/// The code first, swept at the code.
pub struct CodeFirst(Reset);

impl Scenario for CodeFirst {
    async fn fresh(api: &Api) -> CodeFirst {
        CodeFirst(Reset::fresh(api).await)
    }

    async fn call(&self, api: &Api) -> Reply {
        self.0.answer(api).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM challenges WHERE id = ?1 AND code_ok_at IS NOT NULL";
        database.number(sql, [&self.0.challenge.session])
    }

    async fn get_on(&self, api: &Api, first: &Reply, again: &Reply) {
        again.fails_with_one_of(match first.status {
            200 => &[4002],
            _ => &[0, 4002],
        });
        assert_eq!(self.0.completed(&database()), 0, "one gate is not two");
        // Whether or not the answer arrived, the gate is passed.
        self.0.change(api).await.ok();
        self.0.is_complete(api).await;
    }
}

/// The code first, swept at the password, which commits.
pub struct PasswordSecond(Reset);

impl Scenario for PasswordSecond {
    /// Whether it may be hashed is asked first.
    const COMMIT: usize = 2;

    async fn fresh(api: &Api) -> PasswordSecond {
        let reset = Reset::fresh(api).await;
        reset.answer(api).await.ok();
        PasswordSecond(reset)
    }

    async fn call(&self, api: &Api) -> Reply {
        self.0.change(api).await
    }

    fn done(&self, database: &Database) -> i64 {
        self.0.completed(database)
    }

    async fn get_on(&self, api: &Api, first: &Reply, again: &Reply) {
        again.fails_with_one_of(match first.status {
            200 => &[4002],
            _ => &[0, 4002],
        });
        self.0.is_complete(api).await;
    }
}

/// The password first, swept at the password.
pub struct PasswordFirst(Reset);

impl Scenario for PasswordFirst {
    /// Whether it may be hashed is asked first.
    const COMMIT: usize = 2;

    async fn fresh(api: &Api) -> PasswordFirst {
        PasswordFirst(Reset::fresh(api).await)
    }

    async fn call(&self, api: &Api) -> Reply {
        self.0.change(api).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM challenges WHERE id = ?1 AND staged_hash IS NOT NULL";
        database.number(sql, [&self.0.challenge.session])
    }

    async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
        again.ok();
        assert_eq!(self.0.completed(&database()), 0, "one gate is not two");
        self.0.answer(api).await.ok();
        self.0.is_complete(api).await;
    }
}

/// The password first, swept at the code, which commits.
pub struct CodeSecond(Reset);

impl Scenario for CodeSecond {
    async fn fresh(api: &Api) -> CodeSecond {
        let reset = Reset::fresh(api).await;
        reset.change(api).await.ok();
        CodeSecond(reset)
    }

    async fn call(&self, api: &Api) -> Reply {
        self.0.answer(api).await
    }

    fn done(&self, database: &Database) -> i64 {
        self.0.completed(database)
    }

    async fn get_on(&self, api: &Api, first: &Reply, again: &Reply) {
        again.fails_with_one_of(match first.status {
            200 => &[4002],
            _ => &[0, 4002],
        });
        self.0.is_complete(api).await;
    }
}

// --- what a person changes who is logged in --------------------------------------------------

/// A new password by whoever knows the old one, logged in twice.
pub struct ChangeKnown {
    user: User,
    other: Session,
    session: Session,
    new: String,
}

impl Scenario for ChangeKnown {
    /// Whether the session is fresh is asked first, and the attempt is counted.
    const COMMIT: usize = 3;

    async fn fresh(api: &Api) -> ChangeKnown {
        let (user, other) = api.person_with_session().await;
        ChangeKnown {
            session: can_log_in(api, &user).await,
            user,
            other,
            new: new_password(),
        }
    }

    async fn call(&self, api: &Api) -> Reply {
        let access = &self.session.access;
        api.change_known(access, &self.user.password, &self.new)
            .await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT credential_epoch FROM users WHERE id = ?1";
        database.number(sql, [&self.user.id])
    }

    async fn get_on(&self, api: &Api, first: &Reply, again: &Reply) {
        again.fails_with_one_of(match first.status {
            200 => &[3004],
            _ => &[0, 3004],
        });
        assert_eq!(self.done(&database()), 1, "changed once");
        let email = &self.user.email;
        api.me(&self.other.access).await.fails(2002);
        api.refresh(email, &self.other.refresh).await.fails(5001);
        api.me(&self.session.access).await.ok();
        api.refresh(email, &self.session.refresh).await.ok();
        api.login(email, &self.user.password).await.fails(3004);
        let user = User {
            password: self.new.clone(),
            ..self.user.clone()
        };
        can_log_in(api, &user).await;
    }
}

/// Recovery codes in the place of older ones.
pub struct MakeCodes {
    user: User,
    session: Session,
    older: Vec<String>,
}

impl Scenario for MakeCodes {
    const COMMIT: usize = 3;

    async fn fresh(api: &Api) -> MakeCodes {
        let (user, session) = api.person_with_session().await;
        let older = kept_codes(api.recovery_codes(&user, &session.access).await);
        MakeCodes {
            user,
            session,
            older,
        }
    }

    async fn call(&self, api: &Api) -> Reply {
        let access = &self.session.access;
        api.make_recovery_codes(access, &self.user.password).await
    }

    /// How often they were made.
    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM audit WHERE user_id = ?1 AND event = 'user.recovery_codes'";
        database.number(sql, [&self.user.id])
    }

    async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
        let made = again.ok()["codes"].as_array().expect("codes").iter();
        let made = made.map(|code| code.as_str().expect("a code").to_owned());
        let made = kept_codes(made.collect());
        let sql = "SELECT COUNT(*) FROM recovery_codes WHERE user_id = ?1";
        assert_eq!(database().number(sql, [&self.user.id]), 10);
        let login = api.log_in(&self.user).await;
        api.recover(&login, &self.older[0]).await.fails(4001);
        session_of(&api.recover(&login, &made[0]).await);
    }
}

fn kept_codes(codes: Vec<String>) -> Vec<String> {
    for code in &codes {
        keep(code);
        keep(&code.replace('-', ""));
    }
    codes
}

/// A login with a recovery code in the place of the SMS.
pub struct Recover {
    user: User,
    challenge: Challenge,
    codes: Vec<String>,
}

impl Scenario for Recover {
    /// Which codes there are is asked first.
    const COMMIT: usize = 2;

    async fn fresh(api: &Api) -> Recover {
        let (user, session) = api.person_with_session().await;
        let codes = kept_codes(api.recovery_codes(&user, &session.access).await);
        let challenge = api.log_in(&user).await;
        keep(&challenge.session);
        Recover {
            user,
            challenge,
            codes,
        }
    }

    async fn call(&self, api: &Api) -> Reply {
        api.recover(&self.challenge, &self.codes[0]).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT (SELECT COUNT(*) FROM sessions WHERE user_id = ?1 AND amr LIKE '%recovery%')
                        + (SELECT COUNT(*) FROM answers WHERE subject = ?1 AND purpose = 'RECOVERY_CODE')
                        + 10 - (SELECT COUNT(*) FROM recovery_codes WHERE user_id = ?1)";
        database.number(sql, [&self.user.id])
    }

    /// One session, one answer, one code used.
    const ONCE: i64 = 3;

    async fn get_on(&self, api: &Api, first: &Reply, again: &Reply) {
        assert_eq!(self.done(&database()), Recover::ONCE);
        match (first.status, again.status) {
            (200, _) => {
                again.fails(4002);
                self.use_it(api, first).await;
            }
            (_, 200) => self.use_it(api, again).await,
            // The code was used and the tokens never arrived: the next login takes the next.
            _ => {
                again.fails(4002);
                let login = api.log_in(&self.user).await;
                session_of(&api.recover(&login, &self.codes[1]).await);
            }
        };
    }

    async fn use_it(&self, api: &Api, answer: &Reply) {
        let session = session_of(answer);
        api.me(&session.access).await.ok();
        api.refresh(&self.user.email, &session.refresh).await.ok();
    }
}

// --- accounts --------------------------------------------------------------------------------

/// Under a chosen id, by which the call is its own second.
pub struct Account(User, Value);

impl Account {
    async fn with(api: &Api, id: Option<String>) -> Account {
        let user = api.verified_user().await;
        let body = json!({"userId": user.id, "accountId": id});
        Account(user, body)
    }
}

impl Scenario for Account {
    async fn fresh(api: &Api) -> Account {
        Account::with(api, Some(random::letters(12))).await
    }

    async fn call(&self, api: &Api) -> Reply {
        api.post("/v1/account", &api.token, self.1.clone()).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM accounts WHERE user_id = ?1";
        database.number(sql, [&self.0.id]) - 1
    }

    async fn get_on(&self, api: &Api, first: &Reply, again: &Reply) {
        if first.status == 200 {
            assert_eq!(first.raw, again.raw);
        }
        assert_eq!(again.ok()["accountId"], self.1["accountId"], "{again}");
        assert_eq!(self.done(&database()), 1);
        self.use_it(api, again).await;
    }

    async fn use_it(&self, _: &Api, answer: &Reply) {
        assert_eq!(answer.ok()["active"], true, "{answer}");
    }
}

/// Under no chosen id: only an Idempotency-Key tells the same call from another.
pub struct NamelessAccount(Account);

impl Scenario for NamelessAccount {
    async fn fresh(api: &Api) -> NamelessAccount {
        NamelessAccount(Account::with(api, None).await)
    }

    async fn call(&self, api: &Api) -> Reply {
        self.0.call(api).await
    }

    fn done(&self, database: &Database) -> i64 {
        self.0.done(database)
    }

    async fn get_on(&self, _: &Api, _: &Reply, again: &Reply) {
        again.ok();
    }

    async fn use_it(&self, api: &Api, answer: &Reply) {
        self.0.use_it(api, answer).await;
    }
}

/// Under a chosen id, by which the call is its own second.
pub struct Portfolio(User, Value);

impl Portfolio {
    async fn with(api: &Api, id: Option<String>) -> Portfolio {
        let user = api.verified_user().await;
        let body = json!({"accountId": user.account, "portfolioId": id});
        Portfolio(user, body)
    }
}

impl Scenario for Portfolio {
    async fn fresh(api: &Api) -> Portfolio {
        Portfolio::with(api, Some(random::letters(12))).await
    }

    async fn call(&self, api: &Api) -> Reply {
        let body = self.1.clone();
        api.post("/v1/account/portfolio", &api.token, body).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM portfolios WHERE account_id = ?1";
        database.number(sql, [&self.0.account])
    }

    async fn get_on(&self, api: &Api, first: &Reply, again: &Reply) {
        if first.status == 200 {
            assert_eq!(first.raw, again.raw);
        }
        assert_eq!(self.done(&database()), 1);
        self.use_it(api, again).await;
    }

    async fn use_it(&self, _: &Api, answer: &Reply) {
        let portfolios = &answer.ok()["portfolios"];
        assert_eq!(portfolios.as_array().map(Vec::len), Some(1), "{answer}");
        let index = portfolios[0]["addressIndex"].as_u64().expect("an index");
        let index = index.try_into().expect("a BIP-32 index");
        let derived = custody::address(&custody::vectors().xpub, index);
        assert_eq!(portfolios[0]["publicAddress"], derived, "{answer}");
    }
}

/// Under no chosen id: only an Idempotency-Key tells the same call from another.
pub struct NamelessPortfolio(Portfolio);

impl Scenario for NamelessPortfolio {
    async fn fresh(api: &Api) -> NamelessPortfolio {
        NamelessPortfolio(Portfolio::with(api, None).await)
    }

    async fn call(&self, api: &Api) -> Reply {
        self.0.call(api).await
    }

    fn done(&self, database: &Database) -> i64 {
        self.0.done(database)
    }

    async fn get_on(&self, _: &Api, _: &Reply, again: &Reply) {
        again.ok();
    }

    async fn use_it(&self, api: &Api, answer: &Reply) {
        self.0.use_it(api, answer).await;
    }
}

pub struct KycWebhook(User, Event);

impl Scenario for KycWebhook {
    async fn fresh(api: &Api) -> KycWebhook {
        let user = api.person().await;
        let event = Event::status(&user.id, "VERIFIED", &moment(0));
        KycWebhook(user, event)
    }

    async fn call(&self, api: &Api) -> Reply {
        self.1.send(api).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM audit WHERE user_id = ?1 AND event = 'kyc.status'";
        database.number(sql, [&self.0.id])
    }

    async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
        // What was lost may have been applied: then this one is a replay.
        assert_eq!(again.ok()["status"], "VERIFIED", "{again}");
        assert_eq!(self.done(&database()), 1, "one event");
        api.portfolio(&self.0.account).await.ok();
    }
}

/// A client's own token.
pub struct ClientToken;

impl Scenario for ClientToken {
    async fn fresh(_: &Api) -> ClientToken {
        ClientToken
    }

    async fn call(&self, api: &Api) -> Reply {
        let demo = gatehouse().service.client("demo");
        let call = api.call(Method::POST, "/oauth2/token");
        let call = call.basic(&demo.id, &demo.secret);
        call.form("grant_type=client_credentials").send().await
    }

    fn done(&self, _: &Database) -> i64 {
        0
    }

    async fn get_on(&self, _: &Api, _: &Reply, again: &Reply) {
        again.expect_status(200);
    }
}

// --- the same, with an Idempotency-Key -------------------------------------------------------

/// Whatever happened to the first call, the second completes it: the same work, done once.
pub struct Keyed<S>(S, String);

impl<S: Scenario> Scenario for Keyed<S> {
    /// The key is claimed first.
    const COMMIT: usize = S::COMMIT + 1;
    const ONCE: i64 = S::ONCE;

    async fn fresh(api: &Api) -> Keyed<S> {
        Keyed(S::fresh(api).await, random::letters(20))
    }

    async fn call(&self, api: &Api) -> Reply {
        self.0.call(&api.with_key(&self.1)).await
    }

    fn done(&self, database: &Database) -> i64 {
        self.0.done(database)
    }

    fn phone(&self) -> Option<&str> {
        self.0.phone()
    }

    async fn get_on(&self, api: &Api, first: &Reply, again: &Reply) {
        let (api, again) = match again.code() {
            // Whoever worked on it has half a minute to say so.
            1007 => {
                let later = api.believing(now() + 31 * SECOND);
                let again = self.call(&later).await;
                (later, again)
            }
            _ => (api.clone(), again.clone()),
        };
        again.ok();
        if first.status == 200 && again.header("idempotency-replayed") == "true" {
            assert_eq!(first.raw, again.raw);
        }
        assert_eq!(self.done(&database()), S::ONCE);
        let sent = || self.phone().map(|phone| api.messages_to(phone));
        let before = sent();
        let replayed = self.call(&api).await;
        assert_eq!(replayed.raw, again.raw);
        assert_eq!(replayed.header("idempotency-replayed"), "true");
        assert_eq!(sent(), before, "a replay sent an SMS");
        self.0.use_it(&api, &again).await;
    }
}
