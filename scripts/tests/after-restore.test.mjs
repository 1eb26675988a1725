import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "gatehouse-restore-"));
after(() => rmSync(folder, { recursive: true }));

const T0 = Date.parse("2024-11-26T21:00:00Z");
const [earlier, later] = [T0 - 60_000, T0 + 60_000];

function user(database, id, at, number) {
  database.prepare("INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at, status) VALUES (?, 'prt_1', ?, ?, 'h', '[]', 0, ?, 'VERIFIED')")
    .run(id, `${id}@example.com`, `+1555010000${number}`, at);
  database.prepare("INSERT INTO accounts (partner_id, id, user_id, email, created_at) VALUES ('prt_1', ?, ?, '', ?)").run(id.replace("usr", "acc"), id, at);
}
const portfolio = (database, id, account, at) =>
  database.prepare("INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, created_at) VALUES ('prt_1', ?, ?, 'it''s', 'TRADING', 'k', ?)")
    .run(id, account, at).lastInsertRowid;
const audit = (database, id, event, userId, clientId, outcome = "x") =>
  database.prepare("INSERT INTO audit (id, at, partner_id, user_id, event, outcome, request_id, target_client_id) VALUES (?, ?, 'prt_1', ?, ?, ?, 'req_1', ?)")
    .run(id, later, userId, event, outcome, clientId);

/** As the release before reserved its rows, or with an index and since when it is shown. */
const keyed = (database, id, key, { index = null, at = later, claimed = null, type = "TRADING", account = "acc_1" } = {}) =>
  database.prepare(`INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, address_index, claimed_at, created_at)
    VALUES ('prt_1', ?, ?, 'n', ?, ?, ?, ?, ?)`).run(id, account, type, key, index, claimed, at);
const accountKey = (database, account, key, index, at) =>
  database.prepare(`INSERT INTO account_keys (partner_id, account_id, sub_account_id, custody_key, key_index, created_at)
    VALUES ('prt_1', ?, ?, ?, ?, ?)`).run(account, `sub_${account}`, key, index, at);
const floor = (database, key, branch) => one(database, `SELECT next FROM custody_floors WHERE custody_key = '${key}' AND branch = ${branch}`);

/** A database at T0, with `then`, and the same after what happened since, and `more`. */
function world(more, then) {
  const own = mkdtempSync(join(folder, "world-"));
  const at = { past: join(own, "past.db"), before: join(own, "before.db") };
  const past = new DatabaseSync(at.past);
  const migrations = readdirSync(join(root, "migrations")).filter((name) => name.endsWith(".sql")).sort();
  for (const name of migrations) past.exec(readFileSync(join(root, "migrations", name), "utf8"));
  past.exec("INSERT INTO partners (id, name, created_at) VALUES ('prt_1', 'p', 0)");
  past.exec("INSERT INTO clients (id, partner_id, name, allowed_roles, default_roles, created_at) VALUES ('cli_1', 'prt_1', 'c', '[]', '[]', 0)");
  past.exec("UPDATE clients SET scopes = '[\"client_auth\",\"users.read\"]'");
  past.exec("INSERT INTO client_secrets VALUES ('cli_1', 'leaked', 0, NULL), ('cli_1', 'old', 0, NULL)");
  user(past, "usr_1", earlier, 1);
  user(past, "usr_gone", earlier, 3);
  portfolio(past, "pfl_1", "acc_1", earlier);
  past.exec(`INSERT INTO sessions (id, user_id, partner_id, client_id, created_at, current_hash, rotated_at, expires_at, idle_expires_at)
    VALUES ('ses_1', 'usr_1', 'prt_1', 'cli_1', ${earlier}, 'h', ${earlier}, ${T0 * 2}, ${T0 * 2})`);
  past.exec(`INSERT INTO challenges (id, root_id, purpose, partner_id, subject, nonce, created_at, expires_at)
    VALUES ('c', 'c', 'SMS_MFA', 'prt_1', 'usr_1', 'n', ${earlier}, ${T0 * 2})`);
  then?.(past);
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
  before.exec("DELETE FROM client_secrets; INSERT INTO client_secrets VALUES ('cli_1', 'fresh', 0, NULL), ('cli_1', 'old', 0, 9)");
  audit(before, "aud_1", "reset.completed", "usr_1", null);
  audit(before, "aud_2", "client.secret", null, "cli_1");
  audit(before, "aud_3", "user.sign_up", "usr_gone", null, "replaced");
  more?.(before);
  before.close();
  return at;
}

