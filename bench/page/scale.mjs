// docs/scale.md: what homes hold and cost, of what was counted and of what is stated. No figure stands in here.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DAYS_A_MONTH, measuredAs, prices } from "../cost.mjs";
import { bars, lines } from "../plots.mjs";
import { PARTS } from "../scale/model.mjs";
import { assumptions, fitsWhole, modelOf, scenario, withHomes, withoutHome } from "../scale/scenarios.mjs";
import { readStatements } from "../scale/statements.mjs";
import { dollars, filled, number, table } from "./text.mjs";

const folder = join(import.meta.dirname, "../scale");
const PROFILES = Object.keys(assumptions.profiles);
/** Of what is refused with too few homes. */
const FEWER = [1, 0.75, 0.5, 0.33];
const WRITE_MS = [1, 3, 10];
const BUSY = [0.3, 0.6, 0.8, 0.9, 0.95];
const DAYS = [1, 7, 30, 90, 365, 730];
const TEN_MINUTES = 10;

const count = (value) => Math.round(value).toLocaleString("en");
/** Three digits of a figure that has no more. */
const about = (value) => Number(value.toPrecision(3)).toLocaleString("en");
const percent = (part) => `${number(100 * part)} %`;
const gigabytes = (bytes) => `${about(bytes / 1e9)} GB`;
/** "a, b or c". */
const either = (all, word = "or") => (all.length < 2 ? all.join("") : `${all.slice(0, -1).join(", ")} ${word} ${all.at(-1)}`);
const millions = (value) => `${number(value / 1e6)} M`;

/** `given`: what page.mjs knows, and how a plot is kept. */
export function scale(given, plot) {
  const { results, figures: measured } = given;
  const cpuMs = (name) => measured.cpuMs(measuredAs(name));
  const make = (options) => modelOf({ counts: results.counts, cpuMs }, options);
  const model = make();
  const runs = PROFILES.flatMap((profile) => assumptions.simulation.sizes.map((size) => ({ profile, ...size })));
  const all = runs.map((run) => {
    const found = scenario(model, run);
    // Each partner whole, where there is a home for the largest.
    return { ...found, whole: fitsWhole(found).fits ? scenario(model, { ...run, split: false }) : undefined };
  });
  const parts = { results, model, make, all, plot };
  const sections = [head, capacity, taken, oneHome, manyHomes, bill, signs, figures].map((section) => section(parts));
  return `${[...sections, nextStep(parts)].map(filled).join("\n\n")}\n`;
}

function head({ results: { counts } }) {
  return `# Scale

What one home (a D1 database with its partners) holds, what many hold, what that costs a month, and the figures at which the
next step is due. Rows, bytes, round trips and calls of KV and R2 are those that were counted on ${counts.date}
([what a call reads and writes](performance.md#what-a-call-reads-and-writes)), dollars are public prices (\`bench/prices.json\`), and
what is neither stands in [what is taken for given](#what-is-taken-for-given) (\`bench/scale/assumptions.json\`). This page is made
of these three files, and \`make scale\` makes it anew; \`make scale ARGS=--help\` says how to try other figures. **No figure here was
measured on Cloudflare's machines: the milliseconds of D1 are the one assumption that everything by time hangs on, so measure yours first.**`;
}

// --- the capacity table --------------------------------------------------------------------------

