// Fills the file of a local D1 with one partner of so many users, as a year of them would have left it:
// accounts, 60 % of them verified with key, KYC id and portfolio, 0.35 sessions a user, two answers a user
// over the year, a day of challenges, two of sends, the sign-up and 8 more audit rows a user over 90 days.
//
// Rows go into the file itself, in the order of their time, as their ids are; indexes are made at the end,
// by their own statements of the migrations. Columns are named, so that one with a default may be added,
// and one without fails here.
import { argon2Sync, createHmac, randomBytes } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Random, uuidv7 } from "./random.mjs";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

const AUDIT_ROWS = 8;
const SESSIONS = 0.35;
const ANSWERS = 2;
/** Everybody logs in twice a month. */
const LOGINS_A_DAY = 2 / 30;
export const VERIFIED = 0.6;
const PROVEN = 0.9;
const AUDIT_DAYS = 90;

/** The password of every filled user. */
export const PASSWORD = "seven-quiet-lamps";

/** The one file that Miniflare's D1 keeps under this folder, once it was asked anything. */
export function fileOf(persisted) {
  const folder = join(persisted, "d1/miniflare-D1DatabaseObject");
  const files = readdirSync(folder).filter((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite");
  if (files.length !== 1) throw new Error(`${folder} has ${files.length} databases, not one`);
  return join(folder, files[0]);
}

/**
 * Who the nth of the filled users is, which needs no look into the file. `filled` is what `fill` gave, or the
 * same `users`, `seed` and `now`.
 */
export function person(filled, n) {
  const { users, seed, now } = filled;
  const createdAt = now - YEAR + Math.floor(((n + 0.5) / users) * YEAR);
  const of = new Random(seed ^ Math.imul(n + 1, 0x9e3779b1));
  const id = uuidv7(createdAt, of);
  // 1,237,001 has no factor in common with 10^7: no number comes twice, and neighbours share no prefix.
  const line = String((n * 1_237_001) % 10_000_000).padStart(7, "0");
  return {
    id: `usr_${id}`,
    account: `acc_${uuidv7(createdAt, of)}`,
    portfolio: `pfl_${uuidv7(createdAt, of)}`,
    email: `filled-${n}@example.com`,
    phone: `+1555${line}`,
    createdAt,
    isVerified: of.chance(VERIFIED),
    isProven: of.chance(PROVEN),
  };
}

/**
 * `file` is migrated, has the partner's client `clientId`, and nothing serves it. `pepper` is the PASSWORD_PEPPER that
 * the service will have; `progress` is called with the part that is done.
 */
export function fill(file, { users, clientId, pepper, now = Date.now(), seed = 1, progress = () => {} }) {
  const filled = { users, seed, now };
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA journal_mode = DELETE; PRAGMA synchronous = OFF;
    PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -300000; PRAGMA temp_store = FILE; PRAGMA threads = 2; PRAGMA foreign_keys = OFF`);
  const { partner_id: partnerId } = database.prepare("SELECT partner_id FROM clients WHERE id = ?").get(clientId);
  const indexes = database.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").all();
  for (const { name } of indexes) database.exec(`DROP INDEX ${name}`);

  const writer = new Writer(database, expectedRows(users), progress);
  const context = { ...filled, partnerId, clientId, hash: hashOf(PASSWORD, pepper), ids: new Array(users) };
  const parts = [addPeople, addSessions, addAnswers, addChallenges, addRest, addAudit];
  for (const [nth, part] of parts.entries()) {
    database.exec("BEGIN");
    part(writer, context, new Random(seed * 7919 + nth));
    database.exec("COMMIT");
  }
  indexes.forEach(({ sql }, nth) => {
    progress(ROWS_SHARE + ((1 - ROWS_SHARE) * nth) / indexes.length);
    database.exec(sql);
  });
  database.exec("PRAGMA journal_mode = WAL");
  database.close();
  progress(1);
  return { ...filled, rows: writer.rows, bytes: statSync(file).size };
}

/** The time that rows take of a fill; the rest goes into indexes. */
const ROWS_SHARE = 0.7;

function expectedRows(users) {
  return users * (2 + VERIFIED * 3 + (1 - PROVEN) * 2 + SESSIONS + ANSWERS + LOGINS_A_DAY * 3 + 1 + AUDIT_ROWS);
}

/** Inserts rows given as objects, each shape by one prepared statement. */
class Writer {
  constructor(database, expected, progress) {
    Object.assign(this, { database, expected, progress, rows: 0, statements: new Map() });
  }

  /** A function that takes the values of these columns in their order. */
  into(table, ...columns) {
    const places = columns.map(() => "?").join(", ");
    const statement = this.database.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places})`);
    return (...values) => {
      statement.run(...values);
      this.rows += 1;
      if (this.rows % 50_000 === 0) this.progress(Math.min(1, this.rows / this.expected) * ROWS_SHARE);
    };
  }
}

