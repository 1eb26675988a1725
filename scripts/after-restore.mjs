// Prints the SQL that a database needs after it was taken back in time, before the service is opened again:
//   scripts/with-env.sh node scripts/after-restore.mjs --before FILE --to TIME --part closing > closing.sql
//   scripts/with-env.sh node scripts/after-restore.mjs --before FILE --to TIME --part rows > rows.sql
//
//   --before FILE   the database as it was before it was taken back: a SQLite file
//   --to TIME       the moment it was taken back to (RFC 3339)
//   --part PART     closing: what must not be open again, and can meet no conflict. Always, and first.
//                   rows: what came since. Not where the rows since then are what went wrong.
//                   people: who was erased since, and which recovery codes were used; closing has it too. For another
//                   database, where reconcile.mjs says that partners go on there with rows of the past.
//
// docs/operating.md, "Restoring the database", says when and why.
import { given, main, Misuse, Stop } from "./main.mjs";

// Of a restored database, which the rest of this file reads.
let before;
let to;
// Whose a row is, as an expression of the copy: NULL is nobody's in particular.
const ANYBODYS = "NULL";
const OF_USER = "(SELECT partner_id FROM users WHERE id = user_id)";

await main(async () => {
  const string = { type: "string" };
  const { values } = given({ options: { before: string, to: string, part: string } });
  const parts = { closing, rows: putBack, people };
  to = timeOf(values.to);
  if (!Object.hasOwn(parts, values.part ?? "")) throw new Misuse(`--part is ${Object.keys(parts).join(", ")}`);
  before = await opened(values.before);
  process.stdout.write(`${parts[values.part]().join("\n")}\n`);
});

function timeOf(text = "") {
  const time = Date.parse(text);
  if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) || Number.isNaN(time)) {
    throw new Misuse("--to is an RFC 3339 time, such as 2026-11-26T21:00:00Z");
  }
  if (time > Date.now()) throw new Misuse(`--to is the moment that the database was taken back to, and ${text} is still to come`);
  return time;
}

/** The copy, if it is one of this service's. */
async function opened(file) {
  if (!file) throw new Misuse("--before is the database as it was before it was taken back, a SQLite file");
  const { DatabaseSync } = await import("node:sqlite").catch(() => {
    throw new Stop(`this Node.js, ${process.version}, has no SQLite: run it by scripts/with-env.sh, which has one that does`);
  });
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    if (database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'clients'").get()) return database;
  } catch (error) {
    throw new Misuse(`--before: ${file} cannot be read as a SQLite file (${error.message})`);
  }
  throw new Misuse(`--before: ${file} has no tables of this service: was the export read into it?`);
}

/** What must be so whatever is put back: it takes and ends, and gives nothing. */
function closing() {
  const sequences = before.prepare("SELECT name, seq FROM sqlite_sequence WHERE name IN ('portfolios', 'account_keys') ORDER BY name");
  const numbers = sequences.all().flatMap(({ name, seq }) => [
    `UPDATE sqlite_sequence SET seq = MAX(seq, ${seq}) WHERE name = '${name}';`,
    `INSERT INTO sqlite_sequence (name, seq) SELECT '${name}', ${seq} WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '${name}');`,
  ]);
  const revoked = before.prepare("SELECT quote(id) AS id, token_epoch FROM clients WHERE token_epoch > 0 ORDER BY id");
  const epochs = revoked.all().map(({ id, token_epoch: epoch }) =>
    `UPDATE clients SET token_epoch = MAX(token_epoch, ${epoch}) WHERE id = ${id};`);
  return [
    "-- No row's number is given again: old cursors are numbers, and of rows of before the index is the number less one.", ...numbers,
    "-- Nor an index: the ledger may not have been told of rows that are older than it.", ...floors(),
    "-- Everybody logs in again: the sessions here are older than the tokens that people hold, and some of them had ended.",
    "UPDATE clients SET sessions_not_before = unixepoch() * 1000;",
    "-- No code of before counts again.",
    "DELETE FROM challenges;", ...recoveryCodes(),
    "-- A client's new tokens are of no epoch that KV says is over.", ...epochs,
    "-- What was taken from clients stays taken, by whatever way it was: to disable one by SQL leaves no word in the audit log.",
    ...disabled(), ...scopes(), ...secrets(),
    "-- Who was erased is erased: nobody comes back with the past.", ...erased(),
    "-- Who has left this database is not here again, and every home is told all that it has to know once more.", ...homes(),
    "-- What partners have of their own is as it was: a KYC secret that was taken away verifies nobody again.",
    ...ofPartners(),
  ];
}

