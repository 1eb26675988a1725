//! What can be done, and how likely each is in which state: likely enough that locks, caps and
//! second gates are reached within one case.

use proptest::prelude::*;
use proptest::strategy::Union;

use crate::reference::{
    Challenge, Model, Mood, Subject, User, CHOSEN_IDS, EMAILS, KINDS, LOCK_AFTER, PHONES,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Partner {
    Demo,
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    Login,
    Reset,
    VerifyEmail,
    ChangeEmail,
    /// At the new number.
    ChangePhone,
    ChangePhoneOld,
}

/// A username: the nth e-mail or phone of the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    Email(usize),
    Phone(usize),
}

#[derive(Clone, Copy, Debug)]
pub enum Code {
    Right,
    Wrong,
    /// The code of this challenge: an old one, another user's, another partner's.
    Of(usize),
}

/// Which refresh token of a session.
#[derive(Clone, Copy, Debug)]
pub enum Age {
    Current,
    /// The one before, within its grace.
    Parent,
    /// The one before, when its grace is over: waits for that.
    LateParent,
    /// The nth ever, at least two before the current one.
    Older(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Uninitiated,
    InProgress,
    Verified,
    Failed,
    Fatal,
}

/// One call, by whom and on what; numbers count the things of this case in the order they came.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    SignUp {
        partner: Partner,
        email: usize,
        phone: usize,
    },
    /// `None`: a password that nobody ever had.
    Login {
        partner: Partner,
        name: Name,
        password: Option<usize>,
    },
    WaitForPassword {
        subject: Subject,
    },
    Answer {
        partner: Partner,
        challenge: usize,
        purpose: Purpose,
        name: Name,
        code: Code,
    },
    Refresh {
        partner: Partner,
        session: usize,
        name: Name,
        age: Age,
    },
    Me {
        session: usize,
        token: usize,
    },
    Forget {
        partner: Partner,
        email: usize,
    },
    Change {
        partner: Partner,
        challenge: usize,
        name: Name,
    },
    /// A new password, made up for it, by whoever is logged in and gives this one; `None`: one that nobody ever had.
    ChangeKnown {
        session: usize,
        password: Option<usize>,
    },
    MakeCodes {
        session: usize,
        password: Option<usize>,
    },
    /// The nth recovery code ever made; `None`: one that nobody has.
    Recover {
        partner: Partner,
        challenge: usize,
        name: Name,
        code: Option<usize>,
    },
    /// Whoever is logged in asks for a code to their own e-mail.
    VerifyEmail {
        session: usize,
    },
    /// For one to this e-mail, giving this password.
    ChangeEmail {
        session: usize,
        password: Option<usize>,
        email: usize,
    },
    /// For one to this number, and one to their own.
    ChangePhone {
        session: usize,
        password: Option<usize>,
        phone: usize,
    },
    /// The word of the first partner, of anybody, that this is their e-mail or number.
    Give {
        user: usize,
        contact: Name,
    },
    Kyc {
        user: usize,
        status: Status,
        older: bool,
    },
    Account {
        partner: Partner,
        user: usize,
        chosen: Option<usize>,
    },
    Portfolio {
        partner: Partner,
        account: usize,
        chosen: Option<usize>,
        kind: usize,
    },
}

impl Partner {
    pub fn other(self) -> Partner {
        match self {
            Partner::Demo => Partner::Other,
            Partner::Other => Partner::Demo,
        }
    }
}

