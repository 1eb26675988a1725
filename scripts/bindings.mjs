// What `wrangler deploy --dry-run` says that staging and production are given, and whether that is what the service
// has locally: bindings are not inherited by an environment, and a deployment without its database is no error to
// wrangler. Settings that are no secrets may stand in an environment's vars. What still says example.com or has no id is
// told too, and is no failure: a copy of the repository begins so.
//
//   --config FILE   another wrangler.toml
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unstable_readConfig } from "wrangler";
import { ENVIRONMENTS } from "./environment.mjs";
import { given, main, Stop } from "./main.mjs";
import { archiveOf, documented, homesOf, hostsOf, isNobodys } from "./settings.mjs";

const root = join(import.meta.dirname, "..");
const VARIABLE = "Environment Variable";
// Whoever wants no data points leaves them out.
const OPTIONAL = ["EVENTS", "EVENTS_SMS"];
// Each environment has its own, and may have none.
const isHome = (name) => /^(HOME|ARCHIVE)_/.test(name);
let config;

const configured = (env) => unstable_readConfig({ config, env }, { hideWarnings: true });

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
    if (kind === VARIABLE || isHome(name) || (!other && OPTIONAL.includes(name))) continue;
    if (!other) said.push(`${env} has no ${name} (${kind}): repeat it under [env.${env}]`);
    else if (other.kind !== kind) said.push(`${env} has ${name} as ${other.kind}, not as ${kind}`);
  }
  for (const [name, { kind }] of ours) {
    if (!local.has(name) && kind !== VARIABLE && !isHome(name)) said.push(`${env} alone has ${name}: nothing here was tested with it`);
  }
  const environment = ours.get("ENVIRONMENT")?.resource;
  if (environment !== `"${env}"`) said.push(`${env} has ENVIRONMENT ${environment ?? "not at all"}: [env.${env}.vars] says it`);
  return [...said, ...homes(env), ...variables(env), ...notInherited(env)];
}

/** Whether the homes that are named, and their archives, are those that are bound. */
function homes(env) {
  const { vars, d1_databases: databases, r2_buckets: buckets } = configured(env);
  const named = homesOf(String(vars.HOMES ?? "")).slice(1);
  const bound = [...databases, ...buckets].map(({ binding }) => binding).filter(isHome);
  const wanted = named.flatMap((home) => [[home, "d1_databases"], [archiveOf(home), "r2_buckets"]]);
  return [
    ...wanted.filter(([name]) => !bound.includes(name))
      .map(([name, kind]) => `${env} has no ${name}, which its HOMES asks for: add it under [[env.${env}.${kind}]]`),
    ...bound.filter((name) => !wanted.some(([one]) => one === name))
      .map((name) => `${env} has ${name}, which its HOMES does not ask for: name its home in [env.${env}.vars]`),
  ];
}

/** What is wrong with an environment's variables: what they may be, the service says (scripts/secrets.sh check). */
function variables(env) {
  const settings = documented();
  return Object.entries(configured(env).vars).flatMap(([name, value]) => {
    const where = `[env.${env}.vars] has ${name}`;
    if (!settings.has(name)) return [`${where}, which is no setting (docs/reference/settings.md has all)`];
    if (settings.get(name)) return [`${where}, which is a secret: take it out, and replace it where others have seen it; secrets/${env}.env has it`];
    return typeof value === "string" ? [] : [`${where}, which is no text: put it in quotes`];
  });
}

/** What environments inherit, unless one sets it anew. */
function notInherited(env) {
  const [ours, top] = [env, undefined].map(configured);
  const same = ["main", "compatibility_date", "assets", "triggers", "observability", "workers_dev", "preview_urls"];
  const differ = same.filter((part) => JSON.stringify(ours[part]) !== JSON.stringify(top[part]));
  return differ.map((part) => `${env} has another ${part} than the local service`);
}

/** What an environment is without, or has of nobody, and may for now, in sentences. */
function leftOpen(env, ours) {
  const { d1_databases: databases, kv_namespaces: namespaces } = configured(env);
  return [
    ...hostsOf(configured(env)).filter(isExample).map((host) => `${env} has the route ${host}: put your host into [env.${env}].routes`),
    ...databases.filter(({ database_id: id }) => isNobodys(id))
      .map(({ database_name: name }) => `${env} has no database_id: scripts/with-env.sh wrangler d1 create ${name} prints it`),
    ...namespaces.filter(({ id }) => isNobodys(id))
      .map(({ binding }) => `${env} has no id of ${binding}: scripts/with-env.sh wrangler kv namespace create ${binding} --env ${env} prints it`),
    ...OPTIONAL.filter((name) => !ours.has(name)).map((name) => `${env} has no ${name}: it writes none of these data points`),
  ];
}

/** What is served in the name of nobody, in sentences. */
function namesOfNobody() {
  const said = [];
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
  const open = [];
  const said = ENVIRONMENTS.flatMap((env) => {
    const { bindings, text } = dryRun(env);
    process.stdout.write(`\n== ${env}\n${text.trim()}\n`);
    open.push(...leftOpen(env, bindings));
    return faults(env, bindings, local);
  });
  for (const sentence of [...open, ...namesOfNobody()]) process.stderr.write(`bindings: warning: ${sentence}\n`);
  if (said.length) throw new Stop(said.join("\nbindings: "));
  process.stdout.write(`\nbindings: ${ENVIRONMENTS.join(" and ")} have what the local service has, ENVIRONMENT and what they inherit\n`);
});