function capacity({ model, all }) {
  const one = PROFILES.map((profile) => {
    const { daily } = model.capacity(profile);
    const { d1, archive } = model.bytes(profile);
    const bill = model.dollars(profile, daily);
    const logins = model.loginsAtPeak(profile, daily);
    return row({ profile, homes: 1, today: 1, daily, registered: model.registered(profile, daily), logins, bytes: { d1: d1 * daily, archive: archive * daily }, bill });
  });
  const many = all.map((found) => row({ ...found, homes: found.homes.length, today: found.whole?.homes.length, bill: found.dollars }));
  return `## Capacity

${table(["profile", "homes, partners split", "homes today", "daily users", "registered", "logins a second, at the peak", "D1", "archive in R2", "dollars a month", "dollars a month for 1,000 daily users", "text messages, dollars a month"], [...one, ...many])}

**"Homes, partners split" counts on a partner that is too large for one home being divided over several, which is [on
paper](#the-next-step-on-paper) and not built.** "Homes today" is with each partner whole, and "none" where there is no home for the
largest ([below](#today-each-partner-whole)); what it all costs is the same. The first ${PROFILES.length} rows are one home at its limit with everybody in one time zone; in the others [a simulation](#many-homes) found the fewest homes
that hold. A daily user is somebody who comes on a day, whoever has an account is registered. Dollars are before what the plan includes, and
without text messages, which have the last column. As the service is, one partner has room for the keys of ${keyedPartner(model)} daily users alone
([below](#the-figures-at-which-the-next-step-is-needed)); the rows are what it would be with that raised.

${today({ model, all })}`;
}

function today({ model, all }) {
  const { stated } = model;
  const marks = { busy: percent(stated.use), filling: gigabytes(stated.fillingBytes) };
  const rows = all.map((found) => {
    const { largest, world, whole } = found;
    const { fits, past } = fitsWhole(found);
    const answer = fits ? ["yes", ...past.map((mark) => `past ${marks[mark]}`)].join(", ") : "**no**";
    return [
      found.profile, millions(found.daily), whole ? count(whole.homes.length) : "none", about(largest.users), percent(largest.peak),
      gigabytes(largest.users * world.bytes), answer, count(withoutHome(found)),
    ];
  });
  return `### Today: each partner whole

A partner lives in one home, and one that takes more than ${percent(assumptions.simulation.splitAt)} of what a home holds has that home to itself; the others share the fewest that hold. So
the largest partner (${percent(sharesOfLargest(all).least)} to ${percent(sharesOfLargest(all).most)} of all, in these worlds) says whether it fits: its home can be busy for no more than all of its peak minute, nor be larger than ${gigabytes(stated.databaseBytes)}. Past
${marks.busy} or ${marks.filling}, the marks of the other homes, it still runs, and there is nowhere to move it to when it grows on.

${table(["profile", "daily users", "homes today", "of the largest partner", "its home's busiest minute", "its home", "fits", "partners without a home"], rows, (column) => column === 0 || column === 6)}`;
}

function sharesOfLargest(all) {
  const shares = all.map(({ largest, daily }) => largest.users / daily);
  return { least: Math.min(...shares), most: Math.max(...shares) };
}

function row({ profile, homes, today: whole, daily, registered, logins, bytes, bill }) {
  return [
    `${profile}, ${assumptions.profiles[profile].who}`, count(homes), whole ? count(whole) : "none", about(daily), about(registered), number(logins), gigabytes(bytes.d1), gigabytes(bytes.archive),
    dollars(bill.sum), dollars((1000 * bill.sum) / daily), dollars(bill.messages),
  ];
}

// --- what is taken for given ---------------------------------------------------------------------

function taken({ results: { counts } }) {
  const { once, profiles, stated } = assumptions;
  const people = Object.entries(profiles).map(([name, { who, activeShare, perActiveDay, perMonth }]) => [
    `**${name}**`, who, percent(activeShare), ...["refresh", "me, verified"].map((call) => number(perActiveDay[call])), number(perMonth.login),
  ]);
  const rows = Object.values(stated).map(({ value, unit, what, kind, source, again }) => [what, shown(value, unit), kind, source || "-", again || "-"]);
  return `## What is taken for given

${table(["profile", "who", "of days there", "refreshes on such a day", "\`me\` on such a day", "logins with code a month, of each who is registered"], people, (column) => column < 2)}

Of all, each account is made once and stays ${number(once.days / 365)} years: ${once.calls.map((call) => `"${call}"`).join(", ")} are a ${once.days}th a day.
"Keys": each call that takes an \`Idempotency-Key\` is sent with one, the refresh too, **as the client for TypeScript does**; what that adds was
counted of a refresh and is the same of each. Client tokens and introspections are left out, and wrong passwords and codes are few. ${count(counts.users)} calls
of each kind were counted, on one home.

${table(["what", "value", "kind", "from", "how to measure it again"], rows, (column) => column !== 1)}

"Chosen" is a policy; "assumed" is a guess with a reason, and the first to measure; "measured" was, here; "platform" is Cloudflare's
word and "code" this service's. How much of it is D1's own time your account says: \`wrangler d1 insights gatehouse --env $ENV --sort-by time\`
for each database, or "Metrics" of the database in the dashboard. From the data points, for all homes together and with the way there in it:

\`\`\`sql
SELECT toStartOfInterval(timestamp, INTERVAL '1' MINUTE) AS minute, SUM(_sample_interval) / 60 AS calls_a_second,
       SUM(double5 * _sample_interval) / SUM(double4 * _sample_interval) AS ms_a_trip
FROM gatehouse_requests
WHERE timestamp > NOW() - INTERVAL '7' DAY GROUP BY minute ORDER BY calls_a_second DESC LIMIT 10
\`\`\``;
}

