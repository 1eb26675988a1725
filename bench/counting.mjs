// What each call of gatehouse costs, counted: rows, KV calls, round trips, log lines, and what stays in D1. The
// service is the same wasm behind contenders/gatehouse/count.mjs, called one request at a time.
import { randomUUID } from "node:crypto";
import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Gatehouse } from "./contenders/gatehouse/calls.mjs";
import { connect, load } from "./load.mjs";
import { serve } from "./serve.mjs";
import { temporary } from "./temporary.mjs";

/** In this order: each finds the users of those before it. */
const CALLS = [
  { name: "sign-up", next: (api) => api.signUp() },
  { name: "login, first", next: (api) => api.firstLogin() },
  { name: "code, first", next: (api) => api.answer() },
  // From the second login on the number is proven, as in nearly all of a service's life.
  { name: "login", next: (api) => api.login() },
  { name: "code", next: (api) => api.answer() },
  { name: "refresh", next: (api) => api.refresh() },
  // As the client for TypeScript sends it, and each call that makes something.
  { name: "refresh, keyed", next: (api) => keyed(api.refresh()) },
  { name: "me", next: (api) => api.me() },
  { name: "kyc webhook", next: (api, n) => api.verify(api.sessions[n]) },
  { name: "portfolio", next: (api, n) => api.openPortfolio(api.sessions[n]) },
  { name: "me, verified", next: (api) => api.me() },
  { name: "client token", next: (api) => api.clientToken() },
  { name: "introspect", next: (api) => api.introspect() },
  { name: "jwks", next: (api) => api.jwks() },
  { name: "logout", next: (api) => api.logout() },
];

function keyed(request) {
  return { ...request, headers: { ...request.headers, "idempotency-key": randomUUID() } };
}

const SECONDS_A_CALL = 0.08;
export const countingSeconds = (users) => users * SECONDS_A_CALL * 2;

export async function countAll(users, { double, progress }) {
  const state = temporary("counted");
  const service = await serve("gatehouse", { outbound: double.address, counted: true, state });
  const connection = connect(service.origin, 1);
  try {
    const api = new Gatehouse(service, double);
    await api.begin();
    const results = [];
    for (const call of CALLS) {
      results.push(await count(call, users, api, connection, service.details.database));
      progress.step(countingSeconds(users) / CALLS.length, `counted ${call.name}`);
    }
    return { users, calls: results };
  } finally {
    await connection.close();
    await service.stop();
  }
}

async function count({ name, next }, users, api, connection, database) {
  const sum = {};
  let n = 0;
  const counted = () => {
    const request = next(api, n++);
    const { done } = request;
    request.done = (text, took, answer) => {
      const counts = JSON.parse(answer.headers["x-bench-counts"]);
      for (const [what, value] of Object.entries(counts)) sum[what] = (sum[what] ?? 0) + value;
      done?.(text, took, answer);
    };
    return request;
  };
  const then = tables(database);
  const run = await load(connection, { next: counted, limit: users });
  if (run.count !== users) throw new Error(`${name} was called ${run.count} times, not ${users}`);
  const mean = (value) => Number((value / users).toFixed(3));
  const now = tables(database);
  const grown = Object.entries(now).map(([table, { bytes, rows }]) => {
    const old = then[table];
    return [table, { bytes: Math.round(mean(bytes - old.bytes)), rows: mean(rows - old.rows) }];
  });
  return {
    name,
    ...Object.fromEntries(Object.entries(sum).map(([what, value]) => [what, mean(value)])),
    ms: Number(run.percentile(0.5).toFixed(2)),
    tables: Object.fromEntries(grown.filter(([, { bytes, rows }]) => bytes !== 0 || rows !== 0)),
  };
}

/** Bytes, indexes included, and rows of each table. Nothing is written meanwhile. */
function tables(folder) {
  const [file] = globSync(join(folder, "**/*.sqlite")).filter((path) => !path.endsWith("metadata.sqlite"));
  const database = new DatabaseSync(file, { readOnly: true });
  const pages = "SELECT tbl_name AS name, SUM(pgsize) AS bytes FROM dbstat JOIN sqlite_schema USING (name) GROUP BY 1";
  const sizes = database.prepare(pages).all();
  const sized = sizes.filter(({ name }) => !name.startsWith("sqlite_")).map(({ name, bytes }) => {
    const { rows } = database.prepare(`SELECT COUNT(*) AS rows FROM "${name}"`).get();
    return [name, { bytes, rows }];
  });
  database.close();
  return Object.fromEntries(sized);
}
