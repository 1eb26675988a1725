// The dashboard reads the datasets that the environments of wrangler.toml write.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "../..");
const dashboard = JSON.parse(readFileSync(join(root, "docs/grafana/gatehouse.json"), "utf8"));

test("the dashboard has a choice between the datasets of production and of staging", () => {
  const { options, current, query } = dashboard.templating.list.find(({ name }) => name === "dataset");
  assert.equal(query, options.map(({ text, value }) => `${text} : ${value}`).join(", "));
  assert.equal(current.value, options[0].value);
  const [, ...sections] = readFileSync(join(root, "wrangler.toml"), "utf8").split(/^\[env\.(?=\w+\]$)/m);
  const written = sections.map((section) => [section.match(/^\w+/)[0], section.match(/^dataset = "\w+"/gm)]);
  for (const [environment, lines] of written) {
    const { value } = options.find(({ text }) => text === environment);
    const known = ["requests", "messages"].map((kind) => `dataset = "${value}_${kind}"`);
    // Whoever wants no data points has deleted them.
    for (const line of lines ?? []) assert.ok(known.includes(line), `${environment}: ${line}`);
  }
  assert.deepEqual(written.map(([environment]) => environment).sort(), options.map(({ text }) => text).sort());
});

test("every panel reads the datasets of the choice", () => {
  const queries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ query }) => query));
  assert.ok(queries.length > 10);
  for (const query of queries) assert.match(query, /FROM \$\{dataset\}_(requests|messages)\b/);
});

test("an option that it does not have writes nothing", () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "scripts/grafana.mjs"), "--nonsense"], { encoding: "utf8" });
  assert.equal(status, 2);
  assert.match(stderr, /^grafana: Unknown option '--nonsense'/);
});
