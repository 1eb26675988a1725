// Where a partner is after a database was set back in time: each row of the table in docs/decisions/moving.md, and each
// moment of two moves to which each database could be set back. What is printed is run on databases of all migrations.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, test } from "node:test";
import { ASKED, whereabouts } from "../whereabouts.mjs";

const root = join(import.meta.dirname, "../..");
const HOMES = ["DB", "HOME_EU", "HOME_US"];
const NOW = Date.parse("2026-11-26T21:00:00Z");
const P = "prt_1";

const schema = readdirSync(join(root, "migrations")).filter((name) => name.endsWith(".sql")).sort()
  .map((name) => readFileSync(join(root, "migrations", name), "utf8"));
const databases = Object.fromEntries(HOMES.map((home) => [home, new DatabaseSync(":memory:")]));
for (const database of Object.values(databases)) {
  for (const sql of schema) database.exec(sql);
  database.exec("PRAGMA foreign_keys = ON");
}

// What a move touches, parents first.
const TABLES = ["partners", "clients", "partner_settings", "users", "challenges", "moves", "arrivals", "departures", "moved_rows"];
const columns = Object.fromEntries(TABLES.map((table) => [table, databases.DB.prepare("SELECT name FROM pragma_table_info(?)").all(table).map(({ name }) => name)]));
const rows = (home, sql) => databases[home].prepare(sql).all().map((row) => ({ ...row }));
const one = (home, sql) => Object.values(rows(home, sql)[0] ?? {})[0];

/** All that a database has of these. */
const kept = (home) => TABLES.map((table) => [table, rows(home, `SELECT * FROM ${table}`)]);

function set(home, tables) {
  for (const table of TABLES.toReversed()) databases[home].exec(`DELETE FROM ${table}`);
  for (const [table, all] of tables) {
    const into = databases[home].prepare(`INSERT INTO ${table} VALUES (${columns[table].map(() => "?").join(", ")})`);
    for (const row of all) into.run(...columns[table].map((name) => row[name]));
  }
}

const run = (home, sql) => databases[home].exec(sql);

/** Two people, each changed by every call: a home that has them with different numbers has a half. */
const people = (home, numbers) => numbers.forEach((number, nth) => run(home, number === undefined ? `DELETE FROM users WHERE id = 'usr_${nth}'`
  : `INSERT INTO users (id, partner_id, email, phone, password_hash, roles, hold_until, created_at, status, name)
    VALUES ('usr_${nth}', '${P}', '${nth}@example.com', '+1555010000${nth}', 'h', '[]', 0, 0, 'VERIFIED', ${number})
    ON CONFLICT (id) DO UPDATE SET name = excluded.name`));
const has = (home) => rows(home, "SELECT CAST(name AS INTEGER) AS name FROM users ORDER BY id").map(({ name }) => name);
const client = (home) => run(home, `INSERT OR IGNORE INTO clients (id, partner_id, name, allowed_roles, default_roles, created_at) VALUES ('cli_1', '${P}', 'c', '[]', '[]', 0)`);

/** One partner that lives in `home`, and a history of it: what every database has after each step, and who was where. */
class History {
  constructor(home = "DB") {
    for (const name of HOMES) set(name, []);
    this.number = 1;
    this.kept = [];
    run("DB", `INSERT INTO partners (id, name, created_at, home, state) VALUES ('${P}', 'it''s', 7, '${home}', '${home === "DB" ? "here" : "gone"}')`);
    run("DB", `INSERT INTO partner_settings VALUES ('${P}', '{}', '{}', NULL, 0, 1, 0, 'w', 1, 0, 0)`);
    if (home !== "DB") run(home, `INSERT INTO partners (id, name, created_at, home, changed) VALUES ('${P}', 'it''s', 7, '${home}', 1)`);
    for (const name of new Set(["DB", home])) client(name);
    people(home, [1, 1]);
    this.keep("born");
  }

  keep(name) {
    const stands = Object.fromEntries(HOMES.map((home) => [home, one(home, "SELECT state FROM partners")]));
    this.greatest = Math.max(this.greatest ?? 1, one("DB", "SELECT epoch FROM partners"));
    this.kept.push({ name, stands, truth: this.number, greatest: this.greatest, databases: Object.fromEntries(HOMES.map((home) => [home, kept(home)])) });
  }

