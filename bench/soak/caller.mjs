// Calls the service, holds every answer against what was expected and against the document, and keeps the times.
import { createHistogram, performance } from "node:perf_hooks";
import { Pool } from "undici";
import { wrongIn } from "./shape.mjs";

const CONNECTIONS = 32;
/** Nobody waits longer, and nothing may take so long. */
const PATIENCE = 60_000;

export class Unexpected extends Error {}

export class Caller {
  calls = 0;
  /** What a step of the rate is judged by; made anew for each. */
  recent = createHistogram();
  /** By route. */
  times = new Map();

  constructor(origin) {
    this.pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1, headersTimeout: PATIENCE, bodyTimeout: PATIENCE });
  }

  /**
   * `route` is as the document has it, `request` has `path` where it differs, `token`, `basic`, `json`, `form`,
   * `headers`. `expected` is the status, or the errorCode of a failure; a list of them where either may be. `since`:
   * when the call was due, if that was earlier.
   */
  async call(route, request, expected = 200, since = performance.now()) {
    const [method, template] = route.split(" ");
    const { headers, body } = encoded(request);
    const answer = await this.pool.request({ method, path: request.path ?? template, headers, body });
    const text = await answer.body.text();
    this.#record(route, performance.now() - since);
    const parsed = parse(text);
    const code = parsed?.errorCode || answer.statusCode;
    const problem = wrongHeaders(answer) ?? ([expected].flat().includes(code) ? undefined : `expected ${expected}`)
      ?? wrongIn(route, answer.statusCode, parsed);
    if (problem) {
      const answered = `${answer.statusCode} ${text.slice(0, 400)} (request ${answer.headers["x-request-id"]})`;
      throw new Unexpected(`${route}: ${problem}; it answered ${answered}`);
    }
    return { status: answer.statusCode, code, data: parsed.data ?? parsed };
  }

  #record(route, millis) {
    this.calls += 1;
    const micros = Math.max(1, Math.round(millis * 1000));
    this.recent.record(micros);
    if (!this.times.has(route)) this.times.set(route, createHistogram());
    this.times.get(route).record(micros);
  }

  /** What was before is forgotten, and what came of it. */
  begin() {
    this.times.clear();
    this.calls = 0;
  }

  async textOf(path) {
    const answer = await this.pool.request({ method: "GET", path });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Unexpected(`GET ${path} answered ${answer.statusCode}: ${text.slice(0, 400)}`);
    return text;
  }

  close() {
    return this.pool.destroy();
  }
}

function encoded({ token, basic, json, form, headers = {} }) {
  const given = { ...headers };
  if (token) given.authorization = `Bearer ${token}`;
  if (basic) given.authorization = `Basic ${basic}`;
  const as = (type, body) => ({ headers: { ...given, "content-type": type }, body });
  if (json !== undefined) return as("application/json", typeof json === "string" ? json : JSON.stringify(json));
  return form ? as("application/x-www-form-urlencoded", new URLSearchParams(form).toString()) : { headers: given };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wrongHeaders({ headers, statusCode }) {
  if (!headers["content-type"]?.startsWith("application/json")) return `its type is ${headers["content-type"]}`;
  if (!/^req_[0-9a-f-]{36}$/.test(headers["x-request-id"] ?? "")) return "it has no X-Request-Id";
  if (statusCode === 429 && !headers["retry-after"]) return "it has no Retry-After";
  return undefined;
}

/** Milliseconds at the quantiles that are told of. */
export function percentiles(histogram) {
  const millis = (micros) => Number((micros / 1000).toFixed(1));
  const at = (share) => millis(histogram.percentile(share));
  return { count: histogram.count, p50: at(50), p90: at(90), p99: at(99), "p99.9": at(99.9), max: millis(histogram.max) };
}
