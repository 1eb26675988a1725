// Makes a partner with one OAuth client and puts its credentials into a file that only you may read:
//   make client NAME=acme [SCOPES="client_auth users.read"] [ROLES=customer,trader] [PARTNER=prt_...]
//   make client NAME=acme REMOTE=1 ENV=staging      by the operator's client of secrets/ENV.client-root.env
//   make client NAME=root SCOPES=admin REMOTE=1 ENV=production     that client, by SQL: nothing else can make it
//
// PARTNER is an existing one's id, for its second client.
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { newClient } from "./client-sql.mjs";
import { environment, secretsFile } from "./environment.mjs";
import { ask, good, main, service, Stop, tokenBy, tokenOf } from "./local.mjs";

const { NAME: name = "", SCOPES, ROLES, PARTNER: partnerId, REMOTE } = process.env;
const words = (text) => (text ?? "").split(/[\s,]+/).filter(Boolean);
const [scopes, roles] = [words(SCOPES), words(ROLES)];

await main(async () => {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw new Stop("NAME is what the partner is called, letters, digits, '.', '_' and '-': make client NAME=acme");
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
  const token = (await tokenOf(found, "root")).json.access_token;
  return byTheApi(found.url, token, join(found.state, `client-${name}.env`));
}

async function remote(env) {
  const settings = parse(secretsFile(env));
  const url = settings.ISSUER;
  if (!url) throw new Stop(`${secretsFile(env)} has no ISSUER: that is where the service is asked`);
  mkdirSync("secrets", { recursive: true, mode: 0o700 });
  const file = join("secrets", `${env}.client-${name}.env`);
  if (scopes.includes("admin")) return bySql(env, url, file);
  const operator = parse(join("secrets", `${env}.client-root.env`));
  const basic = `${operator.GATEHOUSE_CLIENT_ID}:${operator.GATEHOUSE_CLIENT_SECRET}`;
  const reply = await tokenBy(url, "secrets/", basic);
  return byTheApi(url, reply.json.access_token, file);
}

function parse(file) {
  if (existsSync(file)) return parseEnv(readFileSync(file, "utf8"));
  const operator = file.endsWith(".client-root.env");
  throw new Stop(operator
    ? `${file} is missing: the credentials of the operator's client. Put them there (GATEHOUSE_CLIENT_ID=, ` +
      "GATEHOUSE_CLIENT_SECRET=), or make the first one with NAME=root SCOPES=admin"
    : `${file} is missing: take it from where your secrets are kept; the first time, scripts/secrets.sh new writes it`);
}

async function byTheApi(url, token, file) {
  return keep(file, url, async () => {
    const json = {
      name,
      ...(partnerId ? { partnerId } : { partnerName: name }),
      ...(scopes.length && { scope: scopes.join(" ") }),
      ...(roles.length && { roles, defaultRoles: [roles[0]] }),
    };
    const { data } = good(await ask(url, "POST", "/v1/client", { token, json })).json;
    const next = `in a shell, a token for it:
    . ${file.startsWith("/") ? file : `./${file}`}
    curl -u "$GATEHOUSE_CLIENT_ID:$GATEHOUSE_CLIENT_SECRET" -d grant_type=client_credentials "$GATEHOUSE_URL/oauth2/token"`;
    return { ...data, next, place: "Take it to where the partner's server keeps its secrets, then delete the file." };
  });
}

async function bySql(env, url, file) {
  if (scopes.length > 1 || roles.length) throw new Stop("who manages clients sees no customer: SCOPES=admin goes alone, without ROLES");
  return keep(file, url, async () => {
    const client = newClient({ partner: name, partnerId, name, scopes });
    const folder = mkdtempSync(join(tmpdir(), "gatehouse-client-"));
    try {
      const sql = join(folder, "client.sql");
      writeFileSync(sql, client.sql, { mode: 0o600 });
      const args = ["d1", "execute", "DB", "--env", env, "--remote", "--yes", "--file", sql];
      const { status } = spawnSync("wrangler", args, { stdio: ["ignore", 2, 2] });
      if (status !== 0) throw new Stop("wrangler could not write the client into the database, see above");
    } finally {
      rmSync(folder, { recursive: true });
    }
    const place = "Keep a copy where your secrets are kept: it makes every other client.";
    return { ...client, scope: "admin", place, next: `partners:\n    make client NAME=acme REMOTE=1 ENV=${env}` };
  });
}

/** The file is there before the client is: no secret is lost for want of a place. */
async function keep(file, url, make) {
  let place;
  try {
    place = openSync(file, "wx", 0o600);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    throw new Stop(`${file} is there already, with the credentials of a client of that name: choose another NAME, or delete it`);
  }
  try {
    const made = await make();
    writeSync(place, `GATEHOUSE_URL=${url}\nGATEHOUSE_CLIENT_ID=${made.clientId}\nGATEHOUSE_CLIENT_SECRET=${made.clientSecret}\n`);
    return { ...made, file };
  } catch (error) {
    rmSync(file);
    throw error;
  } finally {
    closeSync(place);
  }
}
