// The sections of docs/performance.md on growth and on the soak, and the plot of the first.

const count = (number) => number.toLocaleString("en");

/** `growth` of results.json; `plot` is how the page shows a plot of this name. */
export function growthSection(growth, plot) {
  const { calls, sizes, rounds, goal } = growth;
  const [fewest, ...more] = sizes;
  const missed = calls.filter(({ met }) => !met).map(({ name }) => name);
  const verdict = missed.length ? `Above that: ${missed.join(", ")}.` : "Every endpoint is.";
  const head = ["endpoint", `ms at ${count(fewest.users)}`, ...more.map(({ users }) => `at ${count(users)}`), `rows read at ${sizes.map(({ users }) => count(users)).join(" / ")}`];
  const rows = calls.map(({ name, ms, ratios, rowsRead }) => {
    return [name, ms[0].toFixed(1), ...ratios.slice(1).map((one) => `× ${one.toFixed(2)}`), rowsRead.map(count).join(" / ")];
  });
  return `## Growth

The same calls on databases of ${sizes.map(({ users }) => count(users)).join(", ")} users (${sizes.map(({ bytes }) => gigabytes(bytes)).join(", ")}), three servers
called in turn, medians of ${rounds} rounds. The goal: no endpoint takes more than ${goal} times what it takes with ${count(fewest.users)}. ${verdict}
The files fit the machine's page cache, so this shows how deep the b-trees are and whether a statement reads more rows as they
grow, not what a disk costs. Databases are filled as a year of use leaves them: \`bench/fill.mjs\` says with what.

${plot("growth", `Each endpoint's median time with more users, as a multiple of that with ${count(fewest.users)}`)}

${table(head, rows)}
`;
}

/** `soak` of results.json. */
export function soakSection(soak) {
  return ["## Soak\n", soak.load && loadText(soak.load), soak.model && modelText(soak.model), soak.properties && propertiesText(soak.properties)]
    .filter(Boolean).join("\n");
}

function loadText(load) {
  const { minutes, rate, memory, latency, purges, slowed } = load;
  const found = rate.highest ? `, ${Math.round((100 * rate.rate) / rate.highest)} % of the highest rate that held` : "";
  const changed = slowed.length ? ` It was lowered ${slowed.length} times while the machine was busy with something else, to ${slowed.at(-1).rate.toFixed(0)}.` : "";
  const rows = Object.entries(latency).map(([route, of]) => [`\`${route}\``, count(of.count), ...["p50", "p90", "p99", "p99.9"].map((at) => of[at].toFixed(1))]);
  return `\`make soak\`: ${minutes} minutes of what people, partners and the KYC provider do in a day, ${rate.rate.toFixed(0)} acts and ${rate.callsPerSecond.toFixed(0)} calls a second${found}.${changed}
${count(load.calls)} calls of ${load.partners} partners and ${count(load.people)} people, each answer held against the document and against what the load knew had to come; none was
another. The purge ran ${purges} times. Afterwards ${count(load.rows)} rows: ${load.invariants}.
workerd held ${memory.residentMegabytes.median} MB (median), its slope over the run came to ${memory.growthMegabytes} MB of ${memory.allowedMegabytes} allowed; the wasm held ${memory.wasmMegabytes.last} MB, as at half time.

${table(["route", "calls", "p50 ms", "p90", "p99", "p99.9"], rows)}
`;
}

function modelText({ cases, steps, seed, kindsOfAnswers, leftOutForTime, seconds }) {
  return `The model: ${count(steps)} steps in ${count(cases)} cases from seed ${seed}, each answer foretold; ${kindsOfAnswers} kinds of answers were met, ${leftOutForTime} steps left out for time, in ${Math.round(seconds / 60)} minutes.
`;
}

function propertiesText({ tests, casesEach, seconds }) {
  return `The unit tests, ${tests} of them, with ${count(casesEach)} cases of each property, in ${Math.round(seconds / 60)} minutes.
`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, n) => (n === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

function gigabytes(bytes) {
  return bytes > 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}

// --- the plot ---------------------------------------------------------------------------------------

const WIDTH = 720;
const LEFT = 190;
const RIGHT = 30;
const ROW = 24;
const TOP = 58;
const SERIES = { light: ["#2a78d6", "#eb6834"], dark: ["#3987e5", "#d95926"] };
const THEMES = {
  light: { ground: "#fcfcfb", text: "#0b0b0b", quiet: "#52514e", line: "#e1e0d9", goal: "#898781" },
  dark: { ground: "#1a1a19", text: "#ffffff", quiet: "#c3c2b7", line: "#2c2c2a", goal: "#898781" },
};

/** An SVG for one theme: a row an endpoint, a dot a size, and the goal as a line. */
export function growthPlot({ calls, sizes, goal }, theme) {
  const colours = THEMES[theme];
  const most = Math.max(1.5, ...calls.flatMap(({ ratios }) => ratios));
  const end = most > 3 ? Math.ceil(most) : Math.ceil(most * 5) / 5;
  const x = (ratio) => LEFT + ((WIDTH - LEFT - RIGHT) * ratio) / end;
  const height = TOP + calls.length * ROW + 34;
  const bottom = TOP + calls.length * ROW;
  const text = (at, y, words, more = "") => `<text x="${at.toFixed(1)}" y="${y.toFixed(1)}" ${more}>${words}</text>`;
  const upright = (ratio, more) => `<line x1="${x(ratio).toFixed(1)}" x2="${x(ratio).toFixed(1)}" y1="${TOP - 6}" y2="${bottom}" ${more}/>`;
  const step = end > 6 ? Math.ceil(end / 6) : end > 2 ? 0.5 : 0.2;
  const marks = Array.from({ length: Math.floor(end / step + 1e-9) + 1 }, (_, n) => n * step);
  const parts = [
    ...marks.map((ratio) => upright(ratio, `stroke="${colours.line}"`) + text(x(ratio), bottom + 18, `× ${Number(ratio.toFixed(1))}`, `text-anchor="middle" fill="${colours.quiet}"`)),
    upright(goal, `stroke="${colours.goal}" stroke-dasharray="4 3"`),
    text(x(goal), TOP - 12, `goal: × ${goal}`, `text-anchor="middle" fill="${colours.quiet}"`),
    ...sizes.slice(1).map(({ users }, n) => {
      const at = LEFT + n * 170;
      return `<circle cx="${at + 5}" cy="18" r="5" fill="${SERIES[theme][n]}"/>${text(at + 16, 22, `${count(users)} users`, `fill="${colours.text}"`)}`;
    }),
    ...calls.flatMap(({ name, ratios }, n) => {
      const y = TOP + n * ROW + ROW / 2;
      const dots = ratios.slice(1).map((ratio, nth) => dot(x(ratio), y, SERIES[theme][nth], colours.ground, `${name}, ${count(sizes[nth + 1].users)} users: × ${ratio.toFixed(2)}`));
      return [text(LEFT - 12, y + 4, name, `text-anchor="end" fill="${colours.text}"`), ...dots];
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">
<rect width="${WIDTH}" height="${height}" fill="${colours.ground}"/>
${parts.join("\n")}
</svg>
`;
}

function dot(x, y, fill, ground, title) {
  return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="5" fill="${fill}" stroke="${ground}" stroke-width="2"><title>${title}</title></circle>`;
}