const script = (...args) =>
  spawnSync(process.execPath, ["--no-warnings", join(root, "scripts/after-restore.mjs"), ...args], { encoding: "utf8" });

/** The past with these parts; `text` is what was run. */
function restored(parts, more, then) {
  const at = world(more, then);
  const database = new DatabaseSync(at.past);
  database.exec("PRAGMA foreign_keys = ON");
  database.text = parts.map((part) => {
    const { status, stdout, stderr } = script("--before", at.before, "--to", "2024-11-26T21:00:00Z", "--part", part);
    assert.equal(status, 0, stderr);
    database.exec(stdout);
    return stdout;
  }).join("");
  return database;
}
const [closing, both] = [["closing"], ["closing", "rows"]];
const one = (database, sql) => Object.values(database.prepare(sql).get() ?? {})[0];

for (const parts of [closing, both]) {
  test(`no index is given twice, and nobody's session or code counts: ${parts.join(" and ")}`, () => {
    const database = restored(parts);
    assert.equal(portfolio(database, "pfl_new", "acc_1", later), 5);
    assert.equal(one(database, "SELECT COUNT(*) FROM user_sessions"), 0);
    assert.equal(one(database, "SELECT COUNT(*) FROM challenges"), 0);
    assert.equal(one(database, "SELECT token_epoch FROM clients"), 3);
  });

  test(`what was taken from a client by SQL, without a word in the audit log, stays taken: ${parts.join(" and ")}`, () => {
    const database = restored(parts, (before) => {
      before.exec("DELETE FROM audit");
      before.exec("UPDATE clients SET disabled_at = 7, scopes = '[\"users.read\"]' WHERE id = 'cli_1'");
    });
    assert.equal(one(database, "SELECT disabled_at FROM clients"), 7);
    assert.equal(one(database, "SELECT scopes FROM clients"), '["users.read"]');
  });

  test(`a secret that was revoked is none again, and one that ends does: ${parts.join(" and ")}`, () => {
    const database = restored(parts);
    assert.equal(one(database, "SELECT COUNT(*) FROM client_secrets WHERE secret_hash = 'leaked'"), 0);
    assert.equal(one(database, "SELECT expires_at FROM client_secrets WHERE secret_hash = 'old'"), 9);
    assert.equal(one(database, "SELECT scopes FROM clients"), '["client_auth","users.read"]');
  });
}

test("whoever a bad statement deleted is there again, whatever they tried since, and it is said", () => {
  const database = restored(both, (before) => {
    before.exec("PRAGMA foreign_keys = OFF");
    audit(before, "aud_4", "login.password", "usr_1", null, "attempted");
    // Lost a number, and proved another claim to it: no sign-up that gave way.
    audit(before, "aud_5", "user.sign_up", "usr_1", null, "replaced");
    before.prepare("INSERT INTO audit (id, at, partner_id, user_id, event, outcome, request_id) VALUES ('aud_6', ?, 'prt_1', 'usr_1', 'login.code', 'right', 'r')")
      .run(later + 1);
    before.exec("DELETE FROM users; DELETE FROM accounts; DELETE FROM portfolios");
  });
  assert.equal(one(database, "SELECT group_concat(id) FROM users"), "usr_1");
  assert.equal(one(database, "SELECT COUNT(*) FROM portfolios"), 1);
  assert.match(database.text, /^-- usr_1 was gone/m);
});

test("a secret table that a bad statement emptied locks no client out", () => {
  const database = restored(both, (before) => before.exec("DELETE FROM client_secrets"));
  assert.equal(one(database, "SELECT COUNT(*) FROM client_secrets"), 2);
  assert.match(database.text, /^-- cli_1 had no secret/m);
});

