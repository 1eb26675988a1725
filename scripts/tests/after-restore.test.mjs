import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-restore-"));
after(() => rmSync(folder, { recursive: true }));

const T0 = Date.parse("2026-11-26T21:00:00Z");
const [earlier, later] = [T0 - 60_000, T0 + 60_000];

function user(database, id, at, number) {
  database.prepare("INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at, status) VALUES (?, 'prt_1', ?, ?, 'h', '[]', 0, ?, 'VERIFIED')")
    .run(id, `${id}@example.com`, `+1555010000${number}`, at);
  database.prepare("INSERT INTO accounts (partner_id, id, user_id, email, created_at) VALUES ('prt_1', ?, ?, '', ?)").run(id.replace("usr", "acc"), id, at);
}
const portfolio = (database, id, account, at) =>
  database.prepare("INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, created_at) VALUES ('prt_1', ?, ?, 'it''s', 'TRADING', 'k', ?)")
    .run(id, account, at).lastInsertRowid;
const audit = (database, id, event, userId, clientId) =>
  database.prepare("INSERT INTO audit (id, at, partner_id, user_id, event, outcome, request_id, target_client_id) VALUES (?, ?, 'prt_1', ?, ?, 'x', 'req_1', ?)")
    .run(id, later, userId, event, clientId);

/** A database at T0, and the same after what happened since. */
function world() {
  const own = mkdtempSync(join(folder, "world-"));
  const at = { past: join(own, "past.db"), before: join(own, "before.db") };
  const past = new DatabaseSync(at.past);
  const migrations = readdirSync(join(root, "migrations")).filter((name) => name.endsWith(".sql")).sort();
  for (const name of migrations) past.exec(readFileSync(join(root, "migrations", name), "utf8"));
  past.exec("INSERT INTO partners VALUES ('prt_1', 'p', 0)");
  past.exec("INSERT INTO clients (id, partner_id, name, allowed_roles, default_roles, created_at) VALUES ('cli_1', 'prt_1', 'c', '[]', '[]', 0)");
  past.exec("INSERT INTO client_secrets VALUES ('cli_1', 'leaked', 0, NULL)");
  user(past, "usr_1", earlier, 1);
  user(past, "usr_gone", earlier, 3);
  portfolio(past, "pfl_1", "acc_1", earlier);
  past.exec(`INSERT INTO sessions (id, user_id, partner_id, client_id, created_at, current_hash, rotated_at, expires_at, idle_expires_at)
    VALUES ('ses_1', 'usr_1', 'prt_1', 'cli_1', ${earlier}, 'h', ${earlier}, ${T0 * 2}, ${T0 * 2})`);
  past.exec(`INSERT INTO challenges (id, root_id, purpose, partner_id, subject, nonce, created_at, expires_at)
    VALUES ('c', 'c', 'SMS_MFA', 'prt_1', 'usr_1', 'n', ${earlier}, ${T0 * 2})`);
  past.close();
  copyFileSync(at.past, at.before);

  const before = new DatabaseSync(at.before);
  portfolio(before, "pfl_2", "acc_1", later);
  // Two change hands: one's number goes to the other, whose own goes to a third.
  before.exec("DELETE FROM users WHERE id = 'usr_gone'");
  before.exec("UPDATE users SET phone = '+15550100003' WHERE id = 'usr_1'");
  user(before, "usr_2", later, 1);
  portfolio(before, "pfl_3", "acc_2", later);
  // Given, and gone again: the number stays given.
  portfolio(before, "pfl_4", "acc_2", later);
  before.exec("DELETE FROM portfolios WHERE id = 'pfl_4'");
  before.exec("UPDATE users SET password_hash = 'new', credential_epoch = 1 WHERE id = 'usr_1'");
  before.exec("UPDATE clients SET token_epoch = 3 WHERE id = 'cli_1'");
  before.exec("DELETE FROM client_secrets; INSERT INTO client_secrets VALUES ('cli_1', 'fresh', 0, NULL)");
  audit(before, "aud_1", "reset.completed", "usr_1", null);
  audit(before, "aud_2", "client.secret", null, "cli_1");
  audit(before, "aud_3", "user.sign_up", "usr_gone", null);
  before.close();
  return at;
}

function restored(...flags) {
  const at = world();
  const script = [join(root, "scripts/after-restore.mjs"), "--before", at.before, "--to", "2026-11-26T21:00:00Z", ...flags];
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--no-warnings", ...script], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const database = new DatabaseSync(at.past);
  database.exec("PRAGMA foreign_keys = ON");
  database.exec(stdout);
  return database;
}
const one = (database, sql) => Object.values(database.prepare(sql).get() ?? {})[0];

for (const flags of [[], ["--without-rows"]]) {
  test(`no index is given twice, and nobody's session or code counts: ${flags.join() || "with rows"}`, () => {
    const database = restored(...flags);
    assert.equal(portfolio(database, "pfl_new", "acc_1", later), 5);
    assert.equal(one(database, "SELECT COUNT(*) FROM user_sessions"), 0);
    assert.equal(one(database, "SELECT COUNT(*) FROM challenges"), 0);
    assert.equal(one(database, "SELECT token_epoch FROM clients"), 3);
  });
}

test("what happened since is put back: addresses with their numbers, users, passwords, secrets, the audit log", () => {
  const database = restored();
  const kept = database.prepare("SELECT seq, id, name FROM portfolios ORDER BY seq").all().map((row) => ({ ...row }));
  assert.deepEqual(kept, [1, 2, 3].map((seq) => ({ seq, id: `pfl_${seq}`, name: "it's" })));
  const counts = database.prepare("SELECT id, portfolios, trading_seq FROM accounts ORDER BY id").all().map((row) => ({ ...row }));
  assert.deepEqual(counts, [{ id: "acc_1", portfolios: 2, trading_seq: 1 }, { id: "acc_2", portfolios: 1, trading_seq: 3 }]);
  assert.equal(one(database, "SELECT password_hash || credential_epoch FROM users WHERE id = 'usr_1'"), "new1");
  const numbers = database.prepare("SELECT id, phone FROM users ORDER BY id").all().map((row) => ({ ...row }));
  assert.deepEqual(numbers, [{ id: "usr_1", phone: "+15550100003" }, { id: "usr_2", phone: "+15550100001" }]);
  assert.equal(one(database, "SELECT group_concat(secret_hash) FROM client_secrets"), "fresh");
  assert.equal(one(database, "SELECT COUNT(*) FROM audit"), 3);
});

test("without rows the past stays as it was", () => {
  const database = restored("--without-rows");
  assert.equal(one(database, "SELECT COUNT(*) FROM portfolios"), 1);
  assert.equal(one(database, "SELECT group_concat(secret_hash) FROM client_secrets"), "leaked");
});

test("a file that is not there and a time that is none are refused", () => {
  const run = (...args) => spawnSync(process.execPath, ["--no-warnings", join(root, "scripts/after-restore.mjs"), ...args], { encoding: "utf8" });
  for (const args of [[], ["--before", "nowhere"], ["--before", import.meta.filename, "--to", "yesterday"], ["--before", import.meta.filename, "--to", "2026-11-26"]]) {
    const { status, stdout } = run(...args);
    assert.equal(status, 2, args.join(" "));
    assert.equal(stdout, "");
  }
});