function addPeople(writer, context) {
  const { partnerId, users, hash, ids } = context;
  const user = writer.into("users", "id", "partner_id", "email", "phone", "password_hash", "roles", "status", "status_at",
    "name", "surname", "phone_verified_at", "hold_until", "created_at");
  const account = writer.into("accounts", "partner_id", "id", "user_id", "email", "created_at");
  const key = writer.into("account_keys", "partner_id", "account_id", "sub_account_id", "custody_key", "key_index",
    "claimed_at", "created_at", "encryption_key");
  const kyc = writer.into("user_kyc", "user_id", "kind", "id");
  const portfolio = writer.into("portfolios", "partner_id", "id", "account_id", "name", "type", "custody_key", "address_index",
    "claimed_at", "public_address", "created_at");
  const hold = writer.into("contact_holds", "partner_id", "contact", "held_until");
  let index = 0;
  for (let n = 0; n < users; n += 1) {
    const it = person(context, n);
    ids[n] = it.id;
    const [status, name, surname] = it.isVerified ? ["VERIFIED", "Ada", "Lovelace"] : ["UNINITIATED", null, null];
    const statusAt = it.isVerified ? it.createdAt + HOUR : 0;
    user(it.id, partnerId, it.email, it.phone, hash, '["customer"]', status, statusAt, name, surname,
      it.isProven ? it.createdAt + SECOND : null, it.createdAt + DAY, it.createdAt);
    account(partnerId, it.account, it.id, it.email, it.createdAt);
    if (!it.isProven) for (const contact of [it.email, it.phone]) hold(partnerId, contact, it.createdAt + DAY);
    if (!it.isVerified) continue;
    const of = new Random(n + 1);
    key(partnerId, it.account, `sub_${of.hex(32)}`, "filled", index, statusAt, statusAt, `02${of.hex(64)}`);
    kyc(it.id, "kyc", `kyc-${n}`);
    portfolio(partnerId, it.portfolio, it.account, "Savings", "TRADING", "filled", index, statusAt, `0x${of.hex(40)}`, statusAt);
    index += 1;
  }
}

/** So many events over the days before now, in order: `add` gets the time of each, and who was there by then. */
function overDays(context, days, count, random, add) {
  const { now, users, ids } = context;
  for (let n = 0; n < count; n += 1) {
    const at = now - days * DAY + Math.floor(((n + 0.5) / count) * days * DAY);
    const there = Math.max(1, Math.floor(users * (1 - (now - at) / YEAR)));
    add(at, ids[random.below(there)]);
  }
}

function addSessions(writer, context, random) {
  const session = writer.into("sessions", "id", "user_id", "partner_id", "client_id", "created_at", "current_hash", "rotated_at",
    "expires_at", "idle_expires_at");
  overDays(context, 30, context.users * SESSIONS, random, (at, user) => {
    const rotatedAt = Math.max(at, context.now - random.below(10 * DAY));
    session(`ses_${uuidv7(at, random)}`, user, context.partnerId, context.clientId, at, random.hex(64), rotatedAt,
      at + 30 * DAY, Math.min(rotatedAt + 14 * DAY, at + 30 * DAY));
  });
}

function addAnswers(writer, context, random) {
  const answer = writer.into("answers", "id", "root_id", "subject", "purpose", "is_right", "at");
  overDays(context, 365, context.users * ANSWERS, random, (at, user) => {
    answer(`wrk_${uuidv7(at, random)}`, random.hex(64), user, "SMS_MFA", random.chance(0.9) ? 1 : 0, at);
  });
}

