import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");
const names = JSON.parse(readFileSync(join(root, "tests/vectors/role-names.json"), "utf8"));
const make = (...args) =>
  spawnSync(process.execPath, ["scripts/client-sql.mjs", "--partner", "p", "--name", "n", "--scope", "client_auth", ...args], {
    cwd: root, encoding: "utf8",
  });

for (const { role, taken, why } of names) {
  test(`a role is ${taken ? "taken" : "refused"}: ${why}`, () => {
    const { status, stdout, stderr } = make(`--roles=${role}`);
    assert.equal(status, taken ? 0 : 2, stderr);
    assert.equal(stdout.includes(`'["${role}"]'`), taken, stdout);
  });
}

test("as many roles as the API takes, and no more", () => {
  const roles = (count) => Array.from({ length: count }, (_, n) => `role-${n}`).join();
  assert.equal(make("--roles", roles(16)).status, 0);
  assert.equal(make("--roles", roles(17)).status, 2);
  assert.equal(make("--roles", "a", "--default-roles", "b").status, 2);
});

test("a service behind is of a partner that is there, and of no new one", () => {
  const behind = (...owner) =>
    spawnSync(process.execPath, ["scripts/client-sql.mjs", ...owner, "--name", "n", "--scope", "introspect"], { cwd: root, encoding: "utf8" });
  const ofNew = behind("--partner", "p");
  assert.equal(ofNew.status, 2);
  assert.match(ofNew.stderr, /its --partner-id, not a new one/);
  const ofKnown = behind("--partner-id", "prt_1");
  assert.equal(ofKnown.status, 0, ofKnown.stderr);
  assert.match(ofKnown.stdout, /'prt_1', 'n', '\["introspect"\]'/);
});

test("a secret is told on standard error alone, and the SQL holds its hash", () => {
  const { stdout, stderr } = make();
  const secret = stderr.match(/^client_secret {2}(\S{43})$/m)[1];
  assert.ok(!stdout.includes(secret));
  assert.match(stdout, /INSERT INTO client_secrets .*\n +VALUES \('cli_[0-9a-f-]{36}', '[0-9a-f]{64}', \d+\);/);
});
