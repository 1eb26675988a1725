//! The proof of an e-mail, and another e-mail or number: what is swept, and what it has come to.

use serde_json::json;

use crate::database::Database;
use crate::fault::{gatehouse, now, MINUTE};
use crate::scenario::Scenario;
use crate::support::http::Reply;
use crate::support::people::{Session, User};
use crate::support::{random, Api, Challenge};
use crate::witness::{keep, session_of};

pub fn database() -> Database {
    Database::of(&gatehouse().service)
}

/// What is proven or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    OwnEmail,
    NewEmail,
    NewNumber,
    /// In a session that was opened by a recovery code.
    NewNumberAlone,
}

pub const KINDS: [Kind; 4] = [
    Kind::OwnEmail,
    Kind::NewEmail,
    Kind::NewNumber,
    Kind::NewNumberAlone,
];

/// Somebody who is logged in twice, and has begun it in the later session.
pub struct Begun {
    pub kind: Kind,
    pub user: User,
    pub other: Session,
    pub session: Session,
    /// The e-mail or the number.
    pub new: String,
    /// Each with its code, that of an old number first.
    pub challenges: Vec<(Challenge, String)>,
}

/// Logged in twice; the later session is as this change needs it.
pub async fn person(api: &Api, kind: Kind) -> (User, Session, Session) {
    let (user, other) = api.person_with_session().await;
    let codes = match kind {
        Kind::NewNumberAlone => api.recovery_codes(&user, &other.access).await,
        _ => Vec::new(),
    };
    let login = api.log_in(&user).await;
    let session = match codes.first() {
        Some(code) => session_of(&api.recover(&login, code).await),
        None => session_of(&api.answer_rightly(&login).await),
    };
    (user, other, session)
}

impl Kind {
    pub fn another(self, user: &User) -> String {
        match self {
            Kind::OwnEmail => user.email.clone(),
            Kind::NewEmail => random::email(),
            Kind::NewNumber | Kind::NewNumberAlone => random::phone(),
        }
    }

    /// Of the audit row that tells of it.
    pub fn told(self) -> [&'static str; 2] {
        match self {
            Kind::OwnEmail => ["user.email", "verified"],
            Kind::NewEmail => ["user.email", "changed"],
            Kind::NewNumber | Kind::NewNumberAlone => ["user.phone", "changed"],
        }
    }

    pub fn status(self) -> &'static str {
        match self {
            Kind::OwnEmail => "EMAIL_VERIFIED",
            Kind::NewEmail => "EMAIL_CHANGED",
            Kind::NewNumber | Kind::NewNumberAlone => "PHONE_CHANGED",
        }
    }
}

/// The call that begins it.
pub async fn begin(api: &Api, kind: Kind, user: &User, session: &Session, new: &str) -> Reply {
    let (access, password) = (&session.access, &user.password);
    match kind {
        Kind::OwnEmail => api.verify_email(access).await,
        Kind::NewEmail => api.change_email(access, new, password).await,
        Kind::NewNumber | Kind::NewNumberAlone => api.change_phone(access, new, password).await,
    }
}

impl Begun {
    pub async fn at(api: &Api, kind: Kind) -> Begun {
        let (user, other, session) = person(api, kind).await;
        let new = kind.another(&user);
        Begun::to(api, kind, (user, other, session), new).await
    }

    pub async fn to(api: &Api, kind: Kind, person: (User, Session, Session), new: String) -> Begun {
        let begun = begin(api, kind, &person.0, &person.2, &new).await;
        Begun::by(api, kind, person, new, &begun).await
    }

    /// By this answer.
    pub async fn by(
        api: &Api,
        kind: Kind,
        (user, other, session): (User, Session, Session),
        new: String,
        begun: &Reply,
    ) -> Begun {
        let mut challenges = Vec::new();
        match kind {
            Kind::OwnEmail | Kind::NewEmail => {
                challenges.push(api.mailed(begun, &user, &new).await);
            }
            Kind::NewNumber | Kind::NewNumberAlone => {
                for challenge in api.at_numbers(begun, &user, &new) {
                    let code = api.code(&challenge).await;
                    challenges.push((challenge, code));
                }
            }
        }
        for (challenge, code) in &challenges {
            keep(&challenge.session);
            keep(code);
        }
        Begun {
            kind,
            user,
            other,
            session,
            new,
            challenges,
        }
    }

