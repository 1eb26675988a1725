// custody-export.mjs and custody-lost.mjs, against what stands where the service does.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, beforeEach, test } from "node:test";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "custody-lines-"));
const output = join(folder, "export.ndjson");
const clientFile = join(folder, "client.env");

const line = (index) => ({ key: "k", branch: 0, index, path: `0/${index}`, partnerId: "p", accountId: "a", portfolioId: `${index}` });
const text = (...lines) => lines.map((one) => `${JSON.stringify(one)}\n`).join("");
const PAGES = { "": text(line(0), line(1), { nextCursor: "x" }), x: text(line(2), { highest: { k: { 0: 2 } } }) };

/** What was asked, and the answers that come before the pages: a status, or a text in place of a page. */
const seen = [];
let planned = [];
let pages = PAGES;
let tokens = 0;
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  seen.push({ pathname, query: Object.fromEntries(searchParams), authorization: request.headers.authorization });
  if (pathname === "/oauth2/token") {
    tokens += 1;
    return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ access_token: `token-${tokens}` }));
  }
  const plan = planned.shift();
  if (plan === "lost") return request.socket.destroy();
  if (typeof plan === "number") {
    return response.writeHead(plan, { "content-type": "application/json", "retry-after": "1", "x-request-id": "req_1" })
      .end(JSON.stringify({ success: false, errorCode: plan * 10, errorMessage: "Not now." }));
  }
  return response.writeHead(200, { "content-type": "application/x-ndjson" }).end(plan ?? pages[searchParams.get("cursor") ?? ""]);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}`;
writeFileSync(clientFile, `GATEHOUSE_URL=${url}\nGATEHOUSE_CLIENT_ID=cli_1\nGATEHOUSE_CLIENT_SECRET=the-secret\n`, { mode: 0o600 });
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  seen.length = 0;
  [planned, pages, tokens] = [[], PAGES, 0];
  rmSync(output, { force: true });
});

async function run(args, { script = "custody-export", env = {} } = {}) {
  const { GATEHOUSE_URL, GATEHOUSE_CLIENT_ID, GATEHOUSE_CLIENT_SECRET, ...rest } = process.env;
  const child = spawn(process.execPath, ["--no-warnings", join(root, `scripts/${script}.mjs`), ...args], { env: { ...rest, ...env } });
  const told = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) child[name].on("data", (text) => (told[name] += text));
  const [status] = await once(child, "close");
  assert.doesNotMatch(told.stdout + told.stderr, /the-secret|token-\d/);
  return { status, ...told };
}

const whole = ["--client", clientFile, "--output", output];
const isNotThere = () => assert.deepEqual([output, `${output}.partial`].filter(existsSync), []);

test("every page is in the file, in its order, for its owner alone", async () => {
  const { status, stderr } = await run([...whole, "--since", "2026-11-26T21:00:00Z"]);
  assert.equal(status, 0, stderr);
  assert.equal(readFileSync(output, "utf8"), PAGES[""] + PAGES.x);
  assert.equal(statSync(output).mode & 0o777, 0o600);
  assert.ok(!existsSync(`${output}.partial`));
  assert.match(stderr, /custody-export: 2 lines\ncustody-export: 3 lines\ncustody-export: 3 indices in .*make verify-custody FILE=/);
  const asked = seen.filter(({ pathname }) => pathname === "/v1/custody/export");
  assert.deepEqual(asked.map(({ query }) => query), [{ since: "2026-11-26T21:00:00Z" }, { since: "2026-11-26T21:00:00Z", cursor: "x" }]);
  assert.ok(asked.every(({ authorization }) => authorization === "Bearer token-1"));
  const basic = `Basic ${Buffer.from("cli_1:the-secret").toString("base64")}`;
  assert.equal(seen[0].authorization, basic);
});

test("the credentials come from the environment where no file is named", async () => {
  const env = { GATEHOUSE_URL: url, GATEHOUSE_CLIENT_ID: "cli_1", GATEHOUSE_CLIENT_SECRET: "the-secret" };
  assert.equal((await run(["--output", output], { env })).status, 0);
  const without = await run(["--output", output], { env: { ...env, GATEHOUSE_URL: "" } });
  assert.equal(without.status, 2);
  assert.match(without.stderr, /the environment must have GATEHOUSE_URL, as/);
});

test("locally a client is named as `make dev` made it, and no other is taken", async () => {
  writeFileSync(join(folder, "service.json"), JSON.stringify({ port: server.address().port, pid: process.pid }));
  writeFileSync(join(folder, "clients.json"), JSON.stringify({ root: { clientId: "cli_1", clientSecret: "the-secret" } }));
  const env = { STATE: folder, PORT: "" };
  assert.equal((await run(["--local", "root", "--output", output], { env })).status, 0);
  assert.equal(seen[0].authorization, `Basic ${Buffer.from("cli_1:the-secret").toString("base64")}`);
  const other = await run(["--local", "nobody", "--output", output], { env });
  assert.equal(other.status, 2);
  assert.match(other.stderr, /has no 'nobody' but root/);
  assert.equal((await run([...whole, "--local", "root"], { env })).status, 2);
});

test("where nobody answers, the place is named", async () => {
  const env = { GATEHOUSE_URL: "http://127.0.0.1:1", GATEHOUSE_CLIENT_ID: "cli_1", GATEHOUSE_CLIENT_SECRET: "the-secret" };
  const { status, stderr } = await run(["--output", output], { env });
  assert.equal(status, 1);
  assert.match(stderr, /^custody-export: POST \/oauth2\/token: http:\/\/127\.0\.0\.1:1 does not answer \(/m);
});

test("without --output the lines are where git ignores them", () => {
  for (const [script, file] of [["custody-export", "secrets/export.ndjson"], ["custody-lost", "secrets/lost.ndjson"]]) {
    const { stdout } = spawnSync(process.execPath, [join(root, `scripts/${script}.mjs`), "--help"], { encoding: "utf8" });
    assert.match(stdout, new RegExp(`--output FILE .*: ${file}$`, "m"));
    assert.equal(spawnSync("git", ["check-ignore", "-q", file], { cwd: root }).status, 0);
  }
});

test("what may pass is asked again, and a token that has run out is replaced", async () => {
  planned = [503, "lost", 429];
  const { status, stderr } = await run(whole);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /503; asking again in 1 s\n.*no answer; asking again in 2 s\n.*429; asking again in 1 s/);
  assert.equal(readFileSync(output, "utf8"), PAGES[""] + PAGES.x);
  planned = [401];
  assert.equal((await run(whole)).status, 0);
  assert.equal(seen.at(-1).authorization, "Bearer token-3");
});

test("what is refused, or is no page, leaves no file and says why", async () => {
  for (const [plan, expected] of [
    [[403], /GET \/v1\/custody\/export -> 403: 4030 Not now\. \(req_1\)/],
    [[401, 401], /-> 401/],
    [[text(line(0))], /a page was cut off/],
    [[text(line(0), { nextCursor: "x" }).slice(0, -5)], /a page was cut off/],
    [[""], /a page was cut off/],
    [[PAGES[""], PAGES[""]], /a page was cut off/],
    [[text({ lost: 0 })], /has no last line/],
  ]) {
    planned = plan;
    const { status, stderr } = await run(whole);
    assert.equal(status, 1, `${plan}`);
    assert.match(stderr, expected);
    isNotThere();
  }
});

test("an earlier export is there until the new one is whole", async () => {
  writeFileSync(output, "earlier");
  planned = [PAGES[""], 403];
  assert.equal((await run(whole)).status, 1);
  assert.equal(readFileSync(output, "utf8"), "earlier");
});

test("a secret goes to https and to this machine alone", async () => {
  for (const at of ["http://id.example.com", "https://id.example.com/", "id.example.com"]) {
    const env = { GATEHOUSE_URL: at, GATEHOUSE_CLIENT_ID: "cli_1", GATEHOUSE_CLIENT_SECRET: "the-secret" };
    const { status, stderr } = await run(["--output", output], { env });
    assert.equal(status, 2);
    assert.match(stderr, /it is https:\/\/ and the host/);
  }
});

test("what lost its row is listed the same way, and its last line is held against the lines", async () => {
  pages = { "": text(line(0), { nextCursor: "x" }), x: text(line(4), { lost: 2 }) };
  const { status, stderr } = await run(whole, { script: "custody-lost" });
  assert.equal(status, 0, stderr);
  assert.match(stderr, /custody-lost: 2 indices have no row any more: /);
  assert.equal(seen.at(-1).pathname, "/v1/custody/lost");
  pages = { "": text(line(0), { lost: 2 }) };
  rmSync(output);
  assert.match((await run(whole, { script: "custody-lost" })).stderr, /has 1 line, and its last one says 2/);
  isNotThere();
  pages = { "": text({ lost: 0 }) };
  assert.match((await run(whole, { script: "custody-lost" })).stderr, /every owner that the ledger knows has a row/);
});
