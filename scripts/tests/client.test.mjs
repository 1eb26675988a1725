import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { parseEnv } from "node:util";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-client-test-"));
const [file, pending] = ["client-acme.env", "client-acme.env.pending"].map((name) => join(folder, name));

/** Stands where the service does: one client a key. `fate` is what becomes of the next answer. */
const made = new Map();
const seen = [];
let fate = "given";
let health = 200;
const STALE = `Basic ${Buffer.from("cli_stale:s").toString("base64")}`;
const TOKEN = ["{}", '{"partner_id":"prt_operator"}', "signature"].map((part) => Buffer.from(part).toString("base64url")).join(".");
const server = createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  response.setHeader("content-type", "application/json");
  if (request.url === "/healthz") return response.writeHead(health).end("{}");
  if (request.url === "/oauth2/token" && request.headers.authorization === STALE) return response.writeHead(401).end("{}");
  if (request.url === "/oauth2/token") return response.end(JSON.stringify({ access_token: TOKEN }));
  const key = request.headers["idempotency-key"];
  seen.push({ key, body });
  if (fate === "refused") return response.writeHead(400).end(JSON.stringify({ success: false, errorCode: 1001 }));
  if (!made.has(key)) made.set(key, { partnerId: "prt_1", clientId: `cli_${made.size}`, clientSecret: `secret-${made.size}`, scope: "client_auth" });
  if (fate === "lost") return request.socket.destroy();
  if (fate === "failed") return response.writeHead(503).end(JSON.stringify({ success: false, errorCode: 9002 }));
  return response.end(JSON.stringify({ success: true, data: made.get(key) }));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address();
writeFileSync(join(folder, "service.json"), JSON.stringify({ port, pid: process.pid }));
writeFileSync(join(folder, "clients.json"), JSON.stringify({ root: { clientId: "cli_root", clientSecret: "s" } }));
mkdirSync(join(folder, "secrets"));
const toml = readFileSync(join(root, "wrangler.toml"), "utf8");
writeFileSync(join(folder, "wrangler.toml"), toml);
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

async function run(becomes, env = {}) {
  fate = becomes;
  const { REMOTE, PARTNER, SCOPES, ROLES, IN, PORT, ...rest } = process.env;
  const child = spawn(process.execPath, ["--no-warnings", join(root, "scripts/client.mjs")], {
    cwd: folder, env: { ...rest, STATE: folder, NAME: "acme", ...env },
  });
  let stderr = "";
  child.stderr.on("data", (text) => (stderr += text));
  child.stdout.resume();
  const [status] = await once(child, "close");
  return { status, stderr };
}

test("a client whose answer was lost is had by the same command, and there is one", async (t) => {
  await t.test("lost, or failed with what nobody knows: nothing is thrown away", async () => {
    for (const becomes of ["lost", "failed"]) {
      assert.equal((await run(becomes)).status, 1);
      assert.ok(!existsSync(file));
      assert.equal(statSync(pending).mode & 0o777, 0o600);
    }
  });

  await t.test("another request under that name is not sent", async () => {
    const calls = seen.length;
    const { status, stderr } = await run("given", { SCOPES: "users.read" });
    assert.equal(status, 1);
    assert.match(stderr, /of an earlier run for acme that asked for something else/);
    assert.equal(seen.length, calls);
  });

  await t.test("asked again, it is the same client", async () => {
    const { status, stderr } = await run("given");
    assert.equal(status, 0, stderr);
    assert.equal(new Set(seen.map(({ key, body }) => `${key} ${body}`)).size, 1);
    assert.equal(made.size, 1);
    assert.match(readFileSync(file, "utf8"), /^GATEHOUSE_CLIENT_ID=cli_0\nGATEHOUSE_CLIENT_SECRET=secret-0$/m);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.ok(!existsSync(pending));
  });

  await t.test("what is there already stays, and nothing is asked", async () => {
    const calls = seen.length;
    assert.match((await run("given")).stderr, /is there already/);
    assert.equal(seen.length, calls);
  });

  await t.test("what was refused leaves nothing", async () => {
    const before = readdirSync(folder);
    assert.equal((await run("refused", { NAME: "other" })).status, 1);
    assert.deepEqual(readdirSync(folder), before);
  });

  await t.test("a key that is over is not sent again", async () => {
    await run("lost", { NAME: "late" });
    const calls = seen.length;
    const day = Date.now() / 1000 - 86400;
    utimesSync(join(folder, "client-late.env.pending"), day, day);
    assert.match((await run("given", { NAME: "late" })).stderr, /its key is over/);
    assert.equal(seen.length, calls);
  });
});

test("a client of a service behind is the operator's own partner's, and another a new one's", async () => {
  for (const [name, scopes, owner] of [["deposits", "introspect", { partnerId: "prt_operator" }], ["beta", undefined, { partnerName: "beta" }]]) {
    assert.equal((await run("given", { NAME: name, ...(scopes && { SCOPES: scopes }) })).status, 0);
    assert.deepEqual(JSON.parse(seen.at(-1).body), { name, ...owner, scope: scopes ?? "client_auth" });
  }
});

