// The service under test, the same wasm that is deployed, with faults injected between it and
// what it stands on: D1, KV, fetch and the clock.
//
// What a request meets is told by its own headers, so that parallel requests do not share it:
//
//   x-test-faults  [{"op", "nth", "times", "when", "do", ...}]: the nth (from 1) operation named
//                  `op` ("d1", "d1.home" of the home beside the directory, "kv.get", "kv.vouch" for several keys at once, "kv.put",
//                  "kv.delete", "r2.put", "r2.get", "r2.list" of the ledger, "archive.put", "archive.get", "archive.list",
//                  "archive.delete", those of the other home ("archive.home.put"), "fetch", and of what a partner has set "kv.terms", "d1.terms") and the `times` - 1
//                  after it; `when` it is "before" the
//                  operation takes effect or "after". It can
//                    error   reject with `message`
//                    delay   take `ms` longer
//                    pass    have it `ms` later by the request's clock, and nobody wait
//                    hold    wait at the `gate` that it names until that is opened
//                    hang    never come back
//                    cut     end the request there, as if the machine had died: nothing of it
//                            runs on, and the caller gets 599
//                    hang_up take effect as ever, while the caller hangs up: nothing runs on but what
//                            the platform was asked to wait for, and while it is, the request
//                    answer  for fetch: be answered with `status`, `headers`, and `body` or
//                            `bytes` of it; "after" has the provider take the request first
//   x-test-clock   "=1700000000000", what the request believes the time is, or "+60000"
//   x-test-kv      {"edge", "stale"}: reads go through this edge's cache, which keeps values and
//                  misses for `stale` ms. Values live as long as they were given, by the time that
//                  requests believe
//   x-test-event   "scheduled": it is the cron's event that runs, not a request
//   x-test-gate    "reached NAME": nothing runs; it is answered when an operation waits at this gate. "open NAME": that
//                  goes on
//   x-test-memory  "1": say which part of the wasm's memory it worked over. On a service of its own: it
//                  is the memory of all requests
//   x-test-settle  "0": answer at once. Otherwise the answer waits for the work that goes on
//                  after it, and so the trace holds that too
//
// The answer tells in x-test-trace which operations were begun, but for those by which it is found what a partner has
// set, once a minute, whichever call it is that does: they are in x-test-terms; and in x-test-reads which of the trace,
// from 0, only read. It tells in x-test-fired how many faults
// there were, in x-test-points and x-test-sms-points the data points it wrote for the analytics, in x-test-logged what it
// logged as an object, in x-test-took how long the answer took in ms, in x-test-pulled how many bytes of
// an endless answer were read, in x-test-lives how many seconds each value put into KV lives,
// in x-test-worked how many pages of memory were changed, in x-test-rows how many rows D1 read and wrote, as it
// counts them: an entry of an index is a row too.

import { AsyncLocalStorage } from "node:async_hooks";
import { changedSince, snapshot } from "./memory.mjs";
import Service from "../../build/index.js";

const running = new AsyncLocalStorage();
const RealDate = Date;
const realFetch = globalThis.fetch;
const never = () => new Promise(() => {});
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export default {
  fetch(request, env, context) {
    const gate = request.headers.get("x-test-gate");
    if (gate) return attend(...gate.split(" "));
    const run = new Run(request.headers);
    return running.run(run, () => run.serve(request, env, context));
  },
};

// By name, whether each is open. Looked at again and again: workerd ends a request that waits for another's promise.
const gates = new Map();

async function attend(what, name) {
  while (!gates.has(name)) await sleep(5);
  if (what === "open") gates.set(name, true);
  return new Response("{}");
}

async function waitAt(name) {
  if (!gates.has(name)) gates.set(name, false);
  while (!gates.get(name)) await sleep(5);
}

class Run {
  constructor(headers) {
    this.faults = JSON.parse(headers.get("x-test-faults") ?? "[]").map((fault) => ({ ...fault, seen: 0 }));
    this.clock = headers.get("x-test-clock") ?? "+0";
    this.edge = JSON.parse(headers.get("x-test-kv") ?? "null");
    this.scheduled = headers.get("x-test-event") === "scheduled";
    this.weighs = headers.get("x-test-memory") === "1";
    this.settles = headers.get("x-test-settle") !== "0";
    this.trace = [];
    this.reads = [];
    this.terms = [];
    this.lives = [];
    this.sessions = [];
    this.points = [];
    this.smsPoints = [];
    this.logged = [];
    this.later = [];
    this.rows = { read: 0, written: 0 };
    this.fired = 0;
    this.pulled = 0;
    this.passed = 0;
    this.waiting = 0;
    this.hungUp = false;
    this.dead = false;
    this.death = new Promise((resolve) => (this.die = resolve));
  }

  now() {
    const given = Number(this.clock.slice(1));
    return this.passed + (this.clock.startsWith("=") ? given : RealDate.now() + given);
  }

