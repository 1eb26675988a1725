//! What the service promises, as a pure function: the state of everything that can be seen from
//! outside, and for each step the one answer that is right. It knows no clock: what depends on
//! time is a step of its own (`Step::WaitForPassword`, `Age::LateParent`), for which the driver
//! makes the real clock fit.

use std::collections::BTreeMap;

use crate::steps::{Age, Code, Name, Partner, Purpose, Status, Step};

pub const EMAILS: usize = 3;
/// The numbers of one case: the last has a prefix of its own, the others share one.
pub const PHONES: usize = 4;
pub const CHOSEN_IDS: usize = 2;
pub const KINDS: [&str; 5] = ["TRADING", "STRATEGY", "EARN", "PAYMENT", "FEES"];

pub const MAX_TRIES: usize = 3;
const STAGINGS: usize = 5;
/// OTP_LOCK_AFTER of the service under test: below the 30-day cap, so that each shows.
pub const LOCK_AFTER: u32 = 7;
const FREE_FAILURES: u32 = 5;
/// Wrong recovery codes of a user in a day.
const WRONG_RECOVERY_CODES: u32 = 10;
pub const RECOVERY_CODES: usize = 10;
const SENDS_PER_PHONE: u32 = 5;
/// Of these, what resets and codes to new numbers may use.
const RESETS_PER_PHONE: u32 = 3;
/// And what notices may.
const NOTICES_PER_PHONE: u32 = 2;
/// Of a purpose whose codes are asked for in a session, by a user in a day.
const CHANGES_A_DAY: u32 = 10;
const SENDS_PER_PREFIX: u32 = 10;
/// Of these, what codes to new numbers may use.
const CHANGES_PER_PREFIX: u32 = 5;
/// Of one kind, to a user in a day.
const NOTICES_OF_A_KIND: u32 = 5;

/// What a case is mostly about; it changes how likely the steps are, never what is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Everyday,
    GuessingCodes,
    GuessingPasswords,
    Resetting,
    Sending,
    Owning,
    /// To another e-mail, another number.
    Moving,
}

pub const MOODS: [Mood; 7] = [
    Mood::Everyday,
    Mood::GuessingCodes,
    Mood::GuessingPasswords,
    Mood::Resetting,
    Mood::Sending,
    Mood::Owning,
    Mood::Moving,
];

#[derive(Clone, Debug)]
pub struct Model {
    pub mood: Mood,
    pub users: Vec<User>,
    /// Passwords ever chosen; a user has one of them.
    pub passwords: usize,
    pub challenges: Vec<Challenge>,
    pub sessions: Vec<Session>,
    pub codes: Vec<RecoveryCode>,
    pub accounts: Vec<Account>,
    pub portfolios: Vec<Portfolio>,
    /// Messages to each phone, of both partners.
    pub messages: [u32; PHONES],
    /// Mails with a code to each e-mail, of both partners.
    pub mails: [u32; EMAILS],
    /// What the caps count: a partner's own.
    /// By phone.
    sends: BTreeMap<(Partner, usize), Sends>,
    /// What a user was told by SMS too, and how often.
    notices: BTreeMap<(usize, &'static str), u32>,
    /// By e-mail.
    mail_sends: BTreeMap<(Partner, usize), u32>,
    /// Codes asked for in sessions.
    asked: BTreeMap<(usize, Purpose), u32>,
    pub throttles: BTreeMap<Subject, Throttle>,
    wrong_codes: BTreeMap<(Subject, Purpose), Wrong>,
    wrong_recovery_codes: BTreeMap<usize, u32>,
    /// A wait costs real seconds: one a case.
    pub waited: bool,
    /// The right answer to the last step.
    pub expected: Expected,
}

#[derive(Clone, Debug)]
pub struct User {
    pub partner: Partner,
    pub email: usize,
    pub phone: usize,
    pub password: usize,
    pub first_password: usize,
    pub epoch: u32,
    pub phone_verified: bool,
    /// The partner said that the number is theirs, and nobody has proven it since.
    pub given: bool,
    pub email_verified: bool,
    /// The password was reset: how they log in stays as it is.
    pub reset: bool,
    /// What takes money away is held back.
    pub held: bool,
    /// A sign-up that nobody proved, and whose e-mail or number is somebody's.
    pub gone: bool,
    pub status: Status,
    /// The time of the last KYC event that counted.
    pub status_at: u32,
}

#[derive(Clone, Debug)]
pub struct Challenge {
    pub purpose: Purpose,
    pub partner: Partner,
    /// `None`: a decoy.
    pub user: Option<usize>,
    /// What the user could be called when it was issued; no number of a reset's.
    pub email: usize,
    pub phone: Option<usize>,
    /// The session that asked, of all but logins and resets.
    pub session: Option<usize>,
    /// What is proven by it.
    pub contact: Option<Name>,
    /// The challenge at the old number, which has to be answered too.
    old: Option<usize>,
    /// Where its code went.
    pub to: Option<Name>,
    /// The challenge that carries the code: itself, or for an alias an earlier one.
    pub root: usize,
    /// Which message to its phone has the code, or which mail with one, from 1. `None`: nobody knows it.
    pub message: Option<u32>,
    epoch: u32,
    tries: usize,
    answered_rightly: bool,
    code_ok: bool,
    staged: Option<usize>,
    stagings: usize,
    consumed: bool,
}

#[derive(Clone, Debug)]
pub struct Session {
    pub user: usize,
    pub partner: Partner,
    /// Refresh tokens there have been; the last one is the live one.
    pub tokens: usize,
    pub live: bool,
    pub recovered: bool,
}

#[derive(Clone, Debug)]
pub struct RecoveryCode {
    pub user: usize,
    pub live: bool,
}

#[derive(Clone, Debug)]
pub struct Account {
    pub user: usize,
    /// The user's when it was opened.
    pub email: usize,
    pub partner: Partner,
    pub chosen: Option<usize>,
    /// Whether it has ever been active, and so has its key.
    pub keyed: bool,
}

#[derive(Clone, Debug)]
pub struct Portfolio {
    pub account: usize,
    pub partner: Partner,
    pub chosen: Option<usize>,
    pub kind: usize,
}

/// Whom failures are counted under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    User(usize),
    Nobody(Partner, Name),
}

