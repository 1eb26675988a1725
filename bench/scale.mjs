// `make scale`: replays a day of many daily users over homes. README.md in this folder says how.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measuredAs } from "./cost.mjs";
import { Figures } from "./figures.mjs";
import { writePage } from "./page.mjs";
import { Progress } from "./progress.mjs";
import { assumptions, modelOf, scenario, withHomes } from "./scale/scenarios.mjs";

const { profiles, simulation, stated } = assumptions;
const [MIDDLE] = simulation.sizes.slice(1);
const HELP = `Usage: make scale ARGS="[options]"

Without options: the fewest homes for ${simulation.sizes.map(({ daily }) => daily.toLocaleString("en")).join(", ")} daily users of each
profile, and docs/scale.md anew. With any: that alone is printed, and nothing is written.

  --daily N          daily users (${MIDDLE.daily})
  --profile P        ${Object.entries(profiles).map(([name, { who }]) => `${name}: ${who}`).join("; ")} (D)
  --partners N       partners, their sizes by Zipf (${MIDDLE.partners})
  --homes N          with so many homes instead of the fewest
  --whole            no partner is split, however large
  --seed N           of what is drawn (${simulation.seed})
  --set NAME=VALUE   another value than the stated one, several times if need be:
${Object.entries(stated).map(([name, { value, unit, what }]) => `                     ${name.padEnd(20)} ${what} (${[value, unit].filter(Boolean).join(" ")})`).join("\n")}
`;

const { values } = read();
if (values.help) process.stdout.write(HELP);
else if (Object.keys(values).length > 0) print([one(values)]);
else await all();

async function all() {
  const model = measured();
  const runs = Object.keys(profiles).flatMap((profile) => simulation.sizes.map((size) => ({ profile, ...size })));
  const progress = new Progress(runs.length + 4);
  const found = runs.map((run) => {
    const done = scenario(model, run);
    progress.step(1, `${run.daily.toLocaleString("en")} daily users of ${run.profile}: ${done.homes.length} homes`);
    return done;
  });
  await writePage();
  progress.end();
  print(found);
  console.log("\nscale: docs/scale.md is of these figures");
}

function one({ daily, profile = "D", partners, homes, whole, seed, set = [] }) {
  const changed = Object.fromEntries(set.map((pair) => {
    const [name, value] = pair.split("=");
    if (!(name in stated)) fail(`--set knows no '${name}', but ${Object.keys(stated).join(", ")}`);
    return [name, positive(`--set ${name}`, value)];
  }));
  if (!(profile in profiles)) fail(`--profile is one of ${Object.keys(profiles).join(", ")}, not '${profile}'`);
  const given = (name, value, other) => (value === undefined ? other : positive(`--${name}`, value));
  const asked = {
    profile, daily: given("daily", daily, MIDDLE.daily), partners: given("partners", partners, MIDDLE.partners),
    seed: given("seed", seed, simulation.seed), split: !whole,
  };
  const found = scenario(measured(changed), asked);
  return homes === undefined ? found : withHomes(found, positive("--homes", homes));
}

function measured(changed = {}) {
  const results = JSON.parse(readFileSync(join(import.meta.dirname, "results.json"), "utf8"));
  const figures = new Figures(results);
  return modelOf({ counts: results.counts, cpuMs: (name) => figures.cpuMs(measuredAs(name)) }, { changed });
}

function print(found) {
  const percent = (part) => `${(100 * part).toFixed(1)} %`;
  const columns = [
    ["profile", ({ profile }) => profile], ["daily users", ({ daily }) => daily.toLocaleString("en")],
    ["homes", ({ homes }) => homes.length], ["by region", ({ byRegion }) => byRegion.join(", ")],
    ["busiest minute", ({ peaks }) => percent(peaks.most)], ["largest home", ({ bytes }) => `${(bytes.most / 1e9).toFixed(2)} GB`],
    ["refused", ({ refused }) => percent(refused)], ["too large", ({ tooLarge }) => tooLarge],
    ["a month", ({ dollars }) => `$${Math.round(dollars.sum).toLocaleString("en")}`],
  ];
  const rows = [columns.map(([head]) => head), ...found.map((of) => columns.map(([, cell]) => String(cell(of))))];
  const widths = columns.map((_, n) => Math.max(...rows.map((row) => row[n].length)));
  for (const row of rows) console.log(row.map((cell, n) => cell.padStart(widths[n])).join("  "));
}

function read() {
  const text = { type: "string" };
  const options = {
    daily: text, profile: text, partners: text, homes: text, whole: { type: "boolean" }, seed: text,
    set: { type: "string", multiple: true }, help: { type: "boolean", short: "h" },
  };
  try {
    return parseArgs({ options });
  } catch (error) {
    return fail(error.message);
  }
}

function positive(name, value) {
  const number = Number(value);
  if (!(number > 0)) fail(`${name} is a number above 0, not '${value}'`);
  return number;
}

function fail(message) {
  console.error(`scale: ${message}`);
  process.exit(2);
}
