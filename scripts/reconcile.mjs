// Says where each partner is after a database was set back in time, and gives the SQL that makes it so in every database.
// The service is closed meanwhile:
//   ENV=production scripts/with-env.sh node scripts/reconcile.mjs --into secrets
//
//   ENV=staging|production   whose databases; without it local ones: --persist-to DIR
//   --into FOLDER            the SQL goes into FOLDER/reconcile-DB.sql and so on, a file a database, and what to run is said;
//                            without it all of it is printed
//   --at PARTNER=HOME        this partner is there, whatever the rules say; as often as there are such
//   --all                    of all partners, not only of those of which the databases do not agree
//   --persist-to DIR         the folder of local databases, as `make dev STATE=DIR` has them
//
// docs/operating.md, "Restoring the database", says when; docs/decisions/moving.md, "Set back in time", by which rules.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { counted } from "./custody-lines.mjs";
import { environment, LOGIN } from "./environment.mjs";
import { given, main, Misuse, Stop } from "./main.mjs";
import { configured, homesOf } from "./settings.mjs";
import { ASKED, DIRECTORY, whereabouts } from "./whereabouts.mjs";

await main(async () => {
  const [string, boolean] = [{ type: "string" }, { type: "boolean" }];
  const { values } = given({ options: { into: string, at: { ...string, multiple: true }, all: boolean, "persist-to": string } });
  const { into, all } = values;
  if (into !== undefined && !existsSync(into)) throw new Misuse(`--into is a folder, and there is no ${into}`);
  const { flags, homes } = await databases(values["persist-to"]);
  const at = Object.fromEntries((values.at ?? []).map((word) => placeOf(word, homes)));
  const found = Object.fromEntries(homes.map((home) => [home, asked(home, flags)]));
  const { count, settled, unknown } = whereabouts(found, { at, all });
  if (unknown) throw new Stop(`no database knows ${unknown}, of which --at says where it is`);
  const lost = settled.filter((one) => one.lost);
  if (lost.length) throw new Stop(lost.map((one) => one.lost).join("\nreconcile: "));
  const files = sqlOf(homes, settled);
  if (into !== undefined) write(into, homes, files);
  const said = settled.map(({ id, home, why }) => `${id} is in ${home}: ${why.join(".\n    ")}`);
  if (!settled.length) say(`all of ${homes.join(", ")} say the same of ${counted(count, "partner", "partners")}: there is nothing to do`);
  else if (into === undefined) process.stdout.write([...files].map(([home, sql]) => `-- == ${home}\n${sql}`).join("\n"));
  else say(`${said.join("\n")}\n\nLook at these, run them in this order, and then this script once more:\n${commands(into, files, flags)}`);
});

function say(words) {
  process.stdout.write(`${words}\n`);
}

/** Which there are, and how wrangler reaches them. */
async function databases(folder) {
  const env = process.env.ENV ? environment() : undefined;
  if (!env === !folder) throw new Misuse("say whose databases: ENV=staging or ENV=production, or --persist-to DIR for local ones");
  // wrangler would make an empty one.
  if (folder && !existsSync(join(folder, "v3/d1"))) throw new Misuse(`there is no local state at ${folder}: make dev STATE=${folder} makes one`);
  const { vars } = await configured(env);
  return { homes: homesOf(vars.HOMES), flags: env ? ["--env", env, "--remote"] : ["--local", "--persist-to", folder] };
}

function placeOf(word, homes) {
  const [id, home] = word.split("=");
  if (/^prt_[\w-]+$/.test(id) && homes.includes(home)) return [id, home];
  throw new Misuse(`--at is a partner's id and where it is, one of ${homes.join(", ")}, such as prt_...=${homes.at(-1)}`);
}

/** What a database answers, statement by statement. */
function asked(home, flags) {
  const args = ["d1", "execute", home, ...flags, "--json", "--command", ASKED.join(";\n")];
  const options = { encoding: "utf8", maxBuffer: 2 ** 30, stdio: ["ignore", "pipe", "pipe"] };
  const { stdout, stderr, error } = spawnSync("wrangler", args, options);
  const answer = parsed(stdout);
  const rows = Array.isArray(answer) ? answer.map(({ results }) => results) : [];
  if (rows.length === ASKED.length && rows.every(Array.isArray)) return rows;
  const words = error?.message ?? answer?.error?.text ?? `${stdout}${stderr}`;
  throw new Stop(`wrangler could not ask ${home} where its partners are: ${words.trim()}\nIs its schema of the release that runs ` +
    `(scripts/migrate.sh expand)? ${LOGIN}`);
}

function parsed(stdout) {
  try {
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}

/** Of each database what is to be done there: the directory, by which partners are found, comes last. */
function sqlOf(homes, settled) {
  const order = [...homes.filter((home) => home !== DIRECTORY), DIRECTORY];
  const about = ({ id, home, why }) => `-- ${id} is in ${home}: ${why.join(".\n--     ")}`;
  const file = (home) => settled.map((one) => `${about(one)}\n${one.sql[home].map((line) => `${line}\n`).join("")}`).join("\n");
  const isTouched = (home) => settled.some(({ sql }) => sql[home].length);
  return new Map(order.filter(isTouched).map((home) => [home, file(home)]));
}

function fileOf(into, home) {
  return join(into, `reconcile-${home}.sql`);
}

function write(into, homes, files) {
  for (const home of homes) rmSync(fileOf(into, home), { force: true });
  for (const [home, sql] of files) writeFileSync(fileOf(into, home), sql, { mode: 0o600 });
}

function commands(into, files, flags) {
  return [...files.keys()].map((home) =>
    `  scripts/with-env.sh wrangler d1 execute ${[home, ...flags].join(" ")} --file ${fileOf(into, home)}`).join("\n");
}