/** Every id is as good as random, so that rows come in no order of theirs. */
function addChallenges(writer, context, random) {
  const challenge = writer.into("challenges", "id", "root_id", "purpose", "partner_id", "subject", "user_id", "credential_epoch",
    "nonce", "created_at", "expires_at", "consumed_at", "consumed_by");
  const send = writer.into("sends", "id", "challenge_id", "partner_id", "phone", "prefix", "purpose", "at", "work_id", "share");
  const numbers = new Map();
  for (let n = 0; n < context.users; n += 1) numbers.set(context.ids[n], n);
  overDays(context, 2, context.users * LOGINS_A_DAY * 2, random, (at, user) => {
    // The last hour's caps are those of whoever measures.
    if (at > context.now - HOUR) return;
    const [id, work] = [random.hex(64), `wrk_${uuidv7(at, random)}`];
    const { phone } = person(context, numbers.get(user));
    send(`snd_${uuidv7(at, random)}`, id, context.partnerId, phone, phone.slice(0, -3), "SMS_MFA", at, work, "LOGIN");
    if (at < context.now - DAY) return;
    challenge(id, id, "SMS_MFA", context.partnerId, user, user, 0, random.hex(64), at, at + 300 * SECOND, at + 20 * SECOND, work);
  });
}

/** What is there beside: a month of KYC events, a day of keyed requests and of mistyped passwords. */
function addRest(writer, context, random) {
  const { users, partnerId, now } = context;
  const event = writer.into("webhook_events", "id", "at");
  overDays(context, 30, (users * VERIFIED) / 12, random, (at) => event(`msg_${random.hex(24)}`, at));
  const keyed = writer.into("idempotent_requests", "id", "body_mac", "nonce", "made_at", "attempt_id", "leased_until", "status", "answer");
  overDays(context, 1, users / 100, random, (at) => {
    keyed(random.hex(64), random.hex(64), random.hex(64), at, `req_${uuidv7(at, random)}`, at + 30 * SECOND, 200, random.hex(512));
  });
  const throttle = writer.into("throttles", "subject", "failures", "blocked_until", "attempt_id", "updated_at");
  for (let n = 3; n < users; n += 200) {
    throttle(context.ids[n], 1, 0, `wrk_${uuidv7(now - DAY, random)}`, now - random.below(DAY));
  }
  writer.into("partner_sends", "partner_id", "share", "starts_at", "count")(partnerId, "LOGIN", now - (now % DAY), 1);
}

const EVENTS = [
  ["login.password", "attempted"], ["login.challenge", "issued"], ["login.code", "right"], ["login.password", "attempted"],
  ["login.challenge", "issued"], ["login.code", "wrong"], ["session.end", "ended"], ["reset.challenge", "issued"],
];

/** Sign-ups over the year, the rest over its last 90 days, one after the other in time. */
function addAudit(writer, context, random) {
  const { users, ids, now, partnerId, clientId } = context;
  const audit = writer.into("audit", "id", "at", "partner_id", "client_id", "user_id", "event", "outcome", "request_id");
  const row = (at, user, event, outcome) => {
    audit(`aud_${uuidv7(at, random)}`, at, partnerId, clientId, user, event, outcome, `req_${uuidv7(at, random)}`);
  };
  let signedUp = 0;
  const signUpsUntil = (time) => {
    for (; signedUp < users; signedUp += 1) {
      const { createdAt } = person(context, signedUp);
      if (createdAt > time) return;
      row(createdAt, ids[signedUp], "user.sign_up", "created");
    }
  };
  overDays(context, AUDIT_DAYS, users * AUDIT_ROWS, random, (at, user) => {
    signUpsUntil(at);
    row(at, user, ...EVENTS[random.below(EVENTS.length)]);
  });
  signUpsUntil(now);
}

/** As `rules/password.rs` makes it, with the pepper that comes first. */
function hashOf(password, peppers) {
  const pepper = peppers.split(",")[0].trim();
  const mac = (label, ...parts) => {
    const keyed = createHmac("sha256", pepper);
    for (const part of [Buffer.from(label), ...parts]) {
      const length = Buffer.alloc(8);
      length.writeBigUInt64BE(BigInt(part.length));
      keyed.update(length).update(part);
    }
    return keyed.digest();
  };
  const base64 = (bytes) => bytes.toString("base64").replaceAll("=", "");
  const nonce = randomBytes(16);
  const message = mac("password v1", Buffer.from(password.normalize("NFKC")));
  const output = argon2Sync("argon2id", { message, nonce, parallelism: 1, tagLength: 32, memory: 19_456, passes: 2 });
  const keyId = base64(mac("password pepper id v1").subarray(0, 6));
  return `$argon2id$v=19$m=19456,t=2,p=1,keyid=${keyId}$${base64(nonce)}$${base64(output)}`;
}
