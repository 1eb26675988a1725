//! The driver: does each step over HTTP with the real ids, codes and tokens, and compares what
//! comes back with what the model says.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{json, Value};

use crate::reference::{Expected, Model, Subject, CHOSEN_IDS, EMAILS, KINDS, MAX_TRIES, PHONES};
use crate::steps::{Age, Code, Name, Partner, Purpose, Step};
use crate::support::http::Reply;
use crate::support::kyc::{self, Event};
use crate::support::people::wrong;
use crate::support::{random, Api};

/// A reset within a minute of another is an alias; no case comes near that.
const LONGEST_CASE: Duration = Duration::from_secs(50);
/// The grace of a parent refresh token, less and more than which the clock is no matter.
const SURELY_IN_GRACE: Duration = Duration::from_secs(8);
const SURELY_AFTER_GRACE: Duration = Duration::from_millis(10_200);

pub struct World {
    apis: [Api; 2],
    /// That of `demo`, which says what people's e-mails and numbers are.
    desk: Api,
    started: Instant,
    emails: Vec<String>,
    phones: Vec<String>,
    chosen: Vec<String>,
    users: Vec<String>,
    passwords: Vec<String>,
    challenges: Vec<String>,
    codes: Vec<String>,
    sessions: Vec<Tokens>,
    accounts: Vec<RealAccount>,
    portfolios: Vec<RealPortfolio>,
    /// When the attempt that began a back-off was sent and answered.
    blocked: BTreeMap<Subject, (Instant, Instant)>,
    /// What nobody's e-mail was told its code went to.
    simulated: BTreeMap<(Partner, usize), Value>,
    /// Answers known to have been compared, by root.
    compared: BTreeMap<usize, usize>,
    /// The sentence of each failure that must not tell its reason.
    sentences: BTreeMap<(u64, bool), String>,
    pub done: usize,
    pub skipped: usize,
}

/// One session's tokens, oldest first.
struct Tokens {
    challenge: usize,
    refresh: Vec<String>,
    access: Vec<String>,
    rotated: (Instant, Instant),
}

struct RealAccount {
    id: String,
    key: Value,
}

struct RealPortfolio {
    id: String,
    address: String,
    index: u64,
}

impl World {
    pub async fn new(api: &Api) -> World {
        let block = random::bytes::<4>();
        let block = u32::from_be_bytes(block) % 100_000_000;
        let phone = |slot: usize| match slot == PHONES - 1 {
            true => format!("+1666{block:08}{slot:03}"),
            false => format!("+1555{block:08}{slot:03}"),
        };
        let mut api = api.clone();
        api.address = random::address();
        World {
            apis: [api.acting_as("demo").await, api.acting_as("other").await],
            desk: api.acting_as("demoRecovery").await,
            started: Instant::now(),
            emails: (0..EMAILS).map(|_| random::email()).collect(),
            phones: (0..PHONES).map(phone).collect(),
            chosen: (0..CHOSEN_IDS).map(|_| random::letters(20)).collect(),
            users: Vec::new(),
            passwords: Vec::new(),
            challenges: Vec::new(),
            codes: Vec::new(),
            sessions: Vec::new(),
            accounts: Vec::new(),
            portfolios: Vec::new(),
            blocked: BTreeMap::new(),
            simulated: BTreeMap::new(),
            compared: BTreeMap::new(),
            sentences: BTreeMap::new(),
            done: 0,
            skipped: 0,
        }
    }

    fn api(&self, partner: Partner) -> &Api {
        &self.apis[partner as usize]
    }

    fn name(&self, name: Name) -> &str {
        match name {
            Name::Email(email) => &self.emails[email],
            Name::Phone(phone) => &self.phones[phone],
        }
    }

