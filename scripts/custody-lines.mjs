// What custody-export.mjs and custody-lost.mjs share: pages of lines from the service, all of them into one file.
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEnv } from "node:util";
import { shut } from "./environment.mjs";
import { service } from "./local.mjs";
import { given, main, Misuse, Stop } from "./main.mjs";

const TRIES = 6;
const MOST_WAIT = 60;

/**
 * The command line, and whom the service is asked as: `--client` names a file as `make client` writes it, or with
 * `--local` a client of the state of `make dev`; else its three names are looked for in the environment.
 */
export function asked(options, file, output) {
  const string = { type: "string" };
  const { values } = given({ options: { client: string, local: string, output: { ...string, default: output }, ...options }, file });
  const say = (text) => process.stderr.write(`${file.replace(".mjs", "")}: ${text}\n`);
  const { client, local } = values;
  if (client && local) throw new Misuse("--client and --local are two clients: name one");
  return { values, say, client: local ? localClient(local) : credentials(client, say) };
}

/** So many of them, in words: `1 index`. */
export const counted = (many, one, more) => `${many} ${many === 1 ? one : more}`;

function localClient(name) {
  const { url, clients, state } = service();
  const client = clients[name];
  if (!client) throw new Misuse(`--local: ${state}/clients.json has no '${name}' but ${Object.keys(clients).join(", ")}`);
  return { url, basic: Buffer.from(`${client.clientId}:${client.clientSecret}`).toString("base64") };
}

function credentials(file, say) {
  const named = file ? read(file, say) : process.env;
  const missing = ["GATEHOUSE_URL", "GATEHOUSE_CLIENT_ID", "GATEHOUSE_CLIENT_SECRET"].filter((name) => !named[name]);
  if (missing.length) {
    throw new Misuse(`${file ?? "without --client the environment"} must have ${missing.join(" and ")}, as \`make client\` writes ` +
      "it; of a service that runs here --local=root does it");
  }
  const { GATEHOUSE_URL: url, GATEHOUSE_CLIENT_ID: id, GATEHOUSE_CLIENT_SECRET: secret } = named;
  const { origin, protocol, hostname } = URL.parse(url) ?? {};
  if (origin !== url || !(protocol === "https:" || ["localhost", "127.0.0.1"].includes(hostname))) {
    throw new Misuse(`GATEHOUSE_URL is '${url}': it is https:// and the host, and nothing after it`);
  }
  return { url, basic: Buffer.from(`${id}:${secret}`).toString("base64") };
}

function read(file, say) {
  try {
    shut(file, say);
    return parseEnv(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Misuse(`--client: ${file} cannot be read (${error.message})`);
  }
}

/**
 * Every page into the file, which is there once it is whole: `fault` says of the number of lines and the last one why it
 * is not. Gives how many lines it has.
 */
export async function download({ client, path, query, output, say, fault }) {
  const partial = `${output}.partial`;
  const file = opened(partial);
  try {
    const { lines, last } = await pages(client, path, query, (text) => writeFileSync(file, text), say);
    const why = fault(lines, last);
    if (why) throw new Stop(why);
    fsyncSync(file);
    renameSync(partial, output);
    synced(dirname(output));
    return lines;
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}

/** For its owner alone: it has customers' addresses. */
function opened(file) {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    rmSync(file, { force: true });
    return openSync(file, "wx", 0o600);
  } catch (error) {
    throw new Stop(`${file} cannot be written: ${error.message}`);
  }
}

function synced(folder) {
  const entry = openSync(folder, "r");
  fsyncSync(entry);
  closeSync(entry);
}

async function pages(client, path, query, write, say) {
  const session = { token: await token(client) };
  for (let lines = 0, cursor; ;) {
    const asked = new URLSearchParams({ ...query, ...(cursor && { cursor }) });
    const text = await page(client, session, `${path}?${asked}`, say);
    const of = text.split("\n").slice(0, -1);
    const last = text.endsWith("\n") ? parsed(of.at(-1)) : undefined;
    if (!last || ("key" in last) || last.nextCursor === cursor && cursor) throw new Stop(`${path}: a page was cut off, or is no page`);
    write(text);
    lines += of.length - 1;
    say(counted(lines, "line", "lines"));
    if (!last.nextCursor) return { lines, last };
    cursor = last.nextCursor;
  }
}

function parsed(line = "") {
  try {
    const object = JSON.parse(line);
    return object && typeof object === "object" ? object : undefined;
  } catch {
    return undefined;
  }
}

/** Asked again where that may help; a token that has run out is replaced once. */
async function page(client, session, path, say) {
  for (let tried = 1; ; tried += 1) {
    const answer = await send(client.url, path, { headers: { authorization: `Bearer ${session.token}` } });
    if (answer.status === 200 && answer.headers.get("content-type") === "application/x-ndjson") return answer.text;
    const isOver = answer.status === 401 && tried === 1;
    const mayPass = answer.status === 0 || answer.status === 429 || answer.status >= 500;
    if (tried === TRIES || !(isOver || mayPass)) throw refused(`GET ${path.split("?")[0]}`, answer);
    if (isOver) session.token = await token(client);
    else await waited(answer, tried, say);
  }
}

async function token(client) {
  const form = { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials" }) };
  const answer = await send(client.url, "/oauth2/token", { ...form, headers: { authorization: `Basic ${client.basic}` } });
  const token = answer.status === 200 && parsed(answer.text)?.access_token;
  if (!token) throw refused("POST /oauth2/token", answer);
  return token;
}

/** Status 0 where there was no answer. Nobody is handed the secret by a redirect. */
async function send(url, path, init) {
  try {
    const answer = await fetch(`${url}${path}`, { ...init, redirect: "manual", signal: AbortSignal.timeout(120_000) });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  } catch (error) {
    return { status: 0, headers: new Headers(), text: `${url} does not answer (${error.cause?.code ?? error.message})` };
  }
}

async function waited({ status, headers }, tried, say) {
  const seconds = Math.min(Number(headers.get("retry-after")) || 2 ** (tried - 1), MOST_WAIT);
  say(`${status || "no answer"}; asking again in ${seconds} s`);
  await sleep(seconds * 1000);
}

function refused(what, { status, headers, text }) {
  const { errorCode, errorMessage, error, error_description: why } = parsed(text) ?? {};
  const said = errorCode ? `${errorCode} ${errorMessage}` : error ? `${error}: ${why}` : text.slice(0, 200);
  const id = headers.get("x-request-id");
  return new Stop(`${what}${status ? ` -> ${status}` : ""}: ${said}${id ? ` (${id})` : ""}`);
}

if (import.meta.main) await main(() => {
  throw new Misuse("this is no command: custody-export.mjs and custody-lost.mjs are");
});
