// What a million calls cost, from what was counted and from public prices (prices.json). Text messages apart.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const prices = JSON.parse(readFileSync(join(import.meta.dirname, "prices.json"), "utf8"));
const { perMillion, gigabyteMonth, kept } = prices;

const DAYS_A_MONTH = 30.4;
/** What a call begins, and the call that ends it: the end is paid for too, though it comes later. */
const ENDS = { code: "logout" };
/** The load's name of a call that is counted twice, for the first and for later ones. */
const MEASURED_AS = { "login, first": "login", "code, first": "code" };

/** Dollars a million calls, by what they are for. `archived`: were the audit log in D1 for 90 days only. */
export function costOf(counts, name, { perSecond, archived = false }) {
  const call = find(counts, name);
  const end = ENDS[name] ? find(counts, ENDS[name]) : undefined;
  const rows = (one) => Object.entries(one.tables).filter(([table]) => keeping(table).purged).map(([, { rows: added }]) => Math.max(0, added));
  const later = rows(call).reduce((sum, added) => sum + added, end?.rowsWritten ?? 0);
  const parts = {
    request: perMillion.request.price,
    cpu: (perSecond ? 1000 / perSecond : call.ms) * perMillion.cpuMs.price,
    "rows read": call.rowsRead * perMillion.rowRead.price,
    "rows written": call.rowsWritten * perMillion.rowWritten.price,
    "rows written later": later * perMillion.rowWritten.price,
    "KV, R2": call.kvReads * perMillion.kvRead.price + (call.kvPuts + call.kvDeletes) * perMillion.kvWrite.price +
      call.r2Writes * perMillion.r2Write.price + call.r2Reads * perMillion.r2Read.price,
    storage: stored(call, end, archived),
    logs: call.logLines * perMillion.logLine.price + call.dataPoints * perMillion.dataPoint.price,
  };
  return { ...parts, sum: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}

/** Byte-months of a million calls, in gigabytes, at their prices. */
function stored(call, end, archived) {
  const bytes = Object.entries(call.tables).map(([table, { bytes: grown }]) => [table, grown]);
  if (end) bytes.push(["audit", end.tables.audit?.bytes ?? 0]);
  const months = (table) => (archived ? (keeping(table).archivedDays ?? keeping(table).days) : keeping(table).days) / DAYS_A_MONTH;
  const d1 = bytes.reduce((sum, [table, grown]) => sum + Math.max(0, grown) * months(table), 0);
  const kv = call.kvByteSeconds / (DAYS_A_MONTH * 86_400);
  const r2 = call.r2Bytes * (kept.ledger.days / DAYS_A_MONTH);
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
  const { users, days, perDay, perMonth } = prices.daily;
  const calls = { ...Object.fromEntries(Object.entries(perDay).map(([name, count]) => [name, count * days])), ...perMonth };
  const lines = Object.entries(calls).map(([name, count]) => {
    const millions = (count * users) / 1e6;
    return { name, millions, dollars: millions * cost(name) };
  });
  return { lines, sum: lines.reduce((sum, { dollars }) => sum + dollars, 0) };
}
