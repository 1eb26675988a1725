// What settings there are, what a file of them says, and what the service would say of them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Stop } from "./main.mjs";

const root = join(import.meta.dirname, "..");

/** Every setting of docs/reference/settings.md, and whether it is a secret. */
export function documented() {
  const [page] = readFileSync(join(root, "docs/reference/settings.md"), "utf8").split("\n## Bindings\n");
  return new Map([...page.matchAll(/^\| `([A-Z_]+)`(\*?) \|/gm)].map(([, name, star]) => [name, star === "*"]));
}

// A value is bare, without quotes and #, or whole in quotes.
const QUOTED = ["'", '"', "`"].map((quote) => `${quote}[^${quote}]*${quote}`).join("|");
const LINE = new RegExp(`(?:([A-Za-z_]\\w*)=(?:${QUOTED}|[^\\s'"\`#](?:[^\\n'"\`#]*[^\\s'"\`#])?)?)?[ \\t]*(?:(?<=[ \\t]|^)#.*)?\\r?(?:\\n|$)`, "my");

/** The names that a file sets, in their order, and what in it is no setting, by its line: never its text. */
export function linesOf(text) {
  const [names, faults] = [[], []];
  LINE.lastIndex = 0;
  for (let at = 0; at < text.length; at = LINE.lastIndex) {
    LINE.lastIndex = at;
    const found = LINE.exec(text);
    if (found) {
      if (found[1]) names.push(found[1]);
      continue;
    }
    const line = text.slice(0, at).split("\n").length;
    faults.push(`line ${line} is not NAME=VALUE from its beginning to its end; a value with # or a quote in it stands in other quotes, whole`);
    const next = text.indexOf("\n", at);
    LINE.lastIndex = next < 0 ? text.length : next + 1;
  }
  const twice = names.filter((name, n) => names.indexOf(name) < n);
  return { names, faults: [...faults, ...new Set(twice.map((name) => `${name} is there twice`))] };
}

/** Of wrangler.toml, what it says of an environment. */
export async function configured(env, config = "wrangler.toml") {
  const { unstable_readConfig: readConfig } = await import("wrangler");
  return readConfig({ config, env }, { hideWarnings: true });
}

/** Whether an id in wrangler.toml is still the one of a copy. */
export const isNobodys = (id) => /^[0-]*$/.test(id ?? "");

/** The host of a route, as a custom domain or a pattern has it. */
export const hostsOf = ({ routes = [] }) => routes.map((route) => (route.pattern ?? route).split("/")[0]);

/**
 * What the service would refuse of these settings, each in a sentence without its value. It is the built wasm that says
 * so, on a workerd of this machine, and on no account. They are given to it in a request: wrangler writes what is in its
 * configuration into a log.
 */
export async function refusedBy(settings, { compatibility_date }) {
  if (!existsSync(join(root, "build/index.js"))) built();
  const { createTestHarness } = await import("wrangler");
  // A folder without .dev.vars, whose settings would be taken too.
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-settings-"));
  const homes = homesOf(settings.HOMES);
  const config = {
    name: "gatehouse-settings", main: join(root, "scripts/settings-entry.mjs"), compatibility_date,
    // Whatever HOMES names is bound, as the service asks: whether wrangler.toml binds it, scripts/bindings.mjs says.
    d1_databases: homes.map((binding) => ({ binding, database_name: binding, database_id: binding })),
    kv_namespaces: [{ binding: "KV", id: "settings" }],
    r2_buckets: ["LEDGER", ...homes.map(archiveOf)]
      .map((binding) => ({ binding, bucket_name: `settings-${binding.toLowerCase().replaceAll("_", "-")}` })),
  };
  const server = createTestHarness({ root: folder, workers: [{ config }] });
  try {
    await server.listen();
    const answer = await server.fetch("https://settings.invalid", { method: "POST", body: JSON.stringify(settings) });
    const { inForce, refused } = await answer.json();
    if (!refused && !inForce) throw new Stop("the built service says neither that it takes the settings nor what it refuses: make build");
    return refused ?? [];
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The homes of this setting's text, the directory first. */
export function homesOf(text = "") {
  const beside = text.split(",").map((name) => name.trim()).filter((name) => /^HOME_[A-Z0-9_]{1,32}$/.test(name));
  return ["DB", ...new Set(beside)];
}

/** The bucket to which a home's audit log goes. */
export const archiveOf = (home) => (home === "DB" ? "ARCHIVE" : home.replace(/^HOME_/, "ARCHIVE_"));

function built() {
  process.stderr.write("settings: building the service, which says what it refuses\n");
  for (const script of ["setup.sh", "build.sh"]) {
    const { status } = spawnSync(join(root, "scripts", script), { stdio: ["ignore", 2, 2] });
    if (status !== 0) throw new Stop("the service could not be built, see above");
  }
}
