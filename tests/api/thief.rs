//! Whoever has taken two of the things by which a person shows who they are, and tries all that can be tried with them:
//! the number and the e-mail stay the person's, but where the two are what a login or a recovery asks for.

use std::sync::Arc;

use serde_json::Value;

use crate::contact::{contacts, hours_held, info};
use crate::support::database::Database;
use crate::support::people::{wrong, Session, User};
use crate::support::{random, Api, Challenge, Gatehouse};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thing {
    Password,
    /// Reads what is sent to the number.
    Phone,
    /// Reads what is sent to the e-mail.
    Mailbox,
    /// Of a device that was logged in a while ago.
    Session,
    RecoveryCode,
}

const ALL: [Thing; 5] = [
    Thing::Password,
    Thing::Phone,
    Thing::Mailbox,
    Thing::Session,
    Thing::RecoveryCode,
];

/// What a login asks for, and what a recovery asks for in its place.
const ENOUGH: [[Thing; 2]; 2] = [
    [Thing::Password, Thing::Phone],
    [Thing::Password, Thing::RecoveryCode],
];

struct Thief {
    api: Api,
    victim: User,
    held: [Thing; 2],
    password: Option<String>,
    recovery_code: Option<String>,
    sessions: Vec<Session>,
    /// Their own.
    email: String,
    phone: String,
}

impl Thief {
    async fn with(gatehouse: &Arc<Gatehouse>, held: [Thing; 2]) -> Thief {
        let api = Api::on(gatehouse.clone()).await;
        let (victim, session) = api.signed_in_user().await;
        let codes = api.recovery_codes(&victim, &session.access).await;
        age(&api, &victim);
        let has = |thing| held.contains(&thing);
        Thief {
            password: has(Thing::Password).then(|| victim.password.clone()),
            recovery_code: has(Thing::RecoveryCode).then(|| codes[0].clone()),
            sessions: has(Thing::Session).then_some(session).into_iter().collect(),
            email: random::email(),
            phone: random::phone(),
            api,
            victim,
            held,
        }
    }

    fn has(&self, thing: Thing) -> bool {
        self.held.contains(&thing)
    }

    async fn try_everything(&mut self) {
        self.log_in().await;
        self.take_over().await;
        // Nothing is left to be had.
        if contacts(&self.api, &self.victim).await.0 == self.email {
            return;
        }
        self.reset().await;
        self.log_in().await;
        self.take_over().await;
    }

    /// The code that was sent to the victim's number, or a guess.
    async fn read(&self, challenge: &Challenge) -> String {
        let code = self.api.code(challenge).await;
        match self.has(Thing::Phone) {
            true => code,
            false => wrong(&code),
        }
    }

    async fn reset(&mut self) {
        let reset = self.api.start_reset(&self.victim).await;
        let code = self.read(&reset).await;
        let password = random::password();
        self.api.answer(&reset, &code).await;
        self.api.change_password(&reset, &password).await;
        let login = self.api.login(&self.victim.email, &password).await;
        if login.status == 200 {
            self.password = Some(password);
        }
    }

    async fn log_in(&mut self) {
        let password = self.password.clone().unwrap_or_else(random::password);
        let victim = User {
            password,
            ..self.victim.clone()
        };
        let before = self.api.codes_to(&victim.phone);
        let login = self.api.login(&victim.email, &victim.password).await;
        if login.status != 200 {
            return;
        }
        let sent = self.api.codes_to(&victim.phone);
        let challenge = Challenge {
            session: login.text("/data/sessionId"),
            username: victim.email.clone(),
            kind: "SMS_MFA",
            phone: victim.phone.clone(),
            // That of a login just before is good for this one too.
            before: if sent > before { before } else { before - 1 },
        };
        let code = self.read(&challenge).await;
        let mut opened = self.api.answer(&challenge, &code).await;
        if let (true, Some(code)) = (opened.status != 200, &self.recovery_code) {
            opened = self.api.recover(&challenge, code).await;
        }
        if opened.status == 200 {
            self.sessions.push(Session::of(opened.ok()));
        }
    }

    /// Tries to change all that the victim could, in every session that there is.
    async fn take_over(&mut self) {
        let password = self.password.clone().unwrap_or_else(random::password);
        for session in self.sessions.clone() {
            let access = &session.access;
            let made = self.api.make_recovery_codes(access, &password).await;
            if let Some(code) = made.body["data"]["codes"][0].as_str() {
                self.recovery_code = Some(code.to_owned());
            }
            self.change_email(access, &password).await;
            self.change_phone(access, &password).await;
        }
    }

