// Prints the SQL that a database needs after it was taken back in time, before the service is opened again:
//   node scripts/after-restore.mjs --before FILE --to TIME [--without-rows] > after.sql
//
//   --before FILE    the database as it was before it was taken back: a SQLite file
//   --to TIME        the moment it was taken back to (RFC 3339)
//   --without-rows   puts no row back: where the rows since then are what went wrong
//
// docs/operating.md, "Restoring the database", says when and why.
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { before: { type: "string" }, to: { type: "string" }, "without-rows": { type: "boolean" } },
});
const to = Date.parse(values.to ?? "");
if (!values.before || !existsSync(values.before)) fail("--before names no file that is there");
if (!/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(values.to ?? "") || Number.isNaN(to)) fail("--to is an RFC 3339 time, such as 2026-11-26T21:00:00Z");

const before = new DatabaseSync(values.before, { readOnly: true });
const lines = [...closed(), ...(values["without-rows"] ? [] : putBack())];
process.stdout.write(`${lines.join("\n")}\n`);

/** What must be so whatever is put back. */
function closed() {
  const sequences = before.prepare("SELECT name, seq FROM sqlite_sequence WHERE name IN ('portfolios', 'account_keys') ORDER BY name");
  const indices = sequences.all().flatMap(({ name, seq }) => [
    `UPDATE sqlite_sequence SET seq = MAX(seq, ${seq}) WHERE name = '${name}';`,
    `INSERT INTO sqlite_sequence (name, seq) SELECT '${name}', ${seq} WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = '${name}');`,
  ]);
  const revoked = before.prepare("SELECT quote(id) AS id, token_epoch FROM clients WHERE token_epoch > 0 ORDER BY id");
  const epochs = revoked.all().map(({ id, token_epoch: epoch }) =>
    `UPDATE clients SET token_epoch = MAX(token_epoch, ${epoch}) WHERE id = ${id};`);
  return [
    "-- No index is given a second time.", ...indices,
    "-- Everybody logs in again: the sessions here are older than the tokens that people hold, and some of them had ended.",
    "UPDATE clients SET sessions_not_before = unixepoch() * 1000;",
    "-- No code of before counts again.",
    "DELETE FROM challenges;",
    "-- A client's new tokens are of no epoch that KV says is over.", ...epochs,
  ];
}

/** The rows that came since, and those of users and clients to whom something happened since. */
function putBack() {
  const users = `SELECT user_id FROM audit WHERE at > ${to} AND user_id IS NOT NULL`;
  const clients = `SELECT target_client_id FROM audit WHERE at > ${to} AND target_client_id IS NOT NULL`;
  const since = (column) => `${column} > ${to}`;
  return [
    "-- What happened since, parents first.",
    ...rows("partners", since("created_at")),
    ...rows("clients", `${since("created_at")} OR id IN (${clients})`, { key: "id" }),
    ...before.prepare(`SELECT DISTINCT quote(target_client_id) AS id FROM audit WHERE target_client_id IN (${clients})`).all()
      .map(({ id }) => `DELETE FROM client_secrets WHERE client_id = ${id};`),
    ...rows("client_secrets", `${since("created_at")} OR client_id IN (${clients})`),
    // Numbers and e-mails change hands: nobody has any until everybody has their own.
    ...before.prepare(`SELECT DISTINCT quote(user_id) AS id, user_id IN (SELECT id FROM users) AS is_there FROM audit WHERE user_id IN (${users})`).all()
      .map(({ id, is_there: isThere }) => (isThere ? `UPDATE users SET email = id, phone = id WHERE id = ${id};` : `DELETE FROM users WHERE id = ${id};`)),
    ...rows("users", `${since("created_at")} OR id IN (${users})`, { key: "id" }),
    ...rows("contact_holds", since("held_until")),
    ...rows("user_kyc", `user_id IN (${users})`),
    // A trigger counts the portfolios as they come.
    ...rows("accounts", since("created_at"), { as: { portfolios: "0", trading_seq: "NULL" } }),
    ...rows("account_keys", since("created_at"), { order: "seq" }),
    ...rows("portfolios", since("created_at"), { order: "seq" }),
    ...rows("webhook_events", since("at")),
    ...rows("answers", since("at")),
    ...rows("audit", since("at")),
    // The rows of clients may say earlier.
    "UPDATE clients SET sessions_not_before = unixepoch() * 1000;",
  ];
}

/** Of a table, each an INSERT; with `key` a row that is there takes every column. */
function rows(table, where, { key, order = "rowid", as = {} } = {}) {
  const info = before.prepare(`SELECT name, pk FROM pragma_table_info('${table}')`).all();
  const columns = info.map(({ name }) => name);
  const hasRowid = before.prepare(`SELECT wr FROM pragma_table_list('${table}')`).get().wr === 0;
  const sorted = order === "rowid" && !hasRowid ? info.filter(({ pk }) => pk).map(({ name }) => name).join(", ") : order;
  const literals = columns.map((name) => `quote(${as[name] ?? name})`).join(" || ', ' || ");
  const conflict = key
    ? `ON CONFLICT (${key}) DO UPDATE SET ${columns.filter((name) => name !== key).map((name) => `${name} = excluded.${name}`).join(", ")}`
    : "ON CONFLICT DO NOTHING";
  const found = before.prepare(`SELECT ${literals} AS literals FROM ${table} WHERE ${where} ORDER BY ${sorted}`).all();
  return found.map((row) => `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${row.literals}) ${conflict};`);
}

function fail(message) {
  process.stderr.write(`after-restore: ${message}\n`);
  process.exit(2);
}
