// gatehouse as it is deployed: build/, the bindings of wrangler.toml, production's settings. What differs: the
// coarse rate limits are out of reach (each is asked all the same), no static files lie in front, and what it
// fetches goes to `outbound`.
//
// Options beside those of serve.mjs:
//   vars     settings over production's defaults
//   build    another folder than build/
//   counted  true: behind count.mjs, which says what each request cost
//   weighed  true: behind weigh.mjs, which says how large the wasm is
import { execFileSync } from "node:child_process";
import { createECDH, createHash, randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newClient } from "../../../scripts/client-sql.mjs";
import { temporary } from "../../temporary.mjs";

const root = join(import.meta.dirname, "../../..");
const made = join(root, "target/bench");
const DATABASE = "00000000-0000-0000-0000-000000000000";
const wrangler = readFileSync(join(root, "wrangler.toml"), "utf8");
const LIMITS = [...wrangler.matchAll(/^\[\[ratelimits\]\]\nname = "(\w+)"$/gm)];
const DATASETS = [...wrangler.matchAll(/^\[\[analytics_engine_datasets\]\]\nbinding = "(\w+)"\ndataset = "(\w+)"$/gm)];

export async function worker({ state, vars, build = join(root, "build"), counted, weighed }) {
  const folder = state ?? temporary("state");
  const isNew = !existsSync(join(folder, "bench.json"));
  if (isNew) prepare(folder);
  const kept = JSON.parse(readFileSync(join(folder, "bench.json"), "utf8"));
  return {
    worker: {
      modules: modules(build, counted, weighed),
      bindings: { ...kept.settings, ...vars },
      d1Databases: { DB: DATABASE },
      kvNamespaces: { KV: "0".repeat(32) },
      r2Buckets: { LEDGER: "ledger", ARCHIVE: "archive" },
      ratelimits: Object.fromEntries(LIMITS.map(([, name], n) => [name, outOfReach(1001 + n)])),
      analyticsEngineDatasets: Object.fromEntries(DATASETS.map(([, binding, dataset]) => [binding, { dataset }])),
    },
    state: join(folder, "v3"),
    details: { client: kept.client, kycSecret: kept.settings.KYC_WEBHOOK_SECRET, database: join(folder, "v3/d1") },
    begin: async (miniflare) => {
      if (!isNew) return;
      const database = await miniflare.getD1Database("DB");
      const statements = kept.sql.split(";\n").filter((sql) => sql.trim());
      await database.batch(statements.map((sql) => database.prepare(sql)));
    },
  };
}

const outOfReach = (id) => ({ namespace_id: String(id), simple: { limit: 1_000_000_000, period: 60 } });

/** The service, behind limits in memory, and what it is to be measured with in front. */
function modules(build, counted, weighed) {
  const built = (name, type) => ({ type, path: join(build, name), contents: readFileSync(join(build, name)) });
  const here = (name, folder = import.meta.dirname) => ({ type: "ESModule", path: join(build, name), contents: readFileSync(join(folder, name)) });
  return [
    ...(weighed ? [here("weigh.mjs"), here("memory.mjs", join(root, "tests/harness"))] : []),
    ...(counted ? [here("count.mjs")] : []),
    here("limits.mjs"),
    built("index.js", "ESModule"),
    built("index_bg.wasm", "CompiledWasm"),
  ];
}

/** A migrated database, settings of its own and a partner's client. */
function prepare(folder) {
  cpSync(migrated(), folder, { recursive: true });
  const client = newClient({
    partner: "bench", name: "bench", scopes: ["client_auth", "users.read", "users.write"],
    roles: ["customer"], defaultRoles: ["customer"],
  });
  const { clientId, clientSecret, sql } = client;
  const kept = { settings: settings(), client: { clientId, clientSecret }, sql };
  writeFileSync(join(folder, "bench.json"), JSON.stringify(kept), { mode: 0o600 });
}

/** A folder with an empty database after every migration. wrangler takes five seconds to make one. */
export function migrated() {
  const migrations = join(root, "migrations");
  const digest = createHash("sha256");
  for (const name of readdirSync(migrations).sort()) digest.update(name).update(readFileSync(join(migrations, name)));
  const folder = join(made, `migrated-${digest.digest("hex").slice(0, 16)}`);
  if (existsSync(folder)) return folder;
  mkdirSync(made, { recursive: true });
  const aside = mkdtempSync(join(made, "new-"));
  const program = join(root, "node_modules/wrangler/wrangler-dist/cli.js");
  const apply = ["d1", "migrations", "apply", "gatehouse", "--local", "--persist-to", aside, "--config", "wrangler.toml"];
  execFileSync(process.execPath, ["--no-warnings", program, ...apply], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", XDG_CONFIG_HOME: join(root, ".wrangler/config") },
  });
  renameSync(aside, folder);
  return folder;
}

/** As `dev-vars.mjs --production` makes them, with what it leaves to the operator filled in. */
function settings() {
  const vars = execFileSync(process.execPath, [join(root, "scripts/dev-vars.mjs"), "--production"], { encoding: "utf8" });
  const pairs = [...vars.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value.replace(/^'(.*)'$/, "$1")]);
  return {
    ...Object.fromEntries(pairs),
    ISSUER: "https://id.example.com",
    CUSTODY_XPUB: xpub(),
    CUSTODY_ENCRYPTION_XPUB: xpub(),
    SUBACCOUNT_EMAIL_DOMAIN: "sub.example.com",
    SMS_PROVIDER: "webhook",
    SMS_WEBHOOK_URL: "https://sms.example.com/send",
    SMS_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
    // Caps on sending must not be what is measured. Each is still asked.
    SMS_DAILY_BUDGET: "100000000",
  };
}

/** An account-level extended public key (BIP-32) that nobody has the private half of. */
function xpub() {
  const key = createECDH("secp256k1");
  key.generateKeys();
  const header = Buffer.from("0488b21e03", "hex");
  const parent = randomBytes(4);
  const child = Buffer.from("80000000", "hex");
  const body = Buffer.concat([header, parent, child, randomBytes(32), key.getPublicKey(null, "compressed")]);
  const sha256 = (bytes) => createHash("sha256").update(bytes).digest();
  return base58(Buffer.concat([body, sha256(sha256(body)).subarray(0, 4)]));
}

function base58(bytes) {
  const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  let text = "";
  for (let rest = BigInt(`0x${bytes.toString("hex")}`); rest > 0n; rest /= 58n) text = alphabet[Number(rest % 58n)] + text;
  return text;
}
