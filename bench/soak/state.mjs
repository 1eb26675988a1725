// The database that a soak begins with: partners, and rows that are over, for the purge to have something to do. And
// what must be there when it ends.
import { DatabaseSync } from "node:sqlite";
import { newClient } from "../../scripts/client-sql.mjs";
import { Random, uuidv7 } from "../random.mjs";

const DAY = 86_400_000;
const OVER = "prt_of-rows-that-are-over";
const CUSTOMERS = { roles: ["customer"], defaultRoles: ["customer"], scopes: ["client_auth", "users.read", "users.write"] };

/** So many more partners, with a client each. */
export function addPartners(file, names) {
  const database = new DatabaseSync(file);
  const made = names.map((name) => newClient({ partner: name, name, ...CUSTOMERS }));
  for (const { sql } of made) database.exec(sql);
  database.close();
  return made.map(({ clientId, clientSecret }) => ({ clientId, clientSecret }));
}

/** So many rows, in each table that the purge empties, past the time that they are kept. */
export function addOver(file, count, now = Date.now()) {
  const database = new DatabaseSync(file);
  const random = new Random(now);
  const insert = (table, row) => {
    const names = Object.keys(row);
    const sql = `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`;
    database.prepare(sql).run(...Object.values(row));
  };
  const user = addPerson(insert, random, now - 800 * DAY);
  database.exec("BEGIN");
  for (let n = 0; n < count; n += 1) for (const [table, row] of rowsOver(random, user, n, now)) insert(table, row);
  database.exec("COMMIT");
  database.close();
}

/** Whose the sessions were. */
function addPerson(insert, random, at) {
  const id = `usr_${uuidv7(at, random)}`;
  insert("partners", { id: OVER, name: "over", created_at: at });
  insert("users", {
    id, partner_id: OVER, email: "over@example.com", phone: "+15550000000", password_hash: "none", roles: "[]",
    phone_verified_at: at, hold_until: at, created_at: at,
  });
  const account = { partner_id: OVER, id: `acc_${uuidv7(at, random)}`, user_id: id };
  insert("accounts", { ...account, email: "over@example.com", created_at: at });
  // So that it is in a log, which is kept two years.
  const signUp = { event: "user.sign_up", outcome: "created", partner_id: OVER, user_id: id };
  const later = at + 100 * DAY;
  insert("audit", { id: `aud_${uuidv7(later, random)}`, at: later, request_id: `req_${uuidv7(later, random)}`, ...signUp });
  return id;
}

function rowsOver(random, user, n, now) {
  const before = (days) => now - days * DAY - n;
  const id = (prefix, at) => `${prefix}_${uuidv7(at, random)}`;
  const [challenge, session] = [random.hex(64), before(60)];
  return [
    ["challenges", {
      id: challenge, root_id: challenge, purpose: "RESET_PASSWORD", partner_id: OVER, subject: random.hex(64),
      nonce: random.hex(64), created_at: before(3), expires_at: before(3) + 300_000,
    }],
    ["answers", {
      id: id("wrk", before(400)), root_id: random.hex(64), subject: random.hex(64), purpose: "SMS_MFA", is_right: 0,
      at: before(400),
    }],
    ["sends", {
      id: id("snd", before(5)), challenge_id: random.hex(64), partner_id: OVER, phone: `+1666${random.below(1e6)}`,
      prefix: `+1666${random.below(1e3)}`, purpose: "SMS_MFA", at: before(5),
    }],
    ["throttles", {
      subject: random.hex(64), failures: 1, blocked_until: 0, attempt_id: id("wrk", before(5)), updated_at: before(5),
    }],
    ["sessions", {
      id: id("ses", session), user_id: user, partner_id: OVER, client_id: "cli_over", created_at: session,
      current_hash: random.hex(64), rotated_at: session, expires_at: session + 30 * DAY, idle_expires_at: session + 14 * DAY,
    }],
    ["webhook_events", { id: `msg_${random.hex(32)}`, at: before(40) }],
    ["idempotent_requests", {
      id: random.hex(64), body_mac: random.hex(64), nonce: random.hex(64), made_at: before(3),
      attempt_id: id("req", before(3)), leased_until: before(3),
    }],
    ["audit", {
      id: id("aud", before(760)), at: before(760), partner_id: OVER, event: "login.code", outcome: "right",
      request_id: id("req", before(760)),
    }],
    ["contact_holds", { partner_id: OVER, contact: random.hex(16), held_until: before(400) }],
  ];
}

/** What of it is left, and how the rows compare with what the load has done. */
export function compared(file, count) {
  const database = new DatabaseSync(file);
  const number = (sql, ...given) => Object.values(database.prepare(sql).get(...given))[0];
  const before = Date.now() - 2.5 * DAY;
  const left = number(`SELECT
    (SELECT COUNT(*) FROM challenges WHERE expires_at < ?1) + (SELECT COUNT(*) FROM sends WHERE at < ?1)
    + (SELECT COUNT(*) FROM answers WHERE at < ?1) + (SELECT COUNT(*) FROM throttles WHERE updated_at < ?1)
    + (SELECT COUNT(*) FROM sessions WHERE expires_at < ?1) + (SELECT COUNT(*) FROM webhook_events WHERE at < ?1)
    + (SELECT COUNT(*) FROM idempotent_requests WHERE made_at < ?1)
    + (SELECT COUNT(*) FROM contact_holds WHERE held_until < ?1)
    + (SELECT COUNT(*) FROM audit WHERE at < ?2)`, before, Date.now() - 740 * DAY);
  const ours = `partner_id <> '${OVER}'`;
  const wrong = [
    ["users", number(`SELECT COUNT(*) FROM users WHERE ${ours}`), count.signUps],
    ["sessions", number(`SELECT COUNT(*) FROM sessions WHERE ${ours}`), count.sessionsOpened],
    ["ended sessions", number(`SELECT COUNT(*) FROM sessions WHERE ${ours} AND revoked_at IS NOT NULL`), count.sessionsEnded],
    ["portfolios", number("SELECT COUNT(*) FROM portfolios"), count.portfolios],
    ["resets", number("SELECT COUNT(*) FROM challenges WHERE purpose = 'RESET_PASSWORD' AND consumed_at > 0"), count.resets],
    ["rows that were over and are still there", left, 0],
  ];
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'").all();
  const rows = tables.reduce((sum, { name }) => sum + number(`SELECT COUNT(*) FROM "${name}"`), 0);
  database.close();
  return { rows, wrong: wrong.filter(([, there, expected]) => there !== expected) };
}