  /** What a step changes, and a call after it, where somebody is here. */
  step(name, ...changes) {
    for (const [home, sql] of changes) run(home, sql);
    const here = HOMES.find((home) => one(home, "SELECT state FROM partners") === "here");
    if (here) {
      this.number += 1;
      people(here, [this.number, this.number]);
      if (one(here, "SELECT COUNT(*) FROM departures")) run(here, `INSERT INTO moved_rows (partner_id, tab, key) VALUES ('${P}', 'users', '["usr_0"]')`);
    }
    this.keep(name);
  }

  /** As src/flows/moving.rs goes, from one home to another; until a step, or given up at one. */
  move(to, { until, giveUpAt } = {}) {
    const [from, was] = [one("DB", "SELECT home FROM partners"), one("DB", "SELECT epoch FROM partners")];
    const now = was + 1;
    const arrival = (home, step) => [home, `UPDATE arrivals SET step = '${step}' WHERE epoch = ${now}`];
    const steps = {
      asked: [["DB", `INSERT INTO moves (partner_id, epoch, source, target, state, begun_at) VALUES ('${P}', ${was}, '${from}', '${to}', 'moving', 0)`],
        ["DB", `DELETE FROM moves WHERE state = 'left' AND behind = '${to}'`]],
      comes: [[to, `INSERT INTO arrivals VALUES ('${P}', ${now}, 1, 0, 'wiping', 0, NULL)
          ON CONFLICT DO UPDATE SET epoch = ${now}, step = 'wiping', turn = turn + 1`],
        [to, to === "DB" ? "" : `INSERT INTO partners (id, name, created_at, home, epoch, state) VALUES ('${P}', 'it''s', 7, '${to}', ${now}, 'coming')
          ON CONFLICT DO UPDATE SET epoch = ${now}, state = 'coming'`]],
      wiped: [[to, "DELETE FROM users"], arrival(to, "copying")],
      departs: [[from, `INSERT INTO departures VALUES ('${P}', ${was}) ON CONFLICT DO UPDATE SET epoch = ${was}`]],
      copied: () => people(to, [this.number, this.number - 1]),
      compared: [arrival(to, "noting")],
      frozen: [[from, "UPDATE partners SET state = 'leaving'"]],
      whole: () => {
        people(to, [this.number, this.number]);
        run(...arrival(to, "whole"));
      },
      committed: [["DB", `UPDATE partners SET home = '${to}', epoch = ${now}, changed = changed + 1, state = '${to === "DB" ? "coming" : "gone"}'`],
        ["DB", `UPDATE moves SET state = 'committed', decided_at = 1, behind = '${from}' WHERE epoch = ${was}`],
        ["DB", "UPDATE partner_settings SET is_told = 0"]],
      gone: [[from, `UPDATE partners SET state = 'gone' WHERE state = 'leaving'`], [from, "DELETE FROM departures; DELETE FROM moved_rows"]],
      here: () => {
        client(to);
        run(to, `UPDATE partners SET state = 'here', changed = ${one("DB", "SELECT changed FROM partners")}; DELETE FROM arrivals`);
      },
      told: [["DB", `UPDATE moves SET state = 'left', delete_at = 2 WHERE epoch = ${was}; UPDATE partner_settings SET is_told = 1`]],
      ...deletes(from, now),
      forgotten: [["DB", `DELETE FROM moves WHERE epoch = ${was}`]],
    };
    for (const [name, changes] of Object.entries(steps)) {
      if (typeof changes === "function") changes();
      this.step(`${name} ${to}`, ...(typeof changes === "function" ? [] : changes));
      if (name === giveUpAt) return this.giveUp(from, to, was);
      if (name === until) return this;
    }
    return this;
  }