function shown(value, unit) {
  if (unit === "dollars") return dollars(value);
  if (unit === "bytes" && value >= 1e9) return gigabytes(value);
  return [unit === "" && value < 1 ? percent(value) : value.toLocaleString("en"), unit].filter(Boolean).join(" ");
}

// --- one home ------------------------------------------------------------------------------------

function oneHome({ model, make, plot }) {
  const everything = make({ auditDays: prices.kept.audit.days });
  const held = PROFILES.map((profile) => {
    const { byTime, byFilling, byStorage, first } = model.capacity(profile);
    const today = everything.capacity(profile);
    const kilobytes = (bytes) => `${number(bytes / 1000)} KB`;
    return [
      profile, number(model.d1MsADay(profile)), kilobytes(model.bytes(profile).d1), about(byTime), about(byFilling), about(byStorage), `**${first}**`,
      kilobytes(everything.bytes(profile).d1), about(today.byFilling),
    ];
  });
  const sensitive = WRITE_MS.map((ms) => {
    const changed = make({ changed: { writeTripMs: ms } });
    return [`${ms} ms`, ...PROFILES.map((profile) => about(changed.capacity(profile).byTime)), number(changed.loginsAlone())];
  });
  const waits = BUSY.map((busy) => [percent(busy), ...PROFILES.map((profile) => `${number(model.waitMs(profile, busy))} ms`)]);
  const { stated } = model;
  return `## One home

Daily users that one home holds: by its one thread, which is to be busy for ${percent(stated.use)} of the peak minute at most; by the ${gigabytes(stated.fillingBytes)} from where on it
says \`database.filling\`; by all of its ${gigabytes(stated.databaseBytes)}. The limit is what comes first of the first two. D1 keeps ${model.auditDays} days of the audit log
here, and older rows lie in the archive; the last two columns are what it is without one, with ${number(prices.kept.audit.days / 365)} years in D1.

${table(["profile", "ms of D1 a daily user and day", "bytes a daily user", "by time", `by ${gigabytes(stated.fillingBytes)}`, `by ${gigabytes(stated.databaseBytes)}`, "first", "bytes without an archive", `by ${gigabytes(stated.fillingBytes)} then`], held)}

A home that was asked for nothing but logins and their codes would take ${number(model.loginsAlone())} a second, with keys ${number(model.loginsAlone(true))}; the purge, which may take ${percent(stated.purgeUse)} of the thread,
keeps up with the rows of ${number(model.loginsPurged())}. Whoever is registered takes ${number(model.bytes(PROFILES[0]).groups.people / model.registered(PROFILES[0], 1) / 1000)} KB for as long as
the account stays; the rest passes, and stands still once the oldest kind of row is being deleted. A day of kept answers of requests with a key takes
${PROFILES.filter((profile) => model.keyedADay(profile) > 0).map((profile) => `${number(model.bytes(profile).groups["kept answers"] / 1000)} KB of a daily user of ${profile}`).join(", ")}.

${plot("storage", "Bytes of a thousand daily users, by days since they came", storagePlot(model, everything))}

If a write takes another time than the ${stated.writeTripMs} ms that are assumed, daily users by time:

${table(["a round trip that writes", ...PROFILES, "logins with codes a second, alone"], sensitive)}

Why ${percent(stated.use)}: how long a call waits for the thread in the mean, by how busy it is (one server, calls at random: Pollaczek and Khinchine).

${table(["busy", ...PROFILES], waits)}`;
}