test("whoever signed up again after the purge has the e-mail and the number", () => {
  const database = restored(both, (before) => {
    before.exec("DELETE FROM audit WHERE user_id = 'usr_gone'");
    user(before, "usr_again", later, 4);
    before.exec("UPDATE users SET email = 'usr_gone@example.com' WHERE id = 'usr_again'");
  });
  const all = database.prepare("SELECT id, email, phone FROM users ORDER BY id").all().map((row) => ({ ...row }));
  assert.deepEqual(all, [
    { id: "usr_1", email: "usr_1@example.com", phone: "+15550100003" },
    { id: "usr_2", email: "usr_2@example.com", phone: "+15550100001" },
    { id: "usr_again", email: "usr_gone@example.com", phone: "+15550100004" },
    { id: "usr_gone", email: "usr_gone", phone: "usr_gone" },
  ]);
});

test("what happened since is put back: addresses with their numbers, users, passwords, secrets, the audit log", () => {
  const database = restored(both);
  const kept = database.prepare("SELECT seq, id, name FROM portfolios ORDER BY seq").all().map((row) => ({ ...row }));
  assert.deepEqual(kept, [1, 2, 3].map((seq) => ({ seq, id: `pfl_${seq}`, name: "it's" })));
  const counts = database.prepare("SELECT id, portfolios, trading_seq FROM accounts ORDER BY id").all().map((row) => ({ ...row }));
  assert.deepEqual(counts, [{ id: "acc_1", portfolios: 2, trading_seq: 1 }, { id: "acc_2", portfolios: 1, trading_seq: 3 }]);
  assert.equal(one(database, "SELECT password_hash || credential_epoch FROM users WHERE id = 'usr_1'"), "new1");
  const numbers = database.prepare("SELECT id, phone FROM users ORDER BY id").all().map((row) => ({ ...row }));
  assert.deepEqual(numbers, [{ id: "usr_1", phone: "+15550100003" }, { id: "usr_2", phone: "+15550100001" }]);
  assert.equal(one(database, "SELECT group_concat(secret_hash) FROM (SELECT secret_hash FROM client_secrets ORDER BY 1)"), "fresh,old");
  assert.equal(one(database, "SELECT COUNT(*) FROM audit"), 3);
});

