// Makes a partner with one OAuth client and puts its credentials into a file that only you may read:
//   make client NAME=acme [SCOPES=client_auth] [ROLES=customer,trader] [PARTNER=prt_...]
//   make client NAME=acme-desk SCOPES="users.read users.write" PARTNER=prt_...
//   make client NAME=acme IN=HOME_EU                a partner that lives in this home, not in DB
//   make client NAME=deposits SCOPES=introspect     of the operator's own partner: a service behind
//   make client NAME=acme REMOTE=1 ENV=staging      by the operator's client of secrets/ENV.client-root.env
//   make client NAME=root SCOPES=admin REMOTE=1 ENV=production     that client, by SQL: nothing else can make it
//
// SCOPES and ROLES are lists, by spaces or commas; the first role is that of a sign-up that names none. PARTNER is an
// existing one's id, for its second client; IN a home of a new one, of HOMES in wrangler.toml. What is under way is in FILE.pending: where an answer was lost, the same
// command asks again under the same key, and there is one client.
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual, parseEnv } from "node:util";
import { newClient } from "./client-sql.mjs";
import { environment, LOGIN, secretsFile, shut } from "./environment.mjs";
import { ask, good, service, shown, tokenOf } from "./local.mjs";
import { given, main, Stop } from "./main.mjs";
import { configured, homesOf, isNobodys } from "./settings.mjs";

const { NAME: name = "", SCOPES, ROLES, PARTNER: partnerId, IN: home, REMOTE } = process.env;
// The service keeps an answer for a day.
const KEYS_LIVE = 23 * 60 * 60 * 1000;
const words = (text) => (text ?? "").split(/[\s,]+/).filter(Boolean);
// The journey's. Whoever may unlock people too could, with one stolen secret, guess a code and unlock its own victim.
const [scopes, roles] = [words(SCOPES || "client_auth"), words(ROLES)];

await main(async () => {
  given();
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw new Stop("NAME is what the partner is called, at most 64 letters, digits, '.', '_' and '-', the first a letter or a digit: " +
      "make client NAME=acme");
  }
  if (home && (partnerId || scopes.some((scope) => ["admin", "introspect"].includes(scope)))) {
    throw new Stop("IN is the home of a new partner: the operator's own is in DB, and one that is there moves (docs/operating.md, " +
      '"Move a partner")');
  }
  const made = REMOTE ? await remote(environment()) : await local();
  process.stdout.write(`
  partner        ${made.partnerId}
  client_id      ${made.clientId}
  client_secret  ${made.clientSecret}
  scope          ${made.scope}

  The secret is shown this once: the service keeps its hash alone.
  ${made.file} has it too, and only you may read that.
  ${made.place} It never goes into an app, a browser or a repository.

  Next, ${made.next}

`);
});

async function local() {
  const found = service();
  if (scopes.includes("admin")) throw new Stop(`locally the client with the scope admin is root of ${found.state}/clients.json`);
  if (home) isThere((await configured()).vars);
  const token = (await tokenOf(found, "root")).json.access_token;
  return byTheApi(found.url, token, join(found.state, `client-${name}.env`));
}

async function remote(env) {
  const configuration = await configured(env);
  const settings = { ...configuration.vars, ...parse(secretsFile(env)) };
  const url = issuer(env, settings);
  isThere(settings);
  mkdirSync("secrets", { recursive: true, mode: 0o700 });
  const file = join("secrets", `${env}.client-${name}.env`);
  if (scopes.includes("admin")) return bySql(env, configuration, url, file);
  const rootFile = join("secrets", `${env}.client-root.env`);
  const operator = parse(rootFile);
  await reached(env, url);
  const basic = `${operator.GATEHOUSE_CLIENT_ID}:${operator.GATEHOUSE_CLIENT_SECRET}`;
  const reply = await ask(url, "POST", "/oauth2/token", { basic, form: { grant_type: "client_credentials" } });
  if (reply.status === 401) {
    throw new Stop(`${url} does not know the credentials in ${rootFile}: they are of another environment, or the secret was replaced. ` +
      `Put there what your vault has\n\n${shown(reply)}`);
  }
  return byTheApi(url, good(reply).json.access_token, file);
}

/** Whether IN is a home of this service. */
function isThere({ HOMES }) {
  const homes = homesOf(HOMES);
  if (home && !homes.includes(home)) throw new Stop(`IN is the home of a new partner, ${homes.join(" or ")}, not '${home}': HOMES names them`);
}

/** Where the service is asked; root's secret goes there, and to nobody on the way. */
function issuer(env, { ISSUER: url }) {
  const file = secretsFile(env);
  if (!url) throw new Stop(`${file} has no ISSUER: that is where the service is asked`);
  const { origin, protocol, hostname } = URL.parse(url) ?? {};
  if (origin === url && (protocol === "https:" || hostname === "localhost")) return url;
  throw new Stop(`ISSUER of ${file} is '${url}': it is https:// and the host, and nothing after it, no path and no final slash`);
}

async function reached(env, url) {
  let status;
  try {
    ({ status } = await fetch(`${url}/healthz`, { redirect: "manual" }));
  } catch (error) {
    throw new Stop(`nothing answers at ${url} (${error.cause?.code ?? error.message}), which ISSUER of ${secretsFile(env)} names. Is ` +
      `it deployed (scripts/with-env.sh wrangler deploy --env ${env}), and is its host in the routes of [env.${env}]? The DNS record and ` +
      "the certificate of a new one take some minutes");
  }
  if (status === 200) return;
  throw new Stop(`GET ${url}/healthz answered ${status}: ${status === 503
    ? `the service does not take its settings (ENV=${env} scripts/secrets.sh check, then push), or its database is away`
    : `is ISSUER of ${secretsFile(env)} the host of this service?`}`);
}

