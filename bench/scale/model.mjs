// What users of a profile take of a home and of the bill: what was counted (results.json) times how often they call.
//
//   const model = new Model({ counts, prices, assumptions, cpuMs });
//   model.daily("D")      of one daily user and day: calls, milliseconds of D1, bytes, dollars
//   model.capacity("D")   of one home
import { auditRows, DAYS_A_MONTH, leaves, rowsLater } from "../cost.mjs";

const DAY_MS = 86_400_000;
const MESSAGES = ["login", "login, first"];
/** A call with an Idempotency-Key; of them only one was counted, and the others have as much more. */
const KEYED = ", keyed";
const COUNTED_KEYED = "refresh";
const plain = (name) => name.replace(KEYED, "");
/** How the bytes of D1 are shown: what stays with a person, what is evidence, what passes. */
const GROUPS = { audit: "audit log", sessions: "sessions", idempotent_requests: "kept answers", answers: "codes and messages", challenges: "codes and messages", sends: "codes and messages" };
export const PARTS = ["D1 rows", "D1 storage", "KV", "requests", "CPU", "logs", "R2"];

export class Model {
  /** `cpuMs(name)`: milliseconds of CPU of a call, if they were measured. `changed`: other values than those stated. */
  constructor({ counts, prices, assumptions, cpuMs = () => undefined, changed = {}, auditDays = prices.kept.audit.archivedDays }) {
    Object.assign(this, { prices, assumptions, cpuMs, auditDays });
    this.counts = withKeys(counts, assumptions.keyed);
    this.stated = Object.fromEntries(Object.entries(assumptions.stated).map(([name, { value }]) => [name, changed[name] ?? value]));
    this.byName = new Map(this.counts.calls.map((call) => [call.name, call]));
  }

