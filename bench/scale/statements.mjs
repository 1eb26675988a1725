// The statements of the next step, identity.sql, by name.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export function readStatements() {
  const [, ...sections] = readFileSync(join(import.meta.dirname, "identity.sql"), "utf8").split(/^-- # /m);
  return Object.fromEntries(sections.map((section) => {
    const [, name, sql] = section.match(/^(\w+)\n([^]*)$/);
    return [name, sql.trim()];
  }));
}