  async serve(request, env, context) {
    const before = this.weighs ? snapshot() : null;
    const begun = RealDate.now();
    const service = new Service(context, {
      ...env,
      DB: new D1Database(env.DB, this, "d1"),
      HOME_EU: new D1Database(env.HOME_EU, this, "d1.home"),
      KV: new Kv(env.KV, this),
      LEDGER: new R2Bucket(env.LEDGER, this, "r2"),
      ARCHIVE: new R2Bucket(env.ARCHIVE, this, "archive"),
      ARCHIVE_EU: new R2Bucket(env.ARCHIVE_EU, this, "archive.home"),
      // The platform's own does nothing here.
      EVENTS: { writeDataPoint: (point) => this.points.push(point) },
      EVENTS_SMS: { writeDataPoint: (point) => this.smsPoints.push(point) },
    });
    service.ctx = {
      waitUntil: (work) => {
        this.later.push(work);
        this.awaits(work);
        context.waitUntil(Promise.race([work, this.death]));
      },
      passThroughOnException: () => {},
      props: context.props,
    };
    const work = this.scheduled ? this.schedule(service) : service.fetch(request);
    const answer = await Promise.race([work, this.death]);
    const took = RealDate.now() - begun;
    if (this.settles) await Promise.race([this.settled(), this.death]);
    const shown = new Response(answer?.body ?? null, answer ?? { status: 599 });
    shown.headers.set("x-test-trace", this.trace.join(","));
    shown.headers.set("x-test-reads", this.reads.join(","));
    shown.headers.set("x-test-terms", this.terms.join(","));
    if (before) shown.headers.set("x-test-worked", changedSince(before));
    shown.headers.set("x-test-lives", this.lives.join(","));
    shown.headers.set("x-test-sessions", this.sessions.join(","));
    shown.headers.set("x-test-rows", `${this.rows.read},${this.rows.written}`);
    shown.headers.set("x-test-points", JSON.stringify(this.points));
    shown.headers.set("x-test-sms-points", JSON.stringify(this.smsPoints));
    shown.headers.set("x-test-logged", JSON.stringify(this.logged));
    shown.headers.set("x-test-fired", this.fired);
    shown.headers.set("x-test-took", took);
    shown.headers.set("x-test-pulled", this.pulled);
    return shown;
  }

  awaits(work) {
    this.waiting += 1;
    const done = () => {
      this.waiting -= 1;
      if (this.hungUp && this.waiting === 0) this.dead = true;
    };
    work.then(done, done);
  }

  hangUp() {
    this.hungUp = true;
    if (this.waiting > 0) return;
    this.dead = true;
    this.die();
  }

  async schedule(service) {
    await service.scheduled({ cron: "* * * * *", scheduledTime: this.now(), type: "scheduled", noRetry() {} });
    return new Response("{}");
  }

  async settled() {
    while (this.later.length > 0) await Promise.allSettled(this.later.splice(0));
  }

  // Every operation comes through here. `act` does the real thing, `replace` makes the answer
  // of a fault that gives one.
  async operation(name, act, { replace, reads = false } = {}) {
    if (this.dead) return never();
    if (name.endsWith(".terms")) this.terms.push(name);
    else if (this.trace.push(name) && reads) this.reads.push(this.trace.length - 1);
    const fault = this.faultFor(name);
    if (fault?.when === "before" && !(await this.passes(fault))) return this.fail(fault, replace);
    const result = await act();
    // Cut meanwhile: nobody is left to see the result.
    if (this.dead) return never();
    if (fault?.when === "after" && !(await this.passes(fault))) return this.fail(fault, replace);
    return result;
  }

  // Those that the operation takes effect in spite of.
  async passes(fault) {
    if (fault.do === "delay") await sleep(fault.ms);
    else if (fault.do === "pass") this.passed += fault.ms;
    else if (fault.do === "hold") await waitAt(fault.gate);
    else if (fault.do === "hang_up") this.hangUp();
    else return false;
    return true;
  }

  faultFor(name) {
    let due = null;
    for (const fault of this.faults.filter(({ op }) => op === name)) {
      fault.seen += 1;
      const past = fault.seen - fault.nth;
      if (past >= 0 && past < (fault.times ?? 1)) due ??= fault;
    }
    if (due) this.fired += 1;
    return due;
  }

  fail(fault, replace) {
    switch (fault.do) {
      case "error":
        throw errorOf(fault.message);
      case "cut":
        this.dead = true;
        this.die();
        return never();
      case "hang":
        return never();
      case "answer":
        return replace(fault);
      default:
        throw new Error(`no such fault: ${fault.do}`);
    }
  }