impl Purpose {
    /// What the wire calls its challenges by.
    pub fn as_str(self) -> &'static str {
        match self {
            Purpose::Login => "SMS_MFA",
            Purpose::Reset => "RESET_PASSWORD",
            Purpose::VerifyEmail => "VERIFY_EMAIL",
            Purpose::ChangeEmail => "CHANGE_EMAIL",
            Purpose::ChangePhone | Purpose::ChangePhoneOld => "CHANGE_PHONE",
        }
    }

    fn other(self) -> Purpose {
        match self {
            Purpose::Login => Purpose::Reset,
            Purpose::Reset => Purpose::ChangePhone,
            Purpose::ChangeEmail => Purpose::VerifyEmail,
            Purpose::ChangePhone | Purpose::ChangePhoneOld => Purpose::ChangeEmail,
            Purpose::VerifyEmail => Purpose::Login,
        }
    }

    pub fn digits(self) -> usize {
        match self {
            Purpose::Login => 4,
            _ => 6,
        }
    }

    /// The cap that no success resets: tight for four digits, wider for six.
    pub fn wrong_codes_in_30_days(self) -> u32 {
        match self {
            Purpose::Login => 10,
            _ => 30,
        }
    }
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Uninitiated => "UNINITIATED",
            Status::InProgress => "VERIFICATION_IN_PROGRESS",
            Status::Verified => "VERIFIED",
            Status::Failed => "VERIFICATION_FAILED",
            Status::Fatal => "VERIFICATION_FATAL_FAILED",
        }
    }
}

type Steps = BoxedStrategy<Step>;

/// The next step, whatever it may be. Passwords cost the service most of its time, so they are
/// a modest share.
pub fn next(model: &Model) -> Steps {
    let is = |mood: Mood, then: u32, otherwise: u32| match model.mood == mood {
        true => then,
        false => otherwise,
    };
    let wanted = is(Mood::Sending, 3, is(Mood::Moving, 3, 2));
    let missing = model.users.len() < wanted as usize;
    let mut all: Vec<(u32, Steps)> = vec![
        (if missing { 300 } else { 10 }, sign_up(model)),
        (10, login_of_nobody()),
        (is(Mood::Resetting, 60, 20), forget_of_anybody()),
    ];
    if !model.users.is_empty() {
        all.push((is(Mood::GuessingPasswords, 30, 15), wrong_login(model)));
        let blocked = model.throttle(Subject::User(0)).blocked;
        let guesses = if blocked { 60 } else { 600 };
        all.push((is(Mood::GuessingPasswords, guesses, 10), guess(model)));
        all.push((is(Mood::Sending, 300, 30), right_login(model)));
        let over = model.locked(Subject::User(0), Purpose::Login) || !model.can_send(0);
        let guesses = if over {
            5
        } else {
            is(Mood::GuessingCodes, 900, 20)
        };
        all.push((guesses, guess_code(model)));
        all.push((is(Mood::Owning, 150, 40), kyc(model)));
        all.push((is(Mood::Owning, 150, 40), account(model)));
        all.push((is(Mood::Owning, 250, 60), portfolio(model)));
    }
    if model.users.iter().any(|user| user.phone_verified) {
        all.push((is(Mood::Resetting, 120, 40), forget_of_user(model)));
    }
    if !model.challenges.is_empty() {
        all.push((40, wrong_answer(model)));
        all.push((is(Mood::GuessingCodes, 30, 90), right_answer(model)));
        all.push((30, foreign_answer(model)));
    }
    if !model.challenges.is_empty() {
        all.push((is(Mood::Resetting, 80, 20), recover(model)));
    }
    if let Some(code) = model.codes.iter().rposition(|code| code.live) {
        let weight = is(Mood::Moving, 150, 30);
        all.push((
            is(Mood::Resetting, 200, weight),
            recover_rightly(model, code),
        ));
    }
    if !model.users.is_empty() {
        all.push((is(Mood::Moving, 80, 10), give(model)));
    }
    if model.challenges.iter().any(is_of_session) {
        all.push((is(Mood::Moving, 900, 30), answer_of_session(model)));
        all.push((is(Mood::Moving, 60, 5), guess_of_session(model)));
    }
    if model.challenges.iter().any(is_reset) {
        all.push((is(Mood::Resetting, 120, 20), change(model)));
        all.push((is(Mood::Resetting, 120, 30), answer_reset(model)));
    }
    if !model.sessions.is_empty() {
        all.push((is(Mood::Resetting, 60, 10), change_known(model)));
        let weight = is(Mood::Moving, 60, 10);
        all.push((is(Mood::Resetting, 60, weight), make_codes(model)));
        all.push((is(Mood::Moving, 60, 10), verify_email(model)));
        all.extend(moves(model).map(|step| (is(Mood::Moving, 300, 20), step)));
        all.push((is(Mood::Moving, 250, 15), change_email(model)));
        all.push((is(Mood::Moving, 350, 20), change_phone(model)));
        all.push((is(Mood::Everyday, 300, 120), refresh(model)));
        all.push((is(Mood::Everyday, 150, 60), me(model)));
    }
    all.extend(answer_of_nobody(model).map(|step| (40, step)));
    all.extend(waits(model));
    Union::new_weighted(all).boxed()
}

