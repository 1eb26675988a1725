// What docs/scale.md is made of: the arithmetic and the simulated day.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { costOf, prices } from "../../bench/cost.mjs";
import { Random } from "../../bench/random.mjs";
import { dayCurve, drawn, MINUTES, peakOf } from "../../bench/scale/day.mjs";
import { Model } from "../../bench/scale/model.mjs";
import { assumptions, fitsWhole, modelOf, scenario, withHomes, withoutHome } from "../../bench/scale/scenarios.mjs";
import { sizes, World } from "../../bench/scale/simulate.mjs";

const root = join(import.meta.dirname, "../..");
const { counts } = JSON.parse(readFileSync(join(root, "bench/results.json"), "utf8"));
const close = (value, expected, by = 1e-9) => assert.ok(Math.abs(value - expected) <= by * Math.abs(expected), `${value}, not ${expected}`);

// --- the arithmetic -------------------------------------------------------------------------------

test("the dollars of a call are those of the page of the measurements", () => {
  const allInD1 = modelOf({ counts }, { auditDays: prices.kept.audit.days });
  const archived = modelOf({ counts });
  for (const { name } of counts.calls) {
    const sum = (model) => Object.values(model.dollarsOf(name)).reduce((total, part) => total + part, 0) * 1e6;
    close(sum(archived), costOf(counts, name, {}).sum);
    close(sum(allInD1), costOf(counts, name, { archived: false }).sum);
  }
});

test("of what leaves D1 for the archive its bytes, objects and reads are paid, and 640 days of D1 are not", () => {
  for (const { name, tables } of counts.calls) {
    const logout = counts.calls.find((call) => call.name === "logout");
    const left = [tables.audit, name === "code" ? logout.tables.audit : undefined].filter(Boolean);
    const [rows, bytes] = ["rows", "bytes"].map((what) => left.reduce((sum, audit) => sum + audit[what], 0));
    const paid = rows * (6 * 0.001 + 4.5 / 10_000) + ((rows * 61 * 640) / 30.4) * (0.015 / 1000);
    const spared = ((bytes * 640) / 30.4) * (0.75 / 1000);
    close(costOf(counts, name, {}).sum, costOf(counts, name, { archived: false }).sum + paid - spared);
  }
});

test("the bill of an operator has the sums of the page of the measurements", () => {
  const read = (name) => readFileSync(join(root, "docs", name), "utf8");
  const [measured, bill] = [read("performance.md"), read("operating.md").split("\n## The bill\n")[1]];
  const [, login] = measured.match(/^\| A million logins [^|]+\|[^|]+\| (\S+) \|/m);
  assert.ok(bill.includes(`once each: **${login} a million**`), login);
  const [, month] = measured.match(/^\| 100,000 daily users [^|]+\|[^|]+\| (\S+) \|/m);
  assert.ok(bill.includes(`pays [about ${month}\n`), month);
  const [parts] = bill.match(/^\| part \|[^]+?\n\n/m);
  const sum = [...parts.matchAll(/^\| [^|]+ \| ([\d.]+) \|/gm)].reduce((total, [, dollars]) => total + Number(dollars), 0);
  close(sum, Number(login.slice(1)), 0.001);
});

test("each partner puts an object a day, whatever is in it", () => {
  const model = modelOf({ counts });
  close(model.dollars("D", 1000, { partners: 300 }).sum - model.dollars("D", 1000).sum, (300 * 30.4 * 4.5) / 1e6, 1e-6);
});

