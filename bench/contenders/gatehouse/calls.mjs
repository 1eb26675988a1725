// gatehouse as its callers see it: each call as a request for load.mjs, over users that go from hand to hand.
//
//   const api = new Gatehouse(service, double);
//   await api.begin();                   // a client token
//   load(connections, { next: () => api.signUp() })
//
// A user signed up waits in `signedUp` for the first login, then in `challenged` for the code's answer, then has a
// session in `sessions`, and waits in `proven` for a later login, as nearly all logins are. Each call takes another user.
// A call that finds nobody waiting gives null.
import { createHmac, randomUUID } from "node:crypto";
import { all } from "../../load.mjs";
import { users } from "../users.mjs";

/** How many users take turns. */
const AT_ONCE = 300;
/** Of what is sent to a number in an hour. */
const LOGINS_AN_HOUR = 5;
const REFRESHED_AFTER = 8 * 60 * 1000;

export class Gatehouse {
  signedUp = [];
  /** With a proven number, and messages of the hour left. */
  proven = [];
  challenged = [];
  sessions = [];
  verified = [];
  /** Tokens that nobody has called with. */
  unseen = [];
  #turn = 0;

  constructor({ origin, details }, double) {
    Object.assign(this, { origin, details, double });
    this.people = users();
    const { clientId, clientSecret } = details.client;
    this.basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
  }

  async begin() {
    await all(this.origin, 1, () => this.clientToken((answer) => (this.asClient = json(`Bearer ${answer.access_token}`))));
  }

  /** Before a measure: as many as it wants wait for this call. */
  async ready(call, count) {
    const waiting = { firstLogin: this.signedUp, login: this.proven, answer: this.challenged, meUnseen: this.unseen }[call];
    const missing = waiting ? count - waiting.length : 0;
    if (missing <= 0) return;
    const before = { firstLogin: "signUp", login: "firstLogin", answer: "login", meUnseen: "refresh" }[call];
    await this.ready(before, missing);
    await all(this.origin, missing, () => this[before]());
    if (call === "login") await all(this.origin, missing, () => this.answer());
  }

  /** Users with a session, and of these some that are verified and have a portfolio. */
  async prepare(users, verified = 0) {
    await this.ready("login", users);
    const chosen = this.sessions.slice(0, verified);
    const [toVerify, toOpen] = [[...chosen], [...chosen]];
    await all(this.origin, verified, () => this.verify(toVerify.pop()));
    await all(this.origin, verified, () => this.openPortfolio(toOpen.pop()));
    this.verified.push(...chosen);
  }

  /** Tokens live a quarter of an hour. */
  async renew() {
    const old = [...this.sessions, ...this.verified].filter((user) => Date.now() - user.refreshedAt > REFRESHED_AFTER);
    const left = [...new Set(old)];
    await all(this.origin, left.length, () => this.refreshOf(left.pop()));
  }

  // --- the calls --------------------------------------------------------------------------------

