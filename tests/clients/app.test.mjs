// The session of an app: one refresh for all who ask, saved before anybody has it, over for one reason alone.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import { GatehouseError, memoryStorage, refreshAt, UserSession } from "../../clients/typescript/dist/app.js";
import { BASE_URL, code, demoRecovery, gatehouse, loggedIn, logIn, somebody } from "./people.mjs";
import { failure, startProxy } from "./proxy.mjs";
import { ROOT } from "../service.mjs";

const REFRESH = "POST /v1/user/refresh";
const ME = "GET /v1/user/me";
const wait = async () => {};

let proxy, server;
beforeEach(async () => {
  proxy = await startProxy(BASE_URL);
  server = gatehouse({ baseUrl: proxy.url });
});
afterEach(() => proxy.end());

/** As an app's own server does it. */
const refresh = (body, key) => server.post("/v1/user/refresh", { body, params: { header: { "Idempotency-Key": key } } });

async function begin(settings = {}) {
  const { person, user, tokens } = await loggedIn(server);
  const storage = settings.storage ?? memoryStorage();
  const session = new UserSession({ baseUrl: proxy.url, refresh, wait, ...settings, storage });
  await session.start(tokens);
  return { session, storage, person, user, tokens };
}

/** As if the access token's life were over. */
async function expire(storage) {
  await storage.write({ ...await storage.read(), renewAt: 0 });
}

test("a session makes the calls of its user, and an unused one refreshes nothing", async () => {
  const { session, user, tokens } = await begin();
  assert.deepEqual(await session.get("/v1/user/me"), await server.get("/v1/user/{userId}", { params: { path: { userId: user.userId } } }));
  assert.equal(await session.accessToken(), tokens.accessToken);
  assert.equal(proxy.seen(REFRESH).length, 0);
});

for (const [where, settings] of [["", {}], [", without Web Locks as well", { lock: (_, work) => work() }]]) {
  test(`twenty callers of an expired session make one refresh${where}`, async () => {
    const { session, storage } = await begin(settings);
    await expire(storage);
    const callers = Array.from({ length: 20 }, (_, n) => n % 2 ? session.get("/v1/user/me") : session.accessToken());
    const answers = await Promise.all(callers);
    assert.equal(proxy.seen(REFRESH).length, 1);
    assert.equal(new Set(answers.filter((answer) => typeof answer === "string")).size, 1);
  });
}

test("twenty callers whose token the service refuses make one refresh", async () => {
  const { session, storage } = await begin();
  await storage.write({ ...await storage.read(), accessToken: "forged" });
  await Promise.all(Array.from({ length: 20 }, () => session.get("/v1/user/me")));
  assert.equal(proxy.seen(REFRESH).length, 1);
  assert.deepEqual(proxy.seen(ME).map(({ status }) => status).sort(), [...Array(20).fill(200), ...Array(20).fill(401)]);
});

test("the token is renewed a minute early, or at half of a short life", async () => {
  let now = Date.now();
  const { session, storage, tokens } = await begin({ now: () => now });
  now += tokens.expiresIn * 1000 - 60_001;
  assert.equal(await session.accessToken(), tokens.accessToken);
  now += 1;
  assert.notEqual(await session.accessToken(), tokens.accessToken);
  await session.start({ ...tokens, expiresIn: 60 });
  assert.equal((await storage.read()).renewAt, now + 30_000);
});

test("two tabs make one refresh, by the browser's lock", async () => {
  const { session, storage } = await begin();
  const other = new UserSession({ baseUrl: proxy.url, refresh, storage });
  await expire(storage);
  const tokens = await Promise.all([session.accessToken(), other.accessToken(), session.accessToken()]);
  assert.equal(proxy.seen(REFRESH).length, 1);
  assert.equal(new Set(tokens).size, 1);
});

test("two tabs without a lock ask with one key, and the session lives on", async () => {
  const lock = (_, work) => work();
  const { session, storage } = await begin({ lock });
  const other = new UserSession({ baseUrl: proxy.url, refresh, storage, lock, wait });
  await expire(storage);
  await Promise.all([session.accessToken(), other.accessToken()]);
  const keys = proxy.seen(REFRESH).map(({ key }) => key);
  assert.ok(keys.length >= 2);
  assert.equal(new Set(keys).size, 1);
  await expire(storage);
  await session.get("/v1/user/me");
});

test("a refresh whose answers were lost is asked again with its key, and the session lives on", async () => {
  const { session, storage } = await begin();
  await expire(storage);
  proxy.plan(REFRESH, { drop: true }, { cut: true });
  await session.get("/v1/user/me");
  assert.equal(new Set(proxy.seen(REFRESH).map(({ key }) => key)).size, 1);
  await expire(storage);
  await session.get("/v1/user/me");
});