for (const parts of [["people"], closing, both]) {
  test(`a recovery code that was used since, or is void, opens nothing again: ${parts.join(" and ")}`, () => {
    const database = restored(parts, (before) => {
      before.exec("DELETE FROM recovery_codes WHERE hash = 'used'");
      audit(before, "aud_9", "login.recovery", "usr_1", null, "right");
      // All of hers void, and one made since.
      before.exec("UPDATE recovery_codes SET hash = 'new' WHERE user_id = 'usr_4'");
      audit(before, "aud_a", "user.recovery_codes", "usr_4", null);
    }, (past) => {
      user(past, "usr_4", earlier, 4);
      past.exec("INSERT INTO recovery_codes VALUES ('usr_1', 'used', 'k', 0), ('usr_1', 'left', 'k', 0), ('usr_4', 'void', 'k', 0)");
    });
    const left = one(database, "SELECT group_concat(user_id || ' ' || hash) FROM (SELECT * FROM recovery_codes ORDER BY 1, 2)");
    assert.equal(left, parts.length === 2 ? "usr_1 left,usr_4 new" : "usr_1 left");
  });

  test(`who was erased since is erased again, and their e-mail and number are free: ${parts.join(" and ")}`, () => {
    const database = restored(parts, (before) => {
      before.exec("UPDATE users SET status = 'VERIFICATION_FAILED', status_at = 7 WHERE id = 'usr_1'");
      before.exec("DELETE FROM recovery_codes WHERE user_id = 'usr_1'");
      before.exec("UPDATE accounts SET email = 'usr_1@erased.invalid' WHERE user_id = 'usr_1'");
      before.exec(`UPDATE users SET email = id, phone = id, password_hash = '', roles = '[]', name = NULL, surname = NULL, address = '{}',
        locale = NULL, disabled_at = ${later}, erased_at = ${later} WHERE id = 'usr_1'`);
      audit(before, "aud_9", "user.erase", "usr_1", null);
    }, (past) => {
      past.exec("UPDATE users SET name = 'Ada', surname = 'Lovelace', address = '{\"a\":1}', locale = 'de' WHERE id = 'usr_1'");
      past.exec("UPDATE accounts SET email = 'ada@example.com' WHERE user_id = 'usr_1'");
      past.exec("INSERT INTO contact_holds VALUES ('prt_1', 'usr_1@example.com', 0), ('prt_1', '+15550100001', 0), ('prt_1', 'x', 0)");
      past.exec("INSERT INTO recovery_codes VALUES ('usr_1', 'h', 'k', 0), ('usr_gone', 'h', 'k', 0)");
    });
    const of = (sql) => ({ ...database.prepare(sql).get() });
    const isBoth = parts.length === 2;
    assert.deepEqual(of("SELECT email, phone, password_hash, name, surname, address, locale, erased_at, status FROM users WHERE id = 'usr_1'"),
      { email: "usr_1", phone: "usr_1", password_hash: "", name: null, surname: null, address: "{}", locale: null, erased_at: later,
        status: isBoth ? "VERIFICATION_FAILED" : "VERIFIED" });
    assert.equal(one(database, "SELECT email FROM accounts WHERE user_id = 'usr_1'"), "usr_1@erased.invalid");
    assert.equal(one(database, "SELECT group_concat(contact) FROM contact_holds"), "x");
    assert.equal(one(database, "SELECT COUNT(*) FROM sessions WHERE current_hash <> ''"), 0);
    assert.equal(one(database, "SELECT COUNT(*) FROM recovery_codes WHERE user_id = 'usr_1'"), 0);
    assert.equal(one(database, "SELECT COUNT(*) FROM portfolios WHERE account_id = 'acc_1'"), isBoth ? 2 : 1);
    // And stays so.
    database.exec("UPDATE users SET email = 'ada@example.com', disabled_at = NULL WHERE id = 'usr_1'");
    assert.equal(one(database, "SELECT email FROM users WHERE id = 'usr_1' AND disabled_at IS NOT NULL"), "usr_1");
  });
}
test("a client that a user came to know since is not new to them again", () => {
  const database = restored(both, (before) => before.exec("INSERT INTO seen_clients VALUES ('usr_1', 'cli_1', 'ses_2')"));
  assert.equal(one(database, "SELECT session_id FROM seen_clients WHERE user_id = 'usr_1' AND client_id = 'cli_1'"), "ses_2");
});

test("a partner that has left is not here again, and its home takes the next copy for the newest", () => {
  const elsewhere = (database, id, epoch, changed, copied) =>
    database.exec(`INSERT INTO partners (id, name, created_at, home, state, epoch, changed, copied) VALUES ('${id}', 'p', 0, 'HOME_EU', 'gone', ${epoch}, ${changed}, ${copied})`);
  const database = restored(closing, (before) => {
    before.exec("UPDATE partners SET home = 'HOME_EU', epoch = 2, state = 'gone', changed = 4 WHERE id = 'prt_1'");
    before.exec("UPDATE partners SET changed = 9, copied = 9 WHERE id = 'prt_2'");
  }, (past) => elsewhere(past, "prt_2", 1, 7, 7));
  const lives = (id) => one(database, `SELECT home || ' ' || epoch || ' ' || state || ' ' || changed FROM partners WHERE id = '${id}'`);
  assert.equal(lives("prt_1"), "HOME_EU 2 gone 5");
  assert.equal(lives("prt_2"), "HOME_EU 1 gone 10");
  assert.equal(one(database, "SELECT COUNT(*) FROM partners WHERE copied < changed"), 2, "both are told again");
});

