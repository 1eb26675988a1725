//! The service against a model of it: long random runs of everything a partner can do, and for
//! each step the one answer that is right.
//!
//! `reference` says what is right, `steps` what is done, `world` does it over HTTP. The settings:
//!
//!     GATEHOUSE_MODEL_CASES=60   cases, each with users of its own
//!     GATEHOUSE_MODEL_STEPS=59   steps of a case
//!     GATEHOUSE_MODEL_SEED=...   case n has the seed + n, so one case alone can be run again

#![allow(
    clippy::disallowed_methods,
    reason = "the clock and randomness are the tests' own"
)]

#[allow(
    dead_code,
    unused_imports,
    reason = "each test binary uses its own part of it"
)]
#[path = "../support/lib.rs"]
mod support;

mod reference;
mod steps;
mod world;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use proptest_state_machine::strategy::Sequential;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

use reference::{Model, MOODS};
use serde_json::json;
use steps::Step;
use support::http::Method;
use support::jwt::Jwt;
use support::{Api, Gatehouse};
use world::World;

const CASES: u64 = 60;
const STEPS: u64 = 59;
const SEED: u64 = 20_258_940;
/// Shrinking runs the case again each time, over HTTP.
const SHRINKS: u32 = 300;

struct Reference;

impl ReferenceStateMachine for Reference {
    type State = Model;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Model> {
        prop::sample::select(&MOODS[..])
            .prop_map(Model::new)
            .boxed()
    }

    fn transitions(model: &Model) -> BoxedStrategy<Step> {
        steps::next(model)
    }

    fn preconditions(model: &Model, step: &Step) -> bool {
        model.allows(step)
    }

    fn apply(model: Model, step: &Step) -> Model {
        model.apply(step)
    }
}

struct Driven;

impl StateMachineTest for Driven {
    type SystemUnderTest = World;
    type Reference = Reference;

    fn init_test(_: &Model) -> World {
        let run = run();
        run.runtime.block_on(World::new(&run.api))
    }

    fn apply(mut world: World, model: &Model, step: Step) -> World {
        let run = run();
        if run.runtime.block_on(world.step(model, &step)) {
            let met = (model.expected.code, model.expected.why);
            *run.met
                .lock()
                .expect("nobody panics here")
                .entry(met)
                .or_default() += 1;
        }
        world
    }

    fn teardown(world: World, model: Model) {
        let run = run();
        *run.steps.lock().expect("nobody panics here") += world.done;
        *run.skipped.lock().expect("nobody panics here") += world.skipped;
        run.runtime.block_on(world.finish(&model));
    }
}

/// What the cases share: one service, and the count of what they met.
struct Run {
    runtime: tokio::runtime::Runtime,
    api: Api,
    steps: Mutex<usize>,
    skipped: Mutex<usize>,
    met: Mutex<BTreeMap<(u64, &'static str), usize>>,
}

fn run() -> &'static Run {
    static RUN: OnceLock<Run> = OnceLock::new();
    RUN.get_or_init(|| {
        let lock_after = reference::LOCK_AFTER.to_string();
        let gatehouse = Gatehouse::start("model", &[("OTP_LOCK_AFTER", &lock_after)]);
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let api = runtime.block_on(Api::on(gatehouse));
        runtime.spawn(moves(api.clone()));
        Run {
            runtime,
            api,
            steps: Mutex::default(),
            skipped: Mutex::default(),
            met: Mutex::default(),
        }
    })
}

/// Both partners move from home to home all the while, and no case notices.
async fn moves(api: Api) {
    let root = api.client_token("root").await;
    let mut partners = Vec::new();
    for (client, home) in [("demo", "DB"), ("other", "HOME_EU")] {
        let token = Jwt::read(&api.client_token(client).await);
        let id = token.claims["partner_id"].as_str().expect("an id");
        partners.push((format!("/v1/partner/{id}/move"), home));
    }
    for nth in 0.. {
        let (path, home) = &mut partners[nth % 2];
        *home = if *home == "DB" { "HOME_EU" } else { "DB" };
        api.post(path, &root, json!({ "home": home })).await.ok();
        loop {
            let cron = api.call(Method::GET, "/cdn-cgi/local/scheduled");
            cron.send().await.expect_status(200);
            if api.get(path, &root).await.ok()["move"].is_null() {
                break;
            }
        }
        MOVED.fetch_add(1, Ordering::Relaxed);
        // The cases have the machine to themselves for most of the time.
        tokio::time::sleep(BETWEEN_MOVES).await;
    }
}

const BETWEEN_MOVES: Duration = Duration::from_secs(15);

static MOVED: AtomicUsize = AtomicUsize::new(0);

fn setting(name: &str, default: u64) -> u64 {
    let text = std::env::var(name).ok();
    text.map_or(default, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is a number, not {text:?}"))
    })
}

/// One case; the error is what there is to say about its smallest failing form.
fn case(seed: u64, steps: usize) -> Result<(), String> {
    let config = Config {
        cases: 1,
        max_shrink_iters: SHRINKS,
        failure_persistence: None,
        ..Config::default()
    };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(config.clone(), rng);
    let mood = MOODS[(seed % MOODS.len() as u64) as usize];
    let sequence = Sequential::new(
        steps.into(),
        move || Just(Model::new(mood)),
        Reference::preconditions,
        Reference::transitions,
        Reference::apply,
    );
    let result = runner.run(&sequence, |(model, steps, seen)| {
        Driven::test_sequential(config.clone(), model, steps, seen);
        Ok(())
    });
    result.map_err(|error| match error {
        TestError::Fail(why, (model, steps, _)) => {
            let steps: Vec<String> = steps.iter().map(|step| format!("  {step:?}")).collect();
            format!("{why}\nmood {:?}, steps\n{}", model.mood, steps.join("\n"))
        }
        TestError::Abort(why) => format!("given up: {why}"),
    })
}

