// The next step of docs/scale.md is on paper, but for its statements: SQLite runs them as the page says.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { filled } from "../../bench/page/text.mjs";
import { Random } from "../../bench/random.mjs";
import { assumptions } from "../../bench/scale/scenarios.mjs";
import { readStatements } from "../../bench/scale/statements.mjs";

const NOW = 1_752_157_186_359;
const HOUR = 3_600_000;
const SQL = readStatements();
const RESERVING = ["RESERVE", "RESERVED"];
const CONFIRMING = ["DISPLACE", "FREE", "SET_ASIDE", "CONFIRM", "HOLD", "RELEASE", "CONFIRMED"];
const TAKING = ["OUTDO", "FREE", "LOSE", "TAKE", "SHUT", "END_HOLDS", "REFUSE", "TAKEN"];

/** An identity directory, with the batches that the page describes. */
class Directory {
  constructor() {
    this.database = new DatabaseSync(":memory:");
    this.database.exec(SQL.TABLES);
  }

  /** All of them or none; the last row that a statement gave. */
  batch(names, given) {
    this.database.exec("BEGIN");
    let last;
    for (const name of names) {
      const statement = this.database.prepare(SQL[name]);
      statement.setAllowUnknownNamedParameters(true);
      last = statement.get(given) ?? last;
    }
    this.database.exec("COMMIT");
    return last;
  }

  reserve(person, now = NOW) {
    return this.batch(RESERVING, { ...person, now, lapse: 60_000, claim_life: HOUR });
  }

  confirm(person, now = NOW) {
    return this.batch(CONFIRMING, { ...person, now, claim_life: HOUR, hold_until: now + HOUR, is_own: 1 }).confirmed === 1;
  }

  signUp(person, now = NOW) {
    return this.reserve(person, now).reserved === 1 && this.confirm(person, now);
  }

  take(person, now = NOW) {
    return this.batch(TAKING, { ...person, now }).taken === 1;
  }

  find(contact, now = NOW) {
    return this.batch(["FIND_IDENTITY"], { contact, now, claim_life: HOUR })?.user_id;
  }

  state(id, state) {
    this.batch(["STATE", "REFUSE"], { id, state });
  }

  displaced() {
    return this.database.prepare("SELECT user_id, how FROM displaced ORDER BY 1").all().map(({ user_id, how }) => `${user_id} ${how}`);
  }
}

const ADA = { id: "ada", email: "a@", phone: "+1" };
const BOB = { id: "bob", email: "b@", phone: "+2" };
/** Ada's number under another e-mail, and her e-mail with another number. */
const HER_NUMBER = { id: "eve", email: "e@", phone: "+1" };
const HER_EMAIL = { id: "mal", email: "a@", phone: "+3" };

test("both contacts are reserved or none, and the same work again finds them reserved", () => {
  const directory = new Directory();
  assert.equal(directory.reserve(ADA).reserved, 1);
  assert.equal(directory.reserve(ADA).reserved, 1);
  assert.equal(directory.reserve(HER_NUMBER).reserved, 0);
  assert.equal(directory.database.prepare("SELECT COUNT(*) AS n FROM reservations").get().n, 2);
  assert.equal(directory.confirm(HER_NUMBER), false);
  assert.equal(directory.confirm(ADA), true);
  assert.equal(directory.confirm(ADA), true);
  assert.deepEqual([directory.find("a@"), directory.find("+1"), directory.find("e@")], ["ada", "ada", undefined]);
  assert.ok(directory.signUp(BOB));
});

test("a reservation ends by being settled, not by the clock, and what was released is not confirmed", () => {
  const directory = new Directory();
  directory.reserve(ADA);
  const late = NOW + 61_000;
  const met = directory.reserve(HER_NUMBER, late);
  assert.deepEqual({ ...met }, { reserved: 0, lapsed: "ada" });
  // Not before its time is over.
  directory.batch(["RELEASE"], { id: "ada", is_own: 0, now: NOW + 59_000 });
  assert.equal(directory.reserve(HER_NUMBER, late).reserved, 0);
  directory.batch(["RELEASE"], { id: "ada", is_own: 0, now: late });
  assert.ok(directory.signUp(HER_NUMBER, late));
  assert.equal(directory.confirm(ADA, late), false);
  assert.equal(directory.find("a@"), undefined);
});

test("whoever has not proven a number gives way once the hold is over: set aside in the first hour, replaced after", () => {
  const directory = new Directory();
  directory.signUp(ADA);
  assert.equal(directory.signUp(HER_NUMBER, NOW + HOUR - 1), false);
  assert.equal(directory.signUp(HER_EMAIL, NOW + HOUR - 1), false);
  assert.ok(directory.signUp(HER_NUMBER, NOW + HOUR + 1));
  assert.deepEqual(directory.displaced(), ["ada REPLACED"]);
  assert.equal(directory.find("a@"), undefined);
  // Eve's hold: the e-mail's is the first of it, the number's was Ada's and is over.
  const claimant = { id: "zoe", email: "z@", phone: "+1" };
  assert.ok(directory.signUp(claimant, NOW + HOUR + 2));
  assert.deepEqual(directory.displaced(), ["ada REPLACED", "eve ASIDE"]);
  assert.deepEqual([directory.find("e@", NOW + HOUR + 2), directory.find("+1")], ["eve", "zoe"]);
  // She may still prove it, for an hour.
  assert.equal(directory.find("e@", NOW + 2 * HOUR + 2), undefined);
});

