// Makes the three clients of a local state: node scripts/dev-clients.mjs SQL_FILE JSON_FILE.
// They exist in local state only, never in a migration.
import { writeFileSync } from "node:fs";
import { newClient } from "./client-sql.mjs";
import { given, main, Misuse } from "./main.mjs";

const customers = {
  scopes: ["client_auth", "users.read", "users.write"],
  roles: ["customer", "trader"],
  defaultRoles: ["customer"],
};
const wanted = {
  demo: { partner: "demo", ...customers },
  other: { partner: "other", ...customers },
  root: { partner: "operator", scopes: ["admin"] },
};

await main(() => {
  const [sqlFile, jsonFile] = given({ words: 2 }).words;
  if (!jsonFile) throw new Misuse("say where to: SQL_FILE JSON_FILE");
  const clients = Object.entries(wanted).map(([name, options]) => [name, newClient({ name, ...options })]);
  const credentials = clients.map(([name, { clientId, clientSecret, partnerId }]) => [name, { clientId, clientSecret, partnerId }]);
  writeFileSync(sqlFile, clients.map(([, { sql }]) => sql).join(""), { mode: 0o600 });
  writeFileSync(jsonFile, `${JSON.stringify(Object.fromEntries(credentials), null, 2)}\n`, { mode: 0o600 });
});
