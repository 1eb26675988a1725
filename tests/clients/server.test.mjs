// The client of a partner's server: its token, its retries, its errors.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { inspect } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Gatehouse, GatehouseError } from "../../clients/typescript/dist/server.js";
import { gatehouse, loggedIn, somebody, BASE_URL, verify } from "./people.mjs";
import { failure, startProxy } from "./proxy.mjs";

const SIGN_UP = "POST /v1/user/sign-up";
let proxy;
beforeEach(async () => { proxy = await startProxy(BASE_URL); });
afterEach(() => proxy.end());

test("a sign-up whose answers were lost makes one user, under one key", async () => {
  proxy.plan(SIGN_UP, { drop: true }, { cut: true });
  const person = somebody();
  const server = gatehouse({ baseUrl: proxy.url });
  const user = await server.post("/v1/user/sign-up", { body: person });
  const calls = proxy.seen(SIGN_UP);
  assert.equal(calls.length, 3);
  assert.equal(new Set(calls.map(({ key }) => key)).size, 1);
  assert.ok(calls[0].key.length >= 32);
  assert.equal(JSON.parse(calls[0].answer).data.userId, user.userId, "the first had been done");
  // Another call is another request, with another key.
  await assert.rejects(server.post("/v1/user/sign-up", { body: person }), { code: 3001, status: 409 });
  assert.notEqual(proxy.seen(SIGN_UP).at(-1).key, calls[0].key);
});

test("a portfolio whose answer was lost is opened once", async () => {
  const route = "POST /v1/account/portfolio";
  proxy.plan(route, { drop: true });
  const server = gatehouse({ baseUrl: proxy.url });
  const { user } = await loggedIn(server);
  await verify(user.userId);
  const { accountId } = user.accounts[0];
  await server.post("/v1/account/portfolio", { body: { accountId, name: "Savings" } });
  assert.deepEqual(proxy.seen(route).map(({ status }) => status), [200, 200]);
  const { portfolios } = await server.get("/v1/account/{accountId}", { params: { path: { accountId } } });
  assert.equal(portfolios.length, 1);
});

test("a caller's own key is taken along, and its call gets the first answer again", async () => {
  const call = { body: somebody(), params: { header: { "Idempotency-Key": `mine-${Date.now()}` } } };
  const server = gatehouse();
  const [one, two] = [await server.post("/v1/user/sign-up", call), await server.post("/v1/user/sign-up", call)];
  assert.deepEqual(one, two);
});

test("what the service asks to wait is waited, with jitter, before it is asked again", async () => {
  proxy.plan(SIGN_UP, { answer: failure(503, 9002, 7) }, { answer: failure(409, 1007, 2) }, { drop: true });
  const server = gatehouse({ baseUrl: proxy.url });
  await server.post("/v1/user/sign-up", { body: somebody() });
  const [unavailable, inProgress, lost] = server.waits;
  assert.ok(unavailable >= 7000 && unavailable <= 7250, `${unavailable}`);
  assert.ok(inProgress >= 2000 && inProgress <= 2500, `${inProgress}`);
  assert.ok(lost >= 0 && lost <= 1000, `${lost}`);
  assert.equal(new Set(proxy.seen(SIGN_UP).map(({ key }) => key)).size, 1);
});

test("a wait of more than half a minute is told to the caller", async () => {
  proxy.plan(SIGN_UP, { answer: failure(503, 9002, 31) });
  const server = gatehouse({ baseUrl: proxy.url });
  await assert.rejects(server.post("/v1/user/sign-up", { body: somebody() }), { code: 9002, status: 503, retryAfter: 31 });
  assert.deepEqual(server.waits, []);
});

test("it gives up after the retries that were asked for", async () => {
  proxy.plan(SIGN_UP, ...Array(9).fill({ drop: true }));
  const server = gatehouse({ baseUrl: proxy.url, retries: 2 });
  const error = await server.post("/v1/user/sign-up", { body: somebody() }).catch((reason) => reason);
  assert.ok(error instanceof GatehouseError && error.cause);
  assert.deepEqual([error.status, error.code], [0, 0]);
  assert.equal(proxy.seen(SIGN_UP).length, 3);
});

