// What a million calls cost, from what was counted and from public prices (prices.json). Text messages apart.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const prices = JSON.parse(readFileSync(join(import.meta.dirname, "prices.json"), "utf8"));
const { perMillion, gigabyteMonth, kept } = prices;
const { stated } = JSON.parse(readFileSync(join(import.meta.dirname, "scale/assumptions.json"), "utf8"));

export const DAYS_A_MONTH = 30.4;
/** What a call begins, and the call that ends it: the end is paid for too, though it comes later. */
const ENDS = { code: "logout", "code, keyed": "logout" };
/** The load's name of a call that is counted twice, for the first and for later ones. */
const MEASURED_AS = { "login, first": "login", "code, first": "code" };

/** Dollars a million calls, by what they are for. `archived`: false were all of the audit log in D1. */
export function costOf(counts, name, { perSecond, archived = true }) {
  const call = find(counts, name);
  const moved = archived ? auditRows(counts, name) : 0;
  const later = rowsLater(counts, name);
  const parts = {
    request: perMillion.request.price,
    cpu: (perSecond ? 1000 / perSecond : call.ms) * perMillion.cpuMs.price,
    "rows read": (call.rowsRead + moved * stated.archivedRowReads.value) * perMillion.rowRead.price,
    "rows written": call.rowsWritten * perMillion.rowWritten.price,
    "rows written later": later * perMillion.rowWritten.price,
    "KV, R2": call.kvReads * perMillion.kvRead.price + (call.kvPuts + call.kvDeletes) * perMillion.kvWrite.price +
      (call.r2Writes + moved / stated.rowsAnObject.value) * perMillion.r2Write.price + call.r2Reads * perMillion.r2Read.price,
    storage: stored(counts, call, moved),
    logs: call.logLines * perMillion.logLine.price + call.dataPoints * perMillion.dataPoint.price,
  };
  return { ...parts, sum: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

/** Rows written when what a call leaves goes: the deletes, and the end of what it began. */
export function rowsLater(counts, name) {
  const purged = Object.entries(find(counts, name).tables).filter(([table]) => keeping(table).purged);
  return purged.reduce((sum, [, { rows }]) => sum + Math.max(0, rows), endOf(counts, name)?.rowsWritten ?? 0);
}

/** What a call leaves in each table of D1, and what the end of it does. */
export function leaves(counts, name) {
  const left = (table, { bytes, rows }) => ({ table, bytes: Math.max(0, bytes), rows: Math.max(0, rows) });
  const ended = endOf(counts, name)?.tables.audit;
  return [
    ...Object.entries(find(counts, name).tables).map(([table, grown]) => left(table, grown)),
    ...(ended ? [left("audit", ended)] : []),
  ];
}

/** Rows of the audit log that a call leaves, and the end of it. */
export function auditRows(counts, name) {
  return leaves(counts, name).filter(({ table }) => table === "audit").reduce((sum, { rows }) => sum + rows, 0);
}

const endOf = (counts, name) => (ENDS[name] ? find(counts, ENDS[name]) : undefined);

/** Byte-months of a million calls, in gigabytes, at their prices. `moved`: audit rows that go to the archive. */
function stored(counts, call, moved) {
  const days = (table) => (moved > 0 ? (keeping(table).archivedDays ?? keeping(table).days) : keeping(table).days);
  const d1 = leaves(counts, call.name).reduce((sum, { table, bytes }) => sum + bytes * (days(table) / DAYS_A_MONTH), 0);
  const kv = call.kvByteSeconds / (DAYS_A_MONTH * 86_400);
  const archive = moved * stated.archivedRowBytes.value * (kept.audit.days - kept.audit.archivedDays);
  const r2 = (call.r2Bytes * kept.ledger.days + archive) / DAYS_A_MONTH;
  return (d1 * gigabyteMonth.d1.price + kv * gigabyteMonth.kv.price + r2 * gigabyteMonth.r2.price) / 1000;
}

function keeping(table) {
  if (!kept[table]) throw new Error(`bench/prices.json does not say how long a row of '${table}' is kept`);
  return kept[table];
}

function find(counts, name) {
  const call = counts.calls.find((one) => one.name === name);
  if (!call) throw new Error(`'${name}' was not counted`);
  return call;
}

export const measuredAs = (name) => MEASURED_AS[name] ?? name;

/** Dollars a month of so many daily users, by call. `cost(name)` is in dollars a million. */
export function bill(cost) {
  const { users, perDay, perMonth } = prices.daily;
  const calls = { ...Object.fromEntries(Object.entries(perDay).map(([name, count]) => [name, count * DAYS_A_MONTH])), ...perMonth };
  const lines = Object.entries(calls).map(([name, count]) => {
    const millions = (count * users) / 1e6;
    return { name, millions, dollars: millions * cost(name) };
  });
  return { lines, sum: lines.reduce((sum, { dollars }) => sum + dollars, 0) };
}