    async fn change_email(&self, access: &str, password: &str) {
        let begun = self.api.change_email(access, &self.email, password).await;
        if begun.status == 200 {
            let (challenge, code) = self.api.mailed(&begun, &self.victim, &self.email).await;
            self.api.answer(&challenge, &code).await;
        }
    }

    async fn change_phone(&self, access: &str, password: &str) {
        let begun = self.api.change_phone(access, &self.phone, password).await;
        if begun.status != 200 {
            return;
        }
        let (email, _) = contacts(&self.api, &self.victim).await;
        let named = User {
            email,
            ..self.victim.clone()
        };
        for challenge in self.api.at_numbers(&begun, &named, &self.phone) {
            let code = match challenge.phone == self.phone {
                true => self.api.code(&challenge).await,
                false => self.read(&challenge).await,
            };
            self.api.answer(&challenge, &code).await;
        }
    }
}

/// The victim's sessions were opened six minutes ago.
fn age(api: &Api, victim: &User) {
    let database = Database::of(&api.gatehouse.service);
    let sql = "UPDATE sessions SET created_at = created_at - 360000 WHERE user_id = ?1";
    database.change(sql, [&victim.id]);
}

#[tokio::test]
async fn whoever_holds_two_things_changes_number_or_email_only_where_they_are_what_a_login_asks_for(
) {
    let gatehouse = Gatehouse::start("thief", &[]);
    for (nth, first) in ALL.into_iter().enumerate() {
        for second in ALL.into_iter().skip(nth + 1) {
            let held = [first, second];
            let mut thief = Thief::with(&gatehouse, held).await;
            thief.try_everything().await;
            let victim = &thief.victim;
            let now = contacts(&thief.api, victim).await;
            let kept = (victim.email.clone(), victim.phone.clone());
            match ENOUGH.contains(&held) {
                true => assert!(now.0 != kept.0 && now.1 != kept.1, "{held:?}: {now:?}"),
                false => assert_eq!(now, kept, "{held:?}"),
            }
            // Whoever has got in by the number alone, or in the place of the number, moves no money.
            let hold = hours_held(&info(&thief.api, victim).await);
            match held {
                [Thing::Password, Thing::RecoveryCode] => assert_eq!(hold, Some(72)),
                _ if thief.has(Thing::Phone) => assert_eq!(hold, Some(24), "{held:?}"),
                _ => assert_eq!(hold, None, "{held:?}"),
            }
        }
    }
}

#[tokio::test]
async fn after_a_reset_what_opens_the_account_stays_as_it_is_for_a_day() {
    let api = Api::on(Gatehouse::start("reset-settles", &[])).await;
    let (mut user, _) = api.signed_in_user().await;
    let reset = api.start_reset(&user).await;
    api.answer_rightly(&reset).await.ok();
    user.password = random::password();
    api.change_password(&reset, &user.password).await.ok();
    let session = api.session(&user).await;
    let access = &session.access;
    let calls = [
        api.change_email(access, &random::email(), &user.password)
            .await,
        api.change_phone(access, &random::phone(), &user.password)
            .await,
        api.make_recovery_codes(access, &user.password).await,
        api.erase_oneself(access, &user.password).await,
    ];
    for reply in &calls {
        let wait = reply.fails(2005).body["data"]["retryAfter"].as_u64();
        assert!(
            wait.is_some_and(|wait| (86_300..=86_400).contains(&wait)),
            "{reply}"
        );
        assert_eq!(
            reply.header("retry-after"),
            wait.unwrap_or_default().to_string()
        );
    }
    // What takes nothing from anybody goes on, and a password that is known.
    api.verify_email(access).await.ok();
    let next = random::password();
    api.change_known(access, &user.password, &next).await.ok();
    let database = Database::of(&api.gatehouse.service);
    let sql = "UPDATE users SET reset_at = reset_at - 86400000 WHERE id = ?1";
    database.change(sql, [&user.id]);
    let again = api.change_phone(access, &random::phone(), &next).await;
    assert!(again.ok()["challenges"]
        .as_array()
        .is_some_and(|all| all.len() == 2));
}

#[tokio::test]
async fn an_old_session_and_the_password_change_nothing() {
    let api = Api::on(Gatehouse::start("old-session", &[])).await;
    let (user, session) = api.signed_in_user().await;
    age(&api, &user);
    let (email, phone) = (random::email(), random::phone());
    api.change_email(&session.access, &email, &user.password)
        .await
        .fails(2004);
    let reply = api
        .change_phone(&session.access, &phone, &user.password)
        .await;
    assert_eq!(reply.fails(2004).body["data"], Value::Null);
    assert_eq!(api.messages_to(&phone), 0);
    assert!(api.gatehouse.post.sent_to(&email).is_empty());
}
