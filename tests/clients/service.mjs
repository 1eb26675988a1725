// A service of the tests' own, through scripts/dev.sh, on a port and a state folder of its own.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

// In a process group of its own, and waiting on stdin: it ends when this process does, by whatever death.
const KEEPER = `
set -m
scripts/dev.sh >"$LOG" 2>&1 </dev/null &
group=$!
read -r _
kill -TERM -- "-$group" 2>/dev/null
for _ in {1..30}; do kill -0 -- "-$group" 2>/dev/null || break; sleep 0.1; done
kill -KILL -- "-$group" 2>/dev/null
rm -rf -- "$STATE"
`;

/** Resolves to its address, the file with its clients, and a way to end it. */
export async function startService(name, vars) {
  const port = await freePort();
  const state = mkdtempSync(join(tmpdir(), `gatehouse-${name}-`));
  const log = join(ROOT, "target/tests", `${name}-service.log`);
  const keeper = spawn("bash", ["-c", KEEPER], {
    cwd: ROOT,
    stdio: ["pipe", "ignore", "ignore"],
    env: { ...process.env, GATEHOUSE_SKIP_SETUP: "1", PORT: `${port}`, STATE: state, LOG: log, VARS: vars },
  });
  const url = `http://localhost:${port}`;
  for (let tries = 0; !await isReady(url); tries++) {
    if (tries > 600) throw new Error(`the service did not come up; the end of ${log}:\n${readFileSync(log, "utf8").slice(-2000)}`);
    await sleep(200);
  }
  const end = () => new Promise((resolve) => keeper.on("close", resolve).stdin.end());
  return { url, clients: join(state, "clients.json"), end };
}

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/healthz`)).ok;
  } catch {
    return false; // Nobody listens yet.
  }
}