function storagePlot(model, everything) {
  const groups = Object.keys(model.bytes(PROFILES[0]).groups);
  const series = Object.fromEntries([...groups, "archive, in R2"].map((name, n) => [name, n]));
  const line = (label, of, profile, day) => {
    const { groups: bytes, d1, archive } = of.bytes(profile, day);
    const segments = [...groups.map((name) => [name, bytes[name]]), ["archive, in R2", archive]];
    return { label, segments: segments.map(([name, value]) => ({ series: name, value: value / 1000 })), text: number((d1 + archive) / 1000) };
  };
  const ofProfile = (profile) => [
    ...DAYS.map((day) => line(`${profile}, day ${day}`, model, profile, day)),
    line(`${profile}, no archive`, everything, profile, Infinity),
  ];
  return bars({ title: "Bytes of a thousand daily users, by days since they came", unit: "MB of a thousand daily users", series, lines: PROFILES.flatMap(ofProfile) });
}

// --- many homes ----------------------------------------------------------------------------------

function manyHomes({ model, make, all, plot }) {
  const { simulation } = assumptions;
  const { stated } = model;
  const rows = all.map((found) => [
    found.profile, millions(found.daily), count(found.world.partners.length), `**${count(found.homes.length)}**`, found.byRegion.map(count).join(", "),
    percent(found.peaks.least), percent(found.peaks.middle), percent(found.peaks.most), gigabytes(found.bytes.most),
  ]);
  const large = all.map((found) => {
    const { users, peak, refused, shards } = found.largest;
    return [found.profile, millions(found.daily), about(users), percent(peak), gigabytes(users * found.world.bytes), percent(refused), count(found.tooLarge), count(shards)];
  });
  const middle = all.find(({ profile, daily }) => profile === PROFILES[0] && daily === simulation.sizes[1].daily);
  const fewer = FEWER.map((part) => withHomes(middle, Math.round(middle.homes.length * part)));
  const lower = WRITE_MS.map((ms) => [`${ms} ms`, count(scenario(make({ changed: { writeTripMs: ms } }), { profile: middle.profile, ...simulation.sizes[1] }).homes.length)]);
  const regions = simulation.regions.map(({ name, share }) => `${name} ${percent(share)}`);
  return `## Many homes

\`bench/scale/\` replays a day, minute by minute. Partners have sizes by Zipf: the nth has an nth of the first's users. Each is of one region
(${regions.join(", ")}) and of one time zone in it, whose people follow a curve of the day that peaks in the evening at ${stated.peakOverMean} times its mean. A
partner that takes more than ${percent(simulation.splitAt)} of what a home holds is split into equal shards ([the next step](#the-next-step-on-paper)). The largest goes first, each onto the home of
its region with the fewest daily users. Each minute's calls of each kind are drawn (Poisson, from a seed), each takes the time of its
round trips, and the fewest homes are looked for with which none is busier than ${percent(stated.use)} in its busiest minute, nor larger than ${gigabytes(stated.fillingBytes)}.

${table(["profile", "daily users", "partners", "homes", simulation.regions.map(({ name }) => name).join("; "), "busiest minute: least", "middle", "most", "largest home"], rows)}

${notFull(all)}${plot("load", "How busy the busiest home of each region is over a day", loadPlot(middle, stated))}

${plot("homes", "The busiest minute of homes", peaksPlot(all, stated))}

The largest partner alone, on a home of its own and not split; what it asks for above all of the thread waits, and is refused once
${number(stated.queueMs / 1000)} seconds of work wait. Over 100 % at its peak or ${gigabytes(stated.databaseBytes)}, there is no home for it:

${table(["profile", "daily users", "of the largest partner", "its busiest minute", "its bytes", "refused in a day", "partners to split", "shards of the largest"], large)}

${millions(middle.daily)} daily users (${middle.profile}) on fewer homes than it takes, were nobody to try again (who is refused does, so it is worse):

${table(["homes", "busiest minute", "homes that refuse", "of all work, refused"], fewer.map((found) => [count(found.homes.length), percent(found.peaks.most), count(found.over), percent(found.refused)]))}

And by the time that a write takes:

${table(["a round trip that writes", "homes"], lower)}`;
}

