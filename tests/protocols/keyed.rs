//! A request with an Idempotency-Key is done once and has one answer (`src/flows/idempotency.rs`,
//! `src/db/idempotency.rs`).
//!
//! Calls come with the same key, some with another body; each takes its time when it comes. `CLAIM` gives the work to
//! one of them, for as long as its lease; the work's ids are drawn from the nonce of the row, so whoever takes it up
//! after a cut finds what was done; `FINISH` keeps the answer and `RELEASE` gives a work back that has none to keep.
//! The world changes meanwhile: somebody else takes what was asked for, the right to ask is lost and found.

use std::collections::BTreeSet;

use stateright::{Model, Property};

use crate::{each_guard_is_needed, Protocol, Size};

type Attempt = u8;
type Body = u8;
type Time = u8;

/// `LEASE`, in steps of it.
const LEASE: Time = 1;
/// `IDEMPOTENCY_KEPT`, which is longer.
const KEPT: Time = 3;

struct Keyed {
    /// The body of each caller, who asks again and again.
    callers: Vec<Body>,
    /// So many attempts in all.
    attempts: Attempt,
    until: Time,
    without: Option<Guard>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Guard {
    /// `CLAIM`: `leased_until <= :now`.
    Leased,
    /// `CLAIM` takes a request up at all whose worker has left.
    TakenUp,
    /// `body_mac IN (...)`, `IdempotencyMismatch`.
    SameBody,
    /// `App::with_work`: ids of the row's nonce, not of the attempt.
    FirstIds,
    /// `FINISH`: `attempt_id = :work_id AND status IS NULL`.
    FinishesItsOwn,
    /// `RELEASE`: `attempt_id = :work_id`.
    ReleasesItsOwn,
    /// `is_kept`: no refusal that asking again may overtake.
    IsFinal,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    row: Option<Row>,
    /// What the work leaves in D1.
    effects: BTreeSet<Effect>,
    /// Somebody else has what was asked for: the refusal is final.
    is_taken: bool,
    /// The caller may ask for it now.
    is_allowed: bool,
    clock: Time,
    attempts: Attempt,
    callers: Vec<Call>,
    /// The answers that are final, of each row's time.
    told: BTreeSet<(Time, Body, Outcome)>,
    seen: Seen,
}

/// Of `idempotent_requests`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Row {
    body: Body,
    nonce: Attempt,
    made_at: Time,
    attempt: Attempt,
    leased_until: Time,
    answer: Option<Answer>,
}

/// Found by the ids that it was made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Effect {
    ids: Attempt,
    made_at: Time,
    body: Body,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Outcome {
    Done(Effect),
    Taken,
    NotAllowed,
}

