// bench/results.json: what was measured last. Each command keeps what the others have written.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const file = join(import.meta.dirname, "results.json");

export function kept() {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

/** These members, over those of their names. */
export function keepAll(results) {
  writeFileSync(file, `${JSON.stringify({ ...kept(), ...results }, null, 1)}\n`);
}

export const keep = (part, results) => keepAll({ [part]: results });
