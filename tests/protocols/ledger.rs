//! An index of the custody key is given once, ever (`src/ledger.rs`, `src/flows/custody.rs`, `src/db/indices.rs`).
//!
//! `reserve` gives a new row the index after the greatest of the rows. `claim` puts two objects where there are none:
//! of the index, with whose it is, and of the portfolio, with which it has. Then `show` marks the row: from now on
//! anybody may see index and address. Where either object says another, the row moves on: to the index that the
//! portfolio has already, whatever key that is of, or past all that were given. D1 can be set back to any earlier moment
//! at any time, with calls under way; R2 cannot. Another key may take the first one's place meanwhile, and be known to
//! some callers alone. An account's keys are counted alike, in a branch of their own.
//!
//! Or there are two homes under one key, and the first portfolio's partner moves from one to the other, as one step:
//! `moving.rs` says that nobody sees it otherwise. It comes with the index that it has, whether or not that was claimed.

use stateright::{Model, Property};

use crate::{each_guard_is_needed, Protocol, Size};

type Portfolio = u8;
type Key = u8;
type Index = u8;
type Home = u8;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Place {
    key: Key,
    index: Index,
}

struct Ledger {
    /// Whose portfolio each of the callers asks for, again and again.
    callers: Vec<Portfolio>,
    /// How often D1 is set back.
    rewinds: usize,
    /// How often another key takes the place of the one in force.
    exchanges: u8,
    /// How often the first portfolio's partner moves to the other home; the others' are in the second.
    moves: u8,
    without: Option<Guard>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Guard {
    /// `claim` leaves alone an object that is there.
    PutIfAbsent,
    /// `claim` puts the portfolio's object too.
    OfPortfolio,
    /// And finds it whatever key is in force.
    OfAnyKey,
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
    /// Where it moves to, a row that nobody was shown makes way for one that somebody was,
    MakesWayAtHome,
    /// and else it has a new index.
    NewIndexAtHome,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    d1: Database,
    r2: Objects,
    callers: Vec<Caller>,
    /// Moments that D1 will be set back to.
    bookmarks: Vec<Database>,
    rewinds: usize,
    /// The one in force; not every caller has heard of it.
    key: Key,
    moves: u8,
    /// Whom each index of a key was shown to, a bit a portfolio: what people remember, whatever became of the row.
    seen: Vec<Vec<u8>>,
}

/// They are put, and never changed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Objects {
    /// Whose each index of a key is.
    of_index: Vec<Vec<Option<Portfolio>>>,
    /// Which place each portfolio has.
    of_portfolio: Vec<Option<Place>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Database {
    rows: Vec<Option<Row>>,
    /// Where each portfolio's partner lives: a database for each home.
    homes: Vec<Home>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Row {
    at: Place,
    /// `claimed_at` is set.
    is_shown: bool,
}

/// How far a call has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Caller {
    Asks,
    Reserved(Place),
    /// The index says so.
    Put(Place),
    /// And the portfolio.
    Ours(Place),
    Theirs(Place),
    Own {
        met: Place,
        own: Option<Place>,
    },
    Listed {
        met: Place,
        own: Option<Place>,
        after: Index,
    },
}

#[derive(Clone, Debug, PartialEq)]
enum Action {
    Reserve(usize, Key),
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
    Exchange,
    Move,
}

impl Ledger {
    fn has(&self, guard: Guard) -> bool {
        self.without != Some(guard)
    }

    /// D1: the row, if it is not there.
    fn reserve(state: &mut State, portfolio: Portfolio, key: Key) -> Caller {
        let at = next(&state.d1, state.d1.homes[usize::from(portfolio)], key);
        let row = state.d1.rows[usize::from(portfolio)].get_or_insert(Row {
            at,
            is_shown: false,
        });
        after(Some(*row))
    }

    /// R2: put if absent; an object that says the same is as good.
    fn put_index(&self, state: &mut State, portfolio: Portfolio, place: Place) -> Caller {
        let at = usize::from(place.index);
        let objects = &mut state.r2.of_index[usize::from(place.key)];
        if objects.len() <= at {
            objects.resize(at + 1, None);
        }
        let there = objects[at].filter(|_| self.has(Guard::PutIfAbsent));
        match *objects[at].insert(there.unwrap_or(portfolio)) == portfolio {
            true => Caller::Put(place),
            false => Caller::Theirs(place),
        }
    }