function parse(file) {
  if (existsSync(file)) {
    shut(file, (text) => process.stderr.write(`client: ${text}\n`));
    return parseEnv(readFileSync(file, "utf8"));
  }
  throw new Stop(isRoots(file)
    ? `${file} is missing: the credentials of the operator's client. Put them there (GATEHOUSE_CLIENT_ID=, ` +
      "GATEHOUSE_CLIENT_SECRET=), or make the first one with NAME=root SCOPES=admin"
    : `${file} is missing: take it from where your secrets are kept; the first time, scripts/secrets.sh new writes it`);
}

function isRoots(file) {
  return file.endsWith(".client-root.env");
}

/** The operator's own partner, which every client of services behind is of. */
function ownPartner(token) {
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url")).partner_id;
}

async function byTheApi(url, token, file) {
  const owner = partnerId || (scopes.includes("introspect") ? ownPartner(token) : undefined);
  const json = {
    name,
    ...(owner ? { partnerId: owner } : { partnerName: name, home }),
    scope: scopes.join(" "),
    ...(roles.length && { roles, defaultRoles: [roles[0]] }),
  };
  return keep(file, url, json, randomUUID, async (key, pending) => {
    if (Date.now() - statSync(pending).mtimeMs > KEYS_LIVE) {
      throw new Stop(`an earlier call got no answer, and its key is over: the operator's audit log (client.create) says whether it ` +
        `made a client. Delete that one, and ${pending}, then run this again`);
    }
    const reply = await ask(url, "POST", "/v1/client", { token, json, headers: { "idempotency-key": key } });
    // Refused for good. After anything else the client may be there.
    if (reply.status >= 400 && reply.status < 500 && ![409, 429].includes(reply.status)) rmSync(pending);
    const { data } = good(reply).json;
    const next = `in a shell, a token for it:
    . ${file.startsWith("/") ? file : `./${file}`}
    curl -u "$GATEHOUSE_CLIENT_ID:$GATEHOUSE_CLIENT_SECRET" -d grant_type=client_credentials "$GATEHOUSE_URL/oauth2/token"`;
    return { ...data, next, place: "Take it to where the partner's server keeps its secrets, then delete the file." };
  });
}

async function bySql(env, { d1_databases: databases }, url, file) {
  if (scopes.length > 1 || roles.length) throw new Stop("who manages clients sees no customer: SCOPES=admin goes alone, without ROLES");
  const nobodys = databases.find(({ database_id: id }) => isNobodys(id));
  if (nobodys) {
    throw new Stop(`wrangler.toml has no database_id of ${env} yet: scripts/with-env.sh wrangler d1 create ${nobodys.database_name} prints it`);
  }
  const wanted = { partner: name, partnerId, name, scopes };
  return keep(file, url, wanted, () => newClient(wanted), async (client) => {
    const folder = mkdtempSync(join(tmpdir(), "gatehouse-client-"));
    try {
      const sql = join(folder, "client.sql");
      // A second time, where the first was done and wrangler failed after it, it changes nothing.
      writeFileSync(sql, client.sql.replaceAll(/\);$/gm, ") ON CONFLICT DO NOTHING;"), { mode: 0o600 });
      const args = ["d1", "execute", "DB", "--env", env, "--remote", "--yes", "--file", sql];
      const { status } = spawnSync("wrangler", args, { stdio: ["ignore", 2, 2] });
      if (status !== 0) {
        throw new Stop(`wrangler could not write the client into the database, see above. The same command tries the same client again. ${LOGIN}`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    const place = "Keep a copy where your secrets are kept: it makes every other client.";
    return { ...client, scope: "admin", place, next: `partners:\n    make client NAME=acme REMOTE=1 ENV=${env}` };
  });
}

/**
 * What `draw` gives is written down before it is used, and until the credentials are: no secret is lost for want of a
 * place or of an answer, and no second run makes a second client.
 */
async function keep(file, url, wanted, draw, make) {
  if (existsSync(file)) throw taken(file);
  const pending = `${file}.pending`;
  const made = await make(begun(pending, { url, ...wanted }, draw), pending);
  const text = `GATEHOUSE_URL=${url}\nGATEHOUSE_CLIENT_ID=${made.clientId}\nGATEHOUSE_CLIENT_SECRET=${made.clientSecret}\n`;
  try {
    writeFileSync(file, text, { flag: "wx", mode: 0o600 });
  } catch (error) {
    throw error.code === "EEXIST" ? taken(file) : error;
  }
  rmSync(pending);
  return { ...made, file };
}

function taken(file) {
  return new Stop(isRoots(file)
    ? `${file} is there already: the operator's own credentials, perhaps the only ones. Where another is to take its place, move the ` +
      "file aside, and keep it until the new one works"
    : `${file} is there already, with the credentials of a client of that name: choose another NAME, or delete it`);
}

/** What this or an earlier run drew for it. */
function begun(pending, wanted, draw) {
  try {
    writeFileSync(pending, JSON.stringify({ wanted, drawn: draw() }), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  const earlier = JSON.parse(readFileSync(pending, "utf8"));
  if (isDeepStrictEqual(earlier.wanted, JSON.parse(JSON.stringify(wanted)))) return earlier.drawn;
  throw new Stop(`${pending} is of an earlier run for ${name} that asked for something else and may have made a client: run that ` +
    "one again as it was, or delete the file where you know that it made none");
}