/** Two calls with figures to reckon by hand. */
function small(changed) {
  const nothing = {
    rowsRead: 0, rowsWritten: 0, kvReads: 0, kvPuts: 0, kvDeletes: 0, kvByteSeconds: 0,
    r2Writes: 0, r2Reads: 0, r2Bytes: 0, logLines: 0, dataPoints: 0, ms: 1,
  };
  const calls = [
    { ...nothing, name: "read", roundTrips: 1, writeTrips: 0, tables: {} },
    { ...nothing, name: "login", roundTrips: 3, writeTrips: 2, tables: { audit: { bytes: 400, rows: 1 }, sends: { bytes: 600, rows: 1 } } },
    { ...nothing, name: "code", roundTrips: 1, writeTrips: 1, tables: {} },
    { ...nothing, name: "logout", rowsWritten: 2, tables: {} },
    { ...nothing, name: "join", roundTrips: 1, writeTrips: 1, tables: { users: { bytes: 1000, rows: 1 } } },
  ];
  const profiles = { H: { who: "half", activeShare: 0.5, perActiveDay: { read: 10 }, perMonth: { login: 30.4 } } };
  return new Model({ counts: { calls }, prices, assumptions: { ...assumptions, profiles, once: { days: 730, calls: ["join"] } }, changed });
}

test("a daily user's calls carry those of whoever is registered and stays away", () => {
  const { read, login, join: joined } = small().calls("H");
  assert.deepEqual([read, login, joined], [10, 2, 2 / 730]);
  assert.equal(small().registered("H", 100), 200);
});

test("a call takes the time of its round trips, and of the deletes of what it leaves", () => {
  // Two that write, one that reads, and later two rows.
  close(small().d1Ms("login"), 2 * 3 + 0.5 + 2 * 0.1);
  close(small({ writeTripMs: 1 }).d1Ms("login"), 2 + 0.5 + 0.2);
  // The end of the session is two rows more.
  close(small().d1Ms("code"), 3 + 0.2);
});

test("a call with a key has as much more as the one that was counted with it", () => {
  const model = modelOf({ counts });
  const more = model.d1Ms("refresh, keyed") - model.d1Ms("refresh");
  assert.ok(more > 0);
  for (const name of assumptions.keyed) close(model.d1Ms(`${name}, keyed`), model.d1Ms(name) + more, 1e-3);
  const [without, keyed] = ["D", "K"].map((profile) => model.calls(profile));
  assert.equal(keyed["refresh, keyed"], without.refresh);
  assert.equal(keyed["me, verified"], without["me, verified"]);
  assert.equal(model.keyedADay("D"), 0);
  close(model.keyedADay("K"), 20 + 2 / 30.4 + 4 / 730);
  close(model.loginsAtPeak("K", 1000), model.loginsAtPeak("D", 1000));
});

test("bytes grow until the oldest row of each table goes, and then lie in the archive", () => {
  const model = small();
  const after = (days) => model.bytes("H", days);
  close(after(1).groups["audit log"], 2 * 400);
  close(after(90).groups["audit log"], 2 * 400 * 90);
  close(after(91).groups["audit log"], 2 * 400 * 90);
  close(after(Infinity).groups["codes and messages"], 2 * 600 * 2);
  // Each of two registered people.
  close(after(1).groups.people, 2 * 1000);
  assert.equal(after(90).archive, 0);
  close(after(100).archive, 2 * 61 * 10);
  close(after(5000).archive, 2 * 61 * 640);
  close(after(Infinity).d1, 2 * 400 * 90 + 2 * 600 * 2 + 2 * 1000);
});

test("a home holds what its thread or its bytes allow, whichever is less", () => {
  const model = small();
  const msADay = 10 * 0.5 + 2 * 6.7 + (2 / 730) * 3;
  close(model.d1MsADay("H"), msADay);
  const byTime = (0.6 * 86_400_000) / 4 / msADay;
  const capacity = model.capacity("H");
  close(capacity.byTime, byTime);
  close(capacity.byFilling, 6e9 / model.bytes("H").d1);
  close(capacity.byStorage, 10e9 / model.bytes("H").d1);
  assert.equal(capacity.first, "storage");
  close(capacity.daily, capacity.byFilling);
  assert.equal(small({ fillingBytes: 1e13 }).capacity("H").first, "time");
});

test("calls of one length wait as one server has them wait", () => {
  const model = small({ readTripMs: 3 });
  // M/D/1: half of the service, times busy over free.
  close(model.waitMs("H", 0.5), 1.5);
  close(model.waitMs("H", 0.9), 1.5 * 9);
});