    fn put_portfolio(&self, state: &mut State, portfolio: Portfolio, place: Place) -> Caller {
        let own = *state.r2.of_portfolio[usize::from(portfolio)].get_or_insert(place);
        let is_found = own.key == place.key || self.has(Guard::OfAnyKey);
        match own == place || !is_found || !self.has(Guard::OfPortfolio) {
            true => Caller::Ours(place),
            false => Caller::Theirs(place),
        }
    }

    /// D1: sets `claimed_at`; the answer shows what the row says then, or is 503.
    fn show(&self, state: &mut State, portfolio: Portfolio, place: Place) -> Caller {
        if let Some(row) = &mut state.d1.rows[usize::from(portfolio)] {
            row.is_shown |= row.at == place || !self.has(Guard::ThatIndex);
        }
        Caller::Asks
    }

    fn own(state: &State, portfolio: Portfolio, met: Place) -> Caller {
        match state.r2.of_portfolio[usize::from(portfolio)] {
            Some(own) if own == met => Caller::Ours(met),
            own => Caller::Own { met, own },
        }
    }

    /// R2: lists the indices of the portfolio's own key, or from the one that was met.
    fn last_given(state: &State, met: Place, own: Option<Place>) -> Caller {
        let from = own.unwrap_or(met);
        let last = (0..)
            .zip(&state.r2.of_index[usize::from(from.key)])
            .filter(|(_, owner)| owner.is_some())
            .last();
        let last = last.map_or(from.index, |(last, _)| last.max(from.index));
        Caller::Listed {
            met,
            own,
            after: last + 1,
        }
    }

    /// D1, one batch: another place for the row, if it still has the one that was met.
    fn move_on(
        &self,
        state: &mut State,
        portfolio: Portfolio,
        met: Place,
        own: Option<Place>,
        after_all: Index,
    ) -> Caller {
        let at = usize::from(portfolio);
        let Database { homes, .. } = &state.d1;
        let homes = homes.clone();
        let mut past_all = next(&state.d1, homes[at], own.unwrap_or(met).key);
        past_all.index = past_all.index.max(after_all);
        let to = own.unwrap_or(past_all);
        let rows = &mut state.d1.rows;
        let may_move = rows[at].is_some_and(|row| row.at == met && !row.is_shown);
        if (may_move || !self.has(Guard::WhileUnclaimed)) && self.has(Guard::MovesOn) {
            let mut others = rows
                .iter_mut()
                .enumerate()
                .filter(|(n, _)| *n != at && homes[*n] == homes[at])
                .filter_map(|(_, row)| row.as_mut());
            let in_the_way = others.find(|row| row.at == to);
            let is_free = in_the_way.is_none() || !self.has(Guard::Unique);
            let makes_way = in_the_way
                .filter(|row| !row.is_shown && self.has(Guard::MakeWay) && self.has(Guard::Unique));
            let made_way = makes_way.map(|row| row.at = past_all).is_some();
            if let Some(row) = rows[at].as_mut().filter(|_| is_free || made_way) {
                row.at = to;
            }
        }
        after(state.d1.rows[at])
    }

    fn step(&self, state: &mut State, portfolio: Portfolio, key: Key, at: Caller) -> Caller {
        let next = match at {
            Caller::Asks => Ledger::reserve(state, portfolio, key),
            Caller::Reserved(place) if self.has(Guard::ClaimedFirst) => {
                self.put_index(state, portfolio, place)
            }
            Caller::Put(place) => self.put_portfolio(state, portfolio, place),
            Caller::Reserved(place) | Caller::Ours(place) => self.show(state, portfolio, place),
            Caller::Theirs(met) => Ledger::own(state, portfolio, met),
            Caller::Own { met, own } => Ledger::last_given(state, met, own),
            Caller::Listed { met, own, after } => self.move_on(state, portfolio, met, own, after),
        };
        see(state);
        next
    }

