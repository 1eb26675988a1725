// What the commands beside `make dev` say where they are asked wrongly, or where something else answers.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-local-"));
let answer;
const server = createServer((request, response) => answer(request, response)).listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address();
writeFileSync(join(folder, "service.json"), JSON.stringify({ port, pid: process.pid }));
writeFileSync(join(folder, "clients.json"), JSON.stringify({ demo: { clientId: "cli_demo", clientSecret: "s" } }));
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function run(command, args, { input = "", ...env } = {}) {
  const { PORT, TOKEN, ACCESS, ...rest } = process.env;
  const child = spawn(command, args, { cwd: "/", env: { ...rest, STATE: folder, ...env } });
  child.stdin.end(input);
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) child[stream].on("data", (text) => { said[stream] += text; });
  const [code] = await once(child, "close");
  return { code, ...said };
}
const script = (name, args = [], env) => run(process.execPath, [join(root, "scripts", name), ...args], env);
const json = (body) => (request, response) => response.setHeader("content-type", "application/json").end(JSON.stringify(body));

for (const [what, name, args, env] of [
  ["demo", "demo.mjs"],
  ["kyc", "kyc.mjs", [], { USER: "usr_1", STATUS: "VERIFIED" }],
  ["status", "status.mjs"],
  ["a token of the journey", "journey.mjs", ["token", `http://localhost:${port}`], { input: "cli_demo:s" }],
]) {
  for (const status of [200, 401, 404]) {
    test(`${what} says of another program that answers ${status} that it is no gatehouse, and not what its page says`, async () => {
      answer = (request, response) => response.writeHead(status, { "content-type": "text/html" }).end("<h1>a page</h1>");
      const { code, stdout, stderr } = await script(name, args, env);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /is no gatehouse/);
      assert.doesNotMatch(stdout + stderr, /a page|\n +at /);
    });
  }
}

test("where no message came, it says whose the outbox has", async () => {
  answer = json({ messages: [] });
  const { code, stderr } = await script("journey.mjs", ["code", `http://localhost:${port}`, "+15552000000", ""]);
  assert.equal(code, 1);
  assert.match(stderr, /SMS_PROVIDER.* went to that provider, .*\+1555010/);
});

test("the curl that is shown has the variable that holds what was sent", async () => {
  answer = json({ success: true, data: {} });
  const call = async (env) => (await script("journey.mjs", ["call", `http://localhost:${port}`, "GET", "/v1/user/me"], env)).stderr;
  assert.match(await call({ TOKEN: "a", ACCESS: "b" }), /Bearer \$TOKEN"/);
  assert.match(await call({ TOKEN: "b", ACCESS: "b" }), /Bearer \$ACCESS"/);
});

for (const lines of [['{"id":1}'], ['{"id":1}', '{"id":2}']]) {
  test(`an answer in lines is shown as it came, ${lines.length} of them, and has no member`, async () => {
    const text = lines.map((line) => `${line}\n`).join("");
    answer = (request, response) => response.setHeader("content-type", "application/x-ndjson").end(text);
    const { code, stdout, stderr } = await script("journey.mjs", ["call", `http://localhost:${port}`, "GET", "/v1/custody/export"]);
    assert.equal(code, 0, stderr);
    assert.equal(stdout.trim(), text.trim());
    assert.ok(stderr.endsWith(` ms\n${text}\n`), stderr);
    if (lines.length === 1) return;
    const member = await script("journey.mjs", ["get", "id"], { input: stdout });
    assert.match(member.stderr, /^journey: the last answer has no id: it is lines/);
  });
}

test("with-env.sh says how it is called, and where its commands run", async () => {
  const command = join(root, "scripts/with-env.sh");
  const { code, stderr } = await run(command, []);
  assert.notEqual(code, 0);
  assert.match(stderr, /with-env\.sh COMMAND/);
  assert.equal((await run(command, ["pwd"])).stdout.trim(), root);
});
