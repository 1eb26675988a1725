// What people, partners and the KYC provider do in a day, and what each answer must then be. An act has its people
// for itself while it goes on, so that the books say exactly what is right; what races does so within an act.
import { createHmac, randomUUID } from "node:crypto";
import { claims, must, STALE } from "./world.mjs";

const MINUTE = 60_000;

/** How often each, in a thousand. */
export const ACTS = [
  [370, me], [170, refresh], [150, introspect], [60, readUser], [40, logIn], [20, audit], [20, kyc], [20, jwks],
  [20, portfolio], [18, token], [15, sessions], [15, account], [12, signUp], [12, portfolioPage], [12, logout],
  [12, dead], [8, strangers], [6, reset], [5, health], [5, nobody], [3, reuse],
];

// --- reading ----------------------------------------------------------------------------------------

const hasSession = ({ sessions }) => sessions.length > 0;

/** One of the person's sessions, its access token good for a while yet. */
async function live(world, person) {
  const session = world.random.of(person.sessions);
  if (Date.now() - session.at > STALE) await rotate(world, session);
  return session;
}

async function me(world, since) {
  return world.with(hasSession, async (person) => {
    const session = await live(world, person);
    const { data } = await world.caller.call("GET /v1/user/me", { token: session.access }, 200, since);
    isPerson(world, person, data);
  });
}

async function readUser(world, since) {
  return world.with(() => true, async (person) => {
    const request = { path: `/v1/user/${person.id}`, token: person.partner.token };
    isPerson(world, person, (await world.caller.call("GET /v1/user/{userId}", request, 200, since)).data);
  });
}

function isPerson(world, person, data) {
  const { userId, email, phoneNumber } = data;
  const isThem = userId === person.id && email === person.email && phoneNumber === person.phone;
  must(isThem, `${person.id} is shown as somebody else`);
  must(data.userAccountStatus === person.status, `${person.id} is ${data.userAccountStatus}, not ${person.status}`);
  must(data.info.phoneNumberVerified === person.isProven, `${person.id}'s number is ${person.isProven ? "" : "not "}proven`);
  isAccount(person, data.accounts.find(({ accountId }) => accountId === person.account));
}

function isAccount(person, account) {
  must(account, `${person.id} has no account ${person.account}`);
  const shown = Math.min(50, person.portfolios.size);
  must(account.portfolios.length === shown, `${account.portfolios.length} portfolios of ${shown}`);
  must(account.portfolios.every(isKnown(person)), `a portfolio of ${person.id} that is not as it was made`);
  must(account.active === (person.status === "VERIFIED"), `${person.account} is active: ${account.active}`);
}

const isKnown = (person) => ({ portfolioId, publicAddress }) => person.portfolios.get(portfolioId) === publicAddress;

async function account(world, since) {
  return world.with(() => true, async (person) => {
    const request = { path: `/v1/account/${person.account}`, token: person.partner.token };
    isAccount(person, (await world.caller.call("GET /v1/account/{accountId}", request, 200, since)).data);
  });
}

async function portfolioPage(world, since) {
  return world.with(({ portfolios }) => portfolios.size > 0, async (person) => {
    const request = { path: `/v1/account/${person.account}/portfolios?limit=100`, token: person.partner.token };
    const { data } = await world.caller.call("GET /v1/account/{accountId}/portfolios", request, 200, since);
    must(data.portfolios.length === Math.min(100, person.portfolios.size), "a page with too few portfolios");
    must(data.portfolios.every(isKnown(person)), "a page with another's portfolio");
  });
}

async function sessions(world, since) {
  return world.with(hasSession, async (person) => {
    const session = await live(world, person);
    const { data } = await world.caller.call("GET /v1/user/sessions", { token: session.access }, 200, since);
    const [listed, known] = [data.sessions.map(({ sessionId }) => sessionId), person.sessions.map(({ id }) => id)];
    must(listed.sort().join() === known.sort().join(), `${person.id} has the sessions ${known}, not ${listed}`);
  });
}