#[derive(Clone, Copy, Debug, Default)]
pub struct Throttle {
    pub failures: u32,
    pub blocked: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sends {
    all: u32,
    /// And codes to new numbers.
    resets: u32,
    changes: u32,
    notices: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Wrong {
    streak: u32,
    total: u32,
}

/// An answer, why it is the right one, and which object it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// 0 for a success.
    pub code: u64,
    pub why: &'static str,
    pub object: usize,
}

fn ok(why: &'static str, object: usize) -> Expected {
    Expected {
        code: 0,
        why,
        object,
    }
}

fn fails(code: u64, why: &'static str) -> Expected {
    Expected {
        code,
        why,
        object: usize::MAX,
    }
}

impl Model {
    pub fn new(mood: Mood) -> Model {
        Model {
            mood,
            users: Vec::new(),
            passwords: 0,
            challenges: Vec::new(),
            sessions: Vec::new(),
            codes: Vec::new(),
            accounts: Vec::new(),
            portfolios: Vec::new(),
            messages: [0; PHONES],
            mails: [0; EMAILS],
            sends: BTreeMap::new(),
            notices: BTreeMap::new(),
            mail_sends: BTreeMap::new(),
            asked: BTreeMap::new(),
            throttles: BTreeMap::new(),
            wrong_codes: BTreeMap::new(),
            wrong_recovery_codes: BTreeMap::new(),
            waited: false,
            expected: ok("start", 0),
        }
    }

    pub fn apply(mut self, step: &Step) -> Model {
        self.expected = match *step {
            Step::SignUp {
                partner,
                email,
                phone,
            } => self.sign_up(partner, email, phone),
            Step::Login {
                partner,
                name,
                password,
            } => self.login(partner, name, password),
            Step::WaitForPassword { subject } => self.wait_for_password(subject),
            Step::Answer {
                partner,
                challenge,
                purpose,
                name,
                code,
            } => self.answer(partner, challenge, purpose, name, code),
            Step::Refresh {
                partner,
                session,
                name,
                age,
            } => self.refresh(partner, session, name, age),
            Step::Me { session, .. } => self.me(session),
            Step::Forget { partner, email } => self.forget(partner, email),
            Step::Change {
                partner,
                challenge,
                name,
            } => self.change(partner, challenge, name),
            Step::ChangeKnown { session, password } => self.change_known(session, password),
            Step::MakeCodes { session, password } => self.make_codes(session, password),
            Step::Recover {
                partner,
                challenge,
                name,
                code,
            } => self.recover(partner, challenge, name, code),
            Step::VerifyEmail { session } => self.verify_email(session),
            Step::ChangeEmail {
                session,
                password,
                email,
            } => self.change_email(session, password, email),
            Step::ChangePhone {
                session,
                password,
                phone,
            } => self.change_phone(session, password, phone),
            Step::Give { user, contact } => self.give(user, contact),
            Step::Kyc {
                user,
                status,
                older,
            } => self.kyc(user, status, older),
            Step::Account {
                partner,
                user,
                chosen,
            } => self.account(partner, user, chosen),
            Step::Portfolio {
                partner,
                account,
                chosen,
                kind,
            } => self.portfolio(partner, account, chosen, kind),
        };
        self
    }

    /// Whether a step speaks of things that are there: shrinking takes steps away.
    pub fn allows(&self, step: &Step) -> bool {
        match *step {
            Step::SignUp { .. } | Step::Forget { .. } => true,
            Step::Login { password, .. } => password.is_none_or(|it| it < self.passwords),
            Step::WaitForPassword { subject } => {
                !self.waited
                    && self.throttle(subject).blocked
                    && self.throttle(subject).failures < 8
            }
            Step::Answer {
                challenge, code, ..
            } => {
                challenge < self.challenges.len()
                    && self.has_code(challenge, code)
                    && self.challenges[challenge]
                        .contact
                        .is_none_or(|contact| self.leaves_nobody_aside(challenge, contact))
            }
            Step::Refresh { session, age, .. } => {
                let tokens = self.sessions.get(session).map_or(0, |it| it.tokens);
                match age {
                    Age::Current => tokens >= 1,
                    Age::Parent => tokens >= 2,
                    Age::LateParent => tokens >= 2 && !self.waited && self.sessions[session].live,
                    Age::Older(token) => token + 2 < tokens,
                }
            }
            Step::Me { session, token } => self
                .sessions
                .get(session)
                .is_some_and(|it| token < it.tokens),
            Step::Change { challenge, .. } => challenge < self.challenges.len(),
            Step::ChangeKnown { session, password }
            | Step::MakeCodes { session, password }
            | Step::ChangeEmail {
                session, password, ..
            }
            | Step::ChangePhone {
                session, password, ..
            } => session < self.sessions.len() && password.is_none_or(|it| it < self.passwords),
            Step::VerifyEmail { session } => session < self.sessions.len(),
            Step::Give { user, contact } => {
                user < self.users.len()
                    && !self.users[user].gone
                    && match self.holder(user, contact) {
                        Some(other) => matches!(contact, Name::Email(_)) || self.has_number(other),
                        None => true,
                    }
            }
            Step::Recover {
                challenge, code, ..
            } => challenge < self.challenges.len() && code.is_none_or(|it| it < self.codes.len()),
            Step::Kyc { user, .. } | Step::Account { user, .. } => {
                user < self.users.len() && !self.users[user].gone
            }
            Step::Portfolio { account, .. } => {
                account < self.accounts.len() && !self.users[self.accounts[account].user].gone
            }
        }
    }