  answerOf({ status, headers, body, bytes }) {
    if (bytes === undefined) return new Response(body ?? null, { status, headers });
    const chunk = new Uint8Array(16 * 1024).fill(32);
    const endless = new ReadableStream(
      {
        pull: (controller) => {
          this.pulled += chunk.length;
          controller.enqueue(chunk);
          if (this.pulled >= bytes) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(endless, { status, headers });
  }
}

// As workerd makes them: D1's own carry their text once more as the cause, a lost connection's do not.
function errorOf(message) {
  const [, cause] = message.match(/^D1_ERROR: (.*)$/) ?? [];
  return new Error(message, cause && { cause: new Error(cause) });
}

// The service knows the binding by its constructor's name.
class D1Database {
  constructor(real, run, name) {
    this.real = real;
    this.run = run;
    this.operation = name;
  }
  prepare(sql) {
    return new Statement(this.real.prepare(sql), this.run, sql, ofTerms.test(sql) ? "d1.terms" : this.operation);
  }
  batch(statements) {
    const act = async () => {
      const results = await this.real.batch(statements.map(({ real }) => real));
      for (const { meta } of results) {
        this.run.rows.read += meta.rows_read;
        this.run.rows.written += meta.rows_written;
      }
      return results;
    };
    return this.run.operation(this.operation, act, { reads: statements.every(({ sql }) => onlyReads.test(sql)) });
  }
  exec(sql) {
    return this.run.operation(this.operation, () => this.real.exec(sql));
  }
  withSession(from) {
    this.run.sessions.push(from);
    const session = this.real.withSession(from);
    return Object.assign(new D1Database(session, this.run, this.operation), { getBookmark: () => session.getBookmark() });
  }
}
Object.defineProperty(D1Database, "name", { value: "D1Database" });

// By a statement alone.
const ofTerms = /^\s*SELECT (p\.id AS partner_id, p\.home|s\.partner_id, p\.home|DISTINCT origin|id AS partner_id FROM partners INDEXED)/;

// One that begins with WITH may write.
const onlyReads = /^\s*SELECT\b/;

class Statement {
  constructor(real, run, sql, name) {
    this.real = real;
    this.operation = run;
    this.sql = sql;
    this.name = name;
    const reads = onlyReads.test(sql);
    for (const method of ["first", "run", "all", "raw"]) {
      this[method] = (...given) => run.operation(name, () => real[method](...given), { reads });
    }
  }
  bind(...params) {
    return new Statement(this.real.bind(...params), this.operation, this.sql, this.name);
  }
}

// The service knows the binding by its constructor's name, here too.
class R2Bucket {
  constructor(real, run, name) {
    this.real = real;
    this.run = run;
    for (const method of ["put", "get", "list", "delete"]) {
      const reads = method === "get" || method === "list";
      this[method] = (...given) => run.operation(`${name}.${method}`, () => real[method](...given), { reads });
    }
  }
}
Object.defineProperty(R2Bucket, "name", { value: "R2Bucket" });

// What each edge has read, by edge and key: values and misses alike.
const edges = new Map();
// When each value in KV ends, by what the request that put it believed the time to be.
const ends = new Map();

class Kv {
  constructor(real, run) {
    this.real = real;
    this.run = run;
  }
  get(key, options) {
    const name = Array.isArray(key) ? "kv.vouch" : key.startsWith("partner:") ? "kv.terms" : "kv.get";
    return this.run.operation(name, () => this.read(key, options), { reads: true });
  }
  async read(key, options) {
    const { edge, now } = { edge: this.run.edge, now: this.run.now() };
    if (!edge) return this.living(key, options, now);
    const place = `${edge.edge} ${key}`;
    const known = edges.get(place);
    if (known && now - known.at < edge.stale) return known.value;
    const value = await this.living(key, options, now);
    edges.set(place, { value, at: now });
    return value;
  }
  async living(key, options, now) {
    const over = (one) => now >= (ends.get(one) ?? Infinity);
    const value = await this.real.get(key, options);
    if (!Array.isArray(key)) return over(key) ? null : value;
    return new Map([...value].map(([one, text]) => [one, over(one) ? null : text]));
  }
  getWithMetadata(key, options) {
    return this.run.operation("kv.get", () => this.real.getWithMetadata(key, options), { reads: true });
  }
  put(key, value, options) {
    return this.run.operation("kv.put", () => {
      this.run.lives.push(options?.expirationTtl);
      const { expirationTtl = Infinity } = options ?? {};
      ends.set(key, this.run.now() + expirationTtl * 1000);
      return this.real.put(key, value, options);
    });
  }
  delete(key) {
    return this.run.operation("kv.delete", () => this.real.delete(key));
  }
  list(options) {
    return this.run.operation("kv.list", () => this.real.list(options), { reads: true });
  }
}

// --- what the wasm finds on the global object ----------------------------------------------------

globalThis.fetch = (request, init) => {
  const run = running.getStore();
  if (!run) return realFetch(request, init);
  return run.operation("fetch", () => realFetch(request, init), { replace: (fault) => run.answerOf(fault) });
};

for (const method of ["log", "error"]) {
  const real = console[method];
  console[method] = (...given) => {
    if (typeof given[0] === "object") running.getStore()?.logged.push(given[0]);
    real.apply(console, given);
  };
}

const now = () => running.getStore()?.now() ?? RealDate.now();

globalThis.Date = class Date extends RealDate {
  constructor(...given) {
    if (given.length > 0) super(...given);
    else super(now());
  }
  static now() {
    return now();
  }
};