test("a proof takes the number from all but who proved it, once", () => {
  const directory = new Directory();
  directory.signUp(ADA);
  directory.signUp(HER_NUMBER, NOW + HOUR + 1);
  directory.signUp({ id: "zoe", email: "z@", phone: "+1" }, NOW + HOUR + 2);
  const eve = { ...HER_NUMBER };
  assert.ok(directory.take(eve, NOW + HOUR + 3));
  assert.deepEqual([directory.find("+1"), directory.find("e@", NOW + 9 * HOUR), directory.find("z@")], ["eve", "eve", undefined]);
  assert.equal(directory.take({ id: "zoe", email: "z@", phone: "+1" }), false);
  assert.equal(directory.take(ADA), false);
  assert.ok(directory.take(eve));
  assert.equal(directory.signUp({ id: "new", email: "n@", phone: "+1" }, NOW + 99 * HOUR), false);
  assert.equal(directory.signUp({ id: "new", email: "e@", phone: "+9" }, NOW + 99 * HOUR), false);
});

test("a proof also takes the number from who was set aside and could still have proven it", () => {
  const directory = new Directory();
  directory.signUp(ADA);
  directory.signUp(HER_NUMBER, NOW + HOUR + 1);
  const zoe = { id: "zoe", email: "z@", phone: "+1" };
  directory.signUp(zoe, NOW + HOUR + 2);
  assert.equal(directory.find("e@", NOW + HOUR + 3), "eve");
  assert.ok(directory.take(zoe, NOW + HOUR + 3));
  assert.equal(directory.find("e@", NOW + HOUR + 3), undefined);
  assert.deepEqual(directory.displaced(), ["ada REPLACED", "eve REPLACED"]);
  assert.equal(directory.take(HER_NUMBER, NOW + HOUR + 3), false);
});

test("who is firm gives way to a proof alone, and keeps the e-mail, by which nobody is found", () => {
  const directory = new Directory();
  directory.signUp(ADA);
  directory.state("ada", "firm");
  assert.equal(directory.signUp(HER_NUMBER, NOW + 9 * HOUR), false);
  directory.signUp(BOB);
  assert.ok(directory.take({ ...BOB, phone: "+1" }));
  assert.deepEqual([directory.find("+1"), directory.find("a@")], ["bob", undefined]);
  assert.deepEqual(directory.displaced(), ["ada LOST"]);
  assert.equal(directory.signUp(HER_EMAIL, NOW + 9 * HOUR), false);
  directory.state("ada", "open");
  assert.equal(directory.signUp(HER_EMAIL, NOW + 9 * HOUR), false);
});

test("who is disabled gives way to nobody", () => {
  const directory = new Directory();
  directory.signUp(ADA);
  directory.state("ada", "shut");
  directory.signUp(BOB);
  assert.equal(directory.take({ ...BOB, phone: "+1" }), false);
  assert.deepEqual([directory.find("+1"), directory.displaced()], ["ada", []]);
});

test("a sign-up that met a proof on its way is not confirmed, and takes nothing", () => {
  const directory = new Directory();
  directory.signUp(ADA);
  const late = NOW + 2 * HOUR;
  assert.equal(directory.reserve(HER_NUMBER, late).reserved, 1);
  assert.ok(directory.take(ADA, late));
  assert.equal(directory.confirm(HER_NUMBER, late), false);
  assert.deepEqual([directory.find("+1"), directory.find("a@"), directory.find("e@")], ["ada", "ada", undefined]);
});

test("whoever was replaced takes no number by a code that was on its way", () => {
  const directory = new Directory();
  directory.signUp(ADA);
  assert.ok(directory.signUp(HER_EMAIL, NOW + 2 * HOUR));
  assert.equal(directory.take(ADA, NOW + 2 * HOUR), false);
  assert.equal(directory.find("+1"), undefined);
});

test("shards never take more of a budget than it has", () => {
  const directory = new Directory();
  const lease = (of, budget = 250) => directory.batch(["LEASE"], { partner_id: "p", share: "LOGIN", today: 1, lease: of, budget })?.taken;
  assert.deepEqual([lease(100), lease(100), lease(100), lease(50), lease(1)], [100, 200, undefined, 250, undefined]);
  assert.equal(lease(300), undefined);
});

test("a person takes as many bytes of a directory as is stated", () => {
  const { database } = new Directory();
  const random = new Random(5);
  const add = database.prepare("INSERT INTO identities (contact, user_id, state, created_at) VALUES (?, ?, 'shut', ?)");
  const people = 20_000;
  database.exec("BEGIN");
  for (let n = 0; n < people; n += 1) {
    const id = `usr_${random.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}`;
    for (let contact = 0; contact < 2; contact += 1) add.run(random.hex(32), id, NOW + n);
  }
  database.exec("COMMIT");
  const { bytes } = database.prepare("SELECT SUM(pgsize) AS bytes FROM dbstat WHERE name LIKE '%identities%'").get();
  const { value } = assumptions.stated.identityBytes;
  assert.ok(Math.abs(bytes / people - value) < 0.08 * value, `${bytes / people} bytes, not ${value}`);
});

test("prose is filled to the width, and tables and code stay", () => {
  const word = "word ".repeat(60).trim();
  const page = filled(`# Head\n\n${word}\n\n| ${word} | b |\n\n\`\`\`sql\n${word}\n\n  ${word}\n\`\`\`\n\n- ${word}`);
  const lines = page.split("\n");
  assert.equal(lines[0], "# Head");
  assert.ok(lines.slice(2, 5).every((line) => line.length <= 118));
  assert.ok(page.includes(`| ${word} | b |`) && page.includes(`${word}\n\n  ${word}\n\`\`\``));
});