  #call(name) {
    const call = this.byName.get(name);
    if (!call) throw new Error(`'${name}' was not counted`);
    return call;
  }

  profile(name) {
    const profile = this.assumptions.profiles[name];
    if (!profile) throw new Error(`there is no profile '${name}', but ${Object.keys(this.assumptions.profiles).join(" and ")}`);
    return profile;
  }

  /** Calls of one daily user a day, by name; who is registered and stays away has a part in them. */
  calls(profileName) {
    const { activeShare, perActiveDay, perMonth, keyed } = this.profile(profileName);
    const { once, keyed: takeKeys } = this.assumptions;
    const ofRegistered = (count) => count / activeShare;
    const calls = {
      ...perActiveDay,
      ...Object.fromEntries(Object.entries(perMonth).map(([name, count]) => [name, ofRegistered(count / DAYS_A_MONTH)])),
      ...Object.fromEntries(once.calls.map((name) => [name, ofRegistered(1 / once.days)])),
    };
    const named = (name) => (keyed && takeKeys.includes(name) ? `${name}${KEYED}` : name);
    return Object.fromEntries(Object.entries(calls).map(([name, count]) => [named(name), count]));
  }

  registered(profileName, daily) {
    return daily / this.profile(profileName).activeShare;
  }

  /** Milliseconds of the home's thread that a call takes, the deletes of what it leaves included. */
  d1Ms(name) {
    const { roundTrips, writeTrips } = this.#call(name);
    const { writeTripMs, readTripMs, deletedRowMs } = this.stated;
    return writeTrips * writeTripMs + (roundTrips - writeTrips) * readTripMs + rowsLater(this.counts, name) * deletedRowMs;
  }

  /** Days that a row of a table stays in D1. */
  #daysOf(table) {
    return table === "audit" ? this.auditDays : this.prices.kept[table].days;
  }

  /** Bytes in D1 that a call leaves, each table's times the days it stays, after so many days of calls. */
  #byteDays(name, after, counted = (byTable) => byTable) {
    const left = leaves(this.counts, name).map(({ table, bytes }) => [table, bytes * Math.min(after, this.#daysOf(table))]);
    return counted(left);
  }

  /** Bytes in D1 and in the archive of one daily user who has been there for so many days, by what they are. */
  bytes(profileName, after = Infinity) {
    const groups = { people: 0, "audit log": 0, sessions: 0, "codes and messages": 0, "kept answers": 0 };
    let archive = 0;
    const keptDays = this.prices.kept.audit.days;
    for (const [name, times] of Object.entries(this.calls(profileName))) {
      // Whoever is there had signed up before.
      const since = this.assumptions.once.calls.includes(plain(name)) ? Infinity : after;
      for (const [table, byteDays] of this.#byteDays(name, since)) groups[GROUPS[table] ?? "people"] += times * byteDays;
      const archivedDays = Math.max(0, Math.min(after, keptDays) - this.auditDays);
      archive += times * auditRows(this.counts, name) * this.stated.archivedRowBytes * archivedDays;
    }
    const d1 = Object.values(groups).reduce((sum, bytes) => sum + bytes, 0);
    return { groups, d1, archive };
  }

  /** Dollars a call, by part. */
  dollarsOf(name) {
    const call = this.#call(name);
    const { perMillion, gigabyteMonth, kept } = this.prices;
    const price = Object.fromEntries(Object.entries(perMillion).map(([what, { price: dollars }]) => [what, dollars / 1e6]));
    const later = rowsLater(this.counts, name);
    const archived = this.auditDays < kept.audit.days ? auditRows(this.counts, name) : 0;
    const read = call.rowsRead + archived * this.stated.archivedRowReads;
    const gbMonths = (byteDays) => byteDays / 1e9 / DAYS_A_MONTH;
    const d1 = this.#byteDays(name, Infinity, (left) => left.reduce((sum, [, byteDays]) => sum + byteDays, 0));
    const r2 = call.r2Bytes * kept.ledger.days + archived * this.stated.archivedRowBytes * (kept.audit.days - this.auditDays);
    return {
      "D1 rows": read * price.rowRead + (call.rowsWritten + later) * price.rowWritten,
      "D1 storage": gbMonths(d1) * gigabyteMonth.d1.price,
      KV: call.kvReads * price.kvRead + (call.kvPuts + call.kvDeletes) * price.kvWrite + gbMonths(call.kvByteSeconds / 86_400) * gigabyteMonth.kv.price,
      requests: price.request,
      CPU: (this.cpuMs(plain(name)) ?? call.ms) * price.cpuMs,
      logs: call.logLines * price.logLine + call.dataPoints * price.dataPoint,
      R2: (call.r2Writes + archived / this.stated.rowsAnObject) * price.r2Write + call.r2Reads * price.r2Read + gbMonths(r2) * gigabyteMonth.r2.price,
    };
  }

  /** Dollars a month of so many daily users, text messages apart. Of the archive, each partner has an object a day that is not full. */
  dollars(profileName, daily, { partners = 0 } = {}) {
    const parts = Object.fromEntries(PARTS.map((part) => [part, 0]));
    for (const [name, times] of Object.entries(this.calls(profileName))) {
      for (const [part, dollars] of Object.entries(this.dollarsOf(name))) parts[part] += dollars * times * daily * DAYS_A_MONTH;
    }
    const objects = this.auditDays < this.prices.kept.audit.days ? partners : 0;
    parts.R2 += (objects * DAYS_A_MONTH * this.prices.perMillion.r2Write.price) / 1e6;
    const sum = Object.values(parts).reduce((total, part) => total + part, 0);
    return { parts, sum, messages: this.messages(profileName, daily) * this.stated.smsPrice };
  }

  /** Text messages a month. */
  messages(profileName, daily) {
    return this.#loginsADay(profileName) * daily * DAYS_A_MONTH;
  }

  /** Milliseconds of D1 a day of one daily user. */
  d1MsADay(profileName) {
    return Object.entries(this.calls(profileName)).reduce((sum, [name, times]) => sum + times * this.d1Ms(name), 0);
  }

  /** Logins a second of so many daily users at the peak minute of one time zone. */
  loginsAtPeak(profileName, daily) {
    return (this.#loginsADay(profileName) * daily * this.stated.peakOverMean) / (DAY_MS / 1000);
  }

  #loginsADay(profileName) {
    const calls = Object.entries(this.calls(profileName));
    return calls.filter(([name]) => MESSAGES.includes(plain(name))).reduce((sum, [, times]) => sum + times, 0);
  }

  /** Requests with a key of one daily user and day. */
  keyedADay(profileName) {
    const calls = Object.entries(this.calls(profileName));
    return calls.filter(([name]) => name.endsWith(KEYED)).reduce((sum, [, times]) => sum + times, 0);
  }

  /** Logins with their codes a second, were a home asked for nothing else. */
  loginsAlone(keyed = false) {
    const ms = ["login", "code"].map((name) => this.d1Ms(keyed ? `${name}${KEYED}` : name));
    return (this.stated.use * 1000) / (ms[0] + ms[1]);
  }

  /** Logins with their codes a second whose rows the purge can delete in its part of the thread. */
  loginsPurged() {
    const rows = rowsLater(this.counts, "login") + rowsLater(this.counts, "code");
    return (this.stated.purgeUse * 1000) / (rows * this.stated.deletedRowMs);
  }

  /** Daily users that one home holds: by its thread where all are in one time zone, by 6 GB and by all of its 10. */
  capacity(profileName) {
    const { use, peakOverMean, fillingBytes, databaseBytes } = this.stated;
    const byTime = (use * DAY_MS) / peakOverMean / this.d1MsADay(profileName);
    const { d1 } = this.bytes(profileName);
    const [byFilling, byStorage] = [fillingBytes / d1, databaseBytes / d1];
    return { byTime, byFilling, byStorage, first: byTime < byFilling ? "time" : "storage", daily: Math.min(byTime, byFilling) };
  }

  /** Milliseconds that a call waits for the thread, in the mean, where it is busy for this part of the time (Pollaczek-Khinchine). */
  waitMs(profileName, busy) {
    const { writeTripMs, readTripMs } = this.stated;
    let [trips, time, squares] = [0, 0, 0];
    for (const [name, times] of Object.entries(this.calls(profileName))) {
      const { roundTrips, writeTrips } = this.#call(name);
      for (const [count, ms] of [[writeTrips, writeTripMs], [roundTrips - writeTrips, readTripMs]]) {
        trips += times * count;
        time += times * count * ms;
        squares += times * count * ms * ms;
      }
    }
    const rate = busy / (time / trips);
    return (rate * (squares / trips)) / (2 * (1 - busy));
  }
}

/** The counts, and of each call that takes a key what it is with one, where that was not counted itself. */
function withKeys(counts, takeKeys) {
  const find = (name) => counts.calls.find((call) => call.name === name);
  const [without, keyed] = [find(COUNTED_KEYED), find(`${COUNTED_KEYED}${KEYED}`)];
  if (!without || !keyed) return counts;
  const missing = takeKeys.map(find).filter((call) => call && !find(`${call.name}${KEYED}`));
  const added = missing.map((call) => {
    const sums = Object.entries(call).map(([what, value]) => [what, typeof value === "number" ? value + keyed[what] - without[what] : value]);
    // What is read from the partner's settings once in a while may be less by chance.
    const counted = Object.fromEntries(sums.map(([what, value]) => [what, typeof value === "number" ? Math.max(0, value) : value]));
    return { ...counted, name: `${call.name}${KEYED}`, tables: { ...call.tables, ...keyed.tables } };
  });
  return { ...counts, calls: [...counts.calls, ...added] };
}