    /// Does the step that brought the model to this state. `false` if the clock has run past the
    /// moment at which the model's answer was the right one.
    pub async fn step(&mut self, model: &Model, step: &Step) -> bool {
        let expected = model.expected;
        if self.started.elapsed() > LONGEST_CASE || self.is_too_late(model, step) {
            self.skipped += 1;
            return false;
        }
        self.wait_for(model, step).await;
        let sent = Instant::now();
        let Some(reply) = self.perform(model, step).await else {
            self.done += 1;
            return true;
        };
        let times = (sent, Instant::now());
        assert_eq!(
            reply.code(),
            expected.code,
            "the model says {} ({}): {reply}",
            expected.code,
            expected.why
        );
        self.messages_have_left(model).await;
        if expected.code == 0 {
            self.learn(model, step, &reply, times);
        } else {
            self.check_sentence(&reply);
        }
        if let Some(subject) = asked_about(model, step) {
            self.note_back_off(model, subject, expected, times);
        }
        self.check(model, step, &reply);
        self.done += 1;
        true
    }

    fn is_too_late(&self, model: &Model, step: &Step) -> bool {
        if let (Some(subject), 3005) = (asked_about(model, step), model.expected.code) {
            let (sent, _) = self.blocked[&subject];
            return sent.elapsed() + Duration::from_millis(700) > back_off(model, subject);
        }
        match (step, model.expected.code) {
            (Step::Refresh { session, age, .. }, _) => {
                let (sent, _) = self.sessions[*session].rotated;
                matches!(age, Age::Parent) && sent.elapsed() > SURELY_IN_GRACE
            }
            _ => false,
        }
    }

    async fn wait_for(&self, model: &Model, step: &Step) {
        let (since, wait) = match step {
            Step::WaitForPassword { subject } => {
                let (_, answered) = self.blocked[subject];
                (
                    answered,
                    back_off(model, *subject) + Duration::from_millis(50),
                )
            }
            Step::Refresh {
                session,
                age: Age::LateParent,
                ..
            } => (self.sessions[*session].rotated.1, SURELY_AFTER_GRACE),
            _ => return,
        };
        tokio::time::sleep(wait.saturating_sub(since.elapsed())).await;
    }

