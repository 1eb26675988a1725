//! A refresh token gives one successor, and one presented again out of turn ends its session
//! (`src/flows/refresh.rs`, `src/db/sessions.rs`).
//!
//! The devices hold copies of one session's token, as two windows of a browser do; a thief takes a copy at any moment;
//! another client of the partner does too. A call takes its time when it comes, its batch runs whenever it runs, and
//! its answer arrives or is lost. (When it arrives matters to nobody before it is used.) Time goes in steps of five
//! seconds.

use stateright::{Model, Property};

use crate::{each_guard_is_needed, Protocol, Size};

/// The nth of the chain: each successor is derived from its parent, so there is no other nth.
type Token = u8;
type Time = u8;

/// `REFRESH_GRACE`, 10 s.
const GRACE: Time = 2;

struct Refresh {
    holders: Vec<Holder>,
    /// The chain is looked at so far.
    tokens: Token,
    /// And the clock goes so far.
    until: Time,
    /// When the session runs out.
    expires_at: Time,
    without: Option<Guard>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Holder {
    Device,
    Thief,
    OtherClient,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Guard {
    /// `ROTATE`: `current_hash = :presented`.
    IsLive,
    /// `REUSED` and `ROTATED`: `rotated_at > :now - :grace`.
    WithinGrace,
    /// `REUSED` lets a parent be asked with again at all.
    SomeGrace,
    /// `END_REUSED`.
    EndReused,
    /// `revoked_at IS NULL`.
    NotRevoked,
    /// `expires_at > :now`.
    NotExpired,
    /// `client_id = :client_id`.
    ThisClient,
    /// The successor is derived from the parent, not drawn.
    Derived,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    d1: Session,
    clock: Time,
    parties: Vec<Party>,
    /// What the live token was given for.
    parent: Token,
    /// Tokens drawn, where they are not derived.
    drawn: Token,
    seen: Seen,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Session {
    current: Token,
    rotated_at: Time,
    revoked_why: Option<Why>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Why {
    Reuse,
    Logout,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Party {
    holds: Option<Token>,
    call: Option<Call>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Call {
    presented: Token,
    successor: Token,
    now: Time,
}

/// What must not be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Seen {
    out_of_turn: bool,
    after_the_end: bool,
    reuse_missed: bool,
    other_client: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Action {
    Ask(usize),
    /// And the caller has the answer.
    Rotate(usize),
    /// D1's answer is lost, and `Db::commit` will run the batch again, or the caller never hears of it.
    RotateUnanswered(usize),
    Lose(usize),
    Steal {
        from: usize,
        by: usize,
    },
    /// A logout (`END`), or whatever else ends a session.
    End,
    Tick,
}

impl Refresh {
    fn has(&self, guard: Guard) -> bool {
        self.without != Some(guard)
    }

    /// The batch of `flows::refresh::rotate`: `ROTATE`, `END_REUSED`, `ROTATED`.
    fn rotate(
        &self,
        d1: &mut Session,
        is_this_client: bool,
        presented: Token,
        successor: Token,
        now: Time,
    ) -> Option<Token> {
        let in_time = |at: Time| at + GRACE > now || !self.has(Guard::WithinGrace);
        let is_this_client = is_this_client || !self.has(Guard::ThisClient);
        let not_over = |d1: &Session| {
            (d1.revoked_why.is_none() || !self.has(Guard::NotRevoked))
                && (self.expires_at > now || !self.has(Guard::NotExpired))
        };
        let is_live = d1.current == presented || !self.has(Guard::IsLive);
        if is_live && not_over(d1) && is_this_client {
            d1.current = successor;
            d1.rotated_at = now;
        }
        let is_again = d1.current == successor && in_time(d1.rotated_at);
        let is_excused = is_again && (self.has(Guard::SomeGrace) || is_live);
        if is_this_client && d1.current != presented && !is_excused && self.has(Guard::EndReused) {
            d1.revoked_why.get_or_insert(Why::Reuse);
        }
        (is_again && not_over(d1) && is_this_client).then_some(successor)
    }

    /// Runs the batch of a call, and holds what came of it against what the service promises.
    fn run(&self, state: &mut State, caller: usize) -> Option<Token> {
        let Call {
            presented,
            successor,
            now,
        } = state.parties[caller].call?;
        let is_this_client = self.holders[caller] != Holder::OtherClient;
        let before = state.d1.clone();
        let answer = self.rotate(&mut state.d1, is_this_client, presented, successor, now);
        let after = &state.d1;
        let seen = &mut state.seen;
        let is_over = before.revoked_why.is_some() || now >= self.expires_at;
        let is_parent = presented + 1 == before.current && now < before.rotated_at + GRACE;
        let in_turn = presented == before.current || is_parent;
        seen.out_of_turn |= answer.is_some() && !in_turn;
        seen.after_the_end |= answer.is_some() && is_over;
        seen.reuse_missed |= is_this_client && !in_turn && after.revoked_why.is_none();
        seen.other_client |= !is_this_client && (answer.is_some() || before != *after);
        if after.current != before.current {
            state.parent = presented;
        }
        answer
    }

    fn successor(&self, state: &mut State, presented: Token) -> Token {
        if self.has(Guard::Derived) {
            return presented + 1;
        }
        state.drawn += 1;
        state.drawn
    }

    /// Whether whoever lost the live token's answer gets it again now.
    fn is_answered_again(&self, state: &State) -> bool {
        let d1 = &state.d1;
        let is_late = state.clock >= d1.rotated_at + GRACE || state.clock >= self.expires_at;
        let is_first = d1.current == 0;
        let presented = state.parent;
        let mut again = state.clone();
        let successor = self.successor(&mut again, presented);
        let answer = self.rotate(&mut again.d1, true, presented, successor, state.clock);
        is_first || is_late || d1.revoked_why.is_some() || answer == Some(d1.current)
    }

    /// Whether the older of two copies ends the session for both, the grace being over.
    fn is_found_out(&self, state: &State) -> bool {
        let is_over = state.clock < state.d1.rotated_at + GRACE || state.clock >= self.expires_at;
        let theirs = self.holders.iter().zip(&state.parties);
        let held = theirs
            .filter(|(holder, _)| **holder != Holder::OtherClient)
            .filter_map(|(_, party)| party.holds);
        let held: Vec<Token> = held.collect();
        is_over
            || held
                .iter()
                .filter(|token| held.iter().any(|other| other > *token))
                .all(|older| {
                    let mut d1 = state.d1.clone();
                    let answer = self.rotate(&mut d1, true, *older, older + 1, state.clock);
                    answer.is_none() && d1.revoked_why.is_some()
                })
    }
}

impl Model for Refresh {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let holds = |holder: &Holder| (*holder == Holder::Device).then_some(0);
        let parties = self.holders.iter().map(|holder| Party {
            holds: holds(holder),
            call: None,
        });
        vec![State {
            d1: Session {
                current: 0,
                rotated_at: 0,
                revoked_why: None,
            },
            clock: 0,
            parties: parties.collect(),
            parent: 0,
            drawn: 0,
            seen: Seen::default(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (n, party) in state.parties.iter().enumerate() {
            match party.call {
                None => {
                    let asks = party.holds.filter(|token| *token < self.tokens);
                    actions.extend(asks.map(|_| Action::Ask(n)));
                }
                Some(_) => actions.extend([
                    Action::Rotate(n),
                    Action::RotateUnanswered(n),
                    Action::Lose(n),
                ]),
            }
            if self.holders[n] != Holder::Device && party.call.is_none() {
                let devices = self
                    .holders
                    .iter()
                    .enumerate()
                    .filter(|(_, holder)| **holder == Holder::Device);
                actions.extend(devices.map(|(from, _)| Action::Steal { from, by: n }));
            }
        }
        if state.clock < self.until {
            actions.push(Action::Tick);
        }
        actions.push(Action::End);
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Ask(n) => {
                let presented = state.parties[n].holds?;
                let successor = self.successor(&mut state, presented);
                state.parties[n].call = Some(Call {
                    presented,
                    successor,
                    now: state.clock,
                });
            }
            Action::Rotate(n) => {
                let answer = self.run(&mut state, n);
                let party = &mut state.parties[n];
                *party = Party {
                    holds: answer.or(party.holds),
                    call: None,
                };
            }
            Action::RotateUnanswered(n) => drop(self.run(&mut state, n)),
            Action::Lose(n) => state.parties[n].call = None,
            Action::Steal { from, by } => state.parties[by].holds = state.parties[from].holds,
            Action::End => {
                state.d1.revoked_why.get_or_insert(Why::Logout);
            }
            Action::Tick => state.clock += 1,
        }
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Refresh>> {
        vec![
            Property::always(
                "the live token and for ten seconds its parent are exchanged and no other",
                |_, s: &State| !s.seen.out_of_turn,
            ),
            Property::always("a session that is over gives nothing", |_, s: &State| {
                !s.seen.after_the_end
            }),
            Property::always(
                "a token presented out of turn ends its session",
                |_, s: &State| !s.seen.reuse_missed,
            ),
            Property::always(
                "another client gets nothing and ends nothing",
                |_, s: &State| !s.seen.other_client,
            ),
            Property::always(
                "a lost answer is given again",
                |model: &Refresh, s: &State| model.is_answered_again(s),
            ),
            Property::always(
                "a thief and the owner do not both go on",
                |model: &Refresh, s: &State| model.is_found_out(s),
            ),
            Property::sometimes("reuse ends the session", |_, s: &State| {
                s.d1.revoked_why == Some(Why::Reuse)
            }),
            Property::sometimes("two devices have one successor", |_, s: &State| {
                s.parties[..2].iter().all(|party| party.holds == Some(1))
            }),
            Property::sometimes(
                "a thief has a token that no device has had",
                |model: &Refresh, s: &State| {
                    let held = |kind| {
                        let all = model.holders.iter().zip(&s.parties);
                        all.filter(move |(holder, _)| **holder == kind)
                            .filter_map(|(_, party)| party.holds)
                            .max()
                    };
                    held(Holder::Thief) > held(Holder::Device)
                },
            ),
        ]
    }
}

/// Its `tokens` and `until` are the size: longer chains, and more time for them.
fn refresh(holders: &[Holder], tokens: Token, until: Time) -> Refresh {
    Refresh {
        holders: holders.to_vec(),
        tokens,
        until,
        expires_at: until,
        without: None,
    }
}

fn small() -> Refresh {
    refresh(&[Holder::Device, Holder::Device, Holder::Thief], 2, 3)
}

#[test]
fn a_refresh_chain_has_one_live_branch_in_every_order_of_calls_losses_and_thefts() {
    let protocol = Protocol {
        name: "refresh",
        small: Size {
            model: small(),
            states: 31_090,
        },
        large: Size {
            model: refresh(
                &[
                    Holder::Device,
                    Holder::Device,
                    Holder::Thief,
                    Holder::OtherClient,
                ],
                2,
                3,
            ),
            states: 276_983,
        },
    };
    protocol.holds();
}

#[test]
fn without_any_guard_of_the_refresh_its_invariant_is_broken() {
    let guards = [
        (
            Guard::IsLive,
            "the live token and for ten seconds its parent are exchanged and no other",
        ),
        (
            Guard::WithinGrace,
            "the live token and for ten seconds its parent are exchanged and no other",
        ),
        (Guard::NotRevoked, "a session that is over gives nothing"),
        (Guard::NotExpired, "a session that is over gives nothing"),
        (
            Guard::EndReused,
            "a token presented out of turn ends its session",
        ),
        (Guard::EndReused, "a thief and the owner do not both go on"),
        (
            Guard::ThisClient,
            "another client gets nothing and ends nothing",
        ),
        (Guard::Derived, "a lost answer is given again"),
        (Guard::SomeGrace, "a lost answer is given again"),
    ];
    each_guard_is_needed(&guards, |guard| Refresh {
        without: Some(guard),
        ..refresh(
            &[
                Holder::Device,
                Holder::Device,
                Holder::Thief,
                Holder::OtherClient,
            ],
            2,
            3,
        )
    });
}
