// What `make soak` found.
import { number, table } from "./text.mjs";

const count = (value) => value.toLocaleString("en");

/** Nothing where nobody has soaked the service yet. */
export function soak({ results: { soak: found } }) {
  if (!found) return undefined;
  const { load, model, protocols, properties } = found;
  const parts = [load && loaded(load), model && modelled(model), protocols && everyState(protocols), properties && tested(properties)];
  return ["## Soak", ...parts.filter(Boolean)].join("\n\n");
}

function loaded({ minutes, rate, calls, partners, people, latency, memory, purges, slowed, rows, invariants, seed, date }) {
  const found = rate.highest ? `, ${Math.round((100 * rate.rate) / rate.highest)} % of the highest rate that held` : "";
  const lowered = slowed.length ? ` It was lowered ${slowed.length} times, to ${number(slowed.at(-1).rate)}, when calls began to wait for seconds.` : "";
  const lines = Object.entries(latency).map(([route, of]) => {
    return [`\`${route}\``, count(of.count), ...["p50", "p90", "p99", "p99.9"].map((at) => number(of[at]))];
  });
  const { residentMegabytes: resident, growthMegabytes: growth, allowedMegabytes: allowed, wasmMegabytes: wasm } = memory;
  return `\`make soak\`, ${date}, seed ${seed}: ${number(minutes)} minutes of what people, partners and the KYC provider do in a day, ${number(rate.rate)} acts and
${number(rate.callsPerSecond)} calls a second${found}.${lowered} ${count(calls)} calls of ${partners} partners and ${count(people)} people, each answer held
against the document and against what the load knew had to come, wrong codes, replays and races among them: none was another.
The purge ran ${purges} times meanwhile. Then every invariant that shows in rows: ${count(rows)} rows, ${invariants}.

workerd held ${number(resident.median)} MB in the middle, ${number(resident.most)} at most. Its slope (Theil and Sen, without the first quarter) came to ${number(growth)} MB over
the run, of ${number(allowed)} allowed${minutes < 5 ? ", which so short a run is not judged by" : ""}; the wasm held ${number(wasm.half)} MB at half time and ${number(wasm.last)} at the end. \`bench/soak/memory.mjs\` has the rule.

${table(["route", "calls", "p50, ms", "p90", "p99", "p99.9"], lines)}`;
}

function modelled({ cases, steps, seed, kindsOfAnswers, leftOutForTime, seconds, date }) {
  return `The model, ${date}: ${count(steps)} steps in ${count(cases)} cases from seed ${seed}, each answer foretold, ${kindsOfAnswers} kinds of them met; ${leftOutForTime} steps
left out for time; ${number(seconds / 60)} minutes.`;
}

function everyState({ visited, seconds, date }) {
  const all = visited.reduce((sum, { states }) => sum + states, 0);
  return `The protocols, ${date}: ${count(all)} states of ${visited.length} models, which are all that each has (\`docs/security.md\`, "In every order");
${number(seconds / 60)} minutes.`;
}

function tested({ tests, casesEach, seconds, date }) {
  return `The unit tests, ${date}: ${count(tests)}, with ${count(casesEach)} cases of each property; ${number(seconds / 60)} minutes.`;
}
