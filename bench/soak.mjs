// `make soak`: the service under the mixed load of a day at the highest rate that holds, then everything that must be
// true of what it left; the model's long run; the protocols at their large sizes; the properties.
//
//   SOAK_MINUTES=10             of load, beside the minute or two in which the rate is found
//   SOAK_RATE=N                 acts a second, instead of finding it
//   SOAK_PARTS=load,model,protocols,properties
//   SOAK_SEED=N                 of what is drawn in the load; another one each time if unset
//   KEEP=1                      the state stays after a load that passed, too
//   GATEHOUSE_MODEL_CASES=220   cases of the model, each a run of GATEHOUSE_MODEL_STEPS=151 steps
//   GATEHOUSE_MODEL_SEED=N      the first one's seed; another one each time if unset
//   PROPTEST_CASES=20000        cases of each property
//
// The figures go into bench/results.json. A failure ends it with what was asked and answered; the state is kept.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileOf } from "./fill.mjs";
import { Random } from "./random.mjs";
import { machine } from "./machine.mjs";
import { writePage } from "./page.mjs";
import { keep, kept } from "./results.mjs";
import { serve } from "./serve.mjs";
import { signUp, token } from "./soak/acts.mjs";
import { Caller, percentiles } from "./soak/caller.mjs";
import { cargo } from "./soak/cargo.mjs";
import { highestRate, Load } from "./soak/load.mjs";
import { judged, residentOf, SHORTEST_JUDGED, WARM_UP, workerdOf } from "./soak/memory.mjs";
import { openPhones } from "./soak/phones.mjs";
import { Steady } from "./soak/progress.mjs";
import { addOver, addPartners, compared } from "./soak/state.mjs";
import { World } from "./soak/world.mjs";

const root = join(import.meta.dirname, "..");
const folder = join(root, ".state-soak");
const minutes = Number(process.env.SOAK_MINUTES || 10);
const parts = (process.env.SOAK_PARTS || "load,model,protocols,properties").split(",");
/** People before the rate is looked for; more sign up all the time. */
const PEOPLE = 150;
/** Of each table, for every minute of load. */
const ROWS_OVER = 1000;
const CRON = 60_000;

const say = (text) => console.log(`soak: ${text}`);
if (!(minutes > 0)) throw new Error(`SOAK_MINUTES is a number of minutes, not '${process.env.SOAK_MINUTES}'`);
const run = { load: async () => ({ minutes, ...(await loaded()) }), model, protocols, properties };
try {
  for (const part of parts) {
    if (!(part in run)) throw new Error(`SOAK_PARTS are some of ${Object.keys(run)}, not '${part}'`);
    const figures = await run[part]();
    keep("soak", { ...kept().soak, [part]: { date: new Date().toISOString().slice(0, 10), machine: machine(), ...figures } });
  }
  await writePage();
  say("passed; the figures are in bench/results.json and docs/performance.md");
} catch (error) {
  console.error(`soak: FAILED: ${error.message}`);
  process.exit(1);
}

// --- the load ---------------------------------------------------------------------------------------

async function loaded() {
  const seed = Number(process.env.SOAK_SEED || Date.now() % 1_000_000_000);
  say(`load of ${minutes} minutes, seed ${seed}`);
  const partners = await prepared();
  const phones = await openPhones();
  const log = join(folder, "service.log");
  const service = await serve("gatehouse", { state: folder, weighed: true, outbound: phones.address, logs: log });
  const caller = new Caller(service.origin);
  const world = new World({ caller, phones, random: new Random(seed), partners, kycSecret: service.details.kycSecret });
  let measured;
  try {
    measured = await soaked(world, workerdOf(service.pid));
  } catch (error) {
    throw new Error(`${error.stack}\nThe state is in ${folder}; the same draws again: make soak SOAK_SEED=${seed}`);
  } finally {
    await caller.close();
    await service.stop();
    phones.close();
  }
  const { rows, invariants } = await examined(world, phones, log);
  if (process.env.KEEP !== "1") rmSync(folder, { recursive: true });
  return { seed, partners: partners.length, people: world.people.length, ...measured, done: world.count, rows, invariants };
}

