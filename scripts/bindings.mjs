// What `wrangler deploy --dry-run` says that staging and production are given, and whether that is what the service
// has locally: bindings are not inherited by an environment, and a deployment without its database is no error to
// wrangler. What still says example.com is told too, and is no failure: a copy of the repository begins so.
//
//   --config FILE   another wrangler.toml
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unstable_readConfig as readConfig } from "wrangler";
import { ENVIRONMENTS } from "./environment.mjs";
import { given, main, Stop } from "./main.mjs";

const root = join(import.meta.dirname, "..");
let config;

/** Binding by name, as the dry run prints them: `env.NAME (resource)   Kind`. */
function dryRun(env) {
  const args = [join(root, "node_modules/wrangler/wrangler-dist/cli.js"), "deploy", "--dry-run", "--config", config, "--env", env];
  const run = spawnSync(process.execPath, ["--no-warnings", ...args], {
    cwd: root, encoding: "utf8", env: { ...process.env, NO_COLOR: "1", XDG_CONFIG_HOME: join(root, ".wrangler/config") },
  });
  if (run.status !== 0) throw new Stop(`the dry run of ${env || "the local service"} failed:\n${run.stdout}${run.stderr}`);
  const rows = run.stdout.matchAll(/^env\.(\w+)(?: \((.*?)\))? {2,}(\S.*?) *$/gm);
  const bindings = new Map([...rows].map(([, name, resource, kind]) => [name, { kind, resource }]));
  return { bindings, text: run.stdout };
}

/** What is wrong with an environment's bindings, in sentences. */
function faults(env, ours, local) {
  const said = [];
  for (const [name, { kind }] of local) {
    const other = ours.get(name);
    if (!other) said.push(`${env} has no ${name} (${kind}): repeat it under [env.${env}]`);
    else if (other.kind !== kind) said.push(`${env} has ${name} as ${other.kind}, not as ${kind}`);
  }
  for (const name of ours.keys()) {
    if (!local.has(name) && name !== "ENVIRONMENT") said.push(`${env} alone has ${name}: nothing here was tested with it`);
  }
  const environment = ours.get("ENVIRONMENT")?.resource;
  if (environment !== `"${env}"`) said.push(`${env} has ENVIRONMENT ${environment ?? "not at all"}: [env.${env}.vars] says it`);
  return [...said, ...notInherited(env)];
}

/** What environments inherit, unless one sets it anew. */
function notInherited(env) {
  const [ours, top] = [env, undefined].map((one) => readConfig({ config, env: one }, { hideWarnings: true }));
  const same = ["main", "compatibility_date", "assets", "triggers", "observability", "workers_dev", "preview_urls"];
  const differ = same.filter((part) => JSON.stringify(ours[part]) !== JSON.stringify(top[part]));
  return differ.map((part) => `${env} has another ${part} than the local service`);
}

/** What is deployed in the name of nobody, in sentences. */
function namesOfNobody() {
  const said = ENVIRONMENTS.flatMap((env) => {
    const { routes = [] } = readConfig({ config, env }, { hideWarnings: true });
    const patterns = routes.map((route) => route.pattern ?? route).filter((pattern) => isExample(pattern.split("/")[0]));
    return patterns.map((pattern) => `${env} has the route ${pattern}: put your host into [env.${env}].routes`);
  });
  const file = "web/public/.well-known/security.txt";
  const text = readFileSync(join(root, file), "utf8");
  const contacts = text.match(/^Contact:.*$/gm) ?? [];
  if (contacts.some((line) => isExample(line.trim()))) said.push(`${file} has a contact at example.com: put yours there and into SECURITY.md`);
  const left = Date.parse(text.match(/^Expires: (.*)$/m)?.[1]) - Date.now();
  // Of no date, too.
  if (!(left > 30 * 24 * 60 * 60 * 1000)) said.push(`${file} ends within a month or has ended: look whether its contact is still right, and set Expires eleven months ahead`);
  return said;
}

const isExample = (host) => /(^|[.@/:])example\.(com|org|net)\b/.test(host);

await main(async () => {
  ({ config } = given({ options: { config: { type: "string", default: join(root, "wrangler.toml") } } }).values);
  const local = dryRun("").bindings;
  if (!local.size) throw new Stop("the dry run prints no bindings that could be read: wrangler has changed its words");
  const said = ENVIRONMENTS.flatMap((env) => {
    const { bindings, text } = dryRun(env);
    process.stdout.write(`\n== ${env}\n${text.trim()}\n`);
    return faults(env, bindings, local);
  });
  for (const sentence of namesOfNobody()) process.stderr.write(`bindings: warning: ${sentence}\n`);
  if (said.length) throw new Stop(said.join("\nbindings: "));
  process.stdout.write(`\nbindings: ${ENVIRONMENTS.join(" and ")} have the ${local.size} of the local service, ENVIRONMENT and what they inherit\n`);
});