test("a new partner lives where IN says, and what is none of the homes, or no new partner's, is not asked", async () => {
  assert.equal((await run("given", { NAME: "eu", IN: "HOME_EU" })).status, 0);
  assert.deepEqual(JSON.parse(seen.at(-1).body), { name: "eu", partnerName: "eu", home: "HOME_EU", scope: "client_auth" });
  const calls = seen.length;
  const says = async (words, env) => {
    const { status, stderr } = await run("given", { NAME: "nobody", ...env });
    assert.equal(status, 1);
    assert.match(stderr, words);
  };
  await says(/^client: IN is the home of a new partner, DB or HOME_EU, not 'HOME_US'/, { IN: "HOME_US" });
  await says(/one that is there moves/, { IN: "HOME_EU", PARTNER: "prt_1" });
  await says(/the operator's own is in DB/, { IN: "HOME_EU", SCOPES: "introspect" });
  // An environment has homes of its own, and this one none.
  writeFileSync(join(folder, "secrets/staging.env"), "ISSUER=https://id.example.com\n");
  await says(/DB, not 'HOME_EU'/, { IN: "HOME_EU", REMOTE: "1", ENV: "staging" });
  assert.equal(seen.length, calls);
});

test("the operator's first client, by SQL: where wrangler failed, the same one again, and it is there once", async () => {
  writeFileSync(join(folder, "secrets/staging.env"), "ISSUER=https://id.example.com\n");
  const [sql, status] = ["ran.sql", "status"].map((name) => join(folder, name));
  // Stands where wrangler does: the last argument is the file.
  writeFileSync(join(folder, "wrangler"), `#!/bin/sh\nfor last; do :; done\ncat "$last" >>"${sql}"\nexit "$(cat "${status}")"\n`, { mode: 0o755 });
  const env = { NAME: "root", SCOPES: "admin", REMOTE: "1", ENV: "staging", PATH: `${folder}${delimiter}${process.env.PATH}` };
  writeFileSync(status, "1");
  assert.match((await run("given", env)).stderr, /no database_id of staging yet: .* d1 create gatehouse-staging/);
  assert.ok(!existsSync(sql));
  writeFileSync(join(folder, "wrangler.toml"), toml.replaceAll(/^database_id = .*$/gm, 'database_id = "1"'));
  assert.match((await run("given", env)).stderr, /The same command tries .* wrangler login.* never --temporary/);
  writeFileSync(status, "0");
  const { status: ended, stderr } = await run("given", env);
  assert.equal(ended, 0, stderr);

  const database = new DatabaseSync(":memory:");
  const migrations = readdirSync(join(root, "migrations")).filter((name) => name.endsWith(".sql")).sort();
  for (const name of migrations) database.exec(readFileSync(join(root, "migrations", name), "utf8"));
  database.exec(readFileSync(sql, "utf8"));
  const { GATEHOUSE_CLIENT_ID: id, GATEHOUSE_CLIENT_SECRET: secret } = parseEnv(readFileSync(join(folder, "secrets/staging.client-root.env"), "utf8"));
  const all = database.prepare("SELECT client_id, secret_hash FROM client_secrets JOIN clients c ON c.id = client_id JOIN partners p ON p.id = partner_id").all();
  assert.deepEqual(all.map((row) => ({ ...row })), [{ client_id: id, secret_hash: createHash("sha256").update(secret).digest("hex") }]);
  assert.ok(!existsSync(join(folder, "secrets/staging.client-root.env.pending")));

  // Perhaps the only ones that there are.
  assert.match((await run("given", env)).stderr, /staging.client-root.env is there already: .*move the file aside/);
});

test("a client of a deployment is made where ISSUER says, and what is in the way is told of that place", async () => {
  const [settings, operator] = ["staging.env", "staging.client-root.env"].map((one) => join(folder, "secrets", one));
  const env = { NAME: "far", REMOTE: "1", ENV: "staging" };
  const says = async (words, issuer, more) => {
    writeFileSync(settings, `ISSUER=${issuer}\n`);
    const { status, stderr } = await run("given", { ...env, ...more });
    assert.equal(status, 1);
    assert.match(stderr, words);
    assert.doesNotMatch(stderr, /make dev/);
  };
  const url = `http://localhost:${port}`;
  writeFileSync(operator, "GATEHOUSE_CLIENT_ID=cli_stale\nGATEHOUSE_CLIENT_SECRET=s\n");
  for (const issuer of ["id.example.com", "https://id.example.com/", "http://id.example.com"]) await says(/ISSUER of secrets\/staging.env is .* https:\/\/ and the host/, issuer);
  await says(/nothing answers at http:\/\/localhost:1 .*which ISSUER of secrets\/staging.env names.*wrangler deploy --env staging/, "http://localhost:1");
  health = 503;
  await says(/healthz answered 503: .*secrets.sh check/, url);
  health = 200;
  await says(/at most 64 letters/, url, { NAME: "n".repeat(150) });
  await says(/does not know the credentials in secrets\/staging.client-root.env/, url);
  writeFileSync(operator, "GATEHOUSE_CLIENT_ID=cli_root\nGATEHOUSE_CLIENT_SECRET=s\n");
  chmodSync(operator, 0o644);
  const { status, stderr } = await run("given", env);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /staging.client-root.env could be read by others/);
  assert.equal(statSync(operator).mode & 0o777, 0o600);
  assert.match(readFileSync(join(folder, "secrets/staging.client-far.env"), "utf8"), new RegExp(`^GATEHOUSE_URL=${url}$`, "m"));
});