  signUp() {
    const user = this.people.next();
    const { phone, email, password } = user;
    return this.#post("/v1/user/sign-up", { phoneNumber: phone, email, password }, (data) => {
      Object.assign(user, { id: data.userId, accountId: data.accounts[0].accountId });
      this.signedUp.push(user);
    });
  }

  /** Of somebody whose number nobody has proven yet. */
  firstLogin() {
    return this.#loginOf(this.signedUp.shift());
  }

  login() {
    const user = this.proven.shift();
    // Whose session is about to be another one is not refreshed meanwhile.
    this.sessions = this.sessions.filter((other) => other !== user);
    return this.#loginOf(user);
  }

  #loginOf(user) {
    if (!user) return null;
    user.logins = (user.logins ?? 0) + 1;
    return this.#post("/v1/user/login", { username: user.email, password: user.password }, (data) => {
      user.challenge = data.sessionId;
      this.challenged.push(user);
    });
  }

  answer() {
    const user = this.challenged.shift();
    if (!user) return null;
    const code = this.double.take(user.phone);
    const body = { sessionId: user.challenge, username: user.email, challengeType: "SMS_MFA", code };
    return this.#post("/v1/user/otp", body, (data) => {
      this.#tokens(user, data);
      this.sessions.push(user);
      if (user.logins < LOGINS_AN_HOUR) this.proven.push(user);
    });
  }

  /** Nobody is refreshed twice at a time. */
  refresh() {
    const user = this.sessions.shift();
    return user ? this.refreshOf(user, () => this.sessions.push(user)) : null;
  }

  refreshOf(user, done) {
    const { email: username, refreshToken } = user;
    return this.#post("/v1/user/refresh", { username, refreshToken }, (data) => {
      this.#tokens(user, data);
      this.unseen.push({ token: user.accessToken, at: user.refreshedAt });
      done?.();
    });
  }

  /** One after the other, again and again. */
  me() {
    return this.#get("/v1/user/me", this.#next(this.sessions).accessToken);
  }

  meVerified() {
    return this.#get("/v1/user/me", this.#next(this.verified).accessToken);
  }

  /** Each token's first call. */
  meUnseen() {
    const { token, at } = this.unseen.pop() ?? {};
    return token && Date.now() - at < REFRESHED_AFTER ? this.#get("/v1/user/me", token) : null;
  }

  logout() {
    const user = this.sessions.shift();
    const headers = json(`Bearer ${user.accessToken}`);
    return { method: "POST", path: "/v1/user/logout", headers, body: "{}" };
  }

  clientToken(done) {
    return this.#form("/oauth2/token", "grant_type=client_credentials", done);
  }

  introspect() {
    return this.#form("/oauth2/introspect", `token=${this.#next(this.sessions).accessToken}`, ({ active }) => {
      if (!active) throw new Error("a live token is not active");
    });
  }

  jwks() {
    return { method: "GET", path: "/.well-known/jwks.json" };
  }

  /** The KYC provider's word. */
  verify(user) {
    const now = new Date();
    const data = { userId: user.id, kycId: `kyc-${user.id}`, status: "VERIFIED", name: "Ada", surname: "Lovelace" };
    const body = JSON.stringify({ type: "kyc.status", timestamp: now.toISOString(), data });
    const [id, timestamp] = [`evt-${randomUUID()}`, Math.floor(now / 1000)];
    const key = Buffer.from(this.details.kycSecret.slice("whsec_".length), "base64");
    const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
    const headers = { "webhook-id": id, "webhook-timestamp": `${timestamp}`, "webhook-signature": `v1,${signature}` };
    return { method: "POST", path: "/v1/kyc/webhook", headers: { ...json(), ...headers }, body };
  }

  openPortfolio(user) {
    return this.#post("/v1/account/portfolio", { accountId: user.accountId, name: "Savings" });
  }

  // --- how ------------------------------------------------------------------------------------

  #tokens(user, { accessToken, refreshToken }) {
    Object.assign(user, { accessToken, refreshToken, refreshedAt: Date.now() });
  }

  #next(list) {
    return list.at(-1 - (this.#turn++ % Math.min(AT_ONCE, list.length)));
  }

  #post(path, body, done) {
    const parsed = done && ((text) => done(JSON.parse(text).data));
    return { method: "POST", path, headers: this.asClient, body: JSON.stringify(body), done: parsed };
  }

  #form(path, body, done) {
    const headers = { authorization: this.basic, "content-type": "application/x-www-form-urlencoded" };
    return { method: "POST", path, headers, body, done: done && ((text) => done(JSON.parse(text))) };
  }

  #get(path, token) {
    return { method: "GET", path, headers: { authorization: `Bearer ${token}` } };
  }
}

const json = (authorization) => ({ "content-type": "application/json", ...(authorization && { authorization }) });