    /// The copy of the row at the target: no two of that home may have one index.
    fn move_home(&self, d1: &mut Database) {
        let to = 1 - d1.homes[0];
        if let Some(row) = d1.rows[0] {
            let new = next(d1, to, row.at.key);
            let in_the_way = d1.of(to).find(|(_, other)| other.at == row.at);
            let gives_way = match in_the_way {
                None => None,
                Some((n, other)) if row.is_shown && !other.is_shown => {
                    self.has(Guard::MakesWayAtHome).then_some(n)
                }
                Some(_) => self.has(Guard::NewIndexAtHome).then_some(0),
            };
            if let Some(row) = gives_way.and_then(|n| d1.rows[n].as_mut()) {
                row.at = new;
            }
        }
        d1.homes[0] = to;
    }

    /// Whether one call that nobody disturbs shows the portfolio, moving on as often as it may (`MOVES`).
    fn completes(&self, state: &State, portfolio: Portfolio) -> bool {
        let mut state = state.clone();
        let mut at = Caller::Asks;
        for _ in 0..5 * 5 {
            if state.d1.rows[usize::from(portfolio)].is_some_and(|row| row.is_shown) {
                return true;
            }
            let key = state.key;
            at = self.step(&mut state, portfolio, key, at);
        }
        false
    }
}

impl Database {
    fn of(&self, home: Home) -> impl Iterator<Item = (usize, Row)> + '_ {
        let all = self.rows.iter().zip(&self.homes).enumerate();
        all.filter(move |(_, (_, at))| **at == home)
            .filter_map(|(n, (row, _))| row.map(|row| (n, row)))
    }
}

/// What a call does that has read its row: it answers, or claims, or finds that a rewind took the row and is 503.
fn after(row: Option<Row>) -> Caller {
    match row {
        Some(row) if !row.is_shown => Caller::Reserved(row.at),
        _ => Caller::Asks,
    }
}

/// Where a new row stands.
fn next(d1: &Database, home: Home, key: Key) -> Place {
    let rows = d1.of(home).filter(|(_, row)| row.at.key == key);
    let rows = rows.map(|(_, row)| row);
    let index = rows.map(|row| row.at.index + 1).max().unwrap_or(0);
    Place { key, index }
}

