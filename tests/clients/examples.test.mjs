// The examples do what they say, against the running service.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";
import { Gatehouse } from "../../clients/typescript/dist/server.js";
import { demo, gatehouse, loggedIn, other, setting, somebody } from "./people.mjs";
import { startProxy } from "./proxy.mjs";
import { freePort, ROOT } from "../service.mjs";

const require = createRequire(join(ROOT, "examples/typescript/package.json"));
const { SignJWT } = await import(require.resolve("jose"));
const { Webhook } = require("standardwebhooks");

const TYPESCRIPT = [process.execPath, "--experimental-strip-types", "--no-warnings"];
const PYTHON = process.env.EXAMPLE_PYTHON;
const RUST = join(process.env.EXAMPLE_TARGET ?? "", "debug/verify-gatehouse-tokens");
const example = (path) => join(ROOT, "examples", path);

function start([command, ...args], env = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"]) child[stream].setEncoding("utf8").on("data", (text) => { said[stream] += text; });
  // One that does not start reads nothing.
  child.stdin.on("error", () => {});
  return { child, said };
}

/** Until it says that it listens. One that ends before does not listen any more. */
async function ready({ child, said }) {
  const ended = once(child, "close").then(([code]) => assert.fail(`it ended with ${code} before it was ready: ${said.stderr}`));
  while (!said.stdout.startsWith("ready\n")) await Promise.race([once(child.stdout, "data"), ended]);
  ended.catch(() => {});
}

/** How it ended, and all that it said. */
async function ended(command, env, input = "") {
  const { child, said } = start(command, env);
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code, ...said };
}

/** Its standard output, if it ended well and had nothing to say on standard error. */
async function run(command, input = "", env = {}) {
  const { child, said } = start(command, env);
  child.stdin.end(input);
  const [code] = await once(child, "close");
  assert.deepEqual({ code, stderr: said.stderr }, { code: 0, stderr: "" }, said.stdout);
  return said.stdout;
}

// --- the journey ----------------------------------------------------------------------------

for (const [language, command] of [
  ["TypeScript", [...TYPESCRIPT, example("typescript/journey.ts")]],
  ["Python", [PYTHON, example("python/journey.py")]],
]) {
  test(`the journey in ${language} goes from a sign-up to the end of its sessions`, async () => {
    const lines = (await run(command)).trimEnd().split("\n").map((line) => line.split(/ {2,}/));
    assert.deepEqual(lines.map(([what]) => what), ["signed up", "wrong code", "logged in", "refreshed", "portfolio", "reset"]);
    const said = Object.fromEntries(lines);
    assert.match(said["signed up"], /^usr_/);
    assert.match(said["wrong code"], /^2 tries left/);
    assert.match(said["logged in"], /^ada\d+@example\.com, UNINITIATED$/);
    assert.match(said.portfolio, /^0x[0-9A-Fa-f]{40}$/);
    assert.equal(said.reset, "the sessions are over");
  });

  test(`the journey in ${language} says in a sentence what is not there`, async () => {
    for (const [env, sentence] of [
      [{ GATEHOUSE_URL: `http://localhost:${await freePort()}` }, /^no gatehouse answers at http:.*GATEHOUSE_URL=.*\n$/],
      [{ GATEHOUSE_CLIENTS: "/nowhere/clients.json" }, /^\/nowhere\/clients\.json is not there: .*GATEHOUSE_CLIENTS=.*\n$/],
    ]) {
      const { code, stdout, stderr } = await ended(command, env);
      assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
      assert.match(stderr, sentence);
    }
  });
}

test("a partner sets a text and a KYC secret of its own, and leaves them to the service again", async () => {
  const lines = (await run([...TYPESCRIPT, example("typescript/settings.ts")])).trimEnd().split("\n").map((line) => line.split(/ {2,}/));
  assert.deepEqual(lines.slice(0, 2), [
    ["text", "{app}: your code is {code}. Tell nobody., of the partner"],
    ["KYC secrets", "1, and nobody is shown one"],
  ]);
  assert.match(lines[2].join(" "), /^refused smsText must contain \{code\} exactly once/);
  assert.match(lines[3].join(" "), /^message Other Bank: your code is \d{4}\. Tell nobody\.$/);
  assert.deepEqual(lines[4], ["identity", "VERIFIED"]);
  assert.match(lines[5].join(" "), /^text Your \{app\} code is .*, of the environment$/);
});