async function introspect(world, since) {
  return world.with(hasSession, async (person) => {
    const session = await live(world, person);
    const asked = world.random.chance(0.8) ? session.access : session.refresh;
    const { data } = await introspected(world, person.partner, asked, since);
    must(data.active && data.sub === person.id, `a live token of ${person.id} is not active`);
    const other = world.partners.find((partner) => partner !== person.partner);
    if (world.random.chance(0.05)) isInactive(await introspected(world, other, asked));
  });
}

function introspected(world, { basic }, asked, since) {
  return world.caller.call("POST /oauth2/introspect", { basic, form: { token: asked } }, 200, since);
}

function isInactive({ data }) {
  must(JSON.stringify(data) === '{"active":false}', `a token that is over, or another's, is ${JSON.stringify(data)}`);
}

/** The log since a minute ago, or of one person: in order, nobody else's, and its pages go on where the last ended. */
async function audit(world, since) {
  const { caller, random } = world;
  return world.with(() => true, async (person) => {
    const { partner, id } = person;
    const from = new Date(Date.now() - MINUTE).toISOString();
    const ofOne = random.chance(0.5);
    const query = ofOne ? `userId=${id}` : `since=${from}`;
    const page = async (more, at) => {
      return (await caller.call("GET /v1/audit", { path: `/v1/audit?${query}${more}`, token: partner.token }, 200, at)).data;
    };
    const first = await page("", since);
    const next = first.nextCursor && random.chance(0.3) ? await page(`&cursor=${first.nextCursor}`) : { entries: [] };
    const entries = [...first.entries, ...next.entries];
    must(entries.every((entry, n) => n === 0 || entries[n - 1].id < entry.id), "audit entries out of order");
    must(entries.every(({ ts }) => ofOne || ts >= from), "an audit entry of before");
    must(entries.every(({ userId }) => !ofOne || userId === id), "an audit entry of somebody else");
    const isForeign = ({ userId }) => userId && (world.partnerOf.get(userId) ?? partner) !== partner;
    must(!entries.some(isForeign), "an audit entry of another partner's user");
    if (ofOne) must(entries[0]?.event === "user.sign_up", `the log of ${id} begins with ${entries[0]?.event}`);
  });
}

async function jwks(world, since) {
  const { data } = await world.caller.call("GET /.well-known/jwks.json", {}, 200, since);
  must(data.keys.every((key) => !("d" in key) && !("k" in key)), "a private key is shown");
}

function health(world, since) {
  return world.caller.call("GET /healthz", {}, 200, since);
}

/** Another partner's things do not exist. */
async function strangers(world, since) {
  return world.with(() => true, async (person) => {
    const { token } = world.partners.find((partner) => partner !== person.partner);
    const { caller } = world;
    await caller.call("GET /v1/user/{userId}", { path: `/v1/user/${person.id}`, token }, 6001, since);
    await caller.call("GET /v1/account/{accountId}", { path: `/v1/account/${person.account}`, token }, 6002);
    await caller.call("POST /v1/account/portfolio", { token, json: { accountId: person.account } }, 6002);
    await caller.call("POST /v1/user/login", { token, json: { username: person.email, password: person.password } }, 3004);
  });
}

export async function token(world, since, partner = world.random.of(world.partners)) {
  const form = { grant_type: "client_credentials" };
  const { data } = await world.caller.call("POST /oauth2/token", { basic: partner.basic, form }, 200, since);
  must(!data.refresh_token, "a client got a refresh token");
  partner.token = world.secret(data.access_token);
}

// --- signing up and logging in ----------------------------------------------------------------------

