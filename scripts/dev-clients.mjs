// Makes the clients of a local state: node scripts/dev-clients.mjs FOLDER JSON_FILE. In the folder then lies a file of SQL
// for each database, of its name. They exist in local state only, never in a migration.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { newClient } from "./client-sql.mjs";
import { given, main, Misuse } from "./main.mjs";

const customers = {
  scopes: ["client_auth", "users.read", "users.write"],
  roles: ["customer", "trader"],
  defaultRoles: ["customer"],
};
const wanted = {
  demo: { partner: "demo", ...customers },
  // What is kept apart is kept apart between databases too.
  other: { partner: "other", home: "HOME_EU", ...customers },
  // Who sets what is a partner's own is on no server of the customers' journey.
  demoSettings: { of: "demo", scopes: ["settings.write"] },
  otherSettings: { of: "other", home: "HOME_EU", scopes: ["settings.write"] },
  // Nor is who says what a number is, and erases people.
  demoRecovery: { of: "demo", scopes: ["recovery.write"] },
  root: { partner: "operator", scopes: ["admin"] },
};

await main(() => {
  const [folder, jsonFile] = given({ words: 2 }).words;
  if (!jsonFile) throw new Misuse("say where to: FOLDER JSON_FILE");
  const credentials = {};
  let [directory, homeEu] = ["", ""];
  for (const [name, { of, ...options }] of Object.entries(wanted)) {
    const { sql, homeSql, ...made } = newClient({ name, partnerId: credentials[of]?.partnerId, ...options });
    credentials[name] = made;
    directory += sql;
    homeEu += homeSql;
  }
  for (const [database, sql] of Object.entries({ gatehouse: directory, "gatehouse-home-eu": homeEu })) {
    writeFileSync(join(folder, `${database}.sql`), sql, { mode: 0o600 });
  }
  writeFileSync(jsonFile, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 });
});