// --- verifying tokens -----------------------------------------------------------------------

let tokens;
before(async () => { tokens = await forged(); });

for (const [language, command] of [
  ["TypeScript", [...TYPESCRIPT, example("typescript/verify.ts")]],
  ["Python", [PYTHON, example("python/verify.py")]],
  ["Rust", [RUST]],
]) {
  test(`a service in ${language} takes a user's token, and no other`, async () => {
    const input = tokens.map(({ token }) => `${token}\n`).join("");
    const verdicts = (await run(command, input, { GATEHOUSE_PARTNER: `prt_some,${demo.partnerId}` })).trimEnd().split("\n");
    assert.equal(verdicts.length, tokens.length);
    for (const [n, { what, user }] of tokens.entries()) {
      const message = `${what}: ${verdicts[n]}`;
      if (user) assert.equal(verdicts[n], user, message);
      else assert.match(verdicts[n], /^refused: ./, message);
    }
  });

  test(`a service in ${language} does not call its own trouble a bad token`, async () => {
    const page = createServer((request, response) => response.end("<h1>a page</h1>")).listen(0, "127.0.0.1");
    await once(page, "listening");
    for (const port of [await freePort(), page.address().port]) {
      const env = { GATEHOUSE_ISSUER: `http://127.0.0.1:${port}`, GATEHOUSE_PARTNER: demo.partnerId };
      const { code, stdout, stderr } = await ended(command, env, `${tokens[0].token}\n${tokens[1].token}\n`);
      assert.notEqual(code, 0);
      assert.equal(stdout, "");
      // Of each, and it goes on to the next.
      assert.match(stderr, /^(no answer for this token: .*GATEHOUSE_ISSUER.*\n){2}$/);
    }
    page.close();
  });

  test(`a service in ${language} takes a slash too many at the end of the address`, async () => {
    const env = { GATEHOUSE_URL: `${process.env.GATEHOUSE_URL}/`, GATEHOUSE_PARTNER: demo.partnerId };
    assert.equal(await run(command, `${tokens[0].token}\n`, env), `${tokens[0].user}\n`);
  });

  test(`a service in ${language} that does not say whom it serves does not start`, async () => {
    const { code, stderr } = await ended(command, { GATEHOUSE_PARTNER: undefined }, `${tokens[0].token}\n`);
    assert.notEqual(code, 0);
    assert.match(stderr, /^GATEHOUSE_PARTNER is missing: .*\n$/);
  });
}