  giveUp(from, to, was) {
    const now = was + 1;
    this.step("given up", ["DB", `UPDATE partners SET epoch = ${now}, state = '${from === "DB" ? "here" : one("DB", "SELECT state FROM partners")}';
      UPDATE moves SET state = 'given_up', decided_at = 1, behind = '${to}' WHERE epoch = ${was}`]);
    this.step("woken", [from, `UPDATE partners SET state = 'here', epoch = ${now}; DELETE FROM departures; DELETE FROM moved_rows`]);
    if (to !== "DB") {
      this.step("turned away", [to, `INSERT INTO partners (id, name, created_at, home, epoch, state) VALUES ('${P}', 'it''s', 7, '${to}', ${now}, 'gone')
        ON CONFLICT DO UPDATE SET epoch = ${now}, state = 'gone'`]);
    }
    this.step("told", ["DB", `UPDATE moves SET state = 'left', delete_at = 0 WHERE epoch = ${was}`]);
    for (const [name, changes] of Object.entries(deletes(to, now))) this.step(name, ...changes);
    this.step("forgotten", ["DB", `DELETE FROM moves WHERE epoch = ${was}`]);
    return this;
  }

  /** A database is set back, and that is settled. */
  setBack(back) {
    this.put(this.last, back);
    reconciled("within a history");
    this.step("settled");
    return this;
  }

  /** The databases as they were after this step, and some as after earlier ones. */
  put(at, setBack = {}) {
    for (const home of HOMES) set(home, this.at(setBack[home] ?? at).databases[home]);
  }

  at(step) {
    return typeof step === "number" ? this.kept[step] : this.kept.findLast(({ name }) => name === step) ?? assert.fail(`no step ${step}`);
  }

  get last() {
    return this.kept.at(-1).name;
  }
}

/** Children first; then clients' copies. */
function deletes(home, now) {
  return {
    emptying: [[home, `INSERT INTO arrivals VALUES ('${P}', ${now}, 1, 0, 'emptying', 0, NULL) ON CONFLICT DO UPDATE SET epoch = ${now}, step = 'emptying'`],
      [home, "DELETE FROM users WHERE id = 'usr_1'"]],
    emptied: [[home, `DELETE FROM users; UPDATE arrivals SET step = 'empty'`], [home, home === "DB" ? "" : "DELETE FROM clients"]],
  };
}

const answers = () => Object.fromEntries(HOMES.map((home) => [home, ASKED.map((sql) => rows(home, sql))]));
const decide = (options) => whereabouts(answers(), { now: NOW, ...options }).settled;

/** The directory comes last, so that whoever is cut off in between decides the same again. */
const ORDER = ["HOME_EU", "HOME_US", "DB"];

/** Decides, runs what is printed, and looks whether it is so. Where the partner is; nothing where all agree. `cut`: after so many. */
function reconciled(about, { cut, ...options } = {}) {
  const [decided] = decide(options);
  if (!decided || decided.lost) return decided;
  const done = ORDER.slice(0, cut);
  for (const home of done) run(home, decided.sql[home].join("\n"));
  if (cut !== undefined) {
    const again = reconciled(`${about}, cut after ${done}`, options);
    assert.equal(again?.home ?? one("DB", "SELECT home FROM partners"), decided.home, about);
    return decided;
  }
  const { home, epoch } = decided;
  assert.ok(epoch >= NOW / 1000, about);
  const stands = HOMES.filter((name) => one(name, "SELECT state FROM partners WHERE state <> 'gone'") !== undefined);
  assert.deepEqual(stands, [home], about);
  assert.deepEqual(rows(home, "SELECT id, name, created_at, home, epoch, state FROM partners"), [{ id: P, name: "it's", created_at: 7, home, epoch, state: "here" }], about);
  assert.deepEqual(rows("DB", "SELECT home, epoch FROM partners"), [{ home, epoch }], about);
  assert.equal(one("DB", "SELECT COUNT(*) FROM partner_settings WHERE is_told = 1"), 0, about);
  assert.equal(one("DB", "SELECT copied < changed FROM partners"), Number(home !== "DB"), about);
  assert.ok(one("DB", "SELECT changed FROM partners") > Number(home === "DB" ? 0 : one(home, "SELECT changed FROM partners")), about);
  assert.equal(one("DB", "SELECT COUNT(*) FROM moves WHERE state <> 'left'"), 0, about);
  for (const name of HOMES) {
    assert.equal(one(name, "SELECT (SELECT COUNT(*) FROM departures) + (SELECT COUNT(*) FROM moved_rows)"), 0, about);
    assert.equal(one(name, `SELECT COUNT(*) FROM arrivals WHERE ${name === home} OR step NOT IN ('emptying', 'empty')`), 0, about);
    // As src/db/arrivals.rs begins to delete it: in an epoch after all that there is.
    const left = rows("DB", `SELECT epoch + 1 AS epoch FROM moves WHERE behind = '${name}'`);
    if (name !== home && has(name).length) assert.equal(left.length, 1, about);
    assert.ok(left.every((move) => move.epoch > (one(name, "SELECT epoch FROM arrivals") ?? 0)), about);
  }
  assert.deepEqual(decide(), [], `${about}: once more`);
  return decided;
}