export async function signUp(world, since) {
  const person = world.applicant();
  person.isBusy = true;
  const { partner, email, phone, password } = person;
  const json = { phoneNumber: phone, email, password };
  const keyed = world.random.chance(0.2) ? { "idempotency-key": randomUUID() } : {};
  const once = (at) => world.caller.call("POST /v1/user/sign-up", { token: partner.token, json, headers: keyed }, 200, at);
  const { data } = await once(since);
  Object.assign(person, { id: data.userId, account: data.accounts[0].accountId });
  world.partnerOf.set(person.id, partner);
  world.count.signUps += 1;
  if (keyed["idempotency-key"]) must((await once()).data.userId === person.id, "a keyed sign-up made somebody else");
  if (world.random.chance(0.1)) {
    await world.caller.call("POST /v1/user/sign-up", { token: partner.token, json: { ...json, email: `x${email}` } }, 3001);
  }
  world.people.push(person);
  await logInAs(world, person);
  person.isBusy = false;
}

/** Five messages an hour are a number's, and its next may be a minute after the last. */
function mayLogIn({ sends, isProven }) {
  const now = Date.now();
  const recent = sends.filter((at) => at > now - 60 * MINUTE);
  return isProven && recent.length < 4 && now - Math.max(0, ...recent) > MINUTE + 5_000;
}

async function logIn(world, since) {
  const found = await world.with(mayLogIn, async (person) => {
    await logInAs(world, person, since);
    return true;
  });
  if (!found) await signUp(world, since);
}

async function logInAs(world, person, since) {
  const { random, phones } = world;
  if (random.chance(0.1)) {
    await password(world, person, "not-the-one-they-chose", 3004, since);
    since = undefined;
  }
  const before = phones.count(person.phone);
  const username = random.chance(0.7) ? person.email : person.phone;
  const { data } = await password(world, person, person.password, 200, since, username);
  must(phones.count(person.phone) === before + 1, `a login sent ${phones.count(person.phone) - before} messages`);
  person.sends.push(Date.now());
  const challenge = { id: world.secret(data.sessionId), username, type: "SMS_MFA" };
  const code = phones.code(person.phone);
  const way = random.part();
  if (way < 0.03 && person.wrongCodes < 3) return exhaust(world, person, challenge, code);
  for (let left = 2; left > 0 && person.wrongCodes < 6 && random.chance(0.3); left -= 1) {
    await guess(world, person, challenge, code, 4001, left);
  }
  await enter(world, person, challenge, code, way > 0.85 ? 4 : 1);
  return answer(world, person, challenge, code, 4002);
}

function password(world, { partner, email }, given, expected, since, username = email) {
  const request = { token: partner.token, json: { username, password: given } };
  return world.caller.call("POST /v1/user/login", request, expected, since);
}

function answer(world, { partner }, { id, username, type }, code, expected = 200) {
  const json = { sessionId: id, username, challengeType: type, code };
  return world.caller.call("POST /v1/user/otp", { token: partner.token, json }, expected);
}

/** The right code, so many times at once: one of them opens a session. */
async function enter(world, person, challenge, code, times) {
  const asked = Array.from({ length: times }, () => answer(world, person, challenge, code, times === 1 ? 200 : [200, 4002]));
  const right = (await Promise.all(asked)).filter(({ status }) => status === 200);
  must(right.length === 1, `one code was right ${right.length} times`);
  person.isProven = true;
  world.open(person, right[0].data);
}

async function guess(world, person, challenge, code, expected, left) {
  const wrong = code.replace(/\d/g, (digit) => (digit === "9" ? "0" : String(Number(digit) + 1)));
  person.wrongCodes += 1;
  const { data } = await answer(world, person, challenge, wrong, expected);
  if (left) must(data.triesLeft === left, `${data.triesLeft} tries are left, not ${left}`);
}

/** Three wrong codes, and the right one is too late. */
async function exhaust(world, person, challenge, code) {
  await guess(world, person, challenge, code, 4001, 2);
  await guess(world, person, challenge, code, 4001, 1);
  await guess(world, person, challenge, code, 4002);
  await answer(world, person, challenge, code, 4002);
}

// --- sessions ---------------------------------------------------------------------------------------

function rotated(world, { person, refresh: current }, expected, since, presented = current) {
  const json = { username: person.email, refreshToken: presented };
  return world.caller.call("POST /v1/user/refresh", { token: person.partner.token, json }, expected, since);
}

