// Builds the tests and runs their binaries side by side: node scripts/run-tests.mjs [as `cargo test`]
//
// All of them, which is without arguments, are also those of OTHERS, each as one test; `--test NAME` runs
// one of these as it does a binary. A filter that no test's name holds is a failure.
//
// Each starts services of its own, on free ports and in state folders of its own. What it prints goes
// to target/tests/NAME.log, or also to the terminal if it is the only one. A long one runs as two.
//
//   GATEHOUSE_TEST_JOBS=3   how many run at a time
import { spawn, spawnSync } from "node:child_process";
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const logs = join(root, "target/tests");
const timesFile = join(logs, "seconds.json");
const jobs = Number(process.env.GATEHOUSE_TEST_JOBS || 3);
if (!Number.isInteger(jobs) || jobs < 1) fail(`GATEHOUSE_TEST_JOBS is a number of binaries, not '${process.env.GATEHOUSE_TEST_JOBS}'`);

// --- what to run ----------------------------------------------------------------------------

/** What is no binary of cargo's. Each says at its end what `cargo test` says, and takes a filter as they do. */
const OTHERS = {
  document: { command: join(root, "scripts/fuzz-document.sh") },
  browser: { command: process.execPath, args: ["--no-warnings", join(root, "tests/browser/run.mjs")] },
  clients: { command: join(root, "scripts/test-clients.sh") },
  scripts: { command: process.execPath, args: ["--no-warnings", join(root, "scripts/tests/run.mjs")] },
};

/** Which tests of a binary run beside its others, as NAME-WORD: a service is one thread, which would end last alone. */
const APART = { faults: "sweep" };

/** Seconds on two cores, for the first run in a checkout. */
const USUAL = {
  "faults-sweep": 300, faults: 250, settings: 230, model: 190, api: 170, browser: 150, document: 150, scripts: 140,
  "gatehouse-unit": 80, clients: 70, golden: 30, readme: 30, protocols: 20,
};

/** The others that are asked for by `--test NAME`, and what is left for cargo. */
function choose(args) {
  if (!args.length) return { others: Object.keys(OTHERS), rest: [], binaries: true };
  const isOther = (n) => args[n] === "--test" && Object.hasOwn(OTHERS, args[n + 1] ?? "");
  const others = args.filter((_, n) => isOther(n - 1));
  const rest = args.filter((_, n) => !isOther(n) && !isOther(n - 1));
  const names = rest.some((arg) => /^--(lib|bins?|tests?|all-targets)$/.test(arg));
  return { others, rest, binaries: names || !others.length };
}

/** What `cargo test` would do with these: options of cargo's, and what goes to the binaries. */
function split(args) {
  const withValue = /^(-p|-F|-Z|--(package|exclude|bin|example|test|bench|features|profile|target|target-dir|manifest-path|config|color))$/;
  const end = args.indexOf("--");
  const [own, binaries] = end < 0 ? [args, []] : [args.slice(0, end), args.slice(end + 1)];
  const isName = (arg, n) => !arg.startsWith("-") && !withValue.test(own[n - 1] ?? "");
  return {
    cargo: own.filter((arg, n) => !isName(arg, n)),
    binaries: [...own.filter(isName), ...binaries],
  };
}

/** The test binaries, built. */
async function build(args) {
  const options = ["--locked", "--workspace", "--no-run", "--message-format=json-render-diagnostics", ...args];
  const cargo = spawn("cargo", ["test", ...options], { stdio: ["ignore", "pipe", "inherit"], cwd: root });
  let output = "";
  cargo.stdout.setEncoding("utf8").on("data", (text) => (output += text));
  const [code] = await ended(cargo);
  if (code !== 0) process.exit(code ?? 1);
  return output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line))
    .filter((message) => message.executable && message.profile?.test)
    .map(({ executable, target, manifest_path }) => ({
      name: target.kind.includes("test") ? target.name : `${target.name}-unit`,
      command: executable,
      // As cargo would: whoever looks for a file looks from there.
      cwd: dirname(manifest_path),
    }));
}

/** A binary as one, or as the two that it runs as unless part of its tests is asked for. */
function parts(test) {
  const word = test.filters.length ? undefined : APART[test.name];
  if (!word) return [test];
  return [
    { ...test, args: ["--skip", `${word}::`] },
    { ...test, name: `${test.name}-${word}`, args: [`${word}::`] },
  ];
}

// --- running --------------------------------------------------------------------------------

/** Leaders of the process groups that were started, and whether they still run. */
const started = new Map();
let stopping = false;

async function ended(child) {
  return new Promise((resolve, reject) => child.on("error", reject).on("close", (...how) => resolve(how)));
}