    /// All codes but the last are right already.
    pub async fn at_its_last(api: &Api, kind: Kind) -> Begun {
        let begun = Begun::at(api, kind).await;
        begun.but_the_last(api).await;
        begun
    }

    pub async fn but_the_last(&self, api: &Api) {
        for (challenge, code) in &self.challenges[..self.challenges.len() - 1] {
            let reply = api.answer(challenge, code).await;
            assert_eq!(reply.ok()["status"], "OTHER_CODE_REQUIRED", "{reply}");
        }
    }

    pub async fn answer_last(&self, api: &Api) -> Reply {
        let (challenge, code) = self.challenges.last().expect("a challenge");
        api.answer(challenge, code).await
    }

    /// How often it was told.
    pub fn told(&self, database: &Database) -> i64 {
        let [event, outcome] = self.kind.told();
        let sql = "SELECT COUNT(*) FROM audit WHERE user_id = ?1 AND event = ?2 AND outcome = ?3";
        database.number(sql, [self.user.id.as_str(), event, outcome])
    }

    /// The user as it left them.
    pub fn changed(&self) -> User {
        let mut user = self.user.clone();
        match self.kind {
            Kind::OwnEmail => {}
            Kind::NewEmail => user.email = self.new.clone(),
            Kind::NewNumber | Kind::NewNumberAlone => user.phone = self.new.clone(),
        }
        user
    }

    /// Done, once, with all that goes with it.
    pub async fn is_complete(&self, api: &Api) {
        assert_eq!(self.told(&database()), 1, "{:?}", self.kind);
        let is_change = self.kind != Kind::OwnEmail;
        let epoch = "SELECT credential_epoch FROM users WHERE id = ?1";
        let epoch = database().number(epoch, [&self.user.id]);
        assert_eq!(epoch, i64::from(is_change));
        let me = api.me(&self.session.access).await;
        let user = self.changed();
        assert_eq!(me.ok()["email"], user.email.as_str(), "{me}");
        assert_eq!(me.ok()["phoneNumber"], user.phone.as_str(), "{me}");
        let email_verified = matches!(self.kind, Kind::OwnEmail | Kind::NewEmail);
        assert_eq!(me.ok()["info"]["emailVerified"], email_verified, "{me}");
        assert_eq!(me.ok()["info"]["holdUntil"].is_string(), is_change, "{me}");
        if !is_change {
            api.me(&self.other.access).await.ok();
            return;
        }
        api.me(&self.other.access).await.fails(2002);
        let reply = api.refresh(&user.email, &self.other.refresh).await;
        reply.fails(5001);
        api.refresh(&user.email, &self.session.refresh).await.ok();
        if self.kind == Kind::NewEmail {
            let old = &self.user.email;
            api.login(old, &user.password).await.fails(3004);
        }
        session_of(&api.answer_rightly(&api.log_in(&user).await).await);
    }

    /// Nothing is changed.
    pub fn is_as_it_was(&self) {
        let sql = "SELECT COUNT(*) FROM users WHERE id = ?1 AND email = ?2 AND phone = ?3 AND email_verified_at IS NULL";
        let user = &self.user;
        let found = database().number(sql, [&user.id, &user.email, &user.phone]);
        assert_eq!((found, self.told(&database())), (1, 0));
    }
}

// --- beginning -------------------------------------------------------------------------------

/// The call that sends the code, or both.
struct Beginning {
    kind: Kind,
    user: User,
    other: Session,
    session: Session,
    new: String,
}

impl Beginning {
    async fn fresh(api: &Api, kind: Kind) -> Beginning {
        let (user, other, session) = person(api, kind).await;
        let new = kind.another(&user);
        Beginning {
            kind,
            user,
            other,
            session,
            new,
        }
    }

    async fn call(&self, api: &Api) -> Reply {
        begin(api, self.kind, &self.user, &self.session, &self.new).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM challenges WHERE session_id IS NOT NULL AND user_id = ?1";
        database.number(sql, [&self.user.id])
    }

    /// Messages that went out to where this code goes to; that of an old number knew two logins before.
    fn sent(&self, api: &Api, to: &str) -> usize {
        let before = if to == self.user.phone { 2 } else { 0 };
        match self.kind {
            Kind::OwnEmail | Kind::NewEmail => gatehouse().post.sent_to(to).len(),
            _ => api.messages_to(to) - before,
        }
    }