    /// The call itself; `None` for a step that is none.
    async fn perform(&mut self, model: &Model, step: &Step) -> Option<Reply> {
        Some(match *step {
            Step::WaitForPassword { .. } => return None,
            Step::SignUp {
                partner,
                email,
                phone,
            } => {
                let password = random::password();
                let body = json!({
                    "email": self.emails[email],
                    "phoneNumber": self.phones[phone],
                    "password": password,
                });
                if model.expected.code == 0 {
                    self.passwords.push(password);
                }
                let api = self.api(partner);
                api.post("/v1/user/sign-up", &api.token, body).await
            }
            Step::Login {
                partner,
                name,
                password,
            } => {
                let never = random::password();
                let password = password.map_or(&never, |it| &self.passwords[it]);
                self.api(partner).login(self.name(name), password).await
            }
            Step::Answer {
                partner,
                challenge,
                purpose,
                name,
                code,
            } => {
                let body = json!({
                    "sessionId": self.challenges[challenge],
                    "username": self.name(name),
                    "challengeType": purpose.as_str(),
                    "code": self.code(model, challenge, code).await,
                });
                let api = self.api(partner);
                api.post("/v1/user/otp", &api.token, body).await
            }
            Step::Refresh {
                partner,
                session,
                name,
                age,
            } => {
                let tokens = &self.sessions[session].refresh;
                let token = match age {
                    Age::Current => &tokens[tokens.len() - 1],
                    Age::Parent | Age::LateParent => &tokens[tokens.len() - 2],
                    Age::Older(nth) => &tokens[nth],
                };
                self.api(partner).refresh(self.name(name), token).await
            }
            Step::Me { session, token } => {
                self.apis[0].me(&self.sessions[session].access[token]).await
            }
            Step::Forget { partner, email } => {
                self.api(partner).forget_password(&self.emails[email]).await
            }
            Step::Change {
                partner,
                challenge,
                name,
            } => {
                let password = random::password();
                self.passwords.push(password.clone());
                let body = json!({
                    "sessionId": self.challenges[challenge],
                    "username": self.name(name),
                    "challengeType": "RESET_PASSWORD",
                    "password": password,
                    "passwordConfirm": password,
                });
                let api = self.api(partner);
                api.put("/v1/user/change-password", &api.token, body).await
            }
            Step::ChangeKnown { session, password } => {
                let new = random::password();
                let known = self.given(password);
                let access = self.access(session);
                let reply = self.apis[0].change_known(access, &known, &new).await;
                self.passwords.push(new);
                reply
            }
            Step::MakeCodes { session, password } => {
                let known = self.given(password);
                let access = self.access(session);
                self.apis[0].make_recovery_codes(access, &known).await
            }
            Step::Recover {
                partner,
                challenge,
                name,
                code,
            } => {
                let body = json!({
                    "sessionId": self.challenges[challenge],
                    "username": self.name(name),
                    "challengeType": "RECOVERY_CODE",
                    "code": code.map_or("00000-00000", |code| &self.codes[code]),
                });
                let api = self.api(partner);
                api.post("/v1/user/otp", &api.token, body).await
            }
            Step::VerifyEmail { session } => self.apis[0].verify_email(self.access(session)).await,
            Step::ChangeEmail {
                session,
                password,
                email,
            } => {
                let known = self.given(password);
                let (access, new) = (self.access(session), &self.emails[email]);
                self.apis[0].change_email(access, new, &known).await
            }
            Step::ChangePhone {
                session,
                password,
                phone,
            } => {
                let known = self.given(password);
                let (access, new) = (self.access(session), &self.phones[phone]);
                self.apis[0].change_phone(access, new, &known).await
            }
            Step::Give { user, contact } => {
                let (kind, member) = match contact {
                    Name::Email(_) => ("email", "newEmail"),
                    Name::Phone(_) => ("phone", "newPhoneNumber"),
                };
                let path = format!("/v1/user/{}/{kind}", self.users[user]);
                let body = json!({member: self.name(contact), "reason": "seen at the desk"});
                self.desk.post(&path, &self.desk.token, body).await
            }
            Step::Kyc {
                user,
                status,
                older,
            } => {
                let at = model.users[user].status_at;
                let at = if is_older(model, older) { at - 1 } else { at };
                let event = Event::status(&self.users[user], status.as_str(), &kyc::moment(at));
                event.send(&self.apis[0]).await
            }
            Step::Account {
                partner,
                user,
                chosen,
            } => {
                let mut body = json!({"userId": self.users[user]});
                if let Some(chosen) = chosen {
                    body["accountId"] = json!(self.chosen[chosen]);
                }
                let api = self.api(partner);
                api.post("/v1/account", &api.token, body).await
            }
            Step::Portfolio {
                partner,
                account,
                chosen,
                kind,
            } => {
                let mut body = json!({
                    "accountId": self.accounts[account].id,
                    "portfolioAccountType": KINDS[kind],
                });
                if let Some(chosen) = chosen {
                    body["portfolioId"] = json!(self.chosen[chosen]);
                }
                let api = self.api(partner);
                api.post("/v1/account/portfolio", &api.token, body).await
            }
        })
    }

    /// A password that somebody had once, or one that nobody ever had.
    fn given(&self, password: Option<usize>) -> String {
        password.map_or_else(random::password, |it| self.passwords[it].clone())
    }

    fn access(&self, session: usize) -> &str {
        let tokens = &self.sessions[session].access;
        tokens.last().expect("a session has a token")
    }

    /// The digits to answer with. A code of elsewhere that happens to be the right one here, one
    /// time in thousands, is exchanged for a wrong one.
    async fn code(&self, model: &Model, challenge: usize, code: Code) -> String {
        let right = self.sent_code(model, challenge).await;
        let of = match code {
            Code::Right => challenge,
            Code::Wrong => return right.map_or_else(|| "000000".to_owned(), |it| wrong(&it)),
            Code::Of(other) => other,
        };
        let given = self.sent_code(model, of).await;
        let given = given.expect("the model asks for codes that were sent");
        let same = model.challenges[of].root == model.challenges[challenge].root;
        match !same && right.as_ref() == Some(&given) {
            true => wrong(&given),
            false => given,
        }
    }

