// The service that `make dev` runs here, for the scripts that ask it something.
//
//   STATE=.state   the folder that `make dev` was given; it left word there of its port and its clients
//   PORT=          only where the service is not the one of that folder
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Stop } from "./main.mjs";

/** Where the service is, whether it runs, and its clients. */
export function service() {
  const state = process.env.STATE || ".state";
  const left = read(join(state, "service.json"));
  const port = process.env.PORT || left?.port;
  const clients = read(join(state, "clients.json"));
  if (!port || !clients) {
    throw new Stop(`nothing has run with the state ${state} yet: start it with 'make dev', or name the folder that you ` +
      "gave it: STATE=...");
  }
  const runs = String(port) === String(left?.port) ? isAlive(left.pid) : undefined;
  return { state, clients, runs, pid: left?.pid, since: left?.since, url: `http://localhost:${port}` };
}

/**
 * The console as the server of the partner `demo`, with what sets its own and another's settings, and who says what a
 * number is and erases people.
 */
export function consoleLink(url, { demo, demoSettings, otherSettings, demoRecovery }) {
  const fragment = new URLSearchParams({ id: demo.clientId, secret: demo.clientSecret });
  // A state of before has none.
  for (const { clientId, clientSecret } of [demoSettings, otherSettings].filter(Boolean)) {
    fragment.append("settings", `${clientId} ${clientSecret}`);
  }
  if (demoRecovery) fragment.append("recovery", `${demoRecovery.clientId} ${demoRecovery.clientSecret}`);
  return `${url}/console#${fragment}`;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw new Stop(`${file} cannot be read: ${error.message}`);
  }
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** One call: what was asked, and the whole of what came back. */
export async function ask(url, method, path, { token, basic, json, form, headers = {}, text } = {}) {
  const body = text ?? (json === undefined ? form && new URLSearchParams(form).toString() : JSON.stringify(json));
  const sent = new Headers({
    ...(token && { authorization: `Bearer ${token}` }),
    ...(basic && { authorization: `Basic ${Buffer.from(basic).toString("base64")}` }),
    ...(body !== undefined && { "content-type": form ? "application/x-www-form-urlencoded" : "application/json" }),
  });
  // In whatever spelling: two of a name would be joined.
  for (const [name, value] of Object.entries(headers)) sent.set(name, value);
  const begun = performance.now();
  let answer;
  try {
    answer = await fetch(`${url}${path}`, { method, headers: sent, body, redirect: "manual" });
  } catch (error) {
    throw new Stop(`nothing answers at ${url} (${error.cause?.code ?? error.message}): start it with 'make dev'; 'make status' ` +
      "says what runs");
  }
  const whole = await answer.text();
  const asked = `${method} ${path.split("?")[0]}`;
  return {
    url, asked, status: answer.status, headers: answer.headers, ms: Math.round(performance.now() - begun), text: whole,
    // One line alone would be JSON too.
    json: isLines(answer) ? undefined : parse(whole),
  };
}

/** A line of JSON each, as the archive of the audit log and custody's lists are. */
const isLines = ({ headers }) => headers.get("content-type") === "application/x-ndjson";

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const isGood = ({ status, json }) => status < 400 && json?.success !== false;

/** The whole answer, for a reader. */
export function shown({ asked, status, headers, ms, text, json }) {
  const named = ["x-request-id", "retry-after", "www-authenticate"].filter((name) => headers.has(name));
  const lines = [`${asked} -> ${status} in ${ms} ms`, ...named.map((name) => `${name}: ${headers.get(name)}`)];
  return `${lines.join("\n")}\n${json === undefined ? text : JSON.stringify(json, null, 2)}`;
}

/** The answer if it is good; else the end, with all of it. */
export function good(reply) {
  isOfGatehouse(reply);
  if (isGood(reply)) return reply;
  const code = reply.json?.errorCode;
  const page = code ? `\ndocs/errors.md says what ${code} means and what to do.` : "";
  throw new Stop(`${reply.asked} failed.\n\n${shown(reply)}${page}`);
}

/** All that the service answers is JSON, or lines of it. What fails at a gateway before it has words of its own. */
function isOfGatehouse({ url, asked, status, headers, json }) {
  if (json !== undefined || isLines({ headers }) || status >= 500) return;
  throw new Stop(`what answers at ${url} is no gatehouse: ${asked} -> ${status}, and no JSON. 'make status' says where the service is`);
}

/** A token of a client of this state, by its `id:secret`. */
export async function tokenBy(url, state, basic) {
  const reply = await ask(url, "POST", "/oauth2/token", { basic, form: { grant_type: "client_credentials" } });
  isOfGatehouse(reply);
  if (reply.status !== 401) return good(reply);
  throw new Stop(`the service at ${url} does not know this client of ${state}: it runs on another state, or its secret was ` +
    `replaced. 'make status' says where the state's own service is.\n\n${shown(reply)}`);
}

export const tokenOf = ({ url, state, clients }, name) =>
  tokenBy(url, `${state}/clients.json`, `${clients[name].clientId}:${clients[name].clientSecret}`);

/** The newest message to this number, later than `after` (the time of the last one that was read). */
export async function message(url, number, after = "") {
  const query = new URLSearchParams({ to: number, wait: 10, ...(after && { after }) });
  const { messages } = good(await ask(url, "GET", `/dev/outbox?${query}`)).json;
  const found = messages.find(({ to }) => to === number);
  if (found) return found;
  throw new Stop(`no message for ${number} came within ten seconds. With another SMS_PROVIDER than console it went to that ` +
    `provider, and ${url}/dev/outbox has only those to test numbers, which begin with +1555010 unless SMS_TEST_PREFIX says ` +
    "otherwise (docs/guides/test-mode.md): sign up with one of them");
}

/** The last number of so many digits: an app's name may have a year in it, and stands before the code. */
export const codeOf = ({ text }) => text.match(/\b\d{4,10}\b/g)?.at(-1);

/** KYC's word on a user: signed by the local service, posted as the provider would. */
export async function kyc(url, event) {
  const signed = good(await ask(url, "POST", "/dev/kyc-event", { json: event })).json;
  return ask(url, "POST", signed.path, { headers: signed.headers, text: signed.body });
}