const table = readFileSync(join(root, "docs/decisions/moving.md"), "utf8").split("\n## Set back in time\n")[1].split("\n## ")[0]
  .match(/^\|[^|]*\|/gm).slice(2).map((row) => row.replaceAll(/[|*]/g, "").trim());

/** Of each row of the table: the history, where it stands, and what is set back to when; then where the partner is, with what. */
const CASES = {
  "the directory, where the partner was in other homes before and after": [
    { of: () => new History("HOME_EU").move("HOME_US"), back: { DB: "born" }, is: "HOME_US" },
    { of: () => new History("HOME_EU").move("HOME_US"), back: { DB: "asked HOME_US" }, is: "HOME_US" },
    { of: () => new History("HOME_EU").move("HOME_US"), at: "frozen HOME_US", back: { DB: "born" }, is: "HOME_EU" },
    { of: () => new History("HOME_EU").move("HOME_US"), at: "whole HOME_US", back: { DB: "born" }, is: "HOME_US" },
  ],
  "`DB`, to before a partner moved out of it": [
    { of: () => new History().move("HOME_EU"), at: "told HOME_EU", back: { DB: "born" }, is: "HOME_EU" },
    { of: () => new History().move("HOME_EU"), back: { DB: "frozen HOME_EU" }, is: "HOME_EU" },
    { of: () => new History().move("HOME_EU").move("HOME_US"), back: { DB: "born" }, is: "HOME_US" },
  ],
  "a home that the partner has left, to before that": [
    { of: () => new History("HOME_EU").move("DB"), back: { HOME_EU: "born" }, is: "DB" },
    { of: () => new History("HOME_EU").move("HOME_US"), back: { HOME_EU: "departs HOME_US" }, is: "HOME_US" },
    { of: () => new History("HOME_EU").move("HOME_US").move("DB"), back: { HOME_EU: "born" }, is: "DB" },
  ],
  "a home that the partner left and came back to, to the earlier stay": [
    { of: () => new History("HOME_EU").move("DB").move("HOME_EU"), back: { HOME_EU: "born" }, is: "HOME_EU", lost: true },
    { of: () => new History("HOME_EU").move("DB").move("HOME_EU"), at: "told HOME_EU", back: { HOME_EU: "born" }, is: "HOME_EU", lost: true, more: /DB has its rows of a later stay: --at prt_1=DB/ },
  ],
  "the source, before step 7": [
    { of: () => new History("HOME_EU").move("HOME_US"), at: "compared HOME_US", back: { HOME_EU: "asked HOME_US" }, is: "HOME_EU", lost: true, more: /its move to HOME_US is over/ },
    { of: () => new History("HOME_EU").move("HOME_US"), at: "whole HOME_US", back: { HOME_EU: "born" }, is: "HOME_US" },
    { of: () => new History().move("HOME_US"), at: "whole HOME_US", back: { DB: "born" }, is: "HOME_US" },
    { of: () => new History("HOME_US").move("DB"), at: "whole DB", back: { HOME_US: "born" }, is: "DB" },
  ],
  "the target, to after step 8": [
    { of: () => new History().move("HOME_EU"), at: "told HOME_EU", back: { HOME_EU: "here HOME_EU" } },
    { of: () => new History("HOME_EU").move("DB"), back: { DB: "told DB" } },
  ],
  "the target, to before that": [
    { of: () => new History().move("HOME_EU"), at: "told HOME_EU", back: { HOME_EU: "born" }, is: "DB", lost: true, more: /which it left last, still has its rows/ },
    { of: () => new History().move("HOME_EU"), at: "told HOME_EU", back: { HOME_EU: "compared HOME_EU" }, is: "DB", lost: true },
    { of: () => new History().move("HOME_EU"), at: "told HOME_EU", back: { HOME_EU: "committed HOME_EU" }, is: "HOME_EU", lost: true },
    { of: () => new History("HOME_EU").move("DB"), at: "told DB", back: { DB: "born" }, is: "HOME_EU", lost: true },
    { of: () => new History("HOME_EU").move("HOME_US").move("DB"), at: "told DB", back: { DB: "told HOME_US" }, is: "HOME_US", lost: true },
    { of: () => new History().move("HOME_EU"), at: "emptying HOME_EU", back: { HOME_EU: "born" }, says: /^prt_1: no database .* HOME_EU, where the directory says it is, has none of them; DB, which it left last, at 1970-01-01T00:00:00.001Z, has deleted .* Set DB back too/ },
    { of: () => new History().move("HOME_EU"), back: { HOME_EU: "compared HOME_EU" }, says: /has a part of a copy; DB, which it left last \(partner\.move in .*\), has deleted/ },
    // Once that is done too.
    { of: () => new History().move("HOME_EU"), back: { HOME_EU: "born", DB: "gone HOME_EU" }, is: "DB", lost: true },
  ],
};