    async fn sent_code(&self, model: &Model, challenge: usize) -> Option<String> {
        let root = &model.challenges[model.challenges[challenge].root];
        let (to, nth) = (root.to?, root.message? as usize);
        let gatehouse = &self.apis[0].gatehouse;
        match to {
            Name::Phone(phone) => {
                let phone = &self.phones[phone];
                Some(gatehouse.twilio.nth_code(phone, nth).await)
            }
            Name::Email(email) => {
                let sent = gatehouse.post.sent_to(&self.emails[email]);
                let mut codes = sent.iter().filter_map(|mail| mail.its_code());
                Some(codes.nth(nth - 1).expect("a mail with its code"))
            }
        }
    }

    /// Takes the ids and tokens out of a success, and compares the rest.
    fn learn(&mut self, model: &Model, step: &Step, reply: &Reply, times: (Instant, Instant)) {
        let data = reply.ok();
        let object = model.expected.object;
        match *step {
            Step::SignUp { .. } => {
                self.users.push(reply.text("/data/userId"));
                self.accounts.push(RealAccount {
                    id: reply.text("/data/accounts/0/accountId"),
                    key: Value::Null,
                });
                self.check_user(model, object, data);
            }
            Step::Login { .. } => {
                self.challenges.push(reply.text("/data/sessionId"));
                assert_eq!(data["challengeType"], "SMS_MFA", "{reply}");
                assert_eq!(data["destination"], self.masked(model, object), "{reply}");
            }
            Step::Forget { partner, email } => self.learn_reset(model, (partner, email), reply),
            Step::Answer {
                purpose: Purpose::Login,
                challenge,
                name,
                ..
            } => {
                self.learn_session(model, challenge, reply, times);
                assert_eq!(data["username"], self.name(name), "{reply}");
            }
            Step::Recover {
                challenge, name, ..
            } => {
                self.learn_session(model, challenge, reply, times);
                assert_eq!(data["username"], self.name(name), "{reply}");
            }
            Step::ChangeKnown { .. } => assert_eq!(*data, json!({}), "{reply}"),
            Step::MakeCodes { .. } => {
                let made = data["codes"].as_array().expect("codes").iter();
                let made = made.map(|code| code.as_str().expect("a code").to_owned());
                self.codes.extend(made);
                assert_eq!(self.codes.len(), model.codes.len(), "{reply}");
            }
            Step::VerifyEmail { .. } | Step::ChangeEmail { .. } => {
                self.challenges.push(reply.text("/data/sessionId"));
                assert_eq!(self.challenges.len(), model.challenges.len(), "{reply}");
                assert_eq!(data["codeLength"], 6, "{reply}");
            }
            Step::ChangePhone { .. } => self.learn_numbers(model, reply),
            Step::Give { .. } => assert_eq!(*data, json!({}), "{reply}"),
            Step::Answer { name, .. } => {
                assert_eq!(data["username"], self.name(name), "{reply}");
                let status = match model.expected.why {
                    "one code of two" => "OTHER_CODE_REQUIRED",
                    "an e-mail is proven" => "EMAIL_VERIFIED",
                    "another e-mail" => "EMAIL_CHANGED",
                    "another number" | "another number after a recovery" => "PHONE_CHANGED",
                    "right code after the new password" => "PASSWORD_CHANGED",
                    _ => "PASSWORD_REQUIRED",
                };
                assert_eq!(data["status"], status, "{reply}");
            }
            Step::Refresh {
                session, age, name, ..
            } => {
                self.learn_refresh(session, age, reply, times);
                self.check_token_owner(model, session, reply);
                assert_eq!(data["username"], self.name(name), "{reply}");
            }
            Step::Me { .. } => self.check_user(model, object, data),
            Step::Change { .. } => assert_eq!(*data, json!({"data": {}}), "{reply}"),
            Step::Kyc { user, older, .. } => {
                assert_eq!(data["applied"], !is_older(model, older), "{reply}");
                assert_eq!(data["status"], model.users[user].status.as_str(), "{reply}");
            }
            Step::Account { .. } => {
                if model.accounts.len() > self.accounts.len() {
                    let id = reply.text("/data/accountId");
                    let key = Value::Null;
                    self.accounts.push(RealAccount { id, key });
                }
                self.check_account(model, object, data);
            }
            Step::Portfolio { .. } => {
                self.learn_portfolio(model, object, reply);
                self.check_account(model, object, data);
            }
            Step::WaitForPassword { .. } => {}
        }
    }