for (const parts of [closing, both]) {
  test(`whoever has come since is not here with the rows of then, nor with a part of theirs: ${parts.join(" and ")}`, () => {
    // One was never here, one has left rows behind; those of who was here all the time are put back.
    const database = restored(parts, (before) => {
      before.exec("UPDATE partners SET home = 'DB', epoch = 3, state = 'here', changed = 1 WHERE id = 'prt_2'");
      before.exec("INSERT INTO partners (id, name, created_at, epoch) VALUES ('prt_3', 'p', 0, 2)");
      for (const [partner, id] of [["prt_2", "usr_b"], ["prt_2", "usr_c"], ["prt_3", "usr_d"]]) {
        before.exec(`INSERT INTO clients (id, partner_id, name, allowed_roles, default_roles, created_at) VALUES ('cli_${id}', '${partner}', 'c', '[]', '[]', ${later})`);
        before.exec(`INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at, status)
          VALUES ('${id}', '${partner}', '${id}@example.com', '${id}', 'now', '[]', 0, ${later}, 'VERIFIED')
          ON CONFLICT (id) DO UPDATE SET email = 'another@example.com', password_hash = 'now'`);
        before.exec(`INSERT INTO audit (id, at, partner_id, user_id, event, outcome, request_id) VALUES ('aud_${id}', ${later}, '${partner}', '${id}', 'user.password', 'x', 'r')`);
        before.exec(`INSERT INTO recovery_codes VALUES ('${id}', '${id}', 'k', 0)`);
      }
    }, (past) => {
      past.exec("INSERT INTO partners (id, name, created_at, home, state, epoch) VALUES ('prt_2', 'p', 0, 'HOME_EU', 'gone', 2)");
      past.exec(`INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at, status)
        VALUES ('usr_b', 'prt_2', 'usr_b@example.com', 'usr_b', 'then', '[]', 0, ${earlier}, 'VERIFIED')`);
    });
    const stands = database.prepare("SELECT id, epoch, state FROM partners ORDER BY id").all().map((row) => Object.values(row).join(" "));
    assert.deepEqual(stands, ["prt_1 1 here", "prt_2 2 gone"]);
    const theirs = database.prepare("SELECT id, email, password_hash FROM users WHERE partner_id <> 'prt_1'").all().map((row) => Object.values(row).join(" "));
    assert.deepEqual(theirs, ["usr_b usr_b@example.com then"]);
    assert.equal(one(database, "SELECT COUNT(*) FROM audit WHERE partner_id <> 'prt_1'"), 0);
    assert.equal(one(database, "SELECT COUNT(*) FROM users WHERE id = 'usr_2'"), parts.length - 1);
  });
}

test("the closing part gives nothing", () => {
  const database = restored(closing);
  assert.equal(one(database, "SELECT COUNT(*) FROM portfolios"), 1);
  assert.equal(one(database, "SELECT group_concat(id) FROM users"), "usr_1,usr_gone");
  assert.equal(one(database, "SELECT group_concat(secret_hash) FROM client_secrets"), "old");
  assert.equal(one(database, "SELECT COUNT(*) FROM audit"), 0);
});

test("what a partner has of its own is as it was, a secret that was taken away too, and KV is told", () => {
  const settings = (database, partner, sealed, version) => database.prepare(`INSERT INTO partner_settings VALUES (?, '{"otpLength":"6"}', ?, ?, 1, ?, 0, 'wrk_1', 1, 0, 0)
    ON CONFLICT (partner_id) DO UPDATE SET given = excluded.given, sealed = excluded.sealed, version = excluded.version`)
    .run(partner, JSON.stringify({ smsDailyBudget: String(version) }), sealed, version);
  const more = (before) => {
    before.exec("INSERT INTO partners (id, name, created_at) VALUES ('prt_2', 'p', " + later + ")");
    settings(before, "prt_1", "now's", 7);
    settings(before, "prt_2", "new", 1);
    before.exec("INSERT INTO partner_origins VALUES ('https://a.example', 'prt_1')");
    before.exec("INSERT INTO partner_keys VALUES ('02', 'k2', 'prt_1', 1)");
  };
  for (const [parts, partners] of [[closing, 1], [both, 2]]) {
    const database = restored(parts, more);
    const of = (column) => one(database, `SELECT ${column} FROM partner_settings WHERE partner_id = 'prt_1'`);
    assert.deepEqual([of("given"), of("sealed"), of("version"), of("is_told")], ['{"smsDailyBudget":"7"}', "now's", 7, 0]);
    assert.equal(one(database, "SELECT COUNT(*) FROM partner_settings"), partners);
    assert.equal(one(database, "SELECT origin FROM partner_origins"), "https://a.example");
    assert.equal(one(database, "SELECT key_id || is_used FROM partner_keys"), "k21");
  }
});