/** An empty database with three partners and rows that are over. The first start makes it. */
async function prepared() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const service = await serve("gatehouse", { state: folder });
  await service.stop();
  const file = fileOf(join(folder, "v3"));
  addOver(file, Math.ceil(ROWS_OVER * minutes));
  return [service.details.client, ...addPartners(file, ["second", "third"])];
}

async function soaked(world, workerd) {
  for (const partner of world.partners) await token(world, undefined, partner);
  await warmUp(world.caller);
  await people(world);
  const load = new Load(world);
  const found = process.env.SOAK_RATE ? { rate: Number(process.env.SOAK_RATE) } : await highestRate(load, say);
  say(`${found.rate.toFixed(0)} acts a second for ${minutes} minutes`);
  world.caller.begin();
  load.acts = 0;
  const samples = [];
  const runs = { purges: 0, slowed: [] };
  const begun = Date.now();
  const progress = new Steady(minutes * 60);
  const cron = purging(world, runs, () => load.failures);
  await load.run(found.rate, minutes * 60, async () => {
    const at = (Date.now() - begun) / 1000;
    const resident = residentOf(workerd);
    samples.push({ at, resident, wasm: Number(await world.caller.textOf("/bench/memory")) });
    slowDown(load, runs, at);
    const megabytes = Math.round(resident / 1024 / 1024);
    progress.at(at, `${world.caller.calls} calls, ${load.running} going on, ${megabytes} MB`);
  });
  progress.end();
  clearInterval(cron);
  const seconds = (Date.now() - begun) / 1000;
  // What became due while the load was on.
  await purge(world, runs);
  const memory = judged(samples);
  const byRoute = [...world.caller.times].map(([route, times]) => [route, percentiles(times)]);
  const latency = Object.fromEntries(byRoute.sort((a, b) => b[1].count - a[1].count));
  say(`${world.caller.calls} calls in ${seconds.toFixed(0)} s, none wrong; memory ${JSON.stringify(memory)}`);
  if (!memory.flat && seconds >= SHORTEST_JUDGED) throw new Error(`memory is not flat: ${JSON.stringify(memory)}`);
  const { calls } = world.caller;
  return { rate: { ...found, callsPerSecond: calls / seconds }, acts: load.acts, calls, ...runs, memory, latency };
}

/** Reads of D1, as many as memory.mjs asks for; none where nothing will be judged. */
async function warmUp(caller) {
  if (minutes * 60 < SHORTEST_JUDGED) return;
  const progress = new Steady(WARM_UP / 500);
  const lane = async () => {
    while (caller.calls < WARM_UP) {
      await caller.call("GET /healthz", {});
      progress.at(caller.calls / 500, "warming up");
    }
  };
  await Promise.all(Array.from({ length: 16 }, lane));
  progress.end();
}

async function people(world) {
  for (let n = 0; n < PEOPLE; n += 5) await Promise.all([1, 2, 3, 4, 5].map(() => signUp(world)));
  say(`${PEOPLE} people have signed up`);
}

/** A rate that no longer holds is gone on with a bit below, and told. */
function slowDown(load, runs, at) {
  if (load.late < 5_000 || at - (runs.slowed.at(-1)?.at ?? -30) < 30) return;
  load.rate *= 0.9;
  runs.slowed.push({ at: Math.round(at), rate: load.rate });
}

function purging(world, runs, failures) {
  return setInterval(() => purge(world, runs).catch((error) => failures().push(`the cron: ${error.stack}`)), CRON);
}

async function purge(world, runs) {
  await world.caller.textOf("/cdn-cgi/local/scheduled?cron=*+*+*+*+*");
  runs.purges += 1;
}