    fn has_code(&self, challenge: usize, code: Code) -> bool {
        let known = |it: usize| {
            let found = self.challenges.get(it);
            found.is_some_and(|found| self.challenges[found.root].message.is_some())
        };
        match code {
            Code::Right => known(challenge),
            Code::Wrong => true,
            Code::Of(other) => known(other),
        }
    }

    pub fn find(&self, partner: Partner, name: Name) -> Option<usize> {
        self.users
            .iter()
            .position(|user| !user.gone && user.partner == partner && user.has_name(name))
    }

    /// Somebody else of the user's partner who has this e-mail or number.
    fn holder(&self, user: usize, contact: Name) -> Option<usize> {
        let found = self.find(self.users[user].partner, contact);
        found.filter(|found| *found != user)
    }

    fn has_number(&self, user: usize) -> bool {
        self.users[user].phone_verified || self.users[user].given
    }

    /// Nobody has proven the number, and nothing is built on the user.
    fn gives_way(&self, user: usize) -> bool {
        let built = |account: usize| {
            self.accounts[account].keyed || self.portfolios_of(account).next().is_some()
        };
        !self.has_number(user)
            && self.users[user].status != Status::Verified
            && !self.accounts_of(user).any(built)
    }

    /// What becomes of who keeps an account and loses the number to a proof is not modelled.
    fn leaves_nobody_aside(&self, challenge: usize, contact: Name) -> bool {
        let user = self.challenges[challenge].user.expect("a user");
        let (Name::Phone(_), Some(other)) = (contact, self.holder(user, contact)) else {
            return true;
        };
        self.users[other].phone_verified || self.gives_way(other)
    }

    /// The user's last login challenge, if it can still be answered.
    pub fn open_login(&self, user: usize) -> Option<usize> {
        let is_login = |it: &Challenge| it.purpose == Purpose::Login && it.user == Some(user);
        let last = self.challenges.iter().rposition(is_login)?;
        self.may_answer(last).then_some(last)
    }

    pub fn accounts_of(&self, user: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.accounts.len()).filter(move |it| self.accounts[*it].user == user)
    }

