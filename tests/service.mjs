// The service on a port and a state of its own, through scripts/dev.sh.
//
//   const service = await start({ name: "browser" });                               with the console
//   const service = await start({ name: "public", assets: "web/dist/public" });      with other files beside it
//   const service = await start({ name: "clients", vars: "SMS_PROVIDER:console" });  with these settings
//   const service = await start({ name: "rehearsal", state: folder });               on this state, which outlives it
//   service.base     "http://localhost:23456"
//   service.log      the file with all that it has printed
//   service.clients  the file with the credentials of its clients
//   service.link     the console's, with those of the client `demo` and of whoever sets what partners have of their own
//   await service.stop();
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { consoleLink } from "../scripts/local.mjs";

export const ROOT = join(import.meta.dirname, "..");
const READY_WITHIN_MS = 180_000;

/**
 * It ends when the service does, and the service when its standard input does: neither outlives whoever started
 * them, however that dies.
 */
const KEEPER = `
set -m
scripts/dev.sh </dev/null & group=$!
finish() {
  kill -TERM -- "-$group" 2>/dev/null
  for _ in {1..30}; do kill -0 -- "-$group" 2>/dev/null || return; sleep 0.1; done
  kill -KILL -- "-$group" 2>/dev/null
}
{ read -r _; finish; } & reader=$!
wait "$group"
finish
kill -- "-$reader" 2>/dev/null
[[ -n $KEPT ]] || rm -rf -- "$STATE"
`;

/** The name is that of its log, in target/tests. `answers`: as what it is there; one that is closed, 503. */
export async function start({ name, vars = "", assets, state: kept, answers = 200 }) {
  const port = await freePort();
  const state = kept ?? mkdtempSync(join(tmpdir(), `gatehouse-${name}-`));
  const logs = join(ROOT, "target/tests");
  mkdirSync(logs, { recursive: true });
  const log = join(logs, `${name}-service.log`);
  const output = openSync(log, "w");
  const keeper = spawn("bash", ["-c", KEEPER], {
    cwd: ROOT,
    env: {
      ...process.env, GATEHOUSE_SKIP_SETUP: "1", PORT: `${port}`, STATE: state, KEPT: kept ?? "", VARS: vars,
      ...(assets && { GATEHOUSE_ASSETS: assets }),
    },
    stdio: ["pipe", output, output],
  });
  closeSync(output);
  const ended = once(keeper, "exit");
  const base = `http://localhost:${port}`;
  await ready(base, keeper, log, answers);
  const clients = join(state, "clients.json");
  return {
    base,
    log,
    clients,
    link: consoleLink(base, JSON.parse(readFileSync(clients, "utf8"))),
    async stop() {
      keeper.stdin.end();
      await ended;
    },
  };
}

async function ready(base, keeper, log, answers) {
  const until = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await fetch(`${base}/healthz`, { signal: AbortSignal.timeout(10_000) }).catch(() => undefined);
    // First, since what answers on the port of a service that ended is another one.
    if (keeper.exitCode !== null || keeper.signalCode !== null || Date.now() > until) {
      keeper.stdin.end();
      throw new Error(`the service did not come up; the end of ${log}:\n${readFileSync(log, "utf8").slice(-2000)}`);
    }
    if (answer?.status === answers) return;
    await sleep(100);
  }
}

/**
 * Below those that the system gives to outgoing calls: one that it gave, as to who listens on port 0, is taken by one
 * of them before the service is there.
 */
export async function freePort() {
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
