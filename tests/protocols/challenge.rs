//! A challenge takes so many answers and one right one, whoever answers, resends and stages a password at the same
//! time (`src/flows/answer_code.rs`, `src/flows/send_code.rs`, `src/routes/otp.rs`, `src/routes/password.rs`,
//! `src/db/challenges.rs`, `src/db/sends.rs`).
//!
//! KV carries: what it has of a challenge never changes, so to read it is the time at which a call comes, and whether
//! its code is the right one is known from then on. D1 decides: each batch is one action, and its answer may be lost.
//! There are two challenges. Where the second is an alias of the first they have one code and one count of tries, and
//! gates of their own: a stranger who asked for a reset has the second and not the code.

use std::collections::BTreeSet;

use stateright::{Model, Property};

use crate::{each_guard_is_needed, Protocol, Size};

type Work = u8;

/// `SENDS_PER_CHALLENGE`.
const SENDS: usize = 3;

#[derive(Clone)]
struct Challenges {
    requests: Vec<Request>,
    is_alias: bool,
    is_reset: bool,
    tries: usize,
    without: Option<Guard>,
}

/// Two of one work are one request that is asked again with its key.
#[derive(Clone, Copy)]
struct Request {
    on: usize,
    work: Work,
    act: Act,
}

#[derive(Clone, Copy, PartialEq)]
enum Act {
    Answer { is_right: bool },
    Stage(Who),
    Resend,
}

use Act::{Resend, Stage};