async function rotate(world, session, since) {
  const { data } = await rotated(world, session, 200, since);
  must(claims(data.accessToken).sid === session.id, "a refresh gave another session's tokens");
  world.renew(session, data.accessToken, data.refreshToken);
}

async function refresh(world, since) {
  return world.with(hasSession, async (person) => {
    const session = world.random.of(person.sessions);
    const way = world.random.part();
    if (way < 0.05) return together(world, session, since);
    await rotate(world, session, since);
    // A lost answer is asked for again, within the ten seconds that there are for it.
    if (way < 0.1 && Date.now() - session.at < 3_000) await again(world, session);
  });
}

/** At once: they get one successor. */
async function together(world, session, since) {
  const both = await Promise.all([1, 2, 3].map(() => rotated(world, session, 200, since)));
  must(new Set(both.map(({ data }) => data.refreshToken)).size === 1, "one refresh token has two successors");
  for (const { data } of both) world.secret(data.accessToken);
  world.renew(session, both[0].data.accessToken, both[0].data.refreshToken);
}

async function again(world, session) {
  const asked = Date.now();
  const { status, data } = await rotated(world, session, [200, 5001], undefined, session.parent);
  if (status === 200) {
    must(data.refreshToken === session.refresh, "a parent got another successor");
    session.access = world.secret(data.accessToken);
    return;
  }
  must(Date.now() - session.at > 9_000, `a parent was refused ${Date.now() - asked} ms after it was asked`);
  world.end([session]);
}

/** A grandparent ends the session. */
async function reuse(world, since) {
  return world.with(hasSession, async (person) => {
    const session = world.random.of(person.sessions);
    const oldest = session.refresh;
    await rotate(world, session, since);
    await rotate(world, session);
    await rotated(world, session, 5001, undefined, oldest);
    world.end([session]);
    await isOver(world, session);
  });
}

async function logout(world, since) {
  return world.with(hasSession, async (person) => {
    const session = await live(world, person);
    const everywhere = world.random.chance(0.3);
    await world.caller.call("POST /v1/user/logout", { token: session.access, json: { everywhere } }, 200, since);
    const ended = everywhere ? [...person.sessions] : [session];
    world.end(ended);
    for (const one of ended) await isOver(world, one);
  });
}

/** Nothing of it answers any more. */
async function isOver(world, session, since) {
  await world.caller.call("GET /v1/user/me", { token: session.access }, 2002, since);
  await rotated(world, session, 5001);
  isInactive(await introspected(world, session.person.partner, session.access));
  isInactive(await introspected(world, session.person.partner, session.refresh));
}

/** One that ended a while ago. */
async function dead(world, since) {
  if (world.dead.length > 0) await isOver(world, world.random.of(world.dead), since);
}

// --- resets -----------------------------------------------------------------------------------------

function mayReset({ sends, isProven, resets, lastReset }) {
  const now = Date.now();
  return isProven && resets < 2 && now - lastReset > 6 * MINUTE && sends.filter((at) => at > now - 60 * MINUTE).length < 4;
}

async function reset(world, since) {
  return world.with(mayReset, async (person) => {
    const { phones, caller } = world;
    const { partner, email, phone } = person;
    const before = phones.count(phone);
    const path = `/v1/user/forget-password?email=${encodeURIComponent(email)}`;
    const { data } = await caller.call("GET /v1/user/forget-password", { path, token: partner.token }, 200, since);
    Object.assign(person, { resets: person.resets + 1, lastReset: Date.now() });
    person.sends.push(Date.now());
    must(await phones.more(phone, before), `a reset of ${person.id} sent no message`);
    const challenge = { id: world.secret(data.sdkResponseMetadata.requestId), username: email, type: "RESET_PASSWORD" };
    const chosen = world.secret(world.random.letters(24));
    await gates(world, person, challenge, phones.code(phone), chosen);
    world.count.resets += 1;
    const [old, ended] = [person.password, [...person.sessions]];
    person.password = chosen;
    world.end(ended);
    for (const session of ended.slice(0, 2)) await isOver(world, session);
    await password(world, person, old, 3004);
    await answer(world, person, challenge, phones.code(phone), 4002);
  });
}