/// Everything that the usual run, and every long one, has to come past: a model that is never
/// brought there says nothing about it.
const TO_BE_MET: [&str; 91] = [
    "a challenge from before the password change",
    "a challenge of a sign-up that gave way",
    "a challenge of somebody else",
    "a challenge out of tries",
    "a challenge that was answered",
    "a change to what it is already",
    "a change whose session or user is not what it was",
    "a change within a day of a reset",
    "a code asked for in a session that ended",
    "a code of another challenge",
    "a code of another length",
    "a code to a new e-mail",
    "a code to one's own e-mail",
    "a code to the new number alone",
    "a grandparent: the session ends",
    "a known password is changed",
    "a new password for a reset from before the last change",
    "a new password for a reset that is over",
    "a new password for an alias that is over",
    "a password given in a session that ended",
    "a portfolio",
    "a portfolio id with other content",
    "a portfolio in another partner's account",
    "a portfolio with a chosen id",
    "a portfolio without KYC",
    "a recovery code for a challenge of somebody else",
    "a recovery code for a challenge that is over",
    "a refresh token of a session that ended",
    "a refresh token of another partner",
    "a refresh token under another name",
    "a reset of somebody else",
    "an account",
    "an account for another partner's user",
    "an account id that somebody else has",
    "an account with a chosen id",
    "an alias of a challenge that is over",
    "an answer of a locked user",
    "an e-mail is proven",
    "an older word of the KYC provider",
    "another e-mail",
    "another number",
    "another number after a recovery",
    "codes to both numbers",
    "locked by wrong codes in 30 days",
    "locked by wrong codes in a row",
    "login again within the minute",
    "login by e-mail",
    "login by phone",
    "login of a locked user",
    "me",
    "me after the session ended",
    "new password after the right code",
    "new password before the right code",
    "nobody has this name",
    "not verified",
    "one code of two",
    "password back-off",
    "recovery codes",
    "refreshed",
    "reset",
    "reset again within the minute",
    "reset beyond the cap",
    "reset of nobody",
    "reset of nobody again within the minute",
    "right code after the new password",
    "right code before the new password",
    "right code: a session",
    "right recovery code: a session",
    "sends of the phone exhausted",
    "signed up",
    "signed up, the e-mail known to the other partner",
    "the e-mail is taken",
    "the last code, and the contact is somebody's",
    "the parent after its grace: the session ends",
    "the partner's word of a number",
    "the partner's word of an e-mail",
    "the partner's word of what is somebody's",
    "the partner's word of what is so already",
    "the phone is taken",
    "the same account again",
    "the same portfolio again",
    "the same successor again",
    "the word of another partner",
    "verified",
    "waited out the password back-off",
    "wrong code",
    "wrong code, the last try",
    "wrong password",
    "wrong password of whoever is logged in",
    "wrong recovery code",
    "wrong recovery code, the last try",
];

/// Without a word for each of the panics that shrinking goes through.
fn quietly<T>(work: impl FnOnce() -> T) -> T {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let result = work();
    std::panic::set_hook(hook);
    result
}

#[test]
fn the_service_answers_as_the_model_says() {
    let cases = setting("GATEHOUSE_MODEL_CASES", CASES);
    let steps = setting("GATEHOUSE_MODEL_STEPS", STEPS) as usize;
    let seed = setting("GATEHOUSE_MODEL_SEED", SEED);
    let started = Instant::now();
    for (nth, seed) in (1..).zip(seed..seed + cases) {
        quietly(|| case(seed, steps)).unwrap_or_else(|why| {
            panic!(
                "model: the case of seed {seed} fails: {why}\nagain: GATEHOUSE_MODEL_SEED={seed} \
                 GATEHOUSE_MODEL_CASES=1 GATEHOUSE_MODEL_STEPS={steps} cargo test --test model"
            )
        });
        let steps = *run().steps.lock().expect("nobody panics here");
        println!("model: {nth} cases done, {steps} steps");
    }
    let run = run();
    let done = *run.steps.lock().expect("nobody panics here");
    let met = run.met.lock().expect("nobody panics here");
    println!("\n times  code  why");
    for ((code, why), times) in met.iter() {
        println!("{times:6}  {code:4}  {why}");
    }
    let usual = (cases, steps as u64, seed) == (CASES, STEPS, SEED);
    assert!(
        !usual || MOVED.load(Ordering::Relaxed) >= 10,
        "nobody moved"
    );
    if usual || done >= 10_000 {
        for why in TO_BE_MET {
            assert!(met.keys().any(|(_, met)| *met == why), "never met: {why}");
        }
    }
    println!(
        "model: {cases} cases, {done} steps, {} moves, seed {seed}, {} left out for time, {} s",
        MOVED.load(Ordering::Relaxed),
        run.skipped.lock().expect("nobody panics here"),
        started.elapsed().as_secs()
    );
}
