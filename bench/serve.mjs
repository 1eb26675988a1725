// Serves one contender on workerd through Miniflare's API, in a process of its own.
//
//   import { serve } from "./serve.mjs";
//   const service = await serve("gatehouse", { outbound: double.address });
//   service.origin    "http://127.0.0.1:34567"
//   service.details   what contenders/NAME/worker.mjs says of it: clients, secrets, files
//   service.pid       of the process; workerd is its child
//   await service.stop();
//
// Options, all optional, as JSON can hold them:
//
//   state          folder of D1 and KV, which stays; without it they are gone with the process
//   outbound       "127.0.0.1:PORT", an HTTP server that answers whatever the worker fetches, whichever host
//   inspectorPort  for a CPU profile, on ws://127.0.0.1:PORT/core:user:NAME
//   logs           true: the worker's log lines come to standard error; a path: they are appended to that file
//   begun          true: `state` is of an earlier start, which set up what there is to set up
//   and those of the contender's own worker.mjs
//
// The process ends when its standard input does, so none outlives who started it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";

const self = fileURLToPath(import.meta.url);
const COMPATIBILITY_DATE = "2026-11-01";

export async function serve(name, options = {}) {
  const child = spawn(process.execPath, ["--no-warnings", self, name, JSON.stringify(options)], {
    // A group of its own: Ctrl-C reaches who started it, who closes the pipe.
    detached: true,
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: "false" },
  });
  const ended = once(child, "exit");
  const [first] = await Promise.race([once(createInterface(child.stdout), "line"), ended]);
  if (child.exitCode !== null || typeof first !== "string") throw new Error(`${name} could not be served`);
  return {
    ...JSON.parse(first),
    name,
    pid: child.pid,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

async function main([name, json]) {
  const options = JSON.parse(json ?? "{}");
  const contender = await import(`./contenders/${name}/worker.mjs`);
  const { worker, state, details, begin } = await contender.worker(options);
  const miniflare = new Miniflare(convertV4MiniflareOptions({
    host: "127.0.0.1",
    port: 0,
    inspectorPort: options.inspectorPort,
    log: new Log(LogLevel.WARN),
    handleStructuredLogs: logger(options.logs),
    resourcePersistencePath: state ?? options.state,
    // The cron's event, by GET /cdn-cgi/local/scheduled.
    unsafeTriggerHandlers: true,
    workers: workers(name, worker, options.outbound),
  }));
  const stop = async () => {
    await miniflare.dispose();
    process.exit(0);
  };
  process.stdin.on("end", stop).resume();
  const origin = (await miniflare.ready).origin;
  if (!options.begun) await begin?.(miniflare);
  console.log(JSON.stringify({ origin, details }));
}

function logger(logs) {
  if (!logs) return () => {};
  const to = logs === true ? process.stderr : createWriteStream(logs, { flags: "a" });
  return ({ message }) => to.write(`${message}\n`);
}

/** The contender, and before the network a worker that sends whatever it fetches to one address. */
function workers(name, worker, outbound) {
  const contender = { ...worker, name, compatibilityDate: COMPATIBILITY_DATE };
  if (!outbound) return [contender];
  const script = `export default { fetch: (request, { TO }) => fetch(\`http://\${TO}\${new URL(request.url).pathname}\`, request) }`;
  const modules = [{ type: "ESModule", path: "outbound.mjs", contents: script }];
  return [
    { ...contender, outboundService: "outbound" },
    { name: "outbound", modules, bindings: { TO: outbound }, compatibilityDate: COMPATIBILITY_DATE },
  ];
}

if (process.argv[1] === self) await main(process.argv.slice(2));