test("what is said to be of the code is", () => {
  const source = readFileSync(join(root, "src/flows/purge.rs"), "utf8");
  const number = (pattern) => Number(source.match(pattern)[1].replaceAll("_", ""));
  const { stated } = modelOf({ counts });
  assert.equal(stated.databaseBytes, number(/DATABASE_BYTES: u64 = ([\d_]+);/));
  assert.equal(stated.fillingBytes, (stated.databaseBytes * number(/FILLING_PERCENT: u64 = (\d+);/)) / 100);
  assert.equal(stated.purgeUse, number(/WORKS: Duration = seconds\((\d+)\)/) / 60);
  const limits = readFileSync(join(root, "src/rules/limits.rs"), "utf8");
  const limit = (name) => Number(limits.match(new RegExp(`${name}: u\\d+ = ([\\d_]+);`))[1].replaceAll("_", ""));
  assert.equal(stated.keyedADay, limit("KEYED_REQUESTS_A_DAY"));
  assert.equal(stated.rowsAnObject, limit("ARCHIVED_TOGETHER"));
  const run = readFileSync(join(root, "src/flows/run.rs"), "utf8");
  const ofARun = (name) => Number(run.match(new RegExp(`const ${name}: usize = ([\\d_]+);`))[1].replaceAll("_", ""));
  assert.equal(stated.statementsAMove, ofARun("STATEMENTS"));
  assert.equal(stated.statementsToFreeze, ofARun("FREEZES_WITH"));
  assert.equal(stated.queriesAnInvocation, ofARun("OF_AN_INVOCATION"));
  const taking = readFileSync(join(root, "src/flows/idempotency.rs"), "utf8");
  assert.match(taking, /\("POST", "\/v1\/user\/refresh"\)/);
  assert.match(readFileSync(join(root, "clients/typescript/src/calls.ts"), "utf8"), /"POST \/v1\/user\/refresh"/);
});

// --- the day --------------------------------------------------------------------------------------

test("a day's curve is one day, and peaks as high as it is told, in the evening", () => {
  for (const peak of [2, 4, 6]) {
    const curve = dayCurve(peak);
    assert.equal(curve.length, MINUTES);
    close(curve.reduce((sum, part) => sum + part, 0), 1);
    close(peakOf(curve), peak, 1e-6);
    assert.equal(curve.indexOf(Math.max(...curve)), 20 * 60);
  }
});

test("counts are drawn around what is expected, as far apart as Poisson's, and the same from a seed", () => {
  const random = new Random(7);
  for (const expected of [0.2, 5, 29, 31, 4000]) {
    const all = Array.from({ length: 20_000 }, () => drawn(expected, random));
    const mean = all.reduce((sum, one) => sum + one, 0) / all.length;
    const variance = all.reduce((sum, one) => sum + (one - mean) ** 2, 0) / all.length;
    close(mean, expected, 0.03);
    close(variance, expected, 0.06);
    assert.ok(all.every((one) => Number.isInteger(one) && one >= 0));
  }
  assert.equal(drawn(0, random), 0);
  const again = () => Array.from({ length: 50 }, ((draws) => () => drawn(40, draws))(new Random(3)));
  assert.deepEqual(again(), again());
});

test("partners' sizes are Zipf's and all of the users", () => {
  const all = sizes(1000, 50, 1);
  close(all.reduce((sum, users) => sum + users, 0), 1000);
  close(all[0] / all[9], 10);
});

test("everybody lives in one home of their region, and no shard is larger than a home takes", () => {
  const world = new World(modelOf({ counts }), { profile: "D", daily: 3e6, partners: 60 });
  const homes = world.place([5, 6, 7]);
  close(homes.reduce((sum, { users }) => sum + users, 0), 3e6);
  for (const { zones, users } of homes) close([...zones.values()].reduce((sum, of) => sum + of, 0), users);
  for (const { region, zones } of homes) {
    for (const zone of zones.keys()) assert.ok(String(zone) in assumptions.simulation.regions[region].zones);
  }
  assert.ok(world.tooLarge.length > 0);
  for (const { users } of world.pieces) assert.ok(users <= world.splitAt);
  const whole = new World(modelOf({ counts }), { profile: "D", daily: 3e6, partners: 60, split: false });
  assert.equal(whole.pieces.length, 60);
});

