// better-auth as its callers see it, in the steps of contenders/gatehouse/calls.mjs. A login is two calls here, of
// which `login` is the first, where the password is checked, and `send` the second, which sends the code.
import { all } from "../../load.mjs";
import { users } from "../users.mjs";

/** How many users take turns. */
const AT_ONCE = 300;
const ORIGIN = "https://id.example.com";

export class BetterAuth {
  signedUp = [];
  asked = [];
  challenged = [];
  sessions = [];
  #turn = 0;

  constructor({ origin }, double) {
    Object.assign(this, { origin, double });
    this.people = users();
  }

  /** Before a measure: as many as it wants wait for this call. */
  async ready(call, count) {
    const waiting = { login: this.signedUp, send: this.asked, answer: this.challenged }[call];
    const missing = waiting ? count - waiting.length : 0;
    if (missing <= 0) return;
    const before = { login: "signUp", send: "login", answer: "send" }[call];
    await this.ready(before, missing);
    await all(this.origin, missing, () => this[before]());
  }

  /** Users with a session. */
  async prepare(users) {
    await this.ready("answer", users);
    await all(this.origin, users, () => this.answer());
  }

  signUp() {
    const user = this.people.next();
    const { email, phone, password } = user;
    return post("/sign-up/email", { name: "Ada Lovelace", email, password, phone }, {}, () => this.signedUp.push(user));
  }

  login() {
    const user = this.signedUp.shift();
    if (!user) return null;
    const { email, password } = user;
    return post("/sign-in/email", { email, password }, {}, ({ twoFactorRedirect }, answer) => {
      if (!twoFactorRedirect) throw new Error("better-auth asked for no second factor");
      const cookies = [answer.headers["set-cookie"]].flat().map((cookie) => cookie.split(";")[0]);
      user.cookie = cookies.filter((cookie) => cookie.includes("two_factor=")).join("; ");
      this.asked.push(user);
    });
  }

  send() {
    const user = this.asked.shift();
    if (!user) return null;
    return post("/two-factor/send-otp", {}, { cookie: user.cookie }, () => this.challenged.push(user));
  }

  answer() {
    const user = this.challenged.shift();
    if (!user) return null;
    const body = { code: this.double.take(user.phone) };
    return post("/two-factor/verify-otp", body, { cookie: user.cookie }, (data, answer) => {
      user.token = answer.headers["set-auth-token"];
      this.sessions.push(user);
    });
  }

  /** A new access token for a session. Nothing rotates. */
  refresh() {
    return get("/token", this.#next());
  }

  me() {
    return get("/get-session", this.#next());
  }

  jwks() {
    return get("/jwks");
  }

  /** Its health check, which reads nothing. */
  ok() {
    return get("/ok");
  }

  #next() {
    return this.sessions.at(-1 - (this.#turn++ % Math.min(AT_ONCE, this.sessions.length))).token;
  }
}

function post(path, body, headers, done) {
  return {
    method: "POST",
    path: `/api/auth${path}`,
    headers: { "content-type": "application/json", origin: ORIGIN, ...headers },
    body: JSON.stringify(body),
    done: (text, took, answer) => done(JSON.parse(text), answer),
  };
}

/** An answer of null is how better-auth says that nobody is logged in. */
function get(path, token) {
  const done = (text) => {
    if (text === "null") throw new Error(`${path} knows nobody`);
  };
  return { method: "GET", path: `/api/auth${path}`, headers: token ? { authorization: `Bearer ${token}` } : {}, done };
}