/// Whoever looks sees the rows that are shown.
fn see(state: &mut State) {
    for (portfolio, row) in state.d1.rows.iter().enumerate() {
        let Some(Row { at, is_shown: true }) = *row else {
            continue;
        };
        let index = usize::from(at.index);
        let seen = &mut state.seen[usize::from(at.key)];
        if seen.len() <= index {
            seen.resize(index + 1, 0);
        }
        seen[index] |= 1 << portfolio;
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
        let keys = usize::from(self.exchanges) + 1;
        vec![State {
            d1: Database {
                rows: vec![None; portfolios],
                homes: (0..portfolios)
                    .map(|n| Home::from(n > 0 && self.moves > 0))
                    .collect(),
            },
            r2: Objects {
                of_index: vec![vec![]; keys],
                of_portfolio: vec![None; portfolios],
            },
            callers: vec![Caller::Asks; self.callers.len()],
            bookmarks: vec![],
            rewinds: self.rewinds,
            key: 0,
            moves: self.moves,
            seen: vec![vec![]; keys],
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        for (caller, at) in state.callers.iter().enumerate() {
            if *at == Caller::Asks {
                let of_before = 0..state.key;
                actions.extend(of_before.map(|key| Action::Reserve(caller, key)));
            }
            actions.push(match at {
                Caller::Asks => Action::Reserve(caller, state.key),
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
        if state.key < self.exchanges {
            actions.push(Action::Exchange);
        }
        if state.moves > 0 {
            actions.push(Action::Move);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        let key = match action {
            Action::Reserve(_, key) => key,
            _ => state.key,
        };
        match action {
            Action::Reserve(n, _)
            | Action::PutIndex(n)
            | Action::PutPortfolio(n)
            | Action::Own(n)
            | Action::LastGiven(n)
            | Action::MoveOn(n)
            | Action::Show(n) => {
                state.callers[n] = self.step(&mut state, self.callers[n], key, last.callers[n]);
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
            Action::Exchange => state.key += 1,
            Action::Move => {
                self.move_home(&mut state.d1);
                state.moves -= 1;
            }
        }
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Ledger>> {
        vec![
            Property::always(
                "an index belongs to one portfolio for ever",
                |_, state: &State| {
                    let mut seen = state.seen.iter().flatten();
                    seen.all(|portfolios| portfolios.count_ones() <= 1)
                },
            ),
            Property::always(
                "what was shown is never shown as another",
                |_, state: &State| {
                    let times = |portfolio: usize| {
                        state
                            .seen
                            .iter()
                            .flatten()
                            .filter(|seen| *seen & (1 << portfolio) != 0)
                            .count()
                    };
                    (0..state.d1.rows.len()).all(|portfolio| times(portfolio) <= 1)
                },
            ),
            Property::always("no two rows have one index", |_, state: &State| {
                let is_alone = |home| {
                    let rows = state.d1.of(home);
                    let mut places: Vec<Place> = rows.map(|(_, row)| row.at).collect();
                    places.sort_unstable();
                    places.windows(2).all(|two| two[0] != two[1])
                };
                is_alone(0) && is_alone(1)
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
                "a database gives an index that another portfolio was shown with",
                |_, state: &State| {
                    let seen = |row: &Row| {
                        let seen = &state.seen[usize::from(row.at.key)];
                        seen.get(usize::from(row.at.index)).copied().unwrap_or(0)
                    };
                    let is_others = |(portfolio, row): (usize, &Option<Row>)| {
                        row.is_some_and(|row| !row.is_shown && seen(&row) & !(1 << portfolio) != 0)
                    };
                    state.d1.rows.iter().enumerate().any(is_others)
                },
            ),
            Property::sometimes(
                "a portfolio that comes back, or has moved, finds its own index",
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

fn ledger(callers: &[Portfolio], rewinds: usize, exchanges: u8) -> Ledger {
    Ledger {
        callers: callers.to_vec(),
        rewinds,
        exchanges,
        moves: 0,
        without: None,
    }
}

fn of_two_homes(callers: &[Portfolio], moves: u8) -> Ledger {
    Ledger {
        moves,
        ..ledger(callers, 0, 0)
    }
}

/// Two writers and one who asks for the first one's portfolio too; a third portfolio.
#[test]
fn an_index_is_given_once_in_every_order_of_steps_cuts_and_rewinds() {
    let protocol = Protocol {
        name: "ledger",
        small: Size {
            model: ledger(&[0, 1, 0], 1, 0),
            states: 160_942,
        },
        large: Size {
            model: ledger(&[0, 1, 2], 1, 0),
            states: 5_699_979,
        },
    };
    protocol.holds();
}

/// One of them has not heard of the new key when the other has.
#[test]
fn an_index_is_given_once_though_the_key_is_exchanged_in_the_midst() {
    let protocol = Protocol {
        name: "ledger, of two keys",
        small: Size {
            model: ledger(&[0, 1], 1, 1),
            states: 69_432,
        },
        large: Size {
            model: ledger(&[0, 1, 0], 1, 1),
            states: 1_097_325,
        },
    };
    protocol.holds();
}

/// Each home counts by itself, and one partner's rows come to another's.
#[test]
fn an_index_is_given_once_though_two_homes_count_under_one_key_and_a_partner_moves() {
    let protocol = Protocol {
        name: "ledger, of two homes",
        small: Size {
            model: of_two_homes(&[0, 1, 0], 1),
            states: 8_522,
        },
        large: Size {
            model: of_two_homes(&[0, 1, 2], 2),
            states: 107_635,
        },
    };
    protocol.holds();
}

#[test]
fn without_any_guard_of_the_ledger_its_invariant_is_broken() {
    let one = "an index belongs to one portfolio for ever";
    let same = "what was shown is never shown as another";
    let guards = [
        (Guard::PutIfAbsent, one),
        (Guard::ClaimedFirst, one),
        (Guard::ThatIndex, one),
        (Guard::OfPortfolio, same),
        (Guard::WhileUnclaimed, same),
        (Guard::Unique, "no two rows have one index"),
        (Guard::MovesOn, "asked again it completes"),
        (Guard::MakeWay, "asked again it completes"),
        (Guard::OfAnyKey, same),
        (Guard::MakesWayAtHome, "no two rows have one index"),
        (Guard::NewIndexAtHome, "no two rows have one index"),
    ];
    each_guard_is_needed(&guards, |guard| Ledger {
        without: Some(guard),
        ..match guard {
            Guard::OfAnyKey => ledger(&[0, 1], 1, 1),
            Guard::MakesWayAtHome | Guard::NewIndexAtHome => of_two_homes(&[0, 1], 1),
            _ => ledger(&[0, 1, 0], 1, 0),
        }
    });
}