    pub fn portfolios_of(&self, account: usize) -> impl Iterator<Item = usize> + '_ {
        (0..self.portfolios.len()).filter(move |it| self.portfolios[*it].account == account)
    }

    pub fn throttle(&self, subject: Subject) -> Throttle {
        self.throttles.get(&subject).copied().unwrap_or_default()
    }

    fn sign_up(&mut self, partner: Partner, email: usize, phone: usize) -> Expected {
        if self.find(partner, Name::Email(email)).is_some() {
            return fails(3001, "the e-mail is taken");
        }
        if self.find(partner, Name::Phone(phone)).is_some() {
            return fails(3001, "the phone is taken");
        }
        let elsewhere = self.find(partner.other(), Name::Email(email)).is_some();
        let user = self.users.len();
        self.users.push(User {
            partner,
            email,
            phone,
            password: self.passwords,
            first_password: self.passwords,
            epoch: 0,
            phone_verified: false,
            given: false,
            email_verified: false,
            reset: false,
            held: false,
            gone: false,
            status: Status::Uninitiated,
            status_at: 0,
        });
        self.passwords += 1;
        self.accounts.push(Account {
            user,
            email,
            partner,
            chosen: None,
            keyed: false,
        });
        match elsewhere {
            true => ok("signed up, the e-mail known to the other partner", user),
            false => ok("signed up", user),
        }
    }

    fn login(&mut self, partner: Partner, name: Name, password: Option<usize>) -> Expected {
        let found = self.find(partner, name);
        let subject = found.map_or(Subject::Nobody(partner, name), Subject::User);
        if self.is_blocked(subject) {
            return fails(3005, "password back-off");
        }
        let Some(user) = found else {
            return fails(3004, "nobody has this name");
        };
        if password != Some(self.users[user].password) {
            return fails(3004, "wrong password");
        }
        self.throttles.remove(&subject);
        if self.locked(Subject::User(user), Purpose::Login) {
            return fails(4003, "login of a locked user");
        }
        let email = self.users[user].email;
        if let Some(root) = self.open(Purpose::Login, partner, Some(user), email) {
            return ok("login again within the minute", self.alias(root));
        }
        if let Some(why) = self.sends_exhausted(Purpose::Login, partner, self.users[user].phone) {
            return fails(4004, why);
        }
        let challenge = self.issue(Purpose::Login, partner, Some(user), email);
        match name {
            Name::Email(_) => ok("login by e-mail", challenge),
            Name::Phone(_) => ok("login by phone", challenge),
        }
    }

    /// Whether an attempt has to wait; one that has not is counted.
    fn is_blocked(&mut self, subject: Subject) -> bool {
        let throttle = self.throttles.entry(subject).or_default();
        if throttle.blocked {
            return true;
        }
        throttle.failures += 1;
        throttle.blocked = throttle.failures > FREE_FAILURES;
        false
    }

    /// Whose session it is, and that the password is theirs.
    fn knows(&mut self, session: usize, password: Option<usize>) -> Result<usize, Expected> {
        let it = &self.sessions[session];
        let user = it.user;
        if !it.live {
            return Err(fails(2002, "a password given in a session that ended"));
        }
        if self.is_blocked(Subject::User(user)) {
            return Err(fails(3005, "password back-off of whoever is logged in"));
        }
        if password != Some(self.users[user].password) {
            return Err(fails(3004, "wrong password of whoever is logged in"));
        }
        self.throttles.remove(&Subject::User(user));
        Ok(user)
    }

    /// And the password was not reset a short while ago.
    fn knows_and_is_settled(
        &mut self,
        session: usize,
        password: Option<usize>,
    ) -> Result<usize, Expected> {
        let it = &self.sessions[session];
        if it.live && self.users[it.user].reset {
            return Err(fails(2005, "a change within a day of a reset"));
        }
        self.knows(session, password)
    }

    /// Of a session of this case: it is younger than five minutes.
    fn change_known(&mut self, session: usize, password: Option<usize>) -> Expected {
        // The driver makes up a new password for every attempt.
        let new = self.passwords;
        self.passwords += 1;
        let user = match self.knows(session, password) {
            Ok(user) => user,
            Err(why) => return why,
        };
        self.users[user].password = new;
        self.users[user].epoch += 1;
        for (nth, it) in self.sessions.iter_mut().enumerate() {
            it.live &= it.user != user || nth == session;
        }
        self.notify(user, "password changed");
        ok("a known password is changed", user)
    }

    fn make_codes(&mut self, session: usize, password: Option<usize>) -> Expected {
        let user = match self.knows_and_is_settled(session, password) {
            Ok(user) => user,
            Err(why) => return why,
        };
        for code in self.codes.iter_mut().filter(|code| code.user == user) {
            code.live = false;
        }
        let made = RecoveryCode { user, live: true };
        self.codes.extend(vec![made; RECOVERY_CODES]);
        ok("recovery codes", user)
    }

    fn recover(
        &mut self,
        partner: Partner,
        challenge: usize,
        name: Name,
        code: Option<usize>,
    ) -> Expected {
        if !self.is_own(partner, challenge, Purpose::Login, name) {
            return fails(4002, "a recovery code for a challenge of somebody else");
        }
        let it = &self.challenges[challenge];
        let (user, root) = (it.user.expect("a login has a user"), it.root);
        let wrong = self.wrong_recovery_codes.entry(user).or_default();
        if *wrong >= WRONG_RECOVERY_CODES {
            return fails(3005, "too many wrong recovery codes");
        }
        if !self.is_open(challenge) {
            return fails(4002, "a recovery code for a challenge that is over");
        }
        self.challenges[root].tries += 1;
        let is_right = |code: &usize| {
            let code = &self.codes[*code];
            code.user == user && code.live
        };
        if let Some(code) = code.filter(is_right) {
            self.codes[code].live = false;
            self.challenges[root].answered_rightly = true;
            self.users[user].held = true;
            let proven = self.users[user].clone();
            self.open_session(challenge);
            // The number has had no part in it.
            self.users[user].phone_verified = proven.phone_verified;
            self.users[user].given = proven.given;
            self.sessions.last_mut().expect("a session").recovered = true;
            self.notify(user, "recovery used");
            return ok("right recovery code: a session", self.sessions.len() - 1);
        }
        let wrong = self.wrong_recovery_codes.entry(user).or_default();
        *wrong += 1;
        match (
            *wrong < WRONG_RECOVERY_CODES,
            self.challenges[root].tries < MAX_TRIES,
        ) {
            (false, _) => fails(3005, "one wrong recovery code too many"),
            (true, true) => fails(4001, "wrong recovery code"),
            (true, false) => fails(4002, "wrong recovery code, the last try"),
        }
    }

    fn wait_for_password(&mut self, subject: Subject) -> Expected {
        self.waited = true;
        self.throttles.entry(subject).or_default().blocked = false;
        ok("waited out the password back-off", 0)
    }

    fn forget(&mut self, partner: Partner, email: usize) -> Expected {
        let user = self
            .find(partner, Name::Email(email))
            .filter(|user| self.has_number(*user));
        if let Some(root) = self.open(Purpose::Reset, partner, user, email) {
            let alias = self.alias(root);
            return match user {
                Some(_) => ok("reset again within the minute", alias),
                None => ok("reset of nobody again within the minute", alias),
            };
        }
        let challenge = self.issue(Purpose::Reset, partner, user, email);
        match (user, self.challenges[challenge].message) {
            (None, _) => ok("reset of nobody", challenge),
            (Some(_), Some(_)) => ok("reset", challenge),
            (Some(_), None) => ok("reset beyond the cap", challenge),
        }
    }

    /// The challenge that another one of the same person, asked for now, is an alias of. Of a reset,
    /// whether an SMS was due makes no difference.
    fn open(
        &self,
        purpose: Purpose,
        partner: Partner,
        user: Option<usize>,
        email: usize,
    ) -> Option<usize> {
        let all = 0..self.challenges.len();
        all.rev().find(|nth| {
            let it = &self.challenges[*nth];
            let same = it.partner == partner && it.user == user && it.email == email;
            let open = it.tries < MAX_TRIES && !it.answered_rightly && self.is_current(*nth);
            let sent = it.message.is_some() || purpose == Purpose::Reset;
            it.purpose == purpose && it.root == *nth && sent && same && open
        })
    }

    fn alias(&mut self, root: usize) -> usize {
        let alias = Challenge {
            root,
            message: None,
            code_ok: false,
            staged: None,
            stagings: 0,
            consumed: false,
            ..self.challenges[root].clone()
        };
        self.challenges.push(alias);
        self.challenges.len() - 1
    }

    /// A new challenge, and its message if a cap does not forbid it.
    fn issue(
        &mut self,
        purpose: Purpose,
        partner: Partner,
        user: Option<usize>,
        email: usize,
    ) -> usize {
        let challenge = self.challenges.len();
        let message = user.and_then(|user| {
            let phone = self.users[user].phone;
            let held = self.locked(Subject::User(user), purpose)
                || self.sends_exhausted(purpose, partner, phone).is_some();
            (!held).then(|| self.count_send(purpose, partner, phone))
        });
        let phone = user.map(|user| self.users[user].phone);
        self.challenges.push(Challenge {
            purpose,
            partner,
            user,
            email,
            phone: phone.filter(|_| purpose == Purpose::Login),
            session: None,
            contact: None,
            old: None,
            to: phone.map(Name::Phone),
            root: challenge,
            message,
            epoch: user.map_or(0, |user| self.users[user].epoch),
            tries: 0,
            answered_rightly: false,
            code_ok: false,
            staged: None,
            stagings: 0,
            consumed: false,
        });
        challenge
    }

    /// Which message to the phone it is.
    fn count_send(&mut self, purpose: Purpose, partner: Partner, phone: usize) -> u32 {
        let sends = self.sends.entry((partner, phone)).or_default();
        sends.resets += u32::from(matches!(purpose, Purpose::Reset | Purpose::ChangePhone));
        sends.changes += u32::from(purpose == Purpose::ChangePhone);
        self.count_message(partner, phone)
    }

    fn count_message(&mut self, partner: Partner, phone: usize) -> u32 {
        self.sends.entry((partner, phone)).or_default().all += 1;
        self.messages[phone] += 1;
        self.messages[phone]
    }

    /// A notice that goes by SMS beside the mail, where there is room for it.
    fn notify(&mut self, user: usize, of: &'static str) {
        let phone = self.users[user].phone;
        self.notify_at(user, phone, of);
    }

    fn notify_at(&mut self, user: usize, phone: usize, of: &'static str) {
        let told = self.notices.entry((user, of)).or_default();
        if *told == NOTICES_OF_A_KIND {
            return;
        }
        *told += 1;
        let partner = self.users[user].partner;
        let is_full = self
            .sends_exhausted(Purpose::Login, partner, phone)
            .is_some();
        let sends = self.sends.entry((partner, phone)).or_default();
        if !is_full && sends.notices < NOTICES_PER_PHONE {
            sends.notices += 1;
            self.count_message(partner, phone);
        }
    }

    fn sends(&self, partner: Partner, phone: usize) -> Sends {
        self.sends
            .get(&(partner, phone))
            .copied()
            .unwrap_or_default()
    }

    fn sends_exhausted(
        &self,
        purpose: Purpose,
        partner: Partner,
        phone: usize,
    ) -> Option<&'static str> {
        let sends = self.sends(partner, phone);
        if sends.all >= SENDS_PER_PHONE {
            return Some("sends of the phone exhausted");
        }
        let is_asked_for = matches!(purpose, Purpose::Reset | Purpose::ChangePhone);
        if is_asked_for && sends.resets >= RESETS_PER_PHONE {
            return Some("resets of the phone exhausted");
        }
        let of_prefix = |count: fn(Sends) -> u32| -> u32 {
            match phone < PHONES - 1 {
                true => (0..PHONES - 1)
                    .map(|phone| count(self.sends(partner, phone)))
                    .sum(),
                false => count(sends),
            }
        };
        let changes = of_prefix(|sends| sends.changes);
        if purpose == Purpose::ChangePhone && changes >= CHANGES_PER_PREFIX {
            return Some("changes of the prefix exhausted");
        }
        let prefix = of_prefix(|sends| sends.all);
        (prefix >= SENDS_PER_PREFIX).then_some("sends of the prefix exhausted")
    }

    /// Whether the phone itself has sends left; its prefix may have none.
    pub fn can_send(&self, user: usize) -> bool {
        let it = &self.users[user];
        self.sends(it.partner, it.phone).all < SENDS_PER_PHONE
    }

    pub fn wrong_in_a_row(&self, subject: Subject, purpose: Purpose) -> u32 {
        self.wrong(subject, purpose).streak
    }

    fn wrong(&self, subject: Subject, purpose: Purpose) -> Wrong {
        let wrong = self.wrong_codes.get(&(subject, purpose));
        wrong.copied().unwrap_or_default()
    }

    pub fn locked(&self, subject: Subject, purpose: Purpose) -> bool {
        let wrong = self.wrong(subject, purpose);
        wrong.streak >= LOCK_AFTER || wrong.total >= purpose.wrong_codes_in_30_days()
    }

    fn subject(&self, challenge: usize) -> Subject {
        let it = &self.challenges[challenge];
        let nobody = Subject::Nobody(it.partner, Name::Email(it.email));
        it.user.map_or(nobody, Subject::User)
    }

    /// Whether a caller may speak of the challenge at all.
    fn is_own(&self, partner: Partner, challenge: usize, purpose: Purpose, name: Name) -> bool {
        let it = &self.challenges[challenge];
        // A reset knows its user by the e-mail alone, or it would tell whose phone number it is.
        let named = match name {
            Name::Email(email) => it.email == email,
            Name::Phone(phone) => it.phone == Some(phone),
        };
        it.partner == partner && it.purpose.as_str() == purpose.as_str() && named
    }

    fn answer(
        &mut self,
        partner: Partner,
        challenge: usize,
        purpose: Purpose,
        name: Name,
        code: Code,
    ) -> Expected {
        if !self.is_own(partner, challenge, purpose, name) {
            return fails(4002, "a challenge of somebody else");
        }
        let root = self.challenges[challenge].root;
        let subject = self.subject(challenge);
        // The two of a change of number are called alike, and counted apart.
        let purpose = self.challenges[challenge].purpose;
        let is_lost = self.challenges[challenge]
            .user
            .is_some_and(|user| self.users[user].gone);
        if is_lost {
            return fails(4002, "a challenge of a sign-up that gave way");
        }
        let is_right = match code {
            Code::Right => true,
            Code::Wrong => false,
            Code::Of(other) => self.challenges[other].root == root,
        };
        if !self.may_answer(challenge) {
            return match self.locked(subject, purpose) {
                true => fails(4003, "an answer of a locked user"),
                false => fails(4002, self.why_over(challenge)),
            };
        }
        if let Code::Of(other) = code {
            if self.challenges[other].purpose.digits() != purpose.digits() {
                return fails(1002, "a code of another length");
            }
        }
        self.challenges[root].tries += 1;
        if is_right {
            self.challenges[root].answered_rightly = true;
            if let Some(wrong) = self.wrong_codes.get_mut(&(subject, purpose)) {
                wrong.streak = 0;
            }
            return match purpose {
                Purpose::Login => self.open_session(challenge),
                Purpose::Reset => self.pass_code(challenge),
                _ => self.pass_of_session(challenge),
            };
        }
        let wrong = self.wrong_codes.entry((subject, purpose)).or_default();
        wrong.streak += 1;
        wrong.total += 1;
        let in_a_row = wrong.streak >= LOCK_AFTER;
        if self.locked(subject, purpose) {
            return match in_a_row {
                true => fails(4003, "locked by wrong codes in a row"),
                false => fails(4003, "locked by wrong codes in 30 days"),
            };
        }
        match (self.challenges[root].tries < MAX_TRIES, code) {
            (true, Code::Of(_)) => fails(4001, "a code of another challenge"),
            (true, _) => fails(4001, "wrong code"),
            (false, _) => fails(4002, "wrong code, the last try"),
        }
    }

    fn may_answer(&self, challenge: usize) -> bool {
        let purpose = self.challenges[challenge].purpose;
        self.is_open(challenge) && !self.locked(self.subject(challenge), purpose)
    }

    /// But for the locks.
    fn is_open(&self, challenge: usize) -> bool {
        let it = &self.challenges[challenge];
        let root = &self.challenges[it.root];
        !it.consumed
            && root.tries < MAX_TRIES
            && !root.answered_rightly
            && self.is_current(challenge)
    }

    /// Whether the user is as they were when the challenge was made, and the session that asked is not over.
    fn is_current(&self, challenge: usize) -> bool {
        let it = &self.challenges[challenge];
        it.user
            .is_none_or(|user| self.users[user].epoch == it.epoch)
            && it.session.is_none_or(|session| self.sessions[session].live)
    }

    fn why_over(&self, challenge: usize) -> &'static str {
        let it = &self.challenges[challenge];
        let root = &self.challenges[it.root];
        match () {
            () if !self.is_current(challenge) && it.session.is_some() => {
                "a change whose session or user is not what it was"
            }
            () if !self.is_current(challenge) => "a challenge from before the password change",
            () if it.root != challenge => "an alias of a challenge that is over",
            () if root.answered_rightly => "a challenge that was answered",
            () => "a challenge out of tries",
        }
    }

    fn open_session(&mut self, challenge: usize) -> Expected {
        let it = &mut self.challenges[challenge];
        it.consumed = true;
        let user = it.user.expect("a login has a user");
        let partner = it.partner;
        self.users[user].phone_verified = true;
        self.users[user].given = false;
        self.sessions.push(Session {
            user,
            partner,
            tokens: 1,
            live: true,
            recovered: false,
        });
        ok("right code: a session", self.sessions.len() - 1)
    }

    fn pass_code(&mut self, challenge: usize) -> Expected {
        self.challenges[challenge].code_ok = true;
        match self.complete_reset(challenge) {
            true => ok("right code after the new password", challenge),
            false => ok("right code before the new password", challenge),
        }
    }

    /// Both gates passed: the password changes, every session ends, a lock is lifted.
    fn complete_reset(&mut self, challenge: usize) -> bool {
        let current = self.is_current(challenge);
        let it = &mut self.challenges[challenge];
        let (Some(user), Some(password), true, true) = (it.user, it.staged, it.code_ok, current)
        else {
            return false;
        };
        it.consumed = true;
        self.users[user].password = password;
        self.users[user].epoch += 1;
        self.users[user].reset = true;
        // Recovery takes away what guesses at the old password have piled up.
        self.wrong_codes
            .remove(&(Subject::User(user), Purpose::Login));
        self.throttles.remove(&Subject::User(user));
        self.wrong_recovery_codes.remove(&user);
        self.users[user].held = true;
        for session in &mut self.sessions {
            session.live &= session.user != user;
        }
        true
    }

    fn verify_email(&mut self, session: usize) -> Expected {
        let it = &self.sessions[session];
        if !it.live {
            return fails(2002, "a code asked for in a session that ended");
        }
        let email = Name::Email(self.users[it.user].email);
        match self.ask(Purpose::VerifyEmail, session, (email, email), None) {
            Ok(challenge) => ok("a code to one's own e-mail", challenge),
            Err(why) => why,
        }
    }

    fn change_email(&mut self, session: usize, password: Option<usize>, email: usize) -> Expected {
        let contact = Name::Email(email);
        if let Err(why) = self.may_change(session, password, contact) {
            return why;
        }
        match self.ask(Purpose::ChangeEmail, session, (contact, contact), None) {
            Ok(challenge) => ok("a code to a new e-mail", challenge),
            Err(why) => why,
        }
    }

    fn change_phone(&mut self, session: usize, password: Option<usize>, phone: usize) -> Expected {
        let contact = Name::Phone(phone);
        if let Err(why) = self.may_change(session, password, contact) {
            return why;
        }
        let before = self.clone();
        let user = self.sessions[session].user;
        let own = Name::Phone(self.users[user].phone);
        let old = match self.sessions[session].recovered {
            true => None,
            false if self.has_asked_enough(user, Purpose::ChangePhoneOld) => {
                return fails(4004, "too many codes of a change in a day")
            }
            false => Some(self.ask(Purpose::ChangePhoneOld, session, (own, contact), None)),
        };
        let at_old = old.as_ref().and_then(|old| old.as_ref().ok().copied());
        let new = self.ask(Purpose::ChangePhone, session, (contact, contact), at_old);
        match (new, old) {
            (Ok(_), Some(Err(why))) | (Err(why), _) => {
                // Neither is sent, and it counts as none.
                *self = before;
                why
            }
            (Ok(challenge), Some(Ok(_))) => ok("codes to both numbers", challenge),
            (Ok(challenge), None) => ok("a code to the new number alone", challenge),
        }
    }

    fn has_asked_enough(&self, user: usize, purpose: Purpose) -> bool {
        self.asked.get(&(user, purpose)) == Some(&CHANGES_A_DAY)
    }

    /// Whether whoever is logged in may change to this, and knows the password.
    fn may_change(
        &mut self,
        session: usize,
        password: Option<usize>,
        contact: Name,
    ) -> Result<usize, Expected> {
        let it = &self.sessions[session];
        let (user, is_settled) = (it.user, !self.users[it.user].reset);
        if it.live && is_settled && self.users[user].has_name(contact) {
            return Err(fails(1002, "a change to what it is already"));
        }
        self.knows_and_is_settled(session, password)
    }

    /// A challenge that a session asks for: its code goes to the first, and proves the second.
    fn ask(
        &mut self,
        purpose: Purpose,
        session: usize,
        (to, contact): (Name, Name),
        old: Option<usize>,
    ) -> Result<usize, Expected> {
        let (user, partner) = (self.sessions[session].user, self.sessions[session].partner);
        if self.has_asked_enough(user, purpose) {
            return Err(fails(4004, "too many codes of a change in a day"));
        }
        if self.locked(Subject::User(user), purpose) {
            return Err(fails(4003, "a code of a change for a locked user"));
        }
        if let Some(root) = self.open_change(purpose, session, contact) {
            let alias = self.alias(root);
            self.challenges[alias].old = old;
            *self.asked.entry((user, purpose)).or_default() += 1;
            return Ok(alias);
        }
        let message = match to {
            Name::Phone(phone) => {
                if let Some(why) = self.sends_exhausted(purpose, partner, phone) {
                    return Err(fails(4004, why));
                }
                self.count_send(purpose, partner, phone)
            }
            Name::Email(email) => {
                let sent = self.mail_sends.entry((partner, email)).or_default();
                if *sent == SENDS_PER_PHONE {
                    return Err(fails(4004, "mails to the e-mail exhausted"));
                }
                *sent += 1;
                self.mails[email] += 1;
                self.mails[email]
            }
        };
        *self.asked.entry((user, purpose)).or_default() += 1;
        let it = &self.users[user];
        let challenge = self.challenges.len();
        self.challenges.push(Challenge {
            purpose,
            partner,
            user: Some(user),
            email: it.email,
            phone: Some(it.phone),
            session: Some(session),
            contact: Some(contact),
            old,
            to: Some(to),
            root: challenge,
            message: Some(message),
            epoch: it.epoch,
            tries: 0,
            answered_rightly: false,
            code_ok: false,
            staged: None,
            stagings: 0,
            consumed: false,
        });
        Ok(challenge)
    }

    /// One that the same session asked for, for the same, whose code is on its way.
    fn open_change(&self, purpose: Purpose, session: usize, contact: Name) -> Option<usize> {
        let all = 0..self.challenges.len();
        all.rev().find(|nth| {
            let it = &self.challenges[*nth];
            let same = it.session == Some(session) && it.contact == Some(contact);
            let open = it.tries < MAX_TRIES && !it.answered_rightly && self.is_current(*nth);
            it.purpose == purpose && it.root == *nth && same && open
        })
    }

    /// One code of it was right: with the last of them it is done.
    fn pass_of_session(&mut self, challenge: usize) -> Expected {
        self.challenges[challenge].code_ok = true;
        let carrier = match self.challenges[challenge].purpose {
            Purpose::ChangePhoneOld => self
                .challenges
                .iter()
                .position(|it| it.old == Some(challenge)),
            _ => Some(challenge),
        };
        let carrier = carrier.expect("the two are issued together");
        let it = self.challenges[carrier].clone();
        let by_old = it.old.is_none_or(|old| self.challenges[old].code_ok);
        if !it.code_ok || !by_old {
            let other = match it.code_ok {
                true => it.old.expect("the old number's"),
                false => carrier,
            };
            let root = &self.challenges[self.challenges[other].root];
            return match root.tries < MAX_TRIES && !root.answered_rightly {
                true => ok("one code of two", challenge),
                false => fails(4002, "one code of two, and the other can come no more"),
            };
        }
        let (user, contact) = (it.user.expect("a user"), it.contact.expect("a contact"));
        let holder = self.holder(user, contact);
        let is_taken = holder.is_some_and(|holder| match contact {
            Name::Email(_) => !self.gives_way(holder),
            Name::Phone(_) => self.users[holder].phone_verified,
        });
        if is_taken {
            return fails(3001, "the last code, and the contact is somebody's");
        }
        self.challenges[carrier].consumed = true;
        if it.purpose == Purpose::VerifyEmail {
            self.users[user].email_verified = true;
            return ok("an e-mail is proven", user);
        }
        if let Some(holder) = holder {
            self.users[holder].gone = true;
        }
        let changed = &mut self.users[user];
        changed.epoch += 1;
        changed.held = true;
        for (nth, session) in self.sessions.iter_mut().enumerate() {
            session.live &= session.user != user || Some(nth) == it.session;
        }
        let former = changed.phone;
        match contact {
            Name::Email(email) => {
                changed.email = email;
                changed.email_verified = true;
                self.notify_at(user, former, "e-mail changed");
                ok("another e-mail", user)
            }
            Name::Phone(phone) => {
                changed.phone = phone;
                changed.phone_verified = true;
                changed.given = false;
                self.notify_at(user, former, "number changed");
                match it.old {
                    Some(_) => ok("another number", user),
                    None => ok("another number after a recovery", user),
                }
            }
        }
    }

    fn give(&mut self, user: usize, contact: Name) -> Expected {
        if self.users[user].partner != Partner::Demo {
            return fails(6001, "the word of another partner");
        }
        if self.users[user].has_name(contact) {
            return ok("the partner's word of what is so already", user);
        }
        let holder = self.holder(user, contact);
        if holder.is_some_and(|holder| !self.gives_way(holder)) {
            return fails(3001, "the partner's word of what is somebody's");
        }
        if let Some(holder) = holder {
            self.users[holder].gone = true;
        }
        for session in self.sessions.iter_mut().filter(|it| it.user == user) {
            session.live = false;
        }
        for code in self.codes.iter_mut().filter(|code| code.user == user) {
            code.live = false;
        }
        let it = &mut self.users[user];
        it.epoch += 1;
        it.held = true;
        let former = it.phone;
        match contact {
            Name::Email(email) => {
                it.email = email;
                it.email_verified = false;
                self.notify_at(user, former, "e-mail changed");
                ok("the partner's word of an e-mail", user)
            }
            Name::Phone(phone) => {
                it.phone = phone;
                it.phone_verified = false;
                it.given = true;
                self.notify_at(user, former, "number changed");
                ok("the partner's word of a number", user)
            }
        }
    }

    fn change(&mut self, partner: Partner, challenge: usize, name: Name) -> Expected {
        // The driver makes up a new password for every attempt.
        let password = self.passwords;
        self.passwords += 1;
        if !self.is_own(partner, challenge, Purpose::Reset, name) {
            return fails(4002, "a reset of somebody else");
        }
        let it = &self.challenges[challenge];
        let root = &self.challenges[it.root];
        let answerable = root.tries < MAX_TRIES && !root.answered_rightly;
        if !self.is_current(challenge) {
            return fails(
                4002,
                "a new password for a reset from before the last change",
            );
        }
        if it.consumed || !(it.code_ok || answerable) {
            return match it.root != challenge && !it.consumed {
                true => fails(4002, "a new password for an alias that is over"),
                false => fails(4002, "a new password for a reset that is over"),
            };
        }
        let it = &mut self.challenges[challenge];
        if it.stagings == STAGINGS {
            return fails(4002, "one new password too many");
        }
        it.stagings += 1;
        it.staged = Some(password);
        match self.complete_reset(challenge) {
            true => ok("new password after the right code", challenge),
            false => ok("new password before the right code", challenge),
        }
    }

    fn refresh(&mut self, partner: Partner, session: usize, name: Name, age: Age) -> Expected {
        let named = self.users[self.sessions[session].user].has_name(name);
        let it = &mut self.sessions[session];
        if it.partner != partner {
            return fails(5001, "a refresh token of another partner");
        }
        if !it.live {
            return fails(5001, "a refresh token of a session that ended");
        }
        match age {
            Age::LateParent => {
                self.waited = true;
                it.live = false;
                fails(5001, "the parent after its grace: the session ends")
            }
            Age::Older(_) => {
                it.live = false;
                fails(5001, "a grandparent: the session ends")
            }
            _ if !named => fails(5001, "a refresh token under another name"),
            Age::Current => {
                it.tokens += 1;
                ok("refreshed", session)
            }
            Age::Parent => ok("the same successor again", session),
        }
    }

    fn me(&mut self, session: usize) -> Expected {
        match self.sessions[session].live {
            true => ok("me", self.sessions[session].user),
            false => fails(2002, "me after the session ended"),
        }
    }

    fn kyc(&mut self, user: usize, status: Status, older: bool) -> Expected {
        if older && self.users[user].status_at > 1 {
            return ok("an older word of the KYC provider", user);
        }
        let it = &mut self.users[user];
        it.status = status;
        it.status_at += 2;
        if status == Status::Verified {
            let of_user = self.accounts.iter_mut().filter(|it| it.user == user);
            of_user.for_each(|it| it.keyed = true);
            return ok("verified", user);
        }
        ok("not verified", user)
    }

    fn account(&mut self, partner: Partner, user: usize, chosen: Option<usize>) -> Expected {
        if self.users[user].partner != partner {
            return fails(6001, "an account for another partner's user");
        }
        let same = self.accounts.iter().position(|it| {
            !self.users[it.user].gone
                && it.partner == partner
                && it.chosen.is_some()
                && it.chosen == chosen
        });
        if let Some(same) = same {
            return match self.accounts[same].user == user {
                true => ok("the same account again", same),
                false => fails(6003, "an account id that somebody else has"),
            };
        }
        self.accounts.push(Account {
            user,
            email: self.users[user].email,
            partner,
            chosen,
            keyed: self.users[user].status == Status::Verified,
        });
        match chosen {
            Some(_) => ok("an account with a chosen id", self.accounts.len() - 1),
            None => ok("an account", self.accounts.len() - 1),
        }
    }

    /// The account that this one's id means to a partner: at another partner the same chosen id
    /// is another account.
    fn account_under(&self, partner: Partner, account: usize) -> Option<usize> {
        let it = &self.accounts[account];
        if it.partner == partner {
            return Some(account);
        }
        let same = |other: &Account| {
            !self.users[other.user].gone && other.partner == partner && other.chosen == it.chosen
        };
        it.chosen.and(self.accounts.iter().position(same))
    }

    fn portfolio(
        &mut self,
        partner: Partner,
        account: usize,
        chosen: Option<usize>,
        kind: usize,
    ) -> Expected {
        let Some(account) = self.account_under(partner, account) else {
            return fails(6002, "a portfolio in another partner's account");
        };
        let same = self
            .portfolios
            .iter()
            .find(|it| it.partner == partner && it.chosen.is_some() && it.chosen == chosen);
        if let Some(same) = same {
            return match (same.account, same.kind) == (account, kind) {
                true => ok("the same portfolio again", account),
                false => fails(6004, "a portfolio id with other content"),
            };
        }
        if self.users[self.accounts[account].user].status != Status::Verified {
            return fails(6005, "a portfolio without KYC");
        }
        self.portfolios.push(Portfolio {
            account,
            partner,
            chosen,
            kind,
        });
        match chosen {
            Some(_) => ok("a portfolio with a chosen id", account),
            None => ok("a portfolio", account),
        }
    }
}

impl User {
    pub fn has_name(&self, name: Name) -> bool {
        match name {
            Name::Email(email) => self.email == email,
            Name::Phone(phone) => self.phone == phone,
        }
    }
}