test("an answer that does not come counts as lost, and so does one that is not the service's", async () => {
  proxy.plan(SIGN_UP, { hold: true }, { answer: { status: 502, body: "<html>" } });
  const server = gatehouse({ baseUrl: proxy.url, timeout: 5000 });
  // Memory is collected while it waits: a timer that nothing holds would be lost then, and the wait have no end.
  setFlagsFromString("--expose-gc");
  const collecting = setInterval(runInNewContext("gc"), 100);
  await server.post("/v1/user/sign-up", { body: somebody() }).finally(() => clearInterval(collecting));
  const calls = proxy.seen(SIGN_UP);
  assert.ok(calls.length >= 3);
  assert.equal(new Set(calls.map(({ key }) => key)).size, 1);
});

test("a caller that has had enough is not asked for again", async () => {
  proxy.plan(SIGN_UP, ...Array(9).fill({ drop: true }));
  const caller = new AbortController();
  const server = gatehouse({ baseUrl: proxy.url, wait: async () => caller.abort(new Error("enough")) });
  await assert.rejects(server.post("/v1/user/sign-up", { body: somebody(), signal: caller.signal }), /enough/);
  assert.equal(proxy.seen(SIGN_UP).length, 1);
});

test("a caller that has had enough does not have to wait for the end of a wait", async () => {
  proxy.plan(SIGN_UP, { answer: failure(503, 9002, 30) });
  const caller = new AbortController();
  const wait = () => {
    setImmediate(() => caller.abort(new Error("enough")));
    return new Promise(() => {});
  };
  const server = gatehouse({ baseUrl: proxy.url, wait });
  await assert.rejects(server.post("/v1/user/sign-up", { body: somebody(), signal: caller.signal }), /enough/);
  assert.equal(proxy.seen(SIGN_UP).length, 1);
});

test("a redirection is not followed: whoever can redirect gets nothing", async () => {
  const other = await startProxy(BASE_URL);
  const redirection = { answer: { status: 307, headers: { Location: `${other.url}/v1/user/sign-up` }, body: "" } };
  proxy.plan(SIGN_UP, ...Array(9).fill(redirection));
  await assert.rejects(gatehouse({ baseUrl: proxy.url }).post("/v1/user/sign-up", { body: somebody() }), { status: 0 });
  assert.equal(other.seen().length, 0);
  other.end();
});

test("a call that takes no key is not repeated when its answer was lost", async () => {
  const server = gatehouse({ baseUrl: proxy.url });
  const { user } = await loggedIn(server);
  const route = `POST /v1/user/${user.userId}/disable`;
  proxy.plan(route, { drop: true });
  const call = { params: { path: { userId: user.userId } } };
  await assert.rejects(server.post("/v1/user/{userId}/disable", call), { status: 0 });
  assert.equal(proxy.seen(route).length, 1);
  assert.equal(proxy.seen(route)[0].key, undefined);
});

test("a refusal is not repeated, and the error says what the service said", async () => {
  const server = gatehouse({ baseUrl: proxy.url });
  const { person } = await loggedIn(server);
  const body = { username: person.email, password: "not the right one" };
  const error = await server.post("/v1/user/login", { body }).catch((reason) => reason);
  assert.ok(error instanceof GatehouseError);
  assert.deepEqual([error.status, error.code, error.name], [403, 3004, "GatehouseError"]);
  assert.match(error.requestId, /^req_/);
  assert.ok(error.message.endsWith("."));
  assert.equal(proxy.seen("POST /v1/user/login").length, 2, "one of them was right");
  const malformed = server.post("/v1/user/sign-up", { body: { ...somebody(), phoneNumber: "5" } });
  await assert.rejects(malformed, { code: 1002, data: { field: "phoneNumber" } });
});