test("of each row of the table in moving.md it is known where the partner is", () => {
  assert.deepEqual(table, Object.keys(CASES));
});

for (const [row, cases] of Object.entries(CASES)) {
  test(`set back: ${row}`, () => {
    for (const { of, at, back, is, lost = false, more, says } of cases) {
      const history = of();
      const about = JSON.stringify({ at, back });
      history.put(at ?? history.last, back);
      const decided = reconciled(about);
      if (says) {
        assert.match(decided.lost, says, about);
        continue;
      }
      assert.equal(decided?.home, is, about);
      if (!is) continue;
      const [first, second] = has(is);
      assert.equal(first, second, about);
      assert.equal(first < history.at(at ?? history.last).truth, lost, about);
      if (more) assert.match(decided.why.join("\n"), more, about);
    }
  });
}

/** Every database, set back from every moment of a history to every one before it. */
function* everyMoment(history) {
  for (const [at, end] of history.kept.entries()) {
    for (const home of HOMES) {
      for (let to = 0; to < at; to++) yield { at, to, home, end };
    }
  }
}

const HISTORIES = {
  "there and back": () => new History().move("HOME_EU").move("DB"),
  "by three homes": () => new History("HOME_EU").move("DB", { until: "told" }).move("HOME_US"),
  "from home to home, before what was left is deleted": () => new History("HOME_EU").move("HOME_US", { until: "told" }).move("HOME_EU"),
  "given up, out of the directory's database": () => new History().move("HOME_EU", { giveUpAt: "whole" }).move("HOME_EU", { giveUpAt: "asked" }),
  "set back once before": () => new History().move("HOME_EU", { until: "told" }).setBack({ HOME_EU: "wiped HOME_EU" }).move("HOME_US", { until: "told" }),
  "and the directory's database": () => new History().move("HOME_EU", { until: "told" }).setBack({ DB: "frozen HOME_EU" }).move("DB"),
  "given up, into it": () => new History("HOME_EU").move("DB", { giveUpAt: "compared" }).move("DB"),
};

