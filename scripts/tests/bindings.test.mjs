import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const root = join(import.meta.dirname, "../..");
const toml = readFileSync(join(root, "wrangler.toml"), "utf8")
  .replace('main = "', `main = "${root}/`).replace('directory = "', `directory = "${root}/`);
const folder = mkdtempSync(join(tmpdir(), "gatehouse-bindings-"));
after(() => rmSync(folder, { recursive: true }));

const lines = (text) => text.trim().split("\n");
const isWarning = (line) => line.startsWith("bindings: warning: ");

const check = (text) => {
  const file = join(folder, "wrangler.toml");
  writeFileSync(file, text);
  return spawnSync(process.execPath, ["--no-warnings", "scripts/bindings.mjs", "--config", file], { cwd: root, encoding: "utf8" });
};

/** A configuration without one of its tables: from that head to the next one. */
const without = (text, head, nth = 0) => {
  const parts = text.split(/^(?=\[)/m);
  const hits = parts.filter((part) => part.startsWith(head));
  assert.ok(hits[nth], head);
  return parts.filter((part) => part !== hits[nth]).join("");
};

test("what staging and production are given is what the local service has", () => {
  const { status, stdout, stderr } = check(toml);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /== staging[^]*env\.DB \(gatehouse-staging\)[^]*== production[^]*env\.DB \(gatehouse\)/);
});

test("whatever an environment lacks is told", () => {
  let text = without(toml, "[[env.production.d1_databases]]");
  text = without(text, "[[env.production.ratelimits]]", 3);
  text = without(text, "[[env.staging.kv_namespaces]]");
  text = without(text, "[env.staging.vars]");
  const { status, stderr } = check(`${text}\n[env.production.triggers]\ncrons = []\n`);
  assert.equal(status, 1);
  assert.deepEqual(lines(stderr).filter((line) => !isWarning(line)).map((line) => line.replace(/: repeat.*/, "")), [
    "bindings: staging has no KV (KV Namespace)",
    "bindings: staging has ENVIRONMENT not at all: [env.staging.vars] says it",
    "bindings: production has no DB (D1 Database)",
    "bindings: production has no LIMIT_OAUTH (Rate Limit)",
    "bindings: production has another triggers than the local service",
  ]);
});

test("what is of nobody is told, and is no failure", () => {
  const { status, stderr } = check(toml.replace('"id.example.com"', '"id.bank.test"').replace('"id-staging.', '"id.staging.'));
  assert.equal(status, 0, stderr);
  const warnings = lines(stderr).filter(isWarning);
  assert.ok(warnings.some((line) => line.includes("staging has the route id.staging.example.com")), stderr);
  assert.ok(!warnings.some((line) => line.includes("production")), stderr);
  const contact = readFileSync(join(root, "web/public/.well-known/security.txt"), "utf8").includes("@example.com");
  assert.equal(warnings.some((line) => line.includes("security.txt has a contact at example.com")), contact);
});
