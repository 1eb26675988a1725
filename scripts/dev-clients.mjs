// Makes the clients of a local state: node scripts/dev-clients.mjs SQL_FILE JSON_FILE.
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
  // Who sets what is a partner's own is on no server of the customers' journey.
  demoSettings: { of: "demo", scopes: ["settings.write"] },
  otherSettings: { of: "other", scopes: ["settings.write"] },
  // Nor is who says what a number is, and erases people.
  demoRecovery: { of: "demo", scopes: ["recovery.write"] },
  root: { partner: "operator", scopes: ["admin"] },
};

await main(() => {
  const [sqlFile, jsonFile] = given({ words: 2 }).words;
  if (!jsonFile) throw new Misuse("say where to: SQL_FILE JSON_FILE");
  const credentials = {};
  let all = "";
  for (const [name, { of, ...options }] of Object.entries(wanted)) {
    const { sql, ...made } = newClient({ name, partnerId: credentials[of]?.partnerId, ...options });
    credentials[name] = made;
    all += sql;
  }
  writeFileSync(sqlFile, all, { mode: 0o600 });
  writeFileSync(jsonFile, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
});