for (const [name, of] of Object.entries(HISTORIES)) {
  test(`to whatever moment a database is set back, one home has all of it, and it is told what is lost: ${name}`, () => {
    const history = of();
    const seen = { agree: 0, settled: 0, lost: 0 };
    for (const { at, to, home, end } of everyMoment(history)) {
      const about = `${end.name} (${at}), ${home} to ${history.kept[to].name} (${to})`;
      history.put(at, { [home]: to });
      const cut = [undefined, 0, 1, 2][(at + to) % 4];
      const all = home === "DB" && (at + to) % 3 > 0;
      const decided = reconciled(about, { cut, all });
      seen[decided ? (decided.lost ? "lost" : "settled") : "agree"] += 1;
      // Where the partner was gone there is nothing that could be lost with that database.
      const hadIt = end.stands[home] !== undefined && end.stands[home] !== "gone";
      if (decided?.lost) assert.ok(["here", "leaving"].includes(end.stands[home]), `${about}: ${decided.lost}`);
      if (decided?.lost) continue;
      const is = decided?.home ?? one("DB", "SELECT home FROM partners");
      // KV is not set back, and a directory that says less is not believed. What it alone said may be in KV too.
      if (home !== "DB" || all) assert.ok(one("DB", "SELECT epoch FROM partners") >= end.greatest, about);
      const [first, second] = has(is);
      assert.ok(first !== undefined && first === second, `${about}: a half of ${is}`);
      if (!hadIt) assert.equal(first, end.truth, `${about}: lost at ${is}`);
    }
    assert.ok(seen.settled > 100 && seen.agree > 10, JSON.stringify(seen));
  });
}

test("of a partner that is on the move nothing goes on, whatever the databases say of it", () => {
  const history = new History().move("HOME_EU", { until: "compared" });
  history.put(history.last);
  assert.equal(reconciled("on the move").home, "DB");
  assert.deepEqual(rows("HOME_EU", "SELECT step, turn FROM arrivals"), [{ step: "emptying", turn: 2 }]);
  assert.deepEqual(rows("DB", "SELECT source, target, behind, delete_at FROM moves"), [{ source: "DB", target: "HOME_EU", behind: "HOME_EU", delete_at: NOW }]);
});

test("a home of before the partner was made begins with it anew; what the directory has forgotten is told", () => {
  new History("HOME_EU");
  set("HOME_EU", []);
  assert.match(reconciled("of before").why[0], /it begins there anew/);
  const history = new History("HOME_EU");
  history.put("born", {});
  set("DB", []);
  assert.match(reconciled("forgotten").why.at(-1), /the directory had forgotten it/);
});

test("who goes back to rows of the past logs in again, by no code of before", () => {
  const history = new History().move("HOME_EU");
  history.put("told HOME_EU", { HOME_EU: "born" });
  const challenge = `INSERT INTO challenges (id, root_id, purpose, partner_id, subject, nonce, created_at, expires_at) VALUES ('c', 'c', 'SMS_MFA', '${P}', 'usr_0', 'n', 0, 9)`;
  run("DB", challenge);
  reconciled("the past");
  assert.equal(one("DB", "SELECT COUNT(*) FROM challenges"), 0);
  assert.ok(one("DB", "SELECT sessions_not_before FROM clients") > 0);
  history.put(history.last, { DB: "born" });
  run("HOME_EU", challenge);
  assert.equal(reconciled("the newest").home, "HOME_EU");
  assert.equal(one("HOME_EU", "SELECT COUNT(*) FROM challenges"), 1);
  assert.equal(one("HOME_EU", "SELECT sessions_not_before FROM clients"), 0);
});

test("by the operator's word it is where that says, and of all where all agree", () => {
  const history = new History().move("HOME_EU");
  history.put(history.last, { HOME_EU: "compared HOME_EU" });
  assert.equal(reconciled("by word", { at: { [P]: "HOME_EU" } }).home, "HOME_EU");
  assert.equal(decide().length, 0);
  const before = one("DB", "SELECT epoch FROM partners");
  assert.equal(reconciled("all", { all: true }).epoch > before, true);
  assert.equal(whereabouts(answers(), { at: { prt_2: "DB" } }).unknown, "prt_2");
});

// --- the command ------------------------------------------------------------------------------

const folder = mkdtempSync(join(tmpdir(), "gatehouse-reconcile-"));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "v3/d1"), { recursive: true });