fn is_reset(challenge: &Challenge) -> bool {
    challenge.purpose == Purpose::Reset
}

fn is_of_session(challenge: &Challenge) -> bool {
    challenge.session.is_some()
}

fn partner() -> BoxedStrategy<Partner> {
    prop_oneof![3 => Just(Partner::Demo), 2 => Just(Partner::Other)].boxed()
}

/// Mostly the partner itself, now and then the other one.
fn mostly(partner: Partner) -> BoxedStrategy<Partner> {
    prop_oneof![12 => Just(partner), 1 => Just(partner.other())].boxed()
}

/// The first user, so that counts run up; now and then another. The cap of a prefix takes several.
fn user(model: &Model) -> BoxedStrategy<usize> {
    let first = if model.mood == Mood::Sending { 1 } else { 6 };
    prop_oneof![first => Just(0), 2 => 0..model.users.len()].boxed()
}

/// Mostly one of the last two.
fn recent(count: usize) -> BoxedStrategy<usize> {
    prop_oneof![3 => Just(count - 1), 1 => count.saturating_sub(2)..count, 1 => 0..count].boxed()
}

fn any_name() -> BoxedStrategy<Name> {
    prop_oneof![
        (0..EMAILS).prop_map(Name::Email),
        (0..PHONES).prop_map(Name::Phone)
    ]
    .boxed()
}

fn name_of(model: &Model, user: usize) -> BoxedStrategy<Name> {
    let user = &model.users[user];
    prop_oneof![2 => Just(Name::Email(user.email)), 1 => Just(Name::Phone(user.phone))].boxed()
}

fn own_name(model: &Model, challenge: usize) -> BoxedStrategy<Name> {
    let it = &model.challenges[challenge];
    match it.phone {
        Some(phone) => {
            prop_oneof![2 => Just(Name::Email(it.email)), 1 => Just(Name::Phone(phone))].boxed()
        }
        None => Just(Name::Email(it.email)).boxed(),
    }
}

/// The cap of a prefix takes three users of one partner.
fn sign_up(model: &Model) -> Steps {
    let partner = match model.mood {
        Mood::Sending | Mood::Moving => Just(Partner::Demo).boxed(),
        _ => partner(),
    };
    (partner, 0..EMAILS, 0..PHONES)
        .prop_map(|(partner, email, phone)| Step::SignUp {
            partner,
            email,
            phone,
        })
        .boxed()
}

fn login_of_nobody() -> Steps {
    (partner(), any_name())
        .prop_map(|(partner, name)| Step::Login {
            partner,
            name,
            password: None,
        })
        .boxed()
}

/// Of a user whom a message can still reach, if there is one.
fn right_login(model: &Model) -> Steps {
    let reachable: Vec<usize> = (0..model.users.len())
        .filter(|user| model.can_send(*user))
        .collect();
    let user = match reachable.is_empty() {
        true => user(model),
        false => prop_oneof![9 => proptest::sample::select(reachable), 1 => user(model)].boxed(),
    };
    let model = model.clone();
    user.prop_flat_map(move |user| {
        let (partner, password) = (model.users[user].partner, model.users[user].password);
        name_of(&model, user).prop_map(move |name| Step::Login {
            partner,
            name,
            password: Some(password),
        })
    })
    .boxed()
}