const RIGHT: Act = Act::Answer { is_right: true };
const WRONG: Act = Act::Answer { is_right: false };

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Who {
    Owner,
    Stranger,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Guard {
    /// `ANSWER`: `c.tries < :max_tries`.
    Tries,
    /// `ANSWER`: `NOT c.is_answered`.
    OneRight,
    /// `ANSWER`: `c.expires_at > :now`.
    InTime,
    /// `ANSWER`: `ON CONFLICT (id) DO NOTHING`.
    OnceAWork,
    /// `accepted`: what came of it is what the batch says.
    CountedFirst,
    /// `COMPLETE_LOGIN`, `PASS_CODE`: by the right answer of this very work.
    OwnWork,
    /// `App::with_work`: asked again, it is the same work.
    SameWork,
    /// An alias has gates of its own.
    OwnGates,
    /// `COMPLETE_RESET`, `CHANGE_PASSWORD`: the credential's epoch is that of the challenge.
    AsIssued,
    /// `issue_again` sends the same code, of the same root.
    SameRoot,
    /// `RESERVE` comes before the provider is asked.
    ReservedFirst,
    /// `RESERVE`: `sends < :per_challenge`.
    MostSends,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    d1: Database,
    /// The time of both has run out.
    is_over: bool,
    calls: Vec<Call>,
    /// That went to the provider.
    messages: usize,
    late: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Database {
    /// Of the challenges.
    rows: [Row; 2],
    /// `answers`: of which work, under which root, and whether right.
    answers: Vec<(Work, usize, bool)>,
    /// The works that opened one.
    sessions: BTreeSet<Work>,
    /// Of the first challenge, with the works that reserved them; the first of all came with it.
    sends: Vec<Work>,
    has_cooled: bool,
    credential_epoch: u8,
    /// The old one if nobody's.
    password: Option<Who>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Row {
    consumed_by: Option<Work>,
    code_ok: bool,
    staged: Option<Who>,
    staging_id: Option<Work>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Call {
    Waits,
    Came {
        is_late: bool,
    },
    /// May hash the new password.
    LetIn {
        is_late: bool,
    },
    /// May ask the provider.
    Reserved,
    Ended(Told),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Told {
    Right,
    Wrong,
    /// `ChallengeGone`, or that the message waits.
    Refused,
    Taken,
}

#[derive(Clone, Debug, PartialEq)]
enum Action {
    OwnChallenge(usize),
    Answer(usize),
    AnswerUnanswered(usize),
    LetStage(usize),
    StageHash(usize),
    StageHashUnanswered(usize),
    Reserve(usize),
    Send(usize),
    Cut(usize),
    CoolDown,
    RunOut,
}

impl Challenges {
    fn has(&self, guard: Guard) -> bool {
        self.without != Some(guard)
    }

    fn root(&self, challenge: usize) -> usize {
        if self.is_alias {
            0
        } else {
            challenge
        }
    }

    /// `challenge_states`: so many answers, and whether one was right.
    fn tries(&self, d1: &Database, challenge: usize) -> (usize, bool) {
        let of_root = d1
            .answers
            .iter()
            .filter(|(_, root, _)| *root == self.root(challenge));
        (
            of_root.clone().count(),
            of_root.clone().any(|(_, _, is_right)| *is_right),
        )
    }

    fn is_as_issued(&self, d1: &Database) -> bool {
        d1.credential_epoch == 0 || !self.has(Guard::AsIssued)
    }

    /// `answerable!`.
    fn is_answerable(&self, d1: &Database, challenge: usize, is_late: bool) -> bool {
        let (tries, is_answered) = self.tries(d1, challenge);
        (!is_late || !self.has(Guard::InTime))
            && (tries < self.tries || !self.has(Guard::Tries))
            && (!is_answered || !self.has(Guard::OneRight))
            && self.is_as_issued(d1)
    }

    /// The batch of `POST /v1/user/otp`: `ANSWER`, then what follows a right one.
    fn answer(&self, state: &mut State, request: Request, work: Work, is_late: bool) -> Told {
        let (on, is_right) = (request.on, request.act == RIGHT);
        let d1 = &mut state.d1;
        let is_new = d1.answers.iter().all(|(id, ..)| *id != work) || !self.has(Guard::OnceAWork);
        let open = d1.rows[on].consumed_by.is_none() && self.is_answerable(d1, on, is_late);
        if open && is_new {
            d1.answers.push((work, self.root(on), is_right));
            d1.answers.sort_unstable();
            state.late |= is_late;
        }
        let own = d1
            .answers
            .iter()
            .find(|(id, ..)| *id == work)
            .map(|(.., is_right)| *is_right);
        let proven = own == Some(true) || !self.has(Guard::OwnWork) && self.tries(d1, on).1;
        let completed = match self.is_reset {
            true => self.reset(d1, on, work, proven, is_late),
            false => self.login(d1, on, work, proven),
        };
        match own {
            _ if !self.has(Guard::CountedFirst) => {
                if is_right {
                    Told::Right
                } else {
                    Told::Wrong
                }
            }
            Some(true) if completed => Told::Right,
            Some(false) => Told::Wrong,
            _ => Told::Refused,
        }
    }

    /// `COMPLETE_LOGIN`, `OPEN`. Whether this work completed it.
    fn login(&self, d1: &mut Database, on: usize, work: Work, proven: bool) -> bool {
        let row = &mut d1.rows[on];
        if proven && row.consumed_by.is_none() {
            row.consumed_by = Some(work);
        }
        let is_own = row.consumed_by == Some(work);
        if is_own {
            d1.sessions.insert(work);
        }
        is_own
    }

    /// `PASS_CODE`, then what completes. A code that was right is, whether or not the password was there.
    fn reset(&self, d1: &mut Database, on: usize, work: Work, proven: bool, is_late: bool) -> bool {
        let gates = if self.has(Guard::OwnGates) {
            on..=on
        } else {
            0..=1
        };
        for row in &mut d1.rows[gates] {
            row.code_ok |= proven;
        }
        self.complete_reset(d1, on, work, is_late);
        proven
    }

    /// `COMPLETE_RESET`, `CHANGE_PASSWORD`.
    fn complete_reset(&self, d1: &mut Database, on: usize, work: Work, is_late: bool) {
        let as_issued = self.is_as_issued(d1);
        let row = &mut d1.rows[on];
        let Some(staged) = row.staged.filter(|_| row.code_ok) else {
            return;
        };
        if row.consumed_by.is_none() && !is_late && as_issued {
            row.consumed_by = Some(work);
            d1.password = Some(staged);
            d1.credential_epoch += 1;
        }
    }

    /// `may_be_staged!`.
    fn may_be_staged(&self, d1: &Database, on: usize, is_late: bool) -> bool {
        let (tries, is_answered) = self.tries(d1, on);
        let row = d1.rows[on];
        let unanswered = tries < self.tries && !is_answered;
        row.consumed_by.is_none()
            && !is_late
            && self.is_as_issued(d1)
            && (row.code_ok || unanswered)
    }

    /// `LET_STAGE`.
    fn let_stage(&self, state: &mut State, request: Request, is_late: bool) -> Call {
        if self.may_be_staged(&state.d1, request.on, is_late) {
            state.d1.rows[request.on].staging_id = Some(request.work);
        }
        match state.d1.rows[request.on].staging_id == Some(request.work) {
            true => Call::LetIn { is_late },
            false => Call::Ended(Told::Refused),
        }
    }

    /// The batch of `change-password`: `STAGE`, then what completes.
    fn stage(&self, state: &mut State, request: Request, is_late: bool) -> Told {
        let (d1, on) = (&mut state.d1, request.on);
        let Stage(who) = request.act else {
            return Told::Refused;
        };
        let is_staged = self.may_be_staged(d1, on, is_late);
        if is_staged {
            d1.rows[on].staged = Some(who);
        }
        self.complete_reset(d1, on, request.work, is_late);
        let is_own = d1.rows[on].consumed_by == Some(request.work);
        if is_staged || is_own {
            Told::Taken
        } else {
            Told::Refused
        }
    }

    /// `RESERVE`, of the same code once more.
    fn reserve(&self, state: &mut State, request: Request, is_late: bool) -> Call {
        let open = self.is_answerable(&state.d1, request.on, is_late);
        let d1 = &mut state.d1;
        let has_room = d1.sends.len() < SENDS || !self.has(Guard::MostSends);
        let may = open && has_room && d1.has_cooled && !d1.sends.contains(&request.work);
        if may && self.has(Guard::ReservedFirst) {
            d1.sends.push(request.work);
            d1.sends.sort_unstable();
            d1.has_cooled = false;
        }
        if may && !self.has(Guard::SameRoot) {
            d1.answers.clear();
        }
        if may {
            Call::Reserved
        } else {
            Call::Ended(Told::Refused)
        }
    }

    /// Whether the request whose answer completed a challenge is told so again.
    fn is_found_again(&self, state: &State) -> bool {
        self.requests
            .iter()
            .filter(|request| request.act == RIGHT)
            .all(|request| {
                let is_done = state.d1.rows[request.on].consumed_by == Some(request.work);
                let work = if self.has(Guard::SameWork) {
                    request.work
                } else {
                    Work::MAX
                };
                !is_done || self.answer(&mut state.clone(), *request, work, false) == Told::Right
            })
    }

    /// The works that were told whether their code is right.
    fn told<'a>(
        &'a self,
        state: &'a State,
        told: &'a [Told],
    ) -> impl Iterator<Item = Request> + 'a {
        let ended = self.requests.iter().zip(&state.calls);
        ended
            .filter(|(_, call)| told.iter().any(|told| **call == Call::Ended(*told)))
            .map(|(request, _)| *request)
    }
}

fn works(requests: impl Iterator<Item = Request>) -> BTreeSet<Work> {
    requests.map(|request| request.work).collect()
}

impl Model for Challenges {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let d1 = Database {
            rows: [Row::default(); 2],
            answers: vec![],
            sessions: BTreeSet::new(),
            sends: vec![Work::MAX],
            has_cooled: false,
            credential_epoch: 0,
            password: None,
        };
        let calls = vec![Call::Waits; self.requests.len()];
        vec![State {
            d1,
            is_over: false,
            calls,
            messages: 1,
            late: false,
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (n, (call, request)) in state.calls.iter().zip(&self.requests).enumerate() {
            match (call, request.act) {
                (Call::Waits, _) => actions.push(Action::OwnChallenge(n)),
                (Call::Came { .. }, Act::Answer { .. }) => {
                    actions.extend([Action::Answer(n), Action::AnswerUnanswered(n)])
                }
                (Call::Came { .. }, Stage(_)) => actions.push(Action::LetStage(n)),
                (Call::Came { .. }, Resend) => actions.push(Action::Reserve(n)),
                (Call::LetIn { .. }, _) => {
                    actions.extend([Action::StageHash(n), Action::StageHashUnanswered(n)])
                }
                (Call::Reserved, _) => actions.push(Action::Send(n)),
                (Call::Ended(_), _) => continue,
            }
            actions.push(Action::Cut(n));
        }
        if self.requests.iter().any(|request| request.act == Resend) {
            actions.push(Action::CoolDown);
        }
        actions.push(Action::RunOut);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::OwnChallenge(n) => {
                state.calls[n] = Call::Came {
                    is_late: state.is_over,
                }
            }
            Action::Answer(n) | Action::AnswerUnanswered(n) => {
                let Call::Came { is_late } = last.calls[n] else {
                    return None;
                };
                let told =
                    self.answer(&mut state, self.requests[n], self.requests[n].work, is_late);
                if action == Action::Answer(n) {
                    state.calls[n] = Call::Ended(told);
                }
            }
            Action::LetStage(n) => {
                let Call::Came { is_late } = last.calls[n] else {
                    return None;
                };
                state.calls[n] = self.let_stage(&mut state, self.requests[n], is_late);
            }
            Action::StageHash(n) | Action::StageHashUnanswered(n) => {
                let Call::LetIn { is_late } = last.calls[n] else {
                    return None;
                };
                let told = self.stage(&mut state, self.requests[n], is_late);
                if action == Action::StageHash(n) {
                    state.calls[n] = Call::Ended(told);
                }
            }
            Action::Reserve(n) => {
                let Call::Came { is_late } = last.calls[n] else {
                    return None;
                };
                state.calls[n] = self.reserve(&mut state, self.requests[n], is_late);
            }
            Action::Send(n) => {
                state.messages += 1;
                state.calls[n] = Call::Ended(Told::Taken);
            }
            Action::Cut(n) => state.calls[n] = Call::Ended(Told::Refused),
            Action::CoolDown => state.d1.has_cooled = true,
            Action::RunOut => state.is_over = true,
        }
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Challenges>> {
        let mut properties = vec![
            Property::always(
                "no more codes are compared than there are tries",
                |model: &Challenges, s: &State| {
                    (0..2).all(|root| {
                        let told = model.told(s, &[Told::Right, Told::Wrong]);
                        works(told.filter(|request| model.root(request.on) == root)).len()
                            <= model.tries
                    })
                },
            ),
            Property::always(
                "what somebody is told of a wrong code was counted",
                |model: &Challenges, s: &State| {
                    let counted =
                        |request: Request| s.d1.answers.iter().any(|(id, ..)| *id == request.work);
                    model.told(s, &[Told::Wrong]).all(counted)
                },
            ),
            Property::always(
                "one right code is accepted",
                |model: &Challenges, s: &State| {
                    let of_first = model
                        .told(s, &[Told::Right])
                        .filter(|request| model.root(request.on) == 0);
                    works(of_first).len() <= 1 && s.d1.sessions.len() <= 1
                },
            ),
            Property::always(
                "nothing is given for a code that is not right",
                |model: &Challenges, s: &State| {
                    let right = works(
                        model
                            .requests
                            .iter()
                            .copied()
                            .filter(|request| request.act == RIGHT),
                    );
                    s.d1.sessions.is_subset(&right)
                },
            ),
            Property::always("a code that comes late is not counted", |_, s: &State| {
                !s.late
            }),
            Property::always("a work counts once", |_, s: &State| {
                s.d1.answers.windows(2).all(|two| two[0].0 != two[1].0)
            }),
            Property::always(
                "a right answer that was lost is found again",
                |model: &Challenges, s: &State| model.is_found_again(s),
            ),
            Property::always(
                "a new password is of whoever has the code",
                |_, s: &State| s.d1.password != Some(Who::Stranger),
            ),
            Property::always(
                "a challenge of before a change changes nothing",
                |_, s: &State| s.d1.credential_epoch <= 1,
            ),
            Property::always(
                "three messages go out, each reserved before",
                |_, s: &State| s.messages <= s.d1.sends.len() && s.d1.sends.len() <= SENDS,
            ),
        ];
        let has = |act: Act| self.requests.iter().any(|request| request.act == act);
        if has(Resend) {
            properties.push(Property::sometimes(
                "three messages go out",
                |_, s: &State| s.messages == SENDS,
            ));
        }
        properties.push(match self.is_reset {
            true => Property::sometimes("the password changes", |_, s: &State| {
                s.d1.password == Some(Who::Owner)
            }),
            false => Property::sometimes(
                "the tries are used up and the right code is refused",
                |model: &Challenges, s: &State| {
                    let refused = model
                        .told(s, &[Told::Refused])
                        .any(|request| request.act == RIGHT);
                    refused && model.tries(&s.d1, 0) == (model.tries, false)
                },
            ),
        });
        properties
    }
}

fn requests(of: &[(usize, Work, Act)]) -> Vec<Request> {
    of.iter()
        .map(|&(on, work, act)| Request { on, work, act })
        .collect()
}

/// A guesser and an owner, who answers in two windows, and in one of them asks again.
fn login(more: &[(usize, Work, Act)]) -> Challenges {
    let all = [
        &[
            (0, 0, WRONG),
            (1, 1, WRONG),
            (0, 2, RIGHT),
            (0, 2, RIGHT),
            (1, 3, RIGHT),
        ],
        more,
    ]
    .concat();
    Challenges {
        requests: requests(&all),
        is_alias: true,
        is_reset: false,
        tries: 2,
        without: None,
    }
}

/// The code is sent again and again while it is guessed at.
fn resend(tries: usize, more: &[(usize, Work, Act)]) -> Challenges {
    let all = [
        &[
            (0, 0, Resend),
            (0, 1, Resend),
            (0, 2, Resend),
            (0, 3, WRONG),
        ],
        more,
    ]
    .concat();
    Challenges {
        requests: requests(&all),
        is_alias: true,
        is_reset: false,
        tries,
        without: None,
    }
}

/// An owner who resets their password, and a stranger who has an alias of it.
fn reset(more: &[(usize, Work, Act)]) -> Challenges {
    let theirs = [(1, 2, Stage(Who::Stranger)), (1, 3, WRONG)];
    let all = [
        &[(0, 0, Stage(Who::Owner)), (0, 1, RIGHT), (0, 1, RIGHT)],
        &theirs[..],
        more,
    ]
    .concat();
    Challenges {
        requests: requests(&all),
        is_alias: true,
        is_reset: true,
        tries: 2,
        without: None,
    }
}

/// Two resets of one user, each with a code of its own.
fn two_resets(more: &[(usize, Work, Act)]) -> Challenges {
    let second = [(1, 2, Stage(Who::Owner)), (1, 3, RIGHT)];
    let all = [
        &[(0, 0, Stage(Who::Owner)), (0, 1, RIGHT)],
        &second[..],
        more,
    ]
    .concat();
    Challenges {
        requests: requests(&all),
        is_alias: false,
        is_reset: true,
        tries: 2,
        without: None,
    }
}

#[test]
fn a_login_challenge_takes_its_tries_and_one_right_code_in_every_order_of_answers() {
    let protocol = Protocol {
        name: "challenge of a login",
        small: Size {
            model: login(&[]),
            states: 11_332,
        },
        large: Size {
            model: login(&[(0, 4, WRONG), (0, 0, WRONG)]),
            states: 279_667,
        },
    };
    protocol.holds();
}

#[test]
fn a_resend_gives_back_no_try_and_no_fourth_message_in_every_order() {
    let protocol = Protocol {
        name: "challenge, sent again",
        small: Size {
            model: resend(1, &[(0, 4, RIGHT)]),
            states: 35_486,
        },
        large: Size {
            model: resend(1, &[(0, 2, Resend), (0, 4, RIGHT)]),
            states: 178_602,
        },
    };
    protocol.holds();
}

#[test]
fn a_reset_sets_the_password_of_whoever_has_the_code_in_every_order_of_gates() {
    let protocol = Protocol {
        name: "challenge of a reset",
        small: Size {
            model: reset(&[]),
            states: 36_324,
        },
        large: Size {
            model: reset(&[(1, 4, Stage(Who::Stranger))]),
            states: 277_794,
        },
    };
    protocol.holds();
}

#[test]
fn of_two_resets_one_changes_the_password_in_every_order_of_gates() {
    let protocol = Protocol {
        name: "two resets of one user",
        small: Size {
            model: two_resets(&[]),
            states: 7_785,
        },
        large: Size {
            model: two_resets(&[(0, 1, RIGHT), (1, 4, WRONG)]),
            states: 255_042,
        },
    };
    protocol.holds();
}

#[test]
fn without_any_guard_of_the_challenge_its_invariant_is_broken() {
    let guards = [
        (
            Guard::Tries,
            "no more codes are compared than there are tries",
        ),
        (
            Guard::SameRoot,
            "no more codes are compared than there are tries",
        ),
        (
            Guard::CountedFirst,
            "what somebody is told of a wrong code was counted",
        ),
        (Guard::OneRight, "one right code is accepted"),
        (
            Guard::OwnWork,
            "nothing is given for a code that is not right",
        ),
        (Guard::InTime, "a code that comes late is not counted"),
        (Guard::OnceAWork, "a work counts once"),
        (
            Guard::SameWork,
            "a right answer that was lost is found again",
        ),
        (Guard::OwnGates, "a new password is of whoever has the code"),
        (
            Guard::AsIssued,
            "a challenge of before a change changes nothing",
        ),
        (
            Guard::ReservedFirst,
            "three messages go out, each reserved before",
        ),
        (
            Guard::MostSends,
            "three messages go out, each reserved before",
        ),
    ];
    each_guard_is_needed(&guards, |guard| {
        let model = match guard {
            Guard::SameRoot | Guard::ReservedFirst | Guard::MostSends => {
                resend(2, &[(0, 4, WRONG), (0, 5, WRONG)])
            }
            Guard::OwnGates => reset(&[]),
            Guard::AsIssued => two_resets(&[]),
            Guard::OnceAWork => login(&[(0, 0, WRONG)]),
            _ => login(&[]),
        };
        Challenges {
            without: Some(guard),
            ..model
        }
    });
}