/// Its bytes are of the attempt: they say what is left of a time, and hold tokens that were signed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Answer {
    outcome: Outcome,
    by: Attempt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Call {
    None,
    Came { attempt: Attempt, now: Time },
    Works(Ticket),
    Answers(Ticket, Outcome),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Ticket {
    attempt: Attempt,
    nonce: Attempt,
    made_at: Time,
    leased_until: Time,
}

/// What must not be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Seen {
    two_at_work: bool,
    kept_changed: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Action {
    Come(usize),
    Claim(usize),
    /// D1's answer is lost: `Db::commit` runs the batch again, or the caller asks again.
    ClaimUnanswered(usize),
    Work(usize),
    WorkUnanswered(usize),
    /// `Ticket::hand_in`, and the caller has the answer.
    HandIn(usize),
    /// D1 fails at it, and the caller has the answer all the same.
    HandInFails(usize),
    /// The answer is kept, and the caller never hears of it.
    HandInUnanswered(usize),
    Cut(usize),
    Take,
    Allow(bool),
    Tick,
}

impl Keyed {
    fn has(&self, guard: Guard) -> bool {
        self.without != Some(guard)
    }

    /// `CLAIM` and `CLAIMED`, and what `flows::idempotency::claim` makes of them. An answer that is kept is told.
    fn claim(&self, state: &mut State, body: Body, attempt: Attempt, now: Time) -> Call {
        let leased_until = now + LEASE;
        let new = Row {
            body,
            nonce: attempt,
            made_at: now,
            attempt,
            leased_until,
            answer: None,
        };
        let row = state.row.get_or_insert_with(|| new.clone());
        let is_same = row.body == body || !self.has(Guard::SameBody);
        let is_left =
            row.leased_until <= now && self.has(Guard::TakenUp) || !self.has(Guard::Leased);
        if row.made_at + KEPT <= now {
            *row = new;
        } else if row.answer.is_none() && is_left && is_same {
            (row.attempt, row.leased_until) = (attempt, leased_until);
        }
        let row = row.clone();
        if row.attempt == attempt {
            let ticket = Ticket {
                attempt,
                nonce: row.nonce,
                made_at: row.made_at,
                leased_until,
            };
            return Call::Works(ticket);
        }
        if let Some(answer) = row.answer.filter(|_| is_same) {
            tell(state, row.made_at, body, answer.outcome);
        }
        Call::None
    }

    /// One batch: the work is there already, or is done if it may be.
    fn work(&self, state: &mut State, body: Body, ticket: Ticket) -> Call {
        let ids = if self.has(Guard::FirstIds) {
            ticket.nonce
        } else {
            ticket.attempt
        };
        let effect = Effect {
            ids,
            made_at: ticket.made_at,
            body,
        };
        let there = state
            .effects
            .iter()
            .find(|effect| effect.ids == ids)
            .copied();
        let outcome = match there {
            Some(effect) => Outcome::Done(effect),
            None if state.is_taken => Outcome::Taken,
            None if !state.is_allowed => Outcome::NotAllowed,
            None => {
                state.effects.insert(effect);
                Outcome::Done(effect)
            }
        };
        Call::Answers(ticket, outcome)
    }

    /// `FINISH` and `RELEASE`, or `RELEASE` alone.
    fn hand_in(&self, state: &mut State, ticket: Ticket, outcome: Outcome) {
        let Some(row) = &mut state.row else { return };
        let is_own = row.attempt == ticket.attempt;
        let may_finish = is_own && row.answer.is_none();
        let is_kept = outcome != Outcome::NotAllowed || !self.has(Guard::IsFinal);
        if is_kept && (may_finish || !self.has(Guard::FinishesItsOwn)) {
            let answer = Answer {
                outcome,
                by: ticket.attempt,
            };
            state.seen.kept_changed |= row.answer.is_some_and(|kept| kept != answer);
            row.answer = Some(answer);
        }
        if row.answer.is_none() && (is_own || !self.has(Guard::ReleasesItsOwn)) {
            row.leased_until = 0;
        }
    }

    /// Whether somebody who asks undisturbed, once every lease is over, has the answer and not that it is in progress.
    fn completes(&self, state: &State) -> bool {
        let mut state = state.clone();
        let Some(row) = &state.row else { return true };
        let (body, now) = (row.body, state.clock.max(row.leased_until));
        let allowed = state.is_allowed || state.is_taken;
        state.told.clear();
        let call = self.claim(&mut state, body, Attempt::MAX, now);
        if let Call::Works(ticket) = call {
            if let Call::Answers(ticket, outcome) = self.work(&mut state, body, ticket) {
                self.hand_in(&mut state, ticket, outcome);
                tell(&mut state, ticket.made_at, body, outcome);
            }
        }
        let is_told = !state.told.is_empty();
        is_told || !allowed
    }
}

/// The caller has the answer; one that may be overtaken says nothing of the next.
fn tell(state: &mut State, made_at: Time, body: Body, outcome: Outcome) {
    if outcome != Outcome::NotAllowed {
        state.told.insert((made_at, body, outcome));
    }
}

/// Whoever claims while another's lease of the same work has not run out.
fn is_second(state: &State, caller: usize, ticket: Ticket, now: Time) -> bool {
    state
        .callers
        .iter()
        .enumerate()
        .any(|(n, call)| match call {
            Call::Works(other) | Call::Answers(other, _) => {
                n != caller && other.made_at == ticket.made_at && other.leased_until > now
            }
            _ => false,
        })
}

impl Model for Keyed {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![State {
            row: None,
            effects: BTreeSet::new(),
            is_taken: false,
            is_allowed: true,
            clock: 0,
            attempts: 0,
            callers: vec![Call::None; self.callers.len()],
            told: BTreeSet::new(),
            seen: Seen::default(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (n, call) in state.callers.iter().enumerate() {
            match call {
                Call::None if state.attempts < self.attempts => actions.push(Action::Come(n)),
                Call::None => {}
                Call::Came { .. } => actions.extend([Action::Claim(n), Action::ClaimUnanswered(n)]),
                Call::Works(_) => actions.extend([Action::Work(n), Action::WorkUnanswered(n)]),
                Call::Answers(..) => {
                    actions.extend([
                        Action::HandIn(n),
                        Action::HandInFails(n),
                        Action::HandInUnanswered(n),
                    ]);
                }
            }
            actions.push(Action::Cut(n));
        }
        if state.clock < self.until {
            actions.push(Action::Tick);
        }
        actions.extend([Action::Take, Action::Allow(!state.is_allowed)]);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Come(n) => {
                state.callers[n] = Call::Came {
                    attempt: state.attempts,
                    now: state.clock,
                };
                state.attempts += 1;
            }
            Action::Claim(n) | Action::ClaimUnanswered(n) => {
                let Call::Came { attempt, now } = last.callers[n] else {
                    return None;
                };
                let call = self.claim(&mut state, self.callers[n], attempt, now);
                if let Call::Works(ticket) = call {
                    state.seen.two_at_work |= is_second(last, n, ticket, now);
                }
                if action == Action::Claim(n) {
                    state.callers[n] = call;
                }
            }
            Action::Work(n) | Action::WorkUnanswered(n) => {
                let Call::Works(ticket) = last.callers[n] else {
                    return None;
                };
                let call = self.work(&mut state, self.callers[n], ticket);
                if action == Action::Work(n) {
                    state.callers[n] = call;
                }
            }
            Action::HandIn(n) | Action::HandInFails(n) | Action::HandInUnanswered(n) => {
                let Call::Answers(ticket, outcome) = last.callers[n] else {
                    return None;
                };
                if action != Action::HandInFails(n) {
                    self.hand_in(&mut state, ticket, outcome);
                }
                if action != Action::HandInUnanswered(n) {
                    tell(&mut state, ticket.made_at, self.callers[n], outcome);
                }
                state.callers[n] = Call::None;
            }
            Action::Cut(n) => state.callers[n] = Call::None,
            Action::Take => state.is_taken |= state.effects.is_empty(),
            Action::Allow(is_allowed) => state.is_allowed = is_allowed,
            Action::Tick => state.clock += 1,
        }
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Keyed>> {
        vec![
            Property::always("the work is done once", |_, s: &State| {
                let days: BTreeSet<Time> = s.effects.iter().map(|effect| effect.made_at).collect();
                days.len() == s.effects.len()
            }),
            Property::always(
                "all who are told a final answer are told the same",
                |_, s: &State| {
                    let days: BTreeSet<Time> =
                        s.told.iter().map(|(made_at, ..)| *made_at).collect();
                    days.len() == s.told.len()
                },
            ),
            Property::always(
                "another body has neither the work nor its answer",
                |_, s: &State| {
                    let is_of = |body: &Body, effect: &Effect| effect.body == *body;
                    s.told.iter().all(|(_, body, outcome)| match outcome {
                        Outcome::Done(effect) => is_of(body, effect),
                        _ => true,
                    })
                },
            ),
            Property::always(
                "two are at work only where the lease of the first has run out",
                |_, s: &State| !s.seen.two_at_work,
            ),
            Property::always("an answer that is kept stays", |_, s: &State| {
                !s.seen.kept_changed
            }),
            Property::always("asked again it completes", |model: &Keyed, s: &State| {
                model.completes(s)
            }),
            Property::sometimes(
                "work is found that a cut attempt had done",
                |_, s: &State| {
                    let mut tickets = s.callers.iter().filter_map(|call| match call {
                        Call::Answers(ticket, Outcome::Done(_)) => Some(ticket),
                        _ => None,
                    });
                    tickets.any(|ticket| ticket.attempt != ticket.nonce)
                },
            ),
            Property::sometimes(
                "two are at work, the lease of the first having run out",
                |_, s: &State| {
                    let works = |call: &&Call| matches!(call, Call::Works(_) | Call::Answers(..));
                    s.callers.iter().filter(works).count() > 1
                },
            ),
            Property::sometimes("the refusal is kept", |_, s: &State| {
                let kept = s.row.as_ref().and_then(|row| row.answer);
                kept.is_some_and(|answer| answer.outcome == Outcome::Taken)
            }),
        ]
    }
}

fn keyed(callers: &[Body], attempts: Attempt, until: Time) -> Keyed {
    Keyed {
        callers: callers.to_vec(),
        attempts,
        until,
        without: None,
    }
}

#[test]
fn a_keyed_request_is_done_once_in_every_order_of_attempts_leases_and_cuts() {
    let protocol = Protocol {
        name: "keyed request",
        small: Size {
            model: keyed(&[0, 0, 1], 3, 1),
            states: 25_776,
        },
        large: Size {
            model: keyed(&[0, 0, 1], 4, 3),
            states: 1_072_506,
        },
    };
    protocol.holds();
}

#[test]
fn without_any_guard_of_the_keys_its_invariant_is_broken() {
    let guards = [
        (Guard::FirstIds, "the work is done once"),
        (
            Guard::FirstIds,
            "all who are told a final answer are told the same",
        ),
        (
            Guard::SameBody,
            "another body has neither the work nor its answer",
        ),
        (
            Guard::Leased,
            "two are at work only where the lease of the first has run out",
        ),
        (
            Guard::ReleasesItsOwn,
            "two are at work only where the lease of the first has run out",
        ),
        (Guard::FinishesItsOwn, "an answer that is kept stays"),
        (Guard::TakenUp, "asked again it completes"),
        (Guard::IsFinal, "asked again it completes"),
    ];
    each_guard_is_needed(&guards, |guard| Keyed {
        without: Some(guard),
        ..keyed(&[0, 0, 1], 4, 2)
    });
}