/// A password of somebody else, an old one, or the right one at the wrong partner.
fn wrong_login(model: &Model) -> Steps {
    let model = model.clone();
    let passwords = model.passwords;
    user(&model)
        .prop_flat_map(move |user| {
            let it = &model.users[user];
            let password = prop_oneof![
                1 => Just(it.first_password),
                1 => Just(it.password),
                1 => 0..passwords,
            ];
            (mostly(it.partner), name_of(&model, user), password)
        })
        .prop_map(|(partner, name, password)| Step::Login {
            partner,
            name,
            password: Some(password),
        })
        .boxed()
}

fn guess(model: &Model) -> Steps {
    let it = &model.users[0];
    let partner = it.partner;
    name_of(model, 0)
        .prop_map(move |name| Step::Login {
            partner,
            name,
            password: None,
        })
        .boxed()
}

/// What an attacker who has the password does to the first user: a wrong code for the open
/// login, or another login to guess at. The user's own right code in between ends the streak,
/// so that the other cap is reached too.
fn guess_code(model: &Model) -> Steps {
    let it = &model.users[0];
    let (partner, password) = (it.partner, Some(it.password));
    let name = name_of(model, 0);
    let nearly = model.wrong_in_a_row(Subject::User(0), Purpose::Login) + 2 >= LOCK_AFTER;
    match model.open_login(0) {
        Some(challenge) => (name, prop::bool::weighted(if nearly { 0.4 } else { 0.05 }))
            .prop_map(move |(name, right)| Step::Answer {
                partner,
                challenge,
                purpose: Purpose::Login,
                name,
                code: if right { Code::Right } else { Code::Wrong },
            })
            .boxed(),
        None => name
            .prop_map(move |name| Step::Login {
                partner,
                name,
                password,
            })
            .boxed(),
    }
}

fn forget_of_anybody() -> Steps {
    (partner(), 0..EMAILS)
        .prop_map(|(partner, email)| Step::Forget { partner, email })
        .boxed()
}

fn forget_of_user(model: &Model) -> Steps {
    let of = |it: &User| (it.partner, it.email);
    let verified = model.users.iter().filter(|it| it.phone_verified).map(of);
    proptest::sample::select(verified.collect::<Vec<_>>())
        .prop_map(|(partner, email)| Step::Forget { partner, email })
        .boxed()
}

/// To a challenge of somebody whose sign-up gave way: there are few.
fn answer_of_nobody(model: &Model) -> Option<Steps> {
    let is_lost = |nth: &usize| {
        let user = model.challenges[*nth].user;
        user.is_some_and(|user| model.users[user].gone)
    };
    let last = (0..model.challenges.len()).rev().find(is_lost)?;
    let right = |_: &Model, _: usize| Just(Code::Right).boxed();
    Some(answer_of(model, Just(last).boxed(), right))
}

fn answer_of(
    model: &Model,
    which: BoxedStrategy<usize>,
    code: impl Fn(&Model, usize) -> BoxedStrategy<Code> + 'static,
) -> Steps {
    let model = model.clone();
    which
        .prop_flat_map(move |challenge| {
            let it = &model.challenges[challenge];
            let (partner, purpose) = (it.partner, it.purpose);
            (own_name(&model, challenge), code(&model, challenge)).prop_map(move |(name, code)| {
                Step::Answer {
                    partner,
                    challenge,
                    purpose,
                    name,
                    code,
                }
            })
        })
        .boxed()
}

fn right_answer(model: &Model) -> Steps {
    answer_of(model, recent(model.challenges.len()), right_code)
}

fn answer_reset(model: &Model) -> Steps {
    answer_of(model, recent_reset(model), right_code)
}

/// A wrong one where nobody knows the right one.
fn right_code(model: &Model, challenge: usize) -> BoxedStrategy<Code> {
    let root = model.challenges[challenge].root;
    match model.challenges[root].message {
        Some(_) => Just(Code::Right).boxed(),
        None => Just(Code::Wrong).boxed(),
    }
}