/** Why few homes are not as busy as they may be. */
function notFull([{ profile, daily, world, byRegion, peaks }]) {
  if (byRegion.some((of) => of < 2)) return "";
  const fewer = world.day(world.place(byRegion.map((of) => of - 1)));
  const most = world.regions.map((_, region) => Math.max(...fewer.filter((home) => home.region === region).map(({ peak }) => peak)));
  return `Few homes have room left: ${profile} with ${millions(daily)} has ${either(byRegion, "and")} in its ${world.regions.length} regions and none busier than ${percent(peaks.most)}, since with one fewer
in a region one there would be busy for ${percent(Math.min(...most))} or more.\n\n`;
}

function loadPlot({ world, homes }, { use }) {
  const values = Object.fromEntries(world.regions.map((name, region) => {
    const busiest = homes.filter((home) => home.region === region).reduce((most, home) => (home.peak > most.peak ? home : most));
    return [name, tens(busiest.load)];
  }));
  return lines({
    title: "How busy the busiest home of each region is over a day",
    unit: `hour, UTC; percent of the home's thread in the busiest of ${TEN_MINUTES} minutes`,
    series: Object.fromEntries(world.regions.map((name, n) => [name, n])), values, limit: { value: 100 * use, text: percent(use) },
  });
}

function tens(load) {
  const most = Array.from({ length: load.length / TEN_MINUTES }, (_, n) => 100 * Math.max(...load.slice(n * TEN_MINUTES, (n + 1) * TEN_MINUTES)));
  return [...most, most[0]];
}

function peaksPlot(all, { use }) {
  const lines = all.map(({ profile, daily, homes, peaks }) => ({
    label: `${profile}, ${millions(daily)}: ${count(homes.length)}`, segments: [{ series: profile, value: 100 * peaks.middle }],
    low: 100 * peaks.least, high: 100 * peaks.most, text: percent(peaks.middle),
  }));
  return bars({
    title: "The busiest minute of homes", unit: `percent of a home's thread, which may be ${percent(use)}: the middle one of so many homes, and as a line the least and the most`,
    series: Object.fromEntries(PROFILES.map((profile, n) => [profile, n])), lines,
  });
}

// --- dollars -------------------------------------------------------------------------------------

function bill({ model, make, all, plot }) {
  const everything = make({ auditDays: prices.kept.audit.days });
  const thousand = PROFILES.map((profile) => model.dollars(profile, 1000));
  const without = PROFILES.map((profile) => everything.dollars(profile, 1000));
  const rows = PARTS.map((part) => [part, ...thousand.map(({ parts }) => dollars(parts[part])), ...without.map(({ parts }) => dollars(parts[part]))]);
  const sums = [...thousand, ...without];
  const lines = [[model, "archive"], [everything, "all in D1"]].flatMap(([of, how]) => PROFILES.map((profile) => {
    const { parts, sum } = of.dollars(profile, 1000);
    return { label: `${profile}, ${how}`, segments: PARTS.map((part) => ({ series: part, value: parts[part] })), text: dollars(sum) };
  }));
  const svg = bars({ title: "Dollars a month of a thousand daily users", unit: "US dollars a month, text messages apart", series: Object.fromEntries(PARTS.map((part, n) => [part, n])), lines });
  const sizes = all.map(({ profile, daily, homes, dollars: { sum, parts, messages } }) => [
    profile, millions(daily), count(homes.length), ...["D1 rows", "D1 storage", "R2"].map((part) => dollars(parts[part])), dollars(sum), dollars(messages),
  ]);
  return `## Dollars

A month (${DAYS_A_MONTH} days) of a thousand daily users, with ${model.auditDays} days of the audit log in D1 and the rest in the archive, and with all of it in D1.
It is the month of [the page of the measurements](performance.md#100000-daily-users), which leaves out what comes once: sign-ups, KYC and portfolios. Rows are read, written
and deleted; CPU is an upper bound, the whole time that the measured thread took; R2 is the ledger and the archive.

${table(["", ...PROFILES, ...PROFILES.map((profile) => `${profile}, all in D1`)], [...rows, ["**sum**", ...sums.map(({ sum }) => `**${dollars(sum)}**`)], ["text messages, for proportion", ...sums.map(({ messages }) => dollars(messages))]])}

${plot("dollars", "Dollars a month of a thousand daily users, by what they are for", svg)}

A home costs nothing by being there: a database is paid by rows and bytes. So dollars grow with users alone, and with the number of
homes only the reads of the cron: the row that the guard of each batch reads is counted with its call.

${table(["profile", "daily users", "homes", "D1 rows", "D1 storage", "R2", "sum a month", "text messages a month"], sizes)}`;
}

