// `make bench GROWTH=1`: what each endpoint takes with 1,000, 100,000 and 1,000,000 users.
//
// Three databases are filled (fill.mjs says with what), three servers called in turn, one call at a time, in an order
// that rotates: what the machine does meanwhile meets all three. Whoever is called about is drawn anew each round,
// the same part of the way through each database. Then the same calls once more behind the counter of rows.
//
//   GROWTH_USERS=1000,100000,1000000   the sizes, the smallest first
//   GROWTH_ROUNDS=60                   rounds of every call
//   KEEP=1                             the databases stay, and are taken again for three quarters of an hour
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDouble } from "./double.mjs";
import { fileOf, fill, PASSWORD, person } from "./fill.mjs";
import { median } from "./figures.mjs";
import { CALLS, Caller } from "./growth/calls.mjs";
import { machine, versions } from "./machine.mjs";
import { connect } from "./load.mjs";
import { writePage } from "./page.mjs";
import { Progress } from "./progress.mjs";
import { Random } from "./random.mjs";
import { keep } from "./results.mjs";
import { serve } from "./serve.mjs";

const folder = join(import.meta.dirname, "../.state-bench");
const sizes = (process.env.GROWTH_USERS || "1000,100000,1000000").split(",").map(Number);
const rounds = Number(process.env.GROWTH_ROUNDS || 60);
const WARM_UP = 5;
const COUNTED = 6;
/** Of each endpoint's median, to that with the fewest users. */
const GOAL = 1.3;
const BYTES_A_USER = 7_400;
/** Indexes are sorted in files beside. */
const ROOM = 1.35;
/** Users a second on two quiet cores, and seconds a round of all calls takes. */
const PACE = { filling: 7_000, round: 1.1 };
const LASTS = 45 * 60_000;

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));
if (sizes.some((size) => !(size >= 100)) || !(rounds > 0)) fail("GROWTH_USERS are numbers above 100, GROWTH_ROUNDS is one above 0");

async function growth() {
  haveRoom();
  const filling = sizes.filter((size) => !isKept(size)).reduce((sum, size) => sum + size / PACE.filling + 4, 0);
  const progress = new Progress(filling + sizes.length * 4 + (rounds + WARM_UP + COUNTED) * PACE.round);
  const filled = [];
  for (const size of sizes) filled.push(await filledWith(size, progress));
  const seed = Date.now() % 1_000_000_000;
  const timing = { seed, warmUp: WARM_UP, rounds, progress, of: (took) => took };
  const times = await called(filled, timing);
  const counting = { seed: seed + 1, warmUp: 0, rounds: COUNTED, counted: true, progress, of: (_, counts) => counts };
  const counts = await called(filled, counting);
  const results = {
    date: new Date().toISOString().slice(0, 10), machine: machine(), versions: versions(), rounds, seed, goal: GOAL,
    sizes: filled.map(({ users, rows, bytes, seconds }) => ({ users, rows, bytes, seconds })),
    calls: CALLS.map(({ name }) => compared(name, times.get(name), counts.get(name))),
  };
  keep("growth", results);
  if (process.env.KEEP !== "1") rmSync(folder, { recursive: true, force: true });
  progress.end();
  print(results);
  await writePage();
}

function haveRoom() {
  const needed = sizes.reduce((sum, size) => sum + (isKept(size) ? 0 : size), 0) * BYTES_A_USER * ROOM;
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  const gigabytes = (bytes) => `${(bytes / 1e9).toFixed(1)} GB`;
  if (bavail * bsize > needed + 1e9) return;
  const free = gigabytes(bavail * bsize);
  fail(`the databases take ${gigabytes(needed)} in ${folder}, and ${free} are free; GROWTH_USERS=1000,100000 takes a tenth`);
}

const stateOf = (size) => join(folder, String(size));
const noteOf = (size) => join(stateOf(size), "filled.json");

/** Filled before, and so lately that "an hour ago" is not empty. */
function isKept(size) {
  return existsSync(noteOf(size)) && Date.now() - JSON.parse(readFileSync(noteOf(size), "utf8")).now < LASTS;
}