/// Mostly one of a user, since a decoy leads nowhere.
fn recent_reset(model: &Model) -> BoxedStrategy<usize> {
    let of = |wanted: fn(&Challenge) -> bool| -> Vec<usize> {
        let all = 0..model.challenges.len();
        all.filter(|it| wanted(&model.challenges[*it])).collect()
    };
    let all = of(is_reset);
    let users = of(|it| is_reset(it) && it.user.is_some());
    let pick = |from: Vec<usize>| recent(from.len()).prop_map(move |it| from[it]).boxed();
    match users.is_empty() {
        true => pick(all),
        false => prop_oneof![8 => pick(users), 1 => pick(all)].boxed(),
    }
}

/// A wrong code, or one that is right elsewhere.
fn wrong_answer(model: &Model) -> Steps {
    answer_of(model, recent(model.challenges.len()), |model, _| {
        let with_code = |it: &usize| {
            model.challenges[model.challenges[*it].root]
                .message
                .is_some()
        };
        let others: Vec<usize> = (0..model.challenges.len()).filter(with_code).collect();
        if others.is_empty() {
            return Just(Code::Wrong).boxed();
        }
        let other = proptest::sample::select(others).prop_map(Code::Of);
        prop_oneof![2 => Just(Code::Wrong), 1 => other].boxed()
    })
}

/// The right code from the wrong side: another partner, another name, another purpose.
fn foreign_answer(model: &Model) -> Steps {
    let right = right_answer(model);
    (right, 0..3, any_name())
        .prop_map(|(step, what, other_name)| {
            let Step::Answer {
                partner,
                challenge,
                purpose,
                name,
                code,
            } = step
            else {
                return step;
            };
            Step::Answer {
                partner: if what == 0 { partner.other() } else { partner },
                challenge,
                purpose: if what == 1 { purpose.other() } else { purpose },
                name: if what == 2 { other_name } else { name },
                code,
            }
        })
        .boxed()
}

fn change(model: &Model) -> Steps {
    let challenge = recent_reset(model);
    let model = model.clone();
    challenge
        .prop_flat_map(move |challenge| {
            let partner = mostly(model.challenges[challenge].partner);
            let name = prop_oneof![9 => own_name(&model, challenge), 1 => any_name()];
            (partner, name).prop_map(move |(partner, name)| Step::Change {
                partner,
                challenge,
                name,
            })
        })
        .boxed()
}

/// Mostly the password that it is, in a session of late.
fn knowing(model: &Model) -> BoxedStrategy<(usize, Option<usize>)> {
    let model = model.clone();
    recent(model.sessions.len())
        .prop_flat_map(move |session| {
            let user = &model.users[model.sessions[session].user];
            let (known, first) = (Some(user.password), Some(user.first_password));
            let password = prop_oneof![6 => Just(known), 1 => Just(first), 1 => Just(None)];
            (Just(session), password)
        })
        .boxed()
}

fn change_known(model: &Model) -> Steps {
    let knowing = knowing(model);
    knowing
        .prop_map(|(session, password)| Step::ChangeKnown { session, password })
        .boxed()
}

fn make_codes(model: &Model) -> Steps {
    let knowing = knowing(model);
    knowing
        .prop_map(|(session, password)| Step::MakeCodes { session, password })
        .boxed()
}

fn verify_email(model: &Model) -> Steps {
    recent(model.sessions.len())
        .prop_map(|session| Step::VerifyEmail { session })
        .boxed()
}

fn change_email(model: &Model) -> Steps {
    (knowing(model), 0..EMAILS)
        .prop_map(|((session, password), email)| Step::ChangeEmail {
            session,
            password,
            email,
        })
        .boxed()
}

fn change_phone(model: &Model) -> Steps {
    (knowing(model), 0..PHONES)
        .prop_map(|((session, password), phone)| Step::ChangePhone {
            session,
            password,
            phone,
        })
        .boxed()
}

