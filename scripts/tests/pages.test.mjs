// What the pages have an operator paste: it fits what is there.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { archiveOf, configured, homesOf } from "../settings.mjs";

const root = join(import.meta.dirname, "../..");
const read = (name) => readFileSync(join(root, name), "utf8");

/** The commands of a section that make a database, a namespace or a bucket. */
function makes(page, section) {
  const [, from] = read(page).split(`\n${section}\n`);
  return from.split(/\n##+ /)[0].match(/^scripts\/with-env\.sh wrangler (d1|kv|r2) .*?(?= *#|$)/gm).map((line) => line.trim());
}

test("README.md has an operator make what docs/operating.md has, and it is what wrangler.toml binds", async () => {
  const short = makes("README.md", "## Deploying");
  assert.deepEqual(short.map((line) => line.replaceAll("gatehouse-staging", "$DATABASE")), makes("docs/operating.md", "### 2. The names of things"));
  const { d1_databases: databases, r2_buckets: buckets } = await configured("staging", join(root, "wrangler.toml"));
  const bound = [...databases.map((one) => `d1 create ${one.database_name}`), ...buckets.map((one) => `r2 bucket create ${one.bucket_name}`)];
  for (const command of bound) assert.ok(short.some((line) => line.includes(`${command} `)), command);
});

test("a home goes into wrangler.toml as docs/operating.md prints it", async (t) => {
  const [, section] = read("docs/operating.md").split("\n## Homes\n");
  const [variables, blocks] = [...section.matchAll(/^ *```toml\n([^]*?)\n *```$/gm)].map(([, text]) => text.replaceAll(/^ +/gm, ""));
  // The section as it is there, and the line that is added to it.
  const [, there, added] = variables.match(/^([^]*\n)(HOMES = .*)$/);
  const toml = read("wrangler.toml");
  assert.ok(toml.includes(`\n${there}`), there);
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-pages-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "wrangler.toml");
  writeFileSync(file, `${toml.replace(`\n${there}`, `\n${there}${added}\n`)}\n${blocks}\n`);
  const { vars, d1_databases: databases, r2_buckets: buckets } = await configured("production", file);
  const homes = homesOf(vars.HOMES);
  assert.ok(homes.length > 1);
  assert.deepEqual(databases.map(({ binding }) => binding), homes);
  assert.deepEqual(buckets.map(({ binding }) => binding), ["LEDGER", ...homes.map(archiveOf)]);
});