    fn learn_session(
        &mut self,
        model: &Model,
        challenge: usize,
        reply: &Reply,
        times: (Instant, Instant),
    ) {
        self.sessions.push(Tokens {
            challenge,
            refresh: vec![reply.text("/data/refreshToken")],
            access: vec![reply.text("/data/accessToken")],
            rotated: times,
        });
        self.check_token_owner(model, model.expected.object, reply);
    }

    fn learn_numbers(&mut self, model: &Model, reply: &Reply) {
        let begun = reply.ok()["challenges"].as_array().expect("challenges");
        for (nth, one) in begun.iter().enumerate() {
            let id = one["sessionId"].as_str().expect("a sessionId").to_owned();
            let is_new = nth + 1 == begun.len();
            let which = if is_new { "NEW" } else { "OLD" };
            assert_eq!(one["which"], which, "{reply}");
            let Some(Name::Phone(to)) = model.challenges[self.challenges.len()].to else {
                panic!("the model has no number: {reply}");
            };
            let to = &self.phones[to];
            let masked = format!("+********{}", &to[to.len() - 2..]);
            assert_eq!(one["destination"], masked, "{reply}");
            self.challenges.push(id);
        }
        assert_eq!(self.challenges.len(), model.challenges.len(), "{reply}");
    }

    fn learn_reset(&mut self, model: &Model, whose: (Partner, usize), reply: &Reply) {
        let nth = model.expected.object;
        let id = reply.text("/data/sdkResponseMetadata/requestId");
        self.challenges.push(id);
        let destination = reply.ok()["codeDeliveryDetails"]["destination"].clone();
        match model.challenges[nth].user {
            Some(_) => assert_eq!(destination, self.masked(model, nth), "{reply}"),
            None => {
                let first = self.simulated.entry(whose).or_insert(destination.clone());
                assert_eq!(*first, destination, "not stable: {reply}");
            }
        }
    }

    fn learn_refresh(
        &mut self,
        session: usize,
        age: Age,
        reply: &Reply,
        times: (Instant, Instant),
    ) {
        let tokens = &mut self.sessions[session];
        let token = reply.text("/data/refreshToken");
        let access = reply.text("/data/accessToken");
        if let Age::Current = age {
            tokens.refresh.push(token);
            tokens.access.push(access);
            tokens.rotated = times;
            return;
        }
        assert_eq!(
            tokens.refresh.last(),
            Some(&token),
            "another successor: {reply}"
        );
        *tokens.access.last_mut().expect("a session has a token") = access;
    }

    fn learn_portfolio(&mut self, model: &Model, account: usize, reply: &Reply) {
        if model.portfolios.len() == self.portfolios.len() {
            return;
        }
        // Of what an account lists the last is the newest, however many it has.
        let shown = reply.ok()["portfolios"].as_array();
        let shown = shown.and_then(|all| all.last()).expect("a portfolio");
        let made = model.portfolios_of(account).count();
        assert_eq!(reply.ok()["portfoliosTotal"], made, "{reply}");
        let text = |name: &str| shown[name].as_str().unwrap_or_default().to_owned();
        self.portfolios.push(RealPortfolio {
            id: text("portfolioId"),
            address: text("publicAddress"),
            index: shown["addressIndex"].as_u64().expect("an index"),
        });
    }

    fn masked(&self, model: &Model, challenge: usize) -> Value {
        let Some(Name::Phone(phone)) = model.challenges[challenge].to else {
            panic!("a challenge without a number");
        };
        let phone = &self.phones[phone];
        json!(format!("+********{}", &phone[phone.len() - 2..]))
    }