// --- what tells, and at which figures ------------------------------------------------------------

function signs({ model: { stated } }) {
  const grown = (rate) => Math.log(stated.databaseBytes / stated.fillingBytes) / Math.log(1 + rate);
  return `## What tells that it is time

| what | where | what it says |
|---|---|---|
| \`database.filling\` | the log, every minute; \`percent\` of ${gigabytes(stated.databaseBytes)} | by storage: ${gigabytes(stated.fillingBytes)} are taken. With users growing by 10 % a month it is full in ${number(grown(0.1))} months, by 3 % in ${number(grown(0.03))}: no new partners here |
| \`purge.behind\` for hours | the log | more expires than ${percent(stated.purgeUse)} of the thread deletes: this home is past what it holds by time, or D1 is slower than you think |
| busy for ${percent(stated.use)} of its peak minute | D1's metrics of the database, over a week; the query [above](#what-is-taken-for-given) | by time: no new partners here |
| "Answers are slow" with \`d1_ms\` | [alarms](operating.md#alarms), panel "Latency and storage by route" | calls wait for the thread already; the table of waits above says from where on |
| \`failure\` of an overloaded D1 (9002) | the log | the queue is full and calls are refused: a home too few, today |
| a partner's part | \`index1\` (the client) of the data points, grouped as above | which partner is it, and would it fill a home alone |`;
}

function figures({ model, all }) {
  const { stated } = model;
  const { splitAt } = assumptions.simulation;
  const by = (of) => either(PROFILES.map((profile) => `${about(of(profile))} (${profile})`));
  const homesIn = (statements) => Math.floor((statements - stated.statementsARun) / stated.statementsAHome);
  const cron = homesIn(stated.queriesAnInvocation);
  const [quick, moving] = [stated.statementsAMove, stated.statementsToFreeze].map((left) => homesIn(stated.queriesAnInvocation - left));
  const name = "HOME_0001,".length;
  const largest = all.filter(({ bytes }) => bytes.d1 > stated.accountBytes).map(({ profile, daily }) => `${millions(daily)} of ${profile}`);
  return `## The figures at which the next step is needed

| at | what |
|---|---|
| a partner whose people's data has to stay somewhere | a home there: the jurisdiction of a D1 database is said when it is made, and never again |
| a home with ${by((profile) => model.capacity(profile).daily)} daily users: busy for ${percent(stated.use)} of its peak minute, or ${gigabytes(stated.fillingBytes)} | a further home, into which new partners go; or [a partner moves](operating.md#move-a-partner), the largest that another home has room for |
| a partner of ${by((profile) => model.capacity(profile).daily * splitAt)} daily users, ${percent(splitAt)} of a home | a home of its own while there is room; then it has to be split, which is [on paper](#the-next-step-on-paper). Begin when it is half of that |
| ${count(cron)} homes, ${count(moving)} where a partner is to move | the cron goes over all homes in one invocation, which may run ${count(stated.queriesAnInvocation)} statements: ${count(stated.statementsAHome)} for each home, ${count(stated.statementsARun)} besides, and up to ${count(stated.statementsAMove)} of [moves](operating.md#move-a-partner), which come last and have what is left. With more than ${count(quick)} homes that is less, and a move takes longer; with more than ${count(moving)} it is less than the ${count(stated.statementsToFreeze)} without which no partner is frozen. After midnight UTC the archive takes ${count(stated.statementsADay)} more for each partner's day, but for what a move needs; what is left over is the next run's (\`archive.behind\`). With more homes the cron has to take a part of them each minute, or a message a home from a queue. Where homes are busy its runs overlap before that, which does no harm |
| ${count(stated.settingBytes / name)} homes | their names no longer fit into one setting of ${count(stated.settingBytes)} bytes (at ${name} a name) |
| ${gigabytes(stated.accountBytes)} in all: ${by((profile) => stated.accountBytes / model.bytes(profile).d1)} daily users${largest.length ? `, so before ${either(largest, "and")}` : ""} | ask Cloudflare for more; a second account is the other way |
| a partner of ${keyedPartner(model)} daily users | it has had its ${count(stated.keyedADay)} requests with an \`Idempotency-Key\` of the day and is refused (1009) until midnight UTC: a refresh may come without one, since its token is good for ten seconds more (a lost answer is then a login where it takes longer); or raise \`KEYED_REQUESTS_A_DAY\`, which takes a release |
| what the [coarse limits](operating.md#the-coarse-limits) let through of one client | they are set, not grown into: raise \`LIMIT_CLIENT\` and \`LIMIT_USER\` with the partner |`;
}

