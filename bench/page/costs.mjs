// What a call reads, writes and leaves, and what that costs.
import { bill, DAYS_A_MONTH, prices } from "../cost.mjs";
import { bars } from "../plots.mjs";
import { dollars, filled, number, table } from "./text.mjs";

const PARTS = ["request", "cpu", "rows read", "rows written", "rows written later", "KV, R2", "storage", "logs"];
/** The last column. */
const ALL_IN_D1 = { archived: false };
/** Ends what others began; its cost is in theirs. */
const APART = ["logout"];

export function costs(given, plot) {
  return [counted(given), priced(given, plot), daily(given)].join("\n\n");
}

function counted({ results: { counts } }) {
  const bytes = ({ tables }) => Object.values(tables).reduce((sum, { bytes: grown }) => sum + grown, 0);
  const rows = counts.calls.map((call) => [
    call.name, call.roundTrips, call.writeTrips, call.statements, call.rowsRead, call.rowsWritten, call.kvReads, call.kvPuts + call.kvDeletes,
    call.r2Writes, bytes(call), call.answerBytes, call.logLines,
  ].map((cell) => (typeof cell === "number" ? number(cell) : cell)));
  return `## What a call reads and writes

${filled(`Counted on ${counts.date} on the deployed wasm of ${counts.gatehouse}, behind a module that adds up what D1 says of each statement; means of ${counts.users} calls, each another user's. "That write": the round trips with a statement that wrote. "login, first" and "code, first" prove the number; "login" and "code" are all later ones. "Keyed" is with an \`Idempotency-Key\`, of which each call that takes one has as much more. Each trigger that asks whether a partner is [moving](decisions/moving.md) is a row read, whether or not one is.`)}

${table(["call", "round trips", "that write", "statements", "rows read", "rows written", "KV reads", "KV writes", "R2 writes", "bytes that D1 grows", "bytes answered", "log lines"], rows)}`;
}

function priced({ results: { counts }, parts }, plot) {
  const names = counts.calls.map(({ name }) => name).filter((name) => !APART.includes(name));
  const rows = names.map((name) => {
    const cost = parts(name);
    return [name, ...PARTS.map((part) => dollars(cost[part])), `**${dollars(cost.sum)}**`, dollars(parts(name, ALL_IN_D1).sum)];
  });
  const lines = names.map((name) => {
    const cost = parts(name);
    return { label: name, segments: PARTS.map((part) => ({ series: part, value: cost[part] })), text: dollars(cost.sum) };
  });
  const svg = bars({ title: "Dollars a million calls", unit: "US dollars a million calls, text messages apart", series: Object.fromEntries(PARTS.map((part, n) => [part, n])), lines });
  const { perMillion, gigabyteMonth, kept } = prices;
  const list = [...Object.values(perMillion).map(({ price, what }) => `$${price} a million: ${what}`), ...Object.values(gigabyteMonth).map(({ price, what }) => `$${price} a GB and month ${what}`)];
  return `## Dollars a million calls

By Cloudflare's public prices for what is above the included amounts (\`bench/prices.json\`, with their sources), text messages apart. CPU is an upper
bound: all of the time that the measured thread took, database and simulated bindings included. Storage is paid for as long as a row is
kept: the audit log for ${kept.audit.archivedDays} days in D1, and until it is ${kept.audit.days / 365} years old in [the archive](operating.md#the-archive) in R2, whose bytes, full objects and
reads of D1 are in ([what is taken for given](scale.md#what-is-taken-for-given)). The last column is with all of the audit log in D1.
"Rows written later" are the deletes of what is purged, one a row, and of a code the end of the session that it opens. The session is taken to run
out, as most do: its rows are at most those of a logout, which are counted, and KV forgets it by itself (a logout is a delete in KV, and up to
fifteen reads by the purge, besides).

${table(["call", ...PARTS, "sum", "all in D1"], rows)}

${plot("cost", "Dollars a million calls by what they are for", svg)}

${list.map((line) => `- ${line}`).join("\n")}`;
}

function daily({ parts }) {
  const { users, perDay, perMonth } = prices.daily;
  const today = bill((name) => parts(name).sum);
  const allInD1 = bill((name) => parts(name, ALL_IN_D1).sum);
  const rows = today.lines.map(({ name, millions, dollars: cost }, n) => [name, number(millions), dollars(cost), dollars(allInD1.lines[n].dollars)]);
  const often = (count, span) => `${count === 1 ? "once" : `${count} times`} a ${span}`;
  const habits = [
    ...Object.entries(perDay).map(([name, count]) => `"${name}" ${often(count, "day")}`),
    ...Object.entries(perMonth).map(([name, count]) => `"${name}" ${often(count, "month")}`),
  ];
  return `### ${users.toLocaleString("en")} daily users

Each calls ${habits.join(", ")}. A month has ${DAYS_A_MONTH} days, here and in [Scale](scale.md#dollars), whose daily users (D) do the same and
besides sign up, prove who they are and open a portfolio once in ${prices.kept.users.days / 365} years. Before the included amounts are taken off and the plan's own price is added:

${table(["call", "millions a month", "dollars a month", "all in D1"], [...rows, ["**sum**", "", `**${dollars(today.sum)}**`, `**${dollars(allInD1.sum)}**`]])}`;
}
