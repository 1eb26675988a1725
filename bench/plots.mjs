// Horizontal bars, and lines over a day, as SVG, for a page on GitHub: the colours follow the reader's light or dark mode.
//
//   bars({ title, unit, series: { gatehouse: 0, "better-auth": 1 }, lines: [
//     { label: "login", segments: [{ series: "gatehouse", value: 33 }], low: 31, high: 34, text: "33" }] })
//
// `series` gives each its colour, one of eight, so that it has the same in every plot.
// A line without a label belongs to the one above. Several segments are stacked. `low` and `high` are drawn as a
// whisker: the rounds' least and most.
//
//   lines({ title, unit, series: { Europe: 0 }, values: { Europe: [0.1, 0.4, ...] }, limit: { value: 0.6, text: "60 %" } })
//
// `values` are at equal steps from 0:00 to 24:00.

const WIDTH = 760;
const LABELS = 170;
const VALUES = 70;
const BAR = 14;
const GAP = 3;
const GROUP = 12;
const PLOT = WIDTH - LABELS - VALUES;

const LIGHT = ["#0969da", "#9a6700", "#1a7f37", "#6e7781", "#8250df", "#cf222e", "#bf3989", "#0a7c86"];
const DARK = ["#58a6ff", "#d29922", "#3fb950", "#8b949e", "#bc8cff", "#ff7b72", "#f778ba", "#39c5cf"];
const fills = (colours) => colours.map((colour, n) => `.s${n}{fill:${colour}}`).join("");
const STYLE = `text{font:12px system-ui,sans-serif;fill:#1f2328}.head{font-weight:600;font-size:13px}.faint{fill:#59636e}
.grid{stroke:#d1d9e0}.whisker{stroke:#1f2328}${fills(LIGHT)}
@media(prefers-color-scheme:dark){text{fill:#f0f6fc}.faint{fill:#9198a1}.grid{stroke:#3d444d}.whisker{stroke:#f0f6fc}${fills(DARK)}}`;

export function bars({ title, unit, series, lines }) {
  const most = Math.max(...lines.map(({ segments, high = 0 }) => Math.max(high, total(segments))));
  const ticks = ticksTo(most);
  const x = (value) => round(LABELS + (value / ticks.at(-1)) * PLOT);
  const top = 64;
  let y = top;
  const drawn = lines.map((line, n) => {
    if (n > 0) y += line.label ? GROUP : GAP;
    const shape = bar(line, y, x, series);
    y += BAR;
    return shape;
  });
  const bottom = y + 8;
  const axis = ticks.map((tick) => `<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${top - 6}" y2="${bottom}"/>
<text class="faint" text-anchor="middle" x="${x(tick)}" y="${bottom + 15}">${number(tick)}</text>`);
  const height = bottom + 40;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escape(title)}</title>
<style>${STYLE}</style>
<text class="head" x="0" y="16">${escape(title)}</text>
${legend(series)}
${axis.join("\n")}
${drawn.join("\n")}
<text class="faint" text-anchor="middle" x="${LABELS + PLOT / 2}" y="${bottom + 33}">${escape(unit)}</text>
</svg>
`;
}

const DAY_HEIGHT = 260;
const STROKES = `${strokes(LIGHT)}.limit{stroke:#1f2328}@media(prefers-color-scheme:dark){${strokes(DARK)}.limit{stroke:#f0f6fc}}`;

export function lines({ title, unit, series, values, limit }) {
  const most = Math.max(limit.value, ...Object.values(values).flat());
  const ticks = ticksTo(most);
  const [top, left, width] = [64, 44, WIDTH - 44 - VALUES];
  const bottom = top + DAY_HEIGHT;
  const y = (value) => round(bottom - (value / ticks.at(-1)) * DAY_HEIGHT);
  const x = (part) => round(left + part * width);
  const drawn = Object.entries(values).map(([name, all]) => {
    const points = all.map((value, n) => `${x(n / (all.length - 1))},${y(value)}`).join(" ");
    return `<polyline class="l${series[name]}" points="${points}"/>`;
  });
  const rows = ticks.map((tick) => `<line class="grid" x1="${left}" x2="${x(1)}" y1="${y(tick)}" y2="${y(tick)}"/>
<text class="faint" text-anchor="end" x="${left - 6}" y="${y(tick) + 4}">${number(tick)}</text>`);
  const hours = [0, 4, 8, 12, 16, 20, 24].map((hour) => `<text class="faint" text-anchor="middle" x="${x(hour / 24)}" y="${bottom + 17}">${hour}:00</text>`);
  const height = bottom + 42;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escape(title)}</title>
<style>${STYLE}${STROKES}</style>
<text class="head" x="0" y="16">${escape(title)}</text>
${legend(series)}
${rows.join("\n")}
${hours.join("\n")}
<line class="limit" stroke-dasharray="4 3" x1="${left}" x2="${x(1)}" y1="${y(limit.value)}" y2="${y(limit.value)}"/>
<text x="${x(1) + 6}" y="${y(limit.value) + 4}">${escape(limit.text)}</text>
${drawn.join("\n")}
<text class="faint" text-anchor="middle" x="${x(0.5)}" y="${bottom + 35}">${escape(unit)}</text>
</svg>
`;
}

function strokes(colours) {
  return colours.map((colour, n) => `.l${n}{stroke:${colour};fill:none;stroke-width:1.5}`).join("");
}

function bar({ label, segments, low, high, text }, y, x, series) {
  let from = 0;
  const rects = segments.map(({ series: name, value }) => {
    const [left, right] = [x(from), x((from += value))];
    return `<rect class="s${series[name]}" x="${left}" y="${y}" width="${round(right - left)}" height="${BAR}"/>`;
  });
  const middle = y + BAR / 2;
  const end = x(Math.max(total(segments), high ?? 0)) + 6;
  return [
    label && `<text text-anchor="end" x="${LABELS - 8}" y="${middle + 4}">${escape(label)}</text>`,
    ...rects,
    high !== undefined && `<line class="whisker" x1="${x(low)}" x2="${x(high)}" y1="${middle}" y2="${middle}"/>`,
    `<text x="${end}" y="${middle + 4}">${escape(text)}</text>`,
  ].filter(Boolean).join("\n");
}

function legend(series) {
  let x = 0;
  return Object.entries(series).map(([name, colour]) => {
    const at = x;
    x += 28 + name.length * 7;
    return `<rect class="s${colour}" x="${at}" y="29" width="11" height="11"/><text x="${at + 16}" y="39">${escape(name)}</text>`;
  }).join("\n");
}

/** Round numbers from 0 to at least `most`, four to eight of them. */
function ticksTo(most) {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, n) => n * step);
}

const total = (segments) => segments.reduce((sum, { value }) => sum + value, 0);
const round = (value) => Math.round(value * 10) / 10;
const number = (value) => Number(value.toPrecision(6)).toLocaleString("en");
const escape = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
