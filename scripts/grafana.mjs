// Makes docs/grafana/gatehouse.json, a dashboard for Grafana, of docs/grafana/queries.sql:
//   scripts/with-env.sh node scripts/grafana.mjs           writes it
//   scripts/with-env.sh node scripts/grafana.mjs --check   fails where it is another than what is there
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { given, main, Stop } from "./main.mjs";

const folder = join(import.meta.dirname, "../docs/grafana");
const file = join(folder, "gatehouse.json");

/** By row: the query, how it is shown, and the unit of its values. The names are those of queries.sql. */
const ROWS = [
  ["Traffic", [
    ["Requests by route", "timeseries", "reqps"],
    ["Sign-ups", "timeseries", "short"],
    ["Share of calls that fail with 5xx", "timeseries", "percentunit"],
  ]],
  ["Messages and codes", [
    ["Messages by what became of them", "timeseries", "short"],
    ["Conversion of codes over time", "timeseries", "percentunit"],
    ["Conversion of codes by country", "table", "short"],
    ["SMS cost by country", "table", "currencyUSD"],
    ["SMS cost by partner", "table", "currencyUSD"],
  ]],
  ["Failures", [
    ["Failures by cause", "table", "short"],
    ["Failures by version", "timeseries", "percentunit"],
    ["Logins: share of passwords that are wrong", "timeseries", "percentunit"],
    ["Calls refused by a limit", "timeseries", "short"],
  ]],
  ["Latency", [
    ["Latency by route, 99 of 100 within ms", "timeseries", "ms"],
    ["Latency and storage by route", "table", "short"],
    ["Latency by location", "table", "short"],
  ]],
];
const [WIDTH, HEIGHT] = [24, 8];
/** How the datasets of wrangler.toml begin, by the environment that writes them. */
const DATASETS = { production: "gatehouse", staging: "gatehouse_staging" };
const SOURCE = { type: "vertamedia-clickhouse-datasource", uid: "${source}" };

/** Each query by its name, in the words of the dashboard. */
function queries() {
  const text = readFileSync(join(folder, "queries.sql"), "utf8");
  const found = text.matchAll(/^-- name: (.+)\n([^;]+);/gm);
  return new Map([...found].map(([, name, sql]) => [name, sql
    .replaceAll(/\bgatehouse_(requests|messages)\b/g, "${dataset}_$1")
    .replaceAll("timestamp > NOW() - INTERVAL '1' DAY", "$timeFilter")
    .replaceAll("300) * 300", "$interval) * $interval")
    .replaceAll("/ 300 ", "/ $interval ")]));
}

function panel(id, [title, type, unit], query, gridPos) {
  const format = type === "table" ? "table" : "time_series";
  return {
    id, title, type, gridPos, datasource: SOURCE,
    fieldConfig: { defaults: { unit, ...(type === "timeseries" && { min: 0 }) }, overrides: [] },
    options: type === "table" ? { showHeader: true } : { legend: { displayMode: "list", placement: "bottom", showLegend: true }, tooltip: { mode: "multi", sort: "desc" } },
    targets: [{
      refId: "A", datasource: SOURCE, query, rawQuery: query, format, editorMode: "sql", extrapolate: false, skip_comments: true,
      dateTimeColDataType: "timestamp", dateTimeType: "DATETIME", round: "0s", intervalFactor: 1, interval: "60s",
    }],
  };
}

function dashboard() {
  const known = queries();
  const panels = [];
  let y = 0;
  for (const [title, shown] of ROWS) {
    panels.push({ id: panels.length + 1, title, type: "row", collapsed: false, panels: [], gridPos: { x: 0, y: y++, w: WIDTH, h: 1 } });
    const w = WIDTH / Math.min(shown.length, 3);
    shown.forEach((spec, n) => {
      const query = known.get(spec[0]);
      if (!query) throw new Stop(`docs/grafana/queries.sql has no query named '${spec[0]}'`);
      known.delete(spec[0]);
      panels.push(panel(panels.length + 1, spec, query, { x: (n % 3) * w, y: y + Math.floor(n / 3) * HEIGHT, w, h: HEIGHT }));
    });
    y += Math.ceil(shown.length / 3) * HEIGHT;
  }
  if (known.size) throw new Stop(`no panel shows '${[...known.keys()].join("', '")}'`);
  return {
    title: "gatehouse", uid: "gatehouse", tags: ["gatehouse"], schemaVersion: 39, editable: true, refresh: "1m", timezone: "utc",
    time: { from: "now-24h", to: "now" },
    templating: { list: [
      { name: "source", label: "Data source", type: "datasource", query: SOURCE.type, current: {}, hide: 0 },
      environments(),
    ] },
    annotations: { list: [] },
    panels,
  };
}

/** Whose datasets the panels read: one at a time. */
function environments() {
  const options = Object.entries(DATASETS).map(([text, value], n) => ({ text, value, selected: n === 0 }));
  const query = options.map(({ text, value }) => `${text} : ${value}`).join(", ");
  const { text, value } = options[0];
  return { name: "dataset", label: "Environment", type: "custom", query, options, current: { text, value }, multi: false, includeAll: false, hide: 0 };
}

await main(() => {
  const { check } = given({ options: { check: { type: "boolean" } } }).values;
  const text = `${JSON.stringify(dashboard(), null, 2)}\n`;
  if (!check) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    throw new Stop("docs/grafana/gatehouse.json is not what docs/grafana/queries.sql makes: node scripts/grafana.mjs");
  }
});
