// Hono and jose, bundled by build.mjs, with a table of users.
import { generateKeyPairSync } from "node:crypto";
import { bundled } from "../../build.mjs";

const ISSUER = "https://id.example.com";
const USERS = 300;

const TABLE = `CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, phone_number TEXT NOT NULL UNIQUE,
 name TEXT, surname TEXT, status TEXT NOT NULL, created_at INTEGER NOT NULL) STRICT`.replaceAll("\n", "");

export function worker() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const ids = Array.from({ length: USERS }, (_, n) => `usr_${String(n).padStart(32, "0")}`);
  return {
    worker: {
      modules: [bundled("hono")],
      bindings: { ISSUER, PUBLIC_KEY: JSON.stringify(publicKey.export({ format: "jwk" })) },
      d1Databases: { DB: "hono" },
    },
    details: { issuer: ISSUER, privateKey: privateKey.export({ format: "jwk" }), ids },
    begin: async (miniflare) => {
      const database = await miniflare.getD1Database("DB");
      await database.exec(TABLE);
      const insert = database.prepare("INSERT INTO users VALUES (?1, ?2, ?3, 'Ada', 'Lovelace', 'VERIFIED', ?4)");
      const row = (id, n) => insert.bind(id, `user-${n}@example.com`, `+8821${String(n).padStart(8, "0")}`, Date.now());
      await database.batch(ids.map(row));
    },
  };
}