test("tokens are saved before they are handed out", async () => {
  const storage = memoryStorage();
  let begun, finish;
  const writing = new Promise((resolve) => { begun = resolve; });
  const gate = new Promise((resolve) => { finish = resolve; });
  const { session } = await begin({ storage });
  await expire(storage);
  const { write } = storage;
  storage.write = async (saved) => { begun(); await gate; await write(saved); };
  let handedOut = false;
  const token = session.accessToken().then((text) => { handedOut = true; return text; });
  await writing;
  // Whatever could still come without the storage has come after a turn of the loop.
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(handedOut, false);
  finish();
  const text = await token;
  assert.equal((await storage.read()).accessToken, text);
});

test("tokens that could not be saved are not handed out, and the next refresh gets the same", async () => {
  const storage = memoryStorage();
  const { session } = await begin({ storage });
  await expire(storage);
  const { write } = storage;
  storage.write = () => { throw new Error("the disk is full"); };
  await assert.rejects(session.accessToken(), /disk is full/);
  storage.write = write;
  const token = await session.accessToken();
  const [lost, got] = proxy.seen(REFRESH).map(({ answer }) => JSON.parse(answer).data);
  assert.equal(got.refreshToken, lost.refreshToken);
  assert.equal(token, lost.accessToken);
});

test("a session that the service ended is cleared, and the person has to log in", async () => {
  const { session, storage, person, tokens } = await begin();
  await server.revoke(tokens.refreshToken);
  await assert.rejects(session.get("/v1/user/me"), { status: 403, code: 5001 });
  assert.equal(await session.isActive(), false);
  await assert.rejects(session.get("/v1/user/me"), { status: 0, code: 5001 });
  await session.start(await logIn(person, server));
  await session.get("/v1/user/me");
});

test("no other failure clears it", async () => {
  const { session, storage } = await begin();
  const rows = readFileSync(`${ROOT}/docs/errors.md`, "utf8").matchAll(/<\/a>(\d{4}) \| (\d{3}) \|/g);
  const failures = [...rows].map(([, code, status]) => [Number(status), Number(code)]).filter(([, code]) => code !== 5001);
  assert.ok(failures.length > 30);
  const other = [{ answer: { status: 502, body: "<html>" } }, { answer: { status: 403, body: "{}" } }, { drop: true }];
  for (const deed of [...failures.map(([status, code]) => ({ answer: failure(status, code) })), ...other]) {
    await expire(storage);
    const kept = await storage.read();
    proxy.plan(REFRESH, ...Array(10).fill(deed));
    await assert.rejects(session.accessToken(), GatehouseError, JSON.stringify(deed));
    assert.deepEqual(await storage.read(), kept, JSON.stringify(deed));
    proxy.forget();
  }
  await session.get("/v1/user/me");
});

test("a refresh that comes late overwrites no session begun meanwhile", async () => {
  const { storage } = await begin();
  const next = await loggedIn(server);
  let answer;
  const slow = (body, key) => new Promise((resolve) => { answer = () => resolve(refresh(body, key)); });
  const session = new UserSession({ baseUrl: proxy.url, refresh: slow, storage });
  await expire(storage);
  const late = session.accessToken();
  while (!answer) await new Promise((resolve) => setImmediate(resolve));
  await new UserSession({ baseUrl: proxy.url, refresh, storage }).start(next.tokens);
  answer();
  assert.equal(await late, next.tokens.accessToken);
  assert.equal((await storage.read()).refreshToken, next.tokens.refreshToken);
});

test("whoever lost the phone is back in by a code from paper, and at a new number", async () => {
  const { session, person } = await begin();
  const { codes } = await session.post("/v1/user/recovery-codes", { body: { password: person.password } });
  const { email, password } = person;
  const { sessionId } = await server.post("/v1/user/login", { body: { username: email, password } });
  const recover = { sessionId, username: email, challengeType: "RECOVERY_CODE", code: codes[0] };
  await session.start(await server.post("/v1/user/otp", { body: recover }));
  const { phoneNumber } = somebody();
  const { challenges } = await session.post("/v1/user/phone", { body: { newPhoneNumber: phoneNumber, password } });
  assert.deepEqual(challenges.map(({ which }) => which), ["NEW"]);
  const answer = { sessionId: challenges[0].sessionId, username: email, challengeType: "CHANGE_PHONE", code: await code(phoneNumber) };
  assert.equal((await server.post("/v1/user/otp", { body: answer })).status, "PHONE_CHANGED");
  const user = await session.get("/v1/user/me");
  assert.equal(user.phoneNumber, phoneNumber);
  assert.ok(Date.parse(user.info.holdUntil) > Date.now());
  await session.start(await logIn({ ...person, phoneNumber }, server));
});

test("whoever has neither phone nor code is back in by the partner's word", async () => {
  const { session, person, user } = await begin();
  const { phoneNumber } = somebody();
  const desk = gatehouse({ ...demoRecovery });
  const reason = "identity checked again, case 4711";
  await desk.post("/v1/user/{userId}/phone", { params: { path: { userId: user.userId } }, body: { newPhoneNumber: phoneNumber, reason } });
  await assert.rejects(session.get("/v1/user/me"), { code: 5001 });
  await session.start(await logIn({ ...person, phoneNumber }, server));
  assert.equal((await session.get("/v1/user/me")).phoneNumber, phoneNumber);
  const { entries } = await server.get("/v1/audit", { params: { query: { userId: user.userId } } });
  assert.equal(entries.find(({ outcome }) => outcome === "given").reason, reason);
});

