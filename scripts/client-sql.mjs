// Prints the SQL that makes a partner and one OAuth client of it. This is how a database gets its first admin
// client (scripts/client.mjs applies it); later ones are made with POST /v1/client.
//   scripts/with-env.sh node scripts/client-sql.mjs --partner NAME --name NAME --scope SCOPES [options]
//
//   --partner NAME         the partner, made anew
//   --partner-id ID        an existing partner's id instead of --partner
//   --name NAME            what the client is called
//   --scope SCOPES         what it may do, separated by spaces: client_auth (the journey of customers), users.read,
//                          users.write (the partner's desk), recovery.write (what is done to a person for good),
//                          settings.write (what it has of its own), introspect (a service behind: of the operator's
//                          own partner, by --partner-id); or admin alone (partners and clients)
//   --roles A,B            the roles this client may give its users (not for admin)
//   --default-roles A      the roles of a sign-up that names none
//   --out FILE             where the SQL goes (default: standard output)
//
// The SQL holds only a hash of the secret. The client's id and secret are printed once, on standard error. A
// deployment's first admin client is made by: make client REMOTE=1 ENV=... NAME=root SCOPES=admin
import { createHash, randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { given, main, Misuse } from "./main.mjs";

const SCOPES = ["client_auth", "users.read", "users.write", "recovery.write", "settings.write", "introspect", "admin"];
// As POST /v1/client takes them: tests/vectors/role-names.json holds both to it.
const ROLE = /^[A-Za-z0-9_-]{1,64}$/;
const MOST_ROLES = 16;

/** RFC 9562, version 7: 48 bits of milliseconds, then random bits. */
export function uuidv7(now = Date.now()) {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const text = (value) => `'${value.replaceAll("'", "''")}'`;

/**
 * A new client: its credentials, and the SQL that makes it in the directory. Of a partner that lives elsewhere, `homeSql`
 * is for its home.
 */
export function newClient({ partner, partnerId, name, scopes, roles = [], defaultRoles = [], home = "DB" }) {
  const now = Date.now();
  const clientId = `cli_${uuidv7(now)}`;
  const clientSecret = randomBytes(32).toString("base64url");
  const owner = partnerId ?? `prt_${uuidv7(now)}`;
  const hash = createHash("sha256").update(clientSecret, "ascii").digest("hex");
  const values = [clientId, owner, name, JSON.stringify(scopes), JSON.stringify(roles), JSON.stringify(defaultRoles)];
  const client = [
    `INSERT INTO clients (id, partner_id, name, scopes, allowed_roles, default_roles, created_at)`,
    `  VALUES (${values.map(text).join(", ")}, ${now});`,
  ];
  const secret = [
    `INSERT INTO client_secrets (client_id, secret_hash, created_at)`,
    `  VALUES (${text(clientId)}, '${hash}', ${now});`,
  ];
  const partnerAs = (state) => (partnerId ? [] : [
    `INSERT INTO partners (id, name, created_at, home, state)`,
    `  VALUES (${text(owner)}, ${text(partner)}, ${now}, ${text(home)}, ${text(state)});`,
  ]);
  const isElsewhere = home !== "DB";
  const file = (lines) => `${lines.join("\n")}\n`;
  return {
    clientId, clientSecret, partnerId: owner,
    sql: file([...partnerAs(isElsewhere ? "gone" : "here"), ...client, ...secret]),
    homeSql: isElsewhere ? file([...partnerAs("here"), ...client]) : "",
  };
}

function run() {
  const string = { type: "string" };
  const { values } = given({
    options: {
      partner: string, "partner-id": string, name: string, scope: string, roles: string, "default-roles": string, out: string,
    },
  });
  const list = (value) => (value ? value.split(",") : []);
  const roles = list(values.roles);
  const defaultRoles = list(values["default-roles"]);
  if (!values.partner === !values["partner-id"]) fail("give one of --partner and --partner-id");
  if (!values.name) fail("--name is missing");
  for (const name of [values.name, values.partner ?? "-"]) {
    if ([...name].length > 100) fail("a name has at most 100 characters");
  }
  const scopes = (values.scope ?? "").split(" ");
  if (!scopes.every((scope) => SCOPES.includes(scope))) fail(`--scope is some of ${SCOPES.join(", ")}, separated by spaces`);
  if (scopes.includes("admin") && scopes.length > 1) fail("who manages clients sees no customer: admin goes alone");
  if (scopes.includes("introspect") && values.partner) fail("introspect is for the operator's own partner: its --partner-id, not a new one");
  if (scopes.includes("admin") && roles.length) fail("an admin client gives no roles");
  if (![...roles, ...defaultRoles].every((role) => ROLE.test(role))) fail("a role is 1 to 64 letters, digits, _ and -");
  if (roles.length > MOST_ROLES || defaultRoles.length > MOST_ROLES) fail(`at most ${MOST_ROLES} roles`);
  if (!defaultRoles.every((role) => roles.includes(role))) fail("--default-roles must be among --roles");

  const client = newClient({
    partner: values.partner, partnerId: values["partner-id"], name: values.name,
    scopes, roles, defaultRoles,
  });
  if (values.out) writeFileSync(values.out, client.sql, { mode: 0o600 });
  else process.stdout.write(client.sql);
  process.stderr.write(`partner        ${client.partnerId}\nclient_id      ${client.clientId}\n`);
  process.stderr.write(`client_secret  ${client.clientSecret}\nThe secret is shown this once and stored nowhere.\n`);
}

function fail(message) {
  throw new Misuse(`${message} (--help lists the options)`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(run);