/** Daily users whose requests with a key are all that a partner has of a day. */
function keyedPartner(model) {
  const keyed = PROFILES.filter((profile) => model.keyedADay(profile) > 0);
  return either(keyed.map((profile) => `${about(model.stated.keyedADay / model.keyedADay(profile))} (${profile})`));
}

// --- the next step -------------------------------------------------------------------------------

/** bench/scale/next-step.md, with the statements of identity.sql and figures by name. */
function nextStep({ model, all }) {
  const { stated } = model;
  const statements = readStatements();
  const [largest] = all.filter(({ profile }) => profile === PROFILES[0]).slice(-1);
  const named = {
    identityPeople: millions(stated.databaseBytes / stated.identityBytes),
    identityBytes: count(stated.identityBytes),
    directoryBusy: percent(directoryBusy(model, largest.largest.users)),
    shardsDaily: either(PROFILES.map((profile) => `${millions(256 * assumptions.simulation.splitAt * model.capacity(profile).daily)} (${profile})`)),
    largestUsers: millions(largest.largest.users),
    largestShards: count(largest.largest.shards),
    objectDollars: dollars(prices.durableObjects.gigabyteMonth.price),
    databaseDollars: dollars(prices.gigabyteMonth.d1.price),
    objectRequests: dollars(prices.durableObjects.request.price),
    objectKilobytes: number(prices.durableObjects.emptyBytes.price / 1000),
  };
  const text = readFileSync(join(folder, "next-step.md"), "utf8").trim();
  return text.replace(/\{\{(sql )?([\w, ]+)\}\}/g, (_, isSql, names) => {
    if (!isSql) return known(named, names);
    return `\`\`\`sql\n${names.split(", ").map((name) => (name === "TABLES" ? known(statements, name) : `-- ${name}\n${known(statements, name)};`)).join("\n\n")}\n\`\`\``;
  });
}

function known(of, name) {
  if (of[name] === undefined) throw new Error(`bench/scale/next-step.md names '${name}', which nobody knows`);
  return of[name];
}

/** How busy an identity directory of so many daily users is at its peak: a look-up a login, and what a sign-up takes. */
function directoryBusy(model, daily) {
  const { writeTripMs, readTripMs, peakOverMean } = model.stated;
  const calls = model.calls(PROFILES[0]);
  const ms = (calls.login + calls["login, first"]) * readTripMs + calls["sign-up"] * 2 * writeTripMs + calls["code, first"] * writeTripMs;
  return (ms * daily * peakOverMean) / 86_400_000;
}
