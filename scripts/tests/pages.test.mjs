// What the pages have an operator paste: the short way of README.md makes what docs/operating.md makes.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { configured } from "../settings.mjs";

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