    /// Whatever became of the first call, the next leads on: where nobody knows whether its message went out it may
    /// not have, and is asked for once more a minute later.
    async fn get_on(&self, api: &Api, again: &Reply) {
        let ids: Vec<(String, &str, &'static str)> = match self.kind {
            Kind::OwnEmail => vec![(again.text("/data/sessionId"), &self.new, "VERIFY_EMAIL")],
            Kind::NewEmail => vec![(again.text("/data/sessionId"), &self.new, "CHANGE_EMAIL")],
            _ => [(0, &self.user.phone), (1, &self.new)]
                .map(|(nth, to)| {
                    let place = format!("/data/challenges/{nth}/sessionId");
                    (again.text(&place), to.as_str(), "CHANGE_PHONE")
                })
                .into(),
        };
        let later = api.believing(now() + MINUTE);
        let mut status = String::new();
        for (session, to, kind) in ids {
            let api = match self.sent(api, to) {
                0 => &later,
                _ => api,
            };
            if self.sent(api, to) == 0 {
                let body = json!({ "sessionId": session });
                let resent = api.post("/v1/user/otp/resend", &api.token, body).await;
                resent.ok();
            }
            let code = self.newest_code(to);
            let challenge = Challenge {
                session,
                username: self.user.email.clone(),
                kind,
                phone: to.to_owned(),
                before: 0,
            };
            let reply = api.answer(&challenge, &code).await;
            reply.ok();
            status = reply.text("/data/status");
            assert_eq!(self.sent(api, to), 1, "{to}");
        }
        assert_eq!(status, self.kind.status());
        let begun = Begun {
            kind: self.kind,
            user: self.user.clone(),
            other: self.other.clone(),
            session: self.session.clone(),
            new: self.new.clone(),
            challenges: Vec::new(),
        };
        // By a clock on which it is the last.
        begun.is_complete(&later).await;
    }

    fn newest_code(&self, to: &str) -> String {
        let code = match self.kind {
            Kind::OwnEmail | Kind::NewEmail => {
                let sent = gatehouse().post.sent_to(to);
                sent.last().expect("a mail").code()
            }
            _ => {
                let sent = gatehouse().twilio.sent_to(to);
                let newest = sent.iter().rfind(|sms| sms.accepted);
                newest.expect("an SMS").code()
            }
        };
        keep(&code);
        code
    }
}