async function run(test, alone, env) {
  const begun = Date.now();
  const log = join(logs, `${test.name}.log`);
  const file = createWriteStream(log);
  // A group of its own, so that Ctrl-C in the terminal comes here alone: a binary whose service's
  // keeper is gone could not end it.
  const child = spawn(test.command, test.args, {
    cwd: test.cwd, env: { ...env, GATEHOUSE_TEST_PART: test.name }, detached: true, stdio: ["ignore", "pipe", "pipe"],
  });
  started.set(child.pid, true);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes) => {
      file.write(bytes);
      if (alone) process.stdout.write(bytes);
    });
  }
  const [code, signal] = await ended(child);
  started.set(child.pid, false);
  await new Promise((resolve) => file.end(resolve));
  const seconds = (Date.now() - begun) / 1000;
  const text = readFileSync(log, "utf8");
  const sums = { passed: 0, failed: 0, ignored: 0 };
  for (const [, ...counts] of text.matchAll(/^test result: .*?(\d+) passed; (\d+) failed; (\d+) ignored/gm)) {
    Object.keys(sums).forEach((what, n) => (sums[what] += Number(counts[n])));
  }
  // One that died says nothing of its tests.
  const broken = code !== 0 && !stopping;
  if (broken && sums.failed === 0) sums.failed = 1;
  const end = !broken ? "" : `   FAILED (${signal ?? `status ${code}`})`;
  if (!stopping) console.log(`  ${test.name.padEnd(16)} ${String(sums.passed).padStart(4)} passed ${seconds.toFixed(0).padStart(5)} s${end}`);
  return { ...test, ...sums, seconds, log, text, broken };
}

/** Longest first, as the last run had it; what is new comes before all. */
async function runAll(tests, env) {
  const times = read(timesFile);
  const seconds = ({ name }) => times[name] ?? USUAL[name] ?? Infinity;
  const left = [...tests].sort((a, b) => seconds(b) - seconds(a) || 0);
  const results = [];
  const worker = async () => {
    while (left.length && !stopping) {
      const result = await run(left.shift(), tests.length === 1, env);
      results.push(result);
      // Part of a binary's tests says nothing of the whole.
      if (!result.filters.length) times[result.name] = Math.round(result.seconds);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  if (!stopping) writeFileSync(timesFile, `${JSON.stringify(times, null, 2)}\n`);
  return results;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

// --- leaving nothing behind -----------------------------------------------------------------

/** A test's services are ended by keepers in its group, a moment after it; the rest is killed. */
async function settle() {
  const alive = (pid) => {
    try {
      return process.kill(-pid, 0);
    } catch {
      return false;
    }
  };
  for (const [pid, runs] of started) if (runs) kill(pid, "SIGTERM");
  const until = Date.now() + 10_000;
  while (Date.now() < until && [...started.keys()].some(alive)) await sleep(50);
  for (const pid of started.keys()) spawnSync("pkill", ["-KILL", "-s", String(pid)]);
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}

/** Services that a test kills leave folders. wrangler's are shared with a `make dev` in this checkout. */
function clean(temporary) {
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  const wrangler = join(root, "node_modules/wrangler/wrangler-dist/cli.js");
  if (spawnSync("pgrep", ["-f", wrangler]).status === 1) {
    for (const folder of [".wrangler/tmp", "tests/harness/.wrangler/tmp"]) {
      rmSync(join(root, folder), { recursive: true, force: true });
    }
  }
}

// --- the whole ------------------------------------------------------------------------------

const begun = Date.now();
const chosen = choose(process.argv.slice(2));
const args = split(chosen.rest);
mkdirSync(logs, { recursive: true });
const built = chosen.binaries ? await build(args.cargo) : [];
for (const name of chosen.others) built.push({ name, cwd: root, ...OTHERS[name] });
for (const test of built) Object.assign(test, { filters: args.binaries, args: [...(test.args ?? []), ...args.binaries] });
const tests = built.flatMap(parts);

const temporary = mkdtempSync(join(tmpdir(), "gatehouse-tests-"));
const parent = process.ppid;
const stop = (status) => {
  if (stopping) return;
  stopping = true;
  settle().then(() => {
    clean(temporary);
    process.exit(status);
  });
};
process.on("SIGINT", () => stop(130)).on("SIGTERM", () => stop(143)).on("SIGHUP", () => stop(129));
setInterval(() => process.ppid === parent || stop(143), 500).unref();

console.log(`${tests.length} binaries, ${Math.min(jobs, tests.length)} at a time; what they print is in target/tests/`);
// Every service of the run begins with the same clients in an empty database.
const env = { ...process.env, GATEHOUSE_SKIP_SETUP: "1", TMPDIR: temporary, GATEHOUSE_TEMPLATE: join(temporary, "state") };
const results = await runAll(tests, env);
if (stopping) await new Promise(() => {});
await settle();
clean(temporary);

const broken = results.filter((result) => result.broken);
if (tests.length > 1) {
  for (const { name, log, text } of broken) console.log(`\n--- ${name}: ${log}\n${text.trimEnd()}`);
}
// What could not be tested is said to whoever reads nothing else.
for (const { text } of results) for (const [line] of text.matchAll(/^SKIPPED: .*$/gm)) console.log(`\n${line}`);
const sum = (what) => results.reduce((total, result) => total + result[what], 0);
console.log(`\nAfter ${Math.round((Date.now() - begun) / 1000)} s:`);
console.log(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("ignored")} skipped`);
if (sum("passed") + sum("failed") + sum("ignored") === 0) fail(`no test's name holds ${args.binaries.join(" ") || "that"}`);
process.exit(broken.length ? 1 : 0);

function fail(message) {
  console.error(`run-tests: ${message}`);
  process.exit(2);
}