/** Tokens of the service, and ones that its own key or another signed over what it would not. */
async function forged() {
  const { user, tokens: { accessToken } } = await loggedIn();
  const [head, body, signature] = accessToken.split(".");
  const [header, claims] = [head, body].map((part) => JSON.parse(Buffer.from(part, "base64url")));
  const [jwk] = JSON.parse(setting("TOKEN_SIGNING_KEYS"));
  const own = key(jwk.d);
  const sign = (changedHeader, changedClaims, by = own) =>
    new SignJWT({ ...claims, ...changedClaims }).setProtectedHeader({ ...header, ...changedHeader }).sign(by);
  const now = Math.floor(Date.now() / 1000);
  const stranger = await loggedIn(gatehouse(other));
  const refused = {
    "of another partner's customer": stranger.tokens.accessToken,
    "without a partner": await sign({}, { partner_id: undefined }),
    "a client's": await gatehouse().token(),
    "of another issuer": await sign({}, { iss: "http://localhost:1" }),
    "for another audience": await sign({}, { aud: "http://localhost:1" }),
    "over for a second": await sign({}, { exp: now - 1 }),
    "without an end": await sign({}, { exp: undefined }),
    "a client's, by its scope": await sign({}, { scope: "client_auth" }),
    "with another scope beside": await sign({}, { scope: "user_auth admin" }),
    "without a session": await sign({}, { sid: undefined }),
    "another kind of JWT": await sign({ typ: "JWT" }, {}),
    "without a kind": await sign({ typ: undefined }, {}),
    "under an unknown key": await sign({ kid: "unknown" }, {}),
    "by another key under the name of ours": await sign({}, {}, key(Buffer.alloc(32, 7).toString("base64url"))),
    "by HS256 under the public key": await sign({ alg: "HS256" }, {}, Buffer.from(createPublicKey(own).export({ format: "jwk" }).x, "base64url")),
    "by nobody": `${encoded({ ...header, alg: "none" })}.${body}.`,
    "changed": `${head}.${encoded({ ...claims, sub: "usr_other" })}.${signature}`,
    "cut": `${head}.${body}`,
    "no token": "no token",
  };
  return [
    { what: "a user's", token: accessToken, user: user.userId },
    { what: "signed anew", token: await sign({}, {}), user: user.userId },
    { what: "made by a clock that is ahead", token: await sign({}, { iat: now + 30 }), user: user.userId },
    ...Object.entries(refused).map(([what, token]) => ({ what, token })),
  ];
}

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The Ed25519 key of these 32 bytes, in the frame of PKCS #8. */
function key(d) {
  const der = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.from(d, "base64url")]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

// --- receiving a webhook --------------------------------------------------------------------

for (const [language, command] of [
  ["TypeScript", [...TYPESCRIPT, example("typescript/receive-sms.ts")]],
  ["Python", [PYTHON, example("python/receive_sms.py")]],
]) {
  test(`a gateway in ${language} takes the messages that gatehouse signed, once each, and no others`, async () => {
    const port = await freePort();
    const { child, said } = start(command, { PORT: `${port}` });
    // What gatehouse asks comes by, so that it can be played back.
    const proxy = await startProxy(`http://127.0.0.1:${port}`, Number(process.env.GATEWAY_PORT));
    try {
      await ready({ child, said });
      const { demo } = JSON.parse(readFileSync(process.env.SENDING_CLIENTS, "utf8"));
      const server = new Gatehouse({ baseUrl: process.env.SENDING_URL, ...demo });
      const { phoneNumber, email, password } = somebody();
      await server.post("/v1/user/sign-up", { body: { phoneNumber, email, password } });
      const { sessionId } = await server.post("/v1/user/login", { body: { username: email, password } });
      const sent = () => said.stdout.split("\n").filter((line) => line.startsWith(`to ${phoneNumber}: `));
      while (!sent().length) await once(child.stdout, "data");
      const [{ body, headers }] = proxy.seen("POST /sms");
      const code = JSON.parse(body).text.match(/ is (\d+)\./)[1];
      assert.ok(!said.stdout.includes(code) && !said.stderr.includes(code), "the code is in the log");
      await server.post("/v1/user/otp", { body: { sessionId, username: email, challengeType: "SMS_MFA", code } });

      const post = async (changed, text = body) =>
        (await fetch(`http://127.0.0.1:${port}/sms`, { method: "POST", headers: { ...signed(headers), ...changed }, body: text })).status;
      assert.equal(await post({}), 204, "played back");
      const late = new Date(Date.now() - 301_000);
      const signature = new Webhook(process.env.SMS_WEBHOOK_SECRET).sign("msg_late", late, body);
      const timestamp = `${Math.floor(late / 1000)}`;
      assert.equal(await post({ "webhook-id": "msg_late", "webhook-timestamp": timestamp, "webhook-signature": signature }), 401);
      assert.equal(await post({}, body.replace("code is", "code was")), 401);
      assert.equal(await post({ "webhook-signature": "v1,AAAA" }), 401);
      assert.equal(await post({ "webhook-signature": "nonsense" }), 401);
      assert.equal(sent().length, 1);
    } finally {
      proxy.end();
      child.kill();
    }
  });
}

