// The service on a port and a state of its own, through scripts/dev.sh.
//
//   const service = await start();                                       with the console
//   const service = await start({ GATEHOUSE_ASSETS: "web/dist/public" });  with other files beside it
//   service.base   "http://localhost:34567"
//   service.link   the console's, with the credentials of the client `demo`
//   await service.stop();
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export const ROOT = join(import.meta.dirname, "../..");
const READY_WITHIN_MS = 180_000;

/** It ends when its standard input does, so it does not outlive whoever started it, however that dies. */
const KEEPER = `
set -m
scripts/dev.sh </dev/null & group=$!
read -r _
kill -TERM -- "-$group" 2>/dev/null
for _ in {1..30}; do kill -0 -- "-$group" 2>/dev/null || break; sleep 0.1; done
kill -KILL -- "-$group" 2>/dev/null
rm -rf -- "$STATE"
`;

export async function start(env = {}) {
  const port = await freePort();
  const state = mkdtempSync(join(tmpdir(), "gatehouse-browser-"));
  const logs = join(ROOT, "target/tests");
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `browser-service-${port}.log`);
  const output = openSync(log, "w");
  const keeper = spawn("bash", ["-c", KEEPER], {
    cwd: ROOT,
    env: { ...process.env, ...env, PORT: String(port), STATE: state, GATEHOUSE_SKIP_SETUP: "1" },
    stdio: ["pipe", output, output],
  });
  closeSync(output);
  const ended = once(keeper, "exit");
  const base = `http://localhost:${port}`;
  await ready(base, keeper, log);
  const { demo } = JSON.parse(readFileSync(join(state, "clients.json"), "utf8"));
  return {
    base,
    link: `${base}/console#${new URLSearchParams({ id: demo.clientId, secret: demo.clientSecret })}`,
    async stop() {
      keeper.stdin.end();
      await ended;
    },
  };
}

async function ready(base, keeper, log) {
  const until = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await fetch(`${base}/healthz`).catch(() => undefined);
    if (answer?.status === 200) return;
    if (keeper.exitCode !== null || Date.now() > until) {
      keeper.stdin.end();
      throw new Error(`the service did not come up; the end of ${log}:\n${readFileSync(log, "utf8").slice(-2000)}`);
    }
    await sleep(100);
  }
}

/** Below those that the system gives to outgoing calls. */
async function freePort() {
  for (;;) {
    const port = randomInt(12_000, 30_000);
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