    fn note_back_off(
        &mut self,
        model: &Model,
        subject: Subject,
        expected: Expected,
        times: (Instant, Instant),
    ) {
        if expected.code == 3004 && model.throttle(subject).blocked {
            self.blocked.insert(subject, times);
        }
    }

    /// One answer whatever the reason, to the letter. Whoever is logged in is told that it is the password.
    fn check_sentence(&mut self, reply: &Reply) {
        if [2002, 3001, 3004, 4002, 4003, 5001, 6001, 6002].contains(&reply.code()) {
            let is_own =
                reply.code() == 3004 && !reply.to_string().starts_with("POST /v1/user/login ");
            let first = self.sentences.entry((reply.code(), is_own));
            let first = first.or_insert_with(|| reply.raw.clone());
            assert_eq!(*first, reply.raw, "the answer tells its reason");
        }
    }

    fn check_token_owner(&self, model: &Model, session: usize, reply: &Reply) {
        let user = model.sessions[session].user;
        let data = reply.ok();
        assert_eq!(data["userId"], self.users[user], "{reply}");
        let it = &model.users[user];
        assert_eq!(data["phoneNumber"], self.phones[it.phone], "{reply}");
    }

    fn check_user(&mut self, model: &Model, user: usize, shown: &Value) {
        let it = &model.users[user];
        for (name, value) in [
            ("userId", json!(self.users[user])),
            ("email", json!(self.emails[it.email])),
            ("phoneNumber", json!(self.phones[it.phone])),
            ("userAccountStatus", json!(it.status.as_str())),
        ] {
            assert_eq!(shown[name], value, "{name} in {shown}");
        }
        let verified = &shown["info"]["phoneNumberVerified"];
        assert_eq!(*verified, it.phone_verified, "{shown}");
        let verified = &shown["info"]["emailVerified"];
        assert_eq!(*verified, it.email_verified, "{shown}");
        let held = &shown["info"]["holdUntil"];
        assert_eq!(held.is_string(), it.held, "{shown}");
        let accounts: Vec<usize> = model.accounts_of(user).collect();
        let shown = shown["accounts"].as_array().expect("accounts");
        assert_eq!(shown.len(), accounts.len(), "{shown:?}");
        for (account, shown) in accounts.into_iter().zip(shown) {
            self.check_account(model, account, shown);
        }
    }

    fn check_account(&mut self, model: &Model, account: usize, shown: &Value) {
        let it = &model.accounts[account];
        let owner = &model.users[it.user];
        assert_eq!(shown["accountId"], self.accounts[account].id, "{shown}");
        assert_eq!(shown["email"], self.emails[it.email], "{shown}");
        assert_eq!(
            shown["active"],
            owner.status.as_str() == "VERIFIED",
            "{shown}"
        );
        self.check_key(it.keyed, account, shown);
        let portfolios: Vec<usize> = model.portfolios_of(account).collect();
        let listed = shown["portfolios"].as_array().expect("portfolios");
        assert_eq!(listed.len(), portfolios.len(), "{shown}");
        for (portfolio, shown) in portfolios.iter().zip(listed) {
            let real = &self.portfolios[*portfolio];
            assert_eq!(shown["portfolioId"], real.id, "{shown}");
            assert_eq!(shown["publicAddress"], real.address, "{shown}");
            assert_eq!(shown["addressIndex"], real.index, "{shown}");
            let kind = KINDS[model.portfolios[*portfolio].kind];
            assert_eq!(shown["portfolioAccountType"], kind, "{shown}");
        }
        let trading = portfolios
            .iter()
            .find(|it| model.portfolios[**it].kind == 0);
        let trading = trading.map(|it| self.portfolios[*it].id.as_str());
        assert_eq!(shown["tradingPortfolioId"], json!(trading), "{shown}");
    }

    /// The key comes with the first activation and never changes.
    fn check_key(&mut self, keyed: bool, account: usize, shown: &Value) {
        let key = &shown["encryptionKey"];
        assert_eq!(key.is_string(), keyed, "{shown}");
        assert_eq!(shown["subAccountId"].is_string(), keyed, "{shown}");
        let known = &mut self.accounts[account].key;
        if known.is_null() {
            *known = key.clone();
        }
        assert_eq!(*known, *key, "another key: {shown}");
    }