test("a partner that is not split has a home of its own, and the others share the fewest that hold", () => {
  const asked = { profile: "D", daily: 3e6, partners: 60, split: false };
  const found = scenario(modelOf({ counts }), asked);
  const { world, homes } = found;
  const alone = homes.filter(({ isAlone }) => isAlone);
  assert.deepEqual(alone.map(({ users }) => users).sort((a, b) => b - a), world.tooLarge.map(({ users }) => users));
  for (const { pieces } of alone) assert.equal(pieces, 1);
  assert.ok(found.peaks.most > 0.6 && world.holds(homes));
  for (const { isAlone, peak } of homes) assert.ok(isAlone || peak <= 0.6);
  found.byRegion.forEach((of, region) => {
    const fewer = found.byRegion.map((count, n) => (n === region ? count - 1 : count));
    if (of > 1) assert.ok(!world.holds(world.day(world.place(fewer))), `${fewer} hold too`);
  });
});

test("the largest partner fits a home that it keeps busy for all of its time, or fills, and no further", () => {
  const model = modelOf({ counts });
  const { use, fillingBytes, databaseBytes } = model.stated;
  const of = (peak, bytes) => {
    const world = { model, profile: "D", bytes: 1, partners: [{ users: 1 }, { users: 2e5 }, { users: 1e9 }] };
    return { world, largest: { peak, users: bytes } };
  };
  assert.deepEqual(fitsWhole(of(use, fillingBytes)), { fits: true, past: [] });
  assert.deepEqual(fitsWhole(of(1, databaseBytes)), { fits: true, past: ["busy", "filling"] });
  assert.equal(fitsWhole(of(1.01, 1)).fits, false);
  assert.equal(fitsWhole(of(0.1, databaseBytes + 1)).fits, false);
  assert.equal(withoutHome(of(1, 1)), 1);
});

test("a time zone peaks at its own evening", () => {
  const world = new World(modelOf({ counts }), { profile: "D", daily: 1e6, partners: 30 });
  for (const zone of [-8, 0, 5.5]) {
    const { load, peak } = world.alone({ region: 0, zone, users: 1e6 });
    const hours = Math.abs(load.indexOf(peak) / 60 - ((20 - zone) % 24));
    assert.ok(hours < 0.5, `${zone}: ${hours} away`);
  }
});

test("the fewest homes hold, one fewer in a region does not, and a seed gives them again", () => {
  const asked = { profile: "D", daily: 2e6, partners: 400 };
  const found = scenario(modelOf({ counts }), asked);
  assert.ok(found.world.holds(found.homes));
  assert.deepEqual(scenario(modelOf({ counts }), asked).peaks, found.peaks);
  found.byRegion.forEach((of, region) => {
    const fewer = found.byRegion.map((count, n) => (n === region ? count - 1 : count));
    if (of > 1) assert.ok(!found.world.holds(found.world.day(found.world.place(fewer))), `${fewer} hold too`);
  });
  close(found.homes.reduce((sum, { calls }) => sum + calls, 0), 2e6 * 40.1, 0.01);
});

test("a home that is asked for more than its thread has does the thread's work and refuses the rest", () => {
  const model = modelOf({ counts }, { changed: { queueMs: 0 } });
  const found = scenario(model, { profile: "D", daily: 4e6, partners: 30 });
  assert.equal(found.refused, 0);
  const few = withHomes(found, 3);
  assert.equal(few.homes.length, 3);
  const excess = few.homes.map(({ load }) => load.reduce((sum, part) => sum + Math.max(0, part - 1), 0) / load.reduce((sum, part) => sum + part, 0));
  few.homes.forEach(({ refused }, n) => close(refused, excess[n]));
  assert.ok(few.refused > 0);
  // What waits for a while is done when there is room.
  const patient = withHomes(scenario(modelOf({ counts }, { changed: { queueMs: 1e12 } }), { profile: "D", daily: 4e6, partners: 30 }), 3);
  assert.equal(patient.refused, 0);
});
