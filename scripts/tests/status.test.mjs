// `make status` of a service that died, whose port another one has taken since.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");

test("a service that died does not run, whoever has its port now", async (t) => {
  const other = createServer((request, response) => response.end('{"status":"ok"}')).listen(0, "127.0.0.1");
  await once(other, "listening");
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-status-"));
  t.after(() => {
    other.close();
    rmSync(folder, { recursive: true });
  });
  const { port } = other.address();
  const status = async (pid) => {
    writeFileSync(join(folder, "service.json"), JSON.stringify({ port, pid, since: "2026-01-01T00:00:00Z" }));
    writeFileSync(join(folder, "clients.json"), JSON.stringify({ demo: { clientId: "cli_demo", clientSecret: "s" } }));
    const { PORT, ...rest } = process.env;
    const child = spawn(process.execPath, [join(root, "scripts/status.mjs")], { env: { ...rest, STATE: folder } });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => said.push(text));
    const [code] = await once(child, "close");
    return { code, text: said.join("") };
  };
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  const died = await status(dead);
  assert.equal(died.code, 1, died.text);
  assert.match(died.text, /does not run/);
  const runs = await status(process.pid);
  assert.equal(runs.code, 0, runs.text);
  assert.match(runs.text, new RegExp(`localhost:${port}/console#id=cli_demo`));
});