/** The rows, the log, and every invariant that the tests with injected faults ask for. */
async function examined(world, phones, log) {
  const { rows, wrong } = compared(fileOf(join(folder, "v3")), world.count);
  for (const [what, there, expected] of wrong) say(`${what}: ${there}, and the load says ${expected}`);
  const problems = readFileSync(log, "utf8").split("\n").filter((line) => line.includes('"level":"error"'));
  for (const line of problems.slice(0, 5)) say(`the service logged ${line}`);
  const witness = { secrets: [...world.secrets], messages: phones.counts() };
  writeFileSync(join(folder, "witness.json"), JSON.stringify(witness), { mode: 0o600 });
  say(`${rows} rows; the invariants`);
  const test = ["--test", "faults", "the_invariants_hold_in_a_given_state", "--", "--ignored", "--nocapture"];
  const { text } = await cargo(["test", "--locked", "--workspace", ...test], { GATEHOUSE_GIVEN_STATE: folder });
  if (wrong.length) throw new Error(`what the load did and what is there differ; the state is in ${folder}`);
  if (problems.length) throw new Error(`the service logged ${problems.length} problems; the state is in ${folder}`);
  return { rows, invariants: text.match(/^given: (.*)$/m)[1] };
}

// --- the model, the protocols and the properties ----------------------------------------------------

async function model() {
  const settings = {
    GATEHOUSE_MODEL_CASES: process.env.GATEHOUSE_MODEL_CASES || "220",
    GATEHOUSE_MODEL_STEPS: process.env.GATEHOUSE_MODEL_STEPS || "151",
    GATEHOUSE_MODEL_SEED: process.env.GATEHOUSE_MODEL_SEED || String(Math.floor(Date.now() / 1000)),
  };
  const { GATEHOUSE_MODEL_CASES: cases, GATEHOUSE_MODEL_STEPS: steps, GATEHOUSE_MODEL_SEED: seed } = settings;
  say(`the model: ${cases} cases of at most ${steps} steps from seed ${seed}`);
  const progress = new Steady(Number(cases));
  const { text } = await cargo(["test", "--locked", "--workspace", "--test", "model", "--", "--nocapture"], settings, (line) => {
    const [, done, made] = line.match(/^model: (\d+) cases done, (\d+) steps/) ?? [];
    if (done) progress.at(Number(done), `${made} steps`);
  });
  progress.end();
  const [, ...figures] = text.match(/^model: (\d+) cases, (\d+) steps, seed (\d+), (\d+) left out for time, (\d+) s$/m);
  const [done, made, first, leftOutForTime, seconds] = figures.map(Number);
  const kindsOfAnswers = [...text.matchAll(/^ *\d+ +\d+ {2}\S/gm)].length;
  return { cases: done, steps: made, seed: first, kindsOfAnswers, leftOutForTime, seconds };
}

async function protocols() {
  say("the protocols, every state of each");
  const visit = /protocols: (.+): (\d+) states, (\d+) ms$/;
  const visited = [];
  const begun = Date.now();
  await cargo(["test", "--locked", "--workspace", "--test", "protocols", "--", "--nocapture"], { GATEHOUSE_PROTOCOLS: "large" }, (line) => {
    const [, name, states, took] = line.match(visit) ?? [];
    if (!name) return;
    visited.push({ name, states: Number(states) });
    say(`${name}: ${states} states, ${(took / 1000).toFixed(0)} s`);
  });
  if (!visited.length) throw new Error("the protocols said nothing of the states that they visited");
  visited.sort((one, other) => one.name.localeCompare(other.name, "en"));
  return { visited, seconds: Math.round((Date.now() - begun) / 1000) };
}

async function properties() {
  const cases = process.env.PROPTEST_CASES || "20000";
  say(`the properties, ${cases} cases each`);
  const { text: listed } = await cargo(["test", "--locked", "--lib", "--", "--list"], {});
  const all = listed.match(/: test$/gm).length;
  const progress = new Steady(all);
  let done = 0;
  const begun = Date.now();
  await cargo(["test", "--locked", "--lib"], { PROPTEST_CASES: cases }, (line) => {
    if (/^test .* \.\.\. /.test(line)) progress.at((done += 1), "tests, the long ones last");
  });
  progress.end();
  return { tests: all, casesEach: Number(cases), seconds: Math.round((Date.now() - begun) / 1000) };
}