test("a portfolio that the ledger has is put back under its index, and counts", () => {
  const more = (before) => before.exec(`INSERT INTO portfolios (partner_id, id, account_id, name, type, custody_key, address_index, claimed_at, created_at)
    VALUES ('prt_1', 'pfl_9', 'acc_1', 'n', 'EARN', 'own', 0, ${later}, ${later})`);
  const database = restored(both, more);
  assert.equal(one(database, "SELECT custody_key || address_index FROM portfolios WHERE id = 'pfl_9'"), "own0");
  assert.equal(one(database, "SELECT portfolios FROM accounts WHERE id = 'acc_1'"), 3);
});

test("no index is given again, of rows that the ledger was never told of, whether they are put back or not", () => {
  const more = (before) => {
    keyed(before, "pfl_old", "old");
    keyed(before, "pfl_old_gone", "old");
    before.exec("DELETE FROM portfolios WHERE id = 'pfl_old_gone'");
    keyed(before, "pfl_own", "own", { index: 41, claimed: later });
    accountKey(before, "acc_1", "keys", null, earlier);
    accountKey(before, "acc_2", "keys", 7, later);
    before.exec("INSERT INTO custody_floors VALUES ('older', 0, 90), ('own', 0, 3)");
  };
  for (const parts of [closing, both]) {
    const database = restored(parts, more);
    // The numbers are 1 to 4 of `k`, 5 and 6 of `old`, and 7: of rows of before any of them may be theirs.
    assert.deepEqual([floor(database, "k", 0), floor(database, "old", 0), floor(database, "own", 0), floor(database, "older", 0)], [7, 7, 42, 90]);
    assert.equal(floor(database, "keys", 1), 8);
    assert.equal(one(database, "SELECT COUNT(*) FROM custody_floors"), 5);
  }
});

test("a copy of the release before has its floors too, and its rows are put back", () => {
  const { migrations } = JSON.parse(readFileSync(join(root, "docs/released/statements-0.2.0.json"), "utf8"));
  const file = join(folder, "released.db");
  const before = new DatabaseSync(file);
  for (const name of migrations) before.exec(readFileSync(join(root, "migrations", name), "utf8"));
  before.exec("INSERT INTO partners (id, name, created_at) VALUES ('prt_1', 'p', 0)");
  user(before, "usr_1", earlier, 1);
  portfolio(before, "pfl_1", "acc_1", earlier);
  portfolio(before, "pfl_2", "acc_1", later);
  before.close();
  const database = new DatabaseSync(world().past);
  for (const part of both) {
    const { status, stdout, stderr } = script("--before", file, "--to", "2024-11-26T21:00:00Z", "--part", part);
    assert.equal(status, 0, stderr);
    database.exec(stdout);
  }
  assert.equal(floor(database, "k", 0), 2);
  assert.equal(one(database, "SELECT portfolios FROM accounts WHERE id = 'acc_1'"), 2);
});

test("what nobody was shown then is as it is since, though another has its place", () => {
  const database = restored(both, (before) => {
    before.exec(`UPDATE portfolios SET address_index = 9, claimed_at = ${later} WHERE id = 'pfl_moved'`);
    keyed(before, "pfl_came", "own", { index: 7, claimed: later, type: "EARN" });
  }, (past) => {
    keyed(past, "pfl_moved", "own", { index: 7, at: earlier, type: "EARN" });
    keyed(past, "pfl_shown", "own", { index: 8, at: earlier, claimed: earlier, type: "EARN" });
  });
  const found = database.prepare("SELECT id, address_index AS i, claimed_at > 0 AS shown FROM portfolios WHERE custody_key = 'own' ORDER BY i").all();
  assert.deepEqual(found.map(({ id, i, shown }) => [id, i, shown]), [["pfl_came", 7, 1], ["pfl_shown", 8, 1], ["pfl_moved", 9, 1]]);
  assert.equal(one(database, "SELECT portfolios FROM accounts WHERE id = 'acc_1'"), 5);
});