test("a session goes on under the new e-mail, and is refreshed by it alone", async () => {
  const { session, storage, person } = await begin();
  const { email } = somebody();
  const { sessionId } = await session.post("/v1/user/email", { body: { newEmail: email, password: person.password } });
  const answer = { sessionId, username: person.email, challengeType: "CHANGE_EMAIL", code: await code(email) };
  assert.equal((await server.post("/v1/user/otp", { body: answer })).status, "EMAIL_CHANGED");
  const { nextKey } = await storage.read();
  await session.rename(email);
  assert.notEqual((await storage.read()).nextKey, nextKey);
  await expire(storage);
  assert.equal((await session.get("/v1/user/me")).email, email);
  assert.equal(proxy.seen(REFRESH).length, 1);
  assert.equal((await storage.read()).username, email);
  await session.rename(person.email);
  await expire(storage);
  await assert.rejects(session.get("/v1/user/me"), { status: 403, code: 5001 });
});

test("a tab that is refused under the old name keeps the session that another has renamed", async () => {
  const { session, storage } = await begin({ lock: (_, work) => work() });
  const late = new UserSession({
    baseUrl: proxy.url, storage, lock: (_, work) => work(), wait,
    refresh: async () => {
      await session.rename("renamed@example.com");
      throw new GatehouseError("not this username's", { status: 403, code: 5001 });
    },
  });
  await expire(storage);
  await assert.rejects(late.accessToken(), { code: 5001 });
  assert.equal((await storage.read()).username, "renamed@example.com");
});

test("ending a session ends it at the service, and one that could not be ended stays", async () => {
  const { session, tokens } = await begin();
  proxy.plan("POST /v1/user/logout", { answer: failure(500, 9001) });
  await assert.rejects(session.end(), { code: 9001 });
  assert.equal(await session.isActive(), true);
  await session.end();
  assert.equal(await session.isActive(), false);
  assert.deepEqual(await server.introspect(tokens.accessToken), { active: false });
});

test("an app refreshes at its own server, which takes the key along and passes the answer on", async () => {
  const own = await ownServer();
  try {
    const { session, storage } = await begin({ refresh: refreshAt(`${own.url}/session/refresh`, { wait }) });
    await expire(storage);
    const { nextKey } = await storage.read();
    proxy.plan(REFRESH, { drop: true });
    await session.get("/v1/user/me");
    assert.deepEqual(proxy.seen(REFRESH).map(({ key }) => key), [nextKey, nextKey]);
    // The server's own trouble, and what is no request, are nothing to log anybody out for.
    proxy.plan(REFRESH, { answer: failure(401, 2001) });
    await expire(storage);
    await assert.rejects(session.accessToken(), { status: 502 });
    assert.equal(await session.isActive(), true);
    const nonsense = await fetch(`${own.url}/session/refresh`, { method: "POST", body: "nonsense" });
    assert.equal(nonsense.status, 400);
    await server.revoke((await storage.read()).refreshToken);
    await assert.rejects(session.accessToken(), { status: 403, code: 5001 });
    assert.equal(await session.isActive(), false);
  } finally {
    own.end();
  }
});

test("what is no refresh token is refused without asking the service, and one that is not its own by the service", async () => {
  const own = await ownServer();
  try {
    const ask = async (body) => {
      const answer = await fetch(`${own.url}/session/refresh`, { method: "POST", body: JSON.stringify(body) });
      return [answer.status, (await answer.json()).errorCode];
    };
    const { tokens: { username, refreshToken } } = await loggedIn(server);
    const rubbish = [undefined, null, 1, "", "rt_", "rubbish", refreshToken.slice(3), refreshToken.slice(0, -1), `${refreshToken}A`, [refreshToken]];
    for (const made of rubbish) assert.deepEqual(await ask({ username, refreshToken: made }), [403, 5001], `${made}`);
    assert.deepEqual(await ask(null), [400, 1001]);
    assert.equal(proxy.seen(REFRESH).length, 0);
    assert.deepEqual(await ask({ username, refreshToken: `rt_${"A".repeat(86)}` }), [403, 5001]);
    assert.deepEqual(await ask({ username, refreshToken }), [200, 0]);
    assert.equal(proxy.seen(REFRESH).length, 2);
  } finally {
    own.end();
  }
});

/** A partner's server with the one route that its app refreshes at. */
async function ownServer() {
  const http = createServer(async (incoming, outgoing) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const request = new Request(`http://localhost${incoming.url}`, {
      method: incoming.method, headers: incoming.headers, body: Buffer.concat(chunks),
    });
    const answer = await server.answerRefresh(request);
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  }).listen(0, "127.0.0.1");
  await once(http, "listening");
  return { url: `http://127.0.0.1:${http.address().port}`, end: () => { http.closeAllConnections(); http.close(); } };
}
