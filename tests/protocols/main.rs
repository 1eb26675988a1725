//! The protocols that random runs cannot exhaust, each as a small model of which every state is visited: whatever
//! order their steps come in, wherever they are cut.
//!
//! A model's actions are the functions and statements of the code; a batch of D1 is one action, because it is one
//! transaction. Each model can be told to leave out one guard of the code: then the checker must find how that goes
//! wrong, so no model is right because it can do nothing. `docs/security.md`, "In every order", says how many states
//! there are, and a test here holds it to that.
//!
//!     GATEHOUSE_PROTOCOLS=large   the sizes of `make soak`, minutes, instead of those of `make test`

#![allow(
    clippy::disallowed_methods,
    reason = "the clock is the tests' own: it says how long a visit took"
)]

// clippy.toml names a function of this version, where stateright brings another.
use getrandom as _;

mod challenge;
mod keyed;
mod ledger;
mod moving;
mod refresh;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::hash::Hash;
use std::time::Instant;
use std::{env, fs, thread};

use stateright::{Checker, Expectation, HasDiscoveries, Model};

/// A protocol's two sizes, and how many states each has.
struct Protocol<M> {
    name: &'static str,
    small: Size<M>,
    large: Size<M>,
}

struct Size<M> {
    model: M,
    states: usize,
}

impl<M> Protocol<M>
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync,
    M::Action: Clone + Debug + PartialEq,
{
    /// Visits every state: no invariant is broken in any, what must be able to happen does, and the states are as
    /// many as the page says.
    fn holds(self) {
        let (small, large) = (grouped(self.small.states), grouped(self.large.states));
        let is_large = env::var("GATEHOUSE_PROTOCOLS").is_ok_and(|size| size == "large");
        let Size { model, states } = if is_large { self.large } else { self.small };
        let begun = Instant::now();
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let checker = model.checker().threads(threads).spawn_bfs().join();
        let (visited, took) = (checker.unique_state_count(), begun.elapsed());
        println!(
            "protocols: {}: {visited} states, {} ms",
            self.name,
            took.as_millis()
        );
        checker.assert_properties();
        assert_eq!(visited, states, "states of {}", self.name);

        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/security.md");
        let page = fs::read_to_string(page).unwrap();
        let ends = format!("| {small} | {large} |");
        let begins = format!("| {} |", self.name);
        let says = |line: &str| line.starts_with(&begins) && line.ends_with(&ends);
        assert!(page.lines().any(says), "no line {begins} ... {ends}");
    }
}

/// Without any one of its guards a model breaks the invariant that it is there for; and no invariant is without one.
fn each_guard_is_needed<M, G>(guards: &[(G, &'static str)], without: impl Fn(G) -> M)
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync,
    M::Action: Clone + Debug + PartialEq,
    G: Copy + Debug,
{
    let mut guarded = BTreeSet::new();
    let mut invariants = BTreeSet::new();
    for &(guard, invariant) in guards {
        let model = without(guard);
        let all = model.properties().into_iter();
        invariants.extend(
            all.filter(|p| p.expectation == Expectation::Always)
                .map(|p| p.name),
        );
        let until = HasDiscoveries::AnyOf([invariant].into());
        let checker = model.checker().finish_when(until).spawn_bfs().join();
        let found = checker.discovery(invariant);
        let found =
            found.unwrap_or_else(|| panic!("without {guard:?} it still holds that {invariant}"));
        println!(
            "without {guard:?} not: {invariant}\n{:?}",
            found.into_actions()
        );
        guarded.insert(invariant);
    }
    assert_eq!(
        guarded, invariants,
        "the invariants that a guard is known for, and all"
    );
}

/// 1234567 as 1,234,567.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
