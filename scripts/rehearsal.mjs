// What scripts/rehearse.mjs works with: a service on a state of its own that is closed and opened, its databases, which are
// copied and put back as files, the commands of the runbook, and people with an account.
import { spawn } from "node:child_process";
import { createHash, randomInt } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { ROOT, start } from "../tests/service.mjs";
import { ask, codeOf, good, kyc, message, tokenBy } from "./local.mjs";
import { Stop } from "./main.mjs";

/** Ends with a sentence where something is not as promised. */
export function promised(is, sentence) {
  if (!is) throw new Stop(`not as promised: ${sentence}`);
}

/** A line a step, with its time. `work` gives what is told of it, or that and what comes of it. */
export async function step(what, work) {
  const begun = performance.now();
  const done = await work();
  const { told, data } = typeof done === "string" ? { told: done } : done;
  process.stdout.write(`  ${what.padEnd(52)} ${`${Math.round(performance.now() - begun)} ms`.padStart(9)}   ${told}\n`);
  return data;
}

export class Rehearsal {
  #folder = mkdtempSync(join(tmpdir(), "gatehouse-rehearsal-"));
  #starts = 0;

  constructor() {
    this.state = join(this.#folder, "state");
    mkdirSync(this.state);
    // Migrating two databases takes wrangler half a minute: a state that has been so is kept for the next time.
    const made = createHash("sha256");
    for (const name of readdirSync(join(ROOT, "migrations")).sort()) made.update(readFileSync(join(ROOT, "migrations", name)));
    process.env.GATEHOUSE_TEMPLATE = join(ROOT, `target/tests/rehearsal-${made.digest("hex").slice(0, 16)}`);
    mkdirSync(join(ROOT, "target/tests"), { recursive: true });
  }

  file(name) {
    return join(this.#folder, name);
  }

  /** `closed` as the runbook closes it: by a setting that is none. */
  async open({ closed = false } = {}) {
    const vars = ["SMS_CAPS_FACTOR:10", ...(closed ? ["SMS_CLOSED:1"] : [])].join(" ");
    this.#starts += 1;
    this.service = await start({ name: `rehearsal-${this.#starts}`, vars, state: this.state, answers: closed ? 503 : 200 });
    this.url = this.service.base;
    this.clients = JSON.parse(readFileSync(this.service.clients, "utf8"));
  }

  async close() {
    await this.service?.stop();
    this.service = undefined;
  }

  async end() {
    await this.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A minute's run. */
  async cron() {
    promised((await ask(this.url, "GET", "/cdn-cgi/local/scheduled")).status === 200, "the cron did not run");
  }

  /** What the lines of an event say. */
  logged(event) {
    const lines = readFileSync(this.service.log, "utf8").matchAll(/\{"event":"[^\n]*\}/g);
    return [...lines].map(([line]) => JSON.parse(line)).filter((line) => line.event === event);
  }

  async call(token, method, path, json) {
    return good(await ask(this.url, method, path, { token, json })).json.data;
  }

  async token({ clientId, clientSecret }) {
    return (await tokenBy(this.url, this.state, `${clientId}:${clientSecret}`)).json.access_token;
  }

  // --- databases ---

  /** Which file a home is: the directory alone has the secrets of clients. */
  #fileOf(home) {
    const folder = join(this.state, "v3/d1/miniflare-D1DatabaseObject");
    const files = readdirSync(folder).filter((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite").map((name) => join(folder, name));
    const isDirectory = (file) => using(file, (database) => database.prepare("SELECT EXISTS (SELECT 1 FROM client_secrets) AS one").get().one === 1);
    return files.find((file) => isDirectory(file) === (home === "DB"));
  }

  sql(home, text) {
    return using(this.#fileOf(home), (database) => database.prepare(text).all());
  }

  /** As `wrangler d1 execute --file` does, which takes three seconds each time. */
  execute(home, file) {
    const text = readFileSync(file, "utf8");
    using(this.#fileOf(home), (database) => database.exec(`BEGIN;\n${text}\nCOMMIT;`));
  }

  async copy(home, name) {
    const database = new DatabaseSync(this.#fileOf(home), { readOnly: true });
    await backup(database, this.file(name));
    database.close();
    return this.file(name);
  }

  /** Back in time, while nothing runs on it. */
  putBack(home, name) {
    const file = this.#fileOf(home);
    for (const part of ["-wal", "-shm"]) rmSync(`${file}${part}`, { force: true });
    cpSync(this.file(name), file);
  }

  // --- the runbook ---

  /** A script's words, as an operator runs it; its SQL goes into a file. */
  async script(name, args, into) {
    const text = await run(process.execPath, ["--no-warnings", join(ROOT, "scripts", name), ...args], this.file("script.err"));
    if (into) writeFileSync(this.file(into), text);
    return text;
  }

  /** A line that one of them has said. */
  async shell(line) {
    await run("bash", ["-c", line], this.file("shell.err"));
  }

  async reconcile(...args) {
    return this.script("reconcile.mjs", ["--persist-to", this.state, "--into", this.#folder, ...args]);
  }

  /** Step 6: the sessions of these clients are over. */
  async tellKv(home, where = "TRUE") {
    const words = this.sql(home, `SELECT json_group_array(json_object('key', 'sessions_ended:' || id, 'value', CAST(sessions_not_before AS TEXT),
      'expiration_ttl', 86400)) AS words FROM clients WHERE ${where}`)[0].words;
    writeFileSync(this.file("words.json"), words);
    await run("wrangler", ["kv", "bulk", "put", this.file("words.json"), "--binding", "KV", "--local", "--persist-to", this.state], this.file("kv.err"));
    return JSON.parse(words).length;
  }
}

function using(file, work) {
  const database = new DatabaseSync(file, { timeout: 10_000 });
  try {
    database.exec("PRAGMA foreign_keys = ON");
    return work(database);
  } finally {
    database.close();
  }
}

async function run(command, args, errors) {
  const child = spawn(command, args, { cwd: ROOT, stdio: ["ignore", "pipe", openSync(errors, "w")], env: { ...process.env, ENV: "" } });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part) => (text += part));
  const status = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  promised(status === 0, `${[command, ...args].join(" ")} ended with ${status}:\n${text}${readFileSync(errors, "utf8")}`);
  return text;
}

/** Somebody with an account at a partner, whose client's token is asked for anew where the service was opened anew. */
export class Person {
  static #sender = randomInt(1_000, 9_000);

  constructor(rehearsal, client) {
    this.rehearsal = rehearsal;
    this.client = client;
    // A test number: by its ending none fails on demand.
    Person.#sender += 1;
    this.number = `+1555010${randomInt(1_000, 9_999)}${Person.#sender}`;
    this.email = `person-${Person.#sender}-${Date.now().toString(36)}@example.com`;
    this.read = "";
  }

  static async of(rehearsal, client) {
    const person = new Person(rehearsal, client);
    const { email, number: phoneNumber } = person;
    const user = await person.call("POST", "/v1/user/sign-up", { phoneNumber, email, password: PASSWORD });
    Object.assign(person, { id: user.userId, account: user.accounts[0].accountId });
    await person.logIn();
    good(await kyc(rehearsal.url, { userId: person.id, status: "VERIFIED", name: "Ada", surname: "Lovelace" }));
    return person;
  }

  async call(method, path, json) {
    return this.rehearsal.call(await this.rehearsal.token(this.client), method, path, json);
  }

  async logIn() {
    const { sessionId } = await this.call("POST", "/v1/user/login", { username: this.email, password: PASSWORD });
    const newest = await message(this.rehearsal.url, this.number, this.read);
    this.read = newest.at;
    const answer = { sessionId, username: this.email, challengeType: "SMS_MFA", code: codeOf(newest) };
    this.session = await this.call("POST", "/v1/user/otp", answer);
  }

  /** What GET /v1/user/me answers to the session. */
  async me() {
    return ask(this.rehearsal.url, "GET", "/v1/user/me", { token: this.session.accessToken });
  }

  /** A portfolio; by its id the one that there was. Its id. */
  async opens(portfolioId) {
    const before = await this.addresses();
    await this.call("POST", "/v1/account/portfolio", { accountId: this.account, portfolioId });
    return Object.keys(await this.addresses()).find((id) => !(id in before));
  }

  /** Its address by the portfolio's id. */
  async addresses() {
    const { portfolios } = await this.call("GET", `/v1/account/${this.account}/portfolios?limit=100`);
    return Object.fromEntries(portfolios.map((portfolio) => [portfolio.portfolioId, portfolio.publicAddress]));
  }
}

const PASSWORD = "correct horse battery staple";