macro_rules! beginnings {
    ($($(#[$doc:meta])* $name:ident: $kind:expr, $commit:literal;)*) => {$(
        $(#[$doc])*
        pub struct $name(Beginning);

        impl Scenario for $name {
            const COMMIT: usize = $commit;

            async fn fresh(api: &Api) -> Self {
                Self(Beginning::fresh(api, $kind).await)
            }

            async fn call(&self, api: &Api) -> Reply {
                self.0.call(api).await
            }

            fn done(&self, database: &Database) -> i64 {
                self.0.done(database)
            }

            async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
                again.ok();
                self.0.get_on(api, again).await;
            }
        }
    )*};
}

beginnings! {
    ProveEmail: Kind::OwnEmail, 2;
    /// Whether the session is fresh is asked first, and the attempt is counted.
    ChangeEmail: Kind::NewEmail, 3;
    /// At the old number first.
    ChangeNumber: Kind::NewNumber, 3;
}

// --- the codes -------------------------------------------------------------------------------

/// The first of two right codes, which changes nothing.
pub struct FirstOfTwo(Begun);

impl Scenario for FirstOfTwo {
    async fn fresh(api: &Api) -> FirstOfTwo {
        FirstOfTwo(Begun::at(api, Kind::NewNumber).await)
    }

    async fn call(&self, api: &Api) -> Reply {
        let (challenge, code) = &self.0.challenges[0];
        api.answer(challenge, code).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM challenges WHERE user_id = ?1 AND purpose = 'CHANGE_PHONE_OLD' AND code_ok_at IS NOT NULL";
        database.number(sql, [&self.0.user.id])
    }

    async fn get_on(&self, api: &Api, first: &Reply, again: &Reply) {
        again.fails_with_one_of(match first.status {
            200 => &[4002],
            _ => &[0, 4002],
        });
        self.0.is_as_it_was();
        // Whether or not the answer arrived, the old number has said its word.
        let reply = self.0.answer_last(api).await;
        assert_eq!(reply.ok()["status"], "PHONE_CHANGED", "{reply}");
        self.0.is_complete(api).await;
    }
}

macro_rules! last_codes {
    ($($name:ident: $kind:expr;)*) => {$(
        pub struct $name(Begun);

        impl Scenario for $name {
            async fn fresh(api: &Api) -> Self {
                Self(Begun::at_its_last(api, $kind).await)
            }

            async fn call(&self, api: &Api) -> Reply {
                self.0.answer_last(api).await
            }

            fn done(&self, database: &Database) -> i64 {
                self.0.told(database)
            }

            async fn get_on(&self, api: &Api, first: &Reply, again: &Reply) {
                again.fails_with_one_of(match first.status {
                    200 => &[4002],
                    _ => &[0, 4002],
                });
                self.0.is_complete(api).await;
            }

            async fn use_it(&self, api: &Api, answer: &Reply) {
                assert_eq!(answer.ok()["status"], self.0.kind.status(), "{answer}");
                self.0.is_complete(api).await;
            }
        }
    )*};
}

last_codes! {
    EmailProven: Kind::OwnEmail;
    EmailChanged: Kind::NewEmail;
    NumberChanged: Kind::NewNumber;
    NumberChangedAlone: Kind::NewNumberAlone;
}

// --- the partner's word ----------------------------------------------------------------------

/// The same caller, who may say it.
pub async fn may_say(api: &Api) -> Api {
    api.with_token(&api.client_token("demoRecovery").await)
}

pub async fn say(api: &Api, user: &User, new: &str) -> Reply {
    let path = format!("/v1/user/{}", user.id);
    let reason = "passport shown at the desk";
    match new.contains('@') {
        true => {
            let body = json!({"newEmail": new, "reason": reason});
            api.post(&format!("{path}/email"), &api.token, body).await
        }
        false => {
            let body = json!({"newPhoneNumber": new, "reason": reason});
            api.post(&format!("{path}/phone"), &api.token, body).await
        }
    }
}

/// Of somebody who has recovery codes and is logged in.
struct Saying {
    desk: Api,
    user: User,
    session: Session,
    new: String,
    code: String,
}

impl Saying {
    async fn fresh(api: &Api, new: String) -> Saying {
        let (user, session) = api.person_with_session().await;
        let code = api.recovery_codes(&user, &session.access).await[0].clone();
        keep(&code);
        Saying {
            desk: may_say(api).await,
            user,
            session,
            new,
            code,
        }
    }

    /// With what the caller meets.
    async fn call(&self, api: &Api) -> Reply {
        let mut desk = self.desk.clone();
        desk.headers = api.headers.clone();
        say(&desk, &self.user, &self.new).await
    }

    fn done(&self, database: &Database) -> i64 {
        let sql = "SELECT COUNT(*) FROM audit WHERE user_id = ?1 AND outcome = 'given' AND reason IS NOT NULL";
        database.number(sql, [&self.user.id])
    }

    async fn get_on(&self, api: &Api, again: &Reply) {
        again.ok();
        // Said again, it changes nothing.
        let said = self.done(&database());
        assert_eq!(said, 1);
        let epoch = "SELECT credential_epoch FROM users WHERE id = ?1";
        assert_eq!(database().number(epoch, [&self.user.id]), said);
        api.me(&self.session.access).await.fails(2002);
        let mut user = self.user.clone();
        match self.new.contains('@') {
            true => user.email = self.new.clone(),
            false => user.phone = self.new.clone(),
        }
        let login = api.log_in(&user).await;
        api.recover(&login, &self.code).await.fails(4001);
        let session = session_of(&api.answer_rightly(&login).await);
        let me = api.me(&session.access).await;
        assert_eq!(me.ok()["email"], user.email.as_str(), "{me}");
        assert_eq!(me.ok()["phoneNumber"], user.phone.as_str(), "{me}");
        assert!(me.ok()["info"]["holdUntil"].is_string(), "{me}");
    }
}

macro_rules! words {
    ($($name:ident: $new:expr;)*) => {$(
        pub struct $name(Saying);

        impl Scenario for $name {
            /// The user is read first.
            const COMMIT: usize = 2;

            async fn fresh(api: &Api) -> Self {
                Self(Saying::fresh(api, $new).await)
            }

            async fn call(&self, api: &Api) -> Reply {
                self.0.call(api).await
            }

            fn done(&self, database: &Database) -> i64 {
                self.0.done(database)
            }

            async fn get_on(&self, api: &Api, _: &Reply, again: &Reply) {
                self.0.get_on(api, again).await;
            }
        }
    )*};
}

words! {
    SayEmail: random::email();
    SayNumber: random::phone();
}
