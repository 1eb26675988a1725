// Sends requests over connections that are kept alive, and takes the time.
//
//   const connections = connect(origin, 8);
//   const run = await load(connections, { next, seconds: 3 });
//   run.perSecond; run.count; run.seconds; run.percentile(0.99) in ms
//   await connections.close();
//
// `next()` gives the request that a free connection is to send, or null when there is none left:
//
//   { method, path, headers, body, status = 200, done }
//
// `done(answer, took)` is called with the answer's text. An answer of another status ends the run with an error
// that holds it, unless `failed(request, answer)` is given to `load`, which then decides.
import { performance } from "node:perf_hooks";
import { Client } from "undici";

export function connect(origin, count = 8) {
  const clients = Array.from({ length: count }, () => new Client(origin, { pipelining: 1 }));
  return { clients, close: () => Promise.all(clients.map((client) => client.destroy())) };
}

export async function load({ clients }, { next, seconds = Infinity, limit = Infinity, failed = refuse }) {
  const took = [];
  const begun = performance.now();
  const until = begun + seconds * 1000;
  let left = limit;
  const lane = async (client) => {
    while (left > 0 && performance.now() < until) {
      const request = next();
      if (!request) return;
      left -= 1;
      took.push(await exchange(client, request, failed));
    }
  };
  await Promise.all(clients.map(lane));
  const elapsed = (performance.now() - begun) / 1000;
  took.sort((a, b) => a - b);
  return {
    count: took.length,
    seconds: elapsed,
    perSecond: took.length / elapsed,
    percentile: (share) => took[Math.min(took.length - 1, Math.floor(took.length * share))],
  };
}

/** So many calls, which nobody takes the time of. */
export async function all(origin, count, next) {
  const connections = connect(origin);
  await load(connections, { next, limit: count });
  await connections.close();
}

/** One request; the milliseconds until its whole answer was there. */
export async function exchange(client, request, failed = refuse) {
  const { method, path, headers, body, status = 200, done } = request;
  const begun = performance.now();
  const answer = await client.request({ method, path, headers, body });
  const text = await answer.body.text();
  const took = performance.now() - begun;
  if (answer.statusCode !== status) failed(request, { status: answer.statusCode, text });
  else done?.(text, took, answer);
  return took;
}

function refuse({ method, path }, { status, text }) {
  throw new Error(`${method} ${path} answered ${status}: ${text.slice(0, 500)}`);
}
