//! An index of the custody key is given once, ever (`src/ledger.rs`, `src/flows/custody.rs`, `src/db/indices.rs`).
//!
//! `reserve` gives a new row the index after the greatest of the rows. `claim` puts two objects where there are none:
//! of the index, with whose it is, and of the portfolio, with which it has. Then `show` marks the row: from now on
//! anybody may see index and address. Where either object says another, the row moves on: to the index that the
//! portfolio has already, or past all that were given. D1 can be set back to any earlier moment at any time, with calls
//! under way; R2 cannot. An account's keys are counted alike, in a branch of their own.

use stateright::{Model, Property};

use crate::{each_guard_is_needed, Protocol, Size};

type Portfolio = u8;
type Index = u8;

struct Ledger {
    /// Whose portfolio each of the callers asks for, again and again.
    callers: Vec<Portfolio>,
    /// How often D1 is set back.
    rewinds: usize,
    without: Option<Guard>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Guard {
    /// `claim` leaves alone an object that is there.
    PutIfAbsent,
    /// `claim` puts the portfolio's object too.
    OfPortfolio,
    /// `show` comes after `claim`.
    ClaimedFirst,
    /// `show` marks the row while it has the index that was claimed.
    ThatIndex,
    /// `move_on` leaves alone a row that was shown, or has moved on.
    WhileUnclaimed,
    /// No two rows may have one index.
    Unique,
    /// A call whose index is another's moves on.
    MovesOn,
    /// And where the portfolio's own index has another row, that one goes past all first.
    MakeWay,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    d1: Database,
    r2: Objects,
    callers: Vec<Caller>,
    /// Moments that D1 will be set back to.
    bookmarks: Vec<Database>,
    rewinds: usize,
    /// Whom each index was shown to, a bit a portfolio: what people remember, whatever became of the row.
    seen: Vec<u8>,
}

/// They are put, and never changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Objects {
    /// Whose each index is.
    of_index: Vec<Option<Portfolio>>,
    /// Which index each portfolio has.
    of_portfolio: Vec<Option<Index>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Database {
    rows: Vec<Option<Row>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Row {
    index: Index,
    /// `claimed_at` is set.
    is_shown: bool,
}

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Caller {
    Asks,
    Reserved(Index),
    /// The index says so.
    Put(Index),
    /// And the portfolio.
    Ours(Index),
    Theirs(Index),
    Own {
        met: Index,
        own: Option<Index>,
    },
    Listed {
        met: Index,
        own: Option<Index>,
        after: Index,
    },
}

#[derive(Clone, Debug, PartialEq)]
enum Action {
    Reserve(usize),
    /// `claim`, step by step.
    PutIndex(usize),
    PutPortfolio(usize),
    Own(usize),
    LastGiven(usize),
    MoveOn(usize),
    Show(usize),
    /// The isolate is gone, or an answer: the caller asks again, with the same portfolio.
    Cut(usize),
    Bookmark,
    Rewind(usize),
}

impl Ledger {
    fn has(&self, guard: Guard) -> bool {
        self.without != Some(guard)
    }

    /// D1: the row, if it is not there.
    fn reserve(state: &mut State, portfolio: Portfolio) -> Caller {
        let next = next(&state.d1);
        let row = state.d1.rows[usize::from(portfolio)].get_or_insert(Row {
            index: next,
            is_shown: false,
        });
        after(Some(*row))
    }

    /// R2: put if absent; an object that says the same is as good.
    fn put_index(&self, state: &mut State, portfolio: Portfolio, index: Index) -> Caller {
        let at = usize::from(index);
        let objects = &mut state.r2.of_index;
        if objects.len() <= at {
            objects.resize(at + 1, None);
        }
        let there = objects[at].filter(|_| self.has(Guard::PutIfAbsent));
        match *objects[at].insert(there.unwrap_or(portfolio)) == portfolio {
            true => Caller::Put(index),
            false => Caller::Theirs(index),
        }
    }

    fn put_portfolio(&self, state: &mut State, portfolio: Portfolio, index: Index) -> Caller {
        let own = *state.r2.of_portfolio[usize::from(portfolio)].get_or_insert(index);
        match own == index || !self.has(Guard::OfPortfolio) {
            true => Caller::Ours(index),
            false => Caller::Theirs(index),
        }
    }

    /// D1: sets `claimed_at`; the answer shows what the row says then, or is 503.
    fn show(&self, state: &mut State, portfolio: Portfolio, index: Index) -> Caller {
        if let Some(row) = &mut state.d1.rows[usize::from(portfolio)] {
            row.is_shown |= row.index == index || !self.has(Guard::ThatIndex);
        }
        Caller::Asks
    }

    fn own(state: &State, portfolio: Portfolio, met: Index) -> Caller {
        match state.r2.of_portfolio[usize::from(portfolio)] {
            Some(own) if own == met => Caller::Ours(met),
            own => Caller::Own { met, own },
        }
    }

    /// R2: lists the indices from the one that was met.
    fn last_given(state: &State, met: Index, own: Option<Index>) -> Caller {
        let last = (0..)
            .zip(&state.r2.of_index)
            .filter(|(_, owner)| owner.is_some())
            .last();
        let last = last.map_or(met, |(last, _)| last.max(met));
        Caller::Listed {
            met,
            own,
            after: last + 1,
        }
    }

    /// D1, one batch: another index for the row, if it still has the one that was met.
    fn move_on(
        &self,
        state: &mut State,
        portfolio: Portfolio,
        met: Index,
        own: Option<Index>,
        after_all: Index,
    ) -> Caller {
        let at = usize::from(portfolio);
        let past_all = after_all.max(next(&state.d1));
        let to = own.unwrap_or(past_all);
        let rows = &mut state.d1.rows;
        let may_move = rows[at].is_some_and(|row| row.index == met && !row.is_shown);
        if (may_move || !self.has(Guard::WhileUnclaimed)) && self.has(Guard::MovesOn) {
            let mut others = rows
                .iter_mut()
                .enumerate()
                .filter(|(n, _)| *n != at)
                .filter_map(|(_, row)| row.as_mut());
            let in_the_way = others.find(|row| row.index == to);
            let is_free = in_the_way.is_none() || !self.has(Guard::Unique);
            let makes_way = in_the_way
                .filter(|row| !row.is_shown && self.has(Guard::MakeWay) && self.has(Guard::Unique));
            let made_way = makes_way.map(|row| row.index = past_all).is_some();
            if let Some(row) = rows[at].as_mut().filter(|_| is_free || made_way) {
                row.index = to;
            }
        }
        after(state.d1.rows[at])
    }

    fn step(&self, state: &mut State, portfolio: Portfolio, at: Caller) -> Caller {
        let next = match at {
            Caller::Asks => Ledger::reserve(state, portfolio),
            Caller::Reserved(index) if self.has(Guard::ClaimedFirst) => {
                self.put_index(state, portfolio, index)
            }
            Caller::Put(index) => self.put_portfolio(state, portfolio, index),
            Caller::Reserved(index) | Caller::Ours(index) => self.show(state, portfolio, index),
            Caller::Theirs(met) => Ledger::own(state, portfolio, met),
            Caller::Own { met, own } => Ledger::last_given(state, met, own),
            Caller::Listed { met, own, after } => self.move_on(state, portfolio, met, own, after),
        };
        see(state);
        next
    }

    /// Whether one call that nobody disturbs shows the portfolio, moving on as often as it may (`MOVES`).
    fn completes(&self, state: &State, portfolio: Portfolio) -> bool {
        let mut state = state.clone();
        let mut at = Caller::Asks;
        for _ in 0..5 * 5 {
            if state.d1.rows[usize::from(portfolio)].is_some_and(|row| row.is_shown) {
                return true;
            }
            at = self.step(&mut state, portfolio, at);
        }
        false
    }
}

/// What a call does that has read its row: it answers, or claims, or finds that a rewind took the row and is 503.
fn after(row: Option<Row>) -> Caller {
    match row {
        Some(row) if !row.is_shown => Caller::Reserved(row.index),
        _ => Caller::Asks,
    }
}

/// The index of a new row.
fn next(d1: &Database) -> Index {
    d1.rows
        .iter()
        .flatten()
        .map(|row| row.index + 1)
        .max()
        .unwrap_or(0)
}

/// Whoever looks sees the rows that are shown.
fn see(state: &mut State) {
    for (portfolio, row) in state.d1.rows.iter().enumerate() {
        let Some(Row {
            index,
            is_shown: true,
        }) = *row
        else {
            continue;
        };
        let index = usize::from(index);
        if state.seen.len() <= index {
            state.seen.resize(index + 1, 0);
        }
        state.seen[index] |= 1 << portfolio;
    }
}

impl Model for Ledger {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let portfolios = self
            .callers
            .iter()
            .max()
            .map_or(0, |last| usize::from(*last) + 1);
        vec![State {
            d1: Database {
                rows: vec![None; portfolios],
            },
            r2: Objects {
                of_index: vec![],
                of_portfolio: vec![None; portfolios],
            },
            callers: vec![Caller::Asks; self.callers.len()],
            bookmarks: vec![],
            rewinds: self.rewinds,
            seen: vec![],
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (caller, at) in state.callers.iter().enumerate() {
            actions.push(match at {
                Caller::Asks => Action::Reserve(caller),
                Caller::Reserved(_) if self.has(Guard::ClaimedFirst) => Action::PutIndex(caller),
                Caller::Put(_) => Action::PutPortfolio(caller),
                Caller::Reserved(_) | Caller::Ours(_) => Action::Show(caller),
                Caller::Theirs(_) => Action::Own(caller),
                Caller::Own { .. } => Action::LastGiven(caller),
                Caller::Listed { .. } => Action::MoveOn(caller),
            });
            actions.push(Action::Cut(caller));
        }
        if state.bookmarks.len() < state.rewinds {
            actions.push(Action::Bookmark);
        }
        actions.extend((0..state.bookmarks.len()).map(Action::Rewind));
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Reserve(n)
            | Action::PutIndex(n)
            | Action::PutPortfolio(n)
            | Action::Own(n)
            | Action::LastGiven(n)
            | Action::MoveOn(n)
            | Action::Show(n) => {
                state.callers[n] = self.step(&mut state, self.callers[n], last.callers[n]);
            }
            Action::Cut(n) => state.callers[n] = Caller::Asks,
            Action::Bookmark => {
                state.bookmarks.push(state.d1.clone());
                state.bookmarks.sort();
            }
            Action::Rewind(to) => {
                state.d1 = state.bookmarks.remove(to);
                state.rewinds -= 1;
            }
        }
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Ledger>> {
        vec![
            Property::always(
                "an index belongs to one portfolio for ever",
                |_, state: &State| {
                    state
                        .seen
                        .iter()
                        .all(|portfolios| portfolios.count_ones() <= 1)
                },
            ),
            Property::always(
                "what was shown is never shown as another",
                |_, state: &State| {
                    let times = |portfolio: usize| {
                        state
                            .seen
                            .iter()
                            .filter(|seen| *seen & (1 << portfolio) != 0)
                            .count()
                    };
                    (0..state.d1.rows.len()).all(|portfolio| times(portfolio) <= 1)
                },
            ),
            Property::always("no two rows have one index", |_, state: &State| {
                let mut indices: Vec<Index> = state
                    .d1
                    .rows
                    .iter()
                    .flatten()
                    .map(|row| row.index)
                    .collect();
                indices.sort_unstable();
                indices.windows(2).all(|two| two[0] != two[1])
            }),
            Property::always(
                "asked again it completes",
                |model: &Ledger, state: &State| {
                    model
                        .callers
                        .iter()
                        .all(|portfolio| model.completes(state, *portfolio))
                },
            ),
            Property::sometimes(
                "a rewound database gives an index that another portfolio was shown with",
                |_, state: &State| {
                    let seen =
                        |row: &Row| state.seen.get(usize::from(row.index)).copied().unwrap_or(0);
                    let is_others = |(portfolio, row): (usize, &Option<Row>)| {
                        row.is_some_and(|row| !row.is_shown && seen(&row) & !(1 << portfolio) != 0)
                    };
                    state.d1.rows.iter().enumerate().any(is_others)
                },
            ),
            Property::sometimes(
                "a portfolio that comes back finds its own index",
                |_, state: &State| {
                    state
                        .callers
                        .iter()
                        .any(|at| matches!(at, Caller::Listed { own: Some(_), .. }))
                },
            ),
        ]
    }
}

fn ledger(callers: &[Portfolio], rewinds: usize) -> Ledger {
    Ledger {
        callers: callers.to_vec(),
        rewinds,
        without: None,
    }
}

/// Two writers and one who asks for the first one's portfolio too; a third portfolio and a second rewind.
#[test]
fn an_index_is_given_once_in_every_order_of_steps_cuts_and_rewinds() {
    let protocol = Protocol {
        name: "ledger",
        small: Size {
            model: ledger(&[0, 1, 0], 1),
            states: 160_942,
        },
        large: Size {
            model: ledger(&[0, 1, 2], 1),
            states: 5_699_979,
        },
    };
    protocol.holds();
}

#[test]
fn without_any_guard_of_the_ledger_its_invariant_is_broken() {
    let guards = [
        (
            Guard::PutIfAbsent,
            "an index belongs to one portfolio for ever",
        ),
        (
            Guard::ClaimedFirst,
            "an index belongs to one portfolio for ever",
        ),
        (
            Guard::ThatIndex,
            "an index belongs to one portfolio for ever",
        ),
        (
            Guard::OfPortfolio,
            "what was shown is never shown as another",
        ),
        (
            Guard::WhileUnclaimed,
            "what was shown is never shown as another",
        ),
        (Guard::Unique, "no two rows have one index"),
        (Guard::MovesOn, "asked again it completes"),
        (Guard::MakeWay, "asked again it completes"),
    ];
    each_guard_is_needed(&guards, |guard| Ledger {
        without: Some(guard),
        ..ledger(&[0, 1, 0], 1)
    });
}