/** With a wrangler that answers for two databases what these have, and writes down how it was asked. */
function command(args, { ENV = "", fails } = {}) {
  for (const home of HOMES) {
    const answer = fails ? { error: { text: fails } } : ASKED.map((sql) => ({ results: rows(home, sql) }));
    writeFileSync(join(folder, `${home}.json`), JSON.stringify(answer));
  }
  writeFileSync(join(folder, "wrangler"), `#!/bin/sh\necho "$1 $2 $3 $4 $5 $6" >>"${folder}/asked"\ncat "${folder}/$3.json"\n`, { mode: 0o755 });
  writeFileSync(join(folder, "wrangler.toml"), `name = "g"\n[vars]\nHOMES = "HOME_EU,HOME_US"\n[env.staging.vars]\nHOMES = "HOME_EU,HOME_US"\n`);
  rmSync(join(folder, "asked"), { force: true });
  const env = { ...process.env, ENV, PATH: `${folder}${delimiter}${process.env.PATH}` };
  return spawnSync(process.execPath, ["--no-warnings", join(root, "scripts/reconcile.mjs"), ...args], { cwd: folder, encoding: "utf8", env });
}

test("the command asks every database, and writes what is to be run in which order", () => {
  const history = new History().move("HOME_EU");
  history.put(history.last, { DB: "born" });
  const { status, stdout, stderr } = command(["--into", folder], { ENV: "staging" });
  assert.equal(status, 0, stderr);
  assert.match(readFileSync(join(folder, "asked"), "utf8"), /^d1 execute DB --env staging --remote\nd1 execute HOME_EU .*\nd1 execute HOME_US .*\n$/);
  assert.match(stdout, /^prt_1 is in HOME_EU: HOME_EU says here in epoch 2/);
  const files = [...stdout.matchAll(/^ {2}scripts\/with-env\.sh wrangler d1 execute (\w+) --env staging --remote --file (\S+)$/gm)];
  assert.deepEqual(files.map(([, home]) => home), ["HOME_EU", "DB"]);
  for (const [, home, file] of files) run(home, readFileSync(file, "utf8"));
  const again = command(["--into", folder], { ENV: "staging" });
  assert.match(again.stdout, /^all of DB, HOME_EU, HOME_US say the same of 1 partner: there is nothing to do\n$/);
  assert.ok(!existsSync(files[0][2]), "what was run is not run again");
});

test("the command prints all of it where it is to be read, and says what it could not do in a sentence", () => {
  const history = new History().move("HOME_EU");
  history.put(history.last, { DB: "born" });
  const { stdout } = command(["--persist-to", "."]);
  assert.match(readFileSync(join(folder, "asked"), "utf8"), /^d1 execute DB --local --persist-to \.\n/);
  assert.match(stdout, /^-- == HOME_EU\n-- prt_1 is in HOME_EU: [^]*\n-- == DB\n/);
  const refused = (args, options, sentence) => {
    const { status, stderr } = command(args, options);
    assert.notEqual(status, 0);
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /at file:|node:/);
  };
  refused([], {}, /^reconcile: say whose databases: ENV=staging or ENV=production, or --persist-to DIR for local ones\n$/);
  refused(["--persist-to", "nowhere"], {}, /^reconcile: there is no local state at nowhere: make dev STATE=nowhere makes one\n$/);
  assert.ok(!existsSync(join(folder, "asked")));
  refused([], { ENV: "local" }, /^reconcile: ENV is staging or production, not 'local'\n$/);
  refused(["--at", "prt_1=HOME_AP"], { ENV: "staging" }, /^reconcile: --at is a partner's id and where it is, one of DB, HOME_EU, HOME_US/);
  refused(["--at", "prt_9=DB"], { ENV: "staging" }, /^reconcile: no database knows prt_9/);
  refused(["--into", "nowhere"], { ENV: "staging" }, /^reconcile: --into is a folder, and there is no nowhere\n$/);
  refused([], { ENV: "staging", fails: "no such table: arrivals" }, /^reconcile: wrangler could not ask DB .*: no such table: arrivals\n.*migrate\.sh expand.*never --temporary/);
  history.put(history.last, { HOME_EU: "born" });
  refused([], { ENV: "staging" }, /^reconcile: prt_1: no database has all of its rows any more/);
});