/** The state of a server with so many users. */
async function filledWith(size, progress) {
  const state = stateOf(size);
  if (isKept(size)) return { ...JSON.parse(readFileSync(noteOf(size), "utf8")), state };
  rmSync(state, { recursive: true, force: true });
  mkdirSync(state);
  const service = await serve("gatehouse", { state });
  await service.stop();
  progress.step(4, `made a database for ${size.toLocaleString("en")} users`);
  const { settings, client } = JSON.parse(readFileSync(join(state, "bench.json"), "utf8"));
  const begun = Date.now();
  const tell = told(size, progress);
  const { rows, bytes, now, seed } = fill(fileOf(join(state, "v3")), {
    users: size, clientId: client.clientId, pepper: settings.PASSWORD_PEPPER, progress: tell,
  });
  const filled = { users: size, rows, bytes, now, seed, seconds: Math.round((Date.now() - begun) / 1000) };
  writeFileSync(noteOf(size), JSON.stringify(filled));
  return { ...filled, state };
}

/** Every twentieth of a fill. */
function told(size, progress) {
  let done = 0;
  return (part) => {
    if (part < done + 0.05 && part < 1) return;
    progress.step(((part - done) * size) / PACE.filling, `filling ${size.toLocaleString("en")} users`);
    done = part;
  };
}

/** By call, a list by size of what `of` makes of each round. */
async function called(filled, { seed, warmUp, rounds, counted, progress, of }) {
  const double = await openDouble();
  const servers = [];
  try {
    for (const one of filled) {
      servers.push(await open(one, double, counted));
      progress.step(2, "starting");
    }
    const seen = new Map(CALLS.map(({ name }) => [name, filled.map(() => [])]));
    const random = new Random(seed);
    for (let round = -warmUp; round < rounds; round += 1) {
      const part = random.part();
      for (const { api, filled: of } of servers) api.turnTo(someone(of, part));
      for (const call of CALLS) {
        for (let n = 0; n < servers.length; n += 1) {
          const nth = (n + round + warmUp) % servers.length;
          const { took, counts } = await servers[nth].api.call(call);
          if (round >= 0) seen.get(call.name)[nth].push(of(took, counts));
        }
      }
      progress.step(PACE.round, counted ? "counting rows" : `round ${Math.max(0, round + 1)} of ${rounds}`);
    }
    return seen;
  } finally {
    for (const { service, connections } of servers) {
      await connections.close();
      await service.stop();
    }
    double.close();
  }
}

async function open(filled, double, counted) {
  const service = await serve("gatehouse", { state: filled.state, outbound: double.address, counted });
  const connections = connect(service.origin, 1);
  const api = new Caller(service, connections.clients[0], double, PASSWORD);
  await api.begin();
  return { filled, service, connections, api };
}

const taken = new Map();

/** A proven and verified person so far through the database, whom nobody was called about yet. */
function someone(filled, part) {
  if (!taken.has(filled.users)) taken.set(filled.users, new Set());
  const used = taken.get(filled.users);
  for (let n = Math.floor(part * filled.users); ; n = (n + 1) % filled.users) {
    const it = person(filled, n);
    if (used.has(n) || !it.isVerified || !it.isProven) continue;
    used.add(n);
    return it;
  }
}

function compared(name, times, counts) {
  const ms = times.map(median);
  const rows = counts.map((all) => median(all.map(({ rowsRead }) => rowsRead)));
  const rowsWritten = counts.map((all) => median(all.map(({ rowsWritten }) => rowsWritten)));
  const ratios = ms.map((one) => Number((one / ms[0]).toFixed(3)));
  const rounded = ms.map((one) => Number(one.toFixed(3)));
  return { name, ms: rounded, ratios, rowsRead: rows, rowsWritten, met: ratios.every((one) => one <= GOAL) };
}

function print({ sizes, calls }) {
  const head = sizes.map(({ users }) => users.toLocaleString("en").padStart(10)).join("");
  console.log(`\n${"endpoint".padEnd(26)}${head}   ms, then ratios, then rows read`);
  for (const { name, ms, ratios, rowsRead, met } of calls) {
    const columns = [ms.map((one) => one.toFixed(2)), ratios.slice(1).map((one) => one.toFixed(2)), rowsRead];
    console.log(`${name.padEnd(26)}${columns.flat().map((one) => String(one).padStart(10)).join("")}${met ? "" : "   above the goal"}`);
  }
  const missed = calls.filter(({ met }) => !met).map(({ name }) => name);
  console.log(missed.length ? `\ngrowth: above ${GOAL} times: ${missed.join(", ")}` : `\ngrowth: every endpoint within ${GOAL} times`);
}

function fail(message) {
  console.error(`growth: ${message}`);
  process.exit(2);
}

await growth();