// What a carrier that fails once is to the examples: they print where its API stands.
const FAILING_NODE = `const log = console.log; let failed = false;
  console.log = (text) => { if (!failed && text !== "ready") { failed = true; throw new Error("no carrier"); } log(text); };`;
const FAILING_PYTHON = `import builtins, runpy, sys
log, failed = print, []
def fail_once(text, **rest):
    if text != "ready" and not failed:
        failed.append(text)
        raise OSError("no carrier")
    log(text, **rest)
builtins.print = fail_once
runpy.run_path(sys.argv[1], run_name="__main__")`;

for (const [language, command, failing] of [
  ["TypeScript", [...TYPESCRIPT, example("typescript/receive-sms.ts")],
    [...TYPESCRIPT, "--import", `data:text/javascript,${encodeURIComponent(FAILING_NODE)}`, example("typescript/receive-sms.ts")]],
  ["Python", [PYTHON, example("python/receive_sms.py")], [PYTHON, "-c", FAILING_PYTHON, example("python/receive_sms.py")]],
]) {
  test(`a gateway in ${language} survives half a body and one without an end`, async () => {
    await withGateway(command, async ({ port, post, sent }) => {
      const head = "POST /sms HTTP/1.1\r\nHost: localhost\r\nContent-Length: ";
      for (const part of [`${head}100\r\n\r\n{"to":`, `${head}-1\r\n\r\n{"to":`, `${head}100000\r\n\r\n${"a".repeat(50_000)}`]) {
        const socket = connect(port, "127.0.0.1").on("error", () => {});
        await once(socket, "connect");
        await new Promise((resolve) => socket.write(part, resolve));
        socket.end();
        await Promise.race([once(socket.resume(), "close"), new Promise((resolve) => setTimeout(resolve, 1000))]);
        socket.destroy();
      }
      const large = post("msg_large", { to: "+15550100", text: "a".repeat(16 * 1024) });
      assert.notEqual(await large.catch(() => "the connection was ended"), 204);
      assert.equal(await post("msg_1", { to: "+15550100", text: "größer: 1." }), 204);
      assert.deepEqual(await sent(), ["to +15550100: 10 characters"]);
    });
  });

  test(`a gateway in ${language} without a secret does not start, and says what is missing`, async () => {
    const { code, stderr } = await ended(command, { SMS_WEBHOOK_SECRET: undefined });
    assert.equal(code, 1);
    assert.match(stderr, /^SMS_WEBHOOK_SECRET is missing: .*\n$/);
  });

  test(`a gateway in ${language} whose carrier failed takes the same id again, and once`, async () => {
    await withGateway(failing, async ({ post, sent }) => {
      const message = { to: "+15550100", text: "Your code is 1." };
      const answers = [];
      for (const _ of [1, 2, 3]) answers.push(await post("msg_1", message));
      assert.deepEqual(answers, [500, 204, 204]);
      assert.deepEqual(await sent(), ["to +15550100: 15 characters"]);
    });
  });
}

/** A gateway of an example, a way to post to it what gatehouse would sign, and all that it sent until it is ended. */
async function withGateway(command, visit) {
  const port = await freePort();
  const { child, said } = start(command, { PORT: `${port}` });
  const post = async (id, message) => {
    const [body, now] = [JSON.stringify(message), new Date()];
    const headers = {
      "webhook-id": id,
      "webhook-timestamp": `${Math.floor(now / 1000)}`,
      "webhook-signature": new Webhook(process.env.SMS_WEBHOOK_SECRET).sign(id, now, body),
    };
    return (await fetch(`http://127.0.0.1:${port}/sms`, { method: "POST", headers, body })).status;
  };
  const sent = async () => {
    assert.equal(child.exitCode, null, said.stderr);
    child.kill();
    await once(child, "close");
    return said.stdout.trimEnd().split("\n").slice(1);
  };
  try {
    await ready({ child, said });
    await visit({ port, post, sent });
  } finally {
    child.kill();
  }
}

function signed(headers) {
  return Object.fromEntries(["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => [name, headers[name]]));
}
