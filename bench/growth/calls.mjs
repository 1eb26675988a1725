// The calls that growth is measured by, in this order: a person signs up, and one of those who are there logs in, is
// read, opens a portfolio, forgets the password; then what a partner reads.
import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { exchange } from "../load.mjs";

const HOUR = 3_600_000;

/** `request(api, person)`, and what the answer leaves for the calls after it. */
export const CALLS = [
  { name: "sign-up", request: (api) => api.post("/v1/user/sign-up", api.applicant()) },
  {
    name: "login",
    request: (api, { email }) => api.post("/v1/user/login", { username: email, password: api.password }),
    keep: (api, { data }) => (api.challenge = data.sessionId),
  },
  {
    name: "otp",
    request: (api, { email, phone }) => api.post("/v1/user/otp", api.answer(email, phone)),
    keep: (api, { data }) => (api.tokens = data),
  },
  {
    name: "refresh",
    request: (api, { email }) => api.post("/v1/user/refresh", { username: email, refreshToken: api.tokens.refreshToken }),
    keep: (api, { data }) => (api.tokens = data),
  },
  { name: "me", request: (api) => api.get("/v1/user/me", api.tokens.accessToken) },
  { name: "GET user", request: (api, { id }) => api.get(`/v1/user/${id}`) },
  { name: "introspect", request: (api) => api.form("/oauth2/introspect", `token=${api.tokens.accessToken}`) },
  { name: "KYC webhook", request: (api, { id }) => api.kyc(id) },
  { name: "portfolio", request: (api, { account }) => api.post("/v1/account/portfolio", { accountId: account, name: "Growth" }) },
  {
    name: "forget-password",
    request: (api, { email }) => api.get(`/v1/user/forget-password?email=${encodeURIComponent(email)}`),
    keep: (api, { data }) => (api.challenge = data.sdkResponseMetadata.requestId),
  },
  { name: "change-password", request: (api, { email }) => api.change(email) },
  { name: "oauth2/token", request: (api) => api.form("/oauth2/token", "grant_type=client_credentials") },
  { name: "audit, a page", request: (api) => api.get("/v1/audit") },
  { name: "audit of a user", request: (api, { id }) => api.get(`/v1/audit?userId=${id}`) },
  { name: "audit since an hour ago", request: (api) => api.get(`/v1/audit?since=${new Date(Date.now() - HOUR).toISOString()}`) },
];

export class Caller {
  #made = 0;
  #run = Date.now() % 1_000_000;

  constructor({ details }, client, double, password) {
    Object.assign(this, { details, client, double, password });
    const { clientId, clientSecret } = details.client;
    this.basic = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`;
  }

  async begin() {
    const request = () => this.form("/oauth2/token", "grant_type=client_credentials");
    await this.call({ request, keep: (api, { access_token: token }) => (api.token = token) });
  }

  turnTo(person) {
    this.person = person;
  }

  /** The milliseconds of one call, and its counts where it is counted. */
  async call({ request, keep }) {
    let counts;
    const done = (text, _, { headers }) => {
      keep?.(this, JSON.parse(text));
      counts = headers["x-bench-counts"] && JSON.parse(headers["x-bench-counts"]);
    };
    const took = await exchange(this.client, { ...request(this, this.person), done });
    // What a call leaves to be done after its answer is not the next one's to wait for.
    await sleep(2);
    return { took, counts };
  }

  // --- requests ---------------------------------------------------------------------------------------

  applicant() {
    const n = (this.#made += 1);
    // Never a 0 after the calling code, which is no number's; each number in a block of its own.
    const block = `${1 + (this.#run % 9)}${String((this.#run * 100 + n) % 1e7).padStart(7, "0")}`;
    const phoneNumber = `+882${block}${String(n % 1000).padStart(3, "0")}`;
    return { phoneNumber, email: `new-${this.#run}-${n}@example.com`, password: this.password };
  }

  answer(username, phone) {
    return { sessionId: this.challenge, username, challengeType: "SMS_MFA", code: this.double.take(phone) };
  }

  change(username) {
    const password = "another-quiet-evening";
    const body = { sessionId: this.challenge, username, challengeType: "RESET_PASSWORD", password, passwordConfirm: password };
    return { ...this.post("/v1/user/change-password", body), method: "PUT" };
  }

  kyc(userId) {
    const now = new Date();
    const data = { userId, kycId: `kyc-${userId}`, status: "VERIFIED" };
    const body = JSON.stringify({ type: "kyc.status", timestamp: now.toISOString(), data });
    const [id, timestamp] = [`evt-${randomUUID()}`, String(Math.floor(now / 1000))];
    const key = Buffer.from(this.details.kycSecret.slice("whsec_".length), "base64");
    const signature = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
    const signed = { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": `v1,${signature}` };
    return { method: "POST", path: "/v1/kyc/webhook", headers: { "content-type": "application/json", ...signed }, body };
  }

  post(path, body) {
    const headers = { "content-type": "application/json", authorization: `Bearer ${this.token}` };
    return { method: "POST", path, headers, body: JSON.stringify(body) };
  }

  get(path, token = this.token) {
    return { method: "GET", path, headers: { authorization: `Bearer ${token}` } };
  }

  form(path, body) {
    return { method: "POST", path, headers: { authorization: this.basic, "content-type": "application/x-www-form-urlencoded" }, body };
  }
}
