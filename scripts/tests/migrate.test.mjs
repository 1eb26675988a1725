// scripts/migrate.sh where wrangler cannot ask the database: in a folder of its own, since it takes the wrangler beside it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-migrate-"));
after(() => rmSync(folder, { recursive: true }));
for (const part of ["scripts", "examples/python/requirements.txt"]) cpSync(join(root, part), join(folder, part), { recursive: true });
for (const part of ["migrations", "node_modules/.bin"]) mkdirSync(join(folder, part), { recursive: true });
writeFileSync(join(folder, "wrangler.toml"), ["d1_databases", "env.staging.d1_databases"]
  .map((table) => `[[${table}]]\ndatabase_name = "gatehouse-staging"\ndatabase_id = "1"\n`).join(""));
writeFileSync(join(folder, "migrations/0001_first.sql"), "SELECT 1;\n");

/** With a wrangler that prints this of the first question, and ends so. */
function migrate(printed, status, { words = [], ENV = "staging" } = {}) {
  const script = `#!/bin/sh\ncat <<'END'\n${printed}\nEND\nexit ${status}\n`;
  writeFileSync(join(folder, "node_modules/.bin/wrangler"), script, { mode: 0o755 });
  return spawnSync("bash", [join(folder, "scripts/migrate.sh"), "all", ...words], { encoding: "utf8", env: { ...process.env, ENV } });
}

test("where wrangler is not logged in, its own words are shown and how to log in", () => {
  const refused = migrate('{"error":{"text":"You are not authenticated. Try --temporary."}}', 1);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /^You are not authenticated/);
  assert.match(refused.stderr, /^migrate: .* of staging .* wrangler login.*never --temporary.*\n$/m);
  assert.doesNotMatch(refused.stderr, /TypeError|node:/);
  const strange = migrate("no JSON at all", 1);
  assert.equal(strange.status, 1);
  assert.match(strange.stderr, /^no JSON at all\nmigrate: /);
});

test("a database that answers is migrated", () => {
  const { status, stdout, stderr } = migrate('[{"results":[{"names":""}]}]', 0);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /results/);
});

test("local databases are those of a state that is there, and no other is begun", () => {
  const local = (folder) => migrate('[{"results":[{"names":""}]}]', 0, { ENV: "", words: ["--local", "--persist-to", folder] });
  const nowhere = join(folder, "nowhere");
  const { status, stderr } = local(nowhere);
  assert.equal(status, 1);
  assert.equal(stderr, `migrate: there is no local state at ${nowhere}: make dev STATE=${nowhere} makes one\n`);
  mkdirSync(join(folder, "state/v3/d1"), { recursive: true });
  const there = local(join(folder, "state"));
  assert.equal(there.status, 0, there.stderr);
});
