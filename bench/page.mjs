// Makes docs/performance.md, docs/scale.md and their plots of bench/results.json, prices.json and scale/: no figure
// stands in here.
//
//   node bench/page.mjs          writes them
//   node bench/page.mjs --check  fails if they are not what the results give
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { costOf, measuredAs } from "./cost.mjs";
import { Figures } from "./figures.mjs";
import { costs } from "./page/costs.mjs";
import { goals } from "./page/goals.mjs";
import { growth } from "./page/growth.mjs";
import { method } from "./page/method.mjs";
import { scale } from "./page/scale.mjs";
import { soak } from "./page/soak.mjs";
import { speed } from "./page/speed.mjs";

const root = join(import.meta.dirname, "..");
const docs = join(root, "docs");

/** The files of the pages: paths below docs/ and what is in them. */
export function page() {
  const results = JSON.parse(readFileSync(join(import.meta.dirname, "results.json"), "utf8"));
  const notes = readFileSync(join(import.meta.dirname, "notes.md"), "utf8");
  const figures = new Figures(results);
  const perSecond = (name) => (figures.has(measuredAs(name), "gatehouse") ? figures.perSecond(measuredAs(name), "gatehouse") : undefined);
  const parts = (name, options) => costOf(results.counts, name, { perSecond: perSecond(name), ...options });
  const given = { results, figures, notes, parts, cost: (name) => parts(name).sum };
  const files = {};
  const plotIn = (folder) => (name, alt, svg) => {
    files[`${folder}/${name}.svg`] = svg;
    return `![${alt}](${folder}/${name}.svg)`;
  };
  const plot = plotIn("performance");
  const measured = [goals(given), speed(given, plot), costs(given, plot), growth(given, plot), soak(given)];
  // Those that nobody has measured yet have no section.
  const sections = [head(given), ...measured.filter(Boolean), method(given)];
  files["performance.md"] = `${sections.join("\n\n")}\n`;
  files["scale.md"] = scale(given, plotIn("scale"));
  return files;
}

function head({ results: { date, machine, versions } }) {
  return `# Performance

What gatehouse does in a second, what a call costs, and how that compares, measured on ${date} on ${machine.cores} cores of ${machine.cpu},
${machine.memoryGB} GB of memory, ${machine.os}; workerd ${versions.workerd}, better-auth ${versions["better-auth"]}, Hono ${versions.hono} with jose ${versions.jose}. To do it again, on any machine, without
an account:

\`\`\`
make bench
\`\`\`

This page is made of \`bench/results.json\`, which that command writes. Ratios are what to look at: all contenders ran in turn on the
same machine, whose own speed cancels out.`;
}

export async function writePage() {
  for (const [name, text] of Object.entries(page())) {
    const path = join(docs, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

function check() {
  const stale = Object.entries(page()).filter(([name, text]) => {
    const path = join(docs, name);
    return !existsSync(path) || readFileSync(path, "utf8") !== text;
  });
  for (const [name] of stale) console.error(`page: ${relative(root, join(docs, name))} is not what bench/ gives: run node bench/page.mjs`);
  process.exit(stale.length === 0 ? 0 : 1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv[2] === "--check") check();
  else await writePage();
}