    /// What must hold whatever the model says, from the answers alone.
    fn check(&mut self, model: &Model, step: &Step, reply: &Reply) {
        if let (Step::Answer { challenge, .. } | Step::Recover { challenge, .. }, 0 | 4001) =
            (step, reply.code())
        {
            let root = model.challenges[*challenge].root;
            let compared = self.compared.entry(root).or_default();
            *compared += 1;
            assert!(*compared <= MAX_TRIES, "{compared} guesses: {reply}");
        }
        distinct("challenge ids", self.challenges.iter());
        let challenges = self.sessions.iter().map(|it| it.challenge);
        distinct("sessions of one challenge", challenges);
        let tokens = self.sessions.iter().flat_map(|it| &it.refresh);
        distinct("refresh tokens", tokens);
        distinct("addresses", self.portfolios.iter().map(|it| &it.address));
        distinct("indices", self.portfolios.iter().map(|it| it.index));
        let keys = self.accounts.iter().filter_map(|it| it.key.as_str());
        distinct("account keys", keys);
        for (phone, most) in self.phones.iter().zip(model.messages) {
            let sent = self.apis[0].messages_to(phone);
            assert!(sent <= most as usize, "{sent} messages, at most {most}");
        }
    }

    /// At the end of a case: what every session, user and phone must be.
    pub async fn finish(mut self, model: &Model) {
        if self.skipped > 0 && self.started.elapsed() > LONGEST_CASE {
            return;
        }
        for (nth, session) in model.sessions.iter().enumerate() {
            let tokens = &self.sessions[nth];
            let me = self.apis[0]
                .me(tokens.access.last().expect("a token"))
                .await;
            let api = self.api(session.partner);
            let name = &self.emails[model.users[session.user].email];
            let refresh = tokens.refresh.last().expect("a token");
            if session.live {
                let data = me.ok().clone();
                api.refresh(name, refresh).await.ok();
                self.check_user(model, session.user, &data);
            } else {
                me.fails(2002);
                api.refresh(name, refresh).await.fails(5001);
            }
        }
        self.messages_have_left(model).await;
        assert_eq!(self.apis[0].gatehouse.twilio.violations(), [""; 0]);
    }

    /// A reset's message and a notice leave after their answers: the next one to the number is not to overtake it.
    async fn messages_have_left(&self, model: &Model) {
        for (phone, sends) in self.phones.iter().zip(model.messages) {
            if sends > 0 {
                let twilio = &self.apis[0].gatehouse.twilio;
                twilio.nth(phone, sends as usize, |_| true).await;
            }
        }
    }
}

/// Whose password a step gives.
fn asked_about(model: &Model, step: &Step) -> Option<Subject> {
    match *step {
        Step::Login { partner, name, .. } => Some(subject(model, partner, name)),
        Step::ChangeKnown { session, .. }
        | Step::MakeCodes { session, .. }
        | Step::ChangeEmail { session, .. }
        | Step::ChangePhone { session, .. } => Some(Subject::User(model.sessions[session].user)),
        _ => None,
    }
}

fn subject(model: &Model, partner: Partner, name: Name) -> Subject {
    let found = model.find(partner, name);
    found.map_or(Subject::Nobody(partner, name), Subject::User)
}

/// How long the subject has to wait after its last failure.
fn back_off(model: &Model, subject: Subject) -> Duration {
    let failures = model.throttle(subject).failures;
    Duration::from_secs(1 << (failures.saturating_sub(5)).min(9))
}

fn is_older(model: &Model, older: bool) -> bool {
    older && model.expected.why == "an older word of the KYC provider"
}

fn distinct<T: Ord + std::fmt::Debug>(what: &str, all: impl Iterator<Item = T>) {
    let mut seen = std::collections::BTreeSet::new();
    for one in all {
        let shown = format!("{one:?}");
        assert!(seen.insert(one), "{what} are not distinct: {shown}");
    }
}