/// What somebody does who has lost the phone and is back in; and what whoever wants another's number does.
fn moves(model: &Model) -> impl Iterator<Item = Steps> {
    let of = |wanted: &dyn Fn(usize) -> bool| {
        let mut sessions = (0..model.sessions.len()).rev();
        let session = sessions.find(|it| model.sessions[*it].live && wanted(*it))?;
        Some((session, &model.users[model.sessions[session].user]))
    };
    let recovered = of(&|it| model.sessions[it].recovered);
    let back_in = recovered.map(|(session, user)| {
        let password = Some(user.password);
        (0..PHONES)
            .prop_map(move |phone| Step::ChangePhone {
                session,
                password,
                phone,
            })
            .boxed()
    });
    let wanting = of(&|_| true).and_then(|(session, user)| {
        let is_other =
            |it: &&User| it.phone_verified && it.partner == user.partner && it.phone != user.phone;
        let other = model.users.iter().find(is_other)?;
        let (password, email, phone) = (Some(user.password), other.email, other.phone);
        let email = Step::ChangeEmail {
            session,
            password,
            email,
        };
        let phone = Step::ChangePhone {
            session,
            password,
            phone,
        };
        Some(prop_oneof![Just(email), Just(phone)].boxed())
    });
    back_in.into_iter().chain(wanting)
}

fn give(model: &Model) -> Steps {
    (user(model), any_name())
        .prop_map(|(user, contact)| Step::Give { user, contact })
        .boxed()
}

/// The right code of a late one that is asked for in a session.
fn answer_of_session(model: &Model) -> Steps {
    answer_of(model, recent_of_session(model), right_code)
}

fn guess_of_session(model: &Model) -> Steps {
    let wrong = |_: &Model, _| Just(Code::Wrong).boxed();
    answer_of(model, recent_of_session(model), wrong)
}

/// Mostly one of the last two, which may be of one number.
fn recent_of_session(model: &Model) -> BoxedStrategy<usize> {
    let all = 0..model.challenges.len();
    let all: Vec<usize> = all
        .filter(|it| is_of_session(&model.challenges[*it]))
        .collect();
    let late: Vec<usize> = all.iter().rev().take(2).copied().collect();
    let (late, any) = (
        proptest::sample::select(late),
        proptest::sample::select(all),
    );
    prop_oneof![6 => late, 1 => any].boxed()
}

/// Mostly one of the ten last made, whoever's they are, and mostly at the open login of whoever has it.
fn recover(model: &Model) -> Steps {
    let all = model.codes.len();
    let codes = match all {
        0 => Just(None).boxed(),
        _ => prop_oneof![
            6 => (all - all.min(10)..all).prop_map(Some),
            1 => (0..all).prop_map(Some),
            2 => Just(None),
        ]
        .boxed(),
    };
    let model = model.clone();
    let at_random = prop::bool::weighted(0.25);
    (recent(model.challenges.len()), codes, at_random)
        .prop_flat_map(move |(recent, code, at_random)| {
            let user = code.map_or(0, |code| model.codes[code].user);
            let open = model.open_login(user).filter(|_| !at_random);
            let challenge = open.unwrap_or(recent);
            let partner = mostly(model.challenges[challenge].partner);
            let name = prop_oneof![9 => own_name(&model, challenge), 1 => any_name()];
            (partner, name).prop_map(move |(partner, name)| Step::Recover {
                partner,
                challenge,
                name,
                code,
            })
        })
        .boxed()
}

/// What somebody does who has lost the phone: logs in, and answers with this code.
fn recover_rightly(model: &Model, code: usize) -> Steps {
    let user = model.codes[code].user;
    let it = &model.users[user];
    let (partner, password) = (it.partner, Some(it.password));
    let open = model.open_login(user);
    name_of(model, user)
        .prop_map(move |name| match open {
            Some(challenge) => Step::Recover {
                partner,
                challenge,
                name,
                code: Some(code),
            },
            None => Step::Login {
                partner,
                name,
                password,
            },
        })
        .boxed()
}

