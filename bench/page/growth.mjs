// What `make bench GROWTH=1` found: each endpoint by the number of users.
import { ms as millis, table, times } from "./text.mjs";

const count = (value) => value.toLocaleString("en");
const size = (bytes) => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`);

/** Nothing where nobody has measured it yet. */
export function growth({ results: { growth: found } }, plot) {
  if (!found) return undefined;
  const { calls, sizes, rounds, goal, date } = found;
  const [fewest, ...more] = sizes;
  const missed = calls.filter(({ met }) => !met).map(({ name }) => name);
  const head = ["endpoint", `with ${count(fewest.users)}`, ...more.map(({ users }) => `with ${count(users)}`), "rows read by a call, of each"];
  const rows = calls.map(({ name, ms, ratios, rowsRead }) => {
    return [name, millis(ms[0]), ...ratios.slice(1).map(times), rowsRead.map(count).join(" / ")];
  });
  return `## Growth

\`make bench GROWTH=1\`, ${date}: the same calls on databases of ${listed(sizes.map(({ users, bytes }) => `${count(users)} users (${size(bytes)})`))},
three servers called in turn, medians of ${rounds} rounds. The goal is that no endpoint takes more than ${goal} times as long as with ${count(fewest.users)}.
${missed.length ? `Above it: ${missed.join(", ")}.` : "None does."} The databases are as a year of use leaves them; \`bench/fill.mjs\` says with what. They fit the
machine's page cache: this shows how deep the b-trees are and whether a statement reads more as they grow, not what a disk costs.

${plot("growth", `How much longer each endpoint takes with more users than with ${count(fewest.users)}`, dots(found))}

${table(head, rows)}`;
}

const listed = (items) => `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;

// --- the plot ---------------------------------------------------------------------------------------

const WIDTH = 760;
const LEFT = 170;
const RIGHT = 24;
const ROW = 22;
const TOP = 74;
const STYLE = `text{font:12px system-ui,sans-serif;fill:#1f2328}.head{font-weight:600;font-size:13px}.faint{fill:#59636e}
.grid{stroke:#d1d9e0}.goal{stroke:#59636e;stroke-dasharray:4 3}.s0{fill:#0969da}.s1{fill:#9a6700}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.faint{fill:#9198a1}.grid{stroke:#3d444d}.goal{stroke:#9198a1}.s0{fill:#58a6ff}.s1{fill:#d29922}}`;

/** A row an endpoint, a dot a size, the goal a line. */
function dots({ calls, sizes, goal }) {
  const [fewest, ...more] = sizes;
  const most = Math.max(1.5, ...calls.flatMap(({ ratios }) => ratios));
  const step = most > 12 ? 10 ** Math.ceil(Math.log10(most / 6)) / 2 : most > 3 ? 1 : 0.25;
  const end = Math.ceil(most / step) * step;
  const x = (ratio) => Math.round(10 * (LEFT + ((WIDTH - LEFT - RIGHT) * ratio) / end)) / 10;
  const bottom = TOP + calls.length * ROW;
  const upright = (ratio, kind) => `<line class="${kind}" x1="${x(ratio)}" x2="${x(ratio)}" y1="${TOP - 6}" y2="${bottom}"/>`;
  const marks = Array.from({ length: Math.round(end / step) + 1 }, (_, n) => n * step);
  const title = `Time of a call, as a multiple of that with ${count(fewest.users)} users`;
  const parts = [
    ...more.map(({ users }, n) => {
      const at = 6 + n * 130;
      return `<circle class="s${n}" cx="${at}" cy="35" r="5"/><text x="${at + 10}" y="39">${count(users)} users</text>`;
    }),
    ...marks.map((at) => `${upright(at, "grid")}<text class="faint" text-anchor="middle" x="${x(at)}" y="${bottom + 16}">${at}</text>`),
    `${upright(goal, "goal")}<text class="faint" text-anchor="middle" x="${x(goal)}" y="${TOP - 12}">goal: ${goal}</text>`,
    ...calls.map(({ name, ratios }, n) => {
      const y = TOP + n * ROW + ROW / 2;
      const dot = (ratio, nth) => {
        const said = `${name}, ${count(more[nth].users)} users: ${ratio.toFixed(2)}`;
        return `<circle class="s${nth}" cx="${x(ratio)}" cy="${y}" r="5"><title>${said}</title></circle>`;
      };
      const each = ratios.slice(1).map(dot);
      return `<text text-anchor="end" x="${LEFT - 10}" y="${y + 4}">${name}</text>${each.join("")}`;
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 28}" width="${WIDTH}" height="${bottom + 28}" role="img">
<title>${title}</title>
<style>${STYLE}</style>
<text class="head" x="0" y="16">${title}</text>
${parts.join("\n")}
</svg>
`;
}
