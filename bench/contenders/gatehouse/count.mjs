// The service behind a counter of what is billed: it is called one request at a time, and each answer's
// x-bench-counts says what that request took, the work that went on after the answer included.
import Service from "./limits.mjs";

let counts;

export default {
  async fetch(request, env, context) {
    counts = {
      roundTrips: 0, writeTrips: 0, statements: 0, rowsRead: 0, rowsWritten: 0,
      kvReads: 0, kvPuts: 0, kvDeletes: 0, kvByteSeconds: 0, r2Writes: 0, r2Reads: 0, r2Bytes: 0, fetches: 0, logLines: 0, dataPoints: 0,
    };
    const service = new Service(context, Object.fromEntries(Object.entries(env).map(counted)));
    const later = [];
    service.ctx = { waitUntil: (work) => later.push(work), passThroughOnException: () => {}, props: context.props };
    const answer = await service.fetch(request);
    const body = await answer.arrayBuffer();
    while (later.length > 0) await Promise.all(later.splice(0));
    const shown = new Response(body.byteLength > 0 ? body : null, answer);
    shown.headers.set("x-bench-counts", JSON.stringify({ ...counts, answerBytes: body.byteLength }));
    return shown;
  },
};

function counted([name, binding]) {
  if (binding?.constructor?.name === "D1Database") return [name, new D1Database(binding)];
  if (binding?.constructor?.name === "KvNamespace") return [name, new KvNamespace(binding)];
  if (binding?.constructor?.name === "R2Bucket") return [name, new R2Bucket(binding)];
  if (typeof binding?.writeDataPoint === "function") return [name, new Dataset(binding)];
  return [name, binding];
}

function add(results) {
  counts.roundTrips += 1;
  if (results.some(({ meta }) => meta.rows_written > 0)) counts.writeTrips += 1;
  for (const { meta } of results) {
    counts.statements += 1;
    counts.rowsRead += meta.rows_read;
    counts.rowsWritten += meta.rows_written;
  }
}

// The service knows the bindings by the names of their constructors. What has no method here is not counted, and
// so cannot be called.
class D1Database {
  constructor(real) {
    this.real = real;
  }
  prepare(sql) {
    return new Statement(this.real.prepare(sql));
  }
  async batch(statements) {
    const results = await this.real.batch(statements.map(({ real }) => real));
    add(results);
    return results;
  }
}

class Statement {
  constructor(real) {
    this.real = real;
  }
  bind(...params) {
    return new Statement(this.real.bind(...params));
  }
  async all() {
    const result = await this.real.all();
    add([result]);
    return result;
  }
  run() {
    return this.all();
  }
  async first(column) {
    const { results: [row] } = await this.all();
    return row === undefined ? null : column === undefined ? row : row[column];
  }
}

class KvNamespace {
  constructor(real) {
    this.real = real;
  }
  get(key, options) {
    // Each key of several is billed.
    counts.kvReads += Array.isArray(key) ? key.length : 1;
    return this.real.get(key, options);
  }
  put(key, value, options) {
    counts.kvPuts += 1;
    counts.kvByteSeconds += (key.length + value.length) * options.expirationTtl;
    return this.real.put(key, value, options);
  }
  delete(key) {
    counts.kvDeletes += 1;
    return this.real.delete(key);
  }
}

class R2Bucket {
  constructor(real) {
    this.real = real;
  }
  async put(key, value, options) {
    // A put that finds an object there is billed too.
    counts.r2Writes += 1;
    const put = await this.real.put(key, value, options);
    if (put) counts.r2Bytes += key.length + (value.length ?? value.byteLength);
    return put;
  }
  get(key) {
    counts.r2Reads += 1;
    return this.real.get(key);
  }
  list(options) {
    // Billed as a write is.
    counts.r2Writes += 1;
    return this.real.list(options);
  }
  delete(key) {
    return this.real.delete(key);
  }
}

class Dataset {
  constructor(real) {
    this.real = real;
    Object.defineProperty(Dataset, "name", { value: real.constructor.name });
  }
  writeDataPoint(point) {
    counts.dataPoints += 1;
    return this.real.writeDataPoint(point);
  }
}

const realFetch = globalThis.fetch;
globalThis.fetch = (...given) => {
  counts.fetches += 1;
  return realFetch(...given);
};

for (const level of ["log", "info", "warn", "error", "debug"]) {
  console[level] = () => {
    counts.logLines += 1;
  };
}