/**
 * Past what was given under each extended key. Of rows of before the number is the index: one that is gone again was
 * given too.
 */
function floors() {
  const given = [["portfolios", 0, "address_index"], ["account_keys", 1, "key_index"]].flatMap(([table, branch, column]) => {
    const own = has(table, column) ? column : "NULL";
    return before.prepare(`SELECT quote(custody_key) AS key, ${branch} AS branch, MAX(MAX(COALESCE(${own}, seq - 1)) + 1,
      CASE WHEN COUNT(*) > COUNT(${own}) THEN (SELECT seq FROM sqlite_sequence WHERE name = '${table}') ELSE 0 END) AS next
      FROM ${table} GROUP BY custody_key ORDER BY custody_key`).all();
  });
  const kept = has("custody_floors", "next") ? before.prepare("SELECT quote(custody_key) AS key, branch, next FROM custody_floors").all() : [];
  return [...given, ...kept].map(({ key, branch, next }) =>
    `INSERT INTO custody_floors VALUES (${key}, ${branch}, ${next}) ON CONFLICT DO UPDATE SET next = MAX(next, excluded.next);`);
}

/** Of partners that go on in another database. */
function people() {
  return ["-- No recovery code of before counts again.", ...recoveryCodes(), "-- Who was erased is erased.", ...erased()];
}

/** Whether the copy has this: it may be of the release before. */
function has(table, column) {
  return before.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?").get(table, column) !== undefined;
}

/** Of partners that are there. KV is told of each by the next minute's run. */
function ofPartners() {
  if (!has("partner_settings", "plain")) return [];
  const is = (partner) => `WHERE EXISTS (SELECT 1 FROM partners WHERE id = ${partner})`;
  const put = (table, onConflict, as) => literals(table, "1", { as }).map(({ columns, values, row }) =>
    `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${values} ${is(quoted(row.partner_id))} ON CONFLICT ${onConflict};`);
  const keys = before.prepare("SELECT quote(key_id) AS id FROM partner_keys ORDER BY key_id").all().map(({ id }) => id);
  return [
    ...put("partner_settings", `(partner_id) DO UPDATE SET plain = excluded.plain, given = excluded.given, sealed = excluded.sealed,
  kyc_secrets = excluded.kyc_secrets, version = MAX(version, excluded.version), changed_at = excluded.changed_at,
  changed_by = excluded.changed_by, is_told = 0`, { is_told: "0" }),
    "DELETE FROM partner_origins;",
    ...put("partner_origins", "DO NOTHING"),
    `DELETE FROM partner_keys WHERE is_used = 0${keys.length ? ` AND key_id NOT IN (${keys.join(", ")})` : ""};`,
    // One that had given nothing then may be another partner's since, or written in another way.
    ...put("partner_keys", `(public_key) DO UPDATE SET key_id = excluded.key_id, partner_id = excluded.partner_id,
  is_used = MAX(is_used, excluded.is_used)`),
  ];
}

/**
 * Each move has a greater epoch. Whoever has come since is not here with the rows of then: scripts/reconcile.mjs says where
 * they are. A copy that counts fewer changes than its home has met would be taken for an older one.
 */
function homes() {
  if (!has("partners", "epoch")) return [];
  const partners = before.prepare(`SELECT quote(id) AS id, quote(home) AS home, epoch, state, changed
    FROM partners WHERE epoch > 1 OR changed > 0 ORDER BY id`).all();
  return partners.flatMap(({ id, home, epoch, state, changed }) => [
    ...(state === "gone" ? [`UPDATE partners SET home = ${home}, epoch = ${epoch}, state = 'gone' WHERE id = ${id} AND epoch < ${epoch};`] : []),
    `UPDATE partners SET changed = MAX(changed, ${changed}) + 1 WHERE id = ${id} AND state = 'gone';`,
  ]);
}

/** Whether a partner's rows are this database's, where the statement runs: what it has left here, or will come to, is not touched. */
function isHere(partner) {
  return `EXISTS (SELECT 1 FROM partners WHERE id = ${partner} AND state IN ('here', 'leaving'))`;
}