test("a row whose index another has since is no row that is left out in silence, and one that is there stays", () => {
  const at = world((before) => keyed(before, "pfl_own", "own", { index: 3, claimed: later }));
  const database = new DatabaseSync(at.past);
  const run = (part) => {
    const { status, stdout, stderr } = script("--before", at.before, "--to", "2024-11-26T21:00:00Z", "--part", part);
    assert.equal(status, 0, stderr);
    database.exec(`BEGIN; ${stdout} COMMIT`);
  };
  run("closing");
  // Somebody opened the service.
  keyed(database, "pfl_other", "own", { index: 3, claimed: later });
  assert.throws(() => run("rows"), /UNIQUE constraint failed: index 'portfolios_by_index'/);
  database.exec("ROLLBACK; DELETE FROM portfolios WHERE id = 'pfl_other'");
  // Who asked again for the same has it.
  keyed(database, "pfl_own", "own", { index: 3, claimed: later });
  run("rows");
  run("rows");
  assert.equal(one(database, "SELECT COUNT(*) FROM portfolios WHERE custody_key = 'own'"), 1);
});

test("the trading portfolio is the one that was, though one with a lesser number was shown after it", () => {
  const database = restored(both, (before) => {
    user(before, "usr_5", later, 5);
    const reserved = (id, index) => keyed(before, id, "own", { index, account: "acc_5" });
    reserved("pfl_a", 0);
    reserved("pfl_b", 1);
    for (const id of ["pfl_b", "pfl_a"]) before.exec(`UPDATE portfolios SET claimed_at = ${later} WHERE id = '${id}'`);
  });
  assert.equal(one(database, "SELECT p.id FROM accounts a JOIN portfolios p ON p.seq = a.trading_seq WHERE a.id = 'acc_5'"), "pfl_b");
  assert.equal(one(database, "SELECT portfolios FROM accounts WHERE id = 'acc_5'"), 2);
});

test("an extended key that gave nothing then and is another partner's now, is that partner's", () => {
  const key = (database, partner, id) => database.exec(`INSERT INTO partner_keys VALUES ('02', '${id}', '${partner}', 0)`);
  const database = restored(closing, (before) => {
    before.exec("DELETE FROM partner_keys");
    key(before, "prt_3", "k");
  }, (past) => {
    past.exec("INSERT INTO partners (id, name, created_at) VALUES ('prt_3', 'p', 0)");
    key(past, "prt_1", "k");
  });
  assert.equal(one(database, "SELECT partner_id FROM partner_keys"), "prt_3");
});

test("what is no copy of the database, no time that was and no part is refused in a sentence", () => {
  const [file, empty] = [import.meta.filename, join(folder, "empty.db")];
  const copy = world().before;
  writeFileSync(empty, "");
  const time = ["--to", "2024-11-26T21:00:00Z"];
  const part = ["--part", "closing"];
  const wrong = [
    [], [...time, ...part], ...["nowhere", file, empty, folder, ""].map((before) => ["--before", before, ...time, ...part]),
    ...["yesterday", "2024-11-26", "", "9999-11-26T21:00:00Z"].map((to) => ["--before", copy, "--to", to, ...part]),
    ["--before", copy, ...time], ["--before", copy, ...time, "--part", "toString"],
  ];
  for (const args of wrong) {
    const { status, stdout, stderr } = script(...args);
    assert.equal(status, 2, args.join(" "));
    assert.equal(stdout, "");
    assert.match(stderr, /^after-restore: --(before|to|part).*\n$/, args.join(" "));
  }
});
