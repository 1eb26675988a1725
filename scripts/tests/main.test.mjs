// What every script does with a command line that it cannot take.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const root = join(import.meta.dirname, "../..");
// Nothing that a script writes by mistake is of the repository.
const folder = mkdtempSync(join(tmpdir(), "gatehouse-main-"));
after(() => rmSync(folder, { recursive: true }));
const run = (file, ...args) => {
  const command = file.endsWith(".sh") ? "bash" : process.execPath;
  return spawnSync(command, [join(root, "scripts", file), ...args], { cwd: folder, encoding: "utf8", env: { ...process.env, ENV: "" } });
};

const SCRIPTS = ["after-restore.mjs", "bindings.mjs", "changelog.mjs", "client-sql.mjs", "common-passwords.mjs", "custody-export.mjs", "custody-lost.mjs",
  "dev-clients.mjs", "dev-vars.mjs", "grafana.mjs", "reconcile.mjs"];

for (const file of SCRIPTS) {
  test(`${file} says what it is for, and refuses an option that it has not in one sentence`, () => {
    const { status, stdout, stderr } = run(file, "--help");
    assert.equal(status, 0, stderr);
    assert.match(stdout, new RegExp(`^[A-Z][^]*${file.replace(".", "\\.")}|--config FILE`));
    assert.doesNotMatch(stdout, /^\/\/|^import/m);
    const wrong = run(file, "--nonsense");
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /^[\w-]+: Unknown option '--nonsense' .*\n$/);
    const many = run(file, "one", "two", "three");
    assert.equal(many.status, 2);
    assert.match(many.stderr, /^[\w-]+: '(one|three)' is one word too many .*\n$/);
  });
}

test("what `make` runs says what it is for, and asks for no state first", () => {
  for (const [file, said] of [
    ["client.mjs", /make client/], ["demo.mjs", /make demo/], ["journey.mjs", /scripts\/journey\.sh/], ["kyc.mjs", /make kyc/], ["status.mjs", /make status/],
    ["rehearse.mjs", /make rehearse/], ["cron.mjs", /make cron/],
  ]) {
    const { status, stdout, stderr } = run(file, "--help");
    assert.equal(status, 0, stderr);
    assert.match(stdout, said);
    assert.equal(run(file, "--nonsense").status, 2);
  }
  assert.equal(run("journey.mjs").status, 2);
  assert.match(run("custody-lines.mjs").stderr, /^custody-lines: this is no command: custody-export\.mjs/);
});

test("a script of the shell says what it is for", () => {
  for (const file of ["migrate.sh", "secrets.sh", "dev.sh", "with-env.sh"]) {
    const { status, stdout, stderr } = run(file, "--help");
    assert.equal(status, 0, stderr);
    assert.match(stdout, new RegExp(`^[A-Z][^]*scripts/${file.replace(".", "\\.")}`));
    assert.doesNotMatch(stdout, /^#|^source/m);
  }
  assert.match(run("with-env.sh").stderr, /^with-env: .*COMMAND/);
});