/** The code and the new password, in either order; now and then a wrong code before. */
async function gates(world, person, challenge, code, chosen) {
  const { id: sessionId, username, type: challengeType } = challenge;
  const json = { sessionId, username, challengeType, password: chosen, passwordConfirm: chosen };
  const change = () => world.caller.call("PUT /v1/user/change-password", { token: person.partner.token, json });
  const codeFirst = world.random.chance(0.5);
  if (!codeFirst) await change();
  if (world.random.chance(0.2)) await guess(world, person, challenge, code, 4001, 2);
  const { data } = await answer(world, person, challenge, code);
  must(data.status === (codeFirst ? "PASSWORD_REQUIRED" : "PASSWORD_CHANGED"), `a reset's code was answered ${data.status}`);
  if (codeFirst) await change();
}

/** An e-mail that nobody has: the same answer, and no message. */
async function nobody(world, since) {
  const { token: client } = world.random.of(world.partners);
  const path = `/v1/user/forget-password?email=nobody-${world.random.letters(12)}@example.com`;
  const { data } = await world.caller.call("GET /v1/user/forget-password", { path, token: client }, 200, since);
  must(/^\+\*{8}\d\d$/.test(data.codeDeliveryDetails.destination), "nobody's destination looks like nobody's");
}

// --- KYC and portfolios -----------------------------------------------------------------------------

function event(world, person, status, at, id = `evt-${randomUUID()}`) {
  const data = { userId: person.id, kycId: `kyc-${person.id}`, status, name: "Ada", surname: "Lovelace" };
  const json = JSON.stringify({ type: "kyc.status", timestamp: new Date(at).toISOString(), data });
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(world.kycSecret.slice("whsec_".length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${json}`).digest("base64");
  const headers = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
  return (expected, since) => world.caller.call("POST /v1/kyc/webhook", { json, headers }, expected, since);
}

async function kyc(world, since) {
  return world.with(() => true, async (person) => {
    // A verified person loses it now and then.
    const status = person.status === "VERIFIED" && world.random.chance(0.2) ? "VERIFICATION_FAILED" : "VERIFIED";
    const at = Math.max(Date.now(), (person.kycAt ?? 0) + 1);
    const news = event(world, person, status, at);
    const { data } = await news(200, since);
    must(data.applied && data.status === status, `a KYC event was answered ${JSON.stringify(data)}`);
    Object.assign(person, { status, kycAt: at });
    world.count.kyc += 1;
    for (const stale of [news, event(world, person, "VERIFICATION_FATAL_FAILED", at - MINUTE)]) {
      if (!world.random.chance(0.2)) continue;
      const { data: unchanged } = await stale(200);
      must(!unchanged.applied && unchanged.status === status, "a replay or an older event changed a status");
    }
  });
}

async function portfolio(world, since) {
  return world.with(() => true, async (person) => {
    const { random, caller } = world;
    const chosen = random.chance(0.5) ? { portfolioId: `chosen-${randomUUID()}` } : {};
    const json = { accountId: person.account, name: "Savings", ...chosen };
    const open = (expected, at) => caller.call("POST /v1/account/portfolio", { token: person.partner.token, json }, expected, at);
    if (person.status !== "VERIFIED") return open(6005, since);
    const { data } = await open(200, since);
    const made = data.portfolios.filter(({ portfolioId }) => !person.portfolios.has(portfolioId));
    must(made.length === 1, `${made.length} portfolios were made`);
    const [{ portfolioId, publicAddress, addressIndex }] = made;
    const isNew = !world.addresses.has(publicAddress) && !world.indices.has(addressIndex);
    must(isNew, `${publicAddress} (${addressIndex}) was given twice`);
    world.addresses.add(publicAddress);
    world.indices.add(addressIndex);
    world.count.portfolios += 1;
    person.portfolios.set(portfolioId, publicAddress);
    isAccount(person, data);
    if (chosen.portfolioId && random.chance(0.3)) isAccount(person, (await open(200)).data);
  });
}