fn refresh(model: &Model) -> Steps {
    let model = model.clone();
    recent(model.sessions.len())
        .prop_flat_map(move |session| {
            let it = &model.sessions[session];
            let mut ages = vec![(6, Just(Age::Current).boxed())];
            if it.tokens >= 2 {
                ages.push((3, Just(Age::Parent).boxed()));
            }
            if it.tokens >= 3 {
                ages.push((1, (0..it.tokens - 2).prop_map(Age::Older).boxed()));
            }
            let name = prop_oneof![9 => name_of(&model, it.user), 1 => any_name()];
            (mostly(it.partner), name, Union::new_weighted(ages)).prop_map(
                move |(partner, name, age)| Step::Refresh {
                    partner,
                    session,
                    name,
                    age,
                },
            )
        })
        .boxed()
}

fn me(model: &Model) -> Steps {
    let model = model.clone();
    recent(model.sessions.len())
        .prop_flat_map(move |session| {
            recent(model.sessions[session].tokens)
                .prop_map(move |token| Step::Me { session, token })
        })
        .boxed()
}

fn kyc(model: &Model) -> Steps {
    let status = prop_oneof![
        12 => Just(Status::Verified),
        1 => Just(Status::InProgress),
        1 => Just(Status::Failed),
        1 => Just(Status::Fatal),
        1 => Just(Status::Uninitiated),
    ];
    (user(model), status, prop::bool::weighted(0.2))
        .prop_map(|(user, status, older)| Step::Kyc {
            user,
            status,
            older,
        })
        .boxed()
}

fn chosen() -> BoxedStrategy<Option<usize>> {
    prop_oneof![Just(None), (0..CHOSEN_IDS).prop_map(Some)].boxed()
}

fn account(model: &Model) -> Steps {
    let model = model.clone();
    (0..model.users.len(), chosen())
        .prop_flat_map(move |(user, chosen)| {
            mostly(model.users[user].partner).prop_map(move |partner| Step::Account {
                partner,
                user,
                chosen,
            })
        })
        .boxed()
}

fn portfolio(model: &Model) -> Steps {
    let verified = |it: &usize| {
        let owner = &model.users[model.accounts[*it].user];
        owner.status == Status::Verified
    };
    let of_verified: Vec<usize> = (0..model.accounts.len()).filter(verified).collect();
    let any = (0..model.accounts.len()).boxed();
    let account = match of_verified.is_empty() {
        true => any,
        false => prop_oneof![3 => proptest::sample::select(of_verified), 1 => any].boxed(),
    };
    let model = model.clone();
    let kind = prop_oneof![3 => Just(0), 1 => 0..KINDS.len()];
    (account, chosen(), kind)
        .prop_flat_map(move |(account, chosen, kind)| {
            mostly(model.accounts[account].partner).prop_map(move |partner| Step::Portfolio {
                partner,
                account,
                chosen,
                kind,
            })
        })
        .boxed()
}

/// What costs real seconds: rare, and once a case.
fn waits(model: &Model) -> Vec<(u32, Steps)> {
    let mut waits = Vec::new();
    let mut throttles = model.throttles.iter();
    if let Some((subject, _)) = throttles.find(|(_, throttle)| throttle.blocked) {
        let subject = *subject;
        waits.push((50, Just(Step::WaitForPassword { subject }).boxed()));
    }
    let session = (0..model.sessions.len()).find(|it| {
        let session = &model.sessions[*it];
        session.live && session.tokens >= 2
    });
    // Ten seconds: about one in a run of the usual length.
    if let (Some(session), Mood::Everyday) = (session, model.mood) {
        let partner = model.sessions[session].partner;
        let late =
            name_of(model, model.sessions[session].user).prop_map(move |name| Step::Refresh {
                partner,
                session,
                name,
                age: Age::LateParent,
            });
        waits.push((12, late.boxed()));
    }
    waits.retain(|_| !model.waited);
    waits
}
