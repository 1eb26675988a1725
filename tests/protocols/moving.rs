//! A partner moves from one home to another, and is in one of them at any moment (`docs/decisions/moving.md`).
//!
//! Calls run a batch where they believe the partner to be, however long ago they asked the directory; the guard of the
//! batch decides. Movers, two at once, each cut anywhere, make one statement after the other: what they have read may
//! be old when they write. The operator gives a move up at any moment, or sets a database back to any earlier one and
//! reconciles. A row is changed by each call, another goes with the first of them: it can be had once. Beside the
//! databases stands what a single one would have, had it never moved.

mod steps;

use stateright::{Model, Property};

use crate::{each_guard_is_needed, Protocol, Size};

type Home = usize;
type Epoch = u8;

const ALL_OF_IT: &str = "the home that is here has what was done, all of it and nothing else";
const ELSEWHERE: &str = "nobody is answered where the partner is not";
const ONCE: &str = "what can be had once is had once";
const ONE: &str = "one home is here at most";
const ENDS: &str = "taken up again a move ends, and who asks is let in";
const LOST: &str = "nothing is lost by a home that the partner has left";
const WHOLE: &str = "the home that is here has no half of a copy";
const OLDER: &str = "who asks the directory is let into no older stay";

struct Moving {
    homes: usize,
    callers: usize,
    movers: usize,
    moves: u8,
    give_ups: u8,
    sets_back: Option<SetBack>,
    without: Option<Guard>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum SetBack {
    /// Which lies apart from the homes, while calls and movers go on.
    Directory,
    /// Any of them; in the first lies the directory.
    Home,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Guard {
    /// Of every batch of a call: `state = 'here'`,
    Here,
    /// and `epoch = :epoch`.
    OfEpoch,
    /// A move that was cut is taken up.
    TakenUp,
    /// What a mover writes at the target: `turn = :turn`.
    Turn,
    /// The target is `gone`, and of an older epoch, before it is `coming`.
    TargetIsGone,
    /// The target has no old rows when the copy begins.
    Wiped,
    /// Changes are noted before the first row is read.
    NotedFirst,
    /// `DELETE ... WHERE seq <= :read`: of the notes those that were carried.
    Numbered,
    /// The last notes are carried while the source is `leaving`.
    FrozenFirst,
    /// `UPDATE partners SET home ... WHERE epoch = :was`, and the move was not given up.
    CommitsOnce,
    /// The target is `here` once the source is `gone`.
    GoneFirst,
    /// A move is given up in the directory, and then at the source.
    GivenUpInDirectory,
    /// Which has a new epoch then.
    NewEpoch,
    /// What is left at the source is deleted where it is `gone`.
    PurgesGone,
    /// Who reconciles takes a copy for a home only if it is whole.
    WholeCopy,
    /// And nothing that is left of one that was given up.
    LeftNotCopied,
    /// Of several homes the one of the greatest epoch.
    GreatestEpoch,
    /// It goes on there in an epoch that there never was, not only in none that a database still knows.
    FreshEpoch,
    /// The service is closed while a home is set back.
    Closed,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct State {
    directory: Directory,
    homes: Vec<Database>,
    /// What each believes.
    callers: Vec<Place>,
    movers: Vec<Option<Mover>>,
    begun: u8,
    given_up: u8,
    /// What one database would have.
    truth: Rows,
    bookmark: Option<Bookmark>,
    is_set_back: bool,
    /// Who reconciles has looked at the homes.
    found: Option<Directory>,
    is_closed: bool,
    /// The greatest epoch that there ever was.
    greatest: Epoch,
    /// What was set back had the partner.
    may_lose: bool,
    seen: Seen,
}

/// `partners.home` and `epoch`, and `moves`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Directory {
    at: Place,
    job: Option<Job>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Place {
    home: Home,
    epoch: Epoch,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Job {
    from: Home,
    to: Home,
    /// The source's epoch. However the move ends, the next one begins.
    was: Epoch,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Step {
    UnderWay,
    Committed,
    Back,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Database {
    standing: Standing,
    epoch: Epoch,
    rows: Rows,
    /// There is a row of `departures`: triggers note what changes.
    is_noted: bool,
    notes: [Note; ROWS],
    book: Option<Book>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Standing {
    Here,
    Leaving,
    Gone,
    Coming,
}

/// Of the partner: one that each call changes, and one that goes with the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Rows {
    account: Option<Account>,
    token: bool,
}

const ROWS: usize = 2;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Account {
    /// A bit a caller: by it a batch that is run again finds its own work.
    done: u8,
    had_by: Option<usize>,
}

/// Of a row, the last that was noted: `AUTOINCREMENT` gives no number twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Note {
    seq: u8,
    is_open: bool,
}

/// `arrivals`, at the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Book {
    epoch: Epoch,
    /// Whose turn it is: `turn`, a number that whoever takes it raises.
    mover: usize,
    is_wiped: bool,
    copied: usize,
    is_whole: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Mover {
    job: Job,
    at: At,
}

/// What a mover does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum At {
    TakeTurn,
    Wipe,
    /// With so many rows copied, of which the book tells.
    Note(usize),
    Read(usize),
    Write(usize, Rows),
    ReadNotes,
    Carry(Rows, Numbers),
    DropNotes(Numbers),
    Freeze,
    Seal,
    Commit,
    Leave,
    Arrive,
    End,
    Return,
    Clear,
}

/// Of the notes that were read.
type Numbers = [Option<u8>; ROWS];

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Bookmark {
    home: Home,
    database: Database,
    directory: Directory,
}

/// What must not be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Seen {
    answered_elsewhere: bool,
    had_twice: bool,
    lost: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Action {
    /// Asks the directory where the partner is.
    Ask(usize),
    Call(usize),
    Begin(Home),
    GiveUp,
    /// A mover takes up what the directory says.
    TakeUp(usize),
    Move(usize),
    Cut(usize),
    Purge(Home),
    Bookmark(Home),
    SetBack,
    /// Who reconciles looks at the homes, and then says it in the directory.
    Find,
    Reconcile,
}

/// Where calls are let in.
fn here(state: &State) -> impl Iterator<Item = &Database> {
    let open = state.homes.iter().filter(|_| !state.is_closed);
    open.filter(|database| database.standing == Standing::Here)
}

impl Model for Moving {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let truth = Rows {
            account: Some(Account::default()),
            token: true,
        };
        let nowhere = Database {
            standing: Standing::Gone,
            epoch: 0,
            rows: Rows::default(),
            is_noted: false,
            notes: [Note::default(); ROWS],
            book: None,
        };
        let mut homes = vec![nowhere; self.homes];
        (homes[0].standing, homes[0].epoch, homes[0].rows) = (Standing::Here, 1, truth);
        let at = Place { home: 0, epoch: 1 };
        vec![State {
            directory: Directory { at, job: None },
            homes,
            callers: vec![at; self.callers],
            movers: vec![None; self.movers],
            begun: 0,
            given_up: 0,
            truth,
            bookmark: None,
            is_set_back: false,
            found: None,
            is_closed: false,
            greatest: 1,
            may_lose: false,
            seen: Seen::default(),
        }]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.is_closed {
            actions.push(Action::Reconcile);
            return;
        }
        for caller in 0..self.callers {
            actions.extend([Action::Ask(caller), Action::Call(caller)]);
        }
        for (number, mover) in state.movers.iter().enumerate() {
            match mover {
                None => actions.push(Action::TakeUp(number)),
                Some(_) => actions.extend([Action::Move(number), Action::Cut(number)]),
            }
        }
        if state.directory.job.is_none() && state.begun < self.moves {
            let elsewhere = (0..self.homes).filter(|home| *home != state.directory.at.home);
            actions.extend(elsewhere.map(Action::Begin));
        }
        if state.given_up < self.give_ups {
            actions.push(Action::GiveUp);
        }
        actions.extend((0..self.homes).map(Action::Purge));
        match (self.sets_back, state.bookmark) {
            (None, _) => {}
            (Some(_), Some(_)) => actions.push(Action::SetBack),
            (Some(_), None) if state.is_set_back => {}
            (Some(SetBack::Directory), None) => actions.push(Action::Bookmark(0)),
            (Some(SetBack::Home), None) => actions.extend((0..self.homes).map(Action::Bookmark)),
        }
        if state.is_set_back && self.sets_back == Some(SetBack::Directory) {
            actions.extend([Action::Find, Action::Reconcile]);
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Ask(caller) => state.callers[caller] = state.directory.at,
            Action::Call(caller) => self.call(&mut state, caller),
            Action::Begin(to) => {
                state.directory.job = Some(Job {
                    from: state.directory.at.home,
                    to,
                    was: state.directory.at.epoch,
                    step: Step::UnderWay,
                });
                state.begun += 1;
            }
            Action::GiveUp => self.give_up(&mut state)?,
            Action::TakeUp(number) => {
                let job = state.directory.job?;
                let at = job.begins_at();
                state.movers[number] = Some(Mover { job, at });
            }
            Action::Move(number) => {
                let mover = state.movers[number]?;
                let at = self.step(&mut state, number, mover);
                state.movers[number] = at.map(|at| Mover { at, ..mover });
            }
            Action::Cut(number) => state.movers[number] = None,
            Action::Purge(home) => {
                let database = &mut state.homes[home];
                let is_left = match self.has(Guard::PurgesGone) {
                    true => database.standing == Standing::Gone,
                    // It was, when the purge looked.
                    false => database.standing == Standing::Coming,
                };
                if is_left {
                    database.rows = Rows::default();
                    database.book = database
                        .book
                        .filter(|_| database.standing == Standing::Coming);
                }
            }
            Action::Bookmark(home) => {
                state.bookmark = Some(Bookmark {
                    home,
                    database: state.homes[home],
                    directory: state.directory,
                });
            }
            Action::SetBack => {
                let to = state.bookmark.take()?;
                self.set_back(&mut state, to);
            }
            Action::Find => state.found = self.find(&state.homes),
            Action::Reconcile if state.is_closed => self.settle(&mut state)?,
            Action::Reconcile => state.directory = state.found.take()?,
        }
        let epochs = state.homes.iter().map(|database| database.epoch);
        let greatest = epochs.max().max(Some(state.directory.at.epoch));
        state.greatest = state.greatest.max(greatest?);
        (state != *last).then_some(state)
    }

    fn properties(&self) -> Vec<Property<Moving>> {
        let mut properties = vec![
            Property::always(ALL_OF_IT, |_, state: &State| {
                here(state).all(|one| one.rows == state.truth)
            }),
            Property::always(ELSEWHERE, |_, state: &State| !state.seen.answered_elsewhere),
            Property::always(ONCE, |_, state: &State| !state.seen.had_twice),
            Property::always(ONE, |_, state: &State| here(state).count() <= 1),
            Property::always(WHOLE, |_, state: &State| {
                here(state).all(|one| one.rows.is_whole())
            }),
            Property::always(ENDS, |model: &Moving, state: &State| model.ends(state)),
            Property::sometimes(
                "the partner has moved, and is served",
                |model: &Moving, state: &State| {
                    state.directory.at.home == 1
                        && model.serves(state)
                        && state.truth.account.is_some_and(|all| all.done == 1)
                },
            ),
            Property::sometimes(
                "what changed during the copy is carried",
                |_, state: &State| {
                    let carries = |mover: &Mover| matches!(mover.at, At::Carry(..));
                    state.movers.iter().flatten().any(carries)
                },
            ),
        ];
        if self.moves > 1 {
            properties.push(Property::sometimes(
                "and has come back",
                |model, state: &State| {
                    state.homes[0].standing == Standing::Here
                        && state.homes[0].epoch == 3
                        && model.serves(state)
                },
            ));
        }
        if self.give_ups > 0 {
            properties.push(Property::sometimes(
                "a move is given up, and the partner is served where it was",
                |model: &Moving, state: &State| {
                    let home = &state.homes[0];
                    home.standing == Standing::Here && home.epoch == 2 && model.serves(state)
                },
            ));
        }
        if self.movers > 1 {
            properties.push(Property::sometimes(
                "two movers are at one move",
                |_, state: &State| {
                    let at = |number: usize| state.movers[number].map(|mover| mover.job);
                    at(0).is_some() && at(0) == at(1)
                },
            ));
        }
        match self.sets_back {
            None => {}
            Some(SetBack::Directory) => properties.push(Property::sometimes(
                "the directory says another home than the one that is here",
                |_, state: &State| {
                    let is_here = |database: &Database| database.standing == Standing::Here;
                    let home = state.homes.iter().position(is_here);
                    state.is_set_back && home.is_some_and(|home| home != state.directory.at.home)
                },
            )),
            Some(SetBack::Home) => properties.extend([
                Property::always(LOST, |_, state: &State| !state.seen.lost),
                Property::always(OLDER, |model: &Moving, state: &State| {
                    let Place { home, epoch } = state.directory.at;
                    let database = &state.homes[home];
                    !model.lets_in(database, epoch) || database.epoch >= epoch
                }),
                Property::sometimes(
                    "two homes say here until that is settled",
                    |_, state: &State| {
                        let is_here = |database: &&Database| database.standing == Standing::Here;
                        state.is_closed && state.homes.iter().filter(is_here).count() == 2
                    },
                ),
            ]),
        }
        properties
    }
}

fn moving(callers: usize, movers: usize, moves: u8, give_ups: u8) -> Moving {
    Moving {
        homes: 2,
        callers,
        movers,
        moves,
        give_ups,
        sets_back: None,
        without: None,
    }
}

/// A database is set back once.
fn set_back(what: SetBack, callers: usize, movers: usize, moves: u8, give_ups: u8) -> Moving {
    Moving {
        sets_back: Some(what),
        ..moving(callers, movers, moves, give_ups)
    }
}

#[test]
fn a_partner_is_in_one_home_in_every_order_of_calls_movers_and_cuts() {
    let protocol = Protocol {
        name: "move",
        small: Size {
            model: moving(1, 2, 1, 1),
            states: 20_488,
        },
        large: Size {
            model: moving(2, 2, 2, 1),
            states: 1_121_822,
        },
    };
    protocol.holds();
}

#[test]
fn a_partner_that_comes_back_finds_no_old_row() {
    let protocol = Protocol {
        name: "move, there and back",
        small: Size {
            model: moving(2, 1, 2, 1),
            states: 17_969,
        },
        large: Size {
            model: Moving {
                homes: 3,
                ..moving(2, 1, 2, 1)
            },
            states: 99_675,
        },
    };
    protocol.holds();
}

#[test]
fn a_directory_that_is_set_back_lets_nobody_in_where_the_partner_is_not() {
    let protocol = Protocol {
        name: "move, the directory set back",
        small: Size {
            model: set_back(SetBack::Directory, 1, 1, 2, 0),
            states: 41_365,
        },
        large: Size {
            model: set_back(SetBack::Directory, 1, 2, 1, 1),
            states: 580_591,
        },
    };
    protocol.holds();
}

#[test]
fn a_home_that_is_set_back_is_settled_before_anybody_is_let_in() {
    let protocol = Protocol {
        name: "move, a home set back",
        small: Size {
            model: set_back(SetBack::Home, 1, 1, 3, 0),
            states: 94_812,
        },
        large: Size {
            model: set_back(SetBack::Home, 2, 1, 2, 1),
            states: 1_489_856,
        },
    };
    protocol.holds();
}

#[test]
fn without_any_guard_of_a_move_its_invariant_is_broken() {
    let guards = [
        (Guard::Here, ELSEWHERE),
        (Guard::OfEpoch, OLDER),
        (Guard::TakenUp, ENDS),
        (Guard::Turn, ALL_OF_IT),
        (Guard::TargetIsGone, ENDS),
        (Guard::Wiped, ONCE),
        (Guard::NotedFirst, ALL_OF_IT),
        (Guard::Numbered, ALL_OF_IT),
        (Guard::FrozenFirst, ALL_OF_IT),
        (Guard::CommitsOnce, ENDS),
        (Guard::GoneFirst, ONE),
        (Guard::GivenUpInDirectory, ENDS),
        (Guard::NewEpoch, ENDS),
        (Guard::PurgesGone, ALL_OF_IT),
        (Guard::WholeCopy, ENDS),
        (Guard::LeftNotCopied, WHOLE),
        (Guard::GreatestEpoch, LOST),
        (Guard::FreshEpoch, ENDS),
        (Guard::Closed, ONE),
    ];
    each_guard_is_needed(&guards, |guard| Moving {
        without: Some(guard),
        ..match guard {
            Guard::OfEpoch | Guard::FreshEpoch => set_back(SetBack::Home, 0, 1, 3, 0),
            Guard::GreatestEpoch => set_back(SetBack::Home, 1, 1, 1, 0),
            Guard::LeftNotCopied => set_back(SetBack::Home, 0, 1, 2, 1),
            Guard::Closed => set_back(SetBack::Home, 0, 1, 1, 0),
            Guard::TargetIsGone | Guard::WholeCopy => set_back(SetBack::Directory, 0, 1, 1, 0),
            Guard::GoneFirst => set_back(SetBack::Directory, 0, 2, 1, 1),
            Guard::Wiped => moving(2, 1, 2, 0),
            Guard::Turn | Guard::CommitsOnce | Guard::NewEpoch => moving(0, 2, 1, 1),
            _ => moving(2, 1, 1, 1),
        }
    });
}
