// `make bench`: README.md in this folder says what it does.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { buildHash, buildPeers, made, root } from "./build.mjs";
import { countAll, countingSeconds } from "./counting.mjs";
import { openDouble } from "./double.mjs";
import { median } from "./figures.mjs";
import { gatehouse, machine, versions } from "./machine.mjs";
import { MEASURES } from "./measures.mjs";
import { writePage } from "./page.mjs";
import { Progress } from "./progress.mjs";
import { keep, keepAll, kept } from "./results.mjs";
import { expected, measureAll } from "./rounds.mjs";
import { FIRST, measureStarts, SECONDS_A_START } from "./starts.mjs";

const HELP = `Usage: make bench ARGS="[options]"

  --rounds N      rounds of every measure (5)
  --seconds S     of load for each measure, contender and round (2)
  --starts N      starts of each contender (7)
  --users N       calls of each kind that are counted (200)
  --only A,B      measures whose names begin so; nothing else is done, and nothing is written
  --counts        counts rows, bytes and calls of KV and R2 anew and keeps all that was timed; the load of the
                  machine does not matter
  --list          print the measures
`;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    starts: { type: "string", default: "7" },
    users: { type: "string", default: "200" },
    only: { type: "string" },
    counts: { type: "boolean" },
    list: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  },
});
// Whoever is served ends with this process, and temporary folders with its "exit".
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

if (values.help) process.stdout.write(HELP);
else if (values.list) for (const { name, calls } of MEASURES) console.log(`${name.padEnd(18)} ${Object.keys(calls).join(", ")}`);
else if (values.counts) await count(settings());
else await bench(settings());

function settings() {
  const number = (name) => {
    const value = Number(values[name]);
    if (!(value > 0)) fail(`--${name} is a number above 0, not '${values[name]}'`);
    return value;
  };
  const chosen = values.only?.split(",") ?? [""];
  const measures = MEASURES.filter(({ name }) => chosen.some((start) => name.startsWith(start)));
  if (measures.length === 0) fail(`no measure begins with '${values.only}'; --list prints them`);
  return { measures, rounds: number("rounds"), seconds: number("seconds"), starts: number("starts"), users: number("users") };
}

async function bench({ measures, rounds, seconds, starts, users }) {
  const on = machine();
  if (on.loadBefore > 0.3) console.log(`bench: others work on this machine (a load of ${on.loadBefore.toFixed(2)}); ratios suffer least`);
  console.log("bench: building the peers and the bare hash (about 20 s the first time)");
  await buildPeers();
  await buildHash();
  const partly = values.only !== undefined;
  const rest = partly ? 0 : countingSeconds(users) + starts * FIRST.length * SECONDS_A_START;
  const progress = new Progress(expected(measures, { rounds, seconds }) + rest);
  const double = await openDouble();
  try {
    const load = await measureAll(measures, { rounds, seconds, double, progress });
    if (partly) return print(load);
    const counts = await counted(users, { double, progress });
    const first = await measureStarts(starts, progress);
    const took = progress.end();
    const results = { date: today(), machine: on, versions: versions(), settings: { rounds, seconds, connections: 8 }, load, counts, starts: first, bundles: bundles() };
    keepAll(rounded(results));
    await writePage();
    console.log(`bench: measured in ${Math.round(took / 60)} min; see docs/performance.md`);
  } finally {
    double.close();
  }
}

async function count({ users }) {
  const progress = new Progress(countingSeconds(users));
  const double = await openDouble();
  try {
    const { calls, ...of } = await counted(users, { double, progress });
    keep("counts", rounded({ ...of, calls: withTimes(calls, kept().counts?.calls ?? []) }));
    progress.end();
    await writePage();
    console.log("bench: counted; see docs/performance.md and docs/scale.md, and bring the bill in docs/operating.md into step");
  } finally {
    double.close();
  }
}

/** Times as they were. A call that had none gets one as the machine was then: the others say how much slower it is now. */
function withTimes(calls, before) {
  const then = new Map(before.map(({ name, ms }) => [name, ms]));
  const ratios = calls.filter(({ name }) => then.has(name)).map(({ name, ms }) => then.get(name) / ms);
  const ratio = ratios.length > 0 ? median(ratios) : 1;
  return calls.map((call) => ({ ...call, ms: then.get(call.name) ?? call.ms * ratio }));
}

async function counted(users, given) {
  return { date: today(), gatehouse: gatehouse(), ...(await countAll(users, given)) };
}

function today() {
  return new Date().toISOString().slice(0, 10);
}

/** What is uploaded of each. */
function bundles() {
  const files = {
    gatehouse: [join(root, "build/index.js"), join(root, "build/index_bg.wasm")],
    "better-auth": [join(made, "better-auth.mjs")],
    hono: [join(made, "hono.mjs")],
  };
  const size = (paths) => {
    const bytes = Buffer.concat(paths.map((path) => readFileSync(path)));
    return { raw: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length };
  };
  return Object.fromEntries(Object.entries(files).map(([name, paths]) => [name, size(paths)]));
}

/** Four digits are more than a measurement has. */
function rounded(value) {
  if (typeof value === "number") return Number.isInteger(value) ? value : Number(value.toPrecision(4));
  if (Array.isArray(value)) return value.map(rounded);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, rounded(one)]));
  return value;
}

function print(load) {
  console.log();
  for (const { name, rounds } of load) {
    for (const contender of Object.keys(rounds[0])) {
      const figures = rounds.map((round) => round[contender].perSecond.toFixed(1).padStart(8));
      console.log(`${name.padEnd(18)} ${contender.padEnd(12)} ${figures.join("")}  a second`);
    }
  }
}

function fail(message) {
  console.error(`bench: ${message}`);
  process.exit(2);
}