test("twenty callers share one client token, and it is renewed a minute early", async () => {
  let now = Date.now();
  const server = gatehouse({ baseUrl: proxy.url, now: () => now });
  const read = () => server.get("/v1/audit", {});
  await Promise.all(Array.from({ length: 20 }, read));
  assert.equal(proxy.seen("POST /oauth2/token").length, 1);
  const life = JSON.parse(proxy.seen("POST /oauth2/token")[0].answer).expires_in * 1000;
  now += life - 60_001;
  await read();
  assert.equal(proxy.seen("POST /oauth2/token").length, 1);
  now += 1;
  await Promise.all(Array.from({ length: 20 }, read));
  assert.equal(proxy.seen("POST /oauth2/token").length, 2);
});

test("a client token whose answer was lost, or is not to be had for the moment, is asked for again", async () => {
  const busy = { status: 503, headers: { "Retry-After": "3" }, body: JSON.stringify({ error: "temporarily_unavailable" }) };
  proxy.plan("POST /oauth2/token", { drop: true }, { answer: busy });
  const server = gatehouse({ baseUrl: proxy.url });
  await server.get("/v1/audit", {});
  assert.equal(proxy.seen("POST /oauth2/token").length, 3);
  assert.ok(server.waits[1] >= 3000);
});

test("a client token that the service does not take is dropped, once for all who had it", async () => {
  const server = gatehouse({ baseUrl: proxy.url });
  await server.get("/v1/audit", {});
  proxy.plan("GET /v1/audit", ...Array(5).fill({ token: "forged" }));
  await Promise.all(Array.from({ length: 5 }, () => server.get("/v1/audit", {})));
  assert.deepEqual(proxy.seen("GET /v1/audit").map(({ status }) => status).sort(), [...Array(6).fill(200), ...Array(5).fill(401)]);
  assert.equal(proxy.seen("POST /oauth2/token").length, 2);
});

test("a second refusal of the token is the caller's to see, and its key was one", async () => {
  const server = gatehouse({ baseUrl: proxy.url });
  proxy.plan(SIGN_UP, { token: "forged" }, { token: "forged" });
  await assert.rejects(server.post("/v1/user/sign-up", { body: somebody() }), { status: 401, code: 2002 });
  const calls = proxy.seen(SIGN_UP);
  assert.equal(calls.length, 2);
  assert.equal(calls[0].key, calls[1].key);
});

test("wrong credentials are said as OAuth says them, and are asked anew by the next call", async () => {
  const server = gatehouse({ baseUrl: proxy.url, clientSecret: "wrong" });
  for (const _ of [1, 2]) await assert.rejects(server.get("/v1/audit", {}), { status: 401, code: 0, message: /client/ });
  assert.equal(proxy.seen("POST /oauth2/token").length, 2);
});

test("a service behind asks whether a token is alive, and a client ends it", async () => {
  const server = gatehouse();
  const { tokens } = await loggedIn(server);
  assert.equal((await server.introspect(tokens.accessToken)).active, true);
  await server.revoke(tokens.refreshToken);
  assert.deepEqual(await server.introspect(tokens.accessToken), { active: false });
});

test("the secret is in no log of the object, and goes over https alone", async () => {
  const secret = "a-secret-of-a-client";
  const server = new Gatehouse({ baseUrl: "https://id.example.com", clientId: "cli_1", clientSecret: secret });
  for (const shown of [inspect(server, { depth: 9, showHidden: true }), JSON.stringify(server)]) {
    assert.ok(!shown.includes(secret) && !shown.includes(btoa(`cli_1:${secret}`)));
  }
  for (const baseUrl of ["http://id.example.com", "http://localhost.example.com", "ftp://localhost", "http://[::2]"]) {
    assert.throws(() => new Gatehouse({ baseUrl, clientId: "c", clientSecret: secret }), /https/, baseUrl);
  }
});
