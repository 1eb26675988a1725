// bench/results.json: what was measured last, each part by itself.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const file = join(import.meta.dirname, "results.json");

export function kept() {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

/** The other parts stay as they are. */
export function keep(part, results) {
  writeFileSync(file, `${JSON.stringify({ ...kept(), [part]: results }, null, 2)}\n`);
}
