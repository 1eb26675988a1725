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

const vars = (text, more) => text.replace('ENVIRONMENT = "production"', `ENVIRONMENT = "production"\n${more}`);

test("what staging and production are given is what the local service has, and what a copy begins without is told", () => {
  const { status, stdout, stderr } = check(toml);
  assert.equal(status, 0, stderr);
  assert.match(stdout, /== staging[^]*env\.DB \(gatehouse-staging\)[^]*== production[^]*env\.DB \(gatehouse\)/);
  for (const words of ["staging has no database_id", "production has no database_id", "staging has no id of KV", "production has the route id.example.com"]) {
    assert.ok(lines(stderr).some((line) => isWarning(line) && line.includes(words)), stderr);
  }
});

const home = (env) => `\n[[env.${env}.d1_databases]]\nbinding = "HOME_EU"\ndatabase_name = "eu"\ndatabase_id = "1"\n`;
const archive = (env) => `\n[[env.${env}.r2_buckets]]\nbinding = "ARCHIVE_EU"\nbucket_name = "gatehouse-eu"\n`;

test("the homes that an environment names are those that it has, which may be others than the local one", () => {
  const named = vars(toml, 'HOMES = "HOME_EU"');
  const { status, stderr } = check(named + home("production") + archive("production"));
  assert.equal(status, 0, stderr);
  const unbound = check(named + archive("staging"));
  assert.equal(unbound.status, 1);
  const told = lines(unbound.stderr).filter((line) => !isWarning(line)).map((line) => line.replace(/: (add|name) .*/, ""));
  assert.deepEqual(told, [
    "bindings: staging has ARCHIVE_EU, which its HOMES does not ask for",
    "bindings: production has no HOME_EU, which its HOMES asks for",
    "bindings: production has no ARCHIVE_EU, which its HOMES asks for",
  ]);
});

test("whatever an environment lacks, or has in its vars that is none or a secret, is told", () => {
  let text = without(toml, "[[env.production.d1_databases]]");
  text = without(text, "[[env.production.ratelimits]]", 3);
  text = without(text, "[[env.staging.kv_namespaces]]");
  text = without(text, "[env.staging.vars]");
  text = vars(text, 'OTP_LENGTH = 6\nOTP_LENGHT = "6"\nOTP_PEPPER = "a word"');
  const { status, stderr } = check(`${text}\n[env.production.triggers]\ncrons = []\n`);
  assert.equal(status, 1);
  const told = lines(stderr).filter((line) => !isWarning(line)).map((line) => line.replace(/(: repeat|: put| \(docs|: take).*/, ""));
  assert.deepEqual(told, [
    "bindings: staging has no KV (KV Namespace)",
    "bindings: staging has ENVIRONMENT not at all: [env.staging.vars] says it",
    "bindings: production has no DB (D1 Database)",
    "bindings: production has no LIMIT_OAUTH (Rate Limit)",
    "bindings: [env.production.vars] has OTP_LENGTH, which is no text",
    "bindings: [env.production.vars] has OTP_LENGHT, which is no setting",
    "bindings: [env.production.vars] has OTP_PEPPER, which is a secret",
    "bindings: production has another triggers than the local service",
  ]);
});

test("an environment may have settings in its vars, and no data points, and of the rest is told what is of nobody", () => {
  let text = toml.replace('"id.example.com"', '"id.bank.test"').replace('"id-staging.', '"id.staging.');
  text = text.replace(/^database_id = .*$/gm, 'database_id = "1"').replace(/^id = .*$/gm, 'id = "1"');
  for (let n = 0; n < 2; n += 1) text = without(text, "[[env.production.analytics_engine_datasets]]");
  const { status, stderr } = check(vars(text, 'CORS_ORIGINS = "https://app.example.com"\nOTP_LENGTH = "6"'));
  assert.equal(status, 0, stderr);
  const contact = readFileSync(join(root, "web/public/.well-known/security.txt"), "utf8").includes("@example.com");
  assert.deepEqual(lines(stderr).filter(isWarning).map((line) => line.replace(/.*warning: |: (put|it writes).*/g, "")), [
    "staging has the route id.staging.example.com",
    "production has no EVENTS",
    "production has no EVENTS_SMS",
    ...(contact ? ["web/public/.well-known/security.txt has a contact at example.com"] : []),
  ]);
});