function quoted(text) {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Of whoever used one since, or made others, or was spoken for by their partner: those that they still had. */
function recoveryCodes() {
  if (!has("recovery_codes", "hash")) return [];
  const found = before.prepare(`SELECT quote(a.user_id) AS id, (SELECT group_concat(quote(hash), ', ') FROM recovery_codes r WHERE r.user_id = a.user_id) AS hashes
    FROM audit a WHERE a.at > ${to} AND (a.event IN ('login.recovery', 'user.recovery_codes') OR a.outcome = 'given') AND a.user_id IS NOT NULL GROUP BY a.user_id ORDER BY 1`).all();
  return found.map(({ id, hashes }) => `DELETE FROM recovery_codes WHERE user_id = ${id} AND hash NOT IN (${hashes ?? ""});`);
}

/** As src/db/erasure.rs does it. */
function erased() {
  if (!has("users", "erased_at")) return [];
  const found = before.prepare("SELECT quote(id) AS id, erased_at FROM users WHERE erased_at IS NOT NULL ORDER BY id").all();
  return found.flatMap(({ id, erased_at: at }) => [
    `DELETE FROM contact_holds WHERE (partner_id, contact) IN (SELECT u.partner_id, c.value FROM users u
  JOIN json_each(json_array(u.email, COALESCE(u.claimed_phone, u.phone))) c WHERE u.id = ${id});`,
    `UPDATE users SET email = id, phone = id, claimed_phone = NULL, password_hash = '', roles = '[]', name = NULL, surname = NULL,
  address = '{}', locale = NULL, disabled_at = COALESCE(disabled_at, ${at}), erased_at = ${at} WHERE id = ${id} AND erased_at IS NULL;`,
    `UPDATE accounts SET email = user_id || '@erased.invalid' WHERE user_id = ${id};`,
    `UPDATE sessions SET current_hash = '' WHERE user_id = ${id};`,
    `DELETE FROM recovery_codes WHERE user_id = ${id};`,
    ...(has("seen_clients", "client_id") ? [`DELETE FROM seen_clients WHERE user_id = ${id};`] : []),
    `DELETE FROM throttles WHERE subject = ${id};`,
  ]);
}

function disabled() {
  const found = before.prepare("SELECT quote(id) AS id, disabled_at FROM clients WHERE disabled_at IS NOT NULL ORDER BY id").all();
  return found.map(({ id, disabled_at: at }) => `UPDATE clients SET disabled_at = ${at} WHERE id = ${id} AND disabled_at IS NULL;`);
}

/** Those that a client has on both sides. */
function scopes() {
  const found = before.prepare("SELECT quote(id) AS id, quote(scopes) AS scopes FROM clients WHERE json_valid(scopes) ORDER BY id").all();
  return found.map(({ id, scopes: all }) => "UPDATE clients SET scopes = (SELECT json_group_array(value) FROM json_each(clients.scopes) " +
    `WHERE value IN (SELECT value FROM json_each(${all}))) WHERE id = ${id};`);
}

/** No secret that was revoked since is good again, and one that was to end ends. */
function secrets() {
  const clients = before.prepare(`SELECT quote(c.id) AS id, group_concat(CASE WHEN s.client_id IS NOT NULL THEN quote(s.secret_hash) END, ', ') AS hashes
    FROM clients c LEFT JOIN client_secrets s ON s.client_id = c.id WHERE c.disabled_at IS NULL GROUP BY c.id ORDER BY c.id`).all();
  const ending = before.prepare(`SELECT quote(client_id) AS id, quote(secret_hash) AS hash, expires_at FROM client_secrets
    WHERE expires_at IS NOT NULL ORDER BY client_id, secret_hash`).all();
  return [
    ...clients.map(({ id, hashes }) => (hashes
      ? `DELETE FROM client_secrets WHERE client_id = ${id} AND secret_hash NOT IN (${hashes});`
      : `-- ${comment(id)} had no secret, which no call leaves behind: it keeps those of here.`)),
    ...ending.map(({ id, hash, expires_at: at }) =>
      `UPDATE client_secrets SET expires_at = MIN(COALESCE(expires_at, ${at}), ${at}) WHERE client_id = ${id} AND secret_hash = ${hash};`),
  ];
}

/** The rows that came since, and those of users and clients to whom something happened since. */
function putBack() {
  const clients = `SELECT target_client_id FROM audit WHERE at > ${to} AND target_client_id IS NOT NULL`;
  const users = `SELECT user_id FROM audit WHERE at > ${to} AND user_id IS NOT NULL`;
  const since = (column) => `${column} > ${to}`;
  const changed = `${since("created_at")} OR id IN (${users})`;
  const targets = ["target_client_id", "target_partner_id"].filter((column) => has("audit", column));
  return [
    "-- What happened since, parents first.",
    ...rows("partners", since("created_at"), { whose: ANYBODYS }),
    ...rows("clients", `${since("created_at")} OR id IN (${clients})`, { key: "id", where: (partner) => `EXISTS (SELECT 1 FROM partners WHERE id = ${partner})` }),
    ...before.prepare("SELECT quote(id) AS id, quote(scopes) AS scopes FROM clients ORDER BY id").all()
      .map(({ id, scopes: all }) => `UPDATE clients SET scopes = ${all} WHERE id = ${id};`),
    ...rows("client_secrets", `${since("created_at")} OR client_id IN (${clients})`, { whose: "client_id", where: (client) => `EXISTS (SELECT 1 FROM clients WHERE id = ${client})` }),
    ...gone(users),
    ...freed(changed),
    ...unfrozen(rows("users", changed, { key: "id" })),
    ...(has("recovery_codes", "hash") ? rows("recovery_codes", `user_id IN (${users})`, { whose: OF_USER }) : []),
    ...rows("contact_holds", since("held_until")),
    ...rows("user_kyc", `user_id IN (${users})`, { whose: OF_USER }),
    // Or a client that they know would be told to them as new.
    ...(has("seen_clients", "user_id") ? rows("seen_clients", `user_id IN (${users})`, { whose: OF_USER }) : []),
    // A trigger counts the portfolios as they come.
    ...rows("accounts", since("created_at"), { as: { portfolios: "0", trading_seq: "NULL" } }),
    ...indexed("account_keys", "key_index", "partner_id, account_id"),
    ...indexed("portfolios", "address_index", "partner_id, id"),
    ...trading(),
    ...rows("webhook_events", since("at"), { whose: ownOf("webhook_events") }),
    ...rows("answers", since("at"), { whose: `COALESCE(${ownOf("answers")}, (SELECT partner_id FROM users WHERE id = subject))` }),
    // What the operator did is the directory's, wherever the partner is.
    ...rows("audit", since("at"), { whose: `CASE WHEN ${targets.map((column) => `${column} IS NULL`).join(" AND ")} THEN partner_id END` }),
    // The rows of clients may say earlier.
    "UPDATE clients SET sessions_not_before = unixepoch() * 1000;",
    // Of partners that are there only now.
    ...ofPartners(),
  ];
}

/**
 * Rows with an index, each as it is in the copy: those that came since, and those that nobody was shown then, which may
 * stand where another belongs. One that finds its number or its index taken by another row is an error, and none is
 * left out.
 */
function indexed(table, column, key) {
  const unshown = has(table, column) ? `claimed_at > ${to} OR (claimed_at IS NULL AND ${column} IS NOT NULL)` : "FALSE";
  const moved = before.prepare(`SELECT seq FROM ${table} WHERE created_at <= ${to} AND (${unshown}) ORDER BY seq`).all();
  return [
    ...moved.map(({ seq }) => `DELETE FROM ${table} WHERE seq = ${seq} AND claimed_at IS NULL AND ${column} IS NOT NULL AND ${isHere(`${table}.partner_id`)};`),
    ...rows(table, `created_at > ${to} OR ${unshown}`, { order: "seq", unless: key }),
  ];
}

/** The trading portfolio is the first that was shown; the trigger that counts takes the first by its number. */
function trading() {
  if (!has("accounts", "trading_seq")) return [];
  const found = before.prepare(`SELECT quote(partner_id) AS partner, quote(id) AS id, trading_seq AS seq FROM accounts a
    WHERE EXISTS (SELECT 1 FROM portfolios p WHERE p.partner_id = a.partner_id AND p.account_id = a.id AND p.type = 'TRADING'
                  AND p.seq < a.trading_seq) ORDER BY partner_id, id`).all();
  return found.map(({ partner, id, seq }) => `UPDATE accounts SET trading_seq = ${seq} WHERE partner_id = ${partner} AND id = ${id} ` +
    `AND EXISTS (SELECT 1 FROM portfolios p WHERE p.seq = ${seq} AND p.partner_id = ${partner} AND p.account_id = ${id});`);
}

/**
 * Users to whom something happened since and who are not in the copy. One that gave way to another sign-up goes again,
 * as the service let it go; of all others nobody knows that they should.
 */
function gone(users) {
  const found = before.prepare(`SELECT quote(a.user_id) AS id,
      MAX(CASE WHEN event = 'user.sign_up' AND outcome = 'replaced' THEN a.at END)
        >= COALESCE(MAX(CASE WHEN event = 'login.code' AND outcome = 'right' THEN a.at END), 0) AS gave_way
    FROM audit a WHERE a.at > ${to} AND a.user_id IN (${users}) AND a.user_id NOT IN (SELECT id FROM users)
    GROUP BY a.user_id ORDER BY a.user_id`).all();
  return found.map(({ id, gave_way: gaveWay }) => (gaveWay
    ? `DELETE FROM users WHERE id = ${id} AND phone_verified_at IS NULL AND disabled_at IS NULL AND ${isHere("users.partner_id")} AND NOT EXISTS (SELECT 1 FROM accounts a ` +
      `WHERE a.user_id = ${id} AND (EXISTS (SELECT 1 FROM account_keys k WHERE k.partner_id = a.partner_id AND k.account_id = a.id) ` +
      "OR EXISTS (SELECT 1 FROM portfolios p WHERE p.partner_id = a.partner_id AND p.account_id = a.id)));"
    : `-- ${comment(id)} was gone, and the audit log does not say why: whoever is here stays.`));
}

/** What is left of who was erased may have changed before they were, and a trigger keeps their row as it is by now. */
function unfrozen(statements) {
  const trigger = before.prepare("SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = 'users_stay_erased'").get();
  return trigger ? ["DROP TRIGGER IF EXISTS users_stay_erased;", ...statements, `${trigger.sql};`] : statements;
}

/** Numbers and e-mails change hands: nobody has any of these until everybody has their own. */
function freed(where) {
  const found = before.prepare(`SELECT quote(id) AS id, quote(partner_id) AS partner, quote(email) AS email, quote(phone) AS phone
    FROM users WHERE ${where} ORDER BY id`).all();
  return [
    ...found.flatMap(({ partner, email, phone }) => ["email", "phone"].map((column) =>
      `UPDATE users SET ${column} = id WHERE partner_id = ${partner} AND ${column} = ${column === "email" ? email : phone} AND ${isHere(partner)};`)),
    ...(found.length ? ["-- Whoever is left without an e-mail then, since another has it: SELECT id, partner_id FROM users WHERE email = id"] : []),
  ];
}

/** A quoted id in a comment, which it does not end. */
function comment(id) {
  return id.replaceAll(/[^\w-]/g, "");
}

/** Of a table that has not always said so. */
function ownOf(table) {
  return has(table, "partner_id") ? "partner_id" : ANYBODYS;
}

/**
 * Of a table, each an INSERT, if the row's partner is here; with `key` a row that is there takes every column. With
 * `unless` one with the same of these columns stays, and any other conflict is an error.
 */
function rows(table, since, { key, unless, order, as, whose, where = isHere } = {}) {
  return literals(table, since, { order, as, whose }).map(({ columns, values, owner }) => {
    const conflict = key
      ? `ON CONFLICT (${key}) DO UPDATE SET ${columns.filter((name) => name !== key).map((name) => `${name} = excluded.${name}`).join(", ")}`
      : `ON CONFLICT ${unless ? `(${unless}) ` : ""}DO NOTHING`;
    const given = owner === "NULL" ? `VALUES (${values})` : `SELECT ${values} WHERE ${where(owner)}`;
    return `INSERT INTO ${table} (${columns.join(", ")}) ${given} ${conflict};`;
  });
}

/** Rows of a table with their values as SQL has them. `as` has expressions for columns that are to be others. */
function literals(table, where, { order = "rowid", as = {}, whose = "partner_id" } = {}) {
  const info = before.prepare(`SELECT name, pk FROM pragma_table_info('${table}')`).all();
  const columns = info.map(({ name }) => name);
  const hasRowid = before.prepare(`SELECT wr FROM pragma_table_list('${table}')`).get().wr === 0;
  const sorted = order === "rowid" && !hasRowid ? info.filter(({ pk }) => pk).map(({ name }) => name).join(", ") : order;
  const text = columns.map((name) => `quote(${as[name] ?? name})`).join(" || ', ' || ");
  const found = before.prepare(`SELECT *, quote(${whose}) AS owner, ${text} AS literals FROM ${table} WHERE ${where} ORDER BY ${sorted}`).all();
  return found.map(({ literals: values, owner, ...row }) => ({ columns, values, owner, row }));
}
