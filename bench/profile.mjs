// `make profile`: loads one route of the built worker, takes a CPU profile over workerd's inspector, writes it for
// Chrome DevTools (Performance, "Load profile") and prints what the time went to.
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { made, root } from "./build.mjs";
import { Gatehouse } from "./contenders/gatehouse/calls.mjs";
import { openDouble } from "./double.mjs";
import { connect, load } from "./load.mjs";
import { serve } from "./serve.mjs";

const ROUTES = {
  "POST /v1/user/sign-up": "signUp",
  "POST /v1/user/login": "login",
  "POST /v1/user/otp": "answer",
  "POST /v1/user/refresh": "refresh",
  "GET /v1/user/me": "me",
  "POST /oauth2/token": "clientToken",
  "POST /oauth2/introspect": "introspect",
  "GET /.well-known/jwks.json": "jwks",
};
/** How many users an otp or a login of a second uses up, at most. */
const USED_UP = { login: 40, answer: 250 };
const SAMPLE_EVERY_US = 200;
const SHOWN = 30;

const { values } = parseArgs({
  options: { wasm: { type: "string" }, route: { type: "string" }, seconds: { type: "string", default: "5" } },
});
const [call, seconds] = [ROUTES[values.route], Number(values.seconds)];
if (!call) fail(`there is no profile of '${values.route}'; ROUTE is one of\n  ${Object.keys(ROUTES).join("\n  ")}`);
if (!(seconds > 0)) fail(`the seconds are a number above 0, not '${values.seconds}'`);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(130));

const { profile, run } = await take(call, seconds);
const file = join(made, `${values.route.replaceAll(/[^A-Za-z0-9]+/g, "-").toLowerCase()}.cpuprofile`);
writeFileSync(file, JSON.stringify(profile));
print(profile, run);
console.log(`\nprofile: ${relative(root, file)} opens in Chrome DevTools, "Performance"`);

async function take(call, seconds) {
  const double = await openDouble();
  const inspectorPort = await freePort();
  const service = await serve("gatehouse", { outbound: double.address, build: named(), inspectorPort });
  try {
    const api = new Gatehouse(service, double);
    await api.begin();
    await api.prepare(100);
    await api.ready(call, (USED_UP[call] ?? 0) * seconds);
    const connections = connect(service.origin);
    await load(connections, { next: () => api[call](), seconds: 0.5 });
    const inspector = await inspect(inspectorPort);
    await inspector.send("Profiler.enable");
    await inspector.send("Profiler.setSamplingInterval", { interval: SAMPLE_EVERY_US });
    await inspector.send("Profiler.start");
    const run = await load(connections, { next: () => api[call](), seconds });
    const { profile } = await inspector.send("Profiler.stop");
    inspector.close();
    await connections.close();
    return { profile, run };
  } finally {
    await service.stop();
    double.close();
  }
}

/** The built worker with the wasm that still has its names. */
function named() {
  const folder = join(made, "named");
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, "build/index.js"), join(folder, "index.js"));
  cpSync(values.wasm, join(folder, "index_bg.wasm"));
  return folder;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** The worker's isolate, over the Chrome DevTools protocol. */
async function inspect(port) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/core:user:gatehouse`);
  await once(socket, "open");
  const waiting = new Map();
  let last = 0;
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error } = JSON.parse(data);
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (error) reject?.(new Error(error.message));
    else resolve?.(result);
  });
  return {
    send(method, params = {}) {
      const id = ++last;
      socket.send(JSON.stringify({ id, method, params }));
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
    },
    close: () => socket.close(),
  };
}

/** The time in each function itself, without what it calls. */
function print({ nodes, samples, timeDeltas }, run) {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const self = new Map();
  for (const [n, id] of samples.entries()) self.set(names.get(id), (self.get(names.get(id)) ?? 0) + timeDeltas[n]);
  const idle = self.get("(idle)") ?? 0;
  self.delete("(idle)");
  const busy = [...self.values()].reduce((sum, time) => sum + time, 0);
  console.log(`${run.count} calls, ${run.perSecond.toFixed(0)} a second; the isolate was busy ${percent(busy, busy + idle)} of the time.`);
  console.log(`Of the busy time, in each function itself ("(program)" is the runtime's own code):\n`);
  const top = [...self].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
  for (const [name, time] of top) {
    console.log(`${percent(time, busy).padStart(6)}  ${(time / run.count).toFixed(0).padStart(6)} us a call  ${name}`);
  }
}

function percent(part, whole) {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

/** Rust's names have a hash at their end, and a crate's in brackets. */
function nameOf({ functionName, url }) {
  const name = functionName.replace(/::h[0-9a-f]{16}$/, "").replaceAll(/\[[0-9a-f]{16}\]/g, "") || "(anonymous)";
  return url && !url.startsWith("wasm") ? `${name}  (${url.split("/").at(-1)})` : name;
}

function fail(message) {
  console.error(`profile: ${message}`);
  process.exit(2);
}
